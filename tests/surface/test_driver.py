"""The driver of docs/results/surface.json, on small documents."""

from __future__ import annotations

import json
from pathlib import Path

from tests.surface import __main__ as driver

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "tests" / "plan" / "forms.yaml"


def test_figures_of_a_document_are_what_verify_and_audit_find() -> None:
    found = driver.measured(FORMS, tasks=1)
    assert (found["operations"], found["schema_valid"], found["share_A"]) == (15, 15, 100.0)
    assert found["not_A"] == {}
    assert list(found["mutating_operations"].values()) == ["holds"] * found["mutating"]
    assert found["audit"]["share"] == 100.0
    assert found["reads_of_what_nothing_writes"] == 0


def test_reads_that_nothing_writes_are_counted() -> None:
    found = driver.measured(ROOT / "tests" / "plan" / "surface.yaml", tasks=1)
    assert list(found["not_A"]) == ["getUser", "reindex"]
    assert found["reads_of_what_nothing_writes"] == 1


def test_committed_figures_are_those_of_all_documents() -> None:
    told = json.loads(driver.RESULTS.read_text("utf-8"))
    assert list(told["documents"]) == list(driver.DOCUMENTS)
    assert told["switched_off"]["still_A"] == []
    assert told["switched_off"]["operations"] >= 100
    for found in told["documents"].values():
        assert sum(found["classes"].values()) == found["operations"]
        assert len(found["not_A"]) == found["operations"] - found["classes"]["A"]
        assert len(found["mutating_operations"]) == found["mutating"]
