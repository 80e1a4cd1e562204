"""Pure functions on documents: what a record is made of, and how one is made from another.

A document is never changed once it is stored: a change is a new document that shares what is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias, cast

from atlasgen.jsonvalue import Json, JsonObject, detach
from atlasgen.plan.model import Path

Document: TypeAlias = JsonObject

ABSENT: Final[Any] = type("Absent", (), {"__repr__": lambda _: "ABSENT", "__bool__": lambda _: False})()


def at(document: Any, path: Path) -> Any:
    """Return what stands at a path of one document; `ABSENT` where nothing does."""
    for key in path:
        if not isinstance(document, dict):
            return ABSENT
        document = document.get(key, ABSENT)
    return document


def with_value(document: Document, path: Path, value: Json) -> Document:
    """Return a document that differs at one path."""
    changed = node = document.copy()
    for key in path[:-1]:
        inner = node.get(key)
        inner = inner.copy() if isinstance(inner, dict) else {}
        node[key] = inner
        node = inner
    node[path[-1]] = value
    return changed


def without(document: Document | None, paths: Iterable[Path]) -> Document | None:
    """Return a document that lacks some paths."""
    if document is None:
        return None
    for path in paths:
        if at(document, path) is not ABSENT:
            document = _without(document, path)
    return document


def _without(document: Document, path: Path) -> Document:
    key, rest = path[0], path[1:]
    if not rest:
        return {name: value for name, value in document.items() if name != key}
    return {**document, key: _without(cast("Document", document[key]), rest)}


def overlap(one: Path, other: Path) -> bool:
    """Whether one path leads to, or through, what the other leads to."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def own(value: Any) -> Any:
    """Return a value that may be written to: what a plan or another record holds is not a draft's."""
    return detach(value) if type(value) in (dict, list) else value
