"""Documents of the tracker: what may stand where agrees with the vendor's schema; plain text survives both ways."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from atlasgen.jsonvalue import resolve
from generated_envs.jira.adf import check, from_text, text_of
from generated_envs.jira.nodes import DOCUMENT, MARKS, NODES, Members

SCHEMA = Path(__file__).parents[3] / "shared" / "specs" / "adf-v1.schema.json"
vendor = pytest.mark.skipif(not SCHEMA.exists(), reason="the vendor's schema is not here")


def text(words: str, *marks: str) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"marks": [{"type": mark} for mark in marks]} if marks else {})}


def node(kind: str, *content: Any, **attributes: Any) -> dict[str, Any]:
    held = {"attrs": attributes} if attributes else {}
    return {"type": kind, **held, **({"content": list(content)} if content else {})}


def document(*content: Any) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(content)}


PARAGRAPH = node("paragraph", text("One"))
RICH = document(
    node("heading", text("Plan"), level=2),
    node("paragraph", text("Ask ", "em"), node("mention", id="1", text="@Mia"), node("hardBreak"), text("on")),
    node(
        "bulletList",
        node("listItem", PARAGRAPH, node("orderedList", *[node("listItem", PARAGRAPH)] * 2, order=3)),
        node("listItem", node("paragraph", node("emoji", shortName=":smile:"))),
    ),
    node("codeBlock", text("if x:\n    y()"), language="python"),
    node("taskList", node("taskItem", text("do"), localId="a", state="DONE"), localId="b"),
    node("table", node("tableRow", node("tableHeader", PARAGRAPH), node("tableCell", PARAGRAPH))),
    node("panel", node("paragraph", node("date", timestamp="1767258000000")), panelType="note"),
    node("mediaSingle", node("media", type="external", url="https://example.com/x.png", alt="a map"), layout="center"),
    node("blockquote", node("paragraph", node("inlineCard", url="https://example.com"))),
    node("rule"),
)  # fmt: skip
SAID = """Plan

Ask @Mia
on

- One
  3. One
  4. One
- :smile:

if x:
    y()

☑ do

One | One

2026-01-01

a map

https://example.com

