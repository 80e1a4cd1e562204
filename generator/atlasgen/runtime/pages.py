"""Pages of lists: which records a page holds, and what its envelope tells."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote, urlencode

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, pointer
from atlasgen.plan.model import Operation, PageRole, Paging, Shape
from atlasgen.runtime.context import Context, Located
from atlasgen.runtime.documents import ABSENT
from atlasgen.runtime.requests import Arguments

Tell: TypeAlias = Callable[["Page"], Any]

Count: TypeAlias = "Callable[[], int] | None"
"""Counts the records of a list without finding them; None where that cannot be done."""


class Page(NamedTuple):
    """A part of a list; a named tuple, because one is made at every call.

    Attributes:
        records: What it holds.
        start: How many records stand before it.
        limit: How many it may hold.
        has_next: Whether there are records behind it.
        total: How many there are in all; -1 where nobody asks.
        link: The address of the next page, relative to the origin.
        base_url: The address that links start from.
    """

    records: Sequence[Located]
    start: int
    limit: int
    has_next: bool
    total: int
    link: str
    base_url: str

    @property
    def following(self) -> int | None:
        """How many records stand before the next page; None on the last one."""
        return self.start + len(self.records) if self.has_next and self.records else None


class Pages:
    """Turns the pages of one operation."""

    def __init__(self, context: Context, operation: Operation, paging: Paging) -> None:
        """Take the paging of an operation."""
        self._context = context
        self._operation = operation
        self._paging = paging
        told = [member for shape in operation.answer for member in (shape, *shape.members) if member.kind == "paging"]
        self._counts = any(shape.value == "total" for shape in told)
        # An answer may be the number alone: then nothing has to be found.
        self._counts_alone = self._counts and len(told) == len(operation.answer) == 1
        self._links = any(shape.value == "link" for shape in told)

    def cut(self, records: Iterable[Located], count: Count, arguments: Arguments, base_url: str) -> Page:
        """Return the page that is asked for; no record behind it is looked at unless they must be counted one by one.

        Raises:
            ApiError: the token is none that a page gave.
        """
        paging = self._paging
        given = arguments.get(paging.size) if paging.size else None
        limit = min(given, paging.largest) if isinstance(given, int) and given >= 0 else paging.default
        start = self._start(arguments, limit)
        total = -1
        if self._counts:
            if count is None:
                records = list(records)
                total = len(records)
            else:
                total = count()
                if self._counts_alone:
                    return Page((), start, limit, False, total, "", base_url)
        window = list(islice(records, start, start + limit + 1)) if start < _FAR else []
        page = Page(window[:limit], start, limit, len(window) > limit, total, "", base_url)
        if not self._links or page.following is None:
            return page
        return page._replace(link=self._link(arguments, page))

    def _start(self, arguments: Arguments, limit: int) -> int:
        paging = self._paging
        given = arguments.get(paging.position) if paging.position else None
        if given is None:
            return 0
        if paging.style == "cursor":
            start = untoken(str(given))
            if start is None:
                fault = Fault("rule", pointer(paging.position), f"`{paging.position}` is no token of a page.")
                raise self._context.refuse([(400, fault)], self._operation)
            return start
        number = given if isinstance(given, int) else 0
        return max(number - 1, 0) * limit if paging.style == "page" else max(number, 0)

    def _link(self, arguments: Arguments, page: Page) -> str:
        operation, paging = self._operation, self._paging
        path = operation.path
        query: dict[str, str] = {}
        for parameter in operation.parameters:
            value = arguments.get(parameter.name)
            if value is None:
                continue
            if parameter.location == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(str(value), safe=""))
            elif parameter.name != paging.position:
                query[parameter.name] = _wire(value)
        if paging.position and page.following is not None:
            number = page.following // page.limit + 1 if paging.style == "page" and page.limit else page.following
            query[paging.position] = token(page.following) if paging.style == "cursor" else str(number)
        return path + ("?" + urlencode(query) if query else "")


def tell(shape: Shape) -> Tell:
    """Return what makes a member of an envelope from a page; `ABSENT` leaves it out."""
    if shape.kind == "object":
        inner = [(member.name, tell(member)) for member in shape.members]

        def members(page: Page) -> Json:
            made = {name: get(page) for name, get in inner}
            return {name: value for name, value in made.items() if value is not ABSENT}

        return members
    if shape.kind == "link":
        template = shape.template
        return lambda page: template.replace("{base}", page.base_url)
    role: PageRole = shape.value  # type: ignore[assignment]  # the plan puts a role there
    return _TELLERS[role]


def token(start: int) -> str:
    """Return the token of the page that begins after so many records; clients read nothing out of it."""
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode().rstrip("=")


def untoken(text: str) -> int | None:
    """Return what a token stands for; None for a text that is none."""
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        return None
    head, _, number = plain.partition(":")
    return int(number) if head == "from" and number.isascii() and number.isdecimal() and len(number) < 12 else None


def _wire(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


_FAR = 2**62  # no list is that long, and beyond it nothing can be counted off

_TELLERS: dict[PageRole, Tell] = {
    "total": lambda page: page.total,
    "start": lambda page: page.start,
    "limit": lambda page: page.limit,
    "size": lambda page: len(page.records),
    "page": lambda page: page.start // page.limit + 1 if page.limit else 1,
    "last": lambda page: page.following is None,
    "more": lambda page: page.following is not None,
    "token": lambda page: ABSENT if page.following is None else token(page.following),
    "link": lambda page: page.link or ABSENT,
}
