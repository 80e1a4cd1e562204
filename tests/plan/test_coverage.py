"""What the plan says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlasgen.jsonvalue import encode
from atlasgen.plan.compose import plan
from atlasgen.plan.coverage import coverage, lines, weakest
from atlasgen.plan.model import Fact, Plan
from atlasgen.plan.read import plan_of
from atlasgen.spec.normalise import normalise
from atlasgen.spec.parse import parse_yaml

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared" / "specs"

PETS = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: listPets
      parameters: [{name: ownerId, in: query, schema: {type: string}}]
      responses: {"200": {description: ok, content: {a/json: {schema: {type: array, items: &pet {$ref: "#/components/schemas/Pet"}}}}}}
    post:
      operationId: createPet
      requestBody: {content: {a/json: {schema: {type: object, properties: {name: {type: string}, secret: {type: string}}}}}}
      responses: {"201": {description: ok, content: {a/json: {schema: *pet}}}}
  /pets/{petId}: {get: {operationId: getPet, responses: {"200": {description: ok, content: {a/json: {schema: *pet}}}}}}
  /pets/{petId}/feed: {post: {operationId: feedPet, x-atlasgen: {archetype: stub}, responses: {"204": {description: ok}}}}
  /owners/{ownerId}: {get: {operationId: getOwner, responses: {"200": {description: ok, content: {a/json: {schema: {$ref: "#/components/schemas/Owner"}}}}}}}
  /report: {get: {operationId: getTheReportOfAllThePetsAndOfAllTheirOwners, responses: {"200": {description: ok}}}}
components:
  schemas:
    Pet:
      type: object
      x-atlasgen: {rule: [{unique: name, message: Once only.}], resource: pet}
      properties:
        id: {type: string}
        name: {type: string}
        ownerId: {type: string}
        made: {type: string, x-atlasgen: {derive: {timestamp: created}}}
    Owner: {type: object, properties: {id: {type: string}}}
"""  # noqa: E501 - a document


@pytest.fixture
def pets() -> Plan:
    document = parse_yaml(PETS, where="pets.yaml")
    assert isinstance(document, dict)
    return plan(normalise(document, where="pets.yaml"), name="pets", where="pets.yaml")


def test_source_is_the_weakest_of_what_decides(pets: Plan) -> None:
    found = {item.tool: item for item in coverage(pets).operations}
    assert {name: item.source for name, item in found.items()} == {
        "listPets": "inferred",
        "createPet": "inferred",
        "getPet": "inferred",
        "feedPet": "inferred",
        "getOwner": "inferred",
        "getTheReportOfAllThePetsAndOfAllTheirOwners": "guessed",
    }
    assert found["feedPet"].hinted
    assert not found["getOwner"].hinted
    assert weakest([Fact("a", "hinted", ""), Fact("b", "declared", "")]) == "hinted"
    assert weakest([Fact("a", "hinted", ""), Fact("write body.x", "inferred", "")]) == "hinted"


def test_members_that_are_input_only_are_told(pets: Plan) -> None:
    found = {item.tool: item.input_only for item in coverage(pets).operations}
    assert found["createPet"] == ("secret",)
    assert found["getPet"] == ()


def test_overridden_operation_is_no_stub(pets: Plan) -> None:
    found = coverage(pets, {"feedPet"})
    (fed,) = [item for item in found.operations if item.overridden]
    assert (fed.tool, fed.source) == ("feedPet", "overridden")
    assert [item.tool for item in found.stubs] == ["getTheReportOfAllThePetsAndOfAllTheirOwners"]
    assert next(item.tool for item in coverage(pets).stubs) == "feedPet"


def test_resources_tell_what_is_known_of_their_records(pets: Plan) -> None:
    found = {item.name: item for item in coverage(pets).resources}
    pet = found["pet"]
    assert pet.identity["field"] == "id"
    assert pet.fields == (("id",), ("name",), ("ownerId",), ("made",))
    assert pet.references == {("ownerId",): "owner"}
    assert pet.derived == {("made",): "timestamp"}
    assert pet.rules == ("Once only.",)
    assert any(fact.subject == "reference ownerId" for fact in pet.facts)


