from typing import cast

import pytest
import torch

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import JsonObject
from train import tiny
from train.witness import PromptWitness, nested_names


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


@pytest.mark.parametrize("names", [["parent", "key"], ["parent", "summary"]], ids=["there", "missing"])
def test_the_witness_reads_the_tokens_that_the_model_embeds(names: list[str]) -> None:
    tokenizer = tiny.tokenizer([])
    model = tiny.model(tokenizer, seed=0)
    witness = PromptWitness(model, tokenizer, names)
    rows = ['{"parent": {"key": 1}}', 'longer {"parent": {"key": 1}}']
    tokens = tokenizer(rows, padding=True, padding_side="left", return_tensors="pt")
    ids = cast("torch.Tensor", tokens["input_ids"])
    if "summary" in names:
        with pytest.raises(RolloutError, match="lacks fields of its tools: summary"):
            model(input_ids=ids)
    else:
        model(input_ids=ids)
        assert witness.prompts == tuple(rows)
        model(input_ids=ids[:, :1])
        assert witness.prompts == tuple(rows), "only the first batch is kept"
