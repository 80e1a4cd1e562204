"""Checks and completes a world that people brought: what its service fills is filled, what it would refuse is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias, cast

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, JsonObject, decode, detach, encode, pointer, tokens
from atlasgen.plan.model import Operation, Path, Resource, Rule
from atlasgen.runtime.bases import collections, flat
from atlasgen.runtime.documents import ABSENT, Document, at, overlap
from atlasgen.runtime.identity import Identities
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.rules import Rules
from atlasgen.runtime.validation import InvalidValue
from atlasgen.runtime.world import Layer, RecordId, World
from atlasgen.spec.edges import Notes

_PASSES = 8  # what is filled from what was filled from ... what was given
_SUSPECTS = 1_000  # records of one resource that may be held against all others


Table: TypeAlias = Mapping[str, "Document | None"]
"""The records of one collection."""


class Wrong(NamedTuple):
    """What is wrong with a record: where in it, what, and what to do."""

    path: tuple[str, ...]
    what: str
    remedy: str = ""


# -- completing --------------------------------------------------------------------------------------------------------


def complete(emulators: Sequence[Emulator], base: Layer, verbatim: Collection[RecordId]) -> Layer:
    """Return a base in which all is filled that the service fills by itself, but for some records."""
    world = World(collections(emulators), base)
    world.begin()
    completers = [_Completer(emulator, name) for emulator in emulators for name in emulator.names]
    for _ in range(_PASSES):
        before = len(world.writes)
        for completer in completers:
            for id in list(world.ids(completer.collection)):
                if (completer.collection, id) not in verbatim:
                    record = world.get(completer.collection, id) or {}
                    filled = completer.filled(world, record)
                    if filled != record:
                        world.put(completer.collection, id, filled)
        if len(world.writes) == before:
            break
    for completer in completers:
        kept = completer.recorded(world)
        for id in list(world.ids(completer.collection)) if kept is not None else ():
            if kept is not None and id not in kept and (completer.collection, id) not in verbatim:
                completer.store.insert(world, dict(world.get(completer.collection, id) or {}))
    return flat(emulators, world) if world.writes else base


class _Completer:
    """Fills the records of one resource."""

    def __init__(self, emulator: Emulator, name: str) -> None:
        self.resource = emulator.plan.resources[name]
        self.collection = emulator.names[name]
        self.store = emulator.store(name)
        self._parents = _parents(self.resource)
        self._identities = Identities(self.resource, self.collection, emulator.context.paths)
        history = self.resource.history
        own = (self.resource.identity.field,)
        names_it = [target for target, source in history.values if source == own] if history is not None else []
        self._kept = (
            (emulator.names.get(history.resource, ""), names_it[0]) if history is not None and names_it else None
        )

    def filled(self, world: World, record: Document) -> Document:
        """Return a record with all that the service fills; one that has no room for it comes back as it is."""
        if any(not _has_room(record, path) for path in self._parents):
            return record
        draft = self.store.complete(world, cast("Document", detach(record)))
        self._identities.assign(world, draft)
        return draft

    def recorded(self, world: World) -> set[str] | None:
        """Return the records that have a history; None where the service keeps none."""
        if self._kept is None:
            return None
        collection, path = self._kept
        return {str(at(world.get(collection, id), path)) for id in world.ids(collection)}


def _parents(resource: Resource) -> Sequence[Path]:
    """Return the paths of the objects in which the service fills something."""
    derived = [field.path for field in resource.fields if field.derive is not None]
    return sorted({path[:length] for path in derived for length in range(1, len(path))})


def _has_room(record: Document, path: Path) -> bool:
    value = at(record, path)
    return value is ABSENT or value is None or isinstance(value, dict)


def recognised(emulator: Emulator, found: Layer) -> dict[tuple[str, str], str]:
    """Return what hints call records: those of the same further names or, where hints give none, of the same values.

    A name that fits several records, or none, names nothing.
    """
    handles: dict[tuple[str, str], str] = {}
    for name, named in emulator.plan.world.records.items():
        resource, collection = emulator.plan.resources[name], emulator.names[name]
        references = {field.path for field in resource.fields if field.reference is not None}
        records = [(id, record) for id, record in found.tables.get(collection, {}).items() if record is not None]
        for handle, values in named.items():
            plain = {
                key: value
                for key, value in values.items()
                if not isinstance(value, dict | list) and (key,) not in references
            }
            wanted = {key: value for key, value in plain.items() if key in resource.identity.also} or plain
            alike = [id for id, record in records if _has_all(record, wanted)] if wanted else []
            if len(alike) == 1:
                handles[collection, handle] = alike[0]
    return handles


def _has_all(record: Document, values: Mapping[str, Json]) -> bool:
    return all(key in record and record[key] == value for key, value in values.items())


# -- checking ----------------------------------------------------------------------------------------------------------


class Checks:
    """Holds the records of one API against what its service would refuse."""

    def __init__(self, emulator: Emulator, world: World) -> None:
        """Take an API and a world that is not changed any more."""
        self._emulator = emulator
        self._world = world
        self._checks: dict[str, _Check] = {}
        self._completers: dict[str, _Completer] = {}
        self._recorded: dict[str, set[str] | None] = {}

    def note(self, notes: Notes, given: Mapping[str, Table], verbatim: Collection[RecordId]) -> None:
        """Note all that is wrong with the records that were given, but for some that are taken as they are."""
        for resource, collection in self._emulator.names.items():
            check = self._check(resource)
            for id in given.get(collection, ()):
                if (collection, id) not in verbatim:
                    for wrong in check.wrong(id):
                        place = pointer("apis", self._emulator.plan.name, resource, id, *wrong.path)
                        notes.problem(place, wrong.what, wrong.remedy)

    def needs_to_be_taken_as_it_is(self, resource: str, id: str) -> bool:
        """Whether an import would refuse a record, or fill something in it that the service has left empty."""
        world, record = self._world, self._world.get(self._emulator.names[resource], id) or {}
        if resource not in self._completers:
            self._completers[resource] = _Completer(self._emulator, resource)
            self._recorded[resource] = self._completers[resource].recorded(world)
        kept = self._recorded[resource]
        if kept is not None and id not in kept:
            return True
        if self._completers[resource].filled(world, record) != record:
            return True
        return any(True for _ in self._check(resource).wrong(id))

    def _check(self, resource: str) -> _Check:
        if resource not in self._checks:
            self._checks[resource] = _Check(self._emulator, self._emulator.plan.resources[resource], self._world)
        return self._checks[resource]


class _Check:
    """What is asked of the records of one resource."""

    def __init__(self, emulator: Emulator, resource: Resource, world: World) -> None:
        tables: Mapping[str, Table] = world.base.tables
        names = emulator.names
        self._records = tables.get(names[resource.name], {})
        self._references = [
            (field.path, field.many, field.reference.resource, tables.get(names[field.reference.resource], {}))
            for field in resource.fields
            if field.reference is not None and field.reference.resource in names
        ]
        self._parents = _parents(resource)
        self._taken = _taken(emulator, resource, self._records)
        self._faults = _shown(emulator, resource, world)
        self._rules = _rules(emulator, resource, world)

    def wrong(self, id: str) -> Iterator[Wrong]:
        """Yield all that is wrong with a record."""
        record = self._records.get(id) or {}
        doubtful: list[Path] = []
        for path in self._parents:
            if not _has_room(record, path):
                doubtful.append(path)
                yield Wrong(path, "must be an object")
        for member, first in self._taken.get(id, ()):
            yield Wrong((member,), f"is the `{member}` of {first} too", "give each record one of its own")
        for path, many, resource, table in self._references:
            value = at(record, path)
            if value is ABSENT or value is None or (type(value) is str and not many and value in table):
                continue
            for wrong in _astray(path, value, resource, table, many=many):
                doubtful.append(path)
                yield wrong
        for fault in [*self._faults(record), *self._rules(id, record, doubtful)]:
            path = tokens(fault.pointer)
            if any(overlap(path, other) for other in doubtful):
                continue
            there = _there(record, path, missing=fault.kind == "missing")
            what = fault.message if there == path else f"is shown with {fault.pointer}, which {fault.message}"
            yield Wrong(there, what)


def _astray(path: Path, value: Json, resource: str, table: Table, *, many: bool) -> Iterator[Wrong]:
    """Yield what is wrong with a value that names a record, or several."""
    if many and not isinstance(value, list):
        yield Wrong(path, f"must be a list of ids: each of a {resource}")
        return
    for index, id in enumerate(value) if many and isinstance(value, list) else ((None, value),):
        place = path if index is None else (*path, str(index))
        if isinstance(id, bool) or not isinstance(id, str | int):
            yield Wrong(place, f"must be the id of a {resource}")
        elif str(id) not in table:
            yield Wrong(place, f"there is no {resource} `{id}`")


def _taken(emulator: Emulator, resource: Resource, records: Table) -> Mapping[str, list[tuple[str, str]]]:
    """Return the records that share a further name with an earlier one: the member, and that record.

    Records below different parents in a path (version 1 of a page) may have the same name.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    scopes = sorted(
        {path for item in emulator.plan.operations if item.resource == resource.name for path in item.scope.values()}
    )
    for member in resource.identity.also:
        seen: dict[tuple[str, ...], str] = {}
        for id, record in records.items():
            name = record.get(member) if record is not None else None
            if isinstance(name, str | int):
                key = (str(name), *(str(at(record, path)) for path in scopes))
                if seen.setdefault(key, id) != id:
                    found.setdefault(id, []).append((member, seen[key]))
    return found


