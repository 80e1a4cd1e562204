"""Ways to play a task that change what nobody asked for: other records, further ones, or the right one once more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from atlasgen.jsonvalue import Json, pointer
from atlasgen.plan.model import Operation
from atlasgen.runtime.documents import at, with_value
from atlasgen.runtime.identity import draw
from atlasgen.tasks.agents import script
from atlasgen.tasks.steps import Mutant, Steps, edited, last_write
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Task, Use

_FAR: Final = 60  # records that a spray covers
_EDITED: Final = 2  # records that an editing tool is tried on
_TRIED: Final = 8  # and as many are tried for one whose edit leaves no trace


def damage(around: Surroundings, task: Task) -> Iterator[Mutant]:
    """Yield the ways that do what nobody asked for."""
    gold, last = task.gold, last_write(task)
    for index, expected in around.expected(task):
        step = gold[index]
        reward = around.rewards[step.tool]
        if reward.effect.kind == "create":
            yield Mutant("created twice", "low", (*gold[: index + 1], step, *gold[index + 1 :]))
            yield Mutant("created again at the end", "low", (*gold, step))
            yield Mutant("created many times", "low", (*gold, *[step] * 5))
            for item in expected:
                if isinstance(item.value, str) and not item.scalars:
                    other = edited(gold, index, item.pointer, f"{item.value} draft")[index]
                    yield Mutant(f"wrong {item.pointer} first", "low", (*gold[:index], other, *gold[index:]))
        for item in expected:
            argument = around.argument(step.tool, item.pointer)
            if argument is None or not argument.names:
                continue
            names = [around.names(task, argument, id) for id in around.ids(task, argument.names)[:_FAR]]
            if argument.names == reward.effect.collection:
                spray = tuple(edited(gold, index, item.pointer, name)[index] for name in names)
                yield Mutant(f"spray over {item.pointer}", "low", (*gold[:index], *spray))
                yield Mutant(f"gold and spray over {item.pointer}", "low", (*gold, *spray))
    for text, steps in _disturbances(around, task):
        yield Mutant(f"{text} afterwards", "low", (*gold, *steps))
        yield Mutant(f"{text} first", "low", (*steps, *gold))
        yield Mutant(f"{text} alone", "low", steps)
    for text, steps in _twists(around, task):
        yield Mutant(text, "wrong", (*gold[: last + 1], *steps, *gold[last + 1 :]))


def _disturbances(around: Surroundings, task: Task) -> Iterator[tuple[str, Steps]]:
    """Yield changes of records that the task does not touch."""
    written = {target.change.id for target in task.targets}
    for tool, operation, collection in changers(around, task):
        ids = [id for id in around.ids(task, collection) if id not in written]
        layered = [id for id in ids if id in task.layer.tables.get(collection, {})]
        far = sorted(set(ids) - set(layered), key=lambda id: draw(task.seed, tool, id))
        for number, id in enumerate([*layered[:2], *far[:1]]):
            place = "near" if id in layered else "far"
            yield f"{tool} {place} {number}", _change(around, tool, operation, id, ())
    for tool, ids in _editable(around, task):
        edits = ((id, steps) for id in ids if (steps := edit(around, task, tool, id)))
        for number, (id, (there, _)) in enumerate(islice(edits, _EDITED)):
            place = "near" if id in task.layer.tables.get(around.collection(tool), {}) else "far"
            yield f"{tool} {place} {number}", (there,)


def _twists(around: Surroundings, task: Task) -> Iterator[tuple[str, Steps]]:
    """Yield further changes of the record that the gold creates."""
    created = {target.change.collection for target in task.targets if target.change.before is None}
    creator = next((step.tool for step in reversed(task.gold) if step.tool in around.rewards), "")
    for tool, operation, collection in changers(around, task):
        if collection in created:
            use = Use(pointer(operation.target), creator, "/id")
            yield f"{tool} of the new record", _change(around, tool, operation, "", (use,))


def _change(around: Surroundings, tool: str, operation: Operation, id: str, uses: tuple[Use, ...]) -> Steps:
    if operation.archetype == "delete":
        return (GoldCall(tool, {operation.target: id}, uses),)
    offers = next(name for name, item in around.operations.items() if item.offers)
    list_name = next(shape.name for shape in around.operations[offers].answer if shape.kind == "records")
    place = (*operation.transition, "id")
    body = with_value({}, ("body", *place), "")
    chosen = Use(pointer("body", *place), offers, pointer(list_name, 0, "id"))
    return (
        GoldCall(offers, {around.operations[offers].target: id}, tuple(
            Use(pointer(around.operations[offers].target), use.tool, use.answer) for use in uses
        )),
        GoldCall(tool, {**body, operation.target: id}, (*uses, chosen)),
    )  # fmt: skip


def changers(around: Surroundings, task: Task) -> Iterator[tuple[str, Operation, str]]:
    """Yield the tools that can change any record of a collection without being told what to write."""
    for tool, effect in task.effects.items():
        operation = around.operations[tool]
        if not operation.target or tool not in task.tools:
            continue
        offered = any(item.offers and item.resource == operation.resource for item in around.operations.values())
        if operation.archetype == "delete" or (operation.transition and offered):
            yield tool, operation, effect.collection


def there_and_back(around: Surroundings, task: Task) -> Iterator[tuple[str, Steps]]:
    """Yield changes of a foreign record that end where they began, found by trying."""
    own = {target.change.id for target in task.targets}
    for tool, operation, collection in changers(around, task):
        if not operation.transition:
            continue
        for id in [id for id in around.ids(task, collection) if id not in own][-8:]:
            steps = round_trip(around, task, tool, operation, id)
            if steps:
                yield tool, steps
                break
    for tool, ids in _editable(around, task):
        for steps in (edit(around, task, tool, id) for id in ids[:_TRIED]):
            around.start(task)
            script(steps)(task, around.environment.call)
            if steps and not around.environment.diff():
                yield tool, steps
                break


def _editable(around: Surroundings, task: Task) -> Iterator[tuple[str, list[str]]]:
    """Yield the tools that change members of a record, with foreign records, those of the task first."""
    own = {target.change.id for target in task.targets}
    for tool in task.tools:
        operation, collection = around.operations[tool], around.collection(tool)
        if operation.archetype != "patch" or not operation.target:
            continue
        planted = task.layer.tables.get(collection, {})
        ids = [id for id in around.ids(task, collection) if id not in own]
        yield tool, sorted(ids, key=lambda id: (id not in planted, draw(task.seed, tool, id)))


def edit(around: Surroundings, task: Task, tool: str, id: str) -> Steps:
    """Return two calls, of which one changes a text of a record and the other puts back what was there.

    None where no text of the record can be changed so. What the service writes beside it may stay, such as a version.
    """
    operation = around.operations[tool]
    around.start(task)
    record = around.environment.world.get(around.collection(tool), id)
    named, body = around.about(tool, id), dict[str, Json]()
    for write in operation.writes:
        if write.required:
            body = with_value(body, write.source, at(record, write.target))
    for write in operation.writes:
        text = at(record, write.target)
        if write.reference is None and not write.lock and isinstance(text, str):
            there, back = (
                GoldCall(tool, {**named, "body": with_value(body, write.source, value)})
                for value in (f"{text} now", text)
            )
            around.start(task)
            if around.environment.call(tool, there.arguments).ok and around.environment.diff():
                return there, back
    return ()


def round_trip(around: Surroundings, task: Task, tool: str, operation: Operation, id: str, before: Steps = ()) -> Steps:
    """Return two calls that change a record and undo it, after other calls; none where there are no such two."""

    def take(arrow: str) -> GoldCall:
        body = with_value({}, ("body", *operation.transition, "id"), arrow)
        return GoldCall(tool, {**body, operation.target: id})

    around.start(task)
    script(before)(task, around.environment.call)
    wanted = around.environment.diff()
    for first in _offered(around, task, operation, id, before):
        there = take(first)
        for second in _offered(around, task, operation, id, (*before, there)):
            back = take(second)
            around.start(task)
            script((*before, there, back))(task, around.environment.call)
            if around.environment.diff() == wanted:
                return there, back
    return ()


def _offered(around: Surroundings, task: Task, operation: Operation, id: str, before: Steps) -> list[str]:
    """Return the ids of what a record could take after some calls."""
    around.start(task)
    script(before)(task, around.environment.call)
    name, offers = next((name, item) for name, item in around.operations.items() if item.offers)
    place = next(shape.name for shape in offers.answer if shape.kind == "records")
    reply = around.environment.call(name, {offers.target: id})
    return [str(item["id"]) for item in reply.json()[place]] if reply.ok else []
