"""What operations do to a record that are called after it: `POST /tasks/{id}/addTag`, `PUT /filter/{id}/owner`.

A verb and a noun say it: the verb is the first word of the last segment, or of the operationId; the noun is the rest,
and a member of the record is called like it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan import mapping
from atlasgen.plan.archetypes import MAKING, Listing, deref, is_object, listing, success
from atlasgen.plan.bodies import members
from atlasgen.plan.envelopes import record
from atlasgen.plan.findings import Findings
from atlasgen.plan.kinship import named, squashed
from atlasgen.plan.model import Archetype, Effect, Fact, Path, Write
from atlasgen.plan.naming import singular, words
from atlasgen.plan.paths import prefixes, route
from atlasgen.spec.normalise import NormalisedDocument, RawOperation

_ADDING = frozenset(
    {"add", "insert", "attach", "link", "associate", "include", "append", "join", "watch", "follow", "invite"}
)
_REMOVING = frozenset(
    {"remove", "delete", "detach", "unlink", "disassociate", "exclude", "leave", "unwatch", "unfollow", "unassign"}
)
_SETTING = frozenset({"set", "update", "change", "assign", "edit", "put", "select", "replace", "move", "patch"})
_COPYING = frozenset({"copy", "duplicate", "clone"})
_UNDOING: Mapping[str, tuple[str, ...]] = {
    "restore": ("archived", "trashed", "deleted", "removed"),
    "unarchive": ("archived",), "activate": ("inactive", "disabled"), "reopen": ("closed", "resolved", "completed"),
    "enable": ("disabled",), "unlock": ("locked",), "unpublish": ("published",), "unpin": ("pinned",),
    "unsubscribe": ("subscribed",), "unfavorite": ("favorite",), "unfavourite": ("favourite",), "unmute": ("muted",),
    "resume": ("suspended", "paused"), "unsuspend": ("suspended",), "uncomplete": ("completed",),
}  # fmt: skip
_STATES = ("status", "state", "phase")
_BACK = ("active", "current", "open", "enabled", "published")


@dataclass(frozen=True, slots=True)
class Act:
    """What an operation does to the record that the last parameter of its path names.

    Attributes:
        resource: The sort of that record.
        target: The parameter.
        effects: What changes; or, of a `patch`, `writes`: where the members of the body are stored.
        copies: Whether it makes a copy of the record.
        several: Where in the body a list stands of whose elements each makes a record; None where none does.
    """

    kind: Archetype
    resource: str
    target: str
    fact: Fact
    effects: tuple[Effect, ...] = ()
    writes: tuple[Write, ...] = ()
    copies: bool = False
    several: Path | None = None


def relations(document: NormalisedDocument) -> frozenset[tuple[str, str]]:
    """Return what can be added to records or taken out, as places and nouns in the singular."""
    found: set[tuple[str, str]] = set()
    for operation in document.operations:
        places, said = prefixes(operation.path), _said(operation)
        if places and said is not None and said[0] in _ADDING | _REMOVING and said[1] and not operation.hints:
            found.add((places[-1], said[1]))
    return frozenset(found)


def acts(found: Findings) -> Mapping[str, Act]:
    """Return what is done to records by operations that no other rule understands, by their pointers."""
    result: dict[str, Act] = {}
    for operation in found.document.operations:
        kind, about = found.archetypes[operation.pointer], found.owned.operations[operation.pointer]
        makes = operation.method == "post" or _beside_list(found, operation)
        if kind in ("stub", "create") and makes and about not in found.owned.described:
            act = _several(found, operation, about) if not operation.hints else None
            if act is not None:
                result[operation.pointer] = act
                continue
        if kind == "stub" and operation.method != "get" and not operation.hints:
            places, place = prefixes(operation.path), route(operation.path)
            said = _said(operation)
            resource = found.owned.nodes.get(places[-1], "") if places else ""
            if said is not None and resource in found.names and resource not in found.owned.described:
                act = _Reader(found, operation, resource, place.nodes[-1].parameter).act(*said)
                if act is not None:
                    result[operation.pointer] = act
    return result


def _beside_list(found: Findings, operation: RawOperation) -> bool:
    """Whether an operation changes what a list at the same path shows."""
    return operation.method == "patch" and any(
        item.path == operation.path and found.archetypes[item.pointer] == "list" for item in found.document.operations
    )


def _several(found: Findings, operation: RawOperation, about: str) -> Act | None:
    """Return what makes several records at once, each of an element of the only list of objects in its body."""
    schemas, body = found.document.schemas, operation.body
    verb = next((word.lower() for word in words(operation.operation_id or "")[:1]), "")
    if body is None or (verb not in MAKING and not _beside_list(found, operation)):
        return None
    way, inner = record(body.schema, schemas)
    root = deref(inner, schemas)
    lists: list[tuple[Path, JsonObject]] = []
    others = 0
    for name, member, _ in members(root, schemas) if root.get("type") != "array" else ():
        items = deref(member, schemas).get("items")
        if isinstance(items, dict) and is_object(items, schemas):
            lists.append(((*way, name), items))
        else:
            others += 1
    if root.get("type") == "array" and isinstance(root.get("items"), dict):
        lists.append((way, cast("JsonObject", root["items"])))
    _, response = success(operation)
    answered = listing(response, schemas) if response is not None else None
    told = _is_list(answered, response, schemas) or _beside_list(found, operation)
    if len(lists) != 1 or (others and not told):
        return None
    place, item = lists[0]
    resource = _made(found, operation, answered, about)
    views = found.views
    if resource not in found.names or resource in found.owned.described or not views.shown.get(resource):
        return None
    writes, _ = mapping.writes(
        item, resource, views.fields.get(resource, {}), views.known[resource], views.shown[resource], schemas
    )
    if not writes:
        return None
    fact = Fact("archetype", "inferred", f"makes a {resource} of each of the {'.'.join(place) or 'elements'}")
    return Act("action", resource, "", fact, writes=writes, several=place)


def _is_list(answered: Listing | None, response: JsonObject | None, schemas: Mapping[str, JsonObject]) -> bool:
    """Whether an answer holds a list and is no record that has one."""
    properties = deref(response, schemas).get("properties") if response is not None else None
    return answered is not None and not (isinstance(properties, dict) and named(properties, ""))


def _made(found: Findings, operation: RawOperation, answered: Listing | None, about: str) -> str:
    """Return what a call makes several of: what its answer lists, else what its path is about."""
    if answered is not None:
        target = deref(answered.items, found.document.schemas)
        name = str(answered.items.get("$ref", "")).removeprefix("#/$defs/")
        for title in (name, str(target.get("title", ""))):
            if title in found.owned.schemas:
                return found.owned.schemas[title]
    beside = next(
        (found.owned.operations[item.pointer] for item in found.document.operations
         if item.path == operation.path and found.archetypes[item.pointer] == "list"),
        "",
    )  # fmt: skip
    if beside or about in found.views.shown:
        return beside or about
    tail = route(operation.path).tail
    return next((singular(part) for part in reversed(tail) if singular(part) in found.views.shown), about)


def _said(operation: RawOperation) -> tuple[str, str] | None:
    """Return the verb and the noun of an operation on a part of a record; None where it is about the record itself."""
    place = route(operation.path)
    if not place.nodes or not place.tail:
        return None
    spelled, called = [word.lower() for word in words(place.tail[-1])], words(operation.operation_id or "")
    verbs = _ADDING | _REMOVING | _SETTING | _COPYING | set(_UNDOING)
    if spelled and spelled[0] in verbs:
        rest = spelled[1:]
        if not rest and len(place.tail) > 1:
            rest = [word.lower() for word in words(place.tail[-2])]
        return spelled[0], squashed(singular("".join(rest)))
    verb = called[0].lower() if called else operation.method
    if operation.method == "delete" and verb not in _REMOVING:
        verb = "delete"
    return verb, squashed(singular("".join(spelled)))


class _Reader:
    """Reads one operation on records of a resource."""

    def __init__(self, found: Findings, operation: RawOperation, resource: str, target: str) -> None:
        self._found = found
        self._operation = operation
        self._resource = resource
        self._target = target
        self._schemas = found.document.schemas
        self._fields = found.views.fields.get(resource, {})
        self._shown = found.views.shown.get(resource, {})
        self._known = found.views.known.get(resource, {})

    def act(self, verb: str, noun: str) -> Act | None:
        """Return what it does."""
        if verb in _COPYING:
            return self._copy(verb)
        if verb in _ADDING | _REMOVING and (act := self._listing(verb, noun)) is not None:
            return act
        if (act := self._flag(verb, noun)) is not None:
            return act
        return self._setter(verb, noun)

    def _act(self, kind: Archetype, why: str, **more: Any) -> Act:
        return Act(kind, self._resource, self._target, Fact("archetype", "inferred", why), **more)

    # -- lists ---------------------------------------------------------------------------------------------------------

    def _listing(self, verb: str, noun: str) -> Act | None:
        """Return what adds names to a list of the record, or takes them out."""
        path = self._list(noun)
        named_by = self._names(noun) if path else None
        if not path or named_by is None:
            return None
        field = self._fields.get(path)
        source, parameter, by = named_by
        effect = Effect(
            "append" if verb in _ADDING else "remove", path, source=source, parameter=parameter, by=by,
            reference=field.reference if field is not None else None, wrap=self._wrap(path),
            given=not parameter,
        )  # fmt: skip
        return self._act("action", f"{verb}: {'.'.join(path)} of the {self._resource}", effects=(effect,))

    def _list(self, noun: str) -> Path:
        """Return the member of a record that lists what a noun means."""
        listed = [path for path, field in self._fields.items() if field.many and squashed(singular(path[-1])) == noun]
        if listed:  # what is shown before what is not, what is called like a list before what leads to it
            return min(listed, key=lambda path: (path[-1][:1] == "_", singular(path[-1]) == path[-1]))
        for path, schema in self._shown.items():
            kind = deref(schema, self._schemas).get("type")
            if len(path) == 1 and squashed(singular(path[-1])) == noun and kind == "array":
                return path
        return ()

    def _names(self, noun: str) -> tuple[Path, str, str] | None:
        """Return where the names stand: a place in the body, or a parameter; and by which member of an object."""
        body = self._operation.body
        if body is not None:
            way, inner = record(body.schema, self._schemas)
            root = deref(inner, self._schemas)
            if "properties" not in root:
                return (way, "", "") if _is_name(root, self._schemas) else None
            listed = list(members(root, self._schemas))
            alike = [item for item in listed if _is_called(item[0], noun)]
            needed = [item for item in listed if item[2]]
            for name, schema, _ in [
                *alike,
                *(needed if len(needed) == 1 else ()),
                *(listed if len(listed) == 1 else ()),
            ]:
                target = deref(schema, self._schemas)
                items = target.get("items")
                one = deref(items, self._schemas) if isinstance(items, dict) else target
                by = named(cast("JsonObject", one.get("properties", {})), noun)
                if by or _is_name(target, self._schemas):
                    return (*way, name), "", by
            return None
        asked = [item for item in self._operation.parameters if item.location == "query"]
        for item in (
            *(item for item in asked if _is_called(item.name, noun)),
            *(item for item in asked if item.required),
            *(item for item in asked if squashed(item.name).endswith("id")),
        ):
            return (), item.name, ""
        return None

    def _wrap(self, path: Path) -> str:
        """Return the member of the objects of a list that holds a name; empty where the list holds plain ones."""
        schema = self._shown.get(path)
        items = deref(schema, self._schemas).get("items") if schema is not None else None
        one = deref(items, self._schemas) if isinstance(items, dict) else {}
        properties = one.get("properties")
        return named(properties, "") if isinstance(properties, dict) else ""

    # -- states --------------------------------------------------------------------------------------------------------

    def _flag(self, verb: str, noun: str) -> Act | None:
        """Return what sets a flag or a state that is called after the verb (`archive`: `archived`) or the noun."""
        undone = verb == "delete" or verb in _UNDOING
        said = [noun] if verb in _SETTING | _REMOVING | _ADDING else [verb, noun]
        wanted = _UNDOING.get(verb, ()) or tuple(form for word in said if word for form in _participles(word))
        for path, schema in self._shown.items():
            name = squashed(path[-1])
            kind = deref(schema, self._schemas)
            if len(path) > 1 or kind.get("type") != "boolean" or self._operation.body is not None:
                continue
            if any(name in (word, f"is{word}") for word in wanted):
                why = f"{verb}: {path[-1]} of the {self._resource}"
                return self._act("action", why, effects=(Effect("set", path, value=not undone),))
        for path, schema in self._shown.items():
            states = deref(schema, self._schemas).get("enum")
            if len(path) == 1 and squashed(path[0]).endswith(_STATES) and isinstance(states, list):
                state = _state(states, _BACK if undone else wanted)
                if state is not None and verb not in _SETTING | _REMOVING | _ADDING:
                    why = f"{verb}: {path[0]} becomes {state}"
                    return self._act("action", why, effects=(Effect("set", path, value=state),))
        return None

    # -- members -------------------------------------------------------------------------------------------------------

    def _setter(self, verb: str, noun: str) -> Act | None:
        """Return what writes to the member of the record that a noun means."""
        body = self._operation.body
        if body is None or (verb not in _SETTING and self._operation.method not in ("put", "patch")):
            return None
        path = next((path for path in self._shown if len(path) == 1 and squashed(path[0]) in (noun, f"{noun}s")), ())
        stored, _ = mapping.writes(body.schema, self._resource, self._fields, self._known, self._shown, self._schemas)
        if not path:
            root = deref(record(body.schema, self._schemas)[1], self._schemas)
            needed = {name for name, _, is_needed in members(root, self._schemas) if is_needed and name != "id"}
            if needed and verb in _SETTING and needed <= {item.source[-1] for item in stored if item.source}:
                why = f"{verb}: {', '.join(sorted(needed))} of the {self._resource}"
                return self._act("patch", why, writes=stored)
            return None
        if any(item.target[:1] == path for item in stored):
            writes = stored
        elif (write := self._whole(path, noun)) is not None:
            writes = (write,)
        else:
            return None
        return self._act("patch", f"{verb}: {path[0]} of the {self._resource}", writes=writes)

    def _whole(self, path: Path, noun: str) -> Write | None:
        """Return how the one thing that a body names is stored at a member."""
        place = self._names(noun)
        field, wrap = self._fields.get(path), ""
        if place is None or not place[0]:
            return None
        if field is not None and field.reference is not None:
            return Write(place[0], path, replace(field.reference, by={}), field.many, required=True)
        properties = deref(self._shown[path], self._schemas).get("properties")
        if isinstance(properties, dict):
            own = place[0][-1]
            wrap = own if own in properties else named(properties, "")
            if not wrap:
                return None
        return Write(place[0], path, required=True, wrap=wrap)

    def _copy(self, verb: str) -> Act | None:
        """Return what makes another record like the one that the path names."""
        _, response = success(self._operation)
        if response is None:
            return None
        _, inner = record(response, self._schemas)
        shown = deref(inner, self._schemas)
        name = str(inner.get("$ref", "")).removeprefix("#/$defs/")
        owner = self._found.owned.schemas.get(name) or self._found.owned.schemas.get(str(shown.get("title")))
        if owner != self._resource:
            return None
        writes: tuple[Write, ...] = ()
        if self._operation.body is not None:
            writes, _ = mapping.writes(
                self._operation.body.schema, self._resource, self._fields, self._known, self._shown, self._schemas
            )
        return self._act("create", f"{verb}: another {self._resource} like it", writes=writes, copies=True)


def _is_called(name: str, noun: str) -> bool:
    """Whether a member or parameter names what a noun means (`projectIds`, `project`)."""
    plain = squashed(singular(name))
    return noun in (plain, plain.removesuffix("id"), plain.removesuffix("gid"), plain.removesuffix("key"))


def _is_name(schema: JsonObject, schemas: Mapping[str, JsonObject]) -> bool:
    """Whether a value is a name, or a list of names."""
    items = schema.get("items")
    one = deref(items, schemas) if schema.get("type") == "array" and isinstance(items, dict) else schema
    kinds = one.get("type")
    return any(kind in ("string", "integer") for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _participles(word: str) -> Iterator[str]:
    """Yield what something is after a verb was done to it (`trash`: `trashed`), the word itself first."""
    yield word
    yield word + "ed"
    yield word + "d"
    yield word + word[-1:] + "ed"
    yield word.removesuffix("y") + "ied"


def _state(states: Iterable[Json], wanted: Iterable[str]) -> Json:
    spelled = {squashed(state): state for state in states if isinstance(state, str)}
    return next((spelled[word] for word in wanted if word in spelled), None)
