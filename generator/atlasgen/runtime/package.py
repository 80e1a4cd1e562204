"""What generated packages are made of: a class of operations, and `override` for the methods that people write."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeVar, cast

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, decode, encode
from atlasgen.plan.model import Operation, Plan
from atlasgen.runtime.operations import Emulator, is_emulated
from atlasgen.runtime.queries import Language
from atlasgen.runtime.requests import Arguments, accept
from atlasgen.runtime.texts import TextForm
from atlasgen.runtime.world import World

Method = TypeVar("Method", bound=Callable[..., Any])

OMITTED: Final[Any] = type("Omitted", (), {"__repr__": lambda _: "OMITTED", "__bool__": lambda _: False})()
"""Stands for an argument that is not given; null is a value."""


def override(method: Method) -> Method:
    """Mark a method of a person's class as the one that answers an operation.

    It is called in place of the generated one, with the same arguments; `super()` reaches the generated one, which
    validates anew. Raise `ApiError` to refuse: nothing of the call stays.
    """
    method.__atlasgen_override__ = True  # type: ignore[attr-defined]  # read once, when the class is made
    return method


def load_plan(path: Path) -> Plan:
    """Return the plan that a package was generated from.

    Raises:
        AtlasgenError: the file is missing or is no plan of this version.
    """
    try:
        return Plan.from_json(decode(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise AtlasgenError.single(str(path), f"cannot be read: {error}", "run `atlasgen build` again") from error


class Operations:
    """The operations of an API as methods; generated classes name each of them, people override some.

    Attributes:
        emulator: The API behind the class.
        languages: The query languages that a person's class adds, by the names that hints call them by.
        texts: The forms of texts that it adds, by the names that hints call them by.
        world: The state of the episode that the instance is bound to.
    """

    emulator: ClassVar[Emulator]
    languages: ClassVar[Mapping[str, Language]] = MappingProxyType({})
    texts: ClassVar[Mapping[str, TextForm]] = MappingProxyType({})
    _methods: ClassVar[Mapping[str, Operation]]

    def __init_subclass__(cls, plan: Plan | None = None) -> None:
        """Check the overrides of a class against its plan.

        Raises:
            AtlasgenError: an override names no operation, or a parameter that the operation lacks; a query language
                that no operation asks for; a form of texts that no alias has.
        """
        super().__init_subclass__()
        if plan is not None:
            cls.emulator = Emulator(plan)
            cls._methods = {operation.function: operation for operation in plan.operations}
        else:
            _check(cls)
            if not vars(cls).keys().isdisjoint(("languages", "texts")):
                asked = {item.language.name for item in cls.emulator.plan.operations if item.language is not None}
                _check_known(
                    cls, cls.languages, asked, "no operation asks for", "`query: {language: ...}` on a parameter"
                )
                spoken = {form for alias in cls.emulator.plan.aliases for form in alias.texts.values()}
                _check_known(cls, cls.texts, spoken, "no alias has the form", "`aliases: [{texts: ...}]` at the root")
                cls.emulator = Emulator(cls.emulator.plan, cls.languages, cls.texts)

    def __init__(self, world: World) -> None:
        """Bind the operations to a world."""
        self.world = world
        self._answering = ""  # the tool whose override is running

    @classmethod
    def bind(cls, world: World) -> Operations:
        """Return the operations, bound to a world."""
        return cls(world)

    @classmethod
    def overrides(cls, operation: Operation) -> bool:
        """Whether a person answers an operation."""
        return getattr(getattr(cls, operation.function, None), "__atlasgen_override__", False) is True

    def handler(self, operation: Operation) -> Callable[[World, Arguments], Json] | None:
        """Return what runs a person's override of an operation; None where there is none."""
        if not self.overrides(operation):
            return None
        method = getattr(self, operation.function)
        names = {parameter.name: parameter.argument for parameter in operation.parameters}
        needed = {parameter.name for parameter in operation.parameters if parameter.required}
        if operation.body_required:
            needed.add("body")
        # Nothing below an override validates for it where data does not emulate the operation.
        emulator = self.emulator
        emulated = is_emulated(operation, emulator.context.languages)
        read = None if emulated else accept(emulator.context, operation)

        def run(world: World, arguments: Arguments) -> Json:
            self._answering = operation.tool
            # A call that Python could not make is refused by the generated method, in the vendor's words.
            known = {names.get(key, key): value for key, value in arguments.items() if key in names or key == "body"}
            if len(known) != len(arguments) or not needed <= arguments.keys():
                return cast(
                    "Json", self.invoke(operation.tool, dict(arguments)) if read is None else read(world, arguments)
                )
            if read is not None:
                known = {names.get(key, key): value for key, value in read(world, arguments).items()}
            return cast("Json", method(**known))

        return run

    def invoke(self, tool: str, arguments: dict[str, Any]) -> Any:
        """Run an operation as it was generated, and return a copy of the body of its answer.

        Args:
            tool: The name of its tool.
            arguments: The parameters under their own names, and `body`; `OMITTED` ones are left out.

        Raises:
            ApiError: the service refuses.
        """
        given = {name: value for name, value in arguments.items() if value is not OMITTED}
        before = self.world.status
        body = decode(encode(self.emulator.run(tool)(self.world, given)))
        if tool != self._answering:
            self.world.status = before  # what another operation would answer with is not this one's code
        return body

    def answer_with(self, status: int) -> None:
        """Let the current call answer with another of the codes of success that the document has for it."""
        self.world.status = status


def _check_known(cls: type[Operations], names: Iterable[str], known: Collection[str], what: str, hint: str) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            remedy = f"did you mean `{near[0]}`?" if near else f"hint {hint}"
            raise AtlasgenError.single(f"{cls.__module__}.{cls.__name__}", f"{what} `{name}`", remedy)


def _check(cls: type[Operations]) -> None:
    for name, method in vars(cls).items():
        if not getattr(method, "__atlasgen_override__", False):
            continue
        where = f"{inspect.getsourcefile(method) or cls.__module__}:{method.__code__.co_firstlineno}"
        operation = cls._methods.get(name)
        if operation is None:
            near = difflib.get_close_matches(name, cls._methods, n=1, cutoff=0.4)
            remedy = f"the nearest operation is `{near[0]}`" if near else "remove the override"
            raise AtlasgenError.single(where, f"`{cls.__name__}.{name}` overrides no operation of the API", remedy)
        known = [parameter.argument for parameter in operation.parameters] + (["body"] if operation.body else [])
        parameters = list(inspect.signature(method).parameters.values())[1:]
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            continue
        for parameter in parameters:
            if parameter.name not in known:
                near = difflib.get_close_matches(parameter.name, known, n=1, cutoff=0.4)
                remedy = f"did you mean `{near[0]}`?" if near else "its parameters are: " + ", ".join(known)
                raise AtlasgenError.single(where, f"`{name}` has no parameter `{parameter.name}`", remedy)
        missing = [item for item in known if item not in {parameter.name for parameter in parameters}]
        if missing:
            remedy = f"add `{missing[0]}` to the override, or take `**arguments`"
            raise AtlasgenError.single(where, f"`{name}` does not take the parameter `{missing[0]}`", remedy)
