"""The documents of the served APIs: what is really answered and accepted, lenient forms included, as OpenAPI 3.1.

They are made from the plan, not copied from the document that it came from: what nobody answers is not promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, cast

from atlasgen.jsonvalue import Json, JsonObject, pointer
from atlasgen.plan.model import Coercion, Operation, Parameter, Path, Plan
from atlasgen.serve.decoding import parts
from atlasgen.serve.leniency import hint
from atlasgen.spec.schemas import HINT

_DATA: Final = frozenset({"enum", "const", "default", "required", "example", "examples"})
_DEFS: Final = "#/$defs/"
_PLACES: Final = frozenset({"path", "query"})
_WIDTHS: Final = frozenset({"int32", "int64"})
_NARROWING: Final = frozenset({"enum", "const", "pattern", "minLength"})
_NOTHING: Final[list[Json]] = [None, {}, [], ""]


def document(plan: Plan, examples: Mapping[str, JsonObject] = MappingProxyType({})) -> JsonObject:
    """Return the document of an API, its paths standing on the origin that it is served from.

    Args:
        plan: The API.
        examples: The arguments of accepted calls, by the names of their operations.
    """
    paths: dict[str, Any] = {}
    for operation in plan.operations:
        made = _operation(operation, plan, examples.get(operation.tool, {}))
        paths.setdefault(operation.path, {}).setdefault(operation.method, made)
    schemas = {name: _referring(schema, plan) for name, schema in plan.schemas.items()}
    shapes = {"": plan.errors, **plan.further_errors}
    schemas |= {_error_name(name): _told(shape.body) for name, shape in shapes.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": plan.title, "version": plan.version or "1", "description": plan.description},
        "servers": [{"url": "/"}],
        "security": [{"basic": []}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(operation: Operation, plan: Plan, example: JsonObject) -> JsonObject:
    made: dict[str, Any] = {
        "operationId": operation.tool,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.location,
                "required": parameter.required,
                "description": parameter.description,
                "schema": _spoken(_referring(parameter.schema, plan, wide=False), parameter, plan),
                **({"example": example[parameter.name]} if parameter.name in example else {}),
            }
            for parameter in operation.parameters
            if parameter.location in _PLACES
        ],
        "responses": _responses(operation, plan),
    }
    if operation.body is not None:
        schema = operation.body
        for coercion in operation.coercions:
            schema = _loosened(schema, coercion.path, coercion, plan.schemas)
        content: dict[str, Any] = {"schema": _referring(schema, plan)}
        if "body" in example:
            content["example"] = example["body"]
        media_type = operation.media_type or "application/json"
        made["requestBody"] = {"required": operation.body_required, "content": {media_type: content}}
    return made


def _responses(operation: Operation, plan: Plan) -> JsonObject:
    """Return the answers of an operation: its codes of success, and every refusal in the service's shape."""
    answers: dict[str, Any] = {}
    links = dict(_links(operation, plan))
    for status, schema in {operation.status: operation.response, **operation.others}.items():
        answers[str(status)] = answer = cast("dict[str, Any]", {"description": _phrase(status)})
        if schema is not None:
            answer["content"] = {"application/json": {"schema": _referring(schema, plan)}}
            if links:
                answer["links"] = links
    shape = {"$ref": f"#/components/schemas/{_error_name(operation.error)}"}
    refusal = {"content": {"application/json": {"schema": shape}}}
    answers["401"] = {"description": "No credentials, or wrong ones.", **refusal}
    answers["4XX"] = {"description": "What is wrong with the request, all of it at once.", **refusal}
    if operation.archetype == "stub":
        answers["501"] = {"description": "The operation is not emulated.", **refusal}
    return answers


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else str(status)


# -- links -------------------------------------------------------------------------------------------------------------


def _links(operation: Operation, plan: Plan) -> Iterator[tuple[str, Json]]:
    """Yield the operations that go on with the record that an answer shows."""
    resource = plan.resources.get(operation.resource)
    if resource is None or operation.archetype not in ("create", "get") or operation.status not in (200, 201):
        return
    shown = f"$response.body#{pointer(resource.identity.field)}"
    response = operation.response or {}
    response = plan.schemas.get(str(response.get("$ref", "")).removeprefix(_DEFS), response)
    if resource.identity.field not in cast("JsonObject", response.get("properties") or {}):
        return
    known = {parameter.name for parameter in operation.parameters if parameter.location == "path"}
    for other in plan.operations:
        if other.tool == operation.tool:
            continue
        named = dict(_named(other, plan))
        filled: JsonObject = {}
        for parameter in other.parameters:
            if named.get(parameter.name) == operation.resource:
                filled[f"{parameter.location}.{parameter.name}"] = shown
            elif parameter.location == "path" and parameter.name in known:
                filled[f"path.{parameter.name}"] = f"$request.path.{parameter.name}"
        if shown in filled.values():
            yield other.tool, {"operationId": other.tool, "parameters": filled}


