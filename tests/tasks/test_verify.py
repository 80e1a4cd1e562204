"""What `verify` finds out about whole and about broken emulators."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from atlasgen import cli
from atlasgen.errors import ApiError
from atlasgen.plan.model import Operation, Plan
from atlasgen.plan.read import plan_of
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations, override
from atlasgen.tasks.verdicts import Report, Verdict, lines
from atlasgen.tasks.verify import verify

ROOT = Path(__file__).parents[2]
PETS = ROOT / "tests" / "golden" / "pets.yaml"
SHARED = ROOT.parent / "shared" / "specs"

PLAN = plan_of(PETS)
TRACKER = plan_of(ROOT / "specs" / "jira.yaml")
WIKI = plan_of(ROOT / "specs" / "confluence.yaml")


class Pets(Operations, plan=PLAN):
    """The operations as they are generated."""


class Tracker(Operations, plan=TRACKER):
    """The operations as they are generated."""


class Wiki(Operations, plan=WIKI):
    """The operations as they are generated."""


def verdicts(api: Emulator | type[Operations], seeds: int = 2) -> dict[str, Verdict]:
    return {item.id: item for item in verify(api, seeds=seeds).verdicts}


def changed(plan: Plan, tool: str, change: Callable[[Operation], Operation]) -> Emulator:
    """Return an emulator of which one operation differs."""
    return Emulator(
        replace(plan, operations=tuple(change(item) if item.tool == tool else item for item in plan.operations))
    )


# -- whole emulators ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", [PLAN, TRACKER, WIKI], ids=["pets", "tracker", "wiki"])
def test_operations_that_work_are_of_class_a(plan: Plan) -> None:
    report = verify(Emulator(plan))
    assert report.accepted
    assert [item.behaviour for item in report.verdicts if item.mutating] == ["A"] * report.totals["mutating_A"]
    assert report.totals["schema_valid"] == report.totals["A"] == len(plan.operations)


def test_evidence_names_the_reader_and_the_fields() -> None:
    found = verdicts(Emulator(PLAN))
    assert found["createOwner"].why == "getOwner shows the new id, name"
    assert found["getOwner"].why == "shows the id, name that createOwner gave"
    assert found["deletePet"].why.startswith("afterwards ")


def test_every_report_is_the_same() -> None:
    assert verify(Emulator(PLAN)).to_json() == verify(Emulator(plan_of(PETS))).to_json()


def test_source_tells_who_decides_what_an_operation_does() -> None:
    class Extended(Pets):
        @override
        def create_owner(self, *, body: Any) -> Any:
            return self.invoke("createOwner", {"body": body})

    found = verdicts(Extended, seeds=1)
    assert (found["createOwner"].source, found["createPet"].source) == ("overridden", "inferred")
    assert verdicts(Emulator(TRACKER), seeds=1)["createIssue"].source == "hinted"


def test_stub_is_of_class_d_and_counts_as_a_write_where_its_method_writes() -> None:
    found = verdicts(changed(PLAN, "replacePet", lambda item: replace(item, archetype="stub")), seeds=1)["replacePet"]
    assert (found.behaviour, found.schema_valid, found.mutating) == ("D", False, True)
    assert "501" in found.why


# -- broken ones -------------------------------------------------------------------------------------------------------


class ForgetsAField(Pets):
    @override
    def create_pet(self, *, body: Any) -> Any:
        return self.invoke("createPet", {"body": {name: item for name, item in body.items() if name != "status"}})


class ForgetsAMember(Pets):
    @override
    def create_pet(self, *, body: Any) -> Any:
        tag = {name: item for name, item in body.get("tag", {}).items() if name != "color"}
        return self.invoke("createPet", {"body": {**body, "tag": tag} if "tag" in body else body})


class StoresSomethingElse(Pets):
    @override
    def create_pet(self, *, body: Any) -> Any:
        return self.invoke("createPet", {"body": {**body, "name": body["name"][:3]} if "name" in body else body})


class CreatesNothing(Pets):
    @override
    def create_owner(self, *, body: Any) -> Any:
        made = self.invoke("createOwner", {"body": body})
        self.world.remove("pets.owner", str(made["id"]))
        return made


class UpdatesNothing(Pets):
    @override
    def change_pet(self, *, pet_id: Any, body: Any = None) -> Any:
        return {**self.invoke("getPet", {"petId": pet_id}), **(body or {})}


class ReplacesNothing(Pets):
    @override
    def replace_pet(self, *, pet_id: Any, body: Any) -> Any:
        return self.invoke("getPet", {"petId": pet_id})


class DeletesNothing(Pets):
    @override
    def delete_pet(self, *, pet_id: Any) -> Any:
        self.invoke("getPet", {"petId": pet_id})


class ListsAlwaysTheSame(Pets):
    @override
    def list_pets(self, *, status: Any = None, owner_id: Any = None) -> Any:
        return [{"id": 7, "name": "Rex"}]


class ListsTheFirstThree(Pets):
    @override
    def list_pets(self, *, status: Any = None, owner_id: Any = None) -> Any:
        return self.invoke("listPets", {})[:3]


class ListsThoseOfAllOwners(Pets):
    @override
    def list_owners_pets(self, *, owner_id: Any) -> Any:
        return self.invoke("listPets", {})


class FindsWhatIsNotThere(Pets):
    @override
    def get_pet(self, *, pet_id: Any) -> Any:
        try:
            return self.invoke("getPet", {"petId": pet_id})
        except ApiError:
            return {"id": 1, "name": "nobody"}


class ShowsAStalePet(Pets):
    """Of what is changed later on, it shows what was there first."""

    @override
    def get_pet(self, *, pet_id: Any) -> Any:
        found = self.invoke("getPet", {"petId": pet_id})
        first = self.world.base.tables.get("pets.pet", {}).get(str(found["id"]))
        return {**found, "name": first["name"]} if first is not None else found


class AnswersAgainstItsSchema(Pets):
    @override
    def get_pet(self, *, pet_id: Any) -> Any:
        return {**self.invoke("getPet", {"petId": pet_id}), "name": 5}


class AcceptsWhateverComes(Pets):
    @override
    def create_owner(self, *, body: Any) -> Any:
        try:
            return self.invoke("createOwner", {"body": body})
        except ApiError:
            return self.invoke("createOwner", {"body": {"name": "Somebody"}})


class ChangesSomethingAndRefuses(Pets):
    @override
    def create_owner(self, *, body: Any) -> Any:
        try:
            return self.invoke("createOwner", {"body": body})
        except ApiError:
            self.world.put("pets.owner", "1", {"id": 1, "name": "Left"})
            self.world.begin()  # the end of the call has nothing to undo
            raise


class Breaks(Pets):
    @override
    def delete_pet(self, *, pet_id: Any) -> Any:
        raise ZeroDivisionError


class ReadsAndWrites(Pets):
    @override
    def get_owner(self, *, owner_id: Any) -> Any:
        found = self.invoke("getOwner", {"ownerId": owner_id})
        self.world.put("pets.owner", "1", {"id": 1, "name": "Seen"})
        return found


BROKEN_PETS = [
    (ForgetsAField, "createPet", "status"),
    (ForgetsAMember, "createPet", "color"),
    (StoresSomethingElse, "createPet", "name"),
    (CreatesNothing, "createOwner", "404"),
    (UpdatesNothing, "changePet", "not as"),
    (ReplacesNothing, "replacePet", "name"),
    (DeletesNothing, "deletePet", "still shows"),
    (ListsAlwaysTheSame, "listPets", "does not list"),
    (ListsTheFirstThree, "listPets", "does not list what createPet created"),
    (ListsThoseOfAllOwners, "listOwnersPets", "ownerId"),
    (FindsWhatIsNotThere, "getPet", "4xx was expected and 200 came"),
    (ShowsAStalePet, "changePet", "name"),
    (AnswersAgainstItsSchema, "getPet", "/name must be text"),
    (AcceptsWhateverComes, "createOwner", "4xx was expected and 201 came"),
    (ChangesSomethingAndRefuses, "createOwner", "but changes something"),
    (Breaks, "deletePet", "ZeroDivisionError"),
    (ReadsAndWrites, "getOwner", "a read changes something"),
]


@pytest.mark.parametrize(("broken", "tool", "why"), BROKEN_PETS, ids=[item.__name__ for item, _, _ in BROKEN_PETS])
def test_broken_operation_is_not_of_class_a(broken: type[Operations], tool: str, why: str) -> None:
    report = verify(broken, seeds=2)
    found = next(item for item in report.verdicts if item.id == tool)
    assert found.behaviour != "A"
    assert why in found.why
    assert not report.accepted or not found.mutating


def test_answer_against_its_schema_is_counted() -> None:
    report = verify(AnswersAgainstItsSchema, seeds=1)
    assert report.totals["schema_valid"] == report.totals["operations"] - 1
    assert not report.accepted


def test_break_of_one_operation_leaves_those_that_have_nothing_to_do_with_it() -> None:
    found = verdicts(DeletesNothing)
    assert [tool for tool, item in found.items() if item.behaviour != "A"] == ["deletePet"]
    found = verdicts(ListsAlwaysTheSame)
    assert found["listPets"].behaviour == "D"
    assert {found[tool].behaviour for tool in ("getPet", "createPet", "changePet", "getOwner")} == {"A"}


@pytest.mark.parametrize(
    ("plan", "tool", "member"),
    [
        (PLAN, "createPet", "name"), (PLAN, "createPet", "ownerId"), (PLAN, "changePet", "status"),
        (PLAN, "replacePet", "tag"), (PLAN, "createOwner", "name"), (TRACKER, "createIssue", "labels"),
        (TRACKER, "createIssue", "priority"), (WIKI, "createPage", "title"), (WIKI, "createPage", "body"),
    ],
)  # fmt: skip
def test_plan_that_forgets_to_store_a_member_is_noticed(plan: Plan, tool: str, member: str) -> None:
    def forget(operation: Operation) -> Operation:
        kept = tuple(write for write in operation.writes if member not in write.source)
        assert kept != operation.writes
        return replace(operation, writes=kept)

    found = verdicts(changed(plan, tool, forget))[tool]
    assert found.behaviour == "B"
    assert member in found.why


class TransitsNowhere(Tracker):
    @override
    def do_transition(self, *, issue_id_or_key: Any, body: Any) -> Any:
        self.invoke("getIssue", {"issueIdOrKey": issue_id_or_key})


class OffersAlwaysTheSame(Tracker):
    @override
    def get_transitions(self, *, issue_id_or_key: Any, transition_id: Any = None) -> Any:
        return {"expand": "transitions", "transitions": []}


class TakesAnyTransition(Tracker):
    @override
    def do_transition(self, *, issue_id_or_key: Any, body: Any) -> Any:
        given = {"issueIdOrKey": issue_id_or_key}
        try:
            return self.invoke("doTransition", {**given, "body": body})
        except ApiError:
            open_ = self.invoke("getTransitions", given)["transitions"]
            return self.invoke("doTransition", {**given, "body": {"transition": {"id": open_[0]["id"]}}})


@pytest.mark.parametrize(
    ("broken", "tool", "behaviour"),
    [(TransitsNowhere, "doTransition", "C"), (OffersAlwaysTheSame, "getTransitions", "D"),
     (TakesAnyTransition, "doTransition", "B")],
    ids=["nowhere", "static", "any"],
)  # fmt: skip
def test_broken_workflow_is_noticed(broken: type[Operations], tool: str, behaviour: str) -> None:
    assert verdicts(broken)[tool].behaviour == behaviour


# -- reports and the command -------------------------------------------------------------------------------------------


def test_report_in_lines_has_the_failures_first_and_fits() -> None:
    told = list(lines(verify(DeletesNothing, seeds=1), width=80))
    assert told[0] == "1 not as they have to be"
    assert "deletePet" in told[1]
    assert told[-1] == "5 of 6 that write are A"
    assert max(map(len, told)) <= 80


def test_api_without_operations_is_accepted() -> None:
    assert verify(Emulator(replace(PLAN, operations=()))) == Report("", ())


@pytest.fixture
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("_in_the_checkout")
class TestCommand:
    def test_json_is_one_object_with_totals_and_operations(self) -> None:
        result = CliRunner().invoke(cli.app, ["verify", "tests/golden/pets.yaml", "--json", "--seeds", "1"])
        report = json.loads(result.stdout)
        assert result.exit_code == 0
        assert report["totals"] == {
            "operations": 10, "schema_valid": 10, "A": 10, "B": 0, "C": 0, "D": 0, "mutating": 6, "mutating_A": 6,
        }  # fmt: skip
        assert {tuple(item) for item in report["operations"]} == {("id", "archetype", "class", "source", "why")}

    @pytest.mark.parametrize("name", ["jira", "confluence"])
    def test_document_of_the_workspace_is_verified_with_its_overrides(self, name: str) -> None:
        by_name = CliRunner().invoke(cli.app, ["verify", name, "--json", "--seeds", "1"])
        by_path = CliRunner().invoke(cli.app, ["verify", f"specs/{name}.yaml", "--json", "--seeds", "1"])
        assert by_name.stdout == by_path.stdout
        assert json.loads(by_name.stdout)["totals"]["mutating"] > 0

    def test_without_hints_less_is_understood(self) -> None:
        result = CliRunner().invoke(cli.app, ["verify", "specs/jira.yaml", "--hints", "none", "--seeds", "1"])
        assert result.exit_code == 1
        assert result.stdout.splitlines()[0].endswith("not as they have to be")

    def test_environment_that_was_built_has_its_hints(self) -> None:
        assert CliRunner().invoke(cli.app, ["verify", "jira", "--hints", "none"]).exit_code != 0


@pytest.mark.parametrize(
    "name", ["jira-v3.json", "confluence-v2.json", "confluence-v1.json", "others/asana.yaml", "others/petstore.yaml"]
)
def test_real_documents_are_verified_and_no_stub_is_claimed(name: str) -> None:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    report = verify(Emulator(plan_of(path, hints=False)), seeds=1)
    totals = report.totals
    assert sum(totals[name] for name in "ABCD") == totals["operations"] == len(report.verdicts)
    assert totals["A"] > 0
    for item in report.verdicts:
        assert item.archetype != "stub" or (item.behaviour, item.schema_valid) == ("D", False)
        assert item.why
        assert "our code breaks" not in item.why
