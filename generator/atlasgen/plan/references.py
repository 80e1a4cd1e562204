"""Pass 4: which values name records of other resources."""

from __future__ import annotations

from collections.abc import Mapping

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.hints import Hints
from atlasgen.plan.model import Fact, Reference
from atlasgen.plan.naming import singular, words


def reference(
    name: str, schema: JsonObject, hint: Json, resources: Mapping[str, str], hints: Hints, at: str
) -> tuple[Reference | None, Fact | None]:
    """Return what a member refers to: by a hint, or because it is called exactly `<resource>Id`.

    Only these two may reject a request: a reference that is merely likely must not.

    Args:
        name: The member.
        schema: Its schema, or that of the items of its list.
        hint: What a hint says of it.
        resources: Those that there are, by their names in lower case.
        hints: Collects problems.
        at: Where the hint stands.
    """
    if hint is not None:
        found = hints.reference(hint, f"{at}/ref")
        return found, Fact(f"reference {name}", "hinted", found.resource)
    parts = words(name)
    if len(parts) < 2 or parts[-1].lower() not in ("id", "ids") or "properties" in schema:
        return None, None
    wanted = singular("".join(part.capitalize() for part in parts[:-1])).lower()
    resource = resources.get(wanted)
    if resource is None:
        return None, None
    return Reference(resource), Fact(f"reference {name}", "inferred", f"the name is the id of {resource}")
