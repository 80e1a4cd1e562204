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
from tests.serve.sending import emulator, tracker_and_wiki

CALLS = 300
KINDS = ("Task", "Story", "Bug", "Epic", "Sub-task", "Nonsense")
FIELDS = ("summary", "status", "parent", "subtasks", "labels", "*all", "*none", "-summary", "nonsense")

Arguments = dict[str, Any]


@cache
def operations() -> Mapping[str, Operation]:
    return {item.tool: item for name in ("jira", "confluence") for item in emulator(name).plan.operations}


@cache
def validator(tool: str) -> jsonschema_rs.Draft202012Validator:
    owner = next(emulator(name) for name in ("jira", "confluence") if tool in emulator(name).by_tool)
    schema = {**(operations()[tool].response or {}), "$defs": dict(owner.plan.schemas)}
    return jsonschema_rs.Draft202012Validator(schema)


class Player:
    """Calls tools at random, mostly with records that exist."""

    def __init__(self, environment: Environment, seed: int) -> None:
        self.world = environment.world
        self.draw = random.Random(seed)
        self.makers: Mapping[str, Callable[[], Arguments]] = {
            "createIssue": self.new_issue,
            "getIssue": lambda: {**self.issue(), "fields": self.some(FIELDS)} if self.maybe() else self.issue(),
            "getTransitions": lambda: (
                self.issue() | ({"transitionId": self.one("jira.transition")} if self.maybe() else {})
            ),
            "doTransition": lambda: {**self.issue(), "body": {"transition": {"id": self.one("jira.transition")}}},
            "createPage": self.new_page,
            "getPageById": lambda: {"id": int(self.one("confluence.page")), **self.body_format()},
        }

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


@pytest.mark.parametrize("seed", range(5))
def test_every_answer_meets_the_schema_of_its_operation(seed: int) -> None:
    environment = tracker_and_wiki(seed=seed)
    player = Player(environment, seed)
    accepted = Counter[str]()
    for _ in range(CALLS):
        tool = player.draw.choice(list(player.makers))
        arguments = player.makers[tool]()
        reply = environment.call(tool, arguments)
        if reply.ok and operations()[tool].response is not None:
            body = reply.json()
            assert not [str(error) for error in validator(tool).iter_errors(body)], (tool, arguments, body)
        else:
            assert not reply.ok or reply.content == b""
        accepted[tool] += reply.ok
    assert accepted.keys() == operations().keys()
    assert min(accepted.values()) >= 5, accepted


def test_schemas_can_be_missed() -> None:
    for tool in sorted(operations().keys() - {"doTransition"}):
        assert not validator(tool).is_valid([])
        for member in ("id", "fields", "transitions", "version"):
            if member in an_answer(tool):
                assert not validator(tool).is_valid({**an_answer(tool), member: 0.5}), (tool, member)


@cache
def an_answer(tool: str) -> Mapping[str, Any]:
    environment = tracker_and_wiki(seed=0)
    player = Player(environment, 0)
    replies = (environment.call(tool, player.makers[tool]()) for _ in range(100))
    answer: Mapping[str, Any] = next(reply for reply in replies if reply.ok).json()
    return answer
