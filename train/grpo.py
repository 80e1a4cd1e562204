"""The training loop: GRPO of a model over a scenario, with TRL."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import torch
from datasets import Dataset
from transformers import (
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PrinterCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from trl import GRPOConfig, GRPOTrainer  # type: ignore[attr-defined]  # trl exports them lazily

from atlasgen import jsonvalue
from atlasgen.tasks.scenario import Scenario
from train import adapter, tiny, trl_internals
from train.adapter import MAX_TURNS
from train.reward_funcs import scenario_reward
from train.settings import Settings
from train.witness import PromptWitness, nested_names

Metrics: TypeAlias = dict[str, float]
"""One step's numbers under TRL's names and ours (`success`, `components/...`); a NaN says that nothing was measured."""

Report: TypeAlias = Callable[[int, Metrics], None]


_WHOLE = 100_000  # characters: more than any reply


@dataclass(frozen=True, slots=True)
class Result:
    """What a run leaves behind.

    Attributes:
        steps: The metrics of each step.
        prompts: The first batch of prompts as the model read them.
        prompt_lengths: Their lengths in tokens.
        fields: The nested names that were found in each of them.
    """

    steps: tuple[Metrics, ...]
    prompts: tuple[str, ...]
    prompt_lengths: tuple[int, ...]
    fields: tuple[str, ...]


def tiny_random(scenario: Scenario, *, seed: int) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Return the `tiny-random` model, and a tokenizer in which a scenario's prompts and rollouts are short."""
    rollouts = [
        adapter.demonstration(scenario, seed=number, split="train", observation_limit=_WHOLE) for number in range(8)
    ]
    tools: list[Any] = [*adapter.schemas(adapter.offered(scenario))]
    letters = tiny.tokenizer([])
    texts = [str(letters.apply_chat_template(rollout, tools=tools, tokenize=False)) for rollout in rollouts]
    tokenizer = tiny.tokenizer(texts)
    return tiny.model(tokenizer, seed=seed), tokenizer


def train(
    settings: Settings,
    scenario: Scenario,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    report: Report,
) -> Result:
    """Train a model in place, and write `metrics.jsonl` and `trajectories.jsonl` into the run's folder.

    Args:
        settings: The numbers of the run.
        scenario: Tasks, tools and rewards.
        model: The policy; its weights change.
        tokenizer: Has a chat template that renders tools and a response template that reads calls back.
        report: Is told the metrics of each step.

    Raises:
        RolloutError: the prompt lacks nested fields of the tools, a group started from unequal states, or TRL changed.
    """
    torch.set_num_threads(settings.threads)
    settings.out.mkdir(parents=True, exist_ok=True)
    trajectories = settings.out / "trajectories.jsonl"
    trajectories.write_bytes(b"")
    rows = settings.steps * settings.prompts_per_step
    tools = adapter.offered(scenario)
    trl_internals.read_calls_as_written(tokenizer)
    trainer = GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        args=_config(settings),
        train_dataset=Dataset.from_list(
            [adapter.row(scenario, seed=settings.seed + number, split="train") for number in range(rows)]
        ),
        reward_funcs=scenario_reward(
            trajectories,
            model=str(model.name_or_path),
            end_tokens={tokenizer.eos_token_id, tokenizer.pad_token_id},
        ),
        environment_factory=adapter.environment_factory(scenario, observation_limit=settings.observation_limit),
        callbacks=[recorder := _Recorder(settings.out / "metrics.jsonl", report)],
    )
    trainer.remove_callback(PrinterCallback)
    trl_internals.publish_schemas(trainer, adapter.schemas(tools))
    fields = sorted({name for tool in tools for name in nested_names(tool.parameters)})
    witness = PromptWitness(model, tokenizer, fields)
    trainer.train()
    return Result(tuple(recorder.steps), witness.prompts, witness.lengths, tuple(fields))


class _Recorder(TrainerCallback):
    """Writes and reports the metrics of each step."""

    def __init__(self, path: Path, report: Report) -> None:
        self.steps: list[Metrics] = []
        self._path = path
        self._report = report
        path.write_bytes(b"")

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        if not logs or "loss" not in logs:  # the summary of the whole run has `train_loss` only
            return
        # TRL logs nothing for a number when no rollout of the batch had it.
        metrics: Metrics = {name: math.nan if value is None else float(value) for name, value in logs.items()}
        self.steps.append(metrics)
        known = {name: value if math.isfinite(value) else None for name, value in metrics.items()}
        with self._path.open("ab") as file:
            file.write(jsonvalue.encode({"step": state.global_step, **known}) + b"\n")
        self._report(state.global_step, metrics)


def _config(settings: Settings) -> GRPOConfig:
    return GRPOConfig(
        output_dir=str(settings.out),
        max_steps=settings.steps,
        per_device_train_batch_size=settings.prompts_per_step * settings.num_generations,
        num_generations=settings.num_generations,
        max_completion_length=settings.max_completion_length,
        max_tool_calling_iterations=MAX_TURNS,
        learning_rate=settings.learning_rate,
        temperature=1.0,
        # No reference model: one cannot be loaded by name for a model that was made in memory.
        beta=0.0,
        seed=settings.seed,
        shuffle_dataset=False,
        logging_steps=1,
        logging_nan_inf_filter=False,
        # TRL's own table of completions fails on tool arguments of unequal shape.
        log_completions=False,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
        use_cpu=True,
        bf16=False,
        activation_checkpointing=False,
        dataloader_pin_memory=False,
    )
