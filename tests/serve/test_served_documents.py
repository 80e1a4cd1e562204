"""The documents that are served say what is answered and accepted, no less and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

import atlasgen
from atlasgen.serve import documents, examples, http
from tests.serve.sending import Send, emulator, sender, tracker_and_wiki

NAMES = ("jira", "confluence")
GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def send() -> Send:
    return sender(http.application(tracker_and_wiki(seed=3), token="t"))


def body_of(name: str, tool: str) -> jsonschema_rs.Draft202012Validator:
    document: Any = documents.document(emulator(name).plan)
    every = [item for path in document["paths"].values() for item in path.values()]
    found = next(item for item in every if item["operationId"] == tool)
    schema = found["requestBody"]["content"]["application/json"]["schema"]
    return jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})


@pytest.mark.parametrize("name", NAMES)
def test_document_is_served_to_everybody_and_is_valid(send: Send, name: str) -> None:
    answer = send("GET", f"/openapi/{name}.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    validate(answer.json())
    assert "$defs" not in answer.text
    assert "x-atlasgen" not in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_stands_at_its_real_path(send: Send, name: str) -> None:
    paths = send("GET", f"/openapi/{name}.json").json()["paths"]
    told = {(path, method, item["operationId"]) for path, items in paths.items() for method, item in items.items()}
    assert told == {(item.path, item.method, item.operation_id) for item in emulator(name).plan.operations}


def test_other_documents_are_not_there(send: Send) -> None:
    assert send("GET", "/openapi/other.json", auth=("a", "t")).status_code == 404
    assert send("GET", "/openapi/other.json").status_code == 401
    assert send("POST", "/openapi/jira.json").status_code == 405


FIELDS = {"project": {"key": "PROJ", "name": "x"}, "issuetype": {"name": "Task"}, "summary": "x"}
NESTED = {"storage": {"representation": "storage", "value": ""}}

LENIENT: tuple[tuple[str, str, Any], ...] = (
    ("jira", "doTransition", {"transition": {"id": 31}, "fields": None, "update": {}}),
    ("jira", "editIssue", {"fields": {"summary": "x"}, "update": None}),
    ("jira", "editIssue", {"update": {"comment": [{"add": {"body": {"type": "doc", "version": 1, "content": []}}}]}}),
    ("jira", "createIssue", {"fields": {**FIELDS, "priority": None}, "update": {}, "historyMetadata": {"x": 1}}),
    ("jira", "searchForIssuesUsingJqlPost", {"jql": "", "fields": None, "expand": "names"}),
    ("confluence", "createPage", {"spaceId": 1, "title": "x", "body": {"representation": "storage", "value": ""}}),
    ("confluence", "createPage", {"spaceId": "1", "title": "x", "body": NESTED}),
    ("confluence", "addLabelsToContent", {"name": "x", "prefix": "global"}),
    ("confluence", "addLabelsToContent", [{"name": "x", "prefix": "global"}]),
)  # fmt: skip


@pytest.mark.parametrize(("name", "tool", "body"), LENIENT, ids=lambda value: str(value)[:60])
def test_lenient_forms_that_are_accepted_are_declared(name: str, tool: str, body: Any) -> None:
    assert body_of(name, tool).is_valid(body)


@pytest.mark.parametrize(
    ("name", "tool", "body"),
    [
        ("jira", "doTransition", {"transition": {"id": 1.5}}),
        ("jira", "doTransition", {"transition": {"id": "31"}, "fields": {"summary": "x"}}),
        ("jira", "editIssue", {"fields": {}, "update": None}),
        ("jira", "createIssue", {"fields": {"summary": "x"}}),
        ("confluence", "createPage", {"spaceId": None, "title": "x"}),
        ("confluence", "addLabelsToContent", "x"),
    ],
    ids=str,
)
def test_what_is_refused_is_not_declared(name: str, tool: str, body: Any) -> None:
    assert not body_of(name, tool).is_valid(body)


def test_links_lead_from_a_record_to_what_can_be_done_with_it() -> None:
    document: Any = documents.document(emulator("jira").plan)
    links = document["paths"]["/rest/api/3/issue"]["post"]["responses"]["201"]["links"]
    assert links["getIssue"] == {"operationId": "getIssue", "parameters": {"path.issueIdOrKey": "$response.body#/id"}}
    assert {"deleteIssue", "addComment", "doTransition"} <= links.keys()
    added = document["paths"]["/rest/api/3/issue/{issueIdOrKey}/comment"]["post"]["responses"]["201"]["links"]
    assert added["deleteComment"]["parameters"] == {
        "path.issueIdOrKey": "$request.path.issueIdOrKey", "path.id": "$response.body#/id",
    }  # fmt: skip


def test_refusals_have_the_shape_that_is_told(send: Send) -> None:
    for name, path in (("jira", "/rest/api/3/issue/0"), ("confluence", "/wiki/api/v2/pages/1")):
        document = send("GET", f"/openapi/{name}.json").json()
        schema = {"$ref": "#/components/schemas/Refusal", "components": document["components"]}
        for auth in (("a", "t"), ("a", "x")):
            assert jsonschema_rs.Draft202012Validator(schema).is_valid(send("GET", path, auth=auth).json())
        assert not jsonschema_rs.Draft202012Validator(schema).is_valid({"error": "x"})


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: str(path.stem))
def test_document_of_any_api_is_valid_and_shows_calls_that_are_accepted(path: Path) -> None:
    environment = atlasgen.load(path)
    send = sender(http.application(environment))
    (plan,) = (item.plan for item in environment.emulators)
    served = send("GET", f"/openapi/{plan.name}.json")
    assert served.status_code == send("HEAD", f"/openapi/{plan.name}.json").status_code == 200
    validate(served.json())
    shown = examples.examples(environment)[plan.name]
    assert shown
    for tool, arguments in shown.items():
        environment.reset()
        assert environment.call(tool, arguments).ok


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_has_an_example_that_is_what_its_schema_allows(send: Send, name: str) -> None:
    document = send("GET", f"/openapi/{name}.json").json()
    shown = examples.examples(tracker_and_wiki(seed=3))[name]
    for path in document["paths"].values():
        for item in path.values():
            arguments = shown[item["operationId"]]
            content = item.get("requestBody", {}).get("content", {}).get("application/json", {})
            assert content.get("example") == arguments.get("body")
            if content:
                schema = {**content["schema"], "components": document["components"]}
                assert jsonschema_rs.Draft202012Validator(schema).is_valid(arguments["body"])
            for parameter in item["parameters"]:
                assert parameter.get("example") == arguments.get(parameter["name"])
                assert not parameter["required"] or "example" in parameter
