"""A walk through the whole wiki, as a client takes it: each operation, with every status that it can answer."""

from __future__ import annotations

from typing import Any, Protocol

from atlasgen.serve import http

V1, V2 = "/wiki/rest/api", "/wiki/api/v2"
SPACES, PAGES, LABELS, COMMENTS, FILES = (
    f"{V2}/{name}" for name in ("spaces", "pages", "labels", "footer-comments", "attachments")
)
CONTENT, SEARCH = f"{V1}/content", f"{V1}/search"
STORAGE = {"representation": "storage", "value": "<p>Begin.</p>"}
NOBODY = "1"


class Play(Protocol):
    """Sends one request that is to be answered with a status, and returns the body of the answer."""

    def __call__(
        self, operation: str, method: str, path: str, status: int, *, valid: bool = True, **options: Any
    ) -> Any: ...


def walk(play: Play) -> None:
    """Play every operation of the wiki."""
    played: dict[str, tuple[str, str, dict[str, Any]]] = {}

    def noting(operation: str, method: str, path: str, status: int, **options: Any) -> Any:
        played.setdefault(operation, (method, path, {key: item for key, item in options.items() if key != "valid"}))
        return play(operation, method, path, status, **options)

    docs = spaces(noting)
    first, second = pages(noting, docs)
    trees(noting, first, second)
    versions(noting, first)
    labels(noting, first, second)
    comments(noting, first)
    properties(noting, first)
    files(noting)
    people(noting)
    searches(noting)
    deletions(noting, first, second)
    for operation, (method, path, options) in played.items():
        play(operation, method, path, 401, valid=False, **{**options, "auth": None})
    page = {"spaceId": docs, "title": "x"}
    play("createPage", "POST", PAGES, 415, valid=False, content=b"{}", headers={"content-type": "text/plain"})
    play("getPageById", "PATCH", f"{PAGES}/{first}", 405, valid=False, json=page)


def spaces(play: Play) -> str:
    (docs,) = play("getSpaces", "GET", SPACES, 200, params={"keys": "DOCS", "type": "global"})["results"]
    for sort in ("id", "-id", "key", "-key", "name", "-name"):
        play("getSpaces", "GET", SPACES, 200, params={"sort": sort, "status": "current", "limit": 2})
    play("getSpaces", "GET", SPACES, 200, params={"ids": [docs["id"], "7"]})
    play("getSpaces", "GET", SPACES, 400, valid=False, params={"sort": "size"})
    play("getSpaces", "GET", SPACES, 400, params={"cursor": "none"})
    play("getSpaceById", "GET", f"{SPACES}/{docs['id']}", 200)
    play("getPageById", "GET", f"{PAGES}/{docs['homepageId']}", 200)
    play("getPagesInSpace", "GET", f"{SPACES}/{docs['id']}/pages", 200)
    play("getSpaceById", "GET", f"{SPACES}/DOCS", 400, valid=False)
    play("getSpaceById", "GET", f"{SPACES}/{NOBODY}", 404)
    return str(docs["id"])


