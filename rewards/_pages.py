"""Pages as they are judged: a text says the same in whichever of the three formats it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Path
from atlasgen.tasks.task import Expected
from generated_envs.confluence._generated.rewards import CreatePageReward
from rewards import _texts as texts
from rewards._texts import Block
from rewards._wiki import PAGE

FORMS: Final = {"storage format": texts.in_storage, "wiki markup": texts.in_wiki, "a document": texts.in_document}
"""The ways to write the text of a page."""

_STORED: Final = ("body",)
_BODY: Final = "/body/body"


class PageReward(CreatePageReward):
    """The reward of `createPage` where the format of the text is the agent's choice."""

    def equivalent(self, expected: Expected, found: Json) -> bool:
        """Return whether an argument says the same as the gold's: a text in any of the three formats does."""
        if expected.pointer != _BODY:
            return super().equivalent(expected, found)
        one, other = texts.storage_of(expected.value), texts.storage_of(found)
        return one is not None and other is not None and texts.say_the_same(one, other)

    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        """Return whether two stored values mean the same: two texts do if they say the same."""
        if collection != PAGE or path != _STORED:
            return super().same(collection, path, expected, found)
        one, other = _stored_text(expected), _stored_text(found)
        return one is not None and other is not None and texts.say_the_same(one, other)

    def variants(self, expected: Expected) -> Iterator[tuple[str, Json]]:
        """Yield the gold's text in the other formats, and as others write the same format."""
        storage = texts.storage_of(expected.value) if expected.pointer == _BODY else None
        blocks = texts.blocks_of(storage) if storage is not None else None
        if storage is None or blocks is None:
            return
        written = {name: form(blocks) for name, form in FORMS.items()}
        for name, body in written.items():
            yield f"in {name}", body
            yield f"in {name}, nested", {_FORMS_BY_NAME[name]: body}
        yield "with a remark that nobody sees", _storage(f"{storage}<!-- hello -->")
        yield "lines between blocks", _storage(storage.replace("><", ">\n<"))
        yield "without paragraphs", _storage(storage.replace("<li><p>", "<li>").replace("</p></li>", "</li>"))
        if len(blocks) == 1 and blocks[0].kind == "paragraph" and len(blocks[0].lines) == 1:
            yield "without a paragraph", _storage(texts.escaped(blocks[0].lines[0]))

    def lookalikes(self, expected: Expected) -> Iterator[tuple[str, Json]]:
        """Yield texts in the wrong format, and texts that say more, less, or the same in other blocks."""
        storage = texts.storage_of(expected.value) if expected.pointer == _BODY else None
        blocks = texts.blocks_of(storage) if storage is not None else None
        if storage is None or blocks is None:
            return
        plain = texts.escaped(" ".join(line for block in blocks for line in block.lines))
        yield "tags in wiki markup", {"representation": "wiki", "value": storage}
        yield "no document", {"representation": "atlas_doc_format", "value": plain}
        yield "in another block", _storage(f"<h1>{plain}</h1>")
        yield "in bold", _storage(f"<p><strong>{plain}</strong></p>")
        yield "twice", _storage(storage * 2)
        yield "not closed", _storage(storage.removesuffix("</p>").removesuffix("</ul>"))
        yield "with a picture", _storage(f'{storage}<img src="x"/>')
        yield "escaped", _storage(storage.replace("<", "&lt;").replace(">", "&gt;"))
        yield "without a format", {"value": storage}
        yield "text alone", plain
        yield "another name of the value", {"representation": "storage", "text": storage}
        if len(blocks) > 1 or any(len(block.lines) > 1 for block in blocks):
            yield "in one paragraph", _storage(f"<p>{plain}</p>")
            turned = [Block(block.kind, block.lines[::-1]) for block in blocks[::-1]]
            yield "in other order", texts.in_storage(turned)
            yield "without the last", texts.in_storage([*blocks[:-1], *_shorter(blocks[-1])])


_FORMS_BY_NAME: Final = {"storage format": "storage", "wiki markup": "wiki", "a document": "atlas_doc_format"}


def _shorter(block: Block) -> list[Block]:
    return [Block(block.kind, block.lines[:-1])] if len(block.lines) > 1 else []


def _storage(value: str) -> Json:
    return {"representation": "storage", "value": value}


def _stored_text(body: Any) -> str | None:
    """Return the text of a page as it is stored; None where there is none, or anything besides."""
    if not isinstance(body, dict) or set(body) != {"storage"} or not isinstance(body["storage"], dict):
        return None
    value = body["storage"].get("value")
    return value if isinstance(value, str) and body["storage"].get("representation") == "storage" else None
