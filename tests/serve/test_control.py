"""The control plane: what operators see of episodes and do to them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.serve import calllog, http
from tests.serve.sending import Send, sender, tracker_and_wiki

ISSUE = "/rest/api/3/issue"
TASK = {"fields": {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "<b>Ship it</b>"}}
CONTROL = {"authorization": "Bearer c"}


@pytest.fixture
def environment() -> Environment:
    return tracker_and_wiki(seed=3)


@pytest.fixture
def send(environment: Environment) -> Send:
    return sender(http.application(environment, token="t", control_token="c"))


def create(send: Send, name: str) -> None:
    assert send("POST", ISSUE, json=TASK, auth=(name, "t")).status_code == 201


def asked(send: Send, method: str, path: str, **options: Any) -> httpx.Response:
    return send(method, f"/_atlasgen/{path}", **{"headers": CONTROL, **options})


def changes(send: Send, name: str) -> list[Any]:
    return list(asked(send, "GET", "diff", params={"episode": name}).json()["changes"])


class TestAccess:
    @pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer t"}, {"authorization": "Basic !"}], ids=str)
    @pytest.mark.parametrize("path", ["", "episodes", "reset", "nothing"])
    def test_it_asks_for_a_token_of_its_own(self, send: Send, path: str, headers: dict[str, str]) -> None:
        refused = asked(send, "GET", path, headers=headers)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic")

    def test_its_token_opens_no_api(self, send: Send) -> None:
        assert send("GET", f"{ISSUE}/PROJ-1", headers=CONTROL).status_code == 401

    def test_password_of_anybody_is_its_token(self, send: Send) -> None:
        assert asked(send, "GET", "episodes", headers={}, auth=("", "c")).status_code == 200

    def test_without_a_token_there_is_none(self, environment: Environment) -> None:
        closed = sender(http.application(environment, token="t"))
        assert asked(closed, "GET", "episodes").status_code == 401
        assert asked(closed, "GET", "episodes", headers={"authorization": "Bearer t"}).status_code == 404

    def test_other_sites_cannot_use_the_credentials_of_a_browser(self, send: Send) -> None:
        create(send, "mia")
        for origin, status in (("http://evil.test", 403), ("http://site.test", 200)):
            assert asked(send, "POST", "reset", headers={**CONTROL, "origin": origin}).status_code == status

    def test_unknown_paths_and_methods_are_told(self, send: Send) -> None:
        assert "POST /_atlasgen/reset" in asked(send, "GET", "nothing").json()["error"]
        assert asked(send, "GET", "reset").headers["allow"] == "POST"
        assert asked(send, "DELETE", "diff").status_code == 405
        assert asked(send, "GET", "a%0Ab").status_code == 404


class TestEpisodes:
    def test_each_credential_has_an_episode(self, send: Send) -> None:
        create(send, "mia@example.com")
        create(send, "bob@example.com")
        create(send, "bob@example.com")
        send("POST", ISSUE, json=TASK, headers={"authorization": "Bearer t"})
        send("POST", ISSUE, json=TASK, headers={"authorization": "Bearer t", "x-atlasgen-episode": "run 7"})
        listed = asked(send, "GET", "episodes").json()
        assert listed["total"] == 4
        assert {item["episode"]: item["calls"] for item in listed["episodes"]} == {
            "mia@example.com": 1, "bob@example.com": 2, "bearer": 1, "run 7": 1,
        }  # fmt: skip
        assert [len(changes(send, name)) for name in ("mia@example.com", "bob@example.com", "run 7")] == [1, 2, 1]

    def test_requests_that_are_not_let_in_begin_none(self, send: Send) -> None:
        send("POST", ISSUE, json=TASK, auth=("mia", "wrong"))
        assert asked(send, "GET", "episodes").json()["total"] == 0

    def test_diff_says_what_changed_since_reset(self, send: Send) -> None:
        create(send, "mia")
        (change,) = changes(send, "mia")
        assert (change["collection"], change["before"]) == ("jira.issue", None)
        assert change["after"]["fields"]["summary"] == "<b>Ship it</b>"
        assert asked(send, "POST", "reset", params={"episode": "mia"}).status_code == 200
        assert changes(send, "mia") == []

    def test_reset_without_a_name_forgets_all(self, send: Send) -> None:
        for name in ("mia", "bob"):
            create(send, name)
        asked(send, "POST", "reset")
        assert asked(send, "GET", "episodes").json()["total"] == 0

    def test_seed_chooses_another_world_for_one_or_for_all(self, send: Send, environment: Environment) -> None:
        create(send, "mia")
        assert asked(send, "POST", "seed", params={"episode": "mia"}, json={"seed": 8}).json()["seed"] == 8
        here = asked(send, "GET", "diff", params={"episode": "mia"}).json()
        assert (here["digest"], here["changes"]) == (tracker_and_wiki(seed=8).digest(), [])
        asked(send, "POST", "seed", json={"seed": 9})
        create(send, "bob")
        assert [item["seed"] for item in asked(send, "GET", "episodes").json()["episodes"]] == [9]

    @pytest.mark.parametrize("body", [{}, {"seed": "8"}, {"seed": True}, {"seed": 1.5}, [8]], ids=str)
    def test_seed_that_is_none_is_refused(self, send: Send, body: Any) -> None:
        assert asked(send, "POST", "seed", json=body).status_code == 400

    def test_state_is_taken_from_one_episode_to_another(self, send: Send) -> None:
        create(send, "mia")
        saved = asked(send, "GET", "export").text
        assert asked(send, "POST", "import", params={"episode": "bob"}, content=saved).status_code == 200
        assert asked(send, "GET", "export", params={"episode": "bob"}).text == saved
        found = send("GET", f"{ISSUE}/{json.loads(saved)['apis']['jira']['issue'].popitem()[0]}", auth=("bob", "t"))
        assert found.json()["fields"]["summary"] == "<b>Ship it</b>"
        assert changes(send, "bob") == []

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"{}", b'{"format": 1}', b'{"format": 1, "apis": 2}'])
    def test_import_of_no_world_says_what_is_wrong_and_changes_nothing(self, send: Send, body: bytes) -> None:
        create(send, "mia")
        before = asked(send, "GET", "diff").json()
        refused = asked(send, "POST", "import", content=body)
        assert refused.status_code == 400
        assert refused.json()["error"]
        assert asked(send, "GET", "diff").json() == before

    def test_name_is_needed_where_there_are_several(self, send: Send) -> None:
        assert asked(send, "GET", "diff").status_code == 400
        create(send, "mia")
        assert asked(send, "GET", "diff").json()["episode"] == "mia"
        create(send, "bob")
        assert "There are 2 episodes" in asked(send, "GET", "diff").json()["error"]
        for action in ("diff", "export"):
            assert asked(send, "GET", action, params={"episode": "eve"}).status_code == 404
        assert asked(send, "POST", "reset", params={"episode": "eve"}).status_code == 404


class TestCalls:
    def test_requests_are_logged_with_their_answers(self, send: Send) -> None:
        create(send, "mia")
        send("GET", "/nowhere?x=1", auth=("mia", "t"))
        send("GET", f"{ISSUE}/PROJ-1")
        last, wrong, created = asked(send, "GET", "calls").json()["calls"]
        assert (created["episode"], created["method"], created["target"]) == ("mia", "POST", ISSUE)
        assert (created["tool"], created["status"]) == ("createIssue", 201)
        assert json.loads(created["sent"]) == TASK
        assert json.loads(created["answered"])["key"].startswith("PROJ-")
        assert (wrong["tool"], wrong["target"], wrong["status"]) == ("", "/nowhere?x=1", 404)
        assert (last["episode"], last["status"]) == ("", 401)
        assert [item["number"] for item in (last, wrong, created)] == [3, 2, 1]

    def test_log_can_be_narrowed(self, send: Send) -> None:
        for name in ("mia", "bob", "mia"):
            create(send, name)
        assert len(asked(send, "GET", "calls", params={"episode": "mia"}).json()["calls"]) == 2
        assert len(asked(send, "GET", "calls", params={"limit": "1"}).json()["calls"]) == 1
        assert asked(send, "GET", "calls", params={"limit": "-1"}).status_code == 400

    def test_log_is_bounded_in_number_and_size(self) -> None:
        log = calllog.CallLog(kept=3)
        for _ in range(10):
            log.add("mia", "POST", {"raw_path": b"/" * 10_000}, "t", 200, b"x" * 10_000, b"y" * 10_000)
        kept = list(log.latest())
        assert [entry.number for entry in kept] == [10, 9, 8]
        assert all(len(entry.sent) + len(entry.answered) + len(entry.target) < 7_000 for entry in kept)


class TestPage:
    def test_page_shows_episodes_calls_and_changes_as_text(self, send: Send) -> None:
        create(send, "<mia>")
        page = asked(send, "GET", "")
        assert page.headers["content-type"].startswith("text/html")
        assert "&lt;mia&gt;" in page.text
        assert "<mia>" not in page.text
        assert "createIssue" in page.text
        one = asked(send, "GET", "", params={"episode": "<mia>"}).text
        assert "Changed since it began: 1" in one
        assert "&lt;b&gt;Ship it&lt;/b&gt;" in one
        assert "<b>" not in one
