"""Every answer of the served APIs, and every request that they accept, is what their documents promise."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from atlasgen.serve import http
from tests.conformance import oracle, tracker_walk, wiki_walk
from tests.conformance.oracle import RELAXATIONS, Exchange, Oracle
from tests.serve.sending import sender, tracker_and_wiki

NAMES = ("jira", "confluence")
AUTH = ("mia@example.com", "sesame")


@dataclass(frozen=True, slots=True)
class Case:
    """A recorded exchange: whose it is, and whether the document allows the request."""

    api: str
    operation: str
    valid: bool
    exchange: Exchange


class Recorder:
    """Plays requests against the served APIs and keeps what was on the wire."""

    def __init__(self, origin: str, *, seed: int) -> None:
        environment = tracker_and_wiki(seed=seed)
        self.ids: Callable[[str], list[str]] = lambda collection: list(environment.world.ids(collection))
        self.cases: list[Case] = []
        self._send = sender(http.application(environment, token=AUTH[1]), base_url=origin)

    def play(self, operation: str, method: str, path: str, status: int, *, valid: bool = True, **options: Any) -> Any:
        """Send one request that is to be answered with a status, and return the body of the answer."""
        response = self._send(method, path, **{"auth": AUTH, **options})
        assert response.status_code == status, response.text
        api = "confluence" if path.startswith("/wiki") else "jira"
        self.cases.append(Case(api, operation, valid, _exchange(response)))
        return response.json() if response.content else None


def _exchange(response: httpx.Response) -> Exchange:
    sent, got = response.request, response
    return Exchange(
        sent.method, str(sent.url), dict(sent.headers), sent.content, got.status_code, dict(got.headers), got.content
    )


@pytest.fixture(scope="module")
def oracles() -> dict[str, Oracle]:
    return {name: Oracle(name) for name in NAMES}


@pytest.fixture(scope="module")
def cases(oracles: Mapping[str, Oracle]) -> list[Case]:
    recorder = Recorder(oracles["jira"].origin, seed=3)
    tracker_walk.walk(recorder.play, recorder.ids)
    wiki_walk.walk(recorder.play)
    return recorder.cases


def complaints(oracles: Mapping[str, Oracle], case: Case) -> list[str]:
    """Return what is wrong with an exchange, the relaxed statuses apart."""
    if case.exchange.status in RELAXATIONS["undocumented"] and (
        (case.operation, case.exchange.status) not in oracles[case.api].documented
    ):
        return []
    return oracles[case.api].of_answer(case.exchange)


def test_every_answer_is_as_documented(cases: list[Case], oracles: dict[str, Oracle]) -> None:
    wrong = {case.exchange.url: told for case in cases if (told := complaints(oracles, case))}
    assert not wrong
    assert len(cases) > 100


def test_oracle_agrees_on_which_requests_are_valid(cases: list[Case], oracles: dict[str, Oracle]) -> None:
    for case in cases:
        told = oracles[case.api].of_request(case.exchange)
        assert bool(told) is not case.valid, (case.exchange, told)
        assert case.valid or not case.exchange.status < 400


def test_every_documented_status_was_answered_but_for_the_listed_ones(
    cases: list[Case], oracles: dict[str, Oracle]
) -> None:
    answered = {(case.api, case.operation, case.exchange.status) for case in cases}
    documented = {(name, *pair) for name in NAMES for pair in oracles[name].documented}
    unproduced = {item for item in documented if item[2] in RELAXATIONS["unproduced"].get(item[1], {})}
    undocumented = {item for item in answered - documented if item[2] in RELAXATIONS["undocumented"]}
    assert answered - undocumented == documented - unproduced
    listed = {(name, status) for name, statuses in RELAXATIONS["unproduced"].items() for status in statuses}
    assert {item[1:] for item in unproduced} == listed
    assert {status for _, _, status in undocumented} == RELAXATIONS["undocumented"].keys()


def test_every_accepted_answer_with_a_body_is_json(cases: list[Case]) -> None:
    for case in cases:
        got = case.exchange
        assert got.response_headers.get("content-type") == ("application/json" if got.response_content else None)


class TestOracle:
    """An oracle that cannot say no proves nothing."""

    @pytest.mark.parametrize(
        ("operation", "members"),
        [
            ("createIssue", {"id": 10001}),
            ("createIssue", {"extra": "1"}),
            ("getIssue", {"key": None}),
            ("getIssue", {"fields": []}),
            ("getTransitions", {"transitions": [{"id": "1", "to": "Done"}]}),
            ("addComment", {"author": "Mia"}),
            ("createIssues", {"errors": {}}),
            ("createOrUpdateRemoteIssueLink", {"id": "1"}),
            ("getProject", {"lead": {"accountId": 1}}),
            ("getServerInfo", {"versionNumbers": "1001"}),
            ("searchAndReconsileIssuesUsingJql", {"issues": [{"id": 1}]}),
            ("createPage", {"createdAt": "yesterday"}),
            ("createPage", {"status": "lost"}),
            ("getPageById", {"version": {"number": "1"}}),
            ("getPageById", {"parentType": "chapter"}),
        ],
        ids=str,
    )
    def test_corrupted_answer_is_rejected(
        self, cases: list[Case], oracles: dict[str, Oracle], operation: str, members: dict[str, Any]
    ) -> None:
        case = next(case for case in cases if case.operation == operation and case.exchange.status < 300)
        content = json.dumps(json.loads(case.exchange.response_content) | members).encode()
        (told,) = oracles[case.api].of_answer(dataclasses.replace(case.exchange, response_content=content))
        assert told.startswith("InvalidData")

    @pytest.mark.parametrize("status", [200, 204, 418, 500])
    def test_undocumented_status_is_reported(self, cases: list[Case], oracles: dict[str, Oracle], status: int) -> None:
        case = next(case for case in cases if case.operation == "createIssue" and case.exchange.status == 201)
        (told,) = oracles[case.api].of_answer(dataclasses.replace(case.exchange, status=status))
        assert told.startswith("ResponseNotFound")

    def test_missing_body_and_wrong_kind_are_reported(self, cases: list[Case], oracles: dict[str, Oracle]) -> None:
        case = next(case for case in cases if case.operation == "getIssue" and case.exchange.status == 200)
        judge = oracles[case.api].of_answer
        assert judge(dataclasses.replace(case.exchange, response_content=b""))
        assert judge(dataclasses.replace(case.exchange, response_headers={"content-type": "text/html"}))
        assert judge(dataclasses.replace(case.exchange, response_content=b"{"))

    @pytest.mark.parametrize(
        ("api", "relaxation"),
        [(api, item) for api, listed in RELAXATIONS["documents"].items() for item in listed],
        ids=lambda value: value if isinstance(value, str) else value["at"],
    )
    def test_every_relaxation_is_needed(self, cases: list[Case], api: str, relaxation: oracle.Relaxation) -> None:
        others = [item for item in RELAXATIONS["documents"][api] if item is not relaxation]
        strict = Oracle(api, relax=others)
        valid = [case.exchange for case in cases if case.api == api and case.valid]
        assert any(strict.of_request(exchange) or strict.of_answer(exchange) for exchange in valid)

    def test_oracle_shares_no_code_with_what_it_judges(self) -> None:
        assert oracle.__file__ is not None
        assert "atlasgen" not in Path(oracle.__file__).read_text(encoding="utf-8")
