"""What a run says in a terminal: a bar on stderr while it lasts, a line for each step, and a table at its end."""

from __future__ import annotations

import math
import sys

from accelerate import PartialState
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from train.evaluating.evaluation import compare
from train.evaluating.statistics import Estimate
from train.training.report import figure
from train.training.session import Ended
from train.training.settings import Settings
from train.training.steps import Metrics, Report, Validated

_SHOWN = (
    ("reward", "reward"),
    ("success", "success"),
    ("calls", "calls"),
    ("completions/clipped_ratio", "clipped"),
    ("entropy", "entropy"),
    ("step_time", "seconds"),
)


class Telling(Report):
    """Tells people; only the main process speaks."""

    def __init__(self, settings: Settings) -> None:
        """Take what the run was told."""
        self._settings = settings
        self._speaks = PartialState(cpu=settings.device == "cpu").is_main_process
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not (self._speaks and console.is_terminal),
        )
        self._task = self._bar.add_task("training", total=settings.steps)
        self._played: TaskID | None = None

    def __enter__(self) -> Telling:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._bar.stop()

    def step(self, number: int, metrics: Metrics) -> None:
        """Say the figures of a step."""
        known = [f"{name} {metrics[key]:.3f}" for key, name in _SHOWN if key in metrics and math.isfinite(metrics[key])]
        self._say(f"step {number:>4} of {self._settings.steps}  " + "  ".join(known))
        if metrics.get("grad_norm") == 0:
            self._say("  all rollouts of a group are worth the same: nothing to learn from")
        self._bar.update(self._task, completed=number)

    def validated(self, number: int, found: Validated) -> None:
        """Say what a validation found."""
        when = f"after step {number}" if number else "before training"
        self._say(f"validation {when}: reward {found.reward:.3f}, success {found.success:.3f}")

    def playing(self, done: int, of: int) -> None:
        """Show how many episodes of an evaluation have been played."""
        if self._played is None:
            self._played = self._bar.add_task("playing", total=of)
        self._bar.update(self._played, completed=done, total=of)
        if done == of:
            self._bar.remove_task(self._played)
            self._played = None

    def event(self, text: str) -> None:
        """Say something."""
        self._say(text)

    def end(self, ended: Ended) -> None:
        """Say what the run came to."""
        lengths, fields = ended.result.prompt_lengths, ended.result.fields
        if lengths:
            names = len({name for found in fields.values() for name in found})
            self._say(f"prompt: {max(lengths)} tokens; {names} nested fields of the tools are in it")
        if ended.before is not None and ended.after is not None:
            for item in compare(ended.before, ended.after):
                first, last = ended.before.summary(item.scenario), ended.after.summary(item.scenario)
                if first is not None and last is not None:
                    title = f"{item.scenario}, {item.tasks} test tasks"
                    self._say(f"\n{title}\n{'':9}{'before':>20}{'after':>22}{'difference':>24}")
                    self._row("reward", first.reward, last.reward, item.reward)
                    self._row("success", first.success, last.success, item.success)
        self._say(f"\nreport: {ended.report}")

    def _row(self, name: str, before: Estimate, after: Estimate, difference: Estimate) -> None:
        self._say(f"{name:9}{figure(before):>20}{figure(after):>22}{figure(difference, sign=True):>24}")

    def _say(self, text: str) -> None:
        if not self._speaks:
            return
        if self._bar.disable:
            print(text, flush=True)
        else:
            self._bar.console.print(text, markup=False, highlight=False)
            if not sys.stdout.isatty():
                print(text, flush=True)
