from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlasgen.errors import Fault
from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.faults import explain
from atlasgen.runtime.keywords import reachable
from atlasgen.runtime.patterns import python_pattern
from atlasgen.runtime.validation import InvalidValue, Validators
from tests.normal_form import documents, near_values

DEFINITIONS: dict[str, JsonObject] = {
    "Reference": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
    "Tree": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
        "additionalProperties": False,
    },
}
VALIDATORS = Validators(DEFINITIONS)
SEVERAL: JsonObject = {
    "type": "object",
    "required": ["name", "zz"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "count": {"type": "integer", "minimum": 1},
        "tree": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
    },
}
UNION: JsonObject = {
    "anyOf": [
        {"type": "object", "properties": {"kind": {"const": "user"}, "id": {"type": "string"}}, "required": ["kind"]},
        {"type": "object", "properties": {"kind": {"const": "group"}, "size": {"type": "integer"}}},
        {"type": "array", "items": {"type": "string"}},
    ]
}

ACCEPTED: list[tuple[Any, Any]] = [
    ({}, None),
    ({}, {"a": [1, 1.5, True, None, "x", {}]}),
    ({"type": "integer"}, 5),
    ({"type": "integer"}, 5.0),
    ({"type": "integer"}, 1e300),
    ({"type": "integer"}, 10**40),
    ({"type": "integer", "minimum": 0.5}, 1),
    ({"type": "number"}, 5),
    ({"type": "number", "multipleOf": 0.01}, 0.07),
    ({"type": ["string", "null"], "maxLength": 2}, None),
    ({"type": "string", "maxLength": 1}, "\N{GRINNING FACE}"),
    ({"type": "string", "format": "date-time"}, "never"),
    ({"type": "string", "pattern": "b"}, "abc"),
    ({"type": "string", "pattern": r"\p{Lu}"}, "no such class in re"),
    ({"enum": [1, "a", None]}, 1.0),
    ({"enum": [{"a": 1}]}, {"a": 1.0}),
    ({"const": [True]}, [True]),
    ({"type": "string", "enum": ["a", 1]}, "a"),
    ({"uniqueItems": True}, [1, True, "1"]),
    ({"uniqueItems": True}, "no list"),
    ({"properties": {"a": {"type": "string"}}}, 5),
    ({"minLength": 3}, [1]),
    ({"required": ["a"], "additionalProperties": {"type": "integer"}, "type": "object"}, {"a": 1}),
    ({"allOf": [{"minimum": 1}, {"maximum": 3}], "type": "number"}, 2),
    ({"not": {"type": "string"}}, 1),
    ({"type": "object", "properties": {"$ref": {"type": "string"}}}, {"$ref": "x"}),
]
REFUSED: list[tuple[Any, Any]] = [
    ({}, math.nan),
    ({}, math.inf),
    ({}, {1: 2}),
    ({}, {"a": {1, 2}}),
    ({}, [(1,)]),
    ({}, b"x"),
    ({}, "\ud800"),
    ({"type": "string"}, "\ud800"),
    ({"type": "object"}, {"\ud800": 1}),
    ({"type": "string"}, 1),
    ({"type": "integer"}, "1"),
    ({"type": "integer"}, True),
    ({"type": "integer"}, 5.5),
    ({"type": "integer"}, 1e10 + 0.5),
    ({"type": "number"}, True),
    ({"type": "number"}, math.nan),
    ({"type": "number", "maximum": 2**53}, 2**53 + 1),
    ({"type": "boolean"}, 0),
    ({"type": "null"}, False),
    ({"type": "string", "pattern": "a$"}, "a\n"),
    ({"type": "string", "pattern": r"^\d$"}, "٣"),
    ({"enum": [1, "a"]}, True),
    ({"enum": [True]}, 1),
    ({"const": 0}, False),
    ({"type": "integer", "enum": ["a"]}, "a"),
    ({"enum": []}, None),
    ({"uniqueItems": True}, [{"a": 1, "b": 2}, {"b": 2.0, "a": 1.0}]),
    ({"properties": {"a": {"type": "string"}}}, {"a": None}),
    ({"type": "object", "required": ["a"], "additionalProperties": False}, {"a": 1}),
    ({"type": "object", "minProperties": 2, "properties": {"a": {}}}, {"a": 1}),
    ({"allOf": [{"minimum": 1}, {"maximum": 3}], "type": "number"}, 4),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1),
    ({"not": {"type": "string"}}, "x"),
    ({"not": {}}, 1),
]
MESSAGES: list[tuple[Any, Any, list[tuple[str, str, str]]]] = [
    ({"type": "string"}, 5, [("type", "", "must be text, not a number")]),
    ({"type": ["string", "null"]}, True, [("type", "", "must be text or null, not true")]),
    ({"type": "integer"}, 5.5, [("type", "", "must be a whole number, not a fraction")]),
    ({"type": "number"}, math.nan, [("type", "", "must be a number, not nan")]),
    ({"type": "array"}, {1}, [("type", "", "must be a list, not a set")]),
    ({"enum": ["a", "b", None]}, "c", [("enum", "", "must be one of 'a', 'b', null")]),
    ({"const": "a"}, 1, [("enum", "", "must be 'a'")]),
    ({"type": "string", "minLength": 1}, "", [("length", "", "must not be empty")]),
    ({"type": "string", "maxLength": 2}, "abc", [("length", "", "must have at most 2 characters, not 3")]),
    ({"type": "string", "pattern": "^a"}, "b", [("format", "", "must match '^a'")]),
    ({"type": "number", "maximum": 2}, 3, [("range", "", "must be at most 2")]),
    ({"type": "array", "maxItems": 1}, [1, 2], [("items", "", "must have at most 1 items, not 2")]),
    ({"uniqueItems": True}, ["a", "b", "a"], [("unique", "/2", "repeats item 0")]),
    ({"not": {"type": "string"}}, "x", [("rule", "", "has a form that is excluded")]),
    (
        SEVERAL,
        {"name": "", "count": "1", "tree": {"children": [{"name": 1}]}, "a/b": None},
        [
            ("missing", "/zz", "is required"),
            ("length", "/name", "must not be empty"),
            ("type", "/count", "must be a whole number, not text"),
            ("type", "/tree/children/0/name", "must be text, not a number"),
            ("extra", "/a~1b", "is not known here; known are 'name', 'count', 'tree'"),
        ],
    ),
    (UNION, 5, [("type", "", "must be an object or a list, not a number")]),
    (UNION, ["a", 1], [("type", "/1", "must be text, not a number")]),
    (UNION, {"kind": "user", "id": 1}, [("type", "/id", "must be text, not a number")]),
    (UNION, {"kind": "group", "size": "1"}, [("type", "/size", "must be a whole number, not text")]),
    ({"anyOf": [{"const": "a"}, {"enum": ["b"]}]}, "c", [("enum", "", "must be one of 'a', 'b'")]),
]


