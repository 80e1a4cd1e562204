"""What a query language may ask of the records of a resource; the languages themselves are modules of people.

A language is a function from a text and these records to those that the text asks for, in its order. It yields them as
they are asked for: a page needs the first fifty of a hundred thousand. A text that it cannot read, or that asks for
what is not there, is a `QueryError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from atlasgen.plan.model import Path
from atlasgen.runtime.context import Context, Located
from atlasgen.runtime.documents import Document
from atlasgen.runtime.world import World


class QueryError(ValueError):
    """A text is no query of its language, or asks for what is not there; the message is for whoever wrote it."""


class Records:
    """The records of one resource in one world, as a query language looks at them.

    Paths are written with dots, lead through references, and end in the id where they end in one.
    """

    def __init__(self, context: Context, resource: str, world: World) -> None:
        """Look at the records of a resource."""
        self._context = context
        self._resource = resource
        self._world = world
        self._collection = context.names[resource]
        self._indexed = context.plan.resources[resource].indexes

    def every(self, *, newest_first: bool = False) -> Iterator[Located]:
        """Yield all records, the oldest first if not said otherwise."""
        return self._located(self._world.ids(self._collection, newest_first=newest_first))

    def having(self, path: str, value: str, *, newest_first: bool = False) -> Iterator[Located]:
        """Yield the records that have a value at a path (or in the list there), through an index if there is one."""
        steps = tuple(path.split("."))
        if steps in self._indexed:
            return self._located(self._world.listed(self._collection, steps, value, newest_first=newest_first))
        get = self.getter(path)
        return (item for item in self.every(newest_first=newest_first) if _has(get(item[1]), value))

    def get(self, id: str) -> Located | None:
        """Return the record that has an id; None where there is none."""
        record = self._world.get(self._collection, id)
        return (id, record) if record is not None else None

    def total(self) -> int:
        """Return how many records there are."""
        return self._world.count(self._collection)

    def count(self, path: str, value: str) -> int | None:
        """Return how many records have a value at an indexed path; None where the path has no index."""
        steps: Path = tuple(path.split("."))
        return self._world.count(self._collection, steps, value) if steps in self._indexed else None

    def position(self) -> Callable[[str], tuple[int, int]]:
        """Return a function from the id of a record to its place in the order in which records were made."""
        return self._world.position(self._collection)

    def rises(self, path: str, read: Callable[[Any], float | None]) -> bool:
        """Whether the number that is read at a path never goes down in the order in which records were made."""
        return self._world.rises(self._collection, tuple(path.split(".")), read)

    def value(self, record: Document, path: str) -> Any:
        """Return what stands at a path of a record; `ABSENT` where nothing does."""
        return self.getter(path)(record)

    def getter(self, path: str) -> Callable[[Document], Any]:
        """Return a function from a record to what stands at a path, for those who ask often."""
        follow, world = self._context.paths.dotted(path, self._resource), self._world
        return lambda record: follow(world, record)

    def named(self, resource: str, text: str) -> str | None:
        """Return the id of a record of any resource by its id or one of its further names; None where there is none."""
        found = self._context.locate(self._context.plan.resources[resource])(self._world, text)
        return found[0] if found is not None else None

    def ambient(self, name: str) -> str | None:
        """Return the id of an ambient record: of who is asking."""
        return self._world.context(name)

    @property
    def now(self) -> int:
        """The time of the world, in seconds since 1970."""
        return self._world.seconds

    def records(self, resource: str) -> Records | None:
        """Return the records of another resource of the same API; None where it has no such resource."""
        if resource not in self._context.names:
            return None
        return Records(self._context, resource, self._world)

    def _located(self, ids: Iterator[str]) -> Iterator[Located]:
        get, collection = self._world.get, self._collection
        return ((id, record) for id in ids if (record := get(collection, id)) is not None)


@dataclass(frozen=True, slots=True)
class Matches:
    """What a query finds, and what counts it without finding it; None where that cannot be done."""

    records: Iterable[Located]
    count: Callable[[], int] | None = None

    def __iter__(self) -> Iterator[Located]:
        return iter(self.records)


Language: TypeAlias = Callable[[str, Records], Iterable[Located]]
"""It may return `Matches`: then a list that tells how many there are looks at no more of them than it shows."""


def _has(found: Any, value: str) -> bool:
    return any(str(item) == value for item in (found if isinstance(found, list) else [found]))
