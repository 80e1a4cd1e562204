"""The rules of the two trimmed documents: what the services refuse, in their own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atlasgen.plan.model import Condition, Field, Reference, Resource, Rule
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.follow import Paths
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.rules import Rules
from atlasgen.runtime.world import Collection, Layer, World

SPECS = Path(__file__).parents[2] / "specs"
JIRA, CONFLUENCE = (Emulator(plan_of(SPECS / f"{name}.yaml")) for name in ("jira", "confluence"))


@pytest.fixture
def tracker() -> Environment:
    return Environment(JIRA, seed=5)


@pytest.fixture
def wiki() -> Environment:
    return Environment(CONFLUENCE, seed=5)


def issue(tracker: Environment, type: str = "Task", project: str = "WEB", **fields: Any) -> Reply:
    fields = {"project": {"key": project}, "issuetype": {"name": type}, "summary": "S", **fields}
    return tracker.call("createIssue", {"body": {"fields": fields}})


def key_of(tracker: Environment, type: str = "Task", project: str = "WEB", **fields: Any) -> str:
    reply = issue(tracker, type, project, **fields)
    assert reply.status == 201
    key = reply.json()["key"]
    assert isinstance(key, str)
    return key


def fields_of(tracker: Environment, key: str) -> Any:
    return tracker.call("getIssue", {"issueIdOrKey": key}).json()["fields"]


def errors(reply: Reply) -> Any:
    assert reply.status == 400
    return reply.json()["errors"]


def steps(tracker: Environment, key: str) -> dict[str, str]:
    found = tracker.call("getTransitions", {"issueIdOrKey": key}).json()["transitions"]
    return {item["name"]: item["id"] for item in found}


def move(tracker: Environment, key: str, step: Any) -> Reply:
    return tracker.call("doTransition", {"issueIdOrKey": key, "body": {"transition": {"id": step}}})


# -- issues ------------------------------------------------------------------------------------------------------------


def test_issue_begins_with_what_the_service_fills(tracker: Environment) -> None:
    fields = fields_of(tracker, key_of(tracker))
    assert (fields["status"]["name"], fields["priority"]["name"]) == ("To Do", "Medium")
    assert (fields["labels"], fields["assignee"], fields["duedate"], fields["description"]) == ([], None, None, None)
    assert fields["reporter"]["displayName"] == fields["creator"]["displayName"] == "Mia Keller"
    assert fields["created"] == fields["updated"]
    assert fields["subtasks"] == []
    assert "parent" not in fields


def test_keys_count_per_project_from_the_last_one(tracker: Environment) -> None:
    def number(key: str) -> tuple[str, int]:
        name, _, digits = key.partition("-")
        return name, int(digits)

    first = {project: number(key_of(tracker, project=project)) for project in ("WEB", "OPS")}
    issue(tracker, project="WEB", summary="")  # refused: no number is lost
    again = [number(key_of(tracker, project=project)) for project in ("WEB", "OPS", "WEB")]
    assert again == [("WEB", first["WEB"][1] + 1), ("OPS", first["OPS"][1] + 1), ("WEB", first["WEB"][1] + 2)]


def test_all_faults_are_told_at_once(tracker: Environment) -> None:
    reply = issue(tracker, project="NONE", type="Sub-task", summary="", priority={"name": "Urgent"}, nothing=1)
    found = errors(reply)
    assert found.keys() == {"project", "summary", "priority", "nothing", "parent"}
    assert found["parent"] == "A sub-task needs a parent."
    assert found["project"] == "project: there is no such project."
    assert reply.json()["errorMessages"] == []


def test_sub_task_stands_below_its_parent(tracker: Environment) -> None:
    parent = key_of(tracker, "Story")
    child = key_of(tracker, "Sub-task", parent={"key": parent})
    assert fields_of(tracker, child)["parent"]["key"] == parent
    assert [item["key"] for item in fields_of(tracker, parent)["subtasks"]] == [child]


def test_sub_task_without_a_parent_is_refused(tracker: Environment) -> None:
    assert errors(issue(tracker, "Sub-task")) == {"parent": "A sub-task needs a parent."}


def test_parent_in_another_project_is_refused(tracker: Environment) -> None:
    parent = key_of(tracker, "Story", "OPS")
    reply = issue(tracker, "Sub-task", "WEB", parent={"key": parent})
    assert errors(reply) == {"parent": "The parent must be in the same project."}


@pytest.mark.parametrize("type", ["Sub-task", "Epic"])
def test_parent_of_a_sub_task_is_neither_sub_task_nor_epic(tracker: Environment, type: str) -> None:
    above: dict[str, Any] = {"parent": {"key": key_of(tracker, "Task")}} if type == "Sub-task" else {}
    reply = issue(tracker, "Sub-task", parent={"key": key_of(tracker, type, **above)})
    assert errors(reply) == {"parent": "The parent of a sub-task must be neither a sub-task nor an epic."}


@pytest.mark.parametrize(("type", "above"), [("Task", "Story"), ("Epic", "Epic")])
def test_levels_of_other_types_are_kept_too(tracker: Environment, type: str, above: str) -> None:
    assert errors(issue(tracker, type, parent={"key": key_of(tracker, above)})).keys() == {"parent"}


def test_task_below_an_epic_is_accepted(tracker: Environment) -> None:
    epic = key_of(tracker, "Epic")
    assert fields_of(tracker, key_of(tracker, "Task", parent={"key": epic}))["parent"]["key"] == epic


def test_parent_that_does_not_exist_is_told_once(tracker: Environment) -> None:
    assert errors(issue(tracker, "Sub-task", parent={"key": "WEB-9999"})) == {
        "parent": "parent: there is no such issue."
    }


def test_two_names_of_one_record_are_one_reference_and_of_two_are_none(tracker: Environment) -> None:
    one, other = (tracker.call("getIssue", {"issueIdOrKey": key_of(tracker, "Story")}).json() for _ in range(2))
    same = {"id": one["id"], "key": one["key"]}
    assert issue(tracker, "Sub-task", parent=same).status == 201
    assert errors(issue(tracker, "Sub-task", parent={**same, "key": other["key"]})).keys() == {"parent"}


# -- workflow ----------------------------------------------------------------------------------------------------------


def test_issue_walks_from_to_do_over_in_progress_to_done(tracker: Environment) -> None:
    key = key_of(tracker)
    for step, status, open_then in [
        ("Start Progress", "In Progress", {"Finish", "Stop Progress"}),
        ("Finish", "Done", {"Reopen"}),
        ("Reopen", "In Progress", {"Finish", "Stop Progress"}),
        ("Stop Progress", "To Do", {"Start Progress"}),
    ]:
        assert move(tracker, key, steps(tracker, key)[step]).status == 204
        assert fields_of(tracker, key)["status"]["name"] == status
        assert steps(tracker, key).keys() == open_then


def test_transition_that_is_not_open_is_refused(tracker: Environment) -> None:
    key, done = key_of(tracker), key_of(tracker)
    start = steps(tracker, done)["Start Progress"]
    assert move(tracker, done, start).status == 204
    finish = steps(tracker, done)["Finish"]
    before = tracker.digest()
    for wrong in (finish, "0", ""):
        assert move(tracker, key, wrong).status == 400
    assert move(tracker, done, start).status == 400
    assert tracker.digest() == before


def test_number_is_taken_as_the_id_of_a_transition(tracker: Environment) -> None:
    key = key_of(tracker)
    assert move(tracker, key, int(steps(tracker, key)["Start Progress"])).status == 204


def test_transition_renews_the_time_of_the_last_change_alone(tracker: Environment) -> None:
    key = key_of(tracker)
    before = fields_of(tracker, key)
    move(tracker, key, steps(tracker, key)["Start Progress"])
    after = fields_of(tracker, key)
    assert after["updated"] > before["updated"]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"status", "updated"}


def test_transitions_may_be_asked_for_one_by_one(tracker: Environment) -> None:
    key = key_of(tracker)
    (id,) = steps(tracker, key).values()
    for wanted, found in [(id, [id]), ("0", [])]:
        reply = tracker.call("getTransitions", {"issueIdOrKey": key, "transitionId": wanted})
        assert [item["id"] for item in reply.json()["transitions"]] == found


# -- pages -------------------------------------------------------------------------------------------------------------


def space(wiki: Environment, key: str = "DOCS") -> str:
    spaces: Any = wiki.world.export()["confluence.space"]
    return str(next(id for id, item in spaces.items() if item["key"] == key))


def page(wiki: Environment, **body: Any) -> Reply:
    return wiki.call("createPage", {"body": {"spaceId": space(wiki), **body}})


def titles(reply: Reply) -> list[str]:
    assert reply.status == 400
    return [error["title"] for error in reply.json()["errors"]]


def test_published_page_needs_a_title_and_nothing_else_is_wrong_then(wiki: Environment) -> None:
    for body in ({}, {"status": "current"}):
        assert titles(page(wiki, **body)) == ["A page that is published needs a title."]


def test_drafts_need_no_title_and_do_not_stand_in_each_others_way(wiki: Environment) -> None:
    for _ in range(2):
        assert page(wiki, status="draft").json()["title"] == ""
    assert page(wiki, status="draft", title="T").status == 200
    assert page(wiki, status="draft", title="T").status == 200
    assert page(wiki, title="T").status == 200
    assert titles(page(wiki)) == ["A page that is published needs a title."]


def test_title_is_taken_once_in_a_space_and_free_in_others(wiki: Environment) -> None:
    assert page(wiki, title="T").status == 200
    assert titles(page(wiki, title="T")) == ["The space has a page with this title already."]
    assert page(wiki, title="T", spaceId=space(wiki, "ENG")).status == 200


def test_page_stands_below_the_home_page_unless_told_otherwise(wiki: Environment) -> None:
    home = page(wiki, title="T").json()["parentId"]
    assert wiki.call("getPageById", {"id": int(home)}).json()["title"] == "Documentation Home"
    child = page(wiki, title="U", parentId=home)
    assert child.json()["parentId"] == home


def test_parent_in_another_space_is_refused(wiki: Environment) -> None:
    elsewhere = page(wiki, title="T", spaceId=space(wiki, "ENG")).json()["id"]
    assert titles(page(wiki, title="U", parentId=elsewhere)) == ["The parent must be in the same space."]


def test_text_is_shown_in_the_format_that_is_asked_for(wiki: Environment) -> None:
    id = page(wiki, title="T", body={"representation": "storage", "value": "<p>x</p>"}).json()["id"]
    shown = wiki.call("getPageById", {"id": id, "body-format": "storage"}).json()
    assert shown["body"] == {"storage": {"representation": "storage", "value": "<p>x</p>"}}
    assert wiki.call("getPageById", {"id": id}).json()["body"] == {}


@pytest.mark.parametrize(
    "body", [{"storage": [[]]}, {"storage": {"value": 5}}, {"value": "x", "other": 1}, 5], ids=repr
)
def test_text_in_neither_form_is_refused(wiki: Environment, body: Any) -> None:
    assert all(text.startswith("'body") for text in titles(page(wiki, title="T", body=body)))


# -- the mechanism -----------------------------------------------------------------------------------------------------


PLAIN = Resource("thing")


def rules(*items: Rule) -> tuple[Rules, World]:
    collection = Collection("t.thing", indexes=(("a",),))
    world = World({collection.name: collection}, Layer().seal())
    world.put("t.thing", "1", {"a": 1, "b": 2})
    return Rules(items, "thing", Paths({"thing": PLAIN}, {"thing": "t.thing"}), "t.thing"), world


def test_check_whose_path_leads_nowhere_holds_but_for_presence() -> None:
    check = Rule("check", (("x",),), ("x",), "wrong", check=(Condition(("x",), "is", 1),))
    present = Rule("check", (("x",),), ("x",), "absent", check=(Condition(("x",), "present", True),))
    compiled, world = rules(check, present)
    assert [fault.message for _, fault in compiled.broken(world, {}, "")] == ["absent"]
    assert [fault.message for _, fault in compiled.broken(world, {"x": 2}, "")] == ["wrong"]
    assert compiled.broken(world, {"x": 1}, "") == []


def test_rule_with_a_condition_that_cannot_be_read_is_silent() -> None:
    compiled, world = rules(Rule("require", (("y",),), ("y",), "needed", when=(Condition(("x",), "is", 1),)))
    assert compiled.broken(world, {}, "") == []
    assert compiled.broken(world, {"x": 2}, "") == []
    assert len(compiled.broken(world, {"x": 1}, "")) == 1
    assert len(compiled.broken(world, {"x": 1, "y": None}, "")) == 1


def test_record_does_not_stand_in_its_own_way() -> None:
    compiled, world = rules(Rule("unique", (("a",), ("b",)), ("b",), "taken", status=409))
    assert [status for status, _ in compiled.broken(world, {"a": 1, "b": 2}, "")] == [409]
    assert compiled.broken(world, {"a": 1, "b": 2}, "1") == []
    assert compiled.broken(world, {"a": 1, "b": 3}, "") == []
    assert compiled.broken(world, {"a": 1}, "") == []


def test_names_differ_where_what_they_must_differ_in_stands_behind_a_reference() -> None:
    collection = Collection("t.thing")
    world = World({collection.name: collection}, Layer().seal())
    for id, kind in (("1", "a"), ("2", "a"), ("3", "b")):
        world.put("t.thing", id, {"id": id, "kind": kind})
    thing = Resource("thing", fields=(Field(("in",), Reference("thing")),))
    paths = Paths({"thing": thing}, {"thing": "t.thing"})
    world.put("t.thing", "4", {"id": "4", "in": "1", "name": "n"})
    for names in ((("in", "kind"), ("name",)), (("in", "kind"),)):
        compiled = Rules([Rule("unique", names, ("name",), "taken")], "thing", paths, "t.thing")
        assert len(compiled.broken(world, {"in": "2", "name": "n"}, "")) == 1
        assert compiled.broken(world, {"in": "3", "name": "n"}, "") == []


def test_rules_about_what_is_wrong_already_say_nothing() -> None:
    compiled, world = rules(Rule("require", (("a", "b"),), ("a", "b"), "needed"))
    assert len(compiled.broken(world, {}, "")) == 1
    for doubtful in (("a",), ("a", "b"), ("a", "b", "c"), ()):
        assert compiled.broken(world, {}, "", [doubtful]) == []
    assert len(compiled.broken(world, {}, "", [("b",)])) == 1


@pytest.mark.parametrize(("value", "holds"), [(1, True), (1.0, True), (2, False), ("1", False), (None, True)])
def test_check_compares_values_and_lets_null_pass(value: Any, holds: bool) -> None:
    compiled, world = rules(Rule("check", (("x",),), ("x",), "wrong", check=(Condition(("x",), "is", 1),)))
    assert (compiled.broken(world, {"x": value}, "") == []) is holds


@pytest.mark.parametrize(("value", "holds"), [(1, True), (1.0, True), (True, False), ("1", False), (2, False)])
def test_true_is_not_one(value: Any, holds: bool) -> None:
    compiled, world = rules(Rule("check", (("x",),), ("x",), "wrong", check=(Condition(("x",), "is", 1),)))
    assert (compiled.broken(world, {"x": value}, "") == []) is holds
