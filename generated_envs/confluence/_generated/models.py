"""Models of the API, for people: what its documents hold, by name. Generated; edits are lost."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from atlasgen.runtime.typed import Model, RootModel, StrictInt
from pydantic import MISSING, ConfigDict, Field, StrictBool, StrictStr


class PageBodyWrite(Model):
    """A text and the format that it is in."""

    model_config = ConfigDict(
        extra="forbid",
    )
    representation: Annotated[
        Literal["storage", "atlas_doc_format", "wiki"], Field(description="The format of the text.")
    ]
    value: Annotated[StrictStr, Field(description="The text.")]


class CommentBodyWrite(Model):
    """A text and the format that it is in."""

    model_config = ConfigDict(
        extra="forbid",
    )
    representation: Annotated[
        Literal["storage", "atlas_doc_format", "wiki"], Field(description="The format of the text.")
    ]
    value: Annotated[StrictStr, Field(description="The text.")]


class PrimaryBodyRepresentation(RootModel[Literal["storage", "atlas_doc_format"]]):
    root: Annotated[
        Literal["storage", "atlas_doc_format"], Field(description="A format that the texts of a list can be read in.")
    ]


class PrimaryBodyRepresentationSingle(RootModel[Literal["storage", "atlas_doc_format"]]):
    root: Annotated[Literal["storage", "atlas_doc_format"], Field(description="A format that a text can be read in.")]


class SpaceSortOrder(RootModel[Literal["id", "-id", "key", "-key", "name", "-name"]]):
    root: Annotated[Literal["id", "-id", "key", "-key", "name", "-name"], Field(description="An order.")]


class PageSortOrder(
    RootModel[Literal["id", "-id", "created-date", "-created-date", "modified-date", "-modified-date", "title", "-title"]]
):
    root: Annotated[
        Literal["id", "-id", "created-date", "-created-date", "modified-date", "-modified-date", "title", "-title"],
        Field(description="An order."),
    ]


class ChildPageSortOrder(
    RootModel[Literal["created-date", "-created-date", "id", "-id", "child-position", "-child-position", "modified-date", "-modified-date"]]
):
    root: Annotated[
        Literal["created-date", "-created-date", "id", "-id", "child-position", "-child-position", "modified-date", "-modified-date"],
        Field(description="An order."),
    ]


class ContentSortOrder(
    RootModel[Literal["created-date", "-created-date", "id", "-id", "modified-date", "-modified-date", "child-position", "-child-position", "title", "-title"]]
):
    root: Annotated[
        Literal["created-date", "-created-date", "id", "-id", "modified-date", "-modified-date", "child-position", "-child-position", "title", "-title"],
        Field(description="An order."),
    ]


class VersionSortOrder(RootModel[Literal["modified-date", "-modified-date"]]):
    root: Annotated[Literal["modified-date", "-modified-date"], Field(description="An order.")]


class LabelSortOrder(RootModel[Literal["created-date", "-created-date", "id", "-id", "name", "-name"]]):
    root: Annotated[
        Literal["created-date", "-created-date", "id", "-id", "name", "-name"], Field(description="An order.")
    ]


class CommentSortOrder(RootModel[Literal["created-date", "-created-date", "modified-date", "-modified-date"]]):
    root: Annotated[
        Literal["created-date", "-created-date", "modified-date", "-modified-date"], Field(description="An order.")
    ]


class ContentPropertySortOrder(RootModel[Literal["key", "-key"]]):
    root: Annotated[Literal["key", "-key"], Field(description="An order.")]


class AttachmentSortOrder(RootModel[Literal["created-date", "-created-date", "modified-date", "-modified-date"]]):
    root: Annotated[
        Literal["created-date", "-created-date", "modified-date", "-modified-date"], Field(description="An order.")
    ]


class MultiEntityLinks(Model):
    """What a list is linked to."""

    next: Annotated[
        StrictStr | MISSING,
        Field(description="Where the next page of the list is, relative to the origin; not on the last page."),
    ] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class AncestorType(RootModel[Literal["page", "whiteboard", "database", "embed", "folder"]]):
    root: Annotated[
        Literal["page", "whiteboard", "database", "embed", "folder"], Field(description="What an ancestor is.")
    ]


class ContentStatus(RootModel[Literal["current", "draft", "archived", "historical", "trashed", "deleted", "any"]]):
    root: Annotated[
        Literal["current", "draft", "archived", "historical", "trashed", "deleted", "any"],
        Field(description="Whether it is published, and whether it still exists."),
    ]


class OnlyArchivedAndCurrentContentStatus(RootModel[Literal["current", "archived"]]):
    root: Annotated[Literal["current", "archived"], Field(description="Whether it is archived.")]


class ParentContentType(RootModel[Literal["page", "whiteboard", "database", "embed", "folder"]]):
    root: Annotated[
        Literal["page", "whiteboard", "database", "embed", "folder"], Field(description="What the page stands below.")
    ]


class Version(Model):
    """One state of a page, or of something that belongs to it."""

    createdAt: Annotated[StrictStr | MISSING, Field(description="When it was written.")] = MISSING
    message: Annotated[StrictStr | MISSING, Field(description="What the writer said of it.")] = MISSING
    number: Annotated[StrictInt | MISSING, Field(description="1 for the first, and one more with every edit.")] = (
        MISSING
    )
    minorEdit: Annotated[StrictBool | MISSING, Field(description="Whether nobody was told.")] = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the writer.")] = MISSING


class DetailedVersion(Model):
    """One version of a page, and its neighbours."""

    number: Annotated[StrictInt | MISSING, Field(description="1 for the first, and one more with every edit.")] = (
        MISSING
    )
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the writer.")] = MISSING
    message: Annotated[StrictStr | MISSING, Field(description="What the writer said of it.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When it was written.")] = MISSING
    minorEdit: Annotated[StrictBool | MISSING, Field(description="Whether nobody was told.")] = MISSING
    contentTypeModified: Annotated[
        StrictBool | MISSING, Field(description="Whether the page became something else.")
    ] = MISSING
    collaborators: Annotated[
        list[StrictStr] | MISSING, Field(description="The accounts of those who worked on it.")
    ] = MISSING
    prevVersion: Annotated[
        StrictInt | MISSING, Field(description="The number of the version before; not for the first.")
    ] = MISSING
    nextVersion: Annotated[
        StrictInt | MISSING, Field(description="The number of the version after; not for the newest.")
    ] = MISSING


class BodyType(Model):
    """A text and the format that it is in."""

    representation: Annotated[StrictStr | MISSING, Field(description="The format of the text.")] = MISSING
    value: Annotated[StrictStr | MISSING, Field(description="The text.")] = MISSING


class AbstractPageLinks(Model):
    """Where a person finds the page, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The page itself.")] = MISSING
    editui: Annotated[StrictStr | MISSING, Field(description="Its editor.")] = MISSING
    tinyui: Annotated[StrictStr | MISSING, Field(description="A short address.")] = MISSING


