"""What all messages are made of: their base classes, days, octets, and members that may be left out."""

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from jpki_spec.fields import FIELDS
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError


class Message(BaseModel):
    """What all messages have in common; `model_fields_set` tells what was said from what was left out."""

    # Inputs stay out of the text of errors: one of them may be a My Number.
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


class Parameters(Message):
    """What the oracle sends: a name that is not declared is an error."""

    model_config = ConfigDict(extra="forbid")

    def content(self) -> dict[str, object]:
        """The parameters as JSON types, in the declared order, without what is not stated."""
        return self.model_dump(mode="json", exclude_none=True, exclude_unset=True)


class Result(Message):
    """What a system answers: a name that is not declared is ignored."""

    def content(self) -> dict[str, object]:
        """What was answered, as Python values: `date`, `None`, `str`, `bool`; what was left out is absent."""
        return self.model_dump(exclude_unset=True)


def _day(value: object) -> date:
    """`value` as a date; raises ValueError unless it is exactly `YYYY-MM-DD` and exists (or a `date`)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("is not a date; expected a string YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("is not a date that exists; expected YYYY-MM-DD") from None


def _day_or_none(value: object) -> date | None:
    try:
        return None if value is None else _day(value)
    except ValueError as error:
        raise ValueError(f"{error} or null") from None


_DAY_SCHEMA: JsonDict = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}

Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(_DAY_SCHEMA)]
"""A whole day in Japan."""

DayOrNone = Annotated[
    date | None, BeforeValidator(_day_or_none), WithJsonSchema({"anyOf": [_DAY_SCHEMA, {"type": "null"}]})
]
"""A whole day in Japan, or `null`: there is none."""


def _octets(value: object) -> object:
    """`value` if it is text in hexadecimal digits, two a byte; the error does not repeat it: it may hold a PIN."""
    if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9A-Fa-f]{2})*", value):
        raise PydanticCustomError(
            "octets", "is not bytes; expected a string of two hexadecimal digits a byte"
        )
    return value


Octets = Annotated[
    str,
    BeforeValidator(_octets),
    WithJsonSchema({"type": "string", "pattern": "^([0-9A-Fa-f]{2})*$"}),
]
"""Bytes, as hexadecimal digits without spaces."""


def without_default(schema: JsonDict) -> None:
    """Strikes a default from a schema that only stands for 'left out' and is no value of the field."""
    schema.pop("default", None)


def may_be_left_out(description: str) -> Any:
    return Field(default=None, description=description, json_schema_extra=without_default)


def _instant(value: object) -> object:
    """`value` as a string `YYYY-MM-DDTHH:MM:SSZ` that exists; a `datetime` becomes one."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if not isinstance(value, str) or not re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", value):
        raise ValueError("is not an instant; expected a string YYYY-MM-DDTHH:MM:SSZ")
    try:
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise ValueError("is not an instant that exists; expected YYYY-MM-DDTHH:MM:SSZ") from None
    return value


Instant = Annotated[
    str, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time", "pattern": "Z$"})
]
"""A second in UTC, as a string."""


def _life_fields() -> dict[str, Any]:
    types = {
        name: DayOrNone if field.kind == "date" else Literal[field.values] | None
        for name, field in FIELDS.items()
    }
    return {name: (types[name], may_be_left_out(field.meaning.en)) for name, field in FIELDS.items()}


if TYPE_CHECKING:  # the fields are those of the specification, so a type checker cannot know them

    class LifeMessage(Parameters):
        """One person's record of dates; what is missing or null did not happen, or is not known."""

else:
    LifeMessage = create_model(
        "LifeMessage",
        __base__=Parameters,
        __doc__="One person's record of dates; what is missing or null did not happen, or is not known.",
        **_life_fields(),
    )
