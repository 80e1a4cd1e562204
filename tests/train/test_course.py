import pytest

from train.training.course import Course, refusal


def test_training_stops_when_both_figures_reach_the_target_twice_in_a_row() -> None:
    course = Course(0.95)
    for step, (reward, success, done) in enumerate(
        [(0.96, 0.94, False), (0.95, 0.95, False), (0.94, 0.99, False), (0.99, 0.96, False), (0.97, 0.97, True)]
    ):
        course = course.heard(step, reward=reward, success=success)
        assert course.done == done
    assert (course.best, course.best_step) == (0.99, 3)
    assert Course.from_json(course.to_json()) == course


def test_of_equal_validations_the_first_is_the_best() -> None:
    course = Course(0.95).heard(10, reward=0.5, success=0.1).heard(20, reward=0.5, success=0.9)
    assert course.best_step == 10


MIXED = [[0.1, 0.9], [0.2, 0.2], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("groups", "successes", "words"),
    [
        ([[1.0, 0.9]] * 4, [1.0] * 19 + [0.0], "already succeeds in 95%"),
        ([[0.0, 0.0]] * 10, [0.0] * 20, "in 100% of 10 groups all rollouts are worth the same"),
        ([[0.0, 0.0]] * 19 + [[0.0, 1.0]], [0.0] * 40, "in 95% of 20 groups"),
        ([[0.0, 0.0]] * 9 + [[0.0, 1.0]], [0.0] * 20, ""),
        (MIXED, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0], ""),
    ],
    ids=["solved", "flat", "nearly flat", "a tenth varies", "mixed"],
)
def test_training_is_refused_where_it_would_teach_nothing(
    groups: list[list[float]], successes: list[float], words: str
) -> None:
    said = refusal(groups, successes, target=0.95)
    assert words in said
    assert bool(said) == bool(words)
