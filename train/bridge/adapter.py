"""Between a scenario and TRL's `environment_factory`: the only module that knows both.

TRL offers every public method of an environment's class to the model, `reset` and `get_reward` apart. So the class made
here has one method per tool and `reset`, and all else lives in the `Rollout` behind it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from atlasgen import jsonvalue
from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.runtime.environment import Call
from atlasgen.runtime.tools import Tool
from atlasgen.tasks.agents import expert
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import Episode, Scenario
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory, refused
from atlasgen.tasks.variants import Variant
from train.bridge.view import Observe

MAX_TURNS = 25
"""Rounds of tool calls after which a rollout is stopped."""

Messages: TypeAlias = Sequence[Mapping[str, Any]]

_NOT_TOOLS = frozenset({"reset", "get_reward"})


@dataclass(frozen=True, slots=True)
class Ending:
    """What only the completion shows: the calls as the model made them, and how the rollout ended.

    Attributes:
        attempts: Every call that TRL tried to execute, in order: the name and whatever was given as arguments.
        final_text: The text of the last message of the model; empty if a tool spoke last.
        clipped: The tokens ran out, in the last message or before a tool's result.
        malformed: The last message was meant to call a tool but is no valid call; TRL takes it for text.
        turn_capped: The last message calls tools and no turn was left to execute them.
    """

    attempts: tuple[tuple[str, Any], ...]
    final_text: str
    clipped: bool
    malformed: bool
    turn_capped: bool


def read_ending(completion: Messages, *, stopped: bool, max_turns: int = MAX_TURNS) -> Ending:
    """Return what a completion shows of its rollout.

    Args:
        completion: The messages of the model and of the tools.
        stopped: Whether the last token is one that ends a message.
        max_turns: Rounds of tool calls after which TRL stopped.
    """
    attempts: list[tuple[str, Any]] = []
    turns = 0
    unanswered = turn_capped = False
    for position, message in enumerate(completion):
        calls = message.get("tool_calls") or []
        if not calls:
            continue
        unanswered = position == len(completion) - 1
        turn_capped = unanswered and turns >= max_turns
        if turn_capped:
            break
        turns += 1
        attempts += [(call["function"]["name"], call["function"]["arguments"]) for call in calls]
    last = completion[-1] if completion else {}
    text = str(last.get("content") or "") if last.get("role") == "assistant" else ""
    return Ending(
        attempts=tuple(attempts),
        final_text=text,
        # TRL executes the last calls, finds no room for the results and takes the messages back.
        clipped=not stopped or (unanswered and not turn_capped),
        malformed=not unanswered and ("<tool_call>" in text or "</tool_call>" in text),
        turn_capped=turn_capped,
    )


class Rollout:
    """One rollout: its task, its environment, and what broke on our side; TRL resets and reuses it."""

    def __init__(
        self,
        scenario: Scenario,
        starts: dict[tuple[int, str], str],
        observe: Observe,
        *,
        variant: Variant | None = None,
    ) -> None:
        """Keep what all rollouts of a run share.

        Args:
            scenario: Gives the environment, the tasks and the scores.
            starts: The digest of each task's first state, filled by whichever rollout starts it first.
            observe: What the model gets to see of an answer.
            variant: The variant of the reward; the scenario's own if it is None.
        """
        self._scenario = scenario
        self._starts = starts
        self._observe = observe
        self._variant = variant
        self._environment = scenario.environment()
        self._task: Task | None = None
        self.failure: RolloutError | None = None
        self.digest = ""

    def start(self, *, scenario: str, seed: int, split: str) -> None:
        """Begin the task that a row of the dataset names.

        Raises:
            RolloutError: the row belongs to another scenario, or the task does not start as it did before.
        """
        if scenario != self._scenario.name:
            raise RolloutError("trainer", f"a row of scenario {scenario!r} came to {self._scenario.name!r}")
        self._task = self._scenario.task(seed, split)
        self._scenario.start(self._environment, self._task)
        self.failure = None
        self.digest = self._environment.digest()
        first = self._starts.setdefault((seed, split), self.digest)
        if self.digest != first:
            raise RolloutError(
                "trainer",
                f"task {seed} of {split!r} started from {self.digest}, but from {first} before: "
                "the completions of its group cannot be compared",
            )

    def call(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """Return what the model gets to see of a call.

        Raises:
            RolloutError: our code broke now or earlier in this rollout; it is also kept for `score`.
        """
        if self.failure is not None:
            raise self.failure
        problem = _not_json(arguments)
        if problem:
            return problem
        try:
            reply = self._environment.call(tool, dict(arguments))
            return self._observe(tool, reply.status, reply.content)
        except Exception as error:  # a vendor's failure is a reply; whatever is raised is our own
            self.failure = _own(error, "operation")
            raise self.failure from error

    def trajectory(self, ending: Ending) -> Trajectory:
        """Return the calls in the order in which the model made them, refused ones included, and how it ended."""
        executed = iter(self._environment.calls)
        calls: list[Call] = []
        for name, arguments in ending.attempts:
            sendable = isinstance(arguments, dict) and not _not_json(arguments)
            given = arguments if sendable else {}
            if name not in self._scenario.tools:
                calls.append(refused(name, given))
            elif not sendable:
                calls.append(refused(name, given, known=True))
            # A call in which our code broke was not finished, so the environment does not list it.
            elif (call := next(executed, None)) is not None:
                calls.append(call)
        return Trajectory(tuple(calls), ending.final_text, ending.clipped, ending.malformed, ending.turn_capped)

    @property
    def task(self) -> Task:
        """The task that it was given last.

        Raises:
            RolloutError: it has none yet.
        """
        if self._task is None:
            raise RolloutError("trainer", "a rollout was read before it was given a task")
        return self._task

    def episode(self, ending: Ending) -> Episode:
        """Return what was called, and what that changed.

        Raises:
            RolloutError: our code broke in an operation.
        """
        if self.failure is not None:
            raise self.failure
        return Episode(self.trajectory(ending), self._environment.diff())

    def score(self, trajectory: Trajectory) -> Score:
        """Return what the scenario makes of the rollout.

        Raises:
            RolloutError: our code broke, in an operation or in the reward.
        """
        if self.failure is not None:
            raise self.failure
        task = self.task
        try:
            return self._scenario.score(task, trajectory, self._environment.diff(), variant=self._variant)
        except Exception as error:
            raise _own(error, "reward") from error


def offered(scenario: Scenario) -> tuple[Tool, ...]:
    """Return the tools of a scenario in the order in which it names them.

    Raises:
        AtlasgenError: a tool does not exist, or TRL could not offer it under its name.
    """
    existing = {tool.name: tool for tool in scenario.environment().tools}
    where = f"scenario {scenario.name}"
    for name in scenario.tools:
        if name not in existing:
            raise AtlasgenError.single(where, f"its environment has no tool {name!r}", f"it has {sorted(existing)}")
        if name in _NOT_TOOLS or name.startswith("_") or not name.isidentifier():
            raise AtlasgenError.single(where, f"TRL cannot offer a tool named {name!r}", "give it another name")
    return tuple(existing[name] for name in scenario.tools)


def environment_factory(scenario: Scenario, observe: Observe, *, variant: Variant | None = None) -> Callable[[], Any]:
    """Return what TRL calls for each environment that it needs at once.

    Args:
        scenario: Names the tools that become methods.
        observe: What the model gets to see of an answer.
        variant: The variant of the reward; the scenario's own if it is None.
    """
    starts: dict[tuple[int, str], str] = {}

    def prepare(self: Any) -> None:
        self._rollout = Rollout(scenario, starts, observe, variant=variant)

    def reset(self: Any, *, scenario: str, seed: int, split: str, **_: Any) -> None:
        self._rollout.start(scenario=scenario, seed=seed, split=split)

    methods = {tool.name: _method(tool.name, tool.description) for tool in offered(scenario)}
    kind = type("ToolEnvironment", (), {"__init__": prepare, "reset": reset, **methods})
    return cast("Callable[[], Any]", kind)


def rollout_of(environment: Any) -> Rollout:
    """Return the rollout behind an environment that TRL holds."""
    return cast("Rollout", environment._rollout)


def row(scenario: Scenario, *, seed: int, split: str) -> dict[str, Any]:
    """Return the row of the dataset that stands for one task; TRL copies it for each completion of the group."""
    prompt = [{"role": "user", "content": scenario.task(seed, split).instruction}]
    return {"prompt": prompt, "environment": scenario.name, "scenario": scenario.name, "seed": seed, "split": split}


def demonstration(scenario: Scenario, observe: Observe, *, seed: int, split: str) -> list[dict[str, Any]]:
    """Return the conversation of a perfect rollout: the prompt, the gold calls and what they show, the last words."""
    task = scenario.task(seed, split)
    trajectory = scenario.play(scenario.environment(), task, expert).trajectory
    messages: list[dict[str, Any]] = list(row(scenario, seed=seed, split=split)["prompt"])
    for call in trajectory.calls:
        function = {"name": call.tool, "arguments": call.arguments}
        shown = observe(call.tool, call.status, call.content)
        messages += [
            {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": function}]},
            {"role": "tool", "name": call.tool, "content": shown},
        ]
    return [*messages, {"role": "assistant", "content": trajectory.final_text}]


def _method(name: str, description: str) -> Callable[..., str]:
    # `self` is positional only: the model may well send an argument of that name.
    def method(self: Any, /, **arguments: Any) -> str:
        return cast("Rollout", self._rollout).call(name, arguments)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = description
    return method


def _not_json(arguments: Any) -> str:
    """Return the observation for arguments that no request can carry (NaN, half a surrogate pair), else nothing."""
    try:
        jsonvalue.encode(arguments)
        json.dumps(arguments, allow_nan=False)  # the fast encoder writes NaN as null
    except ValueError as error:
        return jsonvalue.encode({"error": f"the arguments are no JSON: {error}"}).decode()
    return ""


def _own(error: Exception, boundary: str) -> RolloutError:
    return error if isinstance(error, RolloutError) else RolloutError(boundary, f"{type(error).__name__}: {error}")
