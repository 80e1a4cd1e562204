from __future__ import annotations

import pytest

from atlasgen.tasks import agents, playback
from atlasgen.tasks.scenario import Agent
from atlasgen.tasks.task import Task
from rewards.jira_subtask import SubtaskScenario


def report(subtasks: SubtaskScenario, task: Task, agent: Agent) -> list[str]:
    episode = subtasks.play(subtasks.environment(), task, agent)
    return list(playback.lines(task, episode, subtasks.score(task, episode.trajectory, episode.diff)))


@pytest.fixture
def task(subtasks: SubtaskScenario) -> Task:
    """Return a task that leaves two fields to the parent."""
    return next(task for seed in range(99) if len((task := subtasks.task(seed, "train")).needed) == 2)


def test_report_of_idleness_says_what_was_due(subtasks: SubtaskScenario, task: Task) -> None:
    lines = report(subtasks, task, agents.nothing)
    text = "\n".join(lines)
    assert "called  nothing" in lines
    assert "changed  nothing" in lines
    assert "  - attempt: createIssue: expected 'a call', found 'nothing was attempted'" in lines
    assert "validate 0.00" in text
    assert all(f"- validate: {needed.pointer}: expected " in text for needed in task.needed)


def test_report_of_reads_says_what_was_looked_up(subtasks: SubtaskScenario, task: Task) -> None:
    text = "\n".join(report(subtasks, task, agents.reads_only))
    assert "validate 1.00" in text
    assert "changed  nothing" in text
    assert "nothing was attempted; 2 of 2 looked up" in " ".join(text.split())
    assert "- validate:" not in text


def test_report_of_the_expert_gives_no_reason(subtasks: SubtaskScenario, task: Task) -> None:
    lines = report(subtasks, task, agents.expert)
    assert "reward 1.000   success yes   band exact" in lines
    assert not any(line.startswith("  - ") for line in lines)
    assert {"called", "changed"} <= set(lines)
    assert all(len(line) <= 80 for line in lines)


def test_looking_is_not_credited_where_nothing_was_done(subtasks: SubtaskScenario) -> None:
    knows = next(task for seed in range(99) if not (task := subtasks.task(seed, "train")).needed)
    assert "validate 0.00" in "\n".join(report(subtasks, knows, agents.nothing))
