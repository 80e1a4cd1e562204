"""The tiny model's teaching - the expert, the failures, the texts for recall - and the model that is kept."""

import json
import random
from collections import Counter
from typing import Any

import pytest
from transformers import PreTrainedTokenizerFast

from train import warm_start
from train.bridge import adapter, models
from train.bridge.scenarios import load_scenario
from train.bridge.view import view_of
from train.bridge.witness import Toolset
from train.evaluating.local import LocalPolicy
from train.evaluating.playing import Assignment, Played
from train.tiny import demonstrations, drills, telling, view, vocabulary, wording

SAMPLE = 60


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    _, made = models.load("tiny", seed=0)
    assert isinstance(made, PreTrainedTokenizerFast)
    return made


@pytest.mark.parametrize("name", demonstrations.SCENARIOS)
def test_the_expert_of_the_demonstrations_is_always_right(name: str) -> None:
    assert {(demo.reward, demo.success) for demo in warm_start.demos(load_scenario(name), range(20))} == {(1.0, True)}


@pytest.mark.parametrize("name", demonstrations.SCENARIOS)
def test_most_imperfect_demonstrations_share_one_failure_and_some_are_right(name: str) -> None:
    found = warm_start.imperfect(load_scenario(name), range(SAMPLE))
    kinds = Counter(demo.kind for demo in found if not demo.success)
    assert kinds.most_common(1)[0][0] == demonstrations.FAILURES[name][0]
    assert kinds.most_common(1)[0][1] >= 0.6 * SAMPLE
    assert sum(demo.success for demo in found) >= 0.1 * SAMPLE
    assert all(demo.reward < 0.75 for demo in found if not demo.success)


@pytest.mark.parametrize("name", demonstrations.SCENARIOS)
def test_an_id_that_the_instruction_does_not_say_is_quoted_from_an_answer(name: str) -> None:
    for demo in warm_start.demos(load_scenario(name), range(10)):
        for number, turn in enumerate(demo.turns):
            for line in filter(None, turn.text.splitlines()):
                if turn.tool:
                    inner = line.removeprefix("{").removesuffix("}")
                    assert any(inner in before.answer for before in demo.turns[:number])


@pytest.mark.parametrize("name", demonstrations.SCENARIOS)
def test_the_tiny_view_keeps_every_name_and_takes_few_tokens(name: str, tokenizer: PreTrainedTokenizerFast) -> None:
    tools = adapter.offered(load_scenario(name))
    shown = telling.opening(tokenizer, view.tool_view(tools))
    known = Toolset.of(tools)
    assert all(json.dumps(word) in shown for word in (*known.tools, *known.fields))
    assert len(tokenizer.encode(shown)) < 400


@pytest.mark.parametrize("name", demonstrations.SCENARIOS)
def test_conversations_are_rendered_as_the_chat_template_does(name: str, tokenizer: PreTrainedTokenizerFast) -> None:
    scenario = load_scenario(name)
    tools: list[Any] = [*view.tool_view(adapter.offered(scenario))]
    text = telling.Text(tokenizer, ["word"], [])
    for demo in warm_start.imperfect(scenario, range(6)):
        tokens, weights = text.sample(demo, random.Random(0), told_anew=0.0)
        prompt = tokenizer.encode(telling.opening(tokenizer, tools), add_special_tokens=False)
        rendered: Any = tokenizer.apply_chat_template(
            telling.messages(demo), tools=tools, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
        )
        assert [*prompt, *tokens] == rendered["input_ids"]
        assert [*[0] * len(prompt), *(int(weight > 0) for weight in weights)] == rendered["assistant_masks"]


def test_other_words_are_the_same_wherever_the_old_one_stood(tokenizer: PreTrainedTokenizerFast) -> None:
    (demo,) = warm_start.demos(load_scenario("confluence_page"), range(4, 5))
    text = telling.Text(tokenizer, ["zebra", "quartz", "violin"], telling.common([demo]))
    for seed in range(20):
        tokens, _ = text.sample(demo, random.Random(seed), told_anew=1.0)
        told = str(tokenizer.decode(tokens))
        title = told.partition('"title": "')[2].partition('"')[0]
        assert told.count(title) >= 2


