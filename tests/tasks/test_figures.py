"""What some ways to play are worth, worked out by hand from the constants: whoever changes one changes all figures that
were ever published.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from atlasgen.tasks import agents
from atlasgen.tasks.reward import CONSTANTS, Score
from atlasgen.tasks.task import GoldCall, Task
from rewards.confluence_labels import LabelScenario
from rewards.jira_subtask import SubtaskScenario
from rewards.jira_transition import TransitionScenario

Way = Callable[[Task], Sequence[GoldCall]]

BARE = GoldCall("createIssue", {})
NONE = GoldCall("helpful_tool", {})
NOWHERE = GoldCall("getIssue", {"issueIdOrKey": "NONE-1"})
ELSEWHERE = GoldCall("getPriorities", {})


def scored(subtasks: SubtaskScenario, *, needs: bool, way: Way) -> Score:
    """Score a way to play the first task that leaves something to look up, or the first that says all."""
    task = next(task for seed in range(99) if bool((task := subtasks.task(seed, "train")).needed) is needs)
    episode = subtasks.play(subtasks.environment(), task, agents.script(way(task)))
    return subtasks.score(task, episode.trajectory, episode.diff)


def creating(task: Task, **fields: Any) -> GoldCall:
    """Return the gold's creation with other fields."""
    body: Any = task.gold[1].arguments["body"]
    return replace(task.gold[1], arguments={"body": {"fields": {**body["fields"], **fields}}}, uses=())


# Look, create, check; all said: five arguments, a budget of five calls.
SAID: dict[str, tuple[Way, float, float]] = {
    "refused once": (lambda task: [BARE, *task.gold], 0.75 + 0.25 * 0.9, 0.7),
    "refused twice": (lambda task: [BARE, BARE, *task.gold], 0.75 + 0.25 * 0.9**2, 0.7),
    "a look that is refused": (lambda task: [GoldCall("getIssue", {}), *task.gold], 0.75 + 0.25 * 0.9, 1.0),
    "a look that finds nothing": (lambda task: [NOWHERE, *task.gold], 1.0, 1.0),
    "a tool that is none": (lambda task: [NONE, *task.gold], 0.75 + 0.25 * 0.85, 1.0),
    "one call too many": (lambda task: [*[ELSEWHERE] * 3, *task.gold], 0.75 + 0.25 * 0.95, 1.0),
    "two calls too many": (lambda task: [*[ELSEWHERE] * 4, *task.gold], 0.75 + 0.25 * 0.95**2, 1.0),
    "as many calls as may be": (lambda task: [*[ELSEWHERE] * 2, *task.gold], 1.0, 1.0),
    # The check is half of what the way is worth here, and the way a quarter of all.
    "not checked": (lambda task: task.gold[1:2], 0.75 + 0.25 * (1 - 0.25 / 2), 0.4),
    # Four of five fields and arguments, and all of the way.
    "one field wrong": (
        lambda task: [creating(task, summary="Something else"), task.gold[2]],
        0.11 + 0.39 * (0.5 * 0.8 + 0.25 * 0.8 + 0.25),
        0.7,
    ),
    # Nothing is there, so that only arguments count; the call was refused.
    "one argument wrong and refused": (
        lambda task: [creating(task, parent={"key": "NONE-1"})],
        0.11 + 0.39 * (0.25 * 0.8) * 0.8 * 0.9,
        0.4,
    ),
    "refused and given up": (lambda _: [BARE], 0.11, 0.4),
    # The second record: one duplicate, one change more than it takes, one record that nobody asked for.
    "created twice": (
        lambda task: [task.gold[1], task.gold[1], task.gold[2]],
        0.05 + 0.05 * (1 - 0.25 / 2) * 0.8 * 0.9 * 0.7,
        0.7,
    ),
    "read only": (lambda task: task.gold[:1], 0.02 + 0.07, 0.3),
    "looked where nothing is": (lambda _: [NOWHERE], 0.02, 0.3),
    "a tool that is none alone": (lambda _: [NONE], 0.0, 0.0),
}

# Look, create, check; what was to be looked up is a third of the way.
SOUGHT: dict[str, tuple[Way, float, float]] = {
    "guessed": (lambda task: task.gold[1:], 0.75 + 0.25 * (1 - 0.25 / 3), 0.7),
    "not checked": (lambda task: task.gold[:2], 0.75 + 0.25 * (1 - 0.25 / 3), 0.7),
    "found and left": (lambda task: task.gold[:1], 0.02 + 0.07, 0.3),
    "found with a tool that is none": (lambda task: [NONE, task.gold[0]], 0.02 + 0.07 * 0.85, 0.3),
    "read elsewhere": (lambda _: [ELSEWHERE], 0.02, 0.3),
}


@pytest.mark.parametrize("name", SAID)
def test_way_is_worth_what_the_constants_say_where_all_is_said(subtasks: SubtaskScenario, name: str) -> None:
    way, worth, trace = SAID[name]
    score = scored(subtasks, needs=False, way=way)
    assert score.reward == pytest.approx(worth, abs=1e-12)
    assert score.components["trace"] == pytest.approx(trace, abs=1e-12)


@pytest.mark.parametrize("name", SOUGHT)
def test_way_is_worth_what_the_constants_say_where_something_is_sought(subtasks: SubtaskScenario, name: str) -> None:
    way, worth, trace = SOUGHT[name]
    score = scored(subtasks, needs=True, way=way)
    assert score.reward == pytest.approx(worth, abs=1e-12)
    assert score.components["trace"] == pytest.approx(trace, abs=1e-12)


