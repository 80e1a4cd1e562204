"""`rewards.py` of a package: the reward skeleton of each operation that writes, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from atlasgen.plan.model import Path, Plan
from atlasgen.plan.naming import distinct, snake
from atlasgen.render.text import literal, templates
from atlasgen.tasks.skeleton import Argument, Skeleton, skeletons
from atlasgen.tasks.task import Reader

_WIDTH = 120
_STEP = 4
_ARGUMENTS = "arguments: ClassVar[tuple[Argument, ...]] = "


@dataclass(frozen=True, slots=True)
class _Class:
    """What the template prints of one skeleton; all but `summary` is Python."""

    name: str
    operation: str
    summary: str
    effect: str
    arguments: str
    readers: str
    budget: int


def render_rewards(plan: Plan) -> str:
    """Return the source of `rewards.py`."""
    found = skeletons(plan)
    names = _names(found)
    constants = {
        (name := names[item.effect.collection]): _tuple(list(map(_reader, item.readers)), 0, used=len(f"{name} = "))
        for item in found
    }
    rewards = [
        _Class(
            name=item.name,
            operation=item.operation,
            summary=f"{item.summary or item.operation}: the reward of a task that it solves",
            effect=_Node("Effect(", [literal(item.effect.kind), literal(item.effect.collection)], ")").lines(
                _STEP, used=len("effect = ")
            ),
            arguments=_tuple([_argument(argument) for argument in item.arguments], _STEP, used=len(_ARGUMENTS)),
            readers=names[item.effect.collection],
            budget=item.budget,
        )
        for item in found
    ]
    template = templates().get_template("rewards.py.jinja")
    return template.render(title=plan.title or plan.name, readers=constants, rewards=rewards)


def _names(found: Sequence[Skeleton]) -> Mapping[str, str]:
    """Return what the readers of each collection are called: all operations on a resource share them."""
    names: dict[str, str] = {}
    for item in found:
        collection = item.effect.collection
        if collection not in names:
            resource = collection.partition(".")[2]
            names[collection] = distinct(snake(f"{resource}_readers").upper(), set(names.values()))
    return names


def _argument(argument: Argument) -> _Node:
    parts: list[_Node | str] = [literal(argument.pointer)]
    if argument.required:
        parts.append("required=True")
    if argument.stored:
        parts.append(f"stored={_path(argument.stored)}")
    if argument.names:
        parts.append(f"names={literal(argument.names)}")
    if argument.by:
        parts.append(_pairs("by=", {name: literal(value) for name, value in argument.by.items()}))
    if argument.unordered:
        parts.append("unordered=True")
    return _Node("Argument(", parts, ")")


def _reader(reader: Reader) -> _Node:
    shows = _pairs("", {shown: _path(path) for shown, path in reader.shows.items()})
    parts: list[_Node | str] = [literal(reader.operation), literal(reader.target), shows]
    if reader.within:
        parts.append(f"within={literal(reader.within)}")
    if reader.identity != "/id":
        parts.append(f"identity={literal(reader.identity)}")
    if reader.members:
        parts.append(_pairs("members=", {name: _path(path) for name, path in reader.members.items()}))
    if reader.following:
        parts.append(f"following={literal(reader.following)}")
    return _Node("Reader(", parts, ")")


def _pairs(head: str, members: Mapping[str, str]) -> _Node:
    return _Node(f"{head}{{", [f"{literal(name)}: {value}" for name, value in members.items()], "}")


def _path(path: Path) -> str:
    return f"({', '.join(map(literal, path))}{',' if len(path) == 1 else ''})"


def _tuple(parts: Sequence[_Node], indent: int, *, used: int) -> str:
    """Return a tuple with a part a line, but for a single part that fits beside what it is assigned to."""
    if len(parts) == 1 and indent + used + len(single := f"({parts[0].flat()},)") <= _WIDTH:
        return single
    return _Node("(", parts, ")").tall(indent)


@dataclass(frozen=True, slots=True)
class _Node:
    """Something in brackets: in one line if it fits, else with a part a line."""

    head: str
    parts: Sequence[_Node | str]
    tail: str

    def flat(self) -> str:
        """Return it in one line."""
        parts = ", ".join(part if isinstance(part, str) else part.flat() for part in self.parts)
        return f"{self.head}{parts}{self.tail}"

    def lines(self, indent: int, used: int = 0, after: int = 0) -> str:
        """Return it as the formatter writes it.

        Args:
            indent: The column that its line begins in.
            used: Characters of that line before it.
            after: Characters of the line after it.
        """
        flat = self.flat()
        return flat if not self.parts or indent + used + len(flat) + after <= _WIDTH else self.tall(indent)

    def tall(self, indent: int) -> str:
        """Return it with a part a line."""
        if not self.parts:
            return self.head + self.tail
        pad = " " * (indent + _STEP)
        rows = [part if isinstance(part, str) else part.lines(indent + _STEP, after=len(",")) for part in self.parts]
        return "\n".join([self.head, *(f"{pad}{row}," for row in rows), " " * indent + self.tail])
