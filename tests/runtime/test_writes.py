"""What writes keep of a record that they replace, and how fields that list records are added to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen import Environment

DOCUMENT = Path(__file__).with_name("shelf.yaml")


@pytest.fixture
def shelf() -> Environment:
    return atlasgen.load(DOCUMENT, seed=5)


def ask(shelf: Environment, tool: str, expected: int = 200, /, **arguments: Any) -> Any:
    reply = shelf.call(tool, arguments)
    assert reply.status == expected, reply
    return reply.json()


def book(shelf: Environment) -> str:
    return str(ask(shelf, "listBooks")[0]["id"])


def test_upsert_keeps_what_the_service_fills(shelf: Environment) -> None:
    made = ask(shelf, "putBook", 201, body={"code": "b", "note": "n"})
    ask(shelf, "putBook", 200, body={"code": "b", "note": "m"})
    again = ask(shelf, "putBook", 200, body={"code": "b"})
    assert again == {**{key: value for key, value in made.items() if key != "note"}, "version": 3}


def test_upsert_leaves_a_record_where_its_path_says(shelf: Environment) -> None:
    id, other = book(shelf), ask(shelf, "putBook", 201, body={"code": "b"})["id"]
    slip = ask(shelf, "putSlip", 201, bookId=id, body={"place": "p", "book": other})
    assert ask(shelf, "putSlip", 200, bookId=id, body={"place": "p"}) == slip
    assert ask(shelf, "putSlip", 200, bookId=id, body={"place": "p", "book": other}) == slip
    assert ask(shelf, "listSlips", bookId=id) == [slip]
    assert ask(shelf, "listSlips", bookId=other) == []


def test_link_to_what_is_listed_already_adds_nothing(shelf: Environment) -> None:
    id = book(shelf)
    before = ask(shelf, "listMarks", bookId=id)["results"]
    assert ask(shelf, "addMarks", bookId=id, body=[{"word": "red"}])["results"] == before
    blue = ask(shelf, "addMarks", bookId=id, body=[{"word": "blue"}])["results"][1]
    assert ask(shelf, "addMarks", bookId=id, body=[{"word": "blue"}, {"word": "blue"}])["results"] == [*before, blue]
    ask(shelf, "removeMark", 204, bookId=id, markId=blue["id"])
    assert ask(shelf, "listMarks", bookId=id)["results"] == before


def test_link_names_what_is_there_by_its_id_too(shelf: Environment) -> None:
    id = book(shelf)
    (red,) = ask(shelf, "listMarks", bookId=id)["results"]
    assert ask(shelf, "addMarks", bookId=id, body=[{"id": red["id"]}])["results"] == [red]
    assert ask(shelf, "getMark", markId=red["id"]) == red


def test_what_is_gone_does_not_count(shelf: Environment) -> None:
    id = book(shelf)
    (red,) = ask(shelf, "listMarks", bookId=id)["results"]
    ask(shelf, "dropMark", 204, markId=red["id"])
    assert ask(shelf, "listMarks", bookId=id) == {"results": [], "found": 0}


def test_records_of_several_values_keep_their_order(shelf: Environment) -> None:
    first = book(shelf)
    lost = ask(shelf, "putBook", 201, body={"code": "b", "state": "lost"})["id"]
    kept = ask(shelf, "putBook", 201, body={"code": "c", "state": "kept"})["id"]
    for arguments in ({"state": ["lost", "kept"]}, {"state": ["kept", "lost"]}, {"id": [kept, first, "none", lost]}):
        assert [item["id"] for item in ask(shelf, "listBooks", **arguments)] == [first, lost, kept]
