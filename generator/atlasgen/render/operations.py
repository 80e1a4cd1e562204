"""`operations.py` of a package: one short typed method for each operation, over the runtime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.model import Operation, Parameter, Plan
from atlasgen.render.models import class_names
from atlasgen.render.text import literal, templates
from atlasgen.spec.schemas import pascal

_WIDTH = 120
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_ANY, _NONE = "Any", "None"


@dataclass(frozen=True, slots=True)
class _Argument:
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class _Method:
    """What the template prints of one operation."""

    signature: str
    summary: str
    description: str
    arguments: tuple[_Argument, ...]
    returns: str
    refusals: str
    body: str


def class_name(plan: Plan) -> str:
    """Return the name of the operations class of an API."""
    return pascal(*plan.name.split("_"), "Operations")


def definitions(plan: Plan) -> Mapping[str, JsonObject]:
    """Return the schemas that a package types: the named ones, and the bodies and answers that are written in place."""
    found = dict(plan.schemas)
    for operation in plan.operations:
        for schema in (operation.body, operation.response):
            title = schema.get("title") if schema is not None and "$ref" not in schema else None
            if isinstance(title, str) and schema is not None:
                found.setdefault(title, schema)
    return found


def render_operations(plan: Plan) -> str:
    """Return the source of `operations.py`."""
    named = definitions(plan)
    classes = class_names(named)
    methods = [_method(operation, named, classes) for operation in plan.operations]
    source = "\n".join(method.signature + method.body for method in methods)
    return (
        templates()
        .get_template("operations.py.jinja")
        .render(
            title=plan.title or plan.name,
            version=plan.version or "0",
            description=plan.description,
            class_name=class_name(plan),
            operations=methods,
            typed="cast(" in source,
            untyped="Any" in source,
            typing=", ".join(name for name in ("Any", "cast") if name in source),
            shapes="shapes." in source,
            names=", ".join(
                name for name in ("OMITTED", "Operations", "load_plan") if name in source or name != "OMITTED"
            ),
        )
    )


def _method(operation: Operation, named: Mapping[str, JsonObject], classes: Mapping[str, str]) -> _Method:
    required = [item for item in operation.parameters if item.required]
    optional = [item for item in operation.parameters if not item.required]
    signature = ["self", "*"] if operation.parameters or operation.body is not None else ["self"]
    signature += [f"{item.argument}: {_type(item.schema, classes)}" for item in required]
    body = _type(operation.body, classes) if operation.body is not None else ""
    if operation.body is not None and operation.body_required:
        signature.append(f"body: {body}")
    signature += [f"{item.argument}: {_type(item.schema, classes)} = OMITTED" for item in optional]
    if operation.body is not None and not operation.body_required:
        signature.append(f"body: {body} = OMITTED")
    answer = _type(operation.response, classes) if operation.response is not None else _NONE
    return _Method(
        signature=_call(f"    def {operation.function}", signature, f") -> {answer}:", 4),
        summary=operation.summary or f"{operation.method.upper()} {operation.path}",
        description="" if operation.description == operation.summary else operation.description,
        arguments=(*map(_described, [*required, *optional]), *_body_argument(operation, named)),
        returns=_returns(operation),
        refusals="",
        body=_body(operation, answer),
    )


def _described(parameter: Parameter) -> _Argument:
    place = "in the path" if parameter.location == "path" else "in the query"
    return _Argument(parameter.argument, parameter.description or f"`{parameter.name}` {place}")


def _body_argument(operation: Operation, named: Mapping[str, JsonObject]) -> tuple[_Argument, ...]:
    if operation.body is None:
        return ()
    target = named.get(str(operation.body.get("$ref", "")).removeprefix("#/$defs/"), operation.body)
    text = operation.body.get("description") or target.get("description") or "What is sent"
    return (_Argument("body", str(text)),)


def _returns(operation: Operation) -> str:
    if operation.response is None:
        return f"Nothing; the status is {operation.status}."
    return f"The body of the answer; the status is {operation.status}."


def _body(operation: Operation, answer: str) -> str:
    pairs = [f"{literal(item.name)}: {item.argument}" for item in operation.parameters]
    if operation.body is not None:
        pairs.append('"body": body')
    typed = answer not in (_NONE, _ANY)
    start = "" if answer == _NONE else "return "
    line = f"self.invoke({literal(operation.tool)}, {{{', '.join(pairs)}}})"
    line = f'        {start}cast("{answer}", {line})' if typed else f"        {start}{line}"
    if len(line) <= _WIDTH:
        return line
    call = [
        "self.invoke(",
        f"    {literal(operation.tool)},",
        "    {",
        *(f"        {pair}," for pair in pairs),
        "    },",
        ")",
    ]
    if typed:
        call = ["cast(", f'    "{answer}",', *(f"    {row}" for row in call[:-1]), "    ),", ")"]
    rows = [f"        {row}" for row in call]
    return "\n".join([f"        {start}{call[0]}", *rows[1:]])


def _call(head: str, arguments: list[str], tail: str, indent: int) -> str:
    """Return a call in one line if it fits, else with an argument a line, as ruff writes it."""
    line = f"{head}({', '.join(arguments)}{tail}"
    if len(line) <= _WIDTH:
        return line
    pad = " " * (indent + 4)
    rows = "".join(f"{pad}{argument},\n" for argument in arguments)
    return f"{head}(\n{rows}{' ' * indent}{tail}"


def _type(schema: JsonObject | None, classes: Mapping[str, str]) -> str:
    """Return the Python type of a schema, as far as `shapes.py` and the scalars name it."""
    if schema is None:
        return _NONE
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/") or str(schema.get("title", ""))
    if name in classes:
        return f"shapes.{classes[name]}"
    kind, items = schema.get("type"), schema.get("items")
    if kind == "array" and isinstance(items, dict):
        return f"list[{_type(items, classes)}]"
    kinds = kind if isinstance(kind, list) else [kind]
    if all(isinstance(item, str) and item in _SCALARS for item in kinds):
        return " | ".join(_SCALARS[str(item)] for item in kinds)
    return _ANY
