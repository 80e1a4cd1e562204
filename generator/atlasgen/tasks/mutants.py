"""Ways to play a task, each with the tier that it deserves: the worse ones, and beside them all others.

A mutant is worse than the gold, an equivalent as good; a repair reaches the goal after a mistake. All of them are made
from the gold calls, the plan and the world, so that any scenario has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from atlasgen.jsonvalue import Json, JsonObject, pointer, tokens
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, at, with_value, without
from atlasgen.runtime.identity import draw
from atlasgen.tasks.damage import changers, damage, round_trip, there_and_back
from atlasgen.tasks.equivalents import equivalents
from atlasgen.tasks.listing import listing
from atlasgen.tasks.repairs import repairs
from atlasgen.tasks.skeleton import Argument
from atlasgen.tasks.steps import Mutant, Tier, dropped, edited, first_write, last_write, replaced
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import Expected, GoldCall, Task

_OTHERS: Final = 3  # records that a mutation tries in place of the right one


def mutants(around: Surroundings, task: Task) -> Iterator[Mutant]:
    """Yield everything that can be made of a task's gold, in a fixed order."""
    yield from equivalents(around, task)
    yield from repairs(around, task)
    yield from _flaws(around, task)
    yield from _misses(around, task)
    yield from damage(around, task)
    yield from listing(around, task)
    yield from _idle(around, task)


def _flaws(around: Surroundings, task: Task) -> Iterator[Mutant]:
    """Yield the ways that reach the goal with flaws."""
    gold, first, last = task.gold, first_write(task), last_write(task)
    if len(gold) > last + 1 and not _shows_itself(around, gold[last].tool):
        yield Mutant("no check", "flawed", gold[: last + 1], success=True)
        for number, extra in enumerate([*around.reads(task)[:1], *gold[: first_write(task)]]):
            if not around.sees(task, gold[: last + 1], extra):
                yield Mutant(f"check of another record {number}", "flawed", (*gold[: last + 1], extra), success=True)
        for index in range(last + 1, len(gold)):
            operation = around.operations.get(gold[index].tool)
            if operation is not None and operation.select and operation.select[0].none:
                blind: Json = [operation.select[0].none]
                steps = edited(gold, index, pointer(operation.select[0].parameter), blind)
                yield Mutant("check that shows nothing", "flawed", steps, success=True)
    if task.needed:
        yield Mutant("guessed instead of looked up", "flawed", gold[first:], success=True)
        for name, look in around.neighbours(task):
            if not all(around.tells(task, look, needed) for needed in task.needed):
                yield Mutant(f"looked at {name} instead", "flawed", (look, *gold[first:]), success=True)
        steps = (gold[first], *gold[:first], *gold[first + 1 :])
        yield Mutant("looked up too late", "flawed", steps, success=True)
        for index in range(first):
            operation = around.operations.get(gold[index].tool)
            if operation is not None and operation.select and operation.select[0].none:
                nothing: Json = [operation.select[0].none]
                steps = edited(gold, index, pointer(operation.select[0].parameter), nothing)
                looks, due = steps[:first], [needed for needed in task.needed if needed.write == 0]
                if not all(any(around.tells(task, look, needed) for look in looks) for needed in due):
                    yield Mutant(f"look that shows nothing {index}", "flawed", steps, success=True)
    for text, position in (("first", 0), ("last", len(gold))):
        unknown = GoldCall("helpful_tool", {"please": True})
        yield Mutant(f"a tool that is none {text}", "flawed", (*gold[:position], unknown, *gold[position:]))
    for extra in around.reads(task)[:1]:
        spare = task.budget - len(gold)
        yield Mutant("too many calls", "flawed", (*gold, *[extra] * (spare + 1)), success=True)
        yield Mutant("far too many calls", "flawed", (*gold, *[extra] * (spare + 12)), success=True)
    for ending in ("clipped", "malformed", "turn_capped"):
        yield Mutant(ending, "flawed", gold, ending)
    for text, steps in there_and_back(around, task):
        yield Mutant(f"{text} there and back", "flawed", (*gold, *steps), success=False)
        yield Mutant(f"{text} there and back first", "flawed", (*steps, *gold), success=False)
    for target in task.targets:
        if target.change.before is None:
            for tool, operation, collection in changers(around, task):
                steps = ()
                if collection == target.change.collection and operation.transition:
                    steps = round_trip(around, task, tool, operation, target.change.id, before=gold[: last + 1])
                if steps:
                    yield Mutant(
                        f"{tool} of the new record there and back", "flawed",
                        (*gold[first : last + 1], *steps, *gold[last + 1 :]), success=True,
                    )  # fmt: skip


def _shows_itself(around: Surroundings, tool: str) -> bool:
    """Return whether the answer to a change shows all that it wrote, so that no look at it is due."""
    reward = around.rewards.get(tool)
    if reward is None:
        return False
    own = {path for reader in reward.readers if reader.operation == tool for path in reader.shows.values()}
    return reward.stored <= own


