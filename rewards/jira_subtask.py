"""Sub-tasks: create one below an issue, with fields that the instruction states or says where to find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar, Final, TypeVar, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.documents import Document
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.identity import draw
from atlasgen.runtime.world import World
from atlasgen.tasks.gold import Draft, Insert, complete, plant
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.skeleton import Argument, OperationReward
from atlasgen.tasks.task import GoldCall, Needed, Task, Use
from generated_envs.jira import Operations
from generated_envs.jira._generated.rewards import CreateIssueReward

WORLDS: Final = {"train": 512, "validation": 64, "test": 128}
"""How many worlds the tasks of a split are spread over."""

_FIRST_WORLD: Final = {"train": 10_000, "validation": 20_000, "test": 30_000}
ISSUE: Final = "jira.issue"


class SubtaskReward(CreateIssueReward):
    """The reward of `createIssue` where the issue is a sub-task: then the parent is no option."""

    arguments: ClassVar[tuple[Argument, ...]] = tuple(
        replace(argument, required=True) if argument.pointer == "/body/fields/parent" else argument
        for argument in CreateIssueReward.arguments
    )


@dataclass(frozen=True, slots=True)
class Wordings:
    """What instructions and values are made of; those of the test are seen nowhere else.

    Attributes:
        templates: Sentences with `{parent}`, `{summary}`, and `{extras}` for all that follows.
        verbs: The first words of summaries.
        objects: Their rest.
        labels: Words to label with.
    """

    templates: tuple[str, ...]
    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    labels: tuple[str, ...]


_TRAIN = Wordings(
    templates=(
        'Create a Sub-task of {parent} with the summary "{summary}".{extras}',
        'Please add a Sub-task to {parent}. Its summary is "{summary}".{extras}',
        'Below {parent} we need a Sub-task called "{summary}".{extras}',
        'Break a piece out of {parent}: one Sub-task, summary "{summary}".{extras}',
        '{parent} is too large. Put "{summary}" into a Sub-task of it.{extras}',
        'Could you open a Sub-task under {parent}? Summary: "{summary}".{extras}',
        'Somebody has to do this for {parent}: "{summary}". Make it a Sub-task there.{extras}',
        'New Sub-task, parent {parent}, summary "{summary}".{extras}',
        'The team agreed on a Sub-task "{summary}" for {parent}; create it.{extras}',
        'File "{summary}" as a Sub-task of {parent}.{extras}',
    ),
    verbs=("Check", "Write", "Rename", "Sketch", "Time", "Trim", "Split", "Verify"),
    objects=(
        "the error texts", "the start page", "the two slow queries", "the old endpoints", "the release notes",
        "the empty states", "the retry rules", "the log format", "the keyboard order", "the migration script",
    ),
    labels=("backend", "frontend", "docs", "urgent", "research", "cleanup"),
)  # fmt: skip
_TEST = Wordings(
    templates=(
        'Have a Sub-task created for {parent}, titled in its summary "{summary}".{extras}',
        'Work on {parent} starts with one Sub-task: summary "{summary}". Enter it.{extras}',
        'To {parent} belongs another Sub-task; its summary reads "{summary}".{extras}',
        'Enter a Sub-task: it hangs below {parent} and its summary is "{summary}".{extras}',
    ),
    verbs=("Audit", "Polish", "Collect", "Shorten", "Date"),
    objects=("the consent texts", "the colour table", "the three exports", "the warm-up run", "the tax rules"),
    labels=("legal", "ux", "mobile", "payments"),
)

_STATED: Final = {
    "labels": (" Label it {value}.", " Labels: {value}.", " It gets the labels {value}."),
    "priority": (" Its priority is {value}.", " Set the priority to {value}.", " Priority: {value}."),
    "duedate": (" It is due on {value}.", " Due date: {value}.", " It has to be done by {value}."),
}
_INHERITED: Final = {
    "labels": (" Give it the labels that {parent} has.", " Its labels are those of {parent}."),
    "priority": (" It has the same priority as {parent}.", " Take the priority over from {parent}."),
    "assignee": (" Assign it to whoever {parent} is assigned to.", " The assignee of {parent} does it as well."),
    "duedate": (" It is due on the same day as {parent}.", " Copy the due date of {parent}."),
}
_MEMBERS: Final = {"priority": "name", "assignee": "accountId"}  # of fields that refer to something
_LOOKS_UP: Final = 60  # of a hundred tasks leave something to the parent, if they have more fields than the summary

Choice = TypeVar("Choice")


class SubtaskScenario(Scenario):
    """Create a sub-task of an issue that is named by its key.

    What the instruction states can be written at once. What it says to take over from the parent must be read there:
    then looking the parent up is due. The answer to the creation shows no field, so a look at the new issue always is.
    """

    name = "jira_subtask"
    tools = ("createIssue", "getIssue", "getTransitions", "doTransition")

    def __init__(self) -> None:
        self.rewards: tuple[OperationReward, ...] = (SubtaskReward(),)
        self._workshop = self.environment()
        self._tasks = lru_cache(maxsize=4096)(self._task)

    def environment(self) -> Environment:
        """Return a new environment."""
        return Environment(Operations)

    def task(self, seed: int, split: str) -> Task:
        """Return the task of a seed; a seed beyond the number of worlds is another task in a world seen before."""
        return self._tasks(seed, split)

    def _task(self, seed: int, split: str) -> Task:
        world_seed = _FIRST_WORLD[split] + seed % WORLDS[split]
        lot = _Lot(f"{self.name} {split} {seed}", _TEST if split == "test" else _TRAIN)
        ids: list[str] = []
        layer = plant(self._workshop, world_seed, lambda world, insert: ids.append(_plant(world, insert, lot)))
        world, id = self._workshop.world, ids[0]
        parent = _record(world, ISSUE, id)
        order = _order(world, parent, lot)
        draft = Draft(
            scenario=self.name,
            seed=seed,
            split=split,
            instruction=order.instruction,
            world_seed=world_seed,
            gold=_gold(str(parent["key"]), order.fields),
            tools=self.tools,
            layer=layer,
            needed=tuple(
                Needed((ISSUE, id), ("fields", name), value, f"/body/fields/{name}")
                for name, value in order.inherited.items()
            ),
        )
        return complete(draft, self._workshop, self.rewards)


def scenario() -> SubtaskScenario:
    """Return the scenario."""
    return SubtaskScenario()


@dataclass(frozen=True, slots=True)
class _Lot:
    """Draws what one task consists of; everything depends on its salt alone."""

    salt: str
    wordings: Wordings

    def pick(self, options: Sequence[Choice], what: str) -> Choice:
        return options[draw(self.salt, what) % len(options)]

    def some(self, options: Sequence[str], what: str) -> list[str]:
        """Return one or two of the options."""
        ordered = sorted(options, key=lambda option: draw(self.salt, what, option))
        return ordered[: 1 + draw(self.salt, what) % 2]

    def summary(self, what: str) -> str:
        return f"{self.pick(self.wordings.verbs, what + ' verb')} {self.pick(self.wordings.objects, what + ' object')}"

    def day(self, what: str) -> str:
        return f"2026-{1 + draw(self.salt, what, 'month') % 12:02}-{1 + draw(self.salt, what, 'day') % 28:02}"


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked for.

    Attributes:
        instruction: In words.
        fields: As the body of the request has it.
        inherited: The values that the instruction leaves to the parent, by field.
    """

    instruction: str
    fields: JsonObject
    inherited: Mapping[str, Json]


