"""The floor: three operations written out by hand, as fast as Python lets them be, with the meaning of the emulator.

They keep an episode over a shared base, log every call with what it read and wrote, validate with the same compiled
validator and answer byte for byte what the emulator answers (`test_floor.py`). What the emulator is slower by is the
price of being made from a plan.
"""

from __future__ import annotations

from typing import Any

import orjson

from atlasgen.plan.model import Plan
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.identity import timestamp
from atlasgen.runtime.validation import Validators

BASE = "http://localhost/rest/api/3"
EXPAND = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"


class Floor:
    """One episode over the base world of an environment."""

    def __init__(self, environment: Environment) -> None:
        plan: Plan = environment.emulators[0].plan
        validators = Validators(plan.schemas)
        self.valid = {
            name: validators.compile(plan.operation(name).arguments()).decide
            for name in ("getIssue", "createIssue", "doTransition")
        }
        base = environment.world.base
        self.base = base
        self.tables: Any = {name.split(".")[1]: table for name, table in base.tables.items()}
        self.keys, self.projects, self.types = (
            {name: next(iter(ids)) for name, ids in base.indexes[f"jira.{table}", (member,)].items()}
            for table, member in (("issue", "key"), ("project", "key"), ("issuetype", "name"))
        )
        self.me = base.context["user"]
        self.medium = base.handles[("jira.priority", "medium")]
        self.children: Any = base.indexes[("jira.issue", ("fields", "parent"))]
        self.arrows: Any = base.indexes[("jira.transition", ("workflow",))]
        self.reset()

    def reset(self) -> None:
        self.changed: dict[str, Any] = {}
        self.new_keys: dict[str, str] = {}
        self.new_children: dict[str, list[str]] = {}
        self.next_id = self.base.counters["jira.issue"] + 1
        self.numbers = {key.split(" ")[1][:-4]: n for key, n in self.base.counters.items() if key.endswith("-{n}")}
        self.ticks = self.base.ticks
        self.log: list[Any] = []
        self.shown: dict[str, Any] = {}

    def reset_log(self) -> None:
        """Begin again with the encoded views kept, as an emulator keeps those of its base."""
        kept = self.shown
        self.reset()
        self.shown = kept

    # Each record that others embed is encoded once, as the emulator does it.
    def user(self, id: str, reads: list[Any]) -> Any:
        reads.append(("user", id))
        if (kept := self.shown.get(id)) is None:
            user = self.tables["user"][id]
            shown = {name: user[name] for name in ("accountId", "accountType", "active", "displayName", "emailAddress")}
            shown |= {"self": f"{BASE}/user?accountId={id}", "timeZone": user["timeZone"]}
            kept = self.shown[id] = orjson.Fragment(orjson.dumps(shown))
        return kept

    def project(self, id: str, reads: list[Any]) -> Any:
        reads.append(("project", id))
        if (kept := self.shown.get(id)) is None:
            project = self.tables["project"][id]
            shown = {name: project[name] for name in ("id", "key", "name", "projectTypeKey", "simplified")}
            kept = self.shown[id] = orjson.Fragment(orjson.dumps({**shown, "self": f"{BASE}/project/{id}"}))
        return kept

    def type(self, id: str, reads: list[Any]) -> Any:
        reads.append(("issuetype", id))
        if (kept := self.shown.get(id)) is None:
            kind = self.tables["issuetype"][id]
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
            status = self.tables["status"][id]
            group = status["statusCategory"]
            shown = {"id": id, "name": status["name"], "self": f"{BASE}/status/{id}"}
            shown["description"] = status["description"]
            shown["statusCategory"] = {**group, "self": f"{BASE}/statuscategory/{group['id']}"}
            kept = self.shown[id] = orjson.Fragment(orjson.dumps(shown))
        return kept

    def priority(self, id: str, reads: list[Any]) -> Any:
        reads.append(("priority", id))
        if (kept := self.shown.get(id)) is None:
            urgency = self.tables["priority"][id]
            named = {"id": id, "name": urgency["name"], "description": urgency["description"]}
            shown = {**named, "self": f"{BASE}/priority/{id}"}
            kept = self.shown[id] = orjson.Fragment(orjson.dumps(shown))
        return kept

    def issue(self, id: str) -> Any:
        return self.changed.get(id) or self.tables["issue"].get(id)

    def find(self, name: str) -> Any:
        return self.issue(name) or self.issue(self.new_keys.get(name) or self.keys.get(name, ""))

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
        issue = self.find(valid["issueIdOrKey"])
        id, fields = issue["id"], issue["fields"]
        reads: list[Any] = [("issue", id)]
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
                self.linked(child, reads) for child in (*self.children.get(id, ()), *self.new_children.get(id, ()))
            ],
        }
        answer = {"expand": EXPAND, "id": id, "key": issue["key"], "self": f"{BASE}/issue/{id}", "fields": shown}
        content = orjson.dumps(answer)
        self.log.append(("getIssue", orjson.dumps(arguments), 200, content, tuple(reads), ()))
        return content

    def create_issue(self, arguments: Any) -> bytes:
        given = self.valid["createIssue"](arguments)["body"]["fields"]
        project = self.tables["project"][self.projects[given["project"]["key"]]]
        kind = self.tables["issuetype"][self.types[given["issuetype"]["name"]]]
        parent = self.find(given["parent"]["key"]) if "parent" in given else None
        level = kind["hierarchyLevel"]
        if kind["subtask"] and parent is None:
            raise ValueError("a sub-task needs a parent")
        if parent is not None:
            above = self.tables["issuetype"][parent["fields"]["issuetype"]]["hierarchyLevel"]
            if parent["fields"]["project"] != project["id"] or above != level + 1:
                raise ValueError("the parent does not fit")
        now = timestamp(1_767_258_000 + self.ticks, "offset")
        status = self.tables["workflow"][project["workflow"]]["initial"]
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

    def do_transition(self, arguments: Any) -> bytes:
        valid = self.valid["doTransition"](arguments)
        issue = self.find(valid["issueIdOrKey"])
        fields = issue["fields"]
        wanted = valid["body"]["transition"]["id"]
        workflow = self.tables["project"][fields["project"]]["workflow"]
        arrow = self.tables["transition"][wanted] if wanted in self.arrows[workflow] else None
        if arrow is None or fields["status"] not in arrow["from"]:
            raise ValueError("not open")
        now = timestamp(1_767_258_000 + self.ticks, "offset")
        self.changed[issue["id"]] = {**issue, "fields": {**fields, "status": arrow["to"], "updated": now}}
        self.ticks += 1
        self.log.append(("doTransition", orjson.dumps(arguments), 204, b"", (), (("issue", issue["id"]),)))
        return b""
