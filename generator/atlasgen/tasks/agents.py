"""Agents without a model: the expert, the trivial ones, and experts that err at a stated rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from atlasgen.jsonvalue import Json
from atlasgen.runtime.environment import Reply
from atlasgen.runtime.identity import draw
from atlasgen.tasks.gold import resolved
from atlasgen.tasks.scenario import Agent, CallTool
from atlasgen.tasks.task import GoldCall, Task

Slip: TypeAlias = Callable[[Task, GoldCall, int], Sequence[GoldCall]]
"""What an erring agent does in place of a call; the number chooses among several errors."""

_PARTS = 1 << 20  # a rate is drawn in millionths


def script(steps: Sequence[GoldCall], text: str = "Done.") -> Agent:
    """Return the agent that makes calls one after the other, whatever is answered."""

    def agent(task: Task, call: CallTool) -> str:
        answers: dict[str, Reply] = {}
        for step in steps:
            reply = call(step.tool, resolved(step, answers))
            if reply.ok:
                answers[step.tool] = reply
        return text

    return agent


def expert(task: Task, call: CallTool) -> str:
    """Make the gold calls."""
    return script(task.gold)(task, call)


def hasty(task: Task, call: CallTool) -> str:
    """Make the gold calls, but leave the deepest object of the first body empty before: read the refusal, try again."""
    first = next(step for step in task.gold if isinstance(step.arguments.get("body"), dict))
    call(first.tool, {**first.arguments, "body": _emptied(first.arguments["body"])})
    return script(task.gold)(task, call)


def _emptied(value: Json) -> Json:
    """Return an object of which only the outer shell is left: `{"fields": {}}`."""
    inner = (
        next((item for item in value.items() if isinstance(item[1], dict)), None) if isinstance(value, dict) else None
    )
    return {inner[0]: {}} if inner is not None else {}


def nothing(task: Task, call: CallTool) -> str:
    """Say that all is done, and do nothing."""
    return "Done."


def reads_only(task: Task, call: CallTool) -> str:
    """Make the gold calls that read and need no answer of one that writes."""
    writing = task.effects
    steps = [step for step in task.gold if step.tool not in writing]
    return script([step for step in steps if not any(use.tool in writing for use in step.uses)])(task, call)


def noisy(rate: float, slip: Slip, *, seed: int = 0) -> Agent:
    """Return an expert that errs in each call with a probability, by lot from the seed.

    Args:
        rate: The probability.
        slip: What it does in place of a call.
        seed: Chooses which calls go wrong, and how.
    """

    def agent(task: Task, call: CallTool) -> str:
        steps: list[GoldCall] = []
        for position, step in enumerate(task.gold):
            lot = draw("slip", seed, task.split, task.seed, position)
            errs = lot % _PARTS < rate * _PARTS
            steps += slip(task, step, lot // _PARTS) if errs else [step]
        return script(steps)(task, call)

    return agent
