"""Everything that leans on private or unstable parts of TRL and of transformers' parser, each checked before use."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import trl
from transformers import PreTrainedTokenizerBase
from trl import GRPOTrainer  # type: ignore[attr-defined]  # trl exports it lazily

from atlasgen.errors import RolloutError


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


def _changed(what: str) -> RolloutError:
    return RolloutError("trainer", f"TRL {trl.__version__} is not the one this was written for: {what}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "..."
