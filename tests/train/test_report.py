import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from atlasgen.jsonvalue import encode
from atlasgen.runtime.environment import Call
from atlasgen.tasks.trajectory import Line, Trajectory, write
from train.training import report
from train.training.folder import Folder, append
from train.training.settings import Settings

NAMES = ("jira_subtask", "confluence_page")


def estimate(value: float) -> Mapping[str, float]:
    return {"value": value, "low": max(0.0, value - 0.1), "high": min(1.0, value + 0.1)}


def summary(name: str, reward: float, success: float, **failures: int) -> dict[str, Any]:
    return {
        "scenario": name, "tasks": 4, "reward": estimate(reward), "success": estimate(success), "failures": failures,
    }  # fmt: skip


def episode(name: str, seed: int, reward: float, text: str) -> Line:
    call = Call("createIssue", encode({"body": {"fields": {"summary": text}}}), 201, b'{"id":"7"}', (), ())
    function = {"name": call.tool, "arguments": call.arguments}
    told: list[Any] = [
        {"role": "user", "content": f"Do task {seed}."},
        {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": function}]},
        {"role": "tool", "name": call.tool, "content": '{"status": 201}' + "x" * 800},
        {"role": "assistant", "content": "Done."},
    ]
    return Line(
        name, seed, "test", Trajectory((call,), "Done."), {"reasons": ["parent: is missing"]}, "tiny", tuple(told),
        reward, reward == 1.0, {"state": reward},
    )  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Folder:
    settings = Settings(out=tmp_path / "run", scenarios=NAMES)
    into = Folder(settings.out)
    into.begin(settings)
    for step in range(1, 31):
        grown = step / 30
        line: dict[str, Any] = {"step": step, "loss": 0.1, "entropy": 0.3 - grown / 5, "step_time": 3.0}
        line |= {"completions/mean_length": 90 + step % 7, "completions/clipped_ratio": 0.02, "valid_calls": 0.9}
        line |= {"grad_norm": None if step == 3 else 0.4, "learning_rate": 2e-4 * (1 - grown)}
        for number, name in enumerate(NAMES):
            line |= {f"scenarios/{name}/scored": grown - number * 0.1, f"scenarios/{name}/success": grown / 2}
            line[f"share/{name}"] = 0.5
        line |= {f"components/{name}": grown for name in ("state", "arguments", "structure", "payload", "trace")}
        append(into.metrics, line)
        if step % 10 == 0:
            found = [summary(name, grown, grown / 2) for name in NAMES]
            append(into.evaluations, {"step": step, "kind": "validation", "scenarios": found})
    append(into.events, {"step": 20, "text": "training <collapses>"})
    for when, reward in (("before", 0.25), ("after", 1.0)):
        found = [summary(name, reward, float(reward == 1.0), dropped_field=2 - int(reward)) for name in NAMES]
        append(into.evaluations, {"kind": "test", "when": when, "temperature": 0.7, "scenarios": found})
        lines = [episode(name, seed, reward, f"<b>{when}</b>") for name in NAMES for seed in range(4)]
        into.test(when).write_bytes(write(lines))
    return into


def test_a_page_holds_curves_table_failures_and_rollouts_side_by_side(run: Folder) -> None:
    report.write(run)
    page = run.report.read_text()
    assert page.count("data:image/png;base64,") == 3
    assert "http" not in page.replace("http://www.w3.org", "").split("<details><summary>settings")[0]
    assert "training &lt;collapses&gt;" in page
    assert '<td class="n">+0.750 <span class="i">[+0.75, +0.75]</span>' in page
    assert "<tr><td>dropped_field<td>a field that the task needs was left out" in page
    assert page.count("<details open>") == 2 * 3
    assert "&lt;b&gt;before&lt;/b&gt;" in page
    assert "<b>before</b>" not in page
    assert "...[115 more characters]" in page


def test_pictures_lie_beside_the_page(run: Folder) -> None:
    report.write(run)
    for name, height in (("curves", 374), ("components", 440), ("health", 660)):
        head = (run.path / "plots" / f"{name}.png").read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", head[16:]) == (1210, height)


def test_a_run_without_test_and_without_steps_has_a_page_too(tmp_path: Path) -> None:
    settings = Settings(out=tmp_path / "run")
    into = Folder(settings.out)
    into.begin(settings)
    report.write(into)
    page = into.report.read_text()
    assert page.count("No test was run.") == 2
    assert json.loads(into.run.read_text())["settings"]["steps"] == 100
