"""Pages: create one with a title and a text, in a space and below a page that are named as people name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot
from atlasgen.tasks.gold import Insert
from atlasgen.tasks.planting import Draws, Order, PlantedScenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import GoldCall, Needed
from generated_envs.confluence import Operations
from rewards import _texts as texts
from rewards import _wiki as wiki
from rewards._pages import FORMS, PageReward
from rewards._records import record
from rewards._texts import Block
from rewards._wiki import Page, Rung, Space

_DRAFTS: Final = 15  # of a hundred tasks ask for a draft


@dataclass(frozen=True, slots=True)
class Wordings:
    """What instructions and values are made of; those of the test are seen nowhere else.

    Attributes:
        templates: Sentences with `{title}`, `{place}`, and `{text}` for a sentence about the text.
        paragraph: Sentences with `{lines}`, which is one text in quotes.
        paragraphs: Sentences with `{lines}`, which are two texts in quotes.
        sections: Sentences with `{heading}` and `{lines}`, the points of a list.
        draft: Sentences that ask for a draft.
        subjects: The first words of titles.
        kinds: Their last words.
        lines: What texts are made of.
        headings: What stands above lists.
        spaces: What spaces are called.
    """

    templates: tuple[str, ...]
    paragraph: tuple[str, ...]
    paragraphs: tuple[str, ...]
    sections: tuple[str, ...]
    draft: tuple[str, ...]
    subjects: tuple[str, ...]
    kinds: tuple[str, ...]
    lines: tuple[str, ...]
    headings: tuple[str, ...]
    spaces: tuple[str, ...]


TRAIN: Final = Wordings(
    templates=(
        'Create a page "{title}" {place}.{text}',
        'Please write a page titled "{title}" {place}.{text}',
        'We need a page {place}. Its title: "{title}".{text}',
        'Add a page called "{title}" {place}.{text}',
        'Open a new page {place} and call it "{title}".{text}',
        'Somebody has to start the page "{title}" {place}. Do it.{text}',
        'The page "{title}" is missing {place}. Create it.{text}',
        'New page, title "{title}", {place}.{text}',
        'Could you put a page "{title}" {place}?{text}',
        'Let there be a page {place} with the title "{title}".{text}',
    ),
    paragraph=(" Its text is {lines}", " It says: {lines}", " One paragraph stands on it: {lines}"),
    paragraphs=(" Its text has two paragraphs: {lines}", " It says, in two paragraphs: {lines}"),
    sections=(
        ' Its text: a heading of level 2 "{heading}", then a bulleted list with the points {lines}',
        ' It has "{heading}" as a heading (level 2) and below that, as bullet points, {lines}',
    ),
    draft=(" It stays a draft for now.", " Do not publish it yet: create it as a draft."),
    subjects=("Rollout", "Hiring", "Backup", "Budget", "Login", "Import", "Search", "Office", "Newsletter", "Support"),
    kinds=("notes", "plan", "checklist", "decisions", "review", "questions", "summary", "handover"),
    lines=(
        "We meet on Monday at ten.", "The old server is switched off in May.", "Nobody works on this alone.",
        "Ask Mia before you change anything.", "All numbers are from last week.", "The tests run every night.",
        "Costs stay below the plan.", "Three customers have asked for it.", "A < B & C > D holds for all rows.",
        "Nothing is final.",
    ),
    headings=("Agenda", "Open points", "Next steps", "Risks", "Who does what"),
    spaces=wiki.TRAIN_SPACES,
)  # fmt: skip
TEST: Final = Wordings(
    templates=(
        'Have a page made {place} with "{title}" for its title.{text}',
        '"{title}" is to be a page {place}. Set it up.{text}',
        'Start a page {place}; the title reads "{title}".{text}',
        '{title}: that is the title of a page you create {place}.{text}',
    ),
    paragraph=(" On it stands {lines}", " The whole text of it is {lines}"),
    paragraphs=(" The text is made of two paragraphs, {lines}",),
    sections=(' It begins with the heading "{heading}" (level 2), and a bulleted list of {lines} follows',),
    draft=(" Save it as a draft only.",),
    subjects=("Migration", "Catering", "Invoice", "Sensor", "Archive", "Lab"),
    kinds=("log", "protocol", "roadmap", "guide", "retrospective"),
    lines=(
        "The second floor is closed on Friday.", "Every device gets a number.", "Jonas has the keys.",
        "Refunds take five days.", "We keep the paper for ten years.", 'Say "no" early & often.',
    ),
    headings=("Timeline", "Contacts", "Lessons"),
    spaces=wiki.TEST_SPACES,
)  # fmt: skip


class PageScenario(PlantedScenario[Rung, Wordings, Order]):
    """Create a page in a space, below a page, both of which have to be found unless their ids are stated.

    The answer to the creation shows the page, so that no look at it is due. Its format is the agent's choice.
    """

    name = "confluence_page"
    tools = (
        "getSpaces", "getPages", "getPageById", "getPageDirectChildren", "searchContentByCQL", "createPage",
        "updatePage", "updatePageTitle", "deletePage", "createFooterComment", "addLabelsToContent",
    )  # fmt: skip

    number = 3
    apis = (Operations,)
    rewards: tuple[OperationReward, ...] = (PageReward(),)
    ladder = wiki.LADDER
    train = TRAIN
    test = TEST

    def plant(self, world: World, insert: Insert, draws: Draws[Rung, Wordings]) -> Order:
        """Add the parent and the pages that resemble it, and return what is asked for."""
        return _plant(world, insert, draws.lot, draws.rung, draws.words)

    def order(self, environment: Environment, planted: Order, draws: Draws[Rung, Wordings]) -> Order:
        """Return what is asked for."""
        return planted

    def said(self, place: tuple[str, str], text: str) -> str:
        """Return what a text in an answer says: those in storage format in one form for all that say the same."""
        return texts.canonical(text) if place == ("storage", "value") else text


def scenario() -> PageScenario:
    """Return the scenario."""
    return PageScenario()


def _plant(world: World, insert: Insert, lot: Lot, rung: Rung, words: Wordings) -> Order:
    places = wiki.more_spaces(world, insert, lot, words.spaces)
    space = lot.pick(places, "space")
    titles = lot.some([f"{one} {other}" for one in words.subjects for other in words.kinds], "titles", least=4, most=4)
    title, above = titles[:2]
    kind = lot.pick(("page", "page", "page", "home", "none"), "parent")
    parent = wiki.page_among_others(world, insert, lot, space, above, rung) if kind == "page" else None
    if rung == "namesakes":
        # What is to be written exists already - elsewhere.
        other = lot.pick([place for place in places if place.id != space.id], "space of another")
        wiki.page(world, insert, other, title, text=words.lines[0])
    for spare in titles[2:]:
        wiki.page(world, insert, lot.pick(places, f"space of {spare}"), spare)
    home = str(record(world, wiki.SPACE, space.id)["homepageId"])
    text, blocks = _text(lot, words)
    draft = lot.chance(_DRAFTS, "draft")
    body: JsonObject = {"spaceId": space.id, "title": title, "body": lot.pick([*FORMS.values()], "form")(blocks)}
    if kind != "none":
        body["parentId"] = parent.id if parent is not None else home
    if draft:
        body["status"] = "draft"
    by_id = rung == "id"
    instruction = lot.pick(words.templates, "template").format(
        title=title,
        place=_place(world, lot, space, parent, home if kind == "home" else "", rung),
        text=text + (lot.pick(words.draft, "draft wording") if draft else ""),
    )
    return Order(
        instruction=instruction,
        gold=(*(() if by_id else _looks(space, parent, rung, instruction)), GoldCall("createPage", {"body": body})),
        needed=() if by_id else tuple(_needed(space, parent, home, kind)),
    )


def _place(world: World, lot: Lot, space: Space, parent: Page | None, home: str, rung: Rung) -> str:
    """Return where the page is to stand, in words."""
    if rung == "id":
        below = f", below the page {parent.id if parent is not None else home}" if parent is not None or home else ""
        return f"in the space with the id {space.id}{below}"
    where = space.named(lot, "space", rung)
    if parent is not None:
        forms = (f'below "{parent.title}" in {where}', f'in {where}, as a child of "{parent.title}"')
    elif home:
        title = record(world, wiki.PAGE, home)["title"]
        forms = (f"below the home page of {where}", f'in {where}, directly below "{title}"')
    else:
        return f"in {where}"
    return lot.pick(forms, "place")


def _text(lot: Lot, words: Wordings) -> tuple[str, tuple[Block, ...]]:
    """Return what the text is to be: a sentence about it, and its blocks."""
    kind = lot.pick(("paragraph", "paragraph", "paragraphs", "section", "section"), "text")
    if kind == "section":
        heading = lot.pick(words.headings, "heading")
        lines = [line.rstrip(".") for line in lot.some(words.lines, "points", least=2, most=3)]
        said = lot.pick(words.sections, "text wording").format(heading=heading, lines=_quoted(lines))
        return f"{said}.", (Block("heading", (heading,)), Block("list", tuple(lines)))
    count = 1 if kind == "paragraph" else 2
    lines = lot.some(words.lines, "lines", least=count, most=count)
    said = lot.pick(words.paragraph if count == 1 else words.paragraphs, "text wording").format(lines=_quoted(lines))
    return said, tuple(Block("paragraph", (line,)) for line in lines)


def _quoted(lines: Sequence[str]) -> str:
    quoted = [f"“{line}”" for line in lines]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _looks(space: Space, parent: Page | None, rung: Rung, instruction: str) -> tuple[GoldCall, ...]:
    found = [wiki.look_up_spaces([space], instruction)]
    return (*found, wiki.look_up(parent, rung)) if parent is not None else tuple(found)


def _needed(space: Space, parent: Page | None, home: str, kind: str) -> Iterator[Needed]:
    """Yield what has to be found: the id of the space, which its pages say as well, and that of the parent."""
    pages = [home, *([parent.id] if parent is not None else [])]
    told = tuple(Needed((wiki.PAGE, id), ("spaceId",), space.id) for id in pages)
    yield Needed((wiki.SPACE, space.id), ("id",), space.id, "/body/spaceId", instead=told)
    if parent is not None:
        yield wiki.needed_page(parent, "/body/parentId")
    elif kind == "home":
        said = Needed((wiki.SPACE, space.id), ("homepageId",), home)
        yield Needed((wiki.PAGE, home), ("id",), home, "/body/parentId", instead=(said,))
