from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.tasks import agents
from atlasgen.tasks.reward import CONSTANTS, Score
from atlasgen.tasks.task import GoldCall, Task, Use
from rewards.jira_subtask import SubtaskScenario

NEW = (Use("/issueIdOrKey", "createIssue", "/key"),)


def needy(subtasks: SubtaskScenario, *, needs: bool) -> Task:
    return next(task for seed in range(99) if bool((task := subtasks.task(seed, "train")).needed) is needs)


@pytest.fixture(params=["looks up", "knows"])
def task(request: pytest.FixtureRequest, subtasks: SubtaskScenario) -> Task:
    return needy(subtasks, needs=request.param == "looks up")


def fields_of(task: Task) -> dict[str, Any]:
    body: Any = task.gold[1].arguments["body"]
    fields: dict[str, Any] = body["fields"]
    return fields


def scored(subtasks: SubtaskScenario, task: Task, steps: Sequence[GoldCall]) -> Score:
    episode = subtasks.play(subtasks.environment(), task, agents.script(steps))
    return subtasks.score(task, episode.trajectory, episode.diff)


def test_bands_do_not_touch() -> None:
    low = max(sum(CONSTANTS[f"{band}.{part}"].value for part in ("floor", "span")) for band in ("reads", "collateral"))
    wrong = CONSTANTS["wrong.floor"].value + CONSTANTS["wrong.span"].value
    edges = [0, CONSTANTS["reads.floor"].value, low, CONSTANTS["wrong.floor"].value, wrong]
    edges += [CONSTANTS["exact.floor"].value, 1]
    assert all(one < other for one, other in pairwise(edges))
    assert CONSTANTS["exact.floor"].value + CONSTANTS["exact.span"].value == 1
    assert sum(constant.value for name, constant in CONSTANTS.items() if name.startswith("weight.")) == 1
    assert all(constant.reason for constant in CONSTANTS.values())


def test_gold_scores_one_and_loses_nothing(subtasks: SubtaskScenario, task: Task) -> None:
    score = scored(subtasks, task, task.gold)
    assert score.reward == 1
    assert score.success
    assert score.reasons == ()
    assert set(score.components.values()) == {1.0}


def test_nothing_scores_nothing(subtasks: SubtaskScenario, task: Task) -> None:
    assert scored(subtasks, task, ()).reward == 0
    assert scored(subtasks, task, [GoldCall("helpful_tool", {})] * 3).reward == 0


def test_reason_says_what_was_expected_and_found(subtasks: SubtaskScenario, task: Task) -> None:
    fields = {**fields_of(task), "summary": "Something else"}
    score = scored(subtasks, task, [task.gold[0], GoldCall("createIssue", {"body": {"fields": fields}}), task.gold[2]])
    lost = {(reason.component, reason.where.split()[-1], reason.found) for reason in score.reasons}
    assert ("state", "fields.summary", "Something else") in lost
    assert ("arguments", "/body/fields/summary", "Something else") in lost
    assert score.band == "wrong"
    assert not score.success


def test_look_at_the_parent_does_not_check_the_new_issue(subtasks: SubtaskScenario, task: Task) -> None:
    """The parent's answer lists its sub-tasks, so the new issue is among the records that were read."""
    score = scored(subtasks, task, [*task.gold[:2], task.gold[0]])
    assert score.components["verify"] == 0
    assert score.success
    assert score.reward < 1


def test_check_that_leaves_fields_out_is_none(subtasks: SubtaskScenario, task: Task) -> None:
    partial = GoldCall("getIssue", {"issueIdOrKey": "", "fields": ["summary"]}, NEW)
    assert scored(subtasks, task, [*task.gold[:2], partial]).components["verify"] == 0


