import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlasgen.errors import AtlasgenError
from atlasgen.tasks.explaining import Explainer
from atlasgen.tasks.trajectory import Line, read
from tests.train.standin import Standin
from train import evaluate as command
from train.bridge.scenarios import load_scenario
from train.evaluating.evaluation import compare, evaluate, result
from train.evaluating.playing import Assignment, Broken, Outcome, ScriptedPolicy, scripted
from train.evaluating.results import Folder, load

ROOT = Path(__file__).parents[2]
SUBTASK = load_scenario("jira_subtask")


def test_the_expert_earns_all_and_nobody_earns_nothing_by_doing_nothing() -> None:
    best = evaluate(scripted("expert"), [SUBTASK], split="test", seeds=range(5), temperature=0.0)
    assert (best.agent, best.reward, best.success, best.broken) == ("expert", 1.0, 1.0, ())
    idle = evaluate(scripted("nothing"), [SUBTASK], split="test", seeds=range(5), temperature=0.0)
    assert (idle.agent, idle.reward, idle.success) == ("no-op", 0.0, 0.0)
    assert idle.summaries[0].failures == {"nothing_done": 5}


def test_samples_of_a_task_differ_and_are_one_cluster() -> None:
    found = evaluate(
        scripted("noisy", errors=0.5), [SUBTASK], split="test", seeds=range(30), temperature=0.0, samples=4
    )
    (summary,) = found.summaries
    assert (found.agent, summary.tasks, summary.episodes) == ("noisy:0.5", 30, 120)
    assert summary.varied is not None
    assert summary.varied > 0.5
    rate = sum(item.success for item in found.results) / 120
    assert summary.success.value == pytest.approx(rate)
    assert [summary.pass_at[k].value for k in (1, 2, 4)] == sorted(summary.pass_at[k].value for k in (1, 2, 4))
    assert summary.pass_at[1].value == pytest.approx(rate) == pytest.approx(summary.pass_hat[1].value)
    wins = [sum(item.success for item in found.results if item.key.seed == seed) for seed in range(30)]
    assert summary.pass_at[4].value == pytest.approx(sum(win > 0 for win in wins) / 30)
    assert summary.pass_hat[4].value == pytest.approx(sum(win == 4 for win in wins) / 30)
    assert sum(summary.failures.values()) == 120 - sum(wins)
    assert summary.reward.low < summary.reward.value < summary.reward.high


def test_another_variant_of_the_reward_changes_rewards_and_no_success() -> None:
    own = evaluate(scripted("noisy", errors=0.6), [SUBTASK], split="test", seeds=range(12), temperature=0.0)
    sparse = evaluate(
        scripted("noisy", errors=0.6), [SUBTASK], split="test", seeds=range(12), temperature=0.0, variant="sparse"
    )
    assert [item.success for item in own.results] == [item.success for item in sparse.results]
    assert {item.reward for item in sparse.results} == {0.0, 1.0}
    assert own.reward != sparse.reward


class Fails:
    """Fails outside on odd tasks."""

    name = "fails"

    def play(self, assignments: Sequence[Assignment], *, temperature: float) -> Iterator[Outcome]:
        for assignment in assignments:
            if assignment.seed % 2:
                yield Broken(assignment, "infrastructure", "no answer")
            else:
                yield from scripted("expert").play([assignment], temperature=temperature)


def test_episodes_that_came_to_nothing_are_in_no_figure() -> None:
    found = evaluate(Fails(), [SUBTASK], split="test", seeds=range(6), temperature=0.0)
    (summary,) = found.summaries
    assert (summary.reward.value, summary.success.value, summary.episodes, summary.broken) == (1.0, 1.0, 3, 3)
    told: Any = found.to_json()
    assert [item["seed"] for item in told["broken"]] == [1, 3, 5]
    assert {item["boundary"] for item in told["broken"]} == {"infrastructure"}


def test_a_broken_reward_is_our_own_failure() -> None:
    class Unfair(Standin):
        def judge(self, *_: Any) -> Any:
            raise LookupError("broken reward")

    policy = ScriptedPolicy("one", lambda assignment, task: lambda task, call: "Done.")
    found = evaluate(policy, [Unfair()], split="test", seeds=range(2), temperature=0.0)
    assert (found.results, [item.boundary for item in found.broken]) == ((), ["reward", "reward"])


def test_a_comparison_pairs_the_tasks_that_both_have() -> None:
    before = evaluate(scripted("nothing"), [SUBTASK], split="test", seeds=range(8), temperature=0.0)
    after = evaluate(scripted("expert"), [SUBTASK], split="test", seeds=range(4, 12), temperature=0.0)
    (found,) = compare(before, after)
    assert (found.scenario, found.tasks, found.reward.value, found.success.value) == ("jira_subtask", 4, 1.0, 1.0)
    other = evaluate(scripted("expert"), [SUBTASK], split="train", seeds=range(4), temperature=0.0)
    with pytest.raises(AtlasgenError, match="have no task in common"):
        compare(before, other)