def pages(play: Play, docs: str) -> tuple[str, str]:
    page = {"spaceId": docs, "title": "A first page", "body": STORAGE}
    first = play("createPage", "POST", PAGES, 200, json=page)["id"]
    below = {"spaceId": docs, "title": "A second page", "parentId": first, "body": {"storage": STORAGE}}
    second = play("createPage", "POST", PAGES, 200, json=below)["id"]
    draft = play("createPage", "POST", PAGES, 200, json={"spaceId": docs, "status": "draft"})["id"]
    play("createPage", "POST", PAGES, 400, json=page)
    play("createPage", "POST", PAGES, 400, json={"spaceId": docs})
    play("createPage", "POST", PAGES, 404, json={"spaceId": NOBODY, "title": "Nowhere"})
    play("createPage", "POST", PAGES, 404, json={**below, "title": "An orphan", "parentId": NOBODY})
    play("createPage", "POST", PAGES, 400, valid=False, json={"title": "Nowhere"})
    play("createPage", "POST", PAGES, 400, valid=False, json={**page, "status": "lost"})
    play("createPage", "POST", PAGES, 400, valid=False, json={**page, "body": "text"})
    play("createPage", "POST", PAGES, 413, valid=False, content=b" " * (http.MAX_BODY + 1))

    for id in (first, second, draft):
        here = f"{PAGES}/{id}"
        play("getPageById", "GET", here, 200)
        for form in ("storage", "atlas_doc_format"):
            play("getPageById", "GET", here, 200, params={"body-format": form})
    play("getPageById", "GET", f"{PAGES}/{NOBODY}", 404)
    play("getPageById", "GET", f"{PAGES}/first", 400, valid=False)
    play("getPageById", "GET", f"{PAGES}/{first}", 400, valid=False, params={"body-format": "pdf"})
    all_of_it = {"include-labels": "true", "include-properties": "true", "include-versions": "true"}
    play("getPageById", "GET", f"{PAGES}/{first}", 200, params=all_of_it)

    for sort in ("id", "-created-date", "modified-date", "-title"):
        play("getPages", "GET", PAGES, 200, params={"sort": sort, "limit": 3, "body-format": "storage"})
    play("getPages", "GET", PAGES, 200, params={"title": "A first page", "space-id": docs, "status": "current"})
    play("getPages", "GET", PAGES, 200, params={"id": [first, draft], "body-format": "atlas_doc_format"})
    play("getPages", "GET", PAGES, 400, valid=False, params={"limit": 0})
    play("getPagesInSpace", "GET", f"{SPACES}/{docs}/pages", 200, params={"limit": 2})
    play("getPagesInSpace", "GET", f"{SPACES}/{docs}/pages", 400, valid=False, params={"limit": 251})
    play("getPagesInSpace", "GET", f"{SPACES}/{NOBODY}/pages", 404)

    here, told = f"{PAGES}/{first}", {"number": 2, "message": "Better."}
    text = {"id": first, "status": "current", "title": "A first page", "body": STORAGE, "version": told}
    play("updatePage", "PUT", here, 200, json=text)
    play("updatePage", "PUT", here, 409, json=text)
    play("updatePage", "PUT", here, 400, json={**text, "id": second, "version": {"number": 3}})
    play("updatePage", "PUT", here, 400, valid=False, json={"title": "Alone"})
    play("updatePage", "PUT", here, 404, json={**text, "parentId": NOBODY, "version": {"number": 3}})
    play("updatePage", "PUT", f"{PAGES}/{NOBODY}", 404, json=text)
    named = {"status": "current", "title": "The first page"}
    play("updatePageTitle", "PUT", f"{here}/title", 200, json=named)
    play("updatePageTitle", "PUT", f"{here}/title", 400, json={**named, "title": "A second page"})
    play("updatePageTitle", "PUT", f"{PAGES}/{NOBODY}/title", 404, json=named)
    return str(first), str(second)


def trees(play: Play, first: str, second: str) -> None:
    reads = {"getChildPages": "children", "getPageDirectChildren": "direct-children"}
    for operation, name in reads.items():
        for sort in ("created-date", "-id", "child-position", "-modified-date"):
            play(operation, "GET", f"{PAGES}/{first}/{name}", 200, params={"sort": sort})
        play(operation, "GET", f"{PAGES}/{first}/{name}", 400, valid=False, params={"sort": "size"})
        play(operation, "GET", f"{PAGES}/{NOBODY}/{name}", 404)
    above = play("getPageAncestors", "GET", f"{PAGES}/{second}/ancestors", 200)["results"]
    assert [item["id"] for item in above][-1] == first
    play("getPageAncestors", "GET", f"{PAGES}/{second}/ancestors", 400, valid=False, params={"limit": 0})
    play("getPageAncestors", "GET", f"{PAGES}/{NOBODY}/ancestors", 404)


def versions(play: Play, page: str) -> None:
    here = f"{PAGES}/{page}/versions"
    play("getPageVersions", "GET", here, 200)
    for text in ("storage", "atlas_doc_format"):
        play("getPageVersions", "GET", here, 200, params={"body-format": text, "sort": "modified-date", "limit": 1})
    play("getPageVersions", "GET", here, 400, valid=False, params={"sort": "author"})
    play("getPageVersions", "GET", f"{PAGES}/{NOBODY}/versions", 404)
    for number in (1, 2):
        play("getPageVersionDetails", "GET", f"{here}/{number}", 200)
        play("getPageById", "GET", f"{PAGES}/{page}", 200, params={"version": number, "body-format": "storage"})
    play("getPageVersionDetails", "GET", f"{here}/last", 400, valid=False)
    play("getPageVersionDetails", "GET", f"{here}/99", 404)
    play("getPageById", "GET", f"{PAGES}/{page}", 404, params={"version": 99})


