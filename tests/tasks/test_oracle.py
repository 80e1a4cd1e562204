from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.tasks import agents, oracle
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.scenario import play
from atlasgen.tasks.task import GoldCall, Task
from rewards.jira_subtask import SubtaskScenario

PACKAGE = Path(oracle.__file__).parents[1]
JUDGES = {
    f"atlasgen.tasks.{name}"
    for name in ("reward", "readers", "diff", "skeleton", "gold", "scenario", "mutants", "audit")
}


@pytest.fixture(scope="module")
def judge(subtasks: SubtaskScenario) -> Oracle:
    return Oracle(subtasks.environment())


@pytest.fixture
def task(subtasks: SubtaskScenario) -> Task:
    return next(task for seed in range(99) if len((task := subtasks.task(seed, "train")).expected[0].arguments) > 5)


def accepts(judge: Oracle, environment: Environment, task: Task, steps: Sequence[GoldCall]) -> bool:
    play(environment, task, agents.script(steps))
    return judge.accepts(environment, task)


def fields_of(task: Task) -> dict[str, Any]:
    body: Any = task.gold[1].arguments["body"]
    fields: dict[str, Any] = body["fields"]
    return fields


def edited(task: Task, **fields: Any) -> GoldCall:
    kept = {name: value for name, value in {**fields_of(task), **fields}.items() if value is not None}
    return GoldCall("createIssue", {"body": {"fields": kept}})


def reached_from(module: str) -> set[str]:
    """Return the modules of atlasgen that a module imports, and those that they import, and so on."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        path = PACKAGE.joinpath(*waiting.pop().split(".")[1:]).with_suffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.is_file() else ():
            names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            fresh = {name for name in names if name.startswith("atlasgen.")} - found
            found |= fresh
            waiting += fresh
    return found


def test_oracle_shares_no_code_with_the_rewards() -> None:
    assert not reached_from("atlasgen.tasks.oracle") & JUDGES
    assert "atlasgen.tasks.reward" in reached_from("atlasgen.tasks.skeleton"), "the reader of imports is blind"


def test_oracle_accepts_the_gold(judge: Oracle, environment: Environment, task: Task) -> None:
    assert accepts(judge, environment, task, task.gold)
    assert accepts(judge, environment, task, task.gold[1:2])


def test_oracle_refuses_what_misses(judge: Oracle, environment: Environment, task: Task) -> None:
    assert not accepts(judge, environment, task, ())
    assert not accepts(judge, environment, task, [edited(task, summary="Something else")])
    assert not accepts(judge, environment, task, [*task.gold, task.gold[1]])
    assert not accepts(
        judge, environment, task, [edited(task, description={"type": "doc", "version": 1, "content": []})]
    )


def test_oracle_knows_a_record_by_what_it_says_not_by_its_id(
    judge: Oracle, environment: Environment, task: Task
) -> None:
    # A refused creation uses up nothing; the ids of the world differ if another record took them before.
    refused = edited(task, summary=None)
    assert accepts(judge, environment, task, [refused, task.gold[1]])


def test_oracle_takes_lists_for_sets(judge: Oracle, environment: Environment, subtasks: SubtaskScenario) -> None:
    for seed in range(99):
        task = subtasks.task(seed, "train")
        labels = fields_of(task).get("labels")
        if isinstance(labels, list) and len(labels) == 2:
            assert accepts(judge, environment, task, [edited(task, labels=labels[::-1])])
            assert not accepts(judge, environment, task, [edited(task, labels=labels[:1])])
            return
    raise AssertionError("no task has two labels")


def test_oracle_sees_a_change_of_any_other_record(
    judge: Oracle, environment: Environment, subtasks: SubtaskScenario, task: Task
) -> None:
    subtasks.start(environment, task)
    for other in list(environment.world.ids("jira.issue"))[:5]:
        subtasks.start(environment, task)
        arrows = environment.call("getTransitions", {"issueIdOrKey": other}).json()["transitions"]
        move = GoldCall("doTransition", {"issueIdOrKey": other, "body": {"transition": {"id": arrows[0]["id"]}}})
        assert not accepts(judge, environment, task, [*task.gold, move])
