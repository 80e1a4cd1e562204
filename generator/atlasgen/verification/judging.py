"""Judges from the answers of readers what a call has done: whether each shows the effect, and shows it rightly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, Document, at
from atlasgen.runtime.environment import Reply
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.verification.aiming import Request, Target
from atlasgen.verification.comparison import Comparison, Look, changes, compare, matches, shows
from atlasgen.verification.derived import (
    Elements,
    again,
    elements,
    judge_ancestors,
    judge_link,
    judge_states,
    judge_texts,
    judge_unlink,
    misplaced,
)
from atlasgen.verification.notes import Book, dotted, short, told
from atlasgen.verification.readback import Eyes, looks, many, readers
from atlasgen.verification.repeats import emptying, replacing
from atlasgen.verification.requests import Requests

_GONE = (404, 410)
_SEVERAL = 3  # of the records that one call makes
_REPEATS = 3  # second calls that are judged
_LAYING = ("create", "upsert", "update", "patch", "action")  # what lays a body over a record
_DERIVED = -1  # the rank of a proof that says only that something changed


@dataclass(frozen=True, slots=True)
class Sight:
    """A reader before and after a call, and how it shows what was written."""

    reader: Target
    before: Look | None
    after: Look
    fields: Mapping[Path, Comparison]


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known before a call.

    Attributes:
        looks: What readers show.
        elements: What lists hold that follow from it.
        ids: The records that there are of the sort that it is about.
    """

    eyes: Eyes
    looks: Mapping[str, Look]
    elements: Mapping[str, Elements]
    ids: frozenset[str]


