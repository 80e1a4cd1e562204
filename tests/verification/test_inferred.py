"""Class A is earned: with the effect of an operation switched off, made smaller or made larger it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Operation, Plan
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.reads import Run
from atlasgen.runtime.requests import Arguments
from atlasgen.runtime.world import World
from atlasgen.verification.notes import verdict
from atlasgen.verification.trials import Trials
from atlasgen.verification.verdicts import Verdict
from atlasgen.verification.verify import verify
from tests.verification.switched import Replaced, Switched, judged, writing

ROOT = Path(__file__).parents[2]
PLAN = plan_of(ROOT / "tests" / "plan" / "surface.yaml")
PETS = plan_of(ROOT / "tests" / "golden" / "pets.yaml")
PLANS = {
    "surface": PLAN,
    "pets": PETS,
    "jira": plan_of(ROOT / "specs" / "jira.yaml"),
    "confluence": plan_of(ROOT / "specs" / "confluence.yaml"),
    "bare jira": plan_of(ROOT / "specs" / "jira.yaml", hints=False),
    "bare confluence": plan_of(ROOT / "specs" / "confluence.yaml", hints=False),
}


def verdicts(emulator: Emulator) -> Mapping[str, Verdict]:
    return {item.id: item for item in verify(emulator, seeds=1).verdicts}


@pytest.fixture(scope="module")
def whole() -> Mapping[str, Verdict]:
    return verdicts(Emulator(PLAN))


def test_all_that_writes_is_read_back_and_every_answer_is_valid(whole: Mapping[str, Verdict]) -> None:
    assert [item.id for item in whole.values() if not item.schema_valid or not item.sound] == []
    assert [item.id for item in whole.values() if item.mutating and item.behaviour != "A"] == ["reindex"]
    assert whole["reindex"].behaviour == "D"


@pytest.mark.parametrize("name", PLANS)
def test_operation_whose_effect_is_switched_off_is_not_of_class_a(name: str) -> None:
    emulator = Switched(PLANS[name])
    tools = writing(emulator)
    assert tools
    assert [item.id for item in judged(emulator, tools) if item.behaviour == "A"] == []


@pytest.mark.parametrize("name", PLANS)
def test_without_any_effect_nothing_is_of_class_a(name: str) -> None:
    emulator = Switched(PLANS[name])
    emulator.off = writing(emulator)
    assert [item.id for item in verify(emulator, seeds=1).verdicts if item.behaviour == "A"] == []


def forgetful(plan: Plan, operation: Operation, number: int) -> Emulator:
    """Return an emulator that forgets one member of a body, while its plan promises to store it."""
    writes = operation.writes[:number] + operation.writes[number + 1 :]
    less = replace(operation, writes=writes)
    other = Emulator(replace(plan, operations=tuple(less if item is operation else item for item in plan.operations)))
    return Replaced(plan, operation.tool, other.run(operation.tool))


def judged_alone(emulator: Emulator, tool: str) -> Verdict:
    trials = Trials(Environment(emulator), 3)
    target = next(item for item in trials.requests.targets if item.tool == tool)
    return verdict(target, trials.run(target)[tool], "inferred")


@pytest.mark.parametrize("name", ["surface", "pets"])
def test_operation_that_forgets_a_member_is_not_of_class_a(name: str) -> None:
    plan = PLANS[name]
    kept = [
        (operation.tool, write.source)
        for operation in plan.operations
        for number, write in enumerate(operation.writes)
        if judged_alone(forgetful(plan, operation, number), operation.tool).behaviour == "A"
    ]
    assert sum(len(item.writes) for item in plan.operations) > 8
    assert kept == []


def replaced(plan: Plan, tool: str, make: Run) -> Verdict:
    return judged_alone(Replaced(plan, tool, make), tool)


def test_delete_that_takes_the_record_above_along_is_not_of_class_a() -> None:
    run = Emulator(PETS).run("deletePet")

    def greedy(world: World, arguments: Arguments) -> Json:
        record = world.get("pets.pet", str(arguments["petId"])) or {}
        answer = run(world, arguments)
        if "ownerId" in record:
            world.remove("pets.owner", str(record["ownerId"]))
        return answer

    found = replaced(PETS, "deletePet", greedy)
    assert found.behaviour != "A"
    assert found.why.endswith("more than the record is gone")


def test_action_that_adds_something_else_than_it_was_given_is_not_of_class_a() -> None:
    right = Emulator(PLAN).run("addMembersForBoard")

    def wrong(world: World, arguments: Arguments) -> Json:
        given = arguments["body"]["members"]
        others = [id for id in world.ids("surface.user") if id not in given]
        return right(world, {**arguments, "body": {"members": others[:1]}})

    found = replaced(PLAN, "addMembersForBoard", wrong)
    assert (found.behaviour, found.why) == ("B", "listBoards does not show in members what was added")


def test_action_that_sets_another_value_than_it_is_called_after_is_not_of_class_a() -> None:
    def wrong(world: World, arguments: Arguments) -> Json:
        board = str(arguments["board_gid"])
        record = world.get("surface.board", board) or {}
        world.put("surface.board", board, {**record, "archived": not record.get("archived")})
        return None

    assert replaced(PLAN, "archiveBoard", wrong).behaviour != "A"
