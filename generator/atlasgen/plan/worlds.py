"""Reads the hint `world`: the records that every world holds, and those that it is filled with."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.hints import Hints
from atlasgen.plan.model import Maker, MakerKind, Population, WorldPlan
from atlasgen.spec.wording import nearest, sort_of

MAKERS: Mapping[MakerKind, tuple[str, ...]] = {
    "any": ("where", "skew", "depth"),
    "same": (),
    "some": ("skew",),
    "one": ("skew",),
    "phrase": ("unique", "join"),
    "several": ("times", "unique", "join"),
    "between": ("skew",),
    "moment": (),
}
"""The words that make a value, and the words that may stand beside each; `chance` may stand beside all."""

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}
_DURATION = re.compile(r"(-?)([0-9]{1,9})([smhdw])")
_STEEPEST = 4  # skews beyond it choose next to nothing but the first
_MOST = 1_000  # items of one list
_LARGEST = 10_000  # values in one record
_LONGEST = 100 * 366 * 86_400  # seconds that a world may have been there for

_Bounds: TypeAlias = tuple[int | float, int | float]


def world(value: Json, resources: Collection[str], context: Mapping[str, str], hints: Hints, at: str) -> WorldPlan:
    """Return what every world holds.

    Args:
        value: The hint.
        resources: The resources that there are.
        context: The ambient records that the API has: name and resource.
        hints: Collects problems.
        at: Where the hint stands.
    """
    hint = hints.known(value, ("context", "records", "populate", "span"), at)
    records = _records(hint.get("records"), resources, hints, at + "/records")
    named = hints.known(hint.get("context"), tuple(context), at + "/context")
    chosen: dict[str, str] = {}
    for name, handle in named.items():
        chosen[name] = hints.text(handle, f"{at}/context/{name}")
        if chosen[name] not in records.get(context[name], {}):
            what = f"there is no {context[name]} called `{chosen[name]}`"
            hints.problem(f"{at}/context/{name}", what, "name it under `records`")
    for name, resource in context.items():
        if name not in named:
            hints.problem(at + "/context", f"`{name}` is missing", f"name a {resource} of `records` there")
    populations = tuple(_populations(hint.get("populate"), resources, hints, at + "/populate"))
    if "span" not in hint:
        return WorldPlan(chosen, records, populations)
    return WorldPlan(chosen, records, populations, _length(hint["span"], hints, at + "/span"))


def duration(text: str) -> int | None:
    """Return the seconds of a length of time (`90d`, `-2h`); None for any other text."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[2]) * _UNITS[found[3]]
    return -seconds if found[1] else seconds


def _length(value: Json, hints: Hints, at: str) -> int:
    """Return the seconds of a length of time that is neither nothing nor beyond all measure."""
    seconds = duration(value) if isinstance(value, str) else None
    if seconds is None or not 0 < seconds <= _LONGEST:
        hints.problem(at, "must be a length of time of at most 100 years, such as 90d, 12h or 30m")
        return 1
    return seconds


def _records(value: Json, resources: Collection[str], hints: Hints, at: str) -> Mapping[str, Mapping[str, JsonObject]]:
    found: dict[str, Mapping[str, JsonObject]] = {}
    for resource, items in hints.object(value, at).items():
        _check_resource(resource, resources, hints, f"{at}/{resource}")
        found[resource] = {
            name: hints.object(item, f"{at}/{resource}/{name}")
            for name, item in hints.object(items, f"{at}/{resource}").items()
        }
    return found


def _populations(value: Json, resources: Collection[str], hints: Hints, at: str) -> Iterator[Population]:
    for index, item in enumerate(hints.array(value, at)):
        where = f"{at}/{index}"
        changes = isinstance(item, dict) and "change" in item
        word = "change" if changes else "resource"
        hint = hints.known(item, (word, "share", "values", *(("where",) if changes else ())), where)
        resource = hints.text(hint.get(word), f"{where}/{word}")
        _check_resource(resource, resources, hints, f"{where}/{word}")
        share = hint.get("share", 1)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share < float("inf"):
            hints.problem(where + "/share", f"must be a number above 0, not {sort_of(share)}")
            share = 1
        reader = _Reader(resource, resources, hints)
        values = hints.object(hint.get("values"), where + "/values")
        makers = tuple(
            (tuple(name.split(".")), reader.maker(item, f"{where}/values/{name}", top=True))
            for name, item in values.items()
        )
        conditions = hints.object(hint.get("where"), where + "/where")
        yield Population(resource, float(share), makers, change=changes, where=conditions)


