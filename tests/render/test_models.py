from __future__ import annotations

import ast
import inspect
import itertools
import subprocess
import sys
import typing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.render.models import class_names, render_models, render_types
from atlasgen.runtime.validation import Validators
from atlasgen.spec.load import read
from atlasgen.spec.normalise import normalise
from tests.normal_form import documents, near_values

ROOT = Path(__file__).parents[2]
PETSTORE = ROOT.parent / "shared/specs/others/petstore.yaml"
NUMBERS = itertools.count()

PET: JsonObject = {
    "type": "object",
    "description": 'A """ pet \\ {{ 7 * 7 }} {% raw %}\n"""\nimport os',
    "required": ["name", "zz"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "description": "''' \"\"\" \\"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 3}, "uniqueItems": True},
        "kind": {"enum": ["a", "b", None]},
        "mixed": {"enum": ["a", 1, None, True]},
        "price": {"type": ["number", "null"], "minimum": 0, "multipleOf": 0.01},
        "born": {"type": "string", "format": "date-time", "default": "now"},
        "code": {"type": "string", "pattern": r"^\d(?=a)a$"},
        "home": {
            "title": "PetHome",
            "type": "object",
            "properties": {"street": {"type": "string"}},
            "minProperties": 1,
        },
        "parents": {"type": "array", "items": {"$ref": "#/$defs/Pet"}},
        "owner": {"anyOf": [{"$ref": "#/$defs/Owner"}, {"type": "null"}]},
        "other": {"not": {"$ref": "#/$defs/Owner"}},
        "untyped": {"minLength": 3},
    },
}
OWNER: JsonObject = {
    "type": "object",
    "properties": {"id": {"type": "integer"}},
    "additionalProperties": {"type": "array", "items": {"$ref": "#/$defs/Code"}},
}
SCHEMAS: dict[str, JsonObject] = {
    "Pet": PET,
    "Owner": OWNER,
    "Code": {"type": "string", "maxLength": 4},
    "Codes": {"type": "array", "items": {"$ref": "#/$defs/Code"}, "uniqueItems": True},
    "Prices": {"type": "object", "additionalProperties": {"type": "integer", "maximum": 9}},
    "Either": {"type": "object", "anyOf": [{"$ref": "#/$defs/Pet"}, {"$ref": "#/$defs/Owner"}]},
    "Nested": {"type": "array", "items": {"$ref": "#/$defs/Nested"}},
}
ODD_KEYS = (
    *(
        "class",
        "from",
        "schema",
        "copy",
        "model_x",
        "fields",
        "Fields",
        "_links",
        "16x16",
        "body-format",
        "self",
        "__x",
    ),
    *(
        "json",
        "model_config",
        "model_dump",
        "list",
        "str",
        "Literal",
        "Owner",
        "µ",
        "",
        'a"b\\',
        "None",
        "MISSING",
        "a b",
    ),
)
HOSTILE_NAMES = (
    *(
        "Any",
        "Field",
        "Model",
        "RootModel",
        "MISSING",
        "Literal",
        "None",
        "BaseModel",
        "StrictStr",
        "Dict",
        "TypedDict",
    ),
    *("issue", "Issue", "foo-bar", "foo.bar", "FooBar", "class", "3D", "_x", '"""', "Übung", "a b", "Foo_Bar", "X", ""),
)


@contextmanager
def module(source: str) -> Iterator[ModuleType]:
    """Run generated source as a module of its own."""
    name = f"generated_{next(NUMBERS)}"
    made = sys.modules[name] = ModuleType(name)
    try:
        exec(compile(source, name, "exec"), made.__dict__)
        yield made
    finally:
        del sys.modules[name]


def accepts(model: Any, value: Any) -> bool:
    try:
        TypeAdapter(model).validate_python(value)
    except ValidationError:
        return False
    return True


def member(schema: JsonObject) -> dict[str, JsonObject]:
    return {**SCHEMAS, "Holder": {"type": "object", "properties": {"it": schema}}}


