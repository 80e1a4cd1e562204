import math
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.evaluating.statistics import Estimate, bootstrap, crossed, paired, pass_at_k, pass_hat_k, rate, wilson

numbers = st.integers(0, 7).flatmap(
    lambda more: st.integers(0, more + 1).flatmap(
        lambda successes: st.tuples(st.just(more + 1), st.just(successes), st.integers(1, more + 1))
    )
)


@given(numbers)
def test_the_chances_of_k_samples_are_those_of_all_ways_to_choose_them(given: tuple[int, int, int]) -> None:
    samples, successes, k = given
    outcomes = [1] * successes + [0] * (samples - successes)
    chosen = list(combinations(outcomes, k))
    assert pass_at_k(samples, successes, k) == pytest.approx(sum(map(any, chosen)) / len(chosen))
    assert pass_hat_k(samples, successes, k) == pytest.approx(sum(map(all, chosen)) / len(chosen))


@pytest.mark.parametrize("wrong", [(2, 1, 3), (2, 3, 1), (2, 1, 0), (2, -1, 1)], ids=str)
def test_there_is_no_chance_of_more_samples_than_there_are(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="samples"):
        pass_at_k(*wrong)
    with pytest.raises(ValueError, match="samples"):
        pass_hat_k(*wrong)


@pytest.mark.parametrize(
    ("successes", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
    ids=["81", "15", "0", "1"],
)
def test_wilson_intervals_are_those_of_newcombe_1998(successes: int, of: int, low: float, high: float) -> None:
    found = wilson(successes, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 50).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_wilson_interval_holds_its_rate_and_mirrors_its_complement(given: tuple[int, int]) -> None:
    successes, of = given
    one, other = wilson(successes, of), wilson(of - successes, of)
    assert 0.0 <= one.low <= one.value <= one.high <= 1.0
    assert one.high - one.low > 0
    assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low))


ones = st.lists(st.integers(0, 1).map(float), min_size=1, max_size=30)


@given(ones)
def test_a_rate_of_single_samples_is_that_of_wilson(values: list[float]) -> None:
    found, due = rate([[value] for value in values]), wilson(sum(values), len(values))
    assert found.value == pytest.approx(due.value)
    if len(set(values)) == 1:
        assert (found.low, found.high) == pytest.approx((due.low, due.high))
    # The design effect of single samples is n / (n - 1): it never makes them worth more than they are.
    assert found.low <= due.low + 1e-9


@given(ones, st.integers(2, 6))
def test_samples_that_are_all_alike_are_worth_no_more_than_one(values: list[float], times: int) -> None:
    many, single = rate([[value] * times for value in values]), wilson(sum(values), len(values))
    assert (many.low, many.high) == pytest.approx((single.low, single.high), abs=1e-6)


def test_samples_that_have_nothing_in_common_are_worth_what_they_are() -> None:
    # Each task has one success and one failure: they agree less than chance, and count as 200 trials, not more.
    assert rate([[0.0, 1.0]] * 100) == wilson(100, 200)


NOTHING: list[Callable[[], Estimate]] = [
    lambda: rate([[]]),
    lambda: bootstrap([]),
    lambda: crossed([]),
    lambda: paired({}, {}),
    lambda: wilson(0, 0),
]


@pytest.mark.parametrize("made", NOTHING, ids=["rate", "bootstrap", "crossed", "paired", "wilson"])
def test_there_is_no_estimate_of_nothing(made: Callable[[], Estimate]) -> None:
    with pytest.raises(ValueError):
        made()


values = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@given(values, st.integers(2, 5))
def test_copies_within_a_cluster_change_no_bootstrap_interval(values: list[float], times: int) -> None:
    single = bootstrap([[value] for value in values], resamples=200)
    copied = bootstrap([[value] * times for value in values], resamples=200)
    assert copied.value == pytest.approx(single.value)
    assert (copied.low, copied.high) == pytest.approx((single.low, single.high))


def test_a_bootstrap_interval_of_many_clusters_is_that_of_the_normal_law() -> None:
    values = [float(number % 7 == 0) + number / 500 for number in range(500)]
    mean = sum(values) / 500
    error = math.sqrt(sum((value - mean) ** 2 for value in values) / 500 / 500)
    found = bootstrap([[value] for value in values])
    assert found.value == pytest.approx(mean)
    assert found.low == pytest.approx(mean - 1.96 * error, abs=0.05 * error * 2)
    assert found.high == pytest.approx(mean + 1.96 * error, abs=0.05 * error * 2)


def test_a_bootstrap_draws_the_same_for_the_same_seed_and_otherwise_for_another() -> None:
    clusters = [[0.0, 1.0], [1.0], [0.3], [0.5, 0.1]]
    assert bootstrap(clusters, resamples=50) == bootstrap(clusters, resamples=50)
    assert bootstrap(clusters, resamples=50) != bootstrap(clusters, resamples=50, seed=1)


def test_runs_that_differ_make_the_interval_wider_than_tasks_alone_do() -> None:
    tasks = [number / 40 for number in range(40)]
    alone = crossed([tasks])
    alike = crossed([tasks, tasks, tasks])
    apart = crossed([[value - 0.3 for value in tasks], tasks, [value + 0.3 for value in tasks]])
    assert alike.value == pytest.approx(alone.value)
    assert apart.value == pytest.approx(alone.value)
    width = alone.high - alone.low
    assert alike.high - alike.low == pytest.approx(width, rel=0.1)
    assert apart.high - apart.low > 1.5 * width
    with pytest.raises(ValueError, match="one value for each task"):
        crossed([[1.0], [1.0, 2.0]])


@given(st.dictionaries(st.integers(0, 30), st.lists(st.floats(0, 1), min_size=1, max_size=3), min_size=1, max_size=12))
def test_a_constant_rise_is_found_exactly(before: dict[int, list[float]]) -> None:
    after = {key: [value + 0.25 for value in group] for key, group in before.items()}
    found = paired(before, {**after, 99: [5.0]}, resamples=50)
    assert (found.value, found.low, found.high) == pytest.approx((0.25, 0.25, 0.25))


def test_pairing_sees_what_the_difference_of_means_does_not() -> None:
    before = {number: [number / 100] for number in range(100)}
    after = {number: [number / 100 + 0.02 + 0.01 * (number % 2)] for number in range(100)}
    found = paired(before, after)
    assert found.value == pytest.approx(0.025)
    assert 0.02 < found.low < 0.025 < found.high < 0.03