class SpaceType(
    RootModel[Literal["global", "collaboration", "knowledge_base", "personal", "system", "onboarding", "xflow_sample_space"]]
):
    root: Annotated[
        Literal["global", "collaboration", "knowledge_base", "personal", "system", "onboarding", "xflow_sample_space"],
        Field(description="What a space is for."),
    ]


class SpaceStatus(RootModel[Literal["current", "archived"]]):
    root: Annotated[Literal["current", "archived"], Field(description="Whether a space is archived.")]


class SpaceLinks(Model):
    """Where a person finds the space, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="Its first page.")] = MISSING


class Label(Model):
    """A label."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the label.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="Its name.")] = MISSING
    prefix: Annotated[StrictStr | MISSING, Field(description="Whose it is; `global` where everybody uses it.")] = (
        MISSING
    )


class UpdateFooterCommentModelVersion(Model):
    """The version that this makes."""

    number: Annotated[StrictInt, Field(description="One more than the number of the version that it follows.")]
    message: Annotated[StrictStr | MISSING, Field(description="What the writer says of it.")] = MISSING


class CommentLinks(Model):
    """Where a person finds the comment, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The comment on its page.")] = MISSING


class ContentProperty(Model):
    """A value that applications keep with a page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the property.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="Its key.")] = MISSING
    value: Annotated[Any | MISSING, Field(description="Its value, which may be anything.")] = MISSING
    version: Version | MISSING = MISSING


class ContentPropertyCreateRequest(Model):
    """A property to be added."""

    key: Annotated[StrictStr, Field(description="Its key.", max_length=255, min_length=1)]
    value: Annotated[Any, Field(description="Its value, which may be anything.")]


class ContentPropertyUpdateRequestVersion(Model):
    """The version that this makes."""

    number: Annotated[StrictInt, Field(description="One more than the number of the version that it follows.")]
    message: Annotated[StrictStr | MISSING, Field(description="What the writer says of it.")] = MISSING


class ContentPropertyUpdateRequest(Model):
    """A property with another value."""

    key: Annotated[StrictStr, Field(description="Its key.", max_length=255, min_length=1)]
    value: Annotated[Any, Field(description="Its value, which may be anything.")]
    version: Annotated[ContentPropertyUpdateRequestVersion, Field(description="The version that this makes.")]


