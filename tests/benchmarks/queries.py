"""Measures queries in a small and in a large world, in turns in one run: `python -m tests.benchmarks.queries`.

A page of fifty is taken of what a query finds. The times are the best of some rounds, in microseconds; on a machine
that is busy only the ratios mean anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from rich.console import Console
from rich.table import Table

import atlasgen
from atlasgen.runtime.context import Located
from atlasgen.runtime.queries import Records
from generated_envs.confluence import cql
from generated_envs.jira import jql

SPECS = Path(__file__).parents[2] / "specs"
SMALL, LARGE = 1_000, 100_000
PAGE, ROUNDS, CALLS, PATIENCE = 50, 15, 20, 1.0

Search: TypeAlias = Callable[[str, Records], Iterable[Located]]


@dataclass(frozen=True, slots=True)
class Row:
    """A query with the microseconds that its first page takes, and how many records that has."""

    name: str
    small: float
    large: float
    found: tuple[int, int]

    @property
    def ratio(self) -> float:
        """How many times longer it takes in the large world."""
        return self.large / self.small


def rows(*, small: int = SMALL, large: int = LARGE) -> Iterator[Row]:
    """Yield what each query takes in worlds of two sizes."""
    for stem, resource, search, texts in (
        ("jira", "issue", jql.search, issue_queries),
        ("confluence", "page", cql.search, content_queries),
    ):
        worlds = [atlasgen.load(SPECS / f"{stem}.yaml", records=count) for count in (small, large)]
        looked = [Records(world.emulators[0].context, resource, world.world) for world in worlds]
        named = [texts(records) for records in looked]
        for name in named[0]:
            yield _row(name, search, [(text[name], records) for text, records in zip(named, looked, strict=True)])


def issue_queries(records: Records) -> Mapping[str, str]:
    """Return queries for issues by their names: of those that find few, then of first pages."""
    children: Iterator[Any] = (record for _, record in records.every(newest_first=True))
    child = next(record for record in children if "parent" in record["fields"])
    parent = records.value(child, "fields.parent.key")
    person = child["fields"]["reporter"]
    return {
        "key = K": f"key = {child['key']}",
        "key in (K, P) ORDER BY summary": f"key in ({child['key']}, {parent}) ORDER BY summary",
        "parent = P": f"parent = {parent}",
        "parent = P AND NOT reporter = R": f"parent = {parent} AND NOT reporter = {person}",
        "labels = none": "labels = none",
        "key = K OR parent = P": f"key = {child['key']} OR parent = {parent}",
        "no condition": "",
        "project = PROJ": "project = PROJ",
        "project = PROJ AND status = Done ORDER BY created": "project = PROJ AND status = Done ORDER BY created",
        "project in (PROJ, WEB) ORDER BY key": "project in (PROJ, WEB) ORDER BY key",
        "assignee = currentUser() AND statusCategory != Done": "assignee = currentUser() AND statusCategory != Done",
        "labels in (docs, urgent) ORDER BY id DESC": "labels in (docs, urgent) ORDER BY id DESC",
        "summary ~ report": "summary ~ report",
    }


def content_queries(records: Records) -> Mapping[str, str]:
    """Return queries for pages by their names."""
    id, page = next(iter(records.every(newest_first=True)))
    return {
        "id = I": f"id = {id}",
        "parent = P": f"parent = {page['parentId']}",
        "ancestor = P": f"ancestor = {page['parentId']}",
        "space = DOCS": "space = DOCS",
        "type = page AND space in (DOCS, ENG) AND title ~ the": "type = page AND space in (DOCS, ENG) AND title ~ the",
        "text ~ the ORDER BY created": "text ~ the ORDER BY created",
    }


def _row(name: str, search: Search, asked: list[tuple[str, Records]]) -> Row:
    times: list[list[float]] = [[] for _ in asked]
    begin = time.perf_counter()
    found = [len(list(islice(search(text, records), PAGE))) for text, records in asked]
    calls = max(1, min(CALLS, round(PATIENCE / ROUNDS / (time.perf_counter() - begin))))
    for _ in range(ROUNDS):
        for (text, records), taken in zip(asked, times, strict=True):
            start = time.perf_counter()
            for _ in range(calls):
                list(islice(search(text, records), PAGE))
            taken.append((time.perf_counter() - start) / calls * 1e6)
    small, large = (min(taken) for taken in times)
    return Row(name, small, large, (found[0], found[1]))


def table(measured: Iterable[Row]) -> Table:
    """Return the table of rows."""
    shown = Table("query", f"us at {SMALL:,}", f"us at {LARGE:,}", "ratio", "found", title="First page of a query")
    for row in measured:
        times = (f"{row.small:.0f}", f"{row.large:.0f}", f"{row.ratio:.2f}")
        shown.add_row(row.name, *times, f"{row.found[0]} / {row.found[1]}")
    return shown


if __name__ == "__main__":
    Console().print(table(rows()))
