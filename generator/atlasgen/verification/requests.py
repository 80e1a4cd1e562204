"""Makes valid requests for any environment: they meet their schemas and name records that are there.

Records are found as an agent would find them, through lists; where the API lists none, in the world; and where there
are none, they are created through the API first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from atlasgen.errors import RolloutError
from atlasgen.jsonvalue import Json, JsonObject, encode
from atlasgen.plan.model import Held
from atlasgen.runtime.documents import Document
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.requests import strict_form
from atlasgen.runtime.sampling import Choose, Sampler
from atlasgen.verification.aiming import Aim, Request, Target, targets

BROKEN = 599
"""The status that stands for a call in which our own code broke."""

_TRIES = 12  # samples before it is given up to make a valid request
_DEPTH = 4  # records that are created so that a record can be created


class Requests:
    """Makes requests for the operations of one environment."""

    def __init__(self, environment: Environment) -> None:
        """Take an environment; making requests may create records in it."""
        self.environment = environment
        self.targets = targets(environment)
        self.aim = Aim(environment, self.targets)
        self._known: dict[tuple[str, str], list[Document]] = {}
        self._linked: set[tuple[str, Held]] = set()
        self._trusting = True
        self._lists: dict[tuple[str, str], list[Target]] = {}
        self._creators: dict[tuple[str, str], list[Target]] = {}
        self._linkers: dict[tuple[str, Held], Target] = {}
        # What a field lists is seldom all that there is; hints say themselves what does.
        for target in sorted(self.targets, key=_lists_a_few):
            operation = target.operation
            key = (target.plan.name, operation.resource)
            if operation.archetype == "list" and not operation.offers:
                self._lists.setdefault(key, []).append(target)
            elif operation.archetype == "create":
                self._creators.setdefault(key, []).append(target)
            elif operation.archetype == "link" and operation.held is not None:
                self._linkers.setdefault((target.plan.name, _of(operation.held)), target)

    def begin(self, seed: int, *, trusting: bool = True) -> None:
        """Begin another episode.

        Args:
            seed: The world.
            trusting: Whether lists are asked for records before the world is: lists may be wrong.
        """
        self.environment.reset(seed=seed)
        self.forget(trusting=trusting)

    def forget(self, *, trusting: bool = True) -> None:
        """Look for records anew: calls that were not made here may have changed what there is."""
        self._trusting = trusting
        self._known = {}
        self._linked = set()
        self._linked = set()

    def call(self, tool: str, arguments: Mapping[str, Any]) -> Reply:
        """Call a tool; where our own code breaks, the answer has the status `BROKEN`."""
        try:
            return self.environment.call(tool, arguments)
        except RolloutError as error:
            return Reply(BROKEN, encode({"broke": str(error)}))

    # -- requests ------------------------------------------------------------------------------------------------------

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

        def known(resource: str) -> Sequence[Document]:
            return self.known(target.emulator, resource, choose, depth)

        if operation.archetype == "unlink" and operation.held is not None:
            self._link(target, operation.held, choose, depth)
        for _ in range(_TRIES):
            request = self.aim.request(target, sampler.value(schema), sampler, known, self.arrows)
            if self.accepts(target, request.arguments):
                if operation.archetype == "link" and operation.held is not None and not depth:
                    self._fill(target, operation.held, request, choose, 1)
                return request
        return None

    def accepts(self, target: Target, arguments: JsonObject) -> bool:
        """Whether arguments meet the schemas, after the declared coercions."""
        validator = target.emulator.context.validators.compile(target.operation.arguments())
        return validator.accepts(strict_form(target.operation)(arguments))

    def arrows(self, target: Target, arguments: JsonObject) -> list[Json]:
        """Return the arrows that readers offer for the record that a call is about; if none does, all there are."""
        resource = target.resource
        if resource is None or resource.workflow is None:
            return []
        return self.offered(target, arguments) or list(self.environment.world.ids(self.collection_of_arrows(target)))

    def offered(self, target: Target, arguments: JsonObject) -> list[Json]:
        """Return the arrows that readers offer for the record that a call is about."""
        assert target.resource is not None
        assert target.resource.workflow is not None
        arrows = target.plan.resources[target.resource.workflow.transitions]
        found: list[Json] = []
        for item in self.targets:
            if item.operation.offers and item.emulator is target.emulator and item.collection == target.collection:
                asked = {item.operation.target: arguments[target.operation.target]}
                shape = next((shape for shape in item.operation.answer if shape.kind == "records"), None)
                answer = self.call(item.tool, asked).json()
                listed = answer.get(shape.name) if shape is not None and isinstance(answer, dict) else answer
                found += [arrow[arrows.identity.field] for arrow in listed or [] if isinstance(arrow, dict)]
        return found

    def collection_of_arrows(self, target: Target) -> str:
        """Return what the world calls the arrows of the workflow of what an operation is about."""
        workflow = target.resource.workflow if target.resource is not None else None
        return target.emulator.names[workflow.transitions] if workflow is not None else ""

    # -- records -------------------------------------------------------------------------------------------------------

    def known(self, emulator: Emulator, resource: str, choose: Choose, depth: int = 0) -> Sequence[Document]:
        """Return records of a resource, each with its id at least; there is one if the API can create it."""
        if resource not in emulator.plan.resources:
            return []
        key = (emulator.plan.name, resource)
        if key not in self._known:
            self._known[key] = []  # what leads back to itself finds nothing
            if depth < _DEPTH:
                listed = self._listed(key, choose, depth) if self._trusting else []
                self._known[key] = listed or self._in_world(emulator, resource)
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

    def _in_world(self, emulator: Emulator, resource: str) -> list[Document]:
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

    def more(self, target: Target, arguments: JsonObject, choose: Choose, count: int) -> None:
        """Create some records for a list to show, below the same parents where their path says whose they are."""
        creators = self._creators.get((target.plan.name, target.operation.resource), [])
        beside = [item for item in creators if item.operation.path == target.operation.path]
        for creator in (beside or creators)[:1]:
            shared = {item.name for item in creator.operation.parameters if item.name in arguments} if beside else set()
            for number in range(count):
                request = self.valid(creator, choose, share=(60, 30, 0)[number % 3], depth=1)
                if request is not None:
                    self.call(creator.tool, {**request.arguments, **{name: arguments[name] for name in shared}})

    def _link(self, target: Target, held: Held, choose: Choose, depth: int) -> None:
        """Let there be a record whose field lists others, so that one of these can be taken out."""
        key = (target.plan.name, _of(held))
        linker = self._linkers.get(key)
        if key in self._linked or linker is None or depth >= _DEPTH:
            return
        self._linked.add(key)
        known = self.known(target.emulator, held.resource, choose, depth)
        if any(len(self.aim.listed(target, held, item)) > 1 for item in known):
            return
        request = self.valid(linker, choose, share=60, depth=depth + 1)
        if request is not None and linker.operation.held is not None:
            self.call(linker.tool, request.arguments)
            self._fill(linker, linker.operation.held, request, choose, 2)

    def _fill(self, linker: Target, held: Held, request: Request, choose: Choose, count: int) -> None:
        """Let the field of the record that a request is about list more."""
        for _ in range(count):
            other = self.valid(linker, choose, share=60, depth=1)
            if other is not None:
                self.call(linker.tool, {**other.arguments, held.parameter: request.arguments[held.parameter]})

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


def _of(held: Held) -> Held:
    """Return a field that lists records, whichever parameter names who has it."""
    return Held(held.resource, held.path)


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


def _lists_a_few(target: Target) -> bool:
    operation = target.operation
    return operation.held is not None and all(fact.source != "hinted" for fact in operation.facts)
