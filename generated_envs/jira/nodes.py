"""The nodes that documents of the Atlassian Document Format are made of, and where each may stand.

All nodes and marks of version 1 are here, as the vendor's schema has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

Test: TypeAlias = Callable[[Any], str]
"""What is wrong with a value, as the end of a sentence that begins with its name; empty where nothing is."""


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "must be text"


def _named(value: Any) -> str:
    return "" if isinstance(value, str) and value else "must be text that is not empty"


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _anything(value: Any) -> str:
    return ""


def _word(*words: str) -> Test:
    listed = " or ".join(map(repr, words))
    return lambda value: "" if isinstance(value, str) and value in words else f"must be {listed}"


def _number(least: float | None = None, most: float | None = None) -> Test:
    told = f" from {least} to {most}" if most is not None else f" of at least {least}" if least is not None else ""

    def test(value: Any) -> str:
        right = isinstance(value, int | float) and not isinstance(value, bool)
        fits = right and (least is None or value >= least) and (most is None or value <= most)
        return "" if fits else f"must be a number{told}"

    return test


def _like(pattern: str, example: str) -> Test:
    compiled = re.compile(pattern)
    return lambda value: "" if isinstance(value, str) and compiled.fullmatch(value) else f"must look like {example}"


def _list(each: Test, what: str, least: int = 0) -> Test:
    def test(value: Any) -> str:
        fits = isinstance(value, list) and len(value) >= least and not any(map(each, value))
        return "" if fits else f"must be a list of {what}"

    return test


def _one(value: Any) -> str:
    return "" if value == 1 and not isinstance(value, bool) else "must be 1"


def _datasource(value: Any) -> str:
    if not isinstance(value, dict) or set(value) != {"id", "parameters", "views"} or _text(value["id"]):
        return "must have exactly `id`, `parameters` and `views`"
    views = value["views"]
    fit = isinstance(views, list) and views and all(map(_is_view, views))
    return "" if fit else "must have a list of `views`, each with a `type`"


def _is_view(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str) and set(value) <= {"type", "properties"}


@dataclass(frozen=True, slots=True)
class Members:
    """The members that an object has to have, and those that it may have besides."""

    needed: Mapping[str, Test] = field(default_factory=dict)
    others: Mapping[str, Test] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stand:
    """A node that may stand somewhere.

    Attributes:
        node: Its name in `NODES`.
        marks: Sets of marks, all of one of which it may have there; empty where it may not even have a list of them;
            None where anything goes.
    """

    node: str
    marks: tuple[frozenset[str], ...] | None = ()


Place: TypeAlias = Mapping[str, Stand]
"""The nodes that may stand at a place, by their types."""


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a node.

    Attributes:
        place: What any of it may be; None: anything.
        first: What the first ones must be instead.
        needed: Whether the node must have a list at all, if only an empty one.
    """

    place: Place | None = None
    first: tuple[Place, ...] = ()
    least: int = 0
    most: int | None = None
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Node:
    """A sort of node.

    Attributes:
        attributes: The sets of attributes that it may have; empty: it has none.
        needs_attributes: Whether it must have the object that holds them.
        content: What stands in it; None: nothing.
        members: What it has besides its type, attributes, marks and content.
        is_open: Whether it may have members of any other name.
    """

    attributes: tuple[Members, ...] = ()
    needs_attributes: bool = False
    content: Content | None = None
    members: Members = Members()
    is_open: bool = False


_LOCAL = {"localId": _text}
_ONLY_LOCAL = (Members({}, _LOCAL),)
_COLOUR = _like("#[0-9a-fA-F]{6}", "#12ab9f")
_LAYOUT = _word("wide", "full-width", "center", "wrap-right", "wrap-left", "align-end", "align-start")
_EXTENSION = {"extensionKey": _named, "extensionType": _named}
_EXTENSION_BESIDES = {"parameters": _anything, "text": _text, "localId": _named}
_VALIGN = _word("top", "middle", "bottom")

