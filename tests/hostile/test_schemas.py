"""Schemas that nobody can follow, meet or search with: refused in words, or an environment that still answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen.errors import AtlasgenError
from atlasgen.plan import effects
from atlasgen.plan.read import plan_of
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.spec import schemas
from atlasgen.verification import verify

ITEM = {"$ref": "#/components/schemas/Item"}


def required(**members: Any) -> dict[str, Any]:
    return {"type": "object", "required": [*members], "properties": members}


def chain(link: Any, end: Any, length: int) -> dict[str, Any]:
    """Return schemas of which each is made of a reference to the next one."""
    made = {f"C{n}": link({"$ref": f"#/components/schemas/C{n + 1}"}) for n in range(length)}
    return {"Item": {"$ref": "#/components/schemas/C0"}, **made, f"C{length}": end}


def document(given: Any) -> dict[str, Any]:
    """Return a document about items; several schemas may be given by their names."""
    named = given if "Item" in given else {"Item": given}
    body = {"content": {"application/json": {"schema": ITEM}}}
    many = {"content": {"application/json": {"schema": {"type": "array", "items": ITEM}}}, "description": ""}
    one = {**body, "description": ""}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Items", "version": "1"},
        "paths": {
            "/items": {
                "get": {"operationId": "listItems", "responses": {"200": many}},
                "post": {"operationId": "createItem", "requestBody": body, "responses": {"201": one}},
            },
            "/items/{itemId}": {"get": {"operationId": "getItem", "responses": {"200": one}}},
        },
        "components": {"schemas": named},
    }


def written(folder: Path, content: Any) -> Path:
    path = folder / "api.json"
    path.write_text(json.dumps(content))
    return path


TEXT = {"type": "string"}
REFUSED = {
    "itself": (ITEM, "leads back to itself"),
    "each other by allOf": (
        {"Item": {"allOf": [{"$ref": "#/components/schemas/B"}]}, "B": {"allOf": [ITEM]}}, "leads back to itself"
    ),
    "itself by anyOf": ({"anyOf": [ITEM, TEXT]}, "leads back to itself, with no member and no item"),
    "itself by not": ({"not": ITEM}, "leads back to itself"),
    "each other or null": (
        {"Item": {"anyOf": [{"$ref": "#/components/schemas/B"}, {"type": "null"}]}, "B": {"oneOf": [ITEM, TEXT]}},
        "leads back to itself",
    ),
    "references in a row": (chain(lambda ref: ref, TEXT, 200), "more than 100 references"),
    "allOf in a row": (chain(lambda ref: {"allOf": [ref, required(a=TEXT)]}, TEXT, 120), "more than 100 references"),
    "allOf that doubles": (chain(lambda ref: {"allOf": [ref, ref]}, TEXT, 40), "that merging `allOf` makes"),
    "anyOf that doubles": (chain(lambda ref: {"anyOf": [ref, ref]}, TEXT, 40), "a choice between more than 10,000"),
    "members without number of levels": (chain(lambda ref: required(a=ref), TEXT, 300), "more than 80 levels"),
    "items without number of levels": (chain(lambda ref: {"items": ref}, TEXT, 300), "more than 80 levels"),
    "a name that is null": ({"type": "object", "required": ["a", None, {}]}, "must be text, not null"),
    "a position in other digits": ({"properties": {"a": {"$ref": "#/paths/²"}}}, "does not exist"),
    "a position without end": ({"properties": {"a": {"$ref": "#/components/" + "9" * 5000}}}, "does not exist"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_schema_without_an_end_is_refused_in_words(tmp_path: Path, name: str) -> None:
    schema, what = REFUSED[name]
    with pytest.raises(AtlasgenError) as caught:
        plan_of(written(tmp_path, document(schema)))
    assert any(what in problem.what for problem in caught.value.problems)
    assert all(problem.where.startswith(f"{tmp_path}/api.json#/") for problem in caught.value.problems)


def with_id(schema: Any) -> dict[str, Any]:
    return required(id=TEXT, a=schema)


ANSWERED = {
    "an object within itself": with_id(ITEM),
    "several of itself within itself": required(id=TEXT, a=ITEM, b=ITEM, c=ITEM),
    "a list of itself that is never empty": with_id({"type": "array", "minItems": 3, "items": ITEM}),
    "a map of itself that is never empty": {"type": "object", "minProperties": 2, "additionalProperties": ITEM},
    "members that double": chain(lambda ref: required(id=TEXT, a=ref, b=ref), TEXT, 35),
    "members that double and may be left out": chain(
        lambda ref: {"type": "object", "properties": {"id": TEXT, "a": ref, "b": ref}}, TEXT, 35
    ),
    "twenty of itself": {"type": "object", "properties": {"id": TEXT, **{f"p{n}": ITEM for n in range(20)}}},
    "itself merged into itself": {
        "type": "object", "properties": {"id": TEXT, "x": ITEM},
        "allOf": [{"properties": {"x": {"type": "object", "properties": {"y": ITEM}}}}],
    },
    "text without end": with_id({"type": "string", "minLength": 10**12}),
    "more text than there are numbers": with_id({"type": "string", "minLength": 1e300, "maxLength": 1e300}),
    "items without end": with_id({"type": "array", "minItems": 10**9, "maxItems": 1e300}),
    "lists of lists without end": with_id(
        {"type": "array", "minItems": 100, "items": {"minItems": 100, "items": {"minItems": 10**6, "items": {}}}}
    ),
    "members without end": with_id({"type": "object", "minProperties": 10**18}),
    "a multiple of next to nothing": with_id({"type": "number", "multipleOf": 5e-324}),
    "a multiple beyond all numbers": with_id({"type": "integer", "multipleOf": 1e308, "minimum": 1e307}),
    "bounds that cross": with_id({"type": "integer", "minimum": 1e308, "maximum": -1e308}),
    "a bound at the end": with_id({"type": "integer", "minimum": 2**64 - 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERED)
def test_schema_that_asks_too_much_leaves_an_environment_that_answers(tmp_path: Path, name: str) -> None:
    environment = atlasgen.load(written(tmp_path, document(ANSWERED[name])))
    (plan,) = (emulator.plan for emulator in environment.emulators)
    sampler = Sampler(plan.schemas, chooser(1))
    for operation in plan.operations:
        assert environment.call(operation.tool, sampler.value(operation.arguments())).status < 500
        assert environment.call(operation.tool, {"itemId": "x", "body": {"a": 1}}).status < 500
    assert len(json.dumps([tool.parameters for tool in environment.tools])) < 1_000_000


def test_hint_that_applies_in_very_many_places_is_refused(tmp_path: Path) -> None:
    leaf = {"type": "object", "properties": {"a": {"type": "string", "x-atlasgen": {"accept": "text"}}}}
    named = chain(lambda ref: {"type": "object", "properties": {f"p{n}": ref for n in range(20)}}, leaf, 5)
    with pytest.raises(AtlasgenError, match=rf"more than {effects._COERCIONS:,} places"):
        plan_of(written(tmp_path, document(named)))


def test_merging_is_bounded_by_what_real_documents_need() -> None:
    assert schemas._MADE > 10 * 9_000


@pytest.mark.parametrize("name", ["Part", "a/b~c", "%s", "é 😀", "{x}", '"\n'])
def test_names_and_patterns_that_only_we_can_read_are_verified(tmp_path: Path, name: str) -> None:
    patterns = {f"p{n}": {"type": ["string", "string"], "pattern": item} for n, item in enumerate(("(", "(?P<n", "[a"))}
    part = {"$ref": "#/components/schemas/" + name.replace("~", "~0").replace("/", "~1")}
    named = {"Item": required(id=TEXT, part=part, **patterns), name: {"type": "object", "required": ["a"]}}
    report = verify.verify(Emulator(plan_of(written(tmp_path, document(named)))), seeds=1)
    assert report.totals["schema_valid"] == len(report.verdicts) == 3


def test_parameter_that_fits_no_name_of_a_record_is_verified(tmp_path: Path) -> None:
    item = required(id={"type": "string", "default": {}})
    report = verify.verify(Emulator(plan_of(written(tmp_path, document(item)))), seeds=1)
    assert len(report.verdicts) == 3


def test_schemas_that_are_no_copies_are_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "_MADE", 100)
    plain = {f"S{n}": {"allOf": [required(a=TEXT), required(b=TEXT)]} for n in range(100)}
    assert len(plan_of(written(tmp_path, document({"Item": with_id(TEXT), **plain}))).schemas) == 101
    copies = {f"S{n}": {"allOf": [ITEM, required(b=TEXT)]} for n in range(100)}
    with pytest.raises(AtlasgenError, match="more than 100 schemas"):
        plan_of(written(tmp_path, document({"Item": with_id(TEXT), **copies})))
