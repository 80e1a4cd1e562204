import random
from collections import Counter
from typing import Any

import pytest
import torch
from transformers import PreTrainedModel, Qwen3Config, Qwen3ForCausalLM

from train.evaluating.generation import Sequences, reuses

END = 3


def made(**other: Any) -> PreTrainedModel:
    config = Qwen3Config(
        vocab_size=40, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
        head_dim=16, intermediate_size=64, max_position_embeddings=256, eos_token_id=END, pad_token_id=0,
        initializer_range=0.3, **other,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model: PreTrainedModel = Qwen3ForCausalLM(config).double()
    model.train(False)
    return model


FORGETS = {"use_sliding_window": True, "sliding_window": 3, "max_window_layers": 1}


@pytest.fixture(scope="module")
def model() -> PreTrainedModel:
    return made()


def converse(model: PreTrainedModel, prompts: list[list[int]], *, keep: bool, temperature: float) -> list[list[int]]:
    """Let sequences speak three times, with results of unequal length in between; the second leaves after one turn."""
    sequences = Sequences(model, prompts, keep=keep)
    chances = [random.Random(sum(prompt)) for prompt in prompts]
    ended: list[list[int]] = []
    for turn in range(3):
        limits = [5 + row for row in range(len(chances))]
        sequences.speak(limits, temperature=temperature, chances=chances, ends={END})
        for row in range(len(chances)):
            sequences.add(row, [7, 8, 9][: 1 + (row + turn) % 3])
        if turn == 0 and len(chances) > 1:
            ended.append(sequences.texts[1])
            rows = [row for row in range(len(chances)) if row != 1]
            sequences.select(rows)
            chances = [chances[row] for row in rows]
    return [*sequences.texts, *ended]


PROMPTS = [[5, 6, 7, 10, 11], [5, 6, 7, 12], [5, 6, 7, 13, 14, 15, 16], [5, 6, 20]]


@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.5])
def test_what_was_read_need_not_be_read_again(model: PreTrainedModel, temperature: float) -> None:
    kept = converse(model, PROMPTS, keep=True, temperature=temperature)
    assert kept == converse(model, PROMPTS, keep=False, temperature=temperature)
    assert len({tuple(text) for text in kept}) == 4


@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_a_sequence_says_among_others_what_it_says_alone(model: PreTrainedModel, temperature: float) -> None:
    def first_turn(prompts: list[list[int]]) -> list[list[int]]:
        chances = [random.Random(sum(prompt)) for prompt in prompts]
        limits = [12] * len(prompts)
        return Sequences(model, prompts).speak(limits, temperature=temperature, chances=chances, ends={END})

    assert first_turn(PROMPTS) == [first_turn([prompt])[0] for prompt in PROMPTS]


@pytest.mark.parametrize("other", [{}, FORGETS], ids=["remembers", "forgets"])
def test_the_likeliest_tokens_are_those_of_transformers(other: dict[str, Any]) -> None:
    model = made(**other)
    assert reuses(model) == (not other)
    for prompt in PROMPTS:
        due = model.generate(  # type: ignore[operator]  # transformers types it as a tensor or a module
            torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            max_new_tokens=10, do_sample=False,
        )[0].tolist()  # fmt: skip
        said = Sequences(model, [prompt]).speak([10], temperature=0.0, chances=[random.Random(0)], ends={END})[0]
        assert prompt + said == due


def test_tokens_are_drawn_as_often_as_the_model_expects_them(model: PreTrainedModel) -> None:
    prompt, times, temperature = PROMPTS[0], 4000, 0.8
    chances = [random.Random(number) for number in range(times)]
    said = Sequences(model, [prompt] * times).speak([1] * times, temperature=temperature, chances=chances, ends=())
    counts = Counter(tokens[0] for tokens in said)
    with torch.inference_mode():
        due = torch.softmax(model(torch.tensor([prompt])).logits[0, -1] / temperature, dim=-1).tolist()
    for token, chance in enumerate(due):
        # Five standard deviations: 40 tokens, so once in 40,000 changes of the seed.
        assert abs(counts[token] - chance * times) <= 5 * (chance * times) ** 0.5 + 1, token


def test_a_sequence_stops_at_an_end_or_at_its_limit(model: PreTrainedModel) -> None:
    ends = set(range(0, 40, 2))
    chances = [random.Random(number) for number in range(3)]
    said = Sequences(model, PROMPTS[:3]).speak([0, 1, 30], temperature=1.0, chances=chances, ends=ends)
    assert said[0] == []
    assert len(said[1]) == 1
    assert all(token not in ends for token in said[2][:-1])
    assert said[2][-1] in ends or len(said[2]) == 30