def test_tool_that_was_not_offered_pays_nothing(subtasks: SubtaskScenario) -> None:
    """It exists, and it answers; no agent that keeps to its tools calls it."""
    spaces = GoldCall("getProject", {"projectIdOrKey": "WEB"})
    assert "getProject" not in subtasks.tools
    score = scored(subtasks, needs=False, way=lambda _: [spaces])
    assert score.components["validate"] == 1
    assert score.reward == 0


def test_bands_end_where_their_reasons_say() -> None:
    ends = {
        band: round(CONSTANTS[f"{band}.floor"].value + CONSTANTS[f"{band}.span"].value, 9)
        for band in ("reads", "collateral", "wrong", "exact")
    }
    assert ends == {"reads": 0.09, "collateral": 0.1, "wrong": 0.5, "exact": 1}


def test_part_of_a_set_is_an_argument_that_is_wrong_as_long_as_the_rest_is_missing() -> None:
    """Given in parts the whole set is right; a part alone is not."""
    labels = LabelScenario()
    task = next(
        task for seed in range(99) if len(_set_of(task := labels.task(seed, "train"))) > 1 == len(task.expected)
    )
    parts = [replace(task.gold[-1], arguments={**task.gold[-1].arguments, "body": [item]}) for item in _set_of(task)]
    looks = task.gold[:-1]
    found = []
    for steps in ([*looks, *parts], [*looks, parts[0]]):
        episode = labels.play(labels.environment(), task, agents.script(steps))
        found.append(labels.score(task, episode.trajectory, episode.diff))
    whole, part = found
    assert (whole.reward, whole.components["arguments"]) == (1, 1)
    assert part.band == "wrong"
    assert part.components["arguments"] == 0.5


def _set_of(task: Task) -> list[Any]:
    body: Any = task.gold[-1].arguments.get("body")
    return body if isinstance(body, list) else []


NOT_SHOWN = "expected ['fields.issuetype', 'fields.labels', 'fields.parent', 'f..., found 'no answer that shows them'"
REASONS = {
    "refused twice": ["invalid_payload: calls: expected 0, found 2"],
    "a look that finds nothing": [],
    "two calls too many": ["over_budget: calls: expected 0, found 2"],
    "not checked": [f"verify: jira.issue/NEW: {NOT_SHOWN}"],
    "one field wrong": [
        "arguments: /body/fields/summary: expected 'Check the start page', found 'Something else'",
        "state: jira.issue/NEW fields.summary: expected 'Check the start page', found 'Something else'",
    ],
    "refused and given up": [
        "missing_create: calls: expected 0, found 1",
        "invalid_payload: calls: expected 0, found 1",
        "arguments: /body/fields/issuetype: expected {'name': 'Sub-task'}, found ABSENT",
        "arguments: /body/fields/summary: expected 'Check the start page', found ABSENT",
        "arguments: /body/fields/parent: expected {'key': 'OPS-5'}, found ABSENT",
        "arguments: /body/fields/labels: expected ['frontend', 'docs'], found ABSENT",
        "arguments: /body/fields/project: expected {'key': 'OPS'}, found ABSENT",
        "state: jira.issue/NEW: expected 'created', found 'untouched'",
    ],
    "created twice": [
        f"verify: jira.issue/NEW: {NOT_SHOWN}",
        "duplicate_create: calls: expected 0, found 1",
        "extra_write: calls: expected 0, found 1",
        "foreign_write: calls: expected 0, found 1",
        "state: jira.issue/SECOND: expected None, found {'fields': {'description': None, 'assignee': None, 'label...",
    ],
    "read only": ["attempt: createIssue: expected 'a call', found 'nothing was attempted'"],
    "a tool that is none alone": [
        "attempt: createIssue: expected 'a call', found 'nothing was attempted'",
        "hallucinated_tool: calls: expected 0, found 1",
    ],
    "found and left": ["attempt: createIssue: expected 'a call', found 'nothing was attempted; 2 of 2 looked up'"],
    "guessed": [
        "validate: /body/fields/parent: expected '22062', found 'not looked up'",
        "validate: /body/fields/duedate: expected '2026-11-10', found 'not looked up'",
    ],
}


@pytest.mark.parametrize("name", REASONS)
def test_score_says_why_points_are_lost(subtasks: SubtaskScenario, name: str) -> None:
    needs = name in SOUGHT and name not in SAID
    score = scored(subtasks, needs=needs, way=(SOUGHT if needs else SAID)[name][0])
    said = [str(reason).replace("/59935", "/NEW").replace("/59936", "/SECOND") for reason in score.reasons]
    assert said == REASONS[name]


@pytest.mark.parametrize("ending", ["clipped", "malformed", "turn_capped"])
def test_score_says_how_a_rollout_was_cut_off(subtasks: SubtaskScenario, ending: str) -> None:
    task = subtasks.task(0, "train")
    episode = subtasks.play(subtasks.environment(), task, agents.expert)
    flags: dict[str, Any] = {ending: True}
    score = subtasks.score(task, replace(episode.trajectory, **flags), episode.diff)
    assert list(map(str, score.reasons)) == [f"ending: rollout: expected 'ends by itself', found '{ending}'"]
    assert subtasks.score(task, replace(episode.trajectory, calls=(), **flags), ()).reward == 0


def test_what_was_to_be_changed_and_was_not_is_called_so() -> None:
    transitions = TransitionScenario()
    task = next(task for seed in range(99) if len((task := transitions.task(seed, "train")).expected) == 1)
    steps = [GoldCall(task.expected[0].tool, {})]
    episode = transitions.play(transitions.environment(), task, agents.script(steps))
    score = transitions.score(task, episode.trajectory, episode.diff)
    (target,) = task.targets
    assert str(score.reasons[-1]) == f"state: jira.issue/{target.change.id}: expected 'changed', found 'untouched'"
