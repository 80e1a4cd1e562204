"""What answers show that their schemas leave open: what an example of them shows, else what bodies write.

Real documents describe answers as `{type: object}`, or by examples alone. A schema found here is what the service is
taken to show; the one that answers must meet stays the document's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.archetypes import deref
from atlasgen.plan.bodies import element, members
from atlasgen.plan.envelopes import record
from atlasgen.plan.naming import TREE, singular, words
from atlasgen.plan.paths import normalised, route
from atlasgen.spec.normalise import NormalisedDocument, RawOperation, RawResponse

_LIST = "results"
_DEEPEST = 6


def opened(document: NormalisedDocument) -> NormalisedDocument:
    """Return a document whose open answers are taken to show something; what hints describe is left alone."""
    schemas = document.schemas
    records: dict[str, JsonObject] = {}
    for operation in document.operations:
        place = _place(operation)
        if operation.body is not None and place and not operation.hints:
            inner = element(record(operation.body.schema, schemas)[1], schemas)
            noun = route(place.replace("{}", "{id}")).noun
            shown = records.setdefault(place, {"type": "object", "title": _title(noun), "properties": {}})
            properties = cast("JsonObject", shown["properties"])
            properties.setdefault("id", {"type": "string"})
            for name, member, _ in members(inner, schemas):
                properties.setdefault(name, member)
    operations = tuple(_operation(item, records, schemas) for item in document.operations)
    return document if operations == document.operations else replace(document, operations=operations)


def _operation(
    operation: RawOperation, records: Mapping[str, JsonObject], schemas: Mapping[str, JsonObject]
) -> RawOperation:
    if operation.hints:
        return operation
    responses = tuple(_response(item, operation, records, schemas) for item in operation.responses)
    return operation if responses == operation.responses else replace(operation, responses=responses)


def _response(
    response: RawResponse,
    operation: RawOperation,
    records: Mapping[str, JsonObject],
    schemas: Mapping[str, JsonObject],
) -> RawResponse:
    if response.code[:1] != "2" or not response.has_body or not _is_open(response.schema, schemas):
        return response
    if isinstance(response.example, dict | list) and response.example:
        title = _title(f"{operation.operation_id or operation.path} answer")
        return replace(response, shown=_like(response.example, title, 0))
    places = [_place(operation), *(_above(operation) if operation.method == "get" else ())]
    shown = next((records[place] for place in places if place in records), None)
    if shown is None:
        return response
    if _place(operation) == normalised(operation.path) or operation.method != "get":
        return replace(response, shown=shown)
    title = _title(f"{operation.operation_id or operation.path} answer")
    return replace(response, shown={
        "type": "object", "title": title, "properties": {_LIST: {"type": "array", "items": shown}},
    })  # fmt: skip


def _place(operation: RawOperation) -> str:
    """Return where the record stands that an operation is about: its own path, or that of one beside it."""
    here = normalised(operation.path)
    return (
        here
        if route(operation.path).item is not None
        else f"{here}/{{}}"
        if operation.method in ("post", "get")
        else ""
    )


def _above(operation: RawOperation) -> Iterable[str]:
    """Yield the place of the record that a list of its own sort stands below."""
    tail, here = route(operation.path).tail, normalised(operation.path)
    if len(tail) == 1 and singular("".join(words(tail[0]))).lower() in TREE:
        yield here.rpartition("/")[0]


def _is_open(schema: JsonObject | None, schemas: Mapping[str, JsonObject]) -> bool:
    """Whether a schema says nothing of what stands inside."""
    root = deref(schema, schemas) if schema is not None else {}
    known = {"properties", "items", "anyOf", "allOf", "enum", "const", "additionalProperties"}
    return root.get("type") in (None, "object") and not known & set(root)


def _like(value: Json, title: str, depth: int) -> JsonObject:
    """Return a schema of values that look like an example; nothing is required."""
    match value:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array", "items": _like(value[0], f"{title}Item", depth + 1) if value else {}}
        case dict() if depth < _DEEPEST:
            inner = {name: _like(item, f"{title}{_title(name)}", depth + 1) for name, item in value.items()}
            return {"type": "object", "title": title, "properties": cast("JsonObject", inner)}
        case _:
            return {}


def _title(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in words(text))
