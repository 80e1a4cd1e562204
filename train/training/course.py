"""When training stops, which of its weights are the best, and whether it should begin at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any, Final

from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.degeneracy import degeneracy, verdict

ENOUGH: Final = 2
"""Validations in a row that reach the target, after which training stops."""

UNIFORM: Final = 0.9
"""Where more than this share of the groups has no variance, training is refused."""


@dataclass(frozen=True, slots=True)
class Course:
    """What validations have said so far.

    Attributes:
        target: What reward and success have to reach.
        best: The best mean reward; None before the first validation.
        best_step: The step that it belongs to.
        reached: How many validations in a row, up to the last, have reached the target.
    """

    target: float
    best: float | None = None
    best_step: int = 0
    reached: int = 0

    def heard(self, step: int, *, reward: float, success: float) -> Course:
        """Return the course after a validation."""
        reached = self.reached + 1 if reward >= self.target and success >= self.target else 0
        after = replace(self, reached=reached)
        return replace(after, best=reward, best_step=step) if self.best is None or reward > self.best else after

    @property
    def done(self) -> bool:
        """Whether there is nothing left to reach."""
        return self.reached >= ENOUGH

    def to_json(self) -> JsonObject:
        """Return it as JSON."""
        return {"target": self.target, "best": self.best, "best_step": self.best_step, "reached": self.reached}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Course:
        """Return what `to_json` gave."""
        return cls(**value)


def refusal(rewards: Sequence[Sequence[float]], successes: Sequence[float], *, target: float) -> str:
    """Return why training would teach nothing, in plain words; empty where it would.

    Args:
        rewards: The rewards of each group that was played before training.
        successes: 1 for each strict success among them, 0 for each failure.
        target: The success from which there is nothing left to gain.
    """
    found = degeneracy(rewards)
    success = fmean(successes)
    match verdict(success, found.flat, saturated=target, uniform=UNIFORM):
        case "saturating":
            return (
                f"the model already succeeds in {success:.0%} of the tasks: there is next to nothing left to learn. "
                "Take harder tasks, or a weaker model."
            )
        case "flat":
            return (
                f"in {found.flat:.0%} of {found.groups} groups all rollouts are worth the same "
                f"(mean reward {found.mean:.2f}): GRPO learns from differences within a group, and there are none. "
                "Warm the model up on demonstrations, sample at a higher temperature, or take easier tasks."
            )
        case _:
            return ""
