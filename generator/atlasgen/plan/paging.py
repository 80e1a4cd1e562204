"""How the answers of lists come in pages: which parameters turn them, and what the envelope tells of them.

Three styles are told apart: by the number of records to pass over (`offset`), by the number of the page (`page`), and
by a token that the page before gave (`cursor`). The names are those that documents agree on; a hint `paging` says more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.archetypes import deref
from atlasgen.plan.hints import Hints
from atlasgen.plan.model import Fact, PageRole, Paging, PagingStyle, Shape, Source
from atlasgen.spec.normalise import RawParameter
from atlasgen.spec.schemas import HINT
from atlasgen.spec.wording import nearest

DEFAULT_SIZE, LARGEST_SIZE = 50, 1000

# The names of parameters and of members of envelopes, without `_` and `-` and in lower case.
_SIZES = ("maxresults", "limit", "pagesize", "perpage", "count", "size", "top", "first")
_POSITIONS: Mapping[PagingStyle, tuple[str, ...]] = {
    "cursor": (
        "cursor",
        "pagetoken",
        "nextpagetoken",
        "nexttoken",
        "startcursor",
        "continuationtoken",
        "pagecursor",
        "after",
    ),
    "offset": ("startat", "offset", "start", "skip", "startindex"),
    "page": ("page", "pagenumber", "pageindex"),
}
_ROLES: Mapping[PageRole, tuple[str, ...]] = {
    "total": ("total", "totalcount", "totalsize", "totalresults", "totalitems"),
    "start": ("startat", "offset", "start", "startindex"),
    "limit": ("maxresults", "limit", "pagesize", "perpage"),
    "size": ("size", "count", "returned"),
    "page": ("page", "pagenumber", "pageindex"),
    "last": ("islast", "last", "lastpage"),
    "more": ("hasmore", "hasnext", "hasnextpage", "more"),
    "token": ("nextpagetoken", "nextcursor", "nexttoken", "cursor", "endcursor", "continuationtoken"),
    "link": ("next", "nextpage", "nextpageuri", "nextlink", "nextpageurl"),
}
TURNING = frozenset({*_SIZES, *(word for words in _POSITIONS.values() for word in words)})
"""What parameters are called that turn pages."""

_CONTAINERS = ("links", "meta", "paging", "pagination", "pageinfo", "responsemetadata")
_HINT = ("style", "position", "size", "default", "largest")


def paging(
    parameters: Iterable[RawParameter],
    response: JsonObject | None,
    schemas: Mapping[str, JsonObject],
    hint: Json,
    hints: Hints,
    at: str,
) -> tuple[Paging | None, tuple[Shape, ...], tuple[Fact, ...]]:
    """Return how a list comes in pages, and the members of its envelope that tell of the page."""
    own = hints.known(hint, _HINT, at)
    named = {_plain(item.name): item for item in parameters if item.location == "query"}
    size = own.get("size", next((named[word].name for word in _SIZES if word in named), ""))
    style: PagingStyle | None = None
    position = ""
    for candidate, words in _POSITIONS.items():
        found = next((named[word].name for word in words if word in named), None)
        if found is not None:
            # A position that is text is a token, whatever it is called.
            text = named[_plain(found)].schema.get("type") == "string"
            style, position = "cursor" if text else candidate, found
            break
    if "style" in own:
        style = cast("PagingStyle", hints.word(own["style"], tuple(_POSITIONS), at + "/style"))
    position = hints.text(own.get("position", position), at + "/position")
    names = [item.name for item in named.values()]
    for word in ("size", "position"):
        given = own.get(word)
        if isinstance(given, str) and given and given not in names:
            near = nearest(given, names)
            remedy = f"did you mean `{near}`?" if near else "known: " + ", ".join(names)
            hints.problem(f"{at}/{word}", f"there is no parameter `{given}`", remedy)
    envelope = _Envelope(schemas, hints, by_name=bool(size) or style is not None)
    shapes = envelope.shapes(deref(response or {}, schemas), at)
    if not size and style is None and not own and not shapes:
        return None, (), ()
    parameter = named.get(_plain(str(size)))
    schema: Mapping[str, Any] = parameter.schema if parameter is not None else {}
    default = own.get("default", schema.get("default"))
    largest = own.get("largest", schema.get("maximum"))
    made = Paging(
        style=style or "offset",
        position=position,
        size=hints.text(size, at + "/size"),
        default=default if isinstance(default, int) and default > 0 else DEFAULT_SIZE if size else LARGEST_SIZE,
        largest=largest if isinstance(largest, int) and largest > 0 else LARGEST_SIZE,
    )
    by = ", ".join(filter(None, (made.position, made.size)))
    source: Source = "hinted" if own else "inferred"
    return made, shapes, (Fact("paging", source, f"{made.style}, by {by}"),)


class _Envelope:
    """Reads what the members of an envelope tell of the page: by their hints, by their names where lists have pages."""

    def __init__(self, schemas: Mapping[str, JsonObject], hints: Hints, *, by_name: bool) -> None:
        self._schemas = schemas
        self._hints = hints
        self._by_name = by_name

    def shapes(self, schema: JsonObject, at: str, *, inside: bool = False) -> tuple[Shape, ...]:
        """Return the members of an envelope, or of an object in it, that tell of the page or hold an address."""
        properties = schema.get("properties")
        links = self._hints.of(schema, at).get("link")
        links = links if isinstance(links, dict) else {}
        shapes: list[Shape] = []
        for name, member in properties.items() if isinstance(properties, dict) else ():
            if not isinstance(member, dict):
                continue
            target = deref(member, self._schemas)
            if name in links:
                template = self._hints.text(links[name], f"{at}/{HINT}/link/{name}")
                shapes.append(Shape(name, "link", template=template))
            elif _plain(name) in _CONTAINERS and not inside:
                if inner := self.shapes(target, f"{at}/{name}", inside=True):
                    shapes.append(Shape(name, "object", members=inner))
            elif (role := self._role(name, member, target, f"{at}/{name}")) is not None:
                shapes.append(Shape(name, "paging", value=role))
        return tuple(shapes)

    def _role(self, name: str, member: JsonObject, target: JsonObject, at: str) -> str | None:
        hint = self._hints.of(member, at).get("paging")
        if hint is not None:
            return self._hints.word(hint, tuple(_ROLES), f"{at}/{HINT}/paging")
        if not self._by_name:
            return None
        return next((role for role, words in _ROLES.items() if _plain(name) in words and _fits(role, target)), None)


def _fits(role: PageRole, schema: JsonObject) -> bool:
    kinds = schema.get("type")
    wanted = {"token": "string", "link": "string", "last": "boolean", "more": "boolean"}.get(role, "integer")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return wanted in listed or (wanted == "integer" and "number" in listed)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").replace(".", "").lower()
