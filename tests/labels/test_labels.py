"""Strict success, held against labels that were given blind: see `GUIDE.md`; `collect.py` made the trajectories."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from atlasgen import workspace
from atlasgen.tasks import trajectory
from atlasgen.tasks.explaining import Explained, Explainer
from atlasgen.tasks.scenario import Scenario

HERE = Path(__file__).parent
DIFFER = {48}
"""The new sub-task was moved along its workflow and back. The guide forgives no such detour; success looks at the
records that the gold writes as they are in the end, and the reward is cut."""


def labels() -> list[bool]:
    rows = [line.split("\t") for line in (HERE / "labels.tsv").read_text(encoding="utf-8").splitlines()]
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    assert {row[1] for row in rows} == {"yes", "no"}
    return [row[1] == "yes" for row in rows]


def scored() -> list[Explained]:
    explainers: dict[str, Explainer] = {}
    found: list[Explained] = []
    for line in trajectory.read((HERE / "trajectories.jsonl").read_bytes()):
        if line.scenario not in explainers:
            scenario = workspace.load_scenario(line.scenario)
            assert isinstance(scenario, Scenario)
            explainers[line.scenario] = Explainer(scenario, None)
        found.append(explainers[line.scenario].explain(line, where=f"trajectory {len(found) + 1}"))
    return found


def test_success_says_of_every_trajectory_what_a_person_said() -> None:
    found = scored()
    assert not [item.where for item in found if item.replay.difference is not None]
    judged = [item.score.success for item in found]
    assert {number for number, pair in enumerate(zip(labels(), judged, strict=True), 1) if len(set(pair)) > 1} == DIFFER


def test_labelled_trajectories_are_of_mixed_quality_and_of_every_scenario() -> None:
    found = scored()
    assert len(found) == 100
    assert set(Counter(item.line.scenario for item in found).values()) == {20}
    assert 30 <= sum(labels()) <= 70
    assert len({round(item.score.reward, 2) for item in found}) >= 15
