"""What a path says by itself: which record it leads to, and below which others it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from atlasgen.plan.naming import singular, words

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_JOINTS = frozenset({"or", "and", "by"})


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a path where a record is named: `/issue/{issueIdOrKey}` is the node of `issue`."""

    noun: str
    parameter: str


@dataclass(frozen=True, slots=True)
class Route:
    """A path, read.

    Attributes:
        nodes: The records it names, outermost first.
        tail: The fixed segments after the last of them (all segments where there is none).
    """

    nodes: tuple[Node, ...]
    tail: tuple[str, ...]

    @property
    def item(self) -> Node | None:
        """The record that the path ends in, if it ends in one."""
        return self.nodes[-1] if self.nodes and not self.tail else None

    @property
    def noun(self) -> str:
        """What the path is about, in the singular."""
        return self.nodes[-1].noun if not self.tail and self.nodes else singular(self.tail[-1]) if self.tail else ""


def route(path: str) -> Route:
    """Read a path.

    The fixed segment before a parameter owns it (right for about 95 % of real paths, shared/research/generator.md).
    """
    nodes: list[Node] = []
    tail: list[str] = []
    owner = ""
    for segment in filter(None, path.split("/")):
        match = _PARAMETER.search(segment)
        if match:
            nodes.append(Node(singular(owner or match[1]), match[1]))
            tail = []
        else:
            owner = segment
            tail.append(segment)
    return Route(tuple(nodes), tuple(tail))


def identity_fields(noun: str, parameter: str) -> tuple[str, ...]:
    """Return the members that a path parameter may name a record by: `issueIdOrKey` of `issue` -> (`id`, `key`)."""
    own = {word.lower() for word in words(noun)}
    parts = [word.lower() for word in words(parameter)]
    whole = "".join(word.lower() for word in words(noun))
    for length in range(len(parts) - 1, 1, -1):  # `issueTypeSchemeId` of `issuetypescheme`
        if "".join(parts[:length]) == whole:
            parts = parts[length:]
            break
    fields = [word for word in parts if word not in own and word not in _JOINTS]
    return tuple(dict.fromkeys(fields)) or ("id",)


def is_word(schema: Mapping[str, object]) -> bool:
    """Whether a parameter is one of some words, and so names no record that one can make."""
    return "enum" in schema or "const" in schema


def normalised(path: str) -> str:
    """Return a path without the names of its parameters: `/issue/{id}` and `/issue/{key}` are one place."""
    return _PARAMETER.sub("{}", path.rstrip("/"))


def prefixes(path: str) -> tuple[str, ...]:
    """Return where each record that a path names stands, normalised, as the nodes of its route come."""
    found: list[str] = []
    walked = ""
    for segment in filter(None, path.split("/")):
        walked += "/" + segment
        if _PARAMETER.search(segment):
            found.append(normalised(walked))
    return tuple(found)
