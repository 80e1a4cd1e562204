"""Models of the API, for people: what its documents hold, by name. Generated; edits are lost."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from atlasgen.runtime.typed import Model, StrictInt
from pydantic import MISSING, ConfigDict, Field, StrictBool, StrictStr


class ServerInformation(Model):
    """The server that answers."""

    model_config = ConfigDict(
        extra="forbid",
    )
    baseUrl: Annotated[StrictStr | MISSING, Field(description="The address that clients use.")] = MISSING
    version: Annotated[StrictStr | MISSING, Field(description="The version of the service.")] = MISSING
    versionNumbers: Annotated[list[StrictInt] | MISSING, Field(description="The version, number by number.")] = MISSING
    deploymentType: Annotated[StrictStr | MISSING, Field(description="Where the service runs.")] = MISSING
    buildNumber: Annotated[StrictInt | MISSING, Field(description="The number of the build.")] = MISSING
    serverTitle: Annotated[StrictStr | MISSING, Field(description="What the site is called.")] = MISSING


class User(Model):
    """A person."""

    model_config = ConfigDict(
        extra="forbid",
    )
    accountId: Annotated[StrictStr | MISSING, Field(description="The account of the person.", max_length=128)] = MISSING
    accountType: Annotated[
        Literal["atlassian", "app", "customer", "unknown"] | MISSING, Field(description="What sort of account it is.")
    ] = MISSING
    active: Annotated[StrictBool | MISSING, Field(description="Whether the account is in use.")] = MISSING
    displayName: Annotated[StrictStr | MISSING, Field(description="The name that others see.")] = MISSING
    emailAddress: Annotated[StrictStr | MISSING, Field(description="The e-mail address.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the person's record.")] = MISSING
    timeZone: Annotated[StrictStr | MISSING, Field(description="The time zone of the person.")] = MISSING


class UserInput(Model):
    """A person."""

    model_config = ConfigDict(
        extra="forbid",
    )
    accountId: Annotated[StrictStr | MISSING, Field(description="The account of the person.", max_length=128)] = MISSING


class UserDetails(Model):
    """A person as shown inside other things."""

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
    """A person as shown inside other things."""

    model_config = ConfigDict(
        extra="forbid",
    )
    accountId: Annotated[StrictStr | MISSING, Field(description="The account of the person.", max_length=128)] = MISSING


class JsonTypeBean(Model):
    """What a field holds."""

    model_config = ConfigDict(
        extra="forbid",
    )
    type: Annotated[StrictStr, Field(description="The type of its value.")]
    items: Annotated[StrictStr | MISSING, Field(description="The type of each item of a list.")] = MISSING
    system: Annotated[StrictStr | MISSING, Field(description="The name of a field of the service itself.")] = MISSING


class JsonTypeBeanInput(Model):
    """What a field holds."""

    model_config = ConfigDict(
        extra="forbid",
    )


class PageBeanString(Model):
    """A page of texts."""

    model_config = ConfigDict(
        extra="forbid",
    )
    startAt: Annotated[StrictInt | MISSING, Field(description="How many were passed over.")] = MISSING
    maxResults: Annotated[StrictInt | MISSING, Field(description="How many the page may hold.")] = MISSING
    total: Annotated[StrictInt | MISSING, Field(description="How many there are in all.")] = MISSING
    isLast: Annotated[StrictBool | MISSING, Field(description="Whether there is no page after this one.")] = MISSING
    values: Annotated[list[StrictStr] | MISSING, Field(description="The texts.")] = MISSING


class PageBeanStringInput(Model):
    """A page of texts."""

    model_config = ConfigDict(
        extra="forbid",
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


class IssueTypeWithStatusInput(Model):
    """A type of issue with the statuses that its issues can have."""

    model_config = ConfigDict(
        extra="forbid",
    )


class Priority(Model):
    """How urgent an issue is."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the priority.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the priority.")] = MISSING
    description: Annotated[StrictStr | MISSING, Field(description="What the priority means.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the priority.")] = MISSING


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


