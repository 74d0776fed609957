"""The messages between the oracle and a system under test, defined once.

`METHODS` maps each capability to its parameters and its result. What the oracle sends may hold nothing that
is not declared here; what a system answers may hold more, which is ignored. No type is converted: a date is
a string `YYYY-MM-DD` that exists, a truth value is `true` or `false`.
"""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from jpki_model.world.events import ENTRIES, GROUNDS, ITEMS_WITH_KEYS, KINDS, RESIDENCES
from jpki_spec.fields import FIELDS, ITEMS, OUTPUTS, STATES, VALIDITY_OUTPUTS
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from jpki_oracle.sut.quoting import shown

PROTOCOL = 1
"""The version of the protocol that is spoken here."""


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


def _whole(value: object) -> object:
    if type(value) is not int:  # True and 1.0 are equal to 1
        raise ValueError(f"is not a whole number; expected {PROTOCOL}")
    return value


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


def _without_default(schema: JsonDict) -> None:
    """Strikes a default from a schema that only stands for 'left out' and is no value of the field."""
    schema.pop("default", None)


def _may_be_left_out(description: str) -> Any:
    return Field(default=None, description=description, json_schema_extra=_without_default)


def _life_fields() -> dict[str, Any]:
    types = {
        name: DayOrNone if field.kind == "date" else Literal[field.values] | None
        for name, field in FIELDS.items()
    }
    return {name: (types[name], _may_be_left_out(field.meaning.en)) for name, field in FIELDS.items()}


if TYPE_CHECKING:  # the fields are those of the specification, so a type checker cannot know them

    class LifeMessage(Parameters):
        """One person's record of dates; what is missing or null did not happen, or is not known."""

    class ValidityResult(Result):
        """Last valid days (inclusive), and first days of early renewal; null says that there is none."""

    class StatusResult(Result):
        """The states on one day, and causes in the system's own words where it gives them."""
else:
    LifeMessage = create_model(
        "LifeMessage",
        __base__=Parameters,
        __doc__="One person's record of dates; what is missing or null did not happen, or is not known.",
        **_life_fields(),
    )
    ValidityResult = create_model(
        "ValidityResult",
        __base__=Result,
        __doc__="Last valid days (inclusive), and first days of early renewal; null says that there is none.",
        **{name: (DayOrNone, _may_be_left_out(OUTPUTS[name].meaning.en)) for name in VALIDITY_OUTPUTS},
    )
    StatusResult = create_model(
        "StatusResult",
        __base__=Result,
        __doc__="The states on one day, and causes in the system's own words where it gives them.",
        **{item: (Literal[STATES[item]], _may_be_left_out(f"state of the {item}")) for item in ITEMS},
        causes=(dict[str, str], _may_be_left_out("why an item is not valid, by the item's name")),
    )


class Description(Result):
    """The result of `describe`, with which a session starts: who answers, and what it can be asked."""

    protocol: Annotated[Literal[1], BeforeValidator(_whole)]
    name: str
    version: str
    capabilities: list[str]
    edition: str | None = None
    readings: dict[str, str] = {}


class ValidityParams(Parameters):
    """Until when are the card and the certificates of this life valid, and from when can they be renewed?"""

    life: LifeMessage


class StatusParams(Parameters):
    """In which state are the card and the certificates of this life on this day?"""

    life: LifeMessage
    on: Day


class NumberParams(Parameters):
    """Is this number valid? Exactly one of the two is sent, as a string; it may well be malformed."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["number"]}, {"required": ["resident_record_code"]}]}
    )

    number: str = Field(default="", description="a My Number", json_schema_extra=_without_default)
    resident_record_code: str = Field(default="", json_schema_extra=_without_default)

    @model_validator(mode="after")
    def _one_number(self) -> "NumberParams":
        if len(self.model_fields_set) != 1:
            raise ValueError("exactly one of number, resident_record_code is needed")
        return self


class NumberResult(Result):
    """Whether the number is valid."""

    valid: bool


class CardParams(Parameters):
    """A command to the card, or its power: exactly one of the two is sent."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["apdu"]}, {"required": ["power"]}]})

    apdu: Octets = Field(
        default="", description="a command APDU (ISO/IEC 7816-4)", json_schema_extra=_without_default
    )
    power: Literal["on", "off", "reset"] = Field(
        default="on", description="`reset` keeps the power", json_schema_extra=_without_default
    )

    @model_validator(mode="after")
    def _one_request(self) -> "CardParams":
        if len(self.model_fields_set) != 1:
            raise ValueError("exactly one of apdu, power is needed")
        return self


class CardResult(Result):
    """What the card said: the response to a command, the answer to reset, or nothing (power off)."""

    response: Octets | None = _may_be_left_out("the response APDU, which ends with SW1 and SW2")
    atr: Octets | None = _may_be_left_out("the answer to reset, for power `on` and `reset`")


