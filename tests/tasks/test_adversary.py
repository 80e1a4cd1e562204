"""Searches for sequences of calls that earn much and reach nothing."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from atlasgen.tasks.adversary import LIMIT, Adversary, Attempt, Pick
from atlasgen.tasks.scenario import Scenario
from rewards.jira_subtask import SubtaskScenario
from tests.adversary import Found, Piece, kept, pieces, search, searched, write

ROOT = Path(__file__).parents[2]


def loaded(name: str) -> Scenario:
    scenario = importlib.import_module(f"rewards.{name}").scenario()
    assert isinstance(scenario, Scenario)
    return scenario


NAMES = sorted(path.stem for path in (ROOT / "rewards").glob("[!_]*.py"))
SCENARIOS = [name for name in NAMES if loaded(name).role == "training"]


def assert_nothing_was_found(found: Found, sequences: int) -> None:
    assert found.cheats == ()
    assert found.rejects == 0
    assert 0 < found.asked <= found.sequences
    assert found.highest <= LIMIT
    assert found.sequences >= found.distinct >= sequences
    assert found.wrote >= found.distinct / 2


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_sequence_fools_a_reward(name: str) -> None:
    assert_nothing_was_found(search(loaded(name), 80), 80)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_no_sequence_of_many_fools_a_reward(name: str) -> None:
    assert_nothing_was_found(search(loaded(name), 100_000), 100_000)


@pytest.mark.parametrize("split", ["validation", "test"])
def test_no_sequence_fools_a_reward_on_another_split(split: str) -> None:
    assert_nothing_was_found(search(SubtaskScenario(), 80, split=split), 80)


def test_search_finds_what_a_reward_leaves_open() -> None:
    found = search(SubtaskScenario(), 100, variant="trace")
    assert found.highest == 1
    assert found.cheats


def test_search_goes_the_same_way_every_time() -> None:
    assert search(SubtaskScenario(), 60) == search(SubtaskScenario(), 60)


def test_pieces_of_a_search_have_tasks_of_their_own() -> None:
    found = pieces(10_000, first=3)
    assert sum(piece.sequences for piece in found) == 10_000
    seeds = [seed for piece in found for seed in piece.seeds]
    assert seeds == list(range(3, 3 + len(seeds)))


def test_search_goes_on_from_a_call_that_writes_until_half_of_the_sequences_do() -> None:
    adversary = Adversary(SubtaskScenario())
    asked: list[int | None] = []
    attempt = adversary.attempt

    def lazy(seed: int, split: str, picks: Sequence[Pick], *, opening: int | None = None) -> Attempt:
        asked.append(opening)
        reads = [Pick(0, 0, 0, 0)] * (len(asked) % 50)
        return attempt(seed, split, reads if opening is None else picks, opening=opening)

    adversary.attempt = lazy  # type: ignore[method-assign]
    found = searched(adversary, Piece(0, range(2), 40), "train")
    assert found.wrote >= found.distinct / 2
    assert None in asked
    assert any(opening is not None for opening in asked)


def test_opening_changes_something() -> None:
    adversary = Adversary(SubtaskScenario())
    assert all(adversary.attempt(0, "train", [], opening=number).wrote for number in range(20))
    assert not adversary.attempt(0, "train", []).wrote


def test_texts_next_to_each_other_are_picks_next_to_each_other() -> None:
    assert Pick.decoded(b"\x01\x00\x00\x05") == Pick(1, 5, 0, 0)
    assert Pick.decoded(b"\x01\x00\x00\x06") == Pick(1, 6, 0, 0)
    assert Pick.decoded(b"\x00\x00\xfc\x00") == Pick(0, 0, 8, 3)


def test_search_that_is_written_down_goes_on_from_there(tmp_path: Path) -> None:
    path, what = tmp_path / "search.json", {"scenario": "jira_subtask"}
    found = search(SubtaskScenario(), 60)
    write(path, what, {0: found})
    assert kept(path, what) == {0: found}
    with pytest.raises(SystemExit, match="another search"):
        kept(path, {"scenario": "jira_transition"})


def test_gold_is_a_sequence_that_the_oracle_accepts() -> None:
    adversary = Adversary(SubtaskScenario())
    attempt = adversary.attempt(0, "train", [Pick(0, position, 0, 0) for position in range(3)])
    assert (attempt.reached, attempt.reward, attempt.success, attempt.wrote) == (True, 1, True, True)


def test_argument_of_another_call_takes_the_place_of_the_right_one() -> None:
    adversary = Adversary(SubtaskScenario())
    creation = Pick(0, 1, 0, 0)
    bad = {
        (attempt.reached, attempt.trace)
        for donor in range(60)
        for member in range(1, 5)
        if not (attempt := adversary.attempt(0, "train", [Pick(0, 1, member, donor)])).reached
    }
    assert len(bad) > 10
    assert adversary.attempt(0, "train", [creation]).reached
