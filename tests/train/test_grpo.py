import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import Json
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.tools import Tool
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.trajectory import read
from tests.train.scripted import Script, call, force
from tests.train.standin import Standin
from train.bridge import adapter
from train.bridge.models import tiny_random
from train.bridge.scenarios import load_scenario
from train.bridge.view import Observe, View, tool_view, view_of
from train.training import grpo
from train.training.folder import Folder
from train.training.mixture import task_seed
from train.training.monitors import Monitor, Vitals
from train.training.settings import Settings
from train.training.steps import Report, Validated

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")


@dataclass(frozen=True, slots=True)
class Run:
    out: Path
    result: grpo.Result
    trajectories: list[Any]
    metrics: list[Any]
    changed: bool


Play = Callable[..., Run]


SMALL: dict[str, Any] = {
    "steps": 1, "prompts_per_step": 1, "num_generations": 4, "max_completion_length": 512, "warmup_steps": 0,
    "threads": 1, "save_every": 100,
}  # fmt: skip


@pytest.fixture
def play(tmp_path: Path) -> Play:
    def play(
        script: Script,
        *scenarios: Scenario,
        view: View | None = None,
        validate: Callable[[int], Validated] | None = None,
        checkpoint: Path | None = None,
        **given: Any,
    ) -> Run:
        scenarios = scenarios or (Standin(),)
        model, tokenizer = tiny_random(scenarios, seed=0)
        force(model, tokenizer, script)
        before = [value.clone() for value in model.parameters()]
        settings = Settings(**{"out": tmp_path, **SMALL, **given})
        view = view or view_of(tokenizer)
        into = Folder(tmp_path)
        result = grpo.train(
            settings,
            scenarios,
            model,
            tokenizer,
            view=view,
            into=into,
            report=Report(),
            validate=validate,
            checkpoint=checkpoint,
        )
        after = list(model.parameters())
        assert all(torch.isfinite(value).all() for value in after)
        logs = [_lines(tmp_path / name) for name in ("trajectories.jsonl", "metrics.jsonl")]
        changed = any(not torch.equal(one, other) for one, other in zip(before, after, strict=True))
        return Run(tmp_path, result, logs[0], logs[1], changed)

    return play


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _parent(text: str) -> str:
    return text.split("sub-task of ")[1].split(" ")[0]


def _mixed(at: int, turn: int, text: str) -> str:
    """Of each group of four: right, without parent, an unknown tool, idle."""
    if turn > 1:
        return "Done."
    whole: Json = {"fields": {"parent": {"key": _parent(text)}, "summary": "x"}}
    return [call("createIssue", body=whole), call("createIssue", body={"fields": {}}), call("nope", a=1), "No."][at % 4]


def test_tool_calls_are_executed_and_scored_and_move_the_weights(play: Play) -> None:
    run = play(_mixed, steps=2, prompts_per_step=2)
    assert len(run.trajectories) == 16
    for number, line in enumerate(run.trajectories):
        step, seed, at = 1 + number // 8, task_seed(0, number // 4), number % 4
        assert (line["step"], line["seed"], line["completion"]) == (step, seed, number % 8)
        assert line["reward"] == [1.0, 0.25, 0.0, 0.0][at]
        assert line["success"] == (at == 0)
        assert line["components"] == {"state": float(at == 0), "created": float(at < 2)}
        assert not line["clipped"] | line["malformed"] | line["turn_capped"]
    first = next(read((run.out / "trajectories.jsonl").read_bytes())).trajectory
    whole = {"body": {"fields": {"parent": {"key": f"WEB-{task_seed(0, 0)}"}, "summary": "x"}}}
    assert [(one.tool, one.arguments, one.status) for one in first.calls] == [("createIssue", whole, 200)]
    assert first.final_text == "Done."
    assert [one["known"] for one in run.trajectories[2]["calls"]] == [False]
    assert len({line["start"] for line in run.trajectories}) == 4
    assert run.changed
    assert len(run.metrics) == 2
    for metrics in run.metrics:
        assert metrics["reward"] == pytest.approx(0.3125)
        assert metrics["success"] == 0.25
        assert metrics["components/state"] == 0.25
        assert metrics["components/created"] == 0.5
        assert metrics["scenarios/standin/components/created"] == 0.5
        assert metrics["valid_calls"] == pytest.approx(2 / 3)
        assert metrics["rollout_errors"] == 0.0
        assert metrics["loss"] != 0.0
        assert math.isfinite(metrics["loss"])


