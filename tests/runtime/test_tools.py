"""Tools: schemas that refer to nothing outside themselves, and mean what the validators mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.tools import Tool, self_contained
from tests.property.sampling import Sampler, chooser, spoiled

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "specs" / "jira.yaml", ROOT / "specs" / "confluence.yaml", ROOT / "tests" / "golden" / "pets.yaml"]
SHARED = ROOT.parent / "shared" / "specs"


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(item)


def tools_of(path: Path) -> tuple[Tool, ...]:
    return Environment(Emulator(plan_of(path))).tools


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_tool_is_a_function_in_the_openai_format(path: Path) -> None:
    for tool in tools_of(path):
        definition: Any = tool.openai()
        assert definition["type"] == "function"
        assert definition["function"].keys() == {"name", "description", "parameters"}
        assert definition["function"]["description"]
        assert definition["function"]["parameters"]["type"] == "object"
        assert json.loads(json.dumps(definition)) == definition


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_tool_schema_is_valid_and_refers_to_nothing_outside(path: Path) -> None:
    for tool in tools_of(path):
        jsonschema_rs.meta.validate(tool.parameters)
        for node in nodes(tool.parameters):
            if "$ref" in node:
                defined: Any = tool.parameters["$defs"]
                assert node["$ref"].removeprefix("#/$defs/") in defined


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_tool_schema_says_what_the_validator_says(path: Path) -> None:
    emulator, choose, accepted, refused = Emulator(plan_of(path)), chooser(1), 0, 0
    for tool, operation in zip(Environment(emulator).tools, emulator.plan.operations, strict=True):
        independent = jsonschema_rs.Draft202012Validator(tool.parameters)
        own = emulator.context.validators.compile(operation.arguments())
        sampler = Sampler(emulator.plan.schemas, choose)
        for _ in range(60):
            value = sampler.value(operation.arguments())
            for sample in (value, spoiled(value, choose)):
                verdict = independent.is_valid(sample)
                assert own.accepts(sample) == verdict, sample
                accepted, refused = accepted + verdict, refused + (not verdict)
    assert accepted > 50
    assert refused > 20


def test_create_issue_shows_its_nested_fields() -> None:
    (tool,) = (tool for tool in tools_of(DOCUMENTS[0]) if tool.name == "createIssue")
    schema: Any = tool.parameters
    fields = schema["properties"]["body"]["properties"]["fields"]
    assert fields["required"] == ["project", "issuetype", "summary"]
    assert fields["properties"]["project"]["properties"]["key"]["type"] == "string"
    assert fields["additionalProperties"] is False
    assert "transition" not in schema["properties"]["body"]["properties"]


def test_hints_and_titles_are_not_told_to_agents() -> None:
    for path in DOCUMENTS:
        for tool in tools_of(path):
            assert "x-atlasgen" not in json.dumps(tool.parameters)
            assert not any(isinstance(node.get("title"), str) for node in nodes(tool.parameters))


# -- the mechanism -----------------------------------------------------------------------------------------------------

TREE: dict[str, Any] = {
    "Node": {
        "type": "object",
        "title": "Node",
        "properties": {
            "value": {"$ref": "#/$defs/Leaf"},
            "next": {"$ref": "#/$defs/Node"},
            "other": {"anyOf": [{"$ref": "#/$defs/Twin"}, {"type": "null"}]},
        },
        "required": ["value"],
    },
    "Twin": {"type": "object", "properties": {"node": {"$ref": "#/$defs/Node"}}, "additionalProperties": False},
    "Leaf": {"type": "string", "enum": ["$ref", "x"], "default": "x"},
    "Unused": {"type": "integer"},
}


def test_recursion_stays_and_means_the_same() -> None:
    schema: Any = {"type": "object", "properties": {"body": {"$ref": "#/$defs/Node", "description": "the root"}}}
    written = self_contained(schema, TREE)
    assert "Unused" not in json.dumps(written)
    independent = jsonschema_rs.Draft202012Validator({**schema, "$defs": TREE})
    own = jsonschema_rs.Draft202012Validator(written)
    good: Any = {"value": "x", "next": {"value": "$ref", "other": {"node": {"value": "x", "other": None}}}}
    values = [good, {"value": "x", "next": {"value": "y"}}, {"value": "x", "other": {"node": {}}}, {"value": 1}, {}, 5]
    values += [{"value": "x", "next": {"value": "x", "next": {"value": "x", "other": {"nod": 1}}}}]
    verdicts = [own.is_valid({"body": value}) for value in values]
    assert verdicts == [independent.is_valid({"body": value}) for value in values]
    assert verdicts == [True, False, False, False, False, False, False]


def test_names_that_look_like_keywords_are_names() -> None:
    properties: Any = {
        "enum": {"type": "string"}, "title": {"type": "integer"}, "$ref": {"$ref": "#/$defs/Leaf"},
        "default": {"type": "object", "properties": {"properties": {"$ref": "#/$defs/Leaf"}}},
        "x-atlasgen": {"type": "boolean"}, "required": {"type": "null"},
    }  # fmt: skip
    written: Any = self_contained({"type": "object", "properties": properties, "required": ["title"]}, TREE)
    assert written["properties"].keys() == properties.keys()
    assert written["properties"]["title"] == {"type": "integer"}
    assert written["properties"]["default"]["properties"]["properties"] == TREE["Leaf"]
    assert "$defs" not in written


def test_data_in_schemas_is_not_read_as_schemas() -> None:
    data: Any = {"$ref": "#/$defs/Nothing", "title": "kept"}
    schema: Any = {"enum": [data], "default": data, "const": data}
    assert self_contained(schema, {}) == schema


def test_sources_are_not_changed() -> None:
    before = json.dumps(TREE)
    self_contained({"$ref": "#/$defs/Node", "description": "other"}, TREE)
    assert json.dumps(TREE) == before


def test_large_definitions_are_written_out_once() -> None:
    """Definitions that use others twice would double with every level."""
    text = "x" * 300
    definitions: dict[str, Any] = {"L0": {"type": "string", "enum": ["a"], "description": text}}
    for level in range(1, 30):
        both = {name: {"$ref": f"#/$defs/L{level - 1}"} for name in ("left", "right")}
        definitions[f"L{level}"] = {"type": "object", "properties": both, "additionalProperties": False}
    written = self_contained({"$ref": "#/$defs/L29"}, definitions)
    assert len(json.dumps(written)) < 100_000
    own = jsonschema_rs.Draft202012Validator(written)
    for leaf, verdict in (("a", True), ("b", False)):
        value: Any = leaf
        for level in range(29):
            value = {"left": value} if level % 3 else {"right": value}
        assert own.is_valid(value) is verdict


@pytest.mark.parametrize("name", ["confluence-v1.json", "jira-v3.json"])
def test_tool_of_a_real_document_stays_within_bounds(name: str) -> None:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    sizes = {tool.name: len(json.dumps(tool.parameters)) for tool in tools_of(path)}
    assert max(sizes.values()) < 200_000
