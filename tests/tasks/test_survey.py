from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from atlasgen import cli
from atlasgen.plan.model import Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.world import Change
from atlasgen.tasks import survey as surveys
from atlasgen.tasks.reward import Score
from atlasgen.tasks.skeleton import skeletons
from atlasgen.tasks.survey import Survey, lines, survey, surveyed
from atlasgen.tasks.synthesis import OperationScenario
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory
from atlasgen.verification.aiming import targets
from generated_envs import jira
from tests.tasks.conftest import NESTED

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found(nested: Plan) -> Survey:
    return survey(Emulator(nested), seeds=2)


def test_what_is_understood_holds_and_the_rest_is_listed(found: Survey) -> None:
    assert {item.id: item.standing for item in found.operations} == {
        "createList": "holds",
        "createItem": "holds",
        "deleteItem": "holds",
        "polishItem": "kept out",
    }
    (out,) = (item for item in found.operations if item.standing == "kept out")
    assert out.why == "what it does to records is not known"
    assert found.accepted


def test_survey_is_totals_and_operations_for_programs(found: Survey) -> None:
    told = json.loads(json.dumps(found.to_json()))
    assert set(told) == {"totals", "operations"}
    totals = told["totals"]
    assert (totals["mutating"], totals["holds"], totals["kept_out"], totals["fails"]) == (4, 3, 1, 0)
    assert totals["tasks"] == sum(item.get("tasks", 0) for item in told["operations"]) == 6
    assert totals["false_accepts"] == totals["false_rejects"] == 0
    assert all({"id", "archetype", "standing", "why"} <= set(item) for item in told["operations"])


def test_survey_is_the_same_every_time(nested: Plan, found: Survey) -> None:
    assert survey(Emulator(nested), seeds=2).to_json() == found.to_json()


class Generous(OperationScenario):
    """Everybody wins."""

    def judge(self, task: Task, trajectory: Trajectory, diff: Sequence[Change]) -> Score:
        return replace(super().judge(task, trajectory, diff), reward=1.0, success=True)


def test_reward_with_a_hole_fails(nested: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "OperationScenario", Generous)
    found = survey(Emulator(nested), seeds=1)
    assert {item.standing for item in found.operations if item.id != "polishItem"} == {"fails"}
    assert not found.accepted
    assert list(lines(found, width=80))[-1].startswith("rejected")


def test_order_holds_for_what_writes_issues() -> None:
    plan = jira.Operations.emulator.plan
    chosen = ("editIssue", "deleteIssue", "doTransition", "addComment", "createOrUpdateRemoteIssueLink")
    every = {target.tool: target for target in targets(Environment(jira.Operations))}
    known = {item.operation: item for item in skeletons(plan)}
    for name in chosen:
        item = surveyed(jira.Operations, every[name], known[name], range(2))
        assert item.standing == "holds", item.why


def test_audit_of_a_document_prints_what_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    path = tmp_path / "nested.yaml"
    path.write_text(NESTED, encoding="utf-8")
    result = CliRunner().invoke(cli.app, ["audit", str(path), "--seeds", "1"])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "accepted"
    assert "3 holds" in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
    as_json = CliRunner().invoke(cli.app, ["audit", str(path), "--seeds", "1", "--json"])
    assert json.loads(as_json.stdout)["totals"]["holds"] == 3


def test_audit_of_a_document_that_fails_exits_with_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(surveys, "OperationScenario", Generous)
    path = tmp_path / "nested.yaml"
    path.write_text(NESTED, encoding="utf-8")
    result = CliRunner().invoke(cli.app, ["audit", str(path), "--seeds", "1"])
    assert result.exit_code == 1
    assert "3 fails" in result.stdout
