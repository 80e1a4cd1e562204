"""The plan: what a document means, as frozen values that the runtime compiles and the templates render.

Paths (`Path`) lead through a stored record, key by key. Where a key on the way holds a reference, the path goes on in
the record that is referred to: `fields.parent.fields.project`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, TypeAlias

from pydantic import ConfigDict, TypeAdapter, with_config

from atlasgen.jsonvalue import Json, JsonObject, decode, digest, encode

Path: TypeAlias = tuple[str, ...]
Source: TypeAlias = Literal["declared", "inferred", "guessed", "hinted"]
Archetype: TypeAlias = Literal[
    "list", "get", "create", "update", "patch", "upsert", "delete", "link", "unlink", "config", "action", "stub"
]
ShapeKind: TypeAlias = Literal[
    "value", "object", "constant", "link", "reference", "references", "inverse", "record", "records", "values", "paging"
]
PagingStyle: TypeAlias = Literal["offset", "page", "cursor"]
PageRole: TypeAlias = Literal["total", "start", "limit", "size", "page", "last", "more", "token", "link"]

WRITING: frozenset[str] = frozenset({"create", "update", "patch", "upsert", "delete", "link", "unlink", "action"})


@dataclass(frozen=True, slots=True)
class Fact:
    """Why the plan says something.

    Attributes:
        subject: What was decided (`archetype`, `resource`, `write body.title`).
        source: `declared` by the document, `hinted` by an overlay, `inferred` by a rule that is seldom wrong, or
            `guessed`.
        why: The evidence in a few words.
    """

    subject: str
    source: Source
    why: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; `argument` is its Python name."""

    name: str
    argument: str
    location: str
    required: bool
    schema: JsonObject
    description: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that names a record.

    Attributes:
        resource: The collection of the record.
        by: Which identity of the record each member of an object gives; empty where the value is the id itself.
        status: What a name of no record is answered with; 0: it is taken all the same, for it is only likely that
            records are named.
    """

    resource: str
    by: Mapping[str, str] = dataclasses.field(default_factory=dict)
    status: int = 400


@dataclass(frozen=True, slots=True)
class Derive:
    """How the service fills a field by itself.

    Attributes:
        kind: `default` and `constant` hold a value, `copy` a path, `context` the name of an ambient record, `record`
            the name of a record of the world, `timestamp` `created` or `updated`, `counter` the first number.
        value: See `kind`.
    """

    kind: Literal["default", "constant", "copy", "context", "record", "timestamp", "counter"]
    value: Json


@dataclass(frozen=True, slots=True)
class Field:
    """A place in the records of a resource that refers to others or that the service fills."""

    path: Path
    reference: Reference | None = None
    many: bool = False
    derive: Derive | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A statement about a record: `at` compared with a value or with another path."""

    at: Path
    op: Literal["is", "in", "same", "present"]
    value: Json


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold after a write; the fault is reported at `at`.

    A check whose paths lead nowhere (an absent field on the way) holds, but for `present`. `acyclic`: a reference to
    a record of the same sort does not lead back to the record.
    """

    kind: Literal["require", "check", "unique", "acyclic"]
    paths: tuple[Path, ...]
    at: Path
    message: str
    status: int = 400
    when: tuple[Condition, ...] = ()
    check: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """A state machine over the records of a resource, its arrows being records of another one.

    Attributes:
        state: The field that holds the state (a reference).
        transitions: The resource of the arrows.
        source: The field of an arrow that lists the states it starts from; an empty list is any.
        target: The field of an arrow that it leads to.
        scope: Which field of an arrow must equal which field of the record.
    """

    state: Path
    transitions: str
    source: Path
    target: Path
    scope: Mapping[str, Path] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """How a record is named.

    Attributes:
        field: The member that holds the id.
        format: What the service makes of it: `{n}` counts, `{hex24}` is 24 hexadecimal digits; None where clients
            choose.
        numeric: Whether the id is a number in JSON.
        also: Further identities: a template with `{n}` and paths where the service makes them, None where it does not.
    """

    field: str = "id"
    format: str | None = "{n}"
    numeric: bool = False
    also: Mapping[str, str | None] = dataclasses.field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The members that name a record and that answers show."""
        return (*((self.field,) if self.field[:1] != "_" else ()), *self.also)