class AttachmentLinks(Model):
    """Where the attachment is, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="Where a person finds it.")] = MISSING
    download: Annotated[StrictStr | MISSING, Field(description="Where the file is.")] = MISSING


class UserLinks(Model):
    """Where the user is."""

    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The user itself.")] = MISSING


class SearchLinks(Model):
    """What a search is linked to."""

    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING
    next: Annotated[
        StrictStr | MISSING,
        Field(description="Where the next page of results is, relative to the origin; not on the last page."),
    ] = MISSING


class Breadcrumb(Model):
    """A step on the way to something."""

    label: Annotated[StrictStr, Field(description="What it says.")]
    url: Annotated[StrictStr, Field(description="Where it leads.")]
    separator: Annotated[StrictStr, Field(description="What stands between it and the next.")]


class ContainerSummary(Model):
    """The space of something that was found."""

    title: Annotated[StrictStr, Field(description="The name of the space.")]
    displayUrl: Annotated[StrictStr, Field(description="Where a person finds it, relative to the base.")]


class ContentLinks(Model):
    """Where the page is."""

    webui: Annotated[StrictStr | MISSING, Field(description="Where a person finds it, relative to the base.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The page itself.")] = MISSING


class SpaceV1Links(Model):
    """Where the space is."""

    webui: Annotated[StrictStr | MISSING, Field(description="Where a person finds it, relative to the base.")] = MISSING
    self: Annotated[StrictStr | MISSING, Field(description="The space itself.")] = MISSING


class LabelArrayLinks(Model):
    """What a list of labels is linked to."""

    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class LabelV1(Model):
    """A label, as version 1 shows it."""

    prefix: Annotated[StrictStr, Field(description="Whose it is; `global` where everybody uses it.")]
    name: Annotated[StrictStr, Field(description="Its name.")]
    id: Annotated[StrictStr, Field(description="The id of the label.")]
    label: Annotated[StrictStr, Field(description="Its name once more.")]


class LabelCreate(Model):
    """A label to be added."""

    prefix: Annotated[StrictStr, Field(description="Whose it is; `global` where everybody uses it.", min_length=1)]
    name: Annotated[StrictStr, Field(description="Its name.", max_length=255, min_length=1)]


class LabelCreateArray(RootModel[list[LabelCreate]]):
    """Labels to be added."""

    root: Annotated[list[LabelCreate], Field(description="Labels to be added.")]


class TextInFormat(Model):
    """A text; its format is what it stands below."""

    model_config = ConfigDict(
        extra="forbid",
    )
    representation: Annotated[
        Literal["storage", "atlas_doc_format", "wiki"] | MISSING, Field(description="The format of the text.")
    ] = MISSING
    value: Annotated[StrictStr, Field(description="The text.")]


class GetSpaceByIdResponseLinks(Model):
    """Where a person finds the space, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="Its first page.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class GetSpaceByIdResponse(Model):
    """A space that holds pages."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the space.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the space.")] = MISSING
    type: SpaceType | MISSING = MISSING
    status: SpaceStatus | MISSING = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of who created it.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When the space was created.")] = MISSING
    homepageId: Annotated[StrictStr | None | MISSING, Field(description="The id of its home page.")] = MISSING
    field_links: Annotated[
        GetSpaceByIdResponseLinks | MISSING,
        Field(alias="_links", description="Where a person finds the space, relative to the base."),
    ] = MISSING


class CreatePageResponseLabels(Model):
    """The labels of the page, if they are asked for."""

    results: list[Label] | MISSING = MISSING


class CreatePageResponseProperties(Model):
    """The properties of the page, if they are asked for."""

    results: list[ContentProperty] | MISSING = MISSING


class CreatePageResponseVersions(Model):
    """The versions of the page, if they are asked for."""

    results: list[Version] | MISSING = MISSING


class CreatePageResponseLinks(Model):
    """Where a person finds the page, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The page itself.")] = MISSING
    editui: Annotated[StrictStr | MISSING, Field(description="Its editor.")] = MISSING
    tinyui: Annotated[StrictStr | MISSING, Field(description="A short address.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class GetPageByIdResponseLabels(Model):
    """The labels of the page, if they are asked for."""

    results: list[Label] | MISSING = MISSING


class GetPageByIdResponseProperties(Model):
    """The properties of the page, if they are asked for."""

    results: list[ContentProperty] | MISSING = MISSING


class GetPageByIdResponseVersions(Model):
    """The versions of the page, if they are asked for."""

    results: list[Version] | MISSING = MISSING


class GetPageByIdResponseLinks(Model):
    """Where a person finds the page, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The page itself.")] = MISSING
    editui: Annotated[StrictStr | MISSING, Field(description="Its editor.")] = MISSING
    tinyui: Annotated[StrictStr | MISSING, Field(description="A short address.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class UpdatePageBodyVersion(Model):
    """The version that this makes."""

    number: Annotated[StrictInt, Field(description="One more than the number of the version that it follows.")]
    message: Annotated[StrictStr | MISSING, Field(description="What the writer says of it.")] = MISSING


class UpdatePageResponseLabels(Model):
    """The labels of the page, if they are asked for."""

    results: list[Label] | MISSING = MISSING


class UpdatePageResponseProperties(Model):
    """The properties of the page, if they are asked for."""

    results: list[ContentProperty] | MISSING = MISSING


class UpdatePageResponseVersions(Model):
    """The versions of the page, if they are asked for."""

    results: list[Version] | MISSING = MISSING


class UpdatePageResponseLinks(Model):
    """Where a person finds the page, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The page itself.")] = MISSING
    editui: Annotated[StrictStr | MISSING, Field(description="Its editor.")] = MISSING
    tinyui: Annotated[StrictStr | MISSING, Field(description="A short address.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class UpdatePageTitleBody(Model):
    status: Annotated[
        Literal["current", "draft"], Field(description="Whether the page is published; a published page stays so.")
    ]
    title: Annotated[StrictStr, Field(description="The title.", max_length=255, min_length=1)]


class UpdatePageTitleResponseLabels(Model):
    """The labels of the page, if they are asked for."""

    results: list[Label] | MISSING = MISSING


class UpdatePageTitleResponseProperties(Model):
    """The properties of the page, if they are asked for."""

    results: list[ContentProperty] | MISSING = MISSING


class UpdatePageTitleResponseVersions(Model):
    """The versions of the page, if they are asked for."""

    results: list[Version] | MISSING = MISSING


class UpdatePageTitleResponseLinks(Model):
    """Where a person finds the page, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The page itself.")] = MISSING
    editui: Annotated[StrictStr | MISSING, Field(description="Its editor.")] = MISSING
    tinyui: Annotated[StrictStr | MISSING, Field(description="A short address.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class GetPageLabelsResponse(Model):
    results: list[Label] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class GetLabelsResponse(Model):
    results: list[Label] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class CreateFooterCommentResponse201Links(Model):
    """Where a person finds the comment, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The comment on its page.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class GetFooterCommentByIdResponseLinks(Model):
    """Where a person finds the comment, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The comment on its page.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class GetPageContentPropertiesResponse(Model):
    results: list[ContentProperty] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class GetAttachmentByIdResponseLinks(Model):
    """Where the attachment is, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="Where a person finds it.")] = MISSING
    download: Annotated[StrictStr | MISSING, Field(description="Where the file is.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class GetAttachmentByIdResponse(Model):
    """A file that is attached to a page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the attachment.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The name of the file.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When it was attached.")] = MISSING
    pageId: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    mediaType: Annotated[StrictStr | MISSING, Field(description="The media type of the file.")] = MISSING
    mediaTypeDescription: Annotated[StrictStr | MISSING, Field(description="The media type in words.")] = MISSING
    comment: Annotated[StrictStr | MISSING, Field(description="What was said of the file.")] = MISSING
    fileId: Annotated[StrictStr | MISSING, Field(description="The id of the file, as texts name it.")] = MISSING
    fileSize: Annotated[StrictInt | MISSING, Field(description="The size of the file in bytes.")] = MISSING
    webuiLink: Annotated[StrictStr | MISSING, Field(description="Where a person finds it.")] = MISSING
    downloadLink: Annotated[StrictStr | MISSING, Field(description="Where the file is.")] = MISSING
    version: Version | MISSING = MISSING
    field_links: Annotated[
        GetAttachmentByIdResponseLinks | MISSING,
        Field(alias="_links", description="Where the attachment is, relative to the base."),
    ] = MISSING


class PageNestedBodyWrite(Model):
    """A text below the name of its format; one format at a time."""

    model_config = ConfigDict(
        extra="forbid",
    )
    storage: TextInFormat | MISSING = MISSING
    atlas_doc_format: TextInFormat | MISSING = MISSING
    wiki: TextInFormat | MISSING = MISSING


class CommentNestedBodyWrite(Model):
    """A text below the name of its format; one format at a time."""

    model_config = ConfigDict(
        extra="forbid",
    )
    storage: TextInFormat | MISSING = MISSING
    atlas_doc_format: TextInFormat | MISSING = MISSING
    wiki: TextInFormat | MISSING = MISSING


class PageSingleLabels(Model):
    """The labels of the page, if they are asked for."""

    results: list[Label] | MISSING = MISSING


class PageSingleProperties(Model):
    """The properties of the page, if they are asked for."""

    results: list[ContentProperty] | MISSING = MISSING


class PageSingleVersions(Model):
    """The versions of the page, if they are asked for."""

    results: list[Version] | MISSING = MISSING


class ChildPage(Model):
    """A page below another one."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    status: OnlyArchivedAndCurrentContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    spaceId: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    childPosition: Annotated[
        StrictInt | None | MISSING, Field(description="The place among the pages below the same parent.")
    ] = MISSING


class ChildrenResponse(Model):
    """What stands below a page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    status: OnlyArchivedAndCurrentContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    type: Annotated[StrictStr | MISSING, Field(description="What it is.")] = MISSING
    spaceId: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    childPosition: Annotated[
        StrictInt | None | MISSING, Field(description="The place among the pages below the same parent.")
    ] = MISSING


class Ancestor(Model):
    """What a page stands below."""

    id: Annotated[StrictStr | MISSING, Field(description="Its id.")] = MISSING
    type: AncestorType | MISSING = MISSING


class BodySingle(Model):
    """The text of a page or a comment, below the name of its format."""

    storage: BodyType | MISSING = MISSING
    atlas_doc_format: BodyType | MISSING = MISSING


class BodyBulk(Model):
    """The text of something in a list, below the name of its format."""

    storage: BodyType | MISSING = MISSING
    atlas_doc_format: BodyType | MISSING = MISSING


class SpaceSingle(Model):
    """A space that holds pages."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the space.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the space.")] = MISSING
    type: SpaceType | MISSING = MISSING
    status: SpaceStatus | MISSING = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of who created it.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When the space was created.")] = MISSING
    homepageId: Annotated[StrictStr | None | MISSING, Field(description="The id of its home page.")] = MISSING
    field_links: Annotated[SpaceLinks | MISSING, Field(alias="_links")] = MISSING


class SpaceBulk(Model):
    """A space in a list."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the space.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the space.")] = MISSING
    type: SpaceType | MISSING = MISSING
    status: SpaceStatus | MISSING = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of who created it.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When the space was created.")] = MISSING
    homepageId: Annotated[StrictStr | None | MISSING, Field(description="The id of its home page.")] = MISSING
    field_links: Annotated[SpaceLinks | MISSING, Field(alias="_links")] = MISSING


class FooterCommentModel(Model):
    """A comment at the foot of a page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the comment.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the comment.")] = MISSING
    pageId: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    parentCommentId: Annotated[StrictStr | MISSING, Field(description="The id of the comment that it answers.")] = (
        MISSING
    )
    version: Version | MISSING = MISSING
    body: BodySingle | MISSING = MISSING
    field_links: Annotated[CommentLinks | MISSING, Field(alias="_links")] = MISSING


class PageCommentModel(Model):
    """A comment in the list of those of a page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the comment.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the comment.")] = MISSING
    pageId: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    version: Version | MISSING = MISSING
    body: BodyBulk | MISSING = MISSING
    field_links: Annotated[CommentLinks | MISSING, Field(alias="_links")] = MISSING


class ChildrenCommentModel(Model):
    """A comment in the list of those that answer another one."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the comment.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the comment.")] = MISSING
    parentCommentId: Annotated[StrictStr | MISSING, Field(description="The id of the comment that it answers.")] = (
        MISSING
    )
    version: Version | MISSING = MISSING
    body: BodyBulk | MISSING = MISSING
    field_links: Annotated[CommentLinks | MISSING, Field(alias="_links")] = MISSING


