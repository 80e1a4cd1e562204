"""What is encoded or ordered once for all episodes is what an environment that has kept nothing would answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen.runtime.environment import Call, Environment

SPECS = Path(__file__).parents[2] / "specs"


def jira() -> Environment:
    """Return an environment that shares nothing with another."""
    return atlasgen.load(SPECS / "jira.yaml", seed=3)


def text(words: str) -> dict[str, Any]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": words}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def episode(environment: Environment) -> list[Call]:
    """List, write to what the lists show, list again; return the calls."""
    comment: Any = environment.world.get("jira.comment", next(iter(environment.world.ids("jira.comment"))))
    issue, id = comment["issue"], comment["id"]

    def look() -> None:
        environment.call("getComments", {"issueIdOrKey": issue})
        environment.call("getComments", {"issueIdOrKey": issue, "orderBy": "-created"})
        environment.call("getRemoteIssueLinks", {"issueIdOrKey": issue})
        environment.call("searchProjects", {"orderBy": "name"})
        environment.call("getIssue", {"issueIdOrKey": issue})

    look()
    environment.call("updateComment", {"issueIdOrKey": issue, "id": id, "body": {"body": text("Changed.")}})
    look()
    environment.call("addComment", {"issueIdOrKey": issue, "body": {"body": text("Another.")}})
    look()
    with environment.served_from("https://elsewhere.example"):
        look()
    environment.call("deleteComment", {"issueIdOrKey": issue, "id": id})
    look()
    return environment.calls


def test_what_is_kept_is_what_would_be_shown() -> None:
    warm = jira()
    first = list(episode(warm))
    warm.reset()
    assert list(episode(warm)) == first == episode(jira())
    assert all(call.ok for call in first)


def test_a_task_that_touches_what_lists_show_is_shown_it() -> None:
    environment = jira()
    comment: Any = environment.world.get("jira.comment", next(iter(environment.world.ids("jira.comment"))))
    arguments = {"issueIdOrKey": comment["issue"]}
    before = environment.call("getComments", arguments).json()
    world = environment.world
    author: Any = world.get("jira.user", comment["author"])
    world.begin()
    world.put("jira.user", comment["author"], {**author, "displayName": "Somebody Else"})
    world.commit()
    environment.reset(world.changes.seal())
    names = [item["author"]["displayName"] for item in environment.call("getComments", arguments).json()["comments"]]
    assert "Somebody Else" in names
    environment.reset()
    assert environment.call("getComments", arguments).json() == before


@pytest.mark.parametrize("word", ["name", "-name"])
def test_an_order_that_is_kept_is_left_where_a_record_in_it_changes(word: str) -> None:
    environment = jira()
    world = environment.world

    def keys() -> list[str]:
        return [item["name"] for item in environment.call("searchProjects", {"orderBy": word}).json()["values"]]

    before = keys()
    id = next(iter(world.ids("jira.project")))
    project: Any = world.get("jira.project", id)
    world.begin()
    world.put("jira.project", id, {**project, "name": "Zzz"})
    world.commit()
    after = keys()
    assert after == sorted(after, key=str.casefold, reverse=word[0] == "-")
    assert after != before
    environment.reset()
    assert keys() == before
