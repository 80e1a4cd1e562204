"""Links to pages as they are judged: by the page that an address leads to, however the address is spelt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, cast
from urllib.parse import urlsplit

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Path
from atlasgen.tasks.task import Expected
from generated_envs.jira._generated.rewards import CreateOrUpdateRemoteIssueLinkReward

LINK: Final = "jira.remotelink"

_SITE = re.compile(r"(?:https?://localhost)?/wiki(?=/)")
_ADDRESSES: Final = (
    re.compile(r"/spaces/(?P<space>[\w~-]+)/pages/(?P<id>\d+)(?:/[^/?#\s]*)?"),
    re.compile(r"/pages/viewpage\.action\?pageId=(?P<id>\d+)"),
    re.compile(r"/x/(?P<id>\d+)"),
    re.compile(r"(?P<id>\d+)"),
)
_GLOBAL_IDS: Final = (*_ADDRESSES, re.compile(r"(?:appId=[\w-]+&)?pageId=(?P<id>\d+)"))


def same_page(one: Any, other: Any, *, forms: tuple[re.Pattern[str], ...] = _ADDRESSES) -> bool:
    """Return whether two addresses lead to the same page of this site.

    An address is the page's path, with or without the site before it and the title behind it; the short one that the
    service lists; the one that has the id for a parameter; or the id alone. A space that it names has to be the page's.
    """
    (space, id), (other_space, other_id) = _page(one, forms), _page(other, forms)
    return bool(id) and id == other_id and (not space or not other_space or space == other_space)


def _page(address: Any, forms: tuple[re.Pattern[str], ...]) -> tuple[str, str]:
    """Return the space and the id that an address names; empty where it names none."""
    path = _SITE.sub("", address, count=1) if isinstance(address, str) and _SITE.match(address) else address
    for form in forms:
        if isinstance(path, str) and (found := form.fullmatch(path)):
            return found.groupdict().get("space", ""), found["id"]
    return "", ""


class PageLinkReward(CreateOrUpdateRemoteIssueLinkReward):
    """The reward of a link to a page of the other product: any address of that page will do, and no other."""

    def equivalent(self, expected: Expected, found: Json) -> bool:
        """Return whether an argument says the same."""
        if expected.pointer == "/body/object":
            return _same_object(expected.value, found)
        if expected.pointer == "/body/globalId":
            return same_page(expected.value, found, forms=_GLOBAL_IDS)
        return super().equivalent(expected, found)

    def variants(self, expected: Expected) -> Iterator[tuple[str, Json]]:
        """Yield the gold's thing with its address written in other ways."""
        for name, path in _spellings(expected):
            for site in ("/wiki", "http://localhost/wiki"):
                yield f"{name} on {site} in", _addressed(expected, site + path)
            yield f"{name} with a title in", _addressed(expected, f"{path}/What+it+is+about")

    def lookalikes(self, expected: Expected) -> Iterator[tuple[str, Json]]:
        """Yield the gold's thing with addresses that look like that of the page."""
        for _, path in _spellings(expected):
            space, id = _page(path, _ADDRESSES)
            above = path.removesuffix(f"/pages/{id}")
            yield "another site", _addressed(expected, f"http://elsewhere.example/wiki{path}")
            yield "a site that begins alike", _addressed(expected, f"http://localhost.example/wiki{path}")
            yield "the space alone", _addressed(expected, above)
            yield "another space", _addressed(expected, f"/spaces/{space}X/pages/{id}")
            yield "one page further", _addressed(expected, f"{above}/pages/{int(id) + 1}")
            yield "the place where it is edited", _addressed(expected, f"/pages/resumedraft.action?draftId={id}")
            yield "the words for the address", _addressed(expected, "the address of the page")
            if isinstance(expected.value, dict):
                yield "more than asked", {**expected.value, "summary": "A page."}
                yield "address and title exchanged", {"title": path, "url": expected.value.get("title")}

    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        """Return whether two stored values mean the same."""
        if (collection, path) == (LINK, ("object",)):
            return _same_object(expected, found)
        if (collection, path) == (LINK, ("globalId",)):
            return same_page(expected, found, forms=_GLOBAL_IDS)
        return super().same(collection, path, expected, found)


def _same_object(expected: Any, found: Any) -> bool:
    """Return whether two things that are linked to differ in nothing but the spelling of the address."""
    if not isinstance(expected, dict) or not isinstance(found, dict):
        return False
    alike = {**found, "url": expected.get("url")} == expected
    return alike and "url" in found and same_page(expected.get("url"), found["url"])


def _spellings(expected: Expected) -> Iterator[tuple[str, str]]:
    """Yield the gold's address of the page; nothing for an argument that has none."""
    if expected.pointer == "/body/object" and isinstance(expected.value, dict):
        yield "address", str(expected.value["url"])


def _addressed(expected: Expected, url: str) -> Json:
    return {**cast("JsonObject", expected.value), "url": url}


def led_to(address: str) -> str:
    """Return the address of a page as the service writes it; of anything else as it is.

    The oracle reads by this, so it is found by another way than the above.
    """
    parts = urlsplit(address)
    path = parts.path
    if parts.netloc == "localhost" and parts.scheme in ("http", "https") and not path.startswith("/wiki/"):
        return address
    if (parts.netloc not in ("", "localhost")) or parts.query or parts.fragment or address.split() != [address]:
        return address
    match path.removeprefix("/wiki").split("/"):
        case ["", "spaces", space, "pages", id] | ["", "spaces", space, "pages", id, _] if id.isdecimal():
            return f"/spaces/{space}/pages/{id}"
    return address
