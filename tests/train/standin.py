"""A scenario of two tools, small enough to break on purpose; its words are those of the real contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from atlasgen import jsonvalue
from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.environment import Call, Environment, Reply
from atlasgen.runtime.tools import Tool
from atlasgen.runtime.world import NO_LAYER, Change, Layer
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory

_KEY: JsonObject = {"type": "object", "properties": {"key": {"type": "string"}}}
_FIELDS: JsonObject = {"type": "object", "properties": {"parent": _KEY, "summary": {"type": "string"}}}


GET = Tool("getIssue", "Read an issue.", {"type": "object", "properties": {"key": {"type": "string"}}})
CREATE = Tool(
    "createIssue",
    "Create an issue.",
    {
        "type": "object",
        "properties": {"body": {"type": "object", "properties": {"fields": _FIELDS}}, "count": {"type": "integer"}},
    },
)


class Fake(Environment):
    """Two tools and no world."""

    offers: tuple[Tool, ...] = (CREATE, GET)
    operations: Mapping[str, Any] = MappingProxyType({})  # no plan stands behind them

    def __init__(self) -> None:
        self.calls = []
        self.start = ""

    @property
    def tools(self) -> tuple[Tool, ...]:
        return self.offers

    def reset(self, layer: Layer = NO_LAYER, *, seed: int | None = None) -> None:
        self.calls = []
        self.start = f"{seed:032x}"

    def digest(self) -> str:
        return self.start

    def diff(self) -> tuple[Change, ...]:
        return ()

    def call(self, tool: str, arguments: Mapping[str, Any] | None = None) -> Reply:
        arguments = dict(arguments or {})
        if arguments.get("key") == "BREAK":
            raise ZeroDivisionError("broken operation")
        known = tool == "getIssue" or isinstance(arguments.get("body"), dict)
        body: JsonObject = {"tool": tool, "given": arguments} if known else {"errorMessages": ["body is required"]}
        reply = Reply(200 if known else 400, jsonvalue.encode(body))
        self.calls.append(Call(tool, jsonvalue.encode(arguments), reply.status, reply.content, (), ()))
        return reply


class Standin(Scenario):
    name = "standin"
    tools: tuple[str, ...] = ("getIssue", "createIssue")
    rewards = ()

    def task(self, seed: int, split: str) -> Task:
        instruction = f"Create a sub-task of WEB-{seed} named {split}."
        return Task(self.name, seed, split, instruction, seed, NO_LAYER, (), (), (), self.tools, {}, budget=3)

    def environment(self) -> Environment:
        return Fake()

    def judge(self, task: Task, trajectory: Trajectory, diff: Sequence[Change]) -> Score:
        created = [call for call in trajectory.calls if call.tool == "createIssue" and call.status == 200]
        if any(call.arguments.get("key") == "UNFAIR" for call in trajectory.calls):
            raise LookupError("broken reward")
        bodies: list[Any] = [call.arguments["body"] for call in created]
        parents = [body.get("fields", {}).get("parent", {}).get("key") for body in bodies]
        state = float(parents == [f"WEB-{task.seed}"])
        some = float(bool(created))
        components = {"state": state, "created": some}
        return Score(0.75 * state + 0.25 * some, bool(state), components, "exact" if state else "wrong", ())
