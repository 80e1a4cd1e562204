"""The emulated worlds that queries are tried on: issues and pages with all that a query can ask for."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from atlasgen.plan.model import Identity, Plan, Resource
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.queries import Records
from atlasgen.runtime.world import World

SPECS = Path(__file__).parents[2] / "specs"
ISSUE_INDEXES = ("project", "status", "issuetype", "assignee", "labels", "parent")
WORDS = ("checkout", "Ärger", "login page", "don't", "snake_case", "re-open", "42", "x", "naïve")


def document(*paragraphs: str) -> dict[str, Any]:
    """Return a text with a paragraph for each of some texts, every word of a paragraph in a node of its own."""
    blocks = []
    for text in paragraphs:
        nodes: list[dict[str, Any]] = []
        for word, following in pairwise([*text.split(), ""]):
            nodes.append({"type": "text", "text": word, "marks": [{"type": "strong"}]})
            nodes += [{"type": "text", "text": " "}] if following else []
        blocks.append({"type": "paragraph", "content": nodes})
    return {"type": "doc", "version": 1, "content": blocks}


def _indexed(plan: Plan, resource: str, paths: Sequence[tuple[str, ...]]) -> Plan:
    indexes = tuple(sorted({*plan.resources[resource].indexes, *paths}))
    changed = dataclasses.replace(plan.resources[resource], indexes=indexes)
    return dataclasses.replace(plan, resources={**plan.resources, resource: changed})


@cache
def tracker_emulator(*, indexed: bool = True) -> Emulator:
    """Return the tracker, with or without an index on what queries ask for most."""
    plan = plan_of(SPECS / "jira.yaml")
    if indexed:
        return Emulator(_indexed(plan, "issue", [("fields", name) for name in ISSUE_INDEXES]))
    bare = dataclasses.replace(plan.resources["issue"], indexes=())
    return Emulator(dataclasses.replace(plan, resources={**plan.resources, "issue": bare}))


@cache
def wiki_emulator(*, indexed: bool = True) -> Emulator:
    """Return the wiki, with labels."""
    plan = plan_of(SPECS / "confluence.yaml")
    if "label" not in plan.resources:
        plan = dataclasses.replace(plan, resources={**plan.resources, "label": Resource("label", Identity())})
    if indexed:
        plan = _indexed(plan, "page", [("spaceId",), ("parentId",), ("labels",), ("authorId",)])
        return Emulator(_indexed(plan, "label", [("name",)]))
    bare = dataclasses.replace(plan.resources["page"], indexes=())
    return Emulator(dataclasses.replace(plan, resources={**plan.resources, "page": bare}))


def records(environment: Environment, resource: str) -> Records:
    """Return what a query language looks at."""
    return Records(environment.emulators[0].context, resource, environment.world)


def table(world: World, collection: str) -> list[tuple[str, Any]]:
    """Return all records of a collection, the oldest first."""
    return [(id, world.get(collection, id)) for id in world.ids(collection)]


def tracker(*, indexed: bool = True, count: int = 120) -> Environment:
    """Return a tracker in the middle of an episode: issues of the base, of a task and of the episode, many edited.

    The edits are those of a plain count, so that every value occurs, together and apart.
    """
    environment = Environment(tracker_emulator(indexed=indexed), records=count)
    world = environment.world
    _edit_issues(world, range(0, count, 2))
    environment.reset(world.changes.seal())
    _add_issues(world, 8)
    _edit_issues(world, range(1, count, 3))
    return environment


def _edit_issues(world: World, chosen: range) -> None:
    issues, every = table(world, "jira.issue"), {name: list(world.ids(f"jira.{name}")) for name in ("status", "user")}
    for number in chosen:
        id, issue = issues[number % len(issues)]
        fields = dict(issue["fields"])
        fields["status"] = every["status"][number % len(every["status"])]
        fields["assignee"] = [None, *every["user"]][number % (len(every["user"]) + 1)]
        fields["labels"] = [
            label for index, label in enumerate(("docs", "urgent", "x y", "Docs")) if number >> index & 1
        ]
        fields["duedate"] = None if number % 3 else f"2026-01-{number % 28 + 1:02}"
        fields["description"] = None if number % 4 == 0 else document(WORDS[number % len(WORDS)], "Then <all> of it.")
        if number % 5 == 0:
            fields["priority"] = None
        world.put("jira.issue", id, {**issue, "fields": fields})
    world.remove("jira.issue", issues[chosen.start + 5][0])


def _add_issues(world: World, count: int) -> None:
    issues = table(world, "jira.issue")
    for number in range(count):
        _, model = issues[number * 3 % len(issues)]
        fields = {
            **model["fields"],
            "summary": f"New {WORDS[number % len(WORDS)]}",
            "created": "2026-01-01T09:00:00.000+0000",
        }
        project: Any = world.get("jira.project", fields["project"])
        record = {**model, "id": f"9999{number}", "key": f"{project['key']}-{9000 + number}", "fields": fields}
        world.put("jira.issue", record["id"], record)


def wiki(*, indexed: bool = True, count: int = 80) -> Environment:
    """Return a wiki in the middle of an episode: trees of pages with labels, some of them drafts, moved or gone."""
    environment = Environment(wiki_emulator(indexed=indexed), records=count)
    world = environment.world
    for number, name in enumerate(("draft", "how-to", "release", "how-to")):
        id = f"77{number}"
        world.put("confluence.label", id, {"id": id, "name": name, "prefix": "my" if number == 3 else "global"})
    _edit_pages(world, range(0, count, 2))
    environment.reset(world.changes.seal())
    _edit_pages(world, range(1, count, 3))
    return environment


def _edit_pages(world: World, chosen: range) -> None:
    pages = table(world, "confluence.page")
    for number in chosen:
        id, page = pages[number % len(pages)]
        changed = {
            **page,
            "labels": [f"77{index}" for index in range(4) if number >> index & 1],
            "status": "current" if number % 7 else "trashed",
            "body": {
                "storage": {"representation": "storage", "value": f"<p>{WORDS[number % len(WORDS)]}&amp;<b>so</b></p>"}
            },
            "version": {**page["version"], "createdAt": f"2026-01-{number % 28 + 1:02}T10:00:00.000Z"},
        }
        world.put("confluence.page", id, changed)
    world.remove("confluence.page", pages[-chosen.start - 1][0])
