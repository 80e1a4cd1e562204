"""`build`: the package of each document, written or compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from atlasgen import jsonvalue, publish, workspace
from atlasgen.cli.app import app, suggestion
from atlasgen.cli.terminal import filled, printable, shown
from atlasgen.errors import AtlasgenError, Problem

if TYPE_CHECKING:
    from atlasgen.build import Built
    from atlasgen.plan.model import Plan


@app.command()
def build(
    specs: Annotated[list[Path] | None, typer.Argument(metavar="SPEC", help="OpenAPI documents, YAML or JSON.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if files differ.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder of the packages [generated_envs/ of the workspace].")] = None,
    overlay: Annotated[Path | None, typer.Option(help="Hints for the document [overlays/NAME.yaml beside it].")] = None,
    hints: Annotated[Literal["all", "none"], typer.Option(help="none: leave the hints out.")] = "all",
    discard_edits: Annotated[bool, typer.Option("--discard-edits", help="Throw away edits in _generated/.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Write the package of each document, or check that it is up to date."""
    if not specs:
        raise AtlasgenError.single("atlasgen build", "names no document", f"for example: {suggestion()}")
    if overlay and (hints == "none" or len(specs) > 1):
        other = "--hints none" if hints == "none" else "several documents"
        raise AtlasgenError.single("--overlay", f"does not go with {other}", "build that document by itself")
    if check and discard_edits:
        raise AtlasgenError.single("--discard-edits", "does not go with --check, which writes nothing")
    packages = _packages(specs, out or _default_out(), overlay=overlay, hints=hints != "none")
    if check:
        _check(packages, as_json=as_json)
    else:
        _publish(packages, discard_edits=discard_edits, as_json=as_json)


def _packages(specs: list[Path], out: Path, *, overlay: Path | None, hints: bool) -> dict[Path, Built]:
    # The renderer takes a second to import, and --help should not.
    from atlasgen.build import build, check_overrides

    packages: dict[Path, Built] = {}
    sources: dict[str, Path] = {}
    problems: list[Problem] = []
    for spec in dict.fromkeys(specs):
        try:
            with Console(stderr=True).status(Text(f"building {printable(str(spec))}")):
                package = build(spec, overlay=overlay, hints=hints)
            check_overrides(package.plan, out / package.name)
        except AtlasgenError as error:
            problems += error.problems
            continue
        other = sources.setdefault(package.name.casefold(), spec)
        if other != spec:
            what = f"would overwrite the package {package.name}, which {other} makes"
            problems.append(Problem(str(spec), what, "rename one of the two documents"))
        packages[out / package.name] = package
    if problems:
        raise AtlasgenError(*problems)
    return packages


def _default_out() -> Path:
    """Return generated_envs/ of the workspace; outside of one, that of the working directory."""
    here = Path.cwd()
    return (workspace.find(here) or here) / workspace.ENVIRONMENTS


def _check(packages: Mapping[Path, publish.Package], *, as_json: bool) -> None:
    drifts = {target: publish.check(package, target) for target, package in packages.items()}
    if as_json:
        _print_json(packages, drifts)
    else:
        for target, drift in drifts.items():
            lines = [(kind, target / name) for kind, names in asdict(drift).items() for name in names]
            for kind, path in lines or [("same", target)]:
                typer.echo(f"{kind:8} {printable(shown(path))}")
    if any(drifts.values()):
        typer.echo("not up to date: run atlasgen build without --check", err=True)
        raise typer.Exit(1)


def _publish(packages: Mapping[Path, Built], *, discard_edits: bool, as_json: bool) -> None:
    from atlasgen.build import overridden

    reports = publish.publish_all(packages, discard_edits=discard_edits)
    if as_json:
        _print_json(packages, reports)
        return
    for target, report in reports.items():
        counts = ", ".join(f"{len(names)} {kind}" for kind, names in asdict(report).items() if names)
        typer.echo(f"{printable(shown(target))}: {counts}")
        for name in report.seeded:
            typer.echo(f"  {name} is yours: it will not be written again")
        for line in _understood(packages[target].plan, overridden(target)):
            typer.echo(filled(line, "  ", "    "))


def _understood(plan: Plan, answered: Collection[str]) -> Iterator[str]:
    """Yield what a plan makes of its document; `answered` are the functions that people wrote."""
    kinds = Counter(operation.archetype for operation in plan.operations)
    emulated = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common() if kind != "stub")
    yield f"{len(plan.operations)} operations: {emulated or 'none is emulated'}"
    stubs = [item.tool for item in plan.operations if not item.is_understood and item.function not in answered]
    if stubs:
        named = ", ".join(stubs[:3]) + (", ..." if len(stubs) > 3 else "")
        yield f"{len(stubs)} of them change nothing, for no rule understands them ({named}): hint or override them"


def _print_json(
    packages: Mapping[Path, publish.Package], results: Mapping[Path, publish.Report] | Mapping[Path, publish.Drift]
) -> None:
    rows = [{"name": packages[target].name, "path": str(target), **asdict(row)} for target, row in results.items()]
    typer.echo(jsonvalue.encode({"packages": rows}))
