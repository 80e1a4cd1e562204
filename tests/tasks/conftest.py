from __future__ import annotations

from pathlib import Path

import pytest

import atlasgen
from atlasgen.plan.model import Plan
from atlasgen.runtime.environment import Environment
from rewards.jira_subtask import SubtaskScenario

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="session")
def subtasks() -> SubtaskScenario:
    """Return the scenario that the tests of tasks play."""
    return SubtaskScenario()


@pytest.fixture
def environment(subtasks: SubtaskScenario) -> Environment:
    return subtasks.environment()


@pytest.fixture(scope="session", params=["jira", "confluence"])
def plan(request: pytest.FixtureRequest) -> Plan:
    return atlasgen.load(SPECS / f"{request.param}.yaml").emulators[0].plan


NESTED = """
openapi: 3.1.0
info: {title: Lists, version: "1"}
paths:
  /lists:
    post:
      operationId: createList
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/List"}}}}
      responses: {"201": {$ref: "#/components/responses/List"}}
  /lists/{listId}:
    parameters: [{$ref: "#/components/parameters/listId"}]
    get: {operationId: getList, responses: {"200": {$ref: "#/components/responses/List"}}}
  /lists/{listId}/items:
    parameters: [{$ref: "#/components/parameters/listId"}]
    get:
      operationId: listItems
      responses:
        "200":
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Item"}}}}
    post:
      operationId: createItem
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
      responses: {"201": {$ref: "#/components/responses/Item"}}
  /lists/{listId}/items/{itemId}:
    parameters: [{$ref: "#/components/parameters/listId"}, {$ref: "#/components/parameters/itemId"}]
    get: {operationId: getItem, responses: {"200": {$ref: "#/components/responses/Item"}}}
    delete: {operationId: deleteItem, responses: {"204": {description: Gone.}}}
  /lists/{listId}/items/{itemId}/polish:
    parameters: [{$ref: "#/components/parameters/listId"}, {$ref: "#/components/parameters/itemId"}]
    post: {operationId: polishItem, responses: {"200": {$ref: "#/components/responses/Item"}}}
components:
  parameters:
    listId: {name: listId, in: path, required: true, schema: {type: string}}
    itemId: {name: itemId, in: path, required: true, schema: {type: string}}
  responses:
    List: {description: One., content: {application/json: {schema: {$ref: "#/components/schemas/List"}}}}
    Item: {description: One., content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
  schemas:
    List:
      type: object
      required: [name]
      properties: {id: {type: string, readOnly: true}, name: {type: string}}
    Item:
      type: object
      required: [title]
      properties:
        id: {type: string, readOnly: true}
        listId: {type: string, readOnly: true}
        title: {type: string}
"""


@pytest.fixture(scope="session")
def nested(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan of items below lists; how an item is polished, no rule understands."""
    path = tmp_path_factory.mktemp("nested") / "nested.yaml"
    path.write_text(NESTED, encoding="utf-8")
    return atlasgen.load(path).emulators[0].plan
