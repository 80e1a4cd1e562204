"""What a world holds is its own: defaults, diffs and names that two records share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import atlasgen

TEXT = {"type": "string"}
LISTS = Path(__file__).parents[1] / "golden" / "lists.yaml"


def things(folder: Path, properties: dict[str, Any], parameter: str = "thingId") -> atlasgen.Environment:
    """Return an environment of things that can be created, listed, read, replaced and deleted."""
    thing = {"$ref": "#/components/schemas/Thing"}

    def answers(code: str, schema: Any = None) -> dict[str, Any]:
        content = {"content": {"application/json": {"schema": schema}}} if schema is not None else {}
        return {"responses": {code: {"description": "", **content}}}

    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": thing}}}}
    named = {"parameters": [{"name": parameter, "in": "path", "required": True, "schema": TEXT}]}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {
                "get": {"operationId": "listThings", **answers("200", {"type": "array", "items": thing})},
                "post": {"operationId": "createThing", **body, **answers("201", thing)},
            },
            f"/things/{{{parameter}}}": {
                "get": {"operationId": "getThing", **named, **answers("200", thing)},
                "put": {"operationId": "replaceThing", **named, **body, **answers("200", thing)},
                "delete": {"operationId": "deleteThing", **named, **answers("204")},
            },
        },
        "components": {
            "schemas": {"Thing": {"type": "object", "properties": {"id": TEXT, "name": TEXT, **properties}}}
        },
    }
    path = folder / "things.json"
    path.write_text(json.dumps(document))
    return atlasgen.load(path)


def test_a_default_that_is_an_object_belongs_to_one_record(tmp_path: Path) -> None:
    who = {"type": "string", "x-atlasgen": {"derive": {"copy": "name"}}}
    kind = {"type": "string", "x-atlasgen": {"derive": {"default": "a"}}}
    meta = {
        "type": "object",
        "x-atlasgen": {"derive": {"default": {"kind": "x"}}},
        "properties": {"who": who, "kind": kind},
    }
    env = things(tmp_path, {"meta": meta})
    for _ in range(2):
        for name in ("one", "two"):
            made = env.call("createThing", {"body": {"name": name}}).json()
            assert made["meta"] == {"kind": "x", "who": name}
        env.reset()


def test_what_a_diff_says_can_be_changed_without_effect(tmp_path: Path) -> None:
    env = things(tmp_path, {"tags": {"type": "array", "items": TEXT}})
    id = env.call("createThing", {"body": {"name": "one", "tags": ["a"]}}).json()["id"]
    before = env.digest()
    (change,) = env.diff()
    assert change.after is not None
    change.after["tags"].append("hacked")  # type: ignore[union-attr]  # a list, as created
    assert env.call("getThing", {"thingId": id}).json()["tags"] == ["a"]
    assert env.digest() == before


def test_a_name_that_two_records_share_still_finds_the_one_that_is_left(tmp_path: Path) -> None:
    env = things(tmp_path, {}, parameter="thingIdOrName")
    first, second = (env.call("createThing", {"body": {"name": "dup"}}).json()["id"] for _ in range(2))
    assert env.call("getThing", {"thingIdOrName": "dup"}).json()["id"] == first
    env.call("deleteThing", {"thingIdOrName": second})
    assert env.call("getThing", {"thingIdOrName": "dup"}).json()["id"] == first
    env.call("deleteThing", {"thingIdOrName": first})
    assert env.call("getThing", {"thingIdOrName": "dup"}).status == 404


def test_put_replaces_what_it_can_write(tmp_path: Path) -> None:
    env = things(
        tmp_path, {"colour": TEXT, "seen": {**TEXT, "readOnly": True, "x-atlasgen": {"derive": {"default": "no"}}}}
    )
    id = env.call("createThing", {"body": {"name": "one", "colour": "red"}}).json()["id"]
    replaced = env.call("replaceThing", {"thingId": id, "body": {"name": "two"}}).json()
    assert replaced == {"id": id, "name": "two", "seen": "no"}


def test_a_default_of_the_body_is_what_is_stored(tmp_path: Path) -> None:
    env = things(tmp_path, {"done": {"type": "boolean", "default": False}})
    assert env.call("createThing", {"body": {"name": "one"}}).json()["done"] is False


def test_what_stands_below_a_record_goes_with_it() -> None:
    env = atlasgen.load(LISTS, records=0)
    keep, gone = (env.call("createList", {"body": {"title": title}}).json()["id"] for title in "ab")
    items = [env.call("createItem", {"listId": id, "body": {"text": "x"}}).json() for id in (keep, gone)]
    assert [item["listId"] for item in items] == [keep, gone]
    assert env.call("deleteList", {"listId": gone}).status == 204
    assert set(env.calls[-1].writes) == {("lists.list", str(gone)), ("lists.item", str(items[1]["id"]))}
    assert {change.id for change in env.diff()} == {str(keep), str(items[0]["id"])}
    assert env.call("getItem", {"listId": keep, "itemId": items[0]["id"]}).status == 200
