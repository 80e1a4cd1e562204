"""The tables of the documentation, made from what was measured: `python -m tests.published.tables` puts them there.

A table stands between `<!-- table NAME -->` and `<!-- end -->`; nobody writes a figure of it by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = ROOT / "docs/results"
PAGES: Final = (ROOT / "README.md", ROOT / "docs/audit.md")

_PLACE: Final = re.compile(r"(<!-- table (\w+) -->\n\n).*?(\n<!-- end -->)", re.DOTALL)
_AGENTS: Final = ("reads only", "first match", "last match", "random calls", "instruction copied")


def filled(page: str) -> str:
    """Return a page with its tables as they were measured.

    Raises:
        KeyError: it asks for a table that is not made here.
    """
    return _PLACE.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}{found[3]}", page)


def audit() -> str:
    """Return what the audit of every scenario came to."""
    head = (
        "scenario", "expert", "no-op", "order", "distinct wrong", "false accepts", "false rejects", "degenerate",
        "verdict",
    )  # fmt: skip
    return _table(head, map(_audited, _read("audit")["scenarios"]))


def agents() -> str:
    """Return the mean reward and the strict success of agents that err or understand nothing."""
    return _table(
        ("scenario", *_AGENTS, "expert, 10 % errors", "30 %", "60 %"), map(_agents, _read("audit")["scenarios"])
    )


def search() -> str:
    """Return what the adversarial searches came to."""
    head = (
        "scenario", "distinct sequences that missed", "of these wrote", "highest reward", "put to the oracle",
        "above .5 and refused",
    )  # fmt: skip
    return _table(head, map(_searched, sorted(_read("search")["searches"], key=lambda item: str(item["scenario"]))))


TABLES: Final[Mapping[str, Callable[[], str]]] = {"audit": audit, "agents": agents, "search": search}


def _audited(item: Mapping[str, Any]) -> Iterator[str]:
    yield f"`{item['name']}`"
    yield from (f"{item[agent]:.3f}" for agent in ("expert", "no_op"))
    yield "strict" if item["order_strict"] else "broken"
    yield f"{item['wrong']:,}"
    for name in ("false_accepts", "false_rejects"):
        bound = item["bounds"][name]
        yield f"{item[name]:,} of {bound['of']:,} (<= {100 * bound['upper']:.2f} %)"
    yield item["degeneracy"]["verdict"] or "no"
    yield "control" if item["role"] == "control" else "accepted" if item["accepted"] else "rejected"


def _agents(item: Mapping[str, Any]) -> Iterator[str]:
    yield f"`{item['name']}`"
    erring = [name for name in item["agents"] if name.startswith("expert, ")]
    for name in (*_AGENTS, *erring):
        found = item["agents"][name]
        yield f"{found['reward']:.3f} / {100 * found['success']:.0f} %"


def _searched(item: Mapping[str, Any]) -> Iterator[str]:
    yield f"`{item['scenario']}`"
    yield f"{item['distinct']:,}"
    yield f"{100 * item['wrote'] / item['distinct']:.0f} %"
    yield f"{item['highest']:.3f}".removeprefix("0")
    yield f"{item['asked']:,}"
    yield f"{item['cheats']:,}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("| --- ", "|---").replace("|--- |", "|---|")


def _read(name: str) -> Any:
    return json.loads((RESULTS / f"{name}.json").read_text("utf-8"))


def main() -> None:
    """Put the tables into the pages."""
    for page in PAGES:
        page.write_text(filled(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
