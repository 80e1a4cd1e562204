"""Both products in one prompt: read an issue, write a page that documents it, label the page, link the issue back.

What the page says is the issue's own: it has to be read there. The link is judged by the page that its address leads
to, however the address is spelt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import urlsplit

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import Document
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot, world_seed
from atlasgen.tasks.gold import Draft, Insert, complete, plant
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import Expected, GoldCall, Needed, Task, Use
from generated_envs import confluence, jira
from generated_envs.confluence._generated.rewards import AddLabelsToContentReward
from generated_envs.jira._generated.rewards import CreateOrUpdateRemoteIssueLinkReward
from rewards import _texts as texts
from rewards._texts import Block
from rewards.confluence_page import PageReward

NUMBER: Final = 5
"""The scenario's number: its worlds are no other's."""

ISSUE: Final = "jira.issue"
PAGE: Final = "confluence.page"
SPACE: Final = "confluence.space"
LINK: Final = "jira.remotelink"

# -- what says the same ------------------------------------------------------------------------------------------------

_SITE = re.compile(r"(?:https?://localhost)?/wiki(?=/)")
_ADDRESSES: Final = (
    re.compile(r"/spaces/(?P<space>[\w~-]+)/pages/(?P<id>\d+)(?:/[^/?#\s]*)?"),
    re.compile(r"/pages/viewpage\.action\?pageId=(?P<id>\d+)"),
    re.compile(r"/x/(?P<id>\d+)"),
    re.compile(r"(?P<id>\d+)"),
)
_GLOBAL_IDS: Final = (*_ADDRESSES, re.compile(r"(?:appId=[\w-]+&)?pageId=(?P<id>\d+)"))


def same_page(one: Any, other: Any, *, forms: tuple[re.Pattern[str], ...] = _ADDRESSES) -> bool:
    """Return whether two addresses lead to the same page of this site.

    An address is the page's path, with or without the site before it and the title behind it; the short one that the
    service lists; the one that has the id for a parameter; or the id alone. A space that it names has to be the page's.
    """
    (space, id), (other_space, other_id) = _page(one, forms), _page(other, forms)
    return bool(id) and id == other_id and (not space or not other_space or space == other_space)


def _page(address: Any, forms: tuple[re.Pattern[str], ...]) -> tuple[str, str]:
    """Return the space and the id that an address names; empty where it names none."""
    path = _SITE.sub("", address, count=1) if isinstance(address, str) and _SITE.match(address) else address
    for form in forms:
        if isinstance(path, str) and (found := form.fullmatch(path)):
            return found.groupdict().get("space", ""), found["id"]
    return "", ""


class PageLinkReward(CreateOrUpdateRemoteIssueLinkReward):
    """The reward of a link to a page of the other product: any address of that page will do, and no other."""

    def equivalent(self, expected: Expected, found: Json) -> bool:
        """Return whether an argument says the same."""
        if expected.pointer == "/body/object":
            return _same_object(expected.value, found)
        if expected.pointer == "/body/globalId":
            return same_page(expected.value, found, forms=_GLOBAL_IDS)
        return super().equivalent(expected, found)

    def variants(self, expected: Expected) -> Iterator[tuple[str, Json]]:
        """Yield the gold's thing with its address written in other ways."""
        for name, path in _spellings(expected):
            for site in ("/wiki", "http://localhost/wiki"):
                yield f"{name} on {site} in", _addressed(expected, site + path)
            yield f"{name} with a title in", _addressed(expected, f"{path}/What+it+is+about")

    def lookalikes(self, expected: Expected) -> Iterator[tuple[str, Json]]:
        """Yield the gold's thing with addresses that look like that of the page."""
        for _, path in _spellings(expected):
            space, id = _page(path, _ADDRESSES)
            above = path.removesuffix(f"/pages/{id}")
            yield "another site", _addressed(expected, f"http://elsewhere.example/wiki{path}")
            yield "a site that begins alike", _addressed(expected, f"http://localhost.example/wiki{path}")
            yield "the space alone", _addressed(expected, above)
            yield "another space", _addressed(expected, f"/spaces/{space}X/pages/{id}")
            yield "one page further", _addressed(expected, f"{above}/pages/{int(id) + 1}")
            yield "the place where it is edited", _addressed(expected, f"/pages/resumedraft.action?draftId={id}")
            yield "the words for the address", _addressed(expected, "the address of the page")
            if isinstance(expected.value, dict):
                yield "more than asked", {**expected.value, "summary": "A page."}
                yield "address and title exchanged", {"title": path, "url": expected.value.get("title")}

    def same(self, collection: str, path: Path, expected: Any, found: Any) -> bool:
        """Return whether two stored values mean the same."""
        if (collection, path) == (LINK, ("object",)):
            return _same_object(expected, found)
        if (collection, path) == (LINK, ("globalId",)):
            return same_page(expected, found, forms=_GLOBAL_IDS)
        return super().same(collection, path, expected, found)


