"""Says in plain words why a value does not meet a schema; runs only once a validator has rejected the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, JsonObject, pointer
from atlasgen.runtime.keywords import DEPTH, frozen, is_encodable, is_multiple, is_unique
from atlasgen.runtime.patterns import search

_TOLD = 100  # faults of one value
_LISTED = 12  # members of an enumeration that a message spells out
_SHORT = 60  # characters of a given value that are worth repeating

_NAMES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
_TYPES = tuple(_NAMES)
_DELEGATES = frozenset({"$ref", "anyOf", "allOf"})  # they look at what lies within; twice at each level is too often


def explain(
    schema: JsonObject | bool, value: object, *, definitions: Mapping[str, JsonObject], prefix: str = ""
) -> tuple[Fault, ...]:
    """Return everything that is wrong with a value, up to a hundred things; nothing if it meets the schema.

    Of the branches of an `anyOf`, only the one that comes closest is heard.

    Args:
        schema: A schema in normal form.
        value: Anything.
        definitions: What `$ref` names.
        prefix: The pointer of the value itself.
    """
    try:
        return tuple(_Examination(definitions).faults(schema, value, prefix, 0)[:_TOLD])
    except (_TooDeepError, RecursionError):
        return (Fault("type", prefix, "is nested too deeply"),)


class _TooDeepError(Exception):
    """The value has more levels than a validator follows; which key lies at the last of them does not matter."""


class _Examination:
    def __init__(self, definitions: Mapping[str, JsonObject]) -> None:
        self._definitions = definitions
        self._found: dict[tuple[str, str], list[Fault]] = {}

    def faults(self, schema: Any, value: Any, at: str, depth: int) -> list[Fault]:
        if schema is True:
            schema = {}
        if schema is False:
            return [Fault("extra", at, "is not allowed", _given(value))]
        if depth > DEPTH:
            raise _TooDeepError
        kind = _kind(value)
        if kind is None or not self._may_be(schema, kind, value):
            return [self._type_fault(schema, value, at)]
        found: list[Fault] = []
        if kind == "object":
            found += self._object(schema, value, at, depth)
        elif kind == "array":
            found += self._array(schema, value, at, depth)
        elif kind == "string":
            found += _string(schema, value, at)
        elif kind == "number":
            found += _number(schema, value, at)
        if (choices := _choices(schema)) is not None and frozen(value) not in set(map(frozen, choices)):
            found.append(_enum_fault(choices, value, at))
        if "$ref" in schema:
            # Several branches may lead here: what has been found once is not looked for again.
            known = (str(schema["$ref"]), at)
            if known not in self._found:
                self._found[known] = self.faults(self._definition(schema), value, at, depth)
            found += self._found[known]
        for part in schema.get("allOf", ()):
            found += self.faults(part, value, at, depth)
        if "anyOf" in schema:
            found += self._closest(schema["anyOf"], value, at, depth)
        if "not" in schema and not self.faults(schema["not"], value, at, depth):
            found.append(Fault("rule", at, "has a form that is excluded", _given(value)))
        return list(dict.fromkeys(found))

    def _object(self, schema: JsonObject, value: dict[Any, Any], at: str, depth: int) -> list[Fault]:
        found: list[Fault] = []
        properties: Any = schema.get("properties") or {}
        others: Any = schema.get("additionalProperties", True)
        delegates = others is True and not _DELEGATES.isdisjoint(schema)
        for name in _items(schema.get("required")):
            if name not in value:
                found.append(Fault("missing", at + pointer(str(name)), "is required"))
        for name, item in value.items():
            if not isinstance(name, str) or not is_encodable(name):
                found.append(Fault("type", at, f"must have text as its keys, not {_phrase(name)}"))
            elif name in properties:
                found += self.faults(properties[name], item, at + pointer(name), depth + 1)
            elif others is False:
                found.append(Fault("extra", at + pointer(name), _unknown(properties), _given(item)))
            elif not delegates:
                found += self.faults(others, item, at + pointer(name), depth + 1)
        return found + _count(schema, ("minProperties", "maxProperties"), len(value), "properties", at)

    def _array(self, schema: JsonObject, value: list[Any], at: str, depth: int) -> list[Fault]:
        found = _count(schema, ("minItems", "maxItems"), len(value), "items", at)
        items = schema.get("items", True)
        delegates = items is True and not _DELEGATES.isdisjoint(schema)
        for index, item in enumerate(() if delegates else value):
            found += self.faults(items, item, at + pointer(index), depth + 1)
        if schema.get("uniqueItems") and not found and not is_unique(value):
            seen: dict[Any, int] = {}
            for index, item in enumerate(value):
                first = seen.setdefault(frozen(item), index)
                if first != index:
                    found.append(Fault("unique", at + pointer(index), f"repeats item {first}", _given(item)))
        return found

    def _closest(self, branches: Any, value: Any, at: str, depth: int) -> list[Fault]:
        """Return the faults of the branch that the value most looks like; none if one accepts it."""
        heard: list[tuple[Any, list[Fault]]] = []
        for branch in branches:
            faults = self.faults(branch, value, at, depth)
            if not faults:
                return []
            heard.append((branch, faults))
        kinds = [{fault.kind for fault in faults if fault.pointer == at} for _, faults in heard]
        inside = [faults for (_, faults), own in zip(heard, kinds, strict=True) if own.isdisjoint(("type", "enum"))]
        if inside:
            return min(inside, key=lambda faults: _distance(faults, at))
        typed = [branch for (branch, _), own in zip(heard, kinds, strict=True) if "type" not in own]
        if not typed:
            return [self._type_fault({"anyOf": branches}, value, at)]
        choices: list[Json] = []
        for branch in typed:
            choices += self._all_choices(branch)
        return [_enum_fault(choices, value, at)]

    def _all_choices(self, schema: Any) -> list[Json]:
        if (choices := _choices(schema)) is not None:
            return choices
        if "$ref" in schema:
            return self._all_choices(self._definition(schema))
        branches = [*schema.get("anyOf", ()), *schema.get("allOf", ())]
        return [choice for branch in branches for choice in self._all_choices(branch)]

    def _definition(self, schema: JsonObject) -> JsonObject:
        return self._definitions[str(schema["$ref"]).removeprefix("#/$defs/")]

    def _may_be(self, schema: JsonObject, kind: str, value: Any) -> bool:
        """Return whether the schema's own `type` admits a value."""
        declared = schema.get("type")
        if declared is None:
            return True
        types = _items(declared) if isinstance(declared, list) else [declared]
        return kind in types or (kind == "number" and "integer" in types and value == int(value))

    def _types(self, schema: Any, depth: int = 0) -> set[str]:
        """Return the types that a schema admits at all."""
        if not isinstance(schema, dict) or depth > DEPTH:
            return set(_TYPES)
        declared = schema.get("type")
        types = set(_TYPES) if declared is None else set(declared) if isinstance(declared, list) else {str(declared)}
        if (choices := _choices(schema)) is not None:
            types &= {str(_kind(choice)) for choice in choices} | ({"integer"} if types & {"integer"} else set())
        if "$ref" in schema:
            types &= self._types(self._definition(schema), depth + 1)
        for part in schema.get("allOf", ()):
            types &= self._types(part, depth + 1)
        if "anyOf" in schema:
            types &= set().union(*(self._types(branch, depth + 1) for branch in schema["anyOf"]))
        return types

    def _type_fault(self, schema: Any, value: Any, at: str) -> Fault:
        types = self._types(schema)
        if types >= set(_TYPES):
            return Fault("type", at, f"must be a JSON value, not {_phrase(value)}")
        if "number" in types:
            types.discard("integer")
        wanted = _or([_NAMES[name] for name in _TYPES if name in types] or ["absent"])
        given = "a fraction" if _kind(value) == "number" and "integer" in types else _phrase(value)
        return Fault("type", at, f"must be {wanted}, not {given}", _given(value))


