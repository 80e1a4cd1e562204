"""How records are named, as far as paths and schemas tell: by which member, of which form, and who chooses it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.archetypes import deref
from atlasgen.plan.kinship import named, squashed
from atlasgen.plan.model import Identity, Path
from atlasgen.plan.paths import Node, identity_fields, route
from atlasgen.spec.normalise import RawOperation

HIDDEN = "_id"
"""The member that holds the id of records whose schemas show none that is theirs alone; no answer shows it."""

_HEX = re.compile(r"\^?([A-Za-z0-9_-]*)\[(?:0-9|a-f|A-F){2,3}\]\{(\d{1,3})\}\$?")


def identity(
    operations: Sequence[RawOperation], shown: Mapping[Path, JsonObject], schemas: Mapping[str, JsonObject], *,
    keyed: bool, below: bool, asked: Mapping[str, str],
) -> Identity:  # fmt: skip
    """Return how the records of a resource that nobody has described are named.

    Args:
        operations: Those that are about the resource.
        shown: What answers show of a record, with the schemas of that.
        schemas: The schemas of the document.
        keyed: Whether clients choose the names.
        below: Whether a record stands below another one, so that its name need not be the only one.
        asked: The parameters of the query that name records, by the pointers of operations.
    """
    members = {path[0]: deref(schema, schemas) for path, schema in shown.items() if len(path) == 1}
    field, further = _named_by(operations, members, asked)
    if keyed and below:
        return Identity(HIDDEN, also={field: None})
    schema = members.get(field, {})
    numeric = schema.get("type") in ("integer", "number")
    form = None if keyed else "{n}" if numeric else _form(schema)
    return Identity(field, form, numeric, dict.fromkeys(further))


def _named_by(
    operations: Iterable[RawOperation], members: Mapping[str, JsonObject], asked: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    """Return the member that names a record, and further ones that do."""
    spelled = {squashed(name): name for name in [*members][::-1]}
    guesses: list[str] = []
    for operation in operations:
        place = route(operation.path)
        item = Node(place.noun, asked[operation.pointer]) if operation.pointer in asked else place.item
        if item is None:
            continue
        fields = identity_fields(item.noun, item.parameter)
        # `id` before `petId`: what a create answers with may be called so, and the record itself is not.
        known = [spelled[squashed(name)] for name in (*fields, item.parameter) if squashed(name) in spelled]
        known = [name for name in dict.fromkeys(known) if _is_name(members[name])]
        if known:
            return known[0], tuple(name for name in known[1:] if squashed(name) in fields)
        guesses += [name for name in (named(members, item.noun), "") if name][:1] or [fields[-1]]
    return (guesses[0] if guesses else named(members, "") or "id"), ()


def _is_name(schema: JsonObject) -> bool:
    kinds = schema.get("type", "string")
    return any(kind in ("string", "integer", "number") for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _form(schema: JsonObject) -> str:
    """Return what ids look like by their schema."""
    if schema.get("format") == "uuid":
        return "{uuid}"
    found = _HEX.fullmatch(str(schema.get("pattern", "")))
    return f"{found[1]}{{hex{found[2]}}}" if found is not None else "{n}"
