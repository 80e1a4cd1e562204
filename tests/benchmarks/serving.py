"""Measures the server: CPU of a request beside a bare handler, memory of idle episodes, time to the first answer.

`python -m tests.benchmarks.serving`. The bare handler is a Starlette application with one route and the same
middleware, which parses, validates with pydantic-core by the same compiled schema, and encodes an answer of the same
size with orjson. It keeps no state and knows no rule. Both take turns round by round, behind uvicorn as clients ask
them: there the CPU is that of the thread that serves. In process, without a socket, is what is ours alone.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Scope

from atlasgen.runtime.environment import Environment
from atlasgen.serve import http, running
from atlasgen.serve.episodes import Episodes
from atlasgen.serve.guard import Guard
from generated_envs import confluence, jira

ROOT = Path(__file__).parents[2]
ROUNDS: Final = 60
CALLS: Final = 50
IDLE: Final = 10_000
TOKEN: Final = "sesame"
ISSUE: Final = "/rest/api/3/issue"
TASK: Final = {"fields": {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "Ship it"}}

Ask = Callable[[], None]


def world() -> Environment:
    return Environment(jira.Operations, confluence.Operations, seed=3, keep_calls=False)


def scope_of(method: str, path: str, *, name: str = "mia") -> Scope:
    """Return the scope of a request as uvicorn makes it of what a usual client sends."""
    credential = b64encode(f"{name}@example.com:{TOKEN}".encode())
    headers = [
        (b"host", b"127.0.0.1:8080"), (b"user-agent", b"python-requests/2.34.2"),
        (b"accept-encoding", b"gzip, deflate"), (b"accept", b"application/json,*/*;q=0.9"),
        (b"connection", b"keep-alive"), (b"cache-control", b"no-cache"),
        (b"content-type", b"application/json"), (b"authorization", b"Basic " + credential),
    ]  # fmt: skip
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "http",
        "server": ("127.0.0.1", 8080), "client": ("127.0.0.1", 50_000), "method": method, "root_path": "",
        "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers, "state": {},
    }  # fmt: skip


async def request(application: Starlette, scope: Scope, body: bytes) -> tuple[int, bytes]:
    """Send one request without a socket, and return status and body of the answer."""
    answered: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        answered.append(message)

    await application(dict(scope), receive, send)
    return answered[0]["status"], answered[1]["body"]


def bare(method: str, path: str, validator: Any, answer: tuple[int, Any]) -> Starlette:
    """Return the application that a request is compared with."""
    status, value = answer

    async def handle(asked: Request) -> Response:
        arguments: dict[str, Any] = dict(asked.path_params)
        if method == "POST":
            arguments["body"] = orjson.loads(await asked.body())
        validator(arguments)
        return Response(orjson.dumps(value), status, media_type="application/json")

    async def refuse(*_: Any) -> None:
        raise AssertionError

    guard = Middleware(Guard, token=TOKEN, refuse=refuse, doors={})
    return Starlette(routes=[Route(path, handle, methods=[method])], middleware=[guard])


def pairs() -> Mapping[str, tuple[Starlette, Starlette, Scope, bytes]]:
    """Return what is compared: the server, the bare handler, and a request that both answer alike."""
    environment = world()
    served = http.application(environment, token=TOKEN)
    validators = environment.emulators[0].context.validators
    found = {}
    for name, tool, method, path, template, body in (
        ("create an issue", "createIssue", "POST", ISSUE, ISSUE, orjson.dumps(TASK)),
        ("get an issue", "getIssue", "GET", f"{ISSUE}/PROJ-1", f"{ISSUE}/{{issueIdOrKey}}", b""),
    ):
        operation = environment.operations[tool][1]
        status, content = asyncio.run(request(served, scope_of(method, path), body))
        assert status == operation.status, content
        decide = validators.compile(operation.arguments()).decide
        handler = bare(method, template, decide, (status, orjson.loads(content)))
        told, again = asyncio.run(request(handler, scope_of(method, path), body))
        assert (told, len(again)) == (status, len(content))
        found[name] = served, handler, scope_of(method, path), body
    return found


def in_process() -> Mapping[str, tuple[float, float, float]]:
    """Return microseconds of CPU of ours and of the bare handler, and the median of the ratios of the rounds."""

    async def spent(application: Starlette, scope: Scope, body: bytes) -> float:
        begun = time.process_time()
        for _ in range(CALLS):
            await request(application, scope, body)
        return (time.process_time() - begun) / CALLS * 1e6

    async def rounds(served: Starlette, handler: Starlette, scope: Scope, body: bytes) -> list[tuple[float, float]]:
        return [(await spent(served, scope, body), await spent(handler, scope, body)) for _ in range(ROUNDS)]

    found = {}
    for name, pair in pairs().items():
        times = asyncio.run(rounds(*pair))
        ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
        found[name] = ours, theirs, statistics.median(one / other for one, other in times)
    return found


def over_a_socket() -> Mapping[str, tuple[float, float, float]]:
    """Return the same behind uvicorn: the CPU of the thread of the server for each request."""
    found = {}
    for name, (served, handler, scope, body) in pairs().items():
        headers = {key.decode(): value.decode() for key, value in scope["headers"] if key != b"host"}
        with _Threaded(served) as ours, _Threaded(handler) as theirs, httpx.Client(headers=headers) as client:

            def spent(
                server: _Threaded, client: httpx.Client = client, scope: Scope = scope, body: bytes = body
            ) -> float:
                begun = server.cpu()
                for _ in range(CALLS):
                    client.request(scope["method"], server.origin + scope["path"], content=body).raise_for_status()
                return (server.cpu() - begun) / CALLS * 1e6

            times = [(spent(ours), spent(theirs)) for _ in range(ROUNDS // 3)]
        mine, bare_ones = (statistics.median(column) for column in zip(*times, strict=True))
        found[name] = mine, bare_ones, statistics.median(one / other for one, other in times)
    return found


class _Threaded:
    """A server in a thread of its own, whose CPU can be told."""

    def __init__(self, application: Starlette) -> None:
        self._server = running.server(application)
        self._listening = running.listen("127.0.0.1", 0)
        self.origin = "http://{}:{}".format(*self._listening.getsockname())
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],), daemon=True)

    def cpu(self) -> float:
        """Return the seconds of CPU that the thread has had."""
        return time.clock_gettime(time.pthread_getcpuclockid(self._thread.ident or 0))

    def __enter__(self) -> _Threaded:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._listening.close()


def idle_episodes(count: int = IDLE, *, writes: bool) -> float:
    """Return the bytes of resident memory of each of many episodes that were used once, in a process of its own."""
    program = f"from tests.benchmarks.serving import grown; print(grown({count}, {writes}))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=_paths(), capture_output=True, text=True, check=True
    )
    return float(run.stdout)


def grown(count: int, writes: bool) -> float:
    """Open episodes over HTTP, without a socket, and return by how many bytes each has made the process grow."""
    episodes = Episodes(environment := world())
    served = http.application(environment, token=TOKEN, episodes=episodes)

    async def use(first: int, last: int) -> None:
        for number in range(first, last):
            await request(served, scope_of("GET", f"{ISSUE}/PROJ-1", name=f"user-{number}"), b"")
            if writes:
                await request(served, scope_of("POST", ISSUE, name=f"user-{number}"), orjson.dumps(TASK))

    asyncio.run(use(0, 2_500))  # the log of calls is full by then, and everything is compiled
    before = _resident()
    asyncio.run(use(2_500, 2_500 + count))
    assert len(episodes.standings()) == 2_500 + count
    return (_resident() - before) / count


def _resident() -> int:
    text = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("VmRSS"))


def start() -> float:
    """Return the seconds from the start of the command to its first answer."""
    command = [sys.executable, "-c", "from atlasgen.cli import main; main()", "serve", "jira", "confluence"]
    begun = time.perf_counter()
    with subprocess.Popen(
        [*command, "--port", "0", "--token", TOKEN], cwd=ROOT, env=_paths(), text=True, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        httpx.get(f"{origin}/rest/api/3/myself", auth=("mia@example.com", TOKEN)).raise_for_status()
        taken = time.perf_counter() - begun
        process.send_signal(signal.SIGINT)
        process.wait(10)
    return taken


def _paths() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{ROOT / 'generator'}:{ROOT}"}


def main() -> None:
    """Print the figures."""
    console = Console(width=80)
    for title, measure in (("In process", in_process), ("Behind uvicorn", over_a_socket)):
        table = Table("", "us", "bare", "ratio", "target", "met", title=title, title_justify="left")
        for name, (ours, theirs, ratio) in measure().items():
            table.add_row(name, f"{ours:.0f}", f"{theirs:.0f}", f"{ratio:.2f}", "1.5", "yes" if ratio <= 1.5 else "NO")
        console.print(table)
    for what, writes in (("read once", False), ("wrote an issue", True)):
        size = idle_episodes(writes=writes)
        console.print(f"{IDLE:,} idle episodes, each {what}: {size:,.0f} bytes (target 2,048)")
    times = sorted(start() for _ in range(5))
    console.print(f"first answer after {times[2]:.2f} s (target 1 s; median of 5, {times[0]:.2f} to {times[-1]:.2f})")


if __name__ == "__main__":
    main()
