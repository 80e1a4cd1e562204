"""The first school of the tiny model: to find again what it has read, from pairs of tokens to records in JSON.

Every level is a text whose second part follows from its first: only tokens that can be known count. The vocabulary
grows from a few tokens to all, as a model that starts with all of them does not begin to learn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Sample: TypeAlias = tuple[list[int], list[float]]
"""Tokens, and how much the prediction of each counts."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The tokens that texts are made of.

    Attributes:
        values: Letters, words and numbers.
        twins: For words with a space before them the same words without.
        starts: The words with a space before them.
        pieces: The words without, which also go on with a word.
        numbers: Those of three digits.
        endings: Those of two digits.
        marks: Punctuation and tags.
        newline: The token that parts the first half from the second.
        json: The tokens of `": "`, `", "`, `"}, {"`, and of some names of members.
    """

    values: Sequence[int]
    twins: Mapping[int, int]
    starts: Sequence[int]
    pieces: Sequence[int]
    numbers: Sequence[int]
    endings: Sequence[int]
    marks: Sequence[int]
    newline: int
    colon: int
    comma: int
    next: int
    members: Sequence[int]


def pairs(size: int) -> Callable[[random.Random, Pool], Sample]:
    """Return the level of pairs of single tokens: key, value, key, value; then all of them in another order."""

    def level(lot: random.Random, pool: Pool) -> Sample:
        known = pool.values[:: max(1, len(pool.values) // size)][:size] if size else pool.values
        count = lot.randint(2, 8)
        drawn = lot.sample(known, 2 * count)
        items = [(drawn[2 * place], drawn[2 * place + 1]) for place in range(count)]
        tokens = [token for item in items for token in item]
        weights = [0.0] * len(tokens)
        tokens.append(pool.newline)
        weights.append(0.0)
        lot.shuffle(items)
        for key, value in items:
            tokens += [key, value]
            weights += [0.0, 1.0]
        return tokens, weights

    return level


def records(most_key: int, most_gap: int) -> Callable[[random.Random, Pool], Sample]:
    """Return the level of records: a key of some tokens, a gap that is the same in all of them, a number, an end.

    The longer the gap, the further back the model has to look to know which number is due; so it is that which counts.
    """

    def level(lot: random.Random, pool: Pool) -> Sample:
        count = lot.randint(2, 6)
        gap = [lot.choice(pool.marks) for _ in range(lot.randint(0, most_gap))]
        end = lot.choice(pool.marks)
        items = [
            ([lot.choice(pool.values) for _ in range(lot.randint(1, most_key))], value)
            for value in lot.sample(pool.numbers, count)
        ]
        tokens: list[int] = []
        for key, value in items:
            tokens += [*key, *gap, value, end]
        weights = [0.0] * len(tokens)
        tokens.append(pool.newline)
        weights.append(0.0)
        lot.shuffle(items)
        for key, value in items:
            tokens += [*key, *gap, value, end]
            weights += [0.0] * len(key) + [0.1] * len(gap) + [1.0, 0.1]
        return tokens, weights

    return level


def lists(most_rows: int, most_names: int) -> Callable[[random.Random, Pool], Sample]:
    """Return the level of lists: records whose ids begin alike and end apart, some of them quoted whole.

    What stands right before the end of an id is the same in all of them, so that the model has to learn to look further
    back, at the value that the record is known by. Mostly the ends of the ids count.
    """

    def level(lot: random.Random, pool: Pool) -> Sample:
        count, names = lot.randint(2, most_rows), lot.sample(pool.members, lot.randint(2, most_names))
        numbered = lot.randint(1, 2) if len(names) > 2 else 1
        columns = [[[value] for value in lot.sample(pool.values, count)] for _ in names[numbered:]]
        for _ in range(numbered):
            stem, lowest = lot.choice(pool.numbers), lot.randrange(len(pool.endings) - 8)
            columns.append([[stem, end] for end in lot.sample(pool.endings[lowest : lowest + 8], count)])
        rows = [*zip(*columns, strict=True)]

        def written(row: Sequence[Sequence[int]]) -> list[int]:
            tokens: list[int] = []
            for name, value in zip(names, row, strict=True):
                tokens += [name, pool.colon, *value, pool.comma]
            return tokens[:-1]

        tokens = [token for row in rows for token in (pool.next, *written(row))] + [pool.next]
        weights = [0.0] * len(tokens)
        ends = set(pool.endings)
        for row in lot.sample(rows, min(count, 3)):
            text = written(row)
            tokens += [pool.newline, *text, pool.next]
            weights += [0.0] * 4 + [1.0 if token in ends else 0.1 for token in text[3:]] + [0.1]
        return tokens, weights

    return level


def quotes(lot: random.Random, pool: Pool) -> Sample:
    """Make records in JSON whose words share pieces and whose ids begin alike; quote some of them from a value on.

    This is what the conversations ask for: say which record it is, and go on to its end. Among the records are some
    with the same first words, so that the whole value tells them apart, and not its last piece.
    """
    few = [lot.choice(pool.values) for _ in range(lot.randint(4, 24))]  # pieces that come again and again
    names = lot.sample(pool.members, lot.randint(2, 4))
    stem = lot.choice(pool.numbers)

    def value(last: bool) -> list[int]:
        if last:
            # Ids of one or two tokens with a common beginning.
            first = stem if lot.random() < 0.7 else lot.choice(pool.numbers)
            return [lot.choice(pool.numbers)] if lot.random() < 0.2 else [first, lot.choice(pool.numbers)]
        return [lot.choice(few if lot.random() < 0.7 else pool.values) for _ in range(lot.randint(1, 5))]

    rows: list[list[list[int]]] = []
    for _ in range(lot.randint(1, 6)):
        row = [value(place == len(names) - 1) for place in range(len(names))]
        if not any(one == other for before in rows for one, other in zip(row, before, strict=True)):
            rows.append(row)
    if len(rows) > 1 and lot.random() < 0.5:
        longer = lot.randrange(len(rows))
        rows[longer][0] = [*rows[longer - 1][0], *value(False)]  # the beginning of one is the whole of another

    def written(row: list[list[int]], start: int) -> list[int]:
        tokens: list[int] = []
        for place in range(start, len(names)):
            tokens += [names[place], pool.colon, *row[place], pool.comma]
        return tokens[:-1]

    tokens = [lot.choice(pool.values) for _ in range(lot.randint(0, 12))]
    for row in rows:
        tokens += [pool.next, *written(row, 0)]
    tokens += [pool.next]
    weights = [0.0] * len(tokens)
    for _ in range(lot.randint(1, 3)):
        row = lot.choice(rows)
        start = lot.randrange(len(names) - 1)
        text = written(row, start)
        known = 3 + len(row[start])  # whether a value ends here is for others to say
        tokens += [pool.newline, *text, pool.next]
        weights += [0.0] * (1 + known) + [1.0] * (len(text) - known + 1)
    return tokens, weights


def named(most_parts: int, most_words: int) -> Callable[[random.Random, Pool], Sample]:
    """Return the level of named texts: each has a word before it, and marks around it; then some are said again.

    The texts are words of some pieces each, which hardly ever occur again: what is asked for is to go on where the text
    went on, whatever it says. A text that follows a space is said without it where it is quoted.
    """

    def level(lot: random.Random, pool: Pool) -> Sample:
        few = [lot.choice(pool.pieces) for _ in range(lot.randint(4, 24))]  # pieces that come again and again

        def word(first: bool) -> list[int]:
            start = lot.choice(pool.starts if not first or lot.random() < 0.5 else pool.pieces)
            known = few if lot.random() < 0.4 else pool.pieces
            return [start, *(lot.choice(known) for _ in range(lot.choice((0, 0, 1, 1, 1, 2, 2, 3))))]

        def text() -> list[int]:
            words = [word(place == 0) for place in range(lot.randint(1, most_words))]
            return [token for one in words for token in one]

        names = lot.sample(pool.values, lot.randint(1, most_parts))
        opening, ending = lot.sample(pool.marks, 2)
        items = [(name, text()) for name in names]
        tokens: list[int] = []
        for name, part in items:
            tokens += [lot.choice(pool.values) for _ in range(lot.randint(0, 5))] + [name, opening, *part, ending]
        weights = [0.0] * len(tokens)
        for name, part in lot.sample(items, min(len(items), 3)):
            tokens += [pool.newline, name, pool.colon, pool.twins.get(part[0], part[0]), *part[1:], pool.comma]
            weights += [0.0, 0.0, 0.0] + [1.0] * (len(part) + 1)
        return tokens, weights

    return level


LEVELS: Final = (
    pairs(64), pairs(160), pairs(0), records(1, 1), records(1, 2), records(2, 4), lists(3, 2), lists(4, 4),
    named(2, 2), named(4, 5), quotes,
)  # fmt: skip
"""From easy to hard."""


def draw(level: int, lot: random.Random, pool: Pool) -> Sample:
    """Return a sample of a level, or of an easier one in a quarter of all draws."""
    if level and lot.random() < 0.25:
        level = lot.randrange(max(0, level - 3), level)
    return LEVELS[level](lot, pool)