def _shown(emulator: Emulator, resource: Resource, world: World) -> Callable[[Document], list[Fault]]:
    """Return what holds a record, as the service shows it, against the schema of the resource."""
    view = _view(emulator.plan.operations, resource)
    if view is None or resource.schema is None:
        return lambda record: []
    show = emulator.context.views.view(view)
    validator = emulator.context.validators.compile(resource.schema)
    references = [field.path for field in resource.fields if field.reference is not None]

    def faults(record: Document) -> list[Fault]:
        world.wanted = None
        value = decode(encode(show(world, record)))
        if validator.accepts(value):
            return []
        try:
            validator(value)
        except InvalidValue as error:
            # What is wrong inside a record that is referred to is told there.
            return [fault for fault in error.faults if not _is_inside(tokens(fault.pointer), references)]
        return []

    return faults


def _is_inside(path: Path, references: Sequence[Path]) -> bool:
    return any(len(path) > len(reference) and path[: len(reference)] == reference for reference in references)


def _view(operations: Sequence[Operation], resource: Resource) -> str | None:
    """Return the view that goes with the schema of a resource."""
    for kind in ("get", "list", "create"):
        for operation in operations:
            if operation.archetype == kind and operation.resource == resource.name:
                for shape in operation.answer:
                    if shape.kind in ("record", "records") and shape.view:
                        return shape.view
    return None