class Project(Model):
    """A project."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the project.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the project.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the project.")] = MISSING
    description: Annotated[StrictStr | MISSING, Field(description="What the project is about.")] = MISSING
    lead: Annotated[User | MISSING, Field(description="Who leads the project.")] = MISSING
    issueTypes: Annotated[list[IssueTypeDetails] | MISSING, Field(description="The types of issues that it has.")] = (
        MISSING
    )
    projectTypeKey: Annotated[
        Literal["software", "service_desk", "business"] | MISSING, Field(description="What the project is used for.")
    ] = MISSING
    simplified: Annotated[StrictBool | MISSING, Field(description="Whether the team itself manages the project.")] = (
        MISSING
    )
    style: Annotated[
        Literal["classic", "next-gen"] | MISSING, Field(description="Who manages the project, in another word.")
    ] = MISSING
    isPrivate: Annotated[StrictBool | MISSING, Field(description="Whether only its members see it.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the project.")] = MISSING


class ProjectInput(Model):
    """A project."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the project.")] = MISSING


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


class PageBeanProjectInput(Model):
    """A page of projects."""

    model_config = ConfigDict(
        extra="forbid",
    )


class FieldUpdateOperation(Model):
    """A step to take with a field; exactly one member."""

    model_config = ConfigDict(
        extra="forbid",
    )
    add: Annotated[Any | MISSING, Field(description="What to add to the values of the field.")] = MISSING
    remove: Annotated[Any | MISSING, Field(description="What to take out of them.")] = MISSING
    set: Annotated[Any | MISSING, Field(description="What to put in their place.")] = MISSING


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


class CreatedIssuesInput(Model):
    """What became of issues to create."""

    model_config = ConfigDict(
        extra="forbid",
    )


class PageOfCreateMetaIssueTypesInput(Model):
    """A page of types that a new issue can have."""

    model_config = ConfigDict(
        extra="allow",
    )


class IssueTypeIssueCreateMetadataInput(Model):
    """A type that a new issue can have."""

    model_config = ConfigDict(
        extra="forbid",
    )


class PageOfCreateMetaIssueTypeWithFieldInput(Model):
    """A page of fields that a new issue can have."""

    model_config = ConfigDict(
        extra="allow",
    )


class IssueCreateMetadataInput(Model):
    """What new issues can be."""

    model_config = ConfigDict(
        extra="forbid",
    )


class ProjectIssueCreateMetadataInput(Model):
    """A project with the types that its new issues can have."""

    model_config = ConfigDict(
        extra="forbid",
    )


class FieldMetadata(Model):
    """A field of a form."""

    model_config = ConfigDict(
        extra="forbid",
    )
    key: Annotated[StrictStr, Field(description="The key of the field.")]
    name: Annotated[StrictStr, Field(description="The name that people see.")]
    required: Annotated[StrictBool, Field(description="Whether it must be filled.")]
    hasDefaultValue: Annotated[
        StrictBool | MISSING, Field(description="Whether the service fills it if nobody does.")
    ] = MISSING
    operations: Annotated[list[StrictStr], Field(description="The steps that can be taken with it.")]
    allowedValues: Annotated[list[Any] | MISSING, Field(description="The values to choose from.")] = MISSING
    schema_: Annotated[JsonTypeBean, Field(alias="schema", description="What the field holds.")]


class FieldMetadataInput(Model):
    """A field of a form."""

    model_config = ConfigDict(
        extra="forbid",
    )


