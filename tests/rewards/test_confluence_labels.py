from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from atlasgen.tasks.agents import script
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.reward import Score
from atlasgen.tasks.task import GoldCall, Task
from rewards import _wiki as wiki
from rewards._records import record, records
from rewards.confluence_labels import LabelScenario, scenario


@pytest.fixture(scope="module")
def labels() -> LabelScenario:
    return scenario()


@pytest.fixture(scope="module")
def judge(labels: LabelScenario) -> Oracle:
    return Oracle(labels.environment(), labels.said)


def first(labels: LabelScenario, suits: Callable[[Task], bool]) -> Task:
    return next(task for seed in range(200) if suits(task := labels.task(seed, "train")))


def played(labels: LabelScenario, task: Task, steps: Sequence[GoldCall], judge: Oracle) -> tuple[Score, bool]:
    environment = labels.environment()
    episode = labels.play(environment, task, script(steps))
    return labels.score(task, episode.trajectory, episode.diff), judge.accepts(environment, task)


def writes(task: Task) -> list[GoldCall]:
    return [step for step in task.gold if step.tool in task.effects]


def takes(task: Task) -> bool:
    return writes(task)[0].tool.startswith("remove")


def test_labels_that_are_there_stay(labels: LabelScenario) -> None:
    overlapping = 0
    for seed in range(60):
        for target in labels.task(seed, "train").targets:
            before: Any = target.change.before
            after: Any = target.change.after
            if target.change.collection != wiki.PAGE or takes(labels.task(seed, "train")):
                continue
            kept = before["labels"]
            assert after["labels"][: len(kept)] == kept
            overlapping += bool(kept)
    assert overlapping > 10


def test_exactly_one_label_goes(labels: LabelScenario) -> None:
    for task in filter(takes, [labels.task(seed, "train") for seed in range(60)]):
        (target,) = task.targets
        before: Any = target.change.before
        after: Any = target.change.after
        assert len(before["labels"]) == len(after["labels"]) + 1 >= 2


def test_two_pages_may_be_labelled_in_any_order_and_neither_left_out(labels: LabelScenario, judge: Oracle) -> None:
    task = first(labels, lambda task: len(writes(task)) == 2)
    looks = [step for step in task.gold if step not in writes(task)]
    one, other = writes(task)
    score, reached = played(labels, task, [*looks, other, one], judge)
    assert reached
    assert score.reward == 1
    for part in (one, other):
        score, reached = played(labels, task, [*looks, part], judge)
        assert not reached
        assert 0.11 < score.reward < 0.5


def test_labels_of_another_page_may_be_read_inside_it(labels: LabelScenario, judge: Oracle) -> None:
    task = first(labels, lambda task: any(step.tool == "getPageLabels" for step in task.gold) and not takes(task))
    model = next(step for step in task.gold if step.tool == "getPageLabels")
    inside = GoldCall("getPageById", {**model.arguments, "include-labels": True})
    without = GoldCall("getPageById", model.arguments)
    rewards = []
    for look in (model, inside, without):
        score, reached = played(labels, task, [look if step == model else step for step in task.gold], judge)
        assert reached
        assert score.success
        rewards.append(score.reward)
    assert rewards[0] == rewards[1] == 1 > rewards[2]


def test_labels_of_another_page_are_not_said(labels: LabelScenario) -> None:
    task = first(labels, lambda task: any(item.path == ("labels",) for item in task.needed))
    body: Any = writes(task)[0].arguments["body"]
    assert not any(label["name"] in task.instruction for label in body)


def test_page_of_the_same_title_in_another_space_is_another_page(labels: LabelScenario, judge: Oracle) -> None:
    environment = labels.environment()

    def namesakes(task: Task) -> list[str]:
        look = next((step for step in task.gold if step.tool == "getPages"), None)
        if look is None or len(writes(task)) > 1:
            return []
        labels.start(environment, task)
        found = environment.call("getPages", {"title": look.arguments["title"]}).json()["results"]
        return [page["id"] for page in found if page["id"] != writes(task)[0].arguments["id"]]

    task = first(labels, lambda task: bool(namesakes(task)) and not takes(task))
    (other, *_) = namesakes(task)
    (right,) = writes(task)
    wrong = GoldCall(right.tool, {**right.arguments, "id": other})
    for steps in ([wrong], [right, wrong]):
        score, reached = played(labels, task, [*task.gold[:-1], *steps], judge)
        assert not reached
        assert score.reward <= 0.1, "damage is worth no more than looking around"


def test_search_finds_the_page_as_well(labels: LabelScenario, judge: Oracle) -> None:
    task = first(labels, lambda task: len(task.gold) == 3 and not takes(task))
    environment = labels.environment()
    labels.start(environment, task)
    page = record(environment.world, wiki.PAGE, str(writes(task)[0].arguments["id"]))
    key = record(environment.world, wiki.SPACE, str(page["spaceId"]))["key"]
    query = GoldCall("searchContentByCQL", {"cql": f'space = {key} AND title = "{page["title"]}"'})
    score, reached = played(labels, task, [query, *writes(task)], judge)
    assert reached
    assert score.reward == 1


def test_list_of_the_pages_with_a_label_shows_that_it_is_gone_from_one(labels: LabelScenario, judge: Oracle) -> None:
    task = first(labels, lambda task: takes(task) and bool(task.needed))
    environment = labels.environment()
    labels.start(environment, task)
    (taken,) = writes(task)
    name = str(taken.arguments.get("label", taken.arguments.get("name")))
    ids = {str(item["name"]): int(id) for id, item in records(environment.world, wiki.LABEL)}
    look = GoldCall("getLabelPages", {"id": ids[name]})
    before = [*task.gold[: task.gold.index(taken)], look]
    score, reached = played(labels, task, [*before, taken, look], judge)
    assert reached
    assert (score.reward, score.reasons) == (1, ())
    other = next(id for other, id in ids.items() if other != name)
    for check in (
        GoldCall("getLabelPages", {"id": other}),
        GoldCall("getLabelPages", {"id": ids[name], "space-id": [1]}),
        GoldCall("getLabelPages", {"id": ids[name], "limit": 1}),
    ):
        score, _ = played(labels, task, [*before, taken, check], judge)
        assert (score.success, [reason.component for reason in score.reasons]) == (True, ["verify"]), check


def test_all_kinds_of_tasks_are_drawn(labels: LabelScenario) -> None:
    tasks = [labels.task(seed, "train") for seed in range(120)]
    assert {writes(task)[0].tool for task in tasks} == {
        "addLabelsToContent",
        "removeLabelFromContent",
        "removeLabelFromContentUsingQueryParameter",
    }
    assert {len(writes(task)) for task in tasks} == {1, 2}
    assert {bool(task.needed) for task in tasks} == {True, False}
    bodies: list[Any] = [step.arguments["body"] for task in tasks for step in writes(task) if "body" in step.arguments]
    assert {len(body) for body in bodies} == {1, 2, 3}
