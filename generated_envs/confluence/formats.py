"""Converts the text of pages between storage format (XHTML), Atlassian Document Format and wiki markup.

Covered are paragraphs, headings, lists, code, line breaks, links and the marks strong, em and code. Whatever else a
storage text holds is read as the text inside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Any

Node = dict[str, Any]

DEEPEST = 60
"""How many blocks may stand inside each other; editors stop far earlier."""

_MARKS = {"strong": "strong", "em": "em", "code": "code"}
_TAGS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "code": "code"}
_BLOCKS = {"p": "paragraph", "ul": "bulletList", "ol": "orderedList", "li": "listItem", "pre": "codeBlock"}
_HEADING = re.compile(r"h([1-6])\Z")


def storage_from_adf(text: str) -> str:
    """Return the storage form of a document.

    Raises:
        ValueError: the text is no JSON, or no document that is covered.
    """
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("type") != "doc":
        raise ValueError("a document begins with type `doc`")
    return _blocks(document)


def _blocks(node: Node) -> str:
    content = node.get("content", [])
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise ValueError("`content` is a list of nodes")
    return "".join(_storage(item) for item in content)


def _storage(node: Node) -> str:
    kind = node.get("type")
    if kind == "text":
        return _marked(node)
    if kind == "hardBreak":
        return "<br/>"
    if kind == "heading":
        level = node.get("attrs", {}).get("level", 1)
        return f"<h{level}>{_blocks(node)}</h{level}>"
    tags = {"paragraph": "p", "bulletList": "ul", "orderedList": "ol", "listItem": "li", "codeBlock": "pre"}
    if kind not in tags:
        raise ValueError(f"nodes of type {kind!r} are not covered")
    return f"<{tags[kind]}>{_blocks(node)}</{tags[kind]}>"


def _marked(node: Node) -> str:
    text = escape(str(node.get("text", "")), quote=False)
    for mark in node.get("marks", []):
        kind = mark.get("type")
        if kind == "link":
            text = f'<a href="{escape(str(mark.get("attrs", {}).get("href", "")))}">{text}</a>'
        elif kind in _MARKS:
            text = f"<{_MARKS[kind]}>{text}</{_MARKS[kind]}>"
    return text


@lru_cache(maxsize=1024)
def adf_from_storage(text: str) -> str:
    """Return the document, as JSON text, that a storage text says.

    Raises:
        ValueError: its blocks are nested too deeply.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return json.dumps({"type": "doc", "version": 1, "content": reader.root["content"]}, separators=(",", ":"))


def checked_storage(text: str) -> str:
    """Return a storage text that can be read again.

    Raises:
        ValueError: its blocks are nested too deeply.
    """
    adf_from_storage(text)
    return text


def excerpt(text: str, *, longest: int) -> str:
    """Return how a storage text begins, without its tags; at most so many characters, cut between words."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    plain = " ".join("".join(_texts(reader.root)).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rsplit(" ", 1)[0] + "…"


def _texts(node: Node) -> Iterator[str]:
    """Yield the texts in a node, with a space around what stands by itself."""
    if node["type"] == "text":
        yield node["text"]
        return
    yield " "
    for inner in node.get("content", []):
        yield from _texts(inner)
    yield " "


class _Reader(HTMLParser):
    """Builds a document from the tags of a storage text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Node = {"type": "doc", "content": []}
        self._open: list[tuple[str, Node]] = [("", self.root)]
        self._marks: list[tuple[str, Node]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (node := _block(tag)) is not None:
            if len(self._open) > DEEPEST:
                raise ValueError(f"more than {DEEPEST} blocks stand inside each other")
            self._open[-1][1]["content"].append(node)
            self._open.append((tag, node))
        elif tag == "br":
            self._inline({"type": "hardBreak"})
        elif tag == "a":
            self._marks.append((tag, {"type": "link", "attrs": {"href": dict(attrs).get("href") or ""}}))
        elif tag in _TAGS:
            self._marks.append((tag, {"type": _TAGS[tag]}))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _ in self._open[1:]):
            while self._open.pop()[0] != tag:
                pass
        self._marks = [mark for mark in self._marks if mark[0] != tag]

    def handle_data(self, data: str) -> None:
        inside_code = any(name == "pre" for name, _ in self._open)
        if (
            data.strip()
            or (inside_code and data)
            or (data and self._open[-1][1].get("type") in ("paragraph", "heading"))
        ):
            node: Node = {"type": "text", "text": data}
            if self._marks:
                node["marks"] = [mark for _, mark in self._marks]
            self._inline(node)

    def _inline(self, node: Node) -> None:
        """Add a node that cannot stand by itself in a document, a list or a list item."""
        parent = self._open[-1][1]
        if parent["type"] in ("doc", "listItem", "bulletList", "orderedList"):
            last = parent["content"][-1] if parent["content"] else None
            if last is None or last["type"] != "paragraph":
                parent["content"].append(last := {"type": "paragraph", "content": []})
            parent = last
        parent["content"].append(node)


def _block(tag: str) -> Node | None:
    """Return the empty node that a tag opens."""
    if heading := _HEADING.match(tag):
        return {"type": "heading", "attrs": {"level": int(heading[1])}, "content": []}
    return {"type": _BLOCKS[tag], "content": []} if tag in _BLOCKS else None


def storage_from_wiki(text: str) -> str:
    """Return the storage form of wiki markup: headings, lists and paragraphs, with `*strong*` and `_em_`."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.splitlines()
        heading = re.match(r"h([1-6])\. (.*)", lines[0]) if lines else None
        if heading and len(lines) == 1:
            parts.append(f"<h{heading[1]}>{_wiki_inline(heading[2])}</h{heading[1]}>")
        elif lines and all(line.startswith(("* ", "# ")) for line in lines):
            tag = "ul" if lines[0].startswith("*") else "ol"
            items = "".join(f"<li><p>{_wiki_inline(line[2:])}</p></li>" for line in lines)
            parts.append(f"<{tag}>{items}</{tag}>")
        elif lines:
            parts.append("<p>" + "<br/>".join(map(_wiki_inline, lines)) + "</p>")
    return "".join(parts)


def _wiki_inline(text: str) -> str:
    text = escape(text, quote=False)
    text = re.sub(r"(?<!\w)\*(\S[^*]*?)\*(?!\w)", r"<strong>\1</strong>", text)
    return re.sub(r"(?<!\w)_(\S[^_]*?)_(?!\w)", r"<em>\1</em>", text)
