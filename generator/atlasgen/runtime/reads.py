"""Operations that read, compiled to closures.

A list looks at no more records than it must: it begins with the index that leaves the fewest, or with one end of all
of them, and stops behind the page that is asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, TypeAlias

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, pointer
from atlasgen.plan.model import Held, Operation, Path, Sort
from atlasgen.runtime.answers import Answer, answer
from atlasgen.runtime.context import Context, Located, Test, passes
from atlasgen.runtime.documents import ABSENT, Document
from atlasgen.runtime.follow import Follow
from atlasgen.runtime.pages import Count
from atlasgen.runtime.queries import Matches, QueryError, Records
from atlasgen.runtime.requests import Arguments, accept
from atlasgen.runtime.targets import Targets, listed_in
from atlasgen.runtime.workflows import Arrows
from atlasgen.runtime.world import World

Run: TypeAlias = Callable[[World, Arguments], Json]
"""Returns the body of the answer; its parts may belong to the world and must be encoded or copied at once."""

Source: TypeAlias = "Callable[[World, Any, list[Test]], tuple[Iterable[Located], list[Test], Count]]"
"""From arguments and tests to records, the tests that are still to be made of them, and what counts them if none is."""

_EMPTY: Document = {}
_ORDERS = 256  # orders of parts of a base that are kept
_FEW = 50  # values of an index that are looked up one by one


def config(context: Context, operation: Operation) -> Run:
    """Compile an operation that answers the same in every world."""
    read, show = accept(context, operation), answer(context, operation)

    def static(world: World, arguments: Arguments) -> Json:
        return show(world, read(world, arguments), (("", _EMPTY),))

    return static


def get(context: Context, operation: Operation) -> Run:
    """Compile an operation that shows one record."""
    read, target, show = accept(context, operation), Targets(context, operation).target(), answer(context, operation)

    def one(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        return show(world, valid, (target(world, valid),))

    return one


def listing(context: Context, operation: Operation) -> Run:
    """Compile an operation that lists records."""
    if operation.offers:
        return _transitions(context, operation)
    read, show, parents = accept(context, operation), answer(context, operation), Targets(context, operation).parents()
    ordering = _Ordering(context, operation, operation.sort) if operation.sort is not None else None
    source, narrow = _source(context, operation, ordering), _Narrowing(context, operation)
    in_body = operation.asks == "body"

    def listed(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        if in_body:
            body = valid.get("body")
            valid = {**valid, **(body if isinstance(body, dict) else _EMPTY)}
        tests = parents(world, valid)
        tests += narrow.tests(valid)
        records, tests, count = source(world, valid, tests)
        if tests:
            records, count = _passing(world, records, tests), None
        records, chosen = narrow.chosen(world, valid, records)
        return show(world, valid, records, None if chosen else count)

    return _answering_queries(context, operation, listed)


def _answering_queries(context: Context, operation: Operation, run: Run) -> Run:
    """Return a closure that refuses a text which is no query of its language, whenever that is found out."""
    language = operation.language
    if language is None:
        return run
    place = pointer("body", language.parameter) if operation.asks == "body" else pointer(language.parameter)

    def asked(world: World, arguments: Arguments) -> Json:
        try:
            return run(world, arguments)
        except QueryError as error:
            raise context.refuse([(400, Fault("query", place, str(error)))], operation) from error

    return asked


def _passing(world: World, records: Iterable[Located], tests: list[Test]) -> Iterator[Located]:
    return (item for item in records if passes(world, item[1], tests))


# -- where the records of a list come from -----------------------------------------------------------------------------


def _source(context: Context, operation: Operation, ordering: _Ordering | None) -> Source:
    """Return the source of the records of a list, in order."""
    if operation.values is not None:
        found = _texts(context, operation.values)
    elif operation.ancestors:
        found = _upwards(context, operation)
    elif operation.held is not None:
        found = _held(context, operation, operation.held)
    elif operation.language is not None:
        found = _spoken(context, operation)
    elif operation.deep:
        found = _downwards(context, operation)
    else:
        return _indexed(context, operation, ordering)
    if ordering is None:
        return found

    def source(world: World, arguments: Any, tests: list[Test]) -> tuple[Iterable[Located], list[Test], Count]:
        records, rest, count = found(world, arguments, tests)
        return ordering.sorted(world, arguments, records), rest, count

    return source


def _indexed(context: Context, operation: Operation, ordering: _Ordering | None = None) -> Source:
    """Return a source that begins with the test that leaves the fewest records."""
    resource, collection = context.plan.resources[operation.resource], context.names[operation.resource]
    own = (resource.identity.field,)
    indexed = {*resource.indexes, *((member,) for member in resource.identity.also)}

    def source(world: World, arguments: Any, tests: list[Test]) -> tuple[Iterable[Located], list[Test], Count]:
        best: Test | None = None
        fewest = -1
        for test in tests:
            values = test.wanted if isinstance(test.wanted, list) else (test.wanted,)
            if len(values) > _FEW or None in values or (test.path not in indexed and test.path != own):
                continue
            size = len(values) if test.path == own else sum(world.count(collection, test.path, str(v)) for v in values)
            if best is None or size < fewest:
                best, fewest = test, size
        if best is None:
            found = _all(world, collection) if ordering is None else ordering.listed(world, arguments, (), "")
            return found, tests, lambda: world.count(collection)
        names = list(map(str, best.wanted)) if isinstance(best.wanted, list) else [str(best.wanted)]
        rest = [test for test in tests if test is not best]
        if best.path != own and len(names) == 1:
            if ordering is not None:
                return ordering.listed(world, arguments, best.path, names[0]), rest, lambda: fewest
            return _located(world, collection, world.listed(collection, best.path, names[0])), rest, lambda: fewest
        place = world.position(collection)
        if best.path == own:
            ids: Iterable[str] = sorted(dict.fromkeys(names), key=place)
        else:
            # What has several of the values stands in several listings, always at its own place.
            together = heapq.merge(*(world.listed(collection, best.path, name) for name in names), key=place)
            ids = (id for id, _ in groupby(together))
        found = _located(world, collection, ids)
        return found if ordering is None else ordering.sorted(world, arguments, found), rest, None

    return source


def _spoken(context: Context, operation: Operation) -> Source:
    """Return a source whose records a text in a query language asks for."""
    assert operation.language is not None
    parameter, search = operation.language.parameter, context.languages[operation.language.name]
    plain = _indexed(context, operation)

    def source(world: World, arguments: Any, tests: list[Test]) -> tuple[Iterable[Located], list[Test], Count]:
        text = arguments.get(parameter)
        if text is None:
            return plain(world, arguments, tests)
        found = search(text, Records(context, operation.resource, world))
        return found, tests, found.count if isinstance(found, Matches) else None

    return source


def _held(context: Context, operation: Operation, held: Held) -> Source:
    """Return a source of the records that a field of another one lists."""
    holder, collection = Targets(context, operation).holder(held), context.names[operation.resource]

    def source(world: World, arguments: Any, tests: list[Test]) -> tuple[Iterable[Located], list[Test], Count]:
        _, record = holder(world, arguments)
        found = list(_located(world, collection, map(str, listed_in(record, held))))  # without those that are gone
        return found, tests, lambda: len(found)

    return source


def _upwards(context: Context, operation: Operation) -> Source:
    """Return a source of the records that lead upwards from the target, the farthest first."""
    target, collection = Targets(context, operation).target(), context.names[operation.resource]
    up = context.paths.follow(operation.ancestors, operation.resource)

    def source(world: World, arguments: Any, tests: list[Test]) -> tuple[Iterable[Located], list[Test], Count]:
        id, record = target(world, arguments)
        found: dict[str, Document] = {}
        above = up(world, record)
        while above is not ABSENT and above is not None and (name := str(above)) not in found and name != id:
            higher = world.get(collection, name)
            if higher is None:
                break
            found[name] = higher
            above = up(world, higher)
        return list(reversed(found.items())), tests, lambda: len(found)

    return source


def _downwards(context: Context, operation: Operation) -> Source:
    """Return a source of the records below some others, with all that stands below them."""
    collection, scope = context.names[operation.resource], tuple(operation.scope.values())

    def source(world: World, arguments: Any, tests: list[Test]) -> tuple[Iterable[Located], list[Test], Count]:
        found: dict[str, Document] = {}
        waiting = [str(test.wanted) for test in tests if test.path in scope]
        for name in waiting:  # it grows while it is walked
            for path in scope:
                for id, record in _located(world, collection, list(world.listed(collection, path, name))):
                    if id not in found:
                        found[id] = record
                        waiting.append(id)
        return found.items(), [test for test in tests if test.path not in scope], None

    return source


def _texts(context: Context, held: Held) -> Source:
    """Return a source of the texts that stand at a field, each as if it were a record's id."""
    collection = context.names[held.resource]

    def source(world: World, arguments: Any, tests: list[Test]) -> tuple[Iterable[Located], list[Test], Count]:
        texts = world.values(collection, held.path)
        return [(text, _EMPTY) for text in texts], [], lambda: len(texts)

    return source


