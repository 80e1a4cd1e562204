"""Says of every operation of an API how much of its behaviour can be seen from outside: class A, B, C or D.

A: a write whose effect another operation shows, or a read that shows what another operation wrote. B: only internal
state changed, or a read of what every world holds. C: accepted without effect. D: static, or not emulated. An operation
that does anything wrong (an answer against its schema, a wrong request accepted, a refused one that changes something)
is no more than B. All is judged from the answers of calls; the world is looked at only to find what to call with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from atlasgen.jsonvalue import Json, JsonObject, encode
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, at, with_value
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.identity import draw
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations
from atlasgen.runtime.sampling import Sampler, chooser
from atlasgen.tasks.readback import (
    Comparison,
    Eyes,
    Look,
    changes,
    compare,
    fault,
    is_mutating,
    many,
    matches,
    readers,
    shows,
)
from atlasgen.tasks.requests import BROKEN, Request, Requests, Target
from atlasgen.tasks.verdicts import Behaviour, Origin, Report, Verdict

SEEDS = 3
"""How many worlds every operation is tried in, if the caller does not say."""

# How many of a hundred members that may be left out are there, try after try.
_SHARES = (100, 60, 30, 0, 80, 50, 20, 0, 100, 60, 30, 0)
_MEMBERS = 24  # members that are sent one by one where a service does not take them together
_AGAIN = 8  # tries of each
_READS = 3  # accepted requests of a reading operation in the first world
_SHOWN = 60  # characters of a value in a sentence
_GONE = (404, 410)


def verify(
    api: Emulator | type[Operations], *, seeds: int = SEEDS, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Try every operation of an API.

    Args:
        api: An emulator, or the (generated or overridden) operations class of a package.
        seeds: In how many worlds.
        progress: Is told how many operations are done, and of how many.
    """
    verifier = _Verifier(Environment(api), seeds)
    every = verifier.requests.targets
    # Writes first: what they prove of the reads is needed for these.
    order = sorted(every, key=lambda target: not is_mutating(target))
    for done, target in enumerate(order):
        if progress is not None:
            progress(done, len(order))
        verifier.run(target)
    overrides = api.overrides if isinstance(api, type) else None
    verdicts = [
        verifier.verdict(target, "overridden" if overrides and overrides(target.operation) else _origin(target))
        for target in every
    ]
    return Report(every[0].plan.name if every else "", tuple(verdicts))


def _origin(target: Target) -> Origin:
    facts = target.operation.facts
    if any(fact.source == "hinted" for fact in facts):
        return "hinted"
    return "declared" if facts and all(fact.source == "declared" for fact in facts) else "inferred"


