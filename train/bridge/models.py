"""Where a policy comes from: one resolver for training and for evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from atlasgen.errors import AtlasgenError
from atlasgen.tasks.scenario import Scenario
from train.bridge import adapter, scenarios, trl_internals
from train.bridge.view import Ruler, TrainingView
from train.tiny import blank

TINY: Final = Path(__file__).resolve().parents[1] / "checkpoints" / "tiny"
"""The model that is kept in this repository; `train/warm_start.py` makes it."""

_DEMONSTRATIONS = 8


def load(name: str, *, seed: int) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Return a model and its tokenizer; nothing is downloaded.

    Args:
        name: `tiny`, `tiny-random`, a folder, or a name of the hub that is in the local cache.
        seed: Of random weights.

    Raises:
        AtlasgenError: there is no such model here.
    """
    if name == "tiny-random":
        return tiny_random(scenarios.training(), seed=seed)
    where = TINY if name == "tiny" else Path(name) if Path(name).is_dir() else name
    try:
        model = AutoModelForCausalLM.from_pretrained(where, local_files_only=True, dtype=_kind(name))
        tokenizer = AutoTokenizer.from_pretrained(where, local_files_only=True)
    except (OSError, ValueError) as error:
        remedy = "name tiny, tiny-random, a folder with a model, or a model that was downloaded before"
        what = f"cannot be loaded: {str(error).splitlines()[0]}"
        raise AtlasgenError.single(f"--model {name}", what, remedy) from error
    trl_internals.prepare_tokenizer(tokenizer)
    return model, tokenizer


def _kind(name: str) -> str:
    """Return the type of the weights: the tiny model is kept in half precision and computes in full."""
    return "float32" if name == "tiny" else "auto"


def tiny_random(known: Sequence[Scenario], *, seed: int) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Return the `tiny-random` model, and a tokenizer in which the prompts and rollouts of scenarios are short."""
    letters = blank.tokenizer([])
    view = TrainingView(_uncut, tools_limit=1 << 30)
    texts: list[str] = []
    for scenario in known:
        tools: list[Any] = view.schemas(adapter.offered(scenario))
        observe = view.observer(scenario.environment())
        for number in range(_DEMONSTRATIONS):
            rollout = adapter.demonstration(scenario, observe, seed=number, split="train")
            texts.append(str(letters.apply_chat_template(rollout, tools=tools, tokenize=False)))
    tokenizer = blank.tokenizer(texts)
    return blank.model(tokenizer, seed=seed), tokenizer


def _nothing(text: str) -> Sequence[int]:
    return ()


_uncut: Ruler = _nothing
