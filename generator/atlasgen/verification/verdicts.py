"""What a verification found out: a verdict on each operation, their totals, and both in words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from atlasgen.jsonvalue import JsonObject

Behaviour: TypeAlias = Literal["A", "B", "C", "D"]
Origin: TypeAlias = Literal["declared", "inferred", "hinted", "overridden"]

CLASSES: tuple[Behaviour, ...] = get_args(Behaviour)
_MEANINGS: Mapping[Behaviour, str] = {
    "A": "effects that other operations show",
    "B": "inner state alone, or what every world holds",
    "C": "accepted without effect",
    "D": "static, or not emulated",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about an operation.

    Attributes:
        id: Its operationId, or the name of its tool.
        behaviour: Its class.
        source: Where the knowledge of what it does comes from.
        why: The evidence in one sentence; of a failure, what was expected and what was found.
        schema_valid: Whether valid requests were accepted and all answers met their schema.
        mutating: Whether it writes, or may.
        sound: Whether nothing was found that must not be: a wrong request that was accepted, a refused one or a read
            that changes something, a list whose pages hold something else than the list.
    """

    id: str
    archetype: str
    behaviour: Behaviour
    source: Origin
    why: str
    schema_valid: bool
    mutating: bool
    sound: bool

    @property
    def failed(self) -> bool:
        """Whether it is not what an emulated operation has to be: only what configures the API may be static."""
        static = self.behaviour == "D" and self.archetype != "config"
        unseen = self.mutating and self.behaviour != "A"
        return not self.schema_valid or not self.sound or static or unseen

    def to_json(self) -> JsonObject:
        """Return what programs read."""
        return {
            "id": self.id,
            "archetype": self.archetype,
            "class": self.behaviour,
            "source": self.source,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts on all operations of an API, in the order of its document."""

    name: str
    verdicts: tuple[Verdict, ...]

    @property
    def totals(self) -> Mapping[str, int]:
        """How many operations there are of each sort."""
        mutating = [item for item in self.verdicts if item.mutating]
        return {
            "operations": len(self.verdicts),
            "schema_valid": sum(item.schema_valid for item in self.verdicts),
            **{name: sum(item.behaviour == name for item in self.verdicts) for name in CLASSES},
            "mutating": len(mutating),
            "mutating_A": sum(item.behaviour == "A" for item in mutating),
        }

    @property
    def accepted(self) -> bool:
        """Whether every answer met its schema, every write can be read back, and nothing is wrong besides."""
        return not any(item.failed for item in self.verdicts)

    def to_json(self) -> JsonObject:
        """Return what programs read."""
        totals: JsonObject = dict(self.totals)
        return {"totals": totals, "operations": [item.to_json() for item in self.verdicts]}


def lines(report: Report, *, width: int) -> Iterator[str]:
    """Yield a report for people: what is not as it has to be first, then the rest by class, then the totals."""
    failed = [item for item in report.verdicts if item.failed]
    if failed:
        yield f"{len(failed)} not as they have to be"
        for behaviour in reversed(CLASSES):
            for item in failed:
                if item.behaviour == behaviour:
                    yield from _told(item, width)
    for behaviour in reversed(CLASSES):
        rest = [item for item in report.verdicts if item.behaviour == behaviour and not item.failed]
        if rest:
            yield f"{len(rest)} {behaviour}: {_MEANINGS[behaviour]}"
            for item in rest:
                yield from _told(item, width)
    totals = report.totals
    yield f"{totals['operations']} operations, {totals['schema_valid']} schema-valid"
    yield ", ".join(f"{name} {totals[name]}" for name in CLASSES)
    yield f"{totals['mutating_A']} of {totals['mutating']} that write are A"


def _told(item: Verdict, width: int) -> Iterator[str]:
    sign = " " if item.schema_valid else "!"
    first = f"  {item.behaviour}{sign} {item.id} ({item.archetype}, {item.source})"
    yield from textwrap.wrap(f"{first}: {item.why}", width, initial_indent="  ", subsequent_indent="       ")
