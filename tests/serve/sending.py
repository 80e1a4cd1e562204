"""Both APIs behind one application, requests to it without a socket, and a server for clients that need one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.serve import http, running
from generated_envs import confluence, jira

SPECS = Path(__file__).parents[2] / "specs"

TOKEN = "sesame"

Send = Callable[..., httpx.Response]


@cache
def emulator(name: str) -> Emulator:
    return Emulator(plan_of(SPECS / f"{name}.yaml"))


def tracker_and_wiki(*, seed: int) -> Environment:
    """Return both APIs as people have completed them, in one world."""
    return Environment(jira.Operations, confluence.Operations, seed=seed)


def sender(application: Starlette, *, base_url: str = "http://site.test") -> Send:
    """Return what sends one request to an application and returns what it answers."""

    async def send(method: str, path: str, **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
            return await client.request(method, path, **options)

    return lambda method, path, **options: asyncio.run(send(method, path, **options))


@contextmanager
def serving(environment: Environment, *, patience: float = running.PATIENCE, **options: Any) -> Iterator[str]:
    """Serve an environment at a free port of this machine; every wait is bounded."""
    server = running.server(http.application(environment, token=TOKEN, **options), patience=patience)
    with running.listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        until = time.monotonic() + 10
        while not server.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.005)
        assert server.started
        try:
            yield "http://{}:{}".format(*listening.getsockname())
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()
