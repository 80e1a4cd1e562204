"""A real server, `transformers serve`, with a checkpoint that was made here: it knows three conversations by heart."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.trajectory import Line
from tests.train.scripted import call
from tests.train.standin import Standin
from train import evaluate as command
from train.bridge import adapter
from train.bridge.models import tiny_random
from train.bridge.view import view_of
from train.evaluating.endpoint import OpenAIPolicy
from train.evaluating.evaluation import Evaluation, evaluate
from train.evaluating.local import LocalPolicy
from train.evaluating.playing import Policy
from train.run import ENVIRONMENT

WHOLE: JsonObject = {"fields": {"parent": {"key": "WEB-0"}, "summary": "x"}}
TURNS = {
    0: (call("getIssue", key="WEB-0"), call("createIssue", body=WHOLE), "Done."),
    1: ("No.",),
    2: ('<tool_call>\n{"name": "createIssue", "arguments": {"body"}}\n</tool_call>',),
}
PATIENCE = 120  # seconds that a server may take to start on a busy machine


@dataclass(frozen=True, slots=True)
class Served:
    """A checkpoint, in a folder and behind an address."""

    folder: str
    url: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("checkpoint")
    model, tokenizer = tiny_random([Standin()], seed=0)
    learn(model, tokenizer)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", str(folder), "--port", str(port), "--host", "127.0.0.1", "--device", "cpu"]
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-c", "from transformers.cli.transformers import main; main()", *words],
        stdout=log, stderr=log, env={**os.environ, **ENVIRONMENT, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(port):
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.1)
        yield Served(str(folder), f"http://127.0.0.1:{port}/v1", model, tokenizer)
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/health").status_code == 200
    except httpx2.TransportError:
        return False


def learn(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
    """Make a model know the conversations by heart."""
    texts = [tokenizer(conversation(tokenizer, seed))["input_ids"] for seed in TURNS]
    width = max(map(len, texts))
    tokens = torch.tensor([text + [0] * (width - len(text)) for text in texts])
    mask = torch.tensor([[1] * len(text) + [0] * (width - len(text)) for text in texts])
    labels = tokens.masked_fill(mask == 0, -100)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    loss = torch.tensor(0.0)
    for _ in range(200):
        loss = model(input_ids=tokens, attention_mask=mask, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss.item() < 0.02:
            return
    raise AssertionError(f"not learnt: {loss.item()}")


def conversation(tokenizer: PreTrainedTokenizerBase, seed: int) -> str:
    """Return a conversation as the model reads and writes it, with the results that its calls get."""
    scenario, view = Standin(), view_of(tokenizer)
    rollout = adapter.Rollout(scenario, {}, view.observer(scenario.environment()))
    rollout.start(scenario=scenario.name, seed=seed, split="test")
    results = [rollout.call("getIssue", {"key": "WEB-0"}), rollout.call("createIssue", {"body": WHOLE})]
    tools: list[Any] = view.schemas(adapter.offered(scenario))
    prompt = adapter.row(scenario, seed=seed, split="test")["prompt"]
    text = str(tokenizer.apply_chat_template(prompt, tools=tools, add_generation_prompt=True, tokenize=False))
    for at, turn in enumerate(TURNS[seed]):
        text += f"{turn}<|im_end|>"
        if at < len(TURNS[seed]) - 1:
            told = f"<tool_response>\n{results[at]}\n</tool_response>"
            text += f"\n<|im_start|>user\n{told}<|im_end|>\n<|im_start|>assistant\n"
    return text


def played(policy: Policy, seeds: Sequence[int]) -> tuple[Evaluation, dict[int, Line]]:
    lines: list[Line] = []
    found = evaluate(policy, [Standin()], split="test", seeds=seeds, temperature=0.0, record=lines.append)
    return found, {line.seed: line for line in lines}


def remote(served: Served) -> OpenAIPolicy:
    view = view_of(served.tokenizer)
    return OpenAIPolicy(served.folder, base_url=served.url, view=view, max_completion_length=200, attempts=2)


def local(served: Served) -> LocalPolicy:
    return LocalPolicy(
        served.model, served.tokenizer, name="here", view=view_of(served.tokenizer), max_completion_length=400
    )


def test_a_model_does_over_the_network_what_it_does_here(served: Served) -> None:
    found, there = played(remote(served), (0, 1))
    _, here = played(local(served), (0, 1))
    assert found.broken == ()
    assert {seed: line.reward for seed, line in there.items()} == {0: 1.0, 1: 0.0}
    assert [one.tool for one in there[0].trajectory.calls] == ["getIssue", "createIssue"]
    for seed in (0, 1):
        assert there[seed].trajectory == here[seed].trajectory
        assert there[seed].messages == here[seed].messages
        assert there[seed].extra["tokens"] == here[seed].extra["tokens"]


def test_this_server_fails_where_a_call_is_malformed_which_is_why_figures_come_from_others(served: Served) -> None:
    # docs/evaluation.md warns of it; if this fails, `transformers serve` has learnt better and the warning can go.
    found, _ = played(remote(served), (2,))
    assert ["500" in item.message for item in found.broken] == [True]
    found, here = played(local(served), (2,))
    assert (found.broken, here[2].trajectory.malformed) == ((), True)


def test_the_command_evaluates_a_served_model_and_one_in_a_folder(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ("--tasks", "1", "--temperature", "0", "--max-completion-length", "20", "--json", "-")
    for agent, scenario in (
        ((f"openai:{served.folder}", "--base-url", served.url), "cross_product"),  # it has the largest tools
        ((f"hf:{served.folder}",), "jira_subtask"),
    ):
        assert command.main(["--agent", *agent, "--scenario", scenario, *few]) == 0
        (told,) = json.loads(capsys.readouterr().out)["scenarios"]
        assert (told["scenario"], told["episodes"]) == (scenario, 1)
        assert told["tokens"]["prompt"] > 2000
