"""JQL, the query language for issues.

Covered are the fields in `_FIELDS`, all comparisons of words, names, texts and times, AND, OR, NOT, parentheses, EMPTY,
`currentUser()`, the functions of time, and ORDER BY. Without an order the newest issue comes first. A condition on a
field that an issue leaves empty does not hold, nor does its opposite: `assignee != x` finds only issues that somebody
has.

Left out: history (WAS, CHANGED), custom fields, versions, components, sprints, links, resolutions, and all functions
that are not named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any, Literal, TypeAlias

from atlasgen.runtime import moments, terms
from atlasgen.runtime.clauses import All, Call, Clause, Condition, Either, Empty, Grammar, Opposite, Query, Sort
from atlasgen.runtime.context import Located
from atlasgen.runtime.documents import ABSENT, Document
from atlasgen.runtime.queries import Matches, QueryError, Records
from atlasgen.runtime.selection import Place, Selection, Test, tied

from . import adf

GRAMMAR = r"""
start: [condition] [order]

?condition: conjunction | conjunction (_or conjunction)+ -> either
?conjunction: negation | negation (_and negation)+ -> all
?negation: clause | "(" condition ")" | _not negation -> opposite

?clause: name OPERATOR value -> compared
    | name "in"i several -> inside
    | name "not"i "in"i several -> outside
    | name "is"i _nothing -> absent
    | name "is"i "not"i _nothing -> present

several: "(" value ("," value)* ")" | call
?value: word | call | _nothing -> empty
call: WORD "(" [argument ("," argument)*] ")"
?argument: word
?name: word
word: WORD | DOUBLE -> quoted | SINGLE -> quoted

order: "order"i "by"i sort ("," sort)*
?sort: name -> unsaid | name "asc"i -> rising | name "desc"i -> falling

_or: "or"i | "||" | "|"
_and: "and"i | "&&" | "&"
_not: "not"i | "!"
_nothing: "empty"i | "null"i

OPERATOR: "=" | "!=" | "~" | "!~" | "<=" | "<" | ">=" | ">"
WORD: /(?:[^\s"'()=!<>~,&|;?*\/%^$#@\[\]{}+\\`]|\\.)+/i
DOUBLE: /"(?:[^"\\]|\\.)*"/s
SINGLE: /'(?:[^'\\]|\\.)*'/s
%ignore /\s+/
"""
_GRAMMAR = Grammar(GRAMMAR)

Kind: TypeAlias = Literal["issue", "user", "named", "category", "labels", "text", "time", "day"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the language.

    Attributes:
        kind: What it holds, which decides what it can be compared with.
        paths: Where it stands in a record; several for a text that is looked for in all of them. `comment` stands for
            the comments on an issue, which are records of their own.
        resource: What it names.
        shown: By which member of what it names issues are sorted.
    """

    kind: Kind
    paths: tuple[str, ...]
    resource: str = ""
    shown: str = ""


_ISSUE = Field("issue", ("id",), "issue")
_TYPE = Field("named", ("fields.issuetype",), "issuetype", "name")
_FIELDS: Mapping[str, Field] = {
    "project": Field("named", ("fields.project",), "project", "name"),
    "key": _ISSUE,
    "issuekey": _ISSUE,
    "issue": _ISSUE,
    "id": _ISSUE,
    "parent": Field("issue", ("fields.parent",), "issue"),
    "labels": Field("labels", ("fields.labels",)),
    "status": Field("named", ("fields.status",), "status", "name"),
    "statuscategory": Field("category", ("fields.status",), "status", "statusCategory.name"),
    "issuetype": _TYPE,
    "type": _TYPE,
    "priority": Field("named", ("fields.priority",), "priority", "name"),
    "assignee": Field("user", ("fields.assignee",), "user", "displayName"),
    "reporter": Field("user", ("fields.reporter",), "user", "displayName"),
    "creator": Field("user", ("fields.creator",), "user", "displayName"),
    "summary": Field("text", ("fields.summary",)),
    "description": Field("text", ("fields.description",)),
    "comment": Field("text", ("comment",)),
    "text": Field("text", ("fields.summary", "fields.description", "comment")),
    "created": Field("time", ("fields.created",)),
    "createddate": Field("time", ("fields.created",)),
    "updated": Field("time", ("fields.updated",)),
    "updateddate": Field("time", ("fields.updated",)),
    "duedate": Field("day", ("fields.duedate",)),
    "due": Field("day", ("fields.duedate",)),
}

