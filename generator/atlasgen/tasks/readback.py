"""What the reading operations of an API show of a record, held against what was written to it.

What a reader can show is read off the schema of its answer, not off the plan: a field that the plan forgets is missed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qs, urlsplit

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Path, Reference, Shape
from atlasgen.plan.paths import route
from atlasgen.runtime.documents import ABSENT, Document, at
from atlasgen.runtime.environment import Reply
from atlasgen.runtime.sampling import Choose, Sampler
from atlasgen.runtime.validation import InvalidValue
from atlasgen.tasks.requests import Requests, Target, find, typed

Outcome: TypeAlias = Literal["shown", "absent", "differs"]

_PAGES = 20  # of a list, after which a record that was not seen is taken not to be there
_VARIANTS = 12  # ways to ask a reader for more than it shows unasked
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Look:
    """What a reader answered, and what it shows of one record.

    Attributes:
        reader: The reader.
        arguments: What it was asked.
        status: The status of the answer.
        problem: What is wrong with the answer by its schema; empty where it is as it should be.
        record: What it shows of the record; None where it does not show it.
        schema: The schema of what it shows.
        body: The whole answer.
    """

    reader: Target
    arguments: JsonObject
    status: int
    problem: str
    record: JsonObject | None
    schema: JsonObject
    body: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """A written field as a reader shows it; `path` leads through the body of the request."""

    path: Path
    outcome: Outcome
    written: Any
    found: Any = ABSENT


def readers(requests: Requests, writer: Target) -> tuple[Target, ...]:
    """Return the reading operations that may show what a writing one does.

    Those about the same resource, that of the same path, and that of the record which the path leads through.
    """
    path = writer.operation.path.rstrip("/")

    def related(item: Target) -> bool:
        other = item.operation.path.rstrip("/")
        same = item.operation.resource == writer.operation.resource and item.operation.resource != ""
        return same or path == other or (path.startswith(other + "/") and other.endswith("}"))

    found = [
        item for item in requests.targets
        if item.emulator is writer.emulator and item.tool != writer.tool and is_reader(item) and related(item)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda item: item.operation.resource != writer.operation.resource))


def is_reader(target: Target) -> bool:
    """Whether an operation reads, as far as is known."""
    return not is_mutating(target)


def is_mutating(target: Target) -> bool:
    """Whether an operation changes something, or may: of an operation that is not understood, its method tells."""
    operation = target.operation
    return operation.mutating or (operation.archetype == "stub" and operation.method not in ("get", "head", "options"))


def many(target: Target) -> bool:
    """Whether a reader answers with a list of records."""
    return target.operation.offers or not (target.operation.archetype == "get" or target.operation.target)


class Eyes:
    """Asks readers about one record, before and after a call."""

    def __init__(
        self,
        requests: Requests,
        writer: Target,
        arguments: JsonObject,
        record: Document | None,
        choose: Choose,
    ) -> None:
        """Take the call, and what is known of the record that it is about."""
        self._requests = requests
        self._writer = writer
        self._arguments = arguments
        self._record = record
        self._choose = choose
        resource = writer.resource
        fields = [resource.identity.field, *resource.identity.also] if resource is not None else []
        self.names: dict[str, Json] = {
            name: value
            for name in fields
            if isinstance(value := (record or {}).get(name), str | int) and not isinstance(value, bool)
        }

    def address(self, reader: Target) -> JsonObject | None:
        """Return arguments that ask a reader about the record; None where some cannot be known."""
        operation, given = reader.operation, self._arguments
        sampler = Sampler(reader.plan.schemas, self._choose, share=0)
        asked: JsonObject = {}
        known = {item.name for item in self._writer.operation.parameters}
        filters = {item.parameter: item.path for item in operation.filters}
        nodes = {node.parameter: node.noun for node in route(operation.path).nodes}
        for parameter in operation.parameters:
            name, value = parameter.name, ABSENT
            if not parameter.required and parameter.location != "path":
                continue
            own = operation.resource == self._writer.operation.resource
            if name == operation.target and own and self.names:
                value = next(iter(self.names.values()))
            elif name in operation.scope and own:
                value = self._at(operation.scope[name])
            elif name in filters and own:
                value = self._at(filters[name])
            if value is ABSENT and name in known and name in given:
                value = given[name]
            if value is ABSENT and nodes.get(name) == self._writer.operation.resource and self.names:
                value = next(iter(self.names.values()))
            if value is ABSENT and name in nodes:
                return None
            schema = sampler.flat(parameter.schema)
            asked[name] = sampler.value(schema) if value is ABSENT else typed(value, schema)
        paging = operation.paging
        if paging is not None and paging.size:
            size = next(sampler.flat(item.schema) for item in operation.parameters if item.name == paging.size)
            asked[paging.size] = typed(min(paging.largest, int(size.get("maximum", paging.largest))), size)
        return asked

    def _at(self, path: Path) -> Any:
        """Return what stands at a path of the record: what was written, else what is known, else what is stored."""
        value = at(self._arguments.get("body"), path)
        if isinstance(value, str | int):
            return value
        for parameter, own in self._writer.operation.scope.items():
            if own == path:
                return self._arguments[parameter]
        if self._record is None or self._writer.resource is None:
            return ABSENT
        return self._requests.stored(self._writer, self._record, path)

    def look(self, reader: Target, arguments: JsonObject) -> Look:
        """Ask a reader, through as many pages as it takes, and find the record in its answer."""
        asked = dict(arguments)
        look = self._once(reader, asked)
        for _ in range(_PAGES):
            further = None if look.record is not None or look.status >= 300 else _next_page(reader, asked, look)
            if further is None:
                break
            asked = further
            look = self._once(reader, asked)
        return look

    def _once(self, reader: Target, arguments: JsonObject) -> Look:
        reply = self._requests.call(reader.tool, arguments)
        body = reply.json()
        problem = fault(reader, reply) if reply.status < 300 else ""
        record: JsonObject | None = None
        schema: JsonObject = {}
        if reply.status < 300 and body is not None:
            sampler = Sampler(reader.plan.schemas, self._choose)
            found = find(body, self.names) if self.names else None
            if found is not None:
                record, schema = found[1], _below(reader.operation.response or {}, found[0], sampler)
            elif not many(reader) and isinstance(body, dict) and self._may_be(reader, body):
                record, schema = body, sampler.flat(reader.operation.response or {})
        return Look(reader, arguments, reply.status, problem, record, schema, body)

    def _may_be(self, reader: Target, body: JsonObject) -> bool:
        """Whether an answer without the identities of the record shows it: another record would show its own."""
        one, other, resource = reader.operation, self._writer.operation, self._writer.resource
        if one.path != other.path and one.resource != other.resource:
            return False
        return not self.names or resource is None or resource.identity.field not in body

    def variants(self, reader: Target, arguments: JsonObject) -> Iterator[JsonObject]:
        """Yield further ways to ask: with each word of each parameter that chooses among words."""
        sampler = Sampler(reader.plan.schemas, self._choose)
        count = 0
        for parameter in reader.operation.parameters:
            if parameter.required or parameter.location != "query":
                continue
            schema = sampler.flat(parameter.schema)
            words = schema.get("enum")
            for word in words if isinstance(words, list) else ():
                if word is not None and count < _VARIANTS:
                    count += 1
                    yield {**arguments, parameter.name: word}

    def leak(self, reader: Target, arguments: JsonObject) -> str:
        """Return the parameter in the path of a reader that may be anything and the record is shown all the same."""
        for node in route(reader.operation.path).nodes:
            parameter = next((item for item in reader.operation.parameters if item.name == node.parameter), None)
            if parameter is None or node.parameter == reader.operation.target or not self.names:
                continue
            schema = Sampler(reader.plan.schemas, self._choose).flat(parameter.schema)
            if "enum" in schema or "const" in schema:
                continue
            accepts = reader.emulator.context.validators.compile(parameter.schema).accepts
            for stranger in ("no-such-thing", 999_999_937):
                if accepts(stranger) and self._once(reader, {**arguments, node.parameter: stranger}).record is not None:
                    return node.parameter
        return ""


def fault(target: Target, reply: Reply) -> str:
    """Return what is wrong with an accepted answer by the plan of its operation; empty where nothing is."""
    operation = target.operation
    if reply.status != operation.status:
        return f"answers {reply.status}, not {operation.status}"
    if operation.response is not None:
        try:
            target.emulator.context.validators.compile(operation.response)(reply.json())
        except InvalidValue as error:
            return f"the answer does not meet its schema: {error.faults[0].pointer} {error.faults[0].message}"
    return ""


def compare(writer: Target, arguments: JsonObject, look: Look) -> list[Comparison]:
    """Return how a reader shows each written field that it can show."""
    body, record = arguments.get("body"), look.record
    if not isinstance(body, dict) or record is None:
        return []
    sampler = Sampler(look.reader.plan.schemas, _first)
    envelope: Path = ()
    if len(body) == 1:
        (only,) = body
        if isinstance(body[only], dict) and only not in record and not _declared(look.schema, (only,), sampler):
            envelope = (only,)  # the record itself has none
    mapped = {write.source: write for write in writer.operation.writes}
    stamped = set(writer.resource.stamped) if writer.resource is not None else set()
    made = _made(look.reader)
    found: list[Comparison] = []

    def walk(value: Any, path: Path) -> None:
        for name, item in value.items():
            here = (*path, name)
            write = mapped.get(here)
            place = here if write is None else write.target
            place = place[1:] if envelope and place[:1] == envelope else place
            declared, shown = _declared(look.schema, place, sampler), at(record, place)
            if place in stamped or place in made or (declared is None and shown is ABSENT):
                continue
            reference = write.reference if write is not None else None
            if isinstance(item, dict) and item and reference is None and _has_members(declared):
                walk(item, here)
            elif shown is ABSENT:
                found.append(Comparison(here, "shown" if item is None else "absent", item))
            else:
                found.append(Comparison(here, "shown" if matches(item, shown, reference) else "differs", item, shown))

    walk(at(body, envelope), envelope)
    return found


def shows(look: Look, path: Path) -> bool:
    """Whether a reader could show a member of a body under the name that it has there."""
    sampler = Sampler(look.reader.plan.schemas, _first)
    declared = _declared(look.schema, path, sampler) or (path[1:] and _declared(look.schema, path[1:], sampler))
    return look.record is not None and bool(declared) and path not in _made(look.reader)


def matches(written: Any, shown: Any, reference: Reference | None = None) -> bool:
    """Whether a value is shown as it was written; the name of a record may be shown as the record, or a list in one."""
    if isinstance(written, dict):
        by = reference.by if reference is not None else {}
        return isinstance(shown, dict) and all(
            item is None or matches(item, shown.get(by.get(name, name), ABSENT)) for name, item in written.items()
        )
    if isinstance(written, list):
        if isinstance(shown, dict):
            return any(isinstance(item, list) and matches(written, item, reference) for item in shown.values())
        if not isinstance(shown, list) or len(written) != len(shown):
            return False
        if all(matches(one, other, reference) for one, other in zip(written, shown, strict=True)):
            return True
        return reference is not None and all(any(matches(one, other, reference) for other in shown) for one in written)
    if isinstance(shown, dict):
        return any(not isinstance(item, dict | list) and matches(written, item) for item in shown.values())
    if isinstance(written, bool) or isinstance(shown, bool):
        return written is shown
    if isinstance(written, str) != isinstance(shown, str):
        # A number in one schema may be text in the other.
        return shown is not ABSENT and shown is not None and written is not None and str(written) == str(shown)
    return bool(written == shown)


def changes(before: Look, after: Look, stamped: Collection[Path]) -> list[Path]:
    """Return the paths at which a reader shows something else than before; times, and what is stamped, apart."""
    found: list[Path] = []

    def walk(old: Any, new: Any, path: Path) -> None:
        if path in stamped or old == new:
            return
        if isinstance(old, dict) and isinstance(new, dict):
            for name in dict.fromkeys([*old, *new]):
                walk(old.get(name, ABSENT), new.get(name, ABSENT), (*path, name))
        elif not (isinstance(old, str) and isinstance(new, str) and _TIME.match(old) and _TIME.match(new)):
            found.append(path)

    if before.record is not None and after.record is not None:
        walk(before.record, after.record, ())
    else:
        walk(before.body, after.body, ())
    return found


def _first(limit: int) -> int:
    return 0


def _made(reader: Target) -> frozenset[Path]:
    """Return the places in what a reader shows that the service fills, whatever was written."""
    views = [reader.plan.views[shape.view] for shape in reader.operation.answer if shape.view in reader.plan.views]

    def walk(shapes: Sequence[Shape], path: Path) -> Iterator[Path]:
        for shape in shapes:
            here = (*path, shape.name)
            if shape.kind in ("constant", "link", "inverse"):
                yield here
            yield from walk(shape.members, here)

    return frozenset(place for view in views for place in walk(view.members, ()))


def _declared(schema: JsonObject, place: Path, sampler: Sampler) -> JsonObject | None:
    """Return the schema of what stands at a path; None where a schema names no such member."""
    found: Any = schema
    for name in place:
        found = _member(found, name, sampler)
        if found is None:
            return None
    return sampler.flat(found)


def _member(schema: Any, name: str, sampler: Sampler) -> Any:
    flat = sampler.flat(schema)
    properties = flat.get("properties", {})
    if name in properties:
        return properties[name]
    found = (_member(option, name, sampler) for option in flat.get("anyOf", ()))
    return next((item for item in found if item is not None), None)


def _has_members(schema: JsonObject | None) -> bool:
    return schema is not None and ("properties" in schema or "anyOf" in schema)


def _below(schema: JsonObject, way: Sequence[str | int], sampler: Sampler) -> JsonObject:
    """Return the schema of what stands somewhere in an answer."""
    found: Any = schema
    for key in way:
        if isinstance(key, str):
            found = _member(found, key, sampler) or {}
        else:
            flat = sampler.flat(found)
            options = [sampler.flat(option) for option in flat.get("anyOf", ())]
            found = next((item["items"] for item in (flat, *options) if "items" in item), {})
    return sampler.flat(found)


def _next_page(reader: Target, asked: JsonObject, look: Look) -> JsonObject | None:
    """Return arguments that ask for the page after one; None where there is none, or no telling where it is."""
    paging = reader.operation.paging
    if paging is None or not paging.position:
        return None
    records = next((shape.name for shape in reader.operation.answer if shape.kind == "records"), "")
    listed = look.body.get(records) if records and isinstance(look.body, dict) else look.body
    if not isinstance(listed, list) or not listed:
        return None
    now = asked.get(paging.position)
    if paging.style != "cursor":
        first, step = (1, 1) if paging.style == "page" else (0, len(listed))
        return {**asked, paging.position: (now if isinstance(now, int) else first) + step}
    for role, value in _told(reader.operation.answer, look.body):
        token = parse_qs(urlsplit(value).query).get(paging.position, [""])[0] if role == "link" else value
        if role in ("link", "token") and token and token != now:
            return {**asked, paging.position: token}
    return None


def _told(shapes: Sequence[Shape], body: Any) -> Iterator[tuple[str, str]]:
    """Yield what an envelope tells of its page in words: the role and the text."""
    for shape in shapes:
        value = body.get(shape.name) if isinstance(body, dict) else None
        if shape.kind == "object":
            yield from _told(shape.members, value)
        elif shape.kind == "paging" and isinstance(value, str):
            yield str(shape.value), value
