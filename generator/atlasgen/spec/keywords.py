"""What the value of each keyword of a schema must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from atlasgen.jsonvalue import Json


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Json) -> bool:
    return _is_number(value) and float(cast("float", value)).is_integer() and cast("float", value) >= 0


def _is_type(value: Json) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(name, str) and name in _TYPES for name in names)


_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
_COUNT = ("a whole number of at least 0", _is_count)
_NUMBER = ("a number", _is_number)
_BOUND = ("a number, true or false", lambda value: isinstance(value, bool) or _is_number(value))
_TEXT = ("text", lambda value: isinstance(value, str))
_LIST = ("a list", lambda value: isinstance(value, list))
_FLAG = ("true or false", lambda value: isinstance(value, bool))
SORTS: Mapping[str, tuple[str, Callable[[Json], bool]]] = {
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _COUNT),
    **dict.fromkeys(("minimum", "maximum"), _NUMBER),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), _BOUND),
    **dict.fromkeys(("title", "description", "format", "pattern"), _TEXT),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), _FLAG),
    "multipleOf": ("a number above 0", lambda value: _is_number(value) and cast("float", value) > 0),
    "enum": _LIST,
    "required": _LIST,
    "type": ("a type of JSON, or a list of them", _is_type),
}
"""What the value of a keyword must be, in words and as a test."""

# Two values of any of these cannot be written into one schema: both stay, as branches of an `allOf`.
