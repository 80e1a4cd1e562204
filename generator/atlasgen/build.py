"""From a document to the files of its package; nothing is written here."""

from __future__ import annotations

from pathlib import Path

from atlasgen.plan.read import plan_of
from atlasgen.publish import Package
from atlasgen.render.package import generated, seeds


def build(spec: Path, *, overlay: Path | None = None, hints: bool = True) -> Package:
    """Return the package of a document.

    Args:
        spec: The document, YAML or JSON.
        overlay: The hints for it; without one, `overlays/<name of the document>.yaml` beside it, if it exists.
        hints: False leaves the hints out.

    Raises:
        AtlasgenError: the document or the overlay is wrong; says where and what to do.
    """
    plan = plan_of(spec, overlay=overlay, hints=hints)
    return Package(plan.name, generated(plan), seeds(plan))
