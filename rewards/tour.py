"""A tour through both products: the one task that `make run` plays, in calls that build on each other's answers."""

from __future__ import annotations

from functools import cache

from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.identity import draw
from atlasgen.runtime.world import NO_LAYER
from atlasgen.tasks.gold import Draft, complete
from atlasgen.tasks.scenario import Scenario
from atlasgen.tasks.skeleton import OperationReward
from atlasgen.tasks.task import GoldCall, Task, Use
from generated_envs import confluence, jira
from generated_envs.confluence._generated.rewards import CreatePageReward
from generated_envs.jira._generated.rewards import CreateIssueReward, DoTransitionReward

_FIRST_WORLD = {"train": 40_000, "validation": 50_000, "test": 60_000}
_FEATURES = ("export to CSV", "dark mode", "single sign-on", "bulk editing", "offline drafts", "audit reports")
_PARTS = ("Write the tests", "Draft the help text", "Measure the load time", "Sketch the screens")


class TourScenario(Scenario):
    """Create an issue and a sub-task of it, start work on the sub-task, and write a page about it all."""

    name = "tour"
    tools = ("createIssue", "getIssue", "getTransitions", "doTransition", "createPage", "getPageById")
    rewards: tuple[OperationReward, ...] = (CreateIssueReward(), DoTransitionReward(), CreatePageReward())

    def environment(self) -> Environment:
        """Return a new environment that holds both products."""
        return Environment(jira.Operations, confluence.Operations)

    def task(self, seed: int, split: str) -> Task:
        """Return the task of a seed."""
        environment = self.environment()
        world_seed = _FIRST_WORLD[split] + seed
        environment.reset(seed=world_seed)
        space = environment.world.handle("confluence.space", "eng") or ""
        feature = _FEATURES[draw(world_seed, "feature") % len(_FEATURES)]
        part = _PARTS[draw(world_seed, "part") % len(_PARTS)]
        draft = Draft(
            scenario=self.name,
            seed=seed,
            split=split,
            instruction=(
                f'Create a Story "Build {feature}" in PROJ and a Sub-task "{part}" of it. Start work on the Sub-task. '
                f'Then write a page "Notes on {feature}" in the space {space}, whose text is "Work has *begun*." in '
                "wiki markup. Look at all three in the end."
            ),
            world_seed=world_seed,
            gold=_gold(feature, part, space),
            tools=self.tools,
            layer=NO_LAYER,
        )
        return complete(draft, environment, self.rewards)


def _gold(feature: str, part: str, space: str) -> tuple[GoldCall, ...]:
    issue: JsonObject = {"project": {"key": "PROJ"}}
    story: Json = {**issue, "issuetype": {"name": "Story"}, "summary": f"Build {feature}"}
    subtask: Json = {**issue, "issuetype": {"name": "Sub-task"}, "summary": part, "parent": {"key": ""}}
    text: Json = {"representation": "wiki", "value": "Work has *begun*."}
    new = Use("/issueIdOrKey", "createIssue", "/key")
    return (
        GoldCall("createIssue", {"body": {"fields": story}}),
        GoldCall(
            "createIssue", {"body": {"fields": subtask}}, (Use("/body/fields/parent/key", "createIssue", "/key"),)
        ),
        GoldCall("getTransitions", {"issueIdOrKey": ""}, (new,)),
        GoldCall(
            "doTransition",
            {"issueIdOrKey": "", "body": {"transition": {"id": ""}}},
            (new, Use("/body/transition/id", "getTransitions", "/transitions/0/id")),
        ),
        GoldCall("getIssue", {"issueIdOrKey": ""}, (new,)),
        GoldCall("getIssue", {"issueIdOrKey": ""}, (Use("/issueIdOrKey", "getIssue", "/fields/parent/key"),)),
        GoldCall("createPage", {"body": {"spaceId": space, "title": f"Notes on {feature}", "body": text}}),
        GoldCall("getPageById", {"id": 0, "body-format": "storage"}, (Use("/id", "createPage", "/id"),)),
    )


@cache
def scenario() -> Scenario:
    """Return the scenario."""
    return TourScenario()
