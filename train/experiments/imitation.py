"""Cells of the experiment that learn by example: from an expert, from imperfect demonstrations, or from themselves.

They are for the tiny model: conversations become tokens as they do in its warm start. A step has as many conversations
as GRPO has rollouts, and the optimizer is GRPO's. A killed training goes on from its last checkpoint.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase, get_scheduler

from atlasgen.jsonvalue import decode
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.trajectory import Line
from train import warm_start
from train.bridge import adapter
from train.bridge.view import view_of
from train.evaluating.evaluation import evaluate
from train.evaluating.local import LocalPolicy
from train.experiments.cells import How
from train.tiny import learning, telling, view
from train.tiny.demonstrations import Demo, Turn
from train.training.folder import Folder, append, lines
from train.training.mixture import task_seed
from train.training.settings import Settings

ENOUGH: Final = 0.95
"""The reward from which a model learns from a rollout of its own."""

_FRESH: Final = 1000  # tasks before this one were shown in the warm start
_TYPICAL: Final = 60  # conversations that say which words instructions are worded with


def imitate(
    settings: Settings,
    scenarios: Sequence[Scenario],
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    how: How,
) -> None:
    """Train a model in place, and write metrics and weights into the folder of the settings.

    Args:
        settings: The numbers, as for GRPO.
        scenarios: Tasks and rewards.
        model: The policy, in single precision.
        tokenizer: That of the tiny model.
        how: What it learns from.
    """
    into = Folder(settings.out)
    into.path.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings.threads)
    policy, made = _tiny(model, tokenizer)
    own = how == "rejection"  # what it says itself is told as it is
    typical = [demo for item in scenarios for demo in warm_start.demos(item, range(0 if own else _TYPICAL))]
    text = warm_start.text_of(made, typical)
    prefixes = {item.name: _opening(made, item) for item in scenarios}
    optimizer = torch.optim.AdamW(
        policy.parameters(), lr=settings.learning_rate, betas=(0.9, settings.adam_beta2), weight_decay=0.0
    )
    schedule = get_scheduler(settings.decay, optimizer, settings.warmup_steps, settings.steps)
    state = into.path / "state.pt"
    begun = _restore(state, into, policy, optimizer, schedule)
    for step in range(begun, settings.steps):
        if own:
            kept, figures = _own(settings, scenarios, model, tokenizer, step)
        else:
            kept, figures = _shown(settings, scenarios, how, step), {}
        lot = random.Random(f"imitation {settings.seed} {step}")
        policy.train()
        loss = 0.0
        for name in dict.fromkeys(demo.scenario for demo in kept):
            several = [demo for demo in kept if demo.scenario == name]
            anew = 0.0 if own else warm_start.TOLD_ANEW
            samples = [text.sample(demo, lot, told_anew=anew) for demo in several]
            share = len(several) / len(kept)
            loss += share * learning.learn(policy, samples, prefix=prefixes[name], share=share).loss
        if kept:
            torch.nn.utils.clip_grad_norm_(policy.parameters(), settings.max_grad_norm)
            optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        schedule.step()
        append(into.metrics, {"step": step + 1, "loss": loss if kept else None, "learnt_from": len(kept), **figures})
        if (step + 1) % settings.save_every == 0:
            beside = state.with_suffix(".new")
            parts = (policy.state_dict(), optimizer.state_dict(), schedule.state_dict())
            torch.save({"step": step + 1, "parts": parts}, beside)
            beside.replace(state)
    policy.save_pretrained(into.model)
    made.save_pretrained(into.model)


def demo_of(line: Line) -> Demo | None:
    """Return a rollout as a conversation to learn from; None where a turn has several calls."""
    turns: list[Turn] = []
    asked = ""
    for message in line.messages:
        content = str(message.get("content") or "")
        match message["role"]:
            case "user":
                asked = content
            case "assistant":
                calls: Any = message.get("tool_calls") or []
                if len(calls) > 1:
                    return None
                if not calls:
                    turns.append(Turn(content))
                    continue
                called: Mapping[str, Any] = calls[0]["function"]
                arguments = called["arguments"]
                given: Any = decode(arguments.encode()) if isinstance(arguments, str) else arguments
                turns.append(Turn(content, called["name"], given))
            case "tool":
                last = turns.pop()
                turns.append(Turn(last.text, last.tool, last.arguments, content))
            case _:
                continue
    return Demo(line.scenario, line.seed, asked, tuple(turns), line.reward or 0.0, bool(line.success), "own")


def _own(
    settings: Settings,
    scenarios: Sequence[Scenario],
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    step: int,
) -> tuple[list[Demo], dict[str, float]]:
    """Return which of the rollouts of a step are worth learning from, and the figures of all of them."""
    policy = LocalPolicy(
        model,
        tokenizer,
        name="own",
        view=view_of(tokenizer, limit=settings.observation_limit),
        max_completion_length=settings.max_completion_length,
        batch=settings.eval_batch,
        seed=settings.seed,
        template={"enable_thinking": settings.thinking},
    )
    found: list[Line] = []
    for place, scenario in enumerate(scenarios):
        # The groups of a step, shared out to the scenarios in turn.
        groups = [group for group in range(settings.prompts_per_step) if group % len(scenarios) == place]
        evaluate(
            policy,
            [scenario],
            split="train",
            seeds=[task_seed(settings.seed, step * settings.prompts_per_step + group) for group in groups],
            temperature=settings.temperature,
            samples=settings.num_generations,
            record=found.append,
        )
    good = [line for line in found if line.reward is not None and line.reward >= ENOUGH]
    demos = [demo for line in good if (demo := demo_of(line)) is not None]
    count = max(1, len(found))
    figures = {
        "scored": sum(line.reward or 0.0 for line in found) / count,
        "success": sum(bool(line.success) for line in found) / count,
    }
    return demos, figures


def _shown(settings: Settings, scenarios: Sequence[Scenario], how: How, step: int) -> list[Demo]:
    each = settings.rollouts // len(scenarios)
    first = _FRESH + settings.seed + step * each
    make = warm_start.demos if how == "gold" else warm_start.imperfect
    return [demo for scenario in scenarios for demo in make(scenario, range(first, first + each))]


def _opening(made: Any, scenario: Scenario) -> list[int]:
    """Return the tokens that stand before the instruction."""
    opening = telling.opening(made, view.tool_view(adapter.offered(scenario)))
    tokens: list[int] = made.encode(opening, add_special_tokens=False)
    return tokens


def _tiny(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> tuple[Any, Any]:
    return model, tokenizer


def _restore(state: Path, into: Folder, policy: Any, optimizer: Any, schedule: Any) -> int:
    """Take what a checkpoint says, and cut the metrics back to it; return how many steps were made."""
    step = 0
    if state.exists():
        kept = torch.load(state, weights_only=True)
        step = int(kept["step"])
        for part, value in zip((policy, optimizer, schedule), kept["parts"], strict=True):
            part.load_state_dict(value)
    known = [line for line in lines(into.metrics) if line["step"] <= step]
    into.metrics.write_bytes(b"")
    for line in known:
        append(into.metrics, line)
    return step
