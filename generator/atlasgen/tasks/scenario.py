"""A scenario: tasks from seeds, the environment they are played in, and the reward that they are judged by."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final, Literal, Protocol, TypeAlias

from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.world import Change
from atlasgen.tasks import reward
from atlasgen.tasks.reward import Score
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory
from atlasgen.tasks.variants import Variant, valued

SPLITS: Final = ("train", "validation", "test")

Role: TypeAlias = Literal["training", "control", "demonstration"]
"""What a scenario is there for: to be trained with, to show what a bad reward does, or to be looked at. An audit of all
scenarios plays the first two, and only the first have to pass."""

CallTool: TypeAlias = Callable[[str, Mapping[str, Any]], Reply]


class Agent(Protocol):
    """Plays a task: gets it, calls tools, and returns what it has to say last."""

    def __call__(self, task: Task, call: CallTool) -> str: ...


@dataclass(frozen=True, slots=True)
class Episode:
    """What an agent did and what it changed."""

    trajectory: Trajectory
    diff: tuple[Change, ...]


class Scenario(ABC):
    """One kind of task.

    Attributes:
        name: What it is called by; the name of its module.
        tools: The tools that its agents have.
        rewards: The completed skeletons of the operations that its gold calls write with.
        role: What it is there for.
        variant: The variant of the reward that it is scored by unless another one is asked for.
    """

    role: ClassVar[Role] = "training"
    variant: ClassVar[Variant] = "banded"
    name: str
    tools: tuple[str, ...]
    rewards: tuple[OperationReward, ...]

    @abstractmethod
    def environment(self) -> Environment:
        """Return a new environment."""

    @abstractmethod
    def task(self, seed: int, split: str) -> Task:
        """Return the task of a seed; the same arguments give the same task."""

    def said(self, place: tuple[str, str], text: str) -> str:
        """Return what a text in an answer says, the same for all that say the same; an oracle compares that.

        Args:
            place: The names of the member that the text is, last, and of the one that it stands in.
            text: The text. Here it says itself.
        """
        return text

    def start(self, environment: Environment, task: Task) -> None:
        """Begin an episode of a task."""
        environment.reset(task.layer, seed=task.world_seed)

    def play(self, environment: Environment, task: Task, agent: Agent) -> Episode:
        """Let an agent play a task from its beginning, and return what it did."""
        self.start(environment, task)
        return rollout(environment, task, agent)

    def score(
        self, task: Task, trajectory: Trajectory, diff: Sequence[Change], *, variant: Variant | None = None
    ) -> Score:
        """Return what a trajectory is worth.

        Args:
            task: What was to be done.
            trajectory: What was called.
            diff: What the episode changed.
            variant: The variant of the reward; the scenario's own if it is None.
        """
        return valued(self.judge(task, trajectory, diff), variant or self.variant)

    def judge(self, task: Task, trajectory: Trajectory, diff: Sequence[Change]) -> Score:
        """Return the score that all variants are made of; a scenario that judges in its own way overrides this."""
        return reward.judge(task, trajectory, diff, self._operations)

    @cached_property
    def _operations(self) -> dict[str, OperationReward]:
        return {item.operation: item for item in self.rewards}


def rollout(environment: Environment, task: Task, agent: Agent) -> Episode:
    """Let an agent play a task in an environment where its episode has begun, and return what it did."""
    text = agent(task, environment.call)
    return Episode(Trajectory(tuple(environment.calls), text), environment.diff())
