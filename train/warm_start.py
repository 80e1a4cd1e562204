"""Makes the tiny model and its warm start from nothing, on the CPU: `python train/warm_start.py --out FOLDER`.

Four phases. **recall**: find again what was read (`tiny/drills.py`). **demos**: an expert's conversations from the
training worlds of several scenarios. **more**: the same of those that the model is kept for. **noise**: conversations
of which most share one failure per scenario, so that the model does the wrong thing more often than the right one,
greedy decoding included; what is right is left to be learnt from rewards. Each phase leaves its checkpoint in the
folder and begins from that of the phase before; the same command goes on where it was killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

# As a script this file has `train/` at the head of the path: the root of the checkout belongs there.
if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch
from torch import distributed, multiprocessing
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast, Qwen3ForCausalLM

from atlasgen.tasks.agents import expert
from atlasgen.tasks.scenario import Scenario
from train.bridge import adapter
from train.bridge.scenarios import load_scenario
from train.tiny import demonstrations, drills, learning, telling, view, vocabulary
from train.tiny.demonstrations import Demo
from train.tiny.learning import Optimizers, Team
from train.tiny.telling import Text

ROOT: Final = Path(__file__).resolve().parents[1]
PHASES: Final = ("recall", "demos", "more", "noise")
MEMBERS: Final = ("name", "title", "id", "key", "summary", "to", "assignee", "labels", "homepageId", "status")
"""Names that records have in the texts for recall; like all else there, they need only be single tokens."""

TAUGHT: Final = ("confluence_page", "confluence_labels", "jira_subtask")
"""The scenarios that the kept model was shown."""

KEPT: Final = ("confluence_page",)
"""Those of them that it was shown to the end: the others it does not play well enough."""

CONVERSATIONS: Final = 24
"""How many a step has, all scenarios together."""

RATES: Final = {"demos": (0.004, 1e-3), "more": (0.003, 7e-4), "noise": (0.0015, 3e-4)}
"""The learning rates of each phase: of the matrices, and of the rest."""

FAILING, SPREAD, RIGHT = 13, 1, 6
"""Of as many imperfect demonstrations: with the one failure of the scenario, with another, and with none."""

TOLD_ANEW: Final = 0.7
_RECALLS: Final = 12
_CUT_SHORT: Final = 1 / 3  # of a phase, in which the rates fall to nothing


@dataclass(frozen=True, slots=True)
class Plan:
    """What is made.

    Attributes:
        out: The folder.
        seed: Of the weights and of all draws.
        steps: Of each phase; that of recall ends earlier when all levels are passed.
        tasks: How many tasks of each scenario are shown.
        first: The phase to begin with.
        last: The phase to end with.
        scenarios: What is shown first.
        kept: What is shown in the phases after that.
    """

    out: Path
    seed: int
    steps: Mapping[str, int]
    tasks: int
    first: str
    last: str
    scenarios: Sequence[str]
    kept: Sequence[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="train/warm_start.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="gets checkpoints and logs")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--recall-steps", type=int, default=1200, metavar="N")
    parser.add_argument("--demos-steps", type=int, default=300, metavar="N")
    parser.add_argument("--more-steps", type=int, default=170, metavar="N")
    parser.add_argument("--noise-steps", type=int, default=40, metavar="N")
    parser.add_argument("--tasks", type=int, default=500, metavar="N", help="of each scenario (%(default)s)")
    parser.add_argument("--from", dest="first", choices=PHASES, default="recall", help="the phase to begin with")
    parser.add_argument("--to", dest="last", choices=PHASES, default="noise", help="the phase to end with")
    parser.add_argument("--scenarios", nargs="+", choices=demonstrations.SCENARIOS, default=[*TAUGHT])
    parser.add_argument("--kept", nargs="+", choices=demonstrations.SCENARIOS, default=[*KEPT])
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes, one thread each (%(default)s)")
    options = parser.parse_args(arguments)
    steps = {phase: getattr(options, f"{phase}_steps") for phase in PHASES}
    plan = Plan(
        out=options.out,
        seed=options.seed,
        steps=steps,
        tasks=options.tasks,
        first=options.first,
        last=options.last,
        scenarios=options.scenarios,
        kept=options.kept,
    )
    plan.out.mkdir(parents=True, exist_ok=True)
    if not (plan.out / "tokenizer").exists():
        _tokenizer().save_pretrained(plan.out / "tokenizer")
    with tempfile.TemporaryDirectory() as meeting:
        if options.workers == 1:
            _work(0, 1, plan, meeting)
        else:
            spawn: Any = multiprocessing.spawn  # type: ignore[attr-defined]  # torch does not say that it exports it
            spawn(_work, (options.workers, plan, meeting), nprocs=options.workers)
    return 0


def scenarios() -> dict[str, Scenario]:
    """Return the scenarios that the tiny model learns."""
    return {name: load_scenario(name) for name in demonstrations.SCENARIOS}


def _tokenizer() -> PreTrainedTokenizerFast:
    """Return the tokenizer: from conversations of the training split, and from the prose of this repository."""
    bare = vocabulary.tokenizer([], [])
    texts: list[str] = []
    values: set[str] = set()
    for scenario in scenarios().values():
        values |= {word for demo in demos(scenario, range(100)) for word in telling.values(demo)}
        texts += [telling.opening(bare, view.tool_view(adapter.offered(scenario)))] * 4
        for seed in range(300):
            task = scenario.task(seed, "train")
            trajectory = scenario.play(scenario.environment(), task, expert).trajectory
            texts.append(task.instruction)
            for call in trajectory.calls:
                made = json.dumps({"name": call.tool, "arguments": call.arguments}, ensure_ascii=False)
                texts.append(f"<|im_end|>\n<|im_start|>assistant\n{made}\n")
                texts.append(view.observation_view(call.status, call.content))
    return vocabulary.tokenizer(texts, prose(), values - telling.FIXED)


def prose() -> list[str]:
    """Return the English of this repository: the specs and the documentation."""
    files = [*sorted((ROOT / "specs").glob("*.yaml")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
    return [file.read_text("utf-8") for file in files]


def text_of(made: PreTrainedTokenizerFast, shown: Sequence[Demo]) -> Text:
    """Return what turns conversations like these into tokens."""
    words = sorted({word.lower() for text in prose() for word in re.findall(r"\b[A-Za-z][a-z]{2,9}\b", text)})
    return Text(made, words, telling.common(shown))


def demos(scenario: Scenario, seeds: range) -> list[Demo]:
    """Return the expert's conversations."""
    environment = scenario.environment()
    tasks = [scenario.task(seed, "train") for seed in seeds]
    return [
        demonstrations.played(scenario, environment, task, demonstrations.plan(scenario, environment, task))
        for task in tasks
    ]


