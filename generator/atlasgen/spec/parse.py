"""The text of a document, JSON or YAML 1.2, into a plain JSON value; limits hold before a value is built.

YAML is read from libyaml's events, not through PyYAML's constructors, so that nothing recurses and nothing is executed.
Aliases and merge keys (`<<`: YAML 1.1, but real documents use it) come out as shared parts. That is safe because
documents are immutable values: nobody changes one in place.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Protocol

import orjson
import yaml

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.spec.wording import nearest

# Real documents nest 10 to 20 levels; later passes recurse, and Python's stack holds 1,000 frames.
MAX_DEPTH = 200
# Values once aliases are expanded, as later passes walk them; a document of 2.4 MB has 66,000.
MAX_VALUES = 5_000_000

_WORDS: dict[str, Json] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST = 250  # characters of an integer; so many, hexadecimal ones too, still are a float

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({"!", _TAG + "str"})
_OBJECT_TAGS = frozenset({None, "!", _TAG + "map"})
_LIST_TAGS = frozenset({None, "!", _TAG + "seq"})

# An unclosed string matches up to the end, so that a truncated text is scanned once and not once per quote.
_JSON_TOKEN = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+"?)(\s*+:)?|[\[\]{}]', re.DOTALL)
_JSON_NOT_FINITE = re.compile(r"NaN|Infinity")


def parse_json(text: str, *, where: str) -> Json:
    """Return the value that a JSON text says; `where` names the file in messages.

    Raises:
        AtlasgenError: the text is no JSON, nests too deep, or gives a key twice.
    """
    _check_json(text, where)
    try:
        value: Json = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        found = _JSON_NOT_FINITE.match(text, error.pos)
        what = f"{found.group()} is no JSON value" if found else f"is not JSON: {error.msg}"
        remedy = "Quote it if text is meant." if found else "A YAML document needs a name that ends in .yaml."
        raise AtlasgenError.single(f"{where}:{error.lineno}:{error.colno}", what, remedy) from error
    return value


def parse_yaml(text: str, *, where: str) -> Json:
    """Return the value that a YAML text says, read with the scalars of the YAML 1.2 core schema.

    Keys are text as written (`200:` is "200"); an integer beyond 64 bits becomes a float, as orjson has it.

    Raises:
        AtlasgenError: the text is no YAML, says what JSON cannot, is beyond a limit, or gives a key twice.
    """
    builder = _Builder(where)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position].decode()  # libyaml counts bytes
        what = f"is not YAML: the character U+{error.character:04X} is not allowed"
        raise AtlasgenError.single(place(where, before), what) from error
    except yaml.MarkedYAMLError as error:
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        remedy = "Close what is open, indent with spaces, and quote text that holds `: ` or begins with a sign."
        raise AtlasgenError.single(_at(where, error.problem_mark), f"is not YAML: {reason}", remedy) from error
    return builder.root


def place(where: str, before: str) -> str:
    """Return `file:line:column` of the character that follows the text `before`."""
    return f"{where}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


class _Mark(Protocol):
    line: int
    column: int


def _at(where: str, mark: _Mark | None) -> str:
    return f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else where


def _too_deep(where: str) -> AtlasgenError:
    return AtlasgenError.single(where, f"is nested more than {MAX_DEPTH} levels deep", "Flatten it, or use `$ref`.")


def _duplicate(where: str, key: str, line: int) -> AtlasgenError:
    return AtlasgenError.single(where, f"the key '{key}' is given twice, first in line {line}", "Keep one of them.")


def _check_json(text: str, where: str) -> None:
    """Refuse what orjson is silent about, a key given twice, and nesting beyond the limit; syntax is left to orjson."""
    keys: list[dict[str, int] | None] = []  # of the open objects, with the offset of each; None for an open list
    for token in _JSON_TOKEN.finditer(text):
        mark = token.group()
        if mark in ("{", "["):
            if len(keys) == MAX_DEPTH:
                raise _too_deep(place(where, text[: token.start()]))
            keys.append({} if mark == "{" else None)
        elif mark in ("}", "]"):
            if keys:
                keys.pop()
        elif token.group(2) and keys and (seen := keys[-1]) is not None:
            key = _unescape(token.group(1))
            if key in seen:
                raise _duplicate(place(where, text[: token.start()]), key, text.count("\n", 0, seen[key]) + 1)
            seen[key] = token.start()


def _unescape(quoted: str) -> str:
    if "\\" not in quoted:
        return quoted[1:-1]
    try:
        return str(orjson.loads(quoted))
    except orjson.JSONDecodeError:  # orjson reports it in a moment, with the whole text at hand
        return quoted


@dataclass(frozen=True, slots=True)
class _Anchored:
    value: Json
    size: int
    height: int


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been seen yet."""

    value: dict[str, Json] | list[Json]
    anchor: str | None
    before: int  # values counted when it began
    height: int = 1
    key: str | None = None
    lines: dict[str, int] = field(default_factory=dict)
    merging: bool = False
    merged: list[JsonObject] | None = None


