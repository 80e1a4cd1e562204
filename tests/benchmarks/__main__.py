"""Measures the emulator against its targets: `make bench`.

Figures are microseconds of one call, in process. Emulator and floor take turns round by round; the time is the median
of the rounds and the ratio the median of their ratios, which hold on a machine that is busy as well. A round is as long
as a busy episode: a log of thousands of answers would measure how memory is asked for.

What a world shows inside other records and in lists is encoded once for all episodes, and a round measures it so.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

import atlasgen
from atlasgen import workspace
from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.agents import expert, script
from atlasgen.tasks.replay import replay
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.task import GoldCall, Task, Use
from atlasgen.tasks.trajectory import Trajectory
from generated_envs import confluence, jira
from rewards.jira_subtask import SubtaskScenario
from tests.benchmarks.floor import Floor
from tests.benchmarks.test_floor import SPEC, rich_text

ROUNDS, CALLS = 200, 25
SEED = 3
TRAINING = ("jira_subtask", "jira_transition", "confluence_page", "confluence_labels", "cross_product")

Part = tuple[Callable[[], object], Callable[[], object]]
"""What prepares a round, and one call."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    figure: str
    beside: str
    target: str
    met: bool


def rounds(*parts: Part, count: int = ROUNDS, calls: int = CALLS) -> list[list[float]]:
    """Return the microseconds of a call of each part in each round."""
    times: list[list[float]] = [[] for _ in parts]
    for _ in range(count):
        for (prepare, call), taken in zip(parts, times, strict=True):
            prepare()
            start = time.perf_counter()
            for _ in range(calls):
                call()
            taken.append((time.perf_counter() - start) / calls * 1e6)
    return times


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of the ratios of two parts, round by round."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


# -- one record --------------------------------------------------------------------------------------------------------


def single(environment: atlasgen.Environment, floor: Floor) -> Iterator[Row]:
    """Yield the operations on one record beside the floor."""
    world = environment.world
    issues: list[Any] = [world.get("jira.issue", id) for id in world.ids("jira.issue")]
    issue = next(item for item in issues if "parent" not in item["fields"])
    project: Any = world.get("jira.project", issue["fields"]["project"])
    comment: Any = world.get("jira.comment", next(iter(world.ids("jira.comment"))))
    fields = {"project": {"key": project["key"]}, "issuetype": {"name": "Story"}, "summary": "Something new"}
    key = {"issueIdOrKey": issue["key"]}

    def fixed(tool: str, arguments: Any, handler: Callable[[Any], bytes]) -> tuple[Part, Part]:
        return (
            (environment.reset, lambda: environment.call(tool, arguments)),
            (floor.reset, lambda: handler(arguments)),
        )

    text = {"issueIdOrKey": comment["issue"], "id": comment["id"], "body": {"body": rich_text("It is done.")}}
    pairs = {
        "get an issue": fixed("getIssue", key, floor.get_issue),
        "create an issue": fixed("createIssue", {"body": {"fields": fields}}, floor.create_issue),
        "edit an issue, shown": fixed("editIssue", {**key, "body": {"fields": {"summary": "B"}}}, floor.edit_issue),
        "change a comment, shown": fixed("updateComment", text, floor.update_comment),
        "take a transition": walk(environment, floor, issue),
    }
    for name, (ours, theirs) in pairs.items():
        mine, hand = rounds(ours, theirs)
        taken, times = statistics.median(mine), ratio(mine, hand)
        beside = f"{times:.2f} x {statistics.median(hand):.2f}"
        yield Row(name, f"{taken:.2f}", beside, "10, 3 x floor", taken <= 10 and times <= 3)

    def another() -> None:
        environment.reset()
        environment.call("getIssue", key)

    taken = statistics.median(rounds((environment.reset, another))[0])
    yield Row("reset, first get", f"{taken:.2f}", "", "15", taken <= 15)


