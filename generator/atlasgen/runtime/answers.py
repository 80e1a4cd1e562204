"""From the records that an operation is about to the body of its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Operation, Select
from atlasgen.runtime.context import Context, Located
from atlasgen.runtime.documents import ABSENT
from atlasgen.runtime.pages import Pages, tell
from atlasgen.runtime.requests import Arguments
from atlasgen.runtime.world import World

Answer: TypeAlias = Callable[[World, Arguments, Sequence[Located]], Json]
"""Returns a body whose parts may belong to the world: it must be encoded or copied at once.

The records of a list that comes in pages are all there are: the answer cuts the page out.
"""

Wanted: TypeAlias = "Callable[[str], bool] | None"
"""A test of the names of members; None wants them all."""


def answer(context: Context, operation: Operation) -> Answer:
    """Return what answers an operation."""
    if operation.response is None or not operation.answer:
        return lambda world, arguments, records: None
    select = operation.select[0] if operation.select else None
    wanted = _wanted(select)
    pages = Pages(context, operation, operation.paging) if operation.paging is not None else None
    told = [(shape.name, tell(shape)) for shape in operation.answer if shape.kind in ("paging", "object")]
    members = []
    for shape in operation.answer:
        view = context.plan.views.get(shape.view)
        show = context.views.view(shape.view, select.at if select else ()) if view is not None else None
        members.append((shape, show, context.names[view.resource] if view is not None else ""))

    def build(world: World, arguments: Arguments, records: Sequence[Located]) -> Json:
        world.wanted = wanted(arguments) if wanted is not None else None
        page = pages.cut(records, arguments) if pages is not None else None
        records = page.records if page is not None else records
        body: dict[str, Json] = {}
        for shape, show, collection in members:
            if shape.kind == "constant":
                body[shape.name] = shape.value
            elif show is not None:
                world.reads.extend([(collection, id) for id, _ in records])
                values: list[Json] = [show(world, record) for _, record in records]
                value: Json = values if shape.kind == "records" else values[0]
                if not shape.name:
                    return value
                body[shape.name] = value
        if page is not None:
            body.update({name: value for name, make in told if (value := make(page)) is not ABSENT})
        return body

    return build


def _wanted(select: Select | None) -> Callable[[Arguments], Wanted] | None:
    """Return what reads the parameter that chooses members."""
    if select is None:
        return None
    default = None if select.default is None else frozenset(select.default).__contains__
    if not select.parameter:
        return lambda arguments: default

    def wanted(arguments: Arguments) -> Wanted:
        given: Any = arguments.get(select.parameter)
        if given is None:
            return default
        names = [name for item in (given if isinstance(given, list) else [given]) for name in str(item).split(",")]
        left_out = {name[len(select.omit) :] for name in names if select.omit and name.startswith(select.omit)}
        plain = [name for name in names if not (select.omit and name.startswith(select.omit))]
        if select.all and (select.all in plain or not plain):
            return (lambda name: name not in left_out) if left_out else None
        kept = frozenset(name for name in plain if name != select.none) - left_out
        return kept.__contains__

    return wanted
