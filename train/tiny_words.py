"""The tiny model's tokenizer: whole words for what its tasks are made of, pieces that it can copy for all else."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from train import tiny

PIECES: Final = 2048
"""Tokens that come from merges; numbers and what conversations are made of are beside them."""

_SERIAL: Final = re.compile(r"[0-9a-f]{24}")  # ids that name nothing that occurs again

# As in `tiny`, and besides: a run of tags is one piece, and a curly quote never joins what stands before it. So a line
# of text is cut alike in a sentence and in the body of a page.
_TAGS: Final = r"(?:</?[a-z]+\d?>)+"
_OTHER: Final = rf"(?:(?!{_TAGS})[^A-Za-z_\d\n“”])"
_PIECES: Final = Regex(rf"{_TAGS}|[“”]|\d{{1,3}}| ?[A-Za-z_]+|{_OTHER}+?(?= [A-Za-z_])|{_OTHER}+|\n")

# The tools are shown as names within names, on one line each.
CHAT_TEMPLATE: Final = """\
{%- macro names(schema) -%}
  {%- for name, inner in schema.properties.items() -%}
    {{- (' "' if not loop.first else '"') + name + '"' -}}
    {%- if inner.properties -%}{{- ': {' + names(inner) + '}' -}}{%- endif -%}
  {%- endfor -%}
{%- endmacro -%}
""" + tiny.CHAT_TEMPLATE.replace(
    "{{- 'Each line between the marks describes one tool that you may call.\\n<tools>\\n' -}}",
    "{{- '<tools>\\n' -}}",
).replace(
    "{{- tool | tojson + '\\n' -}}",
    "{{- '\"' + tool.function.name + '\": {' + names(tool.function.parameters) + '}\\n' -}}",
).replace(
    '{{- \'</tools>\\nCall a tool so:\\n<tool_call>\\n{"name": NAME, "arguments": {...}}\\n</tool_call>\' -}}',
    "{{- '</tools>' -}}",
)


def tokenizer(texts: Sequence[str], prose: Sequence[str], *, pieces: int = PIECES) -> PreTrainedTokenizerFast:
    """Return a tokenizer in which equal values are equal tokens wherever they stand.

    A piece of the expression above that is in the vocabulary is one token whatever its merges: all numbers of up to
    three digits are, and whatever stands in the texts three times or more. All else is made of the pieces of prose.

    Args:
        texts: What conversations look like.
        prose: English, for the pieces that words not seen before are made of.
        pieces: How many tokens come from merges.
    """
    split = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(_PIECES, "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = split
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=pieces, min_frequency=2, show_progress=False, special_tokens=[], initial_alphabet=letters
    )
    bare.train_from_iterator(prose, trainer)
    learnt: Any = json.loads(bare.to_str())["model"]
    counts = Counter(piece for text in texts for piece, _ in split.pre_tokenize_str(_SERIAL.sub("", text)))
    numbers = [str(number).zfill(digits) for digits in (1, 2, 3) for number in range(10**digits)]
    frequent = sorted(piece for piece, count in counts.items() if count > 2)
    tokens = [*tiny._CONTROL, *sorted(learnt["vocab"], key=learnt["vocab"].get), *numbers, *frequent]
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    merges = [tuple(merge) for merge in learnt["merges"]]
    bare = Tokenizer(models.BPE(vocabulary, merges, ignore_merges=True))
    bare.pre_tokenizer = split
    bare.decoder = decoders.ByteLevel()
    bare.add_special_tokens([*tiny._CONTROL])
    bare.add_tokens([AddedToken(mark, special=False, normalized=False) for mark in tiny._MARKS])
    made = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        tokenizer_object=bare,
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
        model_max_length=tiny.POSITIONS,
        chat_template=CHAT_TEMPLATE,
        atlasgen_view="tiny",
    )
    made.response_template = tiny.RESPONSE_TEMPLATE
    return made


def words(made: PreTrainedTokenizerFast) -> list[int]:
    """Return the tokens that values are made of: letters and digits, with or without a space before."""
    return [number for token, number in sorted(made.get_vocab().items()) if token.removeprefix("Ġ").isalnum()]


def marks(made: PreTrainedTokenizerFast) -> list[int]:
    """Return the tokens that stand between values: punctuation and tags."""
    known = {*words(made), *made.all_special_ids}
    return [number for _, number in sorted(made.get_vocab().items()) if number not in known]


def encoded(made: PreTrainedTokenizerFast, texts: Iterable[str]) -> list[list[int]]:
    """Return the tokens of texts."""
    return [item.ids for item in made.backend_tokenizer.encode_batch([*texts], add_special_tokens=False)]
