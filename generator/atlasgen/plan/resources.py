"""Pass 3: which collections there are, which schemas show their records, and which of them an operation is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.archetypes import deref, listing, success
from atlasgen.plan.envelopes import record
from atlasgen.plan.hints import OPERATION, Hints
from atlasgen.plan.kinship import Kinship, squashed, stem
from atlasgen.plan.model import Archetype, Fact
from atlasgen.plan.naming import TREE, distinct, singular, words
from atlasgen.plan.paths import normalised, prefixes, route
from atlasgen.plan.singletons import Singles
from atlasgen.spec.normalise import NormalisedDocument, RawOperation
from atlasgen.spec.schemas import HINT

_ALIKE = 0.5  # of the members of the smaller schema that two of one sort of record have in common

_WRITING = ("update", "patch", "delete", "upsert")


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which resource each schema (by name or title) shows, and each operation (by pointer) is about.

    Attributes:
        nodes: Which resource the records are that stand at a place in the paths, by the place (`/issue/{}`).
        described: The resources that hints say something of.
        keyed: The resources whose names clients choose.
    """

    schemas: Mapping[str, str]
    operations: Mapping[str, str]
    facts: Mapping[str, Fact]
    nodes: Mapping[str, str]
    described: frozenset[str]
    keyed: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """All resources, in the order of the document."""
        return tuple(dict.fromkeys([*self.schemas.values(), *filter(None, self.operations.values())]))


def assign(
    document: NormalisedDocument,
    archetypes: Mapping[str, Archetype],
    singles: Singles,
    declared: Collection[str],
    hints: Hints,
) -> Ownership:
    """Return who owns what: hints first, then the place in the paths, the schema of the answer, the noun."""
    schemas: dict[str, str] = {}
    for name, schema in document.schemas.items():
        if name in document.inputs:
            continue
        hinted = hints.of(schema, f"/components/schemas/{name}").get("resource")
        if hinted is not None:
            schemas[name] = hints.text(hinted, f"/components/schemas/{name}/{HINT}/resource")
    described = {*schemas.values(), *declared}
    for operation in document.operations:
        hinted = operation.hints.get("resource")
        described |= {hinted} if isinstance(hinted, str) else set()
    for operation in document.operations:
        if archetypes[operation.pointer] == "get" and operation.pointer not in singles.names:
            for name, _ in _shown(operation, document.schemas):
                schemas.setdefault(name, route(operation.path).noun)
    nouns = {squashed(node.noun): node.noun for item in document.operations for node in route(item.path).nodes}
    for operation in document.operations:
        if operation.pointer in singles.targets:
            for name, _ in _shown(operation, document.schemas):
                schemas.setdefault(name, nouns.get(stem(name)) or _called(operation, name))
    places = _Places(document, archetypes, singles, schemas, frozenset(described))
    kinship = Kinship(document.schemas, schemas, dict.fromkeys([*schemas.values(), *nouns.values()]))
    operations: dict[str, str] = {}
    facts: dict[str, Fact] = {}
    for operation in document.operations:
        at = operation.pointer
        found = _hinted(operation, archetypes[at], document.schemas, hints)
        if found is None and at in singles.names:
            found = singles.names[at], Fact("resource", "inferred", "the only one of its kind at its place")
        if found is None and at in singles.targets:
            found = _asked_for(operation, document, schemas, singles)
        found = found or _below(operation, archetypes[at], document, places.nodes, described)
        found = found or places.of(operation) or _subject(operation, archetypes[at], document.schemas, schemas, kinship)
        operations[at], facts[at] = found
    return Ownership(schemas, operations, facts, places.nodes, frozenset(described), frozenset(places.keyed))


