"""The command line: reads arguments, calls the library, prints.

Results go to stdout, diagnostics to stderr. The exit code is 0 for success, 1 for a negative verdict, 2 for an error.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, TypeAlias

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from atlasgen import jsonvalue, publish, workspace
from atlasgen.errors import AtlasgenError, Problem
from atlasgen.plan.read import plan_of
from atlasgen.runtime import worldfile
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations
from atlasgen.runtime.seeding import RECORDS
from atlasgen.spec import write

if TYPE_CHECKING:
    from atlasgen.build import Built
    from atlasgen.plan.model import Plan
    from atlasgen.tasks.audit import AuditReport
    from atlasgen.tasks.scenario import Scenario

_WIDTH = 80
_TOLD = 100  # problems of one run
_LONGEST = 2_000  # characters of one of them
_DOCUMENTS = (".yaml", ".yml", ".json")
_TASKS = 50  # that an audit of a scenario plays, if nobody says how many

app = typer.Typer(
    name="atlasgen",
    help="Turn OpenAPI documents into environments that agents can be trained in.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDTH},
)


def main() -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    try:
        app(prog_name="atlasgen")
    except AtlasgenError as error:
        _complain(error.problems)
    except OSError as error:
        _complain([Problem(str(error.filename or "atlasgen"), error.strerror or str(error))])
    sys.exit(2)


@app.callback(invoke_without_command=True)
def welcome(context: typer.Context) -> None:
    """Turn OpenAPI documents into environments that agents can be trained in."""
    if context.invoked_subcommand is None:
        typer.echo("atlasgen turns OpenAPI documents into environments that agents can be trained in.\n")
        typer.echo(f"Next, build one:  {_suggestion()}")
        typer.echo("All commands:     atlasgen --help")


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
        raise AtlasgenError.single("atlasgen build", "names no document", f"for example: {_suggestion()}")
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


@app.command()
def serve(
    apis: Annotated[list[str], typer.Argument(metavar="NAME_OR_SPEC", help="Built environments or OpenAPI documents.")],
    host: Annotated[str, typer.Option(help="Address to listen at; 127.0.0.1 is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0: any free one.")] = 8080,
    seed: Annotated[int | None, typer.Option(help="World to begin in [0].")] = None,
    world: Annotated[Path | None, typer.Option(metavar="FILE", help="World of your own; see atlasgen world.")] = None,
    token: Annotated[str | None, typer.Option(help="What clients must show, as password or as bearer.")] = None,
) -> None:
    """Answer HTTP requests as the services would, from one world in memory."""
    from atlasgen.serve import http  # the server takes a while to import, and --help should not

    if token == "":
        raise AtlasgenError.single("--token", "is empty", "leave it out to let everybody in")
    if world is not None and seed is not None:
        raise AtlasgenError.single("--world", "does not go with --seed", "the file tells its own seed")
    opened = [_api(name) for name in apis]
    base = worldfile.read(world, [_emulator(api) for api in opened]) if world is not None else None
    served = http.application(Environment(*opened, seed=seed or 0, world=base, keep_calls=False), token=token)
    try:
        listening = http.listen(host, port)
    except OSError as error:
        what, remedy = f"cannot be listened at: {error.strerror}", "choose another --port; 0 is any free one"
        raise AtlasgenError.single(f"{host}:{port}", what, remedy) from error
    with listening:
        name, number = listening.getsockname()[:2]
        typer.echo(f"http://{f'[{name}]' if ':' in name else name}:{number}")
        http.run(served, listening)


@app.command()
def world(
    apis: Annotated[list[str], typer.Argument(metavar="SPEC_OR_NAME", help="Documents or built environments.")],
    seed: Annotated[int, typer.Option(help="Chooses ids, texts and who belongs to whom.")] = 0,
    records: Annotated[int, typer.Option(min=0, max=1_000_000, help="Records to make for each API.")] = RECORDS,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="JSON to write [stdout].")] = None,
) -> None:
    """Write a generated world as JSON, to edit and to begin in with serve --world."""
    if out is not None and out.suffix.lower() != ".json":
        raise AtlasgenError.single(str(out), "would hold JSON", "let the name end in .json")
    with Console(stderr=True).status(Text("making a world")):
        opened = Environment(*map(_api, apis), seed=seed, records=records)
        found = opened.export()
    if out is None:
        typer.echo(found, nl=False)
        return
    write.write(out, found)
    held = Counter({name: len(table) for name, table in opened.world.base.tables.items()})
    counts = ", ".join(f"{count:,} {name}" for name, count in held.most_common())
    typer.echo(_filled(f"{out}: {counts or 'no records'}", "", "  "))


_Split: TypeAlias = Literal["train", "validation", "test"]
_Reward: TypeAlias = Annotated[
    Literal["sparse", "sum", "banded", "trace"] | None, typer.Option(help="Variant of the reward [the scenario's own].")
]


@app.command()
def play(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A module of rewards/.")],
    agent: Annotated[
        Literal[
            "expert", "hasty", "noisy", "nothing", "reads_only", "first_match", "random_calls", "instruction_copied"
        ],
        typer.Option(help="Who plays."),
    ] = "expert",
    seed: Annotated[int, typer.Option(min=0, help="Which task of the split.")] = 0,
    split: Annotated[_Split, typer.Option(help="Which split.")] = "train",
    errors: Annotated[float, typer.Option(min=0, max=1, help="How often noisy errs, from 0 to 1.")] = 0.3,
    reward: _Reward = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="JSON lines to add the trajectory to.")] = None,
) -> None:
    """Play one task with a scripted agent: every call, what it changed, and the reward."""
    from atlasgen.tasks import playback, trajectory
    from atlasgen.tasks.players import player

    found = _scenario(scenario)
    task = found.task(seed, split)
    episode = found.play(found.environment(), task, player(agent, found, task, errors=errors, seed=seed))
    score = found.score(task, episode.trajectory, episode.diff, variant=reward)
    if out is not None:
        model = f"{agent} {errors}" if agent == "noisy" else agent
        line = trajectory.Line(
            found.name, seed, split, episode.trajectory, model=model,
            reward=score.reward, success=score.success, components=score.components,
        )  # fmt: skip
        with out.open("ab") as file:
            file.write(trajectory.write([line]))
    for text in playback.lines(task, episode, score, width=_WIDTH):
        typer.echo(_printable(text))


@app.command()
def score(
    file: Annotated[Path, typer.Argument(metavar="TRAJECTORY.jsonl", help="What play --out or a training run wrote.")],
    reward: _Reward = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Replay recorded trajectories and say what each is worth and why; exit with 1 if one replays otherwise."""
    from atlasgen.tasks import trajectory
    from atlasgen.tasks.explaining import Explained, Explainer

    explainers: dict[str, Explainer] = {}
    found: list[Explained] = []
    problems: list[Problem] = []
    for number, text in enumerate(file.read_bytes().split(b"\n"), start=1):
        if not text.strip():
            continue
        where = f"{file}:{number}"
        try:
            line = trajectory.parse(text, where=where)
            if line.scenario not in explainers:
                if line.scenario not in workspace.scenarios():
                    known = ", ".join(workspace.scenarios())
                    raise AtlasgenError.single(where, f"is of no scenario: {line.scenario!r}", f"there are: {known}")
                explainers[line.scenario] = Explainer(_scenario(line.scenario), reward)
            explained = explainers[line.scenario].explain(line, where=where)
        except AtlasgenError as error:
            problems += error.problems
            continue
        found.append(explained)
        if not as_json:
            for shown in explained.lines(width=_WIDTH):
                typer.echo(_printable(shown))
    if as_json:
        typer.echo(jsonvalue.encode({"trajectories": [item.to_json() for item in found]}))
    if problems:
        raise AtlasgenError(*problems)
    if not found:
        raise AtlasgenError.single(str(file), "holds no trajectory")
    if any(item.replay.difference is not None for item in found):
        raise typer.Exit(1)


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
    split: Annotated[_Split, typer.Option(help="Which split.")] = "train",
    reward: _Reward = None,
    jobs: Annotated[int, typer.Option(min=1, help="In how many processes.")] = 2,
    brief: Annotated[bool, typer.Option("--brief", help="Print one row for each scenario.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the reports as JSON.")] = False,
) -> None:
    """Hold rewards against mutants, equivalents and an oracle; exit with 1 if one fails that is trained with."""
    from atlasgen.tasks.audit import audit as audited

    if Path(scenario).suffix in _DOCUMENTS or _is_built(scenario):
        _survey(scenario, hints=hints != "none", seeds=seeds, as_json=as_json)
        return
    chosen = [_scenario(name) for name in ([scenario] if scenario else workspace.scenarios())]
    if not scenario:
        chosen = [item for item in chosen if item.role != "demonstration"]
    numbers = range(seeds or _TASKS)
    reports: list[AuditReport] = []
    console = Console(stderr=True)
    # Without a thread that draws the bar processes can be forked beside it.
    with Progress(console=console, transient=True, disable=not console.is_terminal, auto_refresh=False) as bar:
        shown = bar.add_task("auditing", total=len(numbers) * len(chosen))
        for item in chosen:
            bar.update(shown, description=f"auditing {_printable(item.name)}", refresh=True)
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


