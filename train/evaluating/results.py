"""The folder of an evaluation: what was asked for, and the trajectories as they come; a killed one can be gone on with.

`settings.json` says who played and how; `trajectories.jsonl` has a line for each episode that was played to an end, in
the schema of `atlasgen.tasks.trajectory`; `evaluation.json` has the figures once all are there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, cast

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.trajectory import Line, read, write
from atlasgen.tasks.variants import Variant
from train.evaluating.evaluation import Evaluation, Result, result

SETTINGS: Final = "settings.json"
TRAJECTORIES: Final = "trajectories.jsonl"
FIGURES: Final = "evaluation.json"

_SAME: Final = ("agent", "split", "temperature", "reward")  # what the episodes of one folder have in common


class Folder:
    """A folder that takes the episodes of one evaluation."""

    def __init__(self, path: Path, settings: JsonObject, *, resume: bool) -> None:
        """Make the folder, or open one that is there.

        Args:
            path: The folder.
            settings: What the evaluation is asked for.
            resume: Whether to go on with what is there.

        Raises:
            AtlasgenError: there is something already and it is not to be gone on with, or it is another evaluation.
        """
        self._file = path / TRAJECTORIES
        self._figures = path / FIGURES
        self.done: tuple[Result, ...] = ()
        if path.exists() and not path.is_dir():
            raise AtlasgenError.single("--out", f"{path} is a file", "name a folder")
        if self._file.exists() and not resume:
            raise AtlasgenError.single("--out", f"{path} has an evaluation already", "add --resume, or name another")
        path.mkdir(parents=True, exist_ok=True)
        if self._file.exists():
            _check(path, settings)
            self.done = _whole(self._file)
        _replace(path / SETTINGS, settings)

    def record(self, line: Line) -> None:
        """Add an episode."""
        with self._file.open("ab") as file:
            file.write(write([line]))

    def finish(self, evaluation: Evaluation) -> None:
        """Write the figures."""
        _replace(self._figures, evaluation.to_json())


def load(path: Path) -> Evaluation:
    """Return the evaluation that a folder holds.

    Raises:
        AtlasgenError: it holds none.
    """
    if not (path / SETTINGS).is_file() or not (path / TRAJECTORIES).is_file():
        what = f"holds no evaluation: {SETTINGS} and {TRAJECTORIES} are not both there"
        raise AtlasgenError.single(str(path), what, "name the folder that `train/evaluate.py --out` wrote")
    settings = _settings(path)
    results = _results(path / TRAJECTORIES, (path / TRAJECTORIES).read_bytes())
    reward = settings.get("reward")
    return Evaluation(
        agent=str(settings.get("agent")),
        split=str(settings.get("split")),
        temperature=float(cast("float", settings.get("temperature", 0.0))),
        variant=cast("Variant | None", reward),
        scenarios=tuple(dict.fromkeys(item.key.scenario for item in results)),
        results=results,
    )


def _check(path: Path, settings: JsonObject) -> None:
    found = _settings(path)
    for name in _SAME:
        if found.get(name) != settings.get(name):
            what = f"was played with {name} {found.get(name)!r}, not {settings.get(name)!r}"
            raise AtlasgenError.single(str(path), what, "ask for the same, or name another folder with --out")


def _settings(path: Path) -> JsonObject:
    file = path / SETTINGS
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise AtlasgenError.single(str(file), f"cannot be read: {error}", "name another folder with --out") from error
    if not isinstance(found, dict):
        raise AtlasgenError.single(str(file), "is no object", "name another folder with --out")
    return found


def _whole(file: Path) -> tuple[Result, ...]:
    """Return the episodes of a file, and cut off the line that was being written when the writer was killed."""
    data = file.read_bytes()
    end = data.rfind(b"\n") + 1
    if end < len(data):
        os.truncate(file, end)
    return _results(file, data[:end])


def _results(file: Path, data: bytes) -> tuple[Result, ...]:
    lines: Iterable[Line] = read(data[: data.rfind(b"\n") + 1], where=str(file))
    return tuple(result(line) for line in lines)


def _replace(file: Path, value: JsonObject) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part."""
    staged = file.with_suffix(".staged")
    staged.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    staged.replace(file)
