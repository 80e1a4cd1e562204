"""The emulated APIs over HTTP: their real paths on one origin, one environment behind them, one call at a time.

A request is decoded to `call(tool, arguments)` and the reply encoded. What is right and what is wrong is decided behind
`call`; refused here is only what cannot be brought into the form of a call.
"""

from __future__ import annotations

import logging
import secrets
import socket
from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Lock
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from atlasgen.errors import Fault, FaultKind, RolloutError
from atlasgen.jsonvalue import Json, decode, encode
from atlasgen.plan.model import Operation, Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.errors import refuse
from atlasgen.serve.aliases import elsewhere
from atlasgen.serve.decoding import decoder
from atlasgen.serve.paths import Node, agreement, parameters, segments
from atlasgen.serve.wire import Wire

MAX_BODY = 10 * 2**20
"""How many bytes of a body are read."""

_log = logging.getLogger(__name__)
_CHALLENGE = {"www-authenticate": 'Basic realm="atlasgen", Bearer'}
_KINDS: Mapping[int, FaultKind] = {401: "auth", 404: "not_found", 405: "method"}  # "rule" for other refusals


def application(environment: Environment, *, token: str | None = None) -> Starlette:
    """Return the ASGI application that serves an environment.

    Args:
        environment: What answers. It may be read and reset between requests.
        token: What clients must show, as the password of Basic or as Bearer; None lets everybody in.
    """
    return Starlette(routes=[Route("/{path:path}", _Server(environment, token))])


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
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def run(served: Starlette, listening: socket.socket) -> None:
    """Answer what arrives at a listening socket, until the process is interrupted."""
    import uvicorn  # here, because any server can run the application

    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn.Config(served, log_level="warning", lifespan="off", ws="none")).run([listening])


class _Server:
    """The ASGI endpoint of all paths."""

    def __init__(self, environment: Environment, token: str | None) -> None:
        operations = [(item, emulator) for emulator in environment.emulators for item in emulator.plan.operations]
        self._root = Node[_Endpoint]()
        for tool, (operation, emulator) in zip(environment.tools, operations, strict=True):
            for alias in (None, *elsewhere(operation, emulator)):
                endpoint = _Endpoint(operation, emulator.plan, Wire(tool.name, operation, emulator, alias))
                self._root.add(endpoint.wire.path, operation.method.upper(), endpoint)
        self._owners = [(operation.path, emulator.plan.error_of(operation)) for operation, emulator in operations]
        self._environment = environment
        self._token = token
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        raw_path: bytes = request.scope["raw_path"]
        path = segments(raw_path.decode("latin-1"))
        try:
            self._admit(request)
            endpoints, values = self._root.find(path) or ({}, ())
            if not endpoints:
                raise HTTPException(404, "There is nothing at this path.")
            if request.method == "OPTIONS" and "OPTIONS" not in endpoints:
                return Response(status_code=204, headers=_allow(endpoints))
            endpoint = endpoints.get(request.method) or (endpoints.get("GET") if request.method == "HEAD" else None)
            if endpoint is None:
                raise HTTPException(405, f"{request.method} is not answered at this path.", _allow(endpoints))
            arguments = await endpoint.arguments(request, values)
            origin = f"{request.scope['scheme']}://{request.headers.get('host', 'localhost')}"
            with self._lock, self._environment.served_from(origin):
                reply = endpoint.wire.answer(arguments, self._environment.call, origin)
            return _response(reply.status, reply.content)
        except HTTPException as error:
            _, shape = max(self._owners, key=lambda of: agreement(of[0], path))
            fault = Fault(_KINDS.get(error.status_code, "rule"), "", error.detail)
            refused = refuse(shape, error.status_code, [fault], "path")
            return _response(refused.status, encode(refused.body), error.headers)
        except RolloutError as error:
            _log.error("%s %s", request.method, request.url.path, exc_info=error)
            return _response(500, encode({"error": "The emulator broke over this request; its log says how."}))

    def _admit(self, request: Request) -> None:
        """Let a request pass that shows the token."""
        if self._token is None:
            return
        shown = _credential(request.headers.get("authorization", ""))
        if not secrets.compare_digest(shown.encode(), self._token.encode()):
            raise HTTPException(401, "No credentials, or wrong ones.", _CHALLENGE)


class _Endpoint:
    """An operation as it is reached over HTTP."""

    def __init__(self, operation: Operation, plan: Plan, wire: Wire) -> None:
        self.wire = wire
        decoders = {parameter.name: decoder(parameter.schema, plan.schemas) for parameter in operation.parameters}
        # The path of a server may name what no operation knows.
        self._path = [(name, decoders.get(name)) for name in parameters(operation.path)]
        self._query = {name: read for name, read in decoders.items() if name not in dict(self._path)}
        self._has_body = operation.body is not None

    async def arguments(self, request: Request, values: Sequence[str]) -> dict[str, Json]:
        """Return the arguments of the call that a request asks for, without what the operation does not know."""
        named = zip(self._path, values, strict=True)
        found: dict[str, Json] = {name: read([value]) for (name, read), value in named if read is not None}
        if query := request.scope["query_string"]:
            given = parse_qs(query.decode("latin-1"), keep_blank_values=True)
            found |= {name: self._query[name](texts) for name, texts in given.items() if name in self._query}
        return found | await _body(request) if self._has_body else found


async def _body(request: Request) -> dict[str, Json]:
    """Return the body as the argument that it is; nothing where a request has none."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY:
            raise HTTPException(413, f"The body is larger than {MAX_BODY} bytes.")
    if not content:
        return {}
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise HTTPException(415, f"The body must be application/json, not {media_type}.")
    try:
        return {"body": decode(bytes(content))}
    except ValueError as error:
        raise HTTPException(400, f"The body is not JSON: {error}.") from error


def _credential(authorization: str) -> str:
    """Return what a header shows: the password of anybody, or the token of a bearer; empty where it is neither."""
    scheme, _, shown = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return shown.strip()
    try:
        return b64decode(shown, validate=True).decode().partition(":")[2] if scheme.lower() == "basic" else ""
    except ValueError:
        return ""


def _allow(endpoints: Mapping[str, _Endpoint]) -> dict[str, str]:
    """Return the header that names the methods of a path; HEAD goes with GET, and OPTIONS asks for this header."""
    methods = {*endpoints, "OPTIONS", *(["HEAD"] if "GET" in endpoints else [])}
    return {"allow": ", ".join(sorted(methods))}


def _response(status: int, content: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(content, status, headers, media_type="application/json" if content else None)