class FieldCreateMetadata(Model):
    """A field that a new issue can have."""

    model_config = ConfigDict(
        extra="forbid",
    )
    fieldId: Annotated[StrictStr, Field(description="The id of the field.")]
    key: Annotated[StrictStr, Field(description="The key of the field.")]
    name: Annotated[StrictStr, Field(description="The name that people see.")]
    required: Annotated[StrictBool, Field(description="Whether a new issue must have it.")]
    hasDefaultValue: Annotated[
        StrictBool | MISSING, Field(description="Whether the service fills it if nobody does.")
    ] = MISSING
    operations: Annotated[list[StrictStr], Field(description="The steps that can be taken with it.")]
    allowedValues: Annotated[list[Any] | MISSING, Field(description="The values to choose from.")] = MISSING
    schema_: Annotated[JsonTypeBean, Field(alias="schema", description="What the field holds.")]


class FieldCreateMetadataInput(Model):
    """A field that a new issue can have."""

    model_config = ConfigDict(
        extra="forbid",
    )


class LinkedIssueInput(Model):
    """An issue as it is shown inside another one."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the issue.")] = MISSING


class FieldsInput(Model):
    """The few fields of an issue that are shown inside another one."""

    model_config = ConfigDict(
        extra="forbid",
    )
    issuetype: Annotated[IssueTypeDetailsInput | MISSING, Field(description="The type of the issue.")] = MISSING


class TransitionsInput(Model):
    """The transitions that are open to an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )


class IssueTransitionInput(Model):
    """A step from one status to another."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the transition; needed to take it.")] = MISSING


class PageOfCommentsInput(Model):
    """A page of comments."""

    model_config = ConfigDict(
        extra="allow",
    )


class Visibility(Model):
    """A group or a role that alone may see something."""

    type: Annotated[Literal["group", "role"], Field(description="Whether a group or a role is named.")]
    value: Annotated[StrictStr, Field(description="The name.")]


class RemoteIssueLinkIdentifies(Model):
    """The names of a link."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictInt | MISSING, Field(description="The id of the link.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the link.")] = MISSING


class RemoteIssueLinkIdentifiesInput(Model):
    """The names of a link."""

    model_config = ConfigDict(
        extra="forbid",
    )


class Application(Model):
    """An application that holds things."""

    type: Annotated[StrictStr | MISSING, Field(description="What sort of application it is.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the application.")] = MISSING


class Icon(Model):
    """A picture."""

    url16x16: Annotated[StrictStr | MISSING, Field(description="The address of the picture, 16 points wide.")] = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The text that is shown for it.")] = MISSING
    link: Annotated[StrictStr | MISSING, Field(description="The address that it leads to.")] = MISSING


class Status(Model):
    """Whether a thing is done."""

    resolved: Annotated[StrictBool | MISSING, Field(description="Whether it is done.")] = MISSING
    icon: Annotated[Icon | MISSING, Field(description="The picture that stands for this.")] = MISSING


class SearchAndReconcileRequestBean(Model):
    """A search."""

    model_config = ConfigDict(
        extra="forbid",
    )
    jql: Annotated[
        StrictStr,
        Field(
            description='The query, as in `project = PROJ AND status = "To Do" ORDER BY created DESC`.', min_length=1
        ),
    ]
    nextPageToken: Annotated[StrictStr | MISSING, Field(description="The token that came with the page before.")] = (
        MISSING
    )
    maxResults: Annotated[StrictInt | MISSING, Field(description="How many to return at most.")] = MISSING
    fields: Annotated[
        list[StrictStr] | MISSING,
        Field(
            description="The fields of each issue to return: names, `*all`, or a name with a minus before it to leave it out. Only ids by default."
        ),
    ] = MISSING
    reconcileIssues: Annotated[
        list[StrictInt] | MISSING, Field(description="Ids of issues that must be found as they are now; all are.")
    ] = MISSING


class SearchAndReconcileResultsInput(Model):
    """A page of issues."""

    model_config = ConfigDict(
        extra="forbid",
    )


class SearchRequestBean(Model):
    """A search of an older client."""

    model_config = ConfigDict(
        extra="forbid",
    )
    jql: Annotated[StrictStr | MISSING, Field(description="The query; all issues without one.")] = MISSING
    startAt: Annotated[StrictInt | MISSING, Field(description="How many to pass over.")] = MISSING
    maxResults: Annotated[StrictInt | MISSING, Field(description="How many to return at most.")] = MISSING
    fields: Annotated[
        list[StrictStr] | MISSING,
        Field(
            description="The fields of each issue to return: names, `*all`, `*none`, or a name with a minus before it to leave it out. All by default."
        ),
    ] = MISSING


