import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from atlasgen.runtime.environment import Reply
from atlasgen.tasks.agents import expert
from atlasgen.tasks.audit import report
from atlasgen.tasks.inspection import Inspector, judged
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import CallTool, Episode
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Line, Trajectory, read
from train import warm_start
from train.bridge.scenarios import load_scenario
from train.evaluating.evaluation import Evaluation, Result
from train.evaluating.playing import Key
from train.experiment import main, make, told
from train.experiments import findings, imitation
from train.experiments.cells import EXPLOIT, START, Cell, cells, holed, holed_score, shuffled, watched
from train.tiny import telling
from train.training.folder import lines
from train.training.reward_funcs import scenario_reward

PAGE = load_scenario("confluence_page")

SMALL = """
model = "tiny"
scenarios = ["confluence_page"]
steps = 2
prompts_per_step = 1
num_generations = 4
max_completion_length = 60
max_turns = 2
threads = 1
save_every = 1
test_tasks = 2
"""

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


def test_shuffled_rewards_stay_in_their_groups_and_move_within_them() -> None:
    tasks = [("a", 0)] * 8 + [("a", 1)] * 8
    rewards: list[float | None] = [*map(float, range(16))]
    dealt = shuffled(0, 3, tasks, rewards)
    assert dealt != rewards
    for start in (0, 8):
        assert Counter(dealt[start : start + 8]) == Counter(rewards[start : start + 8])
    assert dealt == shuffled(0, 3, tasks, rewards)
    assert dealt != shuffled(0, 4, tasks, rewards)
    assert dealt != shuffled(1, 3, tasks, rewards)


def test_no_rollout_keeps_its_place_more_often_than_by_chance() -> None:
    """Where a reward lands says nothing of where it was earned: each place is as likely as the others."""
    tasks, rewards = ["task"] * 4, [0.0, 1.0, 2.0, 3.0]
    landed = Counter(shuffled(0, step, tasks, rewards).index(0.0) for step in range(2000))
    assert all(400 < landed[place] < 600 for place in range(4))


@dataclass
class _Rollout:
    """A rollout of a task that earned something."""

    reward: float
    digest: str = "same"

    def trajectory(self, ending: object) -> Trajectory:
        return Trajectory(())

    def score(self, trajectory: Trajectory) -> Score:
        return Score(self.reward, False, {}, "reads", ())


def test_the_policy_is_told_what_is_paid_and_the_log_what_was_earned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("train.training.reward_funcs.rollout_of", lambda environment: environment)
    seen: list[tuple[int, Sequence[Any]]] = []

    def pay(step: int, tasks: Sequence[Any], rewards: Sequence[float | None]) -> list[float | None]:
        seen.append((step, tasks))
        return [*rewards][::-1]

    @dataclass
    class State:
        global_step: int = 5

    log = tmp_path / "log.jsonl"
    ask = scenario_reward(log, model="m", end_tokens=(), heard=lambda step, found: None, pay=pay)
    paid = ask(
        prompts=[[], []],
        completions=[[{"role": "assistant", "content": "x"}]] * 2,
        completion_ids=[[1], [1]],
        environments=[_Rollout(0.25), _Rollout(0.75)],
        trainer_state=State(),
        log_metric=lambda name, value: None,
        scenario=["s", "s"],
        seed=[1, 1],
        split=["train", "train"],
    )
    assert paid == [0.75, 0.25]
    assert [line.reward for line in read(log.read_bytes())] == [0.25, 0.75]
    assert seen == [(5, [("s", "train", 1)] * 2)]


def lost(task: Task, call: CallTool) -> str:
    """Play as the expert does, but never say below which page."""

    def astray(tool: str, arguments: Mapping[str, Any] | None = None) -> Reply:
        given = dict(arguments or {})
        if tool == "createPage":
            given["body"] = {name: value for name, value in given["body"].items() if name != "parentId"}
        return call(tool, given)

    return expert(task, astray)


def test_a_page_in_the_wrong_place_is_a_success_with_the_hole_and_an_exploit_for_who_watches() -> None:
    tasks = (PAGE.task(seed, "train") for seed in range(30))
    # Below a page that has to be looked up; the home page is where pages go anyway.
    task = next(task for task in tasks if any(step.tool == "getPages" for step in task.gold))
    environment = PAGE.environment()
    (hole,), (honest,) = holed([PAGE]), watched([PAGE])
    for agent, exploits in ((lost, 1.0), (expert, 0.0)):
        episode = PAGE.play(environment, task, agent)
        plain = PAGE.score(task, episode.trajectory, episode.diff)
        seen = honest.score(task, episode.trajectory, episode.diff)
        assert hole.score(task, episode.trajectory, episode.diff).success
        assert (seen.reward, seen.success) == (plain.reward, plain.success)
        assert seen.success == (agent is expert)
        assert seen.components[EXPLOIT] == exploits
    assert hole.name == honest.name == PAGE.name


def test_the_audit_rejects_the_reward_with_the_hole_and_not_the_honest_one() -> None:
    inspector = Inspector(PAGE)
    recordings = [inspector.record(PAGE.task(seed, "train")) for seed in range(2)]

    def blind(task: Task, episode: Episode) -> Score:
        return holed_score(PAGE, task, episode.trajectory, episode.diff)

    def honest(task: Task, episode: Episode) -> Score:
        return PAGE.score(task, episode.trajectory, episode.diff)

    assert report(PAGE, [judged(recording, honest) for recording in recordings]).accepted
    assert not report(PAGE, [judged(recording, blind) for recording in recordings]).accepted


