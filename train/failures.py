"""What went wrong in an episode, in words that are the same for all scenarios.

An episode may have several kinds of failure; the first in the order of `KINDS` is the one that explains most. One that
is perfect has none; a success may still have flaws (`over_budget`, a hallucinated tool and a retry). A strict success
is never said to have a wrong argument: another way led to the same end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

from atlasgen.jsonvalue import Json, decode, tokens
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, at
from atlasgen.runtime.environment import Call
from atlasgen.tasks.reward import Score, names_same
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import Expected, ExpectedCall, Task
from atlasgen.tasks.trajectory import Trajectory

Kind: TypeAlias = Literal[
    "malformed_call", "dropped_field", "wrong_key", "wrong_value", "hallucinated_tool", "early_stop", "nothing_done",
    "missing_call", "duplicate_create", "unasked_change", "over_budget", "cut_off", "other",
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
    "missing_call": "some of the changes were attempted, others never",
    "duplicate_create": "more records were created than asked for",
    "unasked_change": "something was changed that nobody asked for",
    "over_budget": "more calls were made than a careful agent makes",
    "cut_off": "tokens or turns ran out",
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
        yield "early_stop" if calls else "nothing_done"
        return
    if score.band == "exact":
        return
    operations = {item.operation: item for item in scenario.rewards}
    wrong = missing = False
    for expected, call in _partners(task, calls, operations):
        kinds = set(_faults(expected, call, operations[expected.tool])) if call is not None else set[Kind]()
        yield from kinds
        wrong, missing = wrong or bool(kinds), missing or call is None
    if missing:
        yield "missing_call"
    elif not wrong or score.band == "collateral":
        # All that was asked for was sent: what is wrong was sent besides.
        yield "unasked_change"


def _partners(
    task: Task, calls: Sequence[Call], operations: dict[str, OperationReward]
) -> Iterator[tuple[ExpectedCall, Call | None]]:
    """Yield each gold call that writes with the call that comes nearest to it; each call is taken once."""
    left = list(calls)
    for expected in task.expected:
        operation = operations[expected.tool]
        rated = [
            (len(_gaps(expected, call, operation)), not call.ok, position)
            for position, call in enumerate(left)
            if call.tool == expected.tool
        ]
        yield expected, left.pop(min(rated)[2]) if rated else None


def _gaps(expected: ExpectedCall, call: Call, operation: OperationReward) -> list[tuple[Expected, Any]]:
    given = call.arguments
    found = ((item, at(given, operation.tokens[item.pointer])) for item in expected.arguments)
    return [(item, value) for item, value in found if value is ABSENT or not _says(item, value, operation)]


def _says(item: Expected, value: Any, operation: OperationReward) -> bool:
    return bool(value == item.value) or operation.equivalent(item, value)


def _faults(expected: ExpectedCall, call: Call, operation: OperationReward) -> Iterator[Kind]:
    """Yield what is wrong with the arguments of a call."""
    known = [operation.tokens[item.pointer] for item in expected.arguments]
    elsewhere = list(_elsewhere(decode(call.arguments_json), known))
    for item, value in _gaps(expected, call, operation):
        if value is ABSENT:
            moved = any(_holds(other, item, operation) for other in elsewhere)
            yield "wrong_key" if moved else "dropped_field"
        else:
            yield "wrong_key" if _is_reshaped(value, item, operation) else "wrong_value"


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


def _holds(value: Json, item: Expected, operation: OperationReward) -> bool:
    """Return whether a value says what an argument was to say, in its form or in another one."""
    return _says(item, value, operation) or _is_reshaped(value, item, operation)


def _is_reshaped(value: Json, item: Expected, operation: OperationReward) -> bool:
    """Return whether a value has the right content in the wrong form: a key too few, too many, or another one."""
    if isinstance(value, dict) and any(_says(item, inner, operation) for inner in value.values()):
        return True
    named = {str(name) for name in (*item.members.values(), *item.scalars)}
    if not named:
        named = {str(inner) for inner in _leaves(item.value)} if isinstance(item.value, dict) else {str(item.value)}
    given = [str(inner) for inner in _leaves(value)]
    same_form = isinstance(value, dict) == isinstance(item.value, dict) and isinstance(value, list) == isinstance(
        item.value, list
    )
    if same_form and not isinstance(value, dict):
        return False
    if isinstance(value, dict) and isinstance(item.value, dict) and value.keys() & item.value.keys():
        # A right key with a wrong value beside it is no matter of keys.
        right = all(item.value[name] == value[name] for name in value.keys() & item.value.keys())
        return right and bool(given) and set(given) <= named
    return bool(given) and set(given) <= named


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
