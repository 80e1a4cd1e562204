"""The floor: operations written out by hand, as fast as Python lets them be, with the meaning of the emulator.

They keep an episode over a task's layer and a shared base, log every call with what it read and wrote, validate with
the same compiled validator, resolve references, hold the rules, and answer byte for byte what the emulator answers
(`test_floor.py`). What the emulator is slower by is the price of being made from a plan.

They leave out what a person who writes three operations need not have: the way back from a write (all is checked before
anything is written), the look for an id that a client may have chosen, records that are taken away, changes of what
issues refer to (no operation here makes any), the faults told all together in the words of the service, a reply beside
the log, and operations that people override. The ambient user and the default priority are looked up when an episode
begins. The emulator pays for all of that in every call.
"""

from __future__ import annotations

from typing import Any

import orjson

from atlasgen.plan.model import Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.identity import timestamp
from atlasgen.runtime.validation import Validators
from atlasgen.runtime.world import NO_LAYER, Layer

BASE = "http://localhost/rest/api/3"
EXPAND = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"
EMBEDDED = frozenset({"user", "project", "issuetype", "status", "priority"})
KEYS = (("issue", "key"), ("project", "key"), ("issuetype", "name"), ("priority", "name"))


def names(layer: Layer, table: str, member: str) -> dict[str, str]:
    """Return the ids of records by another name of theirs."""
    listing = layer.index((f"jira.{table}", (member,)))
    return {name: next(iter(ids)) for name, ids in listing.items() if ids}


