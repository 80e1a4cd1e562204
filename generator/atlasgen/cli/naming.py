"""What people name on the command line: documents, built environments, scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from atlasgen import workspace
from atlasgen.errors import AtlasgenError
from atlasgen.plan.read import plan_of
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations

if TYPE_CHECKING:
    from atlasgen.plan.model import Plan
    from atlasgen.tasks.scenario import Scenario

DOCUMENTS: Final = (".yaml", ".yml", ".json")


def api_of(name: str) -> Emulator | type[Operations]:
    """Return the API of a document, or of an environment that was built in this workspace."""
    if Path(name).suffix in DOCUMENTS:
        return Emulator(plan_of(Path(name)))
    return workspace.load_operations(name)


def emulator_of(api: Emulator | type[Operations]) -> Emulator:
    return api if isinstance(api, Emulator) else api.emulator


def known(name: str) -> tuple[Plan, type[Operations] | None]:
    """Return the plan of a document or a built environment, and the class that a person may have extended."""
    if Path(name).suffix not in DOCUMENTS:
        built = workspace.load_operations(name)
        if not issubclass(built, Operations):
            raise AtlasgenError.single(name, "its class Operations is not one that atlasgen built", "build it again")
        return built.emulator.plan, built
    plan = plan_of(Path(name))
    root = workspace.find(Path.cwd())
    own = root is not None and Path(name).resolve().is_relative_to(root) and plan.name in workspace.environments()
    return plan, workspace.load_operations(plan.name) if own else None


def verified(name: str, *, hints: bool) -> Emulator | type[Operations]:
    """Return what to verify: a person's overrides count where they extend what the document says now."""
    if not hints:
        if Path(name).suffix not in DOCUMENTS:
            raise AtlasgenError.single("--hints none", f"does not go with {name}, which was built", "name its document")
        return Emulator(plan_of(Path(name), hints=False))
    plan, built = known(name)
    if built is not None and built.emulator.plan.digest == plan.digest:
        return built
    if built is not None:
        typer.echo(f"{workspace.ENVIRONMENTS}/{plan.name} is not up to date: its overrides are left out", err=True)
    return Emulator(plan)


def is_built(name: str) -> bool:
    return workspace.find(Path.cwd()) is not None and name in workspace.environments()


def scenario_of(name: str) -> Scenario:
    from atlasgen.tasks.scenario import Scenario

    found = workspace.load_scenario(name)
    if not isinstance(found, Scenario):
        raise AtlasgenError.single(f"rewards/{name}.py", "`scenario` returns no Scenario")
    return found
