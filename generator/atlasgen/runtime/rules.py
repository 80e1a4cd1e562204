"""Rules of a resource compiled to one function: from a record that is about to be stored to what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from atlasgen.errors import Fault
from atlasgen.jsonvalue import pointer
from atlasgen.plan.model import Condition, Path, Rule
from atlasgen.runtime.documents import ABSENT, Document, overlap
from atlasgen.runtime.follow import Follow, Paths
from atlasgen.runtime.world import World

Broken: TypeAlias = tuple[int, Fault]
"""The status that a broken rule answers with, and the fault."""

Check: TypeAlias = Callable[[World, Document, str], "Broken | None"]


class Rules:
    """The rules that hold for the records of a resource."""

    def __init__(self, rules: Sequence[Rule], resource: str, paths: Paths, collection: str) -> None:
        """Compile rules.

        Args:
            rules: The rules.
            resource: What they are about.
            paths: The paths of the API.
            collection: Where the world keeps the records of the resource.
        """
        # A check says nothing of a record that lacks the fields where its paths begin: one look at them is enough for
        # all rules that share them.
        groups: dict[tuple[Path, ...], list[tuple[int, frozenset[Path], Check]]] = {}
        for number, rule in enumerate(rules):
            touched = frozenset([rule.at, *rule.paths, *(condition.at for condition in rule.when)])
            begins = tuple(paths.head(item.at, resource) for item in rule.check if item.op != "present")
            groups.setdefault(begins, []).append((number, touched, _compile(rule, resource, paths, collection)))
        self._groups = [
            ([paths.follow(path, resource) for path in begins], checks) for begins, checks in groups.items()
        ]

    def broken(self, world: World, record: Document, id: str, doubtful: Sequence[Path] = ()) -> list[Broken]:
        """Return what is wrong with a record.

        Args:
            world: The world that it is to be stored in.
            record: The record.
            id: Its id; empty while it has none.
            doubtful: Paths that are known to be wrong already; rules that look at them say nothing.
        """
        found: list[tuple[int, Broken]] = []
        for begins, checks in self._groups:
            for begin in begins:
                if not _given(begin(world, record)):
                    break
            else:
                for number, touched, check in checks:
                    if doubtful and any(overlap(path, other) for path in touched for other in doubtful):
                        continue
                    fault = check(world, record, id)
                    if fault is not None:
                        found.append((number, fault))
        return [fault for _, fault in sorted(found)] if found else []


def _compile(rule: Rule, resource: str, paths: Paths, collection: str) -> Check:
    conditions = [_condition(item, resource, paths) for item in rule.when]
    holds = _holds(rule, resource, paths, collection)
    broken = (rule.status, Fault("conflict" if rule.status == 409 else "rule", pointer("body", *rule.at), rule.message))

    def check(world: World, record: Document, id: str) -> Broken | None:
        for condition in conditions:
            if condition(world, record) is not True:
                return None
        return None if holds(world, record, id) else broken

    return check


def _holds(rule: Rule, resource: str, paths: Paths, collection: str) -> Callable[[World, Document, str], bool]:
    lookups = [paths.follow(path, resource) for path in rule.paths]
    if rule.kind == "require":
        return lambda world, record, id: all(_given(lookup(world, record)) for lookup in lookups)
    if rule.kind == "check":
        checks = [_condition(item, resource, paths) for item in rule.check]
        return lambda world, record, id: all(check(world, record) is not False for check in checks)
    if rule.kind == "acyclic":
        return _acyclic(lookups[0], collection)
    # What stands behind a reference is in no index of the records.
    own = [number for number, path in enumerate(rule.paths) if paths.head(path, resource) == path]
    conditions = [_condition(item, resource, paths) for item in rule.when]

    def unique(world: World, record: Document, id: str) -> bool:
        values = [lookup(world, record) for lookup in lookups]
        if not all(map(_given, values)):
            return True
        alike = world.listed(collection, rule.paths[own[0]], str(values[own[0]])) if own else world.ids(collection)
        for other in alike:
            document = world.get(collection, other)
            if other == id or document is None or [lookup(world, document) for lookup in lookups] != values:
                continue
            # Only what the rule is about can stand in the way: a draft does not keep a title from a published page.
            if all(condition(world, document) is True for condition in conditions):
                return False
        return True

    return unique


def _acyclic(up: Follow, collection: str) -> Callable[[World, Document, str], bool]:
    """Return a test that a reference to a record of the same sort does not lead back to the record."""

    def acyclic(world: World, record: Document, id: str) -> bool:
        seen: set[str] = set()
        above: Document | None = record
        while above is not None:
            value = up(world, above)
            name = str(value) if _given(value) else ""
            if not name or name in seen:
                return True  # a circle that this record is no part of was there before
            if name == id:
                return False
            seen.add(name)
            above = world.get(collection, name)
        return True

    return acyclic


def _given(value: Any) -> bool:
    return value is not ABSENT and value is not None and value != ""


def _condition(condition: Condition, resource: str, paths: Paths) -> Callable[[World, Document], bool | None]:
    """Return a test that answers None where its path leads nowhere."""
    find, operand = paths.follow(condition.at, resource), condition.value
    if condition.op == "present":
        return lambda world, record: _given(find(world, record)) is operand
    if condition.op == "same":
        other = paths.follow(tuple(map(str, operand)) if isinstance(operand, list) else (), resource)

        def same(world: World, record: Document) -> bool | None:
            one, two = find(world, record), other(world, record)
            return one == two if _given(one) and _given(two) else None

        return same
    allowed = operand if condition.op == "in" and isinstance(operand, list) else [operand]
    # In JSON true is not 1.
    flags, others = ([item for item in allowed if isinstance(item, bool) is flag] for flag in (True, False))

    def among(world: World, record: Document) -> bool | None:
        value = find(world, record)
        if value is ABSENT:
            return None
        return value in (flags if type(value) is bool else others)

    return among
