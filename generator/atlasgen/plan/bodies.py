"""What the body of a request says of a record: the members of one thing in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.archetypes import deref


def element(body: JsonObject, schemas: Mapping[str, JsonObject]) -> JsonObject:
    """Return what one thing in a body looks like: the body itself, or an element of the list that it is or may be."""
    root = deref(body, schemas)
    options = root.get("anyOf")
    for option in (root, *(options if isinstance(options, list) else ())):
        target = deref(option, schemas) if isinstance(option, dict) else {}
        if target.get("type") == "array" and isinstance(target.get("items"), dict):
            return deref(cast("JsonObject", target["items"]), schemas)
    return root


def members(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> Iterator[tuple[str, JsonObject, bool]]:
    """Yield the members of an object, those of all its alternatives included: name, schema, whether it is required."""
    properties, required = schema.get("properties"), schema.get("required")
    needed = set(map(str, required)) if isinstance(required, list) else set()
    seen: set[str] = set()
    for name, member in properties.items() if isinstance(properties, dict) else ():
        seen.add(name)
        yield name, cast("JsonObject", member), name in needed
    options = schema.get("anyOf")
    for option in options if isinstance(options, list) else ():
        target = deref(cast("JsonObject", option), schemas)
        inner = target.get("properties")
        for name, member in inner.items() if isinstance(inner, dict) else ():
            if name not in seen:
                seen.add(name)
                yield name, cast("JsonObject", member), False
