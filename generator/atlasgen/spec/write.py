"""A document written to a file as YAML, in a form that every YAML reader takes for the same value.

Text that some reader would take for something else (`on`, `1e3`, `012`, a date) is quoted. Short lists of scalars stand
in one line, everything else in blocks; long text is folded, text of several lines stands as it is.
"""

from __future__ import annotations

import math
import os
import re
from pathlib import Path

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject

WIDTH = 120
_SIMPLE_KEY = 1000  # YAML allows 1,024 characters before the colon of a key that is not marked with `?`

# Nothing that begins so is a number or a date to any reader, and the words that are something else are these.
_PLAIN = re.compile(r"[^\W\d][^\n]*|[/$(][^\n]*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_FLOW = re.compile(r"[\w./@$+-]+|\"[^\"\n]*\"|'[^'\n]*'", re.ASCII)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def text(document: JsonObject, *, header: str = "") -> str:
    """Return a document as YAML, keys in their order; reading it gives an equal value.

    Args:
        document: The document.
        header: Comments that go before it.

    Raises:
        ValueError: it holds a number that JSON cannot say, or half a surrogate pair.
    """
    lines: list[str] = []
    _block(document, "", "", lines)
    return header + "\n".join(lines) + "\n"


def header(written: str) -> str:
    """Return the comments at the beginning of a text, empty lines among them included."""
    found = re.match(r"(?:[ \t]*#[^\n]*\n|[ \t]*\n)+", written)
    return found[0] if found else ""


def has_comments(written: str) -> bool:
    """Whether a line of a text looks like a comment, which reading forgets."""
    return re.search(r"^[ \t]*#", written, re.MULTILINE) is not None


def write(path: Path, content: str) -> None:
    """Replace a file in one step: whoever reads it finds the old text or the new one, never a part.

    Raises:
        AtlasgenError: the file cannot be written.
    """
    target = path.resolve()  # a link stays a link
    new = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        try:
            with new.open("x", encoding="utf-8", newline="") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                new.chmod(target.stat().st_mode & 0o7777)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        remedy = f"the folder {path.parent} does not exist" if not path.parent.is_dir() else ""
        raise AtlasgenError.single(str(path), f"cannot be written: {error.strerror or error}", remedy) from error


def _block(value: Json, first: str, indent: str, lines: list[str]) -> None:
    """Add the lines of a collection with members; `first` is what the first of them begins with."""
    lead = first
    if isinstance(value, dict):
        for key, item in value.items():
            name = _scalar(key)
            if len(name) > _SIMPLE_KEY:
                lines.append(f"{lead}? {name}")
                lead, name = indent, ""
            _entry(item, f"{lead}{name}:", indent, lines, inline=False)
            lead = indent
        if not value:
            lines.append(lead + "{}")
    elif isinstance(value, list):
        for item in value:
            _entry(item, f"{lead}-", indent, lines, inline=True)
            lead = indent


def _entry(value: Json, begun: str, indent: str, lines: list[str], *, inline: bool) -> None:
    """Add a member: what has `begun` its line, then the value; `inline` collections begin in that line."""
    inner = indent + "  "
    if isinstance(value, str):
        lines += _text(value, begun, inner)
    elif not isinstance(value, dict | list):
        lines.append(f"{begun} {_number(value)}")
    elif not value:
        lines.append(begun + (" {}" if isinstance(value, dict) else " []"))
    elif (flow := _flow(value)) is not None and len(begun) + len(flow) < WIDTH:
        lines.append(f"{begun} {flow}")
    elif inline:
        _block(value, begun + " ", inner, lines)
    else:
        lines.append(begun)
        _block(value, inner, inner, lines)


def _flow(value: Json) -> str | None:
    """Return a list of short scalars as one line; None for anything else."""
    if not isinstance(value, list):
        return None
    items: list[str] = []
    for item in value:
        if isinstance(item, dict | list):
            return None
        items.append(_scalar(item) if isinstance(item, str) else _number(item))
    return f"[{', '.join(items)}]" if all(map(_FLOW.fullmatch, items)) else None


def _text(value: str, begun: str, indent: str) -> list[str]:
    if "\n" in value and _stands_as_block(value):
        body, mark = (value[:-1], "|") if value.endswith("\n") else (value, "|-")
        return [f"{begun} {mark}", *(indent + line if line else "" for line in body.split("\n"))]
    short = _scalar(value)
    if len(begun) + 1 + len(short) <= WIDTH or not value.isprintable() or " ".join(value.split()) != value:
        return [f"{begun} {short}"]
    folded = _folded(value, max(WIDTH - len(indent), 40))
    return [f"{begun} >-", *(indent + line for line in folded)] if len(folded) > 1 else [f"{begun} {short}"]


def _stands_as_block(value: str) -> bool:
    """Whether text of several lines can be shown as it is: no reader has to guess its indentation or its end."""
    lines = value.removesuffix("\n").split("\n")
    return all(line.isprintable() and line == line.rstrip() for line in lines) and all(
        line and not line.startswith(" ") for line in (lines[0], lines[-1])
    )


def _folded(value: str, width: int) -> list[str]:
    """Return a text in lines; only single spaces become line ends, so that folding gives it back."""
    lines: list[str] = []
    for word in value.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _scalar(value: str) -> str:
    """Return a text in one line, quoted where some reader would take it for something else."""
    if value.isprintable():
        if (
            _PLAIN.fullmatch(value)
            and value.lower() not in _WORDS
            and not value.endswith((" ", ":"))
            and ": " not in value
            and " #" not in value
        ):
            return value
        if ("\\" in value or '"' in value) and value:
            return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(char) for char in value) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code < 0xE000:
        raise ValueError(f"U+{code:04X} is half a character")
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _number(value: bool | int | float | None) -> str:
    """Return anything but text and collections."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no JSON value")
        mantissa, mark, exponent = repr(value).partition("e")
        # Readers of YAML 1.1 want a point in every number with an exponent.
        return mantissa + (".0" if mark and "." not in mantissa else "") + mark + exponent
    if not -(2**63) <= value < 2**64:
        raise ValueError(f"{value} does not fit into 64 bits")
    return str(value)