def _is_built(name: str) -> bool:
    return workspace.find(Path.cwd()) is not None and name in workspace.environments()


def _survey(name: str, *, hints: bool, seeds: int | None, as_json: bool) -> None:
    """Audit what is known of every operation of an API that writes, without a scenario."""
    from atlasgen.tasks import survey as surveys

    chosen = _verified(name, hints=hints)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal, auto_refresh=False) as bar:
        task = bar.add_task("playing", total=None)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, refresh=True)

        report = surveys.survey(chosen, seeds=seeds or surveys.SEEDS, progress=progress)
    if as_json:
        typer.echo(jsonvalue.encode(report.to_json()))
    else:
        for line in surveys.lines(report, width=_WIDTH):
            typer.echo(_printable(line))
    if not report.accepted:
        raise typer.Exit(1)


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

    chosen = _verified(api, hints=hints != "none")
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
        for line in verdicts.lines(report, width=_WIDTH):
            typer.echo(_printable(line))
    if not report.accepted:
        raise typer.Exit(1)


def _verified(name: str, *, hints: bool) -> Emulator | type[Operations]:
    """Return what to verify: a person's overrides count where they extend what the document says now."""
    if not hints:
        if Path(name).suffix not in _DOCUMENTS:
            raise AtlasgenError.single("--hints none", f"does not go with {name}, which was built", "name its document")
        return Emulator(plan_of(Path(name), hints=False))
    plan, built = _known(name)
    if built is not None and built.emulator.plan.digest == plan.digest:
        return built
    if built is not None:
        typer.echo(f"{workspace.ENVIRONMENTS}/{plan.name} is not up to date: its overrides are left out", err=True)
    return Emulator(plan)


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
    with Console(stderr=True).status(Text(f"reading {_printable(str(full))}")):
        existing = load.read_openapi(target) if there else None
        found = trims.trim(load.read_openapi(full), names, existing, where=str(full), descriptions=not no_descriptions)
    if out == "-":
        typer.echo(write.text(found), nl=False)
        return
    if existing is not None and jsonvalue.encode(existing) == jsonvalue.encode(found):
        typer.echo(f"{_printable(out)}: unchanged")
        return
    old = target.read_text(encoding="utf-8") if there else ""
    write.write(target, write.text(found, header=write.header(old)))
    counts = [f"{count} {name}" for name, count in trims.added(found, existing).items()]
    typer.echo(_filled(f"{out}: {', '.join(counts) or 'nothing'} added", "", "  "))
    if write.has_comments(old.removeprefix(write.header(old))):
        typer.echo(f"{_printable(out)}: comments after the first key are gone", err=True)


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
    plan, operations = _known(api)
    overridden = {item.tool for item in plan.operations if operations is not None and operations.overrides(item)}
    found = coverages.coverage(plan, overridden)
    if as_json:
        typer.echo(jsonvalue.encode(found.to_json()))
        return
    for line in coverages.lines(found, width=_WIDTH, facts=facts):
        typer.echo(_printable(line))


