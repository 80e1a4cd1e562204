"""The training loop: GRPO of a model over scenarios, with TRL."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState
from datasets import Dataset
from transformers import PreTrainedModel, PreTrainedTokenizerBase, PrinterCallback
from trl import GRPOConfig, GRPOTrainer  # type: ignore[attr-defined]  # trl exports them lazily

from atlasgen.errors import AtlasgenError
from atlasgen.tasks.scenario import Scenario
from train.bridge import adapter, trl_internals
from train.bridge.view import View
from train.bridge.witness import PromptWitness, Toolset
from train.training import folder
from train.training.folder import Folder
from train.training.mixture import Schedule
from train.training.reward_funcs import Pay, scenario_reward
from train.training.settings import Settings, flag
from train.training.steps import Metrics, Report, Steps, Validate


@dataclass(frozen=True, slots=True)
class Result:
    """What a run leaves behind, besides its folder.

    Attributes:
        model: The policy with its best weights.
        steps: The metrics of each step that was made now.
        prompts: The first batch of prompts as the model read them.
        prompt_lengths: Their lengths in tokens.
        fields: The nested names that were found in each of them, by scenario.
    """

    model: PreTrainedModel
    steps: tuple[Metrics, ...]
    prompts: tuple[str, ...]
    prompt_lengths: tuple[int, ...]
    fields: Mapping[str, tuple[str, ...]]


def train(
    settings: Settings,
    scenarios: Sequence[Scenario],
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    view: View,
    into: Folder,
    report: Report,
    validate: Validate | None = None,
    before: Mapping[str, Sequence[bool]] | None = None,
    checkpoint: Path | None = None,
    pay: Pay | None = None,
) -> Result:
    """Train a model in place; what happens is written into the folder of the run.

    Args:
        settings: The numbers of the run.
        scenarios: Tasks, tools and rewards.
        model: The policy; its weights change.
        tokenizer: Has a chat template that renders tools and a response template that reads calls back.
        view: What the model gets to see.
        into: The folder of the run, which exists.
        report: Is told the metrics of each step.
        validate: Plays validation tasks; None: no validation.
        before: By scenario, which rollouts before training were successes.
        checkpoint: What to go on from; None begins.
        pay: What rollouts are paid instead of what they earn, for a control of an experiment.

    Raises:
        AtlasgenError: the settings do not fit together, or something that they need is not installed.
        RolloutError: a prompt lacks nested fields of the tools, a group started from unequal states, or TRL changed.
    """
    torch.set_num_threads(settings.threads)
    trl_internals.read_calls_as_written(tokenizer)
    by_name = {scenario.name: scenario for scenario in scenarios}
    schedule = Schedule(tuple(by_name), groups=settings.prompts_per_step, seed=settings.seed)
    schedule.begin(before or {})
    steps = Steps(settings, into, schedule, report, validate)
    trainer = GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        args=config(settings, into),
        train_dataset=tasks(by_name, schedule, count=settings.steps * settings.prompts_per_step),
        reward_funcs=scenario_reward(
            into.trajectories,
            model=settings.model,
            end_tokens={tokenizer.eos_token_id, tokenizer.pad_token_id},
            heard=schedule.heard,
            max_turns=settings.max_turns,
            pay=pay,
        ),
        environment_factory={
            name: adapter.environment_factory(scenario, view.observer(scenario.environment()), variant=settings.variant)
            for name, scenario in by_name.items()
        },
        callbacks=[steps],
        peft_config=_lora(settings),
    )
    trainer.remove_callback(PrinterCallback)
    offered = {name: adapter.offered(scenario) for name, scenario in by_name.items()}
    trl_internals.publish_schemas(trainer, {name: view.schemas(tools) for name, tools in offered.items()})
    toolsets = {name: Toolset.of(tools) for name, tools in offered.items()}
    witness = PromptWitness(model, tokenizer, toolsets.values())
    if checkpoint is not None:
        steps.restore(folder.load_state(checkpoint))
    trained: Any = trainer.model
    if not steps.done:
        trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    steps.take_best(trained)
    if PartialState().is_main_process:
        trained.save_pretrained(into.model)
        tokenizer.save_pretrained(into.model)
    fields = {name: found.fields for name, found in toolsets.items()}
    return Result(trained, tuple(steps.made), witness.prompts, witness.lengths, fields)


def tasks(scenarios: Mapping[str, Scenario], schedule: Schedule, *, count: int) -> Dataset:
    """Return the groups of a run; which task each is about is decided when it is loaded."""

    def rows(batch: Mapping[str, Sequence[int]]) -> dict[str, list[Any]]:
        found: list[dict[str, Any]] = []
        for number in batch["group"]:
            name, seed = schedule.group(number)
            found.append(adapter.row(scenarios[name], seed=seed, split="train"))
        return {key: [row[key] for row in found] for key in found[0]}

    groups: Dataset = Dataset.from_dict({"group": list(range(count))})
    # It says that functions which know the state of a run cannot be cached, and nothing is cached here.
    logging.getLogger("datasets.fingerprint").setLevel(logging.ERROR)
    groups.set_transform(rows)
    return groups


def config(settings: Settings, into: Folder) -> GRPOConfig:
    """Return TRL's configuration of a run.

    Raises:
        AtlasgenError: the rollouts of a step cannot be shared out to the processes.
    """
    processes = PartialState().num_processes
    each = settings.rollouts // processes
    micro = settings.micro_batch or each
    if settings.rollouts % processes or each % micro:
        what = f"{settings.rollouts} rollouts of a step on {processes} processes are no whole number of {micro}"
        remedy = f"change {flag('micro_batch')}, {flag('prompts_per_step')} or {flag('num_generations')}"
        raise AtlasgenError.single(flag("micro_batch"), what, remedy)
    on_cpu = settings.device == "cpu"
    return GRPOConfig(
        output_dir=str(into.checkpoints),
        max_steps=settings.steps,
        per_device_train_batch_size=micro,
        gradient_accumulation_steps=each // micro,
        steps_per_generation=each // micro,
        num_generations=settings.num_generations,
        max_completion_length=settings.max_completion_length,
        max_tool_calling_iterations=settings.max_turns,
        chat_template_kwargs={"enable_thinking": settings.thinking},
        temperature=settings.temperature,
        learning_rate=settings.learning_rate,
        lr_scheduler_type=settings.decay,
        warmup_steps=settings.warmup_steps,
        adam_beta2=settings.adam_beta2,
        max_grad_norm=settings.max_grad_norm,
        loss_type=settings.loss_type,
        scale_rewards=settings.scale_rewards,
        beta=settings.beta,
        seed=settings.seed,
        shuffle_dataset=False,
        logging_steps=1,
        logging_nan_inf_filter=False,
        # TRL's own table of completions fails on tool arguments of unequal shape.
        log_completions=False,
        report_to="none",
        save_strategy="steps",
        save_steps=settings.save_every,
        save_total_limit=2,
        disable_tqdm=True,
        use_cpu=on_cpu,
        bf16=settings.bf16,
        activation_checkpointing=settings.gradient_checkpointing,
        dataloader_pin_memory=not on_cpu,
        use_vllm=settings.vllm,
        vllm_mode="colocate",
        vllm_gpu_memory_utilization=settings.vllm_memory,
    )


def _lora(settings: Settings) -> Any:
    """Return the configuration of LoRA, or None where all weights are trained."""
    if not settings.lora_rank:
        return None
    if importlib.util.find_spec("peft") is None:
        raise AtlasgenError.single(flag("lora_rank"), "peft is not installed", "pip install 'atlasgen[lora]'")
    from peft import LoraConfig

    return LoraConfig(
        r=settings.lora_rank,
        lora_alpha=settings.lora_alpha,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