def _shown(prompt: str) -> list[Any]:
    return [json.loads(line) for line in prompt.split("<tools>\n")[1].split("\n</tools>")[0].split("\n")]


def test_the_model_reads_the_training_view_of_its_tools(play: Play) -> None:
    run = play(_mixed)
    assert run.result.fields == {"standin": ("fields", "key", "parent", "summary")}
    assert len(run.result.prompts) == 4
    for prompt in run.result.prompts:
        assert _shown(prompt) == [tool_view(tool).openai() for tool in adapter.offered(Standin())]


@dataclass(frozen=True, slots=True)
class Flat:
    """A view that loses what is inside an object, as TRL's own schemas do."""

    def schemas(self, tools: Iterable[Tool]) -> list[dict[Any, Any]]:
        return [replace(tool, parameters={}).openai() for tool in tools]

    def observer(self, environment: Environment) -> Observe:
        return lambda tool, status, content: content.decode()


def test_a_prompt_without_the_nested_fields_ends_the_run(play: Play) -> None:
    with pytest.raises(RolloutError, match="lacks fields of its tools: fields, key, parent, summary"):
        play(_mixed, view=Flat())


def test_scenarios_are_mixed_each_with_its_own_tools(play: Play) -> None:
    subtask, page = load_scenario("jira_subtask"), load_scenario("confluence_page")
    offered = {name: None for scenario in (subtask, page) for name in scenario.tools}

    def script(at: int, turn: int, text: str) -> str:
        return call("getSpaces") if turn == 1 and at % 2 else "Done."

    run = play(script, subtask, page, prompts_per_step=4, num_generations=2)
    assert {line["scenario"] for line in run.trajectories} == {"jira_subtask", "confluence_page"}
    assert len({line["seed"] for line in run.trajectories}) == 4
    for prompt, line in zip(run.result.prompts, run.trajectories, strict=True):
        own = load_scenario(line["scenario"]).tools
        assert [tool["function"]["name"] for tool in _shown(prompt)] == [*own]
        assert any(tool not in own for tool in offered)
    for line in run.trajectories[1::2]:
        assert line["calls"][0].get("known", True) == (line["scenario"] == "confluence_page")
    (metrics,) = run.metrics
    for name in ("jira_subtask", "confluence_page"):
        assert metrics[f"scenarios/{name}/success"] == 0.0
        assert f"scenarios/{name}/components/state" in metrics
        assert metrics[f"share/{name}"] == 0.5
    assert metrics["scenarios/confluence_page/scored"] > metrics["scenarios/jira_subtask/scored"]
    assert metrics["valid_calls"] == 0.5


def test_a_malformed_call_ends_the_rollout_and_is_seen(play: Play) -> None:
    bad = '<tool_call>\n{"name": "createIssue", "arguments": {"body": }}\n</tool_call>'
    run = play(lambda at, turn, text: [bad, "No."][at % 2])
    assert [line["malformed"] for line in run.trajectories] == [True, False, True, False]
    assert run.metrics[0]["malformed"] == 0.5


def test_a_vendors_error_is_read_by_the_model_which_may_repair(play: Play) -> None:
    def script(at: int, turn: int, text: str) -> str:
        if turn == 1:
            return call("createIssue", fields={})
        if turn == 2:
            assert '{"status": 400, "body": {"errorMessages":["body is required"]}}' in text
            return call("createIssue", body={"fields": {"parent": {"key": _parent(text)}}})
        return "Done."

    run = play(script)
    assert [one["status"] for one in run.trajectories[0]["calls"]] == [400, 200]
    assert run.trajectories[0]["reward"] == 1.0
    assert not run.changed, "equal rewards in a group teach nothing"