def _below(
    operation: RawOperation,
    archetype: Archetype,
    document: NormalisedDocument,
    nodes: Mapping[str, str],
    described: Collection[str],
) -> tuple[str, Fact] | None:
    """Return what a list of the records below or above one is about: records of the same sort."""
    tail, places = route(operation.path).tail, prefixes(operation.path)
    if archetype != "list" or not places or not tail or operation.hints:
        return None
    if squashed(singular("".join(words(tail[-1])))) not in TREE or nodes[places[-1]] in described:
        return None
    get = next(
        (item for item in document.operations if normalised(item.path) == places[-1] and item.method == "get"), None
    )
    _, response = success(get) if get is not None else (0, None)
    shown = deref(record(response or {}, document.schemas)[1], document.schemas).get("properties")
    if not isinstance(shown, dict) or not any(name.lower().startswith("parent") for name in shown):
        return None
    return nodes[places[-1]], Fact("resource", "inferred", f"{tail[-1]} are of the same sort")


def _asked_for(
    operation: RawOperation, document: NormalisedDocument, schemas: Mapping[str, str], singles: Singles
) -> tuple[str, Fact]:
    """Return what an operation is about whose query names the record: what the GET of the same path shows."""
    get = next(item for item in document.operations if item.path == operation.path and item.method == "get")
    name = next(schemas[name] for name, _ in _shown(get, document.schemas) if name in schemas)
    return name, Fact("resource", "inferred", f"{singles.targets[operation.pointer]} names one")


def _called(operation: RawOperation, schema: str) -> str:
    """Return what a record is called that a parameter of the query names: by the path, else by its schema."""
    noun, plain = route(operation.path).noun, stem(schema)
    return noun if squashed(noun) in (plain, squashed(singular(plain))) else plain


class _Places:
    """The places in the paths where records stand, each with its resource.

    Records of one noun at several places are one resource, unless clients choose their names there, or none of the
    places stands by itself: a property of an issue is no property of a project.
    """

    def __init__(
        self,
        document: NormalisedDocument,
        archetypes: Mapping[str, Archetype],
        singles: Singles,
        schemas: Mapping[str, str],
        described: frozenset[str],
    ) -> None:
        self._archetypes = archetypes
        self.nodes: dict[str, str] = {}
        self.keyed: set[str] = set()
        self._own: set[str] = set()
        items: dict[str, list[RawOperation]] = {}
        before: dict[str, str] = {}
        for operation in document.operations:
            if route(operation.path).item is not None:
                items.setdefault(normalised(operation.path), []).append(operation)
            above = ""
            for node, place in zip(route(operation.path).nodes, prefixes(operation.path), strict=True):
                self.nodes.setdefault(place, node.noun)
                before[place], above = above, place
        by_name: dict[str, list[str]] = {}
        for place, listed in items.items():
            get = next((item for item in listed if archetypes[item.pointer] == "get"), None)
            names = [schemas[name] for name, _ in _shown(get, document.schemas) if name in schemas] if get else []
            self.nodes[place] = names[0] if names else self.nodes[place]
            by_name.setdefault(self.nodes[place], []).append(place)
        taken = {*by_name, *described}
        for name, found in by_name.items():
            found.sort(key=lambda place: place.count("{}"))  # what stands by itself keeps the name
            writing = [place for place in found if any(archetypes[item.pointer] in _WRITING for item in items[place])]
            unlike = _unlike(found, items, archetypes, document)
            chosen = [place for place in found if any(archetypes[item.pointer] == "upsert" for item in items[place])]
            if name in described:
                continue
            alone = [place for place in found if place.count("{}") == 1]
            apart = chosen if len(chosen) > 1 or alone else writing if not alone and len(writing) > 1 else []
            for place in dict.fromkeys([*unlike, *apart[0 if alone and chosen else 1 :]]):
                if place in alone and place not in chosen and place not in unlike:
                    continue
                above = self.nodes[before[place]] if before.get(place) else _segment(place)
                if len(found) > 1:
                    self.nodes[place] = distinct(f"{above}{name[:1].upper()}{name[1:]}" if above else name, taken)
                    taken.add(self.nodes[place])
            self.keyed |= {self.nodes[place] for place in chosen}
        self._own = {place for place in items if self.nodes[place] not in described}

    def of(self, operation: RawOperation) -> tuple[str, Fact] | None:
        """Return what an operation on one record of a place, or one that creates them there, is about."""
        here, kind = normalised(operation.path), self._archetypes[operation.pointer]
        place = here if here in self._own else f"{here}/{{}}"
        if place not in self._own or (place != here and kind not in ("create", "list")):
            return None
        if place != here and kind == "list" and self.nodes[place] not in self.keyed:
            return None  # the schema of its elements may know better
        return self.nodes[place], Fact("resource", "inferred", f"stands at {place}")


