"""The audit of a reward: plays tasks in every way that mutants know, and holds the reward against an oracle.

A reward passes if the gold scores 1 and nothing done 0, if every tier stays above the next on every task, if nothing
that misses the goal scores as if it had not, and if nothing that reaches it is turned away.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.tasks import agents
from atlasgen.tasks.agents import Slip
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import Agent, Episode, Scenario
from atlasgen.tasks.steps import Mutant, Tier
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Task

REACHED: Final = 0.75
"""From here on a reward says that the goal was reached."""

TIERS: Final[tuple[Tier, ...]] = ("gold", "repair", "flawed", "wrong", "low", "nothing")
NOISE: Final = (0.1, 0.3, 0.6)
"""Error rates of the noisy experts, fixed before any reward was measured with them."""

_SHOWN = 20  # findings that a report keeps
_CONFIDENCE = 0.95


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
class Finding:
    """One thing that is wrong with a reward.

    Attributes:
        kind: `expert`, `no_op`, `order`, `false_accept`, `false_reject` or `success`.
        seed: The task.
        mutant: What was played.
        reward: What the reward said.
        what: What is wrong with that.
    """

    kind: str
    seed: int
    mutant: str
    reward: float
    what: str


@dataclass(frozen=True, slots=True)
class Span:
    """The rewards of a tier: lowest, highest, and of how many."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes:
        scenario: What was audited.
        tasks: On how many tasks.
        trajectories: With how many trajectories.
        wrong: How many distinct ones among them missed the goal, by the oracle.
        discarded: How many were meant to reach the goal and do not in that world, by the oracle.
        expert: The mean reward of the expert, `no_op` that of an agent that does nothing.
        order_strict: Whether every tier is above the next on every task.
        false_accepts: The oracle says no, and the reward is .75 or more or says success.
        false_rejects: An equivalent below 1 or without success, or a repair or flawed way below .75.
        tiers: The rewards of each tier.
        agents: The mean reward of each further agent.
        findings: What is wrong, the first of each kind first.
    """

    scenario: str
    split: str
    tasks: int
    trajectories: int
    wrong: int
    discarded: int
    expert: float
    no_op: float
    order_strict: bool
    false_accepts: Rate
    false_rejects: Rate
    tiers: Mapping[Tier, Span] = field(default_factory=dict)
    agents: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the reward may be trained with."""
        return self.tasks > 0 and not self.findings

    def to_json(self) -> JsonObject:
        """Return the report as a JSON value."""
        return {
            "name": self.scenario,
            "split": self.split,
            "accepted": self.accepted,
            "tasks": self.tasks,
            "trajectories": self.trajectories,
            "wrong": self.wrong,
            "discarded": self.discarded,
            "expert": self.expert,
            "no_op": self.no_op,
            "order_strict": self.order_strict,
            "false_accepts": _rate(self.false_accepts),
            "false_rejects": _rate(self.false_rejects),
            "tiers": {
                name: {"low": span.low, "high": span.high, "count": span.count} for name, span in self.tiers.items()
            },
            "agents": dict(self.agents),
            "findings": [
                {"kind": item.kind, "seed": item.seed, "mutant": item.mutant, "reward": item.reward, "what": item.what}
                for item in self.findings
            ],
        }


def _rate(rate: Rate) -> Json:
    return {"count": rate.count, "of": rate.of, "upper": rate.upper}


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


def audit(scenario: Scenario, seeds: Iterable[int], *, split: str = "train") -> AuditReport:
    """Audit the reward of a scenario.

    Args:
        scenario: The scenario.
        seeds: The tasks to play.
        split: The split that they are of.

    Raises:
        RolloutError: our own code broke.
    """
    ledger = _Ledger(scenario, split)
    for seed in seeds:
        ledger.play(scenario.task(seed, split))
    return ledger.report()


