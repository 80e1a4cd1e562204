"""The stated subset of JSONPath (RFC 9535) in which overlays name their targets.

`$`, `.name`, `['name']`, `[0]`, `.*`, `[*]`, `..` before any of these (which visits the whole document), and
`[?(@.name == 'value')]` with or without the parentheses. A name after a dot may hold hyphens and begin with a digit
(`.x-atlasgen`, `.200`), where the RFC wants quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from atlasgen.jsonvalue import Json
from atlasgen.spec.wording import nearest, sort_of

# A target that names more places than this is a mistake; it also bounds what overlays can make a document grow to.
MAX_PLACES = 200_000

SUPPORTED = "Supported: $  .name  ['name']  [0]  .*  [*]  ..name  [?(@.name == 'value')]  [?@.a.b == 1]"

Path: TypeAlias = "tuple[str | int, ...]"
_Node: TypeAlias = "tuple[Path, Json]"

_SPACE = re.compile(r"[ \t\r\n]*")
_NAME = re.compile(r"[\w-]+")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LITERAL = re.compile(r"true|false|-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?(?![\w.])")


class PathError(ValueError):
    """An expression is outside the subset, or finds nothing; the message says where and what is near."""


@dataclass(frozen=True, slots=True)
class _Name:
    name: str

    def select(self, value: Json) -> Iterator[tuple[str | int, Json]]:
        if isinstance(value, dict) and self.name in value:
            yield self.name, value[self.name]

    def miss(self, parents: list[Json], at: str) -> str:
        names = _keys(parents)
        if not names:
            return f"no '{self.name}' in {at}, which is {_emptiness(parents[0])}"
        return f"no '{self.name}' in {at}{_near(self.name, names)}"


@dataclass(frozen=True, slots=True)
class _Index:
    index: int

    def select(self, value: Json) -> Iterator[tuple[str | int, Json]]:
        if isinstance(value, list) and self.index < len(value):
            yield self.index, value[self.index]

    def miss(self, parents: list[Json], at: str) -> str:
        longest = max((len(parent) for parent in parents if isinstance(parent, list)), default=None)
        found = sort_of(parents[0]) if longest is None else f"a list of {longest}"
        return f"no [{self.index}] in {at}, which is {found}"


@dataclass(frozen=True, slots=True)
class _Every:
    def select(self, value: Json) -> Iterator[tuple[str | int, Json]]:
        yield from _children(value)

    def miss(self, parents: list[Json], at: str) -> str:
        return f"nothing is in {at}, which is {_emptiness(parents[0])}"


@dataclass(frozen=True, slots=True)
class _Filter:
    names: tuple[str, ...]
    literal: str | int | float | bool

    def select(self, value: Json) -> Iterator[tuple[str | int, Json]]:
        for key, child in _children(value):
            for found in self._reach(child):
                # Python holds that True == 1; JSON does not.
                if found == self.literal and isinstance(found, bool) is isinstance(self.literal, bool):
                    yield key, child

    def miss(self, parents: list[Json], at: str) -> str:
        level = [child for parent in parents for _, child in _children(parent)]
        for name in self.names:
            inner = [value[name] for value in level if isinstance(value, dict) and name in value]
            if not inner:
                return f"nothing in {at} has '{name}' for the filter{_near(name, _keys(level))}"
            level = inner
        given = f"'{self.literal}'" if isinstance(self.literal, str) else json.dumps(self.literal)
        alike = _near(str(self.literal), [value for value in level if isinstance(value, str)])
        return f"nothing in {at} has {'.'.join(self.names)} == {given}{alike}"

    def _reach(self, value: Json) -> Iterator[Json]:
        for name in self.names:
            if not isinstance(value, dict) or name not in value:
                return
            value = value[name]
        yield value


@dataclass(frozen=True, slots=True)
class _Step:
    """One selector, applied to the nodes found so far, or to all that is below them too.

    Attributes:
        at: The expression before this step: what the selector looked into, in messages.
    """

    selector: _Name | _Index | _Every | _Filter
    descends: bool
    at: str


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A parsed expression."""

    text: str
    steps: tuple[_Step, ...]

    @classmethod
    def parse(cls, text: str) -> JsonPath:
        """Return the path that an expression says.

        Raises:
            PathError: the expression is outside the subset; the message has a caret under the place.
        """
        return cls(text, tuple(_Parser(text).steps()))

    def find(self, document: Json) -> list[Path]:
        """Return the places that the expression names, each once, in the order of the document.

        Raises:
            PathError: nothing is there; the message names the step that failed and the nearest name there.
        """
        nodes: list[_Node] = [((), document)]
        for step in self.steps:
            parents = _bounded(_below(nodes)) if step.descends else nodes
            found = _bounded(
                ((*path, key), child) for path, value in parents for key, child in step.selector.select(value)
            )
            if not found:
                at = f"{step.at} or below" if step.descends else step.at
                raise PathError(step.selector.miss([value for _, value in parents or nodes], at))
            nodes = found
        return list(dict.fromkeys(path for path, _ in nodes))


