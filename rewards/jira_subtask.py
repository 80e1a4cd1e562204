"""Sub-tasks: create one below an issue, with fields that the instruction states or says where to find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import ClassVar, Final

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot
from atlasgen.tasks.gold import Insert
from atlasgen.tasks.planting import Draws, Order, PlantedScenario
from atlasgen.tasks.skeleton import Argument, OperationReward
from atlasgen.tasks.task import GoldCall, Needed, Use
from generated_envs.jira import Operations
from generated_envs.jira._generated.rewards import CreateIssueReward
from rewards import _issues
from rewards._issues import ISSUE, SEARCH, Meant, Rung, Words
from rewards._records import name_of, record, records
from rewards._words import listed

_LADDER: Final[Mapping[Rung, int]] = {**_issues.LADDER, "key": 2}


class SubtaskReward(CreateIssueReward):
    """The reward of `createIssue` where the issue is a sub-task: then the parent is no option."""

    arguments: ClassVar[tuple[Argument, ...]] = tuple(
        replace(argument, required=True) if argument.pointer == "/body/fields/parent" else argument
        for argument in CreateIssueReward.arguments
    )


@dataclass(frozen=True, slots=True)
class Wordings:
    """What tasks are made of; those of the test are seen nowhere else.

    Attributes:
        templates: Sentences with `{parent}`, `{summary}` and `{extras}`.
        issues: What issues are made of.
    """

    templates: tuple[str, ...]
    issues: Words


_TRAIN: Final = (
    'Create a Sub-task of {parent}; its summary is "{summary}".{extras}',
    'Please add a Sub-task to {parent}. Its summary is "{summary}".{extras}',
    'Below {parent} we need a Sub-task called "{summary}".{extras}',
    'Break a piece out of {parent}: one Sub-task, summary "{summary}".{extras}',
    '{parent} is too large. Put "{summary}" into a Sub-task of it.{extras}',
    'Could you open a Sub-task under {parent}? The summary is "{summary}".{extras}',
    'Somebody has to do this for {parent}: "{summary}". Make it a Sub-task there.{extras}',
    'New Sub-task, parent {parent}, summary "{summary}".{extras}',
    'The team agreed on a Sub-task "{summary}" for {parent}; create it.{extras}',
    'File "{summary}" as a Sub-task of {parent}.{extras}',
    'Split {parent} up a little: "{summary}" becomes a Sub-task of its own.{extras}',
    'There is more to {parent} than we thought. Add the Sub-task "{summary}".{extras}',
    '"{summary}" is still missing among the Sub-tasks of {parent}; create it.{extras}',
)
_TEST: Final = (
    'Have a Sub-task created for {parent}, with "{summary}" as its summary.{extras}',
    'Work on {parent} needs one more Sub-task. Create it with the summary "{summary}".{extras}',
    '{parent} should have another Sub-task, whose summary reads "{summary}".{extras}',
    'Enter a Sub-task below {parent}. For its summary take "{summary}".{extras}',
)
_PARENT: Final = ("the parent", "its parent")  # what it is called once it has been named otherwise than by its key

_STATED: Final = {
    "labels": (" Label it {value}.", " Labels: {value}.", " As labels it gets {value}."),
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


class SubtaskScenario(PlantedScenario[Rung, Wordings, Meant]):
    """Create a sub-task of an issue, which is named by its key or otherwise.

    What the instruction states can be written at once. A parent that is not named by its key must be found, and what is
    to be taken over from it must be read there: then looking the parent up is due. The answer to the creation shows no
    field, so a look at the new issue always is.
    """

    name = "jira_subtask"
    tools = (
        "createIssue", "getIssue", "getTransitions", "doTransition", SEARCH, "getComments", "addComment", "editIssue",
        "findUsers", "getPriorities",
    )  # fmt: skip

    number = 1
    apis = (Operations,)
    rewards: tuple[OperationReward, ...] = (SubtaskReward(),)
    ladder = _LADDER
    train = Wordings(_TRAIN, _issues.TRAIN)
    test = Wordings(_TEST, _issues.TEST)

    def plant(self, world: World, insert: Insert, draws: Draws[Rung, Wordings]) -> Meant:
        """Add the parent and issues that resemble it, two of them with a sub-task; return the parent as named."""
        return _plant(world, insert, draws.lot, draws.rung, draws.words.issues)

    def order(self, environment: Environment, planted: Meant, draws: Draws[Rung, Wordings]) -> Order:
        """Return what is asked for: a summary, and up to three fields that are stated or taken over from the parent."""
        wanted = _wanted(environment.world, planted, draws.lot, draws.words)
        return Order(
            instruction=wanted.instruction,
            gold=_gold(environment, planted, wanted.fields),
            needed=(
                *(replace(needed, pointer="/body/fields/parent") for needed in planted.needed),
                *(
                    Needed((ISSUE, planted.id), ("fields", name), value, f"/body/fields/{name}")
                    for name, value in wanted.inherited.items()
                ),
            ),
        )


def scenario() -> SubtaskScenario:
    """Return the scenario."""
    return SubtaskScenario()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for.

    Attributes:
        instruction: In words.
        fields: As the body of the request has it.
        inherited: The values that the instruction leaves to the parent, by field.
    """

    instruction: str
    fields: JsonObject
    inherited: Mapping[str, Json]


