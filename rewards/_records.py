"""Records of a world, where it is known that they are there, and what planted ones are called and come after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Final, TypeVar

from atlasgen.jsonvalue import Json
from atlasgen.runtime.documents import Document
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot

Planted = TypeVar("Planted")

_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"  # they make no word that means something in a query


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


def unused_key(world: World, collection: str, lot: Lot, what: str) -> str:
    """Return a key that no record of a collection has: drawn, so that no key is worth remembering."""
    taken = {str(item["key"]) for _, item in records(world, collection)}
    keys = ("".join(lot.pick(_LETTERS, f"letter {place} of {what} {n}") for place in range(3)) for n in count())
    return next(key for key in keys if key not in taken)


def in_some_order(plants: Sequence[Callable[[], Planted]], lot: Lot, what: str) -> list[Planted]:
    """Plant records in an order that is drawn: whatever finds several shows each of them at any place as often.

    Args:
        plants: Plant one each.
        lot: Draws.
        what: What is planted.

    Returns:
        What each of them planted, in the order of `plants`.
    """
    order = lot.some(range(len(plants)), f"order of {what}", least=len(plants), most=len(plants))
    planted = {position: plants[position]() for position in order}
    return [planted[position] for position in range(len(plants))]
