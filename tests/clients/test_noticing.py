"""The walks notice each of ten broken behaviours; they know of none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from atlassian.errors import ApiError
from jira import JIRAError
from requests import RequestException

from atlasgen.runtime.environment import Environment
from generated_envs import confluence, jira
from tests.breaks.breaks import BREAKS, Break
from tests.clients.walks import WALKS
from tests.serve.sending import TOKEN, serving

# The client warns of its own past whenever it is opened; where a walk ends early, its connections are left behind.
pytestmark = [
    pytest.mark.filterwarnings("ignore:V1 methods are deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

NOTICED = (AssertionError, JIRAError, RequestException, ApiError, KeyError, pytest.fail.Exception)
"""What a program that uses a client would see go wrong."""


def notices(item: Break) -> Iterator[str]:
    """Yield the walks that a broken behaviour ends, with how they end."""
    with item.broken():
        broken = item.api()
        right = (jira.Operations, confluence.Operations)
        world = Environment(*(broken if issubclass(broken, api) else api for api in right), seed=7)
        with serving(world) as origin:
            for name, walk in WALKS.items():
                world.reset()
                try:
                    walk(origin, TOKEN)
                except NOTICED as error:
                    yield f"{name}: {str(error)[:200] or repr(error)}"


@pytest.mark.parametrize("item", BREAKS, ids=[item.name for item in BREAKS])
def test_broken_behaviour_ends_a_walk(item: Break, record_property: Callable[[str, object], None]) -> None:
    found = list(notices(item))
    record_property("noticed by", found)
    print(f"\n{item.name}: {found}")
    assert found
