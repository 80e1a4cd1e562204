"""Many clients at once: each episode ends in the state, byte for byte, that its calls lead to when played alone."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import httpx
import pytest

from atlasgen.serve import episodes, http
from tests.serve.sending import TOKEN, serving, tracker_and_wiki

SEED = 3
ISSUE, PAGES = "/rest/api/3/issue", "/wiki/api/v2/pages"

Ask: TypeAlias = Callable[..., Awaitable[httpx.Response]]


async def session(ask: Ask, seed: int) -> list[int]:
    """Work with both products as one client of many, and return the statuses of what was answered."""
    draw = random.Random(seed)
    answers: list[httpx.Response] = []

    async def call(method: str, path: str, **options: Any) -> Any:
        answers.append(await ask(method, path, **options))
        return answers[-1].json() if answers[-1].content else None

    def fields(**more: Any) -> dict[str, Any]:
        kind = draw.choice(("Task", "Story", "Bug"))
        named = {"project": {"key": draw.choice(("PROJ", "WEB"))}, "issuetype": {"name": kind}}
        return {"fields": {**named, "summary": f"Work {draw.randrange(100)}", **more}}

    issue = (await call("POST", ISSUE, json=fields()))["key"]
    for _ in range(draw.randrange(2, 6)):
        match draw.randrange(7):
            case 0:
                issue = (await call("POST", ISSUE, json=fields(labels=[f"l{draw.randrange(3)}"])))["key"]
            case 1:
                arrows = (await call("GET", f"{ISSUE}/{issue}/transitions"))["transitions"]
                arrow = {"transition": {"id": draw.choice(arrows)["id"]}}
                await call("POST", f"{ISSUE}/{issue}/transitions", json=arrow)
            case 2:
                await call("PUT", f"{ISSUE}/{issue}", json={"fields": {"summary": f"Other {draw.randrange(100)}"}})
            case 3:
                space = (await call("GET", "/wiki/api/v2/spaces"))["results"][0]["id"]
                page = await call("POST", PAGES, json={"spaceId": space, "title": f"Plan {draw.randrange(10_000)}"})
                await call("POST", f"/wiki/rest/api/content/{page['id']}/label", json={"prefix": "global", "name": "x"})
            case 4:
                await call("POST", ISSUE, json=fields(project={"key": "NONE"}))  # refused: nothing of it may stay
            case 5:
                await call("GET", "/rest/api/3/search/jql", params={"jql": "project = PROJ ORDER BY created DESC"})
            case _:
                await call("POST", f"/rest/api/2/issue/{issue}/comment", json={"body": f"Said {draw.randrange(100)}."})
    return [answer.status_code for answer in answers]


async def alone(seed: int) -> tuple[list[int], str]:
    environment = tracker_and_wiki(seed=SEED)
    transport = httpx.ASGITransport(http.application(environment))
    async with httpx.AsyncClient(transport=transport, base_url="http://alone.test") as client:
        return await session(client.request, seed), environment.digest()


async def together(origin: str, count: int) -> dict[int, tuple[list[int], str]]:
    """Let clients work side by side, each call waiting for its turn at few connections."""
    limits = httpx.Limits(max_connections=16)
    async with httpx.AsyncClient(base_url=origin, limits=limits, timeout=300) as client:

        async def one(seed: int) -> list[int]:
            def ask(*request: Any, **options: Any) -> Awaitable[httpx.Response]:
                return client.request(*request, **options, auth=(f"user-{seed}@example.com", TOKEN))

            return await session(ask, seed)

        statuses = await asyncio.gather(*(one(seed) for seed in range(count)))
        control = {"authorization": "Bearer c"}
        found: dict[int, tuple[list[int], str]] = {}
        for seed, told in enumerate(statuses):
            answer = await client.get(
                "/_atlasgen/diff", params={"episode": f"user-{seed}@example.com"}, headers=control
            )
            found[seed] = told, answer.json()["digest"]
        return found


def compare(count: int) -> None:
    environment = tracker_and_wiki(seed=SEED)
    with serving(environment, control_token="c") as origin:
        found = asyncio.run(together(origin, count))
    digests = {digest for _, digest in found.values()}
    assert len(digests) > count * 0.8  # they did not all do the same
    assert any(400 in statuses for statuses, _ in found.values())
    for seed, told in found.items():
        assert told == asyncio.run(alone(seed)), seed


def test_episodes_at_once_end_as_if_each_had_been_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(episodes, "AWAKE", 4)  # most of them sleep between their calls
    compare(24)


@pytest.mark.slow
def test_a_thousand_episodes_at_once_end_as_if_each_had_been_alone() -> None:
    compare(1_000)
