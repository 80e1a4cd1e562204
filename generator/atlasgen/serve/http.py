"""The emulated APIs over HTTP: their real paths on one origin, an episode for each credential, one call at a time.

A request is decoded to `call(tool, arguments)` and the reply encoded. What is right and what is wrong is decided behind
`call`; refused here is only what cannot be brought into the form of a call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from atlasgen.errors import Fault, FaultKind, RolloutError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode
from atlasgen.plan.model import ErrorShape, Operation, Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.errors import refuse
from atlasgen.serve import control, documents, examples
from atlasgen.serve.aliases import elsewhere
from atlasgen.serve.bodies import Disconnected, TooLarge, read_body
from atlasgen.serve.calllog import CallLog
from atlasgen.serve.decoding import decoder
from atlasgen.serve.episodes import Episodes
from atlasgen.serve.guard import CHALLENGE, CONTROL, EPISODE, Guard
from atlasgen.serve.paths import Node, agreement, parameters, segments
from atlasgen.serve.wire import Wire

MAX_BODY: Final = 10 * 2**20
"""How many bytes of a body are read."""

MAX_DEPTH: Final = 100
"""How many levels of objects and lists a body may have."""

DOCUMENTS: Final = "/openapi/"
"""Where the documents of the APIs stand."""

_SHORT = 200  # bytes of a path whose operation is remembered
_REMEMBERED = 2_000
_log = logging.getLogger(__name__)
_KINDS: Mapping[int, FaultKind] = {401: "auth", 404: "not_found", 405: "method"}  # "rule" for other refusals
_JSON = (b"content-type", b"application/json")
_BROKEN = encode({"error": "The emulator broke over this request; its log says how."})


def application(
    environment: Environment,
    *,
    token: str | None = None,
    control_token: str | None = None,
    episodes: Episodes | None = None,
) -> Starlette:
    """Return the ASGI application that serves an environment.

    Args:
        environment: What answers. It holds the episode that was called last, and may be read and reset between
            requests; the first episode goes on with what stands in it.
        token: What clients must show, as the password of Basic or as Bearer; None lets everybody in.
        control_token: What `/_atlasgen/` asks for; None closes it.
        episodes: The episodes of the environment, if somebody else has to know them too.
    """
    kept, log = episodes or Episodes(environment), CallLog()
    served = _Server(environment, kept, log)
    plans = {f"{DOCUMENTS}{emulator.plan.name}.json": emulator.plan for emulator in environment.emulators}
    calls = cache(lambda: examples.examples(environment))
    doors: dict[str, ASGIApp] = {path: _Document(plan, calls) for path, plan in plans.items()}
    if control_token is not None:
        doors[CONTROL] = control.Control(environment, kept, log, control_token)
    made = Starlette(middleware=[Middleware(Guard, token=token, refuse=served.refuse, doors=doors)])
    # No routes: their patterns leave out what is odd, and here a tree finds the operation.
    made.router.default = served
    made.router.redirect_slashes = False
    return made


class _Document:
    """The ASGI endpoint of a document, which is made when it is first asked for."""

    def __init__(self, plan: Plan, calls: Callable[[], Mapping[str, Mapping[str, JsonObject]]]) -> None:
        self._plan = plan
        self._calls = calls
        self._content = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await Response(status_code=405, headers={"allow": "GET, HEAD"})(scope, receive, send)
            return
        self._content = self._content or encode(documents.document(self._plan, self._calls()[self._plan.name]))
        await Response(self._content, media_type="application/json")(scope, receive, send)


class _Server:
    """The ASGI endpoint of all paths of the APIs."""

    def __init__(self, environment: Environment, episodes: Episodes, log: CallLog) -> None:
        self._root = Node[_Endpoint]()
        self._owners: list[tuple[str, ErrorShape]] = []
        operations = [(item, emulator) for emulator in environment.emulators for item in emulator.plan.operations]
        for tool, (operation, emulator) in zip(environment.operations, operations, strict=True):
            for alias in (None, *elsewhere(operation, emulator)):
                wire = Wire(tool, operation, emulator, alias)
                self._root.add(wire.path, operation.method.upper(), _Endpoint(tool, operation, emulator.plan, wire))
            self._owners.append((operation.path, emulator.plan.error_of(operation)))
        self._episodes = episodes
        self._log = log
        self._latest: dict[tuple[str, bytes], _Found] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that was let in."""
        episode: str = scope[EPISODE]
        method: str = scope["method"]
        tool, sent, shape = "", b"", None
        extra: Mapping[str, str] | None = None
        try:
            endpoint, values = self._endpoint(method, scope["raw_path"])
            if isinstance(endpoint, dict):
                status, content, extra = 204, b"", _allow(endpoint)
            else:
                tool, shape = endpoint.tool, endpoint.shape
                arguments = endpoint.parameters(values, scope["query_string"])
                if endpoint.has_body and (sent := await read_body(scope, receive, MAX_BODY)):
                    arguments["body"] = _parsed(scope, sent)
                origin = _origin(scope)
                call = partial(self._episodes.call, episode, base_url=origin)
                status, content = endpoint.wire.answer(arguments, call, origin)
        except HTTPException as error:
            status, extra = error.status_code, error.headers
            content = self._refusal(scope, status, error.detail, shape)
        except TooLarge as error:
            status, content = 413, self._refusal(scope, 413, str(error), shape)
        except Disconnected:
            return
        except RolloutError as error:
            _log.error("%s %s", method, scope["path"], exc_info=error)
            status, content = 500, _BROKEN
        self._log.add(episode, method, scope, tool, status, sent, content)
        await _respond(send, status, content, extra)

    async def refuse(self, scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
        """Answer a request that is not let in."""
        content = self._refusal(scope, status, detail)
        self._log.add("", scope["method"], scope, "", status, b"", content)
        await _respond(send, status, content, CHALLENGE if status == 401 else None)

    def _refusal(self, scope: Scope, status: int, detail: str, shape: ErrorShape | None = None) -> bytes:
        """Return the body of a refusal, without a shape in that of the operation whose path comes closest."""
        if shape is None:
            path = segments(scope["raw_path"].decode("latin-1"))
            _, shape = max(self._owners, key=lambda of: agreement(of[0], path))
        fault = Fault(_KINDS.get(status, "rule"), "", detail)
        return encode(refuse(shape, status, [fault], "path").body)

    def _endpoint(self, method: str, raw_path: bytes) -> _Found:
        """Return what a method finds at a path, with the values of its parameters; all methods for `OPTIONS`.

        Raises:
            HTTPException: there is nothing.
        """
        found = self._latest.get((method, raw_path))
        if found is not None:
            return found
        endpoints, values = self._root.find(segments(raw_path.decode("latin-1"))) or ({}, ())
        if not endpoints:
            raise HTTPException(404, "There is nothing at this path.")
        endpoint = endpoints.get(method) or (endpoints.get("GET") if method == "HEAD" else None)
        if endpoint is None and method != "OPTIONS":
            raise HTTPException(405, f"{method[:40]} is not answered at this path.", _allow(endpoints))
        found = (endpoints if endpoint is None else endpoint), values
        if len(raw_path) <= _SHORT:
            if len(self._latest) >= _REMEMBERED:
                self._latest.clear()
            self._latest[method, raw_path] = found
        return found


class _Endpoint:
    """An operation as it is reached over HTTP."""

    def __init__(self, tool: str, operation: Operation, plan: Plan, wire: Wire) -> None:
        self.tool = tool
        self.wire = wire
        self.shape = plan.error_of(operation)
        self.has_body = operation.body is not None
        decoders = {parameter.name: decoder(parameter.schema, plan.schemas) for parameter in operation.parameters}
        # The path of a server may name what no operation knows.
        self._path = [(name, decoders.get(name)) for name in parameters(operation.path)]
        self._query = {name: read for name, read in decoders.items() if name not in dict(self._path)}

    def parameters(self, values: Sequence[str], query: bytes) -> dict[str, Json]:
        """Return the arguments of the call that path and query ask for, without what the operation does not know."""
        named = zip(self._path, values, strict=True)
        found: dict[str, Json] = {name: read([value]) for (name, read), value in named if read is not None}
        if query:
            given = parse_qs(query.decode("latin-1"), keep_blank_values=True)
            found |= {name: self._query[name](texts) for name, texts in given.items() if name in self._query}
        return found


def _parsed(scope: Scope, content: bytes) -> Json:
    """Return the value that a body says.

    Raises:
        HTTPException: it is no JSON, or is not said to be.
    """
    declared = next((value for name, value in scope["headers"] if name == b"content-type"), b"application/json")
    media_type = declared.partition(b";")[0].strip().lower()
    if media_type != b"application/json" and not media_type.endswith(b"+json"):
        raise HTTPException(415, f"The body must be application/json, not {media_type.decode('latin-1')[:100]}.")
    try:
        value = decode(content)
    except ValueError as error:
        raise HTTPException(400, f"The body is not JSON: {error}.") from error
    if content.count(b"{") + content.count(b"[") > MAX_DEPTH and _is_deep(value):
        raise HTTPException(400, f"The body has more than {MAX_DEPTH} levels.")
    return value


def _is_deep(value: Any) -> bool:
    """Whether a value has too many levels; level by level, so that nothing recurses."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for node in level
            for item in (node.values() if type(node) is dict else node)
            if type(item) is dict or type(item) is list
        ]
        if not level:
            return False
    return True


def _origin(scope: Scope) -> str:
    """Return the address that a request was sent to."""
    for name, value in scope["headers"]:
        if name == b"host":
            return f"{scope['scheme']}://{value.decode('latin-1')}"
    return f"{scope['scheme']}://localhost"


def _allow(endpoints: Mapping[str, _Endpoint]) -> dict[str, str]:
    """Return the header that names the methods of a path; HEAD goes with GET, and OPTIONS asks for this header."""
    methods = {*endpoints, "OPTIONS", *(["HEAD"] if "GET" in endpoints else [])}
    return {"allow": ", ".join(sorted(methods))}


async def _respond(send: Send, status: int, content: bytes, extra: Mapping[str, str] | None = None) -> None:
    headers = [_JSON] if content else []
    if content or status != 204:
        headers.append((b"content-length", str(len(content)).encode()))
    if extra:
        headers += [(name.encode(), value.encode("latin-1", "replace")) for name, value in extra.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


_Found: TypeAlias = tuple[_Endpoint | dict[str, _Endpoint], tuple[str, ...]]
