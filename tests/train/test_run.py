import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from atlasgen.tasks.trajectory import read
from train.run import _folder, main
from train.training.folder import lines

ROOT = Path(__file__).parents[2]

SMALL = (
    "--model", "tiny-random", "--scenarios", "jira_subtask", "--num-generations", "2", "--prompts-per-step", "1",
    "--max-completion-length", "24", "--threads", "1", "--eval-every", "0", "--gate-tasks", "0", "--test-tasks", "0",
)  # fmt: skip


def script(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "train" / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--steps", "0"], "--steps: 0 is too small"),
        (["--num-generations", "1"], "--num-generations: 1 is too small"),
        (["--scenarios", "jira_subtusk"], "there is no scenario 'jira_subtusk'"),
        (["--out", __file__], "is a file"),
        (["--config", "/none.toml"], "cannot be read"),
        (["--resume", "--out", "/none"], "/none holds no run"),
    ],
    ids=["steps", "generations", "scenario", "out", "config", "resume"],
)
def test_a_bad_argument_is_named_and_exits_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


def test_an_unknown_key_of_a_file_exits_with_2_and_flags_win(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("stepz = 2")
    assert main(["--config", str(path)]) == 2
    assert "stepz: is no setting\n  did you mean steps?" in capsys.readouterr().err
    path.write_text("steps = 2\nnum_generations = 8")
    assert main(["--config", str(path), "--num-generations", "0"]) == 2
    assert "--num-generations: 0 is too small" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--steps", "two"], ["--decay", "square"], ["--no-such"]], ids=lambda given: given[0]
)
def test_an_argument_of_the_wrong_kind_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2


def test_help_needs_no_torch() -> None:
    code = "import sys\nfrom train.run import main\ntry: main(['-h'])\nexcept SystemExit: print('torch' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generator")])}
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    assert "--num-generations" in ran.stdout
    assert ran.stdout.endswith("False\n")


def test_a_run_is_gated_trained_validated_tested_and_reported_quietly(tmp_path: Path) -> None:
    out = tmp_path / "run"
    ran = script(
        *SMALL, "--steps", "2", "--eval-every", "1", "--eval-tasks", "2", "--gate-tasks", "2", "--test-tasks", "2",
        "--force", "--out", str(out),
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.search(r"prompt: \d+ tokens; [1-9]\d* nested fields", ran.stdout)
    assert "jira_subtask, 2 test tasks" in ran.stdout
    assert ran.stdout.endswith(f"report: {out / 'report.html'}\n")
    told = json.loads((out / "run.json").read_text())
    assert told["settings"]["num_generations"] == 2
    assert {"torch", "trl", "transformers"} <= told["versions"].keys()
    metrics = list(lines(out / "metrics.jsonl"))
    assert [line["step"] for line in metrics] == [1, 2]
    names = {"loss", "reward", "success", "components/state", "scenarios/jira_subtask/components/arguments"}
    assert all(names <= line.keys() for line in metrics)
    kinds = [(line["kind"], line.get("when")) for line in lines(out / "evaluations.jsonl")]
    assert kinds == [
        ("gate", None), ("validation", None), ("validation", None), ("test", "before"), ("test", "after")
    ]  # fmt: skip
    rollouts = list(read((out / "trajectories.jsonl").read_bytes()))
    assert len(rollouts) == 4
    assert {line.scenario for line in rollouts} == {"jira_subtask"}
    for when in ("before", "after"):
        assert {line.split for line in read((out / f"test-{when}.jsonl").read_bytes())} == {"test"}
    page = (out / "report.html").read_text()
    assert page.count("data:image/png;base64,") == 3
    assert 'src="http' not in page
    assert (out / "model" / "model.safetensors").exists()
    again = script(*SMALL, "--steps", "2", "--out", str(out))
    assert again.returncode == 2
    assert "holds a run already" in again.stderr


def test_the_gate_refuses_in_plain_words_what_would_teach_nothing(tmp_path: Path) -> None:
    ran = script(*SMALL, "--steps", "1", "--gate-tasks", "2", "--out", str(tmp_path / "run"))
    assert ran.returncode == 1
    assert "not trained: in 100% of 2 groups all rollouts are worth the same" in ran.stderr
    assert "--force" in ran.stderr
    assert not (tmp_path / "run" / "metrics.jsonl").exists()


def figures(folder: Path) -> list[dict[str, Any]]:
    timed = {"step_time", "num_tokens", "epoch"}
    return [
        {name: value for name, value in line.items() if name not in timed} for line in lines(folder / "metrics.jsonl")
    ]


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    """The next steps have the same rollouts, loss, gradient and rate: all that they hang on is restored."""
    told = (*SMALL, "--scenarios", "jira_subtask", "confluence_page", "--num-generations", "4", "--steps", "4",
            "--save-every", "1", "--seed", "7")  # fmt: skip
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert script(*told, "--out", str(whole)).returncode == 0
    command = [sys.executable, str(ROOT / "train" / "run.py"), *told, "--out", str(killed)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wanted = killed / "checkpoints" / "checkpoint-2" / "atlasgen.json"
        until = time.monotonic() + 300
        while not wanted.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, "it was to be killed in the middle"
    assert len(figures(killed)) < 4
    resumed = script(*told, "--out", str(killed), "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "going on from checkpoint-" in resumed.stdout
    assert figures(killed) == figures(whole)
    assert all(line["entropy"] for line in figures(whole))
    rollouts = [(folder / "trajectories.jsonl").read_bytes() for folder in (whole, killed)]
    assert rollouts[0] == rollouts[1]


def test_a_run_without_folder_gets_a_free_one_and_resume_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _folder("tiny-x", taken=False) == Path("runs/tiny-x")
    for name in ("tiny-x", "tiny-x-2"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "run.json").write_text("{}")
    assert _folder("tiny-x", taken=False) == Path("runs/tiny-x-3")
    assert _folder("tiny-x", taken=True) == Path("runs/tiny-x-2")
