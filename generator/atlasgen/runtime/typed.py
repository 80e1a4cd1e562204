"""What generated `models.py` files are made of: base classes and scalars that mean what the validators mean.

Annotations say what Python's types can. The rest (`uniqueItems`, `not`, patterns) is a JSON Schema under `rules`, on a
field or on a class, and the base classes hold each instance to it, whether it was built from JSON or in Python. Models
are a vocabulary for people; the runtime does not import them.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Generic, Self, TypeVar, cast

import pydantic
from pydantic import AllowInfNan, BeforeValidator, ConfigDict, Field, Strict, model_validator

from atlasgen.jsonvalue import JsonObject
from atlasgen.runtime.validation import InvalidValue, Validator, Validators

T = TypeVar("T")

RULES = "rules"


def _integral(value: Any) -> Any:
    return int(value) if type(value) is float and value.is_integer() else value


StrictInt = Annotated[int, Strict(), BeforeValidator(_integral)]
"""A whole number; 5.0 is one."""

StrictFloat = Annotated[
    Annotated[int, Strict()] | Annotated[float, Strict(), AllowInfNan(False)], Field(union_mode="left_to_right")
]
"""A number; an integer stays one."""


class _Ruled(pydantic.BaseModel):
    """Holds its instances to the rules that its fields and its own configuration state."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False, serialize_by_alias=True, protected_namespaces=())

    @model_validator(mode="after")
    def _meets_rules(self) -> Self:
        if (rules := _rules_of(type(self))) is not None:
            try:
                rules(self.model_dump())
            except InvalidValue as error:
                raise ValueError(str(error)) from None
        return self


class Model(_Ruled):
    """An object; unknown members are kept."""

    model_config = ConfigDict(extra="allow")


class RootModel(pydantic.RootModel[T], _Ruled, Generic[T]):
    """A named type that is no object."""


@cache
def _rules_of(model: type[_Ruled]) -> Validator | None:
    """Return the validator of a class's rules; None where it has none."""
    schema, definitions = _stated(model)
    return Validators(definitions).compile(schema) if schema else None


def _stated(model: type[_Ruled]) -> tuple[JsonObject, dict[str, JsonObject]]:
    """Return the rules of a class as one schema, and the definitions that it needs."""
    own = _extra(model.model_config.get("json_schema_extra"))
    fields = {field.alias or name: _extra(field.json_schema_extra) for name, field in model.model_fields.items()}
    definitions: dict[str, JsonObject] = {}
    for rule in (own, *fields.values()):
        definitions |= cast("dict[str, JsonObject]", rule.pop("$defs", {}))
    if issubclass(model, pydantic.RootModel):
        return fields["root"], definitions
    if not own and not any(fields.values()):
        return {}, {}
    # All names are listed: what `additionalProperties` asks is meant for the others.
    return own | {"properties": cast("JsonObject", fields)}, definitions


def _extra(extra: object) -> JsonObject:
    return dict(extra.get(RULES, {})) if isinstance(extra, dict) else {}
