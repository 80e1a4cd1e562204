"""The hand-written floor of the benchmark means what the emulator means; else its figures would compare nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import atlasgen
from tests.benchmarks.floor import Floor

SPEC = Path(__file__).parents[2] / "specs" / "jira.yaml"


def script(environment: atlasgen.Environment) -> list[tuple[str, dict[str, Any]]]:
    """Return calls that a floor and an emulator should answer alike."""
    world = environment.world
    records: list[Any] = [world.get("jira.issue", id) for id in world.ids("jira.issue")]
    parent = next(r for r in records if world.get("jira.issuetype", r["fields"]["issuetype"])["hierarchyLevel"] == 0)  # type: ignore[index]  # seeded
    project: Any = world.get("jira.project", parent["fields"]["project"])
    arrow = next(
        id for id in world.ids("jira.transition")
        if parent["fields"]["status"] in world.get("jira.transition", id)["from"]  # type: ignore[index, operator]  # seeded
    )  # fmt: skip
    child = {"project": {"key": project["key"]}, "issuetype": {"name": "Sub-task"}, "summary": "A part"}
    return [
        *(("getIssue", {"issueIdOrKey": record["key"]}) for record in records),
        ("createIssue", {"body": {"fields": {**child, "parent": {"key": parent["key"]}, "labels": ["x"]}}}),
        ("createIssue", {"body": {"fields": {**child, "issuetype": {"name": "Story"}}}}),
        ("getIssue", {"issueIdOrKey": parent["key"]}),
        ("doTransition", {"issueIdOrKey": parent["key"], "body": {"transition": {"id": arrow}}}),
        ("getIssue", {"issueIdOrKey": parent["id"]}),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_floor_answers_what_the_emulator_answers(seed: int) -> None:
    environment = atlasgen.load(SPEC, seed=seed)
    floor = Floor(environment)
    handlers = {"getIssue": floor.get_issue, "createIssue": floor.create_issue, "doTransition": floor.do_transition}
    for tool, arguments in script(environment):
        assert handlers[tool](arguments) == environment.call(tool, arguments).content
    ours = [(c.tool, c.status, len(c.reads), len(c.writes)) for c in environment.calls]
    assert ours == [(tool, status, len(reads), len(writes)) for tool, _, status, _, reads, writes in floor.log]
