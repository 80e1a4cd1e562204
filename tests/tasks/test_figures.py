"""What some ways to play are worth, worked out by hand from the constants: whoever changes one changes all figures that
were ever published.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from atlasgen.tasks import agents
from atlasgen.tasks.reward import CONSTANTS, Reason, Score
from atlasgen.tasks.task import Expected, ExpectedCall, GoldCall, Task
from rewards.confluence_labels import LabelScenario
from rewards.jira_subtask import SubtaskScenario
from rewards.jira_transition import TransitionScenario

Way = Callable[[Task], Sequence[GoldCall]]

BARE = GoldCall("createIssue", {})
NONE = GoldCall("helpful_tool", {})
NOWHERE = GoldCall("getIssue", {"issueIdOrKey": "NONE-1"})
ELSEWHERE = GoldCall("getPriorities", {})


def first(subtasks: SubtaskScenario, *, needs: bool) -> Task:
    """Return the first task that leaves two things to look up, or the first that says all of five arguments."""
    tasks = (subtasks.task(seed, "train") for seed in range(400))
    return next(
        task
        for task in tasks
        if (
            len(task.needed) == 2
            if needs
            else not task.needed
            and [item.pointer.removeprefix("/body/fields/") for item in task.expected[0].arguments] == list(ARGUMENTS)
        )
    )


ARGUMENTS: Final = ("issuetype", "summary", "parent", "labels", "project")
NEEDED: Final = ("first needed", "second needed")


def scored(subtasks: SubtaskScenario, *, needs: bool, way: Way) -> Score:
    """Score a way to play the first task that leaves something to look up, or the first that says all."""
    task = first(subtasks, needs=needs)
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


def test_set_that_was_given_counts_beside_an_argument_that_is_wrong() -> None:
    """One gold call was met by parts of its set, and half of what another one gives was sent and refused."""
    labels = LabelScenario()
    task = next(task for seed in range(99) if _set_of(task := labels.task(seed, "train")) and len(task.expected) == 1)
    tool, page = task.expected[0].tool, task.gold[-1].arguments["id"]
    other = ExpectedCall(tool, (Expected("/id", page), Expected("/body", "never given")))
    score = labelled(labels, replace(task, expected=(*task.expected, other)), GoldCall(tool, {"id": page}))
    assert score.band == "exact"
    assert score.components["arguments"] == (1 + 1 / 2) / 2


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
        "arguments: /body/fields/summary: expected 'summary', found 'Something else'",
        "state: jira.issue/NEW fields.summary: expected 'summary', found 'Something else'",
    ],
    "refused and given up": [
        "missing_create: calls: expected 0, found 1",
        "invalid_payload: calls: expected 0, found 1",
        "arguments: /body/fields/issuetype: expected 'issuetype', found ABSENT",
        "arguments: /body/fields/summary: expected 'summary', found ABSENT",
        "arguments: /body/fields/parent: expected 'parent', found ABSENT",
        "arguments: /body/fields/labels: expected 'labels', found ABSENT",
        "arguments: /body/fields/project: expected 'project', found ABSENT",
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
        "validate: FIRST_POINTER: expected 'first needed', found 'not looked up'",
        "validate: SECOND_POINTER: expected 'second needed', found 'not looked up'",
    ],
}


@pytest.mark.parametrize("name", REASONS)
def test_score_says_why_points_are_lost(subtasks: SubtaskScenario, name: str) -> None:
    needs = name in SOUGHT and name not in SAID
    task = first(subtasks, needs=needs)
    score = scored(subtasks, needs=needs, way=(SOUGHT if needs else SAID)[name][0])
    new = int(task.targets[0].change.id)
    values = {f"'{name}'": item.value for name, item in zip(ARGUMENTS, task.expected[0].arguments, strict=False)}
    values |= {f"'{name}'": item.value for name, item in zip(NEEDED, task.needed, strict=False)}
    pointers = [item.pointer for item in task.needed]
    places = {f"{name}_POINTER": place for name, place in zip(("FIRST", "SECOND"), pointers, strict=False)}
    places |= {"NEW": f"{new}", "SECOND": f"{new + 1}"}

    def filled(text: str) -> str:
        for place, value in (values | places).items():
            text = text.replace(place, str(value) if place in places else repr(value))
        return text

    assert [str(reason) for reason in score.reasons] == [filled(text) for text in REASONS[name]]


def test_reason_shows_sixty_characters_of_a_value_and_no_more() -> None:
    exact, longer = "x" * 58, "y" * 59  # two quotation marks are part of what is shown
    text = str(Reason("state", "here", exact, longer))
    assert text == f"state: here: expected '{exact}', found '{'y' * 56}..."


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


def test_best_call_counts_for_the_arguments_whatever_came_after(subtasks: SubtaskScenario) -> None:
    """Refused with four of five arguments right, then accepted with three."""

    def way(task: Task) -> list[GoldCall]:
        worse = creating(task, summary="Something else", labels=["wrong"])
        return [creating(task, parent={"key": "NONE-1"}), worse]

    score = scored(subtasks, needs=False, way=way)
    assert score.components["arguments"] == pytest.approx(4 / 5)
    assert score.components["state"] == pytest.approx(3 / 5)


def test_of_calls_that_are_right_alike_the_accepted_one_counts(subtasks: SubtaskScenario) -> None:
    def way(task: Task) -> list[GoldCall]:
        return [creating(task, parent={"key": "NONE-1"}), creating(task, summary="Something else")]

    said = [str(reason) for reason in scored(subtasks, needs=False, way=way).reasons]
    assert [text.split(": ")[1] for text in said if text.startswith("arguments")] == ["/body/fields/summary"]


def labelled(labels: LabelScenario, task: Task, *extra: GoldCall) -> Score:
    """Score the gold of a task with calls before its last."""
    episode = labels.play(labels.environment(), task, agents.script([*task.gold[:-1], *extra, task.gold[-1]]))
    return labels.score(task, episode.trajectory, episode.diff)


def test_record_that_is_made_by_the_way_and_was_not_asked_for_is_foreign() -> None:
    """A label that nothing had before: the call is about a page that was to be written, the record is nobody's wish."""
    labels = LabelScenario()
    task = next(task for seed in range(99) if _set_of(task := labels.task(seed, "train")) and len(task.expected) == 1)
    new = replace(task.gold[-1], arguments={**task.gold[-1].arguments, "body": [{"prefix": "global", "name": "zzz"}]})
    score = labelled(labels, task, new)
    assert score.band == "collateral"
    assert score.components["foreign_write"] == 0.7


