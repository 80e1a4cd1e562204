"""`play` and `score`: one task with a scripted agent, and recorded trajectories played again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from atlasgen import jsonvalue, workspace
from atlasgen.cli.app import app
from atlasgen.cli.naming import scenario_of
from atlasgen.cli.options import Reward, Split
from atlasgen.cli.terminal import WIDTH, printable
from atlasgen.errors import AtlasgenError, Problem


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
    split: Annotated[Split, typer.Option(help="Which split.")] = "train",
    errors: Annotated[float, typer.Option(min=0, max=1, help="How often noisy errs, from 0 to 1.")] = 0.3,
    reward: Reward = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="JSON lines to add the trajectory to.")] = None,
) -> None:
    """Play one task with a scripted agent: every call, what it changed, and the reward."""
    from atlasgen.tasks import playback, trajectory
    from atlasgen.tasks.players import player

    found = scenario_of(scenario)
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
    for text in playback.lines(task, episode, score, width=WIDTH):
        typer.echo(printable(text))


@app.command()
def score(
    file: Annotated[Path, typer.Argument(metavar="TRAJECTORY.jsonl", help="What play --out or a training run wrote.")],
    reward: Reward = None,
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
                explainers[line.scenario] = Explainer(scenario_of(line.scenario), reward)
            explained = explainers[line.scenario].explain(line, where=where)
        except AtlasgenError as error:
            problems += error.problems
            continue
        found.append(explained)
        if not as_json:
            for shown in explained.lines(width=WIDTH):
                typer.echo(printable(shown))
    if as_json:
        typer.echo(jsonvalue.encode({"trajectories": [item.to_json() for item in found]}))
    if problems:
        raise AtlasgenError(*problems)
    if not found:
        raise AtlasgenError.single(str(file), "holds no trajectory")
    if any(item.replay.difference is not None for item in found):
        raise typer.Exit(1)
