"""How the answers of lists come in pages: which parameters turn them, and what the envelope tells of them.

Three styles are told apart: by the number of records to pass over (`offset`), by the number of the page (`page`), and
by a token that the page before gave (`cursor`). The names are those that documents agree on; a hint `paging` says more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.archetypes import deref
from atlasgen.plan.hints import Hints
from atlasgen.plan.model import Fact, PageRole, Paging, PagingStyle, Shape, Source
from atlasgen.spec.normalise import RawOperation

DEFAULT_SIZE, LARGEST_SIZE = 50, 1000

# The names of parameters and of members of envelopes, without `_` and `-` and in lower case.
_SIZES = ("maxresults", "limit", "pagesize", "perpage", "count", "size", "top", "first")
_POSITIONS: Mapping[PagingStyle, tuple[str, ...]] = {
    "cursor": ("cursor", "pagetoken", "nextpagetoken", "startcursor", "continuationtoken", "pagecursor", "after"),
    "offset": ("startat", "offset", "start", "skip", "startindex"),
    "page": ("page", "pagenumber", "pageindex"),
}
_ROLES: Mapping[PageRole, tuple[str, ...]] = {
    "total": ("total", "totalcount", "totalsize", "totalresults", "totalitems"),
    "start": ("startat", "offset", "start", "startindex"),
    "limit": ("maxresults", "limit", "pagesize", "perpage"),
    "size": ("size", "count", "returned"),
    "page": ("page", "pagenumber", "pageindex"),
    "last": ("islast", "last", "lastpage"),
    "more": ("hasmore", "hasnext", "hasnextpage", "more"),
    "token": ("nextpagetoken", "nextcursor", "nexttoken", "cursor", "endcursor", "continuationtoken"),
    "link": ("next", "nextpage", "nextpageuri", "nextlink", "nextpageurl"),
}
_CONTAINERS = ("links", "meta", "paging", "pagination", "pageinfo", "responsemetadata")
_HINT = ("style", "position", "size", "default", "largest")


def paging(
    operation: RawOperation,
    response: JsonObject | None,
    schemas: Mapping[str, JsonObject],
    hint: Json,
    hints: Hints,
    at: str,
) -> tuple[Paging | None, tuple[Shape, ...], tuple[Fact, ...]]:
    """Return how a list comes in pages, and the members of its envelope that tell of the page."""
    own = hints.known(hint, _HINT, at)
    named = {_plain(item.name): item for item in operation.parameters if item.location == "query"}
    size = own.get("size", next((named[word].name for word in _SIZES if word in named), ""))
    style: PagingStyle | None = None
    position = ""
    for candidate, words in _POSITIONS.items():
        found = next((named[word].name for word in words if word in named), None)
        if found is not None:
            # A position that is text is a token, whatever it is called.
            text = named[_plain(found)].schema.get("type") == "string"
            style, position = "cursor" if text else candidate, found
            break
    if "style" in own:
        style = cast("PagingStyle", hints.word(own["style"], tuple(_POSITIONS), at + "/style"))
    position = hints.text(own.get("position", position), at + "/position")
    if not size and style is None:
        return None, (), ()
    shapes = _envelope(deref(response or {}, schemas), schemas)
    parameter = named.get(_plain(str(size)))
    schema: Mapping[str, Any] = parameter.schema if parameter is not None else {}
    default = own.get("default", schema.get("default"))
    largest = own.get("largest", schema.get("maximum"))
    made = Paging(
        style=style or "offset",
        position=position,
        size=hints.text(size, at + "/size"),
        default=default if isinstance(default, int) and default > 0 else DEFAULT_SIZE,
        largest=largest if isinstance(largest, int) and largest > 0 else LARGEST_SIZE,
    )
    names = ", ".join(filter(None, (made.position, made.size)))
    source: Source = "hinted" if own else "inferred"
    return made, shapes, (Fact("paging", source, f"{made.style}, by {names}"),)


def _envelope(schema: JsonObject, schemas: Mapping[str, JsonObject], *, inside: bool = False) -> tuple[Shape, ...]:
    properties = schema.get("properties")
    shapes: list[Shape] = []
    for name, member in properties.items() if isinstance(properties, dict) else ():
        if not isinstance(member, dict):
            continue
        plain, target = _plain(name), deref(member, schemas)
        if plain in _CONTAINERS and not inside:
            inner = _envelope(target, schemas, inside=True)
            if inner:
                shapes.append(Shape(name, "object", members=inner))
            continue
        role = next((role for role, words in _ROLES.items() if plain in words and _fits(role, target)), None)
        if role is not None:
            shapes.append(Shape(name, "paging", value=role))
    return tuple(shapes)


def _fits(role: PageRole, schema: JsonObject) -> bool:
    kinds = schema.get("type")
    wanted = {"token": "string", "link": "string", "last": "boolean", "more": "boolean"}.get(role, "integer")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return wanted in listed or (wanted == "integer" and "number" in listed)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").replace(".", "").lower()
