"""Trimming: what is taken, what is left out, and what is added to a document that is there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import atlasgen
from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, encode, resolve
from atlasgen.spec.edges import base_path
from atlasgen.spec.load import read, read_openapi
from atlasgen.spec.parse import parse_yaml
from atlasgen.spec.trim import trim
from atlasgen.spec.wording import first_sentence
from atlasgen.spec.write import text

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared" / "specs"
REAL = ("jira-v3.json", "confluence-v1.json", "confluence-v2.json", "others/asana.yaml", "others/notion.json",
        "others/petstore.yaml", "others/twilio-conversations.json")  # fmt: skip


def document(content: str) -> JsonObject:
    return cast("JsonObject", parse_yaml(content, where="full.yaml"))


FULL = document("""
openapi: 3.0.3
info: {title: Shop, version: "1", description: "A shop. It sells.", x-logo: shop.png}
externalDocs: {url: "http://docs"}
servers: [{url: "https://{host}/api/v2", variables: {host: {default: shop, description: The host. Yours.}}}]
tags: [{name: Pets, description: "About pets. Long."}, {name: Owners}, {name: Rest}]
x-vendor: {a: 1}
paths:
  x-paths: 1
  /owners:
    get:
      operationId: listOwners
      tags: [Owners]
      security: [{oauth: ["read:owner"]}, {key: []}]
      responses: {"200": {$ref: "#/components/responses/Owners"}}
  /pets/{id}:
    summary: One pet.
    parameters: [{$ref: "#/components/parameters/id"}, {name: fields, in: query, schema: {type: string}}]
    put:
      operationId: putPet
      tags: [Pets]
      requestBody: {$ref: "#/components/requestBodies/Pet"}
      responses: {default: {description: Whatever. Really., links: {self: {operationId: getPet}}}}
    get:
      operationId: getPet
      tags: [Pets]
      description: "Returns a [pet](http://x/(y)), e.g. a dog. And more.\\n\\nMuch more."
      externalDocs: {url: "http://docs"}
      x-scope: read
      x-atlasgen: {archetype: get}
      security: [{oauth: ["read:pet"]}]
      responses:
        "200":
          description: "<b>The pet.</b> It is yours."
          headers: {x-rate: {description: Left. Today., example: 5, schema: {type: integer}}}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Pet"}
              example: {id: 1}
        "404": {description: None. Gone., content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
        x-extra: {$ref: "#/components/schemas/Unused"}
    delete:
      operationId: deletePet
      responses: {"204": {description: Gone.}}
      callbacks: {later: {"{$request.body#/url}": {post: {operationId: called, responses: {}}}}}
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows: {implicit: {authorizationUrl: "http://a", scopes: {"read:owner": Owners. All., "read:pet": Pets, all: A}}}
    key: {type: apiKey, name: key, in: header}
    other: {type: http, scheme: basic}
  parameters:
    id: {name: id, in: path, required: true, description: The id. Of a pet., example: 5, schema: {type: string}}
  requestBodies:
    Pet: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}, examples: {one: {value: {}}}}}}
  responses:
    Owners:
      description: All. Of them.
      content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Owner"}}}}
  schemas:
    Unused: {type: object}
    Owner: {type: object, properties: {pets: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}
    Pet:
      type: object
      title: Pet
      description: A pet. With a tail.
      x-order: [1]
      discriminator: {propertyName: kind, mapping: {dog: Dog, cat: "#/components/schemas/Cat"}}
      properties:
        id: {type: string, x-id: true}
        example: {type: string, example: a, description: An example. Two.}
        x-note: {type: string}
        description: {type: string, default: {x-raw: 1, example: 2}, enum: [{description: "A. B."}]}
        $ref: {type: string}
        parent: {allOf: [{$ref: "#/components/schemas/Pet"}]}
        tag: {$ref: "#/components/schemas/Tag/properties/inner"}
      additionalProperties: true
    Dog: {allOf: [{$ref: "#/components/schemas/Pet"}]}
    Cat: {type: object}
    Tag: {type: object, properties: {inner: {type: string}}}
    Error: {type: object}
""")  # fmt: skip


def at(value: JsonObject, pointer: str) -> Json:
    return resolve(value, pointer)


def names(value: JsonObject, pointer: str) -> list[str]:
    return list(cast("JsonObject", resolve(value, pointer)))


def problems(operations: list[str], full: JsonObject = FULL, existing: JsonObject | None = None) -> list[str]:
    with pytest.raises(AtlasgenError) as caught:
        trim(full, operations, existing, where="full.yaml")
    return [str(problem) for problem in caught.value.problems]


def ids(value: JsonObject) -> list[str]:
    items = [item for item in cast("JsonObject", value["paths"]).values() if isinstance(item, dict)]
    operations = [operation for item in items for operation in item.values() if isinstance(operation, dict)]
    return [str(operation["operationId"]) for operation in operations if "operationId" in operation]


class TestTaken:
    def test_only_the_chosen_operations_and_what_they_refer_to_are_there(self) -> None:
        found = trim(FULL, ["getPet"])
        assert list(found) == ["openapi", "info", "servers", "tags", "paths", "components"]
        assert names(found, "/paths") == ["/pets/{id}"]
        assert names(found, "/paths/~1pets~1{id}") == ["summary", "parameters", "get"]
        assert names(found, "/components/schemas") == ["Pet", "Dog", "Cat", "Tag", "Error"]
        assert names(found, "/components") == ["securitySchemes", "parameters", "schemas"]
        assert at(found, "/tags") == [{"name": "Pets", "description": "About pets."}]

    def test_paths_and_operations_stand_in_the_order_of_the_document(self) -> None:
        found = trim(FULL, ["deletePet", "getPet", "listOwners", "putPet"])
        assert ids(found) == ["listOwners", "putPet", "getPet", "deletePet"]
        assert names(found, "/components/schemas") == ["Owner", "Pet", "Dog", "Cat", "Tag", "Error"]

    def test_security_schemes_hold_the_scopes_that_are_asked_for(self) -> None:
        found = trim(FULL, ["getPet", "listOwners"])
        assert names(found, "/components/securitySchemes") == ["oauth", "key"]
        assert at(found, "/components/securitySchemes/oauth/flows/implicit/scopes") == {
            "read:owner": "Owners.",
            "read:pet": "Pets",
        }

    def test_prefix_of_the_server_stays(self) -> None:
        assert base_path(FULL) == base_path(trim(FULL, ["getPet"])) == "/api/v2"

    def test_operation_without_an_id_is_named_by_its_method_and_path(self) -> None:
        assert ids(trim(FULL, ["GET /pets/{id}", "getPet"])) == ["getPet"]

    def test_path_that_stands_elsewhere_is_brought_here(self) -> None:
        items: Json = {"Pets": {"get": {"operationId": "listPets", "responses": {}}}}
        full: JsonObject = {"openapi": "3.1.0", "paths": {"/pets": {"$ref": "#/components/pathItems/Pets"}}}
        found = trim({**full, "components": {"pathItems": items}}, ["listPets"])
        assert found["paths"] == {"/pets": {"get": {"operationId": "listPets", "responses": {}}}}

    def test_reference_to_another_place_is_replaced_with_what_is_there(self) -> None:
        full = document("""
openapi: 3.1.0
paths:
  /a: {get: {operationId: a, responses: {"200": {description: A, content: {x/y: {schema: {$ref: "#/x-defs/A"}}}}}}}
  /b: {get: {operationId: b, parameters: [{$ref: "#/x-parameters/0"}], responses: {}}}
x-parameters: [{name: p, in: query, schema: {$ref: "#/components/schemas/S"}}]
x-defs: {A: {type: object, example: 1, properties: {s: {$ref: "#/components/schemas/S"}}}}
components: {schemas: {S: {type: string}}}
""")
        found = trim(full, ["a", "b"])
        schema: Json = {"type": "object", "properties": {"s": {"$ref": "#/components/schemas/S"}}}
        assert at(found, "/paths/~1a/get/responses/200/content/x~1y/schema") == schema
        assert at(found, "/paths/~1b/get/parameters/0/name") == "p"
        assert names(found, "/components/schemas") == ["S"]


class TestLeftOut:
    def test_examples_extensions_links_and_callbacks_are_left_out_and_hints_stay(self) -> None:
        found = trim(FULL, ["getPet", "putPet", "deletePet"])
        operation = at(found, "/paths/~1pets~1{id}/get")
        assert isinstance(operation, dict)
        assert operation["x-atlasgen"] == {"archetype": "get"}
        assert not {"x-scope", "externalDocs"} & operation.keys()
        assert names(found, "/paths/~1pets~1{id}/get/responses") == ["200", "404"]
        assert names(found, "/paths/~1pets~1{id}/get/responses/200/content/application~1json") == ["schema"]
        assert "callbacks" not in names(found, "/paths/~1pets~1{id}/delete")
        assert "links" not in names(found, "/paths/~1pets~1{id}/put/responses/default")
        assert "example" not in names(found, "/components/parameters/id")
        assert names(found, "/components/requestBodies/Pet/content/application~1json") == ["schema"]
        assert "x-logo" not in names(found, "/info")

    def test_names_and_values_that_look_like_those_stay(self) -> None:
        found = trim(FULL, ["getPet"])
        properties = "/components/schemas/Pet/properties"
        assert names(found, properties) == ["id", "example", "x-note", "description", "$ref", "parent", "tag"]
        assert at(found, properties + "/description") == at(FULL, properties + "/description")
        assert at(found, properties + "/id") == {"type": "string"}
        assert names(found, "/paths/~1pets~1{id}/get/responses/200/headers") == ["x-rate"]

    def test_descriptions_are_their_first_sentence_without_markup(self) -> None:
        found = trim(FULL, ["getPet"])
        assert at(found, "/paths/~1pets~1{id}/get/description") == "Returns a pet, e.g. a dog."
        assert at(found, "/paths/~1pets~1{id}/get/responses/200/description") == "The pet."
        assert at(found, "/info/description") == "A shop."
        assert at(found, "/servers/0/variables/host/description") == "The host."

    def test_no_text_is_taken_where_it_may_not_be_copied(self) -> None:
        written = text(trim(FULL, ["getPet", "listOwners", "putPet"], descriptions=False))
        for sentence in ("A shop", "Returns", "The pet", "About", "The host", "One pet", "None", "All", "Owners."):
            assert sentence not in written
        found = document(written)
        assert at(found, "/paths/~1pets~1{id}/get/responses/404") == {
            "description": "Refused.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
        assert at(found, "/components/securitySchemes/oauth/flows/implicit/scopes/read:pet") == ""
        assert "description" in names(found, "/components/schemas/Pet/properties")


class TestUnion:
    @given(st.lists(st.sampled_from(ids(FULL)), unique=True, min_size=1), st.integers(0, 4), st.booleans())
    def test_order_and_number_of_runs_do_not_matter(self, chosen: list[str], split: int, texts: bool) -> None:
        once = trim(FULL, chosen, descriptions=texts)
        assert encode(trim(FULL, chosen, once, descriptions=texts)) == encode(once)
        first, second = chosen[:split], chosen[split:]
        if first and second:
            twice = trim(FULL, second, trim(FULL, first, descriptions=texts), descriptions=texts)
            assert encode(twice) == encode(once)

    def test_what_is_there_stays_as_it_is(self) -> None:
        existing = document("""
openapi: 3.0.0
info: {title: Mine, version: "9"}
servers: [{url: "https://mine/api/v2", description: Mine. Two.}]
paths:
  /mine: {get: {operationId: mine, responses: {}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, description: Mine. Really., schema: {type: integer}}]
    get: {operationId: getPet, description: Mine. Yes., responses: {"200": {description: Mine.}}}
components:
  schemas: {Pet: {type: object, description: Mine. Too., properties: {x: {$ref: "#/components/schemas/Tag"}}}}
""")
        found = trim(FULL, ["getPet", "putPet", "listOwners"], existing)
        assert ids(found) == ["mine", "listOwners", "putPet", "getPet"]
        for pointer in ("/openapi", "/info", "/servers", "/paths/~1mine", "/paths/~1pets~1{id}/get",
                        "/paths/~1pets~1{id}/parameters", "/components/schemas/Pet"):  # fmt: skip
            assert at(found, pointer) == at(existing, pointer)
        # The parameter that the path does not have here stands on the operation; what a person's part needs is added.
        (parameter,) = cast("list[Json]", at(found, "/paths/~1pets~1{id}/put/parameters"))
        assert cast("JsonObject", parameter)["name"] == "fields"
        assert names(found, "/components/schemas") == ["Owner", "Pet", "Tag"]

    def test_document_to_which_nothing_is_added_keeps_its_order(self) -> None:
        existing = dict(reversed(trim(FULL, ["getPet", "listOwners"]).items()))
        assert encode(trim(FULL, ["listOwners"], existing)) == encode(existing)

    def test_operation_that_moved_is_not_added_again(self) -> None:
        existing = document("{openapi: 3.0.0, paths: {/moved: {get: {operationId: getPet, responses: {}}}}}")
        assert ids(trim(FULL, ["getPet"], existing)) == ["getPet"]

    def test_paths_go_below_the_servers_that_are_there(self) -> None:
        existing = document('{openapi: 3.0.0, servers: [{url: "https://mine/"}], paths: {/api/v2/owners: {}}}')
        found = trim(FULL, ["getPet", "listOwners"], existing)
        assert names(found, "/paths") == ["/api/v2/owners", "/api/v2/pets/{id}"]
        assert found["servers"] == existing["servers"]
        assert trim(FULL, ["getPet"], found) == found

    def test_paths_without_a_server_begin_at_the_origin(self) -> None:
        found = trim(FULL, ["getPet"], document("{openapi: 3.0.0, paths: {/mine: {}}}"))
        assert names(found, "/paths") == ["/mine", "/api/v2/pets/{id}"]
        assert "servers" not in found
        assert trim(FULL, ["getPet"], document("{openapi: 3.0.0, paths: {}}"))["servers"] == trim(FULL, [])["servers"]

    def test_servers_that_do_not_fit_and_other_versions_are_refused(self) -> None:
        existing = document('{openapi: 3.1.0, servers: [{url: "https://mine/api/v2/deep"}], paths: {}}')
        version, servers = problems(["getPet"], existing=existing)
        assert "OpenAPI 3.0, and what it is to be added to is OpenAPI 3.1" in version
        assert "below /api/v2, and" in servers


class TestErrors:
    def test_all_unknown_operations_are_told_with_the_nearest_one(self) -> None:
        first, second = problems(["getPat", "getPet", "zzz"])
        assert first == "getPat: is no operation of full.yaml\n  did you mean getPet?"
        assert second == "zzz: is no operation of full.yaml"

    def test_id_that_two_operations_have_asks_for_the_method_and_path(self) -> None:
        full = document("{openapi: 3.0.0, paths: {/a: {get: {operationId: x}, put: {operationId: x}}}}")
        assert problems(["x"], full) == ["x: names 2 operations of full.yaml\n  say 'GET /a' or 'PUT /a'"]
        assert names(trim(full, ["PUT /a"]), "/paths/~1a") == ["put"]

    @pytest.mark.parametrize(
        ("target", "what"),
        [
            ("#/components/schemas/Pat", "which is not there\n  did you mean Pet?"),
            ("other.yaml#/Pet", "refers to another document, other.yaml#/Pet"),
            ("#/nowhere", "refers to /nowhere, which is not there"),
            ("#/paths/~1a/get/responses/200/content/a~1b/schema", "leads back to itself"),
        ],
        ids=["absent", "external", "nowhere", "circle"],
    )
    def test_reference_that_leads_nowhere_is_an_error_that_says_where(self, target: str, what: str) -> None:
        response = {"200": {"description": "A", "content": {"a/b": {"schema": {"$ref": target}}}}}
        full = cast("JsonObject", {
            "openapi": "3.0.0",
            "paths": {"/a": {"get": {"operationId": "a", "responses": response}}},
            "components": {"schemas": {"Pet": {}}},
        })  # fmt: skip
        (problem,) = problems(["a"], full)
        assert problem.startswith("full.yaml#/paths/~1a/get/responses/200/content/a~1b/schema: ")
        assert what in problem

    def test_references_that_double_with_every_step_are_refused(self) -> None:
        steps = {f"s{n}": {"allOf": [{"$ref": f"#/x/s{n + 1}"}] * 2} for n in range(40)}
        schema: Json = {"$ref": "#/x/s0"}
        operation: Json = {"operationId": "a", "requestBody": {"content": {"a/b": {"schema": schema}}}}
        full = cast("JsonObject", {"openapi": "3.0.0", "paths": {"/a": {"post": operation}}, "x": steps})
        assert any("more than 1,000 places" in problem for problem in problems(["a"], full))

    @given(st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["paths", "/a", "get", "operationId", "$ref", "responses", "parameters", "components",
                             "schemas", "servers", "tags", "security", "properties", "url", "x-atlasgen"]), inner,
            max_size=4), max_leaves=20,
    ))  # fmt: skip
    def test_document_with_wrong_types_is_trimmed_or_refused(self, value: Json) -> None:
        full: JsonObject = {**(value if isinstance(value, dict) else {}), "openapi": "3.0.0"}
        operation: Json = {"operationId": "a", "responses": value, "parameters": value, "security": value}
        nested: JsonObject = {**full, "paths": {"/a": {"get": operation, "parameters": value}}}
        for document_ in (full, nested):
            with suppress(AtlasgenError):
                trim(document_, ["a"])
            with suppress(AtlasgenError):
                trim(FULL, ["getPet"], document_)


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        ("", ""),
        ("\n\n  One line\n of two. Next.", "One line of two."),
        ("## Heading\n\nText.", "Heading"),
        ("Version 1.2 is here. More.", "Version 1.2 is here."),
        ("Use a tool (e.g. this one). More.", "Use a tool (e.g. this one)."),
        ('He said "stop." Then more.', 'He said "stop."'),
        ("Either:\n\n * this\n * that", "Either…"),
        ("Either:\n * this\n * that", "Either…"),
        ("See [a](http://x) and ![pic](y.png 'z') of [ [b](c) ](d).", "See a and pic of b ."),
        ("<p>A <b>bold</b> one.<br/>More.</p>", "A bold one.More."),
        ("a[0](no", "a[0](no"),
        ("Is it? Yes!", "Is it?"),
        ("word " * 50, "word " * 22 + "word…"),
    ],
)  # fmt: skip
def test_first_sentence(description: str, sentence: str) -> None:
    assert first_sentence(description) == sentence


@given(st.text(alphabet="ab .:[]()!<b>\n*e.g#", max_size=200))
def test_first_sentence_is_short(description: str) -> None:
    assert len(first_sentence(description)) <= 120


@pytest.mark.parametrize("hostile", ["[" * 4000, "](" * 2000, "[a](" * 1000, "<b" * 2000, "[ " * 2000, "a. " * 1400])
def test_hostile_description_is_no_work(hostile: str) -> None:
    assert len(first_sentence(hostile * 1000)) <= 120


class TestRealDocuments:
    @staticmethod
    def full(name: str) -> JsonObject:
        if not (SHARED / name).is_file():
            pytest.skip(f"{SHARED / name} is not here")
        return read_openapi(SHARED / name)

    @pytest.mark.parametrize("name", REAL)
    def test_trimmed_document_loads_and_reads_as_it_was_written(self, name: str, tmp_path: Path) -> None:
        full = self.full(name)
        everything = ids(full)
        for chosen in (everything[:1], everything[-6:], everything):
            found = trim(full, chosen, where=name)
            assert sorted(ids(found)) == sorted(chosen)
            path = tmp_path / "trimmed.yaml"
            path.write_text(text(found), encoding="utf-8")
            assert encode(read(path)) == encode(found)
            operations = atlasgen.load(path).emulators[0].plan.operations
            assert {operation.operation_id for operation in operations} == set(chosen)
            assert encode(trim(full, chosen, found)) == encode(found)

    @pytest.mark.parametrize(("name", "ours"), [("jira-v3.json", "jira.yaml")])
    def test_operations_of_our_own_document_come_out_of_the_full_one(
        self, name: str, ours: str, tmp_path: Path
    ) -> None:
        full, own = self.full(name), read_openapi(ROOT / "specs" / ours)
        chosen = [operation for operation in ids(own) if operation in ids(full)]
        path = tmp_path / "trimmed.yaml"
        path.write_text(text(trim(full, chosen)), encoding="utf-8")
        assert {tool.name for tool in atlasgen.load(path).tools} == set(chosen)
        assert path.stat().st_size < (SHARED / name).stat().st_size / 5

    def test_union_with_our_own_document_keeps_every_word_of_it(self) -> None:
        full, own = self.full("jira-v3.json"), read_openapi(ROOT / "specs" / "jira.yaml")
        found = trim(full, ["createIssue", "getIssueWatchers"], own)
        assert set(ids(found)) == {*ids(own), "getIssueWatchers"}
        for section, items in cast("JsonObject", own["components"]).items():
            for name, value in cast("JsonObject", items).items():
                assert at(found, "/components")[section][name] == value  # type: ignore[index,call-overload]
