import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from atlasgen.tasks import agents
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.steps import Mutant
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import Task
from train.bridge.scenarios import load_scenario
from train.evaluating.failures import KINDS, MEANINGS, Kind, failures

SCENARIOS = ("confluence_labels", "confluence_page", "cross_product", "jira_subtask", "jira_transition")

# What the audit's mutants do, by their names.
DUE: tuple[tuple[str, Kind], ...] = (
    (r"dropped /body/|nothing given|refused and given up", "dropped_field"),
    (r"(wrapped|pushed down|misspelt|flattened|wrong inner key) /body/(?!transition)", "wrong_key"),
    (r"(other record \d|unknown record|longer|shorter|upper case) /", "wrong_value"),
    (r"(padded|quoted|instruction copied|tomorrow) /", "wrong_value"),
    (r"reads only|another read only|a read of nothing", "early_stop"),
    (r"nothing$", "nothing_done"),
    (r"tools that are none|a tool that is none", "hallucinated_tool"),
    (r"created (twice|again|many)", "duplicate_create"),
    (r"(far )?too many calls", "over_budget"),
    (r"malformed$", "malformed_call"),
    (r"clipped$|turn_capped$", "cut_off"),
    (r"\w+ (near|far) \d (first|afterwards)$", "unasked_change"),
)  # fmt: skip


@pytest.fixture(scope="module", params=SCENARIOS)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load_scenario(request.param)


def played(scenario: Scenario, seeds: int) -> Iterator[tuple[Mutant, Score, tuple[Kind, ...]]]:
    around, environment = Surroundings(scenario.environment(), scenario.rewards), scenario.environment()
    for seed in range(seeds):
        task = scenario.task(seed, "validation")
        for mutant in mutants(around, task):
            episode = scenario.play(environment, task, mutant)
            flags: dict[str, Any] = {mutant.ending: True} if mutant.ending else {}
            trajectory = replace(episode.trajectory, **flags)
            score = scenario.score(task, trajectory, episode.diff)
            yield mutant, score, failures(scenario, task, trajectory, score)


def test_what_the_audits_mutants_do_is_what_they_are_said_to_do(scenario: Scenario) -> None:
    seen: Counter[Kind] = Counter()
    for mutant, score, kinds in played(scenario, 3):
        due = next((kind for pattern, kind in DUE if re.match(pattern, mutant.name)), None)
        # The world may take a mutant for something else: a second page of one title is refused.
        if due is None or (
            score.success and due not in ("hallucinated_tool", "over_budget", "malformed_call", "cut_off")
        ):
            continue
        refused = due == "duplicate_create" and score.components["duplicate_create"] == 1.0
        if not refused:
            assert due in kinds, (mutant.name, kinds)
            seen[due] += kinds[0] == due
    assert seen.keys() >= {"dropped_field", "wrong_value", "hallucinated_tool", "over_budget", "malformed_call"}
    assert seen.keys() >= {"cut_off", "early_stop", "nothing_done", "unasked_change"}


def test_no_failure_is_without_a_kind_and_no_gold_has_one(scenario: Scenario) -> None:
    for mutant, score, kinds in played(scenario, 2):
        assert list(kinds) == sorted(set(kinds), key=KINDS.index)
        if not score.success:
            assert kinds
            assert "other" not in kinds, mutant.name
        elif score.reward == 1.0:
            assert kinds == (), mutant.name


def test_every_kind_has_a_meaning() -> None:
    assert tuple(MEANINGS) == KINDS


def kinds_of(scenario: Scenario, task: Task, steps: Mutant) -> tuple[Kind, ...]:
    episode = scenario.play(scenario.environment(), task, steps)
    score = scenario.score(task, episode.trajectory, episode.diff)
    return failures(scenario, task, episode.trajectory, score)


def subtask(body: dict[str, object]) -> tuple[Kind, ...]:
    """Return the kinds of a sub-task that is created with other fields than the gold's."""
    scenario = load_scenario("jira_subtask")
    seed = next(seed for seed in range(50) if not scenario.task(seed, "train").gold[1].uses)
    task = scenario.task(seed, "train")
    look, create, _ = task.gold
    fields = {**create.arguments["body"]["fields"], **body}  # type: ignore[index, call-overload, dict-item]
    given = {name: value for name, value in fields.items() if value is not None}
    steps = (look, replace(create, arguments={"body": {"fields": given}}))
    return kinds_of(scenario, task, Mutant("", "wrong", steps))


def test_the_failures_that_the_paper_reports_have_their_names() -> None:
    assert subtask({"parent": None})[0] == "dropped_field"
    assert subtask({"parent": None, "parentKey": "X-1"})[0] == "dropped_field"
    assert subtask({"project": "PROJ"})[0] == "wrong_value"
    assert subtask({"summary": "Something else"})[0] == "wrong_value"


def test_a_flat_key_in_place_of_a_nested_one_is_a_wrong_key() -> None:
    scenario = load_scenario("jira_subtask")
    task = next(task for seed in range(50) if not (task := scenario.task(seed, "train")).gold[1].uses)
    parent = task.gold[1].arguments["body"]["fields"]["parent"]["key"]  # type: ignore[index, call-overload]
    assert subtask({"parent": parent})[0] == "wrong_key"
    assert subtask({"parent": None, "parentKey": parent})[0] == "wrong_key"
    assert subtask({"parent": {"name": parent}})[0] == "wrong_key"


def test_whoever_is_cut_off_while_reading_did_not_stop_early() -> None:
    scenario = load_scenario("jira_subtask")
    task = scenario.task(0, "train")
    episode = scenario.play(scenario.environment(), task, agents.reads_only)
    cut = replace(episode.trajectory, clipped=True)
    assert failures(scenario, task, cut, scenario.score(task, cut, ())) == ("cut_off",)
    whole = scenario.score(task, episode.trajectory, ())
    assert failures(scenario, task, episode.trajectory, whole) == ("early_stop",)
