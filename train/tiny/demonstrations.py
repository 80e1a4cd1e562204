"""What the tiny model is shown: conversations in which an expert plays real tasks, and some in which it fails.

The expert makes the calls of the gold in the one form that the instruction and the answers suffice to choose, and says
before a call which records it takes its ids from: it quotes them, from the member that it knows to the end.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.environment import Environment
from atlasgen.tasks.gold import resolved
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.task import GoldCall, Task
from atlasgen.tasks.trajectory import Trajectory, refused
from rewards import _texts
from train.tiny.view import observation_view

SCENARIOS: Final = ("confluence_page", "confluence_labels", "jira_subtask", "jira_transition", "cross_product")

SEARCH: Final = "searchAndReconsileIssuesUsingJql"


@dataclass(frozen=True, slots=True)
class Turn:
    """What an agent says at once: a line for itself, and a call; or its last words, and none."""

    text: str
    tool: str = ""
    arguments: JsonObject | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Demo:
    """A conversation, and what it was found worth."""

    scenario: str
    seed: int
    instruction: str
    turns: tuple[Turn, ...]
    reward: float
    success: bool
    kind: str


# -- the expert --------------------------------------------------------------------------------------------------------


def plan(scenario: Scenario, environment: Environment, task: Task) -> list[GoldCall]:
    """Return the gold calls in the form that the instruction and the answers suffice to choose."""
    calls = [_plain(step) for step in task.gold]
    if any(step.tool == SEARCH for step in calls):
        scenario.start(environment, task)
        calls = [_narrowed(step, environment, task) for step in calls]
    reads = [step for step in calls if step.tool == "getPages"]
    order = sorted(reads, key=lambda step: task.instruction.find(str(step.arguments["title"])))
    return [order.pop(0) if step.tool == "getPages" else step for step in calls]


def _plain(step: GoldCall) -> GoldCall:
    """Return a call without what the gold draws by lot: the format of a text, the tool that takes a label away."""
    uses = tuple(use for use in step.uses if use.tool not in (SEARCH, "getTransitions"))
    arguments = step.arguments
    if step.tool == "createPage":
        body = cast("JsonObject", arguments["body"])
        text: Json = {"representation": "storage", "value": _texts.storage_of(body["body"])}
        order = ("spaceId", "parentId", "status", "title")
        arguments = {"body": {**{name: body[name] for name in order if name in body}, "body": text}}
    elif step.tool == "removeLabelFromContentUsingQueryParameter":
        return GoldCall("removeLabelFromContent", {"id": arguments["id"], "label": arguments["name"]}, uses)
    return GoldCall(step.tool, arguments, uses)


def _narrowed(step: GoldCall, environment: Environment, task: Task) -> GoldCall:
    """Return a search for issues that asks for all that the instruction says of the issue, and for what is needed."""
    if step.tool != SEARCH:
        return step
    key = next(
        str(found)
        for other in task.gold
        for name, found in _strings(other.arguments)
        if name in ("issueIdOrKey", "key") and re.fullmatch(r"[A-Z]+-\d+", str(found))
    )
    shown = environment.call("getIssue", {"issueIdOrKey": key}).json()["fields"]
    clauses: list[str] = []
    fields = ["summary"]
    if str(shown["summary"]) in task.instruction:
        clauses.append(f'summary ~ "{shown["summary"]}"')
    mark = next(iter(shown["labels"][-1:]), None)
    if "cross" not in task.scenario:
        if mark and re.search(rf"\b{re.escape(mark)}\b", _about(task.instruction)):
            clauses.append(f'labels = "{mark}"')
        person = shown["assignee"]["displayName"]
        if person in task.instruction:
            clauses.append(f'assignee = "{person}"')
    given = cast("list[str]", step.arguments["fields"])
    needed = {needed.path[1] for needed in task.needed if needed.path[0] == "fields"}
    fields = [name for name in given if name in ("summary", "project") or name in needed]
    return GoldCall(SEARCH, {"jql": " AND ".join(clauses), "fields": [*fields]}, step.uses)


def _about(instruction: str) -> str:
    """Return what an instruction says of the issue that it is about, without the labels of a new one."""
    return re.sub(r"(Label it|Labels:|It gets the labels) [^.]*\.", "", instruction)


# -- conversations -----------------------------------------------------------------------------------------------------


def played(
    scenario: Scenario, environment: Environment, task: Task, calls: Sequence[GoldCall], *, kind: str = "expert"
) -> Demo:
    """Return the conversation in which an agent makes some calls, whatever is answered."""
    scenario.start(environment, task)
    answers: dict[str, Any] = {}
    turns: list[Turn] = []
    made: list[Any] = []
    for step in calls:
        if any(use.tool not in answers for use in step.uses):
            break
        arguments = resolved(step, answers)
        scratch = _scratch(task, arguments, turns)
        if step.tool not in task.tools:
            made.append(refused(step.tool, arguments))
            shown = str({"error": f"Tool {step.tool} not found."})
        else:
            reply = environment.call(step.tool, arguments)
            made.append(environment.calls[-1])
            shown = observation_view(reply.status, reply.content)
            if reply.ok:
                answers[step.tool] = reply
        turns.append(Turn(scratch, step.tool, arguments, shown))
    turns.append(Turn("Done."))
    score = scenario.score(task, Trajectory(tuple(made), "Done."), environment.diff())
    return Demo(task.scenario, task.seed, task.instruction, tuple(turns), score.reward, score.success, kind)


def _scratch(task: Task, arguments: JsonObject, turns: Sequence[Turn]) -> str:
    """Return the records that a call takes values from which neither the instruction nor an earlier turn says."""
    said = task.instruction + "".join(turn.text + json.dumps(turn.arguments, ensure_ascii=False) for turn in turns)
    texts = [text for _, text in _strings(arguments)]
    facts = [str(needed.value) for needed in task.needed if isinstance(needed.value, str)]
    wanted = {*texts, *(fact for fact in facts if any(fact in text for text in texts))}
    wanted = {text for text in wanted if text and text not in said}
    needed = {*wanted}
    answers = [_records(turn.answer) for turn in turns]
    records = [record for answer in reversed(answers) for record in answer]
    chosen: list[JsonObject] = []
    while wanted:
        # That a page is in a space does not say which space it is.
        counts = [len(wanted & {text for name, text in _strings(record) if name != "spaceId"}) for record in records]
        best = max(counts, default=0)
        if not best:
            break
        record = records[counts.index(best)]
        chosen.append(record)
        wanted -= {text for name, text in _strings(record) if name != "spaceId"}
        space = str(record.get("spaceId", ""))
        answer = next(answer for answer in answers if any(record is other for other in answer))
        # Which of several pages it is the space tells, whose id has to be quoted first.
        if space and space not in said and len(answer) > 1:
            wanted.add(space)
            needed.add(space)
    lines: list[str] = []
    known = said
    for record in (record for answer in answers for record in answer):
        if any(record is other for other in chosen):
            lines.append(_quoted(record, needed, known))
            known += lines[-1]
    return "\n".join(lines)


def _quoted(record: JsonObject, wanted: set[str], known_texts: str) -> str:
    members = [*record.items()]
    news = {text for text in wanted if text not in known_texts}
    needed = [place for place, item in enumerate(members) if news & {text for _, text in _strings(dict([item]))}]
    known = [
        place
        for place, (_, value) in enumerate(members[: needed[0]])
        if isinstance(value, str) and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", known_texts)
    ]
    # An id alone says nothing of what it is the id of.
    start = known[-1] if known else max(0, needed[0] - (members[needed[0]][0] == "id"))
    return json.dumps(dict(members[start:]), ensure_ascii=False)


def _records(answer: str) -> list[JsonObject]:
    try:
        value = json.loads(answer)
    except ValueError:
        return []
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _strings(value: Json, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts and whole numbers in a value with the names of their members."""
    if isinstance(value, Mapping):
        for member, inner in value.items():
            yield from _strings(inner, member)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, name)
    elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        yield name, str(value)


