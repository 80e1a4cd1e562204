from __future__ import annotations

import html
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlasgen import jsonvalue
from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.tasks import agents
from atlasgen.tasks.audit import audit
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import SPLITS
from atlasgen.tasks.task import GoldCall, Task, Use
from rewards import _dossiers
from rewards._links import LINK
from rewards._wiki import PAGE
from rewards.cross_product import LADDER, CrossProductScenario, scenario

ROOT = Path(__file__).parents[2]
SEEDS = range(24)


@pytest.fixture(scope="module")
def documents() -> CrossProductScenario:
    return scenario()


@pytest.fixture(scope="module", params=SPLITS)
def tasks(request: pytest.FixtureRequest, documents: CrossProductScenario) -> list[Task]:
    return [documents.task(seed, request.param) for seed in SEEDS]


def position(task: Task, tool: str) -> int:
    return next(index for index, step in enumerate(task.gold) if step.tool == tool)


def body(task: Task, tool: str) -> Any:
    return task.gold[position(task, tool)].arguments["body"]


def played(documents: CrossProductScenario, task: Task, steps: Sequence[GoldCall]) -> Score:
    episode = documents.play(documents.environment(), task, agents.script(steps))
    return documents.score(task, episode.trajectory, episode.diff)


def changed(task: Task, tool: str, change: Callable[[Any], Json], *, uses: bool = True) -> list[GoldCall]:
    """Return the gold with the body of one call changed."""
    steps = list(task.gold)
    index = position(task, tool)
    step = steps[index]
    arguments = {**step.arguments, "body": change(body(task, tool))}
    steps[index] = GoldCall(tool, arguments, step.uses if uses else ())
    return steps


def chosen(documents: CrossProductScenario, wanted: Callable[[Task], bool]) -> Task:
    return next(task for task in (documents.task(seed, "train") for seed in range(60)) if wanted(task))


def issues(task: Task) -> tuple[str, list[str]]:
    """Return the issue that a task is about, and the others that it plants."""
    own = next(item.record[1] for item in task.needed if item.record[0] == "jira.issue")
    return own, [id for id in task.layer.tables["jira.issue"] if id != own]


def test_right_issue_is_not_always_the_first(documents: CrossProductScenario) -> None:
    found = [task for task in (documents.task(seed, "train") for seed in range(40)) if len(issues(task)[1]) > 1]
    assert {next(iter(task.layer.tables["jira.issue"])) == issues(task)[0] for task in found} == {True, False}


# -- tasks -------------------------------------------------------------------------------------------------------------


def test_expert_succeeds_on_every_task(documents: CrossProductScenario, tasks: list[Task]) -> None:
    environment = documents.environment()
    for task in tasks:
        episode = documents.play(environment, task, agents.expert)
        score = documents.score(task, episode.trajectory, episode.diff)
        assert (score.reward, score.success) == (1, True), task.instruction


def test_every_expected_value_is_stated_or_can_be_found(documents: CrossProductScenario, tasks: list[Task]) -> None:
    environment = documents.environment()
    for task in tasks:
        documents.play(environment, task, agents.expert)
        first = position(task, "createPage")
        before = task.instruction + "".join(call.content.decode() for call in environment.calls[:first])
        page, link = body(task, "createPage"), body(task, "createOrUpdateRemoteIssueLink")
        prefix, _, summary = page["title"].rpartition(": ")
        text = html.unescape(page["body"]["value"].removeprefix("<p>").removesuffix("</p>"))
        facts = [part.strip().rstrip(".") for sentence in text.split(". ") for part in sentence.split(": ", 1)]
        stated = [page["spaceId"], page["parentId"], prefix, summary, *facts]
        stated += [label["name"] for label in body(task, "addLabelsToContent")]
        stated += [link["relationship"]] if "relationship" in link else []
        stated.append(task.gold[position(task, "createOrUpdateRemoteIssueLink")].arguments["issueIdOrKey"])
        for value in stated:
            assert value in before, (task.instruction, value)
        made = environment.calls[first].content.decode()
        assert link["object"]["url"] in made
        assert link.get("globalId", "") in made


