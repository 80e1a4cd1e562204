"""Environments: calls, answers, episodes, and requests that no sane client would send."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import atlasgen
from atlasgen.errors import AtlasgenError, RolloutError
from atlasgen.plan.model import WorldPlan
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment, Reply
from atlasgen.runtime.operations import Emulator

ROOT = Path(__file__).parents[2]
SPECS = {name: ROOT / "specs" / f"{name}.yaml" for name in ("jira", "confluence")}
PETS = ROOT / "tests" / "golden" / "pets.yaml"
PLANS = {name: plan_of(path) for name, path in SPECS.items()}
TASK = {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": "Write it down"}


@pytest.fixture
def tracker() -> Environment:
    return Environment(Emulator(PLANS["jira"]), seed=3)


@pytest.fixture
def both() -> Environment:
    return Environment(*map(Emulator, PLANS.values()), seed=3)


def create(environment: Environment, **fields: Any) -> Reply:
    return environment.call("createIssue", {"body": {"fields": {**TASK, **fields}}})


def key_of(environment: Environment, **fields: Any) -> str:
    key = create(environment, **fields).json()["key"]
    assert isinstance(key, str)
    return key


# -- tools and documents -----------------------------------------------------------------------------------------------


def test_tools_of_all_apis_stand_in_the_order_of_the_documents(both: Environment) -> None:
    written = [
        operation["operationId"]
        for path in SPECS.values()
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["paths"].values()
        for operation in item.values()
    ]
    # What the first API calls a tool, the second one calls after itself.
    expected = [f"confluence_{name}" if name in written[:index] else name for index, name in enumerate(written)]
    assert [tool.name for tool in both.tools] == expected
    assert len(set(expected)) == len(expected)


def test_tools_that_collide_get_the_name_of_their_api(tmp_path: Path) -> None:
    paths = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for path in paths:
        path.write_text(PETS.read_text())
    shop = Environment(*(Emulator(plan_of(path)) for path in paths), records=0)
    names = [tool.name for tool in shop.tools]
    assert names[:2] == ["listPets", "createPet"]
    assert "two_createPet" in names
    assert len(set(names)) == len(names) == 20
    shop.call("two_createPet", {"body": {"name": "Rex"}})
    assert (shop.call("listPets").json(), len(shop.call("two_listPets").json())) == ([], 1)
    assert [call.tool for call in shop.calls] == ["two_createPet", "listPets", "two_listPets"]


def test_load_finds_the_overlay_beside_the_document() -> None:
    assert create(atlasgen.load(SPECS["jira"])).status == 201


def test_load_without_hints_leaves_the_overlay_out() -> None:
    plain = atlasgen.load(SPECS["jira"], hints=False)
    assert all(not resource.rules for resource in plain.emulators[0].plan.resources.values())
    assert plain.emulators[0].plan.world == WorldPlan()


def test_load_takes_another_overlay(tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - {target: $.info, update: {title: Renamed}}\n"
    )
    assert atlasgen.load(SPECS["jira"], overlay=overlay).emulators[0].plan.title == "Renamed"


def test_load_of_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(AtlasgenError, match=r"nothing\.yaml"):
        atlasgen.load(tmp_path / "nothing.yaml")


# -- answers and what is kept of calls ---------------------------------------------------------------------------------


def test_reply_is_read_anew_each_time(tracker: Environment) -> None:
    reply = create(tracker)
    reply.json()["key"] = "mangled"
    assert reply.json()["key"] != "mangled"
    assert reply.ok


def test_answer_without_a_body_has_no_content(tracker: Environment) -> None:
    key = key_of(tracker)
    step = tracker.call("getTransitions", {"issueIdOrKey": key}).json()["transitions"][0]["id"]
    reply = tracker.call("doTransition", {"issueIdOrKey": key, "body": {"transition": {"id": step}}})
    assert (reply.status, reply.content, reply.json()) == (204, b"", None)


def test_call_keeps_what_was_sent_what_came_back_and_what_was_touched(tracker: Environment) -> None:
    reply = create(tracker)
    id, (call,) = reply.json()["id"], tracker.calls
    assert call.arguments == {"body": {"fields": TASK}}
    assert (call.tool, call.status, call.json(), call.ok, call.known) == ("createIssue", 201, reply.json(), True, True)
    assert call.writes == (("jira.issue", id),)
    tracker.call("getIssue", {"issueIdOrKey": id})
    assert tracker.calls[1].writes == ()
    assert ("jira.issue", id) in tracker.calls[1].reads
    assert {collection for collection, _ in tracker.calls[1].reads} >= {"jira.project", "jira.status", "jira.user"}


def test_refused_call_is_kept_without_writes(tracker: Environment) -> None:
    create(tracker, summary=5)
    (call,) = tracker.calls
    assert (call.status, call.ok, call.writes, call.reads) == (400, False, (), ())


def test_unknown_tool_is_an_answer_that_names_the_tools(tracker: Environment) -> None:
    reply = tracker.call("dropDatabase", {"a": 1})
    assert reply.status == 404
    assert "createIssue" in reply.json()["error"]
    assert not tracker.calls[0].known


def test_select_shows_the_fields_that_are_asked_for(tracker: Environment) -> None:
    key = key_of(tracker)

    def shown(*fields: str) -> set[str]:
        return set(tracker.call("getIssue", {"issueIdOrKey": key, "fields": list(fields)}).json()["fields"])

    everything = set(tracker.call("getIssue", {"issueIdOrKey": key}).json()["fields"])
    assert shown("summary", "status") == {"summary", "status"}
    assert shown("summary,status") == {"summary", "status"}
    assert shown("*all") == everything
    assert shown("*none") == set()
    assert shown("-summary") == everything - {"summary"}
    assert shown("*all", "-summary", "-status") == everything - {"summary", "status"}
    assert shown("nothing", "summary") == {"summary"}


def test_issue_is_found_by_id_and_by_key(tracker: Environment) -> None:
    names = create(tracker).json()
    by_id, by_key = (tracker.call("getIssue", {"issueIdOrKey": names[name]}) for name in ("id", "key"))
    assert by_id == by_key
    assert by_id.status == 200


def test_links_start_from_the_address_that_serves(tracker: Environment) -> None:
    issue = create(tracker).json()
    digest = tracker.digest()
    seen = []
    for address in ("https://one.example", "https://two.example", "https://one.example"):
        with tracker.served_from(address):
            seen.append(tracker.call("getIssue", {"issueIdOrKey": issue["id"]}).json())
    assert [item["self"].split("/rest")[0] for item in seen] == [
        "https://one.example", "https://two.example", "https://one.example",
    ]  # fmt: skip
    assert [item["fields"]["project"]["self"].split("/rest")[0] for item in seen][1] == "https://two.example"
    assert seen[0] == seen[2]
    assert tracker.digest() == digest
    assert tracker.call("getIssue", {"issueIdOrKey": issue["id"]}).json()["self"].startswith("http://localhost/")


# -- episodes ----------------------------------------------------------------------------------------------------------


def test_reset_forgets_the_episode(tracker: Environment) -> None:
    first, key = tracker.digest(), key_of(tracker)
    tracker.reset()
    assert (tracker.digest(), tracker.diff(), tracker.calls) == (first, (), [])
    assert tracker.call("getIssue", {"issueIdOrKey": key}).status == 404
    assert key_of(tracker) == key


def test_reset_to_another_seed_and_back(tracker: Environment) -> None:
    first = tracker.digest()
    tracker.reset(seed=4)
    assert tracker.digest() == Environment(Emulator(PLANS["jira"]), seed=4).digest() != first
    tracker.reset(seed=3)
    assert tracker.digest() == first


def test_what_is_kept_of_an_episode_outlives_it(tracker: Environment) -> None:
    create(tracker)
    calls, diff = tracker.calls, tracker.diff()
    tracker.reset()
    assert (len(calls), len(diff)) == (1, 1)


def test_environments_of_one_emulator_do_not_see_each_other() -> None:
    emulator = Emulator(PLANS["jira"])
    one, other = Environment(emulator, seed=3), Environment(emulator, seed=3)
    key = key_of(one)
    assert other.call("getIssue", {"issueIdOrKey": key}).status == 404
    assert other.diff() == ()


def test_views_kept_from_one_episode_do_not_leak_into_another(tracker: Environment) -> None:
    """People and types are encoded once a world; a layer that changes one of them must show."""
    key = key_of(tracker)
    before = tracker.call("getIssue", {"issueIdOrKey": key}).json()["fields"]["project"]
    changed = {**(tracker.world.get("jira.project", before["id"]) or {}), "name": "Renamed"}
    tracker.reset()
    tracker.world.begin()
    tracker.world.put("jira.project", before["id"], changed)
    tracker.reset(tracker.world.changes.seal())
    key = key_of(tracker)
    assert tracker.call("getIssue", {"issueIdOrKey": key}).json()["fields"]["project"]["name"] == "Renamed"
    tracker.reset()
    key = key_of(tracker)
    assert tracker.call("getIssue", {"issueIdOrKey": key}).json()["fields"]["project"] == before


# -- hostile requests --------------------------------------------------------------------------------------------------


class Sly(dict[str, Any]):
    """A mapping of a class of its own."""


def deep(levels: int, of: type = list) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value] if of is list else {"a": value}
    return value


def circle() -> Any:
    value: dict[str, Any] = {}
    value["self"] = value
    return value


HOSTILE: dict[str, Callable[[], Any]] = {
    "deep lists": lambda: deep(10_000),
    "deep objects": lambda: deep(10_000, dict),
    "deep as orjson bears": lambda: deep(250),
    "a circle": circle,
    "long text": lambda: "x" * 5_000_000,
    "nan": lambda: math.nan,
    "infinity": lambda: math.inf,
    "a number beyond 64 bits": lambda: 10**30,
    "a number of 5,001 digits": lambda: 10**5000,
    "a set": lambda: {1, 2},
    "a tuple": lambda: (1, 2),
    "bytes": lambda: b"abc",
    "half a character": lambda: "\ud800",
    "a key of half a character": lambda: {"\ud800": 1},
    "a number as key": lambda: {1: 2},
    "null as key": lambda: {None: 2},
    "an object of ours": lambda: object(),
    "a class": lambda: dict,
    "a function": lambda: deep,
    "null": lambda: None,
    "an empty list": list,
    "an empty object": dict,
    "true": lambda: True,
    "minus zero": lambda: -0.0,
    "a template": lambda: "{message}{0.__class__}",
    "control characters": lambda: "\x00\x1b[2J\u2028",
}


def places(hostile: Any) -> list[tuple[str, Any]]:
    """Return calls that hold a hostile value in every sort of place."""
    return [
        ("createIssue", {"body": hostile}),
        ("createIssue", {"body": {"fields": hostile}}),
        ("createIssue", {"body": {"fields": {**TASK, "summary": hostile}}}),
        ("createIssue", {"body": {"fields": {**TASK, "project": hostile}}}),
        ("createIssue", {"body": {"fields": {**TASK, "project": {"key": hostile}}}}),
        ("createIssue", {"body": {"fields": {**TASK, "labels": [hostile]}}}),
        ("createIssue", {"body": {"fields": TASK}, "more": hostile}),
        ("getIssue", {"issueIdOrKey": hostile}),
        ("getIssue", {"issueIdOrKey": "PROJ-1", "fields": hostile}),
        ("doTransition", {"issueIdOrKey": "PROJ-1", "body": {"transition": hostile}}),
        ("doTransition", {"issueIdOrKey": "PROJ-1", "body": {"transition": {"id": hostile}}}),
        ("getPageById", {"id": hostile}),
        ("createPage", {"body": {"spaceId": hostile}}),
        ("createPage", {"body": {"spaceId": "1", "body": hostile}}),
        ("createPage", {"body": {"spaceId": "1", "body": {"representation": hostile, "value": "x"}}}),
        ("createPage", {"body": {"spaceId": "1", "title": "t", "body": {"storage": {"value": hostile}}}}),
        ("createIssue", hostile),
        ("nothing", {"a": hostile}),
        ("nothing", hostile),
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_value_is_refused_and_changes_nothing(both: Environment, name: str) -> None:
    before = both.digest()
    for tool, arguments in places(HOSTILE[name]()):
        reply = both.call(tool, arguments)
        assert both.calls[-1].content == reply.content
        if reply.ok:
            # Odd, but right: labels, formats and control characters are text, an empty list of fields is one.
            assert name in ("an empty list", "an empty object", "a template", "control characters", "null")
            both.reset()
        else:
            assert 400 <= reply.status < 500, (tool, reply)
            assert reply.json() is not None
        assert both.digest() == before, tool


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_value_in_a_free_member_is_stored_as_it_is_or_refused(name: str) -> None:
    pets = atlasgen.load(PETS)
    before, value = pets.digest(), HOSTILE[name]()
    reply = pets.call("createPet", {"body": {"name": "Rex", "extra": value}})
    if reply.ok:
        assert pets.call("getPet", {"petId": reply.json()["id"]}).json()["extra"] == value
        assert pets.call("listPets").ok
    else:
        assert reply.status == 400
        assert pets.digest() == before


@pytest.mark.parametrize("arguments", [[], "text", 3, True, [("body", {})], b"{}"], ids=repr)
def test_arguments_that_are_no_object_are_refused(tracker: Environment, arguments: Any) -> None:
    assert tracker.call("createIssue", arguments).status == 400


@pytest.mark.parametrize("tool", [None, 3, "", "create\ud800", ["createIssue"], {}, b"createIssue"], ids=ascii)
def test_a_tool_that_is_no_name_is_not_found(tracker: Environment, tool: Any) -> None:
    assert tracker.call(tool, {}).status == 404
    assert tracker.calls[0].known is False


def test_mappings_of_other_classes_are_read_like_dictionaries(tracker: Environment) -> None:
    for arguments in (Sly(body=Sly(fields=Sly(TASK))), types.MappingProxyType({"body": {"fields": TASK}})):
        assert tracker.call("createIssue", arguments).status == 201
    assert tracker.calls[0].arguments == tracker.calls[1].arguments == {"body": {"fields": TASK}}


def test_arguments_are_not_changed_by_a_call(both: Environment) -> None:
    sent: list[tuple[str, Any]] = [
        ("createIssue", {"body": {"fields": {**TASK, "labels": ["a"]}, "nothing": {"a": []}}}),
        ("createPage", {"body": {"spaceId": "1", "body": {"representation": "storage", "value": "x"}}}),
        ("doTransition", {"issueIdOrKey": "PROJ-1", "body": {"transition": {"id": 5}, "fields": {}}}),
    ]
    for tool, arguments in sent:
        text = repr(arguments)
        both.call(tool, arguments)
        assert repr(arguments) == text


def test_failure_of_our_own_code_is_no_answer_and_changes_nothing(
    tracker: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tracker.digest()
    create(tracker)
    after = tracker.digest()

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("ours")

    status, run, emulator = tracker._handlers["createIssue"]

    def run_and_break(world: Any, arguments: Any) -> Any:
        run(world, arguments)
        return broken()

    monkeypatch.setitem(tracker._handlers, "createIssue", (status, run_and_break, emulator))
    with pytest.raises(RolloutError, match=r"createIssue: ZeroDivisionError: ours") as caught:
        create(tracker)
    assert caught.value.boundary == "operation"
    assert before != tracker.digest() == after
    assert len(tracker.calls) == 1
