"""Brings what is shown of a record into the schema of the answer, where several schemas show the same records.

Documents show one record through schemas that differ: `id` is a number in one and text in the other, a list asks for
members that a create does not answer with. What a person's hints describe is never touched. Nothing that was written is
changed here but its form (a number and its text, an id and the object that holds it); what has no place in the schema
is left out, and what it asks for and no record holds is filled, always alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from atlasgen.jsonvalue import Json, decode, encode
from atlasgen.plan.kinship import named
from atlasgen.plan.model import Operation
from atlasgen.runtime.context import Context
from atlasgen.runtime.documents import ABSENT
from atlasgen.runtime.identity import draw
from atlasgen.runtime.sampling import Sampler, chooser

_DEEPEST = 30
_TRIES = 24
_SORTS: Mapping[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int,
    "number": (int, float),
}  # fmt: skip


def fitted(context: Context, operation: Operation) -> bool:
    """Whether the answers of an operation are brought into their schema: no hint describes the records it shows."""
    held = context.plan.world
    described = {*held.records, *(item.resource for item in held.populate)}
    return operation.response is not None and operation.resource not in described


class Fitter:
    """Brings the answers of one operation into their schema."""

    def __init__(self, context: Context, operation: Operation) -> None:
        """Take an operation whose answer has a body."""
        self._context = context
        self._schema: Any = operation.response
        self._tool = operation.tool
        self._sampler = Sampler(context.plan.schemas, lambda limit: 0, share=0)
        self._accepting: dict[int, tuple[Any, Callable[..., bool]]] = {}
        self._flat: dict[int, tuple[Any, dict[str, Any]]] = {}

    def fit(self, body: Any) -> Json:
        """Return a body that meets the schema, the same where it does already."""
        plain = decode(encode(body))  # parts of it may be text already
        if self._accepts(self._schema, plain):
            return plain
        made = self._value(plain, self._schema, 0)
        return self.filled(self._schema) if made is ABSENT else made

    def filled(self, schema: Any) -> Json:
        """Return the value that stands where nothing is known, as small as the schema allows."""
        value: Json = None
        for number in range(_TRIES):
            choose = chooser(draw(self._tool, number)) if number else self._sampler.choose
            value = Sampler(self._context.plan.schemas, choose, share=(0, 60, 100)[number % 3]).value(schema)
            if self._accepts(schema, value):
                return value
        return value

    def _accepts(self, schema: Any, value: Any) -> bool:
        found = self._accepting.get(id(schema))
        if found is None:
            compiled = self._context.validators.compile(schema if isinstance(schema, dict) else {})
            found = self._accepting[id(schema)] = (schema, compiled.accepts)
        return found[1](value)

    def _flattened(self, schema: Any) -> dict[str, Any]:
        found = self._flat.get(id(schema))
        if found is None:
            found = self._flat[id(schema)] = (schema, self._sampler.flat(schema))
        return found[1]

    def _value(self, value: Any, given: Any, depth: int) -> Any:
        """Return what a value becomes; `ABSENT` where it has no place."""
        if depth > _DEEPEST or self._accepts(given, value):
            return value
        schema = self._flattened(given)
        if "const" in schema or "enum" in schema:
            word = schema["const"] if "const" in schema else _alike(value, schema["enum"])
            return word if self._accepts(given, word) else ABSENT
        if schema.get("anyOf"):
            rest = {key: item for key, item in schema.items() if key != "anyOf"}
            return self._one_of(value, schema["anyOf"], rest, given, depth)
        sorts = schema.get("type")
        for sort in sorts if isinstance(sorts, list) else [sorts]:
            made = self._as(sort, value, schema, depth)
            if made is not ABSENT:
                return made
        return ABSENT

    def _one_of(self, value: Any, options: Sequence[Any], rest: dict[str, Any], given: Any, depth: int) -> Any:
        if isinstance(value, dict) and "properties" in rest:
            value = self._object(value, rest, depth)
            if self._accepts(given, value):
                return value
        likely = sorted(options, key=lambda option: not _is_like(value, self._flattened(option)))
        for option in likely:
            made = self._value(value, option, depth + 1)
            if made is not ABSENT and self._accepts(given, made):
                return made
        return ABSENT

    def _as(self, sort: Any, value: Any, schema: dict[str, Any], depth: int) -> Any:
        """Return a value as one of a sort (`integer`); `ABSENT` where it cannot be."""
        if sort == "object" or (sort is None and "properties" in schema):
            if isinstance(value, dict):
                return self._object(value, schema, depth)
            own = named(schema.get("properties", {}), "") if isinstance(value, str | int) else ""
            return self._object({own: value}, schema, depth) if own and not isinstance(value, bool) else ABSENT
        if sort == "array" or (sort is None and "items" in schema):
            return self._array(value, schema, depth) if isinstance(value, list) else ABSENT
        made: Any = ABSENT
        if isinstance(value, bool):
            made = ABSENT
        elif sort == "string" and isinstance(value, int | float):
            made = str(value)
        elif sort in ("integer", "number") and isinstance(value, str) and value.removeprefix("-").isdecimal():
            made = int(value)
        elif sort == "string" and isinstance(value, dict):
            made = value.get(named(value, ""), ABSENT)
        return made if made is not ABSENT and self._accepts(schema, made) else ABSENT

    def _object(self, value: dict[str, Any], schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties, extra = schema.get("properties", {}), schema.get("additionalProperties", True)
        required = set(schema.get("required", ()))
        made: dict[str, Any] = {}
        for name, item in value.items():
            if name in properties:
                item = self._value(item, properties[name], depth + 1)
            elif extra is False:
                continue
            elif isinstance(extra, dict):
                item = self._value(item, extra, depth + 1)
            if item is not ABSENT:
                made[name] = item
        for name in properties:  # in the order of the schema, so that answers do not hang on that of `required`
            if name in required and name not in made:
                made[name] = self.filled(properties[name])
        for name in schema.get("required", ()):
            if name not in made:
                made[name] = self.filled(extra if isinstance(extra, dict) else {})
        return made

    def _array(self, value: list[Any], schema: dict[str, Any], depth: int) -> list[Any]:
        items = schema.get("items", {})
        made = [item for given in value if (item := self._value(given, items, depth + 1)) is not ABSENT]
        if schema.get("uniqueItems"):
            made = [item for index, item in enumerate(made) if item not in made[:index]]
        while len(made) < min(int(schema.get("minItems", 0)), 50):
            made.append(self.filled(items))
        return made[: int(schema["maxItems"])] if "maxItems" in schema else made


def _alike(value: Any, words: Sequence[Any]) -> Any:
    """Return the word that is the same but for its case."""
    if isinstance(value, str):
        return next((word for word in words if isinstance(word, str) and word.lower() == value.lower()), ABSENT)
    return next((word for word in words if isinstance(word, str) and word == str(value)), ABSENT)


def _is_like(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a value is of a sort that a schema asks for."""
    kind = schema.get("type")
    sorts = kind if isinstance(kind, list) else [kind or ("object" if "properties" in schema else "")]
    return any(isinstance(value, _SORTS.get(str(sort), ())) for sort in sorts)
