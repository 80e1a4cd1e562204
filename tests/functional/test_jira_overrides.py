"""The overrides of the tracker: several issues at once, steps, sub-tasks that go too, the form of a new issue."""

from __future__ import annotations

from typing import Any

import pytest

from atlasgen.runtime.environment import Environment, Reply
from generated_envs.jira import Operations

TASK = {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "Ship it"}
ORPHAN = {**TASK, "issuetype": {"name": "Sub-task"}}


@pytest.fixture
def tracker() -> Environment:
    return Environment(Operations, seed=1)


def create(tracker: Environment, **fields: Any) -> str:
    key: str = tracker.call("createIssue", {"body": {"fields": {**TASK, **fields}}}).json()["key"]
    return key


def fields_of(tracker: Environment, key: str) -> Any:
    return tracker.call("getIssue", {"issueIdOrKey": key}).json()["fields"]


def edit(tracker: Environment, key: str, **body: Any) -> Reply:
    return tracker.call("editIssue", {"issueIdOrKey": key, "body": body})


class TestSeveralIssues:
    def test_each_is_judged_alone(self, tracker: Environment) -> None:
        wanted = [TASK, ORPHAN, {**TASK, "size": 3}, {}, TASK]
        reply = tracker.call("createIssues", {"body": {"issueUpdates": [{"fields": item} for item in wanted]}})
        answer = reply.json()
        assert reply.status == 201
        assert [item["failedElementNumber"] for item in answer["errors"]] == [1, 2, 3]
        assert [item["elementErrors"]["errors"].keys() for item in answer["errors"]] == [
            {"parent"}, {"size"}, {"project", "issuetype", "summary"},
        ]  # fmt: skip
        assert [fields_of(tracker, item["key"])["summary"] for item in answer["issues"]] == ["Ship it", "Ship it"]
        assert len(tracker.diff()) == 2

    def test_if_none_is_right_nothing_changes(self, tracker: Environment) -> None:
        before = tracker.digest()
        reply = tracker.call("createIssues", {"body": {"issueUpdates": [{"fields": ORPHAN}, {"fields": {}}]}})
        assert (reply.status, reply.json()["issues"], len(reply.json()["errors"])) == (400, [], 2)
        assert tracker.digest() == before

    def test_list_with_a_parent_that_is_made_in_it_is_refused_in_part(self, tracker: Environment) -> None:
        """What one of them refers to must be there before: an issue of the same list has no key yet."""
        listed = [{"fields": TASK}, {"fields": {**ORPHAN, "parent": {"key": "PROJ-99999"}}}]
        answer = tracker.call("createIssues", {"body": {"issueUpdates": listed}}).json()
        assert (len(answer["issues"]), answer["errors"][0]["failedElementNumber"]) == (1, 1)

    @pytest.mark.parametrize("body", [None, {}, {"issueUpdates": []}, {"issueUpdates": [3]}, {"issues": []}])
    def test_request_that_is_no_list_of_issues_is_refused_in_the_same_shape(
        self, tracker: Environment, body: Any
    ) -> None:
        reply = tracker.call("createIssues", {} if body is None else {"body": body})
        assert (reply.status, reply.json()["issues"]) == (400, [])
        (error,) = reply.json()["errors"][:1]
        assert error["elementErrors"]["errorMessages"]