def _known(name: str) -> tuple[Plan, type[Operations] | None]:
    """Return the plan of a document or a built environment, and the class that a person may have extended."""
    if Path(name).suffix not in _DOCUMENTS:
        built = workspace.load_operations(name)
        if not issubclass(built, Operations):
            raise AtlasgenError.single(name, "its class Operations is not one that atlasgen built", "build it again")
        return built.emulator.plan, built
    plan = plan_of(Path(name))
    root = workspace.find(Path.cwd())
    own = root is not None and Path(name).resolve().is_relative_to(root) and plan.name in workspace.environments()
    return plan, workspace.load_operations(plan.name) if own else None


def _print_audit(report: AuditReport) -> None:
    console = Console(width=_WIDTH)
    title = f"{report.scenario}, {report.split}: {report.tasks} tasks, {report.trajectories:,} trajectories"
    table = Table(title=_printable(title), title_justify="left", box=SIMPLE_HEAD)
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
        typer.echo(_filled(line, "  ", "    "))
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
            _printable(report.scenario),
            f"{report.expert:.3f}",
            f"{report.no_op:.3f}",
            "strict" if report.order_strict else "broken",
            f"{report.false_accepts.count:,}",
            f"{report.false_rejects.count:,}",
            report.range.verdict or "no",
            verdict,
        )
    Console(width=_WIDTH).print(table)