def _kind(value: Any) -> str | None:
    """Return the JSON type of a value; None if it has none."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string" if is_encodable(value) else None
    if isinstance(value, int):
        return "number"
    if isinstance(value, float):
        return "number" if isfinite(value) else None
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else None


def _phrase(value: Any) -> str:
    """Return what a value is, as a person would say it."""
    if isinstance(value, str) and not is_encodable(value):
        return "text with half a character"
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    kind = _kind(value)
    return _NAMES[kind] if kind is not None else f"a {type(value).__name__}"


def _given(value: Any) -> Json:
    """Return a value for display if it is short."""
    if isinstance(value, str) and is_encodable(value) and len(value) <= _SHORT:
        return value
    return value if _kind(value) in ("number", "boolean") else None


def _choices(schema: Any) -> list[Json] | None:
    """Return the values that the schema's own `enum` or `const` lists."""
    if not isinstance(schema, dict) or not ("enum" in schema or "const" in schema):
        return None
    if "const" not in schema:
        return list(schema["enum"])
    const = schema["const"]
    return [const] if "enum" not in schema or frozen(const) in set(map(frozen, schema["enum"])) else []


def _enum_fault(choices: list[Json], value: Any, at: str) -> Fault:
    unique = list({frozen(choice): choice for choice in choices}.values())
    listed = ", ".join(map(_literal, unique[:_LISTED]))
    if not unique:
        message = "has no allowed value"
    elif len(unique) == 1:
        message = f"must be {listed}"
    else:
        message = f"must be one of {listed}" + (f" and {len(unique) - _LISTED} more" if len(unique) > _LISTED else "")
    return Fault("enum", at, message, _given(value))


