"""Issues as scenarios need them: what they are made of, how people name one, and what stands beside it that is like it.

The **ladder** of names, from easy to hard: the key; a summary that one issue has; a summary that several have, told
apart by who has the issue or by a label; a person and a label alone, either of which several issues have. Only the key
can be used as it stands, all else has to be looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.documents import Document
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot
from atlasgen.tasks.gold import Insert
from atlasgen.tasks.task import GoldCall, Needed, Use
from rewards._records import in_some_order, name_of, record, records, unused_key

ISSUE: Final = "jira.issue"
SEARCH: Final = "searchAndReconsileIssuesUsingJql"

Rung: TypeAlias = Literal["key", "summary", "assignee", "label", "holder"]
LADDER: Final[Mapping[Rung, int]] = {"key": 1, "summary": 1, "assignee": 1, "label": 1, "holder": 1}


_WIDE: Final = 75  # of a hundred searches ask for one thing alone


@dataclass(frozen=True, slots=True)
class Words:
    """What issues are made of and named with; those of the test are seen nowhere else.

    Attributes:
        verbs: The first words of summaries.
        objects: Their rest.
        tails: What makes another summary of one.
        labels: Words to label with.
        marks: Labels that tell an issue from others.
        people: Who works here besides those of every world.
        projects: What projects are called.
        names: How an issue is named, on each rung of the ladder.
    """

    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    tails: tuple[str, ...]
    labels: tuple[str, ...]
    marks: tuple[str, ...]
    people: tuple[str, ...]
    projects: tuple[str, ...]
    names: Mapping[Rung, tuple[str, ...]]


TRAIN: Final = Words(
    verbs=("Check", "Write", "Rename", "Sketch", "Time", "Trim", "Split", "Verify"),
    objects=(
        "the error texts", "the start page", "the two slow queries", "the old endpoints", "the release notes",
        "the empty states", "the retry rules", "the log format", "the keyboard order", "the migration script",
    ),
    tails=("again", "with the support team", "in the archive", "for the demo"),
    labels=("backend", "frontend", "docs", "urgent", "research", "cleanup"),
    marks=("pilot", "hotfix", "rollout", "spike", "customer"),
    people=("Nora Lindqvist", "Paul Adeyemi", "Lena Fischer", "Ravi Menon", "Zoe Martin"),
    projects=("Customer Records", "Laboratory", "Mobile App", "Data Platform"),
    names={
        "key": ("{key}", "issue {key}", "the issue {key}"),
        "summary": ('"{summary}"', 'the issue "{summary}"', 'the issue with the summary "{summary}"'),
        "assignee": (
            'the issue "{summary}" that {person} is assigned to',
            '{person}\'s issue "{summary}"',
            'the issue "{summary}" of {person}',
        ),
        "label": (
            'the issue "{summary}" that is labelled {label}',
            'the issue "{summary}" with the label {label}',
            'the {label} issue "{summary}"',
        ),
        "holder": (
            "the issue labelled {label} that is assigned to {person}",
            "the one issue of {person} with the label {label}",
            "{person}'s {label} issue",
        ),
    },
)  # fmt: skip
TEST: Final = Words(
    verbs=("Audit", "Polish", "Collect", "Shorten", "Date"),
    objects=("the consent texts", "the colour table", "the three exports", "the warm-up run", "the tax rules"),
    tails=("a second time", "in the annex", "for the board"),
    labels=("legal", "ux", "mobile", "payments"),
    marks=("handover", "beta", "quarter-end"),
    people=("Ines Duarte", "Tomas Novak", "Grace Mwangi"),
    projects=("Taxes", "Life Sciences", "Partner Hub"),
    names={
        "key": ("the issue with the key {key}", "{key}"),
        "summary": ('the issue whose summary is "{summary}"', 'the issue named "{summary}"'),
        "assignee": ('the issue "{summary}" whose assignee is {person}',),
        "label": ('the issue "{summary}" that carries the label {label}',),
        "holder": ("the issue that is with {person} and carries the label {label}",),
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meant:
    """The issue that a task is about.

    Attributes:
        id: Its id.
        key: Its key.
        phrase: Its name in the instruction.
        query: What finds it, perhaps among others; empty where the key is given.
    """

    id: str
    key: str
    phrase: str
    query: str

    @property
    def needed(self) -> tuple[Needed, ...]:
        """What has to be found of the issue before it can be named in a call: any answer that shows it will do."""
        return (Needed((ISSUE, self.id), ("id",), self.id, ""),) if self.query else ()


def people(insert: Insert, lot: Lot, words: Words) -> None:
    """Add two people to those of the world."""
    for name in lot.some(words.people, "people", least=2, most=2):
        first, last = name.split()
        draft: JsonObject = {"displayName": name, "emailAddress": f"{first}.{last}@example.com".lower()}
        insert("jira.user", {**draft, "active": True, "accountType": "atlassian", "timeZone": "Europe/Berlin"})


def project(world: World, insert: Insert, lot: Lot, words: Words) -> str:
    """Add a project and return its id; its key is drawn, so that no key of an issue is worth remembering."""
    like = record(world, "jira.project", next(world.ids("jira.project")))
    name = lot.pick(words.projects, "name of the project")
    draft: JsonObject = {
        "key": unused_key(world, "jira.project", lot, "key"),
        "name": name,
        "description": name,
        "projectTypeKey": "software",
        "style": "classic",
        "simplified": False,
        "isPrivate": False,
        "lead": lot.pick(list(world.ids("jira.user")), "lead"),
        "workflow": like["workflow"],
    }
    return insert("jira.project", draft)


def fields(
    world: World, lot: Lot, words: Words, what: str, *, unlike: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    """Return what an issue is like, its project and status apart; references are ids.

    Args:
        world: Where it will be.
        lot: Draws.
        words: What issues are made of.
        what: What to draw.
        unlike: An issue that it may not be taken for: its summary and its mark are others.
    """
    own = unlike or {"summary": "", "labels": [""]}
    objects = [text for text in words.objects if not str(own["summary"]).endswith(text)]
    marks = [text for text in words.marks if text != _mark(own)]
    types = [id for id, record in records(world, "jira.issuetype") if record["hierarchyLevel"] == 0]
    return {
        "issuetype": lot.pick(types, f"{what} type"),
        "summary": f"{lot.pick(words.verbs, f'{what} verb')} {lot.pick(objects, f'{what} object')}",
        "priority": lot.pick(list(world.ids("jira.priority")), f"{what} priority"),
        "assignee": lot.pick(list(world.ids("jira.user")), f"{what} assignee"),
        "labels": [*lot.some(words.labels, f"{what} labels"), lot.pick(marks, f"{what} mark")],
        "duedate": lot.day(what),
    }


def lookalikes(world: World, own: Mapping[str, Json], rung: Rung, lot: Lot, words: Words) -> Iterator[dict[str, Json]]:
    """Yield issues that are like one, yet not the one that its name means: four or five of them.

    Who asks for all that the name says finds some of them as well, unless it is told by its holder; who asks for the
    summary or the label alone finds three at least.

    Args:
        world: Where they will be.
        own: What the issue is like.
        rung: How it is named.
        lot: Draws.
        words: What issues are made of.
    """
    others = [id for id in world.ids("jira.user") if id != own["assignee"]]
    for number in range(4 + lot.number(2, "lookalikes")):
        what = f"lookalike {number}"
        draft = fields(world, lot, words, what, unlike=own)
        longer = f"{own['summary']} {words.tails[number % len(words.tails)]}"
        if rung in ("key", "summary"):
            yield {**draft, "summary": longer}
        elif number < 2 and rung in ("assignee", "label"):
            yield {**draft, "summary": longer, "assignee": own["assignee"], "labels": own["labels"]}
        elif rung == "assignee":
            yield {**draft, "summary": own["summary"], "assignee": lot.pick(others, f"{what} holder")}
        elif rung == "label":
            yield {**draft, "summary": own["summary"]}
        elif number == 1:
            yield {**draft, "assignee": own["assignee"]}
        else:
            yield {**draft, "labels": own["labels"], "assignee": lot.pick(others, f"{what} holder")}


def planted(insert: Insert, drafts: Sequence[Mapping[str, Json]], lot: Lot) -> list[str]:
    """Plant issues in an order that is drawn, and return their ids in that of `drafts`, which are their fields."""
    return in_some_order([partial(insert, ISSUE, {"fields": {**draft}}) for draft in drafts], lot, "issues")


def meant(world: World, id: str, rung: Rung, lot: Lot, words: Words) -> Meant:
    """Return an issue as it is named on a rung of the ladder."""
    issue = record(world, ISSUE, id)
    own = fields_of(issue)
    told = {
        "key": str(issue["key"]),
        "summary": str(own["summary"]),
        "person": name_of(world, "jira.user", own["assignee"], "displayName"),
        "label": _mark(own),
    }
    clauses: Mapping[Rung, tuple[str, ...]] = {
        "key": (),
        "summary": ('summary ~ "{summary}"',),
        "assignee": ('summary ~ "{summary}"', 'assignee = "{person}"'),
        "label": ('summary ~ "{summary}"', 'labels = "{label}"'),
        "holder": ('labels = "{label}"', 'assignee = "{person}"'),
    }
    # Who asks for one thing alone has to tell by the answer which of the issues is meant.
    wide = lot.chance(_WIDE, "wide search")
    query = " AND ".join(clauses[rung][:1] if wide else clauses[rung]).format(**told)
    return Meant(id, told["key"], lot.pick(words.names[rung], "name").format(**told), query)


def found(environment: Environment, call: GoldCall, id: str) -> int:
    """Return the place of an issue among those that a search finds."""
    answer = environment.call(call.tool, call.arguments).json()
    return next(place for place, issue in enumerate(answer["issues"]) if issue["id"] == id)


def named_by(place: int, pointer: str = "/issueIdOrKey") -> Use:
    """Return how an argument is taken from the answer to a search.

    Args:
        place: The place of the issue in the answer.
        pointer: The argument.
    """
    return Use(pointer, SEARCH, f"/issues/{place}/key")


def fields_of(issue: Document) -> Document:
    """Return the fields of an issue."""
    return cast("Document", issue["fields"])


def _mark(own: Mapping[str, Json]) -> str:
    labels = cast("list[str]", own["labels"])
    return labels[-1]
