"""What the cells of the experiment came to: a table, its JSON, a picture, and the page that shows them.

All is read from the folders of the cells; a cell without figures is listed as not run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matplotlib.axes import Axes

from atlasgen.jsonvalue import Json, JsonObject
from train.evaluating import results, statistics
from train.evaluating.evaluation import Evaluation
from train.evaluating.statistics import Estimate
from train.experiment import GREEDY, SPLITS, evaluated
from train.experiments.cells import EXPLOIT, START, Cell
from train.training import plots
from train.training.folder import Folder, lines
from train.training.settings import Settings

PAGE: Final = "experiment.md"
FIGURES: Final = "experiment.json"
PICTURE: Final = "experiment.png"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one cell came to on the tasks of one scenario.

    Attributes:
        cell: The cell.
        scenario: The scenario.
        split: Of which split the tasks are.
        temperature: Of sampling.
        tasks: How many tasks were played.
        reward: The mean reward.
        success: The rate of strict successes.
        exploit: How often the hole was used.
        lift: By how much strict success is higher than that of the checkpoint, task by task; None for the checkpoint.
        passes: The chance that one of several samples succeeds; None with one sample.
    """

    cell: Cell
    scenario: str
    split: str
    temperature: float
    tasks: int
    reward: Estimate
    success: Estimate
    exploit: Estimate
    lift: Estimate | None
    passes: Estimate | None

    def to_json(self) -> JsonObject:
        """Return the figures as a JSON value."""
        return {
            "cell": self.cell.name,
            "scenario": self.scenario,
            "split": self.split,
            "temperature": self.temperature,
            "tasks": self.tasks,
            "reward": self.reward.to_json(),
            "success": self.success.to_json(),
            "exploit": self.exploit.to_json(),
            "lift": None if self.lift is None else self.lift.to_json(),
            "pass_at": None if self.passes is None else {str(self.cell.samples): self.passes.to_json()},
        }


