"""What is said and written where a page is to document an issue; the words of the test are seen nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rewards._wiki import TEST_SPACES, TRAIN_SPACES


@dataclass(frozen=True, slots=True)
class Wordings:
    """What instructions and values are made of.

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
        spaces: What spaces are called.
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
    spaces: tuple[str, ...]


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
    tails=("again", "in detail", "after the launch", "for the support team", "on all devices"),
    prefixes=("Brief", "Background", "Handover", "Dossier", "Memo"),
    titles=("What is planned", "State of the work", "For the next meeting", "Notes for support"),
    parents=("Project dossiers", "Team handbook", "Open topics", "Work in detail", "Reading list"),
    priority=("Priority", "Urgency", "Importance"),
    assignee=("Assignee", "In charge", "Done by"),
    labels=("dossier", "handover", "background", "planning", "tracked", "briefing"),
    relationships=("documented by", "described on", "explained in"),
    spaces=TRAIN_SPACES,
)  # fmt: skip
TEST: Final = Wordings(
    templates=(
        "There is to be a page on {issue}: {place}, with {title}. {text} {labels} {link}",
        "For {issue}, file a page {place} with {title}. {text} {labels} {link}",
        "Have {issue} written up. The page stands {place} and has {title}. {text} {labels} {link}",
        "Start a page {place}; its subject is {issue}, and it has {title}. {text} {labels} {link}",
    ),
    verbs=("Rebuild", "Retire", "Audit", "Rename", "Measure"),
    objects=("the invoice mail", "the colour scheme", "the access log", "the queue monitor"),
    parts=("for auditors", "on tablets", "in the north region", "for new hires"),
    tails=("anew", "step by step", "before winter", "in both offices", "without a break"),
    prefixes=("Fact sheet", "Record", "Outline"),
    titles=("What to know", "Facts for the board", "Where things stand"),
    parents=("Fact sheets", "Board papers", "Long reads", "Case files"),
    priority=("Weight", "Rank"),
    assignee=("Owner", "Contact"),
    labels=("factsheet", "board", "filed", "casework"),
    relationships=("recorded in", "outlined on"),
    spaces=TEST_SPACES,
)

TITLES: Final = (
    'the title "{prefix}: " followed by the summary of the issue',
    'a title that begins with "{prefix}: " and goes on with the summary of the issue',
)
TEXTS: Final = (
    'Its text is one paragraph, "{frame}", with what the issue says in place of the brackets.',
    'As text it has a single paragraph: "{frame}", where the issue fills in what stands in brackets.',
    'The text reads "{frame}" as one paragraph; take what belongs in the brackets from the issue.',
)
LABELS: Final = (
    "Label the page {labels}.",
    "As labels the page gets {labels}.",
    "Label the new page with {labels}.",
)
LINKS: Final = (
    "Then give the issue a remote link to the page: its address, and its title as the title of the link{more}.",
    "Link the issue back: a remote link with the address of the page, and the title of the page as its title{more}.",
    "Last, the issue needs a remote link that has the title and the address of the page{more}.",
)
FRAMES: Final = {"priority": "[priority]", "assignee": "[name of the assignee]"}