PET_VALUES: list[tuple[JsonObject, bool]] = [
    ({}, True),
    ({"name": ""}, False),
    ({"name": None}, False),
    ({"tags": ["a", "b"]}, True),
    ({"tags": ["a", "a"]}, False),
    ({"tags": ["long"]}, False),
    ({"kind": None}, True),
    ({"kind": "c"}, False),
    ({"mixed": 1.0}, True),
    ({"mixed": False}, False),
    ({"price": None}, True),
    ({"price": 0.07}, True),
    ({"price": 0.075}, False),
    ({"price": -1}, False),
    ({"price": "1"}, False),
    ({"born": "never"}, True),
    ({"born": None}, False),
    ({"code": "1a"}, True),
    ({"code": "1a\n"}, False),
    ({"home": {}}, False),
    ({"home": {"street": "x"}}, True),
    ({"parents": [{"name": "x", "zz": {}}]}, True),
    ({"parents": [{"name": "x"}]}, False),
    ({"owner": {"id": 5.0, "codes": ["abcd"]}}, True),
    ({"owner": {"id": 5.5}}, False),
    ({"owner": {"id": True}}, False),
    ({"owner": {"codes": ["abcde"]}}, False),
    ({"other": 5}, True),
    ({"other": {"id": 5}}, False),
    ({"untyped": "ab"}, False),
    ({"untyped": 1}, True),
    ({"more": [1]}, True),
]


@pytest.fixture(scope="module")
def models() -> Iterator[ModuleType]:
    with module(render_models(SCHEMAS)) as made:
        yield made


@pytest.mark.parametrize(("change", "expected"), PET_VALUES, ids=str)
def test_model_and_validator_give_one_verdict(models: ModuleType, change: JsonObject, expected: bool) -> None:
    value = {"name": "Rex", "zz": None, **change}
    assert Validators(SCHEMAS).compile({"$ref": "#/$defs/Pet"}).accepts(value) is expected
    assert accepts(models.Pet, value) is expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Codes", ["a", "b"], True),
        ("Codes", ["a", "a"], False),
        ("Prices", {"a": 9}, True),
        ("Prices", {"a": 10}, False),
        ("Either", {"id": 1}, True),
        ("Either", {"id": "1"}, False),
        ("Nested", [[], [[]]], True),
        ("Nested", [[1]], False),
        ("Code", "abcde", False),
    ],
)
def test_types_that_are_no_objects_are_models_too(models: ModuleType, name: str, value: Any, expected: bool) -> None:
    assert accepts(getattr(models, name), value) is expected


def test_rules_hold_for_what_is_built_in_python(models: ModuleType) -> None:
    pet = models.Pet(name="Rex", zz=1, owner=models.Owner(id=5), tags=["a"])
    assert pet.model_dump() == {"name": "Rex", "zz": 1, "owner": {"id": 5}, "tags": ["a"]}
    with pytest.raises(ValidationError, match="repeats item 0"):
        models.Pet(name="Rex", zz=1, tags=["a", "a"])


def test_texts_of_a_document_are_inert(models: ModuleType) -> None:
    assert inspect.cleandoc(models.Pet.__doc__) == PET["description"]
    assert models.Pet.model_fields["name"].description == "''' \"\"\" \\"
    assert not hasattr(models, "os")


def test_odd_keys_work_in_models_and_in_shapes() -> None:
    schema: JsonObject = {"type": "object", "properties": {key: {"type": "array", "items": {}} for key in ODD_KEYS}}
    with module(render_models(member({}) | {"Odd": schema})) as models:
        value: JsonObject = {key: [key] for key in ODD_KEYS}
        odd = models.Odd.model_validate(value)
        assert odd.model_dump() == value
        assert not odd.model_extra
        assert not any(accepts(models.Odd, {key: 1}) for key in ODD_KEYS)
    with module(render_types({"Odd": schema})) as shapes:
        assert typing.get_type_hints(shapes.Odd).keys() == set(ODD_KEYS)


@pytest.mark.parametrize("key", ODD_KEYS)
def test_each_odd_key_has_its_own_name_in_a_shape(key: str) -> None:
    schema: JsonObject = {"type": "object", "required": [key], "properties": {key: {"$ref": "#/$defs/Owner"}}}
    with module(render_types({**SCHEMAS, "Odd": schema})) as shapes:
        assert typing.get_type_hints(shapes.Odd) == {key: shapes.Owner}


