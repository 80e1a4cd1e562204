"""Instructions in other words: the tiny model is to read what is asked for, not to know the sentences of its tasks.

Phrases are put in the place of those of the training tasks, words that say nothing by others. The sentences and the
words of the test are not among them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    # pages
    'Create a page "': ('Make a page "', 'Write up a page "', 'Prepare a page "', 'Produce the page "'),
    "Please write a page titled": (
        "Kindly draw up a page titled", "I would like a page named", "Please prepare a page called",
    ),
    "We need a page": ("What we lack is a page", "There should be a page", "I want a page"),
    'Its title: "': ('It is titled "', 'Its name is "', 'Title: "', 'It goes by "'),
    "Add a page called": ("Insert a page named", "Bring in a page called", "Put in a page titled"),
    "Open a new page": ("Begin a page", "Lay out a new page", "Make up a fresh page"),
    "and call it": ("and name it", "with the name", "under the title", "titled"),
    "Somebody has to start the page": ("Someone must write the page", "It is time for the page", "Who writes the page"),
    "New page, title": ("A page, named", "Page wanted:", "One more page, its name", "Page:"),
    "Could you put a page": ("Would you file a page", "Can you place a page", "Kindly put a page"),
    "Let there be a page": ("There is a need of a page", "Make room for a page", "A page is wanted"),
    'with the title "': ('named "', 'which is called "', 'whose name is "', 'and title it "'),
    'The page "': ('A page "', 'The document "'),
    "is missing": ("does not exist yet", "is not there yet", "is wanted"),
    ", as a child of": (", under", ", right beneath", ", as a subpage of"),
    'below "': ('under "', 'beneath "', 'as a subpage of "', 'right below "'),
    "Its text is": ("It contains", "Content:", "Write on it", "The text:"),
    "It says:": ("It reads:", "Contents:", "Write there:"),
    "One paragraph stands on it:": ("It has one paragraph:", "As its only paragraph:", "A single paragraph:"),
    "Its text has two paragraphs:": ("Two paragraphs make its text:", "Write two paragraphs:"),
    "It says, in two paragraphs:": ("In two paragraphs it reads:", "Two paragraphs stand there:"),
    "Its text: a heading of level 2": ("On it a level 2 heading", "Content: the heading (level 2)"),
    "then a bulleted list with the points": ("followed by bullet points", "then, as a list of bullets,", "and a list:"),
    "as a heading (level 2) and below that, as bullet points,": (
        "for a heading of level 2, under it a list of", "as level 2 heading, and then the bullets",
    ),
    "It stays a draft for now.": ("Leave it a draft.", "Only a draft, please.", "Keep it in draft."),
    "Do not publish it yet: create it as a draft.": ("It is not to be published: draft.", "Make it a draft."),
    # labels
    "Label ": ("Mark ", "Provide ", "Equip "),
    "Please add": ("Kindly put", "Please attach", "Do add"),
    "What is there stays.": ("Leave the others.", "The old ones stay.", "Nothing else changes."),
    "should be among the labels of": ("belong to the labels of", "are wanted among the labels of"),
    "We cannot find": ("Nobody finds", "It is hard to find", "People look for"),
    "Tag ": ("Give labels to ", "Mark "),
    "Could you see to it that": ("Would you make sure that", "See that"),
    "can be found by": ("is found under", "has", "is listed under"),
    "For the overview we need": ("For the list we want", "The index needs", "We should have"),
    "Remove the label": ("Delete the label", "Drop the label", "Get rid of the label"),
    "off ": ("away from ", "from "),
    "should not be labelled": ("must not have the label", "goes without the label", "should lose"),
    "by mistake. Undo that.": ("in error. Take it back.", "wrongly. Remove it.", "without need. Correct that."),
    "does not belong on": ("has no business on", "should not be on", "is out of place on"),
    "all the labels that": ("the same labels as", "every label which", "those labels that"),
    "Whatever labels": ("All labels that", "The labels which"),
    "should have as well": ("gets too", "needs also", "should get"),
    "Copy the labels of": ("Transfer the labels of", "Repeat the labels of", "Take over the labels of"),
    " as well as ": (" and ", ", ", " together with "),
    # sub-tasks
    "Create a Sub-task of": ("Make a Sub-task of", "Open a Sub-task under", "Set a Sub-task to"),
    "New Sub-task, parent": ("One more Sub-task, under", "Sub-task wanted, its parent"),
    "Please add a Sub-task to": ("Kindly open a Sub-task of", "Please make a Sub-task for", "Hang a Sub-task on"),
    "its summary is": ("summary:", "it is called", "with the summary", "it is about"),
    "Its summary is": ("Summary:", "It is called", "The summary:", "Name it"),
    "a little": ("somewhat", "a bit", "more"),
    "becomes a Sub-task of its own": ("is made a Sub-task", "turns into a Sub-task"),
    "There is more to": ("There is a lot in", "We have underrated", "It takes more for"),
    "Add the Sub-task": ("Open the Sub-task", "Make the Sub-task", "Put in a Sub-task"),
    "as a Sub-task of": ("as one more Sub-task of", "to be a Sub-task of", "under"),
    "Take the priority over from the parent.": ("Its priority is that of the parent.", "Same priority as the parent."),
    "Set the priority to": ("Priority:", "Its priority is", "Give it the priority"),
    "Assign it to whoever the parent is assigned to.": (
        "The assignee of the parent takes it.", "Same assignee as the parent.",
    ),
    "It is due on the same day as the parent.": ("Its due date is that of the parent.", "Same due date as the parent."),
    "It is due on": ("Due date:", "Its due date is", "Due on"),
    "Label it": ("Its label:", "Mark it", "It is labelled"),
    "Labels:": ("Label it with", "Its labels:"),
}  # fmt: skip
"""What stands in training instructions, and what may stand there instead."""

BEFORE: Final = (
    "Hello.", "One more thing.", "This came up today.", "When you have a moment.", "Thanks in advance.",
)  # fmt: skip
"""What may be said before."""

# Words on which it depends what is to be done.
_MEANT: Final = frozenset((
    "page", "pages", "below", "space", "home", "id", "ids", "draft", "heading", "level", "paragraph", "paragraphs",
    "bullet", "points", "label", "labels", "labelled", "issue", "issues", "parent", "priority", "assignee", "assigned",
    "due", "same", "child", "summary", "title", "task", "Sub", "and", "not", "remove", "Remove", "add", "Add", "off",
    "them", "The", "the", "to", "with",
))  # fmt: skip
_SPANS: Final = re.compile(r'"[^"]*"|“[^”]*”|[A-Za-z]+|[^A-Za-z"“]+|.')


def reworded(instruction: str, lot: random.Random, *, words: Sequence[str], keep: Collection[str]) -> str:
    """Return an instruction in other words; what it asks for is the same, with the same values.

    Args:
        instruction: The instruction.
        lot: Draws.
        words: What stands in the place of words that say nothing.
        keep: Words of values.
    """
    told = instruction
    for phrase, others in PHRASES.items():
        if phrase in told and lot.random() < 0.6:
            told = told.replace(phrase, lot.choice(others), 1)
    share = lot.choice((0.0, 0.1, 0.25))

    def other(found: re.Match[str]) -> str:
        word = found[0]
        if not word.isalpha() or word in keep or word in _MEANT or word.isupper() or lot.random() >= share:
            return word
        new = lot.choice(words)
        return new.capitalize() if word[0].isupper() else new

    told = _SPANS.sub(other, told)
    return f"{lot.choice(BEFORE)} {told}" if lot.random() < 0.15 else told