def walk(environment: atlasgen.Environment, floor: Floor, issue: Any) -> tuple[Part, Part]:
    """Return the parts of a transition, the issue going back and forth."""
    world = environment.world
    arrows: list[Any] = [world.get("jira.transition", id) for id in world.ids("jira.transition")]
    ring: dict[str, tuple[str, str]] = {}
    for arrow in arrows:
        ring.setdefault(arrow["from"][0], (arrow["id"], arrow["to"]))

    def part(reset: Callable[[], object], call: Callable[[Any], object]) -> Part:
        state = {"at": ""}

        def prepare() -> None:
            reset()
            state["at"] = issue["fields"]["status"]

        def move() -> None:
            arrow, state["at"] = ring[state["at"]]
            call({"issueIdOrKey": issue["key"], "body": {"transition": {"id": arrow}}})

        return prepare, move

    return (
        part(environment.reset, lambda arguments: environment.call("doTransition", arguments)),
        part(floor.reset, floor.do_transition),
    )


# -- lists -------------------------------------------------------------------------------------------------------------


def open_world(records: int) -> atlasgen.Environment:
    """Return both products over a world of some size for each."""
    return atlasgen.Environment(jira.Operations, confluence.Operations, seed=SEED, records=records)


def lists(environment: atlasgen.Environment) -> dict[str, tuple[str, JsonObject]]:
    """Return lists to ask for: name, tool, arguments."""
    world = environment.world
    tables: Any = world.base.tables
    issue = Counter(item["issue"] for item in tables["jira.comment"].values()).most_common(1)[0][0]
    project = next(iter(tables["jira.project"].values()))["key"]
    space = Counter(item["spaceId"] for item in tables["confluence.page"].values()).most_common(1)[0][0]
    search, fields = "searchAndReconsileIssuesUsingJql", ["summary", "status"]
    return {
        "comments of an issue": ("getComments", {"issueIdOrKey": issue}),
        "comments, newest first": ("getComments", {"issueIdOrKey": issue, "orderBy": "-created"}),
        "projects, sorted": ("searchProjects", {"orderBy": "name"}),
        "pages of a space": ("getPagesInSpace", {"id": int(space), "limit": 25}),
        "pages, newest first": ("getPagesInSpace", {"id": int(space), "limit": 25, "sort": "-created-date"}),
        "pages by title": ("getPages", {"title": "Home"}),
        "JQL, one index": (search, {"jql": f"project = {project}", "maxResults": 20}),
        "JQL, two fields": (search, {"jql": f"project = {project}", "maxResults": 20, "fields": fields}),
        "JQL, in order": (search, {"jql": f"project = {project} AND status = Done ORDER BY created", "maxResults": 20}),
        "JQL, counted": ("countIssues", {"body": {"jql": f"project = {project}"}}),
    }


def listing(environment: atlasgen.Environment) -> Iterator[Row]:
    """Yield lists beside the time that the encoding of what they answer takes."""
    for name, (tool, arguments) in lists(environment).items():
        reply = environment.call(tool, arguments)
        assert reply.ok, (tool, reply)
        body = reply.json()

        def ask(tool: str = tool, arguments: JsonObject = arguments) -> object:
            return environment.call(tool, arguments)

        def encode(body: Any = body) -> bytes:
            return orjson.dumps(body)

        ours, encoding = rounds((environment.reset, ask), (environment.reset, encode), count=60, calls=10)
        taken, bare = statistics.median(ours), statistics.median(encoding)
        most = 10 + 1.5 * bare
        yield Row(name, f"{taken:.1f}", f"{bare:.2f} to encode", f"{most:.1f}", taken <= most)


