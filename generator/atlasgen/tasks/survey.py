"""The audit of an API: whether the skeleton of each operation that writes judges rightly the tasks that it solves.

An operation holds if the audit accepts its reward on tasks that are made without hand-written code. One of which no
task can be made is kept out, with the reason. One whose reward the audit rejects fails: it must not be trained with.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.environment import Environment
from atlasgen.tasks.audit import AuditReport, audit
from atlasgen.tasks.skeleton import Skeleton, skeletons
from atlasgen.tasks.synthesis import OperationScenario, Unsolvable
from atlasgen.verification.aiming import Target, targets
from atlasgen.verification.readback import is_mutating
from atlasgen.verification.verify import Api

Standing: TypeAlias = Literal["holds", "kept out", "fails"]

SEEDS = 3
"""How many tasks of an operation are played in every way, if the caller does not say."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What is found out about the reward of one operation.

    Attributes:
        id: The tool.
        standing: Whether its tasks may be trained with.
        why: The evidence in one sentence.
        report: Of the audit; None where no task could be made.
    """

    id: str
    archetype: str
    standing: Standing
    why: str
    report: AuditReport | None = None

    def to_json(self) -> JsonObject:
        """Return what programs read."""
        found: JsonObject = {
            "id": self.id, "archetype": self.archetype, "standing": self.standing, "why": self.why,
        }  # fmt: skip
        if self.report is not None:
            told = self.report.to_json()
            found |= {name: value for name, value in told.items() if name not in ("name", "split", "accepted")}
        return found


@dataclass(frozen=True, slots=True)
class Survey:
    """What is found out about all operations of an API that write, in the order of its document."""

    name: str
    operations: tuple[Surveyed, ...]

    @property
    def totals(self) -> Mapping[str, int]:
        """How many operations there are of each sort, and what was played."""
        reports = [item.report for item in self.operations if item.report is not None]
        return {
            "mutating": len(self.operations),
            **{
                name.replace(" ", "_"): sum(item.standing == name for item in self.operations)
                for name in get_args(Standing)
            },
            "tasks": sum(report.tasks for report in reports),
            "trajectories": sum(report.trajectories for report in reports),
            "wrong": sum(report.wrong for report in reports),
            "false_accepts": sum(report.false_accepts.count for report in reports),
            "false_rejects": sum(report.false_rejects.count for report in reports),
        }

    @property
    def accepted(self) -> bool:
        """Whether every operation holds, or is kept out for a reason."""
        return all(item.standing != "fails" for item in self.operations)

    def to_json(self) -> JsonObject:
        """Return what programs read."""
        return {"totals": dict(self.totals), "operations": [item.to_json() for item in self.operations]}


def survey(api: Api, *, seeds: int = SEEDS, progress: Callable[[int, int], None] | None = None) -> Survey:
    """Audit what is known of every operation of an API that writes.

    Args:
        api: An emulator, or the (generated or overridden) operations class of a package.
        seeds: How many tasks of each operation to play in every way.
        progress: Is told how many operations are done, and of how many.

    Raises:
        RolloutError: our own code broke.
    """
    every = targets(Environment(api))
    writing = [item for item in every if is_mutating(item)]
    known = {skeleton.operation: skeleton for skeleton in skeletons(every[0].plan)} if every else {}
    found: list[Surveyed] = []
    for done, target in enumerate(writing):
        found.append(surveyed(api, target, known.get(target.tool), range(seeds)))
        if progress is not None:
            progress(done + 1, len(writing))
    return Survey(every[0].plan.name if every else "", tuple(found))


def surveyed(api: Api, target: Target, skeleton: Skeleton | None, seeds: Sequence[int]) -> Surveyed:
    """Return what is found out about the reward of one operation."""
    id, archetype = target.tool, target.operation.archetype
    if skeleton is None:
        return Surveyed(id, archetype, "kept out", "what it does to records is not known")
    scenario = OperationScenario(api, skeleton)
    solvable: list[int] = []
    why = ""
    for seed in seeds:
        try:
            scenario.task(seed, "train")
            solvable.append(seed)
        except Unsolvable as error:
            why = why or error.problems[0].what
    if not solvable:
        return Surveyed(id, archetype, "kept out", why)
    try:
        report = audit(scenario, solvable)
    except AtlasgenError as error:
        return Surveyed(id, archetype, "kept out", error.problems[0].what)
    if not report.findings:
        what = f"{report.trajectories:,} trajectories on {report.tasks} tasks"
        return Surveyed(id, archetype, "holds", what, report)
    first = report.findings[0]
    return Surveyed(id, archetype, "fails", f"{first.kind}: {first.mutant}: {first.reward:.3f}: {first.what}", report)


def lines(found: Survey, *, width: int) -> Iterator[str]:
    """Yield a survey for people: what fails first, then what is kept out, then what holds, then the totals."""
    for standing in reversed(get_args(Standing)):
        some = [item for item in found.operations if item.standing == standing]
        if some:
            yield f"{len(some)} {standing}"
        for item in some:
            told = f"{item.id} ({item.archetype}): {item.why}"
            yield from textwrap.wrap(told, width, initial_indent="  ", subsequent_indent="     ")
    totals = found.totals
    yield f"{totals['mutating']} operations that write"
    yield f"{totals['tasks']} tasks, {totals['trajectories']:,} trajectories, {totals['wrong']:,} distinct ones wrong"
    yield f"{totals['false_accepts']} false accepts, {totals['false_rejects']} false rejects"
    yield "accepted" if found.accepted else "rejected: not all of it is to be trained with"
