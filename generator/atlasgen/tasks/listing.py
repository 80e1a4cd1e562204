"""Ways to play a task that adds records to a list of another record, or takes them out of it.

What such a call is about is a pair: the record that has the list, and the record that is listed. Either may be wrong,
each may be changed more than it should, and what a call gives at once may be given bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Held, Operation
from atlasgen.runtime.documents import at, with_value
from atlasgen.runtime.identity import draw
from atlasgen.tasks.agents import script
from atlasgen.tasks.steps import Mutant, Steps, Tier, last_write
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Task

_FAR: Final = 60  # records that a spray covers
_OTHERS: Final = 2  # records that are tried in place of the right one


@dataclass(frozen=True, slots=True)
class _List:
    """The list that one gold call changes.

    Attributes:
        around: Where to look around.
        task: The task.
        index: The position of the call.
        operation: What it calls.
        held: The list.
        owner: The collection of the records that have such lists, `collection` that of what they list.
    """

    around: Surroundings
    task: Task
    index: int
    operation: Operation
    held: Held
    owner: str
    collection: str

    @property
    def step(self) -> GoldCall:
        return self.task.gold[self.index]

    @property
    def id(self) -> str:
        """The record whose list is changed."""
        return str(self.step.arguments[self.held.parameter])

    @property
    def items(self) -> list[Any]:
        """What is added, as the call has it."""
        body = self.step.arguments.get("body")
        return [*body] if isinstance(body, list) else [body] if body is not None else []

    def listed(self, id: str) -> list[str]:
        """Return what a record lists before anything is done."""
        self.around.start(self.task)
        found = at(self.around.environment.world.get(self.owner, id), self.held.path)
        return [*map(str, found)] if isinstance(found, list) else []

    def owners(self) -> list[str]:
        """Return the records that have such lists, those first that the task itself adds."""
        near = self.task.layer.tables.get(self.owner, {})
        ids = [id for id in self.around.ids(self.task, self.owner) if id != self.id]
        return sorted(ids, key=lambda id: (id not in near, draw(self.task.seed, "owner", id)))

    def strangers(self) -> list[str]:
        """Return records that the list neither has nor is to have."""
        known = {*self.listed(self.id), *self._wanted()}
        ids = [id for id in self.around.ids(self.task, self.collection) if id not in known]
        return sorted(ids, key=lambda id: draw(self.task.seed, "stranger", id))

    def _wanted(self) -> set[str]:
        wanted = [self._record(id) for id in self.around.ids(self.task, self.collection)]
        return {str(record["id"]) for record in wanted if self.item(record) in self.items and "id" in record}

    def _record(self, id: str) -> JsonObject:
        return dict(self.around.environment.world.get(self.collection, id) or {})

    def item(self, record: JsonObject) -> Json:
        """Return a record as the body of a call names it."""
        adder = self._tool("link")
        made: JsonObject = {}
        for write in self.around.operations[adder].writes if adder else ():
            made = with_value(made, write.source, at(record, write.target))
        return made

    def named(self, id: str) -> Json:
        """Return a record, by its id, as the body of a call names it."""
        return self.item(self._record(id))

    def others(self) -> list[str]:
        """Return the other tools that do to such lists what this one does."""
        return [tool for tool in self._tools(self.operation.archetype) if tool != self.step.tool]

    def _tools(self, archetype: str) -> list[str]:
        return [
            tool
            for tool in self.task.tools
            if (item := self.around.operations[tool]).archetype == archetype
            and item.held is not None
            and (item.held.resource, item.held.path) == (self.held.resource, self.held.path)
            and item.held.parameter
        ]

    def _tool(self, archetype: str) -> str:
        return next(iter(self._tools(archetype)), "")

    def add(self, id: str, body: Json) -> Steps:
        """Return the call that adds something to the list of a record; none where no tool does that."""
        tool = self._tool("link")
        held = self.around.operations[tool].held if tool else None
        return (GoldCall(tool, {held.parameter: id, "body": body}),) if held is not None else ()

    def take(self, id: str, name: Json) -> Steps:
        """Return the call that takes something out of the list of a record; none where no tool does that."""
        tool = self.step.tool if self.operation.archetype == "unlink" else self._tool("unlink")
        return (self.taking(tool, id, name),) if tool else ()

    def taking(self, tool: str, id: str, name: Json) -> GoldCall:
        """Return the call of a certain tool that takes something out of the list of a record."""
        operation = self.around.operations[tool]
        assert operation.held is not None
        return GoldCall(tool, {operation.held.parameter: id, operation.target: name})

    def called(self, id: str) -> str:
        """Return the name by which a listed record is taken out."""
        return self.around.all_names(self.collection, id)[-1]

    def played(self, *steps: GoldCall, keep: bool = False) -> Steps:
        """Return the gold with other steps in place of the call, or before it."""
        gold = self.task.gold
        return (*gold[: self.index], *steps, *gold[self.index + (not keep) :])


def listing(around: Surroundings, task: Task) -> Iterator[Mutant]:
    """Yield what can be made of the gold calls that change lists of records."""
    for index, _ in around.expected(task):
        operation, reward = around.operations[task.gold[index].tool], around.rewards[task.gold[index].tool]
        if operation.held is None or not operation.held.parameter or task.gold[index].uses:
            continue
        collection = around.collection(task.gold[index].tool)
        own = _List(around, task, index, operation, operation.held, reward.effect.collection, collection)
        if operation.archetype == "link":
            yield from _added(own)
        elif operation.archetype == "unlink":
            yield from _taken(own)
        yield from _disturbed(own)
        yield from _checked(own)


def _added(own: _List) -> Iterator[Mutant]:
    items, present, strangers = own.items, own.listed(own.id), own.strangers()
    one_by_one = [step for item in items for step in own.add(own.id, [item])]
    if len(items) > 1 and len(own.task.gold) + len(items) - 1 <= own.task.budget:
        yield Mutant("one by one", "gold", own.played(*one_by_one), success=True)
        yield Mutant("one by one, the last first", "gold", own.played(*reversed(one_by_one)), success=True)
        objects = [step for item in items for step in own.add(own.id, item)]
        yield Mutant("one by one without a list", "gold", own.played(*objects), success=True)
    if len(items) == 1:
        yield Mutant("without a list", "gold", own.played(*own.add(own.id, items[0])), success=True)
    there = [own.named(id) for id in present]
    if missing := [item for item in items if item not in there]:
        if len(missing) < len(items):
            yield Mutant("without what is there", "gold", own.played(*own.add(own.id, missing)), success=True)
        twice = own.played(*own.add(own.id, [*missing, missing[0]]))
        yield Mutant("one of them twice in the list", "gold", twice)
        if len(own.task.gold) < own.task.budget:
            again = own.played(*own.add(own.id, items), *own.add(own.id, items))
            yield Mutant("given again", "gold", again, success=True)
    else:
        yield Mutant("nothing new", "wrong", own.played(*own.add(own.id, items)))
    for number, stranger in enumerate(strangers[:_OTHERS]):
        add, take = own.add(own.id, [own.named(stranger)]), own.take(own.id, own.called(stranger))
        if take:
            yield Mutant(f"wrong one taken out {number}", "repair", own.played(*add, *take, keep=True), success=True)
            late = own.played(*own.add(own.id, [*items, own.named(stranger)]), *take)
            yield Mutant(f"one too many taken out {number}", "repair", late, success=True)
        yield Mutant(f"stranger besides {number}", "wrong", own.played(*own.add(own.id, [*items, own.named(stranger)])))
        for place in range(len(items)):
            others = [*items[:place], own.named(stranger), *items[place + 1 :]]
            yield Mutant(f"stranger {number} in place of {place}", "wrong", own.played(*own.add(own.id, others)))
    for place, item in enumerate(items):
        rest = [*items[:place], *items[place + 1 :]]
        yield Mutant(f"without {place}", "wrong", own.played(*own.add(own.id, rest)))
        for text, value in _misspelt(item):
            others = [*items[:place], value, *items[place + 1 :]]
            yield Mutant(f"{text} {place}", "wrong", own.played(*own.add(own.id, others)))
            yield Mutant(f"{text} {place} besides", "wrong", own.played(*own.add(own.id, [*items, value])))
    for number, id in enumerate(present):
        take = own.take(own.id, own.called(id))
        if take:
            yield Mutant(f"what was there taken out {number}", "wrong", own.played(*own.add(own.id, items), *take))
            back = own.add(own.id, [own.named(id)])
            yield Mutant(
                f"what was there taken out and put back {number}", "repair", own.played(*take, *back, keep=True)
            )
    if every := [step for id in present for step in own.take(own.id, own.called(id))]:
        yield Mutant("the list replaced", "wrong", own.played(*every, *own.add(own.id, items)))
    for number, id in enumerate(own.owners()[:_OTHERS]):
        yield Mutant(f"another record's list {number}", "low", own.played(*own.add(id, items)))
        yield Mutant(f"another record's list as well {number}", "low", own.played(*own.add(id, items), keep=True))
    spray = [step for id in own.owners()[:_FAR] for step in own.add(id, items)]
    yield Mutant("added everywhere", "low", own.played(*spray, keep=True))
    yield Mutant("added everywhere else", "low", own.played(*spray))
    if undo := [step for item in items for name in _texts(item)[-1:] for step in own.take(own.id, name)]:
        yield Mutant("added and taken out", "wrong", own.played(*own.add(own.id, items), *undo))


def _taken(own: _List) -> Iterator[Mutant]:
    name = own.step.arguments[own.operation.target]
    present, around = own.listed(own.id), own.around
    for tool in own.others():
        yield Mutant(f"by {tool}", "gold", own.played(own.taking(tool, own.id, name)), success=True)
    wanted = [id for id in present if str(name) in around.all_names(own.collection, id)]
    others = [id for id in present if id not in wanted]
    for number, id in enumerate(others):
        take, back = own.take(own.id, own.called(id)), own.add(own.id, [own.named(id)])
        yield Mutant(f"another one {number}", "wrong", own.played(*take))
        yield Mutant(f"another one as well {number}", "wrong", own.played(*take, keep=True))
        if back:
            yield Mutant(f"another one put back {number}", "repair", own.played(*take, *back, keep=True), success=True)
    every = [step for id in present for step in own.take(own.id, own.called(id))]
    yield Mutant("the list emptied", "wrong", own.played(*every))
    for id in wanted:
        if back := own.add(own.id, [own.named(id)]):
            yield Mutant("taken out and put back", "wrong", own.played(own.step, *back))
            again = own.played(own.step, *back, own.step)
            yield Mutant("taken out, put back and taken out", "repair", again, success=True)
    for number, stranger in enumerate(own.strangers()[:_OTHERS]):
        missing = own.take(own.id, own.called(stranger))
        yield Mutant(f"what is not there first {number}", "repair", own.played(*missing, keep=True), success=True)
        yield Mutant(f"what is not there {number}", "wrong", own.played(*missing))
        if add := own.add(own.id, [own.named(stranger)]):
            yield Mutant(f"another one instead {number}", "wrong", own.played(own.step, *add))
    having = [id for id in own.owners() if {*own.listed(id)} & {*wanted}]
    for number, id in enumerate(having[:_OTHERS]):
        yield Mutant(f"out of another record's list {number}", "low", own.played(*own.take(id, name)))
        yield Mutant(
            f"out of another record's list as well {number}", "low", own.played(*own.take(id, name), keep=True)
        )
    spray = [step for id in having[:_FAR] for step in own.take(id, name)]
    if spray:
        yield Mutant("taken out everywhere", "low", own.played(*spray, keep=True))
        yield Mutant("taken out everywhere else", "low", own.played(*spray))


def _disturbed(own: _List) -> Iterator[Mutant]:
    """Yield changes of a list that the task does not touch, some of which end where they began."""
    written = {target.change.id for target in own.task.targets}
    gold = own.task.gold
    foreign = [id for id in own.owners() if id not in written and own.listed(id)]
    for number, id in enumerate(foreign[:_OTHERS]):
        first = own.listed(id)[0]
        take, back = own.take(id, own.called(first)), own.add(id, [own.named(first)])
        if take:
            yield Mutant(f"out of a foreign list {number}", "low", (*gold, *take))
            yield Mutant(f"out of a foreign list first {number}", "low", (*take, *gold))
        if take and back:
            yield Mutant(f"out of a foreign list and back {number}", "flawed", (*take, *back, *gold), success=False)
        for stranger in [other for other in own.strangers() if other not in own.listed(id)][:1]:
            add, undo = own.add(id, [own.named(stranger)]), own.take(id, own.called(stranger))
            if add:
                yield Mutant(f"into a foreign list {number}", "low", (*gold, *add))
            if add and undo:
                yield Mutant(f"into a foreign list and out {number}", "flawed", (*gold, *add, *undo), success=False)


def _checked(own: _List) -> Iterator[Mutant]:
    """Yield other ways to look at the list in the end, found by trying what a look at the record may be asked for."""
    task, around, last = own.task, own.around, last_write(own.task)
    if len(task.gold) != last + 2 or own.index != last:
        return
    for tool in task.tools:
        operation = around.operations[tool]
        if operation.archetype != "get" or around.collection(tool) != own.owner:
            continue
        around.start(task)
        bare = around.about(tool, own.id)
        options = [item.name for item in operation.parameters if item.schema.get("type") == "boolean"]
        for name in options:
            look = GoldCall(tool, {**bare, name: True})
            tier: Tier = "gold" if _depends(own, task.gold[: last + 1], look) else "flawed"
            yield Mutant(f"check by {tool} with {name}", tier, (*task.gold[: last + 1], look), success=True)


def _depends(own: _List, before: Sequence[GoldCall], look: GoldCall) -> bool:
    """Return whether an answer depends on the list: whether it is another one where the list is empty."""
    around, task = own.around, own.task
    around.start(task)
    script(before)(task, around.environment.call)
    answer = around.environment.call(look.tool, look.arguments)
    world = around.environment.world
    record = world.get(own.owner, own.id)
    if record is None or not answer.ok or not at(record, own.held.path):
        return False
    world.begin()
    world.put(own.owner, own.id, with_value(record, own.held.path, []))
    world.commit()
    return around.environment.call(look.tool, look.arguments).content != answer.content


def _texts(item: Any) -> list[str]:
    """Return the texts by which the body of a call names a record."""
    return [value for value in item.values() if isinstance(value, str)] if isinstance(item, dict) else []


def _misspelt(item: Any) -> Iterator[tuple[str, Json]]:
    """Yield names that resemble the one of a record."""
    if not isinstance(item, dict):
        return
    for member, value in item.items():
        if isinstance(value, str):
            yield f"longer {member} of", {**item, member: f"{value}s"}
            yield f"shorter {member} of", {**item, member: value[:-1]}
            yield f"upper case {member} of", {**item, member: value.upper()}