def _scenario(name: str) -> Scenario:
    from atlasgen.tasks.scenario import Scenario

    found = workspace.load_scenario(name)
    if not isinstance(found, Scenario):
        raise AtlasgenError.single(f"rewards/{name}.py", "`scenario` returns no Scenario")
    return found


def _api(name: str) -> Emulator | type[Operations]:
    """Return the API of a document, or of an environment that was built in this workspace."""
    if Path(name).suffix in _DOCUMENTS:
        return Emulator(plan_of(Path(name)))
    return workspace.load_operations(name)


def _emulator(api: Emulator | type[Operations]) -> Emulator:
    return api if isinstance(api, Emulator) else api.emulator


def _suggestion() -> str:
    documents = [str(path) for path in sorted(Path("specs").glob("*.yaml"))[:2]]
    return " ".join(["atlasgen build", *(documents or ["path/to/openapi.yaml"])])


def _default_out() -> Path:
    """Return generated_envs/ of the workspace; outside of one, that of the working directory."""
    here = Path.cwd()
    return (workspace.find(here) or here) / workspace.ENVIRONMENTS


def _packages(specs: list[Path], out: Path, *, overlay: Path | None, hints: bool) -> dict[Path, Built]:
    # The renderer takes a second to import, and --help should not.
    from atlasgen.build import build, check_overrides

    packages: dict[Path, Built] = {}
    sources: dict[str, Path] = {}
    problems: list[Problem] = []
    for spec in dict.fromkeys(specs):
        try:
            with Console(stderr=True).status(Text(f"building {_printable(str(spec))}")):
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


def _check(packages: Mapping[Path, publish.Package], *, as_json: bool) -> None:
    drifts = {target: publish.check(package, target) for target, package in packages.items()}
    if as_json:
        _print_json(packages, drifts)
    else:
        for target, drift in drifts.items():
            lines = [(kind, target / name) for kind, names in asdict(drift).items() for name in names]
            for kind, path in lines or [("same", target)]:
                typer.echo(f"{kind:8} {_printable(_shown(path))}")
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
        typer.echo(f"{_printable(_shown(target))}: {counts}")
        for name in report.seeded:
            typer.echo(f"  {name} is yours: it will not be written again")
        for line in _understood(packages[target].plan, overridden(target)):
            typer.echo(_filled(line, "  ", "    "))


def _understood(plan: Plan, answered: Collection[str]) -> Iterator[str]:
    """Yield what a plan makes of its document; `answered` are the functions that people wrote."""
    kinds = Counter(operation.archetype for operation in plan.operations)
    emulated = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common() if kind != "stub")
    yield f"{len(plan.operations)} operations: {emulated or 'none is emulated'}"
    stubs = [item.tool for item in plan.operations if item.archetype == "stub" and item.function not in answered]
    if stubs:
        named = ", ".join(stubs[:3]) + (", ..." if len(stubs) > 3 else "")
        yield f"{len(stubs)} of them change nothing, for no rule understands them ({named}): hint their `archetype`"


def _print_json(
    packages: Mapping[Path, publish.Package], results: Mapping[Path, publish.Report] | Mapping[Path, publish.Drift]
) -> None:
    rows = [{"name": packages[target].name, "path": str(target), **asdict(row)} for target, row in results.items()]
    typer.echo(jsonvalue.encode({"packages": rows}))


def _complain(problems: Iterable[Problem]) -> None:
    """Print each problem as `error: where: what`, and its remedy below."""
    console = Console(stderr=True)
    listed = list(problems)
    for problem in listed[:_TOLD]:
        text = Text(_filled(f"error: {problem.where}: {problem.what}", "", "  "))
        text.stylize("bold red", 0, len("error:"))
        console.print(text, soft_wrap=True)
        if problem.remedy:
            console.print(Text(_filled(problem.remedy, "    ", "    ")), soft_wrap=True)
    if len(listed) > _TOLD:
        console.print(f"and {len(listed) - _TOLD:,} more", soft_wrap=True)


def _filled(text: str, first: str, rest: str) -> str:
    """Return a text in lines of 80 columns; a path stays in one piece, so that it can be copied."""
    wrapper = textwrap.TextWrapper(_WIDTH, initial_indent=first, subsequent_indent=rest)
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    return wrapper.fill(_printable(text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."))


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _printable(text: str) -> str:
    """Return a text that cannot command a terminal: documents are written by others."""
    return "".join(char if char.isprintable() else " " if char.isspace() else ascii(char)[1:-1] for char in text)
