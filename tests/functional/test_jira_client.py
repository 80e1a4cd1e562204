"""The public Python client of the tracker, unmodified, against a real server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import uvicorn
from jira import JIRA, JIRAError

from atlasgen.runtime.environment import Environment
from atlasgen.serve import http
from tests.serve.sending import tracker_and_wiki

TOKEN = "sesame"
RICH_TEXT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Both of them."}]}],
}


@contextmanager
def serving(environment: Environment) -> Iterator[str]:
    """Serve an environment at a free port of this machine; every wait is bounded."""
    config = uvicorn.Config(http.application(environment, token=TOKEN), port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    patience = time.monotonic() + 10
    while not server.started and thread.is_alive() and time.monotonic() < patience:
        time.sleep(0.005)
    assert server.started
    try:
        yield "http://{}:{}".format(*server.servers[0].sockets[0].getsockname())
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def world() -> Environment:
    return tracker_and_wiki(seed=3)


@pytest.fixture(scope="module")
def origin(world: Environment) -> Iterator[str]:
    with serving(world) as address:
        yield address


@pytest.fixture
def environment(world: Environment) -> Environment:
    world.reset()
    return world


@pytest.fixture
def client(origin: str, environment: Environment) -> Iterator[JIRA]:
    with closing(connect(origin)) as client:
        yield client


def connect(origin: str, *, token: str = TOKEN) -> JIRA:
    options: dict[str, Any] = {"rest_api_version": "3"}
    credentials = ("mia@example.com", token)
    return JIRA(origin, options, basic_auth=credentials, get_server_info=False, max_retries=0, timeout=10)


def fields(kind: str, summary: str, **more: Any) -> dict[str, Any]:
    return {"project": {"key": "PROJ"}, "issuetype": {"name": kind}, "summary": summary, **more}


def test_issue_and_its_sub_task_walk_through_the_workflow(client: JIRA, environment: Environment, origin: str) -> None:
    task = client.create_issue(fields("Task", "Ship it", description=RICH_TEXT), prefetch=False)
    part = client.create_issue(fields("Sub-task", "Pack it", parent={"key": task.key}), prefetch=False)
    before = client.issue(part.key)
    client.transition_issue(part, "start progress")
    after = client.issue(task.key)

    assert (before.fields.summary, str(before.fields.status)) == ("Pack it", "To Do")
    assert (before.fields.parent.key, before.fields.parent.fields.summary) == (task.key, "Ship it")
    assert before.fields.issuetype.subtask is True
    assert before.fields.reporter.displayName == "Mia Keller"
    assert after.raw["fields"]["description"] == RICH_TEXT
    assert [(item.key, str(item.fields.status)) for item in after.fields.subtasks] == [(part.key, "In Progress")]
    assert after.self == task.self == f"{origin}/rest/api/3/issue/{task.id}"

    played = ["createIssue", "createIssue", "getIssue", "getTransitions", "doTransition", "getIssue"]
    assert [call.tool for call in environment.calls] == played
    assert all(call.ok for call in environment.calls)
    made: dict[str, Any] = {change.id: change.after for change in environment.diff()}
    assert list(made) == [task.id, part.id]
    assert all(change.before is None for change in environment.diff())
    assert made[part.id]["fields"].items() >= {"summary": "Pack it", "parent": task.id}.items()
    assert made[part.id]["fields"]["status"] != made[task.id]["fields"]["status"]
    assert made[task.id]["fields"]["description"] == RICH_TEXT


def test_created_issue_is_loaded_at_once_and_reloads_by_its_link(client: JIRA) -> None:
    issue = client.create_issue(fields("Bug", "Crashes", labels=["a", "b"], assignee=None))
    assert (issue.fields.labels, issue.fields.assignee) == (["a", "b"], None)
    client.transition_issue(issue, client.transitions(issue)[0]["id"])  # the client sends the id as a number
    issue._find_by_url(str(issue.self))
    assert str(issue.fields.status) == "In Progress"


def test_fields_are_chosen_as_the_client_writes_them(client: JIRA) -> None:
    issue = client.issue("PROJ-1", fields="summary,status", expand="names", properties="*all")
    assert set(issue.raw["fields"]) == {"summary", "status"}


def test_all_wrong_fields_are_told_at_once(client: JIRA, environment: Environment) -> None:
    with pytest.raises(JIRAError) as caught:
        client.create_issue({"project": {"key": "NONE"}, "issuetype": {"name": "Sub-task"}, "summary": "", "size": 3})
    assert caught.value.status_code == 400
    assert caught.value.response is not None
    errors = caught.value.response.json()["errors"]
    assert errors.keys() == {"project", "summary", "size", "parent"}
    assert caught.value.text == ", ".join(errors.values())
    assert environment.diff() == ()


@pytest.mark.parametrize("missing", ["summary", "issuetype", "project"])
def test_missing_field_is_named(client: JIRA, missing: str) -> None:
    given = {name: value for name, value in fields("Task", "Ship it").items() if name != missing}
    with pytest.raises(JIRAError) as caught:  # by the client's session: `create_issue` itself looks for two of them
        client._session.post(client._get_url("issue"), json={"fields": given})
    assert (caught.value.status_code, caught.value.text) == (400, f"{missing} is required.")


def test_transition_that_is_not_open_is_refused(client: JIRA, environment: Environment) -> None:
    issue = client.create_issue(fields("Task", "Ship it"), prefetch=False)
    created = environment.diff()
    with pytest.raises(JIRAError) as caught:
        client.transition_issue(issue, "999")
    assert (caught.value.status_code, caught.value.text) == (400, "999 is not a transition that is open now.")
    with pytest.raises(JIRAError, match="Invalid transition name"):
        client.transition_issue(issue, "Reopen")
    assert environment.diff() == created


def test_unknown_issue_is_not_found(client: JIRA) -> None:
    with pytest.raises(JIRAError) as caught:
        client.issue("NONE-1")
    assert (caught.value.status_code, caught.value.text) == (404, "The issue does not exist, or you may not see it.")


def test_wrong_credentials_are_refused(origin: str, environment: Environment) -> None:
    with closing(connect(origin, token="wrong")) as stranger, pytest.raises(JIRAError) as caught:
        stranger.issue("PROJ-1")
    assert (caught.value.status_code, caught.value.text) == (401, "No credentials, or wrong ones.")
    assert not environment.calls
