from types import MethodType, SimpleNamespace
from typing import Any

import pytest
from transformers import PreTrainedTokenizerFast

from atlasgen.errors import RolloutError
from tests.train.standin import CREATE, GET
from train import adapter, tiny
from train.trl_internals import publish_schemas, read_calls_as_written

TOOLS: list[Any] = adapter.schemas([GET, CREATE])


def trainer(**attributes: Any) -> Any:
    return SimpleNamespace(**attributes)


def bound(name: str) -> Any:
    def method(self: object) -> None: ...

    method.__name__ = name
    return MethodType(method, object())


def test_the_list_of_tools_is_replaced_by_the_schemas() -> None:
    made = trainer(_env_tools={None: [bound("createIssue"), bound("getIssue")]})
    publish_schemas(made, TOOLS)
    assert made._env_tools == {None: TOOLS}


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"_env_tools": [bound("getIssue")]},
        {"_env_tools": {"jira": [bound("getIssue")]}},
        {"_env_tools": {None: []}},
        {"_env_tools": {None: [{"type": "function"}]}},
    ],
    ids=["missing", "list", "named", "empty", "schemas"],
)
def test_a_trl_that_keeps_its_tools_otherwise_is_named(attributes: dict[str, Any]) -> None:
    with pytest.raises(RolloutError, match=r"TRL 1\.\d+\.\d+ is not the one this was written for: .*_env_tools"):
        publish_schemas(trainer(**attributes), TOOLS)


def test_schemas_of_other_tools_are_refused() -> None:
    with pytest.raises(RolloutError, match="the schemas describe"):
        publish_schemas(trainer(_env_tools={None: [bound("getIssue")]}), TOOLS)


@pytest.fixture
def tokenizer() -> PreTrainedTokenizerFast:
    return tiny.tokenizer([])


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


@pytest.mark.parametrize(
    "template",
    [None, {"fields": {}}, {"start_anchor": "x", "fields": {"content": {"content": "text"}}}],
    ids=["none", "invalid", "text only"],
)
def test_a_tokenizer_that_cannot_read_calls_is_refused(tokenizer: PreTrainedTokenizerFast, template: Any) -> None:
    tokenizer.response_template = template
    with pytest.raises(RolloutError, match="response template"):
        read_calls_as_written(tokenizer)
