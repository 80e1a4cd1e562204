import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from atlasgen.errors import AtlasgenError
from tests.train.modelserver import Misbehaviour, calls, completion, cut_off, said, serving
from train.bridge.scenarios import load_scenario
from train.bridge.view import TrainingView, by_characters
from train.evaluating.endpoint import OpenAIPolicy
from train.evaluating.evaluation import Evaluation, evaluate
from train.evaluating.playing import INFRASTRUCTURE

SCENARIO = load_scenario("jira_subtask")
WAITED: list[float] = []


def policy(url: str, **given: Any) -> OpenAIPolicy:
    options = {
        "view": TrainingView(by_characters, 100_000),
        "max_completion_length": 1000,
        "sleep": WAITED.append,
        **given,
    }
    return OpenAIPolicy("some-model", base_url=url, **options)


def played(misbehave: Misbehaviour, *, tasks: int = 1, **given: Any) -> Evaluation:
    WAITED.clear()
    with serving(SCENARIO, range(tasks), misbehave=misbehave) as server:
        return evaluate(policy(server.url, **given), [SCENARIO], split="test", seeds=range(tasks), temperature=0.7)


def test_an_expert_behind_an_endpoint_is_an_expert() -> None:
    with serving(SCENARIO, range(12)) as server:
        agent = policy(server.url, key="secret", concurrency=4)
        found = evaluate(agent, [SCENARIO], split="test", seeds=range(12), temperature=0.7)
    assert (found.agent, found.reward, found.success, found.broken) == ("openai:some-model", 1.0, 1.0, ())
    assert [item.calls for item in found.results] == [len(SCENARIO.task(seed, "test").gold) for seed in range(12)]
    # Three calls and a last word, 11 tokens each; the last prompt is 100 tokens long, 33 of which were said.
    assert found.results[0].tokens is not None
    assert (found.results[0].tokens.prompt, found.results[0].tokens.completion) == (67, 44)
    assert server.keys == {"Bearer secret"}
    assert 2 <= server.most <= 4
    first = server.requests[0]
    assert (first["model"], first["temperature"], first["max_tokens"]) == ("some-model", 0.7, 1000)
    assert [tool["function"]["name"] for tool in first["tools"]] == list(SCENARIO.tools)
    follow = next(body for body in server.requests if len(body["messages"]) == 3)
    assert follow["messages"][1]["tool_calls"][0]["id"] == follow["messages"][2]["tool_call_id"] == "call_7"
    assert json.loads(follow["messages"][2]["content"])["status"] == 200


@pytest.mark.parametrize(
    "answer",
    [
        lambda: PlainTextResponse("slow down", 429),
        lambda: PlainTextResponse("oops", 500),
        lambda: PlainTextResponse("bad gateway", 502),
        lambda: PlainTextResponse("<html>hello</html>", 200),
        lambda: JSONResponse({"choices": []}),
        lambda: JSONResponse({"error": "x"}),
        lambda: JSONResponse([1]),
        lambda: JSONResponse({"choices": [{"message": {"content": 3}}]}),
        lambda: JSONResponse({"choices": [{"message": {"tool_calls": [{"function": "f"}]}}]}),
        cut_off,
    ],
    ids=["429", "500", "502", "html", "empty", "error", "list", "number", "call", "cut"],
)
def test_what_goes_wrong_for_a_while_changes_nothing(answer: Callable[[], Response]) -> None:
    found = played(lambda seed, before: answer() if before < 2 else None)
    assert (found.reward, found.broken) == (1.0, ())
    # Each of four turns was asked for three times; the waits grow.
    assert len(WAITED) == 8
    assert all(0.25 <= wait <= 0.5 for wait in WAITED[::2])
    assert all(0.5 <= wait <= 1.0 for wait in WAITED[1::2])


def test_a_server_that_names_a_wait_is_given_it() -> None:
    later = {"retry-after": "7"}
    found = played(lambda seed, before: PlainTextResponse("", 429, headers=later) if before < 1 else None)
    assert found.success == 1.0
    assert WAITED == [7.0] * 4


def test_a_wait_named_as_a_date_or_as_nonsense_is_kept_within_reason() -> None:
    for text, longest in (
        ("Wed, 21 Oct 2099 07:28:00 GMT", 60.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.5),
        ("soon", 0.5),
    ):
        answer = PlainTextResponse("", 503, headers={"retry-after": text})
        played(partial(first, answer))
        assert 0.25 <= min(WAITED) <= max(WAITED) <= longest
        assert (max(WAITED) == 60.0) == (longest == 60.0)


