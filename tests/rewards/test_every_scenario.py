"""What holds of every scenario that is there to be trained with."""

from __future__ import annotations

import importlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from atlasgen.jsonvalue import tokens
from atlasgen.runtime.documents import ABSENT, at, with_value
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.tasks import agents
from atlasgen.tasks.gold import resolved
from atlasgen.tasks.planting import PlantedScenario
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Task
from atlasgen.tasks.trivial import Trivial

NAMES = ("confluence_labels", "confluence_page", "cross_product", "jira_subtask", "jira_transition")
SEEDS = range(60)
KNOWN = range(512)
UNSEEN = range(24)
NEAREST = 8


@pytest.fixture(scope="module", params=NAMES)
def scenario(request: pytest.FixtureRequest) -> PlantedScenario[str, object, object]:
    found: PlantedScenario[str, object, object] = importlib.import_module(f"rewards.{request.param}").scenario()
    return found


@pytest.fixture(scope="module")
def tasks(scenario: PlantedScenario[str, object, object]) -> list[Task]:
    return [scenario.task(seed, "train") for seed in SEEDS]


def test_every_rung_of_the_ladder_is_drawn(scenario: PlantedScenario[str, object, object]) -> None:
    drawn = Counter(scenario.rung(seed, "train") for seed in SEEDS)
    assert set(drawn) == set(scenario.ladder)
    assert min(drawn.values()) >= 4


def test_agents_that_understand_nothing_hardly_ever_succeed(
    scenario: PlantedScenario[str, object, object], tasks: list[Task]
) -> None:
    environment = scenario.environment()
    trivial = Trivial(Surroundings(scenario.environment(), scenario.rewards))
    right: Counter[str] = Counter()
    for task in tasks:
        ways = {name: agents.script(mutant.steps) for name, mutant in trivial.of(task).items()}
        for name, agent in {**ways, "nothing": agents.nothing, "reads only": agents.reads_only}.items():
            episode = scenario.play(environment, task, agent)
            right[name] += scenario.score(task, episode.trajectory, episode.diff).success
    # One of five is right who takes the first of what a good search shows, or the last.
    assert right.pop("first match") <= 0.2 * len(tasks)
    assert right.pop("last match") <= 0.2 * len(tasks)
    assert not any(right.values()), right


def test_what_has_to_be_told_from_others_stands_at_any_place_among_them(
    scenario: PlantedScenario[str, object, object], tasks: list[Task]
) -> None:
    environment = scenario.environment()
    counts: list[int] = []
    ends: Counter[str] = Counter()
    for task in tasks:
        scenario.start(environment, task)
        for count, place in shown_among_others(environment, task):
            counts.append(count)
            ends["first"] += place == 0
            ends["last"] += place == count - 1
    expected = sum(1 / count for count in counts)
    spread = math.sqrt(sum((1 - 1 / count) / count for count in counts))
    assert len(counts) >= len(tasks) / 4
    assert all(abs(ends[end] - expected) <= 2.5 * spread for end in ("first", "last")), (ends, expected, spread)


def shown_among_others(environment: Environment, task: Task) -> Iterator[tuple[int, int]]:
    """Yield, of each look for something that shows several of its kind, how many and at which place what is meant."""
    wanted = {item.record for item in task.needed}
    answers: dict[str, Reply] = {}
    for step in task.gold:
        if step.tool in task.effects:
            return
        answers[step.tool] = environment.call(step.tool, resolved(step, answers))
        shown: dict[str, list[str]] = {}
        for collection, id in environment.calls[-1].reads:
            shown.setdefault(collection, []).append(id)
        for collection, ids in shown.items():
            places = [place for place, id in enumerate(ids) if (collection, id) in wanted]
            if len(ids) > 1 and len(places) == 1:
                yield len(ids), places[0]


# -- what was learnt in training ---------------------------------------------------------------------------------------


def alike(one: Task, other: Task) -> float:
    """Return how many words of two instructions are the same, of all that they have."""
    words, others = ({*re.findall(r"[\w-]+", task.instruction.lower())} for task in (one, other))
    return len(words & others) / len(words | others)


def most_alike(task: Task, known: Sequence[Task]) -> list[Task]:
    """Return the tasks whose instructions resemble that of a task most, the nearest first."""
    return sorted(known, key=lambda other: alike(task, other), reverse=True)[:NEAREST]


def succeeds(
    scenario: PlantedScenario[str, object, object], environment: Environment, task: Task, steps: Sequence[GoldCall]
) -> bool:
    episode = scenario.play(environment, task, agents.script(steps))
    return scenario.score(task, episode.trajectory, episode.diff).success


def with_ids_of(task: Task, other: Task) -> list[GoldCall] | None:
    """Return the gold of a task with what has to be found for its writes as it was in another; None where it was not.

    All that the instruction says is understood: the ids and keys alone are remembered.
    """
    pointers = {item.pointer for item in task.needed if item.pointer and item.value == item.record[1]}
    steps: list[GoldCall] = []
    remembered = {tool: [step for step in other.gold if step.tool == tool] for tool in task.effects}
    for step in task.gold:
        arguments = step.arguments
        # What a change brings forth is there for everybody to see.
        uses = tuple(use for use in step.uses if use.tool in task.effects)
        if step.tool in remembered:
            known = remembered[step.tool].pop(0) if remembered[step.tool] else None
            for place in pointers:
                if at(arguments, tokens(place)) is not ABSENT and not any(use.pointer == place for use in uses):
                    value = at(known.arguments, tokens(place)) if known is not None else ABSENT
                    if value is ABSENT:
                        return None
                    arguments = with_value(arguments, tokens(place), value)
        steps.append(GoldCall(step.tool, arguments, uses))
    return steps


def test_solutions_of_training_tasks_solve_no_test_task(scenario: PlantedScenario[str, object, object]) -> None:
    environment, known = scenario.environment(), [scenario.task(seed, "train") for seed in KNOWN]
    for seed in UNSEEN:
        task = scenario.task(seed, "test")
        for other in most_alike(task, known):
            learnt = [GoldCall(step.tool, step.arguments) for step in other.gold]
            assert not succeeds(scenario, environment, task, learnt), (task.instruction, other.instruction)


def test_ids_of_training_tasks_solve_no_test_task_that_asks_for_ids(
    scenario: PlantedScenario[str, object, object],
) -> None:
    environment, known = scenario.environment(), [scenario.task(seed, "train") for seed in KNOWN]
    tried = 0
    for seed in UNSEEN:
        task = scenario.task(seed, "test")
        if not any(item.value == item.record[1] for item in task.needed):
            continue  # all ids are in the instruction
        assert succeeds(scenario, environment, task, task.gold)
        for other in most_alike(task, known):
            if (steps := with_ids_of(task, other)) is not None:
                tried += 1
                assert not succeeds(scenario, environment, task, steps), (task.instruction, other.instruction)
    assert tried > 3 * len(UNSEEN)
