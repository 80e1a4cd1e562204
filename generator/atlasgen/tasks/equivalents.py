"""Ways to play a task that are as good as the gold."""

from __future__ import annotations

from collections.abc import Iterator

from atlasgen.jsonvalue import Json, pointer, tokens
from atlasgen.runtime.documents import ABSENT, at
from atlasgen.tasks.skeleton import Argument
from atlasgen.tasks.steps import Mutant, edited, first_write
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import Expected, GoldCall, Task


def equivalents(around: Surroundings, task: Task) -> Iterator[Mutant]:
    """Yield the ways that are as good as the gold."""
    around.start(task)
    gold = task.gold
    for index, expected in around.expected(task):
        for item in expected:
            for text, value in _aliases(around, item, index, task):
                yield Mutant(f"alias {text}", "gold", edited(gold, index, item.pointer, value), success=True)
            for text, value in around.rewards[gold[index].tool].variants(item):
                yield Mutant(f"{text} {item.pointer}", "gold", edited(gold, index, item.pointer, value), success=True)
        every = [(item, value) for item in expected for _, value in list(_aliases(around, item, index, task))[:1]]
        if len(every) > 1:
            steps = gold
            for item, value in every:
                steps = edited(steps, index, item.pointer, value)
            yield Mutant("alias everywhere", "gold", steps, success=True)
        for argument, value in _defaults(around, task, index):
            name = f"explicit default {argument.pointer}"
            yield Mutant(name, "gold", edited(gold, index, argument.pointer, value), success=True)
    for index, step in enumerate(gold):
        for place, other in _reading_aliases(around, task, step):
            yield Mutant(f"alias of a read {place}", "gold", edited(gold, index, place, other), success=True)
    first = first_write(task)
    if first > 1:
        yield Mutant("reads in other order", "gold", (*reversed(gold[:first]), *gold[first:]), success=True)
    for position, text in ((0, "before"), (first, "between"), (len(gold), "after")):
        for extra in around.reads(task)[:1]:
            steps = (*gold[:position], extra, *gold[position:])
            if len(steps) <= task.budget:
                yield Mutant(f"one more read {text}", "gold", steps, success=True)
    if not task.needed and first:
        yield Mutant("no look before", "gold", gold[first:], success=True)
    for name, look in around.neighbours(task):
        if all(around.tells(task, look, needed) for needed in task.needed):
            yield Mutant(f"seen inside {name}", "gold", (look, *gold[first:]), success=True)
    for index, step in enumerate(gold):
        if (chosen := _chosen_members(around, task, step)) is not None:
            yield Mutant("check of the written fields", "gold", edited(gold, index, *chosen), success=True)


def _aliases(around: Surroundings, item: Expected, index: int, task: Task) -> Iterator[tuple[str, Json]]:
    if any(use.pointer.startswith(item.pointer) for use in task.gold[index].uses):
        return
    for member, name in item.members.items():
        if item.value != {member: name}:
            yield f"{item.pointer}/{member}", {member: name}
    if len(item.members) > 1:
        yield f"{item.pointer} twice", dict(item.members)
    for text in item.scalars:
        if str(item.value) != text:
            yield item.pointer, int(text) if isinstance(item.value, int) and text.isdigit() else text
    argument = around.argument(task.gold[index].tool, item.pointer)
    if argument is not None and argument.unordered and isinstance(item.value, list) and len(item.value) > 1:
        yield f"{item.pointer} reversed", [*reversed(item.value)]


def _defaults(around: Surroundings, task: Task, index: int) -> Iterator[tuple[Argument, Json]]:
    """Yield arguments that may be left out, with the value that the record then gets."""
    step = task.gold[index]
    reward = around.rewards[step.tool]
    made = [target for target in task.targets if target.change.collection == reward.effect.collection]
    if len(made) != 1 or made[0].change.after is None or made[0].change.before is not None:
        return
    for argument in reward.arguments:
        if not argument.stored or at(step.arguments, tokens(argument.pointer)) is not ABSENT:
            continue
        value = at(made[0].change.after, argument.stored)
        if value is ABSENT or value is None or not argument.pointer.startswith("/body/"):
            continue
        if argument.names:
            names = around.names(task, argument, str(value))
            if names:
                yield argument, names
        elif value != []:
            yield argument, value


def _reading_aliases(around: Surroundings, task: Task, step: GoldCall) -> Iterator[tuple[str, Json]]:
    """Yield other names for the record that a reading call is about."""
    operation = around.operations.get(step.tool)
    if operation is None or operation.mutating or not operation.target or step.uses:
        return
    given = step.arguments.get(operation.target)
    collection = around.collection(step.tool)
    around.start(task)
    for id in around.environment.world.ids(collection):
        names = around.all_names(collection, id)
        if str(given) in names:
            for name in names:
                # Not every name of a record is one that every operation takes.
                if (
                    name != str(given)
                    and around.environment.call(step.tool, {**step.arguments, operation.target: name}).ok
                ):
                    yield pointer(operation.target), name


def _chosen_members(around: Surroundings, task: Task, step: GoldCall) -> tuple[str, Json] | None:
    """Return the parameter and value by which a check asks for the written fields alone."""
    operation = around.operations.get(step.tool)
    if operation is None or not operation.select or not step.uses or not operation.select[0].parameter:
        return None
    select = operation.select[0]
    written = [path for target in task.targets for path in target.written]
    if not all(path[: len(select.at)] == select.at and len(path) > len(select.at) for path in written):
        return None
    return pointer(select.parameter), [*dict.fromkeys(path[len(select.at)] for path in written)]
