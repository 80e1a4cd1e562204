"""What an agent can know when it makes a call: what it was told, and what earlier answers said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from atlasgen import jsonvalue
from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.environment import Environment
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.task import Task
from rewards._issues import TEST, TRAIN, Rung

_MARKS = {*TRAIN.marks, *TEST.marks}
_QUOTED = re.compile(r'"([^"]*)"')


def unknown(scenario: Scenario, environment: Environment, task: Task) -> list[tuple[str, Json]]:
    """Return the values in the gold calls that neither the instruction nor an answer before has, each with its tool.

    Of a query the quoted values count; which fields an answer is to have is a matter of the interface.
    """
    scenario.start(environment, task)
    answers: list[bytes] = []
    found: list[tuple[str, Json]] = []
    for call in task.gold:
        for value in _values(call.arguments):
            told = str(value) in task.instruction
            if not told and not any(jsonvalue.encode(value) in answer for answer in answers):
                found.append((call.tool, value))
        answers.append(environment.call(call.tool, call.arguments).content)
    return found


def meant(environment: Environment, rung: Rung, instruction: str) -> list[str]:
    """Return the keys of all issues that fit what an instruction says of one, found by looking at every issue."""
    found: list[str] = []
    for id in environment.world.ids("jira.issue"):
        issue = environment.call("getIssue", {"issueIdOrKey": id}).json()
        own = issue["fields"]
        summary = f'"{own["summary"]}"' in instruction
        holder = own["assignee"] is not None and own["assignee"]["displayName"] in instruction
        label = any(re.search(rf"\b{label}\b", instruction) for label in own["labels"] if label in _MARKS)
        fits: dict[Rung, bool] = {
            "key": re.search(rf"\b{issue['key']}\b", instruction) is not None,
            "summary": summary,
            "assignee": summary and holder,
            "label": summary and label,
            "holder": holder and label,
        }
        if fits[rung]:
            found.append(issue["key"])
    return found


def leaves(value: Json) -> Iterator[Json]:
    """Yield the single values in a value."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def _values(arguments: JsonObject) -> Iterator[Json]:
    for name, value in arguments.items():
        if name == "jql":
            yield from _QUOTED.findall(str(value))
        elif name != "fields":
            yield from leaves(value)
