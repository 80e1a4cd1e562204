"""Shapes of the values that operations take and return. Generated; edits are lost."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict


class PageBodyWrite(TypedDict):
    representation: NotRequired[Literal["storage", "atlas_doc_format", "wiki"]]
    value: NotRequired[str]


class PageNestedBodyWrite(TypedDict):
    storage: NotRequired[PageBodyWrite]
    atlas_doc_format: NotRequired[PageBodyWrite]
    wiki: NotRequired[PageBodyWrite]


PrimaryBodyRepresentationSingle: TypeAlias = Literal["storage", "atlas_doc_format"]


ContentStatus: TypeAlias = Literal["current", "draft", "archived", "historical", "trashed", "deleted", "any"]


ParentContentType: TypeAlias = Literal["page", "whiteboard", "database", "embed", "folder"]


class Version(TypedDict):
    createdAt: NotRequired[str]
    message: NotRequired[str]
    number: NotRequired[int]
    minorEdit: NotRequired[bool]
    authorId: NotRequired[str]


class BodyType(TypedDict):
    representation: NotRequired[str]
    value: NotRequired[str]


class AbstractPageLinks(TypedDict):
    webui: NotRequired[str]
    editui: NotRequired[str]
    tinyui: NotRequired[str]


class SpaceSingle(TypedDict):
    id: NotRequired[str]
    key: NotRequired[str]
    name: NotRequired[str]
    homepageId: NotRequired[str | None]


class CreatePageBody(TypedDict):
    spaceId: str
    status: NotRequired[Literal["current", "draft"]]
    title: NotRequired[str]
    parentId: NotRequired[str]
    body: NotRequired[PageBodyWrite | PageNestedBodyWrite]


class CreatePageResponseLinks(TypedDict):
    webui: NotRequired[str]
    editui: NotRequired[str]
    tinyui: NotRequired[str]
    base: NotRequired[str]


class GetPageByIdResponseLinks(TypedDict):
    webui: NotRequired[str]
    editui: NotRequired[str]
    tinyui: NotRequired[str]
    base: NotRequired[str]


class BodySingle(TypedDict):
    storage: NotRequired[BodyType]
    atlas_doc_format: NotRequired[BodyType]


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
    _links: NotRequired[GetPageByIdResponseLinks]


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
    _links: NotRequired[AbstractPageLinks]
