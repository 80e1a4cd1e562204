"""Ways to play a task other than the gold's, each with the tier that it deserves.

A mutant is worse than the gold, an equivalent as good; a repair reaches the goal after a mistake. All of them are made
from the gold calls, the plan and the world, so that any scenario has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from atlasgen.jsonvalue import Json, JsonObject, pointer, tokens
from atlasgen.plan.model import Operation
from atlasgen.runtime.documents import ABSENT, Document, at, with_value, without
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.identity import draw
from atlasgen.tasks.agents import script
from atlasgen.tasks.scenario import CallTool
from atlasgen.tasks.skeleton import Argument, OperationReward
from atlasgen.tasks.task import Expected, GoldCall, Task, Use

Tier: TypeAlias = Literal["gold", "repair", "flawed", "wrong", "low", "nothing"]
"""From best to worst: as good as the gold; the goal reached after a mistake; the goal reached with flaws of the way; an
attempt that misses it and spares the rest; reading only, or damage; nothing done."""

Steps: TypeAlias = tuple[GoldCall, ...]

_OTHERS: Final = 3  # records that a mutation tries in place of the right one
_FAR: Final = 60  # records that a spray covers


@dataclass(frozen=True, slots=True)
class Mutant:
    """A way to play a task.

    Attributes:
        name: What is done otherwise, and to what.
        tier: What it deserves, provided that the service takes its calls as intended; the oracle has the last word on
            whether the goal was reached.
        steps: The calls.
        ending: How the rollout is cut off (`clipped`, `malformed`, `turn_capped`); empty where it ends by itself.
        success: Whether it counts as a strict success; None where the tier says it.
    """

    name: str
    tier: Tier
    steps: Steps
    ending: str = ""
    success: bool | None = None

    def __call__(self, task: Task, call: CallTool) -> str:
        """Play it."""
        return script(self.steps)(task, call)


class Mutator:
    """Makes the mutants of the tasks of one scenario."""

    def __init__(self, environment: Environment, rewards: Sequence[OperationReward]) -> None:
        """Take an environment to look around and to try calls in, and the completed skeletons of the scenario."""
        self._environment = environment
        self._rewards = {reward.operation: reward for reward in rewards}
        self._operations: dict[str, Operation] = {}
        tools = iter(environment.tools)
        for emulator in environment.emulators:
            for operation in emulator.plan.operations:
                self._operations[next(tools).name] = operation

    def mutants(self, task: Task) -> Iterator[Mutant]:
        """Yield everything that can be made of a task's gold, in a fixed order."""
        yield from self.equivalents(task)
        yield from self.repairs(task)
        yield from self._flaws(task)
        yield from self._misses(task)
        yield from self._damage(task)
        yield from self._idle(task)

    # -- as good as the gold -------------------------------------------------------------------------------------------

    def equivalents(self, task: Task) -> Iterator[Mutant]:
        """Yield the ways that are as good as the gold."""
        self._start(task)
        gold = task.gold
        for index, expected in self._expected(task):
            for item in expected:
                for text, value in self._aliases(item, index, task):
                    yield Mutant(f"alias {text}", "gold", _edited(gold, index, item.pointer, value), success=True)
            every = [(item, value) for item in expected for _, value in list(self._aliases(item, index, task))[:1]]
            if len(every) > 1:
                steps = gold
                for item, value in every:
                    steps = _edited(steps, index, item.pointer, value)
                yield Mutant("alias everywhere", "gold", steps, success=True)
            for argument, value in self._defaults(task, index):
                name = f"explicit default {argument.pointer}"
                yield Mutant(name, "gold", _edited(gold, index, argument.pointer, value), success=True)
        for index, step in enumerate(gold):
            for place, other in self._reading_aliases(task, step):
                yield Mutant(f"alias of a read {place}", "gold", _edited(gold, index, place, other), success=True)
        first = _first_write(task)
        if first > 1:
            yield Mutant("reads in other order", "gold", (*reversed(gold[:first]), *gold[first:]), success=True)
        for position, text in ((0, "before"), (first, "between"), (len(gold), "after")):
            for extra in self._reads(task)[:1]:
                steps = (*gold[:position], extra, *gold[position:])
                if len(steps) <= task.budget:
                    yield Mutant(f"one more read {text}", "gold", steps, success=True)
        if not task.needed and first:
            yield Mutant("no look before", "gold", gold[first:], success=True)
        for index, step in enumerate(gold):
            if (chosen := self._chosen_members(task, step)) is not None:
                yield Mutant("check of the written fields", "gold", _edited(gold, index, *chosen), success=True)

    def _aliases(self, item: Expected, index: int, task: Task) -> Iterator[tuple[str, Json]]:
        if any(use.pointer.startswith(item.pointer) for use in task.gold[index].uses):
            return
        for member, name in item.members.items():
            if item.value != {member: name}:
                yield f"{item.pointer}/{member}", {member: name}
        if len(item.members) > 1:
            yield f"{item.pointer} twice", dict(item.members)
        for text in item.scalars:
            if str(item.value) != text:
                yield item.pointer, int(text) if isinstance(item.value, int) and text.isdigit() else text
        argument = self._argument(task.gold[index].tool, item.pointer)
        if argument is not None and argument.unordered and isinstance(item.value, list) and len(item.value) > 1:
            yield f"{item.pointer} reversed", [*reversed(item.value)]

    def _defaults(self, task: Task, index: int) -> Iterator[tuple[Argument, Json]]:
        """Yield arguments that may be left out, with the value that the record then gets."""
        step = task.gold[index]
        reward = self._rewards[step.tool]
        made = [target for target in task.targets if target.change.collection == reward.effect.collection]
        if len(made) != 1 or made[0].change.after is None or made[0].change.before is not None:
            return
        for argument in reward.arguments:
            if not argument.stored or at(step.arguments, tokens(argument.pointer)) is not ABSENT:
                continue
            value = at(made[0].change.after, argument.stored)
            if value is ABSENT or value is None or not argument.pointer.startswith("/body/"):
                continue
            if argument.names:
                names = self._names(task, argument, str(value))
                if names:
                    yield argument, names
            elif value != []:
                yield argument, value

    def _reading_aliases(self, task: Task, step: GoldCall) -> Iterator[tuple[str, Json]]:
        """Yield other names for the record that a reading call is about."""
        operation = self._operations.get(step.tool)
        if operation is None or operation.mutating or not operation.target or step.uses:
            return
        given = step.arguments.get(operation.target)
        collection = self._collection(step.tool)
        self._start(task)
        for id in self._environment.world.ids(collection):
            names = self._all_names(collection, id)
            if str(given) in names:
                yield from ((pointer(operation.target), name) for name in names if name != str(given))

    def _shows_itself(self, tool: str) -> bool:
        """Return whether the answer to a change shows all that it wrote, so that no look at it is due."""
        reward = self._rewards.get(tool)
        if reward is None:
            return False
        own = {path for reader in reward.readers if reader.operation == tool for path in reader.shows.values()}
        return reward.stored <= own

    def _chosen_members(self, task: Task, step: GoldCall) -> tuple[str, Json] | None:
        """Return the parameter and value by which a check asks for the written fields alone."""
        operation = self._operations.get(step.tool)
        if operation is None or not operation.select or not step.uses or not operation.select[0].parameter:
            return None
        select = operation.select[0]
        written = [path for target in task.targets for path in target.written]
        if not all(path[: len(select.at)] == select.at and len(path) > len(select.at) for path in written):
            return None
        return pointer(select.parameter), [*dict.fromkeys(path[len(select.at)] for path in written)]

    # -- the goal after a mistake --------------------------------------------------------------------------------------

    def repairs(self, task: Task) -> Iterator[Mutant]:
        """Yield the ways that reach the goal after a mistake which the service refused, or which was undone."""
        gold = task.gold
        for index, expected in self._expected(task):
            step = gold[index]
            required = {item.pointer for item in self._rewards[step.tool].arguments if item.required}
            for item in expected:
                broken = {"dropped": _dropped(gold, index, item.pointer)[index]} if item.pointer in required else {}
                broken["misnamed"] = _edited(gold, index, item.pointer, {"nme": item.value})[index]
                for text, wrong in broken.items():
                    steps = (*gold[:index], wrong, *gold[index:])
                    yield Mutant(f"retry after {text} {item.pointer}", "repair", steps, success=True)
            wrong = GoldCall(step.tool, {})
            yield Mutant("retry after nothing given", "repair", (*gold[:index], wrong, *gold[index:]), success=True)
            unknown = GoldCall(f"{step.tool}s", step.arguments, step.uses)
            steps = (*gold[:index], unknown, *gold[index:])
            yield Mutant("retry after a tool that is none", "repair", steps, success=True)
            effect = self._rewards[step.tool].effect
            remove = self._remover(effect.collection) if effect.kind == "create" else None
            if remove is not None:
                tool, operation = remove
                use = Use(pointer(operation.target), step.tool, "/id")
                undo = GoldCall(tool, {operation.target: ""}, (use,))
                steps = (*gold[: index + 1], undo, *gold[index:])
                yield Mutant("own duplicate removed", "repair", steps, success=True)

    # -- the goal, with flaws ------------------------------------------------------------------------------------------

    def _flaws(self, task: Task) -> Iterator[Mutant]:
        gold, first, last = task.gold, _first_write(task), _last_write(task)
        if len(gold) > last + 1 and not self._shows_itself(gold[last].tool):
            yield Mutant("no check", "flawed", gold[: last + 1], success=True)
            for number, extra in enumerate([*self._reads(task)[:1], *gold[: _first_write(task)]]):
                yield Mutant(f"check of another record {number}", "flawed", (*gold[: last + 1], extra), success=True)
            for index in range(last + 1, len(gold)):
                operation = self._operations.get(gold[index].tool)
                if operation is not None and operation.select and operation.select[0].none:
                    blind: Json = [operation.select[0].none]
                    steps = _edited(gold, index, pointer(operation.select[0].parameter), blind)
                    yield Mutant("check that shows nothing", "flawed", steps, success=True)
        if task.needed:
            yield Mutant("guessed instead of looked up", "flawed", gold[first:], success=True)
            steps = (gold[first], *gold[:first], *gold[first + 1 :])
            yield Mutant("looked up too late", "flawed", steps, success=True)
            for index in range(first):
                operation = self._operations.get(gold[index].tool)
                if operation is not None and operation.select and operation.select[0].none:
                    nothing: Json = [operation.select[0].none]
                    steps = _edited(gold, index, pointer(operation.select[0].parameter), nothing)
                    yield Mutant("look that shows nothing", "flawed", steps, success=True)
        for text, position in (("first", 0), ("last", len(gold))):
            unknown = GoldCall("helpful_tool", {"please": True})
            yield Mutant(f"a tool that is none {text}", "flawed", (*gold[:position], unknown, *gold[position:]))
        for extra in self._reads(task)[:1]:
            spare = task.budget - len(gold)
            yield Mutant("too many calls", "flawed", (*gold, *[extra] * (spare + 1)), success=True)
            yield Mutant("far too many calls", "flawed", (*gold, *[extra] * (spare + 12)), success=True)
        for ending in ("clipped", "malformed", "turn_capped"):
            yield Mutant(ending, "flawed", gold, ending)
        for text, steps in self._there_and_back(task):
            yield Mutant(f"{text} there and back", "flawed", (*gold, *steps), success=False)
            yield Mutant(f"{text} there and back first", "flawed", (*steps, *gold), success=False)
        for target in task.targets:
            if target.change.before is None:
                for tool, operation, collection in self._changers(task):
                    steps = ()
                    if collection == target.change.collection and operation.transition:
                        steps = self._round_trip(task, tool, operation, target.change.id, before=gold[: last + 1])
                    if steps:
                        yield Mutant(
                            f"{tool} of the new record there and back", "flawed",
                            (*gold[first : last + 1], *steps, *gold[last + 1 :]), success=True,
                        )  # fmt: skip

    # -- misses --------------------------------------------------------------------------------------------------------

    def _misses(self, task: Task) -> Iterator[Mutant]:
        gold = task.gold
        for index, expected in self._expected(task):
            step = gold[index]
            reward = self._rewards[step.tool]
            for item in expected:
                place = item.pointer
                yield Mutant(f"dropped {place}", self._tier(step, place), _dropped(gold, index, place))
                for text, value in self._wrong_values(task, step.tool, item):
                    yield Mutant(f"{text} {place}", self._tier(step, place), _edited(gold, index, place, value))
                for text, arguments in _wrong_nesting(step.arguments, place):
                    yield Mutant(f"{text} {place}", "wrong", _replaced(gold, index, GoldCall(step.tool, arguments)))
            for argument in reward.arguments:
                if at(step.arguments, tokens(argument.pointer)) is ABSENT:
                    for number, value in enumerate(self._unasked(task, argument)):
                        steps = _edited(gold, index, argument.pointer, value)
                        yield Mutant(f"unasked {argument.pointer} {number}", "wrong", steps)
            bare = GoldCall(step.tool, {})
            yield Mutant("nothing given", "wrong", _replaced(gold, index, bare))
            yield Mutant("refused and given up", "wrong", (*gold[:index], bare))
            texts = {item.pointer: item.value for item in expected if isinstance(item.value, str) and not item.scalars}
            if texts:
                copied = gold
                for place in texts:
                    copied = _edited(copied, index, place, task.instruction)
                yield Mutant("instruction copied into every text", "wrong", copied)

    def _tier(self, step: GoldCall, place: str) -> Tier:
        """Return the tier of a call whose argument is wrong: another target of a change is damage."""
        return "wrong" if place.startswith("/body/") else "low"

    def _wrong_values(self, task: Task, tool: str, item: Expected) -> Iterator[tuple[str, Json]]:
        argument, value = self._argument(tool, item.pointer), item.value
        if argument is not None and argument.names:
            id = self._identify(task, argument, item)
            others = [other for other in self._ids(task, argument.names) if other != id]
            others.sort(key=lambda other: draw(task.seed, "other", item.pointer, other))
            for number, other in enumerate(others[:_OTHERS]):
                names = self._names(task, argument, other)
                yield f"other record {number}", names if argument.by else other
            yield "unknown record", {next(iter(argument.by)): "0"} if argument.by else "0"
        elif isinstance(value, list):
            yield "one less", value[1:]
            yield "one more", [*value, "extra"]
            yield "all in one", [" ".join(map(str, value))]
            yield "upper case", [str(part).upper() for part in value]
        elif isinstance(value, str):
            yield "longer", f"{value} now"
            yield "shorter", value[:-1]
            yield "upper case", value.upper()
            yield "padded", f" {value}"
            yield "quoted", f'"{value}"'
            yield "instruction copied", task.instruction
            yield "empty", ""
            yield "tomorrow", f"{value[:-1]}{(int(value[-1]) + 1) % 10}" if value[-1:].isdigit() else f"{value}1"
        elif isinstance(value, int):
            yield "one more", value + 1

    def _unasked(self, task: Task, argument: Argument) -> Iterator[Json]:
        if argument.names and argument.by:
            ids = sorted(self._ids(task, argument.names), key=lambda id: draw(task.seed, argument.pointer, id))
            yield from [self._names(task, argument, id) for id in ids[:2]]
        elif argument.unordered:
            yield ["extra"]
        elif argument.stored and not argument.names:
            yield "2026-01-31"

    # -- damage --------------------------------------------------------------------------------------------------------

    def _damage(self, task: Task) -> Iterator[Mutant]:
        gold, last = task.gold, _last_write(task)
        for index, expected in self._expected(task):
            step = gold[index]
            reward = self._rewards[step.tool]
            if reward.effect.kind == "create":
                yield Mutant("created twice", "low", (*gold[: index + 1], step, *gold[index + 1 :]))
                yield Mutant("created again at the end", "low", (*gold, step))
                yield Mutant("created many times", "low", (*gold, *[step] * 5))
                for item in expected:
                    if isinstance(item.value, str) and not item.scalars:
                        other = _edited(gold, index, item.pointer, f"{item.value} draft")[index]
                        yield Mutant("wrong one first", "low", (*gold[:index], other, *gold[index:]))
            for item in expected:
                argument = self._argument(step.tool, item.pointer)
                if argument is None or not argument.names:
                    continue
                names = [self._names(task, argument, id) for id in self._ids(task, argument.names)[:_FAR]]
                if argument.names == reward.effect.collection:
                    spray = tuple(_edited(gold, index, item.pointer, name)[index] for name in names)
                    yield Mutant(f"spray over {item.pointer}", "low", (*gold[:index], *spray))
                    yield Mutant(f"gold and spray over {item.pointer}", "low", (*gold, *spray))
        for text, steps in self._disturbances(task):
            yield Mutant(f"{text} afterwards", "low", (*gold, *steps))
            yield Mutant(f"{text} first", "low", (*steps, *gold))
            yield Mutant(f"{text} alone", "low", steps)
        for text, steps in self._twists(task):
            yield Mutant(text, "wrong", (*gold[: last + 1], *steps, *gold[last + 1 :]))

    def _disturbances(self, task: Task) -> Iterator[tuple[str, Steps]]:
        """Yield changes of records that the task does not touch."""
        written = {target.change.id for target in task.targets}
        for tool, operation, collection in self._changers(task):
            ids = [id for id in self._ids(task, collection) if id not in written]
            layered = [id for id in ids if id in task.layer.tables.get(collection, {})]
            far = sorted(set(ids) - set(layered), key=lambda id: draw(task.seed, tool, id))
            for number, id in enumerate([*layered[:2], *far[:1]]):
                place = "near" if id in layered else "far"
                yield f"{tool} {place} {number}", self._change(tool, operation, id, ())

    def _twists(self, task: Task) -> Iterator[tuple[str, Steps]]:
        """Yield further changes of the record that the gold creates."""
        created = {target.change.collection for target in task.targets if target.change.before is None}
        creator = next((step.tool for step in reversed(task.gold) if step.tool in self._rewards), "")
        for tool, operation, collection in self._changers(task):
            if collection in created:
                use = Use(pointer(operation.target), creator, "/id")
                yield f"{tool} of the new record", self._change(tool, operation, "", (use,))

    def _change(self, tool: str, operation: Operation, id: str, uses: tuple[Use, ...]) -> Steps:
        if operation.archetype == "delete":
            return (GoldCall(tool, {operation.target: id}, uses),)
        offers = next(name for name, item in self._operations.items() if item.offers)
        list_name = next(shape.name for shape in self._operations[offers].answer if shape.kind == "records")
        place = (*operation.transition, "id")
        body = with_value({}, ("body", *place), "")
        chosen = Use(pointer("body", *place), offers, pointer(list_name, 0, "id"))
        return (
            GoldCall(offers, {self._operations[offers].target: id}, tuple(
                Use(pointer(self._operations[offers].target), use.tool, use.answer) for use in uses
            )),
            GoldCall(tool, {**body, operation.target: id}, (*uses, chosen)),
        )  # fmt: skip

    def _changers(self, task: Task) -> Iterator[tuple[str, Operation, str]]:
        """Yield the tools that can change any record of a collection without being told what to write."""
        for tool, effect in task.effects.items():
            operation = self._operations[tool]
            if not operation.target or tool not in task.tools:
                continue
            offered = any(item.offers and item.resource == operation.resource for item in self._operations.values())
            if operation.archetype == "delete" or (operation.transition and offered):
                yield tool, operation, effect.collection

    def _there_and_back(self, task: Task) -> Iterator[tuple[str, Steps]]:
        """Yield changes of a foreign record that end where they began, found by trying."""
        for tool, operation, collection in self._changers(task):
            if not operation.transition:
                continue
            for id in self._ids(task, collection)[-8:]:
                steps = self._round_trip(task, tool, operation, id)
                if steps:
                    yield tool, steps
                    break

    def _round_trip(self, task: Task, tool: str, operation: Operation, id: str, before: Steps = ()) -> Steps:
        """Return two calls that change a record and undo it, after other calls; none where there are no such two."""

        def take(arrow: str) -> GoldCall:
            body = with_value({}, ("body", *operation.transition, "id"), arrow)
            return GoldCall(tool, {**body, operation.target: id})

        self._start(task)
        script(before)(task, self._environment.call)
        wanted = self._environment.diff()
        for first in self._offered(task, operation, id, before):
            there = take(first)
            for second in self._offered(task, operation, id, (*before, there)):
                back = take(second)
                self._start(task)
                script((*before, there, back))(task, self._environment.call)
                if self._environment.diff() == wanted:
                    return there, back
        return ()

    def _offered(self, task: Task, operation: Operation, id: str, before: Steps) -> list[str]:
        """Return the ids of what a record could take after some calls."""
        self._start(task)
        script(before)(task, self._environment.call)
        name, offers = next((name, item) for name, item in self._operations.items() if item.offers)
        place = next(shape.name for shape in offers.answer if shape.kind == "records")
        reply = self._environment.call(name, {offers.target: id})
        return [str(item["id"]) for item in reply.json()[place]] if reply.ok else []

    # -- idleness ------------------------------------------------------------------------------------------------------

    def _idle(self, task: Task) -> Iterator[Mutant]:
        reads = tuple(step for step in task.gold if step.tool not in task.effects and not step.uses)
        if reads:
            yield Mutant("reads only", "low", reads)
            yield Mutant("reads only, many times", "low", reads * 8)
        if task.needed:
            for extra in self._reads(task)[:1]:
                yield Mutant("another read only", "low", (extra,))
        yield Mutant("a read of nothing", "low", tuple(GoldCall(step.tool, {}) for step in reads[:1]) or task.gold[:1])
        yield Mutant("nothing", "nothing", ())
        yield Mutant("tools that are none", "nothing", (GoldCall("helpful_tool", {}), GoldCall("finish", {})))

    # -- the surroundings ----------------------------------------------------------------------------------------------

    def _start(self, task: Task) -> None:
        self._environment.reset(task.layer, seed=task.world_seed)

    def _expected(self, task: Task) -> Iterator[tuple[int, tuple[Expected, ...]]]:
        """Yield the positions of the gold calls that write, with their arguments."""
        waiting = list(task.expected)
        for index, step in enumerate(task.gold):
            if waiting and step.tool == waiting[0].tool:
                yield index, waiting.pop(0).arguments

    def _argument(self, tool: str, place: str) -> Argument | None:
        return next((item for item in self._rewards[tool].arguments if item.pointer == place), None)

    def _collection(self, tool: str) -> str:
        operation = self._operations[tool]
        for emulator in self._environment.emulators:
            if operation in emulator.plan.operations:
                return emulator.names.get(operation.resource, "")
        return ""

    def _ids(self, task: Task, collection: str) -> list[str]:
        self._start(task)
        return list(self._environment.world.ids(collection))

    def _names(self, task: Task, argument: Argument, id: str) -> Json:
        """Return a record's name as an argument takes it: the gold's kind of name where there are several."""
        record = self._environment.world.get(argument.names, id)
        if not argument.by:
            return id
        names = _members(record, argument.by) if record is not None else {}
        member = next(reversed(names), None)
        return {member: names[member]} if member is not None else {}

    def _all_names(self, collection: str, id: str) -> list[str]:
        world = self._environment.world
        record = world.get(collection, id) or {}
        aliases = world.collections[collection].aliases
        return [id, *(str(record[name]) for name in aliases if record.get(name) is not None)]

    def _identify(self, task: Task, argument: Argument, item: Expected) -> str:
        wanted = {*map(str, item.members.values()), *item.scalars}
        ids = self._ids(task, argument.names)
        return next((id for id in ids if wanted & {*self._all_names(argument.names, id)}), "")

    def _reads(self, task: Task) -> list[GoldCall]:
        """Return reads of records that the task does not need."""
        found: list[GoldCall] = []
        needed = {needed.record for needed in task.needed}
        for tool in task.tools:
            operation = self._operations[tool]
            if operation.archetype != "get" or not operation.target:
                continue
            collection = self._collection(tool)
            ids = [id for id in self._ids(task, collection) if (collection, id) not in needed]
            numeric = any(
                item.name == operation.target and item.schema.get("type") == "integer" for item in operation.parameters
            )
            found += [GoldCall(tool, {operation.target: int(id) if numeric else id}) for id in ids[:1]]
        return found

    def _remover(self, collection: str) -> tuple[str, Operation] | None:
        for tool, operation in self._operations.items():
            if operation.archetype == "delete" and self._collection(tool) == collection:
                return tool, operation
        return None


