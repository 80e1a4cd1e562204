"""Makes the world that episodes begin in: first the records that hints name, then as many as are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import cast

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, detach
from atlasgen.plan.model import Field, Maker, Path, Plan, Population, Resource, WorldPlan
from atlasgen.runtime.bases import flat, kept
from atlasgen.runtime.documents import ABSENT, Document, at, with_value, without
from atlasgen.runtime.identity import digits, draw, first_ids
from atlasgen.runtime.making import Compiler, Make, NothingThere, Records, Stream, laid, stream
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.sampling import WORDS, Sampler, chooser
from atlasgen.runtime.store import Store
from atlasgen.runtime.world import Layer, World

SAMPLES = 3
"""How many records of each resource a world holds that no hint describes."""

RECORDS = 24
"""How many records hints may ask to be made, if the caller does not say."""

_BEFORE = 6  # what hints name comes about in this part of the time before all else


@kept()
def base_world(emulators: Sequence[Emulator], *, seed: int = 0, records: int = RECORDS) -> Layer:
    """Return the world of a seed.

    Args:
        emulators: The APIs whose records it holds.
        seed: Chooses ids, texts and who belongs to whom. The same seed gives the same world, byte for byte.
        records: How many records to make beyond those that hints name, for each API.

    Raises:
        AtlasgenError: the hints ask for a record that is not there.
    """
    world = World({}, Layer(seed=seed))  # nothing is looked up by an index before the base has its form
    counted = [
        emulator.names[resource.name]
        for emulator in emulators
        for resource in emulator.plan.resources.values()
        if resource.identity.format == "{n}"
    ]
    world.changes.counters.update({name: first - 1 for name, first in first_ids(seed, counted).items()})
    for emulator in emulators:
        _Seeder(emulator, world, seed).run(records)
    world.changes.ticks += 1
    return flat(emulators, world)


class _Seeder:
    """Fills the part of a world that belongs to one API."""

    def __init__(self, emulator: Emulator, world: World, seed: int) -> None:
        self.emulator = emulator
        self.plan: Plan = emulator.plan
        self.world = world
        self.seed = seed
        self.now = world.changes.ticks
        self.stores: dict[str, Store] = {}
        self.records = Records(world, emulator.context, now=world.seconds)

    def run(self, records: int) -> None:
        held = self.plan.world
        self._name(held.records)
        for name, handle in held.context.items():
            id = str(self._handle(self.plan.context[name], handle, f"context/{name}"))
            # Whoever asks is one person in all APIs of a world.
            if self.world.changes.context.setdefault(name, id) != id:
                where = f"{self.plan.name}: x-atlasgen/world/context/{name}"
                remedy = 'call the resource and the record alike in both, with ids of `format: "{hex24}"`'
                raise AtlasgenError.single(where, f"`{name}` is another record in another API of this world", remedy)
        clock = self._clock(-held.span - held.span // _BEFORE, -held.span, sum(map(len, held.records.values())))
        for resource, items in held.records.items():
            for handle in self._shuffled(resource, items):
                next(clock)
                self._fixed(resource, handle, items[handle])
        if held == WorldPlan():
            self._sample(min(records, SAMPLES))
        self._populate(held, records)
        self.world.changes.ticks = self.now

    def _clock(self, begin: int, end: int, steps: int) -> Iterator[None]:
        """Set the clock of the world at every step, from one time to another, at uneven distances."""
        chosen, world = stream(draw(self.seed, self.plan.name, "clock", steps)), self.world
        for step in range(steps):
            world.changes.ticks = self.now + begin + int((end - begin) * (step + chosen()) / steps)
            yield

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
            places = self._places(name, count)
            for number in range(count):
                next(clock)
                if places is None:
                    self._insert(name, self._sampled(resource, sampler))
                elif number < len(places):
                    record = self._sampled(resource, sampler)
                    for path, value in places[number]:
                        record = with_value(record, path, value)
                    id = "/".join(str(value) for _, value in places[number]) or "only"
                    self._insert(name, {**record, resource.identity.field: id})

        clock = self._clock(-self.plan.world.span, 0, count * len(self.plan.resources))
        for name in self.plan.resources:
            fill(name)
        for name in self.plan.resources:
            self._complete(self.plan.resources[name], sampler)

    def _complete(self, resource: Resource, sampler: Sampler) -> None:
        """Let records name those of sorts that were made later than they."""
        collection = self.emulator.names[resource.name]
        for id in self.records.made.get(resource.name, []):
            before = record = self.world.get(collection, id) or {}
            for field in resource.fields:
                other = field.reference.resource if field.reference is not None else ""
                ids = self.records.made.get(other) if other != resource.name or field.many else None
                if ids and at(record, field.path) is ABSENT:
                    named = self.records.typed(other, sampler.pick(ids))
                    record = with_value(record, field.path, [named] if field.many else named)
            if record is not before:
                self.world.begin()
                self.world.put(collection, id, record)
                self.world.commit()

    def _places(self, name: str, count: int) -> list[list[tuple[Path, Json]]] | None:
        """Return below which records there is one of a sort, as what names them; None of what there may be many of."""
        single = next((item for item in self.plan.operations if item.resource == name and item.single), None)
        if single is None:
            return None
        fields = {field.path: field for field in self.plan.resources[name].fields}
        found: list[list[tuple[Path, Json]]] = []
        for number in range(count if single.scope else 1):
            place: list[tuple[Path, Json]] = []
            for path in single.scope.values():
                reference = fields[path].reference
                ids = self.records.made.get(reference.resource, []) if reference is not None else []
                if reference is not None and number < len(ids):
                    place.append((path, self.records.typed(reference.resource, ids[number])))
            if len(place) == len(single.scope):
                found.append(place)
        return found

    @cached_property
    def _unseen(self) -> Mapping[str, Mapping[Path, JsonObject]]:
        """The values of paths that no answer shows and that name no record, by resource, with their schemas."""
        found: dict[str, dict[Path, JsonObject]] = {}
        for operation in self.plan.operations:
            resource = self.plan.resources.get(operation.resource)
            known = {field.path for field in resource.fields if field.reference is None} if resource else set()
            for parameter in operation.parameters:
                path = operation.scope.get(parameter.name)
                if path in known:
                    found.setdefault(operation.resource, {})[path] = parameter.schema
        return found

    def _chosen(self, name: str, sampler: Sampler) -> Json:
        """Return a name that a client could have chosen for a record."""
        named = (
            parameter.schema for item in self.plan.operations for parameter in item.parameters
            if item.resource == name and parameter.name == item.target
        )  # fmt: skip
        schema = sampler.flat(next(named, {}))
        if {"enum", "const", "pattern", "format"} & set(schema) or schema.get("type") == "integer":
            chosen: Json = sampler.value(schema)
            return chosen
        return f"{sampler.pick(WORDS)}-{sampler.choose(10_000)}"

    def _sampled(self, resource: Resource, sampler: Sampler) -> Document:
        """Return a record that its schema allows, with references to records that are there."""
        value = sampler.value(resource.schema) if resource.schema is not None else {}
        record: Document = value if isinstance(value, dict) else {}
        taken_out = [(resource.identity.field,), *resource.stamped, *(field.path for field in resource.fields)]
        record = without(record, taken_out) or {}
        for path, schema in self._unseen.get(resource.name, {}).items():
            record = with_value(record, path, str(sampler.value(schema)))
        identity = resource.identity
        chosen = [*identity.also] if identity.field[:1] == "_" else [identity.field] if identity.format is None else []
        for member in chosen:
            record = {**record, member: self._chosen(resource.name, sampler)}
        for field in resource.fields:
            if field.reference is None or field.reference.resource not in self.emulator.names:
                continue
            ids = self.records.made.get(field.reference.resource)
            if ids:
                id = self.records.typed(field.reference.resource, sampler.pick(ids))
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
        record[definition.identity.field] = self.records.typed(resource, id)
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
        return self.records.typed(resource, id)

    # -- made records --------------------------------------------------------------------------------------------------

    def _populate(self, held: WorldPlan, records: int) -> None:
        """Let all sorts of records grow side by side, and the changes among them."""
        counts = _counts(held.populate, records)
        steps = sorted(
            ((2 * number + 1) / (2 * count), index) for index, count in enumerate(counts) for number in range(count)
        )
        runs = [self._population(item, index) for index, item in enumerate(held.populate)]
        clock = self._clock(-held.span, 0, len(steps))
        waiting = [index for _, index in steps]
        next(clock, None)
        while waiting:
            later: list[int] = []
            for index in waiting:
                try:
                    runs[index]()
                except NothingThere:
                    later.append(index)
                else:
                    next(clock, None)
            # What names a record of a sort that comes later waits for it, as long as that helps.
            waiting = later if len(later) < len(waiting) else []

    def _population(self, item: Population, index: int) -> Callable[[], None]:
        """Return what makes, or changes, one more record of a sort."""
        before = [other.resource for other in self.plan.world.populate[:index] if other.change == item.change]
        # Not the name of the API: sorts that are the same in several APIs (people) are then the same people.
        chosen = stream(draw(self.seed, item.resource, "change" if item.change else "", before.count(item.resource)))
        compiler = Compiler(self.records, item.resource, chosen)
        makes = [(path, compiler.compile(maker, path)) for path, maker in item.values]
        if item.change:
            return self._changing(item, chosen, makes)

        def make() -> None:
            record: Document = {}
            for path, value in makes:
                found = value(record)
                if found is not ABSENT:
                    laid(record, path, found)
            self._insert(item.resource, record)

        return make

    def _changing(self, item: Population, chosen: Stream, makes: Sequence[tuple[Path, Make]]) -> Callable[[], None]:
        store = self._store(item.resource)
        pick = self.records.drawn(Maker("any", resource=item.resource, where=item.where), chosen)
        changed = self.records.changed.setdefault(item.resource, [])

        def change() -> None:
            id = pick()
            record = self.world.get(store.collection, id) or {}
            for path, value in makes:
                found = value(record)
                if found is not ABSENT:
                    record = with_value(record, path, found)
            self.world.begin()
            store.replace(self.world, id, record)
            self.world.commit()
            changed.append(id)

        return change

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
        self.records.made.setdefault(resource, []).append(id)


def _counts(populate: Sequence[Population], records: int) -> list[int]:
    """Return how many records, or changes, there are of every sort; the records are as many as are asked for."""
    shares = sum(item.share for item in populate if not item.change)
    made: Counter[str] = Counter()
    counts: dict[int, int] = {}
    reached = 0.0
    for index, item in enumerate(populate):
        if not item.change:
            begin, reached = reached, reached + item.share
            counts[index] = round(records * reached / shares) - round(records * begin / shares)
            made[item.resource] += counts[index]
    return [
        counts[index] if index in counts else round(item.share * made[item.resource])
        for index, item in enumerate(populate)
    ]
