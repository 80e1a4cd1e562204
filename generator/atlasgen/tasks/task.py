"""A task: a world, an instruction, the calls that carry it out, and what the world must be like afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, TypeAlias

from atlasgen.jsonvalue import Json, JsonObject, tokens
from atlasgen.plan.model import Archetype, Operation, Path
from atlasgen.runtime.world import Change, Layer, RecordId

EffectKind: TypeAlias = Literal["create", "update", "delete"]

KINDS: Final[Mapping[Archetype, EffectKind]] = {
    "create": "create",
    "upsert": "create",
    "update": "update",
    "patch": "update",
    "action": "update",
    "link": "update",
    "unlink": "update",
    "delete": "delete",
}
"""What the operations of an archetype do to a record; the others do nothing."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an accepted call of an operation does, and to the records of which collection."""

    kind: EffectKind
    collection: str


def effect_of(operation: Operation, names: Mapping[str, str]) -> Effect | None:
    """Return what an operation does; None where it does nothing.

    Args:
        operation: The operation.
        names: What the world calls the collection of each resource.
    """
    kind = KINDS.get(operation.archetype)
    if kind is None or operation.resource not in names:
        return None
    # What is added to a list, or taken out of it, changes the record that has the list.
    held = operation.held if operation.archetype in ("link", "unlink") else None
    return Effect(kind, names[held.resource if held is not None else operation.resource])


@dataclass(frozen=True, slots=True)
class Use:
    """An argument that is known only once another call was answered.

    Attributes:
        pointer: The argument.
        tool: The tool whose last accepted answer holds it.
        answer: Where in that answer.
    """

    pointer: str
    tool: str
    answer: str


@dataclass(frozen=True, slots=True)
class GoldCall:
    """One call of a solution; `uses` says which of its arguments come from answers rather than from the task."""

    tool: str
    arguments: JsonObject
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True)
class Reader:
    """An operation whose answer shows records of a collection.

    Attributes:
        operation: Its tool.
        target: The parameter that names the record that the answer is about; empty where it names none.
        shows: Pointer into what is shown of a record -> the path of the record that stands there.
        within: Where the record, or the list of records, stands in the answer; lists on the way are gone through.
        identity: Where the id stands in what is shown of a record; empty where the answer does not say whose it is and
            the argument `target` does: a list of what one field of a record lists.
        members: Parameter -> the path of the records shown, each of which lists there what the argument names.
        following: Where the answer says that a list of such records goes on; empty where it has no place for that.
    """

    operation: str
    target: str
    shows: Mapping[str, Path]
    within: str = ""
    identity: str = "/id"
    members: Mapping[str, Path] = field(default_factory=dict)
    following: str = ""

    # Pointers are for people; what answers are searched with is found once.

    @cached_property
    def places(self) -> Mapping[Path, Path]:
        """Where each path of the record stands in what is shown of it."""
        return {path: tokens(place) for place, path in self.shows.items()}

    @cached_property
    def way(self) -> tuple[Path, Path]:
        """The way to the records, and from a record to its id."""
        return tokens(self.within), tokens(self.identity)


@dataclass(frozen=True, slots=True)
class Needed:
    """Something that the instruction does not say and the agent has to find.

    Attributes:
        record: The record that has it.
        path: Where the record has it.
        value: What answers show there, or a member of what they show there.
        pointer: The argument that it is needed for.
        instead: Where the same can be found as well.
        readers: What shows it; found out when the task is made.
        write: Which of the writing calls it is needed for, counted from 0: what only a first change brings to light
            can be looked up no sooner.
    """

    record: RecordId
    path: Path
    value: Json
    pointer: str = ""
    instead: tuple[Needed, ...] = ()
    readers: tuple[Reader, ...] = ()
    write: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """One record that must have changed, and how.

    Attributes:
        change: The record before and after; None stands for no record.
        written: The paths that the gold calls wrote in it; the rest follows from them.
        links: The paths that name records which the gold itself creates, in texts too: their ids differ from episode to
            episode.
        names: The id and the other names of a record that existed before.
    """

    change: Change
    written: tuple[Path, ...]
    links: tuple[Path, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """One argument of a gold call.

    Attributes:
        pointer: Where it stands among the arguments.
        value: What the gold gives.
        members: The other ways to name the same record: member of the object -> its value there.
        scalars: Likewise where the argument is no object.
    """

    pointer: str
    value: Json
    members: Mapping[str, Json] = field(default_factory=dict)
    scalars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedCall:
    """A gold call that writes, argument by argument."""

    tool: str
    arguments: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What an agent is asked to do, and what a reward compares with.

    Attributes:
        scenario: The name of the scenario it belongs to.
        seed: Chooses the task within a split.
        split: `train`, `validation` or `test`.
        instruction: What the agent is told.
        world_seed: The world that it plays in.
        layer: What the task adds to that world.
        gold: Calls that carry it out.
        targets: What they change, found by running them.
        expected: Their arguments, for the calls that write.
        tools: The tools that the agent has.
        effects: What the writing ones among them do.
        budget: How many calls a careful agent may make.
        needed: What the agent has to find.
        gold_writes: The records that the gold calls wrote.
    """

    scenario: str
    seed: int
    split: str
    instruction: str
    world_seed: int
    layer: Layer
    gold: tuple[GoldCall, ...]
    targets: tuple[Target, ...]
    expected: tuple[ExpectedCall, ...]
    tools: tuple[str, ...]
    effects: Mapping[str, Effect]
    budget: int
    needed: tuple[Needed, ...] = ()
    gold_writes: frozenset[RecordId] = frozenset()

    @property
    def gold_diff(self) -> tuple[Change, ...]:
        """What the gold calls change."""
        return tuple(target.change for target in self.targets)
