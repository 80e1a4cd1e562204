"""Makes requests for any environment: valid ones, which name records that are there, and ones with something wrong.

Records are found as an agent would find them, through lists; where the API lists none, in the world; and where there
are none, they are created through the API first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import Json, JsonObject, detach, encode
from atlasgen.plan.model import Coercion, Operation, Plan, Reference, Resource, Write
from atlasgen.plan.paths import route
from atlasgen.runtime.documents import ABSENT, Document, at, with_value
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.requests import strict_form
from atlasgen.runtime.sampling import Choose, Sampler

BROKEN = 599
"""The status that stands for a call in which our own code broke."""

_TRIES = 12  # samples before it is given up to make a valid request
_DEPTH = 4  # records that are created so that a record can be created
_STRANGE: tuple[Json, ...] = (None, True, -1, 1.5, "", "no such thing", [], {}, [[]], {"id": "0"})


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


@dataclass(frozen=True, slots=True)
class Wrong:
    """Arguments that a service must refuse, and what is wrong with them."""

    what: str
    arguments: JsonObject


def targets(environment: Environment) -> tuple[Target, ...]:
    """Return the tools of an environment in their order."""
    every = [(emulator, operation) for emulator in environment.emulators for operation in emulator.plan.operations]
    return tuple(Target(item.name, *known) for item, known in zip(environment.tools, every, strict=True))


def find(value: Any, names: Mapping[str, Json]) -> tuple[tuple[str | int, ...], JsonObject] | None:
    """Return the outermost object in a value that has one of some identities, and the way to it."""
    wanted = {name: str(identity) for name, identity in names.items() if identity is not None}
    level: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while level:
        below: list[tuple[tuple[str | int, ...], Any]] = []
        for way, node in level:
            if isinstance(node, dict):
                if any(name in node and str(node[name]) == identity for name, identity in wanted.items()):
                    return way, node
                below += [((*way, key), item) for key, item in node.items() if isinstance(item, dict | list)]
            elif isinstance(node, list):
                below += [((*way, index), item) for index, item in enumerate(node) if isinstance(item, dict | list)]
        level = below
    return None


class Requests:
    """Makes requests for the operations of one environment."""

    def __init__(self, environment: Environment) -> None:
        """Take an environment; making requests may create records in it."""
        self.environment = environment
        self.targets = targets(environment)
        self._known: dict[tuple[str, str], list[Document]] = {}
        self._trusting = True
        self._lists: dict[tuple[str, str], list[Target]] = {}
        self._creators: dict[tuple[str, str], list[Target]] = {}
        for target in self.targets:
            key = (target.plan.name, target.operation.resource)
            if target.operation.archetype == "list" and not target.operation.offers:
                self._lists.setdefault(key, []).append(target)
            elif target.operation.archetype == "create":
                self._creators.setdefault(key, []).append(target)

    def begin(self, seed: int, *, trusting: bool = True) -> None:
        """Begin another episode.

        Args:
            seed: The world.
            trusting: Whether lists are asked for records before the world is: lists may be wrong.
        """
        self.environment.reset(seed=seed)
        self._trusting = trusting
        self._known = {}

    def call(self, tool: str, arguments: Mapping[str, Any]) -> Reply:
        """Call a tool; where our own code breaks, the answer has the status `BROKEN`."""
        try:
            return self.environment.call(tool, arguments)
        except RolloutError as error:
            return Reply(BROKEN, encode({"broke": str(error)}))

    # -- valid requests ------------------------------------------------------------------------------------------------

    def valid(self, target: Target, choose: Choose, *, share: int, depth: int = 0) -> Request | None:
        """Return a request that meets the schemas and names records that are there; None where that was not possible.

        Args:
            target: What to call.
            choose: Makes every choice.
            share: How many of a hundred arguments and members that may be left out are to be there.
            depth: How many records are being created on the way to this request.
        """
        operation = target.operation
        schema = operation.arguments()
        if operation.body is not None and "body" not in schema.get("required", []):  # type: ignore[operator]
            schema["required"] = [*schema.get("required", []), "body"]  # type: ignore[misc]
        sampler = Sampler(target.plan.schemas, choose, share=share)
        for _ in range(_TRIES):
            request = self._aimed(target, sampler.value(schema), sampler, depth)
            if self.accepts(target, request.arguments):
                return request
        return None

    def accepts(self, target: Target, arguments: JsonObject) -> bool:
        """Whether arguments meet the schemas, after the declared coercions."""
        validator = target.emulator.context.validators.compile(target.operation.arguments())
        return validator.accepts(strict_form(target.operation)(arguments))

    def _aimed(self, target: Target, arguments: JsonObject, sampler: Sampler, depth: int) -> Request:
        """Return arguments in which whatever names a record names one that is there."""
        operation, resource = target.operation, target.resource
        schemas = {parameter.name: sampler.flat(parameter.schema) for parameter in operation.parameters}
        if operation.paging is not None and operation.paging.style == "cursor":
            arguments.pop(operation.paging.position, None)  # only a page gives one
        record: Document | None = None
        if resource is not None and (operation.target or operation.filters):
            record = self._any(target, operation.resource, sampler, depth)
        if record is not None and resource is not None and operation.target:
            names = [resource.identity.field, *(name for name in resource.identity.also if name in record)]
            arguments[operation.target] = typed(record[sampler.pick(names)], schemas.get(operation.target, {}))
        for parameter, other in self.parents(target).items():
            path = operation.scope.get(parameter)
            value = ABSENT if record is None or path is None else self.stored(target, record, path)
            if value is ABSENT or value is None:
                parent = self._any(target, other, sampler, depth)
                value = ABSENT if parent is None else parent[target.plan.resources[other].identity.field]
            if value is not ABSENT:
                arguments[parameter] = typed(value, schemas.get(parameter, {}))
        for item in operation.filters:
            value = at(record, item.path)
            if item.parameter in arguments and isinstance(value, str | int):
                arguments[item.parameter] = typed(value, schemas.get(item.parameter, {}))
        if isinstance(arguments.get("body"), dict):
            arguments["body"] = self._body(target, arguments, record, sampler, depth)
        return Request(arguments, record if operation.target else None)

    def parents(self, target: Target) -> Mapping[str, str]:
        """Return the parameters in the path, the target apart, that name records: each with its resource."""
        operation = target.operation
        found: dict[str, str] = {}
        fields = {field.path: field for field in target.resource.fields} if target.resource is not None else {}
        for node in route(operation.path).nodes:
            if node.parameter == operation.target:
                continue
            path = operation.scope.get(node.parameter)
            field = fields.get(path) if path is not None else None
            reference = field.reference if field is not None else None
            noun = reference.resource if reference is not None else node.noun
            if noun in target.plan.resources:
                found[node.parameter] = noun
        return found

    def _body(
        self, target: Target, arguments: JsonObject, record: Document | None, sampler: Sampler, depth: int
    ) -> Document:
        operation, resource = target.operation, target.resource
        body: Any = arguments["body"]
        for coercion in operation.coercions:
            if coercion.kind == "wrap":
                body = _wrapped(body, coercion, sampler)
        for write in operation.writes:
            if write.reference is not None and at(body, write.source) not in (ABSENT, None):
                value = self._reference(target, write, write.reference, sampler, depth)
                if value is not ABSENT:
                    body = with_value(body, write.source, value)
        for parameter, path in operation.scope.items():
            if isinstance(at(body, path), str | int):  # the path says what this is, whatever the body says
                body = with_value(body, path, typed(arguments[parameter], {"type": _sort(at(body, path))}))
        if record is not None and resource is not None:
            own = (resource.identity.field,)
            if at(body, own) is not ABSENT and own[0] in record:
                body = with_value(body, own, record[own[0]])
        for field in resource.fields if resource is not None else ():
            if field.derive is not None and field.derive.kind == "counter" and at(body, field.path) is not ABSENT:
                now = self.stored(target, record, field.path) if record is not None else ABSENT
                body = with_value(body, field.path, now + 1 if isinstance(now, int) else field.derive.value)
        if operation.transition and record is not None:
            body = self._arrow(target, body, arguments, record, sampler)
        return body  # type: ignore[no-any-return]  # `with_value` returns objects

    def stored(self, target: Target, record: Document, path: Sequence[str]) -> Any:
        """Return what stands at a path of a record: as a reader showed it, else as the world has it."""
        value = at(record, tuple(path))
        if isinstance(value, str | int):
            return value
        assert target.resource is not None
        id = str(record[target.resource.identity.field])
        return at(self.environment.world.get(target.collection, id), tuple(path))

    def _reference(self, target: Target, write: Write, reference: Reference, sampler: Sampler, depth: int) -> Any:
        resource = target.plan.resources.get(reference.resource)
        record = self._any(target, reference.resource, sampler, depth) if resource is not None else None
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

    def _arrow(
        self, target: Target, body: Document, arguments: JsonObject, record: Document, sampler: Sampler
    ) -> Document:
        """Return a body that takes one of the arrows which a reader offers, else one that the world has."""
        resource, path = target.resource, target.operation.transition
        if resource is None or resource.workflow is None:
            return body
        arrows = target.plan.resources[resource.workflow.transitions]
        found: list[Any] = []
        for item in self.targets:
            if item.operation.offers and item.emulator is target.emulator and item.collection == target.collection:
                asked = {item.operation.target: arguments[target.operation.target]}
                shape = next((shape for shape in item.operation.answer if shape.kind == "records"), None)
                answer = self.call(item.tool, asked).json()
                listed = answer.get(shape.name) if shape is not None and isinstance(answer, dict) else answer
                found += [arrow[arrows.identity.field] for arrow in listed or [] if isinstance(arrow, dict)]
        found = found or list(self.environment.world.ids(target.emulator.names[arrows.name]))
        if not found:
            return body
        arrow = sampler.pick(found)
        return with_value(body, path, {arrows.identity.field: arrow} if isinstance(at(body, path), dict) else arrow)

    # -- records -------------------------------------------------------------------------------------------------------

    def _any(self, target: Target, resource: str, sampler: Sampler, depth: int) -> Document | None:
        known = self.known(target.emulator, resource, sampler.choose, depth)
        return sampler.pick(known) if known else None

    def known(self, emulator: Emulator, resource: str, choose: Choose, depth: int = 0) -> Sequence[Document]:
        """Return records of a resource, each with its id at least; there is one if the API can create it."""
        key = (emulator.plan.name, resource)
        if key not in self._known:
            self._known[key] = []  # what leads back to itself finds nothing
            if depth < _DEPTH:
                listed = self._listed(key, choose, depth) if self._trusting else []
                self._known[key] = listed or self._held(emulator, resource)
                if not self._known[key] and (made := self._made(key, choose, depth)) is not None:
                    self._known[key] = [made]
            if not self._known[key]:
                # Deep down there may be none while there is one further up.
                return self._known.pop(key) if depth else []
        return self._known[key]

    def _listed(self, key: tuple[str, str], choose: Choose, depth: int) -> list[Document]:
        for target in self._lists.get(key, ()):
            request = self.valid(target, choose, share=0, depth=depth + 1)
            if request is None:
                continue
            reply = self.call(target.tool, request.arguments)
            items = _items(reply.json()) if reply.status < 300 else []
            assert target.resource is not None
            found = [item for item in items if isinstance(item.get(target.resource.identity.field), str | int)]
            if found:
                return found
        return []

    def _held(self, emulator: Emulator, resource: str) -> list[Document]:
        world, collection = self.environment.world, emulator.names[resource]
        held = [world.get(collection, id) for id in world.ids(collection)]
        return [record for record in held if record is not None]

    def _made(self, key: tuple[str, str], choose: Choose, depth: int) -> Document | None:
        for target in self._creators.get(key, ()):
            for share in (0, 0, 30, 60, 100):
                request = self.valid(target, choose, share=share, depth=depth + 1)
                if request is not None:
                    reply = self.call(target.tool, request.arguments)
                    if reply.status < 300:
                        return self.created(target, reply)
        return None

    def created(self, target: Target, reply: Reply) -> Document | None:
        """Return what is known of the record that a call has just created, at least its id."""
        resource = target.resource
        if resource is None:
            return None
        field = resource.identity.field
        writes = [id for collection, id in self.environment.calls[-1].writes if collection == target.collection]
        for level in _levels(reply.json()):
            for node in level:
                if isinstance(node.get(field), str | int):
                    return node
        return self.environment.world.get(target.collection, writes[-1]) if writes else None

    # -- wrong requests ------------------------------------------------------------------------------------------------

    def wrong(self, target: Target, arguments: JsonObject, choose: Choose) -> Iterator[Wrong]:
        """Yield requests that differ from a valid one in one thing that is wrong.

        A name of no record, a reference to none, something required that is missing, something of another type,
        something unknown.
        """
        operation = target.operation
        sampler = Sampler(target.plan.schemas, choose, share=0)
        named = [operation.target, *operation.scope] if operation.archetype != "stub" else []
        for parameter in operation.parameters:
            if parameter.name in named and (name := self._stranger(target, parameter.schema, sampler)) is not None:
                yield Wrong(f"{parameter.name} names nothing", {**arguments, parameter.name: name})
        body = arguments.get("body")
        for write in operation.writes:
            reference = write.reference
            if reference is None or reference.resource not in target.plan.resources or not isinstance(body, dict):
                continue
            value = at(body, write.source)
            if value is not ABSENT and value is not None and value != []:
                spoiled = with_value(body, write.source, _unknown(value))
                if self.accepts(target, {**arguments, "body": spoiled}):
                    yield Wrong(f"{'.'.join(write.source)} names nothing", {**arguments, "body": spoiled})
        if operation.transition and (taken := at(body, operation.transition)) is not ABSENT and isinstance(body, dict):
            spoiled = with_value(body, operation.transition, _unknown(taken))
            if self.accepts(target, {**arguments, "body": spoiled}):
                yield Wrong(f"{'.'.join(operation.transition)} names nothing", {**arguments, "body": spoiled})
        yield Wrong("there is no such argument", {**arguments, "no_such_argument": "x"})
        yield from self._spoiled(target, arguments, choose)

    def _stranger(self, target: Target, schema: JsonObject, sampler: Sampler) -> Json:
        """Return a name of the right sort that no record has; None where all are taken or few are allowed."""
        flat = sampler.flat(schema)
        if "enum" in flat or "const" in flat:
            return None
        accepts = target.emulator.context.validators.compile(schema).accepts
        for name in ("no-such-thing", 999_999_937):
            if accepts(name):
                return name
        made: Json = sampler.value(schema)
        return made if accepts(made) else None

    def _spoiled(self, target: Target, arguments: JsonObject, choose: Choose) -> Iterator[Wrong]:
        places = list(_places(arguments, ()))
        missing = unlike = 0
        for _ in range(min(24, 4 * len(places))):
            way = places[choose(len(places))]
            where = ".".join(map(str, way))
            changed = _without(arguments, way)
            if missing < 3 and not self.accepts(target, changed):
                missing += 1
                yield Wrong(f"{where} is missing", changed)
            strange = _STRANGE[choose(len(_STRANGE))]
            changed = _replaced(arguments, way, strange)
            if unlike < 4 and not self.accepts(target, changed):
                unlike += 1
                yield Wrong(f"{where} is {encode(strange).decode()}", changed)


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


def typed(value: Json, schema: Mapping[str, Any]) -> Json:
    """Return a name as text where the schema asks for text, as a number where it asks for one."""
    kind = schema.get("type")
    if kind == "string":
        return str(value)
    if kind == "array":
        return [typed(value, schema.get("items", {}))]
    return int(value) if kind == "integer" and isinstance(value, str) and value.isdecimal() else value


def _sort(value: Json) -> str:
    return "string" if isinstance(value, str) else "integer"


def _items(value: Any) -> list[JsonObject]:
    """Return the objects of the outermost list of objects in a value."""
    level: list[Any] = [value]
    while level:
        for node in level:
            if isinstance(node, list) and node and isinstance(node[0], dict):
                return node
        level = [item for node in level if isinstance(node, dict) for item in node.values()]
    return []


def _levels(value: Any) -> Iterator[list[JsonObject]]:
    """Yield the objects in a value, the outermost first."""
    level: list[Any] = [value]
    for _ in range(4):
        yield [node for node in level if isinstance(node, dict)]
        level = [
            item
            for node in level
            for item in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        ]


def _unknown(value: Any) -> Json:
    """Return a name of the same form that no record has."""
    if isinstance(value, dict):
        return {key: _unknown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unknown(item) for item in value]
    return "no-such-thing" if isinstance(value, str) else 999_999_937


def _places(value: Any, way: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the ways to what stands in a value, down to the fourth level."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*way, key)
        if len(way) < 3:
            yield from _places(item, (*way, key))


def _replaced(value: JsonObject, way: Sequence[str | int], item: Json) -> JsonObject:
    changed: Any = detach(value)
    node = changed
    for key in way[:-1]:
        node = node[key]
    node[way[-1]] = item
    return changed  # type: ignore[no-any-return]  # a copy of an object


def _without(value: JsonObject, way: Sequence[str | int]) -> JsonObject:
    changed: Any = detach(value)
    node = changed
    for key in way[:-1]:
        node = node[key]
    del node[way[-1]]
    return changed  # type: ignore[no-any-return]  # a copy of an object
