"""The curves of a run as pictures, from the lines of its files."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Lines = Sequence[Mapping[str, Any]]

_SMOOTH: Final = 5  # steps in a running mean
COLOURS: Final = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#a463f2", "#9c6b4e", "#3ca951", "#97bbf5")


def curves(metrics: Lines, evaluations: Lines, scenarios: Sequence[str]) -> bytes:
    """Return reward and success over the steps: of training as lines, of validations as points."""
    figure, axes = panels(2, height=3.4)
    for panel, name, title in ((axes[0], "scored", "reward"), (axes[1], "success", "strict success")):
        for number, scenario in enumerate(scenarios):
            colour = COLOURS[number % len(COLOURS)]
            curve(panel, metrics, f"scenarios/{scenario}/{name}", colour, scenario)
            points = [
                (found["step"], item["reward" if name == "scored" else "success"])
                for found in evaluations
                if found.get("kind") == "validation"
                for item in found["scenarios"]
                if item["scenario"] == scenario
            ]
            for step, value in points:
                panel.errorbar(
                    [step],
                    [value["value"]],
                    yerr=[[max(0.0, value["value"] - value["low"])], [max(0.0, value["high"] - value["value"])]],
                    fmt="o",
                    color=colour,
                    markersize=4,
                    linewidth=1,
                )
        panel.set_ylim(-0.03, 1.03)
        panel.set_title(f"{title}: training (line), validation (points, 95 %)", fontsize=9, loc="left")
        panel.set_xlabel("step", fontsize=8)
    if axes[0].get_lines():
        axes[0].legend(fontsize=7, frameon=False, loc="lower right")
    return png(figure)


def components(metrics: Lines) -> bytes:
    """Return the components of the reward over the steps."""
    names = sorted({key for line in metrics for key in line if key.startswith("components/")})
    figure, axes = panels(max(1, len(names)), height=2.0, columns=4)
    for panel, name in zip(axes, names, strict=False):
        curve(panel, metrics, name, COLOURS[0])
        panel.set_ylim(-0.03, 1.03)
        panel.set_title(name.removeprefix("components/"), fontsize=8, loc="left")
    return png(figure)


def health(metrics: Lines, scenarios: Sequence[str]) -> bytes:
    """Return what a collapse would show in, and what a step costs."""
    shown = (
        ("entropy", "entropy (nats)"),
        ("completions/mean_length", "tokens said in a rollout"),
        ("completions/clipped_ratio", "share that ran out of tokens"),
        ("valid_calls", "share of calls that are valid"),
        ("frac_reward_zero_std", "share of groups without variance"),
        ("grad_norm", "norm of the gradient"),
        ("learning_rate", "learning rate"),
        ("step_time", "seconds of a step"),
    )
    figure, axes = panels(len(shown) + (len(scenarios) > 1), height=2.0, columns=4)
    for panel, (name, title) in zip(axes, shown, strict=False):
        curve(panel, metrics, name, COLOURS[0])
        panel.set_title(title, fontsize=8, loc="left")
        panel.set_ylim(bottom=0)
    if len(scenarios) > 1:
        panel = axes[len(shown)]
        for number, scenario in enumerate(scenarios):
            curve(panel, metrics, f"share/{scenario}", COLOURS[number % len(COLOURS)], scenario)
        panel.set_title("share of each scenario", fontsize=8, loc="left")
        panel.set_ylim(bottom=0)
        panel.legend(fontsize=5, frameon=False)
    return png(figure)


def panels(count: int, *, height: float, columns: int = 2) -> tuple[Figure, list[Axes]]:
    """Return a figure with so many panels."""
    rows = math.ceil(count / columns)
    figure = Figure(figsize=(11, height * rows), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(rows, columns, squeeze=False)
    found: list[Axes] = list(grid.flat)
    for panel in found[count:]:
        panel.set_visible(False)
    for panel in found:
        panel.tick_params(labelsize=7)
        panel.grid(color="#e6e6e6", linewidth=0.6)
        panel.spines[["top", "right"]].set_visible(False)
    return figure, found


def curve(panel: Axes, metrics: Lines, name: str, colour: str, label: str = "") -> None:
    """Draw a figure of the steps, smoothed; nothing where it was not measured."""
    points = [(line["step"], line[name]) for line in metrics if line.get(name) is not None]
    if not points:
        return
    steps, values = [step for step, _ in points], [value for _, value in points]
    smooth = [_mean(values[max(0, at - _SMOOTH + 1) : at + 1]) for at in range(len(values))]
    panel.plot(steps, values, color=colour, alpha=0.25, linewidth=0.8)
    panel.plot(steps, smooth, color=colour, linewidth=1.6, label=label, marker="o" if len(steps) == 1 else None)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def png(figure: Figure) -> bytes:
    """Return a figure as a picture."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110)
    return out.getvalue()
