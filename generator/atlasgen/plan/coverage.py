"""What the plan understood of a document: for each operation and resource, what was decided and on which evidence."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias, cast, get_args

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Archetype, Fact, Operation, Path, Plan, Resource, Shape, Source

Origin: TypeAlias = Literal["declared", "hinted", "inferred", "guessed", "overridden"]

ORIGINS: tuple[Origin, ...] = get_args(Origin)
_WRITE = "write body."  # what facts about members of a body that are input only begin with


@dataclass(frozen=True, slots=True)
class OperationCoverage:
    """What the plan made of an operation.

    Attributes:
        source: The weakest source among the facts that decide what it does; `overridden` where a person's method does.
        hinted: Whether an overlay says anything of it.
        understood: Whether a rule, a hint or a person says what it does.
        facts: What was decided, members of the body that are input only included.
    """

    operation_id: str
    tool: str
    archetype: Archetype
    resource: str
    source: Origin
    hinted: bool
    overridden: bool
    understood: bool
    facts: tuple[Fact, ...]

    @property
    def input_only(self) -> tuple[str, ...]:
        """The members of the body that are accepted and shown nowhere."""
        return tuple(fact.subject.removeprefix(_WRITE) for fact in self.facts if fact.subject.startswith(_WRITE))

    @property
    def reason(self) -> str:
        """Why it is what it is, in a few words."""
        if self.archetype == "stub" and not self.resource:
            return "the path names no resource"
        return next((fact.why for fact in self.facts if fact.subject == "archetype"), "")

    def to_json(self) -> JsonObject:
        """Return it as a JSON object."""
        return {
            "id": self.operation_id,
            "tool": self.tool,
            "archetype": self.archetype,
            "resource": self.resource,
            "source": self.source,
            "hinted": self.hinted,
            "overridden": self.overridden,
            "facts": _facts(self.facts),
        }


@dataclass(frozen=True, slots=True)
class ResourceCoverage:
    """What the plan knows of a collection.

    Attributes:
        identity: What its records are named by.
        fields: The paths that views show of a record.
        references: The paths that name records, with the resource of those.
        derived: The paths that the service fills, and how.
        rules: What must hold after a write, in words.
    """

    name: str
    identity: JsonObject
    fields: tuple[Path, ...]
    references: Mapping[Path, str]
    derived: Mapping[Path, str]
    rules: tuple[str, ...]
    facts: tuple[Fact, ...]

    def to_json(self) -> JsonObject:
        """Return it as a JSON object; paths are written with dots."""
        return {
            "name": self.name,
            "identity": self.identity,
            "fields": [".".join(path) for path in self.fields],
            "references": {".".join(path): resource for path, resource in self.references.items()},
            "derived": {".".join(path): kind for path, kind in self.derived.items()},
            "rules": list(self.rules),
            "facts": _facts(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the plan understood, in the order of the document."""

    name: str
    operations: tuple[OperationCoverage, ...]
    resources: tuple[ResourceCoverage, ...]

    @property
    def archetypes(self) -> Mapping[str, int]:
        """How many operations there are of each archetype that there is."""
        return _counted((item.archetype for item in self.operations), get_args(Archetype))

    @property
    def sources(self) -> Mapping[str, int]:
        """How many operations rest on each source that there is."""
        return _counted((item.source for item in self.operations), ORIGINS)

    @property
    def stubs(self) -> tuple[OperationCoverage, ...]:
        """The operations that no rule understands: they answer what their schema allows, and change nothing."""
        return tuple(item for item in self.operations if not item.understood)

    def to_json(self) -> JsonObject:
        """Return it as a JSON object: `totals`, `operations`, `resources`."""
        totals: JsonObject = {
            "operations": len(self.operations),
            "resources": len(self.resources),
            "archetypes": dict(self.archetypes),
            "sources": dict(self.sources),
            "hinted": sum(item.hinted for item in self.operations),
            "overridden": sum(item.overridden for item in self.operations),
            "stubs": len(self.stubs),
            "input_only": sum(len(item.input_only) for item in self.operations),
        }
        return {
            "totals": totals,
            "operations": [item.to_json() for item in self.operations],
            "resources": [item.to_json() for item in self.resources],
        }


def coverage(plan: Plan, overridden: Collection[str] = ()) -> Coverage:
    """Return what a plan understood.

    Args:
        plan: The plan.
        overridden: The tools that a person's methods answer.
    """
    shown: dict[str, dict[Path, None]] = {}
    for view in plan.views.values():
        shown.setdefault(view.resource, {}).update(dict.fromkeys(_paths(view.members, ())))
    return Coverage(
        plan.name,
        tuple(_operation(item, item.tool in overridden) for item in plan.operations),
        tuple(_resource(item, tuple(shown.get(name, ()))) for name, item in plan.resources.items()),
    )


