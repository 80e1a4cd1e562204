"""The variants of the reward, for comparison: each weighs the same components otherwise, and each loses something.

`banded` is the reward itself. `sparse` keeps success and loses all that leads there: groups of beginners have no
variance. `sum` keeps every component and loses the order of the tiers: a good way makes up for a bad end. `trace`,
which is the published shape, keeps the sequence of calls and loses what they did: whoever makes the right calls with
wrong arguments earns as much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, Literal, TypeAlias, get_args

from atlasgen.tasks.reward import CONSTANTS, Score

Variant: TypeAlias = Literal["sparse", "sum", "banded", "trace"]

VARIANTS: Final[tuple[Variant, ...]] = get_args(Variant)

_WEIGHTS: Final = {
    name.removeprefix("weight."): constant.value for name, constant in CONSTANTS.items() if name.startswith("weight.")
}
_PENALTIES: Final = tuple(name.removeprefix("penalty.") for name in CONSTANTS if name.startswith("penalty."))


def valued(score: Score, variant: Variant) -> Score:
    """Return a score whose reward is that of a variant; all else, success included, stays."""
    return replace(score, reward=_REWARDS[variant](score))


def _banded(score: Score) -> float:
    return score.reward


def _sparse(score: Score) -> float:
    return float(score.success)


def _sum(score: Score) -> float:
    """Return the weighted sum of the parts, less what each penalty takes, and at least 0."""
    parts = score.components
    earned = sum(weight * parts[name] for name, weight in _WEIGHTS.items())
    return max(0.0, earned - sum(1.0 - parts[name] for name in _PENALTIES))


def _trace(score: Score) -> float:
    return score.components["trace"]


_REWARDS: Final[Mapping[Variant, Callable[[Score], float]]] = {
    "sparse": _sparse,
    "sum": _sum,
    "banded": _banded,
    "trace": _trace,
}
