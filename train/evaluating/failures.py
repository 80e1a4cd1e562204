"""What went wrong in an episode, in words that are the same for all scenarios.

An episode may have several kinds of failure; the first in the order of `KINDS` is the one that explains most. One that
is perfect has none; a success may still have flaws (`over_budget`, a hallucinated tool and a retry). A strict success
is never said to have a wrong argument: another way led to the same end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, at
from atlasgen.runtime.environment import Call
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import Expected, ExpectedCall, Task
from atlasgen.tasks.trajectory import Trajectory

Kind: TypeAlias = Literal[
    "malformed_call", "dropped_field", "wrong_key", "wrong_value", "hallucinated_tool", "early_stop", "nothing_done",
    "duplicate_create", "unasked_change", "missing_call", "cut_off", "over_budget", "other",
]  # fmt: skip

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

MEANINGS: Final[dict[Kind, str]] = {
    "malformed_call": "the last call could not be read",
    "dropped_field": "a field that the task needs was left out",
    "wrong_key": "the right value stood in the wrong place",
    "wrong_value": "a field had another value, or named another record",
    "hallucinated_tool": "a tool was called that does not exist",
    "early_stop": "it read, and stopped before it changed anything",
    "nothing_done": "it called no tool",
    "duplicate_create": "more records were created than asked for",
    "unasked_change": "something was changed that nobody asked for",
    "missing_call": "a change that was needed was never attempted, and others were",
    "cut_off": "tokens or turns ran out",
    "over_budget": "more calls were made than a careful agent makes",
    "other": "it failed otherwise",
}


def failures(scenario: Scenario, task: Task, trajectory: Trajectory, score: Score) -> tuple[Kind, ...]:
    """Return the kinds of failure of a scored trajectory, the one that explains most first.

    Args:
        scenario: Knows which values mean the same.
        task: What was to be done, and how it can be.
        trajectory: What was done.
        score: What it was found worth, by whatever variant of the reward.
    """
    found = set(_ways(trajectory, score))
    if not score.success:
        found |= set(_misses(scenario, task, trajectory, score))
        if not found:
            found.add("other")
    return tuple(kind for kind in KINDS if kind in found)


def _ways(trajectory: Trajectory, score: Score) -> Iterator[Kind]:
    """Yield what can be wrong with the way, whatever it led to."""
    components = score.components
    if trajectory.malformed:
        yield "malformed_call"
    if trajectory.clipped or trajectory.turn_capped:
        yield "cut_off"
    for component, kind in _COMPONENTS.items():
        if components.get(component, 1.0) < 1.0:
            yield kind


_COMPONENTS: Final[dict[str, Kind]] = {
    "hallucinated_tool": "hallucinated_tool",
    "duplicate_create": "duplicate_create",
    "foreign_write": "unasked_change",
    "over_budget": "over_budget",
}


def _misses(scenario: Scenario, task: Task, trajectory: Trajectory, score: Score) -> Iterator[Kind]:
    """Yield what is wrong with the end that was reached."""
    calls = [call for call in trajectory.calls if call.tool in task.tools]
    if not any(call.writes or call.tool in task.effects for call in calls):
        # Whoever was cut off might have gone on.
        if not trajectory.broken_off:
            yield "early_stop" if calls else "nothing_done"
        return
    if score.band == "exact":
        return
    operations = {item.operation: item for item in scenario.rewards}
    wrong = missing = False
    for faults in _by_gold_call(task, calls, operations):
        yield from faults or ()
        wrong, missing = wrong or bool(faults), missing or faults is None
    if missing:
        yield "missing_call"
    elif not wrong or score.band == "collateral":
        # All that was asked for was sent: what is wrong was sent besides.
        yield "unasked_change"


def _by_gold_call(
    task: Task, calls: Sequence[Call], operations: Mapping[str, OperationReward]
) -> Iterator[Sequence[Kind] | None]:
    """Yield for each gold call that writes what is wrong with the call that comes nearest to it; each is taken once.

    None stands for a gold call that no call comes near: its tool was not called so often.
    """
    left = list(calls)
    for expected in task.expected:
        rated = [
            ((len(faults), sum(map(_WEIGHTS.index, faults)), not call.ok, position), faults)
            for position, call in enumerate(left)
            if call.tool == expected.tool
            for faults in [tuple(_faults(expected, call, operations[expected.tool]))]
        ]
        if rated:
            (_, _, _, position), faults = min(rated)
            del left[position]
            yield faults
        else:
            yield None


_WEIGHTS: Final[tuple[Kind, ...]] = ("wrong_key", "dropped_field", "wrong_value")  # from near to far


def _faults(expected: ExpectedCall, call: Call, operation: OperationReward) -> Iterator[Kind]:
    """Yield what is wrong with the arguments of a call."""
    known = [operation.tokens[item.pointer] for item in expected.arguments]
    given = call.arguments
    for item in expected.arguments:
        value = at(given, operation.tokens[item.pointer])
        if value is ABSENT:
            moved = any(_is_reshaped(other, item, operation) for other in _elsewhere(given, known))
            yield "wrong_key" if moved else "dropped_field"
        elif not _says(item, value, operation):
            if isinstance(value, dict) and isinstance(item.value, dict) and value.items() < item.value.items():
                yield "dropped_field"
            else:
                yield "wrong_key" if _is_reshaped(value, item, operation) else "wrong_value"


def _says(item: Expected, value: Any, operation: OperationReward) -> bool:
    return bool(value == item.value) or operation.equivalent(item, value)


def _elsewhere(value: Json, known: Sequence[Path], path: Path = ()) -> Iterator[Json]:
    """Yield what stands where no expected argument does."""
    if path in known:
        return
    if path:
        yield value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _elsewhere(inner, known, (*path, name))
    elif isinstance(value, list):
        for inner in value:
            yield from _elsewhere(inner, known, (*path, "-"))


def _is_reshaped(value: Json, item: Expected, operation: OperationReward) -> bool:
    """Return whether a value says what an argument was to say, perhaps with a key too few, too many, or another one."""
    if _says(item, value, operation):
        return True
    if not isinstance(item.value, dict):
        return isinstance(value, dict) and any(_says(item, part, operation) for part in value.values())
    if isinstance(value, dict):
        if any(_says(item, part, operation) for part in value.values()):
            return True
        if any(item.value.get(name, part) != part for name, part in value.items()):
            return False  # the right key, and something else under it
    right = {str(name) for name in item.members.values() or _leaves(item.value)}
    given = [str(part) for part in _leaves(value)]
    return bool(given) and right.issuperset(given)


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