class SearchResultsInput(Model):
    """A page of issues, and how many there are."""

    model_config = ConfigDict(
        extra="forbid",
    )


class JQLCountRequestBean(Model):
    """A query to count by."""

    model_config = ConfigDict(
        extra="forbid",
    )
    jql: Annotated[StrictStr, Field(description="The query.", min_length=1)]


class JQLCountResultsBean(Model):
    """How many issues there are."""

    model_config = ConfigDict(
        extra="forbid",
    )
    count: Annotated[StrictInt | MISSING, Field(description="The number.")] = MISSING


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


class Assignee(Model):
    """Who is to have an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    accountId: Annotated[
        StrictStr | None,
        Field(description="The id of the account; null takes the issue from whoever has it.", max_length=128),
    ]


class LabelStep(Model):
    """A step to take with the labels."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"rules": {"maxProperties": 1, "minProperties": 1}},
    )
    add: Annotated[
        StrictStr | MISSING,
        Field(
            description="A label to add.",
            json_schema_extra={"rules": {"pattern": "^\\S+$"}},
            max_length=255,
            min_length=1,
        ),
    ] = MISSING
    remove: Annotated[StrictStr | MISSING, Field(description="A label to take away.")] = MISSING
    set: Annotated[
        list[StrictStr] | MISSING,
        Field(
            description="The labels to have instead.",
            json_schema_extra={
                "rules": {"uniqueItems": True, "items": {"maxLength": 255, "minLength": 1, "pattern": "^\\S+$"}}
            },
        ),
    ] = MISSING


class SummaryStep(Model):
    """A step to take with a line of text."""

    model_config = ConfigDict(
        extra="forbid",
    )
    set: Annotated[StrictStr, Field(description="The new text.", max_length=255, min_length=1)]


class TextStep(Model):
    """A step to take with a text."""

    model_config = ConfigDict(
        extra="forbid",
    )
    set: RichText


class NamedStep(Model):
    """A step to take with something that has a name."""

    model_config = ConfigDict(
        extra="forbid",
    )
    set: NamedReference


class UserStep(Model):
    """A step to take with a person."""

    model_config = ConfigDict(
        extra="forbid",
    )
    set: UserReference | None


class DateStep(Model):
    """A step to take with a date."""

    model_config = ConfigDict(
        extra="forbid",
    )
    set: Annotated[
        StrictStr,
        Field(
            description="The new day, as YYYY-MM-DD.",
            json_schema_extra={"rules": {"pattern": "^\\d{4}-\\d{2}-\\d{2}$"}},
        ),
    ]


class ListedProject(Model):
    """A project in a list."""

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
    style: Annotated[
        Literal["classic", "next-gen"] | MISSING, Field(description="Who manages the project, in another word.")
    ] = MISSING
    isPrivate: Annotated[StrictBool | MISSING, Field(description="Whether only its members see it.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the project.")] = MISSING


class CreateIssueBodyFields(Model):
    """The fields to set, by name."""

    model_config = ConfigDict(
        extra="forbid",
    )
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
    project: ProjectReference


class CreateIssueBody(Model):
    """What to write to an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    fields: Annotated[CreateIssueBodyFields, Field(description="The fields to set, by name.")]


class EditIssueBodyFields(Model):
    """The fields to set, by name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"rules": {"minProperties": 1}},
    )
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


