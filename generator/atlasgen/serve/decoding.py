"""The text of a parameter to the value that it stands for, by the schema of the parameter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from atlasgen.jsonvalue import Json, JsonObject

Decoder: TypeAlias = Callable[[Sequence[str]], Json]
_Reader: TypeAlias = Callable[[str], Json]

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
_READERS: Mapping[str, _Reader] = {
    "integer": lambda text: int(text) if re.fullmatch(r"-?[0-9]{1,19}", text) else None,
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
    types, items = _types(schema, schemas)
    if "array" in types and "string" not in types:
        read = _reader(_types(items, schemas)[0])
        return lambda texts: [read(part) for text in texts for part in text.split(",") if part]
    read = _reader(types)
    return lambda texts: read(texts[0])


def _reader(types: set[str]) -> _Reader:
    readers = [] if "string" in types else [reader for name, reader in _READERS.items() if name in types]
    return lambda text: next((value for read in readers if (value := read(text)) is not None), text)


def _types(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> tuple[set[str], JsonObject]:
    """Return the types that a schema allows, and the schema of the items of a list."""
    types: set[str] = set()
    items: JsonObject = {}
    for part in _parts(schema, schemas, set()):
        declared = part.get("type", [])
        types |= {declared} if isinstance(declared, str) else set(declared)
        items = part.get("items") or items
    return types, items


def _parts(schema: Any, schemas: Mapping[str, JsonObject], seen: set[str]) -> Iterator[dict[str, Any]]:
    """Yield a schema and the schemas that it is put together from."""
    if not isinstance(schema, dict):
        return
    yield schema
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    if name in schemas and name not in seen:
        seen.add(name)
        yield from _parts(schemas[name], schemas, seen)
    for part in [*schema.get("allOf", ()), *schema.get("anyOf", ())]:
        yield from _parts(part, schemas, seen)
