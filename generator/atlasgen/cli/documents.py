"""`verify`, `trim` and `coverage`: what a document says, and what is made of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from atlasgen import jsonvalue
from atlasgen.cli.app import app
from atlasgen.cli.naming import known, verified
from atlasgen.cli.terminal import WIDTH, filled, printable
from atlasgen.errors import AtlasgenError
from atlasgen.spec import write


@app.command()
def verify(
    api: Annotated[str, typer.Argument(metavar="SPEC_OR_NAME", help="An OpenAPI document or a built environment.")],
    hints: Annotated[Literal["all", "none"], typer.Option(help="none: leave hints and overrides out.")] = "all",
    seeds: Annotated[int, typer.Option(min=1, help="In how many worlds to try every operation.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
) -> None:
    """Try every operation from outside; exit with 1 if one is not what it has to be."""
    from atlasgen.verification import verdicts
    from atlasgen.verification import verify as verifying

    chosen = verified(api, hints=hints != "none")
    console = Console(stderr=True)
    # Without a thread that draws the bar processes can be forked beside it.
    with Progress(console=console, transient=True, disable=not console.is_terminal, auto_refresh=False) as bar:
        task = bar.add_task("verifying", total=None)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, refresh=True)

        report = verifying.verify(chosen, seeds=seeds, jobs=verifying.jobs(chosen), progress=progress)
    if as_json:
        typer.echo(jsonvalue.encode(report.to_json()))
    else:
        for line in verdicts.lines(report, width=WIDTH):
            typer.echo(printable(line))
    if not report.accepted:
        raise typer.Exit(1)


@app.command()
def trim(
    full: Annotated[Path, typer.Argument(metavar="FULL", help="An OpenAPI document, YAML or JSON.")],
    more: Annotated[list[str] | None, typer.Argument(metavar="ID", help="More operations.")] = None,
    operations: Annotated[
        list[str] | None, typer.Option("--operation", metavar="ID", help="operationId, or 'GET /path'; repeat it.")
    ] = None,
    out: Annotated[str, typer.Option("-o", "--out", metavar="SPEC", help="YAML to write or add to; -: stdout.")] = "",
    no_descriptions: Annotated[
        bool, typer.Option("--no-descriptions", help="Leave text out that may not be copied.")
    ] = False,
) -> None:
    """Take some operations of a document, and what they refer to, into a small one."""
    from atlasgen.spec import load
    from atlasgen.spec import trim as trims

    names = [*(operations or ()), *(more or ())]
    if not names or not out:
        missing = "--operation" if not names else "-o"
        example = f"atlasgen trim {full} --operation ID -o specs/NAME.yaml"
        raise AtlasgenError.single("atlasgen trim", f"needs {missing}", f"for example: {example}")
    target = Path(out)
    if target.suffix.lower() == ".json":
        raise AtlasgenError.single(out, "would hold YAML", "let the name end in .yaml")
    there = out != "-" and os.path.lexists(target)
    with Console(stderr=True).status(Text(f"reading {printable(str(full))}")):
        existing = load.read_openapi(target) if there else None
        found = trims.trim(load.read_openapi(full), names, existing, where=str(full), descriptions=not no_descriptions)
    if out == "-":
        typer.echo(write.text(found), nl=False)
        return
    if existing is not None and jsonvalue.encode(existing) == jsonvalue.encode(found):
        typer.echo(f"{printable(out)}: unchanged")
        return
    old = target.read_text(encoding="utf-8") if there else ""
    write.write(target, write.text(found, header=write.header(old)))
    counts = [f"{count} {name}" for name, count in trims.added(found, existing).items()]
    typer.echo(filled(f"{out}: {', '.join(counts) or 'nothing'} added", "", "  "))
    if write.has_comments(old.removeprefix(write.header(old))):
        typer.echo(f"{printable(out)}: comments after the first key are gone", err=True)


@app.command()
def coverage(
    api: Annotated[str, typer.Argument(metavar="SPEC_OR_NAME", help="An OpenAPI document or a built environment.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    facts: Annotated[bool, typer.Option("--facts", help="Tell the evidence for every decision.")] = False,
) -> None:
    """Tell what is understood of each operation, and why."""
    from atlasgen.plan import coverage as coverages

    if as_json and facts:
        raise AtlasgenError.single("--facts", "does not go with --json, which tells every fact")
    plan, operations = known(api)
    overridden = {item.tool for item in plan.operations if operations is not None and operations.overrides(item)}
    found = coverages.coverage(plan, overridden)
    if as_json:
        typer.echo(jsonvalue.encode(found.to_json()))
        return
    for line in coverages.lines(found, width=WIDTH, facts=facts):
        typer.echo(printable(line))
