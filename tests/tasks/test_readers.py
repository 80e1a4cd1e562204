from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from atlasgen import jsonvalue
from atlasgen.plan.model import Path, Plan
from atlasgen.runtime.environment import Call
from atlasgen.tasks.readers import is_found, is_named, lacking, members, readers, shows
from atlasgen.tasks.task import Needed, Reader
from rewards.cross_product import CrossProductScenario

ITEM = Reader("getItem", "id", {"/name": ("name",), "/tags": ("tags",), "/by/name": ("by",)})
ITEMS = Reader("listItems", "", {"/name": ("name",)}, within="/results")
TAGS = Reader("getTags", "id", {"/results/name": ("tags",)}, identity="")
TAGGED = Reader("getTagged", "tag", {}, within="/results", members={"tag": ("tags",)})


def call(tool: str, body: Any, *, status: int = 200, reads: str = "1", **arguments: Any) -> Call:
    return Call(tool, jsonvalue.encode(arguments), status, jsonvalue.encode(body), (("items", reads),), ())


def test_answer_shows_what_it_says_of_the_record_itself() -> None:
    answer = call("getItem", {"id": "1", "name": "a", "tags": ["x"]})
    assert shows((ITEM,), answer, "1", [("name",)])
    assert shows((ITEM,), answer, "1", [("name",), ("tags",)])
    assert not shows((ITEM,), answer, "2", [("name",)])
    assert not shows((ITEM,), answer, "1", [("name",), ("by",)])
    assert not shows((ITEM,), answer, "1", [("size",)])
    assert not shows((ITEMS,), answer, "1", [("name",)])


def test_page_of_a_list_does_not_show_the_list() -> None:
    answer = call("getItem", {"id": "1", "name": "a", "tags": ["x"]})
    assert shows((ITEM,), answer, "1", [("tags",)], {("tags",): 1})
    assert not shows((ITEM,), answer, "1", [("tags",)], {("tags",): 2})
    assert not shows((ITEM,), answer, "1", [("name",)], {("name",): 1}), "it is no list"


def test_every_member_of_a_list_is_looked_at() -> None:
    answer = call("listItems", {"results": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]})
    assert shows((ITEMS,), answer, "2", [("name",)])
    assert not shows((ITEMS,), answer, "3", [("name",)])
    assert not shows((ITEMS,), call("listItems", {}), "2", [("name",)])


def test_answer_that_says_no_id_is_about_what_the_call_names() -> None:
    answer = call("getTags", {"results": [{"name": "x"}]}, id=1)
    assert is_named(TAGS, answer, "1")
    assert not is_named(TAGS, answer, "2")
    assert not is_named(ITEM, call("getItem", {"id": "1"}, id=1), "1"), "it says its id"
    assert not is_named(TAGS, call("getItem", {}, id=1), "1")


def test_list_of_what_has_a_tag_says_of_each_record_that_it_has_it() -> None:
    answer = call("getTagged", {"results": [{"id": "1"}]}, tag="x")
    assert list(members((TAGGED, ITEM), answer, "1")) == [(("tags",), "x")]
    assert list(members((TAGGED,), answer, "2")) == []
    assert list(members((TAGGED,), call("getTagged", {"results": [{"id": "1"}]}, status=400, tag="x"), "1")) == []
    assert list(members((TAGGED,), call("getItem", {"results": [{"id": "1"}]}, tag="x"), "1")) == []


def needed(value: Any, path: tuple[str, ...] = ("name",), *, instead: tuple[Needed, ...] = ()) -> Needed:
    return Needed(("items", "1"), path, value, readers=(ITEM, ITEMS), instead=instead)


def test_value_is_found_where_an_accepted_answer_shows_it_of_the_record() -> None:
    right = {"id": "1", "name": "a"}
    assert is_found(needed("a"), [call("getItem", right)])
    assert is_found(needed("a"), [call("getItem", {"id": "2"}), call("listItems", {"results": [right]})])
    assert not is_found(needed("a"), [call("getItem", right, status=400)])
    assert not is_found(needed("a"), [call("getItem", right, reads="2")]), "the service says that it showed another"
    assert not is_found(needed("a"), [call("getOther", right)])
    assert not is_found(needed("a"), [call("getItem", {"id": "1", "name": "b"})])
    assert not is_found(needed("a"), [call("getItem", {"id": "2", "name": "a"})])
    assert not is_found(needed("a"), [])


def test_value_may_be_found_elsewhere_instead() -> None:
    other = needed("b", ("by",))
    seen = [call("getItem", {"id": "1", "by": {"name": "b"}})]
    assert not is_found(needed("a"), seen)
    assert is_found(needed("a", instead=(other,)), seen)


@pytest.mark.parametrize(
    ("shown", "wanted", "found"),
    [
        (["x", "y"], ["y", "x"], True),
        (["x", "y"], ["x"], False),
        (["x"], ["x", "y"], False),
        (["x", "y"], "y", False),
        ([{"name": "x"}], "x", False),
        ([{"name": "x"}], ["x"], True),
        ({"id": "7", "name": "x"}, "x", True),
        ({"id": "7", "name": "x"}, "z", False),
    ],
)
def test_value_is_found_in_what_is_shown_in_its_place(shown: Any, wanted: Any, found: bool) -> None:
    assert is_found(needed(wanted, ("tags",)), [call("getItem", {"id": "1", "tags": shown})]) is found


