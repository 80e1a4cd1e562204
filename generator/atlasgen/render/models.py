"""Adapter of datamodel-code-generator: normal-form schemas in, Python source of pydantic models or TypedDicts out.

The generator is shown only what it types exactly: names, containers, unions, texts to choose from, and the bounds of
fields. All else that a schema asks travels beside it as `rules`, which `atlasgen.runtime.typed` holds instances to.
Defaults are left out: absent is absent.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datamodel_code_generator import generate

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.keywords import reachable
from atlasgen.runtime.typed import RULES
from atlasgen.runtime.validation import TYPED_KEYWORDS, allowed_members
from atlasgen.spec.schemas import pascal

_MODELS = '"""Models of the API, for people: what its documents hold, by name. Generated; edits are lost."""'
_SHAPES = '"""Shapes of the values that operations take and return. Generated; edits are lost."""'

_OPTIONS: dict[str, Any] = {
    "input_file_type": "jsonschema",
    "schema_version": "2020-12",
    "allow_remote_refs": False,
    "target_python_version": "3.11",
    "formatters": ["builtin"],
    "builtin_format_line_length": 120,
    "settings_path": Path(Path(__file__).anchor),  # where no pyproject.toml lies: a caller's must not change a byte
    "use_double_quotes": True,
    "disable_timestamp": True,
    "skip_root_model": True,
    "treat_dot_as_module": False,
    "enum_field_as_literal": "all",
    "strict_nullable": True,
}
_MODEL_OPTIONS: dict[str, Any] = {
    "output_model_type": "pydantic_v2.BaseModel",
    "target_pydantic_version": "2.14",
    "base_class": "atlasgen.runtime.typed.Model",
    "import_overrides": dict.fromkeys(("RootModel", "StrictFloat", "StrictInt"), "atlasgen.runtime.typed"),
    "strict_types": ["str", "int", "float", "bool"],
    "use_annotated": True,
    "use_missing_sentinel": True,
    "use_schema_description": True,
    "use_single_line_docstring": True,
    "field_extra_keys_without_x_prefix": {f"x-{RULES}"},
    "model_extra_keys_without_x_prefix": {f"x-{RULES}"},
}
_SHAPE_OPTIONS: dict[str, Any] = {
    "output_model_type": "typing.TypedDict",
    "use_type_alias": True,
    "use_closed_typed_dict": False,
    "special_field_name_prefix": "",
    "custom_template_dir": Path(__file__).parent / "templates" / "shapes",
}

_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
_KINDS = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string"}
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
_EXACT = 2**53  # beyond it, a bound written as a float is another bound
_APPLICATORS = ("$ref", "anyOf", "allOf", "not")
_ASSERTIONS = frozenset({"type", "enum", "const", *_APPLICATORS, *TYPED_KEYWORDS})
_IMPORTED = frozenset(
    {"Annotated", "Any", "ConfigDict", "Dict", "Field", "Literal", "MISSING", "Model", "NotRequired", "Optional"}
    | {"RootModel", "StrictBool", "StrictFloat", "StrictInt", "StrictStr", "TypeAlias", "TypedDict", "Union"}
    | {"None", "True", "False"}
)
_BUILTIN = frozenset({"str", "int", "float", "bool", "list", "dict"})


def class_names(names: Iterable[str]) -> dict[str, str]:
    """Return what each definition is called in both modules: its own name, if that is one for a class.

    No name depends on what else a document defines, unless two names differ in nothing that a class name keeps.
    """
    listed = list(names)
    chosen = {name: name for name in listed if _class_name(name) == name}
    taken = set(chosen)
    for name in listed:
        if name not in chosen:
            chosen[name] = _free(_class_name(name), taken)
            taken.add(chosen[name])
    return {name: chosen[name] for name in listed}


def _class_name(name: str) -> str:
    plain = pascal(name)
    return f"{plain}Model" if plain in _IMPORTED else plain


def _free(name: str, taken: Container[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free


def render_models(schemas: Mapping[str, JsonObject]) -> str:
    """Return the source of `models.py`: one pydantic model a definition, and one for each object within.

    A model accepts the JSON values that the validator of its schema accepts. Two things are not the same: pydantic
    counts the levels of a value in its own way, and an untyped member is neither copied nor looked into.
    """
    names = {name for schema in schemas.values() for name in _property_names(schema)}
    # Python reads names in their compatible form (the micro sign as a mu); the key stays what it is.
    aliases = {name: plain for name in sorted(names) if (plain := unicodedata.normalize("NFKC", name)) != name}
    shapes = _Splitter(schemas).definitions()
    return _render(shapes, custom_file_header=_MODELS, aliases=aliases, **_MODEL_OPTIONS)


def render_types(schemas: Mapping[str, JsonObject]) -> str:
    """Return the source of `shapes.py`: the same definitions as TypedDicts and aliases, which check nothing."""
    shapes = _Splitter(schemas, checked=False).definitions()
    quoted: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for name, shape in shapes.items():
        if any(_is_awkward(key) or key in shapes for key in _property_names(shape)):
            quoted[f"#/$defs/{name}"]["quoted"] = True
    return _render(shapes, custom_file_header=_SHAPES, extra_template_data=quoted, **_SHAPE_OPTIONS)


def _render(shapes: Mapping[str, Json], **options: Any) -> str:
    if not shapes:
        return f"{options['custom_file_header']}\n"
    source = generate({"$defs": shapes}, **_OPTIONS, **options)
    assert isinstance(source, str)
    return source.rstrip("\n") + "\n"


@dataclass(frozen=True, slots=True)
class _Split:
    """What the generator types (`shape`), and what it does not (`rules`)."""

    shape: JsonObject
    rules: JsonObject = field(default_factory=dict)


class _Splitter:
    """Divides schemas into shapes and rules, and gives every inline object a definition of its own.

    A schema without a place for its rules hands them to whatever it stands in: rules stand on members of classes, on
    classes and on definitions. Unchecked shapes need none.
    """

    def __init__(self, schemas: Mapping[str, JsonObject], *, checked: bool = True) -> None:
        self._schemas = schemas
        self._checked = checked
        self._names = class_names(schemas)
        self._taken = set(self._names.values())
        self._shapes: dict[str, Json] = {}

    def definitions(self) -> dict[str, Json]:
        """Return the shape of each definition, with its rules in it, by the name of its class."""
        for name, schema in self._schemas.items():
            if _is_class(schema):
                shape = self._class(schema)
            else:
                shape = self._placed(schema, circular=name in reachable(schema, self._schemas))
            self._shapes[self._names[name]] = shape
        return self._shapes

    def _class(self, schema: JsonObject) -> JsonObject:
        """Return the shape of an object with members."""
        declared: Any = schema.get("properties", {})
        required: Any = schema.get("required", [])
        others: Any = schema.get("additionalProperties", True)
        members = dict(declared) | {name: others for name in required if name not in declared}
        shape: JsonObject = {
            "type": "object",
            "properties": {name: self._placed(member) for name, member in members.items()},
            "required": required,
        }
        rules = _asserted(_only(schema, "minProperties", "maxProperties", *_APPLICATORS))
        if others is False:
            shape["additionalProperties"] = False
        elif others is not True and others != {}:
            rules["additionalProperties"] = _asserted(others)
        return self._ruled(schema, shape, rules)

    def _placed(self, schema: Any, *, circular: bool = False) -> JsonObject:
        """Return the shape of a member of a class or of a definition: there, bounds may stand beside the type."""
        split = self._split(schema)
        shape, rules = dict(split.shape), dict(split.rules)
        types: Any = shape.get("type")
        named = [name for name in types if name != "null"] if isinstance(types, list) else [types]
        if circular and named == ["array"]:
            shape = {"anyOf": [shape]}  # the generator forgets the items of a list that holds itself
        elif len(named) == 1 and "enum" not in shape and self._checked:
            for keyword in _BOUNDS.get(str(named[0]), ()):
                if keyword in rules and _is_exact(rules[keyword], named[0]):
                    shape[keyword] = rules.pop(keyword)
        return self._ruled(schema, shape, rules)

    def _ruled(self, schema: Any, shape: JsonObject, rules: JsonObject) -> JsonObject:
        """Return a shape with what is said of it: its rules, and the description for people."""
        if not self._checked:
            return shape
        if rules:
            if isinstance(shape.get("additionalProperties"), dict):
                shape = {"anyOf": [shape]}  # the generator drops what stands beside a map
            if needed := reachable(rules, self._schemas):
                rules["$defs"] = {name: _asserted(self._schemas[name]) for name in needed}
            shape[f"x-{RULES}"] = rules
        if isinstance(schema, dict) and isinstance(schema.get("description"), str):
            shape["description"] = schema["description"]
        return shape

    def _split(self, schema: Any) -> _Split:
        if not isinstance(schema, dict):
            return _Split({}, {} if schema else {"not": {}})
        if "enum" in schema or "const" in schema:
            return self._members(schema)
        if _is_class(schema):
            return _Split({"$ref": f"#/$defs/{self._hoisted(schema)}"})
        if "$ref" in schema:
            reference = f"#/$defs/{self._names[_target(schema)]}"
            return _Split({"$ref": reference}, _asserted(_without(schema, "$ref")))
        if "anyOf" in schema and (union := self._union(schema)).shape:
            return union
        if "type" in schema:
            typed = self._typed(schema)
            return _Split(typed.shape, _both(typed.rules, _asserted(_only(schema, *_APPLICATORS))))
        return _Split({}, _asserted(schema))

    def _members(self, schema: JsonObject) -> _Split:
        members = allowed_members(schema, self._schemas)
        kinds = sorted({_KINDS.get(type(member), "") for member in members})
        if not members:
            return _Split({}, {"not": {}})
        if kinds == ["null"]:
            return _Split({"type": "null"})
        # To Python 1 is true and 1.0: where values are checked, `Literal` is for texts.
        if {*kinds} <= ({"string", "null"} if self._checked else {"string", "null", "boolean", "integer"}):
            return _Split({"type": [*kinds], "enum": members})
        return _Split({} if "" in kinds else self._typed({"type": [*kinds]}).shape, {"enum": members})

    def _union(self, schema: JsonObject) -> _Split:
        branches: Any = schema["anyOf"]
        rest = _asserted(_without(schema, "anyOf"))
        if all(self._type(branch) == rest.get("type") for branch in branches):
            rest.pop("type", None)
        splits = [self._split(branch) for branch in branches]
        shape: JsonObject = {"anyOf": [split.shape for split in splits]} if all(split.shape for split in splits) else {}
        ruled = [split.rules for split in splits if split.shape != {"type": "null"}]
        if not any(ruled):
            return _Split(shape, rest)
        # What is asked of one type says nothing of null, so it needs no branch.
        if len(ruled) == 1 and ruled[0].keys() <= TYPED_KEYWORDS:
            return _Split(shape, _both(ruled[0], rest))
        return _Split(shape, _both({"anyOf": _asserted(branches)}, rest))

    def _type(self, schema: Any) -> Json:
        """Return the `type` that a schema, or the definition it names, declares."""
        if isinstance(schema, dict) and "$ref" in schema:
            schema = self._schemas[_target(schema)]
        return schema.get("type") if isinstance(schema, dict) else None

    def _typed(self, schema: JsonObject) -> _Split:
        declared: Any = schema["type"]
        kinds = [kind for kind in _TYPES if kind in (declared if isinstance(declared, list) else [declared])]
        if "number" in kinds and "integer" in kinds:
            kinds.remove("integer")
        rules = _only(schema, *TYPED_KEYWORDS - {"properties", "required", "additionalProperties", "items"})
        containers = {"array": self._array, "object": self._object}
        splits = {kind: containers[kind](schema) if kind in containers else _Split({"type": kind}) for kind in kinds}
        for split in splits.values():
            rules |= split.rules
        shapes = [split.shape for split in splits.values()]
        if len(shapes) == 1:
            return _Split(shapes[0], rules)
        nullable = len(shapes) == 2 and kinds[1] == "null" and kinds[0] not in containers
        return _Split({"type": [*kinds]} if nullable else {"anyOf": [*shapes]}, rules)

    def _array(self, schema: JsonObject) -> _Split:
        items = self._split(schema.get("items", True))
        shape: JsonObject = {"type": "array", "items": items.shape} if items.shape else {"type": "array"}
        return _Split(shape, {"items": items.rules} if items.rules else {})

    def _object(self, schema: JsonObject) -> _Split:
        plain = _without(schema, *_APPLICATORS) | {"type": "object"}
        if _is_class(plain):
            return self._split(plain)
        others = self._split(schema.get("additionalProperties", True))
        shape: JsonObject = {"type": "object", "additionalProperties": others.shape or True}
        return _Split(shape, {"additionalProperties": others.rules} if others.rules else {})

    def _hoisted(self, schema: JsonObject) -> str:
        """Return the name of the definition that an inline object becomes: its title, which the normaliser chose."""
        name = _free(_class_name(str(schema.get("title", "Object"))), self._taken)
        self._taken.add(name)
        self._shapes[name] = self._class(schema)
        return name


def _target(schema: JsonObject) -> str:
    """Return the name of the definition that a schema refers to."""
    return str(schema["$ref"]).removeprefix("#/$defs/")


def _is_class(schema: JsonObject) -> bool:
    """Return whether a schema is an object whose members have names."""
    if schema.get("type") != "object" or "enum" in schema or "const" in schema:
        return False
    closed = schema.get("additionalProperties") is False and not any(keyword in schema for keyword in _APPLICATORS)
    return closed or bool(schema.get("properties") or schema.get("required"))


def _is_exact(bound: Json, kind: Json) -> bool:
    """Return whether the generator writes a bound as it is."""
    return isinstance(bound, int | float) and abs(bound) < _EXACT and (kind == "number" or bound == int(bound))


def _is_awkward(key: str) -> bool:
    """Return whether the body of a class would take a key for something else."""
    return key.startswith("__") or key in _IMPORTED or key in _BUILTIN or unicodedata.normalize("NFKC", key) != key


def _property_names(schema: Json) -> list[str]:
    """Return the names of the members of a schema and of the schemas within."""
    if not isinstance(schema, dict):
        return []
    properties: Any = schema.get("properties", {})
    within: list[Any] = [*properties.values(), *(schema.get(key) for key in ("items", "additionalProperties"))]
    for keyword in ("anyOf", "allOf"):
        branches: Any = schema.get(keyword, [])
        within += branches
    return [*properties, *(name for part in within for name in _property_names(part))]


def _only(schema: JsonObject, *keywords: str) -> JsonObject:
    return {keyword: schema[keyword] for keyword in sorted(keywords) if keyword in schema}


def _without(schema: JsonObject, *keywords: str) -> JsonObject:
    return {keyword: value for keyword, value in schema.items() if keyword not in keywords}


def _both(some: JsonObject, others: JsonObject) -> JsonObject:
    """Return the rules that ask for both."""
    return {"allOf": [some, others]} if some.keys() & others.keys() else some | others


def _asserted(schema: Any) -> Any:
    """Return a schema, or a list of them, without annotations."""
    if isinstance(schema, list):
        return [_asserted(branch) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {keyword: value for keyword, value in schema.items() if keyword in _ASSERTIONS}
    for keyword in ("items", "additionalProperties", "not", "anyOf", "allOf"):
        if keyword in kept:
            kept[keyword] = _asserted(kept[keyword])
    if "properties" in kept:
        kept["properties"] = {name: _asserted(member) for name, member in kept["properties"].items()}
    return kept
