"""The end state compared with the gold's: which records are as they must be, which nearly, and which nobody asked for.

Created records are paired so that the most fields agree; references to created records are compared up to the renaming
that the pairs make. All else is compared by id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, Document, at, overlap, with_value
from atlasgen.runtime.world import Change, RecordId
from atlasgen.tasks.task import Target

Same: TypeAlias = Callable[[str, Path, Any, Any], bool]
"""Whether two values mean the same at a path of a collection; asked only where they differ."""

_WIDEST = 6  # created records that are tried as partners of one gold record when many are about


@dataclass(frozen=True, slots=True)
class FieldGap:
    """A path at which a record is not what it must be; `ABSENT` stands for nothing there."""

    path: Path
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class Match:
    """What became of one target.

    Attributes:
        target: What must have happened.
        change: What did; None where nothing like it did.
        credit: Share of the written fields that are right, unasked-for ones counted as wrong.
        gaps: What is wrong.
    """

    target: Target
    change: Change | None
    credit: float
    gaps: tuple[FieldGap, ...] = ()

    @property
    def record(self) -> RecordId | None:
        """The record that stands for the target in the episode; None where there is none."""
        return None if self.change is None else (self.change.collection, self.change.id)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The episode's end state beside the gold's.

    Attributes:
        matches: One for each target.
        collateral: Changes that no target asks for.
        exact: Whether all targets are met and nothing else changed.
        credit: The mean credit of the targets.
    """

    matches: tuple[Match, ...]
    collateral: tuple[Change, ...]
    exact: bool
    credit: float


def compare(targets: Sequence[Target], diff: Sequence[Change], same: Same, stops: frozenset[Path]) -> Comparison:
    """Compare what an episode changed with what it should have.

    Args:
        targets: What the gold changes, creations in the order in which it makes them.
        diff: What the episode changed.
        same: Whether two values that differ mean the same.
        stops: Paths of single fields: what lies below them is one value.
    """
    created = [change for change in diff if change.before is None]
    fixed = {(change.collection, change.id): change for change in diff if change.before is not None}
    wanted = [target for target in targets if target.change.before is None]
    pairs = _paired(wanted, created, same, stops)
    renamed: dict[str, str] = {
        target.change.id: match.change.id for target, match in zip(wanted, pairs, strict=True) if match.change
    }
    made = iter(pairs)
    matches: list[Match] = []
    for target in targets:
        change = target.change
        if change.before is None:
            matches.append(next(made))
        else:
            matches.append(_match(target, fixed.pop((change.collection, change.id), None), renamed, same, stops))
    taken = {id(match.change) for match in pairs}
    touched = [change for change in fixed.values() if not _means_the_same(change, same, stops)]
    collateral = (*touched, *(change for change in created if id(change) not in taken))
    exact = not collateral and all(match.change is not None and not match.gaps for match in matches)
    credit = sum(match.credit for match in matches) / len(matches) if matches else float(exact)
    return Comparison(tuple(matches), collateral, exact, credit)


def _means_the_same(change: Change, same: Same, stops: frozenset[Path]) -> bool:
    """Return whether a record means after a change what it meant before: a set may have another order."""
    if change.before is None or change.after is None:
        return False
    gaps = differing(change.before, change.after, stops)
    return all(same(change.collection, path, before, after) for path, before, after in gaps)


def _paired(wanted: Sequence[Target], created: Sequence[Change], same: Same, stops: frozenset[Path]) -> list[Match]:
    """Return the match of each target to be created, by the assignment with the most credit."""
    if len(wanted) == 1:
        near = [change for change in created if change.collection == wanted[0].change.collection]
        if not near:
            return [Match(wanted[0], None, 0.0)]
        return [max((_match(wanted[0], change, {}, same, stops) for change in near), key=_worth)]
    best: tuple[float, list[Match]] = (-1.0, [])

    def search(position: int, worth: float, matches: list[Match], renamed: Mapping[str, str]) -> None:
        nonlocal best
        if worth + (len(wanted) - position) * _BEST <= best[0]:
            return
        if position == len(wanted):
            best = (worth, matches)
            return
        target = wanted[position]
        taken = {id(match.change) for match in matches}
        # A gold record can refer only to those made before it, so their partners are known by now.
        options = [
            _match(target, change, renamed, same, stops)
            for change in created
            if change.collection == target.change.collection and id(change) not in taken
        ]
        options.sort(key=_worth, reverse=True)
        for match in [*options[:_WIDEST], Match(target, None, 0.0)]:
            names = {**renamed, target.change.id: match.change.id} if match.change else renamed
            search(position + 1, worth + _worth(match), [*matches, match], names)

    search(0, 0.0, [], {})
    return best[1]


_BEST = 3.0


def _worth(match: Match) -> float:
    # An exact partner before any other; any partner before none.
    return 0.0 if match.change is None else 1.0 + match.credit + (not match.gaps)


def _match(
    target: Target, found: Change | None, renamed: Mapping[str, str], same: Same, stops: frozenset[Path]
) -> Match:
    change = target.change
    if found is None:
        return Match(target, None, 0.0)
    if change.after is None or found.after is None:
        right = change.after is None and found.after is None
        return Match(target, found, float(right), () if right else (FieldGap((), change.after, found.after),))
    after = _renamed(change.after, target.links, renamed)
    if after == found.after:
        return Match(target, found, 1.0)
    gaps = tuple(
        FieldGap(path, expected, value)
        for path, expected, value in differing(after, found.after, stops)
        if not same(change.collection, path, expected, value)
    )
    if not gaps:
        return Match(target, found, 1.0)
    wrong = {path for path in target.written if any(overlap(path, gap.path) for gap in gaps)}
    unasked = sum(not any(overlap(path, gap.path) for path in target.written) for gap in gaps)
    return Match(target, found, (len(target.written) - len(wrong)) / (len(target.written) + unasked), gaps)


def _renamed(document: Document, links: Sequence[Path], renamed: Mapping[str, str]) -> Document:
    for path in links:
        document = with_value(document, path, _rename(at(document, path), renamed))
    return document


def _rename(value: Json, renamed: Mapping[str, str]) -> Json:
    if isinstance(value, list):
        return [_rename(item, renamed) for item in value]
    if isinstance(value, int):
        return int(renamed.get(str(value), value))
    return replaced(value, renamed) if isinstance(value, str) else value


def replaced(text: str, names: Mapping[str, str]) -> str:
    """Return a text with other names in it, where it has them whole: in an address the id, in an id that id alone."""
    known = [name for name in names if name in text]
    if not known:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", lambda found: names[found[0]], text)


def mentions(text: str, names: Mapping[str, str]) -> bool:
    """Return whether a text has one of the names in it."""
    return replaced(text, dict.fromkeys(names, "")) != text


def differing(
    one: Document, other: Document, stops: frozenset[Path] = frozenset(), path: Path = ()
) -> Iterator[tuple[Path, Any, Any]]:
    """Yield the fields in which two documents differ: path, value here, value there; `ABSENT` for nothing."""
    for key in dict.fromkeys([*one, *other]):
        here, there = one.get(key, ABSENT), other.get(key, ABSENT)
        if here == there:
            continue
        below = (*path, key)
        if isinstance(here, dict) and isinstance(there, dict) and below not in stops:
            yield from differing(here, there, stops, below)
        else:
            yield below, here, there