class Judge:
    """Judges the calls of one operation.

    Attributes:
        members: The paths that its body may have.
        showable: Those that a reader could show.
        compared: Those that were held against what a reader shows.
    """

    def __init__(self, requests: Requests, target: Target, notes: Book) -> None:
        """Take an operation, and where to write what is found out."""
        self.members = tuple(_members(target))
        self.showable: set[Path] = set()
        self.compared: set[Path] = set()
        self._requests = requests
        self._target = target
        self._book = notes
        self._readers = readers(requests, target)
        self._repeated = 0

    def watch(self, request: Request) -> Watch:
        """Look at what readers show before a call."""
        eyes = Eyes(self._requests, self._target, request.arguments, request.record)
        ids = frozenset(self._requests.environment.world.ids(self._target.collection))
        found = elements(self._requests, eyes, self._target, self._readers)
        return Watch(eyes, looks(eyes, self._readers), found, ids)

    def judge(self, request: Request, reply: Reply, watch: Watch) -> None:
        """Judge what an accepted call has done."""
        notes, kind = self._book[self._target.tool], self._target.operation.archetype
        made = self._made(watch)
        if kind in ("create", "upsert"):
            record = self._requests.created(self._target, reply)
            if record is None:
                notes.doubts.append("the answer does not name the new record")
                return
            self._created(request.arguments, record, watch)
            if self._target.operation.upsert and self._repeated < _REPEATS:
                self._repeat(request, record, watch)
        elif kind == "action" and made:
            self._several(request, made, watch)
        elif not (kind in ("link", "unlink") and self._moved(request, watch)):
            sights = self._sights(request.arguments, watch.eyes, watch)
            if not sights:
                notes.doubts.append(f"no operation reads a {self._target.operation.resource or 'record'} back")
                return
            match kind:
                case "delete":
                    emptying(self._requests, self._target, request.arguments, watch.eyes, self._readers, notes)
                    self._deleted(sights)
                case "update" | "patch":
                    self._updated(sights)
                case _:
                    self._acted(request, sights)

    def _repeat(self, request: Request, record: Document, watch: Watch) -> None:
        """Judge a second call that has the same key."""
        notes = self._book[self._target.tool]
        second = replacing(self._requests, self._target, request, record, self._readers, notes)
        if second is None:
            return
        self._repeated += 1
        eyes = Eyes(self._requests, self._target, second, record)
        _, wrong = self._fields(self._sights(second, eyes, watch))
        notes.doubts += [f"after a second call {item}" for item in wrong[:1]]

    def _moved(self, request: Request, watch: Watch) -> bool:
        """Judge a call that changes which records a field lists; whether a list could show that."""
        after = again(self._requests, watch.elements)
        if self._target.operation.archetype == "link":
            return judge_link(self._target, request.arguments, watch.elements, after, self._book)
        return judge_unlink(self._target, watch.eyes.names, watch.elements, after, self._book)

    def _made(self, watch: Watch) -> list[str]:
        """Return the ids of the records that the last call has made."""
        writes = self._requests.environment.calls[-1].writes
        return [id for name, id in dict.fromkeys(writes) if name == self._target.collection and id not in watch.ids]

    # -- what readers show ---------------------------------------------------------------------------------------------

    def _sights(self, arguments: JsonObject, eyes: Eyes, watch: Watch, like: Target | None = None) -> list[Sight]:
        """Look again at all that shows the record; `like`: the operation whose body the arguments have."""
        found: list[Sight] = []
        for reader in self._readers:
            before = watch.looks.get(reader.tool)
            # What could be asked before is asked again, so that the two answers can be compared.
            asking = before.arguments if before is not None and eyes is watch.eyes else eyes.address(reader)
            if asking is None or (after := eyes.look(reader, asking)) is None:
                continue
            if before is not None and before.arguments != asking:
                before = None
            found.append(self._sight(like or self._target, arguments, eyes, before, after))
        self._derived(found)
        if self._target.operation.archetype in _LAYING:
            now = elements(self._requests, eyes, self._target, self._readers)
            judge_texts(like or self._target, arguments, watch.elements, now, self._book)
            judge_ancestors(like or self._target, arguments, watch.elements, now, self._book)
            judge_states(like or self._target, arguments, watch.elements, now, self._book)
        return found

    def _sight(self, writer: Target, arguments: JsonObject, eyes: Eyes, before: Look | None, after: Look) -> Sight:
        reader = after.reader
        fields = {item.path: item for item in compare(writer, arguments, after)}
        if any(item.outcome == "absent" for item in fields.values()):
            for variant in eyes.variants(reader, after.arguments):
                look = eyes.look(reader, variant)
                for item in compare(writer, arguments, look) if look is not None else ():
                    if item.path not in fields or fields[item.path].outcome == "absent":
                        fields[item.path] = item
        self.showable |= {path for path in self.members if shows(after, path)}
        for path, item in fields.items():
            if item.written not in (None, [], {}):
                self.compared |= {path[:1], path[:2]}
        if after.problem:
            self._book[reader.tool].invalid.append(f"after {self._target.tool} {after.problem}")
        return Sight(reader, before, after, fields)

    def _derived(self, sights: Iterable[Sight]) -> None:
        """Note what shows no record, but something that is made of records, and changed."""
        for sight in sights:
            before, after = sight.before, sight.after
            if before is None or before.record is not None or after.record is not None or after.problem:
                continue
            if before.status < 300 and after.status < 300 and changes(before, after, ()):
                said = f"its answer is another one after {self._target.tool}"
                self._book[sight.reader.tool].proofs.append((_DERIVED, said))

    def _fields(self, sights: Iterable[Sight]) -> tuple[dict[Path, list[str]], list[str]]:
        """Return which readers show each written field rightly, and what is wrong."""
        shown: dict[Path, list[str]] = {}
        absent: dict[Path, str] = {}
        wrong: list[str] = []
        for sight in sights:
            for path, item in sight.fields.items():
                name = ".".join(path)
                if item.outcome == "shown":
                    shown.setdefault(path, []).append(sight.reader.tool)
                elif item.outcome == "absent":
                    absent.setdefault(path, sight.reader.tool)
                else:
                    said = f"{name} as {short(told(item.found))}, not as {short(told(item.written))}"
                    wrong.append(f"{sight.reader.tool} shows {said}")
                    self._book[sight.reader.tool].doubts.append(f"after {self._target.tool} it shows {said}")
        wrong += [
            f"{tool} could show {'.'.join(path)} and does not" for path, tool in absent.items() if path not in shown
        ]
        return shown, wrong

    # -- by what a call does -------------------------------------------------------------------------------------------

    def _created(self, arguments: JsonObject, record: Document, watch: Watch, like: Target | None = None) -> None:
        tool, notes = self._target.tool, self._book[self._target.tool]
        eyes = Eyes(self._requests, self._target, arguments, record)
        sights = self._sights(arguments, eyes, watch, like)
        if not sights:
            notes.doubts.append(f"no operation reads a {self._target.operation.resource or 'record'} back")
            return
        shown, wrong = self._fields(sights)
        for sight in sights:
            silent = sight.after.status < 300 and sight.after.record is None and many(sight.reader)
            if silent and eyes.must_list(sight.reader):
                self._book[sight.reader.tool].failures.append(f"does not list what {tool} created")
        seen = [sight for sight in sights if sight.after.record is not None and _names_it(sight, eyes)]
        if not seen:
            lacking = [f"{item.reader.tool} {_lacks(item.after)}" for item in sights[:2]]
            notes.doubts.append(f"the new record is not shown: {'; '.join(lacking)}")
            return
        for sight in seen:
            leak = eyes.leak(sight.reader, sight.after.arguments)
            if leak:
                self._book[sight.reader.tool].failures.append(f"shows what {tool} created whatever {leak} is")
            own = [path for path, tools in shown.items() if sight.reader.tool in tools]
            said = f"shows the id{dotted(own)} that {tool} gave"
            clean = all(item.outcome != "differs" for item in sight.fields.values())
            if clean and not sight.after.problem and (own or not shown):
                self._book[sight.reader.tool].proofs.append((len(own), said))
        if wrong:
            notes.doubts.append(wrong[0])
        elif shown or not self.members:
            best = max(seen, key=lambda item: sum(item.reader.tool in tools for tools in shown.values()))
            own = [path for path, tools in shown.items() if best.reader.tool in tools]
            notes.proofs.append((len(own), f"{best.reader.tool} shows the new id{dotted(own)}"))
        else:
            notes.faint.append(f"{seen[0].reader.tool} shows the new id, but nothing of what was written")

    def _several(self, request: Request, made: Sequence[str], watch: Watch) -> None:
        """Judge a call that makes several records at once: each is what an element of a list of its body says."""
        body: Any = request.arguments.get("body")
        lists = (item for item in body.values() if isinstance(item, list)) if isinstance(body, dict) else iter(())
        items = [item for item in (body if isinstance(body, list) else next(lists, [])) if isinstance(item, dict)]
        creator = self._requests.aim.creator(self._target) if self._target.operation.several is None else None
        for id in made[:_SEVERAL]:
            record = self._requests.environment.world.get(self._target.collection, id)
            if record is not None:
                item = self._element(items, request.arguments, record, creator or self._target)
                items = [other for other in items if other is not item]
                self._created({**request.arguments, "body": item}, record, watch, creator)

    def _element(
        self, items: Sequence[JsonObject], arguments: JsonObject, record: Document, creator: Target
    ) -> JsonObject:
        """Return the element that a record was made from: the first that readers show rightly, else the first.

        A service may refuse some of several and make the others.
        """
        eyes = Eyes(self._requests, self._target, {**arguments, "body": None}, record)
        addressed = ((reader, eyes.address(reader)) for reader in self._readers)
        found = (eyes.look(reader, asked) for reader, asked in addressed if asked is not None)
        look = next((look for look in found if look is not None and look.record is not None), None)
        if look is None:
            return next(iter(items), {})
        for item in items:
            if all(field.outcome != "differs" for field in compare(creator, {"body": item}, look)):
                return item
        return next(iter(items), {})

    def _updated(self, sights: Sequence[Sight]) -> None:
        notes = self._book[self._target.tool]
        shown, wrong = self._fields(sights)
        fresh: dict[Path, list[str]] = {}
        for sight in sights:
            for path, item in sight.fields.items():
                if item.outcome == "shown" and sight.before is not None and _is_new(self._target, item, sight.before):
                    fresh.setdefault(path, []).append(sight.reader.tool)
        for sight in sights:
            own = [path for path, tools in fresh.items() if sight.reader.tool in tools]
            clean = all(item.outcome != "differs" for item in sight.fields.values())
            if own and clean and not sight.after.problem:
                said = f"shows the new{dotted(own, first=True)} that {self._target.tool} wrote"
                self._book[sight.reader.tool].proofs.append((len(own), said))
        if wrong:
            notes.doubts.append(wrong[0])
        elif fresh:
            best = max(sights, key=lambda item: sum(item.reader.tool in tools for tools in fresh.values()))
            own = [path for path, tools in fresh.items() if best.reader.tool in tools]
            notes.proofs.append((len(own), f"{best.reader.tool} shows the new{dotted(own, first=True)}"))
        elif shown:
            notes.faint.append("what was written stood there before")
        else:
            notes.faint.append(f"{sights[0].reader.tool} shows nothing of what was written")

    def _deleted(self, sights: Sequence[Sight]) -> None:
        notes = self._book[self._target.tool]
        before = [sight for sight in sights if sight.before is not None and sight.before.record is not None]
        if not before:
            lacking = [f"{item.reader.tool} {_lacks(item.before)}" for item in sights[:2] if item.before is not None]
            notes.doubts.append(f"the record is not shown before it is deleted: {'; '.join(lacking)}")
            return
        stamped = _stamped(self._target)
        still = [
            sight for sight in before
            if sight.after.record is not None and sight.before and not changes(sight.before, sight.after, stamped)
        ]  # fmt: skip
        gone = [sight for sight in before if sight.after.record is None and _is_gone(sight, self._target)]
        lost = [sight for sight in before if sight.after.status in _GONE and not _is_gone(sight, self._target)]
        for sight in gone:
            said = f"no longer shows what {self._target.tool} deleted"
            self._book[sight.reader.tool].proofs.append((0, said))
        if still:
            notes.doubts.append(f"{still[0].reader.tool} still shows the record")
        elif lost:
            notes.doubts.append(f"{lost[0].reader.tool} answers {lost[0].after.status}: more than the record is gone")
        elif gone:
            how = "no longer lists it" if many(gone[0].reader) else f"answers {gone[0].after.status}"
            notes.proofs.append((1, f"afterwards {gone[0].reader.tool} {how}"))
        elif self._target.operation.trash is not None:
            notes.proofs.append((1, f"afterwards {before[0].reader.tool} shows that the record is put aside"))
        else:
            notes.doubts.append(f"{before[0].reader.tool} answers {before[0].after.status}, not 404")

    def _acted(self, request: Request, sights: Sequence[Sight]) -> None:
        notes, stamped = self._book[self._target.tool], _stamped(self._target)
        for sight in sights:
            if sight.before is None or sight.before.status >= 300:
                continue
            changed = changes(sight.before, sight.after, stamped)
            if wrong := misplaced(self._target, request.arguments, sight.before, sight.after):
                notes.doubts.append(f"{sight.reader.tool} {wrong}")
            if changed:
                what = ".".join(changed[0]) or "its answer"
                notes.proofs.append((1, f"{sight.reader.tool} shows that {what} changed"))
                if not sight.after.problem:
                    self._book[sight.reader.tool].proofs.append((1, f"shows that {self._target.tool} changed {what}"))
        if not notes.proofs and not notes.doubts:
            notes.doubts.append(f"no change is shown: {', '.join(item.reader.tool for item in sights[:3])}")