def lines_of(tasks: int = 4) -> list[Line]:
    lines: list[Line] = []
    evaluate(
        scripted("noisy", errors=0.5), [SUBTASK], split="test", seeds=range(tasks), temperature=0.0, record=lines.append
    )
    return lines


def test_a_recorded_episode_replays_and_is_worth_what_was_recorded() -> None:
    for line in lines_of():
        explained = Explainer(SUBTASK).explain(line, where="x")
        assert explained.replay.difference is None
        assert explained.score.reward == line.reward


def test_what_is_read_back_from_a_line_is_what_was_scored() -> None:
    lines: list[Line] = []
    found = evaluate(
        scripted("noisy", errors=0.5), [SUBTASK], split="test", seeds=range(4), temperature=0.0, record=lines.append
    )
    assert tuple(result(line) for line in lines) == found.results


@pytest.mark.parametrize(
    "change",
    [{"extra": {}}, {"reward": None}, {"extra": {"sample": 0, "tokens": None, "failures": ["bad luck"]}}],
    ids=str,
)
def test_a_trajectory_from_elsewhere_is_no_episode(change: dict[str, Any]) -> None:
    with pytest.raises(AtlasgenError, match="is no episode of an evaluation"):
        result(replace(lines_of(tasks=1)[0], **change))


# -- folders -----------------------------------------------------------------------------------------------------------

SETTINGS: dict[str, Any] = {"agent": "noisy:0.5", "split": "test", "temperature": 0.0, "reward": None}


def test_a_line_that_was_being_written_is_cut_off_and_its_episode_played_again(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "run", SETTINGS, resume=False)
    for line in lines_of():
        folder.record(line)
    file = tmp_path / "run" / "trajectories.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    again = Folder(tmp_path / "run", SETTINGS, resume=True)
    assert [item.key.seed for item in again.done] == [0, 1, 2]
    evaluation = evaluate(
        scripted("noisy", errors=0.5), [SUBTASK], split="test", seeds=range(4), temperature=0.0,
        record=again.record, done=again.done,
    )  # fmt: skip
    assert file.read_bytes() == whole
    again.finish(evaluation)
    assert load(tmp_path / "run") == evaluation
    assert json.loads((tmp_path / "run" / "evaluation.json").read_bytes()) == evaluation.to_json()


@pytest.mark.parametrize(
    "changed", [{"agent": "expert"}, {"split": "train"}, {"temperature": 1.0}, {"reward": "sparse"}], ids=str
)
def test_another_evaluation_is_not_gone_on_with(tmp_path: Path, changed: dict[str, Any]) -> None:
    folder = Folder(tmp_path / "run", SETTINGS, resume=False)
    folder.record(lines_of(tasks=1)[0])
    with pytest.raises(AtlasgenError, match=r"was played with .*\n  ask for the same"):
        Folder(tmp_path / "run", {**SETTINGS, **changed}, resume=True)


def test_a_file_that_is_damaged_in_the_middle_is_named(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "run", SETTINGS, resume=False)
    folder.record(lines_of(tasks=1)[0])
    with (tmp_path / "run" / "trajectories.jsonl").open("ab") as file:
        file.write(b"garbage\n")
    with pytest.raises(AtlasgenError, match=r"trajectories\.jsonl:2: is no JSON"):
        Folder(tmp_path / "run", SETTINGS, resume=True)


# -- the command -------------------------------------------------------------------------------------------------------


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = command.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_figures_fit_80_columns_and_are_written_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    code, out, err = run(
        "--agent", "noisy:0.6", "--tasks", "6", "--samples", "3", "--json", str(file), "--out", str(tmp_path / "run"),
        capsys=capsys,
    )  # fmt: skip
    assert (code, err) == (0, "")
    for name in ("confluence_labels", "cross_product", "jira_transition_paper", "pass@3", "pass^3", "wrong value"):
        assert name in out
    assert max(len(line) for line in out.splitlines() if str(tmp_path) not in line) <= 80
    told = json.loads(file.read_bytes())
    assert [item["scenario"] for item in told["scenarios"]] == sorted(item["scenario"] for item in told["scenarios"])
    assert len(told["scenarios"]) == 6
    assert json.loads((tmp_path / "run" / "evaluation.json").read_bytes()) == told
    assert len(list(read((tmp_path / "run" / "trajectories.jsonl").read_bytes()))) == 6 * 6 * 3


def test_json_to_the_terminal_is_all_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--agent", "expert", "--scenario", "jira_subtask", "--paper", "--json", "-", capsys=capsys)
    assert code == 0
    told = json.loads(out)
    assert (told["scenarios"][0]["tasks"], told["success"]) == (15, 1.0)


