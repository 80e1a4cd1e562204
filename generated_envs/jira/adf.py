"""Documents in the Atlassian Document Format: what is wrong with one, its plain text, and one made of plain text.

Nothing here fails, whatever it is given; documents may be nested to any depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from atlasgen.jsonvalue import Json, JsonObject, pointer

from .nodes import DOCUMENT, MARKS, NODES, Content, Members, Node, Stand


class AdfFault(NamedTuple):
    """Something that is wrong: where, as a JSON pointer into the document, and what."""

    pointer: str
    message: str


def check(document: Any) -> list[AdfFault]:
    """Return all that is wrong with a document; nothing where an editor would take it."""
    if not isinstance(document, dict) or document.get("type") != "doc":
        return [AdfFault("", "A document is an object of type `doc`.")]
    faults: list[AdfFault] = []
    waiting: list[tuple[Any, Node, Stand, tuple[str | int, ...]]] = [(document, DOCUMENT, Stand("doc"), ())]
    while waiting:
        value, node, stand, at = waiting.pop()
        faults += _own_faults(value, node, stand, at)
        children: list[tuple[Any, Node, Stand, tuple[str | int, ...]]] = []
        for number, place, child in _content(value, node.content):
            where = (*at, "content", number)
            kind = child.get("type") if isinstance(child, dict) else None
            allowed = place.get(kind) if isinstance(kind, str) else None
            if allowed is None:
                faults.append(AdfFault(pointer(*where), _misplaced(kind, sorted(place))))
            else:
                children.append((child, NODES[allowed.node], allowed, where))
        waiting += reversed(children)
    return faults


def _content(value: JsonObject, content: Content | None) -> Iterator[tuple[int, Mapping[str, Stand], Any]]:
    """Yield what stands in a node, with what may stand there; what may be anything is left out."""
    children = value.get("content")
    if content is None or not isinstance(children, list):
        return
    for number, child in enumerate(children):
        place = content.first[number] if number < len(content.first) else content.place
        if place is not None:
            yield number, place, child


def _misplaced(kind: Any, allowed: Sequence[str]) -> str:
    named = f"a node of type {kind!r}" if isinstance(kind, str) else "what has no type"
    return f"Here cannot stand {named}, but {', '.join(allowed)}."


def _own_faults(value: JsonObject, node: Node, stand: Stand, at: tuple[str | int, ...]) -> Iterator[AdfFault]:
    """Yield what is wrong with a node itself, whatever stands in it."""
    known = {"type", *node.members.needed}
    for name, test in node.members.needed.items():
        if name not in value:
            yield AdfFault(pointer(*at), f"`{name}` is missing.")
        elif message := test(value[name]):
            yield AdfFault(pointer(*at, name), f"`{name}` {message}.")
    if node.attributes:
        known.add("attrs")
        if "attrs" in value:
            yield from _attribute_faults(value["attrs"], node.attributes, (*at, "attrs"))
        elif node.needs_attributes:
            yield AdfFault(pointer(*at), "`attrs` is missing.")
    if stand.marks != ():
        known.add("marks")
        if "marks" in value:
            yield from _mark_faults(value["marks"], stand.marks, (*at, "marks"))
    if node.content is not None:
        known.add("content")
        yield from _length_faults(value, node.content, at)
    if not node.is_open:
        for name in value:
            if name not in known:
                yield AdfFault(pointer(*at, name), f"`{name}` is unknown here.")


def _length_faults(value: JsonObject, content: Content, at: tuple[str | int, ...]) -> Iterator[AdfFault]:
    if "content" not in value:
        if content.needed:
            yield AdfFault(pointer(*at), "`content` is missing.")
        return
    children = value["content"]
    if not isinstance(children, list):
        yield AdfFault(pointer(*at, "content"), "`content` must be a list.")
    elif len(children) < content.least:
        yield AdfFault(pointer(*at, "content"), f"`content` needs at least {content.least}.")
    elif content.most is not None and len(children) > content.most:
        yield AdfFault(pointer(*at, "content"), f"`content` holds at most {content.most}.")


def _attribute_faults(value: Any, forms: Sequence[Members], at: tuple[str | int, ...]) -> list[AdfFault]:
    """Return what is wrong with attributes, by the form that they come nearest to."""
    if not isinstance(value, dict):
        return [AdfFault(pointer(*at), "`attrs` must be an object.")]
    return min((list(_member_faults(value, form, at)) for form in forms), key=len)


def _member_faults(value: JsonObject, members: Members, at: tuple[str | int, ...]) -> Iterator[AdfFault]:
    for name in members.needed:
        if name not in value:
            yield AdfFault(pointer(*at), f"`{name}` is missing.")
    for name, item in value.items():
        test = members.needed.get(name) or members.others.get(name)
        if test is None:
            yield AdfFault(pointer(*at, name), f"`{name}` is unknown here.")
        elif message := test(item):
            yield AdfFault(pointer(*at, name), f"`{name}` {message}.")


def _mark_faults(value: Any, sets: Sequence[frozenset[str]] | None, at: tuple[str | int, ...]) -> Iterator[AdfFault]:
    if not isinstance(value, list):
        yield AdfFault(pointer(*at), "`marks` must be a list.")
        return
    if sets is None:
        return
    kinds = [mark.get("type") if isinstance(mark, dict) else None for mark in value]
    fitting = max(sets, key=lambda allowed: sum(isinstance(kind, str) and kind in allowed for kind in kinds))
    for number, (mark, kind) in enumerate(zip(value, kinds, strict=True)):
        where = (*at, number)
        if not isinstance(kind, str) or kind not in fitting:
            allowed = f"only {', '.join(sorted(fitting))}" if fitting else "none"
            yield AdfFault(pointer(*where), f"Of marks, {allowed} can stand here, not {kind!r}.")
            continue
        members = MARKS[kind]
        if members is not None and "attrs" not in mark:
            yield AdfFault(pointer(*where), "`attrs` is missing.")
        for name, item in mark.items():
            if name == "attrs" and members is not None:
                yield from _attribute_faults(item, (members,), (*where, "attrs"))
            elif name != "type":
                yield AdfFault(pointer(*where, name), f"`{name}` is unknown here.")


# -- plain text --------------------------------------------------------------------------------------------------------


def from_text(text: str) -> JsonObject:
    """Return a document that says a text: an empty line begins a paragraph, any other end of a line breaks it."""
    return {"type": "doc", "version": 1, "content": [_paragraph(block) for block in text.split("\n\n")]}


def _paragraph(text: str) -> JsonObject:
    content: list[Json] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            content.append({"type": "hardBreak"})
        if line:
            content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}


_LINES = frozenset({"bulletList", "orderedList", "taskList", "decisionList", "table", "listItem", "blockTaskItem"})


def text_of(document: Any) -> str:
    """Return the plain text of a document, blocks with an empty line between them; marks are left out.

    What has been made by `from_text` comes back as it was. Of nodes that hold no text there is what a reader sees of
    them: the address of a card, the name in a mention, the words for a picture.
    """
    if not isinstance(document, dict):
        return document if isinstance(document, str) else ""
    # From the leaves upwards and without recursion: the text of each node is put together when all in it is known.
    done: list[str] = []
    waiting: list[tuple[JsonObject, int]] = [(document, -1)]
    while waiting:
        node, begin = waiting.pop()
        if begin < 0:
            waiting.append((node, len(done)))
            children = node.get("content")
            nodes = [child for child in children if isinstance(child, dict)] if isinstance(children, list) else []
            waiting += [(child, -1) for child in reversed(nodes)]
        else:
            done[begin:] = [_told(node, done[begin:])]
    return done[0]


def _told(node: JsonObject, parts: list[str]) -> str:
    """Return the text of a node from the texts of what stands in it."""
    kind, held = node.get("type"), node.get("attrs")
    attributes: JsonObject = held if isinstance(held, dict) else {}
    match kind:
        case "text":
            return _string(node.get("text"))
        case "hardBreak":
            return "\n"
        case "paragraph" | "heading" | "codeBlock" | "decisionItem" | "caption":
            return "".join(parts)
        case "taskItem":
            return ("☑ " if attributes.get("state") == "DONE" else "☐ ") + "".join(parts)
        case "bulletList" | "decisionList":
            return "\n".join(_indented("- ", part) for part in parts)
        case "orderedList":
            first = attributes.get("order")
            start = first if isinstance(first, int) else 1
            return "\n".join(_indented(f"{number}. ", part) for number, part in enumerate(parts, start))
        case "tableRow":
            return " | ".join(part.replace("\n", " ") for part in parts)
        case "mention" | "status" | "inlineExtension" | "extension":
            return _string(attributes.get("text")) or _string(attributes.get("id"))
        case "emoji":
            return _string(attributes.get("text")) or _string(attributes.get("shortName"))
        case "date":
            return _day(_string(attributes.get("timestamp")))
        case "inlineCard" | "blockCard" | "embedCard":
            return _string(attributes.get("url"))
        case "media" | "mediaInline":
            return _string(attributes.get("alt"))
        case "expand" | "nestedExpand":
            return "\n\n".join(filter(None, [_string(attributes.get("title")), *parts]))
        case _:
            return ("\n" if isinstance(kind, str) and kind in _LINES else "\n\n").join(parts)


def _indented(sign: str, text: str) -> str:
    return sign + text.replace("\n", "\n" + " " * len(sign))


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(milliseconds: str) -> str:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return milliseconds
