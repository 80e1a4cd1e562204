"""Forms that clients send over the wire, brought into the strict one that tools are held to (hint `lenient`).

A lenient form is looked for only in a request that the service has refused: what the schema allows means what it says.
Where an answer tells what became of parts of a request, it is looked for at once (`always`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Operation
from atlasgen.runtime.operations import Emulator
from atlasgen.spec.schemas import HINT


class Leniency:
    """What an operation takes beside what its schema says.

    Attributes:
        always: Whether lenient forms are looked for before the service is asked.
    """

    def __init__(self, operation: Operation, emulator: Emulator) -> None:
        """Find out where an operation is lenient."""
        self._schemas, self._validators = emulator.plan.schemas, emulator.context.validators
        self._body = operation.body
        self.always: bool = operation.body is not None and hint(operation.body).get("always") is True
        nothing: dict[str, Json] = {"": None} if emulator.plan.blank == "absent" else {}
        words = {
            item.name: ({} if item.required else nothing) | hint(item.schema).get("words", {})
            for item in operation.parameters
        }
        self._words: dict[str, Mapping[str, Json]] = {name: known for name, known in words.items() if known}

    def strict(self, arguments: Mapping[str, Json]) -> dict[str, Json]:
        """Return the arguments of a call in the strict form."""
        made = dict(arguments)
        for name, words in self._words.items():
            if name in made:
                made |= {name: _spoken(made[name], words)}
                if made[name] is None:
                    del made[name]
        if self._body is not None and "body" in made:
            made["body"] = self._strict(self._body, made["body"])
        return made

    def _strict(self, schema: JsonObject, value: Json) -> Json:
        parts = list(self._parts(schema))
        if isinstance(value, list):
            items = _all([part["items"] for part in parts if "items" in part])
            return value if items is None else [self._strict(items, item) for item in value]
        if not isinstance(value, dict):
            return value
        told: dict[str, Any] = {}
        described: dict[str, list[Json]] = {}
        required: set[str] = set()
        for part in parts:
            told |= hint(part)
            required |= set(part.get("required", ()))
            for name, member in part.get("properties", {}).items():
                described.setdefault(name, []).append(member)
        properties = {name: _all(members) for name, members in described.items()}
        usual = told.get("default", {})
        made = {**usual, **{name: item for name, item in value.items() if item is not None or name not in usual}}
        for name, item in list(made.items()):
            member = properties.get(name)
            if (
                name in told.get("drop", ())
                or (name in told.get("drop_empty", ()) and item in (None, {}, [], ""))
                or (member is None and told.get("unknown") == "drop")
                or (item is None and told.get("null") == "drop" and self._is_absent(name, member, required))
            ):
                del made[name]
            elif member is not None:
                made[name] = self._strict(member, item)
        return made

    def _is_absent(self, name: str, member: JsonObject | None, required: set[str]) -> bool:
        """Whether null can only mean that a member is left out."""
        if member is None or name in required:
            return False
        return not self._validators.compile(member).accepts(None)

    def _parts(self, schema: JsonObject, seen: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
        """Yield a schema and the schemas that it is put together from."""
        yield schema
        name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
        if name in self._schemas and name not in seen:
            yield from self._parts(self._schemas[name], seen | {name})
        for part in [*_listed(schema.get("allOf")), *_listed(schema.get("anyOf"))]:
            if isinstance(part, dict):
                yield from self._parts(part, seen)


def hint(schema: JsonObject) -> dict[str, Any]:
    """Return what a schema itself says of lenient forms."""
    hints = schema.get(HINT)
    found = hints.get("lenient") if isinstance(hints, dict) else None
    return found if isinstance(found, dict) else {}


def _spoken(value: Json, words: Mapping[str, Json]) -> Json:
    """Return the value that a word stands for, alone or in a list; None where nothing is left."""
    if not isinstance(value, list):
        return words.get(value, value) if isinstance(value, str) else value
    made: list[Json] = []
    for item in value:
        meant = _spoken(item, words)
        made += meant if isinstance(meant, list) else [] if meant is None else [meant]
    return made or None


def _all(schemas: list[Json]) -> JsonObject | None:
    """Return the schema that says what several say; None where none says anything."""
    found = [schema for schema in schemas if isinstance(schema, dict)]
    return found[0] if len(found) == 1 else {"allOf": [*found]} if found else None


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
