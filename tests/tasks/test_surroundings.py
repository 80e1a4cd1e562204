"""What can be known of the surroundings of a task, whatever its operations are like."""

from __future__ import annotations

import pytest

from atlasgen.render.rewards import render_rewards
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.package import Operations
from atlasgen.tasks.skeleton import OperationReward, skeletons
from atlasgen.tasks.surroundings import Surroundings
from generated_envs import confluence, jira
from tests.golden.notes import Notes

APIS = pytest.mark.parametrize(
    "api", [jira.Operations, confluence.Operations, Notes], ids=["tracker", "wiki", "notes"]
)  # fmt: skip


@APIS
def test_every_operation_that_writes_has_a_skeleton(api: type[Operations]) -> None:
    plan = api.emulator.plan
    assert [item.operation for item in skeletons(plan)] == [item.tool for item in plan.operations if item.mutating]
    source = render_rewards(plan)
    compile(source, "rewards.py", "exec")
    assert all(f'operation = "{item.operation}"' in source for item in skeletons(plan))


@APIS
def test_record_that_is_there_can_be_named_for_every_operation_that_reads(api: type[Operations]) -> None:
    environment = Environment(api)
    around = Surroundings(environment, [OperationReward.of(item) for item in skeletons(api.emulator.plan)])
    asked = 0
    for tool, operation in around.operations.items():
        collection = around.collection(tool)
        if operation.archetype in ("get", "list") and operation.target:
            for id in list(environment.world.ids(collection)):
                reply = environment.call(tool, around.about(tool, id))
                asked += 1
                assert reply.status == operation.status, (tool, id, reply.content)
    assert asked


def test_record_that_a_list_of_another_holds_is_named_together_with_that_one() -> None:
    environment = Environment(Notes)
    note = environment.call("addNote", {"body": {"title": "Roof"}}).json()["id"]
    (tag,) = environment.call("tag", {"noteId": note, "body": [{"name": "red"}]}).json()
    around = Surroundings(environment, [OperationReward.of(item) for item in skeletons(Notes.emulator.plan)])
    arguments = around.about("untag", tag["id"])
    assert arguments["noteId"] == note
    assert environment.call("untag", arguments).ok
