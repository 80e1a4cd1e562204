"""What people's code beside the generated one refuses, in the shape that the service has for it."""

from __future__ import annotations

from atlasgen.errors import ApiError
from atlasgen.jsonvalue import JsonObject

_CODES = {404: "NOT_FOUND", 409: "CONFLICT"}


def refused(status: int, title: str, *, detail: str | None = None) -> ApiError:
    """Return the error of an operation of version 2 that tells one fault."""
    code = _CODES.get(status, "INVALID_REQUEST_PARAMETER")
    problem: JsonObject = {"status": status, "code": code, "title": title, "detail": detail}
    return ApiError(status, {"errors": [problem]})
