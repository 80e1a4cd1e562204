"""Thousands of hostile requests at a started server: no 5xx, no hang, bounded memory, other episodes untouched."""

from __future__ import annotations

import json
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import pytest

from tests.functional.test_serve_command import started
from tests.hostile.test_sockets import BODIES, HEADERS, METHODS
from tests.serve.sending import serving, tracker_and_wiki

TASK: Final = {"fields": {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "Ship it"}}
PAGE: Final = {"spaceId": "1", "title": "Plan", "body": {"representation": "storage", "value": "<p>x</p>"}}
PLACES: Final = (
    ("POST", "/rest/api/3/issue", TASK),
    ("PUT", "/rest/api/3/issue/PROJ-1", {"fields": {"summary": "x"}, "update": {"labels": [{"add": "x"}]}}),
    ("POST", "/rest/api/3/issue/PROJ-1/comment", {"body": {"type": "doc", "version": 1, "content": []}}),
    ("POST", "/rest/api/2/issue/PROJ-1/comment", {"body": "text"}),
    ("POST", "/rest/api/3/issue/PROJ-1/transitions", {"transition": {"id": "11"}}),
    ("POST", "/rest/api/3/search/jql", {"jql": "project = PROJ ORDER BY key"}),
    ("POST", "/wiki/api/v2/pages", PAGE),
    ("POST", "/wiki/rest/api/content/1/label", [{"prefix": "global", "name": "x"}]),
    ("POST", "/_atlasgen/import", {"format": 1}),
)  # fmt: skip
PATHS: Final = (
    b"//", b"/..", b"/%2e%2e/%2e%2e/etc/passwd", b"/rest/api/3/../../_atlasgen/export", b"/_atlasgen/",
    b"/_atlasgen//diff", b"/_atlasgen/%0A", b"/openapi/../x", b"/a" * 20_000, b"/openapi/jira.json%00",
    b"/rest/api/3/issue/%00", b"/rest/api/3/issue/%0A",
    b"/rest/api/3/issue/" + b"a" * 30_000, b"/" * 9_000, b"/rest/api/3/issue/x" * 1500, b"*",
    b"/rest/api/3/issue/%ff%fe",
    b"/rest/api/3/issue/PROJ-1?fields=" + b"a," * 9_000, b"/rest/api/3/search/jql?jql=" + b"(" * 9_000,
    b"/rest/api/3/search/jql?jql=" + b"a%20OR%20" * 1500 + b"b", b"/wiki/api/v2/pages?limit=" + b"9" * 4000,
    b"/wiki/api/v2/pages?cursor=%00", b"/wiki/rest/api/search?cql=" + b"not%20" * 2000, b"http://evil.test/rest/api/3/myself",
    b"/rest/api/3/user/search?query=" + b"%" * 3000, b"/rest/api/3/project/search?startAt=-1&maxResults=1e999",
)  # fmt: skip
ADMITTED: Final = b"Host: x\r\nAuthorization: Bearer sesame\r\n"
JSON: Final = b"Content-Type: application/json\r\n"
LEAST: Final = 40 * 2**20  # bytes that a process may grow by whatever it is sent


