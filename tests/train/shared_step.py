"""One step with recorded rollouts, on as many processes as `accelerate launch` starts: `shared_step.py OUT`.

The main process writes what the gradient was and how the groups began.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

from train.run import ENVIRONMENT

os.environ.update(ENVIRONMENT)

import torch
from accelerate import PartialState

from tests.train.scripted import call, force
from tests.train.standin import Standin
from train.bridge.models import tiny_random
from train.bridge.view import view_of
from train.training import grpo
from train.training.folder import Folder
from train.training.settings import Settings
from train.training.steps import Report, Steps

ROLLOUTS = 8


def said(at: int, turn: int, text: str) -> str:
    """What rollout `at` says: of four the right call, half of it, an unknown tool, nothing."""
    if turn > 1:
        return "Done."
    parent = text.split("sub-task of ")[1].split(" ")[0]
    whole = call("createIssue", body={"fields": {"parent": {"key": parent}, "summary": "x"}})
    return [whole, call("createIssue", body={"fields": {}}), call("nope", a=at), "No."][at % 4]


class Watching(Steps):
    """Keeps the gradients of the step, as they are after those of all processes were averaged."""

    gradients: ClassVar[dict[str, torch.Tensor]] = {}

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        for name, value in given["model"].named_parameters():
            assert value.grad is not None
            self.gradients[name] = value.grad.clone()


def main(out: Path) -> None:
    process = PartialState(cpu=True)
    torch.manual_seed(0)
    settings = Settings(
        out=out, steps=1, prompts_per_step=1, num_generations=8, max_completion_length=512, warmup_steps=0, threads=1,
        save_every=100, max_grad_norm=1e9,
    )  # fmt: skip
    model, tokenizer = tiny_random((Standin(),), seed=0)
    first = process.process_index * ROLLOUTS // process.num_processes
    force(model, tokenizer, lambda at, turn, text: said(first + at, turn, text))
    into = Folder(out)
    into.path.mkdir(parents=True, exist_ok=True)
    process.wait_for_everyone()
    with patch.object(grpo, "Steps", Watching):
        grpo.train(settings, (Standin(),), model, tokenizer, view=view_of(tokenizer), into=into, report=Report())
    if process.is_main_process:
        torch.save(Watching.gradients, out / "gradients.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
