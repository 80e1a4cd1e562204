"""Reads `x-atlasgen`, the vocabulary of hints; a word that is not in it is an error with the nearest one.

`docs/hints.md` explains the vocabulary to people.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import get_args

from atlasgen.errors import AtlasgenError
from atlasgen.jsonvalue import Json, JsonObject
from atlasgen.plan.model import (
    Alias,
    Archetype,
    Condition,
    Derive,
    ErrorShape,
    Held,
    History,
    Identity,
    Path,
    Reference,
    Rule,
    Trash,
    Workflow,
)
from atlasgen.spec.edges import Notes
from atlasgen.spec.schemas import HINT
from atlasgen.spec.wording import nearest, sort_of

ROOT = ("timestamp", "context", "error", "errors", "resources", "world", "aliases", "blank")
SCHEMA = (
    "resource", "id", "link", "workflow", "rule", "index", "history",
    "ref", "at", "derive", "lock", "paging", "accept", "lenient", "query",
)  # fmt: skip
OPERATION = (
    "archetype", "resource", "target", "scope", "context", "workflow", "upsert", "set", "ancestors", "values", "trash",
    "query", "paging", "rule", "error",
)  # fmt: skip
PARAMETER = ("query",)
RESOURCE = ("id", "fields", "rule", "workflow", "index", "history")
ARCHETYPES: tuple[str, ...] = get_args(Archetype)

_RULES = ("require", "check", "unique", "acyclic")
_CONDITION = ("at", "is", "in", "same", "present")
_DERIVE = ("default", "constant", "copy", "context", "record", "timestamp", "counter", "inverse")


class Hints(Notes):
    """Reads hints of one document; problems are collected and raised together by `finish`."""

    def __init__(self, where: str) -> None:
        """Begin to read the hints of a document, which messages call `where`."""
        super().__init__(where)
        self._named: dict[str, str] = {}

    def finish(self, resources: Iterable[str]) -> None:
        """Raise all problems found so far; hints that name a resource which does not exist are among them."""
        known = tuple(resources)
        for at, name in self._named.items():
            if name not in known:
                near = nearest(name, known)
                remedy = f"did you mean `{near}`?" if near else "known: " + ", ".join(known)
                self.problem(at, f"there is no resource `{name}`", remedy)
        if self.problems:
            raise AtlasgenError(*dict.fromkeys(self.problems))

    def of(self, schema: Json, at: str, vocabulary: Iterable[str] = SCHEMA) -> JsonObject:
        """Return the hints that stand on a schema or another node, each word checked."""
        value = schema.get(HINT) if isinstance(schema, dict) else None
        return self.known(value, vocabulary, f"{at}/{HINT}")

    def known(self, value: Json, vocabulary: Iterable[str], at: str) -> JsonObject:
        """Return an object all of whose keys are words of a vocabulary."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problem(at, f"must be an object, not {sort_of(value)}")
            return {}
        words = tuple(vocabulary)
        for key in value:
            if key not in words:
                near = nearest(key, words)
                remedy = f"did you mean `{near}`?" if near else "known here: " + ", ".join(words)
                self.problem(f"{at}/{key}", f"`{key}` is not a hint that is known here", remedy)
        return {key: item for key, item in value.items() if key in words}

    def text(self, value: Json, at: str) -> str:
        """Return a text."""
        if not isinstance(value, str):
            self.problem(at, f"must be text, not {sort_of(value)}")
            return ""
        return value

    def word(self, value: Json, words: tuple[str, ...], at: str) -> str:
        """Return one of some words."""
        if not isinstance(value, str) or value not in words:
            given = f"not `{value}`" if isinstance(value, str) else f"not {sort_of(value)}"
            self.problem(at, f"must be one of {', '.join(words)}, {given}")
            return words[0]
        return value

    def resource(self, value: Json, at: str) -> str:
        """Return the name of a resource; `finish` finds out whether there is one."""
        name = self.text(value, at)
        if isinstance(value, str):
            self._named[at] = name
        return name

    def path(self, value: Json, at: str) -> Path:
        """Return a path, written with dots."""
        return tuple(part for part in self.text(value, at).split(".") if part)

    def reference(self, value: Json, at: str) -> Reference:
        """Return a reference: the name of a resource, or `{to, by: {member: identity}, status}`."""
        if isinstance(value, str):
            return Reference(self.resource(value, at))
        hint = self.known(value, ("to", "by", "status"), at)
        by = hint.get("by", {})
        pairs = {key: self.text(item, at + "/by") for key, item in by.items()} if isinstance(by, dict) else {}
        status = self.status(hint.get("status", 400), at + "/status")
        return Reference(self.resource(hint.get("to"), at + "/to"), pairs, status)

    def status(self, value: Json, at: str) -> int:
        """Return the code of a refusal."""
        if isinstance(value, bool) or not isinstance(value, int) or not 400 <= value < 500:
            self.problem(at, "must be a status from 400 to 499")
            return 400
        return value

    def derive(self, value: Json, at: str) -> Derive | None:
        """Return how a field is filled; None for `inverse`, which is a matter of showing."""
        hint = self.known(value, (*_DERIVE, "by"), at)
        kinds = [key for key in hint if key in _DERIVE]
        if len(kinds) != 1:
            self.problem(at, "needs exactly one of " + ", ".join(_DERIVE))
            return None
        kind = kinds[0]
        if kind == "inverse":
            return None
        value = hint[kind]
        if kind in ("copy", "context", "record"):
            value = self.text(value, f"{at}/{kind}")
        elif kind == "timestamp":
            value = self.word(value, ("created", "updated"), f"{at}/timestamp")
        elif kind == "counter" and (isinstance(value, bool) or not isinstance(value, int)):
            self.problem(f"{at}/counter", f"must be the first number, not {sort_of(value)}")
        return Derive(kind, value)  # type: ignore[arg-type]  # `kinds` holds words of the Literal only

    def identity(self, value: Json, at: str, *, numeric: bool) -> Identity:
        """Return how records of a resource are named."""
        hint = self.known(value, ("field", "format", "also", "client"), at)
        also = hint.get("also", {})
        template = hint.get("format", "{n}")
        return Identity(
            field=self.text(hint.get("field", "id"), at + "/field"),
            format=None if hint.get("client") is True else self.text(template, at + "/format"),
            numeric=numeric,
            also={
                key: None if item is None else self.text(item, f"{at}/also/{key}")
                for key, item in (also.items() if isinstance(also, dict) else ())
            },
        )

    def workflow(self, value: Json, at: str) -> Workflow:
        """Return the state machine of a resource."""
        hint = self.known(value, ("state", "transitions", "from", "to", "scope"), at)
        scope = hint.get("scope", {})
        return Workflow(
            state=self.path(hint.get("state"), at + "/state"),
            transitions=self.resource(hint.get("transitions"), at + "/transitions"),
            source=self.path(hint.get("from", "from"), at + "/from"),
            target=self.path(hint.get("to", "to"), at + "/to"),
            scope={
                key: self.path(item, f"{at}/scope/{key}")
                for key, item in (scope.items() if isinstance(scope, dict) else ())
            },
        )

    def paths(self, value: Json, at: str) -> tuple[Path, ...]:
        """Return a list of paths."""
        return tuple(self.path(item, f"{at}/{index}") for index, item in enumerate(self.array(value, at)))

    def history(self, value: Json, at: str) -> History:
        """Return where the states of a record are kept."""
        hint = self.known(value, ("to", "as"), at)
        pairs = self.object(hint.get("as"), at + "/as")
        values = tuple((tuple(key.split(".")), self.path(item, f"{at}/as/{key}")) for key, item in pairs.items())
        return History(self.resource(hint.get("to"), at + "/to"), values)

    def held(self, value: Json, at: str, parameter: str = "") -> Held | None:
        """Return a field that holds several things: `{of: resource, at: path}`."""
        if value is None:
            return None
        hint = self.known(value, ("of", "at"), at)
        return Held(self.resource(hint.get("of"), at + "/of"), self.path(hint.get("at"), at + "/at"), parameter)

    def trash(self, value: Json, at: str) -> Trash | None:
        """Return how a delete puts records aside."""
        if value is None:
            return None
        hint = self.known(value, ("at", "value", "purge"), at)
        return Trash(
            self.path(hint.get("at"), at + "/at"), hint.get("value"), self.text(hint.get("purge", ""), at + "/purge")
        )

    def rules(self, value: Json, at: str) -> tuple[Rule, ...]:
        """Return the rules of a resource or an operation."""
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        return tuple(
            rule for index, item in enumerate(items) if (rule := self._rule(item, f"{at}/{index}")) is not None
        )

    def _rule(self, value: Json, at: str) -> Rule | None:
        hint = self.known(value, ("if", *_RULES, "at", "message", "status"), at)
        kinds = [key for key in _RULES if key in hint]
        if len(kinds) != 1:
            self.problem(at, "a rule needs exactly one of " + ", ".join(_RULES))
            return None
        kind = kinds[0]
        listed = hint[kind] if isinstance(hint[kind], list) else [hint[kind]]
        check: tuple[Condition, ...] = ()
        paths: tuple[Path, ...] = ()
        if kind == "check":
            check = self._conditions(hint["check"], at + "/check")
            paths = tuple(condition.at for condition in check)
        elif isinstance(listed, list):
            paths = tuple(self.path(item, f"{at}/{kind}") for item in listed)
        if not paths or not all(paths):
            self.problem(f"{at}/{kind}", "names no path")
            return None
        return Rule(
            kind=kind,  # type: ignore[arg-type]  # a word of _RULES
            paths=paths,
            at=self.path(hint["at"], at + "/at") if "at" in hint else (paths[0] if paths else ()),
            message=self.text(hint.get("message", ""), at + "/message"),
            status=self.status(hint.get("status", 400), at + "/status"),
            when=self._conditions(hint.get("if", []), at + "/if"),
            check=check,
        )

    def _conditions(self, value: Json, at: str) -> tuple[Condition, ...]:
        conditions: list[Condition] = []
        for item in value if isinstance(value, list) else [value]:
            hint = self.known(item, _CONDITION, at)
            ops = [key for key in hint if key != "at"]
            if len(ops) != 1 or "at" not in hint:
                self.problem(at, "a condition needs `at` and exactly one of is, in, same, present")
                continue
            op = ops[0]
            operand = list(self.path(hint[op], at + "/same")) if op == "same" else hint[op]
            conditions.append(
                Condition(self.path(hint["at"], at + "/at"), op, operand)  # type: ignore[arg-type]  # a word of _CONDITION
            )
        return tuple(conditions)

    def error(self, value: Json, at: str) -> ErrorShape:
        """Return how errors look."""
        hint = self.known(value, ("body", "located", "messages", "codes"), at)
        self._template(hint.get("body"), at + "/body")

        def texts(key: str) -> Mapping[str, str]:
            part = hint.get(key, {})
            return (
                {name: self.text(item, f"{at}/{key}/{name}") for name, item in part.items()}
                if isinstance(part, dict)
                else {}
            )

        return ErrorShape(
            body=hint.get("body"),
            located=self.text(hint.get("located", ""), at + "/located"),
            messages=texts("messages"),
            codes=texts("codes"),
        )

    def aliases(self, value: Json, at: str, *, paths: Iterable[str], schemas: Iterable[str]) -> Iterator[Alias]:
        """Yield the other addresses of the operations: a list of `{prefix, of, texts}`.

        Args:
            value: The hint.
            at: Where it stands.
            paths: The paths of the operations.
            schemas: The names of schemas.
        """
        known, named = tuple(paths), tuple(schemas)
        for index, item in enumerate(self.array([] if value is None else value, at)):
            here = f"{at}/{index}"
            hint = self.known(item, ("prefix", "of", "texts"), here)
            prefix, of = (self.text(hint.get(word), f"{here}/{word}") for word in ("prefix", "of"))
            if not prefix.startswith("/") or prefix.endswith("/"):
                self.problem(f"{here}/prefix", "must begin with a slash, and not end with one", "as in `/api/2`")
            if not any(path.startswith(f"{of}/") for path in known):
                self.problem(f"{here}/of", f"no path begins with `{of}/`", "name the beginning of some paths")
            texts = self.object(hint.get("texts"), f"{here}/texts")
            for name in texts:
                if name not in named:
                    near = nearest(name, named)
                    self.problem(
                        f"{here}/texts/{name}",
                        f"there is no schema `{name}`",
                        f"did you mean `{near}`?" if near else "",
                    )
            forms = {name: self.text(form, f"{here}/texts/{name}") for name, form in texts.items()}
            yield Alias(prefix, of, forms)

    def check_lenient(self, node: Json, at: str, tools: Container[str]) -> None:
        """Check what is said of lenient forms, wherever in a document it stands; `serve/leniency.py` reads it there."""
        if isinstance(node, list):
            for index, item in enumerate(node):
                self.check_lenient(item, f"{at}/{index}", tools)
        if not isinstance(node, dict):
            return
        own = node.get(HINT)
        if isinstance(own, dict) and "lenient" in own:
            self._lenient(own["lenient"], f"{at}/{HINT}/lenient", tools)
        for key, item in node.items():
            if key != HINT:
                self.check_lenient(item, f"{at}/{key}", tools)

    def _lenient(self, value: Json, at: str, tools: Container[str]) -> None:
        words = ("drop", "drop_empty", "unknown", "null", "default", "words", "always", "calls")
        hint = self.known(value, words, at)
        for index, item in enumerate(self.array(hint.get("calls"), f"{at}/calls")):
            call = self.known(item, ("each", "member", "tool"), f"{at}/calls/{index}")
            for word in ("each", "member", "tool"):
                self.text(call.get(word), f"{at}/calls/{index}/{word}")
            if call.get("tool") not in tools:
                self.problem(f"{at}/calls/{index}/tool", f"there is no tool `{call.get('tool')}`", "name an operation")
        for word in ("drop", "drop_empty"):
            for index, name in enumerate(self.array(hint.get(word), f"{at}/{word}")):
                self.text(name, f"{at}/{word}/{index}")
        for word in ("unknown", "null"):
            if word in hint:
                self.word(hint[word], ("drop",), f"{at}/{word}")
        for word in ("default", "words"):
            self.object(hint.get(word), f"{at}/{word}")
        if hint.get("always", True) is not True:
            self.problem(f"{at}/always", "must be true", "leave it out")

    def _template(self, value: Json, at: str) -> None:
        """Check the lists in a template of an error."""
        if isinstance(value, dict) and "each" in value:
            hint = self.known(value, ("each", "key", "value"), at)
            self.word(hint.get("each"), ("all", "located", "general"), at + "/each")
            if "value" not in hint:
                self.problem(at, "a list in an error needs a `value`")
            if "key" in hint:
                self.text(hint["key"], at + "/key")
        elif isinstance(value, dict | list):
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                self._template(item, f"{at}/{key}")
