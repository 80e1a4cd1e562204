from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from atlasgen import jsonvalue
from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.environment import Environment
from atlasgen.tasks import agents
from atlasgen.tasks.audit import audit
from atlasgen.tasks.drawing import WORLDS
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import SPLITS
from atlasgen.tasks.task import GoldCall, Task, Use
from rewards import _issues, jira_transition
from rewards._issues import SEARCH
from rewards.jira_transition import TransitionScenario, scenario
from tests.rewards.discovery import meant, unknown

ROOT = Path(__file__).parents[2]
SEEDS = range(60)


@pytest.fixture(scope="module")
def transitions() -> TransitionScenario:
    return scenario()


@pytest.fixture(scope="module")
def environment(transitions: TransitionScenario) -> Environment:
    return transitions.environment()


@pytest.fixture(scope="module", params=SPLITS)
def tasks(request: pytest.FixtureRequest, transitions: TransitionScenario) -> list[Task]:
    return [transitions.task(seed, request.param) for seed in SEEDS]


@pytest.fixture(scope="module")
def training(transitions: TransitionScenario) -> list[Task]:
    return [transitions.task(seed, "train") for seed in SEEDS]


def looks_for_the_issue(task: Task) -> bool:
    return task.gold[0].tool == SEARCH


def steps_of(task: Task) -> list[GoldCall]:
    return [call for call in task.gold if call.tool == "doTransition"]


def scored(transitions: TransitionScenario, environment: Environment, task: Task, steps: Sequence[GoldCall]) -> Score:
    episode = transitions.play(environment, task, agents.script(steps))
    return transitions.score(task, episode.trajectory, episode.diff)


def issue_of(task: Task) -> str:
    return str(task.gold[-1].arguments["issueIdOrKey"])


def test_expert_succeeds_on_every_task(
    transitions: TransitionScenario, environment: Environment, tasks: list[Task]
) -> None:
    for task in tasks:
        score = scored(transitions, environment, task, task.gold)
        assert (score.reward, score.success, score.reasons) == (1, True, ()), task.instruction


def test_every_expected_value_is_stated_or_can_be_found(
    transitions: TransitionScenario, environment: Environment, tasks: list[Task]
) -> None:
    for task in tasks:
        assert unknown(transitions, environment, task) == [], task.instruction


def test_ids_of_transitions_are_stated_nowhere(tasks: list[Task]) -> None:
    for task in tasks:
        for call in steps_of(task):
            body: Any = call.arguments["body"]
            assert body["transition"]["id"] not in task.instruction


def test_name_of_the_issue_fits_no_other_one(
    transitions: TransitionScenario, environment: Environment, tasks: list[Task]
) -> None:
    for task in tasks:
        transitions.start(environment, task)
        rung = transitions.rung(task.seed, task.split)
        assert meant(environment, rung, task.instruction) == [issue_of(task)], task.instruction


def test_ladder_has_every_rung_and_ways_of_both_lengths(transitions: TransitionScenario, training: list[Task]) -> None:
    rungs = Counter(transitions.rung(seed, "train") for seed in SEEDS)
    assert set(rungs) == set(_issues.LADDER)
    assert min(rungs.values()) >= 4
    assert all(looks_for_the_issue(task) is (transitions.rung(task.seed, "train") != "key") for task in training)
    lengths = Counter(len(steps_of(task)) for task in training)
    assert set(lengths) == {1, 2}
    assert min(lengths.values()) >= 15


def test_others_resemble_the_issue(
    transitions: TransitionScenario, environment: Environment, tasks: list[Task]
) -> None:
    for task in tasks:
        transitions.start(environment, task)
        issue = environment.call("getIssue", {"issueIdOrKey": issue_of(task)}).json()
        added = [environment.world.get("jira.issue", id) for id in task.layer.tables["jira.issue"]]
        others: list[Any] = [other for other in added if other is not None and other["key"] != issue["key"]]
        own = issue["fields"]
        alike = [
            other
            for other in others
            if str(other["fields"]["summary"]).startswith(own["summary"])
            or other["fields"]["labels"] == own["labels"]
            or other["fields"]["assignee"] == own["assignee"]["accountId"]
        ]
        assert len(alike) >= 2, task.instruction
        # The very step that is right for the issue is open to another one as well.
        assert any(other["fields"]["status"] == own["status"]["id"] for other in others)


