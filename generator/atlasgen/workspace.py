"""The checkout that a command runs in: its root, and the environments that were built there.

The workspace is imported from the checkout and never installed. This module alone puts its root on the import path.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from difflib import get_close_matches
from pathlib import Path

from atlasgen.errors import AtlasgenError

ENVIRONMENTS = "generated_envs"
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
        what = f"is in no workspace: neither it nor a folder above holds pyproject.toml and {ENVIRONMENTS}/"
        raise AtlasgenError.single(str(here), what, "change to the checkout, or build there first: atlasgen build SPEC")
    return found


def environments() -> tuple[str, ...]:
    """Return the names of the environments that were built in this workspace, sorted."""
    return tuple(sorted(path.parent.name for path in (root() / ENVIRONMENTS).glob("[!.]*/_generated") if path.is_dir()))


def load_operations(name: str) -> type:
    """Return the class of an environment's operations, with its person's overrides.

    Raises:
        AtlasgenError: there is no such environment, or its code does not import; says the file and line.
    """
    known = environments()
    where = f"{ENVIRONMENTS}/{name}"
    if name not in known:
        nearest = get_close_matches(name, known, n=1)
        remedy = f"did you mean {nearest[0]}?" if nearest else f"there are: {', '.join(known)}" if known else ""
        raise AtlasgenError.single(where, "no such environment", remedy or "build one first: atlasgen build SPEC")
    folder = root()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module(f"{ENVIRONMENTS}.{name}")
    except AtlasgenError:
        raise
    except Exception as error:  # a person's module may raise anything
        what = f"does not import: {type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
        raise AtlasgenError.single(_place(error, folder / ENVIRONMENTS / name), what) from error
    operations = getattr(module, _CLASS, None)
    if not isinstance(operations, type):
        remedy = f"import it there: from {ENVIRONMENTS}.{name}.overrides import {_CLASS}"
        raise AtlasgenError.single(f"{where}/__init__.py", f"exports no class {_CLASS}", remedy)
    return operations


def _place(error: Exception, package: Path) -> str:
    """Return the file and line of the package, a person's rather than the tool's, that an error comes from."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(package)
    ]
    own = [frame for frame in frames if not Path(frame.filename).is_relative_to(package / "_generated")]
    return f"{(own or frames)[-1].filename}:{(own or frames)[-1].lineno}" if frames else str(package)
