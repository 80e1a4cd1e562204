"""What is understood of a document that nobody has described: places, parents, names, actions, trees, open answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atlasgen.plan.kinship import stem
from atlasgen.plan.model import Effect, Identity, Operation, Plan, Reference, Write
from atlasgen.plan.paths import identity_fields
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.operations import Emulator

BOARDS = Path(__file__).with_name("surface.yaml")
PLAN: Plan = plan_of(BOARDS)


@pytest.fixture
def boards() -> Environment:
    return Environment(Emulator(PLAN))


def operation(tool: str) -> Operation:
    return PLAN.operation(tool)


def done(environment: Environment, tool: str, **arguments: Any) -> Any:
    reply: Reply = environment.call(tool, arguments)
    assert reply.ok, (tool, reply)
    return reply.json()


# -- who is who --------------------------------------------------------------------------------------------------------


def test_records_of_one_noun_whose_names_clients_choose_are_apart_by_place() -> None:
    assert operation("setBoardProperty").resource == operation("getBoardProperty").resource == "property"
    assert operation("setUserProperty").resource == operation("getUserProperty").resource == "userProperty"
    assert PLAN.resources["userProperty"].identity == Identity("_id", also={"key": None})


def test_same_name_below_two_records_is_two_records(boards: Environment) -> None:
    first, second = (item["gid"] for item in done(boards, "listBoards")["data"][:2])
    done(boards, "setBoardProperty", board_gid=first, propertyKey="size", body={"a": 1})
    done(boards, "setBoardProperty", board_gid=second, propertyKey="size", body=2)
    assert done(boards, "getBoardProperty", board_gid=first, propertyKey="size") == {"key": "size", "value": {"a": 1}}
    assert done(boards, "getBoardProperty", board_gid=second, propertyKey="size") == {"key": "size", "value": 2}


def test_put_answers_201_for_what_it_makes_and_200_for_what_it_replaces(boards: Environment) -> None:
    board = done(boards, "listBoards")["data"][0]["gid"]
    arguments = {"board_gid": board, "propertyKey": "new", "body": True}
    assert [boards.call("setBoardProperty", arguments).status for _ in range(2)] == [201, 200]


def test_form_of_an_id_is_told_by_its_pattern(boards: Environment) -> None:
    assert PLAN.resources["board"].identity == Identity("gid", "BO{hex8}")
    made = done(boards, "createBoard", body={"data": {"Name": "Plans"}})["data"]
    assert made["gid"].startswith("BO")
    assert len(made["gid"]) == 10


def test_record_that_the_query_names_is_found_and_taken_away(boards: Environment) -> None:
    assert operation("getAccount").target == operation("removeAccount").target == "accountKey"
    name = done(boards, "listAccounts")[0]["accountKey"]
    assert done(boards, "getAccount", accountKey=name)["accountKey"] == name
    done(boards, "removeAccount", accountKey=name)
    assert boards.call("getAccount", {"accountKey": name}).status == 404


@pytest.mark.parametrize(
    ("name", "resource"), [("UserCompact", "user"), ("PetDetailsBean", "pet"), ("Issue", "issue"), ("Base", "base")]
)
def test_stem_of_a_schema_says_what_it_shows(name: str, resource: str) -> None:
    assert stem(name) == resource


def test_noun_of_several_words_is_taken_off_a_parameter() -> None:
    assert identity_fields("issuetypescheme", "issueTypeSchemeId") == ("id",)


# -- below what --------------------------------------------------------------------------------------------------------


def test_records_stay_below_the_one_they_were_made_below(boards: Environment) -> None:
    first, second = (item["gid"] for item in done(boards, "listBoards")["data"][:2])
    made = done(boards, "createCard", board_gid=first, body={"text": "Paint"})
    assert str(made["id"]) in [card["id"] for card in done(boards, "listCards", board_gid=first)]
    assert str(made["id"]) not in [card["id"] for card in done(boards, "listCards", board_gid=second)]
    assert boards.call("getCard", {"board_gid": second, "card_id": str(made["id"])}).status == 404
    assert "_board" not in made


def test_lists_of_a_tree_show_what_stands_below_at_one_level_or_at_all(boards: Environment) -> None:
    top = done(boards, "createFolder", body={"title": "a"})["id"]
    middle = done(boards, "createFolder", body={"title": "b", "parentId": top})["id"]
    bottom = done(boards, "createFolder", body={"title": "c", "parentId": middle})["id"]
    assert [item["id"] for item in done(boards, "getChildren", id=top)] == [middle]
    assert [item["id"] for item in done(boards, "getDescendants", id=top)] == [middle, bottom]


def test_likely_reference_refuses_nothing(boards: Environment) -> None:
    assert done(boards, "createFolder", body={"parentId": "elsewhere"})["parentId"] == "elsewhere"


def test_what_there_is_one_of_belongs_to_its_record(boards: Environment) -> None:
    first, second = (item["gid"] for item in done(boards, "listBoards")["data"][:2])
    before = done(boards, "getSettings", board_gid=second)
    done(boards, "putSettings", board_gid=first, body={"colour": "red", "size": 3})
    assert done(boards, "getSettings", board_gid=first) == {"colour": "red", "size": 3}
    assert done(boards, "getSettings", board_gid=second) == before
    assert boards.call("getSettings", {"board_gid": "BO"}).status == 404


def test_what_there_is_one_of_is_there_for_a_new_record_too(boards: Environment) -> None:
    board = done(boards, "createBoard", body={"data": {}})["data"]["gid"]
    assert set(done(boards, "getSettings", board_gid=board)) == {"colour"}


# -- what is written and read ------------------------------------------------------------------------------------------


def test_members_are_stored_where_they_are_read_back() -> None:
    named = Write(("data", "Name"), ("name",))
    owner = Write(("data", "ownerId"), ("owner",), Reference("user"))
    assert operation("createBoard").writes == (named, owner)


def test_name_of_a_record_is_read_back_as_the_record(boards: Environment) -> None:
    user = next(boards.world.ids("surface.user"))
    made = done(boards, "createBoard", body={"data": {"ownerId": user}})["data"]
    assert made["owner"]["gid"] == user
    assert boards.call("createBoard", {"body": {"data": {"ownerId": "nobody"}}}).status == 400


def test_id_is_a_number_where_one_schema_says_so_and_text_where_another_does(boards: Environment) -> None:
    board = done(boards, "listBoards")["data"][0]["gid"]
    made = done(boards, "createCard", board_gid=board, body={"text": "Paint"})
    listed = next(card for card in done(boards, "listCards", board_gid=board) if card["text"] == "Paint")
    assert (type(made["id"]), type(listed["id"])) == (int, str)
    assert isinstance(listed["rank"], int)  # required there, stored nowhere


def test_open_answer_shows_what_bodies_write(boards: Environment) -> None:
    made = done(boards, "createNote", body={"text": "Call"})
    assert done(boards, "getNote", id=made["id"]) == {"id": made["id"], "text": "Call"}
    assert made in done(boards, "listNotes")["results"]


# -- actions -----------------------------------------------------------------------------------------------------------


def test_verb_and_noun_say_what_an_action_does() -> None:
    add = Effect("append", ("members",), given=True, source=("members",), reference=Reference("user"), wrap="gid")
    assert operation("addMembersForBoard").effects == (add,)
    assert operation("archiveBoard").effects == (Effect("set", ("archived",), value=True),)
    assert operation("setOwner").writes == (Write(("user",), ("owner",), Reference("user"), required=True),)


def test_list_grows_by_what_is_added_once(boards: Environment) -> None:
    board = done(boards, "createBoard", body={"data": {}})["data"]["gid"]
    users = list(boards.world.ids("surface.user"))[:2]
    for names in (users[:1], users):
        done(boards, "addMembersForBoard", board_gid=board, body={"members": names})
    shown = done(boards, "getBoard", board_gid=board)["data"]["members"]
    assert [item["gid"] for item in shown] == users
    assert boards.call("addMembersForBoard", {"board_gid": board, "body": {"members": ["nobody"]}}).status == 400


def test_several_records_are_made_of_a_list_or_none(boards: Environment) -> None:
    made = done(boards, "createLabels", body={"labels": [{"name": "red"}, {"name": "blue"}]})
    assert [item["name"] for item in made] == ["red", "blue"]
    assert [done(boards, "getLabel", labelId=item["id"])["name"] for item in made] == ["red", "blue"]
    before = boards.digest()
    assert boards.call("createLabels", {"body": {"labels": [{"name": "red"}, {}]}}).status == 400
    assert boards.digest() == before


# -- what no rule understands ------------------------------------------------------------------------------------------


def test_stub_answers_the_same_valid_thing_and_changes_nothing(boards: Environment) -> None:
    before = boards.digest()
    first = boards.call("reindex", {})
    assert (first.status, set(first.json())) == (202, {"colour"})
    assert boards.call("reindex", {}) == first
    assert boards.digest() == before
    assert boards.call("reindex", {"force": True}).status == 400
