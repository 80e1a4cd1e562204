"""Both products in one prompt: read an issue, write a page that documents it, label the page, link the issue back.

What the page says is the issue's own: it has to be read there. The link is judged by the page that its address leads
to, however the address is spelt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot
from atlasgen.tasks.gold import Insert
from atlasgen.tasks.planting import Draws, Order, PlantedScenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import GoldCall, Needed, Use
from generated_envs import confluence, jira
from generated_envs.confluence._generated.rewards import AddLabelsToContentReward
from rewards import _texts as texts
from rewards._dossiers import FRAMES, LABELS, LINKS, TEST, TEXTS, TITLES, TRAIN, Wordings
from rewards._issues import ISSUE, SEARCH, fields_of
from rewards._links import PageLinkReward, led_to
from rewards._pages import PageReward
from rewards._records import in_some_order, record
from rewards._texts import Block
from rewards._wiki import PAGE, SPACE, more_spaces
from rewards._words import listed

Rung: TypeAlias = Literal["ids", "titles", "summary", "lookalikes"]
LADDER: Final[Mapping[Rung, int]] = {"ids": 1, "titles": 1, "summary": 1, "lookalikes": 1}
"""What has to be looked up before the page can be written: nothing; where it belongs; the issue as well, by its
summary, which others begin with; all of them among others of much the same name."""

_NEIGHBOURS: Final = 3  # issues of quite another summary
_SEARCHED: Final = ("summary", "lookalikes")  # where the issue has to be found


@dataclass(frozen=True, slots=True)
class Places:
    """The records that a task is about, by id.

    Attributes:
        issue: The issue.
        space: Where the page goes.
        parent: Below which page.
        home: Whether that is the home page of the space.
    """

    issue: str
    space: str
    parent: str
    home: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        title: The title of the page.
        from_summary: Whether the summary of the issue is part of it.
        text: The text of the page.
        facts: What the text says of the issue: the fields, with what they show.
        labels: The labels of the page.
        link: The body of the link but for what is known only once there is a page.
        by_id: Whether the link gets the id of the page for its global id.
        instruction: All this in words.
    """

    title: str
    from_summary: bool
    text: str
    facts: Mapping[str, str]
    labels: tuple[str, ...]
    link: JsonObject
    by_id: bool
    instruction: str


class CrossProductScenario(PlantedScenario[Rung, Wordings, Places]):
    """Write a page about an issue, and tie the two together.

    The priority and the assignee of the issue stand in the page's text, its summary often in the title: whoever has not
    read the issue cannot know them. From rung to rung more has to be found: the page and space by their titles, the
    issue by its summary, all of them among others of much the same name.
    """

    name = "cross_product"
    tools = (
        "getIssue", SEARCH, "editIssue", "addComment", "createOrUpdateRemoteIssueLink",
        "getRemoteIssueLinks", "deleteRemoteIssueLinkById", "getSpaces", "getPages", "getPagesInSpace", "createPage",
        "getPageById", "deletePage", "getPageLabels", "addLabelsToContent",
    )  # fmt: skip

    number = 5
    apis = (jira.Operations, confluence.Operations)
    rewards: tuple[OperationReward, ...] = (PageReward(), AddLabelsToContentReward(), PageLinkReward())
    ladder = LADDER
    train = TRAIN
    test = TEST

    def plant(self, world: World, insert: Insert, draws: Draws[Rung, Wordings]) -> Places:
        """Add the issue, the page to write below, and on the highest rung others of much the same name."""
        return _plant(world, insert, draws.lot, draws.words, draws.rung)

    def order(self, environment: Environment, planted: Places, draws: Draws[Rung, Wordings]) -> Order:
        """Return what is asked for: a page that says of the issue what has to be read there, and a link to it."""
        world, rung = environment.world, draws.rung
        wanted = _wanted(world, planted, draws.lot, draws.words, rung)
        return Order(
            instruction=wanted.instruction,
            gold=tuple(_gold(world, planted, wanted, rung)),
            needed=tuple(_needed(planted, wanted, rung)),
        )

    def said(self, place: tuple[str, str], text: str) -> str:
        """Return what a text in an answer says: texts of pages and addresses of pages, in whatever form."""
        if place == ("object", "url"):
            return led_to(text)
        return texts.canonical(text) if place == ("storage", "value") else text


