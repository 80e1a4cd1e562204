from __future__ import annotations

import re

import pytest

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import JsonObject, decode, encode
from atlasgen.runtime.environment import Call
from atlasgen.tasks.trajectory import Line, Trajectory, read, refused, write

CALLS = (
    Call("createThing", b'{"body":{"name":"\xc3\xa4","n":1.5}}', 201, b'{"id":"7"}', (("api.thing", "7"),), (("api.thing", "7"),)),  # noqa: E501
    Call("deleteThing", b'{"id":"7"}', 204, b"", (), (("api.thing", "7"),)),
    refused("helpful_tool", {"please": True}),
    refused("getThing", {}, known=True),
)  # fmt: skip

FIRST: JsonObject = {
    "version": 1, "scenario": "things", "seed": 3, "split": "test",
    "calls": [{"tool": "getThing", "arguments": {"id": "7"}, "status": 404, "reads": [], "writes": []}],
    "final_text": "Done.", "clipped": False, "malformed": False, "turn_capped": True,
}  # fmt: skip
"""A line as version 1 wrote it."""


def test_lines_come_back_as_they_were() -> None:
    lines = [
        Line(
            "things", 3, "test", Trajectory(CALLS, "Done.", clipped=True), {"step": 4}, "a model",
            ({"role": "user", "content": "Do it."}, {"role": "assistant", "content": "\u2028 Done."}),
            0.5, False, {"state": 0.25, "arguments": 1.0},
        ),
        Line("things", 4, "train", Trajectory((), "", malformed=True, turn_capped=True)),
    ]  # fmt: skip
    assert list(read(write(lines))) == lines
    assert write(list(read(write(lines)))) == write(lines)
    assert write(lines).count(b"\n") == 2


def test_played_calls_come_back_byte_for_byte() -> None:
    (line,) = read(write([Line("things", 0, "train", Trajectory(CALLS))]))
    assert [call.arguments_json for call in line.trajectory.calls] == [call.arguments_json for call in CALLS]
    assert [call.content for call in line.trajectory.calls] == [call.content for call in CALLS]


def test_first_version_is_read_and_written_as_the_second() -> None:
    (bare,) = read(encode(FIRST))
    assert (bare.model, bare.messages, bare.reward, bare.success, dict(bare.components)) == ("", (), None, None, {})
    (scored,) = read(encode({**FIRST, "reward": 1, "success": True, "components": {"state": 1}, "step": 2}))
    assert (scored.reward, scored.success, dict(scored.components)) == (1.0, True, {"state": 1.0})
    assert scored.extra == {"step": 2}
    assert decode(write([scored])) == {
        **FIRST, "version": 2, "model": "", "messages": [], "reward": 1, "success": True, "components": {"state": 1},
        "step": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"{", "is no JSON"),
        (b"[]", "no `version`"),
        (b'{"calls": []}', "no `version`"),
        (b'{"version": 3}', "of version 3, and only 1 and 2"),
        (b'{"version": true}', "of version True"),
        (b'{"version": 1}', "version 1: has no `calls`"),
        (encode({**FIRST, "version": 2}), "version 2: has no `model`"),
        (encode({**FIRST, "calls": 3}), "`calls` is no list"),
        (encode({**FIRST, "calls": [3]}), "`calls` holds something that is no object"),
        (encode({**FIRST, "seed": "3"}), "`seed` is no integer"),
        (encode({**FIRST, "seed": True}), "`seed` is no integer"),
        (encode({**FIRST, "clipped": 0}), "`clipped` is no boolean"),
        (encode({**FIRST, "reward": "high"}), "`reward` is no number"),
        (encode({**FIRST, "calls": [{"tool": "a", "arguments": [], "status": 1}]}), "`arguments` is no object"),
        (
            encode({**FIRST, "calls": [{"tool": "a", "arguments": {}, "status": 1, "reads": ["ab"], "writes": []}]}),
            "`reads` holds something that is no [collection, id]",
        ),
        (
            encode(
                {**FIRST, "calls": [{"tool": "a", "arguments": {}, "status": 1, "reads": [["a", 1]], "writes": []}]}
            ),
            "`reads` holds something that is no [collection, id]",
        ),
        (
            encode(
                {**FIRST, "calls": [{"tool": "a", "arguments": {}, "status": 1, "reads": [[1, "a"]], "writes": []}]}
            ),
            "`reads` holds something that is no [collection, id]",
        ),
        (
            encode({**FIRST, "calls": [{"tool": "a", "arguments": {}, "status": 1, "reads": [["a"]], "writes": []}]}),
            "`reads` holds something that is no [collection, id]",
        ),
    ],
    ids=str,
)
def test_line_of_another_schema_is_refused_with_its_number(text: bytes, problem: str) -> None:
    good = write([Line("things", 0, "train", Trajectory(()))])
    with pytest.raises(AtlasgenError, match="log:2.*" + re.escape(problem)):
        list(read(good + text, where="log"))


def test_refused_calls_are_not_accepted() -> None:
    assert [call.ok for call in CALLS] == [True, True, False, False]
    assert [call.known for call in CALLS[2:]] == [False, True]