def raw(method: bytes, target: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return method + b" " + target + b" HTTP/1.1\r\n" + ADMITTED + headers + length + b"\r\n" + body


def flipped(draw: random.Random, data: bytes) -> bytes:
    """Return bytes of which a few have changed, gone or come."""
    changed = bytearray(data)
    for _ in range(draw.randrange(1, 6)):
        where = draw.randrange(len(changed))
        if draw.random() < 0.3:
            del changed[where]
        elif draw.random() < 0.5:
            changed.insert(where, draw.randrange(256))
        else:
            changed[where] = draw.randrange(256)
    return bytes(changed)


def nested(draw: random.Random, around: Any) -> bytes:
    """Return a body that is far too deep, or far too wide."""
    depth = draw.choice((90, 110, 300, 1_100, 50_000))
    opening, closing = draw.choice(((b"[", b"]"), (b'{"a":', b"}")))
    inner = opening * depth + b"1" + closing * depth
    wide = b"[" + b",".join([b"{}"] * draw.choice((10, 50_000))) + b"]"
    text: bytes = json.dumps(around).encode()
    return text.replace(b'"x"', draw.choice((inner, wide)), 1) if b'"x"' in text else draw.choice((inner, wide))


def malformed(draw: random.Random) -> bytes:
    method, path, body = draw.choice(PLACES)
    return raw(method.encode(), path.encode(), JSON, flipped(draw, json.dumps(body).encode()))


def misdeclared(draw: random.Random) -> bytes:
    method, path, body = draw.choice(PLACES)
    return raw(method.encode(), path.encode(), draw.choice(HEADERS), json.dumps(body).encode())


def odd(draw: random.Random) -> bytes:
    method, path, _ = draw.choice(PLACES)
    return raw(method.encode(), path.encode(), JSON, draw.choice(BODIES))


def deep(draw: random.Random) -> bytes:
    method, path, body = draw.choice(PLACES)
    return raw(method.encode(), path.encode(), JSON, nested(draw, body))


def huge(draw: random.Random) -> bytes:
    method, path, _ = draw.choice(PLACES[:-1])
    if draw.random() < 0.9:  # it only says so
        return (
            raw(method.encode(), path.encode(), JSON + b"Content-Length: %d\r\n" % 10 ** draw.randrange(8, 30)) + b"{"
        )
    return raw(method.encode(), path.encode(), JSON, b'{"fields": "' + b"x" * draw.choice((2**20, 11 * 2**20)) + b'"}')


def flood(draw: random.Random) -> bytes:
    names = draw.choice((101, 500, 3_000))
    fields = b"".join(b"X-%d: %s\r\n" % (n, b"y" * draw.choice((0, 10, 100))) for n in range(names))
    return raw(b"GET", b"/rest/api/3/myself", draw.choice((fields, b"Cookie: " + b"a=b; " * 20_000 + b"\r\n")))


def trick(draw: random.Random) -> bytes:
    return raw(b"GET", draw.choice(PATHS))


def unknown(draw: random.Random) -> bytes:
    return raw(draw.choice(METHODS), draw.choice(PLACES)[1].encode(), JSON, b"{}")


def no_http(draw: random.Random) -> bytes:
    if draw.random() < 0.3:
        return draw.randbytes(draw.randrange(1, 3_000))
    method, path, body = draw.choice(PLACES)
    return flipped(draw, raw(method.encode(), path.encode(), JSON)) + json.dumps(body).encode()


def chunked(draw: random.Random) -> bytes:
    size = draw.choice((b"zz", b"-1", b"ffffffffffffffffffff", b"3;" + b"x" * 5_000, b"2"))
    return raw(b"POST", b"/rest/api/3/issue", JSON + b"Transfer-Encoding: chunked\r\n") + size + b"\r\n{}\r\n0\r\n\r\n"


def pipelined(draw: random.Random) -> bytes:
    return raw(b"GET", b"/rest/api/3/myself") * 3 + draw.choice((malformed, no_http, chunked))(draw)


SORTS: Final[tuple[Callable[[random.Random], bytes], ...]] = (
    malformed, misdeclared, odd, deep, huge, flood, trick, unknown, no_http, chunked, pipelined,
)  # fmt: skip


def answered(address: tuple[str, int], data: bytes) -> list[int]:
    """Send bytes, and no more; return the statuses of the answers until the server closes the connection."""
    with socket.create_connection(address, timeout=20) as connection:
        content = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65_536):
                content += piece
        except TimeoutError:
            raise  # it hangs
        except OSError:
            pass  # the server has closed the connection
    return [int(part[1:4]) for part in content.split(b"HTTP/1.1")[1:] if part[1:4].isdigit()]


def memory(process: int) -> int:
    text = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("VmRSS"))


@contextmanager
def bystander(origin: str) -> Iterator[Callable[[], None]]:
    """Yield what goes on with an episode that minds its own business, and is answered as ever."""
    with (
        httpx.Client(base_url=origin, auth=("mia@example.com", "sesame"), timeout=20) as mine,
        httpx.Client() as control,
    ):
        key = mine.post("/rest/api/3/issue", json=TASK).json()["key"]
        shown = mine.get(f"/rest/api/3/issue/{key}").json()

        def digest() -> str:
            url = f"{origin}/_atlasgen/diff?episode=mia@example.com"
            return str(control.get(url, headers={"authorization": "Bearer c"}).json()["digest"])

        before = digest()

        def go_on() -> None:
            assert mine.get(f"/rest/api/3/issue/{key}").json() == shown
            assert digest() == before

        yield go_on
        go_on()


