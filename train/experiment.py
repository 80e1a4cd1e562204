"""The experiment: GRPO, its controls and a hole, from one checkpoint: `python train/experiment.py`.

Each cell is a folder below --out; one that is finished is not made again, one that was begun goes on. The page, the
figures and the picture in --results are written anew after each cell.
"""

from __future__ import annotations

import sys
from pathlib import Path

# As a script this file has `train/` at the head of the path: the root of the checkout belongs there.
if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import argparse
import dataclasses
import functools
import logging
import os
import warnings
from collections.abc import Sequence

from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.jsonvalue import JsonObject, encode
from train.experiments.cells import Cell, cells, holed, shuffled, watched
from train.run import ENVIRONMENT
from train.training.settings import Settings, from_file

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "train" / "configs" / "experiment.toml"
SPLITS = ("validation", "test")
GREEDY = 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if a cell broke, or 2 if it was asked for wrongly."""
    options = _parser().parse_args(arguments)
    os.environ.update({name: value for name, value in ENVIRONMENT.items() if name not in os.environ})
    warnings.filterwarnings("ignore")
    for library in ("trl", "datasets"):
        logging.getLogger(library).setLevel(logging.ERROR)
    try:
        settings = told(options.config)
        known = cells(options.seeds)
        unknown = sorted(set(options.only or ()) - {cell.name for cell in known})
        if unknown:
            remedy = f"there are: {', '.join(cell.name for cell in known)}"
            raise AtlasgenError.single("--only", f"there is no cell {unknown[0]!r}", remedy)
        return _run(settings, known, options)
    except AtlasgenError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; the same command goes on", file=sys.stderr)
        return 1


def told(config: Path) -> Settings:
    """Return the numbers that all cells share: no gate, no early stop, the last weights; so compute is equal."""
    shared = {"gate_tasks": 0, "force": True, "eval_every": 0, "monitors": False}
    return Settings(**{**from_file(config), **shared})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="train/experiment.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", type=Path, default=CONFIG, metavar="FILE", help="settings as TOML (%(default)s)")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="of GRPO (%(default)s)")
    parser.add_argument("--only", action="append", metavar="NAME", help="this cell; may be given again (all)")
    parser.add_argument(
        "--split", action="append", choices=SPLITS, help="evaluate on this one for now; may be given again (all)"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/experiment"), metavar="FOLDER", help="(%(default)s)")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "docs" / "results", metavar="FOLDER", help="gets the page (%(default)s)"
    )
    return parser


def _run(settings: Settings, known: Sequence[Cell], options: argparse.Namespace) -> int:
    # Seconds of imports: after the arguments were read, and after the environment was set.
    from train.experiments import findings

    broken = 0
    for cell in known:
        if options.only and cell.name not in options.only:
            continue
        folder = options.out / cell.name
        if not (folder / "done").exists():
            print(f"{cell.name}: {cell.meaning}", flush=True)
            try:
                make(cell, settings, folder, splits=options.split or SPLITS)
            except RolloutError as error:
                broken += 1
                print(f"error: {cell.name}: {error}", file=sys.stderr)
                continue
        findings.write(known, settings, options.out, options.results)
    findings.write(known, settings, options.out, options.results)
    print(f"page: {options.results / findings.PAGE}")
    return 1 if broken else 0


def make(cell: Cell, settings: Settings, folder: Path, *, splits: Sequence[str] = SPLITS) -> None:
    """Train and evaluate a cell, or go on with it; it is finished when all splits have been played.

    Args:
        cell: The cell.
        settings: The numbers that all share.
        folder: Its folder.
        splits: Which splits to play now.

    Raises:
        AtlasgenError: its folder holds a cell that was told otherwise.
        RolloutError: our own code broke.
    """
    own = dataclasses.replace(settings, out=folder / "run", seed=settings.seed + cell.seed, variant=cell.variant)
    folder.mkdir(parents=True, exist_ok=True)
    stated: JsonObject = {"cell": dataclasses.asdict(cell), "settings": own.to_json()}
    _same(folder / "cell.json", stated)
    if cell.how != "as it is" and not (own.out / "model" / "model.safetensors").exists():
        _train(cell, own)
    for split in splits:
        for temperature in (settings.eval_temperature, GREEDY):
            if cell.samples == 1 or temperature != GREEDY:
                _examine(cell, own, folder, split, temperature)
    if {*SPLITS} <= {*splits}:
        (folder / "done").write_bytes(b"")


def evaluated(folder: Path, split: str, temperature: float) -> Path:
    """Return the folder of an evaluation of a cell."""
    return folder / f"{split}-{temperature:g}"


def _train(cell: Cell, settings: Settings) -> None:
    import torch

    from train.bridge import models, scenarios
    from train.experiments import imitation
    from train.training import console, session

    played = scenarios.named(settings.scenarios)
    if cell.how != "grpo":
        model, tokenizer = models.load(settings.model, seed=settings.seed)
        moved: torch.nn.Module = model
        moved.to(torch.float32)
        imitation.imitate(settings, played, model, tokenizer, cell.how)
        return
    with console.Telling(settings) as telling:
        session.run(
            dataclasses.replace(settings, test_tasks=0),
            resume=(settings.out / "run.json").exists(),
            told=telling,
            played=holed(played) if cell.holed else played,
            pay=functools.partial(shuffled, settings.seed) if cell.shuffled else None,
        )


def _examine(cell: Cell, settings: Settings, folder: Path, split: str, temperature: float) -> None:
    """Play the held-out tasks, those left that were not played before."""
    import torch

    from train.bridge import models, scenarios
    from train.bridge.view import view_of
    from train.evaluating import results
    from train.evaluating.evaluation import evaluate
    from train.evaluating.local import LocalPolicy

    trained = cell.how != "as it is"
    model, tokenizer = models.load(str(settings.out / "model") if trained else settings.model, seed=settings.seed)
    torch.set_num_threads(settings.threads)
    policy = LocalPolicy(
        model,
        tokenizer,
        name=cell.name,
        view=view_of(tokenizer, limit=settings.observation_limit),
        max_completion_length=settings.max_completion_length,
        batch=settings.eval_batch,
        template={"enable_thinking": settings.thinking},
    )
    asked: JsonObject = {"agent": cell.name, "split": split, "temperature": temperature, "reward": None}
    into = results.Folder(evaluated(folder, split, temperature), asked, resume=True)
    found = evaluate(
        policy,
        watched(scenarios.named(settings.scenarios)),
        split=split,
        seeds=range(settings.test_tasks),
        temperature=temperature,
        samples=cell.samples,
        record=into.record,
        done=into.done,
    )
    into.finish(found)
    if found.broken:
        raise RolloutError(found.broken[0].boundary, found.broken[0].message)


def _same(path: Path, stated: JsonObject) -> None:
    """Write what a cell is told, or check that it was told the same when it was begun."""
    text = encode(stated) + b"\n"
    if path.exists() and path.read_bytes() != text:
        what = f"{path.parent} holds a cell that was told otherwise"
        raise AtlasgenError.single("--out", what, "name another folder, or go on with the same settings")
    path.write_bytes(text)


if __name__ == "__main__":
    sys.exit(main())
