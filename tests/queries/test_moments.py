"""Times as queries write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlasgen.runtime.clauses import Call
from atlasgen.runtime.moments import moment, stored
from atlasgen.runtime.queries import QueryError

NOW = datetime(2026, 1, 31, 15, 4, 5, tzinfo=UTC)  # a Saturday
SECONDS = int(NOW.timestamp())


def shown(value: str | Call) -> str:
    return datetime.fromtimestamp(moment(value, SECONDS), UTC).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025-12-31", "2025-12-31 00:00:00"),
        ("2025/1/2", "2025-01-02 00:00:00"),
        (" 2025-12-31 9:05 ", "2025-12-31 09:05:00"),
        ("2025-12-31T09:05:07.123Z", "2025-12-31 09:05:07"),
        ("-1d", "2026-01-30 15:04:05"),
        ("2w", "2026-02-14 15:04:05"),
        ("+1h", "2026-01-31 16:04:05"),
        ("-1w 2d 3h 4m", "2026-01-22 12:00:05"),
        ("-1w2d", "2026-01-22 15:04:05"),
    ],
)
def test_text_is_a_date_or_a_distance_from_now(text: str, wanted: str) -> None:
    assert shown(text) == wanted


@pytest.mark.parametrize(
    ("name", "argument", "wanted"),
    [
        ("now", "", "2026-01-31 15:04:05"),
        ("NOW", "-2h", "2026-01-31 13:04:05"),
        ("now", "1", "2026-02-01 15:04:05"),
        ("startOfDay", "", "2026-01-31 00:00:00"),
        ("startOfDay", "-1", "2026-01-30 00:00:00"),
        ("startOfDay", "+9h", "2026-01-31 09:00:00"),
        ("endOfDay", "", "2026-01-31 23:59:59"),
        ("endOfDay", "-1d", "2026-01-30 23:59:59"),
        ("startOfWeek", "", "2026-01-25 00:00:00"),
        ("startOfWeek", "1d", "2026-01-26 00:00:00"),
        ("endOfWeek", "", "2026-01-31 23:59:59"),
        ("endOfWeek", "1", "2026-02-07 23:59:59"),
        ("startOfMonth", "", "2026-01-01 00:00:00"),
        ("startOfMonth", "-13", "2024-12-01 00:00:00"),
        ("endOfMonth", "1", "2026-02-28 23:59:59"),
        ("endOfMonth", "15d", "2026-02-15 23:59:59"),
        ("startOfYear", "", "2026-01-01 00:00:00"),
        ("startOfYear", "1M", "2026-02-01 00:00:00"),
        ("endOfYear", "-1y", "2025-12-31 23:59:59"),
        ("now", "1M", "2026-02-28 15:04:05"),
        ("now", "-11M", "2025-02-28 15:04:05"),
    ],
)
def test_function_gives_an_edge_of_a_unit_moved_by_a_distance(name: str, argument: str, wanted: str) -> None:
    assert shown(Call(name, (argument,) if argument else ())) == wanted


@given(st.dates(), st.sampled_from(["day", "week", "month", "year"]))
def test_unit_begins_where_the_one_before_it_ends(day: datetime, unit: str) -> None:
    now = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
    if not 10 < day.year < 9990:
        return
    start, end = moment(Call(f"startOf{unit}"), now), moment(Call(f"endOf{unit}"), now)
    assert start <= now <= end
    assert moment(Call(f"startOf{unit}", ("1",)), now) == end + 1
    assert moment(Call(f"endOf{unit}", ("-1",)), now) == start - 1


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[-+]?[0-9wdhmyM /:TZ-]*", fullmatch=True)))
def test_any_text_is_a_time_or_is_refused(text: str) -> None:
    for value in (text, Call("startOfMonth", (text,)), Call("now", (text,)), Call(text), Call("endOf" + text)):
        try:
            assert isinstance(moment(value, SECONDS), int)
        except QueryError as error:
            assert len(str(error)) > 10  # noqa: PT017  # either is right


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1000, 1, 1), max_value=datetime(9000, 1, 1)))
def test_times_of_records_are_read_in_both_styles(when: datetime) -> None:
    when = when.replace(microsecond=0)
    seconds = int(when.timestamp())
    assert stored(when.strftime("%Y-%m-%dT%H:%M:%S.000Z")) == seconds
    assert stored(when.strftime("%Y-%m-%dT%H:%M:%S.000+0000")) == seconds
    assert stored((when + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000+0200")) == seconds
    assert stored(when.strftime("%Y-%m-%d")) == seconds - seconds % 86_400
    assert stored("yesterday") is None
