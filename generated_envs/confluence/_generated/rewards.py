"""Confluence pages: how each operation that writes is judged. Generated; edits are lost.

Complete them in `rewards/`: subclass, and override what is special there.
"""

from typing import ClassVar

from atlasgen.tasks.skeleton import Argument, OperationReward
from atlasgen.tasks.task import Effect, Reader

PAGE_READERS = (
    Reader(
        "getPagesInSpace",
        "",
        {
            "/status": ("status",),
            "/title": ("title",),
            "/spaceId": ("spaceId",),
            "/parentId": ("parentId",),
            "/ownerId": ("ownerId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
        },
        within="/results",
    ),
    Reader(
        "getPages",
        "",
        {
            "/status": ("status",),
            "/title": ("title",),
            "/spaceId": ("spaceId",),
            "/parentId": ("parentId",),
            "/ownerId": ("ownerId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
        },
        within="/results",
    ),
    Reader(
        "createPage",
        "",
        {
            "/status": ("status",),
            "/title": ("title",),
            "/spaceId": ("spaceId",),
            "/parentId": ("parentId",),
            "/ownerId": ("ownerId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
            "/labels": ("labels",),
            "/labels/results": ("labels",),
        },
    ),
    Reader(
        "getPageById",
        "id",
        {
            "/status": ("status",),
            "/title": ("title",),
            "/spaceId": ("spaceId",),
            "/parentId": ("parentId",),
            "/ownerId": ("ownerId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
            "/labels": ("labels",),
            "/labels/results": ("labels",),
        },
    ),
    Reader(
        "updatePage",
        "id",
        {
            "/status": ("status",),
            "/title": ("title",),
            "/spaceId": ("spaceId",),
            "/parentId": ("parentId",),
            "/ownerId": ("ownerId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
            "/labels": ("labels",),
            "/labels/results": ("labels",),
        },
    ),
    Reader(
        "updatePageTitle",
        "id",
        {
            "/status": ("status",),
            "/title": ("title",),
            "/spaceId": ("spaceId",),
            "/parentId": ("parentId",),
            "/ownerId": ("ownerId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
            "/labels": ("labels",),
            "/labels/results": ("labels",),
        },
    ),
    Reader(
        "getChildPages",
        "",
        {"/status": ("status",), "/title": ("title",), "/spaceId": ("spaceId",)},
        within="/results",
    ),
    Reader(
        "getPageDirectChildren",
        "",
        {"/status": ("status",), "/title": ("title",), "/spaceId": ("spaceId",)},
        within="/results",
    ),
    Reader("getPageLabels", "id", {"/results": ("labels",)}, identity=""),
    Reader(
        "getLabelPages",
        "",
        {
            "/status": ("status",),
            "/title": ("title",),
            "/spaceId": ("spaceId",),
            "/parentId": ("parentId",),
            "/ownerId": ("ownerId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
        },
        within="/results",
        members={"id": ("labels",)},
        following="/_links/next",
    ),
    Reader(
        "searchByCQL",
        "",
        {
            "/content/status": ("status",),
            "/content/title": ("title",),
            "/content/space": ("spaceId",),
            "/title": ("title",),
            "/resultGlobalContainer": ("spaceId",),
        },
        within="/results",
        identity="/content/id",
    ),
    Reader(
        "searchContentByCQL",
        "",
        {"/status": ("status",), "/title": ("title",), "/space": ("spaceId",)},
        within="/results",
    ),
    Reader("addLabelsToContent", "id", {"/results": ("labels",)}, identity=""),
)

FOOTER_COMMENT_READERS = (
    Reader(
        "getPageFooterComments",
        "",
        {"/pageId": ("pageId",), "/version/message": ("version", "message"), "/body": ("body",)},
        within="/results",
    ),
    Reader(
        "createFooterComment",
        "",
        {
            "/pageId": ("pageId",),
            "/parentCommentId": ("parentCommentId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
        },
    ),
    Reader(
        "getFooterCommentById",
        "comment-id",
        {
            "/pageId": ("pageId",),
            "/parentCommentId": ("parentCommentId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
        },
    ),
    Reader(
        "updateFooterComment",
        "comment-id",
        {
            "/pageId": ("pageId",),
            "/parentCommentId": ("parentCommentId",),
            "/version/message": ("version", "message"),
            "/body": ("body",),
        },
    ),
    Reader(
        "getFooterCommentChildren",
        "",
        {"/parentCommentId": ("parentCommentId",), "/version/message": ("version", "message"), "/body": ("body",)},
        within="/results",
    ),
)

PROPERTY_READERS = (
    Reader(
        "createPage",
        "",
        {"/key": ("key",), "/value": ("value",), "/version/message": ("version", "message")},
        within="/properties/results",
    ),
    Reader(
        "getPageById",
        "id",
        {"/key": ("key",), "/value": ("value",), "/version/message": ("version", "message")},
        within="/properties/results",
    ),
    Reader(
        "updatePage",
        "id",
        {"/key": ("key",), "/value": ("value",), "/version/message": ("version", "message")},
        within="/properties/results",
    ),
    Reader(
        "updatePageTitle",
        "id",
        {"/key": ("key",), "/value": ("value",), "/version/message": ("version", "message")},
        within="/properties/results",
    ),
    Reader(
        "getPageContentProperties",
        "",
        {"/key": ("key",), "/value": ("value",), "/version/message": ("version", "message")},
        within="/results",
    ),
    Reader(
        "createPageProperty",
        "",
        {"/key": ("key",), "/value": ("value",), "/version/message": ("version", "message")},
    ),
    Reader(
        "getPageContentPropertiesById",
        "property-id",
        {"/key": ("key",), "/value": ("value",), "/version/message": ("version", "message")},
    ),
    Reader(
        "updatePagePropertyById",
        "property-id",
        {"/key": ("key",), "/value": ("value",), "/version/message": ("version", "message")},
    ),
)


class CreatePageReward(OperationReward):
    """Create a page: the reward of a task that it solves."""

    operation = "createPage"
    effect = Effect("create", "confluence.page")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/body/spaceId", required=True, stored=("spaceId",), names="confluence.space"),
        Argument("/body/status", stored=("status",)),
        Argument("/body/title", stored=("title",)),
        Argument("/body/parentId", stored=("parentId",), names="confluence.page"),
        Argument("/body/body", stored=("body",)),
    )
    readers: ClassVar[tuple[Reader, ...]] = PAGE_READERS
    budget = 2


class UpdatePageReward(OperationReward):
    """Update a page: the reward of a task that it solves."""

    operation = "updatePage"
    effect = Effect("update", "confluence.page")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/id", required=True, names="confluence.page"),
        Argument("/body/status", required=True, stored=("status",)),
        Argument("/body/title", required=True, stored=("title",)),
        Argument("/body/spaceId", stored=("spaceId",), names="confluence.space"),
        Argument("/body/parentId", stored=("parentId",), names="confluence.page"),
        Argument("/body/ownerId", stored=("ownerId",), names="confluence.user"),
        Argument("/body/body", required=True, stored=("body",)),
        Argument("/body/version/number"),
        Argument("/body/version/message", stored=("version", "message")),
    )
    readers: ClassVar[tuple[Reader, ...]] = PAGE_READERS
    budget = 2


class DeletePageReward(OperationReward):
    """Delete a page: the reward of a task that it solves."""

    operation = "deletePage"
    effect = Effect("delete", "confluence.page")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/id", required=True, names="confluence.page"),
        Argument("/purge"),
        Argument("/draft"),
    )
    readers: ClassVar[tuple[Reader, ...]] = PAGE_READERS
    budget = 3


class UpdatePageTitleReward(OperationReward):
    """Rename a page: the reward of a task that it solves."""

    operation = "updatePageTitle"
    effect = Effect("update", "confluence.page")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/id", required=True, names="confluence.page"),
        Argument("/body/status", required=True, stored=("status",)),
        Argument("/body/title", required=True, stored=("title",)),
    )
    readers: ClassVar[tuple[Reader, ...]] = PAGE_READERS
    budget = 2


class CreateFooterCommentReward(OperationReward):
    """Write a comment: the reward of a task that it solves."""

    operation = "createFooterComment"
    effect = Effect("create", "confluence.footer-comment")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/body/pageId", stored=("pageId",), names="confluence.page"),
        Argument("/body/parentCommentId", stored=("parentCommentId",), names="confluence.footer-comment"),
        Argument("/body/body", required=True, stored=("body",)),
    )
    readers: ClassVar[tuple[Reader, ...]] = FOOTER_COMMENT_READERS
    budget = 2


class UpdateFooterCommentReward(OperationReward):
    """Change a comment: the reward of a task that it solves."""

    operation = "updateFooterComment"
    effect = Effect("update", "confluence.footer-comment")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/comment-id", required=True, names="confluence.footer-comment"),
        Argument("/body/version/number"),
        Argument("/body/version/message", stored=("version", "message")),
        Argument("/body/body", required=True, stored=("body",)),
    )
    readers: ClassVar[tuple[Reader, ...]] = FOOTER_COMMENT_READERS
    budget = 2


class DeleteFooterCommentReward(OperationReward):
    """Delete a comment: the reward of a task that it solves."""

    operation = "deleteFooterComment"
    effect = Effect("delete", "confluence.footer-comment")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/comment-id", required=True, names="confluence.footer-comment"),
    )
    readers: ClassVar[tuple[Reader, ...]] = FOOTER_COMMENT_READERS
    budget = 3


class CreatePagePropertyReward(OperationReward):
    """Add a property to a page: the reward of a task that it solves."""

    operation = "createPageProperty"
    effect = Effect("create", "confluence.property")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/page-id", required=True, stored=("pageId",), names="confluence.page"),
        Argument("/body/key", required=True, stored=("key",)),
        Argument("/body/value", required=True, stored=("value",)),
    )
    readers: ClassVar[tuple[Reader, ...]] = PROPERTY_READERS
    budget = 3


class UpdatePagePropertyByIdReward(OperationReward):
    """Change a property of a page: the reward of a task that it solves."""

    operation = "updatePagePropertyById"
    effect = Effect("update", "confluence.property")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/page-id", required=True, names="confluence.page"),
        Argument("/property-id", required=True, names="confluence.property"),
        Argument("/body/key", required=True, stored=("key",)),
        Argument("/body/value", required=True, stored=("value",)),
        Argument("/body/version/number"),
        Argument("/body/version/message", stored=("version", "message")),
    )
    readers: ClassVar[tuple[Reader, ...]] = PROPERTY_READERS
    budget = 2


