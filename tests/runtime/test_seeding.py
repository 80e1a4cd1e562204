"""Seeded worlds: what they hold obeys the rules of its own service, and hangs on the seed alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from atlasgen.errors import AtlasgenError
from atlasgen.plan.model import Plan
from atlasgen.plan.read import plan_of
from atlasgen.runtime.documents import at
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.identity import digits, draw, timestamp
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.seeding import SAMPLES, base_world
from tests.property.sampling import targets

PETS = Path(__file__).parents[1] / "golden" / "pets.yaml"

ROOT = Path(__file__).parents[2]
NAMES = ("jira", "confluence")
EMULATORS = {name: Emulator(plan_of(ROOT / "specs" / f"{name}.yaml")) for name in NAMES}
SEEDS = (0, 1, 2, 7, 1000)

OVERLAY = """
overlay: 1.0.0
info: {{title: t, version: "1"}}
actions:
  - target: $
    update:
      x-atlasgen:
        world: {world}
"""


def opened(name: str, seed: int = 0, records: int = 24) -> Environment:
    return Environment(EMULATORS[name], seed=seed, records=records)


def seeded(name: str, seed: int, records: int = 24) -> dict[str, dict[str, Any]]:
    return opened(name, seed, records).world.export()  # type: ignore[return-value]  # collections are objects


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_seeded_record_obeys_its_own_rules(name: str, seed: int) -> None:
    environment, emulator = opened(name, seed), EMULATORS[name]
    checked = 0
    for resource in emulator.plan.resources:
        store = emulator.store(resource)
        for id in environment.world.ids(store.collection):
            record = environment.world.get(store.collection, id)
            assert record is not None
            assert str(record[store.resource.identity.field]) == id
            assert store.rules.broken(environment.world, record, id) == []
            checked += 1
    assert checked > 20


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_seeded_record_is_shown_as_its_schema_says(name: str, seed: int) -> None:
    environment, shown = opened(name, seed), 0
    for target in targets(environment):
        if target.operation.archetype != "get":
            continue
        schema = {**(target.operation.response or {}), "$defs": dict(target.plan.schemas)}
        validator = jsonschema_rs.Draft202012Validator(json.loads(json.dumps(schema)))
        for id in list(environment.world.ids(target.collection)):
            record = environment.world.get(target.collection, id)
            named = {parameter: at(record, path) for parameter, path in target.operation.scope.items()}
            if target.operation.target:
                also = target.plan.resources[target.operation.resource].identity.also
                numbers = [record[member] for member in also if isinstance(record.get(member), int)] if record else []
                named[target.operation.target] = numbers[0] if numbers else id
            reply = environment.call(target.tool, {**named, **formats(target.tool)})
            assert reply.status == 200
            assert [error.message for error in validator.iter_errors(reply.json())] == []
            shown += 1
    assert shown >= 24


def formats(tool: str) -> dict[str, str]:
    return {"body-format": "storage"} if tool == "getPageById" else {}


@pytest.mark.parametrize("name", NAMES)
def test_references_of_seeded_records_lead_to_records(name: str) -> None:
    world, found = seeded(name, 3), 0
    resources = EMULATORS[name].plan.resources
    for resource in resources.values():
        for record in world.get(f"{name}.{resource.name}", {}).values():
            for field in resource.fields:
                value: Any = record
                for key in field.path:
                    value = value.get(key) if isinstance(value, dict) else None
                if field.reference is not None and value is not None:
                    for id in value if isinstance(value, list) else [value]:
                        assert id in world[f"{name}.{field.reference.resource}"]
                        found += 1
    assert found > 50


def test_aliases_and_ids_are_each_given_once() -> None:
    for seed in SEEDS:
        issues = seeded("jira", seed)["jira.issue"]
        keys = [issue["key"] for issue in issues.values()]
        assert len(set(keys)) == len(keys) == len(issues)
        for project in ("PROJ", "WEB", "OPS"):
            numbers = sorted(int(key.split("-")[1]) for key in keys if key.startswith(project + "-"))
            assert numbers == list(range(1, len(numbers) + 1))


def test_published_titles_are_unique_in_every_space() -> None:
    for seed in SEEDS:
        pages = seeded("confluence", seed, records=200)["confluence.page"].values()
        titles = [(page["spaceId"], page["title"]) for page in pages]
        assert len(set(titles)) == len(titles) > 100


@pytest.mark.parametrize("name", NAMES)
def test_different_seeds_have_different_ids_and_texts(name: str) -> None:
    worlds = [seeded(name, seed) for seed in SEEDS]
    for resource in EMULATORS[name].plan.resources.values():
        if resource.identity.format in ("{n}", "{hex24}"):  # the ids that calls name
            ids = [frozenset(world.get(f"{name}.{resource.name}", ())) for world in worlds]
            assert all(not one & other for index, one in enumerate(ids) for other in ids[:index]), resource.name
    assert len({json.dumps(world, sort_keys=True) for world in worlds}) == len(SEEDS)


def test_number_names_one_record_of_a_small_world() -> None:
    """Readers of answers that look for an id must not take the one record for the other."""
    for seed in range(100):
        worlds = Environment(*EMULATORS.values(), seed=seed).world.export()
        ids = [id for table in worlds.values() if isinstance(table, dict) for id in table if id.isdecimal()]
        assert len(ids) == len(set(ids)) > 40


def test_ids_do_not_tell_which_record_hints_named_first() -> None:
    """Otherwise a policy could learn that the lowest id is the status To Do."""
    orders = set()
    for seed in range(12):
        statuses = seeded("jira", seed)["jira.status"]
        orders.add(tuple(statuses[id]["name"] for id in sorted(statuses, key=int)))
    assert len(orders) > 2


def test_number_of_records_is_the_callers() -> None:
    none, hundred = (seeded("jira", 0, records=number) for number in (0, 100))
    assert len(none.get("jira.issue", {})) == 0
    assert 90 <= sum(map(len, hundred.values())) - sum(map(len, none.values())) <= 110


def test_people_are_the_same_in_every_api_of_a_world() -> None:
    users = [seeded(name, 5)[f"{name}.user"] for name in NAMES]
    names = [{user["displayName"]: id for id, user in table.items()} for table in users]
    assert names[1].items() <= names[0].items()


PROGRAM = """
import sys
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
import pathlib
env = Environment(*(Emulator(plan_of(pathlib.Path(path))) for path in sys.argv[1:]), seed=11)
pages = env.world.export()
reply = env.call("createIssue", {"body": {"fields": {"project": {"key": "WEB"}, "issuetype": {"name": "Task"},
    "summary": "x", "labels": ["b", "a"]}}})
