"""Operations compiled to closures: from the arguments of a call to what the service answers, or an `ApiError`.

A closure first finds everything that is wrong, then writes, then shows. Nothing is written where anything is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from pydantic_core import ValidationError

from atlasgen.errors import ApiError, AtlasgenError, Fault
from atlasgen.jsonvalue import Json, pointer
from atlasgen.plan.model import Coercion, Field, Operation, Path, Plan, Reference, Resource, Select, Workflow, Write
from atlasgen.runtime.errors import refuse
from atlasgen.runtime.follow import Follow, Paths
from atlasgen.runtime.identity import Identities, timestamp
from atlasgen.runtime.rules import Broken, Rules
from atlasgen.runtime.validation import InvalidValue, Validator, Validators
from atlasgen.runtime.views import Views
from atlasgen.runtime.world import ABSENT, Collection, Document, World, at, with_value

Arguments: TypeAlias = Mapping[str, Any]
Run: TypeAlias = Callable[[World, Arguments], Json]
"""Returns the body of the answer; its parts may belong to the world and must be encoded or copied at once."""


class Emulator:
    """An API ready to be called: its plan and, compiled when they are first used, its operations.

    It holds no state of an episode, so one emulator serves any number of environments.
    """

    def __init__(self, plan: Plan) -> None:
        """Take the plan of an API."""
        self.plan = plan
        self.names = {name: f"{plan.name}.{name}" for name in plan.resources}
        self.by_tool = {operation.tool: operation for operation in plan.operations}
        self.paths = Paths(plan.resources, self.names)
        self._runs: dict[str, Run] = {}

    @cached_property
    def collections(self) -> Mapping[str, Collection]:
        """What a world must know of the collections of this API, by their names in the world."""
        return {
            self.names[resource.name]: Collection(
                self.names[resource.name],
                aliases=tuple(resource.identity.also),
                indexes=resource.indexes,
                stamped=resource.stamped,
            )
            for resource in self.plan.resources.values()
        }

    @cached_property
    def validators(self) -> Validators:
        """The validators of the plan's schemas."""
        return Validators(self.plan.schemas)

    @cached_property
    def views(self) -> Views:
        """The views of the plan."""
        return Views(self.plan, self.names, self.paths)

    def run(self, tool: str) -> Run:
        """Return the closure of a tool.

        Raises:
            KeyError: there is no such tool.
        """
        if tool not in self._runs:
            self._runs[tool] = _Compiler(self, self.by_tool[tool]).compile()
        return self._runs[tool]

    def store(self, resource: str) -> Store:
        """Return what creates and checks the records of a resource."""
        return Store(self, self.plan.resources[resource])


