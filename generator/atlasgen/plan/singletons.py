"""Things that there is one of: for the whole API (`/settings`), or for each record (`/issue/{id}/owner`).

A GET whose path ends in fixed text and whose answer is one object shows it; what writes to the same path changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.archetypes import deref, success
from atlasgen.plan.envelopes import record
from atlasgen.plan.kinship import squashed
from atlasgen.plan.model import Archetype, Fact
from atlasgen.plan.naming import distinct, singular, words
from atlasgen.plan.paths import normalised, route
from atlasgen.spec.normalise import RawOperation

_KINDS: Mapping[str, Archetype] = {"get": "get", "put": "update", "patch": "patch", "post": "patch", "delete": "delete"}
_IDS = frozenset({"id", "gid", "uuid", "key"})
_RESETTING = frozenset({"reset", "restore", "clear"})


@dataclass(frozen=True, slots=True)
class Singles:
    """The operations on things that there is one of.

    Attributes:
        names: What each of them is about, by its pointer.
        kinds: What each of them does.
        facts: Why.
        targets: The parameters of the query that name records, by the operations that are about these.
    """

    names: Mapping[str, str]
    kinds: Mapping[str, Archetype]
    facts: Mapping[str, Fact]
    targets: Mapping[str, str]


def singles(
    operations: Iterable[RawOperation], decided: Mapping[str, Archetype], schemas: Mapping[str, JsonObject]
) -> Singles:
    """Return the operations on things that there is one of, as far as no other rule knows what they do."""
    groups: dict[str, list[RawOperation]] = {}
    taken: set[str] = set()
    for operation in operations:
        place = route(operation.path)
        taken |= {node.noun for node in place.nodes} | {place.noun}
        if decided[operation.pointer] == "stub" and place.tail and not operation.hints:
            groups.setdefault(normalised(operation.path), []).append(operation)
    names: dict[str, str] = {}
    kinds: dict[str, Archetype] = {}
    facts: dict[str, Fact] = {}
    targets: dict[str, str] = {}
    for group in groups.values():
        get = next((item for item in group if item.method == "get"), None)
        if get is None or not _is_object(get, schemas):
            continue
        parameter = _named_by(get, schemas)
        if parameter:
            for item in group:
                kind = _KINDS.get(item.method)
                if kind is not None and any(other.name == parameter for other in item.parameters):
                    targets[item.pointer], kinds[item.pointer] = parameter, kind
                    why = f"{item.method.upper()} of the record that {parameter} names"
                    facts[item.pointer] = Fact("archetype", "inferred", why)
            continue
        name = distinct(_name(get), taken)
        taken.add(name)
        for item in group:
            verb = (words(item.operation_id or "") or [""])[0].lower()
            kind = _KINDS.get(item.method)
            if kind is None or (item.method == "post" and item.body is None):
                continue
            if item.method == "delete" and verb in _RESETTING:
                kind = "action"
            names[item.pointer], kinds[item.pointer] = name, kind
            why = f"{item.method.upper()} of what there is one of at {normalised(item.path)}"
            facts[item.pointer] = Fact("archetype", "inferred", why)
    return Singles(names, kinds, facts, targets)


def _named_by(operation: RawOperation, schemas: Mapping[str, JsonObject]) -> str:
    """Return the parameter of the query that names the record which a GET shows; empty where none does."""
    _, response = success(operation)
    shown = deref(record(response or {}, schemas)[1], schemas).get("properties")
    members = {squashed(name) for name in shown} if isinstance(shown, dict) else set()
    asked = [item for item in operation.parameters if item.location == "query" and item.schema.get("type") != "array"]
    found = [
        item for item in asked
        if squashed(item.name) in members and squashed(item.name).endswith(tuple(_IDS))
    ]  # fmt: skip
    return next((item.name for item in sorted(found, key=lambda item: not item.required)), "")


def _is_object(operation: RawOperation, schemas: Mapping[str, JsonObject]) -> bool:
    _, response = success(operation)
    root = deref(response, schemas) if response is not None else {}
    return "properties" in root or (root.get("type") == "object" and not root.get("additionalProperties"))


def _name(operation: RawOperation) -> str:
    """Return what it is called: the record that it belongs to, and the text of its path."""
    place = route(operation.path)
    tail = [part for part in place.tail if part[:1].isalpha()][-2:] if not place.nodes else list(place.tail)
    tail = tail or ["settings"]
    above = [place.nodes[-1].noun] if place.nodes else []
    parts = [word for part in (*above, *tail[:-1], singular(tail[-1])) for word in words(part)]
    return parts[0].lower() + "".join(part[:1].upper() + part[1:].lower() for part in parts[1:])