MARKS: Final[Mapping[str, Members | None]] = {
    "alignment": Members({"align": _word("center", "end")}),
    "annotation": Members({"id": _text, "annotationType": _word("inlineComment")}),
    "backgroundColor": Members({"color": _COLOUR}),
    "border": Members({"size": _number(1, 3), "color": _like("#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6})", "#12ab9f")}),
    "breakout": Members({"mode": _word("wide", "full-width")}, {"width": _number()}),
    "code": None,
    "dataConsumer": Members({"sources": _list(_text, "texts, at least one", 1)}),
    "em": None,
    "fontSize": Members({"fontSize": _word("small")}),
    "fragment": Members({"localId": _named}, {"name": _text}),
    "indentation": Members({"level": _number(1, 6)}),
    "link": Members({"href": _text}, {"title": _text, "id": _text, "collection": _text, "occurrenceKey": _text}),
    "strike": None,
    "strong": None,
    "subsup": Members({"type": _word("sub", "sup")}),
    "textColor": Members({"color": _COLOUR}),
    "underline": None,
}
"""The marks, with their attributes; None: it has none."""

_FORMATS = frozenset(
    {"link", "em", "strong", "strike", "subsup", "underline", "textColor", "annotation", "backgroundColor"}
)
_BARE: Final = (frozenset[str](),)
_EXTENDED: Final = (frozenset({"dataConsumer", "fragment"}),)
_OF_MEDIA: Final = (frozenset({"dataConsumer", "link", "annotation", "border"}),)
_SIZED: Final = (frozenset({"fontSize"}),)
_ALIGNED: Final = (frozenset({"fontSize", "alignment"}),)
_PLACED: Final = (*_ALIGNED, frozenset({"fontSize", "indentation"}))
_HEADED: Final = (frozenset({"alignment"}), frozenset({"indentation"}))
_BROKEN_OUT: Final = (frozenset({"breakout"}),)

_MARKED: Mapping[str, tuple[frozenset[str], ...]] = {
    "bodiedExtension": _EXTENDED,
    "bodiedSyncBlock": _BROKEN_OUT,
    "codeBlock": _BARE,
    "expand": _BARE,
    "extension": _EXTENDED,
    "heading": _BARE,
    "inlineExtension": _EXTENDED,
    "layoutSection": _BROKEN_OUT,
    "media": _OF_MEDIA,
    "mediaInline": _OF_MEDIA,
    "mediaSingle": (frozenset({"link"}),),
    "paragraph": _BARE,
    "syncBlock": _BROKEN_OUT,
    "table": (frozenset({"fragment"}),),
    "text": (_FORMATS, frozenset({"code", "link", "annotation"})),
}
"""The marks that a node may have wherever nothing else is said."""


def _place(*types: str, **marked: tuple[frozenset[str], ...] | None) -> Place:
    """Return a place for nodes with their usual marks, or with other ones."""
    usual = {name: Stand(name, _MARKED.get(name, ())) for name in types}
    return usual | {name: Stand(name, marks) for name, marks in marked.items()}


_WRITTEN = ("text", "hardBreak", "mention", "emoji", "date", "placeholder", "inlineCard", "status")
_INLINE = _place(*_WRITTEN, "inlineExtension", "mediaInline")
_PICTURES = ("mediaSingle", "mediaGroup")
_LISTS = ("bulletList", "orderedList", "taskList")
_CARDS = ("blockCard", "embedCard")
_BODY = (*_LISTS, *_PICTURES, "codeBlock", "decisionList", "rule", "panel", "blockquote", "extension")
_UNNESTED = _place(*_BODY, *_CARDS, "heading", "table", paragraph=_SIZED)
_EXPANDED = Content({**_UNNESTED, **_place("nestedExpand")}, least=1)
_BLOCKS = _place(
    *_BODY, *_CARDS, "table", "expand", "bodiedExtension", paragraph=_PLACED, heading=_HEADED
)  # fmt: skip
_CELL = Content(_place(*_BODY, *_CARDS, "nestedExpand", paragraph=_ALIGNED, heading=_HEADED), least=1)
_IN_TASK = _place("extension", paragraph=_SIZED)
_CELL_ATTRIBUTES = (
    Members(
        {},
        {
            "colspan": _number(), "rowspan": _number(), "colwidth": _list(_number(), "numbers"),
            "background": _text, "valign": _VALIGN, **_LOCAL,
        },
    ),
)  # fmt: skip

DOCUMENT: Final = Node(
    members=Members({"version": _one}),
    content=Content(
        {
            **_BLOCKS,
            **_place("layoutSection", "syncBlock", "bodiedSyncBlock", codeBlock=_BROKEN_OUT, expand=_BROKEN_OUT),
        }
    ),
)
"""The root of a document, of type `doc`."""

