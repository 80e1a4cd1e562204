"""Makes the tasks that a single operation solves, from a plan alone: no hand-written code knows the operation.

The arguments are sampled, in a generated world; records that the arguments name are called by a name that people use,
where they have one, so that they have to be looked up. The gold is run; a task must change something and be checkable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.jsonvalue import Json, JsonObject, encode, pointer, tokens
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, Document, at
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.identity import draw
from atlasgen.runtime.sampling import chooser
from atlasgen.runtime.world import Layer
from atlasgen.tasks import agents
from atlasgen.tasks.diff import replaced
from atlasgen.tasks.drawing import world_seed
from atlasgen.tasks.gold import Draft, complete
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.readers import readers as shown_by
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.skeleton import OperationReward, Skeleton
from atlasgen.tasks.steps import edited
from atlasgen.tasks.task import GoldCall, Needed, Task, Use
from atlasgen.verification.aiming import Request, Target
from atlasgen.verification.readback import Eyes, readers
from atlasgen.verification.requests import Requests
from atlasgen.verification.verify import Api

_NUMBER: Final = 90  # the worlds of these tasks are no scenario's
_SHARES: Final = (50, 100, 30, 70, 0, 20, 60, 10)  # of a hundred members that may be left out, try after try
_CALLED: Final = ("name", "title", "summary", "subject", "label")  # what people call things by


class Unsolvable(AtlasgenError):
    """No task can be made of an operation."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A request, and where it is made.

    Attributes:
        request: The request.
        layer: What had to be there for it.
        reply: What it is answered.
    """

    request: Request
    layer: Layer
    reply: Reply


@dataclass(frozen=True, slots=True)
class _Called:
    """A record that is called by a name that people use.

    Attributes:
        words: How the instruction calls it.
        look: The call that finds it.
        needed: What has to be found.
    """

    words: str
    look: GoldCall
    needed: Needed


class OperationScenario(Scenario):
    """The tasks that one operation solves, judged by its skeleton alone."""

    def __init__(self, api: Api, skeleton: Skeleton) -> None:
        """Take an API, and the skeleton of the operation."""
        self._api = api
        self._workshop = self.environment()
        self._requests = Requests(self._workshop)
        self._target = next(item for item in self._requests.targets if item.tool == skeleton.operation)
        self._readers = tuple(_around(self._requests, self._target, skeleton))
        self.name = skeleton.operation
        self.rewards: tuple[OperationReward, ...] = (OperationReward.of(skeleton),)
        self.tools = tuple(_tools(self._requests, self._target, self._readers))
        self._oracle = Oracle(self.environment())
        self._tasks = lru_cache(maxsize=256)(self._task)

    def environment(self) -> Environment:
        """Return a new environment."""
        return Environment(self._api)

    def task(self, seed: int, split: str) -> Task:
        """Return the task of a seed.

        Raises:
            Unsolvable: there is none, and why.
        """
        return self._tasks(seed, split)

    def _task(self, seed: int, split: str) -> Task:
        why = "no request could be made that meets its schema"
        for number, share in enumerate(_SHARES):
            order = self._order(seed, split, number, share)
            if isinstance(order, str):
                why = order
                continue
            found = self._solved(seed, split, order)
            if isinstance(found, Task):
                return found
            why = found
        raise Unsolvable.single(self.name, why)

    def _order(self, seed: int, split: str, number: int, share: int) -> _Order | str:
        """Return a request that is accepted and changes something, or why there is none."""
        environment, requests, target = self._workshop, self._requests, self._target
        requests.begin(world_seed(_NUMBER, split, seed))
        request = requests.valid(target, chooser(draw(seed, split, target.tool, number)), share=share)
        if request is None:
            return "no request could be made that meets its schema"
        layer = environment.world.changes.seal()
        environment.reset(layer, seed=world_seed(_NUMBER, split, seed))
        reply = environment.call(target.tool, request.arguments)
        if not reply.ok:
            return f"a valid request is refused: {reply.status}"
        if not environment.diff():
            return "an accepted request changes nothing"
        return _Order(request, layer, reply)

    def _solved(self, seed: int, split: str, order: _Order) -> Task | str:
        """Return the task of a request, with the first check that makes a perfect solution; or why there is none."""
        environment, world = self._workshop, world_seed(_NUMBER, split, seed)
        environment.reset(order.layer, seed=world)
        called = tuple(self._called(order.request.arguments))
        step = GoldCall(self._target.tool, order.request.arguments)
        why = "no answer shows what it changes"
        for checks in self._checks(order, world):
            draft = Draft(
                scenario=self.name,
                seed=seed,
                split=split,
                instruction=_instruction(self._target, order.request.arguments, called),
                world_seed=world,
                gold=(*_distinct(item.look for item in called), step, *checks),
                tools=self.tools,
                layer=order.layer,
                needed=tuple(item.needed for item in called),
            )
            try:
                task = complete(draft, environment, self.rewards)
            except RolloutError:
                continue  # this is no way to check it
            if odd := _unlike(task, self.rewards[0]):
                return odd
            episode = self.play(environment, task, agents.expert)
            score = self.score(task, episode.trajectory, episode.diff)
            if score.reward == 1 and score.success:
                return self._untold(task) or task
            why = f"no solution is perfect: {score.reasons[0]}" if score.reasons else why
        return why

    def _untold(self, task: Task) -> str:
        """Return which argument could say something else without any answer telling; empty where none could."""
        environment = self._workshop
        index = next(index for index, step in enumerate(task.gold) if step.tool == self._target.tool)
        try:
            for item in task.expected[0].arguments:
                for value in _altered(item.value) if not item.members and not item.scalars else ():
                    steps = edited(task.gold, index, item.pointer, value)
                    diff = self.play(environment, task, agents.script(steps)).diff
                    taken = any(call.tool == self._target.tool and call.ok for call in environment.calls)
                    if taken and diff != task.gold_diff and self._oracle.accepts(environment, task):
                        return f"no answer tells what {item.pointer} says"
        except AtlasgenError as error:
            return error.problems[0].what
        return ""

    def _checks(self, order: _Order, world: int) -> Iterator[tuple[GoldCall, ...]]:
        """Yield ways to look at what the request changes; the answer to the request itself may show it."""
        yield ()
        environment, target = self._workshop, self._target
        environment.reset(order.layer, seed=world)
        reply = environment.call(target.tool, order.request.arguments)
        record = order.request.record or self._requests.created(target, reply)
        fresh = {change.id for change in environment.diff() if change.before is None}
        eyes = Eyes(self._requests, target, order.request.arguments, record)
        options: list[GoldCall] = []
        for reader in self._readers:
            asked = eyes.address(reader)
            if asked is not None:
                options += [
                    _following(GoldCall(reader.tool, arguments), target.tool, reply, fresh)
                    for arguments in (asked, *eyes.variants(reader, asked), *_switched(reader, asked))
                ]
        yield from ((option,) for option in options)

    # -- names that people use -----------------------------------------------------------------------------------------

    def _called(self, arguments: JsonObject) -> Iterator[_Called]:
        """Yield the records that the path of a call names and that people call by another name."""
        world = self._workshop.world
        for argument in self.rewards[0].arguments:
            value = at(arguments, tokens(argument.pointer))
            if not argument.names or argument.by or argument.pointer.startswith("/body/") or value is ABSENT:
                continue
            id = str(value) if world.get(argument.names, str(value)) is not None else None
            for alias in world.collections[argument.names].aliases if id is None else ():
                id = id or world.find(argument.names, alias, str(value))
            if id is not None and (found := self._named(argument.names, id, argument.pointer)) is not None:
                yield found

    def _named(self, collection: str, id: str, place: str) -> _Called | None:
        """Return how people call a record, with the look that finds it; None where they have no name for it."""
        emulator, world = self._target.emulator, self._workshop.world
        resource = next(name for name, known in emulator.names.items() if known == collection)
        record, field = world.get(collection, id), emulator.plan.resources[resource].identity.field
        for path in _names(record):
            text = at(record, path)
            others = [at(world.get(collection, other), path) for other in world.ids(collection) if other != id]
            if text in others:
                continue
            showing = {
                reader.operation
                for reader in shown_by(emulator.plan, resource, {path, (field,)})
                if {path, (field,)} <= set(reader.shows.values())
            }
            look = self._look(showing, id, str(text))
            if look is not None:
                needed = Needed((collection, id), (field,), record[field] if record else id, place)
                return _Called(f"the {_words(resource)} with the {path[-1]} {encode(text).decode()}", look, needed)
        return None

    def _look(self, showing: set[str], id: str, text: str) -> GoldCall | None:
        """Return a call of one of some lists whose answer shows a record."""
        for reader in self._requests.targets:
            operation = reader.operation
            everywhere = not operation.target and all(item.location != "path" for item in operation.parameters)
            if reader.tool not in showing or not everywhere or operation.mutating or operation.asks == "body":
                continue
            request = self._requests.valid(reader, chooser(0), share=0, depth=_NO_CREATION)
            for arguments in _wider(reader, request.arguments) if request is not None else ():
                reply = self._workshop.call(reader.tool, arguments)
                content = reply.content.decode()
                if reply.ok and id in content and encode(text).decode() in content:
                    return GoldCall(reader.tool, arguments)
        return None


_NO_CREATION: Final = 99  # so deep down no record is created any more


def _around(requests: Requests, target: Target, skeleton: Skeleton) -> Iterator[Target]:
    """Yield what may show the effect of an operation: what is near it, and what shows the records that it changes."""
    near = readers(requests, target)
    yield from near
    showing = {reader.operation for reader in skeleton.readers}
    for item in requests.targets:
        if item.tool in showing and item not in near and not item.operation.mutating:
            yield item


def _switched(reader: Target, arguments: JsonObject) -> Iterator[JsonObject]:
    """Yield ways to ask a reader with one of its switches turned on."""
    for parameter in reader.operation.parameters:
        if not parameter.required and parameter.schema.get("type") == "boolean":
            yield {**arguments, parameter.name: True}


def _tools(requests: Requests, target: Target, shown: Sequence[Target]) -> Iterator[str]:
    """Yield the tools of an agent: the operation, what reads around it, lists, what else writes such records."""
    around = {item.tool for item in shown} | {target.tool}
    for item in requests.targets:
        lists = item.operation.archetype == "list" and not item.operation.offers
        offers = item.operation.offers and item.collection == target.collection
        if item.tool in around or lists or offers or (item.operation.mutating and item.collection == target.collection):
            yield item.tool


def _wider(reader: Target, arguments: JsonObject) -> Iterator[JsonObject]:
    """Yield ways to ask a list: as shortly as it can be, by the text that its language has for an example, for all."""
    yield arguments
    for select in reader.operation.select:
        if select.all and select.parameter:
            yield {**arguments, select.parameter: [select.all]}


def _distinct(steps: Iterable[GoldCall]) -> list[GoldCall]:
    found: list[GoldCall] = []
    for step in steps:
        if step not in found:
            found.append(step)
    return found


def _following(step: GoldCall, tool: str, reply: Reply, fresh: set[str]) -> GoldCall:
    """Return a call whose arguments are taken from an answer where they name a record that was created."""
    body = reply.json() if reply.content else None
    uses = []
    for name, value in step.arguments.items():
        if isinstance(value, str | int) and str(value) in fresh:
            place = next((place for place, item in _leaves(body) if str(item) == str(value)), None)
            uses += [Use(pointer(name), tool, place)] if place is not None else []
    return replace(step, uses=tuple(uses))


def _altered(value: Json) -> Iterator[Json]:
    """Yield a value with one of its texts changed, or with one of its members or elements left out."""
    if isinstance(value, str):
        yield f"{value} and more"
    elif isinstance(value, dict):
        for name, item in value.items():
            yield {other: value[other] for other in value if other != name}
            yield from ({**value, name: other} for other in _altered(item))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield [*value[:number], *value[number + 1 :]]
            for other in _altered(item):
                yield [*value[:number], other, *value[number + 1 :]]


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Json]]:
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not isinstance(value, dict | list):
        yield pointer(*path), value
    for key, item in inner:
        yield from _leaves(item, (*path, key))


def _unlike(task: Task, reward: OperationReward) -> str:
    """Return what an operation does that its skeleton does not say; empty where it does what it says."""
    effect = reward.effect
    own = [target.change for target in task.targets if target.change.collection == effect.collection]
    if not own:
        return f"it changes no record of {effect.collection}, which it is said to {effect.kind}"
    if effect.kind == "update" and any(change.before is None for change in own):
        return f"it creates records of {effect.collection}, which it is said to update"
    if effect.kind == "create" and all(change.before is not None for change in own):
        return f"it creates no record of {effect.collection}, though it is said to"
    return ""


def _names(record: Document | None) -> Iterator[Path]:
    """Yield the paths at which a record has a name that people use."""
    for key, value in (record or {}).items():
        if key in _CALLED and isinstance(value, str) and value:
            yield (key,)
        elif isinstance(value, dict):
            yield from ((key, *path) for path in _names(value))


def _words(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")


def _instruction(target: Target, arguments: JsonObject, called: Sequence[_Called]) -> str:
    """Return in words what a request does: the records by the names that people use, the rest as it is sent."""
    named = {item.needed.pointer: item.words for item in called}
    ids = {item.needed.record[1]: "[its id]" for item in called}  # a body may name once more what the path names
    parts = [f"{'.'.join(tokens(place))}: {words}" for place, words in named.items()]
    for name, value in arguments.items():
        if pointer(name) not in named:
            parts.append(f"{name}: {replaced(encode(value).decode(), ids)}")
    return f"{target.operation.summary or _words(target.tool)}. {'; '.join(parts)}."
