"""Random schemas in normal form, and values that nearly meet them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "class", "_links", "16x16", "body-format", "schema", "copy", "model_x", "Fields", "self")
DEFINITIONS = ("Alpha", "Beta", "Gamma")

numbers = st.one_of(
    st.integers(-3, 6), st.sampled_from([0.5, 1.5, -2.5, 2.0, 3.0]), st.sampled_from([2**53 + 1, 10**30, 1e300, 5e-324])
)
scalars = st.one_of(st.none(), st.booleans(), numbers, st.text("abAé0\n", max_size=4))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)),
    max_leaves=6,
)


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2, title: str = "Root") -> dict[str, Any]:
    """Return a schema; inline objects have the titles that the normaliser would give them."""
    kinds = ["string", "integer", "number", "boolean", "enum", "const", "any", "list", "null", "untyped"]
    if depth:
        kinds += ["object", "object", "array", "array", "anyOf", "anyOf", "allOf", "not", "ref", "map", "nullable"]
    kind = draw(st.sampled_from(kinds))
    schema: dict[str, Any] = {}
    if kind in ("string", "list", "untyped"):
        schema |= draw(_some({"minLength": st.integers(0, 2), "maxLength": st.integers(1, 3), "pattern": _patterns}))
        schema |= draw(_some({"format": st.sampled_from(["date-time", "uri", "uuid", "int64", "byte", "password"])}))
    if kind in ("integer", "number", "list", "untyped"):
        schema |= draw(_some(_number_keywords))
    if kind in ("string", "integer", "number", "boolean", "null"):
        schema["type"] = kind
    elif kind == "nullable":
        schema = draw(schemas(depth=0, title=title))
        if schema.get("type") in ("string", "integer", "number", "boolean") and not {"enum", "const"} & schema.keys():
            schema["type"] = [schema["type"], "null"]
    elif kind == "list":
        names = ["string", "integer", "number", "boolean", "null", "array", "object"]
        schema["type"] = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    elif kind == "enum":
        schema["enum"] = draw(
            st.one_of(st.lists(scalars, min_size=1, max_size=3), st.lists(values, min_size=1, max_size=3))
        )
        if all(isinstance(member, str) for member in schema["enum"]):
            schema["type"] = "string"
    elif kind == "const":
        schema["const"] = draw(values)
    elif kind == "array":
        schema = {"type": "array"} | draw(_some(_array_keywords))
        if draw(st.booleans()):
            schema["items"] = draw(schemas(depth=depth - 1, title=f"{title}Item"))
    elif kind == "object":
        schema = draw(_objects(depth, title))
    elif kind == "map":
        schema = {"type": "object", "additionalProperties": draw(schemas(depth=depth - 1, title=f"{title}Value"))}
        schema |= draw(_some(_count_keywords))
    elif kind in ("anyOf", "allOf"):
        branches = st.integers(1, 3)
        schema[kind] = [draw(schemas(depth=depth - 1, title=f"{title}Option{n}")) for n in range(draw(branches))]
    elif kind == "not":
        schema["not"] = draw(schemas(depth=depth - 1, title=f"{title}Not"))
    elif kind == "ref":
        schema["$ref"] = "#/$defs/" + draw(st.sampled_from(DEFINITIONS))
    if kind == "untyped" and depth:
        schema |= draw(_some(_array_keywords | _count_keywords))
    return schema


@st.composite
def _objects(draw: st.DrawFn, depth: int, title: str) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    properties = {name: draw(schemas(depth=depth - 1, title=f"{title}{n}")) for n, name in enumerate(names)}
    schema: dict[str, Any] = {"type": "object", "title": title, "properties": properties}
    schema |= draw(_some({"required": st.lists(st.sampled_from([*names, "zz"]), unique=True, max_size=3)}))
    schema |= draw(_some(_count_keywords))
    if draw(st.booleans()):
        schema["additionalProperties"] = draw(st.one_of(st.booleans(), schemas(depth=0)))
    return schema


def _some(keywords: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keywords)


_patterns = st.sampled_from(["a", "^a", "b$", "^[ab]*$", r"^\w$", r"\d", "(?=a)a"])
_number_keywords = {
    "minimum": st.sampled_from([-1, 0, 0.5, 2]),
    "maximum": st.sampled_from([3, 2.5, 4]),
    "exclusiveMinimum": st.sampled_from([-2, 0.5, 0]),
    "exclusiveMaximum": st.sampled_from([5, 3.5, 10**30]),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
}
_array_keywords = {"minItems": st.integers(0, 2), "maxItems": st.integers(1, 3), "uniqueItems": st.booleans()}
_count_keywords = {"minProperties": st.integers(0, 2), "maxProperties": st.integers(1, 3)}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Return definitions that refer to each other; none is a mere reference, so that every loop eats a level."""
    lists = st.fixed_dictionaries({"type": st.just("array"), "items": schemas(depth=2, title="GammaItem")})
    return {
        "Alpha": draw(_objects(2, "Alpha")),
        "Beta": draw(_objects(2, "Beta")),
        "Gamma": draw(lists) | draw(_some(_array_keywords)),
        "Root": draw(schemas(depth=3)),
    }


@st.composite
def near_values(draw: st.DrawFn, schema: Any, definitions: dict[str, Any], depth: int = 4) -> Any:
    """Return a value that meets a schema more often than not."""
    if depth == 0 or not isinstance(schema, dict) or draw(st.integers(0, 14)) == 0:
        return draw(values)
    if "$ref" in schema:
        return draw(near_values(definitions[schema["$ref"].rpartition("/")[2]], definitions, depth - 1))
    for keyword in ("anyOf", "allOf"):
        if keyword in schema:
            return draw(near_values(draw(st.sampled_from(schema[keyword])), definitions, depth))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = draw(st.sampled_from(kind))
    if kind == "object":
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        names = [name for name in properties if name in schema.get("required", []) or draw(st.booleans())]
        if others is not False and draw(st.booleans()):
            names.append(draw(st.sampled_from(["zz", "class_", "field_links", "__x", "model_config", "root"])))
        return {name: draw(near_values(properties.get(name, others), definitions, depth - 1)) for name in names}
    if kind == "array":
        items = near_values(schema.get("items", True), definitions, depth - 1)
        return draw(st.lists(items, min_size=schema.get("minItems", 0), max_size=3))
    if kind == "string":
        return draw(st.text("ab", min_size=schema.get("minLength", 0), max_size=3))
    if kind in ("integer", "number"):
        return draw(st.one_of(st.integers(0, 4), numbers))
    if kind == "boolean":
        return draw(st.booleans())
    return None if kind == "null" else draw(values)
