"""What holds of every scenario that is there to be trained with."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

from atlasgen.tasks import agents
from atlasgen.tasks.planting import PlantedScenario
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import Task
from atlasgen.tasks.trivial import Trivial

NAMES = ("confluence_labels", "confluence_page", "cross_product", "jira_subtask", "jira_transition")
SEEDS = range(60)


@pytest.fixture(scope="module", params=NAMES)
def scenario(request: pytest.FixtureRequest) -> PlantedScenario[str, object, object]:
    found: PlantedScenario[str, object, object] = importlib.import_module(f"rewards.{request.param}").scenario()
    return found


@pytest.fixture(scope="module")
def tasks(scenario: PlantedScenario[str, object, object]) -> list[Task]:
    return [scenario.task(seed, "train") for seed in SEEDS]


def test_every_rung_of_the_ladder_is_drawn(scenario: PlantedScenario[str, object, object]) -> None:
    drawn = Counter(scenario.rung(seed, "train") for seed in SEEDS)
    assert set(drawn) == set(scenario.ladder)
    assert min(drawn.values()) >= 4


def test_agents_that_understand_nothing_hardly_ever_succeed(
    scenario: PlantedScenario[str, object, object], tasks: list[Task]
) -> None:
    environment = scenario.environment()
    trivial = Trivial(Surroundings(scenario.environment(), scenario.rewards))
    right: Counter[str] = Counter()
    for task in tasks:
        ways = {name: agents.script(mutant.steps) for name, mutant in trivial.of(task).items()}
        for name, agent in {**ways, "nothing": agents.nothing, "reads only": agents.reads_only}.items():
            episode = scenario.play(environment, task, agent)
            right[name] += scenario.score(task, episode.trajectory, episode.diff).success
    assert right.pop("first match") <= 0.15 * len(tasks)
    assert not any(right.values()), right
