"""Sampling of several token sequences in lock-step, turn by turn; what a model has read it does not read again.

Each sequence has a stream of random numbers of its own, so what it says does not hang on its neighbours (beyond the
rounding of the model's arithmetic, which may depend on the shape of a batch).
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from typing import Any

import torch
from transformers import Cache, DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer


def reuses(model: PreTrainedModel) -> bool:
    """Return whether what a model has read can be kept from turn to turn: where every layer attends to all of it."""
    config = model.config.get_text_config()
    kinds = getattr(config, "layer_types", None) or ["full_attention"] * config.num_hidden_layers
    return set(kinds) == {"full_attention"}


class _RoomyLayer(DynamicLayer):  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    """A layer of a cache that grows into room of its own; the library's copies itself for every token."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # likewise
        self._room: list[torch.Tensor] = []
        self._given: torch.Tensor | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Add what was read, and return all that has been."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        known, new = self.get_seq_length(), key_states.shape[-2]
        # Whoever chose or repeated rows has left another tensor here.
        if self._given is not self.keys or self._room[0].shape[-2] < known + new:
            self._room = [self._grown(held, states) for held, states in self._pairs(key_states, value_states)]
        for room, (_, states) in zip(self._room, self._pairs(key_states, value_states), strict=True):
            room[:, :, known : known + new] = states
        self.keys, self.values = (room[:, :, : known + new] for room in self._room)
        self._given = self.keys
        return self.keys, self.values

    def _pairs(self, keys: torch.Tensor, values: torch.Tensor) -> list[tuple[Any, torch.Tensor]]:
        return [(self.keys, keys), (self.values, values)]

    def _grown(self, held: torch.Tensor, states: torch.Tensor) -> torch.Tensor:
        known, new = self.get_seq_length(), states.shape[-2]
        room = states.new_empty((*states.shape[:2], known + new + _ROOM, states.shape[-1]))
        if known:
            room[:, :, :known] = held
        return room


_ROOM = 256  # tokens


def _cache(model: PreTrainedModel) -> Cache:
    if not reuses(model):
        return DynamicCache(config=model.config)
    return Cache(layers=[_RoomyLayer() for _ in range(model.config.get_text_config().num_hidden_layers)])


class Sequences:
    """Token sequences that a model continues; they grow side by side and end one by one.

    The beginning that all have in common (the tools, mostly) is read once. What is shorter than its neighbour gets
    padding in front, turn by turn; the mask hides it wherever it stands, and positions count real tokens alone.
    """

    def __init__(self, model: PreTrainedModel, prompts: Sequence[Sequence[int]], *, keep: bool | None = None) -> None:
        """Take the prompts.

        Args:
            model: The model; it is put into no other mode or place.
            prompts: The tokens that each sequence begins with, one at least.
            keep: Whether to keep what has been read; found out by the model's kind if it is None.
        """
        self._model = model
        self._keep = reuses(model) if keep is None else keep
        self._texts = [list(prompt) for prompt in prompts]
        self._unread = [list(prompt) for prompt in prompts]
        self._cache = _cache(model)
        self._mask = self._long([[] for _ in prompts])
        self._share()

    @property
    def texts(self) -> list[list[int]]:
        """All tokens of each sequence."""
        return self._texts

    def add(self, row: int, tokens: Sequence[int]) -> None:
        """Add tokens that the model has not said: the results of tools."""
        self._texts[row] += tokens
        self._unread[row] += tokens

    def select(self, rows: Sequence[int]) -> None:
        """Keep only some of the sequences, under new numbers."""
        if len(rows) == len(self._texts):
            return
        self._texts = [self._texts[row] for row in rows]
        self._unread = [self._unread[row] for row in rows]
        if self._cache.get_seq_length():
            chosen = torch.tensor(rows, dtype=torch.long, device=self._model.device)
            self._cache.batch_select_indices(chosen)
            self._mask = self._mask[chosen]
        else:
            self._mask = self._long([[] for _ in rows])

    @torch.inference_mode()
    def speak(
        self,
        limits: Sequence[int],
        *,
        temperature: float,
        chances: Sequence[random.Random],
        ends: Collection[int],
    ) -> list[list[int]]:
        """Let the model continue each sequence until it says an end or has said enough; return what it said.

        Args:
            limits: How many tokens each may say at most; a sequence that may say none is left as it is.
            temperature: Of sampling; 0 takes the likeliest token.
            chances: The random numbers of each sequence; one is used for each token.
            ends: The tokens that end what is said; the end is part of it.
        """
        if not self._keep:
            self._cache = _cache(self._model)
            self._mask = self._long([[] for _ in self._texts])
            self._unread = [list(text) for text in self._texts]
        said: list[list[int]] = [[] for _ in self._texts]
        running = [limit > 0 for limit in limits]
        if not any(running):
            return said
        logits = self._read(self._unread)
        self._unread = [[] for _ in self._texts]
        while True:
            tokens = _choose(logits, temperature, [chance.random() for chance in chances])
            for row, token in enumerate(tokens):
                if running[row]:
                    said[row].append(token)
                    self._texts[row].append(token)
                    running[row] = token not in ends and len(said[row]) < limits[row]
                    if not running[row]:
                        # It was said, but not read yet.
                        self._unread[row].append(token)
            if not any(running):
                return said
            logits = self._read([[token] if running[row] else [] for row, token in enumerate(tokens)])

    def _share(self) -> None:
        """Read what all sequences begin with once, and leave one token at least of each unread."""
        if not self._keep or len(self._texts) < 2:
            return
        first = self._texts[0]
        common = min(map(len, self._texts)) - 1
        for text in self._texts[1:]:
            common = next((at for at in range(common) if text[at] != first[at]), common)
        if common < 1:
            return
        with torch.inference_mode():
            whole, self._mask = self._mask, self._long([[]])
            self._read([first[:common]])
            self._cache.batch_repeat_interleave(len(whole))
            self._mask = self._mask.repeat(len(whole), 1)
        self._unread = [text[common:] for text in self._texts]

    def _read(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        """Let the model read some tokens of each sequence; return what it expects next, where a row has any."""
        width = max(map(len, rows))
        padding = [width - len(row) for row in rows]
        tokens = self._long([[0] * pad + list(row) for pad, row in zip(padding, rows, strict=True)])
        real = self._long([[0] * pad + [1] * (width - pad) for pad in padding])
        known = self._mask.sum(dim=1, keepdim=True)
        self._mask = torch.cat([self._mask, real], dim=1)
        output = self._model(
            input_ids=tokens,
            attention_mask=self._mask,
            position_ids=(known + real.cumsum(dim=1) - 1).clamp(min=0),
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        logits: torch.Tensor = output.logits[:, -1]
        return logits

    def _long(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        return torch.tensor(rows, dtype=torch.long, device=self._model.device).reshape(len(rows), -1)


def _choose(logits: torch.Tensor, temperature: float, chances: Sequence[float]) -> list[int]:
    """Return a token for each row: the likeliest, or the one at which a number below 1 falls."""
    if temperature == 0:
        return [int(token) for token in logits.argmax(dim=-1).tolist()]
    weights = torch.softmax(logits.double() / temperature, dim=-1).cumsum(dim=-1)
    wanted = torch.tensor(chances, dtype=weights.dtype, device=weights.device)[:, None] * weights[:, -1:]
    found = torch.searchsorted(weights, wanted, right=True).squeeze(1)
    return [int(token) for token in found.clamp(max=logits.shape[-1] - 1).tolist()]
