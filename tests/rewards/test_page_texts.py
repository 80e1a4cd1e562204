"""The ways in which an audit writes the text of a page: those that say the same, and those that look like it."""

from __future__ import annotations

from typing import Any

import pytest

from atlasgen.tasks.task import Expected
from rewards import _texts as texts
from rewards._pages import PageReward
from rewards._texts import Block

TEXTS = {
    "a paragraph": [Block("paragraph", ("A < B.",))],
    "two paragraphs": [Block("paragraph", ("One.",)), Block("paragraph", ("Two.",))],
    "a list": [Block("list", ("a", "b"))],
    "a heading and a list": [Block("heading", ("H",)), Block("list", ("a", "b"))],
}
FORMATS = ("storage format", "wiki markup", "a document")
ALWAYS = [*(f"in {name}{how}" for name in FORMATS for how in ("", ", nested")), "with a remark that nobody sees"]
ALWAYS += ["lines between blocks", "without paragraphs"]
WRONG = [
    "tags in wiki markup", "no document", "in another block", "in bold", "twice", "not closed", "with a picture",
    "escaped", "without a format", "text alone", "another name of the value",
]  # fmt: skip
OF_SEVERAL = ["in one paragraph", "in other order", "without the last"]


def expected(name: str) -> Expected:
    return Expected("/body/body", texts.in_storage(TEXTS[name]))


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_written_in_every_way_that_says_the_same(name: str) -> None:
    reward, item = PageReward(), expected(name)
    found = dict(reward.variants(item))
    assert [*found] == ALWAYS + ["without a paragraph"] * (name == "a paragraph")
    assert all(reward.equivalent(item, value) for value in found.values())


def test_line_alone_is_the_whole_text() -> None:
    found: dict[str, Any] = dict(PageReward().variants(expected("a paragraph")))
    assert found["without a paragraph"]["value"] == "A &lt; B."


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_written_in_every_way_that_only_looks_like_it(name: str) -> None:
    reward, item = PageReward(), expected(name)
    found = dict(reward.lookalikes(item))
    assert [*found] == WRONG + OF_SEVERAL * (name != "a paragraph")
    assert not [way for way, value in found.items() if reward.equivalent(item, value)]


def test_what_is_turned_or_shortened_is_nothing_else() -> None:
    found: dict[str, Any] = dict(PageReward().lookalikes(expected("a heading and a list")))
    assert found["in other order"]["value"] == "<ul><li><p>b</p></li><li><p>a</p></li></ul><h2>H</h2>"
    assert found["without the last"]["value"] == "<h2>H</h2><ul><li><p>a</p></li></ul>"
    found = dict(PageReward().lookalikes(expected("two paragraphs")))
    assert found["without the last"]["value"] == "<p>One.</p>"
    assert found["not closed"]["value"] == "<p>One.</p><p>Two."


@pytest.mark.parametrize(
    "item",
    [
        Expected("/body/title", "Plans"),
        Expected("/body/body", "no text"),
        Expected("/body/body", {"representation": "storage", "value": "<p>a <em>b</em></p>"}),
    ],
)
def test_what_has_no_blocks_has_no_other_forms(item: Expected) -> None:
    assert [*PageReward().variants(item), *PageReward().lookalikes(item)] == []


STORED: dict[str, Any] = {"storage": {"representation": "storage", "value": "<p>a</p>"}}


@pytest.mark.parametrize(
    "found",
    [
        None,
        "<p>a</p>",
        {},
        {"storage": "<p>a</p>"},
        {"storage": {"representation": "wiki", "value": "<p>a</p>"}},
        {"storage": {"representation": "storage", "value": None}},
        {**STORED, "view": {}},
    ],
)
def test_stored_text_is_a_storage_text_and_nothing_besides(found: Any) -> None:
    reward = PageReward()
    assert not reward.same("confluence.page", ("body",), STORED, found)
    assert not reward.same("confluence.page", ("body",), found, STORED)
    written = {"storage": {"representation": "storage", "value": "a"}}
    assert reward.same("confluence.page", ("body",), STORED, written)
    assert not reward.same("confluence.page", ("title",), STORED, written)
    assert not reward.same("confluence.blog", ("body",), STORED, written)
