"""Walks of public clients, unmodified, through a served world of both products.

Each walk knows the address and the token alone, as any program would, and fails where the service is not what the
client's users know: a client's own exception, or an assertion on what it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, Final

import atlassian
import pytest
import requests
from jira import JIRA, Issue, JIRAError

ME: Final = "mia@example.com"
DOC: Final = (
    '{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"By document."}]}]}'
)

Said = Callable[[str], Any]
"""Gives a text the form that a version of the tracker wants."""


def plain(text: str) -> Any:
    return text


def rich(text: str) -> Any:
    content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]
    return {"type": "doc", "version": 1, "content": content}


def refused(status: int, call: Callable[[], Any]) -> Any:
    """Return the body of a refusal, after it was seen that a call is refused with a status."""
    with pytest.raises((JIRAError, requests.HTTPError)) as caught:
        call()
    response = getattr(caught.value, "response", None)
    assert response is not None
    assert response.status_code == status, response.text
    return response.json()


# -- PyPI jira ---------------------------------------------------------------------------------------------------------


def jira_as_it_comes(origin: str, token: str) -> None:
    """The client with its own settings: version 2, text as plain text."""
    with closing(JIRA(origin, basic_auth=(ME, token), max_retries=0, timeout=10)) as client:
        _jira(client, origin, "/rest/api/2", plain)
    with closing(JIRA(origin, basic_auth=(ME, "wrong"), max_retries=0, get_server_info=False)) as stranger:
        refused(401, stranger.myself)


def jira_of_version_3(origin: str, token: str) -> None:
    """The client on version 3, with a token as bearer and documents as texts."""
    options: dict[str, Any] = {"rest_api_version": "3"}
    with closing(JIRA(origin, options, token_auth=token, max_retries=0, timeout=10)) as client:
        _jira(client, origin, "/rest/api/3", rich)
        refused(400, lambda: client.add_comment("PROJ-1", "Plain text is for version 2."))


def _jira(client: JIRA, origin: str, api: str, said: Said) -> None:
    assert (client.deploymentType, client.server_info()["baseUrl"]) == ("Cloud", origin)
    me = client.myself()
    assert client.current_user() == me["accountId"]
    project = client.project("PROJ")
    kinds = {kind.name: kind for kind in project.issueTypes}
    assert {"summary", "description", "labels", "status"} <= {field["id"] for field in client.fields()}
    assert {item.key for item in client.projects()} == {"PROJ", "WEB", "OPS"}
    assert {item.name for item in client.statuses()} == {"To Do", "In Progress", "Done"}
    assert {item.key for item in client.statuscategories()} == {"new", "indeterminate", "done"}
    form = client.createmeta("PROJ", issuetypeNames="Sub-task", expand="projects.issuetypes.fields")
    needed = form["projects"][0]["issuetypes"][0]["fields"]
    assert {name for name, field in needed.items() if field["required"]} == {
        "project",
        "issuetype",
        "summary",
        "parent",
    }
    for known in (project, *client.issue_types(), *client.priorities(), *client.statuses(), *client.statuscategories()):
        name = known.name
        known._find_by_url(known.self)
        assert (known.name, known.self.startswith(f"{origin}{api}/")) == (name, True)

    task = client.create_issue(project="PROJ", issuetype="Task", summary="Ship it", description=said("All of it."))
    fields: dict[str, Any] = {"project": {"id": project.id}, "issuetype": {"id": kinds["Sub-task"].id}}
    part = client.create_issue({**fields, "summary": "Pack it", "parent": {"key": task.key}, "labels": ["a"]})
    assert isinstance(task.raw["id"], str)
    assert (task.self, part.fields.parent.key) == (f"{origin}{api}/issue/{task.id}", task.key)
    shown = client.issue(task.id, fields="summary,description,subtasks,status")
    assert shown.raw["fields"]["description"] == said("All of it.")
    assert [item.key for item in shown.fields.subtasks] == [part.key]
    assert str(shown.fields.status) == "To Do"

    part.update(summary="Pack it well", description=said("In paper."), priority={"name": "High"})
    part.add_field_value("labels", "b")
    part.update(update={"labels": [{"remove": "a"}]})
    assert (part.fields.summary, part.fields.labels, str(part.fields.priority)) == ("Pack it well", ["b"], "High")
    assert part.raw["fields"]["description"] == said("In paper.")
    client.assign_issue(part, "Sam Okafor")
    assert str(client.issue(part.key).fields.assignee) == "Sam Okafor"
    client.assign_issue(part, None)
    assert client.issue(part.key).fields.assignee is None

    comment = client.add_comment(part, said("Is there paper?"))
    other = client.add_comment(part, said("There is."), visibility={"type": "role", "value": "Administrators"})
    comment.update(body=said("Is there any paper?"))
    assert client.comment(part.key, comment.id).raw["body"] == said("Is there any paper?")
    assert [item.id for item in client.comments(part)] == [comment.id, other.id]
    other.delete()
    assert [item.id for item in client.comments(part)] == [comment.id]

    link = client.add_simple_link(part.key, {"url": "https://example.com/paper", "title": "Paper"})
    assert [item.object.title for item in client.remote_links(part.key)] == ["Paper"]
    client.delete_remote_link(part.key, internal_id=link.id)

    names = {item["name"]: item["id"] for item in client.transitions(part)}
    refused(400, lambda: client.transition_issue(part, "999999"))
    client.transition_issue(part, "start progress")
    refused(400, lambda: client.transition_issue(part, names["Start Progress"]))
    client.transition_issue(part, "Finish", comment=said("It is packed."))
    assert client.comments(part)[-1].raw["body"] == said("It is packed.")
    assert str(client.issue(part.key).fields.status) == "Done"

    _jira_searches(client, part)

    wrong = {"project": {"key": "NONE"}, "issuetype": {"name": "Sub-task"}, "summary": "", "size": 3}
    told = refused(400, lambda: client.create_issue(wrong))
    assert told["errors"].keys() == {"project", "summary", "size", "parent"}
    assert refused(404, lambda: client.issue("PROJ-99999"))["errors"] == {}
    several = client.create_issues([{**fields, "summary": "x"}, {**fields, "summary": "y", "parent": {"id": task.id}}])
    assert [item["status"] for item in several] == ["Error", "Success"]
    refused(400, task.delete)
    task.delete(deleteSubtasks=True)  # type: ignore[no-untyped-call]  # of the client
    for gone in (task, part, several[1]["issue"]):
        refused(404, lambda gone=gone: client.issue(gone.key))  # type: ignore[misc]  # of a default
    refused(404, lambda: client.comment(part.key, comment.id))


def _jira_searches(client: JIRA, part: Issue) -> None:
    found = client.search_issues("project = PROJ AND labels = b", fields="summary,status")
    assert [(item.key, item.fields.summary, str(item.fields.status)) for item in _issues(found)] == [
        (part.key, "Pack it well", "Done")
    ]
    newest = "project in (PROJ, WEB, OPS) ORDER BY created DESC"
    every = _issues(client.search_issues(newest, maxResults=False, fields="key"))
    pages: list[str] = []
    token: str | None = None
    while True:
        page = client.enhanced_search_issues(newest, nextPageToken=token, maxResults=3, fields="key")
        pages += [item.key for item in _issues(page)]
        token = page.nextPageToken
        if token is None:
            break
    assert pages == [item.key for item in every]
    assert len(set(pages)) == client.approximate_issue_count(newest) > 3
    by_post = client.search_issues("labels = b", use_post=True)
    assert [item.key for item in _issues(by_post)] == [part.key]
    for query in ("project = = PROJ", "project = NONE", "colour = red"):
        refused(400, lambda query=query: client.search_issues(query))  # type: ignore[misc]  # of a default


def _issues(found: Any) -> list[Issue]:
    return list(found)


# -- atlassian-python-api: the tracker ---------------------------------------------------------------------------------


def atlassian_jira_of_version_3(origin: str, token: str) -> None:
    """The client that has a method for each operation, on version 3."""
    _cloud(atlassian.JiraCloud(origin, username=ME, password=token), rich)
    stranger: Any = atlassian.JiraCloud(origin, username=ME, password="wrong")
    refused(401, stranger.get_current_user)


def atlassian_jira_of_version_2(origin: str, token: str) -> None:
    """The same on version 2."""
    _cloud(atlassian.JiraCloud(origin, token=token, api_version=2), plain)


def _cloud(client: Any, said: Said) -> None:
    assert client.get_server_info()["deploymentType"] == "Cloud"
    me = client.get_current_user()
    assert client.get_user(account_id=me["accountId"]) == me
    project = client.get_project("PROJ")
    kinds = {kind["name"]: kind["id"] for kind in project["issueTypes"]}
    assert client.search_projects(keys=["PROJ"], max_results=10)["values"][0]["id"] == project["id"]
    listed = client.get_create_issue_meta_issue_types("PROJ", max_results=50)["issueTypes"]
    assert {kind["name"]: kind["id"] for kind in listed} == kinds
    form = client.get_create_issue_meta_issue_type_id("PROJ", kinds["Sub-task"])["fields"]
    assert "parent" in [field["fieldId"] for field in form if field["required"]]

    fields = {"project": {"key": "PROJ"}, "issuetype": {"id": kinds["Task"]}, "summary": "Ship it", "labels": ["z"]}
    made = client.create_issue(data={"fields": {**fields, "description": said("All of it.")}, "update": {}})
    assert isinstance(made["id"], str)
    key = made["key"]
    sub = {**fields, "issuetype": {"id": kinds["Sub-task"]}, "parent": {"id": made["id"]}, "priority": None}
    part = client.create_issue(data={"fields": sub}, update_history=True)["key"]
    shown = client.get_issue(key, fields="*all", update_history=False)["fields"]
    assert (shown["description"], [item["key"] for item in shown["subtasks"]]) == (said("All of it."), [part])
    assert (
        client.edit_issue(part, data={"fields": {"summary": "Pack it"}, "update": {"labels": [{"add": "y"}]}}) is None
    )
    again = client.edit_issue(part, return_issue=True, data={"fields": {"description": said("In paper.")}})["fields"]
    assert (again["summary"], again["labels"], again["description"]) == ("Pack it", ["z", "y"], said("In paper."))
    client.assign_issue(part, data={"accountId": me["accountId"]})
    assert client.get_issue(part, fields="assignee")["fields"]["assignee"]["displayName"] == "Mia Keller"

    comment = client.add_comment(part, data={"body": said("Paper?")})["id"]
    client.update_comment(part, comment, data={"body": said("Any paper?")}, notify_users=False)
    assert client.get_comment(part, comment)["body"] == said("Any paper?")
    assert [item["id"] for item in client.get_comments(part, order_by="-created")["comments"]] == [comment]
    client.delete_comment(part, comment)
    refused(404, lambda: client.get_comment(part, comment))

    offered = client.get_transitions(part, expand="transitions.fields")["transitions"]
    start = next(item["id"] for item in offered if item["name"] == "Start Progress")
    client.do_transition(part, data={"transition": {"id": int(start)}})
    refused(400, lambda: client.do_transition(part, data={"transition": {"id": start}}))
    assert client.get_issue(part, fields="status")["fields"]["status"]["name"] == "In Progress"

    thing = {"globalId": "paper=1", "object": {"url": "https://example.com/paper", "title": "Paper"}}
    link = client.create_or_update_remote_issue_link(part, data=thing)["id"]
    assert client.get_remote_issue_link_by_id(part, link)["object"]["title"] == "Paper"
    client.delete_remote_issue_link_by_global_id(part, "paper=1")
    assert client.get_remote_issue_links(part) == []

    query = "project = PROJ ORDER BY created DESC"
    every = client.enhanced_jql_get_list_of_tickets(query, fields=["summary"])
    some: list[Any] = []
    token = None
    while token is not None or not some:
        page = client.search_and_reconsile_issues_using_jql(query, max_results=2, next_page_token=token)
        some += page["issues"]
        token = page.get("nextPageToken")
    assert [item["id"] for item in some] == [item["id"] for item in every]
    assert client.count_issues(data={"jql": query}) == {"count": len(every)}
    assert len(every) > 2
    by_post = {"jql": f"key = {part}", "fields": ["labels"], "maxResults": 5, "nextPageToken": None}
    found = client.search_and_reconsile_issues_using_jql_post(data=by_post)["issues"]
    assert [item["fields"] for item in found] == [{"labels": ["z", "y"]}]
    assert "y" in client.get_all_labels()["values"]
    refused(400, lambda: client.enhanced_jql("project = = PROJ"))
    told = refused(400, lambda: client.create_issue(data={"fields": {"project": {"key": "NONE"}, "summary": ""}}))
    assert told["errors"].keys() == {"project", "summary", "issuetype"}
    refused(404, lambda: client.get_issue("PROJ-99999"))
    refused(400, lambda: client.delete_issue(key))
    client.delete_issue(key, delete_subtasks="true")
    refused(404, lambda: client.get_issue(part))


def atlassian_jira_as_it_comes(origin: str, token: str) -> None:
    """The older client, which most programs and servers of tools use: version 2."""
    opened: Any = atlassian.Jira
    client = opened(origin, username=ME, password=token, cloud=True)
    assert client.get_server_info()["deploymentType"] == "Cloud"
    assert client.myself()["displayName"] == "Mia Keller"
    assert {item["key"] for item in client.projects()} == {"PROJ", "WEB", "OPS"}
    assert len(client.get_status_for_project("PROJ")) == 5
    assert "summary" in [field["id"] for field in client.get_all_fields()]
    (sam,) = client.user_find_by_user_string(query="okafor")
    kinds = client.issue_createmeta_issuetypes("PROJ")["issueTypes"]
    part_kind = next(kind["id"] for kind in kinds if kind["subtask"])
    assert client.issue_createmeta_fieldtypes("PROJ", part_kind)["total"] > 4

    fields = {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "Ship it", "description": "All."}
    key = client.create_issue(fields=fields)["key"]
    sub = {**fields, "issuetype": {"name": "Sub-task"}, "parent": {"key": key}}
    part = client.issue_create(sub)["key"]
    assert client.issue_field_value(part, "description") == "All."
    assert client.get_issue(part, fields=["parent"])["fields"]["parent"]["key"] == key
    assert client.issue_exists(part)
    client.update_issue_field(part, {"summary": "Pack it"}, notify_users=False)
    client.issue_update(part, {"description": "In\n\npaper."}, update={"labels": [{"add": "a"}]})
    client.label_issue(part, ["b"])
    client.unlabel_issue(part, ["a"])
    client.edit_issue(part, {"priority": [{"set": {"name": "High"}}]})
    shown = client.issue(part)["fields"]
    assert (shown["summary"], shown["description"], shown["labels"]) == ("Pack it", "In\n\npaper.", ["b"])
    assert shown["priority"]["name"] == "High"
    client.assign_issue(part, sam["accountId"])
    assert client.issue_field_value(part, "assignee")["displayName"] == "Sam Okafor"
    comment = client.issue_add_comment(part, "Paper?")["id"]
    client.issue_edit_comment(part, comment, "Any paper?")
    assert [item["body"] for item in client.issue_get_comments(part)["comments"]] == ["Any paper?"]
    client.set_issue_status(part, "In Progress")
    assert client.get_issue_status(part) == "In Progress"
    (finish,) = [item["id"] for item in client.get_issue_transitions(part) if item["to"] == "Done"]
    client.set_issue_status_by_transition_id(part, finish)
    refused(400, lambda: client.set_issue_status_by_transition_id(part, finish))
    client.create_or_update_issue_remote_links(part, "https://example.com", "Paper", global_id="paper=1")
    (link,) = client.get_issue_remote_links(part)
    client.delete_issue_remote_link_by_id(part, link["id"])
    assert [item["key"] for item in client.jql(f"key = {part}", fields="summary")["issues"]] == [part]
    every = client.jql_get_list_of_tickets("project = PROJ", fields="key")
    assert len(every) == client.approximate_issue_count("project = PROJ")["count"]
    assert client.get_project_issuekey_last("PROJ") == part
    refused(400, lambda: client.jql("project = NONE"))
    refused(404, lambda: client.issue("PROJ-99999"))
    refused(400, lambda: client.delete_issue(key, delete_subtasks=False))
    client.delete_issue(key)
    assert client.issue_deleted(part)


def atlassian_jira_of_a_server(origin: str, token: str) -> None:
    """The older client where nobody says that the service is in the cloud: it pages by counting."""
    opened: Any = atlassian.Jira
    client = opened(origin, username=ME, password=token)
    every = client.jql_get_list_of_tickets("project in (PROJ, WEB) ORDER BY key", fields="summary", limit=None)
    counted = client.jql("project in (PROJ, WEB) ORDER BY key", fields="*none", limit=2)
    assert (counted["total"], len(counted["issues"])) == (len(every), 2)
    key = client.issue_create({"project": {"key": "WEB"}, "issuetype": {"name": "Bug"}, "summary": "Blank"})["key"]
    assert client.get_project_issuekey_all("WEB", limit=100)[-1] == key
    assert {project["key"] for project in client.projects()} == {"PROJ", "WEB", "OPS"}
    client.delete_issue(key)
    assert not client.issue_exists(key)


# -- atlassian-python-api: the wiki ------------------------------------------------------------------------------------


def atlassian_wiki_of_version_2(origin: str, token: str) -> None:
    """The client of version 2, and what is left of version 1 beside it."""
    client: Any = atlassian.ConfluenceV2(f"{origin}/wiki", username=ME, password=token)
    opened: Any = atlassian.ConfluenceServer
    old = opened(f"{origin}/wiki", username=ME, password=token)
    stranger: Any = atlassian.ConfluenceV2(f"{origin}/wiki", username=ME, password="wrong")
    refused(401, stranger.get_spaces)
    me = old.get("rest/api/user/current")
    assert old.get_user_details_by_accountid(me["accountId"])["displayName"] == "Mia Keller"
    docs = client.get_space_by_key("DOCS")
    assert client.get_space(docs["id"])["key"] == "DOCS"
    assert {space["key"] for space in client.get_spaces(limit=1, sort="key")} == {"DOCS", "ENG", "HR"}
    guides = client.get_page_id("DOCS", "Guides")

    made = client.create_page(docs["id"], "From a client", "<p>One.</p>", parent_id=guides)
    assert isinstance(made["id"], str)
    assert made.items() >= {"parentId": guides, "spaceId": docs["id"], "authorId": me["accountId"]}.items()
    below = client.create_page(docs["id"], "Below it", DOC, parent_id=made["id"], body_format="atlas_doc_format")
    drawn = client.create_page(docs["id"], "Drawn", "h1. Two", body_format="wiki", representation="wiki")
    assert drawn["body"]["storage"]["value"] == "<h1>Two</h1>"
    assert [item["id"] for item in client.get_child_pages(made["id"])] == [below["id"]]
    assert (
        client.get_page_by_id(below["id"], body_format="storage")["body"]["storage"]["value"] == "<p>By document.</p>"
    )
    above = client.get(f"api/v2/pages/{below['id']}/ancestors")["results"]
    assert [item["id"] for item in above] == [docs["homepageId"], guides, made["id"]]
    listed = client.get_pages(space_id=docs["id"], limit=3)
    assert {made["id"], below["id"], drawn["id"]} < {item["id"] for item in listed}
    assert len({item["id"] for item in listed}) == len(listed) > 6
    assert client.get_pages(space_id=docs["id"], title="Below it", status="any")[0]["id"] == below["id"]

    now = client.update_page(made["id"], title="From the client", body="<p>Two.</p>", status="current")
    assert (now["version"]["number"], now["body"]["storage"]["value"]) == (2, "<p>Two.</p>")
    late = lambda: client.update_page(made["id"], title="Late", body="<p>x</p>", status="current", version=1)  # noqa: E731
    assert refused(409, late)["errors"][0]["status"] == 409
    shown = client.get_page_by_id(made["id"], body_format="storage")
    assert (shown["title"], shown["version"]["number"]) == ("From the client", 2)
    assert [item["number"] for item in client.iter_page_versions(made["id"], limit=1)] == [2, 1]
    assert client.get_page_version(made["id"], 1)["nextVersion"] == 2

    added = old.set_page_label(made["id"], "from-a-client")
    assert [item["name"] for item in added["results"]] == ["from-a-client"]
    old.post(f"rest/api/content/{made['id']}/label", data=[{"name": "second"}, {"prefix": "global", "name": "third"}])
    assert [item["name"] for item in client.get_page_labels(made["id"], limit=1)] == [
        "from-a-client",
        "second",
        "third",
    ]
    (hit,) = old.cql('type = page and space = DOCS and label = "from-a-client"')["results"]
    assert hit["content"]["id"] == made["id"]
    assert len(old.cql_all("type = page", limit=4)) > 4
    old.remove_page_label(made["id"], "second")
    assert [item["name"] for item in client.get_page_labels(made["id"])] == ["from-a-client", "third"]
    refused(400, lambda: old.get("rest/api/search", params={"cql": "type = page and"}))

    _wiki_comments(client, made["id"])

    client.create_page_property(made["id"], "client.state", {"seen": True})
    (kept,) = client.get_page_properties(made["id"])
    change = {"key": "client.state", "value": {"seen": False}, "version": {"number": 2}}
    client.put(f"api/v2/pages/{made['id']}/properties/{kept['id']}", data=change)
    refused(409, lambda: client.put(f"api/v2/pages/{made['id']}/properties/{kept['id']}", data=change))
    assert client.get_page_properties(made["id"])[0]["value"] == {"seen": False}

    told = refused(400, lambda: client.create_page(docs["id"], "From the client", "<p>x</p>"))
    assert told["errors"][0]["status"] == 400
    refused(404, lambda: client.create_page("1", "Nowhere", "<p>x</p>"))
    assert refused(404, lambda: client.get_page_by_id("1"))["errors"][0]["status"] == 404
    client.delete_page(below["id"])
    assert client.get_page_by_id(below["id"])["status"] == "trashed"
    assert client.get_page_by_title("DOCS", "Below it")["results"] == []
    client.delete(f"api/v2/pages/{below['id']}", params={"purge": True})
    refused(404, lambda: client.get_page_by_id(below["id"]))


def _wiki_comments(client: Any, page: str) -> None:
    body = {"representation": "storage", "value": "<p>Is it so?</p>"}
    asked = client.post("api/v2/footer-comments", data={"pageId": page, "body": body})
    at = f"api/v2/footer-comments/{asked['id']}"
    answer = client.post("api/v2/footer-comments", data={"parentCommentId": asked["id"], "body": {"storage": body}})
    assert [item["id"] for item in client.get_page_footer_comments(page)] == [asked["id"]]
    assert [item["id"] for item in client.get(f"{at}/children")["results"]] == [answer["id"]]
    changed = {"version": {"number": 2}, "body": {"representation": "storage", "value": "<p>It is.</p>"}}
    client.put(at, data=changed)
    refused(409, lambda: client.put(at, data=changed))
    (shown,) = client.get_page_footer_comments(page, body_format="storage")
    assert (shown["body"]["storage"]["value"], shown["version"]["number"]) == ("<p>It is.</p>", 2)
    client.delete(at)
    refused(404, lambda: client.get(at))
    assert [item["id"] for item in client.get_page_footer_comments(page)] == [answer["id"]]


WALKS: Final[Mapping[str, Callable[[str, str], None]]] = {
    walk.__name__: walk
    for walk in (
        jira_as_it_comes,
        jira_of_version_3,
        atlassian_jira_of_version_3,
        atlassian_jira_of_version_2,
        atlassian_jira_as_it_comes,
        atlassian_jira_of_a_server,
        atlassian_wiki_of_version_2,
    )
}
