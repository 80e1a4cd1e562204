"""What each variant of the reward keeps, and what it loses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest

from atlasgen.runtime.identity import draw
from atlasgen.tasks import agents
from atlasgen.tasks.degeneracy import GROUP, Degeneracy, degeneracy
from atlasgen.tasks.inspection import REACHED, settled
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.players import slip_from
from atlasgen.tasks.reward import CONSTANTS, Score
from atlasgen.tasks.steps import Tier
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.variants import VARIANTS, Variant, valued
from rewards.jira_subtask import SubtaskScenario

SEEDS = range(4)
Tiers = Mapping[Tier, list[Score]]


@pytest.fixture(scope="module")
def played(subtasks: SubtaskScenario) -> Tiers:
    """Return the scores of every way to play some tasks, by the tier that the oracle leaves them."""
    environment, oracle = subtasks.environment(), Oracle(subtasks.environment())
    around = Surroundings(subtasks.environment(), subtasks.rewards)
    found: defaultdict[Tier, list[Score]] = defaultdict(list)
    for seed in SEEDS:
        task = subtasks.task(seed, "train")
        for mutant in mutants(around, task):
            if mutant.ending:
                continue
            episode = subtasks.play(environment, task, mutant)
            score = subtasks.score(task, episode.trajectory, episode.diff)
            tier = settled(mutant, task, episode, reached=oracle.accepts(environment, task))
            if tier is not None:
                found[tier].append(score)
    return found


def rewards(played: Tiers, tier: Tier, variant: Variant) -> list[float]:
    return [valued(score, variant).reward for score in played[tier]]


def groups(subtasks: SubtaskScenario, rate: float) -> dict[Variant, Degeneracy]:
    """Return what groups of experts that err at a rate say of each variant."""
    environment = subtasks.environment()
    around = Surroundings(subtasks.environment(), subtasks.rewards)
    found: dict[Variant, list[list[float]]] = {variant: [] for variant in VARIANTS}
    for seed in range(12):
        task = subtasks.task(seed, "train")
        slip = slip_from(list(mutants(around, task)))
        scores = []
        for number in range(GROUP):
            episode = subtasks.play(environment, task, agents.noisy(rate, slip, seed=number))
            scores.append(subtasks.score(task, episode.trajectory, episode.diff))
        for variant in VARIANTS:
            found[variant].append([valued(score, variant).reward for score in scores])
    return {variant: degeneracy(rewards) for variant, rewards in found.items()}


@pytest.mark.parametrize("variant", VARIANTS)
def test_expert_earns_all_and_idleness_nothing(subtasks: SubtaskScenario, variant: Variant) -> None:
    environment = subtasks.environment()
    for seed in SEEDS:
        task = subtasks.task(seed, "train")
        for agent, due in ((agents.expert, 1), (agents.nothing, 0)):
            episode = subtasks.play(environment, task, agent)
            score = subtasks.score(task, episode.trajectory, episode.diff, variant=variant)
            assert score.reward == pytest.approx(due, abs=1e-12)
            assert score.success is bool(due)


@pytest.mark.parametrize("variant", VARIANTS)
def test_variant_changes_the_reward_and_nothing_else(played: Tiers, variant: Variant) -> None:
    for score in (score for scores in played.values() for score in scores):
        other = valued(score, variant)
        assert 0 <= other.reward <= 1
        assert replace(other, reward=score.reward) == score


def test_scenario_is_scored_by_its_own_variant_unless_told_otherwise(subtasks: SubtaskScenario) -> None:
    class Traced(SubtaskScenario):
        variant = "trace"

    task = subtasks.task(0, "train")
    episode = subtasks.play(subtasks.environment(), task, agents.reads_only)
    own = Traced().score(task, episode.trajectory, episode.diff).reward
    assert own == CONSTANTS["trace.before"].value
    assert Traced().score(task, episode.trajectory, episode.diff, variant="sparse").reward == 0
    assert subtasks.score(task, episode.trajectory, episode.diff).reward not in (own, 0)


def test_bands_keep_the_order_of_tiers(played: Tiers) -> None:
    order: tuple[Tier, ...] = ("gold", "flawed", "wrong", "low", "nothing")
    for above, below in pairwise(order):
        assert min(rewards(played, above, "banded")) > max(rewards(played, below, "banded"))


def test_sparse_keeps_success_and_loses_what_leads_there(played: Tiers) -> None:
    assert set(rewards(played, "gold", "sparse")) == {1}
    assert {valued(score, "sparse").reward == score.success for scores in played.values() for score in scores} == {True}
    assert set(rewards(played, "wrong", "sparse")) == set(rewards(played, "nothing", "sparse")) == {0}


def test_sum_keeps_every_part_and_loses_the_order(played: Tiers) -> None:
    wrong, low = rewards(played, "wrong", "sum"), rewards(played, "low", "sum")
    assert len(set(wrong)) > 5
    assert max(wrong) > 0.5, "a good way makes up for a bad end"
    assert max(low) > min(wrong), "damage, well done, is worth more than an honest attempt"
    assert min(wrong) == 0, "penalties take the difference between a bad attempt and none"
    assert len(set(wrong)) < len(set(rewards(played, "wrong", "banded")))


def test_trace_keeps_the_sequence_and_loses_the_state(played: Tiers) -> None:
    wrong = rewards(played, "wrong", "trace")
    assert max(wrong) >= REACHED
    assert sum(reward >= REACHED for reward in wrong) > len(wrong) / 2
    assert set(rewards(played, "nothing", "trace")) == {0}
    assert min(rewards(played, "gold", "trace")) < 1, (
        "the look before is a ritual: it is due even where nothing is needed"
    )


def test_beginners_have_less_variance_without_bands(subtasks: SubtaskScenario, played: Tiers) -> None:
    """Agents whose every attempt is refused: there the way is all that differs."""
    refused = [score for score in played["wrong"] if score.components["missing_create"] < 1]
    refused.sort(key=lambda score: draw("group", repr(score)))
    flat = {}
    for variant in VARIANTS:
        rewards = [valued(score, variant).reward for score in refused]
        whole = range(0, len(rewards) - len(rewards) % GROUP, GROUP)
        flat[variant] = degeneracy([rewards[start : start + GROUP] for start in whole]).flat
    assert flat["sparse"] == 1
    assert flat["banded"] < 0.1 < flat["sum"]


def test_experts_that_err_are_told_apart_by_bands_and_less_by_success_alone(subtasks: SubtaskScenario) -> None:
    found = groups(subtasks, 0.95)
    assert found["banded"].flat < found["sparse"].flat
    assert found["trace"].mean > 0.75 > found["banded"].mean > found["sparse"].mean


def test_sum_is_what_is_earned_less_what_penalties_take() -> None:
    parts = {name.removeprefix("penalty."): 1.0 for name in CONSTANTS if name.startswith("penalty.")}
    parts |= {"state": 1.0, "arguments": 0.5, "structure": 0.0, "trace": 0.7}
    score = Score(0.3, False, parts, "wrong", ())
    assert valued(score, "sum").reward == pytest.approx(0.625)
    assert valued(score, "trace").reward == 0.7
    assert valued(score, "banded") == score
    once = replace(score, components={**parts, "duplicate_create": 0.8})
    assert valued(once, "sum").reward == pytest.approx(0.425)
    often = replace(score, components={**parts, "duplicate_create": 0.1})
    assert valued(often, "sum").reward == 0


def test_every_constant_has_a_reason_of_its_own() -> None:
    reasons = [constant.reason for constant in CONSTANTS.values()]
    assert len(set(reasons)) == len(reasons)
    assert all(len(reason.split()) >= 6 for reason in reasons)
