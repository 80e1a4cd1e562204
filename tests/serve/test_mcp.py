"""The tools over the Model Context Protocol, asked by its official client over both transports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
import jsonschema_rs
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.jsonvalue import encode
from atlasgen.runtime.environment import Environment
from atlasgen.serve import mcp
from atlasgen.serve.calllog import CallLog
from atlasgen.serve.episodes import Episodes
from rewards import jira_subtask
from tests.serve.sending import tracker_and_wiki

ROOT = Path(__file__).parents[2]
COMMAND = ("-W", "error", "-c", "from atlasgen.cli import main; main()", "mcp")
SURROUNDINGS = os.environ | {"PYTHONPATH": str(ROOT / "generator")}
FIELDS = {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "Ship it"}
MODES = ("legacy", "auto")


@asynccontextmanager
async def over_stdio(*arguments: str, mode: str) -> AsyncIterator[Client]:
    server = StdioServerParameters(
        command=sys.executable, args=[*COMMAND, *arguments], env=dict(SURROUNDINGS), cwd=str(ROOT)
    )
    with anyio.fail_after(60):
        async with Client(stdio_client(server), mode=mode) as client:
            yield client


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """Start the command over HTTP and return its address; it is gone afterwards."""
    command = [sys.executable, *COMMAND, *arguments, "--http", "--port", "0", "--token", "t", "--control-token", "c"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=SURROUNDINGS, text=True, stdout=pipe, stderr=pipe) as process:
        timer = threading.Timer(60, process.kill)
        timer.start()
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
            process.terminate()
            assert process.wait(15) == 0
        finally:
            timer.cancel()
            process.kill()


@asynccontextmanager
async def over_http(url: str, mode: str, *, name: str = "mia", **headers: str) -> AsyncIterator[Client]:
    with anyio.fail_after(60):
        async with (
            httpx2.AsyncClient(auth=(name, "t"), headers=headers) as asking,
            Client(streamable_http_client(url, http_client=asking), mode=mode) as client,
        ):
            yield client


async def walk(client: Client) -> None:
    """Use both products as an agent would, and find every answer to meet the schema of its tool."""
    schemas = {tool.name: tool.output_schema or {} for tool in (await client.list_tools()).tools}

    async def call(tool: str, status: int, **arguments: Any) -> Any:
        result = await client.call_tool(tool, arguments)
        found = result.structured_content
        assert found["status"] == status, found
        assert result.is_error is (status >= 400)
        assert jsonschema_rs.Draft202012Validator(schemas[tool]).is_valid(found)
        assert result.content[0].text == encode(found).decode()  # type: ignore[union-attr]  # it is text
        return found.get("body")

    issue = await call("createIssue", 201, body={"fields": FIELDS})
    shown = await call("getIssue", 200, issueIdOrKey=issue["key"], fields=["summary"])
    assert shown["fields"] == {"summary": "Ship it"}
    arrows = await call("getTransitions", 200, issueIdOrKey=issue["key"])
    await call(
        "doTransition", 204, issueIdOrKey=issue["key"], body={"transition": {"id": arrows["transitions"][0]["id"]}}
    )
    wrong = await call("createIssue", 400, body={"fields": {"summary": "x"}})
    assert set(wrong["errors"]) == {"project", "issuetype"}
    assert (await call("getIssue", 404, issueIdOrKey="NO-1"))["errorMessages"]
    space = (await call("getSpaces", 200))["results"][0]["id"]
    page = await call("createPage", 200, body={"spaceId": space, "title": "Plan"})
    await call("addLabelsToContent", 200, id=page["id"], body=[{"prefix": "global", "name": "plan"}])
    labels = await call("getPageLabels", 200, id=int(page["id"]))
    assert [label["name"] for label in labels["results"]] == ["plan"]
    await call("deletePage", 204, id=int(page["id"]))
    with pytest.raises(MCPError, match="There is no tool 'dropDatabase'"):
        await client.call_tool("dropDatabase", {})


@pytest.mark.parametrize("mode", MODES)
def test_client_works_on_standard_input_and_output(mode: str) -> None:
    async def main() -> None:
        async with over_stdio("jira", "confluence", mode=mode) as client:
            await walk(client)

    anyio.run(main)


def test_client_works_over_http_in_episodes_of_its_own() -> None:
    async def main(url: str) -> None:
        for mode in MODES:
            async with over_http(url, mode, name=mode) as client:
                await walk(client)
        keys = []
        for headers in ({}, {}, {"x-atlasgen-episode": "other"}):
            async with over_http(url, "auto", name="eve", **headers) as client:
                result = await client.call_tool("createIssue", {"body": {"fields": FIELDS}})
                keys.append(result.structured_content["body"]["key"])
        assert keys[0] == keys[2] != keys[1]
        async with httpx2.AsyncClient(auth=("", "c")) as control:
            origin = url.removesuffix("/mcp")
            listed = (await control.get(f"{origin}/_atlasgen/episodes")).json()["episodes"]
            assert {item["episode"] for item in listed} == {*MODES, "eve", "other"}
            calls = (await control.get(f"{origin}/_atlasgen/calls?episode=other")).json()["calls"]
            assert [(item["tool"], item["status"]) for item in calls] == [("createIssue", 201)]

    with served("jira", "confluence", "--seed", "3") as url:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/mcp", url)
        anyio.run(main, url)


def test_nobody_is_let_in_over_http_without_the_token() -> None:
    async def main(url: str) -> None:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        async with httpx2.AsyncClient() as client:
            for headers in ({}, {"authorization": "Bearer x"}, {"authorization": "Bearer c"}):
                refused = await client.post(url, json=body, headers=headers)
                assert refused.status_code == 401
                assert refused.headers["www-authenticate"].startswith("Basic")
            rebound = await client.post(url, json=body, auth=("mia", "t"), headers={"host": "evil.test"})
            assert rebound.status_code == 421

    with served("jira") as url:
        anyio.run(main, url)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("--tool", "getIssue", "--tool", "createIssue"), {"createIssue", "getIssue"}),
        (("--scenario", "jira_subtask"), None),
    ],
    ids=["by name", "by scenario"],
)
def test_tools_are_chosen_by_name_or_scenario(arguments: tuple[str, ...], names: set[str] | None) -> None:
    wanted = names or set(jira_subtask.scenario().tools)

    async def main() -> None:
        async with over_stdio("jira", *arguments, mode="auto") as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == wanted
            with pytest.raises(MCPError):
                await client.call_tool("deleteIssue", {"issueIdOrKey": "PROJ-1"})

    anyio.run(main)


@pytest.fixture(scope="module")
def environment() -> Environment:
    return tracker_and_wiki(seed=3)


def test_tool_that_is_none_is_an_error_with_the_nearest_name(environment: Environment) -> None:
    with pytest.raises(AtlasgenError, match="did you mean getIssue"):
        mcp.chosen(environment, ["getIsue"])


def told(environment: Environment) -> dict[str, Any]:
    return {tool.name: mcp.described(tool, *environment.operations[tool.name]) for tool in environment.tools}


def test_schemas_are_those_of_the_tools_in_full(environment: Environment) -> None:
    offered = told(environment)
    for tool in environment.tools:
        assert offered[tool.name].input_schema == tool.parameters
        jsonschema_rs.meta.validate(offered[tool.name].input_schema)
        jsonschema_rs.meta.validate(offered[tool.name].output_schema)
    fields = offered["createIssue"].input_schema["properties"]["body"]["properties"]["fields"]
    assert {"summary", "parent", "labels"} <= fields["properties"].keys()


def test_annotations_say_what_calls_do(environment: Environment) -> None:
    offered = told(environment)

    def hints(name: str) -> tuple[bool, bool, bool]:
        found = offered[name].annotations
        return found.read_only_hint, found.destructive_hint, found.idempotent_hint

    assert hints("getIssue") == hints("searchAndReconsileIssuesUsingJqlPost") == (True, False, True)
    assert hints("createIssue") == hints("addComment") == (False, False, False)
    assert hints("addLabelsToContent") == (False, False, True)
    assert hints("deleteIssue") == hints("editIssue") == hints("updatePage") == (False, True, True)
    assert hints("doTransition") == (False, True, False)


def test_calls_that_are_told_to_read_change_nothing(environment: Environment) -> None:
    before = environment.digest()
    for name, tool in told(environment).items():
        if tool.annotations.read_only_hint:
            environment.call(name, {})
    assert environment.digest() == before


def test_our_own_failure_is_no_answer_of_a_tool(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RolloutError("operation", "it broke")

    monkeypatch.setattr(environment, "call", broken)
    tools = mcp.Tools(environment, environment.tools, Episodes(environment), CallLog())

    async def main() -> None:
        async with Client(tools.server("x")) as client:
            with pytest.raises(MCPError, match="The emulator broke over this call"):
                await client.call_tool("getIssue", {"issueIdOrKey": "PROJ-1"})

    anyio.run(main)