class EditIssueBodyUpdate(Model):
    """Steps to take with fields, by name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"rules": {"minProperties": 1}},
    )
    labels: list[LabelStep] | MISSING = MISSING
    summary: Annotated[list[SummaryStep] | MISSING, Field(max_length=1)] = MISSING
    description: Annotated[list[TextStep] | MISSING, Field(max_length=1)] = MISSING
    priority: Annotated[list[NamedStep] | MISSING, Field(max_length=1)] = MISSING
    assignee: Annotated[list[UserStep] | MISSING, Field(max_length=1)] = MISSING
    duedate: Annotated[list[DateStep] | MISSING, Field(max_length=1)] = MISSING


class EditIssueBody(Model):
    """What to write to an issue."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"rules": {"minProperties": 1}},
    )
    fields: Annotated[EditIssueBodyFields | MISSING, Field(description="The fields to set, by name.")] = MISSING
    update: Annotated[EditIssueBodyUpdate | MISSING, Field(description="Steps to take with fields, by name.")] = MISSING


class DoTransitionBodyTransition(Model):
    """The transition to take."""

    id: Annotated[StrictStr, Field(description="The id of the transition; needed to take it.")]


class DoTransitionBody(Model):
    """What to write to an issue."""

    model_config = ConfigDict(
        extra="forbid",
    )
    transition: Annotated[DoTransitionBodyTransition, Field(description="The transition to take.")]


class AddCommentBody(Model):
    """A comment on an issue."""

    body: Annotated[RichText, Field(description="The text, in the Atlassian Document Format.")]
    visibility: Annotated[Visibility | MISSING, Field(description="Who may see it, where not all may.")] = MISSING


class UpdateCommentBody(Model):
    """A comment on an issue."""

    body: Annotated[RichText, Field(description="The text, in the Atlassian Document Format.")]
    visibility: Annotated[Visibility | MISSING, Field(description="Who may see it, where not all may.")] = MISSING


class FieldDetails(Model):
    """A field that issues have."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the field.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the field.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name that people see.")] = MISSING
    custom: Annotated[StrictBool | MISSING, Field(description="Whether somebody added the field.")] = MISSING
    orderable: Annotated[StrictBool | MISSING, Field(description="Whether it can stand on a form.")] = MISSING
    navigable: Annotated[StrictBool | MISSING, Field(description="Whether it can be a column of a list.")] = MISSING
    searchable: Annotated[StrictBool | MISSING, Field(description="Whether JQL can ask for it.")] = MISSING
    clauseNames: Annotated[
        list[StrictStr] | MISSING,
        Field(description="The names by which JQL knows it.", json_schema_extra={"rules": {"uniqueItems": True}}),
    ] = MISSING
    schema_: Annotated[JsonTypeBean | MISSING, Field(alias="schema", description="What the field holds.")] = MISSING


class FieldDetailsInput(Model):
    """A field that issues have."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr | MISSING, Field(description="The id of the field.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the field.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name that people see.")] = MISSING
    custom: Annotated[StrictBool | MISSING, Field(description="Whether somebody added the field.")] = MISSING
    orderable: Annotated[StrictBool | MISSING, Field(description="Whether it can stand on a form.")] = MISSING
    navigable: Annotated[StrictBool | MISSING, Field(description="Whether it can be a column of a list.")] = MISSING
    searchable: Annotated[StrictBool | MISSING, Field(description="Whether JQL can ask for it.")] = MISSING
    clauseNames: Annotated[
        list[StrictStr] | MISSING,
        Field(description="The names by which JQL knows it.", json_schema_extra={"rules": {"uniqueItems": True}}),
    ] = MISSING
    schema_: Annotated[JsonTypeBeanInput | MISSING, Field(alias="schema", description="What the field holds.")] = (
        MISSING
    )