class Store:
    """Creates the records of one resource: fills what the service fills, names them, and checks the rules."""

    def __init__(self, emulator: Emulator, resource: Resource) -> None:
        """Compile what creating a record of a resource takes."""
        plan = emulator.plan
        self.resource = resource
        self.collection = emulator.names[resource.name]
        self.rules = Rules(resource.rules, resource.name, emulator.paths, self.collection)
        self._style = plan.timestamp
        self._identities = Identities(resource, self.collection, emulator.paths)
        # By the object that holds them, so that each object is looked up once.
        self._derivers: dict[Path, list[tuple[str, Callable[[World, Document], Any]]]] = {}
        for field in resource.fields:
            if field.derive is not None:
                made = (field.path[-1], self._deriver(field, emulator))
                self._derivers.setdefault(field.path[:-1], []).append(made)
        self._stamps = [
            (field.path, str(field.derive.value)) for field in resource.fields
            if field.derive is not None and field.derive.kind == "timestamp"
        ]  # fmt: skip
        self._counters = [
            field.path for field in resource.fields if field.derive is not None and field.derive.kind == "counter"
        ]

    def _deriver(self, field: Field, emulator: Emulator) -> Callable[[World, Document], Any]:
        derive = field.derive
        assert derive is not None
        value = derive.value
        match derive.kind:
            case "copy":
                return emulator.paths.dotted(str(value), self.resource.name)
            case "context":
                return lambda world, draft: world.context(str(value)) or ABSENT
            case "record":
                collection = emulator.names[field.reference.resource] if field.reference is not None else ""
                return lambda world, draft: world.handle(collection, str(value)) or ABSENT
            case "timestamp":
                return lambda world, draft: timestamp(world.seconds, self._style)
            case _:
                return lambda world, draft: value

    def complete(self, world: World, draft: Document) -> Document:
        """Put into a draft all that the service fills by itself, its names apart, and return it.

        The draft and the objects on the way to what is filled must be the caller's own.
        """
        for parent, derivers in self._derivers.items():
            node = draft
            for key in parent:
                inner = node.get(key)
                if not isinstance(inner, dict):
                    inner = node[key] = {}
                node = inner
            for key, derive in derivers:
                if key not in node and (value := derive(world, draft)) is not ABSENT:
                    node[key] = value
        return draft

    def taken(self, world: World, draft: Document) -> list[Broken]:
        """Return the fault of a client that chose an id which a record has already."""
        field = self.resource.identity.field
        id = draft.get(field)
        if id is None or world.get(self.collection, str(id)) is None:
            return []
        return [(409, Fault("conflict", pointer("body", field), f"There is a {self.resource.name} with this id.", id))]

    def identify(self, world: World, draft: Document) -> str:
        """Return an id that is kept for a record to come; the draft holds what its names are made of."""
        return str(draft.get(self.resource.identity.field) or self._identities.reserve(world))

    def insert(self, world: World, draft: Document) -> tuple[str, Document]:
        """Name a complete record, store it, and return its id and itself."""
        id = self._identities.assign(world, draft)
        world.put(self.collection, id, draft)
        return id, draft

    def replace(self, world: World, id: str, record: Document) -> Document:
        """Store a changed record with its stamps renewed, and return it."""
        for path, which in self._stamps:
            if which == "updated":
                record = with_value(record, path, timestamp(world.seconds, self._style))
        for path in self._counters:
            number = at(record, path)
            record = with_value(record, path, number + 1 if isinstance(number, int) else 1)
        world.put(self.collection, id, record)
        return record