def test_check_before_the_last_change_is_none(subtasks: SubtaskScenario, task: Task) -> None:
    moves = (
        GoldCall("getTransitions", {"issueIdOrKey": ""}, NEW),
        GoldCall(
            "doTransition",
            {"issueIdOrKey": "", "body": {"transition": {"id": ""}}},
            (*NEW, Use("/body/transition/id", "getTransitions", "/transitions/0/id")),
        ),
    )
    score = scored(subtasks, task, [*task.gold, *moves])
    assert score.band == "wrong"
    assert score.components["verify"] == 0


def test_guess_of_what_was_to_be_looked_up_is_a_flaw(subtasks: SubtaskScenario) -> None:
    score = scored(subtasks, needy(subtasks, needs=True), needy(subtasks, needs=True).gold[1:])
    assert score.success
    assert score.components["validate"] == 0
    assert score.reward < 1


def test_look_is_no_ritual_where_all_is_stated(subtasks: SubtaskScenario) -> None:
    task = needy(subtasks, needs=False)
    assert scored(subtasks, task, task.gold[1:]).reward == 1


def test_spray_over_all_records_is_damage(subtasks: SubtaskScenario, task: Task) -> None:
    environment = subtasks.environment()
    subtasks.start(environment, task)
    spray = []
    for id in environment.world.ids("jira.issue"):
        fields = {**fields_of(task), "parent": {"id": id}}
        for project in environment.world.ids("jira.project"):
            spray.append(GoldCall("createIssue", {"body": {"fields": {**fields, "project": {"id": project}}}}))
    score = scored(subtasks, task, spray)
    assert score.band == "collateral"
    assert score.reward <= 0.1


@pytest.mark.parametrize("flag", ["clipped", "malformed", "turn_capped"])
def test_broken_off_rollout_is_never_gold(subtasks: SubtaskScenario, task: Task, flag: str) -> None:
    episode = subtasks.play(subtasks.environment(), task, agents.expert)
    flags: dict[str, Any] = {flag: True}
    trajectory = replace(episode.trajectory, **flags)
    score = subtasks.score(task, trajectory, episode.diff)
    assert score.reward == 0.75 + 0.25 * 0.5
    assert score.components["quality"] == 0.5


def test_foreign_record_moved_there_and_back_is_no_success(subtasks: SubtaskScenario, environment: Environment) -> None:
    task = needy(subtasks, needs=False)
    subtasks.start(environment, task)
    parent = next(iter(task.layer.tables["jira.issue"]))
    steps = _round_trip(subtasks, environment, task, parent)
    episode = subtasks.play(environment, task, agents.script([*steps, *task.gold[1:]]))
    score = subtasks.score(task, episode.trajectory, episode.diff)
    assert score.band == "exact"
    assert not score.success
    # One record that was not to be touched, and two changes more than it takes.
    assert score.reward == pytest.approx(0.75 + 0.25 * 0.7 * 0.9**2)


def _round_trip(
    subtasks: SubtaskScenario, environment: Environment, task: Task, issue: str
) -> tuple[GoldCall, GoldCall]:
    def move(arrow: str) -> GoldCall:
        return GoldCall("doTransition", {"issueIdOrKey": issue, "body": {"transition": {"id": arrow}}})

    def offered() -> list[str]:
        return [
            item["id"] for item in environment.call("getTransitions", {"issueIdOrKey": issue}).json()["transitions"]
        ]

    subtasks.start(environment, task)
    for there in offered():
        subtasks.start(environment, task)
        environment.call(move(there).tool, move(there).arguments)
        for back in offered():
            environment.call(move(back).tool, move(back).arguments)
            if not environment.diff():
                return move(there), move(back)
            subtasks.start(environment, task)
            environment.call(move(there).tool, move(there).arguments)
    raise AssertionError("no way back")


