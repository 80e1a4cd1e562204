"""The texts in requests and answers: kept in storage format, whatever format they come in or are asked for in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .faults import refused
from .formats import adf_from_storage, checked_storage, storage_from_adf, storage_from_wiki

Read = Callable[[dict[str, Any]], Any]
"""Calls an operation with its arguments and returns what it answers."""

_CONVERTERS = {"storage": checked_storage, "atlas_doc_format": storage_from_adf, "wiki": storage_from_wiki}
_DOCUMENT = "atlas_doc_format"


def in_storage_format(body: Any) -> Any:
    """Return the body of a request with its text converted; what is malformed is left for the service to refuse.

    Raises:
        ApiError: the text is not in the format that it is said to be in.
    """
    text = body.get("body") if isinstance(body, dict) else None
    if not isinstance(text, dict):
        return body
    nested = next((text[name] for name in _CONVERTERS if isinstance(text.get(name), dict) and len(text) == 1), text)
    representation, value = nested.get("representation", next(iter(text), "")), nested.get("value")
    if not isinstance(representation, str) or representation not in _CONVERTERS or not isinstance(value, str):
        return body
    if nested is not text and representation not in text:
        return body  # the name above the text says another format than the text itself
    if not nested.keys() <= {"representation", "value"}:
        return body  # members that no text has
    try:
        storage = _CONVERTERS[representation](value)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise refused(400, f"The text is no {representation}.", detail=str(error)) from error
    return {**body, "body": {"representation": "storage", "value": storage}}


def as_asked(read: Read, arguments: dict[str, Any], *, inside: str = "") -> Any:
    """Return the answer of an operation with its texts in the format that `body_format` asks for.

    Args:
        read: The operation.
        arguments: Its arguments, by their Python names.
        inside: The member that holds the text of each result, where it is not the result itself.
    """
    if arguments.get("body_format") != _DOCUMENT:
        return read(arguments)
    answer = read({**arguments, "body_format": "storage"})
    for result in answer.get("results", [answer]):
        _as_document(result.get(inside, {}) if inside else result)
    links = answer.get("_links", {})
    if "next" in links:
        links["next"] = links["next"].replace("body-format=storage", f"body-format={_DOCUMENT}")
    return answer


def _as_document(shown: dict[str, Any]) -> None:
    storage = shown.get("body", {}).get("storage", {})
    shown["body"] = {_DOCUMENT: {"representation": _DOCUMENT, "value": adf_from_storage(storage.get("value", ""))}}
