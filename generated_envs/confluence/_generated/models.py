"""Models of the API, for people: what its documents hold, by name. Generated; edits are lost."""

from __future__ import annotations

from typing import Annotated, Literal

from atlasgen.runtime.typed import Model, RootModel, StrictInt
from pydantic import MISSING, ConfigDict, Field, StrictBool, StrictStr


class PageBodyWrite(Model):
    """A text and the format that it is in."""

    model_config = ConfigDict(
        extra="forbid",
    )
    representation: Annotated[
        Literal["storage", "atlas_doc_format", "wiki"] | MISSING, Field(description="The format of the text.")
    ] = MISSING
    value: Annotated[StrictStr | MISSING, Field(description="The text.")] = MISSING


class PageNestedBodyWrite(Model):
    """A text below the name of its format; one format at a time."""

    model_config = ConfigDict(
        extra="forbid",
    )
    storage: PageBodyWrite | MISSING = MISSING
    atlas_doc_format: PageBodyWrite | MISSING = MISSING
    wiki: PageBodyWrite | MISSING = MISSING


class PrimaryBodyRepresentationSingle(RootModel[Literal["storage", "atlas_doc_format"]]):
    root: Annotated[Literal["storage", "atlas_doc_format"], Field(description="A format that a text can be read in.")]


class ContentStatus(RootModel[Literal["current", "draft", "archived", "historical", "trashed", "deleted", "any"]]):
    root: Annotated[
        Literal["current", "draft", "archived", "historical", "trashed", "deleted", "any"],
        Field(description="Whether the page is published, and whether it still exists."),
    ]


class ParentContentType(RootModel[Literal["page", "whiteboard", "database", "embed", "folder"]]):
    root: Annotated[
        Literal["page", "whiteboard", "database", "embed", "folder"], Field(description="What the page stands below.")
    ]


class Version(Model):
    """One state of a page."""

    createdAt: Annotated[StrictStr | MISSING, Field(description="When it was written.")] = MISSING
    message: Annotated[StrictStr | MISSING, Field(description="What the writer said of it.")] = MISSING
    number: Annotated[StrictInt | MISSING, Field(description="1 for the first, and one more with every edit.")] = (
        MISSING
    )
    minorEdit: Annotated[StrictBool | MISSING, Field(description="Whether nobody was told.")] = MISSING
    authorId: Annotated[StrictStr | MISSING, Field(description="The account of the writer.")] = MISSING


class BodyType(Model):
    """A text and the format that it is in."""

    representation: Annotated[StrictStr | MISSING, Field(description="The format of the text.")] = MISSING
    value: Annotated[StrictStr | MISSING, Field(description="The text.")] = MISSING


class AbstractPageLinks(Model):
    """Where a person finds the page, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The page itself.")] = MISSING
    editui: Annotated[StrictStr | MISSING, Field(description="Its editor.")] = MISSING
    tinyui: Annotated[StrictStr | MISSING, Field(description="A short address.")] = MISSING


class SpaceSingle(Model):
    """A space that holds pages."""

    id: Annotated[StrictStr | MISSING, Field(description="The id of the space.")] = MISSING
    key: Annotated[StrictStr | MISSING, Field(description="The key of the space.")] = MISSING
    name: Annotated[StrictStr | MISSING, Field(description="The name of the space.")] = MISSING
    homepageId: Annotated[StrictStr | None | MISSING, Field(description="The id of its home page.")] = MISSING


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


class CreatePageResponseLinks(Model):
    """Where a person finds the page, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The page itself.")] = MISSING
    editui: Annotated[StrictStr | MISSING, Field(description="Its editor.")] = MISSING
    tinyui: Annotated[StrictStr | MISSING, Field(description="A short address.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class GetPageByIdResponseLinks(Model):
    """Where a person finds the page, relative to the base."""

    webui: Annotated[StrictStr | MISSING, Field(description="The page itself.")] = MISSING
    editui: Annotated[StrictStr | MISSING, Field(description="Its editor.")] = MISSING
    tinyui: Annotated[StrictStr | MISSING, Field(description="A short address.")] = MISSING
    base: Annotated[StrictStr | MISSING, Field(description="The address that relative links start from.")] = MISSING


class BodySingle(Model):
    """The text of a page, below the name of its format."""

    storage: BodyType | MISSING = MISSING
    atlas_doc_format: BodyType | MISSING = MISSING


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
    field_links: Annotated[
        GetPageByIdResponseLinks | MISSING,
        Field(alias="_links", description="Where a person finds the page, relative to the base."),
    ] = MISSING


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
    field_links: Annotated[AbstractPageLinks | MISSING, Field(alias="_links")] = MISSING
