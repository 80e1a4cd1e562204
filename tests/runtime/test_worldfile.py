"""Worlds as JSON: what is written is read again, what people leave out is filled, what they get wrong is told."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import atlasgen
from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import detach, resolve
from atlasgen.plan.read import plan_of
from atlasgen.runtime import worldfile
from atlasgen.runtime.bases import flat
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.seeding import base_world
from atlasgen.runtime.world import Layer
from atlasgen.spec.parse import MAX_DEPTH, parse_json
from tests.property import sampling
from tests.property.test_documents import ANYTHING, change

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
DOCUMENTS = {
    "tracker": (ROOT / "specs" / "jira.yaml",),
    "wiki": (ROOT / "specs" / "confluence.yaml",),
    "both": (ROOT / "specs" / "jira.yaml", ROOT / "specs" / "confluence.yaml"),
    "pets": (GOLDEN / "pets.yaml",),
    "notes": (Path(__file__).parent / "notes.yaml",),
    "golden notes": (GOLDEN / "notes.yaml",),
    "desk": (GOLDEN / "desk.yaml",),
}
SEED = st.integers(0, 2**32 - 1)
SLOW = [HealthCheck.too_slow]


@functools.cache
def emulators(name: str) -> tuple[Emulator, ...]:
    return tuple(Emulator(plan_of(path)) for path in DOCUMENTS[name])


def opened(name: str, document: Any) -> Layer:
    return worldfile.opened(document, emulators(name), where="w.json")


def read(name: str, folder: Path, text: str | bytes, file: str = "w.json") -> Layer:
    path = folder / file
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return worldfile.read(path, emulators(name))


def opened_or_refused(name: str, document: Any) -> Layer | AtlasgenError:
    try:
        return opened(name, document)
    except AtlasgenError as error:
        return error


def problems(name: str, document: Any) -> list[tuple[str, str]]:
    """Return what is wrong with a document: the pointers and what is said of them."""
    with pytest.raises(AtlasgenError) as caught:
        opened(name, document)
    assert all(problem.where.startswith("w.json#") for problem in caught.value.problems)
    return [(problem.where[7:], f"{problem.what}; {problem.remedy}") for problem in caught.value.problems]


def told(name: str, document: Any) -> tuple[str, str]:
    """Return the one thing that is wrong with a document."""
    (only,) = problems(name, document)
    return only


def play(environment: Environment, seed: int, count: int) -> list[tuple[str, Any, Reply]]:
    """Make calls that are likely to be accepted, and some that are not."""
    choose, made = sampling.chooser(seed), []
    targets = sampling.targets(environment)
    for _ in range(count):
        target = targets[choose(len(targets))]
        arguments: Any = sampling.likely(environment, target, choose)
        if choose(5) == 0:
            arguments = sampling.spoiled(arguments, choose)
        sent = detach(arguments)
        made.append((target.tool, sent, environment.call(target.tool, arguments)))
    return made


# -- there and back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_generated_world_is_read_as_it_was_written(name: str, seed: int, tmp_path: Path) -> None:
    base = base_world(emulators(name), seed=seed, records=60)
    text = worldfile.text(emulators(name), base)
    again = read(name, tmp_path, text)
    assert again.digest == base.digest
    assert worldfile.text(emulators(name), again) == text
    assert again.indexes == base.indexes
    assert again.handles == base.handles
    assert json.loads(text)["verbatim"] == {}


@pytest.mark.parametrize("name", DOCUMENTS)
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(seed=SEED)
def test_world_of_any_episode_is_read_as_it_was_written_and_played_on_as_it_was(name: str, seed: int) -> None:
    running = Environment(*emulators(name), seed=seed % 5, records=12)
    play(running, seed, 30)
    base, text = flat(running.emulators, running.world), running.export()
    again = opened(name, json.loads(text))
    assert again.digest == base.digest
    assert worldfile.text(running.emulators, again) == text
    one, two = (Environment(*emulators(name), world=layer) for layer in (base, again))
    assert one.digest() == two.digest()
    for tool, arguments, reply in play(one, seed + 1, 25):
        assert two.call(tool, arguments) == reply
    assert one.digest() == two.digest()
    assert one.export() == two.export()


def test_every_record_stands_in_a_line_of_its_own() -> None:
    world = base_world(emulators("tracker"), seed=3, records=40)
    lines = worldfile.text(emulators("tracker"), world).splitlines()
    for table in world.tables.values():
        for id, record in table.items():
            assert f'"{id}": {json.dumps(record, separators=(",", ":"), ensure_ascii=False)}' in [
                line.strip().removesuffix(",") for line in lines if f'"{id}": ' in line
            ]


def test_world_is_the_same_whether_json_or_yaml_says_it(tmp_path: Path) -> None:
    text = worldfile.text(emulators("notes"), base_world(emulators("notes"), seed=1))
    assert read("notes", tmp_path, text, "w.yaml").digest == read("notes", tmp_path, text).digest


def test_episodes_on_a_world_of_ones_own_begin_in_it_again() -> None:
    base = base_world(emulators("tracker"), seed=4, records=10)
    environment = Environment(*emulators("tracker"), seed=9, world=base)
    assert environment.digest() == Environment(*emulators("tracker"), seed=4, records=10).digest()
    before = environment.digest()
    play(environment, 5, 20)
    environment.reset()
    assert environment.digest() == before
    assert environment.world.base is base


def test_load_opens_a_world_that_a_file_holds(tmp_path: Path) -> None:
    (tmp_path / "w.json").write_text(atlasgen.load(GOLDEN / "pets.yaml", seed=5).export())
    opened = atlasgen.load(GOLDEN / "pets.yaml", world=tmp_path / "w.json")
    assert opened.digest() == atlasgen.load(GOLDEN / "pets.yaml", seed=5).digest()


# -- by hand -----------------------------------------------------------------------------------------------------------


def notes(**tables: Any) -> Any:
    return {"format": 1, "apis": {"notes": tables}}


def pets(pet: Any, owner: Any = None) -> Any:
    return {
        "format": 1,
        "apis": {"pets": {"pet": pet, "owner": owner if owner is not None else {"5": {"name": "Zoe"}}}},
    }


def tracker(**issues: Any) -> Any:
    """Return a small world as a person writes it: no keys, no times, no derived fields, no counters, no names."""
    fields = {"project": "1", "issuetype": "1", "status": "1", "summary": "x"}
    return {
        "format": 1,
        "context": {"user": "a1"},
        "apis": {
            "jira": {
                "user": {"a1": {"displayName": "Ann"}, "b2": {"displayName": "Bo"}},
                "project": {"1": {"key": "PROJ", "name": "P", "workflow": "1"}},
                "workflow": {"1": {"name": "W", "initial": "1"}},
                "status": {"1": {"name": "To Do"}},
                "issuetype": {"1": {"name": "Task", "subtask": False, "hierarchyLevel": 0}},
                "priority": {"3": {"name": "Medium"}, "4": {"name": "High"}},
                "issue": {id: {"fields": {**fields, **values}} for id, values in issues.items()},
            }
        },
    }


def test_service_fills_what_people_leave_out() -> None:
    world = Environment(*emulators("tracker"), world=opened("tracker", tracker(**{"10": {}, "11": {}})))
    issue = world.call("getIssue", {"issueIdOrKey": "PROJ-2"}).json()
    assert issue["id"] == "11"
    fields = issue["fields"]
    assert (fields["creator"]["displayName"], fields["priority"]["name"]) == ("Ann", "Medium")
    assert (fields["labels"], fields["description"]) == ([], None)
    assert fields["created"] == fields["updated"] == "2026-01-01T09:00:00.000+0000"
    assert issue["key"] == "PROJ-2"


def test_what_people_give_stays() -> None:
    given = {"priority": "4", "labels": ["a"], "created": "2025-05-05T10:00:00.000+0000"}
    document = tracker(**{"10": given})
    document["apis"]["jira"]["issue"]["10"]["key"] = "PROJ-40"
    world = Environment(*emulators("tracker"), world=opened("tracker", document))
    fields = world.call("getIssue", {"issueIdOrKey": "PROJ-40"}).json()["fields"]
    assert (fields["priority"]["name"], fields["labels"], fields["created"]) == ("High", ["a"], given["created"])


def test_new_ids_and_keys_are_none_that_the_world_has() -> None:
    document = tracker(**{str(id): {} for id in range(1, 30)})
    document["apis"]["jira"]["issue"]["3"]["key"] = "PROJ-500"
    world = Environment(*emulators("tracker"), world=opened("tracker", document))
    body = {"fields": {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "new"}}
    made = [world.call("createIssue", {"body": body}).json() for _ in range(3)]
    assert [item["key"] for item in made] == ["PROJ-529", "PROJ-530", "PROJ-531"]
    records: Any = world.world.export()["jira.issue"]
    assert len(records) == 32
    assert len({record["key"] for record in records.values()}) == 32


def test_new_ids_go_on_where_a_counter_stands_and_over_ids_that_people_added() -> None:
    base = base_world(emulators("pets"), seed=0)
    document = json.loads(worldfile.text(emulators("pets"), base))
    last = document["counters"]["pets.pet"]
    for id in (last + 1, last + 2):
        document["apis"]["pets"]["pet"][str(id)] = {"name": "added"}
    world = Environment(*emulators("pets"), world=opened("pets", document))
    assert world.call("createPet", {"body": {"name": "new"}}).json()["id"] == last + 3


def test_records_without_a_past_get_one() -> None:
    world = Environment(
        *emulators("notes"), world=opened("notes", notes(note={"1": {"title": "a"}, "2": {"title": "b"}}))
    )
    assert [world.call("listRevisions", {"noteId": id}).json()[0]["title"] for id in "12"] == ["a", "b"]
    document = json.loads(world.export())
    document["apis"]["notes"]["note"]["3"] = {"title": "c"}
    again = Environment(*emulators("notes"), world=opened("notes", document))
    assert [len(again.call("listRevisions", {"noteId": id}).json()) for id in "123"] == [1, 1, 1]


def test_records_of_different_parents_may_share_a_further_name() -> None:
    revisions = {"7": {"noteId": "1", "number": 1, "title": "a"}, "8": {"noteId": "2", "number": 1, "title": "b"}}
    document = notes(note={"1": {"title": "a"}, "2": {"title": "b"}}, revision=revisions)
    world = Environment(*emulators("notes"), world=opened("notes", document))
    assert world.call("getRevision", {"noteId": "2", "number": 1}).json()["title"] == "b"
    document["apis"]["notes"]["revision"]["8"]["noteId"] = "1"
    assert told("notes", document)[0] == "/apis/notes/revision/8/number"


def test_filled_values_may_be_filled_from_filled_ones() -> None:
    document = {
        "format": 1,
        "context": {"user": "a"},
        "apis": {
            "confluence": {
                "user": {"a": {"displayName": "Ann"}},
                "space": {"1": {"key": "DOCS", "name": "Docs", "homepageId": "5"}},
                "page": {"6": {"spaceId": "1", "title": "x"}, "5": {"spaceId": "1", "title": "Home", "parentId": None}},
            }
        },
    }
    world = opened("wiki", document)
    page: Any = world.tables["confluence.page"]["6"]
    assert (page["parentId"], page["authorId"], page["version"]["number"]) == ("5", "a", 1)


def test_record_that_is_to_be_taken_as_it_is_is_neither_filled_nor_asked_what_it_refers_to() -> None:
    document = notes(note={"1": {"title": "a", "parentId": "gone"}, "2": {"title": "b"}})
    document["verbatim"] = {"notes": {"note": ["1"]}}
    tables = opened("notes", document).tables
    assert tables["notes.note"]["1"] == {"id": "1", "title": "a", "parentId": "gone"}
    assert [record and record["noteId"] for record in tables["notes.revision"].values()] == ["2"]


def test_reference_to_a_record_that_is_gone_is_written_as_it_is() -> None:
    world = Environment(*emulators("tracker"), world=opened("tracker", tracker(**{"1": {}, "2": {}})))
    record: Any = detach(world.world.get("jira.issue", "2"))
    record["fields"]["parent"] = "99"
    world.world.put("jira.issue", "2", record)
    text = world.export()
    assert json.loads(text)["verbatim"] == {"jira": {"issue": ["2"]}}
    assert opened("tracker", json.loads(text)).digest == flat(world.emulators, world.world).digest


def test_ids_that_are_numbers_are_numbers_in_records() -> None:
    world = Environment(*emulators("pets"), world=opened("pets", pets({"7": {"name": "Rex", "ownerId": 5}})))
    assert world.call("getPet", {"petId": 7}).json() == {"id": 7, "name": "Rex", "ownerId": 5}


def test_world_of_a_later_time_goes_on_from_there() -> None:
    document = {**tracker(), "now": "2027-03-04T05:06:07Z"}
    world = Environment(*emulators("tracker"), world=opened("tracker", document))
    body = {"fields": {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "new"}}
    key = world.call("createIssue", {"body": body}).json()["key"]
    shown = world.call("getIssue", {"issueIdOrKey": key}).json()
    assert shown["fields"]["created"] == "2027-03-04T05:06:07.000+0000"
    assert json.loads(world.export())["now"] == "2027-03-04T05:06:08.000Z"


def test_world_in_the_guide_is_one_but_for_the_records_that_it_leaves_out() -> None:
    guide = (ROOT / "docs" / "worlds.md").read_text()
    document = json.loads(guide.split("```json\n")[1].split("```")[0])
    document["apis"] = {"jira": document["apis"]["tracker"]}
    assert told("tracker", document) == ("/apis/jira/issue/10001/fields/project", "there is no project `10000`; ")


# -- what is wrong -----------------------------------------------------------------------------------------------------

REX = {"7": {"name": "Rex"}}


@pytest.mark.parametrize(
    ("name", "document", "place", "what"),
    [
        ("pets", {}, "/format", "must be 1"),
        ("pets", {"format": True, "apis": {}}, "/format", "must be 1"),
        ("pets", {"format": 2}, "/format", "another version"),
        ("pets", {**pets(REX), "sead": 5}, "/sead", "did you mean `seed`"),
        ("pets", {**pets(REX), "seed": "x"}, "/seed", "whole number"),
        ("pets", {**pets(REX), "seed": 2**63}, "/seed", "whole number"),
        ("pets", {**pets(REX), "now": 5}, "/now", "must be a time"),
        ("pets", {**pets(REX), "now": "soon"}, "/now", "must be a time"),
        ("pets", {**pets(REX), "now": "2025-12-31T00:00:00Z"}, "/now", "or later"),
        ("pets", {**pets(REX), "now": "9999-12-31T23:59:59Z"}, "/now", "or later"),
        ("pets", {"format": 1}, "/apis", "nothing for `pets`"),
        ("pets", {"format": 1, "apis": []}, "/apis", "must be an object"),
        ("pets", {"format": 1, "apis": {"pets": {}, "pest": {}}}, "/apis/pest", "did you mean `pets`"),
        ("pets", {"format": 1, "apis": {"pets": {"pett": {}}}}, "/apis/pets/pett", "did you mean `pet`"),
        ("pets", pets([]), "/apis/pets/pet", "must be an object, not a list"),
        ("pets", pets(None), "/apis/pets/pet", "must be an object, not null"),
        ("pets", pets({"7": 5}), "/apis/pets/pet/7", "must be a record, not a number"),
        ("pets", pets({"x": {"name": "Rex"}}), "/apis/pets/pet/x", "whole numbers"),
        ("pets", pets({"07": {"name": "Rex"}}), "/apis/pets/pet/07", "whole numbers"),
        ("pets", pets({"9" * 40: {"name": "Rex"}}), "/apis/pets/pet/" + "9" * 40, "whole numbers"),
        ("pets", pets({"7": {"id": 8, "name": "Rex"}}), "/apis/pets/pet/7/id", "not the id `7`"),
        ("pets", pets({"7": {"id": "7", "name": "Rex"}}), "/apis/pets/pet/7/id", "not the id `7`"),
        ("pets", pets({"1": {"id": True, "name": "Rex"}}), "/apis/pets/pet/1/id", "not the id `1`"),
        ("pets", pets({"7": {"name": "Rex", "ownerId": 6}}), "/apis/pets/pet/7/ownerId", "no owner `6`"),
        ("pets", pets({"7": {"name": "Rex", "ownerId": [5]}}), "/apis/pets/pet/7/ownerId", "the id of a owner"),
        ("pets", pets({"7": {"name": "Rex", "ownerId": True}}), "/apis/pets/pet/7/ownerId", "the id of a owner"),
        ("pets", pets({"7": {}}), "/apis/pets/pet/7/name", "is required"),
        ("pets", pets({"7": {"name": ""}}), "/apis/pets/pet/7/name", "not be empty"),
        ("pets", pets({"7": {"name": 5}}), "/apis/pets/pet/7/name", "text"),
        ("pets", pets({"7": {"name": "a", "tag": {"color": 5}}}), "/apis/pets/pet/7/tag/color", "text"),
        ("pets", {**pets(REX), "context": {"me": "7"}}, "/context/me", "no ambient record"),
        ("pets", {**pets(REX), "counters": {"pets.pett": 5}}, "/counters/pets.pett", "did you mean `pets.pet`"),
        ("pets", {**pets(REX), "counters": {"pets.pet": -1}}, "/counters/pets.pet", "whole number"),
        ("pets", {**pets(REX), "counters": {"pets.pet": 2**60}}, "/counters/pets.pet", "whole number"),
        ("pets", {**pets(REX), "names": {"pets": {"pet": {"rex": "8"}}}}, "/names/pets/pet/rex", "no pet `8`"),
        ("pets", {**pets(REX), "names": {"pets": {"pet": {"rex": 7}}}}, "/names/pets/pet/rex", "as text"),
        ("pets", {**pets(REX), "verbatim": {"pets": {"pet": ["8"]}}}, "/verbatim/pets/pet/0", "no pet `8`"),
        ("pets", {**pets(REX), "verbatim": {"pets": {"pet": "7"}}}, "/verbatim/pets/pet", "must be a list"),
        ("notes", notes(tag={"1": {"name": "x"}, "2": {"name": "x"}}), "/apis/notes/tag/2/name", "`name` of 1 too"),
        ("notes", notes(note={"1": {"title": "x", "tags": "2"}}), "/apis/notes/note/1/tags", "list of ids"),
        ("notes", notes(note={"1": {"title": "x", "tags": ["2"]}}), "/apis/notes/note/1/tags/0", "no tag `2`"),
        ("notes", notes(note={"1": {"title": "x", "version": 5}}), "/apis/notes/note/1/version", "an object"),
        ("notes", notes(note={"1": {"title": "x", "parentId": "1"}}), "/apis/notes/note/1/parentId", "below itself"),
        ("tracker", {**tracker(), "context": {"user": "zz"}}, "/context/user", "no user `zz`"),
        ("tracker", {**tracker(), "context": {"user": None}}, "/context/user", "as text, not null"),
        ("tracker", {**tracker(), "context": {}}, "/context", "`user` is missing"),
        ("tracker", tracker(**{"10": {"priority": "9"}}), "/apis/jira/issue/10/fields/priority", "no priority `9`"),
        ("tracker", tracker(**{"10": {"summary": 5}}), "/apis/jira/issue/10/fields/summary", "text"),
    ],
)  # fmt: skip
def test_one_thing_that_is_wrong_is_told_with_its_place(name: str, document: Any, place: str, what: str) -> None:
    where, said = told(name, detach(document))
    assert where == place
    assert what in said


def test_all_that_is_wrong_is_told_together() -> None:
    document = notes(
        note={"1": {"title": 5, "parentId": "9"}, "2": {"title": "x", "tags": ["8", 4]}},
        tag={"5": {"name": "t"}, "6": {"name": "t"}},
    )
    assert [place for place, _ in problems("notes", document)] == [
        "/apis/notes/note/1/parentId", "/apis/notes/note/1/title", "/apis/notes/note/2/tags/0",
        "/apis/notes/note/2/tags/1", "/apis/notes/tag/6/name",
    ]  # fmt: skip


def test_very_many_problems_are_counted() -> None:
    found = problems("pets", pets({str(id): {} for id in range(1, 500)}))
    assert len(found) == 101
    assert found[-1] == ("", "has 399 further problems; ")


def test_titles_that_a_rule_wants_to_differ_are_told() -> None:
    document = {
        "format": 1,
        "context": {"user": "a"},
        "apis": {
            "confluence": {
                "user": {"a": {"displayName": "Ann"}},
                "space": {"1": {"key": "DOCS", "name": "Docs"}},
                "page": {id: {"spaceId": "1", "title": "Same", "status": status} for id, status in
                         (("5", "current"), ("6", "draft"), ("7", "current"))},
            }
        },
    }  # fmt: skip
    assert {place for place, _ in problems("wiki", document)} >= {
        "/apis/confluence/page/5/title", "/apis/confluence/page/7/title",
    }  # fmt: skip


# -- files that are no worlds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"", "empty"),
        (b"[]", "a list"),
        (b"5", "a number"),
        (b"{", "not JSON"),
        (b'{"format": 1, "apis": {"pets": {"pet": {"1": {"name": "a"', "not JSON"),
        (b'{"format": 1, "format": 1}', "given twice"),
        (b'{"format": 1, "apis": {"pets": {"pet": {"1": {"name": "a"}, "1": {"name": "b"}}}}}', "given twice"),
        (b'{"format": 1, "apis": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "levels deep"),
        (b'{"format": NaN}', "no JSON value"),
        (b'{"format": 1, "x": "\xff"}', "UTF-8"),
        (b'{"format": 1, "x": "\\ud800"}', "JSON"),
    ],
)
def test_file_that_is_no_json_object_is_told_with_its_place(tmp_path: Path, text: bytes, what: str) -> None:
    with pytest.raises(AtlasgenError, match=what) as caught:
        read("pets", tmp_path, text)
    assert all(str(tmp_path / "w.json") in problem.where for problem in caught.value.problems)


def test_file_beyond_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worldfile, "MAX_BYTES", 2**20)
    with pytest.raises(AtlasgenError, match="larger than 1 MB"):
        read("pets", tmp_path, b" " * (2**20 + 1))


@pytest.mark.parametrize("depth", [100, MAX_DEPTH - 6])
def test_record_as_deep_as_files_may_be_is_read_and_shown_or_told(tmp_path: Path, depth: int) -> None:
    text = '{"format": 1, "apis": {"pets": {"pet": {"1": {"name": "a", "extra": %s}}}}}' % ("[" * depth + "]" * depth)
    world = Environment(*emulators("pets"), world=read("pets", tmp_path, text))
    assert world.call("getPet", {"petId": 1}).ok


@functools.cache
def written(name: str) -> str:
    return Environment(*emulators(name), seed=2, records=4).export()


@pytest.mark.parametrize("name", ["notes", "pets", "desk", "tracker", "wiki"])
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, len(ANYTHING) + 1)), min_size=1, max_size=3), SEED)
def test_spoiled_world_is_refused_with_places_or_played_in(name: str, spots: list[tuple[int, int]], seed: int) -> None:
    document = json.loads(written(name))
    for where, what in spots:
        change(document, where, what)
    base = opened_or_refused(name, document)
    if isinstance(base, AtlasgenError):
        assert base.problems
        for problem in base.problems:
            file, _, place = problem.where.partition("#")
            assert file == "w.json"
            resolve(document, place.rpartition("/")[0])  # what is told of is there, or the object that lacks it
        return
    environment = Environment(*emulators(name), world=base)
    play(environment, seed, 15)
    assert (
        opened(name, json.loads(environment.export())).digest == flat(environment.emulators, environment.world).digest
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_truncated_file_is_never_a_world(cut: int) -> None:
    text = written("notes").rstrip()
    with pytest.raises(AtlasgenError, match=r"w\.json"):
        parse_json(text[: cut % len(text)], where="w.json")
