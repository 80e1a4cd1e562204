"""Pass 6: what each operation does with its arguments: where they are stored, what they filter, what they choose."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.archetypes import deref
from atlasgen.plan.hints import PARAMETER, SCHEMA, Hints
from atlasgen.plan.model import (
    Coercion,
    Fact,
    Field,
    Filter,
    Language,
    Path,
    Resource,
    Search,
    Select,
    Shape,
    Sort,
    Write,
)
from atlasgen.spec.normalise import RawOperation, RawParameter
from atlasgen.spec.schemas import HINT

_COERCIONS = 1_000
_QUERIES = ("select", "filter", "search", "sort", "language")


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
            own = hints.of(member, f"{at}/{name}")
            hint = own.get("ref")
            place = hints.path(own["at"], f"{at}/{name}/{HINT}/at") if "at" in own else here
            shape, field = known.get(place), fields.get(place)
            if "lock" in own:
                hints.word(own["lock"], ("next",), f"{at}/{name}/{HINT}/lock")
                found.append(Write(here, place, lock=True))
            elif hint is not None or (field is not None and field.reference is not None):
                items = target.get("items")
                many = target.get("type") == "array" and isinstance(items, dict)
                element = deref(cast("JsonObject", items), schemas) if many else target
                reference = hints.reference(hint, f"{at}/{name}/{HINT}/ref") if hint is not None else None
                reference = reference or cast("Field", field).reference
                if reference is not None and "properties" in element and not reference.by:
                    inner = cast("JsonObject", element["properties"])
                    reference = replace(reference, by={key: key for key in inner})
                elif reference is not None and "properties" not in element:
                    reference = replace(reference, by={})
                found.append(Write(here, place, reference, many, required and needed))
            elif shape is not None and shape.kind == "object" and _has_members(target, schemas) and depth < 8:
                walk(target, here, f"{at}/{name}", depth + 1, required and needed)
            elif place and ((shape is not None and shape.kind in ("value", "object")) or place is not here):
                found.append(Write(here, place, required=required and needed))
            else:
                facts.append(
                    Fact("write body." + ".".join(here), "inferred", f"input only: no view of {resource} shows it")
                )

    if body is not None:
        walk(element(body, schemas), (), "/body", 0, True)
    return tuple(found), tuple(facts)


def element(body: JsonObject, schemas: Mapping[str, JsonObject]) -> JsonObject:
    """Return what one thing in a body looks like: the body itself, or an element of the list that it is or may be."""
    root = deref(body, schemas)
    options = root.get("anyOf")
    for option in (root, *(options if isinstance(options, list) else ())):
        target = deref(option, schemas) if isinstance(option, dict) else {}
        if target.get("type") == "array" and isinstance(target.get("items"), dict):
            return deref(cast("JsonObject", target["items"]), schemas)
    return root


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
    # Schemas that lead to each other are reached in many ways: those without a hint below are walked through once.
    barren: dict[tuple[int, int], JsonObject] = {}

    def walk(schema: JsonObject, path: Path, at: str, depth: int) -> Iterator[Coercion]:
        accept = hints.of(schema, at).get("accept")
        if accept is not None:
            yield from _accept(accept, path, hints, f"{at}/{HINT}/accept")
        target = deref(schema, schemas)
        if depth < 8 and (id(target), depth) not in barren:
            bears = False
            for name, member, _ in _members(target, schemas):
                for coercion in walk(member, (*path, name), f"{at}/{name}", depth + 1):
                    bears = True
                    yield coercion
            if not bears:
                barren[id(target), depth] = target

    if body is None:
        return ()
    found = tuple(dict.fromkeys(islice(walk(body, (), "/body", 0), _COERCIONS + 1)))
    if len(found) > _COERCIONS:
        hints.problem(f"/body/{HINT}/accept", f"applies at more than {_COERCIONS:,} places", "hint fewer members")
    return found


def _accept(value: Json, path: Path, hints: Hints, at: str) -> Iterator[Coercion]:
    if value in ("text", "list"):
        yield Coercion(cast("Literal['text', 'list']", value), path)
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


@dataclass(frozen=True, slots=True)
class Queries:
    """What the parameters of an operation do, and why."""

    select: tuple[Select, ...] = ()
    filters: tuple[Filter, ...] = ()
    searches: tuple[Search, ...] = ()
    sort: Sort | None = None
    language: Language | None = None
    facts: tuple[Fact, ...] = ()


def asked(operation: RawOperation, schemas: Mapping[str, JsonObject], *, body: bool) -> tuple[RawParameter, ...]:
    """Return the parameters of an operation; `body`: and those in the body of a list that is asked for by POST."""
    if not body or operation.body is None:
        return operation.parameters
    members = _members(deref(operation.body.schema, schemas), schemas)
    inside = (
        RawParameter(name, "query", needed, "", deref(member, schemas), _own(member, schemas), _default(member))
        for name, member, needed in members
    )
    return (*operation.parameters, *inside)


def _default(member: JsonObject) -> str:
    default = member.get("default")
    return default if isinstance(default, str) else ""


def _own(member: JsonObject, schemas: Mapping[str, JsonObject]) -> JsonObject:
    hint = member.get(HINT, deref(member, schemas).get(HINT))
    return hint if isinstance(hint, dict) else {}


def queries(
    operation: RawOperation,
    parameters: Iterable[RawParameter],
    own: JsonObject,
    resource: Resource | None,
    known: Mapping[Path, Shape],
    answer: tuple[Shape, ...],
    hints: Hints,
    *,
    paged: Container[str] = (),
) -> Queries:
    """Return what the parameters do: choose members of the answer, keep some of the records, say their order.

    Without a hint a parameter of a list filters by the identity or the field that it is called after, unless it is one
    of those that say which page is wanted (`paged`): the envelope of a page may count as the record itself.
    """
    found = _Queries(hints)
    at = operation.pointer
    always = own.get("query")
    if isinstance(always, dict) and "filter" in always:
        found.hinted("", always, f"{at}/{HINT}/query")
    elif always is not None:
        found.select.append(_select("", always, f"{at}/{HINT}/query", hints))
    for index, parameter in enumerate(parameters):
        where = f"{at}/parameters/{index}/{HINT}"
        hint = hints.known(parameter.hints, (*PARAMETER, *SCHEMA), where).get("query")
        if hint is not None:
            found.hinted(parameter.name, hint, where + "/query", parameter.example)
        elif parameter.name in paged:
            continue
        elif parameter.location == "query" and resource is not None and answer and answer_is_list(answer):
            path = _filter_path(parameter.name, resource, known)
            if path is not None:
                found.filters.append(Filter(parameter.name, path))
                found.facts.append(Fact(f"filter {parameter.name}", "inferred", f"named after {'.'.join(path)}"))
    return found.done()


class _Queries:
    """Gathers what the parameters of one operation do."""

    def __init__(self, hints: Hints) -> None:
        self.hints = hints
        self.select: list[Select] = []
        self.filters: list[Filter] = []
        self.searches: list[Search] = []
        self.sort: Sort | None = None
        self.language: Language | None = None
        self.facts: list[Fact] = []

    def done(self) -> Queries:
        return Queries(
            tuple(self.select), tuple(self.filters), tuple(self.searches), self.sort, self.language, tuple(self.facts)
        )

    def hinted(self, name: str, value: Json, at: str, example: str = "") -> None:
        hints = self.hints
        hint = hints.object(value, at)
        kinds = [key for key in _QUERIES if key in hint]
        if len(kinds) != 1:
            hints.problem(at, "needs exactly one of " + ", ".join(_QUERIES))
            return
        kind = kinds[0]
        if kind == "select":
            self.select.append(_select(name, hint, at, hints))
            return
        more = {"filter": "default", "sort": "default", "language": "example"}
        hint = hints.known(hint, (kind, more[kind]) if kind in more else (kind,), at)
        why = kind
        if kind == "filter":
            path = hints.path(hint["filter"], at + "/filter")
            usual = tuple(None if item is None else str(item) for item in _listed(hint.get("default")))
            self.filters.append(Filter(name, path, usual))
            why = ".".join(path)
        elif kind == "search":
            self.searches.append(Search(name, hints.paths(hint["search"], at + "/search")))
        elif kind == "sort":
            words = hints.object(hint["sort"], at + "/sort")
            default = hints.text(hint.get("default", ""), at + "/default")
            if default and default.removeprefix("-") not in words:
                hints.problem(at + "/default", f"`{default}` is none of the words", "known: " + ", ".join(words))
            paths = {word: hints.path(path, f"{at}/sort/{word}") for word, path in words.items()}
            self.sort = Sort(name, paths, default)
        else:
            example = hints.text(hint.get("example", example), at + "/example")
            self.language = Language(name, hints.text(hint["language"], at + "/language"), example)
            why = self.language.name
        self.facts.append(Fact(f"{kind} {name}", "hinted", why))


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [] if value is None else [value]


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
    named = _listed(default)
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
