"""Requests of any sort: an answer, in the service's shape, and nothing changed by one that is refused."""

from __future__ import annotations

import collections
import datetime
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen.jsonvalue import detach
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.sampling import chooser
from tests.property.sampling import likely, targets
from tests.property.test_documents import places

PETS = Path(__file__).parents[1] / "golden" / "pets.yaml"


class Sulky(Mapping[str, Any]):
    """A mapping that raises when it is looked into."""

    def __getitem__(self, key: str) -> Any:
        raise RuntimeError(key)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        return 1


def nested(levels: int, key: str | None) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value] if key is None else {key: value}
    return value


CIRCLE: dict[str, Any] = {}
CIRCLE["a"] = CIRCLE
LOOP: list[Any] = []
LOOP.append(LOOP)
VALUES: dict[str, Any] = {
    "not a number": float("nan"), "infinite": float("inf"), "beyond 64 bits": 2**64, "huge": 10**400, "whole": 1e300,
    "tiny": 5e-324, "a million characters": "x" * 1_000_000, "half a character": "\ud800", "null bytes": "\x00" * 9,
    "deep": nested(300, "a"), "deeper": nested(100_000, "a"), "deep lists": nested(100_000, None), "circle": CIRCLE,
    "loop": LOOP, "bytes": b"x", "tuple": (1, 2), "set": {1}, "generator": (n for n in "ab"), "iterator": iter(()),
    "keys that are no text": {1: 2, None: 3}, "half a key": {"\udc00": 1}, "date": datetime.date(2026, 1, 1),
    "object": object(), "class": int, "function": print, "proxy": types.MappingProxyType({"a": 1}),
    "counter": collections.Counter("ab"), "many items": ["x"] * 20_000, "many keys": {str(n): n for n in range(20_000)},
    "digits": "9" * 5000, "template": "{0.__class__}{{ 7*7 }}", "nothing": None, "truth": True, "empty": {}, "none": [],
    "complex": 1j, "dots": ...,
}  # fmt: skip


@pytest.fixture(scope="module")
def pets() -> Environment:
    return atlasgen.load(PETS)


def ask(environment: Environment, tool: Any, arguments: Any) -> int:
    """Call a tool; hold the answer against what every answer has to be."""
    before = environment.digest()
    reply = environment.call(tool, arguments)
    reply.json()
    assert reply.status < 500
    assert reply.ok or environment.digest() == before
    assert len(reply.content) < 100_000 or reply.ok
    assert isinstance(environment.calls[-1].arguments, dict)
    return reply.status


@pytest.mark.parametrize("name", VALUES)
def test_anything_as_a_tool_or_as_arguments_is_answered(pets: Environment, name: str) -> None:
    value = VALUES[name]
    assert ask(pets, value, {}) == 404
    assert ask(pets, "nothing", value) == 404
    assert ask(pets, "getPet", value) in (400, 404)
    assert ask(pets, "createPet", value) == 400
    assert ask(pets, "createPet", {"body": {"name": "Rex"}, name: value}) == 400


@pytest.mark.parametrize("name", VALUES)
def test_anything_anywhere_in_a_request_is_answered(pets: Environment, name: str) -> None:
    for target in targets(pets):
        good = likely(pets, target, chooser(5))
        for parameter in ("petId", "ownerId", "body"):
            ask(pets, target.tool, {**good, parameter: VALUES[name]})
        for index in range(len(places(good))):
            changed: Any = detach(good)
            holder, key = places(changed)[index]
            holder[key] = VALUES[name]
            ask(pets, target.tool, changed)
    pets.reset()


def test_arguments_that_raise_when_they_are_read_are_refused(pets: Environment) -> None:
    assert ask(pets, "createPet", Sulky()) == 400
    assert ask(pets, "nothing", Sulky()) == 404


def test_server_remembers_no_call_of_a_tool_that_there_is_not() -> None:
    forgetful = Environment(*atlasgen.load(PETS).emulators, keep_calls=False)
    forgetful.call("nothing", {})
    assert forgetful.calls == []
