"""The checkout that a command runs in: its root, and the environments that were built there.

The workspace is imported from the checkout and never installed. This module alone puts its root on the import path.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType

from atlasgen.errors import AtlasgenError

ENVIRONMENTS = "generated_envs"
SCENARIOS = "rewards"
_CLASS = "Operations"


def find(start: Path) -> Path | None:
    """Return the nearest folder, from `start` upwards, that holds a pyproject.toml and generated_envs/."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "pyproject.toml").is_file() and (folder / ENVIRONMENTS).is_dir():
            return folder
    return None


def root() -> Path:
    """Return the root of the checkout that the working directory lies in.

    Raises:
        AtlasgenError: it lies in none.
    """
    here = Path.cwd()
    found = find(here)
    if found is None:
        what = f"is in no workspace: neither it nor a folder above holds both pyproject.toml and {ENVIRONMENTS}/"
        remedy = "change to a checkout; a workspace of your own needs a pyproject.toml, and atlasgen build SPEC in it"
        raise AtlasgenError.single(str(here), what, remedy)
    return found


def environments() -> tuple[str, ...]:
    """Return the names of the environments that were built in this workspace, sorted."""
    return tuple(sorted(path.parent.name for path in (root() / ENVIRONMENTS).glob("[!.]*/_generated") if path.is_dir()))


def load_operations(name: str) -> type:
    """Return the class of an environment's operations, with its person's overrides.

    Raises:
        AtlasgenError: there is no such environment, or its code does not import; says the file and line.
    """
    where = f"{ENVIRONMENTS}/{name}"
    if name not in (known := environments()):
        raise AtlasgenError.single(where, "no such environment", _near(name, known) or "build one: atlasgen build SPEC")
    module = _import(f"{ENVIRONMENTS}.{name}", root() / ENVIRONMENTS / name)
    operations = getattr(module, _CLASS, None)
    if not isinstance(operations, type):
        remedy = f"import it there: from {ENVIRONMENTS}.{name}.overrides import {_CLASS}"
        raise AtlasgenError.single(f"{where}/__init__.py", f"exports no class {_CLASS}", remedy)
    return operations


def scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios of this workspace, sorted."""
    return tuple(sorted(path.stem for path in (root() / SCENARIOS).glob("[!_]*.py")))


def load_scenario(name: str) -> object:
    """Return what the function `scenario` of a module in rewards/ returns.

    Raises:
        AtlasgenError: there is no such module, or its code does not import; says the file and line.
    """
    where = f"{SCENARIOS}/{name}.py"
    if name not in (known := scenarios()):
        raise AtlasgenError.single(where, "no such scenario", _near(name, known) or f"write one into {SCENARIOS}/")
    make = getattr(_import(f"{SCENARIOS}.{name}", root() / SCENARIOS), "scenario", None)
    if not callable(make):
        raise AtlasgenError.single(where, "has no function `scenario`", "let it return the scenario")
    found: object = make()
    return found


def _near(name: str, known: tuple[str, ...]) -> str:
    nearest = get_close_matches(name, known, n=1)
    return f"did you mean {nearest[0]}?" if nearest else f"there are: {', '.join(known)}" if known else ""


def _import(name: str, folder: Path) -> ModuleType:
    """Import a module of the workspace; what a person's code raises becomes an error with its place in the folder."""
    top = str(root())
    if top not in sys.path:
        sys.path.insert(0, top)
    try:
        return importlib.import_module(name)
    except AtlasgenError:
        raise
    except Exception as error:  # a person's module may raise anything
        what = f"does not import: {type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
        raise AtlasgenError.single(_place(error, folder), what) from error


def _place(error: Exception, package: Path) -> str:
    """Return the file and line of the package, a person's rather than the tool's, that an error comes from."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(package)
    ]
    own = [frame for frame in frames if not Path(frame.filename).is_relative_to(package / "_generated")]
    return f"{(own or frames)[-1].filename}:{(own or frames)[-1].lineno}" if frames else str(package)