def weakest(facts: Iterable[Fact]) -> Source:
    """Return the weakest source among the facts that decide what an operation does; input only members do not."""
    order: tuple[Source, ...] = ("declared", "hinted", "inferred", "guessed")
    deciding = [fact.source for fact in facts if not fact.subject.startswith(_WRITE)]
    return max(deciding, key=order.index, default="guessed")


def lines(found: Coverage, *, width: int, facts: bool = False) -> Iterator[str]:
    """Yield a table of the operations, totals, and what is not understood, for people.

    Args:
        found: The coverage.
        width: How many columns there are.
        facts: Whether every fact is told below what it is about.
    """
    rows = [(item.tool, item.archetype, item.resource or "-", item.source) for item in found.operations]
    columns = [
        max(map(len, cells)) for cells in zip(("operation", "archetype", "resource", "source"), *rows, strict=True)
    ]
    columns[2] = min(columns[2], 20)
    columns[0] = min(columns[0], width - sum(columns[1:]) - 6)
    yield f"{found.name}: {len(rows)} operations, {len(found.resources)} resources"
    yield ""
    yield from _row(("operation", "archetype", "resource", "source"), columns)
    for item, row in zip(found.operations, rows, strict=True):
        yield from _row(row, columns)
        yield from _evidence(item.facts, width) if facts else ()
    if facts:
        for resource in found.resources:
            yield ""
            yield f"{resource.name}: {_identity(resource)}"
            yield from _evidence(resource.facts, width)
    yield ""
    yield from _filled("archetypes", (f"{count} {name}" for name, count in found.archetypes.items()), width)
    yield from _filled("sources", (f"{count} {name}" for name, count in found.sources.items()), width)
    for item in found.operations:
        if item.input_only and not facts:
            yield from _filled(f"input only in {item.tool}", item.input_only, width)
    if found.stubs:
        yield "stubs, which change nothing:"
        for item in found.stubs:
            yield from textwrap.wrap(
                f"{item.tool}: {item.reason}", width, initial_indent="  ", subsequent_indent="    "
            )


def _row(cells: tuple[str, str, str, str], columns: list[int]) -> Iterator[str]:
    """Yield a row of the table; a name that is too long for its column has a line of its own."""
    tool, archetype, resource, source = cells
    if len(tool) > columns[0]:
        yield tool
        tool = ""
    if len(resource) > columns[2]:
        resource = resource[: columns[2] - 1] + "…"
    shown = zip((tool, archetype, resource), columns, strict=False)
    yield "  ".join([*(cell.ljust(size) for cell, size in shown), source])


def _evidence(facts: Iterable[Fact], width: int) -> Iterator[str]:
    for fact in facts:
        said = f"{fact.subject}: {fact.source}: {fact.why}"
        yield from textwrap.wrap(said, width, initial_indent="    ", subsequent_indent="      ")


def _filled(heading: str, items: Iterable[str], width: int) -> list[str]:
    return textwrap.wrap(f"{heading}: {', '.join(items) or 'none'}", width, subsequent_indent="  ")


def _identity(resource: ResourceCoverage) -> str:
    also = resource.identity["also"]
    names = [resource.identity["field"], *(also if isinstance(also, dict) else ())]
    return f"named by {' or '.join(map(str, names))}"


def _operation(operation: Operation, overridden: bool) -> OperationCoverage:
    return OperationCoverage(
        operation_id=operation.operation_id,
        tool=operation.tool,
        archetype=operation.archetype,
        resource=operation.resource,
        source="overridden" if overridden else weakest(operation.facts),
        hinted=any(fact.source == "hinted" for fact in operation.facts),
        overridden=overridden,
        understood=operation.is_understood or overridden,
        facts=operation.facts,
    )


def _resource(resource: Resource, shown: tuple[Path, ...]) -> ResourceCoverage:
    rules = tuple(rule.message or f"{rule.kind} {'.'.join(rule.at)}" for rule in resource.rules)
    return ResourceCoverage(
        name=resource.name,
        identity=cast("JsonObject", asdict(resource.identity)),
        fields=shown,
        references={item.path: item.reference.resource for item in resource.fields if item.reference is not None},
        derived={item.path: item.derive.kind for item in resource.fields if item.derive is not None},
        rules=rules,
        facts=resource.facts,
    )


def _paths(members: Iterable[Shape], above: Path) -> Iterator[Path]:
    """Yield the paths of what a view shows, without the objects that only hold others."""
    for member in members:
        here = (*above, member.name)
        if member.members:
            yield from _paths(member.members, here)
        else:
            yield here


def _counted(values: Iterable[str], order: Iterable[str]) -> Mapping[str, int]:
    counts = Counter(values)
    return {value: counts[value] for value in order if counts[value]}


def _facts(facts: Iterable[Fact]) -> list[Json]:
    return [{"subject": fact.subject, "source": fact.source, "why": fact.why} for fact in facts]
