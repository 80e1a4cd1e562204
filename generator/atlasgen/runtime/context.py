"""What every compiled part of an emulator needs to know of its API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from atlasgen.errors import ApiError, Fault
from atlasgen.plan.model import Operation, Path, Plan, Resource
from atlasgen.runtime.documents import ABSENT, Document
from atlasgen.runtime.errors import refuse
from atlasgen.runtime.follow import Follow, Paths
from atlasgen.runtime.validation import Validators
from atlasgen.runtime.views import Views
from atlasgen.runtime.world import Index, World

Broken: TypeAlias = tuple[int, Fault]
"""The status that a fault answers with, and the fault."""

Located: TypeAlias = tuple[str, Document]
"""The id of a record and the record."""


class Context:
    """A plan with what is compiled from it once for all operations.

    Attributes:
        plan: The plan.
        names: What the world calls the collection of each resource.
        paths: The paths of the API.
        languages: The query languages, by their names.
    """

    def __init__(self, plan: Plan, languages: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Take a plan, and the query languages that a person's package has (see `runtime/queries.py`)."""
        self.plan = plan
        self.languages = languages
        self.names: Mapping[str, str] = {name: f"{plan.name}.{name}" for name in plan.resources}
        self.paths = Paths(plan.resources, self.names)

    @cached_property
    def validators(self) -> Validators:
        """The validators of the plan's schemas."""
        return Validators(self.plan.schemas)

    @cached_property
    def views(self) -> Views:
        """The views of the plan."""
        return Views(self.plan, self.names, self.paths)

    def refuse(self, broken: Sequence[Broken], operation: Operation) -> ApiError:
        """Return the error that tells all that is wrong with a call, with the lowest of the statuses."""
        status = min(status for status, _ in broken)
        return refuse(self.plan.error_of(operation), status, [fault for _, fault in broken], operation.resource)

    def locate(self, resource: Resource) -> Callable[[World, Any], Located | None]:
        """Return what finds a record of a resource by any of its identities."""
        collection = self.names[resource.name]
        aliases: list[Index] = [(collection, (member,)) for member in resource.identity.also]

        def locate(world: World, given: Any) -> Located | None:
            id = given if type(given) is str else str(given)
            record = world.get(collection, id)
            if record is not None:
                return id, record
            for index in aliases:
                found = world.first(index, id)
                if found is not None and (record := world.get(collection, found)) is not None:
                    return found, record
            return None

        return locate


class Test(NamedTuple):
    """What is asked of a record: that it has a value, or one of several, at a path (or in the list there)."""

    path: Path
    get: Follow
    wanted: Any


def passes(world: World, record: Document, tests: Sequence[Test]) -> bool:
    """Whether a record meets all tests."""
    for _, get, wanted in tests:
        value = get(world, record)
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if value is ABSENT or value is None:
            if None in allowed:
                continue
            return False
        if value in allowed:
            continue
        texts = [str(item) for item in allowed]
        found = value if isinstance(value, list) else (value,)
        if not any(str(item) in texts for item in found):
            return False
    return True
