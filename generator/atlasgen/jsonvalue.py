"""What a JSON value is, how it is encoded, and how to point into one.

Values of this type are plain and acyclic; whoever keeps one keeps a copy of its own (`detach`).
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import orjson

if TYPE_CHECKING:
    Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
    JsonObject: TypeAlias = "dict[str, Json]"
else:
    # A recursive alias cannot be evaluated at run time, where pydantic reads the annotations of the plan.
    Json = Any
    JsonObject = dict[str, Any]

# The document and the hints come from people: integer keys of YAML maps are text in JSON.
_OPTIONS = orjson.OPT_NON_STR_KEYS

_POSITION = re.compile(r"[0-9]{1,18}")  # no list is longer
_FLAT = frozenset({str, int, float, bool, type(None)})


def encode(value: Any) -> bytes:
    """Return the compact JSON encoding of a value.

    Raises:
        ValueError: the value holds something that JSON cannot say (a set, NaN, an integer beyond 64 bits).
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from error


def decode(data: bytes | str) -> Json:
    """Return the value that a JSON text says.

    Raises:
        ValueError: the text is no JSON.
    """
    return cast("Json", orjson.loads(data))


def canonical(value: Any) -> bytes:
    """Return an encoding that is equal for equal values, whatever the order of their keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | _OPTIONS)


def digest(value: Any) -> str:
    """Return 32 hexadecimal digits that identify a value."""
    return hashlib.blake2b(canonical(value), digest_size=16).hexdigest()


def detach(value: Json) -> Json:
    """Return a deep copy, so that no later change of the original can be seen."""
    # Most values are flat, and a call for each would cost more than the copy.
    if isinstance(value, dict):
        return {key: item if type(item) in _FLAT else detach(item) for key, item in value.items()}
    if isinstance(value, list):
        return [item if type(item) in _FLAT else detach(item) for item in value]
    return value


def pointer(*tokens: str | int) -> str:
    """Return the JSON pointer (RFC 6901) of a path of keys and positions."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def tokens(text: str) -> tuple[str, ...]:
    """Return the keys that a JSON pointer names."""
    if not text:
        return ()
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text.removeprefix("/").split("/"))


def resolve(value: Json, text: str) -> Json:
    """Return the part of a value that a JSON pointer names.

    Raises:
        KeyError: nothing is there.
    """
    for token in tokens(text):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and _POSITION.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            raise KeyError(text)
    return value
