"""Confluence pages, version 2: one method an operation. Generated; edits are lost.

Write what should differ into `../overrides.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from atlasgen.runtime.package import OMITTED, Operations, load_plan

from . import shapes


class ConfluenceOperations(Operations, plan=load_plan(Path(__file__).with_name("plan.json"))):
    """Pages of a wiki and the spaces that hold them, with their versions, labels, comments, properties and attachments."""

    def get_spaces(
        self,
        *,
        ids: list[int] = OMITTED,
        keys: list[str] = OMITTED,
        type: shapes.SpaceType = OMITTED,
        status: shapes.SpaceStatus = OMITTED,
        sort: shapes.SpaceSortOrder = OMITTED,
        cursor: str = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetSpacesResponse:
        """List spaces.

        Lists the spaces that the user may see, page by page.

        Args:
            ids: Only the spaces with these ids.
            keys: Only the spaces with these keys.
            type: Only spaces of this type.
            status: Only spaces in this state.
            sort: What to sort by; a minus before it turns the order round.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetSpacesResponse",
            self.invoke(
                "getSpaces",
                {
                    "ids": ids,
                    "keys": keys,
                    "type": type,
                    "status": status,
                    "sort": sort,
                    "cursor": cursor,
                    "limit": limit,
                },
            ),
        )

    def get_space_by_id(self, *, id: int) -> shapes.GetSpaceByIdResponse:
        """Get a space.

        Returns one space.

        Args:
            id: The id of the space.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.GetSpaceByIdResponse", self.invoke("getSpaceById", {"id": id}))

    def get_pages_in_space(
        self,
        *,
        id: int,
        sort: shapes.PageSortOrder = OMITTED,
        status: list[str] = OMITTED,
        title: str = OMITTED,
        body_format: shapes.PrimaryBodyRepresentation = OMITTED,
        cursor: str = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetPagesInSpaceResponse:
        """List the pages of a space.

        Lists the pages of a space, page by page.

        Args:
            id: The id of the space.
            sort: What to sort by; a minus before it turns the order round.
            status: The states of pages to list; current and archived ones without it.
            title: Only pages with this title.
            body_format: The format of the texts in the answer; no texts without it.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetPagesInSpaceResponse",
            self.invoke(
                "getPagesInSpace",
                {
                    "id": id,
                    "sort": sort,
                    "status": status,
                    "title": title,
                    "body-format": body_format,
                    "cursor": cursor,
                    "limit": limit,
                },
            ),
        )

    def get_pages(
        self,
        *,
        id: list[int] = OMITTED,
        space_id: list[int] = OMITTED,
        sort: shapes.PageSortOrder = OMITTED,
        status: list[str] = OMITTED,
        title: str = OMITTED,
        body_format: shapes.PrimaryBodyRepresentation = OMITTED,
        cursor: str = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetPagesResponse:
        """List pages.

        Lists the pages that the user may see, page by page.

        Args:
            id: Only the pages with these ids.
            space_id: Only pages of these spaces.
            sort: What to sort by; a minus before it turns the order round.
            status: The states of pages to list; current and archived ones without it.
            title: Only pages with this title.
            body_format: The format of the texts in the answer; no texts without it.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetPagesResponse",
            self.invoke(
                "getPages",
                {
                    "id": id,
                    "space-id": space_id,
                    "sort": sort,
                    "status": status,
                    "title": title,
                    "body-format": body_format,
                    "cursor": cursor,
                    "limit": limit,
                },
            ),
        )

    def create_page(self, *, body: shapes.CreatePageBody) -> shapes.CreatePageResponse:
        """Create a page.

        Creates a page in a space, published unless `status` says draft. Without `parentId` it stands below the home
        page of the space.

        Args:
            body: What is sent.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.CreatePageResponse", self.invoke("createPage", {"body": body}))

    def get_page_by_id(
        self,
        *,
        id: int,
        body_format: shapes.PrimaryBodyRepresentationSingle = OMITTED,
        version: int = OMITTED,
        include_labels: bool = OMITTED,
        include_properties: bool = OMITTED,
        include_versions: bool = OMITTED,
    ) -> shapes.GetPageByIdResponse:
        """Get a page.

        Returns one page; its text only in the format that is asked for.

        Args:
            id: The id of the page.
            body_format: The format of the text in the answer; no text without it.
            version: The number of the version to show; the newest without it.
            include_labels: Whether to show the labels of the page.
            include_properties: Whether to show the properties of the page.
            include_versions: Whether to show the versions of the page.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetPageByIdResponse",
            self.invoke(
                "getPageById",
                {
                    "id": id,
                    "body-format": body_format,
                    "version": version,
                    "include-labels": include_labels,
                    "include-properties": include_properties,
                    "include-versions": include_versions,
                },
            ),
        )

    def update_page(self, *, id: int, body: shapes.UpdatePageBody) -> shapes.UpdatePageResponse:
        """Update a page.

        Writes a new version of a page. The number of the version must be one more than that of the newest; any other
        number means that somebody else wrote in between, and is refused. A page can be moved below another page of its
        space.

        Args:
            id: The id of the page.
            body: What is sent.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.UpdatePageResponse", self.invoke("updatePage", {"id": id, "body": body}))

    def delete_page(self, *, id: int, purge: bool = OMITTED, draft: bool = OMITTED) -> None:
        """Delete a page.

        Moves a page to the trash; the pages below it move up. A page that is in the trash is removed for good with
        `purge`, a draft with `draft`.

        Args:
            id: The id of the page.
            purge: Whether to remove a page that is in the trash for good.
            draft: Whether the page is a draft, which is removed for good.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("deletePage", {"id": id, "purge": purge, "draft": draft})

    def update_page_title(self, *, id: int, body: shapes.UpdatePageTitleBody) -> shapes.UpdatePageTitleResponse:
        """Rename a page.

        Gives a page another title.

        Args:
            id: The id of the page.
            body: What is sent.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.UpdatePageTitleResponse", self.invoke("updatePageTitle", {"id": id, "body": body}))

    def get_child_pages(
        self,
        *,
        id: int,
        cursor: str = OMITTED,
        limit: int = OMITTED,
        sort: shapes.ChildPageSortOrder = OMITTED,
    ) -> shapes.GetChildPagesResponse:
        """List the pages below a page.

        Lists the pages that stand right below a page, page by page.

        Args:
            id: The id of the page.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.
            sort: What to sort by; a minus before it turns the order round.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetChildPagesResponse",
            self.invoke(
                "getChildPages",
                {
                    "id": id,
                    "cursor": cursor,
                    "limit": limit,
                    "sort": sort,
                },
            ),
        )

    def get_page_direct_children(
        self,
        *,
        id: int,
        cursor: str = OMITTED,
        limit: int = OMITTED,
        sort: shapes.ContentSortOrder = OMITTED,
    ) -> shapes.GetPageDirectChildrenResponse:
        """List what stands below a page.

        Lists all that stands right below a page, with its type, page by page.

        Args:
            id: The id of the page.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.
            sort: What to sort by; a minus before it turns the order round.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetPageDirectChildrenResponse",
            self.invoke(
                "getPageDirectChildren",
                {
                    "id": id,
                    "cursor": cursor,
                    "limit": limit,
                    "sort": sort,
                },
            ),
        )

    def get_page_ancestors(self, *, id: int, limit: int = OMITTED) -> shapes.GetPageAncestorsResponse:
        """List the pages above a page.

        Lists the pages that a page stands below, from the top down. If there are more than `limit`, those nearest to
        the page are listed; ask for the ancestors of the first of them to see the rest.

        Args:
            id: The id of the page.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.GetPageAncestorsResponse", self.invoke("getPageAncestors", {"id": id, "limit": limit}))

    def get_page_versions(
        self,
        *,
        id: int,
        body_format: shapes.PrimaryBodyRepresentation = OMITTED,
        cursor: str = OMITTED,
        limit: int = OMITTED,
        sort: shapes.VersionSortOrder = OMITTED,
    ) -> shapes.GetPageVersionsResponse:
        """List the versions of a page.

        Lists the versions of a page, page by page.

        Args:
            id: The id of the page.
            body_format: The format of the texts in the answer; no texts without it.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.
            sort: What to sort by; a minus before it turns the order round.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetPageVersionsResponse",
            self.invoke(
                "getPageVersions",
                {
                    "id": id,
                    "body-format": body_format,
                    "cursor": cursor,
                    "limit": limit,
                    "sort": sort,
                },
            ),
        )

    def get_page_version_details(self, *, page_id: int, version_number: int) -> shapes.DetailedVersion:
        """Get a version of a page.

        Tells who wrote one version of a page, and when.

        Args:
            page_id: The id of the page.
            version_number: The number of the version.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.DetailedVersion",
            self.invoke(
                "getPageVersionDetails",
                {
                    "page-id": page_id,
                    "version-number": version_number,
                },
            ),
        )

    def get_page_labels(
        self,
        *,
        id: int,
        prefix: str = OMITTED,
        sort: shapes.LabelSortOrder = OMITTED,
        cursor: str = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetPageLabelsResponse:
        """List the labels of a page.

        Lists the labels of a page, page by page.

        Args:
            id: The id of the page.
            prefix: Only labels with this prefix.
            sort: What to sort by; a minus before it turns the order round.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetPageLabelsResponse",
            self.invoke(
                "getPageLabels",
                {
                    "id": id,
                    "prefix": prefix,
                    "sort": sort,
                    "cursor": cursor,
                    "limit": limit,
                },
            ),
        )

    def get_labels(
        self,
        *,
        label_id: list[int] = OMITTED,
        prefix: list[str] = OMITTED,
        cursor: str = OMITTED,
        sort: shapes.LabelSortOrder = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetLabelsResponse:
        """List labels.

        Lists all labels, page by page.

        Args:
            label_id: Only the labels with these ids.
            prefix: Only labels with these prefixes.
            cursor: Where the page of results begins, as the link to it says.
            sort: What to sort by; a minus before it turns the order round.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetLabelsResponse",
            self.invoke(
                "getLabels",
                {
                    "label-id": label_id,
                    "prefix": prefix,
                    "cursor": cursor,
                    "sort": sort,
                    "limit": limit,
                },
            ),
        )

    def get_label_pages(
        self,
        *,
        id: int,
        space_id: list[int] = OMITTED,
        body_format: shapes.PrimaryBodyRepresentation = OMITTED,
        sort: shapes.PageSortOrder = OMITTED,
        cursor: str = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetLabelPagesResponse:
        """List the pages with a label.

        Lists the pages that have a label, page by page.

        Args:
            id: The id of the label.
            space_id: Only pages of these spaces.
            body_format: The format of the texts in the answer; no texts without it.
            sort: What to sort by; a minus before it turns the order round.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetLabelPagesResponse",
            self.invoke(
                "getLabelPages",
                {
                    "id": id,
                    "space-id": space_id,
                    "body-format": body_format,
                    "sort": sort,
                    "cursor": cursor,
                    "limit": limit,
                },
            ),
        )

    def get_page_footer_comments(
        self,
        *,
        id: int,
        body_format: shapes.PrimaryBodyRepresentation = OMITTED,
        sort: shapes.CommentSortOrder = OMITTED,
        cursor: str = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetPageFooterCommentsResponse:
        """List the comments below a page.

        Lists the comments at the foot of a page that answer no other one, page by page.

        Args:
            id: The id of the page.
            body_format: The format of the texts in the answer; no texts without it.
            sort: What to sort by; a minus before it turns the order round.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetPageFooterCommentsResponse",
            self.invoke(
                "getPageFooterComments",
                {
                    "id": id,
                    "body-format": body_format,
                    "sort": sort,
                    "cursor": cursor,
                    "limit": limit,
                },
            ),
        )

    def create_footer_comment(self, *, body: shapes.CreateFooterCommentModel) -> shapes.CreateFooterCommentResponse201:
        """Write a comment.

        Writes a comment at the foot of a page, or an answer to such a comment.

        Args:
            body: A comment to be written.

        Returns:
            The body of the answer; the status is 201.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.CreateFooterCommentResponse201", self.invoke("createFooterComment", {"body": body}))

    def get_footer_comment_by_id(
        self,
        *,
        comment_id: int,
        body_format: shapes.PrimaryBodyRepresentationSingle = OMITTED,
    ) -> shapes.GetFooterCommentByIdResponse:
        """Get a comment.

        Returns one comment; its text only in the format that is asked for.

        Args:
            comment_id: The id of the comment.
            body_format: The format of the text in the answer; no text without it.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetFooterCommentByIdResponse",
            self.invoke(
                "getFooterCommentById",
                {
                    "comment-id": comment_id,
                    "body-format": body_format,
                },
            ),
        )

    def update_footer_comment(
        self,
        *,
        comment_id: int,
        body: shapes.UpdateFooterCommentModel,
    ) -> shapes.FooterCommentModel:
        """Change a comment.

        Gives a comment another text. The number of the version must be one more than that of the newest.

        Args:
            comment_id: The id of the comment.
            body: A comment with another text.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.FooterCommentModel",
            self.invoke(
                "updateFooterComment",
                {
                    "comment-id": comment_id,
                    "body": body,
                },
            ),
        )

    def delete_footer_comment(self, *, comment_id: int) -> None:
        """Delete a comment.

        Removes a comment for good; answers to it move up.

        Args:
            comment_id: The id of the comment.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("deleteFooterComment", {"comment-id": comment_id})

    def get_footer_comment_children(
        self,
        *,
        id: int,
        body_format: shapes.PrimaryBodyRepresentation = OMITTED,
        sort: shapes.CommentSortOrder = OMITTED,
        cursor: str = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetFooterCommentChildrenResponse:
        """List the answers to a comment.

        Lists the comments that answer another one, page by page.

        Args:
            id: The id of the comment.
            body_format: The format of the texts in the answer; no texts without it.
            sort: What to sort by; a minus before it turns the order round.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetFooterCommentChildrenResponse",
            self.invoke(
                "getFooterCommentChildren",
                {
                    "id": id,
                    "body-format": body_format,
                    "sort": sort,
                    "cursor": cursor,
                    "limit": limit,
                },
            ),
        )

    def get_page_content_properties(
        self,
        *,
        page_id: int,
        key: str = OMITTED,
        sort: shapes.ContentPropertySortOrder = OMITTED,
        cursor: str = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetPageContentPropertiesResponse:
        """List the properties of a page.

        Lists the properties that applications keep with a page, page by page.

        Args:
            page_id: The id of the page.
            key: Only the property with this key.
            sort: What to sort by; a minus before it turns the order round.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetPageContentPropertiesResponse",
            self.invoke(
                "getPageContentProperties",
                {
                    "page-id": page_id,
                    "key": key,
                    "sort": sort,
                    "cursor": cursor,
                    "limit": limit,
                },
            ),
        )

    def create_page_property(
        self,
        *,
        page_id: int,
        body: shapes.ContentPropertyCreateRequest,
    ) -> shapes.ContentProperty:
        """Add a property to a page.

        Keeps a value with a page, under a key that no other property of the page has.

        Args:
            page_id: The id of the page.
            body: A property to be added.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.ContentProperty", self.invoke("createPageProperty", {"page-id": page_id, "body": body}))

    def get_page_content_properties_by_id(self, *, page_id: int, property_id: int) -> shapes.ContentProperty:
        """Get a property of a page.

        Returns one property of a page.

        Args:
            page_id: The id of the page.
            property_id: The id of the property.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.ContentProperty",
            self.invoke(
                "getPageContentPropertiesById",
                {
                    "page-id": page_id,
                    "property-id": property_id,
                },
            ),
        )

    def update_page_property_by_id(
        self,
        *,
        page_id: int,
        property_id: int,
        body: shapes.ContentPropertyUpdateRequest,
    ) -> shapes.ContentProperty:
        """Change a property of a page.

        Gives a property another value. The number of the version must be one more than that of the newest.

        Args:
            page_id: The id of the page.
            property_id: The id of the property.
            body: A property with another value.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.ContentProperty",
            self.invoke(
                "updatePagePropertyById",
                {
                    "page-id": page_id,
                    "property-id": property_id,
                    "body": body,
                },
            ),
        )

    def delete_page_property_by_id(self, *, page_id: int, property_id: int) -> None:
        """Remove a property of a page.

        Removes a property for good.

        Args:
            page_id: The id of the page.
            property_id: The id of the property.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("deletePagePropertyById", {"page-id": page_id, "property-id": property_id})

    def get_page_attachments(
        self,
        *,
        id: int,
        sort: shapes.AttachmentSortOrder = OMITTED,
        cursor: str = OMITTED,
        status: list[str] = OMITTED,
        media_type: str = OMITTED,
        filename: str = OMITTED,
        limit: int = OMITTED,
    ) -> shapes.GetPageAttachmentsResponse:
        """List the attachments of a page.

        Lists the files that are attached to a page, page by page.

        Args:
            id: The id of the page.
            sort: What to sort by; a minus before it turns the order round.
            cursor: Where the page of results begins, as the link to it says.
            status: The states of attachments to list; current and archived ones without it.
            media_type: Only files of this media type.
            filename: Only files with this name.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.GetPageAttachmentsResponse",
            self.invoke(
                "getPageAttachments",
                {
                    "id": id,
                    "sort": sort,
                    "cursor": cursor,
                    "status": status,
                    "mediaType": media_type,
                    "filename": filename,
                    "limit": limit,
                },
            ),
        )

    def get_attachment_by_id(self, *, id: str) -> shapes.GetAttachmentByIdResponse:
        """Get an attachment.

        Describes one file that is attached to a page.

        Args:
            id: The id of the attachment.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.GetAttachmentByIdResponse", self.invoke("getAttachmentById", {"id": id}))

    def get_user(self, *, account_id: str) -> shapes.User:
        """Get a user.

        Returns one user.

        Args:
            account_id: The account of the user.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.User", self.invoke("getUser", {"accountId": account_id}))

    def get_current_user(self) -> shapes.User:
        """Get the current user.

        Returns the user who is asking.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.User", self.invoke("getCurrentUser", {}))

    def search_by_cql(
        self,
        *,
        cql: str,
        limit: int = OMITTED,
        start: int = OMITTED,
    ) -> shapes.SearchPageResponseSearchResult:
        """Search for content.

        Finds content by a query and tells of each hit where it stands.

        Args:
            cql: The query, in CQL (Confluence Query Language): conditions like `space = DOCS` joined by `and`, and an
                order.
            limit: How many results a page holds at most.
            start: How many results to pass over.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.SearchPageResponseSearchResult",
            self.invoke(
                "searchByCQL",
                {
                    "cql": cql,
                    "limit": limit,
                    "start": start,
                },
            ),
        )

    def search_content_by_cql(self, *, cql: str, cursor: str = OMITTED, limit: int = OMITTED) -> shapes.ContentArray:
        """Search for content itself.

        Finds content by a query and shows it without the context of a hit.

        Args:
            cql: The query, in CQL (Confluence Query Language): conditions like `space = DOCS` joined by `and`, and an
                order.
            cursor: Where the page of results begins, as the link to it says.
            limit: How many results a page holds at most.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast(
            "shapes.ContentArray",
            self.invoke(
                "searchContentByCQL",
                {
                    "cql": cql,
                    "cursor": cursor,
                    "limit": limit,
                },
            ),
        )

    def add_labels_to_content(self, *, id: str, body: Any) -> shapes.LabelArray:
        """Add labels to a page.

        Adds labels to those of a page; labels that do not exist yet are created.

        Args:
            id: The id of the page.
            body: What is sent.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.LabelArray", self.invoke("addLabelsToContent", {"id": id, "body": body}))

    def remove_label_from_content_using_query_parameter(self, *, id: str, name: str) -> None:
        """Remove a label from a page, its name in the query.

        Takes a label off a page; its name may hold a slash.

        Args:
            id: The id of the page.
            name: The name of the label.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("removeLabelFromContentUsingQueryParameter", {"id": id, "name": name})

    def remove_label_from_content(self, *, id: str, label: str) -> None:
        """Remove a label from a page.

        Takes a label off a page.

        Args:
            id: The id of the page.
            label: The name of the label.

        Returns:
            Nothing; the status is 204.

        Raises:
            ApiError: the service refuses.
        """
        self.invoke("removeLabelFromContent", {"id": id, "label": label})
