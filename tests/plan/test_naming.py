"""Names: one for each thing, good in every place where it is used, and not changed by its neighbours."""

from __future__ import annotations

import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlasgen.plan import naming


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("issueIdOrKey", "issue_id_or_key"), ("body-format", "body_format"), ("HTTPError", "http_error"), ("id", "id"),
        ("class", "class_"), ("self", "self_"), ("body", "body_"), ("reset", "reset_"), ("get_reward", "get_reward_"),
        ("16x16", "_16_x_16"), ("_links", "links"), ("", "value"), ("é", "value"), ("X-Request-ID", "x_request_id"),
        ("$filter", "filter"), ("user[name]", "user_name"), ("None", "none"), ("lambda", "lambda_"),
    ],
)  # fmt: skip
def test_name_becomes_a_python_name(name: str, snake: str) -> None:
    assert naming.snake(name) == snake


@pytest.mark.parametrize(
    ("noun", "one"),
    [
        ("issues", "issue"), ("categories", "category"), ("classes", "class"), ("boxes", "box"), ("branches", "branch"),
        ("statuses", "status"), ("status", "status"), ("people", "person"), ("series", "series"), ("pets", "pet"),
        ("analysis", "analysis"), ("address", "address"), ("issueTypes", "issueType"), ("s", "s"), ("is", "is"),
        ("children", "child"), ("indices", "index"), ("wishes", "wish"), ("", ""),
    ],
)  # fmt: skip
def test_plural_becomes_singular(noun: str, one: str) -> None:
    assert naming.singular(noun) == one


def test_operation_id_is_the_name_of_the_tool_where_it_is_a_good_one() -> None:
    operations = [
        ("createIssue", "post", "/issue"), ("get-issue", "get", "/issue"), (None, "get", "/issue/{issueId}"),
        ("createIssue", "put", "/issue"), ("x" * 80, "get", "/x"), ("", "delete", "/"), ("com.x.Do It", "get", "/y"),
        ("3dView", "get", "/z"), ("é", "get", "/w"),
    ]  # fmt: skip
    assert naming.tools(operations) == (
        "createIssue", "get_issue", "get_issue_by_issue_Id", "createIssue_2", "x" * 64, "delete", "com_x_Do_It",
        "op_3_d_View", "operation",
    )  # fmt: skip


OPERATIONS = st.lists(
    st.tuples(st.none() | st.text(max_size=80), st.sampled_from(["get", "post"]), st.text("/{}ab", max_size=12)),
    max_size=12,
)


@given(OPERATIONS)
def test_tools_and_functions_are_distinct_identifiers(operations: list[tuple[str | None, str, str]]) -> None:
    tools = naming.tools(operations)
    assert len(set(tools)) == len(tools) == len(operations)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", name) for name in tools)
    functions = naming.functions(tools)
    assert len(set(functions)) == len(functions) == len(tools)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in functions)


@given(OPERATIONS, st.tuples(st.text("abcXY", min_size=1, max_size=8), st.just("get"), st.just("/z")))
def test_operation_at_the_end_renames_none_before_it(
    operations: list[tuple[str | None, str, str]], more: tuple[str, str, str]
) -> None:
    before, after = naming.tools(operations), naming.tools([*operations, more])
    assert after[:-1] == before
    assert naming.functions(after)[:-1] == naming.functions(before)


@given(st.lists(st.text(max_size=10), max_size=8, unique=True))
def test_arguments_have_distinct_python_names(names: list[str]) -> None:
    made = naming.arguments(names)
    assert list(made) == names
    assert len(set(made.values())) == len(names)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in made.values())


@pytest.mark.parametrize(
    ("stem", "package"),
    [
        ("jira-v3", "jira_v3"),
        ("My API", "my_api"),
        ("3scale", "api_3scale"),
        ("class", "class_"),
        ("--", "api"),
        ("ä", "api"),
    ],
)
def test_package_has_a_python_name(stem: str, package: str) -> None:
    assert naming.package(stem) == package