class CreateFooterCommentModel(Model):
    """A comment to be written."""

    pageId: Annotated[StrictStr | MISSING, Field(description="The id of the page; not for an answer to a comment.")] = (
        MISSING
    )
    parentCommentId: Annotated[StrictStr | MISSING, Field(description="The id of the comment that it answers.")] = (
        MISSING
    )
    body: Annotated[CommentBodyWrite | CommentNestedBodyWrite, Field(description="The text of the comment.")]


class UpdateFooterCommentModel(Model):
    """A comment with another text."""

    version: Annotated[UpdateFooterCommentModelVersion, Field(description="The version that this makes.")]
    body: Annotated[CommentBodyWrite | CommentNestedBodyWrite, Field(description="The text of the comment.")]


class AttachmentBulk(Model):
    """A file that is attached to a page, in a list."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the attachment.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The name of the file.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When it was attached.")] = MISSING
    pageId: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    mediaType: Annotated[StrictStr | MISSING, Field(description="The media type of the file.")] = MISSING
    mediaTypeDescription: Annotated[StrictStr | MISSING, Field(description="The media type in words.")] = MISSING
    comment: Annotated[StrictStr | MISSING, Field(description="What was said of the file.")] = MISSING
    fileId: Annotated[StrictStr | MISSING, Field(description="The id of the file, as texts name it.")] = MISSING
    fileSize: Annotated[StrictInt | MISSING, Field(description="The size of the file in bytes.")] = MISSING
    webuiLink: Annotated[StrictStr | MISSING, Field(description="Where a person finds it.")] = MISSING
    downloadLink: Annotated[StrictStr | MISSING, Field(description="Where the file is.")] = MISSING
    version: Version | MISSING = MISSING
    field_links: Annotated[AttachmentLinks | MISSING, Field(alias="_links")] = MISSING


class AttachmentSingle(Model):
    """A file that is attached to a page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the attachment.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The name of the file.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When it was attached.")] = MISSING
    pageId: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    mediaType: Annotated[StrictStr | MISSING, Field(description="The media type of the file.")] = MISSING
    mediaTypeDescription: Annotated[StrictStr | MISSING, Field(description="The media type in words.")] = MISSING
    comment: Annotated[StrictStr | MISSING, Field(description="What was said of the file.")] = MISSING
    fileId: Annotated[StrictStr | MISSING, Field(description="The id of the file, as texts name it.")] = MISSING
    fileSize: Annotated[StrictInt | MISSING, Field(description="The size of the file in bytes.")] = MISSING
    webuiLink: Annotated[StrictStr | MISSING, Field(description="Where a person finds it.")] = MISSING
    downloadLink: Annotated[StrictStr | MISSING, Field(description="Where the file is.")] = MISSING
    version: Version | MISSING = MISSING
    field_links: Annotated[AttachmentLinks | MISSING, Field(alias="_links")] = MISSING


