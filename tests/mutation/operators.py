"""Small mistakes made in a module on purpose: each mutation changes one place of its syntax tree.

What no run can notice is left alone: annotations, decorators, docstrings, texts for people (only strings that stand
where a key stands are changed) and what is there for the type checker.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

_Way: TypeAlias = tuple[tuple[str, int | None], ...]

_COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COUNTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_SWAPPED: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_KEYED: Final = {"get", "pop", "setdefault", "removeprefix", "removesuffix", "startswith", "endswith", "getattr"}
_RETURNED: Final = {"bool": ("True", "False"), "float": ("0.0", "1.0"), "int": ("0", "1"), "str": ("''",)}
_EMPTY: Final = {
    "list": "[]",
    "tuple": "()",
    "dict": "{}",
    "Mapping": "{}",
    "Sequence": "()",
    "frozenset": "frozenset()",
}


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mistake.

    Attributes:
        function: The function or class that it stands in, by its qualified name; `<module>` outside of all.
        operator: The sort of mistake.
        before: What the code says.
        after: What it says with the mistake.
        number: Tells apart what agrees in all of these, counted from 0 in the order of the source.
        line: The line in the source as it is today; no part of the name.
        way: Where in the syntax tree.
        node: What stands there instead.
    """

    function: str
    operator: str
    before: str
    after: str
    number: int
    line: int
    way: _Way
    node: ast.AST

    @property
    def name(self) -> str:
        """What the mutation is called: it stays as long as the code around the place does."""
        again = f" #{self.number}" if self.number else ""
        return f"{self.function}: {self.operator}: {self.before} => {self.after}{again}"


def mutations(source: str) -> list[Mutation]:
    """Return every mutation of a module, in the order of its source."""
    seen: Counter[str] = Counter()
    found: list[Mutation] = []
    for place in _places(ast.parse(source), (), (), ""):
        for operator, node in _mistakes(place):
            made = Mutation(
                function=".".join(place.scope) or "<module>",
                operator=operator,
                before=ast.unparse(place.shown),
                after=ast.unparse(_shown(place, node)),
                number=0,
                line=getattr(place.shown, "lineno", 0),
                way=place.way,
                node=node,
            )
            if made.before != made.after:
                found.append(replace(made, number=seen[made.name]))
                seen[made.name] += 1
    return found


def mutated(source: str, mutation: Mutation) -> ast.Module:
    """Return the syntax tree of a module with a mistake in it."""
    tree = ast.parse(source)
    parent: ast.AST = tree
    for field, index in mutation.way[:-1]:
        parent = getattr(parent, field) if index is None else getattr(parent, field)[index]
    _put(parent, mutation.way[-1], mutation.node)
    return ast.fix_missing_locations(tree)


def _put(parent: ast.AST, step: tuple[str, int | None], node: ast.AST) -> None:
    field, index = step
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


@dataclass(frozen=True, slots=True)
class _Place:
    """A node, with what stands around it.

    Attributes:
        node: The node.
        parent: What holds it.
        way: Where it stands.
        scope: The functions and classes around it.
        returns: What the innermost function says that it returns.
        shown: The node that a reader needs to see to know the place: an operand alone says too little.
    """

    node: ast.AST
    parent: ast.AST
    way: _Way
    scope: tuple[str, ...]
    returns: str
    shown: ast.AST


