"""Answers to generated calls meet the schemas of the plan, as a validator reads them that is not ours."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from atlasgen.plan.model import Operation
from atlasgen.runtime.environment import Environment
from tests.property import sampling
from tests.serve.sending import tracker_and_wiki

ENOUGH, PATIENCE = 3, 40  # accepted calls of each tool, and how often all of them are tried
KINDS = ("Task", "Story", "Bug", "Epic", "Sub-task", "Nonsense")
FIELDS = ("summary", "status", "parent", "subtasks", "labels", "*all", "*none", "-summary", "nonsense")

Arguments = dict[str, Any]


@cache
def tools() -> Mapping[str, sampling.Target]:
    return {target.tool: target for target in sampling.targets(tracker_and_wiki(seed=0))}


@cache
def operations() -> Mapping[str, Operation]:
    return {name: target.operation for name, target in tools().items()}


@cache
def validator(tool: str, status: int) -> jsonschema_rs.Draft202012Validator:
    answers = {operations()[tool].status: operations()[tool].response, **operations()[tool].others}
    schema = {**(answers[status] or {}), "$defs": dict(tools()[tool].plan.schemas)}
    return jsonschema_rs.Draft202012Validator(schema)


class Player:
    """Calls tools at random, mostly with records that exist."""

    def __init__(self, environment: Environment, seed: int) -> None:
        self.environment, self.world = environment, environment.world
        self.targets = {target.tool: target for target in sampling.targets(environment)}
        self.draw = random.Random(seed)
        self.makers: Mapping[str, Callable[[], Arguments]] = {
            "createIssue": self.new_issue,
            "createIssues": lambda: {"body": {"issueUpdates": [self.new_issue()["body"] for _ in range(3)]}},
            "getIssue": lambda: {**self.issue(), "fields": self.some(FIELDS)} if self.maybe() else self.issue(),
            "getTransitions": lambda: (
                self.issue() | ({"transitionId": self.one("jira.transition")} if self.maybe() else {})
            ),
            "doTransition": lambda: {**self.issue(), "body": {"transition": {"id": self.one("jira.transition")}}},
            "searchAndReconsileIssuesUsingJql": lambda: {**self.query(), "fields": self.some(FIELDS)},
            "searchAndReconsileIssuesUsingJqlPost": lambda: {"body": {**self.query(), "fields": self.some(FIELDS)}},
            "countIssues": lambda: {"body": self.query()},
            "createPage": self.new_page,
            "getPageById": lambda: {"id": int(self.one("confluence.page")), **self.body_format()},
            "updatePage": self.new_version,
        }

    def arguments(self, tool: str) -> Arguments:
        """Return arguments for a tool: of its own sort, else what its schema and the world suggest."""
        if tool in self.makers:
            return self.makers[tool]()
        return sampling.likely(self.environment, self.targets[tool], self.draw.randrange)

    def query(self) -> Arguments:
        return {"jql": self.draw.choice(["project = PROJ", "status = Done", "labels is EMPTY ORDER BY key"])}

    def maybe(self) -> bool:
        return self.draw.random() < 0.5

    def some(self, values: tuple[str, ...]) -> list[str]:
        return self.draw.sample(values, self.draw.randrange(4))

    def one(self, collection: str) -> str:
        return self.draw.choice(list(self.world.ids(collection)))

    def issue(self) -> Arguments:
        return {"issueIdOrKey": self.one("jira.issue")}

    def body_format(self) -> Arguments:
        return {"body-format": self.draw.choice(["storage", "atlas_doc_format"])} if self.maybe() else {}

    def new_issue(self) -> Arguments:
        optional: Arguments = {
            "parent": {"id": self.one("jira.issue")},
            "labels": self.some(("backend", "docs", "urgent")),
            "assignee": self.draw.choice([None, {"accountId": self.one("jira.user")}]),
            "priority": {"name": self.draw.choice(["High", "Low"])},
            "description": {"type": "doc", "version": 1, "content": []},
            "duedate": "2026-02-28",
        }
        fields = {
            "project": {"id": self.one("jira.project")},
            "issuetype": {"name": self.draw.choice(KINDS)},
            "summary": f"Do it {self.draw.randrange(10)} times",
            **{name: value for name, value in optional.items() if self.maybe()},
        }
        return {"body": {"fields": fields}}

    def new_page(self) -> Arguments:
        text = {"representation": "storage", "value": "<p>Text.</p>"}
        optional: Arguments = {
            "parentId": self.one("confluence.page"),
            "status": self.draw.choice(["current", "draft"]),
            "title": f"Page {self.draw.randrange(1000)}",
            "body": self.draw.choice([text, {"storage": text}]),
        }
        chosen = {name: value for name, value in optional.items() if self.maybe()}
        return {"body": {"spaceId": self.one("confluence.space"), **chosen}}

    def new_version(self) -> Arguments:
        id = self.one("confluence.page")
        page: Any = self.world.get("confluence.page", id)
        told = {"id": id, "status": "current", "version": {"number": page["version"]["number"] + 1}}
        written = {"title": f"Page {self.draw.randrange(1000)}", "body": {"representation": "wiki", "value": "*x*"}}
        return {"id": int(id), "body": {**told, **written}}


@pytest.mark.parametrize("seed", range(3))
def test_every_answer_meets_the_schema_of_its_operation(seed: int) -> None:
    environment = tracker_and_wiki(seed=seed)
    player = Player(environment, seed)
    accepted = Counter[str]()
    for _ in range(PATIENCE):
        for tool in player.draw.sample(list(operations()), len(operations())):
            if accepted[tool] >= ENOUGH and operations()[tool].archetype != "create":
                continue  # of what others take away, there must be more
            arguments = player.arguments(tool)
            reply = environment.call(tool, arguments)
            schema = {operations()[tool].status: operations()[tool].response, **operations()[tool].others}
            if not reply.ok:
                continue
            if schema[reply.status] is None:
                assert reply.content == b"", (tool, arguments)
            else:
                errors = [str(error) for error in validator(tool, reply.status).iter_errors(reply.json())]
                assert not errors, (tool, arguments, reply.json())
            accepted[tool] += 1
    assert {tool for tool in operations() if accepted[tool] < ENOUGH} == set()


def test_schemas_can_be_missed() -> None:
    checked = 0
    for tool, operation in operations().items():
        if operation.response is None:
            continue
        status, body = an_answer(tool)
        assert not validator(tool, status).is_valid(0.5)
        for member in ("id", "fields", "transitions", "version", "accountId", "total", "issues"):
            if isinstance(body, dict) and member in body:
                assert not validator(tool, status).is_valid({**body, member: 0.5}), (tool, member)
                checked += 1
    assert checked > 20


@cache
def an_answer(tool: str) -> tuple[int, Any]:
    environment = tracker_and_wiki(seed=0)
    player = Player(environment, 0)
    replies = (environment.call(tool, player.arguments(tool)) for _ in range(300))
    reply = next(reply for reply in replies if reply.ok and reply.content)
    return reply.status, reply.json()
