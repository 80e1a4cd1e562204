"""The tables that are published say what was measured, and what was measured is what is claimed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.published.tables import PAGES, RESULTS, filled


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_are_those_of_the_results(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "<!-- table audit -->" in text
    assert filled(text) == text


def test_the_audit_of_record_holds_what_is_claimed() -> None:
    scenarios = json.loads((RESULTS / "audit.json").read_text("utf-8"))["scenarios"]
    training = [item for item in scenarios if item["role"] == "training"]
    assert len(training) == 5
    assert all(item["accepted"] and item["expert"] == 1 and item["no_op"] == 0 for item in training)
    assert all(item["tasks"] >= 200 and item["wrong"] >= 4_000 and item["order_strict"] for item in training)
    assert not any(item["false_accepts"] or item["false_rejects"] or item["degenerate"] for item in training)
    assert [item["name"] for item in scenarios if item["degenerate"]] == ["jira_transition_paper"]


def test_the_searches_of_record_found_nothing() -> None:
    searches = json.loads((RESULTS / "search.json").read_text("utf-8"))["searches"]
    assert len({item["scenario"] for item in searches}) == 5
    assert all(item["distinct"] >= 100_000 and 2 * item["wrote"] >= item["distinct"] for item in searches)
    assert all(item["highest"] <= 0.5 and item["cheats"] == 0 for item in searches)
