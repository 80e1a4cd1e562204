"""What writes keep of a record that they replace, and how fields that list records are added to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen import Environment

DOCUMENT = """
openapi: 3.0.3
info: {title: Shelf, version: "1"}
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
        - {name: state, in: query, schema: {type: array, items: {type: string}}}
        - {name: id, in: query, schema: {type: array, items: {type: string}}}
      responses: {"200": {$ref: "#/components/responses/Books"}}
    put:
      operationId: putBook
      x-atlasgen: {archetype: upsert, upsert: code}
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}}
      responses: {"200": {$ref: "#/components/responses/Book"}, "201": {$ref: "#/components/responses/Book"}}
  /books/{bookId}:
    parameters: &book [{name: bookId, in: path, required: true, schema: {type: string}}]
    get: {operationId: getBook, responses: {"200": {$ref: "#/components/responses/Book"}}}
  /books/{bookId}/marks:
    parameters: *book
    get: {operationId: listMarks, x-atlasgen: &set {set: {of: book, at: marks}}, responses: &marks {"200": {$ref: "#/components/responses/Marks"}}}
    post:
      operationId: addMarks
      x-atlasgen: {archetype: link, <<: *set}
      requestBody: {required: true, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Mark"}}}}}
      responses: *marks
    put:
      operationId: addMark
      x-atlasgen: {archetype: link, resource: mark, <<: *set}
      requestBody: {required: true, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Mark"}}}}}
      responses: {"204": {description: done}}
  /books/{bookId}/marks/{markId}:
    parameters: [{name: bookId, in: path, required: true, schema: {type: string}}, {name: markId, in: path, required: true, schema: {type: integer}}]
    delete: {operationId: removeMark, x-atlasgen: {archetype: unlink, target: markId, <<: *set}, responses: {"204": {description: gone}}}
  /marks/{markId}:
    parameters: [{name: markId, in: path, required: true, schema: {type: integer}}]
    get: {operationId: getMark, responses: {"200": {description: o, content: {application/json: {schema: {$ref: "#/components/schemas/Mark"}}}}}}
    delete: {operationId: dropMark, responses: {"204": {description: gone}}}
components:
  responses:
    Book: {description: o, content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}}
    Books: {description: o, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Book"}}}}}
    Marks: {description: o, content: {application/json: {schema: {$ref: "#/components/schemas/Marks"}}}}
  schemas:
    Book:
      type: object
      x-atlasgen: {resource: book, index: [state], id: {field: id, also: {name: "B-{n}"}}}
      properties:
        id: {type: string, readOnly: true}
        name: {type: string, readOnly: true}
        code: {type: string}
        note: {type: string}
        state: {type: string, x-atlasgen: {derive: {default: kept}}}
        made: {type: string, readOnly: true, x-atlasgen: {derive: {timestamp: created}}}
        version: {type: integer, readOnly: true, x-atlasgen: {derive: {counter: 1}}}
    Marks: {type: object, properties: {results: {type: array, items: {$ref: "#/components/schemas/Mark"}}, found: {type: integer, x-atlasgen: {paging: total}}}}
    Mark: {type: object, x-atlasgen: {resource: mark, id: {field: id, also: {word: null}}}, properties: {id: {type: integer}, word: {type: string}}}
x-atlasgen:
  resources: {book: {fields: {marks: {ref: mark, many: true}}}}
  world: {records: {mark: {red: {word: red}, blue: {word: blue}}, book: {first: {code: a, state: kept, marks: [red]}}}}
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Environment:
    path = tmp_path / "shelf.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    return atlasgen.load(path, seed=5)


def ask(shelf: Environment, tool: str, expected: int = 200, /, **arguments: Any) -> Any:
    reply = shelf.call(tool, arguments)
    assert reply.status == expected, reply
    return reply.json()


def book(shelf: Environment) -> str:
    return str(ask(shelf, "listBooks")[0]["id"])


def test_upsert_keeps_what_the_service_fills(shelf: Environment) -> None:
    made = ask(shelf, "putBook", 201, body={"code": "b", "note": "n"})
    ask(shelf, "putBook", 200, body={"code": "b", "note": "m"})
    again = ask(shelf, "putBook", 200, body={"code": "b"})
    assert again == {**{key: value for key, value in made.items() if key != "note"}, "version": 3}


def test_link_to_what_is_listed_already_adds_nothing(shelf: Environment) -> None:
    id = book(shelf)
    before = ask(shelf, "listMarks", bookId=id)["results"]
    assert ask(shelf, "addMarks", bookId=id, body=[{"word": "red"}])["results"] == before
    blue = ask(shelf, "addMarks", bookId=id, body=[{"word": "blue"}])["results"][1]
    assert ask(shelf, "addMarks", bookId=id, body=[{"word": "blue"}, {"word": "blue"}])["results"] == [*before, blue]
    ask(shelf, "removeMark", 204, bookId=id, markId=blue["id"])
    assert ask(shelf, "listMarks", bookId=id)["results"] == before


def test_link_names_what_is_there_by_its_id_too(shelf: Environment) -> None:
    id = book(shelf)
    (red,) = ask(shelf, "listMarks", bookId=id)["results"]
    assert ask(shelf, "addMarks", bookId=id, body=[{"id": red["id"]}])["results"] == [red]
    assert ask(shelf, "getMark", markId=red["id"]) == red


def test_what_is_gone_does_not_count(shelf: Environment) -> None:
    id = book(shelf)
    (red,) = ask(shelf, "listMarks", bookId=id)["results"]
    ask(shelf, "dropMark", 204, markId=red["id"])
    assert ask(shelf, "listMarks", bookId=id) == {"results": [], "found": 0}


def test_records_of_several_values_keep_their_order(shelf: Environment) -> None:
    first = book(shelf)
    lost = ask(shelf, "putBook", 201, body={"code": "b", "state": "lost"})["id"]
    kept = ask(shelf, "putBook", 201, body={"code": "c", "state": "kept"})["id"]
    for arguments in ({"state": ["lost", "kept"]}, {"state": ["kept", "lost"]}, {"id": [kept, first, "none", lost]}):
        assert [item["id"] for item in ask(shelf, "listBooks", **arguments)] == [first, lost, kept]
