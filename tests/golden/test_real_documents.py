"""Real documents, hundreds of operations each: whatever is asked of them, our code does not break."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import atlasgen
from atlasgen.runtime.environment import Environment
from tests.property.sampling import chooser, likely, spoiled, targets

SHARED = Path(__file__).parents[3] / "shared" / "specs"
# Accepted answers among the likely and the spoiled requests, in hundredths, that must not get lost.
ACCEPTED = {
    "jira-v3.json": 15, "confluence-v1.json": 9, "confluence-v2.json": 20, "others/asana.yaml": 20,
    "others/notion.json": 4, "others/petstore.yaml": 20, "others/twilio-conversations.json": 12,
}  # fmt: skip


def opened(name: str) -> Environment:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return atlasgen.load(path)


@pytest.mark.parametrize("name", ACCEPTED)
def test_every_operation_of_a_real_document_can_be_called(name: str) -> None:
    environment, choose = opened(name), chooser(7)
    statuses: Counter[int] = Counter()
    for _ in range(2):
        for target in targets(environment):
            arguments = likely(environment, target, choose)
            reply = environment.call(target.tool, arguments)
            statuses[reply.status] += 1
            assert reply.status == 501 or reply.status < 500
            assert environment.calls[-1].writes == () or reply.ok
            before = environment.digest() if reply.status == 400 else ""
            refused = environment.call(target.tool, spoiled(arguments, choose))
            statuses[refused.status] += 1
            assert not before or refused.ok or environment.digest() == before
    share = 100 * sum(count for status, count in statuses.items() if status < 300) / statuses.total()
    print(f"\n{name}: {dict(sorted(statuses.items()))}, accepted {share:.0f} %")
    assert share >= ACCEPTED[name]


@pytest.mark.parametrize("name", ACCEPTED)
def test_real_document_has_one_good_name_for_each_tool(name: str) -> None:
    environment = opened(name)
    names = [tool.name for tool in environment.tools]
    assert len(set(names)) == len(names) > 0
    assert all(name.isidentifier() and len(name) <= 64 for name in names)
    functions = [operation.function for operation in environment.emulators[0].plan.operations]
    assert len(set(functions)) == len(functions)


def test_replay_of_a_real_document_is_the_same_byte_for_byte() -> None:
    environment, choose = opened("jira-v3.json"), chooser(3)
    for target in targets(environment)[::3]:
        environment.call(target.tool, likely(environment, target, choose))
    again = opened("jira-v3.json")
    for call in environment.calls:
        assert again.call(call.tool, call.arguments).content == call.content
    assert again.digest() == environment.digest()
    assert again.diff() == environment.diff() != ()