class User(Model):
    """A person who works with the wiki."""

    type: Annotated[Literal["known", "unknown", "anonymous", "user"], Field(description="What is known of the person.")]
    accountId: Annotated[StrictStr | MISSING, Field(description="The account.")] = MISSING
    accountType: Annotated[
        Literal["atlassian", "app", ""] | MISSING, Field(description="Whether it is a person or a program.")
    ] = MISSING
    email: Annotated[StrictStr | None | MISSING, Field(description="The address for mail.")] = MISSING
    publicName: Annotated[StrictStr | MISSING, Field(description="The name that everybody sees.")] = MISSING
    displayName: Annotated[StrictStr | None | MISSING, Field(description="The name in full.")] = MISSING
    field_links: Annotated[UserLinks | MISSING, Field(alias="_links")] = MISSING


class Space(Model):
    """A space, as version 1 shows it."""

    key: Annotated[StrictStr, Field(description="The key of the space.")]
    name: Annotated[StrictStr, Field(description="The name of the space.")]
    type: Annotated[StrictStr, Field(description="What it is for.")]
    status: Annotated[StrictStr, Field(description="Whether it is archived.")]
    field_expandable: Annotated[
        dict[str, Any], Field(alias="_expandable", description="What could be asked for besides.")
    ]
    field_links: Annotated[SpaceV1Links, Field(alias="_links")]


