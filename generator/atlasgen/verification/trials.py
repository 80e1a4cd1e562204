"""Tries one operation in several worlds: valid requests, whose effects are judged, and wrong ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.model import Path
from atlasgen.runtime.documents import ABSENT, at, with_value
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.identity import draw
from atlasgen.runtime.sampling import chooser
from atlasgen.verification import pages
from atlasgen.verification.aiming import Request, Target
from atlasgen.verification.conformity import fault
from atlasgen.verification.judging import Judge
from atlasgen.verification.notes import Book, Notes, book, short
from atlasgen.verification.readback import is_mutating
from atlasgen.verification.requests import BROKEN, Requests
from atlasgen.verification.wrong import wrong

# How many of a hundred members that may be left out are there, try after try.
_SHARES = (100, 60, 30, 0, 80, 50, 20, 0, 100, 60, 30, 0)
_MEMBERS = 24  # members that are sent one by one where a service does not take them together
_AGAIN = 8  # tries of each
_READS = 3  # accepted requests of a reading operation in the first world
_MORE = 3  # records that a list gets before its pages are turned
_UNEMULATED = 501


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A request that was accepted, the calls that went before it, and the members of its body."""

    request: Request
    preparation: Sequence[tuple[str, JsonObject]]
    members: frozenset[Path]


class Trials:
    """Tries the operations of one environment, each as if it were the only one."""

    def __init__(self, environment: Environment, seeds: int) -> None:
        """Take an environment, and in how many worlds to try."""
        self.requests = Requests(environment)
        self._seeds = seeds

    def run(self, target: Target) -> Book:
        """Return what is found out about an operation, and about those that read what it writes."""
        trial = _Trial(self.requests, target)
        trial.run(self._seeds)
        return trial.book


