"""Operations compiled to closures: from the arguments of a call to what the service answers, or an `ApiError`.

A closure first finds everything that is wrong, then writes, then answers. Nothing is written where anything is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias, cast

from atlasgen.errors import ApiError, Fault
from atlasgen.jsonvalue import Json, detach, pointer
from atlasgen.plan.model import Operation, Path, Plan
from atlasgen.runtime.answers import answer
from atlasgen.runtime.context import Context, Located, passes
from atlasgen.runtime.documents import Document, at, with_value, without
from atlasgen.runtime.drafts import Drafts, source
from atlasgen.runtime.follow import Follow
from atlasgen.runtime.requests import Arguments, accept
from atlasgen.runtime.store import Store
from atlasgen.runtime.workflows import Arrows
from atlasgen.runtime.world import Collection, World

Run: TypeAlias = Callable[[World, Arguments], Json]
"""Returns the body of the answer; its parts may belong to the world and must be encoded or copied at once."""

_EMPTY: Document = {}


class Emulator:
    """An API ready to be called: its plan and, compiled when they are first used, its operations.

    It holds no state of an episode, so one emulator serves any number of environments.

    Attributes:
        plan: The plan of the API.
        names: What the world calls the collection of each resource.
        by_tool: The operations, by the names of their tools.
    """

    def __init__(self, plan: Plan) -> None:
        """Take the plan of an API."""
        self.plan = plan
        self.context = Context(plan)
        self.names = self.context.names
        self.by_tool = {operation.tool: operation for operation in plan.operations}
        self._runs: dict[str, Run] = {}
        self._stores: dict[str, Store] = {}

    @cached_property
    def collections(self) -> Mapping[str, Collection]:
        """What a world must know of the collections of this API, by their names in the world."""
        return {
            self.names[resource.name]: Collection(
                self.names[resource.name],
                aliases=tuple(resource.identity.also),
                indexes=resource.indexes,
                stamped=resource.stamped,
            )
            for resource in self.plan.resources.values()
        }

    @cached_property
    def children(self) -> Mapping[str, Sequence[tuple[str, Path]]]:
        """For each collection, those whose records stand below its own in a path, and the fields that name the parent.

        They go when their parent goes. A reference that is no part of a path never takes a record with it.
        """
        found: dict[str, dict[tuple[str, Path], None]] = {}
        for operation in self.plan.operations:
            resource = self.plan.resources.get(operation.resource)
            if resource is None:
                continue
            for path in operation.scope.values():
                parent = next(item.reference for item in resource.fields if item.path == path)
                if parent is not None and parent.resource in self.names:
                    found.setdefault(self.names[parent.resource], {})[self.names[resource.name], path] = None
        return {parent: tuple(children) for parent, children in found.items()}

    def run(self, tool: str) -> Run:
        """Return the closure of a tool.

        Raises:
            KeyError: there is no such tool.
        """
        if tool not in self._runs:
            self._runs[tool] = _Compiler(self, self.by_tool[tool]).compile()
        return self._runs[tool]

    def store(self, resource: str) -> Store:
        """Return what creates and checks the records of a resource."""
        if resource not in self._stores:
            self._stores[resource] = Store(self.context, self.plan.resources[resource])
        return self._stores[resource]


class _Compiler:
    """Compiles one operation."""

    def __init__(self, emulator: Emulator, operation: Operation) -> None:
        self.context = emulator.context
        self.operation = operation
        self.emulator = emulator
        self.collection = self.context.names.get(operation.resource, "")

    def compile(self) -> Run:
        kind = self.operation.archetype
        if not self.collection or kind == "stub" or (kind == "action" and not self.operation.transition):
            return self._stub()
        compilers: Mapping[str, Callable[[], Run]] = {
            "get": self._get,
            "list": self._transitions if self.operation.offers else self._list,
            "create": self._create,
            "update": self._update,
            "patch": self._update,
            "delete": self._delete,
            "action": self._transition,
        }
        return compilers[kind]()

    # -- the record that the path names --------------------------------------------------------------------------------

    def _target(self) -> Callable[[World, Any], Located]:
        resource = self.context.plan.resources[self.operation.resource]
        parameter, locate, parents = self.operation.target, self.context.locate(resource), self._parents()

        def target(world: World, arguments: Any) -> Located:
            found = locate(world, arguments[parameter])
            if found is None or not passes(world, found[1], parents(world, arguments)):
                raise self._not_found(parameter)
            return found

        return target

    def _parents(self) -> Callable[[World, Any], list[tuple[Follow, Any]]]:
        """Return what finds the records that the path names before the target: tests that the target must pass."""
        context, name = self.context, self.operation.resource
        fields = {field.path: field for field in context.plan.resources[name].fields}
        steps = []
        for parameter, path in self.operation.scope.items():
            reference = fields[path].reference
            if reference is not None and reference.resource in context.names:
                parent = context.plan.resources[reference.resource]
                steps.append((parameter, context.locate(parent), context.paths.follow(path, name), parent.identity))

        def parents(world: World, arguments: Any) -> list[tuple[Follow, Any]]:
            tests: list[tuple[Follow, Any]] = []
            for parameter, locate, get, identity in steps:
                found = locate(world, arguments[parameter])
                if found is None:
                    raise self._not_found(parameter)
                tests.append((get, found[1].get(identity.field, found[0])))  # a number where ids are numbers
            return tests

        return parents

    def _not_found(self, parameter: str) -> ApiError:
        return self.context.refuse(
            [(404, Fault("not_found", pointer(parameter), "does not exist"))], self.operation.resource
        )

    # -- archetypes ----------------------------------------------------------------------------------------------------

    def _stub(self) -> Run:
        fault = Fault("unsupported", "", "This operation is not emulated.")
        error = self.context.refuse([(501, fault)], self.operation.resource)

        def stub(world: World, arguments: Arguments) -> Json:
            raise error

        return stub

    def _get(self) -> Run:
        read, target, show = accept(self.context, self.operation), self._target(), answer(self.context, self.operation)

        def get(world: World, arguments: Arguments) -> Json:
            valid = read(world, arguments)
            return show(world, valid, (target(world, valid),))

        return get

    def _list(self) -> Run:
        context, operation, collection = self.context, self.operation, self.collection
        read, parents, show = accept(context, operation), self._parents(), answer(context, operation)
        keep = [(item.parameter, context.paths.follow(item.path, operation.resource)) for item in operation.filters]

        def listed(world: World, arguments: Arguments) -> Json:
            valid = read(world, arguments)
            tests = [(get, valid[parameter]) for parameter, get in keep if valid.get(parameter) is not None]
            tests += parents(world, valid)
            records = [(id, record) for id in world.ids(collection) if (record := world.get(collection, id))]
            return show(world, valid, [item for item in records if passes(world, item[1], tests)])

        return listed

    def _create(self) -> Run:
        context, operation = self.context, self.operation
        store, drafts = self.emulator.store(operation.resource), Drafts(context, operation.writes)
        read, parents, show = accept(context, operation, store), self._parents(), answer(context, operation)
        below = tuple(operation.scope.values())

        def create(world: World, arguments: Arguments) -> Json:
            valid = read(world, arguments)
            record, broken = drafts.draft(world, valid.get("body") or _EMPTY, _EMPTY)
            for path, (_, parent) in zip(below, parents(world, valid), strict=True):
                record = with_value(record, path, parent)
            record = store.complete(world, record)
            broken += store.taken(world, record)
            broken += store.rules.broken(world, record, "", [source(fault) for _, fault in broken])
            if broken:
                raise context.refuse(broken, operation.resource)
            return show(world, valid, (store.insert(world, record),))

        return create

    def _update(self) -> Run:
        context, operation = self.context, self.operation
        # A PUT replaces: what it could write and does not is as in a new record.
        cleared = [write.target for write in operation.writes] if operation.archetype == "update" else []
        store, drafts = self.emulator.store(operation.resource), Drafts(context, operation.writes)
        read, target, show = accept(context, operation), self._target(), answer(context, operation)

        def update(world: World, arguments: Arguments) -> Json:
            valid = read(world, arguments)
            id, before = target(world, valid)
            record, broken = drafts.draft(world, valid.get("body") or _EMPTY, without(before, cleared) or _EMPTY)
            if cleared:
                record = store.complete(world, cast("Document", detach(record)))
            broken += store.rules.broken(world, record, id, [source(fault) for _, fault in broken])
            if broken:
                raise context.refuse(broken, operation.resource)
            return show(world, valid, (store.replace(world, id, record),))

        return update

    def _delete(self) -> Run:
        read, target, show = accept(self.context, self.operation), self._target(), answer(self.context, self.operation)
        collection, children = self.collection, self.emulator.children

        def delete(world: World, arguments: Arguments) -> Json:
            valid = read(world, arguments)
            id, record = target(world, valid)
            shown = show(world, valid, ((id, record),))
            gone = [(collection, id)]
            for parent, name in gone:  # it grows while it is walked
                for child, path in children.get(parent, ()):
                    gone += [(child, found) for found in world.listed(child, path, name)]
                world.remove(parent, name)
            return shown

        return delete

    # -- workflows -----------------------------------------------------------------------------------------------------

    def _transitions(self) -> Run:
        context, operation, collection = self.context, self.operation, self.collection
        read, target, show = accept(context, operation), self._target(), answer(context, operation)
        arrows = Arrows(context, operation)
        keep = [(item.parameter, context.paths.follow(item.path, arrows.resource.name)) for item in operation.filters]

        def transitions(world: World, arguments: Arguments) -> Json:
            valid = read(world, arguments)
            id, record = target(world, valid)
            world.reads.append((collection, id))
            tests = [(get, valid[parameter]) for parameter, get in keep if valid.get(parameter) is not None]
            return show(world, valid, [item for item in arrows.open(world, record) if passes(world, item[1], tests)])

        return transitions

    def _transition(self) -> Run:
        context, operation = self.context, self.operation
        read, target, show = accept(context, operation), self._target(), answer(context, operation)
        store, arrows, path = self.emulator.store(operation.resource), Arrows(context, operation), operation.transition
        message = f"is not a {arrows.resource.name} that is open now."

        def take(world: World, arguments: Arguments) -> Json:
            valid = read(world, arguments)
            id, record = target(world, valid)
            given = at(valid.get("body"), path)
            wanted = given.get(arrows.field) if isinstance(given, dict) else given
            arrow = arrows.find(world, record, str(wanted))
            if arrow is None:
                where = pointer("body", *path, *((arrows.field,) if isinstance(given, dict) else ()))
                raise context.refuse([(400, Fault("rule", where, f"{wanted} {message}", wanted))], operation.resource)
            record = with_value(record, arrows.state, arrows.target(world, arrow))
            return show(world, valid, (store.replace(world, id, record),))

        return take
