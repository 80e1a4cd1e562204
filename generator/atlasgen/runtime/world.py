"""The state of an episode: a shared base, a task's layer, and what the episode itself has changed.

This is the only module that holds mutable state. Documents are replaced, never changed, and never handed to a caller:
what leaves the runtime is JSON text or a copy. Every call is a transaction (`begin`, then `commit` or `rollback`),
which covers records, ids and the clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, cast

from atlasgen.jsonvalue import Json, JsonObject, canonical, detach
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, Document, at

RecordId: TypeAlias = tuple[str, str]
"""A collection and the id of a record in it."""

Overwritten: TypeAlias = tuple[dict[str, Any], str, Any]
"""A table, a key in it, and what stood there before; `ABSENT` for nothing."""


_EPOCH = 1_767_258_000  # 2026-01-01T09:00:00Z, when every world begins


@dataclass(frozen=True, slots=True)
class Collection:
    """What a world must know of the records of one resource.

    Attributes:
        aliases: Members other than the id by which records are found (`key`).
        indexes: Further paths by whose value records are listed.
        stamped: Paths that the service alone writes; a diff leaves them out.
        is_history: Whether the records keep what others were: the service alone writes them, and a diff has none.
    """

    name: str
    aliases: tuple[str, ...] = ()
    indexes: tuple[Path, ...] = ()
    stamped: tuple[Path, ...] = ()
    is_history: bool = False
    indexed: tuple[Path, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Join what is indexed, each path once."""
        paths = dict.fromkeys([*((member,) for member in self.aliases), *self.indexes])
        object.__setattr__(self, "indexed", tuple(paths))


