"""Reading documents: scalars, limits, and what a person is told when a file is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import Json
from atlasgen.spec import load, parse
from atlasgen.spec.load import read, read_openapi
from atlasgen.spec.parse import parse_json, parse_yaml

SHARED = Path(__file__).parents[2] / ".." / "shared" / "specs"

LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
# Surrogates are no Unicode text; the control characters and U+FEFF are what YAML itself forbids.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"))
VALUES = st.recursive(LEAVES | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


def yaml(text: str) -> Json:
    return parse_yaml(text, where="spec.yaml")


def problem_of(text: str, name: str = "spec.yaml") -> Problem:
    parser = parse_json if name.endswith(".json") else parse_yaml
    with pytest.raises(AtlasgenError) as caught:
        parser(text, where=name)
    (problem,) = caught.value.problems
    return problem


def problem_of_file(path: Path) -> Problem:
    with pytest.raises(AtlasgenError) as caught:
        read_openapi(path)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("text", ["on", "no", "yes", "off", "y", "N", "2024-01-31", "12:30:45", "1_000", "=", "nULL"])
def test_words_of_yaml_1_1_stay_text(text: str) -> None:
    assert yaml(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0o17", 15), ("012", 12), ("0x1F", 31), ("+7", 7), ("-0", 0), ("1.", 1.0), (".5", 0.5), ("1e3", 1000.0),
        ("~", None), ("", None), ("Null", None), ("TRUE", True), ("False", False),
        ("18446744073709551615", 2**64 - 1), ("18446744073709551616", float(2**64)),
        ("0x10000000000000000", float(2**64)),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(text: str, value: Json) -> None:
    found = yaml(f"a: {text}")
    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


@pytest.mark.parametrize("text", ["'12'", '"12"', "!!str 12", "! 12", "|-\n  12", ">-\n  12"])
def test_quoted_and_tagged_scalars_are_text(text: str) -> None:
    assert yaml(f"- {text}") == ["12"]


def test_keys_are_text_as_written() -> None:
    assert yaml("{200: a, 1.0: b, true: c, null: d, on: e, 0o17: f}") == {
        "200": "a", "1.0": "b", "true": "c", "null": "d", "on": "e", "0o17": "f",
    }  # fmt: skip


@given(VALUES)
def test_json_text_means_the_same_to_both_readers(value: Json) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert yaml(text) == value
    assert parse_json(text, where="spec.json") == value


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_a_named_problem(text: str) -> None:
    for parser in (parse_yaml, parse_json):
        problems: tuple[Problem, ...] = ()
        try:
            json.dumps(parser(text, where="spec"), allow_nan=False)
        except AtlasgenError as error:
            problems = error.problems
        assert all(problem.where.startswith("spec") and problem.what for problem in problems)


def test_aliases_and_merge_keys_are_expanded() -> None:
    text = "base: &b {a: 1, c: [1]}\nother: &o {a: 2, d: 3}\nx: {<<: [*b, *o], c: 9}\ny: *b\n"
    found = yaml(text)
    assert isinstance(found, dict)
    assert found["x"] == {"a": 1, "c": 9, "d": 3}
    assert found["y"] == {"a": 1, "c": [1]}


def test_quoted_merge_key_is_an_ordinary_key() -> None:
    assert yaml('"<<": {a: 1}') == {"<<": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a: 1\nb: 2\na: 3\n", "spec.yaml:3:1", "'a' is given twice, first in line 1"),
        ("200: a\n'200': b\n", "spec.yaml:2:1", "'200' is given twice"),
        ("a: {<<: {b: 1}, <<: {c: 1}}", "spec.yaml:1:17", "'<<' is given twice"),
        ("a: [1,\n  {b: ", "spec.yaml:3:1", "did not find expected node content"),
        ('a: "x', "spec.yaml:1:6", "unexpected end of stream"),
        ("a:\n\t- b", "spec.yaml:2:1", "cannot start any token"),
        ("a: é\nb: \x07", "spec.yaml:2:4", "U+0007"),
        ("a: 1\n---\nb: 2\n", "spec.yaml:2:1", "a second document"),
        ("a: .nan", "spec.yaml:1:4", ".nan is no JSON value"),
        ("a: -.Inf", "spec.yaml:1:4", "-.Inf is no JSON value"),
        ("a: 1e999", "spec.yaml:1:4", "too large"),
        ("a: " + "9" * 5000, "spec.yaml:1:4", "too large"),
        ("a: 0x" + "f" * 5000, "spec.yaml:1:4", "too large"),
        ("a: !!python/object/apply:os.system [exit 1]", "spec.yaml:1:4", "the tag !!python/object/apply:os.system"),
        ("a: !!binary aGk=", "spec.yaml:1:4", "the tag !!binary"),
        ("!local a: 1", "spec.yaml:1:1", "the tag !local"),
        ("a: &x [*x]", "spec.yaml:1:8", "stands within what it means"),
        ("a: &node 1\nb: *nod", "spec.yaml:2:4", "has no anchor '&nod'"),
        ("a: &x 1\n*x : 2", "spec.yaml:2:1", "not an alias"),
        ("? [a]\n: b", "spec.yaml:1:3", "not a collection"),
        ("a: {<<: 1}", "spec.yaml:1", "merges objects"),
        ("a: &b {c: 1}\nd: {<<: [*b, 1]}", "spec.yaml:2", "merges objects"),
    ],
)
def test_wrong_yaml_is_named_with_its_place(text: str, where: str, what: str) -> None:
    problem = problem_of(text)
    assert what in problem.what
    assert problem.where.startswith(where)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ('{"a": 1,\n "b": {"a": 1},\n "\\u0061": 2}', "spec.json:3:2", "'a' is given twice, first in line 1"),
        ('{"a": [1,', "spec.json:1:", "unexpected end of data"),
        ('{"a": "x', "spec.json:1:", "is not JSON"),
        ('{"é":\n NaN}', "spec.json:2:2", "NaN is no JSON value"),
        ('{"a": -Infinity}', "spec.json:1:8", "Infinity is no JSON value"),
        ('{"a": 1e999}', "spec.json:1:", "is not JSON: number is infinity"),
        ("openapi: 3.1.0", "spec.json:1:1", "is not JSON"),
        ("}]" * 5, "spec.json:1:1", "is not JSON"),
    ],
)
def test_wrong_json_is_named_with_its_place(text: str, where: str, what: str) -> None:
    problem = problem_of(text, "spec.json")
    assert what in problem.what
    assert problem.where.startswith(where)


def test_equal_keys_of_different_json_objects_are_no_duplicates() -> None:
    text = '{"a": {"k": "x: {", "l": [{"k": 1}, {"k": 2}]}, "k": "\\"k\\":"}'
    assert parse_json(text, where="spec.json") == json.loads(text)


@pytest.mark.parametrize("name", ["spec.yaml", "spec.json"])
@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}")])
def test_ten_thousand_levels_are_refused_at_the_limit(name: str, start: str, end: str) -> None:
    problem = problem_of(start * 10_000 + "1" + end * 10_000, name)
    assert "more than 200 levels" in problem.what
    assert problem.where == f"{name}:1:{len(start) * parse.MAX_DEPTH + 1}"


@pytest.mark.parametrize("sign", ["- ", "[", "a: {", "[{a: "])
def test_deep_block_and_unclosed_yaml_are_refused_at_the_limit(sign: str) -> None:
    assert "more than 200 levels" in problem_of(sign * 10_000).what


def test_the_depth_limit_itself_is_allowed() -> None:
    text = "[" * parse.MAX_DEPTH + "]" * parse.MAX_DEPTH
    assert yaml(text) == parse_json(text, where="spec.json")


def test_depth_is_that_of_the_expanded_aliases() -> None:
    levels = "\n".join(f"a{n}: &a{n} [[[[[[[[[[*a{n - 1}]]]]]]]]]]" for n in range(1, 25))
    assert "more than 200 levels" in problem_of(f"a0: &a0 1\n{levels}\n").what


@pytest.mark.parametrize("use", ["[{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}]", "{{a: {0}, b: {0}, c: {0}, d: {0}}}"])
def test_billion_laughs_are_refused_before_they_grow(use: str) -> None:
    lines = "\n".join(f"a{n}: &a{n} {use.format(f'*a{n - 1}')}" for n in range(1, 20))
    assert "once its aliases are expanded" in problem_of(f"a0: &a0 lol\n{lines}\n").what


def test_alias_counts_what_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[&a [1, 2], *a, *a]"  # ten values once expanded
    monkeypatch.setattr(parse, "MAX_VALUES", 10)
    assert yaml(text) == [[1, 2], [1, 2], [1, 2]]
    monkeypatch.setattr(parse, "MAX_VALUES", 9)
    assert "more than 9 values" in problem_of(text).what


def test_unclosed_string_with_many_quotes_is_scanned_once() -> None:
    assert "is not JSON" in problem_of('{"' + '\\"' * 1_000_000, "spec.json").what


def test_missing_file_suggests_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text("openapi: 3.1.0")
    assert "Did you mean" in problem_of_file(tmp_path / "order.yml").remedy
    assert str(tmp_path / "orders.yaml") in problem_of_file(tmp_path / "order.yml").remedy
    assert "does not exist" in problem_of_file(tmp_path / "no" / "order.yml").remedy


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf"])
def test_empty_file_is_said_to_be_empty(tmp_path: Path, data: bytes) -> None:
    for name in ("spec.yaml", "spec.json"):
        (tmp_path / name).write_bytes(data)
        assert problem_of_file(tmp_path / name) == Problem(str(tmp_path / name), "the file is empty")


@pytest.mark.parametrize("data", [b"# only a comment\n", b"[1]", b"text", b"--- 1\n"])
def test_top_that_is_no_object_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(data)
    assert problem_of_file(path).what.endswith(", not an object")


def test_what_is_no_readable_text_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is a folder" in problem_of_file(tmp_path).what
    assert "is not a regular file" in problem_of_file(Path("/dev/zero")).what
    assert "cannot be read" in problem_of_file(tmp_path / "nul\0").what
    path = tmp_path / "spec.yaml"
    path.write_bytes("a: é\nb: ".encode() + b"\xff")
    assert problem_of_file(path) == Problem(f"{path}:2:4", "is not UTF-8 text", "Save the file as UTF-8.")
    monkeypatch.setattr(load, "MAX_BYTES", 4)
    assert "is larger than" in problem_of_file(path).what


def test_byte_order_mark_and_suffix_in_capitals_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "SPEC.JSON"
    path.write_bytes(b'\xef\xbb\xbf{"openapi": "3.0.3"}')
    assert read_openapi(path) == {"openapi": "3.0.3"}


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("overlay: 1.0.0", "is an overlay; pass it with --overlay", "OpenAPI document"),
        ('swagger: "2.0"', "is a Swagger 2.0 document", "Convert it"),
        ("openApi: 3.1.0", "no 'openapi'", "in place of 'openApi'"),
        ("info: {}", "no 'openapi'", "begin with"),
        ("openapi: 3.1", "is a number, not text", "Quote it"),
        ("openapi: 3.2.0", "version '3.2.0' is not supported", "3.1.x"),
    ],
)
def test_what_is_no_openapi_3_document_is_named(tmp_path: Path, text: str, what: str, remedy: str) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(text)
    problem = problem_of_file(path)
    assert what in problem.what
    assert remedy in problem.remedy


@pytest.mark.parametrize("name", ["jira-v3.json", "confluence-v2.json", "others/asana.yaml", "others/petstore.yaml"])
def test_real_documents_load(name: str) -> None:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    document = read_openapi(path)
    assert document["paths"]
    if path.suffix == ".json":
        assert document == json.loads(path.read_bytes())
    assert read(path) == document
