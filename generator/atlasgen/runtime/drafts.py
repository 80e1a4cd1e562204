"""From the body of a request to a record: members are laid where they are stored, references resolved to ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atlasgen.errors import Fault
from atlasgen.jsonvalue import pointer
from atlasgen.plan.model import Path, Reference, Write
from atlasgen.runtime.context import Broken, Context
from atlasgen.runtime.documents import ABSENT, Document, at, overlap, with_value
from atlasgen.runtime.world import Index, World

Resolve: TypeAlias = Callable[[World, Any], Any]


@dataclass(slots=True)
class _Object:
    """What is stored of one object of a body: its members, and the objects inside it."""

    members: dict[str, tuple[bool, Resolve | None, Write]] = field(default_factory=dict)
    inner: dict[str, _Object] = field(default_factory=dict)


class Drafts:
    """Makes records of what the bodies of an operation say."""

    def __init__(self, context: Context, writes: Sequence[Write]) -> None:
        """Compile the writes of an operation."""
        self._root = _Object()
        self._locks = [write for write in writes if write.lock]
        self._whole = [write.target for write in writes if not write.source]  # the body is one value of the record
        for write in writes:
            if write.lock or not write.source:
                continue
            node = self._root
            for key in write.source[:-1]:
                node = node.inner.setdefault(key, _Object())
            node.members[write.source[-1]] = (write.target == write.source, _resolver(write, context), write)

    def draft(
        self, world: World, body: Document, record: Document, skip: Sequence[Path] = ()
    ) -> tuple[Document, list[Broken]]:
        """Lay a body over a record.

        Args:
            world: Where references are looked up.
            body: The body; what is not stored of it is passed over.
            record: What to start from; it is not changed.
            skip: Paths of the body to leave out.

        Returns:
            The record, whose objects are the caller's own on the way to what was laid, and the references that fail.
        """
        broken: list[Broken] = []
        laid = dict(record)
        moved: list[tuple[Path, Any]] = [(path, body) for path in self._whole]
        if isinstance(body, dict):  # a schema may accept what has no members, of which nothing is stored
            self._lay(world, body, laid, self._root, skip, broken, moved)
        for path, value in moved:
            laid = with_value(laid, path, value)
        return laid, broken

    def stale(self, body: Document, record: Document) -> list[Broken]:
        """Return the faults of numbers in a body that are not one more than what a record has."""
        found: list[Broken] = []
        for lock in self._locks:
            given, now = at(body, lock.source), at(record, lock.target)
            due = now + 1 if isinstance(now, int) else 1
            if given is not ABSENT and given != due:
                message = f"must be {due}: the stored one is {due - 1}"
                found.append((409, Fault("conflict", pointer("body", *lock.source), message, given)))
        return found

    def _lay(
        self, world: World, body: Document, laid: Document, node: _Object, skip: Sequence[Path], broken: list[Broken],
        moved: list[tuple[Path, Any]],
    ) -> None:  # fmt: skip
        for key, value in body.items():
            found = node.members.get(key)
            if found is None:
                inner = node.inner.get(key)
                if inner is not None and isinstance(value, dict):
                    old = laid.get(key)
                    laid[key] = below = dict(old) if isinstance(old, dict) else {}
                    self._lay(world, value, below, inner, skip, broken, moved)
                continue
            stays, resolve, write = found
            if skip and any(overlap(write.source, path) for path in skip):
                continue
            if resolve is not None and value is not None:
                value = resolve(world, value)
                if value is ABSENT:
                    broken.append((_status(write), _unknown(write)))
                    continue
            elif write.wrap and value is not None:
                value = _wrapped(value, write.wrap)
            if stays:
                laid[key] = value
            else:
                moved.append((write.target, value))


def _wrapped(value: Any, member: str) -> Any:
    return [_wrapped(item, member) for item in value] if isinstance(value, list) else {member: value}


def source(fault: Fault) -> Path:
    """Return the path in the body that a fault is about."""
    return tuple(fault.pointer.split("/")[2:])


def sources(broken: Sequence[Broken]) -> Sequence[Path]:
    """Return the paths in the body that faults are about."""
    return [source(fault) for _, fault in broken] if broken else ()


def _status(write: Write) -> int:
    return write.reference.status if write.reference is not None else 400


def _unknown(write: Write) -> Fault:
    resource = write.reference.resource if write.reference is not None else ""
    return Fault("reference", pointer("body", *write.source), "does not exist", resource)


def _resolver(write: Write, context: Context) -> Resolve | None:
    reference = write.reference
    if reference is None or reference.resource not in context.names:
        return None
    one = _resolve(reference, context)
    if not write.many:
        return one

    def several(world: World, value: Any) -> Any:
        found = [one(world, item) for item in value] if isinstance(value, list) else [ABSENT]
        return ABSENT if ABSENT in found else found

    return several


def _resolve(reference: Reference, context: Context) -> Resolve:
    collection = context.names[reference.resource]
    own = context.plan.resources[reference.resource].identity.field
    # None stands for the id itself, which needs no index.
    by: dict[str, Index | None] = {
        member: None if identity == own else (collection, (identity,)) for member, identity in reference.by.items()
    }

    loose = reference.status == 0

    def resolve(world: World, value: Any) -> Any:
        if not isinstance(value, dict):
            return value if loose or world.get(collection, str(value)) is not None else ABSENT
        result: Any = ABSENT
        for member, name in value.items():
            if name is None or member not in by:
                continue
            index, text = by[member], name if type(name) is str else str(name)
            found: str | None = text
            if index is not None:
                found = world.first(index, text)
            elif world.get(collection, text) is None:
                found = None
            # Two names of two records, or a name of none, are no reference.
            if found is None or (result is not ABSENT and result != found):
                return ABSENT
            result = found
        return result

    return resolve
