"""Hints where they say nothing, or not enough: each is told with its place; none is passed over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import tokens
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator

TREE = Path(__file__).parents[1] / "golden" / "tree.yaml"
ONE, ALL = "/paths/~1notes~1{noteId}", "/paths/~1notes"


def hinted(folder: Path, at: str, words: dict[str, Any]) -> Path:
    """Return the document with further hints at a place."""
    document = json.loads(json.dumps(yaml.safe_load(TREE.read_text(encoding="utf-8"))))
    node = document
    for key in tokens(at):
        node = node[int(key) if isinstance(node, list) else key]
    node["x-atlasgen"] = {**node.get("x-atlasgen", {}), **words}
    path = folder / "tree.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("at", "words", "what"),
    [
        (f"{ONE}/get", {"set": {"of": "note", "at": "tags"}}, "get/x-atlasgen/set: says nothing of an operation"),
        (f"{ALL}/get", {"upsert": "title"}, "get/x-atlasgen/upsert: says nothing of an operation that is a list"),
        (f"{ALL}/post", {"upsert": "nothing"}, "post/x-atlasgen/upsert: no member `nothing` of the body is stored"),
        (f"{ONE}/get", {"ancestors": "parentId"}, "get/x-atlasgen/ancestors: says nothing"),
        (f"{ONE}/get", {"values": {"of": "note", "at": "title"}}, "get/x-atlasgen/values: says nothing"),
        (f"{ONE}/get", {"trash": {"at": "status", "value": 1}}, "get/x-atlasgen/trash: says nothing"),
        (f"{ONE}/delete", {"trash": {"value": "x"}}, "delete/x-atlasgen/trash/at: must be text"),
        (f"{ONE}/delete", {"trash": {"at": "status", "value": 1, "purge": "purg"}}, "purge: there is no parameter"),
        (f"{ALL}/get", {"paging": {"position": "cursr"}}, "paging/position: there is no parameter `cursr`"),
        (f"{ONE}/get", {"context": "nobody"}, "get/x-atlasgen/context: there is no ambient record `nobody`"),
        (f"{ONE}~1children/get", {"scope": {"noteId": "title"}}, "scope/noteId: note refers to nothing at `title`"),
        (f"{ONE}/parameters/0", {"query": {"language": "x"}}, "asks in `x`, but the operation is a get"),
        ("/components/schemas/Note", {"index": ["parentId.title"]}, "note/index: `parentId.title` leads through"),
        (
            "/components/schemas/Note",
            {"history": {"to": "note", "as": {"title": "title"}}},
            "resources/note/history: the states of a note are kept as note, which has a history",
        ),
        (
            "/components/schemas/Revision",
            {"history": {"to": "note", "as": {"title": "title"}}},
            "resources/note/history: the states of a note are kept as revision, which has a history",
        ),
        (
            "/components/schemas/Tag/properties/name",
            {"derive": {"inverse": "note"}},
            "properties/name/x-atlasgen/derive/inverse: lists records, so it must stand on an array",
        ),
    ],
)
def test_hint_that_says_nothing_where_it_stands_is_told(
    tmp_path: Path, at: str, words: dict[str, Any], what: str
) -> None:
    with pytest.raises(AtlasgenError) as error:
        plan_of(hinted(tmp_path, at, words))
    assert what in str(error.value)


def test_member_of_a_body_that_is_the_whole_record_elsewhere_is_not_stored(tmp_path: Path) -> None:
    path = hinted(tmp_path, "/components/schemas/Note/properties/text", {"at": ""})
    notes = Environment(Emulator(plan_of(path)), seed=1)
    reply = notes.call("createNote", {"body": {"title": "A", "text": "B"}})
    assert reply.status == 201
    assert "B" not in str(notes.world.get("tree.note", reply.json()["id"]))


@pytest.mark.parametrize("schema", [None, {"type": "string"}])
def test_what_is_static_and_no_object_leaves_other_answers_alone(tmp_path: Path, schema: Any) -> None:
    path = hinted(tmp_path, f"{ONE}~1revisions/get", {"archetype": "config"})
    if schema is not None:
        document = json.loads(path.read_text(encoding="utf-8"))
        answer = document["paths"]["/notes/{noteId}/revisions"]["get"]["responses"]["200"]
        answer["content"]["application/json"]["schema"] = schema
        path.write_text(json.dumps(document), encoding="utf-8")
    notes = Environment(Emulator(plan_of(path)), seed=1)
    home = notes.call("listNotes").json()["results"][0]["id"]
    assert schema is not None or notes.call("listRevisions", {"noteId": home}).json() == []
    assert notes.call("listChildren", {"noteId": home}).json()["found"] == 0
