"""Text from documents on its way into Python source: it is hostile, and its two ways in are `literal` and `prose`."""

from __future__ import annotations

import re
import textwrap

import jinja2

_WIDTH = 120
_LONGEST = 600  # characters of a description that a docstring repeats


def literal(value: str) -> str:
    """Return a Python string literal in double quotes that holds exactly this text."""
    escaped = "".join(_escape(char) for char in value)
    return f'"{escaped}"'


def _escape(char: str) -> str:
    if char in ('"', "\\"):
        return "\\" + char
    return char if char.isprintable() else ascii(char)[1:-1]


def prose(text: str, indent: int, *, hanging: int = 0) -> str:
    """Return text in lines that fit into a docstring and cannot end it.

    Args:
        text: Anything.
        indent: The column that every line begins in, the first one apart.
        hanging: How much further to the right lines after the first stand.
    """
    clean = "".join(char if char.isprintable() else " " for char in text)
    clean = re.sub(r"\s+", " ", clean).strip().replace("\\", "\\\\").replace('"', "'")
    if len(clean) > _LONGEST:
        clean = clean[:_LONGEST].rsplit(" ", 1)[0].rstrip("\\") + " ..."
    pad = " " * indent
    wrapper = textwrap.TextWrapper(
        _WIDTH, initial_indent=pad, subsequent_indent=pad + " " * hanging,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return wrapper.fill(clean).strip()


def sentence(text: str) -> str:
    """Return text as one sentence: its first, with a capital and a full stop."""
    first = re.split(r"(?<=[.!?])\s", re.sub(r"\s+", " ", text).strip(), maxsplit=1)[0]
    first = first[:1].upper() + first[1:]
    return first if first.endswith((".", "!", "?")) or not first else first + "."


def templates() -> jinja2.Environment:
    """Return the environment of our own templates; what a template does not know is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("atlasgen.render"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # the output is Python; `literal` and `prose` are its escapes
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(literal=literal, prose=prose, sentence=sentence)
    return environment