def survive(count: int, seed: int) -> Counter[int]:
    """Send hostile requests and return how often each status came back; 0 stands for a closed connection."""
    draw = random.Random(seed)
    statuses = Counter[int]()
    arguments = ("jira", "confluence", "--port", "0", "--token", "sesame", "--control-token", "c")
    with started(*arguments, within=1_800) as process, ExitStack() as waiting:
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        split = urlsplit(origin)
        address = (str(split.hostname), int(split.port or 0))
        with bystander(origin) as go_on:
            for number in range(count):
                if number == count // 5:
                    before = memory(process.pid)  # by now everything is loaded
                if number % 50 == 0:
                    go_on()
                    slow = waiting.enter_context(socket.create_connection(address, timeout=20))
                    begun = raw(b"POST", b"/rest/api/3/issue", JSON + b"Content-Length: 100\r\n")
                    slow.sendall(begun[: draw.choice((20, len(begun)))])
                data = draw.choice(SORTS)(draw)
                found = answered(address, data) or [0]
                assert all(status < 500 for status in found), (found, data[:300])
                statuses.update(found)
            assert memory(process.pid) - before < LEAST
        assert process.poll() is None
        process.terminate()
        assert process.wait(15) == 0
        assert process.communicate()[1] == ""
    return statuses


def test_server_survives_hostile_requests() -> None:
    statuses = survive(300, seed=7)
    assert {400, 401, 404, 405, 413, 415, 431} <= statuses.keys()
    assert sum(count for status, count in statuses.items() if 400 <= status < 500) > 200


@pytest.mark.slow
def test_server_survives_ten_thousand_hostile_requests() -> None:
    assert sum(survive(10_000, seed=1).values()) >= 10_000


class TestPatience:
    """Requests that never end are ended: the connection is closed, and everybody else is served meanwhile."""

    @pytest.mark.parametrize(
        "beginning",
        [
            b"",
            b"POST /rest/api/3/issue HTTP/1.1\r\nHost: x\r\n",
            raw(b"POST", b"/rest/api/3/issue", JSON + b"Content-Length: 100\r\n") + b"{",
            raw(b"POST", b"/rest/api/3/issue", JSON + b"Transfer-Encoding: chunked\r\n") + b"1\r\n{\r\n",
            raw(b"GET", b"/rest/api/3/myself") + raw(b"POST", b"/rest/api/3/issue", JSON + b"Content-Length: 9\r\n"),
        ],
        ids=["nothing", "half a header", "half a body", "half of the chunks", "half of the second"],
    )
    def test_request_that_does_not_arrive_is_given_up(self, beginning: bytes) -> None:
        environment = tracker_and_wiki(seed=3)
        before = environment.digest()
        with serving(environment, patience=0.3) as origin:
            split = urlsplit(origin)
            with socket.create_connection((str(split.hostname), int(split.port or 0)), timeout=10) as connection:
                connection.sendall(beginning)
                content, begun = b"", time.monotonic()
                assert httpx.get(f"{origin}/rest/api/3/myself", auth=("", "sesame")).status_code == 200
                while piece := connection.recv(65_536):
                    content += piece
                assert time.monotonic() - begun < 8
        assert b"HTTP/1.1 408" in content
        assert environment.digest() == before

    def test_dripping_request_is_not_waited_for_longer_than_one_that_stops(self) -> None:
        with serving(tracker_and_wiki(seed=3), patience=0.5) as origin:
            split = urlsplit(origin)
            with socket.create_connection((str(split.hostname), int(split.port or 0)), timeout=10) as connection:
                connection.sendall(raw(b"POST", b"/rest/api/3/issue", JSON + b"Content-Length: 10000\r\n"))
                begun = time.monotonic()
                with pytest.raises(ConnectionError):  # noqa: PT012 - one of several sends fails
                    while time.monotonic() - begun < 8:
                        connection.sendall(b" ")
                        time.sleep(0.05)
