"""Texts of query languages read into trees: clauses, joined by AND, OR and NOT, and an order.

A language brings its grammar, whose rules have the names that `_Builder` knows, and gives the clauses their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from atlasgen.runtime.queries import QueryError

LONGEST = 20_000
"""The characters that a query may have."""

DEEPEST = 64
"""How many conditions may stand inside each other."""


@dataclass(frozen=True, slots=True)
class Call:
    """A value that is worked out when the query runs: `startOfDay("-1d")`."""

    name: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Empty:
    """No value at all."""


Value: TypeAlias = str | Call | Empty


@dataclass(frozen=True, slots=True)
class Clause:
    """A statement about a field.

    Attributes:
        field: The field as it is written.
        operator: `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `!~`, `in`, `not in`, `is` or `is not`.
        values: What the field is compared with; only `in` and `not in` take more or less than one.
    """

    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Conditions that all hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Conditions of which one holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """A condition that does not hold."""

    part: Condition


Condition: TypeAlias = Clause | All | Either | Opposite


@dataclass(frozen=True, slots=True)
class Sort:
    """A field to sort by."""

    field: str
    descending: bool | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A text that has been read."""

    condition: Condition | None = None
    order: tuple[Sort, ...] = ()


class Grammar:
    """Reads the texts of one language."""

    def __init__(self, rules: str) -> None:
        """Prepare to read; the rules are those of Lark, keywords are reserved wherever they stand."""
        self._lark = Lark(rules, parser="lalr", lexer="basic", transformer=_Builder(), maybe_placeholders=True)

    def read(self, text: str) -> Query:
        """Return what a text says.

        Raises:
            QueryError: it is no query of the language; says where.
        """
        if len(text) > LONGEST:
            raise QueryError(f"The query has {len(text)} characters; more than {LONGEST} are not read.")
        try:
            # With a transformer inside, Lark returns what the transformer makes of the whole.
            query = cast("Query", cast(Any, self._lark.parse(text)))
        except UnexpectedInput as error:
            raise QueryError(self._complaint(text, error)) from None
        if query.condition is not None and _depth(query.condition) > DEEPEST:
            raise QueryError(f"More than {DEEPEST} conditions stand inside each other.")
        return query

    def _complaint(self, text: str, error: UnexpectedInput) -> str:
        if isinstance(error, UnexpectedCharacters):
            at = cast("int", error.pos_in_stream) + 1
            if error.char in "\"'":
                return f"Character {at}: the quotation mark is not closed."
            return f"Character {at}: {error.char!r} can only stand in quotation marks."
        if not isinstance(error, UnexpectedToken):
            return "The query ends too early."
        names = dict.fromkeys(name for terminal in sorted(error.accepts) for name in self._names(terminal))
        expected = ", ".join([*names, *(["the end"] if "$END" in error.accepts else [])])
        if error.token.type == "$END":
            return f"Character {len(text) + 1}: the query ends too early. Here can stand: {expected}."
        return f"Character {error.token.start_pos + 1}: {str(error.token)!r} cannot stand here, but {expected}."

    def _names(self, terminal: str) -> list[str]:
        """Return what to call a terminal in a message; signs that stand for words are left out."""
        if terminal == "$END":
            return []
        if terminal in _NAMES:
            return [_NAMES[terminal]]
        written = self._lark.get_terminal(terminal).pattern.value.replace("\\", "")
        return [f"`{written}`"] if written in "(,)" else [written.upper()] if written.isalpha() else []


_NAMES = {
    "DOUBLE": "a text in quotation marks",
    "OPERATOR": "an operator",
    "SINGLE": "a text in quotation marks",
    "WORD": "a word",
}


def _depth(condition: Condition) -> int:
    deepest, waiting = 0, [(condition, 1)]
    while waiting:
        item, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(part, depth + 1) for part in _parts(item)]
    return deepest


def _parts(condition: Condition) -> tuple[Condition, ...]:
    match condition:
        case All(parts) | Either(parts):
            return parts
        case Opposite(part):
            return (part,)
        case _:
            return ()


def clauses(condition: Condition | None) -> Iterator[Clause]:
    """Yield the clauses of a condition, from left to right."""
    if isinstance(condition, Clause):
        yield condition
    elif condition is not None:
        for part in _parts(condition):
            yield from clauses(part)


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}


def unescaped(text: str) -> str:
    """Return a text with what stands for other characters replaced by them."""

    def character(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        return _CONTROLS.get(match[2], match[2])

    return _ESCAPE.sub(character, text)


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Makes the values above, bottom up, while the text is read."""

    def start(self, condition: Condition | None, order: tuple[Sort, ...] | None) -> Query:
        return Query(condition, order or ())

    def either(self, *parts: Condition) -> Either:
        return Either(parts)

    def all(self, *parts: Condition) -> All:
        return All(parts)

    def opposite(self, part: Condition) -> Opposite:
        return Opposite(part)

    def compared(self, field: str, operator: Token, value: Value) -> Clause:
        return Clause(field, str(operator), (value,))

    def inside(self, field: str, values: tuple[Value, ...]) -> Clause:
        return Clause(field, "in", values)

    def outside(self, field: str, values: tuple[Value, ...]) -> Clause:
        return Clause(field, "not in", values)

    def absent(self, field: str) -> Clause:
        return Clause(field, "is", (Empty(),))

    def present(self, field: str) -> Clause:
        return Clause(field, "is not", (Empty(),))

    def several(self, *values: Value) -> tuple[Value, ...]:
        return values

    def empty(self) -> Empty:
        return Empty()

    def call(self, name: Token, *arguments: str | None) -> Call:
        return Call(unescaped(name), tuple(item for item in arguments if item is not None))

    def word(self, token: Token) -> str:
        return unescaped(token)

    def quoted(self, token: Token) -> str:
        return unescaped(token[1:-1])

    def order(self, *sorts: Sort) -> tuple[Sort, ...]:
        return sorts

    def unsaid(self, field: str) -> Sort:
        return Sort(field)

    def rising(self, field: str) -> Sort:
        return Sort(field, descending=False)

    def falling(self, field: str) -> Sort:
        return Sort(field, descending=True)
