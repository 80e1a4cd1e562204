"""Creates and replaces the records of a resource: fills what the service fills, names them, checks the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, pointer
from atlasgen.plan.model import Derive, Field, Path, Resource
from atlasgen.runtime.context import Broken, Context, Located
from atlasgen.runtime.documents import ABSENT, Document, at, own, with_value
from atlasgen.runtime.identity import Identities, timestamp
from atlasgen.runtime.rules import Rules
from atlasgen.runtime.world import World

Fill: TypeAlias = Callable[[World, Document], Any]
"""From a draft to the value of one of its fields; `ABSENT` leaves the field out."""


class Store:
    """The records of one resource.

    Attributes:
        resource: The resource.
        collection: Where the world keeps them.
        rules: What must hold for them.
    """

    def __init__(self, context: Context, resource: Resource) -> None:
        """Compile what storing a record of a resource takes."""
        self.resource = resource
        self.collection = context.names[resource.name]
        self.rules = Rules(resource.rules, resource.name, context.paths, self.collection)
        self._style = context.plan.timestamp
        self._identities = Identities(resource, self.collection, context.paths)
        derived = [(field, field.derive) for field in resource.fields if field.derive is not None]
        self._stamps = [field.path for field, it in derived if it.kind == "timestamp" and it.value == "updated"]
        self._counters = [field.path for field, it in derived if it.kind == "counter"]
        self._history = _historian(context, resource)
        # By the object that holds them, so that each object is looked up once.
        objects: dict[Path, tuple[list[str], list[tuple[str, Fill]], dict[str, Json]]] = {}
        parents = [field.path[:-1] for field, _ in derived]
        for field, derive in derived:
            times, fills, constants = objects.setdefault(field.path[:-1], ([], [], {}))
            shared = not any(parent[: len(field.path)] == field.path for parent in parents)
            if derive.kind in ("default", "constant", "counter") and shared:
                constants[field.path[-1]] = derive.value
            elif derive.kind == "timestamp":
                times.append(field.path[-1])
            else:
                fills.append((field.path[-1], self._fill(field, derive, context)))
        self._objects = [(parent, *filled) for parent, filled in objects.items()]

    def _fill(self, field: Field, derive: Derive, context: Context) -> Fill:
        value = str(derive.value)
        match derive.kind:
            case "copy":
                return context.paths.dotted(value, self.resource.name)
            case "context":
                return lambda world, draft: world.context(value) or ABSENT
            case "record":
                collection = context.names[field.reference.resource] if field.reference is not None else ""
                return lambda world, draft: world.handle(collection, value) or ABSENT
            case _:
                # Something is filled inside it, so each record needs its own.
                return lambda world, draft: derive.value

    def complete(self, world: World, draft: Document) -> Document:
        """Put into a draft all that the service fills by itself, its names apart, and return it.

        The draft and the objects on the way to what is filled must be the caller's own.
        """
        for parent, times, fills, constants in self._objects:
            holder, node, name = draft, draft, ""
            for name in parent:
                holder, inner = node, node.get(name)
                if not isinstance(inner, dict):
                    inner = node[name] = {}
                node = inner
            if times:
                now = timestamp(world.seconds, self._style)
                for key in times:
                    if key not in node:
                        node[key] = now
            for key, fill in fills:
                if key not in node and (value := fill(world, draft)) is not ABSENT:
                    node[key] = value if type(value) is str else own(value)
            if constants:
                # Records share what is constant: documents are never changed.
                node = {**constants, **node}
                if parent:
                    holder[name] = node
                else:
                    draft = node
        return draft

    def taken(self, world: World, draft: Document) -> list[Broken]:
        """Return the fault of a client that chose an id which a record has already."""
        field = self.resource.identity.field
        id = draft.get(field)
        if id is None or world.get(self.collection, str(id)) is None:
            return []
        return [(409, Fault("conflict", pointer("body", field), f"There is a {self.resource.name} with this id.", id))]

    def identify(self, world: World, draft: Document) -> str:
        """Return an id that is kept for a record to come; the draft holds what its names are made of."""
        return str(draft.get(self.resource.identity.field) or self._identities.reserve(world))

    def insert(self, world: World, draft: Document) -> Located:
        """Name a complete record, store it, and return it."""
        id = self._identities.assign(world, draft)
        world.put(self.collection, id, draft)
        if self._history is not None:
            self._history(world, draft)
        return id, draft

    def replace(self, world: World, id: str, record: Document) -> Located:
        """Store a changed record with its stamps renewed, and return it."""
        if self._stamps:
            now = timestamp(world.seconds, self._style)
            for path in self._stamps:
                record = with_value(record, path, now)
        for path in self._counters:
            number = at(record, path)
            record = with_value(record, path, number + 1 if isinstance(number, int) else 1)
        world.put(self.collection, id, record)
        if self._history is not None:
            self._history(world, record)
        return id, record


def _historian(context: Context, resource: Resource) -> Callable[[World, Document], None] | None:
    """Return what keeps the state of a record as a record of another resource; None where nothing does."""
    history = resource.history
    if history is None:
        return None
    kept = Store(context, context.plan.resources[history.resource])
    copied = [(target, context.paths.follow(path, resource.name)) for target, path in history.values]

    def keep(world: World, record: Document) -> None:
        state: Document = {}
        for target, find in copied:
            if (value := find(world, record)) is not ABSENT:
                state = with_value(state, target, own(value))
        kept.insert(world, kept.complete(world, state))
        world.writes.pop()  # it is the service's own doing

    return keep