class _Reader:
    """Reads how the fields of one sort of record are made."""

    def __init__(self, resource: str, resources: Collection[str], hints: Hints) -> None:
        self.resource = resource
        self.resources = resources
        self.hints = hints

    def maker(self, value: Json, at: str, *, top: bool = False) -> Maker:
        """Return how a value is made; `top` where it is the whole value of a field."""
        if isinstance(value, list):
            parts = tuple(self.maker(item, f"{at}/{index}") for index, item in enumerate(value))
            return Maker("value", value) if all(part.kind == "value" for part in parts) else Maker("list", parts=parts)
        if not isinstance(value, dict):
            return Maker("value", value)
        kinds = [kind for kind in MAKERS if kind in value]
        if not kinds:
            members = {key: self.maker(item, f"{at}/{key}") for key, item in value.items()}
            plain = all(member.kind == "value" for member in members.values())
            return Maker("value", value) if plain else Maker("object", members=members)
        kind = kinds[0]
        hint = self.hints.known(value, (*MAKERS, *MAKERS[kind], "chance"), at)
        if len(kinds) != 1:
            self.hints.problem(at, "needs exactly one of " + ", ".join(MAKERS))
            return Maker("value")
        made = self._kind(kind, hint, at, top=top)
        chance = self._chance(hint["chance"], at + "/chance") if "chance" in hint else 1.0
        return replace(made, chance=chance)

    def _kind(self, kind: MakerKind, hint: JsonObject, at: str, *, top: bool) -> Maker:
        hints, value, where = self.hints, hint[kind], f"{at}/{kind}"
        skew = self._whole(hint.get("skew", 0), -_STEEPEST, _STEEPEST, at + "/skew")
        unique = hint.get("unique", False)
        if not isinstance(unique, bool):
            hints.problem(at + "/unique", f"must be true or false, not {sort_of(unique)}")
        join = hints.text(hint["join"], at + "/join") if "join" in hint else None
        match kind:
            case "any":
                resource = hints.text(value, where)
                _check_resource(resource, self.resources, hints, where)
                depth = self._whole(hint.get("depth", 0), 0, 1_000, at + "/depth")
                if depth and (resource != self.resource or not top):
                    hints.problem(at + "/depth", "says something only where a record names one of its own sort")
                conditions = hints.object(hint.get("where"), at + "/where")
                return Maker("any", resource=resource, where=conditions, skew=skew, depth=depth)
            case "same":
                return Maker("same", path=hints.path(value, where))
            case "some" | "one":
                return self._choice(kind, value, where, skew=skew)
            case "phrase":
                parts = tuple(
                    self._choice("one", part, f"{where}/{index}", texts=True)
                    if isinstance(part, list)
                    else self._text(part, f"{where}/{index}")
                    for index, part in enumerate(hints.array(value, where))
                )
                return Maker("phrase", parts=parts, unique=unique is True, join=" " if join is None else join)
            case "several":
                part = self.maker(value, where)
                times = self._bounds(hint.get("times", [1, 3]), at + "/times", whole=True)
                made = Maker("several", parts=(part,), bounds=times, unique=unique is True, join=join)
                if _size(made) > _LARGEST:
                    hints.problem(at + "/times", f"may make more than {_LARGEST} values in one record")
                return made
            case "between":
                return Maker("between", bounds=self._bounds(value, where), skew=skew)
            case _:
                return self._moment(value, where)

    def _choice(self, kind: MakerKind, value: Json, at: str, *, skew: int = 0, texts: bool = False) -> Maker:
        read = self._text if texts else self.maker
        choices = tuple(read(item, f"{at}/{index}") for index, item in enumerate(self.hints.array(value, at)))
        if not choices:
            self.hints.problem(at, "lists nothing to choose from")
        if all(choice.kind == "value" for choice in choices):
            return Maker(kind, [choice.value for choice in choices], skew=skew)
        return Maker(kind, parts=choices, skew=skew)

    def _text(self, value: Json, at: str) -> Maker:
        """Return how a part of a text is made: a text, or what makes one."""
        made = self.maker(value, at)
        if made.kind in ("object", "list") or (made.kind == "value" and not isinstance(value, str)):
            self.hints.problem(at, f"must be text, not {sort_of(value)}")
            return Maker("value", "")
        return made

    def _moment(self, value: Json, at: str) -> Maker:
        hint = self.hints.known(value, ("after", "before", "within", "as"), at)
        if value is None or (isinstance(value, dict) and not value):
            self.hints.problem(at, "says nothing", "for example {after: made}")

        def texts(key: str) -> tuple[str, ...]:
            given = hint.get(key, [])
            items = given if isinstance(given, list) else [given]
            return tuple(self.hints.text(item, f"{at}/{key}") for item in items)

        within = self._length(hint["within"], at + "/within") if "within" in hint else 0
        form = self.hints.word(hint.get("as", "time"), ("time", "date"), at + "/as")
        return Maker("moment", after=texts("after"), before=texts("before"), within=within, day=form == "date")

    def _length(self, value: Json, at: str) -> int:
        return _length(value, self.hints, at)

    def _chance(self, value: Json, at: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            self.hints.problem(at, "must be a number above 0 and at most 1: a share of the records")
            return 1.0
        return float(value)

    def _whole(self, value: Json, least: int, most: int, at: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.hints.problem(at, f"must be a whole number from {least} to {most}")
            return 0
        return value

    def _bounds(self, value: Json, at: str, *, whole: bool = False) -> _Bounds:
        pair = value if isinstance(value, list) and len(value) == 2 else [None, None]
        least, most = pair
        if (
            isinstance(least, bool | str | list | dict | None)
            or isinstance(most, bool | str | list | dict | None)
            or not -(2.0**53) <= least <= most <= 2.0**53
        ):
            self.hints.problem(at, "must be two numbers, the least and the most")
            return (0, 0)
        if whole and (not isinstance(least, int) or not isinstance(most, int) or least < 0 or most > _MOST):
            self.hints.problem(at, f"must be two whole numbers from 0 to {_MOST}")
            return (0, 0)
        return (least, most)


def _size(maker: Maker) -> int:
    """Return how many values a maker makes at the most."""
    size = 1 + sum(map(_size, maker.parts)) + sum(map(_size, maker.members.values()))
    return size * int(maker.bounds[1]) if maker.kind == "several" else size


def _check_resource(name: str, resources: Collection[str], hints: Hints, at: str) -> None:
    if name not in resources:
        near = nearest(name, resources)
        hints.problem(at, f"there is no resource `{name}`", f"did you mean `{near}`?" if near else "")
