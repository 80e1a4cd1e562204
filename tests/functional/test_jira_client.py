"""The public Python client of the tracker, unmodified, against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from jira import JIRA, Issue, JIRAError

from atlasgen.runtime.environment import Environment
from tests.serve.sending import TOKEN, serving, tracker_and_wiki


def rich_text(words: str) -> Any:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}],
    }


RICH_TEXT = rich_text("Both of them.")


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


@pytest.fixture
def cloud(origin: str, environment: Environment) -> Iterator[JIRA]:
    """A client that asks first what sort of server it talks to, as it does if nobody says otherwise."""
    with closing(JIRA(origin, {"rest_api_version": "3"}, basic_auth=("mia@example.com", TOKEN), max_retries=0)) as it:
        yield it


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


# -- the whole surface ------------------------------------------------------------------------------------------------


def test_client_finds_out_what_it_talks_to(cloud: JIRA, origin: str) -> None:
    assert (cloud.deploymentType, cloud._version) == ("Cloud", (1001, 0, 0))
    assert cloud.server_info()["baseUrl"] == origin
    assert cloud.myself()["displayName"] == "Mia Keller"


def test_what_there_is_can_be_looked_up_by_id_and_reloaded_by_its_link(cloud: JIRA) -> None:
    assert {item.key for item in cloud.projects()} == {"PROJ", "WEB", "OPS"}
    project = cloud.project("PROJ")
    assert (project.name, project.lead.displayName, len(project.issueTypes)) == ("Projects Portal", "Mia Keller", 5)
    assert {item.name for item in cloud.issue_types()} == {"Task", "Sub-task", "Story", "Bug", "Epic"}
    assert {item.name for item in cloud.priorities()} == {"High", "Medium", "Low"}
    assert {item.name for item in cloud.statuses()} == {"To Do", "In Progress", "Done"}
    for known, get in (
        (cloud.issue_types()[0], cloud.issue_type),
        (cloud.priorities()[0], cloud.priority),
        (cloud.statuses()[0], cloud.status),
        (project, cloud.project),
    ):
        found = get(known.id)
        assert (found.name, found.self) == (known.name, known.self)
        found._find_by_url(found.self)
        assert found.name == known.name
    for kind in cloud.issue_types_for_project("PROJ"):
        assert {str(status) for status in kind.statuses} == {"To Do", "In Progress", "Done"}
    names = {field["name"]: field["id"] for field in cloud.fields()}
    assert (names["Issue Type"], names["Due date"]) == ("issuetype", "duedate")


def test_people_are_found_by_words_of_theirs(cloud: JIRA) -> None:
    (sam,) = cloud.search_users(query="okafor")
    assert cloud.user(sam.accountId).emailAddress == "sam.okafor@example.com"
    sam._find_by_url(sam.self)
    assert sam.displayName == "Sam Okafor"
    assert len(cloud.search_users(query="example.com", maxResults=3)) == 3


def test_issue_is_edited_by_values_and_by_steps(cloud: JIRA) -> None:
    issue = cloud.create_issue(fields("Story", "Ship it", labels=["old"]))
    issue.update(summary="Ship it soon", description=RICH_TEXT, priority={"name": "High"})
    assert (issue.fields.summary, str(issue.fields.priority)) == ("Ship it soon", "High")
    assert issue.raw["fields"]["description"] == RICH_TEXT
    issue.add_field_value("labels", "new")
    issue.update(labels=[{"remove": "old"}, {"add": "newer"}])
    assert issue.fields.labels == ["new", "newer"]
    (sam,) = cloud.search_users(query="sam")
    issue.update(assignee={"accountId": sam.accountId})
    assert str(issue.fields.assignee) == "Sam Okafor"
    issue.update(fields={"assignee": None, "duedate": "2026-03-01"})
    assert (issue.fields.assignee, issue.fields.duedate) == (None, "2026-03-01")
    with pytest.raises(JIRAError) as caught:
        issue.update(fields={"summary": "", "size": 3})
    assert caught.value.response is not None
    assert caught.value.response.json()["errors"].keys() == {"summary", "size"}


def test_issue_is_assigned_and_unassigned_at_its_own_address(cloud: JIRA, origin: str) -> None:
    issue = cloud.create_issue(fields("Task", "Ship it"))
    (aiko,) = cloud.search_users(query="aiko")
    for given, name in ((aiko.accountId, "Aiko Tanaka"), (None, "None")):
        # `assign_issue` asks at /rest/api/latest, so only its request is made here.
        cloud._session.put(f"{origin}/rest/api/3/issue/{issue.key}/assignee", json={"accountId": given})
        assert str(cloud.issue(issue.key).fields.assignee) == name


def test_comments_are_written_read_changed_and_taken_back(cloud: JIRA) -> None:
    issue = cloud.create_issue(fields("Bug", "Crashes"), prefetch=False)
    first = cloud.add_comment(issue, rich_text("Here too."))
    second = cloud.add_comment(issue, rich_text("Gone."), visibility={"type": "role", "value": "Administrators"})
    assert [item.id for item in cloud.comments(issue)] == [first.id, second.id]
    assert [item.id for item in cloud.comments(issue, order_by="-created", max_results=1)] == [second.id]
    first.update(body=rich_text("Not any more."))
    shown = cloud.comment(issue.key, first.id)
    assert shown.raw["body"] == rich_text("Not any more.")
    assert shown.author.displayName == "Mia Keller"
    assert first.self.endswith(f"/rest/api/3/issue/{issue.id}/comment/{first.id}")
    first.delete()
    assert [item.id for item in cloud.comments(issue)] == [second.id]
    with pytest.raises(JIRAError) as caught:
        cloud.add_comment(issue, "Plain text is for version 2.")
    assert caught.value.status_code == 400


def test_remote_links_are_kept_by_their_global_ids(cloud: JIRA) -> None:
    issue = cloud.create_issue(fields("Task", "Ship it"), prefetch=False)
    page = {"url": "https://wiki.example.com/plan", "title": "The plan"}
    cloud._applicationlinks = []  # that list belongs to another API
    link = cloud.add_remote_link(issue.key, page, globalId="page=1", relationship="is planned in")
    again = cloud.add_remote_link(issue.key, {**page, "title": "The new plan"}, globalId="page=1")
    assert (again.id, type(again.id)) == (link.id, int)
    (shown,) = cloud.remote_links(issue.key)
    assert (shown.object.title, shown.globalId) == ("The new plan", "page=1")
    shown.update({**page, "title": "The last plan"}, globalId="page=1")
    assert cloud.remote_link(issue.key, link.id).object.title == "The last plan"
    simple = cloud.add_simple_link(issue.key, page)
    cloud.delete_remote_link(issue.key, internal_id=simple.id)
    cloud.delete_remote_link(issue.key, global_id="page=1")
    assert cloud.remote_links(issue.key) == []


def test_several_issues_are_created_and_the_wrong_ones_told(cloud: JIRA) -> None:
    wanted = [fields("Task", "One"), fields("Sub-task", "No parent"), fields("Task", "Two", size=3), fields("Bug", "3")]
    first, second, third, fourth = cloud.create_issues(wanted)
    assert [(item["issue"].fields.summary, item["error"]) for item in (first, fourth)] == [("One", None), ("3", None)]
    assert second["error"] == {"parent": "A sub-task needs a parent."}
    assert third["error"].keys() == {"size"}
    assert [item["status"] for item in cloud.create_issues(wanted[1:3])] == ["Error", "Error"]


@pytest.mark.parametrize("use_post", [False, True])
def test_search_finds_what_was_written(cloud: JIRA, use_post: bool) -> None:
    keys = [cloud.create_issue(fields("Task", f"Ship part {n}"), prefetch=False).key for n in range(3)]
    cloud.issue(keys[1]).update(labels=[{"add": "parcel"}])
    found: Any = cloud.search_issues("project = PROJ AND labels = parcel", use_post=use_post)
    assert [(item.key, item.fields.summary) for item in found] == [(keys[1], "Ship part 1")]
    newest = "project = PROJ ORDER BY created DESC"
    assert [item.key for item in _issues(cloud, newest, maxResults=2, use_post=use_post)] == keys[:0:-1]
    every = _issues(cloud, newest, maxResults=False, fields="summary", use_post=use_post)
    assert len(every) == cloud.approximate_issue_count("project = PROJ")
    assert all(set(item.raw["fields"]) == {"summary"} for item in every)
    with pytest.raises(JIRAError) as caught:
        cloud.search_issues("project = = PROJ", use_post=use_post)
    assert caught.value.status_code == 400


def _issues(cloud: JIRA, query: str, **options: Any) -> list[Issue]:
    return list(cloud.search_issues(query, **options))


def test_labels_are_listed_once_issues_have_them(cloud: JIRA) -> None:
    issue = cloud.create_issue(fields("Task", "Ship it", labels=["parcel"]))
    assert "parcel" in cloud._get_json("label")["values"]
    issue.update(labels=[{"remove": "parcel"}])
    assert "parcel" not in cloud._get_json("label")["values"]


def test_issue_with_sub_tasks_is_deleted_only_together_with_them(cloud: JIRA) -> None:
    task = cloud.create_issue(fields("Task", "Ship it"))
    part = cloud.create_issue(fields("Sub-task", "Pack it", parent={"key": task.key}))
    comment = cloud.add_comment(part, rich_text("Soon."))
    with pytest.raises(JIRAError) as caught:
        task.delete()  # type: ignore[no-untyped-call]  # of the client
    assert caught.value.status_code == 400
    task.delete(deleteSubtasks=True)  # type: ignore[no-untyped-call]  # of the client
    for address in (task.self, part.self, comment.self):
        with pytest.raises(JIRAError) as caught:
            cloud._session.get(address)
        assert caught.value.status_code == 404


def test_form_of_a_new_issue_says_what_must_be_filled_in(cloud: JIRA) -> None:
    # The client asks servers of its own company's machines alone for these two.
    types = cloud._get_json("issue/createmeta/PROJ/issuetypes")["issueTypes"]
    part = next(kind for kind in types if kind["subtask"])
    form = cloud._get_json(f"issue/createmeta/PROJ/issuetypes/{part['id']}")["fields"]
    assert {field["fieldId"] for field in form if field["required"]} == {"project", "issuetype", "summary", "parent"}
    priority = next(field for field in form if field["fieldId"] == "priority")
    assert {value["name"] for value in priority["allowedValues"]} == {"High", "Medium", "Low"}
