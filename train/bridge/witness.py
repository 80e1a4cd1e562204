"""Proof that a model reads the nested names of its tools, taken from the tokens that enter it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.tools import Tool


def nested_names(parameters: JsonObject) -> tuple[str, ...]:
    """Return the names of all properties that lie within a property, sorted."""
    top = parameters.get("properties")
    inner: set[str] = set()
    for key, value in parameters.items():
        if key != "properties":
            inner |= _names(value)
    for value in top.values() if isinstance(top, dict) else ():
        inner |= _names(value)
    return tuple(sorted(inner))


def _names(schema: Json) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_names, schema))
    if not isinstance(schema, dict):
        return set()
    found: set[str] = set()
    for key, value in schema.items():
        if key == "properties" and isinstance(value, dict):
            found |= set(value).union(*map(_names, value.values()))
        elif key not in ("enum", "const", "default", "examples"):
            found |= _names(value)
    return found


@dataclass(frozen=True, slots=True)
class Toolset:
    """The tools of one scenario, as a prompt has to show them.

    Attributes:
        tools: Their names.
        fields: The names of all properties that lie within a property of an argument.
    """

    tools: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def of(cls, tools: Iterable[Tool]) -> Toolset:
        """Return what prompts must show of some tools."""
        every = tuple(tools)
        fields = sorted({name for tool in every for name in nested_names(tool.parameters)})
        return cls(tuple(tool.name for tool in every), tuple(fields))


class PromptWitness:
    """Reads the first batch of tokens that a model embeds, which is the first batch of prompts, and checks it.

    Attributes:
        prompts: The decoded prompts of that batch, padding apart; empty until the model was used.
        lengths: Their lengths in tokens.
    """

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, known: Iterable[Toolset]) -> None:
        """Watch a model.

        Args:
            model: The model that generates.
            tokenizer: Turns its tokens into text.
            known: The tools of each scenario; a prompt has to show those of one of them.
        """
        self.prompts: tuple[str, ...] = ()
        self.lengths: tuple[int, ...] = ()
        self._tokenizer = tokenizer
        self._known = tuple(known)
        self._hook = model.get_input_embeddings().register_forward_pre_hook(self._see)

    def _see(self, _module: torch.nn.Module, inputs: tuple[Any, ...]) -> None:
        self._hook.remove()
        padding = self._tokenizer.pad_token_id
        rows = [[token for token in line if token != padding] for line in inputs[0].tolist()]
        self.lengths = tuple(map(len, rows))
        self.prompts = tuple(str(self._tokenizer.decode(line)) for line in rows)
        for prompt in self.prompts:
            shown = [item for item in self._known if not _missing(item.tools, prompt)]
            if not shown:
                raise RolloutError("trainer", "the model's prompt shows the tools of no scenario")
            lacking = [_missing(item.fields, prompt) for item in shown]
            if all(lacking):
                raise RolloutError("trainer", f"the model's prompt lacks fields of its tools: {', '.join(lacking[0])}")


def _missing(names: Iterable[str], prompt: str) -> list[str]:
    """Return the names that a prompt does not hold as JSON strings."""
    return [name for name in names if json.dumps(name, ensure_ascii=False) not in prompt]