def test_what_is_needed_stands_in_the_argument_that_it_is_needed_for(tasks: list[Task]) -> None:
    """Of the issue the id is needed, and the gold names it by its key."""
    for task in tasks:
        given = {item.pointer: item for call in task.expected for item in call.arguments}
        for needed in task.needed:
            expected = given[needed.pointer]
            assert str(needed.value) in html.unescape(f"{expected.value} {expected.scalars}")


def test_what_is_needed_is_not_stated(tasks: list[Task]) -> None:
    for task in tasks:
        assert task.needed
        assert not any(str(item.value) in task.instruction for item in task.needed)


def test_every_rung_of_the_ladder_is_there(documents: CrossProductScenario, tasks: list[Task]) -> None:
    rungs = {documents.rung(task.seed, task.split) for task in tasks}
    assert rungs == set(LADDER)
    for task in tasks:
        rung = documents.rung(task.seed, task.split)
        looks = position(task, "createPage")
        assert (looks == 1) == (rung == "ids")
        assert (task.gold[0].tool == "getIssue") == (rung in ("ids", "titles"))
        assert (len(task.layer.tables["jira.issue"]) > 4) == (rung in ("summary", "lookalikes"))


def test_look_alikes_lead_to_something_else(documents: CrossProductScenario) -> None:
    task = chosen(documents, lambda task: documents.rung(task.seed, "train") == "lookalikes")
    environment = documents.environment()
    documents.start(environment, task)
    world = environment.world
    own, others = issues(task)
    right: Any = (world.get("jira.issue", own) or {})["fields"]
    wrong: list[Any] = [(world.get("jira.issue", id) or {})["fields"] for id in others]
    assert all(item["priority"] != right["priority"] and item["assignee"] != right["assignee"] for item in wrong)
    assert any(item["summary"].startswith(right["summary"]) for item in wrong)
    title = (world.get(PAGE, body(task, "createPage")["parentId"]) or {})["title"]
    every = [world.get(PAGE, id) or {} for id in world.ids(PAGE)]
    assert len({page["spaceId"] for page in every if page["title"] == title}) > 1


def test_splits_share_no_world(documents: CrossProductScenario) -> None:
    worlds = {split: {documents.task(seed, split).world_seed for seed in range(0, 600, 60)} for split in SPLITS}
    assert not worlds["train"] & worlds["validation"]
    assert not worlds["train"] & worlds["test"]
    assert not worlds["validation"] & worlds["test"]


def test_test_has_words_and_templates_of_its_own() -> None:
    train, test = _dossiers.TRAIN, _dossiers.TEST
    for name in train.__slots__:
        assert not set(getattr(train, name)) & set(getattr(test, name)), name
    assert len(train.templates) + len(test.templates) >= 12


def test_calls_of_training_succeed_on_no_task_of_the_test(documents: CrossProductScenario) -> None:
    for seed in range(6):
        steps = documents.task(seed, "train").gold
        assert not played(documents, documents.task(seed, "test"), steps).success


def test_tasks_are_the_same_in_another_process(documents: CrossProductScenario) -> None:
    program = (
        "from rewards.cross_product import scenario; from atlasgen import jsonvalue\n"
        "tasks = [scenario().task(seed, 'train') for seed in range(4)]\n"
        "print(*[jsonvalue.digest([t.instruction, [c.arguments for c in t.gold]]) + t.layer.digest for t in tasks])"
    )
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'generator'}", "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    tasks = [documents.task(seed, "train") for seed in range(4)]
    expected = [jsonvalue.digest([t.instruction, [c.arguments for c in t.gold]]) + t.layer.digest for t in tasks]
    assert done.stdout.split() == expected


# -- what says the same ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        "/spaces/{space}/pages/{id}",
        "/wiki/spaces/{space}/pages/{id}",
        "http://localhost/wiki/spaces/{space}/pages/{id}",
        "https://localhost/wiki/spaces/{space}/pages/{id}",
        "/spaces/{space}/pages/{id}/What+it+is+called",
        "/pages/viewpage.action?pageId={id}",
        "http://localhost/wiki/pages/viewpage.action?pageId={id}",
        "/x/{id}",
        "{id}",
    ],
)
def test_any_address_of_the_page_will_do(documents: CrossProductScenario, form: str) -> None:
    score = linked(documents, form)
    assert (score.reward, score.success) == (1, True)


