"""A walk through the whole tracker, as a client takes it: each operation, with every status that it can answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from atlasgen.serve import http
from tests.conformance.wiki_walk import Play

API = "/rest/api/3"
ISSUES = f"{API}/issue"

Ids = Callable[[str], list[str]]
"""Returns the ids of the records of a collection."""


def walk(play: Play, ids: Ids) -> None:
    """Play every operation of the tracker."""
    issues(play, ids)
    many_issues(play)
    changes(play)
    comments(play)
    remote_links(play)
    what_there_is(play, ids)
    searches(play)


def issue(kind: str = "Task", **fields: Any) -> dict[str, Any]:
    return {"fields": {"project": {"key": "PROJ"}, "issuetype": {"name": kind}, "summary": "Ship it", **fields}}


def text(value: str) -> dict[str, Any]:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": value}]}],
    }


def issues(play: Play, ids: Ids) -> None:
    task = play("createIssue", "POST", ISSUES, 201, json=issue(description=text("All of it."), labels=["a", "b"]))
    part = play("createIssue", "POST", ISSUES, 201, json=issue("Sub-task", parent={"key": task["key"]}))
    play("createIssue", "POST", ISSUES, 201, json=issue("Epic", assignee=None, duedate="2026-03-01"))
    play("createIssue", "POST", ISSUES, 400, json={"fields": {}})
    play("createIssue", "POST", ISSUES, 400, json={"feilds": {}})
    play("createIssue", "POST", ISSUES, 400, json=issue("Sub-task", summary="", nonsense=1))
    play("createIssue", "POST", ISSUES, 400, json=issue("Sub-task", parent={"key": part["key"]}))
    play("createIssue", "POST", ISSUES, 400, valid=False, json={"fields": "all"})
    play("createIssue", "POST", ISSUES, 400, valid=False)
    play("createIssue", "POST", ISSUES, 400, valid=False, content=b"{", headers={"content-type": "application/json"})
    play("createIssue", "POST", ISSUES, 401, valid=False, auth=None, json=issue())
    play("createIssue", "POST", ISSUES, 415, valid=False, content=b"{}", headers={"content-type": "text/plain"})
    play("createIssue", "POST", ISSUES, 413, valid=False, content=b" " * (http.MAX_BODY + 1))
    play("createIssue", "PATCH", ISSUES, 405, valid=False)

    for name in (task["id"], part["key"], *ids("jira.issue")):
        play("getIssue", "GET", f"{ISSUES}/{name}", 200)
    for fields in ("*all", "*none", "summary,status", "-labels", "nonsense", ""):
        play("getIssue", "GET", f"{ISSUES}/{task['id']}", 200, params={"fields": fields})
    play("getIssue", "GET", f"{ISSUES}/{task['id']}?fields=parent&fields=subtasks", 200)
    play("getIssue", "GET", f"{ISSUES}/NONE-1", 404)
    play("getIssue", "GET", f"{ISSUES}/{task['id']}", 401, valid=False, auth=None)

    here = f"{ISSUES}/{task['key']}/transitions"
    for _ in range(3):
        arrows = play("getTransitions", "GET", here, 200)["transitions"]
        play("getTransitions", "GET", here, 200, params={"transitionId": arrows[0]["id"]})
        play("doTransition", "POST", here, 204, json={"transition": {"id": arrows[0]["id"]}, "fields": {}})
        play("doTransition", "POST", here, 400, json={"transition": {"id": arrows[0]["id"]}})
    play("getTransitions", "GET", here, 200, params={"transitionId": "none"})
    play("getTransitions", "GET", f"{ISSUES}/NONE-1/transitions", 404)
    play("getTransitions", "GET", here, 401, valid=False, auth=None)
    play("doTransition", "POST", here, 400, json={})
    play("doTransition", "POST", here, 400, json={"transition": {}})
    play("doTransition", "POST", here, 400, valid=False, json={"transition": "1"})
    play("doTransition", "POST", f"{ISSUES}/NONE-1/transitions", 404, json={"transition": {"id": "1"}})
    play("doTransition", "POST", here, 401, valid=False, auth=None, json={"transition": {"id": "1"}})


def many_issues(play: Play) -> None:
    path = f"{ISSUES}/bulk"
    good, orphan = issue(labels=["bulk"]), issue("Sub-task")
    made = play("createIssues", "POST", path, 201, json={"issueUpdates": [good, orphan, {"fields": {"size": 3}}, good]})
    assert ([item["failedElementNumber"] for item in made["errors"]], len(made["issues"])) == ([1, 2], 2)
    play("createIssues", "POST", path, 400, json={"issueUpdates": [orphan, {"fields": {}}]})
    play("createIssues", "POST", path, 400, json={"issueUpdates": []})
    play("createIssues", "POST", path, 400, json={})
    play("createIssues", "POST", path, 400, json={"issueUpdates": [{"fields": {"summary": 5}}]})
    play("createIssues", "POST", path, 400, valid=False, json={"issueUpdates": [5]})
    play("createIssues", "POST", path, 400, valid=False)
    play("createIssues", "POST", path, 401, valid=False, auth=None, json={"issueUpdates": [good]})


def changes(play: Play) -> None:
    task = play("createIssue", "POST", ISSUES, 201, json=issue(labels=["a", "b"]))
    here, nowhere = f"{ISSUES}/{task['key']}", f"{ISSUES}/NONE-1"
    changed = {"fields": {"summary": "Ship it now", "description": text("Now.")}, "update": {}}
    play("editIssue", "PUT", here, 204, json=changed)
    steps = {"labels": [{"add": "c"}, {"remove": "a"}], "priority": [{"set": {"name": "High"}}]}
    now = play("editIssue", "PUT", here, 200, params={"returnIssue": "true"}, json={"update": steps})
    assert (now["fields"]["labels"], now["fields"]["priority"]["name"]) == (["b", "c"], "High")
    play("editIssue", "PUT", here, 204, params={"returnIssue": "False"}, json={"update": {"labels": [{"set": []}]}})
    play("editIssue", "PUT", here, 400, json={})
    play("editIssue", "PUT", here, 400, json={"fields": {"summary": "", "nonsense": 1, "project": {"key": "WEB"}}})
    play("editIssue", "PUT", here, 400, json={"update": {"labels": [{"add": "two words"}], "nonsense": []}})
    play("editIssue", "PUT", here, 400, json={"fields": {"labels": []}, "update": {"labels": [{"add": "c"}]}})
    play("editIssue", "PUT", here, 400, valid=False, json={"update": {"labels": {"add": "c"}}})
    play("editIssue", "PUT", here, 400, valid=False)
    play("editIssue", "PUT", here, 401, valid=False, auth=None, json=changed)
    play("editIssue", "PUT", nowhere, 404, json=changed)

    mia = play("getCurrentUser", "GET", f"{API}/myself", 200)["accountId"]
    play("assignIssue", "PUT", f"{here}/assignee", 204, json={"accountId": mia})
    play("assignIssue", "PUT", f"{here}/assignee", 400, json={"accountId": "0" * 24})
    play("assignIssue", "PUT", f"{here}/assignee", 400, json={})
    play("assignIssue", "PUT", f"{here}/assignee", 400, valid=False, json={"accountId": 5})
    play("assignIssue", "PUT", f"{nowhere}/assignee", 404, json={"accountId": mia})

    part = play("createIssue", "POST", ISSUES, 201, json=issue("Sub-task", parent={"key": task["key"]}))
    play("deleteIssue", "DELETE", here, 400)
    play("deleteIssue", "DELETE", here, 400, params={"deleteSubtasks": "false"})
    play("deleteIssue", "DELETE", here, 400, valid=False, params={"deleteSubtasks": "maybe"})
    play("deleteIssue", "DELETE", here, 401, valid=False, auth=None)
    play("deleteIssue", "DELETE", here, 204, params={"deleteSubtasks": "true"})
    for gone in (task, part):
        play("deleteIssue", "DELETE", f"{ISSUES}/{gone['key']}", 404)


def comments(play: Play) -> None:
    task = play("createIssue", "POST", ISSUES, 201, json=issue())
    path = f"{ISSUES}/{task['id']}/comment"
    first = play("addComment", "POST", path, 201, json={"body": text("It is done.")})
    seen = {"type": "role", "value": "Administrators"}
    play("addComment", "POST", path, 201, json={"body": text("Not yet."), "visibility": seen})
    play("addComment", "POST", path, 400, json={"body": "It is done."})
    play("addComment", "POST", path, 400, json={"visibility": {"type": "role"}})
    play("addComment", "POST", path, 400, valid=False, json={"body": text("x"), "visibility": "all"})
    play("addComment", "POST", path, 401, valid=False, auth=None, json={"body": text("x")})
    play("addComment", "POST", f"{ISSUES}/NONE-1/comment", 404, json={"body": text("x")})

    for params in ({}, {"startAt": "1", "maxResults": "1"}, {"orderBy": "-created"}, {"orderBy": "+created"}):
        play("getComments", "GET", path, 200, params=params)
    play("getComments", "GET", path, 400, valid=False, params={"orderBy": "author"})
    play("getComments", "GET", path, 401, valid=False, auth=None)
    play("getComments", "GET", f"{ISSUES}/NONE-1/comment", 404)

    here = f"{path}/{first['id']}"
    play("getComment", "GET", here, 200)
    play("updateComment", "PUT", here, 200, json={"body": text("It is nearly done.")})
    play("updateComment", "PUT", here, 400, json={"body": {"type": "paragraph"}})
    play("updateComment", "PUT", here, 400, valid=False)
    play("updateComment", "PUT", here, 401, valid=False, auth=None, json={"body": text("x")})
    play("deleteComment", "DELETE", here, 401, valid=False, auth=None)
    play("deleteComment", "DELETE", here, 204)
    play("deleteComment", "DELETE", here, 404)
    play("getComment", "GET", here, 404)
    play("getComment", "GET", here, 401, valid=False, auth=None)
    play("updateComment", "PUT", here, 404, json={"body": text("x")})


def remote_links(play: Play) -> None:
    task = play("createIssue", "POST", ISSUES, 201, json=issue())
    path, nowhere = f"{ISSUES}/{task['key']}/remotelink", f"{ISSUES}/NONE-1/remotelink"
    thing = {"url": "https://files.example.com/plan", "title": "The plan", "status": {"resolved": True, "icon": {}}}
    link = {"globalId": "file=plan", "object": thing, "relationship": "is planned in", "application": {"name": "Files"}}
    made = play("createOrUpdateRemoteIssueLink", "POST", path, 201, json=link)
    again = play("createOrUpdateRemoteIssueLink", "POST", path, 200, json={**link, "object": {**thing, "summary": "A"}})
    assert made == again
    other = play("createOrUpdateRemoteIssueLink", "POST", path, 201, json={"object": thing})
    play("createOrUpdateRemoteIssueLink", "POST", path, 400, json={**link, "globalId": "x" * 256})
    play("createOrUpdateRemoteIssueLink", "POST", path, 400, valid=False, json={"object": {"title": "The plan"}})
    play("createOrUpdateRemoteIssueLink", "POST", path, 401, valid=False, auth=None, json=link)
    play("createOrUpdateRemoteIssueLink", "POST", nowhere, 404, json=link)

    assert len(play("getRemoteIssueLinks", "GET", path, 200)) == 2
    play("getRemoteIssueLinks", "GET", path, 401, valid=False, auth=None)
    play("getRemoteIssueLinks", "GET", nowhere, 404)

    here = f"{path}/{other['id']}"
    play("updateRemoteIssueLink", "PUT", here, 204, json={"object": {**thing, "title": "The new plan"}})
    play("updateRemoteIssueLink", "PUT", here, 400, valid=False, json={"object": {}})
    play("updateRemoteIssueLink", "PUT", here, 401, valid=False, auth=None, json={"object": thing})
    play("updateRemoteIssueLink", "PUT", f"{path}/1", 404, json={"object": thing})
    play("getRemoteIssueLinkById", "GET", here, 200)
    play("getRemoteIssueLinkById", "GET", f"{path}/file=plan", 400)
    play("deleteRemoteIssueLinkById", "DELETE", f"{path}/file=plan", 400)
    play("getRemoteIssueLinkById", "GET", here, 401, valid=False, auth=None)
    play("deleteRemoteIssueLinkById", "DELETE", here, 401, valid=False, auth=None)
    play("deleteRemoteIssueLinkById", "DELETE", here, 204)
    play("deleteRemoteIssueLinkById", "DELETE", here, 404)
    play("getRemoteIssueLinkById", "GET", here, 404)

    named = {"globalId": "file=plan"}
    play("deleteRemoteIssueLinkByGlobalId", "DELETE", path, 400, valid=False)
    play("deleteRemoteIssueLinkByGlobalId", "DELETE", path, 401, valid=False, auth=None, params=named)
    play("deleteRemoteIssueLinkByGlobalId", "DELETE", path, 204, params=named)
    play("deleteRemoteIssueLinkByGlobalId", "DELETE", path, 404, params=named)


def what_there_is(play: Play, ids: Ids) -> None:
    whole = {
        "getServerInfo": "serverInfo", "getCurrentUser": "myself", "getFields": "field", "getAllLabels": "label",
        "getIssueAllTypes": "issuetype", "getPriorities": "priority", "getStatuses": "status",
        "getAllProjects": "project", "searchProjects": "project/search",
    }  # fmt: skip
    open_to_all = ("getAllLabels", "getIssueAllTypes", "getIssueType")
    for operation, path in whole.items():
        play(operation, "GET", f"{API}/{path}", 200)
        if operation not in open_to_all:
            play(operation, "GET", f"{API}/{path}", 401, valid=False, auth=None)
    for operation, path, names in (
        ("getIssueType", "issuetype", ids("jira.issuetype")),
        ("getPriority", "priority", ids("jira.priority")),
        ("getStatus", "status", [*ids("jira.status"), "In Progress"]),
        ("getProject", "project", [*ids("jira.project"), "PROJ"]),
    ):
        for name in names:
            play(operation, "GET", f"{API}/{path}/{name}", 200)
        play(operation, "GET", f"{API}/{path}/none", 404)
        if operation not in open_to_all:
            play(operation, "GET", f"{API}/{path}/{names[0]}", 401, valid=False, auth=None)

    for group in play("getStatusCategories", "GET", f"{API}/statuscategory", 200):
        for name in (group["id"], group["key"]):
            assert play("getStatusCategory", "GET", f"{API}/statuscategory/{name}", 200) == group
    play("getStatusCategories", "GET", f"{API}/statuscategory", 401, valid=False, auth=None)
    play("getStatusCategory", "GET", f"{API}/statuscategory/new", 401, valid=False, auth=None)

    play("getAllLabels", "GET", f"{API}/label", 200, params={"startAt": "1", "maxResults": "1"})
    find = f"{API}/project/search"
    for params in ({"keys": "PROJ,WEB", "orderBy": "-name"}, {"query": "port"}, {"typeKey": "business"}, {"id": "1"}):
        play("searchProjects", "GET", find, 200, params=params)
    play("searchProjects", "GET", find, 400, valid=False, params={"orderBy": "colour"})

    mia = play("getCurrentUser", "GET", f"{API}/myself", 200)
    play("getUser", "GET", f"{API}/user", 200, params={"accountId": mia["accountId"]})
    play("getUser", "GET", f"{API}/user", 404, params={"accountId": "0" * 24})
    play("getUser", "GET", f"{API}/user", 401, valid=False, auth=None)
    play("findUsers", "GET", f"{API}/user/search", 200, params={"query": "mia"})
    play("findUsers", "GET", f"{API}/user/search", 200, params={"query": "EXAMPLE.com", "maxResults": "2"})
    play("findUsers", "GET", f"{API}/user/search", 400)
    play("findUsers", "GET", f"{API}/user/search", 401, valid=False, auth=None)

    play("getAllStatuses", "GET", f"{API}/project/PROJ/statuses", 200)
    play("getAllStatuses", "GET", f"{API}/project/NONE/statuses", 404)
    play("getAllStatuses", "GET", f"{API}/project/PROJ/statuses", 401, valid=False, auth=None)

    meta = f"{ISSUES}/createmeta"
    assert len(play("getCreateIssueMeta", "GET", meta, 200)["projects"]) == 3
    few = {"projectKeys": "PROJ,WEB", "issuetypeNames": "Sub-task", "expand": "projects.issuetypes.fields"}
    projects = play("getCreateIssueMeta", "GET", meta, 200, params=few)["projects"]
    kinds = [(project["key"], kind["name"]) for project in projects for kind in project["issuetypes"]]
    assert kinds == [("PROJ", "Sub-task"), ("WEB", "Sub-task")]
    assert projects[0]["issuetypes"][0]["fields"]["parent"]["required"]
    play("getCreateIssueMeta", "GET", meta, 401, valid=False, auth=None)
    types, other = f"{ISSUES}/createmeta/PROJ/issuetypes", f"{ISSUES}/createmeta/NONE/issuetypes"
    listed = play("getCreateIssueMetaIssueTypes", "GET", types, 200)["issueTypes"]
    play("getCreateIssueMetaIssueTypes", "GET", types, 200, params={"startAt": "3", "maxResults": "1"})
    play("getCreateIssueMetaIssueTypes", "GET", other, 400)
    play("getCreateIssueMetaIssueTypes", "GET", types, 401, valid=False, auth=None)
    for kind in listed:
        fields = play("getCreateIssueMetaIssueTypeId", "GET", f"{types}/{kind['id']}", 200)["fields"]
        required = {field["fieldId"] for field in fields if field["required"]}
        assert required == {"project", "issuetype", "summary", *(["parent"] if kind["subtask"] else [])}
    play("getCreateIssueMetaIssueTypeId", "GET", f"{types}/none", 400)
    play("getCreateIssueMetaIssueTypeId", "GET", f"{types}/{listed[0]['id']}", 401, valid=False, auth=None)


def searches(play: Play) -> None:
    find, count = f"{API}/search/jql", f"{API}/search/approximate-count"
    query, wrong = "project = PROJ ORDER BY created DESC", "project = = PROJ"
    total = play("countIssues", "POST", count, 200, json={"jql": query})["count"]
    play("countIssues", "POST", count, 400, json={"jql": wrong})
    play("countIssues", "POST", count, 400, json={})
    play("countIssues", "POST", count, 401, valid=False, auth=None, json={"jql": query})

    found: list[str] = []
    params = {"jql": query, "maxResults": "2", "fields": "summary,status"}
    for _ in range(total):
        page = play("searchAndReconsileIssuesUsingJql", "GET", find, 200, params=params)
        found += [item["id"] for item in page["issues"]]
        if page["isLast"]:
            break
        params["nextPageToken"] = page["nextPageToken"]
    assert len(set(found)) == len(found) == total
    play("searchAndReconsileIssuesUsingJql", "GET", find, 200, params={"jql": "project = WEB", "fields": "*all"})
    play("searchAndReconsileIssuesUsingJql", "GET", find, 400, params={"jql": wrong})
    play("searchAndReconsileIssuesUsingJql", "GET", find, 400, params={"jql": query, "nextPageToken": "none"})
    play("searchAndReconsileIssuesUsingJql", "GET", find, 401, valid=False, auth=None, params={"jql": query})

    operation = "searchAndReconsileIssuesUsingJqlPost"
    first = play(operation, "POST", find, 200, json={"jql": query, "maxResults": 3, "fields": ["*all"]})
    assert [item["id"] for item in first["issues"]] == found[:3]
    further = {"jql": query, "nextPageToken": first["nextPageToken"], "reconcileIssues": [int(found[0])]}
    play(operation, "POST", find, 200, json=further)
    play(operation, "POST", find, 400, json={"jql": wrong})
    play(operation, "POST", find, 400, valid=False, json={"jql": query, "size": 3})
    play(operation, "POST", find, 401, valid=False, auth=None, json={"jql": query})

    older = f"{API}/search"
    for start in ("0", "2"):
        params = {"jql": query, "startAt": start, "maxResults": "2", "fields": "summary"}
        shown = play("searchForIssuesUsingJql", "GET", older, 200, params=params)
        assert [item["id"] for item in shown["issues"]] == found[int(start) : int(start) + 2]
        assert shown["total"] == total
    play("searchForIssuesUsingJql", "GET", older, 400, params={"jql": wrong})
    play("searchForIssuesUsingJql", "GET", older, 401, valid=False, auth=None)
    operation = "searchForIssuesUsingJqlPost"
    assert play(operation, "POST", older, 200, json={"jql": query, "fields": ["*all"]})["total"] == total
    play(operation, "POST", older, 400, json={"jql": wrong})
    play(operation, "POST", older, 401, valid=False, auth=None, json={"jql": query})
