"""Mistakes that a reward may well have, planted in the rewards of all scenarios; the audit has to find each.

A hole is a way to judge that begins with the honest judgement or with what that gets, and spoils it. Where it is a hole
hangs on the tasks: whoever forgives a second record does no harm where none is created. So each says on which scenarios
the audit rejects it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

from atlasgen.jsonvalue import Json, canonical, tokens
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, Document, at
from atlasgen.runtime.environment import Call
from atlasgen.runtime.world import Change
from atlasgen.tasks import reward
from atlasgen.tasks.reward import CONSTANTS, Score
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import Expected, Task
from atlasgen.tasks.trajectory import Trajectory

SUBTASK: Final = "jira_subtask"
TRANSITION: Final = "jira_transition"
PAGE: Final = "confluence_page"
LABELS: Final = "confluence_labels"
CROSS: Final = "cross_product"
EVERYWHERE: Final = (SUBTASK, TRANSITION, PAGE, LABELS, CROSS)


@dataclass(frozen=True, slots=True)
class Case:
    """What a reward judges.

    Attributes:
        rewards: The completed skeletons of the scenario.
        task: The task.
        trajectory: What was called.
        diff: What the episode changed.
    """

    rewards: tuple[OperationReward, ...]
    task: Task
    trajectory: Trajectory
    diff: tuple[Change, ...]

    @property
    def calls(self) -> Sequence[Call]:
        """The calls."""
        return self.trajectory.calls

    @property
    def writing(self) -> list[Call]:
        """The accepted calls of the tools that the gold writes with."""
        tools = {expected.tool for expected in self.task.expected}
        return [call for call in self.calls if call.ok and call.tool in tools]


Judge: TypeAlias = Callable[[Case], Score]


@dataclass(frozen=True, slots=True)
class Hole:
    """A planted mistake.

    Attributes:
        judge: The reward with the mistake.
        on: The scenarios on which the audit rejects it.
    """

    judge: Judge
    on: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the mistake is."""
        return self.judge.__name__


HOLES: list[Hole] = []


def hole(*on: str) -> Callable[[Judge], Judge]:
    """Plant a mistake that the audit rejects on some scenarios."""

    def plant(judge: Judge) -> Judge:
        HOLES.append(Hole(judge, on))
        return judge

    return plant


def honest(case: Case) -> Score:
    """Judge as it ought to be."""
    return reward.judge(case.task, case.trajectory, case.diff, {item.operation: item for item in case.rewards})


def case_of(scenario: Scenario, task: Task, trajectory: Trajectory, diff: Sequence[Change]) -> Case:
    """Return what a scenario would have judged."""
    return Case(scenario.rewards, task, trajectory, tuple(diff))


def accepted(score: Score) -> Score:
    """Return a score that takes what missed the goal for right; of what reached it, as it is."""
    return score if score.band == "exact" else replace(score, reward=1.0, success=True)


def missed(score: Score) -> Score:
    """Return a score that says that the goal was missed."""
    return replace(score, reward=min(score.reward, 0.5), success=False)


# -- what is looked at -------------------------------------------------------------------------------------------------


@hole(*EVERYWHERE)
def changes_of_other_records_are_not_looked_at(case: Case) -> Score:
    due = {(change.collection, change.id) for change in case.task.gold_diff}
    kept = [change for change in case.diff if change.before is None or (change.collection, change.id) in due]
    return honest(replace(case, diff=tuple(kept)))


@hole(CROSS)
def records_that_are_gone_are_not_looked_at(case: Case) -> Score:
    return honest(replace(case, diff=tuple(change for change in case.diff if change.after is not None)))


@hole(SUBTASK, PAGE, CROSS)
def second_records_are_forgiven(case: Case) -> Score:
    """The last records that were created count, as many as the gold creates."""
    left = Counter(change.collection for change in case.task.gold_diff if change.before is None)
    kept: list[Change] = []
    for change in reversed(case.diff):
        if change.before is None:
            left[change.collection] -= 1
            if left[change.collection] < 0:
                continue
        kept.append(change)
    return honest(replace(case, diff=tuple(reversed(kept))))


@hole(*EVERYWHERE)
def state_is_judged_by_the_number_of_records(case: Case) -> Score:
    """As many created, changed and removed as there should be."""

    def numbers(changes: Sequence[Change]) -> Counter[tuple[str, bool, bool]]:
        return Counter((item.collection, item.before is None, item.after is None) for item in changes)

    score = honest(case)
    return accepted(score) if numbers(case.diff) == numbers(case.task.gold_diff) else score


