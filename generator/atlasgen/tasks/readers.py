"""What answers show of records: which operations show those of a collection, and what one answer says of one of them.

An answer about one record may show others inside it. Only what it shows of the record itself counts: a value that
stands elsewhere in the same answer belongs to something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, Final, TypeAlias

from atlasgen.jsonvalue import Json, pointer, tokens
from atlasgen.plan.model import Operation, Path, Plan, Shape, View
from atlasgen.runtime.documents import ABSENT, at
from atlasgen.runtime.environment import Call
from atlasgen.tasks.task import Needed, Reader

_DEEP: Final = 2  # records inside records inside records are looked for no further
_Place: TypeAlias = tuple[Path, View]
_NO_SIZES: Final[Mapping[Path, int]] = {}


def readers(plan: Plan, resource: str, paths: Set[Path]) -> tuple[Reader, ...]:
    """Return what shows any of the paths of the records of a resource, in the order of the document."""
    return tuple(reader for operation in plan.operations for reader in _readers(plan, operation, resource, paths))


def shows(
    readers: Sequence[Reader], call: Call, id: str, paths: Sequence[Path], sizes: Mapping[Path, int] = _NO_SIZES
) -> bool:
    """Return whether an answer shows these paths of a record.

    Args:
        readers: What may show them.
        call: The call.
        id: The record.
        paths: What it has to show.
        sizes: How long the lists at some of the paths are: a page of a list does not show the list.
    """
    wanted = set(paths)
    able = [item for item in readers if item.operation == call.tool and wanted <= item.places.keys()]
    if not able:
        return False
    body = call.json()
    return any(
        ABSENT not in found and all(_is_whole(value, sizes.get(path)) for path, value in zip(paths, found, strict=True))
        for reader in able
        for found in _shown(reader, call, body, id, paths)
    )


def members(readers: Sequence[Reader], call: Call, id: str) -> Iterator[tuple[Path, str]]:
    """Yield what an answer says the lists of a record have: the path, and what the call asked about."""
    for reader in readers:
        if reader.operation != call.tool or not reader.members or call.status >= 400:
            continue
        if next(_shown(reader, call, call.json(), id, ()), None) is not None:
            for parameter, path in reader.members.items():
                yield path, str(call.arguments.get(parameter))


def lacking(readers: Sequence[Reader], call: Call, id: str) -> Iterator[tuple[Path, str]]:
    """Yield what an answer says the lists of a record do not have: the path, and what the call asked about.

    A list without the record says that where it is whole, and where nothing else was asked for.
    """
    for reader in readers:
        if reader.operation != call.tool or not reader.members or not reader.following or call.status >= 400:
            continue
        if call.arguments.keys() - reader.members.keys():
            continue
        body = call.json()
        if at(body, tokens(reader.following)) is ABSENT and next(_shown(reader, call, body, id, ()), None) is None:
            for parameter, path in reader.members.items():
                yield path, str(call.arguments.get(parameter))


def is_named(reader: Reader, call: Call, id: str) -> bool:
    """Return whether a call says by an argument that its answer is about a record, which the answer does not say."""
    return reader.operation == call.tool and not reader.identity and str(call.arguments.get(reader.target)) == id


def _is_whole(value: Any, size: int | None) -> bool:
    return size is None or (isinstance(value, list) and len(value) == size)


def is_found(needed: Needed, calls: Sequence[Call]) -> bool:
    """Return whether some answer says of the needed record what was needed of it."""
    record = needed.record
    for call in calls:
        if call.status >= 400:
            continue
        able = [reader for reader in needed.readers if reader.operation == call.tool]
        if not able or not (record in call.reads or any(is_named(reader, call, record[1]) for reader in able)):
            continue
        body = call.json()
        for reader in able:
            for (value,) in _shown(reader, call, body, record[1], (needed.path,)):
                if _holds(value, needed.value):
                    return True
    return any(is_found(other, calls) for other in needed.instead)


def _shown(reader: Reader, call: Call, body: Any, id: str, paths: Sequence[Path]) -> Iterator[list[Any]]:
    """Yield the values at some paths of a record, for each place where an answer shows that record."""
    within, identity = reader.way
    if not identity:
        if is_named(reader, call, id):
            yield [at(body, reader.places[path]) for path in paths]
        return
    for item in _items(body, within):
        if str(at(item, identity)) == id:
            yield [at(item, reader.places[path]) for path in paths]


def _items(value: Any, path: Path) -> Iterator[Any]:
    """Yield what stands at a path, in each member of the lists on the way."""
    if isinstance(value, list):
        for item in value:
            yield from _items(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _items(value[path[0]], path[1:])


def _holds(value: Any, wanted: Json) -> bool:
    """Return whether a value is the wanted one, or an object that has it for a member; of lists in any order."""
    if isinstance(value, list) and isinstance(wanted, list):
        return len(value) == len(wanted) and all(any(_holds(item, one) for item in value) for one in wanted)
    return value == wanted or (isinstance(value, dict) and any(_holds(item, wanted) for item in value.values()))


# -- from plans --------------------------------------------------------------------------------------------------------


def _readers(plan: Plan, operation: Operation, resource: str, paths: Set[Path]) -> Iterator[Reader]:
    if not operation.is_understood:
        return
    held = operation.held
    if held is not None and held.resource == resource and held.path in paths and held.parameter:
        for shape in operation.answer:
            if shape.kind == "records":
                yield Reader(operation.tool, held.parameter, {pointer(shape.name): held.path}, identity="")
    for shape in operation.answer:
        view = plan.views.get(shape.view)
        if shape.kind not in ("record", "records") or view is None:
            continue
        top: Path = (shape.name,) if shape.name else ()
        inside = [(top, view), *_inside(plan, view.members, top, _DEEP)]
        for place, shown in inside:
            if shown.resource != resource:
                continue
            reader = _reader(plan, operation, shown, place, paths)
            # A record that is not there has no fields to show, but the answer says so.
            if reader.shows or reader.members or (place == top and operation.archetype == "get"):
                yield reader


def _reader(plan: Plan, operation: Operation, view: View, place: Path, paths: Set[Path]) -> Reader:
    shown = dict(_members(view.members, ()))
    field = plan.resources[view.resource].identity.field
    identity = next((spot for spot, path in shown.items() if path == (field,)), pointer(field))
    lists = {
        item.held.path for item in plan.operations if item.held is not None and item.held.resource == view.resource
    }
    listed = place == tuple(shape.name for shape in operation.answer if shape.kind == "records" and shape.name)
    # What is listed below a record lists that record.
    held = {name: path for name, path in operation.scope.items() if path in lists & paths} if listed else {}
    return Reader(
        operation.tool,
        operation.target,
        {spot: path for spot, path in shown.items() if path in paths},
        within=pointer(*place) if place else "",
        identity=identity,
        members=held,
        following=next(_following(operation.answer, ()), "") if held else "",
    )


def _following(shapes: Sequence[Shape], here: Path) -> Iterator[str]:
    """Yield where an answer says what the next page is."""
    for shape in shapes:
        place = (*here, shape.name)
        if shape.kind == "paging" and shape.value in ("link", "token"):
            yield pointer(*place)
        elif shape.kind == "object":
            yield from _following(shape.members, place)


def _inside(plan: Plan, members: Sequence[Shape], here: Path, depth: int) -> Iterator[_Place]:
    """Yield the places of the records that stand inside others, each with the view that shows them."""
    for shape in members:
        place = (*here, shape.name)
        if shape.kind == "object":
            yield from _inside(plan, shape.members, place, depth)
        elif shape.kind in ("reference", "references", "inverse") and shape.view in plan.views:
            view = plan.views[shape.view]
            yield place, view
            if depth > 1:
                yield from _inside(plan, view.members, place, depth - 1)


def _members(shapes: Sequence[Shape], here: Path) -> Iterator[tuple[str, Path]]:
    """Yield where the members of a view stand, and which paths of the record they show."""
    for shape in shapes:
        place = (*here, shape.name)
        if shape.kind in ("value", "reference", "references"):
            yield pointer(*place), shape.path
        elif shape.kind == "object":
            yield pointer(*place), shape.path
            yield from _members(shape.members, place)
