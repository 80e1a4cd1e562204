from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from atlasgen import jsonvalue
from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.world import Layer, World
from atlasgen.tasks.gold import Draft, Insert, complete, plant, resolved
from atlasgen.tasks.task import Expected, ExpectedCall, GoldCall, Needed, Task, Use
from generated_envs.jira._generated.rewards import CreateIssueReward, DeleteIssueReward, EditIssueReward
from rewards._records import records

ISSUE = "jira.issue"
REWARDS = (CreateIssueReward(), EditIssueReward(), DeleteIssueReward())


@dataclass(frozen=True, slots=True)
class Planted:
    """An issue that was added to a world, what it was made of, and somebody whom it is not assigned to."""

    environment: Environment
    layer: Layer
    id: str
    key: str
    fields: JsonObject
    person: str


@pytest.fixture
def planted(environment: Environment) -> Planted:
    made: list[tuple[str, JsonObject, str]] = []

    def fill(world: World, insert: Insert) -> None:
        kind = next(id for id, kind in records(world, "jira.issuetype") if kind["hierarchyLevel"] == 0)
        project, status = (next(iter(world.ids(f"jira.{name}"))) for name in ("project", "status"))
        one, other, *_ = world.ids("jira.user")
        draft: dict[str, Json] = {"project": project, "status": status, "issuetype": kind, "assignee": one}
        made.append((insert(ISSUE, {"fields": {**draft, "summary": "Before"}}), draft, other))

    layer = plant(environment, 0, fill)
    ((id, fields, person),) = made
    record = environment.world.get(ISSUE, id)
    assert record is not None
    return Planted(environment, layer, id, str(record["key"]), fields, person)


def completed(planted: Planted, *gold: GoldCall, needed: tuple[Needed, ...] = ()) -> Task:
    tools = tuple(tool.name for tool in planted.environment.tools)
    draft = Draft("editing", 0, "train", "Edit it.", 0, gold, tools, planted.layer, needed)
    return complete(draft, planted.environment, REWARDS)


def edit(name: str, uses: tuple[Use, ...] = (), **fields: Json) -> GoldCall:
    return GoldCall("editIssue", {"issueIdOrKey": name, "body": {"fields": fields}}, uses)


def look(name: str) -> GoldCall:
    return GoldCall("getIssue", {"issueIdOrKey": name})


def reply(body: Json) -> Reply:
    return Reply(200, jsonvalue.encode(body))


def test_argument_is_what_the_last_answer_says_where_it_says_it() -> None:
    call = GoldCall("edit", {"id": "stated", "other": 1}, (Use("/id", "make", "/key"),))
    assert resolved(call, {"make": reply({"key": "told"})}) == {"id": "told", "other": 1}
    assert resolved(call, {"make": reply({"id": "told"})}) == call.arguments, "the answer has no such member"
    assert resolved(call, {"look": reply({"key": "told"})}) == call.arguments, "another tool's answer"


def test_later_uses_are_filled_though_an_earlier_one_is_not() -> None:
    uses = (Use("/one", "never", "/key"), Use("/two", "make", "/none"), Use("/three", "make", "/key"))
    call = GoldCall("edit", {"one": 1, "two": 2, "three": 3}, uses)
    assert resolved(call, {"make": reply({"key": "told"})}) == {"one": 1, "two": 2, "three": "told"}


def test_record_that_breaks_a_rule_is_not_planted(planted: Planted) -> None:
    def fill(world: World, insert: Insert) -> None:
        below = next(id for id, kind in records(world, "jira.issuetype") if kind["hierarchyLevel"] == -1)
        insert(ISSUE, {"fields": {**planted.fields, "issuetype": below, "summary": "A sub-task of nothing"}})

    with pytest.raises(RolloutError, match=r"a planted record of jira\.issue breaks a rule"):
        plant(planted.environment, 0, fill)


@pytest.mark.parametrize("name", ["id", "key"])
def test_changed_record_is_expected_under_all_its_names(planted: Planted, name: str) -> None:
    called = getattr(planted, name)
    task = completed(planted, edit(called, summary="After"), look(called))
    assert task.expected == (
        ExpectedCall(
            "editIssue",
            (
                Expected("/issueIdOrKey", called, scalars=(planted.id, planted.key)),
                Expected("/body/fields/summary", "After"),
            ),
        ),
    )
    (target,) = task.targets
    assert (target.change.collection, target.change.id) == (ISSUE, planted.id)
    assert target.names == (planted.key,)
    assert ("fields", "summary") in target.written
    assert task.gold_writes == {(ISSUE, planted.id)}