class LabelArray(Model):
    """Labels of a page."""

    results: list[LabelV1]
    start: Annotated[StrictInt | MISSING, Field(description="How many labels stand before these.")] = MISSING
    limit: Annotated[StrictInt | MISSING, Field(description="How many labels an answer holds at most.")] = MISSING
    size: Annotated[StrictInt, Field(description="How many labels these are.")]
    field_links: Annotated[LabelArrayLinks | MISSING, Field(alias="_links")] = MISSING


class GetSpacesResponse(Model):
    results: list[SpaceBulk] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class CreatePageBody(Model):
    spaceId: Annotated[StrictStr, Field(description="The id of the space.", min_length=1)]
    status: Annotated[Literal["current", "draft"] | MISSING, Field(description="Whether the page is published.")] = (
        MISSING
    )
    title: Annotated[
        StrictStr | MISSING,
        Field(description="The title; needed unless the page is a draft.", max_length=255, min_length=1),
    ] = MISSING
    parentId: Annotated[StrictStr | MISSING, Field(description="The id of the page that it stands below.")] = MISSING
    body: Annotated[PageBodyWrite | PageNestedBodyWrite | MISSING, Field(description="The text of the page.")] = MISSING


class CreatePageResponse(Model):
    """A page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    spaceId: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    parentId: Annotated[
        StrictStr | None | MISSING, Field(description="The id of the page above; null for a home page.")
    ] = MISSING
    parentType: ParentContentType | None | MISSING = MISSING
    position: Annotated[
        StrictInt | None | MISSING, Field(description="The place among the pages below the same parent.")
    ] = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the author.")] = MISSING
    ownerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner.")] = MISSING
    lastOwnerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner before.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When the page was created.")] = MISSING
    version: Version | MISSING = MISSING
    body: BodySingle | MISSING = MISSING
    labels: Annotated[
        CreatePageResponseLabels | MISSING, Field(description="The labels of the page, if they are asked for.")
    ] = MISSING
    properties: Annotated[
        CreatePageResponseProperties | MISSING, Field(description="The properties of the page, if they are asked for.")
    ] = MISSING
    versions: Annotated[
        CreatePageResponseVersions | MISSING, Field(description="The versions of the page, if they are asked for.")
    ] = MISSING
    field_links: Annotated[
        CreatePageResponseLinks | MISSING,
        Field(alias="_links", description="Where a person finds the page, relative to the base."),
    ] = MISSING


class GetPageByIdResponse(Model):
    """A page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    spaceId: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    parentId: Annotated[
        StrictStr | None | MISSING, Field(description="The id of the page above; null for a home page.")
    ] = MISSING
    parentType: ParentContentType | None | MISSING = MISSING
    position: Annotated[
        StrictInt | None | MISSING, Field(description="The place among the pages below the same parent.")
    ] = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the author.")] = MISSING
    ownerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner.")] = MISSING
    lastOwnerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner before.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When the page was created.")] = MISSING
    version: Version | MISSING = MISSING
    body: BodySingle | MISSING = MISSING
    labels: Annotated[
        GetPageByIdResponseLabels | MISSING, Field(description="The labels of the page, if they are asked for.")
    ] = MISSING
    properties: Annotated[
        GetPageByIdResponseProperties | MISSING, Field(description="The properties of the page, if they are asked for.")
    ] = MISSING
    versions: Annotated[
        GetPageByIdResponseVersions | MISSING, Field(description="The versions of the page, if they are asked for.")
    ] = MISSING
    field_links: Annotated[
        GetPageByIdResponseLinks | MISSING,
        Field(alias="_links", description="Where a person finds the page, relative to the base."),
    ] = MISSING


