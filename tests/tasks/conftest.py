from __future__ import annotations

from pathlib import Path

import pytest

import atlasgen
from atlasgen.plan.model import Plan
from atlasgen.runtime.environment import Environment
from rewards.jira_subtask import SubtaskScenario

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="session")
def subtasks() -> SubtaskScenario:
    """Return the scenario that the tests of tasks play."""
    return SubtaskScenario()


@pytest.fixture
def environment(subtasks: SubtaskScenario) -> Environment:
    return subtasks.environment()


@pytest.fixture(scope="session", params=["jira", "confluence"])
def plan(request: pytest.FixtureRequest) -> Plan:
    return atlasgen.load(SPECS / f"{request.param}.yaml").emulators[0].plan
