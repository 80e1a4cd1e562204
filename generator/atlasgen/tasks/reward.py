"""The reward of a trajectory: the end state chooses a band, the quality of the way there a place in it.

A pure function of task, trajectory and diff. Whatever points are lost for is in `Score.reasons`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from atlasgen.jsonvalue import Json, decode
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, at
from atlasgen.runtime.environment import Call
from atlasgen.runtime.world import Change, RecordId
from atlasgen.tasks.diff import Comparison, Match, Same, compare
from atlasgen.tasks.readers import is_found
from atlasgen.tasks.task import Expected, ExpectedCall, Task
from atlasgen.tasks.trajectory import Trajectory

if TYPE_CHECKING:
    from atlasgen.tasks.skeleton import OperationReward

BandName: TypeAlias = Literal["nothing", "reads", "collateral", "wrong", "exact"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the reward, and why it is what it is."""

    value: float
    reason: str


CONSTANTS: Final[Mapping[str, Constant]] = {
    "reads.floor": Constant(0.02, "to call a tool at all beats doing nothing, and by little"),
    "reads.span": Constant(0.07, "finding what is needed is worth something, yet less than any attempt to use it"),
    "collateral.floor": Constant(0.05, "damage is worth as little as looking around"),
    "collateral.span": Constant(0.05, "ends at .10, below the lowest attempt without damage"),
    "wrong.floor": Constant(0.11, "the first attempt, even a refused one, beats every way of only reading"),
    "wrong.span": Constant(0.39, "ends at .50: the nearest miss is a third of the reward away from the goal"),
    "exact.floor": Constant(0.75, "whoever reaches the state is above whoever does not, by at least .25"),
    "exact.span": Constant(0.25, "what is left for the way there; 1 is reached by a flawless one alone"),
    "weight.state": Constant(0.5, "the state is what was asked for"),
    "weight.arguments": Constant(0.25, "shapes calls that are refused, where the state says nothing yet"),
    "weight.structure": Constant(0.25, "look up, do, check: seen only where the state leaves off"),
    "penalty.missing_create": Constant(0.8, "the record that was asked for does not exist"),
    "penalty.invalid_payload": Constant(0.9, "a refusal costs a call in life and nothing worse; a retry must pay"),
    "penalty.hallucinated_tool": Constant(0.85, "the list of tools was in plain sight"),
    "penalty.duplicate_create": Constant(0.8, "a second record is work for somebody, even if it was removed again"),
    "penalty.extra_write": Constant(0.9, "more changes than it takes, even if the sum is right: a repair must pay"),
    "penalty.foreign_write": Constant(0.7, "what was not to be touched was touched, even if it looks as before"),
    "penalty.over_budget": Constant(0.95, "each call beyond the budget: mild, and it never stops adding up"),
    "cap.broken_off": Constant(0.5, "a rollout that was cut off is never gold: at most the middle of its band"),
    "trace.before": Constant(0.3, "published: a look first; what it shows does not matter"),
    "trace.mutate": Constant(
        0.4, "published: the change is the point and weighs most; what it changes does not matter"
    ),
    "trace.after": Constant(0.3, "published: a look last; as much as the first, for the sequence is symmetric"),
}
"""All numbers of the reward and its variants. Bands do not touch: a penalty moves a trajectory within its band, never
out of it."""


def _value(name: str) -> float:
    return CONSTANTS[name].value


