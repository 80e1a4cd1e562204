"""From OpenAPI 3.0 or 3.1 to one normal form: JSON Schema 2020-12 by name, and operations without indirection.

In the normal form `$ref` has the form `#/$defs/Name`, `nullable` and `oneOf` are gone (`oneOf` is read as `anyOf`: real
documents write branches that overlap), `allOf` of objects is merged, and every component has the view in which it is
read and, where `readOnly` members make it differ, the view in which it is written (`NameInput`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject, pointer
from atlasgen.spec.descent import endless
from atlasgen.spec.edges import base_path, text
from atlasgen.spec.schemas import HINT, Schemas, pascal

_LONGEST_PATH = 2_000
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class RawParameter:
    """A parameter of an operation.

    Attributes:
        location: `path`, `query`, `header` or `cookie`.
        example: The first text that the document gives as an example or a default; empty where there is none.
    """

    name: str
    location: str
    required: bool
    description: str
    schema: JsonObject
    hints: JsonObject
    example: str = ""


@dataclass(frozen=True, slots=True)
class RawBody:
    """The body of a request in the one media type that is used."""

    schema: JsonObject
    required: bool
    media_type: str


@dataclass(frozen=True, slots=True)
class RawResponse:
    """An answer; `code` is a status, a range such as `4XX`, or `default`.

    Attributes:
        schema: None where the body is not described.
        has_body: Whether there is a body, described or not.
        example: The first example of it; None where there is none.
        shown: What the body is taken to show where its schema leaves that open.
    """

    code: str
    description: str
    schema: JsonObject | None
    has_body: bool = False
    example: Json = None
    shown: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class RawOperation:
    """An operation as the document has it. `pointer` is where."""

    operation_id: str | None
    method: str
    path: str
    pointer: str
    summary: str
    description: str
    parameters: tuple[RawParameter, ...]
    body: RawBody | None
    responses: tuple[RawResponse, ...]
    hints: JsonObject


@dataclass(frozen=True, slots=True)
class NormalisedDocument:
    """A document in normal form.

    Attributes:
        schemas: The named schemas, in both views.
        inputs: The names in `schemas` that are request views only; hints on them repeat those of the response views.
        base_path: What stands before every path: the path of the first server; empty where it has none.
        hints: `x-atlasgen` at the root.
    """

    title: str
    version: str
    description: str
    operations: tuple[RawOperation, ...]
    schemas: Mapping[str, JsonObject]
    inputs: frozenset[str]
    base_path: str
    hints: JsonObject


def normalise(document: JsonObject, *, where: str) -> NormalisedDocument:
    """Bring a document into normal form.

    Args:
        document: An OpenAPI 3.0 or 3.1 document with its overlays applied.
        where: How the document is called in messages.

    Raises:
        AtlasgenError: references that lead nowhere or in a circle, members of a wrong type; all of them together.
    """
    return _Normaliser(document, where).run()


class _Normaliser(Schemas):
    """One run over a document."""

    def run(self) -> NormalisedDocument:
        self.convert_components()
        operations = tuple(self._operations())
        info = self.object(self.document.get("info"), "/info")
        hints = self.object(self.document.get(HINT), pointer(HINT))
        places = self.places()
        for name, what in endless(self.schemas):
            self.problem(places[name], what, "break the circle, or shorten the way, with a schema that ends it")
        if self.problems:
            raise AtlasgenError(*dict.fromkeys(self.problems))
        return NormalisedDocument(
            title=text(info, "title"),
            version=text(info, "version"),
            description=text(info, "description"),
            operations=operations,
            schemas=dict(self.schemas),
            inputs=frozenset(self.input_names.values()),
            base_path=base_path(self.document),
            hints=hints,
        )

    # -- operations ----------------------------------------------------------------------------------------------------

    def _operations(self) -> Iterator[RawOperation]:
        paths = self.object(self.document.get("paths"), "/paths")
        for path, value in paths.items():
            at = pointer("paths", path)
            if len(path) > _LONGEST_PATH:
                self.problem(at[:_LONGEST_PATH], f"is a path of more than {_LONGEST_PATH:,} characters", "shorten it")
                continue
            item = self.object(self.target(value, at), at)
            shared = self.array(item.get("parameters"), at + "/parameters")
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item[method], shared, at)

    def _operation(self, path: str, method: str, value: Json, shared: list[Json], at: str) -> RawOperation:
        operation = self.object(value, at := at + pointer(method))
        operation_id = operation.get("operationId")
        stem = operation_id if isinstance(operation_id, str) else f"{method} {path}"
        parameters: dict[tuple[str, str], RawParameter] = {}
        own = self.array(operation.get("parameters"), at + "/parameters")
        for index, item in enumerate([*shared, *own]):
            parameter = self._parameter(item, f"{at}/parameters/{index}", stem)
            if parameter is not None:
                parameters[parameter.location, parameter.name] = parameter
        self._check_path_parameters(path, parameters, at)
        return RawOperation(
            operation_id=operation_id if isinstance(operation_id, str) and operation_id else None,
            method=method,
            path=path,
            pointer=at,
            summary=text(operation, "summary"),
            description=text(operation, "description"),
            parameters=tuple(parameters.values()),
            body=self._body(operation.get("requestBody"), at + "/requestBody", stem),
            responses=tuple(self._responses(operation.get("responses"), at + "/responses", stem)),
            hints=self.object(operation.get(HINT), at + pointer(HINT)),
        )

    def _check_path_parameters(self, path: str, parameters: dict[tuple[str, str], RawParameter], at: str) -> None:
        for name in re.findall(r"\{([^{}]+)\}", path):
            if ("path", name) not in parameters:
                parameters["path", name] = RawParameter(name, "path", True, "", {"type": "string"}, {})
                # Common in the wild and harmless: the service knows the parameter, only its type is unknown.

    def _parameter(self, value: Json, at: str, stem: str) -> RawParameter | None:
        parameter = self.object(self.target(value, at), at)
        name, location = parameter.get("name"), parameter.get("in")
        if not isinstance(name, str) or location not in ("path", "query", "header", "cookie"):
            self.problem(at, "a parameter needs a `name` and an `in` (path, query, header or cookie)")
            return None
        schema = parameter.get("schema")
        if schema is None:
            schema = self._media(parameter.get("content"), at)[0]
        return RawParameter(
            name=name,
            location=str(location),
            required=parameter.get("required") is True or location == "path",
            description=text(parameter, "description"),
            schema=self.convert(schema if schema is not None else {}, "request", at + "/schema", pascal(stem, name)),
            hints=self.object(parameter.get(HINT), at + pointer(HINT)),
            example=_example(parameter),
        )

    def _body(self, value: Json, at: str, stem: str) -> RawBody | None:
        if value is None:
            return None
        body = self.object(self.target(value, at), at)
        schema, media_type = self._media(body.get("content"), at + "/content")
        if media_type is None:
            return None
        where = at + "/content" + pointer(media_type, "schema")
        converted = self.convert(schema if schema is not None else {}, "request", where, pascal(stem, "Body"))
        return RawBody(converted, body.get("required") is True, media_type)

    def _responses(self, value: Json, at: str, stem: str) -> Iterator[RawResponse]:
        for code, item in self.object(value, at).items():
            where = at + pointer(code)
            response = self.object(self.target(item, where), where)
            schema, media_type = self._media(response.get("content"), where + "/content")
            converted = None
            if schema not in (None, {}) and media_type is not None:
                title = pascal(stem, "Response", code if code != "200" else "")
                converted = self.convert(schema, "response", where + "/content" + pointer(media_type, "schema"), title)
            example = _example_of(response.get("content"), media_type)
            yield RawResponse(code, text(response, "description"), converted, media_type is not None, example)

    def _media(self, value: Json, at: str) -> tuple[Json, str | None]:
        """Return the schema of the JSON media type, else of the first one, and its name."""
        content = self.object(value, at)
        names = sorted(content, key=lambda name: not re.search(r"[/+]json\b", name))
        for name in names:
            return self.object(content[name], at + pointer(name)).get("schema"), name
        return None, None


def _example_of(content: Json, media_type: str | None) -> Json:
    """Return the first example of a body."""
    media = content.get(media_type) if isinstance(content, dict) and media_type is not None else None
    if not isinstance(media, dict):
        return None
    listed = media.get("examples")
    first = next(iter(listed.values()), None) if isinstance(listed, dict) else None
    return media.get("example", first.get("value") if isinstance(first, dict) else None)


def _example(parameter: JsonObject) -> str:
    """Return the first text that a parameter has as an example or a default."""
    listed, schema = parameter.get("examples"), parameter.get("schema")
    found = [parameter.get("example")]
    if isinstance(listed, dict):
        found += [item.get("value") for item in listed.values() if isinstance(item, dict)]
    if isinstance(schema, dict):
        found += [schema.get("example"), schema.get("default")]
    return next((item for item in found if isinstance(item, str)), "")
