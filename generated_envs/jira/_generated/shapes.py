"""Shapes of the values that operations take and return. Generated; edits are lost."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class ServerInformation(TypedDict):
    baseUrl: NotRequired[str]
    version: NotRequired[str]
    versionNumbers: NotRequired[list[int]]
    deploymentType: NotRequired[str]
    buildNumber: NotRequired[int]
    serverTitle: NotRequired[str]


class User(TypedDict):
    accountId: NotRequired[str]
    accountType: NotRequired[Literal["atlassian", "app", "customer", "unknown"]]
    active: NotRequired[bool]
    displayName: NotRequired[str]
    emailAddress: NotRequired[str]
    self: NotRequired[str]
    timeZone: NotRequired[str]


class UserInput(TypedDict):
    accountId: NotRequired[str]


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


class JsonTypeBean(TypedDict):
    type: str
    items: NotRequired[str]
    system: NotRequired[str]


class JsonTypeBeanInput(TypedDict):
    pass


class PageBeanString(TypedDict):
    startAt: NotRequired[int]
    maxResults: NotRequired[int]
    total: NotRequired[int]
    isLast: NotRequired[bool]
    values: NotRequired[list[str]]


class PageBeanStringInput(TypedDict):
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


class IssueTypeWithStatusInput(TypedDict):
    pass


class Priority(TypedDict):
    id: NotRequired[str]
    name: NotRequired[str]
    description: NotRequired[str]
    self: NotRequired[str]


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


class Project(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    description: NotRequired[str]
    lead: NotRequired[User]
    issueTypes: NotRequired[list[IssueTypeDetails]]
    projectTypeKey: NotRequired[Literal["software", "service_desk", "business"]]
    simplified: NotRequired[bool]
    style: NotRequired[Literal["classic", "next-gen"]]
    isPrivate: NotRequired[bool]
    self: NotRequired[str]


class ProjectInput(TypedDict):
    id: NotRequired[str]


class ProjectDetails(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    projectTypeKey: NotRequired[Literal["software", "service_desk", "business"]]
    simplified: NotRequired[bool]
    self: NotRequired[str]


class ProjectDetailsInput(TypedDict):
    id: NotRequired[str]


class PageBeanProjectInput(TypedDict):
    pass


class FieldUpdateOperation(TypedDict):
    add: NotRequired[Any]
    remove: NotRequired[Any]
    set: NotRequired[Any]


class CreatedIssue(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    self: NotRequired[str]


class CreatedIssueInput(TypedDict):
    pass


class CreatedIssuesInput(TypedDict):
    pass


class PageOfCreateMetaIssueTypesInput(TypedDict):
    pass


class IssueTypeIssueCreateMetadataInput(TypedDict):
    pass


class PageOfCreateMetaIssueTypeWithFieldInput(TypedDict):
    pass


class IssueCreateMetadataInput(TypedDict):
    pass


class ProjectIssueCreateMetadataInput(TypedDict):
    pass


class FieldMetadata(TypedDict):
    key: str
    name: str
    required: bool
    hasDefaultValue: NotRequired[bool]
    operations: list[str]
    allowedValues: NotRequired[list[Any]]
    schema: JsonTypeBean


class FieldMetadataInput(TypedDict):
    pass


class FieldCreateMetadata(TypedDict):
    fieldId: str
    key: str
    name: str
    required: bool
    hasDefaultValue: NotRequired[bool]
    operations: list[str]
    allowedValues: NotRequired[list[Any]]
    schema: JsonTypeBean


class FieldCreateMetadataInput(TypedDict):
    pass


class LinkedIssueInput(TypedDict):
    id: NotRequired[str]


class FieldsInput(TypedDict):
    issuetype: NotRequired[IssueTypeDetailsInput]


class TransitionsInput(TypedDict):
    pass


class IssueTransitionInput(TypedDict):
    id: NotRequired[str]


class PageOfCommentsInput(TypedDict):
    pass


class Visibility(TypedDict):
    type: Literal["group", "role"]
    value: str


class RemoteIssueLinkIdentifies(TypedDict):
    id: NotRequired[int]
    self: NotRequired[str]


class RemoteIssueLinkIdentifiesInput(TypedDict):
    pass


class Application(TypedDict):
    type: NotRequired[str]
    name: NotRequired[str]


class Icon(TypedDict):
    url16x16: NotRequired[str]
    title: NotRequired[str]
    link: NotRequired[str]


class Status(TypedDict):
    resolved: NotRequired[bool]
    icon: NotRequired[Icon]


class SearchAndReconcileRequestBean(TypedDict):
    jql: str
    nextPageToken: NotRequired[str]
    maxResults: NotRequired[int]
    fields: NotRequired[list[str]]
    reconcileIssues: NotRequired[list[int]]


class SearchAndReconcileResultsInput(TypedDict):
    pass


class SearchRequestBean(TypedDict):
    jql: NotRequired[str]
    startAt: NotRequired[int]
    maxResults: NotRequired[int]
    fields: NotRequired[list[str]]


class SearchResultsInput(TypedDict):
    pass


class JQLCountRequestBean(TypedDict):
    jql: str


class JQLCountResultsBean(TypedDict):
    count: NotRequired[int]


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


class Assignee(TypedDict):
    accountId: str | None


class LabelStep(TypedDict):
    add: NotRequired[str]
    remove: NotRequired[str]
    set: NotRequired[list[str]]


class SummaryStep(TypedDict):
    set: str


class TextStep(TypedDict):
    set: RichText


class NamedStep(TypedDict):
    set: NamedReference


class UserStep(TypedDict):
    set: UserReference | None


class DateStep(TypedDict):
    set: str


class ListedProject(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    projectTypeKey: NotRequired[Literal["software", "service_desk", "business"]]
    simplified: NotRequired[bool]
    style: NotRequired[Literal["classic", "next-gen"]]
    isPrivate: NotRequired[bool]
    self: NotRequired[str]


class CreateIssueBodyFields(TypedDict):
    issuetype: NamedReference
    summary: str
    parent: NotRequired[IssueReference]
    description: NotRequired[RichText]
    priority: NotRequired[NamedReference]
    assignee: NotRequired[UserReference | None]
    reporter: NotRequired[UserReference]
    labels: NotRequired[list[str]]
    duedate: NotRequired[str]
    project: ProjectReference


class CreateIssueBody(TypedDict):
    fields: CreateIssueBodyFields


class EditIssueBodyFields(TypedDict):
    issuetype: NotRequired[NamedReference]
    summary: NotRequired[str]
    parent: NotRequired[IssueReference]
    description: NotRequired[RichText]
    priority: NotRequired[NamedReference]
    assignee: NotRequired[UserReference | None]
    reporter: NotRequired[UserReference]
    labels: NotRequired[list[str]]
    duedate: NotRequired[str]


class EditIssueBodyUpdate(TypedDict):
    labels: NotRequired[list[LabelStep]]
    summary: NotRequired[list[SummaryStep]]
    description: NotRequired[list[TextStep]]
    priority: NotRequired[list[NamedStep]]
    assignee: NotRequired[list[UserStep]]
    duedate: NotRequired[list[DateStep]]


class EditIssueBody(TypedDict):
    fields: NotRequired[EditIssueBodyFields]
    update: NotRequired[EditIssueBodyUpdate]


class DoTransitionBodyTransition(TypedDict):
    id: str


class DoTransitionBody(TypedDict):
    transition: DoTransitionBodyTransition


class AddCommentBody(TypedDict):
    body: RichText
    visibility: NotRequired[Visibility]


class UpdateCommentBody(TypedDict):
    body: RichText
    visibility: NotRequired[Visibility]


class FieldDetails(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    custom: NotRequired[bool]
    orderable: NotRequired[bool]
    navigable: NotRequired[bool]
    searchable: NotRequired[bool]
    clauseNames: NotRequired[list[str]]
    schema: NotRequired[JsonTypeBean]


class FieldDetailsInput(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    custom: NotRequired[bool]
    orderable: NotRequired[bool]
    navigable: NotRequired[bool]
    searchable: NotRequired[bool]
    clauseNames: NotRequired[list[str]]
    schema: NotRequired[JsonTypeBeanInput]


class StatusDetails(TypedDict):
    id: NotRequired[str]
    name: NotRequired[str]
    self: NotRequired[str]
    description: NotRequired[str]
    statusCategory: NotRequired[StatusCategory]


class PageBeanProject(TypedDict):
    startAt: NotRequired[int]
    maxResults: NotRequired[int]
    total: NotRequired[int]
    isLast: NotRequired[bool]
    values: NotRequired[list[ListedProject]]


class IssueUpdateDetailsFields(TypedDict):
    issuetype: NotRequired[NamedReference]
    summary: NotRequired[str]
    parent: NotRequired[IssueReference]
    description: NotRequired[RichText]
    priority: NotRequired[NamedReference]
    assignee: NotRequired[UserReference | None]
    reporter: NotRequired[UserReference]
    labels: NotRequired[list[str]]
    duedate: NotRequired[str]


class IssueUpdateDetailsUpdate(TypedDict):
    labels: NotRequired[list[LabelStep]]
    summary: NotRequired[list[SummaryStep]]
    description: NotRequired[list[TextStep]]
    priority: NotRequired[list[NamedStep]]
    assignee: NotRequired[list[UserStep]]
    duedate: NotRequired[list[DateStep]]


class IssueUpdateDetailsInputFields(TypedDict):
    issuetype: NotRequired[NamedReference]
    summary: NotRequired[str]
    parent: NotRequired[IssueReference]
    description: NotRequired[RichText]
    priority: NotRequired[NamedReference]
    assignee: NotRequired[UserReference | None]
    reporter: NotRequired[UserReference]
    labels: NotRequired[list[str]]
    duedate: NotRequired[str]


class IssueUpdateDetailsInputUpdate(TypedDict):
    labels: NotRequired[list[LabelStep]]
    summary: NotRequired[list[SummaryStep]]
    description: NotRequired[list[TextStep]]
    priority: NotRequired[list[NamedStep]]
    assignee: NotRequired[list[UserStep]]
    duedate: NotRequired[list[DateStep]]


class IssueUpdateDetailsInput(TypedDict):
    fields: NotRequired[IssueUpdateDetailsInputFields]
    update: NotRequired[IssueUpdateDetailsInputUpdate]
    transition: NotRequired[IssueTransitionInput]


class IssuesUpdateBeanInput(TypedDict):
    issueUpdates: NotRequired[list[IssueUpdateDetailsInput]]


class BulkOperationErrorResult(TypedDict):
    status: NotRequired[int]
    failedElementNumber: NotRequired[int]
    elementErrors: NotRequired[ErrorCollection]


class IssueTypeIssueCreateMetadata(TypedDict):
    id: NotRequired[str]
    name: NotRequired[str]
    self: NotRequired[str]
    description: NotRequired[str]
    subtask: NotRequired[bool]
    hierarchyLevel: NotRequired[int]
    fields: NotRequired[dict[str, FieldMetadata]]


class PageOfCreateMetaIssueTypeWithField(TypedDict):
    startAt: NotRequired[int]
    maxResults: NotRequired[int]
    total: NotRequired[int]
    fields: NotRequired[list[FieldCreateMetadata]]


class ProjectIssueCreateMetadata(TypedDict):
    expand: NotRequired[str]
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    self: NotRequired[str]
    issuetypes: NotRequired[list[IssueTypeIssueCreateMetadata]]


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


class Comment(TypedDict):
    id: NotRequired[str]
    self: NotRequired[str]
    author: NotRequired[UserDetails]
    body: NotRequired[RichText]
    created: NotRequired[str]
    updated: NotRequired[str]
    visibility: NotRequired[Visibility]


class CommentInput(TypedDict):
    body: NotRequired[RichText]
    visibility: NotRequired[Visibility]


class RemoteObject(TypedDict):
    url: str
    title: str
    summary: NotRequired[str]
    icon: NotRequired[Icon]
    status: NotRequired[Status]


class CreateIssuesBody(TypedDict):
    issueUpdates: list[IssueUpdateDetailsInput]


class IssueTypeWithStatus(TypedDict):
    id: str
    name: str
    self: str
    subtask: bool
    statuses: list[StatusDetails]


class IssueUpdateDetails(TypedDict):
    fields: NotRequired[IssueUpdateDetailsFields]
    update: NotRequired[IssueUpdateDetailsUpdate]
    transition: NotRequired[IssueTransition]


class IssuesUpdateBean(TypedDict):
    issueUpdates: NotRequired[list[IssueUpdateDetails]]


class CreatedIssues(TypedDict):
    issues: NotRequired[list[CreatedIssue]]
    errors: NotRequired[list[BulkOperationErrorResult]]


class PageOfCreateMetaIssueTypes(TypedDict):
    startAt: NotRequired[int]
    maxResults: NotRequired[int]
    total: NotRequired[int]
    issueTypes: NotRequired[list[IssueTypeIssueCreateMetadata]]


class IssueCreateMetadata(TypedDict):
    expand: NotRequired[str]
    projects: NotRequired[list[ProjectIssueCreateMetadata]]


class LinkedIssue(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    self: NotRequired[str]
    fields: NotRequired[Fields]


class Transitions(TypedDict):
    expand: NotRequired[str]
    transitions: NotRequired[list[IssueTransition]]


class PageOfComments(TypedDict):
    startAt: NotRequired[int]
    maxResults: NotRequired[int]
    total: NotRequired[int]
    comments: NotRequired[list[Comment]]


class RemoteIssueLink(TypedDict):
    id: NotRequired[int]
    self: NotRequired[str]
    globalId: NotRequired[str]
    application: NotRequired[Application]
    relationship: NotRequired[str]
    object: NotRequired[RemoteObject]


class RemoteIssueLinkRequest(TypedDict):
    globalId: NotRequired[str]
    application: NotRequired[Application]
    relationship: NotRequired[str]
    object: RemoteObject


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


class SearchAndReconcileResults(TypedDict):
    issues: NotRequired[list[IssueBean]]
    isLast: NotRequired[bool]
    nextPageToken: NotRequired[str]


class SearchResults(TypedDict):
    startAt: NotRequired[int]
    maxResults: NotRequired[int]
    total: NotRequired[int]
    issues: NotRequired[list[IssueBean]]
