"""What somebody who wants reward without doing the work could try: any calls, thrown together from all that is known.

This module turns numbers into sequences of calls and judges them. Which numbers to try is for a search to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

from atlasgen.jsonvalue import Json, JsonObject, pointer, tokens
from atlasgen.runtime.documents import ABSENT, at, with_value
from atlasgen.tasks.agents import script
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Task
from atlasgen.tasks.trivial import Trivial
from atlasgen.tasks.variants import Variant

LIMIT: Final = 0.5
"""Nothing that misses the goal may earn more."""

_ASKED: Final = 16  # of so many that earn little the oracle is asked about one
_KNOWN: Final = 64  # tasks whose pieces are kept
_REMEMBERED: Final = 4_000  # sequences that are not played again: a search that climbs comes back to what it knows


@dataclass(frozen=True, slots=True)
class Pick:
    """One call, as numbers that any search can choose; each is taken modulo what there is.

    Attributes:
        kind: 0 or 1 a call of the gold, 2 a call that writes, 3 any call; 4 all calls of the gold from one on, as they
            are.
        piece: Which of those.
        member: Which argument gets the value that another call has there; 0 none.
        donor: Which call that is.
    """

    kind: int
    piece: int
    member: int
    donor: int

    @classmethod
    def decoded(cls, text: bytes) -> Pick:
        """Return the pick that four bytes stand for: the next text stands for another piece."""
        number = int.from_bytes(text, "big")
        # Half of the calls stay as they are.
        return cls(number >> 24, number & 0x3FF, max(0, (number >> 10 & 0xF) - 7), number >> 14 & 0x3FF)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a sequence of calls.

    Attributes:
        reward: What the reward said.
        success: Likewise.
        asked: Whether the oracle was asked: about all that earn more than the limit or count as a success, and by lot
            about one in sixteen of the others, for an oracle looks at everything there is.
        reached: Whether it said that the goal was reached; false where it was not asked.
        wrote: Whether a call that changes something was accepted.
        trace: The calls, as text that is equal for equal sequences.
    """

    reward: float
    success: bool
    asked: bool
    reached: bool
    wrote: bool
    trace: bytes


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The calls that sequences are made of."""

    gold: Sequence[GoldCall]
    writes: Sequence[GoldCall]
    openings: Sequence[GoldCall]  # those of them that are accepted as the first call
    every: Sequence[GoldCall]


class Adversary:
    """Tries sequences of calls on the tasks of one scenario."""

    def __init__(self, scenario: Scenario, *, variant: Variant | None = None) -> None:
        """Take a scenario, and the variant of its reward to cheat: its own if it is None."""
        self._scenario = scenario
        self._variant = variant
        self._environment = scenario.environment()
        self._around = Surroundings(scenario.environment(), scenario.rewards)
        self._trivial = Trivial(self._around)
        self._oracle = Oracle(scenario.environment(), scenario.said)
        self._played: dict[str, Attempt] = {}
        self._pieces = lru_cache(maxsize=_KNOWN)(self._made)

    def attempt(self, seed: int, split: str, picks: Sequence[Pick], *, opening: int | None = None) -> Attempt:
        """Play a sequence of calls on a task, score it and judge it.

        Args:
            seed: The task.
            split: Its split.
            picks: The calls.
            opening: Which call that writes comes before them, of those that are accepted; none if it is None.

        Raises:
            RolloutError: our own code broke.
        """
        pieces = self._pieces(seed, split)
        steps = [step for pick in picks for step in _steps(pieces, pick)]
        if opening is not None and pieces.openings:
            steps.insert(0, pieces.openings[opening % len(pieces.openings)])
        key = f"{split} {seed} {steps}"
        if key not in self._played:
            if len(self._played) >= _REMEMBERED:
                self._played.clear()
            self._played[key] = self._play(self._scenario.task(seed, split), steps)
        return self._played[key]

    def _play(self, task: Task, steps: Sequence[GoldCall]) -> Attempt:
        environment = self._environment
        episode = self._scenario.play(environment, task, script(steps))
        score = self._scenario.score(task, episode.trajectory, episode.diff, variant=self._variant)
        calls = episode.trajectory.calls
        wrote = any(call.writes for call in calls)
        trace = b"\n".join(call.tool.encode() + call.arguments_json for call in calls)
        asked = score.reward > LIMIT or score.success or crc32(trace) % _ASKED == 0
        reached = asked and self._oracle.accepts(environment, task)
        return Attempt(score.reward, score.success, asked, reached, wrote, trace)

    def _made(self, seed: int, split: str) -> _Pieces:
        """Return the calls of the gold, of everything that mutants do, and of agents that understand nothing."""
        task: Task = self._scenario.task(seed, split)
        ways = [*mutants(self._around, task), *self._trivial.of(task).values()]
        every: list[GoldCall] = list(task.gold)
        seen = {repr(step) for step in every}
        for way in ways:
            for step in way.steps:
                if repr(step) not in seen:
                    seen.add(repr(step))
                    every.append(step)
        writes = [step for step in every if step.tool in task.effects]
        return _Pieces(task.gold, writes or task.gold, [step for step in writes if self._writes(task, step)], every)

    def _writes(self, task: Task, step: GoldCall) -> bool:
        """Whether a call changes something if it is the first."""
        self._scenario.start(self._environment, task)
        self._environment.call(step.tool, step.arguments)
        return bool(self._environment.calls[-1].writes)


def _steps(pieces: _Pieces, pick: Pick) -> Sequence[GoldCall]:
    if pick.kind % 5 == 4:
        return pieces.gold[pick.piece % len(pieces.gold) :]
    return [_step(pieces, pick)]


def _step(pieces: _Pieces, pick: Pick) -> GoldCall:
    # Twice the calls that write: most sequences should get somewhere.
    chosen = (pieces.gold, pieces.writes, pieces.writes, pieces.every)[pick.kind % 5]
    step = chosen[pick.piece % len(chosen)]
    places = [place for place, _ in _leaves(step.arguments)]
    if not pick.member or not places:
        return step
    place = places[(pick.member - 1) % len(places)]
    donors = [item for item in pieces.every if item.tool == step.tool]
    value: Json | Any = at(donors[pick.donor % len(donors)].arguments, tokens(place))
    if value is ABSENT:
        return step
    uses = tuple(use for use in step.uses if not use.pointer.startswith(place))
    return GoldCall(step.tool, with_value(step.arguments, tokens(place), value), uses)


def _leaves(value: JsonObject, above: tuple[str, ...] = ()) -> list[tuple[str, Json]]:
    """Return the pointers of all that is no object within an object, with what stands there."""
    found: list[tuple[str, Json]] = []
    for name, item in value.items():
        if isinstance(item, dict) and item:
            found += _leaves(item, (*above, name))
        else:
            found.append((pointer(*above, name), item))
    return found
