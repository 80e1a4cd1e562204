"""What our trimmed documents say otherwise than the vendors' own, one sentence a difference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).parents[2]
VENDOR = ROOT.parent / "shared" / "specs"
SOURCES = {"jira": ("jira-v3.json",), "confluence": ("confluence-v2.json", "confluence-v1.json")}
METHODS = ("get", "put", "post", "delete", "patch")
DEPTH = 4  # members of members of members of a body

Shape = Mapping[str, str]
"""Dotted paths of members and their types; `[]` stands for the elements of a list, `*` for any further member."""


@dataclass(frozen=True, slots=True)
class Described:
    """An operation as a document describes it."""

    operation_id: str
    parameters: Mapping[str, tuple[bool, str]]
    body: Shape
    answers: Mapping[str, Shape]


class Document:
    """A document whose operations are asked for by method and path from the origin."""

    def __init__(self, content: Any) -> None:
        self.content = content
        servers = content.get("servers") or [{"url": ""}]
        base = urlsplit(servers[0]["url"]).path.rstrip("/") if "//" in servers[0]["url"] else ""
        self.operations = {
            (method, base + path): (operation, item.get("parameters", []))
            for path, item in content["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        }

    def described(self, key: tuple[str, str]) -> Described | None:
        """Return what is said of an operation; None where nothing is."""
        if key not in self.operations:
            return None
        operation, shared = self.operations[key]
        parameters = [self._target(item) for item in [*shared, *operation.get("parameters", [])]]
        body = self._target(operation.get("requestBody", {}))
        return Described(
            operation["operationId"],
            {
                f"{item['in']} {item['name']}": (bool(item.get("required")), self._type(item.get("schema", {})))
                for item in parameters
            },
            dict(self._members(_json(body), "", 0, written=True)),
            {
                code: dict(self._members(_json(self._target(answer)), "", 0, written=False))
                for code, answer in operation["responses"].items()
            },
        )

    def _target(self, node: Any) -> Any:
        while "$ref" in node:
            target = self.content
            for token in node["$ref"].removeprefix("#/").split("/"):
                target = target[token.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def _parts(self, schema: Any) -> Iterator[Any]:
        """Yield a schema and what it is put together from."""
        schema = self._target(schema)
        yield schema
        for key in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(key, []):
                yield from self._parts(part)

    def _type(self, schema: Any) -> str:
        types = [part["type"] for part in self._parts(schema) if isinstance(part.get("type"), str)]
        return "|".join(sorted(set(types))) or "any"

    def _members(self, schema: Any, path: str, depth: int, *, written: bool) -> Iterator[tuple[str, str]]:
        for part in self._parts(schema) if depth < DEPTH else ():
            for name, member in part.get("properties", {}).items():
                if written and any(piece.get("readOnly") for piece in self._parts(member)):
                    continue
                here = f"{path}.{name}" if path else name
                yield here, self._type(member)
                yield from self._members(member, here, depth + 1, written=written)
            if isinstance(part.get("items"), dict):
                yield from self._members(part["items"], f"{path}[]", depth, written=written)
            if part.get("type") == "object" and part.get("additionalProperties") is not False:
                yield f"{path}.*" if path else "*", "any"


def _json(node: Any) -> Any:
    content = node.get("content", {})
    return next((item.get("schema", {}) for name, item in content.items() if "json" in name), {})


@cache
def vendor(name: str) -> tuple[Document, ...]:
    """Return the vendor's documents of an API."""
    return tuple(Document(json.loads((VENDOR / file).read_text(encoding="utf-8"))) for file in SOURCES[name])


@cache
def ours(name: str) -> Document:
    """Return our document of an API."""
    return Document(yaml.safe_load((ROOT / "specs" / f"{name}.yaml").read_text(encoding="utf-8")))


def differences(name: str) -> Iterator[str]:
    """Yield what our document of an API says otherwise than the vendor's, operation by operation."""
    for key in ours(name).operations:
        here = ours(name).described(key)
        assert here is not None
        there = next((found for document in vendor(name) if (found := document.described(key)) is not None), None)
        id = here.operation_id
        if there is None:
            yield f"{id}: {key[0]} {key[1]} is not there"
            continue
        if id != there.operation_id:
            yield f"{id}: called {there.operation_id}"
        yield from (f"{id}: {told}" for told in _parameters(here, there))
        yield from (f"{id}: body {told}" for told in _shapes(here.body, there.body, whole=True))
        yield from (f"{id}: code {code} left out" for code in there.answers if code not in here.answers)
        for code, shape in here.answers.items():
            if code not in there.answers:
                yield f"{id}: code {code} added"
            elif code.startswith("2"):
                yield from (f"{id}: answer {told}" for told in _shapes(shape, there.answers[code], whole=False))


def _parameters(here: Described, there: Described) -> Iterator[str]:
    for name, (required, kind) in here.parameters.items():
        if name not in there.parameters:
            yield f"{name} added"
            continue
        if required is not there.parameters[name][0]:
            yield f"{name} is {'required' if required else 'optional'}"
        if kind != there.parameters[name][1]:
            yield f"{name} is {kind}, not {there.parameters[name][1]}"
    yield from (f"{name} left out" for name in there.parameters if name not in here.parameters)


def _shapes(here: Shape, there: Shape, *, whole: bool) -> Iterator[str]:
    """Yield what differs; of an answer (not `whole`) members may be missing: what we leave out there says nothing."""
    for path, kind in here.items():
        if path.endswith("*"):
            continue
        if path not in there:
            above = [path[:index] for index, char in enumerate(path) if char == "."]
            if "*" not in there and not any(f"{part}.*" in there for part in above):
                yield f"{path} added"
        elif kind != there[path] and there[path] != "any":
            yield f"{path} is {kind}, not {there[path]}"
    left_out = [path for path in there if path not in here and not path.endswith("*")] if whole else []
    for path in left_out:
        if not any(path.startswith((f"{other}.", f"{other}[]")) for other in left_out if other != path):
            yield f"{path} left out"