def test_folders_and_agents_can_be_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = str(tmp_path / "one")
    common = ("--scenario", "jira_subtask", "--tasks", "10")
    assert run("--agent", "noisy:0.6", *common, "--out", one, capsys=capsys)[0] == 0
    code, out, err = run("--compare", one, "expert", *common, capsys=capsys)
    assert (code, err) == (0, "")
    assert "expert against noisy:0.6, task by task" in out
    assert max(map(len, out.splitlines())) <= 80
    code, out, _ = run("--compare", one, one, "--json", "-", capsys=capsys)
    (difference,) = json.loads(out)["differences"]
    assert difference["reward"] == difference["success"] == {"value": 0.0, "low": 0.0, "high": 0.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--agent", "exprt"], "did you mean expert?"),
        (["--agent", "noisy:much"], "'much' is no error rate"),
        (["--agent", "noisy:nan"], "'nan' is no error rate"),
        (["--agent", "openai:gpt"], "openai:gpt needs --base-url"),
        (["--agent", "openai:gpt", "--base-url", "localhost"], "'localhost' is no address"),
        (["--agent", "expert", "--tasks", "0"], "--tasks: 0 is too small"),
        (["--agent", "expert", "--samples", "0"], "--samples: 0 is too small"),
        (["--agent", "expert", "--temperature", "nan"], "--temperature: nan is none"),
        (["--agent", "expert", "--scenario", "jira_subtusk"], "there is no scenario 'jira_subtusk'"),
        (["--agent", "expert", "--resume"], "name the folder with --out"),
        (["--agent", "expert", "--out", __file__], "is a file"),
        (["--agent", "expert", "--tasks", "1", "--json", "/no/such/folder/x"], "cannot be written"),
        (["--compare", "/tmp", "expert", "--tasks", "1"], "holds no evaluation"),
        (["--compare", "no-op", "expert", "--out", "x"], "a comparison writes no folder"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)  # fmt: skip
def test_what_is_asked_wrongly_is_named_and_exits_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(*arguments, capsys=capsys)
    assert code == 2
    assert words in err
    assert err.startswith("error: ")


@pytest.mark.parametrize("arguments", [[], ["--agent"], ["--paper", "--tasks", "3", "--agent", "expert"]], ids=str)
def test_a_line_that_cannot_be_read_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        command.main(arguments)
    assert raised.value.code == 2


def test_a_folder_that_is_taken_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--agent", "expert", "--scenario", "jira_subtask", "--tasks", "2", "--out", str(tmp_path / "run"))
    assert run(*arguments, capsys=capsys)[0] == 0
    code, _, err = run(*arguments, capsys=capsys)
    assert (code, "has an evaluation already" in err) == (2, True)
    assert run(*arguments, "--resume", capsys=capsys)[0] == 0
    assert len((tmp_path / "run" / "trajectories.jsonl").read_bytes().splitlines()) == 2


def test_scripted_agents_need_no_torch() -> None:
    code = "import sys\nfrom train.evaluate import main\nmain(sys.argv[1:])\nprint('torch' in sys.modules)"
    words = ["--agent", "expert", "--tasks", "1", "--scenario", "jira_subtask"]
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.endswith("False\n")


DYING = """
import os, signal, sys
from train import evaluate
from train.evaluating import results

record, recorded = results.Folder.record, []

def dying(folder, line):
    recorded.append(line)
    if len(recorded) > 20:
        with folder._file.open("ab") as file:
            file.write(b'{"version": 2, "scena')
        os.kill(os.getpid(), signal.SIGKILL)
    record(folder, line)

results.Folder.record = dying
evaluate.main(sys.argv[1:])
"""


def test_a_killed_evaluation_is_gone_on_with(tmp_path: Path) -> None:
    arguments = ("--agent", "noisy:0.5", "--tasks", "8", "--out", str(tmp_path / "run"))
    killed = subprocess.run([sys.executable, "-c", DYING, *arguments], capture_output=True, check=False, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    file = tmp_path / "run" / "trajectories.jsonl"
    first = file.read_bytes()
    assert first.count(b"\n") == 20
    assert not first.endswith(b"\n")
    words = [sys.executable, str(ROOT / "train" / "evaluate.py"), *arguments, "--resume"]
    again = subprocess.run(words, capture_output=True, check=False, cwd="/")
    assert (again.returncode, again.stderr) == (0, b"")
    whole = file.read_bytes()
    assert whole.startswith(first[: first.rfind(b"\n") + 1])
    played = [(line.scenario, line.seed) for line in read(whole)]
    assert len(played) == len(set(played)) == 48
    fresh = evaluate(scripted("noisy", errors=0.5), [SUBTASK], split="test", seeds=range(8), temperature=0.7)
    assert load(tmp_path / "run").only({"jira_subtask"}).summaries == fresh.summaries


def test_an_evaluation_of_nothing_has_no_figures() -> None:
    found = evaluate(scripted("expert"), [SUBTASK], split="test", seeds=(), temperature=0.0)
    assert (found.reward, found.success, found.summaries, found.results) == (0.0, 0.0, (), ())