def test_hostile_names_give_distinct_classes_of_the_promised_names() -> None:
    schemas: dict[str, JsonObject] = {
        name: {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {}}}}
        for name in HOSTILE_NAMES
    }
    names = class_names(schemas)
    assert len(set(names.values())) == len(schemas)
    assert (names["Issue"], names["issue"], names["Any"], names["FooBar"]) == ("Issue", "Issue2", "AnyModel", "FooBar")
    with module(render_models(schemas)) as models, module(render_types(schemas)) as shapes:
        for name in names.values():
            assert issubclass(getattr(models, name), BaseModel)
            assert typing.get_type_hints(getattr(shapes, name)) == {"a": str, "b": list[Any]}


def test_inline_objects_are_named_by_their_titles_and_never_renamed() -> None:
    more: dict[str, JsonObject] = {
        "Aaa": OWNER,
        **SCHEMAS,
        "Zzz": {"type": "object", "properties": {"a": {"enum": ["x"]}}},
    }
    before, after = (_classes(render_models(schemas)) for schemas in (SCHEMAS, more))
    assert "PetHome" in before
    assert before.items() <= after.items()


def test_source_is_the_same_in_any_process_and_folder(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.ruff]\nline-length = 40\n[tool.isort]\nknown_first_party = ['pydantic']"
    )
    program = (
        "from tests.render.test_models import SCHEMAS; from atlasgen.render.models import *;"
        "print(render_models(SCHEMAS) + render_types(SCHEMAS), end='')"
    )
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'generator'}", "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout == render_models(SCHEMAS) + render_types(SCHEMAS)
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]
    for trace in ("datamodel-codegen", "0.89", str(ROOT)):
        assert trace not in run.stdout


def test_bounds_stand_in_the_annotations_where_people_look() -> None:
    source = render_models(member({"type": "string", "maxLength": 255, "description": "A title."}))
    assert 'it: Annotated[StrictStr | MISSING, Field(description="A title.", max_length=255)] = MISSING' in source


@pytest.mark.slow
def test_generated_modules_pass_the_strict_type_checker(tmp_path: Path) -> None:
    odd: JsonObject = {"type": "object", "properties": {key: {"type": "array", "items": {}} for key in ODD_KEYS}}
    schemas = {**SCHEMAS, "Odd": odd, "Any": OWNER}
    (tmp_path / "models.py").write_text(render_models(schemas))
    (tmp_path / "shapes.py").write_text(render_types(schemas))
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"), str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


PETS: list[Json] = [{}, [], None, {"id": 5.0, "name": "x"}, {"id": "x"}, {"name": "Rex", "photoUrls": ["a"]}]


@pytest.mark.skipif(not PETSTORE.exists(), reason="the other documents are not here")
def test_every_schema_of_a_real_document_becomes_a_model_and_a_shape() -> None:
    document = normalise(read(PETSTORE), where="petstore")
    validators = Validators(document.schemas)
    with module(render_models(document.schemas)) as models, module(render_types(document.schemas)) as shapes:
        for name, plain in class_names(document.schemas).items():
            validator = validators.compile({"$ref": f"#/$defs/{name}"})
            assert hasattr(shapes, plain)
            for value in PETS:
                assert accepts(getattr(models, plain), value) == validator.accepts(value)


def hold_to_one_verdict(data: st.DataObject) -> None:
    schemas: Mapping[str, JsonObject] = data.draw(documents())
    validators = Validators(schemas)
    with module(render_models(schemas)) as models, module(render_types(schemas)):
        for _ in range(12):
            name = data.draw(st.sampled_from(sorted(schemas)))
            schema: JsonObject = {"$ref": f"#/$defs/{name}"}
            value = data.draw(near_values(schema, dict(schemas)))
            assert accepts(getattr(models, name), value) == validators.compile(schema).accepts(value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_models_and_validators_agree_on_random_schemas(data: st.DataObject) -> None:
    hold_to_one_verdict(data)


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_models_and_validators_agree_on_many_random_schemas(data: st.DataObject) -> None:
    hold_to_one_verdict(data)


def _classes(source: str) -> dict[str, str]:
    return {node.name: ast.unparse(node) for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}
