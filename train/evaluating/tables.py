"""Evaluations and comparisons as tables for a terminal, 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from train.evaluating.evaluation import Comparison, Evaluation, Summary
from train.evaluating.failures import KINDS, Kind
from train.evaluating.statistics import Estimate

WIDTH = 80
"""Columns that a table takes at most."""


def tables(evaluation: Evaluation) -> Iterator[Table]:
    """Yield the figures of an evaluation, those with nothing to say left out."""
    summaries = evaluation.summaries
    if not summaries:
        return
    yield _figures(evaluation, summaries)
    if any(item.pass_at for item in summaries):
        yield _passes(summaries)
    if any(item.failures for item in summaries):
        yield _failures(summaries)


def comparison(before: str, after: str, found: Sequence[Comparison]) -> Table:
    """Return how one evaluation differs from another.

    Args:
        before: Who played first.
        after: Who played then.
        found: The differences of each scenario.
    """
    table = _table(f"{after} against {before}, task by task", "scenario", "tasks", "reward", "95 %", "success", "95 %")
    for item in found:
        reward, success = item.reward, item.success
        table.add_row(
            item.scenario, str(item.tasks), f"{reward.value:+.3f}", _signed(reward),
            f"{success.value:+.3f}", _signed(success),
        )  # fmt: skip
    return table


def _figures(evaluation: Evaluation, summaries: Sequence[Summary]) -> Table:
    title = f"{evaluation.agent}, {evaluation.split} tasks"
    models = any(item.tokens is not None for item in summaries)
    if models:
        title += f", temperature {evaluation.temperature:g}"
    if evaluation.variant is not None:
        title += f", {evaluation.variant} reward"
    broken = any(item.broken for item in summaries)
    columns = ["scenario", "tasks", "reward", "95 %", "success", "95 %", "calls"]
    table = _table(title, *columns, *["tokens"] * models, *["broken"] * broken)
    for item in summaries:
        cells = [
            item.scenario, str(item.tasks), f"{item.reward.value:.3f}", _span(item.reward),
            f"{item.success.value:.1%}", _percent(item.success), f"{item.calls:.1f}",
        ]  # fmt: skip
        if models:
            cells.append("" if item.tokens is None else str(item.tokens.completion))
        if broken:
            cells.append(str(item.broken))
        table.add_row(*cells)
    return table


def _passes(summaries: Sequence[Summary]) -> Table:
    ks = sorted({k for item in summaries for k in item.pass_at})
    # More columns than these do not fit: the ends and the powers of two nearest to them.
    ks = ks if len(ks) <= 4 else [*ks[:2], *ks[-2:]]
    names = [f"{sign}{k}" for sign in ("pass@", "pass^") for k in ks]
    table = _table("success of k samples: any of them (@), all of them (^)", "scenario", *names)
    for item in summaries:
        every = [found.get(k) for found in (item.pass_at, item.pass_hat) for k in ks]
        table.add_row(item.scenario, *("" if one is None else f"{one.value:.3f}" for one in every))
    return table


def _failures(summaries: Sequence[Summary]) -> Table:
    table = _table("episodes without success, by what explains most", "scenario", "failed", "")
    table.columns[2].justify = "left"
    for item in summaries:
        table.add_row(item.scenario, str(sum(item.failures.values())), _counts(item.failures))
    return table


def _counts(found: Mapping[Kind, int]) -> str:
    kinds = sorted(found, key=lambda kind: (-found[kind], KINDS.index(kind)))
    return ", ".join(f"{kind.replace('_', ' ')} {found[kind]}" for kind in kinds)


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True, overflow="ellipsis", min_width=12)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _span(estimate: Estimate) -> str:
    return f"{estimate.low:.3f}-{estimate.high:.3f}"


def _percent(estimate: Estimate) -> str:
    return f"{100 * estimate.low:.1f}-{100 * estimate.high:.1f}"


def _signed(estimate: Estimate) -> str:
    return f"{estimate.low:+.3f} {estimate.high:+.3f}"
