"""What worlds are filled with: choices that are uneven, times in order, trees, texts and templates."""

from __future__ import annotations

import functools
import itertools
import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlasgen.errors import AtlasgenError
from atlasgen.plan.compose import plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.making import picker
from atlasgen.runtime.operations import Emulator
from atlasgen.spec.normalise import normalise

NOW = datetime.fromisoformat("2026-01-01T09:00:00.000Z")
STAMPS = {
    "createdAt": {"type": "string", "x-atlasgen": {"derive": {"timestamp": "created"}}},
    "updatedAt": {"type": "string", "x-atlasgen": {"derive": {"timestamp": "updated"}}},
    "version": {"type": "integer", "x-atlasgen": {"derive": {"counter": 1}}},
}


def document(world: Any, name: str = "notes") -> Any:
    """Return a document with notes, whose parents are notes, and people, with a hint about its world."""

    def shown(schema: str) -> Any:
        return {"200": {"description": "x", "content": {"application/json": {"schema": {"$ref": schema}}}}}

    def path(noun: str, schema: str) -> Any:
        parameter = {"name": f"{noun}Id", "in": "path", "required": True, "schema": {"type": "string"}}
        reference = f"#/components/schemas/{schema}"
        return {"parameters": [parameter], "get": {"operationId": f"get{schema}", "responses": shown(reference)}}

    reference = {"type": "string", "x-atlasgen": {"ref": "note"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": name, "version": "1"},
        "x-atlasgen": {"world": world},
        "paths": {"/notes/{noteId}": path("note", "Note"), "/persons/{personId}": path("person", "Person")},
        "components": {
            "schemas": {
                "Note": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string"},
                        "title": {"type": "string"},
                        "parent": reference,
                        "author": {"type": "string", "x-atlasgen": {"ref": "person"}},
                        "body": {},
                        **STAMPS,
                    },
                },
                "Person": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
            }
        },
    }


def opened(
    populate: Any, *, records: int = 400, seed: int = 0, name: str = "notes", named: Any = None, **world: Any
) -> Environment:
    raw = document({"populate": populate, "records": named, **world}, name)
    return Environment(Emulator(plan(normalise(raw, where=name), name=name, where=name)), seed=seed, records=records)


def notes(populate: Any, **more: Any) -> list[Any]:
    """Return the notes of a world in the order in which they were made."""
    world = opened(populate, **more).world
    return [world.get("notes.note", id) for id in world.ids("notes.note")]


def note(**values: Any) -> Any:
    return {"resource": "note", "values": values}


def time(text: str) -> datetime:
    return datetime.fromisoformat(text)


# -- choices -----------------------------------------------------------------------------------------------------------


def test_records_are_as_many_as_are_asked_for() -> None:
    populate = [{**note(title=str(share)), "share": share} for share in (1, 2.5, 7, 0.01)]
    for records in (0, 1, 20, 399, 1000):
        made = notes(populate, records=records)
        assert len(made) == records
    counts = Counter(item["title"] for item in made)
    assert (counts["1"], counts["2.5"], counts["7"]) == (95, 238, 666)


def test_choices_are_even_where_nothing_is_said() -> None:
    counts = Counter(item["title"] for item in notes([note(title={"one": ["a", "b", "c", "d"]})]))
    assert all(70 < counts[word] < 130 for word in "abcd")


@pytest.mark.parametrize(("skew", "first"), [(1, "a"), (3, "a"), (-1, "d"), (-3, "d")])
def test_skew_makes_the_first_or_the_last_choices_common(skew: int, first: str) -> None:
    counts = Counter(item["title"] for item in notes([note(title={"one": ["a", "b", "c", "d"], "skew": skew})]))
    (common, most), *_ = counts.most_common()
    assert common == first
    assert most > 180
    assert set(counts) == set("abcd")


@given(st.integers(1, 10**6), st.integers(-4, 4), st.floats(0, 1, exclude_max=True))
def test_every_choice_is_one_of_those_that_there_are(count: int, skew: int, drawn: float) -> None:
    assert 0 <= picker(lambda: drawn, skew)(count) < count


def test_references_may_be_uneven() -> None:
    persons = {"resource": "person", "share": 0.05, "values": {"name": "x"}}
    made = notes([persons, note(author={"any": "person", "skew": 2})])
    counts = Counter(item["author"] for item in made)
    assert counts.most_common(1)[0][1] > len(made) / 4
    assert len(counts) > 5


def test_some_of_several_words_stand_in_their_order() -> None:
    words = ["a", "b", "c", "d", "e"]
    even, skewed = (notes([note(body={"some": words, "skew": skew})]) for skew in (0, 2))
    assert all(item["body"] == sorted(set(item["body"])) for item in [*even, *skewed])
    assert 1.7 < sum(len(item["body"]) for item in even) / len(even) < 2.3
    counts = Counter(word for item in skewed for word in item["body"])
    assert counts["a"] > 2 * counts["c"] > 4 * counts["e"]


