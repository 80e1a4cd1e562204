"""Times as queries write them: dates, distances from now, and the beginnings and ends of days, weeks, months and years.

Moments are seconds since 1970. The clock of the service is UTC, and weeks begin on Sunday.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from atlasgen.runtime.clauses import Call
from atlasgen.runtime.queries import QueryError

DAY: Final = 86_400

_DATE = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|\+0000)?)?", re.ASCII
)
_DISTANCE = re.compile(r"([-+]?)((?:\d{1,6}[wdhm]\s*)+)", re.ASCII)
_STEP = re.compile(r"(\d{1,6})([wdhm])", re.ASCII)
_INCREMENT = re.compile(r"([-+]?)(\d{1,6})([yMwdhm]?)", re.ASCII)
_SECONDS = {"w": 7 * DAY, "d": DAY, "h": 3_600, "m": 60}
_UNITS: Mapping[str, str] = {"day": "d", "week": "w", "month": "M", "year": "y"}


def moment(value: str | Call, now: int) -> int:
    """Return the moment that a query means.

    Raises:
        QueryError: it is none.
    """
    try:
        return _called(value, now) if isinstance(value, Call) else _written(value, now)
    except (ValueError, OverflowError) as error:
        if isinstance(error, QueryError):
            raise
        raise QueryError(f"There is no such time: {_shown(value)}.") from None


def stored(text: Any) -> int | None:
    """Return the moment that a record holds; None where it is none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp())


def _written(text: str, now: int) -> int:
    if date := _DATE.fullmatch(text.strip()):
        year, month, day, hour, minute, second = (int(part or 0) for part in date.groups())
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
    if distance := _DISTANCE.fullmatch(text.strip()):
        seconds = sum(int(number) * _SECONDS[unit] for number, unit in _STEP.findall(distance[2]))
        return _checked(now - seconds if distance[1] == "-" else now + seconds)
    raise QueryError(f"{text!r} is no time: write 2026-01-31, 2026-01-31 09:00 or -7d.")


def _called(call: Call, now: int) -> int:
    name = call.name.lower()
    if len(call.arguments) > 1:
        raise QueryError(f"{call.name}() takes one distance at most.")
    moment = datetime.fromtimestamp(now, UTC)
    argument = call.arguments[0] if call.arguments else ""
    if name == "now":
        return _stamp(_moved(moment, argument, "d", call) if argument else moment)
    edge, unit = ("start", name[7:]) if name.startswith("startof") else ("end", name[5:])
    if not name.startswith(("startof", "endof")) or unit not in _UNITS:
        raise QueryError(f"There is no function {call.name}() that gives a time.")
    natural = _UNITS[unit]
    begin = _beginning(moment, natural)
    own = bool(argument) and argument[-1] in (natural, *"0123456789")
    if own:  # the end of the next month is no fixed distance away from the end of this one
        begin, argument = _moved(begin, argument, natural, call), ""
    if edge == "end":
        begin = _moved(begin, "1", natural, call) - timedelta(seconds=1)
    return _stamp(_moved(begin, argument, natural, call) if argument else begin)


def _beginning(moment: datetime, unit: str) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "w":
        return day - timedelta(days=(day.weekday() + 1) % 7)
    return day.replace(day=1) if unit == "M" else day.replace(month=1, day=1) if unit == "y" else day


def _moved(moment: datetime, distance: str, unit: str, call: Call) -> datetime:
    found = _INCREMENT.fullmatch(distance.strip())
    if found is None:
        raise QueryError(f"{distance!r} is no distance for {call.name}(): write -1d or 2w.")
    number, unit = int(found[1] + found[2]), found[3] or unit
    if unit not in "yM":
        return moment + timedelta(seconds=number * _SECONDS[unit])
    months = moment.year * 12 + moment.month - 1 + number * (12 if unit == "y" else 1)
    first = moment.replace(year=months // 12, month=months % 12 + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(moment.day, last.day))


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def _checked(seconds: int) -> int:
    datetime.fromtimestamp(seconds, UTC)  # raises outside of the years 1 to 9999
    return seconds


def _shown(value: str | Call) -> str:
    return repr(value) if isinstance(value, str) else f"{value.name}({', '.join(map(repr, value.arguments))})"
