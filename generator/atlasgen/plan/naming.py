"""Every name that the plan gives, so that one thing is called the same by tools, Python and templates."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
_TOOL_LENGTH = 64  # what OpenAI-compatible endpoints accept
_RESERVED = frozenset(
    {"self", "body", "call", "world", "environment", "reset", "get_reward"}
    | {
        "emulator",
        "languages",
        "texts",
        "bind",
        "overrides",
        "handler",
        "invoke",
        "answer_with",
    }  # of `runtime.package.Operations`
)
_IRREGULAR = {"people": "person", "children": "child", "statuses": "status", "series": "series", "indices": "index"}


def words(text: str) -> list[str]:
    """Return the words of a name in any spelling (`issueIdOrKey`, `space-id`, `HTTPError`)."""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", text)


def snake(text: str) -> str:
    """Return a Python name: `issueIdOrKey` -> `issue_id_or_key`, `class` -> `class_`."""
    name = "_".join(word.lower() for word in words(text)) or "value"
    if name[0].isdigit():
        name = "_" + name
    return name + "_" if keyword.iskeyword(name) or name in _RESERVED else name


def singular(noun: str) -> str:
    """Return the singular of an English noun, lower case at its end only (`issueTypes` -> `issueType`)."""
    lower = noun.lower()
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if lower.endswith(ending) and len(noun) > len(ending) + 1:
            return noun[: -len(ending)] + replacement
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")) and len(noun) > 2:
        return noun[:-1]
    return noun


def tools(operations: Iterable[tuple[str | None, str, str]]) -> tuple[str, ...]:
    """Return the tool name of each operation, given as (operationId, method, path).

    The operationId is kept where it is an identifier of at most 64 characters and no other operation has it.
    """
    taken: set[str] = set()
    names: list[str] = []
    for operation_id, method, path in operations:
        name = operation_id or ""
        if not _IDENTIFIER.match(name):
            parts = words(name) if name else [method, *words(re.sub(r"\{[^}]*\}", lambda m: "by " + m[0], path))]
            name = "_".join(parts)[:_TOOL_LENGTH].strip("_") or "operation"
            name = name if name[0].isalpha() else "op_" + name[: _TOOL_LENGTH - 3]
        names.append(distinct(name, taken, _TOOL_LENGTH))
        taken.add(names[-1])
    return tuple(names)


def functions(names: Iterable[str]) -> tuple[str, ...]:
    """Return distinct Python names for tool names."""
    taken: set[str] = set()
    result = []
    for name in names:
        result.append(distinct(snake(name), taken))
        taken.add(result[-1])
    return tuple(result)


def arguments(names: Iterable[str]) -> Mapping[str, str]:
    """Return a distinct Python name for each parameter name."""
    taken: set[str] = set()
    result: dict[str, str] = {}
    for name in names:
        result[name] = distinct(snake(name), taken)
        taken.add(result[name])
    return result


def distinct(name: str, taken: set[str], length: int = 200) -> str:
    """Return the name, or the name with the first free number after it."""
    if name not in taken:
        return name
    number = 2
    while (numbered := f"{name[: length - 1 - len(str(number))]}_{number}") in taken:
        number += 1
    return numbered


def package(stem: str) -> str:
    """Return the package name of a document (`pets-v3` -> `pets_v3`)."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", stem).strip("_").lower() or "api"
    name = "api_" + name if name[0].isdigit() else name
    return name + "_" if keyword.iskeyword(name) else name
