"""Conditions written as texts of a query language, and the conditions that tests make up."""

from __future__ import annotations

from hypothesis import strategies as st

from atlasgen.runtime.clauses import All, Call, Clause, Condition, Either, Empty, Opposite, Query, Sort, Value


def quoted(text: str) -> str:
    """Return a text in quotation marks."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def value(item: Value) -> str:
    """Return a value as it is written."""
    match item:
        case Call(name, arguments):
            return f"{name}({', '.join(map(quoted, arguments))})"
        case Empty():
            return "EMPTY"
        case _:
            return quoted(item)


def written(condition: Condition) -> str:
    """Return a condition as it is written, with as few parentheses as its meaning allows."""
    match condition:
        case Clause(field, operator, values) if operator in ("in", "not in"):
            return f"{quoted(field)} {operator} ({', '.join(map(value, values))})"
        case Clause(field, operator, (item,)):
            return f"{quoted(field)} {operator} {value(item)}"
        case All(parts):
            return " AND ".join(_inside(part, (All, Either)) for part in parts)
        case Either(parts):
            return " OR ".join(_inside(part, (Either,)) for part in parts)
        case Opposite(part):
            return f"NOT {_inside(part, (All, Either))}"
        case _:
            raise TypeError(condition)


def _inside(part: Condition, weaker: tuple[type, ...]) -> str:
    return f"({written(part)})" if isinstance(part, weaker) else written(part)


def query(item: Query) -> str:
    """Return a whole query as it is written."""
    directions = {None: "", False: " ASC", True: " DESC"}
    order = ", ".join(f"{quoted(sort.field)}{directions[sort.descending]}" for sort in item.order)
    parts = [written(item.condition)] if item.condition is not None else []
    return " ".join([*parts, *([f"ORDER BY {order}"] if order else [])])


def trees(leaves: st.SearchStrategy[Clause], most: int = 8) -> st.SearchStrategy[Condition]:
    """Return conditions made of some clauses."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts))),
            inner.map(Opposite),
        ),
        max_leaves=most,
    )


TEXTS = st.text(max_size=8)
NAMES = st.sampled_from(["now", "currentUser", "startOfDay", "order_by", "x-1", "é", "-7d"])
CALLS = st.builds(Call, NAMES, st.lists(TEXTS, max_size=2).map(tuple))
SORTS = st.lists(st.builds(Sort, TEXTS, st.sampled_from([None, False, True])), max_size=3).map(tuple)


def queries(values: st.SearchStrategy[Value], operators: tuple[str, ...], *, absent: bool) -> st.SearchStrategy[Query]:
    """Return any queries, of fields and values that need not exist."""
    forms = [
        st.builds(Clause, TEXTS, st.sampled_from(operators), st.tuples(values)),
        st.builds(
            Clause, TEXTS, st.sampled_from(["in", "not in"]), st.lists(values, min_size=1, max_size=3).map(tuple)
        ),
    ]
    if absent:
        forms.append(st.builds(Clause, TEXTS, st.sampled_from(["is", "is not"]), st.just((Empty(),))))
    return st.builds(Query, st.none() | trees(st.one_of(forms)), SORTS)
