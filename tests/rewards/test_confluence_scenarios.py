"""What holds of every scenario of Confluence."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from atlasgen.jsonvalue import Json
from atlasgen.tasks import agents
from atlasgen.tasks.audit import audit
from atlasgen.tasks.drawing import WORLDS
from atlasgen.tasks.scenario import SPLITS, Scenario
from atlasgen.tasks.steps import first_write
from atlasgen.tasks.task import Task
from rewards import _texts as texts
from rewards import _wiki as wiki
from rewards import confluence_labels, confluence_page, jira_subtask

ROOT = Path(__file__).parents[2]
SEEDS = range(40)
MODULES: dict[str, Any] = {"confluence_labels": confluence_labels, "confluence_page": confluence_page}
KNOWN = {"global", "storage", "wiki", "atlas_doc_format", "draft"}  # words of the tools' own schemas


@pytest.fixture(scope="module", params=sorted(MODULES))
def module(request: pytest.FixtureRequest) -> Any:
    return MODULES[request.param]


@pytest.fixture(scope="module")
def scenario(module: Any) -> Scenario:
    found: Scenario = module.scenario()
    return found


@pytest.fixture(scope="module", params=SPLITS)
def tasks(request: pytest.FixtureRequest, scenario: Scenario) -> list[Task]:
    return [scenario.task(seed, request.param) for seed in SEEDS]


def said(value: Json) -> list[str]:
    """Return the texts that a value is made of: of a page's text its lines, not its tags."""
    if isinstance(value, dict):
        storage = texts.storage_of(value)
        blocks = texts.blocks_of(storage) if storage is not None else None
        if blocks is not None:
            return [line for block in blocks for line in block.lines]
        return [text for item in value.values() for text in said(item)]
    return [text for item in value for text in said(item)] if isinstance(value, list) else [str(value)]


def test_expert_succeeds_on_every_task(scenario: Scenario, tasks: list[Task]) -> None:
    environment = scenario.environment()
    for task in tasks:
        episode = scenario.play(environment, task, agents.expert)
        score = scenario.score(task, episode.trajectory, episode.diff)
        assert (score.reward, score.success) == (1, True), task.instruction


def test_every_expected_value_is_stated_or_can_be_found(scenario: Scenario, tasks: list[Task]) -> None:
    environment = scenario.environment()
    for task in tasks:
        scenario.start(environment, task)
        looks = task.gold[: first_write(task)]
        found = "".join(environment.call(step.tool, step.arguments).content.decode() for step in looks)
        for call in task.expected:
            for argument in call.arguments:
                for text in said(argument.value):
                    assert text in KNOWN or text in task.instruction or f'"{text}"' in found, (task.instruction, text)


def test_what_looking_up_takes_is_stated_or_was_found_before(scenario: Scenario, tasks: list[Task]) -> None:
    environment = scenario.environment()
    for task in tasks:
        scenario.start(environment, task)
        known = task.instruction
        for step in task.gold[: first_write(task)]:
            assert all(text in known for text in said(step.arguments)), (task.instruction, step)
            known += environment.call(step.tool, step.arguments).content.decode()


def test_what_is_needed_is_not_stated(tasks: list[Task]) -> None:
    for task in tasks:
        for item in task.needed:
            assert not all(text in task.instruction for text in said(item.value)), task.instruction


def test_most_tasks_need_a_look_and_some_do_not(tasks: list[Task]) -> None:
    assert 0.6 < sum(bool(task.needed) for task in tasks) / len(tasks) < 0.95


def test_some_tasks_have_pages_that_only_their_space_tells_apart(scenario: Scenario, tasks: list[Task]) -> None:
    environment, ambiguous = scenario.environment(), 0
    for task in tasks:
        scenario.start(environment, task)
        titles = [
            len(environment.call("getPages", {"title": step.arguments["title"]}).json()["results"])
            for step in task.gold
            if step.tool == "getPages"
        ]
        ambiguous += any(count > 1 for count in titles)
    assert ambiguous >= 3


def test_tasks_are_the_same_in_another_process(scenario: Scenario, tasks: list[Task]) -> None:
    split = tasks[0].split
    program = (
        f"from rewards.{scenario.name} import scenario\n"
        f"tasks = [scenario().task(seed, {split!r}) for seed in range(4)]\n"
        "print([[t.instruction, [c.arguments for c in t.gold], t.layer.digest] for t in tasks])"
    )
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'generator'}", "PYTHONHASHSEED": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    expected = [[task.instruction, [call.arguments for call in task.gold], task.layer.digest] for task in tasks[:4]]
    assert done.stdout.strip() == str(expected)


def test_splits_and_scenarios_share_no_world(scenario: Scenario) -> None:
    worlds = {split: {scenario.task(seed, split).world_seed for seed in range(0, 60, 4)} for split in SPLITS}
    assert not worlds["train"] & worlds["validation"]
    assert not worlds["train"] & worlds["test"]
    assert not worlds["validation"] & worlds["test"]
    assert WORLDS["train"] >= 512
    other = jira_subtask.scenario()
    assert not worlds["train"] & {other.task(seed, "train").world_seed for seed in range(10)}


def test_seed_beyond_the_worlds_is_another_task_in_a_world_seen_before(scenario: Scenario) -> None:
    first, second = scenario.task(3, "validation"), scenario.task(3 + WORLDS["validation"], "validation")
    assert first.world_seed == second.world_seed
    assert first.instruction != second.instruction


def test_test_has_words_and_templates_of_its_own(module: Any) -> None:
    for field in dataclasses.fields(module.Wordings):
        train, test = getattr(module.TRAIN, field.name), getattr(module.TEST, field.name)
        if field.name != "kinds":
            assert not {*train} & {*test}, field.name
    assert not {*module.TRAIN.subjects} & {*module.TEST.subjects}


def test_ids_differ_from_world_to_world(scenario: Scenario) -> None:
    environment = scenario.environment()
    seen: dict[str, set[str]] = {}
    for seed in range(10):
        scenario.start(environment, scenario.task(seed, "train"))
        for collection in (wiki.SPACE, wiki.PAGE, wiki.LABEL):
            seen.setdefault(collection, set()).update(environment.world.ids(collection))
    assert len(seen[wiki.SPACE]) == 50
    assert len(seen[wiki.LABEL]) > 55
    assert len(seen[wiki.PAGE]) > 200


def test_ids_of_training_are_worth_nothing_in_the_test(scenario: Scenario) -> None:
    known = {
        str(argument.value)
        for seed in range(60)
        for call in scenario.task(seed, "train").expected
        for argument in call.arguments
    }
    for seed in range(20):
        for call in scenario.task(seed, "test").expected:
            named = [argument for argument in call.arguments if argument.pointer in ("/id", "/body/parentId")]
            assert not {str(argument.value) for argument in named} & known


def test_audit_of_a_few_tasks_finds_nothing(scenario: Scenario) -> None:
    report = audit(scenario, (7,), split="validation")
    assert report.findings == ()
    assert report.wrong > 50
    assert set(report.tiers) == {"gold", "repair", "flawed", "wrong", "low", "nothing"}
