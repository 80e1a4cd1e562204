"""Views compiled to closures: from a stored record to what the service shows of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from orjson import Fragment

from atlasgen.jsonvalue import JsonObject, encode
from atlasgen.plan.model import Path, Plan, Select, Shape
from atlasgen.runtime.documents import ABSENT, Document
from atlasgen.runtime.follow import Paths
from atlasgen.runtime.world import World

Items: TypeAlias = Callable[[World, Iterable[tuple[str, Document]], str], list[Any]]
"""Shows the records of a list; the text is what the parameter that chooses members was given."""


class Show(Protocol):
    """Shows a record, or the object in it that is given."""

    def __call__(self, world: World, record: Document, node: Document | None = None, /) -> JsonObject:
        """Return what is shown."""


Make: TypeAlias = Callable[[World, Document, Document], Any]
"""From the record and the object in it that is being shown to the value of one member; `ABSENT` leaves the member
out."""

Step: TypeAlias = "tuple[str, Make | None]"
"""A member and what makes it; None copies it."""


_KEPT = 4096  # encoded records that are kept of each list that is asked for
_VARIANTS = 256  # kinds of lists of which they are kept
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_LOCAL_LINK = re.compile(r"(?:[^{}]|\{\w+\})*")  # no placeholder follows a reference


class Views:
    """The views of a plan, each compiled when it is first shown."""

    def __init__(self, plan: Plan, names: Mapping[str, str], paths: Paths) -> None:
        """Take the views of a plan; `names` maps its resources to the collections of the world."""
        self._plan = plan
        self._names = names
        self._paths = paths
        self._compiled: dict[str, Show] = {}

    def view(self, name: str, select: Path = ()) -> Show:
        """Return the function that shows a record.

        Args:
            name: The view.
            select: The object of which only the members that `World.wanted` names are shown.
        """
        key = f"{name} {'.'.join(select)}"
        if key not in self._compiled:
            view = self._plan.views[name]
            self._compiled[key] = self._members(view.members, view.resource, (), select)
        return self._compiled[key]

    def items(self, name: str, select: Select | None = None) -> Items:
        """Return the function that shows the records of a list, of which members may be chosen.

        A record of the base is encoded once for all episodes, as long as they touch nothing else that it shows.
        """
        view, show = self._plan.views[name], self.view(name, select.at if select is not None else ())
        collection, others = self._names.get(view.resource, ""), self._shown(name, {name})
        # Lists that choose members in another way, or have another default, show other members for the same text.
        manner = f"{self._plan.name}.{name} {select}"

        def items(world: World, records: Iterable[tuple[str, Document]], given: str) -> list[Any]:
            kept: dict[str, Any] | None = None
            if len(given) < 100 and world.touched.isdisjoint(others):
                label = f"{manner} {given} {world.base_url}"
                kept = world.base.shown.get(label)
                if kept is None and len(world.base.shown) < _VARIANTS:
                    kept = world.base.shown[label] = {}
            based = world.base.tables.get(collection, {})
            shown, reads = [], world.reads
            for id, record in records:
                if kept is not None:
                    found = kept.get(id)
                    if found is None and based.get(id) is record and len(kept) < _KEPT:
                        world.reads = [(collection, id)]
                        found = kept[id] = (record, Fragment(encode(show(world, record))), world.reads)
                        world.reads = reads
                    if found is not None and found[0] is record:
                        reads += found[2]
                        shown.append(found[1])
                        continue
                if collection:
                    reads.append((collection, id))
                shown.append(show(world, record))
            return shown

        return items

    def _shown(self, name: str, seen: set[str]) -> frozenset[str]:
        """Return the collections of all records that a view shows or leads through, besides the one that is shown."""
        found: set[str] = set()
        view = self._plan.views[name]
        pending = list(view.members)
        for shape in pending:  # it grows while it is walked
            pending += shape.members
            names = _PLACEHOLDER.findall(shape.template) if shape.kind == "link" else []
            for path in (shape.path, *(tuple(text.split(".")) for text in names)):
                found |= self._paths.passed(path, view.resource)
            if shape.kind in ("reference", "references", "inverse"):
                found.add(self._names[shape.resource])
                if shape.view not in seen:
                    found |= self._shown(shape.view, seen | {shape.view})
        return frozenset(found)

    def _members(self, shapes: Iterable[Shape], resource: str, path: Path, select: Path) -> Show:
        # A plain member is copied in the loop itself: a call for each would cost more than the rest of the view.
        steps = [
            (s.name, self._moved(s, resource) if _is_moved(s, path) else None if _is_plain(s, select) else
             self._make(s, resource, select))
            for s in shapes
        ]  # fmt: skip
        chosen = select != () and path == select

        def build(world: World, record: Document, node: Document | None = None) -> JsonObject:
            if node is None:
                node = record
            shown: JsonObject = {}
            for name, make in steps if not chosen or world.wanted is None else _wanted(steps, world.wanted):
                if make is None:
                    if name in node:
                        shown[name] = node[name]
                elif (value := make(world, record, node)) is not ABSENT:
                    shown[name] = value
            return shown

        return build

    def _make(self, shape: Shape, resource: str, select: Path) -> Make:
        name, value = shape.name, shape.value
        missing = None if shape.nullable else ABSENT
        match shape.kind:
            case "constant":
                return lambda world, record, node: value
            case "link":
                return self._paths.template(shape.template, resource)
            case "object":
                return self._object(shape, resource, select)
            case "reference":
                return self._reference(shape)
            case "references":
                return self._references(shape)
            case "inverse":
                return self._inverse(shape, resource)
            case _:
                if select == shape.path and select:
                    return lambda world, record, node: _chosen(world, node.get(name, missing))
                return lambda world, record, node: node.get(name, missing)

    def _moved(self, shape: Shape, resource: str) -> Make:
        """Return what shows a member of what stands elsewhere in the record, or in one that it refers to."""
        name, make = shape.name, self._make(shape, resource, ())
        find = self._paths.follow(shape.path, resource) if shape.path else None

        def moved(world: World, record: Document, node: Document) -> Any:
            value = find(world, record) if find is not None else record
            return make(world, record, {name: value} if value is not ABSENT else {})

        return moved

    def _object(self, shape: Shape, resource: str, select: Path) -> Make:
        name, missing = shape.name, None if shape.nullable else ABSENT
        members = self._members(shape.members, resource, shape.path, select)

        def make(world: World, record: Document, node: Document) -> Any:
            inner = node.get(name)
            shown = members(world, record, inner if isinstance(inner, dict) else {})
            return shown if shown or inner is not None else missing

        return make

    def _reference(self, shape: Shape) -> Make:
        name, missing = shape.name, None if shape.nullable else ABSENT
        show, collection = self._later(shape.view), self._names[shape.resource]
        closed = _is_closed(self._plan.views[shape.view].members)
        label = f"{self._plan.name}.{shape.view}"  # other APIs of the world may have a view of this name

        def make(world: World, record: Document, node: Document) -> Any:
            id = node.get(name)
            if id is None:
                return None if name in node else missing
            key = id if type(id) is str else str(id)
            if closed and collection not in world.touched:
                # What people, types and states look like inside other records is the same in every episode.
                kept = world.base.shown.get(label)
                if kept is not None and key in kept:
                    url, shown = kept[key]
                    if url == world.base_url:
                        world.reads.append((collection, key))
                        return shown
            target = world.show(collection, key)
            if target is None:
                return missing
            if not closed:
                return show()(world, target)
            shown = Fragment(encode(show()(world, target)))
            if collection not in world.touched:
                world.base.shown.setdefault(label, {})[key] = (world.base_url, shown)
            return shown

        return make

    def _references(self, shape: Shape) -> Make:
        name, show, collection = shape.name, self._later(shape.view), self._names[shape.resource]

        def make(world: World, record: Document, node: Document) -> Any:
            ids = node.get(name)
            if not isinstance(ids, list):
                return ABSENT
            found = [world.show(collection, str(id)) for id in ids]
            return [show()(world, target) for target in found if target is not None]

        return make

    def _inverse(self, shape: Shape, resource: str) -> Make:
        show, collection, path = self._later(shape.view), self._names[shape.resource], shape.path
        own = self._plan.resources[resource].identity.field

        def make(world: World, record: Document, node: Document) -> Any:
            listed = world.listed(collection, path, str(record[own])) if path else world.ids(collection)
            found = [world.show(collection, id) for id in listed]
            return [show()(world, target) for target in found if target is not None]

        return make

    def _later(self, name: str) -> Callable[[], Show]:
        """Return a way to a view that may lead back to the view that is being compiled."""
        found: list[Show] = []

        def get() -> Show:
            if not found:
                found.append(self.view(name))
            return found[0]

        return get


def _is_closed(shapes: Iterable[Shape], path: Path = ()) -> bool:
    """Whether a view shows nothing but the record itself, so that it changes with the record alone."""
    for shape in shapes:
        if shape.kind in ("reference", "references", "inverse") or _is_moved(shape, path):
            return False
        if shape.kind == "link" and not _LOCAL_LINK.fullmatch(shape.template):
            return False
        if not _is_closed(shape.members, shape.path):
            return False
    return True


def _is_moved(shape: Shape, path: Path) -> bool:
    """Whether a member of the object at a path shows what stands elsewhere."""
    return shape.kind in ("value", "object", "reference", "references") and shape.path != (*path, shape.name)


def _is_plain(shape: Shape, select: Path) -> bool:
    return shape.kind == "value" and not shape.nullable and (not select or shape.path != select)


def _wanted(steps: Sequence[Step], wanted: Callable[[str], bool]) -> Sequence[Step]:
    return [step for step in steps if wanted(step[0])]


def _chosen(world: World, value: Any) -> Any:
    wanted = world.wanted
    if wanted is None or not isinstance(value, dict):
        return value
    return {name: item for name, item in value.items() if wanted(name)}
