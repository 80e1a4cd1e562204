"""Hints that lead nowhere: told to the person who wrote them, or harmless to whoever calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen.errors import AtlasgenError
from atlasgen.plan.read import plan_of

SHELF = Path(__file__).parent / "shelf.yaml"


def overlay(folder: Path, target: str, update: Any) -> Path:
    path = folder / "overlay.json"
    action = {"target": target, "update": update}
    path.write_text(json.dumps({"overlay": "1.0.0", "info": {"title": "x", "version": "1"}, "actions": [action]}))
    return path


GET, LIST, CREATE = "$.paths['/books/{bookId}'].get", "$.paths['/books'].get", "$.paths['/books'].post"


def test_field_that_a_set_names_has_to_be_there(tmp_path: Path) -> None:
    link = overlay(tmp_path, CREATE, {"x-atlasgen": {"archetype": "link", "set": {"of": "book", "at": "nothing"}}})
    with pytest.raises(AtlasgenError, match="book has no field nothing"):
        plan_of(SHELF, overlay=link)


@pytest.mark.parametrize(
    ("target", "hint", "call"),
    [
        (GET, {"context": ""}, ("getBook", {"bookId": "x"})),
        (GET, {"archetype": "list"}, ("getBook", {"bookId": "x"})),
        (LIST, {"archetype": "get", "target": "lang"}, ("listBooks", {})),
        (CREATE, {"archetype": "list"}, ("createBook", {"body": {"title": "A"}})),
        ("$.paths['/books/{bookId}'].patch", {"archetype": "list"}, ("changeBook", {"bookId": "x", "body": {}})),
    ],
)
def test_hint_that_asks_for_what_a_call_does_not_say_breaks_no_call(
    tmp_path: Path, target: str, hint: dict[str, Any], call: tuple[str, Any]
) -> None:
    environment = atlasgen.load(SHELF, overlay=overlay(tmp_path, target, {"x-atlasgen": hint}))
    before = environment.digest()
    assert environment.call(*call).status < 500
    assert environment.call(call[0], {"body": ["x"]}).status < 500
    assert environment.digest() == before


def test_body_of_a_search_may_be_no_object(tmp_path: Path) -> None:
    path = tmp_path / "overlay.json"
    schema = "$.components.requestBodies.Book.content['application/json'].schema"
    actions = [
        {"target": schema, "remove": True},
        {"target": "$.components.requestBodies.Book.content['application/json']", "update": {"schema": {}}},
        {"target": CREATE, "update": {"x-atlasgen": {"archetype": "list"}}},
    ]
    path.write_text(json.dumps({"overlay": "1.0.0", "info": {"title": "x", "version": "1"}, "actions": actions}))
    environment = atlasgen.load(SHELF, overlay=path)
    bodies: tuple[Any, ...] = ("text", [], 5, None, {"a": 1})
    for body in bodies:
        assert environment.call("createBook", {"body": body}).status < 500
