from __future__ import annotations

from typing import Any

import pytest

from atlasgen.tasks.task import Expected
from rewards._links import PageLinkReward, led_to

PAGE = "/spaces/AB/pages/12"
THING = Expected("/body/object", {"title": "Plans", "url": PAGE})


@pytest.mark.parametrize(
    "address",
    [PAGE, f"/wiki{PAGE}", f"http://localhost/wiki{PAGE}", f"https://localhost/wiki{PAGE}/Plans", f"{PAGE}/Plans"],
)
def test_address_of_the_page_leads_to_it(address: str) -> None:
    assert led_to(address) == PAGE


@pytest.mark.parametrize(
    "address",
    [
        f"http://localhost{PAGE}",
        f"http://elsewhere.example/wiki{PAGE}",
        f"{PAGE}?focusedCommentId=3",
        f"{PAGE}#top",
        f"{PAGE} ",
        "/spaces/AB/pages/twelve",
        "/spaces/AB/pages",
        "/spaces/AB/overview",
        f"{PAGE}/Plans/more",
        f"/x{PAGE}",
        "the address of the page",
    ],
)
def test_other_address_is_left_as_it_is(address: str) -> None:
    assert led_to(address) == address


def test_every_spelling_is_the_same_and_every_lookalike_is_not() -> None:
    reward = PageLinkReward()
    variants, lookalikes = dict(reward.variants(THING)), dict(reward.lookalikes(THING))
    assert (len(variants), len(lookalikes)) == (3, 9)
    for same, values in ((True, variants), (False, lookalikes)):
        for name, value in values.items():
            assert value != THING.value, name
            assert reward.equivalent(THING, value) is same, name
            assert reward.same("jira.remotelink", ("object",), THING.value, value) is same, name


def test_other_arguments_have_no_spellings() -> None:
    reward = PageLinkReward()
    for item in (Expected("/body/relationship", "described on"), Expected("/body/object", "no thing")):
        assert [*reward.variants(item), *reward.lookalikes(item)] == []


@pytest.mark.parametrize("found", ["/spaces/AB/pages/12", None, 12, [], {"title": "Plans"}, {"url": PAGE}])
def test_what_is_no_such_thing_is_not_the_same(found: Any) -> None:
    assert not PageLinkReward().equivalent(THING, found)


@pytest.mark.parametrize(
    ("found", "same"),
    [("12", True), (PAGE, True), ("pageId=12", True), ("appId=a-b&pageId=12", True), ("13", False), (12, False)],
)
def test_global_id_names_the_page_in_any_form(found: Any, same: bool) -> None:
    reward = PageLinkReward()
    assert reward.equivalent(Expected("/body/globalId", "12"), found) is same
    assert reward.same("jira.remotelink", ("globalId",), "12", found) is same
    assert not reward.same("jira.remotelink", ("relationship",), "12", found)
