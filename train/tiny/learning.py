"""How the tiny model learns by example: batches of weighted tokens, and the two optimizers that share its weights."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import distributed
from torch.nn import functional
from transformers import DynamicCache, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from train.tiny import blank, drills, vocabulary
from train.tiny.drills import Pool, Sample

EMBEDDING_STD: Final = 0.06
"""The one thing special about the beginning: tokens further apart than the usual 0.02, so that recall emerges."""

MATRIX_RATE: Final = 0.005
OTHER_RATE: Final = 1e-3

APART: Final = 5
"""Steps that several processes make apart."""

_AT_ONCE: Final = 2500  # tokens
_FEW: Final = 4  # texts that are worth a part of their own


def model(
    made: PreTrainedTokenizerFast, *, seed: int, width: int = 128, layers: int = 4, heads: int = 2
) -> Qwen3ForCausalLM:
    """Return the tiny model with random weights.

    A word with a space before it begins as the same word without one, and a vector that all of them share: a value is
    then easily found and said again where a sentence has it behind a space, and a request behind a quotation mark.
    """
    config = Qwen3Config(
        vocab_size=len(made),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        head_dim=64,
        intermediate_size=3 * width,
        max_position_embeddings=blank.POSITIONS,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        tie_word_embeddings=True,
        use_cache=True,
        eos_token_id=made.eos_token_id,
        pad_token_id=made.pad_token_id,
        bos_token_id=None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        policy = Qwen3ForCausalLM(config)
        # For short texts twice as fast on a CPU as the fused kernel.
        policy.set_attn_implementation("eager")
        with torch.no_grad():
            embeddings = policy.model.embed_tokens.weight
            embeddings.normal_(std=EMBEDDING_STD)
            space = torch.empty(width).normal_(std=EMBEDDING_STD)
            for spaced, bare in vocabulary.twins(made).items():
                embeddings[spaced] = embeddings[bare] + space
    return policy


class Optimizers:
    """Muon for the matrices within the layers, AdamW for the embeddings and the norms; both follow one schedule."""

    def __init__(self, policy: Qwen3ForCausalLM, *, matrices: float = MATRIX_RATE, others: float = OTHER_RATE) -> None:
        named = [*policy.named_parameters()]
        inner = [weight for name, weight in named if weight.ndim == 2 and "embed" not in name]
        outer = [weight for name, weight in named if weight.ndim != 2 or "embed" in name]
        self._parts: tuple[tuple[Any, float], ...] = (
            (torch.optim.Muon(inner, lr=matrices, momentum=0.95, weight_decay=0.01), matrices),
            (torch.optim.AdamW(outer, lr=others, betas=(0.9, 0.98), weight_decay=0.0), others),
        )
        self._weights = [weight for _, weight in named]

    def step(self, scale: float) -> None:
        """Change the weights by the gradients gathered since the last step."""
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        for optimizer, rate in self._parts:
            for group in optimizer.param_groups:
                group["lr"] = rate * scale
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)


@dataclass(frozen=True, slots=True)
class Team:
    """Processes that learn together: each from its part of a batch; at times they take the mean of their weights.

    Attributes:
        rank: Which of them this is, from 0.
        size: How many there are.
    """

    rank: int = 0
    size: int = 1

    def lot(self, *seed: object) -> random.Random:
        """Return draws of this process's own."""
        return random.Random(f"{seed} {self.rank}")

    def part(self, batch: int) -> int:
        """Return how much of a batch is this process's."""
        return max(1, batch // self.size)

    def agree(self, policy: Qwen3ForCausalLM, step: int) -> None:
        """Put the mean of all weights in the place of this process's, every few steps: waiting takes long."""
        if self.size == 1 or step % APART:
            return
        with torch.no_grad():
            flat = torch.cat([weight.reshape(-1) for weight in policy.parameters()])
            distributed.all_reduce(flat)
            place = 0
            for weight in policy.parameters():
                weight.copy_(flat[place : place + weight.numel()].view_as(weight) / self.size)
                place += weight.numel()

    def mean(self, value: float) -> float:
        """Return the mean of a number over all processes, so that they decide alike."""
        if self.size == 1:
            return value
        total = torch.tensor(value)
        distributed.all_reduce(total)
        return total.item() / self.size


@dataclass(frozen=True, slots=True)
class Measured:
    """What a batch showed: the loss, and how many of the weighted tokens were right."""

    loss: float
    right: float
    tokens: int


def learn(
    policy: Qwen3ForCausalLM, samples: Sequence[Sample], *, prefix: Sequence[int] = (), share: float = 1.0
) -> Measured:
    """Add the gradients of a batch.

    Args:
        policy: The model.
        samples: Tokens with the weights of their predictions.
        prefix: What stands before each of them; it is read once.
        share: What the batch counts beside others of the same step.
    """
    total = sum(sum(weights[1:]) for _, weights in samples)
    parts = [_learn(policy, part, prefix, total, share) for part in _alike(samples)]
    return Measured(sum(part.loss for part in parts), sum(part.right for part in parts), sum(p.tokens for p in parts))


def _alike(samples: Sequence[Sample]) -> Iterator[list[Sample]]:
    """Yield parts of a batch whose texts are of similar length, as what is shorter than the longest costs as much."""
    part: list[Sample] = []
    for sample in sorted(samples, key=lambda item: len(item[0])):
        if part and (len(part) + 1) * len(sample[0]) > _AT_ONCE and len(part) >= _FEW:
            yield part
            part = []
        part.append(sample)
    yield part


def _learn(
    policy: Qwen3ForCausalLM, samples: Sequence[Sample], prefix: Sequence[int], total: float, share: float
) -> Measured:
    """Add the gradients of a part of a batch, whose predictions count `total` in all."""
    longest = max(len(tokens) for tokens, _ in samples)
    ids = torch.zeros(len(samples), longest, dtype=torch.long)
    weights = torch.zeros(len(samples), longest)
    for place, (tokens, each) in enumerate(samples):
        ids[place, : len(tokens)] = torch.tensor(tokens)
        weights[place, : len(tokens)] = torch.tensor(each)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        if prefix:
            cache = policy.model(torch.tensor([list(prefix)]), use_cache=True).past_key_values
            wide = DynamicCache()
            for number, layer in enumerate(cache.layers):
                shape = (len(samples), -1, -1, -1)
                wide.update(layer.keys.expand(shape), layer.values.expand(shape), number)
            hidden = policy.model(ids, past_key_values=wide, use_cache=True).last_hidden_state
        else:
            hidden = policy.model(ids, use_cache=False).last_hidden_state
        counted = weights[:, 1:] > 0
        logits = policy.lm_head(hidden[:, :-1][counted])
    targets, counts = ids[:, 1:][counted], weights[:, 1:][counted]
    losses = functional.cross_entropy(logits.float(), targets, reduction="none")
    loss = (losses * counts).sum() / total
    (loss * share).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    right = (logits.argmax(-1) == targets).float()
    return Measured(loss.item(), (right * counts).sum().item() / total, ids.numel())


def recall(
    policy: Qwen3ForCausalLM,
    pool: Pool,
    team: Team,
    *,
    seed: int,
    steps: int,
    batch: int = 64,
    level: int = 0,
    report: Callable[[dict[str, float]], None],
) -> int:
    """Take the model through the levels of `drills`; return the level that it reached.

    Args:
        policy: The model, changed in place.
        pool: The tokens to use.
        team: Who learns.
        seed: Of the texts.
        steps: After which it stops wherever it is.
        batch: Texts a step.
        level: Where to begin.
        report: Is told how it goes, every 25 steps.
    """
    lot, optimizers = team.lot("recall", seed), Optimizers(policy)
    began, loss, part = time.process_time(), 0.0, team.part(batch)
    for step in range(1, steps + 1):
        loss += learn(policy, [drills.draw(level, lot, pool) for _ in range(part)]).loss / 25
        optimizers.step(min(1.0, step / 50))
        team.agree(policy, step)
        if step % 25:
            continue
        with torch.no_grad():
            right = team.mean(_accuracy(policy, [drills.LEVELS[level](lot, pool) for _ in range(part)]))
        report({"step": step, "level": level, "right": right, "loss": loss, "seconds": time.process_time() - began})
        loss = 0.0
        last = level == len(drills.LEVELS) - 1
        if right > (0.98 if last else 0.88):
            if last:
                return level + 1
            level += 1
    return level


def _accuracy(policy: Qwen3ForCausalLM, samples: Sequence[Sample]) -> float:
    """Return how many of the tokens that count in full are right."""
    longest = max(len(tokens) for tokens, _ in samples)
    ids = torch.tensor([tokens + [0] * (longest - len(tokens)) for tokens, _ in samples])
    counted = torch.tensor([weights[1:] + [0.0] * (longest - len(weights)) for _, weights in samples]) >= 1
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = policy.model(ids, use_cache=False).last_hidden_state
        found = policy.lm_head(hidden[:, :-1][counted]).argmax(-1)
    return float((found == ids[:, 1:][counted]).float().mean())


def pool_of(made: PreTrainedTokenizerFast, members: Iterable[str]) -> Pool:
    """Return the tokens that texts for recall are made of."""
    values = vocabulary.words(made)

    def only(text: str) -> int:
        (token,) = made.encode(text, add_special_tokens=False)
        return int(token)

    twins = vocabulary.twins(made)
    return Pool(
        values=values,
        twins=twins,
        starts=sorted(twins),
        pieces=sorted(set(twins.values())),
        numbers=[only(f"{number:03}") for number in range(1000)],
        endings=[only(f"{number:02}") for number in range(100)],
        marks=vocabulary.marks(made),
        newline=only("\n"),
        colon=only('": "'),
        comma=only('", "'),
        next=only('"}, {"'),
        members=[only(member) for member in members],
    )
