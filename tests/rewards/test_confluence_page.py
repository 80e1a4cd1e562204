from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from atlasgen.jsonvalue import JsonObject
from atlasgen.tasks.agents import script
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.reward import Score
from atlasgen.tasks.task import GoldCall, Task, Use
from rewards import _texts as texts
from rewards import _wiki as wiki
from rewards._records import record
from rewards.confluence_page import PageScenario, scenario

NEW = (Use("/id", "createPage", "/id"), Use("/body/id", "createPage", "/id"))


@pytest.fixture(scope="module")
def pages() -> PageScenario:
    return scenario()


@pytest.fixture(scope="module")
def judge(pages: PageScenario) -> Oracle:
    return Oracle(pages.environment(), pages.said)


def first(pages: PageScenario, suits: Callable[[Task], bool]) -> Task:
    return next(task for seed in range(200) if suits(task := pages.task(seed, "train")))


def body_of(task: Task) -> dict[str, Any]:
    body: Any = task.gold[-1].arguments["body"]
    found: dict[str, Any] = body
    return found


def looks_for_parent(task: Task) -> bool:
    return len(task.gold) == 3 and "status" not in body_of(task)


@pytest.fixture(scope="module")
def task(pages: PageScenario) -> Task:
    return first(pages, looks_for_parent)


def played(pages: PageScenario, task: Task, steps: Sequence[GoldCall], judge: Oracle) -> tuple[Score, bool]:
    environment = pages.environment()
    episode = pages.play(environment, task, script(steps))
    return pages.score(task, episode.trajectory, episode.diff), judge.accepts(environment, task)


def edited(task: Task, **members: Any) -> GoldCall:
    given: JsonObject = {name: value for name, value in {**body_of(task), **members}.items() if value is not None}
    return GoldCall("createPage", {"body": given})


def test_any_way_to_look_up_is_as_good(pages: PageScenario, task: Task, judge: Oracle) -> None:
    title, space = str(task.gold[1].arguments["title"]), body_of(task)["spaceId"]
    environment = pages.environment()
    pages.start(environment, task)
    key = record(environment.world, wiki.SPACE, space)["key"]
    query = GoldCall("searchContentByCQL", {"cql": f'space = "{key}" AND title = "{title}"'})
    by_title = GoldCall("getPages", {"title": title})
    parent = GoldCall("getPageById", {"id": int(body_of(task)["parentId"])})
    ways = [
        [GoldCall("getSpaces", {}), by_title],
        [by_title],
        [GoldCall("getSpaces", {"keys": [key]}), query],
        [query, parent],
        [GoldCall("getSpaces", {}), GoldCall("getPages", {"space-id": [int(space)]})],
    ]
    for way in ways:
        score, reached = played(pages, task, [*way, task.gold[-1]], judge)
        assert reached
        assert (score.reward, score.success) == (1, True), (way, score.reasons)


def test_half_a_look_up_is_worth_less(pages: PageScenario, task: Task, judge: Oracle) -> None:
    *looks, create = task.gold
    rewards = [played(pages, task, [*looks[:count], create], judge)[0].reward for count in range(3)]
    assert 0.75 <= rewards[0] < rewards[1] < rewards[2] == 1


def test_same_title_in_another_space_is_another_parent(pages: PageScenario, judge: Oracle) -> None:
    def has_namesake(task: Task) -> bool:
        if not looks_for_parent(task):
            return False
        pages.start(environment, task)
        return len(environment.call("getPages", {"title": task.gold[1].arguments["title"]}).json()["results"]) > 1

    environment = pages.environment()
    task = first(pages, has_namesake)
    pages.start(environment, task)
    found = environment.call("getPages", {"title": task.gold[1].arguments["title"]}).json()["results"]
    (other, *_) = [page for page in found if page["id"] != body_of(task)["parentId"]]
    for wrong in (edited(task, parentId=other["id"], spaceId=other["spaceId"]), edited(task, parentId=other["id"])):
        score, reached = played(pages, task, [*task.gold[:-1], wrong], judge)
        assert not reached
        assert not score.success
        assert 0.11 <= score.reward < 0.5