class UpdatePageBody(Model):
    id: Annotated[StrictStr, Field(description="The id of the page, as in the path.")]
    status: Annotated[
        Literal["current", "draft"], Field(description="Whether the page is published; a published page stays so.")
    ]
    title: Annotated[StrictStr, Field(description="The title.", max_length=255, min_length=1)]
    spaceId: Annotated[StrictStr | MISSING, Field(description="The id of the space, which cannot be changed.")] = (
        MISSING
    )
    parentId: Annotated[
        StrictStr | MISSING,
        Field(description="The id of the page that it shall stand below; it stays where it is without it."),
    ] = MISSING
    ownerId: Annotated[StrictStr | MISSING, Field(description="The account of the owner; as before without it.")] = (
        MISSING
    )
    body: Annotated[PageBodyWrite | PageNestedBodyWrite, Field(description="The text of the page.")]
    version: Annotated[UpdatePageBodyVersion, Field(description="The version that this makes.")]


class UpdatePageResponse(Model):
    """A page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    spaceId: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    parentId: Annotated[
        StrictStr | None | MISSING, Field(description="The id of the page above; null for a home page.")
    ] = MISSING
    parentType: ParentContentType | None | MISSING = MISSING
    position: Annotated[
        StrictInt | None | MISSING, Field(description="The place among the pages below the same parent.")
    ] = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the author.")] = MISSING
    ownerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner.")] = MISSING
    lastOwnerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner before.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When the page was created.")] = MISSING
    version: Version | MISSING = MISSING
    body: BodySingle | MISSING = MISSING
    labels: Annotated[
        UpdatePageResponseLabels | MISSING, Field(description="The labels of the page, if they are asked for.")
    ] = MISSING
    properties: Annotated[
        UpdatePageResponseProperties | MISSING, Field(description="The properties of the page, if they are asked for.")
    ] = MISSING
    versions: Annotated[
        UpdatePageResponseVersions | MISSING, Field(description="The versions of the page, if they are asked for.")
    ] = MISSING
    field_links: Annotated[
        UpdatePageResponseLinks | MISSING,
        Field(alias="_links", description="Where a person finds the page, relative to the base."),
    ] = MISSING


class UpdatePageTitleResponse(Model):
    """A page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    spaceId: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    parentId: Annotated[
        StrictStr | None | MISSING, Field(description="The id of the page above; null for a home page.")
    ] = MISSING
    parentType: ParentContentType | None | MISSING = MISSING
    position: Annotated[
        StrictInt | None | MISSING, Field(description="The place among the pages below the same parent.")
    ] = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the author.")] = MISSING
    ownerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner.")] = MISSING
    lastOwnerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner before.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When the page was created.")] = MISSING
    version: Version | MISSING = MISSING
    body: BodySingle | MISSING = MISSING
    labels: Annotated[
        UpdatePageTitleResponseLabels | MISSING, Field(description="The labels of the page, if they are asked for.")
    ] = MISSING
    properties: Annotated[
        UpdatePageTitleResponseProperties | MISSING,
        Field(description="The properties of the page, if they are asked for."),
    ] = MISSING
    versions: Annotated[
        UpdatePageTitleResponseVersions | MISSING, Field(description="The versions of the page, if they are asked for.")
    ] = MISSING
    field_links: Annotated[
        UpdatePageTitleResponseLinks | MISSING,
        Field(alias="_links", description="Where a person finds the page, relative to the base."),
    ] = MISSING


class GetChildPagesResponse(Model):
    results: list[ChildPage] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class GetPageDirectChildrenResponse(Model):
    results: list[ChildrenResponse] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class GetPageAncestorsResponse(Model):
    results: list[Ancestor] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class GetPageFooterCommentsResponse(Model):
    results: list[PageCommentModel] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class CreateFooterCommentResponse201(Model):
    """A comment at the foot of a page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the comment.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the comment.")] = MISSING
    pageId: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    parentCommentId: Annotated[StrictStr | MISSING, Field(description="The id of the comment that it answers.")] = (
        MISSING
    )
    version: Version | MISSING = MISSING
    body: BodySingle | MISSING = MISSING
    field_links: Annotated[
        CreateFooterCommentResponse201Links | MISSING,
        Field(alias="_links", description="Where a person finds the comment, relative to the base."),
    ] = MISSING


class GetFooterCommentByIdResponse(Model):
    """A comment at the foot of a page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the comment.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the comment.")] = MISSING
    pageId: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    parentCommentId: Annotated[StrictStr | MISSING, Field(description="The id of the comment that it answers.")] = (
        MISSING
    )
    version: Version | MISSING = MISSING
    body: BodySingle | MISSING = MISSING
    field_links: Annotated[
        GetFooterCommentByIdResponseLinks | MISSING,
        Field(alias="_links", description="Where a person finds the comment, relative to the base."),
    ] = MISSING


