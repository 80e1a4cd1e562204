"""What can be known of the surroundings of a task: its operations, its records and their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Operation
from atlasgen.runtime.documents import Document, at, without
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.targets import listed_in
from atlasgen.tasks.agents import script
from atlasgen.tasks.skeleton import Argument, OperationReward
from atlasgen.tasks.task import Expected, GoldCall, Needed, Task

_NEIGHBOURS: Final = 2


class Surroundings:
    """The APIs and worlds of one scenario's tasks, to look around in and to try calls in.

    Attributes:
        environment: One of the mutants' own.
        rewards: The completed skeletons of the scenario, by tool.
        operations: The operations, by tool.
    """

    def __init__(self, environment: Environment, rewards: Sequence[OperationReward]) -> None:
        """Take an environment to look around and to try calls in, and the completed skeletons of the scenario."""
        self.environment = environment
        self.rewards = {reward.operation: reward for reward in rewards}
        self.operations: dict[str, Operation] = {}
        self._emulators: dict[str, Emulator] = {}
        tools = iter(environment.tools)
        for emulator in environment.emulators:
            for operation in emulator.plan.operations:
                name = next(tools).name
                self.operations[name], self._emulators[name] = operation, emulator

    def start(self, task: Task) -> None:
        """Begin an episode of a task."""
        self.environment.reset(task.layer, seed=task.world_seed)

    def expected(self, task: Task) -> Iterator[tuple[int, tuple[Expected, ...]]]:
        """Yield the positions of the gold calls that write, with their arguments."""
        waiting = list(task.expected)
        for index, step in enumerate(task.gold):
            if waiting and step.tool == waiting[0].tool:
                yield index, waiting.pop(0).arguments

    def argument(self, tool: str, place: str) -> Argument | None:
        """Return what the skeleton of an operation says of an argument."""
        return next((item for item in self.rewards[tool].arguments if item.pointer == place), None)

    def collection(self, tool: str) -> str:
        """Return the collection that an operation is about; empty where it is about none."""
        return self._emulators[tool].names.get(self.operations[tool].resource, "")

    def ids(self, task: Task, collection: str) -> list[str]:
        """Return the ids of all records at the start of a task."""
        self.start(task)
        return list(self.environment.world.ids(collection))

    def names(self, task: Task, argument: Argument, id: str) -> Json:
        """Return a record's name as an argument takes it: the gold's kind of name where there are several."""
        record = self.environment.world.get(argument.names, id)
        if not argument.by:
            return id
        names = members(record, argument.by) if record is not None else {}
        member = next(reversed(names), None)
        return {member: names[member]} if member is not None else {}

    def all_names(self, collection: str, id: str) -> list[str]:
        """Return all names of a record, its id first."""
        world = self.environment.world
        record = world.get(collection, id) or {}
        aliases = world.collections[collection].aliases
        return [id, *(str(record[name]) for name in aliases if record.get(name) is not None)]

    def identify(self, task: Task, argument: Argument, item: Expected) -> str:
        """Return the id of the record that an expected argument names; empty where it names none."""
        wanted = {*map(str, item.members.values()), *item.scalars}
        ids = self.ids(task, argument.names)
        return next((id for id in ids if wanted & {*self.all_names(argument.names, id)}), "")

    def reads(self, task: Task) -> list[GoldCall]:
        """Return reads of records that the task does not need."""
        found: list[GoldCall] = []
        needed = {needed.record for needed in task.needed}
        for tool in task.tools:
            operation = self.operations[tool]
            if operation.archetype != "get" or not operation.target:
                continue
            collection = self.collection(tool)
            ids = [id for id in self.ids(task, collection) if (collection, id) not in needed]
            found += [GoldCall(tool, self.about(tool, id)) for id in ids[:1]]
        return found

    def neighbours(self, task: Task) -> list[tuple[str, GoldCall]]:
        """Return looks at other records that happen to have what is needed of one, with names for them.

        Those that are near come first: what the task itself adds, where one record may show another.
        """
        found: dict[str, GoldCall] = {}
        for needed in task.needed:
            collection, own = needed.record
            ids = self.ids(task, collection)
            world, near = self.environment.world, task.layer.tables.get(collection, {})
            value = at(world.get(collection, own), needed.path)
            same = [id for id in ids if id != own and at(world.get(collection, id), needed.path) == value]
            same.sort(key=lambda id: id not in near)
            for tool in task.tools:
                if self.operations[tool].archetype == "get" and self.collection(tool) == collection:
                    for number, id in enumerate(same[:_NEIGHBOURS]):
                        name = f"a neighbour with the same {'.'.join(needed.path)} {number} {tool}"
                        found[name] = GoldCall(tool, self.about(tool, id))
        return list(found.items())

    def tells(self, task: Task, look: GoldCall, needed: Needed) -> bool:
        """Return whether an answer depends on what is needed: whether it is another one where a record lacks that."""
        self.start(task)
        answer = self.environment.call(look.tool, look.arguments).content
        self.start(task)
        collection, id = needed.record
        if needed.value == id:
            return id.encode() in answer
        world = self.environment.world
        lacking = without(world.get(collection, id), [needed.path])
        if lacking is not None:
            world.begin()
            world.put(collection, id, lacking)
            world.commit()
        return self.environment.call(look.tool, look.arguments).content != answer

    def sees(self, task: Task, before: Sequence[GoldCall], look: GoldCall) -> bool:
        """Return whether an answer shows, after other calls, a record that the task changes."""
        self.start(task)
        script((*before, look))(task, self.environment.call)
        changed = {(change.collection, change.id) for change in self.environment.diff()}
        return not changed.isdisjoint(self.environment.calls[-1].reads)

    def about(self, tool: str, id: str) -> JsonObject:
        """Return the arguments that name a record which is there, and whatever stands before it in the path."""
        operation, emulator, world = self.operations[tool], self._emulators[tool], self.environment.world
        record = world.get(self.collection(tool), id)
        named: dict[str, list[Any]] = {place: [at(record, path)] for place, path in operation.scope.items()}
        for place, resource in operation.within.items():
            named[place] = list(islice(world.ids(emulator.names[resource]), 1))
        held = operation.held
        if held is not None and held.parameter and held.resource in emulator.names:
            holders = emulator.names[held.resource]
            having = (name for name in world.ids(holders) if id in map(str, listed_in(world.get(holders, name), held)))
            named[held.parameter] = list(islice(having, 1))
        if operation.target:
            named[operation.target] = list(self.all_names(self.collection(tool), id))
        validators = emulator.context.validators
        given: JsonObject = {}
        for parameter in operation.parameters:
            accepts = validators.compile(parameter.schema).accepts
            # A name may be a number in the one place and text in the other.
            forms = [form for name in named.get(parameter.name, ()) for form in _forms(name) if accepts(form)]
            if forms:
                given[parameter.name] = forms[0]
        return given

    def remover(self, collection: str) -> tuple[str, Operation] | None:
        """Return what deletes records of a collection."""
        for tool, operation in self.operations.items():
            if operation.archetype == "delete" and self.collection(tool) == collection:
                return tool, operation
        return None


def members(record: Document, by: Mapping[str, str]) -> JsonObject:
    """Return the names of a record by the members of an object that give them."""
    return {member: record[identity] for member, identity in by.items() if record.get(identity) is not None}


def _forms(name: Any) -> tuple[Json, ...]:
    """Return a name as it is, as text and as a number."""
    text = str(name)
    return (name, text, *((int(text),) if text.isascii() and text.isdecimal() else ()))