_OPPOSITE = {"=": "!=", "~": "!~", "<": ">=", ">": "<=", "in": "not in", "is": "is not"}
_OPPOSITE |= {negative: positive for positive, negative in _OPPOSITE.items()}
_SAME = {"=": "in", "!=": "not in", "is": "in", "is not": "not in", "in": "in", "not in": "not in"}
_EARLIER: Mapping[str, Callable[[int, int], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@lru_cache(maxsize=1024)
def parse(text: str) -> Query:
    """Return what a query says, whether or not its fields and values are there.

    Raises:
        QueryError: it is no JQL.
    """
    return _GRAMMAR.read(text)


def search(text: str, records: Records) -> Matches:
    """Return the issues that a query asks for, in its order, looked for as they are taken.

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

    def run(self, query: Query) -> Matches:
        test = self.everything() if query.condition is None else self.condition(query.condition, negated=False)
        return Matches(self.ordered(test, query), self.selection.counter(test))

    def ordered(self, test: Test, query: Query) -> Iterator[Located]:
        order = [(_known(sort.field), sort) for sort in query.order]
        for field, sort in order:
            if "comment" in field.paths:
                raise QueryError(f"Issues cannot be sorted by {sort.field}.")
        if not order:
            return self.selection.found(test, newest_first=True)
        (first, sort), rest = order[0], order[1:]
        descending = _descends(first, sort)
        if first.paths == ("fields.created",) and self.in_order():
            found = self.selection.found(test, newest_first=descending)
            return (
                tied(found, self.records.getter(*first.paths), lambda group: self.sorted(group, rest))
                if rest
                else found
            )
        if sort.field.lower() == "id":
            return self.selection.found(test, newest_first=descending)
        if first is _ISSUE and self.records.count("fields.project", "") is not None:
            return self.by_key(test, self.projects(query.condition), descending=descending)
        return iter(self.sorted(self.selection.found(test, newest_first=True), order))

    # -- conditions ----------------------------------------------------------------------------------------------------

    def in_order(self) -> bool:
        """Whether issues were created in the order in which the world holds them; data of people's own may differ."""
        return self.records.rises("fields.created", moments.stored)

    def everything(self) -> Test:
        return self.selection.every()

    def condition(self, condition: Condition, *, negated: bool) -> Test:
        """Return the test of a condition or of its opposite, which is made of those of its clauses."""
        match condition:
            case Opposite(part):
                return self.condition(part, negated=not negated)
            case All(parts) | Either(parts):
                tests = [self.condition(part, negated=negated) for part in parts]
                together = isinstance(condition, All) is not negated
                return self.selection.all(tests) if together else self.selection.any(tests)
            case _:
                return self.clause(replace(condition, operator=_OPPOSITE[condition.operator]) if negated else condition)

    def clause(self, clause: Clause) -> Test:
        field, operator = _known(clause.field), clause.operator
        if any(isinstance(value, Empty) for value in clause.values) and operator not in _SAME:
            raise QueryError(f"EMPTY cannot stand after {operator}.")
        if operator in ("is", "is not") or clause.values == (Empty(),):
            return self.filled(field, wanted=_SAME[operator] == "not in")
        if field.kind == "text":
            return self.text(field, clause)
        if operator in ("~", "!~"):
            raise QueryError(f"{clause.field} holds no text in which words could be looked for with {operator}.")
        if field.kind in ("time", "day"):
            return self.time(field, clause)
        if operator in _EARLIER:
            raise QueryError(f"{clause.field} cannot be compared with {operator}.")
        if field.kind == "labels":
            return self.labels(field, clause)
        return self.named(field, clause)

    def filled(self, field: Field, *, wanted: bool) -> Test:
        readers = [self.reader(path) for path in field.paths]
        return self.selection.test(lambda record: any(not _is_empty(read(record)) for read in readers) is wanted)

    def reader(self, path: str) -> Callable[[Document], Any]:
        """Return a function from an issue to what stands at a path of it, or to the texts of its comments."""
        if path != "comment":
            return self.records.getter(path)
        comments = self.records.records("comment")
        if comments is None:
            return lambda record: None
        return lambda record: [comment.get("body") for _, comment in comments.having("issue", str(record.get("id")))]

    def named(self, field: Field, clause: Clause) -> Test:
        """Return the test of a field that names records, by the ids of those that a query means."""
        (path,) = field.paths
        get, ids, empty = self.records.getter(path), set[str](), False
        for value in clause.values:
            if isinstance(value, Empty):
                empty = True
            else:
                ids |= self.meant(field, clause.field, value)
        if _SAME[clause.operator] == "not in":
            return self.selection.test(lambda record: not _is_empty(found := get(record)) and found not in ids)
        if empty:
            return self.selection.test(lambda record: (found := get(record)) in ids or _is_empty(found))
        if not ids:
            return self.selection.never()
        at = "" if path == "id" else path
        listed = [Place(id, at) for id in sorted(ids)]
        return self.selection.test(lambda record: get(record) in ids, listed, is_exact=True)

    def labels(self, field: Field, clause: Clause) -> Test:
        (path,) = field.paths
        get, empty = self.records.getter(path), Empty() in clause.values
        wanted = {value for value in clause.values if isinstance(value, str)}
        if call := next((value for value in clause.values if isinstance(value, Call)), None):
            raise _unknown(call)
        if _SAME[clause.operator] == "not in":
            return self.selection.test(lambda record: not _is_empty(there := get(record)) and wanted.isdisjoint(there))
        if empty:
            return self.selection.test(lambda record: _is_empty(there := get(record)) or not wanted.isdisjoint(there))
        return self.selection.test(
            lambda record: not _is_empty(there := get(record)) and not wanted.isdisjoint(there),
            [Place(label, path) for label in sorted(wanted)],
            is_exact=len(wanted) == 1,  # an issue may have two of several
        )

    def text(self, field: Field, clause: Clause) -> Test:
        if clause.operator not in ("~", "!~"):
            raise QueryError(
                f"{clause.field} is a text: look for words in it with ~ or !~, not with {clause.operator}."
            )
        (value,) = clause.values
        if not isinstance(value, str):
            raise QueryError(f"{clause.field} needs a text after {clause.operator}.")
        found, readers = terms.search(value), [self.reader(path) for path in field.paths]

        def texts(record: Document) -> str:
            return "\n".join(part for read in readers if (part := _plain(read(record))))

        if clause.operator == "~":
            return self.selection.test(lambda record: found(texts(record)))
        return self.selection.test(lambda record: bool(there := texts(record)) and not found(there))

    def time(self, field: Field, clause: Clause) -> Test:
        (path,) = field.paths
        now, get, empty = self.records.now, self.records.getter(path), False
        instants: set[int] = set()
        for value in clause.values:
            if isinstance(value, Empty):
                empty = True
            else:
                instant = moments.moment(value, now)
                instants.add(instant - instant % moments.DAY if field.kind == "day" else instant)

        def at(record: Document) -> int | None:
            return moments.stored(get(record))

        if clause.operator in _EARLIER:
            compare, (bound,) = _EARLIER[clause.operator], instants

            def holds(record: Document) -> bool:
                there = at(record)
                return there is not None and compare(there, bound)

            downward = clause.operator in (">", ">=") and path == "fields.created" and self.in_order()
            return self.selection.test(holds, recent=holds if downward else None)
        if _SAME[clause.operator] == "not in":
            return self.selection.test(lambda record: (there := at(record)) is not None and there not in instants)
        return self.selection.test(lambda record: (there := at(record)) in instants or (there is None and empty))

    # -- values --------------------------------------------------------------------------------------------------------

    def meant(self, field: Field, name: str, value: str | Call) -> set[str]:
        """Return the ids of the records that a value of a query means.

        Raises:
            QueryError: it means none.
        """
        if isinstance(value, Call):
            me = self.records.ambient("user") if value.name.lower() == "currentuser" and field.kind == "user" else None
            if me is None or value.arguments:
                raise _unknown(value)
            return {me}
        if field.kind == "issue":
            found = self.records.named("issue", value) or self.records.named("issue", value.upper())
            ids = {found} if found is not None else set()
        elif field.kind == "category":
            ids = self.alike(field.resource, value, ("statusCategory.id", "statusCategory.key", "statusCategory.name"))
        elif field.kind == "user":
            found = self.records.named("user", value)
            ids = {found} if found is not None else self.alike("user", value, ("displayName", "emailAddress"))
        elif field.resource == "project" and (found := self.records.named("project", value.upper())) is not None:
            ids = {found}
        else:
            ids = self.alike(field.resource, value, ("id", "key", "name"))
        if not ids:
            raise QueryError(f"There is no {_NOUNS.get(field.kind, field.resource)} {value!r} for {name} to be.")
        return ids

    def alike(self, resource: str, value: str, paths: Sequence[str]) -> set[str]:
        """Return the ids of the records that have a text, in any case, at the first of some paths where any has it."""
        there = self.records.records(resource)
        if there is None or not value:
            return set()
        wanted = value.casefold()
        for path in paths:
            get = there.getter(path)
            if found := {id for id, record in there.every() if _text(get(record)).casefold() == wanted}:
                return found
        return set()

    # -- order ---------------------------------------------------------------------------------------------------------

    def by_key(self, test: Test, within: set[str] | None, *, descending: bool) -> Iterator[Located]:
        """Yield project by project, of those that issues are asked for within: numbers go up with time."""
        projects = self.records.records("project")
        every = projects.every() if projects is not None else iter(())
        keys = sorted((str(record.get("key")), id) for id, record in every if within is None or id in within)
        get = self.records.getter("fields.project")

        def of(project: str) -> Test:
            return self.selection.test(lambda record: get(record) == project, [Place(project, "fields.project")])

        for _, id in reversed(keys) if descending else keys:
            yield from self.selection.found(self.selection.all([test, of(id)]), newest_first=descending)

    def projects(self, condition: Condition | None, *, negated: bool = False) -> set[str] | None:
        """Return the projects that a condition leaves; None for all."""
        match condition:
            case Opposite(part):
                return self.projects(part, negated=not negated)
            case All(parts) | Either(parts):
                left = [self.projects(part, negated=negated) for part in parts]
                known = [projects for projects in left if projects is not None]
                if isinstance(condition, All) is not negated:
                    return set.intersection(*known) if known else None
                return set.union(*known) if len(known) == len(left) else None
            case Clause(name, operator, values) if _known(name).resource == "project":
                operator = _OPPOSITE[operator] if negated else operator
                if _SAME[operator] == "not in" or Empty() in values:
                    return None
                meant = [self.meant(_known(name), name, value) for value in values if not isinstance(value, Empty)]
                return set.union(*meant)
            case _:
                return None

    def sorted(self, found: Iterable[Located], order: Sequence[tuple[Field, Sort]]) -> list[Located]:
        """Return issues sorted by several fields, the first one first; what is empty counts as the greatest."""
        issues = list(found)
        for field, sort in reversed(order):
            key = self.rank(field, sort)
            issues.sort(key=lambda item: key(item[1]), reverse=_descends(field, sort))
        return issues

    def rank(self, field: Field, sort: Sort) -> Callable[[Document], Any]:
        """Return the key by which issues are sorted by a field: whether it is empty, then its value."""
        (path,) = field.paths
        get = self.records.getter(path)
        if path == "id" and sort.field.lower() != "id":
            return lambda record: _parts_of(str(record.get("key")))
        if field.kind == "issue":
            key = self.records.getter(path if path == "id" else f"{path}.key")
            return lambda record: (_is_empty(there := key(record)), _parts_of(str(there)))
        if field.resource == "priority":
            name = self.records.getter(f"{path}.name")
            return lambda record: (_is_empty(there := name(record)), _IMPORTANCE.get(str(there).lower(), 0), str(there))
        if field.resource == "status":
            group, name = (
                self.records.getter(f"{path}.statusCategory.key"),
                self.records.getter(f"{path}.{field.shown}"),
            )
            return lambda record: (_PROGRESS.get(str(group(record)), 0), str(name(record)).casefold())
        if field.shown:
            name = self.records.getter(f"{path}.{field.shown}")
            return lambda record: (_is_empty(there := name(record)), str(there).casefold())
        if field.kind == "labels":
            return lambda record: (_is_empty(there := get(record)), [] if _is_empty(there) else sorted(map(str, there)))
        if field.kind in ("time", "day"):
            return lambda record: (_is_empty(there := get(record)), moments.stored(there) or 0)
        return lambda record: (_is_empty(there := get(record)), _plain(there).casefold())


_NOUNS = {"issue": "issue", "user": "user", "category": "category of status"}
_IMPORTANCE = {"highest": 5, "high": 4, "medium": 3, "low": 2, "lowest": 1}
_PROGRESS = {"new": 1, "indeterminate": 2, "done": 3}
_KEY = re.compile(r"(.*?)(\d*)\Z", re.DOTALL | re.ASCII)


def _known(name: str) -> Field:
    field = _FIELDS.get(name.lower())
    if field is None:
        raise QueryError(f"There is no field {name!r}, or it is not covered.")
    return field


def _unknown(call: Call) -> QueryError:
    return QueryError(f"{call.name}({', '.join(call.arguments)}) gives no value for this field, or is not covered.")


def _descends(field: Field, sort: Sort) -> bool:
    """Whether a sort goes down: times and priorities do if nothing is said."""
    usual = field.kind == "time" or field.resource == "priority"
    return usual if sort.descending is None else sort.descending


def _is_empty(value: Any) -> bool:
    return value is ABSENT or value is None or value == [] or value == ""


def _text(value: Any) -> str:
    return "" if value is ABSENT or value is None else str(value)


def _parts_of(key: str) -> tuple[str, int]:
    """Return a key as it is sorted: PROJ-9 before PROJ-10."""
    found = _KEY.match(key)
    return (found[1], int(found[2] or 0)) if found is not None else (key, 0)


def _plain(value: Any) -> str:
    """Return the words of a text, of a document, or of several."""
    return "\n".join(map(adf.text_of, value)) if isinstance(value, list) else adf.text_of(value)
