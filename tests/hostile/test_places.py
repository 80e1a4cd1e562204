"""Hostile texts, names and values at every place of a small document: whatever is done with documents, nothing breaks.

A case is refused as an `AtlasgenError`, or its package is Python that means what it did, its environment answers, and
nothing that the document says was executed.
"""

from __future__ import annotations

import ast
import json
import keyword
from pathlib import Path
from typing import Any

import pytest

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import detach, encode
from atlasgen.plan import coverage
from atlasgen.plan.model import Plan
from atlasgen.plan.read import plan_of
from atlasgen.render.operations import render_operations
from atlasgen.render.package import generated, seeds
from atlasgen.render.rewards import render_rewards
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.serve import http
from atlasgen.spec import load, trim, write
from atlasgen.spec.normalise import METHODS
from tests.property.test_documents import places

SHELF = Path(__file__).parent / "shelf.yaml"
DOCUMENT: Any = load.read_openapi(SHELF)
SIZE = len(places(DOCUMENT))

VALUES: tuple[Any, ...] = (
    None, 0, "", [], {}, True, [None], [[]], {"x": {}}, {"$ref": 5}, {"$ref": "#"}, {"$ref": "#/components/schemas/²"},
    {"$ref": "http://example.com/a"}, {"a": {"b": {"c": [{"d": None}]}}}, 1e300, -1, 2**64 - 1,
)  # fmt: skip
TEXTS = (
    '"""\nimport os\n"""', "'''", "\\", "\\N{x}\\u12", "{{ 7*7 }}{% raw %}", "#}{#", "\x00\x1b[31m", "\u202eabc\u2066",
    "a\r\n\u2028\x0b\x0cimport os", "class", "__class__", "self", "body", "Operations", "Any", "1a", "a-b", "{x}", "{}",
    "ﬁ µ 😀\U0010ffff", "%s{0.__class__}", "a/b~c%2f", "$ref", "x" * 100_000,
)  # fmt: skip


def use(path: Path, *, models: bool = False) -> Plan | None:
    """Do with a document whatever is done with documents; return its plan, or nothing where it is refused."""
    problems: tuple[Problem, ...] = ()
    try:
        plan = plan_of(path)
        environment = Environment(Emulator(plan))
    except AtlasgenError as error:
        problems = error.problems
    if problems:
        assert all(problem.where.startswith(str(path)) and problem.what for problem in problems)
        return None
    check_sources(plan, models=models)
    encode(coverage.coverage(plan, set()).to_json())
    assert [*coverage.lines(coverage.coverage(plan, set()), width=80, facts=True)]
    encode([tool.openai() for tool in environment.tools])
    http.application(environment)
    sampler = Sampler(plan.schemas, chooser(1))
    for operation in plan.operations:
        for arguments in (sampler.value(operation.arguments()), {}, {"body": {"title": None}}):
            status = environment.call(operation.tool, arguments).status
            assert status == 501 or status < 500
    environment.digest()
    return plan


def check_sources(plan: Plan, *, models: bool) -> None:
    """Read the generated Python: it parses, and holds nothing but what the templates have."""
    files = generated(plan) if models else {}
    sources = [render_operations(plan), render_rewards(plan), *(text.decode() for text in seeds(plan).values())]
    sources += [text.decode() for name, text in files.items() if name.endswith(".py")]
    for source in sources:
        tree = ast.parse(source)
        imported = {
            name.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for name in node.names
        }
        assert "os" not in imported
    for operation in plan.operations:
        names = [operation.function, *(item.argument for item in operation.parameters)]
        assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names)
        assert len(set(names[1:])) == len(names[1:])


def trimmed(path: Path) -> None:
    """Trim all operations of a document into a text, which says the same."""
    try:
        document: Any = load.read_openapi(path)
        items = document["paths"].items() if isinstance(document.get("paths"), dict) else ()
        methods = [
            (key, method) for key, item in items for method in METHODS if isinstance(item, dict) and method in item
        ]
        names = [f"{method.upper()} {key}" for key, method in methods]
        found = trim.trim(document, names, where="x")
    except AtlasgenError:
        return
    again = path.with_suffix(".yaml")
    again.write_text(write.text(found))
    assert load.read(again) == found


