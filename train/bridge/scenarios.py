"""The scenarios of the workspace, by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from difflib import get_close_matches

import rewards
from atlasgen.errors import AtlasgenError
from atlasgen.tasks.scenario import Scenario

ALL = "all"
"""Stands for every scenario that there is to be trained with."""


def load_scenario(name: str) -> Scenario:
    """Return a scenario of `rewards/` by the name of its module.

    Raises:
        AtlasgenError: there is none of that name.
    """
    known = _modules()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"rewards/ has: {', '.join(known)}"
        raise AtlasgenError.single("--scenarios", f"there is no scenario {name!r}", remedy)
    module = importlib.import_module(f"rewards.{name}")
    if not hasattr(module, "scenario"):
        raise AtlasgenError.single("--scenarios", f"rewards/{name}.py has no function `scenario`")
    scenario: Scenario = module.scenario()
    return scenario


def named(names: Sequence[str]) -> tuple[Scenario, ...]:
    """Return the scenarios of some names, each once, in their order.

    Raises:
        AtlasgenError: there is none of one of the names.
    """
    if ALL in names:
        return training()
    return tuple(load_scenario(name) for name in dict.fromkeys(names))


def training() -> tuple[Scenario, ...]:
    """Return the scenarios that there are to be trained with, sorted by name."""
    found = [
        load_scenario(name) for name in _modules() if hasattr(importlib.import_module(f"rewards.{name}"), "scenario")
    ]
    return tuple(scenario for scenario in found if scenario.role == "training")


def _modules() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(rewards.__path__) if not module.name.startswith("_"))