def test_whole_list_without_a_record_says_that_the_record_lacks_the_tag() -> None:
    reader = replace(TAGGED, following="/next")
    others = {"results": [{"id": "2"}]}
    assert list(lacking((ITEM, reader), call("getTagged", others, tag="x"), "1")) == [(("tags",), "x")]
    assert list(lacking((reader,), call("getTagged", others, tag="x"), "2")) == []
    assert list(lacking((reader,), call("getTagged", {**others, "next": "more"}, tag="x"), "1")) == []
    assert list(lacking((reader,), call("getTagged", others, tag="x", limit=1), "1")) == []
    assert list(lacking((reader,), call("getTagged", others, status=400, tag="x"), "1")) == []
    assert list(lacking((reader,), call("getItem", others, tag="x"), "1")) == []
    assert list(lacking((TAGGED,), call("getTagged", others, tag="x"), "1")) == [], "it does not say where it goes on"


# -- from plans, held against what the documents of the vendors say ----------------------------------------------------


@pytest.fixture(scope="module")
def jira() -> Plan:
    return CrossProductScenario().environment().emulators[0].plan


@pytest.fixture(scope="module")
def confluence() -> Plan:
    return CrossProductScenario().environment().emulators[1].plan


def reading(plan: Plan, resource: str, *paths: Path) -> list[Reader]:
    return list(readers(plan, resource, set(paths)))


def test_list_of_one_field_is_about_the_record_that_the_call_names(confluence: Plan) -> None:
    found = {reader.operation: reader for reader in reading(confluence, "page", ("labels",))}
    for tool in ("getPageLabels", "addLabelsToContent"):
        assert found[tool] == Reader(tool, "id", {"/results": ("labels",)}, identity="")
    assert not [tool for tool in found if tool.startswith("removeLabel")], "they answer nothing"
    assert not [item for item in reading(confluence, "page", ("title",)) if item.operation == "getPageLabels"]
    assert not [item for item in reading(confluence, "space", ("labels",)) if item.operation == "getPageLabels"]


def test_what_is_listed_below_a_label_has_that_label(confluence: Plan) -> None:
    def listing(*paths: Path) -> Reader:
        (found,) = [item for item in reading(confluence, "page", *paths) if item.operation == "getLabelPages"]
        return found

    only = Reader("getLabelPages", "", {}, within="/results", members={"id": ("labels",)}, following="/_links/next")
    assert listing(("labels",)) == only
    assert listing(("labels",), ("title",)) == replace(only, shows={"/title": ("title",)})
    assert listing(("title",)).members == {}
    assert listing(("title",)).following == ""


def test_set_of_a_record_stands_where_its_own_answers_have_it(confluence: Plan) -> None:
    (page,) = [item for item in reading(confluence, "page", ("labels",)) if item.operation == "getPageById"]
    assert page == Reader("getPageById", "id", {"/labels": ("labels",), "/labels/results": ("labels",)})


def test_records_are_seen_inside_others_two_deep_and_no_deeper(jira: Plan) -> None:
    def places(resource: str, *paths: Path) -> list[str]:
        return sorted(item.within for item in reading(jira, resource, *paths) if item.operation == "getIssue")

    summaries = places("issue", ("fields", "summary"))
    assert summaries == ["", "/fields/parent", "/fields/subtasks"]
    assert places("status", ("name",)) == [
        "/fields/parent/fields/status",
        "/fields/status",
        "/fields/subtasks/fields/status",
    ]
    assert places("status", ("nothing",)) == []


def test_id_of_a_search_result_stands_where_the_result_has_it(confluence: Plan, jira: Plan) -> None:
    (hit,) = [item for item in reading(confluence, "page", ("title",)) if item.operation == "searchByCQL"]
    assert (hit.within, hit.identity) == ("/results", "/content/id")
    assert hit.shows == {"/content/title": ("title",), "/title": ("title",)}
    offered = [item for item in reading(jira, "status", ("name",)) if item.operation == "getTransitions"]
    assert [(item.within, item.identity) for item in offered] == [("/transitions/to", "/id")]


def test_look_at_a_record_shows_that_it_is_gone_whatever_is_asked_for(nested: Plan) -> None:
    shown = [(item.operation, item.target, dict(item.shows)) for item in reading(nested, "item", ("title",))]
    title = {"/title": ("title",)}
    assert shown == [("listItems", "", title), ("createItem", "", title), ("getItem", "itemId", title)]
    assert reading(nested, "item", ("nothing",)) == [Reader("getItem", "itemId", {})]


def test_what_no_rule_understands_shows_nothing(nested: Plan) -> None:
    assert "polishItem" in [item.tool for item in nested.operations]
    tools = {
        item.operation for resource in nested.resources for item in reading(nested, resource, ("title",), ("name",))
    }
    assert tools == {"createList", "getList", "listItems", "createItem", "getItem"}
