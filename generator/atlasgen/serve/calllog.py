"""What the server was asked and what it answered: the last calls of all episodes, in a ring of bounded size."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from atlasgen.jsonvalue import JsonObject

LONGEST: Final = 2_000
"""How many bytes of a body are kept."""

KEPT: Final = 2_000
"""How many calls are kept."""

_CUT: Final = b" ..."


class Entry(NamedTuple):
    """One request and its answer.

    Attributes:
        number: Which request of the server it was.
        episode: Whose it was; empty where the client was not let in.
        tool: The operation that answered; empty where none was reached.
        sent: The body of the request, cut where it is long.
        answered: The body of the answer, cut where it is long.
    """

    number: int
    episode: str
    method: str
    path: bytes
    query: bytes
    tool: str
    status: int
    sent: bytes
    answered: bytes

    @property
    def target(self) -> str:
        """The address of the request, from its path on."""
        return (self.path + b"?" + self.query if self.query else self.path).decode("latin-1")

    def to_json(self) -> JsonObject:
        """Return the entry as a JSON value."""
        texts: JsonObject = {name: getattr(self, name).decode(errors="replace") for name in ("sent", "answered")}
        known: JsonObject = {name: getattr(self, name) for name in ("number", "episode", "method", "tool", "status")}
        return {**known, "target": self.target, **texts}


class CallLog:
    """The last calls of a server."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._count = 0

    def add(
        self,
        episode: str,
        method: str,
        scope: Mapping[str, Any],
        tool: str,
        status: int,
        sent: bytes,
        answered: bytes,
    ) -> None:
        """Note a request, of whose scope the address is told, and its answer."""
        self._count += 1
        path, query = scope.get("raw_path", b""), scope.get("query_string", b"")
        # A copy: the encoder's own answer has room for ten times as much.
        kept = bytes(memoryview(answered)[:LONGEST])
        self._entries.append(
            Entry(
                self._count, episode, method, path[:LONGEST], query[:LONGEST], tool, status,
                sent if len(sent) <= LONGEST else sent[:LONGEST] + _CUT,
                kept if len(answered) <= LONGEST else kept + _CUT,
            )
        )  # fmt: skip

    def latest(self, episode: str | None = None) -> Iterator[Entry]:
        """Yield what is kept, of one episode or of all, the latest first."""
        return (entry for entry in reversed(self._entries) if episode is None or entry.episode == episode)
