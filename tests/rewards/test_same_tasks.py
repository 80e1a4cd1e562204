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
    "confluence_labels": "161d970022c7bbf10bf041f3c2991860",
    "confluence_page": "e98134e84ff695c5dd4ad3056eafcbed",
    "cross_product": "7811af9e29c977e5f12fdf76c30fee6c",
    "jira_subtask": "ba41b91cb7fd6a9d2f39a262e5a1cd75",
    "jira_transition": "4ba1549ccba6cd751bc77fedac775f6e",
    "jira_transition_paper": "4ba1549ccba6cd751bc77fedac775f6e",
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
