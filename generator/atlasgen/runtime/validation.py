"""Validators for normal-form JSON Schemas, compiled straight to pydantic-core: what they accept is what "valid" means.

A validator returns fresh containers: nothing of the caller's is kept, at any depth. It accepts JSON alone (no NaN, no
tuple, no key that is not text, no half of a surrogate pair) and some 200 levels of it. `format` is annotation.
`runtime/patterns.py` says which patterns are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from math import ceil, floor, inf
from typing import Any, TypeAlias

from pydantic_core import CoreSchema, SchemaValidator, ValidationError
from pydantic_core import core_schema as core

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.faults import explain
from atlasgen.runtime.keywords import copied, frozen, is_multiple, is_unique
from atlasgen.runtime.patterns import automaton, search
from atlasgen.spec.descent import tangled

Schema: TypeAlias = "JsonObject | bool"

_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
_ENCODABLE = 2**31  # any bound on length makes pydantic-core refuse lone surrogates, which it otherwise lets through
_COUNTABLE = 2**63 - 1  # no value has more of anything
_BOUNDS = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}
TYPED_KEYWORDS = frozenset(
    {
        *("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
        *("items", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern"),
        *_BOUNDS,
        "multipleOf",
    }
)


class InvalidValue(ValueError):
    """A value does not meet its schema; holds everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.pointer or 'the value'} {fault.message}" for fault in faults))
        self.faults = faults


class Validator:
    """The compiled form of one schema.

    Attributes:
        schema: The schema it was compiled from.
        decide: pydantic-core's own call, for those who need no faults: the fresh value, or a `ValidationError`.
        accepts: Returns whether a value meets the schema.
    """

    __slots__ = ("_definitions", "accepts", "decide", "schema")

    def __init__(
        self, schema: JsonObject, compiled: CoreSchema, definitions: Mapping[str, JsonObject], *, remembers: bool
    ) -> None:
        validator = SchemaValidator(compiled)
        self.schema = schema
        self.decide: Callable[[Any], Any] = validator.validate_python
        self.accepts: Callable[..., bool] = validator.isinstance_python
        if remembers:
            self.decide = lambda value: validator.validate_python(value, context={})
            self.accepts = lambda value, context=None: validator.isinstance_python(
                value, context={} if context is None else context
            )
        self._definitions = definitions

    def __call__(self, value: object, prefix: str = "") -> Any:
        """Return a copy of a value that meets the schema; 5.0 comes back as 5 where the schema asks for an integer.

        Args:
            value: Anything.
            prefix: Where the value lies in the arguments (`/body`); the pointers of faults begin with it.

        Raises:
            InvalidValue: the value does not meet the schema.
        """
        try:
            return self.decide(value)
        except (ValidationError, RecursionError):
            faults = explain(self.schema, value, definitions=self._definitions, prefix=prefix)
        # What pydantic-core refuses and the schema does not is too deep for it, or holds itself.
        raise InvalidValue(faults or (Fault("type", prefix, "is nested too deeply"),))


class Validators:
    """Compiles schemas whose `$ref`s name definitions of one document, each when it is first asked for."""

    def __init__(self, schemas: Mapping[str, JsonObject]) -> None:
        self._schemas = schemas
        self._definitions: dict[str, tuple[CoreSchema, frozenset[str]]] = {}
        self._validators: dict[str, Validator] = {}

    @cached_property
    def _tangled(self) -> frozenset[str]:
        return tangled(self._schemas)

    def compile(self, schema: JsonObject) -> Validator:
        """Return the validator of a schema; equal schemas share one.

        Raises:
            KeyError: the schema refers to a definition that is not there.
        """
        key = repr(schema)
        if (found := self._validators.get(key)) is None:
            compiled, names = self._with_definitions(schema)
            remembers = bool(names) and not self._tangled.isdisjoint(names)
            found = self._validators[key] = Validator(schema, compiled, self._schemas, remembers=remembers)
        return found

    def _with_definitions(self, schema: JsonObject) -> tuple[CoreSchema, Collection[str]]:
        compiler = _Compiler(self._schemas, self)
        root = compiler.compile(schema)
        reached: dict[str, CoreSchema] = {}
        pending = sorted(compiler.references)
        while pending:
            name = pending.pop()
            if name not in reached:
                reached[name], references = self._definition(name)
                pending += sorted(references)
        return core.definitions_schema(root, list(reached.values())) if reached else root, reached.keys()

    def _definition(self, name: str) -> tuple[CoreSchema, frozenset[str]]:
        """Return the compiled definition of a name, and the names it refers to."""
        if (found := self._definitions.get(name)) is None:
            compiler = _Compiler(self._schemas, self)
            inner = compiler.compile(self._schemas[name])
            if name in self._tangled:
                inner = _once(name, inner)
            # A chain of one gives any schema, another reference too, a place for the name.
            compiled = core.chain_schema([inner], ref=name)
            found = self._definitions[name] = (compiled, frozenset(compiler.references))
        return found


