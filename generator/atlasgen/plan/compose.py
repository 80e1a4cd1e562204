"""Runs the passes in their order: a normalised document in, a plan out."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Literal, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan import actions, archetypes, calls, effects, parents, records
from atlasgen.plan.findings import Findings
from atlasgen.plan.hints import ARCHETYPES, OPERATION, ROOT, Hints
from atlasgen.plan.kinship import Kinship, embedded
from atlasgen.plan.model import (
    PROBLEM_DETAILS,
    Archetype,
    Derive,
    Fact,
    Field,
    Operation,
    Plan,
    Resource,
    Shape,
)
from atlasgen.plan.opening import opened
from atlasgen.plan.paths import normalised
from atlasgen.plan.resources import assign
from atlasgen.plan.singletons import singles
from atlasgen.plan.views import Views, called_apart
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
    document = opened(document)
    root = hints.known(document.hints, ROOT, f"/{HINT}")
    decided: dict[str, Archetype] = {}
    facts: dict[str, list[Fact]] = {}
    paths = frozenset(operation.path for operation in document.operations)
    methods: dict[str, frozenset[str]] = {}
    for operation in document.operations:
        place = normalised(operation.path)
        methods[place] = methods.get(place, frozenset()) | {operation.method}
    for operation in document.operations:
        kind, fact = archetypes.decide(operation, paths, document.schemas, _archetype_hint(operation, hints), methods)
        decided[operation.pointer] = kind
        facts[operation.pointer] = [fact]
    single = singles(document.operations, decided, document.schemas)
    decided |= single.kinds
    facts |= {at: [fact] for at, fact in single.facts.items()}
    declared = hints.known(root.get("resources"), _resource_names(root), f"/{HINT}/resources")
    owned = assign(document, decided, single, declared, hints)
    names = tuple(dict.fromkeys([*owned.names, *declared]))
    bodies = (
        (owned.operations[item.pointer], item.body.schema)
        for item in document.operations
        if item.body is not None and decided[item.pointer] in ("create", "update", "patch", "upsert")
    )
    views = Views(
        document.schemas,
        owned.schemas,
        names,
        hints,
        owned.described,
        Kinship(document.schemas, owned.schemas, names, owned.nodes.values()),
        embedded(bodies, document.schemas),
    )
    answers = {}
    for operation in document.operations:
        _, schema = archetypes.success(operation)
        resource, kind = owned.operations[operation.pointer], decided[operation.pointer]
        if kind == "config":
            answers[operation.pointer] = views.constants(schema)
        elif kind == "list" and "values" in operation.hints:
            answers[operation.pointer] = views.texts(schema)
        else:
            many = kind in ("list", "link")
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
    because = {pointer: tuple(listed) for pointer, listed in facts.items()}
    found = Findings(document, hints, decided, because, owned, names, views, answers, single)
    scopes = parents.scopes(found, actions.relations(document))
    done = actions.acts(found)
    found = _acting(found, done)
    resources = records.resources(found, declared)
    built = calls.operations(found, resources, scopes, done)
    resources = records.indexed(resources, built)
    errors = hints.error(root["error"], f"/{HINT}/error") if "error" in root else PROBLEM_DETAILS
    further = {
        key: hints.error(shape, f"/{HINT}/errors/{key}")
        for key, shape in hints.object(root.get("errors"), f"/{HINT}/errors").items()
    }
    for item in built:
        if item.error and item.error not in further:
            what, remedy = f"there is no shape `{item.error}`", f"name it under {HINT}/errors"
            hints.problem(f"{item.pointer}/{HINT}/error", what, remedy)
    context = {
        name: hints.text(resource, f"/{HINT}/context/{name}")
        for name, resource in hints.object(root.get("context"), f"/{HINT}/context").items()
    }
    timestamp = hints.word(root.get("timestamp", "zulu"), ("zulu", "offset"), f"/{HINT}/timestamp")
    blank = hints.word(root.get("blank", "value"), ("value", "absent"), f"/{HINT}/blank")
    held = world(root.get("world"), names, context, hints, f"/{HINT}/world")
    _check_lenient(document, {operation.tool for operation in built}, hints)
    addresses = [operation.path for operation in built]
    aliases = tuple(hints.aliases(root.get("aliases"), f"/{HINT}/aliases", paths=addresses, schemas=document.schemas))
    _check_context(resources, built, context, hints)
    hints.finish(names)
    return Plan(
        name=name,
        title=document.title,
        version=document.version,
        description=document.description,
        operations=built,
        resources=resources,
        views=called_apart(views.views, resources, owned.described),
        schemas=document.schemas,
        errors=errors,
        timestamp=cast("Literal['zulu', 'offset']", timestamp),
        context=context,
        world=held,
        further_errors=further,
        aliases=aliases,
        blank=cast("Literal['value', 'absent']", blank),
    )


def _acting(found: Findings, done: Mapping[str, actions.Act]) -> Findings:
    """Return findings that know what is done to records by operations that no rule before understood."""
    answers: dict[str, tuple[Shape, ...]] = {}
    for operation in found.document.operations:
        act = done.get(operation.pointer)
        if act is not None:
            _, schema = archetypes.success(operation)
            answers[operation.pointer] = (
                found.views.own_answer(schema, act.resource)
                if act.several is None or archetypes.listing(schema, found.document.schemas) is None
                else found.views.answer(schema, act.resource, many=True)
            )
    return replace(
        found,
        archetypes={**found.archetypes, **{at: act.kind for at, act in done.items()}},
        facts={**found.facts, **{at: (act.fact,) for at, act in done.items()}},
        owned=replace(
            found.owned, operations={**found.owned.operations, **{at: act.resource for at, act in done.items()}}
        ),
        answers={**found.answers, **answers},
    )


def _check_context(
    resources: Mapping[str, Resource], operations: Sequence[Operation], context: Mapping[str, str], hints: Hints
) -> None:
    """Note what is wrong with the ambient records, and what asks for one that there is not."""
    for name, resource in context.items():
        hints.resource(resource, f"/{HINT}/context/{name}")
    for resource_ in resources.values():
        for field in resource_.fields:
            if field.derive is not None and field.derive.kind == "context" and field.derive.value not in context:
                at = f"/{HINT}/resources/{resource_.name}/{'.'.join(field.path)}/derive/context"
                what = f"there is no ambient record `{field.derive.value}`"
                hints.problem(at, what, f"name it under {HINT}/context")
    for operation in operations:
        if operation.context and operation.context not in context:
            what = f"there is no ambient record `{operation.context}`"
            hints.problem(f"{operation.pointer}/{HINT}/context", what, f"name it under {HINT}/context")


def _check_lenient(document: NormalisedDocument, tools: Container[str], hints: Hints) -> None:
    """Note what is wrong with the lenient forms, which stay where they are: in the schemas."""
    for name, schema in document.schemas.items():
        if name not in document.inputs:
            hints.check_lenient(schema, f"/components/schemas/{name}", tools)
    for operation in document.operations:
        if operation.body is not None:
            hints.check_lenient(operation.body.schema, f"{operation.pointer}/body", tools)
        for parameter in operation.parameters:
            hints.check_lenient(parameter.schema, f"{operation.pointer}/parameters/{parameter.name}", tools)


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
