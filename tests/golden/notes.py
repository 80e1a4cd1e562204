"""The environment of `notes.yaml`: its operations, and a query language that knows one word."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from atlasgen.plan.read import plan_of
from atlasgen.runtime.context import Located
from atlasgen.runtime.package import Operations
from atlasgen.runtime.queries import QueryError, Records


class NotesOperations(Operations, plan=plan_of(Path(__file__).with_name("notes.yaml"))):
    """The operations as they are generated."""


def plain(text: str, records: Records) -> Iterable[Located]:
    """Return all records, the newest first."""
    if text != "all":
        raise QueryError("The only word of this language is `all`.")
    return records.every(newest_first=True)


class Notes(NotesOperations):
    """The operations with their query language."""

    languages = {"plain": plain}  # noqa: RUF012  # as packages write it