class StatusDetails(Model):
    """A status of a workflow."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the status.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the status.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the status.")] = MISSING
    description: Annotated[StrictStr | MISSING, Field(description="What the status means.")] = MISSING
    statusCategory: Annotated[
        StatusCategory | MISSING, Field(description="Whether work is still to do, under way or done.")
    ] = MISSING


class PageBeanProject(Model):
    """A page of projects."""

    model_config = ConfigDict(
        extra="forbid",
    )
    startAt: Annotated[StrictInt | MISSING, Field(description="How many were passed over.")] = MISSING
    maxResults: Annotated[StrictInt | MISSING, Field(description="How many the page may hold.")] = MISSING
    total: Annotated[StrictInt | MISSING, Field(description="How many there are in all.")] = MISSING
    isLast: Annotated[StrictBool | MISSING, Field(description="Whether there is no page after this one.")] = MISSING
    values: Annotated[list[ListedProject] | MISSING, Field(description="The projects.")] = MISSING


class IssueUpdateDetailsFields(Model):
    """The fields to set, by name."""

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


class IssueUpdateDetailsUpdate(Model):
    """Steps to take with fields, by name."""

    model_config = ConfigDict(
        extra="forbid",
    )
    labels: list[LabelStep] | MISSING = MISSING
    summary: Annotated[list[SummaryStep] | MISSING, Field(max_length=1)] = MISSING
    description: Annotated[list[TextStep] | MISSING, Field(max_length=1)] = MISSING
    priority: Annotated[list[NamedStep] | MISSING, Field(max_length=1)] = MISSING
    assignee: Annotated[list[UserStep] | MISSING, Field(max_length=1)] = MISSING
    duedate: Annotated[list[DateStep] | MISSING, Field(max_length=1)] = MISSING


class IssueUpdateDetailsInputFields(Model):
    """The fields to set, by name."""

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


class IssueUpdateDetailsInputUpdate(Model):
    """Steps to take with fields, by name."""

    model_config = ConfigDict(
        extra="forbid",
    )
    labels: list[LabelStep] | MISSING = MISSING
    summary: Annotated[list[SummaryStep] | MISSING, Field(max_length=1)] = MISSING
    description: Annotated[list[TextStep] | MISSING, Field(max_length=1)] = MISSING
    priority: Annotated[list[NamedStep] | MISSING, Field(max_length=1)] = MISSING
    assignee: Annotated[list[UserStep] | MISSING, Field(max_length=1)] = MISSING
    duedate: Annotated[list[DateStep] | MISSING, Field(max_length=1)] = MISSING


class IssueUpdateDetailsInput(Model):
    """What to write to an issue."""

    fields: Annotated[IssueUpdateDetailsInputFields | MISSING, Field(description="The fields to set, by name.")] = (
        MISSING
    )
    update: Annotated[
        IssueUpdateDetailsInputUpdate | MISSING, Field(description="Steps to take with fields, by name.")
    ] = MISSING
    transition: Annotated[IssueTransitionInput | MISSING, Field(description="The transition to take.")] = MISSING


class IssuesUpdateBeanInput(Model):
    """Issues to create."""

    issueUpdates: Annotated[list[IssueUpdateDetailsInput] | MISSING, Field(description="The issues.")] = MISSING


class BulkOperationErrorResult(Model):
    """What is wrong with one of several issues."""

    model_config = ConfigDict(
        extra="forbid",
    )
    status: Annotated[StrictInt | MISSING, Field(description="The status code that it would have had alone.")] = MISSING
    failedElementNumber: Annotated[StrictInt | MISSING, Field(description="Which one it is, counted from 0.")] = MISSING
    elementErrors: ErrorCollection | MISSING = MISSING


class IssueTypeIssueCreateMetadata(Model):
    """A type that a new issue can have."""

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
    fields: Annotated[
        dict[str, FieldMetadata] | MISSING,
        Field(description="The fields of a new issue of this type, by their ids, where they are asked for."),
    ] = MISSING


class PageOfCreateMetaIssueTypeWithField(Model):
    """A page of fields that a new issue can have."""

    startAt: Annotated[StrictInt | MISSING, Field(description="How many were passed over.")] = MISSING
    maxResults: Annotated[StrictInt | MISSING, Field(description="How many the page may hold.")] = MISSING
    total: Annotated[StrictInt | MISSING, Field(description="How many there are in all.")] = MISSING
    fields: Annotated[list[FieldCreateMetadata] | MISSING, Field(description="The fields.")] = MISSING


class ProjectIssueCreateMetadata(Model):
    """A project with the types that its new issues can have."""

    model_config = ConfigDict(
        extra="forbid",
    )
    expand: Annotated[StrictStr | MISSING, Field(description="What else could be asked for.")] = MISSING
    id: Annotated[StrictStr | MISSING, Field(description="The id of the project.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the project.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the project.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the project.")] = MISSING
    issuetypes: Annotated[list[IssueTypeIssueCreateMetadata] | MISSING, Field(description="The types.")] = MISSING


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


class Comment(Model):
    """A comment on an issue."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the comment.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the comment.")] = MISSING
    author: Annotated[UserDetails | MISSING, Field(description="Who wrote it.")] = MISSING
    body: Annotated[RichText | MISSING, Field(description="The text, in the Atlassian Document Format.")] = MISSING
    created: Annotated[StrictStr | MISSING, Field(description="When it was written.")] = MISSING
    updated: Annotated[StrictStr | MISSING, Field(description="When it was changed last.")] = MISSING
    visibility: Annotated[Visibility | MISSING, Field(description="Who may see it, where not all may.")] = MISSING


