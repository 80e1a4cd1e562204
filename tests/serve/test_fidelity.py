"""What clients of the two services rely on, point by point as `API-FACTS.md` lists it, over HTTP."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.serve import http
from tests.serve.sending import Send, sender, tracker_and_wiki

SITE = "http://site.test"
NEW, OLD = "/rest/api/3", "/rest/api/2"
WIKI, FIRST = "/wiki/api/v2", "/wiki/rest/api"
VERSIONS = (NEW, OLD, "/rest/api/latest")


@pytest.fixture(scope="module")
def world() -> Environment:
    return tracker_and_wiki(seed=3)


@pytest.fixture(scope="module")
def everywhere(world: Environment) -> Send:
    return sender(http.application(world))


@pytest.fixture
def send(world: Environment, everywhere: Send) -> Send:
    world.reset()
    return everywhere


def document(*paragraphs: str) -> dict[str, Any]:
    content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in paragraphs]
    return {"type": "doc", "version": 1, "content": content}


def task(**more: Any) -> dict[str, Any]:
    return {"fields": {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "Ship it", **more}}


def created(send: Send, api: str = NEW, **more: Any) -> dict[str, Any]:
    answer = send("POST", f"{api}/issue", json=task(**more))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def space(send: Send, key: str = "DOCS") -> dict[str, Any]:
    (found,) = send("GET", f"{WIKI}/spaces?keys={key}").json()["results"]
    return dict(found)


def page(send: Send, title: str = "Installation") -> dict[str, Any]:
    (found,) = send("GET", f"{WIKI}/pages", params={"title": title}).json()["results"]
    return dict(found)


def written(send: Send, title: str, **more: Any) -> dict[str, Any]:
    body = {"spaceId": space(send)["id"], "status": "current", "title": title, **more}
    answer = send("POST", f"{WIKI}/pages", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts in a value, each with the name of its member."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, name)
    elif isinstance(value, str):
        yield name, value


# -- 1: links ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", VERSIONS)
def test_links_are_absolute_and_lead_to_what_they_stand_in(send: Send, api: str) -> None:
    part = created(send, api, issuetype={"name": "Sub-task"}, parent={"key": created(send, api)["key"]})
    send("POST", f"{api}/issue/{part['key']}/comment", json={"body": "x" if api != NEW else document("x")})
    pending = [
        f"{SITE}{api}{path}"
        for path in (
            "/search/jql?jql=project in (PROJ, WEB, OPS)&fields=*all&maxResults=200", "/project/search", "/myself",
            f"/issue/{part['key']}/comment", "/issue/PROJ-1/transitions", "/project/PROJ/statuses", "/project/PROJ",
            "/issue/createmeta/PROJ/issuetypes", "/issue/createmeta", "/status", "/priority", "/issuetype",
        )
    ]  # fmt: skip
    shown: dict[str, Any] = {}
    found: set[str] = set()
    for address in pending:  # it grows while it is walked
        if address not in shown:
            answer = send("GET", address)
            assert answer.status_code == 200, address
            shown[address] = answer.json()
            for name, text in texts(shown[address]):
                if name == "self":
                    assert text.startswith(f"{SITE}{api}/"), text
                    pending.append(text)
                    found.add(text)
    assert all(shown[address]["self"] == address for address in found)
    forms = {re.sub(r"[0-9a-f]{24}|[0-9]+", "{id}", address.removeprefix(f"{SITE}{api}")) for address in found}
    assert forms == {
        "/issue/{id}", "/issue/{id}/comment/{id}", "/status/{id}", "/issuetype/{id}", "/project/{id}", "/priority/{id}",
        "/user?accountId={id}", "/statuscategory/{id}",
    }  # fmt: skip


@pytest.mark.parametrize("api", VERSIONS)
def test_what_a_link_leads_to_is_changed_and_deleted_there(send: Send, api: str) -> None:
    issue = created(send, api)["self"]
    assert send("PUT", issue, json={"fields": {"summary": "Ship it now"}}).status_code == 204
    assert send("GET", issue).json()["fields"]["summary"] == "Ship it now"
    text: Any = document("x") if api == NEW else "x"
    comment = send("POST", f"{issue}/comment", json={"body": text}).json()["self"]
    assert send("PUT", comment, json={"body": text}).status_code == 200
    assert send("DELETE", comment).status_code == 204
    link = {"object": {"url": "https://example.com", "title": "A"}}
    remote = send("POST", f"{issue}/remotelink", json=link).json()["self"]
    assert send("PUT", remote, json=link).status_code == 204
    assert send("DELETE", remote).status_code == 204
    assert send("DELETE", issue).status_code == 204
    assert [send("GET", address).status_code for address in (issue, comment, remote)] == [404] * 3


# -- 2: ids ------------------------------------------------------------------------------------------------------------


def test_ids_are_text_but_for_the_numbers_among_them(send: Send) -> None:
    issue = send("GET", created(send)["self"]).json()
    assert re.fullmatch("[0-9]+", issue["id"])
    fields = issue["fields"]
    assert all(isinstance(fields[name]["id"], str) for name in ("project", "issuetype", "status", "priority"))
    assert type(fields["status"]["statusCategory"]["id"]) is int
    assert re.fullmatch("[0-9a-f]{24}", fields["reporter"]["accountId"])
    found = page(send)
    assert all(re.fullmatch("[0-9]+", found[name]) for name in ("id", "spaceId", "parentId"))
    assert type(found["version"]["number"]) is int
    assert re.fullmatch("[0-9a-f]{24}", found["authorId"])
    assert re.fullmatch("[0-9a-f]{24}", send("GET", f"{FIRST}/user/current").json()["accountId"])


# -- 3: content types --------------------------------------------------------------------------------------------------


def test_answers_with_a_body_are_json_and_204_is_empty(send: Send) -> None:
    issue, made = created(send), written(send, "Typed")
    calls = [
        ("GET", f"{NEW}/myself", None), ("GET", f"{OLD}/issue/{issue['key']}", None), ("GET", f"{WIKI}/spaces", None),
        ("GET", f"{FIRST}/user/current", None), ("POST", f"{NEW}/search/jql", {"jql": "project = PROJ"}),
        ("PUT", f"{NEW}/issue/{issue['key']}?returnIssue=true", {"fields": {"summary": "A"}}),
        ("PUT", f"{NEW}/issue/{issue['key']}", {"fields": {"summary": "A"}}),
        ("PUT", f"{OLD}/issue/{issue['key']}/assignee", {"accountId": None}),
        ("DELETE", f"{NEW}/issue/{issue['key']}", None), ("DELETE", f"{WIKI}/pages/{made['id']}", None),
    ]  # fmt: skip
    answers = [send(method, path, json=body) for method, path, body in calls]
    assert [answer.status_code for answer in answers] == [200] * 6 + [204] * 4
    for answer in answers:
        if answer.status_code == 204:
            assert (answer.content, answer.headers.get("content-type")) == (b"", None)
        else:
            assert answer.headers["content-type"] == "application/json"
            assert answer.json() is not None


# -- 4: lenient input --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", VERSIONS)
def test_transition_is_named_by_a_number_and_beside_empty_members(send: Send, api: str) -> None:
    issue = created(send, api)["key"]
    others: list[dict[str, Any]] = [
        {},
        {"fields": {}, "update": {}},
        {"fields": None, "historyMetadata": None, "properties": []},
    ]
    for more in others:
        offered = send("GET", f"{api}/issue/{issue}/transitions?expand=transitions.fields").json()["transitions"]
        body = {"transition": {"id": int(offered[0]["id"])}, **more}
        assert send("POST", f"{api}/issue/{issue}/transitions", json=body).status_code == 204
        assert send("GET", f"{api}/issue/{issue}?fields=status").json()["fields"]["status"] == offered[0]["to"]


@pytest.mark.parametrize("given", ["True", "true", "TRUE"])
def test_truth_is_written_in_any_case(send: Send, given: str) -> None:
    issue = created(send)
    created(send, issuetype={"name": "Sub-task"}, parent={"key": issue["key"]})
    shown = send("PUT", f"{issue['self']}?returnIssue={given}&notifyUsers={given}", json={"fields": {"summary": "B"}})
    assert shown.json()["fields"]["summary"] == "B"
    assert send("DELETE", f"{issue['self']}?deleteSubtasks=False").status_code == 400
    assert send("DELETE", f"{issue['self']}?deleteSubtasks={given}").status_code == 204
    labels = send("GET", f"{WIKI}/pages/{page(send)['id']}?include-labels={given}").json()["labels"]["results"]
    assert {label["name"] for label in labels} == {"howto", "reviewed"}


def test_null_is_as_good_as_nothing(send: Send) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("description", "assignee", "priority", "parent", "duedate", "labels"))
    issue = created(send, **nothing)
    assert send("GET", issue["self"]).json()["fields"]["priority"]["name"] == "Medium"
    comment = {"body": document("x"), "visibility": None, "properties": None}
    assert send("POST", f"{issue['self']}/comment", json=comment).status_code == 201
    link = {
        "globalId": None,
        "relationship": None,
        "object": {"url": "https://example.com", "title": "A", "icon": None},
    }
    assert send("POST", f"{issue['self']}/remotelink", json=link).status_code == 201
    search = {"jql": "project = PROJ", "fields": None, "maxResults": None, "nextPageToken": None, "expand": None}
    assert len(send("POST", f"{NEW}/search/jql", json=search).json()["issues"]) > 1
    made = written(send, "Nothing", parentId=None, body=None, subtype=None)
    change = {
        "id": made["id"], "status": "current", "title": "Something", "spaceId": None, "parentId": None, "ownerId": None,
        "body": {"representation": "storage", "value": "<p>x</p>"}, "version": {"number": 2, "message": None},
    }  # fmt: skip
    changed = send("PUT", f"{WIKI}/pages/{made['id']}", json=change)
    assert (changed.status_code, changed.json()["parentId"]) == (200, made["parentId"])
    answer = {"pageId": made["id"], "parentCommentId": None, "body": {"representation": "storage", "value": "<p>x</p>"}}
    assert send("POST", f"{WIKI}/footer-comments", json=answer).status_code == 201


def test_null_where_something_is_needed_is_refused(send: Send) -> None:
    refused = send("POST", f"{NEW}/issue", json=task(summary=None, issuetype=None, description=None))
    assert refused.json()["errors"].keys() == {"summary", "issuetype"}
    assert send("POST", f"{WIKI}/pages", json={"spaceId": None, "title": "A"}).status_code == 400


@pytest.mark.parametrize("api", VERSIONS)
def test_empty_fields_and_updates_and_members_of_older_clients_do_no_harm(send: Send, api: str) -> None:
    more: dict[str, Any] = {"update": {}, "historyMetadata": {}, "properties": []}
    issue = send("POST", f"{api}/issue?updateHistory=False", json={**task(), **more}).json()
    changes: list[dict[str, Any]] = [
        {"fields": {"summary": "A"}, "update": {}},
        {"fields": {}, "update": {"labels": [{"add": "x"}]}},
        {"fields": {"summary": "B"}, "update": None, "notifyUsers": "true", "properties": [], "historyMetadata": {}},
    ]
    for body in changes:
        assert send("PUT", f"{api}/issue/{issue['key']}?notifyUsers=False", json=body).status_code == 204
    fields = send("GET", f"{api}/issue/{issue['key']}").json()["fields"]
    assert (fields["summary"], fields["labels"]) == ("B", ["x"])


def test_records_that_are_echoed_whole_name_themselves(send: Send) -> None:
    shown = send("GET", created(send)["self"]).json()["fields"]
    echoed = {name: shown[name] for name in ("project", "issuetype", "priority", "reporter")}
    again = send("GET", created(send, **echoed, assignee=shown["reporter"])["self"]).json()["fields"]
    assert {name: again[name] for name in echoed} == echoed
    assert again["assignee"] == shown["reporter"]
    assignee = {"accountId": shown["reporter"]["accountId"], "name": None, "displayName": "Mia"}
    assert send("PUT", f"{NEW}/issue/PROJ-1/assignee", json=assignee).status_code == 204


def test_unknown_and_empty_parameters_are_ignored(send: Send) -> None:
    query = "fields=summary&expand=names&properties=*all&updateHistory=True&failFast=false&_=1"
    assert list(send("GET", f"{NEW}/issue/PROJ-1?{query}").json()["fields"]) == ["summary"]
    for path in (
        f"{NEW}/search/jql?jql=project = PROJ&nextPageToken=&maxResults=&expand=&fieldsByKeys=False",
        f"{NEW}/project/search?orderBy=&maxResults=2&status=live&action=view&startAt=0",
        f"{NEW}/issue/PROJ-1/comment?maxResults=&orderBy=&expand=renderedBody",
        f"{WIKI}/spaces?type=&status=&sort=&labels=x&include-icon=False",
        f"{WIKI}/pages?cursor=&limit=2&body-format=&serialize-ids-as-strings=true",
    ):
        answer = send("GET", path).json()
        assert next(value for name, value in answer.items() if isinstance(value, list)) or "comment" in path


def test_empty_query_beside_an_empty_number_is_still_the_query_for_everything(send: Send) -> None:
    everything = send("GET", f"{NEW}/search/jql?jql=").json()
    assert everything["issues"]
    assert send("GET", f"{NEW}/search/jql?jql=&maxResults=").json() == everything


@pytest.mark.parametrize("path", [f"{NEW}/issue/", f"{OLD}/issue/"])
def test_slash_at_the_end_of_a_post_is_forgiven(send: Send, path: str) -> None:
    assert send("POST", path, json=task()).status_code == 201
    made = {"spaceId": space(send)["id"], "title": "Slash", "body": {"representation": "storage", "value": ""}}
    assert send("POST", f"{WIKI}/pages/", json=made).status_code == 200


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("fields=summary,status", {"summary", "status"}),
        ("fields=summary&fields=status", {"summary", "status"}),
        ("fields=*none", set()),
        ("fields=*none,summary", {"summary"}),
        ("fields=*all,-description,-subtasks", None),
    ],
)
@pytest.mark.parametrize("api", VERSIONS)
def test_fields_are_chosen_in_any_spelling(send: Send, api: str, query: str, shown: set[str] | None) -> None:
    whole = send("GET", f"{api}/issue/PROJ-1").json()["fields"].keys()
    expected = whole - {"description", "subtasks"} if shown is None else shown
    assert send("GET", f"{api}/issue/PROJ-1?{query}").json()["fields"].keys() == expected
    (found,) = send("GET", f"{api}/search/jql?jql=key = PROJ-1&{query}").json()["issues"]
    assert found["fields"].keys() == expected


@pytest.mark.parametrize("query", ["keys=PROJ,WEB", "keys=PROJ&keys=WEB", "keys=PROJ&keys=WEB&startAt=0&maxResults=50"])
def test_lists_of_names_are_written_in_both_ways(send: Send, query: str) -> None:
    assert [item["key"] for item in send("GET", f"{NEW}/project/search?{query}").json()["values"]] == ["PROJ", "WEB"]
    keys = query.replace("PROJ", "DOCS").replace("WEB", "HR")
    found = send("GET", f"{WIKI}/spaces?{keys}&sort=key").json()["results"]
    assert [item["key"] for item in found] == ["DOCS", "HR"]
    ids = [item["id"] for item in found]
    assert len(send("GET", f"{WIKI}/pages?space-id={','.join(ids)}&limit=200").json()["results"]) == sum(
        len(send("GET", f"{WIKI}/spaces/{id}/pages?limit=200").json()["results"]) for id in ids
    )


def test_projects_come_page_by_page(send: Send) -> None:
    pages = [send("GET", f"{NEW}/project/search?startAt={start}&maxResults=2").json() for start in (0, 2)]
    assert [item["key"] for answer in pages for item in answer["values"]] == ["OPS", "PROJ", "WEB"]
    assert [(answer["total"], answer["isLast"]) for answer in pages] == [(3, False), (3, True)]


def test_words_for_no_text_and_for_any_state_are_understood(send: Send) -> None:
    made = written(send, "Trash")
    send("DELETE", f"{WIKI}/pages/{made['id']}")
    assert "body" not in send("GET", f"{WIKI}/pages/{made['id']}?body-format=none").json()
    found = send("GET", f"{WIKI}/pages?title=Trash&status=any&body-format=none").json()["results"]
    assert [(item["id"], item["status"]) for item in found] == [(made["id"], "trashed")]


# -- 5: the two forms of bodies and labels -----------------------------------------------------------------------------

ADF = '{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Hi."}]}]}'


@pytest.mark.parametrize(
    "body",
    [
        {"representation": "storage", "value": "<p>Hi.</p>"},
        {"storage": {"representation": "storage", "value": "<p>Hi.</p>"}},
        {"storage": {"value": "<p>Hi.</p>"}},
        {"representation": "atlas_doc_format", "value": ADF},
        {"atlas_doc_format": {"representation": "atlas_doc_format", "value": ADF}},
        {"representation": "wiki", "value": "Hi."},
        {"wiki": {"representation": "wiki", "value": "Hi."}},
    ],
)
def test_text_of_a_page_or_comment_is_given_in_both_forms(send: Send, body: dict[str, Any]) -> None:
    kept = {"storage": {"representation": "storage", "value": "<p>Hi.</p>"}}
    made = written(send, "Forms", body=body)
    assert made["body"] == kept
    change = {"id": made["id"], "status": "current", "title": "Forms", "version": {"number": 2}, "body": body}
    assert send("PUT", f"{WIKI}/pages/{made['id']}", json=change).json()["body"] == kept
    comment = send("POST", f"{WIKI}/footer-comments", json={"pageId": made["id"], "body": body})
    assert (comment.status_code, comment.json()["body"]) == (201, kept)


@pytest.mark.parametrize(
    "labels",
    [
        {"prefix": "global", "name": "new"},
        [{"prefix": "global", "name": "new"}],
        {"name": "new"},
        [{"name": "new"}, {"prefix": None, "name": "newer"}],
    ],
)
def test_label_is_given_alone_or_in_a_list(send: Send, labels: Any) -> None:
    id = page(send)["id"]
    added = send("POST", f"{FIRST}/content/{id}/label", json=labels)
    names = ["howto", "reviewed", "new", "newer"][: 2 + (len(labels) if isinstance(labels, list) else 1)]
    assert [item["name"] for item in added.json()["results"]] == names
    assert {item["prefix"] for item in added.json()["results"]} == {"global"}
    assert added.json()["size"] == len(names)
    assert send("DELETE", f"{FIRST}/content/{id}/label?name=new").status_code == 204
    assert send("DELETE", f"{FIRST}/content/{id}/label/howto").status_code == 204
    left = send("GET", f"{WIKI}/pages/{id}/labels").json()["results"]
    assert [item["name"] for item in left] == [name for name in names if name not in ("new", "howto")]


# -- 6: cursors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"{WIKI}/spaces?limit=1", f"{WIKI}/pages?limit=4&status=current&body-format=storage", f"{WIKI}/labels?limit=2",
        f"{WIKI}/spaces/{{space}}/pages?limit=3", f"{WIKI}/pages/{{home}}/children?limit=1",
        f"{WIKI}/pages/{{home}}/direct-children?limit=1", f"{WIKI}/pages/{{page}}/labels?limit=1",
        f"{WIKI}/pages/{{page}}/versions?limit=1",
    ],
)  # fmt: skip
def test_lists_lead_on_by_relative_links_with_cursors(send: Send, path: str) -> None:
    docs = space(send)
    address: str | None = path.format(space=docs["id"], home=docs["homepageId"], page=page(send)["id"])
    whole = send("GET", re.sub("limit=[0-9]+", "limit=200", str(address))).json()["results"]
    seen: list[Any] = []
    while address is not None:
        answer = send("GET", address).json()
        seen += answer["results"]
        assert answer["_links"]["base"] == f"{SITE}/wiki"
        address = answer["_links"].get("next")
        if address is not None:
            assert address.startswith("/wiki/api/v2/")
            assert "cursor=" in urlsplit(address).query
    assert seen == whole
    assert len(whole) > 1


def test_lists_of_version_1_count_what_they_hold(send: Send) -> None:
    query = "type = page and space = DOCS"
    found = send("GET", f"{FIRST}/search", params={"cql": query, "limit": 2}).json()
    assert (len(found["results"]), found["size"], found["limit"], found["start"]) == (2, 2, 2, 0)
    assert found["totalSize"] > 2
    assert found["_links"]["base"] == f"{SITE}/wiki"
    labels = send("POST", f"{FIRST}/content/{page(send)['id']}/label", json={"name": "x"}).json()
    assert labels["size"] == len(labels["results"]) == 3


# -- 7: a created page -------------------------------------------------------------------------------------------------


def test_created_page_is_shown_whole(send: Send) -> None:
    made = written(send, "Whole", body={"representation": "storage", "value": "<p>Hi.</p>"})
    me, docs = send("GET", f"{FIRST}/user/current").json()["accountId"], space(send)
    assert made.items() >= {
        "status": "current", "title": "Whole", "spaceId": docs["id"], "parentId": docs["homepageId"],
        "parentType": "page", "position": None, "authorId": me, "ownerId": me,
        "body": {"storage": {"representation": "storage", "value": "<p>Hi.</p>"}},
    }.items()  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made["createdAt"])
    assert made["version"].items() >= {"number": 1, "authorId": me, "createdAt": made["createdAt"]}.items()
    assert send("GET", f"{WIKI}/pages/{made['id']}?body-format=storage").json()["body"] == made["body"]


# -- 8: JQL ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("api", VERSIONS)
def test_search_leads_on_by_tokens_and_shows_ids_alone(send: Send, api: str, method: str) -> None:
    def asked(**given: Any) -> dict[str, Any]:
        options = {"json" if method == "POST" else "params": {"jql": "project = PROJ ORDER BY key", **given}}
        return dict(send(method, f"{api}/search/jql", **options).json())

    whole = asked(maxResults=100)
    assert whole["isLast"] is True
    assert "nextPageToken" not in whole
    assert all(not issue.get("fields") and issue["id"] for issue in whole["issues"])
    first = asked(maxResults=3)
    assert first["isLast"] is False
    second = asked(maxResults=100, nextPageToken=first["nextPageToken"])
    assert first["issues"] + second["issues"] == whole["issues"]
    assert "nextPageToken" not in second
    counted = send("POST", f"{api}/search/approximate-count", json={"jql": "project = PROJ"}).json()
    assert counted == {"count": len(whole["issues"])}
    chosen = asked(fields=["summary", "labels"])["issues"]
    assert all(issue["fields"].keys() == {"summary", "labels"} for issue in chosen)


def test_jql_asks_for_each_of_its_fields(send: Send) -> None:
    parent = created(send)
    part = created(send, issuetype={"name": "Sub-task"}, parent={"key": parent["key"]}, labels=["a", "b"])
    other = created(send, assignee={"accountId": send("GET", f"{NEW}/myself").json()["accountId"]}, labels=["c"])
    mine = f"key in ({parent['key']}, {part['key']}, {other['key']})"

    def keys(query: str) -> list[str]:
        answer = send("GET", f"{NEW}/search/jql", params={"jql": query, "fields": "summary"})
        assert answer.status_code == 200, answer.text
        return [issue["key"] for issue in answer.json()["issues"]]

    assert keys(f"{mine} ORDER BY key") == [parent["key"], part["key"], other["key"]]
    assert keys(f"{mine} AND project = PROJ ORDER BY created DESC") == [other["key"], part["key"], parent["key"]]
    assert keys(f"parent = {parent['key']}") == [part["key"]]
    assert keys(f"{mine} AND labels = b") == [part["key"]]
    assert keys(f"{mine} AND labels in (b, c) ORDER BY key ASC") == [part["key"], other["key"]]
    assert keys(f'{mine} AND status = "To Do" AND issuetype = Sub-task') == [part["key"]]
    assert keys(f'{mine} AND status in ("In Progress", Done)') == []
    assert keys(f"{mine} AND assignee = currentUser()") == [other["key"]]
    assert keys(f'{mine} AND assignee = "Mia Keller"') == [other["key"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("api", VERSIONS)
def test_older_search_counts_and_passes_over(send: Send, api: str, method: str) -> None:
    def asked(**given: Any) -> dict[str, Any]:
        answer = send(method, f"{api}/search", **{"json" if method == "POST" else "params": given})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    query = "project = PROJ ORDER BY key"
    keys = [
        issue["key"]
        for issue in send("GET", f"{api}/search/jql?jql={query}&fields=summary&maxResults=100").json()["issues"]
    ]
    pages = [asked(jql=query, startAt=start, maxResults=3, validateQuery="strict") for start in range(0, len(keys), 3)]
    assert [issue["key"] for page in pages for issue in page["issues"]] == keys
    assert {(page["total"], page["maxResults"]) for page in pages} == {(len(keys), 3)}
    assert asked(jql=query, fields=["summary"])["issues"][0]["fields"].keys() == {"summary"}
    assert "status" in asked(jql=query)["issues"][0]["fields"]
    assert asked()["total"] > len(keys)


@pytest.mark.parametrize(
    "query",
    ["project = ", "project = = PROJ", "project PROJ", "colour = red", "project = NOPE", "status = Nope", "key = X-1",
     "status in (Done", 'summary ~ "open', "issuetype = Nope", "assignee = nobody", "ORDER BY colour"],
)  # fmt: skip
@pytest.mark.parametrize("api", [NEW, OLD])
def test_query_that_cannot_be_answered_is_refused(send: Send, api: str, query: str) -> None:
    for answer in (
        send("GET", f"{api}/search/jql", params={"jql": query}),
        send("POST", f"{api}/search/jql", json={"jql": query}),
        send("POST", f"{api}/search/approximate-count", json={"jql": query}),
    ):
        assert answer.status_code == 400
        assert len(answer.json()["errorMessages"]) == 1
        assert answer.json()["errors"] == {}


# -- 9: the rest of the tracker ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", VERSIONS)
def test_metadata_is_there(send: Send, api: str) -> None:
    def got(path: str) -> Any:
        answer = send("GET", f"{api}/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    info = got("serverInfo")
    assert (info["deploymentType"], info["versionNumbers"], info["baseUrl"]) == ("Cloud", [1001, 0, 0], SITE)
    me = got("myself")
    assert got(f"user?accountId={me['accountId']}") == me
    assert me in got("user/search?query=mia")
    fields = {field["id"]: field for field in got("field")}
    assert fields.keys() >= {"summary", "description", "issuetype", "project", "status", "parent", "labels", "assignee"}
    assert all(field["key"] == field["id"] and field["clauseNames"] for field in fields.values())
    types = got("issuetype")
    assert [kind["name"] for kind in types if kind["subtask"]] == ["Sub-task"]
    project = got("project/PROJ")
    assert got(f"project/{project['id']}") == project
    assert project["issueTypes"] == types
    assert {item["id"] for item in got("project/PROJ/statuses")} == {kind["id"] for kind in types}
    assert got("project/search?query=port")["values"][0]["key"] == "PROJ"
    listed = got("issue/createmeta/PROJ/issuetypes")
    assert [kind["id"] for kind in listed["issueTypes"]] == [kind["id"] for kind in types]
    part = next(kind for kind in types if kind["subtask"])
    form = got(f"issue/createmeta/{project['id']}/issuetypes/{part['id']}")["fields"]
    assert {field["fieldId"] for field in form if field["required"]} == {"project", "issuetype", "summary", "parent"}
    whole = got("issue/createmeta?projectKeys=PROJ&issuetypeNames=Sub-task&expand=projects.issuetypes.fields")
    assert whole["projects"][0]["issuetypes"][0]["fields"]["parent"]["required"] is True
    assert "fields" not in got("issue/createmeta")["projects"][0]["issuetypes"][0]
    assert {group["key"] for group in got("statuscategory")} == {"new", "indeterminate", "done"}
    assert got("statuscategory/done")["name"] == "Done"


def test_issue_is_edited_by_values_and_by_steps(send: Send) -> None:
    issue = created(send, labels=["a", "b"])["self"]
    steps = {"labels": [{"add": "c"}, {"remove": "a"}], "summary": [{"set": "By steps"}]}
    assert send("PUT", issue, json={"update": steps}).status_code == 204
    shown = send("PUT", f"{issue}?returnIssue=true", json={"fields": {"description": document("x")}}).json()["fields"]
    assert (shown["summary"], shown["labels"], shown["description"]) == ("By steps", ["b", "c"], document("x"))
    assert send("PUT", issue, json={"update": {"labels": [{"set": ["d"]}]}}).status_code == 204
    assert send("GET", issue).json()["fields"]["labels"] == ["d"]


@pytest.mark.parametrize("api", VERSIONS)
def test_comment_comes_with_a_transition_or_an_edit(send: Send, api: str) -> None:
    issue = created(send, api)["key"]
    said: Any = document("Said.") if api == NEW else "Said."
    wrong: Any = "Said." if api == NEW else document("Said.")

    def comments() -> list[Any]:
        return [item["body"] for item in send("GET", f"{api}/issue/{issue}/comment").json()["comments"]]

    def update(text: Any) -> dict[str, Any]:
        return {"update": {"comment": [{"add": {"body": text}}]}}

    (start,) = send("GET", f"{api}/issue/{issue}/transitions").json()["transitions"]
    for body in ({"transition": {"id": start["id"]}, **update(wrong)}, {"transition": {"id": "9"}, **update(said)}):
        assert send("POST", f"{api}/issue/{issue}/transitions", json=body).status_code == 400
    assert comments() == []
    body = {"transition": {"id": int(start["id"])}, "fields": {}, **update(said)}
    assert send("POST", f"{api}/issue/{issue}/transitions", json=body).status_code == 204
    assert send("PUT", f"{api}/issue/{issue}", json={"fields": {}, **update(said)}).status_code == 204
    assert send("PUT", f"{api}/issue/{issue}", json={"fields": {"summary": "A"}, **update(said)}).status_code == 204
    shown = send("GET", f"{api}/issue/{issue}").json()["fields"]
    assert (shown["status"]["name"], shown["summary"], comments()) == ("In Progress", "A", [said] * 3)
    for refused in ({"fields": {"summary": ""}, **update(said)}, {"update": {"comment": [{"edit": {"id": "1"}}]}}, {}):
        assert send("PUT", f"{api}/issue/{issue}", json=refused).status_code == 400
    assert send("PUT", f"{api}/issue/X-1", json=update(said)).status_code == 404
    assert len(comments()) == 3


def test_issues_are_created_in_bulk_and_the_wrong_ones_told(send: Send) -> None:
    body = {"issueUpdates": [{**task(), "update": {}}, task(size=1), task(description=None)]}
    made = send("POST", f"{NEW}/issue/bulk", json=body)
    assert (made.status_code, len(made.json()["issues"])) == (201, 2)
    assert [(item["failedElementNumber"], item["status"]) for item in made.json()["errors"]] == [(1, 400)]


# -- 10: the rest of the wiki ------------------------------------------------------------------------------------------


def test_page_is_read_in_every_way(send: Send) -> None:
    docs, found = space(send), page(send)
    assert send("GET", f"{WIKI}/spaces?ids={docs['id']}").json()["results"] == [docs]
    assert send("GET", f"{WIKI}/spaces/{docs['id']}").json()["homepageId"] == docs["homepageId"]
    listed = send("GET", f"{WIKI}/spaces/{docs['id']}/pages?title=Installation").json()["results"]
    assert [item["id"] for item in listed] == [found["id"]]
    at = f"{WIKI}/pages/{found['id']}"
    assert set(send("GET", f"{at}?body-format=atlas_doc_format").json()["body"]) == {"atlas_doc_format"}
    first = send("GET", f"{at}?version=1&body-format=storage").json()
    assert (first["version"]["number"], first["body"]["storage"]["representation"]) == (1, "storage")
    assert [item["id"] for item in send("GET", f"{at}/ancestors").json()["results"]] == [
        docs["homepageId"],
        found["parentId"],
    ]
    for path in ("children", "direct-children", "versions", "labels", "footer-comments", "properties", "attachments"):
        assert send("GET", f"{at}/{path}").json()["results"], path
    assert send("GET", f"{FIRST}/user?accountId={found['authorId']}").json()["accountId"] == found["authorId"]


def test_page_is_changed_only_from_its_newest_version(send: Send) -> None:
    made = written(send, "Locked")
    body = {"representation": "storage", "value": "<p>x</p>"}
    for number, status in ((1, 409), (3, 409), (2, 200), (2, 409), (3, 200)):
        change = {"id": made["id"], "status": "current", "title": "Locked", "body": body, "version": {"number": number}}
        assert send("PUT", f"{WIKI}/pages/{made['id']}", json=change).status_code == status
    assert send("GET", f"{WIKI}/pages/{made['id']}").json()["version"]["number"] == 3


def test_page_goes_to_the_trash_and_then_for_good(send: Send) -> None:
    made = written(send, "Gone")
    at = f"{WIKI}/pages/{made['id']}"
    assert send("DELETE", f"{at}?purge=True").status_code == 400
    assert send("DELETE", at).status_code == 204
    assert send("GET", at).json()["status"] == "trashed"
    assert send("DELETE", f"{at}?purge=True").status_code == 204
    assert send("GET", at).status_code == 404


@pytest.mark.parametrize("path", ["search", "content/search"])
def test_cql_joins_type_space_and_label(send: Send, path: str) -> None:
    def found(query: str) -> set[str]:
        answer = send("GET", f"{FIRST}/{path}", params={"cql": query, "limit": 100})
        assert answer.status_code == 200, answer.text
        return {item["title"] for item in answer.json()["results"]}

    labelled = found("type = page AND space = DOCS AND label = howto")
    assert labelled >= {"Guides", "Installation"}
    assert labelled < found("space = DOCS and type = page")
    assert "On-call duty" not in found('space in ("DOCS", HR)')
    for query in ("space = ", "space = NOPE", "colour = red", "type = page AND", 'label = "open'):
        answer = send("GET", f"{FIRST}/{path}", params={"cql": query})
        assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)


# -- 11: errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", VERSIONS)
def test_tracker_tells_all_faults_at_once(send: Send, api: str) -> None:
    wrong: dict[str, Any] = {"issuetype": {"name": "Sub-task"}, "summary": "", "labels": ["a b"], "size": 1}
    refused = send("POST", f"{api}/issue", json={"fields": {**wrong, "project": {"key": "NOPE"}}})
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/json")
    assert refused.json().keys() == {"errorMessages", "errors"}
    assert refused.json()["errorMessages"] == []
    assert refused.json()["errors"].keys() == {"project", "summary", "labels", "size", "parent"}
    assert all(isinstance(text, str) for text in refused.json()["errors"].values())


def test_wiki_tells_all_faults_at_once(send: Send) -> None:
    refused = send("POST", f"{WIKI}/pages", json={"spaceId": "1", "title": "", "status": "odd"})
    assert refused.status_code == 400
    assert len(refused.json()["errors"]) == 3
    assert all(
        item.keys() == {"status", "code", "title", "detail"} and item["status"] == 400
        for item in refused.json()["errors"]
    )
    assert send("GET", f"{FIRST}/user?accountId=x").json().keys() == {"statusCode", "message"}


@pytest.mark.parametrize(
    "path",
    [f"{api}/{path}" for api in (NEW, OLD) for path in ("issue/X-1", "project/NOPE", "user?accountId=x", "status/x",
     "issuetype/1", "priority/1", "issue/X-1/comment", "issue/PROJ-1/comment/1", "issue/PROJ-1/remotelink/1",
     "issue/X-1/transitions")]
    + [f"{WIKI}/{path}" for path in ("pages/1", "spaces/1", "pages/1/labels", "pages/1/children", "pages/1/versions",
       "spaces/1/pages", "footer-comments/1", "attachments/att1", "pages/1/properties", "pages/1/ancestors")]
    + [f"{FIRST}/user?accountId=x"],
)  # fmt: skip
def test_unknown_id_is_not_found_in_the_shape_of_the_api(send: Send, path: str) -> None:
    missing = send("GET", path)
    assert missing.status_code == 404
    assert_shape(missing, path)


def assert_shape(answer: httpx.Response, path: str) -> None:
    told = answer.json()
    if path.startswith("/rest"):
        assert told.keys() == {"errorMessages", "errors"}
        assert told["errorMessages"]
    elif path.startswith(WIKI):
        (error,) = told["errors"]
        assert error.keys() == {"status", "code", "title", "detail"}
        assert error["status"] == answer.status_code
    else:
        assert told.keys() == {"statusCode", "message"}
        assert told["statusCode"] == answer.status_code


@pytest.mark.parametrize("path", [f"{NEW}/myself", f"{OLD}/myself", f"{WIKI}/spaces", f"{FIRST}/user/current"])
def test_credentials_are_the_token_alone(world: Environment, path: str) -> None:
    guarded = sender(http.application(world, token="sesame"))
    basic = base64.b64encode(b"mia@example.com:sesame").decode()
    for header in (f"Basic {basic}", "Bearer sesame"):
        assert guarded("GET", path, headers={"authorization": header}).status_code == 200
    wrong = base64.b64encode(b"mia@example.com:other").decode()
    for headers in ({}, {"authorization": f"Basic {wrong}"}, {"authorization": "Bearer other"}):
        refused = guarded("GET", path, headers=headers)
        assert refused.status_code == 401
        assert_shape(refused, path)


@pytest.mark.parametrize("given", ["plain text", ["x"], 1, {"type": "paragraph"}, {}])
def test_version_3_takes_documents_alone(send: Send, given: Any) -> None:
    refused = send("POST", f"{NEW}/issue", json=task(description=given))
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"description"})
    assert send("PUT", f"{NEW}/issue/PROJ-1", json={"fields": {"description": given}}).status_code == 400
    assert send("PUT", f"{NEW}/issue/PROJ-1", json={"update": {"description": [{"set": given}]}}).status_code == 400
    assert send("POST", f"{NEW}/issue/PROJ-1/comment", json={"body": given}).status_code == 400


# -- 12: version 2 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", [OLD, "/rest/api/latest"])
def test_version_2_tells_rich_text_as_plain_text(send: Send, api: str) -> None:
    issue = created(send, api, description="One.\n\nTwo,\nthree.")["key"]
    assert send("GET", f"{api}/issue/{issue}").json()["fields"]["description"] == "One.\n\nTwo,\nthree."
    kept = send("GET", f"{NEW}/issue/{issue}").json()["fields"]["description"]
    assert [block["type"] for block in kept["content"]] == ["paragraph", "paragraph"]
    assert [node["type"] for node in kept["content"][1]["content"]] == ["text", "hardBreak", "text"]
    assert send("PUT", f"{NEW}/issue/{issue}", json={"fields": {"description": document("A", "B")}}).status_code == 204
    (found,) = send("GET", f"{api}/search/jql?jql=key = {issue}&fields=description").json()["issues"]
    assert found["fields"]["description"] == "A\n\nB"
    assert send("PUT", f"{api}/issue/{issue}", json={"update": {"description": [{"set": "C"}]}}).status_code == 204
    assert send("GET", f"{NEW}/issue/{issue}").json()["fields"]["description"] == document("C")
    comment = send("POST", f"{api}/issue/{issue}/comment", json={"body": "Said."}).json()
    assert comment["body"] == "Said."
    assert send("GET", f"{NEW}/issue/{issue}/comment/{comment['id']}").json()["body"] == document("Said.")
    assert send("PUT", comment["self"], json={"body": "Unsaid."}).json()["body"] == "Unsaid."
    assert [item["body"] for item in send("GET", f"{api}/issue/{issue}/comment").json()["comments"]] == ["Unsaid."]
    several = send("POST", f"{api}/issue/bulk", json={"issueUpdates": [task(description="D")]}).json()["issues"]
    assert send("GET", f"{api}/issue/{several[0]['key']}").json()["fields"]["description"] == "D"
    assert send("GET", f"{api}/issue/{created(send, api)['key']}").json()["fields"]["description"] is None


@pytest.mark.parametrize("given", [document("x"), ["x"], 1, True, {}])
def test_version_2_takes_plain_text_alone(send: Send, given: Any) -> None:
    refused = send("POST", f"{OLD}/issue", json=task(description=given))
    assert refused.json() == {"errorMessages": [], "errors": {"description": "description must be text."}}
    assert send("POST", f"{OLD}/issue/PROJ-1/comment", json={"body": given}).status_code == 400


def test_versions_answer_alike_but_for_texts_and_links(send: Send) -> None:
    created(send, description=document("x"))
    send("POST", f"{NEW}/issue/PROJ-1/comment", json={"body": document("x")})
    for path in (
        "issue/PROJ-1", "issue/PROJ-1/comment", "issue/PROJ-1/transitions", "project", "project/search", "field",
        "project/PROJ", "project/PROJ/statuses", "myself", "status", "priority", "issuetype", "label", "serverInfo",
        "search/jql?jql=project = PROJ&fields=*all", "issue/createmeta", "issue/X-1", "project/NOPE",
    ):  # fmt: skip
        new, old = send("GET", f"{NEW}/{path}"), send("GET", f"{OLD}/{path}")
        assert new.status_code == old.status_code
        assert as_version_2(new.json()) == old.json(), path


def as_version_2(value: Any) -> Any:
    if isinstance(value, list):
        return [as_version_2(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "doc":
        return "\n\n".join(text for name, text in texts(value["content"]) if name == "text")
    return {
        name: item.replace(NEW, OLD) if name == "self" and isinstance(item, str) else as_version_2(item)
        for name, item in value.items()
    }
