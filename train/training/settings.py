"""What a training run is told: the numbers, where they come from (a TOML file, then flags), and what they may be."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.variants import Variant

Decay: TypeAlias = Literal["linear", "cosine", "constant"]
Scale: TypeAlias = Literal["batch", "group", "none"]
Device: TypeAlias = Literal["cpu", "gpu"]


@dataclass(frozen=True, slots=True)
class Told:
    """What people are told of a setting, and its bounds."""

    meaning: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is told; nothing else decides it. Each field is a key of the file and a flag; its text says more."""

    out: Annotated[Path, Told("the folder of the run; by default one under runs/ that is free")] = Path("runs/run")
    model: Annotated[str, Told("tiny, tiny-random, a folder, or a model that was downloaded")] = "tiny"
    scenarios: Annotated[tuple[str, ...], Told("modules of rewards/, mixed in one run; or all")] = ("confluence_page",)
    variant: Annotated[Variant | None, Told("the variant of the reward; each scenario's own by default")] = None
    steps: Annotated[int, Told("optimizer steps at most", least=1)] = 100
    seed: Annotated[int, Told("of sampling, of random weights and of tasks", least=0)] = 0

    num_generations: Annotated[int, Told("completions in a group, all of one task", least=2)] = 8
    prompts_per_step: Annotated[int, Told("groups in a step, all processes together", least=1)] = 8
    micro_batch: Annotated[int, Told("rollouts that one process learns from at once; 0: all of its own", least=0)] = 0
    max_completion_length: Annotated[int, Told("tokens of a rollout, results of tools included", least=1)] = 1024
    max_turns: Annotated[int, Told("rounds of tool calls after which a rollout is stopped", least=1)] = 25
    observation_limit: Annotated[int, Told("tokens of a tool's answer that the model sees", least=1)] = 500
    temperature: Annotated[float, Told("of sampling in training", least=0.01)] = 1.0
    thinking: Annotated[bool, Told("whether a chat template that knows `enable_thinking` lets the model think")] = False

    learning_rate: Annotated[float, Told("of AdamW", least=0)] = 2e-4
    decay: Annotated[Decay, Told("how the learning rate falls")] = "linear"
    warmup_steps: Annotated[int, Told("steps in which the learning rate rises", least=0)] = 5
    adam_beta2: Annotated[float, Told("of AdamW", least=0, most=0.9999)] = 0.98
    max_grad_norm: Annotated[float, Told("the norm at which gradients are clipped", least=0)] = 1.0
    scale_rewards: Annotated[Scale, Told("what advantages are scaled by the spread of")] = "batch"
    loss_type: Annotated[str, Told("of TRL's losses")] = "dapo"
    beta: Annotated[float, Told("the weight of the distance from the first model", least=0)] = 0.0
    lora_rank: Annotated[int, Told("of LoRA; 0 trains all weights", least=0)] = 0
    lora_alpha: Annotated[int, Told("of LoRA", least=1)] = 32

    device: Annotated[Device, Told("cpu, or gpu where there is one")] = "cpu"
    bf16: Annotated[bool, Told("train in bfloat16; no gain on a CPU")] = False
    gradient_checkpointing: Annotated[bool, Told("save memory, take a third more time")] = False
    vllm: Annotated[bool, Told("generate with vLLM in the same process")] = False
    vllm_memory: Annotated[float, Told("the share of a GPU's memory that vLLM takes", least=0.01, most=1)] = 0.3
    threads: Annotated[int, Told("of torch on the CPU", least=1)] = 2

    save_every: Annotated[int, Told("steps between checkpoints", least=1)] = 10
    eval_every: Annotated[int, Told("steps between validations; 0: none", least=0)] = 10
    eval_tasks: Annotated[int, Told("validation tasks, all scenarios together", least=1)] = 64
    eval_temperature: Annotated[float, Told("of sampling in evaluations", least=0)] = 0.7
    eval_batch: Annotated[int, Told("episodes that an evaluation plays side by side", least=1)] = 32
    target: Annotated[float, Told("reward and success at which training stops", least=0, most=1.01)] = 0.95
    gate_tasks: Annotated[int, Told("groups that are played before training; 0: no gate", least=0)] = 32
    force: Annotated[bool, Told("train whatever the gate says")] = False
    monitors: Annotated[bool, Told("undo a collapse: best weights, half the learning rate")] = True
    test_tasks: Annotated[int, Told("test tasks of each scenario, before and after; 0: no test", least=0)] = 200

    def __post_init__(self) -> None:
        """Check every value.

        Raises:
            AtlasgenError: some are out of bounds; names all of them.
        """
        problems: list[Problem] = []
        for name, (_, told) in fields().items():
            value = getattr(self, name)
            if told.least is not None and value < told.least:
                problems.append(Problem(flag(name), f"{value} is too small", f"{told.least} is the least"))
            if told.most is not None and value > told.most:
                problems.append(Problem(flag(name), f"{value} is too large", f"{told.most} is the most"))
        if not self.scenarios:
            problems.append(Problem("--scenarios", "names none", "name a module of rewards/"))
        if problems:
            raise AtlasgenError(*problems)

    @property
    def rollouts(self) -> int:
        """How many rollouts a step has, all processes together."""
        return self.num_generations * self.prompts_per_step

    def to_json(self) -> JsonObject:
        """Return the values as JSON."""
        values: JsonObject = dataclasses.asdict(self)
        return {**values, "out": str(self.out), "scenarios": list(self.scenarios)}


def flag(name: str) -> str:
    """Return the flag of a field."""
    return "--" + name.replace("_", "-")


@cache
def fields() -> Mapping[str, tuple[Any, Told]]:
    """Return the type of each field, and what people are told of it."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: get_args(hint)[:2] for name, hint in hints.items()}


def from_file(path: Path) -> dict[str, Any]:
    """Return the values that a TOML file gives.

    Raises:
        AtlasgenError: it cannot be read, or has keys or values that settings do not have; names all of them.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AtlasgenError.single(
            str(path), f"cannot be read: {error.strerror}", "name a file of train/configs/"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AtlasgenError.single(str(path), f"is no TOML: {error}") from error
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    known = fields()
    for name, value in told.items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else "train/run.py --help lists the keys"
            problems.append(Problem(f"{path}: {name}", "is no setting", remedy))
            continue
        try:
            values[name] = _fitting(value, known[name][0])
        except TypeError as error:
            problems.append(Problem(f"{path}: {name}", str(error)))
    if problems:
        raise AtlasgenError(*problems)
    return values


def _fitting(value: Any, kind: Any) -> Any:
    """Return a TOML value as a field holds it.

    Raises:
        TypeError: it is none for that field.
    """
    if type(None) in get_args(kind):
        kind = next(item for item in get_args(kind) if item is not type(None))
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise TypeError(f"{value!r} is none of {', '.join(map(str, get_args(kind)))}")
        return value
    if kind == tuple[str, ...]:
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise TypeError(f"{value!r} is no list of texts")
        return tuple(value)
    if kind is Path and isinstance(value, str):
        return Path(value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {_WORDS.get(kind, kind.__name__)}")
    return value


_WORDS = {int: "whole number", float: "number", bool: "true or false", str: "text", Path: "text"}
