"""Scenarios whose tasks are planted: each adds records to a world, by lot, and asks for something to be done with them.

Such a scenario says what it plants and what it then asks for. Everything depends on the seed and the split alone.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final, Generic, TypeVar

from atlasgen.runtime.environment import Environment
from atlasgen.runtime.package import Operations
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot, world_seed
from atlasgen.tasks.gold import Draft, Insert, complete, plant
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.task import GoldCall, Needed, Task

Rung = TypeVar("Rung", bound=str)
Words = TypeVar("Words")
Planted = TypeVar("Planted")

_KEPT: Final = 4096  # tasks


@dataclass(frozen=True, slots=True)
class Draws(Generic[Rung, Words]):
    """What a task is drawn from.

    Attributes:
        lot: Draws.
        rung: How hard it is to find what the task is about.
        words: What the tasks of its split are made of.
    """

    lot: Lot
    rung: Rung
    words: Words


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    Attributes:
        instruction: In words.
        gold: The calls that do it.
        needed: What the instruction does not say.
    """

    instruction: str
    gold: tuple[GoldCall, ...]
    needed: tuple[Needed, ...] = ()


class PlantedScenario(Scenario, Generic[Rung, Words, Planted]):
    """A scenario that plants what its tasks are about.

    Attributes:
        number: Chooses its worlds: no two scenarios have the same.
        apis: What its environments hold.
        ladder: How hard it can be to find what a task is about, from easy to hard, and how often each rung is drawn.
        train: What its tasks are made of.
        test: Likewise those of the test; they are seen nowhere else.
    """

    number: ClassVar[int]
    apis: ClassVar[tuple[type[Operations], ...]]
    ladder: Mapping[Rung, int]
    train: Words
    test: Words

    def __init__(self) -> None:
        """Make an environment to plant in."""
        self._workshop = self.environment()
        self._tasks = lru_cache(maxsize=_KEPT)(self._task)

    @abstractmethod
    def plant(self, world: World, insert: Insert, draws: Draws[Rung, Words]) -> Planted:
        """Add to a world what a task is about, and what may be taken for it; return what is to be asked for."""

    @abstractmethod
    def order(self, environment: Environment, planted: Planted, draws: Draws[Rung, Words]) -> Order:
        """Return what a task asks for.

        Args:
            environment: The world with what was planted in it, to look around in and to try calls in.
            planted: What is to be asked for.
            draws: What the task is drawn from.
        """

    def environment(self) -> Environment:
        """Return a new environment."""
        return Environment(*self.apis)

    def task(self, seed: int, split: str) -> Task:
        """Return the task of a seed; a seed beyond the number of worlds is another task in a world seen before."""
        return self._tasks(seed, split)

    def lot(self, seed: int, split: str) -> Lot:
        """Return what draws a task."""
        return Lot(f"{self.name} {split} {seed}")

    def rung(self, seed: int, split: str) -> Rung:
        """Return how hard it is to find what a task is about."""
        rungs = [rung for rung, count in self.ladder.items() for _ in range(count)]
        return self.lot(seed, split).pick(rungs, "rung")

    def _task(self, seed: int, split: str) -> Task:
        number, environment = world_seed(self.number, split, seed), self._workshop
        draws = Draws(self.lot(seed, split), self.rung(seed, split), self.test if split == "test" else self.train)
        found: list[Planted] = []
        layer = plant(environment, number, lambda world, insert: found.append(self.plant(world, insert, draws)))
        environment.reset(layer, seed=number)
        (planted,) = found
        order = self.order(environment, planted, draws)
        draft = Draft(
            scenario=self.name,
            seed=seed,
            split=split,
            instruction=order.instruction,
            world_seed=number,
            gold=order.gold,
            tools=self.tools,
            layer=layer,
            needed=order.needed,
        )
        return complete(draft, environment, self.rewards)
