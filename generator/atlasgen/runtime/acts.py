"""Actions compiled to closures: what they put at places of a record, add to its lists and take out of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, detach, pointer
from atlasgen.plan.model import Effect, Operation
from atlasgen.runtime.answers import answer
from atlasgen.runtime.context import Broken, Context
from atlasgen.runtime.documents import ABSENT, Document, at, with_value
from atlasgen.runtime.requests import Arguments, accept
from atlasgen.runtime.store import Store
from atlasgen.runtime.targets import Targets
from atlasgen.runtime.world import World

Run: TypeAlias = Callable[[World, Arguments], Json]
Do: TypeAlias = Callable[[World, Any, Document, list[Broken]], Document]
"""From valid arguments and a record to the changed record; faults are added to the list."""


def act(context: Context, operation: Operation, store: Store) -> Run:
    """Compile an action."""
    read, target, show = accept(context, operation), Targets(context, operation).target(), answer(context, operation)
    steps = [_step(context, effect) for effect in operation.effects]

    def acting(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        id, before = target(world, valid)
        broken: list[Broken] = []
        record = before
        for step in steps:
            record = step(world, valid, record, broken)
        if broken:
            raise context.refuse(broken, operation)
        return show(world, valid, (store.replace(world, id, record) if record != before else (id, before),))

    return acting


def _step(context: Context, effect: Effect) -> Do:
    if effect.kind == "set":
        return lambda world, arguments, record, broken: with_value(record, effect.at, detach(effect.value))
    names = _names(context, effect)

    def change(world: World, arguments: Any, record: Document, broken: list[Broken]) -> Document:
        held = at(record, effect.at)
        listed: list[Any] = list(held) if isinstance(held, list) else []
        for name in names(world, arguments, broken):
            item = {effect.wrap: name} if effect.wrap and effect.reference is None else name
            there = [other for other in listed if _is_same(other, name, effect.wrap)]
            if effect.kind == "append" and not there:
                listed.append(item)
            elif effect.kind == "remove":
                listed = [other for other in listed if other not in there]
        return with_value(record, effect.at, listed)

    return change


def _names(context: Context, effect: Effect) -> Callable[[World, Any, list[Broken]], list[Any]]:
    """Return what reads the names that arguments hold, each brought into the form in which it is stored."""
    reference = effect.reference
    resource = context.plan.resources.get(reference.resource) if reference is not None else None
    locate = context.locate(resource) if resource is not None else None
    where = pointer(effect.parameter) if effect.parameter else pointer("body", *effect.source)

    def names(world: World, arguments: Any, broken: list[Broken]) -> list[Any]:
        given = arguments.get(effect.parameter) if effect.parameter else at(arguments.get("body"), effect.source)
        listed = given if isinstance(given, list) else [] if given is None or given is ABSENT else [given]
        found: list[Any] = []
        for item in listed:
            name = item.get(effect.by) if effect.by and isinstance(item, dict) else item
            located = locate(world, name) if locate is not None else None
            if locate is not None and resource is not None and located is None:
                broken.append((400, Fault("reference", where, "does not exist", resource.name)))
            elif located is not None and resource is not None:
                found.append(located[1].get(resource.identity.field, located[0]))
            else:
                found.append(name)
        return found

    return names


def _is_same(item: Any, name: Any, wrap: str) -> bool:
    return str(item.get(wrap) if wrap and isinstance(item, dict) else item) == str(name)
