"""Ways to play a task, as the calls that they make; edits make one way out of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlasgen.jsonvalue import Json, tokens
from atlasgen.runtime.documents import with_value, without
from atlasgen.tasks.agents import script
from atlasgen.tasks.scenario import CallTool
from atlasgen.tasks.task import GoldCall, Task

Tier: TypeAlias = Literal["gold", "repair", "flawed", "wrong", "low", "nothing"]
"""From best to worst: as good as the gold; the goal reached after a mistake; the goal reached with flaws of the way; an
attempt that misses it and spares the rest; reading only, or damage; nothing done."""

Steps: TypeAlias = tuple[GoldCall, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A way to play a task.

    Attributes:
        name: What is done otherwise, and to what.
        tier: What it deserves, provided that the service takes its calls as intended; the oracle has the last word on
            whether the goal was reached.
        steps: The calls.
        ending: How the rollout is cut off (`clipped`, `malformed`, `turn_capped`); empty where it ends by itself.
        success: Whether it counts as a strict success; None where the tier says it.
    """

    name: str
    tier: Tier
    steps: Steps
    ending: str = ""
    success: bool | None = None

    def __call__(self, task: Task, call: CallTool) -> str:
        """Play it."""
        return script(self.steps)(task, call)


def first_write(task: Task) -> int:
    """Return the position of the first gold call that writes; behind the last call where none does."""
    return next((index for index, step in enumerate(task.gold) if step.tool in task.effects), len(task.gold))


def last_write(task: Task) -> int:
    """Return the position of the last gold call that writes; -1 where none does."""
    return max((index for index, step in enumerate(task.gold) if step.tool in task.effects), default=-1)


def replaced(steps: Steps, index: int, step: GoldCall) -> Steps:
    """Return the steps with another one in a place."""
    return (*steps[:index], step, *steps[index + 1 :])


def edited(steps: Steps, index: int, place: str, value: Json) -> Steps:
    """Return the steps with another value for an argument of one of them."""
    step = steps[index]
    uses = tuple(use for use in step.uses if not use.pointer.startswith(place))
    return replaced(steps, index, GoldCall(step.tool, with_value(step.arguments, tokens(place), value), uses))


def dropped(steps: Steps, index: int, place: str) -> Steps:
    """Return the steps with one argument less for one of them."""
    step = steps[index]
    uses = tuple(use for use in step.uses if not use.pointer.startswith(place))
    arguments = without(step.arguments, [tokens(place)]) or {}
    return replaced(steps, index, GoldCall(step.tool, arguments, uses))
