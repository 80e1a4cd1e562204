from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from atlasgen import cli
from atlasgen.errors import AtlasgenError
from atlasgen.tasks import trajectory
from rewards.jira_subtask import scenario

ROOT = Path(__file__).parents[2]
AGENTS = ("expert", "hasty", "reads_only", "nothing", "instruction_copied", "noisy")


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def atlasgen(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return a file of trajectories of mixed quality."""
    path = tmp_path / "played.jsonl"
    for agent in AGENTS:
        result = atlasgen("play", "jira_subtask", "--agent", agent, "--seed", "2", "--out", str(path))
        assert result.exit_code == 0, result.output
    return path


def scores(path: Path, *more: str) -> list[dict[str, Any]]:
    result = atlasgen("score", str(path), "--json", *more)
    found: list[dict[str, Any]] = json.loads(result.stdout)["trajectories"]
    return found


def test_play_adds_a_line_that_says_who_played_and_what_it_was_worth(log: Path) -> None:
    lines = list(trajectory.read(log.read_bytes()))
    assert [line.model for line in lines] == [*AGENTS[:-1], "noisy 0.3"]
    assert {(line.scenario, line.seed, line.split) for line in lines} == {("jira_subtask", 2, "train")}
    assert (lines[0].reward, lines[0].success, lines[0].components["state"]) == (1, True, 1)


def test_score_is_what_was_recorded_and_every_byte_is_as_it_was(log: Path) -> None:
    found = scores(log)
    assert len(found) == len(AGENTS)
    for item in found:
        assert item["difference"] is None
        assert {name: item[name] for name in ("reward", "success", "components")} == item["recorded"]
    assert atlasgen("score", str(log)).exit_code == 0


def test_score_says_what_was_expected_and_what_was_found(log: Path) -> None:
    text = atlasgen("score", str(log)).stdout
    task = scenario().task(2, "train")
    body: Any = task.gold[1].arguments["body"]
    wanted = body["fields"]["summary"]
    assert f"{log}:1: jira_subtask, train task 2, expert".replace(" ", "") in text.replace("\n", "").replace(" ", "")
    assert "invalid_payload    0.900" in text
    copied = text[text.index("instruction_copied") :]
    assert "- /body/fields/summary" in copied
    assert f'expected "{wanted}"' in copied
    assert f'found "{task.instruction[:12]}' in copied
    item = scores(log)[4]
    reasons = [reason for reason in item["reasons"] if reason["component"] == "arguments"]
    (summary,) = (reason for reason in reasons if reason["where"] == "/body/fields/summary")
    assert summary["expected"] == wanted
    assert summary["found"] == task.instruction


def test_lines_of_a_report_fit_a_terminal(log: Path) -> None:
    shown = [line for line in atlasgen("score", str(log)).stdout.splitlines() if str(log) not in line]
    assert all(len(line) <= 80 for line in shown)


def test_variants_score_the_same_file(log: Path) -> None:
    rewards = {
        variant: [item["reward"] for item in scores(log, "--reward", variant)] for variant in ("sparse", "trace")
    }
    assert rewards["sparse"][:5] == [1, 1, 0, 0, 0]
    assert rewards["trace"][:5] == [1, pytest.approx(0.7), 0.3, 0, 1]


def test_trajectory_that_replays_otherwise_is_told_and_is_no_success(log: Path) -> None:
    first = log.read_bytes().split(b"\n")[0].replace(b'"status":201', b'"status":200')
    log.write_bytes(first)
    result = atlasgen("score", str(log))
    assert result.exit_code == 1
    assert "call 2, createIssue, status: recorded 200, replayed 201" in " ".join(result.stdout.split())
    assert scores(log)[0]["difference"]["recorded"] == "200"


def test_bad_lines_are_told_with_their_place_and_the_good_ones_scored(log: Path) -> None:
    good = json.loads(log.read_bytes().split(b"\n")[0])
    bad = [
        b"{",
        b'{"version":9}',
        json.dumps({**good, "scenario": "jira_subtusk"}).encode(),
        json.dumps({**good, "split": "exam"}).encode(),
        json.dumps({**good, "seed": -1}).encode(),
    ]
    log.write_bytes(b"\n".join([json.dumps(good).encode(), b"", *bad]))
    result = atlasgen("score", str(log), "--json")
    assert isinstance(result.exception, AtlasgenError)
    assert [problem.where for problem in result.exception.problems] == [f"{log}:{number}" for number in range(3, 8)]
    (only,) = json.loads(result.stdout)["trajectories"]
    assert (only["reward"], only["difference"]) == (1, None)


def test_errors_end_with_code_two(
    log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write_bytes(b"[]\n")
    monkeypatch.setattr("sys.argv", ["atlasgen", "score", str(log)])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    assert "played.jsonl:1" in capsys.readouterr().err.replace("\n", "").replace(" ", "")


def test_empty_file_is_no_success(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"\n")
    assert isinstance(atlasgen("score", str(path)).exception, AtlasgenError)
