"""Everything that leans on private or unstable parts of TRL and of transformers' parser, each checked before use."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import trl
from transformers import PreTrainedTokenizerBase
from trl import GRPOTrainer  # type: ignore[attr-defined]  # trl exports it lazily
from trl.chat_template_utils import parse_response

from atlasgen.errors import RolloutError


def publish_schemas(trainer: GRPOTrainer, schemas: Sequence[Mapping[str, Any]]) -> None:
    """Give the chat template the full schemas of the tools, nested objects included.

    TRL builds schemas from the signatures of an environment's methods, which cannot say what is inside an object. It
    renders prompts and reads completions with one private list and executes calls by method name, so the list can be
    replaced.

    Args:
        trainer: A trainer with one environment factory, before its first step.
        schemas: One entry for each tool of that environment, in the form that chat templates take.

    Raises:
        RolloutError: this version of TRL keeps its tools elsewhere, or they are not the tools described.
    """
    held: Any = getattr(trainer, "_env_tools", None)
    if not isinstance(held, dict) or list(held) != [None] or not all(map(inspect.ismethod, held.get(None) or [0])):
        raise _changed(f"`GRPOTrainer._env_tools` was to be one list of bound methods, not {_short(held)}")
    renders = getattr(GRPOTrainer, "_tokenize_prompts", None)
    if renders is None or "_env_tools" not in inspect.getsource(renders):
        raise _changed("`GRPOTrainer._tokenize_prompts` no longer reads `_env_tools`")
    methods = sorted(method.__name__ for method in held[None])
    described = sorted(str(schema["function"]["name"]) for schema in schemas)
    if methods != described:
        raise RolloutError("trainer", f"the environment's tools are {methods}, the schemas describe {described}")
    held[None] = list(schemas)


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
    before = [{"role": "user", "content": "dummy"}, {"role": "assistant", "content": "", "tool_calls": [call]}]
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