def test_share_of_the_records_lacks_a_field() -> None:
    made = notes([note(title={"one": ["x"], "chance": 0.3})])
    assert 80 < sum("title" in item for item in made) < 160


def test_numbers_stay_within_their_range() -> None:
    whole = [item["body"] for item in notes([note(body={"between": [1, 5]})])]
    assert set(whole) == {1, 2, 3, 4, 5}
    parts = [item["body"] for item in notes([note(body={"between": [0.5, 2]})])]
    assert 0.5 <= min(parts) < 0.7 < 1.8 < max(parts) <= 2
    small = [item["body"] for item in notes([note(body={"between": [0, 100], "skew": 3})])]
    assert sorted(small)[len(small) // 2] < 20


# -- texts and templates -----------------------------------------------------------------------------------------------


def test_makers_stand_anywhere_in_a_value() -> None:
    sentence = {"phrase": [["It works", "It fails"], ["today.", "always."]]}
    text = {"type": "text", "text": {"several": sentence, "times": [1, 3], "join": " "}}
    value = {"type": "doc", "version": 1, "content": {"several": {"type": "paragraph", "content": [text]}}}
    made = [item["body"] for item in notes([note(body=value)])]
    assert all(body["type"] == "doc" and body["version"] == 1 for body in made)
    assert {len(body["content"]) for body in made} == {1, 2, 3}
    texts = [block["content"][0]["text"] for body in made for block in body["content"]]
    assert {text.count(".") for text in texts} == {1, 2, 3}
    assert "It works today. It fails always." in texts


def test_marked_up_texts_are_joined_without_spaces() -> None:
    phrase = {"phrase": ["<p>", {"phrase": [["Read", "Ask"], ["on.", "them."]]}, "</p>"], "join": ""}
    assert {item["body"] for item in notes([note(body=phrase)])} == {
        "<p>Read on.</p>", "<p>Ask on.</p>", "<p>Read them.</p>", "<p>Ask them.</p>",
    }  # fmt: skip


def test_value_without_makers_is_taken_as_it_is_and_each_record_has_its_own() -> None:
    one, two = notes([note(body={"a": [1, {"b": None}], "value": "x"})], records=2)
    assert one["body"] == two["body"] == {"a": [1, {"b": None}], "value": "x"}
    assert one["body"] is not two["body"]


def test_texts_that_must_differ_are_told_apart_by_numbers() -> None:
    named = {"note": {"home": {"title": "Plan A"}}}
    made = notes([note(title={"phrase": [["Plan", "Note"], ["A", "B"]], "unique": True})], records=60, named=named)
    titles = [item["title"] for item in made]
    assert len(set(titles)) == len(titles) == 61
    assert {"Plan A", "Plan B", "Note A", "Note B"} < set(titles)
    assert "Plan A 2" in titles


def test_items_of_a_list_differ_where_they_must() -> None:
    made = notes([note(body={"several": {"one": ["a", "b", "c"]}, "times": [0, 3], "unique": True})])
    assert {len(item["body"]) for item in made} == {0, 1, 2, 3}
    assert all(len(set(item["body"])) == len(item["body"]) for item in made)


# -- times -------------------------------------------------------------------------------------------------------------


def test_records_come_about_one_after_the_other_in_the_months_before_now() -> None:
    made = notes([note(title="x")])
    times = [time(item["createdAt"]) for item in made]
    assert times == sorted(times)
    assert len(set(times)) == len(times)
    assert NOW - timedelta(days=180) <= times[0] < NOW - timedelta(days=175)
    assert NOW - timedelta(days=5) < times[-1] < NOW
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(times)]
    assert max(gaps) > 2 * min(gaps)


def test_span_says_since_when_there_are_records() -> None:
    times = [time(item["createdAt"]) for item in notes([note(title="x")], span="2h")]
    assert NOW - timedelta(hours=2) <= times[0] < times[-1] < NOW


def test_named_records_are_older_than_all_others() -> None:
    made = notes([note(title="x")], named={"note": {"a": {"title": "a"}, "b": {"title": "b"}}})
    assert {item["title"] for item in made[:2]} == {"a", "b"}
    times = [time(item["createdAt"]) for item in made]
    assert times == sorted(set(times))


def test_what_names_a_record_is_younger_than_it() -> None:
    made = notes([note(title="x"), note(parent={"any": "note"})])
    born = {item["id"]: item["createdAt"] for item in made}
    children = [item for item in made if "parent" in item]
    assert len(children) == 200
    assert all(born[item["parent"]] < item["createdAt"] for item in children)


