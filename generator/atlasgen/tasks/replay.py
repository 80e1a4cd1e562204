"""A trajectory played again from its seed: the same calls must get the same answers, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Final

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.environment import NO_JSON, Call, Environment
from atlasgen.tasks.scenario import Episode, Scenario
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory, refused

_AROUND: Final = 30  # bytes that are shown before and after the first that differs


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that is not as it was.

    Attributes:
        call: Which call, from 1.
        tool: What was called.
        part: `status`, `body`, `reads` or `writes`.
        byte: Where in the body, from 0; 0 for the other parts.
        recorded: What the trajectory says, of a body a little around that byte.
        replayed: What is answered now.
    """

    call: int
    tool: str
    part: str
    byte: int
    recorded: str
    replayed: str

    def __str__(self) -> str:
        place = f"{self.part}, byte {self.byte}" if self.part == "body" else self.part
        return f"call {self.call}, {self.tool}, {place}: recorded {self.recorded}, replayed {self.replayed}"

    def to_json(self) -> JsonObject:
        """Return the difference as a JSON value."""
        return {
            "call": self.call,
            "tool": self.tool,
            "part": self.part,
            "byte": self.byte,
            "recorded": self.recorded,
            "replayed": self.replayed,
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it: the episode as it is today, and the first difference; None where there is none."""

    episode: Episode
    difference: Difference | None


def replay(scenario: Scenario, environment: Environment, task: Task, trajectory: Trajectory) -> Replay:
    """Play the calls of a trajectory again.

    Args:
        scenario: The scenario of the task.
        environment: Where to play; it is left in the state that the calls lead to.
        task: The task that they were made for.
        trajectory: What was called.

    Raises:
        RolloutError: our own code broke.
    """
    scenario.start(environment, task)
    calls = tuple(_again(environment, call) for call in trajectory.calls)
    difference = next(
        (
            found
            for number, (recorded, replayed) in enumerate(zip(trajectory.calls, calls, strict=True), start=1)
            if (found := _difference(number, recorded, replayed)) is not None
        ),
        None,
    )
    return Replay(Episode(replace(trajectory, calls=calls), environment.diff()), difference)


def _again(environment: Environment, call: Call) -> Call:
    # What never reached an environment must not reach this one: its tool may exist, and not have been offered.
    if call == refused(call.tool, call.arguments, known=call.known):
        return call
    # What was sent instead of an object is not kept; any other thing that is none gets the same answer.
    given: Any = [] if call.arguments_json == NO_JSON else call.arguments
    environment.call(call.tool, given)
    return environment.calls[-1]


def _difference(number: int, recorded: Call, replayed: Call) -> Difference | None:
    for part, one, other in (
        ("status", recorded.status, replayed.status),
        ("reads", recorded.reads, replayed.reads),
        ("writes", recorded.writes, replayed.writes),
    ):
        if one != other:
            return Difference(number, recorded.tool, part, 0, str(one), str(other))
    if recorded.content != replayed.content:
        pairs = zip_longest(recorded.content, replayed.content)
        place = next(index for index, (one, other) in enumerate(pairs) if one != other)
        cuts = [content[max(0, place - _AROUND) : place + _AROUND] for content in (recorded.content, replayed.content)]
        before, after = (cut.decode(errors="replace") or "nothing" for cut in cuts)
        return Difference(number, recorded.tool, "body", place, before, after)
    return None