@pytest.mark.parametrize(
    "form",
    [
        "/spaces/{space}/pages/{other}",
        "/spaces/ELSEWHERE/pages/{id}",
        "/spaces/{space}/pages/{id}0",
        "/spaces/{space}/pages/1{id}",
        "/spaces/{space}/pages/{id} ",
        " /spaces/{space}/pages/{id}",
        "http://elsewhere.example/wiki/spaces/{space}/pages/{id}",
        "http://localhost.example/wiki/spaces/{space}/pages/{id}",
        "http://localhost/spaces/{space}/pages/{id}",
        "http://localhost/wiki",
        "/spaces/{space}/pages/{other}?pageId={id}",
        "/spaces/{space}/pages/{other}/{id}",
        "/spaces/{space}",
        "{other} {id}",
        "the page",
        "",
    ],
)
def test_no_other_address_will_do(documents: CrossProductScenario, form: str) -> None:
    score = linked(documents, form)
    assert score.band == "wrong"
    assert not score.success


def linked(documents: CrossProductScenario, form: str) -> Score:
    """Return what the gold scores with another spelling of the address."""
    task = documents.task(3, "train")
    url = body(task, "createOrUpdateRemoteIssueLink")["object"]["url"]
    _, _, space, _, id = url.split("/")
    address = form.format(space=space, id=id, other=body(task, "createPage")["parentId"])

    def spelt(link: Any) -> JsonObject:
        return {**link, "object": {**link["object"], "url": address}}

    return played(documents, task, changed(task, "createOrUpdateRemoteIssueLink", spelt, uses=False))


@pytest.mark.parametrize(
    ("form", "success"),
    [
        ("pageId={id}", True),
        ("appId=6d4c2b1a-0000-0000-0000-000000000000&pageId={id}", True),
        ("http://localhost/wiki/spaces/{space}/pages/{id}", True),
        ("pageId={id}1", False),
        ("page", False),
    ],
)
def test_global_id_names_the_page(documents: CrossProductScenario, form: str, success: bool) -> None:
    task = chosen(documents, lambda task: "globalId" in body(task, "createOrUpdateRemoteIssueLink"))
    _, _, space, _, id = body(task, "createOrUpdateRemoteIssueLink")["object"]["url"].split("/")

    def spelt(link: Any) -> JsonObject:
        return {**link, "globalId": form.format(space=space, id=id)}

    score = played(documents, task, changed(task, "createOrUpdateRemoteIssueLink", spelt, uses=False))
    assert (score.success, score.reward == 1) == (success, success)


def test_global_id_that_nobody_asked_for_is_wrong(documents: CrossProductScenario) -> None:
    task = chosen(documents, lambda task: "globalId" not in body(task, "createOrUpdateRemoteIssueLink"))
    steps = changed(task, "createOrUpdateRemoteIssueLink", lambda link: {**link, "globalId": "1"})
    assert not played(documents, task, steps).success


@pytest.mark.parametrize(
    ("change", "right"),
    [
        (lambda text: {"representation": "storage", "value": text}, True),
        (lambda text: {"representation": "wiki", "value": text}, True),
        (lambda text: {"storage": {"representation": "storage", "value": f"<p>{text}</p>"}}, True),
        (lambda text: {"representation": "atlas_doc_format", "value": json.dumps(document(text))}, True),
        (lambda text: {"representation": "storage", "value": f"<p>{text}</p><p>And more.</p>"}, False),
        (lambda text: {"representation": "storage", "value": f"<p>{text.upper()}</p>"}, False),
        (lambda text: {"representation": "storage", "value": f"<p>{text[:-1]}</p>"}, False),
        (lambda text: {"representation": "storage", "value": ""}, False),
    ],
    ids=["bare", "wiki", "nested", "document", "more", "upper case", "shorter", "empty"],
)
def test_text_may_come_in_any_format(
    documents: CrossProductScenario, change: Callable[[str], JsonObject], right: bool
) -> None:
    task = documents.task(3, "train")
    text = body(task, "createPage")["body"]["value"].removeprefix("<p>").removesuffix("</p>")
    score = played(documents, task, changed(task, "createPage", lambda page: {**page, "body": change(text)}))
    assert (score.success, score.reward == 1) == (right, right)