def scenario() -> CrossProductScenario:
    """Return the scenario."""
    return CrossProductScenario()


def _plant(world: World, insert: Insert, lot: Lot, words: Wordings, rung: Rung) -> Places:
    projects, people = list(world.ids("jira.project")), list(world.ids("jira.user"))
    priorities = list(world.ids("jira.priority"))
    spaces = [space.id for space in more_spaces(world, insert, lot, words.spaces)]
    types = [id for id in world.ids("jira.issuetype") if record(world, "jira.issuetype", id)["hierarchyLevel"] == 0]
    verb, thing, part = (
        lot.pick(options, what)
        for options, what in ((words.verbs, "verb"), (words.objects, "object"), (words.parts, "part"))
    )
    priority, person = lot.pick(priorities, "priority"), lot.pick(people, "assignee")

    def issue(summary: str, what: str, *, unlike: bool = False) -> str:
        """Add an issue; one that is taken for the right one must lead to something else."""
        others = [id for id in priorities if id != priority], [id for id in people if id != person]
        return insert(
            ISSUE,
            {
                "fields": {
                    "project": lot.pick(projects, f"{what} project"),
                    "issuetype": lot.pick(types, f"{what} type"),
                    "status": lot.pick(list(world.ids("jira.status")), f"{what} status"),
                    "summary": summary,
                    "priority": lot.pick(others[0], f"{what} priority") if unlike else priority,
                    "assignee": lot.pick(others[1], f"{what} assignee") if unlike else person,
                    "labels": [],
                }
            },
        )

    def page(space: str, title: str) -> str:
        home = str(record(world, SPACE, space)["homepageId"])
        return insert(PAGE, {"spaceId": space, "parentId": home, "title": title, "status": "current"})

    space = lot.pick(spaces, "space")
    parent = lot.pick(words.parents, "parent")
    summary = f"{verb} {thing} {part}"
    others = [_other(lot, words, thing, f"neighbour {number}") for number in range(_NEIGHBOURS)]
    if rung in _SEARCHED:
        # Whoever searches for the words of the summary finds the longer ones as well.
        unlike = [item for item in words.parts if item != part]
        others += [f"{verb} {thing} {other}" for other in lot.some(unlike, "parts")]
        others += [f"{summary} {tail}" for tail in lot.some(words.tails, "tails", least=3, most=4)]
    around = [partial(issue, name, f"issue {number}", unlike=True) for number, name in enumerate(others)]
    own, *_ = in_some_order([partial(issue, summary, "issue"), *around], lot, "issues")
    if rung not in _SEARCHED and lot.chance(40, "home"):
        return Places(own, space, str(record(world, SPACE, space)["homepageId"]), home=True)
    pages = [(space, parent)]
    if rung == "lookalikes":
        pages += [(elsewhere, parent if elsewhere != space else f"{parent} of last year") for elsewhere in spaces]
    below, *_ = in_some_order([partial(page, *place) for place in pages], lot, "pages")
    return Places(own, space, below, home=False)


def _other(lot: Lot, words: Wordings, thing: str, what: str) -> str:
    things = [item for item in words.objects if item != thing]
    parts = lot.pick(words.verbs, f"{what} verb"), lot.pick(things, f"{what} object"), lot.pick(words.parts, what)
    return " ".join(parts)