def labels(play: Play, first: str, second: str) -> None:
    here = f"{CONTENT}/{first}/label"
    one, other = ({"prefix": "global", "name": name} for name in ("quick", "slow/steady"))
    play("addLabelsToContent", "POST", here, 200, json=[one, other])
    play("addLabelsToContent", "POST", here, 200, json=one)
    play("addLabelsToContent", "POST", f"{CONTENT}/{second}/label", 200, json=one)
    play("addLabelsToContent", "POST", here, 400, json={**one, "name": ""})
    play("addLabelsToContent", "POST", here, 400, valid=False, json=[{"prefix": "global"}])
    play("addLabelsToContent", "POST", f"{CONTENT}/{NOBODY}/label", 404, json=one)
    read = f"{PAGES}/{first}/labels"
    play("getPageLabels", "GET", read, 200, params={"sort": "-name", "limit": 1})
    play("getPageLabels", "GET", read, 200, params={"prefix": "my"})
    play("getPageLabels", "GET", read, 400, valid=False, params={"prefix": "our"})
    play("getPageLabels", "GET", f"{PAGES}/{NOBODY}/labels", 404)
    found = play("getLabels", "GET", LABELS, 200, params={"prefix": "global", "sort": "name"})["results"]
    id = next(item["id"] for item in found if item["name"] == "quick")
    play("getLabels", "GET", LABELS, 200, params={"label-id": id})
    play("getLabels", "GET", LABELS, 400, valid=False, params={"label-id": "quick"})
    play("getLabelPages", "GET", f"{LABELS}/{id}/pages", 200, params={"body-format": "storage", "sort": "title"})
    play("getLabelPages", "GET", f"{LABELS}/{id}/pages", 400, valid=False, params={"limit": 0})
    play("getLabelPages", "GET", f"{LABELS}/{NOBODY}/pages", 404)
    by_query = "removeLabelFromContentUsingQueryParameter"
    play(by_query, "DELETE", here, 204, params={"name": "slow/steady"})
    play(by_query, "DELETE", here, 404, params={"name": "slow/steady"})
    play(by_query, "DELETE", here, 400, valid=False)
    play("removeLabelFromContent", "DELETE", f"{here}/quick", 204)
    play("removeLabelFromContent", "DELETE", f"{here}/quick", 404)


def comments(play: Play, page: str) -> None:
    comment = {"pageId": page, "body": STORAGE}
    first = play("createFooterComment", "POST", COMMENTS, 201, json=comment)["id"]
    answer = {"parentCommentId": first, "body": {"storage": STORAGE}}
    second = play("createFooterComment", "POST", COMMENTS, 201, json=answer)["id"]
    play("createFooterComment", "POST", COMMENTS, 400, json={"body": STORAGE})
    play("createFooterComment", "POST", COMMENTS, 404, json={**comment, "pageId": NOBODY})
    play("createFooterComment", "POST", COMMENTS, 404, json={**answer, "parentCommentId": NOBODY})
    here, below = f"{PAGES}/{page}/footer-comments", f"{COMMENTS}/{first}/children"
    for operation, path in (("getPageFooterComments", here), ("getFooterCommentChildren", below)):
        for sort in ("created-date", "-modified-date"):
            for form in ("storage", "atlas_doc_format"):
                play(operation, "GET", path, 200, params={"sort": sort, "body-format": form})
        play(operation, "GET", path, 400, valid=False, params={"body-format": "pdf"})
        play(operation, "GET", path.replace(page, NOBODY).replace(first, NOBODY), 404)
    for id in (first, second):
        play("getFooterCommentById", "GET", f"{COMMENTS}/{id}", 200)
        play("getFooterCommentById", "GET", f"{COMMENTS}/{id}", 200, params={"body-format": "atlas_doc_format"})
    play("getFooterCommentById", "GET", f"{COMMENTS}/first", 400, valid=False)
    play("getFooterCommentById", "GET", f"{COMMENTS}/{NOBODY}", 404)
    text = {"version": {"number": 2}, "body": STORAGE}
    play("updateFooterComment", "PUT", f"{COMMENTS}/{first}", 200, json=text)
    play("updateFooterComment", "PUT", f"{COMMENTS}/{first}", 409, json=text)
    play("updateFooterComment", "PUT", f"{COMMENTS}/{first}", 400, json={"version": {"number": 3}})
    play("updateFooterComment", "PUT", f"{COMMENTS}/{NOBODY}", 404, json=text)
    play("deleteFooterComment", "DELETE", f"{COMMENTS}/{first}", 204)
    play("deleteFooterComment", "DELETE", f"{COMMENTS}/{first}", 404)
    play("deleteFooterComment", "DELETE", f"{COMMENTS}/first", 400, valid=False)
    play("getFooterCommentById", "GET", f"{COMMENTS}/{second}", 200)
    play("getPageFooterComments", "GET", here, 200)


