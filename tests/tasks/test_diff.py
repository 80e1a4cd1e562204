from __future__ import annotations

from typing import Any

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.model import Path
from atlasgen.runtime.world import Change
from atlasgen.tasks.diff import Comparison, compare
from atlasgen.tasks.task import Target

WRITTEN: tuple[Path, ...] = (("name",), ("size",))


def different(collection: str, path: Path, expected: Any, found: Any) -> bool:
    return False


def created(id: str, document: JsonObject, *, collection: str = "things") -> Change:
    return Change(collection, id, None, document)


def wanted(
    id: str, document: JsonObject, *, written: tuple[Path, ...] = WRITTEN, links: tuple[Path, ...] = ()
) -> Target:
    return Target(created(id, document), written, links)


def compared(targets: list[Target], diff: list[Change]) -> Comparison:
    return compare(targets, diff, different, frozenset())


def test_created_record_is_exact_under_any_id() -> None:
    found = compared([wanted("1", {"name": "a", "size": 2})], [created("9", {"name": "a", "size": 2})])
    assert found.exact
    assert found.credit == 1


def test_credit_is_given_for_each_field() -> None:
    found = compared([wanted("1", {"name": "a", "size": 2})], [created("9", {"name": "a", "size": 3})])
    assert not found.exact
    assert found.credit == 0.5
    assert [gap.path for gap in found.matches[0].gaps] == [("size",)]


def test_unasked_field_costs_credit() -> None:
    target = wanted("1", {"name": "a", "size": 2, "note": None})
    found = compared([target], [created("9", {"name": "a", "size": 2, "note": "b"})])
    assert not found.exact
    assert found.credit == 2 / 3


def test_second_record_is_collateral_and_the_nearest_is_paired() -> None:
    near, far = created("8", {"name": "a", "size": 2}), created("7", {"name": "b", "size": 3})
    found = compared([wanted("1", {"name": "a", "size": 2})], [far, near])
    assert found.collateral == (far,)
    assert found.matches[0].change is near
    assert not found.exact


def test_best_assignment_is_not_the_first() -> None:
    targets = [wanted("1", {"name": "a", "size": 1}), wanted("2", {"name": "a", "size": 2})]
    diff = [created("8", {"name": "a", "size": 2}), created("9", {"name": "a", "size": 1})]
    assert compared(targets, diff).exact


def test_references_to_created_records_are_renamed() -> None:
    link: tuple[Path, ...] = (("above",),)
    targets = [wanted("1", {"name": "a"}), wanted("2", {"name": "b", "above": "1"}, links=link)]
    assert compared(targets, [created("5", {"name": "b", "above": "4"}), created("4", {"name": "a"})]).exact
    crossed = compared(targets, [created("5", {"name": "b", "above": "5"}), created("4", {"name": "a"})])
    assert not crossed.exact


def test_references_that_are_numbers_are_renamed_as_well() -> None:
    link: tuple[Path, ...] = (("above",), ("beside",))
    targets = [wanted("1", {"name": "a"}), wanted("2", {"name": "b", "above": 1, "beside": [1, 7]}, links=link)]

    def exact(above: Any, beside: Any) -> bool:
        diff = [created("5", {"name": "b", "above": above, "beside": beside}), created("4", {"name": "a"})]
        return compared(targets, diff).exact

    assert exact(4, [4, 7])
    assert not exact(1, [4, 7])
    assert not exact(4, [1, 7])


def test_twins_are_told_apart_by_what_refers_to_them() -> None:
    link: tuple[Path, ...] = (("above",),)
    targets = [
        wanted("1", {"name": "a"}),
        wanted("2", {"name": "a"}),
        wanted("3", {"name": "b", "above": "2"}, links=link),
    ]
    diff = [created("7", {"name": "a"}), created("8", {"name": "a"}), created("9", {"name": "b", "above": "7"})]
    assert compared(targets, diff).exact


def test_record_of_another_collection_is_no_partner() -> None:
    found = compared([wanted("1", {"name": "a"})], [created("1", {"name": "a"}, collection="others")])
    assert found.matches[0].change is None
    assert len(found.collateral) == 1


def test_changed_record_is_compared_by_id() -> None:
    target = Target(Change("things", "1", {"name": "a"}, {"name": "b"}), (("name",),))
    assert compared([target], [Change("things", "1", {"name": "a"}, {"name": "b"})]).exact
    other = compared([target], [Change("things", "2", {"name": "a"}, {"name": "b"})])
    assert other.credit == 0
    assert len(other.collateral) == 1


def test_changed_and_created_records_are_told_apart_in_any_order() -> None:
    change = Change("things", "1", {"name": "a"}, {"name": "b"})
    target = Target(change, (("name",),))
    for targets in ([target, wanted("2", {"name": "c"})], [wanted("2", {"name": "c"}), target]):
        found = compared(targets, [created("9", {"name": "c"}), change])
        assert found.exact
        assert [match.target for match in found.matches] == targets


def test_record_that_was_not_created_earns_nothing() -> None:
    targets = [wanted("1", {"name": "a", "size": 1}), wanted("2", {"name": "b", "size": 2})]
    found = compared(targets, [created("9", {"name": "a", "size": 1})])
    assert [match.credit for match in found.matches] == [1, 0]
    assert found.credit == 0.5
    assert [match.credit for match in compared(targets, []).matches] == [0, 0]


def test_deleted_record_must_be_gone() -> None:
    target = Target(Change("things", "1", {"name": "a"}, None), ())
    assert compared([target], [Change("things", "1", {"name": "a"}, None)]).exact
    assert not compared([target], [Change("things", "1", {"name": "a"}, {"name": "b"})]).exact
    assert not compared([target], []).exact


def test_fields_that_mean_the_same_are_no_gaps() -> None:
    targets = [wanted("1", {"name": "a", "size": 2})]
    found = compare(targets, [created("9", {"name": "A", "size": 2})], lambda *_: True, frozenset())
    assert found.exact


def test_many_records_are_paired_in_bounded_time() -> None:
    targets = [wanted(str(number), {"name": str(number), "size": number}) for number in range(5)]
    diff = [created(f"x{number}", {"name": str(number), "size": number}) for number in reversed(range(60))]
    found = compared(targets, diff)
    assert found.credit == 1
    assert len(found.collateral) == 55


def test_address_of_a_created_record_follows_its_id() -> None:
    links: tuple[Path, ...] = (("url",),)
    targets = [
        wanted("12", {"name": "a", "size": 2}),
        Target(created("20", {"url": "/things/12/view"}, collection="links"), links, links),
    ]

    def found(url: str) -> Comparison:
        made = created("13", {"name": "a", "size": 2})
        return compared(targets, [made, created("21", {"url": url}, collection="links")])

    assert found("/things/13/view").exact
    assert not found("/things/12/view").exact
    assert not found("/things/130/view").exact
    assert not found("/things/13/edit").exact