def _rules(
    emulator: Emulator, resource: Resource, world: World
) -> Callable[[str, Document, Sequence[Path]], list[Fault]]:
    """Return what holds a record against the rules of the resource.

    A rule that says `unique` looks through many others, so it is asked only about records that may break it.
    """
    paths, collection = emulator.context.paths, emulator.names[resource.name]
    every = emulator.store(resource.name).rules
    quick = Rules([rule for rule in resource.rules if rule.kind != "unique"], resource.name, paths, collection)
    suspects: set[str] = set()
    for rule in resource.rules:
        if rule.kind == "unique":
            suspects |= _alike(emulator, resource, rule, world)
    asked = set(sorted(suspects)[:_SUSPECTS])

    def broken(id: str, record: Document, doubtful: Sequence[Path]) -> list[Fault]:
        rules = every if id in asked else quick
        found = [fault for _, fault in rules.broken(world, record, id, doubtful)]
        return [Fault(fault.kind, fault.pointer.removeprefix("/body"), fault.message) for fault in found]

    return broken


def _alike(emulator: Emulator, resource: Resource, rule: Rule, world: World) -> set[str]:
    """Return the records that have the same values as another one where a rule wants them to differ."""
    lookups = [emulator.context.paths.follow(path, resource.name) for path in rule.paths]
    collection = emulator.names[resource.name]
    seen: dict[str, list[str]] = {}
    for id in world.ids(collection):
        values = [lookup(world, world.get(collection, id) or {}) for lookup in lookups]
        if all(value is not ABSENT and value is not None and value != "" for value in values):
            seen.setdefault(repr(values), []).append(id)
    return {id for ids in seen.values() if len(ids) > 1 for id in ids}


def _there(record: JsonObject, path: tuple[str, ...], *, missing: bool) -> tuple[str, ...]:
    """Return a path as far as there is something in the record: what is missing is not there, but its object is."""
    node: Json = record
    for length, key in enumerate(path):
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        else:
            return path if missing and length == len(path) - 1 and isinstance(node, dict) else path[:length]
    return path
