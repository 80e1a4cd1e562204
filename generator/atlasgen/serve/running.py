"""A socket to listen at, and uvicorn behind it: clients that do not finish their requests are not waited for."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from atlasgen.jsonvalue import encode

PATIENCE: Final = 20.0
"""Seconds in which a request has to arrive as a whole."""

_KEEP_ALIVE: Final = 30  # seconds that a connection waits for its next request
_GRACE: Final = 5  # seconds that answers have to be sent once the server stops
_LATE: Final = encode({"error": "The request did not arrive in time."})


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address; port 0 is any free one.

    Raises:
        OSError: the address is taken, or is none of this machine.
    """
    # The protocol is named because asyncio sends small answers at once over TCP alone: with 0 each waits 40 ms.
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)[0]
    listening = socket.socket(*found[:3])
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(found[4])
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    return listening


def server(
    served: ASGIApp,
    *,
    patience: float = PATIENCE,
    lifespan: bool = False,
    each_second: Callable[[], None] | None = None,
) -> uvicorn.Server:
    """Return what serves an application.

    Args:
        served: The application.
        patience: Seconds in which a request has to arrive as a whole.
        lifespan: Whether the application is told of begin and end.
        each_second: What is done every second beside it.
    """

    class Patient(_Patient):
        pass

    Patient.patience = patience

    async def tick() -> None:
        if each_second is not None:
            each_second()

    config = uvicorn.Config(
        served, http=Patient, ws="none", lifespan="on" if lifespan else "off",
        proxy_headers=False, server_header=False, access_log=False,
        # What clients do wrong is no news, and whoever started the server may not read what it says.
        log_level="error",
        timeout_keep_alive=_KEEP_ALIVE, timeout_graceful_shutdown=_GRACE, callback_notify=tick, timeout_notify=1,
    )  # fmt: skip
    return uvicorn.Server(config)


def run(serving: uvicorn.Server, listening: socket.socket) -> None:
    """Answer what arrives at a listening socket, until the process is interrupted or told to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn hands it on when it has stopped
    with suppress(KeyboardInterrupt):
        serving.run([listening])


class _Patient(H11Protocol):
    """A connection whose requests have to arrive in time, and whose answers have to be taken."""

    patience = PATIENCE

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def _answering(self) -> RequestResponseCycle | None:
        """The request that is being answered; None where there is none, or none yet."""
        cycle: RequestResponseCycle | None = self.cycle
        return None if cycle is None or cycle.response_complete else cycle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the class above
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and self._answering is None:
            self._wait()  # for the next request
        try:
            super().data_received(data)
        except h11.LocalProtocolError:  # nonsense behind a request that is still being answered
            self.transport.abort()
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()  # the next request may lie here already, or a part of it
        self._look()

    def _look(self) -> None:
        """Stop waiting where a request is whole; wait where the rest of one is missing."""
        if (cycle := self._answering) is not None:
            if not cycle.more_body:
                self._stop_waiting()
            elif self._deadline is None:
                self._wait()

    def shutdown(self) -> None:
        if (cycle := self._answering) is not None and cycle.more_body:
            self._give_up()
        else:
            super().shutdown()

    def timeout_keep_alive_handler(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()  # nobody takes the answer
        else:
            super().timeout_keep_alive_handler()

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(self.patience, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """Close a connection whose request did not arrive, with an answer where there was none yet."""
        self._deadline = None
        if self.transport.is_closing():
            return
        cycle = self._answering
        if cycle is not None and cycle.response_started:
            self.transport.abort()
            return
        headers = [("content-type", "application/json"), ("content-length", str(len(_LATE))), ("connection", "close")]
        with suppress(h11.LocalProtocolError):
            for event in (h11.Response(status_code=408, headers=headers), h11.Data(data=_LATE), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event))
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.close()
