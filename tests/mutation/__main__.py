"""Makes small mistakes in the rewards and in what scores them, and asks whether audit or tests notice: `make mutation`.

`python -m tests.mutation` judges every mutant of every module; `--sample N` a sample of N, drawn from the modules in
proportion. Results go to a file as they come. `--resume` leaves out what was noticed before, for a test that was added
can only notice more, and what nobody could notice; `--again` judges the other survivors of a file and nothing else.
`--resume --without PHRASE` judges again what only checks of that name are known to notice, by the other checks. Whoever
survives and is listed in `equivalent.toml` changes nothing that anybody could notice.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.mutation.checks import LADDERS, TRAINING, Check, record, recording_file
from tests.mutation.judging import Broken, Verdict, judge
from tests.mutation.modules import ROOT, modules
from tests.mutation.operators import Mutation, mutations

ENOUGH: Final = 0.95
"""The share of mutants that has to be noticed."""

_EQUIVALENT: Final = Path(__file__).with_name("equivalent.toml")
_ROOTS: Final = ("rewards.tour", "rewards.jira_transition_paper", *(f"rewards.{name}" for name in TRAINING))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant."""

    module: str
    mutation: str
    line: int
    check: str
    how: str
    seconds: float

    @property
    def key(self) -> tuple[str, str]:
        """The module and the name of the mutant."""
        return self.module, self.mutation


def equivalents() -> dict[tuple[str, str], str]:
    """Return the mutants that nobody could notice, with the reason: module and name of the mutation -> reason."""
    listed = tomllib.loads(_EQUIVALENT.read_text(encoding="utf-8"))
    return {(module, name): reason for module, names in listed.items() for name, reason in names.items()}


