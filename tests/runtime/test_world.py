"""Worlds: layers, transactions, aliases, indexes, diff and digest, against a plain dictionary as the model."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlasgen.runtime.documents import ABSENT, at, with_value, without
from atlasgen.runtime.world import Collection, Layer, World

BOOKS = Collection("l.book", aliases=("name",), indexes=(("shelf",), ("tags",)), stamped=(("id",), ("meta", "at")))
COLLECTIONS = {BOOKS.name: BOOKS, "l.other": Collection("l.other")}


def book(id: str, **values: Any) -> Any:
    return {"id": id, **values}


def layer_of(*books: Any, below: Layer | None = None) -> Layer:
    """Return a layer that holds some books, made as tasks make theirs: by writing to a world."""
    world = World(COLLECTIONS, below or Layer(seed=1))
    for item in books:
        world.put(BOOKS.name, item["id"], item)
    return world.changes.seal()


@pytest.fixture
def world() -> World:
    base = layer_of(book("1", name="A", shelf="x", tags=["t"]), book("2", name="B", shelf="x"), book("3", shelf="y"))
    return World(COLLECTIONS, base)


def listed(world: World, value: str, path: str = "shelf") -> list[str]:
    return list(world.listed(BOOKS.name, (path,), value))


def seen(world: World) -> tuple[Any, ...]:
    """Return all that a world answers: records in order, aliases, indexes, diff, digest."""
    return (
        [(name, list(table)) for name, table in world.export().items() if isinstance(table, dict) and table],
        {key: value for key, value in world.export().items() if value},
        [world.find(BOOKS.name, "name", text) for text in "ABCD"],
        [listed(world, value) for value in "xyz"],
        [listed(world, value, "tags") for value in "tu"],
        world.diff(),
        world.digest(),
    )


def test_task_layer_adds_replaces_and_takes_away(world: World) -> None:
    world.put(BOOKS.name, "4", book("4", name="D", shelf="x"))
    world.put(BOOKS.name, "2", book("2", name="C", shelf="y"))
    world.remove(BOOKS.name, "1")
    world.reset(world.base, world.changes.seal())
    assert list(world.ids(BOOKS.name)) == ["2", "3", "4"]
    assert world.get(BOOKS.name, "1") is None
    assert world.get(BOOKS.name, "2") == book("2", name="C", shelf="y")
    assert [world.find(BOOKS.name, "name", text) for text in "ABCD"] == [None, None, "2", "4"]
    assert (listed(world, "x"), listed(world, "y")) == (["4"], ["2", "3"])
    assert world.diff() == ()


def test_change_is_seen_by_all_ways_of_reading(world: World) -> None:
    world.put(BOOKS.name, "1", book("1", name="D", shelf="y", tags=["u"]))
    assert world.find(BOOKS.name, "name", "A") is None
    assert world.find(BOOKS.name, "name", "D") == "1"
    assert (listed(world, "x"), sorted(listed(world, "y"))) == (["2"], ["1", "3"])
    assert (listed(world, "t", "tags"), listed(world, "u", "tags")) == ([], ["1"])
    assert list(world.ids(BOOKS.name)) == ["1", "2", "3"]


def test_removed_record_is_gone_from_all_ways_of_reading(world: World) -> None:
    world.remove(BOOKS.name, "1")
    assert world.get(BOOKS.name, "1") is None
    assert world.find(BOOKS.name, "name", "A") is None
    assert listed(world, "x") == ["2"]
    assert list(world.ids(BOOKS.name)) == ["2", "3"]


def test_nothing_written_reaches_the_base(world: World) -> None:
    base, before = world.base, world.base.digest
    world.put(BOOKS.name, "1", book("1", name="Z"))
    world.remove(BOOKS.name, "2")
    world.next("l.book", 5)
    assert base.seal().digest == before
    other = World(COLLECTIONS, base)
    assert other.get(BOOKS.name, "1") == book("1", name="A", shelf="x", tags=["t"])
    assert listed(other, "x") == ["1", "2"]


def test_rollback_brings_back_an_alias_that_the_call_took_over(world: World) -> None:
    world.begin()
    world.put(BOOKS.name, "9", book("9", name="A"))
    world.rollback()
    assert world.find(BOOKS.name, "name", "A") == "1"


def test_rollback_leaves_no_trace_in_the_order_of_lists(world: World) -> None:
    world.begin()
    world.put(BOOKS.name, "9", book("9", shelf="x"))
    world.rollback()
    world.put(BOOKS.name, "8", book("8", shelf="x"))
    world.put(BOOKS.name, "9", book("9", shelf="x"))
    assert listed(world, "x") == ["1", "2", "8", "9"]


def test_lists_are_in_the_order_in_which_records_were_made_whatever_happens_to_them(world: World) -> None:
    world.put(BOOKS.name, "5", book("5", shelf="z"))
    world.put(BOOKS.name, "4", book("4", shelf="z"))
    world.reset(world.base, world.changes.seal())
    for id in ("8", "7", "6"):
        world.put(BOOKS.name, id, book(id, shelf="z"))
    for id in ("6", "4", "7", "3", "1", "8", "5"):
        world.put(BOOKS.name, id, book(id, shelf="x"))
    world.put(BOOKS.name, "2", book("2", shelf="y"))
    assert listed(world, "x") == ["1", "3", "5", "4", "8", "7", "6"]
    assert list(world.ids(BOOKS.name)) == ["1", "2", "3", "5", "4", "8", "7", "6"]
    for value in "xyz":
        newest = list(world.listed(BOOKS.name, ("shelf",), value, newest_first=True))
        assert newest == listed(world, value)[::-1]
    places = [world.position(BOOKS.name)(id) for id in world.ids(BOOKS.name)]
    assert places == sorted(set(places))


def test_times_that_go_back_anywhere_do_not_rise(world: World) -> None:
    def rises() -> bool:
        return world.rises(BOOKS.name, ("meta", "at"), lambda value: value if isinstance(value, int) else None)

    assert not rises()  # nothing stands there
    world = World(COLLECTIONS, layer_of(*(book(id, shelf="x", meta={"at": int(id)}) for id in "1224")))
    assert rises()
    world.put(BOOKS.name, "1", book("1", shelf="y", meta={"at": 1}))
    world.put(BOOKS.name, "5", book("5", shelf="y", meta={"at": 4}))
    world.reset(world.base, world.changes.seal())
    world.put(BOOKS.name, "5", book("5", shelf="x", meta={"at": 4}))
    world.remove(BOOKS.name, "2")
    world.put(BOOKS.name, "6", book("6", meta={"at": 6}))
    assert rises()
    for id, when in (("1", 2), ("5", 5), ("7", 5), ("7", None)):
        world.begin()
        world.put(BOOKS.name, id, book(id, meta={"at": when}))
        assert not rises()
        world.rollback()
    assert rises()
    backward = layer_of(*(book(id, meta={"at": -int(id)}) for id in "123"))
    assert not World(COLLECTIONS, backward).rises(BOOKS.name, ("meta", "at"), lambda value: float(value))


def test_a_base_lists_records_in_the_order_in_which_they_were_made() -> None:
    world = World(COLLECTIONS, Layer(seed=1))
    for id in "123":
        world.put(BOOKS.name, id, book(id, shelf="z"))
    for id in "312":
        world.put(BOOKS.name, id, book(id, shelf="x"))
    assert listed(World(COLLECTIONS, world.changes.seal()), "x") == ["1", "2", "3"]


def test_rollback_undoes_many_writes_to_one_record(world: World) -> None:
    before = seen(world)
    world.begin()
    world.put(BOOKS.name, "1", book("1", name="B", shelf="y"))
    world.remove(BOOKS.name, "1")
    world.put(BOOKS.name, "1", book("1", name="C", shelf="z", tags=["t", "u"]))
    world.put(BOOKS.name, "5", book("5", name="A", shelf="x"))
    world.next("l.book", 10)
    world.rollback()
    assert seen(world) == before
    assert world.writes == []
    assert world.next("l.book", 10) == 10


def test_clock_ticks_only_for_calls_that_changed_something(world: World) -> None:
    begin = world.seconds
    world.begin()
    world.commit()
    assert world.seconds == begin
    world.begin()
    world.put(BOOKS.name, "1", book("1"))
    world.commit()
    assert world.seconds == begin + 1
    world.begin()
    world.remove(BOOKS.name, "1")
    world.rollback()
    world.commit()
    assert world.seconds == begin + 1


def test_diff_leaves_out_what_the_service_stamps(world: World) -> None:
    world.put(BOOKS.name, "3", book("3", shelf="y", meta={"at": 5}))
    (change,) = world.diff()
    assert (change.before, change.after) == ({"shelf": "y"}, {"shelf": "y", "meta": {}})
    world.put(BOOKS.name, "3", {"id": "other", "shelf": "y"})
    assert world.diff() == ()


def test_created_record_of_stamped_members_alone_is_in_the_diff(world: World) -> None:
    world.put(BOOKS.name, "7", book("7"))
    assert [(change.id, change.before, change.after) for change in world.diff()] == [("7", None, {})]
    world.remove(BOOKS.name, "7")
    assert world.diff() == ()


def test_digest_tells_apart_records_ids_clock_seed_and_layer(world: World) -> None:
    digests = [world.digest()]
    world.next("l.book", 1)
    digests.append(world.digest())
    world.put(BOOKS.name, "3", book("3", shelf="z"))
    digests.append(world.digest())
    world.commit()
    digests.append(world.digest())
    digests.append(World(COLLECTIONS, world.base, layer_of(book("4"))).digest())
    digests.append(World(COLLECTIONS, Layer(seed=2).seal()).digest())
    digests.append(World(COLLECTIONS, Layer(seed=3).seal()).digest())
    assert len(set(digests)) == len(digests)


def test_record_put_back_as_it_was_leaves_the_digest(world: World) -> None:
    before = world.digest()
    original = world.get(BOOKS.name, "3")
    world.put(BOOKS.name, "3", book("3", shelf="q"))
    assert world.digest() != before
    assert original is not None
    world.put(BOOKS.name, "3", original)
    assert world.digest() == before


def test_sequences_go_on_where_the_layer_below_stopped() -> None:
    base = Layer(counters={"n": 7}).seal()
    world = World({}, base)
    assert (world.next("n", 1), world.next("n", 1), world.next("m", 5)) == (8, 9, 5)
    world.reset(base, Layer(counters={"n": 20}).seal())
    assert world.next("n", 1) == 21


def test_export_shares_nothing_with_the_world(world: World) -> None:
    exported: Any = world.export()
    exported[BOOKS.name]["1"]["tags"].append("mangled")
    assert world.get(BOOKS.name, "1") == book("1", name="A", shelf="x", tags=["t"])


ID = st.sampled_from("123456")
DOCUMENT = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from("ABCD"),
        "shelf": st.sampled_from(["x", "y", None]),
        "tags": st.lists(st.sampled_from("tu"), max_size=2, unique=True),
    },
)
STEP = st.tuples(ID, st.none() | DOCUMENT)


@given(st.lists(st.tuples(st.booleans(), st.lists(STEP, max_size=3)), max_size=5), st.lists(STEP, max_size=4))
def test_world_agrees_with_a_dictionary_and_rollbacks_leave_no_trace(
    calls: list[tuple[bool, list[tuple[str, Any]]]], upper: list[tuple[str, Any]]
) -> None:
    base = layer_of(book("1", name="A", shelf="x", tags=["t"]), book("2", name="B", shelf="x"), book("3", shelf="y"))
    task = layer_of(*(book(id, **(document or {})) for id, document in upper), below=base)
    world, quiet = World(COLLECTIONS, base, task), World(COLLECTIONS, base, task)
    model = {id: document for layer in (base, task) for id, document in layer.tables.get(BOOKS.name, {}).items()}
    for kept, steps in calls:
        for one in (world, quiet) if kept else (world,):
            one.begin()
            for id, document in steps:
                if document is None:
                    one.remove(BOOKS.name, id)
                else:
                    one.put(BOOKS.name, id, book(id, **document))
            one.commit() if kept else one.rollback()
        for id, document in steps if kept else ():
            model[id] = None if document is None else book(id, **document)
    present: dict[str, Any] = {id: document for id, document in model.items() if document is not None}
    assert {id: world.get(BOOKS.name, id) for id in world.ids(BOOKS.name)} == present
    for shelf in "xy":
        assert sorted(listed(world, shelf)) == sorted(id for id, item in present.items() if item.get("shelf") == shelf)
    for tag in "tu":
        assert sorted(listed(world, tag, "tags")) == sorted(id for id in present if tag in present[id].get("tags", []))
    assert seen(world) == seen(quiet)


def test_parts_of_documents_are_found_set_and_left_out_without_changing_them() -> None:
    document: Any = {"a": {"b": 1}, "c": 2}
    assert at(document, ("a", "b")) == 1
    assert at(document, ("c", "b")) is ABSENT
    assert with_value(document, ("c", "d"), 5) == {"a": {"b": 1}, "c": {"d": 5}}
    assert with_value(document, ("a", "d"), 5) == {"a": {"b": 1, "d": 5}, "c": 2}
    assert without(document, [("a", "b"), ("c", "x"), ("nothing",)]) == {"a": {}, "c": 2}
    assert document == {"a": {"b": 1}, "c": 2}


def test_what_the_service_writes_by_itself_is_undone_in_its_indexes_too(world: World) -> None:
    before = listed(world, "x")
    world.put(BOOKS.name, "8", book("8", shelf="y"))
    assert listed(world, "y") == ["3", "8"]
    world.begin()
    world.put(BOOKS.name, "9", book("9", shelf="x"))
    world.writes.pop()  # as the history of a record is no write of the call
    assert listed(world, "x") == [*before, "9"]
    world.rollback()
    assert listed(world, "x") == before
    assert world.count(BOOKS.name, ("shelf",), "x") == len(before)


def test_refused_call_has_shown_nothing(world: World) -> None:
    world.begin()
    world.show(BOOKS.name, "1")
    world.rollback()
    assert world.reads == []


def test_task_adds_to_a_world_without_records(world: World) -> None:
    world.reset(Layer(seed=1).seal(), layer_of(book("1", shelf="x")))
    world.put(BOOKS.name, "2", book("2", shelf="x"))
    assert listed(world, "x") == ["1", "2"]
    assert list(world.listed(BOOKS.name, ("shelf",), "x", newest_first=True)) == ["2", "1"]


def test_order_of_a_world_without_records_does_not_hang_on_who_looked(world: World) -> None:
    orders = []
    for looks in (False, True):
        world.reset(Layer(seed=1).seal())
        world.put(BOOKS.name, "1", book("1", shelf="x"))
        world.put(BOOKS.name, "2", book("2", shelf="x"))
        assert not looks or listed(world, "x") == ["1", "2"]
        world.put(BOOKS.name, "1", book("1", shelf="y"))
        assert not looks or listed(world, "x") == ["2"]
        world.put(BOOKS.name, "1", book("1", shelf="x"))
        orders.append(listed(world, "x"))
    assert orders == [["1", "2"], ["1", "2"]]