def write(known: Sequence[Cell], settings: Settings, out: Path, into: Path) -> None:
    """Write the page, the figures and the picture.

    Args:
        known: All cells of the experiment, run or not.
        settings: The numbers that they share.
        out: The folder of the cells.
        into: The folder that gets them.
    """
    into.mkdir(parents=True, exist_ok=True)
    found = [item for cell in known for item in _findings(cell, settings, out)]
    left = [cell for cell in known if not (out / cell.name / "done").exists()]
    curves = {cell.name: [*lines(Folder(out / cell.name / "run").metrics)] for cell in known}
    curves = {name: steps for name, steps in curves.items() if steps}
    shared: JsonObject = {**settings.to_json()}
    del shared["out"]
    every: list[Json] = [item.to_json() for item in found]
    figures: JsonObject = {
        "command": "python train/experiment.py",
        "settings": shared,
        "findings": every,
        "not_run": [cell.name for cell in left],
        "curves": {
            name: [{key: line.get(key) for key in ("step", "loss", "scored", "success")} for line in steps]
            for name, steps in curves.items()
        },
    }
    (into / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (into / PICTURE).write_bytes(_picture(curves, found))
    text = page(found, left, {name: len(steps) for name, steps in curves.items()}, settings)
    (into / PAGE).write_text(text, encoding="utf-8")


def _findings(cell: Cell, settings: Settings, out: Path) -> Iterator[Finding]:
    for split in SPLITS:
        for temperature in (settings.eval_temperature, GREEDY):
            where = evaluated(out / cell.name, split, temperature)
            # An evaluation that is not whole has no file of figures, and says nothing.
            if not (where / results.FIGURES).exists():
                continue
            first = evaluated(out / START.name, split, temperature)
            before = results.load(first) if cell != START and (first / results.FIGURES).exists() else None
            yield from findings(cell, results.load(where), before)


def findings(cell: Cell, after: Evaluation, before: Evaluation | None) -> Iterator[Finding]:
    """Yield what an evaluation of a cell says, scenario by scenario.

    Args:
        cell: The cell.
        after: Its evaluation.
        before: That of the checkpoint; None where there is none to compare with.
    """
    for summary in after.summaries:
        name = summary.scenario
        used: dict[int, list[float]] = {}
        for item in after.results:
            if item.key.scenario == name:
                used.setdefault(item.key.seed, []).append(item.components[EXPLOIT])
        lift = None
        if before is not None:
            lift = statistics.paired(before.successes(name), after.successes(name))
        yield Finding(
            cell=cell,
            scenario=name,
            split=after.split,
            temperature=after.temperature,
            tasks=summary.tasks,
            reward=summary.reward,
            success=summary.success,
            exploit=statistics.rate([*used.values()]),
            lift=lift,
            passes=summary.pass_at.get(cell.samples) if cell.samples > 1 else None,
        )


def page(found: Sequence[Finding], left: Sequence[Cell], steps: dict[str, int], settings: Settings) -> str:
    """Return the page.

    Args:
        found: What the cells came to.
        left: The cells that are not finished.
        steps: How many steps each trained cell made.
        settings: The numbers that they share.
    """
    parts = [
        "# The experiment",
        "Written by `python train/experiment.py` (`make experiment`) from what it measured; the figures and the "
        f"settings are in [{FIGURES}]({FIGURES}). All cells begin from the checkpoint `{settings.model}` and make "
        f"{settings.steps} steps of {settings.rollouts} rollouts; the last weights count, nothing is chosen by "
        "validation. Those marked * are controls with one seed. Intervals are of 95 % over tasks; a lift is over the "
        "checkpoint, task by task. *Exploit*: how often the reward with the hole, which takes any place for the right "
        "one, sees a success where the honest reward sees none.",
        f"![curves and bars]({PICTURE})",
    ]
    for split in SPLITS:
        for temperature in (settings.eval_temperature, GREEDY):
            rows = [item for item in found if (item.split, item.temperature) == (split, temperature)]
            if rows:
                told = "greedy" if temperature == GREEDY else f"T = {temperature:g}"
                new = "new worlds, known sentences" if split == "validation" else "new worlds and new sentences"
                parts += [f"## {split.capitalize()} tasks ({new}), {told}", table(rows, steps)]
    if left:
        names = "\n".join(f"- `{cell.name}`: {cell.meaning}" for cell in left)
        parts += ["## Not run to the end", names]
    return "\n\n".join(parts) + "\n"


def table(rows: Sequence[Finding], steps: dict[str, int]) -> str:
    """Return findings as a table of the page."""
    head = "| cell | scenario | steps | tasks | reward | strict success | lift | exploit | pass@k |"
    body = [head, "|" + "---|" * (head.count("|") - 1)]
    for item in rows:
        mark = " *" if item.cell.control and item.cell.how != "as it is" else ""
        lift = "" if item.lift is None else _text(item.lift, "+.2f")
        passes = "" if item.passes is None else f"k = {item.cell.samples}: {_text(item.passes)}"
        body.append(
            f"| {item.cell.meaning}{mark} | {item.scenario} | {steps.get(item.cell.name, 0)} | {item.tasks} "
            f"| {_text(item.reward)} | {_text(item.success)} | {lift} | {_text(item.exploit)} | {passes} |"
        )
    return "\n".join(body)


def _text(found: Estimate, form: str = ".2f") -> str:
    return f"{found.value:{form}} ({found.low:{form}} to {found.high:{form}})"


def _picture(curves: dict[str, list[dict[str, Any]]], found: Sequence[Finding]) -> bytes:
    figure, axes = plots.panels(6, height=4.0)
    for panel, name, title in ((axes[0], "scored", "reward in training"), (axes[1], "success", "success in training")):
        for number, (cell, steps) in enumerate(curves.items()):
            plots.curve(panel, steps, name, plots.COLOURS[number % len(plots.COLOURS)], cell)
        panel.set_title(f"{title}, as that cell is paid", fontsize=9, loc="left")
        panel.set_ylim(-0.03, 1.03)
        if panel.get_lines():
            panel.legend(fontsize=7, frameon=False)
    shown = [(split, greedy) for split in SPLITS for greedy in (False, True)]
    for panel, (split, greedy) in zip(axes[2:], shown, strict=True):
        rows = [item for item in found if item.split == split and (item.temperature == GREEDY) == greedy]
        _bars(panel, rows, f"{split} tasks, {'greedy' if greedy else 'sampled'} (95 %)")
    return plots.png(figure)


def _bars(panel: Axes, rows: Sequence[Finding], title: str) -> None:
    places = range(len(rows))
    told = (("strict success", [item.success for item in rows]), ("exploit", [item.exploit for item in rows]))
    for number, (label, values) in enumerate(told):
        spread = [[item.value - item.low for item in values], [item.high - item.value for item in values]]
        where = [place - 0.2 + 0.4 * number for place in places]
        colour = plots.COLOURS[2 * number]
        heights = [item.value for item in values]
        panel.bar(where, heights, width=0.38, color=colour, yerr=spread, ecolor="#555", capsize=2, label=label)
    names = [f"{item.cell.name}\n{item.scenario}" for item in rows]
    panel.set_xticks(places, names, rotation=45, fontsize=7, ha="right")
    panel.set_ylim(0, 1.03)
    panel.set_title(title, fontsize=9, loc="left")
    if rows:
        panel.legend(fontsize=7, frameon=False)