def _literal(value: Json) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return repr(value)


def _string(schema: JsonObject, value: str, at: str) -> list[Fault]:
    found: list[Fault] = []
    least, most = _number_of(schema, "minLength"), _number_of(schema, "maxLength")
    if least is not None and len(value) < least:
        message = "must not be empty" if least == 1 else f"must have at least {least} characters, not {len(value)}"
        found.append(Fault("length", at, message, _given(value)))
    if most is not None and len(value) > most:
        found.append(Fault("length", at, f"must have at most {most} characters, not {len(value)}", _given(value)))
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and (has := search(pattern)) is not None and not has(value):
        found.append(Fault("format", at, f"must match {pattern!r}", _given(value)))
    return found


def _number(schema: JsonObject, value: float, at: str) -> list[Fault]:
    checks: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
        ("minimum", lambda bound: value >= bound, "must be at least"),
        ("maximum", lambda bound: value <= bound, "must be at most"),
        ("exclusiveMinimum", lambda bound: value > bound, "must be more than"),
        ("exclusiveMaximum", lambda bound: value < bound, "must be less than"),
        ("multipleOf", lambda step: is_multiple(value, step), "must be a multiple of"),
    )
    return [
        Fault("range", at, f"{words} {schema[keyword]}", _given(value))
        for keyword, holds, words in checks
        if keyword in schema and not holds(schema[keyword])
    ]


def _count(schema: JsonObject, keywords: tuple[str, str], count: int, noun: str, at: str) -> list[Fault]:
    least, most = (_number_of(schema, keyword) for keyword in keywords)
    if least is not None and count < least:
        message = "must not be empty" if least == 1 else f"must have at least {least} {noun}, not {count}"
        return [Fault("items", at, message)]
    if most is not None and count > most:
        return [Fault("items", at, f"must have at most {most} {noun}, not {count}")]
    return []


def _unknown(properties: Mapping[str, Any]) -> str:
    known = list(properties)
    if not known:
        return "is not allowed"
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    return f"is not known here; known are {', '.join(map(repr, known[:_LISTED]))}{more}"


def _distance(faults: list[Fault], at: str) -> tuple[int, int]:
    """Return how far a value is from a branch: a wrong tag (a member with one allowed value) counts before all else."""
    tags = sum(fault.kind == "enum" and fault.pointer.count("/") == at.count("/") + 1 for fault in faults)
    return tags, len(faults)


def _or(words: list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number_of(schema: JsonObject, keyword: str) -> int | None:
    value = schema.get(keyword)
    return int(value) if isinstance(value, int | float) else None
