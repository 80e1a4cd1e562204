"""Trees, trash, locks, histories, sets, orders and searches, in one small document that says them with hints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen import Environment

NOTES = Path(__file__).with_name("tree.yaml")


@pytest.fixture
def notes() -> Environment:
    return atlasgen.load(NOTES, seed=4)


def ask(notes: Environment, tool: str, expected: int = 200, /, **arguments: Any) -> Any:
    reply = notes.call(tool, arguments)
    assert reply.status == expected, reply
    return reply.json()


def made(notes: Environment, title: str, **members: Any) -> str:
    id = ask(notes, "createNote", 201, body={"title": title, **members})["id"]
    assert isinstance(id, str)
    return id


def titles(answer: Any) -> list[str]:
    return [item["title"] for item in answer["results"]]


def home(notes: Environment) -> str:
    (first, *_) = ask(notes, "listNotes")["results"]
    return str(first["id"])


# -- trees -------------------------------------------------------------------------------------------------------------


def test_ancestors_come_from_the_top_down(notes: Environment) -> None:
    upper = made(notes, "Upper", parentId=home(notes))
    lower = made(notes, "Lower", parentId=upper)
    assert titles(ask(notes, "listAncestors", noteId=lower)) == ["Home", "Upper"]
    assert titles(ask(notes, "listAncestors", noteId=home(notes))) == []
    ask(notes, "listAncestors", 404, noteId="none")


def test_children_are_those_of_the_note_in_the_path(notes: Environment) -> None:
    upper = made(notes, "Upper", parentId=home(notes))
    made(notes, "Lower", parentId=upper)
    assert titles(ask(notes, "listChildren", noteId=upper)) == ["Lower"]
    assert titles(ask(notes, "listChildren", noteId=home(notes))) == ["Upper"]
    ask(notes, "listChildren", 404, noteId="none")


@pytest.mark.parametrize("below", [0, 1, 2])
def test_note_cannot_be_moved_below_itself(notes: Environment, below: int) -> None:
    top = made(notes, "Top")
    chain = [top, made(notes, "Middle", parentId=top)]
    chain.append(made(notes, "Bottom", parentId=chain[1]))
    ask(notes, "changeNote", 400, noteId=top, body={"title": "Top", "parentId": chain[below]})
    ask(notes, "changeNote", noteId=chain[2], body={"title": "Bottom", "parentId": top})


def test_reference_to_nothing_answers_what_its_hint_says(notes: Environment) -> None:
    ask(notes, "createNote", 404, body={"title": "Lost", "parentId": "none"})
    ask(notes, "createNote", 400, body={"title": "", "parentId": "none"})


# -- trash -------------------------------------------------------------------------------------------------------------


def test_deleted_note_is_in_the_trash_until_it_is_purged(notes: Environment) -> None:
    note = made(notes, "Old")
    ask(notes, "deleteNote", 400, noteId=note, purge=True)
    ask(notes, "deleteNote", 204, noteId=note)
    assert "Old" not in titles(ask(notes, "listNotes"))
    assert titles(ask(notes, "listNotes", status=["trashed"])) == ["Old"]
    assert ask(notes, "getNote", noteId=note)["status"] == "trashed"
    ask(notes, "deleteNote", 404, noteId=note)
    ask(notes, "deleteNote", 204, noteId=note, purge=True)
    ask(notes, "getNote", 404, noteId=note)
    assert ask(notes, "listRevisions", 404, noteId=note)


def test_what_stands_below_a_deleted_note_moves_up(notes: Environment) -> None:
    upper = made(notes, "Upper", parentId=home(notes))
    lower = made(notes, "Lower", parentId=upper)
    ask(notes, "deleteNote", 204, noteId=upper)
    assert ask(notes, "getNote", noteId=lower)["parentId"] == home(notes)


# -- versions ----------------------------------------------------------------------------------------------------------


def test_stale_version_is_refused_and_changes_nothing(notes: Environment) -> None:
    note = made(notes, "One")
    assert ask(notes, "changeNote", noteId=note, body={"title": "Two", "version": {"number": 2}})["version"] == {
        "number": 2
    }
    before = notes.digest()
    for number in (1, 2, 4):
        ask(notes, "changeNote", 409, noteId=note, body={"title": "Three", "version": {"number": number}})
    assert notes.digest() == before


def test_every_state_is_kept(notes: Environment) -> None:
    note, other = made(notes, "One"), made(notes, "Another")
    ask(notes, "changeNote", noteId=note, body={"title": "Two"})
    ask(notes, "changeNote", noteId=other, body={"title": "Yet another"})
    assert ask(notes, "listRevisions", noteId=note) == [{"number": 1, "title": "One"}, {"number": 2, "title": "Two"}]
    assert ask(notes, "getRevision", noteId=other, number=2) == {"number": 2, "title": "Yet another"}
    ask(notes, "getRevision", 404, noteId=note, number=3)


def test_histories_are_no_part_of_a_diff_but_of_the_digest(notes: Environment) -> None:
    note = home(notes)
    ask(notes, "changeNote", noteId=note, body={"title": "Elsewhere"})
    ask(notes, "changeNote", noteId=note, body={"title": "Home"})
    assert notes.diff() == ()
    changed = notes.digest()
    notes.reset()
    assert notes.digest() != changed


# -- sets --------------------------------------------------------------------------------------------------------------


def names(answer: Any) -> list[str]:
    return [item["name"] for item in answer]


def test_tags_are_a_set_that_grows_and_shrinks(notes: Environment) -> None:
    note = made(notes, "Tagged")
    assert names(ask(notes, "addTags", noteId=note, body=[{"name": "red"}, {"name": "new"}, {"name": "new"}])) == [
        "red",
        "new",
    ]
    assert names(ask(notes, "addTags", noteId=note, body={"name": "red"})) == ["red", "new"]
    ask(notes, "removeTag", 204, noteId=note, name="red")
    ask(notes, "removeTag", 404, noteId=note, name="red")
    assert names(ask(notes, "listTags", noteId=note)) == ["new"]


def test_tag_lists_the_notes_that_have_it(notes: Environment) -> None:
    note = made(notes, "Tagged")
    (tag,) = ask(notes, "addTags", noteId=note, body={"name": "new"})
    assert titles(ask(notes, "listTagged", tagId=tag["id"])) == ["Tagged"]
    ask(notes, "removeTag", 204, noteId=note, name="new")
    assert titles(ask(notes, "listTagged", tagId=tag["id"])) == []
    ask(notes, "listTagged", 404, tagId="none")


def test_tags_are_no_new_version(notes: Environment) -> None:
    note = made(notes, "Tagged")
    ask(notes, "addTags", noteId=note, body={"name": "new"})
    assert ask(notes, "getNote", noteId=note)["version"] == {"number": 1}


def test_operation_may_have_errors_of_its_own(notes: Environment) -> None:
    assert ask(notes, "addTags", 400, noteId=home(notes), body=[]) == {"code": 400, "text": "must not be empty"}
    assert ask(notes, "addTags", 404, noteId="none", body=[{"name": "x"}]) == {"code": 404, "text": "does not exist"}
    assert ask(notes, "addTags", 400, noteId=float("nan")).keys() == {"code", "text"}
    assert "title" in ask(notes, "getNote", 404, noteId="none")


# -- lists -------------------------------------------------------------------------------------------------------------


def test_word_orders_a_list_and_a_minus_turns_it_round(notes: Environment) -> None:
    for title in ("b", "A", "c"):
        made(notes, title)
    assert titles(ask(notes, "listNotes", sort="title")) == ["A", "b", "c", "Home"]
    assert titles(ask(notes, "listNotes", sort="-title")) == ["Home", "c", "b", "A"]
    assert titles(ask(notes, "listNotes", sort="nonsense")) == titles(ask(notes, "listNotes"))


def test_search_finds_text_in_any_of_the_fields(notes: Environment) -> None:
    made(notes, "Plain", text="Nothing of NOTE")
    made(notes, "Noteworthy")
    assert titles(ask(notes, "listNotes", text="note")) == ["Plain", "Noteworthy"]
    assert titles(ask(notes, "listNotes", text="")) == titles(ask(notes, "listNotes"))


def test_several_ids_list_those_that_are_there(notes: Environment) -> None:
    one, two = made(notes, "One"), made(notes, "Two")
    assert titles(ask(notes, "listNotes", ids=[two, "none", one, two])) == ["One", "Two"]


def test_pages_of_a_narrowed_and_sorted_list_are_those_of_the_whole(notes: Environment) -> None:
    for number in range(7):
        made(notes, f"Note {number}", text="x" if number % 2 else "y")
    whole = titles(ask(notes, "listNotes", text="x", sort="-title"))
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = ask(notes, "listNotes", text="x", sort="-title", limit=2, **cursor)
        assert page["found"] == len(whole) == 3
        assert page["_links"]["base"] == "http://localhost/notes"
        seen += titles(page)
        if "next" not in page["_links"]:
            break
        cursor = {"cursor": page["_links"]["next"].partition("cursor=")[2]}
    assert seen == whole
