"""Some operations of a document, with all that they refer to and no more, as a smaller document.

What describes the shape of requests and answers stays as it is. Left out are examples, links, callbacks, vendor
extensions (but for hints), scopes that nobody asks for and all of a description but its first sentence. What a document
that is there already says is never changed: operations and components are added to it, whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import unquote

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import Json, JsonObject, pointer, resolve, tokens
from atlasgen.spec.edges import base_path
from atlasgen.spec.normalise import METHODS
from atlasgen.spec.schemas import HINT
from atlasgen.spec.wording import first_sentence, nearest

_Key = TypeVar("_Key")

# Which objects of a document hold which others: `[kind]` in a list, `{kind}` under names that people gave. Everything
# else (defaults, enumerations, hints, a property that happens to be called `example`) is a value and stays as it is.
_GRAMMAR: Mapping[str, Mapping[str, str]] = {
    "path": dict.fromkeys(METHODS, "operation") | {"parameters": "[parameter]", "servers": "[server]"},
    "operation": {
        "parameters": "[parameter]", "requestBody": "requestBody", "responses": "{response}", "servers": "[server]",
    },
    "parameter": {"schema": "schema", "content": "{media}"},
    "header": {"schema": "schema", "content": "{media}"},
    "requestBody": {"content": "{media}"},
    "response": {"headers": "{header}", "content": "{media}"},
    "media": {"schema": "schema", "encoding": "{encoding}"},
    "encoding": {"headers": "{header}"},
    "schema": dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs"), "{schema}")
    | dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]")
    | dict.fromkeys(("items", "additionalProperties", "not", "if", "then", "else", "contains"), "schema")
    | dict.fromkeys(("propertyNames", "unevaluatedItems", "unevaluatedProperties"), "schema"),
    "server": {"variables": "{variable}"},
    "securityScheme": {"flows": "{flow}"},
    "variable": {}, "flow": {}, "tag": {}, "info": {},
}  # fmt: skip
_SECTIONS = {
    "securitySchemes": "securityScheme", "parameters": "parameter", "headers": "header", "requestBodies": "requestBody",
    "responses": "response", "schemas": "schema",
}  # fmt: skip
_ROOT = ("openapi", "info", "jsonSchemaDialect", "servers", "security", "tags", "paths", "components", HINT)
# Places outside of components whose content is brought to where it is used; they may double with every step.
_MOVED = 1_000
_NOISE = frozenset({"example", "examples", "externalDocs", "links", "callbacks"})
_TEXTS = frozenset({"description", "summary"})
# A response has to have a description; these are ours.
_ANSWERS = {"1": "Information.", "2": "Success.", "3": "Elsewhere.", "4": "Refused.", "5": "Failure."}


def trim(
    full: JsonObject,
    operations: Sequence[str],
    existing: JsonObject | None = None,
    *,
    where: str = "the document",
    descriptions: bool = True,
) -> JsonObject:
    """Return the document of some operations, or an existing document with them added.

    Args:
        full: An OpenAPI document.
        operations: Their operationIds; `GET /path` names any.
        existing: What they are added to. An operation, component, tag or server that is there stays as it is.
        where: How the full document is called in messages.
        descriptions: False leaves all text out that explains.

    Returns:
        A value that shares parts with the two others, in the order of the full document where that knows a name.

    Raises:
        AtlasgenError: operations that there are not, references that lead nowhere; all of them together.
    """
    return _Trimmer(full, existing or {}, where, descriptions).run(operations)


def added(found: JsonObject, existing: JsonObject | None = None) -> Mapping[str, int]:
    """Return how many operations, and how many components of each section, are new in a document."""
    counts: dict[str, int] = {}
    operations = [_operations(document) for document in (found, existing or {})]
    counts["operations"] = len(operations[0] - operations[1])
    for section, items in _object(found.get("components")).items():
        counts[section] = len(_object(items).keys() - _member(existing or {}, "components", section).keys())
    return {name: count for name, count in counts.items() if count}


def _operations(document: JsonObject) -> set[tuple[str, str]]:
    paths = _object(document.get("paths"))
    return {(path, method) for path, item in paths.items() for method in METHODS if method in _object(item)}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """An operation of the full document."""

    path: str
    method: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A reference to a component; `at` is where it stands in the full document, empty in the existing one."""

    section: str
    name: str
    at: str = ""


