"""Trajectories of mixed quality for a person to label, without a word of what a reward makes of them.

`python -m tests.labels.collect FOLDER` writes `trajectories.jsonl` and a page for each of them. Who labels sees the
instruction, the calls, the answers, what the episode changed and the records that are spoken of; neither who played nor
any score. The lot decides who plays which task: nothing is chosen by what came of it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from atlasgen import workspace
from atlasgen.runtime.environment import Environment
from atlasgen.tasks import agents, trajectory
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.players import slip_from
from atlasgen.tasks.scenario import Agent, Scenario
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import Task
from atlasgen.tasks.trajectory import Trajectory
from atlasgen.tasks.trivial import Trivial

SCENARIOS: Final = ("jira_subtask", "jira_transition", "confluence_page", "confluence_labels", "cross_product")
EACH: Final = 20
"""Trajectories of a scenario."""

_SEED: Final = 2026112503
_LONGEST: Final = 1_200  # characters of an answer on a page
_WHO: Final = (
    *["noisy .1"] * 4, *["noisy .3"] * 4, *["noisy .6"] * 3, *["any way"] * 6, *["without understanding"] * 2, "expert",
)  # fmt: skip


def lines(scenario: Scenario, chance: random.Random) -> Iterator[trajectory.Line]:
    """Yield the trajectories of a scenario, on tasks of its test split."""
    environment = scenario.environment()
    around = Surroundings(scenario.environment(), scenario.rewards)
    for who, seed in zip(_WHO, chance.sample(range(1_000), EACH), strict=True):
        task = scenario.task(seed % 64, "test")
        agent, ending = _agent(who, around, task, chance)
        played = scenario.play(environment, task, agent).trajectory
        played = Trajectory(
            played.calls,
            played.final_text,
            clipped=ending == "clipped",
            malformed=ending == "malformed",
            turn_capped=ending == "turn_capped",
        )
        yield trajectory.Line(scenario.name, task.seed, task.split, played)


def _agent(who: str, around: Surroundings, task: Task, chance: random.Random) -> tuple[Agent, str]:
    """Return who plays, and how the rollout is cut off."""
    ways = list(mutants(around, task))
    if who == "expert":
        return agents.expert, ""
    if who == "any way":
        # Each sort of way once, so that the many wrong values do not stand for all of them.
        sort = chance.choice(sorted({way.tier for way in ways}))
        way = chance.choice([way for way in ways if way.tier == sort])
        return way, way.ending
    if who == "without understanding":
        return chance.choice(list(Trivial(around).of(task).values())), ""
    rate = float(who.removeprefix("noisy "))
    return agents.noisy(rate, slip_from(ways), seed=chance.randrange(1_000)), ""


def page(number: int, scenario: Scenario, environment: Environment, line: trajectory.Line) -> str:
    """Return a trajectory as text for a person; the environment holds its end."""
    task = scenario.task(line.seed, line.split)
    played = line.trajectory
    told = [f"# {number}", "", task.instruction, "", "## Calls"]
    for position, call in enumerate(played.calls, start=1):
        told.append(f"{position}. {call.tool} {json.dumps(call.arguments, ensure_ascii=False)}")
        told.append(f"   {call.status} {_short(call.content.decode())}")
    if played.broken_off:
        told.append("The last message was cut off before it was finished.")
    told += ["", f"It ends with: {played.final_text!r}", "", "## What is otherwise than before"]
    for change in environment.diff():
        told += [f"- {change.collection} {change.id}", f"  before: {json.dumps(change.before)}"]
        told += [f"  after:  {json.dumps(change.after)}"]
    told += ["", "## Records that are spoken of, as they were at the beginning"]
    scenario.start(environment, task)
    told += [
        f"- {collection} {id}: {_short(json.dumps(record))}"
        for collection, id, record in _spoken(environment, line, task)
    ]
    return "\n".join(told) + "\n"


def _spoken(environment: Environment, line: trajectory.Line, task: Task) -> Iterator[tuple[str, str, Any]]:
    """Yield the records whose id or name stands in the instruction or in the arguments of a call."""
    text = task.instruction + " ".join(call.arguments_json.decode() for call in line.trajectory.calls)
    words = set(re.findall(r"[A-Za-z]+-\d+|\w+", text))
    world = environment.world
    for collection in world.collections:
        for id in world.ids(collection):
            record = world.get(collection, id)
            if id in words or any(name in text for name in _names(record)):
                yield collection, id, record


def _names(record: Any) -> Iterator[str]:
    """Yield what a record is called: its short texts, two levels deep, those apart that are words of a choice."""
    for value in record.values() if isinstance(record, dict) else ():
        for item in value.values() if isinstance(value, dict) else (value,):
            if isinstance(item, str) and 1 < len(item) < 80 and not item.islower():
                yield item


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ... ({len(text) - _LONGEST} more characters)"


def _scenario(name: str) -> Scenario:
    found = workspace.load_scenario(name)
    assert isinstance(found, Scenario)
    return found


def main() -> None:
    """Write the trajectories and their pages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(_SEED)
    scenarios = {name: _scenario(name) for name in SCENARIOS}
    found = [line for scenario in scenarios.values() for line in lines(scenario, chance)]
    chance.shuffle(found)
    (folder / "trajectories.jsonl").write_bytes(trajectory.write(found))
    for number, line in enumerate(found, start=1):
        scenario = scenarios[line.scenario]
        environment = scenario.environment()
        scenario.start(environment, scenario.task(line.seed, line.split))
        for call in line.trajectory.calls:
            if call.known:
                environment.call(call.tool, call.arguments)
        (folder / f"{number:03}.md").write_text(page(number, scenario, environment, line), encoding="utf-8")


if __name__ == "__main__":
    main()
