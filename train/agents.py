"""Who can be evaluated, by the text that names them on the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from atlasgen.errors import AtlasgenError
from atlasgen.tasks.players import Name
from atlasgen.tasks.scenario import Scenario
from train.playing import Policy, scripted

SCRIPTED: Final[dict[str, Name]] = {
    "expert": "expert",
    "hasty": "hasty",
    "no-op": "nothing",
    "reads-only": "reads_only",
    "first-match": "first_match",
    "random-calls": "random_calls",
    "instruction-copied": "instruction_copied",
}

FORMS: Final = (*SCRIPTED, "noisy:RATE", "tiny-random", "hf:PATH", "openai:MODEL")
"""What a text can look like."""


@dataclass(frozen=True, slots=True)
class Options:
    """How agents with a model play.

    Attributes:
        base_url: Where `openai:` agents are asked, up to and with `/v1`.
        concurrency: How many episodes such an agent plays at once.
        batch: How many episodes a local model plays side by side.
        observation_limit: Characters of a reply that a model gets to see.
        max_completion_length: Tokens of a rollout after its prompt, the results of tools included.
        seed: Decides what a local model samples.
    """

    base_url: str = ""
    concurrency: int = 8
    batch: int = 32
    observation_limit: int = 2000
    max_completion_length: int = 4096
    seed: int = 0


def policy(text: str, scenarios: Sequence[Scenario], options: Options) -> Policy:
    """Return the agent that a text names.

    Args:
        text: One of `FORMS`.
        scenarios: What it is to play; the tokenizer of `tiny-random` is made for the first of them.
        options: How agents with a model play.

    Raises:
        AtlasgenError: it names none.
    """
    kind, colon, rest = text.partition(":")
    if text in SCRIPTED:
        return scripted(SCRIPTED[text])
    if kind == "noisy" and colon:
        return scripted("noisy", errors=_rate(rest))
    if text == "tiny-random":
        return _tiny_random(scenarios, options)
    if kind == "hf" and rest:
        return _local(rest, options)
    if kind == "openai" and rest:
        return _remote(rest, options)
    nearest = get_close_matches(text, FORMS, n=1)
    remedy = f"did you mean {nearest[0]}?" if nearest else f"there are: {', '.join(FORMS)}"
    raise AtlasgenError.single("--agent", f"there is no agent {text!r}", remedy)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0.0 <= rate <= 1.0:
        raise AtlasgenError.single("--agent", f"{text!r} is no error rate", "a number from 0 to 1, as in noisy:0.3")
    return rate


# The imports below take seconds, and scripted agents need none of them.


def _tiny_random(scenarios: Sequence[Scenario], options: Options) -> Policy:
    from train.grpo import tiny_random
    from train.local import LocalPolicy

    model, tokenizer = tiny_random(scenarios[0], seed=options.seed)
    return LocalPolicy(
        model,
        tokenizer,
        name="tiny-random",
        observation_limit=options.observation_limit,
        max_completion_length=options.max_completion_length,
        batch=options.batch,
        seed=options.seed,
    )


def _local(path: str, options: Options) -> Policy:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from train.local import LocalPolicy

    try:
        tokenizer = AutoTokenizer.from_pretrained(path)
        model = AutoModelForCausalLM.from_pretrained(path, dtype="auto")
    except (OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0]
        remedy = "a folder with config.json, weights and tokenizer, or a name of the hub (with HF_HUB_OFFLINE=0)"
        raise AtlasgenError.single("--agent", f"hf:{path} cannot be loaded: {first}", remedy) from error
    return LocalPolicy(
        model,
        tokenizer,
        name=f"hf:{Path(path).name if Path(path).exists() else path}",
        observation_limit=options.observation_limit,
        max_completion_length=options.max_completion_length,
        batch=options.batch,
        seed=options.seed,
    )


def _remote(model: str, options: Options) -> Policy:
    from train.endpoint import OpenAIPolicy

    if not options.base_url:
        what = f"openai:{model} needs --base-url"
        raise AtlasgenError.single("--base-url", what, "such as http://127.0.0.1:8000/v1")
    return OpenAIPolicy(
        model,
        base_url=options.base_url,
        key=os.environ.get("OPENAI_API_KEY", ""),
        concurrency=options.concurrency,
        observation_limit=options.observation_limit,
        max_completion_length=options.max_completion_length,
    )
