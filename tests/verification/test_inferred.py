"""Class A of what rules infer is earned: with the effect of an operation switched off it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from atlasgen.plan.model import Operation
from atlasgen.plan.read import plan_of
from atlasgen.runtime.operations import Emulator
from atlasgen.verification.verdicts import Verdict
from atlasgen.verification.verify import verify

PLAN = plan_of(Path(__file__).parents[1] / "plan" / "surface.yaml")
NO_WRITES = ("createBoard", "setOwner", "putSettings", "createCard", "changeCard", "createNote", "createFolder")


def verdicts(emulator: Emulator) -> Mapping[str, Verdict]:
    return {item.id: item for item in verify(emulator, seeds=1).verdicts}


@pytest.fixture(scope="module")
def whole() -> Mapping[str, Verdict]:
    return verdicts(Emulator(PLAN))


def test_all_that_writes_is_read_back_and_every_answer_is_valid(whole: Mapping[str, Verdict]) -> None:
    assert [item.id for item in whole.values() if not item.schema_valid or not item.sound] == []
    assert [item.id for item in whole.values() if item.mutating and item.behaviour != "A"] == ["reindex"]
    assert whole["reindex"].behaviour == "D"


def without_effect(operation: Operation) -> Operation:
    return replace(operation, writes=(), effects=(), several=() if operation.several is None else ("nothing",))


@pytest.mark.parametrize("tool", [*NO_WRITES, "addMembersForBoard", "archiveBoard", "createLabels"])
def test_operation_without_effect_is_not_of_class_a(tool: str, whole: Mapping[str, Verdict]) -> None:
    assert whole[tool].behaviour == "A"
    off = tuple(without_effect(item) if item.tool == tool else item for item in PLAN.operations)
    assert verdicts(Emulator(replace(PLAN, operations=off)))[tool].behaviour != "A"
