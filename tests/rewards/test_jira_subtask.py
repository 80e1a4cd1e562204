from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from atlasgen import jsonvalue
from atlasgen.jsonvalue import Json
from atlasgen.runtime.environment import Environment
from atlasgen.tasks import agents
from atlasgen.tasks.scenario import SPLITS
from atlasgen.tasks.task import Task
from rewards import jira_subtask
from rewards.jira_subtask import WORLDS, SubtaskScenario, scenario

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


def leaves(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


def test_expert_succeeds_on_every_task(subtasks: SubtaskScenario, tasks: list[Task]) -> None:
    environment = subtasks.environment()
    for task in tasks:
        episode = subtasks.play(environment, task, agents.expert)
        score = subtasks.score(task, episode.trajectory, episode.diff)
        assert (score.reward, score.success) == (1, True), task.instruction


def test_every_expected_value_is_stated_or_can_be_found(subtasks: SubtaskScenario, tasks: list[Task]) -> None:
    environment = subtasks.environment()
    for task in tasks:
        subtasks.start(environment, task)
        look = environment.call(task.gold[0].tool, task.gold[0].arguments)
        for name, value in fields(task).items():
            needed = any(item.pointer == f"/body/fields/{name}" for item in task.needed)
            for leaf in leaves(value):
                stated = str(leaf) in task.instruction
                assert stated or (needed and jsonvalue.encode(leaf) in look.content), (task.instruction, name, leaf)


def test_what_is_needed_is_not_stated(tasks: list[Task]) -> None:
    for task in tasks:
        for item in task.needed:
            assert not all(str(leaf) in task.instruction for leaf in leaves(item.value))


def test_some_tasks_need_a_look_and_some_do_not(tasks: list[Task]) -> None:
    assert 0.2 < sum(bool(task.needed) for task in tasks) / len(tasks) < 0.8
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
    train, test = jira_subtask._TRAIN, jira_subtask._TEST
    for name in ("templates", "verbs", "objects", "labels"):
        assert not set(getattr(train, name)) & set(getattr(test, name))
    known = {fields(subtasks.task(seed, "train"))["summary"] for seed in range(300)}
    assert not known & {fields(subtasks.task(seed, "test"))["summary"] for seed in range(100)}
    assert len(train.templates) + len(test.templates) >= 12


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
    for task in tasks[:10]:
        subtasks.start(environment, task)
        parent = environment.call(task.gold[0].tool, task.gold[0].arguments).json()
        assert len(parent["fields"]["subtasks"]) == 1
        assert parent["key"] in task.instruction
        assert len(task.layer.tables["jira.issue"]) == 4


def test_parent_is_required_of_a_subtask() -> None:
    required = {item.pointer for item in jira_subtask.SubtaskReward.arguments if item.required}
    assert required == {f"/body/fields/{name}" for name in ("project", "issuetype", "summary", "parent")}
