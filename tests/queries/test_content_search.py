"""What content queries find, against a plain look at every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlasgen.runtime.clauses import All, Call, Clause, Condition, Either, Opposite, Query, Sort, Value
from atlasgen.runtime.queries import QueryError
from generated_envs.confluence import cql
from tests.queries import worlds
from tests.queries.written import query, trees

WORLDS = {name: worlds.wiki(indexed=name == "indexed") for name in ("indexed", "bare")}
WORLD = WORLDS["indexed"].world
PAGES = worlds.table(WORLD, "confluence.page")
BY_ID = dict(PAGES)
CURRENT = [(id, page) for id, page in PAGES if page["status"] == "current"]
SPACES = dict(worlds.table(WORLD, "confluence.space"))
NOW = datetime.fromtimestamp(WORLD.seconds, UTC)
TIMES = {
    "2026-01-10": datetime(2026, 1, 10, tzinfo=UTC),
    "2026/01/03 10:00": datetime(2026, 1, 3, 10, tzinfo=UTC),
    "now(-60d)": NOW - timedelta(days=60),
    "startOfMonth(-2M)": datetime(2025, 11, 1, tzinfo=UTC),
}


def found(text: str, name: str = "indexed") -> list[str]:
    """Return the ids that a query finds."""
    return [id for id, _ in cql.search(text, worlds.records(WORLDS[name], "page"))]


# -- the reference -----------------------------------------------------------------------------------------------------


def holds(condition: Condition, page: Any) -> bool:
    match condition:
        case Opposite(part):
            return not holds(part, page)
        case All(parts):
            return all(holds(part, page) for part in parts)
        case Either(parts):
            return any(holds(part, page) for part in parts)
        case Clause(field, operator, values):
            if operator in ("!=", "!~", "not in"):
                positive = {"!=": "=", "!~": "~", "not in": "in"}[operator]
                return not holds(Clause(field, positive, values), page)
            return any(matches(field, operator, value, page) for value in values)
    raise TypeError(condition)


def matches(field: str, operator: str, value: Value, page: Any) -> bool:
    if field in ("created", "lastmodified"):
        there = datetime.fromisoformat(page["createdAt"] if field == "created" else page["version"]["createdAt"])
        bound = TIMES[value if isinstance(value, str) else f"{value.name}({value.arguments[0]})"]  # type: ignore[union-attr]  # no EMPTY
        return {
            "=": there == bound, "<": there < bound, "<=": there <= bound, ">": there > bound, ">=": there >= bound
        }[operator]  # fmt: skip
    if isinstance(value, Call):
        return bool(page["authorId"] == WORLD.context("user"))
    assert isinstance(value, str)
    if operator == "~":
        body = re.sub(r"<[^>]*>", " ", page["body"]["storage"]["value"]).replace("&amp;", "&")
        texts = {"title": page["title"], "space.title": SPACES[page["spaceId"]]["name"]}
        text = texts.get(field, f"{page['title']} {body}").lower()
        return all(re.search(rf"\b{word.lower()}\b", text) for word in value.split())
    above = []
    up = page["parentId"]
    while up in BY_ID:
        above.append(up)
        up = BY_ID[up]["parentId"]
    labels = [WORLD.get("confluence.label", id)["name"] for id in page.get("labels", [])]  # type: ignore[index]  # it is there
    answers: dict[str, bool] = {
        "type": value.lower() == "page",
        "space": SPACES[page["spaceId"]]["key"].lower() == value.lower(),
        "space.key": SPACES[page["spaceId"]]["key"].lower() == value.lower(),
        "space.title": SPACES[page["spaceId"]]["name"].lower() == value.lower(),
        "title": page["title"].lower() == value.lower(),
        "label": value in labels,
        "id": page["id"] == value,
        "parent": page["parentId"] == value,
        "ancestor": value in above or (value == page["parentId"]),
        "creator": page["authorId"] == value,
    }
    return answers[field]


def ordered(order: tuple[Sort, ...]) -> list[tuple[str, Any]]:
    result = list(CURRENT)
    if not order or order[0].field not in ("id", "created") or order[0].descending:
        result.reverse()
    place = {id: number for number, (id, _) in enumerate(PAGES)}
    keys: dict[str, Callable[[Any], Any]] = {
        "id": lambda page: place[page["id"]],
        "created": lambda page: page["createdAt"],
        "lastmodified": lambda page: page["version"]["createdAt"],
        "title": lambda page: page["title"].lower(),
        "space": lambda page: SPACES[page["spaceId"]]["key"].lower(),
    }
    for sort in reversed(order):
        key = keys[sort.field]
        result.sort(key=lambda item: key(item[1]), reverse=sort.descending is True)
    return result


# -- queries that ask for what is there --------------------------------------------------------------------------------


def _clauses() -> Iterator[st.SearchStrategy[Clause]]:
    pages: list[Value] = [id for id, _ in PAGES]
    users: list[Value] = [*WORLD.ids("confluence.user"), Call("currentUser")]
    names: list[Value] = [space["key"] for space in SPACES.values()]
    some: dict[str, list[Value]] = {
        "type": ["page", "blogpost", "PAGE", "comment"],
        "space": [*names, "docs"],
        "space.key": names,
        "space.title": [space["name"] for space in SPACES.values()],
        "title": [page["title"] for _, page in PAGES] + ["no such title"],
        "label": ["draft", "how-to", "release", "nobody has it"],
        "id": pages,
        "parent": pages,
        "ancestor": pages[:20],
        "creator": users,
    }
    named: list[st.SearchStrategy[Clause]] = []
    for field, values in some.items():
        one = st.sampled_from(values)
        named.append(st.builds(Clause, st.just(field), st.sampled_from(["=", "!="]), st.tuples(one)))
        listed = st.lists(one, min_size=1, max_size=4).map(tuple)
        named.append(st.builds(Clause, st.just(field), st.sampled_from(["in", "not in"]), listed))
    yield st.one_of(named)
    words = st.sampled_from(["checkout", "release", "the budget", "so", "Plan", "docs", "engineering", "p"])
    fields = st.sampled_from(["title", "text", "siteSearch", "space.title"])
    yield st.builds(Clause, fields, st.sampled_from(["~", "!~"]), st.tuples(words))
    moments = st.sampled_from([*TIMES]).map(_time)
    stamps = st.sampled_from(["created", "lastmodified"])
    yield st.builds(Clause, stamps, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), st.tuples(moments))


def _time(text: str) -> Value:
    call = re.fullmatch(r"(\w+)\((.*)\)", text)
    return Call(call[1], (call[2],)) if call else text


SORTS = st.lists(
    st.builds(
        Sort, st.sampled_from(["id", "created", "lastmodified", "title", "space"]), st.sampled_from([None, False, True])
    ),
    max_size=3,
    unique_by=lambda sort: sort.field,
).map(tuple)


@pytest.mark.parametrize("name", [*WORLDS])
@settings(max_examples=200, deadline=None)
@given(condition=trees(st.one_of([*_clauses()]), most=6), order=SORTS)
def test_search_finds_what_a_plain_look_finds(name: str, condition: Condition, order: tuple[Sort, ...]) -> None:
    wanted = [id for id, page in ordered(order) if holds(condition, page)]
    assert found(query(Query(condition, order)), name) == wanted


# -- single facts ------------------------------------------------------------------------------------------------------


def test_only_pages_that_are_published_are_found() -> None:
    assert len(CURRENT) < len(PAGES)
    assert found("") == [id for id, _ in reversed(CURRENT)]
    hidden = next(id for id, page in PAGES if page["status"] != "current")
    assert found(f"id = {hidden}") == []


def test_opposite_finds_pages_that_have_nothing_there() -> None:
    bare = {id for id, page in CURRENT if not page.get("labels")}
    assert bare
    assert bare < set(found("label != draft")) == set(found("not (label = draft)"))


@pytest.mark.parametrize("name", [*WORLDS])
def test_page_is_found_below_all_that_stand_above_it(name: str) -> None:
    below = {id: [other for other, page in CURRENT if matches("ancestor", "=", id, page)] for id, _ in PAGES}
    assert max(map(len, below.values())) > 20
    for id, wanted in below.items():
        assert found(f"ancestor = {id}", name) == wanted[::-1]


def test_many_pages_below_a_page_are_found_from_below(monkeypatch: pytest.MonkeyPatch) -> None:
    home = max(BY_ID, key=lambda id: sum(matches("ancestor", "=", id, page) for _, page in CURRENT))
    listed = found(f"ancestor = {home}")
    monkeypatch.setattr(cql, "_FAMILY", 3)
    assert found(f"ancestor = {home}") == listed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = red", "There is no field 'colour'"),
        ("space = NOPE", "There is no space 'NOPE'."),
        ("type = song", "There is no type of content 'song'."),
        ("creator = nobody", "There is no user 'nobody'."),
        ("ancestor = 1", "There is no page '1' for ancestor to be."),
        ("id in (1)", "There is no page '1' for id to be."),
        ("space = currentUser()", "There is no such function for space"),
        ("creator = me()", "There is no such function for creator"),
        ("creator = currentUser(1)", "There is no user ''."),
        ("text = release", "look for words in it with ~ or !~, not with =."),
        ("label ~ draft", "label holds no text"),
        ("label > draft", "label cannot be compared with >."),
        ("title > a", "title cannot be compared with >."),
        ("created > soon", "'soon' is no time"),
        ("title ~ '--'", "There is no word to look for"),
        ("order by label", "Pages cannot be sorted by label."),
        ("order by colour", "There is no field 'colour'"),
        ("space is EMPTY", "Character 7: 'is' cannot stand here"),
    ],
)
def test_query_that_asks_for_what_is_not_there_is_refused(text: str, says: str) -> None:
    for name in WORLDS:
        with pytest.raises(QueryError) as refused:
            cql.search(text, worlds.records(WORLDS[name], "page"))
        assert says in str(refused.value)
