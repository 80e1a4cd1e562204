"""What is static, who is asking, what stands elsewhere, upserts, texts in use, searches by POST and by a language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.plan.read import plan_of
from atlasgen.runtime.context import Located
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations, override
from atlasgen.runtime.queries import Matches, QueryError, Records

PLAN = plan_of(Path(__file__).with_name("desk.yaml"))


def words(text: str, records: Records) -> Iterator[Located]:
    """Yield the tickets with a text in the subject, the newest first; a sign that the language lacks comes late."""
    for item in records.every(newest_first=True):
        if "?" in text:
            raise QueryError("`?` is no word")
        if text in str(item[1]["subject"]).lower():
            yield item


@pytest.fixture
def desk() -> Environment:
    return Environment(Emulator(PLAN, {"words": words}), seed=2)


def ask(desk: Environment, tool: str, expected: int = 200, /, **arguments: Any) -> Any:
    reply = desk.call(tool, arguments)
    assert reply.status == expected, reply
    return reply.json()


def ticket(desk: Environment, subject: str = "key") -> str:
    (found,) = ask(desk, "search", body={"q": subject})["tickets"]
    return str(found["id"])


def test_static_answers_are_the_constants_and_links_of_their_schemas(desk: Environment) -> None:
    assert ask(desk, "about") == {"url": "http://localhost/about", "kind": "desk"}
    assert ask(desk, "listStates") == ["open", "shut"]
    ask(desk, "about", 400, extra=1)


def test_ambient_record_needs_no_name(desk: Environment) -> None:
    assert ask(desk, "me")["login"] == "ann"
    assert desk.calls[-1].reads == (("desk.agent", ask(desk, "me")["id"]),)


def test_query_parameter_may_name_the_record(desk: Environment) -> None:
    assert ask(desk, "getAgent", id="bo")["name"] == "Bo Park"
    ask(desk, "getAgent", 404, id="nobody")
    ask(desk, "getAgent", 400)


def test_texts_in_use_are_listed_once_and_in_pages(desk: Environment) -> None:
    assert ask(desk, "listTopics") == {"values": ["fire", "office"], "total": 2, "isLast": True}
    assert ask(desk, "listTopics", maxResults=1) == {"values": ["fire"], "total": 2, "isLast": False}


def test_member_of_a_body_is_stored_where_its_hint_says(desk: Environment) -> None:
    me, id = ask(desk, "me"), ticket(desk)
    ask(desk, "assign", 204, ticketId=id, body={"agentId": me["id"]})
    found = ask(desk, "getTicket", ticketId=id)
    assert found["ownerName"] == "Ann Lee"
    assert found["card"] == {"subject": "Lost key", "owner": me}
    ask(desk, "assign", 400, ticketId=id, body={"agentId": "nobody"})
    ask(desk, "assign", 204, ticketId=id, body={"agentId": None})
    assert "ownerName" not in ask(desk, "getTicket", ticketId=id)


def test_parent_that_no_field_leads_to_has_to_exist(desk: Environment) -> None:
    assert len(ask(desk, "listOpenStates", ticketId=ticket(desk))) == 2
    ask(desk, "listOpenStates", 404, ticketId="none")


def test_upsert_makes_once_and_replaces_then(desk: Environment) -> None:
    one, other = ticket(desk, "key"), ticket(desk, "printer")
    first = ask(desk, "putLink", 201, ticketId=one, body={"key": "k", "url": "a"})
    ask(desk, "putLink", 201, ticketId=other, body={"key": "k", "url": "b"})
    assert ask(desk, "putLink", 200, ticketId=one, body={"key": "k"}) == {"id": first["id"], "key": "k"}
    assert ask(desk, "listLinks", ticketId=one) == [{"id": first["id"], "key": "k"}]
    assert [item["url"] for item in ask(desk, "listLinks", ticketId=other)] == ["b"]


def test_parameters_of_a_search_may_stand_in_its_body(desk: Environment) -> None:
    seen: list[str] = []
    token: dict[str, Any] = {}
    while True:
        page = ask(desk, "search", body={"q": "", **token})
        seen += [item["subject"] for item in page["tickets"]]
        if page["isLast"]:
            break
        token = {"nextToken": page["nextToken"]}
    assert len(page["tickets"]) == 1
    assert sorted(seen) == ["Lost key", "Printer on fire"]
    assert desk.calls[-1].writes == ()
    ask(desk, "search", 400, body={"nextToken": "forged"})


def test_text_that_is_no_query_is_refused_even_where_that_is_found_out_late(desk: Environment) -> None:
    assert "`?` is no word" in str(ask(desk, "search", 400, body={"q": "?"}))
    ask(desk, "count", 400, body={"q": "?"})


def test_count_shows_how_many_there_are_and_none_of_them(desk: Environment) -> None:
    assert ask(desk, "count", body={"q": ""}) == {"count": 2}
    assert ask(desk, "count", body={"q": "fire"}) == {"count": 1}


def test_language_that_can_count_is_not_asked_to_find() -> None:
    def counting(text: str, records: Records) -> Matches:
        def found() -> Iterator[Located]:
            raise AssertionError("nobody needs them")
            yield

        return Matches(found(), records.total if not text else None)

    desk = Environment(Emulator(PLAN, {"words": counting}), seed=2)
    assert ask(desk, "count", body={"q": ""}) == {"count": 2}
    with pytest.raises(RolloutError, match="nobody needs them"):
        desk.call("count", {"body": {"q": "fire"}})


def test_language_that_no_package_has_is_not_emulated() -> None:
    bare = Environment(Emulator(PLAN))
    assert bare.call("search", {"body": {"q": ""}}).status == 501


class Desk(Operations, plan=PLAN):
    """As a generated class: only the methods that the tests override."""

    def search(self, *, body: Any) -> Any:
        return self.invoke("search", {"body": body})

    def assign(self, *, ticket_id: str, body: Any) -> Any:
        return self.invoke("assign", {"ticketId": ticket_id, "body": body})


def test_package_brings_its_languages() -> None:
    class Spoken(Desk):
        languages = {"words": words}  # noqa: RUF012 # as people write it

    assert ask(Environment(Spoken, seed=2), "count", body={"q": "fire"}) == {"count": 1}


def test_language_that_no_operation_asks_for_is_told_with_the_nearest() -> None:
    with pytest.raises(AtlasgenError, match="did you mean `words`"):

        class Misspelt(Desk):
            languages = {"wards": words}  # noqa: RUF012


def test_override_of_what_is_not_emulated_is_given_valid_arguments_only() -> None:
    class Answering(Desk):
        @override
        def search(self, *, body: Any) -> Any:
            assert isinstance(body, dict)
            return {"tickets": [], "isLast": True}

    desk = Environment(Answering, seed=2)
    assert ask(desk, "search", body={"q": "x"}) == {"tickets": [], "isLast": True}
    for wrong in ({"body": 5}, {"body": {"z": 1}}, {}, {"body": {}, "more": 1}):
        assert desk.call("search", wrong).status == 400


def test_code_of_another_operation_is_not_that_of_the_override_which_calls_it() -> None:
    class Linking(Desk):
        @override
        def assign(self, *, ticket_id: str, body: Any) -> Any:
            self.invoke("putLink", {"ticketId": ticket_id, "body": {"key": "k"}})
            return super().assign(ticket_id=ticket_id, body=body)

    desk = Environment(Linking, seed=2)
    (id, *_) = desk.world.ids("desk.ticket")
    ask(desk, "assign", 204, ticketId=id, body={"agentId": ask(desk, "me")["id"]})
    assert [link["key"] for link in ask(desk, "listLinks", ticketId=id)] == ["k"]


def test_override_may_answer_with_another_code() -> None:
    class Telling(Desk):
        @override
        def assign(self, *, ticket_id: str, body: Any) -> Any:
            super().assign(ticket_id=ticket_id, body=body)
            if body["agentId"] is not None:
                self.answer_with(200)
                return {"assigned": True}
            return None

    desk = Environment(Telling, seed=2)
    (id, *_) = desk.world.ids("desk.ticket")
    agent = ask(desk, "me")["id"]
    assert ask(desk, "assign", 200, ticketId=id, body={"agentId": agent}) == {"assigned": True}
    assert desk.call("assign", {"ticketId": id, "body": {"agentId": None}}).content == b""
