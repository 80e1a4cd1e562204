"""Paths that follow references, and text templates over them, compiled to closures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from atlasgen.plan.model import Field, Path, Reference, Resource
from atlasgen.runtime.documents import ABSENT, Document
from atlasgen.runtime.world import World

Follow: TypeAlias = Callable[[World, Document], Any]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class Paths:
    """The paths of an API: they know which fields refer to which collections of the world."""

    def __init__(self, resources: Mapping[str, Resource], names: Mapping[str, str]) -> None:
        """Take the resources of a plan, and what the world calls the collections of them."""
        self._names = names
        self._references = {
            name: {
                field.path: cast("Reference", field.reference).resource
                for field in resource.fields
                if _single(field, names)
            }
            for name, resource in resources.items()
        }

    def follow(self, path: Path, resource: str) -> Follow:
        """Return a function from a record of a resource to what stands at a path, through the records it refers to.

        The function returns `ABSENT` where the path leads nowhere. A path that ends in a reference gives the id.
        """
        references = self._references.get(resource, {})
        for length in range(1, len(path)):
            target = references.get(path[:length])
            if target is not None:
                rest = path[length:]
                further = self.follow(rest, target) if len(rest) > 1 else None
                return _through(path[:length], self._names[target], rest[0], further)
        return plain(path)

    def passed(self, path: Path, resource: str) -> frozenset[str]:
        """Return the collections whose records a path leads through, after the record that it begins in."""
        references = self._references.get(resource, {})
        for length in range(1, len(path)):
            target = references.get(path[:length])
            if target is not None:
                return self.passed(path[length:], target) | {self._names[target]}
        return frozenset()

    def head(self, path: Path, resource: str) -> Path:
        """Return a path as far as the first reference on it."""
        references = self._references[resource]
        return next((path[:length] for length in range(1, len(path)) if path[:length] in references), path)

    def dotted(self, text: str, resource: str) -> Follow:
        """Return `follow` for a path that is written with dots."""
        return self.follow(tuple(text.split(".")), resource)

    def template(self, text: str, resource: str) -> Callable[[World, Document, Document], str]:
        """Return a function that fills a template from a record.

        `{base}` is the address of the environment; any other placeholder is a path, looked up in the object that the
        template stands in first, then in the record. The function takes the record and that object.
        """
        literals = _PLACEHOLDER.split(text)
        before, names, after = literals[0], literals[1::2], literals[2::2]
        if len(names) == 2 and names[0] == "base" and names[1] != "base" and "." not in names[1] and not before:
            return _address(after[0], names[1], after[1])
        lookups = [None if name == "base" else (name, self.dotted(name, resource)) for name in names]

        def fill(world: World, record: Document, node: Document) -> str:
            parts = [before]
            for lookup, literal in zip(lookups, after, strict=True):
                if lookup is None:
                    parts.append(world.base_url)
                else:
                    name, find = lookup
                    value = node[name] if name in node else find(world, record)
                    parts.append("" if value is ABSENT else str(value))
                parts.append(literal)
            return "".join(parts)

        return fill


def _address(path: str, member: str, rest: str) -> Callable[[World, Document, Document], str]:
    """Return the common template `{base}/path/{member}rest` in its fast form."""

    def fill(world: World, record: Document, node: Document) -> str:
        value = node.get(member)
        if value is None:
            value = record.get(member, "")
        return f"{world.base_url}{path}{value}{rest}"

    return fill


def _single(field: Field, names: Mapping[str, str]) -> bool:
    return field.reference is not None and not field.many and field.reference.resource in names


def _through(path: Path, collection: str, member: str, further: Follow | None) -> Follow:
    """Return what follows a reference to a member of the record that it names, or further than that."""
    head, last = plain(path), path[-1]
    outer = path[0] if len(path) == 2 else None

    def through(world: World, record: Document) -> Any:
        # Most paths have two keys before a reference and one behind it: calls for those would cost more than the look.
        if outer is not None:
            node = record.get(outer)
            id = node.get(last) if type(node) is dict else None
        else:
            id = head(world, record)
        if id is None or id is ABSENT:
            return ABSENT
        other = world.get(collection, id if type(id) is str else str(id))
        if other is None:
            return ABSENT
        return other.get(member, ABSENT) if further is None else further(world, other)

    return through


def plain(path: Path) -> Follow:
    """Return a function from a record to what stands at a path of it."""
    if len(path) == 1:
        (key,) = path
        return lambda world, record: record.get(key, ABSENT)
    if len(path) == 2:
        outer, inner = path

        def two(world: World, record: Document) -> Any:
            node = record.get(outer)
            return node.get(inner, ABSENT) if type(node) is dict else ABSENT

        return two

    def walk(world: World, record: Document) -> Any:
        node: Any = record
        for key in path:
            if not isinstance(node, dict) or key not in node:
                return ABSENT
            node = node[key]
        return node

    return walk
