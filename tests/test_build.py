"""Building documents: the same bytes everywhere, nothing of a person's lost, nothing renamed."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from typer.testing import CliRunner

from atlasgen import cli
from atlasgen.build import build, check_overrides
from atlasgen.errors import AtlasgenError
from atlasgen.plan.model import WRITING
from atlasgen.publish import check, publish
from atlasgen.runtime.environment import Environment

ROOT = Path(__file__).parents[1]
APIS = ("confluence", "jira")

NEW_OPERATION = {
    "get": {
        "operationId": "getWatchers",
        "summary": "List the watchers of an issue",
        "parameters": [{"$ref": "#/components/parameters/issueIdOrKey"}],
        "responses": {"200": {"description": "They.", "content": {"application/json": {"schema": {"type": "object"}}}}},
    }
}


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Return a copy of specs/ that a test may change."""
    return Path(shutil.copytree(ROOT / "specs", tmp_path / "specs"))


def load(package: Path) -> ModuleType:
    """Import a package that was built outside of the workspace."""
    spec = importlib.util.spec_from_file_location(
        f"built_{package.name}_{abs(hash(package))}", package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def add_method(package: Path, method: str) -> str:
    """Add an override to a package as a person would; return what the file says then."""
    path = package / "overrides.py"
    text = f"from atlasgen.runtime.package import override\n{path.read_text()}\n    @override\n    {method}\n"
    path.write_text(text)
    return text


@pytest.mark.parametrize("api", APIS)
def test_committed_packages_are_what_the_specs_say(api: str) -> None:
    assert not check(build(ROOT / "specs" / f"{api}.yaml"), ROOT / "generated_envs" / api)


def test_build_gives_the_same_bytes_whatever_the_hash_seed_the_time_zone_and_the_folder(
    specs: Path, tmp_path: Path
) -> None:
    outputs = []
    for number, (seed, zone, folder) in enumerate([("0", "UTC", ROOT), ("4242", "Pacific/Auckland", tmp_path)]):
        source = ROOT / "specs" if folder == ROOT else specs
        out = tmp_path / f"out{number}"
        arguments = ["build", str(source / "jira.yaml"), str(source / "confluence.yaml"), "--out", str(out)]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT / "generator")}
        code = "from atlasgen.cli import main; main()"
        subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, env=environment, check=True)
        outputs.append({str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    first, second = outputs
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert not any(str(tmp_path).encode() in data or str(ROOT).encode() in data for data in first.values())


def test_override_survives_a_rebuild_after_an_operation_was_added(specs: Path, tmp_path: Path) -> None:
    target = tmp_path / "jira"
    publish(build(specs / "jira.yaml"), target)
    own = add_method(target, 'def get_issue(self, **a): return {**super().get_issue(**a), "expand": "mine"}')
    old_types = (target / "_generated" / "shapes.py").read_text()
    old_tools = json.loads((target / "_generated" / "tools.json").read_text())

    document = yaml.safe_load((specs / "jira.yaml").read_text())
    document["paths"]["/rest/api/3/issue/{issueIdOrKey}/watchers"] = NEW_OPERATION
    (specs / "jira.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    report = publish(build(specs / "jira.yaml"), target)

    assert (target / "overrides.py").read_text() == own
    assert report.seeded == ()
    new_tools = json.loads((target / "_generated" / "tools.json").read_text())
    assert [tool for tool in new_tools if tool in old_tools] == old_tools
    assert "getWatchers" in {tool["function"]["name"] for tool in new_tools}
    assert {line for line in old_types.splitlines() if line.startswith("class ")} <= set(
        (target / "_generated" / "shapes.py").read_text().splitlines()
    )
    environment = Environment(load(target).Operations)
    key = next(iter(environment.world.ids("jira.issue")))
    assert environment.call("getIssue", {"issueIdOrKey": key}).json()["expand"] == "mine"


def test_override_of_an_operation_that_is_gone_names_the_nearest_at_import(specs: Path, tmp_path: Path) -> None:
    target = tmp_path / "jira"
    publish(build(specs / "jira.yaml"), target)
    add_method(target, "def get_isue(self, **a): ...")
    with pytest.raises(AtlasgenError) as error:
        load(target)
    assert "`Operations.get_isue` overrides no operation" in str(error.value)
    assert "`get_issue`" in str(error.value)
    assert "overrides.py:" in error.value.problems[0].where


def test_hand_edit_makes_the_build_refuse_and_write_nothing(specs: Path, tmp_path: Path) -> None:
    target = tmp_path / "jira"
    publish(build(specs / "jira.yaml"), target)
    edited = target / "_generated" / "operations.py"
    edited.write_text(edited.read_text() + "# mine\n")
    document = yaml.safe_load((specs / "jira.yaml").read_text())
    document["paths"]["/rest/api/3/issue/{issueIdOrKey}/watchers"] = NEW_OPERATION
    (specs / "jira.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    with pytest.raises(AtlasgenError) as error:
        publish(build(specs / "jira.yaml"), target)
    assert "operations.py" in str(error.value)
    assert "overrides.py" in str(error.value)
    assert before == {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}


def test_every_operation_has_a_method_a_tool_and_every_write_a_reward_skeleton() -> None:
    for api in APIS:
        package = build(ROOT / "specs" / f"{api}.yaml")
        plan = json.loads(package.files["plan.json"])
        source = {name: data.decode() for name, data in package.files.items()}
        for operation in plan["operations"]:
            assert f"def {operation['function']}(" in source["operations.py"]
            written = f'operation = "{operation["tool"]}"' in source["rewards.py"]
            assert written == (operation["archetype"] in WRITING), operation["tool"]
        assert [tool["function"]["name"] for tool in json.loads(source["tools.json"])] == [
            operation["tool"] for operation in plan["operations"]
        ]


def test_what_a_person_answers_is_not_told_to_change_nothing(tmp_path: Path) -> None:
    target = tmp_path / "jira"
    shutil.copytree(ROOT / "generated_envs" / "jira", target)
    command = ["build", str(ROOT / "specs" / "jira.yaml"), "--out", str(tmp_path)]
    assert "change nothing" not in CliRunner().invoke(cli.app, command).output
    (target / "overrides.py").unlink()
    assert "6 of them change nothing" in CliRunner().invoke(cli.app, command).output


def test_hostile_texts_of_a_document_stay_texts(tmp_path: Path) -> None:
    evil = '"""\n{{ 7 * 7 }} \\" {% raw %}\nimport os; os.abort() #\x07\u202e'
    members = {"id": {"type": "string", "description": evil}, evil: {"type": "string"}}
    schema = {"type": "object", "description": evil, "title": evil, "properties": members}
    operation = {
        "operationId": "import",
        "summary": evil,
        "description": evil,
        "parameters": [{"name": "class", "in": "path", "required": True, "description": evil, "schema": {}}],
        "responses": {"200": {"description": evil, "content": {"application/json": {"schema": schema}}}},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": evil, "version": evil, "description": evil},
        "paths": {"/things/{class}": {"get": operation}},
    }
    spec = tmp_path / "evil.json"
    spec.write_text(json.dumps(document))
    package = build(spec)
    target = tmp_path / "evil"
    publish(package, target)
    environment = Environment(load(target).Operations)
    assert environment.tools[0].description == evil.strip()
    for name in ("operations.py", "models.py", "shapes.py", "rewards.py"):
        compile(package.files[name], name, "exec")
        assert b"49" not in package.files[name]


def test_a_document_without_any_object_builds(tmp_path: Path) -> None:
    answer = {"200": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Ping", "version": "1"},
        "servers": [{"url": "https://{host}.example.com/v{n}/", "variables": {"n": {"default": "2"}}}],
        "paths": {"/ping": {"get": {"operationId": "ping", "responses": answer}}},
    }
    (tmp_path / "ping.json").write_text(json.dumps(document))
    publish(build(tmp_path / "ping.json"), tmp_path / "ping")
    (operation,) = load(tmp_path / "ping").Operations.emulator.plan.operations
    assert operation.path == "/v2/ping"


def test_an_override_that_a_document_leaves_behind_stops_the_build(specs: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "jira"
    publish(build(specs / "jira.yaml"), target)
    add_method(target, "def get_issue(self, *, issue_id_or_key, fields=None): ...")
    document = yaml.safe_load((specs / "jira.yaml").read_text())
    document["paths"]["/rest/api/3/issue/{issueIdOrKey}"]["get"]["operationId"] = "getIssues"
    (specs / "jira.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    package = build(specs / "jira.yaml")
    with pytest.raises(AtlasgenError) as error:
        check_overrides(package.plan, target)
    assert "get_issue" in str(error.value)
    assert "get_issues" in error.value.problems[0].remedy
    assert before == {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
