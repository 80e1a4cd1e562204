"""Models of the API, for people: what its documents hold, by name. Generated; edits are lost."""

from __future__ import annotations

from typing import Annotated, Literal

from atlasgen.runtime.typed import Model, StrictInt
from pydantic import MISSING, ConfigDict, Field, StrictBool, StrictStr


class CreatedIssue(Model):
    """The names of a new issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the issue.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the issue.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the issue.")] = MISSING


class CreatedIssueInput(Model):
    """The names of a new issue."""

    model_config = ConfigDict(
        extra="forbid",
    )


class LinkedIssueInput(Model):
    """An issue as it is shown inside another one."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the issue.")] = MISSING


class TransitionsInput(Model):
    """The transitions that are open to an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )


class IssueTransitionInput(Model):
    """A step from one status to another."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the transition; needed to take it.")] = MISSING


class StatusDetailsInput(Model):
    """A status of a workflow."""

    model_config = ConfigDict(
        extra="allow",
    )


class StatusCategory(Model):
    """The group that a status belongs to."""

    id: Annotated[StrictInt | MISSING, Field(description="The id of the group.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the group.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the group.")] = MISSING
    colorName: Annotated[StrictStr | MISSING, Field(description="The colour that it is shown in.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the group.")] = MISSING


class StatusCategoryInput(Model):
    """The group that a status belongs to."""

    model_config = ConfigDict(
        extra="allow",
    )


class IssueTypeDetails(Model):
    """A type of issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the type.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the type.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the type.")] = MISSING
    description: Annotated[StrictStr | MISSING, Field(description="What the type is for.")] = MISSING
    subtask: Annotated[StrictBool | MISSING, Field(description="Whether issues of this type need a parent.")] = MISSING
    hierarchyLevel: Annotated[
        StrictInt | MISSING, Field(description="The height in the tree of issues; -1 is a sub-task.")
    ] = MISSING


class IssueTypeDetailsInput(Model):
    """A type of issue."""

    model_config = ConfigDict(
        extra="forbid",
    )


class ProjectDetails(Model):
    """A project as it is shown inside an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the project.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the project.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the project.")] = MISSING
    projectTypeKey: Annotated[
        Literal["software", "service_desk", "business"] | MISSING, Field(description="What the project is used for.")
    ] = MISSING
    simplified: Annotated[StrictBool | MISSING, Field(description="Whether the team itself manages the project.")] = (
        MISSING
    )
    self: Annotated[StrictStr | MISSING, Field(description="The address of the project.")] = MISSING


class ProjectDetailsInput(Model):
    """A project as it is shown inside an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the project.")] = MISSING


class Priority(Model):
    """How urgent an issue is."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the priority.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the priority.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the priority.")] = MISSING


class UserDetails(Model):
    """A person."""

    model_config = ConfigDict(
        extra="forbid",
    )
    accountId: Annotated[StrictStr | MISSING, Field(description="The account of the person.", max_length=128)] = MISSING
    accountType: Annotated[StrictStr | MISSING, Field(description="What sort of account it is.")] = MISSING
    active: Annotated[StrictBool | MISSING, Field(description="Whether the account is in use.")] = MISSING
    displayName: Annotated[StrictStr | MISSING, Field(description="The name that others see.")] = MISSING
    emailAddress: Annotated[StrictStr | MISSING, Field(description="The e-mail address.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the person's record.")] = MISSING
    timeZone: Annotated[StrictStr | MISSING, Field(description="The time zone of the person.")] = MISSING


class UserDetailsInput(Model):
    """A person."""

    model_config = ConfigDict(
        extra="forbid",
    )
    accountId: Annotated[StrictStr | MISSING, Field(description="The account of the person.", max_length=128)] = MISSING


class ErrorCollection(Model):
    """What is wrong with a request."""

    model_config = ConfigDict(
        extra="forbid",
    )
    errorMessages: Annotated[list[StrictStr] | MISSING, Field(description="What concerns the request as a whole.")] = (
        MISSING
    )
    errors: Annotated[dict[str, StrictStr] | MISSING, Field(description="What concerns one field, by its name.")] = (
        MISSING
    )
    status: Annotated[StrictInt | MISSING, Field(description="The status code.")] = MISSING


class ProjectReference(Model):
    """A project, named by its id or its key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"rules": {"minProperties": 1}},
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key.")] = MISSING


class IssueReference(Model):
    """An issue, named by its id or its key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"rules": {"minProperties": 1}},
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key.")] = MISSING


class NamedReference(Model):
    """Something that is named by its id or its name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"rules": {"minProperties": 1}},
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name.")] = MISSING


class UserReference(Model):
    """A person, named by the id of the account."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"rules": {"minProperties": 1}},
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the account.")] = MISSING
    accountId: Annotated[StrictStr | MISSING, Field(description="The id of the account.")] = MISSING