class TestSteps:
    def test_labels_are_added_and_taken_away_in_their_order(self, tracker: Environment) -> None:
        key = create(tracker, labels=["a", "b"])
        steps = [{"add": "c"}, {"remove": "a"}, {"add": "b"}, {"remove": "z"}]
        assert edit(tracker, key, update={"labels": steps}).status == 204
        assert fields_of(tracker, key)["labels"] == ["b", "c"]
        assert edit(tracker, key, update={"labels": [{"set": ["x", "y"]}, {"remove": "x"}]}).status == 204
        assert fields_of(tracker, key)["labels"] == ["y"]

    def test_values_and_steps_stand_side_by_side(self, tracker: Environment) -> None:
        key = create(tracker, assignee=None)
        me = tracker.call("getCurrentUser").json()["accountId"]
        update = {"assignee": [{"set": {"accountId": me}}], "duedate": [{"set": "2026-03-01"}]}
        assert edit(tracker, key, fields={"summary": "Ship it now"}, update=update).status == 204
        shown = fields_of(tracker, key)
        assert (shown["summary"], shown["duedate"]) == ("Ship it now", "2026-03-01")
        assert shown["assignee"]["accountId"] == me
        assert edit(tracker, key, update={"assignee": [{"set": None}]}).status == 204
        assert fields_of(tracker, key)["assignee"] is None

    def test_field_has_either_a_value_or_steps(self, tracker: Environment) -> None:
        key = create(tracker)
        reply = edit(tracker, key, fields={"labels": ["a"]}, update={"labels": [{"add": "b"}]})
        assert (reply.status, reply.json()["errors"].keys()) == (400, {"labels"})

    @pytest.mark.parametrize(
        "update",
        [
            {"labels": [{"add": "two words"}]},
            {"labels": [{"add": "a", "remove": "b"}]},
            {"labels": [{}]},
            {"labels": [{"copy": "a"}]},
            {"labels": "a"},
            {"summary": [{"set": ""}]},
            {"summary": [{"add": "more"}]},
            {"summary": [{"set": "one"}, {"set": "two"}]},
            {"priority": [{"set": {"name": "Urgent"}}]},
            {"status": [{"set": {"name": "Done"}}]},
            {"description": [{"set": "plain text"}]},
            [],
            5,
        ],
    )
    def test_step_that_is_none_is_refused_and_changes_nothing(self, tracker: Environment, update: Any) -> None:
        key = create(tracker, labels=["a"])
        before = tracker.digest()
        assert edit(tracker, key, update=update).status == 400
        assert tracker.digest() == before

    def test_issue_is_shown_only_if_that_is_wanted(self, tracker: Environment) -> None:
        key = create(tracker)
        request = {"issueIdOrKey": key, "body": {"fields": {"summary": "Ship it now"}}}
        assert tracker.call("editIssue", request) == (204, b"")
        assert tracker.call("editIssue", {**request, "returnIssue": False}) == (204, b"")
        shown = tracker.call("editIssue", {**request, "returnIssue": True})
        assert (shown.status, shown.json()["fields"]["summary"]) == (200, "Ship it now")

    def test_issue_stays_in_its_project(self, tracker: Environment) -> None:
        key = create(tracker)
        reply = edit(tracker, key, fields={"project": {"key": "WEB"}})
        assert (reply.status, reply.json()["errors"].keys()) == (400, {"project"})

    def test_rules_hold_after_an_edit_too(self, tracker: Environment) -> None:
        key = create(tracker)
        reply = edit(tracker, key, fields={"issuetype": {"name": "Sub-task"}})
        assert (reply.status, reply.json()["errors"]) == (400, {"parent": "A sub-task needs a parent."})


class TestDeletion:
    @pytest.mark.parametrize("word", [None, "false", "False"])
    def test_issue_with_sub_tasks_stays(self, tracker: Environment, word: str | None) -> None:
        key = create(tracker)
        create(tracker, issuetype={"name": "Sub-task"}, parent={"key": key})
        before = tracker.digest()
        asked = {"issueIdOrKey": key} | ({"deleteSubtasks": word} if word else {})
        assert tracker.call("deleteIssue", asked).status == 400
        assert tracker.digest() == before

    def test_sub_tasks_go_with_all_that_hangs_on_them(self, tracker: Environment) -> None:
        before = tracker.world.export()
        key = create(tracker)
        part = create(tracker, issuetype={"name": "Sub-task"}, parent={"key": key})
        text = {"type": "doc", "version": 1, "content": []}
        assert tracker.call("addComment", {"issueIdOrKey": part, "body": {"body": text}}).status == 201
        thing = {"object": {"url": "https://files.example.com", "title": "A file"}}
        assert tracker.call("createOrUpdateRemoteIssueLink", {"issueIdOrKey": key, "body": thing}).status == 201
        assert tracker.call("deleteIssue", {"issueIdOrKey": key, "deleteSubtasks": "True"}) == (204, b"")
        assert tracker.world.export() == before

    def test_another_word_is_refused(self, tracker: Environment) -> None:
        key = create(tracker)
        assert tracker.call("deleteIssue", {"issueIdOrKey": key, "deleteSubtasks": "all"}).status == 400
        assert tracker.call("deleteIssue", {"issueIdOrKey": key, "deleteSubtasks": True}).status == 400


