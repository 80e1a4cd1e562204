"""Makes requests for any environment: likely ones, which name records that are there, and spoiled ones.

Every choice is made by a function from n to a number below n, so that Hypothesis (`draw` it, and failures shrink) and
a plain seeded generator (`chooser`) can both drive it. hypothesis-jsonschema, which would make values from schemas,
does not run with the Hypothesis that is installed here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from atlasgen.jsonvalue import Json, JsonObject, detach
from atlasgen.plan.model import Operation, Plan, Reference, Resource, Write
from atlasgen.runtime.documents import ABSENT, Document, at, with_value
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator

Choose: TypeAlias = Callable[[int], int]

WORDS = ("a", "Guide to x", "b c", "", "ä☃", "{message}", "{0.__class__}", "$ref", "x-1", "0")
# What patterns in real documents ask for; the first that fits is taken.
SHAPED = (
    "a", "A", "ab", "abc", "1", "12345", "2026-01-31", "2026-01-31T00:00:00Z", "a@example.com", "#aabbcc", "en_US",
    "PROJ", "A1", "https://example.com/", "00000000-0000-4000-8000-000000000000", "CH" + "0" * 32, "IS" + "0" * 32,
    "PROJ-1", "fields", "/", "*",
)  # fmt: skip
_DEPTH = 5


def chooser(seed: int) -> Choose:
    """Return choices that hang on a seed."""
    return random.Random(seed).randrange


@dataclass(frozen=True, slots=True)
class Target:
    """One tool of an environment, with what is known of it. `tool` is its name there."""

    tool: str
    emulator: Emulator
    operation: Operation

    @property
    def plan(self) -> Plan:
        return self.emulator.plan

    @property
    def resource(self) -> Resource | None:
        return self.plan.resources.get(self.operation.resource)

    @property
    def collection(self) -> str:
        return collection_of(self.emulator, self.operation.resource)


def collection_of(emulator: Emulator, resource: str) -> str:
    """Return what the world calls the collection of a resource."""
    return f"{emulator.plan.name}.{resource}"


def targets(environment: Environment) -> tuple[Target, ...]:
    """Return the tools of an environment in their order."""
    every = [(emulator, operation) for emulator in environment.emulators for operation in emulator.plan.operations]
    return tuple(Target(item.name, *known) for item, known in zip(environment.tools, every, strict=True))


class Sampler:
    """Makes values that meet schemas, as far as one can without solving puzzles (`not`, contradicting bounds)."""

    def __init__(self, schemas: Mapping[str, JsonObject], choose: Choose) -> None:
        self.schemas = schemas
        self.choose = choose

    def pick(self, items: Sequence[Any]) -> Any:
        return items[self.choose(len(items))]

    def value(self, schema: Any, depth: int = 0) -> Any:
        """Return a value of a schema; deep down, the smallest one."""
        schema = self.flat(schema)
        if "const" in schema:
            return detach(schema["const"])
        if schema.get("enum"):
            return detach(self.pick(schema["enum"]))
        if schema.get("anyOf"):
            rest = {key: item for key, item in schema.items() if key != "anyOf"}
            options = [self.flat(option) for option in schema["anyOf"]]
            if depth >= _DEPTH:
                options.sort(key=lambda option: option.get("type") in ("object", "array"))
                options = options[:1]
            return self.value(_joined(rest, self.pick(options)), depth)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = "null" if depth >= _DEPTH and "null" in kind else self.pick(kind)
        if kind is None:
            kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
        made: Any = getattr(self, f"_{kind}")(schema, depth)
        return made

    def flat(self, given: Any) -> dict[str, Any]:
        """Return a schema without `$ref` and `allOf` at its top."""
        schema: dict[str, Any] = given if isinstance(given, dict) else {}
        for _ in range(20):
            if "$ref" in schema:
                rest = {key: item for key, item in schema.items() if key != "$ref"}
                schema = _joined(self.schemas[schema["$ref"].removeprefix("#/$defs/")], rest)
            elif "allOf" in schema:
                parts = [self.flat(part) for part in schema["allOf"]]
                schema = {key: item for key, item in schema.items() if key != "allOf"}
                for part in parts:
                    schema = _joined(schema, part)
        return schema

    def _null(self, schema: dict[str, Any], depth: int) -> None:
        return None

    def _boolean(self, schema: dict[str, Any], depth: int) -> bool:
        return self.choose(2) == 1

    def _integer(self, schema: dict[str, Any], depth: int) -> int:
        step = schema.get("multipleOf", 1)
        low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
        high = schema.get("maximum", schema.get("exclusiveMaximum", low + 6) - 1)
        number = int(low) + self.choose(max(1, min(6, int(high) - int(low) + 1)))
        return number if step == 1 else int(number // step * step)

    def _number(self, schema: dict[str, Any], depth: int) -> float:
        whole = self._integer(schema, depth)
        return whole + 0.5 if self.choose(3) == 0 and "maximum" not in schema and "multipleOf" not in schema else whole

    def _string(self, schema: dict[str, Any], depth: int) -> str:
        low, high = schema.get("minLength", 0), schema.get("maxLength", 10**9)
        pattern = schema.get("pattern")
        if pattern is not None:
            try:
                fit = [text for text in SHAPED if re.search(pattern, text) and low <= len(text) <= high]
            except re.error:
                fit = []
            if fit:
                return str(self.pick(fit[:3]))
        text = f"{self.pick(WORDS)}{f' {self.choose(1000)}' if self.choose(2) else ''}"[: int(high)]
        return text + "x" * (int(low) - len(text))

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        low, high = schema.get("minItems", 0), schema.get("maxItems", 3)
        size = low if depth >= _DEPTH else low + self.choose(max(1, min(3, high - low + 1)))
        made = [self.value(schema.get("items", True), depth + 1) for _ in range(size)]
        if schema.get("uniqueItems"):
            made = [item for index, item in enumerate(made) if item not in made[:index]]
        return made

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        made: dict[str, Any] = {}
        for name in dict.fromkeys([*required, *properties]):
            if name in required or (depth < _DEPTH and self.choose(5) < 2):
                made[name] = self.value(properties.get(name, {}), depth + 1)
        low, extra = schema.get("minProperties", 0), schema.get("additionalProperties", True)
        for name in [*properties, "extra", "more"]:
            if len(made) >= low:
                break
            if name not in made and (name in properties or extra is not False):
                made[name] = self.value(properties.get(name, extra), depth + 1)
        if extra is not False and extra is not True and not made and self.choose(2):
            made["extra"] = self.value(extra, depth + 1)
        return made


def likely(environment: Environment, target: Target, choose: Choose) -> JsonObject:
    """Return arguments that meet the schema and name records that are there, so that most are accepted."""
    sampler, operation = Sampler(target.plan.schemas, choose), target.operation
    arguments: JsonObject = sampler.value({**operation.arguments(), "title": ""}, 0)
    if operation.paging is not None and operation.paging.style == "cursor":
        arguments.pop(operation.paging.position, None)  # only a page gives one
    record = _record(environment, target, operation.resource, sampler)
    if record is not None:
        for name, path in operation.scope.items():
            if (value := at(record, path)) not in (ABSENT, None):
                arguments[name] = value
        if operation.target and target.resource is not None:
            identity = target.resource.identity
            names = [identity.field, *(name for name in identity.also if isinstance(record.get(name), str))]
            schemas = {parameter.name: parameter.schema for parameter in operation.parameters}
            given = record.get(sampler.pick(names))
            text = sampler.flat(schemas[operation.target]).get("type") == "string"
            arguments[operation.target] = str(given) if text else given
        for item in operation.filters:
            if item.parameter in arguments and at(record, item.path) not in (ABSENT, None):
                arguments[item.parameter] = at(record, item.path)
    body = arguments.get("body")
    if isinstance(body, dict):
        for write in operation.writes:
            if write.reference is not None and at(body, write.source) not in (ABSENT, None):
                body = _referring(environment, target, body, write, write.reference, sampler)
        if operation.transition:
            body = _arrow(environment, target, body, sampler)
        arguments["body"] = body
    return arguments


def spoiled(arguments: Json, choose: Choose) -> Any:
    """Return arguments with one or two things wrong: a member dropped, added or of another type or value."""
    value = detach(arguments)
    for _ in range(1 + choose(2)):
        places: list[tuple[Any, Any]] = []
        _places(value, places)
        if not places:
            return {"extra": 1}
        holder, key = places[choose(len(places))]
        how = choose(4)
        if how == 0:
            del holder[key]
        elif how == 1 and isinstance(holder, dict):
            holder["unknown"] = "x"
        else:
            holder[key] = (None, True, 0, -1, 1.5, "", "no such thing", [], {}, [[]], {"id": "0"})[choose(11)]
    return value


def _places(value: Any, found: list[tuple[Any, Any]]) -> None:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        found.append((value, key))
        _places(item, found)


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    joined = {**one, **other}
    if "properties" in one and "properties" in other:
        joined["properties"] = {**one["properties"], **other["properties"]}
    if "required" in one and "required" in other:
        joined["required"] = [*one["required"], *other["required"]]
    if one.get("additionalProperties") is False:
        joined["additionalProperties"] = False
    return joined


def _record(environment: Environment, target: Target, resource: str, sampler: Sampler) -> Document | None:
    collection = collection_of(target.emulator, resource)
    ids = list(environment.world.ids(collection))
    return environment.world.get(collection, sampler.pick(ids)) if ids else None


def _referring(
    environment: Environment, target: Target, body: Document, write: Write, reference: Reference, sampler: Sampler
) -> Document:
    resource = target.plan.resources.get(reference.resource)

    def one() -> Json:
        record = _record(environment, target, reference.resource, sampler)
        if record is None or resource is None:
            return "nothing"
        if not reference.by:
            return record[resource.identity.field]
        members = [member for member, identity in reference.by.items() if record.get(identity) is not None]
        member = sampler.pick(members)
        return {member: record[reference.by[member]]}

    return with_value(body, write.source, [one() for _ in range(sampler.choose(3))] if write.many else one())


def _arrow(environment: Environment, target: Target, body: Document, sampler: Sampler) -> Document:
    resource, path = target.resource, target.operation.transition
    assert resource is not None
    assert resource.workflow is not None
    arrow = _record(environment, target, resource.workflow.transitions, sampler)
    if arrow is None:
        return body
    field = target.plan.resources[resource.workflow.transitions].identity.field
    shape = at(body, path)
    return with_value(body, path, {field: arrow[field]} if isinstance(shape, dict) else arrow[field])
