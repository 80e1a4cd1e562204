"""Ways to play a task that reach the goal after a mistake, which the service refused or which was undone."""

from __future__ import annotations

from collections.abc import Iterator

from atlasgen.jsonvalue import pointer
from atlasgen.tasks.steps import Mutant, dropped, edited
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Task, Use


def repairs(around: Surroundings, task: Task) -> Iterator[Mutant]:
    """Yield the ways that reach the goal after a mistake which the service refused, or which was undone."""
    gold = task.gold
    for index, expected in around.expected(task):
        step = gold[index]
        required = {item.pointer for item in around.rewards[step.tool].arguments if item.required}
        for item in expected:
            broken = {"dropped": dropped(gold, index, item.pointer)[index]} if item.pointer in required else {}
            broken["misnamed"] = edited(gold, index, item.pointer, {"nme": item.value})[index]
            for text, wrong in broken.items():
                steps = (*gold[:index], wrong, *gold[index:])
                yield Mutant(f"retry after {text} {item.pointer}", "repair", steps, success=True)
        wrong = GoldCall(step.tool, {})
        yield Mutant("retry after nothing given", "repair", (*gold[:index], wrong, *gold[index:]), success=True)
        unknown = GoldCall(f"{step.tool}s", step.arguments, step.uses)
        steps = (*gold[:index], unknown, *gold[index:])
        yield Mutant("retry after a tool that is none", "repair", steps, success=True)
        effect = around.rewards[step.tool].effect
        remove = around.remover(effect.collection) if effect.kind == "create" else None
        if remove is not None:
            tool, operation = remove
            use = Use(pointer(operation.target), step.tool, "/id")
            undo = GoldCall(tool, {operation.target: ""}, (use,))
            steps = (*gold[: index + 1], undo, *gold[index:])
            yield Mutant("own duplicate removed", "repair", steps, success=True)
