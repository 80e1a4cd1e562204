"""What is printed: text that fits, cannot command a terminal, and says where something is wrong."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from atlasgen.errors import Problem

WIDTH: Final = 80
_TOLD: Final = 100  # problems of one run
_LONGEST: Final = 2_000  # characters of one of them


def complain(problems: Iterable[Problem]) -> None:
    """Print each problem as `error: where: what`, and its remedy below."""
    console = Console(stderr=True)
    listed = list(problems)
    for problem in listed[:_TOLD]:
        text = Text(filled(f"error: {problem.where}: {problem.what}", "", "  "))
        text.stylize("bold red", 0, len("error:"))
        console.print(text, soft_wrap=True)
        if problem.remedy:
            console.print(Text(filled(problem.remedy, "    ", "    ")), soft_wrap=True)
    if len(listed) > _TOLD:
        console.print(f"and {len(listed) - _TOLD:,} more", soft_wrap=True)


def filled(text: str, first: str, rest: str) -> str:
    """Return a text in lines of 80 columns; a path stays in one piece, so that it can be copied."""
    wrapper = textwrap.TextWrapper(WIDTH, initial_indent=first, subsequent_indent=rest)
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    return wrapper.fill(printable(text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."))


def shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def printable(text: str) -> str:
    """Return a text that cannot command a terminal: documents are written by others."""
    return "".join(char if char.isprintable() else " " if char.isspace() else ascii(char)[1:-1] for char in text)
