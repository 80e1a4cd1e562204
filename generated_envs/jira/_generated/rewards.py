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
    Reader(
        "editIssue",
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
        "editIssue",
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
        "editIssue",
        "issueIdOrKey",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/fields/subtasks",
    ),
    Reader(
        "searchAndReconsileIssuesUsingJql",
        "",
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
        within="/issues",
    ),
    Reader(
        "searchAndReconsileIssuesUsingJql",
        "",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/issues/fields/parent",
    ),
    Reader(
        "searchAndReconsileIssuesUsingJql",
        "",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/issues/fields/subtasks",
    ),
    Reader(
        "searchAndReconsileIssuesUsingJqlPost",
        "",
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
        within="/issues",
    ),
    Reader(
        "searchAndReconsileIssuesUsingJqlPost",
        "",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/issues/fields/parent",
    ),
    Reader(
        "searchAndReconsileIssuesUsingJqlPost",
        "",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/issues/fields/subtasks",
    ),
    Reader(
        "searchForIssuesUsingJql",
        "",
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
        within="/issues",
    ),
    Reader(
        "searchForIssuesUsingJql",
        "",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/issues/fields/parent",
    ),
    Reader(
        "searchForIssuesUsingJql",
        "",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/issues/fields/subtasks",
    ),
    Reader(
        "searchForIssuesUsingJqlPost",
        "",
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
        within="/issues",
    ),
    Reader(
        "searchForIssuesUsingJqlPost",
        "",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/issues/fields/parent",
    ),
    Reader(
        "searchForIssuesUsingJqlPost",
        "",
        {
            "/fields/summary": ("fields", "summary"),
            "/fields/status": ("fields", "status"),
            "/fields/priority": ("fields", "priority"),
            "/fields/issuetype": ("fields", "issuetype"),
        },
        within="/issues/fields/subtasks",
    ),
)

COMMENT_READERS = (
    Reader("getComments", "", {"/body": ("body",), "/visibility": ("visibility",)}, within="/comments"),
    Reader("addComment", "", {"/body": ("body",), "/visibility": ("visibility",)}),
    Reader("getComment", "id", {"/body": ("body",), "/visibility": ("visibility",)}),
    Reader("updateComment", "id", {"/body": ("body",), "/visibility": ("visibility",)}),
)

REMOTELINK_READERS = (
    Reader(
        "getRemoteIssueLinks",
        "",
        {
            "/globalId": ("globalId",),
            "/application": ("application",),
            "/relationship": ("relationship",),
            "/object": ("object",),
        },
    ),
    Reader(
        "getRemoteIssueLinkById",
        "linkId",
        {
            "/globalId": ("globalId",),
            "/application": ("application",),
            "/relationship": ("relationship",),
            "/object": ("object",),
        },
    ),
)


class CreateIssueReward(OperationReward):
    """Create an issue: the reward of a task that it solves."""

    operation = "createIssue"
    effect = Effect("create", "jira.issue")
    arguments: ClassVar[tuple[Argument, ...]] = (
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
        Argument(
            "/body/fields/project",
            required=True,
            stored=("fields", "project"),
            names="jira.project",
            by={"id": "id", "key": "key"},
        ),
    )
    readers: ClassVar[tuple[Reader, ...]] = ISSUE_READERS
    budget = 3


class EditIssueReward(OperationReward):
    """Edit an issue: the reward of a task that it solves."""

    operation = "editIssue"
    effect = Effect("update", "jira.issue")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, names="jira.issue"),
        Argument("/returnIssue"),
        Argument(
            "/body/fields/issuetype",
            stored=("fields", "issuetype"),
            names="jira.issuetype",
            by={"id": "id", "name": "name"},
        ),
        Argument("/body/fields/summary", stored=("fields", "summary")),
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
    budget = 2


class DeleteIssueReward(OperationReward):
    """Delete an issue: the reward of a task that it solves."""

    operation = "deleteIssue"
    effect = Effect("delete", "jira.issue")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, names="jira.issue"),
        Argument("/deleteSubtasks"),
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


