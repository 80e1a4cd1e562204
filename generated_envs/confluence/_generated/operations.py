"""Confluence pages, version 2: one method an operation. Generated; edits are lost.

Write what should differ into `../overrides.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from atlasgen.runtime.package import OMITTED, Operations, load_plan

from . import shapes


class ConfluenceOperations(Operations, plan=load_plan(Path(__file__).with_name("plan.json"))):
    """Pages of a wiki and the spaces that hold them."""

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
    ) -> shapes.GetPageByIdResponse:
        """Get a page.

        Returns one page; its text only in the format that is asked for.

        Args:
            id: The id of the page.
            body_format: The format of the text in the answer; no text without it.

        Returns:
            The body of the answer; the status is 200.

        Raises:
            ApiError: the service refuses.
        """
        return cast("shapes.GetPageByIdResponse", self.invoke("getPageById", {"id": id, "body-format": body_format}))
