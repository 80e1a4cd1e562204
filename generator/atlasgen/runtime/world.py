"""The state of an episode: a shared base, a task's layer, and what the episode itself has changed.

This is the only module that holds mutable state. Documents are replaced, never changed, and never handed to a caller:
what leaves the runtime is JSON text or a copy. Every call is a transaction (`begin`, then `commit` or `rollback`),
which covers records, ids and the clock.
"""

from __future__ import annotations

import hashlib
import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, TypeAlias, cast

from atlasgen.jsonvalue import Json, JsonObject, canonical, detach
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, Document, at

RecordId: TypeAlias = tuple[str, str]
"""A collection and the id of a record in it."""

Index: TypeAlias = tuple[str, Path]
"""A collection and a path in its records, by whose value they are listed."""

Listing: TypeAlias = dict[str, dict[str, None]]
"""Value -> the ids of the records that have it, or have it in a list, in order."""

Overwritten: TypeAlias = tuple[dict[str, Any], str, Any]
"""A table, a key in it, and what stood there before; `ABSENT` for nothing."""

Suspended: TypeAlias = "tuple[Layer, Layer, Layer]"
"""An episode that is set aside: its base, the layer of its task, and what it has changed."""


EPOCH = 1_767_258_000
"""2026-01-01T09:00:00Z, when every episode begins at the earliest."""

_NOTHING: Mapping[str, Any] = {}
_MANY = 1000  # records written before indexes are brought up to date although nobody asks for them