class DeletePagePropertyByIdReward(OperationReward):
    """Remove a property of a page: the reward of a task that it solves."""

    operation = "deletePagePropertyById"
    effect = Effect("delete", "confluence.property")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/page-id", required=True, names="confluence.page"),
        Argument("/property-id", required=True, names="confluence.property"),
    )
    readers: ClassVar[tuple[Reader, ...]] = PROPERTY_READERS
    budget = 3


class AddLabelsToContentReward(OperationReward):
    """Add labels to a page: the reward of a task that it solves."""

    operation = "addLabelsToContent"
    effect = Effect("update", "confluence.page")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/id", required=True, names="confluence.page"),
        Argument("/body", required=True, stored=("labels",), unordered=True),
    )
    readers: ClassVar[tuple[Reader, ...]] = PAGE_READERS
    budget = 2


class RemoveLabelFromContentUsingQueryParameterReward(OperationReward):
    """Remove a label from a page, its name in the query: the reward of a task that it solves."""

    operation = "removeLabelFromContentUsingQueryParameter"
    effect = Effect("update", "confluence.page")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/id", required=True, names="confluence.page"),
        Argument("/name", required=True, stored=("labels",), names="confluence.label", unordered=True),
    )
    readers: ClassVar[tuple[Reader, ...]] = PAGE_READERS
    budget = 3


class RemoveLabelFromContentReward(OperationReward):
    """Remove a label from a page: the reward of a task that it solves."""

    operation = "removeLabelFromContent"
    effect = Effect("update", "confluence.page")
    arguments: ClassVar[tuple[Argument, ...]] = (
        Argument("/id", required=True, names="confluence.page"),
        Argument("/label", required=True, stored=("labels",), names="confluence.label", unordered=True),
    )
    readers: ClassVar[tuple[Reader, ...]] = PAGE_READERS
    budget = 3
