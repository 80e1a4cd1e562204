"""atlasgen turns an OpenAPI document into a training ground for tool-use agents.

`load` opens a live environment of a document; `atlasgen build` writes the same thing as a package to read and extend.
"""

from __future__ import annotations

from pathlib import Path

from atlasgen.errors import ApiError, AtlasgenError, RolloutError
from atlasgen.plan.read import plan_of
from atlasgen.runtime import worldfile
from atlasgen.runtime.environment import Call, Environment, Reply
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.seeding import RECORDS

__all__ = ["ApiError", "AtlasgenError", "Call", "Emulator", "Environment", "Reply", "RolloutError", "load"]


def load(
    path: str | Path,
    *,
    overlay: str | Path | None = None,
    hints: bool = True,
    seed: int = 0,
    records: int = RECORDS,
    world: str | Path | None = None,
) -> Environment:
    """Open an environment of an OpenAPI document; nothing is written.

    Args:
        path: The document, YAML or JSON.
        overlay: The hints that apply to it; without one, `overlays/<name of the document>.yaml` beside it, if there is
            one.
        hints: False leaves the hints out.
        seed: The world to begin in.
        records: How many records to make beyond those that hints name; without the hint `world` it is at most three of
            each resource.
        world: The file of a world to begin in, in place of one that a seed gives.

    Raises:
        AtlasgenError: the document, the overlay or the world is wrong; says where and what to do.
    """
    plan = plan_of(Path(path), overlay=Path(overlay) if overlay is not None else None, hints=hints)
    emulator = Emulator(plan)
    base = worldfile.read(Path(world), [emulator]) if world is not None else None
    return Environment(emulator, seed=seed, records=records, world=base)