def allowed_members(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> list[Json]:
    """Return the members of a schema's `enum` or `const`, each once, that meet its other keywords too."""
    members = _list(schema["enum"]) if "enum" in schema else [schema["const"]]
    members = list({frozen(member): member for member in members}.values())
    if "enum" in schema and "const" in schema:
        members = [member for member in members if frozen(member) == frozen(schema["const"])]
    rest = {keyword: value for keyword, value in schema.items() if keyword not in ("enum", "const")}
    return [member for member in members if not explain(rest, member, definitions=schemas)]


class _Compiler:
    """Turns schemas into pydantic-core schemas and notes the definitions that they refer to."""

    def __init__(self, schemas: Mapping[str, JsonObject], validators: Validators) -> None:
        self.references: set[str] = set()
        self._schemas = schemas
        self._validators = validators

    def compile(self, schema: Schema) -> CoreSchema:
        """Return the pydantic-core schema that accepts what the schema accepts."""
        if isinstance(schema, bool):
            return _ANY if schema else _NEVER
        if "enum" in schema or "const" in schema:
            return self._members(schema)
        parts = [*self._typed(schema), *self._applied(schema)] or [_ANY]
        if "not" in schema:
            parts.append(self._negation(_schema(schema["not"])))
        return parts[0] if len(parts) == 1 else core.chain_schema(parts)

    def _members(self, schema: JsonObject) -> CoreSchema:
        """Return what `enum` and `const` ask for: fixed values, of which the other keywords take their share now."""
        members = allowed_members(schema, self._schemas)
        choices: list[CoreSchema] = []
        if texts := [member for member in members if isinstance(member, str)]:
            choices.append(core.literal_schema(texts))
        if None in members:
            choices.append(core.none_schema())
        if any(member is not None and not isinstance(member, str) for member in members):
            choices.append(_one_of(members))
        return _union(choices)

    def _applied(self, schema: JsonObject) -> Iterator[CoreSchema]:
        """Yield what `$ref`, `allOf` and `anyOf` ask for."""
        if "$ref" in schema:
            name = str(schema["$ref"]).removeprefix("#/$defs/")
            if name not in self._schemas:
                raise KeyError(schema["$ref"])
            self.references.add(name)
            yield core.definition_reference_schema(name)
        for part in _list(schema.get("allOf", [])):
            yield self.compile(_schema(part))
        if "anyOf" in schema:
            yield _union(self.compile(_schema(branch)) for branch in _list(schema["anyOf"]))

    def _negation(self, schema: Schema) -> CoreSchema:
        negated: JsonObject = {"anyOf": [schema]} if isinstance(schema, bool) else schema
        validators = self._validators

        def check(value: Any, info: core.ValidationInfo[Any]) -> Any:
            # Compiled at its first use: it may refer to the definition that it stands in.
            if validators.compile(negated).accepts(value, context=info.context):
                raise ValueError("excluded")
            return value

        return core.with_info_plain_validator_function(check)

    def _typed(self, schema: JsonObject) -> Iterator[CoreSchema]:
        """Yield what `type` and the keywords that apply to one type ask for; nothing where they ask for nothing."""
        declared = schema.get("type")
        if declared is None:
            if TYPED_KEYWORDS.isdisjoint(schema):
                return
            declared = list(_TYPES)
        types = _list(declared) if isinstance(declared, list) else [declared]
        compilers: dict[str, Callable[[JsonObject], CoreSchema]] = {
            "string": _string,
            "integer": _integer,
            "number": _number,
            "boolean": lambda _: core.bool_schema(strict=True),
            "object": self._object,
            "array": self._array,
            "null": lambda _: core.none_schema(),
        }
        # Every integer is a number: where both are allowed, the number says it.
        wanted = [name for name in _TYPES if name in types and not (name == "integer" and "number" in types)]
        yield _union(compilers[name](schema) for name in wanted)

    def _array(self, schema: JsonObject) -> CoreSchema:
        items = self.compile(_schema(schema.get("items", True)))
        length = _counts(schema, "minItems", "maxItems")
        array = _LIST if items is _ANY and not length else core.list_schema(items, strict=True, **length)
        return core.no_info_after_validator_function(_unique, array) if schema.get("uniqueItems") else array

    def _object(self, schema: JsonObject) -> CoreSchema:
        properties = schema.get("properties", {})
        assert isinstance(properties, dict)
        required = set(map(str, _list(schema.get("required", []))))
        others = _schema(schema.get("additionalProperties", True))
        extras = self.compile(others)
        counts = _counts(schema, "minProperties", "maxProperties")
        if not properties and not required and others is not False:
            return _DICT if extras is _ANY and not counts else core.dict_schema(_TEXT, extras, strict=True, **counts)
        compiled = {name: self.compile(_schema(field)) for name, field in properties.items()}
        compiled |= dict.fromkeys(sorted(required - compiled.keys()), extras)
        fields = {name: core.typed_dict_field(field, required=name in required) for name, field in compiled.items()}
        if others is False:
            typed = core.typed_dict_schema(fields, extra_behavior="forbid", strict=True)
        else:
            typed = core.typed_dict_schema(fields, extra_behavior="allow", extras_schema=extras, strict=True)
        return core.chain_schema([typed, core.dict_schema(**counts)]) if counts else typed


def _string(schema: JsonObject) -> CoreSchema:
    counts = {"max_length": _ENCODABLE} | _counts(schema, "minLength", "maxLength")
    pattern = str(schema["pattern"]) if "pattern" in schema else ""
    spelled, found = automaton(pattern), search(pattern)
    text = core.str_schema(pattern=spelled if pattern else None, strict=True, **counts)
    if found is None or spelled is not None:
        return text

    def check(value: str) -> str:
        if not found(value):
            raise ValueError("another form")
        return value

    return core.no_info_after_validator_function(check, text)


def _integer(schema: JsonObject) -> CoreSchema:
    integer = _whole(schema)
    # The second choice is for 5.0; of the rest it sees only what is about to be refused.
    return core.union_schema([integer, core.chain_schema([_INTEGRAL, integer, _WRITABLE])], mode="left_to_right")


def _number(schema: JsonObject) -> CoreSchema:
    bounds: dict[str, Any] = {_BOUNDS[keyword]: _float(schema[keyword]) for keyword in _BOUNDS if keyword in schema}
    fraction: CoreSchema = core.float_schema(strict=True, allow_inf_nan=False, **bounds)
    if "multipleOf" in schema:
        fraction = _multiples(fraction, schema["multipleOf"])
    # A refused integer must not come back as the float next to it.
    fraction = core.chain_schema([_FRACTION, fraction])
    return core.union_schema([_whole(schema), fraction], mode="left_to_right")


def _whole(schema: JsonObject) -> CoreSchema:
    """Return the schema of Python's integers; a bound between two of them moves inwards."""
    inwards = {"minimum": ceil, "maximum": floor, "exclusiveMinimum": floor, "exclusiveMaximum": ceil}
    bounds: dict[str, Any] = {_BOUNDS[key]: inwards[key](_numeric(schema[key])) for key in _BOUNDS if key in schema}
    integer = core.int_schema(strict=True, **bounds)
    return _multiples(integer, schema["multipleOf"]) if "multipleOf" in schema else integer


def _multiples(number: CoreSchema, of: Json) -> CoreSchema:
    step = _numeric(of)

    def check(value: float) -> float:
        if not is_multiple(value, step):
            raise ValueError("no multiple")
        return value

    return core.no_info_after_validator_function(check, number)


def _one_of(members: list[Json]) -> CoreSchema:
    """Return the schema of members that pydantic-core does not compare as JSON does: to it, 1 is true."""
    wanted = {frozen(member): member for member in members}

    def check(value: Any) -> Any:
        key = frozen(copied(value))
        if key not in wanted:
            raise ValueError("no member")
        return copied(wanted[key])

    return core.no_info_plain_validator_function(check)


def _once(name: str, schema: CoreSchema) -> CoreSchema:
    """Return a schema that holds each value against another one once in a validation, whose context remembers it."""

    def check(value: Any, inner: core.ValidatorFunctionWrapHandler, info: core.ValidationInfo[Any]) -> Any:
        known: dict[tuple[str, int], tuple[Any, Any]] = info.context
        key = (name, id(value))
        if key not in known:
            known[key] = (value, _REFUSED)  # the value too, so that no other takes its identity
            known[key] = made = (value, inner(value))
            known[name, id(made[1])] = (made[1], made[1])  # the next branch of an `allOf` is handed the copy
        if (result := known[key][1]) is _REFUSED:
            raise ValueError("refused before")
        return result

    return core.with_info_wrap_validator_function(check, schema)


def _union(choices: Iterable[CoreSchema]) -> CoreSchema:
    """Return the schema of what any choice accepts; the first that does has it."""
    others = list(choices)
    some = [choice for choice in others if choice["type"] != "none"]
    if not some:
        return core.none_schema() if others else _NEVER
    union = some[0] if len(some) == 1 else core.union_schema([*some], mode="left_to_right")
    return union if len(some) == len(others) else core.nullable_schema(union)


def _of_type(kind: type) -> CoreSchema:
    """Return the schema of untyped containers: one call of Python copies them faster than a recursive union."""

    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError("another type")
        return copied(value)

    return core.no_info_plain_validator_function(check)


def _never(_: Any) -> Any:
    raise ValueError("nothing is allowed")


def _integral(value: Any) -> int:
    if type(value) is float and value.is_integer():
        return int(value)
    raise ValueError("not whole")


def _writable(value: int) -> float:
    """Return a whole number as it came where JSON has it as a float alone."""
    return value if -(2**63) <= value < 2**64 else float(value)


def _unique(items: list[Any]) -> list[Any]:
    if not is_unique(items):
        raise ValueError("repeated")
    return items


def _counts(schema: JsonObject, least: str, most: str) -> dict[str, Any]:
    wanted = {"min_length": schema.get(least), "max_length": schema.get(most)}
    return {name: min(int(_numeric(count)), _COUNTABLE) for name, count in wanted.items() if count is not None}


def _float(value: Json) -> float:
    try:
        return float(_numeric(value))
    except OverflowError:
        return inf if _numeric(value) > 0 else -inf


def _numeric(value: Json) -> int | float:
    assert isinstance(value, int | float)
    return value


def _list(value: Json) -> list[Json]:
    assert isinstance(value, list)
    return value


def _schema(value: Json) -> Schema:
    assert isinstance(value, dict | bool)
    return value


_REFUSED = object()
_ANY = core.no_info_plain_validator_function(copied)
_NEVER = core.no_info_plain_validator_function(_never)
_LIST = _of_type(list)
_DICT = _of_type(dict)
_TEXT = core.str_schema(strict=True, max_length=_ENCODABLE)
_FRACTION = core.is_instance_schema(float)
_INTEGRAL = core.no_info_plain_validator_function(_integral)
_WRITABLE = core.no_info_plain_validator_function(_writable)
