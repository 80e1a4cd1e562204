from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from atlasgen import jsonvalue
from atlasgen.runtime.environment import Environment
from atlasgen.tasks import agents
from atlasgen.tasks.drawing import WORLDS
from atlasgen.tasks.scenario import SPLITS
from atlasgen.tasks.task import GoldCall, Task
from rewards import _issues, jira_subtask
from rewards._issues import SEARCH
from rewards.jira_subtask import SubtaskScenario, scenario
from tests.rewards.discovery import leaves, meant, unknown

ROOT = Path(__file__).parents[2]
SEEDS = range(60)


@pytest.fixture(scope="module")
def subtasks() -> SubtaskScenario:
    return scenario()


@pytest.fixture(scope="module", params=SPLITS)
def tasks(request: pytest.FixtureRequest, subtasks: SubtaskScenario) -> list[Task]:
    return [subtasks.task(seed, request.param) for seed in SEEDS]


def fields(task: Task) -> dict[str, Any]:
    body: Any = task.gold[1].arguments["body"]
    found: dict[str, Any] = body["fields"]
    return found


def test_expert_succeeds_on_every_task(subtasks: SubtaskScenario, tasks: list[Task]) -> None:
    environment = subtasks.environment()
    for task in tasks:
        episode = subtasks.play(environment, task, agents.expert)
        score = subtasks.score(task, episode.trajectory, episode.diff)
        assert (score.reward, score.success) == (1, True), task.instruction


def test_every_expected_value_is_stated_or_can_be_found(subtasks: SubtaskScenario, tasks: list[Task]) -> None:
    environment = subtasks.environment()
    for task in tasks:
        assert unknown(subtasks, environment, task) == [], task.instruction


def test_name_of_the_parent_fits_no_other_issue(subtasks: SubtaskScenario, tasks: list[Task]) -> None:
    environment = subtasks.environment()
    for task in tasks:
        subtasks.start(environment, task)
        rung = subtasks.rung(task.seed, task.split)
        assert meant(environment, rung, task.instruction) == [fields(task)["parent"]["key"]], task.instruction


def test_ladder_has_every_rung(subtasks: SubtaskScenario) -> None:
    rungs = Counter(subtasks.rung(seed, "train") for seed in range(120))
    assert set(rungs) == set(_issues.LADDER)
    assert min(rungs.values()) >= 8
    assert rungs["key"] >= 25
    for seed in SEEDS:
        assert (subtasks.task(seed, "train").gold[0].tool == SEARCH) is (subtasks.rung(seed, "train") != "key")


def test_what_is_needed_is_not_stated(tasks: list[Task]) -> None:
    for task in tasks:
        for item in task.needed:
            assert not all(str(leaf) in task.instruction for leaf in leaves(item.value)), task.instruction


def test_some_tasks_need_a_look_and_some_do_not(tasks: list[Task]) -> None:
    assert 0.6 < sum(bool(task.needed) for task in tasks) / len(tasks) < 0.9
    optional = {name for task in tasks for name in fields(task)} - {"project", "parent", "issuetype", "summary"}
    assert optional == {"labels", "priority", "duedate", "assignee"}


def test_tasks_are_the_same_in_another_process(tasks: list[Task]) -> None:
    program = (
        "from rewards.jira_subtask import scenario; from atlasgen import jsonvalue\n"
        f"tasks = [scenario().task(seed, {tasks[0].split!r}) for seed in range(6)]\n"
        "print(jsonvalue.digest([[t.instruction, [c.arguments for c in t.gold], t.layer.digest] for t in tasks]))"
    )
    expected = jsonvalue.digest(
        [[task.instruction, [call.arguments for call in task.gold], task.layer.digest] for task in tasks[:6]]
    )
    for hash_seed in ("1", "2"):
        environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'generator'}", "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected


def test_order_of_asking_does_not_matter(subtasks: SubtaskScenario) -> None:
    def said(task: Task) -> tuple[object, ...]:
        return task.instruction, task.gold, task.targets, task.expected, task.needed, task.layer.digest

    other = scenario()
    backwards = [said(other.task(seed, "train")) for seed in (9, 5, 3)]
    assert backwards[::-1] == [said(subtasks.task(seed, "train")) for seed in (3, 5, 9)]


def test_splits_share_no_world(subtasks: SubtaskScenario) -> None:
    worlds = {split: {subtasks.task(seed, split).world_seed for seed in range(0, 700, 7)} for split in SPLITS}
    assert not worlds["train"] & worlds["validation"]
    assert not worlds["train"] & worlds["test"]
    assert not worlds["validation"] & worlds["test"]
    assert WORLDS["train"] >= 512


def test_test_has_words_and_templates_of_its_own(subtasks: SubtaskScenario) -> None:
    assert not set(jira_subtask._TRAIN) & set(jira_subtask._TEST)
    for name in ("verbs", "objects", "labels", "marks", "people"):
        assert not set(getattr(_issues.TRAIN, name)) & set(getattr(_issues.TEST, name))
    known = {fields(subtasks.task(seed, "train"))["summary"] for seed in range(300)}
    assert not known & {fields(subtasks.task(seed, "test"))["summary"] for seed in range(100)}
    assert len(jira_subtask._TRAIN) >= 12


def test_calls_of_training_tasks_solve_no_test_task(subtasks: SubtaskScenario) -> None:
    environment = subtasks.environment()
    for seed in range(8):
        task = subtasks.task(seed, "test")
        for number in range(20):
            learnt = [GoldCall(call.tool, call.arguments) for call in subtasks.task(number, "train").gold]
            episode = subtasks.play(environment, task, agents.script(learnt))
            assert not subtasks.score(task, episode.trajectory, episode.diff).success


def test_ids_differ_from_world_to_world(subtasks: SubtaskScenario) -> None:
    environment = subtasks.environment()
    seen: dict[str, set[str]] = {}
    for seed in range(12):
        subtasks.start(environment, subtasks.task(seed, "train"))
        for collection in ("jira.issue", "jira.priority", "jira.issuetype", "jira.user", "jira.transition"):
            seen.setdefault(collection, set()).update(environment.world.ids(collection))
    sizes = {"jira.priority": 3, "jira.issuetype": 5, "jira.user": 4, "jira.transition": 4}
    assert all(len(seen[collection]) > 6 * size for collection, size in sizes.items())


def test_parent_has_neighbours_that_resemble_it(subtasks: SubtaskScenario, tasks: list[Task]) -> None:
    environment: Environment = subtasks.environment()
    places = set()
    for task in tasks:
        subtasks.start(environment, task)
        key = fields(task)["parent"]["key"]
        parent = environment.call("getIssue", {"issueIdOrKey": key}).json()
        own = parent["fields"]
        assert len(own["subtasks"]) == 1
        added = list(task.layer.tables["jira.issue"])
        records: list[Any] = [environment.world.get("jira.issue", id) for id in added if id != parent["id"]]
        others = [record["fields"] for record in records]
        alike = [
            other
            for other in others
            if other["summary"].startswith(own["summary"])
            or other["labels"] == own["labels"]
            or other["assignee"] == own["assignee"]["accountId"]
        ]
        assert len(alike) >= 2, task.instruction
        places.add(added.index(parent["id"]))
    assert len(places) >= 4


def test_parent_is_required_of_a_subtask() -> None:
    required = {item.pointer for item in jira_subtask.SubtaskReward.arguments if item.required}
    assert required == {f"/body/fields/{name}" for name in ("project", "issuetype", "summary", "parent")}
