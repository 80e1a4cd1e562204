"""The page of a run: curves, a table of before and after, what went wrong, and rollouts side by side.

It is made from the files of the run's folder alone, so it can be made again:
`python -m train.training.report runs/NAME`.
"""

from __future__ import annotations

import base64
import html
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from atlasgen.jsonvalue import encode
from atlasgen.tasks.trajectory import Line, read
from train.evaluating.failures import KINDS, MEANINGS
from train.evaluating.statistics import Estimate, paired
from train.training import plots
from train.training.folder import Folder, lines

_PAIRS: Final = 3  # tasks of each scenario that are shown before and after
_LONGEST: Final = 700  # characters of a message

_STYLE: Final = """
body { font: 14px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 1100px; padding: 0 1em; color: #1b1b1b; }
h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin: 2em 0 .4em; border-bottom: 1px solid #ddd; }
table { border-collapse: collapse; } td, th { padding: .25em .8em .25em 0; text-align: left; vertical-align: top; }
th { font-weight: 600; border-bottom: 1px solid #bbb; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
img { max-width: 100%; } .i { color: #777; font-size: .9em; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 1em; }
.said, .told { font: 12px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .3em 0;
  padding: .4em .6em; border-radius: 4px; } .said { background: #eef3fb; } .told { background: #f4f4f4; color: #555; }
.good { color: #2b7a3d; } .bad { color: #b3261e; } details { margin: .5em 0; }
.box { background: #fff7e0; padding: .5em 1em; }
"""


def write(into: Folder) -> None:
    """Write the page of a run, and its pictures beside it."""
    told: dict[str, Any] = json.loads(into.run.read_text())
    metrics, evaluations = list(lines(into.metrics)), list(lines(into.evaluations))
    scenarios = sorted({key.split("/")[1] for line in metrics for key in line if key.startswith("scenarios/")})
    pictures = {
        "curves": plots.curves(metrics, evaluations, scenarios),
        "components": plots.components(metrics),
        "health": plots.health(metrics, scenarios),
    }
    folder = into.path / "plots"
    folder.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        (folder / f"{name}.png").write_bytes(picture)
    tests = {line["when"]: line for line in evaluations if line.get("kind") == "test"}
    played = {when: _episodes(into.test(when)) for when in ("before", "after")}
    parts = [
        f"<h1>{_text(told['settings']['model'])}: {_text(', '.join(scenarios))}</h1>",
        *_events(list(lines(into.events))),
        "<h2>Before and after</h2>",
        *_table(tests, played),
        "<h2>What went wrong</h2>",
        *_failures(tests),
        "<h2>Reward and success</h2>",
        _picture(pictures["curves"]),
        "<h2>Components of the reward</h2>",
        _picture(pictures["components"]),
        "<h2>Health</h2>",
        _picture(pictures["health"]),
        "<h2>Rollouts before and after</h2>",
        *_pairs(played),
        "<h2>The run</h2>",
        *_run(told, metrics, evaluations),
    ]
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Run {_text(into.path.name)}</title>'
    into.report.write_text(f"{page}<style>{_STYLE}</style>{''.join(parts)}</html>\n", encoding="utf-8")


def figure(found: Estimate, *, sign: bool = False) -> str:
    """Return a figure with its interval: `0.500 [0.40, 0.60]`."""
    return (
        f"{found.value:+.3f} [{found.low:+.2f}, {found.high:+.2f}]"
        if sign
        else (f"{found.value:.3f} [{found.low:.2f}, {found.high:.2f}]")
    )


def _episodes(path: Path) -> dict[tuple[str, int], Line]:
    """Return the episodes of a test by their tasks."""
    if not path.exists():
        return {}
    return {(line.scenario, line.seed): line for line in read(path.read_bytes(), where=path.name)}