def _named(operation: Operation, plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield the parameters of an operation that name records, each with the resource of the record."""
    if operation.target:
        yield operation.target, operation.resource
    yield from operation.within.items()
    resource = plan.resources.get(operation.resource)
    for parameter, path in operation.scope.items():
        for field in resource.fields if resource is not None else ():
            if field.path == path and field.reference is not None:
                yield parameter, field.reference.resource


# -- schemas -----------------------------------------------------------------------------------------------------------


def _unchecked(plan: Plan) -> frozenset[str]:
    """Return the formats of bodies that nobody is held to: numbers have no width in JSON, times a vendor's form."""
    return _WIDTHS | {"date-time"} if plan.timestamp == "offset" else _WIDTHS


def _referring(schema: Json, plan: Plan, *, wide: bool = True, is_schema: bool = True) -> Json:
    """Return a schema of a plan with its references leading into the document, and its hints told in its own words.

    Args:
        schema: The schema.
        plan: The plan.
        wide: Whether the formats are left out that nobody is held to in a body.
        is_schema: Whether it is a schema, and not an object of schemas.
    """
    if isinstance(schema, list):
        return [_referring(item, plan, wide=wide) for item in schema]
    if not isinstance(schema, dict):
        return schema
    name = str(schema.get("$ref", "")).removeprefix(_DEFS)
    if is_schema and name in plan.schemas and _leniency(schema):
        beside = {key: item for key, item in schema.items() if key != "$ref"}
        return _referring({**plan.schemas[name], **beside}, plan, wide=wide)
    made: JsonObject = {}
    for key, item in schema.items():
        if is_schema and (key == HINT or (key == "format" and wide and item in _unchecked(plan))):
            continue
        if is_schema and key == "$ref" and isinstance(item, str):
            made[key] = "#/components/schemas" + pointer(name)
        elif is_schema and key in _DATA:
            made[key] = item
        else:
            made[key] = _referring(item, plan, wide=wide, is_schema=key != "properties" if is_schema else True)
    lenient = _leniency(schema) if is_schema else {}
    return _lenient(made, lenient) if lenient else made


def _leniency(schema: JsonObject) -> Mapping[str, Any]:
    """Return how a body is read that its schema refuses."""
    found = hint(schema)
    return {} if "words" in found else found


def _spoken(schema: Json, parameter: Parameter, plan: Plan) -> Json:
    """Return the schema of a parameter that also allows the words that clients send (hints `lenient` and `blank`)."""
    words: list[Json] = [*hint(parameter.schema).get("words", ())]
    if plan.blank == "absent" and parameter.location == "query" and not parameter.required:
        words.append("")
    if not words or not isinstance(schema, dict):
        return schema
    items = schema.get("items")
    if isinstance(items, dict):
        return {**schema, "items": _or_a_word(items, words)}
    return _or_a_word(schema, words)


def _or_a_word(schema: JsonObject, words: list[Json]) -> JsonObject:
    """Return the schema of a value that may also be one of some words; what may be any text may be them already."""
    if schema.get("type") == "string" and not schema.keys() & _NARROWING:
        return schema
    return {"anyOf": [schema, {"enum": words}]}


def _lenient(schema: JsonObject, told: Mapping[str, Any]) -> JsonObject:
    """Return the schema of an object that also allows what a hint `lenient` lets be left out or filled in."""
    own = _members(schema)
    required = [name for name in cast("list[str]", schema.get("required") or []) if name not in told.get("default", ())]
    loose: dict[str, Json] = dict(own)
    for name in own:
        if name in told.get("default", ()) or (told.get("null") == "drop" and name not in required):
            loose[name] = {"anyOf": [own[name], {"type": "null"}]}
    loose |= {name: _or_nothing(own.get(name), _NOTHING) for name in told.get("drop_empty", ())}
    loose |= {name: {} for name in told.get("drop", ())}
    for call in told.get("calls", ()):
        name, *rest = call["each"].split(".")
        loose[name] = {"anyOf": [*([loose[name]] if name in loose else []), _asking(rest, call["member"])]}
    made: JsonObject = {key: item for key, item in schema.items() if key != "required"}
    made["properties"] = loose
    if required:
        made["required"] = cast("list[Json]", required)
    if told.get("unknown") == "drop":
        made.pop("additionalProperties", None)
    return _something(made, [name for name in own if name not in told.get("drop", ())])


def _asking(path: Sequence[str], member: str) -> JsonObject:
    """Return the schema of what holds, at a path, a list whose items ask for calls of their own."""
    if path:
        return {"type": "object", "required": [path[0]], "properties": {path[0]: _asking(path[1:], member)}}
    return {"type": "array", "items": {"type": "object", "required": [member], "maxProperties": 1}}


def _or_nothing(schema: Json, nothing: list[Json]) -> JsonObject:
    """Return a schema that also allows what means nothing."""
    return {"anyOf": [*([schema] if schema is not None else []), {"enum": nothing, "description": "Is left out."}]}


def _something(schema: JsonObject, names: Iterable[str]) -> JsonObject:
    """Return a schema for which, where it asks for a member, one counts that is not dropped."""
    if schema.get("minProperties") != 1:
        return schema
    left: list[Json] = [{"required": [name], "properties": {name: {"not": {"enum": _NOTHING}}}} for name in names]
    return {**schema, "allOf": [*cast("list[Json]", schema.get("allOf") or []), {"anyOf": left}]}


def _loosened(schema: JsonObject, path: Path, coercion: Coercion, schemas: Mapping[str, JsonObject]) -> JsonObject:
    """Return a schema that also allows what a coercion makes strict, at a path; unchanged where nothing is there."""
    name = str(schema.get("$ref", "")).removeprefix(_DEFS)
    if name in schemas:
        return _loosened(
            {**schemas[name], **{key: schema[key] for key in schema if key != "$ref"}}, path, coercion, schemas
        )
    if not path:
        return _also(schema, coercion, schemas)
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not isinstance(inner := properties.get(path[0]), dict):
        return schema
    return {**schema, "properties": {**properties, path[0]: _loosened(inner, path[1:], coercion, schemas)}}


def _also(schema: JsonObject, coercion: Coercion, schemas: Mapping[str, JsonObject]) -> JsonObject:
    """Return a schema that also allows the lenient form of a coercion."""
    match coercion.kind:
        case "text":
            return {"anyOf": [schema, {"type": "integer", "description": "Read as its digits."}]}
        case "list":
            items = schema.get("items")
            return {"anyOf": [schema, items]} if isinstance(items, dict) else schema
        case "drop_empty":
            own = _members(schema)
            nothing: list[Json] = [None, {}]
            loose: dict[str, Json] = {member: _or_nothing(own.get(member), nothing) for member in coercion.value}
            return _something({**schema, "properties": {**own, **loose}}, own)
        case "wrap":
            # What is wrapped is judged by what stands below its name.
            (member,) = coercion.value
            below = {name: inner for part in parts(schema, schemas) for name, inner in _members(part).items()}
            flat: list[Json] = [
                {"allOf": [inner, {"required": [member], "properties": {member: {"const": name}}}]}
                for name, inner in below.items()
                if isinstance(inner, dict)
                if any("object" in str(part.get("type")) for part in parts(inner, schemas))
            ]
            return {"anyOf": [schema, *flat]}


def _members(schema: JsonObject) -> dict[str, Json]:
    return cast("dict[str, Json]", schema.get("properties") or {})


def _error_name(name: str) -> str:
    return f"Refusal_{name}" if name else "Refusal"


def _told(template: Json) -> JsonObject:
    """Return the schema of what a template of errors is filled to."""
    if isinstance(template, str):
        return {"type": "integer" if template == "{status}" else "string"}
    if isinstance(template, list):
        return {"type": "array", **({"items": {"anyOf": [_told(item) for item in template]}} if template else {})}
    if not isinstance(template, dict):
        return {}  # a person's override may say more
    if "each" not in template:
        members: JsonObject = {key: _told(item) for key, item in template.items()}
        return {"type": "object", "required": list(members), "properties": members}
    if "key" in template:
        return {"type": "object", "additionalProperties": _told(template["value"])}
    return {"type": "array", "items": _told(template["value"])}
