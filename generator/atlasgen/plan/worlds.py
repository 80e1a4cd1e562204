"""Reads the hint `world`: the records that every world holds, and those that it is filled with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.hints import Hints
from atlasgen.plan.model import Maker, Population, WorldPlan
from atlasgen.spec.wording import nearest, sort_of

_MAKERS = ("any", "same", "some", "phrase")


def world(value: Json, resources: Collection[str], context: Mapping[str, str], hints: Hints, at: str) -> WorldPlan:
    """Return what every world holds.

    Args:
        value: The hint.
        resources: The resources that there are.
        context: The ambient records that the API has: name and resource.
        hints: Collects problems.
        at: Where the hint stands.
    """
    hint = hints.known(value, ("context", "records", "populate"), at)
    records = _records(hint.get("records"), resources, hints, at + "/records")
    named = hints.known(hint.get("context"), tuple(context), at + "/context")
    chosen: dict[str, str] = {}
    for name, handle in named.items():
        chosen[name] = hints.text(handle, f"{at}/context/{name}")
        if chosen[name] not in records.get(context[name], {}):
            what = f"there is no {context[name]} called `{chosen[name]}`"
            hints.problem(f"{at}/context/{name}", what, "name it under `records`")
    for name, resource in context.items():
        if name not in named:
            hints.problem(at + "/context", f"`{name}` is missing", f"name a {resource} of `records` there")
    return WorldPlan(chosen, records, tuple(_populations(hint.get("populate"), resources, hints, at + "/populate")))


def _records(value: Json, resources: Collection[str], hints: Hints, at: str) -> Mapping[str, Mapping[str, JsonObject]]:
    found: dict[str, Mapping[str, JsonObject]] = {}
    for resource, items in hints.object(value, at).items():
        _check_resource(resource, resources, hints, f"{at}/{resource}")
        found[resource] = {
            name: hints.object(item, f"{at}/{resource}/{name}")
            for name, item in hints.object(items, f"{at}/{resource}").items()
        }
    return found


def _populations(value: Json, resources: Collection[str], hints: Hints, at: str) -> Iterator[Population]:
    for index, item in enumerate(hints.array(value, at)):
        where = f"{at}/{index}"
        hint = hints.known(item, ("resource", "share", "values"), where)
        resource = hints.text(hint.get("resource"), where + "/resource")
        _check_resource(resource, resources, hints, where + "/resource")
        share = hint.get("share", 1)
        if isinstance(share, bool) or not isinstance(share, int | float) or share <= 0:
            hints.problem(where + "/share", f"must be a number above 0, not {sort_of(share)}")
            share = 1
        values = hints.object(hint.get("values"), where + "/values")
        makers = [
            (tuple(name.split(".")), _maker(item, resources, hints, f"{where}/values/{name}"))
            for name, item in values.items()
        ]
        yield Population(resource, float(share), tuple(makers))


def _maker(value: Json, resources: Collection[str], hints: Hints, at: str) -> Maker:
    if not isinstance(value, dict) or not any(key in value for key in _MAKERS):
        return Maker("value", value)
    hint = hints.known(value, (*_MAKERS, "where", "unique"), at)
    kinds = [key for key in _MAKERS if key in hint]
    if len(kinds) != 1:
        hints.problem(at, "needs exactly one of " + ", ".join(_MAKERS))
        return Maker("value")
    if "any" in hint:
        resource = hints.text(hint["any"], at + "/any")
        _check_resource(resource, resources, hints, at + "/any")
        return Maker("any", resource=resource, where=hints.object(hint.get("where"), at + "/where"))
    if "same" in hint:
        return Maker("same", path=hints.path(hint["same"], at + "/same"))
    if "some" in hint:
        return Maker("some", parts=(_words(hint["some"], hints, at + "/some"),))
    parts = tuple(
        _words(part, hints, f"{at}/phrase/{index}")
        for index, part in enumerate(hints.array(hint["phrase"], at + "/phrase"))
    )
    return Maker("phrase", parts=parts, unique=hint.get("unique") is True)


def _words(value: Json, hints: Hints, at: str) -> tuple[str, ...]:
    words = tuple(hints.text(word, f"{at}/{index}") for index, word in enumerate(hints.array(value, at)))
    if not words:
        hints.problem(at, "lists nothing to choose from")
    return words


def _check_resource(name: str, resources: Collection[str], hints: Hints, at: str) -> None:
    if name not in resources:
        near = nearest(name, resources)
        hints.problem(at, f"there is no resource `{name}`", f"did you mean `{near}`?" if near else "")
