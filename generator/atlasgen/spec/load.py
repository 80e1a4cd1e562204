"""A document read from a file into a plain JSON object: JSON where the name ends in `.json`, else YAML 1.2."""

from __future__ import annotations

import re
from pathlib import Path

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import JsonObject, pointer
from atlasgen.spec.parse import parse_json, parse_yaml, place
from atlasgen.spec.wording import nearest, sort_of

# The largest public descriptions take tens of megabytes; beyond that a file is a mistake (an archive, a log).
MAX_BYTES = 64 * 2**20
_VERSION = re.compile(r"3\.[01]\.[0-9]+(?:-[\w.]+)?")


def read(path: Path, *, limit: int | None = None) -> JsonObject:
    """Return the object that a file of at most `limit` bytes holds.

    It is a value: whoever keeps it changes nothing in place, for parts of it may be shared (`spec.parse`).

    Raises:
        AtlasgenError: the file cannot be read, is malformed, is beyond a limit, or holds no object.
    """
    text = _text(path, MAX_BYTES if limit is None else limit)
    if not text.strip():
        raise AtlasgenError.single(str(path), "the file is empty")
    parse = parse_json if path.suffix.lower() == ".json" else parse_yaml
    value = parse(text, where=str(path))
    if not isinstance(value, dict):
        raise AtlasgenError.single(str(path), f"the top of the document is {sort_of(value)}, not an object")
    return value


def read_openapi(path: Path) -> JsonObject:
    """Return the OpenAPI 3.0 or 3.1 document that a file holds.

    Raises:
        AtlasgenError: as for `read`, and where the object is something else: an overlay, Swagger 2.0, another version.
    """
    document, where = read(path), str(path)
    if "openapi" not in document:
        raise AtlasgenError(_not_openapi(document, where))
    version, where = document["openapi"], f"{where}#{pointer('openapi')}"
    if not isinstance(version, str):
        raise AtlasgenError.single(where, f"is {sort_of(version)}, not text", 'Quote it: `openapi: "3.1.0"`.')
    if not _VERSION.fullmatch(version):
        raise AtlasgenError.single(where, f"version '{version}' is not supported", "Use 3.0.x or 3.1.x.")
    return document


def _not_openapi(document: JsonObject, where: str) -> Problem:
    if "overlay" in document:
        return Problem(where, "is an overlay; pass it with --overlay", "Give the OpenAPI document itself here.")
    if "swagger" in document:
        remedy = "Convert it to OpenAPI 3 first, for example with `npx swagger2openapi`."
        return Problem(where, f"is a Swagger {document['swagger']} document, not OpenAPI 3", remedy)
    meant = nearest("openapi", document)
    remedy = f"Write 'openapi' in place of '{meant}'." if meant else 'It should begin with `openapi: "3.1.0"`.'
    return Problem(where, "is not an OpenAPI document: it has no 'openapi'", remedy)


def _text(path: Path, limit: int) -> str:
    where = str(path)
    try:
        if path.is_dir():
            raise AtlasgenError.single(where, "is a folder, not a file")
        if path.exists() and not path.is_file():  # a pipe or a device may never end
            raise AtlasgenError.single(where, "is not a regular file")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError as error:
        raise AtlasgenError.single(where, "there is no such file", _missing(path)) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise AtlasgenError.single(where, what) from error
    if len(data) > limit:
        raise AtlasgenError.single(where, f"is larger than {limit // 2**20} MB")
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        spot = place(where, data[: error.start].decode())
        raise AtlasgenError.single(spot, "is not UTF-8 text", "Save the file as UTF-8.") from error


def _missing(path: Path) -> str:
    if not path.parent.is_dir():
        return f"The folder {path.parent} does not exist."
    meant = nearest(path.name, sorted(entry.name for entry in path.parent.iterdir()))
    return f"Did you mean {path.parent / meant}?" if meant else ""