class CommentInput(Model):
    """A comment on an issue."""

    body: Annotated[RichText | MISSING, Field(description="The text, in the Atlassian Document Format.")] = MISSING
    visibility: Annotated[Visibility | MISSING, Field(description="Who may see it, where not all may.")] = MISSING


class RemoteObject(Model):
    """A thing in another application."""

    url: Annotated[StrictStr, Field(description="The address of the thing.")]
    title: Annotated[StrictStr, Field(description="What the thing is called.")]
    summary: Annotated[StrictStr | MISSING, Field(description="A few words on it.")] = MISSING
    icon: Annotated[Icon | MISSING, Field(description="The picture that stands for it.")] = MISSING
    status: Annotated[Status | MISSING, Field(description="Whether it is done.")] = MISSING


class CreateIssuesBody(Model):
    """Issues to create."""

    model_config = ConfigDict(
        extra="forbid",
    )
    issueUpdates: Annotated[
        list[IssueUpdateDetailsInput],
        Field(
            description="The issues.",
            json_schema_extra={
                "rules": {
                    "allOf": [{"minItems": 1, "maxItems": 50, "items": {"required": ["fields"], "properties": {"fields": {"properties": {"project": {"$ref": "#/$defs/ProjectReference"}}}}}}],
                    "$defs": {
                        "ProjectReference": {
                            "type": "object",
                            "minProperties": 1,
                            "properties": {"id": {"type": "string"}, "key": {"type": "string"}},
                            "additionalProperties": False,
                        }
                    },
                }
            },
        ),
    ]


