"""Both APIs behind one application, and requests to it without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from generated_envs import confluence, jira

SPECS = Path(__file__).parents[2] / "specs"

Send = Callable[..., httpx.Response]


@cache
def emulator(name: str) -> Emulator:
    return Emulator(plan_of(SPECS / f"{name}.yaml"))


def tracker_and_wiki(*, seed: int) -> Environment:
    return Environment(jira.Operations, confluence.Operations, seed=seed)


def sender(application: Starlette, *, base_url: str = "http://site.test") -> Send:
    """Return what sends one request to an application and returns what it answers."""

    async def send(method: str, path: str, **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
            return await client.request(method, path, **options)

    return lambda method, path, **options: asyncio.run(send(method, path, **options))