def test_our_own_failures_are_recorded_and_left_out(play: Play) -> None:
    def script(at: int, turn: int, text: str) -> str:
        return (
            [call("getIssue", key="BREAK"), call("getIssue", key="UNFAIR"), "No.", _mixed(0, 1, text)][at]
            if turn == 1
            else "Done."
        )

    run = play(script)
    assert [line["reward"] for line in run.trajectories] == [None, None, 0.0, 1.0]
    assert [line["error"]["boundary"] for line in run.trajectories[:2]] == ["operation", "reward"]
    assert "ZeroDivisionError" in run.trajectories[0]["error"]["trace"]
    assert run.metrics[0]["rollout_errors"] == 0.5
    assert run.metrics[0]["reward"] == 0.5, "the mean of the two that have a reward"
    assert run.changed


def test_a_group_that_failed_whole_teaches_nothing(play: Play) -> None:
    run = play(lambda at, turn, text: call("getIssue", key="BREAK") if turn == 1 else "Done.")
    assert [line["reward"] for line in run.trajectories] == [None] * 4
    assert run.metrics[0]["reward"] is None
    assert "success" not in run.metrics[0]
    assert not run.changed


def test_a_rollout_is_stopped_after_25_turns(play: Play) -> None:
    run = play(
        lambda at, turn, text: call("getIssue", key=f"A-{turn}"),
        num_generations=2,
        max_completion_length=4000,
    )
    for line in run.trajectories:
        assert line["turn_capped"]
        assert [one["arguments"]["key"] for one in line["calls"]] == [f"A-{turn}" for turn in range(1, 26)]


def test_a_rollout_without_room_is_clipped(play: Play) -> None:
    def script(at: int, turn: int, text: str) -> str:
        return [call("getIssue", key="x" * 150), "No." * 500 + "...", "No.", "No."][at] if turn == 1 else "Done."

    run = play(script, max_completion_length=192)
    assert [line["clipped"] for line in run.trajectories] == [True, True, False, False]
    assert len(run.trajectories[0]["calls"]) == 1, "the call was made, its result did not fit"


