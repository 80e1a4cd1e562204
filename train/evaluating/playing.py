"""Playing many tasks with a policy: what is to be played, what came of it, and the policies that need no model.

A policy is anything that plays assignments; `local.py` beside this file has the one that runs a model here,
`endpoint.py` the one that asks a server. An episode in which our own code, the network or a server failed is no
episode: it comes back as `Broken` and never as a wrong answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.players import Name, player
from atlasgen.tasks.scenario import Agent, Episode, Scenario
from atlasgen.tasks.task import Task
from train.bridge import adapter
from train.bridge.adapter import MAX_TURNS, Rollout, read_ending, row
from train.bridge.view import Observe, View

INFRASTRUCTURE: Final = "infrastructure"
"""The boundary of what failed outside: the network, or a server that answers no requests."""


class Key(NamedTuple):
    """What names an episode of an evaluation."""

    scenario: str
    split: str
    seed: int
    sample: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """One episode that is to be played.

    Attributes:
        scenario: The kind of task.
        seed: Which task.
        split: Of which split.
        sample: Counts the episodes of one task, from 0.
    """

    scenario: Scenario
    seed: int
    split: str
    sample: int = 0

    @property
    def key(self) -> Key:
        """What names it."""
        return Key(self.scenario.name, self.split, self.seed, self.sample)

    def task(self) -> Task:
        """Return the task."""
        return self.scenario.task(self.seed, self.split)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an episode cost in tokens.

    Attributes:
        prompt: What the model was told: the first prompt and the results of tools, each counted once.
        completion: What it said.
    """

    prompt: int
    completion: int


@dataclass(frozen=True, slots=True)
class Played:
    """An episode that was played to an end, whatever end.

    Attributes:
        assignment: What was to be played.
        task: The task.
        episode: What was called, and what that changed.
        messages: What the model was told and what it said; empty for agents without a model.
        tokens: What it cost; None for agents without a model.
    """

    assignment: Assignment
    task: Task
    episode: Episode
    messages: tuple[Mapping[str, Any], ...] = ()
    tokens: Tokens | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """An episode that came to nothing through no fault of the policy.

    Attributes:
        assignment: What was to be played.
        boundary: Where it broke: `infrastructure`, or that of a `RolloutError`.
        message: What happened.
    """

    assignment: Assignment
    boundary: str
    message: str

    @classmethod
    def of(cls, assignment: Assignment, error: RolloutError) -> Broken:
        """Return the episode that an error of ours ended."""
        return cls(assignment, error.boundary, str(error))


Outcome: TypeAlias = Played | Broken


class Policy(Protocol):
    """Plays episodes.

    Attributes:
        name: What it is called in files and tables.
    """

    @property
    def name(self) -> str:
        """What it is called in files and tables."""

    def play(self, assignments: Sequence[Assignment], *, temperature: float) -> Iterator[Outcome]:
        """Play episodes and yield each as it ends, in any order.

        Args:
            assignments: What is to be played.
            temperature: Of sampling; 0 is greedy. Agents without a model have none.
        """


class ScriptedPolicy:
    """Plays as an agent without a model does."""

    def __init__(self, name: str, agent: Callable[[Assignment, Task], Agent]) -> None:
        """Take what it is called, and what gives the agent of an episode."""
        self._name = name
        self._agent = agent

    @property
    def name(self) -> str:
        """What it is called."""
        return self._name

    def play(self, assignments: Sequence[Assignment], *, temperature: float = 0.0) -> Iterator[Outcome]:
        """Play episodes, one after the other; the temperature changes nothing."""
        environments: dict[str, Any] = {}
        for assignment in assignments:
            scenario = assignment.scenario
            if scenario.name not in environments:
                environments[scenario.name] = scenario.environment()
            try:
                task = assignment.task()
                episode = scenario.play(environments[scenario.name], task, self._agent(assignment, task))
            except RolloutError as error:
                yield Broken.of(assignment, error)
            else:
                yield Played(assignment, task, episode)