class _Compiler:
    """Compiles one operation."""

    def __init__(self, emulator: Emulator, operation: Operation) -> None:
        self.emulator = emulator
        self.operation = operation
        self.plan = emulator.plan
        self.paths = emulator.paths
        self.resource = self.plan.resources.get(operation.resource)
        self.collection = emulator.names.get(operation.resource, "")

    def compile(self) -> Run:
        kind = self.operation.archetype
        if self.resource is None or kind == "stub":
            return self._stub()
        if kind == "action":
            return self._transition() if self.operation.transition else self._stub()
        compilers: Mapping[str, Callable[[], Run]] = {
            "get": self._get,
            "list": self._offered if self.operation.offers else self._list,
            "create": self._create,
            "update": self._update,
            "patch": self._update,
            "delete": self._delete,
        }
        return compilers[kind]()

    # -- the request ---------------------------------------------------------------------------------------------------

    def _accept(self) -> Callable[[World, Arguments], Any]:
        """Return what turns the arguments of a call into valid ones, or refuses with everything that is wrong."""
        validator = self.emulator.validators.compile(self.operation.arguments())
        decide = validator.decide
        coerce = _coercions(self.operation.coercions)
        diagnose = self._diagnose(validator)

        def accept(world: World, arguments: Arguments) -> Any:
            if coerce is not None:
                arguments = coerce(arguments)
            try:
                return decide(arguments)
            except (ValidationError, RecursionError):
                return diagnose(world, arguments)

        return accept

    def _diagnose(self, validator: Validator) -> Callable[[World, Arguments], Any]:
        """Return the slow way: parameters read as their text on the wire would be, else all faults at once."""
        loose = [
            parameter.name for parameter in self.operation.parameters
            if parameter.schema.get("type") in ("integer", "number") and parameter.location in ("path", "query")
        ]  # fmt: skip
        draft = self._draft()
        rules = self._store().rules if self.operation.archetype == "create" and self.resource is not None else None

        def diagnose(world: World, arguments: Arguments) -> Any:
            # On the wire a number in a path or a query is text anyway.
            spelled = {name: _number(arguments[name]) for name in loose if isinstance(arguments.get(name), str)}
            try:
                return validator({**arguments, **spelled})
            except InvalidValue as error:
                faults = list(error.faults)
            broken: list[Broken] = [(400, fault) for fault in faults]
            body = arguments.get("body")
            if isinstance(body, dict) and self.operation.archetype == "create":
                wrong = [tuple(fault.pointer.split("/")[2:]) for fault in faults if fault.pointer.startswith("/body/")]
                record, unknown = draft(world, body, {}, wrong)
                broken += unknown
                if rules is not None and () not in wrong:
                    doubtful = [*wrong, *(tuple(fault.pointer.split("/")[2:]) for _, fault in unknown)]
                    broken += rules.broken(world, self._store().complete(world, record), "", doubtful)
            raise self._refuse(broken)

        return diagnose

    def _refuse(self, broken: Sequence[Broken]) -> ApiError:
        status = min(status for status, _ in broken)
        return refuse(self.plan.errors, status, [fault for _, fault in broken], self.operation.resource)

    def _not_found(self, parameter: str) -> ApiError:
        fault = Fault("not_found", pointer(parameter), "does not exist")
        return refuse(self.plan.errors, 404, [fault], self.operation.resource)

    def _target(self) -> Callable[[World, Any], tuple[str, Document]]:
        """Return what finds the record that the path names."""
        assert self.resource is not None
        parameter, locate, parents = self.operation.target, _locate(self.resource, self.collection), self._parents()

        def target(world: World, arguments: Any) -> tuple[str, Document]:
            found = locate(world, arguments[parameter])
            if found is None or not _passes(world, found[1], parents(world, arguments)):
                raise self._not_found(parameter)
            return found

        return target

    def _parents(self) -> Callable[[World, Any], list[tuple[Follow, Any]]]:
        """Return what finds the records that the path names before the target: tests that the target must pass."""
        assert self.resource is not None
        fields = {field.path: field for field in self.resource.fields}
        steps = []
        for parameter, path in self.operation.scope.items():
            reference = fields[path].reference
            if reference is not None and reference.resource in self.plan.resources:
                owner = self.plan.resources[reference.resource]
                locate = _locate(owner, self.emulator.names[owner.name])
                steps.append((parameter, locate, self.paths.follow(path, self.resource.name)))

        def parents(world: World, arguments: Any) -> list[tuple[Follow, Any]]:
            tests: list[tuple[Follow, Any]] = []
            for parameter, locate, get in steps:
                found = locate(world, arguments[parameter])
                if found is None:
                    raise self._not_found(parameter)
                tests.append((get, found[0]))
            return tests

        return parents

    def _draft(self) -> Callable[[World, Document, Document, Sequence[Path]], tuple[Document, list[Broken]]]:
        """Return what lays the members of a body into a record, references resolved to ids.

        The function takes the world, the body, the record to start from, and paths of the body to leave out.
        """
        steps = [(write, self._resolver(write)) for write in self.operation.writes]

        def draft(
            world: World, body: Document, record: Document, skip: Sequence[Path] = ()
        ) -> tuple[Document, list[Broken]]:
            broken: list[Broken] = []
            nodes: dict[Path, Document] = {(): dict(record)}
            for write, resolve in steps:
                value = at(body, write.source)
                if value is ABSENT or (skip and any(_touch(write.source, path) for path in skip)):
                    continue
                if resolve is not None and value is not None:
                    value = resolve(world, value)
                    if value is ABSENT:
                        broken.append((400, self._unknown(write)))
                        continue
                _lay(nodes, record, write.target, value)
            return nodes[()], broken

        return draft

    def _unknown(self, write: Write) -> Fault:
        assert write.reference is not None
        return Fault("reference", pointer("body", *write.source), "does not exist", write.reference.resource)

    def _resolver(self, write: Write) -> Callable[[World, Any], Any] | None:
        reference = write.reference
        if reference is None or reference.resource not in self.plan.resources:
            return None
        one = self._resolve_one(reference)
        if not write.many:
            return one

        def several(world: World, value: Any) -> Any:
            found = [one(world, item) for item in value] if isinstance(value, list) else [ABSENT]
            return ABSENT if ABSENT in found else found

        return several

    def _resolve_one(self, reference: Reference) -> Callable[[World, Any], Any]:
        collection = self.emulator.names[reference.resource]
        own = self.plan.resources[reference.resource].identity.field
        by = [(member, identity == own, identity) for member, identity in reference.by.items()]

        def lookup(world: World, value: Any, is_id: bool, identity: str) -> str | None:
            text = value if type(value) is str else str(value)
            if not is_id:
                return world.find(collection, identity, text)
            return text if world.get(collection, text) is not None else None

        def resolve(world: World, value: Any) -> Any:
            if not isinstance(value, dict):
                return value if lookup(world, value, True, own) is not None else ABSENT
            named = {lookup(world, value[m], is_id, identity) for m, is_id, identity in by if value.get(m) is not None}
            # Two names of two records, or a name of none, are no reference.
            return named.pop() or ABSENT if len(named) == 1 else ABSENT

        return resolve

    # -- the answer ----------------------------------------------------------------------------------------------------

    def _shown(self) -> Callable[[World, Arguments, Sequence[tuple[str, Document]]], Json]:
        """Return what makes the answer from the records that the operation is about."""
        answer = self.operation.answer
        if self.operation.response is None or not answer:
            return lambda world, arguments, records: None
        select = self.operation.select[0] if self.operation.select else None
        wanted = _wanted(select)
        members = []
        for shape in answer:
            show = self.emulator.views.view(shape.view, select.at if select else ()) if shape.view else None
            view = self.plan.views.get(shape.view)
            members.append((shape, show, self.emulator.names[view.resource] if view is not None else ""))

        def shown(world: World, arguments: Arguments, records: Sequence[tuple[str, Document]]) -> Json:
            world.wanted = wanted(arguments) if wanted is not None else None
            body: dict[str, Json] = {}
            for shape, show, collection in members:
                if shape.kind == "constant":
                    body[shape.name] = shape.value
                elif show is not None:
                    world.reads.extend((collection, id) for id, _ in records)
                    values: list[Json] = [show(world, record) for _, record in records]
                    value: Json = values if shape.kind == "records" else values[0]
                    if not shape.name:
                        return value
                    body[shape.name] = value
            return body

        return shown

    # -- archetypes ----------------------------------------------------------------------------------------------------

    def _store(self) -> Store:
        return self.emulator.store(self.operation.resource)

    def _stub(self) -> Run:
        fault = Fault("unsupported", "", "this operation is not emulated")
        error = refuse(self.plan.errors, 501, [fault], self.operation.resource)

        def stub(world: World, arguments: Arguments) -> Json:
            raise error

        return stub

    def _get(self) -> Run:
        accept, target, shown = self._accept(), self._target(), self._shown()

        def get(world: World, arguments: Arguments) -> Json:
            valid = accept(world, arguments)
            return shown(world, valid, (target(world, valid),))

        return get

    def _list(self) -> Run:
        accept, shown, collection = self._accept(), self._shown(), self.collection
        assert self.resource is not None
        name, paths = self.resource.name, self.paths
        keep = [(item.parameter, paths.follow(item.path, name)) for item in self.operation.filters]
        parents = self._parents()

        def listed(world: World, arguments: Arguments) -> Json:
            valid = accept(world, arguments)
            tests = [(get, valid[parameter]) for parameter, get in keep if valid.get(parameter) is not None]
            tests += parents(world, valid)
            records = [
                (id, record) for id in world.ids(collection) if (record := world.get(collection, id)) is not None
            ]
            return shown(world, valid, [item for item in records if _passes(world, item[1], tests)])

        return listed

    def _create(self) -> Run:
        accept, draft, shown, store = self._accept(), self._draft(), self._shown(), self._store()
        empty: Document = {}
        parents, below = self._parents(), tuple(self.operation.scope.values())

        def create(world: World, arguments: Arguments) -> Json:
            valid = accept(world, arguments)
            record, broken = draft(world, valid.get("body") or empty, empty, ())
            for path, (_, parent) in zip(below, parents(world, valid), strict=True):
                record = with_value(record, path, parent)
            record = store.complete(world, record)
            broken += store.taken(world, record)
            broken += store.rules.broken(world, record, "", [_source(fault) for _, fault in broken])
            if broken:
                raise self._refuse(broken)
            return shown(world, valid, (store.insert(world, record),))

        return create

    def _update(self) -> Run:
        accept, target, draft, shown = self._accept(), self._target(), self._draft(), self._shown()
        store = self._store()
        empty: Document = {}

        def update(world: World, arguments: Arguments) -> Json:
            valid = accept(world, arguments)
            id, before = target(world, valid)
            record, broken = draft(world, valid.get("body") or empty, before, ())
            broken += store.rules.broken(world, record, id, [_source(fault) for _, fault in broken])
            if broken:
                raise self._refuse(broken)
            return shown(world, valid, ((id, store.replace(world, id, record)),))

        return update

    def _delete(self) -> Run:
        accept, target, shown, collection = self._accept(), self._target(), self._shown(), self.collection

        def delete(world: World, arguments: Arguments) -> Json:
            valid = accept(world, arguments)
            id, record = target(world, valid)
            answer = shown(world, valid, ((id, record),))
            world.remove(collection, id)
            return answer

        return delete

    # -- workflows -----------------------------------------------------------------------------------------------------

    def _workflow(self) -> Workflow:
        """Return the state machine that an operation of a workflow is about."""
        workflow = self.resource.workflow if self.resource is not None else None
        if workflow is None:
            hint = f"{self.plan.name}: {self.operation.tool}"
            raise AtlasgenError.single(
                hint, f"{self.operation.resource} has no workflow", "hint `workflow` on its schema"
            )
        return workflow

    def _open(self) -> Callable[[World, Document], list[tuple[str, Document]]]:
        """Return what lists the arrows that a record can take from the state it is in."""
        workflow, name = self._workflow(), self.operation.resource
        arrows = self.emulator.names[workflow.transitions]
        state = self.paths.follow(workflow.state, name)
        source = self.paths.follow(workflow.source, workflow.transitions)
        scope = [((member,), self.paths.follow(path, name)) for member, path in workflow.scope.items()]

        def candidates(world: World, record: Document) -> list[str]:
            if not scope:
                return list(world.ids(arrows))
            path, get = scope[0]
            found = list(world.listed(arrows, path, str(get(world, record))))
            for path, get in scope[1:]:
                allowed = set(world.listed(arrows, path, str(get(world, record))))
                found = [id for id in found if id in allowed]
            return found

        def offered(world: World, record: Document) -> list[tuple[str, Document]]:
            now = state(world, record)
            open_arrows: list[tuple[str, Document]] = []
            for id in candidates(world, record):
                arrow = world.get(arrows, id)
                sources = source(world, arrow) if arrow is not None else ABSENT
                if arrow is not None and (not sources or now in sources):
                    open_arrows.append((id, arrow))
            return open_arrows

        return offered

    def _offered(self) -> Run:
        accept, target, shown, offered = self._accept(), self._target(), self._shown(), self._open()
        arrows = self._workflow().transitions
        keep = [(item.parameter, self.paths.follow(item.path, arrows)) for item in self.operation.filters]
        collection = self.collection

        def transitions(world: World, arguments: Arguments) -> Json:
            valid = accept(world, arguments)
            id, record = target(world, valid)
            world.reads.append((collection, id))
            tests = [(get, valid[parameter]) for parameter, get in keep if valid.get(parameter) is not None]
            return shown(world, valid, [item for item in offered(world, record) if _passes(world, item[1], tests)])

        return transitions

    def _transition(self) -> Run:
        accept, target, shown, offered = self._accept(), self._target(), self._shown(), self._open()
        store, path = self._store(), self.operation.transition
        workflow = self._workflow()
        arrows = self.plan.resources[workflow.transitions]
        leads_to = self.paths.follow(workflow.target, arrows.name)
        message = f"is not a {arrows.name} that is open now"

        def take(world: World, arguments: Arguments) -> Json:
            valid = accept(world, arguments)
            id, record = target(world, valid)
            given = at(valid, ("body", *path))
            wanted = given.get(arrows.identity.field) if isinstance(given, dict) else given
            arrow = next((arrow for key, arrow in offered(world, record) if key == str(wanted)), None)
            if arrow is None:
                where = pointer("body", *path, *((arrows.identity.field,) if isinstance(given, dict) else ()))
                raise self._refuse([(400, Fault("rule", where, f"{wanted} {message}.", wanted))])
            record = with_value(record, workflow.state, leads_to(world, arrow))
            return shown(world, valid, ((id, store.replace(world, id, record)),))

        return take


