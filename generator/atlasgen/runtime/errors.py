"""Faults in the vendor's own words and shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast

from atlasgen.errors import ApiError, Fault
from atlasgen.jsonvalue import Json, JsonObject, tokens
from atlasgen.plan.model import ErrorShape
from atlasgen.plan.naming import words

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def refuse(shape: ErrorShape, status: int, faults: Sequence[Fault], resource: str) -> ApiError:
    """Return the error that tells everything that is wrong with a request.

    Args:
        shape: How the service tells it.
        status: The code of the answer.
        faults: What is wrong, at least one.
        resource: What the operation is about; a fault of kind `reference` or `not_found` may name its own in `given`.
    """
    told = [_told(shape, status, fault, resource) for fault in faults]
    return ApiError(status, _fill(shape.body, told, told[0]))


def unreadable(shape: ErrorShape) -> ApiError:
    """Return the error for arguments that are no JSON object, or hold what JSON text of a service cannot carry."""
    return refuse(shape, 400, [Fault("type", "", "The arguments must be a JSON object.")], "")


def _told(shape: ErrorShape, status: int, fault: Fault, resource: str) -> Mapping[str, str]:
    """Return the words that templates may use of one fault."""
    inside = bool(fault.pointer) and fault.pointer.startswith(shape.located)
    path = tokens(fault.pointer.removeprefix(shape.located) if shape.located else fault.pointer)
    if not (shape.located and inside) and path[:1] == ("body",):
        path = path[1:]
    about = str(fault.given) if fault.kind in ("reference", "not_found") and fault.given else resource
    known = {
        "status": str(status),
        "kind": fault.kind,
        "code": shape.codes.get(fault.kind, shape.codes.get("*", fault.kind)),
        "title": HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else str(status),
        "pointer": fault.pointer,
        # What lies deeper than a located field is still that field's fault.
        "field": (path[0] if shape.located and inside and path else ".".join(path)) or "The request",
        "given": "" if fault.given is None else str(fault.given),
        "resource": " ".join(word.lower() for word in words(about)),
        "located": "yes" if inside else "",
        "message": fault.message,
    }
    known["message"] = _text(shape.messages.get(fault.kind, "{message}"), known)
    return known


def _fill(template: Json, told: Sequence[Mapping[str, str]], one: Mapping[str, str]) -> Json:
    if isinstance(template, str):
        return int(one["status"]) if template == "{status}" else _text(template, one)
    if isinstance(template, list):
        return [_fill(item, told, one) for item in template]
    if isinstance(template, dict):
        if "each" in template:
            return _each(template, told)
        return {key: _fill(item, told, one) for key, item in template.items()}
    return template


def _each(template: JsonObject, told: Sequence[Mapping[str, str]]) -> Json:
    which = template["each"]
    chosen = [item for item in told if which == "all" or bool(item["located"]) == (which == "located")]
    if "key" in template:
        return {
            cast("str", _fill(template["key"], told, item)): _fill(template["value"], told, item) for item in chosen
        }
    return [_fill(template["value"], told, item) for item in chosen]


def _text(template: str, known: Mapping[str, str]) -> str:
    # One pass: what a person wrote in a request is never read as a template.
    return _PLACEHOLDER.sub(lambda match: known.get(match[1], match[0]), template)
