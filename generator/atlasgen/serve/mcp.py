"""The tools of an environment over the Model Context Protocol, on standard input and output or over HTTP.

The result of a call is `{"status": ..., "body": ...}`, as text and as structured content; a refusal is an error that
the agent reads. A tool that is not offered is an error of the protocol.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

import anyio
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.jsonvalue import JsonObject, decode, encode
from atlasgen.plan.model import Operation, Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.tools import Tool, self_contained
from atlasgen.serve import control
from atlasgen.serve.calllog import CallLog
from atlasgen.serve.episodes import Episodes
from atlasgen.serve.guard import CHALLENGE, CONTROL, EPISODE, Guard
from atlasgen.spec.wording import nearest

PATH: Final = "/mcp"
"""Where the protocol is spoken over HTTP."""

_ALONE = "stdio"  # the episode of a client that is alone with its server
_ADDITIVE = frozenset({"create", "link"})  # they write, and take nothing away from what was there
_log = logging.getLogger(__name__)


def chosen(environment: Environment, names: Iterable[str]) -> tuple[Tool, ...]:
    """Return the tools of some names, in the order of the documents; all of them without a name.

    Raises:
        AtlasgenError: there is no such tool.
    """
    known = {tool.name: tool for tool in environment.tools}
    wanted = set(names)
    for name in sorted(wanted - known.keys()):
        near = nearest(name, known)
        raise AtlasgenError.single(name, "there is no such tool", f"did you mean {near}?" if near else "")
    return tuple(tool for name, tool in known.items() if not wanted or name in wanted)


def described(tool: Tool, plan: Plan, operation: Operation) -> types.Tool:
    """Return what a client is told of a tool."""
    repeatable = operation.method in ("put", "delete") or operation.archetype == "link"
    return types.Tool(
        name=tool.name,
        title=operation.summary or None,
        description=tool.description,
        input_schema=tool.parameters,
        output_schema=_output(plan, operation),
        annotations=types.ToolAnnotations(
            read_only_hint=not operation.mutating,
            destructive_hint=operation.mutating and operation.archetype not in _ADDITIVE,
            idempotent_hint=not operation.mutating or repeatable,
            open_world_hint=False,
        ),
    )


def _output(plan: Plan, operation: Operation) -> JsonObject:
    """Return the schema of a result: what the body is if the call was accepted."""
    answers = {operation.status: operation.response, **operation.others}
    bodies = [self_contained(schema, plan.schemas) for schema in answers.values() if schema is not None]
    made: JsonObject = {
        "type": "object",
        "properties": {"status": {"type": "integer"}, "body": {}},
        "required": ["status"],
    }
    if len(bodies) != 1:
        return made
    shared = bodies[0].pop("$defs", None)
    accepted: JsonObject = {"properties": {"status": {"maximum": 399}}}
    made |= {"if": accepted, "then": {"properties": {"body": bodies[0]}}}
    return {**made, "$defs": shared} if shared is not None else made


class Tools:
    """The tools of an environment, as a server of the protocol offers them."""

    def __init__(self, environment: Environment, offered: Iterable[Tool], episodes: Episodes, log: CallLog) -> None:
        self._told = [described(tool, *environment.operations[tool.name]) for tool in offered]
        self._names = {tool.name for tool in self._told}
        self._episodes = episodes
        self._log = log

    def server(self, name: str) -> Server[Any]:
        """Return a server of the protocol."""
        schemas = {tool.name: tool.input_schema for tool in self._told}
        return Server(
            name,
            instructions="Every answer is {status, body}: from 400 on, the body says all that is wrong with the call.",
            get_tool_input_schema=schemas.get,
            on_list_tools=self._list,
            on_call_tool=self._call,
        )

    async def _list(self, context: Any, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=self._told)

    async def _call(self, context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name not in self._names:
            raise MCPError(INVALID_PARAMS, f"There is no tool {params.name[:100]!r}.")
        scope: Mapping[str, Any] = context.request.scope if context.request is not None else {}
        episode = scope.get(EPISODE, _ALONE)
        arguments = params.arguments or {}
        try:
            reply = self._episodes.call(episode, params.name, arguments, base_url="http://localhost")
        except RolloutError as error:
            _log.error("%s", params.name, exc_info=error)
            raise MCPError(INTERNAL_ERROR, "The emulator broke over this call; its log says how.") from error
        self._log.add(episode, "CALL", {}, params.name, reply.status, _sent(arguments), reply.content)
        result: JsonObject = {"status": reply.status}
        if reply.content:
            result["body"] = decode(reply.content)
        text = types.TextContent(text=encode(result).decode())
        return types.CallToolResult(content=[text], structured_content=result, is_error=reply.status >= 400)


def _sent(arguments: Mapping[str, Any]) -> bytes:
    try:
        return encode(arguments)
    except ValueError:
        return b""


def run_alone(tools: Tools, name: str) -> None:
    """Speak the protocol on standard input and output until the client has gone."""

    async def speak() -> None:
        server = tools.server(name)
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(speak)


def application(
    environment: Environment,
    tools: Tools,
    name: str,
    *,
    host: str,
    token: str | None,
    control_token: str | None,
    episodes: Episodes,
    log: CallLog,
) -> Starlette:
    """Return the ASGI application that speaks the protocol over HTTP; its lifespan has to be run.

    Args:
        environment: What answers.
        tools: What is offered.
        name: What the server is called.
        host: Where it listens; at an address of this machine alone, requests have to name that.
        token: What clients must show, as the password of Basic or as Bearer; None lets everybody in.
        control_token: What `/_atlasgen/` asks for; None closes it.
        episodes: The episodes of the environment: one for each credential, or as `X-Atlasgen-Episode` says.
        log: Where calls are noted.
    """
    made = tools.server(name).streamable_http_app(streamable_http_path=PATH, json_response=True, host=host)
    doors: dict[str, ASGIApp] = {}
    if control_token is not None:
        doors[CONTROL] = control.Control(environment, episodes, log, control_token)
    made.user_middleware.insert(0, Middleware(Guard, token=token, refuse=_refuse, doors=doors))
    return made


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
    headers = CHALLENGE if status == 401 else None
    await Response(encode({"error": detail}), status, headers, media_type="application/json")(scope, receive, send)
