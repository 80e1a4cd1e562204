"""Words about documents: the name that was probably meant, the sort of a value, the first sentence of a description."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from itertools import islice

from atlasgen.jsonvalue import Json

# Below this likeness a suggestion misleads more often than it helps; `/rest/issue` is .79 like `/rest/api/3/issue`.
_LIKENESS = 0.55
# Comparing takes as long as two names multiplied, and as there are names.
_LONGEST_NAME, _MOST_NAMES = 200, 5_000

# What a first sentence is found with.
_LONGEST = 120
_LOOKED_AT = 4_000  # characters of a description; some are whole articles
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_TAG = re.compile(r"</?(?:a|b|br|code|em|i|li|ol|p|pre|strong|ul)\b[^<>]*>")
_LISTED = re.compile(r"\s*(?:[*+>|-]|[0-9]+[.)])\s")
_MARK = re.compile(r"^(?:#+|[*+>|-])\s+")
_END = re.compile(r"[.!?][\"')*`_]*(?=\s|$)")
_SHORTENED = frozenset({"e.g", "eg", "i.e", "ie", "etc", "vs", "cf", "no", "approx", "incl", "max", "min"})


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the existing name that was probably meant, or None where none is alike."""
    if len(name) > _LONGEST_NAME:
        return None
    known = dict.fromkeys(islice((known for known in names if len(known) <= _LONGEST_NAME), _MOST_NAMES))
    found = difflib.get_close_matches(name, known, n=1, cutoff=_LIKENESS)
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


def first_sentence(text: str) -> str:
    """Return the first sentence of a description, without its markup, in at most 120 characters."""
    text = _TAG.sub("", text[:_LOOKED_AT])
    while (reduced := _LINK.sub(r"\1", text)) != text:
        text = reduced
    paragraph = next((part for part in re.split(r"\n[ \t\r]*\n", text) if part.strip()), "")
    lines = [line for line in paragraph.splitlines() if line.strip()]
    end = next((index for index, line in enumerate(lines) if index and _LISTED.match(line)), len(lines))
    words = " ".join(" ".join(lines[:end]).split())
    words = re.sub(r":$", "…", _MARK.sub("", words))
    for found in _END.finditer(words):
        before, after = words[: found.start()].rsplit(" ", 1)[-1], words[found.end() :].lstrip()[:1]
        if not after.islower() and before.lower().lstrip("(") not in _SHORTENED:
            words = words[: found.end()]
            break
    if len(words) > _LONGEST:
        words = words[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,;:.(") + "…"
    return words