def _misses(around: Surroundings, task: Task) -> Iterator[Mutant]:
    """Yield the attempts that miss the goal."""
    gold = task.gold
    for index, expected in around.expected(task):
        step = gold[index]
        reward = around.rewards[step.tool]
        for item in expected:
            place = item.pointer
            yield Mutant(f"dropped {place}", _tier(around, step, place), dropped(gold, index, place))
            for text, value in _wrong_values(around, task, step.tool, item):
                yield Mutant(f"{text} {place}", _tier(around, step, place), edited(gold, index, place, value))
            for text, value in reward.lookalikes(item):
                yield Mutant(f"{text} {place}", "wrong", edited(gold, index, place, value))
            for text, arguments in wrong_nesting(step.arguments, place):
                yield Mutant(f"{text} {place}", "wrong", replaced(gold, index, GoldCall(step.tool, arguments)))
        for argument in reward.arguments:
            if at(step.arguments, tokens(argument.pointer)) is ABSENT:
                for number, value in enumerate(_unasked(around, task, argument)):
                    steps = edited(gold, index, argument.pointer, value)
                    yield Mutant(f"unasked {argument.pointer} {number}", "wrong", steps)
        bare = GoldCall(step.tool, {})
        yield Mutant("nothing given", "wrong", replaced(gold, index, bare))
        yield Mutant("refused and given up", "wrong", (*gold[:index], bare))
        texts = {item.pointer: item.value for item in expected if isinstance(item.value, str) and not item.scalars}
        if texts:
            copied = gold
            for place in texts:
                copied = edited(copied, index, place, task.instruction)
            yield Mutant("instruction copied into every text", "wrong", copied)


def _tier(around: Surroundings, step: GoldCall, place: str) -> Tier:
    """Return the tier of a call whose argument is wrong: another target of a change is damage."""
    return "wrong" if place.startswith("/body/") else "low"


def _wrong_values(around: Surroundings, task: Task, tool: str, item: Expected) -> Iterator[tuple[str, Json]]:
    argument, value = around.argument(tool, item.pointer), item.value
    if argument is not None and argument.names:
        id = around.identify(task, argument, item)
        others = [other for other in around.ids(task, argument.names) if other != id]
        others.sort(key=lambda other: draw(task.seed, "other", item.pointer, other))
        for number, other in enumerate(others[:_OTHERS]):
            names = around.names(task, argument, other)
            yield f"other record {number}", names if argument.by else other
        yield "unknown record", {next(iter(argument.by)): "0"} if argument.by else "0"
    elif isinstance(value, list):
        yield "one less", value[1:]
        yield "one more", [*value, "extra"]
        yield "all in one", [" ".join(map(str, value))]
        yield "upper case", [str(part).upper() for part in value]
    elif isinstance(value, dict):
        for path, text in _texts(value):
            yield f"without {'.'.join(path)} in", without(value, [path])
            for what, other in _wrong_texts(task, text):
                yield f"{what} {'.'.join(path)} in", with_value(value, path, other)
    elif isinstance(value, str):
        yield from _wrong_texts(task, value)
    elif isinstance(value, int):
        yield "one more", value + 1


def _wrong_texts(task: Task, value: str) -> Iterator[tuple[str, str]]:
    yield "longer", f"{value} now"
    yield "shorter", value[:-1]
    yield "upper case", value.upper()
    yield "padded", f" {value}"
    yield "quoted", f'"{value}"'
    yield "instruction copied", task.instruction
    yield "empty", ""
    yield "tomorrow", f"{value[:-1]}{(int(value[-1]) + 1) % 10}" if value[-1:].isdigit() else f"{value}1"


def _texts(value: JsonObject, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the texts in an object, at any depth."""
    for name, item in value.items():
        if isinstance(item, str):
            yield (*path, name), item
        elif isinstance(item, dict):
            yield from _texts(item, (*path, name))


def _unasked(around: Surroundings, task: Task, argument: Argument) -> Iterator[Json]:
    if argument.names and argument.by:
        ids = sorted(around.ids(task, argument.names), key=lambda id: draw(task.seed, argument.pointer, id))
        yield from [around.names(task, argument, id) for id in ids[:2]]
    elif argument.unordered:
        yield ["extra"]
    elif argument.stored and not argument.names:
        yield "2026-01-31"


def _idle(around: Surroundings, task: Task) -> Iterator[Mutant]:
    """Yield the ways that attempt nothing."""
    reads = tuple(step for step in task.gold if step.tool not in task.effects and not step.uses)
    if reads:
        yield Mutant("reads only", "low", reads)
        yield Mutant("reads only, many times", "low", reads * 8)
    if task.needed:
        for extra in around.reads(task)[:1]:
            yield Mutant("another read only", "low", (extra,))
    yield Mutant("a read of nothing", "low", tuple(GoldCall(step.tool, {}) for step in reads[:1]) or task.gold[:1])
    yield Mutant("nothing", "nothing", ())
    yield Mutant("tools that are none", "nothing", (GoldCall("helpful_tool", {}), GoldCall("finish", {})))


def wrong_nesting(arguments: JsonObject, place: str) -> Iterator[tuple[str, JsonObject]]:
    """Yield arguments in which the right value stands in the wrong place."""
    path = tokens(place)
    value: Any = at(arguments, path)
    bare = without(arguments, [path]) or {}
    if len(path) > 1:
        yield "lifted out", with_value(bare, (*path[:-2], path[-1]), value)
        yield "wrapped", with_value(bare, path, {"value": value})
    yield "pushed down", with_value(bare, (*path[:-1], "update", path[-1]), value)
    yield "misspelt", with_value(bare, (*path[:-1], f"{path[-1]}Name"), value)
    if isinstance(value, dict) and len(value) == 1:
        yield "flattened", with_value(arguments, path, next(iter(value.values())))
        yield "wrong inner key", with_value(arguments, path, {"title": next(iter(value.values()))})
