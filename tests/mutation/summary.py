"""What mutation testing found, as one JSON object for the documents: `python -m tests.mutation.summary OUTCOMES`.

With `--without AGAIN`, outcomes that `--resume --without test_same_tasks` has judged again, it says as well what would
be noticed if nobody held seeds against the tasks that they meant before.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.mutation.__main__ import Outcome, drawn, equivalents, read_outcomes
from tests.mutation.checks import LADDERS
from tests.mutation.modules import modules
from tests.mutation.operators import mutations

SAME_TASKS: Final = "test_same_tasks"
_SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
_SURE: Final = 1.959964  # standard deviations to both sides that hold 95 %


def survivors() -> dict[tuple[str, str], str]:
    """Return the mutants that are known to survive, with the reason: module and name of the mutation -> reason."""
    listed = tomllib.loads(_SURVIVORS.read_text(encoding="utf-8"))
    return {(module, name): reason for module, names in listed.items() for name, reason in names.items()}


def interval(count: int, trials: int) -> tuple[float, float]:
    """Return between which shares the true one lies, at 95 % (Wilson)."""
    share, square = count / trials, _SURE**2 / trials
    middle = share + square / 2
    side = _SURE * math.sqrt(share * (1 - share) / trials + square / trials / 4)
    return max(0.0, (middle - side) / (1 + square)), min(1.0, (middle + side) / (1 + square))


def summary(
    outcomes: Sequence[Outcome], same: Mapping[tuple[str, str], str], reasons: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    """Return the figures of outcomes.

    Args:
        outcomes: What became of each mutant.
        same: The mutants that nobody could notice, with the reason.
        reasons: Why those survive that somebody could notice.
    """
    unseen = [item for item in outcomes if not item.check]
    lost = [item for item in unseen if item.key not in same]
    noticeable = len(outcomes) - len(unseen) + len(lost)
    noticed = noticeable - len(lost)
    return {
        "judged": len(outcomes),
        "equivalent": len(unseen) - len(lost),
        "noticeable": noticeable,
        "noticed": noticed,
        "share": _rounded(noticed / noticeable),
        "interval": [_rounded(end) for end in interval(noticed, noticeable)],
        "seconds": round(sum(item.seconds for item in outcomes)),
        "modules": {
            name: _module([item for item in outcomes if item.module == name], same) for name in _names(outcomes)
        },
        "checks": dict(Counter(item.check for item in outcomes if item.check).most_common()),
        "survivors": [_said(item, reasons.get(item.key, "")) for item in lost],
        "equivalents": [_said(item, same[item.key]) for item in unseen if item.key in same],
    }


def left_out(
    outcomes: Sequence[Outcome], again: Mapping[tuple[str, str], Outcome], figures: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what would be noticed without the test that seeds mean the same tasks.

    Args:
        outcomes: What became of each mutant.
        again: What became of those that this test noticed, without it; some may not have been judged again.
        figures: The figures of the outcomes.
    """
    first = [item for item in outcomes if SAME_TASKS in item.check]
    judged = [again[item.key] for item in first if item.key in again and SAME_TASKS not in again[item.key].check]
    others = sum(bool(item.check) for item in judged)
    rest = figures["noticed"] - len(first)
    return {
        "noticed_by_it_first": len(first),
        "judged_again": len(judged),
        "noticed_by_others": others,
        "share_at_least": _rounded((rest + others) / figures["noticeable"]),
        "share_estimated": _rounded(
            (rest + (len(first) * others / len(judged) if judged else 0)) / figures["noticeable"]
        ),
        "survivors": [f"{item.module}:{item.line} {item.mutation}" for item in judged if not item.check],
    }


def _names(outcomes: Sequence[Outcome]) -> list[str]:
    return list(dict.fromkeys(item.module for item in outcomes))


def _module(outcomes: Sequence[Outcome], same: Mapping[tuple[str, str], str]) -> dict[str, int]:
    unseen = [item for item in outcomes if not item.check]
    listed = sum(item.key in same for item in unseen)
    return {"judged": len(outcomes), "equivalent": listed, "noticed": len(outcomes) - len(unseen)}


def _said(item: Outcome, reason: str) -> dict[str, Any]:
    return {"module": item.module, "line": item.line, "mutation": item.mutation, "reason": reason}


def _rounded(share: float) -> float:
    return round(share, 4)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the summary; 1 where a survivor has no reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.summary", description=__doc__)
    parser.add_argument("outcomes", type=Path)
    parser.add_argument("--sample", type=int, metavar="N", help="leave out what a sample of N would not have")
    parser.add_argument("--seed", type=int, default=0, help="chooses the sample")
    parser.add_argument("--without", type=Path, metavar="AGAIN")
    given = parser.parse_args(arguments)
    files = modules()
    every = {name: mutations(files[name].read_text(encoding="utf-8")) for name in LADDERS}
    chosen = drawn(every, given.sample, given.seed) if given.sample else every
    known = read_outcomes(given.outcomes)
    keys = [(name, item.name) for name, items in chosen.items() for item in items]
    outcomes = [known[key] for key in keys if key in known]
    figures: dict[str, Any] = {"mutants": sum(map(len, every.values())), "sample": given.sample, "seed": given.seed}
    figures |= summary(outcomes, equivalents(), survivors())
    figures["modules"] = {name: {"mutants": len(every[name]), **found} for name, found in figures["modules"].items()}
    figures["not_judged"] = dict(Counter(name for name, mutation in keys if (name, mutation) not in known))
    if given.without:
        figures["without_same_tasks"] = left_out(outcomes, read_outcomes(given.without), figures)
    print(json.dumps(figures, indent=1))
    return int(any(not item["reason"] for item in figures["survivors"]))


if __name__ == "__main__":
    sys.exit(main())
