"""Evaluate an agent on tasks that nobody trained on: `python train/evaluate.py --agent expert`.

The agent is a scripted one, a model that is loaded here (`hf:PATH`), or one behind an OpenAI-compatible endpoint
(`openai:MODEL --base-url URL`). Trajectories are written as they come; a killed evaluation goes on with `--resume`.
"""

from __future__ import annotations

import sys
from pathlib import Path

# As a script this file has `train/` at the head of the path: the root of the checkout belongs there, where `train`,
# `rewards` and `generated_envs` are found; and `train/evaluating/statistics.py` must not stand for the library's.
if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import argparse
import json
import os
import pkgutil
import warnings
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import rewards
from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.scenario import SPLITS, Scenario
from atlasgen.tasks.trajectory import Line
from atlasgen.tasks.variants import VARIANTS
from train.bridge.scenarios import load_scenario
from train.evaluating import agents, results, tables
from train.evaluating.evaluation import Evaluation, compare, evaluate
from train.evaluating.playing import INFRASTRUCTURE
from train.run import ENVIRONMENT

TASKS = 200
PAPER = 15
"""Prompts that the published evaluation has in each scenario's slot."""

_SHOWN = 3  # broken episodes of which the reason is told
_DEFAULTS = agents.Options()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if episodes came to nothing, or 2 if it was asked for wrongly."""
    options = _parser().parse_args(arguments)
    os.environ.update({name: value for name, value in ENVIRONMENT.items() if name not in os.environ})
    warnings.filterwarnings("ignore")
    try:
        _check(options)
        scenarios = _scenarios(options)
        if options.compare:
            before, after = (_either(text, scenarios, options) for text in options.compare)
            return _compare(before, after, options)
        evaluation = _evaluate(options.agent, scenarios, options)
        _print(evaluation, options)
        return _tell(evaluation)
    except AtlasgenError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; go on with --resume", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="train/evaluate.py", description=(__doc__ or "").splitlines()[0])
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--agent", metavar="A", help=f"who plays: {', '.join(agents.FORMS)}")
    who.add_argument("--compare", nargs=2, metavar=("A", "B"), help="folders of evaluations, or agents: B against A")
    what = parser.add_argument_group("what is played")
    what.add_argument("--scenario", action="append", metavar="S", help="a module of rewards/; may be given again (all)")
    what.add_argument("--split", choices=SPLITS, default="test", help="the split of the tasks (%(default)s)")
    many = what.add_mutually_exclusive_group()
    many.add_argument("--tasks", type=int, default=TASKS, metavar="N", help="tasks of each scenario (%(default)s)")
    many.add_argument("--paper", action="store_true", help=f"as published: {PAPER} tasks in each scenario's slot")
    what.add_argument("--samples", type=int, default=1, metavar="K", help="episodes of each task (%(default)s)")
    what.add_argument("--reward", choices=VARIANTS, help="the variant of the reward (each scenario's own)")
    how = parser.add_argument_group("how a model plays")
    how.add_argument("--temperature", type=float, default=0.7, metavar="T", help="of sampling; 0: greedy (%(default)s)")
    how.add_argument("--base-url", default="", metavar="URL", help="where openai: agents are asked: http://.../v1")
    for name, meaning in (
        ("concurrency", "episodes that are played at once over a network"),
        ("batch", "episodes that a local model plays side by side"),
        ("observation-limit", "tokens of a tool's reply that a model sees"),
        ("max-completion-length", "tokens of a rollout after its prompt"),
        ("seed", "of a local model's sampling"),
    ):
        default = getattr(_DEFAULTS, name.replace("-", "_"))
        how.add_argument(f"--{name}", type=int, default=default, metavar="N", help=f"{meaning} (%(default)s)")
    where = parser.add_argument_group("where it goes")
    where.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON; - prints them")
    where.add_argument("--out", type=Path, metavar="FOLDER", help="write trajectories and figures")
    where.add_argument("--resume", action="store_true", help="go on with what is in the folder")
    return parser


def _check(options: argparse.Namespace) -> None:
    least = {"tasks": 1, "samples": 1, "concurrency": 1, "batch": 1, "seed": 0}
    least |= {"observation_limit": 1, "max_completion_length": 1}
    for name, value in least.items():
        if getattr(options, name) < value:
            flag = "--" + name.replace("_", "-")
            raise AtlasgenError.single(flag, f"{getattr(options, name)} is too small", f"{value} is the least")
    if not 0.0 <= options.temperature <= 10.0:  # a NaN is in no range
        raise AtlasgenError.single("--temperature", f"{options.temperature} is none", "a number from 0 to 10")
    if options.resume and options.out is None:
        raise AtlasgenError.single("--resume", "says to go on, and not with what", "name the folder with --out")
    if options.compare and options.out is not None:
        raise AtlasgenError.single("--out", "a comparison writes no folder", "evaluate each with --out, then compare")


def _scenarios(options: argparse.Namespace) -> list[Scenario]:
    """Return the scenarios that are asked for: all that an audit plays, if none is named."""
    if options.scenario:
        return [load_scenario(name) for name in dict.fromkeys(options.scenario)]
    names = sorted(module.name for module in pkgutil.iter_modules(rewards.__path__) if not module.name.startswith("_"))
    return [found for found in map(load_scenario, names) if found.role != "demonstration"]


def _either(text: str, scenarios: Sequence[Scenario], options: argparse.Namespace) -> Evaluation:
    """Return the evaluation of a folder, or that of an agent, played now."""
    if not Path(text).is_dir():
        return _evaluate(text, scenarios, options)
    found = results.load(Path(text))
    if not options.scenario:
        return found
    names = {scenario.name for scenario in scenarios}
    return found.only(names)


def _evaluate(agent: str, scenarios: Sequence[Scenario], options: argparse.Namespace) -> Evaluation:
    how = agents.Options(
        base_url=options.base_url,
        concurrency=options.concurrency,
        batch=options.batch,
        observation_limit=options.observation_limit,
        max_completion_length=options.max_completion_length,
        seed=options.seed,
    )
    policy = agents.policy(agent, how)
    settings: JsonObject = {
        "agent": policy.name,
        "split": options.split,
        "temperature": options.temperature,
        "reward": options.reward,
        "tasks": PAPER if options.paper else options.tasks,
        "samples": options.samples,
        "scenarios": [scenario.name for scenario in scenarios],
        "base_url": options.base_url,
        "observation_limit": options.observation_limit,
        "max_completion_length": options.max_completion_length,
        "seed": options.seed,
    }
    folder = results.Folder(options.out, settings, resume=options.resume) if options.out is not None else None
    tasks = PAPER if options.paper else options.tasks
    # What is drawn from the test split must be the same tasks for everybody: they count from 0.
    seeds = range(tasks)
    total = tasks * options.samples * len(scenarios)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        done = folder.done if folder is not None else ()
        bar = progress.add_task(policy.name, total=total, completed=min(total, len(done)))

        def record(line: Line) -> None:
            if folder is not None:
                folder.record(line)
            progress.advance(bar)

        evaluation = evaluate(
            policy,
            scenarios,
            split=options.split,
            seeds=seeds,
            temperature=options.temperature,
            samples=options.samples,
            variant=options.reward,
            record=record,
            done=done,
        )
    if folder is not None:
        folder.finish(evaluation)
    return evaluation


def _print(evaluation: Evaluation, options: argparse.Namespace) -> None:
    if _write(evaluation.to_json(), options.json):
        return
    console = Console(width=tables.WIDTH)
    for table in tables.tables(evaluation):
        console.print(table)
    if options.out is not None:
        print(f"trajectories and figures: {options.out}")


def _compare(before: Evaluation, after: Evaluation, options: argparse.Namespace) -> int:
    found = compare(before, after)
    value: JsonObject = {
        "before": before.to_json(),
        "after": after.to_json(),
        "differences": [item.to_json() for item in found],
    }
    if not _write(value, options.json):
        Console(width=tables.WIDTH).print(tables.comparison(before.agent, after.agent, found))
    return max(_tell(before), _tell(after))


def _write(value: JsonObject, file: Path | None) -> bool:
    """Write figures where they are wanted as JSON; return whether they went to the terminal."""
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if file == Path("-"):
        sys.stdout.write(text)
        return True
    if file is not None:
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise AtlasgenError.single("--json", f"{file} cannot be written: {error.strerror}") from error
    return False


def _tell(evaluation: Evaluation) -> int:
    """Say what came to nothing; return the exit code that it deserves."""
    if not evaluation.broken:
        return 0
    outside = sum(item.boundary == INFRASTRUCTURE for item in evaluation.broken)
    inside = len(evaluation.broken) - outside
    for count, what in ((outside, "failed outside (network or server)"), (inside, "broke in our own code")):
        if count:
            print(f"error: {count} episodes {what}; they are in no figure", file=sys.stderr)
    for item in evaluation.broken[:_SHOWN]:
        key = item.assignment.key
        print(f"  {key.scenario} {key.split} {key.seed}, sample {key.sample}: {item.message}", file=sys.stderr)
    print("  the same command with --out and --resume plays them again", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