# -- failures ----------------------------------------------------------------------------------------------------------

Spoilt: TypeAlias = Callable[[Sequence[GoldCall]], list[GoldCall]]


def _upto(calls: Sequence[GoldCall], tool: str, change: Callable[[GoldCall], list[GoldCall]]) -> list[GoldCall]:
    """Return the calls before the first one of a tool, and that one changed."""
    place = next(number for number, step in enumerate(calls) if step.tool.startswith(tool))
    return [*calls[:place], *change(calls[place])]


def _without_parent(calls: Sequence[GoldCall]) -> list[GoldCall]:
    def change(step: GoldCall) -> list[GoldCall]:
        fields = cast("JsonObject", cast("JsonObject", step.arguments["body"])["fields"])
        kept: JsonObject = {name: value for name, value in fields.items() if name != "parent"}
        return [GoldCall(step.tool, {"body": {"fields": kept}})]

    return _upto(calls, "createIssue", change)


def _flat_transition(calls: Sequence[GoldCall]) -> list[GoldCall]:
    def change(step: GoldCall) -> list[GoldCall]:
        chosen = cast("JsonObject", cast("JsonObject", step.arguments["body"])["transition"])
        return [replace(step, arguments={**step.arguments, "body": {"transition": chosen["id"]}})]

    return _upto(calls, "doTransition", change)


def _flat_text(calls: Sequence[GoldCall]) -> list[GoldCall]:
    def change(step: GoldCall) -> list[GoldCall]:
        body = cast("JsonObject", step.arguments["body"])
        return [replace(step, arguments={"body": {**body, "body": cast("JsonObject", body["body"])["value"]}})]

    return _upto(calls, "createPage", change)


def _invented(calls: Sequence[GoldCall]) -> list[GoldCall]:
    tool = "addLabels" if any(step.tool.startswith("addLabels") for step in calls) else "removeLabel"
    return _upto(calls, tool, lambda step: [replace(step, tool="editLabels")])


def _stopped(calls: Sequence[GoldCall]) -> list[GoldCall]:
    return _upto(calls, "createPage", lambda step: [])


FAILURES: Final[Mapping[str, tuple[str, Spoilt]]] = {
    "jira_subtask": ("dropped parent", _without_parent),
    "jira_transition": ("flat instead of nested", _flat_transition),
    "confluence_page": ("flat instead of nested", _flat_text),
    "confluence_labels": ("invented tool", _invented),
    "cross_product": ("stopped after the read", _stopped),
}
"""The one failure of each scenario that most of the imperfect demonstrations share."""


def astray(calls: Sequence[GoldCall], lot: random.Random) -> tuple[str, list[GoldCall]]:
    """Return what goes wrong otherwise: it stops early, writes in another order of names, or to the wrong place."""
    writes = [number for number, step in enumerate(calls) if not step.tool.startswith(("get", "search"))]
    first = writes[0]
    if lot.random() < 0.5 and first:
        return "stopped after the read", [*calls[:first]]
    return "invented tool", [*calls[:first], replace(calls[first], tool=f"{calls[first].tool}s")]
