"""The hand-written floor of the benchmark means what the emulator means; else its figures would compare nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen.runtime.world import NO_LAYER, Layer
from tests.benchmarks.floor import Floor

SPEC = Path(__file__).parents[2] / "specs" / "jira.yaml"

Call = tuple[str, dict[str, Any]]


def rich_text(text: str) -> dict[str, Any]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def handlers(floor: Floor) -> dict[str, Callable[[Any], bytes]]:
    """Return what the floor has for each tool."""
    return {
        "getIssue": floor.get_issue, "createIssue": floor.create_issue, "editIssue": floor.edit_issue,
        "updateComment": floor.update_comment, "doTransition": floor.do_transition,
    }  # fmt: skip


def script(environment: atlasgen.Environment) -> list[Call]:
    """Return calls that a floor and an emulator should answer alike."""
    world = environment.world
    records: list[Any] = [world.get("jira.issue", id) for id in world.ids("jira.issue")]
    comments: list[Any] = [world.get("jira.comment", id) for id in world.ids("jira.comment")]
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
        ("editIssue", {"issueIdOrKey": parent["key"], "body": {"fields": {"priority": {"name": "Low"}}}}),
        ("editIssue", {"issueIdOrKey": records[-1]["id"], "body": {"update": {}, "fields": {"labels": ["a", "b"]}}}),
        *(
            ("updateComment", {"issueIdOrKey": item["issue"], "id": item["id"], "body": {"body": rich_text("Done.")}})
            for item in comments
        ),
        ("getIssue", {"issueIdOrKey": parent["id"]}),
    ]  # fmt: skip


def assert_alike(environment: atlasgen.Environment, floor: Floor, layer: Layer) -> None:
    environment.reset(layer)
    floor.reset(layer)
    answers = handlers(floor)
    for tool, arguments in script(environment):
        assert answers[tool](arguments) == environment.call(tool, arguments).content
    ours = [(c.tool, c.status, len(c.reads), len(c.writes)) for c in environment.calls]
    assert ours == [(tool, status, len(reads), len(writes)) for tool, _, status, _, reads, writes in floor.log]


@pytest.mark.parametrize("seed", range(4))
def test_the_floor_answers_what_the_emulator_answers(seed: int) -> None:
    environment = atlasgen.load(SPEC, seed=seed)
    assert_alike(environment, Floor(environment), NO_LAYER)


def test_the_floor_answers_what_the_emulator_answers_above_the_layer_of_a_task() -> None:
    environment = atlasgen.load(SPEC, seed=3)
    for tool, arguments in script(environment):
        environment.call(tool, arguments)
    assert_alike(environment, Floor(environment), environment.world.changes.seal())