@dataclass(slots=True)
class _Notes:
    """What is known of one operation so far; texts are sentences.

    Attributes:
        accepted: How many valid requests were.
        refusals: What came back for valid requests instead.
        invalid: Answers that do not meet their schema.
        failures: What else must not be.
        proofs: What shows its effect; of a read, what it shows of the effects of others. How many fields say it.
        doubts: Accepted requests after which the effect was not shown, or not rightly.
        faint: Accepted requests that could not show anything.
        changed: Whether the state was another one after a call.
        reads: Whether an answer came from records.
    """

    accepted: int = 0
    refusals: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    proofs: list[tuple[int, str]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    faint: list[str] = field(default_factory=list)
    changed: bool = False
    reads: bool = False


@dataclass(frozen=True, slots=True)
class _Sight:
    """A reader before and after a call, and how it shows what was written."""

    reader: Target
    before: Look | None
    after: Look
    fields: Mapping[Path, Comparison]


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A request that was accepted, the calls that went before it, and the members of its body."""

    request: Request
    preparation: Sequence[tuple[str, JsonObject]]
    members: frozenset[Path]


class _Verifier:
    """Tries the operations of one environment and keeps notes."""

    def __init__(self, environment: Environment, seeds: int) -> None:
        self.environment = environment
        self.requests = Requests(environment)
        self.seeds = seeds
        self.notes = {target.tool: _Notes() for target in self.requests.targets}
        self._members = {target.tool: tuple(_members(target)) for target in self.requests.targets}
        # Of the operation that is being tried: members of accepted requests, those that a reader could show, those that
        # were held against what it shows; and the smallest request.
        self._sent: set[Path] = set()
        self._showable: set[Path] = set()
        self._compared: set[Path] = set()
        self._least: _Accepted | None = None

    # -- trying --------------------------------------------------------------------------------------------------------

    def run(self, target: Target) -> None:
        """Try an operation in every world with one request at least, in the first with all that can be sent."""
        self._sent, self._showable, self._compared, self._least = set(), set(), set(), None
        for seed in range(self.seeds):
            accepted = 0
            for number in range(len(_SHARES)):
                if accepted and (seed or self._is_enough(target, accepted)):
                    break
                step = number + seed + (0 if is_mutating(target) else _READS)
                outcome = self._try(target, seed, number, _SHARES[step % len(_SHARES)], checked=accepted > 0)
                if outcome is None:
                    return
                accepted += outcome
            if seed == 0 and is_mutating(target) and self._least is not None:
                self._complete(target, self._least)

    def _complete(self, target: Target, least: _Accepted) -> None:
        """Send what was not accepted or not compared so far, member by member, beside the least that was accepted."""
        members = self._members[target.tool]
        missing = [path for path in members if path not in self._sent or path in self._showable - self._compared]
        for index, path in enumerate(missing[:_MEMBERS]):
            for attempt in range(_AGAIN):
                number = len(_SHARES) + index * _AGAIN + attempt
                if self._try(target, 0, number, 100, checked=True, beside=(least, path)) is None:
                    return
                if path in self._sent and path not in self._showable - self._compared:
                    break

    def _is_enough(self, target: Target, accepted: int) -> bool:
        if not is_mutating(target):
            return accepted >= _READS
        return self._sent.issuperset(self._members[target.tool])

    def _try(
        self,
        target: Target,
        seed: int,
        number: int,
        share: int,
        *,
        checked: bool,
        beside: tuple[_Accepted, Path] | None = None,
    ) -> bool | None:
        """Make one valid request and judge what comes of it.

        Args:
            target: What to call.
            seed: The world.
            number: Which try this is.
            share: How many of a hundred members that may be left out are to be there.
            checked: Whether wrong requests were made in this world already.
            beside: An accepted request, to be made again with one member more.

        Returns:
            Whether it was accepted; None where there is no use in trying again.
        """
        notes, environment = self.notes[target.tool], self.environment
        self.requests.begin(seed, trusting=number % 2 == 0)
        choose = chooser(draw(seed, target.tool, number))
        if beside is not None:
            self._prepare(beside[0].preparation)
        request = self.requests.valid(target, choose, share=share)
        if request is not None and beside is not None:
            request = _with_member(beside[0].request, request, beside[1])
            if request is None or not self.requests.accepts(target, request.arguments):
                return False
        if request is None and target.operation.archetype == "stub":
            notes.refusals.append("is not emulated")
            return None
        if request is None:
            notes.refusals.append("no request could be made that meets its schema")
            return False
        before: dict[str, Look] = {}
        eyes: Eyes | None = None
        if is_mutating(target) and target.operation.archetype != "create":
            eyes = Eyes(self.requests, target, request.arguments, request.record, chooser(number))
            for reader in readers(self.requests, target):
                asked = eyes.address(reader)
                if asked is not None:
                    before[reader.tool] = eyes.look(reader, asked)
        preparation = [(call.tool, call.arguments) for call in environment.calls]
        digest, diff = environment.digest(), environment.diff()
        reply = self.requests.call(target.tool, request.arguments)
        if reply.status >= 300:
            self._refused(notes, reply, changed=environment.digest() != digest)
            return None if reply.status in (501, BROKEN) else False
        notes.accepted += 1
        accepted = _Accepted(request, preparation, frozenset(_paths(request.arguments.get("body"))))
        self._sent |= accepted.members
        if seed == 0 and (self._least is None or len(accepted.members) < len(self._least.members)):
            self._least = accepted
        if problem := fault(target, reply):
            notes.invalid.append(problem)
        notes.changed = notes.changed or environment.diff() != diff
        notes.reads = notes.reads or environment.calls[-1].reads != ()
        if is_mutating(target):
            self._judge_effect(target, request, reply, eyes, before)
        elif environment.digest() != digest:
            notes.failures.append("a read changes something")
        if not checked:
            self._judge_refusals(target, request, seed, preparation)
        return True

    def _prepare(self, calls: Iterable[tuple[str, JsonObject]]) -> None:
        for tool, arguments in calls:
            self.requests.call(tool, arguments)

    def _refused(self, notes: _Notes, reply: Reply, *, changed: bool) -> None:
        if reply.status == BROKEN:
            notes.failures.append(f"our code breaks: {_short(reply.json()['broke'])}")
        elif changed:
            notes.failures.append(f"a request that is refused with {reply.status} changes something")
        told = "is not emulated: it answers 501" if reply.status == 501 else f"{reply.status} {_short(reply.json())}"
        notes.refusals.append(told)

    def _judge_refusals(
        self, target: Target, request: Request, seed: int, preparation: Sequence[tuple[str, JsonObject]]
    ) -> None:
        """Make wrong requests in the state in which the right one was accepted."""
        self.requests.begin(seed)
        self._prepare(preparation)
        notes, environment = self.notes[target.tool], self.environment
        for wrong in self.requests.wrong(target, request.arguments, chooser(draw(seed, "wrong", target.tool))):
            digest = environment.digest()
            reply = self.requests.call(target.tool, wrong.arguments)
            if reply.status == BROKEN:
                notes.failures.append(f"our code breaks where {wrong.what}: {_short(reply.json()['broke'])}")
            elif not 400 <= reply.status < 500:
                notes.failures.append(f"where {_short(wrong.what)}, 4xx was expected and {reply.status} came")
            elif environment.digest() != digest:
                notes.failures.append(f"refuses with {reply.status} where {_short(wrong.what)}, but changes something")
            else:
                continue
            return

    # -- effects -------------------------------------------------------------------------------------------------------

    def _judge_effect(
        self, target: Target, request: Request, reply: Reply, eyes: Eyes | None, before: Mapping[str, Look]
    ) -> None:
        notes = self.notes[target.tool]
        if eyes is None:
            record = self.requests.created(target, reply)
            if record is None:
                notes.doubts.append("the answer does not name the new record")
                return
            eyes = Eyes(self.requests, target, request.arguments, record, chooser(0))
        sights: list[_Sight] = []
        for reader in readers(self.requests, target):
            look = before.get(reader.tool)
            asked = eyes.address(reader) if look is None else look.arguments
            if asked is not None:
                sights.append(self._sight(target, request.arguments, eyes, reader, asked, look))
        if not sights:
            notes.doubts.append(f"no operation reads a {target.operation.resource or 'record'} back")
            return
        match target.operation.archetype:
            case "create":
                self._judge_create(target, eyes, sights)
            case "delete":
                self._judge_delete(target, sights)
            case "update" | "patch":
                self._judge_update(target, sights)
            case _:
                self._judge_action(target, sights)

    def _sight(
        self, target: Target, arguments: JsonObject, eyes: Eyes, reader: Target, asked: JsonObject, before: Look | None
    ) -> _Sight:
        after = eyes.look(reader, asked)
        fields = {item.path: item for item in compare(target, arguments, after)}
        if any(item.outcome == "absent" for item in fields.values()):
            for variant in eyes.variants(reader, asked):
                for item in compare(target, arguments, eyes.look(reader, variant)):
                    if item.path not in fields or fields[item.path].outcome == "absent":
                        fields[item.path] = item
        self._showable |= {path for path in self._members[target.tool] if shows(after, path)}
        for path, item in fields.items():
            if item.written not in (None, [], {}):
                self._compared |= {path[:1], path[:2]}
        if after.problem:
            self.notes[reader.tool].invalid.append(f"after {target.tool} {after.problem}")
        return _Sight(reader, before, after, fields)

    def _judge_fields(self, target: Target, sights: Iterable[_Sight]) -> tuple[dict[Path, list[str]], list[str]]:
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
                    said = f"{name} as {_short(_json(item.found))}, not as {_short(_json(item.written))}"
                    wrong.append(f"{sight.reader.tool} shows {said}")
                    self.notes[sight.reader.tool].doubts.append(f"after {target.tool} it shows {said}")
        wrong += [
            f"{tool} could show {'.'.join(path)} and does not" for path, tool in absent.items() if path not in shown
        ]
        return shown, wrong

    def _judge_create(self, target: Target, eyes: Eyes, sights: Sequence[_Sight]) -> None:
        notes = self.notes[target.tool]
        shown, wrong = self._judge_fields(target, sights)
        for sight in sights:
            if sight.reader.operation.path == target.operation.path and _is_silent(sight):
                self.notes[sight.reader.tool].failures.append(f"does not list what {target.tool} created")
        seen = [sight for sight in sights if sight.after.record is not None and _names_it(sight, eyes)]
        if not seen:
            lacking = [f"{item.reader.tool} {_lacks(item.after)}" for item in sights[:2]]
            notes.doubts.append(f"the new record is not shown: {'; '.join(lacking)}")
            return
        for sight in seen:
            leak = eyes.leak(sight.reader, sight.after.arguments)
            if leak:
                failure = f"shows what {target.tool} created whatever {leak} is"
                self.notes[sight.reader.tool].failures.append(failure)
            own = [path for path, tools in shown.items() if sight.reader.tool in tools]
            said = f"shows the id{_listed(own)} that {target.tool} gave"
            clean = all(item.outcome != "differs" for item in sight.fields.values())
            if clean and not sight.after.problem and (own or not shown):
                self.notes[sight.reader.tool].proofs.append((len(own), said))
        if wrong:
            notes.doubts.append(wrong[0])
        elif shown or not self._members[target.tool]:
            best = max(seen, key=lambda item: sum(item.reader.tool in tools for tools in shown.values()))
            own = [path for path, tools in shown.items() if best.reader.tool in tools]
            notes.proofs.append((len(own), f"{best.reader.tool} shows the new id{_listed(own)}"))
        else:
            notes.faint.append(f"{seen[0].reader.tool} shows the new id, but nothing of what was written")

    def _judge_update(self, target: Target, sights: Sequence[_Sight]) -> None:
        notes = self.notes[target.tool]
        shown, wrong = self._judge_fields(target, sights)
        fresh: dict[Path, list[str]] = {}
        for sight in sights:
            for path, item in sight.fields.items():
                if item.outcome == "shown" and sight.before is not None and _is_new(target, item, sight.before):
                    fresh.setdefault(path, []).append(sight.reader.tool)
        for sight in sights:
            own = [path for path, tools in fresh.items() if sight.reader.tool in tools]
            clean = all(item.outcome != "differs" for item in sight.fields.values())
            if own and clean and not sight.after.problem:
                said = f"shows the new{_listed(own, first=True)} that {target.tool} wrote"
                self.notes[sight.reader.tool].proofs.append((len(own), said))
        if wrong:
            notes.doubts.append(wrong[0])
        elif fresh:
            best = max(sights, key=lambda item: sum(item.reader.tool in tools for tools in fresh.values()))
            own = [path for path, tools in fresh.items() if best.reader.tool in tools]
            notes.proofs.append((len(own), f"{best.reader.tool} shows the new{_listed(own, first=True)}"))
        elif shown:
            notes.faint.append("what was written stood there before")
        else:
            notes.faint.append(f"{sights[0].reader.tool} shows nothing of what was written")

    def _judge_delete(self, target: Target, sights: Sequence[_Sight]) -> None:
        notes = self.notes[target.tool]
        before = [sight for sight in sights if sight.before is not None and sight.before.record is not None]
        if not before:
            said = [f"{item.reader.tool} {_lacks(item.before)}" for item in sights[:2] if item.before is not None]
            notes.doubts.append(f"the record is not shown before it is deleted: {'; '.join(said)}")
            return
        stamped = _stamped(target)
        still = [
            sight for sight in before
            if sight.after.record is not None and sight.before and not changes(sight.before, sight.after, stamped)
        ]  # fmt: skip
        gone = [sight for sight in before if sight.after.record is None and _is_gone(sight)]
        for sight in gone:
            self.notes[sight.reader.tool].proofs.append((0, f"no longer shows what {target.tool} deleted"))
        if still:
            notes.doubts.append(f"{still[0].reader.tool} still shows the record")
        elif gone:
            how = "no longer lists it" if many(gone[0].reader) else f"answers {gone[0].after.status}"
            notes.proofs.append((1, f"afterwards {gone[0].reader.tool} {how}"))
        else:
            notes.doubts.append(f"{before[0].reader.tool} answers {before[0].after.status}, not 404")

    def _judge_action(self, target: Target, sights: Sequence[_Sight]) -> None:
        notes, stamped = self.notes[target.tool], _stamped(target)
        for sight in sights:
            if sight.before is None or sight.before.status >= 300:
                continue
            changed = changes(sight.before, sight.after, stamped)
            if changed:
                what = ".".join(changed[0]) or "its answer"
                notes.proofs.append((1, f"{sight.reader.tool} shows that {what} changed"))
                if not sight.after.problem:
                    self.notes[sight.reader.tool].proofs.append((1, f"shows that {target.tool} changed {what}"))
        if not notes.proofs:
            notes.doubts.append(f"no change is shown: {', '.join(item.reader.tool for item in sights[:3])}")

    # -- verdicts ------------------------------------------------------------------------------------------------------

    def verdict(self, target: Target, source: Origin) -> Verdict:
        """Return what the notes on an operation come to."""
        notes, operation = self.notes[target.tool], target.operation
        behaviour, why = self._class(target, notes)
        return Verdict(
            id=operation.operation_id,
            archetype=operation.archetype,
            behaviour=behaviour,
            source=source,
            why=why,
            schema_valid=notes.accepted > 0 and not notes.invalid,
            mutating=is_mutating(target),
        )

    def _class(self, target: Target, notes: _Notes) -> tuple[Behaviour, str]:
        if not notes.accepted:
            if notes.failures:
                return "D", notes.failures[0]
            if not notes.refusals:
                return "D", "never called"
            last = notes.refusals[0]
            return "D", last if last.startswith(("is ", "no ")) else f"2xx was expected for a valid request: {last}"
        faulty = [*notes.invalid, *notes.failures]
        mutating = is_mutating(target)
        doubts = notes.doubts if mutating or not notes.proofs else []
        if notes.proofs and not faulty and not doubts:
            return "A", max(notes.proofs, key=lambda proof: proof[0])[1]
        lower: Behaviour = ("B" if notes.changed else "C") if mutating else "B" if notes.reads else "D"
        nothing = "nothing shows what it changes" if mutating else "shows nothing that another operation wrote"
        return lower, next(iter([*notes.invalid, *notes.doubts, *notes.failures, *notes.faint]), nothing)


def _members(target: Target) -> Iterator[Path]:
    """Yield the paths that the body of an operation may have, two objects deep."""
    sampler = Sampler(target.plan.schemas, chooser(0))

    def walk(given: Any, path: Path) -> Iterator[Path]:
        schema = sampler.flat(given)
        for name, member in schema.get("properties", {}).items():
            yield (*path, name)
            if len(path) < 1:
                yield from walk(member, (*path, name))

    yield from walk(target.operation.body or {}, ())


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of the members of a body, two objects deep."""
    for name, item in value.items() if isinstance(value, dict) else ():
        yield (*path, name)
        if not path:
            yield from _paths(item, (name,))


def _with_member(base: Request, other: Request, path: Path) -> Request | None:
    """Return a request with one member of the body of another one more; None where that lacks it."""
    body, value = base.arguments.get("body"), at(other.arguments.get("body"), path)
    if not isinstance(body, dict) or value is ABSENT:
        return None
    return Request({**base.arguments, "body": with_value(body, path, value)}, base.record)


def _stamped(target: Target) -> frozenset[Path]:
    return frozenset(target.resource.stamped) if target.resource is not None else frozenset()


def _names_it(sight: _Sight, eyes: Eyes) -> bool:
    """Whether what a reader shows has an identity of the record."""
    record = sight.after.record or {}
    return any(str(record.get(name)) == str(value) for name, value in eyes.names.items())


def _is_silent(sight: _Sight) -> bool:
    """Whether a list was shown, and the record not in it."""
    return sight.after.status < 300 and sight.after.record is None and many(sight.reader)


def _is_new(target: Target, item: Comparison, before: Look) -> bool:
    """Whether a reader showed something else at a field before it was written."""
    envelope = item.path[1:] if before.record is not None and item.path[0] not in before.record else item.path
    mapped = {write.source: write for write in target.operation.writes}
    write = mapped.get(item.path)
    place = write.target if write is not None and at(before.record, write.target) is not ABSENT else envelope
    old = at(before.record, place)
    return not matches(item.written, old, write.reference if write is not None else None)


def _is_gone(sight: _Sight) -> bool:
    return sight.after.status < 300 if many(sight.reader) else sight.after.status in _GONE


def _lacks(look: Look) -> str:
    return f"answers {look.status}" if look.status >= 300 else "does not show it"


def _listed(paths: Sequence[Path], *, first: bool = False) -> str:
    """Return names as a part of a sentence: `, name and 2 more`."""
    names = [".".join(path) for path in paths]
    if not names:
        return ""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return (" " if first else ", ") + ", ".join(names[:3]) + more


def _short(value: Any) -> str:
    """Return a value, or a sentence, that fits into a sentence."""
    text = value if isinstance(value, str) else _json(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _json(value: Json) -> str:
    return "nothing" if value is ABSENT or value is None else encode(value).decode()
