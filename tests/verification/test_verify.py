"""What `verify` finds out about whole and about broken emulators."""

from __future__ import annotations

import json
import subprocess
import sys
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
from atlasgen.verification.verdicts import Report, Verdict, lines
from atlasgen.verification.verify import verify
from generated_envs import confluence, jira
from tests.golden.notes import Notes

ROOT = Path(__file__).parents[2]
PETS = ROOT / "tests" / "golden" / "pets.yaml"
SHARED = ROOT.parent / "shared" / "specs"

PLAN = plan_of(PETS)
TRACKER = jira.Operations.emulator.plan
WIKI = confluence.Operations.emulator.plan


class Pets(Operations, plan=PLAN):
    """The operations as they are generated."""


def verdicts(api: Emulator | type[Operations], seeds: int = 2) -> dict[str, Verdict]:
    return {item.id: item for item in verify(api, seeds=seeds).verdicts}


def changed(plan: Plan, tool: str, change: Callable[[Operation], Operation]) -> Emulator:
    """Return an emulator of which one operation differs."""
    return Emulator(
        replace(plan, operations=tuple(change(item) if item.tool == tool else item for item in plan.operations))
    )


# -- whole emulators ---------------------------------------------------------------------------------------------------


def test_operations_that_work_are_of_class_a() -> None:
    report = verify(Emulator(PLAN))
    assert report.accepted
    assert report.totals["schema_valid"] == report.totals["A"] == len(PLAN.operations)


@pytest.mark.parametrize("api", [jira.Operations, confluence.Operations, Notes], ids=["tracker", "wiki", "notes"])
def test_every_write_is_shown_every_answer_valid_and_only_what_configures_is_static(api: type[Operations]) -> None:
    report = verify(api)
    totals = report.totals
    assert [item.why for item in report.verdicts if item.failed] == []
    assert report.accepted
    assert totals["schema_valid"] == totals["operations"]
    assert totals["mutating_A"] == totals["mutating"] > 0
    assert totals["C"] == 0
    static = [item for item in report.verdicts if item.behaviour == "D"]
    assert {(item.archetype, item.why) for item in static} <= {("config", "static by nature")}


def test_evidence_tells_what_each_archetype_is_judged_by() -> None:
    found = {tool: item.why for tool, item in verdicts(Notes).items()}
    assert found["tag"].startswith('listTags shows {"name":')
    assert found["untag"].startswith("afterwards listTags no longer shows")
    assert found["dropNote"] == "puts the record aside, and with purge nothing shows it"
    assert found["above"].startswith("ends in what ")
    assert found["words"].startswith("lists ")
    assert found["editions"] == "keeps the number, title that putNote wrote"
    assert found["count"] == "its answer is another one after addNote"
    assert found["info"] == "static by nature"


def test_evidence_names_the_reader_and_the_fields() -> None:
    found = verdicts(Emulator(PLAN))
    assert found["createOwner"].why == "getOwner shows the new id, name"
    assert found["getOwner"].why == "shows the id, name that createOwner gave"
    assert found["deletePet"].why.startswith("afterwards ")


def test_every_report_is_the_same() -> None:
    assert verify(Emulator(PLAN)).to_json() == verify(Emulator(plan_of(PETS))).to_json()


def test_several_processes_find_out_the_same_in_the_same_order() -> None:
    # In a process of its own: where tests run side by side there are threads, beside which nothing is forked.
    program = """
import json
from atlasgen.verification.verify import verify
from generated_envs.confluence import Operations
seen = [[], []]
one, two = (verify(Operations, seeds=1, jobs=n + 1, progress=lambda *at, n=n: seen[n].append(at)) for n in range(2))
print(json.dumps([one.to_json() == two.to_json(), seen[0] == seen[1], seen[0][-1], len(one.verdicts)]))
"""
    paths = {"PYTHONPATH": f"{ROOT / 'generator'}:{ROOT}"}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=paths)
    same, told, last, count = json.loads(run.stdout)
    assert same
    assert told
    assert last == [count, count]


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
    assert (found.behaviour, found.schema_valid, found.mutating, found.failed) == ("D", True, True, True)
    assert found.why == "no rule understands it: the same valid answer each time"


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
    (AnswersAgainstItsSchema, "getPet", '/name 5 is not of type "string"'),
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
    assert not report.accepted


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


class TransitsNowhere(jira.Operations):
    @override
    def do_transition(self, *, issue_id_or_key: Any, body: Any) -> Any:
        self.invoke("getIssue", {"issueIdOrKey": issue_id_or_key})


class OffersAlwaysTheSame(jira.Operations):
    @override
    def get_transitions(self, *, issue_id_or_key: Any, transition_id: Any = None) -> Any:
        return {"expand": "transitions", "transitions": []}


class TakesAnyTransition(jira.Operations):
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


class AddsNoTag(Notes):
    @override
    def tag(self, *, note_id: Any, body: Any) -> Any:
        before: Any = self.world.get("notes.note", str(note_id))
        shown = self.invoke("tag", {"noteId": note_id, "body": body})
        self.world.put("notes.note", str(before["id"]), before)
        return shown


class ReplacesTags(Notes):
    @override
    def tag(self, *, note_id: Any, body: Any) -> Any:
        note: Any = self.invoke("getNote", {"noteId": note_id})
        self.world.put("notes.note", note["id"], {**note, "tagIds": []})
        return self.invoke("tag", {"noteId": note_id, "body": body})


