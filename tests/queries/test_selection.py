"""Queries look at few records: as many as a page needs, found through the smallest index."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from atlasgen.runtime.documents import Document
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.queries import Records
from atlasgen.runtime.world import World
from generated_envs.confluence import cql
from generated_envs.jira import jql
from tests.queries import worlds

SMALL, LARGE = 300, 3_000
PAGE = 50


class Watched(World):
    """A world that counts how often a record of a collection is looked at."""

    def __init__(self, other: World, collection: str) -> None:
        super().__init__(other.collections, other.base)
        self.collection = collection
        self.looks = 0

    def get(self, collection: str, id: str) -> Document | None:
        self.looks += collection == self.collection
        return super().get(collection, id)


@pytest.fixture(scope="module")
def trackers() -> dict[int, Environment]:
    return {count: Environment(worlds.tracker_emulator(), records=count) for count in (SMALL, LARGE)}


@pytest.fixture(scope="module")
def wikis() -> dict[int, Environment]:
    return {count: Environment(worlds.wiki_emulator(), records=count) for count in (SMALL, LARGE)}


def looks(search: Any, text: str, environment: Environment, resource: str, most: int | None = PAGE) -> tuple[int, int]:
    """Return how many records a query looked at for its first page, and how many it found."""
    emulator = environment.emulators[0]
    watched = Watched(environment.world, emulator.names[resource])
    found = list(islice(search(text, Records(emulator.context, resource, watched)), most))
    return watched.looks, len(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ORDER BY created ASC",
        "ORDER BY created DESC, summary",
        "ORDER BY id DESC",
        "ORDER BY key",
        "ORDER BY key DESC",
        "project = PROJ",
        "project = PROJ ORDER BY key ASC",
        "project = PROJ AND status = 'In Progress' ORDER BY created",
        "project in (PROJ, WEB) AND statusCategory != Done ORDER BY key DESC",
        "assignee is EMPTY",
        "labels = docs OR labels = urgent",
        "summary ~ 'the' AND status != Done",
        "created >= -9999d AND NOT type = Epic",
    ],
)
def test_first_page_looks_at_as_many_issues_of_a_large_world_as_of_a_small_one(
    trackers: dict[int, Environment], text: str
) -> None:
    small, found = looks(jql.search, text, trackers[SMALL], "issue")
    large, as_many = looks(jql.search, text, trackers[LARGE], "issue")
    assert as_many == PAGE >= found >= 10
    assert large <= 2 * small + PAGE


def test_few_issues_are_found_among_many_without_a_look_at_the_others(trackers: dict[int, Environment]) -> None:
    world = trackers[LARGE].world
    child: Any = next(record for _, record in worlds.table(world, "jira.issue") if "parent" in record["fields"])
    parent: Any = world.get("jira.issue", child["fields"]["parent"])
    siblings = sum(record["fields"].get("parent") == parent["id"] for _, record in worlds.table(world, "jira.issue"))
    for text, wanted in {
        f"key = {child['key']}": 1,
        f"key in ({child['key']}, {parent['key']}) ORDER BY summary": 2,
        f"parent = {parent['key']}": siblings,
        f"project in (PROJ, WEB, OPS) AND summary ~ '*' AND parent = {parent['key']} ORDER BY updated": siblings,
        f"key = {child['key']} OR parent = {parent['key']}": siblings,
        f"NOT (parent != {parent['key']})": siblings,
        "labels = nothing AND created > -3d": 0,
        "labels in (nothing, never) ORDER BY priority": 0,
    }.items():
        looked, found = looks(jql.search, text, trackers[LARGE], "issue", None)
        assert found == wanted, text
        assert looked <= 4 * wanted + 8, text


@pytest.mark.parametrize("order", ["", "ORDER BY created ASC", "ORDER BY created DESC", "ORDER BY summary"])
def test_recent_issues_are_found_without_a_look_at_the_older_ones(trackers: dict[int, Environment], order: str) -> None:
    for text in (f"created >= -2d {order}", f"created > startOfDay(-1) AND priority is not EMPTY {order}"):
        looked, found = looks(jql.search, text, trackers[LARGE], "issue", None)
        assert 0 < found <= looked < LARGE / 20
    either, _ = looks(jql.search, f"created >= -2d OR status = Done {order}", trackers[LARGE], "issue", None)
    assert either > LARGE / 3  # where the other half may be of any age


@pytest.mark.parametrize(
    "text",
    [
        "",
        "order by created",
        "order by id desc",
        "space = DOCS",
        "space in (DOCS, ENG) and title ~ 'the'",
        "label != x",
    ],
)
def test_first_page_looks_at_as_many_pages_of_a_large_wiki_as_of_a_small_one(
    wikis: dict[int, Environment], text: str
) -> None:
    small, found = looks(cql.search, text, wikis[SMALL], "page")
    large, as_many = looks(cql.search, text, wikis[LARGE], "page")
    assert as_many == PAGE >= found >= 10
    assert large <= 2 * small + PAGE


def test_few_pages_are_found_among_many_without_a_look_at_the_others(wikis: dict[int, Environment]) -> None:
    world = wikis[LARGE].world
    pages = worlds.table(world, "confluence.page")
    id, page = pages[-1]
    siblings = sum(other["parentId"] == page["parentId"] for _, other in pages)
    for text in (f"id = {id}", f"ancestor = {id}", f"parent = {page['parentId']}", f"type = page and id = {id}"):
        looked, found = looks(cql.search, text, wikis[LARGE], "page", None)
        assert found <= siblings
        assert looked <= 4 * siblings + 4


def test_pages_below_a_home_page_are_not_counted_before_the_first_is_shown(wikis: dict[int, Environment]) -> None:
    world = wikis[LARGE].world
    homes = [str(space["homepageId"]) for _, space in worlds.table(world, "confluence.space")]
    sizes = {home: looks(cql.search, f"ancestor = {home}", wikis[LARGE], "page", None)[1] for home in homes}
    home = max(sizes, key=sizes.__getitem__)
    assert sizes[home] > 900
    looked, found = looks(cql.search, f"ancestor = {home}", wikis[LARGE], "page")
    assert found == PAGE
    assert looked < sizes[home]
