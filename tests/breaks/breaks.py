"""Ten behaviours of the two services, each broken in one small place of the environments that people use.

A break is a class that extends what is right, or a plan in which one fact is missing. No check knows of any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import pytest

from atlasgen.errors import ApiError
from atlasgen.plan.model import Plan
from atlasgen.runtime import pages
from atlasgen.runtime.documents import ABSENT
from atlasgen.runtime.drafts import Drafts
from atlasgen.runtime.operations import Emulator
from atlasgen.runtime.package import Operations, override
from generated_envs import confluence, jira


@dataclass(frozen=True, slots=True)
class Break:
    """A way to break an environment.

    Attributes:
        api: The environment, broken in itself or as soon as `broken` is entered.
        broken: What breaks the runtime below it, and mends it again.
    """

    name: str
    api: Callable[[], type[Operations]]
    broken: Callable[[], AbstractContextManager[None]] = nullcontext


def planned(right: type[Operations], change: Callable[[Plan], Plan]) -> type[Operations]:
    """Return an environment whose plan differs in something."""
    emulator = Emulator(change(right.emulator.plan), right.languages, right.texts)
    return type(f"Planned{right.__name__}", (right,), {"emulator": emulator})


def numbering(resource: str) -> Callable[[Plan], Plan]:
    """Return what makes the ids of a resource numbers."""

    def change(plan: Plan) -> Plan:
        found = plan.resources[resource]
        numeric = replace(found, identity=replace(found.identity, numeric=True))
        return replace(plan, resources={**plan.resources, resource: numeric})

    return change


@contextmanager
def patched(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Replace a part of the runtime for a while."""
    with pytest.MonkeyPatch.context() as patch:
        if isinstance(owner, dict):
            patch.setitem(owner, name, value)
        else:
            patch.setattr(owner, name, value)
        yield


class IgnoresParents(confluence.Operations):
    @override
    def create_page(self, *, body: Any) -> Any:
        return super().create_page(body={name: item for name, item in body.items() if name != "parentId"})  # type: ignore[arg-type]  # it was valid


class DropsEdits(jira.Operations):
    @override
    def update_comment(self, *, issue_id_or_key: Any, id: Any, **arguments: Any) -> Any:
        before = self.world.get("jira.comment", str(id))
        shown = super().update_comment(issue_id_or_key=issue_id_or_key, id=id, **arguments)
        if before is not None:
            self.world.put("jira.comment", str(id), before)
        return shown


class TakesAnyTransition(jira.Operations):
    @override
    def do_transition(self, *, issue_id_or_key: Any, body: Any) -> Any:
        try:
            return super().do_transition(issue_id_or_key=issue_id_or_key, body=body)
        except ApiError:
            arrow = self.world.get("jira.transition", str(body["transition"]["id"]))
            issue = self.get_issue(issue_id_or_key=issue_id_or_key)["id"]
            stored: Any = self.world.get("jira.issue", str(issue))
            if arrow is None:
                raise
            fields = {**stored["fields"], "status": arrow["to"]}
            self.world.put("jira.issue", str(issue), {**stored, "fields": fields})
            return None


class ForgetsComments(jira.Operations):
    @override
    def add_comment(self, **arguments: Any) -> Any:
        shown: Any = super().add_comment(**arguments)
        self.world.remove("jira.comment", str(shown["id"]))
        return shown


class LosesLabels(confluence.Operations):
    @override
    def add_labels_to_content(self, *, id: Any, body: Any) -> Any:
        before = self.world.get("confluence.page", str(id))
        shown = super().add_labels_to_content(id=id, body=body)
        if before is not None:
            self.world.put("confluence.page", str(id), before)
        return shown


class FindsSomething(jira.Operations):
    @override
    def get_issue(self, *, issue_id_or_key: Any, **arguments: Any) -> Any:
        try:
            return super().get_issue(issue_id_or_key=issue_id_or_key, **arguments)
        except ApiError:
            first = next(self.world.ids("jira.issue"))
            return super().get_issue(issue_id_or_key=first, **arguments)


class DeletesNothing(confluence.Operations):
    @override
    def delete_footer_comment(self, *, comment_id: Any) -> Any:
        self.get_footer_comment_by_id(comment_id=comment_id)


BREAKS = (
    Break("parent ignored", lambda: IgnoresParents),
    Break("edit dropped", lambda: DropsEdits),
    Break("any transition accepted", lambda: TakesAnyTransition),
    Break(
        "stale version accepted",
        lambda: planned(confluence.Operations, lambda plan: plan),
        lambda: patched(Drafts, "stale", lambda self, body, record: []),
    ),
    Break("ids as numbers", lambda: planned(jira.Operations, numbering("issue"))),
    Break("comment not stored", lambda: ForgetsComments),
    Break(
        "page token lost",
        lambda: planned(jira.Operations, lambda plan: plan),
        lambda: patched(pages._TELLERS, "token", lambda page: ABSENT),
    ),
    Break("label lost", lambda: LosesLabels),
    Break("404 turned 200", lambda: FindsSomething),
    Break("delete without effect", lambda: DeletesNothing),
)
