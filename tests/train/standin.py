"""A scenario of two tools, small enough to break on purpose; its words are those of the real contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from atlasgen import jsonvalue
from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.environment import Call, Environment, Reply
from atlasgen.runtime.tools import Tool

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


@dataclass(frozen=True, slots=True)
class Task:
    seed: int
    instruction: str


class Fake(Environment):
    """Two tools and no world."""

    offers: tuple[Tool, ...] = (CREATE, GET)

    def __init__(self) -> None:
        self.calls = []
        self.start = ""

    @property
    def tools(self) -> tuple[Tool, ...]:
        return self.offers

    def reset(self, task: Any, **_: Any) -> None:  # type: ignore[override]  # a task of its own
        self.calls = []
        self.start = f"{task.seed:032x}"

    def digest(self) -> str:
        return self.start

    def call(self, tool: str, arguments: Mapping[str, Any] | None = None) -> Reply:
        arguments = dict(arguments or {})
        if arguments.get("key") == "BREAK":
            raise ZeroDivisionError("broken operation")
        known = tool == "getIssue" or isinstance(arguments.get("body"), dict)
        body: JsonObject = {"tool": tool, "given": arguments} if known else {"errorMessages": ["body is required"]}
        reply = Reply(200 if known else 400, jsonvalue.encode(body))
        self.calls.append(Call(tool, jsonvalue.encode(arguments), reply.status, reply.content, (), ()))
        return reply


@dataclass(frozen=True, slots=True)
class Score:
    reward: float
    success: bool
    components: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str = "standin"
    tools: tuple[str, ...] = ("getIssue", "createIssue")

    def task(self, seed: int, split: str) -> Task:
        return Task(seed, f"Create a sub-task of WEB-{seed} named {split}.")

    def environment(self) -> Environment:
        return Fake()

    def score(self, task: Any, trajectory: Any) -> Score:
        created = [call for call in trajectory.calls if call.tool == "createIssue" and call.status == 200]
        if any(call.arguments.get("key") == "UNFAIR" for call in trajectory.calls):
            raise LookupError("broken reward")
        parents = [call.arguments["body"].get("fields", {}).get("parent", {}).get("key") for call in created]
        state = float(parents == [f"WEB-{task.seed}"])
        some = float(bool(created))
        return Score(0.75 * state + 0.25 * some, bool(state), {"state": state, "created": some})
