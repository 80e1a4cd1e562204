"""An adversarial search: hypothesis climbs towards sequences of calls that earn much and reach nothing.

Any scenario, any number of sequences. From the checkout: `python -m tests.adversary SCENARIO --sequences 100000`. A
search comes in pieces, each on tasks of its own, so that several processes share it; with `--json FILE` it is written
down after every piece, and goes on from what the file has.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from functools import reduce
from pathlib import Path
from typing import Any, Final

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from atlasgen import workspace
from atlasgen.tasks.adversary import LIMIT, Adversary, Pick
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.variants import VARIANTS, Variant

_PIECE: Final = 4_000  # sequences of one piece
_TASKS: Final = 8  # tasks of one piece, if it is no small one
_CLIMB: Final = 100  # sequences of one climb at least: each begins with the same one, of nothing but zeros
_ORDERS: Final = 3  # in which the same calls are played
_LONGEST: Final = 8  # picks

# One draw for each pick: hypothesis spends more on a draw than an emulator on a call.
_picks = st.lists(st.binary(min_size=4, max_size=4), min_size=1, max_size=_LONGEST)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        tasks: On how many tasks.
        sequences: How many sequences were played.
        distinct: How many different ones missed the goal. The oracle is asked about all that earn more than the limit,
            and about some others: those that it is not asked about are held to have missed it, for they are paid so.
        wrote: How many of these changed something: half at least.
        asked: About how many that were played the oracle was asked.
        highest: The highest reward of one that missed it.
        rejects: How many of those that earned no more than the limit had reached it all the same.
        cheats: The calls of those that missed it and earned more than the limit, or counted as a success.
    """

    tasks: int
    sequences: int
    distinct: int
    wrote: int
    asked: int
    highest: float
    rejects: int
    cheats: tuple[str, ...]

    def __add__(self, other: Found) -> Found:
        """Return what two searches on different tasks found."""
        return Found(
            self.tasks + other.tasks,
            self.sequences + other.sequences,
            self.distinct + other.distinct,
            self.wrote + other.wrote,
            self.asked + other.asked,
            max(self.highest, other.highest),
            self.rejects + other.rejects,
            self.cheats + other.cheats,
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a search: how many sequences to play on which tasks."""

    number: int
    seeds: range
    sequences: int


def pieces(sequences: int, first: int = 0) -> list[Piece]:
    """Return the pieces of a search for so many sequences, on tasks from the first on."""
    found: list[Piece] = []
    for number, start in enumerate(range(0, sequences, _PIECE)):
        size = min(_PIECE, sequences - start)
        tasks = max(2, min(_TASKS, size // 100))  # to find out what can be done with a task takes a while
        found.append(Piece(number, range(first, first + tasks), size))
        first += tasks
    return found


def search(
    scenario: Scenario, sequences: int, *, split: str = "train", first: int = 0, variant: Variant | None = None
) -> Found:
    """Search for sequences that the reward overrates.

    Args:
        scenario: Whose reward to cheat.
        sequences: How many distinct sequences to play that miss the goal, at least.
        split: The split of the tasks.
        first: The first of the tasks.
        variant: The variant of the reward.
    """
    adversary = Adversary(scenario, variant=variant)
    return total(searched(adversary, piece, split) for piece in pieces(sequences, first))


def searched(adversary: Adversary, piece: Piece, split: str) -> Found:
    """Return what a piece of a search finds.

    Hypothesis climbs from anywhere first. As long as fewer than half of the sequences that missed the goal have
    changed anything, it climbs on from a call that does.
    """
    attempts = asked = wrote = rejects = climbs = 0
    highest = 0.0
    traces: set[int] = set()
    cheats: list[str] = []

    def judge(seed: int, picks: Sequence[Pick], opening: int | None) -> float | None:
        nonlocal attempts, asked, wrote, rejects
        attempt = adversary.attempt(seed, split, picks, opening=opening)
        attempts += 1
        asked += attempt.asked
        if attempt.reached:
            rejects += attempt.reward <= LIMIT
            return None
        trace = hash((seed, attempt.trace))
        if trace not in traces:
            traces.add(trace)
            wrote += attempt.wrote
            if attempt.reward > LIMIT or attempt.success:
                cheats.append(f"{split} {seed}: {attempt.reward:.3f}\n{attempt.trace.decode()}")
        return attempt.reward

    def try_all(seed: int, picks: Sequence[Pick], opening: int | None) -> None:
        nonlocal highest
        rewards = [judge(seed, ordered, opening) for ordered in orders(picks)]
        missed = [reward for reward in rewards if reward is not None]
        if missed:
            highest = max(highest, *missed)
            hypothesis.target(max(missed))

    while len(traces) < piece.sequences or 2 * wrote < len(traces):
        missing = max(piece.sequences - len(traces), len(traces) - 2 * wrote, _CLIMB)
        number = piece.number << 10 | climbs
        _climb(piece.seeds, try_all, examples=1 + missing // _ORDERS, number=number, opens=2 * wrote < len(traces))
        climbs += 1
    return Found(len(piece.seeds), attempts, len(traces), wrote, asked, highest, rejects, tuple(cheats))


def orders(picks: Sequence[Pick]) -> tuple[Sequence[Pick], ...]:
    """Return the same calls in several orders: to draw them costs more than to play them."""
    half = len(picks) // 2
    return picks, picks[::-1], (*picks[half:], *picks[:half])


def _climb(
    seeds: range, judge: Callable[[int, Sequence[Pick], int | None], None], *, examples: int, number: int, opens: bool
) -> None:
    """Let hypothesis draw so many sequences for some tasks, all of them behind a call that writes if that is said."""
    openings = st.integers(0, 1023) if opens else st.none()

    @hypothesis.seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.target],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(seed=st.sampled_from(seeds), opening=openings, texts=_picks)
    def climb(seed: int, opening: int | None, texts: Sequence[bytes]) -> None:
        judge(seed, [Pick.decoded(text) for text in texts], opening)

    climb()


def total(found: Iterator[Found]) -> Found:
    """Return what searches on different tasks found together."""
    return reduce(Found.__add__, found, Found(0, 0, 0, 0, 0, 0.0, 0, ()))


# -- in several processes ----------------------------------------------------------------------------------------------

_own: list[tuple[Adversary, str]] = []  # of this process


def _begin(scenario: Scenario, split: str, variant: Variant) -> None:
    _own[:] = [(Adversary(scenario, variant=variant), split)]


def _run(piece: Piece) -> Found:
    ((adversary, split),) = _own
    return searched(adversary, piece, split)


def _all(
    scenario: Scenario, split: str, variant: Variant, waiting: Sequence[Piece], jobs: int
) -> Iterator[tuple[Piece, Found]]:
    if jobs == 1:
        _begin(scenario, split, variant)
        yield from zip(waiting, map(_run, waiting), strict=True)
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(scenario, split, variant)) as pool:
        yield from zip(waiting, pool.map(_run, waiting), strict=True)


# -- what is written down ----------------------------------------------------------------------------------------------


def kept(path: Path | None, search: dict[str, Any]) -> dict[int, Found]:
    """Return the pieces that a file has of a search."""
    if path is None or not path.is_file():
        return {}
    text = json.loads(path.read_text(encoding="utf-8"))
    if text["search"] != search:
        sys.exit(f"{path} is of another search, {text['search']}: remove it, or name another file")
    names = [field.name for field in fields(Found)]
    return {
        int(number): Found(**{name: piece[name] for name in names} | {"cheats": tuple(piece["cheats"])})
        for number, piece in text["pieces"].items()
    }


def write(path: Path, search: dict[str, Any], found: dict[int, Found]) -> None:
    """Write down the pieces of a search that are done, and what they found together."""
    text = {
        "search": search,
        "found": asdict(total(iter(found.values()))),
        "pieces": {str(number): asdict(piece) for number, piece in sorted(found.items())},
    }
    aside = path.with_suffix(".tmp")
    aside.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)


def main() -> None:
    """Search one scenario, as the command line says, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario")
    parser.add_argument("--sequences", type=int, default=100_000, help="distinct ones that miss the goal, at least")
    parser.add_argument("--split", default="train")
    parser.add_argument("--reward", choices=VARIANTS, help="the variant of the reward")
    parser.add_argument("--jobs", type=int, default=1, help="in how many processes; what is found is the same")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write it down after every piece, and go on from there"
    )
    given = parser.parse_args()
    scenario = workspace.load_scenario(given.scenario)
    assert isinstance(scenario, Scenario)
    variant: Variant = given.reward or scenario.variant
    what = {"scenario": scenario.name, "split": given.split, "reward": variant, "sequences": given.sequences}
    found = kept(given.json, what)
    every = pieces(given.sequences)
    waiting = [piece for piece in every if piece.number not in found]
    for piece, more in _all(scenario, given.split, variant, waiting, given.jobs):
        found[piece.number] = more
        print(f"{len(found)} of {len(every)}: {_told(more)}", file=sys.stderr)
        if given.json is not None:
            write(given.json, what, found)
    result = total(iter(found.values()))
    print(_told(result))
    for cheat in result.cheats[:5]:
        print(cheat)
    raise SystemExit(bool(result.cheats or result.rejects))


def _told(found: Found) -> str:
    return (
        f"{found.sequences:,} sequences on {found.tasks} tasks, {found.distinct:,} distinct ones missed the goal, "
        f"{found.wrote / found.distinct:.0%} of these wrote; highest reward {found.highest:.3f}; "
        f"{found.asked:,} put to the oracle, {found.rejects} of them turned away wrongly; {len(found.cheats)} cheats"
    )


if __name__ == "__main__":
    main()
