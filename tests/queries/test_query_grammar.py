"""The grammars of both languages: what is written is read again, and what is no query is refused in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from atlasgen.runtime.clauses import DEEPEST, LONGEST, All, Call, Clause, Either, Empty, Opposite, Query, Sort
from atlasgen.runtime.queries import QueryError
from generated_envs.confluence import cql
from generated_envs.jira import jql
from tests.queries import worlds
from tests.queries.written import CALLS, TEXTS, queries, query

OPERATORS = ("=", "!=", "~", "!~", "<", "<=", ">", ">=")
A, B, C = (Clause(name, "=", ("1",)) for name in "abc")
FRAGMENTS = st.sampled_from(
    ["AND", "or", "NOT", "!", "(", ")", ",", "in", "is", "EMPTY", "null", "ORDER BY", "asc", "=", "!=", "~", "<=", '"',
     "'", "\\", "\\u12", "project", "status", "created", "Done", "-7d", "now()", "2026-01-01", "key", "label", "type",
     "page", "99999999999w", "title", "text", "currentUser()", " ", "\n", "\0", "ü", "\ud800", "startOfDay(x)"]
)  # fmt: skip
PARSERS = pytest.mark.parametrize("parse", [jql.parse, cql.parse], ids=["jql", "cql"])


@given(queries(st.one_of(TEXTS, CALLS, st.just(Empty())), OPERATORS, absent=True))
def test_issue_query_is_read_as_it_was_written(item: Query) -> None:
    assert jql.parse(query(item)) == item


@given(queries(st.one_of(TEXTS, CALLS), OPERATORS, absent=False))
def test_content_query_is_read_as_it_was_written(item: Query) -> None:
    assert cql.parse(query(item)) == item


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=14).map(" ".join), st.lists(FRAGMENTS).map("".join))
)
@example("a" * 100 + "'")
def test_any_text_is_answered_or_refused(text: str) -> None:
    for search, records in SEARCHES:
        with suppress(QueryError):
            list(search(text, records))


SEARCHES: list[tuple[Callable[[str, Any], Iterable[Any]], Any]] = [
    (jql.search, worlds.records(worlds.tracker(count=30), "issue")),
    (cql.search, worlds.records(worlds.wiki(count=30), "page")),
]


@PARSERS
def test_and_binds_closer_than_or_and_not_closer_than_both(parse: Callable[[str], Query]) -> None:
    assert parse("a = 1 OR b = 1 AND NOT c = 1").condition == Either((A, All((B, Opposite(C)))))
    assert parse("(a = 1 OR b = 1) AND c = 1").condition == All((Either((A, B)), C))
    assert parse("not (a = 1 and b = 1) or c = 1").condition == Either((Opposite(All((A, B))), C))


@PARSERS
def test_case_and_space_do_not_matter_to_keywords(parse: Callable[[str], Query]) -> None:
    loose = parse("  a=1\n\taNd\tNoT  b  nOt  iN(1,2)Or c IN ( 1 )oRdEr  bY a DeSC,b  ")
    negated = Opposite(Clause("b", "not in", ("1", "2")))
    assert loose.condition == Either((All((A, negated)), Clause("c", "in", ("1",))))
    assert loose.order == (Sort("a", descending=True), Sort("b"))


@PARSERS
def test_words_that_begin_like_keywords_are_words(parse: Callable[[str], Query]) -> None:
    found = parse("android = inner AND ordered != notes ORDER BY ascent, byte")
    assert found.condition == All((Clause("android", "=", ("inner",)), Clause("ordered", "!=", ("notes",))))
    assert found.order == (Sort("ascent"), Sort("byte"))


@PARSERS
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('"x y"', "x y"),
        ("'x y'", "x y"),
        ('"it\'s"', "it's"),
        (r"'it\'s'", "it's"),
        (r'"a \"b\" c"', 'a "b" c'),
        (r'"back\\slash"', "back\\slash"),
        (r'"tab\there"', "tab\there"),
        (r'"\u00e9"', "é"),
        (r"new\ York", "new York"),
        ("and-so-on", "and-so-on"),
        ("-7d", "-7d"),
        ("1.5", "1.5"),
        ('"AND"', "AND"),
        ('""', ""),
        ("Zürich", "Zürich"),
    ],
    ids=range(15),
)
def test_values_may_be_quoted_and_escaped(parse: Callable[[str], Query], text: str, meant: str) -> None:
    assert parse(f"a = {text}").condition == Clause("a", "=", (meant,))


def test_emptiness_has_several_forms() -> None:
    for text in ("a is EMPTY", "a IS null"):
        assert jql.parse(text).condition == Clause("a", "is", (Empty(),))
    for text in ("a is not empty", "a IS NOT NULL"):
        assert jql.parse(text).condition == Clause("a", "is not", (Empty(),))
    assert jql.parse("a = Empty").condition == Clause("a", "=", (Empty(),))
    assert jql.parse("a in (EMPTY, b)").condition == Clause("a", "in", (Empty(), "b"))


def test_signs_stand_for_and_or_and_not() -> None:
    assert jql.parse("a = 1 && !b = 1 || c = 1") == jql.parse("a = 1 AND NOT b = 1 OR c = 1")
    assert jql.parse("a = 1 & b = 1 | c = 1") == jql.parse("a = 1 AND b = 1 OR c = 1")


def test_function_may_give_a_list() -> None:
    assert jql.parse("a in members(x)").condition == Clause("a", "in", (Call("members", ("x",)),))
    assert jql.parse("a = now( )").condition == Clause("a", "=", (Call("now"),))


@PARSERS
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a", "Character 2: the query ends too early. Here can stand: "),
        ("a = ", "Character 5: the query ends too early."),
        ("a = b c = d", "Character 7: 'c' cannot stand here, but AND, "),
        ("a = b AND", "Character 10: the query ends too early."),
        ("a = 'b", "Character 5: the quotation mark is not closed."),
        ("a = b; c = d", "Character 6: ';' can only stand in quotation marks."),
        ("(a = b", "the query ends too early. Here can stand: `)`"),
        ("a = b)", "Character 6: ')' cannot stand here"),
        ("a in ()", "Character 7: ')' cannot stand here"),
        ("a in b, c", "Character "),
        ("a was b", "Character 3: 'was' cannot stand here, but "),
        ("and = b", "Character 1: 'and' cannot stand here"),
        ("a = order", "Character 5: 'order' cannot stand here"),
        ("order by", "Character 9: the query ends too early."),
        ("a = b order by c up", "Character 18: 'up' cannot stand here"),
        ("a = b order by c, ", "the query ends too early."),
    ],
    ids=range(16),
)
def test_refusal_says_where_and_what(parse: Callable[[str], Query], text: str, says: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(text)
    assert says in str(refused.value)


@PARSERS
def test_depth_and_length_are_bounded(parse: Callable[[str], Query]) -> None:
    parentheses = (LONGEST - 10) // 2
    assert parse("(" * parentheses + "a = 1" + ")" * parentheses).condition == A
    with pytest.raises(QueryError, match=f"More than {DEEPEST} conditions"):
        parse("NOT " * (LONGEST // 4 - 2) + "a = 1")
    with pytest.raises(QueryError, match=f"more than {LONGEST} are not read"):
        parse("a = 1" + " " * LONGEST)
    for nested in (DEEPEST // 2 - 1, DEEPEST // 2 + 1):
        text = "a = 1 AND (b = 1 OR (" * nested + "c = 1" + "))" * nested
        if nested < DEEPEST // 2:
            assert parse(text).condition is not None
        else:
            with pytest.raises(QueryError, match=f"More than {DEEPEST}"):
                parse(text)


@PARSERS
def test_text_is_read_once(parse: Any) -> None:
    first = parse("once = 1")
    assert parse("once = 1") is first
