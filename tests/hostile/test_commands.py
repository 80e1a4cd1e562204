"""Command lines over broken documents: exit code 2, the problem and its place, and nothing half written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from atlasgen import cli

SHELF = Path(__file__).parent / "shelf.yaml"
COMMANDS = (
    ("build", "{}", "--out", "out"),
    ("coverage", "{}"),
    ("verify", "{}"),
    ("trim", "{}", "--operation", "a", "-o", "out.yaml"),
    ("serve", "{}", "--port", "0"),
)
BROKEN = {
    "empty": "",
    "null": "null",
    "list": "[]",
    "truncated": SHELF.read_text()[:900] + "{",
    "code": "openapi: !!python/object/apply:os.system ['touch out']\n",
    "bomb": "openapi: 3.0.3\na: &a [1,1,1,1,1,1,1,1,1]\n"
    + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "levels": "[" * 10_000,
    "two documents": "openapi: 3.0.3\n---\nopenapi: 3.0.3\n",
    "control characters": "openapi: \x07\n",
}


def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["atlasgen", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    captured = capfd.readouterr()
    assert "Traceback" not in captured.err
    assert captured.out == ""
    return caught.value.code if isinstance(caught.value.code, int) else 0, captured.err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_is_an_error_that_names_it_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_text(BROKEN[name])
    code, told = run(monkeypatch, capfd, *(word.replace("{}", "api.yaml") for word in command))
    assert code == 2
    assert told.startswith("error: api.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["api.yaml"]


def test_very_many_and_very_long_problems_are_told_shortly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    schemas = {f"S{n}": {"$ref": f"#/components/schemas/{'x' * 100_000 if n < 9 else n}"} for n in range(3000)}
    document = {"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}}
    (tmp_path / "api.json").write_text(json.dumps(document))
    code, told = run(monkeypatch, capfd, "coverage", "api.json")
    assert code == 2
    assert told.count("error: ") == 100
    assert told.endswith("and 2,900 more\n")
    assert len(told) < 100_000