class AssignIssueReward(OperationReward):
    """Assign an issue: the reward of a task that it solves."""

    operation = "assignIssue"
    effect = Effect("update", "jira.issue")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, names="jira.issue"),
        Argument("/body/accountId", required=True, stored=("fields", "assignee"), names="jira.user"),
    )
    readers: ClassVar[tuple[Reader, ...]] = ISSUE_READERS
    budget = 3


class CreateIssuesReward(OperationReward):
    """Create several issues: the reward of a task that it solves."""

    operation = "createIssues"
    effect = Effect("update", "jira.issue")
    arguments: ClassVar[tuple[Argument, ...]] = ()
    readers: ClassVar[tuple[Reader, ...]] = ISSUE_READERS
    budget = 2


class AddCommentReward(OperationReward):
    """Add a comment: the reward of a task that it solves."""

    operation = "addComment"
    effect = Effect("create", "jira.comment")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, stored=("issue",), names="jira.issue"),
        Argument("/body/body", required=True, stored=("body",)),
        Argument("/body/visibility", stored=("visibility",)),
    )
    readers: ClassVar[tuple[Reader, ...]] = COMMENT_READERS
    budget = 3


class UpdateCommentReward(OperationReward):
    """Change a comment: the reward of a task that it solves."""

    operation = "updateComment"
    effect = Effect("update", "jira.comment")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, names="jira.issue"),
        Argument("/id", required=True, names="jira.comment"),
        Argument("/body/body", required=True, stored=("body",)),
        Argument("/body/visibility", stored=("visibility",)),
    )
    readers: ClassVar[tuple[Reader, ...]] = COMMENT_READERS
    budget = 2


class DeleteCommentReward(OperationReward):
    """Delete a comment: the reward of a task that it solves."""

    operation = "deleteComment"
    effect = Effect("delete", "jira.comment")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, names="jira.issue"),
        Argument("/id", required=True, names="jira.comment"),
    )
    readers: ClassVar[tuple[Reader, ...]] = COMMENT_READERS
    budget = 3


class CreateOrUpdateRemoteIssueLinkReward(OperationReward):
    """Create or replace a remote link: the reward of a task that it solves."""

    operation = "createOrUpdateRemoteIssueLink"
    effect = Effect("create", "jira.remotelink")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, stored=("issue",), names="jira.issue"),
        Argument("/body/globalId", stored=("globalId",)),
        Argument("/body/application", stored=("application",)),
        Argument("/body/relationship", stored=("relationship",)),
        Argument("/body/object", required=True, stored=("object",)),
    )
    readers: ClassVar[tuple[Reader, ...]] = REMOTELINK_READERS
    budget = 3


class DeleteRemoteIssueLinkByGlobalIdReward(OperationReward):
    """Delete a remote link by its global id: the reward of a task that it solves."""

    operation = "deleteRemoteIssueLinkByGlobalId"
    effect = Effect("delete", "jira.remotelink")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, names="jira.issue"),
        Argument("/globalId", required=True, names="jira.remotelink"),
    )
    readers: ClassVar[tuple[Reader, ...]] = REMOTELINK_READERS
    budget = 3


class UpdateRemoteIssueLinkReward(OperationReward):
    """Replace a remote link: the reward of a task that it solves."""

    operation = "updateRemoteIssueLink"
    effect = Effect("update", "jira.remotelink")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, names="jira.issue"),
        Argument("/linkId", required=True, names="jira.remotelink"),
        Argument("/body/globalId", stored=("globalId",)),
        Argument("/body/application", stored=("application",)),
        Argument("/body/relationship", stored=("relationship",)),
        Argument("/body/object", required=True, stored=("object",)),
    )
    readers: ClassVar[tuple[Reader, ...]] = REMOTELINK_READERS
    budget = 3


class DeleteRemoteIssueLinkByIdReward(OperationReward):
    """Delete a remote link: the reward of a task that it solves."""

    operation = "deleteRemoteIssueLinkById"
    effect = Effect("delete", "jira.remotelink")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/issueIdOrKey", required=True, names="jira.issue"),
        Argument("/linkId", required=True, names="jira.remotelink"),
    )
    readers: ClassVar[tuple[Reader, ...]] = REMOTELINK_READERS
    budget = 3