def _all(world: World, collection: str) -> Iterator[Located]:
    return _located(world, collection, world.ids(collection))


def _located(world: World, collection: str, ids: Iterable[str]) -> Iterator[Located]:
    get = world.get
    return ((id, record) for id in ids if (record := get(collection, id)) is not None)


# -- what parameters keep of them, and their order ---------------------------------------------------------------------


class _Narrowing:
    """What the parameters of a list ask of its records."""

    def __init__(self, context: Context, operation: Operation) -> None:
        follow, resource = context.paths.follow, operation.resource
        self._filters = [
            (item.parameter, item.path, follow(item.path, resource), list(item.default)) for item in operation.filters
        ]
        self._searches = [
            (item.parameter, [follow(path, resource) for path in item.paths]) for item in operation.searches
        ]

    def tests(self, arguments: Any) -> list[Test]:
        """Return the tests that filters make of records."""
        tests: list[Test] = []
        for parameter, path, find, default in self._filters:
            wanted = arguments.get(parameter)
            if wanted is not None:
                tests.append(Test(path, find, wanted))
            elif default:
                tests.append(Test(path, find, default))
        return tests

    def chosen(self, world: World, arguments: Any, records: Iterable[Located]) -> tuple[Iterable[Located], bool]:
        """Return the records in which the texts stand that are searched for, and whether some may be left out."""
        left_out = False
        for parameter, finds in self._searches:
            text = arguments.get(parameter)
            if text:
                records, left_out = _mentioning(world, records, str(text).casefold(), finds), True
        return records, left_out


