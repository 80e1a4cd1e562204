"""`atlasgen serve` as people start it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-W", "error", "-c", "from atlasgen.cli import main; main()", "serve")


@contextmanager
def started(*arguments: str, within: float = 30) -> Iterator[subprocess.Popen[str]]:
    """Start the command; it is gone afterwards, whatever happens."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "generator")}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, *arguments], cwd=ROOT, env=environment, text=True, stdout=pipe, stderr=pipe
    ) as process:
        timer = threading.Timer(within, process.kill)
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.kill()


@pytest.mark.parametrize("apis", [("specs/jira.yaml", "specs/confluence.yaml"), ("jira", "confluence")], ids=" ".join)
def test_documents_and_built_environments_are_served_until_interrupted(apis: tuple[str, ...]) -> None:
    with started(*apis, "--port", "0", "--seed", "3", "--token", "sesame", "--control-token", "c") as process:
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        assert origin.startswith("http://127.0.0.1:")
        assert process.stdout.readline() == f"control  {origin}/_atlasgen/\n"
        with httpx.Client(base_url=origin, auth=("mia@example.com", "sesame")) as client:
            issue = client.get("/rest/api/3/issue/PROJ-1")
            assert issue.json()["self"].startswith(origin)
            assert client.head("/rest/api/3/issue/PROJ-1").headers == {**issue.headers, "date": issue.headers["date"]}
            assert client.get("/wiki/api/v2/pages/1").json()["errors"][0]["code"] == "NOT_FOUND"
            assert client.get("/rest/api/3/issue/PROJ-1", auth=("a", "b")).status_code == 401
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.communicate() == ("", "")


def test_tokens_that_nobody_chose_are_printed_and_asked_for() -> None:
    with started("specs/jira.yaml", "--port", "0") as process:
        assert process.stdout is not None
        origin, token, control = (process.stdout.readline().split() for _ in range(3))
        assert (token[0], control[0], control[2]) == ("token", "control", "token")
        assert len({token[1], control[3]}) == 2
        with httpx.Client(base_url=origin[0]) as client:
            assert client.get("/rest/api/3/myself").status_code == 401
            assert client.get("/rest/api/3/myself", auth=("mia", control[3])).status_code == 401
            assert client.get("/rest/api/3/myself", auth=("mia", token[1])).status_code == 200
            assert client.get(control[1], auth=("", token[1])).status_code == 401
            assert client.get(control[1], auth=("", control[3])).status_code == 200


def test_server_that_is_told_to_end_ends_well() -> None:
    with started("specs/jira.yaml", "--port", "0", "--token", "sesame", "--control-token", "c") as process:
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        host, port = origin.removeprefix("http://").split(":")
        # Nobody may keep the server from ending.
        begun = b"POST /rest/api/3/issue HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sesame\r\n"
        with (
            socket.create_connection((host, int(port))) as waiting,
            socket.create_connection((host, int(port))) as other,
        ):
            waiting.sendall(begun)
            other.sendall(begun + b"Content-Length: 9\r\n\r\n{")
            assert httpx.get(f"{origin}/rest/api/3/myself", auth=("mia", "sesame")).status_code == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
        assert process.communicate()[1] == ""


def test_episode_that_nobody_uses_is_forgotten() -> None:
    options = ("--port", "0", "--token", "sesame", "--control-token", "c", "--idle", "1")
    with started("specs/jira.yaml", *options) as process:
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        assert httpx.get(f"{origin}/rest/api/3/myself", auth=("mia", "sesame")).status_code == 200
        totals = [1]
        while totals[-1] and len(totals) < 100:
            time.sleep(0.1)
            totals.append(httpx.get(f"{origin}/_atlasgen/episodes", auth=("", "c")).json()["total"])
        assert totals[1] == 1
        assert totals[-1] == 0


def test_world_of_many_records_is_served() -> None:
    with started("jira", "--port", "0", "--token", "sesame", "--records", "1000") as process:
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        url = f"{origin}/rest/api/3/search/approximate-count"
        assert httpx.post(url, json={"jql": "project = PROJ"}, auth=("mia", "sesame")).json()["count"] > 100


def test_small_answers_do_not_wait_for_more() -> None:
    with started("specs/jira.yaml", "--port", "0", "--token", "sesame") as process:
        assert process.stdout is not None
        with httpx.Client(base_url=process.stdout.readline().strip(), auth=("mia", "sesame")) as client:
            begun = time.monotonic()
            for _ in range(50):
                client.get("/rest/api/3/issue/PROJ-1?fields=*none")
            assert time.monotonic() - begun < 1  # 2 s where the kernel collects small packets


def test_other_addresses_are_listened_at_when_asked() -> None:
    with started("specs/jira.yaml", "--port", "0", "--host", "::1", "--token", "sesame") as process:
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        assert origin.startswith("http://[::1]:")
        assert httpx.get(f"{origin}/rest/api/3/issue/PROJ-1", auth=("", "sesame")).json()["self"].startswith(origin)


def test_taken_port_is_told_with_a_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started("specs/jira.yaml", "--port", str(port)) as process:
            out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert f"error: 127.0.0.1:{port}: cannot be listened at: Address already in use\n" in err
    assert "--port" in err


def test_empty_token_lets_nobody_in_by_accident() -> None:
    with started("specs/jira.yaml", "--token", "") as process:
        assert process.communicate(timeout=20)[1].startswith("error: --token: is empty")
    assert process.returncode == 2
