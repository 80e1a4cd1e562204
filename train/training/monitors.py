"""Signs that training collapses, judged from the figures of its steps alone.

A policy that starts to loop grows long, runs out of tokens, loses its certainty, or forgets how a call is written. One
step of few rollouts says little: the mean of the last three is compared with the median of those before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any, Final

from atlasgen.jsonvalue import JsonObject

RECENT: Final = 3
"""Steps whose mean is judged."""

BEFORE: Final = 5
"""Steps before them that must be known."""

CLIPPED: Final = 0.1
LONGER: Final = 1.5
LESS_CERTAIN: Final = 2.0
LESS_VALID: Final = 0.1

_CERTAIN: Final = 0.05  # nats: twice next to nothing is still next to nothing


@dataclass(frozen=True, slots=True)
class Vitals:
    """The figures of a step that are watched.

    Attributes:
        clipped: The share of rollouts that ran out of tokens.
        length: The mean number of tokens that the model said in a rollout.
        entropy: The mean entropy of its choices, in nats.
        valid: The share of calls that the service accepted.
    """

    clipped: float
    length: float
    entropy: float
    valid: float


@dataclass(frozen=True, slots=True)
class Monitor:
    """What has been seen since training began, or since it was last restored."""

    seen: tuple[Vitals, ...] = ()

    def heard(self, vitals: Vitals) -> tuple[Monitor, tuple[str, ...]]:
        """Return the monitor after a step, and what is wrong; after an alarm it starts anew."""
        seen = (*self.seen, vitals)
        alarms = tuple(_alarms(seen[:-RECENT], seen[-RECENT:])) if len(seen) >= BEFORE + RECENT else ()
        return (Monitor() if alarms else Monitor(seen)), alarms

    def to_json(self) -> JsonObject:
        """Return it as JSON."""
        return {"seen": [[item.clipped, item.length, item.entropy, item.valid] for item in self.seen]}

    @classmethod
    def from_json(cls, value: Any) -> Monitor:
        """Return what `to_json` gave."""
        return cls(tuple(Vitals(*item) for item in value["seen"]))


def _alarms(before: Sequence[Vitals], recent: Sequence[Vitals]) -> list[str]:
    alarms: list[str] = []
    clipped, usual = fmean(item.clipped for item in recent), median(item.clipped for item in before)
    # Where rollouts were cut off from the beginning, the limit is to blame and not the training.
    if clipped > CLIPPED and (usual <= CLIPPED or clipped > usual + CLIPPED):
        alarms.append(f"{clipped:.0%} of the rollouts run out of tokens ({usual:.0%} before)")
    length, usual = fmean(item.length for item in recent), median(item.length for item in before)
    if length > LONGER * usual:
        alarms.append(f"rollouts have {length:.0f} tokens ({usual:.0f} before)")
    entropy, usual = fmean(item.entropy for item in recent), median(item.entropy for item in before)
    if entropy > LESS_CERTAIN * usual and entropy > _CERTAIN:
        alarms.append(f"the entropy is {entropy:.3f} ({usual:.3f} before)")
    valid, usual = fmean(item.valid for item in recent), median(item.valid for item in before)
    if valid < usual - LESS_VALID:
        alarms.append(f"{valid:.0%} of the calls are valid ({usual:.0%} before)")
    return alarms