def _mentioning(world: World, records: Iterable[Located], text: str, finds: list[Follow]) -> Iterator[Located]:
    return (
        item for item in records
        if any(isinstance(value := find(world, item[1]), str) and text in value.casefold() for find in finds)
    )  # fmt: skip


class _Ordering:
    """The order that a parameter of a list asks for."""

    def __init__(self, context: Context, operation: Operation, sort: Sort) -> None:
        follow, head, resource = context.paths.follow, context.paths.head, operation.resource
        self._sort, self._collection = sort, context.names[resource]
        self._finds = {word: follow(path, resource) for word, path in sort.words.items()}
        # The words for what stands in the records themselves, not in those that they refer to.
        self._own = {word for word, path in sort.words.items() if head(path, resource) == path}

    def sorted(self, world: World, arguments: Any, records: Iterable[Located]) -> Iterable[Located]:
        """Return records in order."""
        find, _, reverse = self._wanted(arguments)
        if find is None:
            return records

        def key(item: Located) -> tuple[int, Any]:
            return _comparable(find(world, item[1]))

        return sorted(records, key=key, reverse=reverse)

    def listed(self, world: World, arguments: Any, path: Path, value: str) -> Iterable[Located]:
        """Return the records that have a value at an indexed path, or all, in order.

        The order of a base is found once for all episodes, as long as they touch nothing that decides it.
        """
        find, word, reverse = self._wanted(arguments)
        collection = self._collection
        if find is None or (collection in world.touched if word in self._own else world.touched):
            ids = world.listed(collection, path, value) if path else world.ids(collection)
            return self.sorted(world, arguments, _located(world, collection, ids))
        # By the path, not the word: another list may have the same word for another order.
        key = (collection, path, value, ("-" if reverse else "") + ".".join(self._sort.words[word]))
        kept = world.base.sorted.get(key)
        if kept is None:
            ids = world.listed(collection, path, value) if path else world.ids(collection)
            kept = [id for id, _ in self.sorted(world, arguments, _located(world, collection, ids))]
            if len(world.base.sorted) < _ORDERS:
                world.base.sorted[key] = kept
        return _located(world, collection, kept)

    def _wanted(self, arguments: Any) -> tuple[Follow | None, str, bool]:
        """Return what finds the value to sort by, its word, and whether the greatest comes first."""
        given = str(arguments.get(self._sort.parameter) or self._sort.default)
        word = given.removeprefix("-").removeprefix("+")
        return self._finds.get(word), word, given.startswith("-")


def _comparable(value: Any) -> tuple[int, Any]:
    """Return what values of any types are compared by: numbers and ids of digits, then texts, then nothing."""
    if isinstance(value, bool | int | float):
        return 0, value
    if isinstance(value, str):
        return (0, int(value)) if value.isascii() and value.isdecimal() and len(value) < 19 else (1, value.casefold())
    return 2, 0


# -- workflows ---------------------------------------------------------------------------------------------------------


def _transitions(context: Context, operation: Operation) -> Run:
    """Compile an operation that lists the arrows which are open to a record."""
    read, target = accept(context, operation), Targets(context, operation).target()
    show: Answer = answer(context, operation)
    arrows, collection = Arrows(context, operation), context.names[operation.resource]
    keep = [
        (item.parameter, item.path, context.paths.follow(item.path, arrows.resource.name)) for item in operation.filters
    ]

    def transitions(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        id, record = target(world, valid)
        world.reads.append((collection, id))
        tests = [
            Test(path, find, valid[parameter]) for parameter, path, find in keep if valid.get(parameter) is not None
        ]
        return show(world, valid, _passing(world, arrows.open(world, record), tests))

    return transitions