@dataclass(frozen=True, slots=True)
class Collection:
    """What a world must know of the records of one resource.

    Attributes:
        aliases: Members other than the id by which records are found (`key`).
        indexes: Further paths by whose value records are listed.
        stamped: Paths that the service alone writes; a diff leaves them out.
        indexed: The index of each of these members and paths.
        is_history: Whether the records keep what others were: the service alone writes them, and a diff has none.
    """

    name: str
    aliases: tuple[str, ...] = ()
    indexes: tuple[Path, ...] = ()
    stamped: tuple[Path, ...] = ()
    is_history: bool = False
    indexed: tuple[Index, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Join what is indexed, each path once."""
        paths = dict.fromkeys([*((member,) for member in self.aliases), *self.indexes])
        object.__setattr__(self, "indexed", tuple((self.name, path) for path in paths))


@dataclass(slots=True, eq=False)
class Layer:
    """Records with their indexes; frozen once it is built, so that any number of episodes share it.

    An index is made when it is first asked for, and brought up to date when it is asked for again: most of what an
    episode writes is never looked for by most of its fields.

    Attributes:
        tables: Collection -> id -> document, or None for a record that this layer takes away from the one below.
        indexes: The indexes that somebody has asked for: see `index`.
        stale: Collection with indexes -> the records written since they were brought up to date: id, what was before.
        counters: How far each sequence of ids has got.
        handles: (collection, name) -> id, for records that hints call by name.
        context: The ambient records: name -> id.
        ticks: Seconds since the world began.
        shown: Encoded views of records of a base, kept by view and id: see `views`.
        sorted: Ids of a base in another order, kept by what they are listed by and the order: see `reads`.
        order: The place of each record in its table, kept by collection and id once somebody asks: see `places`.
        last: The greatest number at a path of a frozen layer, kept once somebody asks: see `World.rises`.
    """

    tables: dict[str, dict[str, Document | None]] = field(default_factory=dict)
    indexes: dict[Index, Listing] = field(default_factory=dict, repr=False, compare=False)
    stale: dict[str, list[tuple[str, Document | None]]] = field(default_factory=dict, repr=False, compare=False)
    counters: dict[str, int] = field(default_factory=dict)
    handles: dict[tuple[str, str], str] = field(default_factory=dict)
    context: dict[str, str] = field(default_factory=dict)
    ticks: int = 0
    seed: int = 0
    digest: str = ""
    shown: dict[str, dict[str, tuple[str, Any]]] = field(default_factory=dict, repr=False, compare=False)
    sorted: dict[tuple[str, Path, str, str], list[str]] = field(default_factory=dict, repr=False, compare=False)
    order: dict[str, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)
    last: dict[Index, float] = field(default_factory=dict, repr=False, compare=False)

    def places(self, collection: str, *, keep: bool) -> dict[str, int]:
        """Return the place of each id in its table; kept for the next time where the layer is frozen."""
        found = self.order.get(collection)
        if found is None:
            found = {id: place for place, id in enumerate(self.tables.get(collection, ()))}
            if keep:
                self.order[collection] = found
        return found

    def index(self, index: Index) -> Listing:
        """Return the records of this layer by what stands at a path."""
        found = self.indexes.get(index)
        collection, path = index
        if found is None:
            self.refresh(collection)
            found = {}
            for id, document in self.tables.get(collection, {}).items():
                for text in texts(document, path):
                    found.setdefault(text, {})[id] = None
            # In this order: whoever finds an index, in another thread too, finds what it lags behind by.
            self.stale.setdefault(collection, [])
            self.indexes[index] = found
        elif self.stale[collection]:
            self.refresh(collection)
        return found

    def refresh(self, collection: str) -> None:
        """Bring the indexes of a collection up to date."""
        stale = self.stale.get(collection)
        if not stale:
            return
        table = self.tables[collection]
        for (name, path), listing in self.indexes.items():
            for id, before in stale if name == collection else ():
                old, new = texts(before, path), texts(table.get(id), path)
                if old != new:
                    for text in old:
                        listing.get(text, {}).pop(id, None)
                    for text in new:
                        listing.setdefault(text, {})[id] = None
        stale.clear()

    def forget(self) -> None:
        """Drop all indexes; they are made anew when they are asked for."""
        self.indexes, self.stale = {}, {}

    def seal(self) -> Layer:
        """Return the layer with its digest; nothing may be written to it from here on."""
        # What they list is in the order in which records were made, not in which they were written.
        self.forget()
        content = {
            "tables": self.tables,
            "counters": self.counters,
            "context": self.context,
            "ticks": self.ticks,
            "seed": self.seed,
        }
        self.digest = hashlib.blake2b(canonical(content), digest_size=16).hexdigest()
        return self


NO_LAYER: Final = Layer().seal()


@dataclass(frozen=True, slots=True)
class Change:
    """One record that an episode left different from how it found it; None stands for no record."""

    collection: str
    id: str
    before: Document | None
    after: Document | None


class World:
    """The state of one episode.

    Attributes:
        base: The world that all episodes of a seed share.
        layer: What the task of the episode adds to it.
        base_url: The address that links start from.
        reads: The records that the current call has shown so far.
        writes: The records that the current call has written so far.
        status: The code of success that the current call answers with; 0 for the usual one.
        touched: The collections of which the task or the episode has changed anything: all else stands in the base.
    """

    __slots__ = (
        "_journal", "base", "base_url", "changes", "collections", "layer", "reads", "status", "touched", "wanted",
        "writes",
    )  # fmt: skip

    def __init__(self, collections: Mapping[str, Collection], base: Layer, layer: Layer = NO_LAYER) -> None:
        self.collections = collections
        self.base_url = "http://localhost"
        self.wanted: Any = None
        self.reset(base, layer)

    def reset(self, base: Layer, layer: Layer = NO_LAYER) -> None:
        """Begin another episode, in time that does not depend on the size of the world."""
        self.base = base
        self.layer = layer
        self.changes = Layer(ticks=max(base.ticks, layer.ticks))
        self.touched = set(layer.tables)
        self.begin()

    def suspend(self) -> Suspended:
        """Return the episode, to be resumed later; it stays as it is while the world holds another one."""
        return self.base, self.layer, self.changes

    def resume(self, episode: Suspended) -> None:
        """Go on with an episode that was suspended."""
        self.base, self.layer, self.changes = episode
        self.touched = {*self.layer.tables, *self.changes.tables}
        self.begin()

    # -- reading -------------------------------------------------------------------------------------------------------

    def get(self, collection: str, id: str) -> Document | None:
        """Return a record, not to be changed; None where there is none."""
        if collection in self.touched:
            table = self.changes.tables.get(collection)
            if table is not None and id in table:
                return table[id]
            table = self.layer.tables.get(collection)
            if table is not None and id in table:
                return table[id]
        table = self.base.tables.get(collection)
        return table.get(id) if table is not None else None

    def show(self, collection: str, id: str) -> Document | None:
        """Return a record and note that the call has shown it."""
        found = self.get(collection, id)
        if found is not None:
            self.reads.append((collection, id))
        return found

    def find(self, collection: str, member: str, text: str) -> str | None:
        """Return the id of the oldest record whose indexed member is a text."""
        return self.first((collection, (member,)), text)

    def first(self, index: Index, value: str) -> str | None:
        """Return the id of the oldest record that has a value at an indexed path."""
        ids: Iterable[str] = self.base.index(index).get(value, _NOTHING)
        if index[0] in self.touched:
            above = self._above(index, value)
            # Nearly always it is the only one, and nobody has given its name to another.
            if not above:
                ids = [id for id in ids if not self._is_above(index[0], id)]
            elif len(above) == 1 and all(id in above for id in ids):
                ids = above
            else:
                ids = self.listed(*index, value)
        for id in ids:
            return id
        return None

    def ids(self, collection: str, *, newest_first: bool = False) -> Iterator[str]:
        """Yield the ids of all records, oldest first if not said otherwise."""
        changed = self.changes.tables.get(collection, {})
        layered = self.layer.tables.get(collection, {})
        based = self.base.tables.get(collection, {})
        if newest_first:
            yield from (id for id in reversed(changed) if changed[id] is not None and _is_new(id, layered, based))
            yield from (id for id in reversed(layered) if id not in based and changed.get(id, layered[id]) is not None)
            yield from (id for id in reversed(based) if changed.get(id, layered.get(id, based[id])) is not None)
            return
        for id, document in based.items():
            if changed.get(id, layered.get(id, document)) is not None:
                yield id
        for id, document in layered.items():
            if id not in based and changed.get(id, document) is not None:
                yield id
        for id, document in changed.items():
            if document is not None and id not in based and id not in layered:
                yield id

    def listed(self, collection: str, path: Path, value: str, *, newest_first: bool = False) -> Iterator[str]:
        """Yield the ids of the records whose indexed path has a value, oldest first if not said otherwise."""
        index = (collection, path)
        based = self.base.index(index).get(value, {})
        kept: Iterator[str] = reversed(based) if newest_first else iter(based)
        if collection not in self.touched:
            return kept
        if not self.base.digest:  # a base that is being made: it is put in order when it is done
            changed = self.changes.index(index).get(value, {})
            return reversed(changed) if newest_first else iter(changed)
        above = self._above(index, value)
        kept = (id for id in kept if id in above or not self._is_above(collection, id))
        added = [id for id in above if id not in based]
        if not added:
            return kept
        # What is listed since may be older than what the base lists: a record of it that was given another value.
        table, place = self.base.tables.get(collection, {}), self.position(collection)
        if len(added) > 1:
            added.sort(key=place, reverse=newest_first)
        if any(id in table for id in added):
            return heapq.merge(kept, added, key=place, reverse=newest_first)
        return chain(added, kept) if newest_first else chain(kept, added)

    def _is_above(self, collection: str, id: str) -> bool:
        """Whether the task or the episode has written a record."""
        return id in self.changes.tables.get(collection, _NOTHING) or id in self.layer.tables.get(collection, _NOTHING)

    def _above(self, index: Index, value: str) -> Mapping[str, None]:
        """Return the ids of the records of the task and of the episode that have a value at an indexed path."""
        changed, layered = self.changes.index(index).get(value, _NOTHING), self.layer.index(index).get(value)
        if not layered:
            return changed
        written = self.changes.tables.get(index[0], _NOTHING)
        return {**{id: None for id in layered if id not in written}, **changed}

    def position(self, collection: str) -> Callable[[str], tuple[int, int]]:
        """Return a function from the id of a record to its place in the order of `ids`."""
        levels = (self.base, self.layer, self.changes)
        places: list[dict[str, int] | None] = [None, None, None]

        def place(id: str) -> tuple[int, int]:
            for depth, level in enumerate(levels):
                if id in level.tables.get(collection, ()):
                    found = places[depth]
                    if found is None:
                        found = places[depth] = level.places(collection, keep=level is not self.changes)
                    return depth, found[id]
            return len(levels), 0

        return place

    def rises(self, collection: str, path: Path, read: Callable[[Any], float | None]) -> bool:
        """Whether the number that is read at a path of each record never goes down along the order of `ids`."""
        index = (collection, path)
        last = self.base.last.get(index)
        if last is None:
            last = self.base.last[index] = _greatest(self.base.tables.get(collection, {}), path, read)
        for level, below in ((self.layer, (self.base,)), (self.changes, (self.layer, self.base))):
            if collection not in self.touched or last == math.inf:
                break
            fresh: dict[str, Document | None] = {}
            for id, document in level.tables.get(collection, {}).items():
                before = next((found for lower in below if (found := lower.tables.get(collection, {}).get(id))), None)
                if before is None:
                    fresh[id] = document
                elif document is not None and at(document, path) != at(before, path):
                    return False
            last = _greatest(fresh, path, read, last)
        return last < math.inf

    def count(self, collection: str, path: Path | None = None, value: str = "") -> int:
        """Return how many records there are, or have a value at an indexed path, without a look at each of the base."""
        if path is None:
            based: Mapping[str, Any] = self.base.tables.get(collection, _NOTHING)
        else:
            based = self.base.index((collection, path)).get(value, _NOTHING)
        if collection not in self.touched:
            return len(based)
        written = {**self.layer.tables.get(collection, _NOTHING), **self.changes.tables.get(collection, _NOTHING)}
        if path is None:
            above = sum(document is not None for document in written.values())
        else:
            above = len(self._above((collection, path), value))
        return len(based) + above - sum(id in based for id in written)

    def values(self, collection: str, path: Path) -> list[str]:
        """Return the texts that stand at an indexed path of any record, sorted."""
        names = {name for level in (self.base, self.layer, self.changes) for name in level.index((collection, path))}
        return sorted(name for name in names if self.count(collection, path, name))

    def handle(self, collection: str, name: str) -> str | None:
        """Return the id of a record that hints call by name."""
        key = (collection, name)
        return self.base.handles.get(key) or self.layer.handles.get(key) or self.changes.handles.get(key)

    def context(self, name: str) -> str | None:
        """Return the id of an ambient record."""
        return self.layer.context.get(name) or self.base.context.get(name) or self.changes.context.get(name)

    @property
    def seed(self) -> int:
        """The seed that the base was made from."""
        return self.base.seed

    @property
    def seconds(self) -> int:
        """The time now, in seconds since 1970."""
        return EPOCH + self.changes.ticks

    # -- writing -------------------------------------------------------------------------------------------------------

    def put(self, collection: str, id: str, document: Document | None) -> None:
        """Store a record, or take it away; the document must be the world's own and stay as it is from here on."""
        table = self.changes.tables.get(collection)
        if table is None:
            table = self.changes.tables[collection] = {}
            self.touched.add(collection)
        self._journal.append((table, id, table.get(id, ABSENT)))
        stale = self.changes.stale.get(collection)
        if stale is not None:
            stale.append((id, table.get(id)))
        table[id] = document
        if stale is not None and len(stale) == _MANY:
            self.changes.refresh(collection)
        self.writes.append((collection, id))

    def remove(self, collection: str, id: str) -> None:
        """Take a record away."""
        self.put(collection, id, None)

    def next(self, sequence: str, start: int) -> int:
        """Return the next number of a sequence, which begins at `start`."""
        counters = self.changes.counters
        last = counters.get(sequence)
        self._journal.append((counters, sequence, ABSENT if last is None else last))
        if last is None:
            last = self.layer.counters.get(sequence)
        if last is None:
            last = self.base.counters.get(sequence, start - 1)
        counters[sequence] = number = last + 1
        return number

    # -- transactions --------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start a call."""
        self.status = 0
        self._journal: list[Overwritten] = []
        self.reads: list[RecordId] = []
        self.writes: list[RecordId] = []

    def commit(self) -> None:
        """End a call; the clock goes on if it changed anything."""
        if self._journal:
            self.changes.ticks += 1

    def rollback(self) -> None:
        """Undo everything since `begin`."""
        for table, key, before in reversed(self._journal):
            if before is ABSENT:
                del table[key]
            else:
                table[key] = before
        # Not by what was written alone: the service's own doing (a history) is no write of the call.
        if self._journal:
            self.changes.forget()
        self._journal = []
        self.reads = []
        self.writes = []

    # -- comparing -----------------------------------------------------------------------------------------------------

    def at_start(self, collection: str, id: str) -> Document | None:
        """Return a record as the episode found it."""
        layered = self.layer.tables.get(collection, {}).get(id, ABSENT)
        if layered is not ABSENT:
            return cast("Document | None", layered)
        return self.base.tables.get(collection, {}).get(id)

    def changed(self) -> dict[str, dict[str, Document | None]]:
        """Return the records that the episode left otherwise than it found them, stamps and histories included."""
        return {
            collection: effective
            for collection, table in self.changes.tables.items()
            if (effective := {id: doc for id, doc in table.items() if doc != self.at_start(collection, id)})
        }

    def diff(self) -> tuple[Change, ...]:
        """Return what the episode changed, as copies without stamped fields, in time that depends on it alone."""
        found: list[Change] = []
        for collection in sorted(self.changes.tables):
            info = self.collections.get(collection)
            if info is not None and info.is_history:
                continue
            stamped = info.stamped if info is not None else ()
            for id, after in self.changes.tables[collection].items():
                before = self.at_start(collection, id)
                old, new = _unstamped(before, stamped), _unstamped(after, stamped)
                if old != new or (before is None) != (after is None):
                    found.append(Change(collection, id, old, new))
        return tuple(found)

    def digest(self) -> str:
        """Return 32 hexadecimal digits that identify the whole state: records, ids and clock."""
        content = [self.base.digest, self.layer.digest, self.changed(), self.changes.counters, self.changes.ticks]
        return hashlib.blake2b(canonical(content), digest_size=16).hexdigest()

    def export(self) -> JsonObject:
        """Return all records by collection and id, as copies."""
        names = dict.fromkeys([*self.base.tables, *self.layer.tables, *self.changes.tables])
        return {
            name: {id: detach(cast("Json", self.get(name, id))) for id in self.ids(name)}  # one copy each
            for name in names
        }


def _is_new(id: str, layered: Mapping[str, Any], based: Mapping[str, Any]) -> bool:
    """Whether a record that the episode has changed was not there before it."""
    return id not in based and id not in layered


def _greatest(
    table: Mapping[str, Document | None], path: Path, read: Callable[[Any], float | None], last: float = -math.inf
) -> float:
    """Return the last number at a path of the records of a table; infinity where one is missing or they go down."""
    for document in table.values():
        if document is not None:
            number = read(at(document, path))
            if number is None or number < last:
                return math.inf
            last = number
    return last


def _unstamped(document: Document | None, stamped: Iterable[Path]) -> Document | None:
    """Return a copy of a document that lacks what the service alone writes."""
    if document is None:
        return None
    copy = cast("Document", detach(document))
    for path in stamped:
        node: Any = copy
        for key in path[:-1]:
            node = node.get(key) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node.pop(path[-1], None)
    return copy


def texts(document: Document | None, path: Path) -> Sequence[str]:
    """Return what a record is listed under: where a list stands at the path, under each of its items."""
    value: Any = document
    for key in path:
        value = value.get(key) if type(value) is dict else None
    if type(value) is str:
        return (value,)
    if value is None:
        return ()
    return [str(item) for item in (value if isinstance(value, list) else [value])]
