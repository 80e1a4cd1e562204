r"""Patterns of schemas, searched for in a time that grows with the text and nothing else: documents are hostile.

A pattern is read as `re` reads it and given to the automaton of pydantic-core. What no automaton can say (it looks
around or refers back) is searched for with `re`, in short texts, if it repeats so little that this ends soon. A pattern
that neither can search for is annotation: every text has it.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

# The parser behind `re` is the only one that reads patterns as `re` does.
from re import _constants as code
from re import _parser as parser
from typing import Any

from pydantic_core import SchemaError, SchemaValidator
from pydantic_core import core_schema as core

_LARGEST = 5_000  # characters of a pattern, and of what it says once its repetitions are written out
_SHORT = 200  # characters of a text that `re` searches
_REPEATS = 2  # in a pattern that `re` searches for: it may take the length of the text to the power of one more

_DIALECT = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?<(?![=!])|\$", re.DOTALL)
_SPELLINGS = {"$": r"\Z", "(?<": "(?P<"}
_REPEATING = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)
_CLASSES: Mapping[Any, str] = {
    code.CATEGORY_DIGIT: "0-9",
    code.CATEGORY_NOT_DIGIT: r"\x{0}-\x{2f}\x{3a}-\x{10ffff}",
    code.CATEGORY_SPACE: r"\x{9}-\x{d}\x{20}",
    code.CATEGORY_NOT_SPACE: r"\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{10ffff}",
    code.CATEGORY_WORD: "0-9A-Z_a-z",
    code.CATEGORY_NOT_WORD: r"\x{0}-\x{2f}\x{3a}-\x{40}\x{5b}-\x{5e}\x{60}\x{7b}-\x{10ffff}",
}
_PLACES: Mapping[Any, str] = {
    code.AT_BEGINNING: r"\A",
    code.AT_BEGINNING_STRING: r"\A",
    code.AT_END_STRING: r"\z",
    code.AT_BOUNDARY: r"(?-u:\b)",
    code.AT_NON_BOUNDARY: r"(?-u:\B)",
}


@lru_cache(maxsize=1024)
def python_pattern(pattern: str) -> str | None:
    r"""Return the spelling for `re` of an ECMAScript pattern; None if `re` has no such thing (`\p{Lu}`).

    `$` is the end of the text alone, and `\d`, `\w`, `\s` are ASCII.
    """
    spelled = "(?a)" + _DIALECT.sub(lambda match: _SPELLINGS.get(match[0], match[0]), pattern)
    try:
        parsed(spelled)
    except (re.error, OverflowError, RecursionError):
        return None
    return spelled


@lru_cache(maxsize=1024)
def parsed(spelled: str) -> Any:
    """Return the tree of a pattern in the spelling of `re`."""
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of what another `re` may read otherwise
        return parser.parse(spelled)


@lru_cache(maxsize=1024)
def automaton(pattern: str) -> str | None:
    """Return the spelling of a pattern for the automaton of pydantic-core; None if it has none."""
    tree = _tree(pattern)
    try:
        found = None if tree is None else _spelled(tree)
        SchemaValidator(core.str_schema(pattern=found))
    except (_UnsayableError, SchemaError):
        return None
    return found


@lru_cache(maxsize=1024)
def search(pattern: str) -> Callable[[str], bool] | None:
    """Return what finds out whether a text has a pattern; None if the pattern is annotation."""
    if (found := automaton(pattern)) is not None:
        return SchemaValidator(core.str_schema(pattern=found)).isinstance_python
    tree, spelled = _tree(pattern), python_pattern(pattern)
    if tree is None or spelled is None or not _is_soon_done(tree):
        return None
    compiled = re.compile(spelled)
    return lambda text: len(text) > _SHORT or compiled.search(text) is not None


def _tree(pattern: str) -> Any:
    """Return the tree of a pattern; None if there is none, or it is too large."""
    spelled = python_pattern(pattern) if len(pattern) <= _LARGEST else None
    if spelled is None:
        return None
    try:
        tree = parsed(spelled)
        return tree if _size(tree) <= _LARGEST else None
    except RecursionError:
        return None


def _size(tree: Any) -> int:
    """Return how many characters a part of a pattern has once its repetitions are written out."""
    size = 0
    for op, argument in tree:
        times = 1
        if op in _REPEATING:
            low, high, _ = argument
            times = low + 1 if high is code.MAXREPEAT else high
        size += times * max(1, sum(map(_size, _within(op, argument))))
    return size


class _UnsayableError(Exception):
    """An automaton cannot search for this."""


def _spelled(tree: Any) -> str:
    """Return a tree in the spelling of the automaton; whether a repetition is greedy makes no difference to it."""
    if tree.state.flags & ~re.ASCII:
        raise _UnsayableError
    return "".join(_part(op, argument) for op, argument in tree)


def _part(op: Any, argument: Any) -> str:
    if op is code.LITERAL:
        return f"\\x{{{argument:x}}}"
    if op is code.NOT_LITERAL:
        return f"[^\\x{{{argument:x}}}]"
    if op is code.ANY:
        return "[^\\n]"
    if op is code.AT and argument in _PLACES:
        return _PLACES[argument]
    if op is code.IN:
        return _class(argument)
    if op in (code.MAX_REPEAT, code.MIN_REPEAT):
        low, high, inner = argument
        most = "" if high is code.MAXREPEAT else high
        return f"(?:{_spelled(inner)}){{{low},{most}}}"
    if op is code.BRANCH:
        return f"(?:{'|'.join(map(_spelled, argument[1]))})"
    if op is code.SUBPATTERN and not argument[1] and not argument[2]:
        return f"(?:{_spelled(argument[3])})"
    raise _UnsayableError


def _class(sorts: Sequence[tuple[Any, Any]]) -> str:
    """Return a class of characters."""
    negated = sorts[0][0] is code.NEGATE
    made = ""
    for op, argument in sorts[negated:]:
        if op is code.LITERAL:
            made += f"\\x{{{argument:x}}}"
        elif op is code.RANGE:
            made += f"\\x{{{argument[0]:x}}}-\\x{{{argument[1]:x}}}"
        elif op is code.CATEGORY and argument in _CLASSES:
            made += _CLASSES[argument]
        else:
            raise _UnsayableError
    return f"[{'^' if negated else ''}{made}]"


def _is_soon_done(tree: Any) -> bool:
    """Whether `re` searches for a pattern in a time that is bounded by a small power of the length of a text."""
    repeats = list(_repeats(tree))
    return len(repeats) <= _REPEATS and not any(_varies(inner) for inner in repeats)


def _repeats(tree: Any) -> Iterator[Any]:
    """Yield what a pattern repeats, that within a repetition too."""
    for op, argument in tree:
        if op in _REPEATING and argument[1] > 1:
            yield argument[2]
        for inner in _within(op, argument):
            yield from _repeats(inner)


def _varies(tree: Any) -> bool:
    """Whether there is more than one way through a part of a pattern."""
    return any(
        op in (*_REPEATING, code.BRANCH, code.GROUPREF_EXISTS) or any(map(_varies, _within(op, argument)))
        for op, argument in tree
    )


def _within(op: Any, argument: Any) -> list[Any]:
    """Return the parts of a part of a pattern."""
    if op in _REPEATING:
        return [argument[2]]
    if op is code.BRANCH:
        return list(argument[1])
    if op is code.SUBPATTERN:
        return [argument[3]]
    if op in (code.ASSERT, code.ASSERT_NOT):
        return [argument[1]]
    if op is code.GROUPREF_EXISTS:
        return [part for part in argument[1:] if part is not None]
    return [argument] if op is code.ATOMIC_GROUP else []
