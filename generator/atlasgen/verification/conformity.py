"""Whether an accepted answer is one that its document promises.

The judge is a validator that shares no code with the one that the runtime holds requests against.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.model import Operation
from atlasgen.runtime.environment import Reply
from atlasgen.runtime.operations import Emulator
from atlasgen.verification.aiming import Target

_APPLYING = frozenset({"items", "additionalProperties", "anyOf", "allOf", "not"})


def fault(target: Target, reply: Reply) -> str:
    """Return what is wrong with an accepted answer by the document of its operation; empty where nothing is."""
    promised = codes(target.operation)
    if reply.status not in promised:
        return f"answers {reply.status}, not {' or '.join(map(str, promised))}"
    validator = _validator(target.emulator, target.operation.tool, reply.status)
    if validator is None:
        return ""
    if not reply.content:
        return "the answer has no body"
    error = next(iter(validator.iter_errors(json.loads(reply.content))), None)
    if error is None:
        return ""
    where = "".join(f"/{step}" for step in error.instance_path)
    return f"the answer does not meet its schema: {where or '/'} {error.message}"


def codes(operation: Operation) -> Mapping[int, JsonObject | None]:
    """Return the codes of success of an operation with the schemas of their answers."""
    return {operation.status: operation.response, **operation.others}


@lru_cache(maxsize=4096)
def _validator(emulator: Emulator, tool: str, status: int) -> jsonschema_rs.Draft202012Validator | None:
    schema = codes(emulator.by_tool[tool])[status]
    if schema is None:
        return None
    reached = _reached(schema, emulator.plan.schemas)
    # A name may be anything, and a reference is an address.
    names = {name: f"#/$defs/{number}" for number, name in enumerate(reached)}
    definitions = {str(number): _judged(reached[name], names) for number, name in enumerate(reached)}
    return jsonschema_rs.Draft202012Validator({**_judged(schema, names), "$defs": definitions})


def _judged(schema: Any, names: Mapping[str, str]) -> Any:
    """Return a schema as the judge can read it: definitions by number, no pattern that it has no such thing for."""
    if isinstance(schema, list):
        return [_judged(item, names) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    for key, item in schema.items():
        if key == "$ref":
            made[key] = names[str(item).removeprefix("#/$defs/")]
        elif key == "properties":
            made[key] = {name: _judged(member, names) for name, member in item.items()}
        elif key in _APPLYING:
            made[key] = _judged(item, names)
        elif key != "pattern" or _is_readable(str(item)):
            made[key] = item
    return made


@lru_cache(maxsize=4096)
def _is_readable(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return False
    return True


def _reached(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> dict[str, JsonObject]:
    """Return the definitions that a schema leads to."""
    found: dict[str, JsonObject] = {}
    waiting: list[Any] = [schema]
    for node in waiting:  # it grows while it is walked
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/$defs/")
            if name in schemas and name not in found:
                found[name] = schemas[name]
                waiting.append(schemas[name])
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return found