@pytest.mark.parametrize("level", range(len(drills.LEVELS)))
def test_what_counts_in_a_text_for_recall_was_said_before(level: int, tokenizer: PreTrainedTokenizerFast) -> None:
    from train.tiny import learning

    pool = learning.pool_of(tokenizer, warm_start.MEMBERS)
    for seed in range(30):
        tokens, weights = drills.LEVELS[level](random.Random(seed), pool)
        assert len(tokens) == len(weights)
        assert sum(weights) > 0
        spaced = {bare: token for token, bare in pool.twins.items()}
        marks = {pool.colon, pool.comma, pool.next, pool.newline}
        for place, weight in enumerate(weights):
            token = tokens[place]
            if weight and token not in marks:
                assert tokens.index(token) < place or spaced[token] in tokens[:place]


def test_a_text_that_follows_its_name_is_said_again_whole(tokenizer: PreTrainedTokenizerFast) -> None:
    from train.tiny import learning

    pool = learning.pool_of(tokenizer, warm_start.MEMBERS)
    bare = {**{token: token for token in pool.values}, **pool.twins}
    for seed in range(30):
        tokens, _ = drills.named(4, 5)(random.Random(seed), pool)
        first = tokens.index(pool.newline)
        end = tokens.index(pool.comma, first)
        said = tokens[first + 3 : end]
        source = [bare.get(token, token) for token in tokens[:first]]
        assert any(
            source[start : start + len(said)] == [bare[said[0]], *(bare[t] for t in said[1:])] for start in range(first)
        )


def test_instructions_in_other_words_keep_their_values() -> None:
    scenario = load_scenario("confluence_page")
    changed = 0
    for demo in warm_start.demos(scenario, range(20)):
        keep = telling.values(demo)
        told = wording.reworded(demo.instruction, random.Random(demo.seed), words=["zebra"], keep=keep)
        changed += told != demo.instruction
        assert all(f'"{part}"' in told for part in demo.instruction.split('"')[1::2])
    assert changed > 10


@pytest.mark.parametrize("name", demonstrations.SCENARIOS)
def test_no_sentence_of_the_test_is_among_those_that_are_taught(name: str) -> None:
    scenario = load_scenario(name)
    told = [phrase for others in wording.PHRASES.values() for phrase in others if len(phrase.split()) > 2]
    for seed in range(60):
        instruction = scenario.task(seed, "test").instruction
        train = " ".join(scenario.task(other, "train").instruction for other in range(60))
        assert not [phrase for phrase in told if phrase in instruction and phrase not in train]


def test_every_value_is_the_same_tokens_in_a_sentence_and_in_a_request(tokenizer: PreTrainedTokenizerFast) -> None:
    for value in ("Garden plan", "74440", "Vexillology quagmire", "WEB-12"):
        inside, said = f'{{"title": "{value}"}}', f'the page "{value}" in'
        one, other, bare = vocabulary.encoded(tokenizer, [inside, said, value])
        assert any(one[start : start + len(bare)] == bare for start in range(len(one)))
        assert any(other[start : start + len(bare)] == bare for start in range(len(other)))


def test_the_kept_model_loads_and_plays_a_task() -> None:
    model, tokenizer = models.load("tiny", seed=0)
    assert model.num_parameters() < 5_000_000
    assert sum(file.stat().st_size for file in models.TINY.iterdir()) < 10_000_000
    policy = LocalPolicy(model, tokenizer, name="tiny", view=view_of(tokenizer), max_completion_length=400)
    assignment = Assignment(load_scenario("confluence_page"), 0, "validation")
    (outcome,) = policy.play([assignment], temperature=0.0)
    assert isinstance(outcome, Played)
    assert outcome.episode.trajectory.calls
