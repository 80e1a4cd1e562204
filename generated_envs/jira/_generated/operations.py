"""Jira issues, version 3: one method an operation. Generated; edits are lost.

Write what should differ into `../overrides.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from atlasgen.runtime.package import OMITTED, Operations, load_plan

from . import shapes


class JiraOperations(Operations, plan=load_plan(Path(__file__).with_name("plan.json"))):
    """Issues, their sub-tasks, comments and links, and the way they move through a workflow."""

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

    def edit_issue(
        self,
        *,
        issue_id_or_key: str,
        body: shapes.EditIssueBody,
        return_issue: bool = OMITTED,
    ) -> shapes.IssueBean:
        """Edit an issue.

        Changes fields of an issue; those that are not named stay. A field stands either in `fields`, with its new
        value, or in `update`, with the steps to take.

        Args:
            issue_id_or_key: The id or the key of the issue.
            return_issue: Whether to answer with the issue as it is now.
            body: What to write to an issue.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.IssueBean",
            self.invoke(
                "editIssue",
                {
                    "issueIdOrKey": issue_id_or_key,
                    "returnIssue": return_issue,
                    "body": body,
                },
            ),
        )

    def delete_issue(self, *, issue_id_or_key: str, delete_subtasks: str = OMITTED) -> None:
        """Delete an issue.

        Deletes an issue, with its comments and links.

        Args:
            issue_id_or_key: The id or the key of the issue.
            delete_subtasks: Whether to delete its sub-tasks too; an issue that has some is not deleted without them.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("deleteIssue", {"issueIdOrKey": issue_id_or_key, "deleteSubtasks": delete_subtasks})

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

    def assign_issue(self, *, issue_id_or_key: str, body: shapes.Assignee) -> None:
        """Assign an issue.

        Gives an issue to a user, or takes it from whoever has it.

        Args:
            issue_id_or_key: The id or the key of the issue.
            body: Who is to have an issue.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("assignIssue", {"issueIdOrKey": issue_id_or_key, "body": body})

    def create_issues(self, *, body: shapes.CreateIssuesBody) -> shapes.CreatedIssues:
        """Create several issues.

        Creates issues, each as `createIssue` does. Those that are wrong are told; the others are created all the same.

        Args:
            body: Issues to create.

        Returns:
            The body of the answer; the status is 201.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.CreatedIssues", self.invoke("createIssues", {"body": body}))

    def get_create_issue_meta_issue_types(
        self,
        *,
        project_id_or_key: str,
        start_at: int = OMITTED,
        max_results: int = OMITTED,
    ) -> shapes.PageOfCreateMetaIssueTypes:
        """List the types that a new issue can have.

        Returns the types of issues that can be created in a project.

        Args:
            project_id_or_key: The id or the key of the project.
            start_at: How many to pass over.
            max_results: How many to return at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.PageOfCreateMetaIssueTypes",
            self.invoke(
                "getCreateIssueMetaIssueTypes",
                {
                    "projectIdOrKey": project_id_or_key,
                    "startAt": start_at,
                    "maxResults": max_results,
                },
            ),
        )

    def get_create_issue_meta_issue_type_id(
        self,
        *,
        project_id_or_key: str,
        issue_type_id: str,
        start_at: int = OMITTED,
        max_results: int = OMITTED,
    ) -> shapes.PageOfCreateMetaIssueTypeWithField:
        """List the fields that a new issue can have.

        Returns the fields of a new issue of a type in a project: which are required, and which values they allow.

        Args:
            project_id_or_key: The id or the key of the project.
            issue_type_id: The id of the type.
            start_at: How many to pass over.
            max_results: How many to return at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.PageOfCreateMetaIssueTypeWithField",
            self.invoke(
                "getCreateIssueMetaIssueTypeId",
                {
                    "projectIdOrKey": project_id_or_key,
                    "issueTypeId": issue_type_id,
                    "startAt": start_at,
                    "maxResults": max_results,
                },
            ),
        )

    def get_comments(
        self,
        *,
        issue_id_or_key: str,
        start_at: int = OMITTED,
        max_results: int = OMITTED,
        order_by: str = OMITTED,
    ) -> shapes.PageOfComments:
        """List the comments on an issue.

        Returns the comments on an issue, the oldest first if not said otherwise.

        Args:
            issue_id_or_key: The id or the key of the issue.
            start_at: How many to pass over.
            max_results: How many to return at most.
            order_by: What to sort by; a minus turns the order round.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.PageOfComments",
            self.invoke(
                "getComments",
                {
                    "issueIdOrKey": issue_id_or_key,
                    "startAt": start_at,
                    "maxResults": max_results,
                    "orderBy": order_by,
                },
            ),
        )

    def add_comment(self, *, issue_id_or_key: str, body: shapes.AddCommentBody) -> shapes.Comment:
        """Add a comment.

        Adds a comment of the user who is asking to an issue.

        Args:
            issue_id_or_key: The id or the key of the issue.
            body: A comment on an issue.

        Returns:
            The body of the answer; the status is 201.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.Comment", self.invoke("addComment", {"issueIdOrKey": issue_id_or_key, "body": body}))

    def get_comment(self, *, issue_id_or_key: str, id: str) -> shapes.Comment:
        """Get a comment.

        Returns one comment on an issue.

        Args:
            issue_id_or_key: The id or the key of the issue.
            id: The id of the comment.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.Comment", self.invoke("getComment", {"issueIdOrKey": issue_id_or_key, "id": id}))

    def update_comment(self, *, issue_id_or_key: str, id: str, body: shapes.UpdateCommentBody) -> shapes.Comment:
        """Change a comment.

        Gives a comment another text.

        Args:
            issue_id_or_key: The id or the key of the issue.
            id: The id of the comment.
            body: A comment on an issue.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.Comment",
            self.invoke(
                "updateComment",
                {
                    "issueIdOrKey": issue_id_or_key,
                    "id": id,
                    "body": body,
                },
            ),
        )

    def delete_comment(self, *, issue_id_or_key: str, id: str) -> None:
        """Delete a comment.

        Deletes a comment.

        Args:
            issue_id_or_key: The id or the key of the issue.
            id: The id of the comment.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("deleteComment", {"issueIdOrKey": issue_id_or_key, "id": id})

    def get_remote_issue_links(self, *, issue_id_or_key: str) -> list[shapes.RemoteIssueLink]:
        """List the remote links of an issue.

        Returns the links from an issue to things in other applications.

        Args:
            issue_id_or_key: The id or the key of the issue.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "list[shapes.RemoteIssueLink]",
            self.invoke(
                "getRemoteIssueLinks",
                {
                    "issueIdOrKey": issue_id_or_key,
                },
            ),
        )

    def create_or_update_remote_issue_link(
        self,
        *,
        issue_id_or_key: str,
        body: shapes.RemoteIssueLinkRequest,
    ) -> shapes.RemoteIssueLinkIdentifies:
        """Create or replace a remote link.

        Links an issue to a thing in another application. Where the issue has a link with the same `globalId`, that one
        is replaced.

        Args:
            issue_id_or_key: The id or the key of the issue.
            body: A link to write.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.RemoteIssueLinkIdentifies",
            self.invoke(
                "createOrUpdateRemoteIssueLink",
                {
                    "issueIdOrKey": issue_id_or_key,
                    "body": body,
                },
            ),
        )

    def delete_remote_issue_link_by_global_id(self, *, issue_id_or_key: str, global_id: str) -> None:
        """Delete a remote link by its global id.

        Deletes the link of an issue that has a global id.

        Args:
            issue_id_or_key: The id or the key of the issue.
            global_id: The global id of the link.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("deleteRemoteIssueLinkByGlobalId", {"issueIdOrKey": issue_id_or_key, "globalId": global_id})

    def get_remote_issue_link_by_id(self, *, issue_id_or_key: str, link_id: str) -> shapes.RemoteIssueLink:
        """Get a remote link.

        Returns one link of an issue.

        Args:
            issue_id_or_key: The id or the key of the issue.
            link_id: The id of the link.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.RemoteIssueLink",
            self.invoke(
                "getRemoteIssueLinkById",
                {
                    "issueIdOrKey": issue_id_or_key,
                    "linkId": link_id,
                },
            ),
        )

    def update_remote_issue_link(
        self,
        *,
        issue_id_or_key: str,
        link_id: str,
        body: shapes.RemoteIssueLinkRequest,
    ) -> None:
        """Replace a remote link.

        Replaces a link of an issue; what is not given is empty afterwards.

        Args:
            issue_id_or_key: The id or the key of the issue.
            link_id: The id of the link.
            body: A link to write.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("updateRemoteIssueLink", {"issueIdOrKey": issue_id_or_key, "linkId": link_id, "body": body})

    def delete_remote_issue_link_by_id(self, *, issue_id_or_key: str, link_id: str) -> None:
        """Delete a remote link.

        Deletes one link of an issue.

        Args:
            issue_id_or_key: The id or the key of the issue.
            link_id: The id of the link.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("deleteRemoteIssueLinkById", {"issueIdOrKey": issue_id_or_key, "linkId": link_id})

    def search_and_reconsile_issues_using_jql(
        self,
        *,
        jql: str,
        next_page_token: str = OMITTED,
        max_results: int = OMITTED,
        fields: list[str] = OMITTED,
    ) -> shapes.SearchAndReconcileResults:
        """Search for issues.

        Returns the issues that a JQL query asks for, page by page. There is one more page as long as a token comes with
        it.

        Args:
            jql: The query, as in `project = PROJ AND status = 'To Do' ORDER BY created DESC`.
            next_page_token: The token that came with the page before.
            max_results: How many to return at most.
            fields: The fields of each issue to return: names, `*all`, or a name with a minus before it to leave it out.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.SearchAndReconcileResults",
            self.invoke(
                "searchAndReconsileIssuesUsingJql",
                {
                    "jql": jql,
                    "nextPageToken": next_page_token,
                    "maxResults": max_results,
                    "fields": fields,
                },
            ),
        )

    def search_and_reconsile_issues_using_jql_post(
        self,
        *,
        body: shapes.SearchAndReconcileRequestBean,
    ) -> shapes.SearchAndReconcileResults:
        """Search for issues with a long query.

        Does what the search by GET does; the query may be longer.

        Args:
            body: A search.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.SearchAndReconcileResults",
            self.invoke(
                "searchAndReconsileIssuesUsingJqlPost",
                {
                    "body": body,
                },
            ),
        )

    def count_issues(self, *, body: shapes.JQLCountRequestBean) -> shapes.JQLCountResultsBean:
        """Count issues.

        Tells how many issues a JQL query asks for.

        Args:
            body: A query to count by.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.JQLCountResultsBean", self.invoke("countIssues", {"body": body}))

    def get_all_projects(self) -> list[shapes.ListedProject]:
        """List all projects.

        Returns all projects that the user may see.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("list[shapes.ListedProject]", self.invoke("getAllProjects", {}))

    def search_projects(
        self,
        *,
        start_at: int = OMITTED,
        max_results: int = OMITTED,
        order_by: str = OMITTED,
        id: list[int] = OMITTED,
        keys: list[str] = OMITTED,
        query: str = OMITTED,
        type_key: str = OMITTED,
    ) -> shapes.PageBeanProject:
        """Find projects.

        Returns the projects that meet all conditions, page by page.

        Args:
            start_at: How many to pass over.
            max_results: How many to return at most.
            order_by: What to sort by; a minus turns the order round.
            id: Only the projects with these ids.
            keys: Only the projects with these keys.
            query: Only projects in whose key or name this text stands.
            type_key: Only projects that are used for this (`software`, `business`, `service_desk`).

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.PageBeanProject",
            self.invoke(
                "searchProjects",
                {
                    "startAt": start_at,
                    "maxResults": max_results,
                    "orderBy": order_by,
                    "id": id,
                    "keys": keys,
                    "query": query,
                    "typeKey": type_key,
                },
            ),
        )

    def get_project(self, *, project_id_or_key: str) -> shapes.Project:
        """Get a project.

        Returns one project, with its lead and the types of issues that it has.

        Args:
            project_id_or_key: The id or the key of the project.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.Project", self.invoke("getProject", {"projectIdOrKey": project_id_or_key}))

    def get_all_statuses(self, *, project_id_or_key: str) -> list[shapes.IssueTypeWithStatus]:
        """List the statuses of a project.

        Returns the types of issues of a project, each with the statuses that its issues can have.

        Args:
            project_id_or_key: The id or the key of the project.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "list[shapes.IssueTypeWithStatus]",
            self.invoke(
                "getAllStatuses",
                {
                    "projectIdOrKey": project_id_or_key,
                },
            ),
        )

    def get_user(self, *, account_id: str) -> shapes.User:
        """Get a user.

        Returns the user who has an account id.

        Args:
            account_id: The id of the account.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.User", self.invoke("getUser", {"accountId": account_id}))

    def find_users(self, *, query: str, start_at: int = OMITTED, max_results: int = OMITTED) -> list[shapes.User]:
        """Find users.

        Returns the users in whose name or e-mail address a text stands.

        Args:
            query: The text, in upper or lower case.
            start_at: How many to pass over.
            max_results: How many to return at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "list[shapes.User]",
            self.invoke(
                "findUsers",
                {
                    "query": query,
                    "startAt": start_at,
                    "maxResults": max_results,
                },
            ),
        )

    def get_current_user(self) -> shapes.User:
        """Get the user who is asking.

        Returns the user whose credentials come with the request.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.User", self.invoke("getCurrentUser", {}))

    def get_fields(self) -> list[shapes.FieldDetails]:
        """List the fields of issues.

        Returns the fields that issues have, with the names by which JQL knows them.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("list[shapes.FieldDetails]", self.invoke("getFields", {}))

    def get_all_labels(self, *, start_at: int = OMITTED, max_results: int = OMITTED) -> shapes.PageBeanString:
        """List all labels.

        Returns every label that some issue has, in alphabetical order.

        Args:
            start_at: How many to pass over.
            max_results: How many to return at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.PageBeanString",
            self.invoke(
                "getAllLabels",
                {
                    "startAt": start_at,
                    "maxResults": max_results,
                },
            ),
        )

    def get_issue_all_types(self) -> list[shapes.IssueTypeDetails]:
        """List the types of issues.

        Returns all types of issues.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("list[shapes.IssueTypeDetails]", self.invoke("getIssueAllTypes", {}))

    def get_issue_type(self, *, id: str) -> shapes.IssueTypeDetails:
        """Get a type of issue.

        Returns one type of issue.

        Args:
            id: The id of the type.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.IssueTypeDetails", self.invoke("getIssueType", {"id": id}))

    def get_priorities(self) -> list[shapes.Priority]:
        """List the priorities.

        Returns all priorities.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("list[shapes.Priority]", self.invoke("getPriorities", {}))

    def get_priority(self, *, id: str) -> shapes.Priority:
        """Get a priority.

        Returns one priority.

        Args:
            id: The id of the priority.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.Priority", self.invoke("getPriority", {"id": id}))

    def get_statuses(self) -> list[shapes.StatusDetails]:
        """List the statuses.

        Returns all statuses that issues can have.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("list[shapes.StatusDetails]", self.invoke("getStatuses", {}))

    def get_status(self, *, id_or_name: str) -> shapes.StatusDetails:
        """Get a status.

        Returns one status.

        Args:
            id_or_name: The id or the name of the status.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.StatusDetails", self.invoke("getStatus", {"idOrName": id_or_name}))

    def get_server_info(self) -> shapes.ServerInformation:
        """Get information about the server.

        Tells which version of the service answers, and at which address.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.ServerInformation", self.invoke("getServerInfo", {}))

    def get_status_categories(self) -> list[shapes.StatusCategory]:
        """List the groups of statuses.

        Returns the groups that statuses belong to.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("list[shapes.StatusCategory]", self.invoke("getStatusCategories", {}))

    def get_status_category(self, *, id_or_key: str) -> shapes.StatusCategory:
        """Get a group of statuses.

        Returns one group that statuses belong to.

        Args:
            id_or_key: The id or the key of the group.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.StatusCategory", self.invoke("getStatusCategory", {"idOrKey": id_or_key}))

    def get_create_issue_meta(
        self,
        *,
        project_ids: list[str] = OMITTED,
        project_keys: list[str] = OMITTED,
        issuetype_ids: list[str] = OMITTED,
        issuetype_names: list[str] = OMITTED,
        expand: str = OMITTED,
    ) -> shapes.IssueCreateMetadata:
        """List what new issues can be, of several projects at once.

        Returns projects with the types that their new issues can have, and the fields of these if they are asked for.

        Args:
            project_ids: Only the projects with these ids.
            project_keys: Only the projects with these keys.
            issuetype_ids: Only the types with these ids.
            issuetype_names: Only the types with these names.
            expand: `projects.issuetypes.fields` asks for the fields.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.IssueCreateMetadata",
            self.invoke(
                "getCreateIssueMeta",
                {
                    "projectIds": project_ids,
                    "projectKeys": project_keys,
                    "issuetypeIds": issuetype_ids,
                    "issuetypeNames": issuetype_names,
                    "expand": expand,
                },
            ),
        )

    def search_for_issues_using_jql(
        self,
        *,
        jql: str = OMITTED,
        start_at: int = OMITTED,
        max_results: int = OMITTED,
        fields: list[str] = OMITTED,
    ) -> shapes.SearchResults:
        """Search for issues as older clients do.

        Returns the issues that a JQL query asks for, page by page, and how many there are.

        Args:
            jql: The query; all issues without one.
            start_at: How many to pass over.
            max_results: How many to return at most.
            fields: The fields of each issue to return: names, `*all`, `*none`, or a name with a minus before it to
                leave it out.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.SearchResults",
            self.invoke(
                "searchForIssuesUsingJql",
                {
                    "jql": jql,
                    "startAt": start_at,
                    "maxResults": max_results,
                    "fields": fields,
                },
            ),
        )

    def search_for_issues_using_jql_post(self, *, body: shapes.SearchRequestBean) -> shapes.SearchResults:
        """Search for issues with a long query as older clients do.

        Does what the search by GET does; the query may be longer.

        Args:
            body: A search of an older client.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.SearchResults", self.invoke("searchForIssuesUsingJqlPost", {"body": body}))