def test_some_steps_are_named_after_a_status_that_they_do_not_lead_to() -> None:
    for wordings in (jira_transition._TRAIN, jira_transition._TEST):
        statuses = {status for flow in wordings.flows for status in flow.statuses}
        arrows = [arrow for flow in wordings.flows for arrow in flow.arrows]
        assert any(arrow.name in statuses and arrow.to != arrow.name for arrow in arrows)
        assert all(arrow.name != arrow.to for arrow in arrows)


def test_half_of_the_way_is_no_success(
    transitions: TransitionScenario, environment: Environment, training: list[Task]
) -> None:
    for task in training:
        if len(steps_of(task)) == 2:
            second = task.gold.index(steps_of(task)[1])
            score = scored(transitions, environment, task, (*task.gold[: second - 1], task.gold[-1]))
            assert (score.band, score.success) == ("wrong", False)
            direct = [call for call in task.gold if call != steps_of(task)[0]]
            score = scored(transitions, environment, task, direct)
            assert (score.band, score.success) == ("wrong", False)


def test_list_of_the_second_step_cannot_be_known_before_the_first(
    transitions: TransitionScenario, environment: Environment, training: list[Task]
) -> None:
    seen = 0
    for task in training:
        if len(steps_of(task)) == 2:
            gold = [GoldCall(call.tool, call.arguments) for call in task.gold]
            first, second = (task.gold.index(call) for call in steps_of(task))
            guessed = [*gold[: second - 1], *gold[second:]]
            early = [*gold[:first], gold[second - 1], *guessed[first:]]
            for steps in (guessed, early):
                score = scored(transitions, environment, task, steps)
                assert score.success
                assert 0.75 <= score.reward < 1
                assert [reason.component for reason in score.reasons] == ["validate"]
            seen += 1
    assert seen


def test_issue_may_be_found_in_other_ways(
    transitions: TransitionScenario, environment: Environment, training: list[Task]
) -> None:
    for task in filter(looks_for_the_issue, training):
        transitions.start(environment, task)
        (project,) = {issue_of(task).split("-")[0]}
        for jql in (
            f"key = {issue_of(task)}",
            f"project = {project} ORDER BY created DESC",
            'text ~ "the" OR labels != x',
        ):
            other = GoldCall(SEARCH, {"jql": jql, "maxResults": 100})
            steps = (other, *(GoldCall(call.tool, call.arguments) for call in task.gold[1:]))
            score = scored(transitions, environment, task, steps)
            assert score.reward == 1, (task.instruction, jql)


def test_detour_reaches_the_goal_and_pays_less(transitions: TransitionScenario, environment: Environment) -> None:
    """Forth and back once more than is needed: the end is right, the way is not."""
    seen = 0
    for seed in range(30):
        task = transitions.task(seed, "train")
        transitions.start(environment, task)
        key: JsonObject = {"issueIdOrKey": issue_of(task)}
        start = environment.call("getIssue", key).json()["fields"]["status"]["name"]
        way = _move(environment, key, None)
        back = way and _move(environment, key, start)
        if way and back:
            score = scored(transitions, environment, task, (*way, *back, *task.gold))
            assert score.success
            assert 0.75 <= score.reward < 1
            seen += 1
    assert seen > 5


def _move(environment: Environment, key: JsonObject, to: str | None) -> list[GoldCall]:
    """Make the first step that is open, or the one to a status; return the calls, none where there is none."""
    look = GoldCall("getTransitions", key)
    for step in environment.call(look.tool, look.arguments).json()["transitions"]:
        if to in (None, step["to"]["name"]):
            take = GoldCall("doTransition", {**key, "body": {"transition": {"id": step["id"]}}})
            assert environment.call(take.tool, take.arguments).ok
            return [look, take]
    return []


