"""Lists that leave records out whatever they are asked, and ids with something before their number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen import Environment
from atlasgen.errors import AtlasgenError

DOCUMENT = """
openapi: 3.0.3
info: {title: Remarks, version: "1"}
paths:
  /remarks:
    get:
      operationId: listRemarks
      x-atlasgen: {resource: remark, query: {filter: under, default: [null]}}
      responses: {"200": {$ref: "#/components/responses/Remarks"}}
    post:
      operationId: addRemark
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Remark"}}}}
      responses: {"201": {$ref: "#/components/responses/Remark"}}
  /remarks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getRemark
      responses: {"200": {$ref: "#/components/responses/Remark"}}
    delete:
      operationId: dropRemark
      responses: {"204": {description: o}}
  /remarks/{id}/remarks:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: listAnswers
      x-atlasgen: {resource: remark, scope: {id: under}, query: {filter: state, default: [kept, given]}}
      responses: {"200": {$ref: "#/components/responses/Remarks"}}
components:
  responses:
    Remark: {description: o, content: {application/json: {schema: {$ref: "#/components/schemas/Remark"}}}}
    Remarks: {description: o, content: {application/json: {schema: {$ref: "#/components/schemas/Remarks"}}}}
  schemas:
    Remarks: {type: array, items: {$ref: "#/components/schemas/Remark"}}
    Remark:
      type: object
      x-atlasgen: {resource: remark, id: {field: id, format: "r{n}"}}
      properties:
        id: {type: string, readOnly: true}
        state: {type: string, x-atlasgen: {derive: {default: kept}}}
        under: {type: string, x-atlasgen: {ref: remark}}
x-atlasgen:
  world: {records: {remark: {first: {}}}}
"""


def opened(tmp_path: Path, document: str = DOCUMENT, *, seed: int = 0) -> Environment:
    path = tmp_path / "remarks.yaml"
    path.write_text(document, encoding="utf-8")
    return atlasgen.load(path, seed=seed)


@pytest.fixture
def remarks(tmp_path: Path) -> Environment:
    return opened(tmp_path)


def add(remarks: Environment, **members: Any) -> str:
    reply = remarks.call("addRemark", {"body": members})
    assert reply.status == 201, reply
    id: str = reply.json()["id"]
    return id


def listed(remarks: Environment, tool: str = "listRemarks", **arguments: Any) -> list[str]:
    return [item["id"] for item in remarks.call(tool, arguments).json()]


def test_null_in_a_filter_keeps_the_records_that_have_nothing_there(remarks: Environment) -> None:
    (first,) = listed(remarks)
    answer, other = add(remarks, under=first), add(remarks)
    assert listed(remarks) == [first, other]
    assert listed(remarks, "listAnswers", id=first) == [answer]


def test_filter_of_an_operation_applies_whatever_is_asked(remarks: Environment) -> None:
    (first,) = listed(remarks)
    kept, given = add(remarks, under=first), add(remarks, under=first, state="given")
    add(remarks, under=first, state="gone")
    assert listed(remarks, "listAnswers", id=first) == [kept, given]


def test_what_moves_up_to_the_top_has_nothing_above_it(remarks: Environment) -> None:
    (first,) = listed(remarks)
    answer = add(remarks, under=first)
    assert remarks.call("dropRemark", {"id": first}).status == 204
    assert "under" not in remarks.call("getRemark", {"id": answer}).json()
    assert listed(remarks) == [answer]


def test_numbers_inside_an_id_begin_elsewhere_in_every_world(tmp_path: Path) -> None:
    ids = [listed(opened(tmp_path, seed=seed))[0] for seed in range(5)]
    assert len(set(ids)) == 5
    assert all(id.startswith("r") and id[1:].isdecimal() for id in ids)


def test_filter_and_choice_of_members_cannot_stand_together(tmp_path: Path) -> None:
    document = DOCUMENT.replace("{filter: under, default: [null]}", "{filter: under, select: id}")
    with pytest.raises(AtlasgenError, match="exactly one of"):
        opened(tmp_path, document)
