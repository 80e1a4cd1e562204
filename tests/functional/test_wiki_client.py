"""The public Python client of the wiki, unmodified, against a real server: version 2 and what is left of version 1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from atlassian import ConfluenceServer, ConfluenceV2
from requests import HTTPError

from atlasgen.runtime.environment import Environment
from tests.serve.sending import TOKEN, serving, tracker_and_wiki

# The client warns of its own past whenever it is opened.
pytestmark = pytest.mark.filterwarnings("ignore:V1 methods are deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def world() -> Environment:
    return tracker_and_wiki(seed=3)


@pytest.fixture(scope="module")
def origin(world: Environment) -> Iterator[str]:
    with serving(world) as address:
        yield address


@pytest.fixture(autouse=True)
def environment(world: Environment) -> Environment:
    world.reset()
    return world


@pytest.fixture
def client(origin: str) -> Any:
    return ConfluenceV2(f"{origin}/wiki", username="mia@example.com", password=TOKEN)


@pytest.fixture
def old(origin: str) -> Any:
    opened: Any = ConfluenceServer
    return opened(f"{origin}/wiki", username="mia@example.com", password=TOKEN)


def told(error: HTTPError) -> tuple[int, Any]:
    """Return the status and the body of a refusal."""
    assert error.response is not None
    return error.response.status_code, error.response.json()


def test_client_walks_from_a_space_to_a_page_and_back(client: Any) -> None:
    docs = client.get_space_by_key("DOCS")
    assert client.get_space(docs["id"])["name"] == "Documentation"
    assert {space["key"] for space in client.get_spaces(sort="key", limit=1)} == {"DOCS", "ENG", "HR"}
    found = client.get_page_by_title("DOCS", "Installation")["results"]
    page = client.get_page_by_id(client.get_page_id("DOCS", "Installation"), body_format="storage")
    assert [item["id"] for item in found] == [page["id"]]
    assert page["body"]["storage"]["value"].startswith("<")
    assert page["title"] in [item["title"] for item in client.get_child_pages(page["parentId"], limit=1)]
    whole = client.get_pages(space_id=docs["id"], body_format="storage", limit=3)
    assert len({item["id"] for item in whole}) == len(whole) > 3


def test_client_creates_updates_and_deletes_a_page(client: Any) -> None:
    docs = client.get_space_by_key("DOCS")
    made = client.create_page(docs["id"], "From a client", "<p>One.</p>", parent_id=docs["homepageId"])
    document = '{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Two."}]}]}'
    now = client.update_page(
        made["id"], title="From the client", body=document, body_format="atlas_doc_format", status="current", version=1
    )
    assert (now["version"]["number"], now["version"]["message"]) == (2, "Updated via Python API")
    assert client.get_page_by_id(made["id"], body_format="storage")["body"]["storage"]["value"] == "<p>Two.</p>"
    with pytest.raises(HTTPError) as stale:
        client.update_page(made["id"], title="Late", body="<p>x</p>", status="current", version=1)
    status, body = told(stale.value)
    assert (status, body["errors"][0]["title"]) == (409, "'version.number' must be 3: the stored one is 2.")
    versions = client.get_page_versions(made["id"], limit=10)["results"]
    assert [item["number"] for item in versions] == [2, 1]
    assert client.get_page_version(made["id"], 1)["nextVersion"] == 2
    assert client.delete_page(made["id"]) is True
    assert client.get_page_by_id(made["id"])["status"] == "trashed"
    assert client.get_page_by_title("DOCS", "From the client")["results"] == []


def test_client_keeps_properties_and_reads_comments_and_labels(client: Any) -> None:
    page = client.get_page_id("DOCS", "Installation")
    client.create_page_property(page, "client.state", {"seen": True})
    assert {item["key"] for item in client.get_page_properties(page, limit=1)} >= {"review.state", "client.state"}
    (comment, *_) = client.get_page_footer_comments(page, body_format="storage", sort="created-date")
    assert comment["body"]["storage"]["value"].startswith("<p>")
    assert {label["name"] for label in client.get_page_labels(page, limit=1)} >= {"howto", "reviewed"}


def test_older_client_labels_searches_and_asks_who_people_are(client: Any, old: Any) -> None:
    page = client.get_page_id("DOCS", "Installation")
    added = old.set_page_label(page, "from-a-client")
    assert "from-a-client" in [item["name"] for item in added["results"]]
    (hit,) = old.cql('label = "from-a-client" and space = DOCS', limit=5)["results"]
    assert (hit["content"]["id"], hit["title"]) == (page, "Installation")
    old.remove_page_label(page, "from-a-client")
    assert "from-a-client" not in [label["name"] for label in client.get_page_labels(page)]
    author = client.get_page_by_id(page)["authorId"]
    assert old.get_user_details_by_accountid(author)["displayName"] == "Jonas Weber"
    found = old.cql_all("type = page order by created", limit=4)
    assert len({item["content"]["id"] for item in found}) == len(found) > 4


def test_client_is_told_what_is_wrong(client: Any, origin: str) -> None:
    with pytest.raises(HTTPError) as unknown:
        client.get_page_by_id("1")
    status, body = told(unknown.value)
    assert (status, body["errors"][0]["title"]) == (404, "There is no such page, or you may not see it.")
    with pytest.raises(HTTPError) as refused:
        ConfluenceV2(f"{origin}/wiki", username="mia@example.com", password="wrong").get_spaces()
    assert told(refused.value)[0] == 401
