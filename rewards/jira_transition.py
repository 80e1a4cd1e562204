"""Moving issues: bring an issue, which the instruction names as people do, to a status that it gives by name.

The way there is a matter of the workflow: what is open to an issue, under which id and name, only the service tells;
a name may promise another status than the one it leads to, and some statuses are two steps away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.documents import Document
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot
from atlasgen.tasks.gold import Insert
from atlasgen.tasks.planting import Draws, Order, PlantedScenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import GoldCall, Needed, Use
from generated_envs.jira import Operations
from generated_envs.jira._generated.rewards import DoTransitionReward
from rewards import _issues
from rewards._issues import SEARCH, Meant, Rung, Words
from rewards._records import name_of, record, records

TRANSITION: Final = "jira.transition"
_LONGEST: Final = 2  # steps that a task takes


@dataclass(frozen=True, slots=True)
class Arrow:
    """A step of a workflow: what it is called, from which statuses it is open, and where it leads."""

    name: str
    sources: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow; its statuses are those that its arrows name, the first of them that of new issues."""

    name: str
    arrows: tuple[Arrow, ...]

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses by name, each once."""
        return tuple(dict.fromkeys(name for arrow in self.arrows for name in (*arrow.sources, arrow.to)))


@dataclass(frozen=True, slots=True)
class Wordings:
    """What tasks are made of; those of the test are seen nowhere else.

    Attributes:
        templates: Sentences with `{issue}` and `{status}`.
        flows: The workflows of the projects that tasks add.
        projects: These projects: key and name.
        issues: What issues are made of.
    """

    templates: tuple[str, ...]
    flows: tuple[Flow, ...]
    projects: tuple[tuple[str, str], ...]
    issues: Words


_TRAIN: Final = Wordings(
    templates=(
        "Move {issue} to {status}.",
        "Please bring {issue} to the status {status}.",
        "{issue} has to be in {status}; take it there.",
        "Could you put {issue} into {status}?",
        "Change the status of {issue} to {status}.",
        "The board is wrong about {issue}: its status should be {status}. Put that right.",
        "See to it that {issue} ends up in {status}.",
        "As of today {status} is where {issue} belongs. Move it.",
        "Take {issue} along its workflow until it is in {status}.",
        "We agreed on {status} for {issue}; make it so.",
        "Set the status {status} for {issue}, by whatever steps its workflow has.",
        "In the meeting it was said that {issue} is now {status}. Make it so.",
        "Status of {issue}: {status}, please.",
    ),
    flows=(
        Flow("Reviewed work", (
            Arrow("Begin", ("To Do",), "In Progress"),
            Arrow("Needs no work", ("To Do",), "Done"),
            Arrow("Put back", ("In Progress", "In Review"), "To Do"),
            Arrow("Ask for a look", ("In Progress",), "In Review"),
            Arrow("Send back", ("In Review",), "In Progress"),
            Arrow("Approve", ("In Review",), "Done"),
            Arrow("Park", ("To Do", "In Progress"), "Later"),
            Arrow("Fetch", ("Later",), "In Progress"),
            Arrow("Done", ("Done",), "Archived"),
            Arrow("Open again", ("Done", "Archived"), "To Do"),
        )),
        Flow("Tested work", (
            Arrow("Plan", ("To Do",), "Selected"),
            Arrow("Drop from the plan", ("Selected",), "To Do"),
            Arrow("Pick up", ("Selected",), "In Progress"),
            Arrow("Done", ("In Progress",), "In Testing"),
            Arrow("Pass", ("In Testing",), "Done"),
            Arrow("Fail", ("In Testing",), "In Progress"),
            Arrow("Reject", ("To Do", "Selected", "In Testing"), "Refused"),
            Arrow("Think it over", ("Refused", "In Progress"), "Selected"),
            Arrow("Reopen", ("Done",), "Selected"),
            Arrow("Test again", ("Done",), "In Testing"),
        )),
        Flow("Work that may wait", (
            Arrow("Start", ("To Do",), "In Progress"),
            Arrow("Park", ("To Do", "In Progress"), "On Hold"),
            Arrow("Resume", ("On Hold",), "In Progress"),
            Arrow("Give up", ("On Hold", "In Progress"), "Dropped"),
            Arrow("Finish", ("In Progress",), "Done"),
            Arrow("To be paid", ("Done",), "Billed"),
            Arrow("In Progress", ("Done", "Dropped"), "To Do"),
        )),
    ),
    projects=(("CRM", "Customer Records"), ("LAB", "Laboratory"), ("APP", "Mobile App"), ("DATA", "Data Platform")),
    issues=_issues.TRAIN,
)  # fmt: skip
_TEST: Final = Wordings(
    templates=(
        "{issue} needs the status {status}. Bring it there.",
        "Have {issue} moved to {status}.",
        "Whatever status {issue} has now, it should be {status} when you have finished.",
        "Update {issue}: from now on it is in {status}.",
    ),
    flows=(
        Flow("Signed work", (
            Arrow("Assess", ("To Do",), "Triaged"),
            Arrow("Set aside", ("To Do", "Triaged"), "Declined"),
            Arrow("Take on", ("Triaged",), "In Progress"),
            Arrow("Hand in", ("In Progress",), "Awaiting Approval"),
            Arrow("Return", ("Awaiting Approval",), "In Progress"),
            Arrow("Triaged", ("In Progress",), "To Do"),
            Arrow("Sign off", ("Awaiting Approval",), "Done"),
            Arrow("Turn down", ("Awaiting Approval",), "Declined"),
            Arrow("Revisit", ("Done", "Declined"), "Triaged"),
            Arrow("Reverse", ("Done",), "Awaiting Approval"),
        )),
        Flow("Work with others", (
            Arrow("Go", ("To Do",), "In Progress"),
            Arrow("Block", ("To Do", "In Progress"), "Blocked"),
            Arrow("Unblock", ("Blocked",), "In Progress"),
            Arrow("Hand over", ("Blocked", "In Progress"), "With Partner"),
            Arrow("Hand back", ("With Partner",), "In Progress"),
            Arrow("Deploy", ("In Progress", "With Partner"), "Staged"),
            Arrow("Blocked", ("Staged",), "In Progress"),
            Arrow("Release", ("Staged",), "Done"),
            Arrow("Roll back", ("Done",), "Staged"),
            Arrow("Start over", ("Done",), "To Do"),
        )),
    ),
    projects=(("TAX", "Taxes"), ("BIO", "Life Sciences"), ("HUB", "Partner Hub")),
    issues=_issues.TEST,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: which issue, by which transitions, and to which status."""

    issue: Meant
    steps: tuple[str, ...]
    status: str


