"""The training view: of tools and of answers, what an agent needs to make its calls, and nothing that it does not.

Derived from the plan by rules that are the same for every API; the emulator itself knows nothing of it. A tool keeps
every name, nested ones too, every type, choice and pattern, and what is required. An answer keeps what records are
found by, what can be written and what was asked for; it loses addresses of the API itself, what is the same in every
world, nulls, and what the service alone stamps, and of a record within another one all but its names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, cast

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode
from atlasgen.plan.model import Operation, Path, Plan, Shape
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.tools import Tool
from train.tiny.view import TinyView

if TYPE_CHECKING:  # agents without a model are played without torch
    from transformers import PreTrainedTokenizerBase

TOOLS_LIMIT: Final = 3000
"""Tokens that the tools of a scenario may take in the prompt."""

OBSERVATION_LIMIT: Final = 500
"""Tokens of an answer that a model gets to see."""

Ruler: TypeAlias = Callable[[str], Sequence[int]]
"""From a text to where each of its tokens ends, in characters."""

Observe: TypeAlias = Callable[[str, int, bytes], str]
"""From a tool, the status and the body of its answer to what the model reads of it."""

Sieve: TypeAlias = Mapping[str, "Sieve | None"]
"""What to leave out of an answer: the members that have None here; those with a sieve are sifted; others stay."""

# Notes for people, formats (which nothing checks), and counts, which a refusal tells of.
_DROPPED: Final = frozenset((
    "title", "description", "format", "default", "example", "examples", "deprecated", "externalDocs", "uniqueItems",
    "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems", "minProperties", "maxProperties",
))  # fmt: skip
_DATA: Final = frozenset({"enum", "const", "required"})
_PAGE_ONLY: Final = frozenset({"start", "limit", "size", "page"})  # they repeat what was asked
_BY_SERVICE: Final = frozenset({"timestamp", "context", "counter", "default"})


def tool_view(tool: Tool) -> Tool:
    """Return a tool as a model in training sees it.

    Its schema is read so: what has `properties` is an object and what has `items` a list; an object has no other
    members than those named unless `additionalProperties` is true; values of an `enum` have the type that they show.
    """
    return replace(tool, parameters=cast("JsonObject", _slim(tool.parameters)))


def _slim(schema: Json) -> Json:
    if isinstance(schema, list):
        return [_slim(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    slim: JsonObject = {}
    for key, value in schema.items():
        if key in _DROPPED or (key == "type" and _implied(schema)):
            continue
        if key == "properties" or key == "$defs":
            slim[key] = {name: _slim(item) for name, item in cast("JsonObject", value).items()}
        elif key == "additionalProperties" and isinstance(value, bool):
            continue
        else:
            slim[key] = value if key in _DATA else _slim(value)
    if "properties" in schema and schema.get("additionalProperties", True) is True:
        slim["additionalProperties"] = True
    return slim


def _implied(schema: JsonObject) -> bool:
    kind = schema["type"]
    return (
        (kind == "object" and "properties" in schema)
        or (kind == "array" and "items" in schema)
        or (isinstance(kind, str) and "enum" in schema)
    )


def sieves(environment: Environment) -> Mapping[str, Sieve]:
    """Return what is left out of the answers of each tool of an environment."""
    makers: dict[str, _Sieves] = {}
    found: dict[str, Sieve] = {}
    for name, (plan, operation) in environment.operations.items():
        maker = makers.setdefault(plan.name, _Sieves(plan))
        found[name] = maker.of(operation)
    return found


def sifted(content: bytes, sieve: Sieve) -> bytes:
    """Return an answer without what its sieve leaves out, and without nulls and empty objects."""
    return encode(_sift(decode(content), sieve)) if content else content


def _sift(value: Json, sieve: Sieve) -> Json:
    if isinstance(value, list):
        return [_sift(item, sieve) for item in value]
    if not isinstance(value, dict):
        return value
    kept: JsonObject = {}
    for name, item in value.items():
        inner = sieve.get(name, _ALL)
        if inner is None or item is None:
            continue
        item = _sift(item, inner) if isinstance(item, dict | list) else item
        if item != {}:
            kept[name] = item
    return kept


_ALL: Final[Sieve] = {}


class View(Protocol):
    """What a model gets to see: one for each way in which models are told of tools."""

    def schemas(self, tools: Iterable[Tool]) -> list[dict[Any, Any]]:
        """Return what the chat template is given of tools.

        Raises:
            AtlasgenError: they take more room than a prompt has for them.
        """

    def observer(self, environment: Environment) -> Observe:
        """Return what turns the answers of an environment into what the model reads."""


@dataclass(frozen=True, slots=True)
class TrainingView:
    """The view for every model that reads JSON schemas.

    Attributes:
        ruler: Where the tokens of a text end.
        limit: Tokens of an observation.
        tools_limit: Tokens of all tools.
    """

    ruler: Ruler
    limit: int = OBSERVATION_LIMIT
    tools_limit: int = TOOLS_LIMIT

    def schemas(self, tools: Iterable[Tool]) -> list[dict[Any, Any]]:
        """Return the schemas in the form that chat templates take."""
        found: list[dict[Any, Any]] = [tool_view(tool).openai() for tool in tools]
        size = sum(len(self.ruler(json.dumps(item, ensure_ascii=False))) for item in found)
        if size > self.tools_limit:
            what = f"take {size:,} tokens of this model, and {self.tools_limit:,} is the limit"
            raise AtlasgenError.single("the tools of a scenario", what, "give the scenario fewer tools")
        return found

    def observer(self, environment: Environment) -> Observe:
        """Return what shows `{"status": 201, "body": {...}}`; a refusal is shown whole."""
        known = sieves(environment)

        def observe(tool: str, status: int, content: bytes) -> str:
            body = sifted(content, known.get(tool, _ALL)) if status < 400 else content
            text = f'{{"status": {status}, "body": {body.decode()}}}' if body else f'{{"status": {status}}}'
            return cut(text, self.limit, self.ruler)

        return observe


ASKED: Final = "atlasgen_view"
"""What a tokenizer names its view by; it is saved and loaded with it."""

VIEWS: Final[Mapping[str, Callable[[Ruler, int], View]]] = {"training": TrainingView, "tiny": TinyView}
"""The views by name; each is made of a ruler and of the tokens that an observation may take."""


def view_of(tokenizer: PreTrainedTokenizerBase, *, limit: int = OBSERVATION_LIMIT) -> View:
    """Return the view that a tokenizer asks for; the training view where it does not say.

    Raises:
        AtlasgenError: it asks for one that there is not.
    """
    name = tokenizer.init_kwargs.get(ASKED, "training")
    if name not in VIEWS:
        what = f"asks for the view {name!r}, and there are {', '.join(VIEWS)}"
        raise AtlasgenError.single(f"the tokenizer of {tokenizer.name_or_path or 'the model'}", what)
    return VIEWS[name](ruler_of(tokenizer), limit)


def ruler_of(tokenizer: PreTrainedTokenizerBase) -> Ruler:
    """Return the ruler of a tokenizer, which has to know the offsets of its tokens (a fast one)."""

    def ruler(text: str) -> Sequence[int]:
        found: Any = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return [end for _, end in found["offset_mapping"]]

    return ruler


def by_characters(text: str) -> Sequence[int]:
    """Take every third character for the end of a token: the ruler for a model whose tokenizer is not at hand."""
    return range(min(3, len(text)), len(text) + 1, 3)


def cut(text: str, limit: int, ruler: Ruler) -> str:
    """Return a text that takes at most so many tokens; where something is missing, it says how much."""
    if len(text.encode()) <= limit:  # no token is shorter than a byte
        return text
    ends = ruler(text)
    if len(ends) <= limit:
        return text
    room = limit - len(ruler(_mark(len(text))))
    while room > 0:
        # Several tokens of one character end alike: it is kept whole or not at all.
        kept = next((end for end in reversed(ends[:room]) if end < ends[room]), 0)
        shown = text[:kept] + _mark(len(text) - kept)
        if (excess := len(ruler(shown)) - limit) <= 0:  # tokens may fall otherwise before the mark
            return shown
        room -= excess
    return _mark(len(text))


def _mark(missing: int) -> str:
    return f" ...[{missing} more characters]"


class _Sieves:
    """Makes the sieves of one API."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._usable = {name: _usable(plan, name) for name in plan.resources}
        self._names = {name: _names(plan, name) for name in plan.resources}
        self._stamped = {
            resource.name: {
                field.path for field in resource.fields if field.derive is not None and field.derive.kind in _BY_SERVICE
            }
            for resource in plan.resources.values()
        }
        self._known: dict[tuple[str, bool], Sieve] = {}

    def of(self, operation: Operation) -> Sieve:
        """Return what is left out of the answers of an operation."""
        if len(operation.answer) == 1 and not operation.answer[0].name:
            only = operation.answer[0]
            return self._view(only.view, nested=False) if only.view else {}
        return self._members(operation.answer, operation.resource, nested=False)

    def _view(self, name: str, *, nested: bool) -> Sieve:
        key = (name, nested)
        if key not in self._known:
            self._known[key] = {}  # views may lead back to themselves
            view = self._plan.views.get(name)
            self._known[key] = self._members(view.members, view.resource, nested=nested) if view else {}
        return self._known[key]

    def _members(self, shapes: Iterable[Shape], resource: str, *, nested: bool) -> Sieve:
        sieve: dict[str, Sieve | None] = {}
        links = 0
        for shape in shapes:
            match shape.kind:
                case "link":
                    # The address of a record within the API repeats its id. One for people is a fact; others beside
                    # it lead to the same thing.
                    links += not shape.template.startswith("{base}")
                    if nested or shape.template.startswith("{base}") or links > 1:
                        sieve[shape.name] = None
                case "constant":
                    sieve[shape.name] = None
                case "paging":
                    if shape.value in _PAGE_ONLY:
                        sieve[shape.name] = None
                case "record" | "records":
                    sieve[shape.name] = self._view(shape.view, nested=False) if shape.view else {}
                case "reference" | "references" | "inverse":
                    kept = not nested and self._keeps(shape, resource, nested=False)
                    sieve[shape.name] = self._view(shape.view, nested=True) if kept else None
                case "object":
                    sieve[shape.name] = self._members(shape.members, resource, nested=nested)
                case _:
                    if not self._keeps(shape, resource, nested=nested):
                        sieve[shape.name] = None
        return sieve

    def _keeps(self, shape: Shape, resource: str, *, nested: bool) -> bool:
        if nested:
            return shape.path in self._names.get(resource, ())
        if shape.path not in self._stamped.get(resource, ()):
            return True
        return shape.path in self._usable.get(resource, ())


def _usable(plan: Plan, resource: str) -> Collection[Path]:
    """Return the paths of a record that the requests of its API name it by, or write, or keep it by."""
    identity = plan.resources[resource].identity
    paths: set[Path] = {(identity.field,), *((name,) for name in identity.also)}
    for operation in plan.operations:
        if operation.resource == resource:
            paths |= {write.target for write in operation.writes}
            paths |= {keeps.path for keeps in operation.filters}
    return paths


def _names(plan: Plan, resource: str) -> Collection[Path]:
    """Return the paths of a record that tell which one it is: identities, what searches look into, what it must have.

    Of several paths that one search looks into, the first.
    """
    identity = plan.resources[resource].identity
    paths: set[Path] = {(identity.field,), *((name,) for name in identity.also)}
    for operation in plan.operations:
        if operation.resource == resource:
            paths |= {search.paths[0] for search in operation.searches}
            paths |= {write.target for write in operation.writes if write.required and operation.archetype == "create"}
    return paths
