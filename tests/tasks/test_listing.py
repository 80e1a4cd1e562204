"""Operations that add records to a list of another record, or take them out: judged by their skeletons alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import atlasgen
from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Plan
from atlasgen.runtime.environment import Call, Environment
from atlasgen.runtime.world import NO_LAYER, Change
from atlasgen.tasks import reward
from atlasgen.tasks.agents import script
from atlasgen.tasks.gold import Draft, complete
from atlasgen.tasks.listing import listing
from atlasgen.tasks.mutants import mutants
from atlasgen.tasks.oracle import Oracle
from atlasgen.tasks.readers import is_found
from atlasgen.tasks.reward import Score
from atlasgen.tasks.scenario import rollout
from atlasgen.tasks.skeleton import OperationReward, skeletons
from atlasgen.tasks.steps import Mutant
from atlasgen.tasks.surroundings import Surroundings
from atlasgen.tasks.task import GoldCall, Needed, Reader, Task
from generated_envs.confluence import Operations

SPECS = Path(__file__).parents[2] / "specs"
PAGE, LABEL, LABELS = "confluence.page", "confluence.label", ("labels",)
TOOLS = ("addLabelsToContent", "removeLabelFromContent", "removeLabelFromContentUsingQueryParameter")


class Lists:
    """Tasks about the labels of one page, in one world."""

    def __init__(self, plan: Plan) -> None:
        found = {item.operation: item for item in skeletons(plan)}
        self.rewards = tuple(OperationReward.of(found[tool]) for tool in TOOLS)
        self.environment = Environment(Operations)
        world = self.environment.world
        pages = {id: world.get(PAGE, id) or {} for id in world.ids(PAGE)}
        self.page = next(id for id, page in pages.items() if len(self.listed(page)) == 2)
        self.other = next(id for id, page in pages.items() if id != self.page and self.listed(page))
        self.present = [str((world.get(LABEL, id) or {})["name"]) for id in self.listed(pages[self.page])]
        names = [str((world.get(LABEL, id) or {})["name"]) for id in world.ids(LABEL)]
        self.absent = [name for name in names if name not in self.present]

    @staticmethod
    def listed(page: dict[str, Json]) -> list[str]:
        labels = page.get("labels")
        return [str(label) for label in labels] if isinstance(labels, list) else []

    def task(self, *gold: GoldCall, needed: tuple[Needed, ...] = ()) -> Task:
        tools = tuple(tool.name for tool in self.environment.tools)
        draft = Draft("lists", 0, "train", "Do it.", 0, gold, tools, layer=NO_LAYER, needed=needed)
        return complete(draft, self.environment, self.rewards)

    def score(self, task: Task, steps: Sequence[GoldCall]) -> Score:
        self.environment.reset(task.layer, seed=task.world_seed)
        episode = rollout(self.environment, task, script(steps))
        operations = {item.operation: item for item in self.rewards}
        return reward.judge(task, episode.trajectory, episode.diff, operations)

    def add(self, *names: str, page: str = "") -> GoldCall:
        return GoldCall("addLabelsToContent", {"id": page or self.page, "body": [item(name) for name in names]})

    def take(self, name: str, page: str = "") -> GoldCall:
        return GoldCall("removeLabelFromContent", {"id": page or self.page, "label": name})

    def look(self, **options: Json) -> GoldCall:
        return GoldCall("getPageLabels", {"id": int(self.page), **options})


def item(name: str) -> Json:
    return {"prefix": "global", "name": name}


@pytest.fixture(scope="module")
def lists() -> Lists:
    return Lists(atlasgen.load(SPECS / "confluence.yaml").emulators[0].plan)


@pytest.fixture
def adding(lists: Lists) -> Task:
    return lists.task(lists.add("fresh", lists.absent[0]))


@pytest.fixture
def taking(lists: Lists) -> Task:
    return lists.task(lists.take(lists.present[0]), lists.look())


def test_list_is_shown_below_a_record_inside_it_and_from_the_other_side(lists: Lists) -> None:
    readers = {reader.operation: reader for reader in lists.rewards[0].readers}
    assert readers["getPageLabels"] == Reader("getPageLabels", "id", {"/results": LABELS}, identity="")
    assert LABELS in readers["getPageById"].shows.values()
    assert readers["getLabelPages"].members == {"id": LABELS}
    assert readers["getPages"].members == {}


def test_what_is_taken_out_is_written_to_the_list(lists: Lists) -> None:
    assert [reward.stored for reward in lists.rewards] == [{LABELS}] * 3


def test_gold_scores_one(lists: Lists, adding: Task, taking: Task) -> None:
    for task in (adding, taking):
        score = lists.score(task, task.gold)
        assert (score.reward, score.success, score.reasons) == (1, True, ())


def test_answer_that_lists_all_labels_needs_no_further_look(lists: Lists) -> None:
    assert [reward.budget for reward in lists.rewards] == [2, 3, 3]


def test_set_may_be_given_in_parts_in_any_order_and_without_a_list(lists: Lists, adding: Task) -> None:
    one, other = lists.add("fresh"), lists.add(lists.absent[0])
    bare = GoldCall("addLabelsToContent", {"id": lists.page, "body": item("fresh")})
    for steps in ([one, other], [other, one], [bare, other], [lists.add(lists.absent[0], "fresh")]):
        score = lists.score(adding, steps)
        assert (score.reward, score.success) == (1, True), score.reasons


def test_what_is_there_already_need_not_be_given(lists: Lists) -> None:
    task = lists.task(lists.add(lists.present[0], "fresh"))
    assert lists.score(task, [lists.add("fresh")]).reward == 1
    assert lists.score(task, [lists.add(lists.present[0])]).reward < 0.5


def test_part_of_a_set_is_not_the_set(lists: Lists, adding: Task) -> None:
    score = lists.score(adding, [lists.add("fresh")])
    assert not score.success
    assert score.reward < 0.5


def test_label_taken_out_and_put_back_costs_less_than_the_goal(lists: Lists, adding: Task, taking: Task) -> None:
    first = lists.present[0]
    undone = [lists.take(first), lists.add(first), *adding.gold]
    score = lists.score(adding, undone)
    assert score.success, "the order of a set is nothing"
    assert 0.75 <= score.reward < 1
    score = lists.score(taking, [lists.take(lists.present[1]), lists.add(lists.present[1]), *taking.gold])
    assert score.success
    assert 0.75 <= score.reward < 1


def test_same_set_given_and_taken_and_given_is_no_equivalent(lists: Lists, adding: Task) -> None:
    score = lists.score(adding, [*adding.gold, lists.take("fresh"), lists.add("fresh")])
    assert score.success
    assert 0.75 <= score.reward < 1


def test_foreign_list_that_has_its_labels_again_is_no_damage_but_no_success(lists: Lists, adding: Task) -> None:
    world = lists.environment.world
    lists.environment.reset(seed=0)
    (label, *_) = lists.listed(world.get(PAGE, lists.other) or {})
    name = str((world.get(LABEL, label) or {})["name"])
    score = lists.score(adding, [lists.take(name, lists.other), lists.add(name, page=lists.other), *adding.gold])
    assert not score.success
    assert 0.75 <= score.reward < 1
    assert lists.score(adding, [lists.take(name, lists.other), *adding.gold]).band == "collateral"


def test_either_way_to_take_a_label_out_is_as_good(lists: Lists, taking: Task) -> None:
    other = GoldCall("removeLabelFromContentUsingQueryParameter", {"id": lists.page, "name": lists.present[0]})
    assert lists.score(taking, [other, lists.look()]).reward == 1


@pytest.mark.parametrize(
    ("check", "due"),
    [
        (GoldCall("getPageLabels", {}), True),
        (GoldCall("getPageById", {"include-labels": True}), True),
        (GoldCall("getPageById", {}), False),
        (GoldCall("getPageLabels", {"limit": 1}), True),
        (GoldCall("getPages", {}), False),
    ],
    ids=["below", "inside", "without the labels", "the only one on one page", "a list of pages"],
)
def test_look_checks_what_was_taken_out_if_it_shows_the_list(
    lists: Lists, taking: Task, check: GoldCall, due: bool
) -> None:
    about = {} if check.tool == "getPages" else {"id": int(lists.page)}
    score = lists.score(taking, [taking.gold[0], GoldCall(check.tool, {**about, **check.arguments})])
    assert score.success
    assert (score.reward == 1) == due


def test_look_at_another_record_or_at_a_part_of_the_list_is_no_check(lists: Lists) -> None:
    task = lists.task(lists.add("one", "two"), lists.take("two"), lists.look())
    assert lists.score(task, task.gold).reward == 1
    elsewhere = GoldCall("getPageLabels", {"id": int(lists.other)})
    for look in (elsewhere, lists.look(limit=2)):
        assert 0.75 <= lists.score(task, [*task.gold[:2], look]).reward < 1


def test_records_that_list_a_new_one_show_that_it_islisted(lists: Lists) -> None:
    lists.environment.reset(seed=0)
    call = lists.environment.call
    assert call("addLabelsToContent", lists.add("fresh", lists.absent[0]).arguments).ok
    added = {label["name"]: label["id"] for label in call("getLabels", {}).json()["results"]}
    for name in ("fresh", lists.absent[0]):
        call("getLabelPages", {"id": int(added[name])})
    change = next(change for change in lists.environment.diff() if change.collection == PAGE)
    looks = [call for call in lists.environment.calls if call.tool == "getLabelPages"]
    operation = lists.rewards[0]
    assert operation.shows_one_by_one(looks, change, LABELS)
    assert not operation.shows_one_by_one(looks[:1], change, LABELS), "one of the two is not seen"
    gone = Change(change.collection, change.id, change.after, change.before)
    assert not operation.shows_one_by_one(looks, gone, LABELS), "what is still there was not taken out"


def test_labels_can_be_found_wherever_they_are_shown(lists: Lists) -> None:
    lists.environment.reset(seed=0)
    labels = (lists.environment.world.get(PAGE, lists.page) or {})["labels"]
    draft = Needed((PAGE, lists.page), LABELS, labels, "/body")
    task = lists.task(lists.look(), lists.add("fresh"), needed=(draft,))
    (needed,) = task.needed

    def found(tool: str, **arguments: Json) -> bool:
        lists.environment.reset(seed=0)
        assert lists.environment.call(tool, arguments).ok
        return is_found(needed, lists.environment.calls)

    page = int(lists.page)
    assert found("getPageLabels", id=page)
    assert found("getPageById", **{"id": page, "include-labels": True})
    assert not found("getPageById", id=page)
    assert not found("getPageLabels", id=page, limit=1)
    assert not found("getPageLabels", id=int(lists.other))
    assert not found("getLabels")


def test_what_is_needed_may_be_found_elsewhere(lists: Lists) -> None:
    lists.environment.reset(seed=0)
    space = str((lists.environment.world.get(PAGE, lists.page) or {})["spaceId"])
    instead = (Needed((PAGE, lists.page), ("spaceId",), space),)
    draft = Needed(("confluence.space", space), ("id",), space, instead=instead)
    task = lists.task(GoldCall("getSpaces", {}), lists.add("fresh"), needed=(draft,))

    def calls(tool: str, **arguments: Json) -> Sequence[Call]:
        lists.environment.reset(seed=0)
        lists.environment.call(tool, arguments)
        return lists.environment.calls

    assert is_found(task.needed[0], calls("getSpaces"))
    assert is_found(task.needed[0], calls("getPageById", id=int(lists.page)))
    assert not is_found(task.needed[0], calls("getLabels"))


def test_mutants_of_lists_deserve_what_they_get(lists: Lists, adding: Task, taking: Task) -> None:
    around = Surroundings(lists.environment, lists.rewards)
    for task in (adding, taking):
        oracle = Oracle(Environment(Operations))
        played: list[Mutant] = list(listing(around, task))
        assert {mutant.tier for mutant in played} == {"gold", "repair", "flawed", "wrong", "low"}
        for mutant in played:
            score = lists.score(task, mutant.steps)
            reached = oracle.accepts(lists.environment, task)
            assert (score.reward >= 0.75) == reached, (mutant.name, score.reasons)
            if mutant.tier == "gold":
                assert score.reward == 1, (mutant.name, score.reasons)
            elif mutant.tier == "repair":
                assert score.success, (mutant.name, score.reasons)


def test_every_wrong_pair_is_among_the_mutants(lists: Lists, adding: Task, taking: Task) -> None:
    around = Surroundings(lists.environment, lists.rewards)
    names = [{mutant.name for mutant in mutants(around, task)} for task in (adding, taking)]
    assert names[0] >= {
        "one by one", "stranger 0 in place of 1", "without 0", "what was there taken out 0", "another record's list 0",
        "added everywhere", "wrong one taken out 0",
    }  # fmt: skip
    assert names[1] >= {
        "by removeLabelFromContentUsingQueryParameter", "another one 0", "the list emptied", "taken out and put back",
        "out of another record's list 0", "what is not there first 0", "check by getPageById with include-labels",
    }  # fmt: skip
