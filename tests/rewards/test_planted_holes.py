"""Ten holes and more in the rewards of every scenario, each rejected by the audit that accepts the honest reward.

How a task is played and what the oracle says hangs on no reward: a task is recorded once, and every hole is held
against the recording.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import pytest

from atlasgen.tasks.audit import AuditReport, report
from atlasgen.tasks.inspection import Inspector, Recording, judged
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import Episode, Scenario
from atlasgen.tasks.task import Task
from tests.rewards.holes import CROSS, EVERYWHERE, HOLES, LABELS, PAGE, SUBTASK, TRANSITION, Judge, case_of, honest

SEEDS: Final[Mapping[str, Sequence[int]]] = {
    SUBTASK: range(6),
    TRANSITION: range(6),
    PAGE: range(3),
    LABELS: range(3),
    CROSS: (1, 3),
}
"""Tasks that show each hole that the scenario can show, and few enough: Confluence takes seconds a task."""


def reported(scenario: Scenario, recordings: list[Recording], judge: Judge) -> AuditReport:
    """Return what the audit of a scenario says of a reward."""

    def scoring(task: Task, episode: Episode) -> Score:
        return judge(case_of(scenario, task, episode.trajectory, episode.diff))

    return report(scenario, [judged(recording, scoring) for recording in recordings])


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_hole_is_rejected_where_the_honest_reward_is_not(name: str) -> None:
    scenario: Scenario = importlib.import_module(f"rewards.{name}").scenario()
    inspector = Inspector(scenario)
    recordings = [inspector.record(scenario.task(seed, "train")) for seed in SEEDS[name]]
    assert reported(scenario, recordings, honest).accepted
    planted = [hole for hole in HOLES if name in hole.on]
    assert len(planted) >= 10
    missed = [hole.name for hole in planted if reported(scenario, recordings, hole.judge).accepted]
    assert missed == []


def test_ten_holes_and_more_are_planted() -> None:
    names = Counter(hole.name for hole in HOLES)
    assert len(names) == len(HOLES) >= 10
    assert all(hole.on for hole in HOLES)
