"""A small document without hints, end to end: what each archetype does, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import atlasgen
from atlasgen.jsonvalue import detach
from atlasgen.plan.compose import plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.spec.load import read_openapi
from atlasgen.spec.normalise import normalise

PETS = Path(__file__).parent / "pets.yaml"
BELOW = ("ownerId", "petId")


@pytest.fixture
def pets() -> Environment:
    return atlasgen.load(PETS, records=0)


def made(pets: Environment, **body: Any) -> Any:
    reply = pets.call("createPet", {"body": {"name": "Rex", **body}})
    assert reply.status == 201
    return reply.json()


def owner(pets: Environment, name: str = "Zoe") -> int:
    id = pets.call("createOwner", {"body": {"name": name}}).json()["id"]
    assert isinstance(id, int)
    return id


def shown(pets: Environment, id: int) -> Any:
    return pets.call("getPet", {"petId": id}).json()


def names(pets: Environment, tool: str = "listPets", **arguments: Any) -> list[str]:
    return [pet["name"] for pet in pets.call(tool, arguments).json()]


def test_archetypes_are_found_without_hints(pets: Environment) -> None:
    found = {operation.tool: operation.archetype for operation in pets.emulators[0].plan.operations}
    assert found == {
        "listPets": "list", "createPet": "create", "getPet": "get", "replacePet": "update", "changePet": "patch",
        "deletePet": "delete", "listOwnersPets": "list", "addOwnersPet": "create",
        "getOwner": "get", "createOwner": "create",
    }  # fmt: skip


def test_created_record_is_read_back_whole(pets: Environment) -> None:
    body = {"name": "Rex", "status": "sold", "tag": {"id": 3, "color": "red"}, "extra": [{"a": [1.5]}]}
    pet = made(pets, **body)
    assert pet == {"id": pet["id"], **body}
    assert shown(pets, pet["id"]) == pet


def test_a_read_only_id_in_a_body_is_not_the_id(pets: Environment) -> None:
    assert made(pets, id=7)["id"] != 7


def test_patch_changes_what_it_names_and_nothing_else(pets: Environment) -> None:
    pet = made(pets, status="here", tag={"color": "red"})
    reply = pets.call("changePet", {"petId": pet["id"], "body": {"status": "sold"}})
    assert reply.json() == {**pet, "status": "sold"}
    assert shown(pets, pet["id"]) == {**pet, "status": "sold"}


def test_null_is_stored_and_is_not_absence(pets: Environment) -> None:
    pet = made(pets, status="here")
    pets.call("changePet", {"petId": pet["id"], "body": {"status": None}})
    assert shown(pets, pet["id"])["status"] is None


def test_update_keeps_the_id(pets: Environment) -> None:
    pet = made(pets)
    reply = pets.call("replacePet", {"petId": pet["id"], "body": {"id": 5, "name": "Max"}})
    assert (reply.json()["id"], reply.json()["name"]) == (pet["id"], "Max")
    assert pets.call("getPet", {"petId": 5}).status == 404


def test_deleted_record_is_not_found_and_not_listed(pets: Environment) -> None:
    gone, kept = made(pets, name="Gone"), made(pets, name="Kept")
    reply = pets.call("deletePet", {"petId": gone["id"]})
    assert (reply.status, reply.content, reply.json()) == (204, b"", None)
    assert pets.call("getPet", {"petId": gone["id"]}).status == 404
    assert pets.call("deletePet", {"petId": gone["id"]}).status == 404
    assert names(pets) == ["Kept"]
    assert shown(pets, kept["id"]) == kept


def test_created_and_deleted_record_leaves_no_diff(pets: Environment) -> None:
    pets.call("deletePet", {"petId": made(pets)["id"]})
    assert pets.diff() == ()


def test_ids_of_deleted_records_are_not_given_again(pets: Environment) -> None:
    first = made(pets)["id"]
    pets.call("deletePet", {"petId": first})
    assert made(pets)["id"] != first


def test_list_is_in_order_of_creation(pets: Environment) -> None:
    for name in "cab":
        made(pets, name=name)
    assert names(pets) == ["c", "a", "b"]


def test_list_filters_by_plain_fields_and_by_references(pets: Environment) -> None:
    zoe = owner(pets)
    made(pets, name="a", status="sold", ownerId=zoe)
    made(pets, name="b", status="here")
    assert names(pets, status="sold") == ["a"]
    assert names(pets, ownerId=zoe) == ["a"]
    assert names(pets, ownerId=str(zoe)) == ["a"]
    assert names(pets, status="sold", ownerId=zoe + 1) == []


@pytest.mark.parametrize("word", ["None", "ABSENT", "null"])
def test_filters_never_match_what_is_not_there(pets: Environment, word: str) -> None:
    made(pets, status=None)
    made(pets)
    assert names(pets, status=word) == []


def test_reference_to_no_record_is_refused(pets: Environment) -> None:
    reply = pets.call("createPet", {"body": {"name": "Rex", "ownerId": 1}})
    assert reply.status == 400
    assert [error["pointer"] for error in reply.json()["errors"]] == ["/body/ownerId"]


def test_record_created_below_another_belongs_to_it(pets: Environment) -> None:
    zoe, max_ = owner(pets), owner(pets, "Max")
    pet = pets.call("addOwnersPet", {"ownerId": zoe, "body": {"name": "Rex"}}).json()
    assert pet["ownerId"] == zoe
    assert shown(pets, pet["id"]) == pet
    assert names(pets, "listOwnersPets", ownerId=zoe) == ["Rex"]
    assert names(pets, "listOwnersPets", ownerId=max_) == []


def test_list_below_a_record_that_does_not_exist_is_not_found(pets: Environment) -> None:
    assert pets.call("listOwnersPets", {"ownerId": 1}).status == 404
    assert pets.call("addOwnersPet", {"ownerId": 1, "body": {"name": "Rex"}}).status == 404


@pytest.mark.parametrize("text", ["12x", "", "0x10", "1e3", "1_0", " 10", "10 ", "+10", "٣"])
def test_number_in_a_path_must_be_written_in_plain_digits(pets: Environment, text: str) -> None:
    reply = pets.call("getPet", {"petId": text})
    assert reply.status == 400


def test_client_chosen_id_is_not_taken_twice(tmp_path: Path) -> None:
    text = PETS.read_text().replace("id: &id {type: integer, readOnly: true}", "id: &id {type: integer}")
    document = tmp_path / "pets.yaml"
    document.write_text(text)
    pets = atlasgen.load(document)
    free = made(pets)["id"] + 1
    assert made(pets, id=free)["id"] == free
    assert pets.call("createPet", {"body": {"name": "Again", "id": free}}).status == 409
    counted = made(pets, name="Counted")["id"]
    assert counted not in (free, free - 1)
    assert shown(pets, free)["name"] == "Rex"
    assert pets.call("replacePet", {"petId": free, "body": {"name": "Max", "id": 9}}).json()["id"] == free


def test_body_without_members_is_no_failure_of_ours(tmp_path: Path) -> None:
    document = tmp_path / "pets.yaml"
    document.write_text(
        PETS.read_text().replace("    Pet:\n      type: object\n      required: [name]\n", "    Pet:\n")
    )
    pets = atlasgen.load(document)
    for body in (1.5, [], "text", None, [{"name": "Rex"}]):
        assert pets.call("createPet", {"body": body}).status == 201


def with_changes(change: Callable[[Any], None]) -> Environment:
    document: Any = detach(read_openapi(PETS))
    change(document)
    return Environment(Emulator(plan(normalise(document, where="pets"), name="pets", where="pets")))


def test_record_below_another_is_found_below_that_one_alone() -> None:
    def change(document: Any) -> None:
        names = [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}} for name in BELOW]
        one = document["paths"]["/pets/{petId}"]
        below = {"get": {"operationId": "getOwnersPet", "responses": one["get"]["responses"]}}
        gone = {"delete": {"operationId": "dropOwnersPet", "responses": {"204": {}}}}
        document["paths"]["/owners/{ownerId}/pets/{petId}"] = {"parameters": names, **below, **gone}

    pets = with_changes(change)
    zoe, max_ = owner(pets), owner(pets, "Max")
    id = made(pets, ownerId=zoe)["id"]
    for tool, ok in (("getOwnersPet", 200), ("dropOwnersPet", 204)):
        assert pets.call(tool, {"ownerId": max_, "petId": id}).status == 404
        assert pets.call(tool, {"ownerId": 1, "petId": id}).status == 404
        assert pets.call(tool, {"ownerId": zoe, "petId": id}).status == ok


def test_lists_of_references_are_checked_one_by_one() -> None:
    def change(document: Any) -> None:
        ids = {"type": "array", "items": {"type": "integer"}}
        document["components"]["schemas"]["Pet"]["properties"]["ownerIds"] = ids

    pets = with_changes(change)
    zoe, max_ = owner(pets), owner(pets, "Max")
    for ids in ([], [zoe], [max_, zoe]):
        assert made(pets, ownerIds=ids)["ownerIds"] == ids
    for ids in ([1], [zoe, 1]):
        reply = pets.call("createPet", {"body": {"name": "Rex", "ownerIds": ids}})
        assert [error["pointer"] for error in reply.json()["errors"]] == ["/body/ownerIds"]