class TakesOutAllTags(Notes):
    @override
    def untag(self, *, note_id: Any, name: Any) -> Any:
        self.invoke("untag", {"noteId": note_id, "name": name})
        note: Any = self.invoke("getNote", {"noteId": note_id})
        self.world.put("notes.note", note["id"], {**note, "tagIds": []})


class TakesOutNoTag(Notes):
    @override
    def untag(self, *, note_id: Any, name: Any) -> Any:
        before: Any = self.world.get("notes.note", str(note_id))
        self.invoke("untag", {"noteId": note_id, "name": name})
        self.world.put("notes.note", str(note_id), before)


class AddsASecondProp(Notes):
    @override
    def set_prop(self, *, note_id: Any, body: Any) -> Any:
        made: Any = self.invoke("setProp", {"noteId": note_id, "body": {**body, "key": f"{body['key']} again"}})
        stored: Any = self.world.get("notes.prop", made["id"])
        if made["key"] == f"{body['key']} again" and self.world.status == 201:
            self.world.put("notes.prop", made["id"], {**stored, "key": body["key"]})
        return {**made, "key": body["key"]}


class PropKeepsItsText(Notes):
    @override
    def set_prop(self, *, note_id: Any, body: Any) -> Any:
        for prop in self.invoke("listProps", {"noteId": note_id}):
            if prop["key"] == body["key"]:
                self.answer_with(200)
                return prop
        return self.invoke("setProp", {"noteId": note_id, "body": body})


class StaysListed(Notes):
    @override
    def list_notes(self, *, status: Any = None, cursor: Any = None, limit: Any = None) -> Any:
        given = {"cursor": cursor, "limit": limit}
        asked = {name: item for name, item in given.items() if item is not None}
        return self.invoke("listNotes", {"status": ["live", "trashed"], **asked})


class PurgesNothing(Notes):
    @override
    def drop_note(self, *, note_id: Any, purge: Any = None) -> Any:
        note: Any = self.world.get("notes.note", str(note_id))
        if purge is not True or note is None or note["status"] != "trashed":
            return self.invoke("dropNote", {"noteId": note_id, **({} if purge is None else {"purge": purge})})
        return None


class TakesAnyNumber(Notes):
    @override
    def put_note(self, *, note_id: Any, body: Any) -> Any:
        note: Any = self.invoke("getNote", {"noteId": note_id})
        due = {"number": note["version"]["number"] + 1}
        return self.invoke("putNote", {"noteId": note_id, "body": {**body, "version": due}})


class LeadsNowhere(Notes):
    @override
    def above(self, *, note_id: Any) -> Any:
        return {"results": self.invoke("above", {"noteId": note_id})["results"][:-1]}


class KeepsNoTitle(Notes):
    @override
    def editions(self, *, note_id: Any) -> Any:
        return [{**item, "title": "Untitled"} for item in self.invoke("editions", {"noteId": note_id})]


class KnowsFewWords(Notes):
    @override
    def words(self) -> Any:
        return self.invoke("words", {})[:1]


class LosesTheCursor(Notes):
    @override
    def search(self, *, text: Any, cursor: Any = None, limit: Any = None) -> Any:
        given = {"text": text, "cursor": cursor, "limit": limit}
        found = self.invoke("search", {name: item for name, item in given.items() if item is not None})
        return {"results": found["results"]}


class StartsAgain(Notes):
    @override
    def search(self, *, text: Any, cursor: Any = None, limit: Any = None) -> Any:
        if cursor is not None:
            self.invoke("search", {"text": text, "cursor": cursor})
        return self.invoke("search", {"text": text, **({} if limit is None else {"limit": limit})})


class UnderstandsAnything(Notes):
    @override
    def search(self, *, text: Any, cursor: Any = None, limit: Any = None) -> Any:
        given = {"text": "all", "cursor": cursor, "limit": limit}
        return self.invoke("search", {name: item for name, item in given.items() if item is not None})


BROKEN_NOTES = [
    (AddsNoTag, "tag", "does not show"),
    (ReplacesTags, "tag", "no longer shows"),
    (TakesOutAllTags, "untag", "shows something else than the others"),
    (TakesOutNoTag, "untag", "still shows"),
    (AddsASecondProp, "setProp", "adds another record"),
    (PropKeepsItsText, "setProp", "after a second call"),
    (StaysListed, "dropNote", "still lists what was put aside"),
    (PurgesNothing, "dropNote", "still shows what was taken away with purge"),
    (TakesAnyNumber, "putNote", "409 was expected and 200 came"),
    (LeadsNowhere, "above", "does not end in"),
    (KeepsNoTitle, "editions", "keeps no state with the "),
    (KnowsFewWords, "words", "does not list"),
    (LosesTheCursor, "search", "its pages do not hold"),
    (StartsAgain, "search", "its pages do not hold"),
    (UnderstandsAnything, "search", "text is no query"),
]


@pytest.mark.parametrize(("broken", "tool", "why"), BROKEN_NOTES, ids=[item.__name__ for item, _, _ in BROKEN_NOTES])
def test_broken_operation_of_a_rarer_sort_is_noticed(broken: type[Operations], tool: str, why: str) -> None:
    report = verify(broken, seeds=1)
    found = next(item for item in report.verdicts if item.id == tool)
    assert why in found.why
    assert found.failed


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
        assert item.archetype != "stub" or item.behaviour == "D"
        assert item.why
        assert "our code breaks" not in item.why
