"""Values that are made from schemas meet them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from atlasgen.plan.read import plan_of
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.runtime.validation import Validators

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "specs"

SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "string", "minLength": 3, "maxLength": 4},
    {"type": "string", "maxLength": 0},
    {"type": "integer", "minimum": 7, "maximum": 7},
    {"type": "integer", "exclusiveMinimum": 7, "exclusiveMaximum": 9},
    {"type": "integer", "minimum": 10, "multipleOf": 25},
    {"type": ["null", "boolean"]},
    {"enum": ["a", 1, None]},
    {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True, "maxItems": 2},
    {"type": "object", "minProperties": 2, "additionalProperties": {"type": "number"}},
    {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "required": ["c"], "maxProperties": 2},
    {"anyOf": [{"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}}, {"type": "null"}]},
    {"$ref": "#/$defs/Tree"},
    {
        "type": "array",
        "minItems": 1,
        "items": {"type": "object", "required": ["x"], "properties": {"x": {"type": "object", "required": ["a"]}}},
        "allOf": [{"items": {"properties": {"x": {"properties": {"a": {"const": 1}}}}}}],
    },
)
DEFINITIONS: dict[str, Any] = {
    "Tree": {
        "type": "object",
        "required": ["leaf"],
        "properties": {
            "leaf": {"type": "string"},
            "left": {"$ref": "#/$defs/Tree"},
            "rest": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
        },
    }
}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: "-".join(schema))
@pytest.mark.parametrize("share", [0, 40, 100])
def test_value_meets_its_schema(schema: dict[str, Any], share: int) -> None:
    accepts = Validators(DEFINITIONS).compile(schema).accepts
    sampler = Sampler(DEFINITIONS, chooser(1), share=share)
    assert all(accepts(sampler.value(schema)) for _ in range(50))


@pytest.mark.parametrize(
    "pattern",
    [
        r"^CH[0-9a-fA-F]{32}$",
        r"^\d{4}-\d{2}-\d{2}$",
        r"^[^\s/]+@x\.(org|net)$",
        r"(a|b)\1",
        r"^\S+$",
        "[^a-y]{3}",
        "^.?$",
    ],
)
def test_text_matches_the_pattern_that_it_is_made_from(pattern: str) -> None:
    sampler = Sampler({}, chooser(2))
    for _ in range(20):
        text = sampler.matching(pattern)
        assert text is not None
        assert re.search(pattern, text)


def test_pattern_that_cannot_be_followed_makes_nothing() -> None:
    assert Sampler({}, chooser(0)).matching(r"^(?!.*)x$") is None
    assert Sampler({}, chooser(0)).matching(r"\p{Lu}") is None


def test_share_says_how_much_of_what_may_be_left_out_is_there() -> None:
    schema = {"type": "object", "properties": {name: {"type": "null"} for name in "abcdef"}}
    made = {share: len(Sampler({}, chooser(3), share=share).value(schema)) for share in (0, 50, 100)}
    assert made[0] == 0 < made[50] < made[100] == 6


def test_same_choices_make_the_same_value() -> None:
    one, other = (Sampler(DEFINITIONS, chooser(4)).value({"$ref": "#/$defs/Tree"}) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("name", "impossible"),
    [
        # They require a member that they do not allow.
        ("jira-v3.json", ["submitBulkMove", "addSecurityLevelMembers"]),
        ("confluence-v2.json", []),
        ("others/twilio-conversations.json", []),
    ],
)
def test_arguments_of_real_operations_are_made(name: str, impossible: list[str]) -> None:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    plan = plan_of(path)
    validators = Validators(plan.schemas)
    missed = []
    for operation in plan.operations:
        accepts = validators.compile(operation.arguments()).accepts
        tries = (Sampler(plan.schemas, chooser(seed), share=40).value(operation.arguments()) for seed in range(10))
        if not any(accepts(value) for value in tries):
            missed.append(operation.tool)
    assert missed == impossible
