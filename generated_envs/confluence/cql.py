"""CQL, the query language for content.

Covered are the fields in `_FIELDS`, words, names and times, AND, OR, NOT, parentheses, `currentUser()`, the functions
of time, and ORDER BY. Only pages that are published are found; without an order the newest comes first. The opposite of
a condition holds wherever the condition does not: `label != x` finds pages without labels too.

Left out: content of other types (a query may ask for it, and finds none), macros, mentions, watchers, favourites and
contributors, fields of users, and all functions that are not named here.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from operator import ge, gt, le, lt
from typing import Any, Literal, TypeAlias

from atlasgen.runtime import moments, terms
from atlasgen.runtime.clauses import All, Call, Clause, Condition, Either, Empty, Grammar, Opposite, Query, Sort
from atlasgen.runtime.context import Located
from atlasgen.runtime.documents import ABSENT, Document
from atlasgen.runtime.queries import QueryError, Records
from atlasgen.runtime.selection import Place, Selection, Test, tied

GRAMMAR = r"""
start: [condition] [order]

?condition: conjunction | conjunction (_or conjunction)+ -> either
?conjunction: negation | negation (_and negation)+ -> all
?negation: clause | "(" condition ")" | _not negation -> opposite

?clause: name OPERATOR value -> compared
    | name "in"i several -> inside
    | name "not"i "in"i several -> outside

several: "(" value ("," value)* ")"
?value: word | call
call: WORD "(" [argument ("," argument)*] ")"
?argument: word
?name: word
word: WORD | DOUBLE -> quoted | SINGLE -> quoted

order: "order"i "by"i sort ("," sort)*
?sort: name -> unsaid | name "asc"i -> rising | name "desc"i -> falling

_or: "or"i
_and: "and"i
_not: "not"i | "!"

OPERATOR: "=" | "!=" | "~" | "!~" | "<=" | "<" | ">=" | ">"
WORD: /(?:[^\s"'()=!<>~,&|;?*^$#\[\]{}+\\`]|\\.)+/i
DOUBLE: /"(?:[^"\\]|\\.)*"/s
SINGLE: /'(?:[^'\\]|\\.)*'/s
%ignore /\s+/
"""
_GRAMMAR = Grammar(GRAMMAR)

Kind: TypeAlias = Literal["type", "id", "space", "page", "ancestor", "user", "label", "words", "title", "time"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the language: what it holds, which decides what it can be compared with, and where it stands."""

    kind: Kind
    path: str = ""
    sortable: bool = False