def _locate(resource: Resource, collection: str) -> Callable[[World, Any], tuple[str, Document] | None]:
    """Return what finds a record by any of its identities."""
    aliases = tuple(resource.identity.also)

    def locate(world: World, given: Any) -> tuple[str, Document] | None:
        id = given if type(given) is str else str(given)
        record = world.get(collection, id)
        if record is not None:
            return id, record
        for member in aliases:
            found = world.find(collection, member, id)
            if found is not None and (record := world.get(collection, found)) is not None:
                return found, record
        return None

    return locate


def _passes(world: World, record: Document, tests: Sequence[tuple[Follow, Any]]) -> bool:
    """Whether a record has, at each path, the value that is asked for, or one of them."""
    for get, wanted in tests:
        value = get(world, record)
        if value is ABSENT or value is None:
            return False
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if value not in allowed and str(value) not in map(str, allowed):
            return False
    return True


def _source(fault: Fault) -> Path:
    return tuple(fault.pointer.split("/")[2:])


def _touch(one: Path, other: Path) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _lay(nodes: dict[Path, Document], record: Document, path: Path, value: Json) -> None:
    """Set a value at a path, copying each object on the way once; `nodes` holds the copies made so far."""
    for length in range(1, len(path)):
        here = path[:length]
        if here not in nodes:
            old = at(record, here)
            nodes[here] = dict(old) if isinstance(old, dict) else {}
            nodes[path[: length - 1]][path[length - 1]] = nodes[here]
    nodes[path[:-1]][path[-1]] = value


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        return text


