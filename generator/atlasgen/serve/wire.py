"""An operation as clients reach it: at its own address or an alias, asked in the strict form or in a lenient one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from atlasgen.errors import ApiError
from atlasgen.jsonvalue import Json, encode
from atlasgen.plan.model import Operation
from atlasgen.runtime.documents import at, without
from atlasgen.runtime.environment import Reply
from atlasgen.runtime.operations import Emulator
from atlasgen.serve.aliases import Elsewhere
from atlasgen.serve.leniency import Leniency, hint

Call: TypeAlias = Callable[[str, Mapping[str, Json]], Reply]
"""Calls a tool in the episode of a client."""


@dataclass(frozen=True, slots=True)
class _Further:
    """A list in a body each of whose items asks for another call: where it stands, and the member that is its body."""

    path: tuple[str, ...]
    member: str
    operation: Operation
    alias: Elsewhere | None


class Wire:
    """An operation at one of its addresses.

    Attributes:
        path: The path of that address.
    """

    def __init__(self, tool: str, operation: Operation, emulator: Emulator, alias: Elsewhere | None = None) -> None:
        """Take an operation and its emulator.

        Args:
            tool: What the environment calls it.
            operation: The operation.
            emulator: The emulator that it belongs to.
            alias: The other address that it is reached at; None at its own.
        """
        self.path = alias.path if alias is not None else operation.path
        self._tool, self._operation, self._emulator, self._alias = tool, operation, emulator, alias
        self._leniency = Leniency(operation, emulator)
        self._further = tuple(self._calls())

    def answer(self, arguments: dict[str, Json], call: Call, origin: str) -> Reply:
        """Return the answer to a request.

        Args:
            arguments: What it asks with.
            call: Calls a tool.
            origin: What links in answers begin with.
        """
        try:
            if self._alias is not None:
                arguments = self._alias.arguments(arguments)
            reply = self._answer(arguments, call)
        except ApiError as error:
            return Reply(error.status, encode(error.body))
        return reply if self._alias is None else Reply(reply.status, self._alias.content(reply, origin))

    def _answer(self, arguments: dict[str, Json], call: Call) -> Reply:
        if self._leniency.always:
            arguments = self._leniency.strict(arguments)
        reply = call(self._tool, arguments)
        if reply.status != 400:
            return reply
        alone, further = self._apart(arguments)
        strict = self._leniency.strict(alone)
        if strict == arguments:
            return reply
        for operation, asked in further:
            if not self._emulator.context.validators.compile(operation.arguments()).accepts(asked):
                return call(operation.tool, asked)  # which is refused, and says why
        only_further = further and _is_empty(strict.get("body"))
        reply = Reply(204, b"") if only_further else call(self._tool, strict)
        for operation, asked in further:
            if reply.ok and not (another := call(operation.tool, asked)).ok:
                return another
        return reply

    def _calls(self) -> Iterator[_Further]:
        for item in hint(self._operation.body or {}).get("calls", ()):
            operation = self._emulator.plan.operation(item["tool"])
            alias = self._alias.beside(operation) if self._alias is not None else None
            yield _Further(tuple(item["each"].split(".")), item["member"], operation, alias)

    def _apart(self, arguments: dict[str, Json]) -> tuple[dict[str, Json], list[tuple[Operation, dict[str, Any]]]]:
        """Return the arguments of the call itself, and the further calls that its body asks for."""
        calls: list[tuple[Operation, dict[str, Any]]] = []
        body: Any = arguments.get("body")
        for item in self._further:
            listed = at(body, item.path)
            if not isinstance(listed, list) or not all(
                isinstance(step, dict) and step.keys() == {item.member} for step in listed
            ):
                continue
            body = without(body, [item.path])
            names = {parameter.name for parameter in item.operation.parameters}
            for step in listed:
                asked = {name: value for name, value in arguments.items() if name in names}
                asked["body"] = step[item.member]
                calls.append((item.operation, item.alias.arguments(asked) if item.alias is not None else asked))
        return ({**arguments, "body": body} if calls else arguments), calls


def _is_empty(body: Any) -> bool:
    """Whether nothing is asked for but further calls."""
    return isinstance(body, dict) and all(item in (None, {}, []) for item in body.values())
