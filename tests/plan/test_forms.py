"""What is understood of forms, of schemas by their names and of lists below a record, in a document without a hint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atlasgen.plan.kinship import stem
from atlasgen.plan.model import Plan, Reference, Write
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.verification.verify import verify

PLAN: Plan = plan_of(Path(__file__).with_name("forms.yaml"))


@pytest.fixture
def fleet() -> Environment:
    return Environment(Emulator(PLAN))


def done(environment: Environment, tool: str, **arguments: Any) -> Any:
    reply = environment.call(tool, arguments)
    assert reply.ok, (tool, reply)
    return reply.json()


def test_all_of_it_is_of_class_a() -> None:
    report = verify(Emulator(PLAN), seeds=2)
    assert [(item.id, item.why) for item in report.verdicts if item.behaviour != "A"] == []
    assert report.totals["schema_valid"] == len(report.verdicts)


def test_place_is_the_same_whatever_its_parameters_are_called() -> None:
    made = next(item for item in PLAN.operations if item.path == "/cars/{id}/trips" and item.method == "post")
    assert (made.archetype, made.resource, made.scope) == ("create", "trip", {"id": ("_car",)})


@pytest.mark.parametrize("tool", ["searchCars", "listFree"])
def test_schema_that_is_called_after_a_record_at_its_end_or_beginning_shows_it(tool: str, fleet: Environment) -> None:
    assert PLAN.operation(tool).resource == "car"
    made = done(fleet, "createCar", body={"Name": "Swift"})
    assert {"id": made["id"], "name": "Swift"}.items() <= done(fleet, tool)[-1].items()


@pytest.mark.parametrize(
    ("name", "resource"), [("PriorityWithSequence", "priority"), ("WithName", "withname"), ("FormOfName", "form")]
)
def test_stem_ends_before_a_word_that_tells_what_else_is_shown(name: str, resource: str) -> None:
    assert stem(name) == resource


def test_names_of_forms_lead_to_what_is_read() -> None:
    assert PLAN.operation("createCar").writes == (
        Write(("Name",), ("name",)),
        Write(("Level",), ("level",)),
        Write(("Seat",), ("seats",)),
        Write(("Radio.Station",), ("radio", "station")),
        Write(("Marks",), ("marks",), key="gid", wrap="display_value"),
    )


def test_object_of_names_and_values_is_read_as_a_list(fleet: Environment) -> None:
    made = done(fleet, "createCar", body={"Marks": {"7": "new", "8": "old"}, "Radio.Station": "One"})
    assert made["marks"] == [{"gid": "7", "display_value": "new"}, {"gid": "8", "display_value": "old"}]
    assert made["radio"] == {"station": "One"}


def test_list_below_a_record_holds_what_names_that_record(fleet: Environment) -> None:
    assert PLAN.operation("listRepairs").scope == {"id": ("carId",)}
    assert PLAN.operation("createRepair").writes[0] == Write(("carId",), ("carId",), Reference("car"), required=True)
    first, second = (item["id"] for item in done(fleet, "listCars")[:2])
    made = done(fleet, "createRepair", body={"carId": first, "work": "Brakes"})
    assert made in done(fleet, "listRepairs", id=first)
    assert made not in done(fleet, "listRepairs", id=second)


def test_word_that_readers_do_not_know_is_about_something_else(fleet: Environment) -> None:
    assert PLAN.operation("putLabel").writes == (Write(("id",), ("id",), required=True),)
    car = done(fleet, "listCars")[0]["id"]
    done(fleet, "putLabel", id=car, body={"id": "red", "stage": "draft"})
    assert done(fleet, "getLabel", id=car)["id"] == "red"


def test_what_there_is_one_of_is_reset(fleet: Environment) -> None:
    assert (PLAN.operation("resetLabel").archetype, PLAN.operation("resetLabel").single) == ("action", True)
    first, second = (item["id"] for item in done(fleet, "listCars")[:2])
    for car in (first, second):
        done(fleet, "putLabel", id=car, body={"id": "red", "stage": "draft"})
    done(fleet, "resetLabel", id=first, body={})
    assert "id" not in done(fleet, "getLabel", id=first)
    assert done(fleet, "getLabel", id=second)["id"] == "red"
