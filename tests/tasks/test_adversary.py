"""Searches for sequences of calls that earn much and reach nothing."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from atlasgen.tasks.adversary import LIMIT, Adversary, Pick
from atlasgen.tasks.scenario import Scenario
from rewards.jira_subtask import SubtaskScenario
from tests.adversary import Found, search

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
    assert found.missed >= found.distinct >= sequences
    assert found.wrote >= found.missed / 2


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_sequence_fools_a_reward(name: str) -> None:
    assert_nothing_was_found(search(loaded(name), 80), 80)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_no_sequence_of_many_fools_a_reward(name: str) -> None:
    assert_nothing_was_found(search(loaded(name), 20_000), 20_000)


@pytest.mark.parametrize("split", ["validation", "test"])
def test_no_sequence_fools_a_reward_on_another_split(split: str) -> None:
    assert_nothing_was_found(search(SubtaskScenario(), 80, split=split), 80)


def test_search_finds_what_a_reward_leaves_open() -> None:
    found = search(SubtaskScenario(), 100, variant="trace")
    assert found.highest == 1
    assert found.cheats


def test_search_goes_the_same_way_every_time() -> None:
    assert search(SubtaskScenario(), 60) == search(SubtaskScenario(), 60)


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
