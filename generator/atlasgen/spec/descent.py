"""How far named schemas lead: circles, choices and levels without number are found, and what is reached in many ways.

Whoever reads schemas that `endless` does not name may recurse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def tangled(schemas: Mapping[str, JsonObject]) -> frozenset[str]:
    """Return the names of schemas that branch, or lead to one that does, below another one that branches.

    A schema branches where one value is held against several schemas that lead to others (`anyOf`, `allOf`): whoever
    follows it twice at every level of a value follows it as often as two to the power of the levels.
    """
    graph = {name: {target for target, _ in _references(schema)} & schemas.keys() for name, schema in schemas.items()}
    back: dict[str, set[str]] = {name: set() for name in graph}
    for name, targets in graph.items():
        for target in targets:
            back[target].add(name)
    branching = {name for name, schema in schemas.items() if _branches(schema)}
    return frozenset(_beyond(branching, graph) & (branching | _beyond(branching, back)))


def _beyond(names: Iterable[str], graph: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the names that some names lead to."""
    found: set[str] = set()
    waiting = [target for name in names for target in graph[name]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(graph[name])
    return found


def _branches(schema: Any) -> bool:
    """Whether a schema, or one within it, holds a value against several schemas that lead to others."""
    if not isinstance(schema, dict):
        return False
    own = {key: schema[key] for key in ("properties", *_BELOW) if key in schema}
    views = [own, {"$ref": schema["$ref"]} if "$ref" in schema else {}, schema.get("not")]
    views += [part for keyword in _BESIDE for part in schema.get(keyword, ())]
    if sum(next(_references(view), None) is not None for view in views) > 1:
        return True
    return any(map(_branches, [*views[2:], *own.get("properties", {}).values(), *(own.get(key) for key in _BELOW)]))


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