def first(answer: Response, seed: int, before: int) -> Response | None:
    return answer if before < 1 else None


def test_what_stays_broken_is_no_wrong_answer() -> None:
    def misbehave(seed: int, before: int) -> Response | None:
        return PlainTextResponse("overloaded", 503) if seed == 1 else None

    found = played(misbehave, tasks=4)
    assert (found.reward, found.success, len(found.results)) == (1.0, 1.0, 3)
    (broken,) = found.broken
    assert (broken.assignment.key.seed, broken.boundary) == (1, INFRASTRUCTURE)
    assert "6 attempts" in broken.message
    assert "503: overloaded" in broken.message
    assert found.summaries[0].broken == 1


def test_a_server_that_is_not_there_breaks_episodes_and_an_outage_ends_the_rest() -> None:
    found = evaluate(
        policy("http://127.0.0.1:1/v1", concurrency=2, attempts=2),
        [SCENARIO], split="test", seeds=range(40), temperature=0.0,
    )  # fmt: skip
    assert (found.results, found.summaries, len(found.broken)) == ((), (), 40)
    assert "2 attempts; the last: ConnectError" in found.broken[0].message
    assert sum("not played" in item.message for item in found.broken) >= 25


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_server_that_refuses_the_key_or_the_model_ends_the_evaluation(status: int) -> None:
    with pytest.raises(AtlasgenError, match=f"{status}, .*\n  check --agent, --base-url and OPENAI_API_KEY"):
        played(lambda seed, before: PlainTextResponse("no", status), tasks=8)


def test_a_request_that_is_refused_is_not_sent_again() -> None:
    found = played(lambda seed, before: PlainTextResponse("no tools here", 400))
    assert [item.message for item in found.broken] == ["400: no tools here"]
    assert WAITED == []


def always(response: Callable[[], Response]) -> Misbehaviour:
    return lambda seed, before: response()


def test_a_call_whose_arguments_are_no_json_is_malformed_and_ends_the_episode() -> None:
    found = played(always(lambda: completion(calls("createIssue", '{"body": '))))
    assert found.results[0].failures[0] == "malformed_call"
    assert found.results[0].calls == 0


def test_a_call_that_the_server_took_for_text_is_malformed() -> None:
    found = played(always(lambda: completion(said('<tool_call>\n{"name": "createIssue"'))))
    assert found.results[0].failures == ("malformed_call",)


def test_an_answer_that_ran_out_of_tokens_is_clipped() -> None:
    found = played(always(lambda: completion(said("Let me thi"), finish="length")))
    assert found.results[0].failures == ("cut_off",)


def test_a_model_that_never_stops_calling_is_stopped_after_25_turns() -> None:
    found = played(always(lambda: completion(calls("getPriorities", "{}"), tokens=1)))
    assert found.results[0].calls == 25
    assert set(found.results[0].failures) == {"cut_off", "over_budget"}


def test_a_model_that_has_said_its_share_of_tokens_is_clipped() -> None:
    found = played(always(lambda: completion(calls("getPriorities", "{}"), tokens=400)))
    assert (found.results[0].calls, "cut_off" in found.results[0].failures) == (3, True)


def test_a_tool_that_does_not_exist_is_an_observation() -> None:
    answer = always(lambda: completion(calls("helpfulTool", "3"), tokens=300))
    with serving(SCENARIO, range(1), misbehave=answer) as server:
        found = evaluate(policy(server.url), [SCENARIO], split="test", seeds=range(1), temperature=0.0)
        told = server.requests[1]["messages"][2]["content"]
    assert told == "{'error': 'Tool helpfulTool not found.'}"
    assert found.results[0].failures[0] == "hallucinated_tool"
    assert found.results[0].components["hallucinated_tool"] < 1


def test_a_conversation_that_grew_longer_than_the_model_can_read_is_clipped() -> None:
    turns: list[int] = []

    def misbehave(seed: int, before: int) -> Response | None:
        turns.append(seed)
        overlong = {"error": {"code": "context_length_exceeded"}}
        return None if len(turns) < 3 else JSONResponse(overlong, 400)

    found = played(misbehave)
    assert found.broken == ()
    assert "cut_off" in found.results[0].failures


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://x/v1", "http://", "http://[::1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(AtlasgenError, match="is no address"):
        policy(url)
