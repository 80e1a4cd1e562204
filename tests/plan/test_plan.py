"""From documents to plans: archetypes, resources, references, views, effects, hints, and the form a plan is kept in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import detach
from atlasgen.plan.compose import plan
from atlasgen.plan.model import Derive, Field, Language, Operation, Plan, Reference, Rule, Shape
from atlasgen.plan.read import plan_of
from atlasgen.spec.load import read_openapi
from atlasgen.spec.normalise import normalise

ROOT = Path(__file__).parents[2]
PETS: Any = read_openapi(ROOT / "tests" / "golden" / "pets.yaml")
SPECS = [ROOT / "specs" / "jira.yaml", ROOT / "specs" / "confluence.yaml", ROOT / "tests" / "golden" / "pets.yaml"]


def made(document: Any) -> Plan:
    return plan(normalise(document, where="spec"), name="pets", where="spec")


def answering(schema: Any, code: str = "200") -> Any:
    return {"responses": {code: {"description": "", "content": {"application/json": {"schema": schema}}}}}


def document(paths: Any, schemas: Any = None, **more: Any) -> Any:
    info = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}
    return {**info, "paths": paths, "components": {"schemas": schemas or {}}, **more}


def pets(**changes: Any) -> Any:
    """Return the document of pets with hints: `root`, or the name of a schema, or an operationId."""
    changed: Any = detach(PETS)
    for name, hint in changes.items():
        operations = [item for path in changed["paths"].values() for item in path.values() if isinstance(item, dict)]
        found = [item for item in operations if item.get("operationId") == name]
        target = changed if name == "root" else found[0] if found else changed["components"]["schemas"][name]
        target["x-atlasgen"] = hint
    return changed


def problems_of(changed: Any) -> tuple[Problem, ...]:
    with pytest.raises(AtlasgenError) as caught:
        made(changed)
    return caught.value.problems


def operation(found: Plan, tool: str) -> Operation:
    return found.operation(tool)


OBJECT = {"type": "object", "properties": {"id": {"type": "string"}}}
LIST = {"type": "array", "items": OBJECT}


# -- archetypes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "method", "body", "archetype"),
    [
        ("/pets/{id}", "get", answering(OBJECT), "get"),
        ("/pets", "get", answering(LIST), "list"),
        (
            "/pets",
            "get",
            answering({"type": "object", "properties": {"pets": LIST, "total": {"type": "integer"}}}),
            "list",
        ),
        ("/pets", "get", answering({"type": "object", "properties": {"pets": LIST, "cats": LIST}}), "get"),
        ("/health", "get", answering({"type": "string"}), "stub"),
        ("/pets/{id}/owner", "get", answering(OBJECT), "get"),
        ("/pets", "post", {"operationId": "createPet", **answering(OBJECT, "201")}, "create"),
        ("/pets", "post", {"operationId": "registerPet", **answering(OBJECT, "201")}, "create"),
        ("/pets", "post", {"operationId": "searchPets", **answering(LIST)}, "list"),
        ("/pets", "post", {"operationId": "searchPets", **answering(OBJECT)}, "stub"),
        ("/pets/{id}", "post", {"operationId": "createPet", **answering(OBJECT, "201")}, "stub"),
        ("/pets/{id}", "put", answering(OBJECT), "update"),
        ("/pets/{id}", "patch", answering(OBJECT), "patch"),
        ("/pets/{id}", "delete", {"responses": {"204": {}}}, "delete"),
        ("/pets", "delete", {"responses": {"204": {}}}, "stub"),
        ("/pets/{id}", "delete", {"parameters": [{"name": "tag", "in": "query", "required": True}]}, "stub"),
        ("/pets/{id}", "delete", {"parameters": [{"name": "tag", "in": "query"}]}, "delete"),
        ("/pets/{id}/feed", "post", {"responses": {"200": {}}}, "stub"),
        ("/pets", "head", {}, "stub"),
    ],
)
def test_archetype_is_told_from_method_path_and_answer(path: str, method: str, body: Any, archetype: str) -> None:
    (found,) = made(document({path: {method: body}})).operations
    assert found.archetype == archetype
    assert any(fact.subject == "archetype" for fact in found.facts)


def test_post_beside_the_path_of_a_record_creates_it() -> None:
    paths = {"/pets": {"post": answering(OBJECT)}, "/pets/{id}": {"get": answering(OBJECT)}}
    assert [item.archetype for item in made(document(paths)).operations] == ["create", "get"]


def test_status_is_the_lowest_code_of_success() -> None:
    paths = {
        "/pets": {"post": {"operationId": "addPet", "responses": {"404": {}, "202": {}, "201": {}, "default": {}}}}
    }
    assert made(document(paths)).operations[0].status == 201
    assert made(document({"/pets": {"post": {"responses": {"2XX": {}}}}})).operations[0].status == 200


# -- resources and references ------------------------------------------------------------------------------------------


def test_resources_ids_and_references_are_found() -> None:
    found = made(PETS)
    assert list(found.resources) == ["pet", "owner"]
    assert found.resources["pet"].identity.numeric
    assert found.resources["pet"].fields == (Field(("ownerId",), Reference("owner")),)
    assert found.resources["pet"].stamped == (("id",),)
    assert operation(found, "addOwnersPet").scope == {"ownerId": ("ownerId",)}
    assert operation(found, "getPet").target == "petId"
    assert [item.path for item in operation(found, "listPets").filters] == [("status",), ("ownerId",)]


def test_member_whose_name_only_resembles_a_reference_is_none() -> None:
    changed = detach(PETS)
    properties: Any = changed["components"]["schemas"]["Pet"]["properties"]  # type: ignore[index,call-overload]
    properties["ownerIdentity"] = properties["formerOwner"] = {"type": "integer"}
    assert [field.path for field in made(changed).resources["pet"].fields] == [("ownerId",)]


def test_list_of_ids_is_a_reference_to_many() -> None:
    changed: Any = detach(PETS)
    changed["components"]["schemas"]["Pet"]["properties"]["ownerIds"] = {"type": "array", "items": {"type": "integer"}}
    found = made(changed).resources["pet"].fields
    assert Field(("ownerIds",), Reference("owner"), many=True) in found


def test_identity_has_all_names_that_the_path_takes() -> None:
    schema = {"type": "object", "title": "Issue", "properties": {"id": {"type": "string"}, "key": {"type": "string"}}}
    found = made(document({"/issue/{issueIdOrKey}": {"get": answering(schema)}}))
    identity = found.resources["issue"].identity
    assert (identity.field, identity.also, identity.numeric) == ("id", {"key": None}, False)


def test_identity_is_not_written_by_an_update() -> None:
    changed: Any = detach(PETS)
    changed["components"]["schemas"]["Pet"]["properties"]["id"] = {"type": "integer"}
    found = made(changed)
    assert ("id",) in [write.target for write in operation(found, "createPet").writes]
    assert ("id",) not in [write.target for write in operation(found, "replacePet").writes]


# -- views and effects -------------------------------------------------------------------------------------------------


def test_view_shows_what_the_schema_has_in_its_order() -> None:
    found = made(PETS)
    assert [shape.name for shape in found.views["Pet"].members] == ["id", "name", "status", "tag", "ownerId", "extra"]
    # `status` may be null, and need not be there: what nobody stored is left out.
    assert not any(shape.nullable for shape in found.views["Pet"].members)


def test_body_member_that_no_view_shows_is_input_only() -> None:
    changed: Any = detach(PETS)
    body = {"type": "object", "properties": {"name": {"type": "string"}, "notify": {"type": "boolean"}}}
    changed["paths"]["/pets/{petId}"]["patch"]["requestBody"]["content"]["application/json"]["schema"] = body
    found = operation(made(changed), "changePet")
    assert [write.source for write in found.writes] == [("name",)]
    assert any(fact.subject == "write body.notify" and "input only" in fact.why for fact in found.facts)


def test_answer_that_is_an_envelope_shows_the_list_inside() -> None:
    schema = {"type": "object", "properties": {"total": {"type": "integer"}, "pets": LIST}}
    (found,) = made(document({"/pets": {"get": answering(schema)}})).operations
    assert [(shape.name, shape.kind) for shape in found.answer] == [("pets", "records")]


def test_recursive_view_ends() -> None:
    node: Any = {
        "type": "object",
        "properties": {
            "id": {"type": "string"}, "up": {"$ref": "#/components/schemas/Node"},
            "down": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    }  # fmt: skip
    found = made(document({"/nodes/{id}": {"get": answering({"$ref": "#/components/schemas/Node"})}}, {"Node": node}))
    assert [shape.kind for shape in found.views["Node"].members] == ["value", "value", "value"]


def test_expanded_reference_is_shown_by_its_own_view() -> None:
    changed: Any = detach(PETS)
    changed["components"]["schemas"]["Pet"]["properties"]["owner"] = {
        "allOf": [{"$ref": "#/components/schemas/Owner"}], "x-atlasgen": {"ref": "owner"},
    }  # fmt: skip
    shape = next(item for item in made(changed).views["Pet"].members if item.name == "owner")
    assert shape == Shape("owner", "reference", ("owner",), view="Owner", resource="owner")


# -- hints -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "word", "near"),
    [
        ({"root": {"timestmp": "zulu"}}, "timestmp", "timestamp"),
        ({"Pet": {"resurce": "pet"}}, "resurce", "resource"),
        ({"createPet": {"archtype": "create"}}, "archtype", "archetype"),
        ({"createPet": {"archetype": "creat"}}, "creat", "create"),
        ({"Pet": {"resource": "pet", "id": {"feld": "id"}}}, "feld", "field"),
        ({"Pet": {"resource": "pet", "rule": [{"requre": "name", "unique": "name"}]}}, "requre", "require"),
        ({"root": {"resources": {"pet": {"fields": {"ownerId": {"ref": "ownr"}}}}}}, "ownr", "owner"),
        ({"root": {"error": {"body": "x", "mesages": {}}}}, "mesages", "messages"),
    ],
    ids=lambda value: json.dumps(value)[:70],
)
def test_word_that_is_no_hint_is_told_with_the_nearest(changes: Any, word: str, near: str) -> None:
    for problem in problems_of(pets(**changes)):
        assert problem.where.startswith("spec#/")
        assert f"`{word}`" in problem.what
        assert near in problem.remedy


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"root": []}, "must be an object"),
        ({"root": {"timestamp": "zul"}}, "must be one of zulu, offset"),
        ({"Pet": {"resource": 5}}, "must be text"),
        ({"Pet": {"resource": "pet", "rule": [{}]}}, "exactly one of require, check, unique"),
        ({"Pet": {"resource": "pet", "rule": [{"require": "a", "unique": "b"}]}}, "exactly one of"),
        ({"Pet": {"resource": "pet", "rule": [{"check": {"at": "a"}}]}}, "exactly one of is, in, same, present"),
        ({"root": {"resources": {"pet": {"fields": {"a": {"derive": {}}}}}}}, "exactly one of"),
        (
            {"root": {"resources": {"pet": {"fields": {"a": {"derive": {"default": 1, "copy": "b"}}}}}}},
            "exactly one of",
        ),
        ({"getPet": {"workflow": {"take": "body.x"}}}, "has no workflow"),
    ],
    ids=lambda value: json.dumps(value)[:70],
)
def test_hint_of_a_wrong_form_is_told(changes: Any, what: str) -> None:
    found = problems_of(pets(**changes))
    assert any(what in problem.what for problem in found), found


def test_all_wrong_hints_are_told_together() -> None:
    assert len(problems_of(pets(root={"a": 1, "b": 2}, createPet={"c": 3}))) == 3


def test_hints_shape_the_plan() -> None:
    rule = {"unique": "name", "status": 409, "message": "taken"}
    animal = {"resource": "animal", "id": {"field": "id", "also": {"name": None}}, "rule": rule}
    found = made(pets(root={"timestamp": "offset"}, Pet=animal, listPets={"archetype": "stub"}))
    assert found.timestamp == "offset"
    assert found.resources["animal"].rules == (Rule("unique", (("name",),), ("name",), "taken", 409),)
    assert found.resources["animal"].identity.also == {"name": None}
    assert found.resources["animal"].indexes == (("name",), ("ownerId",))  # what is unique, what a path names
    assert operation(found, "listPets").archetype == "stub"
    assert operation(found, "getPet").resource == "animal"


def test_derived_fields_are_noted() -> None:
    hint = {
        "resources": {
            "pet": {"fields": {"made": {"derive": {"timestamp": "created"}}, "n": {"derive": {"counter": 1}}}}
        }
    }
    found = made(pets(root=hint)).resources["pet"]
    assert Field(("made",), derive=Derive("timestamp", "created")) in found.fields
    assert set(found.stamped) == {("id",), ("made",), ("n",)}


# -- the form a plan is kept in ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_plan_is_read_back_as_it_was_written(path: Path) -> None:
    found = plan_of(path)
    text = json.dumps(found.to_json())
    again = Plan.from_json(json.loads(text))
    assert again == found
    assert (again.digest, json.dumps(again.to_json())) == (found.digest, text)


def test_digest_tells_plans_apart() -> None:
    digests = {
        made(PETS).digest,
        made(pets(root={"timestamp": "offset"})).digest,
        made(pets(listPets={"archetype": "stub"})).digest,
    }
    assert len(digests) == 3
    assert made(PETS).digest == made(detach(PETS)).digest


@pytest.mark.parametrize("value", [None, [], {}, 5, {"name": "x"}], ids=repr)
def test_what_is_no_plan_is_not_read(value: Any) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Plan.from_json(value)


@pytest.mark.parametrize(
    ("parameter", "hint", "example"),
    [
        ({"schema": {"type": "string"}}, {}, ""),
        ({"schema": {"type": "string", "default": "all"}}, {}, "all"),
        ({"schema": {"type": "string", "default": "all"}, "example": "new"}, {}, "new"),
        ({"schema": {"type": "string"}, "examples": {"a": {"value": 5}, "b": {"value": "old"}}}, {}, "old"),
        ({"schema": {"type": "string"}, "example": "new"}, {"example": "mine"}, "mine"),
    ],
)  # fmt: skip
def test_text_of_a_query_language_is_taken_from_where_it_is(parameter: Any, hint: Any, example: str) -> None:
    query = {"name": "text", "in": "query", "x-atlasgen": {"query": {"language": "plain", **hint}}, **parameter}
    (found,) = made(document({"/pets": {"get": {"parameters": [query], **answering(LIST)}}})).operations
    assert found.language == Language("text", "plain", example)


# -- neighbours --------------------------------------------------------------------------------------------------------

NEW = {
    "first, alike": (
        "/aaa",
        {"post": {"operationId": "createPets", **answering({"$ref": "#/components/schemas/Pet"})}},
    ),
    "same noun": ("/pets/{petId}/tags", {"get": {"operationId": "getTags", **answering(LIST)}}),
    "inline schemas": ("/things", {"post": {"operationId": "addThing", **answering(OBJECT, "201")}}),
    "no id": ("/zzz", {"get": answering(LIST)}),
}


@pytest.mark.parametrize("name", NEW)
@pytest.mark.parametrize("position", ["before", "after"])
def test_operation_that_is_added_renames_nothing(name: str, position: str) -> None:
    path, item = NEW[name]
    changed: Any = detach(PETS)
    entries = list(changed["paths"].items())
    new = (path, item)
    changed["paths"] = dict([new, *entries] if position == "before" else [*entries, new])
    before, after = made(PETS), made(changed)
    old = {item.tool: item for item in before.operations}
    rest = {
        item.tool: item for item in after.operations if item.pointer in {old_.pointer for old_ in before.operations}
    }
    assert rest.keys() == old.keys()
    for tool, found in rest.items():
        assert (found.function, found.parameters, found.body) == (
            old[tool].function, old[tool].parameters, old[tool].body,
        )  # fmt: skip
        assert (found.response, found.writes, found.answer, found.archetype) == (
            old[tool].response, old[tool].writes, old[tool].answer, old[tool].archetype,
        )  # fmt: skip
    assert {key: after.views[key] for key in before.views} == before.views
    assert {key: after.schemas[key] for key in before.schemas} == before.schemas
    assert {key: after.resources[key] for key in before.resources} == before.resources


def test_names_that_python_keeps_for_itself_are_fine() -> None:
    properties = {name: {"type": "string"} for name in ("class", "self", "None", "def", "id")}
    parameters = [{"name": name, "in": "query"} for name in ("class", "from", "body", "self", "a-b", "a_b")]
    schema = {"type": "object", "properties": properties}
    paths = {"/lambda/{id}": {"get": {"operationId": "import", "parameters": parameters, **answering(schema)}}}
    (found,) = made(document(paths)).operations
    assert (found.tool, found.function) == ("import", "import_")
    arguments = [item.argument for item in found.parameters]
    assert arguments == ["class_", "from_", "body_", "self_", "a_b", "a_b_2", "id"]
