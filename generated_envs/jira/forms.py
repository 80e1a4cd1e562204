"""The form in which an issue is created: which fields it has, which of them must be filled, and with what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from ._generated import shapes

FIELDS = (
    "project", "issuetype", "parent", "summary", "description", "priority", "assignee", "reporter", "labels", "duedate",
)  # fmt: skip
"""What people may fill in."""

_REQUIRED = ("project", "issuetype", "summary")
_FILLED = ("priority", "reporter")  # by the service, if nobody does
_LISTS = ("labels",)


def fields(
    known: Sequence[shapes.FieldDetails], allowed: Mapping[str, Sequence[Any]], *, is_part: bool
) -> Iterator[shapes.FieldCreateMetadata]:
    """Yield what must be known of each field of the form.

    Args:
        known: The fields that issues have.
        allowed: The values to choose from, for the fields that have such.
        is_part: Whether the issue is to be a part of another one.
    """
    details = {item["id"]: item for item in known}
    for name in FIELDS:
        field: dict[str, Any] = {
            "fieldId": name,
            "key": name,
            "name": details[name]["name"],
            "required": name in _REQUIRED or (name == "parent" and is_part),
            "hasDefaultValue": name in _FILLED,
            "operations": ["add", "remove", "set"] if name in _LISTS else ["set"],
            "schema": details[name]["schema"],
        }
        if name in allowed:
            field["allowedValues"] = list(allowed[name])
        yield cast("shapes.FieldCreateMetadata", field)
