"""Texts that hold words: what a search for words means.

Upper and lower case are the same. All words must be there, in any order; words in quotation marks one after the other.
`*` stands for any letters, `?` for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate

from atlasgen.runtime.queries import QueryError

_WORD = re.compile(r"\w+")
_TERM = re.compile(r'"([^"]*)"|([\w*?]+)')


def search(text: str) -> Callable[[str], bool]:
    """Return whether a text is found by what somebody looks for.

    Raises:
        QueryError: there is no word to look for.
    """
    phrases: list[list[str]] = []
    words: list[str] = []
    patterns: list[re.Pattern[str]] = []
    for quoted, word in _TERM.findall(text.casefold()):
        if quoted:
            phrases.append(_WORD.findall(quoted))
        elif "*" in word or "?" in word:
            patterns.append(re.compile(translate(word)))
        elif word:
            words.append(word)
    phrases = [phrase for phrase in phrases if phrase]
    if not phrases and not words and not patterns:
        raise QueryError(f"There is no word to look for in {text!r}.")
    parts = [*words, *(word for phrase in phrases for word in phrase)]

    def found(text: str) -> bool:
        text = text.casefold()
        if not all(part in text for part in parts):
            return False  # a look at the letters is much faster than one at the words
        there = _WORD.findall(text)
        return (
            all(word in there for word in words)
            and all(any(pattern.match(word) for word in there) for pattern in patterns)
            and all(_follows(there, phrase) for phrase in phrases)
        )

    return found


def _follows(words: list[str], phrase: list[str]) -> bool:
    """Whether the words of a phrase stand one after the other."""
    length = len(phrase)
    return any(words[start : start + length] == phrase for start in range(len(words) - length + 1))