@dataclass(frozen=True, slots=True)
class _Played:
    mutant: Mutant
    tier: Tier | None
    score: Score
    reached: bool


class _Ledger:
    """Plays task after task and keeps count."""

    def __init__(self, scenario: Scenario, split: str) -> None:
        self._scenario = scenario
        self._split = split
        self._environment = scenario.environment()
        self._around = Surroundings(scenario.environment(), scenario.rewards)
        self._oracle = Oracle(scenario.environment(), scenario.said)
        self._tasks = self._trajectories = self._discarded = 0
        self._wrong: set[tuple[int, bytes]] = set()
        self._accepts = self._rejects = self._refused = self._right = 0
        self._rewards: dict[Tier, list[float]] = {tier: [] for tier in TIERS}
        self._means: dict[str, list[float]] = {}
        self._findings: list[Finding] = []
        self._strict = True

    def play(self, task: Task) -> None:
        self._tasks += 1
        expert = self._score(task, agents.expert)
        self._note("expert", expert.reward)
        if not (expert.reward == 1 and expert.success):
            self._find("expert", task, "gold", expert, "is not 1 with success")
        ways = list(mutants(self._around, task))
        played = [self._play(task, mutant) for mutant in ways]
        for item in played:
            self._check(task, item)
        self._order(task, [*played, _Played(Mutant("gold", "gold", task.gold), "gold", expert, True)])
        others: dict[str, Agent] = {"nothing": agents.nothing, "reads only": agents.reads_only}
        slip = slip_from(ways)
        others |= {f"expert, {rate:.0%} errors": agents.noisy(rate, slip, seed=task.seed) for rate in NOISE}
        for name, agent in others.items():
            self._note(name, self._score(task, agent).reward)

    def _score(self, task: Task, agent: Agent, ending: str = "") -> Score:
        episode = _cut(self._scenario.play(self._environment, task, agent), ending)
        return self._scenario.score(task, episode.trajectory, episode.diff)

    def _play(self, task: Task, mutant: Mutant) -> _Played:
        episode = _cut(self._scenario.play(self._environment, task, mutant), mutant.ending)
        score = self._scenario.score(task, episode.trajectory, episode.diff)
        reached = self._oracle.accepts(self._environment, task)
        tier = settled(mutant, task, episode, reached=reached)
        self._trajectories += 1
        self._discarded += mutant.tier in ("gold", "repair", "flawed") and tier != mutant.tier
        if not reached:
            trace = b"\n".join(call.tool.encode() + call.arguments_json for call in episode.trajectory.calls)
            self._wrong.add((task.seed, trace))
        return _Played(mutant, tier, score, reached)

    def _check(self, task: Task, item: _Played) -> None:
        mutant, score = item.mutant, item.score
        if item.tier is not None:
            self._rewards[item.tier].append(score.reward)
        if not item.reached:
            self._refused += 1
            if score.reward >= REACHED or score.success:
                self._accepts += 1
                self._find("false_accept", task, mutant.name, score, "the oracle says that the goal was missed")
            return
        self._right += 1
        due = 1.0 if item.tier == "gold" else REACHED
        meant = item.tier == mutant.tier
        if score.reward < due or (meant and mutant.success and not score.success):
            self._rejects += 1
            what = f"{item.tier or 'reached'}: at least {due} is due, with success"
            self._find("false_reject", task, mutant.name, score, what)
        elif meant and mutant.success is False and score.success:
            self._find("success", task, mutant.name, score, "something foreign was written")

    def _order(self, task: Task, played: Sequence[_Played]) -> None:
        """Check that the worst of each tier is better than the best of the next; repairs and flaws are one tier."""
        spans: dict[Tier, tuple[_Played, _Played]] = {}
        for item in played:
            if item.tier is None:
                continue
            name: Tier = "flawed" if item.tier == "repair" else item.tier
            low, high = spans.get(name, (item, item))
            worst = item if item.score.reward < low.score.reward else low
            best = item if item.score.reward > high.score.reward else high
            spans[name] = (worst, best)
        ordered = [spans[name] for name in TIERS if name in spans]
        for (above, _), (_, below) in pairwise(ordered):
            if not above.score.reward > below.score.reward:
                self._strict = False
                what = f"{below.tier}, not below {above.mutant.name} ({above.tier}, {above.score.reward:.3f})"
                self._find("order", task, below.mutant.name, below.score, what)
        if "nothing" in spans and spans["nothing"][1].score.reward != 0:
            self._find("no_op", task, spans["nothing"][1].mutant.name, spans["nothing"][1].score, "is not 0")

    def _note(self, name: str, reward: float) -> None:
        self._means.setdefault(name, []).append(reward)

    def _find(self, kind: str, task: Task, mutant: str, score: Score, what: str) -> None:
        self._findings.append(Finding(kind, task.seed, mutant, score.reward, what))

    def report(self) -> AuditReport:
        means = {name: sum(values) / len(values) for name, values in self._means.items()}
        first: dict[tuple[str, str], Finding] = {}
        for item in self._findings:
            first.setdefault((item.kind, item.mutant), item)
        return AuditReport(
            scenario=self._scenario.name,
            split=self._split,
            tasks=self._tasks,
            trajectories=self._trajectories,
            wrong=len(self._wrong),
            discarded=self._discarded,
            expert=means.pop("expert", 0.0),
            no_op=means.pop("nothing", 0.0),
            order_strict=self._strict,
            false_accepts=Rate(self._accepts, self._refused),
            false_rejects=Rate(self._rejects, self._right),
            tiers={
                tier: Span(min(values), max(values), len(values)) for tier, values in self._rewards.items() if values
            },
            agents=means,
            findings=tuple(first.values())[:_SHOWN],
        )


