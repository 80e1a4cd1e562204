"""Another address of the same operations, at which texts have another form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from atlasgen.errors import AtlasgenError
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations
from atlasgen.runtime.texts import TextForm
from atlasgen.serve import http
from tests.serve.sending import Send, sender

NOTES = """
openapi: 3.0.3
info: {title: Notes, version: "2"}
x-atlasgen:
  aliases: [{prefix: /v1, of: /v2, texts: {Lines: joined}}]
paths:
  /v2/notes:
    get:
      operationId: listNotes
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {type: object, properties: {notes: {type: array, items: {$ref: "#/components/schemas/Note"}}}}
    post:
      operationId: createNote
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}
      responses:
        "201":
          description: made
          content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}
  /v2/notes/{id}:
    get:
      operationId: getNote
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}
  /health:
    get:
      operationId: getHealth
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}
components:
  schemas:
    Lines: {type: array, items: {type: string}}
    Part:
      type: object
      properties:
        words: {$ref: "#/components/schemas/Lines"}
        parts: {type: array, items: {$ref: "#/components/schemas/Part"}}
    Note:
      type: object
      additionalProperties: false
      x-atlasgen: {resource: note, link: {self: "{base}/v2/notes/{id}"}}
      properties:
        id: {type: string, readOnly: true}
        self: {type: string, readOnly: true}
        title: {type: string}
        words: {description: What it says., allOf: [{$ref: "#/components/schemas/Lines"}]}
        other: {$ref: "#/components/schemas/Lines", nullable: true}
        part: {$ref: "#/components/schemas/Part"}
        open: {type: object}
"""
JOINED = TextForm(read=str.splitlines, write="\n".join)


def emulator(folder: Path, text: str = NOTES, texts: Mapping[str, TextForm] | None = None) -> Emulator:
    document = folder / "notes.yaml"
    document.write_text(text)
    return Emulator(plan_of(document), texts={"joined": JOINED} if texts is None else texts)


@pytest.fixture
def send(tmp_path: Path) -> Send:
    return sender(http.application(Environment(emulator(tmp_path))))


NEW = {
    "title": "A",
    "words": "one\ntwo",
    "other": None,
    "part": {"words": "three", "parts": [{"words": "four\nfive", "parts": []}, {"parts": []}]},
    "open": {"words": ["six"], "self": "http://site.test/v2/notes/1"},
}


def test_text_is_written_in_the_form_of_the_address_and_kept_in_that_of_the_document(send: Send) -> None:
    made = send("POST", "/v1/notes", json=NEW)
    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], **NEW, "self": f"http://site.test/v1/notes/{made.json()['id']}"}
    at_home = send("GET", f"/v2/notes/{made.json()['id']}").json()
    assert at_home["self"] == f"http://site.test/v2/notes/{made.json()['id']}"
    assert (at_home["words"], at_home["other"]) == (["one", "two"], None)
    assert at_home["part"] == {"words": ["three"], "parts": [{"words": ["four", "five"], "parts": []}, {"parts": []}]}
    assert at_home["open"] == NEW["open"]


def test_links_in_answers_lead_to_the_same_address(send: Send) -> None:
    made = send("POST", "/v1/notes", json=NEW).json()
    assert send("GET", made["self"]).json() == made
    assert made in send("GET", "/v1/notes").json()["notes"]


def test_what_is_no_text_is_refused_with_all_places(send: Send) -> None:
    wrong = {"words": ["one"], "other": 2, "part": {"words": {}, "parts": [{"words": False}]}}
    refused = send("POST", "/v1/notes", json=wrong)
    assert refused.status_code == 400
    pointers = [item["pointer"] for item in refused.json()["errors"]]
    assert pointers == ["/body/words", "/body/other", "/body/part/words", "/body/part/parts/0/words"]
    assert send("POST", "/v2/notes", json={"words": "one"}).status_code == 400


@pytest.mark.parametrize("body", [[], "text", None, {"part": [1]}, {"part": {"parts": {"words": "x"}}}, {"title": 1}])
def test_malformed_body_is_refused_as_at_home(send: Send, body: Any) -> None:
    there, home = send("POST", "/v1/notes", json=body), send("POST", "/v2/notes", json=body)
    assert (there.status_code, there.json()) == (400, home.json())


def test_refusals_and_other_paths_are_as_at_home(send: Send) -> None:
    assert send("GET", "/v1/notes/0").json() == send("GET", "/v2/notes/0").json()
    assert send("DELETE", "/v1/notes").status_code == 405
    assert send("GET", "/v1/health").status_code == 404


def test_alias_is_not_served_without_the_form_of_its_texts(tmp_path: Path) -> None:
    plain = sender(http.application(Environment(emulator(tmp_path, texts={}))))
    assert plain("GET", "/v1/notes").status_code == 404
    assert plain("GET", "/v2/notes").status_code == 200


def test_alias_without_texts_needs_no_form(tmp_path: Path) -> None:
    text = NOTES.replace(", texts: {Lines: joined}", "")
    bare = sender(http.application(Environment(emulator(tmp_path, text, texts={}))))
    made = bare("POST", "/v1/notes", json={"words": ["one"]}).json()
    assert (made["words"], made["self"]) == (["one"], f"http://site.test/v1/notes/{made['id']}")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("{prefix: v1, of: /v2}", "/x-atlasgen/aliases/0/prefix: must begin with a slash"),
        ("{prefix: /v1/, of: /v2}", "and not end with one"),
        ("{prefix: /v1, of: /v3}", "no path begins with `/v3/`"),
        ("{prefix: /v1, of: /v}", "no path begins with `/v/`"),
        ("{prefix: /v1, of: /v2, texts: {Line: joined}}", "did you mean `Lines`?"),
        ("{prefix: /v1, of: /v2, texts: {Lines: 3}}", "must be text"),
        ("{prefix: /v1, from: /v2}", "`from` is not a hint that is known here"),
    ],
)
def test_alias_that_says_nothing_is_an_error(tmp_path: Path, given: str, problem: str) -> None:
    with pytest.raises(AtlasgenError) as caught:
        emulator(tmp_path, NOTES.replace("{prefix: /v1, of: /v2, texts: {Lines: joined}}", given))
    assert problem in str(caught.value)


def test_form_that_no_alias_has_is_an_error(tmp_path: Path) -> None:
    plan = emulator(tmp_path).plan

    class Notes(Operations, plan=plan):
        pass

    class Right(Notes):
        texts = MappingProxyType({"joined": JOINED})

    assert Right.emulator.texts == {"joined": JOINED}
    with pytest.raises(AtlasgenError, match="no alias has the form `joint`\n  did you mean `joined`"):

        class Wrong(Notes):
            texts = MappingProxyType({"joint": JOINED})
