"""What the server was asked and what it answered: the last calls of all episodes, in a ring of bounded size."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from atlasgen.jsonvalue import JsonObject

LONGEST: Final = 2_000
"""How many bytes of a body are kept."""

KEPT: Final = 5_000
"""How many calls are kept."""


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
    target: str
    tool: str
    status: int
    sent: bytes
    answered: bytes

    def to_json(self) -> JsonObject:
        """Return the entry as a JSON value."""
        return {
            **self._asdict(),
            "sent": self.sent.decode(errors="replace"),
            "answered": self.answered.decode(errors="replace"),
        }


class CallLog:
    """The last calls of a server."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._count = 0

    def add(self, episode: str, method: str, target: str, tool: str, status: int, sent: bytes, answered: bytes) -> None:
        """Note a request and its answer."""
        self._count += 1
        if len(sent) > LONGEST:
            sent = sent[:LONGEST] + b" ..."
        if len(answered) > LONGEST:
            answered = answered[:LONGEST] + b" ..."
        self._entries.append(Entry(self._count, episode, method, target[:LONGEST], tool, status, sent, answered))

    def latest(self, episode: str | None = None) -> Iterator[Entry]:
        """Yield what is kept, of one episode or of all, the latest first."""
        return (entry for entry in reversed(self._entries) if episode is None or entry.episode == episode)
