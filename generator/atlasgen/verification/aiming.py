"""Lets the arguments of calls name records that are there, whoever knows which these are.

Sampled arguments meet their schemas and name nothing. Here each parameter and each member of a body that names a record
gets the name of one, a lock gets the number that is due, and a query language a text that it can read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Coercion, Effect, Held, Operation, Plan, Reference, Resource, Write
from atlasgen.plan.paths import route
from atlasgen.runtime.documents import ABSENT, Document, at, with_value
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.sampling import Sampler
from atlasgen.runtime.targets import listed_in


@dataclass(frozen=True, slots=True)
class Target:
    """One tool of an environment, with what is known of it. `tool` is its name there."""

    tool: str
    emulator: Emulator
    operation: Operation

    @property
    def plan(self) -> Plan:
        """The plan of its API."""
        return self.emulator.plan

    @property
    def resource(self) -> Resource | None:
        """What it is about."""
        return self.plan.resources.get(self.operation.resource)

    @property
    def collection(self) -> str:
        """What the world calls the records that it is about."""
        return self.emulator.names.get(self.operation.resource, "")


@dataclass(frozen=True, slots=True)
class Request:
    """Arguments of a call, and what is known of the record that they name; None where they name none."""

    arguments: JsonObject
    record: Document | None


Known: TypeAlias = Callable[[str], Sequence[Document]]
"""From a resource to records of it, each with its id at least."""

Open: TypeAlias = Callable[[Target, JsonObject], Sequence[Json]]
"""From an operation that takes an arrow, and its arguments, to the ids of arrows to choose from."""


def targets(environment: Environment) -> tuple[Target, ...]:
    """Return the tools of an environment in their order."""
    every = [(emulator, operation) for emulator in environment.emulators for operation in emulator.plan.operations]
    return tuple(Target(item.name, *known) for item, known in zip(environment.tools, every, strict=True))


class Aim:
    """Aims the calls of one environment."""

    def __init__(self, environment: Environment, every: Sequence[Target]) -> None:
        """Take an environment and its tools."""
        self._world = environment.world
        self._creators: dict[tuple[str, str], Target] = {}
        self._texts: dict[tuple[str, str], str] = {}
        for target in every:
            operation = target.operation
            if operation.archetype == "create":
                self._creators.setdefault((target.plan.name, operation.resource), target)
            if operation.language is not None and operation.language.example:
                self._texts.setdefault((target.plan.name, operation.language.name), operation.language.example)

    def creator(self, target: Target) -> Target | None:
        """Return the first operation that creates what another one is about."""
        return self._creators.get((target.plan.name, target.operation.resource))

    def request(self, target: Target, arguments: JsonObject, sampler: Sampler, known: Known, arrows: Open) -> Request:
        """Return arguments in which whatever names a record names one that is known."""
        operation = target.operation
        schemas = asked(target, sampler)
        given = flat(target, arguments)
        holder = self._holder(target, operation.held, sampler, known)
        record = self._subject(target, operation.held, holder, sampler, known)
        if operation.held is not None and operation.held.parameter and holder is not None:
            field = target.plan.resources[operation.held.resource].identity.field
            given[operation.held.parameter] = typed(holder[field], schemas.get(operation.held.parameter, {}))
        if record is not None and target.resource is not None and operation.target:
            given[operation.target] = _name(target, target.resource, record, schemas, sampler)
        for parameter, other in parents(target).items():
            path = operation.scope.get(parameter)
            value = ABSENT if record is None or path is None else self.stored(target, record, path)
            if value is ABSENT:
                parent = _one(known(other), sampler)
                value = ABSENT if parent is None else parent[target.plan.resources[other].identity.field]
            if value is not ABSENT and _fits(target, parameter, name := typed(value, schemas.get(parameter, {}))):
                given[parameter] = name
        for parameter, path in operation.scope.items():
            if parameter not in parents(target):  # it names no record: what stands there says what it may be
                one = record or _one(known(operation.resource), sampler)
                value = ABSENT if one is None else self.stored(target, one, path)
                if value is not ABSENT:
                    given[parameter] = typed(value, schemas.get(parameter, {}))
        self._ask(target, given, record, schemas, sampler)
        aimed = nested(target, given)
        body: Any = aimed.get("body")
        if operation.several is not None:
            aimed["body"] = self._elements(target, body, operation.several, sampler, known)
        elif operation.asks == "parameters" and isinstance(body, dict):
            aimed["body"] = self._body(target, aimed, body, record, sampler, known)
            if operation.transition and record is not None:
                aimed["body"] = _taking(target, aimed, arrows(target, aimed), sampler)
        elif operation.asks == "parameters" and isinstance(body, list):
            aimed["body"] = [
                self._body(target, aimed, item, None, sampler, known) if isinstance(item, dict) else item
                for item in body
            ]
        for effect in operation.effects:
            if effect.kind != "set" and record is not None:
                self._name_listed(target, aimed, effect, self._stored(target, record), sampler, known)
        return Request(aimed, record if operation.target else None)

    def _name_listed(
        self, target: Target, aimed: JsonObject, effect: Effect, record: Document, sampler: Sampler, known: Known
    ) -> None:
        """Let an action name what its list holds, if it takes out, and what it does not hold, if it adds."""
        held = at(record, effect.at)
        listed = [item.get(effect.wrap) if isinstance(item, dict) else item for item in held or ()]
        names: list[Any] = [name for name in listed if isinstance(name, str | int)]
        if effect.kind == "append":
            if effect.reference is None:
                return
            field = target.plan.resources[effect.reference.resource].identity.field
            every = [item[field] for item in known(effect.reference.resource)]
            names = [name for name in every if str(name) not in map(str, listed)] or every
        if not names:
            return
        name = sampler.pick(names)
        if effect.parameter:
            schema = next(item.schema for item in target.operation.parameters if item.name == effect.parameter)
            aimed[effect.parameter] = typed(name, sampler.flat(schema))
            return
        whole = Sampler(target.plan.schemas, sampler.choose, share=100).value(target.operation.body)
        sample = at(whole, effect.source)
        one = sample[0] if isinstance(sample, list) and sample else sample
        value = {**one, effect.by: name} if effect.by and isinstance(one, dict) else _spelled(name, one)
        value = [value] if isinstance(sample, list) else value
        body = aimed.get("body")
        if not effect.source:
            aimed["body"] = value
        elif at(body, effect.source[:-1]) is ABSENT:
            aimed["body"] = with_value(whole, effect.source, value)
        elif isinstance(body, dict):
            aimed["body"] = with_value(body, effect.source, value)

    # -- records -------------------------------------------------------------------------------------------------------

    def _holder(self, target: Target, held: Held | None, sampler: Sampler, known: Known) -> Document | None:
        """Return a record whose field lists others; one that lists some where one of these is to be named."""
        if held is None or held.resource not in target.plan.resources:
            return None
        found = known(held.resource)
        if target.operation.archetype == "unlink":
            sizes = [len(self.listed(target, held, item)) for item in found]
            # One of several, where there are several: what becomes of the others tells something too.
            most = min(2, max(sizes, default=0))
            found = [item for item, size in zip(found, sizes, strict=True) if size and size >= most] or found
        return _one(found, sampler)

    def _subject(
        self, target: Target, held: Held | None, holder: Document | None, sampler: Sampler, known: Known
    ) -> Document | None:
        """Return the record that a call is to be about, or for a list one that it is to show."""
        operation = target.operation
        if target.resource is None or operation.context:
            return None
        if operation.archetype == "unlink" and held is not None and holder is not None:
            ids = self.listed(target, held, holder)
            return self._world.get(target.collection, str(sampler.pick(ids))) if ids else None
        if operation.target or operation.filters or operation.searches:
            found = known(operation.resource)
            fresh = [item for item in found if not self._is_done(target, item)]
            return _one(fresh or found, sampler)
        return None

    def _is_done(self, target: Target, record: Document) -> bool:
        """Whether an action would put nothing at a record that does not stand there."""
        effects = target.operation.effects
        stored = self._stored(target, record) if effects else None
        return bool(effects) and all(
            not at(stored, effect.at) if effect.kind == "remove" else
            effect.kind == "set" and at(stored, effect.at) == effect.value
            for effect in effects
        )  # fmt: skip

    def _stored(self, target: Target, record: Document) -> Document:
        """Return the whole of a record of which a reader may have shown a part."""
        resource = target.resource
        own = None if resource is None else record.get(resource.identity.field)
        return (self._world.get(target.collection, str(own)) if own is not None else None) or record

    def listed(self, target: Target, held: Held, holder: Document) -> Sequence[Json]:
        """Return the ids that a field of a record lists."""
        collection = target.emulator.names[held.resource]
        field = target.plan.resources[held.resource].identity.field
        return listed_in(self._world.get(collection, str(holder[field])), held)

    def stored(self, target: Target, record: Document, path: Sequence[str]) -> Any:
        """Return the name that stands at a path of a record: as a reader showed it, else as the world has it.

        Of several names it is the first; `ABSENT` where there is none.
        """
        assert target.resource is not None
        value = at(record, tuple(path))
        if not isinstance(value, str | int):
            own = self._world.get(target.collection, str(record[target.resource.identity.field]))
            follow = target.emulator.context.paths.follow(tuple(path), target.resource.name)
            value = ABSENT if own is None else follow(self._world, own)
        if isinstance(value, list):
            value = value[0] if value else ABSENT
        return value if isinstance(value, str | int) else ABSENT

    # -- what is asked of a list ---------------------------------------------------------------------------------------

    def _ask(
        self,
        target: Target,
        given: JsonObject,
        record: Document | None,
        schemas: Mapping[str, JsonObject],
        sampler: Sampler,
    ) -> None:
        """Let what narrows a list, orders it or turns its pages be such that it finds something."""
        operation = target.operation
        if operation.paging is not None and operation.paging.style == "cursor":
            given.pop(operation.paging.position, None)  # only a page gives one
        if operation.trash is not None:
            given.pop(operation.trash.purge, None)  # only what has been put aside can go
        for item in operation.filters:
            value = ABSENT if record is None else self.stored(target, record, item.path)
            if item.parameter in given and value is not ABSENT:
                given[item.parameter] = typed(value, schemas.get(item.parameter, {}))
        for search in operation.searches:
            texts = [self.stored(target, record, path) for path in search.paths] if record is not None else []
            words = [word for text in texts if isinstance(text, str) for word in text.split()[:1]]
            if search.parameter in given and words:
                given[search.parameter] = sampler.pick(words)
        sort = operation.sort
        if sort is not None and sort.parameter in given and not schemas.get(sort.parameter, {}).get("enum"):
            given[sort.parameter] = sampler.pick(("", "-")) + sampler.pick(list(sort.words))
        if operation.language is not None:
            example = self.text(target)
            if example and (operation.language.parameter in given or sampler.choose(2)):
                given[operation.language.parameter] = example
            elif not example:
                given.pop(operation.language.parameter, None)

    def text(self, target: Target) -> str:
        """Return a valid text of the query language of an operation; empty where none is known."""
        language = target.operation.language
        return self._texts.get((target.plan.name, language.name), "") if language is not None else ""

    # -- bodies --------------------------------------------------------------------------------------------------------

    def _body(
        self,
        target: Target,
        arguments: JsonObject,
        body: Document,
        record: Document | None,
        sampler: Sampler,
        known: Known,
    ) -> Document:
        operation, resource = target.operation, target.resource
        for coercion in operation.coercions:
            if coercion.kind == "wrap":
                body = _wrapped(body, coercion, sampler)
        for write in operation.writes:
            value = at(body, write.source)
            if write.reference is not None and value not in (ABSENT, None):
                name = _spelled(_reference(target, write, write.reference, sampler, known), value)
                if name is not ABSENT:
                    body = with_value(body, write.source, name)
            elif write.lock and record is not None and value is not ABSENT:
                body = with_value(body, write.source, self._number(target, record, write.target) + 1)
        sources = {write.target: write.source for write in operation.writes if write.source}
        for parameter, path in operation.scope.items():
            place = sources.get(path, path)
            if isinstance(at(body, place), str | int):  # the path says what this is, whatever the body says
                body = with_value(body, place, typed(arguments[parameter], {"type": _sort(at(body, place))}))
        if record is not None and resource is not None:
            own = (resource.identity.field,)
            if at(body, own) is not ABSENT and own[0] in record:
                body = with_value(body, own, record[own[0]])
        locked = {write.target for write in operation.writes if write.lock}
        for field in resource.fields if resource is not None else ():
            counted = field.derive is not None and field.derive.kind == "counter" and field.path not in locked
            if counted and record is not None and at(body, field.path) is not ABSENT:
                body = with_value(body, field.path, self._number(target, record, field.path) + 1)
        creator = self.creator(target)
        known_to_act = operation.archetype != "stub"
        if known_to_act and not operation.writes and creator is not None and creator.tool != target.tool:
            body = self._several(creator, body, sampler, known)
        return body

    def _elements(
        self, target: Target, body: Any, place: Sequence[str], sampler: Sampler, known: Known
    ) -> Any:  # fmt: skip
        """Return a body whose list has elements, each of which names records that are there."""
        items = at(body, tuple(place))
        if not items:
            whole = Sampler(target.plan.schemas, sampler.choose, share=100).value(target.operation.body)
            items = at(whole, tuple(place))
            body = whole if not isinstance(body, dict) or at(body, tuple(place[:-1])) is ABSENT else body
        made = []
        for item in items if isinstance(items, list) else []:
            for write in target.operation.writes:
                value = at(item, write.source)
                if write.reference is not None and value not in (ABSENT, None) and isinstance(item, dict):
                    name = _spelled(_reference(target, write, write.reference, sampler, known), value)
                    item = with_value(item, write.source, name) if name is not ABSENT else item
            made.append(item)
        return with_value(body, tuple(place), made) if place and isinstance(body, dict) else made

    def _several(self, creator: Target, body: Document, sampler: Sampler, known: Known) -> Document:
        """Return a body in which the objects of its lists are mostly what the operation that creates one of them takes.

        What one of several needs is often said nowhere but there.
        """

        def element(item: Json) -> Json:
            own = item if not sampler.choose(4) else sampler.value(creator.operation.body)
            return self._body(creator, {}, own, None, sampler, known) if isinstance(own, dict) else own

        return {
            name: [element(part) if isinstance(part, dict) else part for part in item]
            if isinstance(item, list)
            else item
            for name, item in body.items()
        }

    def _number(self, target: Target, record: Document, path: Sequence[str]) -> int:
        now = self.stored(target, record, path)
        return now if isinstance(now, int) else 0


def asked(target: Target, sampler: Sampler) -> dict[str, JsonObject]:
    """Return the schemas of what an operation is asked with, those that stand in the body of a list among them."""
    operation = target.operation
    found = {parameter.name: sampler.flat(parameter.schema) for parameter in operation.parameters}
    if operation.asks == "body":
        members = sampler.flat(operation.body).get("properties", {})
        found |= {name: sampler.flat(member) for name, member in members.items()}
    return found


def flat(target: Target, arguments: JsonObject) -> JsonObject:
    """Return arguments in which what a list is asked with in its body stands beside the parameters."""
    body = arguments.get("body")
    if target.operation.asks != "body" or not isinstance(body, dict):
        return dict(arguments)
    return {**{name: value for name, value in arguments.items() if name != "body"}, **body}


def nested(target: Target, given: JsonObject) -> JsonObject:
    """Return what `flat` was made from."""
    if target.operation.asks != "body":
        return given
    names = {parameter.name for parameter in target.operation.parameters}
    body = {name: value for name, value in given.items() if name not in names}
    return {**{name: value for name, value in given.items() if name in names}, "body": body}


def parents(target: Target) -> Mapping[str, str]:
    """Return the parameters that name records before the one that an operation is about: each with its resource."""
    operation = target.operation
    held = operation.held.parameter if operation.held is not None else ""
    found: dict[str, str] = {}
    fields = {field.path: field for field in target.resource.fields} if target.resource is not None else {}
    for node in route(operation.path).nodes:
        path = operation.scope.get(node.parameter)
        field = fields.get(path) if path is not None else None
        reference = field.reference if field is not None else None
        noun = reference.resource if reference is not None else operation.within.get(node.parameter, node.noun)
        if node.parameter not in (operation.target, held) and noun in target.plan.resources:
            found[node.parameter] = noun
    return found


def _name(
    target: Target, resource: Resource, record: Document, schemas: Mapping[str, JsonObject], sampler: Sampler
) -> Json:
    """Return a name of a record for the parameter that names it: what it is called after, else any that fits."""
    parameter, identity = target.operation.target, resource.identity
    schema = schemas.get(parameter, {})
    names = [name for name in identity.names if isinstance(record.get(name), str | int)]
    names = [name for name in names if name.lower() == parameter.lower()] or names
    listed = [typed(record[name], schema) for name in names]
    accepts = target.emulator.context.validators.compile(schema).accepts
    fitting = [name for name in listed if accepts(name)]
    found: Json = sampler.pick(fitting) if fitting else sampler.value(schema)
    return found


def _fits(target: Target, parameter: str, name: Json) -> bool:
    """Whether a parameter may be a name: one of some words names no record."""
    schema = next((item.schema for item in target.operation.parameters if item.name == parameter), {})
    accepted: bool = target.emulator.context.validators.compile(schema).accepts(name)
    return accepted


def typed(value: Json, schema: Mapping[str, Any]) -> Json:
    """Return a name as text where the schema asks for text, as a number where it asks for one."""
    kind = schema.get("type")
    if kind == "string":
        return str(value)
    if kind == "array":
        return [typed(value, schema.get("items", {}))]
    return int(value) if kind == "integer" and isinstance(value, str) and value.isdecimal() else value


def _one(found: Sequence[Document], sampler: Sampler) -> Document | None:
    return sampler.pick(found) if found else None


def _reference(target: Target, write: Write, reference: Reference, sampler: Sampler, known: Known) -> Any:
    resource = target.plan.resources.get(reference.resource)
    record = _one(known(reference.resource), sampler) if resource is not None else None
    if record is None or resource is None:
        return ABSENT
    value: Json = record[resource.identity.field]
    if reference.by:
        members = [member for member, name in reference.by.items() if record.get(name) is not None]
        if not members:
            return ABSENT
        member = sampler.pick(members)
        value = {member: record[reference.by[member]]}
    return [value] if write.many else value


def _spelled(name: Any, sampled: Any) -> Any:
    """Return a name as text or as a number, as the schema asks for it by a value that it allows."""
    if isinstance(name, list) and isinstance(sampled, list):
        return [_spelled(item, sampled[0]) for item in name] if sampled else name
    if isinstance(name, dict) and isinstance(sampled, dict):
        return {key: _spelled(item, sampled.get(key)) for key, item in name.items()}
    if isinstance(name, str) and isinstance(sampled, int) and not isinstance(sampled, bool) and name.isdecimal():
        return int(name)
    return str(name) if isinstance(name, int) and isinstance(sampled, str) else name


def _taking(target: Target, arguments: JsonObject, arrows: Sequence[Json], sampler: Sampler) -> Any:
    """Return a body that takes one of some arrows."""
    body: Any = arguments["body"]
    resource, path = target.resource, target.operation.transition
    if resource is None or resource.workflow is None or not arrows:
        return body
    arrow = sampler.pick(arrows)
    field = target.plan.resources[resource.workflow.transitions].identity.field
    return with_value(body, path, {field: arrow} if isinstance(at(body, path), dict) else arrow)


def _wrapped(body: Document, coercion: Coercion, sampler: Sampler) -> Document:
    """Return a body that says what a coercion could have made: one object, below the name that its member holds."""
    value, (member,) = at(body, coercion.path), coercion.value
    if not isinstance(value, dict) or not value or member in value or not coercion.path:
        return body
    name = sampler.pick(list(value))
    inner = value[name]
    if isinstance(inner, dict) and member in inner:
        inner = {**inner, member: name}
    return with_value(body, coercion.path, {name: inner})


def _sort(value: Json) -> str:
    return "string" if isinstance(value, str) else "integer"