def growth(small: atlasgen.Environment, large: atlasgen.Environment) -> Iterator[Row]:
    """Yield lists in a world of 1,000 records and in one of 100,000."""
    for (name, (tool, one)), (_, other) in zip(lists(small).items(), lists(large).values(), strict=True):
        parts: list[Part] = [
            (small.reset, lambda tool=tool, one=one: small.call(tool, one)),  # type: ignore[misc]  # bound at once
            (large.reset, lambda tool=tool, other=other: large.call(tool, other)),  # type: ignore[misc]  # as above
        ]
        few, many = rounds(*parts, count=20, calls=2)
        times = ratio(many, few)
        beside = f"{statistics.median(few):.0f} at 1,000"
        yield Row(name, f"{statistics.median(many):,.0f}", beside, f"2 x: {times:.2f}", times <= 2)


# -- episodes ----------------------------------------------------------------------------------------------------------


def episodes(count: int = 300) -> Iterator[Row]:
    """Yield episodes of five calls, each of another task that was made before."""
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

    times = [(play(scored=False), play(scored=True)) for _ in range(30)]
    bare, scored = (statistics.median(column) for column in zip(*times, strict=True))
    yield Row("reset, five calls", f"{bare:.0f}", f"{1e6 / bare:,.0f} a second", "", True)
    yield Row("with the reward", f"{scored:.0f}", f"{1e6 / scored:,.0f} a second", "5,000 a second", scored <= 200)


def proofs(name: str, count: int = 40) -> Iterator[Row]:
    """Yield what the expert's episodes of a scenario cost: played and scored, then the parts that come after play."""
    scenario = workspace.load_scenario(name)
    assert isinstance(scenario, Scenario)
    environment = scenario.environment()
    tasks = [scenario.task(seed, "train") for seed in range(count)]
    played = [scenario.play(environment, task, expert) for task in tasks]

    def mean(part: Callable[[int], object], prepare: Callable[[int], object] = lambda _: None) -> float:
        """Return the median over rounds of the mean microseconds of a part."""
        times = []
        for _ in range(10):
            taken = 0.0
            for index in range(count):
                prepare(index)
                start = time.perf_counter()
                part(index)
                taken += time.perf_counter() - start
            times.append(taken / count * 1e6)
        return statistics.median(times)

    def score(index: int) -> object:
        return scenario.score(tasks[index], played[index].trajectory, played[index].diff)

    def episode(index: int) -> object:
        found = scenario.play(environment, tasks[index], expert)
        return scenario.score(tasks[index], found.trajectory, found.diff)

    def again(index: int) -> object:
        return replay(scenario, environment, tasks[index], played[index].trajectory)

    for index in range(count):
        assert scenario.score(tasks[index], played[index].trajectory, played[index].diff).reward == 1
    whole = mean(episode)
    yield Row(name, f"{whole:.0f}", f"{1e6 / whole:,.0f} a second", "", True)
    taken = mean(lambda _: environment.diff(), lambda index: scenario.play(environment, tasks[index], expert))
    yield Row("  diff", f"{taken:.0f}", "", "", True)
    yield Row("  reward", f"{mean(score):.0f}", "", "", True)
    yield Row("  replay", f"{mean(again):.0f}", "", "", True)


def show(console: Console, title: str, rows: Iterator[Row], beside: str) -> None:
    """Print one part of the results as soon as it is there."""
    table = Table(title=title, width=80, title_justify="left")
    for heading in ("", "us", beside, "target", "met"):
        table.add_column(heading, justify="left" if heading in ("", "met") else "right")
    for row in rows:
        table.add_row(row.name, row.figure, row.beside, row.target, ("yes" if row.met else "NO") if row.target else "")
    console.print(table)


def main() -> None:
    """Print the tables."""
    console = Console(width=80)
    environment = atlasgen.load(SPEC, seed=SEED)
    show(console, "One record", single(environment, Floor(environment)), "floor")
    show(console, "Episodes of five calls, each of a new task", episodes(), "")
    rows = (row for name in TRAINING for row in proofs(name))
    show(console, "The expert's episodes, scored; and what comes after play", rows, "")
    small = open_world(1_000)
    show(console, "Lists, in a world of 1,000 records", listing(small), "")
    show(console, "The same in a world of 100,000 records", growth(small, open_world(100_000)), "")


if __name__ == "__main__":
    main()
