"""A server that speaks the OpenAI protocol over real sockets; it plays the expert, and misbehaves where it has to."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from atlasgen.jsonvalue import encode
from atlasgen.runtime.environment import Reply
from atlasgen.tasks.gold import resolved
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.task import Task

Misbehaviour = Callable[[int, int], "Response | None"]
"""From the number of the task and how often its turn was asked for before, to an answer; None: the expert's."""


@dataclass
class Seen:
    """What a server was asked.

    Attributes:
        url: Where it is, up to and with `/v1`.
        requests: The bodies of all requests.
        keys: The keys that came with them.
        most: How many were being answered at once at most.
    """

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    most: int = 0


@contextmanager
def serving(
    scenario: Scenario, seeds: range, *, misbehave: Misbehaviour = lambda seed, before: None, split: str = "test"
) -> Iterator[Seen]:
    """Serve the expert of some tasks on a free port, in a thread."""
    tasks = {scenario.task(seed, split).instruction: scenario.task(seed, split) for seed in seeds}
    seen = Seen()
    asked: Counter[tuple[int, int]] = Counter()
    at_once = [0]

    async def complete(request: Request) -> Response:
        body = await request.json()
        seen.requests.append(body)
        seen.keys.add(request.headers.get("authorization", ""))
        task = tasks[body["messages"][0]["content"]]
        turn = sum(message["role"] == "assistant" for message in body["messages"])
        wrong = misbehave(task.seed, asked[task.seed, turn])
        asked[task.seed, turn] += 1
        at_once[0] += 1
        seen.most = max(seen.most, at_once[0])
        try:
            await anyio.sleep(0.01)  # let other requests come in
            return wrong or completion(expert(task, body["messages"], turn))
        finally:
            at_once[0] -= 1

    application = Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])])
    config = uvicorn.Config(application, port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    seen.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
    try:
        yield seen
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def expert(task: Task, messages: list[dict[str, Any]], turn: int) -> dict[str, Any]:
    """Return what the expert says next, worked out from the messages alone."""
    if turn == len(task.gold):
        return said("Done.")
    answers: dict[str, Reply] = {}
    results = [message for message in messages if message["role"] == "tool"]
    for step, result in zip(task.gold, results, strict=False):
        value = json.loads(result["content"])
        answers[step.tool] = Reply(value["status"], encode(value.get("body")))
    step = task.gold[turn]
    return calls(step.tool, json.dumps(resolved(step, answers)))


def said(text: str) -> dict[str, Any]:
    """Return a message of text."""
    return {"role": "assistant", "content": text}


def calls(tool: str, arguments: str) -> dict[str, Any]:
    """Return a message that calls a tool."""
    call = {"id": "call_7", "type": "function", "function": {"name": tool, "arguments": arguments}}
    return {"role": "assistant", "content": None, "tool_calls": [call]}


def completion(message: Mapping[str, Any], *, finish: str = "", tokens: int = 11) -> Response:
    """Return a chat completion."""
    finish = finish or ("tool_calls" if message.get("tool_calls") else "stop")
    choice = {"index": 0, "message": dict(message), "finish_reason": finish}
    usage = {"prompt_tokens": 100, "completion_tokens": tokens, "total_tokens": 100 + tokens}
    return JSONResponse({"id": "x", "object": "chat.completion", "choices": [choice], "usage": usage})


def cut_off() -> Response:
    """Return an answer whose connection breaks in the middle."""

    async def half() -> AsyncIterator[bytes]:
        yield b'{"choices": [{"message"'
        raise ConnectionError("as if a cable were cut")

    return StreamingResponse(half(), media_type="application/json", headers={"content-length": "1000"})
