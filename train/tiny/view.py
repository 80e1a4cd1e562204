"""What the tiny model gets to see: tools as names within names, answers as the few members that tell records apart.

One rule for all scenarios. Of a record the members that name it are kept, names before ids, then those that refer to
other records; a record inside another one is shown by its name and the id that people know, or by the name alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from atlasgen.jsonvalue import Json, JsonObject, decode
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.tools import Tool

NAMES: Final = ("title", "name", "displayName", "summary", "to", "status", "assignee", "labels", "priority", "duedate")
"""What people call a record by, or tell it from others by."""

IDS: Final = ("project", "parent", "spaceId", "key", "accountId", "id", "homepageId", "webui")
"""What other calls need of a record; not the `id` of one that has a numbered key, nor addresses in a list."""

_WRAPPERS: Final = ("fields", "_links", "object")  # members whose own members count as the record's
LONGEST: Final = 1500
"""Characters of an answer; the rest is cut visibly."""


def tool_view(tools: Iterable[Tool]) -> list[dict[Any, Any]]:
    """Return tools without all but the names of their arguments; what an object holds is said once."""
    said: set[object] = set()
    parameters = {tool.name: {"properties": _names(tool.parameters, said)} for tool in tools}
    return [{"type": "function", "function": {"name": name, "parameters": inner}} for name, inner in parameters.items()]


def _names(schema: Json, said: set[object]) -> dict[str, Any]:
    """Return the names within a schema, with those within them: `{"fields": {"properties": {"summary": {}}}}`."""
    if isinstance(schema, list):
        return {name: inner for item in schema for name, inner in _names(item, said).items()}
    if not isinstance(schema, Mapping):
        return {}
    found: dict[str, Any] = {}
    properties = schema.get("properties")
    for name, inner in properties.items() if isinstance(properties, Mapping) else ():
        within = _names(inner, said)
        news = within and frozenset(within) not in said
        said.add(frozenset(within))
        found[name] = {"properties": within} if news else {}
    for part in ("items", "anyOf", "oneOf", "allOf"):
        found |= _names(schema.get(part), said)
    return found


def observation_view(status: int, content: bytes) -> str:
    """Return an answer as the model sees it: the status of a refusal, then the records, one object each."""
    value = decode(content) if content else {}
    if status >= 400:
        return f"{status} {_cut(json.dumps(_messages(value), ensure_ascii=False))}"
    return _cut(json.dumps(_seen(value), ensure_ascii=False)) if content else "{}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def _messages(value: Json) -> Json:
    """Return the texts of an error without what surrounds them."""
    if isinstance(value, Mapping):
        return [found for item in value.values() if (found := _messages(item))]
    if isinstance(value, list):
        return [found for item in value if (found := _messages(item))]
    return value if isinstance(value, str) else None


def _seen(value: Json) -> Json:
    if isinstance(value, list):
        return [_record(item, listed=True) for item in value]
    if isinstance(value, Mapping):
        for item in value.values():
            if isinstance(item, list) and not (set(value) & {"id", "key", "name", "title"}):
                return _seen(item)
        return _record(value, listed=False)
    return value


def _record(value: Json, *, listed: bool) -> Json:
    """Return the members of a record that are kept, in the order in which they are declared."""
    if not isinstance(value, Mapping):
        return value
    flat = _flat(value)
    # Of several pages with one title the space tells which is meant.
    left_out = {"webui"} if listed else {"spaceId"}
    if str(flat.get("key", ""))[-1:].isdigit():
        left_out.add("id")
    if not isinstance(flat.get("status"), Mapping):
        left_out.add("status")
    kept: JsonObject = {}
    for name in (*NAMES, *IDS):
        if name not in left_out and flat.get(name) not in (None, [], {}):
            kept[name] = _inner(flat[name])
    return kept


def _flat(value: Mapping[str, Json]) -> dict[str, Json]:
    flat = dict(value)
    for wrapper in _WRAPPERS:
        inner = value.get(wrapper)
        if isinstance(inner, Mapping):
            flat |= inner
    return flat


def _inner(value: Json) -> Json:
    """Return a record inside a record: its name and its key, or the name alone."""
    if isinstance(value, list):
        return [_inner(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    for key in ("accountId", "key"):
        if key in value:
            name = next((value[name] for name in ("displayName",) if name in value), None)
            return value[key] if name is None else {"displayName": name, key: value[key]}
    return next((value[name] for name in ("name", "title", "id") if name in value), "")


@dataclass(frozen=True, slots=True)
class TinyView:
    """The view of the tiny model; it needs no ruler, as it cuts by characters.

    Attributes:
        ruler: Where the tokens of a text end.
        limit: Tokens of an observation.
    """

    ruler: Callable[[str], Sequence[int]]
    limit: int

    def schemas(self, tools: Iterable[Tool]) -> list[dict[Any, Any]]:
        """Return the names of tools and of their arguments in the form that chat templates take."""
        return tool_view(tools)

    def observer(self, environment: Environment) -> Callable[[str, int, bytes], str]:
        """Return what shows the records of an answer, or the texts of a refusal."""

        def observe(tool: str, status: int, content: bytes) -> str:
            return observation_view(status, content)

        return observe
