"""Pass 6: what each operation does with its arguments: where they are stored, what they filter, what they choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.archetypes import deref
from atlasgen.plan.hints import PARAMETER, Hints
from atlasgen.plan.model import Coercion, Fact, Field, Filter, Path, Reference, Resource, Select, Shape, Write
from atlasgen.spec.normalise import RawOperation
from atlasgen.spec.schemas import HINT


def writes(
    body: JsonObject | None,
    resource: str,
    fields: Mapping[Path, Field],
    known: Mapping[Path, Shape],
    schemas: Mapping[str, JsonObject],
    hints: Hints,
) -> tuple[tuple[Write, ...], tuple[Fact, ...]]:
    """Return where the members of a body are stored: at the place where a view shows a member of the same name.

    A member that no view shows is input only, which is a fact worth telling.
    """
    found: list[Write] = []
    facts: list[Fact] = []

    def walk(schema: JsonObject, path: Path, at: str, depth: int, required: bool) -> None:
        for name, member, needed in _members(schema, schemas):
            here = (*path, name)
            target = deref(member, schemas)
            shape = known.get(here)
            hint = hints.of(member, f"{at}/{name}").get("ref")
            field = fields.get(here)
            if hint is not None or (field is not None and field.reference is not None):
                items = target.get("items")
                many = target.get("type") == "array" and isinstance(items, dict)
                element = deref(cast("JsonObject", items), schemas) if many else target
                reference = hints.reference(hint, f"{at}/{name}/{HINT}/ref") if hint is not None else None
                reference = reference or cast("Field", field).reference
                if reference is not None and "properties" in element and not reference.by:
                    inner = cast("JsonObject", element["properties"])
                    reference = Reference(reference.resource, {key: key for key in inner})
                elif reference is not None and "properties" not in element:
                    reference = Reference(reference.resource)
                found.append(Write(here, here, reference, many, required and needed))
            elif shape is not None and shape.kind == "object" and _has_members(target, schemas) and depth < 8:
                walk(target, here, f"{at}/{name}", depth + 1, required and needed)
            elif shape is not None and shape.kind in ("value", "object"):
                found.append(Write(here, here, required=required and needed))
            else:
                facts.append(
                    Fact("write body." + ".".join(here), "inferred", f"input only: no view of {resource} shows it")
                )

    if body is not None:
        walk(deref(body, schemas), (), "/body", 0, True)
    return tuple(found), tuple(facts)


def defaults(
    body: JsonObject | None, known: Mapping[Path, Shape], schemas: Mapping[str, JsonObject]
) -> Iterator[tuple[Path, Json]]:
    """Yield the defaults that the body of a create declares for what is stored, with their places."""

    def walk(schema: JsonObject, path: Path, depth: int) -> Iterator[tuple[Path, Json]]:
        for name, member, _ in _members(schema, schemas):
            here = (*path, name)
            shape, target = known.get(here), deref(member, schemas)
            default = member.get("default", target.get("default"))
            if shape is not None and shape.kind == "value" and default is not None:
                yield here, default
            elif shape is not None and shape.kind == "object" and depth < 8:
                yield from walk(target, here, depth + 1)

    if body is not None:
        yield from walk(deref(body, schemas), (), 0)


def coercions(body: JsonObject | None, schemas: Mapping[str, JsonObject], hints: Hints) -> tuple[Coercion, ...]:
    """Return the lenient forms that `accept` hints in a body declare."""

    def walk(schema: JsonObject, path: Path, at: str, depth: int) -> Iterator[Coercion]:
        accept = hints.of(schema, at).get("accept")
        if accept is not None:
            yield from _accept(accept, path, hints, f"{at}/{HINT}/accept")
        if depth < 8:
            for name, member, _ in _members(deref(schema, schemas), schemas):
                yield from walk(member, (*path, name), f"{at}/{name}", depth + 1)

    return tuple(dict.fromkeys(walk(body, (), "/body", 0))) if body is not None else ()


def _accept(value: Json, path: Path, hints: Hints, at: str) -> Iterator[Coercion]:
    if value == "text":
        yield Coercion("text", path)
        return
    hint = hints.known(value, ("wrap", "drop_empty"), at)
    if "wrap" in hint:
        yield Coercion("wrap", path, (hints.text(hint["wrap"], f"{at}/wrap"),))
    dropped = hint.get("drop_empty")
    if isinstance(dropped, list):
        yield Coercion("drop_empty", path, tuple(hints.text(item, f"{at}/drop_empty") for item in dropped))


def _members(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> Iterator[tuple[str, JsonObject, bool]]:
    """Yield the members of an object, those of all its alternatives included: name, schema, whether it is required."""
    properties, required = schema.get("properties"), schema.get("required")
    needed = set(map(str, required)) if isinstance(required, list) else set()
    seen: set[str] = set()
    for name, member in properties.items() if isinstance(properties, dict) else ():
        seen.add(name)
        yield name, cast("JsonObject", member), name in needed
    options = schema.get("anyOf")
    for option in options if isinstance(options, list) else ():
        target = deref(cast("JsonObject", option), schemas)
        inner = target.get("properties")
        for name, member in inner.items() if isinstance(inner, dict) else ():
            if name not in seen:
                seen.add(name)
                yield name, cast("JsonObject", member), False


def _has_members(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> bool:
    return next(_members(schema, schemas), None) is not None


def queries(
    operation: RawOperation,
    own: JsonObject,
    resource: Resource | None,
    known: Mapping[Path, Shape],
    answer: tuple[Shape, ...],
    hints: Hints,
) -> tuple[tuple[Select, ...], tuple[Filter, ...], tuple[Fact, ...]]:
    """Return what the query parameters do: choose members of the answer, or keep some of the records.

    Without a hint a parameter of a list filters by the identity or the field that it is called after.
    """
    selects: list[Select] = []
    filters: list[Filter] = []
    facts: list[Fact] = []
    at = operation.pointer
    if "query" in own:
        selects.append(_select("", own["query"], f"{at}/{HINT}/query", hints))
    for index, parameter in enumerate(operation.parameters):
        where = f"{at}/parameters/{index}/{HINT}"
        hint = hints.known(parameter.hints, PARAMETER, where).get("query")
        if isinstance(hint, dict) and "select" in hint:
            selects.append(_select(parameter.name, hint, where + "/query", hints))
        elif isinstance(hint, dict) and "filter" in hint:
            filters.append(Filter(parameter.name, hints.path(hint["filter"], where + "/query/filter")))
            facts.append(Fact(f"filter {parameter.name}", "hinted", ".".join(filters[-1].path)))
        elif parameter.location == "query" and resource is not None and answer and answer_is_list(answer):
            path = _filter_path(parameter.name, resource, known)
            if path is not None:
                filters.append(Filter(parameter.name, path))
                facts.append(Fact(f"filter {parameter.name}", "inferred", f"named after {'.'.join(path)}"))
    return tuple(selects), tuple(filters), tuple(facts)


def answer_is_list(answer: tuple[Shape, ...]) -> bool:
    """Whether an answer shows a list of records."""
    return any(shape.kind == "records" for shape in answer)


def _filter_path(name: str, resource: Resource, known: Mapping[Path, Shape]) -> Path | None:
    for field in (resource.identity.field, *resource.identity.also):
        if name in (field, resource.name + field[:1].upper() + field[1:]):
            return (field,)
    shape = known.get((name,))
    return (name,) if shape is not None and shape.kind in ("value", "reference") else None


def _select(parameter: str, value: Json, at: str, hints: Hints) -> Select:
    hint = hints.known(value, ("select", "default", "all", "none", "except"), at)
    default = hint.get("default")
    named = default if isinstance(default, list) else [default] if default is not None else []
    return Select(
        at=hints.path(hint.get("select"), at + "/select"),
        parameter=parameter,
        default=None
        if "all" in hint and default is None
        else tuple(hints.text(item, at + "/default") for item in named),
        all=hints.text(hint.get("all", ""), at + "/all"),
        none=hints.text(hint.get("none", ""), at + "/none"),
        omit=hints.text(hint.get("except", ""), at + "/except"),
    )
