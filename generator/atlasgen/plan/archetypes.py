"""Pass 2: what sort of thing each operation does, and where in its answer a list stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Archetype, Fact, Path
from atlasgen.plan.naming import words
from atlasgen.plan.paths import identity_fields, is_word, normalised, route
from atlasgen.spec.normalise import RawOperation, RawResponse

_ASKING = frozenset({"get", "list", "search", "find", "fetch", "read", "query", "lookup"})
_WRITING = frozenset({"create", "update", "set", "add", "remove", "delete", "put", "register", "save", "submit"})
MAKING = frozenset({"create", "add", "new", "insert", "register", "post"})


@dataclass(frozen=True, slots=True)
class Listing:
    """Where the list of an answer stands, and the schema of its elements."""

    path: Path
    items: JsonObject


def success(operation: RawOperation) -> tuple[int, JsonObject | None]:
    """Return the code of success and the schema of what its answer shows: of the lowest 2xx code that there is."""
    status, response = _success(operation)
    return status, (response.shown or response.schema) if response is not None else None


def promised(operation: RawOperation) -> JsonObject | None:
    """Return the schema that the answer of success has to meet."""
    _, response = _success(operation)
    return response.schema if response is not None else None


def _success(operation: RawOperation) -> tuple[int, RawResponse | None]:
    for response in sorted(operation.responses, key=lambda item: item.code):
        if response.code[:1] == "2":
            return (int(response.code) if re.fullmatch(r"2\d\d", response.code) else 200), response
    return 200, next((item for item in operation.responses if item.code == "default"), None)


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
        if inner.get("type") == "array" and isinstance(items, dict) and is_object(items, schemas):
            found.append(Listing((name,), items))
    return found[0] if len(found) == 1 else None


def is_object(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> bool:
    """Whether a schema asks for an object with members, or for one of several."""
    target = deref(schema, schemas)
    options = target.get("anyOf")
    if "properties" in target or not isinstance(options, list):
        return "properties" in target
    return any(isinstance(option, dict) and "properties" in deref(option, schemas) for option in options)


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
    operation: RawOperation,
    paths: frozenset[str],
    schemas: Mapping[str, JsonObject],
    hint: Json,
    methods: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> tuple[Archetype, Fact]:
    """Return the archetype of an operation and the evidence; `methods` are those of each normalised path."""
    if isinstance(hint, str):
        return cast("Archetype", hint), Fact("archetype", "hinted", "x-atlasgen")
    place = route(operation.path)
    _, response = success(operation)
    method = operation.method
    if method == "get":
        if place.item is not None and not operation.hints and operation.responses and _is_dark(operation, response):
            return "stub", Fact("archetype", "guessed", "GET of what no schema describes")
        if place.item is not None:
            return "get", Fact("archetype", "inferred", "GET of a path that ends in a parameter")
        if listing(response, schemas) is not None:
            return "list", Fact("archetype", "inferred", "GET whose answer holds one list of objects")
        return "stub", Fact("archetype", "guessed", "GET of something that is neither a record nor a list")
    if method == "post" and place.item is None:
        verbs = {word.lower() for word in words(operation.operation_id or "")[:1]}
        items = _items(paths).get(operation.path.rstrip("/"), ())
        if items and (verbs & MAKING or not operation.operation_id):
            return "create", Fact("archetype", "inferred", f"POST beside {items[0]}")
        if verbs & MAKING and "201" in {item.code for item in operation.responses}:
            return "create", Fact("archetype", "inferred", f"POST that answers 201, named {operation.operation_id}")
        if items:
            return "create", Fact("archetype", "guessed", f"POST beside {items[0]}")
        if verbs & MAKING and "get" in methods.get(normalised(operation.path), ()) and not place.nodes:
            return "create", Fact("archetype", "inferred", f"POST beside GET, named {operation.operation_id}")
    if place.item is not None and method in ("put", "patch", "delete"):
        identity = {*identity_fields(place.item.noun, place.item.parameter), place.item.parameter}
        foreign = [
            item.name
            for item in operation.parameters
            if item.location == "query" and item.required and item.name not in identity
        ]
        if method == "delete" and foreign:
            return "stub", Fact("archetype", "guessed", f"DELETE of what {foreign[0]} names, not of the record itself")
        if _is_worded(operation) and "get" not in methods.get(normalised(operation.path), {"get"}):
            return "stub", Fact("archetype", "guessed", "what a word names, and no GET shows")
        if method == "put" and _makes(operation, methods):
            return "upsert", Fact("archetype", "inferred", "PUT that answers 201 where nothing else creates")
        kind: Mapping[str, Archetype] = {"put": "update", "patch": "patch", "delete": "delete"}
        return kind[method], Fact("archetype", "inferred", f"{method.upper()} of a path that ends in a parameter")
    if method == "post" and place.item is not None and not operation.hints:
        return _posted(operation, methods)
    if method == "post" and not operation.hints and _asks(operation) and listing(response, schemas) is not None:
        return "list", Fact("archetype", "inferred", f"POST that asks for a list, named {operation.operation_id}")
    return "stub", Fact("archetype", "guessed", "no rule fits")


def _is_dark(operation: RawOperation, response: JsonObject | None) -> bool:
    """Whether nobody can tell what a GET shows: it has no schema, or one of nothing for what a word names."""
    return response is None or (_is_worded(operation) and not {"properties", "items", "anyOf", "$ref"} & set(response))


def _is_worded(operation: RawOperation) -> bool:
    """Whether the last parameter of a path that nobody has described is one of some words."""
    item = route(operation.path).item
    return not operation.hints and any(
        item is not None and other.name == item.parameter and is_word(other.schema) for other in operation.parameters
    )


def _asks(operation: RawOperation) -> bool:
    """Whether a POST is named as what only asks."""
    called = [word.lower() for word in words(operation.operation_id or "")]
    ends = [word.lower() for segment in route(operation.path).tail[-1:] for word in words(segment)]
    asks = any(end.endswith(tuple(_ASKING)) for end in ends)
    asks = asks or bool(_ASKING & {*called[:2], *called[-1:]})
    return asks and not _WRITING & set(called[:1])


def _makes(operation: RawOperation, methods: Mapping[str, frozenset[str]]) -> bool:
    """Whether a PUT makes the record that its path names, if there is none yet."""
    codes = {item.code for item in operation.responses}
    here = normalised(operation.path)
    return not operation.hints and "201" in codes and "post" not in methods.get(here.rpartition("/")[0], frozenset())


def _posted(operation: RawOperation, methods: Mapping[str, frozenset[str]]) -> tuple[Archetype, Fact]:
    """Return what a POST to the path of a record does: it changes it, or makes it under the name in the path."""
    here = normalised(operation.path)
    beside = methods.get(here, frozenset())
    verb = next((word.lower() for word in words(operation.operation_id or "")[:1]), "")
    if verb in MAKING and "post" not in methods.get(here.rpartition("/")[0], frozenset()) and "get" in beside:
        return "upsert", Fact("archetype", "inferred", f"POST to the path of a record, named {operation.operation_id}")
    if operation.body is None and "get" not in beside:
        return "stub", Fact("archetype", "guessed", "no rule fits")
    if beside & {"get", "delete"}:
        return "patch", Fact(
            "archetype", "inferred", "POST to the path of a record that GET shows or DELETE takes away"
        )
    return "stub", Fact("archetype", "guessed", "no rule fits")
