"""An evaluation: many episodes of one policy, scored, with what they say of it.

`evaluate` plays and scores; an `Evaluation` is a value that knows its own figures. Episodes that broke through no fault
of the policy are counted apart and are part of no figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.jsonvalue import Json, JsonObject, decode, encode
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.trajectory import Line
from atlasgen.tasks.variants import Variant
from train.evaluating import statistics
from train.evaluating.failures import KINDS, Kind, failures
from train.evaluating.playing import Assignment, Broken, Key, Played, Policy, Tokens
from train.evaluating.statistics import Estimate

_EQUAL: Final = 1e-9  # what rounding may leave between equal rewards

Record = Callable[[Line], None]
"""Takes the trajectory of each episode as it comes."""


@dataclass(frozen=True, slots=True)
class Result:
    """One episode, scored.

    Attributes:
        key: Which one it is.
        reward: What it is worth.
        success: Whether it is a strict success.
        calls: How many tools were called.
        components: The parts of the reward.
        failures: What went wrong, the kind that explains most first.
        tokens: What it cost; None where no model played.
    """

    key: Key
    reward: float
    success: bool
    calls: int
    components: Mapping[str, float]
    failures: tuple[Kind, ...]
    tokens: Tokens | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one scenario.

    Attributes:
        scenario: Its name.
        tasks: How many tasks have episodes.
        episodes: How many episodes there are.
        broken: How many episodes came to nothing through no fault of the policy.
        reward: The mean reward.
        success: The rate of strict successes.
        pass_at: The chance that at least one of k samples succeeds, by k.
        pass_hat: The chance that all of k samples succeed, by k.
        varied: The share of tasks whose samples differ in reward; None with one sample.
        calls: The mean number of calls.
        tokens: The mean number of tokens; None where no model played.
        failures: How many episodes without success each kind explains.
        flaws: How many episodes have each kind, successes and lesser reasons included.
    """

    scenario: str
    tasks: int
    episodes: int
    broken: int
    reward: Estimate
    success: Estimate
    pass_at: Mapping[int, Estimate]
    pass_hat: Mapping[int, Estimate]
    varied: float | None
    calls: float
    tokens: Tokens | None
    failures: Mapping[Kind, int]
    flaws: Mapping[Kind, int]

    def to_json(self) -> JsonObject:
        """Return the figures as a JSON value."""
        return {
            "scenario": self.scenario,
            "tasks": self.tasks,
            "episodes": self.episodes,
            "broken": self.broken,
            "reward": self.reward.to_json(),
            "success": self.success.to_json(),
            "pass_at": {str(k): item.to_json() for k, item in self.pass_at.items()},
            "pass_hat": {str(k): item.to_json() for k, item in self.pass_hat.items()},
            "varied": self.varied,
            "calls": self.calls,
            "tokens": None if self.tokens is None else _tokens(self.tokens),
            "failures": _counts(self.failures),
            "flaws": _counts(self.flaws),
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a policy did on tasks.

    Attributes:
        agent: Who played.
        split: Of which split the tasks are.
        temperature: Of sampling.
        variant: The variant of the reward; None where each scenario has its own.
        scenarios: The names of the scenarios, in their order.
        results: The episodes, in the order of scenarios, tasks and samples.
        broken: Those that came to nothing through no fault of the policy.
    """

    agent: str
    split: str
    temperature: float
    variant: Variant | None
    scenarios: tuple[str, ...]
    results: tuple[Result, ...]
    broken: tuple[Broken, ...] = ()

    @property
    def reward(self) -> float:
        """The mean of the scenarios' mean rewards; 0 where nothing was played."""
        return _mean([item.reward.value for item in self.summaries])

    @property
    def success(self) -> float:
        """The mean of the scenarios' rates of strict success; 0 where nothing was played."""
        return _mean([item.success.value for item in self.summaries])

    @property
    def summaries(self) -> tuple[Summary, ...]:
        """The figures of each scenario that was played."""
        return tuple(found for name in self.scenarios if (found := self.summary(name)) is not None)

    def only(self, scenarios: Collection[str]) -> Evaluation:
        """Return what it says of some scenarios."""
        return replace(
            self,
            scenarios=tuple(name for name in self.scenarios if name in scenarios),
            results=tuple(item for item in self.results if item.key.scenario in scenarios),
            broken=tuple(item for item in self.broken if item.assignment.scenario.name in scenarios),
        )

    def summary(self, scenario: str) -> Summary | None:
        """Return the figures of a scenario; None where no episode of it was played to an end."""
        results = [item for item in self.results if item.key.scenario == scenario]
        broken = sum(item.assignment.scenario.name == scenario for item in self.broken)
        return _summary(scenario, results, broken) if results else None

    def rewards(self, scenario: str) -> dict[Key, list[float]]:
        """Return the rewards of each task, under the key of its first sample."""
        return _by_task(self.results, scenario, lambda item: item.reward)

    def successes(self, scenario: str) -> dict[Key, list[float]]:
        """Return 1 for each success and 0 for each failure of each task, under the key of its first sample."""
        return _by_task(self.results, scenario, lambda item: float(item.success))

    def to_json(self) -> JsonObject:
        """Return the figures as a JSON value."""
        broken: list[Json] = [
            {**_key(item.assignment.key), "boundary": item.boundary, "message": item.message} for item in self.broken
        ]
        return {
            "agent": self.agent,
            "split": self.split,
            "temperature": self.temperature,
            "variant": self.variant,
            "reward": self.reward,
            "success": self.success,
            "scenarios": [item.to_json() for item in self.summaries],
            "broken": broken,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one evaluation differs from another on the tasks that both have.

    Attributes:
        scenario: The scenario.
        tasks: How many tasks both have.
        reward: By how much the mean reward of the second is higher.
        success: By how much its rate of success is.
    """

    scenario: str
    tasks: int
    reward: Estimate
    success: Estimate

    def to_json(self) -> JsonObject:
        """Return the figures as a JSON value."""
        return {
            "scenario": self.scenario,
            "tasks": self.tasks,
            "reward": self.reward.to_json(),
            "success": self.success.to_json(),
        }


def evaluate(
    policy: Policy,
    scenarios: Sequence[Scenario],
    *,
    split: str,
    seeds: Iterable[int],
    temperature: float,
    samples: int = 1,
    variant: Variant | None = None,
    record: Record | None = None,
    done: Iterable[Result] = (),
) -> Evaluation:
    """Play tasks and score what comes of it.

    Args:
        policy: Who plays.
        scenarios: The kinds of tasks.
        split: `train`, `validation` or `test`.
        seeds: Which tasks of each scenario.
        temperature: Of sampling; 0 is greedy.
        samples: Episodes of each task.
        variant: The variant of the reward; each scenario's own if it is None.
        record: Takes the trajectory of each episode as it comes.
        done: Episodes that were played and scored before and are not played again.
    """
    seeds = tuple(seeds)
    assignments = [
        Assignment(scenario, seed, split, sample)
        for scenario in scenarios
        for seed in seeds
        for sample in range(samples)
    ]
    wanted = {item.key for item in assignments}
    found = {item.key: item for item in done if item.key in wanted}
    broken: dict[Key, Broken] = {}
    left = [item for item in assignments if item.key not in found]
    for outcome in policy.play(left, temperature=temperature) if left else ():
        key = outcome.assignment.key
        try:
            if isinstance(outcome, Broken):
                broken[key] = outcome
            else:
                line = _line(outcome, policy.name, temperature, variant)
                found[key] = result(line)
                if record is not None:
                    record(line)
        except RolloutError as error:
            broken[key] = Broken.of(outcome.assignment, error)
    return Evaluation(
        agent=policy.name,
        split=split,
        temperature=temperature,
        variant=variant,
        scenarios=tuple(scenario.name for scenario in scenarios),
        results=tuple(found[item.key] for item in assignments if item.key in found),
        broken=tuple(broken[item.key] for item in assignments if item.key in broken),
    )


def compare(before: Evaluation, after: Evaluation) -> tuple[Comparison, ...]:
    """Return how a second evaluation differs from a first, scenario by scenario.

    Raises:
        AtlasgenError: they have no task in common.
    """
    found: list[Comparison] = []
    for name in before.scenarios:
        one, other = before.rewards(name), after.rewards(name)
        if common := one.keys() & other.keys():
            found.append(
                Comparison(
                    name,
                    len(common),
                    statistics.paired(one, other),
                    statistics.paired(before.successes(name), after.successes(name)),
                )
            )
    if not found:
        what = f"{before.agent} ({before.split}) and {after.agent} ({after.split}) have no task in common"
        raise AtlasgenError.single("--compare", what, "evaluate both on the same scenarios and split")
    return tuple(found)


def result(line: Line) -> Result:
    """Return the episode that a recorded trajectory of an evaluation tells of.

    Raises:
        AtlasgenError: it comes from elsewhere, or was not scored.
    """
    extra: Mapping[str, Any] = line.extra
    try:
        tokens = extra["tokens"]
        kinds = extra["failures"]
        if line.reward is None or line.success is None or not set(kinds) <= set(KINDS):
            raise TypeError
        return Result(
            Key(line.scenario, line.split, line.seed, int(extra["sample"])),
            line.reward,
            line.success,
            len(line.trajectory.calls),
            line.components,
            tuple(cast("Kind", kind) for kind in kinds),
            None if tokens is None else Tokens(int(tokens["prompt"]), int(tokens["completion"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        where = f"{line.scenario} {line.split} {line.seed}"
        raise AtlasgenError.single(where, "is no episode of an evaluation") from error


def _line(played: Played, agent: str, temperature: float, variant: Variant | None) -> Line:
    """Return an episode, scored, as a file keeps it.

    Raises:
        RolloutError: the reward broke.
    """
    assignment, episode, task = played.assignment, played.episode, played.task
    trajectory = episode.trajectory
    try:
        score = assignment.scenario.score(task, trajectory, episode.diff, variant=variant)
        kinds = failures(assignment.scenario, task, trajectory, score)
    except RolloutError:
        raise
    except Exception as error:  # whatever a reward raises is our own
        raise RolloutError("reward", f"{type(error).__name__}: {error}") from error
    extra: JsonObject = {
        "sample": assignment.sample,
        "temperature": temperature,
        "variant": variant or assignment.scenario.variant,
        "tokens": None if played.tokens is None else _tokens(played.tokens),
        "failures": list(kinds),
        "band": score.band,
        "reasons": [str(reason) for reason in score.reasons],
    }
    return Line(
        scenario=task.scenario,
        seed=task.seed,
        split=task.split,
        trajectory=trajectory,
        extra=extra,
        model=agent,
        messages=tuple(_plain(message) for message in played.messages),
        reward=score.reward,
        success=score.success,
        components=score.components,
    )


def _summary(scenario: str, results: Sequence[Result], broken: int) -> Summary:
    rewards = list(_by_task(results, scenario, lambda item: item.reward).values())
    successes = list(_by_task(results, scenario, lambda item: float(item.success)).values())
    many = [group for group in rewards if len(group) > 1]
    explained = Counter(item.failures[0] for item in results if not item.success)
    flaws = Counter(kind for item in results for kind in item.failures)
    return Summary(
        scenario=scenario,
        tasks=len(rewards),
        episodes=len(results),
        broken=broken,
        reward=statistics.bootstrap(rewards),
        success=statistics.rate(successes),
        pass_at={k: _passes(successes, k, statistics.pass_at_k) for k in _ks(successes)},
        pass_hat={k: _passes(successes, k, statistics.pass_hat_k) for k in _ks(successes)},
        varied=sum(max(group) - min(group) > _EQUAL for group in many) / len(many) if many else None,
        calls=_mean([item.calls for item in results]),
        tokens=_mean_tokens([item.tokens for item in results if item.tokens is not None]),
        failures={kind: explained[kind] for kind in KINDS if explained[kind]},
        flaws={kind: flaws[kind] for kind in KINDS if flaws[kind]},
    )


def _ks(successes: statistics.Clusters) -> Iterator[int]:
    """Yield the powers of two up to the number of samples, and that number; nothing for single samples."""
    most = max(map(len, successes))
    if most > 1:
        yield from sorted({*(1 << power for power in range(most.bit_length())), most})


def _passes(successes: statistics.Clusters, k: int, chance: Callable[[int, int, int], float]) -> Estimate:
    """Return the mean chance over the tasks that have k samples."""
    chances = [[chance(len(group), round(sum(group)), k)] for group in successes if len(group) >= k]
    return statistics.bootstrap(chances)


def _by_task(results: Iterable[Result], scenario: str, value: Callable[[Result], float]) -> dict[Key, list[float]]:
    found: dict[Key, list[float]] = {}
    for item in results:
        if item.key.scenario == scenario:
            found.setdefault(item.key._replace(sample=0), []).append(value(item))
    return found


def _mean(values: Collection[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _counts(found: Mapping[Kind, int]) -> JsonObject:
    return dict(found.items())


def _mean_tokens(tokens: Sequence[Tokens]) -> Tokens | None:
    if not tokens:
        return None
    return Tokens(round(_mean([item.prompt for item in tokens])), round(_mean([item.completion for item in tokens])))


def _tokens(tokens: Tokens) -> JsonObject:
    return {"prompt": tokens.prompt, "completion": tokens.completion}


def _key(key: Key) -> JsonObject:
    return {"scenario": key.scenario, "split": key.split, "seed": key.seed, "sample": key.sample}


def _plain(message: Mapping[str, Any]) -> JsonObject:
    """Return a chat message as JSON can say it: a model may call with numbers and texts that JSON cannot hold."""
    try:
        return cast("JsonObject", decode(encode(message)))
    except ValueError:
        return {"role": str(message.get("role")), "content": ascii(message)}
