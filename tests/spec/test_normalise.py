"""The normal form against the documents: an independent validator must find that both mean the same."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.spec.normalise import NormalisedDocument, RawOperation, normalise
from atlasgen.spec.schemas import pascal

PET = {"$ref": "#/components/schemas/Pet"}


def document(schemas: Any = None, paths: Any = None, **more: Any) -> Any:
    base: dict[str, Any] = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths or {}}
    return {**base, **({"components": {"schemas": schemas}} if schemas is not None else {}), **more}


def normal(schemas: Any = None, paths: Any = None, **more: Any) -> NormalisedDocument:
    given_document = document(schemas, paths, **more)
    before = copy.deepcopy(given_document)
    made = normalise(given_document, where="spec")
    assert given_document == before
    return made


def problems(schemas: Any = None, paths: Any = None, **more: Any) -> tuple[Problem, ...]:
    with pytest.raises(AtlasgenError) as caught:
        normal(schemas, paths, **more)
    return caught.value.problems


def only(made: NormalisedDocument) -> RawOperation:
    (operation,) = made.operations
    return operation


def post(schema: Any) -> Any:
    """Return paths with one operation that takes a body and answers with it."""
    content = {"content": {"application/json": {"schema": schema}}}
    return {"/pets": {"post": {"operationId": "createPet", "requestBody": content, "responses": {"200": content}}}}


def meaning(made: NormalisedDocument, schema: Any) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "$defs": dict(made.schemas)})


# -- nullable, allOf, oneOf --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "string", "nullable": True}, {None: True, "x": True, 1: False}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {None: True, "a": True, "b": False}),
        ({"enum": ["a", None], "nullable": True}, {None: True, "a": True, "b": False}),
        ({**PET, "nullable": True}, {None: True, "x": False}),
        ({"allOf": [PET], "nullable": True}, {None: True, "x": False}),
        ({"allOf": [PET, {"type": "object", "properties": {}}], "nullable": True}, {None: True, "x": False}),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": True}, {None: True, "x": True, 1.5: False}),
        ({"oneOf": [PET, {"type": "integer"}], "nullable": True}, {None: True, 1: True, "x": False}),
        ({"type": "string", "nullable": False}, {None: False, "x": True}),
        ({"type": ["string", "null"]}, {None: True, "x": True, 1: False}),
        ({"nullable": True}, {None: True, "x": True}),
        ({"type": "string", "const": "a", "nullable": True}, {None: True, "a": True, "b": False}),
        ({"not": {"type": "null"}}, {None: False, "x": True}),
    ],
    ids=repr,
)  # fmt: skip
def test_null_is_allowed_where_the_document_allows_it(schema: Any, values: dict[Any, bool]) -> None:
    made = normal({"Pet": {"type": "object"}, "Maybe": schema})
    validator = meaning(made, made.schemas["Maybe"])
    assert {value: validator.is_valid(value) for value in values} == values
    assert "nullable" not in str(made.schemas)


def test_exclusive_bounds_of_openapi_3_0_become_numbers() -> None:
    made = normal(
        {"N": {"type": "number", "minimum": 1, "exclusiveMinimum": True, "maximum": 3, "exclusiveMaximum": False}}
    )
    assert made.schemas["N"] == {"type": "number", "exclusiveMinimum": 1, "maximum": 3}


def test_overlapping_one_of_is_read_as_any_of() -> None:
    made = normal({"X": {"oneOf": [{"type": "integer"}, {"type": "number"}]}})
    assert meaning(made, made.schemas["X"]).is_valid(1)
    assert "oneOf" not in made.schemas["X"]


def test_any_of_and_one_of_together_must_both_hold() -> None:
    made = normal(
        {"X": {"anyOf": [{"type": "integer"}, {"type": "string"}], "oneOf": [{"type": "string"}, {"type": "null"}]}}
    )
    validator = meaning(made, made.schemas["X"])
    assert [validator.is_valid(value) for value in ("x", 1, None)] == [True, False, False]


def test_all_of_objects_becomes_one_object() -> None:
    made = normal(
        {
            "Pet": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
            "Dog": {
                "description": "A dog.",
                "allOf": [PET, {"type": "object", "required": ["bark"], "properties": {"bark": {"type": "boolean"}}}],
                "properties": {"age": {"type": "integer"}},
            },
        }
    )
    dog: Any = made.schemas["Dog"]
    assert list(dog["properties"]) == ["id", "bark", "age"]
    assert (dog["required"], dog["description"], dog["title"]) == (["id", "bark"], "A dog.", "Dog")
    assert "allOf" not in dog


def test_all_of_that_cannot_be_merged_stays_and_means_the_same() -> None:
    schema: Any = {"allOf": [{"type": "string", "pattern": "a"}, {"type": "string", "pattern": "b"}]}
    made = normal({"X": schema})
    validator = meaning(made, made.schemas["X"])
    assert [validator.is_valid(text) for text in ("ab", "a", "b")] == [True, False, False]


@pytest.mark.parametrize(
    "branches",
    [
        [{"minimum": 1}, {"minimum": 3}],
        [{"minimum": 3}, {"minimum": 1}],
        [{"maxLength": 2}, {"maxLength": 5}],
        [{"maxLength": 5}, {"maxLength": 2}],
        [{"type": ["integer", "string"]}, {"type": "integer"}],
        [{"enum": [1, 2, "x"]}, {"enum": [2, 3, "x"]}],
        [{"required": ["a"]}, {"required": ["b"]}],
        [{"properties": {"a": {"type": "integer"}}}, {"properties": {"a": {"minimum": 3}}}],
        [{"properties": {"a": {"minimum": 1}}}, {"properties": {"a": {"minimum": 3}}}],
        [{"additionalProperties": {"type": "integer"}}, {"additionalProperties": {"minimum": 3}}],
        [{"additionalProperties": {"type": "integer"}}, {"additionalProperties": False}],
        [{"anyOf": [{"type": "integer"}]}, {"anyOf": [{"minimum": 3}]}],
        [{"not": {"type": "string"}}, {"not": {"const": 3}}],
        [{"items": {"type": "integer"}}, {"items": {"minimum": 3}}],
        [{"multipleOf": 2}, {"multipleOf": 3}],
        [{"uniqueItems": True}, {"uniqueItems": False}],
        [{"format": "date"}, {"format": "uri"}],
        [{"minItems": 2}, {"minItems": 1}],
        [{"minProperties": 2}, {"minProperties": 1}],
        [{"allOf": [{"minimum": 3}]}, {"minimum": 1}],
    ],
    ids=repr,
)  # fmt: skip
def test_all_of_means_that_every_branch_holds(branches: list[Any]) -> None:
    raw = jsonschema_rs.Draft202012Validator({"allOf": branches})
    made = normal({"X": {"allOf": branches}})
    own = meaning(made, made.schemas["X"])
    values: list[Any] = [
        0, 1, 2, 3, 4, 6, 2.5, "x", "xxx", "xxxxxx", None, [1], [1, 1], [3, 4], ["x"], {"a": 1}, {"a": 3}, {"a": "x"},
        {"b": 3}, {"a": 5, "b": 5}, {}, [], {"c": "x"}, {"c": 1}, {"c": 3},
    ]  # fmt: skip
    wrong = {str(value): raw.is_valid(value) for value in values if raw.is_valid(value) != own.is_valid(value)}
    assert wrong == {}


NAMES = st.sampled_from("abc")
LEAF_SCHEMAS: st.SearchStrategy[Any] = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "boolean", "object", "array", "null"])}),
    st.fixed_dictionaries({"enum": st.lists(st.sampled_from([1, "a", None, True]), min_size=1, max_size=2)}),
    st.fixed_dictionaries({"type": st.just("integer")}, optional={"minimum": st.integers(0, 3)}),
    st.fixed_dictionaries({"type": st.just("string")}, optional={"maxLength": st.integers(0, 2)}),
    st.just({}),
    st.just(PET),
)


def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        # Without `additionalProperties`, which the branches of an `allOf` share on purpose: see below.
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(NAMES, inner, max_size=2)},
            optional={"required": st.lists(NAMES, max_size=2, unique=True)},
        ),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    )


SCHEMAS = st.recursive(LEAF_SCHEMAS, larger, max_leaves=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, 0, 1, 2, 5, "a", "abc", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
PETS: Any = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": PET}}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS, st.lists(VALUES, min_size=4, max_size=12))
def test_normal_form_means_what_the_document_means(schema: Any, values: list[Any]) -> None:
    raw = jsonschema_rs.Draft202012Validator(
        {"components": {"schemas": {"Pet": PETS, "X": schema}}, "$ref": "#/components/schemas/X"}
    )
    made = normal({"Pet": PETS, "X": schema})
    own = meaning(made, made.schemas["X"])
    for value in [*values, {"a": 1}, {"a": 1, "b": {"a": "x"}}]:
        assert own.is_valid(value) == raw.is_valid(value), value


def test_branches_of_all_of_know_each_others_members() -> None:
    """Read literally, a branch that is closed would refuse the members of the others; nobody means that."""
    closed: Any = {"type": "object", "properties": {"a": {}}, "additionalProperties": False}
    made = normal({"X": {"allOf": [closed, {"type": "object", "properties": {"b": {}}}]}})
    validator = meaning(made, made.schemas["X"])
    assert [validator.is_valid(value) for value in ({"a": 1, "b": 2}, {"c": 3})] == [True, False]


# -- views -------------------------------------------------------------------------------------------------------------


def test_read_only_members_are_not_written_and_write_only_members_are_not_read() -> None:
    made = normal(
        {
            "Pet": {
                "type": "object",
                "required": ["id", "secret", "name"],
                "properties": {
                    "id": {"type": "integer", "readOnly": True},
                    "secret": {"type": "string", "writeOnly": True},
                    "name": {"type": "string"},
                },
            },
            "Owner": {"type": "object", "properties": {"pets": {"type": "array", "items": PET}}},
            "Other": {"type": "object", "properties": {"x": {"type": "string"}}},
        },
        post({"$ref": "#/components/schemas/Owner"}),
    )
    read, written = made.schemas["Pet"], made.schemas["PetInput"]
    assert [list(view["properties"]) for view in (read, written)] == [["id", "name"], ["secret", "name"]]  # type: ignore[arg-type]
    assert [view["required"] for view in (read, written)] == [["id", "name"], ["secret", "name"]]
    assert made.inputs == {"PetInput", "OwnerInput"}
    assert "OtherInput" not in made.schemas
    operation = only(made)
    assert operation.body is not None
    assert operation.body.schema == {"$ref": "#/$defs/OwnerInput"}
    assert operation.responses[0].schema == {"$ref": "#/$defs/Owner"}
    assert made.schemas["OwnerInput"]["properties"] == {
        "pets": {"type": "array", "items": {"$ref": "#/$defs/PetInput"}}
    }


def test_view_of_the_request_does_not_take_a_name_that_is_there() -> None:
    made = normal(
        {
            "Pet": {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}}},
            "PetInput": {"type": "object", "properties": {"mine": {"type": "string"}}},
        }
    )
    assert made.schemas["PetInput"]["properties"] == {"mine": {"type": "string"}}
    assert made.schemas["PetInput_"]["properties"] == {}


def test_later_branch_of_all_of_may_close_a_member() -> None:
    made = normal(
        {
            "Pet": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
            "New": {"allOf": [PET, {"type": "object", "properties": {"id": {"readOnly": True}}}]},
        },
        post({"$ref": "#/components/schemas/New"}),
    )
    assert made.schemas["NewInput"]["properties"] == {}
    assert "required" not in made.schemas["NewInput"]
    assert made.schemas["New"]["required"] == ["id"]


# -- references --------------------------------------------------------------------------------------------------------


def test_recursion_stays_a_reference() -> None:
    made = normal({"Node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}})
    assert made.schemas["Node"]["properties"] == {"next": {"$ref": "#/$defs/Node"}}


def test_reference_into_the_middle_of_a_document_gets_a_name() -> None:
    where = "#/paths/~1pets/post/requestBody/content/application~1json/schema"
    paths = post({"type": "object", "properties": {"a": {"type": "integer"}}})
    made = normal({"X": {"type": "object", "properties": {"copy": {"$ref": where}}}}, paths)
    copy_of: Any = made.schemas["X"]["properties"]
    name = copy_of["copy"]["$ref"].removeprefix("#/$defs/")
    assert made.schemas[name]["properties"] == {"a": {"type": "integer"}}


def test_siblings_of_a_reference_that_restrict_it_count() -> None:
    made = normal({"S": {"type": "string"}, "X": {"$ref": "#/components/schemas/S", "maxLength": 2}}, openapi="3.1.0")
    validator = meaning(made, made.schemas["X"])
    assert [validator.is_valid(value) for value in ("ab", "abc", 1)] == [True, False, False]


@pytest.mark.parametrize("target", ["#/components/schemas/Pat", "#/nothing", "other.yaml#/Pet", 5, "", "#/a~2b"])
def test_reference_that_leads_nowhere_is_told_with_its_place(target: Any) -> None:
    (problem,) = problems({"Pet": {"type": "object"}, "X": {"type": "array", "items": {"$ref": target}}})
    assert problem.where.startswith("spec#/components/schemas/X/items")
    assert (target == "#/components/schemas/Pat") == ("Pet" in problem.remedy)


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"$ref": "#/components/schemas/A"}},
        {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        {"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object"}]}},
        {
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"type": "object"}]},
            "B": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object"}]},
        },
    ],
    ids=["itself", "each other", "allOf itself", "allOf each other"],
)
def test_circle_of_bare_references_is_told(schemas: Any) -> None:
    found = problems(schemas)
    assert all(problem.where.startswith("spec#/components/schemas/") for problem in found)
    assert any("itself" in problem.what for problem in found)


def test_circle_of_parameters_is_told() -> None:
    parameters = {"a": {"$ref": "#/components/parameters/b"}, "b": {"$ref": "#/components/parameters/a"}}
    paths = {"/x": {"get": {"parameters": [{"$ref": "#/components/parameters/a"}], "responses": {}}}}
    found = problems(None, paths, components={"parameters": parameters})
    assert any("leads back to itself" in problem.what for problem in found)


# -- operations --------------------------------------------------------------------------------------------------------


def test_own_parameter_replaces_the_shared_one_of_the_path() -> None:
    paths = {
        "/x/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "q", "in": "query", "schema": {"type": "string"}},
            ],
            "get": {"parameters": [{"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}}]},
        }
    }
    found = {item.name: (item.location, item.required, item.schema) for item in only(normal(None, paths)).parameters}
    assert found == {"id": ("path", True, {"type": "string"}), "q": ("query", True, {"type": "integer"})}


def test_parameter_that_only_the_path_names_is_known() -> None:
    (parameter,) = only(normal(None, {"/x/{id}": {"get": {}}})).parameters
    assert (parameter.name, parameter.location, parameter.required) == ("id", "path", True)


def test_json_is_taken_before_other_media_types() -> None:
    content = {"text/plain": {"schema": {"type": "string"}}, "application/vnd.x+json": {"schema": {"type": "integer"}}}
    operation = only(normal(None, {"/x": {"post": {"requestBody": {"content": content}, "responses": {}}}}))
    assert operation.body is not None
    assert (operation.body.media_type, operation.body.schema) == ("application/vnd.x+json", {"type": "integer"})


def test_codes_written_as_numbers_are_codes() -> None:
    """YAML reads `200:` as a number; the reader makes it text, and a range stays a range."""
    paths = {"/x": {"get": {"responses": {"200": {"description": "ok"}, "4XX": {}, "default": {}}}}}
    assert [response.code for response in only(normal(None, paths)).responses] == ["200", "4XX", "default"]


def test_inline_objects_are_named_after_their_place_and_not_after_each_other() -> None:
    inline = {"type": "object", "properties": {"tag": {"type": "object", "properties": {"x": {"type": "string"}}}}}
    before = normal({"A": inline}, post(inline))
    after = normal({"Z": inline, "A": inline}, {"/first": {"get": {"responses": {}}}, **post(inline)})
    assert before.schemas["A"] == after.schemas["A"]
    assert before.operations[0].body == after.operations[1].body
    member: Any = before.schemas["A"]["properties"]
    assert member["tag"]["title"] == "ATag"


def test_document_without_components_is_fine() -> None:
    assert only(normal(None, post({"type": "object"}))).body is not None


@pytest.mark.parametrize(
    ("parts", "name"),
    [(("issue_bean", "fields"), "IssueBeanFields"), (("16x16",), "X16x16"), (("_links",), "Links"), (("é",), "X"),
     ((), "X")],
)  # fmt: skip
def test_class_names_are_names(parts: tuple[str, ...], name: str) -> None:
    assert pascal(*parts) == name
    assert pascal(*parts).isidentifier()


@pytest.mark.parametrize(
    ("schemas", "paths", "what"),
    [
        ({"X": 5}, {}, "must be an object, not a number"),
        ({"X": {"type": "strnig"}}, {}, "type"),
        ({"X": {"minLength": []}}, {}, "whole number"),
        ({"X": {"enum": True}}, {}, "list"),
        ({"X": {"additionalProperties": -1}}, {}, "schema"),
        ({"X": {"items": []}}, {}, "object"),
        ({"X": {"properties": []}}, {}, "object"),
        ({"X": {"allOf": {}}}, {}, "list"),
        ({"X": {"anyOf": 5}}, {}, "list"),
        ([], {}, "object"),
        ({}, [], "object"),
        ({}, {"/x": 5}, "object"),
        ({}, {"/x": {"get": []}}, "object"),
        ({}, {"/x": {"get": {"parameters": {}}}}, "list"),
        ({}, {"/x": {"get": {"parameters": [{"name": "x"}]}}}, "`in`"),
        ({}, {"/x": {"get": {"responses": []}}}, "object"),
        ({}, {"/x": {"get": {"requestBody": 5}}}, "object"),
    ],
)
def test_wrong_type_is_told_with_its_place(schemas: Any, paths: Any, what: str) -> None:
    with pytest.raises(AtlasgenError) as caught:
        normalise({**document(schemas), "paths": paths}, where="spec")
    found = caught.value.problems
    assert any(what in problem.what for problem in found), found
    assert all(problem.where.startswith("spec#/") for problem in found)


def test_all_problems_are_told_together() -> None:
    found = problems({"A": 5, "B": {"$ref": "#/components/schemas/C"}}, {"/x": {"get": []}})
    assert len(found) == 3
