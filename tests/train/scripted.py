"""A tiny model that is made to say what a script tells it; all else of generation and training is real."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import torch
from transformers import LogitsProcessor, LogitsProcessorList, PreTrainedModel, PreTrainedTokenizerBase

from atlasgen.jsonvalue import Json

Script = Callable[[int, int, str], str]
"""From the position of a rollout in its batch, its turn (from 1) and the text so far to what the model says next."""


def call(tool: str, **arguments: Json) -> str:
    """Return a tool call as the model writes it."""
    return "<tool_call>\n" + json.dumps({"name": tool, "arguments": arguments}) + "\n</tool_call>"


class _Forced(LogitsProcessor):
    def __init__(self, prompt_length: int, lines: list[list[int]]) -> None:
        self._start = prompt_length
        self._lines = lines

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        position = input_ids.shape[1] - self._start
        forced = torch.full_like(scores, -torch.inf)
        for row, line in enumerate(self._lines):
            forced[row, line[min(position, len(line) - 1)]] = 0.0
        return forced


def force(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, script: Script) -> None:
    """Replace what a model samples by a script; every turn ends by itself, unless the script ends it with `...`."""
    positions: list[int] = []

    def speak(texts: list[str]) -> list[str]:
        turns = [text.count("<|im_start|>assistant") for text in texts]
        if turns[0] == 1:
            positions[:] = range(len(texts))
        said = [script(at, turn, text) for at, turn, text in zip(positions, turns, texts, strict=True)]
        positions[:] = [at for at, line in zip(positions, said, strict=True) if "</tool_call>" in line]
        return said

    force_batch(model, tokenizer, speak)


def force_batch(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, speak: Callable[[list[str]], list[str]]
) -> None:
    """Replace what a model samples by what a function says to all texts of a batch."""
    generate: Any = model.generate

    def scripted(**given: Any) -> Any:
        said = speak([str(tokenizer.decode(line)).replace("<|endoftext|>", "") for line in given["input_ids"]])
        lines = [line.removesuffix("...") + "<|im_end|>" * (not line.endswith("...")) for line in said]
        forced = _Forced(given["input_ids"].shape[1], [tokenizer(line)["input_ids"] for line in lines])
        return generate(**given, logits_processor=LogitsProcessorList([forced]))

    model.generate = scripted  # type: ignore[assignment]  # one instance