@pytest.mark.parametrize(("schema", "value"), ACCEPTED, ids=str)
def test_value_is_accepted(schema: JsonObject, value: Any) -> None:
    assert VALIDATORS.compile(schema)(value) == value
    assert not explain(schema, value, definitions=DEFINITIONS)


@pytest.mark.parametrize(("schema", "value"), REFUSED, ids=ascii)
def test_value_is_refused_with_a_reason(schema: JsonObject, value: Any) -> None:
    with pytest.raises(InvalidValue) as error:
        VALIDATORS.compile(schema)(value)
    assert error.value.faults
    assert error.value.faults == explain(schema, value, definitions=DEFINITIONS)


@pytest.mark.parametrize(("schema", "value", "expected"), MESSAGES, ids=ascii)
def test_faults_come_all_at_once_in_plain_words(
    schema: JsonObject, value: Any, expected: list[tuple[str, str, str]]
) -> None:
    with pytest.raises(InvalidValue) as error:
        VALIDATORS.compile(schema)(value)
    assert [(fault.kind, fault.pointer, fault.message) for fault in error.value.faults] == expected


def test_pointers_begin_with_the_prefix_and_short_values_are_repeated() -> None:
    with pytest.raises(InvalidValue) as error:
        VALIDATORS.compile({"type": "object", "properties": {"a": {"type": "string"}}})({"a": 5}, "/body")
    assert error.value.faults == (Fault("type", "/body/a", "must be text, not a number", 5),)


def test_whole_float_comes_back_as_an_integer() -> None:
    assert repr(VALIDATORS.compile({"type": "integer"})(5.0)) == "5"
    assert repr(VALIDATORS.compile({"type": "number"})(5)) == "5"


@pytest.mark.parametrize(
    "wrap",
    [lambda value: [value], lambda value: {"children": [value]}, lambda value: {"x": value}],
    ids=["list", "children", "object"],
)
@pytest.mark.parametrize("schema", [{}, {"type": "array"}, {"$ref": "#/$defs/Tree"}, {"uniqueItems": True}], ids=str)
def test_deep_value_is_a_fault_and_no_crash(schema: JsonObject, wrap: Callable[[Any], Any]) -> None:
    value: Any = {}
    for _ in range(10_000):
        value = wrap(value)
    with pytest.raises(InvalidValue):
        VALIDATORS.compile(schema)(value)


