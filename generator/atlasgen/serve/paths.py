"""Path templates as a tree of segments, so that finding one does not take longer the more there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")

_PARAMETER = re.compile(r"\{([^{}]*)\}")


@dataclass(slots=True)
class Node(Generic[T]):
    """A place in the tree: what each method finds there, and what lies below.

    Attributes:
        methods: By method, in capitals; empty where no template ends.
        literals: By their text; they go before parameters.
        patterns: By what the segment matches, in the order in which they were added.
    """

    methods: dict[str, T] = field(default_factory=dict)
    literals: dict[str, Node[T]] = field(default_factory=dict)
    patterns: dict[re.Pattern[str], Node[T]] = field(default_factory=dict)

    def add(self, template: str, method: str, item: T) -> None:
        """Add what a template and a method find; the first of two has the place."""
        node = self
        for segment in segments(template):
            if _PARAMETER.search(segment):
                node = node.patterns.setdefault(_pattern(segment), Node())
            else:
                node = node.literals.setdefault(segment, Node())
        node.methods.setdefault(method, item)

    def find(self, path: Sequence[str], values: tuple[str, ...] = ()) -> tuple[dict[str, T], tuple[str, ...]] | None:
        """Return what the segments of a path lead to, by method, and the values of its parameters in their order."""
        if not path:
            return (self.methods, values) if self.methods else None
        first, rest = path[0], path[1:]
        if first in self.literals and (found := self.literals[first].find(rest, values)):
            return found
        for pattern, node in self.patterns.items():
            if (match := pattern.fullmatch(first)) and (found := node.find(rest, values + match.groups())):
                return found
        return None


def segments(path: str) -> list[str]:
    """Return the segments of a path, one slash at its end forgiven; an escaped slash divides nothing."""
    return [unquote(segment) for segment in path.removeprefix("/").removesuffix("/").split("/")]


def parameters(template: str) -> list[str]:
    """Return the names of the parameters of a template."""
    return _PARAMETER.findall(template)


def agreement(template: str, path: Sequence[str]) -> int:
    """Return how many segments at the beginning of a path are those of a template."""
    pairs = list(zip(segments(template), path, strict=False))
    return next((n for n, (own, given) in enumerate(pairs) if not _pattern(own).fullmatch(given)), len(pairs))


@cache
def _pattern(segment: str) -> re.Pattern[str]:
    """Return what the texts of a template's segment match; those of its parameters are the groups."""
    return re.compile("(.+)".join(map(re.escape, _PARAMETER.sub("\0", segment).split("\0"))), re.DOTALL)