class RichTextContentItem(Model):
    type: Annotated[StrictStr, Field(description="The sort of node: `paragraph`, `heading`, `text` ...")]


class RichText(Model):
    """A text in the Atlassian Document Format."""

    type: Annotated[Literal["doc"], Field(description="Always `doc`.")]
    version: Annotated[StrictInt, Field(description="Always 1.", json_schema_extra={"rules": {"enum": [1]}})]
    content: Annotated[list[RichTextContentItem], Field(description="The paragraphs and other blocks.")]


class CreateIssueBodyFields(Model):
    """The fields to set, by name."""

    model_config = ConfigDict(
        extra="forbid",
    )
    project: ProjectReference
    issuetype: NamedReference
    summary: Annotated[
        StrictStr, Field(description="What the issue is about, in one line.", max_length=255, min_length=1)
    ]
    parent: IssueReference | MISSING = MISSING
    description: RichText | MISSING = MISSING
    priority: NamedReference | MISSING = MISSING
    assignee: UserReference | None | MISSING = MISSING
    reporter: UserReference | MISSING = MISSING
    labels: Annotated[
        list[StrictStr] | MISSING,
        Field(
            description="Words to find the issue by.",
            json_schema_extra={
                "rules": {"uniqueItems": True, "items": {"maxLength": 255, "minLength": 1, "pattern": "^\\S+$"}}
            },
        ),
    ] = MISSING
    duedate: Annotated[
        StrictStr | MISSING,
        Field(
            description="The day by which it must be done, as YYYY-MM-DD.",
            json_schema_extra={"rules": {"pattern": "^\\d{4}-\\d{2}-\\d{2}$"}},
        ),
    ] = MISSING


class CreateIssueBody(Model):
    """What to write to an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    fields: Annotated[CreateIssueBodyFields, Field(description="The fields to set, by name.")]


class DoTransitionBodyTransition(Model):
    """The transition to take."""

    id: Annotated[StrictStr, Field(description="The id of the transition; needed to take it.")]


class DoTransitionBody(Model):
    """What to write to an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    transition: Annotated[DoTransitionBodyTransition, Field(description="The transition to take.")]


class IssueUpdateDetailsFields(Model):
    """The fields to set, by name."""

    model_config = ConfigDict(
        extra="forbid",
    )
    project: ProjectReference | MISSING = MISSING
    issuetype: NamedReference | MISSING = MISSING
    summary: Annotated[
        StrictStr | MISSING, Field(description="What the issue is about, in one line.", max_length=255, min_length=1)
    ] = MISSING
    parent: IssueReference | MISSING = MISSING
    description: RichText | MISSING = MISSING
    priority: NamedReference | MISSING = MISSING
    assignee: UserReference | None | MISSING = MISSING
    reporter: UserReference | MISSING = MISSING
    labels: Annotated[
        list[StrictStr] | MISSING,
        Field(
            description="Words to find the issue by.",
            json_schema_extra={
                "rules": {"uniqueItems": True, "items": {"maxLength": 255, "minLength": 1, "pattern": "^\\S+$"}}
            },
        ),
    ] = MISSING
    duedate: Annotated[
        StrictStr | MISSING,
        Field(
            description="The day by which it must be done, as YYYY-MM-DD.",
            json_schema_extra={"rules": {"pattern": "^\\d{4}-\\d{2}-\\d{2}$"}},
        ),
    ] = MISSING


class IssueUpdateDetailsInputFields(Model):
    """The fields to set, by name."""

    model_config = ConfigDict(
        extra="forbid",
    )
    project: ProjectReference | MISSING = MISSING
    issuetype: NamedReference | MISSING = MISSING
    summary: Annotated[
        StrictStr | MISSING, Field(description="What the issue is about, in one line.", max_length=255, min_length=1)
    ] = MISSING
    parent: IssueReference | MISSING = MISSING
    description: RichText | MISSING = MISSING
    priority: NamedReference | MISSING = MISSING
    assignee: UserReference | None | MISSING = MISSING
    reporter: UserReference | MISSING = MISSING
    labels: Annotated[
        list[StrictStr] | MISSING,
        Field(
            description="Words to find the issue by.",
            json_schema_extra={
                "rules": {"uniqueItems": True, "items": {"maxLength": 255, "minLength": 1, "pattern": "^\\S+$"}}
            },
        ),
    ] = MISSING
    duedate: Annotated[
        StrictStr | MISSING,
        Field(
            description="The day by which it must be done, as YYYY-MM-DD.",
            json_schema_extra={"rules": {"pattern": "^\\d{4}-\\d{2}-\\d{2}$"}},
        ),
    ] = MISSING


