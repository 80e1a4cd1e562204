from dataclasses import replace

import pytest

from train.training.monitors import Monitor, Vitals

GOOD = Vitals(clipped=0.02, length=100.0, entropy=0.3, valid=0.9)


def after(monitor: Monitor, *seen: Vitals) -> tuple[Monitor, tuple[str, ...]]:
    alarms: tuple[str, ...] = ()
    for vitals in seen:
        assert not alarms
        monitor, alarms = monitor.heard(vitals)
    return monitor, alarms


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (replace(GOOD, clipped=0.11), "11% of the rollouts run out of tokens (2% before)"),
        (replace(GOOD, length=151.0), "rollouts have 151 tokens (100 before)"),
        (replace(GOOD, entropy=0.61), "the entropy is 0.610 (0.300 before)"),
        (replace(GOOD, valid=0.79), "79% of the calls are valid (90% before)"),
    ],
    ids=["clipped", "length", "entropy", "valid"],
)
def test_each_sign_of_a_collapse_is_named_and_the_watch_starts_anew(bad: Vitals, said: str) -> None:
    monitor, alarms = after(Monitor(), *[GOOD] * 6, *[bad] * 3)
    assert alarms == (said,)
    assert monitor == Monitor()


@pytest.mark.parametrize(
    "fair",
    [
        replace(GOOD, clipped=0.099),
        replace(GOOD, length=149.0),
        replace(GOOD, entropy=0.59),
        replace(GOOD, valid=0.81),
        replace(GOOD, length=20.0, entropy=0.01, valid=1.0),
    ],
    ids=["clipped", "length", "entropy", "valid", "better"],
)
def test_what_keeps_within_the_limits_is_no_collapse(fair: Vitals) -> None:
    assert after(Monitor(), *[GOOD] * 6, *[fair] * 6)[1] == ()


def test_one_odd_step_is_no_collapse() -> None:
    assert after(Monitor(), *[GOOD] * 6, replace(GOOD, clipped=0.25, length=200.0), *[GOOD] * 4)[1] == ()


def test_too_few_steps_say_nothing() -> None:
    assert after(Monitor(), *[GOOD] * 4, *[replace(GOOD, valid=0.0)] * 3)[1] == ()


def test_a_limit_that_was_too_low_from_the_beginning_is_no_collapse_until_it_gets_worse() -> None:
    short = replace(GOOD, clipped=0.3)
    monitor, alarms = after(Monitor(), *[short] * 12)
    assert not alarms
    assert after(monitor, *[replace(GOOD, clipped=0.6)] * 2)[1]


def test_twice_next_to_nothing_is_no_loss_of_certainty() -> None:
    sure = replace(GOOD, entropy=0.01)
    assert after(Monitor(), *[sure] * 6, *[replace(GOOD, entropy=0.04)] * 3)[1] == ()


def test_a_resumed_monitor_remembers() -> None:
    monitor, _ = after(Monitor(), *[GOOD] * 6)
    assert Monitor.from_json(monitor.to_json()) == monitor