"""


# -- plain text --------------------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.one_of(st.sampled_from("\n\n\r -*"), st.characters())))
def test_text_comes_back_from_a_document_that_nothing_is_wrong_with(words: str) -> None:
    made = from_text(words)
    assert text_of(made) == words
    assert check(made) == []


def test_empty_lines_begin_paragraphs_and_others_break_them() -> None:
    made: Any = from_text("a\nb\n\nc")
    one, two = made["content"]
    assert one == node("paragraph", text("a"), node("hardBreak"), text("b"))
    assert two == node("paragraph", text("c"))


def test_text_of_a_document_is_what_a_reader_sees() -> None:
    assert check(RICH) == []
    assert text_of(RICH) == SAID


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.sampled_from([*NODES, "doc"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["type", "content", "attrs", "marks", "text", "version"]), inner, max_size=4),
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_checked_and_read(value: Any) -> None:
    for item in (value, {"type": "doc", "version": 1, "content": value}):
        assert isinstance(text_of(item), str)
        for fault in check(item):
            assert fault.message.endswith(".")


def test_deep_documents_are_checked_and_read() -> None:
    inner = PARAGRAPH
    for _ in range(3_000):
        inner = node("bulletList", node("listItem", inner))
    assert check(document(inner)) == []
    assert text_of(document(inner)).endswith("- - One")


# -- what may stand where ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "pointer", "says"),
    [
        ("text", "", "A document is an object of type `doc`."),
        ({**RICH, "type": "paragraph"}, "", "A document is an object of type `doc`."),
        ({"type": "doc", "content": []}, "", "`version` is missing."),
        ({"type": "doc", "version": 2, "content": []}, "/version", "`version` must be 1."),
        ({"type": "doc", "version": 1}, "", "`content` is missing."),
        ({"type": "doc", "version": 1, "content": {}}, "/content", "`content` must be a list."),
        ({**document(), "title": "x"}, "/title", "`title` is unknown here."),
        (document(text("x")), "/content/0", "Here cannot stand a node of type 'text', but blockCard, "),
        (document("x"), "/content/0", "Here cannot stand what has no type"),
        (document(node("paragraf")), "/content/0", "'paragraf'"),
        (document(node("paragraph", PARAGRAPH)), "/content/0/content/0", "'paragraph'"),
        (document(node("paragraph", text(""))), "/content/0/content/0/text", "`text` must be text that is not empty."),
        (document(node("paragraph", {"type": "text"})), "/content/0/content/0", "`text` is missing."),
        (document(node("heading")), "/content/0", "`attrs` is missing."),
        (document(node("heading", level=7)), "/content/0/attrs/level", "`level` must be a number from 1 to 6."),
        (document(node("heading", level=True)), "/content/0/attrs/level", "`level` must be a number from 1 to 6."),
        (document(node("heading", size=1)), "/content/0/attrs", "`level` is missing."),
        (document({**node("heading"), "attrs": 1}), "/content/0/attrs", "`attrs` must be an object."),
        (document(node("bulletList")), "/content/0", "`content` is missing."),
        (document({**node("bulletList"), "content": []}), "/content/0/content", "`content` needs at least 1."),
        (document(node("bulletList", PARAGRAPH)), "/content/0/content/0", "but listItem."),
        (document(node("panel", PARAGRAPH, panelType="loud")), "/content/0/attrs/panelType", "must be 'info' or "),
        (document({**PARAGRAPH, "marks": 1}), "/content/0/marks", "`marks` must be a list."),
        (document(node("codeBlock", text("x", "em"))), "/content/0/content/0/marks/0", "none can stand here"),
        (document(node("paragraph", text("x", "code", "em"))), "/content/0/content/0/marks/0", "not 'code'."),
        (document(node("paragraph", text("x", "link"))), "/content/0/content/0/marks/0", "`attrs` is missing."),
        (document(node("rule", PARAGRAPH)), "/content/0/content", "`content` is unknown here."),
        (document(node("mediaSingle", node("media"), node("media"), node("media"))), "/content/0/content", "at most 2"),
    ],
    ids=range(28),
)  # fmt: skip
def test_faults_say_where_and_what(value: Any, pointer: str, says: str) -> None:
    assert any(fault.pointer == pointer and says in fault.message for fault in check(value)), check(value)


def test_all_faults_are_told_in_the_order_of_the_document() -> None:
    value = document(
        node("heading", level=0), node("paragraph", text("", "loud")), node("bulletList", node("listItem"))
    )
    assert [fault.pointer for fault in check(value)] == [
        "/content/0/attrs/level",
        "/content/1/content/0/text",
        "/content/1/content/0/marks/0",
        "/content/2/content/0",
    ]


# -- against the vendor's schema ---------------------------------------------------------------------------------------


@cache
def schema() -> Any:
    return json.loads(SCHEMA.read_text())


@cache
def validator() -> Any:
    return jsonschema_rs.Draft4Validator(schema())


TEXTS = st.sampled_from(["", "a", "#12ab9f", "#12AB9Fff", "green", "x y"])


def merged(definition: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the forms of a definition without `$ref`, `allOf` and `anyOf` at the top."""
    if "$ref" in definition:
        yield from merged(resolve(schema(), definition["$ref"].removeprefix("#")))  # type: ignore[arg-type]  # an object
    elif "anyOf" in definition:
        for part in definition["anyOf"]:
            yield from merged(part)
    elif "allOf" in definition:
        for first in merged(definition["allOf"][0]):
            second = definition["allOf"][1]
            required = [*first.get("required", []), *second.get("required", [])]
            yield {**first, "properties": {**first["properties"], **second["properties"]}, "required": required}
    else:
        yield dict(definition)


