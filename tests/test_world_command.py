"""`atlasgen world`, and worlds that people bring, as a person runs them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from atlasgen import cli
from tests.functional.test_serve_command import started

ROOT = Path(__file__).parents[1]
NOTES = str(ROOT / "tests" / "runtime" / "notes.yaml")
PETS = str(ROOT / "tests" / "golden" / "pets.yaml")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["atlasgen", *arguments])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        return (int(caught.value.code or 0), *capfd.readouterr())

    return run


def test_world_is_written_to_stdout_as_json(run: Run) -> None:
    code, out, err = run("world", PETS, "--seed", "3")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["format"], found["seed"], len(found["apis"]["pets"]["pet"])) == (1, 3, 3)
    assert run("world", PETS, "--seed", "3")[1] == out != run("world", PETS, "--seed", "4")[1]


def test_world_is_written_to_a_file_in_one_step(run: Run, tmp_path: Path) -> None:
    code, out, err = run("world", PETS, NOTES, "-o", "w.json")
    assert (code, err) == (0, "")
    assert out.startswith("w.json: 3 pets.owner, 3 pets.pet")
    assert (tmp_path / "w.json").read_text() == run("world", PETS, NOTES)[1]
    assert [path.name for path in tmp_path.iterdir()] == ["w.json"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["-o", "w.yaml"], "would hold JSON"),
        (["-o", "nowhere/w.json"], "the folder nowhere does not exist"),
        (["-o", "folder.json"], "folder.json: cannot be written"),
        (["nothing.yaml"], "there is no such file"),
        ([PETS], "two APIs have this name"),
        (["--records", "-1"], "--records"),
        (["--seed", "x"], "--seed"),
    ],
)
def test_what_is_asked_wrongly_is_told_and_nothing_is_written(
    run: Run, tmp_path: Path, arguments: list[str], what: str
) -> None:
    (tmp_path / "folder.json").mkdir()
    code, out, err = run("world", PETS, *arguments)
    assert (code, out) == (2, "")
    assert what in " ".join(err.split())
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.rglob("*")] == ["folder.json"]


def test_file_that_cannot_be_replaced_stays_as_it_is(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "w.json").write_text("before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run("world", PETS, "-o", "w.json")
    assert code == 2
    assert "error: w.json: cannot be written: No space left on device" in err
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("w.json", "before")]


def test_world_of_ones_own_is_served(tmp_path: Path) -> None:
    pets = {"format": 1, "apis": {"pets": {"pet": {"4711": {"name": "Rex"}}}}}
    (tmp_path / "w.json").write_text(json.dumps(pets))
    with started(PETS, "--port", "0", "--token", "t", "--world", str(tmp_path / "w.json")) as process:
        assert process.stdout is not None
        with httpx.Client(base_url=process.stdout.readline().strip(), auth=("", "t")) as client:
            assert client.get("/pets").json() == [{"id": 4711, "name": "Rex"}]
            assert client.post("/pets", json={"name": "Tom"}).json() == {"id": 4712, "name": "Tom"}


@pytest.mark.parametrize(
    ("text", "more", "what"),
    [
        ('{"format": 1, "apis": {"pets": {"pet": {"x": {}}}}}', [], "w.json#/apis/pets/pet/x: the ids"),
        ('{"format": 1, "apis": {"pets": {', [], "is not JSON"),
        ('{"format": 1, "apis": {"pets": {}}}', ["--seed", "0"], "does not go with --seed"),
    ],
)
def test_world_that_is_wrong_is_not_served(tmp_path: Path, text: str, more: list[str], what: str) -> None:
    (tmp_path / "w.json").write_text(text)
    with started(PETS, "--port", "0", "--world", str(tmp_path / "w.json"), *more) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert what in " ".join(err.split())
    assert "Traceback" not in err
