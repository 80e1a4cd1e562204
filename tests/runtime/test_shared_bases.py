"""What a base keeps for all who begin in it: nothing that one list or API has kept is taken for another's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atlasgen.errors import AtlasgenError
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator

DOCUMENT = Path(__file__).with_name("cards.yaml")


def titles(cards: Environment, tool: str, **arguments: Any) -> list[str]:
    reply = cards.call(tool, arguments)
    assert reply.status == 200, reply
    return [item["data"]["title"] for item in reply.json()]


@pytest.fixture
def cards() -> Environment:
    return Environment(Emulator(plan_of(DOCUMENT)), seed=1)


def test_lists_that_choose_other_members_share_no_records(cards: Environment) -> None:
    data = [sorted(item["data"]) for item in cards.call("listCards").json()]
    assert data == [["title"], ["title"]]
    assert sorted(cards.call("listBox", {"boxId": "red"}).json()[0]["data"]) == ["rank", "title"]
    assert sorted(cards.call("listEvery").json()[0]["data"]) == ["rank", "title"]
    assert sorted(cards.call("listBare").json()[0]["data"]) == ["rank"]


def test_words_for_an_order_mean_what_their_own_list_says(cards: Environment) -> None:
    assert titles(cards, "listCards", sort="by") == ["A", "B"]
    assert titles(cards, "listEvery", sort="by") == ["B", "A"]
    assert titles(cards, "listBox", boxId="red", sort="-by") == ["A", "B"]


def test_records_of_two_apis_with_one_id_are_not_taken_for_each_other(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(DOCUMENT.read_text(encoding="utf-8").replace("name: Ann}", "name: Bob}"), encoding="utf-8")
    both = Environment(Emulator(plan_of(DOCUMENT)), Emulator(plan_of(other)), seed=1)
    tools = [item.name for item in both.tools if item.name.endswith("listEvery")]
    assert len(tools) == 2
    owners = [{item["owner"]["name"] for item in both.call(tool).json()} for tool in tools]
    assert owners == [{"Ann"}, {"Bob"}]


def test_ambient_record_that_two_apis_take_for_two_is_told() -> None:
    golden = Path(__file__).parents[1] / "golden"
    desk, notes = (Emulator(plan_of(golden / f"{name}.yaml")) for name in ("desk", "notes"))
    with pytest.raises(AtlasgenError, match=r"notes: x-atlasgen/world/context/user: `user` is another record"):
        Environment(desk, notes, seed=1)
