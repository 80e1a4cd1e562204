from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen import jsonvalue
from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.model import Plan
from atlasgen.render.rewards import render_rewards
from atlasgen.runtime.environment import Call, Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.world import NO_LAYER
from atlasgen.tasks.agents import expert, nothing, script
from atlasgen.tasks.gold import Draft, complete
from atlasgen.tasks.scenario import Agent, Episode, rollout
from atlasgen.tasks.skeleton import Argument, OperationReward, Skeleton, skeletons
from atlasgen.tasks.task import Effect, GoldCall, Task

ROOT = Path(__file__).parents[2]
HOSTILE = '"""\\"; raise SystemExit({{ 7 * 7 }}) # \n\u202e'


def skeleton(plan: Plan, tool: str) -> Skeleton:
    return next(item for item in skeletons(plan) if item.operation == tool)


def test_every_writing_operation_has_a_skeleton(plan: Plan) -> None:
    assert [item.operation for item in skeletons(plan)] == [item.tool for item in plan.operations if item.mutating]


def test_committed_rewards_say_what_the_plan_says(plan: Plan) -> None:
    namespace: dict[str, Any] = {}
    exec(render_rewards(plan), namespace)
    for item in skeletons(plan):
        reward = namespace[item.name]
        assert issubclass(reward, OperationReward)
        for name in ("operation", "effect", "arguments", "readers", "budget"):
            assert getattr(reward, name) == getattr(item, name), f"{item.name}.{name}"


def test_rendered_rewards_are_formatted(plan: Plan) -> None:
    command = [sys.executable, "-m", "ruff", "format", "--check", "--stdin-filename", "rewards.py", "-"]
    done = subprocess.run(command, input=render_rewards(plan), text=True, capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_text_of_a_document_stays_text(plan: Plan) -> None:
    operations = tuple(replace(item, summary=HOSTILE) for item in plan.operations)
    source = render_rewards(replace(plan, title=HOSTILE, operations=operations))
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    assert [node.name for node in classes] == [item.name for item in skeletons(plan)]
    assert all(isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) for item in classes for node in item.body)


def test_answer_that_shows_what_was_written_needs_no_further_look(plan: Plan) -> None:
    for item in skeletons(plan):
        written = {argument.stored for argument in item.arguments if argument.stored}
        own = {path for reader in item.readers if reader.operation == item.operation for path in reader.shows.values()}
        looks_up = any(argument.names for argument in item.arguments)
        assert item.budget == 1 + looks_up + (not written or not written <= own)


def single(plan: Plan, tool: str, gold: tuple[GoldCall, ...]) -> tuple[OperationReward, Environment, Task]:
    """Return a task that the skeleton of one operation judges by itself."""
    reward, environment = OperationReward.of(skeleton(plan, tool)), Environment(Emulator(plan))
    draft = Draft(
        "single", 0, "train", "Do it.", 0, gold, tuple(tool.name for tool in environment.tools), layer=NO_LAYER
    )
    return reward, environment, complete(draft, environment, (reward,))


def played(environment: Environment, task: Task, agent: Agent) -> Episode:
    environment.reset(task.layer, seed=task.world_seed)
    return rollout(environment, task, agent)


