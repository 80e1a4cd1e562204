"""Records that meet conditions, found through the smallest index and as they are asked for.

Records come in the order in which they were made.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import TypeAlias

from atlasgen.runtime.context import Located
from atlasgen.runtime.documents import Document
from atlasgen.runtime.queries import Records

Holds: TypeAlias = Callable[[Document], bool]

_WORTH = 2  # an index that lists more than one record in so many saves nothing


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of an index: the records with a value at a path; without a path the record that has the value as id."""

    value: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """What is asked of a record.

    Attributes:
        holds: Whether a record meets it.
        places: Entries of indexes that between them list every record that meets it; None where there are none.
        size: How many records they list.
        recent: What no record is that is older than one that is not; None where nothing is known.
        is_exact: Whether the places list each record that meets it once, and none besides.
    """

    holds: Holds
    places: tuple[Place, ...] | None = None
    size: int = 0
    recent: Holds | None = None
    is_exact: bool = False


class Selection:
    """Tests on the records of one resource, and the records that meet them."""

    def __init__(self, records: Records) -> None:
        """Select from some records."""
        self._records = records

    def test(
        self, holds: Holds, places: Iterable[Place] = (), *, recent: Holds | None = None, is_exact: bool = False
    ) -> Test:
        """Return a test; places of which one has no index are of no use."""
        size, listed = 0, tuple(dict.fromkeys(places))
        for place in listed:
            count = self._records.count(place.path, place.value) if place.path else 1
            if count is None:
                return Test(holds, recent=recent)
            size += count
        return Test(holds, listed or None, size, recent, is_exact and bool(listed))

    def every(self) -> Test:
        """Return the test that every record meets."""
        return Test(lambda record: True, size=self._records.total(), is_exact=True)

    def never(self) -> Test:
        """Return the test that no record meets."""
        return Test(lambda record: False, places=())

    def all(self, tests: Sequence[Test]) -> Test:
        """Return the test that a record meets that meets all of some tests."""
        if len(tests) == 1:
            return tests[0]
        asked = [test.holds for test in tests]

        def holds(record: Document) -> bool:
            return all(ask(record) for ask in asked)

        smallest = min((test for test in tests if test.places is not None), key=lambda test: test.size, default=None)
        bounds = [test.recent for test in tests if test.recent is not None]
        recent = (lambda record: all(bound(record) for bound in bounds)) if bounds else None
        if smallest is None:
            return Test(holds, recent=recent)
        return Test(holds, smallest.places, smallest.size, recent)

    def any(self, tests: Sequence[Test]) -> Test:
        """Return the test that a record meets that meets one of some tests."""
        if len(tests) == 1:
            return tests[0]
        asked = [test.holds for test in tests]

        def holds(record: Document) -> bool:
            return any(ask(record) for ask in asked)

        found = [test.places for test in tests if test.places is not None]
        if len(found) < len(tests):
            return Test(holds)
        places = tuple(dict.fromkeys(place for part in found for place in part))
        return Test(holds, places, sum(test.size for test in tests))

    def counter(self, test: Test) -> Callable[[], int] | None:
        """Return what counts the records that meet a test without a look at them; None where there is no such way."""
        return (lambda: test.size) if test.is_exact else None

    def found(self, test: Test, *, newest_first: bool) -> Iterator[Located]:
        """Yield the records that meet a test, in the order in which they were made or the other way round."""
        records, holds, places, recent = self._records, test.holds, test.places, test.recent
        if places is not None and (len(places) < 2 or test.size * _WORTH < records.total()):
            candidates = self._listed(places, newest_first=newest_first)
        elif recent is not None and not newest_first:
            candidates = reversed(list(takewhile(lambda item: recent(item[1]), records.every(newest_first=True))))
        else:
            candidates = records.every(newest_first=newest_first)
        if recent is not None and newest_first:
            candidates = takewhile(lambda item: recent(item[1]), candidates)
        return (item for item in candidates if holds(item[1]))

    def _listed(self, places: Sequence[Place], *, newest_first: bool) -> Iterator[Located]:
        """Yield what some places list, each record once."""
        records = self._records
        listings: list[Iterable[Located]] = [
            records.having(place.path, place.value, newest_first=newest_first) for place in places if place.path
        ]
        single = (records.get(place.value) for place in places if not place.path)
        named = [item for item in single if item is not None]
        if not listings and len(named) < 2:
            yield from named
        elif len(listings) == 1 and not named:
            yield from listings[0]
        else:
            position = records.position()

            def made(item: Located) -> tuple[int, int]:
                return position(item[0])

            last = None
            for item in heapq.merge(
                *listings, sorted(named, key=made, reverse=newest_first), key=made, reverse=newest_first
            ):
                if item[0] != last:
                    last = item[0]
                    yield item


def tied(
    found: Iterable[Located], by: Callable[[Document], object], sort: Callable[[Iterable[Located]], Iterable[Located]]
) -> Iterator[Located]:
    """Yield records that are in an order already, those that are alike in it sorted further, a few at a time."""
    for _, group in groupby(found, key=lambda item: by(item[1])):
        yield from sort(group)
