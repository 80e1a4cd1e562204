import os
import subprocess
import sys
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from train.tiny import blank

TEXTS = ['{"name": "createIssue", "description": "Create an issue."}'] * 2 + ["Create a sub-task of WEB-12."] * 2


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return blank.tokenizer(TEXTS)


@given(text=st.text())
@settings(max_examples=300, deadline=None)
def test_every_text_can_be_said(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_equal_arguments_give_equal_models(tokenizer: PreTrainedTokenizerFast) -> None:
    one, same, other = (blank.model(tokenizer, seed=seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["model.embed_tokens.weight"], other["model.embed_tokens.weight"])


def test_making_a_model_leaves_the_global_generator_alone(tokenizer: PreTrainedTokenizerFast) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    blank.model(tokenizer, seed=3)
    assert torch.equal(before, torch.get_rng_state())


def test_another_process_makes_the_same_tokenizer(tokenizer: PreTrainedTokenizerFast) -> None:
    code = f"from train.tiny import blank; print(blank.tokenizer({TEXTS!r}).backend_tokenizer.to_str())"
    path = os.pathsep.join(sys.path)
    made = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": path},
        capture_output=True,
        check=True,
        text=True,
    )
    assert made.stdout.strip() == tokenizer.backend_tokenizer.to_str()


def test_the_model_is_tiny_and_the_texts_make_prompts_short(tokenizer: PreTrainedTokenizerFast) -> None:
    assert 200_000 < blank.model(tokenizer, seed=0).num_parameters() < 1_000_000
    assert len(tokenizer(TEXTS[0])["input_ids"]) * 3 < len(TEXTS[0])


def _user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def _calls(*keys: str) -> dict[str, Any]:
    calls = [{"type": "function", "function": {"name": "getIssue", "arguments": {"key": key}}} for key in keys]
    return {"role": "assistant", "content": "", "tool_calls": calls}


def test_a_conversation_is_rendered_in_the_format_of_qwen3(tokenizer: PreTrainedTokenizerFast) -> None:
    results = [{"role": "tool", "name": "getIssue", "content": text} for text in ("1", "2")]
    done = {"role": "assistant", "content": "Done."}
    messages = [{"role": "system", "content": "Be brief."}, _user("Go."), _calls("A", "B"), *results, done]
    assert tokenizer.apply_chat_template(messages, tokenize=False) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n"
        "<|im_start|>user\nGo.<|im_end|>\n"
        '<|im_start|>assistant\n<tool_call>\n{"name": "getIssue", "arguments": {"key": "A"}}\n</tool_call>\n'
        '<tool_call>\n{"name": "getIssue", "arguments": {"key": "B"}}\n</tool_call><|im_end|>\n'
        "<|im_start|>user\n<tool_response>\n1\n</tool_response>\n<tool_response>\n2\n</tool_response><|im_end|>\n"
        "<|im_start|>assistant\nDone.<|im_end|>\n"
    )


def test_a_message_is_rendered_alike_whatever_follows(tokenizer: PreTrainedTokenizerFast) -> None:
    messages = [
        _user("Go."),
        _calls("A"),
        {"role": "tool", "name": "getIssue", "content": "1"},
        _calls("B"),
        _user("?"),
    ]
    whole = tokenizer.apply_chat_template(messages, tokenize=False)
    for length in (1, 2, 3, 4):
        part = tokenizer.apply_chat_template(messages[:length], tokenize=False)
        assert isinstance(whole, str)
        assert whole.startswith(str(part))


@pytest.mark.parametrize("message", [_calls("A"), _calls("A", "B"), {"role": "assistant", "content": "No, never."}])
def test_a_rendered_message_is_read_back(tokenizer: PreTrainedTokenizerFast, message: dict[str, Any]) -> None:
    text = str(tokenizer.apply_chat_template([_user("Go."), message], tokenize=False))
    prefix, said = text.split("<|im_start|>assistant\n")
    read = tokenizer.parse_response(said, prefix=prefix + "<|im_start|>assistant\n")
    assert read == {name: value for name, value in message.items() if value}


def test_text_around_a_call_is_kept(tokenizer: PreTrainedTokenizerFast) -> None:
    said = 'First.\n<tool_call>\n{"name": "a", "arguments": {}}\n</tool_call>\nThen.<|im_end|>'
    assert tokenizer.parse_response(said, prefix="")["content"] == "First.\nThen."
