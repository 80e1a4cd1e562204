"""Pass 8: each operation with its names, what it writes, filters and answers."""

from __future__ import annotations

from collections.abc import Mapping

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan import archetypes, effects, evidence, naming
from atlasgen.plan.findings import Findings
from atlasgen.plan.hints import OPERATION, Hints
from atlasgen.plan.model import Archetype, Fact, Held, Operation, Paging, Parameter, Path, Resource, Shape
from atlasgen.plan.paging import paging
from atlasgen.plan.paths import Route, route
from atlasgen.spec.normalise import RawOperation
from atlasgen.spec.schemas import HINT
from atlasgen.spec.wording import nearest

_KINDS: Mapping[str, tuple[Archetype, ...]] = {
    "upsert": ("create", "upsert"),
    "set": ("list", "link", "unlink"),
    "ancestors": ("list",),
    "values": ("list",),
    "trash": ("delete",),
}
"""The archetypes that a word says something of."""


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
    kind = found.archetypes[at]
    if resource not in resources and kind not in ("stub", "config"):
        kind = "stub"
    body = raw.body.schema if raw.body is not None else None
    asks_in_body = kind == "list" and body is not None
    stored, input_only = effects.writes(
        body if not workflow and not asks_in_body else None, resource, views.fields.get(resource, {}),
        views.known.get(resource, {}), document.schemas, hints,
    )  # fmt: skip
    if resource in resources and kind not in ("create", "upsert", "link"):
        # Who a record is does not change with what is written to it.
        stored = tuple(item for item in stored if item.target != (resources[resource].identity.field,))
    known = views.known.get(resource, {})
    parameters = effects.asked(raw, document.schemas, body=asks_in_body)
    answer = answers[at]
    pages: Paging | None = None
    page_facts: tuple[Fact, ...] = ()
    if kind in ("list", "link"):
        where = f"{at}/{HINT}/paging"
        pages, envelope, page_facts = paging(parameters, response, document.schemas, own.get("paging"), hints, where)
        answer = _with_envelope(answer, envelope)
    paged = () if pages is None else (pages.position, pages.size)
    queries = effects.queries(raw, parameters, own, resources.get(resource), known, answers[at], hints, paged=paged)
    arguments = naming.arguments([item.name for item in raw.parameters])
    names = _Names(raw, place, own, at, hints)
    target = names.target(of_place=bool(workflow) or "ancestors" in own)
    held = hints.held(own.get("set"), f"{at}/{HINT}/set", names.holder(target))
    if held is not None and held.resource in resources:
        paths = [".".join(field.path) for field in resources[held.resource].fields]
        if ".".join(held.path) not in paths:
            remedy = f"its fields are: {', '.join(paths)}" if paths else f"name it under {HINT}/resources"
            hints.problem(f"{at}/{HINT}/set/at", f"{held.resource} has no field {'.'.join(held.path)}", remedy)
    parents = [] if workflow or "ancestors" in own else names.parents(target, held)
    hinted = names.scope(resources.get(resource))
    scope = _scope(parents, resource, resources, hinted)
    coercions = effects.coercions(body, document.schemas, hints)
    rules = hints.rules(own.get("rule"), f"{at}/{HINT}/rule")
    others = evidence.effects(scope, queries.select, rules, coercions)
    made = Operation(
        operation_id=raw.operation_id or tool,
        tool=tool,
        function=function,
        method=raw.method,
        path=document.base_path + raw.path,
        pointer=at,
        summary=raw.summary,
        description=raw.description,
        status=status,
        archetype=kind,
        parameters=tuple(
            Parameter(item.name, arguments[item.name], item.location, item.required, item.schema, item.description)
            for item in raw.parameters
            if item.location in ("path", "query")
        ),
        body=body,
        body_required=raw.body.required if raw.body is not None else False,
        media_type=raw.body.media_type if raw.body is not None else "",
        response=response,
        others=archetypes.further(raw),
        resource=about if workflow else resource,
        target=target,
        context=hints.text(own.get("context", ""), f"{at}/{HINT}/context"),
        scope=scope,
        within={parameter: noun for noun, parameter in parents if parameter not in scope and noun in resources},
        answer=answer,
        asks="body" if asks_in_body else "parameters",
        paging=pages,
        writes=stored,
        coercions=coercions,
        filters=queries.filters,
        searches=queries.searches,
        sort=queries.sort,
        language=queries.language,
        select=queries.select,
        held=held,
        ancestors=hints.path(own["ancestors"], f"{at}/{HINT}/ancestors") if "ancestors" in own else (),
        values=hints.held(own.get("values"), f"{at}/{HINT}/values"),
        upsert=hints.path(own["upsert"], f"{at}/{HINT}/upsert") if "upsert" in own else (),
        trash=hints.trash(own.get("trash"), f"{at}/{HINT}/trash"),
        error=hints.text(own.get("error", ""), f"{at}/{HINT}/error"),
        rules=rules,
        offers=workflow.get("offers") is True,
        transition=_transition(workflow, f"{at}/{HINT}/workflow/take", hints),
        facts=(
            *found.facts[at],
            found.owned.facts[at],
            *queries.facts,
            *page_facts,
            *others,
            *evidence.hinted(own),
            *input_only,
        ),
    )
    _check(made, own, names, hints)
    return made


