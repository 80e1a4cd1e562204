"""An environment: emulated APIs over one world, called by tool name, one episode at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast

from orjson import dumps

from atlasgen.errors import ApiError, AtlasgenError, RolloutError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode
from atlasgen.plan import naming
from atlasgen.plan.model import ErrorShape, Operation, Plan
from atlasgen.runtime import worldfile
from atlasgen.runtime.bases import collections, flat
from atlasgen.runtime.errors import unreadable
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations
from atlasgen.runtime.reads import Run
from atlasgen.runtime.requests import Arguments
from atlasgen.runtime.seeding import RECORDS, base_world
from atlasgen.runtime.tools import Tool, tool
from atlasgen.runtime.world import NO_LAYER, Change, Layer, RecordId, World

# These two are made at every call: a named tuple takes a third of the time of a frozen dataclass, and half of that is
# the way through its own `__new__`.
_tuple = tuple.__new__


class Reply(NamedTuple):
    """What the service answers.

    Attributes:
        status: The status code.
        content: The body as JSON text; empty where there is none.
    """

    status: int
    content: bytes

    @property
    def ok(self) -> bool:
        """Whether the call was accepted."""
        return self.status < 400

    def json(self) -> Any:
        """Return the body, read anew each time; None where there is none."""
        return decode(self.content) if self.content else None


class Call(NamedTuple):
    """One call of an episode, as it was made and as it ended.

    Attributes:
        tool: The name that was called, known or not.
        arguments_json: The arguments as JSON text.
        status: The status code; 404 for a tool that does not exist.
        content: The body of the answer as JSON text.
        reads: The records that the answer shows.
        writes: The records that the call changed; empty for a call that was refused.
        known: Whether there is such a tool.
    """

    tool: str
    arguments_json: bytes
    status: int
    content: bytes
    reads: tuple[RecordId, ...]
    writes: tuple[RecordId, ...]
    known: bool = True

    @property
    def ok(self) -> bool:
        """Whether the call was accepted."""
        return self.status < 400

    @property
    def arguments(self) -> JsonObject:
        """The arguments, read anew each time."""
        return cast("JsonObject", decode(self.arguments_json))

    def json(self) -> Any:
        """Return the body of the answer, read anew each time; None where there is none."""
        return decode(self.content) if self.content else None


class Environment:
    """One episode at a time over one or several emulated APIs.

    Attributes:
        calls: The calls of the episode so far.
        world: The state, for readers; only calls change it.
        overridden: The tools that a person's methods answer.
    """

    def __init__(
        self,
        *apis: Emulator | type[Operations],
        seed: int = 0,
        records: int = RECORDS,
        world: Layer | None = None,
        keep_calls: bool = True,
        kind: type[World] = World,
    ) -> None:
        """Open an environment.

        Args:
            apis: Emulators, or the (generated or overridden) operations classes of packages.
            seed: The world to begin in.
            records: How many records to make for each API, of the sorts that its hints list under `populate`.
            world: The world to begin in, if it is none that a seed gives; see `runtime/worldfile.py`.
            keep_calls: Whether `calls` grows; a server that runs for long needs none.
            kind: What keeps the state; a kind of world that notes what is read of it, for example.

        Raises:
            AtlasgenError: two APIs have the same name, or hints name a record that is not there.
        """
        emulators = tuple(api if isinstance(api, Emulator) else api.emulator for api in apis)
        names = [emulator.plan.name for emulator in emulators]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise AtlasgenError.single(twice, "two APIs have this name", "rename one of the documents")
        self.emulators = emulators
        self._apis = apis
        self._records = records
        base = pooled_world(emulators, seed, records) if world is None else world
        self.world = kind(collections(emulators), base)
        self.calls: list[Call] = []
        self._keep_calls = keep_calls
        self._handlers: dict[str, tuple[int, Run, ErrorShape]] = {}
        self.overridden: set[str] = set()
        taken: set[str] = set()
        for api, emulator in zip(apis, emulators, strict=True):
            bound = api.bind(self.world) if isinstance(api, type) else None
            for operation in emulator.plan.operations:
                name = operation.tool
                if name in taken:
                    name = naming.distinct(f"{emulator.plan.name}_{name}", taken)
                taken.add(name)
                overridden = bound.handler(operation) if bound is not None else None
                if overridden is not None:
                    self.overridden.add(name)
                run = overridden or self._later(name, operation, emulator)
                self._handlers[name] = (operation.status, run, emulator.plan.error_of(operation))
        self._names = tuple(self._handlers)

    def _later(self, name: str, operation: Operation, emulator: Emulator) -> Run:
        """Return a closure that gives way to the compiled operation: most are not called in most episodes."""

        def run(world: World, arguments: Arguments) -> Json:
            compiled = emulator.run(operation.tool)
            self._handlers[name] = (operation.status, compiled, emulator.plan.error_of(operation))
            return compiled(world, arguments)

        return run

    @cached_property
    def tools(self) -> tuple[Tool, ...]:
        """The tools, in the order of the documents."""
        made = [tool(operation, emulator.plan) for emulator in self.emulators for operation in emulator.plan.operations]
        return tuple(
            item if item.name == name else Tool(name, item.description, item.parameters)
            for item, name in zip(made, self._names, strict=True)
        )

    def like(self, kind: type[World]) -> Environment:
        """Return another environment of the same APIs and worlds, with a kind of world of its own."""
        return Environment(*self._apis, records=self._records, world=self.world.base, kind=kind)

    @cached_property
    def operations(self) -> Mapping[str, tuple[Plan, Operation]]:
        """What each tool calls, with the plan that it belongs to."""
        every = [(emulator.plan, operation) for emulator in self.emulators for operation in emulator.plan.operations]
        return dict(zip(self._names, every, strict=True))

    def reset(self, layer: Layer = NO_LAYER, *, seed: int | None = None) -> None:
        """Begin another episode.

        Args:
            layer: What the task adds to the world.
            seed: The world to begin in, made from this seed; the same as before if it is None.
        """
        self.world.reset(self.world.base if seed is None else self.base_of(seed), layer)
        self.calls = []

    def base_of(self, seed: int) -> Layer:
        """Return the world of a seed, as `reset` begins in it."""
        return pooled_world(self.emulators, seed, self._records)

    def call(self, tool: str, arguments: Mapping[str, Any] | None = None) -> Reply:
        """Call a tool.

        Args:
            tool: Its name.
            arguments: The parameters of the operation under their own names, and `body`. Nothing of them is kept.

        Returns:
            The answer. A fault of the request, or a tool that does not exist, is an answer too.

        Raises:
            RolloutError: our own code broke.
        """
        given: Mapping[str, Any] = {} if arguments is None else arguments
        # A model may send anything for a name.
        handler = self._handlers.get(tool) if isinstance(tool, str) else None  # type: ignore[redundant-expr]
        if handler is None:
            return self._unknown(tool, given)
        world = self.world
        world.begin()
        status, run, error_shape = handler
        text = _text(given)
        try:
            if text is None:
                raise unreadable(error_shape)
            body = run(world, given)
            status = world.status or status
            content = encode(body) if body is not None or status not in _EMPTY else b""
        except ApiError as error:
            world.rollback()
            status, content = error.status, encode(error.body)
        except (RolloutError, AtlasgenError):
            world.rollback()
            raise
        except Exception as error:
            world.rollback()
            raise RolloutError("operation", f"{tool}: {type(error).__name__}: {error}") from error
        else:
            world.commit()
        if self._keep_calls:
            done = (tool, text or NO_JSON, status, content, tuple(world.reads), tuple(world.writes), True)
            self.calls.append(_tuple(Call, done))
        return _tuple(Reply, (status, content))

    def _unknown(self, tool: object, arguments: Mapping[str, Any]) -> Reply:
        name = tool if isinstance(tool, str) else f"<{type(tool).__name__}>"
        known = ", ".join(self._names[:12]) + (", ..." if len(self._names) > 12 else "")
        content = encode({"error": f"There is no tool {name[:_SHORT]!r}. Tools: {known}"})
        if self._keep_calls:
            self.calls.append(Call(name, _text(arguments) or NO_JSON, 404, content, (), (), known=False))
        return Reply(404, content)

    def diff(self) -> tuple[Change, ...]:
        """Return what the episode has changed, as copies; what the service stamps by itself is left out."""
        return self.world.diff()

    def digest(self) -> str:
        """Return 32 hexadecimal digits that identify the state."""
        return self.world.digest()

    def export(self) -> str:
        """Return the state as one JSON document, which `runtime/worldfile.py` reads again."""
        return worldfile.text(self.emulators, flat(self.emulators, self.world))

    @contextmanager
    def served_from(self, base_url: str) -> Iterator[None]:
        """Let links start from another address."""
        before, self.world.base_url = self.world.base_url, base_url
        try:
            yield
        finally:
            self.world.base_url = before


_SHORT = 100  # characters of a name that are worth repeating
_EMPTY = frozenset({201, 202, 204, 205})
NO_JSON = encode({"error": "the arguments were no JSON object"})


def _text(arguments: Mapping[str, Any]) -> bytes | None:
    """Return arguments as JSON text; None for what is no JSON object."""
    if not isinstance(arguments, Mapping):
        return None
    try:
        return dumps(arguments if type(arguments) is dict else dict(arguments))
    except Exception:  # noqa: BLE001 - an object of the caller's may raise anything
        return None


@lru_cache(maxsize=1024)
def pooled_world(emulators: Sequence[Emulator], seed: int, records: int) -> Layer:
    """Return the world of a seed; all environments of a process share it."""
    return base_world(emulators, seed=seed, records=records)
