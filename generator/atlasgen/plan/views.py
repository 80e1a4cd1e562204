"""Pass 5: what each schema shows of a record, and with it the fields that a resource has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.archetypes import deref, listing
from atlasgen.plan.envelopes import record
from atlasgen.plan.hints import Hints
from atlasgen.plan.kinship import Kinship, squashed
from atlasgen.plan.model import Fact, Field, Path, Reference, Resource, Shape, ShapeKind, View
from atlasgen.plan.naming import words
from atlasgen.plan.references import reference
from atlasgen.spec.schemas import HINT

# Members of the records of one resource; the objects among those beyond are one value. Real ones have up to 8,000.
_MOST = 20_000


class Views:
    """Builds the views of a document; `fields`, `known` and `shown` grow with every view that is asked for."""

    def __init__(
        self,
        schemas: Mapping[str, JsonObject],
        owners: Mapping[str, str],
        resources: Collection[str],
        hints: Hints,
        described: Collection[str] = (),
        kinship: Kinship | None = None,
        embedded: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self.schemas = schemas
        self.owners = owners
        self.resources = {name.lower(): name for name in [*resources][::-1]}  # of two that differ by case, the first
        self.hints = hints
        self.views: dict[str, View] = {}
        self.fields: dict[str, dict[Path, Field]] = {}
        self.known: dict[str, dict[Path, Shape]] = {}
        self.shown: dict[str, dict[Path, JsonObject]] = {}
        self.described = frozenset(described)
        self._kinship = kinship
        self._embedded = embedded
        self.facts: dict[str, list[Fact]] = {}
        self._building: dict[tuple[str, str], str] = {}
        self._counts: Counter[str] = Counter()

    def view(self, schema: JsonObject, resource: str) -> str:
        """Return the name of the view of a schema over the records of a resource."""
        target, name = deref(schema, self.schemas), self._name(schema, resource)
        key = (name, resource)
        if key in self._building:
            return self._building[key]
        taken = name in self.views or name in self._building.values()
        self._building[key] = label = f"{name}:{resource}" if taken else name
        shapes = self._members(target, (), resource, f"/components/schemas/{name}", (name,))
        self.views[label] = View(label, resource, shapes)
        return label

    def answer(self, schema: JsonObject | None, resource: str, *, many: bool) -> tuple[Shape, ...]:
        """Return how an answer is made: of one record, or of a list of records in its envelope."""
        if schema is None:
            return ()
        if not many:
            way, inner = record(schema, self.schemas) if resource not in self.described else ((), schema)
            return (Shape(way[0] if way else "", "record", view=self.view(inner, resource)),)
        found = listing(schema, self.schemas)
        if found is None:
            return self._envelope(schema)
        records = Shape(found.path[0] if found.path else "", "records", view=self.view(found.items, resource))
        return self._envelope(schema, records) if found.path else (records,)

    def own_answer(self, schema: JsonObject | None, resource: str) -> tuple[Shape, ...]:
        """Return how an answer is made that may show a record of a resource; empty where it shows something else."""
        if schema is None or self._kinship is None:
            return ()
        _, inner = record(schema, self.schemas)
        shown, _ = self._kinship.of_schema(self._reference_name(inner), deref(inner, self.schemas))
        return self.answer(schema, resource, many=False) if shown == resource else ()

    def texts(self, schema: JsonObject | None) -> tuple[Shape, ...]:
        """Return how an answer that lists texts is made."""
        root = deref(schema or {}, self.schemas)
        if root.get("type") == "array":
            return (Shape("", "values"),)
        properties = cast("JsonObject", root.get("properties", {}))
        lists = [
            name for name, member in properties.items()
            if isinstance(member, dict) and deref(member, self.schemas).get("type") == "array"
        ]  # fmt: skip
        return self._envelope(root, Shape(lists[0], "values")) if lists else ()

    def constants(self, schema: JsonObject | None) -> tuple[Shape, ...]:
        """Return how an answer is made that is the same in every world but for its links."""
        if schema is None:
            return ()
        derive = self.hints.of(schema, "").get("derive")
        if isinstance(derive, dict) and "constant" in derive:
            return (Shape("", "constant", value=derive["constant"]),)
        if deref(schema, self.schemas).get("type") == "array":
            return (Shape("", "constant", value=[]),)
        return (Shape("", "record", view=self.view(schema, "")),)

    def _envelope(self, schema: JsonObject, *found: Shape) -> tuple[Shape, ...]:
        """Return what was found in an answer with the members beside it that are always the same, in their order."""
        shapes = {shape.name: shape for shape in found}
        properties = deref(schema, self.schemas).get("properties")
        properties = properties if isinstance(properties, dict) else {}
        for name, member in properties.items():
            if name in shapes or not isinstance(member, dict):
                continue
            derive = self.hints.of(member, f"/components/schemas/{name}").get("derive")
            if isinstance(derive, dict) and "constant" in derive:
                shapes[name] = Shape(name, "constant", value=derive["constant"])
        return tuple(shapes[name] for name in properties if name in shapes)

    def field(self, resource: str, field: Field, fact: Fact | None = None) -> None:
        """Note a field of a resource; what an earlier view said of it stays."""
        table = self.fields.setdefault(resource, {})
        old = table.get(field.path)
        if old is not None:
            field = replace(
                old,
                reference=old.reference or field.reference,
                many=old.many or field.many,
                derive=old.derive or field.derive,
            )
        table[field.path] = field
        if fact is not None and fact not in (facts := self.facts.setdefault(resource, [])):
            facts.append(fact)

    def _members(
        self, schema: JsonObject, path: Path, resource: str, at: str, trail: tuple[str, ...]
    ) -> tuple[Shape, ...]:
        properties = schema.get("properties")
        own = self.hints.of(schema, at)
        links = own.get("link")
        links = links if isinstance(links, dict) else {}
        required = schema.get("required")
        needed = set(map(str, required)) if isinstance(required, list) else set()
        shapes: list[Shape] = []
        for name, member in properties.items() if isinstance(properties, dict) else ():
            if name in links:
                template = self.hints.text(links[name], f"{at}/{HINT}/link/{name}")
                shapes.append(Shape(name, "link", path, template=template))
            elif isinstance(member, dict):
                shape = self._shape(name, member, (*path, name), resource, f"{at}/properties/{name}", trail)
                if name not in needed:
                    shape = replace(shape, nullable=False)  # absent is not null
                if "at" not in self.hints.of(member, f"{at}/properties/{name}"):
                    self.known.setdefault(resource, {}).setdefault((*path, name), shape)
                    self.shown.setdefault(resource, {}).setdefault((*path, name), member)
                shapes.append(shape)
        return tuple(shapes)

    def _shape(
        self, name: str, schema: JsonObject, path: Path, resource: str, at: str, trail: tuple[str, ...]
    ) -> Shape:
        hint = self.hints.of(schema, at)
        target = deref(schema, self.schemas)
        nullable = _nullable(schema)
        moved = "at" in hint
        if moved:
            path = self.hints.path(hint["at"], f"{at}/{HINT}/at")
        derive_hint = hint.get("derive")
        if isinstance(derive_hint, dict):
            if "inverse" in derive_hint:
                return self._inverse(name, derive_hint, target, at)
            if "constant" in derive_hint:
                return Shape(name, "constant", value=derive_hint["constant"])
        derive = self.hints.derive(derive_hint, f"{at}/{HINT}/derive") if derive_hint is not None else None
        items = target.get("items")
        many = target.get("type") == "array" and isinstance(items, dict)
        element = deref(cast("JsonObject", items), self.schemas) if many else target
        found, fact = reference(name, element, hint.get("ref"), self.resources, self.hints, f"{at}/{HINT}")
        if found is None and not hint and "properties" in element:
            found, fact = self._kin(name, element, cast("JsonObject", items) if many else schema, path, resource)
        if found is None and not hint and path == (name,) and resource not in self.described:
            found, fact = self._above(name, target, resource)
        # What a hint places elsewhere may lie in another record, or be a field that has been told of already.
        if (found is not None or derive is not None) and not moved:
            self.field(resource, Field(path, found, many and found is not None, derive), fact)
        if found is not None and "properties" in element:
            view = self.view(cast("JsonObject", items) if many else schema, found.resource)
            kind: ShapeKind = "references" if many else "reference"
            return Shape(name, kind, path, view=view, resource=found.resource, nullable=nullable)
        label = self._reference_name(schema)
        self._counts[resource] += 1
        if "properties" in target and label not in trail and self._counts[resource] <= _MOST:
            members = self._members(target, path, resource, at, (*trail, label) if label else trail)
            if moved or any(member.kind != "value" for member in members) or self._filled(resource, path):
                return Shape(name, "object", path, members=members, nullable=nullable)
        return Shape(name, "value", path, nullable=nullable)

    def _kin(
        self, name: str, element: JsonObject, schema: JsonObject, path: Path, resource: str
    ) -> tuple[Reference | None, Fact | None]:
        """Return which records an object in an answer shows, if it shows some that stand elsewhere as well.

        What bodies write as a new object is a part of the record. A schema that is being read shows itself already.
        """
        if self._kinship is None or resource in self.described or not resource or len(path) > 1:
            return None, None
        if squashed(name) in self._embedded.get(resource, ()):
            return None, None
        target, why = self._kinship.of_member(name, self._reference_name(schema), element)
        if not target or self._is_building(schema, target):
            return None, None
        return Reference(target), Fact(f"reference {name}", "inferred", why)

    def _above(self, name: str, schema: JsonObject, resource: str) -> tuple[Reference | None, Fact | None]:
        """Return the record of the same sort that a member likely names as the one above (`parentId`)."""
        parts = [part.lower() for part in words(name)]
        kinds = schema.get("type")
        is_name = "string" in kinds if isinstance(kinds, list) else kinds in ("string", "integer")
        if self._kinship is None or not is_name or len(parts) < 2 or parts[0] != "parent" or parts[-1] != "id":
            return None, None
        return Reference(resource, status=0), Fact(f"reference {name}", "guessed", f"the {resource} above")

    def _is_building(self, schema: JsonObject, resource: str) -> bool:
        """Whether the view of a schema is not done yet."""
        label = self._building.get((self._name(schema, resource), resource))
        return label is not None and label not in self.views

    def _name(self, schema: JsonObject, resource: str) -> str:
        """Return what the view of a schema is called, if the name is free.

        Never empty: shapes without a view, such as the total of a page, are those of the name "".
        """
        target = deref(schema, self.schemas)
        return str(target.get("title") or "") or self._reference_name(schema) or resource or "constants"

    def _inverse(self, name: str, hint: JsonObject, schema: JsonObject, at: str) -> Shape:
        resource = self.hints.resource(hint["inverse"], f"{at}/{HINT}/derive/inverse")
        path = self.hints.path(hint["by"], f"{at}/{HINT}/derive/by") if "by" in hint else ()
        items = schema.get("items")
        if not isinstance(items, dict):
            what = "lists records, so it must stand on an array whose items show them"
            self.hints.problem(f"{at}/{HINT}/derive/inverse", what)
            return Shape(name, "value", path)
        view = self.view(items, resource)
        return Shape(name, "inverse", path, view=view, resource=resource)

    def _filled(self, resource: str, path: Path) -> bool:
        """Whether the service fills something below a path, so that the object there is always shown."""
        table = self.fields.get(resource, {})
        return any(key[: len(path)] == path and len(key) > len(path) for key in table)

    @staticmethod
    def _reference_name(schema: JsonObject) -> str:
        options = schema.get("anyOf")
        candidates: list[Json] = [schema, *(options if isinstance(options, list) else [])]
        for candidate in candidates:
            if isinstance(candidate, dict) and "$ref" in candidate:
                return str(candidate["$ref"]).removeprefix("#/$defs/")
        return ""


def called_apart(views: Mapping[str, View], resources: Mapping[str, Resource], described: Collection[str]) -> (
    dict[str, View]
):  # fmt: skip
    """Return views that show the id of a record also where it is called after its sort (`petId` of a `pet`)."""
    made: dict[str, View] = {}
    for label, view in views.items():
        resource = resources.get(view.resource)
        if resource is not None and view.resource not in described and resource.identity.names:
            own = resource.identity.names[0]
            # Where the id itself is shown as well, the member names another record.
            shown = any(item.name == own for item in view.members)
            names = () if shown else (squashed(view.resource + own), squashed(f"{view.resource}Id"))
            members = tuple(
                replace(item, path=(own,))
                if item.kind == "value" and item.name != own and squashed(item.name) in names
                else item
                for item in view.members
            )
            view = replace(view, members=members)
        made[label] = view
    return made


def _nullable(schema: JsonObject) -> bool:
    kind, options = schema.get("type"), schema.get("anyOf")
    return (isinstance(kind, list) and "null" in kind) or (isinstance(options, list) and {"type": "null"} in options)