def test_json_holds_totals_and_every_fact(pets: Plan) -> None:
    value = coverage(pets, {"feedPet"}).to_json()
    encode(value)
    assert list(value) == ["totals", "operations", "resources"]
    assert value["totals"] == {
        "operations": 6,
        "resources": 4,
        "archetypes": {"list": 1, "get": 2, "create": 1, "stub": 2},
        "sources": {"inferred": 4, "guessed": 1, "overridden": 1},
        "hinted": 4,
        "overridden": 1,
        "stubs": 1,
        "input_only": 1,
    }
    operations = value["operations"]
    assert isinstance(operations, list)
    assert operations[3] == {
        "id": "feedPet", "tool": "feedPet", "archetype": "stub", "resource": "feed",
        "source": "overridden", "hinted": True, "overridden": True,
        "facts": [
            {"subject": "archetype", "source": "hinted", "why": "x-atlasgen"},
            {"subject": "resource", "source": "inferred", "why": "the path is about feed"},
        ],
    }  # fmt: skip


def test_table_fits_and_lists_the_stubs_last(pets: Plan) -> None:
    told = list(lines(coverage(pets), width=60))
    assert max(map(len, told)) <= 60
    text = "\n".join(told)
    assert text.startswith("pets: 6 operations")
    assert "listPets" in told[3]
    assert "archetypes: 1 list, 2 get, 1 create, 2 stub\n" in text
    assert "input only in createPet: secret\n" in text
    assert text.index("stubs, which change nothing:") < text.index("  feedPet: x-atlasgen")
    assert "getTheReportOfAllThePetsAndOfAllTheirOwners\n" in text  # too long for its column, so in a line of its own


def test_every_fact_is_told_on_demand(pets: Plan) -> None:
    text = "\n".join(lines(coverage(pets), width=80, facts=True))
    for operation in pets.operations:
        for fact in operation.facts:
            assert f"    {fact.subject}: {fact.source}: {fact.why}"[:70] in text
    assert "write body.secret: inferred: input only" in text
    assert "pet: named by id" in text


@pytest.mark.parametrize("path", [
    "specs/jira.yaml", "specs/confluence.yaml", "../shared/specs/jira-v3.json", "../shared/specs/confluence-v1.json",
    "../shared/specs/confluence-v2.json", "../shared/specs/others/asana.yaml", "../shared/specs/others/petstore.yaml",
])  # fmt: skip
def test_coverage_of_real_documents_tells_every_operation_and_fits(path: str) -> None:
    if not (ROOT / path).is_file():
        pytest.skip(f"{path} is not here")
    found = coverage(plan_of(ROOT / path))
    told = list(lines(found, width=80, facts=True))
    assert max(map(len, told)) <= 80 or max(len(word) for line in told for word in line.split()) > 70
    assert sum(found.archetypes.values()) == sum(found.sources.values()) == len(found.operations) > 0
    assert all(item.reason for item in found.operations)
    encode(found.to_json())


def test_what_hints_and_paths_decide_is_told(pets: Plan) -> None:
    found = {item.name: item.facts for item in coverage(pets).resources}
    identity = Fact("identity id", "inferred", "/owners/{ownerId} names one by {ownerId}")
    assert found["owner"][0] == identity
    assert found["report"][0].source == "guessed"
    hinted = plan_of(ROOT / "specs" / "jira.yaml")
    subjects = {fact.subject: fact.source for fact in hinted.operation("doTransition").facts}
    assert subjects["accept body.transition.id"] == "hinted"
    assert any(fact.subject == "select fields" for fact in hinted.operation("getIssue").facts)
    assert hinted.resources["issue"].facts[0] == Fact("identity id, key", "hinted", "x-atlasgen")
