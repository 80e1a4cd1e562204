"""Makes requests for any environment: likely ones, which name records that are there, and spoiled ones.

Every choice is made by a function from n to a number below n, so that Hypothesis (`draw` it, and failures shrink) and
a plain seeded generator (`chooser`) can both drive it. hypothesis-jsonschema, which would make values from schemas,
does not run with the Hypothesis that is installed here.
"""

from __future__ import annotations

from typing import Any

from atlasgen.jsonvalue import Json, JsonObject, detach
from atlasgen.plan.model import Path, Reference, Write
from atlasgen.runtime import sampling
from atlasgen.runtime.documents import ABSENT, Document, at, with_value
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.sampling import Choose, Sampler, chooser
from atlasgen.tasks.requests import Target, targets

__all__ = ["Choose", "Sampler", "Target", "chooser", "collection_of", "likely", "spoiled", "targets"]

WORDS = ("a", "Guide to x", "b c", "", "ä☃", "{message}", "{0.__class__}", "$ref", "x-1", "0", *sampling.WORDS[:2])


def collection_of(emulator: Emulator, resource: str) -> str:
    """Return what the world calls the collection of a resource."""
    return f"{emulator.plan.name}.{resource}"


def likely(environment: Environment, target: Target, choose: Choose) -> JsonObject:
    """Return arguments that meet the schema and name records that are there, so that most are accepted."""
    sampler, operation = Sampler(target.plan.schemas, choose, words=WORDS), target.operation
    arguments: JsonObject = sampler.value(operation.arguments())
    if operation.paging is not None and operation.paging.style == "cursor":
        arguments.pop(operation.paging.position, None)  # only a page gives one
    schemas = {parameter.name: parameter.schema for parameter in operation.parameters}
    holders = [(operation.held.parameter, operation.held.resource)] if operation.held is not None else []
    for name, resource in (*operation.within.items(), *holders):
        if (other := _record(environment, target, resource, sampler)) is not None:
            given = other.get(target.plan.resources[resource].identity.field)
            arguments[name] = str(given) if sampler.flat(schemas[name]).get("type") == "string" else given
    record = _record(environment, target, operation.resource, sampler)
    for name, path in operation.scope.items():
        value = at(record, path) if record is not None and operation.archetype != "create" else ABSENT
        if isinstance(value, list):
            value = sampler.pick(value) if value else ABSENT
        if value in (ABSENT, None):
            value = _parent(environment, target, path, sampler)
        if value is not None:
            arguments[name] = value
    if record is not None:
        if operation.target and target.resource is not None:
            identity = target.resource.identity
            names = [identity.field, *(name for name in identity.also if isinstance(record.get(name), str | int))]
            names = [name for name in names if name == operation.target] or names
            schema = schemas[operation.target]
            text = sampler.flat(schema).get("type") == "string"
            listed = [str(record.get(name)) if text else record.get(name) for name in names]
            accepts = target.emulator.context.validators.compile(schema).accepts
            arguments[operation.target] = sampler.pick([name for name in listed if accepts(name)] or listed)
        for item in operation.filters:
            if item.parameter in arguments and at(record, item.path) not in (ABSENT, None):
                arguments[item.parameter] = at(record, item.path)
    language = operation.language
    if language is not None and language.example and operation.asks == "parameters":
        arguments[language.parameter] = language.example
    body = arguments.get("body")
    if isinstance(body, dict):
        for write in operation.writes:
            if write.reference is not None and at(body, write.source) not in (ABSENT, None):
                body = _referring(environment, target, body, write, write.reference, sampler)
            if write.lock and record is not None and isinstance(number := at(record, write.target), int):
                body = with_value(body, write.source, number + 1)
        if operation.transition:
            body = _arrow(environment, target, body, sampler)
        arguments["body"] = body
    return arguments


def spoiled(arguments: Json, choose: Choose) -> Any:
    """Return arguments with one or two things wrong: a member dropped, added or of another type or value."""
    value = detach(arguments)
    for _ in range(1 + choose(2)):
        places: list[tuple[Any, Any]] = []
        _places(value, places)
        if not places:
            return {"extra": 1}
        holder, key = places[choose(len(places))]
        how = choose(4)
        if how == 0:
            del holder[key]
        elif how == 1 and isinstance(holder, dict):
            holder["unknown"] = "x"
        else:
            holder[key] = (None, True, 0, -1, 1.5, "", "no such thing", [], {}, [[]], {"id": "0"})[choose(11)]
    return value


def _places(value: Any, found: list[tuple[Any, Any]]) -> None:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        found.append((value, key))
        _places(item, found)


def _record(environment: Environment, target: Target, resource: str, sampler: Sampler) -> Document | None:
    collection = collection_of(target.emulator, resource)
    ids = list(environment.world.ids(collection))
    return environment.world.get(collection, sampler.pick(ids)) if ids else None


def _parent(environment: Environment, target: Target, path: Path, sampler: Sampler) -> Json:
    """Return the id of a record that a field may name."""
    fields = target.resource.fields if target.resource is not None else ()
    reference = next((field.reference for field in fields if field.path == path), None)
    record = _record(environment, target, reference.resource, sampler) if reference is not None else None
    return record[target.plan.resources[reference.resource].identity.field] if record and reference else None


def _referring(
    environment: Environment, target: Target, body: Document, write: Write, reference: Reference, sampler: Sampler
) -> Document:
    resource = target.plan.resources.get(reference.resource)

    def one() -> Json:
        record = _record(environment, target, reference.resource, sampler)
        if record is None or resource is None:
            return "nothing"
        if not reference.by:
            return record[resource.identity.field]
        members = [member for member, identity in reference.by.items() if record.get(identity) is not None]
        member = sampler.pick(members)
        return {member: record[reference.by[member]]}

    return with_value(body, write.source, [one() for _ in range(sampler.choose(3))] if write.many else one())


def _arrow(environment: Environment, target: Target, body: Document, sampler: Sampler) -> Document:
    resource, path = target.resource, target.operation.transition
    assert resource is not None
    assert resource.workflow is not None
    arrow = _record(environment, target, resource.workflow.transitions, sampler)
    if arrow is None:
        return body
    field = target.plan.resources[resource.workflow.transitions].identity.field
    shape = at(body, path)
    return with_value(body, path, {field: arrow[field]} if isinstance(shape, dict) else arrow[field])