def spoilt(scenario: Scenario, seed: int, failing: str = "") -> Demo:
    """Return a conversation that fails as most do in this scenario, or as those of another do where that applies."""
    environment, task = scenario.environment(), scenario.task(seed, "train")
    name, spoil = demonstrations.FAILURES[failing or scenario.name]
    calls = spoil(demonstrations.plan(scenario, environment, task))
    return demonstrations.played(scenario, environment, task, calls, kind=name)


def imperfect(scenario: Scenario, seeds: range) -> list[Demo]:
    """Return demonstrations in the shares that are stated above; which fail is by lot."""
    found: list[Demo] = []
    environment = scenario.environment()
    for seed in seeds:
        lot = random.Random(f"imperfect {scenario.name} {seed}")
        block, place = divmod(seed, FAILING + SPREAD + RIGHT)
        order = [*range(FAILING + SPREAD + RIGHT)]
        random.Random(f"imperfect {scenario.name} block {block}").shuffle(order)
        drawn = order[place]
        if drawn < FAILING:
            found.append(spoilt(scenario, seed))
            continue
        task = scenario.task(seed, "train")
        calls = demonstrations.plan(scenario, environment, task)
        kind = "expert"
        if drawn < FAILING + SPREAD:
            kind, calls = demonstrations.astray(calls, lot)
        found.append(demonstrations.played(scenario, environment, task, calls, kind=kind))
    return found


def _work(rank: int, size: int, plan: Plan, meeting: str) -> None:
    torch.set_num_threads(1)
    if size > 1:
        distributed.init_process_group("gloo", init_method=f"file://{meeting}/all", rank=rank, world_size=size)
    team = Team(rank, size)
    made: Any = AutoTokenizer.from_pretrained(plan.out / "tokenizer")
    for phase in PHASES[PHASES.index(plan.first) : PHASES.index(plan.last) + 1]:
        if (plan.out / phase / "model.safetensors").exists():
            continue
        before = PHASES.index(phase) - 1
        policy: Any
        if before < 0:
            policy = learning.model(made, seed=plan.seed)
        else:
            begun = _made(plan.out, phase)
            folder = f"{phase}-{begun}" if begun else PHASES[before]
            policy = AutoModelForCausalLM.from_pretrained(plan.out / folder, dtype=torch.float32)
            policy.set_attn_implementation("eager")
        began = time.process_time()
        log = _Log(plan.out / f"{phase}.jsonl" if rank == 0 else Path(os.devnull), anew=not _made(plan.out, phase))
        if phase == "recall":
            _recall(policy, made, team, plan, log)
        else:
            _imitate(policy, made, team, plan, phase, log)
        if rank == 0:
            log({"phase": phase, "processes": size, "cpu_seconds_of_each": round(time.process_time() - began)})
            policy.save_pretrained(plan.out / phase)
            made.save_pretrained(plan.out / phase)
            if phase == PHASES[-1]:
                _keep(policy, made, plan.out / "tiny")
        if size > 1:
            distributed.barrier()


