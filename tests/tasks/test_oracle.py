from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson
import pytest

import atlasgen
from atlasgen.errors import AtlasgenError
from atlasgen.plan.model import Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.world import World
from atlasgen.tasks import agents, oracle
from atlasgen.tasks.adversary import Adversary, Pick
from atlasgen.tasks.gold import Draft, Insert, complete, plant
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.skeleton import OperationReward, skeletons
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.synthesis import OperationScenario
from atlasgen.tasks.task import GoldCall, Task, Use
from rewards.jira_subtask import SubtaskScenario

SHELF = Path(__file__).parents[1] / "runtime" / "shelf.yaml"
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
    environment.reset(task.layer, seed=task.world_seed)
    agents.script(steps)(task, environment.call)
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


def test_id_that_stands_by_chance_within_another_names_nothing(
    judge: Oracle, environment: Environment, subtasks: SubtaskScenario
) -> None:
    """In this world the second new issue is 16768, and there is an account f5dbb7aae0d3bf16768b286e."""
    task = subtasks.task(139, "train")
    at = next(place for place, step in enumerate(task.gold) if step.tool == "createIssue")
    remove = GoldCall("deleteIssue", {"issueIdOrKey": ""}, (Use("/issueIdOrKey", "createIssue", "/id"),))
    steps = [*task.gold[: at + 1], remove, *task.gold[at:]]
    assert accepts(judge, environment, task, steps)
    created = next(change for change in environment.diff() if change.before is None)
    assert any(created.id in id for id in environment.world.ids("jira.user"))


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


# -- records below others ----------------------------------------------------------------------------------------------


def listed(plan: Plan, steps: Callable[[str, str], Sequence[GoldCall]]) -> tuple[Environment, Task]:
    """Return a task in a world of two lists with an item each; `steps` gets the ids of the lists."""
    environment = Environment(Emulator(plan))
    lists: list[str] = []

    def fill(world: World, insert: Insert) -> None:
        for name in ("one", "other"):
            lists.append(insert("nested.list", {"name": name}))
            insert("nested.item", {"listId": lists[-1], "title": "there before"})

    layer = plant(environment, 0, fill)
    rewards = [OperationReward.of(item) for item in skeletons(plan)]
    tools = tuple(tool.name for tool in environment.tools)
    draft = Draft("lists", 0, "train", "Add it.", 0, tuple(steps(*lists)), tools, layer)
    return environment, complete(draft, environment, rewards)


def added(list_id: str, title: str = "Milk") -> GoldCall:
    return GoldCall("createItem", {"listId": list_id, "body": {"title": title}})


def without_readers(plan: Plan, *tools: str) -> Plan:
    return replace(plan, operations=tuple(item for item in plan.operations if item.tool not in tools))


@pytest.mark.parametrize("unread", [(), ("getItem",), ("listItems",)], ids=["both", "list alone", "record alone"])
def test_oracle_reads_records_below_others(nested: Plan, unread: Sequence[str]) -> None:
    lists: list[str] = []

    def gold(one: str, other: str) -> Sequence[GoldCall]:
        lists[:] = [one, other]
        return [added(one)]

    environment, task = listed(without_readers(nested, *unread), gold)
    judge = Oracle(Environment(*environment.emulators))
    one, other = lists
    removed = (Use("/itemId", "createItem", "/id"),)
    assert accepts(judge, environment, task, [added(one)])
    assert accepts(
        judge,
        environment,
        task,
        [added(one, "Mlik"), GoldCall("deleteItem", {"listId": one, "itemId": ""}, removed), added(one)],
    ), "the new item has another id"
    assert not accepts(judge, environment, task, [])
    assert not accepts(judge, environment, task, [added(other)])
    assert not accepts(judge, environment, task, [added(one, "Mlik")])
    assert not accepts(judge, environment, task, [added(one), added(one)])
    assert not accepts(judge, environment, task, [added(one), added(other)])


def test_name_that_the_client_chose_is_no_name_to_overlook(nested: Plan) -> None:
    item = nested.resources["item"]
    named = replace(item, identity=replace(item.identity, also={"title": None}))
    plan = replace(nested, resources={**nested.resources, "item": named})
    lists: list[str] = []

    def gold(one: str, other: str) -> Sequence[GoldCall]:
        lists.append(one)
        return [added(one)]

    environment, task = listed(plan, gold)
    judge = Oracle(Environment(*environment.emulators))
    assert accepts(judge, environment, task, [added(lists[0])])
    assert not accepts(judge, environment, task, [added(lists[0], "Mlik")])