class _Trial:
    def __init__(self, requests: Requests, target: Target) -> None:
        self.book = book()
        self._requests = requests
        self._environment = requests.environment
        self._target = target
        self._writes = is_mutating(target)
        self._notes: Notes = self.book[target.tool]
        self._judge = Judge(requests, target, self.book)
        self._sent: set[Path] = set()
        self._least: _Accepted | None = None

    def run(self, seeds: int) -> None:
        """Try in every world with one request at least, in the first with all that can be sent."""
        for seed in range(seeds):
            accepted = 0
            for number in range(len(_SHARES)):
                if accepted and (seed or self._is_enough(accepted)):
                    break
                step = number + seed + (0 if self._writes else _READS)
                outcome = self._try(seed, number, _SHARES[step % len(_SHARES)], checked=accepted > 0)
                if outcome is None:
                    return
                accepted += outcome
            if seed == 0 and self._writes and self._least is not None:
                self._complete(self._least)

    def _complete(self, least: _Accepted) -> None:
        """Send what was not accepted or not compared so far, member by member, beside the least that was accepted."""
        if not isinstance(least.request.arguments.get("body"), dict):
            return
        sent, judge = self._sent, self._judge
        missing = [path for path in judge.members if path not in sent or path in judge.showable - judge.compared]
        for index, path in enumerate(missing[:_MEMBERS]):
            for attempt in range(_AGAIN):
                number = len(_SHARES) + index * _AGAIN + attempt
                if self._try(0, number, 100, checked=True, beside=(least, path)) is None:
                    return
                if path in sent and path not in judge.showable - judge.compared:
                    break

    def _is_enough(self, accepted: int) -> bool:
        if not self._writes:
            return accepted >= _READS
        judged = self._notes.proofs or self._notes.doubts
        return bool(judged) and self._sent.issuperset(self._judge.members)

    def _try(
        self, seed: int, number: int, share: int, *, checked: bool, beside: tuple[_Accepted, Path] | None = None
    ) -> bool | None:
        """Make one valid request and judge what comes of it.

        Args:
            seed: The world.
            number: Which try this is.
            share: How many of a hundred members that may be left out are to be there.
            checked: Whether wrong requests were made in this world already.
            beside: An accepted request, to be made again with one member more.

        Returns:
            Whether it was accepted; None where there is no use in trying again.
        """
        requests, target, notes, environment = self._requests, self._target, self._notes, self._environment
        requests.begin(seed, trusting=number % 2 == 0)
        choose = chooser(draw(seed, target.tool, number))
        if beside is not None:
            self._prepare(beside[0].preparation)
        request = requests.valid(target, choose, share=share)
        if request is not None and beside is not None:
            request = _with_member(beside[0].request, request, beside[1])
            if request is None or not requests.accepts(target, request.arguments):
                return False
        if request is None and not target.operation.is_understood:
            notes.refusals.append("is not emulated")
            return None
        if request is None:
            notes.refusals.append("no request could be made that meets its schema")
            return False
        watch = self._judge.watch(request) if self._writes else None
        preparation = [(call.tool, call.arguments) for call in environment.calls]
        digest, diff = environment.digest(), environment.diff()
        reply = requests.call(target.tool, request.arguments)
        if reply.status >= 300:
            self._refused(reply, changed=environment.digest() != digest)
            return None if reply.status in (_UNEMULATED, BROKEN) else False
        self._accept(request, preparation, first=seed == 0)
        if problem := fault(target, reply):
            notes.invalid.append(problem)
        notes.changed = notes.changed or environment.diff() != diff
        notes.reads = notes.reads or environment.calls[-1].reads != ()
        if watch is not None:
            self._judge.judge(request, reply, watch)
        elif environment.digest() != digest:
            notes.failures.append("a read changes something")
        elif seed == 0:
            requests.more(target, request.arguments, choose, _MORE)
            if problem := pages.mismatch(requests, target, request.arguments):
                notes.failures.append(problem)
        if not checked:
            self._judge_refusals(request, seed, preparation)
        return True

    def _accept(self, request: Request, preparation: Sequence[tuple[str, JsonObject]], *, first: bool) -> None:
        accepted = _Accepted(request, preparation, frozenset(_paths(request.arguments.get("body"))))
        self._notes.accepted += 1
        self._sent |= accepted.members
        if first and (self._least is None or len(accepted.members) < len(self._least.members)):
            self._least = accepted

    def _prepare(self, calls: Iterable[tuple[str, JsonObject]]) -> None:
        for tool, arguments in calls:
            self._requests.call(tool, arguments)

    def _refused(self, reply: Reply, *, changed: bool) -> None:
        notes = self._notes
        if reply.status == BROKEN:
            notes.failures.append(f"our code breaks: {short(reply.json()['broke'])}")
        elif changed:
            notes.failures.append(f"a request that is refused with {reply.status} changes something")
        unemulated = reply.status == _UNEMULATED
        said = "is not emulated: it answers 501" if unemulated else f"{reply.status} {short(reply.json())}"
        notes.refusals.append(said)

    def _judge_refusals(self, request: Request, seed: int, preparation: Sequence[tuple[str, JsonObject]]) -> None:
        """Make wrong requests in the state in which the right one was accepted."""
        requests, target, notes, environment = self._requests, self._target, self._notes, self._environment
        requests.begin(seed)
        self._prepare(preparation)
        for item in wrong(requests, target, request, chooser(draw(seed, "wrong", target.tool))):
            digest = environment.digest()
            reply = requests.call(target.tool, item.arguments)
            if reply.status == BROKEN:
                notes.failures.append(f"our code breaks where {item.what}: {short(reply.json()['broke'])}")
            elif not 400 <= reply.status < 500 or reply.status != (item.status or reply.status):
                due = item.status or "4xx"
                notes.failures.append(f"where {short(item.what)}, {due} was expected and {reply.status} came")
            elif environment.digest() != digest:
                notes.failures.append(f"refuses with {reply.status} where {short(item.what)}, but changes something")
            else:
                continue
            return


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of the members of a body, two objects deep; of a list, those of its elements."""
    if isinstance(value, list) and not path:
        for item in value:
            yield from _paths(item)
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
