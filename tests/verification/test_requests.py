"""Valid requests name what is there, and wrong ones are wrong in one thing."""

from __future__ import annotations

from typing import Any

import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.runtime.package import Operations
from atlasgen.runtime.sampling import chooser
from atlasgen.verification.aiming import Request, Target
from atlasgen.verification.requests import Requests
from atlasgen.verification.wrong import wrong
from generated_envs import confluence, jira
from tests.golden.notes import Notes


def opened(api: type[Operations], tool: str) -> tuple[Requests, Target]:
    requests = Requests(Environment(api))
    requests.begin(0)
    return requests, next(item for item in requests.targets if item.tool == tool)


def valid(requests: Requests, target: Target) -> Request:
    found = (requests.valid(target, chooser(seed), share=60) for seed in range(9))
    return next(request for request in found if request is not None)


def accepted(requests: Requests, target: Target) -> Request:
    """Return the first valid request that the service accepts, made."""
    for seed in range(40):
        request = requests.valid(target, chooser(seed), share=60)
        if request is not None and requests.call(target.tool, request.arguments).status < 300:
            return request
    raise AssertionError(target.tool)


@pytest.mark.parametrize("api", [jira.Operations, confluence.Operations, Notes], ids=["tracker", "wiki", "notes"])
def test_something_valid_can_be_asked_of_every_operation(api: type[Operations]) -> None:
    requests = Requests(Environment(api))
    for target in requests.targets:
        requests.begin(1)
        request = accepted(requests, target)
        assert requests.accepts(target, request.arguments)


def faults(requests: Requests, target: Target, request: Request) -> dict[str, Any]:
    return {item.what: item for item in wrong(requests, target, request, chooser(0))}


def test_number_of_a_lock_is_the_one_that_is_due_and_its_neighbours_are_conflicts() -> None:
    requests, target = opened(Notes, "putNote")
    requests.call("addNote", {"body": {"title": "Roof"}})
    request = valid(requests, target)
    found = faults(requests, target, request)
    stale, ahead = found["version.number is stale"], found["version.number runs ahead"]
    assert (stale.status, ahead.status) == (409, 409)
    assert requests.call("putNote", stale.arguments).status == requests.call("putNote", ahead.arguments).status == 409
    assert requests.call("putNote", request.arguments).status == 200


def test_step_that_exists_but_is_not_open_is_wrong() -> None:
    requests, target = opened(jira.Operations, "doTransition")
    request = valid(requests, target)
    closed = faults(requests, target, request)["transition is not open now"].arguments
    assert closed["body"]["transition"]["id"] in requests.environment.world.ids("jira.transition")
    assert requests.call("doTransition", closed).status == 400
    assert requests.call("doTransition", request.arguments).status == 204


def test_what_is_wrong_to_ask_of_lists_and_deletes_is_known() -> None:
    requests, target = opened(Notes, "search")
    assert {"text is no query", "cursor comes from no page"} <= faults(
        requests, target, accepted(requests, target)
    ).keys()
    requests, target = opened(Notes, "dropNote")
    found = faults(requests, target, Request({"noteId": next(requests.environment.world.ids("notes.note"))}, None))
    assert "purge is asked before the record is put aside" in found
    assert requests.call("dropNote", found["noteId names nothing"].arguments).status == 404


def test_record_is_taken_out_of_where_several_are() -> None:
    requests, target = opened(Notes, "untag")
    request = requests.valid(target, chooser(1), share=0)
    assert request is not None
    listed = requests.call("listTags", {"noteId": request.arguments["noteId"]}).json()
    assert len(listed) > 1
    assert request.arguments["name"] in [tag["name"] for tag in listed]


def test_elements_of_a_bulk_request_are_what_one_takes() -> None:
    requests, target = opened(jira.Operations, "createIssues")
    request: Any = accepted(requests, target)
    made = requests.environment.calls[-1].json()["issues"]
    assert 1 <= len(made) <= len(request.arguments["body"]["issueUpdates"])
