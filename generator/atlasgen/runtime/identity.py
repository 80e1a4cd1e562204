"""Ids, times and choices of an environment: all come from its seed and its counters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Identity, Resource
from atlasgen.runtime.documents import ABSENT, Document
from atlasgen.runtime.follow import Follow, Paths
from atlasgen.runtime.world import World

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_FIRST_ID, _SPREAD = 10_000, 80_000  # counted ids have five digits and begin somewhere else in every world
_APART = 1000  # numbers between the beginnings of two collections, as long as there is room


def draw(*parts: object) -> int:
    """Return a number of 64 bits that depends on its arguments alone (and not on the hash seed of the process)."""
    text = "\x1f".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


@lru_cache(maxsize=65536)
def _first(seed: int, collection: str) -> int:
    return _FIRST_ID + draw(seed, collection) % _SPREAD


def first_ids(seed: int, collections: Iterable[str]) -> Mapping[str, int]:
    """Return where the ids of each collection begin, so far apart that in a small world no number names two records."""
    found: dict[str, int] = {}
    for collection in collections:
        start = _first(seed, collection)
        for attempt in range(len(found) * 2):
            if all(abs(start - other) >= _APART for other in found.values()):
                break
            start = _first(seed, f"{collection} {attempt}")
        found[collection] = start
    return found


def digits(length: int, *parts: object) -> str:
    """Return hexadecimal digits that depend on the other arguments alone."""
    text = "\x1f".join(map(str, parts)).encode()
    return hashlib.blake2b(text, digest_size=32).hexdigest()[:length]


@lru_cache(maxsize=4096)
def timestamp(seconds: int, style: str) -> str:
    """Return a time as the service writes it: `2026-01-01T09:00:00.000Z`, or with `+0000` in style `offset`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000") + ("+0000" if style == "offset" else "Z")


class Identities:
    """Gives new records of a resource their names."""

    def __init__(self, resource: Resource, collection: str, paths: Paths) -> None:
        """Prepare for a resource whose records the world keeps in a collection."""
        self._identity: Identity = resource.identity
        self._resource = resource.name
        self._collection = collection
        self._form = resource.identity.format or "{n}"
        self._also = [
            (member, _template(text, resource.name, paths, collection)) for member, text in _made(resource.identity)
        ]

    def assign(self, world: World, draft: dict[str, Json]) -> str:
        """Put the identities that the service makes into a draft, and return the id."""
        identity = self._identity
        own = draft.get(identity.field)
        if own is None:
            own = self.reserve(world)
            draft[identity.field] = own
        for member, fill in self._also:
            if member not in draft:
                draft[member] = fill(world, draft)
        return own if type(own) is str else str(own)

    def reserve(self, world: World) -> Json:
        """Return the next id of the resource, which nothing else has or will get."""
        while world.get(self._collection, str(id := self._next(world))) is not None:
            pass  # a client chose this one before
        return id

    def _next(self, world: World) -> Json:
        form, collection = self._form, self._collection
        number = world.next(collection, _first(world.base.seed, collection) if "{n}" in form else 1)
        if form == "{n}":
            return number if self._identity.numeric else str(number)

        def fill(match: re.Match[str]) -> str:
            word = match[1]
            if word == "n":
                return str(number)
            if word == "uuid":
                text = digits(32, world.seed, self._resource, number)
                return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"
            length = int(word.removeprefix("hex")) if word.startswith("hex") and word[3:].isdigit() else 8
            return digits(length, world.seed, self._resource, number)

        return _PLACEHOLDER.sub(fill, form)


def _template(text: str, resource: str, paths: Paths, collection: str) -> Follow:
    """Return a function that makes a name of paths and a number: `{fields.project.key}-{n}`.

    Numbers run per text around them: PROJ-1, PROJ-2, WEB-1.
    """
    pieces = _PLACEHOLDER.split(text)
    rest = [
        (None if name == "n" else paths.dotted(name, resource), after)
        for name, after in zip(pieces[1::2], pieces[2::2], strict=True)
    ]

    def fill(world: World, draft: Document) -> str:
        scope = pieces[0]
        for find, after in rest:
            value = "{n}" if find is None else find(world, draft)
            scope += after if value is ABSENT else f"{value}{after}"
        if "{n}" not in scope:
            return scope
        return scope.replace("{n}", str(world.next(f"{collection} {scope}", 1)))

    return fill


def _made(identity: Identity) -> list[tuple[str, str]]:
    """Return the further identities that the service makes, with their templates."""
    return [(member, text) for member, text in identity.also.items() if text is not None]
