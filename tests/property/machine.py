"""The state machine over any environment: what every emulator must keep to, whatever is called in whatever order.

Each lane is an episode of its own. What a call does is judged from outside, by what readers show before and after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from atlasgen.jsonvalue import Json, JsonObject, detach, encode
from atlasgen.runtime.documents import without
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.tasks import pages
from atlasgen.tasks.aiming import Request, Target
from atlasgen.tasks.conformity import codes, fault
from atlasgen.tasks.judging import Judge
from atlasgen.tasks.notes import Notes, book
from atlasgen.tasks.readback import is_mutating
from atlasgen.tasks.requests import Requests
from tests.property import sampling

LANES = 3
LANE, SEED = st.integers(0, LANES - 1), st.integers(0, 2**32 - 1)
# Many calls in one step: Hypothesis turns rules off at random, and steps are dear.
SEEDS = st.lists(SEED, min_size=3, max_size=12)
UNKNOWN = ("0", "nothing-1", "ABSENT", "None")
_UNEMULATED = 501


class Lane:
    """One of the interleaved environments, with what the outside knows of its episode."""

    def __init__(self, environment: Environment, seed: int) -> None:
        self.environment = environment
        self.requests = Requests(environment)
        self.seed = seed
        self.first = environment.digest()
        self.start = environment.world.export()
        self.made: list[tuple[str, bytes, Reply]] = []
        self.last: Reply | None = None
        self.before = self.first

    def call(self, tool: str, arguments: Any) -> Reply:
        """Call, mangle the arguments afterwards, and keep what was sent and what came back."""
        sent = encode(arguments)
        self.before = self.environment.digest()
        self.last = reply = self.environment.call(tool, arguments)
        mangle(arguments)
        mangle(reply.json())
        self.made.append((tool, sent, reply))
        return reply


class EpisodeMachine(RuleBasedStateMachine):
    """Calls of every sort on interleaved environments; subclasses say which environment."""

    fresh: Callable[[int], Environment]

    @initialize(seed=st.integers(0, 3))
    def open(self, seed: int) -> None:
        self.lanes = [Lane(type(self).fresh(seed + n), seed + n) for n in range(LANES)]
        self.lane = self.lanes[0]

    # -- what is done --------------------------------------------------------------------------------------------------

    @rule(seeds=SEEDS)
    def call(self, seeds: list[int]) -> None:
        for seed in seeds:
            choose = sampling.chooser(seed)
            self.lane = self.lanes[choose(LANES)]
            targets = self.lane.requests.targets
            target = targets[choose(len(targets))]
            request = sampling.request(self.lane.environment, target, choose)
            arguments: Any = request.arguments
            kind = choose(4)
            if kind == 0:
                arguments = sampling.spoiled(arguments, choose)
            elif kind == 1 and target.operation.target:
                unknown = UNKNOWN[choose(len(UNKNOWN))]
                arguments = {**arguments, target.operation.target: -5 if numeric(target) else unknown}
            reply = self._call(target, arguments, request)
            assert reply.status in (400, 404, _UNEMULATED) or kind != 1 or not target.operation.target

    @rule(lane=LANE, name=st.text(max_size=8))
    def call_a_tool_that_does_not_exist(self, lane: int, name: str) -> None:
        self.lane = self.lanes[lane]
        assert self.lane.call("no_" + name, {}).status == 404
        assert not self.lane.environment.calls[-1].known

    @rule(lane=LANE)
    def reset(self, lane: int) -> None:
        self.lane = self.lanes[lane]
        self._reset(self.lane)

    def _reset(self, lane: Lane) -> None:
        replay(lane, type(self).fresh)
        lane.environment.reset()
        assert lane.environment.digest() == lane.first
        assert lane.environment.diff() == ()
        assert lane.environment.calls == []
        assert lane.environment.world.export() == lane.start
        lane.made, lane.last, lane.before = [], None, lane.first

    def teardown(self) -> None:
        for lane in getattr(self, "lanes", ()):
            replay(lane, type(self).fresh)

    # -- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def the_diff_names_what_differs_among_the_records_written(self) -> None:
        environment = self.lane.environment
        now, written = environment.world.export(), {pair for call in environment.calls for pair in call.writes}
        differing = set()
        for name in now.keys() | self.lane.start.keys():
            info = environment.world.collections[name]
            if info.is_history:
                continue
            old, new = (cast_table(world.get(name)) for world in (self.lane.start, now))
            for id in old.keys() | new.keys():
                if without(old.get(id), info.stamped) != without(new.get(id), info.stamped):
                    differing.add((name, id))
        assert {(change.collection, change.id) for change in environment.diff()} == differing
        assert differing <= written

    def _call(self, target: Target, arguments: Any, request: Request) -> Reply:
        lane = self.lane
        kept = detach(arguments)
        judge, notes = None, book()
        if is_mutating(target) and lane.requests.accepts(target, kept):
            lane.requests.forget(trusting=False)
            judge = Judge(lane.requests, target, notes)
            sent = Request(kept, request.record if named_the_same(target, kept, request) else None)
            watch = judge.watch(sent)
        reply = lane.call(target.tool, arguments)
        self._assert_answer(target, kept, reply)
        if judge is not None and reply.status < 300:
            judge.judge(sent, reply, watch)
        elif reply.status < 300 and (problem := pages.mismatch(lane.requests, target, kept)):
            notes[target.tool].failures.append(problem)
        assert {tool: told for tool, item in notes.items() if (told := wrong(item))} == {}
        return reply

    def _assert_answer(self, target: Target, arguments: Any, reply: Reply) -> None:
        event(f"{target.operation.archetype} {reply.status // 100}xx")
        environment, call = self.lane.environment, self.lane.environment.calls[-1]
        assert (call.tool, call.arguments, call.status) == (target.tool, arguments, reply.status)
        if reply.content:
            json.loads(reply.content.decode("utf-8", "strict"), parse_constant=lambda name: 1 / 0)
        if not reply.ok:
            assert environment.digest() == self.lane.before
            assert call.writes == ()
            self._assert_is_an_error(target, arguments, reply)
            return
        assert fault(target, reply) == ""
        assert codes(target.operation)[reply.status] is not None or reply.content == b""
        if not is_mutating(target):
            assert call.writes == ()
            assert environment.digest() == self.lane.before
        elif target.operation.archetype not in ("link", "stub"):
            assert call.writes != ()
            assert environment.digest() != self.lane.before

    def _assert_is_an_error(self, target: Target, arguments: Any, reply: Reply) -> None:
        body = reply.json()
        shapes = [shape.body for shape in (target.plan.errors, *target.plan.further_errors.values())]
        assert isinstance(body, dict)
        assert body.keys() in [shape.keys() for shape in shapes if isinstance(shape, dict)]
        assert "{message}" not in [text for text in strings(body) if "{" not in str(encode(arguments))]
        assert any(strings(body))


def named_the_same(target: Target, arguments: Any, request: Request) -> bool:
    """Whether arguments still name the record that a request was made for."""
    name = target.operation.target
    return isinstance(arguments, dict) and arguments.get(name) == request.arguments.get(name)


def wrong(notes: Notes) -> list[str]:
    return [*notes.invalid, *notes.failures, *notes.doubts]


def numeric(target: Target) -> bool:
    kinds = {item.name: item.schema.get("type") for item in target.operation.parameters}
    return kinds[target.operation.target] == "integer"


def mangle(value: Any) -> None:
    """Change everything in a value that can be changed."""
    for inner in list(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()):
        mangle(inner)
    if isinstance(value, dict):
        value.clear()
        value["mangled"] = True
    elif isinstance(value, list):
        value[:] = ["mangled"]


def cast_table(table: Json) -> dict[str, Any]:
    return table if isinstance(table, dict) else {}


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def replay(lane: Lane, fresh: Callable[[int], Environment]) -> None:
    """Make the calls of a lane again, alone, in an environment of its own."""
    alone = fresh(lane.seed)
    assert alone.digest() == lane.first
    for call in lane.environment.calls:
        reply = alone.call(call.tool, call.arguments)
        assert (reply.status, reply.content) == (call.status, call.content)
    assert alone.calls == lane.environment.calls
    assert alone.digest() == lane.environment.digest()
    assert alone.diff() == lane.environment.diff()
