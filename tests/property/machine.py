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

from atlasgen.jsonvalue import Json, detach, encode
from atlasgen.runtime.documents import without
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.verification import pages
from atlasgen.verification.aiming import Request, Target
from atlasgen.verification.conformity import codes, fault
from atlasgen.verification.judging import Judge
from atlasgen.verification.notes import Notes, book
from atlasgen.verification.readback import is_mutating
from atlasgen.verification.requests import Requests
from atlasgen.verification.wrong import wrong
from tests.property import sampling
from tests.property.sampling import Choose

LANES = 3
LANE, SEED = st.integers(0, LANES - 1), st.integers(0, 2**32 - 1)
# Many calls in one step: steps are dear.
SEEDS = st.lists(SEED, min_size=8, max_size=24)
UNKNOWN = ("00", "nothing-1", "ABSENT", "None")
_UNEMULATED = 501


class Lane:
    """One of the interleaved environments, with what the outside knows of its episode."""

    def __init__(self, environment: Environment, seed: int) -> None:
        self.environment = environment
        self.requests = Requests(environment)
        self.seed = seed
        self.first = environment.digest()
        self.start = environment.world.export()
        self.before = self.first

    def call(self, tool: str, arguments: Any) -> Reply:
        """Call, and mangle the arguments and the answer afterwards."""
        self.before = self.environment.digest()
        reply = self.environment.call(tool, arguments)
        mangle(arguments)
        mangle(reply.json())
        return reply

    def reset(self) -> None:
        """Begin another episode."""
        environment = self.environment
        environment.reset()
        assert environment.digest() == self.first
        assert environment.diff() == ()
        assert environment.calls == []
        assert environment.world.export() == self.start
        self.before = self.first

    def replay(self, fresh: Callable[[int], Environment]) -> None:
        """Make the calls again, alone, in an environment of its own."""
        alone = fresh(self.seed)
        assert alone.digest() == self.first
        for call in self.environment.calls:
            reply = alone.call(call.tool, call.arguments)
            assert (reply.status, reply.content) == (call.status, call.content)
        assert alone.calls == self.environment.calls
        assert alone.digest() == self.environment.digest()
        assert alone.diff() == self.environment.diff()


