"""What paths say by themselves."""

from __future__ import annotations

import pytest

from atlasgen.plan.paths import identity_fields, route


@pytest.mark.parametrize(
    ("path", "nodes", "tail", "noun"),
    [
        ("/rest/api/3/issue", [], ["rest", "api", "3", "issue"], "issue"),
        ("/rest/api/3/issue/{issueIdOrKey}", [("issue", "issueIdOrKey")], [], "issue"),
        ("/issue/{id}/comments/{commentId}", [("issue", "id"), ("comment", "commentId")], [], "comment"),
        ("/issue/{id}/transitions", [("issue", "id")], ["transitions"], "transition"),
        ("/{tenant}/users", [("tenant", "tenant")], ["users"], "user"),
        ("/files/{name}.json", [("file", "name")], [], "file"),
        ("/", [], [], ""),
        ("", [], [], ""),
        ("/a//b/", [], ["a", "b"], "b"),
        ("/x/{a}/{b}", [("x", "a"), ("x", "b")], [], "x"),
    ],
)
def test_path_is_read(path: str, nodes: list[tuple[str, str]], tail: list[str], noun: str) -> None:
    found = route(path)
    assert [(node.noun, node.parameter) for node in found.nodes] == nodes
    assert (list(found.tail), found.noun) == (tail, noun)
    assert (found.item is not None) == (bool(nodes) and not tail)


@pytest.mark.parametrize(
    ("noun", "parameter", "fields"),
    [
        ("issue", "issueIdOrKey", ("id", "key")), ("issue", "id", ("id",)), ("pet", "petId", ("id",)),
        ("user", "username", ("username",)), ("user", "accountId", ("account", "id")), ("page", "page-id", ("id",)),
        ("issue", "issue", ("id",)), ("file", "id_or_id", ("id",)), ("project", "projectKey", ("key",)),
    ],
)  # fmt: skip
def test_parameter_names_the_fields_of_the_identity(noun: str, parameter: str, fields: tuple[str, ...]) -> None:
    assert identity_fields(noun, parameter) == fields