def _same_object(expected: Any, found: Any) -> bool:
    """Return whether two things that are linked to differ in nothing but the spelling of the address."""
    if not isinstance(expected, dict) or not isinstance(found, dict):
        return False
    alike = {**found, "url": expected.get("url")} == expected
    return alike and "url" in found and same_page(expected.get("url"), found["url"])


def _spellings(expected: Expected) -> Iterator[tuple[str, str]]:
    """Yield the gold's address of the page; nothing for an argument that has none."""
    if expected.pointer == "/body/object" and isinstance(expected.value, dict):
        yield "address", str(expected.value["url"])


def _addressed(expected: Expected, url: str) -> Json:
    return {**cast("JsonObject", expected.value), "url": url}


def led_to(address: str) -> str:
    """Return the address of a page as the service writes it; of anything else as it is.

    The oracle reads by this, so it is found by another way than the above.
    """
    parts = urlsplit(address)
    path = parts.path
    if parts.netloc == "localhost" and parts.scheme in ("http", "https") and not path.startswith("/wiki/"):
        return address
    if (parts.netloc not in ("", "localhost")) or parts.query or parts.fragment or address.split() != [address]:
        return address
    match path.removeprefix("/wiki").split("/"):
        case ["", "spaces", space, "pages", id] | ["", "spaces", space, "pages", id, _] if id.isdecimal():
            return f"/spaces/{space}/pages/{id}"
    return address


# -- words -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wordings:
    """What instructions and values are made of; those of the test are seen nowhere else.

    Attributes:
        templates: Sentences with `{issue}`, `{place}`, `{title}`, `{text}`, `{labels}` and `{link}`.
        verbs: The first words of summaries.
        objects: Their middle.
        parts: Their end.
        tails: What is added to the summary of another issue.
        prefixes: What stands before the summary in a title.
        titles: Titles that are stated as they are.
        parents: Titles of the pages that new ones are put below.
        priority: Words for the priority in a text.
        assignee: Words for the assignee in a text.
        labels: Words to label with.
        relationships: How an issue is related to a page.
    """

    templates: tuple[str, ...]
    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    parts: tuple[str, ...]
    tails: tuple[str, ...]
    prefixes: tuple[str, ...]
    titles: tuple[str, ...]
    parents: tuple[str, ...]
    priority: tuple[str, ...]
    assignee: tuple[str, ...]
    labels: tuple[str, ...]
    relationships: tuple[str, ...]