def _plant(world: World, insert: Insert, lot: _Lot) -> str:
    """Add the parent, a sub-task that it has already, and issues that resemble it; return the id of the parent."""
    projects = list(world.ids("jira.project"))
    people = list(world.ids("jira.user"))
    levels = {id: record["hierarchyLevel"] for id, record in _records(world, "jira.issuetype")}
    types = [id for id, level in levels.items() if level == 0]
    (subtask,) = (id for id, level in levels.items() if level == -1)
    priorities = list(world.ids("jira.priority"))
    statuses = list(world.ids("jira.status"))

    def issue(what: str) -> Document:
        return {
            "fields": {
                "project": lot.pick(projects, f"{what} project"),
                "issuetype": lot.pick(types, f"{what} type"),
                "status": lot.pick(statuses, f"{what} status"),
                "summary": lot.summary(what),
                "priority": lot.pick(priorities, f"{what} priority"),
                "assignee": lot.pick(people, f"{what} assignee"),
                "labels": [*lot.some(lot.wordings.labels, f"{what} labels")],
                "duedate": lot.day(what),
            }
        }

    parent = issue("parent")
    id = insert(ISSUE, parent)
    below = {"parent": id, "issuetype": subtask, "project": _fields(parent)["project"]}
    insert(ISSUE, {"fields": {**_fields(issue("sibling")), **below}})
    for number in range(2):
        insert(ISSUE, issue(f"neighbour {number}"))
    return id


