"""Train a model with GRPO: `python train/run.py --config train/configs/tiny.toml`.

Settings come from their defaults, a TOML file, and flags, which win. A killed run goes on with `--resume`. It runs on a
laptop's CPU, on a GPU, and under `accelerate launch` on several; nothing is downloaded.
"""

from __future__ import annotations

import sys
from pathlib import Path

# As a script this file has `train/` at the head of the path: the root of the checkout belongs there, where `train`,
# `rewards` and `generated_envs` are found; and `train/evaluating/statistics.py` must not stand for the library's.
if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import argparse
import dataclasses
import logging
import os
import warnings
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

from atlasgen.errors import AtlasgenError, RolloutError
from train.training.settings import Settings, fields, flag, from_file

# Read by the libraries when they are imported.
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRL_EXPERIMENTAL_SILENCE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if the run broke or was refused, or 2 if it was asked for wrongly."""
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        return _run(settings, resume=options.resume)
    except AtlasgenError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except RolloutError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; go on with --resume", file=sys.stderr)
        return 1


def _run(settings: Settings, *, resume: bool) -> int:
    os.environ.update({name: value for name, value in ENVIRONMENT.items() if name not in os.environ})
    warnings.filterwarnings("ignore")
    # Seconds of imports: after the arguments were read, and after the environment was set.
    from train.training import console, session

    for library in ("trl", "datasets"):
        logging.getLogger(library).setLevel(logging.ERROR)
    with console.Telling(settings) as told:
        try:
            ended = session.run(settings, resume=resume, told=told)
        except session.Refused as error:
            print(f"not trained: {error}\n  To train all the same: --force", file=sys.stderr)
            return 1
    told.end(ended)
    if ended.broken:
        what = f"{ended.broken} rollouts broke in our own code; see 'error' in trajectories.jsonl"
        print(f"error: {what}", file=sys.stderr)
    return 1 if ended.broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="train/run.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings as TOML; flags win")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    defaults = {item.name: item.default for item in dataclasses.fields(Settings)}
    for name, (kind, told) in fields().items():
        default = defaults[name]
        shown = " ".join(default) if isinstance(default, tuple) else "" if default is None else default
        text = f"{told.meaning} ({shown})" if shown != "" else told.meaning
        given: dict[str, Any] = {"default": argparse.SUPPRESS, "dest": name}
        plain = next((item for item in get_args(kind) if item is not type(None)), kind) if _optional(kind) else kind
        if plain is bool:
            parser.add_argument(flag(name), action=argparse.BooleanOptionalAction, help=text, **given)
        elif get_origin(plain) is Literal:
            parser.add_argument(flag(name), choices=get_args(plain), help=text, **given)
        elif plain == tuple[str, ...]:
            parser.add_argument(flag(name), nargs="+", metavar="S", help=text, **given)
        else:
            metavar = {int: "N", float: "X", str: "NAME", Path: "FOLDER"}[plain]
            parser.add_argument(flag(name), type=plain, metavar=metavar, help=text, **given)
    return parser


def _optional(kind: Any) -> bool:
    return type(None) in get_args(kind)


def _settings(options: argparse.Namespace) -> Settings:
    given: dict[str, Any] = from_file(options.config) if options.config is not None else {}
    flags = {name: value for name, value in vars(options).items() if name in fields()}
    if "scenarios" in flags:
        flags["scenarios"] = tuple(flags["scenarios"])
    told = {**given, **flags}
    settings = Settings(**told)
    if "out" in told:
        return settings
    what = "-".join(settings.scenarios) if options.config is None else options.config.stem
    name = f"{Path(settings.model).name}-{what}"
    return dataclasses.replace(settings, out=_folder(name, taken=options.resume))


def _folder(name: str, *, taken: bool) -> Path:
    """Return the first folder of a name that holds no run yet, or the last one that does."""
    known = Path("runs")
    folders = [known / name, *(known / f"{name}-{number}" for number in range(2, 1000))]
    free = next(number for number, folder in enumerate(folders) if not (folder / "run.json").exists())
    return folders[max(0, free - 1) if taken else free]


if __name__ == "__main__":
    sys.exit(main())