def _event_fields() -> dict[str, Any]:
    choices: dict[str, Any] = {
        "residence": Literal[RESIDENCES],
        "entry": Literal[ENTRIES],
        "ground": Literal[GROUNDS],
        "item": Literal[ITEMS_WITH_KEYS],
        "with_card": bool,
    }
    details = dict.fromkeys(name for names in KINDS.values() for name in names)
    return {
        name: (choices.get(name, Day) | None, _may_be_left_out(f"for {', '.join(_kinds_with(name))}"))
        for name in details
    }


def _kinds_with(detail: str) -> list[str]:
    return [kind for kind, details in KINDS.items() if detail in details]


if TYPE_CHECKING:

    class LifecycleEvent(Parameters):
        """One event on a day; which details it has depends on its kind."""
else:
    LifecycleEvent = create_model(
        "LifecycleEvent",
        __base__=Parameters,
        __doc__="One event on a day; which details it has depends on its kind.",
        kind=(Literal[tuple(KINDS)], Field(description="what happens")),
        on=(Day, Field(description="the day; never before that of the event before it, if all is well")),
        person=(str, Field(default="", description="whom it is about", json_schema_extra=_without_default)),
        **_event_fields(),
    )


class LifecycleResident(Parameters):
    """Somebody in the register on a session's first day; a card was delivered on the day on which it was made."""

    person: str
    birth: Day
    residence: Literal["citizen", "permanent", "limited", "landing", "transitional"] | None = (
        _may_be_left_out("citizen, if not stated")
    )
    stay_expires: Day | None = _may_be_left_out("last day of the stay")
    nationality_lost: Day | None = _may_be_left_out("day on which the nationality was lost")
    card_requested: Day | None = _may_be_left_out("day of the application; that of making, if not stated")
    card_made: Day | None = _may_be_left_out("day on which the card was made")
    authentication_issued: Day | None = _may_be_left_out("day of issue")
    signature_issued: Day | None = _may_be_left_out("day of issue")


class LifecycleParams(Parameters):
    """Begin a session on a day with these residents, let an event happen, or end it: exactly one of the three."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [name]} for name in ("start", "event", "close")]}
    )

    session: str = Field(description="a name; sessions know nothing of one another")
    start: Day | None = _may_be_left_out("the first day")
    residents: list[LifecycleResident] | None = _may_be_left_out("with `start`: who is in the register")
    event: LifecycleEvent | None = _may_be_left_out("what happens next")
    close: bool | None = _may_be_left_out("true: the session is over")

    @model_validator(mode="after")
    def _one_request(self) -> "LifecycleParams":
        if len(self.model_fields_set - {"session", "residents"}) != 1:
            raise ValueError("exactly one of start, event, close is needed")
        return self


_CARD_STATES = Literal["not_yet", "valid", "suspended", "expired", "lapsed"]
_CERTIFICATE_STATES = Literal["not_yet", "valid", "suspended", "expired", "revoked"]


class LifecycleResult(Result):
    """After an event: was it accepted, and what holds on that day of the card and certificates got last."""

    accepted: bool = _may_be_left_out("false: an office refuses it, or it cannot happen")
    clause: str | None = _may_be_left_out("by what it was refused, in the system's own words")
    card: _CARD_STATES = _may_be_left_out("state of the card")
    signature: _CERTIFICATE_STATES = _may_be_left_out("state of the signature certificate")
    authentication: _CERTIFICATE_STATES = _may_be_left_out("state of the user-authentication certificate")
    signature_pin: Literal["open", "locked"] = _may_be_left_out("whether wrong entries locked it")
    authentication_pin: Literal["open", "locked"] = _may_be_left_out("whether wrong entries locked it")


class Method(NamedTuple):
    """What is asked and answered for one capability."""

    params: type[Parameters]
    result: type[Result]


METHODS: dict[str, Method] = {
    "validity": Method(ValidityParams, ValidityResult),
    "status": Method(StatusParams, StatusResult),
    "number": Method(NumberParams, NumberResult),
    "lifecycle": Method(LifecycleParams, LifecycleResult),
    "card": Method(CardParams, CardResult),
}
"""Every capability that has messages; the method's name is the capability."""


_EXPECTED = {
    "bool_type": "is not a truth value; expected true or false",
    "string_type": "is not a text; expected a string",
    "list_type": "is not a list; expected an array",
    "dict_type": "is not an object; expected an object",
    "model_type": "is not an object; expected an object",
    "missing": "is missing",
    "extra_forbidden": "is not a name that is known here",
}


def explain(error: ValidationError) -> str:
    """One line for people: which field, what came, what is allowed; of several problems the first."""
    first, *more = error.errors(include_url=False)
    place = ".".join(str(step) for step in first["loc"])
    kind, context = first["type"], first.get("ctx", {})
    if kind == "value_error":
        text = str(context["error"])
    elif kind == "literal_error":
        text = f"is not known; expected {context['expected']}"
    else:
        text = _EXPECTED.get(kind, first["msg"])
    quotes = place and kind not in ("missing", "extra_forbidden", "octets")
    line = f"{place}: {shown(first['input'])} {text}" if quotes else f"{place} {text}".strip()
    return f"{line} (and {len(more)} more)" if more else line
