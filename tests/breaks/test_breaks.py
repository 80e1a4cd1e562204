"""Whatever is broken in an environment is noticed by checks that know nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.runtime.package import Operations
from atlasgen.verification.verify import verify
from generated_envs import confluence, jira
from tests.breaks.breaks import BREAKS, Break
from tests.property.machine import Play

PLAYS, STEPS = 3, 80


def play(api: type[Operations]) -> str:
    """Return what goes wrong in plays with fixed seeds; empty where nothing does."""
    for first in range(PLAYS):
        try:
            played = Play(lambda seed: Environment(api, seed=seed), first)
            for step in range(STEPS):
                played.step(1000 * first + step)
            played.assert_diff()
            played.finish()
        except AssertionError as error:
            return str(error) or repr(error)
    return ""


def report(api: type[Operations]) -> str:
    """Return the first verdict of a verification that is not as it has to be; empty where all are."""
    return next((f"{item.id}: {item.why}" for item in verify(api, seeds=2).verdicts if item.failed), "")


CHECKS: dict[str, Callable[[type[Operations]], str]] = {"play": play, "verify": report}


def notices(api: type[Operations]) -> Iterator[str]:
    for name, check in CHECKS.items():
        if found := check(api):
            yield f"{name}: {found}"


@pytest.mark.parametrize("api", [jira.Operations, confluence.Operations], ids=["tracker", "wiki"])
def test_nothing_is_noticed_where_nothing_is_broken(api: type[Operations]) -> None:
    assert list(notices(api)) == []


@pytest.mark.parametrize("item", BREAKS, ids=[item.name for item in BREAKS])
def test_break_is_noticed(item: Break, record_property: Callable[[str, object], None]) -> None:
    with item.broken():
        found = list(notices(item.api()))
    record_property("noticed by", found)
    print(f"\n{item.name}: {found}")
    assert found
