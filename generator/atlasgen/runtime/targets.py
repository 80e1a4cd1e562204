"""Which records a call is about: the one that a parameter names, and those that its path names before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from atlasgen.errors import ApiError, Fault
from atlasgen.jsonvalue import pointer
from atlasgen.plan.model import Held, Operation
from atlasgen.runtime.context import Context, Located, Test, passes
from atlasgen.runtime.documents import Document, at, with_value
from atlasgen.runtime.world import World

Target: TypeAlias = Callable[[World, Any], Located]
"""From valid arguments to the record that they name; raises the `ApiError` for a name of none."""

Parents: TypeAlias = Callable[[World, Any], list[Test]]
"""From valid arguments to what the records before it in the path ask of a record; raises as `Target` does."""


class Targets:
    """Finds the records that calls of one operation are about."""

    def __init__(self, context: Context, operation: Operation) -> None:
        """Take an operation that is about a resource."""
        self._context = context
        self._operation = operation
        self._resource = context.plan.resources[operation.resource]
        self._collection = context.names[operation.resource]

    def target(self) -> Target:
        """Return what finds the record that the operation is about."""
        operation = self._operation
        if operation.context:
            return self._ambient(operation.context)
        if operation.single:
            return self._single()
        find, parameter = self.found(), operation.target

        def target(world: World, arguments: Any) -> Located:
            found = find(world, arguments)
            if found is None:
                raise self.not_found(parameter)
            return found

        return target

    def found(self) -> Callable[[World, Any], Located | None]:
        """Return what finds the record that the target parameter names below the others; None where there is none."""
        operation, context = self._operation, self._context
        parameter, locate, parents = operation.target, context.locate(self._resource), self.parents()
        scoped = bool(operation.scope)

        def found(world: World, arguments: Any) -> Located | None:
            tests = parents(world, arguments)
            name = arguments.get(parameter, "")
            one = locate(world, name)
            if one is None or not passes(world, one[1], tests):
                one = self._among(world, str(name), tests) if scoped else None
            return one

        return found

    def _among(self, world: World, name: str, tests: list[Test]) -> Located | None:
        """Return the record of a further name that is that record's among those of one parent only: version 1."""
        aliases = tuple(self._resource.identity.also)
        listed = tests[0]
        for id in world.listed(self._collection, listed.path, str(listed.wanted)) if aliases else ():
            record = world.get(self._collection, id)
            if record is not None and name in _names(record, aliases) and passes(world, record, tests):
                return id, record
        return None

    def _single(self) -> Target:
        """Return what finds the one record that there is below those of the path.

        What nothing can take away is always there, empty as long as nobody has written to it.
        """
        operation, parents, collection = self._operation, self.parents(), self._collection
        last, field, kind = (
            next(reversed(tuple(operation.scope)), ""),
            self._resource.identity.field,
            operation.archetype,
        )
        can_go = any(
            item.archetype == "delete" and item.resource == operation.resource for item in self._context.plan.operations
        )

        def single(world: World, arguments: Any) -> Located:
            tests = parents(world, arguments)
            id = single_id(tests)
            record = world.get(collection, id)
            if record is None and can_go and kind in ("get", "delete"):
                raise self.not_found(last)
            if record is None:
                record = {field: id}
                for test in tests:
                    record = with_value(record, test.path, test.wanted)
            return id, record

        return single

    def _ambient(self, name: str) -> Target:
        def target(world: World, arguments: Any) -> Located:
            id = world.context(name) or ""
            record = world.get(self._collection, id)
            if record is None:
                raise self.not_found("")
            return id, record

        return target

    def parents(self) -> Parents:
        """Return what finds the records that the path names before the target."""
        context, name, operation = self._context, self._operation.resource, self._operation
        fields = {field.path: field for field in self._resource.fields}
        steps = []
        plain = []
        for parameter, path in operation.scope.items():
            field = fields.get(path)
            if field is not None and field.reference is not None and field.reference.resource in context.names:
                parent = context.plan.resources[field.reference.resource]
                find = context.paths.follow(path, name)
                steps.append((parameter, parent.name, context.locate(parent), path, find, parent.identity.field))
            else:
                plain.append((parameter, path, context.paths.follow(path, name)))
        others = [
            (parameter, resource, context.locate(context.plan.resources[resource]))
            for parameter, resource in operation.within.items()
        ]

        def parents(world: World, arguments: Any) -> list[Test]:
            tests: list[Test] = []
            for parameter, resource, locate, path, get, identity in steps:
                found = locate(world, arguments.get(parameter, ""))
                if found is None:
                    raise self.not_found(parameter, resource)
                tests.append(Test(path, get, found[1].get(identity, found[0])))  # a number where ids are numbers
            for parameter, path, get in plain:
                tests.append(Test(path, get, str(arguments.get(parameter, ""))))
            for parameter, resource, locate in others:
                if locate(world, arguments.get(parameter, "")) is None:
                    raise self.not_found(parameter, resource)
            return tests

        return parents

    def holder(self, held: Held) -> Target:
        """Return what finds the record whose field lists the records that the operation is about."""
        locate = self._context.locate(self._context.plan.resources[held.resource])

        def holder(world: World, arguments: Any) -> Located:
            found = locate(world, arguments.get(held.parameter, ""))
            if found is None:
                raise self.not_found(held.parameter, held.resource)
            return found

        return holder

    def not_found(self, parameter: str, resource: str = "") -> ApiError:
        """Return the error for a parameter that names nothing."""
        fault = Fault("not_found", pointer(parameter) if parameter else "", "does not exist", resource or None)
        return self._context.refuse([(404, fault)], self._operation)


def _names(record: Document, members: tuple[str, ...]) -> list[str]:
    return [str(record[member]) for member in members if record.get(member) is not None]


def listed_in(record: Any, held: Held) -> list[Any]:
    """Return the ids that a field lists."""
    ids = at(record, held.path)
    return ids if isinstance(ids, list) else []


def single_id(tests: Sequence[Test]) -> str:
    """Return the id of the one record below some others."""
    return "/".join(str(test.wanted) for test in tests) or "only"