_TEXT, _CHANGED = Field("words", "body.storage.value"), Field("time", "version.createdAt", sortable=True)
_SPACE = Field("space", "spaceId", sortable=True)
_FIELDS: Mapping[str, Field] = {
    "type": Field("type"),
    "id": Field("id", "id", sortable=True),
    "content": Field("id", "id"),
    "space": _SPACE,
    "space.key": _SPACE,
    "space.title": Field("words", "spaceId.name"),
    "title": Field("title", "title", sortable=True),
    "text": _TEXT,
    "sitesearch": _TEXT,
    "label": Field("label", "labels"),
    "parent": Field("page", "parentId"),
    "ancestor": Field("ancestor", "parentId"),
    "creator": Field("user", "authorId"),
    "created": Field("time", "createdAt", sortable=True),
    "lastmodified": _CHANGED,
}
_TYPES = frozenset({"page", "blogpost", "comment", "attachment", "whiteboard", "database", "embed", "folder", "space"})
_FAMILY = 500  # a page with more descendants is looked for from below
_POSITIVE = {"!=": "=", "!~": "~", "not in": "in"}
_EARLIER: Mapping[str, Callable[[int, int], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@lru_cache(maxsize=1024)
def parse(text: str) -> Query:
    """Return what a query says, whether or not its fields and values are there.

    Raises:
        QueryError: it is no CQL.
    """
    return _GRAMMAR.read(text)


def search(text: str, records: Records) -> Iterable[Located]:
    """Return the pages that a query asks for, in its order, looked for as they are taken.

    Raises:
        QueryError: the text is no query, or names a field or a value that is not there.
    """
    query = parse(text)
    return _Search(records).run(query)


class _Search:
    """One query in one world."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.selection = Selection(records)

    def run(self, query: Query) -> Iterator[Located]:
        test = self.selection.test(lambda record: record.get("status") == "current")
        if query.condition is not None:
            test = self.selection.all([test, self.condition(query.condition)])
        order = [(_known(sort.field), sort) for sort in query.order]
        for field, sort in order:
            if not field.sortable:
                raise QueryError(f"Pages cannot be sorted by {sort.field}.")
        if not order:
            return self.selection.found(test, newest_first=True)
        (first, sort), rest = order[0], order[1:]
        if first.path == "id" or (first.path == "createdAt" and self.in_order()):
            found = self.selection.found(test, newest_first=sort.descending is True)
            if first.path == "id" or not rest:
                return found
            return tied(found, self.records.getter(first.path), lambda group: self.sorted(group, rest))
        return iter(self.sorted(self.selection.found(test, newest_first=True), order))

    # -- conditions ----------------------------------------------------------------------------------------------------

    def condition(self, condition: Condition) -> Test:
        match condition:
            case Opposite(part):
                return self.opposite(self.condition(part))
            case All(parts):
                return self.selection.all([self.condition(part) for part in parts])
            case Either(parts):
                return self.selection.any([self.condition(part) for part in parts])
            case _:
                return self.clause(condition)

    def opposite(self, test: Test) -> Test:
        return self.selection.test(lambda record: not test.holds(record))

    def clause(self, clause: Clause) -> Test:
        if positive := _POSITIVE.get(clause.operator):
            return self.opposite(self.clause(Clause(clause.field, positive, clause.values)))
        field, operator = _known(clause.field), clause.operator
        if field.kind == "title" and operator == "~":
            field = Field("words", field.path)
        if field.kind == "words":
            return self.words(field, clause)
        if operator == "~":
            raise QueryError(f"{clause.field} holds no text in which words could be looked for.")
        if field.kind == "time":
            return self.time(field, clause)
        if operator in _EARLIER:
            raise QueryError(f"{clause.field} cannot be compared with {operator}.")
        return self.selection.any([self.equal(field, clause.field, value) for value in clause.values])

    def equal(self, field: Field, name: str, value: object) -> Test:
        """Return the test whether a field is a value of a query."""
        if isinstance(value, Call) and field.kind == "user" and value.name.lower() == "currentuser":
            value = "" if value.arguments else self.records.ambient("user")
        if not isinstance(value, str):
            raise QueryError(f"There is no such function for {name}, or it is not covered.")
        match field.kind:
            case "type":
                if value.lower() not in _TYPES:
                    raise QueryError(f"There is no type of content {value!r}.")
                return self.everything() if value.lower() == "page" else self.selection.never()
            case "title":
                wanted, get = value.casefold(), self.records.getter(field.path)
                return self.selection.test(lambda record: str(get(record)).casefold() == wanted)
            case "label":
                return self.labelled(field.path, value)
            case "space":
                return self.place(field.path, self.space(value))
            case "user":
                return self.place(field.path, self.user(value))
            case "ancestor":
                return self.below(self.page(value, name))
            case _:
                return self.place(field.path, self.page(value, name))

    def in_order(self) -> bool:
        """Whether pages were created in the order in which the world holds them; data of people's own may differ."""
        return self.records.rises("createdAt", moments.stored)

    def everything(self) -> Test:
        return self.selection.test(lambda record: True)

    def place(self, path: str, id: str) -> Test:
        get = self.records.getter(path)
        return self.selection.test(lambda record: get(record) == id, [Place(id, "" if path == "id" else path)])

    def labelled(self, path: str, name: str) -> Test:
        """Return the test for a label, of which there may be several of one name; one that nobody has is no mistake."""
        labels, get = self.records.records("label"), self.records.getter(path)
        ids = {id for id, _ in labels.having("name", name.lower())} if labels is not None else set[str]()
        if not ids:
            return self.selection.never()
        return self.selection.test(
            lambda record: isinstance(there := get(record), list) and not ids.isdisjoint(map(str, there)),
            [Place(id, path) for id in sorted(ids)],
        )

    def below(self, page: str) -> Test:
        """Return the test for the pages below a page: few are listed, of many each is asked what is above it."""
        family = self.family(page)
        if family is not None and not family:
            return self.selection.never()
        if family is not None:
            return self.selection.test(lambda record: record.get("id") in family, [Place(id) for id in family])
        get = self.records.get

        def holds(record: Document) -> bool:
            seen: set[object] = set()
            above = record.get("parentId")
            while isinstance(above, str) and above != page and above not in seen:
                seen.add(above)
                found = get(above)
                above = found[1].get("parentId") if found is not None else None
            return above == page

        there = get(page)
        space = there[1].get("spaceId") if there is not None else None
        # A page and those above it are in one space.
        return self.selection.test(holds, [Place(str(space), "spaceId")] if space is not None else ())

    def family(self, page: str) -> set[str] | None:
        """Return the ids of all pages below a page; None where they are many, or not listed by the page above them."""
        if self.records.count("parentId", page) is None:
            return None
        found: dict[str, None] = {}
        waiting = deque([page])
        while waiting:
            for id, _ in self.records.having("parentId", waiting.popleft()):
                if id not in found:
                    found[id] = None
                    waiting.append(id)
                if len(found) > _FAMILY:
                    return None
        return set(found)

    def words(self, field: Field, clause: Clause) -> Test:
        (value, *others) = clause.values
        if clause.operator not in ("=", "~", "in") or (clause.operator != "~" and field is _TEXT):
            raise QueryError(
                f"{clause.field} is a text: look for words in it with ~ or !~, not with {clause.operator}."
            )
        if any(not isinstance(item, str) for item in clause.values):
            raise QueryError(f"{clause.field} needs a text after {clause.operator}.")
        get, title = self.records.getter(field.path), self.records.getter("title")
        if clause.operator != "~":
            wanted = {str(item).casefold() for item in (value, *others)}
            return self.selection.test(lambda record: str(get(record)).casefold() in wanted)
        found = terms.search(str(value))
        if field is not _TEXT:
            return self.selection.test(lambda record: isinstance(there := get(record), str) and found(there))

        def holds(record: Document) -> bool:
            there = get(record)
            return found(f"{title(record)}\n{_plain(there) if isinstance(there, str) else ''}")

        return self.selection.test(holds)

    def time(self, field: Field, clause: Clause) -> Test:
        get, now = self.records.getter(field.path), self.records.now
        instants: set[int] = set()
        for value in clause.values:
            if isinstance(value, Empty):
                raise QueryError(f"{clause.field} needs a time after {clause.operator}.")
            instants.add(moments.moment(value, now))

        def at(record: Document) -> int | None:
            return moments.stored(get(record))

        if clause.operator not in _EARLIER:
            return self.selection.test(lambda record: at(record) in instants)
        compare, (bound,) = _EARLIER[clause.operator], instants

        def holds(record: Document) -> bool:
            there = at(record)
            return there is not None and compare(there, bound)

        downward = clause.operator in (">", ">=") and field.path == "createdAt" and self.in_order()
        return self.selection.test(holds, recent=holds if downward else None)

    # -- values --------------------------------------------------------------------------------------------------------

    def space(self, value: str) -> str:
        """Return the id of a space by its key."""
        spaces, wanted = self.records.records("space"), value.casefold()
        every = spaces.every() if spaces is not None else iter(())
        found = next((id for id, record in every if str(record.get("key")).casefold() == wanted), None)
        if found is None:
            raise QueryError(f"There is no space {value!r}.")
        return found

    def user(self, value: str) -> str:
        found = self.records.named("user", value)
        if found is None:
            raise QueryError(f"There is no user {value!r}.")
        return found

    def page(self, value: str, name: str) -> str:
        if self.records.get(value) is None:
            raise QueryError(f"There is no page {value!r} for {name} to be.")
        return value

    # -- order ---------------------------------------------------------------------------------------------------------

    def sorted(self, found: Iterable[Located], order: Sequence[tuple[Field, Sort]]) -> list[Located]:
        """Return pages sorted by several fields, the first one first."""
        pages = list(found)
        for field, sort in reversed(order):
            key = self.rank(field)
            pages.sort(key=lambda item: key(item[1]), reverse=sort.descending is True)
        return pages

    def rank(self, field: Field) -> Callable[[Document], Any]:
        """Return the key by which pages are sorted by a field."""
        if field.path == "id":
            position = self.records.position()
            return lambda record: position(str(record.get("id")))
        get = self.records.getter("spaceId.key" if field.kind == "space" else field.path)
        if field.kind == "time":
            return lambda record: moments.stored(get(record)) or 0
        return lambda record: (not (there := get(record)), "" if there is ABSENT else str(there).casefold())


_TAGS = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<[^>]*>", re.DOTALL)


def _known(name: str) -> Field:
    field = _FIELDS.get(name.lower())
    if field is None:
        raise QueryError(f"There is no field {name!r}, or it is not covered.")
    return field


def _plain(storage: str) -> str:
    """Return the text of a page without its tags."""
    return unescape(_TAGS.sub(lambda match: f" {match[1] or ''} ", storage))
