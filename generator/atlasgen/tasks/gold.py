"""Makes tasks: plants what they add to a world, runs their gold calls there, and writes down what these change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import Json, JsonObject, detach, resolve, tokens
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, Document, at, with_value
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.world import Change, Layer, World
from atlasgen.tasks.diff import differing, mentions
from atlasgen.tasks.readers import is_found, readers
from atlasgen.tasks.skeleton import Argument, OperationReward
from atlasgen.tasks.task import Effect, Expected, ExpectedCall, GoldCall, Needed, Reader, Target, Task, effect_of

SPARE = 2
"""Calls that a careful agent may make beyond those of the gold: a look at something else, a second check."""

Insert: TypeAlias = Callable[[str, Document], str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A task before its gold calls were run; the attributes are those of `Task`."""

    scenario: str
    seed: int
    split: str
    instruction: str
    world_seed: int
    gold: tuple[GoldCall, ...]
    tools: tuple[str, ...]
    layer: Layer
    needed: tuple[Needed, ...] = ()


def plant(environment: Environment, world_seed: int, fill: Callable[[World, Insert], None]) -> Layer:
    """Return a layer that adds records to a world; leaves the environment in that world, the records in it.

    Args:
        environment: Any environment of the APIs.
        world_seed: The world.
        fill: Gets that world and `insert`, which takes a collection and a draft in which references are ids, lets the
            service fill the rest, and returns the id.

    Raises:
        RolloutError: a record breaks a rule of the service.
    """
    environment.reset(seed=world_seed)
    world = environment.world

    def insert(collection: str, draft: Document) -> str:
        emulator = next(item for item in environment.emulators if collection in item.collections)
        store = emulator.store(next(name for name, known in emulator.names.items() if known == collection))
        world.begin()
        record = store.complete(world, detached(draft))
        broken = store.rules.broken(world, record, "")
        if broken:
            raise RolloutError("task", f"a planted record of {collection} breaks a rule: {broken[0][1].message}")
        id, _ = store.insert(world, record)
        world.commit()
        return id

    fill(world, insert)
    return world.changes.seal()


def detached(document: Document) -> Document:
    """Return a copy of a document that is the caller's own to its depths."""
    return cast("Document", detach(document))


def resolved(call: GoldCall, answers: Mapping[str, Reply]) -> JsonObject:
    """Return the arguments of a gold call.

    Args:
        call: The call.
        answers: The last accepted answer of each tool, for the arguments that depend on one.
    """
    arguments = call.arguments
    for use in call.uses:
        if use.tool not in answers:
            continue
        with suppress(KeyError):  # the answer may be about something else: then what the task says is left
            arguments = with_value(arguments, tokens(use.pointer), resolve(answers[use.tool].json(), use.answer))
    return arguments


def complete(draft: Draft, environment: Environment, rewards: Sequence[OperationReward]) -> Task:
    """Return the task, its gold calls having been run in an environment.

    Args:
        draft: What is known before.
        environment: Where to run them; it is left in the state that they lead to.
        rewards: The completed skeletons of the operations that the gold writes with.

    Raises:
        RolloutError: a gold call is refused, or does not show what it has to.
    """
    operations = {item.operation: item for item in rewards}
    environment.reset(draft.layer, seed=draft.world_seed)
    answers: dict[str, Reply] = {}
    expected: list[ExpectedCall] = []
    gold: list[GoldCall] = []
    written: dict[tuple[str, str], dict[Path, None]] = {}
    told: dict[tuple[str, str], dict[Path, None]] = {}
    for call in draft.gold:
        arguments = resolved(call, answers)
        operation = operations.get(call.tool)
        if operation is not None:
            expected.append(ExpectedCall(call.tool, _expected(arguments, operation, environment.world)))
        gold.append(GoldCall(call.tool, arguments, call.uses))
        reply = environment.call(call.tool, arguments)
        # A look that finds nothing shows that something is gone.
        if not reply.ok and (operation is not None or reply.status != 404):
            where = f"{draft.scenario} {draft.split} {draft.seed}"
            raise RolloutError("task", f"{where}: the gold call {call.tool} is refused: {reply.content.decode()}")
        if reply.ok:
            answers[call.tool] = reply
        for record in environment.calls[-1].writes:
            paths = written.setdefault(record, {})
            if operation is not None and record[0] == operation.effect.collection:
                paths |= {item.stored: None for item in _given(arguments, operation) if item.stored}
                told.setdefault(record, {}).update(dict.fromkeys(_told(call, operation)))
    sought = tuple(_sought(item, environment) for item in draft.needed)
    missing = [item for item in sought if not is_found(item, environment.calls)]
    if missing:
        raise RolloutError("task", f"{draft.scenario}: the gold never sees {missing[0].value!r}")
    diff = environment.diff()
    fresh = {(change.collection, change.id) for change in diff if change.before is None}
    order = {record: position for position, record in enumerate(written)}
    diff = tuple(sorted(diff, key=lambda change: order.get((change.collection, change.id), len(order))))
    return Task(
        scenario=draft.scenario,
        seed=draft.seed,
        split=draft.split,
        instruction=draft.instruction,
        world_seed=draft.world_seed,
        layer=draft.layer,
        gold=tuple(gold),
        targets=tuple(_target(change, written, told, fresh, operations, environment) for change in diff),
        expected=tuple(expected),
        tools=draft.tools,
        effects=effects(environment),
        budget=max([len(gold), *(item.budget for item in rewards)]) + SPARE,
        needed=sought,
        gold_writes=frozenset(record for record in written if record not in fresh),
    )