class IssueTypeWithStatus(Model):
    """A type of issue with the statuses that its issues can have."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr, Field(description="The id of the type.")]
    name: Annotated[StrictStr, Field(description="The name of the type.")]
    self: Annotated[StrictStr, Field(description="The address of the type.")]
    subtask: Annotated[StrictBool, Field(description="Whether issues of this type need a parent.")]
    statuses: Annotated[list[StatusDetails], Field(description="The statuses.")]


class IssueUpdateDetails(Model):
    """What to write to an issue."""

    fields: Annotated[IssueUpdateDetailsFields | MISSING, Field(description="The fields to set, by name.")] = MISSING
    update: Annotated[IssueUpdateDetailsUpdate | MISSING, Field(description="Steps to take with fields, by name.")] = (
        MISSING
    )
    transition: Annotated[IssueTransition | MISSING, Field(description="The transition to take.")] = MISSING


class IssuesUpdateBean(Model):
    """Issues to create."""

    issueUpdates: Annotated[list[IssueUpdateDetails] | MISSING, Field(description="The issues.")] = MISSING


class CreatedIssues(Model):
    """What became of issues to create."""

    model_config = ConfigDict(
        extra="forbid",
    )
    issues: Annotated[
        list[CreatedIssue] | MISSING,
        Field(description="Those that were created, in the order in which they were given."),
    ] = MISSING
    errors: Annotated[list[BulkOperationErrorResult] | MISSING, Field(description="What is wrong with the others.")] = (
        MISSING
    )


class PageOfCreateMetaIssueTypes(Model):
    """A page of types that a new issue can have."""

    startAt: Annotated[StrictInt | MISSING, Field(description="How many were passed over.")] = MISSING
    maxResults: Annotated[StrictInt | MISSING, Field(description="How many the page may hold.")] = MISSING
    total: Annotated[StrictInt | MISSING, Field(description="How many there are in all.")] = MISSING
    issueTypes: Annotated[list[IssueTypeIssueCreateMetadata] | MISSING, Field(description="The types.")] = MISSING


class IssueCreateMetadata(Model):
    """What new issues can be."""

    model_config = ConfigDict(
        extra="forbid",
    )
    expand: Annotated[StrictStr | MISSING, Field(description="What else could be asked for.")] = MISSING
    projects: Annotated[list[ProjectIssueCreateMetadata] | MISSING, Field(description="The projects.")] = MISSING


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


class PageOfComments(Model):
    """A page of comments."""

    startAt: Annotated[StrictInt | MISSING, Field(description="How many were passed over.")] = MISSING
    maxResults: Annotated[StrictInt | MISSING, Field(description="How many the page may hold.")] = MISSING
    total: Annotated[StrictInt | MISSING, Field(description="How many there are in all.")] = MISSING
    comments: Annotated[list[Comment] | MISSING, Field(description="The comments.")] = MISSING


class RemoteIssueLink(Model):
    """A link from an issue to a thing in another application."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictInt | MISSING, Field(description="The id of the link.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The address of the link.")] = MISSING
    globalId: Annotated[StrictStr | MISSING, Field(description="The id of the thing, chosen by whoever links it.")] = (
        MISSING
    )
    application: Annotated[Application | MISSING, Field(description="The application that holds the thing.")] = MISSING
    relationship: Annotated[StrictStr | MISSING, Field(description="How the issue is related to it.")] = MISSING
    object: Annotated[RemoteObject | MISSING, Field(description="The thing.")] = MISSING


class RemoteIssueLinkRequest(Model):
    """A link to write."""

    globalId: Annotated[
        StrictStr | MISSING,
        Field(
            description="The id of the thing; one that the issue is linked to already is replaced.",
            max_length=255,
            min_length=1,
        ),
    ] = MISSING
    application: Annotated[Application | MISSING, Field(description="The application that holds the thing.")] = MISSING
    relationship: Annotated[StrictStr | MISSING, Field(description="How the issue is related to it.")] = MISSING
    object: Annotated[RemoteObject, Field(description="The thing.")]


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


class SearchAndReconcileResults(Model):
    """A page of issues."""

    model_config = ConfigDict(
        extra="forbid",
    )
    issues: Annotated[list[IssueBean] | MISSING, Field(description="The issues.")] = MISSING
    isLast: Annotated[StrictBool | MISSING, Field(description="Whether there is no page after this one.")] = MISSING
    nextPageToken: Annotated[StrictStr | MISSING, Field(description="The token of the next page, if there is one.")] = (
        MISSING
    )


class SearchResults(Model):
    """A page of issues, and how many there are."""

    model_config = ConfigDict(
        extra="forbid",
    )
    startAt: Annotated[StrictInt | MISSING, Field(description="How many were passed over.")] = MISSING
    maxResults: Annotated[StrictInt | MISSING, Field(description="How many the page may hold.")] = MISSING
    total: Annotated[StrictInt | MISSING, Field(description="How many there are in all.")] = MISSING
    issues: Annotated[list[IssueBean] | MISSING, Field(description="The issues.")] = MISSING
