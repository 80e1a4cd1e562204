"""One task played in every way that is known, each way scored by the reward and judged by the oracle.

How a task is played and what the oracle says of it hangs on no reward: that is a recording, and any reward can be held
against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from typing import Final, TypeAlias

from atlasgen.tasks import agents
from atlasgen.tasks.degeneracy import GROUP, RATES
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.players import slip_from
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import Agent, Episode, Scenario
from atlasgen.tasks.steps import Mutant, Tier
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import Task
from atlasgen.tasks.trivial import Trivial
from atlasgen.tasks.variants import Variant

Scoring: TypeAlias = Callable[[Task, Episode], Score]

REACHED: Final = 0.75
"""From here on a reward says that the goal was reached."""

TIERS: Final[tuple[Tier, ...]] = ("gold", "repair", "flawed", "wrong", "low", "nothing")


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
class Earned:
    """What an agent earned on a task, and whether with success."""

    reward: float
    success: bool


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found out about a reward on one task.

    Attributes:
        trajectories: How many were played and judged.
        wrong: Digests of those that missed the goal, by the oracle.
        discarded: How many were meant to reach the goal and do not in this world.
        refused: How many missed the goal; `accepts` of them the reward took for right.
        right: How many reached it; `rejects` of them the reward turned away.
        rewards: The rewards of each tier.
        agents: What each agent earned, the expert and no-op among them.
        groups: The rewards of the noisy experts, a group for each error rate.
        findings: What is wrong.
    """

    trajectories: int
    wrong: frozenset[bytes]
    discarded: int
    refused: int
    accepts: int
    right: int
    rejects: int
    rewards: Mapping[Tier, Sequence[float]]
    agents: Mapping[str, Sequence[Earned]]
    groups: Sequence[Sequence[float]]
    findings: tuple[Finding, ...]

    @property
    def strict(self) -> bool:
        """Whether every tier is above the next."""
        return not any(item.kind == "order" for item in self.findings)


@dataclass(frozen=True, slots=True)
class Played:
    """One way to play a task, and what came of it.

    Attributes:
        mutant: What was meant to be done.
        tier: What it deserves; None where a way that should have missed the goal reached it.
        episode: What was done, and what it changed.
        reached: Whether it reached the goal, by the oracle.
        trace: The same for ways that make the same calls.
    """

    mutant: Mutant
    tier: Tier | None
    episode: Episode
    reached: bool
    trace: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """A task played in every way that is known.

    Attributes:
        task: The task.
        ways: The mutants, and behind them the trivial agents.
        agents: What the agents did that are no mutants, by name: the expert, the one that does nothing, and the one
            that only reads.
        trivial: The names of the trivial agents.
        noisy: What each expert that errs did, a group for each error rate.
    """

    task: Task
    ways: Sequence[Played]
    agents: Mapping[str, Episode]
    trivial: Sequence[str]
    noisy: Sequence[Sequence[Episode]]


@dataclass(frozen=True, slots=True)
class _Scored:
    mutant: Mutant
    tier: Tier | None
    score: Score
    reached: bool


class Inspector:
    """Inspects the tasks of one scenario, in environments that it keeps."""

    def __init__(self, scenario: Scenario, variant: Variant | None = None) -> None:
        """Take a scenario, and the variant of its reward to inspect: its own if it is None."""
        self._scenario = scenario
        self._variant = variant
        self._environment = scenario.environment()
        self._around = Surroundings(scenario.environment(), scenario.rewards)
        self._trivial = Trivial(self._around)
        self._oracle = Oracle(scenario.environment(), scenario.said)

    def inspect(self, task: Task) -> Inspected:
        """Play a task in every way, and hold the reward against it.

        Raises:
            RolloutError: our own code broke.
        """
        return judged(self.record(task), self._score)

    def record(self, task: Task) -> Recording:
        """Play a task in every way.

        Raises:
            RolloutError: our own code broke.
        """

        def play(agent: Agent) -> Episode:
            return self._scenario.play(self._environment, task, agent)

        ways = list(mutants(self._around, task))
        trivial = self._trivial.of(task)
        slip = slip_from(ways)
        return Recording(
            task=task,
            ways=[self._play(task, mutant) for mutant in (*ways, *trivial.values())],
            agents={
                "expert": play(agents.expert), "nothing": play(agents.nothing), "reads only": play(agents.reads_only)
            },
            trivial=tuple(trivial),
            noisy=[[play(agents.noisy(rate, slip, seed=seed)) for seed in range(GROUP)] for rate in RATES],
        )  # fmt: skip

    def _score(self, task: Task, episode: Episode) -> Score:
        return self._scenario.score(task, episode.trajectory, episode.diff, variant=self._variant)

    def _play(self, task: Task, mutant: Mutant) -> Played:
        episode = _cut(self._scenario.play(self._environment, task, mutant), mutant.ending)
        reached = self._oracle.accepts(self._environment, task)
        tier = settled(mutant, task, episode, reached=reached)
        calls = b"\n".join(call.tool.encode() + call.arguments_json for call in episode.trajectory.calls)
        trace = blake2b(b"%d %s" % (task.seed, calls), digest_size=16).digest()
        return Played(mutant, tier, episode, reached, trace)


