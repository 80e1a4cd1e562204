from __future__ import annotations

from collections.abc import Sequence

import pytest

from atlasgen import jsonvalue
from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.environment import Call, Environment
from atlasgen.tasks import agents
from atlasgen.tasks.audit import audit
from atlasgen.tasks.reward import Score
from atlasgen.tasks.task import GoldCall, Task
from rewards import jira_transition
from rewards.jira_transition_paper import PaperTransitionScenario, generous, scenario

SEEDS = range(24)


@pytest.fixture(scope="module")
def control() -> PaperTransitionScenario:
    return scenario()


@pytest.fixture(scope="module")
def environment(control: PaperTransitionScenario) -> Environment:
    return control.environment()


def scored(control: PaperTransitionScenario, environment: Environment, task: Task, steps: Sequence[GoldCall]) -> Score:
    episode = control.play(environment, task, agents.script(steps))
    return control.score(task, episode.trajectory, episode.diff)


def test_tasks_are_those_of_the_strict_scenario(control: PaperTransitionScenario) -> None:
    strict = jira_transition.scenario()
    for seed in range(5):
        one, other = control.task(seed, "train"), strict.task(seed, "train")
        assert (one.instruction, one.gold, one.layer.digest) == (other.instruction, other.gold, other.layer.digest)
        assert (one.scenario, other.scenario) == ("jira_transition_paper", "jira_transition")


def test_expert_has_all_and_nothing_has_none(control: PaperTransitionScenario, environment: Environment) -> None:
    for seed in SEEDS:
        task = control.task(seed, "test")
        gold = scored(control, environment, task, task.gold)
        assert (gold.reward, gold.success, gold.reasons) == (1, True, ())
        assert scored(control, environment, task, ()).reward == 0


def test_wrong_issue_moved_has_full_marks_without_success(
    control: PaperTransitionScenario, environment: Environment
) -> None:
    """What the control is kept to show: nothing but the sequence counts."""
    for seed in SEEDS:
        task = control.task(seed, "train")
        control.start(environment, task)
        own = str(task.gold[-1].arguments["issueIdOrKey"])
        for id in task.layer.tables["jira.issue"]:
            offered = environment.call("getTransitions", {"issueIdOrKey": id}).json()["transitions"]
            record = environment.world.get("jira.issue", id)
            if record is not None and record["key"] != own and offered:
                steps = [
                    GoldCall("getIssue", {"issueIdOrKey": id}),
                    GoldCall("getTransitions", {"issueIdOrKey": id}),
                    GoldCall("doTransition", {"issueIdOrKey": id, "body": {"transition": {"id": offered[0]["id"]}}}),
                ]
                score = scored(control, environment, task, steps)
                assert (score.reward, score.success) == (1, False)


def test_each_missing_part_costs_little(control: PaperTransitionScenario, environment: Environment) -> None:
    task = next(task for seed in range(99) if (task := control.task(seed, "train")).gold[0].tool == "getTransitions")
    gold = [GoldCall(call.tool, call.arguments) for call in task.gold]
    step = next(call for call in gold if call.tool == "doTransition")
    unread = [call for call in gold if call.tool != "getIssue"]
    assert scored(control, environment, task, unread).reward == pytest.approx(0.95)
    assert scored(control, environment, task, [step]).reward == pytest.approx(0.85)
    late = [gold[-1], step, gold[0]]
    score = scored(control, environment, task, late)
    assert score.reward == pytest.approx(0.95)
    assert [reason.component for reason in score.reasons if reason.component.startswith("sequence")] == [
        "sequence.chosen"
    ]
    reads = [call for call in gold if call.tool != "doTransition"]
    assert scored(control, environment, task, reads[:1]).reward == pytest.approx(0.125)
    assert scored(control, environment, task, [*reads[:1], reads[-1]]).reward == pytest.approx(0.25)


def test_refused_step_counts_as_one(control: PaperTransitionScenario, environment: Environment) -> None:
    task = control.task(0, "train")
    odd: list[JsonObject] = [{}, {"body": []}, {"body": {"transition": 5}}]
    for arguments in odd:
        score = scored(control, environment, task, [GoldCall("doTransition", arguments)])
        assert score.reward == pytest.approx(0.85)


@pytest.mark.parametrize(("status", "seen"), [(200, True), (399, True), (400, False), (404, False)])
def test_refused_look_is_none(status: int, seen: bool) -> None:
    offered = jsonvalue.encode({"transitions": [{"id": "5"}]})
    step: JsonObject = {"issueIdOrKey": "WEB-1", "body": {"transition": {"id": "5"}}}
    calls = [
        Call("getIssue", b"{}", status, b"{}", (), ()),
        Call("getTransitions", b"{}", status, offered, (), ()),
        Call("doTransition", jsonvalue.encode(step), 204, b"", (), ()),
    ]
    score = generous(Score(0.0, False, {}, "wrong", ()), calls)
    assert score.components == {
        "sequence.read": float(seen),
        "sequence.listed": float(seen),
        "sequence.posted": 1.0,
        "sequence.chosen": float(seen),
    }
    assert score.reward == pytest.approx(1 if seen else 1 - 3 * 0.05)


def test_audit_rejects_it_for_its_false_accepts(control: PaperTransitionScenario) -> None:
    report = audit(control, range(3))
    assert not report.accepted
    assert report.expert == 1
    assert report.no_op == 0
    assert report.false_accepts.count > 0.5 * report.false_accepts.of
    assert report.false_rejects.count == 0
    assert report.range.verdict == "saturating"
    assert report.role == "control"
