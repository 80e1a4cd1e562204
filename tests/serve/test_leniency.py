"""Forms that clients send over the wire, and what the server makes of them after the service has refused them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atlasgen.errors import AtlasgenError
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.serve import http
from tests.serve.sending import Send, sender

THINGS = """
openapi: 3.0.3
info: {title: Things, version: "1"}
x-atlasgen: {blank: absent}
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - {name: size, in: query, schema: {type: integer}}
        - {name: text, in: query, schema: {type: string, minLength: 1}}
        - name: form
          in: query
          schema: {type: string, enum: [long, short], x-atlasgen: {lenient: {words: {none: null, tall: long}}}}
        - name: kinds
          in: query
          schema:
            type: array
            items: {type: string, enum: [a, b, c]}
            x-atlasgen: {lenient: {words: {any: [a, b], no: null}}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {type: object, properties: {things: {type: array, items: {$ref: "#/components/schemas/Thing"}}}}
    post:
      operationId: createThing
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
components:
  schemas:
    Owner:
      type: object
      additionalProperties: false
      minProperties: 1
      properties: {key: {type: string}, name: {type: string}}
      x-atlasgen: {lenient: {unknown: drop, null: drop}}
    Tag:
      type: object
      required: [name, sort]
      properties: {name: {type: string}, sort: {type: string}}
      x-atlasgen: {lenient: {default: {sort: plain}}}
    Thing:
      type: object
      additionalProperties: false
      required: [title]
      x-atlasgen: {lenient: {drop: [history, title], drop_empty: [steps], null: drop}}
      properties:
        id: {type: string, readOnly: true}
        title: {type: string}
        note: {type: string}
        maybe: {type: string, nullable: true}
        owner: {$ref: "#/components/schemas/Owner"}
        owners: {type: array, items: {$ref: "#/components/schemas/Owner"}}
        tags: {type: array, items: {$ref: "#/components/schemas/Tag"}}
        other: {anyOf: [{$ref: "#/components/schemas/Owner"}, {type: string}]}
"""
# `title` is required: to drop it would not help, and the refusal has to tell of what is left.
WITHOUT_TITLE = THINGS.replace("drop: [history, title]", "drop: [history]")


def environment(folder: Path, text: str = WITHOUT_TITLE) -> Environment:
    document = folder / "things.yaml"
    document.write_text(text)
    return Environment(Emulator(plan_of(document)))


@pytest.fixture
def opened(tmp_path: Path) -> Environment:
    return environment(tmp_path)


@pytest.fixture
def send(opened: Environment) -> Send:
    return sender(http.application(opened))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"history": {"by": "me"}}, {}),
        ({"steps": {}}, {}),
        ({"steps": []}, {}),
        ({"steps": None}, {}),
        ({"note": None}, {}),
        ({"owner": {"key": "A", "lead": {}, "name": None}}, {"owner": {"key": "A"}}),
        ({"owners": [{"key": "A", "x": 1}, {"name": "B"}]}, {"owners": [{"key": "A"}, {"name": "B"}]}),
        ({"other": {"key": "A", "x": 1}}, {"other": {"key": "A"}}),
        ({"tags": [{"name": "a"}]}, {"tags": [{"name": "a", "sort": "plain"}]}),
        ({"tags": [{"name": "a", "sort": None}]}, {"tags": [{"name": "a", "sort": "plain"}]}),
        ({"tags": [{"name": "a", "sort": "b"}], "note": None}, {"tags": [{"name": "a", "sort": "b"}]}),
    ],
)
def test_lenient_form_is_brought_into_the_strict_one(
    send: Send, opened: Environment, given: dict[str, Any], kept: dict[str, Any]
) -> None:
    made = send("POST", "/things", json={"title": "T", **given})
    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], "title": "T", **kept}
    assert opened.call("createThing", {"body": {"title": "T", **given}}).status == 400


@pytest.mark.parametrize("given", [{"maybe": None}, {"note": "", "maybe": None}, {"other": ""}])
def test_what_the_schema_allows_means_what_it_says(send: Send, given: dict[str, Any]) -> None:
    assert send("POST", "/things", json={"title": "T", **given}).json().items() >= given.items()


def test_null_that_is_allowed_stays_in_a_request_that_is_lenient_elsewhere(send: Send) -> None:
    made = send("POST", "/things", json={"title": "T", "maybe": None, "note": None}).json()
    assert made == {"id": made["id"], "title": "T", "maybe": None}


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({"note": None}, ["/body/title"]),
        ({"title": None, "note": None}, ["/body/title"]),
        ({"title": "T", "steps": {"a": 1}, "history": 1}, ["/body/steps"]),
        ({"title": "T", "owner": {"lead": 1}}, ["/body/owner"]),
        ({"title": "T", "unknown": 1, "note": None}, ["/body/unknown"]),
        ({"title": "T", "owners": {"key": "A"}}, ["/body/owners"]),
    ],
)
def test_what_is_still_wrong_is_told(
    send: Send, opened: Environment, given: dict[str, Any], pointers: list[str]
) -> None:
    refused = send("POST", "/things", json=given)
    assert refused.status_code == 400
    assert [item["pointer"] for item in refused.json()["errors"]] == pointers
    assert opened.diff() == ()


@pytest.mark.parametrize("body", [[], "x", 1, None, {"owners": [1, None, [2]]}, {"owner": []}])
def test_malformed_bodies_are_refused(send: Send, body: Any) -> None:
    assert send("POST", "/things", json=body).status_code == 400


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ("size=&form=long", {"form": "long"}),
        ("form=none", {}),
        ("form=tall", {"form": "long"}),
        ("kinds=any", {"kinds": ["a", "b"]}),
        ("kinds=c,any&kinds=no", {"kinds": ["c", "a", "b"]}),
        ("kinds=no", {}),
        ("size=&text=&form=&kinds=", {}),
    ],
)
def test_words_of_clients_are_understood(
    send: Send, opened: Environment, query: str, arguments: dict[str, Any]
) -> None:
    assert send("GET", f"/things?{query}").status_code == 200
    assert opened.calls[-1].arguments == arguments


@pytest.mark.parametrize("query", ["size=x", "form=nothing", "kinds=d"])
def test_other_words_are_refused(send: Send, query: str) -> None:
    assert send("GET", f"/things?{query}").status_code == 400


def test_required_member_may_be_dropped_and_is_missed_then(tmp_path: Path) -> None:
    send = sender(http.application(environment(tmp_path, THINGS)))
    assert send("POST", "/things", json={"title": "T"}).status_code == 201
    refused = send("POST", "/things", json={"title": 1})
    assert [item["pointer"] for item in refused.json()["errors"]] == ["/body/title"]


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("drop: [history]", "drop: history", "must be a list"),
        ("drop: [history]", "drop: [1]", "must be text"),
        ("unknown: drop", "unknown: keep", "must be one of drop"),
        ("unknown: drop", "others: drop", "`others` is not a hint"),
        ("default: {sort: plain}", "default: plain", "must be an object"),
        ("words: {none: null, tall: long}", "words: [none]", "must be an object"),
        ("{blank: absent}", "{blank: gone}", "must be one of value, absent"),
        ("unknown: drop", "always: false", "must be true"),
        ("unknown: drop", "calls: [{each: tags, member: a, tool: createThong}]", "there is no tool `createThong`"),
        ("unknown: drop", "calls: [{each: tags, tool: createThing}]", "member: must be text"),
    ],
)
def test_hint_that_cannot_be_meant_is_an_error(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    assert right in WITHOUT_TITLE
    with pytest.raises(AtlasgenError, match=problem):
        environment(tmp_path, WITHOUT_TITLE.replace(right, wrong))
