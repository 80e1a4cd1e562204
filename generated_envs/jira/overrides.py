"""What Jira issues does otherwise than its description says. Yours: `atlasgen build` leaves it alone.

A method that is marked with `atlasgen.runtime.package.override` answers in place of the generated one of the same name,
which it can call through `super()`.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar, cast

from atlasgen.errors import ApiError
from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.package import OMITTED, override
from atlasgen.runtime.texts import TextForm

from . import adf, forms, jql
from ._generated import shapes
from ._generated.operations import JiraOperations

Item = TypeVar("Item")

_PAGE, _LARGEST_PAGE = 50, 200  # of what a new issue can be
_FIELDS = "projects.issuetypes.fields"


class Operations(JiraOperations):
    """The operations as people use them."""

    languages = MappingProxyType({"jql": jql.search})
    texts = MappingProxyType({"plain": TextForm(read=adf.from_text, write=adf.text_of)})

    @override
    def create_issues(self, *, body: shapes.CreateIssuesBody) -> shapes.CreatedIssues:
        """Create those issues that can be created, and tell what is wrong with the others."""
        issues: list[shapes.CreatedIssue] = []
        errors: list[Any] = []
        for number, details in enumerate(body["issueUpdates"]):
            try:
                issues.append(self.create_issue(body=cast("shapes.CreateIssueBody", details)))
            except ApiError as error:
                errors.append({"status": error.status, "elementErrors": error.body, "failedElementNumber": number})
        if not issues:
            raise ApiError(400, {"issues": [], "errors": errors})
        return {"issues": issues, "errors": errors}

    @override
    def edit_issue(
        self, *, issue_id_or_key: str, body: shapes.EditIssueBody, return_issue: bool = OMITTED
    ) -> shapes.IssueBean:
        """Change fields of an issue, by their values or by steps; answer with it only if that is wanted."""
        changed = cast("shapes.EditIssueBody", self._with_values_of_steps(issue_id_or_key, body))
        issue = super().edit_issue(issue_id_or_key=issue_id_or_key, body=changed, return_issue=return_issue)
        if return_issue is True:
            return issue
        self.answer_with(204)
        return cast("shapes.IssueBean", None)

    def _with_values_of_steps(self, issue: str, body: Any) -> Any:
        """Return the body of an edit with what its steps come to among its fields; what is malformed stays as it is.

        Raises:
            ApiError: a field has both a value and steps.
        """
        steps = body.get("update") if isinstance(body, dict) else None
        fields = (body.get("fields") or {}) if isinstance(body, dict) else None
        if not steps or not isinstance(steps, dict) or not isinstance(fields, dict):
            return body
        if twice := [name for name in steps if name in fields]:
            told: JsonObject = {name: f"{name} stands in `fields` and in `update`." for name in twice}
            raise ApiError(400, {"errorMessages": [], "errors": told})
        values: dict[str, Any] = {}
        for name, listed in steps.items():
            if name not in forms.FIELDS:
                continue
            if name == "labels":
                shown = cast("Any", self.get_issue(issue_id_or_key=issue, fields=["labels"]))
                values[name] = _labels(shown["fields"]["labels"], listed)
            elif isinstance(listed, list) and len(listed) == 1 and isinstance(listed[0], dict):
                values[name] = listed[0].get("set")
        return {**body, "fields": {**fields, **values}}

    @override
    def delete_issue(self, *, issue_id_or_key: str, delete_subtasks: str = OMITTED) -> None:
        """Delete an issue; one that has sub-tasks only together with them."""
        # Clients in Python write `True`.
        wanted: Any = delete_subtasks
        if isinstance(wanted, str):
            wanted = wanted.lower()
        if wanted in (OMITTED, "true", "false"):
            shown = cast("Any", self.get_issue(issue_id_or_key=issue_id_or_key, fields=["subtasks"]))
            parts = shown["fields"]["subtasks"]
            if parts and wanted != "true":
                message = f"The issue has sub-tasks: delete them too, or first ({len(parts)})."
                raise ApiError(400, {"errorMessages": [message], "errors": {}})
            for part in parts:
                super().delete_issue(issue_id_or_key=part["id"])
        super().delete_issue(issue_id_or_key=issue_id_or_key, delete_subtasks=wanted)

    @override
    def get_create_issue_meta_issue_types(
        self, *, project_id_or_key: str, start_at: int = OMITTED, max_results: int = OMITTED
    ) -> shapes.PageOfCreateMetaIssueTypes:
        """List the types that a new issue of a project can have."""
        types = self._project(project_id_or_key)["issueTypes"]
        start, limit, page = _page(types, start_at, max_results)
        listed = cast("list[shapes.IssueTypeIssueCreateMetadata]", page)
        return {"startAt": start, "maxResults": limit, "total": len(types), "issueTypes": listed}

    @override
    def get_create_issue_meta_issue_type_id(
        self, *, project_id_or_key: str, issue_type_id: str, start_at: int = OMITTED, max_results: int = OMITTED
    ) -> shapes.PageOfCreateMetaIssueTypeWithField:
        """List the fields that a new issue of a type can have."""
        project = self._project(project_id_or_key)
        kind = next((item for item in project["issueTypes"] if item["id"] == issue_type_id), None)
        if kind is None:
            raise ApiError(400, {"errorMessages": [], "errors": {"issuetype": "The project has no such type."}})
        fields = self._form(project, kind)
        start, limit, page = _page(fields, start_at, max_results)
        return {"startAt": start, "maxResults": limit, "total": len(fields), "fields": page}

    @override
    def get_create_issue_meta(
        self,
        *,
        project_ids: list[str] = OMITTED,
        project_keys: list[str] = OMITTED,
        issuetype_ids: list[str] = OMITTED,
        issuetype_names: list[str] = OMITTED,
        expand: str = OMITTED,
    ) -> shapes.IssueCreateMetadata:
        """List what new issues can be; the fields of each type only if that is wanted."""
        is_wanted = _chooser({"id": project_ids, "key": project_keys})
        is_allowed = _chooser({"id": issuetype_ids, "name": issuetype_names})
        with_fields = expand is not OMITTED and _FIELDS in expand.split(",")
        projects: list[Any] = []
        for listed in filter(is_wanted, self.get_all_projects()):
            project: Any = self.get_project(project_id_or_key=str(listed["id"]))
            types = [dict(kind) for kind in project["issueTypes"] if is_allowed(kind)]
            for kind in types if with_fields else ():
                kind["fields"] = {field["key"]: _without_id(field) for field in self._form(project, {**kind})}
            projects.append({"expand": "issuetypes", **_short(project), "issuetypes": types})
        return {"expand": "projects", "projects": projects}

    def _form(self, project: Any, kind: Any) -> list[shapes.FieldCreateMetadata]:
        """Return the fields of the form of an issue, with what they allow."""
        allowed = {"issuetype": [kind], "priority": self.get_priorities(), "project": [_short(project)]}
        return list(forms.fields(self.get_fields(), allowed, is_part=kind["subtask"]))

    @override
    def get_status_categories(self) -> list[shapes.StatusCategory]:
        """List the groups that statuses belong to."""
        groups = {status["statusCategory"]["id"]: status["statusCategory"] for status in self.get_statuses()}
        return [groups[number] for number in sorted(groups)]

    @override
    def get_status_category(self, *, id_or_key: str) -> shapes.StatusCategory:
        """Return a group that statuses belong to."""
        return next(item for item in self.get_status_categories() if id_or_key in (str(item["id"]), item["key"]))

    def _project(self, name: str) -> Any:
        """Return a project; one that is not there is a wrong value here."""
        try:
            return self.get_project(project_id_or_key=name)
        except ApiError as error:
            raise ApiError(400, error.body) from error


def _chooser(wanted: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Return whether something has, at one of the members that are asked for, one of the values that are wanted."""
    asked = {name: values for name, values in wanted.items() if values is not OMITTED and values}
    return lambda item: not asked or any(item[name] in values for name, values in asked.items())


def _short(project: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in project.items() if name in ("id", "key", "name", "self")}


def _without_id(field: Any) -> Any:
    """Return a field as the older forms show it, which name it by its key."""
    return {name: value for name, value in field.items() if name != "fieldId"}


def _labels(labels: list[str], steps: Any) -> Any:
    """Return what labels are after some steps; steps that are none are left for the service to refuse."""
    for step in steps if isinstance(steps, list) else ():
        match step:
            case {"add": str(label)}:
                labels = [*labels, label] if label not in labels else labels
            case {"remove": label}:
                labels = [item for item in labels if item != label]
            case {"set": list(given)}:
                labels = given
    return labels


def _page(items: Sequence[Item], start_at: int, max_results: int) -> tuple[int, int, list[Item]]:
    """Return where a page begins, how many items it may hold, and those that it holds."""
    start = max(start_at, 0) if start_at is not OMITTED else 0
    limit = min(max_results, _LARGEST_PAGE) if max_results is not OMITTED and max_results >= 0 else _PAGE
    return start, limit, list(items[start : start + limit])