TRAIN: Final = Wordings(
    templates=(
        "Document {issue}: create a page {place}, with {title}. {text} {labels} {link}",
        "Please write a page about {issue}. It belongs {place} and has {title}. {text} {labels} {link}",
        "{issue} needs a page of its own {place}. Give it {title}. {text} {labels} {link}",
        "Create a page {place} that documents {issue}. It gets {title}. {text} {labels} {link}",
        "We want to read about {issue} {place}: add a page there with {title}. {text} {labels} {link}",
        "Could you put a page about {issue} {place}? It should have {title}. {text} {labels} {link}",
        "Set a page up {place} for {issue}, with {title}. {text} {labels} {link}",
        "Nobody has written about {issue} yet. Make a page {place} with {title}. {text} {labels} {link}",
        "Take {issue} and describe it on a new page {place}, with {title}. {text} {labels} {link}",
        "New page {place}, about {issue}, with {title}. {text} {labels} {link}",
    ),
    verbs=("Rework", "Replace", "Speed up", "Secure", "Translate", "Test", "Simplify", "Repair"),
    objects=("the sign-up form", "the price list", "the nightly export", "the search index", "the error pages"),
    parts=("for guests", "on phones", "in the archive", "for partners", "in the sandbox", "on slow lines"),
    tails=("again", "in detail", "after the launch"),
    prefixes=("Brief", "Background", "Handover", "Dossier", "Memo"),
    titles=("What is planned", "State of the work", "For the next meeting", "Notes for support"),
    parents=("Project dossiers", "Team handbook", "Open topics", "Work in detail", "Reading list"),
    priority=("Priority", "Urgency", "Importance"),
    assignee=("Assignee", "In charge", "Done by"),
    labels=("dossier", "handover", "background", "planning", "tracked", "briefing"),
    relationships=("documented by", "described on", "explained in"),
)  # fmt: skip
TEST: Final = Wordings(
    templates=(
        "There is to be a page on {issue}: {place}, with {title}. {text} {labels} {link}",
        "For {issue}, file a page {place} with {title}. {text} {labels} {link}",
        "Have {issue} written up. The page stands {place} and bears {title}. {text} {labels} {link}",
        "Start a page {place}; its subject is {issue}, and it carries {title}. {text} {labels} {link}",
    ),
    verbs=("Rebuild", "Retire", "Audit", "Rename", "Measure"),
    objects=("the invoice mail", "the colour scheme", "the access log", "the queue monitor"),
    parts=("for auditors", "on tablets", "in the north region", "for new hires"),
    tails=("anew", "step by step", "before winter"),
    prefixes=("Fact sheet", "Record", "Outline"),
    titles=("What to know", "Facts for the board", "Where things stand"),
    parents=("Fact sheets", "Board papers", "Long reads", "Case files"),
    priority=("Weight", "Rank"),
    assignee=("Owner", "Contact"),
    labels=("factsheet", "board", "filed", "casework"),
    relationships=("recorded in", "outlined on"),
)

_TITLES: Final = (
    'the title "{prefix}: " followed by the summary of the issue',
    'a title made of "{prefix}: " and the summary of the issue after it',
)
_TEXTS: Final = (
    'Its text is one paragraph, "{frame}", with what the issue says in place of the brackets.',
    'As text it has a single paragraph: "{frame}", where the issue fills in what stands in brackets.',
    'The text reads "{frame}" as one paragraph; take what belongs in the brackets from the issue.',
)
_LABELS: Final = ("Label the page {labels}.", "The page gets the labels {labels}.", "Labels of the page: {labels}.")
_LINKS: Final = (
    "Then give the issue a remote link to the page: its address, and its title as the title of the link{more}.",
    "Link the issue back: a remote link with the address of the page, titled like the page{more}.",
    "Last, the issue needs a remote link that has the title and the address of the page{more}.",
)
_FRAMES: Final = {"priority": "[priority]", "assignee": "[name of the assignee]"}


# -- tasks -------------------------------------------------------------------------------------------------------------

RUNGS: Final = ("ids given", "one match", "by its summary", "among look-alikes")
"""The ladder: what has to be looked up before the page can be written."""


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
class Order:
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