def test_value_that_holds_itself_is_a_fault() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(InvalidValue, match="nested too deeply"):
        VALIDATORS.compile({})(value)


def test_negation_may_refer_to_the_definition_that_it_stands_in() -> None:
    definition: JsonObject = {"type": "object", "properties": {"a": {"not": {"$ref": "#/$defs/Odd"}}}}
    validator = Validators({"Odd": definition}).compile({"$ref": "#/$defs/Odd"})
    assert validator({"a": 1}) == {"a": 1}
    with pytest.raises(InvalidValue):
        validator({"a": {}})
    assert validator({"a": {"a": {}}}) == {"a": {"a": {}}}


def test_equal_schemas_share_a_validator_and_unknown_definitions_are_an_error() -> None:
    assert VALIDATORS.compile({"type": "string"}) is VALIDATORS.compile({"type": "string"})
    with pytest.raises(KeyError, match="Nowhere"):
        VALIDATORS.compile({"$ref": "#/$defs/Nowhere"})


def test_only_reachable_definitions_are_compiled() -> None:
    broken: JsonObject = {"$ref": "#/$defs/Nowhere"}
    validators = Validators({**DEFINITIONS, "Broken": broken})
    assert validators.compile({"$ref": "#/$defs/Tree"})({"name": "x"}) == {"name": "x"}
    assert reachable({"items": {"$ref": "#/$defs/Tree"}}, DEFINITIONS) == ["Tree"]


@pytest.mark.parametrize(
    ("pattern", "spelled"),
    [("a$", r"(?a)a\Z"), (r"\$[$]", r"(?a)\$[$]"), ("(?<y>a)(?<=b)", "(?a)(?P<y>a)(?<=b)"), ("(", None)],
)
def test_pattern_is_spelled_for_python(pattern: str, spelled: str | None) -> None:
    assert python_pattern(pattern) == spelled


NODE: JsonObject = {"$ref": "#/$defs/Node"}
BRANCHING: dict[str, JsonObject] = {
    "anyOf": {"anyOf": [{"required": ["b"], "properties": {"a": NODE}}, {"properties": {"a": NODE, "b": {}}}]},
    "allOf": {"allOf": [{"properties": {"a": NODE}}, {"properties": {"a": NODE}, "additionalProperties": {}}]},
    "not": {"properties": {"a": NODE}, "not": {"properties": {"a": NODE}, "required": ["b"]}},
}


@pytest.mark.parametrize("name", BRANCHING)
def test_value_is_held_against_a_definition_once_however_many_branches_lead_there(name: str) -> None:
    definitions: dict[str, JsonObject] = {"Node": {"type": "object", **BRANCHING[name]}}
    validator = Validators(definitions).compile(NODE)
    for innermost in ({}, {"a": 5}):
        value: Any = innermost
        for _ in range(60):
            value = {"a": value}
        assert validator.accepts(value) == (innermost == {})
        assert bool(explain(NODE, value, definitions=definitions)) == (innermost != {})


def test_no_more_than_a_hundred_faults_are_told() -> None:
    assert len(explain({"items": {"type": "string"}}, [1] * 5000, definitions={})) == 100


def test_bound_that_no_value_can_reach_is_a_bound() -> None:
    assert Validators({}).compile({"maxLength": 1e300, "maxItems": 10**30})("x") == "x"
    assert not Validators({}).compile({"type": "string", "minLength": 1e300}).accepts("x")


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_verdicts_equal_those_of_jsonschema_and_copies_are_fresh(data: st.DataObject) -> None:
    definitions = data.draw(documents())
    schema: JsonObject = {"$ref": f"#/$defs/{data.draw(st.sampled_from(sorted(definitions)))}"}
    validator = Validators(definitions).compile(schema)
    oracle = jsonschema_rs.Draft202012Validator({"$defs": definitions, **schema}, validate_formats=False)
    for _ in range(4):
        value = data.draw(near_values(schema, definitions))
        faults = explain(schema, value, definitions=definitions)
        assert validator.accepts(value) == oracle.is_valid(value) == (not faults)
        if faults:
            with pytest.raises(InvalidValue) as error:
                validator(value)
            assert error.value.faults == faults
            continue
        before = json.dumps(value)
        result = validator(value)
        assert result == value
        assert json.dumps(value) == before
        assert not {id(part) for part in _containers(result)} & {id(part) for part in _containers(value)}
        assert validator(result) == result


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from _containers(item)
