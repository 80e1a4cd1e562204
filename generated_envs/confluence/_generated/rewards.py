"""Confluence pages: how each operation that writes is judged. Generated; edits are lost.

Complete them in `rewards/`: subclass, and override what is special there.
"""

from typing import ClassVar

from atlasgen.tasks.skeleton import Argument, OperationReward
from atlasgen.tasks.task import Effect, Reader

PAGE_READERS = (
    Reader(
        "createPage",
        "",
        {
            "/status": ("status",),
            "/title": ("title",),
            "/spaceId": ("spaceId",),
            "/parentId": ("parentId",),
            "/body": ("body",),
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
            "/body": ("body",),
        },
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
