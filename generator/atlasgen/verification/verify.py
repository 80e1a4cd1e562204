"""Says of every operation of an API how much of its behaviour can be seen from outside: class A, B, C or D.

A: a write whose effect another operation shows, or a read that shows what another operation wrote. B: only internal
state changed, or a read of what every world holds. C: accepted without effect. D: static, or not emulated. An operation
that does anything wrong (an answer against its schema, a wrong request accepted, a refused one that changes something)
is no more than B. All is judged from the answers of calls; the world is looked at only to find what to call with.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeAlias

from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations
from atlasgen.verification.aiming import Target, targets
from atlasgen.verification.notes import Book, book, verdict
from atlasgen.verification.readback import is_mutating
from atlasgen.verification.trials import Trials
from atlasgen.verification.verdicts import Origin, Report

SEEDS = 3
"""How many worlds every operation is tried in, if the caller does not say."""

_PAYS = 100  # operations from which on several processes are faster than one

Api: TypeAlias = Emulator | type[Operations]


def verify(
    api: Api, *, seeds: int = SEEDS, jobs: int = 1, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Try every operation of an API.

    Args:
        api: An emulator, or the (generated or overridden) operations class of a package.
        seeds: In how many worlds.
        jobs: In how many processes; what comes out is the same.
        progress: Is told how many operations are done, and of how many.
    """
    every = targets(Environment(api))
    # Writes first: of several proofs of what a read shows the first is told.
    order = sorted(range(len(every)), key=lambda index: not is_mutating(every[index]))
    notes = book()
    for done, found in enumerate(_books(api, order, seeds, jobs)):
        if progress is not None:
            progress(done + 1, len(order))
        for tool, more in found.items():
            notes[tool].add(more)
    overrides = api.overrides if isinstance(api, type) else None
    verdicts = [
        verdict(
            target,
            notes[target.tool],
            "overridden" if overrides and overrides(target.operation) else _origin(target),
        )
        for target in every
    ]
    return Report(every[0].plan.name if every else "", tuple(verdicts))


def jobs(api: Api) -> int:
    """Return in how many processes an API is verified fastest."""
    plan = api.plan if isinstance(api, Emulator) else api.emulator.plan
    return os.cpu_count() or 1 if len(plan.operations) >= _PAYS else 1


def _books(api: Api, order: Sequence[int], seeds: int, jobs: int) -> Iterator[Book]:
    """Yield what is found out about each operation, in their order."""
    if jobs > 1 and "fork" in multiprocessing.get_all_start_methods():
        # Forked processes have the API as it is; classes that people write can seldom be sent.
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(api, seeds)) as pool:
            yield from pool.map(_run, order)
    else:
        trials = Trials(Environment(api), seeds)
        for index in order:
            yield trials.run(trials.requests.targets[index])


_trials: list[Trials] = []  # of a process that is one of several


def _begin(api: Api, seeds: int) -> None:
    _trials[:] = [Trials(Environment(api), seeds)]


def _run(index: int) -> Book:
    (trials,) = _trials
    return trials.run(trials.requests.targets[index])


def _origin(target: Target) -> Origin:
    facts = target.operation.facts
    if any(fact.source == "hinted" for fact in facts):
        return "hinted"
    return "declared" if facts and all(fact.source == "declared" for fact in facts) else "inferred"
