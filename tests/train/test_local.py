import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from atlasgen.tasks.trajectory import Line, read
from tests.train.scripted import call, force_batch
from tests.train.standin import Standin
from train.bridge.models import tiny_random
from train.bridge.view import view_of
from train.evaluating import generation, local
from train.evaluating.evaluation import Evaluation, evaluate
from train.evaluating.generation import Sequences
from train.evaluating.local import LocalPolicy
from train.training import grpo
from train.training.folder import Folder
from train.training.mixture import task_seed
from train.training.settings import Settings
from train.training.steps import Report

Says = Callable[[int, int], str]
"""From the task's number and the turn, from 1, to what the model says; `...` at the end: it does not end the turn."""


@pytest.fixture(scope="module")
def tiny() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    return tiny_random([Standin()], seed=0)


@pytest.fixture
def speaks(monkeypatch: pytest.MonkeyPatch, tiny: tuple[Any, Any]) -> Callable[[Says], None]:
    """Make the model choose the tokens that a script says; all else of generation is real."""
    _, tokenizer = tiny

    def speaks(says: Says) -> None:
        class Scripted(Sequences):
            def speak(self, limits: Sequence[int], **given: Any) -> list[list[int]]:
                texts = [str(tokenizer.decode(text)) for text in self.texts]
                said = [says(_task(text), _turn(text)) for text in texts]
                lines = [tokenizer(line.removesuffix("..."))["input_ids"] for line in said]
                forced = [
                    [*line, *([tokenizer.eos_token_id] if not text.endswith("...") else [])]
                    for line, text in zip(lines, said, strict=True)
                ]
                step = iter(range(1 << 20))

                def choose(logits: torch.Tensor, temperature: float, chances: Collection[float]) -> list[int]:
                    assert torch.isfinite(logits).all()
                    at = next(step)
                    return [line[min(at, len(line) - 1)] for line in forced]

                monkeypatch.setattr(generation, "_choose", choose)
                return super().speak(limits, **given)

        monkeypatch.setattr(local, "Sequences", Scripted)

    return speaks


def play(
    tiny: tuple[Any, Any], *, tasks: int = 3, record: Callable[[Line], None] | None = None, **given: Any
) -> Evaluation:
    model, tokenizer = tiny
    policy = LocalPolicy(model, tokenizer, **{"name": "tiny", "view": view_of(tokenizer), "batch": 2, **given})
    return evaluate(policy, [Standin()], split="test", seeds=range(tasks), temperature=0.7, record=record)


def right(seed: int, turn: int) -> str:
    if turn == 1:
        return call("getIssue", key=f"WEB-{seed}")
    if turn == 2:
        return call("createIssue", body={"fields": {"parent": {"key": f"WEB-{seed}"}, "summary": "x"}})
    return "Done."


def test_calls_are_made_and_their_results_are_read(tiny: tuple[Any, Any], speaks: Callable[[Says], None]) -> None:
    speaks(right)
    lines: list[Line] = []
    found = play(tiny, record=lines.append)
    assert (found.reward, found.success, found.broken) == (1.0, 1.0, ())
    for seed, line in enumerate(lines):
        assert (line.seed, line.model, line.extra["sample"]) == (seed, "tiny", 0)
        assert [(one.tool, one.status) for one in line.trajectory.calls] == [("getIssue", 200), ("createIssue", 200)]
        assert line.trajectory.final_text == "Done."
        assert not line.trajectory.broken_off
        roles = [message["role"] for message in line.messages]
        assert roles == ["user", "assistant", "tool", "assistant", "tool", "assistant"]
        assert json.loads(str(line.messages[2]["content"]))["body"]["given"] == {"key": f"WEB-{seed}"}
        _, tokenizer = tiny
        said = sum(len(tokenizer(right(seed, turn))["input_ids"]) + 1 for turn in (1, 2, 3))
        assert line.extra["tokens"]["completion"] == said  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("says", "flag", "calls", "room"),
    [
        ("<tool_call>\n{bad}\n</tool_call>", "malformed", 0, 60),
        ("Let me think...", "clipped", 0, 60),
        (call("getIssue", key="WEB-0"), "turn_capped", 25, 4000),
        (call("getIssue", key="WEB-0"), "clipped", 1, 60),
    ],
    ids=["malformed", "clipped", "turn-capped", "no room for the result"],
)
def test_an_episode_that_is_broken_off_says_how(
    tiny: tuple[Any, Any], speaks: Callable[[Says], None], says: str, flag: str, calls: int, room: int
) -> None:
    speaks(lambda seed, turn: says)
    lines: list[Line] = []
    play(tiny, tasks=1, record=lines.append, max_completion_length=room)
    (line,) = lines
    assert [name for name in ("clipped", "malformed", "turn_capped") if getattr(line.trajectory, name)] == [flag]
    assert len(line.trajectory.calls) == calls
    assert line.messages[-1]["role"] == "assistant"


def test_a_tool_that_does_not_exist_and_arguments_that_are_none_are_observations(
    tiny: tuple[Any, Any], speaks: Callable[[Says], None]
) -> None:
    def says(seed: int, turn: int) -> str:
        return [call("nope", a=1), '<tool_call>\n{"name": "getIssue", "arguments": "A"}\n</tool_call>', "Done."][
            turn - 1
        ]

    speaks(says)
    lines: list[Line] = []
    play(tiny, tasks=1, record=lines.append)
    assert [(one.tool, one.status, one.known) for one in lines[0].trajectory.calls] == [
        ("nope", 404, False),
        ("getIssue", 400, True),
    ]
    assert [message["content"] for message in lines[0].messages if message["role"] == "tool"] == [
        "{'error': 'Tool nope not found.'}",
        "{'error': 'train.bridge.adapter.getIssue() argument after ** must be a mapping, not str'}",
    ]


