"""Imports point one way: train -> rewards -> generated_envs -> atlasgen, and downwards within atlasgen."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKSPACE = ("generator", "rewards", "train", "generated_envs")
TRAINING = {"torch", "transformers", "trl", "accelerate", "datasets"}

# They can be run as files.
SCRIPTS = [Path(f"train/{name}.py") for name in ("run", "evaluate", "experiment", "warm_start")]

BASE = {"errors", "jsonvalue"}
BEHAVIOUR = BASE | {"spec", "plan"}
# What each part of atlasgen may import from the others.
ALLOWED = {
    "jsonvalue": set[str](),
    "errors": {"jsonvalue"},
    "publish": BASE,
    "workspace": BASE,
    "spec": BASE,
    "plan": BASE | {"spec"},
    "render": BEHAVIOUR | {"runtime", "tasks"},  # reward skeletons are derived in tasks and only printed here
    "runtime": BEHAVIOUR,
    "verification": BEHAVIOUR | {"runtime"},
    "tasks": BEHAVIOUR | {"runtime", "verification"},
    "serve": BEHAVIOUR | {"runtime", "verification", "tasks", "workspace"},
    "build": BEHAVIOUR | {"render", "runtime", "tasks", "publish"},
    "__init__": BEHAVIOUR | {"runtime"},
}
# Libraries that belong to one part alone.
OWNERS = {
    "typer": "cli",
    "rich": "cli",
    "jinja2": "render",
    "datamodel_code_generator": "render",
    "starlette": "serve",
    "uvicorn": "serve",
    "h11": "serve",
    "mcp": "serve",
    "anyio": "serve",
    "lark": "runtime",
}


def imports(source: str, package: str = "") -> set[str]:
    """Return the dotted names that a module imports, wherever it does so; `package` is what a leading dot means."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def mentions_of_sys_path(source: str) -> int:
    """Count the places that read or change the import path."""
    nodes = list(ast.walk(ast.parse(source)))
    attributes = [node for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path"]
    imported = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "sys"]
    return len(attributes) + sum(alias.name == "path" for node in imported for alias in node.names)


def modules(*folders: str) -> Iterator[tuple[Path, set[str]]]:
    """Yield each module of the folders, relative to the checkout, with what it imports."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            relative = path.relative_to(ROOT)
            package = ".".join(relative.parent.parts).removeprefix("generator.")
            yield relative, imports(path.read_text(encoding="utf-8"), package)


def tops(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def part(path: Path) -> str:
    """Return the part of atlasgen that a module belongs to: a package, or a module of its own."""
    return path.relative_to("generator/atlasgen").with_suffix("").parts[0]


def test_reader_sees_every_kind_of_import() -> None:
    source = "import a.b as c\nfrom d import e\ndef f():\n    from . import g\n    from ..h import i\n"
    assert imports(source, "x.y") == {"a.b", "d.e", "x.y.g", "x.h.i"}
    assert mentions_of_sys_path("import sys\nsys.path.insert(0, '')\nfrom sys import path\nimport os\nos.path\n") == 2


def test_atlasgen_imports_nothing_of_the_workspace() -> None:
    foreign = {"generator", "rewards", "train", "generated_envs", "tests"}
    for path, names in modules("generator"):
        assert not tops(names) & foreign, path


def test_only_train_imports_training_libraries() -> None:
    for path, names in modules("generator", "rewards", "generated_envs", "tests"):
        if path.parts[:2] != ("tests", "train"):
            assert not tops(names) & TRAINING, path


def test_imports_within_atlasgen_point_downwards() -> None:
    for path, names in modules("generator"):
        used = {name.split(".")[1] for name in names if name.startswith("atlasgen.")}
        if part(path) != "cli":
            assert part(path) in ALLOWED, f"{path} is new: say here what it may import"
            assert used <= ALLOWED[part(path)] | {part(path)}, path


def test_libraries_stay_in_the_part_that_owns_them() -> None:
    for path, names in modules("generator"):
        for library in tops(names) & OWNERS.keys():
            assert part(path) == OWNERS[library], f"{path} imports {library}"


def test_environments_and_rewards_import_nothing_above_them() -> None:
    for path, names in modules("generated_envs"):
        assert not tops(names) & {"rewards", "train", "tests"}, path
    for path, names in modules("rewards"):
        assert not tops(names) & {"train", "tests"}, path


def test_generated_code_imports_no_code_of_a_person() -> None:
    for path, names in modules("generated_envs"):
        if "_generated" in path.parts:
            own = ".".join(path.parts[:3])
            assert all(name.startswith(own) for name in names if name.startswith("generated_envs.")), path


def test_only_the_workspace_changes_the_import_path() -> None:
    allowed = {Path("generator/atlasgen/workspace.py"): 2, **dict.fromkeys(SCRIPTS, 2)}
    for path, _ in modules(*WORKSPACE):
        assert mentions_of_sys_path((ROOT / path).read_text(encoding="utf-8")) <= allowed.get(path, 0), path


def test_no_vendor_is_named_in_the_generator() -> None:
    vendors = ("ji" + "ra", "conflu" + "ence", "atlas" + "sian")
    for path in sorted((ROOT / "generator").rglob("*")):
        hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
        if path.is_file() and not hidden:
            text = f"{path.name}\n{path.read_bytes().decode(errors='replace')}".lower()
            assert not [vendor for vendor in vendors if vendor in text], path


def test_import_loads_nothing_but_what_every_call_needs() -> None:
    # How long it takes is measured by `make bench`: a slow day must not fail a test.
    program = "import sys; sys.path.insert(0, sys.argv[1]); import atlasgen; print(*sys.modules)"
    command = [sys.executable, "-c", program, str(ROOT / "generator")]
    loaded = tops(set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()))
    needed = {"atlasgen", "pydantic", "pydantic_core", "orjson", "yaml", "typing_extensions", "typing_inspection"}
    needed |= {"annotated_types", "cython_runtime"}
    assert "atlasgen" in loaded
    assert not {name for name in loaded - sys.stdlib_module_names - needed if not name.startswith("_")}