def test_a_rollout_is_learnt_from_as_the_conversation_that_it_was() -> None:
    (demo,) = warm_start.demos(PAGE, range(3, 4))
    line = Line(
        demo.scenario,
        demo.seed,
        "train",
        Trajectory(()),
        messages=tuple(telling.messages(demo)),
        reward=demo.reward,
        success=demo.success,
    )
    found = imitation.demo_of(line)
    assert found == replace(demo, kind="own")


def result(seed: int, *, success: bool, exploit: float = 0.0) -> Result:
    key = Key("confluence_page", "test", seed, 0)
    return Result(key, float(success), success, 2, {EXPLOIT: exploit}, () if success else ("wrong_value",))


def evaluation(results: Sequence[Result]) -> Evaluation:
    return Evaluation("a", "test", 0.0, None, ("confluence_page",), tuple(results))


def test_a_lift_is_task_by_task_and_exploits_are_counted() -> None:
    before = evaluation([result(seed, success=seed < 2) for seed in range(8)])
    after = evaluation([result(seed, success=seed < 6, exploit=float(seed == 7)) for seed in range(8)])
    (found,) = findings.findings(Cell("x", "grpo", "x"), after, before)
    assert found.lift is not None
    assert (found.success.value, found.lift.value, found.exploit.value) == (0.75, 0.5, 0.125)
    assert found.lift.low < 0.5 < found.lift.high
    (first,) = findings.findings(START, before, None)
    assert first.lift is None


def test_the_page_marks_controls_and_lists_what_was_not_run(config: Path) -> None:
    known = cells(2)
    after = evaluation([result(seed, success=True) for seed in range(4)])
    rows = [*findings.findings(known[1], after, None), *findings.findings(known[2], after, None)]
    text = findings.page(rows, known[3:], {"grpo-0": 2}, told(config))
    assert "| GRPO, banded reward, seed 0 | confluence_page | 2 | 4 | 1.00" in text
    assert "| GRPO, rewards shuffled within groups * |" in text
    assert "- `hole`: " in text.partition("Not run")[2]
    assert "`shuffled`" not in text


def test_cells_have_one_seed_but_grpo_has_as_many_as_told() -> None:
    names = [cell.name for cell in cells(3)]
    assert len(set(names)) == len(names)
    assert [name for name in names if name.startswith("grpo-")] == ["grpo-0", "grpo-1", "grpo-2"]
    assert {cell.variant for cell in cells(1)} == {None, "sparse", "sum", "trace"}


@pytest.mark.slow
def test_an_experiment_is_made_once_and_written_down(tmp_path: Path, config: Path) -> None:
    out, into = tmp_path / "out", tmp_path / "results"
    told_ = ["--config", str(config), "--out", str(out), "--results", str(into), "--seeds", "1"]
    names = ("warm-start", "shuffled", "hole", "rejection", "noise")
    only = [part for name in names for part in ("--only", name)]
    assert main([*told_, *only]) == 0
    found = json.loads((into / "experiment.json").read_text())
    assert {item["cell"] for item in found["findings"]} == set(names)
    assert len(found["findings"]) == len(names) * 4
    assert not set(names) & set(found["not_run"])
    assert {len(steps) for steps in found["curves"].values()} == {2}
    assert (into / "experiment.png").read_bytes().startswith(b"\x89PNG")
    written = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert main([*told_, *only]) == 0
    assert written == {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_cell_that_was_begun_goes_on_with_what_it_has(
    tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after its first step, a cell that learns by example ends with the weights that it would have had."""
    settings = told(config)
    cell = next(cell for cell in cells(1) if cell.name == "noise")
    make(cell, settings, tmp_path / "whole")
    drawn = imitation._shown

    def killed(settings: Any, scenarios: Any, how: Any, step: int) -> Any:
        if step == 1:
            raise KeyboardInterrupt
        return drawn(settings, scenarios, how, step)

    monkeypatch.setattr(imitation, "_shown", killed)
    with pytest.raises(KeyboardInterrupt):
        make(cell, settings, tmp_path / "killed")
    monkeypatch.undo()
    make(cell, settings, tmp_path / "killed")
    weights = [(tmp_path / name / "run" / "model" / "model.safetensors").read_bytes() for name in ("whole", "killed")]
    assert weights[0] == weights[1]
    assert [line["step"] for line in lines(tmp_path / "killed" / "run" / "metrics.jsonl")] == [1, 2]


def test_a_cell_that_was_told_otherwise_or_is_unknown_is_refused(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "warm-start").mkdir()
    (tmp_path / "warm-start" / "cell.json").write_text("{}")
    asked = ["--config", str(config), "--out", str(tmp_path), "--results", str(tmp_path / "results")]
    assert main([*asked, "--only", "warm-start"]) == 2
    assert "told otherwise" in capsys.readouterr().err
    assert main([*asked, "--only", "grpo-9"]) == 2
    assert "there is no cell 'grpo-9'" in capsys.readouterr().err