def properties(play: Play, page: str) -> None:
    here, nowhere = f"{PAGES}/{page}/properties", f"{PAGES}/{NOBODY}/properties"
    state = {"key": "review.state", "value": {"done": True}}
    id = play("createPageProperty", "POST", here, 200, json=state)["id"]
    play("createPageProperty", "POST", here, 200, json={"key": "empty", "value": None})
    play("createPageProperty", "POST", here, 400, json=state)
    play("createPageProperty", "POST", nowhere, 404, json=state)
    play("getPageContentProperties", "GET", here, 200, params={"sort": "-key"})
    play("getPageContentProperties", "GET", here, 200, params={"key": "review.state"})
    play("getPageContentProperties", "GET", here, 400, valid=False, params={"sort": "value"})
    play("getPageContentProperties", "GET", nowhere, 404)
    play("getPageContentPropertiesById", "GET", f"{here}/{id}", 200)
    play("getPageContentPropertiesById", "GET", f"{here}/first", 400, valid=False)
    play("getPageContentPropertiesById", "GET", f"{nowhere}/{id}", 404)
    changed = {"key": "review.state", "value": 3, "version": {"number": 2, "message": "Counted."}}
    play("updatePagePropertyById", "PUT", f"{here}/{id}", 200, json=changed)
    play("updatePagePropertyById", "PUT", f"{here}/{id}", 409, json=changed)
    play("updatePagePropertyById", "PUT", f"{here}/{id}", 400, json={"value": 4})
    play("updatePagePropertyById", "PUT", f"{here}/{NOBODY}", 404, json=changed)
    play("deletePagePropertyById", "DELETE", f"{here}/{id}", 204)
    play("deletePagePropertyById", "DELETE", f"{here}/{id}", 404)
    play("deletePagePropertyById", "DELETE", f"{here}/first", 400, valid=False)


def files(play: Play) -> None:
    (page,) = play("getPages", "GET", PAGES, 200, params={"title": "Installation"})["results"]
    here = f"{PAGES}/{page['id']}/attachments"
    (plan,) = play("getPageAttachments", "GET", here, 200, params={"filename": "network-plan.pdf"})["results"]
    for sort in ("created-date", "-modified-date"):
        play("getPageAttachments", "GET", here, 200, params={"sort": sort, "mediaType": "application/pdf"})
    play("getPageAttachments", "GET", here, 400, valid=False, params={"status": "lost"})
    play("getPageAttachments", "GET", f"{PAGES}/{NOBODY}/attachments", 404)
    play("getAttachmentById", "GET", f"{FILES}/{plan['id']}", 200)
    play("getAttachmentById", "GET", f"{FILES}/att0", 404)


def people(play: Play) -> None:
    me = play("getCurrentUser", "GET", f"{V1}/user/current", 200)
    play("getUser", "GET", f"{V1}/user", 200, params={"accountId": me["accountId"]})
    play("getUser", "GET", f"{V1}/user", 400, valid=False)
    play("getUser", "GET", f"{V1}/user", 404, params={"accountId": "0"})


def searches(play: Play) -> None:
    for operation, path in (("searchByCQL", SEARCH), ("searchContentByCQL", f"{CONTENT}/search")):
        for cql in ("space = DOCS and type = page order by created", "label = howto", "title ~ nothing"):
            play(operation, "GET", path, 200, params={"cql": cql, "limit": 2})
        play(operation, "GET", path, 400, params={"cql": "space ="})
        play(operation, "GET", path, 400, params={"cql": "space = NOWHERE"})
        play(operation, "GET", path, 400, valid=False)


def deletions(play: Play, first: str, second: str) -> None:
    here = f"{PAGES}/{first}"
    play("deletePage", "DELETE", here, 400, params={"purge": "true"})
    play("deletePage", "DELETE", here, 204)
    play("deletePage", "DELETE", here, 404)
    play("getPageById", "GET", here, 200)
    play("getPages", "GET", PAGES, 200, params={"status": "trashed"})
    play("deletePage", "DELETE", here, 204, params={"purge": "true"})
    play("getPageById", "GET", here, 404)
    play("getPageById", "GET", f"{PAGES}/{second}", 200)
