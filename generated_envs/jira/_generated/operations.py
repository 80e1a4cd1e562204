"""Jira issues, version 3: one method an operation. Generated; edits are lost.

Write what should differ into `../overrides.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from atlasgen.runtime.package import OMITTED, Operations, load_plan

from . import shapes


class JiraOperations(Operations, plan=load_plan(Path(__file__).with_name("plan.json"))):
    """Issues, their sub-tasks and the way they move through a workflow."""

    def create_issue(self, *, body: shapes.CreateIssueBody) -> shapes.CreatedIssue:
        """Create an issue.

        Creates an issue in a project. A sub-task is an issue whose type is a sub-task type and whose `parent` is set.

        Args:
            body: What to write to an issue.

        Returns:
            The body of the answer; the status is 201.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.CreatedIssue", self.invoke("createIssue", {"body": body}))

    def get_issue(self, *, issue_id_or_key: str, fields: list[str] = OMITTED) -> shapes.IssueBean:
        """Get an issue.

        Returns one issue with its fields.

        Args:
            issue_id_or_key: The id or the key of the issue.
            fields: The fields to return: names, `*all`, `*none`, or a name with a minus before it to leave it out.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.IssueBean", self.invoke("getIssue", {"issueIdOrKey": issue_id_or_key, "fields": fields}))

    def get_transitions(self, *, issue_id_or_key: str, transition_id: str = OMITTED) -> shapes.Transitions:
        """List the transitions of an issue.

        Returns the transitions that the issue can take from the status it has now, each with its id.

        Args:
            issue_id_or_key: The id or the key of the issue.
            transition_id: Return this transition only.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.Transitions",
            self.invoke(
                "getTransitions",
                {
                    "issueIdOrKey": issue_id_or_key,
                    "transitionId": transition_id,
                },
            ),
        )

    def do_transition(self, *, issue_id_or_key: str, body: shapes.DoTransitionBody) -> None:
        """Move an issue to another status.

        Takes one of the transitions that are open to the issue now, named by its id.

        Args:
            issue_id_or_key: The id or the key of the issue.
            body: What to write to an issue.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("doTransition", {"issueIdOrKey": issue_id_or_key, "body": body})
