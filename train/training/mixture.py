"""Which scenario each group of a run belongs to: more of those in between, some of all.

A scenario that always succeeds or never does has groups without differences, which teach nothing. So its share grows
with p(1-p) of its recent success p, and never falls below a floor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.identity import draw

FLOOR: Final = 0.1
"""The least share of a scenario; less only where there are more than ten."""

MEMORY: Final = 64
"""How many rollouts of a scenario count as recent."""

_PARTS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Mixture:
    """What is known of the recent success of each scenario.

    Attributes:
        recent: The latest rollouts of each scenario, the oldest first: 1 for a success, 0 for a failure.
    """

    recent: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, names: Sequence[str]) -> Mixture:
        """Return the mixture of which nothing is known: all alike."""
        return cls(dict.fromkeys(names, ()))

    def heard(self, outcomes: Mapping[str, Sequence[bool]]) -> Mixture:
        """Return the mixture after more rollouts."""
        more = {
            name: (*self.recent[name], *map(int, found))[-MEMORY:]
            for name, found in outcomes.items()
            if name in self.recent
        }
        return replace(self, recent={**self.recent, **more})

    @property
    def shares(self) -> Mapping[str, float]:
        """The share of each scenario; they sum to 1."""
        weights: dict[str, float] = {}
        for name, found in self.recent.items():
            chance = (sum(found) + 1) / (len(found) + 2)
            weights[name] = chance * (1 - chance)
        floor = min(FLOOR, 1 / len(weights))
        rest, total = 1 - floor * len(weights), sum(weights.values())
        return {name: floor + rest * weight / total for name, weight in weights.items()}

    def groups(self, count: int, *, seed: int, step: int) -> tuple[str, ...]:
        """Return the scenario of each group of a step; shares are kept as well as whole numbers can."""
        start = draw("mixture", seed, step) % _PARTS / _PARTS
        edges: list[tuple[float, str]] = []
        edge = 0.0
        for name, share in self.shares.items():
            edge += share
            edges.append((edge, name))
        points = ((start + number) / count for number in range(count))
        return tuple(next((name for edge, name in edges if point < edge), edges[-1][1]) for point in points)

    def to_json(self) -> JsonObject:
        """Return it as JSON."""
        return {name: list(found) for name, found in self.recent.items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Mixture:
        """Return what `to_json` gave."""
        return cls({name: tuple(found) for name, found in value.items()})


def task_seed(seed: int, number: int) -> int:
    """Return the seed of the task of a group of a run; runs of other seeds get other tasks."""
    return draw("task of a group", seed, number) % _PARTS


class Schedule:
    """Says which task each group of a run is about, the same on every process.

    TRL loads the batch of a step while the step before is still being learnt from. So a step is mixed by what was known
    two steps earlier; then all processes decide alike, and a resumed run decides as it would have.
    """

    def __init__(self, names: Sequence[str], *, groups: int, seed: int) -> None:
        """Take the scenarios, how many groups a step has, and the seed of the run."""
        self._count = groups
        self._seed = seed
        self._start = Mixture.of(names)
        self._after: dict[int, Mixture] = {}
        self._chosen: dict[int, tuple[str, ...]] = {}

    def begin(self, outcomes: Mapping[str, Sequence[bool]]) -> None:
        """Take what was found before training."""
        self._start = self._start.heard(outcomes)

    def heard(self, step: int, outcomes: Mapping[str, Sequence[bool]]) -> None:
        """Take the outcomes of a step (from 0)."""
        self._after[step] = self.after(step - 1).heard(outcomes)
        self._after.pop(step - 3, None)
        self._chosen.pop(step - 1, None)

    def after(self, step: int) -> Mixture:
        """Return what was known after a step."""
        return self._after.get(step, self._start)

    def group(self, number: int) -> tuple[str, int]:
        """Return the scenario and the seed of the task of a group, which are numbered through the run."""
        step, position = divmod(number, self._count)
        if step not in self._chosen:
            self._chosen[step] = self.after(step - 2).groups(self._count, seed=self._seed, step=step)
        return self._chosen[step][position], task_seed(self._seed, number)

    def to_json(self) -> JsonObject:
        """Return what a resumed run has to know."""
        after: JsonObject = {str(step): mixture.to_json() for step, mixture in self._after.items()}
        return {"start": self._start.to_json(), "after": after}

    def restore(self, value: Mapping[str, Any]) -> None:
        """Take what `to_json` gave."""
        self._start = Mixture.from_json(value["start"])
        self._after = {int(step): Mixture.from_json(found) for step, found in value["after"].items()}
        self._chosen = {}