class Play:
    """Calls of every sort on interleaved environments, each judged.

    Attributes:
        lane: The lane of the last call.
        seen: Which archetypes were answered how, call after call.
    """

    def __init__(self, fresh: Callable[[int], Environment], seed: int) -> None:
        """Take what opens an environment, which may share nothing that a call can change."""
        self.fresh = fresh
        self.lanes = [Lane(fresh(seed + n), seed + n) for n in range(LANES)]
        self.lane = self.lanes[0]
        self.seen: list[str] = []

    # -- what is done --------------------------------------------------------------------------------------------------

    def step(self, seed: int) -> None:
        """Make one call: mostly a likely one, sometimes a spoiled one, or one that names nothing."""
        choose = sampling.chooser(seed)
        self.lane = self.lanes[choose(LANES)]
        targets = self.lane.requests.targets
        writing = [target for target in targets if is_mutating(target)]
        among = writing if writing and choose(2) else targets
        target = among[choose(len(among))]
        request = sampling.request(self.lane.environment, target, choose)
        arguments: Any = request.arguments
        kind = choose(6)
        if kind == 0:
            arguments = sampling.spoiled(arguments, choose)
        elif kind == 2:
            self._refuse(target, request, choose)
            return
        elif kind == 1 and target.operation.target:
            unknown = UNKNOWN[choose(len(UNKNOWN))]
            arguments = {**arguments, target.operation.target: -5 if numeric(target) else unknown}
        reply = self._call(target, arguments, request)
        if kind == 1 and target.operation.target:
            told = f"{target.tool} answers {reply.status} about what is not there"
            assert reply.status in (400, 404, _UNEMULATED), told

    def unknown_tool(self, lane: int, name: str) -> None:
        """Call what does not exist."""
        self.lane = self.lanes[lane]
        assert self.lane.call("no_" + name, {}).status == 404
        assert not self.lane.environment.calls[-1].known

    def reset(self, lane: int) -> None:
        """Begin another episode; it begins as the first did."""
        self.lane = self.lanes[lane]
        self.lane.replay(self.fresh)
        self.lane.reset()

    def finish(self) -> None:
        """Hold each of the interleaved episodes against the same one alone."""
        for lane in self.lanes:
            lane.replay(self.fresh)

    # -- what must hold ------------------------------------------------------------------------------------------------

    def assert_diff(self) -> None:
        """The diff names what differs among the records that were written."""
        environment, start = self.lane.environment, self.lane.start
        now, written = environment.world.export(), {pair for call in environment.calls for pair in call.writes}
        differing = set()
        for name in now.keys() | start.keys():
            info = environment.world.collections[name]
            if info.is_history:
                continue
            old, new = (cast_table(world.get(name)) for world in (start, now))
            for id in old.keys() | new.keys():
                if without(old.get(id), info.stamped) != without(new.get(id), info.stamped):
                    differing.add((name, id))
        assert {(change.collection, change.id) for change in environment.diff()} == differing
        assert differing <= written

    def _refuse(self, target: Target, request: Request, choose: Choose) -> None:
        """Make a request that is wrong in one thing, if the one that it is made from meets its schema."""
        requests = self.lane.requests
        if not requests.accepts(target, request.arguments):
            return
        wrongs = list(wrong(requests, target, request, choose))
        item = wrongs[choose(len(wrongs))]
        reply = self.lane.call(target.tool, detach(item.arguments))
        self._assert_answer(target, item.arguments, reply)
        due = (item.status, 400, 404) if item.status else range(400, 500)
        told = f"{target.tool} answers {reply.status} where {item.what}"
        assert reply.status in due or reply.status == _UNEMULATED, told

    def _call(self, target: Target, arguments: Any, request: Request) -> Reply:
        lane, requests, notes = self.lane, self.lane.requests, book()
        kept: Any = detach(arguments)
        judge = sent = watch = None
        if is_mutating(target) and self._is_known(target) and requests.accepts(target, kept):
            requests.forget(trusting=False)
            judge = Judge(requests, target, notes)
            sent = Request(kept, request.record if named_the_same(target, kept, request) else None)
            watch = judge.watch(sent)
        reply = lane.call(target.tool, arguments)
        self._assert_answer(target, kept, reply)
        if judge is not None and sent is not None and watch is not None and reply.status < 300:
            judge.judge(sent, reply, watch)
        elif reply.status < 300 and (problem := pages.mismatch(requests, target, kept)):
            notes[target.tool].failures.append(problem)
        told = [f"{tool}: {text}" for tool, item in notes.items() for text in wrongs(item)]
        assert not told, told[0]
        return reply

    def _is_known(self, target: Target) -> bool:
        """Whether somebody says what an operation does: a rule, or a person."""
        return target.operation.is_understood or target.tool in self.lane.environment.overridden

    def _assert_answer(self, target: Target, arguments: Any, reply: Reply) -> None:
        self.seen.append(f"{target.operation.archetype} {reply.status // 100}xx")
        environment, call, tool = self.lane.environment, self.lane.environment.calls[-1], target.tool
        assert (call.tool, call.arguments, call.status) == (tool, arguments, reply.status)
        if reply.content:
            json.loads(reply.content.decode("utf-8", "strict"), parse_constant=lambda name: 1 / 0)
        same = environment.digest() == self.lane.before and call.writes == ()
        if not reply.ok:
            assert same, f"{tool} refuses with {reply.status} and changes something"
            assert_is_an_error(target, arguments, reply)
            return
        problem = fault(target, reply)
        assert problem == "", f"{tool}: {problem}"
        assert codes(target.operation)[reply.status] is not None or reply.content == b"", f"{tool} has a body to show"
        if not is_mutating(target):
            assert same, f"{tool} reads and changes something"
        elif not self._is_known(target):
            assert same, f"{tool} is not understood and changes something"
        elif target.operation.archetype not in ("link", "stub"):
            changed = environment.digest() != self.lane.before and call.writes != ()
            assert changed, f"{tool} is accepted and changes nothing"


class EpisodeMachine(RuleBasedStateMachine):
    """A play that Hypothesis directs; subclasses say in which environment."""

    fresh: Callable[[int], Environment]

    @initialize(seed=st.integers(0, 3), seeds=SEEDS)
    def open(self, seed: int, seeds: list[int]) -> None:
        self.play = Play(type(self).fresh, seed)
        # Hypothesis turns rules off at random; calls there must be.
        self._steps(seeds)

    @rule(seeds=SEEDS)
    def call(self, seeds: list[int]) -> None:
        self._steps(seeds)

    def _steps(self, seeds: list[int]) -> None:
        for seed in seeds:
            self.play.step(seed)
            event(self.play.seen[-1])

    @rule(lane=LANE, name=st.text(max_size=8))
    def call_a_tool_that_does_not_exist(self, lane: int, name: str) -> None:
        self.play.unknown_tool(lane, name)

    @rule(lane=LANE)
    def reset(self, lane: int) -> None:
        self.play.reset(lane)

    @invariant()
    def the_diff_names_what_differs_among_the_records_written(self) -> None:
        self.play.assert_diff()

    def teardown(self) -> None:
        if hasattr(self, "play"):
            self.play.finish()


def assert_is_an_error(target: Target, arguments: Any, reply: Reply) -> None:
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


def wrongs(notes: Notes) -> list[str]:
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
