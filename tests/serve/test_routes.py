"""Finding an operation by its path."""

from __future__ import annotations

import time

import pytest

from atlasgen.serve.paths import Node, agreement, parameters, segments

TEMPLATES = (
    "/issue",
    "/issue/{id}",
    "/issue/bulk",
    "/issue/{id}/comment/{comment}",
    "/issue/bulk/comment",
    "/files/{name}.{type}",
    "/",
)


@pytest.fixture
def root() -> Node[str]:
    root = Node[str]()
    for template in TEMPLATES:
        root.add(template, "GET", template)
    return root


@pytest.mark.parametrize(
    ("path", "template", "values"),
    [
        ("/issue", "/issue", ()),
        ("/issue/", "/issue", ()),
        ("/issue/7", "/issue/{id}", ("7",)),
        ("/issue/7/", "/issue/{id}", ("7",)),
        ("/issue/bulk", "/issue/bulk", ()),
        ("/issue/bulk/comment/3", "/issue/{id}/comment/{comment}", ("bulk", "3")),
        ("/issue/a%2Fb", "/issue/{id}", ("a/b",)),
        ("/issue/a%20b", "/issue/{id}", ("a b",)),
        ("/issue/%0A", "/issue/{id}", ("\n",)),
        ("/files/a.b.txt", "/files/{name}.{type}", ("a.b", "txt")),
        ("/", "/", ()),
    ],
)
def test_path_finds_its_template(root: Node[str], path: str, template: str, values: tuple[str, ...]) -> None:
    assert root.find(segments(path)) == ({"GET": template}, values)


@pytest.mark.parametrize("path", ["/issues", "/Issue", "/issue//", "//issue", "/issue/7/comment", "/files/txt"])
def test_other_paths_find_nothing(root: Node[str], path: str) -> None:
    assert root.find(segments(path)) is None


def test_first_of_two_with_one_path_and_method_has_it(root: Node[str]) -> None:
    root.add("/issue/{key}", "GET", "another")
    root.add("/issue/{key}", "PUT", "another")
    assert root.find(["issue", "7"]) == ({"GET": "/issue/{id}", "PUT": "another"}, ("7",))


def test_agreement_counts_the_segments_in_common() -> None:
    path = segments("/rest/api/3/issue/7/nowhere")
    assert agreement("/rest/api/3/issue/{id}", path) == 5
    assert agreement("/rest/api/3/project", path) == 3
    assert agreement("/wiki/api", path) == 0


def test_parameters_are_named_in_their_order() -> None:
    assert parameters("/files/{name}.{type}/{body-format}") == ["name", "type", "body-format"]


def test_hostile_path_is_given_up_soon() -> None:
    root = Node[str]()
    for text in ("a", "{x}"):
        for other in ("a", "{y}"):
            root.add("/".join(["", text, other] * 6), "GET", text)
    started = time.process_time()
    assert root.find(segments("/a" * 100_000)) is None
    assert root.find(segments("/" + "%2F" * 100_000)) is None
    assert time.process_time() - started < 1
