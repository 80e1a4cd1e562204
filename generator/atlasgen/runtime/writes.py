"""Operations that write, compiled to closures.

A closure first finds everything that is wrong, then writes, then answers. Nothing is written where anything is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, cast

from atlasgen.errors import Fault
from atlasgen.jsonvalue import Json, detach, pointer
from atlasgen.plan.model import Held, Operation, Path, Trash
from atlasgen.runtime.answers import answer
from atlasgen.runtime.context import Broken, Context, Located
from atlasgen.runtime.documents import ABSENT, Document, at, with_value, without
from atlasgen.runtime.drafts import Drafts, sources
from atlasgen.runtime.families import Families
from atlasgen.runtime.requests import Arguments, accept
from atlasgen.runtime.store import Store
from atlasgen.runtime.targets import Targets, listed_in
from atlasgen.runtime.workflows import Arrows
from atlasgen.runtime.world import World

Run: TypeAlias = Callable[[World, Arguments], Json]

_EMPTY: Document = {}


def create(context: Context, operation: Operation, store: Store) -> Run:
    """Compile an operation that makes a record, or, if it has `upsert`, replaces the one that its body is about."""
    read, show, parents = (
        accept(context, operation, store), answer(context, operation), Targets(context, operation).parents()
    )  # fmt: skip
    drafts = Drafts(context, operation.writes)
    many = {field.path for field in store.resource.fields if field.many}
    existing = _existing(context, operation, store) if operation.upsert else None
    own, cleared = store.resource.identity.field, [write.target for write in operation.writes]
    codes = sorted({operation.status, *operation.others})
    made, replaced = (201 if 201 in codes else 0), (200 if 200 in codes else 204 if 204 in codes else 0)
    original = Targets(context, operation).target() if operation.copies else None
    names = [(own,), *((name,) for name in store.resource.identity.also), *store.resource.stamped]

    def make(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        body = valid.get("body") or _EMPTY
        above = [(path, [parent] if path in many else parent) for path, _, parent in parents(world, valid)]
        copied = without(original(world, valid)[1], names) or _EMPTY if original is not None else _EMPTY
        record, broken = drafts.draft(world, body, copied)
        record = _laid(record, above)
        before = existing(world, record) if existing is not None else None
        if before is not None:
            id, old = before
            # As with a PUT: what a body cannot say (names, times, counters) stays.
            record, _ = drafts.draft(world, body, without(old, cleared) or _EMPTY)
            record = cast("Document", detach({**_laid(record, above), own: old[own]}))
        record = store.complete(world, detach(record) if original is not None else record)  # type: ignore[arg-type]
        if before is None:
            broken += store.taken(world, record)
        broken += store.rules.broken(world, record, before[0] if before else "", sources(broken))
        if broken:
            raise context.refuse(broken, operation)
        if existing is not None:
            world.status = replaced if before is not None else made
        return show(world, valid, (store.replace(world, id, record) if before else store.insert(world, record),))

    return make


def several(context: Context, operation: Operation, store: Store, place: Path) -> Run:
    """Compile an operation that makes a record of each element of a list in its body: of all, or of none."""
    read, show, parents = accept(context, operation), answer(context, operation), Targets(context, operation).parents()
    drafts = Drafts(context, operation.writes)
    many = {field.path for field in store.resource.fields if field.many}
    lists = any(shape.kind == "records" for shape in operation.answer)

    def make(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        above = [(path, [parent] if path in many else parent) for path, _, parent in parents(world, valid)]
        items = at(valid.get("body"), place)
        broken: list[Broken] = []
        fresh: list[Document] = []
        for item in items if isinstance(items, list) else []:
            draft, unknown = drafts.draft(world, item if isinstance(item, dict) else _EMPTY, _EMPTY)
            draft = store.complete(world, cast("Document", detach(_laid(draft, above))))
            broken += unknown
            broken += store.taken(world, draft)
            broken += store.rules.broken(world, draft, "", sources(unknown))
            fresh.append(draft)
        if broken:
            raise context.refuse(broken, operation)
        made = [store.insert(world, draft) for draft in fresh]
        return show(world, valid, made if lists else made[:1] or (("", _EMPTY),))

    return make


def put(context: Context, operation: Operation, store: Store) -> Run:
    """Compile an operation that makes the record that its path names, or replaces it."""
    targets = Targets(context, operation)
    read, find, show, parents = (
        accept(context, operation),
        targets.found(),
        answer(context, operation),
        targets.parents(),
    )
    drafts, identity = Drafts(context, operation.writes), store.resource.identity
    member = next(iter(identity.also), identity.field)
    cleared = [write.target for write in operation.writes]
    codes = sorted({operation.status, *operation.others})
    made, replaced = (201 if 201 in codes else 0), (200 if 200 in codes else 204 if 204 in codes else 0)

    def make(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        body: Any = valid.get("body")
        before = find(world, valid)
        if before is not None:
            record, broken = drafts.draft(world, body, without(before[1], cleared) or _EMPTY)
        else:
            record, broken = drafts.draft(world, body, _EMPTY)
            for test in parents(world, valid):
                record = with_value(record, test.path, test.wanted)
            record = with_value(record, (member,), str(valid[operation.target]))
        record = store.complete(world, cast("Document", detach(record)))
        broken += store.rules.broken(world, record, before[0] if before else "", sources(broken))
        if broken:
            raise context.refuse(broken, operation)
        world.status = replaced if before is not None else made
        return show(world, valid, (store.replace(world, before[0], record) if before else store.insert(world, record),))

    return make


def reset(context: Context, operation: Operation, store: Store) -> Run:
    """Compile an operation that brings what there is one of back to what it is without anyone's doing: empty."""
    read, target, show = accept(context, operation), Targets(context, operation).target(), answer(context, operation)
    kept = {field.path[0] for field in store.resource.fields} | {store.resource.identity.field}

    def again(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        id, record = target(world, valid)
        bare = {name: value for name, value in record.items() if name in kept}
        return show(world, valid, (store.replace(world, id, store.complete(world, bare)),))

    return again


def _laid(record: Document, values: Iterable[tuple[Path, Json]]) -> Document:
    """Return a record with values at some paths."""
    for path, value in values:
        record = with_value(record, path, value)
    return record


def _existing(context: Context, operation: Operation, store: Store) -> Callable[[World, Document], Located | None]:
    """Return what finds the record of the same parents that has the same value at the member that `upsert` names."""
    key = next((write.target for write in operation.writes if write.source == operation.upsert), operation.upsert)
    parents = tuple(operation.scope.values())

    def existing(world: World, draft: Document) -> Located | None:
        value = at(draft, key)
        if value is ABSENT or value is None:
            return None
        ids = world.listed(store.collection, parents[0], str(at(draft, parents[0]))) if parents else (
            world.ids(store.collection)
        )  # fmt: skip
        for id in ids:
            record = world.get(store.collection, id)
            if record is not None and all(at(record, path) == at(draft, path) for path in (key, *parents)):
                return id, record
        return None

    return existing


def update(context: Context, operation: Operation, store: Store) -> Run:
    """Compile an operation that changes a record."""
    # A PUT replaces: what it could write and does not is as in a new record.
    replaces = operation.archetype == "update"
    cleared = [write.target for write in operation.writes if not write.lock] if replaces else []
    read, target, show = accept(context, operation), Targets(context, operation).target(), answer(context, operation)
    drafts = Drafts(context, operation.writes)

    def change(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        id, before = target(world, valid)
        body = valid.get("body") or _EMPTY
        record, broken = drafts.draft(world, body, without(before, cleared) or _EMPTY)
        broken += drafts.stale(body, before)
        if cleared:
            record = store.complete(world, cast("Document", detach(record)))
        broken += store.rules.broken(world, record, id, sources(broken))
        if broken:
            raise context.refuse(broken, operation)
        return show(world, valid, (store.replace(world, id, record),))

    return change


def delete(context: Context, operation: Operation, store: Store, families: Families) -> Run:
    """Compile an operation that takes a record away, or puts it aside first."""
    if operation.trash is not None:
        return _discard(context, operation, operation.trash, store, families)
    read, target, show = accept(context, operation), Targets(context, operation).target(), answer(context, operation)
    collection = store.collection

    def take_away(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        id, record = target(world, valid)
        shown = show(world, valid, ((id, record),))
        families.remove(world, collection, id)
        return shown

    return take_away


def _discard(context: Context, operation: Operation, trash: Trash, store: Store, families: Families) -> Run:
    targets = Targets(context, operation)
    read, target, show = accept(context, operation), targets.target(), answer(context, operation)
    collection = store.collection
    not_aside = Fault("rule", pointer(trash.purge), f"Only what has been deleted before can be purged ({trash.value}).")

    def discard(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        id, record = target(world, valid)
        aside = at(record, trash.at) == trash.value
        purge = bool(trash.purge) and valid.get(trash.purge) is True
        if purge and not aside:
            raise context.refuse([(400, not_aside)], operation)
        if aside and not purge:
            raise targets.not_found(operation.target)
        shown = show(world, valid, ((id, record),))
        if purge:
            families.remove(world, collection, id)
        else:
            families.move_up(world, collection, id)
            world.put(collection, id, with_value(record, trash.at, detach(trash.value)))
        return shown

    return discard


# -- fields that list records ------------------------------------------------------------------------------------------


def link(context: Context, operation: Operation, store: Store, held: Held) -> Run:
    """Compile an operation that adds records to those that a field lists, and makes the ones that are not there."""
    read, show, holder = (
        accept(context, operation, store), answer(context, operation), Targets(context, operation).holder(held)
    )  # fmt: skip
    drafts, find = Drafts(context, operation.writes), _by_any_name(store)
    own, owners = store.resource.identity.field, context.names[held.resource]

    def add(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        owner, record = holder(world, valid)
        body: Any = valid.get("body") or []
        items = body if isinstance(body, list) else [body]
        ids = {str(id): id for id in listed_in(record, held)}
        broken: list[Broken] = []
        fresh: list[Document] = []
        for item in items:
            draft, unknown = drafts.draft(world, item if isinstance(item, dict) else _EMPTY, _EMPTY)
            found = find(world, draft)
            if found is not None:
                ids.setdefault(str(found[own]), found[own])
                continue
            draft = store.complete(world, draft)
            broken += unknown
            broken += store.rules.broken(world, draft, "", sources(unknown))
            fresh.append(draft)
        if broken:
            raise context.refuse(broken, operation)
        for draft in fresh:
            # Two of the new ones may be the same.
            made = find(world, draft) or store.insert(world, draft)[1]
            ids.setdefault(str(made[own]), made[own])
        changed = list(ids.values())
        if changed != listed_in(record, held):
            world.put(owners, owner, with_value(record, held.path, changed))
        listed = [(id, item) for id in ids if (item := world.get(store.collection, id)) is not None]
        return show(world, valid, listed)

    return add


def unlink(context: Context, operation: Operation, store: Store, held: Held) -> Run:
    """Compile an operation that takes a record out of those that a field lists."""
    targets = Targets(context, operation)
    read, show, holder, target = (
        accept(context, operation), answer(context, operation), targets.holder(held), targets.target()
    )  # fmt: skip
    owners = context.names[held.resource]

    def take_out(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        owner, record = holder(world, valid)
        id, item = target(world, valid)
        ids = listed_in(record, held)
        if id not in map(str, ids):
            raise targets.not_found(operation.target)
        world.put(owners, owner, with_value(record, held.path, [other for other in ids if str(other) != id]))
        return show(world, valid, ((id, item),))

    return take_out


def _by_any_name(store: Store) -> Callable[[World, Document], Document | None]:
    """Return what finds the record that a draft names by its id or by one of the further names of its resource."""
    own, names = store.resource.identity.field, tuple(store.resource.identity.also)

    def find(world: World, draft: Document) -> Document | None:
        for member in (own, *names):
            value = draft.get(member)
            if value is None:
                continue
            id = str(value) if member == own else world.find(store.collection, member, str(value))
            if id is not None and (record := world.get(store.collection, id)) is not None:
                return record
        return None

    return find


# -- workflows ---------------------------------------------------------------------------------------------------------


def transition(context: Context, operation: Operation, store: Store) -> Run:
    """Compile an operation that takes an arrow of a workflow."""
    read, target, show = accept(context, operation), Targets(context, operation).target(), answer(context, operation)
    arrows, path = Arrows(context, operation), operation.transition
    message = f"is not a {arrows.resource.name} that is open now."

    def take(world: World, arguments: Arguments) -> Json:
        valid = read(world, arguments)
        id, record = target(world, valid)
        given = at(valid.get("body"), path)
        wanted = given.get(arrows.field) if isinstance(given, dict) else given
        arrow = arrows.find(world, record, str(wanted))
        if arrow is None:
            where = pointer("body", *path, *((arrows.field,) if isinstance(given, dict) else ()))
            raise context.refuse([(400, Fault("rule", where, f"{wanted} {message}", wanted))], operation)
        record = with_value(record, arrows.state, arrows.target(world, arrow))
        return show(world, valid, (store.replace(world, id, record),))

    return take