def _members(target: Target) -> Iterator[Path]:
    """Yield the paths that the body of an operation may have, two objects deep; of a list, those of its elements."""
    sampler = Sampler(target.plan.schemas, chooser(0))

    def walk(given: Any, path: Path) -> Iterator[Path]:
        schema = sampler.flat(given)
        options = [sampler.flat(item) for item in (schema, *schema.get("anyOf", ()))]
        if not path and (items := next((item["items"] for item in options if "items" in item), None)) is not None:
            schema = sampler.flat(items)
        for name, member in schema.get("properties", {}).items():
            yield (*path, name)
            if len(path) < 1:
                yield from walk(member, (*path, name))

    yield from walk(target.operation.body or {}, ())


def _stamped(target: Target) -> frozenset[Path]:
    return frozenset(target.resource.stamped) if target.resource is not None else frozenset()


def _names_it(sight: Sight, eyes: Eyes) -> bool:
    """Whether what a reader shows has an identity of the record."""
    record = sight.after.record or {}
    return any(str(record.get(name)) == str(value) for name, value in eyes.names.items())


def _is_new(target: Target, item: Comparison, before: Look) -> bool:
    """Whether a reader showed something else at a field before it was written."""
    envelope = item.path[1:] if before.record is not None and item.path[0] not in before.record else item.path
    mapped = {write.source: write for write in target.operation.writes}
    write = mapped.get(item.path)
    place = write.target if write is not None and at(before.record, write.target) is not ABSENT else envelope
    old = at(before.record, place)
    return not matches(item.written, old, write.reference if write is not None else None)


def _is_gone(sight: Sight, deleted: Target) -> bool:
    """Whether an answer says that the record alone is gone: a list goes with it only where it stands below it."""
    if many(sight.reader) and not _is_below(sight.reader, deleted):
        return sight.after.status < 300
    return sight.after.status in _GONE or (many(sight.reader) and sight.after.status < 300)


def _is_below(reader: Target, deleted: Target) -> bool:
    return bool(deleted.operation.target) and reader.operation.path.startswith(deleted.operation.path.rstrip("/") + "/")


def _lacks(look: Look) -> str:
    return f"answers {look.status}" if look.status >= 300 else "does not show it"
