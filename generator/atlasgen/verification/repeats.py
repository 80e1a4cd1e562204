"""Judges what only a second call shows: that it replaces instead of adding, and that the trash can be emptied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.documents import ABSENT, Document, at, with_value
from atlasgen.runtime.environment import Reply
from atlasgen.runtime.identity import draw
from atlasgen.runtime.sampling import chooser
from atlasgen.verification.aiming import Request, Target
from atlasgen.verification.conformity import fault
from atlasgen.verification.notes import Notes, short
from atlasgen.verification.pages import listed
from atlasgen.verification.readback import Eyes, many
from atlasgen.verification.requests import Requests

_TRIES = 6  # requests before one is accepted


def replacing(
    requests: Requests, target: Target, request: Request, record: Document, readers: Sequence[Target], notes: Notes
) -> JsonObject | None:
    """Make a second request with the same key, and judge whether it replaces the record.

    Returns:
        Its arguments; None where none was accepted, or the first has no key.
    """
    resource = target.resource
    key = at(request.arguments.get("body"), target.operation.upsert)
    if resource is None or key is ABSENT or key is None:
        return None
    name, field = ".".join(target.operation.upsert), resource.identity.field
    eyes = Eyes(requests, target, request.arguments, record)
    lists = [(reader, eyes.address(reader)) for reader in readers if many(reader) and eyes.must_list(reader)]
    before = [len(listed(requests, reader, asked).items) for reader, asked in lists if asked is not None]
    made = _second(requests, target, request, key)
    if made is None:
        return None
    arguments, reply = made
    if problem := fault(target, reply):
        notes.invalid.append(f"on a second call with the same {name} {problem}")
    again = requests.created(target, reply)
    after = [len(listed(requests, reader, asked).items) for reader, asked in lists if asked is not None]
    if again is None or str(again.get(field)) != str(record.get(field)) or after != before:
        notes.doubts.append(f"a second call with the same {name} adds another record")
        return None
    notes.proofs.append((0, f"a second call with the same {name} replaces the record"))
    return arguments


def _second(requests: Requests, target: Target, request: Request, key: Any) -> tuple[JsonObject, Reply] | None:
    for number in range(_TRIES):
        other = requests.valid(target, chooser(draw("again", target.tool, number)), share=100 - 20 * (number % 3))
        body: Any = other.arguments.get("body") if other is not None else None
        if not isinstance(body, dict):
            continue
        arguments = {**request.arguments, "body": with_value(body, target.operation.upsert, key)}
        if requests.accepts(target, arguments):
            reply = requests.call(target.tool, arguments)
            if reply.status < 300:
                return arguments, reply
    return None


def emptying(
    requests: Requests, target: Target, arguments: JsonObject, eyes: Eyes, readers: Sequence[Target], notes: Notes
) -> None:
    """Judge what becomes of a record that has been put aside: it cannot be put aside again, but it can go."""
    trash = target.operation.trash
    if trash is None:
        return
    for reader in readers:
        filters = [item for item in reader.operation.filters if item.path == trash.at and item.default]
        hides = bool(filters) and all(str(trash.value) not in item.default for item in filters)
        asked = eyes.address(reader) if hides and many(reader) else None
        look = eyes.look(reader, asked) if asked is not None else None
        if look is not None and look.record is not None:
            notes.doubts.append(f"{reader.tool} still lists what was put aside")
    reply = requests.call(target.tool, arguments)
    if not 400 <= reply.status < 500:
        notes.doubts.append(f"what has been put aside is put aside again: {reply.status}")
    if not trash.purge:
        return
    reply = requests.call(target.tool, {**arguments, trash.purge: True})
    if reply.status >= 300:
        notes.doubts.append(f"{trash.purge} is refused: {reply.status} {short(reply.json())}")
        return
    if problem := fault(target, reply):
        notes.invalid.append(f"with {trash.purge} {problem}")
    for reader in readers:
        asked = eyes.address(reader)
        look = eyes.look(reader, asked) if asked is not None else None
        if look is not None and look.record is not None:
            notes.doubts.append(f"{reader.tool} still shows what was taken away with {trash.purge}")
            return
    notes.proofs.append((2, f"puts the record aside, and with {trash.purge} nothing shows it"))