def test_a_real_scenario_is_played_scored_and_learnt_from(play: Play) -> None:
    scenario = load_scenario("jira_subtask")
    unseen = lambda tool, status, content: ""  # noqa: E731
    seeds = [task_seed(0, number) for number in range(2)]
    gold = [adapter.demonstration(scenario, unseen, seed=seed, split="train")[1::2] for seed in seeds]

    def script(at: int, turn: int, text: str) -> str:
        """Of each group of four: the gold calls, the same with a flat parent, reads only, idle."""
        said = gold[at // 4][turn - 1]
        if at % 4 == 3 or "tool_calls" not in said:
            return "Done."
        function = said["tool_calls"][0]["function"]
        arguments = function["arguments"]
        if function["name"] == "createIssue":
            if at % 4 == 2:
                return "Done."
            if at % 4 == 1:
                fields = arguments["body"]["fields"]
                arguments = {"body": {"fields": {**fields, "parent": fields["parent"]["key"]}}}
        return call(function["name"], **arguments)

    run = play(script, scenario, prompts_per_step=2, max_completion_length=1024)
    for first in (0, 4):
        whole, flat, reads, idle = run.trajectories[first : first + 4]
        assert (whole["reward"], whole["success"], whole["band"]) == (1.0, True, "exact")
        assert [one["status"] for one in whole["calls"]] == [200, 201, 200]
        assert [one["status"] for one in flat["calls"]][:2] == [200, 400]
        assert 1.0 > flat["reward"] > reads["reward"] > idle["reward"] == 0.0
        assert whole["start"] == flat["start"] == reads["start"] == idle["start"]
    assert run.metrics[0]["success"] == 0.25
    assert 0 < run.metrics[0]["components/state"] < 1
    assert run.changed
    assert {"fields", "issuetype", "parent", "project", "key"} <= set(run.result.fields["jira_subtask"])


def _validated(reward: float) -> Validated:
    return Validated(reward, reward, {"reward": reward, "scenarios": []})


def test_training_stops_when_the_target_is_reached_twice_and_the_best_weights_stay(play: Play, tmp_path: Path) -> None:
    found = iter([0.5, 0.97, 0.96, 0.99])
    at: list[bytes] = []

    def validate(step: int) -> Validated:
        at.append((tmp_path / "best" / "weights.safetensors").read_bytes())
        return _validated(next(found))

    run = play(_mixed, steps=4, eval_every=1, validate=validate)
    assert len(run.metrics) == 3
    assert [line["kind"] for line in _lines(tmp_path / "evaluations.jsonl")] == ["validation"] * 3
    (event,) = _lines(tmp_path / "events.jsonl")
    assert event == {"step": 3, "text": "reward and success have reached 0.95 twice in a row: training stops"}
    assert len(set(at)) == 3
    best = load_file(tmp_path / "best" / "weights.safetensors")
    left = dict(run.result.model.named_parameters())
    assert all(torch.equal(left[name], value) for name, value in best.items())
    saved = load_file(tmp_path / "model" / "model.safetensors")
    assert all(torch.equal(saved[name], value) for name, value in best.items())
    # Nothing is left to do for a run that was killed after that.
    again = play(_mixed, steps=4, eval_every=1, checkpoint=Folder(tmp_path).last_checkpoint())
    assert again.result.steps == ()
    left = dict(again.result.model.named_parameters())
    assert all(torch.equal(left[name], value) for name, value in best.items())


def test_a_collapse_brings_the_best_weights_back_and_halves_the_rate(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def heard(self: Monitor, vitals: Vitals) -> tuple[Monitor, tuple[str, ...]]:
        assert vitals.valid == pytest.approx(2 / 3)
        seen = Monitor((*self.seen, vitals))
        return (Monitor(), ("it loops",)) if len(seen.seen) == 2 else (seen, ())

    monkeypatch.setattr(Monitor, "heard", heard)
    run = play(_mixed, steps=3, decay="constant", learning_rate=1e-3)
    assert [line["learning_rate"] for line in run.metrics] == [1e-3, 1e-3, 5e-4]
    (event,) = _lines(tmp_path / "events.jsonl")
    assert event["step"] == 2
    assert event["text"] == (
        "training collapses: it loops. The weights of the beginning are back, the learning rate is halved"
    )
    first, _ = tiny_random((Standin(),), seed=0)
    moved = [
        float((one - other).detach().abs().max())
        for one, other in zip(first.parameters(), run.result.model.parameters(), strict=True)
    ]
    # One step of Adam from where it began, at half the rate; three would have gone further.
    assert 0 < max(moved) <= 5e-4 * 1.01


def test_adapters_are_trained_in_place_of_all_weights(play: Play, tmp_path: Path) -> None:
    pytest.importorskip("peft")
    run = play(_mixed, lora_rank=2, micro_batch=2)
    trained = [name for name, value in run.result.model.named_parameters() if value.requires_grad]
    assert trained
    assert all("lora_" in name for name in trained)
    assert run.changed
    assert (tmp_path / "model" / "adapter_model.safetensors").exists()


def test_the_random_model_is_deterministic(tmp_path: Path) -> None:
    logs = []
    for name in ("one", "other"):
        model, tokenizer = tiny_random((Standin(),), seed=0)
        (tmp_path / name).mkdir()
        settings = Settings(out=tmp_path / name, **{**SMALL, "max_completion_length": 32})
        view, into = view_of(tokenizer), Folder(tmp_path / name)
        grpo.train(settings, (Standin(),), model, tokenizer, view=view, into=into, report=Report())
        logs.append((tmp_path / name / "trajectories.jsonl").read_bytes())
    assert logs[0] == logs[1]