class Floor:
    """One episode over the base world of an environment."""

    def __init__(self, environment: Environment) -> None:
        plan: Plan = environment.emulators[0].plan
        validators = Validators(plan.schemas)
        self.valid = {
            name: validators.compile(plan.operation(name).arguments()).decide
            for name in ("getIssue", "createIssue", "editIssue", "updateComment", "doTransition")
        }
        base = environment.world.base
        self.base = base
        self.based: Any = {name.split(".")[1]: table for name, table in base.tables.items()}
        self.based_keys = {member: names(base, *member) for member in KEYS}
        self.based_children: Any = base.index(("jira.issue", ("fields", "parent")))
        self.kept: dict[str, Any] = {}
        self.reset()

    def reset(self, layer: Layer = NO_LAYER) -> None:
        """Begin an episode of a task."""
        base = self.base
        self.layered: Any = {name.split(".")[1]: table for name, table in layer.tables.items()}
        self.keys = {member: {**kept, **names(layer, *member)} for member, kept in self.based_keys.items()}
        self.layered_children: Any = layer.index(("jira.issue", ("fields", "parent")))
        self.me = layer.context.get("user") or base.context["user"]
        self.medium = base.handles[("jira.priority", "medium")]
        self.changed: dict[str, Any] = {}
        self.changed_comments: dict[str, Any] = {}
        self.new_keys: dict[str, str] = {}
        self.new_children: dict[str, list[str]] = {}
        counters = {**base.counters, **layer.counters}
        self.next_id = counters["jira.issue"] + 1
        self.numbers = {key.split(" ")[1][:-4]: n for key, n in counters.items() if key.endswith("-{n}")}
        self.ticks = max(base.ticks, layer.ticks)
        self.log: list[Any] = []
        # What a task adds to the records that others embed is not kept for other tasks.
        self.shown = self.kept if EMBEDDED.isdisjoint(self.layered) else {}

    def record(self, table: str, id: str) -> Any:
        """Return a record of a sort that no operation here changes."""
        if (layered := self.layered.get(table)) is not None and id in layered:
            return layered[id]
        return self.based[table].get(id)

    # Each record that others embed is encoded once, as the emulator does it.
    def user(self, id: str, reads: list[Any]) -> Any:
        reads.append(("user", id))
        if (kept := self.shown.get(id)) is None:
            user = self.record("user", id)
            shown = {name: user[name] for name in ("accountId", "accountType", "active", "displayName", "emailAddress")}
            shown |= {"self": f"{BASE}/user?accountId={id}", "timeZone": user["timeZone"]}
            kept = self.shown[id] = orjson.Fragment(orjson.dumps(shown))
        return kept

    def project(self, id: str, reads: list[Any]) -> Any:
        reads.append(("project", id))
        if (kept := self.shown.get(id)) is None:
            project = self.record("project", id)
            shown = {name: project[name] for name in ("id", "key", "name", "projectTypeKey", "simplified")}
            kept = self.shown[id] = orjson.Fragment(orjson.dumps({**shown, "self": f"{BASE}/project/{id}"}))
        return kept

    def type(self, id: str, reads: list[Any]) -> Any:
        reads.append(("issuetype", id))
        if (kept := self.shown.get(id)) is None:
            kind = self.record("issuetype", id)
            shown = {"id": id, "name": kind["name"], "self": f"{BASE}/issuetype/{id}"}
            shown |= {
                "description": kind["description"],
                "subtask": kind["subtask"],
                "hierarchyLevel": kind["hierarchyLevel"],
            }
            kept = self.shown[id] = orjson.Fragment(orjson.dumps(shown))
        return kept

    def status(self, id: str, reads: list[Any]) -> Any:
        reads.append(("status", id))
        if (kept := self.shown.get(id)) is None:
            status = self.record("status", id)
            group = status["statusCategory"]
            shown = {"id": id, "name": status["name"], "self": f"{BASE}/status/{id}"}
            shown["description"] = status["description"]
            shown["statusCategory"] = {**group, "self": f"{BASE}/statuscategory/{group['id']}"}
            kept = self.shown[id] = orjson.Fragment(orjson.dumps(shown))
        return kept

    def priority(self, id: str, reads: list[Any]) -> Any:
        reads.append(("priority", id))
        if (kept := self.shown.get(id)) is None:
            priority = self.record("priority", id)
            shown = {"id": id, "name": priority["name"], "description": priority["description"]}
            shown["self"] = f"{BASE}/priority/{id}"
            kept = self.shown[id] = orjson.Fragment(orjson.dumps(shown))
        return kept

    def issue(self, id: str) -> Any:
        return self.changed.get(id) or self.record("issue", id)

    def find(self, name: str) -> Any:
        return self.issue(name) or self.issue(self.new_keys.get(name) or self.keys["issue", "key"].get(name, ""))

    def linked(self, id: str, reads: list[Any]) -> Any:
        reads.append(("issue", id))
        issue = self.issue(id)
        fields = issue["fields"]
        inner = {"summary": fields["summary"], "status": self.status(fields["status"], reads)}
        inner["priority"] = self.priority(fields["priority"], reads)
        inner["issuetype"] = self.type(fields["issuetype"], reads)
        return {"id": id, "key": issue["key"], "self": f"{BASE}/issue/{id}", "fields": inner}

    def get_issue(self, arguments: Any) -> bytes:
        valid = self.valid["getIssue"](arguments)
        reads: list[Any] = []
        content = self.render(self.find(valid["issueIdOrKey"]), reads)
        self.log.append(("getIssue", orjson.dumps(arguments), 200, content, tuple(reads), ()))
        return content

    def render(self, issue: Any, reads: list[Any]) -> bytes:
        id, fields = issue["id"], issue["fields"]
        reads.append(("issue", id))
        shown: dict[str, Any] = {
            "project": self.project(fields["project"], reads),
            "issuetype": self.type(fields["issuetype"], reads),
            "summary": fields["summary"],
        }
        if "parent" in fields:
            shown["parent"] = self.linked(fields["parent"], reads)
        assignee = fields["assignee"]
        shown |= {
            "description": fields["description"],
            "status": self.status(fields["status"], reads),
            "priority": self.priority(fields["priority"], reads),
            "assignee": self.user(assignee, reads) if assignee is not None else None,
            "reporter": self.user(fields["reporter"], reads),
            "creator": self.user(fields["creator"], reads),
            "labels": fields["labels"],
            "duedate": fields["duedate"],
            "created": fields["created"],
            "updated": fields["updated"],
            "subtasks": [
                self.linked(child, reads)
                for child in (
                    *self.based_children.get(id, ()), *self.layered_children.get(id, ()), *self.new_children.get(id, ())
                )
            ],
        }  # fmt: skip
        answer = {"expand": EXPAND, "id": id, "key": issue["key"], "self": f"{BASE}/issue/{id}", "fields": shown}
        return orjson.dumps(answer)

    def create_issue(self, arguments: Any) -> bytes:
        given = self.valid["createIssue"](arguments)["body"]["fields"]
        project = self.record("project", self.keys["project", "key"][given["project"]["key"]])
        kind = self.record("issuetype", self.keys["issuetype", "name"][given["issuetype"]["name"]])
        parent = self.find(given["parent"]["key"]) if "parent" in given else None
        self.check(kind, project["id"], parent)
        now = timestamp(1_767_258_000 + self.ticks, "offset")
        status = self.record("workflow", project["workflow"])["initial"]
        fields = {"project": project["id"], "issuetype": kind["id"], "summary": given["summary"]}
        if parent is not None:
            fields["parent"] = parent["id"]
        fields |= {
            "status": status, "priority": self.medium, "description": given.get("description"), "assignee": None,
            "reporter": self.me, "creator": self.me, "labels": given.get("labels", []), "duedate": given.get("duedate"),
            "created": now, "updated": now,
        }  # fmt: skip
        id = str(self.next_id)
        self.next_id += 1
        prefix = project["key"]
        number = self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        key = f"{prefix}-{number}"
        self.changed[id] = {"fields": fields, "id": id, "key": key}
        self.new_keys[key] = id
        if parent is not None:
            self.new_children.setdefault(parent["id"], []).append(id)
        self.ticks += 1
        content = orjson.dumps({"id": id, "key": key, "self": f"{BASE}/issue/{id}"})
        self.log.append(("createIssue", orjson.dumps(arguments), 201, content, (("issue", id),), (("issue", id),)))
        return content

    def check(self, kind: Any, project: str, parent: Any) -> None:
        """Refuse what breaks the rules about parents."""
        if kind["subtask"] and parent is None:
            raise ValueError("a sub-task needs a parent")
        if parent is not None:
            above = self.record("issuetype", parent["fields"]["issuetype"])["hierarchyLevel"]
            if parent["fields"]["project"] != project or above != kind["hierarchyLevel"] + 1:
                raise ValueError("the parent does not fit")

    def edit_issue(self, arguments: Any) -> bytes:
        body = arguments["body"]
        empty = [name for name in ("fields", "update") if name in body and not body[name]]
        if empty:
            body = {name: item for name, item in body.items() if name not in empty}
        valid = self.valid["editIssue"]({**arguments, "body": body})
        issue = self.find(valid["issueIdOrKey"])
        fields = {**issue["fields"], **valid["body"]["fields"]}
        for name, table in (("issuetype", "issuetype"), ("priority", "priority")):
            if type(fields[name]) is dict:
                fields[name] = self.keys[table, "name"][fields[name]["name"]]
        parent = self.issue(fields["parent"]) if "parent" in fields else None
        self.check(self.record("issuetype", fields["issuetype"]), fields["project"], parent)
        fields["updated"] = timestamp(1_767_258_000 + self.ticks, "offset")
        issue = self.changed[issue["id"]] = {**issue, "fields": fields}
        self.ticks += 1
        reads: list[Any] = []
        content = self.render(issue, reads)
        self.log.append(
            ("editIssue", orjson.dumps(arguments), 200, content, tuple(reads), (("issue", issue["id"]),))
        )  # fmt: skip
        return content

    def update_comment(self, arguments: Any) -> bytes:
        valid = self.valid["updateComment"](arguments)
        issue = self.find(valid["issueIdOrKey"])
        id = valid["id"]
        comment = self.changed_comments.get(id) or self.record("comment", id)
        if comment is None or comment["issue"] != issue["id"]:
            raise ValueError("no comment of that issue")
        comment = {**comment, **valid["body"], "updated": timestamp(1_767_258_000 + self.ticks, "offset")}
        self.changed_comments[id] = comment
        self.ticks += 1
        reads: list[Any] = [("comment", id)]
        answer = {
            "id": id, "self": f"{BASE}/issue/{issue['id']}/comment/{id}", "author": self.user(comment["author"], reads),
            "body": comment["body"], "created": comment["created"], "updated": comment["updated"],
        }  # fmt: skip
        content = orjson.dumps(answer)
        self.log.append(("updateComment", orjson.dumps(arguments), 200, content, tuple(reads), (("comment", id),)))
        return content

    def do_transition(self, arguments: Any) -> bytes:
        valid = self.valid["doTransition"](arguments)
        issue = self.find(valid["issueIdOrKey"])
        fields = issue["fields"]
        wanted = valid["body"]["transition"]["id"]
        workflow = self.record("project", fields["project"])["workflow"]
        arrow = self.record("transition", wanted)
        if arrow is None or arrow["workflow"] != workflow or fields["status"] not in arrow["from"]:
            raise ValueError("not open")
        now = timestamp(1_767_258_000 + self.ticks, "offset")
        self.changed[issue["id"]] = {**issue, "fields": {**fields, "status": arrow["to"], "updated": now}}
        self.ticks += 1
        self.log.append(("doTransition", orjson.dumps(arguments), 204, b"", (), (("issue", issue["id"]),)))
        return b""
