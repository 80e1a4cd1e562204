"""A state machine over any environment: what every emulator must keep to, whatever is called in whatever order."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from atlasgen.jsonvalue import Json, JsonObject, detach, encode
from atlasgen.plan.model import Operation, Plan, Shape, View
from atlasgen.plan.read import plan_of
from atlasgen.runtime.documents import ABSENT, at, with_value, without
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations
from generated_envs import jira
from tests.property import sampling
from tests.property.sampling import Choose, Target

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
LANES = 3
LANE, SEED = st.integers(0, LANES - 1), st.integers(0, 2**32 - 1)
# Many calls in one step: Hypothesis turns rules off at random, and steps are dear.
SEEDS = st.lists(SEED, min_size=3, max_size=12)
UNKNOWN = ("00", "nothing-1", "ABSENT", "None")
JQL = (
    "project = PROJ",
    "status = 'To Do' AND issuetype in (Task, Bug) ORDER BY created DESC",
    "assignee = currentUser() OR labels is EMPTY",
    "parent is not EMPTY ORDER BY priority, key",
)
Apis = tuple[Emulator | type[Operations], ...]


@functools.cache
def plan_at(path: Path) -> Plan:
    return plan_of(path)


@functools.cache
def answer_validator(plan: int, tool: str, text: str) -> jsonschema_rs.Draft202012Validator:
    del plan, tool  # they make the key cheap to tell apart
    return jsonschema_rs.Draft202012Validator(json.loads(text))


def declared(operation: Operation) -> dict[int, JsonObject | None]:
    """Return the codes that an accepted call may answer with, and the schemas of their answers."""
    return {operation.status: operation.response, **operation.others}


def reads_only(operation: Operation) -> bool:
    """Whether an operation must not change anything."""
    return operation.method == "get" or operation.archetype == "list"


def shown_as_declared(target: Target, reply: Reply) -> list[str]:
    """Return what is wrong with an answer by the schema of the plan, as an independent validator reads it."""
    wanted = declared(target.operation)[reply.status]
    if wanted is None:
        return [] if reply.content == b"" else ["there is a body"]
    value, schema = reply.json(), {**wanted, "$defs": dict(target.plan.schemas)}
    validator = answer_validator(id(target.plan), target.tool, json.dumps(schema))
    return [error.message for error in validator.iter_errors(value)]


class Lane:
    """One of the interleaved environments, with what the outside knows of its episode."""

    def __init__(self, environment: Environment, seed: int) -> None:
        self.environment = environment
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


def mangle(value: Any) -> None:
    """Change everything in a value that can be changed."""
    for inner in list(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()):
        mangle(inner)
    if isinstance(value, dict):
        value.clear()
        value["mangled"] = True
    elif isinstance(value, list):
        value[:] = ["mangled"]


class EpisodeMachine(RuleBasedStateMachine):
    """Calls of every sort on interleaved environments; subclasses say which environment."""

    apis: Callable[[], Apis]
    """What the lanes share: it holds nothing of an episode."""
    others: Callable[[], Apis]
    """The same for the environment that calls are replayed in."""

    @initialize(seed=st.integers(0, 3))
    def open(self, seed: int) -> None:
        apis = type(self).apis()
        self.lanes = [Lane(Environment(*apis, seed=seed + n), seed + n) for n in range(LANES)]
        self.targets = sampling.targets(self.lanes[0].environment)
        self.lane = self.lanes[0]

    # -- what is done --------------------------------------------------------------------------------------------------

    @rule(seeds=SEEDS)
    def call(self, seeds: list[int]) -> None:
        for seed in seeds:
            choose = sampling.chooser(seed)
            self.lane = self.lanes[choose(LANES)]
            target = self.targets[choose(len(self.targets))]
            arguments = self._likely(target, choose)
            kind = choose(4)
            if kind == 0:
                arguments = sampling.spoiled(arguments, choose)
            elif kind == 1 and target.operation.target:
                unknown = UNKNOWN[choose(len(UNKNOWN))]
                arguments[target.operation.target] = -5 if self._numeric(target) else unknown
            reply = self._call(target, arguments)
            assert reply.status in (400, 404) or kind != 1 or not target.operation.target

    def _likely(self, target: Target, choose: Choose) -> Any:
        return sampling.likely(self.lane.environment, target, choose)

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
        replay(lane, type(self).others())
        lane.environment.reset()
        assert lane.environment.digest() == lane.first
        assert lane.environment.diff() == ()
        assert lane.environment.calls == []
        assert lane.environment.world.export() == lane.start
        lane.made, lane.last, lane.before = [], None, lane.first

    def teardown(self) -> None:
        for lane in getattr(self, "lanes", ()):
            replay(lane, type(self).others())

    # -- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def answers_are_json(self) -> None:
        if self.lane.last is not None and self.lane.last.content:
            json.loads(self.lane.last.content.decode("utf-8", "strict"), parse_constant=lambda name: 1 / 0)

    @invariant()
    def a_refused_call_changes_nothing(self) -> None:
        if self.lane.last is not None and not self.lane.last.ok:
            assert self.lane.environment.digest() == self.lane.before
            assert self.lane.environment.calls[-1].writes == ()

    @invariant()
    def the_diff_names_what_differs_among_the_records_written(self) -> None:
        environment = self.lane.environment
        now, written = environment.world.export(), {pair for call in environment.calls for pair in call.writes}
        differing = set()
        for name in now.keys() | self.lane.start.keys():
            old, new = (cast_table(world.get(name)) for world in (self.lane.start, now))
            collection = environment.world.collections[name]
            stamped = collection.stamped
            if collection.is_history:  # it follows from the rest
                continue
            for id in old.keys() | new.keys():
                if without(old.get(id), stamped) != without(new.get(id), stamped):
                    differing.add((name, id))
        assert {(change.collection, change.id) for change in environment.diff()} == differing
        assert differing <= written

    def _call(self, target: Target, arguments: Any) -> Reply:
        kept = detach(arguments)
        reply = self.lane.call(target.tool, arguments)
        self._judge(target, kept, reply)
        # Hypothesis asks for the invariants once a step, and a step makes several calls.
        self.answers_are_json()
        self.a_refused_call_changes_nothing()
        self.the_diff_names_what_differs_among_the_records_written()
        return reply

    def _judge(self, target: Target, arguments: Any, reply: Reply) -> None:
        event(f"{target.operation.archetype} {reply.status // 100}xx")
        call = self.lane.environment.calls[-1]
        assert (call.tool, call.arguments, call.status) == (target.tool, arguments, reply.status)
        if not reply.ok:
            self._assert_is_an_error(target, reply)
            return
        assert reply.status in declared(target.operation)
        assert shown_as_declared(target, reply) == []
        if reads_only(target.operation):
            assert call.writes == ()
            assert self.lane.environment.digest() == self.lane.before
        elif call.writes != () or target.operation.archetype != "link":  # what is listed already is not added again
            assert call.writes != ()
            assert self.lane.environment.digest() != self.lane.before
        if target.operation.archetype in ("create", "update", "patch"):
            *_, id = (id for collection, id in call.writes if collection == target.collection)
            self._assert_is_shown(target, arguments.get("body") or {}, id)

    def _assert_is_an_error(self, target: Target, reply: Reply) -> None:
        body = reply.json()
        template = target.plan.error_of(target.operation).body
        assert isinstance(body, dict)
        assert isinstance(template, dict)
        assert body.keys() == template.keys()
        assert "{message}" not in [text for text in strings(body) if "{" not in str(self.lane.made[-1][1])]
        assert any(strings(body))

    def _assert_is_shown(self, target: Target, body: JsonObject, id: str) -> None:
        """Read a record back through the operation that shows it whole, and find there what was written."""
        reader = next(
            (
                item
                for item in self.targets
                if item.operation.archetype == "get" and item.collection == target.collection and item.operation.target
            ),
            None,
        )
        if reader is None:
            return
        expected = self._strict(target, body)
        record = self.lane.environment.world.get(target.collection, id)
        above = {name: at(record, path) for name, path in reader.operation.scope.items()}
        arguments: JsonObject = {**above, reader.operation.target: int(id) if self._numeric(reader) else id}
        schemas = {item.name: item.schema for item in reader.operation.parameters}
        for select in reader.operation.select:
            inside = at(expected, select.at)
            if select.all == "" and isinstance(inside, dict):
                words = sampling.Sampler(reader.plan.schemas, lambda limit: 0).flat(schemas[select.parameter])["enum"]
                arguments[select.parameter] = next((name for name in inside if name in words), words[0])
                expected = with_value(expected, select.at, {n: v for n, v in inside.items() if n in arguments.values()})
        reply = self.lane.environment.call(reader.tool, arguments)
        assert reply.status == reader.operation.status
        assert shown_as_declared(reader, reply) == []
        shown = reply.json()
        hidden = [
            select.at for select in reader.operation.select if select.parameter not in arguments and not select.all
        ]
        view = self._view(reader)
        checked = 0
        scope = target.operation.scope.values()  # the path says what these are, whatever the body says
        for write in (item for item in target.operation.writes if item.target not in scope):
            value, shape = at(expected, write.source), shape_at(view, write.target)
            if value is ABSENT or shape is None or any(write.target[: len(path)] == path for path in hidden):
                continue
            found = at(shown, write.target)
            checked += 1
            if shape.kind == "reference" and isinstance(value, dict) and write.reference is not None:
                named = {identity: value[member] for member, identity in write.reference.by.items() if member in value}
                assert {identity: found[identity] for identity in named} == named
            elif shape.kind == "references":
                assert len(found) == len(value)
            elif shape.kind == "reference" and value is not None and write.reference is not None:
                assert found[reader.plan.resources[write.reference.resource].identity.field] == value
            else:
                assert found == value
        given = [w for w in target.operation.writes if at(expected, w.source) is not ABSENT and w.target not in scope]
        assert checked or not given or hidden

    @staticmethod
    def _strict(target: Target, body: JsonObject) -> Any:
        """Return a body as the service understands it."""
        for coercion in target.operation.coercions:
            value = at(body, coercion.path)
            if coercion.kind == "wrap" and isinstance(value, dict) and isinstance(value.get(coercion.value[0]), str):
                (name,) = coercion.path
                body = {**body, name: {value[coercion.value[0]]: value}}
        return body

    @staticmethod
    def _numeric(reader: Target) -> bool:
        kinds = {item.name: item.schema.get("type") for item in reader.operation.parameters}
        return kinds[reader.operation.target] == "integer"

    @staticmethod
    def _view(reader: Target) -> View:
        (record,) = (shape for shape in reader.operation.answer if shape.kind == "record")
        return reader.plan.views[record.view]


def cast_table(table: Json) -> dict[str, Any]:
    return table if isinstance(table, dict) else {}


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def shape_at(view: View, path: tuple[str, ...]) -> Shape | None:
    """Return how a view shows a path; a value shows all that lies below it."""
    members, shape = view.members, None
    for name in path:
        shape = next((item for item in members if item.name == name), None)
        if shape is None or shape.kind != "object":
            return shape
        members = shape.members
    return shape


def replay(lane: Lane, apis: Apis) -> None:
    """Make the calls of a lane again, alone, in an environment that shares no state with it."""
    alone = Environment(*apis, seed=lane.seed)
    assert alone.digest() == lane.first
    for call in lane.environment.calls:
        reply = alone.call(call.tool, call.arguments)
        assert (reply.status, reply.content) == (call.status, call.content)
    assert alone.calls == lane.environment.calls
    assert alone.digest() == lane.environment.digest()
    assert alone.diff() == lane.environment.diff()


def tracker() -> Apis:
    return (jira.Operations,)


def tracker_and_wiki() -> Apis:
    return (jira.Operations, wiki())


class TrackerMachine(EpisodeMachine):
    apis = others = staticmethod(tracker)

    def _likely(self, target: Target, choose: Choose) -> Any:
        """Return likely arguments, where only people know what is likely: queries, and lists of issues to create."""
        arguments: Any = super()._likely(target, choose)
        if target.operation.language is not None:
            holder = arguments["body"] if target.operation.asks == "body" else arguments
            holder["jql"] = JQL[choose(len(JQL))]
        if target.tool == "createIssues":
            (one,) = (item for item in self.targets if item.tool == "createIssue")
            listed = [super(TrackerMachine, self)._likely(one, choose)["body"] for _ in range(1 + choose(3))]
            arguments["body"] = {"issueUpdates": listed}
        return arguments


@functools.cache
def wiki() -> Emulator:
    """The wiki without its overrides: they keep a text in another format than it was written in."""
    return Emulator(plan_at(ROOT / "specs" / "confluence.yaml"))


class WikiMachine(EpisodeMachine):
    apis = others = staticmethod(lambda: (wiki(),))


class BothMachine(TrackerMachine):
    apis = others = staticmethod(tracker_and_wiki)


class PetsMachine(EpisodeMachine):
    """Without hints, without overrides, and replayed by an emulator of its own."""

    apis = staticmethod(functools.cache(lambda: (Emulator(plan_at(GOLDEN / "pets.yaml")),)))
    others = staticmethod(lambda: (Emulator(plan_at(GOLDEN / "pets.yaml")),))


LIMITS = settings(
    max_examples=40,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)

TestTracker = TrackerMachine.TestCase
TestWiki = WikiMachine.TestCase
TestBoth = BothMachine.TestCase
TestPets = PetsMachine.TestCase
TestTracker.settings = TestWiki.settings = TestBoth.settings = TestPets.settings = LIMITS
