import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from train.training.folder import lines

ROOT = Path(__file__).parents[2]


def step(out: Path, processes: int) -> tuple[dict[str, torch.Tensor], list[dict[str, Any]], dict[str, Any]]:
    launch = ["-m", "accelerate.commands.launch", "--cpu", "--num_processes", str(processes), "--num_machines", "1",
              "--mixed_precision", "no", "--dynamo_backend", "no"]  # fmt: skip
    port = ["--main_process_port", "0"] if processes > 1 else []
    command = [sys.executable, *launch, *port, "-m", "tests.train.shared_step", str(out)]
    path = os.pathsep.join([str(ROOT), str(ROOT / "generator"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert ran.returncode == 0, ran.stderr[-3000:]
    (metrics,) = lines(out / "metrics.jsonl")
    return torch.load(out / "gradients.pt"), list(lines(out / "trajectories.jsonl")), metrics


@pytest.mark.slow  # two runs, one of them of two processes
def test_two_processes_that_share_a_group_learn_from_recorded_rollouts_as_one_does(tmp_path: Path) -> None:
    one, rollouts, metrics = step(tmp_path / "one", 1)
    two, shared, same = step(tmp_path / "two", 2)
    assert [line["completion"] for line in shared] == list(range(8)), "the main process writes those of all"
    assert [(line["seed"], line["start"], line["reward"]) for line in shared] == [
        (line["seed"], line["start"], line["reward"]) for line in rollouts
    ]
    assert one.keys() == two.keys()
    for name, gradient in one.items():
        torch.testing.assert_close(two[name], gradient, rtol=1e-4, atol=1e-7)
    assert max(float(gradient.abs().max()) for gradient in one.values()) > 1e-4
    for name in ("reward", "success", "components/created", "valid_calls", "scenarios/standin/scored", "entropy"):
        assert same[name] == pytest.approx(metrics[name], rel=1e-4), name
