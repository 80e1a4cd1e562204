"""Labels: add some to pages, or take one from a page, where the pages are named by title and space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from atlasgen.jsonvalue import Json
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.world import World
from atlasgen.tasks.drawing import Lot
from atlasgen.tasks.gold import Insert
from atlasgen.tasks.planting import Draws, Order, PlantedScenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import GoldCall, Needed
from generated_envs.confluence import Operations
from generated_envs.confluence._generated.rewards import (
    AddLabelsToContentReward,
    RemoveLabelFromContentReward,
    RemoveLabelFromContentUsingQueryParameterReward,
)
from rewards import _wiki as wiki
from rewards._records import record
from rewards._wiki import Page, Rung
from rewards._words import labels_named, listed

_COPIES: Final = 20  # of a hundred tasks that add labels take them over from another page
_OVERLAP: Final = 35  # ... ask for a label that the page has
_SEVERAL: Final = 30  # ... are about two pages
_TAKES: Final = 40  # of a hundred tasks take a label away


@dataclass(frozen=True, slots=True)
class Wordings:
    """What instructions and values are made of; those of the test are seen nowhere else.

    Attributes:
        add: Sentences with `{pages}`, and `{labels}` or `{named}`, which says that they are labels.
        take: Sentences with `{pages}` and `{labels}`, which is one label.
        copy: Sentences with `{pages}` and `{model}`, the page that has the labels.
        subjects: The first words of titles.
        kinds: Their last words.
        labels: Words to label with; some worlds have a few of them already.
        spaces: What spaces are called.
    """

    add: tuple[str, ...]
    take: tuple[str, ...]
    copy: tuple[str, ...]
    subjects: tuple[str, ...]
    kinds: tuple[str, ...]
    labels: tuple[str, ...]
    spaces: tuple[str, ...]


TRAIN: Final = Wordings(
    add=(
        "Label {pages} with {labels}.",
        "Please add {named} to {pages}.",
        "Put {named} on {pages}. What is there stays.",
        "From now on {labels} should be among the labels of {pages}, besides what is there.",
        "We cannot find {pages} again. Add {named} there.",
        "Tag {pages}: {labels}.",
        "Could you see to it that {pages} can be found by {named}?",
        "For the overview we need {named} on {pages}.",
    ),
    take=(
        "Remove the label {labels} from {pages}.",
        "Take {labels} off {pages}; the other labels stay.",
        "From now on {pages} should not be labelled {labels}.",
        "Somebody labelled {pages} with {labels} by mistake. Undo that.",
        "The label {labels} does not belong on {pages}. Please remove it there, and only there.",
    ),
    copy=(
        "Give {pages} all the labels that {model} has.",
        "Whatever labels {model} has, {pages} should have as well.",
        "Copy the labels of {model} to {pages}.",
    ),
    subjects=("Backup", "Onboarding", "Billing", "Search", "Mobile", "Security", "Printing", "Payroll", "Garden"),
    kinds=("checklist", "handbook", "decisions", "overview", "plan", "glossary", "workshop notes"),
    labels=(
        "howto", "reviewed", "runbook", "policy", "release", "internal", "q3-goals", "team-blue", "archive-2024",
        "needs-owner", "faq", "meeting", "onboarding", "draft", "customer",
    ),
    spaces=wiki.TRAIN_SPACES,
)  # fmt: skip
TEST: Final = Wordings(
    add=(
        "Have {pages} carry {named}.",
        "Besides the labels that are there, {pages} should get {named}.",
        "Attach {named} to {pages}.",
    ),
    take=(
        "Let {pages} lose the label {labels}.",
        "Of the labels of {pages}, {labels} is wrong. Strike it.",
    ),
    copy=("The labels of {model} are missing on {pages}. Add them.",),
    subjects=("Translation", "Warehouse", "Accounting", "Chatbot", "Travel", "Archive"),
    kinds=("roadmap", "guideline", "retrospective", "inventory", "interviews"),
    labels=("needs-work", "hotfix", "legal-hold", "phase-2", "vendor", "emea", "budget", "prototype", "sunset"),
    spaces=wiki.TEST_SPACES,
)


class LabelScenario(PlantedScenario[Rung, Wordings, Order]):
    """Add the stated labels to the pages that are named, or take one label from the one page that is named.

    The answer to an addition shows all labels of the page, so a look at them is due after a removal alone. What was
    there stays, and what is there already need not be given again.
    """

    name = "confluence_labels"
    tools = (
        "getSpaces", "getPages", "getPageById", "getPageLabels", "getLabels", "getLabelPages", "searchContentByCQL",
        "addLabelsToContent", "removeLabelFromContent", "removeLabelFromContentUsingQueryParameter", "deletePage",
    )  # fmt: skip

    number = 4
    apis = (Operations,)
    rewards: tuple[OperationReward, ...] = (
        AddLabelsToContentReward(),
        RemoveLabelFromContentReward(),
        RemoveLabelFromContentUsingQueryParameterReward(),
    )
    ladder = wiki.LADDER
    train = TRAIN
    test = TEST

    def plant(self, world: World, insert: Insert, draws: Draws[Rung, Wordings]) -> Order:
        """Add the pages that the task is about and those that resemble them, and return what is asked for."""
        return _plant(world, insert, draws.lot, draws.rung, draws.words)

    def order(self, environment: Environment, planted: Order, draws: Draws[Rung, Wordings]) -> Order:
        """Return what is asked for."""
        return planted


def scenario() -> LabelScenario:
    """Return the scenario."""
    return LabelScenario()


def _plant(world: World, insert: Insert, lot: Lot, rung: Rung, words: Wordings) -> Order:
    takes = lot.chance(_TAKES, "takes")
    titles = lot.some([f"{one} {other}" for one in words.subjects for other in words.kinds], "titles", least=4, most=4)
    wanted = lot.some(words.labels, "labels", least=1, most=1 if takes else 3)
    rest = [name for name in words.labels if name not in wanted]
    present = lot.some(rest, "present", least=1 if takes else 0, most=2)
    copies = not takes and rung != "id" and lot.chance(_COPIES, "copies")
    if takes:
        present = lot.some([*present, *wanted], "present order", least=len(present) + 1, most=len(present) + 1)
    elif len(wanted) > 1 and lot.chance(_OVERLAP, "overlap"):
        present = [*present, wanted[0]]
    several = not takes and not copies and rung != "id" and lot.chance(_SEVERAL, "several")
    places = wiki.more_spaces(world, insert, lot, words.spaces)
    spread = [*present, *(wanted if takes or copies else rest[:2])]

    def planted(title: str, labels: Sequence[str], what: str) -> Page:
        space = lot.pick(places, f"space of {what}")
        return wiki.page_among_others(world, insert, lot, space, title, rung, labels=labels, spread=spread)

    pages = [planted(title, present, title) for title in titles[: 1 + several]]
    model = planted(titles[2], wanted, "the model") if copies else None
    wiki.page(world, insert, lot.pick(places, "space of another"), titles[3], labels=[*wanted, *rest[:1]])
    phrases = [wiki.named(item, lot, item.title, rung) for item in pages]
    template = lot.pick(words.take if takes else words.copy if copies else words.add, "template")
    said = wiki.named(model, lot, "model", rung) if model is not None else ""
    last = lot.pick((" and ", " as well as "), "and")
    instruction = template.format(
        pages=listed(phrases, last), labels=listed(wanted, last), named=labels_named(wanted, last), model=said
    )
    return Order(
        instruction=instruction,
        gold=(
            *(() if rung == "id" else _looks(pages, model, rung, instruction)),
            *(_write(item, wanted, lot, takes=takes) for item in pages),
            *(_check(item) for item in pages if takes),
        ),
        needed=() if rung == "id" else _needed(world, pages, model),
    )


def _looks(pages: Sequence[Page], model: Page | None, rung: Rung, instruction: str) -> tuple[GoldCall, ...]:
    every = [*pages, *([model] if model is not None else [])]
    found = [wiki.look_up_spaces([item.space for item in every], instruction)]
    found += [wiki.look_up(item, rung) for item in every]
    if model is not None:
        found.append(_check(model))
    return tuple(found)


def _needed(world: World, pages: Sequence[Page], model: Page | None) -> tuple[Needed, ...]:
    found = [wiki.needed_page(item, "/id") for item in pages]
    if model is not None:
        labels: Json = record(world, wiki.PAGE, model.id)["labels"]
        found.append(Needed((wiki.PAGE, model.id), ("labels",), labels, "/body"))
    return tuple(found)


def _write(item: Page, labels: Sequence[str], lot: Lot, *, takes: bool) -> GoldCall:
    if takes:
        forms: Mapping[str, str] = {
            "removeLabelFromContent": "label",
            "removeLabelFromContentUsingQueryParameter": "name",
        }
        tool = lot.pick([*forms], "form")
        return GoldCall(tool, {"id": item.id, forms[tool]: labels[0]})
    body: list[Json] = [{"prefix": "global", "name": name} for name in labels]
    return GoldCall("addLabelsToContent", {"id": item.id, "body": body})


def _check(item: Page) -> GoldCall:
    return GoldCall("getPageLabels", {"id": int(item.id)})
