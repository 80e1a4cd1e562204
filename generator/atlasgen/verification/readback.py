"""Looks through the reading operations of an API at one record, before and after a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Operation, Path
from atlasgen.plan.paths import route
from atlasgen.runtime.documents import ABSENT, Document, at
from atlasgen.runtime.identity import draw
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.verification import pages
from atlasgen.verification.aiming import Target, asked, flat, nested, parents, typed
from atlasgen.verification.comparison import Look, below
from atlasgen.verification.conformity import fault
from atlasgen.verification.requests import Requests
from atlasgen.verification.wrong import STRANGERS

_VARIANTS = 12  # ways to ask a reader for more than it shows unasked
_UNEMULATED = 501


def readers(requests: Requests, writer: Target) -> tuple[Target, ...]:
    """Return the reading operations that may show what a writing one does.

    Those about the same resource, or about what keeps its states; that of the same path; that of the record which the
    path leads through; those of what stands below the record, and of what a field of it lists.
    """
    path = writer.operation.path.rstrip("/")
    history = writer.resource.history if writer.resource is not None else None
    about = {writer.operation.resource, history.resource if history is not None else ""} - {""}

    def related(item: Target) -> bool:
        if not item.operation.is_understood:
            return False  # what is always the same shows nothing
        other = item.operation.path.rstrip("/")
        leads = (path.startswith(other + "/") and other.endswith("}")) or other.startswith(path + "/")
        held = item.operation.held
        lists = held is not None and held.resource == writer.operation.resource
        return item.operation.resource in about or path == other or leads or lists

    found = [
        item for item in requests.targets
        if item.emulator is writer.emulator and item.tool != writer.tool and not is_mutating(item) and related(item)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda item: item.operation.resource != writer.operation.resource))


def is_mutating(target: Target) -> bool:
    """Whether an operation changes something, or may: of an operation that is not understood, its method tells."""
    operation = target.operation
    return operation.mutating or (operation.archetype == "stub" and operation.method not in ("get", "head", "options"))


def many(target: Target) -> bool:
    """Whether a reader answers with a list of records."""
    operation = target.operation
    if operation.offers or operation.archetype == "list":
        return True
    return not (operation.archetype == "get" or operation.target or operation.context)


class Eyes:
    """Asks readers about one record, before and after a call.

    Attributes:
        names: The names of the record; none where it is not known yet.
    """

    def __init__(self, requests: Requests, writer: Target, arguments: JsonObject, record: Document | None) -> None:
        """Take the call, and what is known of the record that it is about."""
        self._requests = requests
        self._writer = writer
        self._arguments = arguments
        self._record = record
        resource = writer.resource
        fields = resource.identity.names if resource is not None else ()
        self.names: dict[str, Json] = {
            name: value
            for name in fields
            if isinstance(value := (record or {}).get(name), str | int) and not isinstance(value, bool)
        }
        self._called = dict(_called(writer, arguments))

    # -- asking --------------------------------------------------------------------------------------------------------

    def address(self, reader: Target) -> JsonObject | None:
        """Return arguments that ask a reader about the record; None where some cannot be known."""
        operation = reader.operation
        sampler = Sampler(reader.plan.schemas, chooser(draw("ask", reader.tool)), share=0)
        schemas = asked(reader, sampler)
        given = flat(reader, sampler.value(operation.arguments()))
        inside = set(route(operation.path).nodes)
        known = {node.parameter: node.noun for node in inside} | dict(parents(reader))
        if operation.held is not None:
            known[operation.held.parameter] = operation.held.resource
        if operation.target:
            known[operation.target] = operation.resource
        filters = {item.parameter: item.path for item in operation.filters}
        located = {parameter.name for parameter in operation.parameters if parameter.location == "path"}
        for name, schema in schemas.items():
            due = name in located or name in given or name == operation.target
            value = self._name(reader, name, known, filters) if due else ABSENT
            asking = name in filters and name in given and self._is_own(operation)
            if value is ABSENT and (name in located or name == operation.target or asking):
                return None  # another value would ask for other records
            if value is not ABSENT:
                given[name] = typed(value, schema)
        if operation.language is not None:
            text = self._requests.aim.text(reader)
            if not text and operation.language.parameter in given:
                return None
            if text:
                given[operation.language.parameter] = text
        return pages.sized(reader, nested(reader, given), sampler)

    def _name(self, reader: Target, parameter: str, known: Mapping[str, str], filters: Mapping[str, Path]) -> Any:
        """Return what a parameter of a reader must say to ask about the record; `ABSENT` where that is not known."""
        operation, own = reader.operation, self._is_own(reader.operation)
        value: Any = ABSENT
        if parameter == operation.target and own and self.names:
            value = self._own_name(parameter)
        elif parameter in operation.scope and own:
            value = self._at(operation.scope[parameter])
        elif parameter in filters and own:
            value = self._at(filters[parameter])
        if value is ABSENT and known.get(parameter) == self._writer.operation.resource and self.names:
            value = self._own_name(parameter)
        if value is ABSENT and parameter in known:
            value = self._called.get(known[parameter], ABSENT)
        if value is ABSENT and parameter in {item.name for item in self._writer.operation.parameters}:
            value = self._arguments.get(parameter, ABSENT)
        return value

    def _is_own(self, operation: Operation) -> bool:
        return operation.resource == self._writer.operation.resource and operation.resource != ""

    def _own_name(self, parameter: str) -> Json:
        """Return the name of the record that a parameter is called after, else the first."""
        called = (value for name, value in self.names.items() if name.lower() == parameter.lower())
        return next(called, next(iter(self.names.values())))

    def _at(self, path: Path) -> Any:
        """Return what stands at a path of the record: what was written, else what is known, else what is stored."""
        value = at(self._arguments.get("body"), self._said(path))
        if isinstance(value, str | int):
            return value
        for parameter, own in self._writer.operation.scope.items():
            if own == path:
                return self._arguments[parameter]
        if self._record is None or self._writer.resource is None:
            return ABSENT
        return self._requests.aim.stored(self._writer, self._record, path)

    def _said(self, path: Path) -> Path:
        """Return where the body of the call says what stands at a path of the record."""
        for write in self._writer.operation.writes:
            if write.source and path in (write.target, (*write.target, write.wrap)):
                return write.source
        return path

    def variants(self, reader: Target, arguments: JsonObject) -> Iterator[JsonObject]:
        """Yield further ways to ask: for everything, and with each word of each parameter that chooses among words."""
        sampler = Sampler(reader.plan.schemas, chooser(0))
        schemas = asked(reader, sampler)
        given = flat(reader, arguments)
        for select in reader.operation.select:
            if select.all and select.parameter in schemas:
                yield nested(reader, {**given, select.parameter: typed(select.all, schemas[select.parameter])})
        count = 0
        for parameter in reader.operation.parameters:
            if parameter.required or parameter.location != "query":
                continue
            words = schemas[parameter.name].get("enum")
            for word in words if isinstance(words, list) else ():
                if word is not None and count < _VARIANTS:
                    count += 1
                    yield nested(reader, {**given, parameter.name: word})

    # -- looking -------------------------------------------------------------------------------------------------------

    def look(self, reader: Target, arguments: JsonObject) -> Look | None:
        """Ask a reader, through as many pages as it takes, and find the record in its answer.

        Returns:
            What it shows; None where nothing answers.
        """
        asking = dict(arguments)
        look = self._once(reader, asking)
        for _ in range(pages.PAGES):
            further = None
            if look.record is None and look.status < 300:
                further = pages.following(reader, asking, look.body)
            if further is None:
                break
            asking = further
            look = self._once(reader, asking)
        return look if look.status != _UNEMULATED else None

    def _once(self, reader: Target, arguments: JsonObject) -> Look:
        reply = self._requests.call(reader.tool, arguments)
        body = reply.json()
        problem = fault(reader, reply) if reply.status < 300 else ""
        record: JsonObject | None = None
        schema: JsonObject = {}
        if reply.status < 300 and body is not None:
            sampler = Sampler(reader.plan.schemas, chooser(0))
            found = self._find(reader, body)
            if found is not None:
                record, schema = found[1], below(reader.operation.response or {}, found[0], sampler)
            elif not many(reader) and isinstance(body, dict) and self._may_be(reader, body):
                record, schema = body, sampler.flat(reader.operation.response or {})
        return Look(reader, arguments, reply.status, problem, record, schema, body)

    def _find(self, reader: Target, body: Any) -> tuple[tuple[str | int, ...], JsonObject] | None:
        """Return the record in an answer and the way to it: ids of one resource are no names of another."""
        if not self.names or not (self._is_own(reader.operation) or reader.operation.resource == ""):
            return None
        shape = next((item for item in reader.operation.answer if item.kind in ("record", "records")), None)
        if shape is None or shape.kind == "record":
            return find(body, self.names)
        items = pages.held(reader, body) or []
        way = (shape.name,) if shape.name else ()
        for index, item in enumerate(items):
            if isinstance(item, dict) and any(str(item.get(key)) == str(name) for key, name in self.names.items()):
                return (*way, index), item
        return None

    def _may_be(self, reader: Target, body: JsonObject) -> bool:
        """Whether an answer without the identities of the record shows it: another record would show its own."""
        one, other, resource = reader.operation, self._writer.operation, self._writer.resource
        if one.path != other.path and one.resource != other.resource:
            return False
        return not self.names or resource is None or resource.identity.field not in body

    # -- what must be seen ---------------------------------------------------------------------------------------------

    def must_list(self, reader: Target) -> bool:
        """Whether a list that is asked about the record has to hold it, whatever else it holds."""
        operation = reader.operation
        if operation.archetype != "list" or operation.offers or not self._is_own(operation) or self._record is None:
            return False
        if operation.held or operation.values or operation.ancestors or operation.language:
            return False
        views = [reader.plan.views.get(shape.view) for shape in operation.answer if shape.kind == "records"]
        if not any(member.name in self.names for view in views if view is not None for member in view.members):
            return False
        kept = [str(self._at(item.path)) in item.default for item in operation.filters if item.default]
        return all(kept) and all(self._at(path) is not ABSENT for path in operation.scope.values())

    def leak(self, reader: Target, arguments: JsonObject) -> str:
        """Return the parameter in the path of a reader that may be anything and the record is shown all the same."""
        for node in route(reader.operation.path).nodes:
            parameter = next((item for item in reader.operation.parameters if item.name == node.parameter), None)
            if parameter is None or node.parameter == reader.operation.target or not self.names:
                continue
            schema = Sampler(reader.plan.schemas, chooser(0)).flat(parameter.schema)
            if "enum" in schema or "const" in schema:
                continue
            accepts = reader.emulator.context.validators.compile(parameter.schema).accepts
            for stranger in STRANGERS:
                if accepts(stranger) and self._once(reader, {**arguments, node.parameter: stranger}).record is not None:
                    return node.parameter
        return ""


def find(value: Any, names: Mapping[str, Json]) -> tuple[tuple[str | int, ...], JsonObject] | None:
    """Return the outermost object in a value that has one of some identities, and the way to it."""
    wanted = {name: str(identity) for name, identity in names.items() if identity is not None}
    level: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while level:
        inside: list[tuple[tuple[str | int, ...], Any]] = []
        for way, node in level:
            if isinstance(node, dict):
                if any(name in node and str(node[name]) == identity for name, identity in wanted.items()):
                    return way, node
                inside += [((*way, key), item) for key, item in node.items() if isinstance(item, dict | list)]
            elif isinstance(node, list):
                inside += [((*way, index), item) for index, item in enumerate(node) if isinstance(item, dict | list)]
        level = inside
    return None


def _called(writer: Target, arguments: JsonObject) -> Iterator[tuple[str, Json]]:
    """Yield the records that a call names: what they are, and their names."""
    operation = writer.operation
    named: list[tuple[str, str]] = [(resource, parameter) for parameter, resource in parents(writer).items()]
    if operation.held is not None:
        named.append((operation.held.resource, operation.held.parameter))
    if operation.target:
        named.append((operation.resource, operation.target))
    for resource, parameter in named:
        if parameter in arguments:
            yield resource, arguments[parameter]


def looks(eyes: Eyes, every: Sequence[Target]) -> dict[str, Look]:
    """Return what readers show before a call, by their tools; those that cannot be asked are left out."""
    found: dict[str, Look] = {}
    for reader in every:
        arguments = eyes.address(reader)
        look = eyes.look(reader, arguments) if arguments is not None else None
        if look is not None:
            found[reader.tool] = look
    return found