def _wanted(world: World, places: Places, lot: Lot, words: Wordings, rung: Rung) -> Wanted:
    issue = record(world, ISSUE, places.issue)
    fields = fields_of(issue)
    summary = str(fields["summary"])
    shown = {
        "priority": str(record(world, "jira.priority", str(fields["priority"]))["name"]),
        "assignee": str(record(world, "jira.user", str(fields["assignee"]))["displayName"]),
    }
    names = lot.some(tuple(shown), "facts")
    called = {"priority": lot.pick(words.priority, "called"), "assignee": lot.pick(words.assignee, "called")}
    from_summary = lot.chance(60, "title from the summary")
    prefix = lot.pick(words.prefixes, "prefix")
    title = f"{prefix}: {summary}" if from_summary else lot.pick(words.titles, "title")
    stated = lot.pick(TITLES, "title wording").format(prefix=prefix) if from_summary else f'the title "{title}"'
    frame = " ".join(f"{called[name]}: {FRAMES[name]}." for name in names)
    labels = tuple(lot.some(words.labels, "labels", most=3))
    link: JsonObject = {}
    more = ""
    if lot.chance(40, "relationship"):
        link["relationship"] = lot.pick(words.relationships, "relationship")
        more += f'; the relationship is "{link["relationship"]}"'
    by_id = lot.chance(40, "global id")
    if by_id:
        more += "; its global id is the id of the page"
    instruction = lot.pick(words.templates, "template").format(
        issue=f'the issue "{summary}"' if rung in _SEARCHED else f"the issue {issue['key']}",
        place=_place(world, places, rung),
        title=stated,
        text=lot.pick(TEXTS, "text wording").format(frame=frame),
        labels=lot.pick(LABELS, "labels wording").format(labels=listed(labels)),
        link=lot.pick(LINKS, "link wording").format(more=more),
    )
    return Wanted(
        title=title,
        from_summary=from_summary,
        text=" ".join(f"{called[name]}: {shown[name]}." for name in names),
        facts={name: shown[name] for name in names},
        labels=labels,
        link=link,
        by_id=by_id,
        instruction=instruction[0].upper() + instruction[1:],
    )


def _place(world: World, places: Places, rung: Rung) -> str:
    """Return where the page goes, in words."""
    if rung == "ids":
        return f"below the page {places.parent} in the space {places.space} (these are their ids)"
    key = record(world, SPACE, places.space)["key"]
    if places.home:
        return f"below the home page of the space {key}"
    return f'below the page "{record(world, PAGE, places.parent)["title"]}" in the space {key}'


def _gold(world: World, places: Places, order: Wanted, rung: Rung) -> Iterator[GoldCall]:
    issue = record(world, ISSUE, places.issue)
    key = str(issue["key"])
    if rung in _SEARCHED:
        summary = fields_of(issue)["summary"]
        asked: JsonObject = {"jql": f'summary ~ "{summary}"', "fields": ["summary", *order.facts]}
        yield GoldCall(SEARCH, asked)
    else:
        yield GoldCall("getIssue", {"issueIdOrKey": key})
    if rung != "ids":
        yield GoldCall("getSpaces", {"keys": [record(world, SPACE, places.space)["key"]]})
        if not places.home:
            titled: JsonObject = {"id": int(places.space), "title": record(world, PAGE, places.parent)["title"]}
            yield GoldCall("getPagesInSpace", titled)
    text = texts.in_storage([Block("paragraph", (order.text,))])
    page: JsonObject = {
        "spaceId": places.space, "parentId": places.parent, "title": order.title, "body": text,
    }  # fmt: skip
    yield GoldCall("createPage", {"body": page})
    new = Use("/id", "createPage", "/id")
    yield GoldCall(
        "addLabelsToContent", {"id": "", "body": [{"prefix": "global", "name": name} for name in order.labels]}, (new,)
    )
    link: JsonObject = {**order.link, "object": {"title": order.title, "url": ""}}
    uses = [Use("/body/object/url", "createPage", "/_links/webui")]
    if order.by_id:
        link["globalId"] = ""
        uses.append(Use("/body/globalId", "createPage", "/id"))
    yield GoldCall("createOrUpdateRemoteIssueLink", {"issueIdOrKey": key, "body": link}, tuple(uses))
    yield GoldCall("getPageById", {"id": 0, "body-format": "storage", "include-labels": True}, (new,))
    yield GoldCall("getRemoteIssueLinks", {"issueIdOrKey": key})


def _needed(places: Places, order: Wanted, rung: Rung) -> Iterator[Needed]:
    issue = (ISSUE, places.issue)
    for name, value in order.facts.items():
        yield Needed(issue, ("fields", name), value, "/body/body")
    if rung in _SEARCHED:
        yield Needed(issue, ("id",), places.issue, "/issueIdOrKey")
    elif order.from_summary:
        yield Needed(issue, ("fields", "summary"), order.title.partition(": ")[2], "/body/title")
    if rung != "ids" and places.home:
        yield Needed((SPACE, places.space), ("homepageId",), places.parent, "/body/parentId")
    elif rung != "ids":
        yield Needed((PAGE, places.parent), ("id",), places.parent, "/body/parentId")
