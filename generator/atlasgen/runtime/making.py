"""Makers compiled to closures: from a record that is being made to what stands at one of its paths.

Choices are drawn from one stream for each sort of record, in the order in which its records are made.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from atlasgen.jsonvalue import Json, detach
from atlasgen.plan.model import Maker, Path
from atlasgen.plan.worlds import duration
from atlasgen.runtime.context import Context
from atlasgen.runtime.documents import ABSENT, Document, at, own
from atlasgen.runtime.follow import Follow
from atlasgen.runtime.identity import timestamp
from atlasgen.runtime.world import World

Make: TypeAlias = Callable[[Document], Any]
"""From the record so far to a value, which is the caller's own; `ABSENT` leaves the field out."""

Stream: TypeAlias = Callable[[], float]
"""The next choice: a number from 0 up to, and without, 1."""

_TRIES = 3  # draws before a text that must be unique is told from another by a number
_DRAWS = 20  # draws of items that must differ, for each of them


class NothingThere(Exception):
    """There is no record yet that a reference could name."""


@dataclass(slots=True)
class Pool:
    """The records that meet some conditions, as far as those of the world have been looked at.

    Attributes:
        tests: The conditions.
        up: What leads to the next record of a chain, and how long the chain may be; None where it does not matter.
        ids: The records.
        places: Where each record stands in `ids`; empty until a record has been changed.
        depths: How long the chain of each record is that has been looked at.
        made: How many of the records that were made have been looked at, and `changed` of the changes.
    """

    tests: list[tuple[Follow, Json]]
    up: tuple[Follow, int] | None = None
    ids: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    made: int = 0
    changed: int = 0


class Records:
    """What has been made of a world so far.

    Attributes:
        world: The world.
        made: The ids of the records of each resource, in the order in which they were made.
        changed: The ids of those that were changed since, once for every change.
        now: The time at which the making ends, in seconds since 1970.
    """

    def __init__(self, world: World, context: Context, now: int) -> None:
        """Begin with a world that is being made."""
        self.world = world
        self.context = context
        self.now = now
        self.made: dict[str, list[str]] = {}
        self.changed: dict[str, list[str]] = {}
        self.used: dict[tuple[str, Path], dict[str, int]] = {}
        self._pools: dict[str, Pool] = {}

    def typed(self, resource: str, id: str) -> Json:
        """Return an id as other records hold it."""
        identity = self.context.plan.resources[resource].identity
        return int(id) if identity.numeric and id.isdecimal() else id

    def drawn(self, maker: Maker, stream: Stream, path: Path = ()) -> Callable[[], str]:
        """Return what draws the id of a record that meets conditions.

        Args:
            maker: Names the resource, the conditions and the skew.
            stream: Chooses.
            path: Where the id will stand in a record of the same resource, if chains matter.

        The function raises `NothingThere` where no record meets the conditions.
        """
        resource, pick = maker.resource, picker(stream, maker.skew)
        pool, refresh = self._pool(maker, path), self._refresh
        made = self.made.setdefault(resource, [])
        changed = self.changed.setdefault(resource, [])
        if pool.up is None and not pool.tests:

            def any_one() -> str:
                if not made:
                    raise NothingThere
                return made[pick(len(made))]

            return any_one

        def one() -> str:
            if pool.made < len(made) or pool.changed < len(changed):
                refresh(pool, resource)
            if not pool.ids:
                raise NothingThere
            return pool.ids[pick(len(pool.ids))]

        return one

    def _pool(self, maker: Maker, path: Path) -> Pool:
        key = f"{maker.resource} {maker.where} {maker.depth and path} {maker.depth}"
        if key not in self._pools:
            follow = self.context.paths
            tests = [(follow.dotted(name, maker.resource), wanted) for name, wanted in maker.where.items()]
            up = (follow.follow(path, maker.resource), maker.depth) if maker.depth else None
            self._pools[key] = Pool(tests, up)
        return self._pools[key]

    def _refresh(self, pool: Pool, resource: str) -> None:
        """Look at the records that were made or changed since a pool was last drawn from."""
        made, changed = self.made[resource], self.changed[resource]
        for id in made[pool.made :]:
            if self._belongs(pool, resource, id):
                if pool.places:
                    pool.places[id] = len(pool.ids)
                pool.ids.append(id)
        pool.made = len(made)
        if changed and not pool.places:
            pool.places = {id: place for place, id in enumerate(pool.ids)}
        for id in dict.fromkeys(changed[pool.changed :]):
            belongs, place = self._belongs(pool, resource, id), pool.places.get(id)
            if belongs and place is None:
                pool.places[id] = len(pool.ids)
                pool.ids.append(id)
            elif not belongs and place is not None:
                last = pool.ids.pop()  # the last one takes its place: nothing else moves
                if last != id:
                    pool.ids[place] = last
                    pool.places[last] = place
                del pool.places[id]
        pool.changed = len(changed)

    def _belongs(self, pool: Pool, resource: str, id: str) -> bool:
        world = self.world
        record = world.get(self.context.names[resource], id) or {}
        for get, wanted in pool.tests:
            if get(world, record) != wanted:
                return False
        return pool.up is None or self._shallow(pool, id, record)

    def _shallow(self, pool: Pool, id: str, record: Document) -> bool:
        """Whether a chain may go on below a record."""
        if pool.up is None:
            return True
        get, most = pool.up
        above = get(self.world, record)
        depth = pool.depths[id] = 1 if above is None or above is ABSENT else pool.depths.get(str(above), 0) + 1
        return depth < most


