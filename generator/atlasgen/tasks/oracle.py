"""The oracle: says whether an episode ended as the gold does, from what the API itself answers and from nothing else.

It shares no code with the rewards that it is there to check. Two worlds are the same if every reading operation answers
the same about every record; ids of new records, times, counters of versions, links and the order of lists apart.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.plan.model import Operation, Paging, Path, Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.pages import token
from atlasgen.runtime.world import World
from atlasgen.tasks.task import Task

Question: TypeAlias = tuple[str, bytes]
"""A tool and its arguments as JSON text."""

Answer: TypeAlias = tuple[int, bytes]
"""A status code and a body."""

Said: TypeAlias = Callable[[tuple[str, str], str], str]
"""What a text says that stands at a member (the second name) of what another member (the first) holds."""

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_ROUNDS = 3  # of naming new records by what is said about them; more than any chain of new records is long
_REMEMBERED = 256  # tasks whose worlds are kept


@dataclass(frozen=True, slots=True)
class _Reader:
    """A way to read records.

    Attributes:
        tool: The tool.
        collection: The collection of the record that the path ends in, or of those that are listed.
        target: The parameter that names that record; empty where all are listed.
        above: The parameters that name the records above it, each with the collection and with the path where the
            record says which one it is below.
        shows: The collection whose records are shown.
        variants: The further arguments to ask with, one after the other.
        paging: How a list comes in pages.
    """

    tool: str
    collection: str
    target: str
    above: tuple[tuple[str, str, Path], ...]
    shows: str
    variants: tuple[Mapping[str, str], ...]
    paging: Paging | None


@dataclass(frozen=True, slots=True)
class _State:
    """What a world answers, and the records that it holds."""

    answers: Mapping[Question, Answer]
    records: frozenset[tuple[str, str]]


class Oracle:
    """Judges the end states of episodes of one scenario's environments."""

    def __init__(self, environment: Environment, said: Said | None = None) -> None:
        """Take an environment of the oracle's own, in which it replays gold calls.

        Args:
            environment: That environment.
            said: What a text says that stands at a place of an answer; without it a text says itself.
        """
        self._environment = environment
        self._said: Said = said if said is not None else lambda place, text: text
        self._readers = tuple(_readers(environment))
        self._made = _made(environment)
        self._counters = frozenset(_counters(environment))
        self._known: dict[tuple[str, str, int], tuple[_State, bytes]] = {}

    def accepts(self, environment: Environment, task: Task) -> bool:
        """Return whether an environment, at the end of an episode of a task, is in the state that the gold leads to.

        The oracle asks its questions there, so take the trajectory and the diff of the episode before.

        Raises:
            AtlasgenError: no operation shows the records that the task is about.
            RolloutError: the gold itself is refused.
        """
        initial, gold = self._gold(task)
        return self._changed(environment, initial) == gold

    def _gold(self, task: Task) -> tuple[_State, bytes]:
        key = (task.scenario, task.split, task.seed)
        if key not in self._known:
            shown = {reader.shows for reader in self._readers}
            for change in task.gold_diff:
                if change.collection not in shown:
                    what = f"no operation that can be asked shows the records of {change.collection}"
                    raise AtlasgenError.single(task.scenario, what, "an oracle has to read back what a task changes")
            if len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            environment = self._environment
            environment.reset(task.layer, seed=task.world_seed)
            initial = self._ask(environment, ())
            environment.reset(task.layer, seed=task.world_seed)
            for call in task.gold:
                status = environment.call(call.tool, call.arguments).status
                if status >= 400 and (status != 404 or call.tool in task.effects):
                    raise RolloutError("task", f"{key}: the gold call {call.tool} is refused")
            self._known[key] = (initial, self._changed(environment, initial))
        return self._known[key]

    def _ask(self, environment: Environment, before: Iterable[Question]) -> _State:
        """Return all answers about all records, those that are gone included."""
        world = environment.world
        records = frozenset((collection, id) for collection in world.collections for id in world.ids(collection))
        questions: dict[Question, Mapping[str, Any]] = {}
        for reader in self._readers:
            for arguments in _arguments(reader, world):
                questions[reader.tool, orjson.dumps(arguments)] = arguments
        for tool, text in before:
            questions.setdefault((tool, text), orjson.loads(text))
        answers: dict[Question, Answer] = {}
        for question, arguments in questions.items():
            reply = environment.call(question[0], arguments)
            answers[question] = (reply.status, reply.content)
        return _State(answers, records)

    def _changed(self, environment: Environment, initial: _State) -> bytes:
        """Return what a world answers otherwise than it did initially, as text that is equal for equal worlds."""
        state = self._ask(environment, initial.answers)
        changed = {
            question: [answer[0], orjson.loads(answer[1] or b"null")]
            for question, answer in state.answers.items()
            if initial.answers.get(question) != answer
        }
        names = self._labels(list(changed.values()), state.records - initial.records)
        told = []
        for (tool, text), value in changed.items():
            before = initial.answers.get((tool, text))
            said = self._plain(value, names)
            if before is None or said != self._plain([before[0], orjson.loads(before[1] or b"null")], names):
                told.append(tool.encode() + self._plain(orjson.loads(text), names) + said)
        return b"\n".join(sorted(told))

    def _labels(self, values: Sequence[Any], fresh: Set[tuple[str, str]]) -> Mapping[str, str]:
        """Return the names of new records, each with a label that comes from all that is said about the record."""
        about: dict[tuple[str, str], list[Any]] = {}
        names: dict[str, tuple[str, str]] = {}
        for shown in _objects(values):
            for collection, members in self._made.items():
                record = (collection, str(shown.get(members[0])))
                if record in fresh:
                    about.setdefault(record, []).append(shown)
                    names |= {str(shown[name]): record for name in members if isinstance(shown.get(name), str | int)}
        labels = dict.fromkeys(names, "new")
        for _ in range(_ROUNDS):
            said = {
                record: hashlib.blake2b(b"".join(sorted({self._plain(item, labels) for item in items})), digest_size=8)
                for record, items in about.items()
            }
            labels = {name: said[record].hexdigest() for name, record in names.items()}
        return labels

    def _plain(self, value: Any, names: Mapping[str, str]) -> bytes:
        return orjson.dumps(self._scrubbed(value, names, ""), option=orjson.OPT_SORT_KEYS)

    def _scrubbed(self, value: Any, names: Mapping[str, str], parent: str) -> Any:
        if isinstance(value, dict):
            return {
                key: self._scrubbed(self._said((parent, key), item) if isinstance(item, str) else item, names, key)
                for key, item in value.items()
                if (parent, key) not in self._counters
            }
        if isinstance(value, list):
            return sorted((self._scrubbed(item, names, parent) for item in value), key=orjson.dumps)
        if isinstance(value, str):
            if value in names:
                return f"<{names[value]}>"
            if value.startswith(("http://", "https://", "/")):
                for name, label in names.items():
                    value = value.replace(name, f"<{label}>")
                return value
            return "<time>" if _TIME.match(value) else value
        if isinstance(value, int) and not isinstance(value, bool) and str(value) in names:
            return f"<{names[str(value)]}>"
        return value