def _events(events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        yield f'<p class="box">Step {event["step"]}: {_text(event["text"])}</p>'


def _table(
    tests: Mapping[str, Mapping[str, Any]], played: Mapping[str, Mapping[tuple[str, int], Line]]
) -> Iterator[str]:
    if set(tests) != {"before", "after"}:
        yield "<p>No test was run.</p>"
        return
    first, last = ({item["scenario"]: item for item in tests[when]["scenarios"]} for when in ("before", "after"))
    yield (
        f"<p>Test tasks that nobody trained on, at temperature {tests['after']['temperature']:g}; the brackets hold "
        "95 % intervals over tasks, differences are taken task by task.</p>"
        '<table><tr><th>scenario<th class="n">tasks<th class="n">reward before<th class="n">after'
        '<th class="n">difference<th class="n">success before<th class="n">after<th class="n">difference</tr>'
    )
    for name in first.keys() & last.keys() if first.keys() != last.keys() else first:
        cells = [f"<td>{_text(name)}", f'<td class="n">{last[name]["tasks"]}']
        for what in ("reward", "success"):
            cells += [f'<td class="n">{_estimate(found[name][what])}' for found in (first, last)]
            cells.append(f'<td class="n">{_difference(played, name, what)}')
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</table>"


def _difference(played: Mapping[str, Mapping[tuple[str, int], Line]], scenario: str, what: str) -> str:
    values = [
        {seed: [float(getattr(line, what))] for (name, seed), line in played[when].items() if name == scenario}
        for when in ("before", "after")
    ]
    if not values[0].keys() & values[1].keys():
        return ""
    found = paired(values[0], values[1])
    return f'{found.value:+.3f} <span class="i">[{found.low:+.2f}, {found.high:+.2f}]</span>'


def _estimate(value: Mapping[str, float]) -> str:
    return f'{value["value"]:.3f} <span class="i">[{value["low"]:.2f}, {value["high"]:.2f}]</span>'


def _failures(tests: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    counts = {
        when: {kind: sum(item["failures"].get(kind, 0) for item in test["scenarios"]) for kind in KINDS}
        for when, test in tests.items()
    }
    shown = [kind for kind in KINDS if any(found[kind] for found in counts.values())]
    if not shown:
        yield "<p>Nothing, or no test was run.</p>"
        return
    heads = "".join(f'<th class="n">{when}' for when in counts)
    yield f"<p>What explains the episodes without success best.</p><table><tr><th>kind<th>meaning{heads}</tr>"
    for kind in shown:
        cells = "".join(f'<td class="n">{found[kind]}' for found in counts.values())
        yield f"<tr><td>{kind}<td>{_text(MEANINGS[kind])}{cells}</tr>"
    yield "</table>"


def _pairs(played: Mapping[str, Mapping[tuple[str, int], Line]]) -> Iterator[str]:
    both = [key for key in played["before"] if key in played["after"]]
    for scenario in dict.fromkeys(name for name, _ in both):
        own = [key for key in both if key[0] == scenario]
        # Where something changed there is something to see.
        own.sort(key=lambda key: (played["before"][key].success == played["after"][key].success, key))
        for key in own[:_PAIRS]:
            before, after = played["before"][key], played["after"][key]
            yield f"<details open><summary>{_text(scenario)}, test task {key[1]}</summary>"
            yield f"<p>{_text(_instruction(after))}</p>"
            yield f'<div class="two"><div>{_rollout("before", before)}</div><div>{_rollout("after", after)}</div></div>'
            yield "</details>"
    if not both:
        yield "<p>No test was run.</p>"


def _instruction(line: Line) -> str:
    return next((str(item.get("content")) for item in line.messages if item.get("role") == "user"), "")


def _rollout(when: str, line: Line) -> str:
    verdict = '<b class="good">success</b>' if line.success else '<b class="bad">no success</b>'
    parts = [f"<p>{when}: reward {line.reward or 0:.3f}, {verdict}</p>"]
    for message in line.messages[1:]:
        text = str(message.get("content") or "")
        if message.get("role") == "tool":
            parts.append(f'<div class="told">{_text(_short(text))}</div>')
            continue
        calls: Any = message.get("tool_calls") or []
        said = [text] if text else []
        for call in calls:
            function = call["function"]
            said.append(f"{function['name']} {encode(function['arguments']).decode()}")
        parts.append(f'<div class="said">{_text(_short(chr(10).join(said)))}</div>')
    reasons: Any = line.extra.get("reasons") or []
    parts += [f'<p class="i">{_text(str(reason))}</p>' for reason in reasons]
    return "".join(parts)


def _run(
    told: Mapping[str, Any], metrics: Sequence[Mapping[str, Any]], evaluations: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    yield f"<p>{len(metrics)} steps. <code>{_text(' '.join(told['command']))}</code></p>"
    gate = next((line for line in evaluations if line.get("kind") == "gate"), None)
    if gate is not None:
        yield f"<p>Before training: reward {gate['reward']:.3f}, success {gate['success']:.3f}.</p>"
    for name in ("settings", "versions", "machine"):
        rows = "".join(f"<tr><td>{_text(key)}<td>{_text(str(value))}</tr>" for key, value in told[name].items())
        yield f"<details><summary>{name}</summary><table>{rows}</table></details>"


def _picture(png: bytes) -> str:
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(png).decode()}">'


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ...[{len(text) - _LONGEST} more characters]"


def _text(text: str) -> str:
    return html.escape(text)


if __name__ == "__main__":
    write(Folder(Path(sys.argv[1])))