def test_step_of_a_lookalike_is_damage(
    transitions: TransitionScenario, environment: Environment, training: list[Task]
) -> None:
    for task in training[:20]:
        transitions.start(environment, task)
        own = environment.call("getIssue", {"issueIdOrKey": issue_of(task)}).json()
        status = own["fields"]["status"]["id"]
        (other, *_) = [
            id for id in task.layer.tables["jira.issue"] if id != own["id"] and _status(environment, id) == status
        ]
        wrong = [
            GoldCall(call.tool, {**call.arguments, "issueIdOrKey": other}, tuple(u for u in call.uses if _is_step(u)))
            if "issueIdOrKey" in call.arguments
            else call
            for call in task.gold
        ]
        alone = scored(transitions, environment, task, wrong)
        assert (alone.band, alone.success) == ("collateral", False)
        both = scored(transitions, environment, task, (*task.gold, *wrong))
        assert both.reward <= 0.1
        assert not both.success


def _is_step(use: Use) -> bool:
    return use.pointer == "/body/transition/id"


def _status(environment: Environment, id: str) -> str:
    record: Any = environment.world.get("jira.issue", id)
    return str(record["fields"]["status"])


def test_calls_of_training_tasks_solve_no_test_task(
    transitions: TransitionScenario, environment: Environment, training: list[Task]
) -> None:
    for seed in range(8):
        task = transitions.task(seed, "test")
        for known in training[:20]:
            learnt = [GoldCall(call.tool, call.arguments) for call in known.gold]
            assert not scored(transitions, environment, task, learnt).success


def test_tasks_are_the_same_in_another_process(tasks: list[Task]) -> None:
    program = (
        "from rewards.jira_transition import scenario; from atlasgen import jsonvalue\n"
        f"tasks = [scenario().task(seed, {tasks[0].split!r}) for seed in range(4)]\n"
        "print(jsonvalue.digest([[t.instruction, [c.arguments for c in t.gold], t.layer.digest] for t in tasks]))"
    )
    expected = jsonvalue.digest(
        [[task.instruction, [call.arguments for call in task.gold], task.layer.digest] for task in tasks[:4]]
    )
    variables = {"PYTHONPATH": f"{ROOT}:{ROOT / 'generator'}", "PYTHONHASHSEED": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected


def test_splits_share_no_world(transitions: TransitionScenario) -> None:
    worlds = {split: {transitions.task(seed, split).world_seed for seed in range(0, 700, 7)} for split in SPLITS}
    assert not worlds["train"] & worlds["validation"]
    assert not worlds["train"] & worlds["test"]
    assert not worlds["validation"] & worlds["test"]
    assert WORLDS["train"] >= 512


def test_test_has_words_workflows_and_templates_of_its_own(transitions: TransitionScenario) -> None:
    train, test = jira_transition._TRAIN, jira_transition._TEST
    for name in ("templates", "flows", "projects"):
        assert not set(getattr(train, name)) & set(getattr(test, name))
    old = {status for flow in train.flows for status in flow.statuses}
    assert len({status for flow in test.flows for status in flow.statuses} - old) >= 4
    for name in ("verbs", "objects", "marks", "labels", "people", "tails"):
        assert not set(getattr(_issues.TRAIN, name)) & set(getattr(_issues.TEST, name))
    assert not any(
        set(_issues.TRAIN.names[rung]) & set(_issues.TEST.names[rung]) for rung in _issues.LADDER if rung != "key"
    )
    assert len(train.templates) >= 12


def test_ids_of_transitions_and_statuses_differ_from_world_to_world(
    transitions: TransitionScenario, environment: Environment
) -> None:
    seen: dict[str, set[str]] = {}
    for seed in range(10):
        transitions.start(environment, transitions.task(seed, "train"))
        for collection in ("jira.transition", "jira.status", "jira.user", "jira.issue", "jira.project"):
            seen.setdefault(collection, set()).update(environment.world.ids(collection))
    for collection, count in {"jira.transition": 10, "jira.status": 4, "jira.user": 6, "jira.project": 4}.items():
        assert len(seen[collection]) > 8 * count


def test_audit_accepts_the_reward(transitions: TransitionScenario) -> None:
    report = audit(transitions, range(200, 206))
    assert report.findings == ()
    assert report.accepted
    assert report.order_strict
