"""An adversarial search: hypothesis climbs towards sequences of calls that earn much and reach nothing.

Any scenario, any number of sequences. From the checkout: `python -m tests.adversary SCENARIO --sequences 100000`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from atlasgen import workspace
from atlasgen.tasks.adversary import LIMIT, Adversary, Pick
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.variants import Variant

_BATCH: Final = 2_000  # sequences of one search; the next starts afresh, on other tasks
_TASKS: Final = 8  # tasks of one search, if it is no small one
_LONGEST: Final = 8  # calls

_picks = st.lists(
    st.builds(
        Pick,
        kind=st.integers(0, 4),
        piece=st.integers(0, 1023),
        member=st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
        donor=st.integers(0, 1023),
    ),
    min_size=1,
    max_size=_LONGEST,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        sequences: How many were played.
        distinct: How many different ones missed the goal.
        missed: How many missed it. The oracle is asked about all that earn more than the limit, and about some others:
            those that it is not asked about are held to have missed it, for they are paid so.
        asked: About how many the oracle was asked.
        wrote: How many that missed the goal changed something.
        highest: The highest reward of one that missed it.
        rejects: How many of those that earned no more than the limit had reached it all the same.
        cheats: The calls of those that missed it and earned more than the limit, or counted as a success.
    """

    sequences: int
    distinct: int
    missed: int
    asked: int
    wrote: int
    highest: float
    rejects: int
    cheats: tuple[bytes, ...]


def search(
    scenario: Scenario, sequences: int, *, split: str = "train", first: int = 0, variant: Variant | None = None
) -> Found:
    """Search for sequences that the reward overrates.

    Args:
        scenario: Whose reward to cheat.
        sequences: How many distinct sequences to play that miss the goal, at least; on other tasks every 2,000.
        split: The split of the tasks.
        first: The first of the tasks.
        variant: The variant of the reward.
    """
    adversary = Adversary(scenario, variant=variant)
    attempts = missed = asked = wrote = rejects = batch = 0
    highest = 0.0
    traces: set[int] = set()
    cheats: list[bytes] = []

    def judge(seed: int, picks: Sequence[Pick]) -> None:
        nonlocal attempts, missed, asked, wrote, rejects, highest
        attempt = adversary.attempt(seed, split, picks)
        attempts += 1
        asked += attempt.asked
        if attempt.reached:
            rejects += attempt.reward <= LIMIT
            return
        missed += 1
        wrote += attempt.wrote
        traces.add(hash((seed, attempt.trace)))
        highest = max(highest, attempt.reward)
        if attempt.reward > LIMIT or attempt.success:
            cheats.append(attempt.trace)
        hypothesis.target(attempt.reward)

    tasks = max(2, min(_TASKS, sequences // 100))  # to find out what can be done with a task takes a while
    while len(traces) < sequences:
        seeds = range(first + batch * tasks, first + (batch + 1) * tasks)
        _climb(seeds, judge, examples=min(_BATCH, sequences - len(traces)), seed=batch)
        batch += 1
    return Found(attempts, len(traces), missed, asked, wrote, highest, rejects, tuple(cheats))


def _climb(seeds: range, judge: Callable[[int, Sequence[Pick]], None], *, examples: int, seed: int) -> None:
    """Let hypothesis try so many sequences on some tasks."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.target],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(task=st.sampled_from(seeds), picks=_picks)
    def climb(task: int, picks: Sequence[Pick]) -> None:
        judge(task, picks)

    climb()


def main() -> None:
    """Search one scenario, as the command line says, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario")
    parser.add_argument("--sequences", type=int, default=100_000)
    parser.add_argument("--split", default="train")
    given = parser.parse_args()
    scenario = workspace.load_scenario(given.scenario)
    assert isinstance(scenario, Scenario)
    found = search(scenario, given.sequences, split=given.split)
    print(f"{found.sequences:,} sequences, {found.missed:,} missed the goal ({found.distinct:,} distinct), ", end="")
    print(f"{found.wrote / found.missed:.0%} of these wrote; highest reward {found.highest:.3f}; ", end="")
    print(f"{found.asked:,} put to the oracle, {found.rejects} of them turned away wrongly")
    for cheat in found.cheats[:5]:
        print(cheat.decode())
    raise SystemExit(bool(found.cheats or found.rejects))


if __name__ == "__main__":
    main()
