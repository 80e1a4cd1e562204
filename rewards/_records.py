"""Records of a world, where it is known that they are there, and the order that others are planted in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from atlasgen.jsonvalue import Json
from atlasgen.runtime.documents import Document
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot

MISLEADING: Final = 95
"""Of a hundred searches that find several, so many show another one before the right one: not all, so that neither the
first match nor any other place is right by itself."""


def records(world: World, collection: str) -> Iterator[tuple[str, Document]]:
    """Yield the records of a collection with their ids."""
    for id in world.ids(collection):
        yield id, record(world, collection, id)


def record(world: World, collection: str, id: Json) -> Document:
    """Return a record that is there."""
    there = world.get(collection, str(id))
    assert there is not None
    return there


def name_of(world: World, collection: str, id: Json, member: str) -> str:
    """Return what a record is called."""
    return str(record(world, collection, id)[member])


def misleads(lot: Lot, what: str) -> bool:
    """Return whether something else is found first: of issues a search shows the newest first, of pages the oldest."""
    return lot.chance(MISLEADING, f"something before {what}")
