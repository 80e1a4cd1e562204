"""What the command line says, where it says it, and the exit code."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from atlasgen import cli
from atlasgen.build import Built
from atlasgen.errors import AtlasgenError, Problem
from atlasgen.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


def fake_build(spec: Path, *, overlay: Path | None, hints: bool) -> Built:
    text = spec.read_text()
    if "broken" in text:
        raise AtlasgenError(
            Problem(f"{spec}#/paths", "is broken", "mend it"), Problem(f"{spec}#/info", "is \x1b[31mred")
        )
    name = re.sub(r"\W", "_", spec.stem)
    content = f"{text} {overlay} {hints}\n".encode()
    plan = Plan(name, "", "", "", (), {}, {}, {})
    return Built(name, {"plan.json": content}, {"__init__.py": b"", "overrides.py": b""}, plan)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr("atlasgen.build.build", fake_build)
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)  # they would make a terminal of the captured streams
    monkeypatch.chdir(tmp_path)
    (tmp_path / "specs").mkdir()
    for name in ("shop", "depot"):
        (tmp_path / "specs" / f"{name}.yaml").write_text(name)

    def command(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["atlasgen", *arguments])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err
        code = caught.value.code
        return Outcome(code if isinstance(code, int) else 0, captured.out, captured.err)

    return command


class TestFirstRun:
    def test_no_arguments_say_what_to_do_next(self, run: Run) -> None:
        outcome = run()
        assert outcome.code == 0
        assert "atlasgen build specs/depot.yaml specs/shop.yaml" in outcome.out
        assert outcome.err == ""

    def test_build_without_a_document_is_an_error_with_an_example(self, run: Run) -> None:
        outcome = run("build")
        assert outcome.code == 2
        assert outcome.out == ""
        assert "error: atlasgen build: names no document" in outcome.err
        assert "specs/shop.yaml" in outcome.err

    @pytest.mark.parametrize("arguments", [("--help",), ("build", "--help"), ("-h",)], ids=" ".join)
    def test_help_fits_80_columns(self, run: Run, arguments: tuple[str, ...]) -> None:
        outcome = run(*arguments)
        assert outcome.code == 0
        assert "Usage: atlasgen" in outcome.out
        assert max(map(len, outcome.out.splitlines())) <= 80

    def test_unknown_command_is_an_error_with_the_nearest_one(self, run: Run) -> None:
        outcome = run("bild")
        assert outcome.code == 2
        assert "Did you mean 'build'?" in outcome.err


class TestBuild:
    def test_build_writes_each_package_and_counts_its_files(self, run: Run, tmp_path: Path) -> None:
        outcome = run("build", "specs/shop.yaml", "specs/depot.yaml")
        assert outcome.code == 0
        assert "generated_envs/shop: 1 written, 2 seeded" in outcome.out
        assert (tmp_path / "generated_envs/depot/_generated/plan.json").is_file()
        assert outcome.err == ""

    def test_second_build_changes_nothing(self, run: Run) -> None:
        run("build", "specs/shop.yaml")
        assert "generated_envs/shop: 1 unchanged" in run("build", "specs/shop.yaml").out

    def test_packages_go_to_the_workspace_from_any_folder_in_it(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "generated_envs").mkdir()
        (tmp_path / "pyproject.toml").write_text("")
        monkeypatch.chdir(tmp_path / "specs")
        assert run("build", "shop.yaml").code == 0
        assert (tmp_path / "generated_envs/shop").is_dir()

    def test_out_names_another_folder(self, run: Run, tmp_path: Path) -> None:
        assert run("build", "specs/shop.yaml", "--out", "elsewhere").code == 0
        assert (tmp_path / "elsewhere/shop/_generated/plan.json").is_file()
        assert not (tmp_path / "generated_envs").exists()

    def test_overlay_and_hints_reach_the_build(self, run: Run, tmp_path: Path) -> None:
        plan = tmp_path / "generated_envs/shop/_generated/plan.json"
        run("build", "specs/shop.yaml", "--overlay", "mine.yaml")
        assert plan.read_text() == "shop mine.yaml True\n"
        run("build", "specs/shop.yaml", "--hints", "none")
        assert plan.read_text() == "shop None False\n"

    def test_json_is_the_only_thing_on_stdout(self, run: Run) -> None:
        (row,) = json.loads(run("build", "specs/shop.yaml", "--json").out)["packages"]
        assert row["name"] == "shop"
        assert row["written"] == ["_generated/plan.json"]
        assert row["seeded"] == ["__init__.py", "overrides.py"]

    def test_edit_is_refused_and_discarded_on_demand(self, run: Run, tmp_path: Path) -> None:
        run("build", "specs/shop.yaml")
        plan = tmp_path / "generated_envs/shop/_generated/plan.json"
        plan.write_text("mine")
        outcome = run("build", "specs/shop.yaml")
        assert outcome.code == 2
        assert "was edited by hand" in " ".join(outcome.err.split())
        assert plan.read_text() == "mine"
        assert run("build", "specs/shop.yaml", "--discard-edits").code == 0
        assert plan.read_text() == "shop None True\n"


class TestCheck:
    def test_fresh_build_is_the_same(self, run: Run) -> None:
        run("build", "specs/shop.yaml")
        outcome = run("build", "specs/shop.yaml", "--check")
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out == "same     generated_envs/shop\n"

    def test_drift_is_listed_and_exits_with_1(self, run: Run, tmp_path: Path) -> None:
        run("build", "specs/shop.yaml")
        (tmp_path / "specs/shop.yaml").write_text("shop 2")
        (tmp_path / "generated_envs/shop/_generated/extra.py").write_text("")
        outcome = run("build", "specs/shop.yaml", "specs/depot.yaml", "--check")
        assert outcome.code == 1
        assert "changed  generated_envs/shop/_generated/plan.json" in outcome.out
        assert "edited   generated_envs/shop/_generated/extra.py" in outcome.out
        assert "missing  generated_envs/depot/_generated/plan.json" in outcome.out
        assert "without --check" in outcome.err
        assert not (tmp_path / "generated_envs/depot").exists()

    def test_drift_as_json_exits_with_1_too(self, run: Run) -> None:
        outcome = run("build", "specs/shop.yaml", "--check", "--json")
        assert outcome.code == 1
        assert "_generated/plan.json" in json.loads(outcome.out)["packages"][0]["missing"]


class TestErrors:
    def test_all_problems_of_all_documents_are_told_before_anything_is_written(self, run: Run, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / f"specs/{name}.yaml").write_text("broken")
        outcome = run("build", "specs/one.yaml", "specs/shop.yaml", "specs/two.yaml")
        assert outcome.code == 2
        assert outcome.out == ""
        assert "error: specs/one.yaml#/paths: is broken\n    mend it\n" in outcome.err
        assert "error: specs/two.yaml#/paths: is broken\n" in outcome.err
        assert not (tmp_path / "generated_envs").exists()

    def test_text_of_a_document_cannot_command_the_terminal(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "specs/red.yaml").write_text("broken")
        outcome = run("build", "specs/red.yaml")
        assert "\x1b" not in outcome.err
        assert r"is \x1b[31mred" in outcome.err

    def test_long_problem_is_wrapped_and_paths_stay_whole(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = f"specs/{'long-' * 30}.yaml"

        def build(spec: Path, *, overlay: Path | None, hints: bool) -> Built:
            raise AtlasgenError.single(path, "word " * 40, "remedy " * 40)

        monkeypatch.setattr("atlasgen.build.build", build)
        lines = run("build", "specs/shop.yaml").err.splitlines()
        assert any(path in line for line in lines)
        assert all(len(line) <= 80 for line in lines if path not in line)

    def test_two_documents_for_one_package_are_refused(self, run: Run, tmp_path: Path) -> None:
        for name in ("Web-Shop", "web_shop"):
            (tmp_path / f"specs/{name}.yaml").write_text(name)
        outcome = run("build", "specs/Web-Shop.yaml", "specs/web_shop.yaml")
        assert outcome.code == 2
        assert "would overwrite the package web_shop" in " ".join(outcome.err.split())
        assert not (tmp_path / "generated_envs").exists()

    @pytest.mark.parametrize(
        "arguments",
        [
            ("specs/shop.yaml", "specs/depot.yaml", "--overlay", "x.yaml"),
            ("specs/shop.yaml", "--overlay", "x.yaml", "--hints", "none"),
            ("specs/shop.yaml", "--check", "--discard-edits"),
            ("specs/shop.yaml", "--hints", "some"),
        ],
        ids=" ".join,
    )
    def test_options_that_contradict_each_other_are_refused(self, run: Run, arguments: tuple[str, ...]) -> None:
        assert run("build", *arguments).code == 2

    def test_missing_file_is_an_error_that_names_it(self, run: Run) -> None:
        outcome = run("build", "specs/nowhere.yaml")
        assert outcome.code == 2
        assert outcome.err == "error: specs/nowhere.yaml: No such file or directory\n"

    def test_disk_that_refuses_is_an_error(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: Path, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))

        monkeypatch.setattr(Path, "write_bytes", refuse)
        outcome = run("build", "specs/shop.yaml")
        assert outcome.code == 2
        assert "No space left on device" in " ".join(outcome.err.split())

    def test_interrupt_leaves_without_a_traceback(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def build(spec: Path, *, overlay: Path | None, hints: bool) -> Built:
            raise KeyboardInterrupt

        monkeypatch.setattr("atlasgen.build.build", build)
        assert run("build", "specs/shop.yaml").code == 130