class TransitionScenario(PlantedScenario[Rung, Wordings, Plan]):
    """Bring an issue to a status.

    The id of a transition cannot be known from the instruction, so a look at those that are open is due before each
    step; a look for the issue is where it is not named by its key. The answer to a step is empty: a check is due.
    """

    name = "jira_transition"
    tools = (
        "getTransitions", "doTransition", "getIssue", SEARCH, "editIssue", "assignIssue", "addComment", "getComments",
        "getStatuses", "getAllStatuses", "findUsers", "createIssue",
    )  # fmt: skip

    number = 2
    apis = (Operations,)
    rewards: tuple[OperationReward, ...] = (DoTransitionReward(),)
    ladder = _issues.LADDER
    train = _TRAIN
    test = _TEST

    def lot(self, seed: int, split: str) -> Lot:
        """Return what draws a task; the control plays the same tasks under another name."""
        return Lot(f"{TransitionScenario.name} {split} {seed}")

    def plant(self, world: World, insert: Insert, draws: Draws[Rung, Wordings]) -> Plan:
        """Add a project with a workflow of its own, the issue, and issues that are like it."""
        return _plant(world, insert, draws.lot, draws.rung, draws.words)

    def order(self, environment: Environment, planted: Plan, draws: Draws[Rung, Wordings]) -> Order:
        """Return what is asked for: a status by its name."""
        lot = draws.lot
        status = planted.status if lot.chance(50, "bare status") else f'"{planted.status}"'
        text = lot.pick(draws.words.templates, "template").format(issue=planted.issue.phrase, status=status)
        return Order(
            instruction=text[0].upper() + text[1:],
            gold=_gold(environment, planted),
            needed=(
                *planted.issue.needed,
                *(
                    Needed((TRANSITION, step), ("id",), step, "/body/transition", write=number)
                    for number, step in enumerate(planted.steps)
                ),
            ),
        )


def scenario() -> TransitionScenario:
    """Return the scenario."""
    return TransitionScenario()


@dataclass(frozen=True, slots=True)
class _Route:
    """The one shortest way between two statuses: all of them ids."""

    start: str
    steps: tuple[str, ...]
    end: str


