"""Episodes by name: each goes on where it was, whoever called in between, awake or asleep."""

from __future__ import annotations

from typing import Any

import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.serve import episodes as module
from atlasgen.serve.episodes import Episodes
from tests.serve.sending import tracker_and_wiki


def task(summary: str) -> dict[str, Any]:
    return {"body": {"fields": {"project": {"key": "PROJ"}, "issuetype": {"name": "Task"}, "summary": summary}}}


def create(episodes: Episodes, name: str, summary: str) -> str:
    reply = episodes.call(name, "createIssue", task(summary), base_url="http://x")
    assert reply.status == 201
    return str(reply.json()["key"])


def digest(episodes: Episodes, name: str) -> str:
    return episodes.within(name, lambda environment: environment.digest())


def summaries(episodes: Episodes, name: str) -> list[Any]:
    def look(environment: Environment) -> list[Any]:
        return [change.after and change.after["fields"]["summary"] for change in environment.diff()]  # type: ignore[index, call-overload]  # issues

    return episodes.within(name, look)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def environment() -> Environment:
    return tracker_and_wiki(seed=3)


def test_episodes_do_not_see_each_other(environment: Environment) -> None:
    episodes = Episodes(environment)
    keys = [create(episodes, name, f"of {name}") for name in ("mia", "bob", "mia")]
    assert keys[0] == keys[1] != keys[2]
    assert summaries(episodes, "mia") == ["of mia", "of mia"]
    assert summaries(episodes, "bob") == ["of bob"]
    assert summaries(episodes, "eve") == []


@pytest.mark.parametrize("awake", [1, 2, 256])
def test_episode_that_slept_goes_on_as_if_it_had_not(monkeypatch: pytest.MonkeyPatch, awake: int) -> None:
    monkeypatch.setattr(module, "AWAKE", awake)
    alone = tracker_and_wiki(seed=3)
    for n in range(4):
        alone.call("createIssue", task(f"{n}"))
    episodes = Episodes(tracker_and_wiki(seed=3))
    names = [f"user {n}" for n in range(5)]
    for n in range(4):
        for name in names:
            create(episodes, name, f"{n}")
    assert {digest(episodes, name) for name in names} == {alone.digest()}


def test_lists_and_indexes_are_those_of_the_episode(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AWAKE", 1)
    episodes = Episodes(environment)
    query = {"body": {"jql": 'summary ~ "needle"'}}
    for name in ("a", "b", "c"):
        create(episodes, name, f"needle of {name}")
    for name in ("a", "b", "c", "d"):
        count = episodes.call(name, "countIssues", query, base_url="http://x").json()["count"]
        assert count == (0 if name == "d" else 1)


def test_first_episode_goes_on_with_what_stands_in_the_environment(environment: Environment) -> None:
    environment.call("createIssue", task("before"))
    episodes = Episodes(environment)
    create(episodes, "mia", "after")
    assert summaries(episodes, "mia") == ["before", "after"]
    assert summaries(episodes, "bob") == []


def test_episode_begins_anew_alone(environment: Environment) -> None:
    episodes = Episodes(environment)
    begun = digest(episodes, "mia")
    for name in ("mia", "bob"):
        create(episodes, name, "x")
    episodes.restart("mia")
    assert digest(episodes, "mia") == begun
    assert summaries(episodes, "bob") == ["x"]
    episodes.restart("bob", environment.base_of(9))
    assert {item.name: item.seed for item in episodes.standings()} == {"mia": 3, "bob": 9}
    create(episodes, "bob", "y")
    episodes.restart("bob")
    assert {item.name: (item.seed, item.calls) for item in episodes.standings()} == {"mia": (3, 0), "bob": (9, 0)}


def test_all_episodes_are_forgotten_at_once(environment: Environment) -> None:
    episodes = Episodes(environment)
    for name in ("mia", "bob"):
        create(episodes, name, "x")
    episodes.restart_all(environment.base_of(9))
    assert episodes.standings() == ()
    create(episodes, "eve", "y")
    assert [(item.name, item.seed) for item in episodes.standings()] == [("eve", 9)]
    assert summaries(episodes, "mia") == []


def test_unused_episodes_are_forgotten() -> None:
    clock = Clock()
    episodes = Episodes(tracker_and_wiki(seed=3), idle=60, clock=clock)
    for clock.now, name in ((0, "old"), (50, "new"), (55, "newest")):
        create(episodes, name, "x")
    clock.now = 100
    episodes.sweep()
    assert [item.name for item in episodes.standings()] == ["newest", "new"]
    clock.now = 1000
    episodes.sweep()  # also the one that is in the environment
    assert episodes.standings() == ()
    assert summaries(episodes, "newest") == []


def test_there_are_never_more_episodes_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    episodes = Episodes(tracker_and_wiki(seed=3))
    for name in "abcda":
        create(episodes, name, name)
    assert [item.name for item in episodes.standings()] == ["a", "d", "c"]
    assert summaries(episodes, "a") == ["a"]


def test_addresses_of_one_call_are_not_those_of_another(environment: Environment) -> None:
    episodes = Episodes(environment)

    def ask(url: str) -> str:
        return str(episodes.call("mia", "getIssue", {"issueIdOrKey": "PROJ-1"}, base_url=url).json()["self"])

    assert ask("http://here").startswith("http://here/")
    assert ask("http://there").startswith("http://there/")
    assert environment.world.base_url == "http://localhost"
