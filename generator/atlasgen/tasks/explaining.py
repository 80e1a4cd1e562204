"""Why a recorded trajectory is worth what it is: what was expected, what was found, and where points were lost.

The diff that a score needs is not kept in a file, so the trajectory is played again. What is scored is that replay;
where it is not what was recorded, the first difference is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode
from atlasgen.runtime.documents import ABSENT
from atlasgen.runtime.environment import Environment
from atlasgen.tasks.playback import wrapped
from atlasgen.tasks.replay import Replay, replay
from atlasgen.tasks.reward import Reason, Score
from atlasgen.tasks.scenario import SPLITS, Scenario
from atlasgen.tasks.trajectory import Line
from atlasgen.tasks.variants import Variant


@dataclass(frozen=True, slots=True)
class Explained:
    """A line of a file, scored.

    Attributes:
        where: The file and the number of the line.
        line: What it says.
        variant: The variant of the reward.
        score: What it is worth.
        replay: What came of playing it again.
    """

    where: str
    line: Line
    variant: Variant
    score: Score
    replay: Replay

    def to_json(self) -> JsonObject:
        """Return all of it as a JSON value."""
        line, score, difference = self.line, self.score, self.replay.difference
        return {
            "where": self.where,
            "scenario": line.scenario,
            "seed": line.seed,
            "split": line.split,
            "model": line.model,
            "variant": self.variant,
            "reward": score.reward,
            "success": score.success,
            "band": score.band,
            "components": dict(score.components),
            "reasons": [_reason(reason) for reason in score.reasons],
            "recorded": {"reward": line.reward, "success": line.success, "components": dict(line.components)},
            "difference": difference.to_json() if difference is not None else None,
        }

    def lines(self, *, width: int) -> Iterator[str]:
        """Yield the lines of a report for a terminal, none of them longer than `width`."""
        line, score, difference = self.line, self.score, self.replay.difference
        played = f", {line.model}" if line.model else ""
        yield from wrapped(f"{self.where}: {line.scenario}, {line.split} task {line.seed}{played}", width, indent="")
        success = "yes" if score.success else "no"
        yield f"  reward {score.reward:.3f} ({self.variant})   success {success}   band {score.band}"
        for name, value in score.components.items():
            reasons = [reason for reason in score.reasons if reason.component == name]
            yield f"  {name:<18} {value:.3f}"
            for reason in reasons:
                yield from _told(reason, width)
        for reason in score.reasons:
            if reason.component not in score.components:
                yield f"  {reason.component}"
                yield from _told(reason, width)
        if line.reward is not None and abs(line.reward - score.reward) > _ROUNDING:
            yield f"  recorded with reward {line.reward:.3f}"
        if difference is None:
            yield f"  replayed: {len(line.trajectory.calls)} calls, every byte as recorded"
        else:
            yield from wrapped(f"differs when it is replayed: {difference}", width)


_ROUNDING = 1e-9


class Explainer:
    """Scores lines of one scenario, in one environment."""

    def __init__(self, scenario: Scenario, variant: Variant | None = None) -> None:
        """Take the scenario, and the variant of its reward: its own if it is None."""
        self._scenario = scenario
        self._variant: Variant = variant or scenario.variant
        self._environment: Environment = scenario.environment()

    def explain(self, line: Line, *, where: str) -> Explained:
        """Return what a line is worth, and why.

        Args:
            line: A line of this scenario.
            where: The file and the number of the line.

        Raises:
            AtlasgenError: the scenario has no such task.
        """
        if line.split not in SPLITS or line.seed < 0:
            splits = ", ".join(SPLITS)
            what = f"{line.scenario} has no task {line.seed} of a split {line.split!r}"
            raise AtlasgenError.single(where, what, f"seeds count from 0; the splits are {splits}")
        task = self._scenario.task(line.seed, line.split)
        again = replay(self._scenario, self._environment, task, line.trajectory)
        episode = again.episode
        score = self._scenario.score(task, episode.trajectory, episode.diff, variant=self._variant)
        return Explained(where, line, self._variant, score, again)


def _told(reason: Reason, width: int) -> Iterator[str]:
    yield from wrapped(f"- {reason.where}", width, indent="    ")
    for name, value in (("expected", reason.expected), ("found", reason.found)):
        yield from wrapped(f"{name} {encode(_json(value)).decode()}", width, indent="      ")


def _reason(reason: Reason) -> JsonObject:
    return {
        "component": reason.component,
        "where": reason.where,
        "expected": _json(reason.expected),
        "found": _json(reason.found),
    }


def _json(value: Any) -> Json:
    """Return a value as JSON can say it; nothing at all is null."""
    return None if value is ABSENT else decode(encode(value))
