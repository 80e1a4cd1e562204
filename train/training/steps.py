"""What happens between the steps of training: figures are written, validations played, a collapse undone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import torch
from accelerate import PartialState
from accelerate.utils import broadcast_object_list
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from atlasgen.jsonvalue import JsonObject
from train.training.course import Course
from train.training.folder import Folder, append, save_state
from train.training.mixture import Schedule
from train.training.monitors import Monitor, Vitals
from train.training.settings import Settings

Metrics: TypeAlias = dict[str, float]
"""One step's numbers under TRL's names and ours (`success`, `components/...`); a NaN says that nothing was measured."""


@dataclass(frozen=True, slots=True)
class Validated:
    """What a validation found.

    Attributes:
        reward: The mean reward.
        success: The rate of strict successes.
        figures: All of it, for the file of evaluations.
    """

    reward: float
    success: float
    figures: JsonObject


Validate: TypeAlias = Callable[[int], Validated]
"""Plays validation tasks after a step, with the weights as they are."""


class Report:
    """Is told what happens; this one says nothing."""

    def step(self, number: int, metrics: Metrics) -> None:
        """Take the figures of a step."""

    def validated(self, number: int, found: Validated) -> None:
        """Take what a validation found."""

    def playing(self, done: int, of: int) -> None:
        """Take how many episodes of an evaluation have been played."""

    def event(self, text: str) -> None:
        """Take something that people should know."""


class Steps(TrainerCallback):
    """Watches a run: writes its figures, validates, keeps the best weights, stops, and undoes a collapse.

    Attributes:
        made: The metrics of each step that was made in this process.
    """

    def __init__(
        self, settings: Settings, into: Folder, schedule: Schedule, report: Report, validate: Validate | None
    ) -> None:
        """Take what the run was told, where it writes, and who is told."""
        self.made: list[Metrics] = []
        self._settings = settings
        self._into = into
        self._schedule = schedule
        self._report = report
        self._validate = validate
        self._monitor = Monitor()
        self._course = Course(settings.target)
        self._main = PartialState().is_main_process
        self._restored = False

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take what a checkpoint says."""
        self._schedule.restore(state["schedule"])
        self._monitor = Monitor.from_json(state["monitor"])
        self._course = Course.from_json(state["course"])
        self._restored = True

    @property
    def done(self) -> bool:
        """Whether training has reached its target."""
        return self._course.done

    def take_best(self, model: torch.nn.Module) -> None:
        """Give a model its best weights; the last ones are the best where none were validated."""
        if self._course.best is not None:
            _load_weights(model, self._into.best)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, model: Any = None, **_: Any
    ) -> None:
        """Keep the first weights: a collapse before the first validation goes back to them."""
        if not self._restored:
            self._keep(model)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, model: Any = None, **_: Any
    ) -> None:
        """Validate where it is due."""
        every = self._settings.eval_every
        if self._validate is None or not every or state.global_step % every:
            return
        found: list[Any] = [self._validate(state.global_step) if self._main else None]
        broadcast_object_list(found)
        validated: Validated = found[0]
        step = state.global_step
        course = self._course.heard(step, reward=validated.reward, success=validated.success)
        if course.best_step == step:
            self._keep(model)
        self._course = course
        if self._main:
            append(self._into.evaluations, {"step": step, "kind": "validation", **validated.figures})
            self._report.validated(step, validated)
        if course.done:
            self._tell(
                step, f"reward and success have reached {self._settings.target:g} twice in a row: training stops"
            )
            control.should_training_stop = control.should_save = True

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        model: Any = None,
        optimizer: Any = None,
        lr_scheduler: Any = None,
        **_: Any,
    ) -> None:
        """Write the figures of a step, and look for signs of a collapse."""
        if not logs or "loss" not in logs:  # the summary of the whole run has `train_loss` only
            return
        # TRL logs nothing for a number when no rollout of the batch had it.
        metrics: Metrics = {name: math.nan if value is None else float(value) for name, value in logs.items()}
        metrics |= {
            f"share/{name}": share for name, share in self._schedule.after(state.global_step - 1).shares.items()
        }
        self.made.append(metrics)
        if self._main:
            known = {name: value if math.isfinite(value) else None for name, value in metrics.items()}
            append(self._into.metrics, {"step": state.global_step, **known})
            self._report.step(state.global_step, metrics)
        if self._settings.monitors:
            self._monitor, alarms = self._monitor.heard(_vitals(metrics))
            if alarms:
                self._undo(state.global_step, alarms, model, optimizer, lr_scheduler)

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Make the checkpoint whole."""
        if self._main:
            path = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
            schedule, monitor, course = self._schedule.to_json(), self._monitor.to_json(), self._course.to_json()
            save_state(path, {"schedule": schedule, "monitor": monitor, "course": course})

    def _undo(self, step: int, alarms: tuple[str, ...], model: Any, optimizer: Any, lr_scheduler: Any) -> None:
        _load_weights(model, self._into.best)
        inner = getattr(optimizer, "optimizer", optimizer)  # accelerate wraps it
        inner.state.clear()
        for group in inner.param_groups:
            group["initial_lr"] *= 0.5
            group["lr"] *= 0.5
        scheduler = getattr(lr_scheduler, "scheduler", lr_scheduler)
        scheduler.base_lrs = [rate * 0.5 for rate in scheduler.base_lrs]
        scheduler._last_lr = [group["lr"] for group in inner.param_groups]  # what it tells the log
        when = f"step {self._course.best_step}" if self._course.best_step else "the beginning"
        what = "; ".join(alarms)
        self._tell(step, f"training collapses: {what}. The weights of {when} are back, the learning rate is halved")

    def _keep(self, model: torch.nn.Module) -> None:
        if self._main:
            self._into.best.parent.mkdir(parents=True, exist_ok=True)
            # Tied weights have one name among the parameters.
            weights = {
                name: value.detach().cpu().contiguous()
                for name, value in model.named_parameters()
                if value.requires_grad
            }
            beside = self._into.best.with_suffix(".new")
            save_file(weights, beside)
            beside.replace(self._into.best)
        PartialState().wait_for_everyone()

    def _tell(self, step: int, text: str) -> None:
        if self._main:
            append(self._into.events, {"step": step, "text": text})
            self._report.event(f"step {step}: {text}")


def _load_weights(model: torch.nn.Module, path: Path) -> None:
    parameters = dict(model.named_parameters())
    with safe_open(path, framework="pt") as kept, torch.no_grad():
        for name in kept.keys():  # noqa: SIM118 - it is no mapping
            parameters[name].copy_(kept.get_tensor(name))


def _vitals(metrics: Metrics) -> Vitals:
    def figure(name: str, unknown: float) -> float:
        value = metrics.get(name, math.nan)
        return value if math.isfinite(value) else unknown

    return Vitals(
        clipped=figure("completions/clipped_ratio", 0.0),
        length=figure("completions/mean_length", 0.0),
        entropy=figure("entropy", 0.0),
        valid=figure("valid_calls", 0.0),  # no call at all is no valid call
    )
