"""Train a model with GRPO on a scenario: `python train/run.py --model tiny-random --steps 2`.

One step is `--prompts-per-step` tasks times `--num-generations` rollouts. It runs on the CPU and downloads nothing.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import pkgutil
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

# As a script this file has `train/` at the head of the path: the root of the checkout belongs there, where `train`,
# `rewards` and `generated_envs` are found.
if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import rewards
from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.tasks.scenario import Scenario
from train.settings import Settings

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

_LINE = 78
_DEFAULTS = Settings(out=Path("runs"), steps=2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if the run broke, or 2 if it was asked for wrongly."""
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        broken = _train(settings, load_scenario(options.scenario))
    except AtlasgenError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except RolloutError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if broken:
        print(f"error: {broken} rollouts broke in our own code; see 'error' in trajectories.jsonl", file=sys.stderr)
    return 1 if broken else 0


def load_scenario(name: str) -> Scenario:
    """Return a scenario of `rewards/` by the name of its module.

    Raises:
        AtlasgenError: there is none of that name.
    """
    known = sorted(module.name for module in pkgutil.iter_modules(rewards.__path__))
    if name not in known:
        raise AtlasgenError.single("--scenario", f"there is no scenario {name!r}", f"rewards/ has: {', '.join(known)}")
    module = importlib.import_module(f"rewards.{name}")
    if not hasattr(module, "scenario"):
        raise AtlasgenError.single("--scenario", f"rewards/{name}.py has no function `scenario`")
    scenario: Scenario = module.scenario()
    return scenario


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="train/run.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", choices=["tiny-random"], default="tiny-random", help="the policy")
    parser.add_argument("--scenario", default="jira_subtask", help="a module of rewards/ (%(default)s)")
    for name, default, meaning in (
        ("--steps", _DEFAULTS.steps, "optimizer steps"),
        ("--seed", _DEFAULTS.seed, "of weights, sampling and tasks"),
        ("--num-generations", _DEFAULTS.num_generations, "completions of each task"),
        ("--prompts-per-step", _DEFAULTS.prompts_per_step, "tasks of each step"),
        ("--max-completion-length", _DEFAULTS.max_completion_length, "tokens of a rollout, tool results included"),
        ("--observation-limit", _DEFAULTS.observation_limit, "characters of a tool's reply that the model sees"),
        ("--threads", _DEFAULTS.threads, "of torch"),
    ):
        parser.add_argument(name, type=int, default=default, metavar="N", help=f"{meaning} (%(default)s)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the logs go (runs/MODEL-SCENARIO)")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    least = {"steps": 1, "seed": 0, "num_generations": 2, "prompts_per_step": 1, "max_completion_length": 1}
    least |= {"observation_limit": 1, "threads": 1}
    for name, value in least.items():
        if getattr(options, name) < value:
            flag = "--" + name.replace("_", "-")
            raise AtlasgenError.single(flag, f"{getattr(options, name)} is too small", f"{value} is the least")
    out = options.out or _DEFAULTS.out / f"{options.model}-{options.scenario}"
    if out.exists() and not out.is_dir():
        raise AtlasgenError.single("--out", f"{out} is a file", "name a folder")
    return Settings(out=out, **{name: getattr(options, name) for name in least})


def _train(settings: Settings, scenario: Scenario) -> int:
    """Train and report; return how many rollouts broke."""
    os.environ.update(ENVIRONMENT)
    warnings.filterwarnings("ignore")
    # Seconds of imports: after the arguments were read, and after the environment was set.
    from train import grpo

    logging.getLogger("trl").setLevel(logging.ERROR)
    model, tokenizer = grpo.tiny_random(scenario, seed=settings.seed)
    print(f"{scenario.name}: {model.num_parameters():,} random parameters, {len(tokenizer):,} tokens")

    def report(step: int, metrics: grpo.Metrics) -> None:
        print(f"\nstep {step} of {settings.steps}")
        print(_table(metrics), flush=True)
        if metrics["grad_norm"] == 0:
            print("  all rollouts of a group are worth the same: nothing to learn from", flush=True)

    result = grpo.train(settings, scenario, model, tokenizer, report=report)
    print(f"\nprompt: {max(result.prompt_lengths)} tokens; {len(result.fields)} nested fields of the tools are in it")
    print(f"logs: {settings.out}")
    rollouts = settings.prompts_per_step * settings.num_generations
    return round(sum(metrics["rollout_errors"] for metrics in result.steps) * rollouts)


def _table(metrics: dict[str, float]) -> str:
    names = ["loss", "grad_norm", "reward", "success", "calls", "clipped", "malformed", "rollout_errors", "step_time"]
    names += [name for name in metrics if name.startswith("components/")]
    cells = [f"{name.removeprefix('components/')} {metrics[name]:.3f}" for name in names if name in metrics]
    lines = [""]
    for cell in cells:
        if len(lines[-1]) + len(cell) + 3 > _LINE:
            lines.append("")
        lines[-1] += f"  {cell}"
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
