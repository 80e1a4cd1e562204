"""Measures the emulator against the hand-written floor, both in turns in one run: `make bench`.

Figures are medians over rounds, in microseconds of one call; only the ratios mean anything on a machine that is busy.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

import atlasgen
from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.agents import script
from atlasgen.tasks.task import GoldCall, Task, Use
from atlasgen.tasks.trajectory import Trajectory
from rewards.jira_subtask import SubtaskScenario
from tests.benchmarks.floor import Floor
from tests.benchmarks.test_floor import SPEC

ROUNDS, CALLS = 60, 200


def rounds(*parts: tuple[Callable[[], object], Callable[[], object]]) -> list[float]:
    """Return the median microseconds of a call of each part, given as (prepare a round, make one call)."""
    times: list[list[float]] = [[] for _ in parts]
    for _ in range(ROUNDS):
        for (prepare, call), taken in zip(parts, times, strict=True):
            prepare()
            start = time.perf_counter()
            for _ in range(CALLS):
                call()
            taken.append((time.perf_counter() - start) / CALLS * 1e6)
    return [statistics.median(taken) for taken in times]


def operations(environment: atlasgen.Environment, floor: Floor) -> Iterator[tuple[str, float, float]]:
    """Yield name, emulator and floor for operations on one record."""
    world = environment.world
    issues: Sequence[Any] = [world.get("jira.issue", id) for id in world.ids("jira.issue")]
    issue = next(item for item in issues if "parent" not in item["fields"])
    project: Any = world.get("jira.project", issue["fields"]["project"])
    fields = {"project": {"key": project["key"]}, "issuetype": {"name": "Story"}, "summary": "Something new"}

    def pair(name: str, tool: str, arguments: Any, handler: Callable[[Any], bytes]) -> tuple[str, float, float]:
        ours, theirs = rounds(
            (environment.reset, lambda: environment.call(tool, arguments)),
            (floor.reset_log, lambda: handler(arguments)),
        )
        return name, ours, theirs

    yield pair("get", "getIssue", {"issueIdOrKey": issue["key"]}, floor.get_issue)
    yield pair("create", "createIssue", {"body": {"fields": fields}}, floor.create_issue)
    yield walk(environment, floor, issue["key"])


def walk(environment: atlasgen.Environment, floor: Floor, key: str) -> tuple[str, float, float]:
    """Return the time of a transition, the issue going back and forth."""
    world = environment.world
    arrows: list[Any] = [world.get("jira.transition", id) for id in world.ids("jira.transition")]
    issue: Any = world.get("jira.issue", world.find("jira.issue", "key", key) or "")
    ring: dict[str, tuple[str, str]] = {}
    for arrow in arrows:
        ring.setdefault(arrow["from"][0], (arrow["id"], arrow["to"]))
    state: dict[str, Any] = {}

    def start(reset: Callable[[], object]) -> Callable[[], None]:
        def prepare() -> None:
            reset()
            state["at"] = issue["fields"]["status"]

        return prepare

    def step(call: Callable[[Any], object]) -> Callable[[], None]:
        def move() -> None:
            arrow, state["at"] = ring[state["at"]]
            call({"issueIdOrKey": key, "body": {"transition": {"id": arrow}}})

        return move

    ours, theirs = rounds(
        (start(environment.reset), step(lambda arguments: environment.call("doTransition", arguments))),
        (start(floor.reset_log), step(floor.do_transition)),
    )
    return "transition", ours, theirs


def episodes(count: int = 300) -> Iterator[tuple[str, float]]:
    """Yield name and microseconds of an episode of five calls, each of another task that was made before."""
    scenario = SubtaskScenario()
    environment = scenario.environment()
    new = (Use("/issueIdOrKey", "createIssue", "/key"),)
    prepared: list[tuple[Task, list[tuple[str, JsonObject]]]] = []
    for seed in range(count):
        task = scenario.task(seed, "train")
        look, *rest = task.gold
        steps = (look, *rest, GoldCall("getTransitions", {"issueIdOrKey": ""}, new), look)
        scenario.play(environment, task, script(steps))
        prepared.append((task, [(call.tool, call.arguments) for call in environment.calls]))
        assert len(prepared[-1][1]) == 5

    def play(*, scored: bool) -> float:
        start = time.perf_counter()
        for task, calls in prepared:
            scenario.start(environment, task)
            for tool, arguments in calls:
                environment.call(tool, arguments)
            if scored:
                score = scenario.score(task, Trajectory(tuple(environment.calls)), environment.diff())
                assert score.reward == 1
        return (time.perf_counter() - start) / count * 1e6

    times = [(play(scored=False), play(scored=True)) for _ in range(ROUNDS // 2)]
    yield "expert: reset, five calls", statistics.median(bare for bare, _ in times)
    yield "expert, scoring included: reset, five calls, score", statistics.median(scored for _, scored in times)


def main() -> None:
    """Print the tables."""
    environment = atlasgen.load(SPEC, seed=3)
    floor = Floor(environment)
    table = Table("operation", "emulator us", "floor us", "ratio", title="Calls on one record, in process")
    for name, ours, theirs in operations(environment, floor):
        table.add_row(name, f"{ours:.2f}", f"{theirs:.2f}", f"{ours / theirs:.2f}")
    issue: Any = next(iter(environment.world.base.tables["jira.issue"].values()))

    def another() -> None:
        environment.reset()
        environment.call("getIssue", {"issueIdOrKey": issue["key"]})

    (reset,) = rounds((lambda: None, another))
    table.add_row("reset + first get", f"{reset:.2f}", "", "")
    Console().print(table)
    table = Table("episode", "us", "a second", title="Episodes of five calls, each of a new task, in one process")
    for name, taken in episodes():
        table.add_row(name, f"{taken:.0f}", f"{1e6 / taken:,.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
