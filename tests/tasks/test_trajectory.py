from __future__ import annotations

import pytest

from atlasgen.errors import AtlasgenError
from atlasgen.runtime.environment import Call
from atlasgen.tasks.trajectory import Line, Trajectory, read, refused, write

CALLS = (
    Call("createThing", b'{"body":{"name":"\xc3\xa4","n":1.5}}', 201, b'{"id":"7"}', (("api.thing", "7"),), (("api.thing", "7"),)),  # noqa: E501
    Call("deleteThing", b'{"id":"7"}', 204, b"", (), (("api.thing", "7"),)),
    refused("helpful_tool", {"please": True}),
    refused("getThing", {}, known=True),
)  # fmt: skip


def test_lines_come_back_as_they_were() -> None:
    lines = [
        Line("things", 3, "test", Trajectory(CALLS, "Done.", clipped=True), {"model": "expert", "reward": 0.5}),
        Line("things", 4, "train", Trajectory((), "", malformed=True, turn_capped=True)),
    ]
    assert list(read(write(lines))) == lines
    assert write(list(read(write(lines)))) == write(lines)
    assert write(lines).count(b"\n") == 2


def test_played_calls_come_back_byte_for_byte() -> None:
    (line,) = read(write([Line("things", 0, "train", Trajectory(CALLS))]))
    assert [call.arguments_json for call in line.trajectory.calls] == [call.arguments_json for call in CALLS]
    assert [call.content for call in line.trajectory.calls] == [call.content for call in CALLS]


@pytest.mark.parametrize(
    "text", [b"{", b"[]", b'{"version": 2}', b'{"version": 1}', b'{"version": 1, "calls": 3}'], ids=str
)
def test_line_of_another_schema_is_refused_with_its_number(text: bytes) -> None:
    good = write([Line("things", 0, "train", Trajectory(()))])
    with pytest.raises(AtlasgenError, match="log:2"):
        list(read(good + text, where="log"))


def test_refused_calls_are_not_accepted() -> None:
    assert [call.ok for call in CALLS] == [True, True, False, False]
    assert [call.known for call in CALLS[2:]] == [False, True]
