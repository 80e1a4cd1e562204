from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import pytest

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.world import World
from atlasgen.tasks.gold import Insert
from atlasgen.tasks.planting import Draws, Order, PlantedScenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import GoldCall
from generated_envs.jira import Operations
from generated_envs.jira._generated.rewards import EditIssueReward
from rewards._records import records

Rung: TypeAlias = Literal["low", "high"]
LADDER: Final[Mapping[Rung, int]] = {"low": 1, "high": 3}


class Renaming(PlantedScenario[Rung, str, str]):
    """Give an issue, one of as many as the rung plants, the summary that is the word of the split."""

    name = "renaming"
    number = 77
    tools = ("getIssue", "editIssue")
    apis = (Operations,)
    rewards: tuple[OperationReward, ...] = (EditIssueReward(),)
    ladder = LADDER
    train = "Known"
    test = "Unseen"

    def plant(self, world: World, insert: Insert, draws: Draws[Rung, str]) -> str:
        """Add one issue or two; return the last."""
        kinds = [id for id, kind in records(world, "jira.issuetype") if kind["hierarchyLevel"] == 0]
        project, status = (next(iter(world.ids(f"jira.{name}"))) for name in ("project", "status"))
        fields: dict[str, Json] = {"project": project, "status": status, "issuetype": kinds[0]}
        ids = [
            insert("jira.issue", {"fields": {**fields, "summary": f"Number {number}"}})
            for number in range(2 if draws.rung == "high" else 1)
        ]
        return ids[-1]

    def order(self, environment: Environment, planted: str, draws: Draws[Rung, str]) -> Order:
        """Return the one call, and the look that shows what it wrote."""
        body: JsonObject = {"fields": {"summary": draws.words}}
        look = GoldCall("getIssue", {"issueIdOrKey": planted})
        assert environment.call(look.tool, look.arguments).ok
        write = GoldCall("editIssue", {"issueIdOrKey": planted, "body": body})
        return Order(f"Call {planted} {draws.words}.", (write, look))


@pytest.fixture(scope="module")
def renaming() -> Renaming:
    return Renaming()


def test_task_holds_what_was_planted_and_what_was_asked_for(renaming: Renaming) -> None:
    for seed in range(8):
        task = renaming.task(seed, "train")
        assert len(task.layer.tables["jira.issue"]) == (2 if renaming.rung(seed, "train") == "high" else 1)
        assert task.instruction == f"Call {task.gold[0].arguments['issueIdOrKey']} Known."
        assert task.scenario == "renaming"
        assert [change.id for change in task.gold_diff] == [task.gold[0].arguments["issueIdOrKey"]]


def test_test_has_words_of_its_own(renaming: Renaming) -> None:
    words = {split: renaming.task(0, split).instruction.split()[-1] for split in ("train", "validation", "test")}
    assert words == {"train": "Known.", "validation": "Known.", "test": "Unseen."}


def test_rungs_are_drawn_as_often_as_the_ladder_says(renaming: Renaming) -> None:
    rungs = Counter(renaming.rung(seed, "train") for seed in range(400))
    assert 240 < rungs["high"] < 360
    assert rungs["low"] == 400 - rungs["high"]


def test_same_seed_is_the_same_task_whatever_was_made_before(renaming: Renaming) -> None:
    renaming.task(5, "test")
    other = Renaming()
    one, same, next_one = renaming.task(3, "validation"), other.task(3, "validation"), other.task(4, "validation")
    assert (one.gold, one.layer.digest, one.world_seed) == (same.gold, same.layer.digest, same.world_seed)
    assert one.world_seed != next_one.world_seed
