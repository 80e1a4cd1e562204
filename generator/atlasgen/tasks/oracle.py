"""The oracle: says whether an episode ended as the gold does, from what the API itself answers and from nothing else.

It shares no code with the rewards that it is there to check. Two worlds are the same if every reading operation answers
the same about every record; ids of new records, times, counters of versions, links and the order of lists apart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.tracing import Dependents, TracedWorld
from atlasgen.runtime.world import RecordId, World
from atlasgen.tasks.questions import arguments, further, readers
from atlasgen.tasks.task import Task

Question: TypeAlias = tuple[str, bytes]
"""A tool and its arguments as JSON text."""

Answer: TypeAlias = tuple[int, bytes]
"""A status code and a body."""

Said: TypeAlias = Callable[[tuple[str, str], str], str]
"""What a text says that stands at a member (the second name) of what another member (the first) holds."""

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_ROUNDS = 3  # of naming new records by what is said about them; more than any chain of new records is long
_REMEMBERED = 16  # tasks whose worlds are kept; a search goes back and forth between eight
_SCRUBS = 20_000  # items of lists of which it is kept what they say


@dataclass(frozen=True, slots=True)
class _Start:
    """What a world answers as an episode of a task begins.

    Attributes:
        base: The digest of the world that the episode begins in.
        layer: The digest of what the task adds to it.
        records: The records that it holds.
        answers: What it answers, by what is asked.
        dependents: Which questions depend on what.
    """

    base: str
    layer: str
    records: frozenset[RecordId]
    answers: Mapping[Question, Answer]
    dependents: Dependents[Question]

    def begins(self, world: World) -> bool:
        """Whether an episode in a world has begun like this."""
        return (world.base.digest, world.layer.digest) == (self.base, self.layer)


_Known: TypeAlias = tuple[_Start, bytes, dict[bytes, bool]]
"""What a task's world answers at first, what it answers otherwise after the gold, and verdicts by what was changed."""


