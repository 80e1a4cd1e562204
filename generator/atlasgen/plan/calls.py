"""Pass 8: each operation with its names, what it writes, filters and answers."""

from __future__ import annotations

from collections.abc import Mapping

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan import archetypes, effects, evidence, naming
from atlasgen.plan.findings import Findings
from atlasgen.plan.hints import OPERATION, Hints
from atlasgen.plan.model import Fact, Operation, Paging, Parameter, Path, Reference, Resource, Shape
from atlasgen.plan.paging import paging
from atlasgen.plan.paths import route
from atlasgen.spec.normalise import RawOperation
from atlasgen.spec.schemas import HINT


def operations(found: Findings, resources: Mapping[str, Resource]) -> tuple[Operation, ...]:
    """Return all operations, in the order of the document."""
    tools = naming.tools((item.operation_id, item.method, item.path) for item in found.document.operations)
    functions = naming.functions(tools)
    return tuple(
        _operation(raw, tool, function, found, resources)
        for raw, tool, function in zip(found.document.operations, tools, functions, strict=True)
    )


def _operation(
    raw: RawOperation, tool: str, function: str, found: Findings, resources: Mapping[str, Resource]
) -> Operation:
    document, views, hints, answers = found.document, found.views, found.hints, found.answers
    at = raw.pointer
    status, response = archetypes.success(raw)
    resource = found.owned.operations[at]
    place = route(raw.path)
    own = hints.known(raw.hints, OPERATION, f"{at}/{HINT}")
    workflow = hints.known(own.get("workflow"), ("offers", "take"), f"{at}/{HINT}/workflow")
    about = resource
    if workflow:
        about = place.nodes[-1].noun if place.nodes else resource
        about = about if about in resources else resource
        if about not in resources or resources[about].workflow is None:
            remedy = "hint `workflow` on the schema of the resource"
            hints.problem(f"{at}/{HINT}/workflow", f"{about} has no workflow", remedy)
    body = raw.body.schema if raw.body is not None else None
    stored, input_only = effects.writes(
        body if not workflow else None, resource, views.fields.get(resource, {}), views.known.get(resource, {}),
        document.schemas, hints,
    )  # fmt: skip
    if resource in resources and found.archetypes[at] != "create":
        # Who a record is does not change with what is written to it.
        stored = tuple(item for item in stored if item.target != (resources[resource].identity.field,))
    known = views.known.get(resource, {})
    select, filters, query_facts = effects.queries(raw, own, resources.get(resource), known, answers[at], hints)
    answer = answers[at]
    pages: Paging | None = None
    page_facts: tuple[Fact, ...] = ()
    if found.archetypes[at] == "list" and answer and answer[0].name:
        where = f"{at}/{HINT}/paging"
        pages, envelope, page_facts = paging(raw, response, document.schemas, own.get("paging"), hints, where)
        answer = _with_envelope(answer, envelope)
    arguments = naming.arguments([item.name for item in raw.parameters])
    nodes = place.nodes[:-1] if place.item is not None else place.nodes
    scope = {} if workflow else _scope([(n.noun, n.parameter) for n in nodes], resource, resources)
    coercions = effects.coercions(body, document.schemas, hints)
    rules = hints.rules(own.get("rule"), f"{at}/{HINT}/rule")
    others = evidence.effects(scope, select, rules, coercions)
    return Operation(
        operation_id=raw.operation_id or tool,
        tool=tool,
        function=function,
        method=raw.method,
        path=document.base_path + raw.path,
        pointer=at,
        summary=raw.summary,
        description=raw.description,
        status=status,
        archetype=found.archetypes[at] if resource in resources or found.archetypes[at] == "stub" else "stub",
        parameters=tuple(
            Parameter(item.name, arguments[item.name], item.location, item.required, item.schema, item.description)
            for item in raw.parameters
            if item.location in ("path", "query")
        ),
        body=body,
        body_required=raw.body.required if raw.body is not None else False,
        media_type=raw.body.media_type if raw.body is not None else "",
        response=response,
        resource=about if workflow else resource,
        target=place.nodes[-1].parameter if place.nodes and (place.item is not None or workflow) else "",
        scope=scope,
        answer=answer,
        paging=pages,
        writes=stored,
        coercions=coercions,
        filters=filters,
        select=select,
        rules=rules,
        offers=workflow.get("offers") is True,
        transition=_transition(workflow, f"{at}/{HINT}/workflow/take", hints),
        facts=(*found.facts[at], found.owned.facts[at], *query_facts, *page_facts, *others, *input_only),
    )


def _with_envelope(answer: tuple[Shape, ...], envelope: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Return an answer with the members of its envelope that tell of the page; what it shows already stays."""
    shown = {shape.name for shape in answer}
    return (*answer, *(shape for shape in envelope if shape.name not in shown))


def _transition(workflow: JsonObject, at: str, hints: Hints) -> Path:
    if "take" not in workflow:
        return ()
    path = hints.path(workflow["take"], at)
    return path[1:] if path[:1] == ("body",) else path


def _scope(nodes: list[tuple[str, str]], resource: str, resources: Mapping[str, Resource]) -> Mapping[str, Path]:
    """Return the fields of a record that the records named before it in the path must be found in."""
    fields = resources[resource].fields if resource in resources else ()
    found: dict[str, Path] = {}
    for noun, parameter in nodes:
        for item in fields:
            if item.reference == Reference(noun) and not item.many:
                found[parameter] = item.path
                break
    return found