def test_superfluous_change_of_the_new_record_is_a_flaw(subtasks: SubtaskScenario, environment: Environment) -> None:
    task = needy(subtasks, needs=False)
    created = task.targets[0].change.id
    layer = [*task.gold[1:2]]
    environment.reset(task.layer, seed=task.world_seed)

    def after(*moves: GoldCall) -> Score:
        return scored(subtasks, task, [*layer, *moves, task.gold[2]])

    subtasks.play(environment, task, agents.script(layer))
    (there, *_) = environment.call("getTransitions", {"issueIdOrKey": created}).json()["transitions"]
    first = GoldCall("doTransition", {"issueIdOrKey": created, "body": {"transition": {"id": there["id"]}}})
    subtasks.play(environment, task, agents.script([*layer, first]))
    rewards = []
    for back in environment.call("getTransitions", {"issueIdOrKey": created}).json()["transitions"]:
        second = GoldCall("doTransition", {"issueIdOrKey": created, "body": {"transition": {"id": back["id"]}}})
        rewards.append(after(first, second))
    (exact,) = (score for score in rewards if score.band == "exact")
    assert exact.success
    assert exact.reward == pytest.approx(0.75 + 0.25 * 0.9**2)


def test_refused_attempt_beats_reading_and_damage(subtasks: SubtaskScenario, task: Task) -> None:
    refused = scored(subtasks, task, [GoldCall("createIssue", {})]).reward
    reads = scored(subtasks, task, task.gold[:1]).reward
    twice = scored(subtasks, task, [*task.gold, task.gold[1]]).reward
    assert refused > max(reads, twice) > 0


def test_reads_of_nothing_are_worth_less_than_finding_what_is_needed(subtasks: SubtaskScenario) -> None:
    task = needy(subtasks, needs=True)
    found = scored(subtasks, task, task.gold[:1]).reward
    missed = scored(subtasks, task, [GoldCall("getIssue", {"issueIdOrKey": "NONE-1"})]).reward
    assert found > missed > 0


def test_score_is_a_function_of_its_arguments(subtasks: SubtaskScenario, task: Task) -> None:
    episode = subtasks.play(subtasks.environment(), task, agents.expert)
    first = subtasks.score(task, episode.trajectory, episode.diff)
    assert subtasks.score(task, episode.trajectory, episode.diff) == first
    other = SubtaskScenario()
    assert other.score(other.task(task.seed, task.split), episode.trajectory, episode.diff) == first


def test_value_of_a_neighbour_is_not_what_was_to_be_looked_up(subtasks: SubtaskScenario) -> None:
    """The sibling's answer names the parent, and its own assignee happens to be the parent's."""
    task = subtasks.task(87, "train")
    ((_, parent),) = {needed.record for needed in task.needed}
    others = [id for id in task.layer.tables["jira.issue"] if id != parent]
    for other in others:
        score = scored(subtasks, task, [GoldCall("getIssue", {"issueIdOrKey": other}), *task.gold[1:]])
        assert score.components["validate"] == 0
        assert score.success
        assert score.reward < 1


def test_what_another_answer_shows_of_the_record_is_looked_up(subtasks: SubtaskScenario) -> None:
    """The sibling's answer shows the parent's priority inside the parent."""
    for seed in range(200):
        task = subtasks.task(seed, "train")
        if [needed.path for needed in task.needed] == [("fields", "priority")]:
            parent = task.needed[0].record[1]
            issues: Any = task.layer.tables["jira.issue"]
            (sibling,) = [id for id, issue in issues.items() if issue["fields"].get("parent") == parent]
            score = scored(subtasks, task, [GoldCall("getIssue", {"issueIdOrKey": sibling}), *task.gold[1:]])
            assert score.reward == 1
            return
    raise AssertionError("no task leaves the priority alone to the parent")


def test_scenario_chooses_how_its_episodes_begin(subtasks: SubtaskScenario) -> None:
    begun: list[Task] = []

    class Counted(SubtaskScenario):
        def start(self, environment: Environment, task: Task) -> None:
            begun.append(task)
            super().start(environment, task)

    task = subtasks.task(0, "train")
    scenario = Counted()
    scenario.play(scenario.environment(), task, agents.expert)
    assert begun == [task]