def stream(seed: int) -> Stream:
    """Return choices that hang on a seed alone: this much `random` promises for all versions and machines."""
    return random.Random(seed).random


def picker(stream: Stream, skew: int = 0) -> Callable[[int], int]:
    """Return a function from n to a number below n; a skew above 0 favours the small ones, below 0 the large ones."""
    if not skew:
        return lambda n: int(stream() * n)
    more = abs(skew)

    def pick(n: int) -> int:
        share = first = stream()
        for _ in range(more):  # multiplied, not raised to a power: that is exact on every machine
            share *= first
        return int(share * n) if skew > 0 else n - 1 - int(share * n)

    return pick


class Compiler:
    """Compiles the makers of one sort of record."""

    def __init__(self, records: Records, resource: str, stream: Stream) -> None:
        """Take what is there, and what chooses."""
        self._records = records
        self._resource = resource
        self._stream = stream
        self._paths = records.context.paths

    def compile(self, maker: Maker, path: Path = ()) -> Make:
        """Return what makes a value.

        Args:
            maker: How it is made.
            path: Where it will stand, if it is all that stands there.
        """
        make = self._made(maker, path)
        if maker.chance == 1.0:
            return make
        chance, stream = maker.chance, self._stream
        return lambda record: make(record) if stream() < chance else ABSENT

    def _made(self, maker: Maker, path: Path) -> Make:
        match maker.kind:
            case "object":
                return self._object(maker)
            case "list":
                makes = [self.compile(part) for part in maker.parts]
                return lambda record: [value for make in makes if (value := make(record)) is not ABSENT]
            case "any":
                return self._any(maker, path)
            case "same":
                follow, world = self._paths.follow(maker.path, self._resource), self._records.world
                return lambda record: own(follow(world, record))
            case "some":
                return self._some(maker)
            case "one":
                return self._one(maker)
            case "phrase":
                return self._phrase(maker, path)
            case "several":
                return self._several(maker)
            case "between":
                return self._between(maker)
            case "moment":
                return self._moment(maker)
            case _:
                value = maker.value
                return (lambda record: detach(value)) if isinstance(value, dict | list) else lambda record: value

    def _any(self, maker: Maker, path: Path) -> Make:
        draw = self._records.drawn(maker, self._stream, path)
        if not self._records.context.plan.resources[maker.resource].identity.numeric:
            return lambda record: draw()
        typed, resource = self._records.typed, maker.resource
        return lambda record: typed(resource, draw())

    def _object(self, maker: Maker) -> Make:
        makes = [(key, self.compile(member)) for key, member in maker.members.items()]

        def make(record: Document) -> Any:
            return {key: value for key, one in makes if (value := one(record)) is not ABSENT}

        return make

    def _choices(self, maker: Maker) -> list[Make]:
        values = maker.value if isinstance(maker.value, list) else []
        return [self.compile(part) for part in maker.parts or [Maker("value", value) for value in values]]

    def _one(self, maker: Maker) -> Make:
        values, pick = maker.value, picker(self._stream, maker.skew)
        if isinstance(values, list) and not any(isinstance(value, dict | list) for value in values):
            return lambda record: values[pick(len(values))]
        makes = self._choices(maker)
        return lambda record: makes[pick(len(makes))](record)

    def _some(self, maker: Maker) -> Make:
        """Return what takes about two of some values, in their order; a skew makes the first ones more common."""
        makes, stream = self._choices(maker), self._stream
        count = len(makes)
        weights = [(count - index if maker.skew > 0 else index + 1) ** abs(maker.skew) for index in range(count)]
        total = sum(weights)
        choices = [(make, 2 * weight / total) for make, weight in zip(makes, weights, strict=True)]
        return lambda record: [make(record) for make, share in choices if stream() < share]

    def _phrase(self, maker: Maker, path: Path) -> Make:
        makes, join = [self.compile(part) for part in maker.parts], maker.join or ""
        used = self._used(path) if maker.unique else None

        def text(record: Document) -> str:
            parts = [make(record) for make in makes]
            return join.join([str(part) for part in parts if part is not ABSENT and part != ""])

        if used is None:
            return text

        def unique(record: Document) -> str:
            for _ in range(_TRIES):
                found = text(record)
                if found not in used:
                    used[found] = 1
                    return found
            while (numbered := f"{found}{join}{used[found] + 1}") in used:
                used[found] += 1
            used[found] += 1
            used[numbered] = 1
            return numbered

        return unique

    def _used(self, path: Path) -> dict[str, int]:
        """Return the texts that records have at a path already, with how often each was drawn."""
        if not path:
            return {}
        records, key = self._records, (self._resource, path)
        if key not in records.used:
            collection, ids = records.context.names[self._resource], records.made.get(self._resource, ())
            found = (at(records.world.get(collection, id), path) for id in ids)
            records.used[key] = {text: 1 for text in found if isinstance(text, str)}
        return records.used[key]

    def _several(self, maker: Maker) -> Make:
        (part,) = maker.parts
        make, pick, join = self.compile(part), picker(self._stream), maker.join
        least, span = int(maker.bounds[0]), int(maker.bounds[1] - maker.bounds[0]) + 1

        def items(record: Document) -> list[Any]:
            count = least + pick(span)
            if not maker.unique:
                return [value for _ in range(count) if (value := make(record)) is not ABSENT]
            found: list[Any] = []
            for _ in range(count * _DRAWS):
                if len(found) == count:
                    break
                value = make(record)
                if value is not ABSENT and value not in found:
                    found.append(value)
            return found

        return items if join is None else lambda record: join.join(map(str, items(record)))

    def _between(self, maker: Maker) -> Make:
        low, high = maker.bounds
        if isinstance(low, int) and isinstance(high, int):
            pick, count = picker(self._stream, maker.skew), high - low + 1
            return lambda record: low + pick(count)
        # Hundredths are as fine as any amount or estimate that people enter.
        pick, count = picker(self._stream, maker.skew), int((high - low) * 100) + 1
        return lambda record: round(low + pick(count) / 100, 2)

    def _moment(self, maker: Maker) -> Make:
        after, before = [self._time(text) for text in maker.after], [self._time(text) for text in maker.before]
        style, pick, within = self._records.context.plan.timestamp, picker(self._stream), maker.within
        world, now, day = self._records.world, self._records.now, maker.day

        def make(record: Document) -> str:
            begins = [moment for time in after if (moment := time(record)) is not None]
            first = max(begins) if begins else world.seconds
            ends = [moment for time in before if (moment := time(record)) is not None]
            if within:
                ends.append(first + within)
            last = max(first, min(ends) if ends else now)
            chosen = timestamp(first + pick(last - first + 1), style)
            return chosen[:10] if day else chosen

        return make

    def _time(self, text: str) -> Callable[[Document], int | None]:
        """Return what finds a moment that a hint names, in seconds since 1970; None for a path that leads nowhere."""
        world, now = self._records.world, self._records.now
        if text == "now":
            return lambda record: now
        if text == "made":
            return lambda record: world.seconds
        seconds = duration(text)
        if seconds is not None:
            moment = now + seconds
            return lambda record: moment
        follow = self._paths.dotted(text, self._resource)
        return lambda record: _seconds(follow(world, record))


def laid(record: Document, path: Path, value: Json) -> None:
    """Put a value at a path of a record that is the caller's own."""
    node = record
    for key in path[:-1]:
        inner = node.get(key)
        if not isinstance(inner, dict):
            inner = node[key] = {}
        node = inner
    node[path[-1]] = value


def _seconds(value: Any) -> int | None:
    """Return the seconds since 1970 of a time as services write it."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return int((moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp())
