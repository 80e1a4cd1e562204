from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from atlasgen.plan.model import Plan
from atlasgen.runtime.documents import at
from atlasgen.runtime.operations import Emulator
from atlasgen.tasks import agents
from atlasgen.tasks.skeleton import Skeleton, skeletons
from atlasgen.tasks.synthesis import OperationScenario, Unsolvable
from atlasgen.tasks.task import Task
from generated_envs import confluence, jira

JIRA = {item.operation: item for item in skeletons(jira.Operations.emulator.plan)}
CONFLUENCE = {item.operation: item for item in skeletons(confluence.Operations.emulator.plan)}


def scenarios() -> Iterator[tuple[str, OperationScenario]]:
    for name, skeleton in JIRA.items():
        yield name, OperationScenario(jira.Operations, skeleton)
    for name, skeleton in CONFLUENCE.items():
        yield name, OperationScenario(confluence.Operations, skeleton)


def solved(scenario: OperationScenario, seeds: range = range(2)) -> Iterator[Task]:
    for seed in seeds:
        try:
            yield scenario.task(seed, "train")
        except Unsolvable:
            continue


@pytest.fixture(scope="module")
def every() -> dict[str, list[Task]]:
    return {name: list(solved(scenario)) for name, scenario in scenarios()}


def test_every_writing_operation_but_the_bulk_one_has_tasks(every: dict[str, list[Task]]) -> None:
    assert [name for name, tasks in every.items() if not tasks] == ["createIssues"]


def test_task_changes_something_with_the_operation_alone(every: dict[str, list[Task]]) -> None:
    for name, tasks in every.items():
        for task in tasks:
            assert task.targets
            assert [step.tool for step in task.gold if step.tool in task.effects] == [name]


def test_expert_is_perfect(every: dict[str, list[Task]]) -> None:
    for name, scenario in scenarios():
        for task in every[name]:
            episode = scenario.play(scenario.environment(), task, agents.expert)
            score = scenario.score(task, episode.trajectory, episode.diff)
            assert (score.reward, score.success) == (1, True), (name, score.reasons)


def test_records_with_a_title_are_called_by_it_and_looked_up(every: dict[str, list[Task]]) -> None:
    for name in ("editIssue", "deleteIssue", "doTransition", "updatePage", "deletePage", "addLabelsToContent"):
        for task in every[name]:
            assert task.needed, name
            assert all(str(item.value) not in task.instruction for item in task.needed)
            assert task.gold[0].tool not in task.effects


def test_arguments_that_need_no_look_are_in_the_instruction(every: dict[str, list[Task]]) -> None:
    for tasks in every.values():
        for task in tasks:
            looked_up = {item.pointer for item in task.needed}
            for expected in task.expected[0].arguments:
                if expected.pointer not in looked_up and isinstance(expected.value, str):
                    assert expected.value.split()[0] in task.instruction


def test_same_seed_makes_the_same_task() -> None:
    def task(seed: int) -> Task:
        return OperationScenario(jira.Operations, JIRA["editIssue"]).task(seed, "train")

    assert (task(2).instruction, task(2).gold) == (task(2).instruction, task(2).gold)
    assert task(1).gold != task(2).gold
    other = OperationScenario(jira.Operations, JIRA["editIssue"])
    assert [other.task(seed, "train").gold for seed in (2, 1)] == [task(2).gold, task(1).gold]


def test_splits_share_no_world() -> None:
    scenario = OperationScenario(jira.Operations, JIRA["createIssue"])
    assert len({scenario.task(0, split).world_seed for split in ("train", "validation", "test")}) == 3


def test_deletion_is_checked_by_a_look_that_finds_nothing(nested: Plan) -> None:
    task = OperationScenario(Emulator(nested), skeleton(nested, "deleteItem")).task(0, "train")
    assert [step.tool for step in task.gold][-2:] == ["deleteItem", "getItem"]


def test_operation_that_does_something_else_than_it_says_has_no_tasks(nested: Plan) -> None:
    made = skeleton(nested, "createItem")
    said = replace(made, effect=replace(made.effect, kind="update"))
    with pytest.raises(Unsolvable, match=r"it creates records of nested\.item, which it is said to update"):
        OperationScenario(Emulator(nested), said).task(0, "train")


def test_operation_that_nothing_shows_has_no_tasks(nested: Plan) -> None:
    operations = tuple(item for item in nested.operations if item.tool not in ("getItem", "listItems"))
    blind = replace(
        nested,
        operations=tuple(replace(item, answer=()) if item.tool == "createItem" else item for item in operations),
    )
    made = replace(skeleton(nested, "createItem"), readers=skeleton(nested, "createItem").readers[:1])
    with pytest.raises(Unsolvable, match="no solution is perfect: verify"):
        OperationScenario(Emulator(blind), made).task(0, "train")


def test_what_no_answer_tells_is_asked_of_nobody() -> None:
    scenario = OperationScenario(confluence.Operations, CONFLUENCE["updatePage"])
    for task in solved(scenario, range(4)):
        (step,) = (step for step in task.gold if step.tool == "updatePage")
        text = at(step.arguments, ("body", "body", "value"))
        environment = scenario.environment()
        scenario.play(environment, task, agents.expert)
        shown = environment.call("getPageById", {"id": task.targets[0].change.id, "body-format": "storage"})
        assert not isinstance(text, str) or text in shown.content.decode()


def skeleton(plan: Plan, tool: str) -> Skeleton:
    return next(item for item in skeletons(plan) if item.operation == tool)
