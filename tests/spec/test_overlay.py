"""Overlays: what a target names, how an update is merged, and what a person is told when a hint misses."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.spec import jsonpath
from atlasgen.spec.jsonpath import SUPPORTED, JsonPath
from atlasgen.spec.load import read_openapi
from atlasgen.spec.overlay import apply

JIRA = Path(__file__).parents[2] / ".." / "shared" / "specs" / "jira-v3.json"

DOCUMENT: JsonObject = {
    "openapi": "3.1.0",
    "tags": [{"name": "a", "n": 1}, {"name": "b", "n": 1.0}, {"name": "c", "n": True}],
    "paths": {
        "/orders": {"get": {"operationId": "listOrders"}, "post": {"operationId": "createOrder", "tags": ["x"]}},
        "/orders/{id}": {"get": {"operationId": "getOrder", "responses": {"200": {"description": "ok"}}}},
    },
    "components": {"schemas": {"OrderBean": {"type": "object", "x-atlasgen": {"id": 1}}, "it's": {}}},
}
KEYS = st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


def overlay(*actions: Json) -> JsonObject:
    return {"overlay": "1.0.0", "info": {"title": "hints", "version": "1"}, "actions": list(actions)}


def update(document: JsonObject, target: str, value: Json) -> JsonObject:
    return apply(document, overlay({"target": target, "update": value}), where="hints.yaml")


def remove(document: JsonObject, target: str) -> JsonObject:
    return apply(document, overlay({"target": target, "remove": True}), where="hints.yaml")


def problems_of(hints: JsonObject, document: JsonObject = DOCUMENT) -> tuple[Problem, ...]:
    with pytest.raises(AtlasgenError) as caught:
        apply(document, hints, where="hints.yaml")
    return caught.value.problems


def miss(target: str, document: JsonObject = DOCUMENT) -> Problem:
    (problem,) = problems_of(overlay({"target": target, "update": {}}), document)
    assert problem.where == "hints.yaml#/actions/0/target"
    return problem


@pytest.mark.parametrize(
    ("target", "places"),
    [
        ("$", [()]),
        ("$.openapi", [("openapi",)]),
        ("$['paths'][\"/orders\"].get", [("paths", "/orders", "get")]),
        ("$.components.schemas['it\\'s']", [("components", "schemas", "it's")]),
        ('$.components.schemas["it\'s"]', [("components", "schemas", "it's")]),
        ("$.components.schemas.OrderBean.x-atlasgen.id", [("components", "schemas", "OrderBean", "x-atlasgen", "id")]),
        ("$.tags[1]", [("tags", 1)]),
        ("$.tags[ * ].name", [("tags", 0, "name"), ("tags", 1, "name"), ("tags", 2, "name")]),
        ("$.paths.*.get", [("paths", "/orders", "get"), ("paths", "/orders/{id}", "get")]),
        ("$..get", [("paths", "/orders", "get"), ("paths", "/orders/{id}", "get")]),
        ("$..['200']", [("paths", "/orders/{id}", "get", "responses", "200")]),
        ("$.tags..[0]", [("tags", 0)]),
        ("$..*..description", [("paths", "/orders/{id}", "get", "responses", "200", "description")]),
        ("$.paths.*[?(@.operationId == 'createOrder')]", [("paths", "/orders", "post")]),
        ("$.paths.*[?@.operationId=='createOrder'].tags[0]", [("paths", "/orders", "post", "tags", 0)]),
        ("$..[?@.responses.200.description == \"ok\"]", [("paths", "/orders/{id}", "get")]),
        ("$..[?@['operationId'] == 'getOrder']", [("paths", "/orders/{id}", "get")]),
        ("$.tags[?@.n == 1]", [("tags", 0), ("tags", 1)]),
        ("$.tags[?@.n == true]", [("tags", 2)]),
    ],
)  # fmt: skip
def test_target_names_its_places(target: str, places: list[tuple[str | int, ...]]) -> None:
    assert JsonPath.parse(target).find(DOCUMENT) == places


@pytest.mark.parametrize(
    ("target", "column"),
    [
        ("", 1), ("paths", 1), ("$paths", 2), ("$.", 3), ("$..", 4), ("$[", 3), ("$[]", 3), ("$['a'", 6), ("$['a", 3),
        ("$[-1]", 3), ("$[01]", 4), ("$[0:2]", 4), ("$['a','b']", 6), ("$.a b", 4), ("$.paths[?@.x > 3]", 14),
        ("$[?(@.a == 'b']", 15), ("$[?@ == 1]", 5), ("$[?@.a]", 7), ("$[?@.a == b]", 11),
        ("$[?@.a == 1 && @.b == 2]", 13),
        ("$[?@.a == 1.2.3]", 11), ("$[?length(@.a) == 1]", 4), ("$['\\n']", 4), ("$[?@[0] == 1]", 6),
        ("$.a[?@.b=='c]", 11),
    ],
)  # fmt: skip
def test_expression_outside_the_subset_is_shown_with_a_caret(target: str, column: int) -> None:
    problem = miss(target)
    first, shown, caret = problem.what.split("\n")
    assert first.startswith(f"column {column}: ")
    assert shown.strip() == target.strip()
    assert caret.index("^") == 4 + column - 1
    assert problem.remedy == SUPPORTED


@given(st.text(max_size=12) | st.text("$.[]'\"*?@=()\\ab01", max_size=20).map("$".__add__))
def test_any_expression_is_read_or_refused(text: str) -> None:
    refusal = None
    try:
        JsonPath.parse(text)
    except jsonpath.PathError as error:
        refusal = str(error)
    assert text.startswith("$") if refusal is None else refusal.startswith("column ")


@given(st.text(max_size=8))
def test_any_name_can_be_quoted(name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    assert JsonPath.parse(f"$['{quoted}']").find({name: 1}) == [(name,)]


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("$.paths['/order']", "no '/order' in $.paths; nearest is '/orders'"),
        ("$.components.schemas.OrderBen", "no 'OrderBen' in $.components.schemas; nearest is 'OrderBean'"),
        ("$.components.schemas.Zork", "no 'Zork' in $.components.schemas; there is 'OrderBean', 'it's'"),
        ("$.path['/orders'].get", "no 'path' in $; nearest is 'paths'"),
        ("$.paths.*[?(@.operationId == 'createOrdr')]",
         "nothing in $.paths.* has operationId == 'createOrdr'; nearest is 'createOrder'"),
        ("$.paths.*[?(@.operationID == 'createOrder')]",
         "nothing in $.paths.* has 'operationID' for the filter; nearest is 'operationId'"),
        ("$.tags[?@.n == 2]", "nothing in $.tags has n == 2"),
        ("$.paths.*.gett", "no 'gett' in $.paths.*; nearest is 'get'"),
        ("$..operatonId", "no 'operatonId' in $ or below; nearest is 'operationId'"),
        ("$.tags[3]", "no [3] in $.tags, which is a list of 3"),
        ("$.paths[0]", "no [0] in $.paths, which is an object"),
        ("$.openapi.x", "no 'x' in $.openapi, which is text"),
        ("$.components.schemas['it\\'s'].x", "no 'x' in $.components.schemas['it\\'s'], which is empty"),
        ("$.openapi..x", "no 'x' in $.openapi or below, which is text"),
        ("$.openapi[*]", "nothing is in $.openapi, which is text"),
    ],
)  # fmt: skip
def test_target_that_matches_nothing_names_the_step_and_the_nearest(target: str, what: str) -> None:
    assert miss(target) == Problem("hints.yaml#/actions/0/target", what)


def test_objects_are_merged_lists_joined_and_primitives_replaced() -> None:
    document: JsonObject = {"a": {"keep": 1, "list": [1], "text": "old", "deep": {"x": 1}, "flag": False}}
    changed = update(document, "$.a", {"list": [2], "text": "new", "deep": {"y": [2]}, "flag": {"z": None}})
    assert changed == {"a": {"keep": 1, "list": [1, 2], "text": "new", "deep": {"x": 1, "y": [2]}, "flag": {"z": None}}}


def test_update_of_a_list_is_appended_as_one_item() -> None:
    assert update({"a": [1]}, "$.a", [2, 3]) == {"a": [1, [2, 3]]}
    assert update({"a": [1]}, "$.a", {"b": 2}) == {"a": [1, {"b": 2}]}


def test_update_of_a_primitive_replaces_it() -> None:
    assert update({"a": [1, 2]}, "$.a[1]", {"b": 2}) == {"a": [1, {"b": 2}]}
    assert update({"a": 1}, "$.a", None) == {"a": None}


def test_update_of_an_object_has_to_be_an_object() -> None:
    (problem,) = problems_of(overlay({"target": "$.paths", "update": "x"}))
    assert problem.where == "hints.yaml#/actions/0/update"
    assert problem.what == "is text, but the target is an object and can only be merged with an object"


def test_remove_takes_several_items_of_a_list_and_nested_matches() -> None:
    assert remove({"a": [{"n": 1}, {"n": 2}, {"n": 1}]}, "$.a[?@.n == 1]") == {"a": [{"n": 2}]}
    assert remove({"x": {"x": 1}, "y": [{"x": 2, "z": 3}]}, "$..x") == {"y": [{"z": 3}]}


def test_update_reaches_a_place_and_one_inside_it() -> None:
    assert update({"x": {"x": {"y": 1}}}, "$..x", {"z": 0}) == {"x": {"x": {"y": 1, "z": 0}, "z": 0}}


def test_actions_see_what_earlier_ones_did() -> None:
    hints = overlay(
        {"target": "$", "update": {"new": {"list": []}}},
        {"target": "$.new.list", "update": 1},
        {"target": "$.paths", "remove": True},
    )
    changed = apply(DOCUMENT, hints, where="hints.yaml")
    assert changed["new"] == {"list": [1]}
    assert "paths" not in changed


def test_document_itself_cannot_be_removed() -> None:
    (problem,) = problems_of(overlay({"target": "$", "remove": True}))
    assert problem.what == "the document itself cannot be removed"


@given(OBJECTS)
def test_empty_overlay_is_the_identity(document: JsonObject) -> None:
    assert apply(document, overlay(), where="hints.yaml") == document


@given(OBJECTS, OBJECTS)
def test_merging_leaves_both_inputs_as_they_were(document: JsonObject, addition: JsonObject) -> None:
    before = copy.deepcopy((document, addition))
    hints = overlay({"target": "$", "update": addition}, {"target": "$.*", "remove": True})
    try:
        apply(document, hints, where="hints.yaml")
    except AtlasgenError:  # `$.*` misses where both are empty
        assert not document
        assert not addition
    assert (document, addition) == before


@given(OBJECTS, OBJECTS)
def test_merged_document_says_all_that_the_update_says(document: JsonObject, addition: JsonObject) -> None:
    merged = update(document, "$", addition)
    assert set(merged) == set(document) | set(addition)
    for key, value in merged.items():
        old, new = document.get(key), addition.get(key)
        if key not in addition:
            assert value == old
        elif isinstance(old, list) and isinstance(new, list):
            assert value == old + new
        elif not (isinstance(old, dict) and isinstance(new, dict)):
            assert value == new


@given(OBJECTS.filter(bool), OBJECTS)
def test_edit_at_every_place_leaves_the_document_as_it_was(document: JsonObject, value: JsonObject) -> None:
    before = copy.deepcopy(document)
    changed = update(document, "$..*", value)
    assert set(changed) == set(document)
    assert remove(document, "$..*") == {}
    assert document == before


def test_untouched_parts_are_shared() -> None:
    changed = update(DOCUMENT, "$.components.schemas.OrderBean", {"x": 1})
    assert changed["paths"] is DOCUMENT["paths"]


def test_all_problems_of_an_overlay_come_together() -> None:
    hints = overlay(
        {"target": "$.path", "update": {}},
        {"target": "$[", "remove": True},
        {"target": "$.paths"},
        {"target": "$.paths", "update": {}, "remove": True},
        {"target": "$.paths", "updte": {}},
        {"target": 1, "remove": "yes", "description": 2},
        "text",
    )
    hints |= {"overlay": "2.0.0", "info": {"title": "t", "version": 1}, "acions": []}
    assert [
        (problem.where.removeprefix("hints.yaml"), problem.what.split("\n")[0]) for problem in problems_of(hints)
    ] == [
        ("#/overlay", "version '2.0.0' is not supported"),
        ("", "'acions' is not known here"),
        ("#/info", "needs 'version', which is text"),
        ("#/actions/0/target", "no 'path' in $; nearest is 'paths'"),
        ("#/actions/1/target", "column 3: expected a quoted name, a position, * or ?"),
        ("#/actions/2", "has neither 'update' nor 'remove: true'"),
        ("#/actions/3", "has both 'update' and 'remove'"),
        ("#/actions/4", "'updte' is not known here"),
        ("#/actions/4", "has neither 'update' nor 'remove: true'"),
        ("#/actions/5", "needs 'target', which is text"),
        ("#/actions/5/description", "is text, not a number"),
        ("#/actions/5/remove", "is true or false, not text"),
        ("#/actions/6", "an action is an object, not text"),
    ]


def test_unknown_key_suggests_the_nearest() -> None:
    unknown, _ = problems_of(overlay({"target": "$.paths", "updte": {}}))
    assert unknown.remedy == "Did you mean 'update'?"


def test_extension_keys_and_null_updates_are_accepted() -> None:
    hints = overlay({"target": "$.openapi", "update": None, "x-note": 1, "description": "why"})
    assert apply(DOCUMENT, hints | {"x-a": 1, "extends": "./spec.yaml"}, where="h")["openapi"] is None


@pytest.mark.parametrize(
    ("hints", "what"),
    [
        ({"openapi": "3.1.0"}, "is an OpenAPI document, not an overlay"),
        ({"actions": []}, "is not an overlay: it has no 'overlay'"),
        ({"overlay": 1.0, "info": {"title": "", "version": ""}, "actions": []}, "is a number, not text"),
        ({"overlay": "1.0.0", "info": {"title": "", "version": ""}}, "needs 'actions', a list"),
        ({"overlay": "1.0.0", "actions": []}, "needs 'info', an object with title and version"),
    ],
)
def test_overlay_that_is_none_is_refused(hints: JsonObject, what: str) -> None:
    (problem,) = problems_of(hints)
    assert problem.what == what


def test_overlay_cannot_nest_a_document_beyond_the_limit() -> None:
    deep: Json = {}
    for _ in range(150):
        deep = {"a": deep}
    inner = "$" + ".a" * 150
    (problem,) = problems_of(overlay({"target": "$", "update": deep}, {"target": inner, "update": deep}), {})
    assert problem == Problem("hints.yaml#/actions/1/update", "would nest the document more than 200 levels deep")


def test_overlay_cannot_grow_a_document_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonpath, "MAX_PLACES", 1000)
    doubling: Json = {"target": "$..a", "update": {"a": {"a": {}}}}
    problems = problems_of(overlay(*[doubling] * 60), {"a": {}, "b": [{"a": {}}] * 100})
    assert "names more than 1,000 places" in problems[0].what


@pytest.mark.parametrize("by", ["name", "operation"])
def test_three_hundred_hints_on_a_large_document_take_well_under_a_second(by: str) -> None:
    if not JIRA.exists():
        pytest.skip("the document is not here")
    document = read_openapi(JIRA)
    before = json.dumps(document)
    paths = document["paths"]
    assert isinstance(paths, dict)
    names = [
        (path, method, operation["operationId"])
        for path, item in paths.items() if isinstance(item, dict)
        for method, operation in item.items() if isinstance(operation, dict)
    ][:300]  # fmt: skip
    targets = {
        "name": [f"$.paths['{path}'].{method}" for path, method, _ in names],
        "operation": [f"$.paths.*[?(@.operationId == '{name}')]" for _, _, name in names],
    }[by]
    addition: Json = {"x-atlasgen": {"archetype": "get"}}
    hints = overlay(*({"target": target, "update": addition} for target in targets))
    start = time.perf_counter()
    changed = apply(document, hints, where="hints.yaml")
    assert time.perf_counter() - start < 1
    assert json.dumps(changed).count('"x-atlasgen"') == len(names) == 300
    assert json.dumps(document) == before
