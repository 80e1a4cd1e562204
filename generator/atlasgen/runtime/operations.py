"""An API that can be called: its plan, and its operations compiled to closures when they are first used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Operation, Plan
from atlasgen.runtime import reads, writes
from atlasgen.runtime.context import Context
from atlasgen.runtime.families import Families
from atlasgen.runtime.queries import Language
from atlasgen.runtime.reads import Run
from atlasgen.runtime.requests import Arguments
from atlasgen.runtime.store import Store
from atlasgen.runtime.texts import TextForm
from atlasgen.runtime.world import Collection, World


class Emulator:
    """An API ready to be called: its plan and, compiled when they are first used, its operations.

    It holds no state of an episode, so one emulator serves any number of environments.

    Attributes:
        plan: The plan of the API.
        names: What the world calls the collection of each resource.
        by_tool: The operations, by the names of their tools.
        texts: The forms of texts that a person's package has, by the names that hints call them by.
    """

    def __init__(
        self,
        plan: Plan,
        languages: Mapping[str, Language] = MappingProxyType({}),
        texts: Mapping[str, TextForm] = MappingProxyType({}),
    ) -> None:
        """Take the plan of an API, and the query languages and forms of texts that a person's package has."""
        self.plan = plan
        self.texts = texts
        self.context = Context(plan, languages)
        self.names = self.context.names
        self.by_tool = {operation.tool: operation for operation in plan.operations}
        self._runs: dict[str, Run] = {}
        self._stores: dict[str, Store] = {}

    @cached_property
    def collections(self) -> Mapping[str, Collection]:
        """What a world must know of the collections of this API, by their names in the world."""
        histories = {item.history.resource for item in self.plan.resources.values() if item.history is not None}
        return {
            self.names[resource.name]: Collection(
                self.names[resource.name],
                aliases=tuple(resource.identity.also),
                indexes=resource.indexes,
                stamped=resource.stamped,
                is_history=resource.name in histories,
            )
            for resource in self.plan.resources.values()
        }

    @cached_property
    def families(self) -> Families:
        """What becomes of the records below another one when that one goes."""
        return Families(self.context)

    def run(self, tool: str) -> Run:
        """Return the closure of a tool.

        Raises:
            KeyError: there is no such tool.
        """
        if tool not in self._runs:
            self._runs[tool] = _compile(self, self.by_tool[tool])
        return self._runs[tool]

    def store(self, resource: str) -> Store:
        """Return what creates and checks the records of a resource."""
        if resource not in self._stores:
            self._stores[resource] = Store(self.context, self.plan.resources[resource])
        return self._stores[resource]


def _compile(emulator: Emulator, operation: Operation) -> Run:
    """Return the closure of an operation; what is not emulated answers 501."""
    context, kind = emulator.context, operation.archetype
    if kind == "config":
        return reads.config(context, operation)
    if not is_emulated(operation, context.languages) or operation.resource not in context.names:
        return _stub(context, operation)
    store = emulator.store(operation.resource)
    match kind:
        case "get":
            return reads.get(context, operation)
        case "list":
            return reads.listing(context, operation)
        case "create" | "upsert":
            return writes.create(context, operation, store)
        case "update" | "patch":
            return writes.update(context, operation, store)
        case "delete":
            return writes.delete(context, operation, store, emulator.families)
        case "link" if operation.held is not None:
            return writes.link(context, operation, store, operation.held)
        case "unlink" if operation.held is not None:
            return writes.unlink(context, operation, store, operation.held)
        case _:
            return writes.transition(context, operation, store)


def is_emulated(operation: Operation, languages: Mapping[str, Any] = MappingProxyType({})) -> bool:
    """Whether the plan says enough of an operation to run it."""
    if operation.language is not None and operation.language.name not in languages:
        return False
    match operation.archetype:
        case "stub":
            return False
        case "action":
            return bool(operation.transition)
        case "link" | "unlink":
            return operation.held is not None
        case _:
            return True


def _stub(context: Context, operation: Operation) -> Run:
    fault = Fault("unsupported", "", "This operation is not emulated.")

    def stub(world: World, arguments: Arguments) -> Json:
        # A new one each time: an error that is kept holds on to the frames of all who ever raised it.
        raise context.refuse([(501, fault)], operation)

    return stub
