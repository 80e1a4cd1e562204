"""The texts of pages: the ways to write the same text, and what it takes for two to say the same."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Any, Final, Literal
from xml.parsers.expat import ExpatError, ParserCreate

from atlasgen.errors import ApiError
from atlasgen.jsonvalue import Json
from generated_envs.confluence.bodies import in_storage_format
from generated_envs.confluence.formats import adf_from_storage

_SYNONYMS: Final = {"b": "strong", "i": "em"}
_KEPT: Final = {"p", "ul", "ol", "li", "pre", "br", "strong", "em", "code", *(f"h{level}" for level in range(1, 7))}
_INLINE: Final = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text: a paragraph, a heading of the second level, or a list with a point a line."""

    kind: Literal["paragraph", "heading", "list"]
    lines: tuple[str, ...]


def in_storage(blocks: Sequence[Block]) -> Json:
    """Return a text as the body of a request has it, in storage format."""
    parts: list[str] = []
    for block in blocks:
        if block.kind == "list":
            parts.append(f"<ul>{''.join(f'<li><p>{escaped(line)}</p></li>' for line in block.lines)}</ul>")
        else:
            tag = "h2" if block.kind == "heading" else "p"
            parts += [f"<{tag}>{escaped(line)}</{tag}>" for line in block.lines]
    return {"representation": "storage", "value": "".join(parts)}


def escaped(line: str) -> str:
    """Return a line as it stands between tags."""
    return escape(line, quote=False)


def in_wiki(blocks: Sequence[Block]) -> Json:
    """Return a text in wiki markup."""
    parts: list[str] = []
    for block in blocks:
        if block.kind == "list":
            parts.append("\n".join(f"* {line}" for line in block.lines))
        else:
            parts += [f"h2. {line}" if block.kind == "heading" else line for line in block.lines]
    return {"representation": "wiki", "value": "\n\n".join(parts)}


def in_document(blocks: Sequence[Block]) -> Json:
    """Return a text as a document of nodes."""

    def paragraph(line: str, kind: str = "paragraph") -> dict[str, Any]:
        return {"type": kind, "content": [{"type": "text", "text": line}]}

    nodes: list[dict[str, Any]] = []
    for block in blocks:
        if block.kind == "list":
            items = [{"type": "listItem", "content": [paragraph(line)]} for line in block.lines]
            nodes.append({"type": "bulletList", "content": items})
        else:
            for line in block.lines:
                node = paragraph(line, block.kind)
                nodes.append({**node, "attrs": {"level": 2}} if block.kind == "heading" else node)
    return {
        "representation": "atlas_doc_format",
        "value": json.dumps({"version": 1, "type": "doc", "content": nodes}),
    }


def blocks_of(storage: str) -> list[Block] | None:
    """Return the blocks of a text; None where it has others than paragraphs, headings and lists of plain lines."""
    found: list[Block] = []
    for node in json.loads(adf_from_storage(storage))["content"]:
        kind = {"paragraph": "paragraph", "heading": "heading", "bulletList": "list"}.get(node["type"])
        inner = [item["content"][0] for item in node["content"]] if kind == "list" else [node]
        plain = all(len(part["content"]) == 1 and set(part["content"][0]) == {"type", "text"} for part in inner)
        if kind is None or not plain or node.get("attrs", {"level": 2}) != {"level": 2}:
            return None
        found.append(Block(kind, tuple(part["content"][0]["text"] for part in inner)))  # type: ignore[arg-type]  # a dict gives str
    return found


def storage_of(body: Json) -> str | None:
    """Return the storage text that a body says, in whichever format; None where it says none."""
    try:
        given = in_storage_format({"body": body})["body"]
    except ApiError:
        return None
    value = given.get("value") if isinstance(given, dict) and given.get("representation") == "storage" else None
    return value if isinstance(value, str) else None


def say_the_same(one: str, other: str) -> bool:
    """Return whether two storage texts say the same: the same blocks and marks, and whatever else stands in them."""
    if one == other:
        return True
    return (
        _is_well_formed(one)
        and _is_well_formed(other)
        and adf_from_storage(one) == adf_from_storage(other)
        and _rest(one) == _rest(other)
    )


def _is_well_formed(storage: str) -> bool:
    parser = ParserCreate()
    try:
        parser.Parse(f"<r>{storage}</r>", True)
    except ExpatError:
        return False
    return True


def _rest(storage: str) -> list[str]:
    """Return what a document of nodes does not tell of a storage text."""
    reader = _Rest()
    reader.feed(storage)
    reader.close()
    return reader.found


class _Rest(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if attrs or _SYNONYMS.get(tag, tag) not in _KEPT:
            self.found.append(f"{tag} {attrs}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(data)


# -- for the oracle: by another way than the above ---------------------------------------------------------------------


def canonical(storage: str) -> str:
    """Return a storage text in the one form that all have which say the same; a malformed one as it is."""
    try:
        root = ElementTree.XML(f"<all>{storage}</all>")
    except ElementTree.ParseError:
        return storage
    return "".join(_written(root, "all"))


def _written(element: ElementTree.Element, name: str) -> Iterator[str]:
    """Yield what stands in an element, lines without a paragraph of their own in one."""
    if name in _INLINE:
        yield _text(element.text)
        for inner in element:
            yield _whole(inner)
            yield _text(inner.tail)
        return
    line = _text(element.text) if (element.text or "").strip() else ""
    for inner in element:
        if inner.tag in (*_INLINE, "ul", "ol", "li"):
            yield f"<p>{line}</p>" if line else ""
            yield _whole(inner)
            line = ""
        else:
            line += _whole(inner)
        line += _text(inner.tail) if (inner.tail or "").strip() else ""
    yield f"<p>{line}</p>" if line else ""


def _whole(element: ElementTree.Element) -> str:
    name = _SYNONYMS.get(element.tag, element.tag)
    given = "".join(f" {key}={value!r}" for key, value in sorted(element.attrib.items()))
    block = name in (*_INLINE, "ul", "ol", "li")
    inner = "".join(_written(element, name if block else "p"))
    return f"<{name}{given}>{inner}</{name}>"


def _text(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;")