def test_sorts_grow_side_by_side_whatever_their_order() -> None:
    waiting = [note(parent={"any": "note", "where": {"title": "first"}}), note(title="first")]
    made = notes(waiting, records=50)
    assert len(made) == 50
    assert "title" in made[0]
    kinds = ["title" in item for item in made]
    assert kinds[:40].count(True) > 10 < kinds[:40].count(False)


def test_moments_lie_between_their_bounds() -> None:
    body = {
        "due": {"moment": {"after": "made", "within": "10d", "as": "date"}},
        "seen": {"moment": {"after": "made", "before": "now"}},
        "old": {"moment": {"after": "-400d", "before": "-300d"}},
        "next": {"moment": {"after": ["parent.createdAt", "made"]}},
    }
    for item in notes([note(title="x"), note(parent={"any": "note"}, body=body)])[1:]:
        if "body" not in item:
            continue
        made, found = time(item["createdAt"]), item["body"]
        assert made.date() <= datetime.fromisoformat(found["due"]).date() <= (made + timedelta(days=10)).date()
        assert made <= time(found["seen"]) <= NOW
        assert NOW - timedelta(days=400) <= time(found["old"]) <= NOW - timedelta(days=300)
        assert made <= time(found["next"]) <= NOW


def test_moment_after_a_path_that_leads_nowhere_is_after_the_making() -> None:
    for item in notes([note(body={"moment": {"after": "parent.createdAt"}})]):
        assert time(item["createdAt"]) <= time(item["body"]) <= NOW


# -- trees -------------------------------------------------------------------------------------------------------------


def depths(made: list[Any]) -> list[int]:
    by_id = {item["id"]: item for item in made}

    @functools.cache
    def depth(id: str) -> int:
        above = by_id[id].get("parent")
        return 1 if above is None else depth(above) + 1

    return [depth(item["id"]) for item in made]


def test_trees_are_neither_chains_nor_flat() -> None:
    made = notes([{**note(title="root"), "share": 0.01}, note(parent={"any": "note"})], records=3000)
    found = depths(made)
    assert 6 < max(found) < 40
    assert 4 < sum(found) / len(found) < 15
    widths = Counter(item["parent"] for item in made if "parent" in item)
    assert max(widths.values()) < 200


@pytest.mark.parametrize("most", [2, 3, 6])
def test_trees_are_no_deeper_than_hints_say(most: int) -> None:
    populate = [{**note(title="root"), "share": 0.01}, note(parent={"any": "note", "depth": most})]
    assert max(depths(notes(populate, records=2000))) == most


# -- changes -----------------------------------------------------------------------------------------------------------


def test_changes_renew_times_and_counters() -> None:
    populate = [note(title="old", body=0), {"change": "note", "share": 0.5, "values": {"title": "new"}}]
    made = notes(populate, records=200)
    changed = [item for item in made if item["title"] == "new"]
    assert 50 < len(changed) < 100
    assert sum(item["version"] - 1 for item in made) == 100
    assert all(item["updatedAt"] > item["createdAt"] for item in changed)
    assert all(item["updatedAt"] == item["createdAt"] and item["version"] == 1 for item in made if item not in changed)
    assert all(time(item["updatedAt"]) < NOW for item in made)


def test_changes_concern_the_records_that_meet_their_conditions_at_that_time() -> None:
    populate = [
        note(title="open"),
        {"change": "note", "share": 0.4, "where": {"title": "open"}, "values": {"title": "done"}},
        {"change": "note", "share": 0.2, "where": {"title": "done"}, "values": {"title": "open", "body": "again"}},
    ]
    made = notes(populate, records=1000)
    counts = Counter((item["title"], item["version"] % 2) for item in made)
    assert set(counts) == {("open", 1), ("done", 0)}  # each change leads from the one to the other
    assert counts["done", 0] == 200


def test_index_follows_changes() -> None:
    populate = [note(title="x"), {"change": "note", "share": 3, "values": {"parent": {"any": "note"}}}]
    raw = document({"populate": populate})
    children = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}
    children["x-atlasgen"] = {"derive": {"inverse": "note", "by": "parent"}}
    raw["components"]["schemas"]["Note"]["properties"]["children"] = children
    world = Environment(Emulator(plan(normalise(raw, where="n"), name="notes", where="n")), records=50).world
    for id in world.ids("notes.note"):
        listed = set(world.listed("notes.note", ("parent",), id))
        assert listed == {item for item in world.ids("notes.note") if world.get("notes.note", item).get("parent") == id}  # type: ignore[union-attr]  # it is there


# -- seeds -------------------------------------------------------------------------------------------------------------

EVERYTHING = [
    {"resource": "person", "share": 0.1, "values": {"name": {"phrase": [["Ann", "Bo", "Cy"], ["Day", "Eck"]]}}},
    note(
        title={"phrase": [["a", "b"], ["c", "d"]], "unique": True},
        author={"any": "person", "skew": 1, "chance": 0.8},
        body={"n": {"between": [0, 9]}, "t": {"moment": {"after": "made"}}, "s": {"some": ["x", "y", "z"]}},
    ),
    note(parent={"any": "note", "depth": 4}),
    {"change": "note", "share": 0.5, "values": {"title": {"one": ["e", "f"]}}},
]