def test_record_that_an_argument_names_may_be_named_by_each_member_that_the_service_takes(planted: Planted) -> None:
    task = completed(planted, edit(planted.key, assignee={"accountId": planted.person}))
    person = Expected(
        "/body/fields/assignee",
        {"accountId": planted.person},
        members={"id": planted.person, "accountId": planted.person},
    )
    assert task.expected[0].arguments[1] == person


def test_nobody_has_no_other_name(planted: Planted) -> None:
    task = completed(planted, edit(planted.key, assignee=None))
    assert task.expected[0].arguments[1] == Expected("/body/fields/assignee", None)


def test_budget_leaves_two_calls_beyond_the_gold_or_the_longest_operation(planted: Planted) -> None:
    longest = max(item.budget for item in REWARDS)
    assert completed(planted, edit(planted.key, summary="After")).budget == longest + 2
    gold = [look(planted.key)] * 6
    assert completed(planted, *gold, edit(planted.key, summary="After")).budget == 7 + 2


def test_refused_gold_call_is_an_error(planted: Planted) -> None:
    for refused in (edit("NONE-1", summary="After"), GoldCall("getIssue", {})):
        with pytest.raises(RolloutError, match=f"editing train 0: the gold call {refused.tool} is refused"):
            completed(planted, refused)


def test_look_at_what_is_gone_is_a_check_and_no_error(planted: Planted) -> None:
    task = completed(planted, GoldCall("deleteIssue", {"issueIdOrKey": planted.key}), look(planted.key))
    (target,) = task.targets
    assert target.change.after is None
    assert target.names == (planted.key,)


def test_gold_has_to_show_what_is_needed(planted: Planted) -> None:
    needed = Needed((ISSUE, planted.id), ("fields", "summary"), "Before")
    change = edit(planted.key, summary="After")
    with pytest.raises(RolloutError, match="editing: the gold never sees 'Before'"):
        completed(planted, change, needed=(needed,))
    (sought,) = completed(planted, look(planted.key), change, needed=(needed,)).needed
    assert "getIssue" in [reader.operation for reader in sought.readers]
    other = Needed((ISSUE, planted.id), ("fields", "duedate"), "2026-01-01", instead=(needed,))
    (sought,) = completed(planted, look(planted.key), change, needed=(other,)).needed
    assert sought.instead[0].readers, "what can be found instead is shown by something, too"


def test_targets_stand_in_the_order_in_which_the_gold_writes(planted: Planted) -> None:
    body: JsonObject = {"fields": _creation(planted)}
    created = GoldCall("createIssue", {"body": body})
    changed = edit(planted.key, summary="After")
    for gold, fresh in (((created, changed), [True, False]), ((changed, created), [False, True])):
        task = completed(planted, *gold)
        assert [target.change.before is None for target in task.targets] == fresh
        assert task.gold_writes == {(ISSUE, planted.id)}
        assert [target.names for target in task.targets if target.change.before is None] == [()]


def test_text_that_names_a_new_record_is_a_link(planted: Planted) -> None:
    """The key of the new issue becomes the summary of the old one; the due date is told by nobody."""
    created = GoldCall("createIssue", {"body": {"fields": _creation(planted)}})
    uses = (Use("/body/fields/summary", "createIssue", "/id"),)
    task = completed(planted, created, edit(planted.key, uses, summary="", duedate="2026-01-01"))
    links = {target.change.before is None: target.links for target in task.targets}
    assert links == {True: (), False: (("fields", "summary"),)}


def test_reference_to_a_new_record_is_a_link(planted: Planted) -> None:
    environment = planted.environment
    environment.reset(planted.layer, seed=0)
    below = next(id for id, kind in records(environment.world, "jira.issuetype") if kind["hierarchyLevel"] == -1)
    created = GoldCall("createIssue", {"body": {"fields": _creation(planted)}})
    child: JsonObject = {"fields": {**_creation(planted), "issuetype": {"id": below}, "parent": {"id": ""}}}
    uses = (Use("/body/fields/parent/id", "createIssue", "/id"),)
    task = completed(planted, created, GoldCall("createIssue", {"body": child}, uses))
    assert [target.links for target in task.targets] == [(), (("fields", "parent"),)]


def _creation(planted: Planted) -> dict[str, Any]:
    named = {name: {"id": planted.fields[name]} for name in ("project", "issuetype")}
    return {**named, "summary": "Created"}
