"""Lists in pages: the styles of documents, what their envelopes tell, and tokens that nobody made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen.plan.read import plan_of

NOTES = 7
INTEGER, TEXT, FLAG = {"type": "integer"}, {"type": "string"}, {"type": "boolean"}


def content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def answers(code: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"responses": {code: {"description": "", **content(schema)}}}


def spec(folder: Path, parameters: Mapping[str, Any], envelope: Mapping[str, Any], **hints: Any) -> Path:
    """Write a document whose one list comes in pages."""
    note = {"$ref": "#/components/schemas/Note"}
    members = {"type": "object", "properties": {"values": {"type": "array", "items": note}, **envelope}}
    given = [{"name": name, "in": "query", "schema": schema} for name, schema in parameters.items()]
    collection = {
        "get": {
            "operationId": "listNotes",
            "parameters": given,
            **answers("200", members),
        },
        "post": {
            "operationId": "createNote",
            "requestBody": {"required": True, **content(note)},
            **answers("201", note),
        },
    }
    if hints:
        collection["get"]["x-atlasgen"] = hints
    named = [{"name": "noteId", "in": "path", "required": True, "schema": INTEGER}]
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Notes", "version": "1"},
        "paths": {
            "/api/notes": collection,
            "/api/notes/{noteId}": {"get": {"operationId": "getNote", "parameters": named, **answers("200", note)}},
        },
        "components": {"schemas": {"Note": {"type": "object", "properties": {"id": INTEGER, "text": TEXT}}}},
    }
    path = folder / "notes.json"
    path.write_text(json.dumps(document))
    return path


def filled(path: Path) -> atlasgen.Environment:
    environment = atlasgen.load(path, records=0)
    for number in range(NOTES):
        assert environment.call("createNote", {"body": {"text": str(number)}}).status == 201
    return environment


def texts(answer: Any) -> list[str]:
    return [note["text"] for note in answer["values"]]


def test_offset_pages_tell_where_they_begin_and_whether_they_are_the_last(tmp_path: Path) -> None:
    envelope = {"startAt": INTEGER, "maxResults": INTEGER, "total": INTEGER, "isLast": FLAG}
    notes = filled(spec(tmp_path, {"startAt": INTEGER, "maxResults": {**INTEGER, "default": 3}}, envelope))
    first = notes.call("listNotes", {}).json()
    assert texts(first) == ["0", "1", "2"]
    assert {name: first[name] for name in envelope} == {"startAt": 0, "maxResults": 3, "total": 7, "isLast": False}
    last = notes.call("listNotes", {"startAt": 6, "maxResults": 5}).json()
    assert texts(last) == ["6"]
    assert last["isLast"] is True
    for far in (99, 2**31, 2**63 - 2, 2**63 - 1, 2**63, 2**64 - 1):
        assert texts(notes.call("listNotes", {"startAt": far}).json()) == []


def test_a_cursor_leads_through_every_record_once_and_is_absent_at_the_end(tmp_path: Path) -> None:
    links = {"type": "object", "properties": {"next": TEXT, "base": TEXT}}
    path = spec(tmp_path, {"cursor": TEXT, "limit": {**INTEGER, "maximum": 3}, "text": TEXT}, {"_links": links})
    notes = filled(path)
    seen: list[str] = []
    arguments: dict[str, Any] = {"limit": 3}
    for _ in range(NOTES):
        answer = notes.call("listNotes", arguments).json()
        seen += texts(answer)
        link = answer["_links"].get("next")
        if link is None:
            break
        assert link.startswith("/api/notes?limit=3&cursor=")
        arguments = {"limit": 3, "cursor": link.rpartition("=")[2]}
    assert seen == [str(number) for number in range(NOTES)]


def test_a_token_in_the_envelope_turns_the_page(tmp_path: Path) -> None:
    notes = filled(spec(tmp_path, {"pageToken": TEXT, "pageSize": INTEGER}, {"nextPageToken": TEXT, "has_more": FLAG}))
    first = notes.call("listNotes", {"pageSize": 4}).json()
    assert first["has_more"] is True
    second = notes.call("listNotes", {"pageSize": 4, "pageToken": first["nextPageToken"]}).json()
    assert texts(second) == ["4", "5", "6"]
    assert "nextPageToken" not in second


def test_numbered_pages_begin_with_one(tmp_path: Path) -> None:
    notes = filled(spec(tmp_path, {"page": INTEGER, "per_page": INTEGER}, {"page": INTEGER, "total_count": INTEGER}))
    answer = notes.call("listNotes", {"page": 2, "per_page": 3}).json()
    assert (texts(answer), answer["page"], answer["total_count"]) == (["3", "4", "5"], 2, 7)


def test_an_offset_that_is_text_is_a_token(tmp_path: Path) -> None:
    plan = plan_of(spec(tmp_path, {"offset": TEXT, "limit": INTEGER}, {}))
    pages = plan.operation("listNotes").paging
    assert pages is not None
    assert (pages.style, pages.position) == ("cursor", "offset")


@pytest.mark.parametrize("token", ["x", "", "ZnJvbTotMQ", "ZnJvbTo5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "é", "bm9wZTox"])
def test_a_token_that_no_page_gave_is_refused(tmp_path: Path, token: str) -> None:
    notes = filled(spec(tmp_path, {"cursor": TEXT, "limit": INTEGER}, {}))
    before = notes.digest()
    reply = notes.call("listNotes", {"cursor": token})
    assert reply.status == 400
    assert "cursor" in reply.content.decode()
    assert notes.digest() == before


def test_a_hint_says_what_the_names_do_not(tmp_path: Path) -> None:
    parameters = {"howMany": INTEGER, "whence": INTEGER}
    hint = {"style": "offset", "position": "whence", "size": "howMany", "default": 2}
    notes = filled(spec(tmp_path, parameters, {}, paging=hint))
    assert texts(notes.call("listNotes", {"whence": 5}).json()) == ["5", "6"]
    assert texts(notes.call("listNotes", {}).json()) == ["0", "1"]


def test_a_list_without_such_parameters_comes_whole(tmp_path: Path) -> None:
    path = spec(tmp_path, {"text": TEXT}, {"total": INTEGER})
    assert plan_of(path).operation("listNotes").paging is None
    assert texts(filled(path).call("listNotes", {"text": "3"}).json()) == ["3"]


def test_only_what_a_page_shows_is_read(tmp_path: Path) -> None:
    notes = filled(spec(tmp_path, {"page": INTEGER, "per_page": INTEGER}, {}))
    notes.call("listNotes", {"per_page": 2})
    assert len(notes.calls[-1].reads) == 2
