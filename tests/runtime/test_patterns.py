"""Patterns: searched for as ECMAScript would, and never for long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.patterns import automaton, python_pattern, search
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.runtime.validation import InvalidValue, Validators

SEARCHED = (
    "a", "^a", "b$", "^[ab]*$", r"^\w$", r"\d\D", r"[^\s\d]", r"\S\s", r"[\w-]+", r"\bb\b", r"a\B", "a{2,3}?", "(a|b)+",
    "^(?:a|b)?$", "(?<n>a)b", r"\.", "[^a]", ".", "é", "[a-\U0010ffff]", "^$", "", r"[\W]", r"\u0041", "x*",
)  # fmt: skip
LOOKING = ("(?=a)a", "(?!a)b", r"(a)\1", "(?<=a)b", r"^(?!-)[a-z-]{1,9}$", r"^(?=.*a)(?=.*b)", "(?i)a", "(?s:.)")
ENDLESS = ("(a+)+$", "^(a|a)*$", "(x+x+)+y", r"^(\w+\s?)*$", "(.*)*z", "(?:a?){30}b", "(?:.?)*x", "a.*a.*a.*d")
ANNOTATION = (
    r"\p{L}+", "[", "(?P<n", "a**", "(?=a)(a+)+$", r"(?=x)(a|a)*\1", "a{99999}", "(a{1000}){1000}",
    "(((a{100}){100}){100}){100}", "(" * 5000 + ")" * 5000, "a|b|" * 3000, "^.{0,5000000}$", "a{99999999999999999999}",
    r"(?=a).*.*.*", "[[a]&&[b]]{2}(?=x).*.*.*",
)  # fmt: skip


@given(st.sampled_from((*SEARCHED, *LOOKING)), st.text("abA1 -\né.", max_size=6) | st.text(max_size=6))
def test_pattern_is_found_where_python_finds_it(pattern: str, text: str) -> None:
    has, spelled = search(pattern), python_pattern(pattern)
    assert has is not None
    assert spelled is not None
    assert has(text) == (re.search(spelled, text) is not None)


def test_what_looks_around_or_back_alone_needs_python() -> None:
    assert all(automaton(pattern) is not None for pattern in SEARCHED)
    assert all(automaton(pattern) is None for pattern in LOOKING)


@pytest.mark.parametrize("pattern", ENDLESS)
def test_pattern_takes_no_time_that_explodes(pattern: str) -> None:
    validate = Validators({}).compile({"type": "string", "pattern": pattern})
    with pytest.raises(InvalidValue):  # for which `re` would take years
        validate("a" * 100_000 + "!")


@pytest.mark.parametrize("pattern", ANNOTATION, ids=lambda pattern: pattern[:20])
def test_pattern_that_nobody_can_search_for_in_time_is_annotation(pattern: str) -> None:
    schema: JsonObject = {"type": "string", "pattern": pattern}
    assert search(pattern) is None
    assert Validators({}).compile(schema)("anything") == "anything"
    assert isinstance(Sampler({}, chooser(1)).value(schema), str)


def test_long_text_is_not_searched_by_python() -> None:
    has = search(r"^(a)\1$")
    assert has is not None
    assert [has("aa"), has("ab"), has("ab" * 1000)] == [True, False, True]


@pytest.mark.parametrize("pattern", [*SEARCHED, *LOOKING, r"(a{900})\1\1\1\1\1\1", r"((((a)\4\4)\3\3)\2\2)\1\1"])
def test_text_made_of_a_pattern_has_it(pattern: str) -> None:
    made = Sampler({}, chooser(3)).matching(pattern)
    assert made is None or ((has := search(pattern)) is not None and has(made) and len(made) < 100_000)
