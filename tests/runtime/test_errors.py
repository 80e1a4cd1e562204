"""Faults in the vendor's shape: all at once, and what a client wrote is never read as a template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atlasgen.errors import Fault
from atlasgen.plan.model import PROBLEM_DETAILS, ErrorShape
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.errors import refuse
from atlasgen.runtime.operations import Emulator

SPECS = Path(__file__).parents[2] / "specs"
JIRA, CONFLUENCE = (Emulator(plan_of(SPECS / f"{name}.yaml")) for name in ("jira", "confluence"))
HOSTILE = [
    "{message}", "{field}", "{given}", "{status}", "{0.__class__}", "{0}", "{", "}", "{{message}}", "%s", "$ref",
    "\\1", "\\g<0>", "{pointer}{pointer}",
]  # fmt: skip
FIELDS = ErrorShape(
    body={
        "status": "{status}",
        "text": "{status}: {title}",
        "general": {"each": "general", "value": "{message}"},
        "fields": {"each": "located", "key": "{field}", "value": {"text": "{message}", "code": "{code}"}},
        "all": [{"each": "all", "value": "{pointer} {kind} {resource}"}],
        "fixed": [1, None, True],
    },
    located="/body/fields/",
    messages={"missing": "{field} is needed", "rule": "<{message}>", "enum": "{given} is none of these"},
    codes={"missing": "M1", "*": "X"},
)


def body_of(shape: ErrorShape, *faults: Fault, status: int = 400) -> Any:
    error = refuse(shape, status, faults, "issueType")
    assert error.status == status
    return error.body


def test_every_fault_stands_where_the_template_wants_it() -> None:
    body = body_of(
        FIELDS,
        Fault("missing", "/body/fields/summary", "is missing"),
        Fault("rule", "/body/fields/parent/key", "no"),
        Fault("extra", "/body/other", "is unknown"),
        Fault("type", "", "must be an object"),
    )
    assert body == {
        "status": 400,
        "text": "400: Bad Request",
        "general": ["is unknown", "must be an object"],
        "fields": {"summary": {"text": "summary is needed", "code": "M1"}, "parent": {"text": "<no>", "code": "X"}},
        "all": [
            [
                "/body/fields/summary missing issue type",
                "/body/fields/parent/key rule issue type",
                "/body/other extra issue type",
                " type issue type",
            ]
        ],
        "fixed": [1, None, True],
    }


def test_field_of_a_shape_without_a_place_for_fields_is_the_path_in_the_body() -> None:
    shape = ErrorShape(body={"each": "all", "value": "{field}"})
    faults = [Fault("type", pointer, "x") for pointer in ("/body/a/b/0", "/body", "/petId", "", "/body/a~1b")]
    assert body_of(shape, *faults) == ["a.b.0", "The request", "petId", "The request", "a/b"]


def test_reference_fault_speaks_of_what_is_referred_to() -> None:
    shape = ErrorShape(body="{resource}")
    assert body_of(shape, Fault("reference", "/body/x", "does not exist", "issueType")) == "issue type"
    assert body_of(shape, Fault("not_found", "/id", "does not exist"), status=404) == "issue type"


def test_unknown_placeholders_stay_as_they_are() -> None:
    assert body_of(ErrorShape(body="{nothing} {message}"), Fault("type", "", "x")) == "{nothing} x"


def test_status_without_a_phrase_is_told_by_its_number() -> None:
    assert body_of(ErrorShape(body="{title}"), Fault("type", "", "x"), status=499) == "499"


def test_without_a_hint_errors_are_problem_details() -> None:
    body = body_of(PROBLEM_DETAILS, Fault("not_found", "/id", "does not exist"), status=404)
    assert body == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "errors": [{"pointer": "/id", "detail": "does not exist"}],
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_given_text_is_inert(text: str) -> None:
    """Every part of a fault may hold what a client wrote: its names, its values, and messages that quote them."""
    body = body_of(FIELDS, Fault("enum", f"/body/fields/{text}", text, text), Fault("rule", f"/body/{text}", text))
    assert body["fields"] == {text: {"text": f"{text} is none of these", "code": "X"}}
    assert body["general"] == [f"<{text}>"]
    assert body["all"] == [[f"/body/fields/{text} enum issue type", f"/body/{text} rule issue type"]]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_request_comes_back_as_it_was_sent(text: str) -> None:
    tracker, wiki = Environment(JIRA), Environment(CONFLUENCE)
    fields = {"project": {"key": text}, "issuetype": {"name": text}, "summary": text, text: 1}
    errors = tracker.call("createIssue", {"body": {"fields": fields}}).json()["errors"]
    assert errors.keys() == {"project", "issuetype", text}
    assert errors[text] == f"{text} cannot be set: it is unknown or not on the screen."
    body = wiki.call("createPage", {"body": {"spaceId": text, "title": text, "status": text}}).json()
    assert "__class__'" not in str(body)
    assert {error["status"] for error in body["errors"]} == {400}
    moved = tracker.call("getIssue", {"issueIdOrKey": text})
    assert moved.json() == {"errorMessages": ["The issue does not exist, or you may not see it."], "errors": {}}


def test_faults_of_parameters_and_body_are_told_together() -> None:
    tracker = Environment(JIRA)
    reply = tracker.call("doTransition", {"issueIdOrKey": 5, "body": {"transition": {}, "more": 1}, "other": 2})
    text = str(reply.json())
    assert reply.status == 400
    assert all(name in text for name in ("issueIdOrKey", "id", "more", "other"))


def test_wrong_shape_is_told_before_what_is_not_found() -> None:
    tracker = Environment(JIRA)
    assert tracker.call("doTransition", {"issueIdOrKey": "X-1", "body": {}}).status == 400
    assert tracker.call("doTransition", {"issueIdOrKey": "X-1", "body": {"transition": {"id": "1"}}}).status == 404


def test_one_thing_wrong_is_told_once() -> None:
    tracker, wiki = Environment(JIRA), Environment(CONFLUENCE)
    fields = {"project": {"key": "WEB"}, "issuetype": {"name": "Task"}}
    for summary in (5, "", None, "x" * 256, ["a"]):
        errors = tracker.call("createIssue", {"body": {"fields": {**fields, "summary": summary}}}).json()
        assert (list(errors["errors"]), errors["errorMessages"]) == (["summary"], [])
    space = next(iter(wiki.world.ids("confluence.space")))
    for title in (5, "", None, "x" * 256):
        body = wiki.call("createPage", {"body": {"spaceId": space, "title": title}}).json()
        assert len(body["errors"]) == 1
