"""Makes values that meet schemas, as far as one can without solving puzzles (`not`, bounds that contradict each other).

A schema may ask for what nobody can make (a million characters, an object within itself without end): then the value
stays small, and does not meet it.

Every choice is made by a function from n to a number below n: a seeded generator (`chooser`) or whatever else decides.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from re import _constants as code
from typing import Any, TypeAlias

from atlasgen.jsonvalue import JsonObject, detach
from atlasgen.runtime.patterns import parsed, python_pattern, search

Choose: TypeAlias = Callable[[int], int]

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbour", "island", "juniper")

_DEPTH = 5  # below which only what is required is made, as small as it can be
_LARGE = 120  # objects in one value, after which it is the same
_DEEPEST = 40  # levels, below which nothing is made, required or not
_MOST = 500  # objects and items in one value, after which it is the same; real ones have up to 110
_LONGEST = 10_000  # characters of a text
_REPEATS = 8  # of what a pattern allows any number of
_SAFE = 2**53  # numbers beyond are others once they are floats
_ALPHABET = [chr(number) for number in (*range(0x61, 0x7B), *range(0x41, 0x5B), *range(0x30, 0x3A), *range(0x20, 0x30),
                                        *range(0x3A, 0x41), *range(0x5B, 0x61), *range(0x7B, 0x7F))]  # fmt: skip
_CATEGORIES: Mapping[Any, Callable[[str], bool]] = {
    code.CATEGORY_DIGIT: str.isdigit,
    code.CATEGORY_NOT_DIGIT: lambda char: not char.isdigit(),
    code.CATEGORY_SPACE: str.isspace,
    code.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    code.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    code.CATEGORY_NOT_WORD: lambda char: not (char.isalnum() or char == "_"),
}
_FORMATS: Mapping[str, Callable[[int], str]] = {
    "date-time": lambda n: f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:30:00.000Z",
    "date": lambda n: f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}",
    "time": lambda n: f"{n % 24:02}:30:00Z",
    "uuid": lambda n: f"{n:08x}-0000-4000-8000-{n:012x}",
    "email": lambda n: f"{WORDS[n % len(WORDS)]}.{n}@example.com",
    "uri": lambda n: f"https://example.com/{WORDS[n % len(WORDS)]}/{n}",
    "hostname": lambda n: f"{WORDS[n % len(WORDS)]}{n}.example.com",
    "ipv4": lambda n: f"10.{n // 256 % 256}.{n % 256}.1",
    "byte": lambda n: f"{n:08x}",
}


def chooser(seed: int) -> Choose:
    """Return choices that hang on a seed."""
    return random.Random(seed).randrange


class Sampler:
    """Makes values of the schemas of one document.

    Attributes:
        share: How many of a hundred members that may be left out are there.
        choose: Makes every choice.
    """

    def __init__(
        self, schemas: Mapping[str, JsonObject], choose: Choose, *, share: int = 40, words: Sequence[str] = WORDS
    ) -> None:
        """Take the definitions that schemas refer to.

        Args:
            schemas: The definitions.
            choose: Makes every choice.
            share: How many of a hundred members that may be left out are to be there.
            words: What texts are made of.
        """
        self.choose = choose
        self.share = share
        self._schemas = schemas
        self._words = words
        self._made = 0
        self._items = 0

    def pick(self, items: Sequence[Any]) -> Any:
        """Return one of some items."""
        return items[self.choose(len(items))]

    def value(self, schema: Any) -> Any:
        """Return a value of a schema in normal form."""
        self._made = self._items = 0
        return self._value(schema, 0)

    def flat(self, given: Any) -> dict[str, Any]:
        """Return a schema without `$ref` and `allOf` at its top."""
        schema: dict[str, Any] = given if isinstance(given, dict) else {}
        for _ in range(20):
            if "$ref" in schema:
                rest = {key: item for key, item in schema.items() if key != "$ref"}
                schema = joined(self._schemas.get(schema["$ref"].removeprefix("#/$defs/"), {}), rest)
            elif "allOf" in schema:
                parts = [self.flat(part) for part in schema["allOf"]]
                schema = {key: item for key, item in schema.items() if key != "allOf"}
                for part in parts:
                    schema = joined(schema, part)
        return schema

    def _value(self, given: Any, depth: int) -> Any:
        schema = self.flat(given)
        if "const" in schema:
            return detach(schema["const"])
        if schema.get("enum"):
            return detach(self.pick(schema["enum"]))
        if depth > _DEEPEST or self._made + self._items > _MOST:
            return None
        small = depth >= _DEPTH or self._made > _LARGE
        if schema.get("anyOf"):
            rest = {key: item for key, item in schema.items() if key != "anyOf"}
            options = [self.flat(option) for option in schema["anyOf"]]
            if small:
                options = sorted(options, key=lambda option: option.get("type") in ("object", "array"))[:1]
            elif self.choose(100) < self.share and len(options) > 1:
                options = [option for option in options if option.get("type") != "null"] or options
            return self._value(joined(rest, self.pick(options)), depth + 1)
        kind = schema.get("type")
        if isinstance(kind, list):
            real = [name for name in kind if name != "null"] or kind
            kind = "null" if small and "null" in kind else self.pick(real if self.choose(100) < self.share else kind)
        if kind is None:
            kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
        match kind:
            case "object":
                return self._object(schema, depth, small)
            case "array":
                return self._array(schema, depth, small)
            case "string":
                return self._string(schema)
            case "integer":
                return self._integer(schema)
            case "number":
                return self._number(schema)
            case "boolean":
                return self.choose(2) == 1
            case _:
                return None

    def _integer(self, schema: dict[str, Any]) -> int:
        step = schema.get("multipleOf", 1)
        low = _safe(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))
        high = _safe(schema.get("maximum", schema.get("exclusiveMaximum", low + 100) - 1))
        number = low + self.choose(max(1, min(100, high - low + 1)))
        return number if step == 1 else _safe(-(-number // step) * step)

    def _number(self, schema: dict[str, Any]) -> float:
        whole = self._integer(schema)
        return whole + 0.5 if self.choose(3) == 0 and "maximum" not in schema and "multipleOf" not in schema else whole

    def _string(self, schema: dict[str, Any]) -> str:
        low, high = min(int(schema.get("minLength", 0)), _LONGEST), int(schema.get("maxLength", _LONGEST))
        if "pattern" in schema:
            text = self.matching(str(schema["pattern"]))
            if text is not None and low <= len(text) <= high:
                return text
        if (make := _FORMATS.get(str(schema.get("format")))) is not None:
            return make(self.choose(10_000))[:high]
        text = self.pick(self._words)
        text = f"{text} {self.choose(10_000)}" if high > len(text) + 5 and self.choose(8) else text[:high]
        return text + "x" * (low - len(text))

    def matching(self, pattern: str) -> str | None:
        """Return a text in which a pattern is found; None where that takes more than following it."""
        spelled, has = python_pattern(pattern), search(pattern)
        if spelled is None or has is None:
            return None
        for _ in range(5):
            text = self._follow(parsed(spelled), {})
            if has(text):
                return text
        return None

    def _follow(self, tree: Any, groups: dict[int, str]) -> str:
        made = ""
        for op, argument in tree:
            if op is code.LITERAL:
                made += chr(argument)
            elif op is code.NOT_LITERAL:
                made += next(char for char in "axy" if ord(char) != argument)
            elif op is code.ANY:
                made += self.pick("abcxyz")
            elif op is code.IN:
                made += self._member(argument)
            elif op in (code.MAX_REPEAT, code.MIN_REPEAT):
                low, high, inner = argument
                for _ in range(low + self.choose(min(int(high) - low, _REPEATS) + 1)):
                    made += self._follow(inner, groups)
            elif op is code.BRANCH:
                made += self._follow(self.pick(argument[1]), groups)
            elif op is code.SUBPATTERN:
                part = self._follow(argument[3], groups)
                groups[argument[0]] = part
                made += part
            elif op is code.GROUPREF:
                made += groups.get(argument, "")[:_LONGEST]
            if len(made) > _LONGEST:
                break
        return made

    def _member(self, sorts: Sequence[tuple[Any, Any]]) -> str:
        """Return a character of a class."""
        fitting = _fitting(tuple(sorts))
        if fitting:
            return str(self.pick(fitting))
        op, argument = sorts[0]
        return chr(argument[0] if op is code.RANGE else argument) if op in (code.RANGE, code.LITERAL) else "~"

    def _array(self, schema: dict[str, Any], depth: int, small: bool) -> list[Any]:
        low, high = int(min(schema.get("minItems", 0), _MOST)), int(min(schema.get("maxItems", 3), _MOST))
        least = max(low, 1) if self.choose(100) < self.share and high else low
        size = low if small else least + self.choose(max(1, min(2, high - least + 1)))
        self._items += size
        made = [self._value(schema.get("items", True), depth + 1) for _ in range(size)]
        if schema.get("uniqueItems"):
            made = [item for index, item in enumerate(made) if item not in made[:index]]
        return made

    def _object(self, schema: dict[str, Any], depth: int, small: bool) -> dict[str, Any]:
        self._made += 1
        properties, required = schema.get("properties", {}), schema.get("required", [])
        made: dict[str, Any] = {}
        for name in dict.fromkeys([*required, *properties]):
            if name in required or (not small and self.choose(100) < self.share):
                made[name] = self._value(properties.get(name, {}), depth + 1)
        low, extra = schema.get("minProperties", 0), schema.get("additionalProperties", True)
        for name in [*properties, *WORDS]:
            if len(made) >= low:
                break
            if name not in made and (name in properties or extra is not False):
                made[name] = self._value(properties.get(name, extra), depth + 1)
        for name in [name for name in made if name not in required][
            : max(0, len(made) - schema.get("maxProperties", 10**9))
        ]:
            del made[name]
        if isinstance(extra, dict) and not made and not small and self.choose(100) < self.share:
            made[WORDS[0]] = self._value(extra, depth + 1)
        return made


def _safe(number: float) -> int:
    """Return a number as a whole one that every reader of JSON takes for the same."""
    return int(max(-_SAFE, min(_SAFE, number)))


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two schemas ask for together."""
    both = {**one, **other}
    if "properties" in one and "properties" in other:
        ours, theirs = one["properties"], other["properties"]
        shared = {name: _both(ours[name], theirs[name]) for name in ours if name in theirs}
        both["properties"] = {**ours, **theirs, **shared}
    if "items" in one and "items" in other:
        both["items"] = _both(one["items"], other["items"])
    if "required" in one and "required" in other:
        both["required"] = [*one["required"], *other["required"]]
    if one.get("additionalProperties") is False:
        both["additionalProperties"] = False
    return both


def _both(one: Any, other: Any) -> Any:
    return one if one == other else {"allOf": [one, other]}


@lru_cache(maxsize=1024)
def _fitting(sorts: tuple[tuple[Any, Any], ...]) -> tuple[str, ...]:
    """Return the characters of a class, as far as they can be typed."""
    negated = sorts[0][0] is code.NEGATE
    return tuple(char for char in _ALPHABET if any(_holds(sort, char) for sort in sorts[negated:]) != negated)


def _holds(sort: tuple[Any, Any], char: str) -> bool:
    """Whether a part of a class of characters has a character in it."""
    op, argument = sort
    if op is code.RANGE:
        return bool(argument[0] <= ord(char) <= argument[1])
    if op is code.CATEGORY:
        return _CATEGORIES[argument](char) if argument in _CATEGORIES else False
    return bool(op is code.LITERAL and argument == ord(char))
