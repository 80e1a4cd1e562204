"""Everything that leans on private or unstable parts of TRL and of transformers' parser, each checked before use."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import trl
from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase
from trl import GRPOTrainer  # type: ignore[attr-defined]  # trl exports it lazily
from trl.chat_template_utils import (
    add_response_schema,
    get_training_chat_template,
    is_chat_template_prefix_preserving,
    parse_response,
)

from atlasgen.errors import AtlasgenError, RolloutError


def publish_schemas(trainer: GRPOTrainer, schemas: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Give the chat template the schemas of the tools of each environment, nested objects included.

    TRL builds schemas from the signatures of an environment's methods, which cannot say what is inside an object. It
    renders prompts and reads completions with one private list for each environment and executes calls by method name,
    so the lists can be replaced.

    Args:
        trainer: A trainer with environment factories by name, before its first step.
        schemas: By name of the environment, one entry for each of its tools, in the form that chat templates take.

    Raises:
        RolloutError: this version of TRL keeps its tools elsewhere, or they are not the tools described.
    """
    held: Any = getattr(trainer, "_env_tools", None)
    if not isinstance(held, dict) or not all(
        isinstance(tools, list) and tools and all(map(inspect.ismethod, tools)) for tools in held.values()
    ):
        raise _changed(f"`GRPOTrainer._env_tools` was to be lists of bound methods by name, not {_short(held)}")
    if set(held) != set(schemas):
        raise RolloutError("trainer", f"the environments are {sorted(held, key=str)}, not {sorted(schemas)}")
    renders = getattr(GRPOTrainer, "_tokenize_prompts", None)
    if renders is None or "_env_tools[name]" not in inspect.getsource(renders):
        raise _changed("`GRPOTrainer._tokenize_prompts` no longer reads `_env_tools` by the name of the environment")
    for name, tools in held.items():
        methods = sorted(method.__name__ for method in tools)
        described = sorted(str(schema["function"]["name"]) for schema in schemas[name])
        if methods != described:
            raise RolloutError("trainer", f"the tools of {name} are {methods}, the schemas describe {described}")
        held[name] = list(schemas[name])


def read_calls_as_written(tokenizer: PreTrainedTokenizerBase) -> None:
    """Make a tokenizer's parser take tool calls as the model wrote them.

    Given the tools, the parser turns text into numbers, objects or null where a schema asks for them, so a model would
    be paid for a body sent as text that the real service refuses; and JSON nested a thousand deep ends the whole run.

    Raises:
        RolloutError: the tokenizer has no response template that reads a plain call back.
    """
    parse = tokenizer.parse_response

    def parse_response(response: Any, schema: Any = None, *, prefix: Any = None, tools: Any = None) -> Any:
        del tools
        try:
            return parse(response, schema, prefix=prefix)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error

    plain = '<tool_call>\n{"name": "probe", "arguments": {"body": {"deep": [1]}}}\n</tool_call>'
    try:
        read = parse(plain + str(tokenizer.eos_token), prefix="")
    except (ValueError, AttributeError) as error:
        raise _changed(f"the tokenizer's response template is not usable: {error}") from error
    function = {"name": "probe", "arguments": {"body": {"deep": [1]}}}
    if not isinstance(read, dict) or read.get("tool_calls") != [{"type": "function", "function": function}]:
        raise _changed(f"the tokenizer's response template reads a plain call as {_short(read)}")
    tokenizer.parse_response = parse_response  # type: ignore[method-assign]  # one instance, not the class


def prepare_tokenizer(tokenizer: PreTrainedTokenizerBase) -> None:
    """Give a tokenizer what calls of tools in training take, where TRL knows its chat template.

    That is a template that reads calls back, and a chat template that renders a message alike whatever follows it (that
    of Qwen3 does not). TRL does the same within its trainer; evaluations have to render and to read as it does.

    Raises:
        AtlasgenError: its chat template is not known.
    """
    where = f"the tokenizer of {tokenizer.name_or_path or 'the model'}"
    try:
        if getattr(tokenizer, "response_template", None) is None:
            add_response_schema(tokenizer)
        if not is_chat_template_prefix_preserving(tokenizer):
            tokenizer.chat_template = get_training_chat_template(tokenizer) or tokenizer.chat_template
    except (ValueError, TypeError, TemplateError) as error:
        what = f"has a chat template that TRL {trl.__version__} does not know: {error}"
        remedy = "take a model of the Qwen3 family, or give the tokenizer a response template"
        raise AtlasgenError.single(where, what.splitlines()[0], remedy) from error


def parsed(tokenizer: PreTrainedTokenizerBase, said: Sequence[int], *, prefix: Sequence[int]) -> dict[str, Any]:
    """Return what a model said as a message, read as TRL reads it in training; malformed calls are text.

    Args:
        tokenizer: Takes calls as written, see above.
        said: The tokens of one turn.
        prefix: All tokens before them.
    """
    return parse_response(tokenizer, list(said), prefix=list(prefix))


def result_tokens(
    tokenizer: PreTrainedTokenizerBase, results: Sequence[Mapping[str, Any]], template: Mapping[str, Any]
) -> list[int]:
    """Return the tokens that follow a call: the results of tools, and the beginning of the next turn.

    They are found as TRL's `_get_tool_suffix_ids` finds them, so that a policy reads here what it read in training.

    Args:
        tokenizer: Has a chat template that renders a message alike whatever follows.
        results: The messages of the tools, one at least.
        template: What else the chat template is told.

    Raises:
        RolloutError: the template renders a message otherwise when another one follows.
    """
    call = {"type": "function", "function": {"name": results[0]["name"], "arguments": {}}}
    before: list[Any] = [
        {"role": "user", "content": "dummy"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
    ]
    options: dict[str, Any] = {"tokenize": True, "return_dict": False, **template}
    head: Any = tokenizer.apply_chat_template(before, add_generation_prompt=False, **options)
    whole: Any = tokenizer.apply_chat_template([*before, *results], add_generation_prompt=True, **options)
    ends = [place for place, token in enumerate(head) if token == tokenizer.eos_token_id]
    # The end of the message has been said; what the template writes behind it has not.
    head = head[: ends[-1] + 1] if ends else head
    if whole[: len(head)] != head:
        raise RolloutError("trainer", "the chat template renders a message otherwise when a tool answers")
    return list(whole[len(head) :])


def _changed(what: str) -> RolloutError:
    return RolloutError("trainer", f"TRL {trl.__version__} is not the one this was written for: {what}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "..."
