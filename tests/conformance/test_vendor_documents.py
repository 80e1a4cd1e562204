"""Our trimmed documents beside the vendors' own, where those are at hand: every difference has its reason."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from atlasgen.jsonvalue import JsonObject, detach
from atlasgen.plan.model import Plan
from atlasgen.plan.read import plan_of
from tests.conformance import vendor

pytestmark = pytest.mark.skipif(not vendor.VENDOR.is_dir(), reason="the vendors' documents are not here")

HERE = Path(__file__).parent
NAMES = tuple(vendor.SOURCES)
MEANT: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "differences.yaml").read_text(encoding="utf-8"))


def patterns(name: str) -> list[str]:
    return [pattern for group in MEANT[name] for pattern in group["of"]]


@functools.cache
def found(name: str) -> tuple[str, ...]:
    return tuple(vendor.differences(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_difference_is_listed_with_its_reason(name: str) -> None:
    assert not [told for told in found(name) if not any(fnmatchcase(told, pattern) for pattern in patterns(name))]
    assert all(group["because"] for group in MEANT[name])


@pytest.mark.parametrize("name", NAMES)
def test_every_listed_difference_is_there(name: str) -> None:
    assert not [pattern for pattern in patterns(name) if not any(fnmatchcase(told, pattern) for told in found(name))]


def test_comparison_tells_what_was_changed_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison that cannot find a difference proves nothing."""
    content: Any = detach(vendor.ours("jira").content)
    issue = content["paths"]["/rest/api/3/issue"]["post"]
    issue["operationId"] = "makeIssue"
    issue["responses"]["418"] = issue["responses"].pop("422")
    content["paths"]["/rest/api/3/issue/{issueIdOrKey}"]["get"]["parameters"][1]["schema"] = {"type": "integer"}
    content["components"]["schemas"]["CreatedIssue"]["properties"]["code"] = {"type": "string"}
    content["components"]["schemas"]["CreatedIssue"]["properties"]["id"]["type"] = "integer"
    content["paths"]["/rest/api/3/tissue"] = {"get": issue}
    monkeypatch.setattr(vendor, "ours", lambda name: vendor.Document(content))
    told = set(vendor.differences("jira")) - set(found("jira"))
    assert {
        "makeIssue: called createIssue",
        "makeIssue: code 422 left out",
        "makeIssue: code 418 added",
        "makeIssue: answer code added",
        "makeIssue: answer id is integer, not string",
        "makeIssue: get /rest/api/3/tissue is not there",
        "getIssue: query fields is integer, not array",
    } <= told


# -- examples ----------------------------------------------------------------------------------------------------------

# Examples of the vendor that break the vendor's own description, or tell of what the service has retired.
BROKEN: dict[str, str] = {
    "getIssue": "`updated` is 1, where the service writes a time.",
    "getAllProjects": "`style` is CLASSIC, and the description knows classic.",
    "getCreateIssueMeta": "Fields are without their `operations`, which the description requires.",
    "getCreateIssueMetaIssueTypeId": "A field is without its `schema`, which the description requires.",
    "searchAndReconsileIssuesUsingJql": "`updated` is 1, and a description is plain text, as it was in version 2.",
    "searchForIssuesUsingJql": "`updated` is 1, and a description is plain text, as it was in version 2.",
    "searchForIssuesUsingJqlPost": "`updated` is 1, and a description is plain text, as it was in version 2.",
    "searchAndReconsileIssuesUsingJqlPost": "`updated` is 1, and a description is plain text, as it was in version 2.",
}


@functools.cache
def plan(name: str) -> Plan:
    return plan_of(vendor.ROOT / "specs" / f"{name}.yaml")


def opened(schema: Any) -> Any:
    """Return a schema that lets members pass which it does not know: examples show more than we describe."""
    if isinstance(schema, dict):
        kept = {key: opened(value) for key, value in schema.items()}
        if kept.get("additionalProperties") is False:
            del kept["additionalProperties"]
        return kept
    return [opened(item) for item in schema] if isinstance(schema, list) else schema


def examples(name: str) -> Iterator[tuple[str, str, Any]]:
    """Yield operation, code and example of every answer that a vendor's document shows of an operation of ours."""
    ours = vendor.ours(name)
    for document in vendor.vendor(name):
        for key, (operation, _) in document.operations.items():
            if key not in ours.operations:
                continue
            for code, answer in operation["responses"].items():
                for media in answer.get("content", {}).values() if code.startswith("2") else ():
                    shown = [media["example"]] if "example" in media else []
                    shown += [item["value"] for item in media.get("examples", {}).values() if "value" in item]
                    for example in shown:
                        value = yaml.safe_load(example) if isinstance(example, str) else example
                        yield ours.operations[key][0]["operationId"], code, value


@pytest.mark.parametrize("name", NAMES)
def test_examples_of_the_vendor_have_the_shape_that_the_emulator_answers_in(name: str) -> None:
    seen = 0
    wrong: dict[str, str] = {}
    for id, code, example in examples(name):
        operation = next(item for item in plan(name).operations if item.operation_id == id)
        schema = operation.response if str(operation.status) == code else operation.others.get(int(code))
        if schema is None:
            continue
        whole: JsonObject = {**schema, "$defs": dict(plan(name).schemas)}
        errors = [f"{error.instance_path}: {error.message}" for error in validator(whole).iter_errors(example)]
        seen += 1
        if errors:
            wrong[id] = errors[0]
    assert seen >= {"jira": 20}.get(name, 0)
    assert {id: told for id, told in wrong.items() if id not in BROKEN} == {}
    if name == "jira":
        assert wrong.keys() == BROKEN.keys()


def validator(schema: JsonObject) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(opened(schema))
