from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from atlasgen.runtime.environment import Call
from atlasgen.tasks import agents
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.replay import Difference, Replay, replay
from atlasgen.tasks.scenario import CallTool, Episode
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Line, Trajectory, read, refused, write
from rewards.jira_subtask import SubtaskScenario
from rewards.tour import TourScenario


def stored(trajectory: Trajectory) -> Trajectory:
    """Return a trajectory as a file gives it back."""
    (line,) = read(write([Line("any", 0, "train", trajectory)]))
    return line.trajectory


def again(subtasks: SubtaskScenario, task: Task, calls: Sequence[Call]) -> Replay:
    return replay(subtasks, subtasks.environment(), task, Trajectory(tuple(calls)))


@pytest.fixture
def task(subtasks: SubtaskScenario) -> Task:
    return subtasks.task(3, "test")


@pytest.fixture
def gold(subtasks: SubtaskScenario, task: Task) -> Episode:
    return subtasks.play(subtasks.environment(), task, agents.expert)


def test_everything_that_was_played_is_replayed_byte_for_byte(subtasks: SubtaskScenario, task: Task) -> None:
    environment, other = subtasks.environment(), subtasks.environment()
    played = 0
    for mutant in mutants(Surroundings(subtasks.environment(), subtasks.rewards), task):
        episode = subtasks.play(environment, task, mutant)
        found = replay(subtasks, other, task, stored(episode.trajectory))
        assert found == Replay(episode, None), mutant.name
        played += 1
    assert played > 80


def test_both_products_are_replayed_together() -> None:
    tour = TourScenario()
    task = tour.task(0, "validation")
    episode = tour.play(tour.environment(), task, agents.expert)
    assert replay(tour, tour.environment(), task, stored(episode.trajectory)) == Replay(episode, None)


def test_calls_that_are_no_requests_are_replayed_as_well(subtasks: SubtaskScenario, task: Task) -> None:
    def clumsy(task: Task, call: CallTool) -> str:
        odd: Any = {"body": {"fields": {1, 2}}}
        given: list[Any] = [odd, ["createIssue"], {}]
        for arguments in given:
            call("createIssue", arguments)
        call("helpful_tool", {"please": True})
        call("finish", odd)
        return ""

    episode = subtasks.play(subtasks.environment(), task, clumsy)
    assert [call.status for call in episode.trajectory.calls] == [400, 400, 400, 404, 404]
    assert again(subtasks, task, stored(episode.trajectory).calls) == Replay(episode, None)


def test_what_never_reached_the_environment_does_not_reach_it_now(
    subtasks: SubtaskScenario, task: Task, gold: Episode
) -> None:
    key = next(call.arguments["issueIdOrKey"] for call in gold.trajectory.calls if call.tool == "getIssue")
    calls = (*gold.trajectory.calls, refused("deleteIssue", {"issueIdOrKey": key}), refused("getIssue", {}, known=True))
    assert again(subtasks, task, calls) == Replay(Episode(Trajectory(calls), gold.diff), None)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"status": 200}, "status"),
        ({"reads": (("jira.issue", "1"),)}, "reads"),
        ({"writes": ()}, "writes"),
    ],
)
def test_first_difference_is_told(
    subtasks: SubtaskScenario, task: Task, gold: Episode, change: Mapping[str, Any], part: str
) -> None:
    first, created, check = gold.trajectory.calls
    found = again(subtasks, task, (first, created._replace(**change), check._replace(status=500))).difference
    assert found is not None
    assert (found.call, found.tool, found.part) == (2, "createIssue", part)
    (name, changed) = next(iter(change.items()))
    assert (found.recorded, found.replayed, found.byte) == (str(changed), str(getattr(created, name)), 0)


def test_first_byte_that_differs_is_told(subtasks: SubtaskScenario, task: Task, gold: Episode) -> None:
    first, created, check = gold.trajectory.calls
    place = created.content.index(b'"key"')
    other = created.content[:place] + b'"kex"' + created.content[place + 5 :]
    found = again(subtasks, task, (first, created._replace(content=other), check)).difference
    assert found is not None
    assert (found.call, found.part, found.byte) == (2, "body", place + 3)
    assert '"kex"' in found.recorded
    assert '"key"' in found.replayed


def test_body_that_ends_early_differs_where_it_ends(subtasks: SubtaskScenario, task: Task, gold: Episode) -> None:
    first = gold.trajectory.calls[0]
    for other in (b"", first.content[:-1], first.content + b" "):
        found = again(subtasks, task, [first._replace(content=other)]).difference
        assert found is not None
        assert found.byte == min(len(other), len(first.content))


def test_excerpt_of_a_first_byte_that_differs_begins_with_it(
    subtasks: SubtaskScenario, task: Task, gold: Episode
) -> None:
    first = gold.trajectory.calls[0]
    found = again(subtasks, task, [first._replace(content=b"#" + first.content[1:])]).difference
    assert found is not None
    assert (found.byte, found.recorded[:2], found.replayed[:2]) == (
        0,
        "#" + first.content[1:2].decode(),
        first.content[:2].decode(),
    )


def test_difference_is_published_under_its_names() -> None:
    assert Difference(2, "getIssue", "body", 7, "old", "new").to_json() == {
        "call": 2,
        "tool": "getIssue",
        "part": "body",
        "byte": 7,
        "recorded": "old",
        "replayed": "new",
    }


def test_another_seed_is_another_world(subtasks: SubtaskScenario, gold: Episode) -> None:
    assert again(subtasks, subtasks.task(4, "test"), gold.trajectory.calls).difference is not None


def test_the_ending_is_kept(subtasks: SubtaskScenario, task: Task, gold: Episode) -> None:
    trajectory = replace(gold.trajectory, clipped=True)
    assert replay(subtasks, subtasks.environment(), task, trajectory).episode.trajectory == trajectory
