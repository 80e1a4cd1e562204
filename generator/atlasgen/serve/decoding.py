"""The text of a parameter to the value that it stands for, by the schema of the parameter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.requests import WIDEST, number

Decoder: TypeAlias = Callable[[Sequence[str]], Json]
_Reader: TypeAlias = Callable[[str], Json]

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
_READERS: Mapping[str, _Reader] = {
    "number": lambda text: float(text) if _NUMBER.fullmatch(text) else None,
    "boolean": lambda text: {"true": True, "false": False}.get(text.lower()),
}


def decoder(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> Decoder:
    """Return what decodes the texts that a parameter is given as: `a,b` and a repeated parameter are both a list.

    What cannot be decoded stays text, for the service to complain of.

    Args:
        schema: The schema of the parameter, in normal form.
        schemas: What `$ref` names.
    """
    kind = _kind(schema, schemas)
    if "array" in kind.types and "string" not in kind.types:
        read = _reader(_kind(kind.items, schemas))
        return lambda texts: [read(part) for text in texts for part in text.split(",") if part]
    read = _reader(kind)
    return lambda texts: read(texts[0])


class _Kind(NamedTuple):
    """What a schema allows: types, what a list holds, and how wide a whole number may be."""

    types: set[str]
    items: JsonObject
    bits: int


def _reader(kind: _Kind) -> _Reader:
    if "string" in kind.types:
        return lambda text: text
    readers = [reader for name, reader in _READERS.items() if name in kind.types]
    if "integer" in kind.types:
        readers.insert(0, lambda text: None if (found := number(text, kind.bits)) is text else found)
    return lambda text: next((value for read in readers if (value := read(text)) is not None), text)


def _kind(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> _Kind:
    types: set[str] = set()
    items: JsonObject = {}
    bits = WIDEST["int64"]
    for part in parts(schema, schemas):
        declared: Any = part.get("type", [])
        types |= {declared} if isinstance(declared, str) else set(declared)
        found = part.get("items")
        items = found if isinstance(found, dict) else items
        bits = WIDEST.get(str(part.get("format")), bits)
    return _Kind(types, items, bits)


def parts(
    schema: JsonObject, schemas: Mapping[str, JsonObject], seen: frozenset[str] = frozenset()
) -> Iterator[JsonObject]:
    """Yield a schema and the schemas that it is put together from."""
    yield schema
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    if name in schemas and name not in seen:
        yield from parts(schemas[name], schemas, seen | {name})
    for word in ("allOf", "anyOf"):
        for part in cast("list[Json]", schema.get(word) or []):
            if isinstance(part, dict):
                yield from parts(part, schemas, seen)