def _plant(world: World, insert: Insert, lot: Lot, rung: Rung, words: Words) -> Meant:
    _issues.people(insert, lot, words)
    home = _issues.project(world, insert, lot, words)
    statuses = list(world.ids("jira.status"))
    levels = {id: kind["hierarchyLevel"] for id, kind in records(world, "jira.issuetype")}
    (subtask,) = (id for id, level in levels.items() if level == -1)

    def placed(draft: Mapping[str, Json], what: str) -> dict[str, Json]:
        return {**draft, "project": home, "status": lot.pick(statuses, f"{what} status")}

    own = placed(_issues.fields(world, lot, words, "parent"), "parent")
    around = [*_issues.lookalikes(world, own, rung, lot, words)]
    around.append(_issues.fields(world, lot, words, "neighbour", unlike=own))
    drafts = [own, *(placed(draft, f"neighbour {number}") for number, draft in enumerate(around))]
    parent, other, *_ = _issues.planted(insert, drafts, lot)
    # One that is like the parent has a sub-task, too: to have one, or to have the newest, tells nothing.
    above = lot.some((parent, other), "parents", least=2, most=2)
    siblings = [placed(_issues.fields(world, lot, words, f"sibling {n}", unlike=own), f"sibling {n}") for n in range(2)]
    for id, sibling in zip(above, siblings, strict=True):
        insert(ISSUE, {"fields": {**sibling, "parent": id, "issuetype": subtask}})
    return _issues.meant(world, parent, rung, lot, words)


def _wanted(world: World, parent: Meant, lot: Lot, wordings: Wordings) -> _Wanted:
    words = wordings.issues
    own = _issues.fields_of(record(world, ISSUE, parent.id))
    taken = {_issues.fields_of(issue)["summary"] for _, issue in records(world, ISSUE)}
    options = (_issues.fields(world, lot, words, f"sub-task {number}", unlike=own)["summary"] for number in count())
    fields: JsonObject = {
        "project": {"key": name_of(world, "jira.project", own["project"], "key")},
        "parent": {"key": parent.key},
        "issuetype": {"name": "Sub-task"},
        "summary": next(text for text in options if text not in taken),
    }
    called = lot.pick(_PARENT, "parent") if parent.query else parent.key
    looks_up = lot.chance(_LOOKS_UP, "looks up")
    inherited: dict[str, Json] = {}
    extras = ""
    for name in lot.some(sorted({*_STATED, *_INHERITED}), "order", least=0, most=3):
        if name not in _STATED or (looks_up and lot.chance(50, f"{name} from the parent")):
            if not looks_up:
                continue
            template, member = lot.pick(_INHERITED[name], f"{name} wording"), _MEMBERS.get(name)
            value = name_of(world, f"jira.{name}", own[name], "name") if name == "priority" else own[name]
            inherited[name] = value
            fields[name] = {member: value} if member else value
        else:
            template = lot.pick(_STATED[name], f"{name} wording")
            fields[name], value = _stated(world, name, lot, words)
        extras += template.format(parent=called, value=value)
    template = lot.pick(wordings.templates, "template")
    text = template.format(parent=parent.phrase, summary=fields["summary"], extras=extras)
    return _Wanted(text[0].upper() + text[1:], fields, inherited)


def _stated(world: World, name: str, lot: Lot, words: Words) -> tuple[Json, str]:
    """Return a value for a field as the request has it, and in words."""
    if name == "labels":
        labels = lot.some(words.labels, "labels")
        return [*labels], listed(labels)
    if name == "duedate":
        day = lot.day("sub-task")
        return day, day
    priority = lot.pick([str(item["name"]) for _, item in records(world, "jira.priority")], "priority")
    return {"name": priority}, priority


def _gold(environment: Environment, parent: Meant, fields: JsonObject) -> tuple[GoldCall, ...]:
    """Return the calls that carry out an order; the search for the parent shows what is to be taken over, too."""
    look, uses = GoldCall("getIssue", {"issueIdOrKey": parent.key}), tuple[Use, ...]()
    if parent.query:
        shown: list[Json] = ["summary", "project", *_INHERITED]
        look = GoldCall(SEARCH, {"jql": parent.query, "fields": shown})
        uses = (_issues.named_by(_issues.found(environment, look, parent.id), "/body/fields/parent/key"),)
    return (
        look,
        GoldCall("createIssue", {"body": {"fields": fields}}, uses),
        GoldCall("getIssue", {"issueIdOrKey": ""}, (Use("/issueIdOrKey", "createIssue", "/key"),)),
    )
