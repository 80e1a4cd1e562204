"""Reward skeletons: what a plan says about judging one operation, as data that a person completes in a subclass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from atlasgen.jsonvalue import Json, pointer, tokens
from atlasgen.plan.model import Operation, Path, Plan, Write
from atlasgen.plan.naming import distinct, words
from atlasgen.runtime.documents import Document, at
from atlasgen.runtime.environment import Call
from atlasgen.runtime.world import Change
from atlasgen.spec.schemas import pascal
from atlasgen.tasks import reward
from atlasgen.tasks.readers import is_named, lacking, members, readers, shows
from atlasgen.tasks.reward import Score
from atlasgen.tasks.task import KINDS, Effect, Expected, Reader, Task, effect_of
from atlasgen.tasks.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of an operation as the API nests it.

    Attributes:
        pointer: Where it stands: `/issueId`, `/body/fields/summary`.
        required: Whether the service refuses a call without it.
        stored: The path of the record that it is written to; empty where it is not stored.
        names: The collection whose records it names; empty where it names none.
        by: Which identity of the record each member of an object gives; empty where the value is the identity itself.
        unordered: Whether it is a set, written as a list.
    """

    pointer: str
    required: bool = False
    stored: Path = ()
    names: str = ""
    by: Mapping[str, str] = field(default_factory=dict)
    unordered: bool = False


@dataclass(frozen=True, slots=True)
class Skeleton:
    """All that `_generated/rewards.py` says of one operation."""

    name: str
    operation: str
    summary: str
    effect: Effect
    arguments: tuple[Argument, ...]
    readers: tuple[Reader, ...]
    budget: int


class OperationReward:
    """Judges the tasks that one operation solves; generated subclasses hold the data, people override what is special.

    Attributes:
        operation: The tool.
        effect: What an accepted call does.
        arguments: What it takes.
        readers: What can show, before or after, the records that it writes.
        budget: How many calls it takes with looking up and checking.
        tokens: The way to each argument, by its pointer.
        stored: The paths of a record that the arguments are written to.
        added: The arguments that are added to a list of records, which may as well be given in parts.
    """

    operation: ClassVar[str]
    effect: ClassVar[Effect]
    arguments: ClassVar[tuple[Argument, ...]]
    readers: ClassVar[tuple[Reader, ...]]
    budget: ClassVar[int]

    def __init__(self) -> None:
        self.tokens = {argument.pointer: tokens(argument.pointer) for argument in self.arguments}
        self.stored = frozenset(argument.stored for argument in self.arguments if argument.stored)
        self._by_pointer = {argument.pointer: argument for argument in self.arguments}
        self._unordered = frozenset(argument.stored for argument in self.arguments if argument.unordered)
        self._showable = {path for reader in self.readers for path in reader.places}
        self._by_argument = [reader for reader in self.readers if not reader.identity]
        self._lists = frozenset(path for reader in self._by_argument for path in reader.places)
        self.added = frozenset(
            item.pointer for item in self.arguments if item.unordered and item.stored in self._lists and not item.names
        )
        self._targets = {reader.operation: reader.target for reader in self.readers}

    @classmethod
    def of(cls, skeleton: Skeleton) -> OperationReward:
        """Return the reward that a skeleton makes without anybody's help."""
        data = {name: getattr(skeleton, name) for name in ("operation", "effect", "arguments", "readers", "budget")}
        made: OperationReward = type(skeleton.name, (cls,), data)()
        return made

    def score(self, task: Task, trajectory: Trajectory, diff: Sequence[Change]) -> Score:
        """Return the score of a trajectory on a task that this operation alone solves."""
        return reward.judge(task, trajectory, diff, {self.operation: self})

    def equivalent(self, expected: Expected, found: Json) -> bool:
        """Return whether an argument that is not the gold's value says the same.

        Here: another name of the same record, a set in another order, or its only member by itself.
        """
        if reward.names_same(expected, found):
            return True
        if not self._by_pointer[expected.pointer].unordered:
            return False
        return same_set(expected.value, found if isinstance(found, list) else [found])

    def variants(self, expected: Expected) -> Iterator[tuple[str, Json]]:
        """Yield values that say the same as a gold argument, each with a name: an audit tries them. Here: none."""
        yield from ()

    def lookalikes(self, expected: Expected) -> Iterator[tuple[str, Json]]:
        """Yield values that look right in place of a gold argument and are wrong, each with a name. Here: none."""
        yield from ()

    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        """Return whether two values that are stored at a path mean the same, though they differ. Here: equal sets."""
        return path in self._unordered and collection == self.effect.collection and same_set(expected, found)

    def shows(self, call: Call, id: str, paths: Sequence[Path], record: Document | None = None) -> bool:
        """Return whether an answer shows these paths of a record, those apart that nothing can show.

        Args:
            call: The call.
            id: The record.
            paths: What it has to show.
            record: What is stored there; a list of records is shown where all that it lists is.
        """
        sizes = {path: len(at(record, path)) for path in self._lists if isinstance(at(record, path), list)}
        return shows(self.readers, call, id, [path for path in paths if path in self._showable], sizes)

    def is_about(self, call: Call, id: str) -> bool:
        """Return whether a call says by an argument that its answer is about a record."""
        return any(is_named(reader, call, id) for reader in self._by_argument)

    def shows_one_by_one(self, calls: Sequence[Call], change: Change, path: Path) -> bool:
        """Return whether answers show, one by one, all that a change adds to a list of records and takes out of it."""
        before, after = at(change.before, path), at(change.after, path)
        if path not in self._lists or not isinstance(before, list) or not isinstance(after, list):
            return False
        added = {str(item) for item in after if item not in before}
        removed = {str(item) for item in before if item not in after}
        there = {id for call in calls for place, id in members(self.readers, call, change.id) if place == path}
        gone = {id for call in calls for place, id in lacking(self.readers, call, change.id) if place == path}
        return bool(added or removed) and added <= there and removed <= gone

    def shows_absence(self, call: Call, names: Sequence[str]) -> bool:
        """Return whether an answer says that a record of these names is not there."""
        parameter = self._targets.get(call.tool, "")
        return call.status == 404 and bool(parameter) and str(call.arguments.get(parameter)) in names


