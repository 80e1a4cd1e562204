"""What Confluence pages does otherwise than its description says. Yours: `atlasgen build` leaves it alone.

A method that is marked with `atlasgen.runtime.package.override` answers in place of the generated one of the same name,
which it can call through `super()`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.documents import with_value
from atlasgen.runtime.package import OMITTED, override
from atlasgen.runtime.queries import Language

from . import cql
from ._generated import shapes
from ._generated.operations import ConfluenceOperations
from .bodies import as_asked, in_storage_format
from .faults import refused
from .formats import excerpt

_INCLUDES = ("labels", "properties", "versions")
_LONGEST_EXCERPT = 200
_MOST_ANCESTORS = 250
_ANCESTORS = 25  # how many are listed if nobody says


class Operations(ConfluenceOperations):
    """The operations as people use them: a text is kept in storage format, whatever format it comes in."""

    languages: ClassVar[Mapping[str, Language]] = {"cql": cql.search}

    # -- pages ---------------------------------------------------------------------------------------------------------

    @override
    def create_page(self, *, body: shapes.CreatePageBody) -> shapes.CreatePageResponse:
        """Create a page whose text may be in any of the three formats."""
        page = super().create_page(body=in_storage_format(body))
        _leave_out(page)
        return page

    @override
    def get_page_by_id(self, *, id: int, version: int = OMITTED, **options: Any) -> shapes.GetPageByIdResponse:
        """Return a page with its text in either format, as it is or as it was in a version, and what is asked for."""
        newest = super().get_page_by_id

        def read(arguments: dict[str, Any]) -> Any:
            page = cast("dict[str, Any]", newest(version=version, **arguments))
            return page if version is OMITTED else self._as_it_was(page, int(version), arguments.get("body_format"))

        page = as_asked(read, {"id": id, **options})
        if "versions" in page:
            page["versions"]["results"].reverse()
        _leave_out(page, but=[name for name in _INCLUDES if options.get(f"include_{name}") is True])
        return cast("shapes.GetPageByIdResponse", page)

    @override
    def update_page(self, *, id: int, body: shapes.UpdatePageBody) -> shapes.UpdatePageResponse:
        """Write a new version of a page, whose text may be in any of the three formats."""
        before = self._begin_version("page", id)
        page = super().update_page(id=id, body=in_storage_format(body))
        if str(body["id"]) != str(id):
            raise refused(400, "The id in the body is not the one in the path.")
        if before is not None and page["spaceId"] != before["spaceId"]:
            raise refused(400, "A page stays in its space.")
        _check_published(before, page["status"])
        _leave_out(page)
        return page

    @override
    def update_page_title(self, *, id: int, body: shapes.UpdatePageTitleBody) -> shapes.UpdatePageTitleResponse:
        """Rename a page, which stays published if it is."""
        before = self._begin_version("page", id)
        page = super().update_page_title(id=id, body=body)
        _check_published(before, page["status"])
        _leave_out(page)
        return page

    @override
    def delete_page(self, *, id: int, purge: bool = OMITTED, draft: bool = OMITTED) -> None:
        """Move a page to the trash; a page in the trash and a draft are removed for good if that is asked for."""
        page = self.world.get(self.emulator.names["page"], str(id))
        is_draft = page is not None and page.get("status") == "draft"
        super().delete_page(id=id, purge=purge, draft=draft)
        if draft is True and not is_draft:
            raise refused(404, "There is no such draft, or you may not see it.")
        if draft is True:
            super().delete_page(id=id, purge=True)

    @override
    def get_pages(self, **arguments: Any) -> shapes.GetPagesResponse:
        """List pages with their texts in either format."""
        read = super().get_pages
        return cast("shapes.GetPagesResponse", as_asked(lambda given: read(**given), arguments))

    @override
    def get_pages_in_space(self, **arguments: Any) -> shapes.GetPagesInSpaceResponse:
        """List the pages of a space with their texts in either format."""
        read = super().get_pages_in_space
        return cast("shapes.GetPagesInSpaceResponse", as_asked(lambda given: read(**given), arguments))

    @override
    def get_label_pages(self, **arguments: Any) -> shapes.GetLabelPagesResponse:
        """List the pages that have a label with their texts in either format."""
        read = super().get_label_pages
        return cast("shapes.GetLabelPagesResponse", as_asked(lambda given: read(**given), arguments))

    @override
    def get_page_ancestors(self, *, id: int, limit: int = OMITTED) -> shapes.GetPageAncestorsResponse:
        """List the pages above a page: those nearest to it if there are more than are wanted."""
        super().get_page_ancestors(id=id, limit=limit)
        answer = super().get_page_ancestors(id=id, limit=_MOST_ANCESTORS)
        wanted = _ANCESTORS if limit is OMITTED else int(limit)
        answer["results"] = answer["results"][-wanted:]
        answer["_links"].pop("next", None)
        return answer

    # -- versions ------------------------------------------------------------------------------------------------------

    @override
    def get_page_versions(self, **arguments: Any) -> shapes.GetPageVersionsResponse:
        """List the versions of a page with their texts in either format."""
        read = super().get_page_versions
        return cast("shapes.GetPageVersionsResponse", as_asked(lambda given: read(**given), arguments, inside="page"))

    @override
    def get_page_version_details(self, *, page_id: int, version_number: int) -> shapes.DetailedVersion:
        """Return a version of a page with the numbers of its neighbours."""
        details = super().get_page_version_details(page_id=page_id, version_number=version_number)
        details["collaborators"] = [details["authorId"]]
        number = details["number"]
        if self._version(page_id, number - 1) is not None:
            details["prevVersion"] = number - 1
        if self._version(page_id, number + 1) is not None:
            details["nextVersion"] = number + 1
        return details

    # -- comments ------------------------------------------------------------------------------------------------------

    @override
    def get_page_footer_comments(self, **arguments: Any) -> shapes.GetPageFooterCommentsResponse:
        """List the comments of a page with their texts in either format."""
        read = super().get_page_footer_comments
        return cast("shapes.GetPageFooterCommentsResponse", as_asked(lambda given: read(**given), arguments))

    @override
    def get_footer_comment_children(self, **arguments: Any) -> shapes.GetFooterCommentChildrenResponse:
        """List the answers to a comment with their texts in either format."""
        read = super().get_footer_comment_children
        return cast("shapes.GetFooterCommentChildrenResponse", as_asked(lambda given: read(**given), arguments))

    @override
    def get_footer_comment_by_id(self, **arguments: Any) -> shapes.GetFooterCommentByIdResponse:
        """Return a comment with its text in either format."""
        read = super().get_footer_comment_by_id
        return cast("shapes.GetFooterCommentByIdResponse", as_asked(lambda given: read(**given), arguments))

    @override
    def create_footer_comment(self, *, body: shapes.CreateFooterCommentModel) -> shapes.CreateFooterCommentResponse201:
        """Write a comment whose text may be in any of the three formats."""
        return super().create_footer_comment(body=in_storage_format(body))

    @override
    def update_footer_comment(
        self, *, comment_id: int, body: shapes.UpdateFooterCommentModel
    ) -> shapes.FooterCommentModel:
        """Change a comment, whose text may be in any of the three formats."""
        self._begin_version("footer-comment", comment_id)
        return super().update_footer_comment(comment_id=comment_id, body=in_storage_format(body))

    # -- properties ----------------------------------------------------------------------------------------------------

    @override
    def update_page_property_by_id(
        self, *, page_id: int, property_id: int, body: shapes.ContentPropertyUpdateRequest
    ) -> shapes.ContentProperty:
        """Change a property of a page."""
        self._begin_version("property", property_id)
        return super().update_page_property_by_id(page_id=page_id, property_id=property_id, body=body)

    # -- search --------------------------------------------------------------------------------------------------------

    @override
    def search_by_cql(self, **arguments: Any) -> shapes.SearchPageResponseSearchResult:
        """Find pages and tell of each how its text begins."""
        answer = super().search_by_cql(**arguments)
        answer["cqlQuery"] = arguments["cql"]
        for result in answer["results"]:
            result["excerpt"] = excerpt(result.get("excerpt", ""), longest=_LONGEST_EXCERPT)
        return answer

    # -- what is stored ------------------------------------------------------------------------------------------------

    def _begin_version(self, resource: str, id: int) -> JsonObject | None:
        """Return a record, of whose next version nothing is known but who writes it; a refusal undoes that."""
        collection, name = self.emulator.names[resource], str(id)
        record = self.world.get(collection, name)
        if record is not None:
            silent = with_value(record, ("version", "message"), "")
            self.world.put(collection, name, with_value(silent, ("version", "authorId"), self.world.context("user")))
        return record

    def _version(self, page: int, number: int) -> dict[str, Any] | None:
        """Return a version of a page as it is kept."""
        collection = self.emulator.names["version"]
        for id in self.world.listed(collection, ("pageId",), str(page)):
            version: dict[str, Any] | None = self.world.get(collection, id)
            if version is not None and version["number"] == number:
                return version
        return None

    def _as_it_was(self, page: dict[str, Any], number: int, body_format: Any) -> dict[str, Any]:
        """Return a page as it was in one of its versions."""
        version = self._version(int(page["id"]), number)
        if version is None:
            raise refused(404, "There is no such version of the page.")
        newest = page["version"]["number"] == version["number"]
        told = {name: version[name] for name in page["version"] if name in version}
        body = version["page"].get("body", {}) if body_format == "storage" else {}
        old = {**page, "title": version["page"]["title"], "version": told, "body": body}
        return old if newest else {**old, "status": "historical"}


def _leave_out(page: Any, *, but: Sequence[str] = ()) -> None:
    """Take out of a page what has to be asked for and was not."""
    for name in _INCLUDES:
        if name not in but:
            page.pop(name, None)


def _check_published(before: JsonObject | None, status: str) -> None:
    """Refuse to make a draft of a page that is published."""
    if before is not None and before.get("status") != "draft" and status == "draft":
        raise refused(400, "A page that is published cannot become a draft.")
