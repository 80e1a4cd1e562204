"""From the arguments of a call to valid ones, or to everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from pydantic_core import ValidationError

from atlasgen.plan.model import Coercion, Operation
from atlasgen.runtime.context import Broken, Context
from atlasgen.runtime.documents import ABSENT, at, overlap, with_value
from atlasgen.runtime.drafts import Drafts, source
from atlasgen.runtime.store import Store
from atlasgen.runtime.validation import InvalidValue
from atlasgen.runtime.world import World

Arguments: TypeAlias = Mapping[str, Any]
Accept: TypeAlias = Callable[[World, Arguments], Any]
"""Returns valid arguments, as fresh values; raises `ApiError` with all faults at once."""

WIDEST: Final = {"int32": 31, "int64": 63}
"""How many bits a whole number on the wire may have beside its sign, by its format."""

_WHOLE = re.compile(r"-?[0-9]{1,20}")


def accept(context: Context, operation: Operation, store: Store | None = None) -> Accept:
    """Return what reads the arguments of an operation.

    Args:
        context: The API.
        operation: The operation.
        store: Where it creates records, if it does: then rules that a faulty body breaks as well are told in one go.
    """
    decide = context.validators.compile(operation.arguments()).decide
    coerce = _coercions(operation.coercions)
    diagnose = _diagnose(context, operation, store)

    def read(world: World, arguments: Arguments) -> Any:
        if coerce is not None:
            arguments = coerce(arguments)
        try:
            return decide(arguments)
        except (ValidationError, RecursionError):
            return diagnose(world, arguments)

    return read


def strict_form(operation: Operation) -> Callable[[Arguments], Arguments]:
    """Return what brings the lenient forms that an operation accepts into the strict one; it takes valid ones too."""
    return _coercions(operation.coercions) or (lambda arguments: arguments)


def _diagnose(context: Context, operation: Operation, store: Store | None) -> Accept:
    """Return the slow way: numbers read as their text on the wire would be, else all faults at once."""
    validator = context.validators.compile(operation.arguments())
    numbers = {
        parameter.name: WIDEST.get(str(parameter.schema.get("format")), WIDEST["int64"])
        for parameter in operation.parameters
        if parameter.schema.get("type") in ("integer", "number") and parameter.location in ("path", "query")
    }
    drafts = Drafts(context, operation.writes)

    def diagnose(world: World, arguments: Arguments) -> Any:
        # On the wire a number in a path or a query is text anyway.
        texts = [(name, bits) for name, bits in numbers.items() if isinstance(arguments.get(name), str)]
        spelled = {name: number(arguments[name], bits) for name, bits in texts}
        try:
            return validator({**arguments, **spelled})
        except InvalidValue as error:
            faults = error.faults
        broken: list[Broken] = [(400, fault) for fault in faults]
        body = arguments.get("body")
        wrong = [source(fault) for fault in faults if fault.pointer.startswith("/body")]
        if store is not None and isinstance(body, dict) and () not in wrong:
            # The caller's own objects must not become the world's: a draft is written to.
            record, unknown = drafts.draft(world, _copied(body), {}, wrong)
            doubtful = [*wrong, *(source(fault) for _, fault in unknown)]
            rules = store.rules.broken(world, store.complete(world, record), "", doubtful)
            broken += [*unknown, *(item for item in rules if not _repeats(item, broken))]
        raise context.refuse(broken, operation)

    return diagnose


def _copied(value: Any) -> Any:
    """Return a copy of what containers an unchecked body is made of."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _repeats(item: Broken, told: Sequence[Broken]) -> bool:
    return any(overlap(source(item[1]), source(fault)) for _, fault in told if fault.pointer.startswith("/body/"))


def number(text: str, bits: int = 63) -> int | str:
    """Return the whole number that a text on the wire spells; the text itself where that is none, or is too large."""
    found = int(text) if _WHOLE.fullmatch(text) else None
    return found if found is not None and -(2**bits) <= found < 2**bits else text


def _coercions(coercions: Sequence[Coercion]) -> Callable[[Arguments], Arguments] | None:
    """Return what brings lenient forms of a body into the strict one; None where none is declared."""
    if not coercions:
        return None

    steps = [(coercion.path, _strict(coercion)) for coercion in coercions]

    def coerce(arguments: Arguments) -> Arguments:
        given: Any = arguments.get("body")
        body = given
        for path, strict in steps:
            value = at(body, path)
            changed = ABSENT if value is ABSENT else strict(value)
            if changed is not ABSENT:
                body = with_value(body, path, changed) if path else changed
        return {**arguments, "body": body} if body is not given else arguments

    return coerce


def _strict(coercion: Coercion) -> Callable[[Any], Any]:
    """Return a function from a value to its strict form; `ABSENT` where it is no lenient form."""
    if coercion.kind == "text":
        return lambda value: str(value) if type(value) is int else ABSENT
    if coercion.kind == "list":
        return lambda value: [value] if isinstance(value, dict) else ABSENT
    if coercion.kind == "wrap":
        member = coercion.value[0]

        def wrap(value: Any) -> Any:
            name = value.get(member) if isinstance(value, dict) else None
            return {name: value} if isinstance(name, str) else ABSENT

        return wrap
    dropped = frozenset(coercion.value)

    def drop_empty(value: Any) -> Any:
        if not isinstance(value, dict) or dropped.isdisjoint(value):
            return ABSENT
        empty = [name for name in dropped if name in value and (value[name] is None or value[name] == {})]
        return {name: item for name, item in value.items() if name not in empty} if empty else ABSENT

    return drop_empty
