"""A check of our own for schemathesis, which loads this file: a 400 is about what a request means, not its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

import schemathesis

from atlasgen.plan.model import Operation
from atlasgen.runtime.documents import ABSENT, at
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.requests import strict_form
from atlasgen.runtime.validation import InvalidValue
from atlasgen.serve.decoding import decoder
from atlasgen.serve.leniency import Leniency, hint
from generated_envs import confluence, jira


@cache
def operations() -> Mapping[tuple[str, str], tuple[Emulator, Operation]]:
    emulators = (jira.Operations.emulator, confluence.Operations.emulator)
    return {
        (operation.method, operation.path): (emulator, operation)
        for emulator in emulators
        for operation in emulator.plan.operations
    }


def _spelled(value: Any) -> str:
    """Return a value as it stands in an address."""
    return unquote(value) if isinstance(value, str) else json.dumps(value)


@schemathesis.check
def refused_for_what_it_means(ctx: Any, response: Any, case: Any) -> None:
    """Fail where the service takes a request for malformed that its document allows."""
    if response.status_code != 400 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    emulator, operation = operations()[case.method.lower(), case.path]
    context = emulator.context
    body = {} if operation.body is None or isinstance(case.body, schemathesis.core.NotSet) else {"body": case.body}
    arguments: dict[str, Any] = dict(body)
    for parameter in operation.parameters:
        given = {"path": case.path_parameters, "query": case.query}[parameter.location]
        if parameter.name in given:
            value = given[parameter.name]
            texts = [_spelled(item) for item in (value if isinstance(value, list) else [value])]
            arguments[parameter.name] = decoder(parameter.schema, context.plan.schemas)(texts)
    for call in hint(operation.body or {}).get("calls", ()):
        if at(arguments.get("body"), tuple(call["each"].split("."))) is not ABSENT:
            return  # it asks for calls of other operations as well
    lenient = Leniency(operation, emulator).strict(arguments)
    try:
        context.validators.compile(operation.arguments())(strict_form(operation)(lenient))
    except InvalidValue as error:
        raise AssertionError(f"The document allows what is malformed: {error.faults}") from error
