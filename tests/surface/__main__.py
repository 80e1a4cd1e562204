"""Figures of the whole surface of real documents, without a hint: `python -m tests.surface [NAME ...]`.

Reads ../shared/specs and writes docs/results/surface.json, one document after the other; the documents that are not
named stay as the file has them. Times are those of one process.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from atlasgen.jsonvalue import JsonObject, encode
from atlasgen.plan.model import Plan
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.identity import draw
from atlasgen.runtime.operations import Emulator
from atlasgen.tasks.survey import Survey, survey
from atlasgen.verification.verdicts import Report
from atlasgen.verification.verify import verify
from tests.verification.switched import Switched, judged

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "results" / "surface.json"
SPECS = ROOT.parent / "shared" / "specs"
DOCUMENTS = {
    "jira-v3": "jira-v3.json",
    "confluence-v2": "confluence-v2.json",
    "confluence-v1": "confluence-v1.json",
    "asana": "others/asana.yaml",
    "twilio-conversations": "others/twilio-conversations.json",
    "notion": "others/notion.json",
    "petstore": "others/petstore.yaml",
}
_SAMPLE = 100  # operations whose effect is switched off, over all documents
_T = TypeVar("_T")


def main() -> int:
    """Measure some documents, and write what comes out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(DOCUMENTS)} [all of them]")
    parser.add_argument("--specs", type=Path, default=SPECS)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--tasks", type=int, default=1, help="tasks of each operation that the audit plays")
    asked = parser.parse_args()
    found: dict[str, Any] = json.loads(asked.out.read_text("utf-8")) if asked.out.exists() else {}
    documents = found.get("documents", {})
    for name in asked.names or DOCUMENTS:
        documents[name] = measured(asked.specs / DOCUMENTS[name], tasks=asked.tasks)
        ordered = {name: documents[name] for name in DOCUMENTS if name in documents}
        off = sampled(asked.specs, ordered)
        text = json.dumps({"hints": "none", "switched_off": off, "documents": ordered}, indent=1)
        asked.out.write_text(text + "\n", "utf-8")
        print(
            f"{name}: {encode({key: documents[name][key] for key in ('classes', 'audit')}).decode()}", file=sys.stderr
        )
    return 0


def measured(path: Path, *, tasks: int) -> dict[str, Any]:
    """Return the figures of one document."""
    plan, planned = timed(lambda: plan_of(path, hints=False))
    emulator = Emulator(plan)
    report, verified = timed(lambda: verify(emulator))
    audit, audited = timed(lambda: survey(emulator, seeds=tasks))
    every = {item.id: item for item in report.verdicts}
    ids = {item.tool: item.operation_id for item in plan.operations}
    holding = [item.id for item in audit.operations if item.standing == "holds"]
    both = [tool for tool in holding if every[ids[tool]].behaviour == "A"]
    totals = report.totals
    return {
        "operations": totals["operations"],
        "schema_valid": totals["schema_valid"],
        "classes": {name: totals[name] for name in "ABCD"},
        "share_A": share(totals["A"], totals["operations"]),
        "reads_of_what_nothing_writes": len(list(unwritten(plan, report))),
        "mutating": totals["mutating"],
        "mutating_A": totals["mutating_A"],
        "unsound": [item.id for item in report.verdicts if not item.sound],
        "audit": {
            **{name: value for name, value in audit.totals.items() if name != "mutating"},
            "holds_and_A": len(both),
            "share": share(len(both), totals["mutating"]),
        },
        "seconds": {"plan": planned, "verify": verified, "audit": audited},
        "tools_bytes": sum(len(encode(item.parameters)) for item in Environment(emulator).tools),
        "not_A": {item.id: f"{item.behaviour}: {item.why}" for item in report.verdicts if item.behaviour != "A"},
        "mutating_operations": standings(audit),
    }


def standings(audit: Survey) -> JsonObject:
    """Return what became of each operation that writes."""
    return {
        item.id: item.standing if item.standing == "holds" else f"{item.standing}: {item.why}"
        for item in audit.operations
    }


def unwritten(plan: Plan, report: Report) -> Iterator[str]:
    """Yield the reads that cannot show what another operation wrote: none is known to write such records."""
    written = {item.resource for item in plan.operations if item.mutating and item.is_understood}
    for operation, verdict in zip(plan.operations, report.verdicts, strict=True):
        if not verdict.mutating and verdict.behaviour != "A" and operation.resource not in written:
            yield operation.tool


def sampled(specs: Path, documents: dict[str, Any]) -> dict[str, Any]:
    """Return how many of a sample of the writes of class A keep it while they alone have no effect."""
    every = [(name, tool) for name, found in documents.items() for tool in found["mutating_operations"]]
    pairs = sorted(every, key=lambda pair: draw("off", *pair))
    kept: list[str] = []
    tried = 0
    for name in documents:
        plan = plan_of(specs / DOCUMENTS[name], hints=False)
        ids = {item.tool: item.operation_id for item in plan.operations}
        of_a = [tool for other, tool in pairs if other == name and ids[tool] not in documents[name]["not_A"]]
        some = of_a[: -(-_SAMPLE * len(of_a) // max(1, _of_class_a(documents)))]
        verdicts = judged(Switched(plan), some, seeds=3)
        tried += len(verdicts)
        kept += [f"{name} {item.id}" for item in verdicts if item.behaviour == "A"]
    return {"operations": tried, "still_A": kept}


def _of_class_a(documents: dict[str, Any]) -> int:
    return sum(int(found["mutating_A"]) for found in documents.values())


def timed(run: Callable[[], _T]) -> tuple[_T, float]:
    """Return what a function returns, and how many seconds of one core it took."""
    start = time.process_time()
    result = run()
    return result, round(time.process_time() - start, 1)


def share(part: int, whole: int) -> float:
    """Return a share in percent."""
    return round(100 * part / whole, 1) if whole else 0.0


if __name__ == "__main__":
    sys.exit(main())