def _operations(environment: Environment) -> Iterator[tuple[str, Operation, Plan, Mapping[str, str]]]:
    tools = iter(environment.tools)
    for emulator in environment.emulators:
        for operation in emulator.plan.operations:
            yield next(tools).name, operation, emulator.plan, emulator.names


def _readers(environment: Environment) -> Iterator[_Reader]:
    for tool, operation, plan, names in _operations(environment):
        # How often it took to get there is no part of the end.
        past = {resource.history.resource for resource in plan.resources.values() if resource.history is not None}
        shown = next((plan.views[shape.view].resource for shape in operation.answer if shape.view in plan.views), "")
        if operation.archetype not in ("get", "list") or operation.resource not in names or shown not in names:
            continue
        if shown in past:
            continue
        fields = {field.path: field.reference for field in plan.resources[operation.resource].fields}
        above = tuple(
            (parameter, names[reference.resource], path)
            for parameter, path in operation.scope.items()
            if (reference := fields.get(path)) is not None and reference.resource in names
        )
        held = operation.held
        if held is not None and held.parameter and not operation.target and held.resource in names:
            above = (*above, (held.parameter, names[held.resource], ()))
        # A parameter that chooses among words may show more: ask with each of them.
        variants: list[Mapping[str, str]] = [{}]
        known = {operation.target, *(parameter for parameter, _, _ in above)}
        # ... but not one that says the order, or keeps some of what is listed anyway.
        idle = {item.parameter for item in operation.filters} | {item.parameter for item in operation.searches}
        idle |= {operation.sort.parameter} if operation.sort is not None else set()
        for parameter in operation.parameters:
            name = str(parameter.schema.get("$ref", "")).removeprefix("#/$defs/")
            words = plan.schemas.get(name, parameter.schema).get("enum")
            options = [{parameter.name: str(word)} for word in words] if isinstance(words, list) else []
            if not parameter.required:
                variants += options if parameter.name not in idle else []
            elif parameter.name not in known:
                variants = [{**variant, **option} for variant in variants for option in options]
        if variants:
            yield _Reader(
                tool,
                names[operation.resource],
                operation.target,
                above,
                names[shown],
                tuple(variants),
                operation.paging,
            )


