"""Where the members of a body are stored, and with it where they are read back, for what nobody has described.

The same name in another spelling (`FriendlyName`, `friendly_name`), the id of what is shown whole (`ownerId`, `owner`),
ids of what is shown as a list of objects (`priorityIds`, `priorities.values[]`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from atlasgen.jsonvalue import JsonObject
from atlasgen.plan.archetypes import deref
from atlasgen.plan.bodies import element, members
from atlasgen.plan.envelopes import record
from atlasgen.plan.kinship import named, squashed
from atlasgen.plan.model import Fact, Field, Identity, Path, Shape, Write
from atlasgen.plan.naming import words
from atlasgen.plan.paging import TURNING
from atlasgen.spec.normalise import RawParameter

_IDS = frozenset({"id", "ids", "gid", "gids", "sid", "sids", "uuid", "key", "keys", "ref", "reference", "identifier"})
_DEEPEST = 6


def writes(
    body: JsonObject,
    resource: str,
    fields: Mapping[Path, Field],
    known: Mapping[Path, Shape],
    shown: Mapping[Path, JsonObject],
    schemas: Mapping[str, JsonObject],
) -> tuple[tuple[Write, ...], tuple[Fact, ...]]:
    """Return where the members of a body are stored, and what is input only.

    Args:
        body: Its schema.
        resource: What the operation is about.
        fields: The fields of that resource.
        known: How views show its records.
        shown: The schemas of what they show.
        schemas: Those of the document.
    """
    mapper = _Mapper(resource, fields, known, shown, schemas)
    way, inner = record(body, schemas)
    root = element(inner, schemas)
    if not _is_open(root, schemas):
        mapper.walk(root, way, (), required=True)
    elif (only := mapper.only_value()) is not None:
        mapper.found.append(Write((), only, required=True))
        mapper.facts.append(Fact(f"write body as {'.'.join(only)}", "inferred", "the body is the value itself"))
    return tuple(mapper.found), tuple(mapper.facts)


def filtered(
    parameter: RawParameter,
    identity: Identity,
    fields: Mapping[Path, Field],
    shown: Mapping[Path, JsonObject],
    schemas: Mapping[str, JsonObject],
) -> Path | None:
    """Return the place in records by whose value a parameter of a list keeps them; None where it is about other things.

    It is called like a member that holds one name or word, or like the record that a member names.
    """
    plain = squashed(parameter.name)
    kinds = _sorts(deref(parameter.schema, schemas))
    if plain in TURNING or kinds & {"object", "array"}:
        return None
    spelled = {squashed(path[0]): path for path in [*shown][::-1] if len(path) == 1}
    for word in (plain, plain.removesuffix("id"), plain.removesuffix("gid"), plain.removesuffix("key")):
        path = spelled.get(word)
        if path is None or not word:
            continue
        if path in fields and fields[path].reference is not None:
            return path
        schema = deref(shown[path], schemas)
        if word == plain and _sorts(schema) & {"string", "integer", "number", "boolean"}:
            return path
        properties = schema.get("properties")
        if isinstance(properties, dict) and (own := named(properties, "")):
            return (*path, own)
    return None


class _Mapper:
    def __init__(
        self,
        resource: str,
        fields: Mapping[Path, Field],
        known: Mapping[Path, Shape],
        shown: Mapping[Path, JsonObject],
        schemas: Mapping[str, JsonObject],
    ) -> None:
        self.found: list[Write] = []
        self.facts: list[Fact] = []
        self._resource = resource
        self._fields = fields
        self._known = known
        self._shown = shown
        self._schemas = schemas
        self._levels: dict[Path, dict[str, str]] = {}
        for path in shown:
            self._levels.setdefault(path[:-1], {}).setdefault(squashed(path[-1]), path[-1])

    def only_value(self) -> Path | None:
        """Return the one member of a record that is free to hold anything."""
        free = [path for path, schema in self._shown.items() if len(path) == 1 and _is_open(schema, self._schemas)]
        return free[0] if len(free) == 1 else None

    def walk(self, schema: JsonObject, source: Path, place: Path, *, required: bool, depth: int = 0) -> None:
        """Find places for the members of an object of the body.

        Args:
            schema: The object.
            source: Where it stands in the body.
            place: Where its members are stored if they are called alike.
            required: Whether it has to be there.
            depth: How many objects it stands in.
        """
        for name, member, needed in members(schema, self._schemas):
            here, target = (*source, name), deref(member, self._schemas)
            found = self._place(name, place)
            if found is None:
                self._input_only(here)
                continue
            shape, field = self._known.get(found), self._fields.get(found)
            is_needed = required and needed
            names = field is not None and field.reference is not None and "enum" not in target
            if names and field is not None and field.reference is not None and self._named(target) is not None:
                own, many = self._named(target) or ("", False)
                reference = replace(field.reference, by={own: own} if own else {})
                self.found.append(Write(here, found, reference, many, is_needed))
            elif shape is not None and shape.kind == "object" and "properties" in target and depth < _DEEPEST:
                self.walk(target, here, found, required=is_needed, depth=depth + 1)
            elif self._can_hold(found, target):
                inner = self._inside(found, target)
                self.found.append(Write(here, inner, required=is_needed, wrap=self._wrap(inner, target)))
            else:
                self._input_only(here)
                continue
            if found[-1] != name:
                self.facts.append(Fact(f"write {'.'.join(here)} as {'.'.join(found)}", "inferred", "called alike"))

    def _input_only(self, here: Path) -> None:
        said = f"input only: no view of {self._resource} shows it"
        self.facts.append(Fact("write body." + ".".join(here), "inferred", said))

    def _place(self, name: str, place: Path) -> Path | None:
        """Return where a member of a body is read back."""
        level = self._levels.get(place, {})
        if (*place, name) in self._shown:
            return (*place, name)
        for word in self._spellings(name):
            if word in level:
                return (*place, level[word])
        return None

    @staticmethod
    def _spellings(name: str) -> Iterator[str]:
        yield squashed(name)
        parts = [part.lower() for part in words(name)]
        if len(parts) > 1 and parts[-1] in _IDS:
            base = "".join(parts[:-1])
            yield base
            yield base + "s"
            yield base[:-1] + "ies"
            yield base + "es"

    def _named(self, schema: JsonObject) -> tuple[str, bool] | None:
        """Return by which member a value names a record, and whether it is a list; None where it names none."""
        items = schema.get("items")
        many = schema.get("type") == "array" and isinstance(items, dict)
        one = deref(cast("JsonObject", items), self._schemas) if many else schema
        properties = one.get("properties")
        if isinstance(properties, dict):
            own = named(properties, "")
            return (own, many) if own in ("id", "gid", "sid", "uuid", "key") else None
        kinds = _sorts(one)
        says = {"properties", "items", "anyOf", "allOf", "enum", "const", "type"} & set(one)
        return ("", many) if kinds & {"string", "integer", "number"} or not says else None

    def _can_hold(self, found: Path, given: JsonObject) -> bool:
        """Whether what stands at a place can be what a body says, in the form in which it is shown."""
        read = deref(self._shown[found], self._schemas)
        one, other = _sorts(given), _sorts(read)
        if not one or not other or one & other:
            return True
        scalars = {"string", "integer", "number"}
        if one <= {*scalars, "null"} and "object" in other:
            return bool(named(cast("JsonObject", read.get("properties", {})), ""))
        return self._inside(found, given) != found or bool(one & scalars and other & scalars)

    def _wrap(self, found: Path, given: JsonObject) -> str:
        """Return the member of the objects at a place that holds what a body says plainly; empty where none does."""
        schema = self._shown.get(found)
        read = deref(schema, self._schemas) if schema is not None else {}
        for _ in range(2):
            if _sorts(given) and _sorts(given) <= {"string", "integer", "number", "null"}:
                properties = read.get("properties")
                if isinstance(properties, dict) and not _sorts(given) & _sorts(read) - {"null"}:
                    return named(properties, "")
            if _sorts(given) & _sorts(read) != {"array"}:
                break
            items, inner = given.get("items"), read.get("items")
            given = deref(items, self._schemas) if isinstance(items, dict) else {}
            read = deref(inner, self._schemas) if isinstance(inner, dict) else {}
        return ""

    def _inside(self, found: Path, given: JsonObject) -> Path:
        """Return where a list is stored that is shown inside an object."""
        read = deref(self._shown[found], self._schemas)
        if "array" not in _sorts(given) or "object" not in _sorts(read):
            return found
        properties = read.get("properties")
        lists = [
            name for name, item in (properties if isinstance(properties, dict) else {}).items()
            if isinstance(item, dict) and deref(item, self._schemas).get("type") == "array"
        ]  # fmt: skip
        return (*found, lists[0]) if len(lists) == 1 else found


def _sorts(schema: JsonObject) -> frozenset[str]:
    """Return the sorts of values that a schema allows; none where it does not say."""
    kinds, options = schema.get("type"), schema.get("anyOf")
    listed = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds] if kinds else [])]
    if not listed and "properties" in schema:
        return frozenset({"object"})
    if not listed and isinstance(options, list):
        inner = [_sorts(option) for option in options if isinstance(option, dict)]
        return frozenset().union(*inner) if inner and all(inner) else frozenset()
    return frozenset(listed)


def _is_open(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> bool:
    """Whether a schema says nothing of what stands inside."""
    root = deref(schema, schemas)
    return not {"properties", "items", "anyOf", "enum", "const", "allOf"} & set(root) and (
        root.get("type") in (None, "object")
    )  # fmt: skip
