"""Paths that follow references, and templates over them."""

from __future__ import annotations

from typing import Any

import pytest

from atlasgen.plan.model import Field, Reference, Resource
from atlasgen.runtime.documents import ABSENT
from atlasgen.runtime.follow import Paths
from atlasgen.runtime.world import Collection, Layer, World

RESOURCES = {
    "issue": Resource(
        "issue",
        fields=(
            Field(("fields", "parent"), Reference("issue")),
            Field(("fields", "project"), Reference("project")),
            Field(("fields", "watchers"), Reference("project"), many=True),
            Field(("elsewhere",), Reference("nowhere")),
        ),
    ),
    "project": Resource("project"),
}


@pytest.fixture
def paths() -> Paths:
    return Paths(RESOURCES, {"issue": "t.issue", "project": "t.project"})


@pytest.fixture
def world() -> World:
    world = World({name: Collection(name) for name in ("t.issue", "t.project")}, Layer().seal())
    world.put("t.project", "7", {"id": 7, "key": "P"})
    world.put("t.issue", "1", {"id": "1", "fields": {"project": 7, "parent": None}})
    world.put("t.issue", "2", {"id": "2", "fields": {"project": 9, "parent": "1", "watchers": ["7"]}})
    return world


def follow(paths: Paths, world: World, path: str, record: Any) -> Any:
    return paths.dotted(path, "issue")(world, record)


def test_path_goes_on_in_the_record_that_is_referred_to(paths: Paths, world: World) -> None:
    two = world.get("t.issue", "2")
    assert follow(paths, world, "fields.parent.fields.project.key", two) == "P"
    assert follow(paths, world, "fields.parent.fields.project", two) == 7
    assert follow(paths, world, "fields.parent", two) == "1"


@pytest.mark.parametrize(
    ("path", "id"),
    [
        ("fields.parent.fields.project", "1"),  # null on the way
        ("fields.project.key", "2"),  # a record that is gone
        ("fields.nothing.at.all", "2"),
        ("fields.watchers.key", "2"),  # a list is no way on
        ("elsewhere.key", "2"),
        ("nothing", "1"),
    ],
)
def test_path_that_leads_nowhere_is_absent(paths: Paths, world: World, path: str, id: str) -> None:
    assert follow(paths, world, path, world.get("t.issue", id)) is ABSENT


def test_null_at_the_end_of_a_path_is_null(paths: Paths, world: World) -> None:
    assert follow(paths, world, "fields.parent", world.get("t.issue", "1")) is None


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("{base}", "http://localhost"),
        ("{base}/x/{id}", "http://localhost/x/2"),
        ("{base}{base}", "http://localhosthttp://localhost"),
        ("/{id}{base}", "/2http://localhost"),
        ("/{fields.parent.fields.project.key}/{id}", "/P/2"),
        ("{base}/{fields.project}/{nothing}.", "http://localhost/9/."),
        ("{base}/{nothing}.", "http://localhost/."),
        ("{id}{id}", "22"),
    ],
)
def test_template_is_filled_from_the_record(paths: Paths, world: World, template: str, text: str) -> None:
    record = world.get("t.issue", "2")
    assert record is not None
    assert paths.template(template, "issue")(world, record, record) == text


def test_values_in_templates_are_not_read_as_templates(paths: Paths, world: World) -> None:
    record: Any = {"id": "{base}", "name": "{0.__class__}"}
    assert paths.template("{base}/{id}", "issue")(world, record, record) == "http://localhost/{base}"
    assert paths.template("{name}{id}", "issue")(world, record, record) == "{0.__class__}{base}"
