"""Estimates with intervals: means over clustered samples, rates, paired differences, pass@k and pass^k.

Samples of one task are alike, so a task is a cluster: intervals say how far a figure would move with other tasks, not
with other samples of the same ones. All intervals have 95 % confidence unless told otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, TypeAlias, TypeVar

import numpy as np

from atlasgen.jsonvalue import JsonObject

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 4000

_CHUNK: Final = 250  # resamples that are drawn at once

Clusters: TypeAlias = Sequence[Sequence[float]]
"""The values of each cluster; a cluster may be empty."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its interval.

    Attributes:
        value: The figure.
        low: Where the interval begins.
        high: Where it ends.
    """

    value: float
    low: float
    high: float

    def to_json(self) -> JsonObject:
        """Return the figure as a JSON value."""
        return {"value": self.value, "low": self.low, "high": self.high}


def pass_at_k(samples: int, successes: int, k: int) -> float:
    """Return the chance that at least one of k samples succeeds, without bias (Chen et al. 2021, equation 1).

    Raises:
        ValueError: there are fewer samples than k, or more successes than samples.
    """
    _check(samples, successes, k)
    return 1.0 - math.comb(samples - successes, k) / math.comb(samples, k)


def pass_hat_k(samples: int, successes: int, k: int) -> float:
    """Return the chance that all of k samples succeed, without bias (pass^k of Yao et al. 2024).

    Raises:
        ValueError: there are fewer samples than k, or more successes than samples.
    """
    _check(samples, successes, k)
    return math.comb(successes, k) / math.comb(samples, k)


def _check(samples: int, successes: int, k: int) -> None:
    if not 1 <= k <= samples or not 0 <= successes <= samples:
        raise ValueError(f"no {k} of {samples} samples with {successes} successes")


def wilson(successes: float, of: float, *, confidence: float = CONFIDENCE) -> Estimate:
    """Return a rate with its Wilson score interval, which has a width at 0 and at 1 too.

    Args:
        successes: How often it happened.
        of: In how many independent trials; need not be whole.
        confidence: How often the interval holds the true rate.

    Raises:
        ValueError: there are no trials, or more successes than trials.
    """
    if of <= 0 or not 0 <= successes <= of:
        raise ValueError(f"no rate of {successes} in {of}")
    z = NormalDist().inv_cdf((1.0 + confidence) / 2.0)
    rate = successes / of
    middle = (rate + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(rate * (1 - rate) / of + z * z / (4 * of * of))
    # Rounding must not move an end past the rate that it belongs to.
    return Estimate(rate, min(rate, max(0.0, middle - half)), max(rate, min(1.0, middle + half)))


def rate(clusters: Clusters, *, confidence: float = CONFIDENCE) -> Estimate:
    """Return the mean of zeros and ones with a Wilson interval for as many trials as the clusters are worth.

    Where samples of one cluster agree more than chance would have it, they are worth fewer trials (Kish's design
    effect); where all are alike, nothing can be said about that, and a cluster is one trial.

    Raises:
        ValueError: there are no values.
    """
    filled = [cluster for cluster in clusters if cluster]
    total, count = sum(map(sum, filled)), sum(map(len, filled))
    if not count:
        raise ValueError("no values")
    mean = total / count
    trials = float(len(filled))
    if 0.0 < mean < 1.0 and len(filled) > 1:
        spread = sum((sum(cluster) - mean * len(cluster)) ** 2 for cluster in filled)
        variance = spread / count**2 * len(filled) / (len(filled) - 1)
        effect = variance / (mean * (1 - mean) / count)
        # No more trials than values, no fewer than clusters.
        trials = min(float(count), max(trials, count / effect if effect else float(count)))
    return wilson(mean * trials, trials, confidence=confidence)


def bootstrap(
    clusters: Clusters, *, confidence: float = CONFIDENCE, resamples: int = RESAMPLES, seed: int = 0
) -> Estimate:
    """Return the mean of all values with the percentile interval of a bootstrap that draws whole clusters.

    Args:
        clusters: The values of each cluster.
        confidence: How often the interval holds the true mean.
        resamples: How often clusters are drawn.
        seed: Decides what is drawn.

    Raises:
        ValueError: there are no values.
    """
    filled = [cluster for cluster in clusters if cluster]
    if not filled:
        raise ValueError("no values")
    sums = np.array([math.fsum(cluster) for cluster in filled])
    counts = np.array([len(cluster) for cluster in filled], dtype=float)
    generator = np.random.default_rng(seed)
    means: list[float] = []
    while len(means) < resamples:
        weights = _weights(generator, min(_CHUNK, resamples - len(means)), len(filled))
        means += ((weights @ sums) / (weights @ counts)).tolist()
    return _interval(math.fsum(sums.tolist()) / float(counts.sum()), means, confidence)


def crossed(
    runs: Sequence[Sequence[float]], *, confidence: float = CONFIDENCE, resamples: int = RESAMPLES, seed: int = 0
) -> Estimate:
    """Return the mean over several runs on the same tasks, with an interval over other runs and other tasks.

    Runs and tasks are drawn independently of each other (Owen 2007), so that the interval is never too narrow for want
    of runs; with one run it is that of its tasks alone.

    Args:
        runs: For each run (one seed of training) the value of each task, in the same order.
        confidence: How often the interval holds the true mean.
        resamples: How often both are drawn.
        seed: Decides what is drawn.

    Raises:
        ValueError: there are no values, or the runs have unequal numbers of them.
    """
    if not runs or not runs[0] or any(len(run) != len(runs[0]) for run in runs):
        raise ValueError("every run needs one value for each task")
    values = np.array(runs, dtype=float)
    generator = np.random.default_rng(seed)
    means: list[float] = []
    while len(means) < resamples:
        size = min(_CHUNK, resamples - len(means))
        by_run = _weights(generator, size, values.shape[0]) / values.shape[0]
        by_task = _weights(generator, size, values.shape[1]) / values.shape[1]
        means += np.einsum("ri,ij,rj->r", by_run, values, by_task).tolist()
    return _interval(float(values.mean()), means, confidence)


def paired(
    before: Mapping[Key, Sequence[float]],
    after: Mapping[Key, Sequence[float]],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Return by how much the mean rises from one evaluation to another, task by task, with an interval over tasks.

    Args:
        before: The values of each task.
        after: Likewise; tasks that only one of them has are left out.
        confidence: How often the interval holds the true difference.
        resamples: How often tasks are drawn.
        seed: Decides what is drawn.

    Raises:
        ValueError: they have no task in common.
    """
    common = [key for key in before if before[key] and after.get(key)]
    if not common:
        raise ValueError("no task in common")
    differences = [[_mean(after[key]) - _mean(before[key])] for key in common]
    return bootstrap(differences, confidence=confidence, resamples=resamples, seed=seed)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _weights(generator: np.random.Generator, size: int, of: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return how often each of some things is drawn, in each of several draws of as many as there are."""
    drawn: np.ndarray[tuple[int, int], np.dtype[np.float64]] = generator.multinomial(
        of, np.full(of, 1.0 / of), size=size
    ).astype(float)
    return drawn


def _interval(value: float, means: Sequence[float], confidence: float) -> Estimate:
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(np.array(means), [tail, 1.0 - tail])
    return Estimate(value, min(value, float(low)), max(value, float(high)))
