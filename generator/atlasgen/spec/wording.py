"""Words that messages about documents share: the name probably meant, and what sort of value was found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from atlasgen.jsonvalue import Json

# Below this likeness a suggestion misleads more often than it helps; `/rest/issue` is .79 like `/rest/api/3/issue`.
_LIKENESS = 0.55


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the existing name that was probably meant, or None where none is alike."""
    found = difflib.get_close_matches(name, list(dict.fromkeys(names)), n=1, cutoff=_LIKENESS)
    return found[0] if found else None


def sort_of(value: Json) -> str:
    """Return what a value is, in words: `an object`, `a list`, `text`, `a number`, `true`, `null`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "text"
    return "null" if value is None else "a number"
