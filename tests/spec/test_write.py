"""Writing documents: whatever is written is read again as it was, by this reader and by others."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, encode
from atlasgen.spec.load import read
from atlasgen.spec.parse import parse_yaml
from atlasgen.spec.write import WIDTH, header, text, write

LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
AMBIGUOUS = [
    "", " ", "on", "no", "Yes", "OFF", "y", "N", "null", "NULL", "~", "true", "False", "=", "<<", "1e3", "012", "0o17",
    "0x1F", "1_000", "12:30:45", "2024-01-31", "2024-01-31T10:00:00Z", "+1", "-", "--- ", "...", ".5", ".inf", ".NaN",
    "a: b", "a:", ": a", "a #b", "#a", "- a", "? a", "*a", "&a", "!a", "!!str", "%a", "@a", "`a`", "|", ">", "'", '"',
    "it's", 'say "so"', "{a}", "[a]", "a, b", "a\\b", "^\\d+$", "a\n", "\na", "a\n\nb", " a\nb", "a \nb", "a\n b\n",
    "a\n\n", "\n", "a\tb", "\t", "a\r\nb", "\x00\x07\x1b", "\x85\xa0\u2028\ufeff\ufffe", "héllo", "日本語",
    "😀", "\ud7ff",
    "word " * 40, ("word " * 40).strip(), "  " + "word " * 40, "x" * 300, "/a/{b}", "$ref", "application/json", "200",
    "a  b " * 30, ("- # : " * 40).strip(), ("line of text\n" * 5), "k" * 1100, '"' * 1100, "%YAML 1.2", "a\n---\nb",
]  # fmt: skip
TEXT = st.sampled_from(AMBIGUOUS) | st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[Json] = st.recursive(
    LEAVES | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=25
)


def again(value: Json) -> Json:
    found = parse_yaml(text({"it": value}), where="written")
    assert isinstance(found, dict)
    return found["it"]


@settings(max_examples=400)
@given(VALUES)
def test_what_is_written_is_read_again(value: Json) -> None:
    assert encode(again(value)) == encode(value)  # the order of keys, and 5 beside 5.0, count


@pytest.mark.parametrize("index", range(len(AMBIGUOUS)))
def test_text_that_looks_like_something_else_stays_text(index: int) -> None:
    value = AMBIGUOUS[index]
    shapes: list[Json] = [value, [value], {value: value}, {value: [{value: value}]}, [[value, [value]]]]
    for shape in shapes:
        assert again(shape) == shape


@given(st.recursive(LEAVES | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=10))
@example(AMBIGUOUS[:-9])
def test_readers_of_yaml_1_1_find_the_same_value(value: Json) -> None:
    written = text({"it": value})
    assert yaml.load(written, Loader=yaml.CSafeLoader) == {"it": value}


def test_form_is_that_of_files_written_by_people() -> None:
    value: Json = {
        "openapi": "3.0.3",
        "info": {"title": "Pets: a shop", "version": "1", "description": "One.\n\nTwo.\n"},
        "tags": [],
        "paths": {
            "/pets/{id}": {
                "get": {
                    "tags": ["Pets"],
                    "description": "Word " * 30 + "end.",
                    "parameters": [{"$ref": "#/components/parameters/id"}, {"name": "on", "in": "query"}],
                    "responses": {"200": {"description": "It's here."}, "default": {"description": ""}},
                    "security": [{"basic": []}, {}],
                    "x-atlasgen": {"pattern": "^\\d+$", "limits": [1, 1e16, 0.5, None, True]},
                }
            }
        },
    }  # fmt: skip
    assert isinstance(value, dict)
    assert text(value, header="# Ours.\n") == (
        "# Ours.\n"
        'openapi: "3.0.3"\n'
        "info:\n"
        '  title: "Pets: a shop"\n'
        '  version: "1"\n'
        "  description: |\n"
        "    One.\n"
        "\n"
        "    Two.\n"
        "tags: []\n"
        "paths:\n"
        "  /pets/{id}:\n"
        "    get:\n"
        "      tags: [Pets]\n"
        "      description: >-\n"
        "        " + ("Word " * 22).strip() + "\n"
        "        " + "Word " * 8 + "end.\n"
        "      parameters:\n"
        '        - $ref: "#/components/parameters/id"\n'
        '        - name: "on"\n'
        "          in: query\n"
        "      responses:\n"
        '        "200":\n'
        "          description: It's here.\n"
        "        default:\n"
        '          description: ""\n'
        "      security:\n"
        "        - basic: []\n"
        "        - {}\n"
        "      x-atlasgen:\n"
        "        pattern: '^\\d+$'\n"
        "        limits: [1, 1.0e+16, 0.5, null, true]\n"
    )


def test_text_is_folded_within_the_width() -> None:
    written = text({"a": {"b": [{"c": "some words " * 60}, ("some words " * 60).strip()]}})
    assert len([line for line in written.splitlines() if len(line) > WIDTH]) == 1  # the one that ends in a space


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**64, -(2**63) - 1, "\ud800"])
def test_what_json_cannot_say_is_refused(value: Json) -> None:
    with pytest.raises(ValueError, match=r"no JSON value|64 bits|half a character"):
        text({"a": value})


def test_header_is_what_stands_before_the_first_key() -> None:
    assert header("# a\n\n  # b\nopenapi: 3\n# c\n") == "# a\n\n  # b\n"
    assert header("openapi: 3\n# c\n") == ""


class TestFile:
    def test_file_holds_what_was_written_and_nothing_else_is_left(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        write(path, text({"é": "on"}))
        assert read(path) == {"é": "on"}
        assert list(tmp_path.iterdir()) == [path]

    def test_link_and_mode_of_the_old_file_stay(self, tmp_path: Path) -> None:
        target, link = tmp_path / "a.yaml", tmp_path / "b.yaml"
        target.write_text("old")
        target.chmod(0o640)
        link.symlink_to(target)
        write(link, "new")
        assert link.is_symlink()
        assert target.read_text() == "new"
        assert target.stat().st_mode & 0o777 == 0o640

    def test_failed_write_leaves_the_old_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(self: Path, target: Path) -> Path:
            raise OSError(28, "No space left on device")

        path = tmp_path / "a.yaml"
        path.write_text("old")
        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(AtlasgenError, match="No space left on device"):
            write(path, "new")
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_missing_folder_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(AtlasgenError, match="does not exist"):
            write(tmp_path / "none" / "a.yaml", "new")
