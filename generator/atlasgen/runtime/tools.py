"""Tools for agents: each operation with the full nested schema of its arguments, in one self-contained piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from atlasgen.jsonvalue import Json, JsonObject, encode
from atlasgen.plan.model import Operation, Plan
from atlasgen.spec.schemas import HINT

_INTERNAL = frozenset({"title", "readOnly", "writeOnly", HINT})
_LARGE = 1000  # bytes; what is smaller reads best in place


@dataclass(frozen=True, slots=True)
class Tool:
    """What a language model is told of an operation.

    Attributes:
        name: What it is called by.
        description: What it does, in a sentence or two.
        parameters: A JSON Schema of its arguments that refers to nothing outside itself.
    """

    name: str
    description: str
    parameters: JsonObject

    def openai(self) -> JsonObject:
        """Return the definition in the OpenAI function format."""
        function: JsonObject = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}


def tool(operation: Operation, plan: Plan) -> Tool:
    """Return the tool of an operation."""
    text = operation.description or operation.summary or f"{operation.method.upper()} {operation.path}"
    return Tool(operation.tool, text, self_contained(operation.arguments(), plan.schemas))


def self_contained(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> JsonObject:
    """Return a schema with its references written out.

    Those that lead back into themselves stay, under `$defs`, and so do large ones after the first time.
    """
    kept: dict[str, Json] = {}
    sizes: dict[str, int] = {}

    def write(value: Json, trail: tuple[str, ...], is_schema: bool) -> Json:
        if isinstance(value, list):
            return [write(item, trail, is_schema) for item in value]
        if not isinstance(value, dict):
            return value
        if is_schema and isinstance(value.get("$ref"), str):
            name = cast("str", value["$ref"]).removeprefix("#/$defs/")
            rest = {key: item for key, item in value.items() if key not in _INTERNAL and key != "$ref"}
            if name in trail or sizes.get(name, 0) > _LARGE:
                if name not in kept:
                    kept[name] = None
                    kept[name] = write(schemas[name], (name,), True)
                return {"$ref": f"#/$defs/{name}", **rest}
            inner = cast("JsonObject", write(schemas.get(name, {}), (*trail, name), True))
            sizes[name] = len(encode(inner))
            return {**inner, **rest}
        result: JsonObject = {}
        for key, item in value.items():
            if is_schema and key in _INTERNAL:
                continue
            # The keys of `properties` are names, not keywords; the values of `enum` and `default` are data.
            if is_schema and key in ("enum", "const", "default", "required"):
                result[key] = item
            else:
                result[key] = write(item, trail, key != "properties" if is_schema else True)
        return result

    written = cast("JsonObject", write(schema, (), True))
    return {**written, "$defs": dict(sorted(kept.items()))} if kept else written