class IssueUpdateDetailsInput(Model):
    """What to write to an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    fields: Annotated[IssueUpdateDetailsInputFields | MISSING, Field(description="The fields to set, by name.")] = (
        MISSING
    )
    transition: Annotated[IssueTransitionInput | MISSING, Field(description="The transition to take.")] = MISSING


class IssueBeanInputFields(Model):
    """The fields of the issue, by name."""

    project: ProjectDetailsInput | MISSING = MISSING
    issuetype: IssueTypeDetailsInput | MISSING = MISSING
    summary: StrictStr | MISSING = MISSING
    parent: LinkedIssueInput | MISSING = MISSING
    description: RichText | None | MISSING = MISSING
    status: StatusDetailsInput | MISSING = MISSING
    priority: Priority | None | MISSING = MISSING
    assignee: UserDetailsInput | None | MISSING = MISSING
    reporter: UserDetailsInput | MISSING = MISSING
    creator: UserDetailsInput | MISSING = MISSING
    labels: list[StrictStr] | MISSING = MISSING
    duedate: StrictStr | None | MISSING = MISSING
    created: StrictStr | MISSING = MISSING
    updated: StrictStr | MISSING = MISSING
    subtasks: list[LinkedIssueInput] | MISSING = MISSING


class IssueBeanInput(Model):
    """An issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    fields: Annotated[IssueBeanInputFields | MISSING, Field(description="The fields of the issue, by name.")] = MISSING


class FieldsInput(Model):
    """The few fields of an issue that are shown inside another one."""

    model_config = ConfigDict(
        extra="forbid",
    )
    issuetype: Annotated[IssueTypeDetailsInput | MISSING, Field(description="The type of the issue.")] = MISSING


class StatusDetails(Model):
    """A status of a workflow."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the status.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the status.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the status.")] = MISSING
    description: Annotated[StrictStr | MISSING, Field(description="What the status means.")] = MISSING
    statusCategory: Annotated[
        StatusCategory | MISSING, Field(description="Whether work is still to do, under way or done.")
    ] = MISSING


class Fields(Model):
    """The few fields of an issue that are shown inside another one."""

    model_config = ConfigDict(
        extra="forbid",
    )
    summary: Annotated[StrictStr | MISSING, Field(description="What the issue is about.")] = MISSING
    status: Annotated[StatusDetails | MISSING, Field(description="Where the issue stands.")] = MISSING
    priority: Annotated[Priority | MISSING, Field(description="How urgent the issue is.")] = MISSING
    issuetype: Annotated[IssueTypeDetails | MISSING, Field(description="The type of the issue.")] = MISSING


class IssueTransition(Model):
    """A step from one status to another."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the transition; needed to take it.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="What people call it.")] = MISSING
    to: Annotated[StatusDetails | MISSING, Field(description="The status that it leads to.")] = MISSING
    hasScreen: Annotated[StrictBool | MISSING, Field(description="Whether a form belongs to it.")] = MISSING
    isAvailable: Annotated[StrictBool | MISSING, Field(description="Whether it can be taken now.")] = MISSING
    isGlobal: Annotated[StrictBool | MISSING, Field(description="Whether it is open in every status.")] = MISSING


class IssueUpdateDetails(Model):
    """What to write to an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    fields: Annotated[IssueUpdateDetailsFields | MISSING, Field(description="The fields to set, by name.")] = MISSING
    transition: Annotated[IssueTransition | MISSING, Field(description="The transition to take.")] = MISSING


class LinkedIssue(Model):
    """An issue as it is shown inside another one."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the issue.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the issue.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the issue.")] = MISSING
    fields: Annotated[Fields | MISSING, Field(description="The fields of the issue that are shown there.")] = MISSING


class Transitions(Model):
    """The transitions that are open to an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    expand: Annotated[StrictStr | MISSING, Field(description="What else could be asked for.")] = MISSING
    transitions: Annotated[list[IssueTransition] | MISSING, Field(description="The transitions.")] = MISSING


class IssueBeanFields(Model):
    """The fields of the issue, by name."""

    project: ProjectDetails | MISSING = MISSING
    issuetype: IssueTypeDetails | MISSING = MISSING
    summary: StrictStr | MISSING = MISSING
    parent: LinkedIssue | MISSING = MISSING
    description: RichText | None | MISSING = MISSING
    status: StatusDetails | MISSING = MISSING
    priority: Priority | None | MISSING = MISSING
    assignee: UserDetails | None | MISSING = MISSING
    reporter: UserDetails | MISSING = MISSING
    creator: UserDetails | MISSING = MISSING
    labels: list[StrictStr] | MISSING = MISSING
    duedate: StrictStr | None | MISSING = MISSING
    created: StrictStr | MISSING = MISSING
    updated: StrictStr | MISSING = MISSING
    subtasks: list[LinkedIssue] | MISSING = MISSING


class IssueBean(Model):
    """An issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    expand: Annotated[StrictStr | MISSING, Field(description="What else could be asked for.")] = MISSING
    id: Annotated[StrictStr | MISSING, Field(description="The id of the issue.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the issue.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the issue.")] = MISSING
    fields: Annotated[IssueBeanFields | MISSING, Field(description="The fields of the issue, by name.")] = MISSING
