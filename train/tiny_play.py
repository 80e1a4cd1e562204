"""Tasks played by the tiny model, many at once: every turn goes on from the keys and values of those before."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from transformers import DynamicCache, PreTrainedTokenizerFast, Qwen3ForCausalLM

from atlasgen.runtime.environment import Call, Environment
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory, refused
from train import adapter, tiny_text, tiny_view

TURN_TOKENS: Final = 160
"""Tokens of a turn; the longest of the expert's has fewer."""

TURNS: Final = 14
_CALL: Final = re.compile(r"<tool_call>\n(.*?)\n</tool_call>", re.DOTALL)


@dataclass(slots=True)
class Row:
    """One rollout while it is played."""

    scenario: Scenario
    environment: Environment
    task: Task
    calls: list[Call] = field(default_factory=list)
    final: str = ""
    clipped: bool = False
    malformed: bool = False
    capped: bool = False
    tokens: list[int] = field(default_factory=list)
    own: list[bool] = field(default_factory=list)

    def score(self) -> Score:
        """Return what the rollout is worth."""
        trajectory = Trajectory(tuple(self.calls), self.final, self.clipped, self.malformed, self.capped)
        return self.scenario.score(self.task, trajectory, self.environment.diff())

    def answer(self, text: str) -> str | None:
        """Execute the call that a turn makes and return the answer; None where it makes none."""
        found = _CALL.search(text)
        if found is None:
            self.final = text
            self.malformed = "<tool_call>" in text or "</tool_call>" in text
            return None
        try:
            call = json.loads(found[1])
            name, arguments = str(call["name"]), call["arguments"]
        except (ValueError, KeyError, TypeError):
            self.malformed = True
            return None
        if not isinstance(arguments, Mapping) or name not in self.task.tools:
            self.calls.append(refused(name, dict(arguments) if isinstance(arguments, Mapping) else {}))
            return str({"error": f"Tool {name} not found."})
        reply = self.environment.call(name, dict(arguments))
        self.calls.append(self.environment.calls[-1])
        return tiny_view.observation_view(reply.status, reply.content)


class Player:
    """Plays the tasks of one scenario; the tools are read once."""

    def __init__(self, policy: Qwen3ForCausalLM, made: PreTrainedTokenizerFast, scenario: Scenario) -> None:
        self._policy, self._made, self.scenario = policy, made, scenario
        self.prefix = made.encode(
            tiny_text.opening(made, tiny_view.tool_view(adapter.offered(scenario))), add_special_tokens=False
        )
        self._spare: list[Environment] = []

    @torch.no_grad()
    def play(self, tasks: Sequence[Task], *, temperature: float, seed: int = 0) -> list[Row]:
        """Play tasks side by side; return the rollouts in their order.

        Args:
            tasks: The tasks; the same one may come several times.
            temperature: 0 for the likeliest token.
            seed: Of the sampling.
        """
        end = self._made.eos_token_id
        lot = torch.Generator().manual_seed(seed)
        while len(self._spare) < len(tasks):
            self._spare.append(self.scenario.environment())
        rows = [
            Row(self.scenario, environment, task)
            for environment, task in zip(self._spare[: len(tasks)], tasks, strict=True)
        ]
        for row in rows:
            row.scenario.start(row.environment, row.task)
        cache = self._policy.model(torch.tensor([self.prefix]), use_cache=True).past_key_values
        cache = _chosen(cache, [0] * len(rows))
        mask = torch.ones(len(rows), len(self.prefix), dtype=torch.long)
        places = torch.full((len(rows),), len(self.prefix))
        blocks = [
            self._made.encode(
                f"<|im_start|>user\n{row.task.instruction}<|im_end|>\n<|im_start|>assistant\n",
                add_special_tokens=False,
            )
            for row in rows
        ]
        active = rows
        for turn in range(TURNS + 1):
            for row, block in zip(active, blocks, strict=True):
                row.tokens += block
                row.own += [False] * len(block)
            width = max(map(len, blocks))
            ids = torch.tensor([block + [0] * (width - len(block)) for block in blocks])
            valid = torch.tensor([[1] * len(block) + [0] * (width - len(block)) for block in blocks])
            mask = torch.cat([mask, valid], 1)
            positions = places[:, None] + torch.arange(width)[None]
            hidden = self._policy.model(
                ids, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True
            ).last_hidden_state
            last = hidden[torch.arange(len(active)), valid.sum(1) - 1]
            places = places + valid.sum(1)
            said: list[list[int]] = [[] for _ in active]
            running = torch.ones(len(active), dtype=torch.long)
            for _ in range(TURN_TOKENS):
                logits = self._policy.lm_head(last).float()
                if temperature:
                    chosen = torch.multinomial((logits / temperature).softmax(-1), 1, generator=lot)[:, 0]
                else:
                    chosen = logits.argmax(-1)
                for number, token in enumerate(chosen.tolist()):
                    if running[number]:
                        said[number].append(token)
                mask = torch.cat([mask, running[:, None]], 1)
                positions = places[:, None]
                places = places + running
                running = running * (chosen != end)
                last = self._policy.model(
                    chosen[:, None], attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True
                ).last_hidden_state[:, -1]
                if not running.any():
                    break
            going: list[int] = []
            blocks = []
            for number, (row, tokens) in enumerate(zip(active, said, strict=True)):
                row.tokens += tokens
                row.own += [True] * len(tokens)
                if tokens[-1] != end:
                    row.clipped = True
                    continue
                if turn == TURNS:
                    row.capped = True
                    continue
                text = self._made.decode(tokens[:-1])
                answer = row.answer(text)
                if answer is not None:
                    going.append(number)
                    blocks.append(self._made.encode("\n" + tiny_text.answered(answer), add_special_tokens=False))
            if not going:
                break
            active = [active[number] for number in going]
            cache = _chosen(cache, going)
            mask, places = mask[going], places[going]
        return rows


def _chosen(cache: Any, rows: Sequence[int]) -> DynamicCache:
    made = DynamicCache()
    index = torch.tensor(rows)
    for number, layer in enumerate(cache.layers):
        made.update(layer.keys[index], layer.values[index], number)
    return made


def table(rows: Sequence[Row]) -> dict[str, float]:
    """Return the means over rollouts."""
    scores = [row.score() for row in rows]
    count = len(rows)
    return {
        "n": count,
        "reward": sum(score.reward for score in scores) / count,
        "success": sum(score.success for score in scores) / count,
        "calls": sum(len(row.calls) for row in rows) / count,
        "clipped": sum(row.clipped for row in rows) / count,
        "malformed": sum(row.malformed for row in rows) / count,
        "tokens": sum(len(row.tokens) for row in rows) / count,
    }