def test_oracle_sees_that_a_record_below_another_is_gone(nested: Plan) -> None:
    items: list[tuple[str, str]] = []

    def remove(number: int) -> GoldCall:
        list_id, item_id = items[number]
        return GoldCall("deleteItem", {"listId": list_id, "itemId": item_id})

    def gold(one: str, other: str) -> Sequence[GoldCall]:
        return [added(one)]

    environment, task = listed(nested, gold)
    for id in environment.world.layer.tables["nested.item"]:
        items.append((str((environment.world.get("nested.item", id) or {})["listId"]), id))
    judge = Oracle(Environment(*environment.emulators))
    assert accepts(judge, environment, task, task.gold)
    assert not accepts(judge, environment, task, [*task.gold, remove(0)])
    assert not accepts(judge, environment, task, [*task.gold, remove(1)])


def test_oracle_says_what_it_cannot_read_back(nested: Plan) -> None:
    environment, task = listed(without_readers(nested, "getItem", "listItems"), lambda one, other: [added(one)])
    with pytest.raises(AtlasgenError, match=r"shows the records of nested\.item"):
        Oracle(Environment(*environment.emulators)).accepts(environment, task)


def test_oracle_sees_what_only_the_list_below_a_record_shows() -> None:
    emulator = atlasgen.load(SHELF).emulators[0]
    made = next(item for item in skeletons(emulator.plan) if item.operation == "removeMark")
    scenario = OperationScenario(emulator, made)
    task, environment = scenario.task(0, "train"), scenario.environment()
    judge = Oracle(scenario.environment())
    assert accepts(judge, environment, task, task.gold)
    assert not accepts(judge, environment, task, [])


# -- what is not asked again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["jira_subtask", "jira_transition", "confluence_page", "confluence_labels"])
def test_oracle_that_asks_only_what_may_have_changed_says_what_a_thorough_one_says(name: str) -> None:
    scenario = importlib.import_module(f"rewards.{name}").scenario()
    around = Surroundings(scenario.environment(), scenario.rewards)
    quick, thorough = (Oracle(scenario.environment(), scenario.said, thorough=said) for said in (False, True))
    environment, task = scenario.environment(), scenario.task(3, "train")
    verdicts = []
    for mutant in mutants(around, task):
        scenario.play(environment, task, mutant)
        verdicts.append(quick.accepts(environment, task))
        assert verdicts[-1] == thorough.accepts(environment, task), mutant.name
    assert {*verdicts} == {True, False}


@pytest.mark.parametrize("name", ["jira_subtask", "confluence_page"])
def test_oracle_says_what_a_thorough_one_says_of_calls_thrown_together(name: str) -> None:
    scenario = importlib.import_module(f"rewards.{name}").scenario()
    adversary = Adversary(scenario)
    thorough = Oracle(scenario.environment(), scenario.said, thorough=True)
    environment, task = scenario.environment(), scenario.task(1, "train")
    for number in range(60):
        texts = blake2b(b"%d" % number).digest()
        picks = [Pick.decoded(texts[at : at + 4]) for at in range(0, 4 * (1 + number % 5), 4)]
        attempt = adversary.attempt(1, "train", picks)
        scenario.start(environment, task)
        for line in attempt.trace.split(b"\n") if attempt.trace else ():
            tool, brace, arguments = line.partition(b"{")
            environment.call(tool.decode(), orjson.loads(brace + arguments))
        assert (attempt.asked and attempt.reached) == (attempt.asked and thorough.accepts(environment, task))


def test_oracle_asks_little_again(subtasks: SubtaskScenario, task: Task) -> None:
    asked = []
    for thorough in (False, True):
        environment, judge = subtasks.environment(), Oracle(subtasks.environment(), thorough=thorough)
        assert not accepts(judge, environment, task, [edited(task, summary="Something else")])
        asked.append(len(environment.calls) - 1)
    assert 0 < asked[0] < asked[1] / 4


def test_end_that_is_known_is_not_asked_about_again(subtasks: SubtaskScenario, task: Task) -> None:
    environment, judge = subtasks.environment(), Oracle(subtasks.environment())
    assert accepts(judge, environment, task, task.gold)
    assert len(environment.calls) > len(task.gold)
    assert accepts(judge, environment, task, task.gold)
    assert len(environment.calls) == len(task.gold)


def test_oracle_asks_everything_of_a_world_that_the_task_does_not_begin_in(
    subtasks: SubtaskScenario, judge: Oracle, task: Task
) -> None:
    environment = subtasks.environment()
    environment.reset(seed=task.world_seed + 1)
    assert not judge.accepts(environment, task)
    assert len(environment.calls) > 100
