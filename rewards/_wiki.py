"""What the scenarios of Confluence share: pages planted in spaces, and how people name pages and spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot
from atlasgen.tasks.gold import Insert
from atlasgen.tasks.task import GoldCall, Needed
from rewards._records import record, records

SPACE: Final = "confluence.space"
PAGE: Final = "confluence.page"
LABEL: Final = "confluence.label"

Rung: TypeAlias = Literal["id", "title", "namesakes"]
LADDER: Final[Mapping[Rung, int]] = {"id": 1, "title": 2, "namesakes": 2}
"""The instruction says the id; one page has the title; pages of other spaces have it too."""


@dataclass(frozen=True, slots=True)
class Space:
    """A space and what it is called."""

    id: str
    key: str
    name: str

    def named(self, lot: Lot, what: str) -> str:
        """Return how people name it: by its key, its name, or both."""
        forms = (
            f"the space {self.key}",
            f"the {self.name} space",
            f"{self.key}",
            f"the space {self.name} ({self.key})",
        )
        return lot.pick(forms, f"{what} space name")


@dataclass(frozen=True, slots=True)
class Page:
    """A page that an instruction names."""

    id: str
    title: str
    space: Space


def spaces(world: World) -> list[Space]:
    """Return the spaces of a world."""
    return [Space(id, str(item["key"]), str(item["name"])) for id, item in records(world, SPACE)]


def label(world: World, insert: Insert, name: str) -> str:
    """Return the id of a label, which is planted where the world has none of that name."""
    found = world.find(LABEL, "name", name)
    return found if found is not None else insert(LABEL, {"name": name, "prefix": "global"})


def page(
    world: World, insert: Insert, space: Space, title: str, *, labels: Sequence[str] = (), text: str = "To be written."
) -> Page:
    """Plant a page below the home page of a space."""
    above = record(world, SPACE, space.id)["homepageId"]
    author = record(world, PAGE, above)["authorId"]
    draft: JsonObject = {
        "spaceId": space.id,
        "parentId": above,
        "title": title,
        "status": "current",
        "authorId": author,
        "ownerId": author,
        "labels": [label(world, insert, name) for name in dict.fromkeys(labels)],
        "version": {"authorId": author},
        "body": {"storage": {"representation": "storage", "value": f"<p>{text}</p>"}},
    }
    return Page(insert(PAGE, draft), title, space)


def resembling(title: str, lot: Lot, what: str) -> str:
    """Return a title that is nearly another one."""
    forms = (f"{title} (old)", f"{title} 2025", f"Draft: {title}", f"{title} archive", f"About the {title.lower()}")
    return lot.pick(forms, f"{what} resembling")


def named(item: Page, lot: Lot, what: str, *, by_id: bool) -> str:
    """Return how an instruction names a page."""
    if by_id:
        return lot.pick((f'page {item.id} ("{item.title}")', f"the page with the id {item.id}"), f"{what} by id")
    place = item.space.named(lot, what)
    forms = (f'"{item.title}" in {place}', f'the page "{item.title}" in {place}', f'"{item.title}" ({place})')
    return lot.pick(forms, f"{what} name")


def look_up_spaces(targets: Sequence[Space], instruction: str) -> GoldCall:
    """Return the call that finds spaces: by their keys where the instruction says these, else among all."""
    keys = [*dict.fromkeys(space.key for space in targets)]
    return GoldCall("getSpaces", {"keys": [*keys]} if all(key in instruction for key in keys) else {})


def look_up(item: Page) -> GoldCall:
    """Return the call that finds a page by its title and the id of its space."""
    return GoldCall("getPages", {"title": item.title, "space-id": [int(item.space.id)]})


def needed_page(item: Page, place: str) -> Needed:
    """Return that the id of a page has to be found for an argument."""
    return Needed((PAGE, item.id), ("id",), item.id, place)
