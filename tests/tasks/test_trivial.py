from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from atlasgen.runtime.environment import Call
from atlasgen.tasks import agents
from atlasgen.tasks.players import NAMES, Name, player
from atlasgen.tasks.scenario import Episode
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Task
from atlasgen.tasks.trivial import Trivial
from rewards._issues import SEARCH
from rewards.jira_subtask import SubtaskScenario
from rewards.tour import TourScenario

SEEDS = range(12)


@pytest.fixture(scope="module")
def trivial(subtasks: SubtaskScenario) -> Trivial:
    return Trivial(Surroundings(subtasks.environment(), subtasks.rewards))


@pytest.fixture(scope="module")
def tasks(subtasks: SubtaskScenario) -> list[Task]:
    return [subtasks.task(seed, "train") for seed in SEEDS]


def body(call: Call | GoldCall) -> Any:
    return call.arguments["body"]


def episodes(
    subtasks: SubtaskScenario, trivial: Trivial, tasks: list[Task], name: str
) -> Iterator[tuple[Task, Episode]]:
    environment = subtasks.environment()
    for task in tasks:
        yield task, subtasks.play(environment, task, trivial.of(task)[name])


def test_first_match_names_the_first_record_wherever_a_record_is_named(
    subtasks: SubtaskScenario, trivial: Trivial, tasks: list[Task]
) -> None:
    right = 0
    for task, episode in episodes(subtasks, trivial, tasks, "first match"):
        created = next(call for call in episode.trajectory.calls if call.tool == "createIssue")
        gold = next(step for step in task.gold if step.tool == "createIssue")
        fields, wanted = body(created)["fields"], body(gold)["fields"]
        assert fields["summary"] == wanted["summary"]
        right += fields["parent"] == wanted["parent"]
        score = subtasks.score(task, episode.trajectory, episode.diff)
        assert score.reward < 0.5
    assert right < len(tasks) / 2


def test_first_match_follows_the_lists_of_the_gold() -> None:
    tour = TourScenario()
    task = tour.task(0, "train")
    found = Trivial(Surroundings(tour.environment(), tour.rewards)).of(task)["first match"]
    episode = tour.play(tour.environment(), task, found)
    spaces = next(call for call in episode.trajectory.calls if call.tool == "getSpaces")
    page = next(call for call in episode.trajectory.calls if call.tool == "createPage")
    assert body(page)["spaceId"] == spaces.json()["results"][0]["id"]


def test_last_match_names_the_last_record_that_a_search_shows(
    subtasks: SubtaskScenario, trivial: Trivial, tasks: list[Task]
) -> None:
    several = 0
    for _, episode in episodes(subtasks, trivial, tasks, "last match"):
        found = next((call for call in episode.trajectory.calls if call.tool == SEARCH), None)
        if found is not None and len(issues := found.json()["issues"]) > 1:
            created = next(call for call in episode.trajectory.calls if call.tool == "createIssue")
            assert body(created)["fields"]["parent"]["key"] == issues[-1]["key"]
            several += 1
    assert several > 1


def test_random_calls_are_valid_and_have_no_aim(subtasks: SubtaskScenario, trivial: Trivial, tasks: list[Task]) -> None:
    accepted = made = 0
    tools: set[str] = set()
    for task, episode in episodes(subtasks, trivial, tasks, "random calls"):
        calls = episode.trajectory.calls
        assert 0 < len(calls) <= task.budget
        accepted += sum(call.ok for call in calls)
        made += len(calls)
        tools |= {call.tool for call in calls}
        assert not subtasks.score(task, episode.trajectory, episode.diff).success
    assert accepted > 0.7 * made
    assert tools == set(subtasks.tools)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def test_instruction_is_copied_into_every_field(subtasks: SubtaskScenario, trivial: Trivial, tasks: list[Task]) -> None:
    for task, episode in episodes(subtasks, trivial, tasks, "instruction copied"):
        fields = body(next(call for call in episode.trajectory.calls if call.tool == "createIssue"))["fields"]
        gold = body(next(step for step in task.gold if step.tool == "createIssue"))["fields"]
        assert list(fields) == list(gold)
        assert set(texts(fields)) == {task.instruction}
        assert subtasks.score(task, episode.trajectory, episode.diff).reward < 0.5


def test_agents_are_the_same_every_time(subtasks: SubtaskScenario, trivial: Trivial, tasks: list[Task]) -> None:
    other = Trivial(Surroundings(subtasks.environment(), subtasks.rewards))
    assert [other.of(task) for task in reversed(tasks[:3])] == [trivial.of(task) for task in reversed(tasks[:3])]


@pytest.mark.parametrize("name", NAMES)
def test_every_agent_can_play(subtasks: SubtaskScenario, name: Name) -> None:
    task = subtasks.task(1, "train")
    agent = player(name, subtasks, task, errors=1.0)
    episode = subtasks.play(subtasks.environment(), task, agent)
    score = subtasks.score(task, episode.trajectory, episode.diff)
    assert (score.reward >= 0.75) == (name in ("expert", "hasty"))


def test_noisy_agent_errs_at_the_stated_rate(subtasks: SubtaskScenario, tasks: list[Task]) -> None:
    environment = subtasks.environment()
    task = tasks[0]
    assert subtasks.play(environment, task, player("noisy", subtasks, task, errors=0)) == subtasks.play(
        environment, task, agents.expert
    )