def test_what_was_added_and_taken_out_again_is_no_part_of_what_was_asked_for() -> None:
    labels = LabelScenario()
    task = next(task for seed in range(99) if _set_of(task := labels.task(seed, "train")) and len(task.expected) == 1)
    page = task.gold[-1].arguments["id"]
    environment = labels.environment()
    labels.start(environment, task)
    own = {item["name"] for item in environment.call("getPageLabels", {"id": int(str(page))}).json()["results"]}
    own |= {item["name"] for item in _set_of(task)}
    every = (environment.world.get("confluence.label", id) for id in environment.world.ids("confluence.label"))
    name = next(str(record["name"]) for record in every if record is not None and record["name"] not in own)
    there = replace(task.gold[-1], arguments={"id": page, "body": [{"prefix": "global", "name": name}]}, uses=())
    score = labelled(labels, task, there, GoldCall("removeLabelFromContent", {"id": page, "label": name}))
    assert score.band == "exact"
    assert score.components["extra_write"] == pytest.approx(0.9**2)


def test_another_operation_with_the_same_effect_gave_all_arguments() -> None:
    labels = LabelScenario()
    other = {"removeLabelFromContent": "name", "removeLabelFromContentUsingQueryParameter": "label"}
    task = next(task for seed in range(99) if (task := labels.task(seed, "train")).expected[0].tool in other)
    write = next(step for step in task.gold if step.tool in other)
    (tool,) = (name for name in other if name != write.tool)
    arguments = {"id": write.arguments["id"], other[write.tool]: task.expected[0].arguments[-1].value}
    steps = [GoldCall(tool, arguments, write.uses) if step is write else step for step in task.gold]
    episode = labels.play(labels.environment(), task, agents.script(steps))
    score = labels.score(task, episode.trajectory, episode.diff)
    assert (score.reward, score.success, score.components["arguments"]) == (1.0, True, 1.0)


def test_task_that_asks_for_no_change_is_met_by_none(subtasks: SubtaskScenario) -> None:
    task = replace(first(subtasks, needs=False), targets=(), expected=(), gold_writes=frozenset())
    episode = subtasks.play(subtasks.environment(), task, agents.script([task.gold[0], BARE]))
    score = subtasks.score(task, episode.trajectory, episode.diff)
    parts = ("state", "arguments", "validate", "mutate", "verify", "missing_create", "duplicate_create")
    assert [score.components[part] for part in parts] == [1.0] * len(parts)
    assert score.reward == pytest.approx(0.75 + 0.25 * 0.9)


def test_several_answers_show_together_what_none_shows_alone(subtasks: SubtaskScenario) -> None:
    def looks(task: Task, *chosen: list[str]) -> list[GoldCall]:
        check = task.gold[2]
        return [replace(check, arguments={**check.arguments, "fields": list[Any](names)}) for names in chosen]

    def verified(*chosen: list[str]) -> float:
        score = scored(subtasks, needs=False, way=lambda task: [task.gold[1], *looks(task, *chosen)])
        assert score.success
        return score.components["verify"]

    assert verified(["issuetype", "summary"], ["parent", "labels", "project"]) == 1
    assert verified(["issuetype", "summary"], ["parent", "labels"]) == 0
    assert verified(["parent", "labels", "project"]) == 0