def scripted(name: Name, *, errors: float = 0.0) -> ScriptedPolicy:
    """Return the policy of an agent of `atlasgen.tasks.players`.

    Args:
        name: What the agent is called.
        errors: The error rate of `noisy`; each sample of a task errs elsewhere.
    """

    def agent(assignment: Assignment, task: Task) -> Agent:
        return player(name, assignment.scenario, task, errors=errors, seed=assignment.sample)

    label = name.replace("_", "-") if name != "nothing" else "no-op"
    return ScriptedPolicy(f"{label}:{errors:g}" if name == "noisy" else label, agent)


class Stage:
    """Gives conversations their rollouts, and uses those again that have been played out."""

    def __init__(self, view: View) -> None:
        """Take what the model gets to see."""
        self._view = view
        self._observers: dict[str, Observe] = {}
        self._starts: dict[str, dict[tuple[int, str], str]] = {}
        self._free: dict[str, list[Rollout]] = {}

    def begin(self, assignment: Assignment) -> Conversation:
        """Begin an episode.

        Raises:
            RolloutError: our own code broke.
        """
        scenario = assignment.scenario
        free = self._free.setdefault(scenario.name, [])
        starts = self._starts.setdefault(scenario.name, {})
        if scenario.name not in self._observers:
            self._observers[scenario.name] = self._view.observer(scenario.environment())
        rollout = free.pop() if free else Rollout(scenario, starts, self._observers[scenario.name])
        rollout.start(scenario=scenario.name, seed=assignment.seed, split=assignment.split)
        return Conversation(assignment, rollout)

    def end(self, conversation: Conversation) -> None:
        """Take a rollout back once its episode has been read."""
        self._free.setdefault(conversation.assignment.scenario.name, []).append(conversation.rollout)


class Conversation:
    """An episode in progress, as a model and its tools lead it; calls are read and counted as in training.

    Attributes:
        assignment: What is being played.
        rollout: The environment, and what broke in it.
        prompt: The messages before the model's first.
        completion: The messages since.
    """

    def __init__(self, assignment: Assignment, rollout: Rollout) -> None:
        """Take a rollout that has been started on the assignment's task."""
        self.assignment = assignment
        self.rollout = rollout
        self.prompt: list[dict[str, Any]] = list(
            row(assignment.scenario, seed=assignment.seed, split=assignment.split)["prompt"]
        )
        self.completion: list[dict[str, Any]] = []
        self._turns = 0

    def hear(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """Take what the model says, make its calls and return their results; none where the episode is over.

        Args:
            message: A message of the assistant; its arguments are objects, or whatever the model gave instead.

        Raises:
            RolloutError: our own code broke.
        """
        self.completion.append(message)
        calls = message.get("tool_calls") or []
        if not calls or self._turns >= MAX_TURNS:
            return []
        self._turns += 1
        results = [
            {"role": "tool", "name": name, "content": self._result(name, call["function"]["arguments"])}
            for call in calls
            for name in [call["function"]["name"]]
        ]
        self.completion += results
        return results

    def _result(self, tool: str, arguments: Any) -> str:
        # What TRL says in these two cases, to the letter: a model meets here what it was trained with.
        if tool not in self.assignment.scenario.tools:
            return str({"error": f"Tool {tool} not found."})
        if not isinstance(arguments, dict):
            where = f"{adapter.__name__}.{tool}()"
            return str({"error": f"{where} argument after ** must be a mapping, not {type(arguments).__name__}"})
        return self.rollout.call(tool, arguments)

    def take_back(self) -> None:
        """Forget the results of the last calls: there was no room for them, and the model never saw them."""
        while self.completion and self.completion[-1]["role"] == "tool":
            self.completion.pop()

    def played(self, *, stopped: bool, tokens: Tokens | None) -> Played:
        """Return the episode as it ended.

        Args:
            stopped: Whether the model ended its last message by itself.
            tokens: What it cost.

        Raises:
            RolloutError: our own code broke.
        """
        ending = read_ending(self.completion, stopped=stopped, max_turns=MAX_TURNS)
        episode = self.rollout.episode(ending)
        return Played(self.assignment, self.rollout.task, episode, (*self.prompt, *self.completion), tokens)


def plain_call(name: str, arguments: Any) -> JsonObject:
    """Return a tool call as chat messages hold it."""
    return {"type": "function", "function": {"name": name, "arguments": arguments}}
