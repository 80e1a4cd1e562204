from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.training.mixture import FLOOR, MEMORY, Mixture, Schedule

NAMES = ("easy", "middle", "hard", "other", "more")


def heard() -> Mixture:
    return Mixture.of(NAMES).heard({"easy": [True] * 60, "middle": [True, False] * 30, "hard": [False] * 60})


def test_nothing_known_means_equal_shares() -> None:
    assert set(Mixture.of(NAMES).shares.values()) == {0.2}


def test_those_in_between_get_more_and_the_others_the_floor_at_least() -> None:
    shares = heard().shares
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["middle"] > 2 * shares["easy"]
    assert shares["easy"] == pytest.approx(shares["hard"])
    assert min(shares.values()) >= FLOOR


def test_only_recent_rollouts_count() -> None:
    later = heard().heard({"easy": [True, False] * (MEMORY // 2)})
    assert later.shares["easy"] == pytest.approx(later.shares["middle"])
    assert later.heard({"unknown": [True]}) == later


@given(
    successes=st.lists(st.lists(st.booleans(), max_size=20), min_size=1, max_size=12),
    count=st.integers(1, 40),
    seed=st.integers(0, 5),
)
def test_groups_keep_to_the_shares_as_well_as_whole_numbers_can(
    successes: list[list[bool]], count: int, seed: int
) -> None:
    names = [f"s{number}" for number in range(len(successes))]
    mixture = Mixture.of(names).heard(dict(zip(names, successes, strict=True)))
    groups = Counter(mixture.groups(count, seed=seed, step=seed))
    assert sum(groups.values()) == count
    for name, share in mixture.shares.items():
        assert abs(groups[name] - share * count) < 1 + 1e-9


def schedule() -> Schedule:
    return Schedule(NAMES, groups=10, seed=3)


def test_every_group_has_a_task_of_its_own() -> None:
    made = schedule()
    groups = [made.group(number) for number in range(30)]
    assert len({seed for _, seed in groups}) == 30
    assert Counter(name for name, _ in groups[:10]) == dict.fromkeys(NAMES, 2)


def test_a_step_is_mixed_by_what_was_known_two_steps_before_it() -> None:
    """TRL loads the batch of a step before it knows how the step before went; on some processes sooner."""
    early, late = schedule(), schedule()
    ahead = [early.group(number) for number in range(20)]
    for made in (early, late):
        known = {name: [name == "easy"] * 20 for name in NAMES}
        made.heard(0, {**known, "middle": [True, False] * 10})
    assert [late.group(number) for number in range(20)] == ahead
    third = Counter(late.group(number)[0] for number in range(20, 30))
    assert third["middle"] > third["easy"]
    assert [early.group(number) for number in range(20, 30)] == [late.group(number) for number in range(20, 30)]


def test_a_resumed_schedule_goes_on_as_it_would_have() -> None:
    made, again = schedule(), schedule()
    made.begin({"easy": [True] * 9})
    for step in range(5):
        made.heard(step, {"middle": [True, False], "hard": [False] * 4})
    again.restore(made.to_json())
    assert [again.group(number) for number in range(50, 70)] == [made.group(number) for number in range(50, 70)]
    for each in (made, again):
        each.heard(5, {"easy": [False, True]})
    assert again.group(75) == made.group(75)
