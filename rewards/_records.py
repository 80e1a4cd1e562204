"""Records of a world, where it is known that they are there."""

from __future__ import annotations

from collections.abc import Iterator

from atlasgen.jsonvalue import Json
from atlasgen.runtime.documents import Document
from atlasgen.runtime.world import World


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
