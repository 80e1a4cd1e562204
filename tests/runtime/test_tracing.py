"""Worlds that note what is read of them."""

from __future__ import annotations

import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.runtime.tracing import Dependents, Trace, TracedWorld
from rewards.jira_subtask import SubtaskScenario

ISSUE = "jira.issue"


@pytest.fixture(scope="module")
def scenario() -> SubtaskScenario:
    return SubtaskScenario()


@pytest.fixture
def environment(scenario: SubtaskScenario) -> Environment:
    return scenario.environment().like(TracedWorld)


def traced(environment: Environment) -> TracedWorld:
    world = environment.world
    assert isinstance(world, TracedWorld)
    world.begin()
    return world


def concerned(environment: Environment, trace: Trace) -> bool:
    dependents: Dependents[str] = Dependents()
    dependents.add("somebody", trace)
    return bool(dependents.concerned(environment.world))


def test_every_way_to_read_leaves_a_trace(environment: Environment) -> None:
    world = traced(environment)
    world.get(ISSUE, "none")
    assert world.trace == Trace(records={(ISSUE, "none")})
    world.begin()
    world.find(ISSUE, "key", "PROJ-1")
    list(world.listed(ISSUE, ("key",), "PROJ-2"))
    world.count(ISSUE, ("key",), "PROJ-3")
    assert world.trace.listings == {((ISSUE, ("key",)), f"PROJ-{number}") for number in (1, 2, 3)}
    for read in (world.ids, world.count, lambda name: world.values(name, ("key",))):
        world.begin()
        read(ISSUE)
        assert world.trace.collections == {ISSUE}
    world.begin()
    assert not world.trace.clock
    assert world.seconds > 0
    assert world.trace.clock


def test_traced_world_answers_as_any_other(scenario: SubtaskScenario, environment: Environment) -> None:
    plain, task = scenario.environment(), scenario.task(0, "train")
    for each in (plain, environment, plain, environment):
        scenario.start(each, task)
        for step in task.gold:
            each.call(step.tool, step.arguments)
        each.call("getAllProjects", {})
        each.call("getPriorities", {})
    assert [call[:4] for call in environment.calls] == [call[:4] for call in plain.calls]
    assert environment.digest() == plain.digest()


def test_change_of_a_record_concerns_those_who_read_it(environment: Environment) -> None:
    world = traced(environment)
    one, other = list(world.ids(ISSUE))[:2]
    key = str((world.get(ISSUE, one) or {})["key"])
    environment.call("editIssue", {"issueIdOrKey": key, "body": {"fields": {"summary": "Another one"}}})
    assert concerned(environment, Trace(records={(ISSUE, one)}))
    assert concerned(environment, Trace(collections={ISSUE}))
    assert concerned(environment, Trace(listings={((ISSUE, ("key",)), key)}))
    assert concerned(environment, Trace(clock=True))
    assert not concerned(environment, Trace(records={(ISSUE, other)}, listings={((ISSUE, ("key",)), "PROJ-0")}))
    assert not concerned(environment, Trace(collections={"jira.user"}))


def test_record_that_is_as_it_was_concerns_nobody(environment: Environment) -> None:
    world = traced(environment)
    id = next(iter(world.ids(ISSUE)))
    record = world.get(ISSUE, id)
    world.begin()
    world.put(ISSUE, id, {"id": id})
    world.put(ISSUE, id, record)
    world.commit()
    assert not concerned(environment, Trace(collections={ISSUE}))
