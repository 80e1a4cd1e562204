"""What an oracle asks: every reading operation about every record, in every way that may show more."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from atlasgen.plan.model import Operation, Paging, Path, Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.pages import token
from atlasgen.runtime.world import World


@dataclass(frozen=True, slots=True)
class Reader:
    """A way to read records.

    Attributes:
        tool: The tool.
        collection: The collection of the record that the path ends in, or of those that are listed.
        target: The parameter that names that record; empty where all are listed.
        above: The parameters that name the records above it, each with the collection and with the path where the
            record says which one it is below.
        shows: The collection whose records are shown.
        variants: The further arguments to ask with, one after the other.
        paging: How a list comes in pages.
    """

    tool: str
    collection: str
    target: str
    above: tuple[tuple[str, str, Path], ...]
    shows: str
    variants: tuple[Mapping[str, str], ...]
    paging: Paging | None


def _operations(environment: Environment) -> Iterator[tuple[str, Operation, Plan, Mapping[str, str]]]:
    tools = iter(environment.tools)
    for emulator in environment.emulators:
        for operation in emulator.plan.operations:
            yield next(tools).name, operation, emulator.plan, emulator.names


def readers(environment: Environment) -> Iterator[Reader]:
    """Yield the ways to read the records of an environment."""
    for tool, operation, plan, names in _operations(environment):
        # How often it took to get there is no part of the end.
        past = {resource.history.resource for resource in plan.resources.values() if resource.history is not None}
        shown = next((plan.views[shape.view].resource for shape in operation.answer if shape.view in plan.views), "")
        if operation.archetype not in ("get", "list") or operation.resource not in names or shown not in names:
            continue
        if shown in past:
            continue
        fields = {field.path: field.reference for field in plan.resources[operation.resource].fields}
        above = tuple(
            (parameter, names[reference.resource], path)
            for parameter, path in operation.scope.items()
            if (reference := fields.get(path)) is not None and reference.resource in names
        )
        held = operation.held
        if held is not None and held.parameter and not operation.target and held.resource in names:
            above = (*above, (held.parameter, names[held.resource], ()))
        # A parameter that chooses among words may show more: ask with each of them.
        variants: list[Mapping[str, str]] = [{}]
        known = {operation.target, *(parameter for parameter, _, _ in above)}
        # ... but not one that says the order, or keeps some of what is listed anyway.
        idle = {item.parameter for item in operation.filters} | {item.parameter for item in operation.searches}
        idle |= {operation.sort.parameter} if operation.sort is not None else set()
        for parameter in operation.parameters:
            name = str(parameter.schema.get("$ref", "")).removeprefix("#/$defs/")
            words = plan.schemas.get(name, parameter.schema).get("enum")
            options = [{parameter.name: str(word)} for word in words] if isinstance(words, list) else []
            if not parameter.required:
                variants += options if parameter.name not in idle else []
            elif parameter.name not in known:
                variants = [{**variant, **option} for variant in variants for option in options]
        if variants:
            yield Reader(
                tool,
                names[operation.resource],
                operation.target,
                above,
                names[shown],
                tuple(variants),
                operation.paging,
            )


def arguments(reader: Reader, world: World) -> Iterator[Mapping[str, Any]]:
    """Yield the arguments to ask with: about each record, or for the list below each record above."""
    pages = list(_pages(reader.paging, world.count(reader.shows)))
    if reader.target:
        yield from _about(reader, world, world.ids(reader.collection), pages)
    else:
        every = [[(name, id) for id in world.ids(collection)] for name, collection, _ in reader.above]
        yield from _turned(reader, map(dict, itertools.product(*every)), pages)


def further(reader: Reader, world: World) -> Iterator[Mapping[str, Any]]:
    """Yield those of the arguments among which are all that there was no reason to ask with as an episode began."""
    change = _growth(world, reader.shows)
    pages = list(_pages(reader.paging, world.count(reader.shows)))
    if change and pages != list(_pages(reader.paging, world.count(reader.shows) - change)):
        yield from arguments(reader, world)
    elif reader.target:
        written = world.changes.tables.get(reader.collection, {})
        yield from _about(reader, world, (id for id, document in written.items() if document is not None), pages)
    elif any(_made(world, collection) for _, collection, _ in reader.above):
        yield from arguments(reader, world)


def _growth(world: World, collection: str) -> int:
    """Return by how many records a collection has grown in an episode."""
    written = world.changes.tables.get(collection, {})
    return sum(
        (document is not None) - (world.at_start(collection, id) is not None) for id, document in written.items()
    )


def _made(world: World, collection: str) -> bool:
    """Whether an episode has made a record."""
    written = world.changes.tables.get(collection, {})
    return any(document is not None and world.at_start(collection, id) is None for id, document in written.items())


def _about(
    reader: Reader, world: World, ids: Iterable[str], pages: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    for id in ids:
        record = world.get(reader.collection, id)
        about = {**{name: _text(record, path) for name, _, path in reader.above}, reader.target: id}
        yield from _turned(reader, [about], pages)


def _turned(
    reader: Reader, asked: Iterable[Mapping[str, str]], pages: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """Yield arguments in all variants, with all pages."""
    for given in asked:
        for variant in reader.variants:
            yield from ({**given, **variant, **page} for page in pages)


def _pages(paging: Paging | None, records: int) -> Iterator[Mapping[str, Any]]:
    """Yield the arguments that turn the pages of a list of at most so many records."""
    size = 0 if paging is None else paging.largest if paging.size else paging.default
    for start in range(0, max(records, 1), size or max(records, 1)):
        page: dict[str, Any] = {paging.size: size} if paging is not None and paging.size else {}
        if paging is not None and paging.position and start:
            positions = {"offset": start, "page": start // size + 1, "cursor": token(start)}
            page[paging.position] = positions[paging.style]
        yield page


def _text(document: Any, path: Path) -> str:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return str(document)