def _children(value: Json) -> Iterable[tuple[str | int, Json]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _keys(values: list[Json]) -> list[str]:
    return [key for value in values if isinstance(value, dict) for key in value]


def _below(nodes: list[_Node]) -> Iterator[_Node]:
    """Yield the objects and lists at and below some nodes, parents first."""
    waiting = [node for node in reversed(nodes) if isinstance(node[1], dict | list)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        inner: list[_Node] = [((*path, key), child) for key, child in _children(value)]
        waiting.extend(node for node in reversed(inner) if isinstance(node[1], dict | list))


def _bounded(nodes: Iterable[_Node]) -> list[_Node]:
    kept: list[_Node] = []
    for node in nodes:
        if len(kept) == MAX_PLACES:
            raise PathError(f"names more than {MAX_PLACES:,} places; be more exact")
        kept.append(node)
    return kept


def _near(name: str, names: list[str]) -> str:
    meant = nearest(name, names)
    if meant is not None:
        return f"; nearest is '{meant}'"
    known = list(dict.fromkeys(names))
    if not known:
        return ""
    shown = ", ".join(f"'{known_name}'" for known_name in known[:5])
    return f"; there is {shown}" + (f" and {len(known) - 5} more" if len(known) > 5 else "")


def _emptiness(value: Json) -> str:
    return "empty" if value in ({}, []) else sort_of(value)


class _Parser:
    """Reads one expression from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def steps(self) -> Iterator[_Step]:
        self._expect("$", "a path begins with $")
        while self._at < len(self._text):
            at = self._text[: self._at]
            if self._accept(".."):
                selector = self._bracket() if self._accept("[") else self._after_dot()
                yield _Step(selector, True, at)
            elif self._accept("."):
                yield _Step(self._after_dot(), False, at)
            elif self._accept("["):
                yield _Step(self._bracket(), False, at)
            else:
                raise self._error("expected . or [")

    def _after_dot(self) -> _Name | _Every:
        if self._accept("*"):
            return _Every()
        name = self._match(_NAME)
        if name is None:
            raise self._error("expected a name or *")
        return _Name(name)

    def _bracket(self) -> _Name | _Index | _Every | _Filter:
        self._match(_SPACE)
        selector: _Name | _Index | _Every | _Filter
        if self._accept("*"):
            selector = _Every()
        elif self._accept("?"):
            selector = self._filter()
        elif (name := self._quoted()) is not None:
            selector = _Name(name)
        elif (index := self._match(_INDEX)) is not None:
            selector = _Index(int(index))
        else:
            raise self._error("expected a quoted name, a position, * or ?")
        self._match(_SPACE)
        self._expect("]", "expected ]")
        return selector

    def _filter(self) -> _Filter:
        self._match(_SPACE)
        in_parentheses = self._accept("(")
        self._match(_SPACE)
        self._expect("@", "a filter begins with @")
        names: list[str] = []
        while True:
            if self._accept("."):
                name = self._match(_NAME)
            elif self._accept("["):
                name = self._quoted()
                self._expect("]", "expected ]")
            else:
                break
            if name is None:
                raise self._error("expected a name")
            names.append(name)
        if not names:
            raise self._error("expected a name after @")
        self._match(_SPACE)
        self._expect("==", "expected ==")
        self._match(_SPACE)
        literal = self._literal()
        self._match(_SPACE)
        if in_parentheses:
            self._expect(")", "expected )")
        return _Filter(tuple(names), literal)

    def _literal(self) -> str | int | float | bool:
        text = self._quoted()
        if text is not None:
            return text
        plain = self._match(_LITERAL)
        if plain is None:
            raise self._error("expected quoted text, a number, true or false")
        literal: int | float | bool = json.loads(plain)
        return literal

    def _quoted(self) -> str | None:
        start = self._at
        found = self._match(_QUOTED)
        if found is None:
            if self._text[self._at : self._at + 1] in ("'", '"'):
                raise self._error("the quote that begins here is not closed")
            return None
        for escape in _ESCAPE.finditer(found):
            if escape.group(1) not in "'\"\\/":
                self._at = start + escape.start()
                raise self._error("only quotes, / and \\ can be escaped")
        return _ESCAPE.sub(r"\1", found[1:-1])

    def _accept(self, sign: str) -> bool:
        if self._text.startswith(sign, self._at):
            self._at += len(sign)
            return True
        return False

    def _expect(self, sign: str, message: str) -> None:
        if not self._accept(sign):
            raise self._error(message)

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found.group()

    def _error(self, message: str) -> PathError:
        return PathError(f"column {self._at + 1}: {message}\n    {self._text}\n    {' ' * self._at}^")