class _Trimmer:
    """The state of one run: the components taken so far, and the problems found."""

    def __init__(self, full: JsonObject, existing: JsonObject, where: str, descriptions: bool) -> None:
        self.full = full
        self.existing = existing
        self.where = where
        self.descriptions = descriptions
        self.problems: list[Problem] = []
        self.moved = 0

    def run(self, operations: Sequence[str]) -> JsonObject:
        self._check_version()
        lead = self._lead()
        chosen = self._choose(operations)
        self._refuse()
        paths = self._paths(chosen, lead)
        security = self.existing.get("security") if self.existing else self.full.get("security")
        root = self.existing or {
            key: self._clean(value, "info", pointer(key)) if key == "info" else value
            for key, value in self.full.items()
            if key in ("openapi", "info", "jsonSchemaDialect", "security", HINT)
        }
        if self._takes_servers() and "servers" in self.full:
            root = {**root, "servers": self._clean(self.full["servers"], "[server]", "/servers")}
        found = [_object(item[method]) for item in map(_object, paths.values()) for method in METHODS if method in item]
        parts = {"paths": cast("Json", paths), "tags": self._tags(found)}
        parts["components"] = self._components(
            paths, lead, _scopes([security, *(item.get("security") for item in found)])
        )
        self._refuse()
        result = {**root, **{key: value for key, value in parts.items() if value or key == "paths"}}
        # A document to which nothing is added keeps its order too, and its file its form.
        return self.existing if result == self.existing else _ordered(result, _ROOT)

    def _refuse(self) -> None:
        if self.problems:
            raise AtlasgenError(*dict.fromkeys(self.problems))

    def _check_version(self) -> None:
        own, other = (str(document.get("openapi", ""))[:3] for document in (self.full, self.existing))
        if self.existing and own != other:
            what = f"is OpenAPI {own}, and what it is to be added to is OpenAPI {other}"
            self.problems.append(Problem(self.where, what, "trim it into a file of its own"))

    def _lead(self) -> str:
        """Return what goes before the paths of the full document in the existing one, whose servers stay."""
        if self._takes_servers():
            return ""
        own, other = base_path(self.full), base_path(self.existing)
        if own == other or own.startswith(other + "/"):
            return own.removeprefix(other)
        what = f"has its paths below {own or '/'}, and what it is to be added to below {other or '/'}"
        self.problems.append(Problem(self.where, what, "trim the document with the longer path last"))
        return ""

    def _takes_servers(self) -> bool:
        """Whether the servers are those of the full document: paths without a server begin at the origin."""
        return "servers" not in self.existing and not self.existing.get("paths")

    def _choose(self, operations: Sequence[str]) -> list[_Chosen]:
        """Return the operations that are named, each once, in the order of the document."""
        named: dict[str, list[_Chosen]] = {}
        for path, value in _object(self.full.get("paths")).items():
            item = self._item(path, value)
            for method in METHODS:
                if method in item:
                    named.setdefault(f"{method.upper()} {path}", []).append(_Chosen(path, method))
                if operation_id := _operation_id(item, method):
                    named.setdefault(operation_id, []).append(_Chosen(path, method))
        chosen: set[_Chosen] = set()
        for name in operations:
            found = named.get(name, [])
            if not found:
                near = nearest(name, named)
                remedy = f"did you mean {near}?" if near else "" if named else f"{self.where} has no operations"
                self.problems.append(Problem(name, f"is no operation of {self.where}", remedy))
            elif len(found) > 1:
                ways = " or ".join(f"'{item.method.upper()} {item.path}'" for item in found[:3])
                self.problems.append(Problem(name, f"names {len(found)} operations of {self.where}", f"say {ways}"))
            chosen.update(found)
        return [item for items in named.values() for item in items if item in chosen]

    def _item(self, path: str, value: Json) -> JsonObject:
        """Return a path item; where it stands elsewhere it is brought here."""
        seen: list[str] = []
        item = _object(value)
        while isinstance(target := item.get("$ref"), str) and target not in seen:
            seen.append(target)
            rest = {key: member for key, member in item.items() if key != "$ref"}
            item = {**_object(self._find(target, pointer("paths", path))), **rest}
        return item

    # -- what is taken -------------------------------------------------------------------------------------------------

    def _paths(self, chosen: Iterable[_Chosen], lead: str) -> JsonObject:
        paths = dict(_object(self.existing.get("paths")))
        taken = {_operation_id(_object(item), method) for item in paths.values() for method in METHODS} - {""}
        full = {path: self._item(path, value) for path, value in _object(self.full.get("paths")).items()}
        for path, method in dict.fromkeys((item.path, item.method) for item in chosen):
            item, there = full[path], _object(paths.get(lead + path))
            if method in there or _operation_id(item, method) in taken:
                continue
            at = pointer("paths", path)
            operation = _object(self._clean(item[method], "operation", at + pointer(method)))
            shared = {key: value for key, value in item.items() if key not in METHODS}
            shared = _object(self._clean(shared, "path", at))
            if lead + path in paths:
                operation = self._inherited(operation, shared, there)
                shared = there
            paths[lead + path] = _ordered({**shared, method: operation}, item)
        return _ordered(paths, [lead + path for path in full])

    def _inherited(self, operation: JsonObject, shared: JsonObject, there: JsonObject) -> JsonObject:
        """Return an operation with what its path says of it in the full document, and not in the existing one."""
        own = _list(operation.get("parameters"))
        known = {self._identity(item) for item in [*_list(there.get("parameters")), *own]}
        missing = [item for item in _list(shared.get("parameters")) if self._identity(item) not in known]
        if missing:
            operation = {**operation, "parameters": [*missing, *own]}
        if "servers" in shared and shared["servers"] != there.get("servers"):
            operation = {"servers": shared["servers"], **operation}
        return operation

    def _identity(self, parameter: Json) -> tuple[str, str]:
        """Return the place and the name of a parameter."""
        for document in (self.existing, self.full):
            target = _object(parameter).get("$ref")
            try:
                value = _object(resolve(document, str(target).removeprefix("#"))) if target else _object(parameter)
            except KeyError:
                continue
            return str(value.get("in")), str(value.get("name"))
        return "", str(target)

    def _tags(self, operations: Iterable[JsonObject]) -> list[Json]:
        used = {name for operation in operations for name in _list(operation.get("tags")) if isinstance(name, str)}
        own = {str(_object(tag).get("name")): tag for tag in _list(self.existing.get("tags"))}
        full = {str(_object(tag).get("name")): tag for tag in _list(self.full.get("tags"))}
        fresh = {
            name: self._clean(tag, "tag", pointer("tags", index))
            for index, (name, tag) in enumerate(full.items())
            if name in used and name not in own
        }
        return list(_ordered({**own, **fresh}, full).values())

    def _components(self, paths: JsonObject, lead: str, scopes: Mapping[str, set[str]]) -> JsonObject:
        there = _object(self.existing.get("components"))
        result = {section: dict(_object(items)) for section, items in there.items()}
        own_paths = _object(self.existing.get("paths"))
        waiting = [_Wanted("securitySchemes", name) for name in scopes]
        for path, item in paths.items():
            known = path in own_paths and own_paths[path] == item
            waiting += self._wanted(item, "path", "" if known else pointer("paths", path.removeprefix(lead)))
        for section, items in result.items():
            for value in items.values():
                waiting += self._wanted(value, _SECTIONS.get(section, ""), "")
        while waiting:
            wanted = waiting.pop()
            if wanted.name in result.get(wanted.section, {}):
                continue
            items = _object(_object(self.full.get("components")).get(wanted.section))
            if wanted.name in items:
                at = pointer("components", wanted.section, wanted.name)
                value = self._clean(items[wanted.name], _SECTIONS.get(wanted.section, ""), at)
                result.setdefault(wanted.section, {})[wanted.name] = value
                waiting += self._wanted(value, _SECTIONS.get(wanted.section, ""), at)
            elif wanted.at:
                near = nearest(wanted.name, items)
                what = f"refers to {pointer('components', wanted.section, wanted.name)}, which is not there"
                self._problem(wanted.at, what, f"did you mean {near}?" if near else "")
        schemes = result.get("securitySchemes", {})
        for name, used in scopes.items():
            if name in schemes:
                schemes[name] = self._scheme(name, schemes[name], used)
        full = _object(self.full.get("components"))
        return _ordered(
            {key: _ordered(items, _object(full.get(key))) for key, items in result.items() if items or key in there},
            _SECTIONS,
        )

    def _scheme(self, name: str, scheme: Json, used: set[str]) -> Json:
        """Return a security scheme with the scopes that are asked for; those of the existing document stay."""
        own = _member(self.existing, "components", "securitySchemes", name, "flows")
        flows: JsonObject = {}
        for kind, flow in _object(_object(scheme).get("flows")).items():
            full = _member(self.full, "components", "securitySchemes", name, "flows", kind, "scopes")
            kept = _member(own, kind, "scopes")
            added = {
                scope: first_sentence(str(text)) if self.descriptions else ""
                for scope, text in full.items()
                if scope in used
            }
            flows[kind] = {**_object(flow), "scopes": _ordered({**added, **kept}, full)}
        return {**_object(scheme), "flows": flows} if flows else scheme

    def _wanted(self, value: Json, kind: str, at: str) -> Iterator[_Wanted]:
        for target, spot in _references(value, kind, at):
            if (component := _component(target)) is not None:
                yield _Wanted(*component, spot)

    # -- what is left out ----------------------------------------------------------------------------------------------

    def _clean(self, value: Json, kind: str, at: str, trail: tuple[str, ...] = ()) -> Json:
        """Return a part of the full document without what is left out."""
        if isinstance(value, list):
            return [self._clean(item, kind.strip("[]"), f"{at}/{index}", trail) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if kind.startswith("{"):
            return {
                key: self._clean(item, kind[1:-1], at + pointer(key), trail)
                for key, item in value.items()
                if kind != "{response}" or not key.startswith("x-")
            }
        while isinstance(target := value.get("$ref"), str) and not self._stays(target, at, trail):
            self.moved += 1
            rest = {key: item for key, item in value.items() if key != "$ref"}
            value, trail = {**_object(self._find(target, at)), **rest}, (*trail, target)
        grammar = _GRAMMAR.get(kind, {})
        result: JsonObject = {}
        for key, item in value.items():
            if key in _TEXTS and isinstance(item, str):
                if text := first_sentence(item) if self.descriptions else "":
                    result[key] = text
            elif key in grammar:
                result[key] = self._clean(item, grammar[key], at + pointer(key), trail)
            elif key not in _NOISE and (not key.startswith("x-") or key == HINT):
                result[key] = item
        if kind == "response" and "$ref" not in result and "description" not in result:
            code = tokens(at)[-1]
            result = {"description": _ANSWERS.get(code[:1], "An answer."), **result}
        return result

    def _stays(self, target: str, at: str, trail: tuple[str, ...]) -> bool:
        """Whether a reference can stay; one to another place of the document is replaced with what is there."""
        if target in trail:
            self._problem(at, f"{target} leads back to itself", "give it a name under components")
        elif self.moved == _MOVED:
            self._problem("/", f"refers to more than {_MOVED:,} places outside of components", "give them names there")
        else:
            return _component(target) is not None
        return True

    def _find(self, target: str, at: str) -> Json:
        if not target.startswith("#"):
            self._problem(at, f"refers to another document, {target}", "bundle them into one first")
            return {}
        try:
            return resolve(self.full, unquote(target).removeprefix("#"))
        except KeyError:
            self._problem(at, f"refers to {target.removeprefix('#')}, which is not there")
            return {}

    def _problem(self, at: str, what: str, remedy: str = "") -> None:
        self.problems.append(Problem(f"{self.where}#{at}", what, remedy))


def _operation_id(item: JsonObject, method: str) -> str:
    """Return the operationId of an operation; empty where it has none, or one that is no text."""
    operation_id = _object(item.get(method)).get("operationId")
    return operation_id if isinstance(operation_id, str) else ""


def _component(target: str) -> tuple[str, str] | None:
    """Return the section and the name of the component that a reference leads to, or into."""
    parts = tokens(unquote(target).removeprefix("#"))
    within = target.startswith("#") and parts[:1] == ("components",) and len(parts) > 2 and parts[1] in _SECTIONS
    return (parts[1], parts[2]) if within else None


def _references(value: Json, kind: str, at: str) -> Iterator[tuple[str, str]]:
    """Yield the references in a part of a document, the subtypes that it names included, and where they stand."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, kind.strip("[]"), f"{at}/{index}" if at else "")
    elif isinstance(value, dict) and kind.startswith("{"):
        for key, item in value.items():
            yield from _references(item, kind[1:-1], at + pointer(key) if at else "")
    elif isinstance(value, dict):
        if isinstance(target := value.get("$ref"), str):
            yield target, at
        if kind == "schema":
            for target in _object(_object(value.get("discriminator")).get("mapping")).values():
                if isinstance(target, str):
                    yield (target if "#" in target else f"#/components/schemas/{target}"), at
        for key, inner in _GRAMMAR.get(kind, {}).items():
            if key in value:
                yield from _references(value[key], inner, at + pointer(key) if at else "")


def _scopes(requirements: Iterable[Json]) -> Mapping[str, set[str]]:
    """Return the security schemes that are asked for, and which scopes of each."""
    found: dict[str, set[str]] = {}
    for alternatives in requirements:
        for alternative in _list(alternatives):
            for name, scopes in _object(alternative).items():
                found.setdefault(name, set()).update(item for item in _list(scopes) if isinstance(item, str))
    return found


def _ordered(items: Mapping[_Key, Json], order: Iterable[_Key]) -> dict[_Key, Json]:
    """Return the items in an order; one that it does not know stays behind the one that it stood behind."""
    known = {key: [key] for key in order if key in items}
    front: list[_Key] = []
    behind = front
    for key in items:
        behind = known.get(key, behind)
        if key not in known:
            behind.append(key)
    return {key: items[key] for keys in (front, *known.values()) for key in keys}


def _member(value: JsonObject, *names: str) -> JsonObject:
    for name in names:
        value = _object(value.get(name))
    return value


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
