"""A seed goes on meaning the same task: files of trajectories, labels and published figures name tasks by their seeds.

Whoever changes what tasks are made of changes the digests below, and with them all figures that were measured before.
"""

from __future__ import annotations

import importlib
from typing import Final

import pytest

from atlasgen.jsonvalue import digest
from atlasgen.tasks.scenario import SPLITS, Scenario

SEEDS: Final = range(24)
DIGESTS: Final = {
    "confluence_labels": "bb6a974558128af012fc60ba4aadacb3",
    "confluence_page": "1452ebb87b7a4470686b45ea585cd724",
    "cross_product": "90d25a1ff0d8fde1315b521581bda129",
    "jira_subtask": "ccc3d9da6b0553de469ef68f325534a1",
    "jira_transition": "a1abcc0bffcec34315a551f32db5e5b3",
    "jira_transition_paper": "a1abcc0bffcec34315a551f32db5e5b3",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_seed_means_the_same_task_as_before(name: str) -> None:
    scenario: Scenario = importlib.import_module(f"rewards.{name}").scenario()
    tasks = [scenario.task(seed, split) for split in SPLITS for seed in SEEDS]
    found = digest(
        [
            [task.instruction, task.world_seed, task.layer.digest, [[step.tool, step.arguments] for step in task.gold]]
            for task in tasks
        ]
    )
    assert found == DIGESTS[name]
