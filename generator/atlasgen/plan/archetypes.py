"""Pass 2: what sort of thing each operation does, and where in its answer a list stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Archetype, Fact, Path
from atlasgen.plan.naming import words
from atlasgen.plan.paths import identity_fields, route
from atlasgen.spec.normalise import RawOperation

_CREATING = frozenset({"create", "add", "new", "insert", "register", "post"})


@dataclass(frozen=True, slots=True)
class Listing:
    """Where the list of an answer stands, and the schema of its elements."""

    path: Path
    items: JsonObject


def success(operation: RawOperation) -> tuple[int, JsonObject | None]:
    """Return the code of success and the schema of its answer: the lowest 2xx code that the document names."""
    for response in sorted(operation.responses, key=lambda item: item.code):
        if response.code[:1] == "2":
            return (int(response.code) if re.fullmatch(r"2\d\d", response.code) else 200), response.schema
    default = next((item for item in operation.responses if item.code == "default"), None)
    return 200, default.schema if default is not None else None


def further(operation: RawOperation) -> Mapping[int, JsonObject | None]:
    """Return the other codes of success that the document names, with the schemas of their answers."""
    own, _ = success(operation)
    named = {int(item.code): item.schema for item in operation.responses if re.fullmatch(r"2\d\d", item.code)}
    return {code: schema for code, schema in sorted(named.items()) if code != own}


def deref(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> JsonObject:
    """Return the schema that a reference, or a choice between a schema and null, stands for."""
    for _ in range(50):
        if "$ref" in schema:
            schema = schemas.get(str(schema["$ref"]).removeprefix("#/$defs/"), {})
        elif isinstance(options := schema.get("anyOf"), list) and "properties" not in schema:
            real = [option for option in options if isinstance(option, dict) and option.get("type") != "null"]
            if len(real) != 1:
                return schema
            schema = real[0]
        else:
            return schema
    return {}


def listing(schema: JsonObject | None, schemas: Mapping[str, JsonObject]) -> Listing | None:
    """Return the list in an answer: the answer itself, or its only member that is a list of objects."""
    if schema is None:
        return None
    root = deref(schema, schemas)
    if root.get("type") == "array":
        return Listing((), cast("JsonObject", root.get("items", {})))
    properties = root.get("properties")
    found: list[Listing] = []
    for name, member in properties.items() if isinstance(properties, dict) else ():
        inner = deref(member, schemas) if isinstance(member, dict) else {}
        items = inner.get("items")
        if inner.get("type") == "array" and isinstance(items, dict) and "properties" in deref(items, schemas):
            found.append(Listing((name,), items))
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def _items(paths: frozenset[str]) -> Mapping[str, list[str]]:
    """Return the paths that end in a parameter, sorted, by what stands before it."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        parent, _, last = path.rpartition("/")
        if last.startswith("{"):
            found.setdefault(parent, []).append(path)
    return found


def decide(
    operation: RawOperation, paths: frozenset[str], schemas: Mapping[str, JsonObject], hint: Json
) -> tuple[Archetype, Fact]:
    """Return the archetype of an operation and the evidence."""
    if isinstance(hint, str):
        return cast("Archetype", hint), Fact("archetype", "hinted", "x-atlasgen")
    place = route(operation.path)
    _, response = success(operation)
    method = operation.method
    if method == "get":
        if place.item is not None:
            return "get", Fact("archetype", "inferred", "GET of a path that ends in a parameter")
        if listing(response, schemas) is not None:
            return "list", Fact("archetype", "inferred", "GET whose answer holds one list of objects")
        return "stub", Fact("archetype", "guessed", "GET of something that is neither a record nor a list")
    if method == "post" and place.item is None:
        verbs = {word.lower() for word in words(operation.operation_id or "")[:1]}
        items = _items(paths).get(operation.path.rstrip("/"), ())
        if items and (verbs & _CREATING or not operation.operation_id):
            return "create", Fact("archetype", "inferred", f"POST beside {items[0]}")
        if verbs & _CREATING and "201" in {item.code for item in operation.responses}:
            return "create", Fact("archetype", "inferred", f"POST that answers 201, named {operation.operation_id}")
        if items:
            return "create", Fact("archetype", "guessed", f"POST beside {items[0]}")
    if place.item is not None and method in ("put", "patch", "delete"):
        identity = {*identity_fields(place.item.noun, place.item.parameter), place.item.parameter}
        foreign = [
            item.name
            for item in operation.parameters
            if item.location == "query" and item.required and item.name not in identity
        ]
        if method == "delete" and foreign:
            return "stub", Fact("archetype", "guessed", f"DELETE of what {foreign[0]} names, not of the record itself")
        kind: Mapping[str, Archetype] = {"put": "update", "patch": "patch", "delete": "delete"}
        return kind[method], Fact("archetype", "inferred", f"{method.upper()} of a path that ends in a parameter")
    return "stub", Fact("archetype", "guessed", "no rule fits")
