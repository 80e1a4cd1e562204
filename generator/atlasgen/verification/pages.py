"""Turns the pages of any list, as a client does that has only its answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Shape
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.verification.aiming import Target, asked, flat, nested, typed
from atlasgen.verification.requests import Requests

PAGES = 20
"""Pages of a list after which a record that was not seen is taken not to be there."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What stands in a list, page after page.

    Attributes:
        items: What its pages hold.
        status: The status of the last answer; 0 where none came.
        complete: Whether the last page was reached.
    """

    items: tuple[Any, ...]
    status: int
    complete: bool


def listed(requests: Requests, target: Target, arguments: JsonObject) -> Listing:
    """Return all that a list holds."""
    items: list[Any] = []
    asking: JsonObject | None = arguments
    status = 0
    for _ in range(PAGES):
        if asking is None:
            return Listing(tuple(items), status, True)
        reply = requests.call(target.tool, asking)
        status = reply.status
        if status >= 300:
            return Listing(tuple(items), status, False)
        body = reply.json()
        items += held(target, body) or []
        asking = following(target, asking, body)
    return Listing(tuple(items), status, asking is None)


def held(target: Target, body: Any) -> list[Any] | None:
    """Return what one page of a list holds; None where no list stands in an answer."""
    shapes = target.operation.answer
    name = next((shape.name for shape in shapes if shape.kind in ("records", "values")), None)
    found = body.get(name) if name and isinstance(body, dict) else body
    return found if isinstance(found, list) else None


def sized(target: Target, arguments: JsonObject, sampler: Sampler, size: int = 0) -> JsonObject:
    """Return arguments that ask for pages of some size; for the largest without one."""
    paging = target.operation.paging
    if paging is None or not paging.size:
        return arguments
    schema = asked(target, sampler).get(paging.size, {})
    largest = min(paging.largest, int(schema.get("maximum", paging.largest)))  # type: ignore[arg-type]  # a number
    return nested(target, {**flat(target, arguments), paging.size: typed(size or largest, schema)})


def mismatch(requests: Requests, target: Target, arguments: JsonObject) -> str:
    """Return how a list that is turned page by page differs from the same list in one; empty where it does not."""
    paging = target.operation.paging
    if paging is None or not paging.size or not paging.position or not can_turn(target):
        return ""
    sampler = Sampler(target.plan.schemas, chooser(0))
    whole = listed(requests, target, sized(target, arguments, sampler))
    if len(whole.items) < 2 or whole.status >= 300:
        return ""
    parts = listed(requests, target, sized(target, arguments, sampler, -(-len(whole.items) // 3)))
    if parts.items == whole.items:
        return ""
    return f"its pages do not hold what the list holds: {len(parts.items)} page by page, {len(whole.items)} in one"


def can_turn(target: Target) -> bool:
    """Whether a client can know how to ask for the next page: by counting, or because answers have a place for it."""
    paging = target.operation.paging
    if paging is None or paging.style != "cursor":
        return paging is not None
    shapes = [member for shape in target.operation.answer for member in (shape, *shape.members)]
    return any(shape.kind == "paging" and shape.value in ("token", "link") for shape in shapes)


def following(target: Target, arguments: JsonObject, body: Any) -> JsonObject | None:
    """Return arguments that ask for the page after one; None where there is none, or no telling where it is."""
    paging, page = target.operation.paging, held(target, body)
    if paging is None or not paging.position or not page:
        return None
    given = flat(target, arguments)
    now = given.get(paging.position)
    place: Json = None
    if paging.style == "cursor":
        for role, value in _told(target.operation.answer, body):
            token = parse_qs(urlsplit(value).query).get(paging.position, [""])[0] if role == "link" else value
            if role in ("link", "token") and token and token != now:
                place = token
                break
        else:
            return None
    else:
        first, step = (1, 1) if paging.style == "page" else (0, len(page))
        place = (max(now, first) if isinstance(now, int) else first) + step  # nothing stands before the first place
    return nested(target, {**given, paging.position: place})


def _told(shapes: Sequence[Shape], body: Any) -> Iterator[tuple[str, str]]:
    """Yield what an envelope tells of its page in words: the role and the text."""
    for shape in shapes:
        value = body.get(shape.name) if isinstance(body, dict) else None
        if shape.kind == "object":
            yield from _told(shape.members, value)
        elif shape.kind == "paging" and isinstance(value, str):
            yield str(shape.value), value
