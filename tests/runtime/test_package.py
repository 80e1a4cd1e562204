"""Overrides: what a person may write, what is refused when the class is made, and that a call is one transaction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atlasgen.errors import ApiError, AtlasgenError, RolloutError
from atlasgen.jsonvalue import encode
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.package import OMITTED, Operations, load_plan, override

PLAN = plan_of(Path(__file__).parents[1] / "golden" / "pets.yaml")
REFUSED: Any = {"error": "no"}


class Pets(Operations, plan=PLAN):
    """What a build writes for `createPet`, `getPet`, `listPets` and `replacePet`."""

    def create_pet(self, *, body: Any) -> Any:
        return self.invoke("createPet", {"body": body})

    def get_pet(self, *, pet_id: int) -> Any:
        return self.invoke("getPet", {"petId": pet_id})

    def list_pets(self, *, status: Any = OMITTED, owner_id: int = OMITTED) -> Any:
        return self.invoke("listPets", {"status": status, "ownerId": owner_id})


def opened(operations: type[Operations]) -> Environment:
    return Environment(operations, records=0)


def named(environment: Environment, name: str) -> Any:
    return environment.call("createPet", {"body": {"name": name}})


def test_override_answers_in_place_of_the_generated_method() -> None:
    class Loud(Pets):
        @override
        def create_pet(self, *, body: Any) -> Any:
            return super().create_pet(body={**body, "name": body["name"].upper()})

    environment = opened(Loud)
    reply = named(environment, "rex")
    assert (reply.status, reply.json()["name"]) == (201, "REX")
    assert environment.call("getPet", {"petId": reply.json()["id"]}).json()["name"] == "REX"
    assert environment.calls[0].arguments == {"body": {"name": "rex"}}
    assert environment.calls[0].writes == (("pets.pet", str(reply.json()["id"])),)


def test_method_without_the_mark_is_no_override() -> None:
    class Quiet(Pets):
        def create_pet(self, *, body: Any) -> Any:
            raise AssertionError("not called")

    assert named(opened(Quiet), "rex").status == 201


def test_classes_and_plain_emulators_answer_alike() -> None:
    plain, bound = Environment(Pets.emulator, records=0), opened(Pets)
    assert named(plain, "rex") == named(bound, "rex")
    assert plain.digest() == bound.digest()


def test_super_validates_anew() -> None:
    class Careless(Pets):
        @override
        def create_pet(self, *, body: Any) -> Any:
            return super().create_pet(body={"name": 5, "ownerId": 1})

    environment = opened(Careless)
    before = environment.digest()
    reply = named(environment, "rex")
    assert reply.status == 400
    assert {error["pointer"] for error in reply.json()["errors"]} == {"/body/name", "/body/ownerId"}
    assert environment.digest() == before


def test_refusal_after_super_rolls_everything_back() -> None:
    class Strict(Pets):
        @override
        def create_pet(self, *, body: Any) -> Any:
            for _ in range(3):
                made = super().create_pet(body=body)
            if body["name"] == "rex":
                raise ApiError(409, REFUSED)
            return made

    environment = opened(Strict)
    before = environment.digest()
    reply = named(environment, "rex")
    assert (reply.status, reply.json()) == (409, REFUSED)
    assert (environment.digest(), environment.diff()) == (before, ())
    assert environment.calls[0].writes == ()
    other = opened(Strict)
    assert named(environment, "max") == named(other, "max")
    assert len(environment.calls[1].writes) == 3
    assert environment.digest() == other.digest()


def test_refusal_of_super_may_be_answered_otherwise() -> None:
    class Kind(Pets):
        @override
        def get_pet(self, *, pet_id: int) -> Any:
            try:
                return super().get_pet(pet_id=pet_id)
            except ApiError as error:
                raise ApiError(410, {"was": error.status}) from error

    reply = opened(Kind).call("getPet", {"petId": 1})
    assert (reply.status, reply.json()) == (410, {"was": 404})


def test_failure_of_an_override_is_no_answer_and_is_rolled_back() -> None:
    class Broken(Pets):
        @override
        def create_pet(self, *, body: Any) -> Any:
            super().create_pet(body=body)
            return 1 / 0

    environment = opened(Broken)
    before = environment.digest()
    with pytest.raises(RolloutError, match="ZeroDivisionError"):
        named(environment, "rex")
    assert environment.digest() == before


def test_answer_that_is_no_json_is_a_failure_and_is_rolled_back() -> None:
    class Broken(Pets):
        @override
        def create_pet(self, *, body: Any) -> Any:
            super().create_pet(body=body)
            return {"a": {1, 2}}

    environment = opened(Broken)
    before = environment.digest()
    with pytest.raises(RolloutError):
        named(environment, "rex")
    assert environment.digest() == before


def test_nothing_that_super_returns_belongs_to_the_world() -> None:
    class Messy(Pets):
        @override
        def get_pet(self, *, pet_id: int) -> Any:
            pet = super().get_pet(pet_id=pet_id)
            pet["extra"]["list"].append("mangled")
            pet["tag"] = "mangled"
            return pet

        @override
        def list_pets(self, *, status: Any = OMITTED, owner_id: int = OMITTED) -> Any:
            pets = super().list_pets(status=status, owner_id=owner_id)
            for pet in pets:
                pet.clear()
            return pets

    environment, body = opened(Messy), {"name": "rex", "extra": {"list": []}}
    id = environment.call("createPet", {"body": body}).json()["id"]
    before = environment.digest()
    for _ in range(2):
        assert environment.call("getPet", {"petId": id}).json()["extra"] == {"list": ["mangled"]}
        assert environment.call("listPets", {}).json() == [{}]
    assert environment.digest() == before


def test_changing_the_body_after_super_has_no_effect() -> None:
    class Late(Pets):
        @override
        def create_pet(self, *, body: Any) -> Any:
            extra = {"list": [1]}
            made = super().create_pet(body={**body, "extra": extra})
            extra["list"].append(2)
            return made

    environment = opened(Late)
    id = named(environment, "rex").json()["id"]
    assert environment.call("getPet", {"petId": id}).json()["extra"] == {"list": [1]}


@pytest.mark.parametrize(
    "arguments",
    [{}, {"body": {"name": "x"}, "more": 1}, {"more": 1}, {"body": None}, {"body": 5}, {"body": {}}],
    ids=json.dumps,
)
def test_arguments_that_the_method_could_not_take_are_refused_like_any(arguments: Any) -> None:
    class Same(Pets):
        @override
        def create_pet(self, *, body: Any) -> Any:
            return super().create_pet(body=body)

    plain = Environment(Pets.emulator, records=0)
    assert opened(Same).call("createPet", arguments) == plain.call("createPet", arguments)


def test_omitted_argument_is_not_null() -> None:
    seen: list[Any] = []

    class Curious(Pets):
        @override
        def list_pets(self, *, status: Any = OMITTED, owner_id: int = OMITTED) -> Any:
            seen.append((status, owner_id))
            return super().list_pets(status=status, owner_id=owner_id)

    environment = opened(Curious)
    assert environment.call("listPets", {}).status == 200
    assert environment.call("listPets", {"ownerId": 5}).status == 200
    assert seen == [(OMITTED, OMITTED), (OMITTED, 5)]
    assert not OMITTED
    assert repr(OMITTED) == "OMITTED"


def test_one_override_calls_another_operation_in_the_same_transaction() -> None:
    class Twins(Pets):
        @override
        def create_pet(self, *, body: Any) -> Any:
            first = super().create_pet(body=body)
            self.invoke("createPet", {"body": {**body, "name": "twin"}})
            return self.get_pet(pet_id=first["id"])

    environment = opened(Twins)
    assert named(environment, "rex").json()["name"] == "rex"
    assert [pet["name"] for pet in environment.call("listPets", {}).json()] == ["rex", "twin"]
    assert (len(environment.calls), len(environment.calls[0].writes)) == (2, 2)


# -- what is refused when the class is made ----------------------------------------------------------------------------


def problem_of(methods: dict[str, Any]) -> str:
    with pytest.raises(AtlasgenError) as caught:
        type("Mine", (Pets,), methods)
    (problem,) = caught.value.problems
    assert problem.where.startswith(__file__)
    return f"{problem.what} | {problem.remedy}"


def test_override_of_no_operation_names_the_nearest() -> None:
    @override
    def create_pets(self: Any, *, body: Any) -> Any: ...

    text = problem_of({"create_pets": create_pets})
    assert text == "`Mine.create_pets` overrides no operation of the API | the nearest operation is `create_pet`"


def test_override_of_nothing_alike_is_to_be_removed() -> None:
    @override
    def zzz(self: Any) -> Any: ...

    assert problem_of({"zzz": zzz}).endswith("| remove the override")


def test_renamed_parameter_names_the_nearest() -> None:
    @override
    def get_pet(self: Any, *, petid: int) -> Any: ...

    assert problem_of({"get_pet": get_pet}) == "`get_pet` has no parameter `petid` | did you mean `pet_id`?"


def test_missing_parameter_is_told() -> None:
    @override
    def list_pets(self: Any, *, status: str = OMITTED) -> Any: ...

    assert "does not take the parameter `owner_id`" in problem_of({"list_pets": list_pets})


def test_override_that_takes_whatever_comes_is_fine() -> None:
    class Open(Pets):
        @override
        def list_pets(self, **arguments: Any) -> Any:
            return sorted(arguments)

    assert opened(Open).call("listPets", {"ownerId": 1}).json() == ["owner_id"]


def test_override_further_down_a_chain_of_classes_counts() -> None:
    class Middle(Pets):
        @override
        def get_pet(self, *, pet_id: int) -> Any:
            return {"middle": pet_id}

    class Bottom(Middle):
        pass

    assert opened(Bottom).call("getPet", {"petId": 3}).json() == {"middle": 3}


def test_plan_file_that_cannot_be_read_is_a_persons_problem(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    for content in (None, b"{", b"[]", b'{"name": 5}', encode({"name": "x", "operations": {}})):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(AtlasgenError, match=r"plan\.json.*\n  run `atlasgen build` again|plan\.json"):
            load_plan(path)
    path.write_bytes(encode(PLAN.to_json()))
    assert load_plan(path) == PLAN
