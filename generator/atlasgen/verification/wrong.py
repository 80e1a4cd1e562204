"""Makes wrong requests out of valid ones: each differs from a valid one in one thing that a service must refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from atlasgen.jsonvalue import Json, JsonObject, detach, encode
from atlasgen.plan.model import Write
from atlasgen.runtime.documents import ABSENT, at, with_value
from atlasgen.runtime.sampling import Choose, Sampler
from atlasgen.verification.aiming import Request, Target, flat, nested, parents
from atlasgen.verification.requests import Requests

STRANGERS: tuple[Json, ...] = ("no-such-thing", 999_999_937)
"""Names that no record has."""

_NO_QUERY = "(((("  # no query language reads this
_STRANGE: tuple[Json, ...] = (None, True, -1, 1.5, "", "no such thing", [], {}, [[]], {"id": "0"})
_MISSING, _UNLIKE = 3, 4  # at most so many of each
_ARROWS = 2


@dataclass(frozen=True, slots=True)
class Wrong:
    """Arguments that a service must refuse, what is wrong with them, and the status that is due; 0 for any 4xx."""

    what: str
    arguments: JsonObject
    status: int = 0


def wrong(requests: Requests, target: Target, request: Request, choose: Choose) -> Iterator[Wrong]:
    """Yield requests that differ from a valid one in one thing that is wrong.

    A name of no record, a reference to none, a number that is stale, a step that is not open, a text that is no query,
    something required that is missing, something of another type, something unknown.
    """
    arguments = request.arguments
    for item in (*_names(requests, target, arguments, choose), *_asking(target, arguments)):
        yield item
    for item in (*_references(target, arguments), *_locks(target, request), *_arrows(requests, target, arguments)):
        if requests.accepts(target, item.arguments):
            yield item
    yield Wrong("there is no such argument", {**arguments, "no_such_argument": "x"})
    yield from _spoiled(requests, target, arguments, choose)


def _names(requests: Requests, target: Target, arguments: JsonObject, choose: Choose) -> Iterator[Wrong]:
    operation = target.operation
    held = operation.held.parameter if operation.held is not None else ""
    # What a client may make by naming it is no wrong name, nor is what names no record of the API.
    made = operation.target if operation.archetype == "upsert" else ""
    named = {operation.target, held, *parents(target), *operation.within} - {made}
    sampler = Sampler(target.plan.schemas, choose, share=0)
    for parameter in operation.parameters:
        if parameter.name in named and (name := _stranger(target, parameter.schema, sampler)) is not None:
            yield Wrong(f"{parameter.name} names nothing", {**arguments, parameter.name: name})


def _stranger(target: Target, schema: JsonObject, sampler: Sampler) -> Json:
    """Return a name of the right sort that no record has; None where all are taken or few are allowed."""
    shape = sampler.flat(schema)
    if "enum" in shape or "const" in shape:
        return None
    accepts = target.emulator.context.validators.compile(schema).accepts
    for name in STRANGERS:
        if accepts(name):
            return name
    made: Json = sampler.value(schema)
    return made if accepts(made) else None


def _asking(target: Target, arguments: JsonObject) -> Iterator[Wrong]:
    """Yield what no list, and no delete, may be asked."""
    operation, given = target.operation, flat(target, arguments)
    language, paging, trash = operation.language, operation.paging, operation.trash
    if language is not None and language.parameter in given:
        yield Wrong(f"{language.parameter} is no query", nested(target, {**given, language.parameter: _NO_QUERY}))
    if paging is not None and paging.style == "cursor" and paging.position:
        what = f"{paging.position} comes from no page"
        yield Wrong(what, nested(target, {**given, paging.position: STRANGERS[0]}))
    if trash is not None and trash.purge:
        yield Wrong(f"{trash.purge} is asked before the record is put aside", {**arguments, trash.purge: True})


def _references(target: Target, arguments: JsonObject) -> Iterator[Wrong]:
    body: Any = arguments.get("body")
    for write in target.operation.writes if isinstance(body, dict) else ():
        reference, value = write.reference, at(body, write.source)
        if reference is None or not reference.status:
            continue
        if reference.resource in target.plan.resources and value not in (ABSENT, None, []):
            yield _spoil(write, arguments, _unknown(value), "names nothing")
    step = target.operation.transition
    if step and isinstance(body, dict) and (taken := at(body, step)) is not ABSENT:
        yield _spoil(Write(step, step), arguments, _unknown(taken), "names nothing")


def _locks(target: Target, request: Request) -> Iterator[Wrong]:
    """Yield changes of a record that the client has seen an older state of, or none of yet."""
    body: Any = request.arguments.get("body")
    for write in target.operation.writes:
        due = at(body, write.source) if write.lock else ABSENT
        if isinstance(due, int) and request.record is not None:
            yield _spoil(write, request.arguments, due - 1, "is stale", 409)
            yield _spoil(write, request.arguments, due + 1, "runs ahead", 409)


def _arrows(requests: Requests, target: Target, arguments: JsonObject) -> Iterator[Wrong]:
    """Yield steps that exist and are not open now."""
    operation, body = target.operation, arguments.get("body")
    if not operation.transition or target.resource is None or target.resource.workflow is None:
        return
    open_ = {str(arrow) for arrow in requests.offered(target, arguments)}
    taken: Any = at(body, operation.transition)
    others = [id for id in requests.environment.world.ids(requests.collection_of_arrows(target)) if id not in open_]
    for arrow in others[:_ARROWS] if open_ and isinstance(body, dict) else ():
        field = target.plan.resources[target.resource.workflow.transitions].identity.field
        value = {**taken, field: arrow} if isinstance(taken, dict) else arrow
        yield _spoil(Write(operation.transition, ()), arguments, value, "is not open now")


def _spoil(write: Write, arguments: JsonObject, value: Json, how: str, status: int = 0) -> Wrong:
    body: Any = arguments["body"]
    spoiled = {**arguments, "body": with_value(body, write.source, value)}
    return Wrong(f"{'.'.join(write.source)} {how}", spoiled, status)


def _spoiled(requests: Requests, target: Target, arguments: JsonObject, choose: Choose) -> Iterator[Wrong]:
    places = list(_places(arguments, ()))
    missing = unlike = 0
    for _ in range(min(24, 4 * len(places))):
        way = places[choose(len(places))]
        where = ".".join(map(str, way))
        changed = _without(arguments, way)
        if missing < _MISSING and not requests.accepts(target, changed):
            missing += 1
            yield Wrong(f"{where} is missing", changed)
        strange = _STRANGE[choose(len(_STRANGE))]
        changed = _replaced(arguments, way, strange)
        if unlike < _UNLIKE and not requests.accepts(target, changed):
            unlike += 1
            yield Wrong(f"{where} is {encode(strange).decode()}", changed)


def _unknown(value: Any) -> Json:
    """Return a name of the same form that no record has."""
    if isinstance(value, dict):
        return {key: _unknown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unknown(item) for item in value]
    return STRANGERS[0] if isinstance(value, str) else STRANGERS[1]


def _places(value: Any, way: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the ways to what stands in a value, down to the fourth level."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*way, key)
        if len(way) < 3:
            yield from _places(item, (*way, key))


def _replaced(value: JsonObject, way: Sequence[str | int], item: Json) -> JsonObject:
    changed: Any = detach(value)
    node = changed
    for key in way[:-1]:
        node = node[key]
    node[way[-1]] = item
    return changed  # type: ignore[no-any-return]  # a copy of an object


def _without(value: JsonObject, way: Sequence[str | int]) -> JsonObject:
    changed: Any = detach(value)
    node = changed
    for key in way[:-1]:
        node = node[key]
    del node[way[-1]]
    return changed  # type: ignore[no-any-return]  # a copy of an object