class _Builder:
    """Builds the value of one YAML text, event by event; `root` is it once the last event was taken."""

    def __init__(self, where: str) -> None:
        self.root: Json = None
        self._where = where
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._count = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            if self._awaits_key():
                self._set_key(event)
            else:
                self._close(event, self._scalar(event), event.anchor)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._error(event, "a second document starts here", "Keep one document in a file.")

    def _error(self, event: yaml.Event, what: str, remedy: str = "") -> AtlasgenError:
        return AtlasgenError.single(_at(self._where, event.start_mark), what, remedy)

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _set_key(self, event: yaml.ScalarEvent) -> None:
        if event.tag is not None and event.tag not in _TEXT_TAGS:
            raise self._bad_tag(event, event.tag)
        top, key = self._open[-1], str(event.value)
        if key in top.lines:
            raise _duplicate(_at(self._where, event.start_mark), key, top.lines[key])
        top.key, top.lines[key] = key, event.start_mark.line + 1 if event.start_mark else 0
        top.merging = key == "<<" and event.tag is None and event.implicit[0]
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(key, 1, 0)

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if self._awaits_key():
            raise self._error(event, "a key has to be text, not a collection", "Quote it.")
        is_object = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (_OBJECT_TAGS if is_object else _LIST_TAGS):
            raise self._bad_tag(event, event.tag)
        if len(self._open) == MAX_DEPTH:
            raise _too_deep(_at(self._where, event.start_mark))
        if event.anchor:  # an alias inside would mean the collection itself, not an earlier one of the same name
            self._anchors.pop(event.anchor, None)
        self._open.append(_Open({} if is_object else [], event.anchor, self._count))

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        done = self._open.pop()
        value: Json = done.value
        if done.merged and isinstance(done.value, dict):
            value = {}
            for part in reversed(done.merged):  # the first of several wins, and own keys win over all
                value.update(part)
            value.update(done.value)
        self._close(event, value, done.anchor, size=self._count - done.before, height=done.height)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if self._awaits_key():
            raise self._error(event, "a key has to be text, not an alias", "Write the key out.")
        name = str(event.anchor)
        target = self._anchors.get(name)
        if target is None:
            within = any(frame.anchor == name for frame in self._open)
            meant = None if within else nearest(name, self._anchors)
            what = "stands within what it means" if within else f"has no anchor '&{name}' before it"
            raise self._error(event, f"'*{name}' {what}", f"Did you mean '*{meant}'?" if meant else "")
        if len(self._open) + target.height > MAX_DEPTH:
            raise _too_deep(_at(self._where, event.start_mark))
        self._count += target.size - 1  # the alias itself is counted when it is closed
        self._close(event, target.value, None, height=target.height)

    def _close(self, event: yaml.Event, value: Json, anchor: str | None, size: int = 0, height: int = 0) -> None:
        """Hand a finished value to the collection around it; `size` and `height` are those of what it holds."""
        self._count += 1
        if self._count > MAX_VALUES:
            what = f"holds more than {MAX_VALUES:,} values once its aliases are expanded"
            raise self._error(event, what, "Use `$ref` in place of aliases.")
        if anchor:
            self._anchors[anchor] = _Anchored(value, size + 1, height)
        if not self._open:
            self.root = value
            return
        top = self._open[-1]
        top.height = max(top.height, height + 1)
        if isinstance(top.value, list):
            top.value.append(value)
            return
        if top.merging:
            parts = value if isinstance(value, list) else [value]
            top.merged = [part for part in parts if isinstance(part, dict)]
            if len(top.merged) < len(parts):
                place = f"{self._where}:{top.lines['<<']}"
                raise AtlasgenError.single(place, "'<<' merges objects alone", 'Quote a key of that name: `"<<"`.')
        elif top.key is not None:
            top.value[top.key] = value
        top.key = None

    def _scalar(self, event: yaml.ScalarEvent) -> Json:
        text = str(event.value)
        if event.tag is not None:
            if event.tag not in _TEXT_TAGS:
                raise self._bad_tag(event, event.tag)
            return text
        if not event.implicit[0]:
            return text
        try:
            return _plain(text)
        except ValueError as error:
            raise self._error(event, str(error), "Quote it if text is meant.") from error

    def _bad_tag(self, event: yaml.Event, tag: str | None) -> AtlasgenError:
        short = str(tag).replace(_TAG, "!!")
        return self._error(event, f"the tag {short} is not supported", "Write the value as JSON would, without a tag.")


def _plain(text: str) -> Json:
    """Return the value that an unquoted scalar means in the core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        number = int(text, 0 if text[:2] in ("0o", "0x") else 10) if len(text) <= _LONGEST else math.inf
        if -(2**63) <= number < 2**64:
            return number
        number = float(number)
    elif _FLOAT.fullmatch(text):
        number = float(text)
    elif _NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is no JSON value")
    else:
        return text
    if math.isinf(number):
        raise ValueError("the number is too large")
    return number