class CrossProductScenario(Scenario):
    """Write a page about an issue, and tie the two together.

    The priority and the assignee of the issue stand in the page's text, its summary often in the title: whoever has not
    read the issue cannot know them. From rung to rung more has to be found: the page and space by their titles, the
    issue by its summary, all of them among others of much the same name.
    """

    name = "cross_product"
    tools = (
        "getIssue", "searchAndReconsileIssuesUsingJql", "editIssue", "addComment", "createOrUpdateRemoteIssueLink",
        "getRemoteIssueLinks", "deleteRemoteIssueLinkById", "getSpaces", "getPages", "getPagesInSpace", "createPage",
        "getPageById", "deletePage", "getPageLabels", "addLabelsToContent",
    )  # fmt: skip

    def __init__(self) -> None:
        self.rewards: tuple[OperationReward, ...] = (PageReward(), AddLabelsToContentReward(), PageLinkReward())
        self._workshop = self.environment()
        self._tasks = lru_cache(maxsize=4096)(self._task)

    def environment(self) -> Environment:
        """Return a new environment that holds both products."""
        return Environment(jira.Operations, confluence.Operations)

    def task(self, seed: int, split: str) -> Task:
        """Return the task of a seed; a seed beyond the number of worlds is another task in a world seen before."""
        return self._tasks(seed, split)

    def said(self, place: tuple[str, str], text: str) -> str:
        """Return what a text in an answer says: texts of pages and addresses of pages, in whatever form."""
        if place == ("object", "url"):
            return led_to(text)
        return texts.canonical(text) if place == ("storage", "value") else text

    def rung(self, seed: int, split: str) -> int:
        """Return the rung of the ladder that a task stands on."""
        return self._lot(seed, split).number(len(RUNGS), "rung")

    def _lot(self, seed: int, split: str) -> Lot:
        return Lot(f"{self.name} {split} {seed}")

    def _task(self, seed: int, split: str) -> Task:
        lot, words = self._lot(seed, split), TEST if split == "test" else TRAIN
        rung, number = self.rung(seed, split), world_seed(NUMBER, split, seed)
        found: list[Places] = []
        layer = plant(
            self._workshop, number, lambda world, insert: found.append(_plant(world, insert, lot, words, rung))
        )
        world, (places,) = self._workshop.world, found
        order = _order(world, places, lot, words, rung)
        draft = Draft(
            scenario=self.name,
            seed=seed,
            split=split,
            instruction=order.instruction,
            world_seed=number,
            gold=tuple(_gold(world, places, order, rung)),
            tools=self.tools,
            layer=layer,
            needed=tuple(_needed(places, order, rung)),
        )
        return complete(draft, self._workshop, self.rewards)


def scenario() -> CrossProductScenario:
    """Return the scenario."""
    return CrossProductScenario()


def _plant(world: World, insert: Insert, lot: Lot, words: Wordings, rung: int) -> Places:
    """Add the issue, the page to write below, and on the highest rung others of much the same name."""
    projects, people = list(world.ids("jira.project")), list(world.ids("jira.user"))
    priorities, spaces = list(world.ids("jira.priority")), list(world.ids(SPACE))
    types = [id for id in world.ids("jira.issuetype") if _record(world, "jira.issuetype", id)["hierarchyLevel"] == 0]
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
        home = str(_record(world, SPACE, space)["homepageId"])
        return insert(PAGE, {"spaceId": space, "parentId": home, "title": title, "status": "current"})

    space = lot.pick(spaces, "space")
    parent = lot.pick(words.parents, "parent")
    summary = f"{verb} {thing} {part}"
    others = [_other(lot, words, thing, "neighbour")]
    if rung == len(RUNGS) - 1:
        # Whoever searches for the words of the summary finds the longer ones as well.
        others += [f"{summary} {tail}" for tail in lot.some(words.tails, "tails")]
        others += [
            f"{verb} {thing} {other}" for other in lot.some([item for item in words.parts if item != part], "parts")
        ]
    position = lot.number(len(others) + 1, "position")
    own = ""
    for number, name in enumerate([*others[:position], summary, *others[position:]]):
        id = issue(name, f"issue {number}", unlike=number != position)
        own = id if number == position else own
    if rung == len(RUNGS) - 1:
        for elsewhere in spaces:
            page(elsewhere, parent if elsewhere != space else f"{parent} of last year")
    home = rung < 2 and lot.chance(40, "home")
    below = str(_record(world, SPACE, space)["homepageId"]) if home else page(space, parent)
    return Places(own, space, below, home)


