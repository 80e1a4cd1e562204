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
    assert (report["role"], report["variant"], report["degenerate"]) == ("training", "banded", False)
    assert report["degeneracy"]["groups"] == 6
    assert [rate["errors"] for rate in report["degeneracy"]["rates"]] == [0.1, 0.3, 0.6]
    assert {"nothing", "reads only", "first match", "last match", "random calls", "instruction copied"} < set(
        report["agents"]
    )
    assert report["false_accepts"] == report["false_rejects"] == 0


def test_audit_that_rejects_exits_with_one_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "load_scenario", lambda name: Generous())
    result = CliRunner().invoke(cli.app, ["audit", "jira_subtask", "--seeds", "1"])
    assert result.exit_code == 1
    assert "rejected" in result.stdout
    assert "false_accept: task 0" in result.stdout
    assert "degenerate: saturating (mean 1.000, 100% of 3 groups without variance)" in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


class Control(Generous):
    name = "a_rather_long_control"
    role = "control"


def test_audit_of_all_leaves_demonstrations_out_and_holds_controls_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shown(Generous):
        role = "demonstration"

    known = {"good": SubtaskScenario(), "control": Control(), "shown": Shown()}
    monkeypatch.setattr(workspace, "scenarios", lambda: tuple(known))
    monkeypatch.setattr(workspace, "load_scenario", known.__getitem__)
    result = CliRunner().invoke(cli.app, ["audit", "--seeds", "1", "--json"])
    reports = json.loads(result.stdout)["scenarios"]
    assert [(report["name"], report["accepted"]) for report in reports] == [
        ("jira_subtask", True),
        ("a_rather_long_control", False),
    ]
    assert result.exit_code == 0
    table = CliRunner().invoke(cli.app, ["audit", "--seeds", "1"])
    rows = [
        line.split()
        for line in table.stdout.splitlines()
        if line.strip().startswith(("jira_subtask ", "a_rather_long_control "))
    ]
    assert [row[-1] for row in rows] == ["accepted", "control"]
    assert [row[-2] for row in rows] == ["no", "saturating"]
    assert all(len(line) <= 80 for line in table.stdout.splitlines())
    assert CliRunner().invoke(cli.app, ["audit", "control", "--seeds", "1"]).exit_code == 1


def test_several_processes_find_the_same() -> None:
    one, two = (
        CliRunner().invoke(cli.app, ["audit", "jira_subtask", "--seeds", "4", "--jobs", jobs, "--json"])
        for jobs in ("1", "2")
    )
    assert one.stdout == two.stdout
    assert json.loads(one.stdout)["scenarios"][0]["tasks"] == 4


@pytest.mark.parametrize(
    ("variant", "kinds"),
    [
        ("sparse", {"order", "false_reject"}),
        ("sum", {"order", "false_accept", "false_reject"}),
        ("trace", {"order", "false_accept", "false_reject"}),
    ],
)
def test_audit_says_what_a_variant_loses(variant: str, kinds: set[str]) -> None:
    result = CliRunner().invoke(cli.app, ["audit", "jira_subtask", "--seeds", "2", "--reward", variant, "--json"])
    (report,) = json.loads(result.stdout)["scenarios"]
    assert result.exit_code == 1
    assert (report["variant"], report["expert"]) == (variant, 1)
    assert {finding["kind"] for finding in report["findings"]} == kinds
