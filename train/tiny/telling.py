"""Conversations as tokens: rendered as the chat template does, weighted, and told in other words.

To learn to copy words rather than to know them, the tiny model reads each conversation with other words in its values:
the same new word wherever the old one stood.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from transformers import PreTrainedTokenizerFast

from atlasgen.jsonvalue import JsonObject
from train.tiny import view, vocabulary, wording
from train.tiny.demonstrations import Demo, Turn
from train.tiny.drills import Sample

DIGITS_WEIGHT: Final = 2.0
"""What a piece of a number counts in a loss: a wrong id spoils the whole conversation."""

_WORD: Final = re.compile(r"[A-Za-z]+")
# What has a meaning of its own in requests and answers.
FIXED: Final = frozenset((
    *view.NAMES, *view.IDS, "fields", "AND", "Sub", "task", "storage", "global", "current", "draft", "Done",
    "lt", "gt", "amp", "page", "space", "spaces", "pages", "of", "the", "in", "is", "and", "on",
))  # fmt: skip


def called(turn: Turn) -> str:
    """Return what an agent says in a turn, as the chat template writes it."""
    if not turn.tool:
        return turn.text
    call = f'<tool_call>\n{{"name": {_json(turn.tool)}, "arguments": {_json(turn.arguments)}}}\n</tool_call>'
    return f"{turn.text}\n{call}" if turn.text else call


def answered(answer: str) -> str:
    """Return an answer and the opening of the next turn."""
    return f"<|im_start|>user\n<tool_response>\n{answer}\n</tool_response><|im_end|>\n<|im_start|>assistant\n"


def segments(demo: Demo) -> list[tuple[str, bool]]:
    """Return the parts of a conversation after the tools, and whether the agent says them."""
    parts = [(f"<|im_start|>user\n{demo.instruction}<|im_end|>\n<|im_start|>assistant\n", False)]
    for turn in demo.turns:
        parts.append((f"{called(turn)}<|im_end|>", True))
        parts.append(("\n" + (answered(turn.answer) if turn.tool else ""), False))
    return parts


def messages(demo: Demo) -> list[dict[str, Any]]:
    """Return a conversation as chat templates take it."""
    told: list[dict[str, Any]] = [{"role": "user", "content": demo.instruction}]
    for turn in demo.turns:
        message: dict[str, Any] = {"role": "assistant", "content": turn.text}
        if turn.tool:
            function = {"name": turn.tool, "arguments": turn.arguments}
            message["tool_calls"] = [{"type": "function", "function": function}]
        told.append(message)
        if turn.tool:
            told.append({"role": "tool", "name": turn.tool, "content": turn.answer})
    return told


def opening(made: PreTrainedTokenizerFast, tools: Sequence[dict[Any, Any]]) -> str:
    """Return what stands before the instruction: the tools."""
    told = made.apply_chat_template([{"role": "user", "content": "?"}], tools=[*tools], tokenize=False)
    return str(told).partition("<|im_start|>user\n?")[0]


class Text:
    """Turns conversations into weighted tokens."""

    def __init__(self, made: PreTrainedTokenizerFast, pool: Sequence[str], keep: Iterable[str]) -> None:
        """Keep what is shared.

        Args:
            made: The tokenizer.
            pool: Words to tell with.
            keep: Words that stay.
        """
        self._made = made
        self._pool = tuple(pool)
        self._keep = FIXED | set(keep)
        numbers = made.get_vocab().items()
        self._pieces = [token for token in sorted(made.get_vocab()) if re.fullmatch("[a-z]{1,6}", token)]
        self._digits = {number for token, number in numbers if token.isdigit()}

    def sample(self, demo: Demo, lot: random.Random, *, told_anew: float) -> Sample:
        """Return a conversation as weighted tokens.

        Args:
            demo: The conversation.
            lot: Draws.
            told_anew: The share of conversations in which words are replaced.
        """
        if lot.random() < told_anew:
            new = wording.reworded(demo.instruction, lot, words=self._pool, keep=values(demo))
            demo = replace(demo, instruction=new)
        parts = segments(demo)
        if lot.random() < told_anew:
            words = self._replaced(demo, lot)
            parts = [(_WORD.sub(lambda found: words.get(found[0], found[0]), text), own) for text, own in parts]
        tokens: list[int] = []
        weights: list[float] = []
        for ids, (_, own) in zip(vocabulary.encoded(self._made, (text for text, _ in parts)), parts, strict=True):
            tokens += ids
            weights += [(DIGITS_WEIGHT if token in self._digits else 1.0) if own else 0.0 for token in ids]
        return tokens, weights

    def _replaced(self, demo: Demo, lot: random.Random) -> dict[str, str]:
        """Return new words for those that values are made of."""
        share = lot.random()
        found = sorted(values(demo) - self._keep - _steps(demo))
        return {word: self._word(word, lot) for word in found if lot.random() < share}

    def _word(self, like: str, lot: random.Random) -> str:
        word, kind = lot.choice(self._pool), lot.random()
        if kind < 0.5:
            word = "".join(lot.choice(self._pieces) for _ in range(lot.choice((1, 2, 2, 3))))
        elif kind < 0.7:
            word = word[: lot.randint(2, 4)] + lot.choice(self._pool)[-lot.randint(2, 5) :]
        if like.isupper() and len(like) > 1:
            return word[: lot.randint(2, 5)].upper()
        return word.capitalize() if like[0].isupper() else word.lower()


def values(demo: Demo) -> set[str]:
    """Return the words in the values that a conversation is about."""
    found: set[str] = set()
    for turn in demo.turns:
        if turn.arguments is not None:
            found |= set(_WORD.findall(" ".join(_texts(turn.arguments))))
        if turn.answer.startswith(("[", "{")):
            try:
                told = json.loads(turn.answer)
            except ValueError:
                continue
            for record in told if isinstance(told, list) else [told]:
                if isinstance(record, dict):
                    kept = {name: value for name, value in record.items() if name in (*view.NAMES, "key")}
                    found |= set(_WORD.findall(" ".join(_texts(kept))))
    serial = set(_WORD.findall(" ".join(re.findall(r"[0-9a-f]{24}", json.dumps([turn.answer for turn in demo.turns])))))
    return {word for word in found if len(word) > 1} - serial


def _steps(demo: Demo) -> set[str]:
    """Return the words of the workflow where it takes more than one step, as the first can only be known by heart."""
    lists = [turn.answer for turn in demo.turns if turn.tool == "getTransitions"]
    return set(_WORD.findall(" ".join(lists))) if len(lists) > 1 else set()


def common(demos: Iterable[Demo], *, share: float = 0.02) -> set[str]:
    """Return the words that instructions are worded with: those that stand in many of them outside quotes."""
    counts: Counter[str] = Counter()
    total = 0
    for demo in demos:
        bare = re.sub(r'"[^"]*"|“[^”]*”', " ", demo.instruction)
        counts.update(set(_WORD.findall(bare)) - values(demo))
        total += 1
    return {word for word, count in counts.items() if count > share * total}


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [re.sub(r"<[^>]*>", " ", value)] if isinstance(value, str) else []


def _json(value: str | JsonObject | None) -> str:
    return json.dumps(value, ensure_ascii=False)