class TestForm:
    def types(self, tracker: Environment, **asked: Any) -> Any:
        return tracker.call("getCreateIssueMetaIssueTypes", {"projectIdOrKey": "PROJ", **asked}).json()

    def test_every_field_of_the_form_is_taken_and_the_required_ones_are_asked_for(self, tracker: Environment) -> None:
        for kind in self.types(tracker)["issueTypes"]:
            asked = {"projectIdOrKey": "PROJ", "issueTypeId": kind["id"]}
            form = tracker.call("getCreateIssueMetaIssueTypeId", asked).json()["fields"]
            empty = {"project": {"key": "PROJ"}, "issuetype": {"id": kind["id"]}, "nonsense": 1}
            told = tracker.call("createIssue", {"body": {"fields": empty}}).json()["errors"].keys()
            required = {field["fieldId"] for field in form if field["required"]}
            assert told == (required - {"project", "issuetype"}) | {"nonsense"}
            for field in form:  # a wrong value is told, an unknown field otherwise
                message = tracker.call("createIssue", {"body": {"fields": {field["fieldId"]: 5}}}).json()["errors"]
                assert "unknown" not in message[field["fieldId"]]

    def test_allowed_values_are_those_that_are_accepted(self, tracker: Environment) -> None:
        task = next(kind for kind in self.types(tracker)["issueTypes"] if kind["name"] == "Task")
        asked = {"projectIdOrKey": "PROJ", "issueTypeId": task["id"]}
        form = {
            item["fieldId"]: item
            for item in tracker.call("getCreateIssueMetaIssueTypeId", asked).json()["fields"]
            if "allowedValues" in item
        }
        assert form.keys() == {"project", "issuetype", "priority"}
        for priority in form["priority"]["allowedValues"]:
            key = create(tracker, priority={"id": priority["id"]})
            assert fields_of(tracker, key)["priority"]["name"] == priority["name"]

    def test_types_and_fields_come_in_pages(self, tracker: Environment) -> None:
        every = self.types(tracker)
        page = self.types(tracker, startAt=1, maxResults=2)
        assert (every["total"], every["startAt"], every["maxResults"]) == (5, 0, 50)
        assert page == {"startAt": 1, "maxResults": 2, "total": 5, "issueTypes": every["issueTypes"][1:3]}
        asked = {"projectIdOrKey": "PROJ", "issueTypeId": every["issueTypes"][0]["id"], "startAt": 9}
        fields = tracker.call("getCreateIssueMetaIssueTypeId", asked).json()
        assert (fields["total"], [item["fieldId"] for item in fields["fields"]]) == (10, ["duedate"])

    @pytest.mark.parametrize("asked", [{"projectIdOrKey": "NONE"}, {"projectIdOrKey": "PROJ", "maxResults": 500}])
    def test_form_of_nothing_is_refused(self, tracker: Environment, asked: Any) -> None:
        assert tracker.call("getCreateIssueMetaIssueTypes", asked).status == 400
        assert tracker.call("getCreateIssueMetaIssueTypeId", {"issueTypeId": "1", **asked}).status == 400


def test_link_without_a_global_id_is_not_found_by_the_word_for_none(tracker: Environment) -> None:
    key, thing = create(tracker), {"object": {"url": "https://files.example.com", "title": "A file"}}
    assert tracker.call("createOrUpdateRemoteIssueLink", {"issueIdOrKey": key, "body": thing}).status == 201
    asked = {"issueIdOrKey": key, "globalId": "None"}
    assert tracker.call("deleteRemoteIssueLinkByGlobalId", asked).status == 404
