"""The folder of a run: what it was told, what it measured, its trajectories and its weights.

- `run.json`: the command, the settings, the versions of what it ran on;
- `metrics.jsonl`: one line for each step; `evaluations.jsonl`: one for each evaluation, with its figures;
- `events.jsonl`: what happened otherwise (restored, stopped, resumed), in plain words;
- `trajectories.jsonl`: every rollout of training; `test-before.jsonl`, `test-after.jsonl`: those of the test;
- `checkpoints/`: what a run is resumed from; `best/`: the best weights so far; `model/`: the result;
- `report.html`: all of that for people.

Only the main process writes.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import JsonObject, decode, encode
from train.training.settings import Settings

STATE: Final = "atlasgen.json"
"""The file of a checkpoint that is written last: without it the checkpoint is not whole."""

_LIBRARIES: Final = ("torch", "transformers", "trl", "accelerate", "datasets", "tokenizers", "numpy", "peft", "vllm")


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of one run."""

    path: Path

    @property
    def run(self) -> Path:
        """What the run was told."""
        return self.path / "run.json"

    @property
    def metrics(self) -> Path:
        """The figures of each step."""
        return self.path / "metrics.jsonl"

    @property
    def evaluations(self) -> Path:
        """The figures of each evaluation."""
        return self.path / "evaluations.jsonl"

    @property
    def events(self) -> Path:
        """What happened otherwise."""
        return self.path / "events.jsonl"

    @property
    def trajectories(self) -> Path:
        """Every rollout of training."""
        return self.path / "trajectories.jsonl"

    @property
    def checkpoints(self) -> Path:
        """What the run is resumed from."""
        return self.path / "checkpoints"

    @property
    def best(self) -> Path:
        """The best weights so far."""
        return self.path / "best" / "weights.safetensors"

    @property
    def model(self) -> Path:
        """The result."""
        return self.path / "model"

    @property
    def report(self) -> Path:
        """All of it for people."""
        return self.path / "report.html"

    def test(self, when: str) -> Path:
        """Return where the trajectories of the test before or after training are."""
        return self.path / f"test-{when}.jsonl"

    def begin(self, settings: Settings) -> None:
        """Make the folder of a new run.

        Raises:
            AtlasgenError: it holds a run already.
        """
        if self.path.exists() and not self.path.is_dir():
            raise AtlasgenError.single("--out", f"{self.path} is a file", "name a folder")
        if self.run.exists():
            remedy = "go on with it: --resume; or name another folder: --out; or remove it"
            raise AtlasgenError.single("--out", f"{self.path} holds a run already", remedy)
        self.path.mkdir(parents=True, exist_ok=True)
        self.run.write_text(json.dumps(_told(settings), indent=2) + "\n")

    def resume(self, settings: Settings) -> Path | None:
        """Return the last whole checkpoint, with all logs cut back to it; None where there is none yet.

        Raises:
            AtlasgenError: there is no run, or it was told something else.
        """
        if not self.run.exists():
            raise AtlasgenError.single("--resume", f"{self.path} holds no run", "leave --resume out, or name its --out")
        told = json.loads(self.run.read_text())["settings"]
        # How far and on what a run goes may change; what it has learnt so far may not.
        changed = [
            name for name, value in settings.to_json().items() if name not in _MAY_CHANGE and told.get(name) != value
        ]
        if changed:
            words = ", ".join(f"{name} was {told.get(name)!r}" for name in changed)
            raise AtlasgenError.single("--resume", f"the run was told otherwise: {words}", "resume it as it was begun")
        last = self.last_checkpoint()
        step = _step(last) if last is not None else -1  # what was played before the first step is played again
        for path in (self.metrics, self.evaluations, self.events, self.trajectories):
            if path.exists():
                kept = [line for line in lines(path) if line.get("step", 0) <= step]
                _replace(path, b"".join(encode(line) + b"\n" for line in kept))
        return last

    def last_checkpoint(self) -> Path | None:
        """Return the newest checkpoint that was written to its end."""
        whole = [path.parent for path in self.checkpoints.glob(f"checkpoint-*/{STATE}")]
        return max(whole, key=_step, default=None)


_MAY_CHANGE: Final = frozenset({"out", "steps", "threads", "force", "save_every", "eval_batch"})


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON lines of a file; one that was cut off by a crash is left out. No file has no lines."""
    for text in path.read_bytes().split(b"\n") if path.exists() else ():
        try:
            value = decode(text)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def append(path: Path, value: Mapping[str, Any]) -> None:
    """Add a line to a file of JSON lines."""
    with path.open("ab") as file:
        file.write(encode(value) + b"\n")


def save_state(checkpoint: Path, state: JsonObject) -> None:
    """Write what a checkpoint lacks, which makes it whole."""
    _replace(checkpoint / STATE, encode(state))


def load_state(checkpoint: Path) -> dict[str, Any]:
    """Return what `save_state` wrote."""
    state: dict[str, Any] = json.loads((checkpoint / STATE).read_bytes())
    return state


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def _told(settings: Settings) -> JsonObject:
    versions: JsonObject = {"python": platform.python_version(), "atlasgen": metadata.version("atlasgen")}
    for name in _LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    machine: JsonObject = {"system": platform.platform(), "cores": os.cpu_count()}
    return {"command": [*sys.argv], "settings": settings.to_json(), "versions": versions, "machine": machine}
