"""From OpenAPI 3.0 or 3.1 to one normal form: JSON Schema 2020-12 by name, and operations without indirection.

In the normal form `$ref` has the form `#/$defs/Name`, `nullable` and `oneOf` are gone (`oneOf` is read as `anyOf`: real
documents write branches that overlap), `allOf` of objects is merged, and every component has the view in which it is
read and, where `readOnly` members make it differ, the view in which it is written (`NameInput`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import Json, JsonObject, pointer, resolve, tokens
from atlasgen.spec.wording import nearest, sort_of

View: TypeAlias = Literal["request", "response"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
HINT = "x-atlasgen"

_ANNOTATIONS = frozenset({"title", "description", "default", "deprecated", "readOnly", "writeOnly", HINT})
_COPIED = frozenset(
    {"type", "enum", "const", "required", "pattern", "format", "multipleOf", "minimum", "maximum", "exclusiveMinimum"}
    | {"exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties"}
    | {"maxProperties", "title", "description", "default", "deprecated", "readOnly", "writeOnly", HINT}
)


@dataclass(frozen=True, slots=True)
class RawParameter:
    """A parameter of an operation; `location` is `path`, `query`, `header` or `cookie`."""

    name: str
    location: str
    required: bool
    description: str
    schema: JsonObject
    hints: JsonObject


@dataclass(frozen=True, slots=True)
class RawBody:
    """The body of a request in the one media type that is used."""

    schema: JsonObject
    required: bool
    media_type: str


@dataclass(frozen=True, slots=True)
class RawResponse:
    """An answer; `code` is a status, a range such as `4XX`, or `default`.

    Attributes:
        schema: None where the body is not described.
    """

    code: str
    description: str
    schema: JsonObject | None


@dataclass(frozen=True, slots=True)
class RawOperation:
    """An operation as the document has it. `pointer` is where."""

    operation_id: str | None
    method: str
    path: str
    pointer: str
    summary: str
    description: str
    parameters: tuple[RawParameter, ...]
    body: RawBody | None
    responses: tuple[RawResponse, ...]
    hints: JsonObject


@dataclass(frozen=True, slots=True)
class NormalisedDocument:
    """A document in normal form.

    Attributes:
        schemas: The named schemas, in both views.
        inputs: The names in `schemas` that are request views only; hints on them repeat those of the response views.
        base_path: What stands before every path: the path of the first server; empty where it has none.
        hints: `x-atlasgen` at the root.
    """

    title: str
    version: str
    description: str
    operations: tuple[RawOperation, ...]
    schemas: Mapping[str, JsonObject]
    inputs: frozenset[str]
    base_path: str
    hints: JsonObject


def normalise(document: JsonObject, *, where: str) -> NormalisedDocument:
    """Bring a document into normal form.

    Args:
        document: An OpenAPI 3.0 or 3.1 document with its overlays applied.
        where: How the document is called in messages.

    Raises:
        AtlasgenError: references that lead nowhere or in a circle, members of a wrong type; all of them together.
    """
    return _Normaliser(document, where).run()


def pascal(*parts: str) -> str:
    """Return a class name made of parts (`issue_bean`, `fields` -> `IssueBeanFields`)."""
    words = re.findall(r"[A-Za-z0-9]+", " ".join(parts))
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if name[:1].isalpha() else "X" + name


class _Normaliser:
    """The state of one run: the schemas made so far, and the problems found."""

    def __init__(self, document: JsonObject, where: str) -> None:
        self.document = document
        self.where = where
        self.problems: list[Problem] = []
        self.components = self._object(_member(document, "components", "schemas"), "/components/schemas")
        self.schemas: dict[str, JsonObject] = {}
        self.detached: dict[str, str] = {}
        self.directed = self._directed_components()
        self.input_names = {name: self._free_name(name + "Input") for name in self.components if name in self.directed}

    def run(self) -> NormalisedDocument:
        for name, schema in self.components.items():
            at = pointer("components", "schemas", name)
            for view, key in self._views(name):
                self.schemas[key] = self.convert(schema, view, at, pascal(key))
        operations = tuple(self._operations())
        info = self._object(self.document.get("info"), "/info")
        hints = self._object(self.document.get(HINT), pointer(HINT))
        if self.problems:
            raise AtlasgenError(*dict.fromkeys(self.problems))
        return NormalisedDocument(
            title=_text(info, "title"),
            version=_text(info, "version"),
            description=_text(info, "description"),
            operations=operations,
            schemas=dict(self.schemas),
            inputs=frozenset(self.input_names.values()),
            base_path=self._base_path(),
            hints=hints,
        )

    def _base_path(self) -> str:
        """Return the path of the first server, its variables filled with their defaults."""
        servers = self._array(self.document.get("servers"), "/servers")
        server = self._object(servers[0], "/servers/0") if servers else {}
        url = _text(server, "url")
        for name, value in self._object(server.get("variables"), "/servers/0/variables").items():
            default = self._object(value, f"/servers/0/variables/{name}").get("default")
            url = url.replace(f"{{{name}}}", default if isinstance(default, str) else name)
        return re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/]*", "", url).rstrip("/")

    # -- operations ----------------------------------------------------------------------------------------------------

    def _operations(self) -> Iterator[RawOperation]:
        paths = self._object(self.document.get("paths"), "/paths")
        for path, value in paths.items():
            at = pointer("paths", path)
            item = self._object(self._target(value, at), at)
            shared = self._array(item.get("parameters"), at + "/parameters")
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item[method], shared, at)

    def _operation(self, path: str, method: str, value: Json, shared: list[Json], at: str) -> RawOperation:
        operation = self._object(value, at := at + pointer(method))
        operation_id = operation.get("operationId")
        stem = operation_id if isinstance(operation_id, str) else f"{method} {path}"
        parameters: dict[tuple[str, str], RawParameter] = {}
        own = self._array(operation.get("parameters"), at + "/parameters")
        for index, item in enumerate([*shared, *own]):
            parameter = self._parameter(item, f"{at}/parameters/{index}", stem)
            if parameter is not None:
                parameters[parameter.location, parameter.name] = parameter
        self._check_path_parameters(path, parameters, at)
        return RawOperation(
            operation_id=operation_id if isinstance(operation_id, str) and operation_id else None,
            method=method,
            path=path,
            pointer=at,
            summary=_text(operation, "summary"),
            description=_text(operation, "description"),
            parameters=tuple(parameters.values()),
            body=self._body(operation.get("requestBody"), at + "/requestBody", stem),
            responses=tuple(self._responses(operation.get("responses"), at + "/responses", stem)),
            hints=self._object(operation.get(HINT), at + pointer(HINT)),
        )

    def _check_path_parameters(self, path: str, parameters: dict[tuple[str, str], RawParameter], at: str) -> None:
        for name in re.findall(r"\{([^{}]+)\}", path):
            if ("path", name) not in parameters:
                parameters["path", name] = RawParameter(name, "path", True, "", {"type": "string"}, {})
                # Common in the wild and harmless: the service knows the parameter, only its type is unknown.

    def _parameter(self, value: Json, at: str, stem: str) -> RawParameter | None:
        parameter = self._object(self._target(value, at), at)
        name, location = parameter.get("name"), parameter.get("in")
        if not isinstance(name, str) or location not in ("path", "query", "header", "cookie"):
            self._problem(at, "a parameter needs a `name` and an `in` (path, query, header or cookie)")
            return None
        schema = parameter.get("schema")
        if schema is None:
            schema = self._media(parameter.get("content"), at)[0]
        return RawParameter(
            name=name,
            location=str(location),
            required=parameter.get("required") is True or location == "path",
            description=_text(parameter, "description"),
            schema=self.convert(schema if schema is not None else {}, "request", at + "/schema", pascal(stem, name)),
            hints=self._object(parameter.get(HINT), at + pointer(HINT)),
        )

    def _body(self, value: Json, at: str, stem: str) -> RawBody | None:
        if value is None:
            return None
        body = self._object(self._target(value, at), at)
        schema, media_type = self._media(body.get("content"), at + "/content")
        if media_type is None:
            return None
        where = at + "/content" + pointer(media_type, "schema")
        converted = self.convert(schema if schema is not None else {}, "request", where, pascal(stem, "Body"))
        return RawBody(converted, body.get("required") is True, media_type)

    def _responses(self, value: Json, at: str, stem: str) -> Iterator[RawResponse]:
        for code, item in self._object(value, at).items():
            where = at + pointer(code)
            response = self._object(self._target(item, where), where)
            schema, media_type = self._media(response.get("content"), where + "/content")
            converted = None
            if schema not in (None, {}) and media_type is not None:
                title = pascal(stem, "Response", code if code != "200" else "")
                converted = self.convert(schema, "response", where + "/content" + pointer(media_type, "schema"), title)
            yield RawResponse(code, _text(response, "description"), converted)

    def _media(self, value: Json, at: str) -> tuple[Json, str | None]:
        """Return the schema of the JSON media type, else of the first one, and its name."""
        content = self._object(value, at)
        names = sorted(content, key=lambda name: not re.search(r"[/+]json\b", name))
        for name in names:
            return self._object(content[name], at + pointer(name)).get("schema"), name
        return None, None

    # -- schemas -------------------------------------------------------------------------------------------------------

    def convert(self, value: Json, view: View, at: str, title: str, trail: tuple[str, ...] = ()) -> JsonObject:
        """Return the normal form of one schema.

        Args:
            value: The schema as the document has it.
            view: Whether values are written (`readOnly` members are dropped) or read (`writeOnly` members are).
            at: Where it stands in the document.
            title: What an object that is written in place is called, from its place.
            trail: References that are being merged in place, against circles.
        """
        if isinstance(value, bool):
            return {} if value else {"not": {}}
        if not isinstance(value, dict):
            self._problem(at, f"a schema must be an object, not {sort_of(value)}")
            return {}
        for key, sort, name in _NESTING:
            if key in value and not isinstance(value[key], sort):
                self._problem(at + pointer(key), f"must be {name}, not {sort_of(value[key])}")
        if "$ref" in value:
            return self._reference(value, view, at, title, trail)
        branches = value.get("allOf")
        if isinstance(branches, list) and branches:
            return self._merged(value, branches, view, at, title, trail)
        result: JsonObject = {}
        for key, item in value.items():
            if key in _COPIED:
                if key in _SORTS and not _SORTS[key][1](item):
                    self._problem(at + pointer(key), f"must be {_SORTS[key][0]}, not {sort_of(item)}")
                else:
                    result[key] = item
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
            required = value.get("required")
            if isinstance(required, list):
                gone = properties.keys() - kept.keys()
                result["required"] = [name for name in dict.fromkeys(map(str, required)) if name not in gone]
        if not isinstance(result.get("required", []), list) or result.get("required") == []:
            result.pop("required", None)
        if "additionalProperties" in value:
            extra = value["additionalProperties"]
            if not isinstance(extra, bool | dict):
                self._problem(at + "/additionalProperties", f"must be a schema, true or false, not {sort_of(extra)}")
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
                self._problem(where, f"a schema must be an object, not {sort_of(branch)}")
                continue
            steps = trail
            while "$ref" in branch:
                target = str(branch["$ref"])
                if target in steps:
                    self._problem(where, f"`allOf` includes itself through {target}", "break the circle")
                    return {}
                steps = (*steps, target)
                found = self._find(target, where)
                extra = {key: item for key, item in branch.items() if key != "$ref"}
                branch = found if not extra else {"allOf": [found, extra]}
            hidden |= _hidden(branch, view)
            parts.append(self.convert(branch, view, where, title, steps))
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
        name = tokens(str(schema.get("$ref", "")).removeprefix("#"))[-1:]
        for component, given in {
            **dict(zip(self.components, self.components, strict=True)),
            **self.input_names,
        }.items():
            source = self.components[component]
            if name == (given,) and isinstance(source, dict) and "properties" in source:
                at = pointer("components", "schemas", component)
                rest = {key: item for key, item in schema.items() if key != "$ref"}
                return {**self.convert(source, view, at, title), **rest}
        return schema

    # -- references ----------------------------------------------------------------------------------------------------

    def _find(self, target: str, at: str) -> JsonObject:
        """Return what a local reference points to."""
        if not target.startswith("#"):
            self._problem(at, f"{target} is in another file", "bundle the document into one file first")
            return {}
        try:
            found = resolve(self.document, target[1:])
        except KeyError:
            stem, _, last = target.rpartition("/")
            try:
                parent = resolve(self.document, stem[1:])
            except KeyError:
                parent = None
            near = nearest(last, parent if isinstance(parent, dict) else ())
            self._problem(at, f"{target} does not exist", f"the nearest name there is {near}" if near else "")
            return {}
        return self._object(found, target[1:])

    def _target(self, value: Json, at: str) -> Json:
        """Follow the references of something that is no schema (a parameter, a body, an answer, a path)."""
        seen: list[str] = []
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            target = cast("str", value["$ref"])
            if target in seen:
                self._problem(at, f"{target} leads back to itself", "break the circle")
                return {}
            seen.append(target)
            rest = {key: item for key, item in value.items() if key != "$ref"}
            value = {**self._find(target, at), **rest}
        return value

    def _name_of(self, target: Json, view: View, at: str) -> str | None:
        """Return the name under which the target of a reference stands, giving one to a target that has none."""
        if not isinstance(target, str):
            self._problem(at + "/$ref", f"a reference is text, not {sort_of(target)}")
            return None
        found = self._find(target, at)
        path = tokens(target[1:])
        seen = [target]
        while set(found) == {"$ref"} and isinstance(found["$ref"], str):
            target = found["$ref"]
            if target in seen:
                self._problem(at, f"{target} leads back to itself", "break the circle")
                return None
            seen.append(target)
            found, path = self._find(target, at), tokens(target[1:])
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
        taken = self.components.keys() | self.schemas.keys() | set(self.detached.values())
        while name in taken:
            name += "_"
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

    # -- edges ---------------------------------------------------------------------------------------------------------

    def _problem(self, at: str, what: str, remedy: str = "") -> None:
        self.problems.append(Problem(f"{self.where}#{at}", what, remedy))

    def _object(self, value: Json, at: str) -> JsonObject:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._problem(at, f"must be an object, not {sort_of(value)}")
            return {}
        return value

    def _array(self, value: Json, at: str) -> list[Json]:
        if value is None:
            return []
        if not isinstance(value, list):
            self._problem(at, f"must be a list, not {sort_of(value)}")
            return []
        return value


_SCHEMA_KEYS = (_COPIED - _ANNOTATIONS) | {
    "properties", "additionalProperties", "items", "anyOf", "oneOf", "allOf", "not", "nullable", "$ref",
}  # fmt: skip


_NESTING = (
    ("properties", dict, "an object"), ("allOf", list, "a list"), ("anyOf", list, "a list"), ("oneOf", list, "a list"),
)  # fmt: skip


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


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Json) -> bool:
    return _is_number(value) and float(cast("float", value)).is_integer() and cast("float", value) >= 0


def _is_type(value: Json) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(name, str) and name in _TYPES for name in names)


_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
_COUNT = ("a whole number of at least 0", _is_count)
_NUMBER = ("a number", _is_number)
_BOUND = ("a number, true or false", lambda value: isinstance(value, bool) or _is_number(value))
_TEXT = ("text", lambda value: isinstance(value, str))
_LIST = ("a list", lambda value: isinstance(value, list))
_FLAG = ("true or false", lambda value: isinstance(value, bool))
_SORTS: Mapping[str, tuple[str, Callable[[Json], bool]]] = {
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _COUNT),
    **dict.fromkeys(("minimum", "maximum"), _NUMBER),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), _BOUND),
    **dict.fromkeys(("title", "description", "format", "pattern"), _TEXT),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), _FLAG),
    "multipleOf": ("a number above 0", lambda value: _is_number(value) and cast("float", value) > 0),
    "enum": _LIST,
    "required": _LIST,
    "type": ("a type of JSON, or a list of them", _is_type),
}
"""What the value of a keyword must be, in words and as a test."""

# Two values of any of these cannot be written into one schema: both stay, as branches of an `allOf`.
_EXCLUSIVE = (_COPIED - _ANNOTATIONS - {"required"}) | {"items", "anyOf", "not"}


def _walk(value: Json) -> Iterator[JsonObject]:
    stack: list[Json] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _member(document: JsonObject, *path: str) -> Json:
    try:
        return resolve(document, pointer(*path))
    except KeyError:
        return None


def _text(value: JsonObject, key: str) -> str:
    item = value.get(key)
    return item.strip() if isinstance(item, str) else ""
