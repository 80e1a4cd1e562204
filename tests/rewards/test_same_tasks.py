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
    "confluence_labels": "46164d2cface753e0767be782fd7ef37",
    "confluence_page": "cd233d3da8574b6d66691d6a56cd461e",
    "cross_product": "842171b9cf5b47ae30415fc5143f6f81",
    "jira_subtask": "74150ecdde8b72ed21103f3597ba4140",
    "jira_transition": "1585f0611b3075057eccf39df312b80a",
    "jira_transition_paper": "1585f0611b3075057eccf39df312b80a",
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
