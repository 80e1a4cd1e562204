"""One run from its gate to its report: play first, train, test once, and say what came of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import torch
from accelerate import PartialState
from accelerate.utils import broadcast_object_list
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.trajectory import Line, write
from train.bridge import models, scenarios
from train.bridge.view import View, view_of
from train.evaluating.evaluation import Evaluation, Record, evaluate
from train.evaluating.local import LocalPolicy
from train.training import grpo, report
from train.training.course import refusal
from train.training.folder import Folder, append, lines
from train.training.reward_funcs import Pay
from train.training.settings import Settings
from train.training.steps import Report, Validated

When: TypeAlias = Literal["before", "after"]


class Refused(Exception):
    """Training would teach nothing; says why."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run came to.

    Attributes:
        result: What training left behind.
        before: The test of the model as it came; None without a test.
        after: The test of the model with its best weights.
        report: The page with all of it.
        broken: How many rollouts of training broke in our own code.
    """

    result: grpo.Result
    before: Evaluation | None
    after: Evaluation | None
    report: Path
    broken: int


def run(
    settings: Settings,
    *,
    resume: bool,
    told: Report,
    played: Sequence[Scenario] = (),
    pay: Pay | None = None,
) -> Ended:
    """Make a run, or go on with one.

    Args:
        settings: What it is told.
        resume: Whether to go on with the run in its folder.
        told: Is told what happens.
        played: Scenarios in the place of those that the settings name: an experiment may judge otherwise.
        pay: What rollouts are paid instead of what they earn, for a control of an experiment.

    Raises:
        AtlasgenError: the settings are wrong, or the folder is no place for this run.
        Refused: the gate says that training would teach nothing.
        RolloutError: our own code broke in a way that ends a run.
    """
    into = Folder(settings.out)
    process = PartialState(cpu=settings.device == "cpu")
    played = played or scenarios.named(settings.scenarios)
    checkpoint = into.resume(settings) if resume and process.is_main_process else None
    if not resume and process.is_main_process:
        into.begin(settings)
    checkpoint = _from_main(checkpoint)
    torch.set_num_threads(settings.threads)
    model, tokenizer = models.load(settings.model, seed=settings.seed)
    moved: torch.nn.Module = model
    # Small steps would be lost in the rounding of 16 bits; adapters are kept in 32 whatever the model has.
    moved.to(process.device, dtype=None if settings.lora_rank else torch.float32)
    view = view_of(tokenizer, limit=settings.observation_limit)
    examiner = _Examiner(settings, played, tokenizer, view, into)
    if checkpoint is None:
        known = _from_main(examiner.gate(model, told) if process.is_main_process else None)
    else:
        known = {}
        told.event(f"going on from {checkpoint.name}")

    def validate(step: int) -> Validated:
        found = examiner.validation(model, told)
        return Validated(found.reward, found.success, found.to_json())

    result = grpo.train(
        settings,
        played,
        model,
        tokenizer,
        view=view,
        into=into,
        report=told,
        validate=validate,
        before=known,
        checkpoint=checkpoint,
        pay=pay,
    )
    before = after = None
    if process.is_main_process:
        if settings.test_tasks:
            with _untrained(settings, result.model, process.device) as first:
                before = examiner.test(first, "before", told)
            after = examiner.test(result.model, "after", told)
        report.write(into)
    process.wait_for_everyone()
    broken = sum(line.get("rollout_errors") or 0 for line in lines(into.metrics)) * settings.rollouts
    return Ended(result, before, after, into.report, round(broken))


def _from_main(value: Any) -> Any:
    """Return what the main process has, on every process."""
    told = [value]
    broadcast_object_list(told)
    return told[0]


@contextmanager
def _untrained(settings: Settings, model: PreTrainedModel, device: torch.device) -> Iterator[PreTrainedModel]:
    """Give the model as it was before training."""
    if settings.lora_rank:
        adapted: Any = model
        with adapted.disable_adapter():
            yield model
    else:
        first, _ = models.load(settings.model, seed=settings.seed)
        moved: torch.nn.Module = first
        moved.to(device)
        yield first


class _Examiner:
    """Plays what a run plays apart from training; the random numbers of training stay as they are."""

    def __init__(
        self,
        settings: Settings,
        played: Sequence[Scenario],
        tokenizer: PreTrainedTokenizerBase,
        view: View,
        into: Folder,
    ) -> None:
        self._settings = settings
        self._scenarios = played
        self._tokenizer = tokenizer
        self._view = view
        self._into = into

    def gate(self, model: PreTrainedModel, told: Report) -> Mapping[str, Sequence[bool]]:
        """Play before training; return by scenario which rollouts were successes.

        Raises:
            Refused: training would teach nothing, and nobody insists.
        """
        settings = self._settings
        if not settings.gate_tasks:
            return {}
        found = self._evaluate(
            model,
            split="validation",
            tasks=settings.gate_tasks,
            temperature=settings.temperature,
            samples=settings.num_generations,
            told=told,
        )
        append(self._into.evaluations, {"step": 0, "kind": "gate", **found.to_json()})
        told.validated(0, Validated(found.reward, found.success, found.to_json()))
        groups = [group for scenario in self._scenarios for group in found.rewards(scenario.name).values()]
        whole = [group for group in groups if len(group) > 1]
        if whole:
            why = refusal(whole, [float(item.success) for item in found.results], target=settings.target)
            if why and not settings.force:
                raise Refused(why)
            if why:
                append(self._into.events, {"step": 0, "text": f"trained in spite of the gate: {why}"})
                told.event(f"the gate says no, and you insist: {why}")
        return {
            scenario.name: [item.success for item in found.results if item.key.scenario == scenario.name]
            for scenario in self._scenarios
        }

    def validation(self, model: PreTrainedModel, told: Report) -> Evaluation:
        """Play the validation tasks."""
        settings = self._settings
        return self._evaluate(
            model, split="validation", tasks=settings.eval_tasks, temperature=settings.eval_temperature, told=told
        )

    def test(self, model: PreTrainedModel, when: When, told: Report) -> Evaluation:
        """Play the test tasks, and keep every trajectory."""
        path = self._into.test(when)
        path.write_bytes(b"")

        def keep(line: Line) -> None:
            with path.open("ab") as file:
                file.write(write([line]))

        tasks = self._settings.test_tasks * len(self._scenarios)
        temperature = self._settings.eval_temperature
        told.event(f"test {when} training: {tasks} tasks at T = {temperature:g}")
        found = self._evaluate(model, split="test", tasks=tasks, temperature=temperature, told=told, keep=keep)
        figures: JsonObject = {"kind": "test", "when": when, **found.to_json()}
        kept = [line for line in lines(self._into.evaluations) if line.get("when") != when]
        self._into.evaluations.write_bytes(b"")
        for line in (*kept, figures):
            append(self._into.evaluations, line)
        return found

    def _evaluate(
        self,
        model: PreTrainedModel,
        *,
        split: str,
        tasks: int,
        temperature: float,
        told: Report,
        samples: int = 1,
        keep: Record | None = None,
    ) -> Evaluation:
        settings = self._settings
        policy = LocalPolicy(
            model,
            self._tokenizer,
            name=settings.model,
            view=self._view,
            max_completion_length=settings.max_completion_length,
            batch=settings.eval_batch,
            seed=settings.seed,
            template={"enable_thinking": settings.thinking},
        )
        each = math.ceil(tasks / len(self._scenarios))
        done, of = 0, each * samples * len(self._scenarios)

        def record(line: Line) -> None:
            nonlocal done
            done += 1
            told.playing(done, of)
            if keep is not None:
                keep(line)

        devices = [model.device] if model.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            found = evaluate(
                policy,
                self._scenarios,
                split=split,
                seeds=range(each),
                temperature=temperature,
                samples=samples,
                variant=settings.variant,
                record=record,
            )
        told.playing(of, of)  # some may have broken
        return found