def _check(made: Operation, own: JsonObject, names: _Names, hints: Hints) -> None:
    """Note the words that say nothing of an operation: where they were meant for another, nobody would find out."""
    at = f"{made.pointer}/{HINT}"
    if made.archetype == "stub":
        return
    for word, kinds in _KINDS.items():
        if word in own and made.archetype not in kinds:
            remedy = f"it is for {', '.join(kinds)}: hint `archetype` if it is one of these"
            hints.problem(f"{at}/{word}", f"says nothing of an operation that is a {made.archetype}", remedy)
    if made.language is not None and made.archetype != "list":
        what = f"`{made.language.parameter}` asks in `{made.language.name}`, but the operation is a {made.archetype}"
        hints.problem(at, what, "only a list answers a query language")
    if made.upsert and made.archetype in _KINDS["upsert"] and made.upsert not in [item.source for item in made.writes]:
        remedy = "known: " + ", ".join(".".join(item.source) for item in made.writes)
        hints.problem(f"{at}/upsert", f"no member `{'.'.join(made.upsert)}` of the body is stored", remedy)
    if made.trash is not None and made.trash.purge:
        names.known(made.trash.purge, "trash/purge")


class _Names:
    """Which parameters of one operation name which records."""

    def __init__(self, raw: RawOperation, place: Route, own: JsonObject, at: str, hints: Hints) -> None:
        self._raw = raw
        self._place = place
        self._own = own
        self._at = at
        self._hints = hints

    def target(self, *, of_place: bool) -> str:
        """Return the parameter that names the record it is about; `of_place`: the last one of the path does."""
        if "target" in self._own:
            if self._own["target"] is None:
                return ""
            name = self._hints.text(self._own["target"], f"{self._at}/{HINT}/target")
            self.known(name, "target")
            return name
        nodes = self._place.nodes
        return nodes[-1].parameter if nodes and (self._place.item is not None or of_place) else ""

    def holder(self, target: str) -> str:
        """Return the parameter that names the record in whose field the others are listed."""
        return next((node.parameter for node in reversed(self._place.nodes) if node.parameter != target), "")

    def parents(self, target: str, held: Held | None) -> list[tuple[str, str]]:
        """Return the records (noun and parameter) that the path names besides the one that it is about."""
        apart = {target, held.parameter if held is not None else ""}
        return [(node.noun, node.parameter) for node in self._place.nodes if node.parameter not in apart]

    def scope(self, resource: Resource | None) -> Mapping[str, Path]:
        """Return the fields that hints give for parameters: each of them refers to what the parameter names."""
        at = f"{self._at}/{HINT}/scope"
        given = self._hints.object(self._own.get("scope"), at)
        found: dict[str, Path] = {}
        fields = resource.fields if resource is not None else ()
        references = {field.path for field in fields if field.reference is not None}
        for name, value in given.items():
            self.known(name, "scope")
            found[name] = path = self._hints.path(value, f"{at}/{name}")
            if resource is not None and path not in references:
                remedy = "known: " + ", ".join(sorted(map(".".join, references))) if references else "hint `ref` on it"
                self._hints.problem(f"{at}/{name}", f"{resource.name} refers to nothing at `{'.'.join(path)}`", remedy)
        return found

    def known(self, name: str, word: str) -> None:
        """Note a name that is none of the operation's parameters."""
        names = [item.name for item in self._raw.parameters]
        if name not in names:
            near = nearest(name, names)
            remedy = f"did you mean `{near}`?" if near else "its parameters are: " + ", ".join(names)
            self._hints.problem(f"{self._at}/{HINT}/{word}", f"there is no parameter `{name}`", remedy)


def _with_envelope(answer: tuple[Shape, ...], envelope: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Return an answer with the members of its envelope that tell of the page; what it shows already stays."""
    shown = {shape.name for shape in answer}
    return (*answer, *(shape for shape in envelope if shape.name not in shown))


def _transition(workflow: JsonObject, at: str, hints: Hints) -> Path:
    if "take" not in workflow:
        return ()
    path = hints.path(workflow["take"], at)
    return path[1:] if path[:1] == ("body",) else path


def _scope(
    parents: list[tuple[str, str]], resource: str, resources: Mapping[str, Resource], hinted: Mapping[str, Path]
) -> Mapping[str, Path]:
    """Return the fields of a record that the records named before it in the path must be found in."""
    fields = resources[resource].fields if resource in resources else ()
    found: dict[str, Path] = {}
    for noun, parameter in parents:
        linked = [item for item in fields if item.reference is not None and item.reference.resource == noun]
        if parameter in hinted:
            found[parameter] = hinted[parameter]
        elif linked:
            # A field that holds one name says more than one that lists several.
            found[parameter] = min(linked, key=lambda item: item.many).path
    return found
