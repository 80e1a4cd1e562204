"""From the records that an operation is about to the body of its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeAlias

from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Operation, Select
from atlasgen.runtime.context import Context, Located
from atlasgen.runtime.documents import ABSENT
from atlasgen.runtime.fitting import Fitter, fitted
from atlasgen.runtime.pages import Count, Pages, tell
from atlasgen.runtime.requests import Arguments
from atlasgen.runtime.views import Show
from atlasgen.runtime.world import World


class Answer(Protocol):
    """Returns a body whose parts may belong to the world: it must be encoded or copied at once.

    The records of a list that comes in pages are all there are, found as they are asked for: the answer cuts the page
    out.
    """

    def __call__(self, world: World, arguments: Arguments, records: Iterable[Located], count: Count = None, /) -> Json:
        """Show records."""


Wanted: TypeAlias = "Callable[[str], bool] | None"
"""A test of the names of members; None wants them all."""


def answer(context: Context, operation: Operation) -> Answer:
    """Return what answers an operation."""
    if operation.response is None and not operation.answer:
        return _nothing
    if not fitted(context, operation):
        return _answer(context, operation) if operation.answer else _nothing
    show, fitter = _answer(context, operation) if operation.answer else _nothing, Fitter(context, operation)

    def fitting(world: World, arguments: Arguments, records: Iterable[Located], count: Count = None) -> Json:
        return fitter.fit(show(world, arguments, records, count))

    return fitting


def _nothing(world: World, arguments: Arguments, records: Iterable[Located], count: Count = None) -> Json:
    return None


def _answer(context: Context, operation: Operation) -> Answer:
    """Return what shows records as the answer of an operation does."""
    select = operation.select[0] if operation.select else None
    wanted = _wanted(select)
    pages = Pages(context, operation, operation.paging) if operation.paging is not None else None
    told = [(shape.name, tell(shape)) for shape in operation.answer if shape.kind in ("paging", "object", "link")]
    members = []
    for shape in operation.answer:
        view = context.plan.views.get(shape.view)
        at = select.at if select else ()
        show = context.views.view(shape.view, at) if view is not None else None
        items = context.views.items(shape.view, select) if shape.kind == "records" and view is not None else None
        members.append((shape, show, items, context.names.get(view.resource, "") if view is not None else ""))

    chooses = select.parameter if select is not None else ""
    if len(members) == 1 and operation.answer[0].kind == "record" and not operation.answer[0].name:
        _, show, _, collection = members[0]
        assert show is not None
        return _one(show, collection, wanted)

    def build(world: World, arguments: Arguments, records: Iterable[Located], count: Count = None) -> Json:
        world.wanted = wanted(arguments) if wanted is not None else None
        page = pages.cut(records, count, arguments, world.base_url) if pages is not None else None
        records = page.records if page is not None else records
        body: dict[str, Json] = {}
        for shape, show, items, collection in members:
            value: Json
            if shape.kind == "constant":
                value = shape.value
            elif shape.kind == "values":
                value = [text for text, _ in records]
            elif items is not None:
                # What a list finds is found once: a list that comes whole is shown in one member.
                value = items(world, records, str(arguments.get(chooses)) if chooses else "")
            elif show is not None:
                found = next(iter(records), None)
                if found is None:
                    continue  # a hint may call a list what answers with one record
                id, record = found
                if collection:
                    world.reads.append((collection, id))
                value = show(world, record)
            else:
                continue
            if not shape.name:
                return value
            body[shape.name] = value
        if page is not None:
            body.update({name: value for name, make in told if (value := make(page)) is not ABSENT})
        return body

    return build


def _one(show: Show, collection: str, wanted: Callable[[Arguments], Wanted] | None) -> Answer:
    """Return what answers with one record and nothing else."""

    def one(world: World, arguments: Arguments, records: Iterable[Located], count: Count = None) -> Json:
        world.wanted = wanted(arguments) if wanted is not None else None
        ((id, record),) = records
        if collection:
            world.reads.append((collection, id))
        return show(world, record)

    return one


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
