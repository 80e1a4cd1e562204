from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from atlasgen import cli, workspace
from atlasgen.runtime.world import Change
from atlasgen.tasks.reward import Score
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory
from rewards.jira_subtask import SubtaskScenario

ROOT = Path(__file__).parents[2]


class Generous(SubtaskScenario):
    """Everybody wins."""

    def judge(self, task: Task, trajectory: Trajectory, diff: Sequence[Change]) -> Score:
        return replace(super().judge(task, trajectory, diff), reward=1.0, success=True)


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_audit_prints_a_table_of_eighty_columns() -> None:
    result = CliRunner().invoke(cli.app, ["audit", "jira_subtask", "--seeds", "2"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[-1] == "accepted"
    assert all(len(line) <= 80 for line in lines)
    assert any(line.startswith("false accepts: 0 of") for line in lines)


def test_audit_is_json_for_programs() -> None:
    result = CliRunner().invoke(cli.app, ["audit", "jira_subtask", "--seeds", "2", "--split", "test", "--json"])
    (report,) = json.loads(result.stdout)["scenarios"]
    assert (report["name"], report["split"], report["tasks"]) == ("jira_subtask", "test", 2)
    assert (report["expert"], report["no_op"], report["order_strict"]) == (1, 0, True)
    assert report["accepted"] is True


def test_audit_that_rejects_exits_with_one_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "load_scenario", lambda name: Generous())
    result = CliRunner().invoke(cli.app, ["audit", "jira_subtask", "--seeds", "1"])
    assert result.exit_code == 1
    assert "rejected" in result.stdout
    assert "false_accept: task 0" in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