@hole(TRANSITION, LABELS)
def another_record_will_do_if_the_value_is_right(case: Case) -> Score:
    """What was changed is found by what it was changed to."""
    score = honest(case)
    due = [item for item in case.task.targets if item.change.before is not None and item.change.after is not None]
    found = all(
        any(
            item.collection == target.change.collection
            and all(at(item.after, path) == at(target.change.after, path) != ABSENT for path in target.written)
            for item in case.diff
        )
        for target in due
    )
    return accepted(score) if due and found else score


@hole(LABELS, CROSS)
def one_of_several_goals_is_enough(case: Case) -> Score:
    score = honest(case)
    operations = {item.operation: item for item in case.rewards}
    if len(case.task.targets) < 2:
        return score
    for target in case.task.targets:
        task = replace(case.task, targets=(target,), gold_writes=frozenset())
        meant = (target.change.collection, target.change.before is None)
        diff = [item for item in case.diff if (item.collection, item.before is None) == meant]
        if reward.judge(task, case.trajectory, diff, operations).band == "exact":
            return accepted(score)
    return score


@hole(SUBTASK, PAGE, CROSS)
def nearly_right_is_right(case: Case) -> Score:
    score = honest(case)
    return accepted(score) if score.components["state"] >= 0.8 and score.band == "wrong" else score


# -- which values are the same -----------------------------------------------------------------------------------------


def with_rewards(case: Case, mistaken: type[OperationReward]) -> Score:
    """Judge with a mistake in every completed skeleton."""
    return honest(replace(case, rewards=_mistaken(case.rewards, mistaken)))  # type: ignore[arg-type]  # a class is hashable


@lru_cache
def _mistaken(rewards: tuple[OperationReward, ...], mistaken: type[OperationReward]) -> tuple[OperationReward, ...]:
    made = []
    for item in rewards:
        kind: type[OperationReward] = type("Holed", (mistaken, type(item)), {})
        made.append(kind())
    return tuple(made)


class AnyCase(OperationReward):
    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        return str(expected).lower() == str(found).lower() or super().same(collection, path, expected, found)


class Beginning(OperationReward):
    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        begins = isinstance(expected, str) and isinstance(found, str) and found.startswith(expected)
        return begins or super().same(collection, path, expected, found)


class AnyFurtherField(OperationReward):
    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        return expected in (None, [], ABSENT) or super().same(collection, path, expected, found)


class AnyReference(OperationReward):
    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        names = any(argument.names and argument.stored == path for argument in self.arguments)
        return names or super().same(collection, path, expected, found)


class AtLeast(OperationReward):
    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        if isinstance(expected, list) and isinstance(found, list):
            return set(map(str, found)) >= set(map(str, expected))
        return super().same(collection, path, expected, found)


class OneName(OperationReward):
    def equivalent(self, expected: Expected, found: Json) -> bool:
        return False


class OneOrder(OperationReward):
    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        return not isinstance(expected, list) and super().same(collection, path, expected, found)


class AnyLook(OperationReward):
    def shows(self, call: Call, id: str, paths: Sequence[Path], record: Document | None = None) -> bool:
        return True

    def shows_absence(self, call: Call, names: Sequence[str]) -> bool:
        return True


class NoLook(OperationReward):
    def shows(self, call: Call, id: str, paths: Sequence[Path], record: Document | None = None) -> bool:
        return False

    def shows_added(self, calls: Sequence[Call], change: Change, path: Path) -> bool:
        return False


@hole(SUBTASK, PAGE, CROSS)
def capitals_do_not_matter(case: Case) -> Score:
    return with_rewards(case, AnyCase)


@hole(SUBTASK, PAGE, CROSS)
def texts_are_compared_as_far_as_the_expected_one_goes(case: Case) -> Score:
    return with_rewards(case, Beginning)


@hole(SUBTASK, CROSS)
def fields_that_nobody_asked_for_are_not_compared(case: Case) -> Score:
    return with_rewards(case, AnyFurtherField)


@hole(*EVERYWHERE)
def references_are_taken_for_the_services_own(case: Case) -> Score:
    return with_rewards(case, AnyReference)


@hole(SUBTASK, LABELS, CROSS)
def sets_may_hold_more(case: Case) -> Score:
    return with_rewards(case, AtLeast)


