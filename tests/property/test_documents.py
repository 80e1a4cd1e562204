"""Documents with anything anywhere: an environment comes out, or an `AtlasgenError` that says what is wrong."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

import atlasgen
from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import detach, encode
from atlasgen.plan.compose import plan
from atlasgen.plan.model import Plan
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.spec.load import read, read_openapi
from atlasgen.spec.normalise import normalise
from atlasgen.spec.overlay import apply

ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    "jira": (ROOT / "specs" / "jira.yaml", ROOT / "specs" / "overlays" / "jira.yaml"),
    "confluence": (ROOT / "specs" / "confluence.yaml", ROOT / "specs" / "overlays" / "confluence.yaml"),
    "pets": (ROOT / "tests" / "golden" / "pets.yaml", None),
}
ANYTHING: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, "", "x", "{a}", "a.b", [], {}, [[]], {"$ref": "#/x"}, {"x": {}}, [None], ["x"], [{}],
    "#/components/schemas/nothing", {"type": "object"}, {"$ref": "#/components/schemas/Pet"}, {"type": "array"},
    {"allOf": [{}]}, {"any": "pet"}, {"properties": {"id": {"type": "integer"}}}, "x" * 5000,
    {"moment": {"after": ["id"]}}, {"several": {"one": [{}]}},
)  # fmt: skip
WORDS = (
    "archetype", "resource", "workflow", "query", "rule", "id", "link", "ref", "derive", "accept", "timestamp",
    "context", "error", "resources", "world", "offers", "take", "select", "filter", "by", "inverse", "copy", "default",
    "counter", "record", "constant", "also", "field", "format", "client", "state", "transitions", "from", "to", "scope",
    "if", "at", "is", "in", "same", "present", "require", "check", "unique", "message", "status", "wrap", "drop_empty",
    "populate", "records", "values", "each", "value", "key", "body", "located", "messages", "codes", "fields", "many",
    "all", "none", "except", "share", "any", "where", "some", "phrase", "one", "several", "between",
    "moment", "after", "before", "within", "as", "times", "join", "skew", "chance", "depth", "change", "span", "pet",
    "owner", "name",
)  # fmt: skip
LIMITS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@functools.cache
def document(name: str) -> Any:
    """Return a document with its overlay applied."""
    spec, overlay = DOCUMENTS[name]
    raw = read_openapi(spec)
    return apply(raw, read(overlay), where=str(overlay)) if overlay is not None else raw


def places(value: Any) -> list[tuple[Any, Any]]:
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in inner for place in ((value, key), *places(item))]


def change(value: Any, where: int, what: int) -> None:
    """Replace, remove or rename one node of a document."""
    found = places(value)
    if not found:
        return
    holder, key = found[where % len(found)]
    if what < len(ANYTHING):
        holder[key] = detach(ANYTHING[what])
    elif isinstance(holder, list) or what == len(ANYTHING):
        del holder[key]
    else:
        holder[f"{key}x"] = holder.pop(key)


def problems_of(changed: Any) -> tuple[Problem, ...]:
    """Do with a document whatever is done with documents, and return what is wrong with it."""
    before = repr(changed)
    try:
        made = plan(normalise(changed, where="spec.yaml"), name="api", where="spec.yaml")
        again = Plan.from_json(made.to_json())
        assert (again, again.digest) == (made, made.digest)
        environment = Environment(Emulator(made))
        encode([tool.openai() for tool in environment.tools])
        for tool in environment.tools:
            assert 200 <= environment.call(tool.name, {}).status < 600
        environment.digest()
    except AtlasgenError as error:
        event("refused")
        return error.problems
    event("read")
    assert repr(changed) == before
    return ()


NODES = st.integers(0, 5000)


@LIMITS
@given(
    st.sampled_from(list(DOCUMENTS)),
    st.lists(st.tuples(NODES, st.integers(0, len(ANYTHING) + 1)), min_size=1, max_size=3),
)
def test_changed_document_is_read_or_refused_in_words(name: str, changes: list[tuple[int, int]]) -> None:
    changed: Any = detach(document(name))
    for where, what in changes:
        change(changed, where, what)
    problems = problems_of(changed)
    assert all(problem.where and problem.what for problem in problems)
    assert len(set(problems)) == len(problems)


LEAVES: st.SearchStrategy[Any] = st.sampled_from(
    ["pet", "owner", "id", "name", "ownerId", "list", "action", "get", "text", "{base}/{id}", "all", 1, True, None, []]
)
HINTS = st.recursive(
    LEAVES,
    lambda inner: st.dictionaries(st.sampled_from(WORDS), inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=8,
)


@LIMITS
@given(st.lists(st.tuples(NODES, HINTS), min_size=1, max_size=3))
def test_hints_of_any_sort_are_read_or_refused_in_words(hints: list[tuple[int, Any]]) -> None:
    changed: Any = detach(document("pets"))
    holders = [changed, *(holder[key] for holder, key in places(changed) if isinstance(holder[key], dict))]
    for where, hint in hints:
        holders[where % len(holders)]["x-atlasgen"] = hint
    assert all(problem.what for problem in problems_of(changed))


@pytest.mark.parametrize("text", ["", "null", "[]", "5", "{", "a: &a *a", "paths: {}"])
def test_file_that_is_no_document_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(text)
    with pytest.raises(AtlasgenError, match=r"api\.yaml"):
        atlasgen.load(path)


@pytest.mark.parametrize("text", ["openapi: 3.0.3", "openapi: 3.1.0\npaths: {}", "openapi: 3.0.3\npaths:"])
def test_document_without_operations_is_an_environment_without_tools(tmp_path: Path, text: str) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(text)
    assert (plan_of(path).operations, atlasgen.load(path).tools) == ((), ())
