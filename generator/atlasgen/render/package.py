"""All files of a package, rendered from a plan; what they say is decided there."""

from __future__ import annotations

import orjson

from atlasgen.jsonvalue import Json
from atlasgen.plan.model import Plan
from atlasgen.render.models import render_models, render_types
from atlasgen.render.operations import class_name, definitions, render_operations
from atlasgen.render.rewards import render_rewards
from atlasgen.render.text import templates
from atlasgen.runtime.tools import tool


def generated(plan: Plan) -> dict[str, bytes]:
    """Return the tool's own files, by their path within `_generated/`."""
    named = definitions(plan)
    sources = {
        "__init__.py": '"""Generated; edits are lost."""\n',
        "models.py": render_models(named),
        "operations.py": render_operations(plan),
        "rewards.py": render_rewards(plan),
        "shapes.py": render_types(named),
    }
    return {
        **{name: f"{source.rstrip()}\n".encode() for name, source in sources.items()},
        "plan.json": _lines(plan.to_json()),
        "tools.json": _lines([tool(operation, plan).openai() for operation in plan.operations]),
    }


def seeds(plan: Plan) -> dict[str, bytes]:
    """Return the files that a person will own, by their path within the package."""
    names = {"title": plan.title or plan.name, "class_name": class_name(plan)}
    environment = templates()
    return {
        name: environment.get_template(f"{name}.jinja").render(names).encode()
        for name in ("__init__.py", "overrides.py")
    }


def _lines(value: Json) -> bytes:
    """Return JSON that a person can read and compare line by line."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
