"""Whether a reward tells agents apart at all: a verdict on groups of rewards, for audits and for the gate of training.

A group holds the rewards of several agents that played the same task. GRPO learns from the differences within groups: a
reward that is high for everybody, or the same for everybody in a group, teaches nothing, however right it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from atlasgen.jsonvalue import JsonObject

GROUP: Final = 8
"""Agents in a group of an audit."""

RATES: Final = (0.1, 0.3, 0.6)
"""Error rates of the noisy experts, fixed before any reward was measured with them; together they are the range."""

SATURATED: Final = 0.95
"""From this mean on there is nothing left to gain."""

FLAT: Final = 0.8
"""Where more than this share of the groups has no variance, most steps of a training run learn nothing."""

_EQUAL: Final = 1e-9  # what rounding may leave between equal rewards

Verdict: TypeAlias = Literal["", "saturating", "flat"]


@dataclass(frozen=True, slots=True)
class Degeneracy:
    """What groups of rewards say of a reward.

    Attributes:
        mean: The mean of all rewards.
        flat: The share of groups without variance.
        groups: How many groups there are.
    """

    mean: float
    flat: float
    groups: int

    @property
    def verdict(self) -> Verdict:
        """What is wrong; empty where nothing is."""
        return verdict(self.mean, self.flat)

    @property
    def degenerate(self) -> bool:
        """Whether the reward is not worth training with."""
        return bool(self.verdict)

    def to_json(self) -> JsonObject:
        """Return the figures as a JSON value."""
        return {"verdict": self.verdict, "mean": self.mean, "flat": self.flat, "groups": self.groups}


def verdict(level: float, flat: float, *, saturated: float = SATURATED, uniform: float = FLAT) -> Verdict:
    """Return what is wrong with a reward; empty where nothing is.

    Args:
        level: The mean reward, or the rate of success.
        flat: The share of groups without variance.
        saturated: The level from which on there is nothing left to gain.
        uniform: The share of groups without variance above which there is too little to learn from.
    """
    if level >= saturated:
        return "saturating"
    return "flat" if flat > uniform else ""


def degeneracy(groups: Sequence[Sequence[float]]) -> Degeneracy:
    """Return what groups of rewards say, over all of them together.

    Args:
        groups: The rewards of each group, two at least in each; of agents all over the range that matters.

    Raises:
        ValueError: there is no group, or one of a single reward, which has no variance by nature.
    """
    if not groups or min(map(len, groups)) < 2:
        raise ValueError("a verdict takes groups of two rewards at least")
    rewards = [reward for group in groups for reward in group]
    flat = sum(max(group) - min(group) <= _EQUAL for group in groups)
    return Degeneracy(sum(rewards) / len(rewards), flat / len(groups), len(groups))
