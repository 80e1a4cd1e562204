"""Drawing the parts of a task by lot: the same salt draws the same parts, on every machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from atlasgen.runtime.identity import draw

Option = TypeVar("Option")

WORLDS: Final[Mapping[str, int]] = {"train": 512, "validation": 64, "test": 128}
"""Over how many worlds the tasks of a split are spread."""

_FIRST: Final = {"train": 0, "validation": 10_000, "test": 20_000}
_EACH: Final = 100_000  # seeds that belong to one scenario


@dataclass(frozen=True, slots=True)
class Lot:
    """Draws what one task consists of; everything depends on its salt alone."""

    salt: str

    def pick(self, options: Sequence[Option], what: str) -> Option:
        """Return one of the options.

        Args:
            options: At least one.
            what: What is drawn; two draws of the same are the same.
        """
        return options[draw(self.salt, what) % len(options)]

    def some(self, options: Sequence[Option], what: str, *, least: int = 1, most: int = 2) -> list[Option]:
        """Return a few of the options, each once, in an order of their own."""
        ordered = sorted(range(len(options)), key=lambda index: draw(self.salt, what, index))
        return [options[index] for index in ordered[: least + draw(self.salt, what) % (most - least + 1)]]

    def number(self, below: int, what: str) -> int:
        """Return a number from 0 to below another one."""
        return draw(self.salt, what) % below

    def chance(self, percent: int, what: str) -> bool:
        """Return true so many times in a hundred."""
        return draw(self.salt, what) % 100 < percent

    def day(self, what: str) -> str:
        """Return a day of 2026 as `2026-03-21`."""
        return f"2026-{1 + draw(self.salt, what, 'month') % 12:02}-{1 + draw(self.salt, what, 'day') % 28:02}"


def world_seed(number: int, split: str, seed: int) -> int:
    """Return the world of a task: no two splits and no two scenarios have a world in common.

    Args:
        number: The number of the scenario, from 1.
        split: The split.
        seed: The task; one beyond the number of worlds of the split is another task in a world seen before.
    """
    return number * _EACH + _FIRST[split] + seed % WORLDS[split]
