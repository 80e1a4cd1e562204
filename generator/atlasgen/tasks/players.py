"""Who can play a task without a model, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, get_args

from atlasgen.tasks import agents
from atlasgen.tasks.agents import Slip
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.scenario import Agent, Scenario
from atlasgen.tasks.steps import Mutant
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Task
from atlasgen.tasks.trivial import Trivial

Name: TypeAlias = Literal[
    "expert", "hasty", "noisy", "nothing", "reads_only", "first_match", "random_calls", "instruction_copied"
]

NAMES: Final[tuple[Name, ...]] = get_args(Name)


def player(name: Name, scenario: Scenario, task: Task, *, errors: float = 0.0, seed: int = 0) -> Agent:
    """Return who plays a task.

    Args:
        name: What the agent is called.
        scenario: The scenario of the task.
        task: The task.
        errors: The error rate of `noisy`, from 0 to 1; the others have none.
        seed: Chooses which calls of `noisy` go wrong, and how.
    """
    simple: dict[str, Agent] = {
        "expert": agents.expert,
        "hasty": agents.hasty,
        "nothing": agents.nothing,
        "reads_only": agents.reads_only,
    }
    if name in simple:
        return simple[name]
    around = Surroundings(scenario.environment(), scenario.rewards)
    if name == "noisy":
        return agents.noisy(errors, slip_from(list(mutants(around, task))), seed=seed)
    return Trivial(around).of(task)[name.replace("_", " ")]


def slip_from(ways: Sequence[Mutant]) -> Slip:
    """Return slips that do in place of a call what some mutant does there; a call that no mutant has is left out."""
    wrong = [mutant for mutant in ways if mutant.tier in ("wrong", "low")]

    def slip(task: Task, step: GoldCall, lot: int) -> Sequence[GoldCall]:
        options: list[tuple[GoldCall, ...]] = [(), (step, step)]
        for mutant in wrong:
            options += [(other,) for other in mutant.steps if other.tool == step.tool and other not in task.gold]
        return options[lot % len(options)]

    return slip
