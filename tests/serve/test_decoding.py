"""Parameters as clients write them, and the values that the emulator is given."""

from __future__ import annotations

from typing import Any

import pytest

from atlasgen.serve.decoding import decoder

SCHEMAS: dict[str, Any] = {
    "Format": {"type": "string", "enum": ["storage", "wiki"]},
    "Count": {"type": "integer", "minimum": 0},
    "Loop": {"anyOf": [{"$ref": "#/$defs/Loop"}, {"type": "integer"}]},
}


@pytest.mark.parametrize(
    ("schema", "texts", "value"),
    [
        ({"type": "integer"}, ["10001"], 10001),
        ({"type": "integer"}, ["-3"], -3),
        ({"type": "integer"}, ["9223372036854775807"], 2**63 - 1),
        ({"type": "integer"}, ["9223372036854775808"], "9223372036854775808"),
        ({"type": "integer", "format": "int32"}, ["2147483647"], 2**31 - 1),
        ({"type": "integer", "format": "int32"}, ["2147483648"], "2147483648"),
        ({"type": "integer", "format": "int32"}, ["-2147483649"], "-2147483649"),
        ({"$ref": "#/$defs/Count"}, ["7"], 7),
        ({"$ref": "#/$defs/Loop"}, ["7"], 7),
        ({"type": ["integer", "null"]}, ["7"], 7),
        ({"allOf": [{"type": "integer"}, {"minimum": 3}]}, ["7"], 7),
        ({"type": "number"}, ["1.5"], 1.5),
        ({"type": "number"}, ["2e3"], 2000.0),
        ({"type": "boolean"}, ["true"], True),
        ({"type": "boolean"}, ["False"], False),
        ({"type": "boolean"}, ["TRUE"], True),
        ({"type": "string"}, ["10001"], "10001"),
        ({"type": "string"}, ["a,b"], "a,b"),
        ({"$ref": "#/$defs/Format"}, ["wiki"], "wiki"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, ["7"], "7"),
        ({}, ["true"], "true"),
        ({"type": "string"}, ["first", "second"], "first"),
    ],
)
def test_one_value_has_the_type_of_its_schema(schema: dict[str, Any], texts: list[str], value: object) -> None:
    decoded = decoder(schema, SCHEMAS)(texts)
    assert decoded == value
    assert type(decoded) is type(value)


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (["1,2"], [1, 2]),
        (["1", "2"], [1, 2]),
        (["1,2", "3"], [1, 2, 3]),
        (["1"], [1]),
        ([""], []),
        (["1,x"], [1, "x"]),
    ],
)
def test_list_is_given_with_commas_and_by_repetition(texts: list[str], value: list[object]) -> None:
    assert decoder({"type": "array", "items": {"$ref": "#/$defs/Count"}}, SCHEMAS)(texts) == value


def test_text_that_may_be_a_list_too_is_kept_whole() -> None:
    either: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    assert decoder(either, {})(["a,b"]) == "a,b"


@pytest.mark.parametrize("text", ["abc", "", "1.5", "1_000", " 1", "٣", "9" * 5000, "0x10", "null", "NaN"])
def test_what_is_no_integer_stays_text_for_the_service_to_refuse(text: str) -> None:
    assert decoder({"type": "integer"}, {})([text]) == text


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "1e5000", "--1", "."])
def test_what_is_no_number_in_json_stays_text(text: str) -> None:
    assert decoder({"type": "number"}, {})([text]) == text
