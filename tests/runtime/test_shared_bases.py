"""What a base keeps for all who begin in it: nothing that one list or API has kept is taken for another's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator

DOCUMENT = """
openapi: 3.0.3
info: {title: Cards, version: "1"}
paths:
  /cards:
    get:
      operationId: listCards
      parameters:
        - {name: fields, in: query, schema: {type: string}, x-atlasgen: {query: {select: data, default: [title]}}}
        - {name: sort, in: query, schema: {type: string}, x-atlasgen: {query: {sort: {by: data.title}}}}
      responses: {"200": {$ref: "#/components/responses/Cards"}}
  /boxes/{boxId}/cards:
    get:
      operationId: listBox
      x-atlasgen: {resource: card, scope: {boxId: box}}
      parameters:
        - {name: boxId, in: path, required: true, schema: {type: string}}
        - {name: fields, in: query, schema: {type: string}, x-atlasgen: {query: {select: data, all: "*"}}}
        - {name: sort, in: query, schema: {type: string}, x-atlasgen: {query: {sort: {by: data.rank}}}}
      responses: {"200": {$ref: "#/components/responses/Cards"}}
  /every:
    get:
      operationId: listEvery
      x-atlasgen: {archetype: list, resource: card}
      parameters: [{name: sort, in: query, schema: {type: string}, x-atlasgen: {query: {sort: {by: data.rank}}}}]
      responses: {"200": {$ref: "#/components/responses/Cards"}}
  /bare:
    get:
      operationId: listBare
      x-atlasgen: {archetype: list, resource: card, query: {select: data, default: [rank]}}
      responses: {"200": {$ref: "#/components/responses/Cards"}}
  /owners/{ownerId}:
    get:
      operationId: getOwner
      parameters: [{name: ownerId, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: o, content: {application/json: {schema: {$ref: "#/components/schemas/Owner"}}}}}
components:
  responses:
    Cards: {description: o, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Card"}}}}}
  schemas:
    Card:
      type: object
      x-atlasgen: {resource: card}
      properties:
        id: {type: string, readOnly: true}
        box: {type: string, x-atlasgen: {ref: box}}
        data: {type: object, properties: {title: {type: string}, rank: {type: integer}}}
        owner: {allOf: [{$ref: "#/components/schemas/Owner"}], x-atlasgen: {ref: owner}}
    Owner: {type: object, x-atlasgen: {resource: owner}, properties: {id: {type: string}, name: {type: string}}}
x-atlasgen:
  resources: {box: {}}
  world:
    records:
      box: {red: {id: red}}
      owner: {ann: {id: ann, name: Ann}}
      card: {one: {box: red, owner: ann, data: {title: A, rank: 2}}, two: {box: red, owner: ann, data: {title: B, rank: 1}}}
"""


def emulator(folder: Path, name: str = "cards", document: str = DOCUMENT) -> Emulator:
    path = folder / f"{name}.yaml"
    path.write_text(document, encoding="utf-8")
    return Emulator(plan_of(path))


def titles(cards: Environment, tool: str, **arguments: Any) -> list[str]:
    reply = cards.call(tool, arguments)
    assert reply.status == 200, reply
    return [item["data"]["title"] for item in reply.json()]


@pytest.fixture
def cards(tmp_path: Path) -> Environment:
    return Environment(emulator(tmp_path), seed=1)


def test_lists_that_choose_other_members_share_no_records(cards: Environment) -> None:
    data = [sorted(item["data"]) for item in cards.call("listCards").json()]
    assert data == [["title"], ["title"]]
    assert sorted(cards.call("listBox", {"boxId": "red"}).json()[0]["data"]) == ["rank", "title"]
    assert sorted(cards.call("listEvery").json()[0]["data"]) == ["rank", "title"]
    assert sorted(cards.call("listBare").json()[0]["data"]) == ["rank"]


def test_words_for_an_order_mean_what_their_own_list_says(cards: Environment) -> None:
    assert titles(cards, "listCards", sort="by") == ["A", "B"]
    assert titles(cards, "listEvery", sort="by") == ["B", "A"]
    assert titles(cards, "listBox", boxId="red", sort="-by") == ["A", "B"]


def test_records_of_two_apis_with_one_id_are_not_taken_for_each_other(tmp_path: Path) -> None:
    other = DOCUMENT.replace("name: Ann}", "name: Bob}").replace("title: Cards", "title: Other")
    both = Environment(emulator(tmp_path), emulator(tmp_path, "other", other), seed=1)
    tools = [item.name for item in both.tools if item.name.endswith("listEvery")]
    assert len(tools) == 2
    owners = [{item["owner"]["name"] for item in both.call(tool).json()} for tool in tools]
    assert owners == [{"Ann"}, {"Bob"}]