def _wanted(select: Select | None) -> Callable[[Arguments], Callable[[str], bool] | None] | None:
    """Return what reads the parameter that chooses members: from arguments to a test of names, None for all."""
    if select is None:
        return None
    default = None if select.default is None else frozenset(select.default).__contains__
    if not select.parameter:
        return lambda arguments: default

    def wanted(arguments: Arguments) -> Callable[[str], bool] | None:
        given = arguments.get(select.parameter)
        if given is None:
            return default
        names = [name for item in (given if isinstance(given, list) else [given]) for name in str(item).split(",")]
        left_out = {name[len(select.omit) :] for name in names if select.omit and name.startswith(select.omit)}
        plain = [name for name in names if not (select.omit and name.startswith(select.omit))]
        if select.all and (select.all in plain or not plain):
            return (lambda name: name not in left_out) if left_out else None
        kept = frozenset(name for name in plain if name != select.none) - left_out
        return kept.__contains__

    return wanted


def _coercions(coercions: Sequence[Coercion]) -> Callable[[Arguments], Arguments] | None:
    """Return what brings lenient forms of a body into the strict one; None where none is declared."""
    if not coercions:
        return None

    def coerce(arguments: Arguments) -> Arguments:
        body: Any = arguments.get("body")
        for coercion in coercions:
            value = at(body, coercion.path)
            changed = ABSENT if value is ABSENT else _coerced(coercion, value)
            if changed is not ABSENT:
                body = with_value(body, coercion.path, changed) if coercion.path else changed
        return {**arguments, "body": body} if body is not arguments.get("body") else arguments

    return coerce


def _coerced(coercion: Coercion, value: Any) -> Any:
    """Return the strict form of a value; `ABSENT` where it is no lenient form."""
    if coercion.kind == "text":
        return str(value) if type(value) is int else ABSENT
    if not isinstance(value, dict):
        return ABSENT
    if coercion.kind == "wrap":
        name = value.get(coercion.value[0])
        return {name: value} if isinstance(name, str) else ABSENT
    empty = [name for name in coercion.value if name in value and value[name] in (None, {})]
    return {name: item for name, item in value.items() if name not in empty} if empty else ABSENT
