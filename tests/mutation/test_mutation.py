from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.mutation.__main__ import Outcome, drawn, equivalents
from tests.mutation.checks import LADDERS, Check
from tests.mutation.judging import Broken, Verdict, judge
from tests.mutation.modules import ROOT, imports, modules, needed_by
from tests.mutation.operators import mutated, mutations
from tests.mutation.summary import interval, left_out, summary, survivors

SMALL = '''
"""Counts."""
from typing import Final, TypeAlias

LEAST: Final = 2
Number: TypeAlias = "int | float"


def many(items: list[int], wanted: str = "all of them") -> bool:
    """Return whether there are many."""
    count = 0
    for item in items:
        if item > 0 and item != 13:
            count += 1
    return count >= LEAST


def down(number: int) -> int:
    while number > 0:
        number -= 1
    return number
'''


def names(source: str) -> list[str]:
    return [item.name for item in mutations(source)]


def test_every_small_mistake_is_made_once() -> None:
    assert names("def f(a: int, b: int) -> bool:\n    return a < b\n") == [
        "f: returned: return a < b => return True",
        "f: returned: return a < b => return False",
        "f: compare: a < b => a <= b",
        "f: compare: a < b => a >= b",
    ]
    assert names("x = {'key': f(a[1:n], not b, 'some words') if c else min(2, 0.5)}") == [
        "<module>: key: 'key' => 'keyx'",
        "<module>: forced: c => True",
        "<module>: forced: c => False",
        "<module>: not: c => not c",
        "<module>: slice: 1:n => 1:n + 1",
        "<module>: slice: 1:n => 1:n - 1",
        "<module>: number: 1:n => 2:n",
        "<module>: number: 1:n => 0:n",
        "<module>: not: not b => b",
        "<module>: other end: min => max",
        "<module>: number: min(2, 0.5) => min(3, 0.5)",
        "<module>: number: min(2, 0.5) => min(1, 0.5)",
        "<module>: number: min(2, 0.5) => min(2, 1.0)",
        "<module>: number: min(2, 0.5) => min(2, 0.25)",
    ]


def test_what_says_nothing_to_a_run_is_left_alone() -> None:
    source = '''
@dataclass(frozen=True)
class A(B[1]):
    """Words."""
    x: Literal[1, 2]
Kind: TypeAlias = Literal["one", "two"]
if TYPE_CHECKING:
    import c
def f(x: dict[str, 1]) -> tuple[1, 2]:
    return isinstance(cast("a | b", x), int | str)
'''
    assert names(source) == ["f: returned: return isinstance(cast('a | b', x), int | str) => return ()"]


def test_name_of_a_mutation_survives_what_happens_elsewhere() -> None:
    assert set(names(SMALL)) < set(names(SMALL.replace("def many", "def few() -> int:\n    return 7\n\n\ndef many")))
    assert len(set(names(SMALL))) == len(names(SMALL))


def test_mutated_module_differs_in_one_place() -> None:
    before = ast.dump(ast.parse(SMALL))
    trees = [ast.dump(mutated(SMALL, item)) for item in mutations(SMALL)]
    assert before not in trees
    assert len(set(trees)) == len(trees)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "a_small_module.py").write_text(SMALL, encoding="utf-8")
    return tmp_path / "a_small_module.py"


def counts() -> bool:
    module = import_module("a_small_module")
    return not (module.many([1, 2]) and not module.many([1, 13]))


def goes_down() -> bool:
    assert import_module("a_small_module").down(3) == 0
    return False


def judged(path: Path, *checks: Check) -> dict[str, Verdict]:
    items = mutations(path.read_text(encoding="utf-8"))
    wanted = [
        item
        for item in items
        if item.name.startswith("down: deleted")
        or (item.function == "many" and item.operator in ("compare", "number", "and/or"))
        or item.name == "down: compare: number > 0 => number >= 0"
    ]
    found = judge("a_small_module", path, wanted, checks, spare=0.5)
    return {item.name: verdict for item, verdict in found}


