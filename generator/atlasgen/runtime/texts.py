"""Forms of texts: what stands in a schema's values, told as plain text; the forms themselves are modules of people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class TextForm(NamedTuple):
    """How values of a schema are told as text.

    Attributes:
        read: From a text to the value that says it; takes any text.
        write: From a value that meets the schema to its text.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
