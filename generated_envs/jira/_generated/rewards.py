"""Jira issues: how each operation that writes is judged. Generated; edits are lost.

Complete them in `rewards/`: subclass, and override what is special there.
"""

from typing import ClassVar

from atlasgen.tasks.skeleton import Argument, OperationReward
from atlasgen.tasks.task import Effect, Reader

ISSUE_READERS = (
    Reader(
        "getIssue",
        "issueIdOrKey",
        {
            "/fields/project": ("fields", "project"),
            "/fields/issuetype": ("fields", "issuetype"),
            "/fields/summary": ("fields", "summary"),
            "/fields/parent": ("fields", "parent"),
            "/fields/description": ("fields", "description"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/assignee": ("fields", "assignee"),
            "/fields/reporter": ("fields", "reporter"),
            "/fields/labels": ("fields", "labels"),
            "/fields/duedate": ("fields", "duedate"),
        },
    ),
    Reader(
        "getIssue",
        "issueIdOrKey",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/fields/parent",
    ),
    Reader(
        "getIssue",
        "issueIdOrKey",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/fields/subtasks",
    ),
)


class CreateIssueReward(OperationReward):
    """Create an issue: the reward of a task that it solves."""

    operation = "createIssue"
    effect = Effect("create", "jira.issue")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument(
            "/body/fields/project",
            required=True,
            stored=("fields", "project"),
            names="jira.project",
            by={"id": "id", "key": "key"},
        ),
        Argument(
            "/body/fields/issuetype",
            required=True,
            stored=("fields", "issuetype"),
            names="jira.issuetype",
            by={"id": "id", "name": "name"},
        ),
        Argument("/body/fields/summary", required=True, stored=("fields", "summary")),
        Argument("/body/fields/parent", stored=("fields", "parent"), names="jira.issue", by={"id": "id", "key": "key"}),
        Argument("/body/fields/description", stored=("fields", "description")),
        Argument(
            "/body/fields/priority",
            stored=("fields", "priority"),
            names="jira.priority",
            by={"id": "id", "name": "name"},
        ),
        Argument(
            "/body/fields/assignee",
            stored=("fields", "assignee"),
            names="jira.user",
            by={"id": "accountId", "accountId": "accountId"},
        ),
        Argument(
            "/body/fields/reporter",
            stored=("fields", "reporter"),
            names="jira.user",
            by={"id": "accountId", "accountId": "accountId"},
        ),
        Argument("/body/fields/labels", stored=("fields", "labels"), unordered=True),
        Argument("/body/fields/duedate", stored=("fields", "duedate")),
    )
    readers: ClassVar[tuple[Reader, ...]] = ISSUE_READERS
    budget = 3


class DoTransitionReward(OperationReward):
    """Move an issue to another status: the reward of a task that it solves."""

    operation = "doTransition"
    effect = Effect("update", "jira.issue")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, names="jira.issue"),
        Argument(
            "/body/transition",
            required=True,
            stored=("fields", "status"),
            names="jira.transition",
            by={"id": "id"},
        ),
    )
    readers: ClassVar[tuple[Reader, ...]] = ISSUE_READERS
    budget = 3
