"""Pass 3: which collections there are, which schemas show their records, and which of them an operation is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.archetypes import deref, listing, success
from atlasgen.plan.hints import OPERATION, Hints
from atlasgen.plan.model import Archetype, Fact
from atlasgen.plan.paths import route
from atlasgen.spec.normalise import NormalisedDocument, RawOperation
from atlasgen.spec.schemas import HINT


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which resource each schema (by name or title) shows, and each operation (by pointer) is about."""

    schemas: Mapping[str, str]
    operations: Mapping[str, str]
    facts: Mapping[str, Fact]

    @property
    def names(self) -> tuple[str, ...]:
        """All resources, in the order of the document."""
        return tuple(dict.fromkeys([*self.schemas.values(), *filter(None, self.operations.values())]))


def assign(document: NormalisedDocument, archetypes: Mapping[str, Archetype], hints: Hints) -> Ownership:
    """Return who owns what: hints first, then the schema of the answer, then the noun of the path."""
    schemas: dict[str, str] = {}
    for name, schema in document.schemas.items():
        if name in document.inputs:
            continue
        hinted = hints.of(schema, f"/components/schemas/{name}").get("resource")
        if hinted is not None:
            schemas[name] = hints.text(hinted, f"/components/schemas/{name}/{HINT}/resource")
    for operation in document.operations:
        if archetypes[operation.pointer] == "get":
            for name, _ in _shown(operation, document.schemas):
                schemas.setdefault(name, route(operation.path).noun)
    operations: dict[str, str] = {}
    facts: dict[str, Fact] = {}
    for operation in document.operations:
        name, fact = _subject(operation, archetypes[operation.pointer], document.schemas, schemas, hints)
        operations[operation.pointer] = name
        facts[operation.pointer] = fact
    return Ownership(schemas, operations, facts)


def _subject(
    operation: RawOperation,
    archetype: Archetype,
    schemas: Mapping[str, JsonObject],
    owners: Mapping[str, str],
    hints: Hints,
) -> tuple[str, Fact]:
    at = operation.pointer
    own = hints.known(operation.hints, OPERATION, f"{at}/{HINT}")
    values = own.get("values")
    hinted = own.get("resource", values.get("of") if isinstance(values, dict) else None)
    if hinted is not None:
        return hints.text(hinted, f"{at}/{HINT}/resource"), Fact("resource", "hinted", "x-atlasgen")
    if archetype == "config":
        return "", Fact("resource", "inferred", "answers with what is always the same")
    place = route(operation.path)
    if archetype == "action" and place.nodes:
        noun = place.nodes[-1].noun
        return noun, Fact("resource", "inferred", f"acts on what {{{place.nodes[-1].parameter}}} names")
    for name, shown in _shown(operation, schemas):
        shows = shown.get(HINT)
        if isinstance(shows, dict) and isinstance(shows.get("resource"), str):
            return str(shows["resource"]), Fact("resource", "hinted", f"answers with {name}")
        if name in owners:
            return owners[name], Fact("resource", "inferred", f"answers with {name}")
    return place.noun, Fact("resource", "inferred", f"the path is about {place.noun}")


def _shown(operation: RawOperation, schemas: Mapping[str, JsonObject]) -> list[tuple[str, JsonObject]]:
    """Return the schemas in which an answer shows a record, by the names that they go by."""
    _, response = success(operation)
    if response is None:
        return []
    found = listing(response, schemas) if route(operation.path).item is None else None
    schema = found.items if found is not None else response
    target = deref(schema, schemas)
    names = [str(schema["$ref"]).removeprefix("#/$defs/")] if "$ref" in schema else []
    title = target.get("title")
    return [(name, target) for name in dict.fromkeys([*names, *([title] if isinstance(title, str) else [])])]