def effects(environment: Environment) -> dict[str, Effect]:
    """Return what the writing tools of an environment do."""
    operations = [(operation, emulator) for emulator in environment.emulators for operation in emulator.plan.operations]
    return {
        tool.name: effect
        for tool, (operation, emulator) in zip(environment.tools, operations, strict=True)
        if (effect := effect_of(operation, emulator.names)) is not None
    }


def _sought(needed: Needed, environment: Environment) -> Needed:
    """Return what is needed with all that shows it."""
    instead = tuple(_sought(item, environment) for item in needed.instead)
    return replace(needed, instead=instead, readers=_readers(needed, environment))


def _readers(needed: Needed, environment: Environment) -> tuple[Reader, ...]:
    """Return what shows the needed value, under the names that the tools have in the environment."""
    tools = iter(environment.tools)
    for emulator in environment.emulators:
        names = {operation.tool: next(tools).name for operation in emulator.plan.operations}
        for resource, collection in emulator.names.items():
            if collection == needed.record[0]:
                found = readers(emulator.plan, resource, {needed.path})
                return tuple(replace(reader, operation=names[reader.operation]) for reader in found if reader.shows)
    return ()


def _given(arguments: JsonObject, operation: OperationReward) -> list[Argument]:
    return [item for item in operation.arguments if at(arguments, tokens(item.pointer)) is not ABSENT]


def _expected(arguments: JsonObject, operation: OperationReward, world: World) -> tuple[Expected, ...]:
    found: list[Expected] = []
    for argument in _given(arguments, operation):
        value = at(arguments, tokens(argument.pointer))
        id = _named(value, argument, world) if argument.names else None
        record = world.get(argument.names, id) if id is not None else None
        if id is None or record is None:
            found.append(Expected(argument.pointer, value))
        elif argument.by:
            members: dict[str, Json] = {
                member: record[identity] for member, identity in argument.by.items() if record.get(identity) is not None
            }
            found.append(Expected(argument.pointer, value, members=members))
        else:
            found.append(Expected(argument.pointer, value, scalars=(id, *_other_names(argument.names, record, world))))
    return tuple(found)


def _named(value: Any, argument: Argument, world: World) -> str | None:
    """Return the id of the record that an argument names; None where it names none, or where a list names several."""
    pairs = [(str(item), argument.by[member]) for member, item in value.items() if member in argument.by] if isinstance(
        value, dict
    ) else [(str(value), "")]  # fmt: skip
    for text, identity in pairs:
        if world.get(argument.names, text) is not None:
            return text
        aliases = [identity] if identity else world.collections[argument.names].aliases
        for alias in aliases:
            if (id := world.find(argument.names, alias, text)) is not None:
                return id
    return None


def _other_names(collection: str, record: Document, world: World) -> tuple[str, ...]:
    return tuple(str(record[name]) for name in world.collections[collection].aliases if record.get(name) is not None)


def _target(
    change: Change,
    written: Mapping[tuple[str, str], Mapping[Path, None]],
    told: Mapping[tuple[str, str], Mapping[Path, None]],
    fresh: set[tuple[str, str]],
    operations: Mapping[str, OperationReward],
    environment: Environment,
) -> Target:
    record = (change.collection, change.id)
    stops = frozenset(path for item in operations.values() for path in item.stored)
    paths = tuple(written.get(record, ()))
    if change.before is not None and change.after is not None:
        paths = tuple(path for path, _, _ in differing(change.before, change.after, stops))
    below = environment.world.at_start(*record)
    return Target(
        change,
        paths,
        links=_links(change, told.get(record, ()), fresh, environment),
        names=_other_names(change.collection, below, environment.world) if below is not None else (),
    )


def _told(call: GoldCall, operation: OperationReward) -> Iterator[Path]:
    """Yield the paths of a record to which a call writes what earlier answers said."""
    for use in call.uses:
        way = tokens(use.pointer)
        for argument in operation.arguments:
            place = tokens(argument.pointer)
            if argument.stored and way[: len(place)] == place:
                yield (*argument.stored, *way[len(place) :])


def _links(
    change: Change, told: Iterable[Path], fresh: set[tuple[str, str]], environment: Environment
) -> tuple[Path, ...]:
    """Return the paths of a record that name records which the gold created, by their ids or in texts."""
    if change.after is None:
        return ()
    emulator = next(item for item in environment.emulators if change.collection in item.collections)
    resource = next(item for name, item in emulator.plan.resources.items() if emulator.names[name] == change.collection)
    found: list[Path] = []
    for field in resource.fields:
        if field.reference is None:
            continue
        value = at(change.after, field.path)
        collection = emulator.names.get(field.reference.resource, "")
        if any((collection, str(item)) in fresh for item in (value if isinstance(value, list) else [value])):
            found.append(field.path)
    names = {id: id for _, id in fresh}
    for path in told:
        text = at(change.after, path)
        if path not in found and isinstance(text, str) and mentions(text, names):
            found.append(path)
    return tuple(found)
