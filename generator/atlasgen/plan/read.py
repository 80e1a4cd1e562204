"""From files to a plan: reads a document and its overlay and runs every pass."""

from __future__ import annotations

from pathlib import Path

from atlasgen.plan import naming
from atlasgen.plan.compose import plan
from atlasgen.plan.model import Plan
from atlasgen.spec.load import read, read_openapi
from atlasgen.spec.normalise import normalise
from atlasgen.spec.overlay import apply

OVERLAYS = "overlays"


def plan_of(spec: Path, *, overlay: Path | None = None, hints: bool = True) -> Plan:
    """Return the plan of a document.

    Args:
        spec: The document, YAML or JSON.
        overlay: The hints for it; without one, `overlays/<name of the document>.yaml` beside it, if it exists.
        hints: False leaves the hints out.

    Raises:
        AtlasgenError: the document or the overlay is wrong; says where and what to do.
    """
    document = read_openapi(spec)
    if hints and overlay is None:
        beside = spec.parent / OVERLAYS / f"{spec.stem}.yaml"
        overlay = beside if beside.is_file() else None
    if hints and overlay is not None:
        document = apply(document, read(overlay), where=str(overlay))
    return plan(normalise(document, where=str(spec)), name=naming.package(spec.stem), where=str(spec))