def _unlike(
    places: Collection[str],
    items: Mapping[str, list[RawOperation]],
    archetypes: Mapping[str, Archetype],
    document: NormalisedDocument,
) -> list[str]:
    """Return the places of one noun where GET shows other things than at the first of them."""
    seen: list[tuple[str, frozenset[str]]] = []
    for place in places:
        get = next((item for item in items[place] if archetypes[item.pointer] == "get"), None)
        shown = _shown(get, document.schemas) if get is not None else []
        members = shown[0][1].get("properties") if shown else None
        if isinstance(members, dict):
            seen.append((place, frozenset(members)))
    found: list[str] = []
    for place, names in seen[1:]:
        first = seen[0][1]
        if len(names & first) < _ALIKE * min(len(names), len(first)):
            found.append(place)
    return found


def _segment(place: str) -> str:
    """Return the fixed segment before the one that a place is called after, as a part of a name."""
    parts = [singular(part) for part in place.split("/") if part[:1].isalpha()]
    return parts[-2] if len(parts) > 1 else ""


def _hinted(
    operation: RawOperation, archetype: Archetype, schemas: Mapping[str, JsonObject], hints: Hints
) -> tuple[str, Fact] | None:
    """Return what hints say an operation is about."""
    at = operation.pointer
    own = hints.known(operation.hints, OPERATION, f"{at}/{HINT}")
    values = own.get("values")
    hinted = own.get("resource", values.get("of") if isinstance(values, dict) else None)
    if hinted is not None:
        return hints.text(hinted, f"{at}/{HINT}/resource"), Fact("resource", "hinted", "x-atlasgen")
    if archetype == "config":
        return "", Fact("resource", "inferred", "answers with what is always the same")
    place = route(operation.path)
    if archetype == "action" and place.nodes and "resource" not in own and operation.hints:
        noun = place.nodes[-1].noun
        return noun, Fact("resource", "inferred", f"acts on what {{{place.nodes[-1].parameter}}} names")
    for name, shown in _shown(operation, schemas):
        shows = shown.get(HINT)
        if isinstance(shows, dict) and isinstance(shows.get("resource"), str):
            return str(shows["resource"]), Fact("resource", "hinted", f"answers with {name}")
    return None


def _subject(
    operation: RawOperation,
    archetype: Archetype,
    schemas: Mapping[str, JsonObject],
    owners: Mapping[str, str],
    kinship: Kinship,
) -> tuple[str, Fact]:
    place = route(operation.path)
    for name, shown in _shown(operation, schemas):
        if name in owners:
            return owners[name], Fact("resource", "inferred", f"answers with {name}")
        found, why = kinship.of_schema(name, shown) if archetype in ("list", "create") else ("", "")
        if found:
            return found, Fact("resource", "inferred", why)
    return place.noun, Fact("resource", "inferred", f"the path is about {place.noun}")


def _shown(operation: RawOperation, schemas: Mapping[str, JsonObject]) -> list[tuple[str, JsonObject]]:
    """Return the schemas in which an answer shows a record, by the names that they go by."""
    _, response = success(operation)
    if response is None:
        return []
    found = listing(response, schemas) if route(operation.path).item is None else None
    schema = found.items if found is not None else record(response, schemas)[1]
    target = deref(schema, schemas)
    names = [str(schema["$ref"]).removeprefix("#/$defs/")] if "$ref" in schema else []
    title = target.get("title")
    return [(name, target) for name in dict.fromkeys([*names, *([title] if isinstance(title, str) else [])])]