def _plant(world: World, insert: Insert, lot: Lot, rung: Rung, wordings: Wordings) -> Plan:
    words = wordings.issues
    _issues.people(insert, lot, words)
    new = _project(world, insert, lot, wordings)
    projects = list(world.ids("jira.project"))
    project = new if lot.chance(75, "new project") else lot.pick(projects, "project")
    workflow = str(record(world, "jira.project", project)["workflow"])
    routes = list(_routes(world, workflow))
    length = 1 + lot.chance(45, "long way")
    route = lot.pick([item for item in routes if len(item.steps) == length], "route")
    own = {**_issues.fields(world, lot, words, "issue"), "project": project, "status": route.start}
    drafts: list[dict[str, Json]] = [own]
    open_ = sorted({item.start for item in routes})
    for number, draft in enumerate(_issues.lookalikes(world, own, rung, lot, words)):
        status = route.start if number == 0 else lot.pick(open_, f"lookalike {number} status")
        drafts.append({**draft, "project": project, "status": status})
    for number in range(2):
        what = f"stranger {number}"
        draft = _issues.fields(world, lot, words, what, unlike=own)
        drafts.append({**draft, "project": project, "status": lot.pick(open_, f"{what} status")})
    issue = _issues.meant(world, _issues.planted(insert, drafts, lot)[0], rung, lot, words)
    return Plan(issue, route.steps, name_of(world, "jira.status", route.end, "name"))


def _project(world: World, insert: Insert, lot: Lot, wordings: Wordings) -> str:
    """Add a project with a workflow of its own; return its id."""
    flow, (key, name) = lot.pick(wordings.flows, "flow"), lot.pick(wordings.projects, "new project's name")
    known = {str(item["name"]): id for id, item in records(world, "jira.status")}
    like = record(world, "jira.status", known["In Progress"])["statusCategory"]
    for status in flow.statuses:
        if status not in known:
            known[status] = insert("jira.status", {"name": status, "description": "", "statusCategory": like})
    workflow = insert("jira.workflow", {"name": flow.name, "initial": known[flow.statuses[0]]})
    for position in _shuffled(len(flow.arrows), lot):
        arrow = flow.arrows[position]
        sources: list[Json] = [known[source] for source in arrow.sources]
        insert(TRANSITION, {"workflow": workflow, "name": arrow.name, "from": sources, "to": known[arrow.to]})
    draft: JsonObject = {
        "key": key,
        "name": name,
        "description": name,
        "projectTypeKey": "software",
        "style": "classic",
    }
    lead = lot.pick(list(world.ids("jira.user")), "lead")
    return insert(
        "jira.project", {**draft, "simplified": False, "isPrivate": False, "lead": lead, "workflow": workflow}
    )


def _routes(world: World, workflow: str) -> Iterator[_Route]:
    """Yield the shortest way between any two statuses, of at most two steps, where there is but one as short."""
    arrows = [(id, arrow) for id, arrow in records(world, TRANSITION) if str(arrow["workflow"]) == workflow]
    statuses = sorted(
        {str(arrow["to"]) for _, arrow in arrows} | {item for _, arrow in arrows for item in _from(arrow)}
    )
    for start in statuses:
        ways: Mapping[tuple[str, ...], str] = {(): start}
        near = {start}
        for _ in range(_LONGEST):
            ways = {
                (*way, id): str(arrow["to"])
                for way, here in ways.items()
                for id, arrow in arrows
                if here in _from(arrow) and arrow["to"] not in near
            }
            ends = list(ways.values())
            yield from (_Route(start, way, end) for way, end in ways.items() if ends.count(end) == 1)
            near |= set(ends)


def _from(arrow: Document) -> list[str]:
    return cast("list[str]", arrow["from"])


def _shuffled(count: int, lot: Lot) -> list[int]:
    return lot.some(range(count), f"order of {count}", least=count, most=count)


def _gold(environment: Environment, plan: Plan) -> tuple[GoldCall, ...]:
    """Return the calls that carry out a plan, found by making them."""
    calls: list[GoldCall] = []
    key: JsonObject = {"issueIdOrKey": plan.issue.key}
    uses: tuple[Use, ...] = ()
    if plan.issue.query:
        look = GoldCall(SEARCH, {"jql": plan.issue.query, "fields": ["summary", "assignee", "labels"]})
        uses = (_issues.named_by(_issues.found(environment, look, plan.issue.id)),)
        calls.append(look)
    for step in plan.steps:
        offered = environment.call("getTransitions", key).json()["transitions"]
        place = next(number for number, item in enumerate(offered) if item["id"] == step)
        take: JsonObject = {**key, "body": {"transition": {"id": step}}}
        environment.call("doTransition", take)
        chosen = Use("/body/transition/id", "getTransitions", f"/transitions/{place}/id")
        calls += [GoldCall("getTransitions", key, uses), GoldCall("doTransition", take, (*uses, chosen))]
    return (*calls, GoldCall("getIssue", key, uses))
