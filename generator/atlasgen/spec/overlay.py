"""Hints: an OpenAPI Overlay 1.0 applied to a document; the result is a new value that shares what was not touched.

Stricter than the standard where silence would hide a mistake: a target has to match, keys are checked, and an action
has either `update` or `remove`. Freer in one thing: a target may be a primitive, which `update` then replaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from atlasgen.errors import AtlasgenError, Problem
from atlasgen.jsonvalue import Json, JsonObject, pointer
from atlasgen.spec.jsonpath import SUPPORTED, JsonPath, Path, PathError
from atlasgen.spec.parse import MAX_DEPTH
from atlasgen.spec.wording import nearest, sort_of

_VERSION = re.compile(r"1\.0\.[0-9]+")
_TOP_KEYS = ("overlay", "info", "extends", "actions")
_INFO_KEYS = ("title", "version")
_ACTION_KEYS = ("target", "description", "update", "remove")


def apply(document: JsonObject, overlay: JsonObject, *, where: str) -> JsonObject:
    """Return the document with the actions of an overlay applied in order; neither argument is changed.

    An object is merged recursively: lists are joined, other values replaced. A target that is a list gets `update` as
    one more item. `extends` is not followed: the caller says which document is meant.

    Args:
        document: The document, as `load.read` returns it.
        overlay: The overlay, likewise.
        where: The overlay's file, for messages.

    Raises:
        AtlasgenError: the overlay is malformed, or a target matches nothing; all problems of the overlay together.
    """
    problems = list(_shape_problems(overlay, where))
    actions = overlay.get("actions")
    for index, action in enumerate(actions if isinstance(actions, list) else ()):
        at = f"{where}#{pointer('actions', index)}"
        wrong = list(_action_problems(action, at))
        if wrong or not isinstance(action, dict):
            problems += wrong
            continue
        try:
            document = _act(document, action, at)
        except AtlasgenError as error:
            problems += error.problems
    if problems:
        raise AtlasgenError(*problems)
    return document


def _shape_problems(overlay: JsonObject, where: str) -> Iterator[Problem]:
    version = overlay.get("overlay")
    if version is None:
        is_document = "openapi" in overlay or "swagger" in overlay
        what = "is an OpenAPI document, not an overlay" if is_document else "is not an overlay: it has no 'overlay'"
        raise AtlasgenError.single(where, what, 'An overlay begins with `overlay: "1.0.0"`.')
    if not isinstance(version, str):
        yield Problem(f"{where}#/overlay", f"is {sort_of(version)}, not text", 'Quote it: `overlay: "1.0.0"`.')
    elif not _VERSION.fullmatch(version):
        yield Problem(f"{where}#/overlay", f"version '{version}' is not supported", "Use 1.0.x.")
    yield from _unknown_keys(overlay, _TOP_KEYS, where)
    info = overlay.get("info")
    if isinstance(info, dict):
        yield from _unknown_keys(info, _INFO_KEYS, f"{where}#/info")
        for key in _INFO_KEYS:
            if not isinstance(info.get(key), str):
                yield Problem(f"{where}#/info", f"needs '{key}', which is text", "Quote a number.")
    else:
        yield Problem(where, "needs 'info', an object with title and version")
    if not isinstance(overlay.get("actions"), list):
        yield Problem(where, "needs 'actions', a list")


def _action_problems(action: Json, at: str) -> Iterator[Problem]:
    if not isinstance(action, dict):
        yield Problem(at, f"an action is an object, not {sort_of(action)}")
        return
    yield from _unknown_keys(action, _ACTION_KEYS, at)
    if not isinstance(action.get("target"), str):
        yield Problem(at, "needs 'target', which is text")
    if not isinstance(action.get("description", ""), str):
        yield Problem(f"{at}/description", f"is text, not {sort_of(action['description'])}")
    remove = action.get("remove", False)
    if not isinstance(remove, bool):
        yield Problem(f"{at}/remove", f"is true or false, not {sort_of(remove)}")
    elif remove and "update" in action:
        remedy = "Keep one of them; the standard would ignore 'update' without a word."
        yield Problem(at, "has both 'update' and 'remove'", remedy)
    elif not remove and "update" not in action:
        yield Problem(at, "has neither 'update' nor 'remove: true'")


def _unknown_keys(value: JsonObject, known: tuple[str, ...], at: str) -> Iterator[Problem]:
    for key in value:
        if key not in known and not key.startswith("x-"):
            meant = nearest(key, known)
            remedy = f"Did you mean '{meant}'?" if meant else f"Known: {', '.join(known)}."
            yield Problem(at, f"'{key}' is not known here", remedy)


def _act(document: JsonObject, action: JsonObject, at: str) -> JsonObject:
    target = f"{at}/target"
    try:
        path = JsonPath.parse(str(action["target"]))
    except PathError as error:
        raise AtlasgenError.single(target, str(error), SUPPORTED) from error
    try:
        places = path.find(document)
    except PathError as error:
        raise AtlasgenError.single(target, str(error)) from error
    if "update" not in action and () in places:
        raise AtlasgenError.single(target, "the document itself cannot be removed")
    tree = _Place()
    for place in places:
        tree.add(place)
    if "update" not in action:
        return cast("JsonObject", _removed(document, tree))
    if max(map(len, places)) + _height(action["update"]) > MAX_DEPTH:
        raise AtlasgenError.single(f"{at}/update", f"would nest the document more than {MAX_DEPTH} levels deep")
    try:
        return cast("JsonObject", _updated(document, tree, action["update"]))
    except ValueError as error:
        raise AtlasgenError.single(f"{at}/update", str(error)) from error


def _height(value: Json) -> int:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if items is None else 1 + max(map(_height, items), default=0)


@dataclass(slots=True)
class _Place:
    """The places that a target names, as a tree: an edit copies each object and list on the way to them once."""

    is_target: bool = False
    below: dict[str | int, _Place] = field(default_factory=dict)

    def add(self, path: Path) -> None:
        here = self
        for key in path:
            here = here.below.setdefault(key, _Place())
        here.is_target = True


def _updated(value: Json, place: _Place, update: Json) -> Json:
    below = place.below
    if isinstance(value, dict) and below:
        value = {key: _updated(item, below[key], update) if key in below else item for key, item in value.items()}
    elif isinstance(value, list) and below:
        value = [_updated(item, below[i], update) if i in below else item for i, item in enumerate(value)]
    if not place.is_target:
        return value
    if isinstance(value, list):
        return [*value, update]
    if isinstance(value, dict) and not isinstance(update, dict):
        raise ValueError(f"is {sort_of(update)}, but the target is an object and can only be merged with an object")
    return _merged(value, update)


def _removed(value: Json, place: _Place) -> Json:
    below, gone = place.below, {key for key, inner in place.below.items() if inner.is_target}
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in gone}
        return {key: _removed(item, below[key]) if key in below else item for key, item in kept.items()}
    if isinstance(value, list):
        return [_removed(item, below[i]) if i in below else item for i, item in enumerate(value) if i not in gone]
    return value


def _merged(old: Json, new: Json) -> Json:
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: _merged(old[key], item) if key in old else item for key, item in new.items()}
    if isinstance(old, list) and isinstance(new, list):
        return old + new
    return new
