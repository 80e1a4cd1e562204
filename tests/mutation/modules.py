"""Which modules of the project import which, read off their syntax trees, so that nothing has to be imported for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_SOURCES: Final = (ROOT / "generator", ROOT)
_ROOMS: Final = ("atlasgen", "generated_envs", "rewards")


def modules() -> dict[str, Path]:
    """Return the files of the project's modules, by name; tests and training are none of them."""
    found: dict[str, Path] = {}
    for source in _SOURCES:
        for room in _ROOMS:
            for path in sorted((source / room).rglob("*.py")):
                parts = path.relative_to(source).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def needed_by(roots: tuple[str, ...], graph: Mapping[str, frozenset[str]]) -> set[str]:
    """Return all modules that some modules import, on whatever ways, themselves among them."""
    found: set[str] = set()
    left = list(roots)
    while left:
        name = left.pop()
        if name in graph and name not in found:
            found.add(name)
            left += graph[name]
    return found


def imports(files: Mapping[str, Path]) -> dict[str, frozenset[str]]:
    """Return what each module imports of the project, with the packages that this goes through."""
    return {name: frozenset(_imports(name, path, files)) for name, path in files.items()}


def _imports(name: str, path: Path, files: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        given: list[str] = []
        if isinstance(node, ast.Import):
            given = [item.name for item in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            for _ in range(node.level - 1):
                package = package.rpartition(".")[0]
            base = ".".join(filter(None, (package if node.level else "", node.module)))
            given = [base, *(f"{base}.{item.name}" for item in node.names)]
        for item in given:
            parts = item.split(".")
            yield from (known for end in range(1, len(parts) + 1) if (known := ".".join(parts[:end])) in files)
