"""State machines over records: which arrows are open to a record, and where one of them leads."""

from __future__ import annotations

from typing import Any

from atlasgen.errors import AtlasgenError
from atlasgen.plan.model import Operation, Workflow
from atlasgen.runtime.context import Context, Located
from atlasgen.runtime.documents import ABSENT, Document
from atlasgen.runtime.world import World


class Arrows:
    """The arrows of a workflow.

    Attributes:
        resource: What they are called.
        field: The member that names one.
        state: Where a record keeps its state.
    """

    def __init__(self, context: Context, operation: Operation) -> None:
        """Compile the workflow of the resource that an operation is about.

        Raises:
            AtlasgenError: the resource has none.
        """
        resource = context.plan.resources[operation.resource]
        workflow: Workflow | None = resource.workflow
        if workflow is None or workflow.transitions not in context.names:
            where = f"{context.plan.name}: {operation.tool}"
            remedy = "hint `workflow` on the schema of the resource"
            raise AtlasgenError.single(where, f"{operation.resource} has no workflow", remedy)
        paths = context.paths
        self.resource = context.plan.resources[workflow.transitions]
        self.field = self.resource.identity.field
        self.state = workflow.state
        self._collection = context.names[workflow.transitions]
        self._now = paths.follow(workflow.state, resource.name)
        self._from = paths.follow(workflow.source, workflow.transitions)
        self._to = paths.follow(workflow.target, workflow.transitions)
        self._scope = [
            ((member,), paths.follow((member,), workflow.transitions), paths.follow(path, resource.name))
            for member, path in workflow.scope.items()
        ]

    def open(self, world: World, record: Document) -> list[Located]:
        """Return the arrows that a record can take from the state it is in."""
        if self._scope:
            path, _, get = self._scope[0]
            candidates = world.listed(self._collection, path, str(get(world, record)))
        else:
            candidates = world.ids(self._collection)
        return [(id, arrow) for id in candidates if (arrow := self.find(world, record, id)) is not None]

    def find(self, world: World, record: Document, id: str) -> Document | None:
        """Return an arrow if it is open to a record."""
        arrow = world.get(self._collection, id)
        if arrow is None:
            return None
        for _, own, get in self._scope:
            if own(world, arrow) != get(world, record):
                return None
        sources = self._from(world, arrow)
        anywhere = sources is ABSENT or sources is None or sources == []
        return arrow if anywhere or self._now(world, record) in sources else None

    def target(self, world: World, arrow: Document) -> Any:
        """Return the state that an arrow leads to."""
        return self._to(world, arrow)
