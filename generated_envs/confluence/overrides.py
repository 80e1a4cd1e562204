"""What Confluence pages does otherwise than its description says. Yours: `atlasgen build` leaves it alone.

A method that is marked with `atlasgen.runtime.package.override` answers in place of the generated one of the same name,
which it can call through `super()`.
"""

from typing import Any, cast

from atlasgen.errors import ApiError
from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.package import OMITTED, override

from ._generated import shapes
from ._generated.operations import ConfluenceOperations
from .formats import adf_from_storage, checked_storage, storage_from_adf, storage_from_wiki

_CONVERTERS = {"storage": checked_storage, "atlas_doc_format": storage_from_adf, "wiki": storage_from_wiki}


class Operations(ConfluenceOperations):
    """The operations as people use them: a text is kept in storage format, whatever format it comes in."""

    @override
    def create_page(self, *, body: shapes.CreatePageBody) -> shapes.CreatePageResponse:
        """Create a page whose text may be in any of the three formats."""
        return super().create_page(body=cast("shapes.CreatePageBody", _in_storage_format(body)))

    @override
    def get_page_by_id(
        self, *, id: int, body_format: shapes.PrimaryBodyRepresentationSingle = OMITTED
    ) -> shapes.GetPageByIdResponse:
        """Return a page with its text in either format."""
        if body_format != "atlas_doc_format":
            return super().get_page_by_id(id=id, body_format=body_format)
        page = super().get_page_by_id(id=id, body_format="storage")
        storage = page.get("body", {}).get("storage", {})
        document = adf_from_storage(storage.get("value", ""))
        page["body"] = {"atlas_doc_format": {"representation": "atlas_doc_format", "value": document}}
        return page


def _in_storage_format(body: Any) -> Any:
    """Return the body of a request with its text converted; what is malformed is left for the service to refuse."""
    text = body.get("body") if isinstance(body, dict) else None
    if not isinstance(text, dict):
        return body
    nested = next((text[name] for name in _CONVERTERS if isinstance(text.get(name), dict) and len(text) == 1), text)
    representation, value = nested.get("representation", next(iter(text), "")), nested.get("value")
    if not isinstance(representation, str) or representation not in _CONVERTERS or not isinstance(value, str):
        return body
    if nested is not text and representation not in text:
        return body  # the name above the text says another format than the text itself
    try:
        storage = _CONVERTERS[representation](value)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        problem: JsonObject = {
            "status": 400,
            "code": "INVALID_REQUEST_PARAMETER",
            "title": f"The text is no {representation}.",
        }
        raise ApiError(400, {"errors": [{**problem, "detail": str(error)}]}) from error
    return {**body, "body": {"representation": "storage", "value": storage}}
