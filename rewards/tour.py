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
from generated_envs.confluence._generated.rewards import AddLabelsToContentReward, CreatePageReward
from generated_envs.jira._generated.rewards import (
    CreateIssueReward,
    CreateOrUpdateRemoteIssueLinkReward,
    DoTransitionReward,
)

_FIRST_WORLD = {"train": 40_000, "validation": 50_000, "test": 60_000}
_FEATURES = ("export to CSV", "dark mode", "single sign-on", "bulk editing", "offline drafts", "audit reports")
_PARTS = ("Write the tests", "Draft the help text", "Measure the load time", "Sketch the screens")


class TourScenario(Scenario):
    """Plan work in one product, write about it in the other, tie the two together, and look at what came of it."""

    role = "demonstration"
    name = "tour"
    tools = (
        "createIssue", "getIssue", "getTransitions", "doTransition", "searchAndReconsileIssuesUsingJql",
        "createOrUpdateRemoteIssueLink", "getRemoteIssueLinks", "getSpaces", "getPages", "createPage", "getPageById",
        "getPageAncestors", "addLabelsToContent",
    )  # fmt: skip
    rewards: tuple[OperationReward, ...] = (
        CreateIssueReward(),
        DoTransitionReward(),
        CreatePageReward(),
        AddLabelsToContentReward(),
        CreateOrUpdateRemoteIssueLinkReward(),
    )

    def environment(self) -> Environment:
        """Return a new environment that holds both products."""
        return Environment(jira.Operations, confluence.Operations)

    def task(self, seed: int, split: str) -> Task:
        """Return the task of a seed."""
        environment = self.environment()
        world_seed = _FIRST_WORLD[split] + seed
        feature = _FEATURES[draw(world_seed, "feature") % len(_FEATURES)]
        part = _PARTS[draw(world_seed, "part") % len(_PARTS)]
        draft = Draft(
            scenario=self.name,
            seed=seed,
            split=split,
            instruction=(
                f'Create a Story "Build {feature}" in PROJ and a Sub-task "{part}" of it, and start work on the '
                f'Sub-task. Below the home page of the space ENG write a page "Notes on {feature}", whose text is '
                '"Work has *begun*." in wiki markup, and label it planning and draft. Link the Story to the page. '
                "Look at all of it in the end."
            ),
            world_seed=world_seed,
            gold=_gold(feature, part),
            tools=self.tools,
            layer=NO_LAYER,
        )
        return complete(draft, environment, self.rewards)


def _gold(feature: str, part: str) -> tuple[GoldCall, ...]:
    issue: JsonObject = {"project": {"key": "PROJ"}}
    story: Json = {**issue, "issuetype": {"name": "Story"}, "summary": f"Build {feature}"}
    subtask: Json = {**issue, "issuetype": {"name": "Sub-task"}, "summary": part, "parent": {"key": ""}}
    title = f"Notes on {feature}"
    page: JsonObject = {"spaceId": "", "parentId": "", "title": title}
    page["body"] = {"representation": "wiki", "value": "Work has *begun*."}
    space, home = (
        Use("/body/spaceId", "getSpaces", "/results/0/id"),
        Use("/body/parentId", "getSpaces", "/results/0/homepageId"),
    )
    new = Use("/issueIdOrKey", "createIssue", "/key")
    parent, story_again = (
        Use("/issueIdOrKey", "getIssue", "/fields/parent/key"),
        Use("/issueIdOrKey", "getIssue", "/key"),
    )
    link: JsonObject = {"relationship": "described by", "object": {"title": title, "url": ""}}
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
        GoldCall("getIssue", {"issueIdOrKey": ""}, (parent,)),
        GoldCall("getSpaces", {"keys": ["ENG"]}),
        GoldCall("createPage", {"body": page}, (space, home)),
        GoldCall(
            "addLabelsToContent",
            {"id": "", "body": [{"prefix": "global", "name": "planning"}, {"prefix": "global", "name": "draft"}]},
            (Use("/id", "createPage", "/id"),),
        ),
        GoldCall(
            "createOrUpdateRemoteIssueLink",
            {"issueIdOrKey": "", "body": link},
            (story_again, Use("/body/object/url", "createPage", "/_links/webui")),
        ),
        GoldCall("getRemoteIssueLinks", {"issueIdOrKey": ""}, (story_again,)),
        GoldCall(
            "searchAndReconsileIssuesUsingJql",
            {
                "jql": f'project = PROJ AND (summary ~ "{feature}" OR status = "In Progress") ORDER BY created DESC',
                "fields": ["summary", "status", "parent"],
                "maxResults": 3,
            },
        ),
        GoldCall("getPageAncestors", {"id": 0}, (Use("/id", "createPage", "/id"),)),
        GoldCall(
            "getPageById",
            {"id": 0, "body-format": "storage", "include-labels": True},
            (Use("/id", "createPage", "/id"),),
        ),
    )


@cache
def scenario() -> Scenario:
    """Return the scenario."""
    return TourScenario()