def _places(node: ast.AST, way: _Way, scope: tuple[str, ...], returns: str) -> Iterator[_Place]:
    """Yield the nodes below a node that may be changed."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        scope = (*scope, node.name)
    if isinstance(node, ast.FunctionDef):
        returns = ast.unparse(node.returns) if node.returns is not None else ""
    for field, index, child in _children(node):
        here = (*way, (field, index))
        alone = not isinstance(child, ast.Constant) or isinstance(node, ast.Dict | ast.List | ast.Tuple | ast.Set)
        shown = node if isinstance(node, ast.expr | ast.keyword) and not alone else child
        yield _Place(child, node, here, scope, returns, shown)
        yield from _places(child, here, scope, returns)


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(node):
        for index, item in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(item, ast.AST) and not _is_left_alone(node, field, index) and not _is_for_readers(item):
                yield field, index, item


def _is_left_alone(node: ast.AST, field: str, index: int | None) -> bool:
    """Return whether what a node holds in a place is a type, or says nothing to a run for another reason."""
    if field in ("annotation", "returns", "decorator_list", "bases", "type_params", "ctx"):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and field == "args":
        return (node.func.id, index) in (("cast", 0), ("isinstance", 1))
    return isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation)


def _is_for_readers(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.Assert)


def _shown(place: _Place, node: ast.AST) -> ast.AST:
    """Return what the reader is shown, with another node in the place."""
    if place.shown is place.node:
        return node
    copy = deepcopy(place.shown)
    _put(copy, place.way[-1], node)
    return copy


# -- the sorts of mistakes ---------------------------------------------------------------------------------------------


def _mistakes(place: _Place) -> Iterator[tuple[str, ast.AST]]:
    """Yield what may stand in a place by mistake, with the sort of the mistake."""
    node = place.node
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            for other in _COMPARED[type(operator)]:
                operators = [*node.ops[:index], other(), *node.ops[index + 1 :]]
                yield "compare", ast.Compare(node.left, operators, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield "and/or", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.BinOp) and type(node.op) in _COUNTED:
        yield "arithmetic", ast.BinOp(node.left, _COUNTED[type(node.op)](), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not", node.operand
    elif isinstance(node, ast.Constant):
        yield from _constants(place, node)
    elif isinstance(node, ast.Name) and node.id in _SWAPPED and _is_called(place):
        yield "other end", ast.Name(_SWAPPED[node.id], ast.Load())
    elif isinstance(node, ast.Slice):
        yield from _slices(node)
    elif isinstance(node, ast.stmt):
        yield from _statements(place, node)
    if isinstance(node, ast.expr) and _is_condition(place):
        yield "forced", ast.Constant(value=True)
        yield "forced", ast.Constant(value=False)
        if not isinstance(node, ast.Compare | ast.UnaryOp):
            yield "not", ast.UnaryOp(ast.Not(), node)


def _statements(place: _Place, node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.AugAssign) and type(node.op) in _COUNTED:
        yield "arithmetic", ast.AugAssign(node.target, _COUNTED[type(node.op)](), node.value)
    if isinstance(node, ast.Expr | ast.AugAssign | ast.Raise | ast.Continue | ast.Break) or (
        isinstance(node, ast.Assign) and all(isinstance(item, ast.Attribute | ast.Subscript) for item in node.targets)
    ):
        yield "deleted", ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None:
        for text in _other_values(place.returns):
            yield "returned", ast.Return(ast.parse(text, mode="eval").body)


def _other_values(returns: str) -> tuple[str, ...]:
    """Return what a function could return as well, by its annotation."""
    if returns in _RETURNED:
        return _RETURNED[returns]
    return (_EMPTY.get(returns.partition("[")[0], "None"),)


def _constants(place: _Place, node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield "flag", ast.Constant(value=not value)
    elif isinstance(value, int):
        yield "number", ast.Constant(value=value + 1)
        yield "number", ast.Constant(value=value - 1)
    elif isinstance(value, float):
        yield "number", ast.Constant(value=value * 2 or 1.0)
        yield "number", ast.Constant(value=value / 2 or 0.5)
    elif isinstance(value, str) and _is_key(place, value):
        yield "key", ast.Constant(value=f"{value}x")


def _slices(node: ast.Slice) -> Iterator[tuple[str, ast.AST]]:
    for sign in (ast.Add(), ast.Sub()):
        one = ast.Constant(value=1)
        if node.lower is not None and not isinstance(node.lower, ast.Constant):
            yield "slice", ast.Slice(ast.BinOp(node.lower, sign, one), node.upper, node.step)
        if node.upper is not None and not isinstance(node.upper, ast.Constant):
            yield "slice", ast.Slice(node.lower, ast.BinOp(node.upper, sign, one), node.step)


def _is_called(place: _Place) -> bool:
    return isinstance(place.parent, ast.Call) and place.way[-1][0] == "func"


def _is_condition(place: _Place) -> bool:
    field = place.way[-1][0]
    return (isinstance(place.parent, ast.If | ast.IfExp) and field == "test") or (
        isinstance(place.parent, ast.comprehension) and field == "ifs"
    )


def _is_key(place: _Place, text: str) -> bool:
    """Return whether a string stands where a key stands, and looks like one."""
    if not re.fullmatch(r"[A-Za-z_/][\w/.-]+", text):
        return False
    parent, (field, _) = place.parent, place.way[-1]
    if isinstance(parent, ast.Dict):
        return field == "keys"
    if isinstance(parent, ast.Subscript | ast.Compare):
        return True
    if isinstance(parent, ast.Call):
        called = parent.func.attr if isinstance(parent.func, ast.Attribute) else getattr(parent.func, "id", "")
        return text.startswith("/") or called in _KEYED or called == "_value"
    return False
