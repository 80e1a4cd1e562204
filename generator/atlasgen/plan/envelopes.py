"""Envelopes: objects that hold one record, in an answer or a body, under a member of their own (`{"data": {...}}`)."""

from __future__ import annotations

from collections.abc import Mapping

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.archetypes import deref
from atlasgen.plan.model import Path

_NAMES = frozenset({"data", "result", "item", "payload", "response", "record", "entity"})


def record(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> tuple[Path, JsonObject]:
    """Return where the record stands in a body or an answer, and its schema: inside an envelope, else the whole."""
    root = deref(schema, schemas)
    properties = root.get("properties")
    if isinstance(properties, dict) and len(properties) == 1:
        (name,) = properties
        member = properties[name]
        if name in _NAMES and isinstance(member, dict) and "properties" in deref(member, schemas):
            return (name,), member
    return (), schema