_BANDS: Final[Mapping[BandName, tuple[float, float]]] = {
    "nothing": (0.0, 0.0),
    "reads": (_value("reads.floor"), _value("reads.span")),
    "collateral": (_value("collateral.floor"), _value("collateral.span")),
    "wrong": (_value("wrong.floor"), _value("wrong.span")),
    "exact": (_value("exact.floor"), _value("exact.span")),
}
_STATE, _ARGUMENTS, _STRUCTURE = (_value(f"weight.{name}") for name in ("state", "arguments", "structure"))
_PENALTIES: Final = {
    name.removeprefix("penalty."): constant.value for name, constant in CONSTANTS.items() if name.startswith("penalty.")
}
_CAP = _value("cap.broken_off")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were lost.

    Attributes:
        component: The component that lost them.
        where: An argument's pointer, a record's field, a tool.
        expected: What should have been there.
        found: What was.
    """

    component: str
    where: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.component}: {self.where}: expected {_short(self.expected)}, found {_short(self.found)}"


@dataclass(frozen=True, slots=True)
class Score:
    """What a trajectory is worth.

    Attributes:
        reward: In [0, 1].
        success: Strict: the state is exact and nothing outside the gold's write set was written, even for a while.
        components: Every part of the reward by name; penalties as the factors that they are (1: none).
        band: The band that the end state chose.
        reasons: Why the reward is not 1.
    """

    reward: float
    success: bool
    components: Mapping[str, float]
    band: BandName
    reasons: tuple[Reason, ...]


def judge(
    task: Task, trajectory: Trajectory, diff: Sequence[Change], operations: Mapping[str, OperationReward]
) -> Score:
    """Return the score of a trajectory.

    Args:
        task: What was to be done.
        trajectory: What was called.
        diff: What the episode changed.
        operations: The completed skeletons of the operations that the gold writes with, by tool.
    """
    calls = trajectory.calls
    reasons: list[Reason] = []
    comparison = compare(task.targets, diff, _sameness(operations), _stops(operations))
    own, foreign = _writes(task, calls, diff, comparison)
    attempted = any(call.writes or (call.tool in task.effects and call.tool in task.tools) for call in calls)
    structure = _structure(task, calls, comparison, operations, reasons)
    shares = _shares(task, calls, operations) if comparison.exact else {}
    counts = _counts(task, calls, comparison, shares, own=own, foreign=foreign, attempted=attempted)
    band = _band(task, calls, comparison, attempted=attempted)

    factor = 1.0
    components: dict[str, float] = {}
    for name, count in counts.items():
        components[name] = 1.0
        if count:
            components[name] = _PENALTIES[name] ** count
            factor *= components[name]
            reasons.append(Reason(name, "calls", 0, count))
    if attempted:
        arguments = _arguments(task, calls, comparison, operations, shares, reasons)
        state = comparison.credit
        quality = (_STATE * state + _ARGUMENTS * arguments + _STRUCTURE * structure["structure"]) * factor
        for match in comparison.matches:
            reasons += _gaps(match)
        for change in comparison.collateral:
            reasons.append(Reason("state", f"{change.collection}/{change.id}", change.before, change.after))
    else:
        arguments = state = 0.0
        quality = structure["validate"] * factor
        reasons.insert(0, _idleness(task, structure["validate"]))
    if trajectory.broken_off and quality > _CAP:
        quality = _CAP
        ending = [name for name in ("clipped", "malformed", "turn_capped") if getattr(trajectory, name)]
        reasons.append(Reason("ending", "rollout", "ends by itself", ", ".join(ending)))

    floor, span = _BANDS[band]
    components |= {
        "state": state,
        "arguments": arguments,
        **structure,
        "quality": quality,
        "trace": _trace(task, calls),
    }
    success = comparison.exact and attempted and not foreign
    return Score(floor + span * quality, success, components, band, tuple(reasons))


def _ok(call: Call) -> bool:
    return call.status < 400


def _idleness(task: Task, validate: float) -> Reason:
    """Return the reason of a trajectory that tried nothing, whatever it read."""
    tools = ", ".join(dict.fromkeys(expected.tool for expected in task.expected))
    due = len(task.needed)
    looked = f"; {round(validate * due)} of {due} looked up" if validate and due else ""
    return Reason("attempt", tools, "a call", f"nothing was attempted{looked}")


def _band(task: Task, calls: Sequence[Call], comparison: Comparison, *, attempted: bool) -> BandName:
    if not attempted:
        # A tool that does not exist is nothing done: babbling must not pay.
        return "reads" if any(call.tool in task.tools for call in calls) else "nothing"
    if comparison.collateral:
        return "collateral"
    return "exact" if comparison.exact else "wrong"


# -- state -------------------------------------------------------------------------------------------------------------


def _sameness(operations: Mapping[str, OperationReward]) -> Same:
    def same(collection: str, path: tuple[str, ...], expected: Any, found: Any) -> bool:
        return any(operation.same(collection, path, expected, found) for operation in operations.values())

    return same


def _stops(operations: Mapping[str, OperationReward]) -> frozenset[tuple[str, ...]]:
    return frozenset(path for operation in operations.values() for path in operation.stored)


def _gaps(match: Match) -> list[Reason]:
    change = match.target.change
    if match.change is None:
        kind = "created" if change.before is None else "deleted" if change.after is None else "changed"
        return [Reason("state", f"{change.collection}/{change.id}", kind, "untouched")]
    place = f"{match.change.collection}/{match.change.id}"
    return [Reason("state", f"{place} {'.'.join(gap.path)}", gap.expected, gap.found) for gap in match.gaps]


def _writes(
    task: Task, calls: Sequence[Call], diff: Sequence[Change], comparison: Comparison
) -> tuple[int, tuple[RecordId, ...]]:
    """Return how many records the agent created, and which it wrote though the gold does not."""
    meant = {match.record for match in comparison.matches}
    made = {match.record for match in comparison.matches if match.target.change.before is None}
    created: dict[RecordId, None] = {}
    foreign: dict[RecordId, None] = {}
    for call in calls:
        if not call.writes:
            continue
        effect = task.effects.get(call.tool)
        undoes = effect is not None and effect.kind == "delete" and not created.keys().isdisjoint(call.writes)
        for record in call.writes:
            if record in created or record in foreign or record in task.gold_writes:
                continue
            if undoes and effect is not None and record[0] != effect.collection:
                continue  # what goes with an own creation came with it
            if record in made and (effect is None or record[0] != effect.collection):
                continue  # what a call makes beside what it is about: a label that nothing had before
            # A record is the agent's own if the call that creates such records was the first to write it.
            if effect is not None and effect.kind == "create" and record[0] == effect.collection:
                created[record] = None
            else:
                foreign[record] = None
    for change in diff:
        record = (change.collection, change.id)
        if record in created and record not in meant:
            foreign[record] = None
    return len(created), tuple(foreign)


# -- arguments ---------------------------------------------------------------------------------------------------------


def _arguments(
    task: Task,
    calls: Sequence[Call],
    comparison: Comparison,
    operations: Mapping[str, OperationReward],
    shares: Mapping[int, Sequence[int]],
    reasons: list[Reason],
) -> float:
    """Return the share of expected arguments that some call gave, for each gold call its best partner."""
    used = {index for several in shares.values() for index in several}
    credits: list[float] = []
    for position, expected in enumerate(task.expected):
        if position in shares:
            credits.append(1.0)
            continue
        best, partner = 0.0, -1
        lost: list[Reason] = []
        for index, call in enumerate(calls):
            if call.tool != expected.tool or index in used:
                continue
            gaps = _argument_gaps(expected, call, operations[expected.tool])
            credit = 1.0 - len(gaps) / len(expected.arguments) if expected.arguments else 1.0
            if partner < 0 or credit > best or (credit == best and _ok(call) and not _ok(calls[partner])):
                best, partner, lost = credit, index, gaps
        if partner >= 0:
            used.add(partner)
        elif comparison.exact:
            best = 1.0  # another operation had the same effect
        else:
            lost = [Reason("arguments", item.pointer, item.value, ABSENT) for item in expected.arguments]
        credits.append(best)
        reasons += lost
    return sum(credits) / len(credits) if credits else 1.0


def _shares(task: Task, calls: Sequence[Call], operations: Mapping[str, OperationReward]) -> dict[int, tuple[int, ...]]:
    """Return which calls did together what one gold call that gives a set does, by the position of that call.

    The state is exact: so the set may have been given in parts, and what a record had already may be left out of it.
    """
    found: dict[int, tuple[int, ...]] = {}
    for position, expected in enumerate(task.expected):
        operation = operations[expected.tool]
        if not operation.added:
            continue
        several = tuple(
            index
            for index, call in enumerate(calls)
            if call.tool == expected.tool and call.writes and _gives_part(expected, call, operation)
        )
        if several:
            found[position] = several
    return found


def _gives_part(expected: ExpectedCall, call: Call, operation: OperationReward) -> bool:
    """Return whether a call gives all that is expected, but of a set that it adds perhaps only a part."""
    gaps = _argument_gaps(expected, call, operation)
    return all(gap.where in operation.added and _is_part(gap.found, gap.expected) for gap in gaps)


def _is_part(found: Any, whole: Any) -> bool:
    items, every = (value if isinstance(value, list) else [value] for value in (found, whole))
    return all(item in every for item in items)


def _argument_gaps(expected: ExpectedCall, call: Call, operation: OperationReward) -> list[Reason]:
    given = decode(call.arguments_json)
    gaps = []
    for item in expected.arguments:
        found = at(given, operation.tokens[item.pointer])
        if found is ABSENT or not (found == item.value or operation.equivalent(item, found)):
            gaps.append(Reason("arguments", item.pointer, item.value, found))
    return gaps


def names_same(expected: Expected, found: Json) -> bool:
    """Return whether a value names the record that the gold value names, by its id or any other of its names."""
    if isinstance(found, dict) and expected.members:
        known = {name: value for name, value in found.items() if value is not None}
        return bool(known) and all(expected.members.get(name, ABSENT) == value for name, value in known.items())
    return bool(expected.scalars) and not isinstance(found, dict | list | bool) and str(found) in expected.scalars


# -- structure ---------------------------------------------------------------------------------------------------------


def _structure(
    task: Task,
    calls: Sequence[Call],
    comparison: Comparison,
    operations: Mapping[str, OperationReward],
    reasons: list[Reason],
) -> dict[str, float]:
    """Return how far the agent looked up what it had to, did what it was asked, and checked what it had done."""
    writes = [index for index, call in enumerate(calls) if call.writes]
    found = [is_found(needed, calls[: _due(needed.write, writes, len(calls))]) for needed in task.needed]
    validate = sum(found) / len(found) if found else float(any(map(_ok, calls)))
    for needed, seen in zip(task.needed, found, strict=True):
        if not seen:
            reasons.append(Reason("validate", needed.pointer or "/".join(needed.record), needed.value, "not looked up"))
    met = [match for match in comparison.matches if match.change is not None]
    total = len(comparison.matches)
    mutate = len(met) / total if total else 1.0
    # What a call makes by the way is checked with what it is about.
    collections = {operation.effect.collection for operation in operations.values()}
    due = [match for match in comparison.matches if match.target.change.collection in collections]
    checked = 0
    for match in met:
        if match not in due:
            continue
        if _is_verified(match, calls, operations):
            checked += 1
        else:
            fields = sorted(".".join(path) for path in match.target.written)
            reasons.append(Reason("verify", "/".join(match.record or ()), fields, "no answer that shows them"))
    verify = checked / len(due) if due else 1.0
    parts = (validate, mutate, verify) if found else (mutate, verify)
    return {"validate": validate, "mutate": mutate, "verify": verify, "structure": sum(parts) / len(parts)}


def _due(write: int, writes: Sequence[int], end: int) -> int:
    """Return the position of one of the writing calls; the end where there are not so many."""
    return writes[write] if write < len(writes) else end


def _is_verified(match: Match, calls: Sequence[Call], operations: Mapping[str, OperationReward]) -> bool:
    """Return whether answers after the last write to a record show all that was to be written."""
    record, change = match.record, match.change
    if record is None or change is None:
        return False
    about = [operation for operation in operations.values() if operation.effect.collection == record[0]]
    last = next((index for index in range(len(calls) - 1, -1, -1) if record in calls[index].writes), len(calls))
    if match.target.change.after is None:
        names = (record[1], *match.target.names)
        return any(operation.shows_absence(call, names) for call in calls[last:] for operation in about)
    written = match.target.written
    telling = _telling(calls[last:], record, about)
    if any(operation.shows(call, record[1], written, change.after) for call in telling for operation in about):
        return True
    # Several answers may show together what none of them shows alone; a call that leaves a field as it is does not
    # make an answer wrong that showed the field before.
    return all(_is_shown(path, change, calls, operations, about) for path in written)


def _telling(calls: Sequence[Call], record: RecordId, about: Sequence[OperationReward]) -> list[Call]:
    """Return the accepted calls that show a record."""
    return [
        call
        for call in calls
        if _ok(call) and (record in call.reads or any(operation.is_about(call, record[1]) for operation in about))
    ]


def _is_shown(
    path: Path,
    change: Change,
    calls: Sequence[Call],
    operations: Mapping[str, OperationReward],
    about: Sequence[OperationReward],
) -> bool:
    """Return whether answers after the last write to one field of a record show it."""
    record = (change.collection, change.id)
    writing = [index for index, call in enumerate(calls) if record in call.writes]
    own = [
        index for index in writing if (tool := calls[index].tool) not in operations or path in operations[tool].stored
    ]
    last = (own or writing or [len(calls)])[-1]
    telling = _telling(calls[last:], record, about)
    return any(
        operation.shows_one_by_one(calls[last:], change, path)
        or any(operation.shows(call, record[1], (path,), change.after) for call in telling)
        for operation in about
    )


def _trace(task: Task, calls: Sequence[Call]) -> float:
    """Return how much of the sequence get - mutate - get was called, whatever was sent, answered or changed."""
    gold = [expected.tool for expected in task.expected]
    due = iter(gold)
    wanted = next(due, None)
    before = after = False
    done = 0
    for call in calls:
        if call.tool == wanted:
            done += 1
            wanted, after = next(due, None), False
        elif call.tool in task.tools and call.tool not in task.effects:
            before, after = before or done == 0, done > 0
    mutated = done / len(gold) if gold else 1.0
    return _value("trace.before") * before + _value("trace.mutate") * mutated + _value("trace.after") * after


# -- penalties ---------------------------------------------------------------------------------------------------------


def _counts(
    task: Task,
    calls: Sequence[Call],
    comparison: Comparison,
    shares: Mapping[int, Sequence[int]],
    *,
    own: int,
    foreign: Sequence[RecordId],
    attempted: bool,
) -> dict[str, int]:
    """Return how often each thing happened that the reward is cut for."""
    invalid = hallucinated = 0
    for call in calls:
        if call.tool not in task.tools:
            hallucinated += 1
        elif call.status >= 400 and (call.status != 404 or call.tool in task.effects):
            # A look-up that finds nothing is a look-up; all other refusals are calls that should not have been sent.
            invalid += 1
    creations = [match for match in comparison.matches if match.target.change.before is None]
    changes = sum(1 for call in calls if call.writes)
    due = len(task.expected) + sum(len(several) - 1 for several in shares.values())
    return {
        # Whoever has not tried anything is in a band of its own for that.
        "missing_create": sum(match.change is None for match in creations) if attempted else 0,
        "invalid_payload": invalid,
        "hallucinated_tool": hallucinated,
        "duplicate_create": max(0, own - len(creations)),
        "extra_write": max(0, changes - due),
        "foreign_write": len(foreign),
        "over_budget": max(0, len(calls) - task.budget),
    }


def _short(value: Any) -> str:
    text = value.decode() if isinstance(value, bytes) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
