"""`audit`: rewards held against mutants, equivalents and an oracle; its tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from atlasgen import jsonvalue, workspace
from atlasgen.cli.app import app
from atlasgen.cli.naming import DOCUMENTS, is_built, scenario_of, verified
from atlasgen.cli.options import Reward, Split
from atlasgen.cli.terminal import WIDTH, filled, printable

if TYPE_CHECKING:
    from atlasgen.tasks.audit import AuditReport

_TASKS: Final = 50  # that an audit of a scenario plays, if nobody says how many


@app.command()
def audit(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="[SCENARIO_OR_SPEC]",
            help="A module of rewards/ [all of them], an OpenAPI document or a built environment.",
        ),
    ] = "",
    seeds: Annotated[
        int | None, typer.Option(min=1, help="How many tasks to play in every way: of a document, by operation.")
    ] = None,
    hints: Annotated[
        Literal["all", "none"], typer.Option(help="none: leave hints and overrides of a document out.")
    ] = "all",
    split: Annotated[Split, typer.Option(help="Which split.")] = "train",
    reward: Reward = None,
    jobs: Annotated[int, typer.Option(min=1, help="In how many processes.")] = 2,
    brief: Annotated[bool, typer.Option("--brief", help="Print one row for each scenario.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the reports as JSON.")] = False,
) -> None:
    """Hold rewards against mutants, equivalents and an oracle; exit with 1 if one fails that is trained with."""
    from atlasgen.tasks.audit import audit as audited

    if Path(scenario).suffix in DOCUMENTS or is_built(scenario):
        _survey(scenario, hints=hints != "none", seeds=seeds, as_json=as_json)
        return
    chosen = [scenario_of(name) for name in ([scenario] if scenario else workspace.scenarios())]
    if not scenario:
        chosen = [item for item in chosen if item.role != "demonstration"]
    numbers = range(seeds or _TASKS)
    reports: list[AuditReport] = []
    console = Console(stderr=True)
    # Without a thread that draws the bar processes can be forked beside it.
    with Progress(console=console, transient=True, disable=not console.is_terminal, auto_refresh=False) as bar:
        shown = bar.add_task("auditing", total=len(numbers) * len(chosen))
        for item in chosen:
            bar.update(shown, description=f"auditing {printable(item.name)}", refresh=True)
            report = audited(
                item, numbers, split=split, variant=reward, jobs=jobs,
                progress=lambda: bar.update(shown, advance=1, refresh=True),
            )  # fmt: skip
            reports.append(report)
    if as_json:
        typer.echo(jsonvalue.encode({"scenarios": [report.to_json() for report in reports]}))
    else:
        for report in () if brief else reports:
            _print_audit(report)
        if brief or len(reports) > 1:
            _print_audits(reports)
    if not all(report.accepted for report in reports if report.role == "training" or scenario):
        raise typer.Exit(1)


def _survey(name: str, *, hints: bool, seeds: int | None, as_json: bool) -> None:
    """Audit what is known of every operation of an API that writes, without a scenario."""
    from atlasgen.tasks import survey as surveys

    chosen = verified(name, hints=hints)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal, auto_refresh=False) as bar:
        task = bar.add_task("playing", total=None)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, refresh=True)

        report = surveys.survey(chosen, seeds=seeds or surveys.SEEDS, progress=progress)
    if as_json:
        typer.echo(jsonvalue.encode(report.to_json()))
    else:
        for line in surveys.lines(report, width=WIDTH):
            typer.echo(printable(line))
    if not report.accepted:
        raise typer.Exit(1)


def _print_audit(report: AuditReport) -> None:
    console = Console(width=WIDTH)
    title = f"{report.scenario}, {report.split}: {report.tasks} tasks, {report.trajectories:,} trajectories"
    table = Table(title=printable(title), title_justify="left", box=SIMPLE_HEAD)
    table.add_column("")
    for heading in ("lowest", "highest", "played"):
        table.add_column(heading, justify="right")
    for tier, span in report.tiers.items():
        table.add_row(tier, f"{span.low:.3f}", f"{span.high:.3f}", f"{span.count:,}")
    console.print(table)
    table = Table(box=SIMPLE_HEAD)
    table.add_column("")
    for heading in ("mean reward", "success"):
        table.add_column(heading, justify="right")
    for name, mean in report.agents.items():
        table.add_row(name, f"{mean.reward:.3f}", f"{mean.success:.0%}")
    console.print(table)
    for name, rate in (("false accepts", report.false_accepts), ("false rejects", report.false_rejects)):
        typer.echo(f"{name}: {rate.count} of {rate.of:,} (at most {rate.upper:.2%}, with 95 % confidence)")
    typer.echo(f"tiers in strict order on every task: {'yes' if report.order_strict else 'no'}")
    found = report.range
    figures = f"mean {found.mean:.3f}, {found.flat:.0%} of {found.groups} groups without variance"
    typer.echo(f"degenerate: {found.verdict or 'no'} ({figures})")
    for item in report.findings:
        line = f"{item.kind}: task {item.seed}, {item.mutant}: {item.reward:.3f}: {item.what}"
        typer.echo(filled(line, "  ", "    "))
    typer.echo("accepted" if report.accepted else "rejected: not to be trained with")


def _print_audits(reports: Sequence[AuditReport]) -> None:
    """Print a table with a row for each scenario."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("scenario")
    for heading in ("expert", "no-op", "order", "false +", "false -", "degenerate"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for report in reports:
        verdict = "accepted" if report.accepted else "rejected" if report.role == "training" else report.role
        table.add_row(
            printable(report.scenario),
            f"{report.expert:.3f}",
            f"{report.no_op:.3f}",
            "strict" if report.order_strict else "broken",
            f"{report.false_accepts.count:,}",
            f"{report.false_rejects.count:,}",
            report.range.verdict or "no",
            verdict,
        )
    Console(width=WIDTH).print(table)
