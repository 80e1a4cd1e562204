"""Which resource an object inside an answer is a record of: its schema, or one that looks like it, shows them.

Documents have several schemas for one sort of record (`UserCompact`, `UserDetails`), and merging `allOf` takes the name
from an object that stands in another one; what stays is its description.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.archetypes import deref
from atlasgen.plan.bodies import element, members
from atlasgen.plan.envelopes import record
from atlasgen.plan.naming import singular, words

_FORMS = frozenset(
    {"response", "compact", "base", "bean", "details", "detail", "json", "dto", "model", "object", "data", "summary"}
    | {"minimal", "mini", "full", "ref", "reference", "entity", "representation", "view", "info", "single", "basic"}
    | {"short", "simple", "partial", "output", "result", "item", "record", "identifier", "v", "list", "listed"}
)
"""Words that say in which form a schema shows its records, not which records."""

_VAGUE = frozenset(
    {
        "type",
        "item",
        "content",
        "status",
        "state",
        "property",
        "value",
        "data",
        "object",
        "resource",
        "target",
        "source",
    }
    | {"entity", "name", "list", "key", "option", "default", "field", "context", "child", "scope", "search", "record"}
)
"""Nouns that say nothing of what stands at a member that is called so."""

_IDS = ("id", "gid", "sid", "uuid", "guid", "key", "self", "href")


def squashed(name: str) -> str:
    """Return the letters and digits of a name in lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def stem(name: str) -> str:
    """Return what a schema shows by its name, without the words for the form (`UserDetailsBean` -> `user`)."""
    parts = [part.lower() for part in words(name)]
    while len(parts) > 1 and (parts[-1] in _FORMS or parts[-1].isdigit()):
        parts.pop()
    return squashed(singular("".join(parts)))


class Kinship:
    """The sorts of records that schemas show."""

    def __init__(
        self,
        schemas: Mapping[str, JsonObject],
        owners: Mapping[str, str],
        resources: Collection[str],
        placed: Collection[str] = (),
    ) -> None:
        """Take what is known of a document.

        Args:
            schemas: Its schemas.
            owners: The resources that some of these show.
            resources: All resources.
            placed: Those whose records stand at a place of the paths: what has none is not told by a name alone.
        """
        self._owners = owners
        self._placed = frozenset(placed)
        self._resources = {squashed(name): name for name in [*resources][::-1]}
        self._twins: dict[tuple[str, frozenset[str]], str] = {}
        for name, schema in schemas.items():
            said, members = schema.get("description"), schema.get("properties")
            if isinstance(said, str) and len(said) > 20 and isinstance(members, dict):
                self._twins.setdefault((said, frozenset(members)), name)

    def of_schema(self, name: str, schema: JsonObject) -> tuple[str, str]:
        """Return the resource that a schema shows, and why; two empty texts where it shows none that is known.

        Args:
            name: What the schema is called; empty where it stands in place.
            schema: Without `$ref`.
        """
        title, members = schema.get("title"), schema.get("properties")
        names = [item for item in (name, title if isinstance(title, str) else "") if item]
        twin = self._twins.get(
            (str(schema.get("description")), frozenset(members if isinstance(members, dict) else ()))
        )
        for item in [*names, *([twin] if twin else [])]:
            if item in self._owners:
                return self._owners[item], f"{item} shows it"
        for item in [*names[:1], *([twin] if twin else [])]:
            found = self._resources.get(stem(item))
            if found is not None:
                return found, f"{item} is a form of it"
        return "", ""

    def of_member(self, member: str, name: str, schema: JsonObject) -> tuple[str, str]:
        """Return the resource that the object at a member is a record of, and why; see `of_schema`."""
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            return "", ""
        found, why = self.of_schema(name, schema)
        if not found:
            parts = words(member)
            for length in range(len(parts), 0, -1):  # `parentIssue` may be an issue, `issueParent` none
                noun = squashed(singular("".join(parts[-length:])))
                resource = self._resources.get(noun)
                if resource is not None and resource in self._placed and noun not in _VAGUE:
                    found, why = resource, f"{member} is called like it"
                    break
        return (found, why) if found and named(properties, found) else ("", "")


def named(properties: Mapping[str, Any], resource: str) -> str:
    """Return the member of an object that says which record of a resource it is; empty where none does."""
    own = squashed(resource)
    for name in _IDS:
        if name in properties:
            return name
    called = (name for name in properties if squashed(name) in (f"{own}id", f"{own}gid", f"{own}key"))
    first = next(iter(properties), "")  # what an object begins with, if it is called so, is its id
    return next(called, first if words(first)[1:] and words(first)[-1].lower() in _IDS else "")


def embedded(
    bodies: Iterable[tuple[str, JsonObject]], schemas: Mapping[str, JsonObject]
) -> Mapping[str, frozenset[str]]:
    """Return the members that bodies write as new objects, not as names of records, by resource, squashed.

    Args:
        bodies: Resources, and what the bodies of operations on them look like.
        schemas: Those of the document.
    """
    found: dict[str, set[str]] = {}
    for resource, body in bodies:
        inner = element(record(body, schemas)[1], schemas)
        for name, member, _ in members(inner, schemas):
            target = deref(member, schemas)
            items = target.get("items")
            one = deref(items, schemas) if isinstance(items, dict) else target
            properties = one.get("properties")
            options = one.get("anyOf")
            listed = options if isinstance(options, list) else []
            parts: list[Json] = [properties]
            parts += [deref(item, schemas).get("properties") for item in listed if isinstance(item, dict)]
            if any(isinstance(part, dict) and not named(part, "") for part in parts):
                found.setdefault(resource, set()).add(squashed(name))
    return {resource: frozenset(names) for resource, names in found.items()}
