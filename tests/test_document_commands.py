"""`atlasgen trim` and `atlasgen coverage`, as a person runs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atlasgen import cli
from atlasgen.spec.load import read_openapi

FULL = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /pets: {get: {operationId: listPets, description: "All \x1b. Really.", responses: {"200": {description: Pets.}}}}
  /pets/{petId}:
    get:
      operationId: getPet
      responses: {"200": {description: ok, content: {a/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}
    put: {operationId: putPet, responses: {"204": {description: Done.}}}
components:
  schemas: {Pet: {type: object, properties: {id: {type: string}}}}
""".replace("\x1b", "\\e")  # fmt: skip

PACKAGE = """
from pathlib import Path
from atlasgen.plan.read import plan_of
from atlasgen.runtime.package import Operations as Base, override

class Generated(Base, plan=plan_of(Path(__file__).parents[2] / "specs" / "shop.yaml")):
    pass

class Operations(Generated):
    @override
    def put_pet(self, **arguments):
        return {}
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in [name for name in sys.modules if name.split(".")[0] == "generated_envs"]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "shop.yaml").write_text(FULL)
    folder = tmp_path / "generated_envs" / "shop"
    (folder / "_generated").mkdir(parents=True)
    (folder / "__init__.py").write_text(PACKAGE)
    (tmp_path / "pyproject.toml").write_text("")

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["atlasgen", *arguments])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err
        return caught.value.code if isinstance(caught.value.code, int) else 0, captured.out, captured.err

    return command


class TestTrim:
    def test_operations_are_added_and_nothing_changes_the_second_time(self, run: Run, tmp_path: Path) -> None:
        assert run("trim", "specs/shop.yaml", "--operation", "getPet", "-o", "small.yaml") == (
            0, "small.yaml: 1 operations, 1 schemas added\n", ""
        )  # fmt: skip
        small = tmp_path / "small.yaml"
        small.write_text("# Ours.\n" + small.read_text())
        code, out, _ = run("trim", "specs/shop.yaml", "--operation", "getPet", "listPets", "-o", "small.yaml")
        assert (code, out) == (0, "small.yaml: 1 operations added\n")
        written = small.read_text()
        assert written.startswith('# Ours.\nopenapi: "3.0.3"\n')
        paths = read_openapi(small)["paths"]
        assert isinstance(paths, dict)
        assert list(paths) == ["/pets", "/pets/{petId}"]
        assert run("trim", "specs/shop.yaml", "--operation", "listPets", "-o", "small.yaml")[1].endswith("unchanged\n")
        assert small.read_text() == written

    def test_file_to_which_nothing_is_added_keeps_its_form(self, run: Run, tmp_path: Path) -> None:
        run("trim", "specs/shop.yaml", "--operation", "getPet", "-o", "specs/shop.yaml")
        assert (tmp_path / "specs" / "shop.yaml").read_text() == FULL

    def test_lost_comments_are_told(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "small.yaml").write_text('openapi: "3.0.3"\n# Mine.\npaths: {}\n')
        assert "comments" in run("trim", "specs/shop.yaml", "--operation", "getPet", "-o", "small.yaml")[2]

    def test_dash_is_stdout(self, run: Run, tmp_path: Path) -> None:
        code, out, err = run("trim", "specs/shop.yaml", "--operation", "listPets", "-o", "-")
        assert (code, err) == (0, "")
        assert 'description: "All \\x1B."' in out
        assert "\x1b" not in out
        assert "description: Success." in run(
            "trim", "specs/shop.yaml", "--operation", "listPets", "-o", "-", "--no-descriptions"
        )[1]  # fmt: skip

    def test_every_unknown_operation_is_told_and_nothing_is_written(self, run: Run, tmp_path: Path) -> None:
        code, out, err = run("trim", "specs/shop.yaml", "--operation", "getPat", "--operation", "x", "-o", "a.yaml")
        assert (code, out) == (2, "")
        assert "error: getPat: is no operation of specs/shop.yaml\n    did you mean getPet?\n" in err
        assert "error: x: is no operation" in err
        assert not (tmp_path / "a.yaml").exists()

    @pytest.mark.parametrize("content", ["overlay: 1.0.0\n", "a text", "", "a: [\n", '{"a": 1}'])
    def test_file_that_is_no_openapi_document_is_not_overwritten(self, run: Run, tmp_path: Path, content: str) -> None:
        (tmp_path / "mine.yaml").write_text(content)
        assert run("trim", "specs/shop.yaml", "--operation", "getPet", "-o", "mine.yaml")[0] == 2
        assert (tmp_path / "mine.yaml").read_text() == content

    @pytest.mark.parametrize(
        "arguments",
        [
            ("specs/shop.yaml", "-o", "a.yaml"),
            ("specs/shop.yaml", "--operation", "getPet"),
            ("specs/shop.yaml", "--operation", "getPet", "-o", "a.json"),
            ("specs/shop.yaml", "--operation", "getPet", "-o", "none/a.yaml"),
            ("specs/shop.yaml", "--operation", "getPet", "-o", "specs"),
            ("specs/none.yaml", "--operation", "getPet", "-o", "a.yaml"),
        ],
        ids=" ".join,
    )
    def test_bad_arguments_are_errors(self, run: Run, arguments: tuple[str, ...]) -> None:
        code, out, err = run("trim", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith("error: ")


class TestCoverage:
    @pytest.mark.parametrize("name", ["shop", "specs/shop.yaml"])
    def test_document_and_built_environment_tell_the_same(self, run: Run, name: str) -> None:
        code, out, err = run("coverage", name)
        assert (code, err) == (0, "")
        rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line}
        assert rows["getPet"] == ["get", "pet", "inferred"]
        assert rows["putPet"] == ["update", "pet", "overridden"]
        assert "  listPets: GET of something" in out
        assert max(map(len, out.splitlines())) <= 80

    def test_document_outside_of_the_workspace_has_no_overrides(self, run: Run, tmp_path: Path) -> None:
        other = tmp_path.parent / f"{tmp_path.name}-other"
        other.mkdir()
        (other / "shop.yaml").write_text(FULL)
        assert json.loads(run("coverage", str(other / "shop.yaml"), "--json")[1])["totals"]["overridden"] == 0

    def test_json_and_facts(self, run: Run) -> None:
        value = json.loads(run("coverage", "shop", "--json")[1])
        assert value["totals"]["sources"] == {"inferred": 1, "guessed": 1, "overridden": 1}
        assert [item["id"] for item in value["operations"]] == ["listPets", "getPet", "putPet"]
        assert "    archetype: inferred: GET of a path" in run("coverage", "shop", "--facts")[1]

    @pytest.mark.parametrize("arguments", [("shap",), ("none.yaml",), ("shop", "--json", "--facts")], ids=" ".join)
    def test_bad_arguments_are_errors(self, run: Run, arguments: tuple[str, ...]) -> None:
        code, out, err = run("coverage", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith("error: ")


@pytest.mark.parametrize("command", ["trim", "coverage"])
def test_help_fits_80_columns(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
