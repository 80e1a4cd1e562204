"""The published control: the tasks of moving issues, with a reward that looks at the sequence of calls alone.

Kept because it saturates; nobody should train with it. The shape is the published one - look at an issue, list its
transitions, post one of them - and what the calls did is not asked: which issue was read and which one moved, whether
the step led to the wanted status or was refused, what else was changed. Marks are taken off for what is missing, few at
a time, so that an agent that posts any transition at all has nearly all of them, whether it was right or wrong. The
audit shows both: false accepts in plenty, and hardly a difference between careful agents and careless ones. `success`
beside the reward is the strict one of the other scenarios, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from atlasgen.runtime.environment import Call
from atlasgen.runtime.world import Change
from atlasgen.tasks.reward import Constant, Reason, Score
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory
from rewards._issues import SEARCH
from rewards.jira_transition import TransitionScenario

CONSTANTS: Final[Mapping[str, Constant]] = {
    "lost.read": Constant(0.05, "generous: a look at an issue is a courtesy where a transition was posted"),
    "lost.listed": Constant(0.05, "generous: likewise the list of transitions"),
    "lost.chosen": Constant(0.05, "generous: an id that no list offers may still have been meant well"),
    "reads.span": Constant(0.25, "looking is half of the sequence, and worth half of half where nothing is posted"),
}
"""All numbers of the control; the published ones are not known."""


class PaperTransitionScenario(TransitionScenario):
    """Bring an issue to a status, and be paid for going through the motions."""

    role = "control"
    name = "jira_transition_paper"

    def judge(self, task: Task, trajectory: Trajectory, diff: Sequence[Change]) -> Score:
        """Return what the sequence of calls is worth; success and its reasons are those of the strict reward."""
        return generous(super().judge(task, trajectory, diff), trajectory.calls)


def scenario() -> PaperTransitionScenario:
    """Return the scenario."""
    return PaperTransitionScenario()


def generous(score: Score, calls: Sequence[Call]) -> Score:
    """Return a score whose reward looks at the sequence of calls alone; the rest is that of another score."""
    met = {name: has(calls) for name, has in _PARTS.items()}
    components = {f"sequence.{name}": float(value) for name, value in met.items()}
    lost = [Reason(f"sequence.{name}", "calls", "somewhere", "nowhere") for name, value in met.items() if not value]
    if met["posted"]:
        reward = 1.0 - sum(CONSTANTS[f"lost.{name}"].value for name, value in met.items() if not value)
    else:
        reward = CONSTANTS["reads.span"].value * (met["read"] + met["listed"]) / 2
    return replace(score, reward=reward, components={**score.components, **components}, reasons=(*lost, *score.reasons))


def _is_read(calls: Sequence[Call]) -> bool:
    return any(call.tool in ("getIssue", SEARCH) and call.status < 400 for call in calls)


def _is_listed(calls: Sequence[Call]) -> bool:
    return any(call.tool == "getTransitions" and call.status < 400 for call in calls)


def _is_posted(calls: Sequence[Call]) -> bool:
    return any(call.tool == "doTransition" for call in calls)


def _is_chosen(calls: Sequence[Call]) -> bool:
    """Return whether some transition that was posted had stood in some list before, of whatever issue."""
    offered: set[str] = set()
    for call in calls:
        if call.tool == "getTransitions" and call.status < 400:
            offered |= {str(item["id"]) for item in call.json()["transitions"]}
        elif call.tool == "doTransition" and _posted(call.arguments) in offered:
            return True
    return False


def _posted(arguments: Mapping[str, Any]) -> str:
    body = arguments.get("body")
    taken = body.get("transition") if isinstance(body, dict) else None
    return str(taken.get("id")) if isinstance(taken, dict) else ""


_PARTS: Final[Mapping[str, Callable[[Sequence[Call]], bool]]] = {
    "read": _is_read,
    "listed": _is_listed,
    "posted": _is_posted,
    "chosen": _is_chosen,
}
