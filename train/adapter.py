"""Between a scenario and TRL's `environment_factory`: the only module that knows both.

TRL offers every public method of an environment's class to the model, `reset` and `get_reward` apart. So the class made
here has one method per tool and `reset`, and all else lives in the `Rollout` behind it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast

from atlasgen import jsonvalue
from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.jsonvalue import Json
from atlasgen.runtime.environment import Call, Environment
from atlasgen.runtime.tools import Tool

MAX_TURNS = 25
"""Rounds of tool calls after which a rollout is stopped."""

Messages: TypeAlias = Sequence[Mapping[str, Any]]

_NOT_TOOLS = frozenset({"reset", "get_reward"})


class Task(Protocol):
    """What an agent is asked; the scenario that made it knows the rest."""

    @property
    def instruction(self) -> str: ...


class Score(Protocol):
    """What a rollout is worth."""

    @property
    def reward(self) -> float: ...
    @property
    def success(self) -> bool: ...
    @property
    def components(self) -> Mapping[str, float]: ...


class Scenario(Protocol):
    """What a module of `rewards/` gives: tasks, their environment and their scores."""

    @property
    def name(self) -> str: ...
    @property
    def tools(self) -> tuple[str, ...]: ...
    def task(self, seed: int, split: str) -> Any: ...
    def environment(self) -> Environment: ...
    def score(self, task: Any, trajectory: Any) -> Score: ...


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The calls of a rollout, what the model said last, and whether it ended by itself."""

    calls: tuple[Call, ...]
    final_text: str
    clipped: bool
    malformed: bool
    turn_capped: bool


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
    unanswered = False
    for position, message in enumerate(completion):
        calls = message.get("tool_calls") or []
        if not calls:
            continue
        unanswered = position == len(completion) - 1
        if unanswered and turns >= max_turns:
            break
        turns += 1
        attempts += [(call["function"]["name"], call["function"]["arguments"]) for call in calls]
    last = completion[-1] if completion else {}
    text = str(last.get("content") or "") if last.get("role") == "assistant" else ""
    turn_capped = unanswered and turns >= max_turns
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

    def __init__(self, scenario: Scenario, starts: dict[tuple[int, str], str], *, observation_limit: int) -> None:
        """Keep what all rollouts of a run share.

        Args:
            scenario: Gives the environment, the tasks and the scores.
            starts: The digest of each task's first state, filled by whichever rollout starts it first.
            observation_limit: Characters of a reply that the model gets to see.
        """
        self._scenario = scenario
        self._starts = starts
        self._limit = observation_limit
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
        cast("Any", self._environment).reset(self._task)
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
            return observation(reply.status, reply.content, limit=self._limit)
        except Exception as error:  # a vendor's failure is a reply; whatever is raised is our own
            self.failure = _own(error, "operation")
            raise self.failure from error

    def calls(self, ending: Ending) -> tuple[Call, ...]:
        """Return the calls in the order in which the model made them, with those that no environment was told of."""
        executed = iter(self._environment.calls)
        calls: list[Call] = []
        for name, arguments in ending.attempts:
            sendable = isinstance(arguments, dict) and not _not_json(arguments)
            given = jsonvalue.encode(arguments if sendable else {})
            if name not in self._scenario.tools:
                calls.append(Call(name, given, 404, b"", (), (), known=False))
            elif not sendable:
                calls.append(Call(name, given, 400, b"", (), ()))
            # A call in which our code broke was not finished, so the environment does not list it.
            elif (call := next(executed, None)) is not None:
                calls.append(call)
        return tuple(calls)

    def score(self, ending: Ending) -> Score:
        """Return what the scenario makes of the rollout.

        Raises:
            RolloutError: our code broke, in an operation or in the reward.
        """
        if self.failure is not None:
            raise self.failure
        try:
            trajectory = Trajectory(
                self.calls(ending), ending.final_text, ending.clipped, ending.malformed, ending.turn_capped
            )
            return self._scenario.score(self._task, trajectory)
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


def environment_factory(scenario: Scenario, *, observation_limit: int) -> Callable[[], Any]:
    """Return what TRL calls for each environment that it needs at once.

    Args:
        scenario: Names the tools that become methods.
        observation_limit: Characters of a reply that the model gets to see.
    """
    starts: dict[tuple[int, str], str] = {}

    def prepare(self: Any) -> None:
        self._rollout = Rollout(scenario, starts, observation_limit=observation_limit)

    def reset(self: Any, *, scenario: str, seed: int, split: str, **_: Any) -> None:
        self._rollout.start(scenario=scenario, seed=seed, split=split)

    methods = {tool.name: _method(tool.name, tool.description) for tool in offered(scenario)}
    kind = type("ToolEnvironment", (), {"__init__": prepare, "reset": reset, **methods})
    return cast("Callable[[], Any]", kind)


def rollout_of(environment: Any) -> Rollout:
    """Return the rollout behind an environment that TRL holds."""
    return cast("Rollout", environment._rollout)


def observation(status: int, content: bytes, *, limit: int) -> str:
    """Return a reply as the model sees it: `{"status": 201, "body": {...}}`, cut visibly at a number of characters."""
    body = content.decode()
    text = f'{{"status": {status}, "body": {body}}}' if body else f'{{"status": {status}}}'
    if len(text) <= limit:
        return text
    return f"{text[:limit]} ...[{len(text) - limit} more characters]"


def row(scenario: Scenario, *, seed: int, split: str) -> dict[str, Any]:
    """Return the row of the dataset that stands for one task; TRL copies it for each completion of the group."""
    prompt = [{"role": "user", "content": scenario.task(seed, split).instruction}]
    return {"prompt": prompt, "scenario": scenario.name, "seed": seed, "split": split}


def call_json(call: Call) -> Json:
    """Return a call as the log of trajectories keeps it."""
    return {"tool": call.tool, "arguments": call.arguments, "status": call.status}


def schemas(tools: Iterable[Tool]) -> list[dict[Any, Any]]:
    """Return the full schemas of tools in the form that chat templates take."""
    return [tool.openai() for tool in tools]


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
