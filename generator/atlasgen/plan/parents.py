"""Below which records those of a resource stand: by a field that they show, else by one that nobody sees.

A path says that a comment belongs to an issue even where no schema of comments does. What is created below a record
stands below that one alone; what only lists show below others (the projects of a user) may stand below several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atlasgen.plan.findings import Findings
from atlasgen.plan.kinship import squashed
from atlasgen.plan.model import Fact, Field, Held, Path, Reference
from atlasgen.plan.naming import CHILDREN, DEEP, TREE, UPWARDS, singular, words
from atlasgen.plan.paths import is_word, prefixes, route
from atlasgen.spec.normalise import RawOperation


@dataclass(frozen=True, slots=True)
class Scopes:
    """What the records before the last one of a path are to that one, by the pointers of operations.

    Attributes:
        fields: The fields that parameters must be found in.
        held: The field of such a record that lists those that an operation shows.
        deep: The operations that show all that stands below.
        ancestors: The field that leads upwards, of the operations that show all that stands above.
    """

    fields: Mapping[str, Mapping[str, Path]]
    held: Mapping[str, Held]
    deep: frozenset[str]
    ancestors: Mapping[str, Path]


def scopes(found: Findings, relations: frozenset[tuple[str, str]]) -> Scopes:
    """Return what paths say of the records that they lead through.

    Fields that no view shows are added to the resources.

    Args:
        found: What the passes before found.
        relations: What can be added to records and taken out: places and nouns.
    """
    result: dict[str, dict[str, Path]] = {}
    held: dict[str, Held] = {}
    deep: set[str] = set()
    ancestors: dict[str, Path] = {}
    created = _created(found)
    for operation in found.document.operations:
        resource = found.owned.operations[operation.pointer]
        kind = found.archetypes[operation.pointer]
        if not resource or kind in ("stub", "config") or resource in found.owned.described or operation.hints:
            continue
        place = route(operation.path)
        for node, where in zip(place.nodes, prefixes(operation.path), strict=True):
            if node is place.item and operation.pointer not in found.singles.names:
                continue
            parent = found.owned.nodes[where]
            relation = relation_of(operation)
            if parent == resource and node is place.nodes[-1] and kind == "list" and relation in TREE:
                up = _up(found, resource)
                if up and relation in UPWARDS:
                    ancestors[operation.pointer] = up
                    continue
                deep |= {operation.pointer} if up and relation in DEEP else set()
            last = node is place.nodes[-1] and kind == "list" and parent in found.names
            lists = _listed(found, operation, resource, parent) if last else ()
            noun = squashed(singular(place.tail[-1])) if place.tail else ""
            if last and not lists and (where, noun) in relations and parent not in created.get(resource, ()):
                lists = _added(found, parent, f"_{place.tail[-1]}", Reference(resource), True, operation)
            if lists:
                held[operation.pointer] = Held(parent, lists, node.parameter)
                continue
            path = _field(found, operation, resource, node.parameter, parent, created)
            if path:
                result.setdefault(operation.pointer, {})[node.parameter] = path
    return Scopes(result, held, frozenset(deep), ancestors)


def relation_of(operation: RawOperation) -> str:
    """Return what the end of a path calls the records that it leads to, in the singular."""
    tail = route(operation.path).tail
    return squashed(singular("".join(words(tail[-1])))) if tail else ""


def _up(found: Findings, resource: str) -> Path:
    """Return the field by which a record names the one of its own sort above it."""
    for path, field in found.views.fields.get(resource, {}).items():
        if field.reference is not None and field.reference.resource == resource and not field.many:
            return path
    return ()


def _listed(found: Findings, operation: RawOperation, resource: str, parent: str) -> Path:
    """Return the field of a record that is called like a list below it and names what the list shows."""
    relation = squashed(route(operation.path).tail[-1]) if route(operation.path).tail else ""
    for item in found.views.fields.get(parent, {}).values():
        names = item.many and item.reference is not None and item.reference.resource == resource
        if names and item.path[0][:1] != "_" and squashed(item.path[-1]) == relation:
            return item.path
    return ()


def _created(found: Findings) -> Mapping[str, set[str]]:
    """Return below which places the records of each resource are made."""
    made: dict[str, set[str]] = {}
    for operation in found.document.operations:
        if found.archetypes[operation.pointer] in ("create", "upsert") or operation.pointer in found.singles.names:
            places = prefixes(operation.path)
            own = places[:-1] if route(operation.path).item is not None else places
            made.setdefault(found.owned.operations[operation.pointer], set()).update(
                found.owned.nodes[place] for place in own
            )
    return made


def _field(
    found: Findings, operation: RawOperation, resource: str, parameter: str, parent: str,
    created: Mapping[str, set[str]],
) -> Path:  # fmt: skip
    """Return the field by which the records of a resource name the one that a parameter of their path names."""
    views = found.views
    shown = [
        item for item in views.fields.get(resource, {}).values()
        if item.reference is not None and item.reference.resource == parent
    ]  # fmt: skip
    relation = relation_of(operation)
    if parent == resource:
        # Below one of its own sort: what is called like a child has it for a parent, all else is related to it.
        up = _up(found, resource)
        if up and (relation in CHILDREN or relation.startswith("sub") or relation == squashed(resource)):
            return up
        return _added(found, resource, f"_{parameter}_{relation}", Reference(parent), True, operation)
    own = _called(shown, parameter, parent)
    if own:
        return own
    schema = next((item.schema for item in operation.parameters if item.name == parameter), {})
    if parent not in found.names or (is_word(schema) and parent not in found.owned.keyed):
        return _added(found, resource, f"_{parameter}", None, False, operation)
    below = parent in created.get(resource, ())
    named = relation in (squashed(resource), "") or operation.pointer in found.singles.names or below
    name = f"_{parent}" if named else f"_{parent}_{relation}"
    return _added(found, resource, name, Reference(parent), not below, operation)


def _called(shown: list[Field], parameter: str, parent: str) -> Path:
    """Return the field among those that name a sort of record which a path most likely means; none is better."""
    if not shown:
        return ()
    for field in shown:
        if squashed(field.path[-1]) in (squashed(parameter), squashed(parent), squashed(f"{parent}Id")):
            return field.path
    for field in shown:
        if squashed(singular(field.path[-1])) == squashed(parent):
            return field.path
    return ()


def _added(
    found: Findings, resource: str, name: str, reference: Reference | None, many: bool, operation: RawOperation
) -> Path:
    path = (name,)
    fact = Fact(f"parent {name}", "inferred", f"records stand below it at {operation.path}")
    found.views.field(resource, Field(path, reference, many), fact)
    return path
