"""Makes requests for any environment: likely ones, which name records that are there, and spoiled ones.

Every choice is made by a function from n to a number below n, so that Hypothesis (`draw` it, and failures shrink) and
a plain seeded generator (`chooser`) can both drive it. hypothesis-jsonschema, which would make values from schemas,
does not run with the Hypothesis that is installed here.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from atlasgen.jsonvalue import Json, JsonObject, detach
from atlasgen.runtime import sampling
from atlasgen.runtime.documents import Document
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.sampling import Choose, Sampler, chooser
from atlasgen.verification.aiming import Aim, Request, Target, targets

__all__ = ["Choose", "Sampler", "Target", "chooser", "collection_of", "likely", "request", "spoiled", "targets"]

WORDS = ("a", "Guide to x", "b c", "", "ä☃", "{message}", "{0.__class__}", "$ref", "x-1", "0", *sampling.WORDS[:2])


def collection_of(emulator: Emulator, resource: str) -> str:
    """Return what the world calls the collection of a resource."""
    return f"{emulator.plan.name}.{resource}"


def likely(environment: Environment, target: Target, choose: Choose) -> JsonObject:
    """Return arguments that meet the schema and name records that are there, so that most are accepted."""
    return request(environment, target, choose).arguments


def request(environment: Environment, target: Target, choose: Choose) -> Request:
    """Return likely arguments, and what is known of the record that they name."""
    sampler = Sampler(target.plan.schemas, choose, words=WORDS)
    world = environment.world

    def known(resource: str) -> list[Document]:
        collection = collection_of(target.emulator, resource)
        found = (world.get(collection, id) for id in world.ids(collection))
        return [record for record in found if record is not None]

    def arrows(item: Target, arguments: JsonObject) -> list[Json]:
        workflow = item.resource.workflow if item.resource is not None else None
        return list(world.ids(collection_of(item.emulator, workflow.transitions))) if workflow is not None else []

    arguments: JsonObject = sampler.value(target.operation.arguments())
    return _aim(environment).request(target, arguments, sampler, known, arrows)


_AIMS: WeakKeyDictionary[Environment, Aim] = WeakKeyDictionary()


def _aim(environment: Environment) -> Aim:
    if environment not in _AIMS:
        _AIMS[environment] = Aim(environment, targets(environment))
    return _AIMS[environment]


def spoiled(arguments: Json, choose: Choose) -> Any:
    """Return arguments with one or two things wrong: a member dropped, added or of another type or value."""
    value = detach(arguments)
    for _ in range(1 + choose(2)):
        places: list[tuple[Any, Any]] = []
        _places(value, places)
        if not places:
            return {"extra": 1}
        holder, key = places[choose(len(places))]
        how = choose(4)
        if how == 0:
            del holder[key]
        elif how == 1 and isinstance(holder, dict):
            holder["unknown"] = "x"
        else:
            holder[key] = (None, True, 0, -1, 1.5, "", "no such thing", [], {}, [[]], {"id": "0"})[choose(11)]
    return value


def _places(value: Any, found: list[tuple[Any, Any]]) -> None:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        found.append((value, key))
        _places(item, found)