def test_page_that_is_put_right_afterwards_is_a_success(pages: PageScenario, task: Task, judge: Oracle) -> None:
    text = texts.storage_of(body_of(task)["body"])
    right = {"id": "", "status": "current", "title": body_of(task)["title"], "version": {"number": 2}}
    edit = {**right, "body": {"representation": "storage", "value": text}}
    for wrong in ({"title": "Something else"}, {"body": {"representation": "storage", "value": "Later."}}):
        steps = [*task.gold[:-1], edited(task, **wrong), GoldCall("updatePage", {"id": 0, "body": {**edit}}, NEW)]
        score, reached = played(pages, task, steps, judge)
        assert reached
        assert score.success, score.reasons
        assert 0.75 <= score.reward < 1


def test_draft_is_no_page_and_a_page_is_no_draft(pages: PageScenario, judge: Oracle) -> None:
    published = first(pages, lambda task: "status" not in body_of(task))
    draft = first(pages, lambda task: "status" in body_of(task))
    for task, status in ((published, "draft"), (draft, None), (draft, "current")):
        score, reached = played(pages, task, [*task.gold[:-1], edited(task, status=status)], judge)
        assert not reached
        assert score.reward < 0.5


def test_text_in_the_wrong_place_is_no_text(pages: PageScenario, task: Task, judge: Oracle) -> None:
    text = str(texts.storage_of(body_of(task)["body"]))
    title = body_of(task)["title"]
    for wrong in (
        edited(task, title=text, body={"representation": "storage", "value": title}),
        edited(task, body=None),
        edited(task, body={"representation": "storage", "value": ""}),
        edited(task, body={"representation": "storage", "value": f"{title}{text}"}),
    ):
        score, reached = played(pages, task, [*task.gold[:-1], wrong], judge)
        assert not reached
        assert score.reward < 0.5
    comment = GoldCall(
        "createFooterComment",
        {"body": {"pageId": "", "body": {"representation": "storage", "value": text}}},
        (Use("/body/pageId", "createPage", "/id"),),
    )
    score, reached = played(pages, task, [*task.gold[:-1], edited(task, body=None), comment], judge)
    assert not reached
    assert score.reward < 0.5


def test_parent_may_be_left_out_only_where_it_goes_without_saying(pages: PageScenario, judge: Oracle) -> None:
    below_home = first(pages, lambda task: len(task.gold) == 2 and "parentId" in body_of(task))
    score, reached = played(pages, below_home, [below_home.gold[0], edited(below_home, parentId=None)], judge)
    assert reached
    assert score.success
    below_another = first(pages, looks_for_parent)
    elsewhere = edited(below_another, parentId=None)
    score, reached = played(pages, below_another, [*below_another.gold[:-1], elsewhere], judge)
    assert not reached
    assert score.reward < 0.5


def test_all_steps_of_the_ladder_and_all_shapes_of_texts_are_drawn(pages: PageScenario) -> None:
    tasks = [pages.task(seed, "train") for seed in range(120)]
    assert {len(task.gold) for task in tasks} == {1, 2, 3}
    assert {body_of(task)["body"]["representation"] for task in tasks} == {"storage", "wiki", "atlas_doc_format"}
    shapes = {
        tuple(block.kind for block in texts.blocks_of(str(texts.storage_of(body_of(task)["body"]))) or ())
        for task in tasks
    }
    assert shapes == {("paragraph",), ("paragraph", "paragraph"), ("heading", "list")}
    assert {frozenset(body_of(task)) for task in tasks} == {
        frozenset({"spaceId", "title", "body", *further})
        for further in ((), ("parentId",), ("status",), ("parentId", "status"))
    }
