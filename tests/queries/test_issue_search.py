"""What issue queries find, against a plain look at every issue that thinks in three values: yes, no and no value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlasgen.runtime.clauses import All, Call, Clause, Condition, Either, Empty, Opposite, Query, Sort, Value
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.queries import QueryError
from generated_envs.jira import jql
from tests.queries import worlds
from tests.queries.written import query, trees

WORLDS = {name: worlds.tracker(indexed=name == "indexed") for name in ("indexed", "bare")}
WORLD = WORLDS["indexed"].world
ISSUES = worlds.table(WORLD, "jira.issue")
COMMENTS: list[tuple[str, Any]] = worlds.table(WORLD, "jira.comment")
NOW = datetime.fromtimestamp(WORLD.seconds, UTC)


def found(text: str, name: str = "indexed") -> list[str]:
    """Return the ids that a query finds; what counts them must agree."""
    matches = jql.search(text, worlds.records(WORLDS[name], "issue"))
    ids = [id for id, _ in matches]
    assert matches.count is None or matches.count() == len(ids)
    return ids


def keys(text: str) -> list[str]:
    return [str(record["key"]) for _, record in jql.search(text, worlds.records(WORLDS["indexed"], "issue"))]


def test_one_index_is_enough_to_count() -> None:
    records = worlds.records(WORLDS["indexed"], "issue")
    for text in ("", "project = PROJ", "status in (Done, 'To Do') ORDER BY summary", "labels = backend"):
        assert jql.search(text, records).count is not None, text
    for text in ("labels in (backend, docs)", "project = PROJ AND status = Done", "summary ~ x"):
        assert jql.search(text, records).count is None, text


# -- the reference -----------------------------------------------------------------------------------------------------

RESOURCES = {"type": "issuetype", "assignee": "user", "reporter": "user", "creator": "user", "statusCategory": "status"}
NAMED = ("project", "status", "statusCategory", "issuetype", "type", "priority", "assignee", "reporter", "creator")
TEXTS = {
    "summary": ("summary",),
    "description": ("description",),
    "comment": ("comment",),
    "text": ("summary", "description", "comment"),
}
TIMES: Mapping[str, datetime] = {
    "2026-01-01": datetime(2026, 1, 1, tzinfo=UTC),
    "2025/12/20 10:30": datetime(2025, 12, 20, 10, 30, tzinfo=UTC),
    "2026-01-09": datetime(2026, 1, 9, tzinfo=UTC),
    "-30d": NOW - timedelta(days=30),
    "-2w 3d": NOW - timedelta(days=17),
    "5h": NOW + timedelta(hours=5),
    "now()": NOW,
    "startOfDay(-40d)": NOW.replace(hour=0, minute=0, second=0) - timedelta(days=40),
    "endOfMonth()": datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC),
    "startOfYear(-1)": datetime(2025, 1, 1, tzinfo=UTC),
    "startOfWeek()": datetime(2025, 12, 28, tzinfo=UTC),
}


def words_of(value: Any) -> str:
    """Return the text of a document: each paragraph a line."""
    if not isinstance(value, dict):
        return value or ""
    return "\n".join("".join(node["text"] for node in block["content"]) for block in value["content"])


def has_words(text: str, wanted: str) -> bool:
    for term in re.findall(r'"[^"]+"|[^"\s]+', wanted.lower()):
        parts = re.findall(r"[\w*?]+", term)
        pattern = r"\W+".join(re.escape(part).replace(r"\*", r"\w*").replace(r"\?", r"\w") for part in parts)
        if not re.search(rf"(?<!\w){pattern}(?!\w)", text.lower()):
            return False
    return True


def means(field: str, value: Value, there: Any) -> bool:
    """Whether a value of a query means what stands in a field."""
    if isinstance(value, Call):
        return bool(there == WORLD.context("user"))
    assert isinstance(value, str)
    if field == "labels":
        return value in there
    if field in ("key", "parent", "id"):
        issue = WORLD.get("jira.issue", there) or {}  # the parent may have gone
        return value.upper() in (there, issue.get("key"))
    record: Any = WORLD.get(f"jira.{RESOURCES.get(field, field)}", there)
    if field == "statusCategory":
        record = record["statusCategory"]
    names = {
        str(record.get(name)).lower() for name in ("id", "key", "name", "accountId", "displayName", "emailAddress")
    }
    return value.lower() in names


def holds(condition: Condition, id: str, record: Any) -> bool | None:
    """Return whether a condition holds for an issue; None where it asks for a value that is not there."""
    match condition:
        case Opposite(part):
            inner = holds(part, id, record)
            return None if inner is None else not inner
        case All(parts):
            answers = [holds(part, id, record) for part in parts]
            return False if False in answers else None if None in answers else True
        case Either(parts):
            answers = [holds(part, id, record) for part in parts]
            return True if True in answers else None if None in answers else False
        case Clause():
            return clause_holds(condition, id, record["fields"])
    raise TypeError(condition)


def clause_holds(clause: Clause, id: str, fields: Any) -> bool | None:
    field, operator, values = clause.field, clause.operator, clause.values
    stored = {"type": "issuetype", "statusCategory": "status"}.get(field, field)
    there = id if field in ("key", "id") else fields.get(stored)
    if field in TEXTS:
        comments = "\n".join(words_of(comment["body"]) for _, comment in COMMENTS if comment["issue"] == id)
        texts = {**fields, "comment": comments}
        there = "\n".join(words_of(texts.get(name)) for name in TEXTS[field]).strip("\n")
    negative = operator in ("!=", "not in", "!~", "is not")
    if there in (None, [], ""):
        if not any(isinstance(value, Empty) for value in values):
            return None
        return not negative
    given = [value for value in values if not isinstance(value, Empty)]
    if operator in ("~", "!~"):
        return has_words(there, str(given[0])) is not negative
    if field in ("created", "updated", "duedate"):
        moment = datetime.fromisoformat(there)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moments = [time_of(value) for value in given]
        if field == "duedate":
            moments = [item.replace(hour=0, minute=0, second=0) for item in moments]
        if operator in ("<", "<=", ">", ">="):
            bound = moments[0]
            return {"<": moment < bound, "<=": moment <= bound, ">": moment > bound, ">=": moment >= bound}[operator]
        return (moment in moments) is not negative
    return any(means(field, value, there) for value in given) is not negative


def time_of(value: Value) -> datetime:
    written = value if isinstance(value, str) else f"{value.name}({', '.join(value.arguments)})"  # type: ignore[union-attr]  # EMPTY has gone
    return TIMES[written]


def ordered(order: tuple[Sort, ...]) -> list[tuple[str, Any]]:
    """Return all issues in the order that a query asks for."""
    result = list(ISSUES)
    first = order[0] if order else Sort("created", descending=True)
    usual = {"created", "updated", "priority"}
    if first.field not in ("created", "id") or first.descending or (first.descending is None and first.field in usual):
        result.reverse()
    for sort in reversed(order):
        descending = sort.field in usual if sort.descending is None else sort.descending
        if sort.field == "id":
            place = {id: number for number, (id, _) in enumerate(ISSUES)}
            result.sort(key=lambda item: place[item[0]], reverse=descending)
        else:
            result.sort(key=lambda item: rank(sort.field, item[1]), reverse=descending)
    return result


def rank(field: str, record: Any) -> Any:
    fields = record["fields"]
    there = fields.get(field)
    if field == "key":
        prefix, number = record["key"].split("-")
        return prefix, int(number)
    if field in ("created", "updated"):
        return datetime.fromisoformat(there)
    if there is None:
        return (True,)
    if field == "priority":
        return False, ["Low", "Medium", "High"].index(WORLD.get("jira.priority", there)["name"])  # type: ignore[index, arg-type]  # they are there
    if field in ("project", "assignee"):
        other: Any = WORLD.get(f"jira.{RESOURCES.get(field, field)}", there)
        return False, str(other.get("displayName", other.get("name"))).lower()
    return False, str(there).lower()


# -- queries that ask for what is there --------------------------------------------------------------------------------


def _names(field: str) -> list[str]:
    resource = RESOURCES.get(field, field)
    every = [record for _, record in worlds.table(WORLD, f"jira.{resource}")]
    if field == "statusCategory":
        every = [record["statusCategory"] for record in every]
    members = ("id", "key", "name", "accountId", "displayName", "emailAddress")
    names = [str(record[member]) for record in every for member in members if member in record]
    return [*names, *(name.swapcase() for name in names if "accountId" not in every[0])]


def _clauses() -> Iterator[st.SearchStrategy[Clause]]:
    people = [Call("currentUser")]
    empty: list[Value] = [Empty()]
    issue_names = [name for id, record in ISSUES for name in (id, record["key"], record["key"].lower())]
    some = {field: [*_names(field), *(people if RESOURCES.get(field) == "user" else [])] for field in NAMED}
    some |= {"labels": ["docs", "urgent", "x y", "Docs", "nobody has it"], "key": issue_names, "parent": issue_names}
    some["id"] = issue_names
    named: list[st.SearchStrategy[Clause]] = []
    for field, values in some.items():
        one = st.sampled_from([*values, *empty])
        named.append(st.builds(Clause, st.just(field), st.sampled_from(["=", "!="]), st.tuples(one)))
        listed = st.lists(one, min_size=1, max_size=4).map(tuple)
        named.append(st.builds(Clause, st.just(field), st.sampled_from(["in", "not in"]), listed))
    yield st.one_of(named)
    nullable = st.sampled_from([*some, *TEXTS, "created", "updated", "duedate"])
    yield st.builds(Clause, nullable, st.sampled_from(["is", "is not"]), st.just((Empty(),)))
    wanted = st.sampled_from(
        ["login", "LOGIN page", "page login", '"login page"', '"page login"', "re*", "r?work", "new ärger", "don't",
         "42", "snake_case", "snake", "re-open", "it", "*", "checkout customers", "then all", "naïve",
         "have a look", "rep* it", '"of it" all',
         "x"]
    )  # fmt: skip
    yield st.builds(Clause, st.sampled_from([*TEXTS]), st.sampled_from(["~", "!~"]), st.tuples(wanted))
    time = st.sampled_from([*TIMES]).map(_time)
    stamps = st.sampled_from(["created", "updated", "duedate"])
    yield st.builds(Clause, stamps, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), st.tuples(time))
    own = st.sampled_from([record["fields"]["created"][:16].replace("T", " ") for _, record in ISSUES])
    yield st.builds(Clause, st.just("created"), st.sampled_from(["<", ">="]), st.tuples(own.map(_register)))


def _time(text: str) -> Value:
    call = re.fullmatch(r"(\w+)\((.*)\)", text)
    return Call(call[1], (call[2],) if call[2] else ()) if call else text


def _register(text: str) -> str:
    TIMES[text] = datetime.fromisoformat(text).replace(tzinfo=UTC)  # type: ignore[index]  # a dictionary
    return text


SORTS = st.lists(
    st.builds(
        Sort,
        st.sampled_from(["created", "updated", "key", "id", "summary", "assignee", "duedate", "priority", "project"]),
        st.sampled_from([None, False, True]),
    ),
    max_size=3,
    unique_by=lambda sort: sort.field,
).map(tuple)


@pytest.mark.parametrize("name", [*WORLDS])
@settings(max_examples=250, deadline=None)
@given(condition=trees(st.one_of([*_clauses()]), most=6), order=SORTS)
def test_search_finds_what_a_plain_look_finds(name: str, condition: Condition, order: tuple[Sort, ...]) -> None:
    wanted = [id for id, record in ordered(order) if holds(condition, id, record)]
    assert found(query(Query(condition, order)), name) == wanted


def test_plain_look_finds_something_and_not_everything() -> None:
    # Else the test above would compare nothing with nothing.
    for text in (
        "status = Done",
        "assignee is EMPTY",
        "labels = urgent",
        "description ~ then",
        "comment is not EMPTY",
        "created >= -30d",
    ):
        condition = jql.parse(text).condition
        assert condition is not None
        count = sum(holds(condition, id, record) is True for id, record in ISSUES)
        assert 5 < count < len(ISSUES) - 5


# -- single facts ------------------------------------------------------------------------------------------------------


def test_no_condition_finds_all_the_newest_first() -> None:
    assert found("") == [id for id, _ in reversed(ISSUES)]
    assert found("ORDER BY created ASC") == [id for id, _ in ISSUES]


def test_opposites_pass_over_what_is_empty() -> None:
    somebody = {id for id, record in ISSUES if record["fields"]["assignee"] is not None}
    mine = {id for id, record in ISSUES if record["fields"]["assignee"] == WORLD.context("user")}
    assert mine
    for text in ("assignee != currentUser()", "NOT assignee = currentUser()", "assignee not in (currentUser())"):
        assert set(found(text)) == somebody - mine
    assert set(found("NOT (assignee = currentUser() OR assignee is EMPTY)")) == somebody - mine


def test_issue_is_found_by_key_and_id_in_any_case() -> None:
    id, record = ISSUES[7]
    for text in (record["key"], str(record["key"]).lower(), id):
        for field in ("key", "issueKey", "ISSUE", "id"):
            assert found(f"{field} = {text}") == [id]


def test_day_that_is_due_is_compared_by_the_day() -> None:
    today = NOW.strftime("%Y-%m-%d")
    due = {id: record["fields"]["duedate"] for id, record in ISSUES if record["fields"]["duedate"] is not None}
    assert today in due.values()
    for operator, wanted in {
        "=": {id for id, day in due.items() if day == today},
        "!=": {id for id, day in due.items() if day != today},
        "<=": {id for id, day in due.items() if day <= today},
        ">": {id for id, day in due.items() if day > today},
    }.items():
        for moment in ("now()", f"'{today} 23:59'", "endOfDay()", "0d"):
            assert set(found(f"due {operator} {moment}")) == wanted


def test_order_by_key_loses_no_issue_of_another_project() -> None:
    for text in (
        "project = PROJ OR priority is EMPTY",
        "NOT (project = PROJ AND priority is not EMPTY)",
        "NOT project = PROJ",
        "project in (PROJ, EMPTY) OR labels = docs",
        "project != PROJ OR status = Done",
        "project = PROJ AND (project = WEB OR labels = docs)",
    ):
        assert sorted(found(f"{text} ORDER BY key")) == sorted(found(text))
        assert len({key.split("-")[0] for key in keys(text)}) > 1 or "AND (" in text


def test_keys_are_sorted_by_project_and_number() -> None:
    numbers = [(key.split("-")[0], int(key.split("-")[1])) for key in keys("ORDER BY key")]
    assert numbers == sorted(numbers)
    assert len({number for _, number in numbers if number >= 10}) > 5  # where texts would be sorted otherwise


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = red", "There is no field 'colour'"),
        ("resolution = Done", "There is no field 'resolution'"),
        ("status = Doing", "There is no status 'Doing' for status to be."),
        ("status != Doing", "There is no status 'Doing'"),
        ("project in (PROJ, NOPE)", "There is no project 'NOPE'"),
        ("type = Saga", "There is no issuetype 'Saga'"),
        ("priority = ''", "There is no priority ''"),
        ("statusCategory = Late", "There is no category of status 'Late'"),
        ("assignee = nobody", "There is no user 'nobody' for assignee to be."),
        ("parent = PROJ-0", "There is no issue 'PROJ-0' for parent to be."),
        ("key in ('PROJ-1', '')", "There is no issue ''"),
        ("assignee = me()", "me() gives no value"),
        ("project = currentUser()", "currentUser() gives no value"),
        ("labels = currentUser()", "currentUser() gives no value"),
        ("summary = login", "look for words in it with ~ or !~, not with =."),
        ("status ~ Done", "status holds no text"),
        ("status > Done", "status cannot be compared with >."),
        ("summary ~ EMPTY", "EMPTY cannot stand after ~."),
        ("summary ~ '...'", "There is no word to look for in '...'."),
        ("created > EMPTY", "EMPTY cannot stand after >."),
        ("created > soon", "'soon' is no time"),
        ("created > '2026-13-01'", "There is no such time: '2026-13-01'."),
        ("created > soon()", "There is no function soon() that gives a time."),
        ("created > startOfDay(x)", "'x' is no distance for startOfDay()"),
        ("created > -999999w", "There is no such time"),
        ("ORDER BY colour", "There is no field 'colour'"),
        ("ORDER BY comment", "Issues cannot be sorted by comment."),
        ("ORDER BY text", "Issues cannot be sorted by text."),
        ("project = PROJ AND", "Character 19: the query ends too early."),
    ],
)
def test_query_that_asks_for_what_is_not_there_is_refused(text: str, says: str) -> None:
    for name in WORLDS:
        with pytest.raises(QueryError) as refused:
            jql.search(text, worlds.records(WORLDS[name], "issue"))
        assert says in str(refused.value)


def test_refusal_comes_before_the_first_issue_is_taken() -> None:
    with pytest.raises(QueryError):
        jql.search("status = Done OR status = Doing", worlds.records(WORLDS["indexed"], "issue"))


def test_order_of_creation_is_that_of_times_whatever_the_order_of_records() -> None:
    other = worlds.tracker(count=60)
    world, read = other.world, worlds.records(other, "issue")
    issues = worlds.table(world, "jira.issue")
    for (id, record), (_, twin) in zip(issues[::3], reversed(issues), strict=False):
        world.put("jira.issue", id, {**record, "fields": {**record["fields"], "created": twin["fields"]["created"]}})
    times: list[Any] = [record["fields"]["created"] for _, record in worlds.table(world, "jira.issue")]
    assert times != sorted(times)
    for text in ("ORDER BY created", "created >= -9999d ORDER BY created DESC, key"):
        assert [record["fields"]["created"] for _, record in jql.search(text, read)] == sorted(times, reverse=True)  # type: ignore[index, call-overload]  # an issue
    bound = sorted(times)[len(times) // 2][:16].replace("T", " ")
    for order in ("", "ORDER BY created ASC", "ORDER BY summary"):
        recent = {id for id, _ in jql.search(f"created >= '{bound}' {order}", read)}
        assert len(recent) == sum(time[:16].replace("T", " ") >= bound for time in times)


def test_same_text_means_other_records_in_another_world() -> None:
    other = worlds.tracker(count=60)
    other.reset(seed=5)
    mine: Callable[[Environment], list[str]] = lambda environment: [  # noqa: E731  # read once
        id for id, _ in jql.search("project = PROJ", worlds.records(environment, "issue"))
    ]
    assert mine(other)
    assert not {*mine(other)} & {*mine(WORLDS["indexed"])}
