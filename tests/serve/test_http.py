"""What the server makes of requests, and what it refuses by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from atlasgen.errors import RolloutError
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.operations import Emulator
from atlasgen.serve import http
from tests.serve.sending import Send, sender, tracker_and_wiki

ISSUE = "/rest/api/3/issue"
PAGES = "/wiki/api/v2/pages"
TASK = {"fields": {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "Ship it"}}
JSON = {"content-type": "application/json"}

# A document whose parameters have every type.
THINGS = """
openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
        - {name: sizes, in: query, schema: {type: array, items: {type: integer}}}
        - {name: deep, in: query, schema: {type: boolean}}
        - {name: ratio, in: query, schema: {type: number}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object}}}}
"""


@pytest.fixture
def environment() -> Environment:
    return tracker_and_wiki(seed=3)


@pytest.fixture
def send(environment: Environment) -> Send:
    return sender(http.application(environment))


def jira_error(*messages: str) -> dict[str, Any]:
    return {"errorMessages": list(messages), "errors": {}}


class TestRequests:
    def test_created_record_is_read_by_its_link(self, send: Send, environment: Environment) -> None:
        created = send("POST", ISSUE, json=TASK)
        assert created.status_code == 201
        assert created.headers["content-type"] == "application/json"
        link = created.json()["self"]
        assert link == f"http://site.test{ISSUE}/{created.json()['id']}"
        assert send("GET", link).json()["fields"]["summary"] == "Ship it"
        assert [(change.id, change.before) for change in environment.diff()] == [(created.json()["id"], None)]

    def test_links_start_where_the_request_was_sent_to(self, environment: Environment) -> None:
        there = sender(http.application(environment), base_url="https://other.test:8443")
        assert there("GET", f"{ISSUE}/PROJ-1").json()["self"].startswith("https://other.test:8443/rest/")
        here = sender(http.application(environment))
        assert here("GET", f"{ISSUE}/PROJ-1").json()["self"].startswith("http://site.test/rest/")
        assert environment.call("getIssue", {"issueIdOrKey": "PROJ-1"}).json()["self"].startswith("http://localhost/")

    def test_answer_without_a_body_says_nothing(self, send: Send) -> None:
        arrows = send("GET", f"{ISSUE}/PROJ-1/transitions").json()["transitions"]
        body = {"transition": {"id": int(arrows[0]["id"])}, "fields": {}, "update": None}
        done = send("POST", f"{ISSUE}/PROJ-1/transitions", json=body)
        assert (done.status_code, done.content) == (204, b"")
        assert "content-type" not in done.headers
        assert send("GET", f"{ISSUE}/PROJ-1").json()["fields"]["status"] == arrows[0]["to"]

    @pytest.mark.parametrize("slash", ["", "/"])
    def test_slash_at_the_end_is_tolerated(self, send: Send, slash: str) -> None:
        assert send("POST", ISSUE + slash, json=TASK).status_code == 201
        assert send("GET", f"{ISSUE}/PROJ-1{slash}").status_code == 200

    def test_escaped_slash_belongs_to_the_value(self, send: Send, environment: Environment) -> None:
        assert send("GET", f"{ISSUE}/A%2Fb%20c%C3%A9").status_code == 404
        assert environment.calls[-1].arguments == {"issueIdOrKey": "A/b cé"}

    @pytest.mark.parametrize(
        "query", ["fields=summary,labels", "fields=summary&fields=labels", "fields=summary%2Clabels"]
    )
    def test_lists_are_written_in_two_ways(self, send: Send, query: str) -> None:
        assert list(send("GET", f"{ISSUE}/PROJ-1?{query}").json()["fields"]) == ["summary", "labels"]

    def test_unknown_query_parameters_are_ignored(self, send: Send, environment: Environment) -> None:
        assert send("GET", f"{ISSUE}/PROJ-1?expand=names&updateHistory=True&_=1").status_code == 200
        assert environment.calls[-1].arguments == {"issueIdOrKey": "PROJ-1"}

    def test_parameters_have_the_types_of_the_document(self, tmp_path: Path) -> None:
        document = tmp_path / "things.yaml"
        document.write_text(THINGS)
        environment = Environment(Emulator(plan_of(document)))
        send = sender(http.application(environment))
        send("GET", "/things/7?tags=a,b&tags=c&sizes=1,2&deep=True&ratio=0.5")
        arguments = {"id": 7, "tags": ["a", "b", "c"], "sizes": [1, 2], "deep": True, "ratio": 0.5}
        assert environment.calls[-1].arguments == arguments

    def test_wrong_parameter_is_told_by_the_service(self, send: Send) -> None:
        wrong = send("GET", f"{PAGES}/one?body-format=pdf")
        assert wrong.status_code == 400
        assert len(wrong.json()["errors"]) == 2

    @pytest.mark.parametrize("number", ["9223372036854775808", "-9223372036854775809", "99999999999999999999"])
    def test_number_that_is_too_large_for_the_wire_is_refused(self, send: Send, number: str) -> None:
        assert send("GET", f"/rest/api/3/project/search?startAt={number}").status_code == 400
        assert send("GET", f"{PAGES}/{number}").status_code == 400

    def test_several_apis_share_one_origin(self, send: Send) -> None:
        space = send("GET", f"{PAGES}/0").json()
        assert space["errors"][0]["status"] == 404
        assert send("GET", f"{ISSUE}/0").json() == jira_error("The issue does not exist, or you may not see it.")


class TestMethods:
    def test_wrong_method_is_told_with_the_right_ones(self, send: Send) -> None:
        wrong = send("DELETE", f"{ISSUE}/PROJ-1/transitions")
        assert wrong.status_code == 405
        assert wrong.headers["allow"] == "GET, HEAD, OPTIONS, POST"
        assert wrong.json() == jira_error("DELETE is not answered at this path.")

    def test_options_lists_the_methods(self, send: Send, environment: Environment) -> None:
        options = send("OPTIONS", f"{ISSUE}/PROJ-1/transitions")
        assert (options.status_code, options.content) == (204, b"")
        assert options.headers["allow"] == "GET, HEAD, OPTIONS, POST"
        assert not environment.calls

    def test_head_answers_as_get_does(self, send: Send) -> None:
        head, get = send("HEAD", f"{ISSUE}/PROJ-1"), send("GET", f"{ISSUE}/PROJ-1")
        assert (head.status_code, head.headers) == (get.status_code, get.headers)
        assert send("HEAD", ISSUE).status_code == 405

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "BREW", "get"])
    def test_other_methods_are_refused(self, send: Send, method: str) -> None:
        assert send(method, ISSUE).status_code == 405


class TestPaths:
    @pytest.mark.parametrize(
        "path", ["/rest/api/3/nowhere", "/rest/api/1/issue/PROJ-1", f"{ISSUE}/PROJ-1/nowhere", f"{ISSUE}//", "/", "//"]
    )
    def test_unknown_path_is_refused_by_the_api_that_comes_closest(self, send: Send, path: str) -> None:
        refused = send("GET", path)
        assert refused.status_code == 404
        assert refused.json() == jira_error("The path does not exist, or you may not see it.")

    @pytest.mark.parametrize("path", ["/wiki", "/wiki/api/v2/nothing", f"{PAGES}/1/2"])
    def test_other_api_refuses_in_its_own_shape(self, send: Send, path: str) -> None:
        (error,) = send("GET", path).json()["errors"]
        assert (error["status"], error["code"]) == (404, "NOT_FOUND")


class TestBodies:
    @pytest.mark.parametrize(
        "content", [b"{", b"{'a': 1}", b"\xff", b"\xef\xbb\xbf{}", b'{"a": NaN}', b'"\\ud800"', b"1" * 5000]
    )
    def test_malformed_json_is_refused_in_the_shape_of_the_api(self, send: Send, content: bytes) -> None:
        refused = send("POST", ISSUE, content=content, headers=JSON)
        assert refused.status_code == 400
        assert refused.json()["errors"] == {}
        assert send("POST", PAGES, content=content, headers=JSON).json()["errors"][0]["status"] == 400

    def test_refusal_has_the_shape_of_the_operation_that_was_asked(self, send: Send) -> None:
        for content, headers in (
            (b"{", JSON),
            (b"{}", {"content-type": "text/plain"}),
            (b" " * (http.MAX_BODY + 1), JSON),
        ):
            (error,) = send("POST", f"{ISSUE}/bulk", content=content, headers=headers).json()["errors"]
            assert error["elementErrors"]["errorMessages"]

    def test_message_says_what_is_malformed(self, send: Send) -> None:
        (message,) = send("POST", ISSUE, content=b'{"a": }', headers=JSON).json()["errorMessages"]
        assert message.startswith("The body is not JSON: ")
        assert "line 1 column 7" in message

    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json"]
    )
    def test_other_content_types_are_unsupported(self, send: Send, kind: str) -> None:
        refused = send("POST", ISSUE, content=b"{}", headers={"content-type": kind})
        assert refused.status_code == 415
        assert list(refused.json()) == ["errorMessages", "errors"]

    @pytest.mark.parametrize(
        "kind", ["application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"]
    )
    def test_kinds_of_json_are_read(self, send: Send, kind: str) -> None:
        refused = send("POST", ISSUE, content=b'{"fields": {}}', headers={"content-type": kind})
        assert set(refused.json()["errors"]) == {"project", "issuetype", "summary"}

    def test_body_of_no_declared_type_is_json(self, send: Send) -> None:
        assert set(send("POST", ISSUE, content=b'{"fields": {}}').json()["errors"]) == {
            "project",
            "issuetype",
            "summary",
        }

    def test_missing_body_is_told_by_the_service(self, send: Send) -> None:
        assert send("POST", ISSUE).status_code == 400
        assert send("POST", ISSUE, content=b"", headers={"content-type": "text/plain"}).status_code == 400

    def test_body_of_a_get_is_not_read(self, send: Send) -> None:
        assert send("GET", f"{ISSUE}/PROJ-1", content=b"{", headers=JSON).status_code == 200

    def test_body_that_is_too_large_is_refused(self, send: Send, environment: Environment) -> None:
        refused = send("POST", ISSUE, content=b" " * (http.MAX_BODY + 1), headers=JSON)
        assert refused.status_code == 413
        assert list(refused.json()) == ["errorMessages", "errors"]
        assert not environment.calls

    @pytest.mark.parametrize("depth", [250, 500, 1_100, 100_000])
    @pytest.mark.parametrize("path", [ISSUE, PAGES, f"{ISSUE}/PROJ-1/transitions"])
    def test_body_that_is_too_deep_is_refused(self, send: Send, path: str, depth: int) -> None:
        for around in ('{"fields": {"description": %s}}', '{"spaceId": "1", "body": %s}', '{"transition": %s}', "%s"):
            nested = around.replace("%s", '{"a":' * depth + "1" + "}" * depth)
            assert send("POST", path, content=nested, headers=JSON).status_code == 400
            nested = around.replace("%s", "[" * depth + "]" * depth)
            assert send("POST", path, content=nested, headers=JSON).status_code == 400


class TestLimits:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({f"x-{n}": "y" for n in range(90)}, 200),
            ({f"x-{n}": "y" for n in range(101)}, 431),
            ({"x": "y" * 30_000}, 200),
            ({"x": "y" * 33_000}, 431),
        ],
        ids=["many", "too many", "long", "too long"],
    )
    def test_header_is_bounded_in_number_and_size(self, send: Send, headers: dict[str, str], status: int) -> None:
        assert send("GET", f"{ISSUE}/PROJ-1", headers=headers).status_code == status

    @pytest.mark.parametrize("path", [f"{ISSUE}/{'x' * 40_000}", f"{ISSUE}/PROJ-1?x={'y' * 40_000}"], ids=len)
    def test_address_is_bounded(self, send: Send, path: str) -> None:
        refused = send("GET", path)
        assert refused.status_code == 414
        assert refused.json() == jira_error("The address of the request is too long.")

    def test_depth_is_bounded_and_told(self, send: Send) -> None:
        for depth, status in ((90, 201), (120, 400)):
            inner: Any = {"type": "text", "text": "x"}
            for _ in range(depth // 2 - 2):  # each node and its content are two levels
                inner = {"type": "blockquote", "content": [inner]}
            fields = {**TASK["fields"], "description": {"type": "doc", "version": 1, "content": [inner]}}
            answer = send("POST", ISSUE, json={"fields": fields})
            assert answer.status_code == status
        assert answer.json() == jira_error(f"The body has more than {http.MAX_DEPTH} levels.")

    def test_wide_body_is_no_deep_one(self, send: Send) -> None:
        assert send(
            "POST", ISSUE, json={"fields": {**TASK["fields"], "labels": [f"l{n}" for n in range(500)]}}
        ).is_success

    def test_length_that_is_too_large_is_refused_before_anything_is_read(self, send: Send) -> None:
        headers = {**JSON, "content-length": str(http.MAX_BODY + 1)}
        assert send("POST", ISSUE, content=b"{}", headers=headers).status_code == 413


class TestCredentials:
    @pytest.fixture
    def guarded(self, environment: Environment) -> Send:
        return sender(http.application(environment, token="sesame"))

    def test_password_of_anybody_is_the_token(self, guarded: Send) -> None:
        for name in ("mia@example.com", "", "a"):
            assert guarded("GET", f"{ISSUE}/PROJ-1", auth=(name, "sesame")).status_code == 200

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_bearer_shows_the_token(self, guarded: Send, scheme: str) -> None:
        assert guarded("GET", f"{ISSUE}/PROJ-1", headers={"authorization": f"{scheme} sesame"}).status_code == 200

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "sesame",
            "Bearer",
            "Bearer x",
            "Basic !",
            "Basic sesame",
            "Basic c2VzYW1l",
            "Digest sesame",
            "Basic /w==",
        ],
    )
    def test_anything_else_is_refused_in_the_shape_of_the_api(
        self, guarded: Send, environment: Environment, header: str
    ) -> None:
        headers = {"authorization": header}
        refused = guarded("POST", ISSUE, headers=headers, json=TASK)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic")
        assert refused.json() == jira_error("No credentials, or wrong ones.")
        assert guarded("GET", f"{PAGES}/1", headers=headers).json()["errors"][0]["status"] == 401
        assert guarded("GET", "/nowhere", headers=headers).status_code == 401
        assert not environment.calls

    def test_without_a_token_everybody_is_let_in(self, send: Send) -> None:
        assert send("GET", f"{ISSUE}/PROJ-1", headers={"authorization": "Bearer x"}).status_code == 200


class TestBreakage:
    def test_our_own_failure_is_a_plain_message(
        self, send: Send, environment: Environment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(tool: str, arguments: Mapping[str, Any]) -> Reply:
            raise RolloutError("operation", f"{tool} broke")

        monkeypatch.setattr(environment, "call", broken)
        answer = send("GET", f"{ISSUE}/PROJ-1")
        assert answer.status_code == 500
        assert answer.json() == {"error": "The emulator broke over this request; its log says how."}
        assert "getIssue broke" in caplog.text

    def test_requests_at_once_are_answered_one_by_one(
        self, environment: Environment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inside, most, answers = 0, 0, list[httpx.Response]()
        call = environment.call

        def watched(tool: str, arguments: Mapping[str, Any]) -> Reply:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            time.sleep(0.005)
            inside -= 1
            return call(tool, arguments)

        monkeypatch.setattr(environment, "call", watched)
        application = http.application(environment)

        def client(name: str) -> None:
            send = sender(application, base_url=f"http://{name}.test")
            answers.append(send("POST", ISSUE, json=TASK))

        threads = [threading.Thread(target=client, args=(f"site-{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert most == 1
        assert len({answer.json()["key"] for answer in answers}) == len(environment.diff()) == 8
        assert all(answer.json()["self"].startswith(f"http://{answer.url.host}/") for answer in answers)
