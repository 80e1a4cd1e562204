"""A world as one JSON document, which people edit or write by hand.

```json
{"format": 1, "seed": 0, "now": "2026-01-01T09:00:00Z", "context": {"user": "5b10ac"},
 "apis": {"tracker": {"issue": {"10001": {"fields": {"summary": "Check the log"}}}}}}
```

Records are as they are stored: a reference is the id of a record. What the service fills by itself may be left out;
`counters` (how far ids have got), `names` (what hints call records) and `verbatim` may be left out too. A record whose
id `verbatim` lists is taken as it is: an episode may leave a reference to a record that is gone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import TypeVar

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, encode, pointer
from atlasgen.plan.model import Resource
from atlasgen.runtime.bases import collections, kept, settled
from atlasgen.runtime.documents import Document
from atlasgen.runtime.identity import timestamp
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.world import EPOCH, Layer, World
from atlasgen.runtime.worldcheck import Checks, complete, recognised
from atlasgen.spec import load
from atlasgen.spec.edges import Notes
from atlasgen.spec.wording import nearest, sort_of

Item = TypeVar("Item")

FORMAT = 1

MAX_BYTES = 512 * 2**20
"""No file of a world is larger; 100,000 issues take a fifth of it."""

_MEMBERS = ("format", "seed", "now", "context", "counters", "names", "verbatim", "apis")
_LARGEST = 2**53  # numbers beyond it lose their last digits where JSON is read as it often is
_LATEST = 253_370_764_800  # the year 9999
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
_TOLD = 100  # problems of one file that are told


def lines(emulators: Sequence[Emulator], base: Layer) -> Iterator[str]:
    """Yield the document of a world in lines, one for each record; equal worlds give equal lines.

    Args:
        emulators: The APIs that it belongs to.
        base: The world, as `bases.flat` or `seeding.base_world` returns it.
    """
    world = World(collections(emulators), base)
    named: dict[str, dict[str, dict[str, str]]] = {emulator.plan.name: {} for emulator in emulators}
    verbatim: dict[str, dict[str, list[str]]] = {}
    for emulator in emulators:
        checks = Checks(emulator, world)
        for resource, collection in emulator.names.items():
            called = {name: id for (where, name), id in sorted(base.handles.items()) if where == collection}
            if called:
                named[emulator.plan.name][resource] = called
            odd = [id for id in base.tables.get(collection, ()) if checks.needs_to_be_taken_as_it_is(resource, id)]
            if odd:
                verbatim.setdefault(emulator.plan.name, {})[resource] = odd
    yield "{"
    yield f' "format": {FORMAT},'
    yield f' "seed": {base.seed},'
    yield f' "now": "{timestamp(EPOCH + base.ticks, "zulu")}",'
    yield from _object(" ", "context", [(name, base.context[name]) for name in sorted(base.context)], ",")
    yield from _object(" ", "counters", [(key, base.counters[key]) for key in sorted(base.counters)], ",")
    yield from _object(" ", "names", named.items(), ",")
    yield from _object(" ", "verbatim", verbatim.items(), ",")
    yield ' "apis": {'
    for emulator, comma in _separated(emulators):
        yield f"  {_text(emulator.plan.name)}: {{"
        tables = [(name, base.tables[place]) for name, place in emulator.names.items() if base.tables.get(place)]
        for (resource, table), end in _separated(tables):
            yield from _object("   ", resource, table.items(), end)
        yield f"  }}{comma}"
    yield " }"
    yield "}"


@kept()
def text(emulators: Sequence[Emulator], base: Layer) -> str:
    """Return the document of a world; see `lines`."""
    return "\n".join(lines(emulators, base)) + "\n"


@kept()
def read(path: FilePath, emulators: Sequence[Emulator]) -> Layer:
    """Return the world that a file describes, JSON or YAML.

    Raises:
        AtlasgenError: the file cannot be read, or is no such world of these APIs; tells all that is wrong.
    """
    return opened(load.read(path, limit=MAX_BYTES), emulators, where=str(path))


def opened(document: JsonObject, emulators: Sequence[Emulator], *, where: str) -> Layer:
    """Return the world that a document describes.

    Args:
        document: The document; its records become the world's own.
        emulators: The APIs that the world is for.
        where: What messages call it.

    Raises:
        AtlasgenError: it is no world of these APIs; tells all that is wrong.
    """
    reader = _Reader(Notes(where), emulators)
    base = reader.read(document)
    problems = reader.notes.problems
    if len(problems) > _TOLD:
        reader.notes.problems = problems[:_TOLD]
        reader.notes.problem("", f"has {len(problems) - _TOLD} further problems")
    if problems:
        raise AtlasgenError(*reader.notes.problems)
    return base


def _object(indent: str, name: str, members: Collection[tuple[str, object]], end: str) -> Iterator[str]:
    """Yield a member that is an object, each of its own members in a line."""
    if not members:
        yield f"{indent}{_text(name)}: {{}}{end}"
        return
    yield f"{indent}{_text(name)}: {{"
    for (key, item), comma in _separated(members):
        yield f"{indent} {_text(key)}: {_text(item)}{comma}"
    yield f"{indent}}}{end}"


def _separated(items: Collection[Item]) -> Iterator[tuple[Item, str]]:
    """Yield items, each with the comma that stands behind it; the last has none."""
    last = len(items) - 1
    return ((item, "," if place < last else "") for place, item in enumerate(items))


def _text(value: object) -> str:
    return encode(value).decode()


class _Reader:
    """Reads one document; problems are collected."""

    def __init__(self, notes: Notes, emulators: Sequence[Emulator]) -> None:
        self.notes = notes
        self.emulators = emulators

    def read(self, document: JsonObject) -> Layer:
        notes = self.notes
        version = document.get("format")
        if version != FORMAT or isinstance(version, bool):
            what = f"must be {FORMAT}: this is no world, or one of another version"
            raise AtlasgenError.single(f"{notes.where}#/format", what, f'let it begin with {{"format": {FORMAT}')
        self._known(document, _MEMBERS, "")
        found = Layer(seed=self._seed(document.get("seed", 0)), ticks=self._ticks(document.get("now")))
        self._tables(document.get("apis"), found)
        if notes.problems:
            return found  # the rest would stumble over the same again
        self._names(document.get("names"), found)
        self._context(document.get("context"), found)
        self._counters(document.get("counters"), found)
        verbatim = self._verbatim(document.get("verbatim"), found)
        if notes.problems:
            return found
        base = complete(self.emulators, settled(self.emulators, found), verbatim)
        world = World(collections(self.emulators), base)
        for emulator in self.emulators:
            Checks(emulator, world).note(notes, found.tables, verbatim)
        return base

    def _known(self, value: Json, words: Iterable[str], at: str, what: str = "member") -> JsonObject:
        """Return an object, with a problem noted for every key that is none of some words."""
        known = tuple(words)
        given = self.notes.object(value, at)
        for key in given:
            if key not in known:
                near = nearest(key, known)
                remedy = f"did you mean `{near}`?" if near else "known here: " + ", ".join(known)
                self.notes.problem(at + pointer(key), f"there is no {what} `{key}`", remedy)
        return {key: item for key, item in given.items() if key in known}

    def _seed(self, value: Json) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
            self.notes.problem("/seed", f"must be a whole number, not {sort_of(value)}")
            return 0
        return value

    def _ticks(self, value: Json) -> int:
        """Return how many seconds after the begin of all worlds a moment is."""
        if value is None:
            return 0
        begin = timestamp(EPOCH, "zulu")
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None:
            self.notes.problem("/now", f"must be a time, such as {begin}")
            return 0
        seconds = int((moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp())
        if not EPOCH <= seconds < _LATEST:
            self.notes.problem("/now", f"must be {begin} or later: no world is older", "leave it out")
            return 0
        return seconds - EPOCH

    # -- records -------------------------------------------------------------------------------------------------------

    def _tables(self, value: Json, found: Layer) -> None:
        given = self._known(value, [emulator.plan.name for emulator in self.emulators], "/apis", "API")
        for emulator in self.emulators:
            at = "/apis" + pointer(emulator.plan.name)
            if emulator.plan.name not in given and (value is None or isinstance(value, dict)):
                self.notes.problem("/apis", f"has nothing for `{emulator.plan.name}`", "an empty object will do")
            tables = self._known(given.get(emulator.plan.name), emulator.names, at, "resource")
            for name, table in tables.items():
                if not isinstance(table, dict):
                    self.notes.problem(at + pointer(name), f"must be an object, not {sort_of(table)}")
                    continue
                resource = emulator.plan.resources[name]
                found.tables[emulator.names[name]] = records = {}
                for id, record in table.items():
                    if (own := self._record(resource, id, record, at + pointer(name, id))) is not None:
                        records[id] = own

    def _record(self, resource: Resource, id: str, value: Json, at: str) -> Document | None:
        """Return a record that bears its own id; None with a problem noted."""
        field, numeric = resource.identity.field, resource.identity.numeric
        if not isinstance(value, dict):
            self.notes.problem(at, f"must be a record, not {sort_of(value)}")
            return None
        own = value.get(field)
        if numeric and not _WHOLE.fullmatch(id):
            self.notes.problem(at, "the ids of this resource are whole numbers")
        elif own is None:
            return {field: int(id) if numeric else id, **{key: item for key, item in value.items() if key != field}}
        elif isinstance(own, bool) or not isinstance(own, int if numeric else str) or str(own) != id:
            self.notes.problem(at + pointer(field), f"is not the id `{id}` that the record stands under")
        else:
            return value
        return None

    # -- what stands beside the records --------------------------------------------------------------------------------

    def _names(self, value: Json, found: Layer) -> None:
        given = self._known(value, [emulator.plan.name for emulator in self.emulators], "/names", "API")
        for emulator in self.emulators:
            api = emulator.plan.name
            if api not in given:
                found.handles.update(recognised(emulator, found))
                continue
            at = "/names" + pointer(api)
            for resource, handles in self._known(given[api], emulator.names, at, "resource").items():
                collection, place = emulator.names[resource], at + pointer(resource)
                for name, id in self.notes.object(handles, place).items():
                    if self._is_there(id, resource, collection, found, place + pointer(name)):
                        found.handles[collection, name] = str(id)

    def _context(self, value: Json, found: Layer) -> None:
        names = dict.fromkeys(name for emulator in self.emulators for name in emulator.plan.context)
        given = self._known(value, names, "/context", "ambient record")
        for emulator in self.emulators:
            for name, resource in emulator.plan.context.items():
                collection = emulator.names[resource]
                handle = emulator.plan.world.context.get(name, "")
                id = given.get(name, found.handles.get((collection, handle)))
                if name not in given and id is None:
                    self.notes.problem("/context", f"`{name}` is missing", f"give it the id of a {resource}")
                elif self._is_there(id, resource, collection, found, "/context" + pointer(name)):
                    found.context[name] = str(id)

    def _is_there(self, id: Json, resource: str, collection: str, found: Layer, at: str) -> bool:
        if not isinstance(id, str):
            self.notes.problem(at, f"must be the id of a {resource} as text, not {sort_of(id)}")
            return False
        if id not in found.tables.get(collection, {}):
            self.notes.problem(at, f"there is no {resource} `{id}` in {collection.split('.')[0]}")
            return False
        return True

    def _counters(self, value: Json, found: Layer) -> None:
        known = tuple(place for emulator in self.emulators for place in emulator.names.values())
        for key, number in self.notes.object(value, "/counters").items():
            at = "/counters" + pointer(key)
            if not any(key == place or key.startswith(place + " ") for place in known):
                near = nearest(key, known)
                self.notes.problem(at, "counts nothing here", f"did you mean `{near}`?" if near else "")
            elif isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < _LARGEST:
                self.notes.problem(at, "must be a whole number that is not negative")
            else:
                found.counters[key] = number

    def _verbatim(self, value: Json, found: Layer) -> frozenset[tuple[str, str]]:
        """Return the records that are taken as they are."""
        chosen: set[tuple[str, str]] = set()
        given = self._known(value, [emulator.plan.name for emulator in self.emulators], "/verbatim", "API")
        for emulator in self.emulators:
            at = "/verbatim" + pointer(emulator.plan.name)
            tables = self._known(given.get(emulator.plan.name), emulator.names, at, "resource")
            for resource, ids in tables.items():
                collection, place = emulator.names[resource], at + pointer(resource)
                for index, id in enumerate(self.notes.array(ids, place)):
                    if self._is_there(id, resource, collection, found, place + pointer(index)):
                        chosen.add((collection, str(id)))
        return frozenset(chosen)
