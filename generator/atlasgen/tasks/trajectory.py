"""A trajectory: what an agent called, what came back, and how the rollout ended; one JSON line each.

The schema of a line, version 2. All members are there unless it says otherwise; others are kept in `extra`.

- `version`: 2.
- `scenario`, `seed`, `split`: name the task.
- `model`: who played: the name of a model or of an agent; empty where that is not known.
- `messages`: what the model was told and what it said, as a list of chat messages; empty for agents without a model.
- `calls`: a list of `tool`, `arguments` (the object that was sent), `status`, `body` (absent where the answer had
  none), `reads` and `writes` (lists of `[collection, id]`) and `known` (absent where true).
- `final_text`, `clipped`, `malformed`, `turn_capped`: how it ended.
- `reward`, `success`, `components` (numbers by name): what it was found worth when it was played; `reward` and
  `success` are null and `components` is empty where it was not scored.

Version 1 has no `model` and no `messages`, and the last three may be absent; it is read as well, and written as
version 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode
from atlasgen.runtime.environment import Call
from atlasgen.runtime.world import RecordId

VERSION: Final = 2
_READ: Final = (1, 2)

_OWN = frozenset((
    "version", "scenario", "seed", "split", "model", "messages", "calls", "final_text", "clipped", "malformed",
    "turn_capped", "reward", "success", "components",
))  # fmt: skip

Wanted = TypeVar("Wanted")


@dataclass(frozen=True, slots=True)
class Trajectory:
    """One rollout as it went.

    Attributes:
        calls: The calls in the order in which they were made, refused ones included.
        final_text: What the agent said last.
        clipped: It ran out of tokens.
        malformed: Its last call was no call that could be read.
        turn_capped: It was still calling when its turns were used up.
    """

    calls: tuple[Call, ...]
    final_text: str = ""
    clipped: bool = False
    malformed: bool = False
    turn_capped: bool = False

    @property
    def broken_off(self) -> bool:
        """Whether it ended otherwise than by the agent's will."""
        return self.clipped or self.malformed or self.turn_capped


@dataclass(frozen=True, slots=True)
class Line:
    """A trajectory with the task that it belongs to, as a file keeps it; the attributes are those of the schema."""

    scenario: str
    seed: int
    split: str
    trajectory: Trajectory
    extra: JsonObject = field(default_factory=dict)
    model: str = ""
    messages: tuple[JsonObject, ...] = ()
    reward: float | None = None
    success: bool | None = None
    components: Mapping[str, float] = field(default_factory=dict)


def refused(tool: str, arguments: JsonObject, *, known: bool = False) -> Call:
    """Return the call that never reached an environment: an unknown tool, or arguments that no request can carry."""
    return Call(tool, encode(arguments), 400 if known else 404, b"", (), (), known)


def write(lines: Iterable[Line]) -> bytes:
    """Return trajectories as JSON lines."""
    return b"".join(encode(_line(line)) + b"\n" for line in lines)


def read(data: bytes, *, where: str = "trajectories") -> Iterator[Line]:
    """Yield the trajectories of JSON lines.

    Raises:
        AtlasgenError: a line is none that this version reads; says which.
    """
    for number, text in enumerate(data.split(b"\n"), start=1):
        if text.strip():
            yield parse(text, where=f"{where}:{number}")


def parse(text: bytes, *, where: str) -> Line:
    """Return the trajectory of one JSON line.

    Raises:
        AtlasgenError: the line is none that this version reads.
    """
    try:
        value: Any = decode(text)
    except ValueError as error:
        raise AtlasgenError.single(where, f"is no JSON: {error}") from error
    if not isinstance(value, dict) or "version" not in value:
        raise AtlasgenError.single(where, "is no trajectory: it has no `version`")
    version = value["version"]
    if type(version) is not int or version not in _READ:
        known = " and ".join(map(str, _READ))
        raise AtlasgenError.single(where, f"is a trajectory of version {version!r}, and only {known} can be read")
    try:
        return _parsed(value, version)
    except (ValueError, TypeError, KeyError) as error:
        problem = f"has no `{error.args[0]}`" if isinstance(error, KeyError) else str(error)
        raise AtlasgenError.single(where, f"is no trajectory of version {version}: {problem}") from error


def _line(line: Line) -> JsonObject:
    trajectory = line.trajectory
    return {
        **line.extra,
        "version": VERSION,
        "scenario": line.scenario,
        "seed": line.seed,
        "split": line.split,
        "model": line.model,
        "messages": list(line.messages),
        "calls": [_call(call) for call in trajectory.calls],
        "final_text": trajectory.final_text,
        "clipped": trajectory.clipped,
        "malformed": trajectory.malformed,
        "turn_capped": trajectory.turn_capped,
        "reward": line.reward,
        "success": line.success,
        "components": dict(line.components),
    }


def _call(call: Call) -> JsonObject:
    value: JsonObject = {"tool": call.tool, "arguments": decode(call.arguments_json), "status": call.status}
    if call.content:
        value["body"] = decode(call.content)
    value["reads"] = [list(record) for record in call.reads]
    value["writes"] = [list(record) for record in call.writes]
    if not call.known:
        value["known"] = False
    return value


def _parsed(value: dict[str, Any], version: int) -> Line:
    if version == 1:
        value = {"model": "", "messages": [], "reward": None, "success": None, "components": {}} | value
    trajectory = Trajectory(
        tuple(_parsed_call(call) for call in _objects(value, "calls")),
        _member(value, "final_text", str),
        clipped=_member(value, "clipped", bool),
        malformed=_member(value, "malformed", bool),
        turn_capped=_member(value, "turn_capped", bool),
    )
    return Line(
        scenario=_member(value, "scenario", str),
        seed=_member(value, "seed", int),
        split=_member(value, "split", str),
        trajectory=trajectory,
        extra={name: item for name, item in value.items() if name not in _OWN},
        model=_member(value, "model", str),
        messages=tuple(_objects(value, "messages")),
        reward=None if value["reward"] is None else _number(value, "reward"),
        success=None if value["success"] is None else _member(value, "success", bool),
        components={name: _number(value["components"], name) for name in _member(value, "components", dict)},
    )


def _parsed_call(value: dict[str, Any]) -> Call:
    return Call(
        _member(value, "tool", str),
        encode(_member(value, "arguments", dict)),
        _member(value, "status", int),
        encode(cast("Json", value["body"])) if "body" in value else b"",
        _records(value, "reads"),
        _records(value, "writes"),
        _member(value, "known", bool) if "known" in value else True,
    )


def _member(value: dict[str, Any], name: str, kind: type[Wanted]) -> Wanted:
    found = value[name]
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise TypeError(f"`{name}` is no {_KINDS[kind]}")
    return found


_KINDS: Final[Mapping[type, str]] = {str: "string", int: "integer", bool: "boolean", dict: "object", list: "list"}


def _number(value: dict[str, Any], name: str) -> float:
    found = value[name]
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise TypeError(f"`{name}` is no number")
    return float(found)


def _objects(value: dict[str, Any], name: str) -> list[JsonObject]:
    found = _member(value, name, list)
    if not all(isinstance(item, dict) for item in found):
        raise TypeError(f"`{name}` holds something that is no object")
    return found


def _records(value: dict[str, Any], name: str) -> tuple[RecordId, ...]:
    found: list[RecordId] = []
    for item in _member(value, name, list):
        if not isinstance(item, list) or len(item) != 2 or not all(isinstance(part, str) for part in item):
            raise TypeError(f"`{name}` holds something that is no [collection, id]")
        found.append((item[0], item[1]))
    return tuple(found)
