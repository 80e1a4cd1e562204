"""Every environment keeps to what every emulator must keep to: those of plans, and those that people extended."""

from __future__ import annotations

import functools
from pathlib import Path

from hypothesis import HealthCheck, settings

import generated_envs.confluence
import generated_envs.jira
from atlasgen.plan.model import Plan
from atlasgen.plan.read import plan_of
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.operations import Emulator
from tests.golden.notes import Notes
from tests.property.machine import EpisodeMachine

ROOT = Path(__file__).parents[2]


@functools.cache
def plan_at(name: str) -> Plan:
    return plan_of(ROOT / name)


def opened(*names: str, seed: int) -> Environment:
    """Return an environment that shares nothing with any other."""
    return Environment(*(Emulator(plan_at(name)) for name in names), seed=seed)


class TrackerMachine(EpisodeMachine):
    fresh = staticmethod(lambda seed: Environment(generated_envs.jira.Operations, seed=seed))


class WikiMachine(EpisodeMachine):
    fresh = staticmethod(lambda seed: Environment(generated_envs.confluence.Operations, seed=seed))


class BothMachine(EpisodeMachine):
    fresh = staticmethod(
        lambda seed: Environment(generated_envs.jira.Operations, generated_envs.confluence.Operations, seed=seed)
    )


class NotesMachine(EpisodeMachine):
    """All that hints can say of trash, locks, links, keys, ancestors and histories."""

    fresh = staticmethod(lambda seed: Environment(Notes, seed=seed))


class PlansMachine(EpisodeMachine):
    """Without what people wrote; nothing is shared, what was compiled included."""

    fresh = staticmethod(lambda seed: opened("specs/jira.yaml", "specs/confluence.yaml", seed=seed))


class PetsMachine(EpisodeMachine):
    """Without hints."""

    fresh = staticmethod(lambda seed: opened("tests/golden/pets.yaml", seed=seed))


LIMITS = settings(
    max_examples=35,
    stateful_step_count=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)

TestTracker = TrackerMachine.TestCase
TestWiki = WikiMachine.TestCase
TestBoth = BothMachine.TestCase
TestNotes = NotesMachine.TestCase
TestPlans = PlansMachine.TestCase
TestPets = PetsMachine.TestCase
TestTracker.settings = TestWiki.settings = TestNotes.settings = TestPets.settings = LIMITS
TestBoth.settings = TestPlans.settings = settings(LIMITS, max_examples=12)
