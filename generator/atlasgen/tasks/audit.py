"""The audit of a reward: plays tasks in every way that mutants know, and holds the reward against an oracle.

A reward passes if the gold scores 1 and nothing done 0, if every tier stays above the next on every task, if nothing
that misses the goal scores as if it had not, if nothing that reaches it is turned away, and if it tells noisy experts
apart.
"""

from __future__ import annotations

import math
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.tasks.degeneracy import RATES, Degeneracy, degeneracy
from atlasgen.tasks.inspection import TIERS, Earned, Finding, Inspected, Inspector
from atlasgen.tasks.scenario import Role, Scenario
from atlasgen.tasks.steps import Tier
from atlasgen.tasks.variants import Variant

_SHOWN: Final = 20  # findings that a report keeps
_CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something happened, and how often it may happen at most.

    Attributes:
        count: How often it happened.
        of: In how many trials.
    """

    count: int
    of: int

    @property
    def upper(self) -> float:
        """The upper end of the one-sided 95 % interval of Clopper and Pearson; 3/n where the count is 0."""
        return upper_bound(self.count, self.of)


@dataclass(frozen=True, slots=True)
class Span:
    """The rewards of a tier: lowest, highest, and of how many."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Mean:
    """What an agent earns: its mean reward, and its share of successes."""

    reward: float
    success: float


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes:
        scenario: What was audited.
        role: What it is there for; only what is trained with has to pass.
        variant: The variant of its reward.
        split: The split that the tasks are of.
        tasks: On how many tasks.
        trajectories: With how many trajectories.
        wrong: How many distinct ones among them missed the goal, by the oracle.
        discarded: How many were meant to reach the goal and do not in that world, by the oracle.
        order_strict: Whether every tier is above the next on every task.
        false_accepts: The oracle says no, and the reward is .75 or more or says success.
        false_rejects: An equivalent below 1 or without success, or a repair or flawed way below .75.
        tiers: The rewards of each tier.
        agents: What each agent earns: the expert, those that understand nothing, and experts that err.
        range: The verdict on the groups of erring experts, over all error rates together.
        by_rate: Likewise for each error rate.
        findings: What is wrong, the first of each kind first.
    """

    scenario: str
    role: Role
    variant: Variant
    split: str
    tasks: int
    trajectories: int
    wrong: int
    discarded: int
    order_strict: bool
    false_accepts: Rate
    false_rejects: Rate
    tiers: Mapping[Tier, Span]
    agents: Mapping[str, Mean]
    range: Degeneracy
    by_rate: Mapping[float, Degeneracy]
    findings: tuple[Finding, ...] = ()

    @property
    def expert(self) -> float:
        """The mean reward of the expert."""
        return self.agents["expert"].reward

    @property
    def no_op(self) -> float:
        """The mean reward of an agent that does nothing."""
        return self.agents["nothing"].reward

    @property
    def accepted(self) -> bool:
        """Whether the reward may be trained with."""
        return not self.findings and not self.range.degenerate

    def to_json(self) -> JsonObject:
        """Return the report as a JSON value."""
        agents: dict[str, Json] = {
            name: {"reward": mean.reward, "success": mean.success} for name, mean in self.agents.items()
        }
        return {
            "name": self.scenario,
            "role": self.role,
            "variant": self.variant,
            "split": self.split,
            "accepted": self.accepted,
            "tasks": self.tasks,
            "trajectories": self.trajectories,
            "wrong": self.wrong,
            "discarded": self.discarded,
            "expert": self.expert,
            "no_op": self.no_op,
            "order_strict": self.order_strict,
            "false_accepts": self.false_accepts.count,
            "false_rejects": self.false_rejects.count,
            "bounds": {"false_accepts": _bound(self.false_accepts), "false_rejects": _bound(self.false_rejects)},
            "degenerate": self.range.degenerate,
            "degeneracy": {
                **self.range.to_json(),
                "rates": [{"errors": rate, **found.to_json()} for rate, found in self.by_rate.items()],
            },
            "tiers": {
                name: {"low": span.low, "high": span.high, "count": span.count} for name, span in self.tiers.items()
            },
            "agents": agents,
            "findings": [
                {"kind": item.kind, "seed": item.seed, "mutant": item.mutant, "reward": item.reward, "what": item.what}
                for item in self.findings
            ],
        }


def _bound(rate: Rate) -> Json:
    return {"of": rate.of, "upper": rate.upper}


def upper_bound(count: int, trials: int) -> float:
    """Return the probability that as few as `count` of so many trials leave plausible, at 95 % (Clopper-Pearson)."""
    if trials == 0 or count >= trials:
        return 1.0
    low, high = count / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(count, trials, middle) > 1 - _CONFIDENCE else (low, middle)
    return high


def _at_most(count: int, trials: int, probability: float) -> float:
    """Return the chance of at most `count` hits in so many trials."""
    hit, miss = math.log(probability), math.log1p(-probability) if probability < 1 else -math.inf
    choose = math.lgamma(trials + 1)
    return sum(
        math.exp(choose - math.lgamma(k + 1) - math.lgamma(trials - k + 1) + k * hit + (trials - k) * miss)
        for k in range(count + 1)
    )


def audit(
    scenario: Scenario,
    seeds: Iterable[int],
    *,
    split: str = "train",
    variant: Variant | None = None,
    jobs: int = 1,
    progress: Callable[[], None] | None = None,
) -> AuditReport:
    """Audit the reward of a scenario.

    Args:
        scenario: The scenario.
        seeds: The tasks to play, one at least.
        split: The split that they are of.
        variant: The variant of the reward; the scenario's own if it is None.
        jobs: In how many processes; what comes out is the same.
        progress: Is called after each task.

    Raises:
        RolloutError: our own code broke.
    """
    found: list[Inspected] = []
    for item in _inspected(scenario, list(dict.fromkeys(seeds)), split, variant, jobs):
        found.append(item)
        if progress is not None:
            progress()
    return report(scenario, found, split=split, variant=variant)


def _inspected(
    scenario: Scenario, seeds: Sequence[int], split: str, variant: Variant | None, jobs: int
) -> Iterator[Inspected]:
    """Yield what is found out about each task, in their order."""
    if jobs > 1 and len(seeds) > 1 and "fork" in multiprocessing.get_all_start_methods():
        # Forked processes have the scenario as it is; classes that people write can seldom be sent.
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(scenario, split, variant)) as pool:
            yield from pool.map(_run, seeds)
    else:
        inspector = Inspector(scenario, variant)
        for seed in seeds:
            yield inspector.inspect(scenario.task(seed, split))


_own: list[tuple[Scenario, str, Inspector]] = []  # of a process that is one of several


def _begin(scenario: Scenario, split: str, variant: Variant | None) -> None:
    _own[:] = [(scenario, split, Inspector(scenario, variant))]


def _run(seed: int) -> Inspected:
    ((scenario, split, inspector),) = _own
    return inspector.inspect(scenario.task(seed, split))


def report(
    scenario: Scenario, found: Sequence[Inspected], *, split: str = "train", variant: Variant | None = None
) -> AuditReport:
    """Return what was found out about tasks of a scenario, one at least, as one report."""
    rewards = {tier: [reward for item in found for reward in item.rewards[tier]] for tier in TIERS}
    earned: dict[str, list[Earned]] = {}
    for item in found:
        for name, more in item.agents.items():
            earned.setdefault(name, []).extend(more)
    first: dict[tuple[str, str], Finding] = {}
    for item in found:
        for finding in item.findings:
            first.setdefault((finding.kind, finding.mutant), finding)
    return AuditReport(
        scenario=scenario.name,
        role=scenario.role,
        variant=variant or scenario.variant,
        split=split,
        tasks=len(found),
        trajectories=sum(item.trajectories for item in found),
        wrong=len(frozenset[bytes]().union(*(item.wrong for item in found))),
        discarded=sum(item.discarded for item in found),
        order_strict=all(item.strict for item in found),
        false_accepts=Rate(sum(item.accepts for item in found), sum(item.refused for item in found)),
        false_rejects=Rate(sum(item.rejects for item in found), sum(item.right for item in found)),
        tiers={tier: Span(min(values), max(values), len(values)) for tier, values in rewards.items() if values},
        agents={name: _mean(values) for name, values in earned.items()},
        range=degeneracy([group for item in found for group in item.groups]),
        by_rate={rate: degeneracy([item.groups[index] for item in found]) for index, rate in enumerate(RATES)},
        findings=tuple(_of_each_kind(first.values()))[:_SHOWN],
    )


def _of_each_kind(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in an order in which the first of each kind come first."""
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, Finding]] = []
    for finding in findings:
        ranked.append((seen[finding.kind], finding))
        seen[finding.kind] += 1
    return [finding for _, finding in sorted(ranked, key=lambda item: item[0])]


def _mean(values: Sequence[Earned]) -> Mean:
    return Mean(sum(item.reward for item in values) / len(values), sum(item.success for item in values) / len(values))
