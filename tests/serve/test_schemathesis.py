"""Schemathesis plays both served documents, all checks and the stateful phase on, and finds nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serve.sending import TOKEN, serving, tracker_and_wiki

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def played(api: str, examples: int, folder: Path, *more: str) -> str:
    """Return what schemathesis reports of an API; it has found no failure."""
    environment = tracker_and_wiki(seed=3)
    with serving(environment) as origin:
        command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
        command += ["--config-file", str(HERE / "schemathesis.toml"), "run", f"{origin}/openapi/{api}.json"]
        command += ["--auth", f"mia@example.com:{TOKEN}", "--max-examples", str(examples), "--no-color", *more]
        hooks = {"SCHEMATHESIS_HOOKS": "tests.serve.schemathesis_hooks", "PYTHONPATH": f"{ROOT / 'generator'}:{ROOT}"}
        run = subprocess.run(
            command, cwd=folder, env=os.environ | hooks, capture_output=True, text=True, timeout=1200, check=False
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert environment.digest() != tracker_and_wiki(seed=3).digest()  # it got as far as writing
    return run.stdout


@pytest.mark.parametrize("api", ["jira", "confluence"])
def test_nothing_is_found_in_a_few_cases_of_each_operation(api: str, tmp_path: Path) -> None:
    report = played(api, 2, tmp_path)
    assert re.search(r"✅ +Stateful", report)
    assert int(re.findall(r"(\d+) generated, ", report)[0]) > 1000


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("api", ["jira", "confluence"])
def test_nothing_is_found_in_many_cases(api: str, seed: int, tmp_path: Path) -> None:
    played(api, 40, tmp_path, "--seed", str(seed))