def test_skeleton_alone_judges_a_creation() -> None:
    plan = Emulator(_plan("jira")).plan
    fields: JsonObject = {"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "Check"}
    gold = (GoldCall("createIssue", {"body": {"fields": fields}}),)
    reward, environment, task = single(plan, "createIssue", gold)
    episode = played(environment, task, expert)
    score = reward.score(task, episode.trajectory, episode.diff)
    assert score.success
    assert 0.75 <= score.reward < 1, "nothing shows the fields"
    assert reward.score(task, played(environment, task, nothing).trajectory, ()).reward == 0


def test_skeleton_alone_judges_a_change_by_the_right_record() -> None:
    plan = _plan("jira")
    environment = Environment(Emulator(plan))
    issue = next(iter(environment.world.ids("jira.issue")))
    arrow = environment.call("getTransitions", {"issueIdOrKey": issue}).json()["transitions"][0]["id"]
    gold = (
        GoldCall("doTransition", {"issueIdOrKey": issue, "body": {"transition": {"id": arrow}}}),
        GoldCall("getIssue", {"issueIdOrKey": issue}),
    )
    reward, environment, task = single(plan, "doTransition", gold)
    assert task.effects["doTransition"] == Effect("update", "jira.issue")
    episode = played(environment, task, expert)
    assert reward.score(task, episode.trajectory, episode.diff).reward == 1


def test_skeleton_alone_judges_a_removal() -> None:
    plan = _plan("jira")
    environment = Environment(Emulator(plan))
    comment = next(iter(environment.world.ids("jira.comment")))
    issue = str(environment.world.get("jira.comment", comment)["issue"])  # type: ignore[index]  # it is there
    named: JsonObject = {"issueIdOrKey": issue, "id": comment}
    gold = (GoldCall("deleteComment", named), GoldCall("getComment", named))
    reward, environment, task = single(plan, "deleteComment", gold)
    episode = played(environment, task, expert)
    assert reward.score(task, episode.trajectory, episode.diff).reward == 1
    unchecked = played(environment, task, script(gold[:1]))
    assert reward.score(task, unchecked.trajectory, unchecked.diff).components["verify"] == 0
    refused = played(environment, task, script([GoldCall("deleteComment", {**named, "id": "0"})]))
    score = reward.score(task, refused.trajectory, refused.diff)
    assert f"state: jira.comment/{comment}: expected 'deleted', found 'untouched'" in map(str, score.reasons)


def test_change_that_is_made_twice_is_one_change_too_many() -> None:
    plan = _plan("jira")
    issue = next(iter(Environment(Emulator(plan)).world.ids("jira.issue")))
    edit = GoldCall("editIssue", {"issueIdOrKey": issue, "body": {"fields": {"summary": "Another one"}}})
    reward, environment, task = single(plan, "editIssue", (edit, GoldCall("getIssue", {"issueIdOrKey": issue})))
    episode = played(environment, task, script([edit, *task.gold]))
    score = reward.score(task, episode.trajectory, episode.diff)
    assert score.band == "exact"
    assert score.components["extra_write"] == 0.9


def test_record_that_a_call_makes_by_the_way_needs_no_check_of_its_own() -> None:
    plan = _plan("confluence")
    page = next(iter(Environment(Emulator(plan)).world.ids("confluence.page")))
    label: JsonObject = {"prefix": "global", "name": "never-seen-before"}
    gold = (GoldCall("addLabelsToContent", {"id": page, "body": [label]}),)
    reward, environment, task = single(plan, "addLabelsToContent", gold)
    assert sorted(target.change.collection for target in task.targets) == ["confluence.label", "confluence.page"]
    episode = played(environment, task, expert)
    assert reward.score(task, episode.trajectory, episode.diff).reward == 1


def test_creation_whose_answer_shows_all_is_gold_by_itself() -> None:
    plan = _plan("confluence")
    environment = Environment(Emulator(plan))
    space = next(iter(environment.world.ids("confluence.space")))
    text = {"representation": "storage", "value": "<p>Hello</p>"}
    gold = (GoldCall("createPage", {"body": {"spaceId": space, "title": "Plans", "body": {**text}}}),)
    reward, environment, task = single(plan, "createPage", gold)
    episode = played(environment, task, expert)
    assert reward.score(task, episode.trajectory, episode.diff).reward == 1


def _plan(name: str) -> Plan:
    return atlasgen.load(ROOT / "specs" / f"{name}.yaml").emulators[0].plan


def test_operation_that_is_not_emulated_shows_nothing(nested: Plan) -> None:
    assert nested.operation("polishItem").archetype == "stub"
    shown_by = [reader.operation for reader in skeleton(nested, "createItem").readers]
    assert shown_by == ["listItems", "createItem", "getItem"]


def test_parent_in_the_path_counts(nested: Plan) -> None:
    (parent, *_) = skeleton(nested, "createItem").arguments
    assert parent == Argument("/listId", required=True, stored=("listId",), names="nested.list")
    (parent, item) = skeleton(nested, "deleteItem").arguments
    assert parent == Argument("/listId", required=True, names="nested.list")
    assert item == Argument("/itemId", required=True, names="nested.item")
    assert all(("listId",) in reader.shows.values() for reader in skeleton(nested, "createItem").readers)


def test_what_is_taken_out_of_a_list_is_written_to_that_list() -> None:
    arguments = {item.pointer: item for item in skeleton(_plan("confluence"), "removeLabelFromContent").arguments}
    assert (arguments["/label"].stored, arguments["/label"].unordered) == (("labels",), True)
    assert (arguments["/id"].stored, arguments["/id"].unordered) == ((), False)
    arguments = {item.pointer: item for item in skeleton(_plan("confluence"), "addLabelsToContent").arguments}
    assert (arguments["/body"].stored, arguments["/body"].unordered) == (("labels",), True)
    assert arguments["/id"].stored == ()


def test_answer_that_does_not_say_whose_it_is_is_about_the_record_that_the_call_names() -> None:
    reward = OperationReward.of(skeleton(_plan("confluence"), "addLabelsToContent"))

    def call(tool: str, id: int) -> Call:
        return Call(tool, jsonvalue.encode({"id": id}), 200, b"", (), ())

    assert reward.is_about(call("getPageLabels", 12), "12")
    assert not reward.is_about(call("getPageLabels", 13), "12")
    assert not reward.is_about(call("getPageById", 12), "12")


@pytest.mark.parametrize("name", ["jira", "confluence"])
def test_committed_rewards_are_those_of_the_plan(name: str) -> None:
    """Scenarios use the generated files, so that a mistake made here would be seen by the next build alone."""
    committed = importlib.import_module(f"generated_envs.{name}._generated.rewards")
    for item in skeletons(_plan(name)):
        reward = getattr(committed, item.name)
        for part in ("operation", "effect", "arguments", "readers", "budget"):
            assert getattr(reward, part) == getattr(item, part), f"{item.name}.{part}"


def test_number_that_locks_is_stored_nowhere() -> None:
    arguments = {item.pointer: item for item in skeleton(_plan("confluence"), "updateFooterComment").arguments}
    assert arguments["/body/version/number"].stored == ()
    assert arguments["/body/body"].stored == ("body",)
