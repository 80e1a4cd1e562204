"""Judges lists whose elements are not what a call writes, but follow from it.

Those that a field of another record lists (link and unlink), the texts that stand at a field of any record, the
records that lead upwards from one, and the states that one has had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.model import Effect, Path
from atlasgen.runtime.documents import ABSENT, at
from atlasgen.verification.aiming import Target
from atlasgen.verification.comparison import Look, matches
from atlasgen.verification.notes import Book, short, told
from atlasgen.verification.pages import Listing, listed
from atlasgen.verification.readback import Eyes
from atlasgen.verification.requests import Requests


@dataclass(frozen=True, slots=True)
class Elements:
    """What a list of another sort holds, before or after a call."""

    reader: Target
    arguments: JsonObject
    listing: Listing


def elements(requests: Requests, eyes: Eyes, writer: Target, every: Sequence[Target]) -> dict[str, Elements]:
    """Return what the lists hold that show what follows from a call, by their tools."""
    found: dict[str, Elements] = {}
    for reader in every:
        operation = reader.operation
        if not (_same_field(writer, reader) or operation.values or operation.ancestors or _keeps(writer, reader)):
            continue
        arguments = eyes.address(reader)
        if arguments is not None:
            found[reader.tool] = Elements(reader, arguments, listed(requests, reader, arguments))
    return found


def again(requests: Requests, before: Mapping[str, Elements]) -> dict[str, Elements]:
    """Return what the same lists hold now."""
    return {
        tool: Elements(item.reader, item.arguments, listed(requests, item.reader, item.arguments))
        for tool, item in before.items()
    }


def _same_field(writer: Target, reader: Target) -> bool:
    one, other = writer.operation.held, reader.operation.held
    return one is not None and other is not None and (one.resource, one.path) == (other.resource, other.path)


def _keeps(writer: Target, reader: Target) -> bool:
    """Whether a list shows the states that a record has had."""
    history = writer.resource.history if writer.resource is not None else None
    return history is not None and reader.operation.archetype == "list" and (
        reader.operation.resource == history.resource
    )  # fmt: skip


# -- actions -----------------------------------------------------------------------------------------------------------


def misplaced(writer: Target, arguments: JsonObject, before: Look, after: Look) -> str:
    """Return what a reader shows that does not follow from an action; empty where all does, or it shows nothing of it.

    What is added stands where it was added, what is taken out no longer does, what is set is what stands there.
    """
    if before.record is None or after.record is None:
        return ""
    for effect in writer.operation.effects:
        old, new = at(before.record, effect.at), at(after.record, effect.at)
        if old is ABSENT and new is ABSENT:
            continue  # it does not show that place
        name = ".".join(effect.at)
        if effect.kind == "set":
            if not matches(effect.value, new):
                return f"shows {name} as {short(told(new))}, not as {short(told(effect.value))}"
            continue
        listed = new if isinstance(new, list) else []
        held = [item for item in given(effect, arguments) if any(matches(item, one) for one in listed)]
        if effect.kind == "append" and len(held) < len(given(effect, arguments)):
            return f"does not show in {name} what was added"
        if effect.kind == "remove" and held:
            return f"still shows in {name} what was taken out"
        kept = [item for item in (old if isinstance(old, list) else []) if item not in listed]
        if effect.kind == "append" and kept:
            return f"no longer shows in {name} what stood there before"
    return ""


def given(effect: Effect, arguments: JsonObject) -> list[Any]:
    """Return the names that an action is called with."""
    value: Any = arguments.get(effect.parameter) if effect.parameter else at(arguments.get("body"), effect.source)
    listed = value if isinstance(value, list) else [] if value is None or value is ABSENT else [value]
    return [item.get(effect.by) if effect.by and isinstance(item, dict) else item for item in listed]


# -- link and unlink ---------------------------------------------------------------------------------------------------


def judge_link(
    writer: Target, arguments: JsonObject, before: Mapping[str, Elements], after: Mapping[str, Elements], notes: Book
) -> bool:
    """Judge a call that adds to what a field lists; whether a list could show it."""
    body: Any = arguments.get("body")
    items = [item for item in (body if isinstance(body, list) else [body]) if isinstance(item, dict)]
    mine = notes[writer.tool]
    able = list(_able(writer, before, after))
    for was, now in able:
        tool = now.reader.tool
        lacking = [item for item in items if not any(_is(writer, item, other) for other in now.listing.items)]
        fresh = [item for item in items if not any(_is(writer, item, other) for other in was.listing.items)]
        lost = [item for item in was.listing.items if item not in now.listing.items]
        if lacking:
            mine.doubts.append(f"{tool} does not show {short(told(lacking[0]))}")
        elif lost:
            mine.doubts.append(f"{tool} no longer shows {short(told(lost[0]))}")
        elif fresh:
            mine.proofs.append((len(fresh), f"{tool} shows {short(told(fresh[0]))} afterwards"))
            notes[tool].proofs.append((len(fresh), f"shows what {writer.tool} added"))
        else:
            mine.faint.append(f"{tool} showed before what was added")
    return bool(able)


def judge_unlink(
    writer: Target,
    names: JsonObject,
    before: Mapping[str, Elements],
    after: Mapping[str, Elements],
    notes: Book,
) -> bool:
    """Judge a call that takes a record out of what a field lists; whether a list could show it."""
    mine = notes[writer.tool]
    able = list(_able(writer, before, after))
    for was, now in able:
        tool = now.reader.tool
        shown = [item for item in was.listing.items if _named(item, names)]
        others = [item for item in was.listing.items if not _named(item, names)]
        if not shown:
            mine.doubts.append(f"{tool} does not show before what is taken out")
        elif any(_named(item, names) for item in now.listing.items):
            mine.doubts.append(f"{tool} still shows what was taken out")
        elif list(now.listing.items) != others:
            mine.doubts.append(f"{tool} shows something else than the others afterwards")
        else:
            mine.proofs.append((1, f"afterwards {tool} no longer shows {short(told(shown[0]))}"))
            notes[tool].proofs.append((1, f"no longer shows what {writer.tool} took out"))
    return bool(able)


def _able(
    writer: Target, before: Mapping[str, Elements], after: Mapping[str, Elements]
) -> Iterator[tuple[Elements, Elements]]:
    for tool, now in after.items():
        was = before[tool]
        if _same_field(writer, now.reader) and max(was.listing.status, now.listing.status) < 300:
            yield was, now


def _is(writer: Target, written: JsonObject, item: Any) -> bool:
    """Whether an element of a list is what was written, as far as it shows that."""
    mapped = {write.source: write for write in writer.operation.writes}
    shown = 0
    for name, value in written.items():
        write = mapped.get((name,))
        found = at(item, write.target if write is not None else (name,))
        if found is ABSENT:
            continue
        if not matches(value, found, write.reference if write is not None else None):
            return False
        shown += 1
    return shown > 0


def _named(item: Any, names: JsonObject) -> bool:
    return isinstance(item, dict) and any(str(item.get(key)) == str(value) for key, value in names.items())


# -- texts, ancestors, states ------------------------------------------------------------------------------------------


def judge_texts(
    writer: Target, arguments: JsonObject, before: Mapping[str, Elements], after: Mapping[str, Elements], notes: Book
) -> None:
    """Judge the lists of texts that stand at a field: they must have those that were written to it."""
    for tool, now in after.items():
        values = now.reader.operation.values
        if values is None or values.resource != writer.operation.resource or now.listing.status >= 300:
            continue
        texts = [str(text) for text in _written(writer, arguments, values.path)]
        lacking = [text for text in texts if text not in now.listing.items]
        fresh = [text for text in texts if text not in before[tool].listing.items] if tool in before else []
        if lacking:
            notes[tool].failures.append(f"does not list {short(lacking[0])}, which {writer.tool} wrote")
        elif fresh:
            notes[tool].proofs.append((1, f"lists {short(fresh[0])}, which {writer.tool} wrote"))


def judge_ancestors(
    writer: Target, arguments: JsonObject, before: Mapping[str, Elements], after: Mapping[str, Elements], notes: Book
) -> None:
    """Judge the lists of what leads upwards: they must end in what was written to lead there."""
    for tool, now in after.items():
        operation, resource = now.reader.operation, now.reader.resource
        if not operation.ancestors or operation.resource != writer.operation.resource or resource is None:
            continue
        own = now.arguments.get(operation.target)  # what stands below itself has nothing above it
        written = _written(writer, arguments, operation.ancestors)
        names = [name for name in written if isinstance(name, str | int) and str(name) != str(own)]
        if not names or now.listing.status >= 300:
            continue
        last = now.listing.items[-1] if now.listing.items else None
        if not isinstance(last, dict) or str(last.get(resource.identity.field)) != str(names[0]):
            notes[tool].failures.append(f"does not end in {short(str(names[0]))}, below which {writer.tool} put it")
        elif not _was(before, now, last):
            notes[tool].proofs.append((1, f"ends in what {writer.tool} put the record below"))


def judge_states(
    writer: Target, arguments: JsonObject, before: Mapping[str, Elements], after: Mapping[str, Elements], notes: Book
) -> None:
    """Judge the lists of the states that a record has had: one of them must be as it was written."""
    history = writer.resource.history if writer.resource is not None else None
    for tool, now in after.items():
        if history is None or not _keeps(writer, now.reader) or now.listing.status >= 300:
            continue
        items = now.listing.items
        wanted = [(place, value) for place, path in history.values for value in _written(writer, arguments, path)]
        # Objects may be shown in another form than they were written in.
        plain = [(place, value) for place, value in wanted if not isinstance(value, dict)]
        shown = [(place, value) for place, value in plain if any(at(item, place) is not ABSENT for item in items)]
        if not shown:
            continue
        names = ", ".join(".".join(place) for place, _ in shown)
        kept = [item for item in items if all(matches(value, at(item, place)) for place, value in shown)]
        if any(not _was(before, now, item) for item in kept):
            notes[tool].proofs.append((len(shown), f"keeps the {names} that {writer.tool} wrote"))
        elif not kept:
            notes[tool].failures.append(f"keeps no state with the {names} that {writer.tool} wrote")


def _was(before: Mapping[str, Elements], now: Elements, item: Any) -> bool:
    """Whether a list that was asked in the same way held an element before the call."""
    was = before.get(now.reader.tool)
    return was is not None and was.arguments == now.arguments and item in was.listing.items


def _written(writer: Target, arguments: JsonObject, path: Path) -> list[Any]:
    """Return what a call writes at a path of the record, each of several by itself."""
    found: list[Any] = []
    for write in writer.operation.writes:
        if write.target == path:
            value = at(arguments.get("body"), write.source)
            found += value if isinstance(value, list) else [] if value in (ABSENT, None) else [value]
    return found