WAYS: dict[str, Says] = {
    "right": right,
    "nothing": lambda seed, turn: "No.",
    "refused": lambda seed, turn: call("createIssue") if turn == 1 else "Done.",
    "unknown": lambda seed, turn: call("nope", a=1) if turn == 1 else "Done.",
    "no object": lambda seed, turn: _call_with("7") if turn == 1 else "Done.",
    "text for an object": lambda seed, turn: _call_with('{"body": "{}", "count": "7"}') if turn == 1 else "Done.",
    "no json": lambda seed, turn: _call_with('{"key": NaN}') if turn == 1 else "Done.",
    "two calls": lambda seed, turn: call("getIssue", key="A") + "\n" + call("nope") if turn == 1 else "Done.",
    "words and a call": lambda seed, turn: "Look:\n" + call("getIssue", key="A") if turn == 1 else "Done.",
    "malformed": lambda seed, turn: "<tool_call>\n{bad}\n</tool_call>",
    "malformed at last": lambda seed, turn: call("getIssue", key="A") if turn == 1 else "<tool_call>{",
    "clipped": lambda seed, turn: "Let me think...",
    "clipped at last": lambda seed, turn: call("getIssue", key="A") if turn == 1 else "Done...",
    "never stops": lambda seed, turn: call("getIssue", key="A"),
    "long": lambda seed, turn: call("getIssue", key="ab " * 40) if turn == 1 else "Done.",
}


def _call_with(arguments: str) -> str:
    return '<tool_call>\n{"name": "createIssue", "arguments": ' + arguments + "}\n</tool_call>"


@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")
def test_what_is_played_here_is_what_trl_plays_in_training(
    tiny: tuple[Any, Any], speaks: Callable[[Says], None], tmp_path: Path
) -> None:
    says = list(WAYS.values())
    few: dict[str, Any] = {"steps": 1, "num_generations": 2, "warmup_steps": 0, "threads": 1, "save_every": 100}
    settings = Settings(out=tmp_path, max_completion_length=160, prompts_per_step=len(says), **few)
    model, tokenizer = tiny_random([Standin()], seed=0)
    way = {task_seed(0, number): number for number in range(len(says))}
    force_batch(model, tokenizer, lambda texts: [says[way[_task(text)]](_task(text), _turn(text)) for text in texts])
    grpo.train(settings, [Standin()], model, tokenizer, view=view_of(tokenizer), into=Folder(tmp_path), report=Report())
    trained = {line.seed: line for line in read((tmp_path / "trajectories.jsonl").read_bytes())}
    assert len(trained) == len(says)

    speaks(lambda seed, turn: says[way[seed]](seed, turn))
    policy = LocalPolicy(*tiny, name="tiny", view=view_of(tiny[1]), max_completion_length=160)
    lines: list[Line] = []
    found = evaluate(policy, [Standin()], split="train", seeds=list(trained), temperature=1.0, record=lines.append)
    assert found.broken == ()
    for line in lines:
        name = list(WAYS)[way[line.seed]]
        assert line.trajectory == trained[line.seed].trajectory, name
        assert line.messages == trained[line.seed].messages, name
        assert (line.reward, line.components) == (trained[line.seed].reward, trained[line.seed].components), name
    flags = {
        flag for line in lines for flag in ("clipped", "malformed", "turn_capped") if getattr(line.trajectory, flag)
    }
    assert flags == {"clipped", "malformed"}


def _task(text: str) -> int:
    return int(text.split("WEB-")[1].split(" ")[0])


def _turn(text: str) -> int:
    return text.count("<|im_start|>assistant")


def test_our_own_failure_is_no_wrong_answer(tiny: tuple[Any, Any], speaks: Callable[[Says], None]) -> None:
    keys = {0: "BREAK", 1: "UNFAIR", 2: "WEB-2"}
    speaks(lambda seed, turn: call("getIssue", key=keys[seed]) if turn == 1 else "Done.")
    found = play(tiny)
    assert [item.key.seed for item in found.results] == [2]
    assert [(item.assignment.seed, item.boundary) for item in found.broken] == [(0, "operation"), (1, "reward")]
    assert "broken operation" in found.broken[0].message


def test_what_is_sampled_hangs_on_the_seed_the_task_and_the_sample_alone(tiny: tuple[Any, Any]) -> None:
    def texts(**given: Any) -> list[Any]:
        lines: list[Line] = []
        play(tiny, record=lines.append, max_completion_length=20, **given)
        return [line.messages[1:] for line in sorted(lines, key=lambda line: line.seed)]

    alone = texts(batch=1)
    assert texts(batch=3) == alone
    assert len({str(text) for text in alone}) == 3
    assert texts(seed=1) != alone


def test_a_model_in_training_stays_in_training(tiny: tuple[Any, Any], speaks: Callable[[Says], None]) -> None:
    model, _ = tiny
    speaks(right)
    for mode in (True, False):
        model.train(mode)
        play(tiny, tasks=1)
        assert model.training == mode