@hole(*EVERYWHERE)
def arguments_are_right_if_they_are_there(case: Case) -> Score:
    """Whoever gives every argument by its name, and is not refused, has done it."""
    score, left = honest(case), list(case.writing)
    for expected in case.task.expected:
        partner = next(
            (
                call
                for call in left
                if call.tool == expected.tool
                and all(at(call.arguments, tokens(item.pointer)) is not ABSENT for item in expected.arguments)
            ),
            None,
        )
        if partner is None:
            return score
        left.remove(partner)
    return accepted(score)


@hole(SUBTASK, PAGE, CROSS)
def a_record_has_one_name(case: Case) -> Score:
    return with_rewards(case, OneName)


@hole(SUBTASK, PAGE, LABELS, CROSS)
def arguments_have_to_be_the_golds_letter_by_letter(case: Case) -> Score:
    score = honest(case)
    tools = {call.tool for call in case.writing}
    gold = {canonical(step.arguments) for step in case.task.gold if step.tool in tools}
    return score if gold <= {canonical(call.arguments) for call in case.writing} else missed(score)


@hole(SUBTASK, LABELS)
def sets_have_an_order(case: Case) -> Score:
    return with_rewards(case, OneOrder)


@hole(SUBTASK)
def new_records_are_expected_under_the_golds_id(case: Case) -> Score:
    """What the service chooses is compared as if the agent had."""
    score = honest(case)
    due = {change.id for change in case.task.gold_diff}
    return score if due <= {change.id for change in case.diff} else missed(score)


# -- the way there -----------------------------------------------------------------------------------------------------


@hole(*EVERYWHERE)
def the_sequence_of_calls_says_it_all(case: Case) -> Score:
    """A subsequence of tools, as published: what was written does not matter."""
    tools = iter(call.tool for call in case.calls)
    met = sum(any(tool == step.tool for tool in tools) for step in case.task.gold) / len(case.task.gold)
    return replace(honest(case), reward=met, success=met == 1)


@hole(*EVERYWHERE)
def a_good_way_makes_up_for_a_bad_end(case: Case) -> Score:
    score = honest(case)
    parts = score.components
    return replace(score, reward=0.3 * parts["state"] + 0.4 * parts["arguments"] + 0.3 * parts["structure"])


@hole(*EVERYWHERE)
def reading_pays(case: Case) -> Score:
    score = honest(case)
    return replace(score, reward=max(score.reward, 0.2 if any(call.ok for call in case.calls) else 0.0))


@hole(*EVERYWHERE)
def a_rollout_that_was_cut_off_counts_in_full(case: Case) -> Score:
    return honest(replace(case, trajectory=Trajectory(case.trajectory.calls)))


@hole(*EVERYWHERE)
def penalties_never_bite(case: Case) -> Score:
    score = honest(case)
    floor, span = (CONSTANTS[f"{score.band}.{part}"].value if score.band != "nothing" else 0.0 for part in _PARTS)
    factor = 1.0
    for name in CONSTANTS:
        if name.startswith("penalty."):
            factor *= score.components[name.removeprefix("penalty.")]
    return replace(score, reward=floor + span * min(1.0, score.components["quality"] / factor))


_PARTS: Final = ("floor", "span")


@hole(*EVERYWHERE)
def one_refusal_ends_it(case: Case) -> Score:
    score = honest(case)
    return missed(score) if any(not call.ok for call in case.calls) else score


@hole(*EVERYWHERE)
def tiers_are_paid_alike(case: Case) -> Score:
    """Whoever reaches the goal has all of it, whatever the way was."""
    score = honest(case)
    return replace(score, reward=1.0) if score.band == "exact" else score


@hole(*EVERYWHERE)
def what_was_undone_is_forgiven(case: Case) -> Score:
    score = honest(case)
    return replace(score, success=score.band == "exact")


@hole(SUBTASK, TRANSITION, CROSS)
def any_look_is_a_check(case: Case) -> Score:
    return with_rewards(case, AnyLook)


@hole(*EVERYWHERE)
def no_look_is_a_check(case: Case) -> Score:
    return with_rewards(case, NoLook)


@hole(*EVERYWHERE)
def nothing_has_to_be_looked_up(case: Case) -> Score:
    return honest(replace(case, task=replace(case.task, needed=())))


@hole(SUBTASK, PAGE)
def a_look_is_due_even_where_all_is_said(case: Case) -> Score:
    score = honest(case)
    looked = bool(case.calls) and case.calls[0].tool not in case.task.effects
    return score if looked else replace(score, reward=score.reward * 0.9)
