"""Facts about what the passes decided without a word of their own: what hints alone say, scopes, identities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.model import Coercion, Fact, Identity, Path, Rule, Select
from atlasgen.plan.paths import route
from atlasgen.spec.normalise import RawOperation


def effects(
    scope: Mapping[str, Path], select: Iterable[Select], rules: Iterable[Rule], coercions: Iterable[Coercion]
) -> Iterator[Fact]:
    """Yield why an operation looks at what stands before it in the path, chooses members, refuses and accepts."""
    for parameter, path in scope.items():
        yield Fact(f"scope {parameter}", "inferred", f"{'.'.join(path)} of the record has to name it")
    for item in select:
        yield Fact(f"select {'.'.join(item.at)}", "hinted", f"by {item.parameter}" if item.parameter else "always")
    for rule in rules:
        yield Fact(f"rule {'.'.join(rule.at)}", "hinted", rule.message or rule.kind)
    for coercion in coercions:
        yield Fact(f"accept {'.'.join(('body', *coercion.path))}", "hinted", coercion.kind)


def hinted(own: JsonObject) -> Iterator[Fact]:
    """Yield what hints alone say of an operation: which record it is about, where it puts things, which it lists."""
    for word in ("target", "context", "set", "ancestors", "values", "upsert", "trash", "error"):
        if word in own:
            yield Fact(word, "hinted", "x-atlasgen")


def identity(found: Identity, inferred: Identity, operations: Iterable[RawOperation]) -> Fact:
    """Return why the records of a resource are named as they are.

    Args:
        found: How they are named.
        inferred: How they would be named without hints.
        operations: Those that are about the resource.
    """
    subject = "identity " + ", ".join((found.field, *found.also))
    if found != inferred:
        return Fact(subject, "hinted", "x-atlasgen")
    for operation in operations:
        item = route(operation.path).item
        if item is not None:
            return Fact(subject, "inferred", f"{operation.path} names one by {{{item.parameter}}}")
    return Fact(subject, "guessed", "no path names one")