def settled(mutant: Mutant, task: Task, episode: Episode, *, reached: bool) -> Tier | None:
    """Return the tier that an episode deserves; None where a mutant that should have missed the goal reached it.

    Where the goal was missed, what was done says the tier, not what the mutant was meant to do: a service may refuse
    what was meant to do damage.
    """
    calls, diff = episode.trajectory.calls, episode.diff
    if reached:
        mistaken = any(call.status >= 400 for call in calls)
        mistaken |= sum(bool(call.writes) for call in calls) > len(task.expected)
        meant = mutant.tier in ("gold", "flawed") or (mutant.tier == "repair" and mistaken)
        return mutant.tier if meant else None
    due = {(change.collection, change.id) for change in task.gold_diff if change.before is not None}
    touched = any(change.before is not None and (change.collection, change.id) not in due for change in diff)
    made, wanted = (
        Counter(change.collection for change in changes if change.before is None) for changes in (diff, task.gold_diff)
    )
    if touched or made - wanted:
        return "low"
    if any(call.tool in task.effects for call in calls):
        return "wrong"
    return "low" if any(call.tool in task.tools for call in calls) else "nothing"


def _cut(episode: Episode, ending: str) -> Episode:
    if not ending:
        return episode
    trajectory = replace(
        episode.trajectory,
        clipped=ending == "clipped",
        malformed=ending == "malformed",
        turn_capped=ending == "turn_capped",
    )
    return Episode(trajectory, episode.diff)


def slip_from(mutants: Sequence[Mutant]) -> Slip:
    """Return slips that do in place of a call what some mutant does there; a call that no mutant has is left out."""
    wrong = [mutant for mutant in mutants if mutant.tier in ("wrong", "low")]

    def slip(task: Task, step: GoldCall, lot: int) -> Sequence[GoldCall]:
        options: list[tuple[GoldCall, ...]] = [(), (step, step)]
        for mutant in wrong:
            options += [(other,) for other in mutant.steps if other.tool == step.tool and other not in task.gold]
        return options[lot % len(options)]

    return slip
