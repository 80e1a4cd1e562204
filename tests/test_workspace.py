"""How commands find the checkout and what was built in it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from atlasgen import workspace
from atlasgen.errors import AtlasgenError

GOOD = {
    "__init__.py": "from generated_envs.{name}.overrides import Operations\n",
    "overrides.py": "class Operations: ...",
}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "generated_envs").mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in [name for name in sys.modules if name.split(".")[0] == "generated_envs"]:
        monkeypatch.delitem(sys.modules, name)
    return tmp_path


def add(checkout: Path, name: str, **files: str) -> Path:
    folder = checkout / "generated_envs" / name
    (folder / "_generated").mkdir(parents=True)
    for file, text in (GOOD | {f"{stem.strip('/')}.py": text for stem, text in files.items()}).items():
        (folder / file).write_text(text.format(name=name))
    return folder


def complaint(name: str) -> str:
    with pytest.raises(AtlasgenError) as caught:
        workspace.load_operations(name)
    return str(caught.value)


def test_root_is_found_from_a_folder_below(checkout: Path) -> None:
    assert workspace.root() == checkout.resolve()


def test_no_workspace_is_an_error_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AtlasgenError, match="atlasgen build"):
        workspace.root()


def test_environments_are_the_folders_that_were_built(checkout: Path) -> None:
    add(checkout, "shop")
    add(checkout, "depot")
    add(checkout, ".hidden")
    (checkout / "generated_envs" / "notes").mkdir()
    assert workspace.environments() == ("depot", "shop")


def test_operations_come_with_their_overrides(checkout: Path) -> None:
    add(checkout, "good", overrides="class Operations:\n    mark = 7\n")
    assert vars(workspace.load_operations("good"))["mark"] == 7
    assert sys.path.count(str(checkout.resolve())) == 1


def test_misspelled_environment_names_the_nearest(checkout: Path) -> None:
    add(checkout, "depot")
    assert "did you mean depot?" in complaint("depto")
    assert "there are: depot" in complaint("something")


def test_environment_of_an_empty_workspace_says_how_to_build_one(checkout: Path) -> None:
    assert "atlasgen build" in complaint("shop")


@pytest.mark.parametrize("name", ["..", "../shop", "shop.overrides", ""])
def test_name_that_is_a_path_is_no_environment(checkout: Path, name: str) -> None:
    add(checkout, "shop")
    assert "no such environment" in complaint(name)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import json\n\nimport nowhere_to_be_found\n", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("x = 1\n\nx.upper()\n", "AttributeError"),
        ("x = 1\n\ndef (:\n", "SyntaxError"),
        ("import json\n\njson.loads('')\n", "JSONDecodeError"),
    ],
    ids=["import", "attribute", "syntax", "elsewhere"],
)
def test_broken_override_is_an_error_with_file_and_line(checkout: Path, text: str, what: str) -> None:
    folder = add(checkout, "torn", overrides=text)
    message = complaint("torn")
    assert message.startswith(f"{folder.resolve()}/overrides.py:3: ")
    assert what in message


def test_problem_of_an_override_that_is_already_told_stays_as_it_is(checkout: Path) -> None:
    text = "from atlasgen.errors import AtlasgenError\nraise AtlasgenError.single('here', 'renamed')\n"
    add(checkout, "renamed", overrides=text)
    assert complaint("renamed") == "here: renamed"


def test_package_without_operations_says_what_to_export(checkout: Path) -> None:
    add(checkout, "bare", __init__="")
    assert "exports no class Operations" in complaint("bare")
