"""The `tiny-random` model: a stock Qwen3 of a few hundred thousand random parameters, and a tokenizer made in memory.

Nothing is downloaded; equal arguments give equal models and equal tokenizers, on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

VOCABULARY = 1536
POSITIONS = 8192

# The order decides the ids. The first are control tokens; the others are text that a decoder must keep, as in Qwen3.
_CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_MARKS = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<tools>", "</tools>")

# Up to three digits are one piece, a word is one with or without its space, a run of punctuation ends before a word:
# then a word or a number is the same piece in a sentence and inside JSON, and a model can copy it.
_PIECES = Regex(r"\d{1,3}| ?[A-Za-z_]+|[^A-Za-z_\d\n]+?(?= [A-Za-z_])|[^A-Za-z_\d\n]+|\n")

# Qwen3's tool-call format without thinking. A message is rendered alike whatever follows it, which TRL needs in order
# to append tool results to the tokens that the model has generated.
CHAT_TEMPLATE = """\
{%- set system = messages[0].content if messages and messages[0].role == 'system' else '' -%}
{%- if system or tools -%}
  {{- '<|im_start|>system\\n' + system -}}
  {%- if tools -%}
    {{- '\\n\\n' if system else '' -}}
    {{- 'Each line between the marks describes one tool that you may call.\\n<tools>\\n' -}}
    {%- for tool in tools -%}{{- tool | tojson + '\\n' -}}{%- endfor -%}
    {{- '</tools>\\nCall a tool so:\\n<tool_call>\\n{"name": NAME, "arguments": {...}}\\n</tool_call>' -}}
  {%- endif -%}
  {{- '<|im_end|>\\n' -}}
{%- endif -%}
{%- for message in messages -%}
  {%- if message.role == 'user' -%}
    {{- '<|im_start|>user\\n' + message.content + '<|im_end|>\\n' -}}
  {%- elif message.role == 'assistant' -%}
    {{- '<|im_start|>assistant\\n' -}}
    {%- generation -%}
    {{- message.content or '' -}}
    {%- for call in message.tool_calls or [] -%}
      {{- '\\n' if message.content or not loop.first else '' -}}
      {{- '<tool_call>\\n{"name": ' + call.function.name | tojson -}}
      {{- ', "arguments": ' + call.function.arguments | tojson + '}\\n</tool_call>' -}}
    {%- endfor -%}
    {{- '<|im_end|>' -}}
    {%- endgeneration -%}
    {{- '\\n' -}}
  {%- elif message.role == 'tool' -%}
    {{- '' if loop.previtem is defined and loop.previtem.role == 'tool' else '<|im_start|>user' -}}
    {{- '\\n<tool_response>\\n' + message.content + '\\n</tool_response>' -}}
    {{- '' if loop.nextitem is defined and loop.nextitem.role == 'tool' else '<|im_end|>\\n' -}}
  {%- endif -%}
{%- endfor -%}
{{- '<|im_start|>assistant\\n' if add_generation_prompt else '' -}}
"""

# How a completion is read back into a message; `transformers` describes the format under "response templates".
RESPONSE_TEMPLATE = {
    "start_anchor": "<|im_start|>assistant\n",
    "defaults": {"role": "assistant"},
    "fields": {
        "content": {"content": "text", "close_pattern": r"<\|im_end\|>\s*", "repeats": True, "join": "\n"},
        "tool_calls": {
            "open": "<tool_call>",
            "close_pattern": r"</tool_call>\s*",
            "content": "json",
            "repeats": True,
            "transform": {"type": "function", "function": "{content}"},
        },
    },
}


def tokenizer(texts: Iterable[str], *, vocabulary: int = VOCABULARY) -> PreTrainedTokenizerFast:
    """Return a byte-level tokenizer whose merges come from the given texts.

    Every text can be said in it, since all 256 bytes are tokens; the texts only make what resembles them shorter.

    Args:
        texts: What prompts will look like: tool schemas, instructions.
        vocabulary: The number of tokens at most; few texts make fewer.
    """
    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(_PIECES, "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    bare.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(_MARKS),
        min_frequency=2,
        show_progress=False,
        special_tokens=list(_CONTROL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    bare.train_from_iterator(texts, trainer)
    bare.add_tokens([AddedToken(mark, special=False, normalized=False) for mark in _MARKS])
    made = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        tokenizer_object=bare,
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
        model_max_length=POSITIONS,
        chat_template=CHAT_TEMPLATE,
    )
    made.response_template = RESPONSE_TEMPLATE
    return made


def model(made: PreTrainedTokenizerFast, *, seed: int) -> Qwen3ForCausalLM:
    """Return a causal language model with random weights for a tokenizer.

    Args:
        made: The tokenizer; the model has one embedding for each of its tokens.
        seed: Decides every weight; the global generator is left as it was.
    """
    config = Qwen3Config(
        vocab_size=len(made),
        hidden_size=96,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=48,
        intermediate_size=288,
        max_position_embeddings=POSITIONS,
        tie_word_embeddings=True,
        use_cache=True,
        eos_token_id=made.eos_token_id,
        pad_token_id=made.pad_token_id,
        bos_token_id=None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Qwen3ForCausalLM(config)