def _arguments(reader: _Reader, world: World) -> Iterator[Mapping[str, Any]]:
    """Yield the arguments to ask with: about each record, or for the list below each record above."""
    asked: list[dict[str, str]]
    if reader.target:
        asked = []
        for id in world.ids(reader.collection):
            record = world.get(reader.collection, id)
            asked.append({**{name: _text(record, path) for name, _, path in reader.above}, reader.target: id})
    else:
        every = [[(name, id) for id in world.ids(collection)] for name, collection, _ in reader.above]
        asked = [dict(chosen) for chosen in itertools.product(*every)]
    pages = list(_pages(reader.paging, sum(1 for _ in world.ids(reader.shows))))
    for arguments in asked:
        for variant in reader.variants:
            yield from ({**arguments, **variant, **page} for page in pages)


def _pages(paging: Paging | None, records: int) -> Iterator[Mapping[str, Any]]:
    """Yield the arguments that turn the pages of a list of at most so many records."""
    size = 0 if paging is None else paging.largest if paging.size else paging.default
    for start in range(0, max(records, 1), size or max(records, 1)):
        page: dict[str, Any] = {paging.size: size} if paging is not None and paging.size else {}
        if paging is not None and paging.position and start:
            positions = {"offset": start, "page": start // size + 1, "cursor": token(start)}
            page[paging.position] = positions[paging.style]
        yield page


def _text(document: Any, path: Path) -> str:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return str(document)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in a value, at any depth."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _objects(item)


def _made(environment: Environment) -> Mapping[str, tuple[str, ...]]:
    """Return the names that the service gives to the records of each collection, the id first.

    What clients choose is part of what they say about a record.
    """
    found: dict[str, tuple[str, ...]] = {}
    for emulator in environment.emulators:
        for name, resource in emulator.plan.resources.items():
            identity = resource.identity
            if identity.format is not None:
                also = [member for member, template in identity.also.items() if template is not None]
                found[emulator.names[name]] = (identity.field, *also)
    return found


def _counters(environment: Environment) -> Iterator[tuple[str, str]]:
    for emulator in environment.emulators:
        for resource in emulator.plan.resources.values():
            for field in resource.fields:
                if field.derive is not None and field.derive.kind == "counter":
                    yield ("", *field.path)[-2], field.path[-1]