@dataclass(frozen=True, slots=True)
class History:
    """The records that keep what each state of a record was.

    Attributes:
        resource: What they are called.
        values: Their paths, and the paths of the record that fill them.
    """

    resource: str
    values: tuple[tuple[Path, Path], ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection of records.

    Attributes:
        schema: What shows one record whole; None for a resource that no operation shows.
        stamped: The paths that the service alone writes.
    """

    name: str
    identity: Identity = dataclasses.field(default_factory=Identity)
    fields: tuple[Field, ...] = ()
    rules: tuple[Rule, ...] = ()
    workflow: Workflow | None = None
    indexes: tuple[Path, ...] = ()
    stamped: tuple[Path, ...] = ()
    schema: JsonObject | None = None
    history: History | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """How one member of an answer is made from a record.

    Attributes:
        name: The member.
        kind: `value` copies what is stored at `path`; `object` nests `members`; `constant` holds `value`; `link` fills
            `template`; `reference` shows the record named at `path` as `view` (`references`: a list of them); `inverse`
            lists the records of `resource` whose field `path` names this record (all of them without a path); `record`
            and `records` show what the operation found, `values` lists texts, and `paging` tells of the page what the
            role in `value` says.
        path: Where in the record it stands; elsewhere than its own name says only where a hint says so.
        nullable: Whether null is shown where nothing is stored.
    """

    name: str
    kind: ShapeKind
    path: Path = ()
    members: tuple[Shape, ...] = ()
    view: str = ""
    resource: str = ""
    template: str = ""
    value: Json = None
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What one schema shows of the records of a resource."""

    name: str
    resource: str
    members: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """A member of the body (`source`) that is stored (at `target`).

    A `lock` is not stored: it has to be one more than the number that is. What has a `wrap` is stored as an object with
    this one member.
    """

    source: Path
    target: Path
    reference: Reference | None = None
    many: bool = False
    required: bool = False
    lock: bool = False
    wrap: str = ""


@dataclass(frozen=True, slots=True)
class Coercion:
    """A lenient form that clients send, brought into the strict one before validation.

    Attributes:
        kind: `wrap` nests an object below the name that its member `value` holds; `text` turns a number into text;
            `drop_empty` forgets null and empty objects; `list` makes a list of what is none.
        path: The member of the body; empty for the body itself.
        value: The member that `wrap` reads, the members that `drop_empty` looks at.
    """

    kind: Literal["wrap", "text", "drop_empty", "list"]
    path: Path
    value: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Select:
    """A parameter that chooses the members of an object in the answer.

    Attributes:
        at: The object.
        parameter: The parameter; empty where `default` always applies.
        default: What is shown without the parameter: None for all.
        all: The word for all, `none` the word for none, `omit` the sign before a member that is left out.
    """

    at: Path
    parameter: str = ""
    default: tuple[str, ...] | None = None
    all: str = ""
    none: str = ""
    omit: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list comes in pages.

    Attributes:
        style: What the parameter `position` counts: records, pages, or that it is a token of the page before.
        position: The parameter that says where to begin; empty where the first page is all there is.
        size: The parameter that says how many; empty where it is always `default`.
        largest: No page is larger than this.
    """

    style: PagingStyle
    position: str = ""
    size: str = ""
    default: int = 50
    largest: int = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """What keeps the records whose field equals a parameter.

    Attributes:
        parameter: The parameter; empty where `default` always applies.
        default: What it is where it is not given; None stands for nothing at that place.
    """

    parameter: str
    path: Path
    default: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """A parameter that keeps the records in one of whose fields its text stands, upper or lower case."""

    parameter: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """A parameter that names the order of a list; a `-` before the word turns it round.

    Attributes:
        words: What each word compares.
        default: The word that holds where none is given; empty where records come as they were made.
    """

    parameter: str
    words: Mapping[str, Path]
    default: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A parameter that holds a text of a query language.

    Attributes:
        name: What the package's languages are called by.
        example: A text that asks for some records in every world; empty where none is known.
    """

    parameter: str
    name: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A field of the records of a resource that holds several things.

    Attributes:
        resource: The resource.
        path: The field.
        parameter: The path parameter that names one of its records; empty where all of them are meant.
    """

    resource: str
    path: Path
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action does to the record that it is about.

    Attributes:
        kind: `set` puts a value at a place, `append` adds to the list there, `remove` takes out of it.
        at: The place.
        value: The value, where it is always the same.
        given: Whether `source` is the place in the body that the value or the names come from; empty: all of it.
        parameter: The parameter that it comes from instead.
        by: The member of an object in the body that is the name.
        reference: What is named; None for plain values.
        wrap: The member of an object that a plain name is stored as.
    """

    kind: Literal["set", "append", "remove"]
    at: Path
    value: Json = None
    given: bool = False
    source: Path = ()
    parameter: str = ""
    by: str = ""
    reference: Reference | None = None
    wrap: str = ""


@dataclass(frozen=True, slots=True)
class Trash:
    """A delete that puts records aside: it sets `at` to `value`; with the parameter `purge` what is aside goes."""

    at: Path
    value: Json
    purge: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: how it is called, what it does to the world, and what it answers.

    Attributes:
        tool: Its one name for agents: the operationId wherever that is a good name.
        function: Its Python name.
        status: The code of success.
        response: The schema of that answer; None where it has no body.
        others: The further codes of success with the schemas of their answers.
        target: The parameter that names the record it is about.
        context: The ambient record that it is about; empty where a parameter names it.
        scope: Path parameters before it that name records, with the field of the target that must equal them.
        single: Whether there is one record for each of those that `scope` names (or one in all).
        within: Path parameters that name records which only have to exist, with their resources.
        answer: How the answer is made; empty where it has no body.
        asks: Where the parameters of a list stand: in the path and the query, or as members of the `body`.
        paging: How the list comes in pages; None where it comes whole.
        held: For a list, `link` and `unlink`: the field that lists the records it is about.
        ancestors: For a list of what leads upwards from the target: the reference that does.
        deep: Whether the records below those that `scope` names are meant with all that stands below them.
        values: For a list of texts: the field that they stand at.
        upsert: The member of the body by which the record to be replaced is found.
        effects: What an action changes.
        copies: Whether a create begins with what the target has.
        several: For an action that makes a record of each element of a list: where that list stands in the body.
        error: Which of the shapes of errors it answers with; empty for the usual one.
        transition: The member of the body that names the arrow to take; `offers` says that the answer lists the open
            ones.
    """

    operation_id: str
    tool: str
    function: str
    method: str
    path: str
    pointer: str
    summary: str
    description: str
    status: int
    archetype: Archetype
    parameters: tuple[Parameter, ...] = ()
    body: JsonObject | None = None
    body_required: bool = False
    media_type: str = ""
    response: JsonObject | None = None
    others: Mapping[int, JsonObject | None] = dataclasses.field(default_factory=dict)
    resource: str = ""
    target: str = ""
    context: str = ""
    scope: Mapping[str, Path] = dataclasses.field(default_factory=dict)
    single: bool = False
    within: Mapping[str, str] = dataclasses.field(default_factory=dict)
    answer: tuple[Shape, ...] = ()
    writes: tuple[Write, ...] = ()
    coercions: tuple[Coercion, ...] = ()
    asks: Literal["parameters", "body"] = "parameters"
    filters: tuple[Filter, ...] = ()
    searches: tuple[Search, ...] = ()
    sort: Sort | None = None
    language: Language | None = None
    select: tuple[Select, ...] = ()
    paging: Paging | None = None
    held: Held | None = None
    ancestors: Path = ()
    deep: bool = False
    values: Held | None = None
    upsert: Path = ()
    effects: tuple[Effect, ...] = ()
    copies: bool = False
    several: Path | None = None
    trash: Trash | None = None
    error: str = ""
    rules: tuple[Rule, ...] = ()
    offers: bool = False
    transition: Path = ()
    facts: tuple[Fact, ...] = ()

    @property
    def mutating(self) -> bool:
        """Whether it may change the world."""
        return self.archetype in WRITING

    @property
    def is_understood(self) -> bool:
        """Whether it is known what it does; what is not answers the same valid thing each time and changes nothing."""
        match self.archetype:
            case "stub":
                return False
            case "action":
                return bool(self.transition or self.effects) or self.single or self.several is not None
            case "link" | "unlink":
                return self.held is not None
            case _:
                return True

    def arguments(self) -> JsonObject:
        """Return the JSON Schema of its arguments: the parameters under their own names, and `body`."""
        properties: JsonObject = {}
        required: list[Json] = []
        for parameter in self.parameters:
            description: JsonObject = {"description": parameter.description} if parameter.description else {}
            properties[parameter.name] = {**parameter.schema, **description}
            if parameter.required:
                required.append(parameter.name)
        if self.body is not None:
            properties["body"] = self.body
            if self.body_required:
                required.append("body")
        schema: JsonObject = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**schema, "required": required} if required else schema


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """How the service tells what is wrong.

    Attributes:
        body: A template: text with `{message}`, `{field}`, `{pointer}`, `{status}`, `{code}`, `{kind}`; an object
            `{each, value}` becomes a list, `{each, key, value}` an object, over `all`, `located` or `general` faults.
        located: The pointer below which a fault concerns a field; empty: every fault with a pointer does.
        messages: A template for the message of each kind of fault, with `{field}`, `{message}`, `{resource}`,
            `{given}`.
        codes: What `{code}` is for each kind of fault; `*` for the rest.
    """

    body: Json
    located: str = ""
    messages: Mapping[str, str] = dataclasses.field(default_factory=dict)
    codes: Mapping[str, str] = dataclasses.field(default_factory=dict)


MakerKind: TypeAlias = Literal[
    "value", "object", "list", "any", "same", "some", "one", "phrase", "several", "between", "moment"
]


@dataclass(frozen=True, slots=True)
class Maker:
    """How a field of a made record, or a part of its value, is filled.

    Attributes:
        kind: `value` gives `value`, `object` its `members`, `list` its `parts`; `any` the id of a record of `resource`
            that meets `where`; `same` what stands at `path` of the record so far; `some` a few of `parts` (or, without
            them, of the list `value`), `one` one of them; `phrase` the texts of all `parts`; `several` its one part a
            few times; `between` a number within `bounds`; `moment` a time after all of `after` and before all of
            `before`.
        bounds: The least and the most: of the number, or of the times.
        unique: No text, or no item of the list, twice.
        skew: How much more common the first choices are than the others; below 0 the last ones are. 0: all alike.
        depth: The longest chain of records that each name the next one in this field; 0: any.
        chance: In how many of the records there is anything here at all.
        join: What stands between the texts; None where several values remain a list.
        within: Seconds after which a moment comes at the latest; 0: any.
        day: The moment is a date, without the time of the day.
    """

    kind: MakerKind = "value"
    value: Json = None
    resource: str = ""
    where: Mapping[str, Json] = dataclasses.field(default_factory=dict)
    path: Path = ()
    members: Mapping[str, Maker] = dataclasses.field(default_factory=dict)
    parts: tuple[Maker, ...] = ()
    bounds: tuple[int | float, int | float] = (0, 0)
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    within: int = 0
    unique: bool = False
    skew: int = 0
    depth: int = 0
    chance: float = 1.0
    join: str | None = None
    day: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """One sort of record that a world is filled with, or one sort of change that its records have gone through.

    Attributes:
        share: How many there are, relative to the other sorts; of changes: for each record that is made of `resource`.
        change: Whether records that are there are changed.
        where: What the records that are changed have in common.
    """

    resource: str
    share: float
    values: tuple[tuple[Path, Maker], ...]
    change: bool = False
    where: Mapping[str, Json] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorldPlan:
    """What every world holds.

    Attributes:
        context: The ambient records: name and the name of a record.
        records: The records that hints name: resource, name, document; a reference is the name of a record.
        populate: What else there is; all sorts grow side by side.
        span: In how many seconds, up to now, all that has come about.
    """

    context: Mapping[str, str] = dataclasses.field(default_factory=dict)
    records: Mapping[str, Mapping[str, JsonObject]] = dataclasses.field(default_factory=dict)
    populate: tuple[Population, ...] = ()
    span: int = 180 * 86_400


@dataclass(frozen=True, slots=True)
class Alias:
    """Another address of the operations, at which some texts have another form.

    Attributes:
        prefix: How their paths, and the links in their answers, begin there.
        of: How they begin else.
        texts: The schemas whose values have another form there, and what the package calls that form.
    """

    prefix: str
    of: str
    texts: Mapping[str, str] = dataclasses.field(default_factory=dict)


# Without a hint errors are problem details (RFC 9457).
PROBLEM_DETAILS = ErrorShape(
    body={
        "type": "about:blank",
        "title": "{title}",
        "status": "{status}",
        "errors": {"each": "all", "value": {"pointer": "{pointer}", "detail": "{message}"}},
    }
)


@with_config(ConfigDict(ser_json_inf_nan="constants"))
@dataclass(frozen=True)
class Plan:
    """All that is known of an API.

    Attributes:
        name: What its package is called.
        timestamp: How times are written: `zulu` (`...000Z`) or `offset` (`...000+0000`).
        context: The ambient records (who is asking): name and resource.
        world: What every world holds.
        further_errors: Other shapes of errors, by the names that operations choose them by.
        aliases: Other addresses of the operations.
        blank: What a parameter of the query is that clients send without a value.
    """

    name: str
    title: str
    version: str
    description: str
    operations: tuple[Operation, ...]
    resources: Mapping[str, Resource]
    views: Mapping[str, View]
    schemas: Mapping[str, JsonObject]
    errors: ErrorShape = PROBLEM_DETAILS
    timestamp: Literal["zulu", "offset"] = "zulu"
    context: Mapping[str, str] = dataclasses.field(default_factory=dict)
    world: WorldPlan = dataclasses.field(default_factory=WorldPlan)
    further_errors: Mapping[str, ErrorShape] = dataclasses.field(default_factory=dict)
    aliases: tuple[Alias, ...] = ()
    blank: Literal["value", "absent"] = "value"

    def to_json(self) -> Json:
        """Return the plan as a JSON value; what equals its default is left out."""
        return decode(_adapter().dump_json(self, exclude_defaults=True))

    @staticmethod
    def from_json(value: Json) -> Plan:
        """Return the plan that `to_json` wrote."""
        return _adapter().validate_json(encode(value))

    @cached_property
    def digest(self) -> str:
        """32 hexadecimal digits that identify the content of the plan."""
        return digest(self.to_json())

    def error_of(self, operation: Operation) -> ErrorShape:
        """Return how an operation tells what is wrong."""
        return self.further_errors[operation.error] if operation.error else self.errors

    def operation(self, tool: str) -> Operation:
        """Return the operation of a tool.

        Raises:
            KeyError: there is none.
        """
        return next((item for item in self.operations if item.tool == tool), None) or _missing(tool)


def _missing(tool: str) -> Any:
    raise KeyError(tool)


@cache
def _adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)
