"""Operations at another address (hint `aliases`): what is asked and answered there, brought into their own form.

Which texts have another form there, and where links stand, is read off the schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, JsonObject, decode, encode, pointer
from atlasgen.plan.model import Alias, Operation
from atlasgen.runtime.environment import Reply
from atlasgen.runtime.errors import refuse
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.texts import TextForm
from atlasgen.spec.schemas import HINT

Token: TypeAlias = "str | int"


@dataclass(frozen=True, slots=True)
class _Place:
    """A value that may differ: what holds it and under which key, the path to it, and its form; a link has none."""

    holder: Any
    key: Token
    path: tuple[Token, ...]
    form: TextForm | None


class Elsewhere:
    """An operation at an address that is an alias.

    Attributes:
        path: The path at which it is reached.
    """

    def __init__(self, alias: Alias, operation: Operation, emulator: Emulator) -> None:
        """Take an operation, and the emulator that it belongs to."""
        self.path = alias.prefix + operation.path.removeprefix(alias.of)
        self._alias, self._operation, self._plan, self._emulator = alias, operation, emulator.plan, emulator
        self._forms = {name: emulator.texts[form] for name, form in alias.texts.items()}

    def beside(self, operation: Operation) -> Elsewhere:
        """Return another operation at the same alias."""
        return Elsewhere(self._alias, operation, self._emulator)

    def arguments(self, arguments: dict[str, Json]) -> dict[str, Json]:
        """Return the arguments of a call with their texts in the form of the operation; those given are changed.

        Raises:
            ApiError: something stands in place of a text that is none.
        """
        if self._operation.body is None or "body" not in arguments:
            return arguments
        faults: list[Fault] = []
        for place in self._places(self._operation.body, arguments, "body"):
            given = place.holder[place.key]
            if place.form is None or given is None:
                continue
            if isinstance(given, str):
                place.holder[place.key] = place.form.read(given)
            else:
                faults.append(Fault("type", pointer(*place.path), "must be text"))
        if faults:
            raise refuse(self._plan.error_of(self._operation), 400, faults, self._operation.resource)
        return arguments

    def content(self, reply: Reply, origin: str) -> bytes:
        """Return the body of an answer as it is told there.

        Args:
            reply: The answer of the operation.
            origin: What links begin with.
        """
        operation = self._operation
        schema = operation.response if reply.status == operation.status else operation.others.get(reply.status)
        if not reply.ok or not reply.content or schema is None:
            return reply.content
        told = {"": decode(reply.content)}
        home, here = origin + self._alias.of + "/", origin + self._alias.prefix + "/"
        for place in self._places(schema, told, ""):
            given = place.holder[place.key]
            if place.form is not None:
                place.holder[place.key] = None if given is None else place.form.write(given)
            elif isinstance(given, str) and given.startswith(home):
                place.holder[place.key] = here + given.removeprefix(home)
        return encode(told[""])

    def _places(self, schema: JsonObject, holder: Any, key: Token) -> list[_Place]:
        """Return the places in what a schema describes that may differ, each once."""
        found = {(id(place.holder), place.key): place for place in self._described(schema, holder, key, (key,))}
        return list(found.values())

    def _described(self, schema: Any, holder: Any, key: Token, path: tuple[Token, ...]) -> Iterator[_Place]:
        if not isinstance(schema, dict):
            return
        if isinstance(name := schema.get("$ref"), str):
            name = name.removeprefix("#/$defs/")
            if name in self._forms:
                yield _Place(holder, key, path, self._forms[name])
            else:
                yield from self._described(self._plan.schemas[name], holder, key, path)
        for part in [*schema.get("allOf", ()), *schema.get("anyOf", ())]:
            yield from self._described(part, holder, key, path)
        value = holder[key]
        if isinstance(value, list) and "items" in schema:
            for index in range(len(value)):
                yield from self._described(schema["items"], value, index, (*path, index))
        if isinstance(value, dict):
            yield from (_Place(value, name, (), None) for name in schema.get(HINT, {}).get("link", ()) if name in value)
            known, others = schema.get("properties", {}), schema.get("additionalProperties")
            for name in value:
                yield from self._described(known.get(name, others), value, name, (*path, name))


def elsewhere(operation: Operation, emulator: Emulator) -> Iterator[Elsewhere]:
    """Yield an operation at each of its other addresses; not at those with forms of texts that nobody has brought."""
    for alias in emulator.plan.aliases:
        if operation.path.startswith(f"{alias.of}/") and emulator.texts.keys() >= set(alias.texts.values()):
            yield Elsewhere(alias, operation, emulator)