def drawn(draw: st.DrawFn, definition: Mapping[str, Any], depth: int) -> Any:
    """Return a value that a definition allows (and at times, of patterns and lengths, one that it does not)."""
    forms = list(merged(definition))
    if depth <= 0:  # what can hold the least
        forms = sorted(forms, key=lambda form: "content" in form.get("required", []))[: max(1, len(forms) // 3)]
    form = draw(st.sampled_from(forms))
    if "enum" in form:
        return draw(st.sampled_from(form["enum"]))
    match form.get("type"):
        case "object":
            required = form.get("required", [])
            often = {"content": 7, "marks": 4}  # of 8
            names = [
                name for name in form["properties"] if name in required or draw(st.integers(0, 7)) < often.get(name, 1)
            ]
            return {name: drawn(draw, form["properties"][name], depth - 1) for name in names}
        case "array":
            items = form.get("items", {})
            if isinstance(items, list):
                return [drawn(draw, item, depth - 1) for item in items[: draw(st.integers(1, len(items)))]]
            least = form.get("minItems", 0)
            count = draw(
                st.integers(least, min(form.get("maxItems", 3), max(least, 2 if depth > 12 else 1 if depth > 0 else 0)))
            )
            return [drawn(draw, items, depth - 1) for _ in range(count)]
        case "string":
            return draw(TEXTS)
        case "number":
            return draw(st.sampled_from([1, 0, 2.5, 100, 3]))
        case "boolean":
            return draw(st.booleans())
        case _:
            return draw(st.sampled_from([None, 1, "x", {}, []]))


@st.composite
def documents(draw: st.DrawFn) -> Any:
    return drawn(draw, {"$ref": "#/definitions/doc_node"}, draw(st.integers(6, 20)))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return the members and items of a value, with what holds them."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in inner for place in ((value, key), *places(item))]


ODD: tuple[Any, ...] = (
    None, True, 0, 1, 7, -1, 2.5, "", "a", "doc", "text", "\n", "#123456", "#123456\n", [], {}, [{}], ["x"],
    {"type": "em"},
    {"type": "text", "text": "x"}, {"type": "paragraph"}, [{"type": "strong"}, {"type": "code"}], {"localId": "x"},
    [{"type": "alignment", "attrs": {"align": "end"}}, {"type": "indentation", "attrs": {"level": 2}}],
    [{"type": "fontSize", "attrs": {"fontSize": "small"}}], [{"type": "breakout", "attrs": {"mode": "wide"}}],
)  # fmt: skip


def mutated(draw: st.DrawFn, value: Any) -> Any:
    """Return a document that is changed in one place: taken out, replaced, put elsewhere, doubled, or added to."""
    changed = copy.deepcopy(value)
    held, key = draw(st.sampled_from(places(changed)))
    way = draw(st.sampled_from(["remove", "replace", "swap", "double", "add", "retype", "mark"]))
    if way == "remove":
        del held[key]
    elif way == "replace":
        held[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
    elif way == "swap":
        other, name = draw(st.sampled_from(places(value)))
        held[key] = copy.deepcopy(other[name])
    elif way == "double" and isinstance(held, list):
        held.insert(key, copy.deepcopy(held[key]))
    elif isinstance(held, dict):
        if way == "retype":
            held["type"] = draw(st.sampled_from([*NODES, *MARKS]))
        else:
            names = ["marks"] if way == "mark" else ["marks", "attrs", "content", "text", "colour", "localId"]
            held[draw(st.sampled_from(names))] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return changed


@vendor
@settings(max_examples=300, deadline=None)
@given(documents(), st.data())
def test_verdict_is_that_of_the_schema_of_the_vendor(value: Any, data: st.DataObject) -> None:
    right = validator().is_valid(value)
    event(f"generated, {right}")
    assert (check(value) == []) is right, check(value)
    for _ in range(4):
        assume(places(value))
        changed = data.draw(st.composite(lambda draw: mutated(draw, value))())
        right = validator().is_valid(changed)
        event(f"changed, {right}")
        faults = check(changed)
        assert (faults == []) is right, faults
        for fault in faults:
            resolve(changed, fault.pointer)


SAMPLES: tuple[Any, ...] = (
    1, "x", "center", "percentage", "wide", "#12ab9f", "inlineComment", "small", "sub", "TODO", "info", "external",
    "file", True, ["x"], "green", "pixel", "\n", {"id": "x", "parameters": {}, "views": [{"type": "x"}]},
)  # fmt: skip


def attributes_of(members: Members) -> dict[str, Any]:
    """Return attributes that are allowed, no more than needed."""
    return {name: next(value for value in SAMPLES if not test(value)) for name, test in members.needed.items()}


def smallest(name: str) -> dict[str, Any]:
    """Return the smallest node of a name in `NODES`."""
    found = NODES[name]
    value: dict[str, Any] = {"type": name.split()[0]}
    value |= {key: next(item for item in SAMPLES if not test(item)) for key, test in found.members.needed.items()}
    if found.needs_attributes:
        value["attrs"] = attributes_of(found.attributes[0])
    if found.content is not None and found.content.needed:
        first = found.content.first[0] if found.content.first else found.content.place or {}
        easy = next(kind for kind in ("paragraph", "text", "extension", *first) if kind in first)
        value["content"] = [smallest(first[easy].node) for _ in range(found.content.least)]
    return value


def marked(*names: str) -> list[Any]:
    held = {name: MARKS[name] for name in names}
    return [
        {"type": name, **({"attrs": attributes_of(members)} if members is not None else {})}
        for name, members in held.items()
    ]


def nested() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names of all nodes that hold nodes, each with those that lead to it from the root."""
    seen: dict[str, tuple[str, ...]] = {"": ()}
    waiting = [("", DOCUMENT)]
    while waiting:
        name, holder = waiting.pop(0)
        yield name, seen[name]
        content = holder.content
        for place in (*(content.first if content else ()), *((content.place,) if content and content.place else ())):
            for stand in place.values():
                if stand.node not in seen:
                    seen[stand.node] = (*seen[name], stand.node)
                    waiting.append((stand.node, NODES[stand.node]))


@cache
def stands() -> list[tuple[tuple[str, ...], str]]:
    """Return where each node can stand: the names that lead there, and its own."""
    return [(path, kind) for _, path in nested() for kind in NODES if check(within(path, [smallest(kind)])) == []]


def within(path: tuple[str, ...], inner: list[Any] | None) -> Any:
    """Return a document in which a path of nodes leads to a node with some content."""
    for name in reversed(path):
        holder = smallest(name)
        if inner is not None:
            held = holder.get("content", [])
            if inner and inner[0]["type"] == "caption":  # it comes second
                inner = [*held, *inner]
            # What must come first stays first; a single one makes room.
            holder["content"] = inner if len(held) == 1 else [*inner, *held[len(inner) :]]
        inner = [holder]
    return document(*(inner or []))


@vendor
def test_every_node_stands_where_the_vendor_lets_it_stand() -> None:
    verdicts = {True: 0, False: 0}
    for name, path in nested():
        for kind in NODES:
            child = smallest(kind)
            for content in ([child], [child, child], [*smallest(name).get("content", []), child] if name else []):
                value = within(path, content)
                right = validator().is_valid(value)
                verdicts[right] += 1
                assert (check(value) == []) is right, (path, kind, check(value))
    assert min(verdicts.values()) > 300


@vendor
def test_every_mark_is_allowed_where_the_vendor_allows_it() -> None:
    sets = [(), *((mark,) for mark in MARKS), *((one, other) for one in MARKS for other in MARKS if one < other)]
    verdicts = {True: 0, False: 0}
    for path, kind in stands():
        for names in sets:
            value = within(path, [{**smallest(kind), "marks": marked(*names)}])
            right = validator().is_valid(value)
            verdicts[right] += 1
            assert (check(value) == []) is right, (path, kind, names, check(value))
    assert min(verdicts.values()) > 1_000


@vendor
def test_every_attribute_is_what_the_vendor_lets_it_be() -> None:
    values = (*SAMPLES, *ODD, 0.5, 101, [], [1], "", "#12AB9FFF", "purple")
    for _, path in nested():
        for form in NODES[path[-1]].attributes if path else ():
            for name in [*form.needed, *form.others, "colour"]:
                for item in values:
                    changed = {**smallest(path[-1]), "attrs": {**attributes_of(form), name: item}}
                    value = within(path[:-1], [changed])
                    assert (check(value) == []) is validator().is_valid(value), (path, name, item)
    for name, members in MARKS.items():
        path, kind = next(
            (path, kind)
            for path, kind in stands()
            if check(within(path, [{**smallest(kind), "marks": marked(name)}])) == []
        )
        for key in [*members.needed, *members.others, "colour"] if members is not None else []:
            for item in values:
                (mark,) = marked(name)
                mark["attrs"][key] = item
                value = within(path, [{**smallest(kind), "marks": [mark]}])
                assert (check(value) == []) is validator().is_valid(value), (name, key, item)


@vendor
def test_nodes_and_marks_are_those_of_the_vendor() -> None:
    kinds: dict[str, set[str]] = {"node": set(), "mark": set()}
    for name, definition in schema()["definitions"].items():
        if name.split("_")[-1] in kinds and "properties" in definition:
            kinds[name.split("_")[-1]] |= set(definition["properties"]["type"]["enum"])
    assert {name for name in NODES if " " not in name} == kinds["node"] - {"doc"}
    assert set(MARKS) == kinds["mark"]


@vendor
def test_examples_of_this_module_are_valid_to_the_vendor() -> None:
    assert validator().is_valid(RICH)
