"""The body of a request, read up to a limit."""

from __future__ import annotations

from starlette.types import Receive, Scope


class TooLarge(Exception):
    """A body is larger than the limit."""


class Disconnected(Exception):
    """The client has gone before its request was whole."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Return the body of a request.

    Raises:
        TooLarge: it is larger than `limit` bytes; the rest is not read.
        Disconnected: the client has gone.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value[:20]) > limit):
            raise TooLarge(f"The body is larger than {limit} bytes.")
    message = await receive()
    content: bytes = message.get("body", b"")
    if message.get("more_body"):
        pieces, size = [content], len(content)
        while message.get("more_body"):
            message = await receive()
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > limit:
                raise TooLarge(f"The body is larger than {limit} bytes.")
        content = b"".join(pieces)
    if message["type"] == "http.disconnect":
        raise Disconnected
    if len(content) > limit:
        raise TooLarge(f"The body is larger than {limit} bytes.")
    return content
