"""The control plane of a server: episodes are looked at, begun anew, saved and brought back, below `/_atlasgen/`.

| request | does |
|---|---|
| `GET /` | a page that shows the rest |
| `GET /episodes` | lists the episodes |
| `GET /calls` | the last requests and their answers, the latest first (`limit`) |
| `GET /diff` | what an episode has changed since it began |
| `GET /export` | the state of an episode, as a world file |
| `POST /reset` | lets an episode begin anew; without `episode`, forgets all |
| `POST /seed` | the same in the world of another seed: `{"seed": 7}` |
| `POST /import` | lets an episode begin in the world that the body holds |

`episode` in the query names one. It has a token of its own, as a bearer or as the password of Basic.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, encode
from atlasgen.runtime import worldfile
from atlasgen.runtime.environment import Environment
from atlasgen.runtime.world import Layer
from atlasgen.serve.bodies import Disconnected, TooLarge, read_body
from atlasgen.serve.calllog import CallLog
from atlasgen.serve.episodes import Episodes
from atlasgen.serve.guard import CONTROL, credential
from atlasgen.spec.parse import parse_json

MAX_BODY: Final = 128 * 2**20
"""How many bytes of a world are read."""

_SHOWN = 100  # calls and episodes of one answer, if no number is asked for
_CHALLENGE = {"www-authenticate": 'Basic realm="atlasgen control", Bearer'}
_PAGE_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "no-store",
}

Action: TypeAlias = Callable[["Control", Mapping[str, str], bytes], Response]


class _Refused(Exception):
    """A request to the control plane that cannot be answered."""

    def __init__(self, status: int, error: str, *, problems: list[Json] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.body: JsonObject = {"error": error, **({"problems": problems} if problems else {})}


class Control:
    """The ASGI application of the control plane."""

    def __init__(self, environment: Environment, episodes: Episodes, log: CallLog, token: str) -> None:
        """Take what is controlled, and the token that it asks for."""
        self.environment = environment
        self.episodes = episodes
        self.log = log
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            response = await self._answer(Request(scope, receive))
        except _Refused as error:
            response = _json(error.body, error.status)
        except AtlasgenError as error:
            told: list[Json] = [
                {"where": item.where, "what": item.what, "remedy": item.remedy} for item in error.problems
            ]
            response = _json(_Refused(400, "This is no world of these APIs.", problems=told).body, 400)
        except TooLarge as error:
            response = _json({"error": str(error)}, 413)
        except Disconnected:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        _, shown = credential(request.headers.get("authorization", "").encode("latin-1"))
        if not secrets.compare_digest(shown, self._token):
            return _json({"error": "The control plane has a token of its own."}, 401, _CHALLENGE)
        path = request.scope["path"].removeprefix(CONTROL).rstrip("/")
        methods = {method: action for (method, name), action in _ACTIONS.items() if name == path}
        if not methods:
            raise _Refused(404, "There are: " + ", ".join(f"{method} {CONTROL}{name}" for method, name in _ACTIONS))
        action = methods.get("GET" if request.method == "HEAD" else request.method)
        if action is None:
            return _json({"error": "Wrong method."}, 405, {"allow": ", ".join(methods)})
        content = b""
        if request.method == "POST":
            # A page of another site can make a browser send its credentials along, but not hide where it comes from.
            origin = request.headers.get("origin")
            if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
                raise _Refused(403, "Requests of other sites are not answered.")
            content = await read_body(request.scope, request.receive, MAX_BODY)
        return action(self, request.query_params, content)

    def named(self, query: Mapping[str, str]) -> str:
        """Return the episode that a request names, or the only one that there is.

        Raises:
            _Refused: there is no such episode, or there are several.
        """
        name = query.get("episode")
        if name is None:
            standings = self.episodes.standings()
            if len(standings) != 1:
                raise _Refused(400, f"There are {len(standings)} episodes: name one, ?episode=NAME.")
            return standings[0].name
        if name not in self.episodes:
            raise _Refused(404, f"There is no episode {name!r}.")
        return name

    def limit(self, query: Mapping[str, str]) -> int:
        text = query.get("limit", str(_SHOWN))
        if not text.isdecimal() or len(text) > 9:
            raise _Refused(400, "`limit` must be a whole number.")
        return int(text)

    def restart(self, name: str | None, base: Layer | None) -> Response:
        if name is None:
            self.episodes.restart_all(base)
        else:
            self.episodes.restart(name, base)
        return _json({"episode": name, "seed": base.seed if base is not None else None})


def _episodes(control: Control, query: Mapping[str, str], content: bytes) -> Response:
    standings = control.episodes.standings()
    listed: list[Json] = [
        {"episode": item.name, "calls": item.calls, "seed": item.seed, "idle_seconds": round(item.idle, 1)}
        for item in standings[: control.limit(query)]
    ]
    return _json({"episodes": listed, "total": len(standings)})


def _calls(control: Control, query: Mapping[str, str], content: bytes) -> Response:
    entries = control.log.latest(query.get("episode"))
    return _json({"calls": [entry.to_json() for entry, _ in zip(entries, range(control.limit(query)), strict=False)]})


def _diff(control: Control, query: Mapping[str, str], content: bytes) -> Response:
    name = control.named(query)
    return _json({"episode": name, **control.episodes.within(name, _changed)})


def _changed(environment: Environment) -> dict[str, Any]:
    changes: list[Json] = [
        {"collection": item.collection, "id": item.id, "before": item.before, "after": item.after}
        for item in environment.diff()
    ]
    return {"digest": environment.digest(), "changes": changes}


def _export(control: Control, query: Mapping[str, str], content: bytes) -> Response:
    found = control.episodes.within(control.named(query), lambda environment: environment.export())
    return Response(found, media_type="application/json")


def _reset(control: Control, query: Mapping[str, str], content: bytes) -> Response:
    name = query.get("episode")
    return control.restart(control.named(query) if name is not None else None, None)


def _seed(control: Control, query: Mapping[str, str], content: bytes) -> Response:
    body = _object(content)
    seed = body.get("seed")
    if isinstance(seed, bool) or not isinstance(seed, int) or not -(2**63) <= seed < 2**63:
        raise _Refused(400, 'The body must say which seed: {"seed": 7}.')
    return control.restart(query.get("episode"), control.environment.base_of(seed))


def _import(control: Control, query: Mapping[str, str], content: bytes) -> Response:
    name = query.get("episode")
    if name is None:
        name = control.named(query)
    base = worldfile.opened(_object(content), control.environment.emulators, where="the body")
    return control.restart(name, base)


def _object(content: bytes) -> JsonObject:
    try:
        value = parse_json(content.decode(), where="the body")
    except UnicodeDecodeError as error:
        raise _Refused(400, "The body is not UTF-8 text.") from error
    if not isinstance(value, dict):
        raise _Refused(400, "The body must be a JSON object.")
    return value


def _json(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(encode(value), status, headers, media_type="application/json")


# -- the page ----------------------------------------------------------------------------------------------------------

_STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222}"
    "h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #ddd;vertical-align:top}"
    "th{font-weight:600}td.n{text-align:right}code,pre{font:12px/1.45 ui-monospace,monospace}"
    "pre{background:#f6f6f6;padding:.6rem;overflow:auto;max-height:24rem}.bad{color:#b00020}"
)


def _page(control: Control, query: Mapping[str, str], content: bytes) -> Response:
    """Return the page: the episodes and the last calls, or what one episode has changed and its calls."""
    name = control.named(query) if "episode" in query else None
    parts = ["<!doctype html><html lang=en><meta charset=utf-8><title>atlasgen</title>", f"<style>{_STYLE}</style>"]
    if name is None:
        parts += [f"<h1>atlasgen</h1>{_table_of_episodes(control)}"]
    else:
        found = control.episodes.within(name, _changed)
        parts += [
            f"<p><a href='{CONTROL}'>all episodes</a></p><h1>{_text(name) or '(no name)'}</h1>",
            f"<p>state <code>{found['digest']}</code></p><h2>Changed since it began: {len(found['changes'])}</h2>",
            *(_change(item) for item in found["changes"]),
        ]
    parts += [f"<h2>Last calls</h2>{_table_of_calls(control, name)}"]
    return Response("".join(parts), media_type="text/html", headers=_PAGE_HEADERS)


def _table_of_episodes(control: Control) -> str:
    standings = control.episodes.standings()
    rows = "".join(
        f"<tr><td><a href='{CONTROL}?episode={quote(item.name, safe='')}'>{_text(item.name) or '(no name)'}</a>"
        f"<td class=n>{item.calls}<td class=n>{item.seed}<td class=n>{item.idle:.0f} s"
        for item in standings[:_SHOWN]
    )
    return f"<h2>Episodes: {len(standings)}</h2><table><tr><th>episode<th>calls<th>seed<th>idle{rows}</table>"


def _table_of_calls(control: Control, name: str | None) -> str:
    rows = "".join(
        f"<tr><td class=n>{entry.number}<td>{_text(entry.episode)}<td>{_text(entry.method)}"
        f"<td><code>{_text(entry.target[:120])}</code><td>{_text(entry.tool)}"
        f"<td class={'bad' if entry.status >= 400 else 'ok'}>{entry.status} {_phrase(entry.status)}"
        for entry, _ in zip(control.log.latest(name), range(_SHOWN), strict=False)
    )
    return f"<table><tr><th>no.<th>episode<th>method<th>address<th>operation<th>answer{rows}</table>"


def _change(item: Mapping[str, Any]) -> str:
    kind = "new" if item["before"] is None else "gone" if item["after"] is None else "changed"
    shown = "".join(
        f"<pre>{'- ' if side == 'before' else '+ '}{_text(encode(item[side]).decode())}</pre>"
        for side in ("before", "after")
        if item[side] is not None
    )
    name = _text(f"{item['collection']} {item['id']}")
    return f"<details><summary><code>{name}</code> {kind}</summary>{shown}</details>"


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _text(value: str) -> str:
    return html.escape(value, quote=True)


_ACTIONS: Final[Mapping[tuple[str, str], Action]] = {
    ("GET", ""): _page,
    ("GET", "episodes"): _episodes,
    ("GET", "calls"): _calls,
    ("GET", "diff"): _diff,
    ("GET", "export"): _export,
    ("POST", "reset"): _reset,
    ("POST", "seed"): _seed,
    ("POST", "import"): _import,
}