def document(text: str) -> JsonObject:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


def test_single_label_needs_no_list(documents: CrossProductScenario) -> None:
    task = chosen(documents, lambda task: len(body(task, "addLabelsToContent")) == 1)
    steps = changed(task, "addLabelsToContent", lambda labels: labels[0])
    assert played(documents, task, steps).reward == 1


def test_page_may_be_made_anew(documents: CrossProductScenario) -> None:
    task = documents.task(3, "train")
    made = position(task, "createPage")
    removed = GoldCall("deletePage", {"id": ""}, (Use("/id", "createPage", "/id"),))
    purged = replace(removed, arguments={"id": "", "purge": True})
    steps = [*task.gold[: made + 1], removed, purged, *task.gold[made:]]
    score = played(documents, task, steps)
    assert score.success
    assert 0.75 <= score.reward < 1


# -- ways to cheat -----------------------------------------------------------------------------------------------------


def test_link_from_another_issue_misses_the_goal(documents: CrossProductScenario) -> None:
    task = documents.task(3, "train")
    _, (other, *_) = issues(task)
    index = position(task, "createOrUpdateRemoteIssueLink")
    steps = list(task.gold)
    steps[index] = replace(steps[index], arguments={**steps[index].arguments, "issueIdOrKey": other})
    score = played(documents, task, steps)
    assert score.reward < 0.5
    assert not score.success


def test_labels_on_the_page_above_are_damage(documents: CrossProductScenario) -> None:
    task = documents.task(3, "train")
    index = position(task, "addLabelsToContent")
    steps = list(task.gold)
    arguments = {**steps[index].arguments, "id": body(task, "createPage")["parentId"]}
    steps[index] = GoldCall("addLabelsToContent", arguments)
    assert played(documents, task, steps).band == "collateral"


def test_link_title_counts(documents: CrossProductScenario) -> None:
    task = documents.task(3, "train")

    def renamed(link: Any) -> JsonObject:
        return {**link, "object": {**link["object"], "title": "Page"}}

    assert not played(documents, task, changed(task, "createOrUpdateRemoteIssueLink", renamed)).success


def test_more_about_the_linked_thing_than_was_asked_is_wrong(documents: CrossProductScenario) -> None:
    task = documents.task(3, "train")

    def told(link: Any) -> JsonObject:
        return {**link, "object": {**link["object"], "summary": "A page."}}

    assert not played(documents, task, changed(task, "createOrUpdateRemoteIssueLink", told)).success


def test_all_three_records_are_due(documents: CrossProductScenario, tasks: list[Task]) -> None:
    for task in tasks[:4]:
        assert {PAGE, LINK} <= {target.change.collection for target in task.targets}
        for tool in ("createPage", "addLabelsToContent", "createOrUpdateRemoteIssueLink"):
            steps = [step for step in task.gold if step.tool != tool]
            score = played(documents, task, steps)
            assert score.reward <= 0.5, tool
            assert not score.success


def test_label_that_is_made_by_the_way_is_no_record_to_check(documents: CrossProductScenario) -> None:
    """The page is made, labelled and looked at; the link is left out. A label that nothing had before is neither."""
    task = documents.task(0, "train")
    made = [target.change.collection for target in task.targets if target.change.before is None]
    assert made == [PAGE, "confluence.label", LINK]
    steps = [step for step in task.gold if "RemoteIssueLink" not in step.tool]
    score = played(documents, task, steps)
    assert score.components["mutate"] == 2 / 3
    assert score.components["verify"] == 1 / 2


def test_audit_accepts_the_reward(documents: CrossProductScenario) -> None:
    seed = next(seed for seed in range(60) if documents.rung(seed, "train") == "lookalikes")
    report = audit(documents, [seed])
    assert report.findings == ()
    assert report.expert == 1
    assert report.wrong > 100
