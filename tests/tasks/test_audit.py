from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from atlasgen import jsonvalue
from atlasgen.plan.model import Path
from atlasgen.runtime.identity import draw
from atlasgen.runtime.world import Change
from atlasgen.tasks.agents import script
from atlasgen.tasks.audit import AuditReport, audit, upper_bound
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.reward import Score
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory
from rewards.jira_subtask import SubtaskReward, SubtaskScenario

TASKS = range(56)


@pytest.fixture(scope="module")
def report() -> AuditReport:
    return audit(SubtaskScenario(), TASKS)


def test_order_is_strict_on_every_task(report: AuditReport) -> None:
    assert report.order_strict
    assert report.tasks == len(TASKS) >= 50
    assert report.findings == ()
    assert report.accepted


def test_expert_is_perfect_and_idleness_worthless(report: AuditReport) -> None:
    assert report.expert == 1
    assert report.no_op == 0


def test_no_false_verdict_in_thousands_of_trajectories(report: AuditReport) -> None:
    assert report.false_accepts.count == report.false_rejects.count == 0
    assert report.wrong > 4000
    assert report.false_accepts.upper < 0.001
    assert report.discarded <= report.trajectories / 100


def test_every_tier_is_played(report: AuditReport) -> None:
    assert set(report.tiers) == {"gold", "repair", "flawed", "wrong", "low", "nothing"}
    assert all(span.count >= len(TASKS) for span in report.tiers.values())


def test_noisier_experts_earn_less(report: AuditReport) -> None:
    few, some, many = (mean.reward for name, mean in report.agents.items() if name.startswith("expert, "))
    assert 1 > few > some > many > 0


def test_report_is_json_and_the_same_every_time() -> None:
    first, second = (jsonvalue.encode(audit(SubtaskScenario(), range(3)).to_json()) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("split", ["validation", "test"])
def test_other_splits_pass_as_well(split: str) -> None:
    assert audit(SubtaskScenario(), range(6), split=split).accepted


def test_mutants_are_many_and_named_apart(subtasks: SubtaskScenario) -> None:
    around = Surroundings(subtasks.environment(), subtasks.rewards)
    task = subtasks.task(0, "train")
    found = list(mutants(around, task))
    assert len({mutant.name for mutant in found}) == len(found)
    assert len(found) > 80
    assert found == list(mutants(around, task))


def test_bound_is_that_of_clopper_and_pearson() -> None:
    assert upper_bound(0, 300) == pytest.approx(1 - 0.05 ** (1 / 300))
    assert upper_bound(0, 4000) == pytest.approx(3 / 4000, rel=0.01)
    assert upper_bound(1, 10) == pytest.approx(0.3942, abs=1e-4)
    assert upper_bound(3, 3) == upper_bound(0, 0) == 1


# -- holes that this scenario alone has; those of any reward stand in tests/rewards/holes.py --------------------------


def test_text_that_is_seen_by_chance_is_found_to_be_a_hole() -> None:
    """The published check: the record was among those that were read, and the text stands somewhere in the answer."""

    class Holed(SubtaskScenario):
        def judge(self, task: Task, trajectory: Trajectory, diff: Sequence[Change]) -> Score:
            score = super().judge(task, trajectory, diff)
            before = trajectory.calls[: next((i for i, call in enumerate(trajectory.calls) if call.writes), 0)]
            seen = all(
                any(item.record in call.reads and jsonvalue.encode(item.value) in call.content for call in before)
                for item in task.needed
            )
            unseen = {reason.component for reason in score.reasons} == {"validate"}
            return replace(score, reward=1.0) if seen and unseen else score

    report = audit(Holed(), [8])
    assert not report.accepted
    assert {item.kind for item in report.findings} == {"order"}
    assert audit(SubtaskScenario(), [8]).accepted


class AnySummary(SubtaskReward):
    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        return path == ("fields", "summary") or super().same(collection, path, expected, found)


def test_finding_names_task_and_mutant(subtasks: SubtaskScenario) -> None:
    class Holed(SubtaskScenario):
        def __init__(self) -> None:
            super().__init__()
            self.rewards = (AnySummary(),)

    found = audit(Holed(), range(3)).findings
    wrong = [item for item in found if item.kind == "false_accept"]
    accepts = [item for item in wrong if item.mutant.endswith("/body/fields/summary")]
    assert len(accepts) > len(wrong) / 2
    task = subtasks.task(accepts[0].seed, "train")
    ways = mutants(Surroundings(subtasks.environment(), subtasks.rewards), task)
    mutant = next(item for item in ways if item.name == accepts[0].mutant)
    episode = subtasks.play(subtasks.environment(), task, mutant)
    assert subtasks.score(task, episode.trajectory, episode.diff).reward < 0.75


@pytest.mark.parametrize("split", ["train", "test"])
def test_calls_thrown_together_do_not_fool_the_reward(subtasks: SubtaskScenario, split: str) -> None:
    """A search: pieces of the gold and of all mutants, in any order; most of what is found writes something."""
    environment, oracle = subtasks.environment(), Oracle(subtasks.environment())
    around = Surroundings(subtasks.environment(), subtasks.rewards)
    reached = missed = 0
    for seed in range(6):
        task = subtasks.task(seed, split)
        pieces = [step for mutant in mutants(around, task) for step in mutant.steps]
        for number in range(100):
            lots = [draw(split, seed, number, position) for position in range(1 + draw(seed, number) % 6)]
            steps = [task.gold[lot % len(task.gold)] if lot % 3 == 0 else pieces[lot % len(pieces)] for lot in lots]
            episode = subtasks.play(environment, task, script(steps))
            score = subtasks.score(task, episode.trajectory, episode.diff)
            if oracle.accepts(environment, task):
                reached += 1
                assert score.reward >= 0.75
            else:
                missed += 1
                assert score.reward <= 0.5
                assert not score.success
    assert min(reached, missed) > 100
