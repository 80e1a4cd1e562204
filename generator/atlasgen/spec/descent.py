"""Finds named schemas that cannot be followed to an end: circles, choices without number, levels without number.

Whoever reads schemas that have passed may recurse, and the time that a value is held against them hangs on the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from atlasgen.jsonvalue import JsonObject

# Real documents have up to 23 levels and 28 choices.
LEVELS = 80
CHOICES = 10_000

_BESIDE = ("anyOf", "allOf")
_BELOW = ("items", "additionalProperties")


def endless(schemas: Mapping[str, JsonObject]) -> Iterator[tuple[str, str]]:
    """Yield the names of such schemas, and what is wrong with each; of a circle or a long way only one is named."""
    references = {
        name: [item for item in _references(schema) if item[0] in schemas] for name, schema in schemas.items()
    }
    beside = {name: [target for target, level in listed if not level] for name, listed in references.items()}
    choices: dict[str, int] = {}
    for name, leads_back in _inwards(beside):
        choices[name] = 1 + sum(choices.get(target, 0) for target in beside[name])
        if leads_back:
            yield name, "leads back to itself, with no member and no item in between"
        elif choices[name] > CHOICES:
            choices[name] = 0
            yield name, f"leaves a choice between more than {CHOICES:,} schemas"
    levels: dict[str, int] = {}
    for name, _ in _inwards({name: [target for target, _ in listed] for name, listed in references.items()}):
        # A schema that has no number yet is one that leads here: whoever follows references stops there.
        levels[name] = max((level + levels.get(target, 0) + 1 for target, level in references[name]), default=0)
        if levels[name] > LEVELS:
            levels[name] = 0
            yield name, f"leads through more than {LEVELS} levels of other schemas"


def _inwards(graph: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, bool]]:
    """Yield every name after those that it leads to, and whether it leads to one that leads to it."""
    done: set[str] = set()
    for root in graph:
        waiting = {root: iter(graph[root])} if root not in done else {}
        while waiting:
            name, targets = next(reversed(waiting.items()))
            fresh = next((target for target in targets if target not in done and target not in waiting), None)
            if fresh is not None:
                waiting[fresh] = iter(graph[fresh])
                continue
            yield name, any(target in waiting for target in graph[name])
            done.add(name)
            del waiting[name]


def _references(schema: Any, level: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the names that a schema refers to, and how many levels of the value lie between."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield str(schema["$ref"]).removeprefix("#/$defs/"), level
    for part in [schema.get("not"), *(part for keyword in _BESIDE for part in schema.get(keyword, ()))]:
        yield from _references(part, level)
    for part in [*schema.get("properties", {}).values(), *(schema.get(keyword) for keyword in _BELOW)]:
        yield from _references(part, level + 1)