def judged(recording: Recording, scoring: Scoring) -> Inspected:
    """Hold a reward against a recording.

    Args:
        recording: A task, played.
        scoring: The reward: what an episode of the task is worth.
    """
    task = recording.task
    findings: list[Finding] = []

    def find(kind: str, mutant: str, score: Score, what: str) -> None:
        findings.append(Finding(kind, task.seed, mutant, score.reward, what))

    earned = {name: [scoring(task, episode)] for name, episode in recording.agents.items()}
    (expert,) = earned["expert"]
    if not (expert.reward == 1 and expert.success):
        find("expert", "gold", expert, "is not 1 with success")
    known = [_Scored(way.mutant, way.tier, scoring(task, way.episode), way.reached) for way in recording.ways]
    for item in known:
        if (fault := _fault(item)) is not None:
            find(*fault)
    gold = _Scored(Mutant("gold", "gold", task.gold), "gold", expert, True)
    for fault in _disorder([*known, gold]):
        find(*fault)

    earned |= {item.mutant.name: [item.score] for item in known if item.mutant.name in recording.trivial}
    groups = []
    for rate, episodes in zip(RATES, recording.noisy, strict=True):
        scores = [scoring(task, episode) for episode in episodes]
        groups.append([score.reward for score in scores])
        earned[f"expert, {rate:.0%} errors"] = scores
    missed = [way for way in recording.ways if not way.reached]
    kinds = [finding.kind for finding in findings]
    return Inspected(
        trajectories=len(known),
        wrong=frozenset(way.trace for way in missed),
        discarded=sum(
            item.mutant.tier in ("gold", "repair", "flawed") and item.tier != item.mutant.tier for item in known
        ),
        refused=len(missed),
        accepts=kinds.count("false_accept"),
        right=len(known) - len(missed),
        rejects=kinds.count("false_reject"),
        rewards={tier: [item.score.reward for item in known if item.tier == tier] for tier in TIERS},
        agents={name: [Earned(item.reward, item.success) for item in scores] for name, scores in earned.items()},
        groups=groups,
        findings=tuple(findings),
    )


Fault = tuple[str, str, Score, str]


def _fault(item: _Scored) -> Fault | None:
    """Return what is wrong with what the reward says of one way to play: the kind, the way, the score and why."""
    mutant, score = item.mutant, item.score
    if not item.reached:
        if score.reward >= REACHED or score.success:
            return "false_accept", mutant.name, score, "the oracle says that the goal was missed"
        return None
    due = 1.0 if item.tier == "gold" else REACHED
    meant = item.tier == mutant.tier
    if score.reward < due or (meant and mutant.success and not score.success):
        what = f"{item.tier or 'reached'}: at least {due} is due, with success"
        return "false_reject", mutant.name, score, what
    if meant and mutant.success is False and score.success:
        return "success", mutant.name, score, "something foreign was written"
    return None


def _disorder(played: Sequence[_Scored]) -> list[Fault]:
    """Return where the worst of a tier is not better than the best of the next; repairs and flaws are one tier."""
    spans: dict[Tier, tuple[_Scored, _Scored]] = {}
    for item in played:
        if item.tier is None:
            continue
        name: Tier = "flawed" if item.tier == "repair" else item.tier
        low, high = spans.get(name, (item, item))
        worst = item if item.score.reward < low.score.reward else low
        best = item if item.score.reward > high.score.reward else high
        spans[name] = (worst, best)
    found: list[Fault] = []
    ordered = [spans[name] for name in TIERS if name in spans]
    for (above, _), (_, below) in pairwise(ordered):
        if not above.score.reward > below.score.reward:
            what = f"{below.tier}, not below {above.mutant.name} ({above.tier}, {above.score.reward:.3f})"
            found.append(("order", below.mutant.name, below.score, what))
    if "nothing" in spans and spans["nothing"][1].score.reward != 0:
        best = spans["nothing"][1]
        found.append(("no_op", best.mutant.name, best.score, "is not 0"))
    return found


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
