"""Searches for words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlasgen.runtime.queries import QueryError
from atlasgen.runtime.terms import search

TEXT = "Repair the Log-in page\nfor new_customers, 2nd try: straße"


@pytest.mark.parametrize(
    "wanted",
    ["repair", "PAGE the", "log", "log-in", "in log", '"log in page"', "pa*", "*air", "r?pair", "new_customers", "2nd",
     '"the log-in" try', "STRASSE", "page!", '"" page', "*"],
)  # fmt: skip
def test_words_are_found(wanted: str) -> None:
    assert search(wanted)(TEXT)


@pytest.mark.parametrize(
    "wanted",
    ["rep", "pages", "login", '"page log"', "repair never", "r?air", "new", "customers", "?", '"the page"', "*x*"],
)
def test_what_is_not_there_is_not_found(wanted: str) -> None:
    assert not search(wanted)(TEXT)


@pytest.mark.parametrize("nothing", ["", " ", "-", '""', '"..."', "!!"])
def test_search_without_a_word_is_refused(nothing: str) -> None:
    with pytest.raises(QueryError, match="no word to look for"):
        search(nothing)


@given(
    st.lists(st.sampled_from(["ab", "a", "b", "abc", "c-d", "x_y"]), min_size=1),
    st.sampled_from(["a", "ab", "a*", "?"]),
)
def test_word_is_found_exactly_where_it_stands_alone(words: list[str], wanted: str) -> None:
    pattern = re.escape(wanted).replace(r"\*", r"\w*").replace(r"\?", r"\w")
    text = " ".join(words)
    assert search(wanted)(text) == bool(re.search(rf"(?<!\w){pattern}(?!\w)", text))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_search_in_any_text_answers_or_is_refused(wanted: str, text: str) -> None:
    try:
        found = search(wanted)
    except QueryError:
        assert '"' in wanted or not re.search(r"[\w*?]", wanted)
    else:
        assert found(text) in (True, False)
        assert found(wanted) or set(wanted) & set('*?"')
