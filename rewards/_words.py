"""Lists in words, as instructions have them."""

from __future__ import annotations

from collections.abc import Sequence


def listed(parts: Sequence[str], last: str = " and ") -> str:
    """Return a list in words: `a, b and c`."""
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def labels_named(labels: Sequence[str], last: str = " and ") -> str:
    """Return labels as what they are: `the label a`, `the labels a and b`."""
    return f"the label{'s' if len(labels) > 1 else ''} {listed(labels, last)}"