def drawn(all_of: Mapping[str, Sequence[Mutation]], size: int, seed: int) -> dict[str, list[Mutation]]:
    """Return a sample of mutants, from each module in proportion; which ones hangs on their names alone."""
    total = sum(map(len, all_of.values()))
    found: dict[str, list[Mutation]] = {}
    for module, every in all_of.items():
        count = min(len(every), -(-size * len(every) // total))

        def lot(item: Mutation, module: str = module) -> bytes:
            return hashlib.blake2b(f"{seed} {module} {item.name}".encode(), digest_size=8).digest()

        chosen = {item.name for item in sorted(every, key=lot)[:count]}
        found[module] = [item for item in every if item.name in chosen]
    return found


def apart(run: Callable[[], Iterator[object]]) -> Iterator[Any]:
    """Yield what a function yields in a process of its own, which shares no loaded module with this one.

    Raises:
        Broken: that process did not come to its end; it has said why.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            for item in run():
                os.write(writing, json.dumps(item).encode() + b"\n")
            code = 0
        except Broken as broken:
            print(broken, file=sys.stderr)
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as lines:
        yield from map(json.loads, lines)
    _, status = os.waitpid(child, 0)
    if status:
        raise Broken("a process that judges mutants ended early")


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge mutants, print a table and the survivors; 1 where fewer than 95 % are noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--module", action="append", metavar="M", help="judge this module; may be given several times")
    parser.add_argument("--sample", type=int, metavar="N", help="judge about N mutants instead of all")
    parser.add_argument("--seed", type=int, default=0, help="chooses the sample")
    parser.add_argument("--json", type=Path, default=ROOT / "runs" / "mutation" / "outcomes.json", metavar="FILE")
    parser.add_argument("--resume", action="store_true", help="leave out what the file says was noticed")
    parser.add_argument("--again", action="store_true", help="judge only what the file says survived")
    parser.add_argument("--without", metavar="PHRASE", help="leave out the checks that have this in their names")
    given = parser.parse_args(arguments)
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT / "generator")]
    names = given.module or list(LADDERS)
    if unknown := [name for name in names if name not in LADDERS]:
        parser.error(f"no checks are known for {', '.join(unknown)}; known are: {', '.join(LADDERS)}")
    files = modules()
    every = {name: mutations(files[name].read_text(encoding="utf-8")) for name in names}
    listed = equivalents()
    known = {(module, item.name) for module, found in every.items() for item in found}
    if stale := [key for key in listed if key[0] in every and key not in known]:
        print(*(f"equivalent.toml lists what is not there: {module} {name}" for module, name in stale), sep="\n")
        return 2
    chosen = drawn(every, given.sample, given.seed) if given.sample else every
    before = read_outcomes(given.json) if (given.resume or given.again) and given.json.exists() else {}
    if given.again:
        chosen = {name: [item for item in items if (name, item.name) in before] for name, items in every.items()}
    if given.without:
        before = {key: item for key, item in before.items() if given.without not in item.check}
    outcomes: dict[tuple[str, str], Outcome] = {}
    usual: dict[str, float] = {}
    for scenario in TRAINING:
        if not recording_file(scenario).exists():
            print(f"recording {scenario}", file=sys.stderr)
            list(apart(partial(_recorded, scenario)))
    for module, items in chosen.items():
        left = []
        for item in items:
            old = before.get((module, item.name))
            if old is not None and (old.check or old.key in listed):
                outcomes[old.key] = old
            else:
                left.append(item)
        print(f"{module}: {len(left)} of {len(every[module])} mutants", file=sys.stderr)
        if left:
            checks = [check for check in LADDERS[module] if not given.without or given.without not in check.name]
            for line in apart(partial(_judged, module, files[module], left, checks, usual)):
                if "usual" in line:
                    usual = line["usual"]
                    continue
                outcome = Outcome(**line)
                outcomes[outcome.key] = outcome
                if not outcome.check and outcome.key not in listed:
                    print(f"  survives: line {outcome.line}, {outcome.mutation}", file=sys.stderr)
                _write(given.json, {**before, **outcomes})
    _write(given.json, {**before, **outcomes})
    return _report(every, outcomes, listed)


def _recorded(scenario: str) -> Iterator[object]:
    record(scenario)
    yield scenario


def _judged(
    module: str, path: Path, items: Sequence[Mutation], checks: Sequence[Check], usual: dict[str, float]
) -> Iterator[object]:
    """Yield the outcomes of mutants, and at last what each check takes the code as it is."""
    for item, verdict in judge(module, path, items, checks, roots=_ROOTS, usual=usual):
        yield asdict(_outcome(module, item, verdict))
    yield {"usual": usual}


def _outcome(module: str, item: Mutation, verdict: Verdict) -> Outcome:
    return Outcome(module, item.name, item.line, verdict.check, verdict.how, verdict.seconds)


def read_outcomes(file: Path) -> dict[tuple[str, str], Outcome]:
    """Return what a file says became of mutants, by module and name."""
    found = [Outcome(**item) for item in json.loads(file.read_text(encoding="utf-8"))["outcomes"]]
    return {item.key: item for item in found}


def _write(file: Path, outcomes: Mapping[tuple[str, str], Outcome]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"outcomes": [asdict(item) for item in outcomes.values()]}, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def _report(
    every: Mapping[str, Sequence[Mutation]],
    outcomes: Mapping[tuple[str, str], Outcome],
    listed: Mapping[tuple[str, str], str],
) -> int:
    """Print how many mutants were noticed, by module and by check, and those that survive."""
    # Only now: until the last mutant was judged, this process must not load what is judged.
    from atlasgen.tasks.audit import upper_bound

    def row(name: str, total: int, found: Sequence[Outcome]) -> float:
        same = [item for item in found if not item.check and item.key in listed]
        counted = len(found) - len(same)
        lost = counted - sum(bool(item.check) for item in found)
        share = 1 - lost / counted if counted else 1.0
        least = 1 - upper_bound(lost, counted) if counted and counted < total - len(same) else share
        print(f"{name:32} {total:6} {len(found):7} {len(same):11} {lost:9} {share:8.1%} {least:10.1%}")
        return share

    heads = f"{'mutants':>6} {'judged':>7} {'equivalent':>11} {'survive':>9} {'noticed':>8} {'at least':>10}"
    print(f"{'module':32} {heads}")
    for module, items in every.items():
        row(module, len(items), [item for item in outcomes.values() if item.module == module])
    found = list(outcomes.values())
    share = row("all", sum(map(len, every.values())), found)
    print("\nnoticed by:")
    for (check, how), count in Counter((item.check, item.how) for item in found if item.check).most_common():
        print(f"{count:6} {how:7} {check}")
    print(f"\n{sum(item.seconds for item in found):.0f} s of processor time")
    for item in found:
        if item.check and item.key in listed:
            print(f"listed as equivalent, and noticed by {item.check}: {item.module} {item.mutation}")
    print("\nsurvivors:")
    for item in found:
        if not item.check and item.key not in listed:
            print(f"{item.module}:{item.line} {item.mutation}")
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
