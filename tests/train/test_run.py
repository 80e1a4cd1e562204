import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from atlasgen.tasks.trajectory import read
from train.run import main

ROOT = Path(__file__).parents[2]


def script(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "train" / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--steps", "0"], "--steps: 0 is too small"),
        (["--num-generations", "1"], "--num-generations: 1 is too small"),
        (["--scenario", "jira_subtusk"], "there is no scenario 'jira_subtusk'"),
        (["--out", __file__], "is a file"),
    ],
    ids=["steps", "generations", "scenario", "out"],
)
def test_a_bad_argument_is_named_and_exits_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    "arguments", [["--steps", "two"], ["--model", "gpt"], ["--no-such"]], ids=lambda given: given[0]
)
def test_an_argument_of_the_wrong_kind_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2


def test_help_needs_no_torch() -> None:
    code = "import sys\nfrom train.run import main\ntry: main(['-h'])\nexcept SystemExit: print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "--num-generations" in ran.stdout
    assert ran.stdout.endswith("False\n")


def test_two_steps_of_the_tiny_model_train_quietly(tmp_path: Path) -> None:
    small = ("--prompts-per-step", "1", "--max-completion-length", "64")
    ran = script("--model", "tiny-random", "--steps", "2", *small, "--out", str(tmp_path / "run"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "step 2 of 2" in ran.stdout
    assert re.search(r"prompt: \d+ tokens; [1-9]\d* nested fields", ran.stdout)
    assert max(len(line) for line in ran.stdout.splitlines() if not line.startswith("logs: ")) < 80
    metrics = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in metrics] == [1, 2]
    names = {"loss", "reward", "success", "components/state", "components/arguments", "components/structure"}
    assert all(names <= line.keys() for line in metrics)
    lines = list(read((tmp_path / "run" / "trajectories.jsonl").read_bytes()))
    assert len(lines) == 8
    assert {line.scenario for line in lines} == {"jira_subtask"}
