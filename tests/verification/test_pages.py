"""Pages are turned as a client does that counts what it gets."""

from __future__ import annotations

import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.verification import pages
from atlasgen.verification.requests import Requests
from generated_envs import jira


@pytest.mark.parametrize("start", [-3, -1, 0, 1, 52])
def test_a_list_is_the_same_page_by_page_wherever_it_begins(start: int) -> None:
    requests = Requests(Environment(jira.Operations))
    requests.begin(0)
    target = next(item for item in requests.targets if item.tool == "getAllLabels")
    assert pages.mismatch(requests, target, {"startAt": start}) == ""
