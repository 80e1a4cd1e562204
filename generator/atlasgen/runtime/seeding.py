"""Makes the world that episodes begin in: first the records that hints name, then as many as are asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, detach
from atlasgen.plan.model import Field, Maker, Path, Plan, Population, Resource, WorldPlan
from atlasgen.runtime.documents import ABSENT, Document, at, with_value, without
from atlasgen.runtime.follow import Follow
from atlasgen.runtime.identity import digits, draw
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.runtime.store import Store
from atlasgen.runtime.world import Collection, Layer, World

SAMPLES = 3
"""How many records of each resource a world holds that no hint describes."""

RECORDS = 24
"""How many records hints may ask to be made, if the caller does not say."""

_TRIES = 200  # draws before a value that must be unique is given up


def base_world(emulators: Sequence[Emulator], *, seed: int = 0, records: int = RECORDS) -> Layer:
    """Return the world of a seed.

    Args:
        emulators: The APIs whose records it holds.
        seed: Chooses ids, texts and who belongs to whom. The same seed gives the same world, byte for byte.
        records: How many records to make beyond those that hints name, for each API.

    Raises:
        AtlasgenError: the hints ask for a record that is not there.
    """
    collections: dict[str, Collection] = {}
    for emulator in emulators:
        collections |= emulator.collections
    world = World(collections, Layer(seed=seed))
    for emulator in emulators:
        _Seeder(emulator, world, seed).run(records)
    made = world.changes
    made.seed = seed
    made.put_in_order()
    made.ticks += 1
    return made.seal()


@dataclass(slots=True)
class _Pool:
    """The records that meet some conditions, as far as those that are made have been looked at."""

    tests: list[tuple[Follow, Json]]
    ids: list[str] = dataclasses.field(default_factory=list)
    seen: int = 0


class _Seeder:
    """Fills the part of a world that belongs to one API."""

    def __init__(self, emulator: Emulator, world: World, seed: int) -> None:
        self.emulator = emulator
        self.plan: Plan = emulator.plan
        self.world = world
        self.seed = seed
        self.stores: dict[str, Store] = {}
        self.made: dict[str, list[str]] = {}
        self.pools: dict[str, _Pool] = {}
        self.used: dict[tuple[str, str], set[str]] = {}

    def run(self, records: int) -> None:
        held = self.plan.world
        self._name(held.records)
        for resource, items in held.records.items():
            for handle in self._shuffled(resource, items):
                self._fixed(resource, handle, items[handle])
        for name, handle in held.context.items():
            self.world.changes.context[name] = str(self._handle(self.plan.context[name], handle, f"context/{name}"))
        if held == WorldPlan():
            self._sample(min(records, SAMPLES))
        shares = sum(item.share for item in held.populate)
        for index, item in enumerate(held.populate):
            for number in range(round(records * item.share / shares)):
                self._made(item, f"{index}.{number}")

    def _sample(self, count: int) -> None:
        """Fill a world that no hint describes: some records of every resource, those that others refer to first."""
        choose = chooser(draw(self.seed, self.plan.name, "sample") % 2**32)
        sampler = Sampler(self.plan.schemas, choose, share=60)
        done: set[str] = set()

        def fill(name: str) -> None:
            resource = self.plan.resources.get(name)
            if name in done or resource is None:
                return
            done.add(name)
            for field in resource.fields:
                if field.reference is not None:
                    fill(field.reference.resource)
            for _ in range(count if resource.schema is not None else 0):
                self._insert(name, self._sampled(resource, sampler))

        for name in self.plan.resources:
            fill(name)

    def _sampled(self, resource: Resource, sampler: Sampler) -> Document:
        """Return a record that its schema allows, with references to records that are there."""
        value = sampler.value(resource.schema)
        record: Document = value if isinstance(value, dict) else {}
        taken_out = [(resource.identity.field,), *resource.stamped, *(field.path for field in resource.fields)]
        record = without(record, taken_out) or {}
        for field in resource.fields:
            if field.reference is None or field.reference.resource not in self.emulator.names:
                continue
            ids = self.made.get(field.reference.resource)
            if ids:
                id = self._typed(field.reference.resource, sampler.pick(ids))
                record = with_value(record, field.path, [id] if field.many else id)
        return record

    # -- named records -------------------------------------------------------------------------------------------------

    def _shuffled(self, resource: str, items: Iterable[str]) -> list[str]:
        """Return names in an order of this world's own, so that neither ids nor positions can be learnt by heart."""
        return sorted(items, key=lambda handle: draw(self.seed, "order", resource, handle))

    def _name(self, named: Mapping[str, Mapping[str, JsonObject]]) -> None:
        """Give every named record its id, before any of them refers to another."""
        for resource, items in named.items():
            store, identity = self._store(resource), self.plan.resources[resource].identity
            for handle in self._shuffled(resource, items):
                draft: dict[str, Json] = {}
                given = items[handle].get(identity.field)
                if given is not None:
                    draft[identity.field] = given
                elif identity.format is not None and "{hex" in identity.format:
                    # People are the same in every API of a world: their ids hang on their names alone.
                    draft[identity.field] = digits(24, self.seed, resource, handle)
                id = store.identify(self.world, draft)
                self.world.changes.handles[store.collection, handle] = id

    def _fixed(self, resource: str, handle: str, values: JsonObject) -> None:
        store, definition = self._store(resource), self.plan.resources[resource]
        id = self.world.changes.handles[store.collection, handle]
        record = cast("Document", detach(values))
        record[definition.identity.field] = self._typed(resource, id)
        for field in definition.fields:
            if field.reference is not None:
                record = self._linked(record, field, f"records/{resource}/{handle}")
        self._insert(resource, record)

    def _linked(self, record: Document, field: Field, where: str) -> Document:
        """Replace the names at a field that refers to records by their ids."""
        value = at(record, field.path)
        if value is ABSENT or value is None or field.reference is None:
            return record
        target = field.reference.resource
        if isinstance(value, list):
            return with_value(record, field.path, [self._handle(target, str(item), where) for item in value])
        return with_value(record, field.path, self._handle(target, str(value), where))

    def _handle(self, resource: str, handle: str, where: str) -> Json:
        id = self.world.changes.handles.get((self.emulator.names[resource], handle))
        if id is None:
            place = f"{self.plan.name}: x-atlasgen/world/{where}"
            raise AtlasgenError.single(place, f"there is no {resource} called `{handle}`", "name it under `records`")
        return self._typed(resource, id)

    # -- made records --------------------------------------------------------------------------------------------------

    def _made(self, population: Population, salt: str) -> None:
        record: Document = {}
        for path, maker in population.values:
            value = self._value(population.resource, record, path, maker, f"{salt}.{'.'.join(path)}")
            if value is ABSENT:
                return
            record = with_value(record, path, value)
        self._insert(population.resource, record)

    def _value(self, resource: str, record: Document, path: Path, maker: Maker, salt: str) -> Any:
        match maker.kind:
            case "any":
                return self._any(maker, salt)
            case "same":
                return self.emulator.context.paths.follow(maker.path, resource)(self.world, record)
            case "some":
                (words,) = maker.parts
                return [word for word in words if draw(self.seed, salt, word) % len(words) < 2]
            case "phrase":
                return self._phrase(resource, path, maker, salt)
            case _:
                return detach(maker.value)

    def _any(self, maker: Maker, salt: str) -> Any:
        """Return the id of a record that meets conditions, drawn by lot; `ABSENT` where there is none."""
        key = f"{maker.resource} {maker.where}"
        context, collection = self.emulator.context, self.emulator.names[maker.resource]
        if key not in self.pools:
            tests = [(context.paths.dotted(name, maker.resource), wanted) for name, wanted in maker.where.items()]
            self.pools[key] = _Pool(tests)
        pool, made = self.pools[key], self.made.get(maker.resource, [])
        for id in made[pool.seen :]:
            record = self.world.get(collection, id) or {}
            if all(get(self.world, record) == wanted for get, wanted in pool.tests):
                pool.ids.append(id)
        pool.seen = len(made)
        if not pool.ids:
            return ABSENT
        return self._typed(maker.resource, pool.ids[draw(self.seed, "any", salt) % len(pool.ids)])

    def _typed(self, resource: str, id: str) -> Json:
        return int(id) if self.plan.resources[resource].identity.numeric and id.isdecimal() else id

    def _phrase(self, resource: str, path: Path, maker: Maker, salt: str) -> str:
        """Return a text made of one wording of each part; no text twice where `unique` is set."""
        used = self.used.setdefault((resource, ".".join(path)), set())
        for attempt in range(_TRIES):
            chosen = [part[draw(self.seed, salt, attempt, index) % len(part)] for index, part in enumerate(maker.parts)]
            text = " ".join(filter(None, chosen))
            if attempt and len(used) > _TRIES:
                text += f" {len(used)}"
            if text not in used or not maker.unique:
                used.add(text)
                return text
        return f"{text} {len(used)}"

    # -- storing -------------------------------------------------------------------------------------------------------

    def _store(self, resource: str) -> Store:
        if resource not in self.stores:
            self.stores[resource] = self.emulator.store(resource)
        return self.stores[resource]

    def _insert(self, resource: str, record: Document) -> None:
        store = self._store(resource)
        self.world.begin()
        id, _ = store.insert(self.world, store.complete(self.world, record))
        self.world.commit()
        self.made.setdefault(resource, []).append(id)
