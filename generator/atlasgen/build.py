"""From a document to the files of its package; nothing is written here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.plan.model import Plan
from atlasgen.plan.read import plan_of
from atlasgen.publish import Package
from atlasgen.render.package import generated, seeds
from atlasgen.spec.wording import nearest


@dataclass(frozen=True, slots=True)
class Built(Package):
    """The files of a package with the plan that they were rendered from."""

    plan: Plan


def build(spec: Path, *, overlay: Path | None = None, hints: bool = True) -> Built:
    """Return the package of a document; the arguments and errors are those of `plan_of`."""
    plan = plan_of(spec, overlay=overlay, hints=hints)
    return Built(plan.name, generated(plan), seeds(plan), plan)


def check_overrides(plan: Plan, target: Path) -> None:
    """Hold the overrides of a package against the plan that it is to be built from.

    Args:
        plan: The plan.
        target: The folder of the package; its Python files beside `_generated/` are read, not run.

    Raises:
        AtlasgenError: an override names no operation of the plan, or a parameter that the operation lacks.
    """
    problems = [problem for path in sorted(target.glob("*.py")) for problem in _problems(path, plan)]
    if problems:
        raise AtlasgenError(*problems)


def overridden(target: Path) -> frozenset[str]:
    """Return the Python names of the operations that people answer in a package."""
    return frozenset(node.name for path in target.glob("*.py") for node in _overrides(path))


def _problems(path: Path, plan: Plan) -> Iterator[Problem]:
    functions = {operation.function: operation for operation in plan.operations}
    for node in _overrides(path):
        where, operation = f"{path}:{node.lineno}", functions.get(node.name)
        if operation is None:
            near = nearest(node.name, functions)
            remedy = f"the nearest operation is `{near}`" if near else "remove the override"
            yield Problem(where, f"`{node.name}` overrides no operation of the document", remedy)
        elif node.args.kwarg is None:
            known = [item.argument for item in operation.parameters] + (["body"] if operation.body else [])
            given = [argument.arg for argument in (*node.args.args[1:], *node.args.kwonlyargs)]
            for name in [item for item in given if item not in known]:
                near = nearest(name, known)
                remedy = f"did you mean `{near}`?" if near else "its parameters are: " + ", ".join(known)
                yield Problem(where, f"`{node.name}` has no parameter `{name}`", remedy)


def _overrides(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield the methods of a person's file that are marked as overrides; the file is not run."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return  # a person's file in the making: importing it will say so
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and "override" in map(_last_name, node.decorator_list):
            yield node


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