@dataclass(slots=True, eq=False)
class Layer:
    """Records with their indexes; frozen once it is built, so that any number of episodes share it.

    Attributes:
        tables: Collection -> id -> document, or None for a record that this layer takes away from the one below.
        indexes: (collection, path) -> value -> id -> whether it is listed there.
        counters: How far each sequence of ids has got.
        handles: (collection, name) -> id, for records that hints call by name.
        context: The ambient records: name -> id.
        ticks: Seconds since the world began.
        shown: Encoded views of records of a base, kept by view and id: see `views`.
    """

    tables: dict[str, dict[str, Document | None]] = field(default_factory=dict)
    indexes: dict[tuple[str, Path], dict[str, dict[str, bool]]] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    handles: dict[tuple[str, str], str] = field(default_factory=dict)
    context: dict[str, str] = field(default_factory=dict)
    ticks: int = 0
    seed: int = 0
    digest: str = ""
    shown: dict[str, dict[str, tuple[Document, str, Any]]] = field(default_factory=dict, repr=False, compare=False)

    def seal(self) -> Layer:
        """Return the layer with its digest; nothing may be written to it from here on."""
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
    """

    __slots__ = (
        "_journal", "base", "base_url", "changes", "collections", "layer", "reads", "status", "wanted", "writes",
    )  # fmt: skip

    def __init__(self, collections: Mapping[str, Collection], base: Layer, layer: Layer = NO_LAYER) -> None:
        self.collections = collections
        self.base = base
        self.layer = layer
        self.base_url = "http://localhost"
        self.changes = Layer(ticks=max(base.ticks, layer.ticks))
        self._journal: list[Overwritten] = []
        self.reads: list[RecordId] = []
        self.writes: list[RecordId] = []
        self.wanted: Any = None
        self.status = 0

    def reset(self, base: Layer, layer: Layer = NO_LAYER) -> None:
        """Begin another episode, in time that does not depend on the size of the world."""
        self.base = base
        self.layer = layer
        self.changes = Layer(ticks=max(base.ticks, layer.ticks))
        self._journal = []
        self.reads = []
        self.writes = []

    # -- reading -------------------------------------------------------------------------------------------------------

    def get(self, collection: str, id: str) -> Document | None:
        """Return a record, not to be changed; None where there is none."""
        table = self.changes.tables.get(collection)
        if table is not None and (found := table.get(id, ABSENT)) is not ABSENT:
            return cast("Document | None", found)
        table = self.layer.tables.get(collection)
        if table is not None and (found := table.get(id, ABSENT)) is not ABSENT:
            return cast("Document | None", found)
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
        key = (collection, (member,))
        above = self.changes.indexes.get(key), self.layer.indexes.get(key)
        if not any(table and text in table for table in above):
            # Nearly always: nobody has touched that name since the world was made.
            table = self.base.indexes.get(key)
            ids = table.get(text) if table is not None else None
            return next(iter(ids)) if ids else None
        return next(self.listed(collection, (member,), text), None)

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
        key = (collection, path)
        nothing: dict[str, bool] = {}
        changed = self.changes.indexes.get(key, {}).get(value, nothing)
        layered = self.layer.indexes.get(key, {}).get(value, nothing)
        based = self.base.indexes.get(key, {}).get(value, nothing)
        if newest_first:
            yield from (id for id in reversed(changed) if changed[id] and _is_new(id, layered, based))
            yield from (id for id in reversed(layered) if id not in based and changed.get(id, layered[id]))
            yield from (id for id in reversed(based) if changed.get(id, layered.get(id, True)))
            return
        for id in based:
            if changed.get(id, layered.get(id, True)):
                yield id
        for id, present in layered.items():
            if id not in based and changed.get(id, present):
                yield id
        for id, present in changed.items():
            if present and id not in based and id not in layered:
                yield id

    def count(self, collection: str, path: Path | None = None, value: str = "") -> int:
        """Return how many records there are, or have a value at an indexed path, without a look at each of the base."""
        levels = (self.base, self.layer, self.changes)
        if path is None:
            tables: Any = [level.tables.get(collection, {}) for level in levels]
        else:
            tables = [level.indexes.get((collection, path), {}).get(value, {}) for level in levels]
        based, layered, changed = tables
        total = len(based)
        for id in layered.keys() | changed.keys():
            above = changed.get(id, layered.get(id))
            total += (above is not None and above is not False) - (id in based)
        return total

    def values(self, collection: str, path: Path) -> list[str]:
        """Return the texts that stand at an indexed path of any record, sorted."""
        key = (collection, path)
        names = {name for level in (self.base, self.layer, self.changes) for name in level.indexes.get(key, ())}
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
        return _EPOCH + self.changes.ticks

    # -- writing -------------------------------------------------------------------------------------------------------

    def put(self, collection: str, id: str, document: Document) -> None:
        """Store a record; the document must be the world's own and may not be changed from here on."""
        self._replace(collection, id, document)

    def add(self, collection: str, id: str, document: Document) -> None:
        """Store a record under an id that nothing has; otherwise `put`."""
        table = self.changes.tables.setdefault(collection, {})
        _set(table, id, document, self._journal)
        self.writes.append((collection, id))
        info = self.collections.get(collection)
        if info is not None:
            enter(self.changes, info, id, None, document, self._journal)

    def remove(self, collection: str, id: str) -> None:
        """Take a record away."""
        self._replace(collection, id, None)

    def _replace(self, collection: str, id: str, document: Document | None) -> None:
        before = self.get(collection, id)
        table = self.changes.tables.setdefault(collection, {})
        _set(table, id, document, self._journal)
        self.writes.append((collection, id))
        info = self.collections.get(collection)
        if info is not None:
            enter(self.changes, info, id, before, document, self._journal)

    def next(self, sequence: str, start: int) -> int:
        """Return the next number of a sequence, which begins at `start`."""
        counters = self.changes.counters
        last = counters.get(sequence)
        below = self.layer.counters.get(sequence, self.base.counters.get(sequence, start - 1)) if last is None else last
        _set(counters, sequence, below + 1, self._journal)
        return below + 1

    # -- transactions --------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start a call."""
        self.status = 0
        self._journal = []
        self.reads = []
        self.writes = []

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
        self._journal = []
        self.writes = []

    # -- comparing -----------------------------------------------------------------------------------------------------

    def at_start(self, collection: str, id: str) -> Document | None:
        """Return a record as the episode found it."""
        layered = self.layer.tables.get(collection, {}).get(id, ABSENT)
        if layered is not ABSENT:
            return cast("Document | None", layered)
        return self.base.tables.get(collection, {}).get(id)

    def in_base(self, collection: str, id: str) -> Document | None:
        """Return a record as the base has it."""
        return self.base.tables.get(collection, {}).get(id)

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
        changed = {
            collection: effective
            for collection, table in self.changes.tables.items()
            if (effective := {id: doc for id, doc in table.items() if doc != self.at_start(collection, id)})
        }
        content = [self.base.digest, self.layer.digest, changed, self.changes.counters, self.changes.ticks]
        return hashlib.blake2b(canonical(content), digest_size=16).hexdigest()

    def export(self) -> JsonObject:
        """Return all records by collection and id, as copies."""
        names = dict.fromkeys([*self.base.tables, *self.layer.tables, *self.changes.tables])
        return {
            name: {id: detach(cast("Json", self.get(name, id))) for id in self.ids(name)}  # one copy each
            for name in names
        }


def enter(
    layer: Layer,
    info: Collection,
    id: str,
    before: Document | None,
    after: Document | None,
    journal: list[Overwritten],
) -> None:
    """Bring the indexes of a layer from one state of a record to another, noting how to undo it."""
    for path in info.indexed:
        was = () if before is None else _values(before, path)
        now = () if after is None else _values(after, path)
        if was != now:
            index = layer.indexes.setdefault((info.name, path), {})
            for value in was:
                _set(index.setdefault(value, {}), id, False, journal)
            for value in now:
                _set(index.setdefault(value, {}), id, True, journal)


def _is_new(id: str, layered: Mapping[str, Any], based: Mapping[str, Any]) -> bool:
    """Whether a record that the episode has changed was not there before it."""
    return id not in based and id not in layered


def _set(table: dict[str, Any], key: str, value: Any, journal: list[Overwritten]) -> None:
    journal.append((table, key, table.get(key, ABSENT)))
    table[key] = value


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


def _values(document: Document, path: Path) -> tuple[str, ...]:
    value = at(document, path)
    if value is ABSENT or value is None:
        return ()
    items: Iterable[Any] = value if isinstance(value, list) else (value,)
    return tuple(str(item) for item in items)