def with_change(index: int, value: Any) -> Any:
    changed: Any = detach(DOCUMENT)
    holder, key = places(changed)[index]
    holder[key] = value
    return changed


def renamed(index: int, name: str) -> Any | None:
    """Return the document with a key renamed; nothing where the place is no key."""
    changed: Any = detach(DOCUMENT)
    holder, key = places(changed)[index]
    if not isinstance(holder, dict):
        return None
    members = [(name if other == key else other, value) for other, value in holder.items()]
    holder.clear()
    holder.update(members)
    return changed


@pytest.mark.parametrize("turn", range(4))
def test_place_with_a_value_of_another_sort_is_read_or_refused(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "api.json"
    read = 0
    for index in range(turn, SIZE, 4):  # every place meets one value, every value many places
        path.write_bytes(encode(with_change(index, VALUES[index % len(VALUES)])))
        read += use(path) is not None
        trimmed(path)
    assert 0 < read < SIZE // 4


@pytest.mark.parametrize("turn", range(4))
def test_place_with_a_hostile_text_or_name_is_read_or_refused(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "api.json"
    read = 0
    for index in range(turn, SIZE, 4):
        for changed in (
            with_change(index, TEXTS[index % len(TEXTS)]),
            renamed(index, TEXTS[(index + index // len(TEXTS)) % len(TEXTS)]),
        ):
            path.write_text(json.dumps(changed))
            read += changed is not None and use(path) is not None
    assert 0 < read < SIZE // 2


@pytest.mark.slow
@pytest.mark.parametrize("text", range(len(TEXTS)))
def test_every_place_with_every_text_has_models_that_are_python(tmp_path: Path, text: int) -> None:
    path = tmp_path / "api.json"
    read = 0
    for index in range(SIZE):
        for changed in (with_change(index, TEXTS[text]), renamed(index, TEXTS[text])):
            path.write_text(json.dumps(changed))
            read += changed is not None and use(path, models=True) is not None
    assert read > 0


@pytest.mark.slow
@pytest.mark.parametrize("value", range(len(VALUES)))
def test_every_place_with_every_value_has_models_that_are_python(tmp_path: Path, value: int) -> None:
    path = tmp_path / "api.json"
    read = 0
    for index in range(SIZE):
        path.write_bytes(encode(with_change(index, VALUES[value])))
        read += use(path, models=True) is not None
    assert read > 0


def test_path_may_name_what_no_parameter_is(tmp_path: Path) -> None:
    for server, item in (
        ("https://x/{version}/a", "/books"),
        ("/{}", "/b/{a}/{a}"),
        ("/", "/{}/c/{bookId"),
        ("{{", "/d"),
    ):
        changed: Any = detach(DOCUMENT)
        changed["servers"] = [{"url": server}]
        changed["paths"] = {item: {"get": {"operationId": "one", "responses": {"299": {"description": ""}, "2²": {}}}}}
        path = tmp_path / "api.json"
        path.write_text(json.dumps(changed))
        assert use(path) is not None


@pytest.mark.parametrize("step", range(3))
def test_truncated_file_is_refused(tmp_path: Path, step: int) -> None:
    texts = {"api.yaml": SHELF.read_text(), "api.json": json.dumps(DOCUMENT)}
    for name, text in texts.items():
        path = tmp_path / name
        for end in range(step * 37, len(text) - 1, 111):
            path.write_text(text[:end])
            use(path)
    assert use(tmp_path / "api.json") is None  # half a JSON text is none


def test_path_that_is_a_book_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    path.write_text(json.dumps({**DOCUMENT, "paths": {"/" + "{a}/" * 100_000: {"get": {"responses": {}}}}}))
    assert use(path) is None
