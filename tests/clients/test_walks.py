"""Public clients, unmodified, against `atlasgen serve` as people start it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.walks import WALKS
from tests.functional.test_serve_command import started
from tests.serve.sending import TOKEN

# The client warns of its own past whenever it is opened.
pytestmark = pytest.mark.filterwarnings("ignore:V1 methods are deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with started("jira", "confluence", "--port", "0", "--seed", "7", "--token", TOKEN) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        assert process.poll() is None


@pytest.mark.parametrize("walk", WALKS)
def test_client_walks_through_the_service(origin: str, walk: str) -> None:
    WALKS[walk](origin, TOKEN)
