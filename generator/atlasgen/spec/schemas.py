"""Schemas in normal form: references by name, no `nullable`, no `oneOf`, `allOf` of objects merged, two views.

`spec/normalise.py` says what the normal form is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias, cast

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, pointer, tokens
from atlasgen.spec.edges import LONGEST_CHAIN, Edges, member
from atlasgen.spec.keywords import SORTS
from atlasgen.spec.wording import sort_of

View: TypeAlias = Literal["request", "response"]
"""Whether values are written or read."""

HINT = "x-atlasgen"

_ANNOTATIONS = frozenset({"title", "description", "default", "deprecated", "readOnly", "writeOnly", HINT})
_COPIED = frozenset(
    {"type", "enum", "const", "required", "pattern", "format", "multipleOf", "minimum", "maximum", "exclusiveMinimum"}
    | {"exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties"}
    | {"maxProperties", "title", "description", "default", "deprecated", "readOnly", "writeOnly", HINT}
)
_SCHEMA_KEYS = (_COPIED - _ANNOTATIONS) | {
    "properties", "additionalProperties", "items", "anyOf", "oneOf", "allOf", "not", "nullable", "$ref",
}  # fmt: skip
_NESTING = (
    ("properties", dict, "an object"), ("allOf", list, "a list"), ("anyOf", list, "a list"), ("oneOf", list, "a list"),
)  # fmt: skip
_EXCLUSIVE = (_COPIED - _ANNOTATIONS - {"required"}) | {"items", "anyOf", "not"}
# `allOf` brings what it names to where it stands, which may double with every step; the largest one here makes 9,000.
_MADE = 300_000


def pascal(*parts: str) -> str:
    """Return a class name made of parts (`issue_bean`, `fields` -> `IssueBeanFields`)."""
    words = re.findall(r"[A-Za-z0-9]+", " ".join(parts))
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() else "X" + name


class Schemas(Edges):
    """The named schemas of a document, made in both views.

    Attributes:
        components: The schemas as the document has them.
        schemas: Those that are made so far, by name.
        input_names: What the request view of a component is called, where it differs.
    """

    def __init__(self, document: JsonObject, where: str) -> None:
        """Find out which components have two views."""
        super().__init__(document, where)
        self.components = self.object(member(document, "components", "schemas"), "/components/schemas")
        self.schemas: dict[str, JsonObject] = {}
        self.detached: dict[str, str] = {}
        self._given: set[str] = set()
        self._made = 0
        self._merging = 0
        self._expanding: list[str] = []
        self.directed = self._directed_components()
        self.input_names = {name: self._free_name(name + "Input") for name in self.components if name in self.directed}
        self._sources = {self.input_names.get(name, name): name for name in self.components}

    def convert_components(self) -> None:
        """Make all components, in every view that they have."""
        for name, schema in self.components.items():
            at = pointer("components", "schemas", name)
            for view, key in self._views(name):
                self.schemas[key] = self.convert(schema, view, at, pascal(key))

    def places(self) -> dict[str, str]:
        """Return the pointers of the schemas in the document, by the names under which they are made."""
        detached = {made: target.partition("#")[2] for target, made in self.detached.items()}
        named = {name: pointer("components", "schemas", name) for name in self.components}
        return {**detached, **named, **{given: named[name] for name, given in self.input_names.items()}}

    def convert(self, value: Json, view: View, at: str, title: str, trail: tuple[str, ...] = ()) -> JsonObject:
        """Return the normal form of one schema.

        Args:
            value: The schema as the document has it.
            view: Whether values are written (`readOnly` members are dropped) or read (`writeOnly` members are).
            at: Where it stands in the document.
            title: What an object that is written in place is called, from its place.
            trail: References that are being merged in place, against circles.
        """
        self._made += 1 if self._merging or self._expanding else 0
        if self._made > _MADE:
            self.problem(
                at, f"is one of more than {_MADE:,} schemas that merging `allOf` makes", "include less by `allOf`"
            )
            raise AtlasgenError(*dict.fromkeys(self.problems))
        if isinstance(value, bool):
            return {} if value else {"not": {}}
        if not isinstance(value, dict):
            self.problem(at, f"a schema must be an object, not {sort_of(value)}")
            return {}
        for key, sort, name in _NESTING:
            if key in value and not isinstance(value[key], sort):
                self.problem(at + pointer(key), f"must be {name}, not {sort_of(value[key])}")
        if "$ref" in value:
            return self._reference(value, view, at, title, trail)
        branches = value.get("allOf")
        if isinstance(branches, list) and branches:
            return self._merged(value, branches, view, at, title, trail)
        result: JsonObject = {}
        for key, item in value.items():
            if key in _COPIED:
                if key in SORTS and not SORTS[key][1](item):
                    self.problem(at + pointer(key), f"must be {SORTS[key][0]}, not {sort_of(item)}")
                else:
                    result[key] = self._names(item, at + pointer(key)) if key == "required" else item
        if isinstance(result.get("type"), list):
            result["type"] = list(dict.fromkeys(cast("list[Json]", result["type"])))
        self._members(value, result, view, at, title)
        self._bounds(value, result)
        alternatives = [key for key in ("anyOf", "oneOf") if isinstance(value.get(key), list) and value[key]]
        for key in alternatives:
            options: list[Json] = [
                self.convert(option, view, f"{at}/{key}/{index}", f"{title}{pascal(str(index))}")
                for index, option in enumerate(cast("list[Json]", value[key]))
            ]
            # Both at once is rare: one stays `anyOf`, the other becomes a branch that must hold as well.
            if "anyOf" in result:
                result["allOf"] = [{"anyOf": options}]
            else:
                result["anyOf"] = options
        if "not" in value:
            result["not"] = self.convert(value["not"], view, at + "/not", title + "Not")
        return self._nullable(value, result)

    def _names(self, value: Json, at: str) -> list[Json]:
        """Return the names in a list, each once; a problem is noted for anything else there."""
        items = self.array(value, at)
        for index, item in enumerate(items):
            if not isinstance(item, str):
                self.problem(f"{at}/{index}", f"must be text, not {sort_of(item)}")
        return [*dict.fromkeys(item for item in items if isinstance(item, str))]

    def _members(self, value: JsonObject, result: JsonObject, view: View, at: str, title: str) -> None:
        properties = value.get("properties")
        if isinstance(properties, dict):
            hidden = _hidden(value, view)
            kept: JsonObject = {
                name: self.convert(member, view, at + pointer("properties", name), pascal(title, name))
                for name, member in properties.items()
                if name not in hidden
            }
            result["properties"] = kept
            result["title"] = title
            gone = properties.keys() - kept.keys()
            names = cast("list[Json]", result.get("required", []))
            result["required"] = [name for name in names if name not in gone]
        if result.get("required") == []:
            del result["required"]
        if "additionalProperties" in value:
            extra = value["additionalProperties"]
            if not isinstance(extra, bool | dict):
                self.problem(at + "/additionalProperties", f"must be a schema, true or false, not {sort_of(extra)}")
                return
            if extra is False and "properties" not in value and ("oneOf" in value or "anyOf" in value):
                # Written literally nothing but {} would do; what is meant is that the branches close the object.
                return
            if isinstance(extra, dict) and extra:
                extra = self.convert(extra, view, at + "/additionalProperties", title + "Value")
            result["additionalProperties"] = True if extra == {} else extra
        if "items" in value:
            result["items"] = self.convert(value["items"], view, at + "/items", title + "Item")

    def _bounds(self, value: JsonObject, result: JsonObject) -> None:
        """Bring the boolean `exclusiveMinimum` of OpenAPI 3.0 into the numeric form of JSON Schema."""
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            flag = value.get(exclusive)
            if isinstance(flag, bool):
                result.pop(exclusive, None)
                if flag and bound in result:
                    result[exclusive] = result.pop(bound)

    def _nullable(self, value: JsonObject, result: JsonObject) -> JsonObject:
        if value.get("nullable") is not True:
            return result
        kind = result.get("type")
        if "const" in result:
            result["enum"] = [result.pop("const")]
        if isinstance(kind, str):
            result["type"] = [kind, "null"]
        elif isinstance(kind, list) and "null" not in kind:
            result["type"] = [*kind, "null"]
        elif "anyOf" in result:
            result["anyOf"] = [*cast("list[Json]", result["anyOf"]), {"type": "null"}]
        if isinstance(result.get("enum"), list) and None not in cast("list[Json]", result["enum"]):
            result["enum"] = [*cast("list[Json]", result["enum"]), None]
        return result

    def _reference(self, value: JsonObject, view: View, at: str, title: str, trail: tuple[str, ...]) -> JsonObject:
        target = value["$ref"]
        siblings = {key: item for key, item in value.items() if key != "$ref"}
        structural = [key for key in siblings if key not in _ANNOTATIONS and key in _SCHEMA_KEYS]
        if structural:
            plain: JsonObject = {"$ref": target}
            rest = {key: item for key, item in siblings.items() if key != "nullable"}
            merged = self._merged(rest, [plain], view, at, title, trail) if set(structural) != {"nullable"} else None
            if merged is None:
                inner = self.convert({**rest, **plain}, view, at, title, trail)
                return _either_null(inner) if siblings.get("nullable") is True else inner
            return self._nullable(siblings, merged)
        name = self._name_of(target, view, at)
        result: JsonObject = {"$ref": f"#/$defs/{name}"} if name is not None else {}
        result.update({key: item for key, item in siblings.items() if key in _ANNOTATIONS})
        return result

    def _merged(
        self, value: JsonObject, branches: list[Json], view: View, at: str, title: str, trail: tuple[str, ...]
    ) -> JsonObject:
        """Return an `allOf` as one schema: a reference with annotations, or one object with all members."""
        rest: JsonObject = {key: item for key, item in value.items() if key != "allOf"}
        structural = [key for key in rest if key not in _ANNOTATIONS and key in _SCHEMA_KEYS]
        only = branches[0]
        if len(branches) == 1 and isinstance(only, dict) and set(structural) <= {"nullable"}:
            inner = self.convert({**only, **{k: v for k, v in rest.items() if k != "nullable"}}, view, at, title, trail)
            if rest.get("nullable") is not True:
                return inner
            return _either_null(inner) if "$ref" in inner else self._nullable(rest, inner)
        parts: list[JsonObject] = []
        hidden: set[str] = set()
        for index, branch in enumerate([*branches, rest]):
            where = f"{at}/allOf/{index}" if index < len(branches) else at
            if not isinstance(branch, dict):
                self.problem(where, f"a schema must be an object, not {sort_of(branch)}")
                continue
            steps = trail
            while "$ref" in branch:
                target = str(branch["$ref"])
                if target in steps:
                    self.problem(where, f"`allOf` includes itself through {target}", "break the circle")
                    return {}
                if len(steps) == LONGEST_CHAIN:
                    self.problem(where, f"`allOf` leads through more than {LONGEST_CHAIN} references", "include less")
                    return {}
                steps = (*steps, target)
                found = self.find(target, where)
                extra = {key: item for key, item in branch.items() if key != "$ref"}
                branch = found if not extra else {"allOf": [found, extra]}
            hidden |= _hidden(branch, view)
            # What stands elsewhere is made once more here, with all that it holds.
            self._merging += len(steps) - len(trail)
            parts.append(self.convert(branch, view, where, title, steps))
            self._merging -= len(steps) - len(trail)
        merged = self._merge_objects(parts, view, title)
        properties, required = merged.get("properties"), merged.get("required")
        if isinstance(properties, dict) and hidden:
            # A later branch may close a member that an earlier one opened.
            merged["properties"] = {name: member for name, member in properties.items() if name not in hidden}
            merged["required"] = [name for name in required if name not in hidden] if isinstance(required, list) else []
            if not merged["required"]:
                del merged["required"]
        return self._nullable(rest, merged)

    def _merge_objects(self, parts: Iterable[JsonObject], view: View, title: str) -> JsonObject:
        """Return one schema for several that must all hold; what cannot be merged stays as `allOf`."""
        merged: JsonObject = {}
        leftover: list[Json] = []
        for part in parts:
            if "$ref" in part or any(key in part and key in merged and part[key] != merged[key] for key in _EXCLUSIVE):
                leftover.append(part)
                continue
            for key, item in part.items():
                old = merged.get(key)
                if key == "properties" and isinstance(old, dict) and isinstance(item, dict):
                    both = {
                        name: self._both(old.get(name), new, view, pascal(title, name)) for name, new in item.items()
                    }
                    merged[key] = {**old, **both}
                elif key == "required" and isinstance(old, list) and isinstance(item, list):
                    merged[key] = list(dict.fromkeys([*old, *item]))
                elif key == "additionalProperties" and key in merged and item != old:
                    # Closed if a branch closes it; else every branch must agree to what is added.
                    extras = [extra for extra in (old, item) if extra is not True]
                    merged[key] = False if False in extras else extras[0] if len(extras) == 1 else {"allOf": extras}
                elif key == HINT and isinstance(old, dict) and isinstance(item, dict):
                    merged[key] = _joined(old, item)
                elif key == "allOf" and isinstance(item, list):
                    leftover.extend(item)
                else:
                    merged[key] = item
        if "properties" in merged:
            merged["title"] = title
        if leftover:
            merged["allOf"] = leftover
        return merged

    def _both(self, old: Json, new: Json, view: View, title: str) -> Json:
        """Return one member for two of the same name: a later one may add to an earlier one."""
        if not isinstance(old, dict) or not isinstance(new, dict) or old == new:
            return new
        if "$ref" in old and all(key in _ANNOTATIONS for key in new):
            return {**old, **new}
        return self._merge_objects([self._in_place(old, view, title), self._in_place(new, view, title)], view, title)

    def _in_place(self, schema: JsonObject, view: View, title: str) -> JsonObject:
        """Return an object schema that is referred to as if it were written here."""
        name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
        component = self._sources.get(name, "")
        source = self.components.get(component)
        # What is being written out already would be written out within itself without end.
        if name in self._expanding or not isinstance(source, dict) or "properties" not in source:
            return schema
        rest = {key: item for key, item in schema.items() if key != "$ref"}
        self._expanding.append(name)
        try:
            return {**self.convert(source, view, pointer("components", "schemas", component), title), **rest}
        finally:
            self._expanding.pop()

    # -- names ---------------------------------------------------------------------------------------------------------

    def _name_of(self, target: Json, view: View, at: str) -> str | None:
        """Return the name under which the target of a reference stands, giving one to a target that has none."""
        if not isinstance(target, str):
            self.problem(at + "/$ref", f"a reference is text, not {sort_of(target)}")
            return None
        found = self.find(target, at)
        path = tokens(target[1:])
        seen = [target]
        while set(found) == {"$ref"} and isinstance(found["$ref"], str):
            target = found["$ref"]
            if not self.may_follow(target, seen, at):
                return None
            seen.append(target)
            found, path = self.find(target, at), tokens(target[1:])
        if path[:2] == ("components", "schemas") and len(path) == 3 and path[2] in self.components:
            return self.input_names.get(path[2], path[2]) if view == "request" else path[2]
        key = f"{view} {target}"
        if key not in self.detached:
            name = self.detached[key] = self._free_name(pascal(*path, "Input" if view == "request" else ""))
            self.schemas[name] = self.convert(found, view, target[1:], name)
        return self.detached[key]

    def _views(self, name: str) -> tuple[tuple[View, str], ...]:
        if name in self.directed:
            return ("response", name), ("request", self.input_names[name])
        return (("response", name),)

    def _free_name(self, name: str) -> str:
        while name in self.components or name in self.schemas or name in self._given:
            name += "_"
        self._given.add(name)
        return name

    def _directed_components(self) -> set[str]:
        """Return the components whose written and read views differ, because of a member of theirs or further down."""
        direct: set[str] = set()
        users: dict[str, set[str]] = {}
        for name, schema in self.components.items():
            for node in _walk(schema):
                if node.get("readOnly") is True or node.get("writeOnly") is True:
                    direct.add(name)
                target = node.get("$ref")
                if isinstance(target, str):
                    path = tokens(target[1:])
                    if path[:2] == ("components", "schemas") and len(path) >= 3:
                        users.setdefault(path[2], set()).add(name)
        queue = sorted(direct)
        while queue:
            for user in sorted(users.get(queue.pop(), ())):
                if user not in direct:
                    direct.add(user)
                    queue.append(user)
        return direct


def _hidden(schema: JsonObject, view: View) -> set[str]:
    flag = "readOnly" if view == "request" else "writeOnly"
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return set()
    return {name for name, member in properties.items() if isinstance(member, dict) and member.get(flag) is True}


def _joined(old: JsonObject, new: JsonObject) -> JsonObject:
    """Return the hints of two branches as one; their links add up."""
    link, more = old.get("link"), new.get("link")
    both: JsonObject = {"link": {**link, **more}} if isinstance(link, dict) and isinstance(more, dict) else {}
    return {**old, **new, **both}


def _either_null(schema: JsonObject) -> JsonObject:
    annotations: JsonObject = {key: schema[key] for key in schema if key in _ANNOTATIONS and key != "title"}
    rest: JsonObject = {key: schema[key] for key in schema if key not in annotations}
    return {"anyOf": [rest, {"type": "null"}], **annotations}


def _walk(value: Json) -> Iterator[JsonObject]:
    stack: list[Json] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
