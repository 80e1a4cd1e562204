from __future__ import annotations

import pytest

from atlasgen.tasks.degeneracy import FLAT, GROUP, RATES, SATURATED, degeneracy

VARIED = [0.0, 0.2, 0.4, 0.4, 0.5, 0.6, 0.9, 1.0]


def test_groups_that_differ_within_are_worth_training_with() -> None:
    found = degeneracy([VARIED] * 5)
    assert (found.verdict, found.degenerate) == ("", False)
    assert found.mean == pytest.approx(0.5)
    assert (found.flat, found.groups) == (0, 5)


def test_reward_that_everybody_earns_is_saturating() -> None:
    assert degeneracy([[1.0] * 7 + [0.9]] * 4).verdict == "saturating"
    assert degeneracy([[SATURATED] * GROUP]).verdict == "saturating"
    assert degeneracy([[SATURATED - 0.01, SATURATED - 0.02]]).verdict == ""


def test_groups_without_variance_are_flat_however_the_groups_differ() -> None:
    flat = [[0.1] * GROUP, [0.5] * GROUP, [0.7] * GROUP, [0.3] * GROUP]
    assert (degeneracy(flat).verdict, degeneracy(flat).degenerate) == ("flat", True)
    assert degeneracy([*flat, VARIED]).verdict == "", f"{FLAT:.0%} are not more than {FLAT:.0%}"
    assert degeneracy([*flat, [0.2] * GROUP, VARIED]).verdict == "flat"


def test_figures_are_published_under_their_names() -> None:
    found = degeneracy([[0.25, 0.25], [0.5, 1.0]])
    assert found.to_json() == {"verdict": "", "mean": 0.5, "flat": 0.5, "groups": 2}


def test_rounding_is_no_variance() -> None:
    assert degeneracy([[0.1 + 0.2, 0.3]]).flat == 1


def test_verdict_is_on_the_whole_range_not_on_its_best_end() -> None:
    experts, beginners = [[1.0] * GROUP] * 10, [VARIED] * 10
    assert degeneracy(experts).verdict == "saturating"
    assert not degeneracy([*experts, *beginners]).degenerate


@pytest.mark.parametrize("groups", [[], [[0.5]], [VARIED, []]])
def test_groups_that_cannot_vary_have_no_verdict(groups: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="two rewards"):
        degeneracy(groups)


def test_range_is_graded() -> None:
    assert list(RATES) == sorted(set(RATES))
    assert 0 < RATES[0] < RATES[-1] < 1


def test_range_and_limits_are_those_that_were_fixed_beforehand() -> None:
    """Every published verdict was given with these; others would be others' verdicts."""
    assert (GROUP, RATES, SATURATED, FLAT) == (8, (0.1, 0.3, 0.6), 0.95, 0.8)
