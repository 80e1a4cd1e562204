"""Who can be evaluated, by the text that names them on the command line."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from atlasgen.errors import AtlasgenError
from atlasgen.tasks.players import Name
from train.bridge.view import OBSERVATION_LIMIT, TrainingView, by_characters, view_of
from train.evaluating.playing import Policy, scripted

SCRIPTED: Final[dict[str, Name]] = {
    "expert": "expert",
    "hasty": "hasty",
    "no-op": "nothing",
    "reads-only": "reads_only",
    "first-match": "first_match",
    "random-calls": "random_calls",
    "instruction-copied": "instruction_copied",
}

FORMS: Final = (*SCRIPTED, "noisy:RATE", "tiny", "tiny-random", "hf:PATH", "openai:MODEL")
"""What a text can look like."""


@dataclass(frozen=True, slots=True)
class Options:
    """How agents with a model play.

    Attributes:
        base_url: Where `openai:` agents are asked, up to and with `/v1`.
        concurrency: How many episodes such an agent plays at once.
        batch: How many episodes a local model plays side by side.
        observation_limit: Tokens of a reply that a model gets to see.
        max_completion_length: Tokens of a rollout after its prompt, the results of tools included.
        seed: Decides what a local model samples.
    """

    base_url: str = ""
    concurrency: int = 8
    batch: int = 32
    observation_limit: int = OBSERVATION_LIMIT
    max_completion_length: int = 4096
    seed: int = 0


def policy(text: str, options: Options) -> Policy:
    """Return the agent that a text names.

    Args:
        text: One of `FORMS`.
        options: How agents with a model play.

    Raises:
        AtlasgenError: it names none.
    """
    kind, colon, rest = text.partition(":")
    if text in SCRIPTED:
        return scripted(SCRIPTED[text])
    if kind == "noisy" and colon:
        return scripted("noisy", errors=_rate(rest))
    if text in ("tiny", "tiny-random"):
        return _local(text, text, options)
    if kind == "hf" and rest:
        return _local(rest, f"hf:{Path(rest).name if Path(rest).exists() else rest}", options)
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


def _local(model: str, name: str, options: Options) -> Policy:
    from train.bridge.models import load
    from train.evaluating.local import LocalPolicy

    loaded, tokenizer = load(model, seed=options.seed)
    return LocalPolicy(
        loaded,
        tokenizer,
        name=name,
        view=view_of(tokenizer, limit=options.observation_limit),
        max_completion_length=options.max_completion_length,
        batch=options.batch,
        seed=options.seed,
    )


def _remote(model: str, options: Options) -> Policy:
    from train.evaluating.endpoint import OpenAIPolicy

    if not options.base_url:
        what = f"openai:{model} needs --base-url"
        raise AtlasgenError.single("--base-url", what, "such as http://127.0.0.1:8000/v1")
    return OpenAIPolicy(
        model,
        base_url=options.base_url,
        key=os.environ.get("OPENAI_API_KEY", ""),
        concurrency=options.concurrency,
        # How much room there is for tools, the server knows.
        view=TrainingView(by_characters, options.observation_limit, tools_limit=sys.maxsize),
        max_completion_length=options.max_completion_length,
    )
