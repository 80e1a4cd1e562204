"""What openapi-core says of requests and answers: a judge that shares no code with what it judges.

It reads a document as it was written, without the overlay; only the committed relaxations change what it reads.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import parse_qsl, urlsplit

import yaml
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

HERE = Path(__file__).parent
SPECS = HERE.parents[1] / "specs"


class Relaxation(TypedDict):
    at: str
    value: dict[str, Any]
    reason: str


class Relaxations(TypedDict):
    documents: dict[str, list[Relaxation]]
    undocumented: dict[int, str]
    unproduced: dict[str, dict[int, str]]


RELAXATIONS: Relaxations = yaml.safe_load((HERE / "relaxations.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as they were on the wire."""

    method: str
    url: str
    request_headers: dict[str, str]
    request_content: bytes
    status: int
    response_headers: dict[str, str]
    response_content: bytes


class Oracle:
    """Judges exchanges by one document."""

    def __init__(self, name: str, *, relax: list[Relaxation] | None = None) -> None:
        """Read a document; `relax` is for tests of the relaxations themselves."""
        self.document: Any = yaml.safe_load((SPECS / f"{name}.yaml").read_text(encoding="utf-8"))
        for relaxation in RELAXATIONS["documents"].get(name, []) if relax is None else relax:
            _relax(self.document, relaxation)
        self._openapi = OpenAPI.from_dict(self.document)

    @property
    def origin(self) -> str:
        """The address that the document gives its server."""
        return str(self.document["servers"][0]["url"])

    @property
    def documented(self) -> set[tuple[str, int]]:
        """Each operation with each status that it may answer."""
        operations = [operation for path in self.document["paths"].values() for operation in path.values()]
        return {(item["operationId"], int(status)) for item in operations for status in item["responses"]}

    def of_request(self, exchange: Exchange) -> list[str]:
        """Return what is wrong with a request."""
        return [_told(error) for error in self._openapi.iter_request_errors(_Request(exchange))]

    def of_answer(self, exchange: Exchange) -> list[str]:
        """Return what is wrong with an answer; a status that is not documented is."""
        errors = self._openapi.iter_response_errors(_Request(exchange), _Response(exchange))
        return [_told(error) for error in errors]


class _Request:
    """A request as openapi-core wants to see it."""

    def __init__(self, exchange: Exchange) -> None:
        url = urlsplit(exchange.url)
        self.host_url = f"{url.scheme}://{url.netloc}"
        self.path = url.path
        self.method = exchange.method.lower()
        self.body = exchange.request_content or None
        self.content_type = exchange.request_headers.get("content-type", "")
        query = ImmutableMultiDict(parse_qsl(url.query, keep_blank_values=True))
        self.parameters = RequestParameters(query=query, header=Headers(exchange.request_headers))


class _Response:
    """An answer as openapi-core wants to see it."""

    def __init__(self, exchange: Exchange) -> None:
        self.status_code = exchange.status
        self.headers = Headers(exchange.response_headers)
        self.content_type = exchange.response_headers.get("content-type", "")
        self.data = exchange.response_content or None


def _relax(document: Any, relaxation: Relaxation) -> None:
    *way, last = (token.replace("~1", "/").replace("~0", "~") for token in relaxation["at"].split("/")[1:])
    for token in way:
        document = document[token]
    if last not in document:
        raise KeyError(relaxation["at"])
    document[last] = copy.deepcopy(relaxation["value"])


def _told(error: Exception) -> str:
    causes = getattr(error.__cause__, "schema_errors", ())
    return "\n  ".join([f"{type(error).__name__}: {error}", *(str(cause.message) for cause in causes)])