def test_mutants_are_noticed_and_the_one_that_no_check_can_see_survives(small: Path) -> None:
    verdicts = judged(small, Check("counts", counts), Check("goes down", goes_down))
    assert "a_small_module" not in sys.modules
    survivors = {name for name, verdict in verdicts.items() if not verdict.noticed}
    assert survivors == {"many: compare: item > 0 => item >= 0", "many: number: item > 0 => item > -1"}
    assert verdicts["many: and/or: item > 0 and item != 13 => item > 0 or item != 13"].check == "counts"
    assert verdicts["many: compare: count >= LEAST => count > LEAST"].how == "fails"
    assert verdicts["down: compare: number > 0 => number >= 0"].how == "breaks"
    assert verdicts["down: deleted: number -= 1 => pass"].how == "hangs"


def test_checks_that_fail_without_a_mistake_say_nothing_of_mistakes(small: Path) -> None:
    with pytest.raises(Broken, match="always fails"):
        judged(small, Check("always", lambda: True))


def test_sample_has_of_every_module_in_proportion_and_stays_as_code_changes() -> None:
    every = {"one": mutations(SMALL), "other": mutations(SMALL * 3)}
    sample = drawn(every, 20, seed=1)
    assert len(sample["other"]) == pytest.approx(3 * len(sample["one"]), abs=2)
    assert sample == drawn(every, 20, seed=1) != drawn(every, 20, seed=2)
    assert {item.name for item in drawn(every, 10, 1)["one"]} < {item.name for item in sample["one"]}


def test_listed_equivalents_are_there() -> None:
    files = modules()
    known = {(name, item.name) for name in LADDERS for item in mutations(files[name].read_text(encoding="utf-8"))}
    assert equivalents().keys() | survivors().keys() <= known
    assert not equivalents().keys() & survivors().keys()
    assert all(len(reason.split()) > 3 for reason in (*equivalents().values(), *survivors().values()))


def outcome(name: str, check: str) -> Outcome:
    return Outcome("a", name, 1, check, "fails" if check else "", 1.0)


def test_share_is_of_what_could_be_noticed() -> None:
    found = [
        outcome("one", "audit"),
        outcome("two", "tests: test_same_tasks"),
        outcome("three", ""),
        outcome("four", ""),
    ]
    figures = summary(found, {("a", "three"): "says the same"}, {("a", "four"): "nobody looks"})
    assert (figures["judged"], figures["equivalent"], figures["noticeable"], figures["noticed"]) == (4, 1, 3, 2)
    assert figures["share"] == 0.6667
    assert [item["reason"] for item in figures["survivors"]] == ["nobody looks"]
    assert left_out(found, {}, figures)["share_at_least"] == 0.3333
    for check, share in (("audit", 0.6667), ("", 0.3333)):
        again = left_out(found, {("a", "two"): outcome("two", check)}, figures)
        assert (again["noticed_by_it_first"], again["judged_again"], again["share_estimated"]) == (1, 1, share)


def test_interval_holds_the_share() -> None:
    assert interval(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)
    assert interval(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert interval(10, 10) == pytest.approx((0.7225, 1), abs=1e-4)


def test_every_reward_is_judged() -> None:
    assert {name for name in modules() if name.startswith("rewards.")} - LADDERS.keys() == {"rewards.tour"}


def test_modules_know_what_they_import() -> None:
    graph = imports(modules())
    assert "atlasgen.tasks.reward" in needed_by(("rewards.jira_subtask",), graph)
    assert "rewards.jira_subtask" not in needed_by(("atlasgen.tasks.reward",), graph)
    assert not [name for name in needed_by(("atlasgen.runtime.environment",), graph) if ".tasks." in name]
    assert (ROOT / "pyproject.toml").exists()
