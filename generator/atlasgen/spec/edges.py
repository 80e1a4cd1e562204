"""Reading a document that anybody may have written: wrong types and references that lead nowhere are noted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from urllib.parse import urlsplit

from atlasgen.errors import Problem
from atlasgen.jsonvalue import Json, JsonObject, pointer, resolve
from atlasgen.spec.wording import nearest, sort_of

# References in a row, each to nothing but the next one; real documents have three.
LONGEST_CHAIN = 100
# Problems after which no more remedies are looked for: each looks at every name that there is.
_REMEDIES = 100


class Notes:
    """The problems that are found while something is read; `where` is what messages call it."""

    def __init__(self, where: str) -> None:
        """Begin without problems."""
        self.where = where
        self.problems: list[Problem] = []

    def problem(self, at: str, what: str, remedy: str = "") -> None:
        """Note what a person has to mend, at a JSON pointer."""
        self.problems.append(Problem(f"{self.where}#{at}", what, remedy))

    def object(self, value: Json, at: str) -> JsonObject:
        """Return an object; nothing is an empty one, and so, with a problem noted, is anything else."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problem(at, f"must be an object, not {sort_of(value)}")
            return {}
        return value

    def array(self, value: Json, at: str) -> list[Json]:
        """Return a list; nothing is an empty one, and so, with a problem noted, is anything else."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.problem(at, f"must be a list, not {sort_of(value)}")
            return []
        return value


class Edges(Notes):
    """A document, and the references in it."""

    def __init__(self, document: JsonObject, where: str) -> None:
        """Take a document; `where` is what messages call it."""
        super().__init__(where)
        self.document = document

    def find(self, target: str, at: str) -> JsonObject:
        """Return what a local reference points to."""
        if not target.startswith("#"):
            self.problem(at, f"{target} is in another file", "bundle the document into one file first")
            return {}
        try:
            found = resolve(self.document, target[1:])
        except KeyError:
            stem, _, last = target.rpartition("/")
            try:
                parent = resolve(self.document, stem[1:])
            except KeyError:
                parent = None
            known = parent if isinstance(parent, dict) and len(self.problems) < _REMEDIES else ()
            near = nearest(last, known)
            self.problem(at, f"{target} does not exist", f"the nearest name there is {near}" if near else "")
            return {}
        return self.object(found, target[1:])

    def may_follow(self, target: str, seen: Sequence[str], at: str) -> bool:
        """Whether a reference leads on; one of the references that led to it, or too many of them, is a problem."""
        if target in seen:
            self.problem(at, f"{target} leads back to itself", "break the circle")
        elif len(seen) == LONGEST_CHAIN:
            self.problem(at, f"leads through more than {LONGEST_CHAIN} references", "refer to the last of them")
        else:
            return True
        return False

    def target(self, value: Json, at: str) -> Json:
        """Follow the references of something that is no schema (a parameter, a body, an answer, a path)."""
        seen: list[str] = []
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            target = cast("str", value["$ref"])
            if not self.may_follow(target, seen, at):
                return {}
            seen.append(target)
            rest = {key: item for key, item in value.items() if key != "$ref"}
            value = {**self.find(target, at), **rest}
        return value


def member(document: JsonObject, *path: str) -> Json:
    try:
        return resolve(document, pointer(*path))
    except KeyError:
        return None


def text(value: JsonObject, key: str) -> str:
    item = value.get(key)
    return item.strip() if isinstance(item, str) else ""


def base_path(document: JsonObject) -> str:
    """Return the path of the first server, its variables filled in, without a slash at its end.

    It goes before every path of the document; a document without servers, or with something else there, has none.
    """
    servers = document.get("servers")
    server = servers[0] if isinstance(servers, list) and servers else None
    url = text(server, "url") if isinstance(server, dict) else ""
    variables = server.get("variables") if isinstance(server, dict) else None
    for name, value in variables.items() if isinstance(variables, dict) else ():
        url = url.replace(f"{{{name}}}", text(value, "default") if isinstance(value, dict) else "")
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""
