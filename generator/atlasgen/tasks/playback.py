"""An episode as text for a terminal: what was called and answered, what it changed, what it is worth and why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from atlasgen.jsonvalue import encode
from atlasgen.runtime.environment import Call
from atlasgen.runtime.world import Change
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import Episode
from atlasgen.tasks.task import Task

_GLUE = "\N{NO-BREAK SPACE}"
_INDENT = 5
_ROWS = 3  # lines that the arguments of a call, or a refusal, may take


def lines(task: Task, episode: Episode, score: Score, *, width: int = 80) -> Iterator[str]:
    """Yield the lines of a report, none of them longer than `width`.

    Args:
        task: What was to be done.
        episode: What was done.
        score: What that is worth.
        width: Columns of the terminal.
    """
    yield f"{task.scenario}, {task.split} task {task.seed}, world {task.world_seed}"
    yield from wrapped(task.instruction, width)
    yield ""
    yield "called" if episode.trajectory.calls else "called  nothing"
    for number, call in enumerate(episode.trajectory.calls, start=1):
        yield from _call(number, call, width)
    yield ""
    yield "changed" if episode.diff else "changed  nothing"
    for change in episode.diff:
        yield from _change(change, width)
    yield ""
    yield f"reward {score.reward:.3f}   success {'yes' if score.success else 'no'}   band {score.band}"
    # A name and its value stay in one line.
    parts = [f"{name}{_GLUE}{value:.2f}" for name, value in score.components.items()]
    yield from (line.replace(_GLUE, " ") for line in wrapped("   ".join(parts), width))
    for reason in score.reasons:
        yield from wrapped(f"- {reason}", width, hanging="  ")


def wrapped(text: str, width: int, hanging: str = "", *, indent: str = "  ") -> list[str]:
    """Return a text in lines of a width, indented, all but the first further by what hangs."""
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent + hanging, break_on_hyphens=False)


def _call(number: int, call: Call, width: int) -> Iterator[str]:
    room, pad = width - _INDENT - 2, " " * _INDENT
    yield f"{number:>3}. {call.tool}  {call.status}"
    arguments = _cut(encode(call.arguments).decode(), _ROWS * room)
    for start in range(0, len(arguments), room):
        yield f"{pad}{'>' if start == 0 else ' '} {arguments[start : start + room]}"
    # A refusal says what to do better: it is worth reading whole.
    told = _cut(call.content.decode(), room if call.ok else _ROWS * room)
    for start in range(0, len(told), room):
        yield f"{pad}{'<' if start == 0 else ' '} {told[start : start + room]}"


def _change(change: Change, width: int) -> Iterator[str]:
    kind = "+" if change.before is None else "-" if change.after is None else "~"
    yield f"  {kind} {change.collection} {change.id}"
    before, after = dict(_leaves(change.before)), dict(_leaves(change.after))
    for path in dict.fromkeys([*before, *after]):
        old, new = before.get(path), after.get(path)
        if old != new:
            value = f"{new}" if change.before is None else f"{old} -> {new}"
            yield _cut(f"      {path}: {value}", width)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path of each value in a document and the value as JSON text; what is empty is left out."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else key)
    elif value not in (None, [], ""):
        yield path, encode(value).decode()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."
