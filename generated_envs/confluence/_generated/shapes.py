"""Shapes of the values that operations take and return. Generated; edits are lost."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class PageBodyWrite(TypedDict):
    representation: Literal["storage", "atlas_doc_format", "wiki"]
    value: str


class CommentBodyWrite(TypedDict):
    representation: Literal["storage", "atlas_doc_format", "wiki"]
    value: str


PrimaryBodyRepresentation: TypeAlias = Literal["storage", "atlas_doc_format"]


PrimaryBodyRepresentationSingle: TypeAlias = Literal["storage", "atlas_doc_format"]


SpaceSortOrder: TypeAlias = Literal["id", "-id", "key", "-key", "name", "-name"]


PageSortOrder: TypeAlias = Literal["id", "-id", "created-date", "-created-date", "modified-date", "-modified-date", "title", "-title"]


ChildPageSortOrder: TypeAlias = Literal["created-date", "-created-date", "id", "-id", "child-position", "-child-position", "modified-date", "-modified-date"]


ContentSortOrder: TypeAlias = Literal["created-date", "-created-date", "id", "-id", "modified-date", "-modified-date", "child-position", "-child-position", "title", "-title"]


VersionSortOrder: TypeAlias = Literal["modified-date", "-modified-date"]


LabelSortOrder: TypeAlias = Literal["created-date", "-created-date", "id", "-id", "name", "-name"]


CommentSortOrder: TypeAlias = Literal["created-date", "-created-date", "modified-date", "-modified-date"]


ContentPropertySortOrder: TypeAlias = Literal["key", "-key"]


AttachmentSortOrder: TypeAlias = Literal["created-date", "-created-date", "modified-date", "-modified-date"]


class MultiEntityLinks(TypedDict):
    next: NotRequired[str]
    base: NotRequired[str]


AncestorType: TypeAlias = Literal["page", "whiteboard", "database", "embed", "folder"]


ContentStatus: TypeAlias = Literal["current", "draft", "archived", "historical", "trashed", "deleted", "any"]


OnlyArchivedAndCurrentContentStatus: TypeAlias = Literal["current", "archived"]


ParentContentType: TypeAlias = Literal["page", "whiteboard", "database", "embed", "folder"]


class Version(TypedDict):
    createdAt: NotRequired[str]
    message: NotRequired[str]
    number: NotRequired[int]
    minorEdit: NotRequired[bool]
    authorId: NotRequired[str]


class DetailedVersion(TypedDict):
    number: NotRequired[int]
    authorId: NotRequired[str]
    message: NotRequired[str]
    createdAt: NotRequired[str]
    minorEdit: NotRequired[bool]
    contentTypeModified: NotRequired[bool]
    collaborators: NotRequired[list[str]]
    prevVersion: NotRequired[int]
    nextVersion: NotRequired[int]


class BodyType(TypedDict):
    representation: NotRequired[str]
    value: NotRequired[str]


class AbstractPageLinks(TypedDict):
    webui: NotRequired[str]
    editui: NotRequired[str]
    tinyui: NotRequired[str]


SpaceType: TypeAlias = Literal["global", "collaboration", "knowledge_base", "personal", "system", "onboarding", "xflow_sample_space"]


SpaceStatus: TypeAlias = Literal["current", "archived"]


class SpaceLinks(TypedDict):
    webui: NotRequired[str]


class Label(TypedDict):
    id: NotRequired[str]
    name: NotRequired[str]
    prefix: NotRequired[str]


class UpdateFooterCommentModelVersion(TypedDict):
    number: int
    message: NotRequired[str]


class CommentLinks(TypedDict):
    webui: NotRequired[str]


class ContentProperty(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    value: NotRequired[Any]
    version: NotRequired[Version]


class ContentPropertyCreateRequest(TypedDict):
    key: str
    value: Any


class ContentPropertyUpdateRequestVersion(TypedDict):
    number: int
    message: NotRequired[str]


class ContentPropertyUpdateRequest(TypedDict):
    key: str
    value: Any
    version: ContentPropertyUpdateRequestVersion


class AttachmentLinks(TypedDict):
    webui: NotRequired[str]
    download: NotRequired[str]


class UserLinks(TypedDict):
    base: NotRequired[str]
    self: NotRequired[str]


class SearchLinks(TypedDict):
    base: NotRequired[str]
    next: NotRequired[str]


class Breadcrumb(TypedDict):
    label: str
    url: str
    separator: str


class ContainerSummary(TypedDict):
    title: str
    displayUrl: str


class ContentLinks(TypedDict):
    webui: NotRequired[str]
    self: NotRequired[str]


class SpaceV1Links(TypedDict):
    webui: NotRequired[str]
    self: NotRequired[str]


class LabelArrayLinks(TypedDict):
    base: NotRequired[str]


class LabelV1(TypedDict):
    prefix: str
    name: str
    id: str
    label: str


class LabelCreate(TypedDict):
    prefix: str
    name: str


LabelCreateArray: TypeAlias = list[LabelCreate]


class TextInFormat(TypedDict):
    representation: NotRequired[Literal["storage", "atlas_doc_format", "wiki"]]
    value: str


class GetSpaceByIdResponseLinks(TypedDict):
    webui: NotRequired[str]
    base: NotRequired[str]


class GetSpaceByIdResponse(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    type: NotRequired[SpaceType]
    status: NotRequired[SpaceStatus]
    authorId: NotRequired[str]
    createdAt: NotRequired[str]
    homepageId: NotRequired[str | None]
    _links: NotRequired[GetSpaceByIdResponseLinks]


class CreatePageResponseLabels(TypedDict):
    results: NotRequired[list[Label]]


class CreatePageResponseProperties(TypedDict):
    results: NotRequired[list[ContentProperty]]


class CreatePageResponseVersions(TypedDict):
    results: NotRequired[list[Version]]


class CreatePageResponseLinks(TypedDict):
    webui: NotRequired[str]
    editui: NotRequired[str]
    tinyui: NotRequired[str]
    base: NotRequired[str]


class GetPageByIdResponseLabels(TypedDict):
    results: NotRequired[list[Label]]


class GetPageByIdResponseProperties(TypedDict):
    results: NotRequired[list[ContentProperty]]


class GetPageByIdResponseVersions(TypedDict):
    results: NotRequired[list[Version]]


class GetPageByIdResponseLinks(TypedDict):
    webui: NotRequired[str]
    editui: NotRequired[str]
    tinyui: NotRequired[str]
    base: NotRequired[str]


class UpdatePageBodyVersion(TypedDict):
    number: int
    message: NotRequired[str]


class UpdatePageResponseLabels(TypedDict):
    results: NotRequired[list[Label]]


class UpdatePageResponseProperties(TypedDict):
    results: NotRequired[list[ContentProperty]]


class UpdatePageResponseVersions(TypedDict):
    results: NotRequired[list[Version]]


class UpdatePageResponseLinks(TypedDict):
    webui: NotRequired[str]
    editui: NotRequired[str]
    tinyui: NotRequired[str]
    base: NotRequired[str]


class UpdatePageTitleBody(TypedDict):
    status: Literal["current", "draft"]
    title: str


class UpdatePageTitleResponseLabels(TypedDict):
    results: NotRequired[list[Label]]


class UpdatePageTitleResponseProperties(TypedDict):
    results: NotRequired[list[ContentProperty]]


class UpdatePageTitleResponseVersions(TypedDict):
    results: NotRequired[list[Version]]


class UpdatePageTitleResponseLinks(TypedDict):
    webui: NotRequired[str]
    editui: NotRequired[str]
    tinyui: NotRequired[str]
    base: NotRequired[str]


class GetPageLabelsResponse(TypedDict):
    results: NotRequired[list[Label]]
    _links: NotRequired[MultiEntityLinks]


class GetLabelsResponse(TypedDict):
    results: NotRequired[list[Label]]
    _links: NotRequired[MultiEntityLinks]


class CreateFooterCommentResponse201Links(TypedDict):
    webui: NotRequired[str]
    base: NotRequired[str]


class GetFooterCommentByIdResponseLinks(TypedDict):
    webui: NotRequired[str]
    base: NotRequired[str]


class GetPageContentPropertiesResponse(TypedDict):
    results: NotRequired[list[ContentProperty]]
    _links: NotRequired[MultiEntityLinks]


class GetAttachmentByIdResponseLinks(TypedDict):
    webui: NotRequired[str]
    download: NotRequired[str]
    base: NotRequired[str]


class GetAttachmentByIdResponse(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    createdAt: NotRequired[str]
    pageId: NotRequired[str]
    mediaType: NotRequired[str]
    mediaTypeDescription: NotRequired[str]
    comment: NotRequired[str]
    fileId: NotRequired[str]
    fileSize: NotRequired[int]
    webuiLink: NotRequired[str]
    downloadLink: NotRequired[str]
    version: NotRequired[Version]
    _links: NotRequired[GetAttachmentByIdResponseLinks]


class PageNestedBodyWrite(TypedDict):
    storage: NotRequired[TextInFormat]
    atlas_doc_format: NotRequired[TextInFormat]
    wiki: NotRequired[TextInFormat]


class CommentNestedBodyWrite(TypedDict):
    storage: NotRequired[TextInFormat]
    atlas_doc_format: NotRequired[TextInFormat]
    wiki: NotRequired[TextInFormat]


class PageSingleLabels(TypedDict):
    results: NotRequired[list[Label]]


class PageSingleProperties(TypedDict):
    results: NotRequired[list[ContentProperty]]


class PageSingleVersions(TypedDict):
    results: NotRequired[list[Version]]


class ChildPage(TypedDict):
    id: NotRequired[str]
    status: NotRequired[OnlyArchivedAndCurrentContentStatus]
    title: NotRequired[str]
    spaceId: NotRequired[str]
    childPosition: NotRequired[int | None]


class ChildrenResponse(TypedDict):
    id: NotRequired[str]
    status: NotRequired[OnlyArchivedAndCurrentContentStatus]
    title: NotRequired[str]
    type: NotRequired[str]
    spaceId: NotRequired[str]
    childPosition: NotRequired[int | None]


class Ancestor(TypedDict):
    id: NotRequired[str]
    type: NotRequired[AncestorType]


class BodySingle(TypedDict):
    storage: NotRequired[BodyType]
    atlas_doc_format: NotRequired[BodyType]


class BodyBulk(TypedDict):
    storage: NotRequired[BodyType]
    atlas_doc_format: NotRequired[BodyType]


class SpaceSingle(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    type: NotRequired[SpaceType]
    status: NotRequired[SpaceStatus]
    authorId: NotRequired[str]
    createdAt: NotRequired[str]
    homepageId: NotRequired[str | None]
    _links: NotRequired[SpaceLinks]


class SpaceBulk(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    type: NotRequired[SpaceType]
    status: NotRequired[SpaceStatus]
    authorId: NotRequired[str]
    createdAt: NotRequired[str]
    homepageId: NotRequired[str | None]
    _links: NotRequired[SpaceLinks]


class FooterCommentModel(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    pageId: NotRequired[str]
    parentCommentId: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodySingle]
    _links: NotRequired[CommentLinks]


class PageCommentModel(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    pageId: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodyBulk]
    _links: NotRequired[CommentLinks]


class ChildrenCommentModel(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    parentCommentId: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodyBulk]
    _links: NotRequired[CommentLinks]


class CreateFooterCommentModel(TypedDict):
    pageId: NotRequired[str]
    parentCommentId: NotRequired[str]
    body: CommentBodyWrite | CommentNestedBodyWrite


class UpdateFooterCommentModel(TypedDict):
    version: UpdateFooterCommentModelVersion
    body: CommentBodyWrite | CommentNestedBodyWrite


class AttachmentBulk(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    createdAt: NotRequired[str]
    pageId: NotRequired[str]
    mediaType: NotRequired[str]
    mediaTypeDescription: NotRequired[str]
    comment: NotRequired[str]
    fileId: NotRequired[str]
    fileSize: NotRequired[int]
    webuiLink: NotRequired[str]
    downloadLink: NotRequired[str]
    version: NotRequired[Version]
    _links: NotRequired[AttachmentLinks]


class AttachmentSingle(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    createdAt: NotRequired[str]
    pageId: NotRequired[str]
    mediaType: NotRequired[str]
    mediaTypeDescription: NotRequired[str]
    comment: NotRequired[str]
    fileId: NotRequired[str]
    fileSize: NotRequired[int]
    webuiLink: NotRequired[str]
    downloadLink: NotRequired[str]
    version: NotRequired[Version]
    _links: NotRequired[AttachmentLinks]


class User(TypedDict):
    type: Literal["known", "unknown", "anonymous", "user"]
    accountId: NotRequired[str]
    accountType: NotRequired[Literal["atlassian", "app", ""]]
    email: NotRequired[str | None]
    publicName: NotRequired[str]
    displayName: NotRequired[str | None]
    _links: NotRequired[UserLinks]


class Space(TypedDict):
    key: str
    name: str
    type: str
    status: str
    _expandable: dict[str, Any]
    _links: SpaceV1Links


class LabelArray(TypedDict):
    results: list[LabelV1]
    start: NotRequired[int]
    limit: NotRequired[int]
    size: int
    _links: NotRequired[LabelArrayLinks]


class GetSpacesResponse(TypedDict):
    results: NotRequired[list[SpaceBulk]]
    _links: NotRequired[MultiEntityLinks]


class CreatePageBody(TypedDict):
    spaceId: str
    status: NotRequired[Literal["current", "draft"]]
    title: NotRequired[str]
    parentId: NotRequired[str]
    body: NotRequired[PageBodyWrite | PageNestedBodyWrite]


class CreatePageResponse(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    spaceId: NotRequired[str]
    parentId: NotRequired[str | None]
    parentType: NotRequired[ParentContentType | None]
    position: NotRequired[int | None]
    authorId: NotRequired[str]
    ownerId: NotRequired[str | None]
    lastOwnerId: NotRequired[str | None]
    createdAt: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodySingle]
    labels: NotRequired[CreatePageResponseLabels]
    properties: NotRequired[CreatePageResponseProperties]
    versions: NotRequired[CreatePageResponseVersions]
    _links: NotRequired[CreatePageResponseLinks]


class GetPageByIdResponse(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    spaceId: NotRequired[str]
    parentId: NotRequired[str | None]
    parentType: NotRequired[ParentContentType | None]
    position: NotRequired[int | None]
    authorId: NotRequired[str]
    ownerId: NotRequired[str | None]
    lastOwnerId: NotRequired[str | None]
    createdAt: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodySingle]
    labels: NotRequired[GetPageByIdResponseLabels]
    properties: NotRequired[GetPageByIdResponseProperties]
    versions: NotRequired[GetPageByIdResponseVersions]
    _links: NotRequired[GetPageByIdResponseLinks]


class UpdatePageBody(TypedDict):
    id: str
    status: Literal["current", "draft"]
    title: str
    spaceId: NotRequired[str]
    parentId: NotRequired[str]
    ownerId: NotRequired[str]
    body: PageBodyWrite | PageNestedBodyWrite
    version: UpdatePageBodyVersion


class UpdatePageResponse(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    spaceId: NotRequired[str]
    parentId: NotRequired[str | None]
    parentType: NotRequired[ParentContentType | None]
    position: NotRequired[int | None]
    authorId: NotRequired[str]
    ownerId: NotRequired[str | None]
    lastOwnerId: NotRequired[str | None]
    createdAt: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodySingle]
    labels: NotRequired[UpdatePageResponseLabels]
    properties: NotRequired[UpdatePageResponseProperties]
    versions: NotRequired[UpdatePageResponseVersions]
    _links: NotRequired[UpdatePageResponseLinks]


class UpdatePageTitleResponse(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    spaceId: NotRequired[str]
    parentId: NotRequired[str | None]
    parentType: NotRequired[ParentContentType | None]
    position: NotRequired[int | None]
    authorId: NotRequired[str]
    ownerId: NotRequired[str | None]
    lastOwnerId: NotRequired[str | None]
    createdAt: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodySingle]
    labels: NotRequired[UpdatePageTitleResponseLabels]
    properties: NotRequired[UpdatePageTitleResponseProperties]
    versions: NotRequired[UpdatePageTitleResponseVersions]
    _links: NotRequired[UpdatePageTitleResponseLinks]


class GetChildPagesResponse(TypedDict):
    results: NotRequired[list[ChildPage]]
    _links: NotRequired[MultiEntityLinks]


class GetPageDirectChildrenResponse(TypedDict):
    results: NotRequired[list[ChildrenResponse]]
    _links: NotRequired[MultiEntityLinks]


class GetPageAncestorsResponse(TypedDict):
    results: NotRequired[list[Ancestor]]
    _links: NotRequired[MultiEntityLinks]


class GetPageFooterCommentsResponse(TypedDict):
    results: NotRequired[list[PageCommentModel]]
    _links: NotRequired[MultiEntityLinks]


class CreateFooterCommentResponse201(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    pageId: NotRequired[str]
    parentCommentId: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodySingle]
    _links: NotRequired[CreateFooterCommentResponse201Links]


class GetFooterCommentByIdResponse(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    pageId: NotRequired[str]
    parentCommentId: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodySingle]
    _links: NotRequired[GetFooterCommentByIdResponseLinks]


class GetFooterCommentChildrenResponse(TypedDict):
    results: NotRequired[list[ChildrenCommentModel]]
    _links: NotRequired[MultiEntityLinks]


class GetPageAttachmentsResponse(TypedDict):
    results: NotRequired[list[AttachmentBulk]]
    _links: NotRequired[MultiEntityLinks]


class PageSingle(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    spaceId: NotRequired[str]
    parentId: NotRequired[str | None]
    parentType: NotRequired[ParentContentType | None]
    position: NotRequired[int | None]
    authorId: NotRequired[str]
    ownerId: NotRequired[str | None]
    lastOwnerId: NotRequired[str | None]
    createdAt: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodySingle]
    labels: NotRequired[PageSingleLabels]
    properties: NotRequired[PageSingleProperties]
    versions: NotRequired[PageSingleVersions]
    _links: NotRequired[AbstractPageLinks]


class PageBulk(TypedDict):
    id: NotRequired[str]
    status: NotRequired[ContentStatus]
    title: NotRequired[str]
    spaceId: NotRequired[str]
    parentId: NotRequired[str | None]
    parentType: NotRequired[ParentContentType | None]
    position: NotRequired[int | None]
    authorId: NotRequired[str]
    ownerId: NotRequired[str | None]
    lastOwnerId: NotRequired[str | None]
    createdAt: NotRequired[str]
    version: NotRequired[Version]
    body: NotRequired[BodyBulk]
    _links: NotRequired[AbstractPageLinks]


class VersionedEntity(TypedDict):
    title: NotRequired[str]
    id: NotRequired[str]
    body: NotRequired[BodyBulk]


class Content(TypedDict):
    id: NotRequired[str]
    type: str
    status: str
    title: NotRequired[str]
    space: NotRequired[Space]
    _links: NotRequired[ContentLinks]


class GetPagesInSpaceResponse(TypedDict):
    results: NotRequired[list[PageBulk]]
    _links: NotRequired[MultiEntityLinks]


class GetPagesResponse(TypedDict):
    results: NotRequired[list[PageBulk]]
    _links: NotRequired[MultiEntityLinks]


class GetLabelPagesResponse(TypedDict):
    results: NotRequired[list[PageBulk]]
    _links: NotRequired[MultiEntityLinks]


class PageVersion(TypedDict):
    createdAt: NotRequired[str]
    message: NotRequired[str]
    number: NotRequired[int]
    minorEdit: NotRequired[bool]
    authorId: NotRequired[str]
    page: NotRequired[VersionedEntity]


class SearchResult(TypedDict):
    content: NotRequired[Content]
    title: str
    excerpt: str
    url: str
    resultGlobalContainer: NotRequired[ContainerSummary]
    breadcrumbs: list[Breadcrumb]
    entityType: str
    iconCssClass: str
    lastModified: str


class ContentArray(TypedDict):
    results: list[Content]
    limit: NotRequired[int]
    size: int
    _links: SearchLinks


class GetPageVersionsResponse(TypedDict):
    results: NotRequired[list[PageVersion]]
    _links: NotRequired[MultiEntityLinks]


class SearchPageResponseSearchResult(TypedDict):
    results: list[SearchResult]
    start: int
    limit: int
    size: int
    totalSize: int
    cqlQuery: str
    searchDuration: int
    archivedResultCount: NotRequired[int]
    _links: SearchLinks
