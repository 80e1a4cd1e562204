"""Requests over a socket that no client would send: a 4xx, nothing changed, and the next request is answered."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import atlasgen
from atlasgen.runtime.environment import Environment
from tests.serve.sending import TOKEN, serving

PETS = Path(__file__).parents[1] / "golden" / "pets.yaml"
ADMITTED = f"Host: x\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
JSON = b"Content-Type: application/json\r\n"
TARGETS = (
    b"//", b"/..", b"/../../etc/passwd", b"/%2e%2e/", b"/pets/%2f", b"/pets/%00", b"/pets/%", b"/pets/%zz",
    b"/pets/%ff%fe", b"/pets/" + b"a" * 30_000, b"*", b"/pets/1/2/3/4/5", b"/" * 5000, b"/pets/x" * 2000, b"/pets;x=1",
    b"/pets/-1", b"/pets/NaN", b"/pets/" + b"9" * 5000, b"/pets?" + b"ownerId=x&" * 3000, b"/pets?ownerId=1e999",
)  # fmt: skip
METHODS = (b"TRACE", b"FOO", b"get", b"PATCH", b"DELETE", b"PROPFIND", b"A" * 5000)
BODIES = (
    b"{", b"null", b"[]", b'"x"', b"1", b"{}", b"\xff\xfe", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"a":' * 100_000,
    b"NaN", b'{"name": 1e999}', b'{"name": "\\ud800"}', b'{"name":"\x00"}', b"{}{}", b" ", b"\x00" * 100, b"9" * 5000,
    b'{"__class__": 1, "self": 2}', b'{"name": {"name": {"name": []}}}',
)  # fmt: skip
HEADERS = (
    b"Content-Type: text/plain\r\n", b"Content-Type: \r\n", b"Content-Type: \xff\xfe\r\n", b"Bad Header\r\n",
    b": x\r\n",
    b"Content-Type: text/plain\r\n" + JSON, b"".join(b"X-%d: y\r\n" % n for n in range(500)) + b"Content-Type: a/b\r\n",
    b"Content-Length: -1\r\n", b"Content-Length: 1\r\n" + JSON,
    b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
)  # fmt: skip


@pytest.fixture(scope="module")
def pets() -> Environment:
    return atlasgen.load(PETS)


@pytest.fixture(scope="module")
def address(pets: Environment) -> Iterator[tuple[str, int]]:
    with serving(pets) as url:
        found = urlsplit(url)
        yield str(found.hostname), int(found.port or 0)


def status_of(address: tuple[str, int], data: bytes) -> int:
    """Send bytes, and no more; return the status of the answer, 0 where the connection is closed without one."""
    with socket.create_connection(address, timeout=10) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65536)
        except ConnectionError:
            return 0
    return int(answer.split(b" ", 2)[1]) if answer else 0


def request(method: bytes, target: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return method + b" " + target + b" HTTP/1.1\r\n" + ADMITTED + headers + length + b"\r\n" + body


CASES = {
    **{f"target {target[:20]!r}": request(b"GET", target) for target in TARGETS},
    **{f"method {method[:20]!r}": request(method, b"/pets") for method in METHODS},
    **{f"body {body[:20]!r}": request(b"POST", b"/pets", JSON, body) for body in BODIES},
    **{f"header {item[:20]!r}{len(item)}": request(b"POST", b"/pets", item, b'{"name":"a"}') for item in HEADERS},
    "no token": b"GET /pets HTTP/1.1\r\nHost: x\r\n\r\n",
    "broken token": b"GET /pets HTTP/1.1\r\nHost: x\r\nAuthorization: Basic \xff=\r\n\r\n",
    "no host": b"GET /pets HTTP/1.1\r\n\r\n",
    "no protocol": b"GET /pets\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02" * 50,
    "half a body": request(b"POST", b"/pets", JSON + b"Content-Length: 100\r\n") + b"{",
    "bad chunk": request(b"POST", b"/pets", JSON + b"Transfer-Encoding: chunked\r\n") + b"zz\r\n{}\r\n0\r\n\r\n",
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_request_that_no_client_would_send_is_refused_and_changes_nothing(
    pets: Environment, address: tuple[str, int], name: str
) -> None:
    before, read = pets.digest(), name.startswith("target")
    status = status_of(address, CASES[name])
    assert status == 0 or 400 <= status < 500 or (read and status == 200)
    assert pets.digest() == before
    assert status_of(address, request(b"GET", b"/pets")) == 200


def test_clients_that_do_not_finish_keep_nobody_waiting(address: tuple[str, int]) -> None:
    waiting = [socket.create_connection(address, timeout=10) for _ in range(50)]
    try:
        for connection in waiting:
            connection.sendall(request(b"POST", b"/pets", JSON + b"Content-Length: 100\r\n") + b"{")
        assert status_of(address, request(b"GET", b"/pets")) == 200
    finally:
        for connection in waiting:
            connection.close()
