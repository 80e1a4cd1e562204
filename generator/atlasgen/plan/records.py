"""Pass 7: each resource with its identity, fields, rules, workflow and indexes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan import archetypes, evidence, identities
from atlasgen.plan.envelopes import record
from atlasgen.plan.findings import Findings
from atlasgen.plan.hints import RESOURCE, Hints
from atlasgen.plan.identities import HIDDEN
from atlasgen.plan.model import Archetype, Field, Identity, Operation, Path, Resource, Shape
from atlasgen.plan.paths import identity_fields, route
from atlasgen.spec.normalise import RawOperation
from atlasgen.spec.schemas import HINT


def resources(found: Findings, declared: JsonObject) -> Mapping[str, Resource]:
    """Return the resources with all that views, schemas and the root of the document say of them.

    Args:
        found: What the passes before found.
        declared: The hint `resources` at the root.
    """
    document, owned, views, hints, names = found.document, found.owned, found.views, found.hints, found.names
    result: dict[str, Resource] = {}
    about: dict[str, list[RawOperation]] = {name: [] for name in names}
    for operation in document.operations:
        about.setdefault(owned.operations[operation.pointer], []).append(operation)
    shown_by: dict[str, list[JsonObject]] = {name: [] for name in names}
    for schema_name, name in owned.schemas.items():
        shown_by.setdefault(name, []).append(document.schemas.get(schema_name, {}))
    for name in names:
        identity = (
            _identity(about[name], shown_by[name], views.known.get(name, {}))
            if name in owned.described
            else _inferred(name, about[name], found)
        )
        result[name] = Resource(name, identity=identity, schema=_whole(about[name], found))
    inferred = {name: resource.identity for name, resource in result.items()}
    for schema_name, schema in document.schemas.items():
        at = f"/components/schemas/{schema_name}/{HINT}"
        own = hints.of(schema, f"/components/schemas/{schema_name}")
        shown = owned.schemas.get(schema_name, "") if "resource" in own else ""
        if shown in result and schema_name not in document.inputs:
            result[shown] = _hinted(result[shown], own, at, hints)
    for name in names:
        own = hints.known(declared.get(name), RESOURCE, f"/{HINT}/resources/{name}")
        result[name] = _hinted(result[name], own, f"/{HINT}/resources/{name}", hints)
        fields = own.get("fields")
        for path, hint in fields.items() if isinstance(fields, dict) else ():
            at = f"/{HINT}/resources/{name}/fields/{path}"
            hint = hints.known(hint, ("ref", "many", "derive"), at)
            reference = hints.reference(hint["ref"], at + "/ref") if "ref" in hint else None
            derive = hints.derive(hint["derive"], at + "/derive") if "derive" in hint else None
            views.field(name, Field(tuple(path.split(".")), reference, hint.get("many") is True, derive))
    for name in names:
        identity = result[name].identity
        if identity.field != inferred[name].field:
            numeric = _is_integer(identity.field, shown_by[name])
            result[name] = replace(result[name], identity=replace(identity, numeric=numeric))
    for name in names:
        history = result[name].history
        if history is not None and history.resource in result and result[history.resource].history is not None:
            what = f"the states of a {name} are kept as {history.resource}, which has a history of its own"
            hints.problem(f"/{HINT}/resources/{name}/history", what, "keep them as a resource that has none")
    inverse: dict[str, set[Path]] = {}
    for view in views.views.values():
        for shape in _shapes(view.members):
            if shape.kind == "inverse" and shape.path:
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
                direct = [path for path in rule.paths if not _leads_through(path, places)]
                inverse.setdefault(name, set()).update(direct[:1])
        named = evidence.identity(identity, inferred[name], about[name])
        facts = (named, *views.facts.get(name, ()))
        result[name] = replace(result[name], fields=places, stamped=tuple(stamped), facts=facts)
    for name, item in result.items():
        indexes = tuple(sorted({*item.indexes, *inverse.get(name, ())}))
        for path in indexes:
            if _leads_through(path, item.fields):
                what = f"`{'.'.join(path)}` leads through a reference: records are listed by what stands in themselves"
                hints.problem(f"/{HINT}/resources/{name}/index", what, "name the reference itself")
        result[name] = replace(item, indexes=indexes)
    return result


def _leads_through(path: Path, fields: Sequence[Field]) -> bool:
    """Whether a path goes on behind a reference."""
    references = {field.path for field in fields if field.reference is not None}
    return any(path[:length] in references for length in range(1, len(path)))


def _shapes(members: tuple[Shape, ...]) -> list[Shape]:
    return [shape for member in members for shape in (member, *_shapes(member.members))]


def _whole(operations: Iterable[RawOperation], found: Findings) -> JsonObject | None:
    """Return the schema that shows a record whole: the answer of a get, else an element of a list, else of a create."""
    shown: dict[Archetype, JsonObject] = {}
    for operation in operations:
        kind = found.archetypes[operation.pointer]
        _, response = archetypes.success(operation)
        if response is not None:
            listed = archetypes.listing(response, found.document.schemas) if kind == "list" else None
            schemas = found.document.schemas
            shown.setdefault(kind, listed.items if listed is not None else record(response, schemas)[1])
    return shown.get("get") or shown.get("list") or shown.get("create")


def _identity(
    operations: Iterable[RawOperation], schemas: Sequence[JsonObject], known: Mapping[Path, Shape]
) -> Identity:
    """Return how the records of a resource are named, as far as paths and schemas tell."""
    for operation in operations:
        item = route(operation.path).item
        if item is not None:
            fields = identity_fields(item.noun, item.parameter)
            also = {key: None for key in fields[1:] if (key,) in known or not known}
            return Identity(field=fields[0], numeric=_is_integer(fields[0], schemas), also=also)
    return Identity(numeric=_is_integer("id", schemas))


def _inferred(name: str, operations: Sequence[RawOperation], found: Findings) -> Identity:
    """Return how the records of a resource that nobody has described are named."""
    if name in found.singles.names.values():
        return Identity(HIDDEN)
    below = any(len(route(operation.path).nodes) > 1 for operation in operations)
    shown = found.views.shown.get(name, {})
    return identities.identity(
        operations,
        shown,
        found.document.schemas,
        keyed=name in found.owned.keyed or _few(operations),
        below=below,
        asked=found.singles.targets,
    )


def _few(operations: Iterable[RawOperation]) -> bool:
    """Whether the names of records are words of a list."""
    for operation in operations:
        item = route(operation.path).item
        for parameter in operation.parameters:
            if item is not None and parameter.name == item.parameter and {"enum", "const"} & set(parameter.schema):
                return True
    return False


def _is_integer(field: str, schemas: Iterable[JsonObject]) -> bool:
    for schema in schemas:
        properties = schema.get("properties")
        member = properties.get(field) if isinstance(properties, dict) else None
        if isinstance(member, dict):
            return member.get("type") == "integer"
    return False


def _hinted(resource: Resource, own: JsonObject, at: str, hints: Hints) -> Resource:
    if "id" in own:
        identity = hints.identity(own["id"], at + "/id", numeric=resource.identity.numeric)
        resource = replace(resource, identity=identity)
    if "index" in own:
        resource = replace(resource, indexes=(*resource.indexes, *hints.paths(own["index"], at + "/index")))
    if "history" in own:
        resource = replace(resource, history=hints.history(own["history"], at + "/history"))
    if "workflow" in own:
        resource = replace(resource, workflow=hints.workflow(own["workflow"], at + "/workflow"))
    if "rule" in own:
        resource = replace(resource, rules=(*resource.rules, *hints.rules(own["rule"], at + "/rule")))
    return resource


def indexed(resources: Mapping[str, Resource], operations: Sequence[Operation]) -> Mapping[str, Resource]:
    """Return the resources with an index on each field that a path names a parent by, or whose texts are listed."""
    result = dict(resources)
    for operation in operations:
        resource = result.get(operation.resource)
        if resource is not None and operation.scope:
            paths = sorted({*resource.indexes, *operation.scope.values()})
            result[resource.name] = replace(resource, indexes=tuple(paths))
        if operation.values is not None and (holder := result.get(operation.values.resource)) is not None:
            paths = sorted({*holder.indexes, operation.values.path})
            result[holder.name] = replace(holder, indexes=tuple(paths))
    return result
