"""What becomes of the records that stand below another one when that one goes.

Those of another sort go with it: a path that led to them leads nowhere. Those of its own sort (a page below a page)
move up to where it stood. A reference that is no part of a path never takes a record with it.
"""

from __future__ import annotations

from atlasgen.plan.model import Path
from atlasgen.runtime.context import Context
from atlasgen.runtime.documents import ABSENT, at, with_value, without
from atlasgen.runtime.world import World


class Families:
    """The records of an API that stand below others in its paths."""

    def __init__(self, context: Context) -> None:
        """Read the paths of an API."""
        self._below: dict[str, dict[tuple[str, Path], None]] = {}
        self._own_kind: dict[str, dict[Path, None]] = {}
        for operation in context.plan.operations:
            resource = context.plan.resources.get(operation.resource)
            if resource is None:
                continue
            fields = {field.path: field for field in resource.fields}
            for path in operation.scope.values():
                field = fields.get(path)
                if field is None or field.many or field.reference is None:
                    continue
                parent, child = context.names.get(field.reference.resource), context.names[resource.name]
                if parent == child:
                    self._own_kind.setdefault(child, {})[path] = None
                elif parent is not None:
                    self._below.setdefault(parent, {})[child, path] = None

    def remove(self, world: World, collection: str, id: str) -> None:
        """Take a record away, with what stands below it."""
        gone = [(collection, id)]
        for parent, name in gone:  # it grows while it is walked
            self.move_up(world, parent, name)
            for child, path in self._below.get(parent, ()):
                gone += [(child, found) for found in world.listed(child, path, name)]
            world.remove(parent, name)

    def move_up(self, world: World, collection: str, id: str) -> None:
        """Put the records of its own sort that stand below a record where it stands itself."""
        for path in self._own_kind.get(collection, ()):
            above = at(world.get(collection, id), path)
            for child in list(world.listed(collection, path, id)):
                record = world.get(collection, child)
                if record is not None:
                    moved = without(record, [path]) if above is ABSENT else with_value(record, path, above)
                    world.put(collection, child, moved or {})