def test_worlds_hang_on_their_seed_alone() -> None:
    digests = [opened(EVERYTHING, seed=seed).digest() for seed in (0, 1, 2, 0)]
    assert digests[0] == digests[3]
    assert len(set(digests)) == 3


def test_seeds_differ_in_ids_order_and_texts() -> None:
    one, two = (notes(EVERYTHING, seed=seed) for seed in (0, 1))
    assert not {item["id"] for item in one} & {item["id"] for item in two}
    assert [item.get("title") for item in one] != [item.get("title") for item in two]
    assert [item.get("body") for item in one] != [item.get("body") for item in two]


def test_people_that_are_made_alike_are_the_same_in_two_apis() -> None:
    names = []
    for name in ("notes", "other"):
        world = opened(EVERYTHING, name=name).world
        names.append([world.get(f"{name}.person", id)["name"] for id in world.ids(f"{name}.person")])  # type: ignore[index]
    assert names[0] == names[1]
    assert len(names[0]) > 10


# -- hints that are wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "place", "what"),
    [
        ({"one": []}, "/one", "nothing to choose"),
        ({"one": ["a"], "skew": 9}, "/skew", "whole number"),
        ({"one": ["a"], "skew": 1.5}, "/skew", "whole number"),
        ({"one": ["a"], "chance": 0}, "/chance", "share"),
        ({"one": ["a"], "chance": "x"}, "/chance", "share"),
        ({"one": ["a"], "join": ""}, "/join", "not a hint"),
        ({"one": ["a"], "some": ["a"]}, "", "exactly one"),
        ({"one": ["a"], "chanse": 1}, "/chanse", "`chanse`"),
        ({"between": [2, 1]}, "/between", "two numbers"),
        ({"between": [1]}, "/between", "two numbers"),
        ({"between": [None, 2]}, "/between", "two numbers"),
        ({"between": ["a", True]}, "/between", "two numbers"),
        ({"several": "a", "times": [0, 10**9]}, "/times", "whole numbers"),
        ({"several": "a", "times": [0.5, 1]}, "/times", "whole numbers"),
        ({"several": {"several": "a", "times": [1, 200]}, "times": [1, 200]}, "/times", "values in one record"),
        ({"several": "a", "unique": 1}, "/unique", "true or false"),
        ({"phrase": [5]}, "/phrase/0", "must be text"),
        ({"phrase": [[{"a": 1}]]}, "/phrase/0/0", "must be text"),
        ({"phrase": 5}, "/phrase", "must be a list"),
        ({"moment": {}}, "/moment", "says nothing"),
        ({"moment": 5}, "/moment", "must be an object"),
        ({"moment": {"after": "made", "within": "soon"}}, "/moment/within", "length of time"),
        ({"moment": {"after": "made", "within": "-3d"}}, "/moment/within", "length of time"),
        ({"moment": {"after": [5]}}, "/moment/after", "must be text"),
        ({"moment": {"after": "made", "as": "tiem"}}, "/moment/as", "time, date"),
        ({"any": "person", "depth": 2}, "/depth", "own sort"),
        ({"x": [{"any": "note", "depth": 2}]}, "/x/0/depth", "own sort"),
        ({"x": [{"any": "nota"}]}, "/x/0/any", "did you mean `note`"),
    ],
)
def test_maker_of_a_wrong_form_is_told_with_its_place(value: Any, place: str, what: str) -> None:
    with pytest.raises(AtlasgenError, match=what) as caught:
        opened([note(body=value)])
    assert any(problem.where.endswith("/populate/0/values/body" + place) for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("world", "what"),
    [
        ({"span": "0d"}, "length of time"),
        ({"span": 5}, "length of time"),
        ({"span": "999999999w"}, "length of time"),
        ({"populate": [{"change": "nota"}]}, "`note`"),
        ({"populate": [{"change": "note", "resource": "note"}]}, "`resource`"),
        ({"populate": [{"resource": "note", "where": {}}]}, "`where`"),
        ({"populate": [{"resource": "note", "share": 1e999}]}, "above 0"),
    ],
)
def test_population_of_a_wrong_form_is_told(world: Any, what: str) -> None:
    with pytest.raises(AtlasgenError, match=what):
        plan(normalise(document(world), where="n"), name="notes", where="n")


def test_plan_keeps_every_maker() -> None:
    raw = document({"populate": EVERYTHING})
    made = plan(normalise(raw, where="n"), name="notes", where="n")
    assert type(made).from_json(json.loads(json.dumps(made.to_json()))) == made
