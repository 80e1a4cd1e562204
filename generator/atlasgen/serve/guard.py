"""Who is let in, and what is too much of a request before anything is read of it."""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

MAX_HEADERS: Final = 100
"""How many fields a header may have."""

MAX_HEADER_BYTES: Final = 32 * 2**10
"""How many bytes names and values of a header may have together; the first line may be as long."""

CONTROL: Final = "/_atlasgen/"
"""Where the control plane stands, which has a token of its own."""

CHALLENGE: Final = {"www-authenticate": 'Basic realm="atlasgen", Bearer'}
"""The header of a refusal for want of credentials."""

EPISODE: Final = "atlasgen.episode"
"""Where in the scope of a request the name of its episode stands."""

_CHOSEN = b"x-atlasgen-episode"
_LONGEST = 200  # characters of a name of an episode

Refuse = Callable[[Scope, Receive, Send, int, str], Awaitable[None]]
"""Answers a request that is not let in with a status and a sentence."""


class Guard:
    """Lets a request pass that is small enough and shows the token, and says which episode it belongs to.

    That is the one that the header `X-Atlasgen-Episode` names; without it, that of the credential: of the name in
    Basic, or the one that all bearers share.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        token: str | None,
        refuse: Refuse,
        doors: Mapping[str, ASGIApp],
    ) -> None:
        """Wrap an application.

        Args:
            app: What answers.
            token: What clients must show, as the password of Basic or as Bearer; None lets everybody in.
            refuse: Answers a request that is not let in.
            doors: What answers without a token: at a path, or at all below `CONTROL`, which guards itself.
        """
        self._app = app
        self._token = token.encode() if token is not None else None
        self._refuse = refuse
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        authorization = chosen = b""
        size = 0
        for field, value in headers:
            size += len(field) + len(value)
            if field == b"authorization":
                authorization = value
            elif field == _CHOSEN:
                chosen = value
        if size > MAX_HEADER_BYTES or len(headers) > MAX_HEADERS:
            await self._refuse(scope, receive, send, 431, "The header of the request is too large.")
        elif len(scope["raw_path"]) + len(scope["query_string"]) > MAX_HEADER_BYTES:
            await self._refuse(scope, receive, send, 414, "The address of the request is too long.")
        elif (door := self._doors.get(_door(scope["path"]))) is not None:
            await door(scope, receive, send)
        else:
            name, shown = credential(authorization)
            if self._token is not None and not secrets.compare_digest(shown, self._token):
                await self._refuse(scope, receive, send, 401, "No credentials, or wrong ones.")
                return
            scope[EPISODE] = chosen.decode("latin-1")[:_LONGEST] if chosen else name
            await self._app(scope, receive, send)


def _door(path: str) -> str:
    return CONTROL if path.startswith(CONTROL) else path


def credential(authorization: bytes) -> tuple[str, bytes]:
    """Return whose a credential is, and what it shows: a password or a token; empty where it is neither."""
    scheme, _, shown = authorization.partition(b" ")
    kind = scheme.lower()
    if kind == b"bearer":
        return "bearer", shown.strip()
    if kind == b"basic":
        try:
            name, _, password = b64decode(shown, validate=True).partition(b":")
        except ValueError:
            return "", b""
        return name.decode(errors="replace")[:_LONGEST], password
    return "", b""
