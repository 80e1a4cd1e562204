"""The wiki over HTTP, in the order in which a client walks through it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from atlasgen.runtime.environment import Environment
from atlasgen.serve import http
from generated_envs.confluence import Operations
from tests.serve.sending import Send, sender

V1, V2 = "/wiki/rest/api", "/wiki/api/v2"


@pytest.fixture(scope="module")
def world() -> Environment:
    return Environment(Operations, seed=3, records=60)


@pytest.fixture
def environment(world: Environment) -> Environment:
    world.reset()
    return world


@pytest.fixture
def send(environment: Environment) -> Send:
    return sender(http.application(environment))


class Wiki:
    """Sends requests; `got` wants a status and returns the body."""

    def __init__(self, send: Send) -> None:
        self.send = send

    def got(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        response = self.send(method, path, **options)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    def get(self, path: str, wanted: int = 200, **params: Any) -> Any:
        return self.got(
            "GET", V2 + path, wanted, params={name.replace("_", "-"): value for name, value in params.items()}
        )

    def results(self, path: str, **params: Any) -> list[Any]:
        results: list[Any] = self.get(path, **params)["results"]
        return results

    def page(self, title: str, **members: Any) -> Any:
        body = {"spaceId": self.space("DOCS")["id"], "title": title, "body": text(f"<p>{title}</p>"), **members}
        return self.got("POST", V2 + "/pages", json=body)

    def space(self, key: str) -> Any:
        (space,) = self.results("/spaces", keys=key)
        return space

    def titled(self, title: str) -> Any:
        (page,) = self.results("/pages", title=title)
        return page

    def write(self, page: Any, number: int, wanted: int = 200, **members: Any) -> Any:
        body = {
            "id": page["id"], "status": "current", "title": page["title"], "body": text("<p>Anew.</p>"),
            "version": {"number": number}, **members,
        }  # fmt: skip
        return self.got("PUT", f"{V2}/pages/{page['id']}", wanted, json=body)

    def found(self, cql: str, **params: Any) -> list[str]:
        found = self.got("GET", V1 + "/search", params={"cql": cql, "limit": 100, **params})
        return [item["content"]["title"] for item in found["results"]]


@pytest.fixture
def wiki(send: Send) -> Wiki:
    return Wiki(send)


def text(value: str) -> dict[str, str]:
    return {"representation": "storage", "value": value}


def titles(results: list[Any]) -> list[str]:
    return [item["title"] for item in results]


# -- spaces ------------------------------------------------------------------------------------------------------------


def test_spaces_are_found_by_key_and_lead_to_their_home_page(wiki: Wiki) -> None:
    assert {space["key"] for space in wiki.results("/spaces")} == {"DOCS", "ENG", "HR"}
    assert [space["key"] for space in wiki.results("/spaces", keys="HR,DOCS", sort="-key")] == ["HR", "DOCS"]
    docs = wiki.space("DOCS")
    assert wiki.get(f"/spaces/{docs['id']}")["name"] == "Documentation"
    home = wiki.get(f"/pages/{docs['homepageId']}")
    assert (home["spaceId"], home["parentId"], home["parentType"]) == (docs["id"], None, None)
    assert [space["id"] for space in wiki.results("/spaces", ids=docs["id"])] == [docs["id"]]
    assert wiki.results("/spaces", status="archived") == []


def test_pages_of_a_list_follow_each_other_by_the_link_to_the_next_one(wiki: Wiki) -> None:
    docs = wiki.space("DOCS")
    whole = [page["id"] for page in wiki.results(f"/spaces/{docs['id']}/pages", limit=250)]
    found: list[str] = []
    path: str | None = f"{V2}/spaces/{docs['id']}/pages?limit=4"
    while path is not None:
        page = wiki.got("GET", path)
        found += [item["id"] for item in page["results"]]
        assert page["_links"]["base"] == "http://site.test/wiki"
        path = page["_links"].get("next")
        assert path is None or (path.startswith("/wiki/") and "cursor=" in path)
    assert found == whole
    assert len(whole) > 4


# -- pages -------------------------------------------------------------------------------------------------------------


def test_a_new_page_stands_below_the_home_page_and_is_found_everywhere(wiki: Wiki) -> None:
    page, docs = wiki.page("Where to begin"), wiki.space("DOCS")
    assert (page["parentId"], page["version"]["number"]) == (docs["homepageId"], 1)
    assert page["body"] == {"storage": text("<p>Where to begin</p>")}
    assert "labels" not in page
    assert wiki.titled("Where to begin")["id"] == page["id"]
    assert page["id"] in [item["id"] for item in wiki.results("/pages", space_id=docs["id"], limit=250)]
    assert page["id"] in [item["id"] for item in wiki.results(f"/pages/{docs['homepageId']}/children")]
    assert wiki.get(f"/pages/{page['id']}")["body"] == {}
    assert [item["id"] for item in wiki.results("/pages", sort="-id", limit=1)] == [page["id"]]


def test_lists_show_texts_in_the_format_that_is_asked_for(wiki: Wiki) -> None:
    page = wiki.page("In every form")
    for read in (f"/pages?id={page['id']}&", f"/pages/{page['id']}/versions?", f"/pages/{page['id']}/footer-comments?"):
        if "comments" in read:
            wiki.got("POST", V2 + "/footer-comments", 201, json={"pageId": page["id"], "body": text("<p>Yes</p>")})
        for form, begins in (("storage", "<p>"), ("atlas_doc_format", '{"type":"doc"')):
            (item,) = wiki.got("GET", f"{V2}{read}body-format={form}")["results"]
            body = item.get("page", item)["body"]
            assert list(body) == [form]
            assert body[form]["value"].startswith(begins)


def test_link_to_the_next_page_keeps_the_format(wiki: Wiki) -> None:
    first = wiki.get("/pages", limit=1, body_format="atlas_doc_format")
    assert "body-format=atlas_doc_format" in first["_links"]["next"]
    (item,) = wiki.got("GET", first["_links"]["next"])["results"]
    assert list(item["body"]) == ["atlas_doc_format"]


def test_a_version_follows_the_newest_one_or_is_refused(wiki: Wiki, environment: Environment) -> None:
    page = wiki.page("Minutes")
    before = environment.digest()
    for stale in (1, 3, 0):
        (error,) = wiki.write(page, stale, 409)["errors"]
        assert (error["status"], error["code"]) == (409, "CONFLICT")
        assert "must be 2" in error["title"]
    assert environment.digest() == before
    now = wiki.write(page, 2, title="Minutes of May", version={"number": 2, "message": "The month"})
    assert (now["title"], now["version"]["number"], now["version"]["message"]) == ("Minutes of May", 2, "The month")
    assert wiki.get(f"/pages/{page['id']}", body_format="storage")["body"]["storage"] == text("<p>Anew.</p>")
    assert wiki.write(page, 3)["version"]["message"] == ""
    wiki.write(page, 2, 409)


def test_renaming_makes_a_version_without_a_message(wiki: Wiki) -> None:
    page = wiki.page("Draft of a name")
    wiki.write(page, 2, version={"number": 2, "message": "Said"})
    body = {"status": "current", "title": "A name"}
    now = wiki.got("PUT", f"{V2}/pages/{page['id']}/title", json=body)
    assert (now["title"], now["version"]["number"], now["version"]["message"]) == ("A name", 3, "")
    assert wiki.get(f"/pages/{page['id']}", body_format="storage")["body"]["storage"] == text("<p>Anew.</p>")


def test_old_versions_are_kept_and_can_be_read(wiki: Wiki) -> None:
    page = wiki.page("How it was")
    wiki.write(page, 2, title="How it is")
    here = f"/pages/{page['id']}"
    assert [item["number"] for item in wiki.results(f"{here}/versions")] == [2, 1]
    assert [item["number"] for item in wiki.results(f"{here}/versions", sort="modified-date")] == [1, 2]
    old = wiki.get(here, version=1, body_format="storage")
    assert (old["title"], old["status"], old["version"]["number"]) == ("How it was", "historical", 1)
    assert old["body"]["storage"] == text("<p>How it was</p>")
    new = wiki.get(here, version=2, body_format="atlas_doc_format")
    assert (new["title"], new["status"]) == ("How it is", "current")
    assert "Anew." in new["body"]["atlas_doc_format"]["value"]
    wiki.get(here, 404, version=3)
    first, second = (wiki.get(f"{here}/versions/{number}") for number in (1, 2))
    assert ("prevVersion" in first, first["nextVersion"]) == (False, 2)
    assert (second["prevVersion"], "nextVersion" in second) == (1, False)
    assert second["collaborators"] == [second["authorId"]]
    wiki.get(f"{here}/versions/3", 404)


def test_versions_of_one_page_are_not_those_of_another(wiki: Wiki) -> None:
    one, other = wiki.page("One"), wiki.page("Other")
    wiki.write(one, 2)
    wiki.get(f"/pages/{one['id']}/versions/2")
    wiki.get(f"/pages/{other['id']}/versions/2", 404)


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"id": "1"}, 400),
        ({"title": "Installation"}, 400),
        ({"status": "draft"}, 400),
        ({"parentId": "1"}, 404),
        ({"spaceId": "1"}, 404),
        ({"ownerId": "nobody"}, 400),
        ({"version": {}}, 400),
    ],
    ids=["another id", "a title that is taken", "no draft again", "no parent", "no space", "no owner", "no number"],
)
def test_an_update_that_cannot_be_is_refused_and_changes_nothing(
    wiki: Wiki, environment: Environment, members: dict[str, Any], status: int
) -> None:
    page = wiki.page("As it is")
    before = environment.digest()
    wiki.write(page, 2, status, **members)
    assert environment.digest() == before


def test_all_faults_of_a_page_are_told_at_once(wiki: Wiki) -> None:
    body = {"spaceId": "1", "title": "Installation", "parentId": "2", "body": text("x")}
    told = wiki.got("POST", V2 + "/pages", 404, json=body)["errors"]
    assert [error["title"] for error in told] == [
        "'spaceId': there is no such space.", "'parentId': there is no such page.",
    ]  # fmt: skip


# -- trees -------------------------------------------------------------------------------------------------------------


def test_a_page_is_reached_from_above_and_sees_what_is_above_it(wiki: Wiki) -> None:
    docs = wiki.space("DOCS")
    way = ["Documentation Home", "Guides", "Installation", "Troubleshooting the installation"]
    page = wiki.get(f"/pages/{docs['homepageId']}")
    for title in way[1:]:
        (page,) = [item for item in wiki.results(f"/pages/{page['id']}/children") if item["title"] == title]
    above = wiki.results(f"/pages/{page['id']}/ancestors")
    assert titles([wiki.get(f"/pages/{item['id']}") for item in above]) == way[:3]
    assert {item["type"] for item in above} == {"page"}
    nearest = wiki.get(f"/pages/{page['id']}/ancestors", limit=1)
    assert nearest["results"] == above[-1:]
    assert "next" not in nearest["_links"]


def test_both_lists_of_children_show_the_same_pages(wiki: Wiki) -> None:
    parent = wiki.titled("Guides")["id"]
    children = wiki.results(f"/pages/{parent}/children", sort="-id")
    direct = wiki.results(f"/pages/{parent}/direct-children", sort="-id")
    assert [item | {"type": "page"} for item in children] == direct
    assert len(direct) > 1
    assert [item["title"] for item in wiki.results(f"/pages/{parent}/direct-children", sort="title")] == sorted(
        titles(direct), key=str.casefold
    )


def test_a_page_moves_below_another_one_but_never_below_itself(wiki: Wiki) -> None:
    one = wiki.page("One")
    below = wiki.page("Below one", parentId=one["id"])
    other = wiki.page("Other")
    assert wiki.write(below, 2, parentId=other["id"])["parentId"] == other["id"]
    assert titles(wiki.results(f"/pages/{other['id']}/children")) == ["Below one"]
    assert wiki.results(f"/pages/{one['id']}/children") == []
    (error,) = wiki.write(other, 2, 400, parentId=below["id"])["errors"]
    assert error["title"] == "A page cannot stand below itself."
    wiki.write(other, 2, 400, parentId=other["id"])
    wiki.write(other, 2, 400, parentId=wiki.space("HR")["homepageId"])


# -- labels ------------------------------------------------------------------------------------------------------------


def test_labels_are_added_in_both_forms_and_each_stands_once(wiki: Wiki) -> None:
    page = wiki.page("Labelled")
    path = f"{V1}/content/{page['id']}/label"
    many = wiki.got("POST", path, json=[{"prefix": "global", "name": name} for name in ("alpha", "beta", "alpha")])
    assert ([item["label"] for item in many["results"]], many["size"]) == (["alpha", "beta"], 2)
    one = wiki.got("POST", path, json={"prefix": "global", "name": "gamma"})
    assert [item["name"] for item in one["results"]] == ["alpha", "beta", "gamma"]
    again = wiki.got("POST", path, json={"prefix": "global", "name": "beta"})
    assert [item["id"] for item in again["results"]] == [item["id"] for item in one["results"]]
    read = wiki.results(f"/pages/{page['id']}/labels")
    assert read == [{key: item[key] for key in ("id", "name", "prefix")} for item in one["results"]]
    assert wiki.get(f"/pages/{page['id']}", include_labels="true")["labels"]["results"] == read


def test_a_label_leads_to_its_pages(wiki: Wiki) -> None:
    page = wiki.page("Labelled")
    made = wiki.got("POST", f"{V1}/content/{page['id']}/label", json={"prefix": "global", "name": "singular"})
    (label,) = made["results"]
    assert titles(wiki.results(f"/labels/{label['id']}/pages")) == ["Labelled"]
    assert wiki.results(f"/labels/{label['id']}/pages", space_id=wiki.space("HR")["id"]) == []
    assert label["id"] in [item["id"] for item in wiki.results("/labels", sort="-id", limit=1)]
    assert wiki.found("label = singular") == ["Labelled"]
    wiki.got("DELETE", f"{V2}/pages/{page['id']}", 204)
    assert wiki.results(f"/labels/{label['id']}/pages") == []


@pytest.mark.parametrize("form", ["path", "query"])
def test_a_label_is_taken_off_once(wiki: Wiki, form: str) -> None:
    page = wiki.page("Labelled")
    path = f"{V1}/content/{page['id']}/label"
    wiki.got("POST", path, json=[{"prefix": "global", "name": name} for name in ("keep", "drop it")])
    gone = {"params": {"name": "drop it"}} if form == "query" else {}
    where = path if form == "query" else f"{path}/{quote('drop it')}"
    wiki.got("DELETE", where, 204, **gone)
    assert [item["name"] for item in wiki.results(f"/pages/{page['id']}/labels")] == ["keep"]
    assert wiki.got("DELETE", where, 404, **gone) == {
        "statusCode": 404, "message": "There is no such label, or you may not see it.",
    }  # fmt: skip


# -- comments ----------------------------------------------------------------------------------------------------------


def test_comments_are_answered_changed_and_deleted(wiki: Wiki) -> None:
    page = wiki.page("Discussed")
    here = f"/pages/{page['id']}/footer-comments"

    def say(body: dict[str, Any], status: int = 201) -> Any:
        return wiki.got("POST", V2 + "/footer-comments", status, json=body)

    first = say({"pageId": page["id"], "body": text("<p>Why?</p>")})
    answer = say({"parentCommentId": first["id"], "body": {"wiki": {"representation": "wiki", "value": "*Because*"}}})
    assert (first["title"], answer["pageId"]) == ("Re: Discussed", page["id"])
    assert answer["body"]["storage"]["value"] == "<p><strong>Because</strong></p>"
    assert [item["id"] for item in wiki.results(here)] == [first["id"]]
    children = f"/footer-comments/{first['id']}/children"
    assert [item["id"] for item in wiki.results(children)] == [answer["id"]]

    body = {"version": {"number": 2, "message": "Politely"}, "body": text("<p>Why, please?</p>")}
    changed = wiki.got("PUT", f"{V2}/footer-comments/{first['id']}", json=body)
    assert (changed["version"]["number"], changed["version"]["message"]) == (2, "Politely")
    wiki.got("PUT", f"{V2}/footer-comments/{first['id']}", 409, json=body)
    read = wiki.get(f"/footer-comments/{first['id']}", body_format="storage")
    assert read["body"]["storage"] == text("<p>Why, please?</p>")

    wiki.got("DELETE", f"{V2}/footer-comments/{first['id']}", 204)
    wiki.get(f"/footer-comments/{first['id']}", 404)
    assert [item["id"] for item in wiki.results(here)] == [answer["id"]]  # it moved up
    assert "parentCommentId" not in wiki.get(f"/footer-comments/{answer['id']}")


def test_a_comment_needs_a_place_and_cannot_stand_in_two(wiki: Wiki) -> None:
    one, other = wiki.page("One"), wiki.page("Other")
    path = V2 + "/footer-comments"
    first = wiki.got("POST", path, 201, json={"pageId": one["id"], "body": text("x")})
    wiki.got("POST", path, 400, json={"body": text("x")})
    wiki.got("POST", path, 400, json={"pageId": one["id"]})
    wiki.got("POST", path, 404, json={"pageId": "1", "body": text("x")})
    wiki.got("POST", path, 404, json={"parentCommentId": "1", "body": text("x")})
    wiki.got("POST", path, 400, json={"pageId": other["id"], "parentCommentId": first["id"], "body": text("x")})
    wiki.got("POST", path, 201, json={"pageId": one["id"], "parentCommentId": first["id"], "body": text("x")})


# -- properties and attachments ----------------------------------------------------------------------------------------


def test_a_property_is_unique_on_its_page_and_counts_its_versions(wiki: Wiki) -> None:
    one, other = wiki.page("One"), wiki.page("Other")
    here = f"/pages/{one['id']}/properties"
    state = {"key": "state", "value": {"done": [1, None, True]}}
    made = wiki.got("POST", V2 + here, json=state)
    assert (made["value"], made["version"]["number"]) == (state["value"], 1)
    wiki.got("POST", V2 + here, 400, json=state)
    wiki.got("POST", f"{V2}/pages/{other['id']}/properties", json=state)
    wiki.got("POST", V2 + here, json={"key": "other", "value": None})
    assert [item["key"] for item in wiki.results(here, sort="-key")] == ["state", "other"]
    assert [item["id"] for item in wiki.results(here, key="state")] == [made["id"]]

    item = f"{here}/{made['id']}"
    body = {"key": "state", "value": 3, "version": {"number": 2, "message": "Counted"}}
    assert wiki.got("PUT", V2 + item, json=body)["version"]["number"] == 2
    wiki.got("PUT", V2 + item, 409, json=body)
    wiki.got("PUT", V2 + item, 400, json={**body, "key": "other", "version": {"number": 3}})
    assert (wiki.get(item)["value"], wiki.get(item)["version"]["message"]) == (3, "Counted")
    wiki.get(f"/pages/{other['id']}/properties/{made['id']}", 404)
    shown = wiki.get(f"/pages/{one['id']}", include_properties="true")["properties"]["results"]
    assert [prop["key"] for prop in shown] == ["state", "other"]
    wiki.got("DELETE", V2 + item, 204)
    wiki.get(item, 404)
    assert [prop["key"] for prop in wiki.results(here)] == ["other"]


def test_attachments_of_a_page_are_listed_and_found_by_name(wiki: Wiki) -> None:
    here = f"/pages/{wiki.titled('Installation')['id']}/attachments"
    (plan,) = wiki.results(here, filename="network-plan.pdf")
    assert plan["id"].startswith("att")
    assert wiki.results(here, mediaType="application/pdf", filename="nothing.pdf") == []
    read = wiki.get(f"/attachments/{plan['id']}")
    assert {key: read[key] for key in plan if key != "_links"} == {key: plan[key] for key in plan if key != "_links"}
    wiki.get("/attachments/att0", 404)


# -- people and search -------------------------------------------------------------------------------------------------


def test_who_is_asking_wrote_what_is_written(wiki: Wiki) -> None:
    me = wiki.got("GET", V1 + "/user/current")
    assert (me["displayName"], me["type"], len(me["accountId"])) == ("Mia Keller", "known", 24)
    assert wiki.got("GET", V1 + "/user", params={"accountId": me["accountId"]}) == me
    page = wiki.titled("On-call duty")
    assert page["version"]["authorId"] != me["accountId"]
    now = wiki.write(page, page["version"]["number"] + 1)
    assert now["version"]["authorId"] == me["accountId"]
    assert now["authorId"] == page["authorId"]


def test_search_finds_by_space_type_label_title_and_text(wiki: Wiki) -> None:
    page = wiki.page("Zebra crossing", body=text("<p>Stripes are <strong>safe</strong>.</p>"))
    wiki.got("POST", f"{V1}/content/{page['id']}/label", json={"prefix": "global", "name": "howto"})
    assert wiki.found('space = DOCS and type = page and label = "howto" and title ~ "zebra"') == ["Zebra crossing"]
    assert wiki.found('text ~ "stripes"') == ["Zebra crossing"]
    assert wiki.found("space = HR and title ~ zebra") == []
    assert set(wiki.found("space = DOCS and label = howto")) >= {"Guides", "Installation", "Zebra crossing"}
    hit = wiki.got("GET", V1 + "/search", params={"cql": "title = 'Zebra crossing'"})
    assert (hit["cqlQuery"], hit["totalSize"], hit["size"], hit["start"]) == ("title = 'Zebra crossing'", 1, 1, 0)
    (result,) = hit["results"]
    assert result["excerpt"] == "Stripes are safe."
    assert result["resultGlobalContainer"]["title"] == "Documentation"
    content = wiki.got("GET", V1 + "/content/search", params={"cql": "title = 'Zebra crossing'"})["results"]
    assert [result["content"]] == content


def test_search_comes_in_pages_of_both_kinds(wiki: Wiki) -> None:
    query = {"cql": "type = page order by created", "limit": 3}
    for path in ("/search", "/content/search"):
        whole = wiki.got("GET", V1 + path, params={**query, "limit": 1000})["results"]
        found: list[Any] = []
        answer = wiki.got("GET", V1 + path, params=query)
        while True:
            found += answer["results"]
            following = answer["_links"].get("next")
            if following is None:
                break
            assert following.startswith("/wiki/rest/api/")
            answer = wiki.got("GET", following)
        assert found == whole
        assert len(found) > 3


@pytest.mark.parametrize("cql", ["space =", "space = NOWHERE", "colour = red", ""])
def test_a_query_that_cannot_be_is_refused_as_version_1_does(wiki: Wiki, cql: str) -> None:
    for path in ("/search", "/content/search"):
        told = wiki.got("GET", V1 + path, 400, params={"cql": cql})
        assert told.keys() == {"statusCode", "message"}
        assert told["statusCode"] == 400


# -- deletion ----------------------------------------------------------------------------------------------------------


def test_a_page_goes_to_the_trash_and_its_children_move_up(wiki: Wiki) -> None:
    parent = wiki.page("Parent")
    child = wiki.page("Child", parentId=parent["id"])
    here = f"{V2}/pages/{parent['id']}"
    wiki.got("DELETE", here, 204)
    assert wiki.got("GET", here)["status"] == "trashed"
    assert wiki.results("/pages", title="Parent") == []
    assert titles(wiki.results("/pages", title="Parent", status="trashed")) == ["Parent"]
    assert wiki.get(f"/pages/{child['id']}")["parentId"] == parent["parentId"]
    assert "Parent" not in titles(wiki.results(f"/pages/{parent['parentId']}/children"))
    assert "Parent" not in titles(wiki.results(f"/pages/{parent['parentId']}/direct-children"))
    assert wiki.found("title = Parent") == []
    wiki.got("DELETE", here, 404)
    assert wiki.page("Parent")["id"] != parent["id"]  # its title is free again


def test_only_a_page_in_the_trash_can_be_purged_and_takes_with_it_what_is_below(wiki: Wiki) -> None:
    page = wiki.page("Parent")
    here = f"{V2}/pages/{page['id']}"
    comment = wiki.got("POST", V2 + "/footer-comments", 201, json={"pageId": page["id"], "body": text("x")})
    wiki.got("DELETE", here, 400, params={"purge": "true"})
    wiki.got("DELETE", here, 204)
    wiki.get(f"/footer-comments/{comment['id']}")
    wiki.got("DELETE", here, 204, params={"purge": "true"})
    wiki.got("GET", here, 404)
    wiki.get(f"/footer-comments/{comment['id']}", 404)
    wiki.get(f"/pages/{page['id']}/versions", 404)


def test_a_page_in_the_trash_is_restored_by_its_next_version(wiki: Wiki) -> None:
    page = wiki.page("Back again")
    wiki.got("DELETE", f"{V2}/pages/{page['id']}", 204)
    assert wiki.write(page, 2)["status"] == "current"
    assert titles(wiki.results("/pages", title="Back again")) == ["Back again"]


def test_a_draft_is_discarded_for_good(wiki: Wiki) -> None:
    draft, page = wiki.page("Not yet", status="draft"), wiki.page("Already")
    assert wiki.results("/pages", title="Not yet") == []
    wiki.got("DELETE", f"{V2}/pages/{page['id']}", 404, params={"draft": "true"})
    wiki.got("DELETE", f"{V2}/pages/{draft['id']}", 204, params={"draft": "true"})
    wiki.get(f"/pages/{draft['id']}", 404)
    wiki.get(f"/pages/{page['id']}")


def test_a_draft_is_published_by_an_update(wiki: Wiki) -> None:
    draft = wiki.page("Not yet", status="draft")
    assert wiki.write(draft, 2, title="Now")["status"] == "current"
    assert titles(wiki.results("/pages", title="Now")) == ["Now"]
