"""A scenario: tasks from seeds, the environment they are played in, and the reward that they are judged by."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol, TypeAlias

from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.world import Change
from atlasgen.tasks.reward import Score, judge
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory

SPLITS: Final = ("train", "validation", "test")

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
    """

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

    def score(self, task: Task, trajectory: Trajectory, diff: Sequence[Change]) -> Score:
        """Return what a trajectory is worth."""
        return judge(task, trajectory, diff, self._operations)

    @cached_property
    def _operations(self) -> dict[str, OperationReward]:
        return {reward.operation: reward for reward in self.rewards}


def rollout(environment: Environment, task: Task, agent: Agent) -> Episode:
    """Let an agent play a task in an environment where its episode has begun, and return what it did."""
    text = agent(task, environment.call)
    return Episode(Trajectory(tuple(environment.calls), text), environment.diff())
