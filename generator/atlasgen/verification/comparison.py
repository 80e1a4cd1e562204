"""What was written held against what a reader shows of it.

What a reader can show is read off the schema of its answer, not off the plan: a field that the plan forgets is missed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.model import Path, Reference, Shape
from atlasgen.runtime.documents import ABSENT, at
from atlasgen.runtime.sampling import Sampler
from atlasgen.verification.aiming import Target

Outcome: TypeAlias = Literal["shown", "absent", "differs"]

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


def compare(writer: Target, arguments: JsonObject, look: Look) -> list[Comparison]:
    """Return how a reader shows each written field that it can show."""
    body, record = arguments.get("body"), look.record
    whole = next((write.target for write in writer.operation.writes if not write.source), None)
    if whole is not None and record is not None and body is not None:
        shown = at(record, whole)
        return [Comparison(whole, _outcome(body, shown), body, shown)]
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
    promised = _promised(look.reader) if writer.operation.resource == look.reader.operation.resource else frozenset()
    found: list[Comparison] = []

    def walk(value: Any, path: Path) -> None:
        for name, item in value.items():
            here = (*path, name)
            write = mapped.get(here)
            place = here if write is None else write.target
            place = place[1:] if envelope and place[:1] == envelope else place
            declared, shown = _declared(look.schema, place, sampler), at(record, place)
            if place in stamped or place in made or (declared is None and shown is ABSENT and place not in promised):
                continue
            reference = write.reference if write is not None else None
            if isinstance(item, dict) and item and reference is None and _has_members(declared):
                walk(item, here)
            else:
                found.append(Comparison(here, _outcome(item, shown, reference), item, shown))

    walk(at(body, envelope), envelope)
    return found


def _outcome(written: Any, shown: Any, reference: Reference | None = None) -> Outcome:
    if shown is ABSENT:
        return "shown" if written is None else "absent"
    return "shown" if matches(written, shown, reference) else "differs"


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


def _promised(reader: Target) -> frozenset[Path]:
    """Return the places that the plan says a reader shows of a record, whatever its schema leaves open."""
    views = [reader.plan.views[shape.view] for shape in reader.operation.answer if shape.view in reader.plan.views]
    return frozenset((member.name,) for view in views for member in view.members if member.kind == "value")


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


def below(schema: JsonObject, way: Sequence[str | int], sampler: Sampler) -> JsonObject:
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
