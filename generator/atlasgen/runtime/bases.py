"""Bases: worlds in the one form that all of them have, whether they were made, brought by people or played to.

Lists of an index have the order of the records, nothing is marked as taken away, and numbers of names run on behind
those that records have.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.world import Collection, Layer, World

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_DIGITS = 15  # longer numbers lose their last digits where JSON is read as it often is


@contextmanager
def kept() -> Iterator[None]:
    """Let the collector of cycles rest while a world is made: it would walk again and again over what stays anyway."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def collections(emulators: Iterable[Emulator]) -> Mapping[str, Collection]:
    """Return what a world must know of the collections of some APIs."""
    return {name: item for emulator in emulators for name, item in emulator.collections.items()}


def flat(emulators: Sequence[Emulator], world: World) -> Layer:
    """Return the state of an episode as a base: what it holds is the world's own and may not be changed."""
    levels = (world.base, world.layer, world.changes)
    names = dict.fromkeys(name for level in levels for name in level.tables)
    tables = {name: {id: world.get(name, id) for id in world.ids(name)} for name in names}
    counters = {key: number for level in levels for key, number in level.counters.items()}
    found = Layer(
        tables=tables,
        counters=counters,
        # Names that are given in several levels mean what the lowest says, ambient records what the task says.
        handles={key: id for level in reversed(levels) for key, id in level.handles.items()},
        context=world.changes.context | world.base.context | world.layer.context,
        ticks=world.changes.ticks,
        seed=world.seed,
    )
    return settled(emulators, found)


def settled(emulators: Sequence[Emulator], found: Layer) -> Layer:
    """Return a layer in the form of a base, sealed; it takes over the tables that it is given."""
    base = Layer(
        tables={name: table for name, table in found.tables.items() if table},
        counters=dict(found.counters),
        handles={key: id for key, id in found.handles.items() if id in found.tables.get(key[0], {})},
        context=dict(found.context),
        ticks=found.ticks,
        seed=found.seed,
    )
    for emulator in emulators:
        _count(emulator, base)
    base.seal()
    # What all episodes look up is found out once.
    for collection in collections(emulators).values():
        for index in collection.indexed:
            base.index(index)
    return base


def _count(emulator: Emulator, base: Layer) -> None:
    """Bring the sequences to where the names that records have do not come again."""
    for resource in emulator.plan.resources.values():
        collection, identity = emulator.names[resource.name], resource.identity
        table = base.tables.get(collection, {})
        if table and identity.format == "{n}" and collection not in base.counters:
            numbers = [int(id) for id in table if id.isascii() and id.isdecimal() and len(id) <= _DIGITS]
            if numbers:
                base.counters[collection] = max(numbers)
        for member, template in identity.also.items():
            read = _numbered(template) if template is not None else None
            if read is None:
                continue
            for document in table.values():
                if document is not None and (found := read(document.get(member))) is not None:
                    sequence = f"{collection} {found[0]}"
                    base.counters[sequence] = max(base.counters.get(sequence, 0), found[1])


def _numbered(template: str) -> Callable[[Any], tuple[str, int] | None] | None:
    """Return what reads the sequence and the number out of a name that was made from a template with one number."""
    pieces = _PLACEHOLDER.split(template)
    names = pieces[1::2]
    if names.count("n") != 1:
        return None
    place = names.index("n")
    before = "".join(
        re.escape(text) + ("(?s:.*)" if index < place else "") for index, text in enumerate(pieces[::2][: place + 1])
    )
    after = "".join(
        ("(?s:.*)" if index else "") + re.escape(text) for index, text in enumerate(pieces[::2][place + 1 :])
    )
    pattern = re.compile(f"({before})([0-9]{{1,{_DIGITS}}})({after})")

    def read(name: Any) -> tuple[str, int] | None:
        found = pattern.fullmatch(name) if isinstance(name, str) else None
        return (found[1] + "{n}" + found[3], int(found[2])) if found else None

    return read
