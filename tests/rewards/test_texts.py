from __future__ import annotations

import pytest

from atlasgen.jsonvalue import JsonObject
from rewards import _texts as texts
from rewards._texts import Block

BLOCKS = (
    Block("heading", ("Risks & chances",)),
    Block("paragraph", ("A < B",)),
    Block("paragraph", ("Nothing is final.",)),
    Block("list", ("one", "two & three")),
)
SAME = {
    "another tag for bold": ("<p>Work has <strong>begun</strong></p>", "<p>Work has <b>begun</b></p>"),
    "another tag for italics": ("<p><em>x</em></p>", "<p><i>x</i></p>"),
    "lines between blocks": ("<h2>a</h2><p>b</p>", "<h2>a</h2>\n<p>b</p>\n"),
    "a paragraph that goes without saying": ("<p>hello</p>", "hello"),
    "points without paragraphs": ("<ul><li><p>a</p></li></ul>", "<ul><li>a</li></ul>"),
    "marks in a line of their own": ("<p>a <strong>b</strong> c</p>", "a <strong>b</strong> c"),
    "a remark": ("<p>a</p>", "<p>a</p><!-- b -->"),
    "an entity": ("<p>a &gt; b</p>", "<p>a > b</p>"),
}
OTHER = {
    "other words": ("<p>a</p>", "<p>b</p>"),
    "other case": ("<p>a</p>", "<p>A</p>"),
    "another block": ("<p>a</p>", "<h1>a</h1>"),
    "another level": ("<h2>a</h2>", "<h3>a</h3>"),
    "bold": ("<p>a</p>", "<p><strong>a</strong></p>"),
    "one paragraph for two": ("<p>a</p><p>b</p>", "<p>a b</p>"),
    "other order": ("<p>a</p><p>b</p>", "<p>b</p><p>a</p>"),
    "numbers for points": ("<ul><li>a</li></ul>", "<ol><li>a</li></ol>"),
    "a picture": ("<p>a</p>", '<p>a</p><img src="x"/>'),
    "a macro": ("<p>a</p>", '<p>a</p><ac:macro name="toc"/>'),
    "an attribute": ("<p>a</p>", '<p class="red">a</p>'),
    "a table": ("<p>a</p>", "<table><tr><td>a</td></tr></table>"),
    "tags as text": ("<p>a</p>", "&lt;p&gt;a&lt;/p&gt;"),
    "not closed": ("<p>a</p>", "<p>a"),
    "nothing": ("<p>a</p>", ""),
    "a link": ('<p><a href="https://example.com">a</a></p>', '<p><a href="https://example.org">a</a></p>'),
    "a space at the end": ("<p>a</p>", "<p>a </p>"),
}


@pytest.mark.parametrize("name", SAME)
def test_texts_that_say_the_same_count_as_the_same(name: str) -> None:
    one, other = SAME[name]
    assert texts.say_the_same(one, other)
    assert texts.say_the_same(other, one)


@pytest.mark.parametrize("name", OTHER)
def test_texts_that_say_something_else_do_not(name: str) -> None:
    one, other = OTHER[name]
    assert not texts.say_the_same(one, other)
    assert not texts.say_the_same(other, one)


@pytest.mark.parametrize("name", [*SAME, *OTHER])
def test_form_that_the_oracle_compares_agrees(name: str) -> None:
    one, other = {**SAME, **OTHER}[name]
    assert (texts.canonical(one) == texts.canonical(other)) == (name in SAME)


def test_three_formats_say_the_same() -> None:
    storage = [texts.storage_of(form(BLOCKS)) for form in (texts.in_storage, texts.in_wiki, texts.in_document)]
    assert storage[0] == storage[1] == storage[2] is not None
    assert texts.blocks_of(str(storage[0])) == [*BLOCKS]


@pytest.mark.parametrize(
    "body",
    [
        None,
        "text",
        {"representation": "storage"},
        {"representation": "atlas_doc_format", "value": "no document"},
        {"representation": "view", "value": "<p>a</p>"},
        {"wiki": {"representation": "storage", "value": "a"}, "storage": {"representation": "storage", "value": "a"}},
    ],
)
def test_what_is_no_text_says_nothing(body: object) -> None:
    assert texts.storage_of(body) is None  # type: ignore[arg-type]  # that is the test


def test_format_named_above_a_text_is_the_same_text() -> None:
    body: JsonObject = {"representation": "wiki", "value": "h2. a"}
    assert texts.storage_of({"wiki": body}) == texts.storage_of({**body}) == "<h2>a</h2>"


@pytest.mark.parametrize(
    "text",
    [
        "<p>a <strong>b</strong></p>",
        "<h2></h2>",
        "<ol><li>a</li></ol>",
        "<h3>a</h3>",
        "<ul><li>a</li><li>a <em>b</em></li></ul>",
        "<p>a</p><p>a <em>b</em></p>",
    ],
)
def test_blocks_are_told_of_plain_texts_only(text: str) -> None:
    assert texts.blocks_of(text) is None


def test_malformed_text_has_no_other_form() -> None:
    assert texts.canonical("<p>a") == "<p>a"