def same_set(one: Any, other: Any) -> bool:
    """Return whether two lists hold the same values in any order."""
    if not isinstance(one, list) or not isinstance(other, list) or len(one) != len(other):
        return False
    return sorted(map(repr, one)) == sorted(map(repr, other))


def skeletons(plan: Plan) -> tuple[Skeleton, ...]:
    """Return the skeleton of each operation that writes, in the order of the document."""
    taken = {OperationReward.__name__}
    found: list[Skeleton] = []
    collections = {resource: _collection(plan, resource) for resource in plan.resources}
    effects = {item.tool: effect_of(item, collections) for item in plan.operations}
    writing = [item for item in plan.operations if effects[item.tool] is not None]
    arguments = {item.tool: (*_parameters(plan, item), *_members(plan, item)) for item in writing}
    about = {item.tool: _changed(item) for item in writing}
    # Several operations may have written a record that one answer shows.
    told: dict[str, set[Path]] = {}
    for operation in writing:
        written = {argument.stored for argument in arguments[operation.tool] if argument.stored}
        told.setdefault(about[operation.tool], set()).update(written)
    shown_by = {resource: readers(plan, resource, paths) for resource, paths in told.items()}
    for operation in writing:
        name = distinct(pascal(*words(operation.tool), "Reward"), taken)
        taken.add(name)
        effect = effects[operation.tool]
        if effect is not None:
            shown = shown_by[about[operation.tool]]
            found.append(_skeleton(operation, name, effect, arguments[operation.tool], shown))
    return tuple(found)


def _skeleton(
    operation: Operation, name: str, effect: Effect, arguments: tuple[Argument, ...], shown_by: tuple[Reader, ...]
) -> Skeleton:
    written = {argument.stored for argument in arguments if argument.stored}
    own = next((set(reader.shows.values()) for reader in shown_by if reader.operation == operation.tool), set[Path]())
    looks_up = any(argument.names for argument in arguments)
    checks = not written or not written <= own
    return Skeleton(
        name=name,
        operation=operation.tool,
        summary=operation.summary,
        effect=effect,
        arguments=arguments,
        readers=shown_by,
        budget=1 + looks_up + checks,
    )


def _changed(operation: Operation) -> str:
    """Return the resource whose records an operation changes: of a link the one that has the list."""
    return operation.held.resource if operation.held is not None else operation.resource


def _collection(plan: Plan, resource: str) -> str:
    return f"{plan.name}.{resource}"


def _parameters(plan: Plan, operation: Operation) -> Iterator[Argument]:
    fields = {field.path: field for field in plan.resources[operation.resource].fields}
    for parameter in operation.parameters:
        path = operation.scope.get(parameter.name, ())
        above = fields[path].reference if path in fields else None
        named = {operation.target: operation.resource, **operation.within}
        if operation.held is not None:
            named[operation.held.parameter] = operation.held.resource
        names = named.get(parameter.name, above.resource if above else "")
        taken_from = _taken_from(operation, parameter.name)
        yield Argument(
            pointer(parameter.name),
            required=parameter.required,
            # What stands above a record is written once, where the record is created.
            stored=taken_from or (path if KINDS.get(operation.archetype) == "create" else ()),
            names=_collection(plan, names) if names else "",
            unordered=bool(taken_from),
        )


def _taken_from(operation: Operation, parameter: str) -> Path:
    """Return the list that an operation takes out of what a parameter names; empty for other parameters."""
    if operation.held is None or operation.archetype != "unlink" or parameter != operation.target:
        return ()
    return operation.held.path


def _members(plan: Plan, operation: Operation) -> Iterator[Argument]:
    if operation.held is not None and operation.archetype == "link":
        yield Argument(pointer("body"), required=True, stored=operation.held.path, unordered=True)
        return
    for write in operation.writes:
        names, by = "", {}
        if write.reference is not None and write.reference.resource in plan.resources:
            names, by = _collection(plan, write.reference.resource), dict(write.reference.by)
        yield Argument(
            pointer("body", *write.source),
            required=write.required,
            stored=() if write.lock else write.target,
            names=names,
            by=by,
            unordered=_is_set(plan, operation, write),
        )
    resource = plan.resources[operation.resource]
    if operation.transition and resource.workflow is not None:
        arrows = plan.resources[resource.workflow.transitions]
        yield Argument(
            pointer("body", *operation.transition),
            required=True,
            stored=resource.workflow.state,
            names=_collection(plan, arrows.name),
            by={arrows.identity.field: arrows.identity.field},
        )


def _is_set(plan: Plan, operation: Operation, write: Write) -> bool:
    schema: Any = operation.body
    for name in (*write.source, None):
        while isinstance(schema, dict) and "$ref" in schema:
            schema = plan.schemas.get(str(schema["$ref"]).removeprefix("#/$defs/"))
        if not isinstance(schema, dict):
            return False
        if name is not None:
            members = schema.get("properties")
            schema = members.get(name) if isinstance(members, dict) else None
    return bool(schema.get("uniqueItems"))