_MEDIA_SINGLE = Node(
    attributes=(
        Members({"layout": _LAYOUT}, {"width": _number(0, 100), "widthType": _word("percentage"), **_LOCAL}),
        Members({"width": _number(0), "widthType": _word("pixel"), "layout": _LAYOUT}, _LOCAL),
    ),
    content=Content(first=(_place("media"), _place("caption")), least=1, most=2),
    is_open=True,
)
_LAYOUT_SECTION = Node(_ONLY_LOCAL, content=Content(_place("layoutColumn"), least=2, most=3))

NODES: Final[Mapping[str, Node]] = {
    "blockCard": Node(
        (
            Members({"url": _text}, _LOCAL),
            Members({"data": _anything}, _LOCAL),
            Members({"datasource": _datasource}, {"url": _text, "width": _number(), "layout": _LAYOUT, **_LOCAL}),
        ),
        needs_attributes=True,
    ),
    "blockTaskItem": Node(
        (Members({"localId": _text, "state": _word("TODO", "DONE")}),),
        needs_attributes=True,
        content=Content(first=(_IN_TASK, _IN_TASK), least=1),
    ),
    "blockquote": Node(
        _ONLY_LOCAL,
        content=Content(
            _place("paragraph", "orderedList", "bulletList", "codeBlock", *_PICTURES, "extension"), least=1
        ),
    ),
    "bodiedExtension": Node(
        (Members(_EXTENSION, {**_EXTENSION_BESIDES, "layout": _word("wide", "full-width", "default")}),),
        needs_attributes=True,
        content=Content(_UNNESTED, least=1),
    ),
    "bodiedSyncBlock": Node(
        (Members({"resourceId": _text, "localId": _text}),),
        needs_attributes=True,
        content=Content(
            {
                **_place(*_LISTS, "mediaGroup", *_CARDS, "codeBlock", "decisionList", "rule", "panel", "blockquote"),
                **_place("expand", "table", paragraph=None, heading=None),
                "layoutSection": Stand("layoutSection with any columns", _BROKEN_OUT),
                "mediaSingle": Stand("mediaSingle with anything", _MARKED["mediaSingle"]),
            },
            least=1,
        ),
    ),
    "bulletList": Node(_ONLY_LOCAL, content=Content(_place("listItem"), least=1)),
    "caption": Node(_ONLY_LOCAL, content=Content(_place(*_WRITTEN), needed=False)),
    "codeBlock": Node(
        (
            Members(
                {},
                {"language": _text, "uniqueId": _text, "wrap": _flag, "hideLineNumbers": _flag, **_LOCAL},
            ),
        ),
        content=Content(_place(text=_BARE), needed=False),
    ),
    "date": Node((Members({"timestamp": _named}, _LOCAL),), needs_attributes=True),
    "decisionItem": Node(
        (Members({"localId": _text, "state": _text}),), needs_attributes=True, content=Content(_INLINE, needed=False)
    ),
    "decisionList": Node(
        (Members({"localId": _text}),), needs_attributes=True, content=Content(_place("decisionItem"), least=1)
    ),
    "embedCard": Node(
        (
            Members(
                {"url": _text, "layout": _LAYOUT},
                {"width": _number(0, 100), "originalHeight": _number(), "originalWidth": _number(), **_LOCAL},
            ),
        ),
        needs_attributes=True,
    ),
    "emoji": Node((Members({"shortName": _text}, {"id": _text, "text": _text, **_LOCAL}),), needs_attributes=True),
    "expand": Node((Members({}, {"title": _text, **_LOCAL}),), content=_EXPANDED),
    "extension": Node(
        (Members(_EXTENSION, {**_EXTENSION_BESIDES, "layout": _word("wide", "full-width", "default")}),),
        needs_attributes=True,
    ),
    "hardBreak": Node((Members({}, {"text": _word("\n"), **_LOCAL}),)),
    "heading": Node(
        (Members({"level": _number(1, 6)}, _LOCAL),), needs_attributes=True, content=Content(_INLINE, needed=False)
    ),
    "inlineCard": Node(
        (Members({"url": _text}, _LOCAL), Members({"data": _anything}, _LOCAL)), needs_attributes=True
    ),
    "inlineExtension": Node((Members(_EXTENSION, _EXTENSION_BESIDES),), needs_attributes=True),
    "layoutColumn": Node(
        (Members({"width": _number(0, 100)}, {"valign": _VALIGN, **_LOCAL}),),
        needs_attributes=True,
        content=Content(_BLOCKS, least=1),
    ),
    "layoutSection": _LAYOUT_SECTION,
    "layoutSection with any columns": Node(_ONLY_LOCAL, content=Content(_place("layoutColumn"))),
    "listItem": Node(
        _ONLY_LOCAL,
        content=Content(_place(*_LISTS, "mediaSingle", "codeBlock", "extension", paragraph=_SIZED), least=1),
    ),
    "media": Node(
        (
            Members(
                {"type": _word("link", "file"), "id": _named, "collection": _text},
                {"alt": _text, "height": _number(), "width": _number(), "occurrenceKey": _named, **_LOCAL},
            ),
            Members(
                {"type": _word("external"), "url": _text},
                {"alt": _text, "height": _number(), "width": _number(), **_LOCAL},
            ),
        ),
        needs_attributes=True,
    ),
    "mediaGroup": Node(content=Content(_place("media"), least=1)),
    "mediaInline": Node(
        (
            Members(
                {"id": _named, "collection": _text},
                {
                    "type": _word("link", "file", "image"), "alt": _text, "occurrenceKey": _named,
                    "width": _number(), "height": _number(), "data": _anything, **_LOCAL,
                },
            ),
        ),
        needs_attributes=True,
    ),
    "mediaSingle": _MEDIA_SINGLE,
    "mediaSingle with anything": Node(_MEDIA_SINGLE.attributes, is_open=True),
    "mention": Node(
        (
            Members(
                {"id": _text},
                {"text": _text, "accessLevel": _text, "userType": _word("DEFAULT", "SPECIAL", "APP"), **_LOCAL},
            ),
        ),
        needs_attributes=True,
    ),
    "nestedExpand": Node(
        (Members({}, {"title": _text, **_LOCAL}),),
        needs_attributes=True,
        content=Content(_place(*_BODY, "heading", paragraph=_SIZED), least=1),
    ),
    "orderedList": Node((Members({}, {"order": _number(0), **_LOCAL}),), content=Content(_place("listItem"), least=1)),
    "panel": Node(
        (
            Members(
                {"panelType": _word("info", "note", "tip", "warning", "error", "success", "custom")},
                {"panelIcon": _text, "panelIconId": _text, "panelIconText": _text, "panelColor": _text, **_LOCAL},
            ),
        ),
        needs_attributes=True,
        content=Content(
            _place(
                *_LISTS, *_PICTURES, "heading", "blockCard", "codeBlock", "rule", "decisionList", "extension",
                paragraph=_SIZED,
            ),
            least=1,
        ),
    ),
    "paragraph": Node(_ONLY_LOCAL, content=Content(_INLINE, needed=False)),
    "placeholder": Node((Members({"text": _text}, _LOCAL),), needs_attributes=True),
    "rule": Node(_ONLY_LOCAL),
    "status": Node(
        (
            Members(
                {
                    "text": _named,
                    "color": _like("neutral|purple|blue|red|yellow|green|#[0-9a-fA-F]{6}", "`green` or #12ab9f"),
                },
                {"style": _text, **_LOCAL},
            ),
        ),
        needs_attributes=True,
    ),
    "syncBlock": Node((Members({"resourceId": _text, "localId": _text}),), needs_attributes=True),
    "table": Node(
        (
            Members(
                {},
                {
                    "displayMode": _word("default", "fixed"), "isNumberColumnEnabled": _flag, "localId": _named,
                    "layout": _word("wide", "full-width", "center", "align-end", "align-start", "default"),
                    "width": _number(),
                },
            ),
        ),
        content=Content(_place("tableRow"), least=1),
    ),
    "tableCell": Node(_CELL_ATTRIBUTES, content=_CELL),
    "tableHeader": Node(_CELL_ATTRIBUTES, content=_CELL),
    "tableRow": Node(_ONLY_LOCAL, content=Content(_place("tableCell", "tableHeader"))),
    "taskItem": Node(
        (Members({"localId": _text, "state": _word("TODO", "DONE")}),),
        needs_attributes=True,
        content=Content(_INLINE, needed=False),
    ),
    "taskList": Node(
        (Members({"localId": _text}),),
        needs_attributes=True,
        content=Content(_place("taskItem", "taskList", "blockTaskItem"), least=1),
    ),
    "text": Node(members=Members({"text": _named})),
}  # fmt: skip
"""All nodes below the root; some by other names where they are looked at less closely at one place."""