def _order(world: World, parent: Document, lot: _Lot) -> _Order:
    """Return what is asked for: a summary, and up to three fields that are stated or taken over from the parent."""
    key, own = str(parent["key"]), _fields(parent)
    fields: JsonObject = {
        "project": {"key": _name(world, "jira.project", own["project"], "key")},
        "parent": {"key": key},
        "issuetype": {"name": "Sub-task"},
        "summary": lot.summary("sub-task"),
    }
    names = sorted({*_STATED, *_INHERITED}, key=lambda name: draw(lot.salt, "order", name))
    chosen = names[: draw(lot.salt, "how many") % 4]
    looks_up = draw(lot.salt, "looks up") % 100 < _LOOKS_UP
    inherited: dict[str, Json] = {}
    extras = ""
    for name in chosen:
        if name not in _STATED or (looks_up and draw(lot.salt, "from parent", name) % 2):
            if not looks_up:
                continue
            template, member = lot.pick(_INHERITED[name], f"{name} wording"), _MEMBERS.get(name)
            value = _name(world, f"jira.{name}", own[name], "name") if name == "priority" else own[name]
            inherited[name] = value
            fields[name] = {member: value} if member else value
        else:
            template = lot.pick(_STATED[name], f"{name} wording")
            fields[name], value = _stated(world, name, lot)
        extras += template.format(parent=key, value=value)
    text = lot.pick(lot.wordings.templates, "template")
    return _Order(text.format(parent=key, summary=fields["summary"], extras=extras), fields, inherited)


def _stated(world: World, name: str, lot: _Lot) -> tuple[Json, str]:
    """Return a value for a field as the request has it, and in words."""
    if name == "labels":
        labels = lot.some(lot.wordings.labels, "labels")
        return [*labels], " and ".join(labels)
    if name == "duedate":
        day = lot.day("sub-task")
        return day, day
    priority = lot.pick([str(record["name"]) for _, record in _records(world, "jira.priority")], "priority")
    return {"name": priority}, priority


def _gold(parent: str, fields: JsonObject) -> tuple[GoldCall, ...]:
    return (
        GoldCall("getIssue", {"issueIdOrKey": parent}),
        GoldCall("createIssue", {"body": {"fields": fields}}),
        GoldCall("getIssue", {"issueIdOrKey": ""}, (Use("/issueIdOrKey", "createIssue", "/key"),)),
    )


def _records(world: World, collection: str) -> Iterator[tuple[str, Document]]:
    for id in world.ids(collection):
        yield id, _record(world, collection, id)


def _record(world: World, collection: str, id: str) -> Document:
    record = world.get(collection, id)
    assert record is not None
    return record


def _name(world: World, collection: str, id: Json, member: str) -> str:
    return str(_record(world, collection, str(id))[member])


def _fields(issue: Document) -> Document:
    return cast("Document", issue["fields"])
