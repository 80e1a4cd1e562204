from types import MethodType, SimpleNamespace
from typing import Any

import pytest
from transformers import PreTrainedTokenizerFast
from trl.chat_template_utils import qwen3_chat_template

from atlasgen.errors import AtlasgenError, RolloutError
from tests.train.standin import CREATE, GET
from train.bridge.trl_internals import prepare_tokenizer, publish_schemas, read_calls_as_written
from train.tiny import blank

TOOLS: list[Any] = [GET.openai(), CREATE.openai()]


def trainer(**attributes: Any) -> Any:
    return SimpleNamespace(**attributes)


def bound(name: str) -> Any:
    def method(self: object) -> None: ...

    method.__name__ = name
    return MethodType(method, object())


def test_the_list_of_tools_is_replaced_by_the_schemas() -> None:
    made = trainer(_env_tools={"jira": [bound("createIssue"), bound("getIssue")], "wiki": [bound("getIssue")]})
    publish_schemas(made, {"jira": TOOLS, "wiki": TOOLS[:1]})
    assert made._env_tools == {"jira": TOOLS, "wiki": TOOLS[:1]}


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"_env_tools": [bound("getIssue")]},
        {"_env_tools": {"jira": None}},
        {"_env_tools": {"jira": []}},
        {"_env_tools": {"jira": [{"type": "function"}]}},
    ],
    ids=["missing", "list", "none", "empty", "schemas"],
)
def test_a_trl_that_keeps_its_tools_otherwise_is_named(attributes: dict[str, Any]) -> None:
    with pytest.raises(RolloutError, match=r"TRL 1\.\d+\.\d+ is not the one this was written for: .*_env_tools"):
        publish_schemas(trainer(**attributes), {"jira": TOOLS})


def test_schemas_of_other_tools_are_refused() -> None:
    with pytest.raises(RolloutError, match="the schemas describe"):
        publish_schemas(trainer(_env_tools={"jira": [bound("getIssue")]}), {"jira": TOOLS})
    with pytest.raises(RolloutError, match=r"the environments are \['jira'\], not \['wiki'\]"):
        publish_schemas(trainer(_env_tools={"jira": [bound("getIssue")]}), {"wiki": TOOLS[:1]})


@pytest.fixture
def tokenizer() -> PreTrainedTokenizerFast:
    return blank.tokenizer([])


def said(arguments: str) -> str:
    return f'<tool_call>\n{{"name": "createIssue", "arguments": {arguments}}}\n</tool_call><|im_end|>'


def read(tokenizer: PreTrainedTokenizerFast, arguments: str) -> Any:
    message = tokenizer.parse_response(said(arguments), prefix="", tools=TOOLS)
    return message["tool_calls"][0]["function"]["arguments"]


def test_a_body_sent_as_text_stays_text(tokenizer: PreTrainedTokenizerFast) -> None:
    arguments = r'{"body": "{\"fields\": {}}", "count": "7"}'
    assert read(tokenizer, arguments) == {"body": {"fields": {}}, "count": 7}, "nothing to prevent any more"
    read_calls_as_written(tokenizer)
    assert read(tokenizer, arguments) == {"body": '{"fields": {}}', "count": "7"}


def test_endless_nesting_is_a_malformed_call(tokenizer: PreTrainedTokenizerFast) -> None:
    with pytest.raises(RecursionError):
        read(tokenizer, "[" * 5000)
    read_calls_as_written(tokenizer)
    with pytest.raises(ValueError, match="nested too deeply"):
        read(tokenizer, "[" * 5000)


def test_a_tokenizer_of_qwen3_is_given_what_training_takes() -> None:
    made = blank.tokenizer([])
    made.response_template = None
    made.chat_template = qwen3_chat_template
    prepare_tokenizer(made)
    read_calls_as_written(made)
    before: list[Any] = [{"role": "user", "content": "Go."}, {"role": "assistant", "content": "Well."}]
    whole = str(made.apply_chat_template([*before, {"role": "user", "content": "On."}], tokenize=False))
    assert whole.startswith(str(made.apply_chat_template(before, tokenize=False)))


def test_a_tokenizer_with_a_chat_template_that_nobody_knows_is_refused() -> None:
    made = blank.tokenizer([])
    made.response_template = None
    made.chat_template = "{{ messages[0].content }}"
    with pytest.raises(AtlasgenError, match="has a chat template that TRL"):
        prepare_tokenizer(made)


@pytest.mark.parametrize(
    "template",
    [None, {"fields": {}}, {"start_anchor": "x", "fields": {"content": {"content": "text"}}}],
    ids=["none", "invalid", "text only"],
)
def test_a_tokenizer_that_cannot_read_calls_is_refused(tokenizer: PreTrainedTokenizerFast, template: Any) -> None:
    tokenizer.response_template = template
    with pytest.raises(RolloutError, match="response template"):
        read_calls_as_written(tokenizer)
