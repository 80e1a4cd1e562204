"""The oracle: says whether an episode ended as the gold does, from what the API itself answers and from nothing else.

It shares no code with the rewards that it is there to check. Two worlds are the same if every reading operation answers
the same about every record; ids of new records, times, counters of versions, links and the order of lists apart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from atlasgen.errors import RolloutError
from atlasgen.plan.model import Operation, Plan
from atlasgen.runtime.environment import Environment
from atlasgen.tasks.task import Task

Question: TypeAlias = tuple[str, bytes]
"""A tool and its arguments as JSON text."""

Answers: TypeAlias = dict[Question, tuple[int, bytes]]

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_ROUNDS = 3  # of naming new records by what is said about them; more than any chain of new records is long
_REMEMBERED = 256  # tasks whose worlds are kept


@dataclass(frozen=True, slots=True)
class _Reader:
    """A way to read records of a collection."""

    tool: str
    parameter: str
    collection: str
    numeric: bool
    variants: tuple[Mapping[str, Any], ...]


class Oracle:
    """Judges the end states of episodes of one scenario's environments."""

    def __init__(self, environment: Environment) -> None:
        """Take an environment of the oracle's own, in which it replays gold calls."""
        self._environment = environment
        self._readers = tuple(_readers(environment))
        self._identities = _identities(environment)
        self._counters = frozenset(_counters(environment))
        self._known: dict[tuple[str, str, int], tuple[Answers, bytes]] = {}

    def accepts(self, environment: Environment, task: Task) -> bool:
        """Return whether an environment, at the end of an episode of a task, is in the state that the gold leads to.

        The oracle asks its questions there, so take the trajectory and the diff of the episode before.

        Raises:
            RolloutError: the gold itself is refused.
        """
        initial, gold = self._gold(task)
        return self._state(environment, initial) == gold

    def _gold(self, task: Task) -> tuple[Answers, bytes]:
        key = (task.scenario, task.split, task.seed)
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            environment = self._environment
            environment.reset(task.layer, seed=task.world_seed)
            initial = self._ask(environment, {})
            environment.reset(task.layer, seed=task.world_seed)
            for call in task.gold:
                if environment.call(call.tool, call.arguments).status >= 400:
                    raise RolloutError("task", f"{key}: the gold call {call.tool} is refused")
            self._known[key] = (initial, self._state(environment, initial))
        return self._known[key]

    def _ask(self, environment: Environment, before: Answers) -> Answers:
        """Return all answers about all records, those that are gone included."""
        questions: dict[Question, Mapping[str, Any]] = {}
        for reader in self._readers:
            for id in environment.world.ids(reader.collection):
                for variant in reader.variants:
                    arguments: Mapping[str, Any] = {reader.parameter: int(id) if reader.numeric else id, **variant}
                    questions[reader.tool, orjson.dumps(arguments)] = arguments
        for tool, text in before:
            questions.setdefault((tool, text), orjson.loads(text))
        answers: Answers = {}
        for question, arguments in questions.items():
            reply = environment.call(question[0], arguments)
            answers[question] = (reply.status, reply.content)
        return answers

    def _state(self, environment: Environment, initial: Answers) -> bytes:
        """Return what a world answers otherwise than it did initially, as text that is equal for equal worlds."""
        answers = self._ask(environment, initial)
        changed: dict[Question, Any] = {}
        fresh: dict[Question, Any] = {}
        for question, (status, content) in answers.items():
            if question not in initial:
                fresh[question] = orjson.loads(content or b"null")
            elif initial[question] != (status, content):
                changed[question] = [status, orjson.loads(content or b"null")]
        names = {name: "new" for value in fresh.values() for name in self._names(value)}
        for _ in range(_ROUNDS):
            labels: dict[str, str] = {}
            for value in fresh.values():
                label = hashlib.blake2b(self._plain(value, names), digest_size=8).hexdigest()
                labels |= dict.fromkeys(self._names(value), label)
            names = labels
        told = []
        for question, value in changed.items():
            status, content = initial[question]
            if self._plain(value, names) != self._plain([status, orjson.loads(content or b"null")], names):
                told.append(question[0].encode() + question[1] + self._plain(value, names))
        told += [question[0].encode() + self._plain(value, names) for question, value in fresh.items()]
        return b"\n".join(sorted(told))

    def _names(self, value: Any) -> list[str]:
        """Return what a new record calls itself."""
        if not isinstance(value, dict):
            return []
        return [str(value[name]) for name in self._identities if isinstance(value.get(name), str | int)]

    def _plain(self, value: Any, names: Mapping[str, str]) -> bytes:
        return orjson.dumps(self._scrubbed(value, names, ""), option=orjson.OPT_SORT_KEYS)

    def _scrubbed(self, value: Any, names: Mapping[str, str], parent: str) -> Any:
        if isinstance(value, dict):
            return {
                key: self._scrubbed(item, names, key)
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
        required = [parameter for parameter in operation.parameters if parameter.required]
        if operation.method != "get" or operation.resource not in names or len(required) != 1:
            continue
        # A parameter that chooses among words may show more: ask with each of them.
        variants: list[Mapping[str, Any]] = [{}]
        for parameter in operation.parameters:
            name = str(parameter.schema.get("$ref", "")).removeprefix("#/$defs/")
            words = plan.schemas.get(name, parameter.schema).get("enum")
            if not parameter.required and isinstance(words, list):
                variants += [{parameter.name: word} for word in words]
        yield _Reader(
            tool,
            required[0].name,
            names[operation.resource],
            required[0].schema.get("type") == "integer",
            tuple(variants),
        )


def _identities(environment: Environment) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for emulator in environment.emulators:
        for resource in emulator.plan.resources.values():
            found |= dict.fromkeys((resource.identity.field, *resource.identity.also))
    return tuple(found)


def _counters(environment: Environment) -> Iterator[tuple[str, str]]:
    for emulator in environment.emulators:
        for resource in emulator.plan.resources.values():
            for field in resource.fields:
                if field.derive is not None and field.derive.kind == "counter":
                    yield ("", *field.path)[-2], field.path[-1]