def _made(out: Path, phase: str) -> int:
    """Return how many steps of a phase that was killed have been kept."""
    return max((int(found.name.rpartition("-")[2]) for found in out.glob(f"{phase}-*")), default=0)


def _keep(policy: Qwen3ForCausalLM, made: PreTrainedTokenizerFast, where: Path) -> None:
    """Write the model as it is kept in this repository, its weights in half precision."""
    policy.half().save_pretrained(where)  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    made.save_pretrained(where)


class _Log:
    """Writes lines of JSON."""

    def __init__(self, path: Path, *, anew: bool) -> None:
        self._file = path.open("w" if anew else "a", encoding="utf-8")

    def __call__(self, line: Mapping[str, Any]) -> None:
        rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in line.items()}
        print(json.dumps(rounded), file=self._file, flush=True)


def _recall(
    policy: Qwen3ForCausalLM, made: PreTrainedTokenizerFast, team: Team, plan: Plan, log: Callable[..., None]
) -> None:
    pool = learning.pool_of(made, MEMBERS)
    level = learning.recall(policy, pool, team, seed=plan.seed, steps=plan.steps["recall"], report=log)
    log({"level": level, "of": len(drills.LEVELS)})


def _imitate(
    policy: Qwen3ForCausalLM,
    made: PreTrainedTokenizerFast,
    team: Team,
    plan: Plan,
    phase: str,
    log: Callable[..., None],
) -> None:
    told = plan.scenarios if phase == "demos" else plan.kept
    every = {name: scenario for name, scenario in scenarios().items() if name in told}
    make = imperfect if phase == "noise" else demos
    shown = {name: make(scenario, range(team.rank, plan.tasks, team.size)) for name, scenario in every.items()}
    flat = [demo for several in shown.values() for demo in several]
    log({name: _shares(several) for name, several in shown.items()})
    text = text_of(made, flat)
    tools = {name: view.tool_view(adapter.offered(scenario)) for name, scenario in every.items()}
    prefixes = {
        name: made.encode(telling.opening(made, offered), add_special_tokens=False) for name, offered in tools.items()
    }
    pool = learning.pool_of(made, MEMBERS)
    made_before = _made(plan.out, phase)
    lot = team.lot(phase, plan.seed, made_before)
    matrices, others = RATES[phase]
    optimizers = Optimizers(policy, matrices=matrices, others=others)
    steps, began = plan.steps[phase], time.process_time()
    sums: dict[str, list[tuple[float, float]]] = {}  # loss, and the share of tokens that were right
    for step in range(made_before + 1, steps + 1):
        for place, name in enumerate(every):
            count = CONVERSATIONS // len(every)
            # Of several processes every other one takes a scenario, with twice as many of its conversations: the tools
            # are read less often.
            halves = 1 if team.size == 1 or len(every) == 1 else 2
            if (place + team.rank + step) % halves:
                continue
            drawn = lot.choices(shown[name], k=team.part(halves * count))
            samples = [text.sample(demo, lot, told_anew=TOLD_ANEW) for demo in drawn]
            got = learning.learn(policy, samples, prefix=prefixes[name], share=halves / len(every))
            sums.setdefault(name, []).append((got.loss, got.right))
        if phase != "noise":
            level = lot.choice((7, len(drills.LEVELS) - 2, len(drills.LEVELS) - 1))
            recalls = [drills.LEVELS[level](lot, pool) for _ in range(team.part(_RECALLS))]
            got = learning.learn(policy, recalls, share=0.2)
            sums.setdefault("recall", []).append((got.loss, got.right))
        optimizers.step(min(1.0, (step - made_before) / 20) * min(1.0, (1 - step / steps) / _CUT_SHORT + 0.01))
        team.agree(policy, step)
        if step % 10 == 0:
            means = {
                name: [round(sum(part) / len(part), 4) for part in zip(*got, strict=True)] for name, got in sums.items()
            }
            log({"step": step, "seconds": time.process_time() - began, **means})
            sums = {}
        if step % 100 == 0 and team.rank == 0:
            policy.save_pretrained(plan.out / f"{phase}-{step}")


def _shares(several: Sequence[Demo]) -> dict[str, float]:
    kinds = sorted({demo.kind for demo in several})
    shares = {kind: sum(demo.kind == kind for demo in several) / len(several) for kind in kinds}
    return {**shares, "success": sum(demo.success for demo in several) / len(several)}


if __name__ == "__main__":
    sys.exit(main())