class GetFooterCommentChildrenResponse(Model):
    results: list[ChildrenCommentModel] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class GetPageAttachmentsResponse(Model):
    results: list[AttachmentBulk] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class PageSingle(Model):
    """A page."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    spaceId: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    parentId: Annotated[
        StrictStr | None | MISSING, Field(description="The id of the page above; null for a home page.")
    ] = MISSING
    parentType: ParentContentType | None | MISSING = MISSING
    position: Annotated[
        StrictInt | None | MISSING, Field(description="The place among the pages below the same parent.")
    ] = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the author.")] = MISSING
    ownerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner.")] = MISSING
    lastOwnerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner before.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When the page was created.")] = MISSING
    version: Version | MISSING = MISSING
    body: BodySingle | MISSING = MISSING
    labels: Annotated[
        PageSingleLabels | MISSING, Field(description="The labels of the page, if they are asked for.")
    ] = MISSING
    properties: Annotated[
        PageSingleProperties | MISSING, Field(description="The properties of the page, if they are asked for.")
    ] = MISSING
    versions: Annotated[
        PageSingleVersions | MISSING, Field(description="The versions of the page, if they are asked for.")
    ] = MISSING
    field_links: Annotated[AbstractPageLinks | MISSING, Field(alias="_links")] = MISSING


class PageBulk(Model):
    """A page in a list."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    status: ContentStatus | MISSING = MISSING
    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    spaceId: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    parentId: Annotated[
        StrictStr | None | MISSING, Field(description="The id of the page above; null for a home page.")
    ] = MISSING
    parentType: ParentContentType | None | MISSING = MISSING
    position: Annotated[
        StrictInt | None | MISSING, Field(description="The place among the pages below the same parent.")
    ] = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the author.")] = MISSING
    ownerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner.")] = MISSING
    lastOwnerId: Annotated[StrictStr | None | MISSING, Field(description="The account of the owner before.")] = MISSING
    createdAt: Annotated[StrictStr | MISSING, Field(description="When the page was created.")] = MISSING
    version: Version | MISSING = MISSING
    body: BodyBulk | MISSING = MISSING
    field_links: Annotated[AbstractPageLinks | MISSING, Field(alias="_links")] = MISSING


class VersionedEntity(Model):
    """The page as it was in a version."""

    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    body: BodyBulk | MISSING = MISSING


class Content(Model):
    """A page, as version 1 shows it."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the page.")] = MISSING
    type: Annotated[StrictStr, Field(description="What it is.")]
    status: Annotated[StrictStr, Field(description="Whether it is published.")]
    title: Annotated[StrictStr | MISSING, Field(description="The title of the page.")] = MISSING
    space: Space | MISSING = MISSING
    field_links: Annotated[ContentLinks | MISSING, Field(alias="_links")] = MISSING


class GetPagesInSpaceResponse(Model):
    results: list[PageBulk] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class GetPagesResponse(Model):
    results: list[PageBulk] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class GetLabelPagesResponse(Model):
    results: list[PageBulk] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class PageVersion(Model):
    """A version of a page in the list of its versions."""

    createdAt: Annotated[StrictStr | MISSING, Field(description="When it was written.")] = MISSING
    message: Annotated[StrictStr | MISSING, Field(description="What the writer said of it.")] = MISSING
    number: Annotated[StrictInt | MISSING, Field(description="1 for the first, and one more with every edit.")] = (
        MISSING
    )
    minorEdit: Annotated[StrictBool | MISSING, Field(description="Whether nobody was told.")] = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the writer.")] = MISSING
    page: VersionedEntity | MISSING = MISSING


class SearchResult(Model):
    """Something that was found."""

    content: Content | MISSING = MISSING
    title: Annotated[StrictStr, Field(description="Its title.")]
    excerpt: Annotated[StrictStr, Field(description="How its text begins.")]
    url: Annotated[StrictStr, Field(description="Where a person finds it, relative to the base.")]
    resultGlobalContainer: ContainerSummary | MISSING = MISSING
    breadcrumbs: Annotated[list[Breadcrumb], Field(description="The way to it.")]
    entityType: Annotated[StrictStr, Field(description="What was found.")]
    iconCssClass: Annotated[StrictStr, Field(description="The icon that goes with it.")]
    lastModified: Annotated[StrictStr, Field(description="When it was last changed.")]


class ContentArray(Model):
    """Content, one page of it."""

    results: list[Content]
    limit: Annotated[StrictInt | MISSING, Field(description="How many results a page holds at most.")] = MISSING
    size: Annotated[StrictInt, Field(description="How many results these are.")]
    field_links: Annotated[SearchLinks, Field(alias="_links")]


class GetPageVersionsResponse(Model):
    results: list[PageVersion] | MISSING = MISSING
    field_links: Annotated[MultiEntityLinks | MISSING, Field(alias="_links")] = MISSING


class SearchPageResponseSearchResult(Model):
    """What was found, one page of it."""

    results: list[SearchResult]
    start: Annotated[StrictInt, Field(description="How many results stand before these.")]
    limit: Annotated[StrictInt, Field(description="How many results a page holds at most.")]
    size: Annotated[StrictInt, Field(description="How many results these are.")]
    totalSize: Annotated[StrictInt, Field(description="How many results there are in all.")]
    cqlQuery: Annotated[StrictStr, Field(description="The query.")]
    searchDuration: Annotated[StrictInt, Field(description="How long it took, in milliseconds.")]
    archivedResultCount: Annotated[
        StrictInt | MISSING, Field(description="How many results are of archived spaces.")
    ] = MISSING
    field_links: Annotated[SearchLinks, Field(alias="_links")]