def _other(lot: Lot, words: Wordings, thing: str, what: str) -> str:
    things = [item for item in words.objects if item != thing]
    parts = lot.pick(words.verbs, f"{what} verb"), lot.pick(things, f"{what} object"), lot.pick(words.parts, what)
    return " ".join(parts)


def _order(world: World, places: Places, lot: Lot, words: Wordings, rung: int) -> Order:
    """Return what is asked for."""
    record = _record(world, ISSUE, places.issue)
    fields = cast("Document", record["fields"])
    summary = str(fields["summary"])
    shown = {
        "priority": str(_record(world, "jira.priority", str(fields["priority"]))["name"]),
        "assignee": str(_record(world, "jira.user", str(fields["assignee"]))["displayName"]),
    }
    names = lot.some(tuple(shown), "facts")
    called = {"priority": lot.pick(words.priority, "called"), "assignee": lot.pick(words.assignee, "called")}
    from_summary = lot.chance(60, "title from the summary")
    prefix = lot.pick(words.prefixes, "prefix")
    title = f"{prefix}: {summary}" if from_summary else lot.pick(words.titles, "title")
    stated = lot.pick(_TITLES, "title wording").format(prefix=prefix) if from_summary else f'the title "{title}"'
    frame = " ".join(f"{called[name]}: {_FRAMES[name]}." for name in names)
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
        issue=f'the issue "{summary}"' if rung >= 2 else f"the issue {record['key']}",
        place=_place(world, places, rung),
        title=stated,
        text=lot.pick(_TEXTS, "text wording").format(frame=frame),
        labels=lot.pick(_LABELS, "labels wording").format(labels=" and ".join(labels)),
        link=lot.pick(_LINKS, "link wording").format(more=more),
    )
    return Order(
        title=title,
        from_summary=from_summary,
        text=" ".join(f"{called[name]}: {shown[name]}." for name in names),
        facts={name: shown[name] for name in names},
        labels=labels,
        link=link,
        by_id=by_id,
        instruction=instruction[0].upper() + instruction[1:],
    )


def _place(world: World, places: Places, rung: int) -> str:
    """Return where the page goes, in words."""
    if rung == 0:
        return f"below the page {places.parent} in the space {places.space} (these are their ids)"
    key = _record(world, SPACE, places.space)["key"]
    if places.home:
        return f"below the home page of the space {key}"
    return f'below the page "{_record(world, PAGE, places.parent)["title"]}" in the space {key}'


def _gold(world: World, places: Places, order: Order, rung: int) -> Iterator[GoldCall]:
    record = _record(world, ISSUE, places.issue)
    key = str(record["key"])
    if rung >= 2:
        summary = cast("Document", record["fields"])["summary"]
        asked: JsonObject = {"jql": f'summary ~ "{summary}"', "fields": ["summary", *order.facts]}
        yield GoldCall("searchAndReconsileIssuesUsingJql", asked)
    else:
        yield GoldCall("getIssue", {"issueIdOrKey": key})
    if rung:
        yield GoldCall("getSpaces", {"keys": [_record(world, SPACE, places.space)["key"]]})
        if not places.home:
            titled: JsonObject = {"id": int(places.space), "title": _record(world, PAGE, places.parent)["title"]}
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


def _needed(places: Places, order: Order, rung: int) -> Iterator[Needed]:
    issue = (ISSUE, places.issue)
    for name, value in order.facts.items():
        yield Needed(issue, ("fields", name), value, "/body/body")
    if rung >= 2:
        yield Needed(issue, ("id",), places.issue, "/issueIdOrKey")
    elif order.from_summary:
        yield Needed(issue, ("fields", "summary"), order.title.partition(": ")[2], "/body/title")
    if rung and places.home:
        yield Needed((SPACE, places.space), ("homepageId",), places.parent, "/body/parentId")
    elif rung:
        yield Needed((PAGE, places.parent), ("id",), places.parent, "/body/parentId")


def _record(world: World, collection: str, id: str) -> Document:
    record = world.get(collection, id)
    assert record is not None
    return record
