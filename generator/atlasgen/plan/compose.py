"""Runs the passes in their order: a normalised document in, a plan out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan import archetypes, effects, naming
from atlasgen.plan.hints import ARCHETYPES, OPERATION, ROOT, Hints
from atlasgen.plan.model import (
    PROBLEM_DETAILS,
    Archetype,
    Derive,
    Fact,
    Field,
    Identity,
    Operation,
    Paging,
    Parameter,
    Path,
    Plan,
    Reference,
    Resource,
    Shape,
)
from atlasgen.plan.paging import paging
from atlasgen.plan.paths import identity_fields, route
from atlasgen.plan.resources import Ownership, assign
from atlasgen.plan.views import Views
from atlasgen.plan.worlds import world
from atlasgen.spec.normalise import NormalisedDocument, RawOperation
from atlasgen.spec.schemas import HINT


def plan(document: NormalisedDocument, *, name: str, where: str) -> Plan:
    """Return the plan of a document.

    Args:
        document: The document in normal form, overlays applied.
        name: What the package of the API is called.
        where: How the document is called in messages.

    Raises:
        AtlasgenError: hints that are wrong, all of them together.
    """
    hints = Hints(where)
    root = hints.known(document.hints, ROOT, f"/{HINT}")
    decided: dict[str, Archetype] = {}
    facts: dict[str, list[Fact]] = {}
    paths = frozenset(operation.path for operation in document.operations)
    for operation in document.operations:
        kind, fact = archetypes.decide(operation, paths, document.schemas, _archetype_hint(operation, hints))
        decided[operation.pointer] = kind
        facts[operation.pointer] = [fact]
    owned = assign(document, decided, hints)
    declared = hints.known(root.get("resources"), _resource_names(root), f"/{HINT}/resources")
    names = tuple(dict.fromkeys([*owned.names, *declared]))
    views = Views(document.schemas, owned.schemas, names, hints)
    answers = {}
    for operation in document.operations:
        _, schema = archetypes.success(operation)
        resource = owned.operations[operation.pointer]
        many = decided[operation.pointer] == "list"
        answers[operation.pointer] = views.answer(schema, resource, many=many) if resource in names else ()
    for schema_name, resource in owned.schemas.items():
        views.view({"$ref": f"#/$defs/{schema_name}"}, resource)
    for operation in document.operations:
        resource = owned.operations[operation.pointer]
        if decided[operation.pointer] == "create" and operation.body is not None:
            known = views.known.get(resource, {})
            for path, value in effects.defaults(operation.body.schema, known, document.schemas):
                fact = Fact(f"default {'.'.join(path)}", "declared", f"the body of {operation.pointer}")
                views.field(resource, Field(path, derive=Derive("default", value)), fact)
    resources = _resources(document, owned, decided, declared, names, views, hints)
    built = _operations(document, decided, facts, owned, resources, views, answers, hints)
    errors = hints.error(root["error"], f"/{HINT}/error") if "error" in root else PROBLEM_DETAILS
    context = {
        name: hints.text(resource, f"/{HINT}/context/{name}")
        for name, resource in hints.mapping(root.get("context"), f"/{HINT}/context").items()
    }
    timestamp = hints.word(root.get("timestamp", "zulu"), ("zulu", "offset"), f"/{HINT}/timestamp")
    held = world(root.get("world"), names, context, hints, f"/{HINT}/world")
    _check_context(resources, context, hints)
    hints.finish(names)
    return Plan(
        name=name,
        title=document.title,
        version=document.version,
        description=document.description,
        operations=built,
        resources=resources,
        views=views.views,
        schemas=document.schemas,
        errors=errors,
        timestamp=cast("Literal['zulu', 'offset']", timestamp),
        context=context,
        world=held,
    )


def _check_context(resources: Mapping[str, Resource], context: Mapping[str, str], hints: Hints) -> None:
    """Note what is wrong with the ambient records, and what asks for one that there is not."""
    for name, resource in context.items():
        hints.resource(resource, f"/{HINT}/context/{name}")
    for resource_ in resources.values():
        for field in resource_.fields:
            if field.derive is not None and field.derive.kind == "context" and field.derive.value not in context:
                at = f"/{HINT}/resources/{resource_.name}/{'.'.join(field.path)}/derive/context"
                what = f"there is no ambient record `{field.derive.value}`"
                hints.problem(at, what, f"name it under {HINT}/context")


def _archetype_hint(operation: RawOperation, hints: Hints) -> Json:
    own = hints.known(operation.hints, OPERATION, f"{operation.pointer}/{HINT}")
    workflow = own.get("workflow")
    if isinstance(workflow, dict):
        return "list" if "offers" in workflow else "action"
    kind = own.get("archetype")
    if kind is not None and kind not in ARCHETYPES:
        at = f"{operation.pointer}/{HINT}/archetype"
        hints.problem(at, f"`{kind}` is no archetype", "known: " + ", ".join(ARCHETYPES))
        return "stub"
    return kind


def _resource_names(root: JsonObject) -> tuple[str, ...]:
    declared = root.get("resources")
    return tuple(declared) if isinstance(declared, dict) else ()


def _resources(
    document: NormalisedDocument,
    owned: Ownership,
    decided: Mapping[str, Archetype],
    declared: JsonObject,
    names: tuple[str, ...],
    views: Views,
    hints: Hints,
) -> Mapping[str, Resource]:
    """Return the resources with all that views, schemas and the root of the document say of them."""
    result: dict[str, Resource] = {}
    for name in names:
        identity = _identity(name, document, owned, views)
        result[name] = Resource(name, identity=identity, schema=_whole(name, document, decided, owned))
    for schema_name, schema in document.schemas.items():
        at = f"/components/schemas/{schema_name}/{HINT}"
        own = hints.of(schema, f"/components/schemas/{schema_name}")
        shown = owned.schemas.get(schema_name, "") if "resource" in own else ""
        if shown in result and schema_name not in document.inputs:
            result[shown] = _hinted(result[shown], own, at, hints)
    for name in names:
        own = hints.known(declared.get(name), ("id", "fields", "rule", "workflow"), f"/{HINT}/resources/{name}")
        result[name] = _hinted(result[name], own, f"/{HINT}/resources/{name}", hints)
        fields = own.get("fields")
        for path, hint in fields.items() if isinstance(fields, dict) else ():
            at = f"/{HINT}/resources/{name}/fields/{path}"
            hint = hints.known(hint, ("ref", "many", "derive"), at)
            reference = hints.reference(hint["ref"], at + "/ref") if "ref" in hint else None
            derive = hints.derive(hint["derive"], at + "/derive") if "derive" in hint else None
            views.field(name, Field(tuple(path.split(".")), reference, hint.get("many") is True, derive))
    inverse: dict[str, set[Path]] = {}
    for view in views.views.values():
        for shape in _shapes(view.members):
            if shape.kind == "inverse":
                inverse.setdefault(shape.resource, set()).add(shape.path)
    for name in names:
        places = tuple(views.fields.get(name, {}).values())
        identity = result[name].identity
        stamped: list[Path] = [
            (identity.field,),
            *((key,) for key, template in identity.also.items() if template is not None),
        ]
        stamped += [
            item.path for item in places if item.derive is not None and item.derive.kind in ("timestamp", "counter")
        ]
        workflow = result[name].workflow
        if workflow is not None and workflow.transitions in names:
            inverse.setdefault(workflow.transitions, set()).update((key,) for key in workflow.scope)
        for rule in result[name].rules:
            if rule.kind == "unique":
                inverse.setdefault(name, set()).add(rule.paths[0])
        result[name] = replace(
            result[name], fields=places, stamped=tuple(stamped), facts=tuple(views.facts.get(name, ()))
        )
    return {name: replace(item, indexes=tuple(sorted(inverse.get(name, ())))) for name, item in result.items()}


def _shapes(members: tuple[Shape, ...]) -> list[Shape]:
    return [shape for member in members for shape in (member, *_shapes(member.members))]


def _whole(
    name: str, document: NormalisedDocument, decided: Mapping[str, Archetype], owned: Ownership
) -> JsonObject | None:
    """Return the schema that shows a record whole: the answer of a get, else an element of a list, else of a create."""
    found: dict[Archetype, JsonObject] = {}
    for operation in document.operations:
        kind = decided[operation.pointer]
        _, response = archetypes.success(operation)
        if owned.operations[operation.pointer] == name and response is not None:
            listed = archetypes.listing(response, document.schemas) if kind == "list" else None
            found.setdefault(kind, listed.items if listed is not None else response)
    return found.get("get") or found.get("list") or found.get("create")


def _identity(name: str, document: NormalisedDocument, owned: Ownership, views: Views) -> Identity:
    """Return how the records of a resource are named, as far as paths and schemas tell."""
    known = views.known.get(name, {})
    for operation in document.operations:
        item = route(operation.path).item
        if item is not None and owned.operations[operation.pointer] == name:
            fields = identity_fields(item.noun, item.parameter)
            also = {key: None for key in fields[1:] if (key,) in known or not known}
            return Identity(field=fields[0], numeric=_is_integer(fields[0], name, document, owned), also=also)
    return Identity(numeric=_is_integer("id", name, document, owned))


def _is_integer(field: str, resource: str, document: NormalisedDocument, owned: Ownership) -> bool:
    for schema_name, owner in owned.schemas.items():
        if owner == resource:
            properties = document.schemas.get(schema_name, {}).get("properties")
            member = properties.get(field) if isinstance(properties, dict) else None
            if isinstance(member, dict):
                return member.get("type") == "integer"
    return False


def _hinted(resource: Resource, own: JsonObject, at: str, hints: Hints) -> Resource:
    if "id" in own:
        identity = hints.identity(own["id"], at + "/id", numeric=resource.identity.numeric)
        resource = replace(resource, identity=identity)
    if "workflow" in own:
        resource = replace(resource, workflow=hints.workflow(own["workflow"], at + "/workflow"))
    if "rule" in own:
        resource = replace(resource, rules=(*resource.rules, *hints.rules(own["rule"], at + "/rule")))
    return resource


def _operations(
    document: NormalisedDocument,
    decided: Mapping[str, Archetype],
    facts: Mapping[str, list[Fact]],
    owned: Ownership,
    resources: Mapping[str, Resource],
    views: Views,
    answers: Mapping[str, tuple[Shape, ...]],
    hints: Hints,
) -> tuple[Operation, ...]:
    tools = naming.tools((item.operation_id, item.method, item.path) for item in document.operations)
    functions = naming.functions(tools)
    return tuple(
        _operation(raw, tool, function, document, decided, facts, owned, resources, views, answers, hints)
        for raw, tool, function in zip(document.operations, tools, functions, strict=True)
    )


def _operation(
    raw: RawOperation,
    tool: str,
    function: str,
    document: NormalisedDocument,
    decided: Mapping[str, Archetype],
    facts: Mapping[str, list[Fact]],
    owned: Ownership,
    resources: Mapping[str, Resource],
    views: Views,
    answers: Mapping[str, tuple[Shape, ...]],
    hints: Hints,
) -> Operation:
    at = raw.pointer
    status, response = archetypes.success(raw)
    resource = owned.operations[at]
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
    if resource in resources and decided[at] != "create":
        # Who a record is does not change with what is written to it.
        stored = tuple(item for item in stored if item.target != (resources[resource].identity.field,))
    known = views.known.get(resource, {})
    select, filters, query_facts = effects.queries(raw, own, resources.get(resource), known, answers[at], hints)
    answer = answers[at]
    pages: Paging | None = None
    page_facts: tuple[Fact, ...] = ()
    if decided[at] == "list" and answer and answer[0].name:
        where = f"{at}/{HINT}/paging"
        pages, envelope, page_facts = paging(raw, response, document.schemas, own.get("paging"), hints, where)
        answer = _with_envelope(answer, envelope)
    arguments = naming.arguments([item.name for item in raw.parameters])
    nodes = place.nodes[:-1] if place.item is not None else place.nodes
    scope = {} if workflow else _scope([(n.noun, n.parameter) for n in nodes], resource, resources)
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
        archetype=decided[at] if resource in resources or decided[at] == "stub" else "stub",
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
        coercions=effects.coercions(body, document.schemas, hints),
        filters=filters,
        select=select,
        rules=hints.rules(own.get("rule"), f"{at}/{HINT}/rule"),
        offers=workflow.get("offers") is True,
        transition=_transition(workflow, f"{at}/{HINT}/workflow/take", hints),
        facts=(*facts[at], owned.facts[at], *query_facts, *page_facts, *input_only),
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
