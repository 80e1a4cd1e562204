"""Operations that no rule understands, compiled to closures: they hold requests to their schemas and do nothing.

The answer is the same valid one each time, made of its schema alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, pointer
from atlasgen.plan.model import Operation
from atlasgen.plan.paths import is_word
from atlasgen.runtime.context import Context
from atlasgen.runtime.fitting import Fitter
from atlasgen.runtime.requests import Arguments, accept
from atlasgen.runtime.world import World

Run: TypeAlias = Callable[[World, Arguments], Json]


def stub(context: Context, operation: Operation) -> Run:
    """Compile an operation whose records have to exist, and of which nothing else is known."""
    read = accept(context, operation)
    schemas = {item.name: item.schema for item in operation.parameters}
    parents = [
        (parameter, name, context.locate(context.plan.resources[name]))
        for parameter, name in {**operation.within, operation.target: operation.resource}.items()
        if name in context.plan.resources and parameter and not is_word(schemas.get(parameter, {}))
    ]
    answer = Fitter(context, operation).filled(operation.response) if operation.response is not None else None

    def answered(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        for parameter, name, locate in parents:
            if locate(world, valid.get(parameter, "")) is None:
                fault = Fault("not_found", pointer(parameter), "does not exist", name)
                raise context.refuse([(404, fault)], operation)
        return answer

    return answered
