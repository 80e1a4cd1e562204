"""What the scenarios of Confluence share: pages planted in spaces, and how people name pages and spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot
from atlasgen.tasks.gold import Insert
from atlasgen.tasks.task import GoldCall, Needed
from rewards._records import in_some_order, record, records, unused_key

SPACE: Final = "confluence.space"
PAGE: Final = "confluence.page"
LABEL: Final = "confluence.label"

Rung: TypeAlias = Literal["id", "title", "namesakes"]
LADDER: Final[Mapping[Rung, int]] = {"id": 2, "title": 1, "namesakes": 5}
"""The instruction says the id; one page has the title, and the space is found by its key; pages of other spaces have
the title too, and the space is told by its name alone, for which no service searches."""

TRAIN_SPACES: Final = ("Sales", "Customer Support", "Facilities", "Design", "Research", "Data Platform")
TEST_SPACES: Final = ("Legal Affairs", "Field Service", "Procurement", "Quality", "Partner Network")
_ADDED: Final = 2  # spaces that a task adds


@dataclass(frozen=True, slots=True)
class Space:
    """A space and what it is called."""

    id: str
    key: str
    name: str

    def named(self, lot: Lot, what: str, rung: Rung) -> str:
        """Return how people name it: by its key, its name, or both."""
        by_name = (f"the {self.name} space", f"the space {self.name}")
        by_key = (f"the space {self.key}", self.key, f"the space {self.name} ({self.key})")
        return lot.pick(by_name if rung == "namesakes" else by_key, f"{what} space name")


@dataclass(frozen=True, slots=True)
class Page:
    """A page that an instruction names."""

    id: str
    title: str
    space: Space


def spaces(world: World) -> list[Space]:
    """Return the spaces of a world."""
    return [Space(id, str(item["key"]), str(item["name"])) for id, item in records(world, SPACE)]


def more_spaces(world: World, insert: Insert, lot: Lot, names: Sequence[str]) -> list[Space]:
    """Add spaces, with a home page each, to those of the world, and return all of them."""
    for name in lot.some(names, "new spaces", least=_ADDED, most=_ADDED):
        like = record(world, SPACE, next(world.ids(SPACE)))
        draft = {name: like[name] for name in ("type", "status", "authorId", "homepageId")}
        space = insert(SPACE, {**draft, "key": unused_key(world, SPACE, lot, f"key of {name}"), "name": name})
        home: JsonObject = {"spaceId": space, "parentId": None, "parentType": None, "title": f"{name} Home"}
        # A space needs its home page as much as that needs the space: for a moment it has another's.
        page = insert(PAGE, {**home, "status": "current", "body": _stored("Welcome.")})
        world.begin()
        world.put(SPACE, space, {**record(world, SPACE, space), "homepageId": page})
        world.commit()
    return spaces(world)


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
        "body": _stored(text),
    }
    return Page(insert(PAGE, draft), title, space)


def _stored(text: str) -> JsonObject:
    return {"storage": {"representation": "storage", "value": f"<p>{text}</p>"}}


def page_among_others(
    world: World,
    insert: Insert,
    lot: Lot,
    space: Space,
    title: str,
    rung: Rung,
    *,
    labels: Sequence[str] = (),
    spread: Sequence[str] = (),
) -> Page:
    """Plant a page that an instruction names, and what may be taken for it.

    Args:
        world: Where to plant it.
        insert: Plants.
        lot: Draws.
        space: Where it is. Beside it is a page of nearly the same title.
        title: Its title. On the highest rung pages of other spaces have it too.
        rung: How it is named.
        labels: Its labels.
        spread: Some of these are the labels of the others.
    """
    places = [(space, resembling(title, lot, title))]
    if rung == "namesakes":
        elsewhere = [other for other in spaces(world) if other.id != space.id]
        least, most = len(elsewhere) - 1, len(elsewhere)
        places += [(other, title) for other in lot.some(elsewhere, f"namesakes of {title}", least=least, most=most)]
    planting = [partial(page, world, insert, space, title, labels=labels)]
    for other, name in places:
        marks = lot.some(spread, f"labels of {name} in {other.key}", most=3)
        planting.append(partial(page, world, insert, other, name, labels=marks))
    return in_some_order(planting, lot, title)[0]


def resembling(title: str, lot: Lot, what: str) -> str:
    """Return a title that is nearly another one."""
    forms = (f"{title} (old)", f"{title} 2025", f"Draft: {title}", f"{title} archive", f"About the {title.lower()}")
    return lot.pick(forms, f"{what} resembling")


def named(item: Page, lot: Lot, what: str, rung: Rung) -> str:
    """Return how an instruction names a page."""
    if rung == "id":
        return lot.pick((f'page {item.id} ("{item.title}")', f"the page with the id {item.id}"), f"{what} by id")
    place = item.space.named(lot, what, rung)
    forms = (f'"{item.title}" in {place}', f'the page "{item.title}" in {place}', f'"{item.title}" ({place})')
    return lot.pick(forms, f"{what} name")


def look_up_spaces(targets: Sequence[Space], instruction: str) -> GoldCall:
    """Return the call that finds spaces: by their keys where the instruction says these, else among all."""
    keys = [*dict.fromkeys(space.key for space in targets)]
    return GoldCall("getSpaces", {"keys": [*keys]} if all(key in instruction for key in keys) else {})


def look_up(item: Page, rung: Rung) -> GoldCall:
    """Return the call that finds a page by its title, and by the id of its space unless that is told by the answer."""
    if rung == "namesakes":
        return GoldCall("getPages", {"title": item.title})
    return GoldCall("getPages", {"title": item.title, "space-id": [int(item.space.id)]})


def needed_page(item: Page, place: str) -> Needed:
    """Return that the id of a page has to be found for an argument."""
    return Needed((PAGE, item.id), ("id",), item.id, place)
