"""The episodes of a server: thousands by name over shared bases, one at a time in the environment that answers.

An episode is what it has changed. Few are awake, as the world holds them; those that were not used of late sleep as
JSON text, and those that have changed nothing take no room but for their name.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final, TypeVar

import orjson

from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.world import NO_LAYER, Layer

Found = TypeVar("Found")

IDLE: Final = 3600.0
"""Seconds after which an episode that nobody has used is gone."""

AWAKE: Final = 256
"""How many episodes are kept as the world holds them."""

MOST: Final = 100_000
"""How many episodes there are at most; beyond that the one that was not used for longest goes."""


@dataclass(slots=True)
class _Episode:
    """An episode.

    Attributes:
        begin: The world that it began in, and the layer of its task.
        changes: What it has changed, while it is not in the environment: as the world holds it, as JSON text, or None
            for nothing.
        used: When it was used last.
        calls: How many calls it has had.
    """

    begin: tuple[Layer, Layer]
    changes: Layer | bytes | None = None
    used: float = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What can be said of an episode.

    Attributes:
        calls: How many calls it has had.
        idle: Seconds since it was used last.
        seed: The seed of the world that it began in.
    """

    name: str
    calls: int
    idle: float
    seed: int


class Episodes:
    """The episodes of an environment, by their names; one that is named for the first time begins."""

    def __init__(
        self, environment: Environment, *, idle: float = IDLE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take an environment; the first episode that is named goes on with what stands in it.

        Args:
            environment: What answers.
            idle: Seconds after which an episode that nobody has used is gone.
            clock: The time in seconds.
        """
        self._environment = environment
        self._idle = idle
        self._clock = clock
        self._lock = RLock()
        base, layer, _ = environment.world.suspend()
        self._begin = (base, layer)
        self._fresh = True  # the environment still holds what it came with
        self._present: str | None = None
        self._known: OrderedDict[str, _Episode] = OrderedDict()  # the one that was not used for longest comes first
        self._awake: OrderedDict[str, Layer] = OrderedDict()

    def call(self, name: str, tool: str, arguments: Mapping[str, Any], *, base_url: str) -> Reply:
        """Call a tool in an episode, links starting from an address.

        Raises:
            RolloutError: our own code broke.
        """
        with self._lock:
            self._enter(name).calls += 1
            world = self._environment.world
            before, world.base_url = world.base_url, base_url
            try:
                return self._environment.call(tool, arguments)
            finally:
                world.base_url = before

    def within(self, name: str, look: Callable[[Environment], Found]) -> Found:
        """Return what a function finds in the environment while it holds an episode."""
        with self._lock:
            self._enter(name)
            return look(self._environment)

    def restart(self, name: str, base: Layer | None = None) -> None:
        """Let an episode begin anew: where it began, or in another world."""
        with self._lock:
            episode = self._enter(name)
            if base is not None:
                episode.begin = (base, NO_LAYER)
            self._environment.world.reset(*episode.begin)
            episode.calls = 0

    def restart_all(self, base: Layer | None = None) -> None:
        """Forget all episodes; those to come begin where the first one did, or in another world."""
        with self._lock:
            if base is not None:
                self._begin = (base, NO_LAYER)
            self._known.clear()
            self._awake.clear()
            self._present = None
            self._environment.world.reset(*self._begin)

    def sweep(self) -> None:
        """Forget the episodes that nobody has used for too long."""
        with self._lock:
            limit = self._clock() - self._idle
            while self._known and (oldest := next(iter(self._known.items())))[1].used < limit:
                self._forget(oldest[0])

    def standings(self) -> tuple[Standing, ...]:
        """Return what can be said of all episodes without waking them, the one that was used last first."""
        with self._lock:
            now = self._clock()
            return tuple(
                Standing(name, episode.calls, now - episode.used, episode.begin[0].seed)
                for name, episode in reversed(self._known.items())
            )

    def __contains__(self, name: str) -> bool:
        """Whether there is an episode of this name."""
        return name in self._known

    # -- one at a time -------------------------------------------------------------------------------------------------

    def _enter(self, name: str) -> _Episode:
        """Bring an episode into the environment."""
        episode = self._known.get(name)
        if episode is None or name != self._present:
            self._leave()
            if episode is None:
                episode = self._known[name] = _Episode(self._begin)
                if len(self._known) > MOST:
                    self._forget(next(iter(self._known)))
            self._known.move_to_end(name)
            if not self._fresh:
                self._awake.pop(name, None)
                self._environment.world.resume((*episode.begin, _woken(episode)))
            self._fresh = False
            episode.changes, self._present = None, name
        episode.used = self._clock()
        return episode

    def _leave(self) -> None:
        """Set aside what the environment holds, and let the one sleep that has been awake for longest."""
        if self._present is None:
            return
        episode = self._known[self._present]
        base, layer, changes = self._environment.world.suspend()
        if base is not episode.begin[0] or layer is not episode.begin[1]:
            episode.begin = (base, layer)
        if changes.tables or changes.counters or changes.ticks != max(base.ticks, layer.ticks):
            episode.changes = self._awake[self._present] = changes
            if len(self._awake) > AWAKE:
                longest, awake = self._awake.popitem(last=False)
                self._known[longest].changes = _asleep(awake)
        self._present = None

    def _forget(self, name: str) -> None:
        del self._known[name]
        self._awake.pop(name, None)
        if name == self._present:
            self._present = None


def _asleep(changes: Layer) -> bytes:
    """Return what an episode has changed as text: a fraction of the room, and nothing that has to be walked over."""
    text = orjson.dumps((changes.tables, changes.counters, changes.ticks))
    return bytes(memoryview(text))  # the encoder's own has room for ten times as much


def _woken(episode: _Episode) -> Layer:
    """Return what an episode has changed as the world holds it."""
    if isinstance(episode.changes, Layer):
        return episode.changes
    if episode.changes is None:
        return Layer(ticks=max(part.ticks for part in episode.begin))
    tables, counters, ticks = orjson.loads(episode.changes)
    return Layer(tables=tables, counters=counters, ticks=ticks)
