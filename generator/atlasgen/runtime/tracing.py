"""A world that notes what is read of it, and from that which answers an episode may have changed.

An operation sees the world through the methods of `World` alone, so its answer is a function of what those return: as
long as an episode changes nothing of that, the answer stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from atlasgen.plan.model import Path
from atlasgen.runtime.documents import Document
from atlasgen.runtime.world import NO_LAYER, Index, Layer, RecordId, World, texts

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class Trace:
    """What a call has read.

    Attributes:
        records: Records, those that are not there included.
        listings: Which records have a value at a path: the collection and the path, and the value.
        collections: Collections of which all records were read.
        clock: Whether the time was.
    """

    records: set[RecordId] = field(default_factory=set)
    listings: set[tuple[Index, str]] = field(default_factory=set)
    collections: set[str] = field(default_factory=set)
    clock: bool = False


class TracedWorld(World):
    """A world that notes what the current call has read of it so far.

    The place of a record among the others is no part of that: it stays the same while the record is there.

    Attributes:
        trace: What was read.
    """

    __slots__ = ("trace",)

    def reset(self, base: Layer, layer: Layer = NO_LAYER) -> None:
        """Begin another episode."""
        super().reset(base, layer)
        # Nothing counts as untouched: what is kept of the base for all episodes would be shown without being read.
        self.touched = set(self.collections)

    def begin(self) -> None:
        """Start a call."""
        super().begin()
        self.trace = Trace()

    def get(self, collection: str, id: str) -> Document | None:
        """Return a record, not to be changed; None where there is none."""
        self.trace.records.add((collection, id))
        return super().get(collection, id)

    def first(self, index: Index, value: str) -> str | None:
        """Return the id of the oldest record that has a value at an indexed path."""
        self.trace.listings.add((index, value))
        return super().first(index, value)

    def ids(self, collection: str, *, newest_first: bool = False) -> Iterator[str]:
        """Yield the ids of all records, oldest first if not said otherwise."""
        self.trace.collections.add(collection)
        return super().ids(collection, newest_first=newest_first)

    def listed(self, collection: str, path: Path, value: str, *, newest_first: bool = False) -> Iterator[str]:
        """Yield the ids of the records whose indexed path has a value, oldest first if not said otherwise."""
        self.trace.listings.add(((collection, path), value))
        return super().listed(collection, path, value, newest_first=newest_first)

    def rises(self, collection: str, path: Path, read: Callable[[Any], float | None]) -> bool:
        """Whether the number that is read at a path of each record never goes down along the order of `ids`."""
        self.trace.collections.add(collection)
        return super().rises(collection, path, read)

    def count(self, collection: str, path: Path | None = None, value: str = "") -> int:
        """Return how many records there are, or have a value at an indexed path."""
        if path is None:
            self.trace.collections.add(collection)
        else:
            self.trace.listings.add(((collection, path), value))
        return super().count(collection, path, value)

    def values(self, collection: str, path: Path) -> list[str]:
        """Return the texts that stand at an indexed path of any record, sorted."""
        self.trace.collections.add(collection)
        return super().values(collection, path)

    @property
    def seconds(self) -> int:
        """The time now, in seconds since 1970."""
        self.trace.clock = True
        return super().seconds


class Dependents(Generic[Key]):
    """Who depends on what of a world in its initial state."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._records: dict[RecordId, list[Key]] = {}
        self._listings: dict[Index, dict[str, list[Key]]] = {}
        self._collections: dict[str, list[Key]] = {}
        self._clock: list[Key] = []

    def add(self, key: Key, trace: Trace) -> None:
        """Note that somebody depends on what a trace says was read."""
        for record in trace.records:
            self._records.setdefault(record, []).append(key)
        for index, value in trace.listings:
            self._listings.setdefault(index, {}).setdefault(value, []).append(key)
        for collection in trace.collections:
            self._collections.setdefault(collection, []).append(key)
        if trace.clock:
            self._clock.append(key)

    @property
    def timeless(self) -> bool:
        """Whether nobody depends on the time."""
        return not self._clock

    def concerned(self, world: World) -> dict[Key, None]:
        """Return all for whom something may be otherwise at the end of an episode than it was at its beginning."""
        found: dict[Key, None] = dict.fromkeys(self._clock)
        changed = world.changed()
        for collection, table in changed.items():
            found |= dict.fromkeys(self._collections.get(collection, ()))
            for id in table:
                found |= dict.fromkeys(self._records.get((collection, id), ()))
        for (collection, path), listing in self._listings.items():
            for id, document in changed.get(collection, {}).items():
                for value in (*texts(world.at_start(collection, id), path), *texts(document, path)):
                    found |= dict.fromkeys(listing.get(value, ()))
        return found
