"""Calls that are accepted in the world that is served, as examples for its documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.documents import Document
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.runtime.world import World
from atlasgen.verification.aiming import Aim, Target, targets

_TRIES: Final = 12  # drawn for each operation before it goes without an example
_SHARE: Final = 30  # per cent of the optional members that an example has


def examples(environment: Environment) -> Mapping[str, Mapping[str, JsonObject]]:
    """Return the arguments of one accepted call of each operation, by the names of API and operation.

    An operation for which none was found is left out.
    """
    asked = environment.like(World)
    every = targets(asked)
    aim = Aim(asked, every)
    made: dict[str, dict[str, JsonObject]] = {emulator.plan.name: {} for emulator in asked.emulators}
    for target in every:
        if (found := _accepted(asked, aim, target)) is not None:
            made[target.plan.name][target.operation.tool] = found
    return made


def _accepted(environment: Environment, aim: Aim, target: Target) -> JsonObject | None:
    world = environment.world

    def known(resource: str) -> list[Document]:
        collection = target.emulator.names[resource]
        found = (world.get(collection, id) for id in world.ids(collection))
        return [record for record in found if record is not None]

    def arrows(item: Target, arguments: JsonObject) -> list[Json]:
        workflow = item.resource.workflow if item.resource is not None else None
        return list(world.ids(item.emulator.names[workflow.transitions])) if workflow is not None else []

    for number in range(_TRIES):
        sampler = Sampler(target.plan.schemas, chooser(number), share=_SHARE)
        sampled: JsonObject = sampler.value(target.operation.arguments())
        arguments = aim.request(target, sampled, sampler, known, arrows).arguments
        reply = environment.call(target.tool, arguments)
        environment.reset()
        if reply.ok:
            return arguments
    return None
