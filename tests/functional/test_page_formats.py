"""The override of pages: texts in three formats, kept in one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atlasgen.runtime.environment import Environment
from generated_envs.confluence import Operations


@pytest.fixture
def wiki() -> Environment:
    return Environment(Operations, seed=1)


def create(wiki: Environment, body: Any) -> Any:
    space = next(iter(wiki.world.ids("confluence.space")))
    return wiki.call("createPage", {"body": {"spaceId": space, "title": "Formats", "body": body}})


def stored(wiki: Environment, body: Any) -> str:
    page = create(wiki, body).json()
    text: str = wiki.call("getPageById", {"id": page["id"], "body-format": "storage"}).json()["body"]["storage"][
        "value"
    ]
    return text


def test_wiki_markup_becomes_storage(wiki: Environment) -> None:
    value = "h2. Plan\n\n* *one*\n* two < three\n\nA line\nand _another_"
    assert stored(wiki, {"representation": "wiki", "value": value}) == (
        "<h2>Plan</h2><ul><li><p><strong>one</strong></p></li><li><p>two &lt; three</p></li></ul>"
        "<p>A line<br/>and <em>another</em></p>"
    )


def test_a_document_comes_back_as_it_was_sent(wiki: Environment) -> None:
    text = [{"type": "text", "text": "bold", "marks": [{"type": "strong"}]}, {"type": "text", "text": " & plain"}]
    item = {"type": "listItem", "content": [{"type": "paragraph", "content": text}]}
    heading = {"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": "Why"}]}
    document = {"type": "doc", "version": 1, "content": [heading, {"type": "bulletList", "content": [item]}]}
    body = {"atlas_doc_format": {"representation": "atlas_doc_format", "value": json.dumps(document)}}
    page = create(wiki, body).json()
    shown = wiki.call("getPageById", {"id": page["id"], "body-format": "atlas_doc_format"}).json()
    assert json.loads(shown["body"]["atlas_doc_format"]["value"]) == document


@pytest.mark.parametrize(
    ("representation", "value"),
    [
        ("atlas_doc_format", "{"),
        ("atlas_doc_format", '{"type": "paragraph"}'),
        ("atlas_doc_format", '{"type": "doc", "content": [{"type": "mediaGroup"}]}'),
        ("atlas_doc_format", '{"type": "doc", "content": ' + "[" * 20_000),
        ("storage", "<ul><li>" * 800),
    ],
    ids=["no JSON", "no document", "a node that is not covered", "deep JSON", "deep blocks"],
)
def test_a_text_that_cannot_be_read_is_refused_and_changes_nothing(
    wiki: Environment, representation: str, value: str
) -> None:
    before = wiki.digest()
    reply = create(wiki, {"representation": representation, "value": value})
    assert reply.status == 400
    assert representation in reply.json()["errors"][0]["title"]
    assert wiki.digest() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"value": "<p>x</p>"}, 400),
        ({"representation": "storage"}, 400),
        ({"representation": "storage", "value": "<p>x</p>"}, 200),
        ({"storage": {"value": "<p>x</p>"}}, 200),
        ({"storage": {"representation": "storage"}}, 400),
    ],
)
def test_a_text_says_its_format_or_stands_below_its_name(wiki: Environment, body: Any, status: int) -> None:
    page = wiki.call("getPages", {}).json()["results"][0]["id"]
    reply = wiki.call("createFooterComment", {"body": {"pageId": page, "body": body}})
    assert reply.status in (status, status + 1)


@pytest.mark.parametrize(
    "body",
    [
        3,
        [],
        {"storage": {"representation": [[]], "value": "x"}},
        {"representation": "storage"},
        {"storage": {"value": 5}},
        {"representation": "html"},
    ],
)
def test_what_is_malformed_is_refused_by_the_service_itself(wiki: Environment, body: Any) -> None:
    assert create(wiki, body).status in (200, 400)
    assert wiki.calls[-1].known
