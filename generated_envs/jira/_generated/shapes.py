"""Shapes of the values that operations take and return. Generated; edits are lost."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class CreatedIssue(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    self: NotRequired[str]


class CreatedIssueInput(TypedDict):
    pass


class LinkedIssueInput(TypedDict):
    id: NotRequired[str]


class TransitionsInput(TypedDict):
    pass


class IssueTransitionInput(TypedDict):
    id: NotRequired[str]


class StatusDetailsInput(TypedDict):
    pass


class StatusCategory(TypedDict):
    id: NotRequired[int]
    key: NotRequired[str]
    name: NotRequired[str]
    colorName: NotRequired[str]
    self: NotRequired[str]


class StatusCategoryInput(TypedDict):
    pass


class IssueTypeDetails(TypedDict):
    id: NotRequired[str]
    name: NotRequired[str]
    self: NotRequired[str]
    description: NotRequired[str]
    subtask: NotRequired[bool]
    hierarchyLevel: NotRequired[int]


class IssueTypeDetailsInput(TypedDict):
    pass


class ProjectDetails(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    projectTypeKey: NotRequired[Literal["software", "service_desk", "business"]]
    simplified: NotRequired[bool]
    self: NotRequired[str]


class ProjectDetailsInput(TypedDict):
    id: NotRequired[str]


class Priority(TypedDict):
    id: NotRequired[str]
    name: NotRequired[str]
    self: NotRequired[str]


class UserDetails(TypedDict):
    accountId: NotRequired[str]
    accountType: NotRequired[str]
    active: NotRequired[bool]
    displayName: NotRequired[str]
    emailAddress: NotRequired[str]
    self: NotRequired[str]
    timeZone: NotRequired[str]


class UserDetailsInput(TypedDict):
    accountId: NotRequired[str]


class ErrorCollection(TypedDict):
    errorMessages: NotRequired[list[str]]
    errors: NotRequired[dict[str, str]]
    status: NotRequired[int]


class ProjectReference(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]


class IssueReference(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]


class NamedReference(TypedDict):
    id: NotRequired[str]
    name: NotRequired[str]


class UserReference(TypedDict):
    id: NotRequired[str]
    accountId: NotRequired[str]


class RichTextContentItem(TypedDict):
    type: str


class RichText(TypedDict):
    type: Literal["doc"]
    version: Literal[1]
    content: list[RichTextContentItem]


class CreateIssueBodyFields(TypedDict):
    project: ProjectReference
    issuetype: NamedReference
    summary: str
    parent: NotRequired[IssueReference]
    description: NotRequired[RichText]
    priority: NotRequired[NamedReference]
    assignee: NotRequired[UserReference | None]
    reporter: NotRequired[UserReference]
    labels: NotRequired[list[str]]
    duedate: NotRequired[str]


class CreateIssueBody(TypedDict):
    fields: CreateIssueBodyFields


class DoTransitionBodyTransition(TypedDict):
    id: str


class DoTransitionBody(TypedDict):
    transition: DoTransitionBodyTransition


class IssueUpdateDetailsFields(TypedDict):
    project: NotRequired[ProjectReference]
    issuetype: NotRequired[NamedReference]
    summary: NotRequired[str]
    parent: NotRequired[IssueReference]
    description: NotRequired[RichText]
    priority: NotRequired[NamedReference]
    assignee: NotRequired[UserReference | None]
    reporter: NotRequired[UserReference]
    labels: NotRequired[list[str]]
    duedate: NotRequired[str]


class IssueUpdateDetailsInputFields(TypedDict):
    project: NotRequired[ProjectReference]
    issuetype: NotRequired[NamedReference]
    summary: NotRequired[str]
    parent: NotRequired[IssueReference]
    description: NotRequired[RichText]
    priority: NotRequired[NamedReference]
    assignee: NotRequired[UserReference | None]
    reporter: NotRequired[UserReference]
    labels: NotRequired[list[str]]
    duedate: NotRequired[str]


class IssueUpdateDetailsInput(TypedDict):
    fields: NotRequired[IssueUpdateDetailsInputFields]
    transition: NotRequired[IssueTransitionInput]


class IssueBeanInputFields(TypedDict):
    project: NotRequired[ProjectDetailsInput]
    issuetype: NotRequired[IssueTypeDetailsInput]
    summary: NotRequired[str]
    parent: NotRequired[LinkedIssueInput]
    description: NotRequired[RichText | None]
    status: NotRequired[StatusDetailsInput]
    priority: NotRequired[Priority | None]
    assignee: NotRequired[UserDetailsInput | None]
    reporter: NotRequired[UserDetailsInput]
    creator: NotRequired[UserDetailsInput]
    labels: NotRequired[list[str]]
    duedate: NotRequired[str | None]
    created: NotRequired[str]
    updated: NotRequired[str]
    subtasks: NotRequired[list[LinkedIssueInput]]


class IssueBeanInput(TypedDict):
    fields: NotRequired[IssueBeanInputFields]


class FieldsInput(TypedDict):
    issuetype: NotRequired[IssueTypeDetailsInput]


class StatusDetails(TypedDict):
    id: NotRequired[str]
    name: NotRequired[str]
    self: NotRequired[str]
    description: NotRequired[str]
    statusCategory: NotRequired[StatusCategory]


class Fields(TypedDict):
    summary: NotRequired[str]
    status: NotRequired[StatusDetails]
    priority: NotRequired[Priority]
    issuetype: NotRequired[IssueTypeDetails]


class IssueTransition(TypedDict):
    id: NotRequired[str]
    name: NotRequired[str]
    to: NotRequired[StatusDetails]
    hasScreen: NotRequired[bool]
    isAvailable: NotRequired[bool]
    isGlobal: NotRequired[bool]


class IssueUpdateDetails(TypedDict):
    fields: NotRequired[IssueUpdateDetailsFields]
    transition: NotRequired[IssueTransition]


class LinkedIssue(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    self: NotRequired[str]
    fields: NotRequired[Fields]


class Transitions(TypedDict):
    expand: NotRequired[str]
    transitions: NotRequired[list[IssueTransition]]


class IssueBeanFields(TypedDict):
    project: NotRequired[ProjectDetails]
    issuetype: NotRequired[IssueTypeDetails]
    summary: NotRequired[str]
    parent: NotRequired[LinkedIssue]
    description: NotRequired[RichText | None]
    status: NotRequired[StatusDetails]
    priority: NotRequired[Priority | None]
    assignee: NotRequired[UserDetails | None]
    reporter: NotRequired[UserDetails]
    creator: NotRequired[UserDetails]
    labels: NotRequired[list[str]]
    duedate: NotRequired[str | None]
    created: NotRequired[str]
    updated: NotRequired[str]
    subtasks: NotRequired[list[LinkedIssue]]


class IssueBean(TypedDict):
    expand: NotRequired[str]
    id: NotRequired[str]
    key: NotRequired[str]
    self: NotRequired[str]
    fields: NotRequired[IssueBeanFields]
