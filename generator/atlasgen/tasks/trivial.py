"""Agents that understand nothing: what a reward pays them is what it pays for nothing.

Each is worked out beforehand, in a world of its own that is equal to the one that is played in, so that it is a fixed
list of calls and can be played, scored and judged like any other way to play a task.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from atlasgen.jsonvalue import Json, JsonObject, pointer, tokens
from atlasgen.runtime.documents import ABSENT, at, with_value
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.identity import draw
from atlasgen.runtime.sampling import chooser
from atlasgen.tasks.gold import resolved
from atlasgen.tasks.steps import Mutant, Steps
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Task
from atlasgen.verification.requests import Requests

_SHARES: Final = (0, 30, 60, 100)  # how many of a hundred arguments that may be left out a random call has


class Trivial:
    """Makes the trivial agents of one scenario's tasks."""

    def __init__(self, around: Surroundings) -> None:
        """Take the surroundings of the tasks; their environment is used up by each question."""
        self._around = around

    def of(self, task: Task) -> Mapping[str, Mutant]:
        """Return the agents for a task, by name."""
        steps = {
            "first match": self._match(task, place=0),
            "last match": self._match(task, place=-1),
            "random calls": self._random_calls(task),
            "instruction copied": self._copied(task),
        }
        return {name: Mutant(name, "wrong", tuple(found)) for name, found in steps.items()}

    @property
    def _environment(self) -> Environment:
        return self._around.environment

    @cached_property
    def _requests(self) -> Requests:
        return Requests(self._environment)

    def _start(self, task: Task) -> Requests:
        self._around.start(task)
        self._requests.forget()
        return self._requests

    # -- the record at one end of a list -------------------------------------------------------------------------------

    def _match(self, task: Task, *, place: int) -> Steps:
        """Make the gold calls, but wherever one names a record, name the first that a list shows, or the last.

        The list is the last that was asked for and shows such records; where there was none, one that asks for nothing
        in particular.
        """
        environment, around = self._environment, self._around
        listed = {collection: id for collection in self._named(task) if (id := self._any(task, collection, place))}
        around.start(task)
        answers: dict[str, Reply] = {}
        steps: list[GoldCall] = []
        for step in task.gold:
            step = self._with_listed(task, step, listed)
            arguments = resolved(step, answers)
            steps.append(step)
            reply = environment.call(step.tool, arguments)
            if not reply.ok:
                continue
            answers[step.tool] = reply
            if step.tool not in task.effects and around.operations[step.tool].archetype in ("list", "search"):
                shown: dict[str, list[str]] = {}
                for collection, id in environment.calls[-1].reads:
                    shown.setdefault(collection, []).append(id)
                listed |= {collection: ids[place] for collection, ids in shown.items()}
        return tuple(steps)

    def _with_listed(self, task: Task, step: GoldCall, listed: Mapping[str, str]) -> GoldCall:
        """Return a call in which every record that is there from the start is the listed one of its kind."""
        around = self._around
        # What comes out of a change is about a new record: no list is asked for that.
        own = {use.pointer for use in step.uses if use.tool in task.effects}
        named: dict[str, Json] = {}
        operation = around.operations[step.tool]
        target = pointer(operation.target) if operation.target else ""
        if target and (id := listed.get(around.collection(step.tool))) is not None and target not in own:
            named |= {
                pointer(name): value for name, value in around.about(step.tool, id).items() if value is not ABSENT
            }
        reward = around.rewards.get(step.tool)
        for argument in reward.arguments if reward is not None else ():
            id = listed.get(argument.names)
            there = at(step.arguments, tokens(argument.pointer)) is not ABSENT
            if id is not None and there and argument.pointer not in named and argument.pointer not in own:
                named[argument.pointer] = around.names(task, argument, id)
        arguments: JsonObject = step.arguments
        for place, value in named.items():
            arguments = with_value(arguments, tokens(place), value)
        uses = tuple(use for use in step.uses if not any(use.pointer.startswith(place) for place in named))
        return GoldCall(step.tool, arguments, uses)

    def _named(self, task: Task) -> list[str]:
        """Return the collections of which the gold names records."""
        around = self._around
        names = [around.collection(step.tool) for step in task.gold]
        for step in task.gold:
            if (reward := around.rewards.get(step.tool)) is not None:
                names += [argument.names for argument in reward.arguments]
        return [name for name in dict.fromkeys(names) if name]

    def _any(self, task: Task, collection: str, place: int) -> str:
        """Return the id of the record at a place of those of a collection that a list shows; empty without any."""
        requests = self._start(task)
        for emulator in self._environment.emulators:
            for resource, name in emulator.names.items():
                if name == collection:
                    found = requests.known(emulator, resource, chooser(0))
                    identity = emulator.plan.resources[resource].identity.field
                    return str(found[place][identity]) if found else ""
        return ""

    # -- calls by lot --------------------------------------------------------------------------------------------------

    def _random_calls(self, task: Task) -> Steps:
        """Make as many valid calls of the task's tools as its budget allows, with no aim."""
        requests = self._start(task)
        choose = chooser(draw("random calls", task.scenario, task.split, task.seed))
        targets = [target for target in requests.targets if target.tool in task.tools]
        steps: list[GoldCall] = []
        for _ in range(task.budget):
            target = targets[choose(len(targets))]
            request = requests.valid(target, choose, share=_SHARES[choose(len(_SHARES))])
            if request is not None:
                requests.call(target.tool, request.arguments)
                steps.append(GoldCall(target.tool, request.arguments))
        return tuple(steps)

    # -- the instruction everywhere ------------------------------------------------------------------------------------

    def _copied(self, task: Task) -> Steps:
        """Make the gold calls, but copy the instruction into every text of those that write, names of records too."""
        steps: Steps = task.gold
        for index, expected in self._around.expected(task):
            step = steps[index]
            arguments = step.arguments
            for item in expected:
                place = tokens(item.pointer)
                arguments = with_value(arguments, place, _filled(at(arguments, place), task.instruction))
            steps = (*steps[:index], GoldCall(step.tool, arguments), *steps[index + 1 :])
        return steps


def _filled(value: Json, text: str) -> Json:
    """Return a value with a text in place of every other."""
    if isinstance(value, dict):
        return {name: _filled(item, text) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, text) for item in value]
    return text if isinstance(value, str) else value