issue = env.call("getIssue", {"issueIdOrKey": reply.json()["key"]})
print(env.digest(), reply.content.decode(), issue.content.decode())
print([emulator.plan.digest for emulator in env.emulators], list(pages))
"""


def test_worlds_and_plans_are_the_same_in_every_process(tmp_path: Path) -> None:
    answers = set()
    for seed, zone, folder in (
        ("0", "UTC", ROOT),
        ("1", "Pacific/Apia", tmp_path),
        ("77", "America/Caracas", tmp_path),
    ):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *(str(ROOT / "specs" / f"{name}.yaml") for name in NAMES)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT / "generator")},
            cwd=folder, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        answers.add(done.stdout)
    assert len(answers) == 1
    assert "WEB-" in answers.pop()


# -- hints that are wrong ----------------------------------------------------------------------------------------------


def with_world(tmp_path: Path, world: str) -> Plan:
    overlay = tmp_path / "hints.yaml"
    overlay.write_text(OVERLAY.format(world=world))
    return plan_of(ROOT / "tests" / "golden" / "pets.yaml", overlay=overlay)


def test_named_records_of_a_plain_document_are_there_with_ids_that_are_numbers(tmp_path: Path) -> None:
    world = "{records: {owner: {zoe: {name: Zoe}}, pet: {rex: {name: Rex, ownerId: zoe}}}}"
    pets = Environment(Emulator(with_world(tmp_path, world)))
    ((owner, zoe),) = pets.world.export()["pets.owner"].items()  # type: ignore[union-attr]  # a table
    (rex,) = pets.call("listPets").json()
    assert rex == {"id": rex["id"], "name": "Rex", "ownerId": int(owner)}
    assert zoe == {"id": int(owner), "name": "Zoe"}


@pytest.mark.parametrize(
    ("world", "what"),
    [
        ("{records: {pett: {rex: {}}}}", "pet"),
        ("{records: {pet: {rex: {name: Rex, ownerId: zoe}}}}", "zoe"),
        ("{populate: [{resource: pett, values: {}}]}", "pet"),
        ("{populate: [{resource: pet, values: {ownerId: {any: ownr}}}]}", "owner"),
        ("{populate: [{values: {}}]}", "resource"),
        ("{populate: [5]}", "object"),
        ("{records: 5}", "object"),
        ("{records: {pet: {rex: 5}}}", "object"),
        ("{populate: [{resource: pet, values: {name: {phrase: [[]]}}}]}", "phrase"),
        ("{populate: [{resource: pet, values: {name: {phrase: [[1, 2]]}}}]}", "phrase"),
        ("{populate: [{resource: pet, share: x}]}", "share"),
        ("{context: {user: me}}", "context"),
    ],
)
def test_hint_about_the_world_that_is_wrong_is_told(tmp_path: Path, world: str, what: str) -> None:
    with pytest.raises(AtlasgenError, match=what):
        base_world([Emulator(with_world(tmp_path, world))])


# -- what all of it is made of -----------------------------------------------------------------------------------------


def test_draws_hang_on_their_arguments_alone() -> None:
    assert draw("a", 1) == draw("a", 1)
    assert len({draw("a", number) for number in range(1000)}) == 1000
    assert draw("a", "b") != draw("ab")
    assert re.fullmatch(r"[0-9a-f]{24}", digits(24, "x"))
    assert digits(24, "x") != digits(24, "y")
    counts = [sum(draw("dice", number) % 6 == face for number in range(6000)) for face in range(6)]
    assert all(850 < count < 1150 for count in counts)


def test_times_are_written_as_the_service_writes_them() -> None:
    assert timestamp(1_767_258_000, "zulu") == "2026-01-01T09:00:00.000Z"
    assert timestamp(1_767_258_000, "offset") == "2026-01-01T09:00:00.000+0000"


def test_a_world_that_no_hint_describes_holds_some_records_that_refer_to_each_other() -> None:
    pets = Environment(Emulator(plan_of(PETS)), seed=5)
    shown = pets.call("listPets").json()
    owners = {owner["id"] for owner in pets.world.export()["pets.owner"].values()}  # type: ignore[index, call-overload, union-attr]  # a table
    assert len(shown) == SAMPLES
    assert {pet["ownerId"] for pet in shown} <= owners
    assert all(pets.call("getPet", {"petId": pet["id"]}).json() == pet for pet in shown)
    again = Environment(Emulator(plan_of(PETS)), seed=5)
    assert again.digest() == pets.digest() != Environment(Emulator(plan_of(PETS)), seed=6).digest()
