"""What JSON Schema means where Python and pydantic-core mean something else: equality, copies, multiples."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

from atlasgen.jsonvalue import Json, JsonObject

DEPTH = 200  # levels of untyped containers; the encoder writes 254 in all

_SCALARS = frozenset({int, bool, type(None)})


def copied(value: Any, depth: int = DEPTH) -> Any:
    """Return a deep copy of a JSON value.

    Raises:
        ValueError: the value is not JSON, or nested more deeply than `depth`.
    """
    kind = type(value)
    if kind is str:
        if value.isascii() or is_encodable(value):
            return value
    elif kind in _SCALARS:
        return value
    elif kind is dict:
        if depth:
            depth -= 1
            copy = {}
            for key, item in value.items():
                if type(key) is not str or not (key.isascii() or is_encodable(key)):
                    raise ValueError("a key is not text")
                copy[key] = copied(item, depth)
            return copy
    elif kind is list:
        if depth:
            depth -= 1
            return [copied(item, depth) for item in value]
    elif kind is float and isfinite(value):
        return value
    raise ValueError("not a JSON value")


def is_encodable(text: str) -> bool:
    """Return whether a text has no lone surrogate, which no encoding of JSON can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def frozen(value: Json) -> Hashable:
    """Return a key that two values share if JSON Schema calls them equal: 1 is 1.0, and neither is true."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list):
        return ("array", tuple([frozen(item) for item in value]))
    if isinstance(value, dict):
        return ("object", frozenset([(key, frozen(item)) for key, item in value.items()]))
    return value


def is_unique(items: list[Any]) -> bool:
    """Return whether no two items are equal."""
    return len(items) < 2 or len(set(map(frozen, items))) == len(items)


def is_multiple(value: float, of: float) -> bool:
    """Return whether a number is a multiple of another as both are written in decimals: 0.07 is one of 0.01."""
    if isinstance(value, int) and isinstance(of, int):
        return value % of == 0
    return Fraction(repr(value)) % Fraction(repr(of)) == 0


def reachable(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> list[str]:
    """Return the sorted names of the definitions that a schema needs."""
    reached: set[str] = set()
    pending = [schema]
    while pending:
        for part in _parts(pending.pop()):
            name = str(part.get("$ref", "")).removeprefix("#/$defs/")
            if name and name not in reached:
                reached.add(name)
                pending.append(schemas[name])
    return sorted(reached)


def _parts(schema: Any) -> Iterator[JsonObject]:
    """Yield a schema and the schemas within."""
    if not isinstance(schema, dict):
        return
    yield schema
    within = [schema.get(keyword) for keyword in ("items", "additionalProperties", "not")]
    within += [part for keyword in ("anyOf", "allOf") for part in schema.get(keyword, ())]
    within += schema.get("properties", {}).values()
    for part in within:
        yield from _parts(part)