def _members(record: Document, by: Mapping[str, str]) -> JsonObject:
    return {member: record[identity] for member, identity in by.items() if record.get(identity) is not None}


def _first_write(task: Task) -> int:
    return next((index for index, step in enumerate(task.gold) if step.tool in task.effects), len(task.gold))


def _last_write(task: Task) -> int:
    return max((index for index, step in enumerate(task.gold) if step.tool in task.effects), default=-1)


def _replaced(steps: Steps, index: int, step: GoldCall) -> Steps:
    return (*steps[:index], step, *steps[index + 1 :])


def _edited(steps: Steps, index: int, place: str, value: Json) -> Steps:
    """Return the steps with another value for an argument of one of them."""
    step = steps[index]
    uses = tuple(use for use in step.uses if not use.pointer.startswith(place))
    return _replaced(steps, index, GoldCall(step.tool, with_value(step.arguments, tokens(place), value), uses))


def _dropped(steps: Steps, index: int, place: str) -> Steps:
    step = steps[index]
    uses = tuple(use for use in step.uses if not use.pointer.startswith(place))
    arguments = without(step.arguments, [tokens(place)]) or {}
    return _replaced(steps, index, GoldCall(step.tool, arguments, uses))


def _wrong_nesting(arguments: JsonObject, place: str) -> Iterator[tuple[str, JsonObject]]:
    """Yield arguments in which the right value stands in the wrong place."""
    path = tokens(place)
    value: Any = at(arguments, path)
    bare = without(arguments, [path]) or {}
    if len(path) > 1:
        yield "lifted out", with_value(bare, (*path[:-2], path[-1]), value)
        yield "wrapped", with_value(bare, path, {"value": value})
    yield "pushed down", with_value(bare, (*path[:-1], "update", path[-1]), value)
    yield "misspelt", with_value(bare, (*path[:-1], f"{path[-1]}Name"), value)
    if isinstance(value, dict) and len(value) == 1:
        yield "flattened", with_value(arguments, path, next(iter(value.values())))
        yield "wrong inner key", with_value(arguments, path, {"title": next(iter(value.values()))})
