"""What is found out about operations while they are tried, and the words for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atlasgen.jsonvalue import Json, encode
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT
from atlasgen.verification.aiming import Target
from atlasgen.verification.readback import is_mutating
from atlasgen.verification.verdicts import Behaviour, Origin, Verdict

_SHOWN = 60  # characters of a value in a sentence


@dataclass(slots=True)
class Notes:
    """What is known of one operation so far; texts are sentences.

    Attributes:
        accepted: How many valid requests were.
        refusals: What came back for valid requests instead.
        invalid: Answers that do not meet their schema.
        failures: What else must not be.
        proofs: What shows its effect; of a read, what it shows of the effects of others. How many fields say it.
        doubts: Accepted requests after which the effect was not shown, or not rightly.
        faint: Accepted requests that could not show anything.
        changed: Whether the state was another one after a call.
        reads: Whether an answer came from records.
    """

    accepted: int = 0
    refusals: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    proofs: list[tuple[int, str]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    faint: list[str] = field(default_factory=list)
    changed: bool = False
    reads: bool = False

    def add(self, more: Notes) -> None:
        """Take over what was found out later."""
        self.accepted += more.accepted
        for name in ("refusals", "invalid", "failures", "proofs", "doubts", "faint"):
            getattr(self, name).extend(getattr(more, name))
        self.changed = self.changed or more.changed
        self.reads = self.reads or more.reads


Book: TypeAlias = defaultdict[str, Notes]
"""The notes on each operation, by the name of its tool."""


def book() -> Book:
    """Return a book without notes."""
    return defaultdict(Notes)


def verdict(target: Target, notes: Notes, source: Origin) -> Verdict:
    """Return what the notes on an operation come to."""
    behaviour, why = _class(target, notes, overridden=source == "overridden")
    return Verdict(
        id=target.operation.operation_id,
        archetype=target.operation.archetype,
        behaviour=behaviour,
        source=source,
        why=why,
        schema_valid=notes.accepted > 0 and not notes.invalid,
        mutating=is_mutating(target),
        sound=not notes.failures,
    )


def _class(target: Target, notes: Notes, *, overridden: bool) -> tuple[Behaviour, str]:
    if not notes.accepted:
        if notes.failures:
            return "D", notes.failures[0]
        if not notes.refusals:
            return "D", "never called"
        last = notes.refusals[0]
        return "D", last if last.startswith(("is ", "no ")) else f"2xx was expected for a valid request: {last}"
    faulty = [*notes.invalid, *notes.failures]
    if target.operation.archetype == "config":
        return "D", next(iter(faulty), "static by nature")
    if not target.operation.is_understood and not overridden:
        return "D", next(iter(notes.invalid), "no rule understands it: the same valid answer each time")
    mutating = is_mutating(target)
    doubts = notes.doubts if mutating or not notes.proofs else []
    if notes.proofs and not faulty and not doubts:
        return "A", max(notes.proofs, key=lambda proof: proof[0])[1]
    lower: Behaviour = ("B" if notes.changed else "C") if mutating else "B" if notes.reads else "D"
    nothing = "nothing shows what it changes" if mutating else "shows nothing that another operation wrote"
    return lower, next(iter([*notes.invalid, *notes.doubts, *notes.failures, *notes.faint]), nothing)


def dotted(paths: Sequence[Path], *, first: bool = False) -> str:
    """Return names as a part of a sentence: `, name and 2 more`."""
    names = [".".join(path) for path in paths]
    if not names:
        return ""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return (" " if first else ", ") + ", ".join(names[:3]) + more


def short(value: Any) -> str:
    """Return a value, or a sentence, that fits into a sentence."""
    text = value if isinstance(value, str) else told(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def told(value: Json) -> str:
    """Return a value as JSON text, and what is not there as a word."""
    return "nothing" if value is ABSENT or value is None else encode(value).decode()
