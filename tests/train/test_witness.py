from collections.abc import Sequence
from typing import cast

import pytest
import torch

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import JsonObject
from train.bridge.witness import PromptWitness, Toolset, nested_names
from train.tiny import blank


def test_names_within_properties_are_found_wherever_a_schema_keeps_them() -> None:
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "body": {
                "properties": {
                    "fields": {"$ref": "#/$defs/Fields"},
                    "list": {"items": {"anyOf": [{"properties": {"a": {}}}, {"type": "null"}]}},
                    "properties": {"properties": {"b": {"default": {"properties": {"not": {}}}}}},
                    "enum": {"enum": [{"properties": {"nor": {}}}]},
                }
            },
        },
        "$defs": {"Fields": {"properties": {"parent": {"$ref": "#/$defs/Fields"}}}},
    }
    assert nested_names(schema) == ("a", "b", "enum", "fields", "list", "parent", "properties")


def test_a_flat_schema_has_no_nested_names() -> None:
    assert nested_names({"properties": {"id": {"type": "string"}}}) == ()


ISSUES = Toolset(("getIssue",), ("key", "parent"))
PAGES = Toolset(("getPage",), ("summary",))


def read(*rows: str, known: Sequence[Toolset] = (ISSUES, PAGES)) -> PromptWitness:
    tokenizer = blank.tokenizer([])
    model = blank.model(tokenizer, seed=0)
    witness = PromptWitness(model, tokenizer, known)
    tokens = tokenizer([*rows], padding=True, padding_side="left", return_tensors="pt")
    ids = cast("torch.Tensor", tokens["input_ids"])
    model(input_ids=ids)
    model(input_ids=ids[:, :1])
    return witness


def test_the_witness_reads_the_tokens_that_the_model_embeds_first() -> None:
    rows = ('"getIssue": {"parent": {"key": 1}}', 'longer "getPage": {"summary": {}}')
    assert read(*rows).prompts == rows


def test_a_prompt_has_to_show_the_nested_names_of_its_own_tools() -> None:
    with pytest.raises(RolloutError, match="lacks fields of its tools: summary"):
        read('"getPage": {"parent": {"key": 1}}')
    with pytest.raises(RolloutError, match="lacks fields of its tools: key"):
        read('"getIssue": {"parent": {}}, "summary"', known=[ISSUES])


def test_a_prompt_without_any_tools_is_noticed() -> None:
    with pytest.raises(RolloutError, match="shows the tools of no scenario"):
        read('"parent" "key" "summary"')