class Oracle:
    """Judges the end states of episodes of one scenario's environments."""

    def __init__(self, environment: Environment, said: Said | None = None, *, thorough: bool = False) -> None:
        """Take an environment like those that are judged; the oracle replays gold calls in one of its own.

        Args:
            environment: That environment.
            said: What a text says that stands at a place of an answer; without it a text says itself.
            thorough: Whether to ask again even what can be answered in no other way than at the start.
        """
        self._environment = environment.like(TracedWorld)
        self._said: Said = said if said is not None else lambda place, text: text
        self._thorough = thorough
        self._readers = tuple(readers(environment))
        self._made = _made(environment)
        self._counters = frozenset(_counters(environment))
        self._known: dict[tuple[str, str, int], _Known] = {}
        self._scrubs: dict[tuple[str, bytes], bytes] = {}

    def accepts(self, environment: Environment, task: Task) -> bool:
        """Return whether an environment, at the end of an episode of a task, is in the state that the gold leads to.

        The oracle asks its questions there, so take the trajectory and the diff of the episode before.

        Raises:
            AtlasgenError: no operation shows the records that the task is about.
            RolloutError: the gold itself is refused.
        """
        start, gold, verdicts = self._gold(task)
        if self._thorough or not start.dependents.timeless or not start.begins(environment.world):
            return self._changed(environment, start) == gold
        # The same records give the same answers, whatever the way to them; in this order, for lists have one.
        state = hashlib.blake2b(orjson.dumps(environment.world.changed()), digest_size=16).digest()
        if state not in verdicts:
            verdicts[state] = self._changed(environment, start) == gold
        return verdicts[state]

    def _gold(self, task: Task) -> _Known:
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
            start = self._started(environment)
            environment.reset(task.layer, seed=task.world_seed)
            for call in task.gold:
                status = environment.call(call.tool, call.arguments).status
                if status >= 400 and (status != 404 or call.tool in task.effects):
                    raise RolloutError("task", f"{key}: the gold call {call.tool} is refused")
            self._known[key] = (start, self._changed(environment, start), {})
        return self._known[key]

    def _started(self, environment: Environment) -> _Start:
        """Ask everything about all records, and note what the answers depend on."""
        world = environment.world
        assert isinstance(world, TracedWorld)
        answers: dict[Question, Answer] = {}
        dependents: Dependents[Question] = Dependents()
        for reader in self._readers:
            for given in list(arguments(reader, world)):
                question = (reader.tool, orjson.dumps(given))
                answers[question] = environment.call(reader.tool, given)
                dependents.add(question, world.trace)
        records = frozenset(_records(world, world.collections))
        return _Start(world.base.digest, world.layer.digest, records, answers, dependents)

    def _doubtful(self, world: World, start: _Start) -> Mapping[Question, Mapping[str, Any]]:
        """Return what may have another answer than at the start, or has none from there."""
        known = start.begins(world) and not self._thorough
        asked = start.dependents.concerned(world) if known else start.answers
        questions = {(tool, text): orjson.loads(text) for tool, text in asked}
        for reader in self._readers:
            for given in (further if known else arguments)(reader, world):
                question = (reader.tool, orjson.dumps(given))
                if question not in start.answers:
                    questions[question] = given
        return questions

    def _changed(self, environment: Environment, start: _Start) -> bytes:
        """Return what a world answers otherwise than it did at the start, as text that is equal for equal worlds."""
        world = environment.world
        questions = self._doubtful(world, start)
        fresh = frozenset(_records(world, world.changes.tables)) - start.records
        changed: dict[Question, Any] = {}
        telling: list[Any] = []
        ids = [_quoted(id) for _, id in fresh]
        for question, given in questions.items():
            answer = environment.call(question[0], given)
            if start.answers.get(question) != answer:
                changed[question] = _read(answer)
                if any(id in answer[1] for id in ids):
                    telling.append(changed[question])
        names = self._labels(telling, fresh)
        told = []
        for (tool, text), value in changed.items():
            before = start.answers.get((tool, text))
            said = self._plain(value, names)
            if before is None or said != self._plain(_read(before), names):
                told.append(tool.encode() + self._plain(orjson.loads(text), names) + said)
        return b"\n".join(sorted(told))

    def _labels(self, values: Sequence[Any], fresh: Set[tuple[str, str]]) -> Mapping[str, str]:
        """Return the names of new records, each with a label that comes from all that is said about the record."""
        about: dict[tuple[str, str], list[Any]] = {}
        names: dict[str, tuple[str, str]] = {}
        ids = {id for _, id in fresh}
        for shown in _objects(values):
            for identity, made in self._made.items():
                id = str(shown.get(identity))
                for collection, members in made.items() if id in ids else ():
                    record = (collection, id)
                    if record in fresh:
                        about.setdefault(record, []).append(shown)
                        given = (name for name in members if isinstance(shown.get(name), str | int))
                        names |= {str(shown[name]): record for name in given}
        labels = dict.fromkeys(names, "new")
        for _ in range(_ROUNDS):
            said = {
                record: hashlib.blake2b(b"".join(sorted({self._plain(item, labels) for item in items})), digest_size=8)
                for record, items in about.items()
            }
            labels = {name: said[record].hexdigest() for name, record in names.items()}
        return labels

    def _plain(self, value: Any, names: Mapping[str, str]) -> bytes:
        return _dumped(self._scrubbed(value, names, ""))

    def _item(self, item: Any, names: Mapping[str, str], parent: str) -> bytes:
        """Return the text of an item of a list; most items are in many lists, and say nothing of new records."""
        text = orjson.dumps(item)
        said = self._scrubs.get((parent, text))
        if said is None:
            if len(self._scrubs) >= _SCRUBS:
                self._scrubs.clear()
            said = self._scrubs[parent, text] = _dumped(self._scrubbed(item, {}, parent))
        if any(_quoted(name) in said for name in names):
            return _dumped(self._scrubbed(item, names, parent))
        return said

    def _scrubbed(self, value: Any, names: Mapping[str, str], parent: str) -> Any:
        if isinstance(value, dict):
            return {
                key: self._scrubbed(self._said((parent, key), item) if isinstance(item, str) else item, names, key)
                for key, item in value.items()
                if (parent, key) not in self._counters
            }
        if isinstance(value, list):
            texts = sorted(self._item(item, names, parent) for item in value)
            return [orjson.Fragment(text) for text in texts]
        if isinstance(value, str):
            if value in names:
                return f"<{names[value]}>"
            if value.startswith(("http://", "https://", "/")):
                return _renamed(value, names)
            return "<time>" if _TIME.match(value) else value
        if isinstance(value, int) and not isinstance(value, bool) and str(value) in names:
            return f"<{names[str(value)]}>"
        return value


def _records(world: World, collections: Iterable[str]) -> Iterator[RecordId]:
    return ((collection, id) for collection in collections for id in world.ids(collection))


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _quoted(text: str) -> bytes:
    """Return a text as it stands in JSON, without the quotes."""
    return orjson.dumps(text)[1:-1]


def _renamed(address: str, names: Mapping[str, str]) -> str:
    """Return an address with labels for names, where it has them whole: an id may stand by chance within another."""
    for name, label in names.items():
        if name in address:
            address = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f"<{label}>", address)
    return address


def _read(answer: Answer) -> list[Any]:
    return [answer[0], orjson.loads(answer[1] or b"null")]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in a value, at any depth."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _objects(item)


def _made(environment: Environment) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the names that the service gives to the records of each collection, the id first, by what the id is.

    What clients choose is part of what they say about a record.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for emulator in environment.emulators:
        for name, resource in emulator.plan.resources.items():
            identity = resource.identity
            if identity.format is not None:
                also = [member for member, template in identity.also.items() if template is not None]
                found.setdefault(identity.field, {})[emulator.names[name]] = (identity.field, *also)
    return found


def _counters(environment: Environment) -> Iterator[tuple[str, str]]:
    for emulator in environment.emulators:
        for resource in emulator.plan.resources.values():
            for field in resource.fields:
                if field.derive is not None and field.derive.kind == "counter":
                    yield ("", *field.path)[-2], field.path[-1]
