"""The tiny model's tokenizer: whole words for what all its tasks say, pieces that it can copy for all values."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from train.tiny import blank

PIECES: Final = 800
"""Pieces of words that are learnt from prose; each is four tokens: with a capital, and after a space."""

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
""" + blank.CHAT_TEMPLATE.replace(
    "{{- 'Each line between the marks describes one tool that you may call.\\n<tools>\\n' -}}",
    "{{- '<tools>\\n' -}}",
).replace(
    "{{- tool | tojson + '\\n' -}}",
    "{{- '\"' + tool.function.name + '\": {' + names(tool.function.parameters) + '}\\n' -}}",
).replace(
    '{{- \'</tools>\\nCall a tool so:\\n<tool_call>\\n{"name": NAME, "arguments": {...}}\\n</tool_call>\' -}}',
    "{{- '</tools>' -}}",
)


def tokenizer(
    texts: Sequence[str], prose: Sequence[str], values: Collection[str] = (), *, pieces: int = PIECES
) -> PreTrainedTokenizerFast:
    """Return a tokenizer in which equal values are equal tokens wherever they stand.

    A piece of the expression above that is in the vocabulary is one token whatever its merges: all numbers of up to
    three digits are, and whatever stands in the texts three times or more. All else is made of the pieces of prose:
    values too, those of the training tasks no less than those that nobody has seen.

    Args:
        texts: What conversations look like.
        prose: English, for the pieces that values are made of.
        values: Words that are no token because they stand in the texts, as they are what tasks are about.
        pieces: How many pieces of words are learnt.
    """
    split = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(_PIECES, "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    merges = _merges(prose, pieces)
    counts = Counter(piece for text in texts for piece, _ in split.pre_tokenize_str(_SERIAL.sub("", text)))
    numbers = [str(number).zfill(digits) for digits in (1, 2, 3) for number in range(10**digits)]
    frequent = sorted(piece for piece, count in counts.items() if count > 2 and piece.lstrip("Ġ") not in values)
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [*blank._CONTROL, *letters, *(one + other for one, other in merges), *numbers, *frequent]
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    bare = Tokenizer(models.BPE(vocabulary, merges, ignore_merges=True))
    bare.pre_tokenizer = split
    bare.decoder = decoders.ByteLevel()
    bare.add_special_tokens([*blank._CONTROL])
    bare.add_tokens([AddedToken(mark, special=False, normalized=False) for mark in blank._MARKS])
    made = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        tokenizer_object=bare,
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
        model_max_length=blank.POSITIONS,
        chat_template=CHAT_TEMPLATE,
        atlasgen_view="tiny",
    )
    made.response_template = blank.RESPONSE_TEMPLATE
    return made


def _merges(prose: Iterable[str], count: int) -> list[tuple[str, str]]:
    """Return how letters become pieces: alike in all words, those that begin with a capital or after a space too."""
    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(vocab_size=26 + count, show_progress=False, special_tokens=[])
    found = {word for text in prose for word in re.findall(r"\b[a-z]{2,}\b", text.lower())}
    bare.train_from_iterator(sorted(found), trainer)  # each once: what many words have in common
    learnt: Any = json.loads(bare.to_str())["model"]
    plain = [(one, other) for one, other in learnt["merges"]]
    both = [pair for one, other in plain for pair in ((one, other), (one.capitalize(), other))]
    whole = [chr(letter) for letter in range(ord("a"), ord("z") + 1)] + [one + other for one, other in plain]
    # What is after a space is joined with it last, so that the rest is cut as it is without.
    return [*both, *(("Ġ", form) for piece in whole for form in (piece, piece.capitalize()))]


def words(made: PreTrainedTokenizerFast) -> list[int]:
    """Return the tokens that values are made of: letters and digits, with or without a space before."""
    return [number for token, number in sorted(made.get_vocab().items()) if token.removeprefix("Ġ").isalnum()]


def twins(made: PreTrainedTokenizerFast) -> dict[int, int]:
    """Return for each word with a space before it the same word without one, where that is a token as well."""
    known = made.get_vocab()
    return {
        number: known[token[1:]]
        for token, number in sorted(known.items())
        if token.startswith("Ġ") and token[1:].isalpha() and token[1:] in known
    }


def marks(made: PreTrainedTokenizerFast) -> list[int]:
    """Return the tokens that stand between values: punctuation and tags."""
    known = {*words(made), *made.all_special_ids}
    return [number for _, number in sorted(made.get_vocab().items()) if number not in known]


def encoded(made: PreTrainedTokenizerFast, texts: Iterable[str]) -> list[list[int]]:
    """Return the tokens of texts."""
    return [item.ids for item in made.backend_tokenizer.encode_batch([*texts], add_special_tokens=False)]
