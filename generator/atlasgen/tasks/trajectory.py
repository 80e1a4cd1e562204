"""A trajectory: what an agent called, what came back, and how the rollout ended; one JSON line each.

The schema of a line, version 1: `version` 1; `scenario`, `seed`, `split` name the task; `calls` is a list of `tool`,
`arguments` (the object that was sent), `status`, `body` (absent where the answer had none), `reads` and `writes` (lists
of `[collection, id]`) and `known` (absent where true); `final_text`, `clipped`, `malformed`, `turn_capped` say how it
ended. Further members (a model, a score) are kept in `extra`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode
from atlasgen.runtime.environment import Call
from atlasgen.runtime.world import RecordId

VERSION: Final = 1

_OWN = frozenset(("version", "scenario", "seed", "split", "calls", "final_text", "clipped", "malformed", "turn_capped"))


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
    """A trajectory with the task that it belongs to, as a file keeps it."""

    scenario: str
    seed: int
    split: str
    trajectory: Trajectory
    extra: JsonObject = field(default_factory=dict)


def refused(tool: str, arguments: JsonObject, *, known: bool = False) -> Call:
    """Return the call that never reached an environment: an unknown tool, or arguments that no request can carry."""
    return Call(tool, encode(arguments), 400 if known else 404, b"", (), (), known)


def write(lines: Iterable[Line]) -> bytes:
    """Return trajectories as JSON lines."""
    return b"".join(encode(_line(line)) + b"\n" for line in lines)


def read(data: bytes, *, where: str = "trajectories") -> Iterator[Line]:
    """Yield the trajectories of JSON lines.

    Raises:
        AtlasgenError: a line is none of this version; says which.
    """
    for number, text in enumerate(data.splitlines(), start=1):
        if not text.strip():
            continue
        place = f"{where}:{number}"
        try:
            value: Any = decode(text)
            if not isinstance(value, dict) or value.get("version") != VERSION:
                raise AtlasgenError.single(place, f"is no trajectory of version {VERSION}")
            yield _parsed(value)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise AtlasgenError.single(place, f"is no trajectory: {type(error).__name__}: {error}") from error


def _line(line: Line) -> JsonObject:
    trajectory = line.trajectory
    return {
        **line.extra,
        "version": VERSION,
        "scenario": line.scenario,
        "seed": line.seed,
        "split": line.split,
        "calls": [_call(call) for call in trajectory.calls],
        "final_text": trajectory.final_text,
        "clipped": trajectory.clipped,
        "malformed": trajectory.malformed,
        "turn_capped": trajectory.turn_capped,
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


def _parsed(value: dict[str, Any]) -> Line:
    trajectory = Trajectory(
        tuple(_parsed_call(call) for call in value["calls"]),
        str(value["final_text"]),
        clipped=bool(value["clipped"]),
        malformed=bool(value["malformed"]),
        turn_capped=bool(value["turn_capped"]),
    )
    extra: JsonObject = {name: item for name, item in value.items() if name not in _OWN}
    return Line(str(value["scenario"]), int(value["seed"]), str(value["split"]), trajectory, extra)


def _parsed_call(value: dict[str, Any]) -> Call:
    return Call(
        str(value["tool"]),
        encode(cast("Json", value["arguments"])),
        int(value["status"]),
        encode(value["body"]) if "body" in value else b"",
        _records(value["reads"]),
        _records(value["writes"]),
        bool(value.get("known", True)),
    )


def _records(value: list[list[str]]) -> tuple[RecordId, ...]:
    return tuple((str(collection), str(id)) for collection, id in value)
