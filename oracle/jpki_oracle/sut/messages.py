"""The messages between the oracle and a system under test, defined once.

`METHODS` maps each capability to its parameters and its result. What the oracle sends may hold nothing that
is not declared here; what a system answers may hold more, which is ignored. No type is converted: a date is
a string `YYYY-MM-DD` that exists, a truth value is `true` or `false`.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from jpki_model.world.events import ENTRIES, GROUNDS, ITEMS_WITH_KEYS, KINDS, RESIDENCES
from jpki_spec.fields import ITEMS, OUTPUTS, STATES, VALIDITY_OUTPUTS
from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, create_model, model_validator

from jpki_oracle.sut.issue_messages import ISSUE_METHODS
from jpki_oracle.sut.message_types import (
    Day as Day,
)
from jpki_oracle.sut.message_types import (
    DayOrNone,
    LifeMessage,
    Octets,
    Parameters,
    Result,
    may_be_left_out,
    without_default,
)
from jpki_oracle.sut.pki_messages import AuthorityParams, AuthorityResult, VerifierParams, VerifierResult
from jpki_oracle.sut.quoting import shown
from jpki_oracle.sut.services_messages import ServicesParams, ServicesResult

PROTOCOL = 1
"""The version of the protocol that is spoken here."""


def _whole(value: object) -> object:
    if type(value) is not int:  # True and 1.0 are equal to 1
        raise ValueError(f"is not a whole number; expected {PROTOCOL}")
    return value


if TYPE_CHECKING:  # the fields are those of the specification, so a type checker cannot know them

    class ValidityResult(Result):
        """Last valid days (inclusive), and first days of early renewal; null says that there is none."""

    class StatusResult(Result):
        """The states on one day, and causes in the system's own words where it gives them."""
else:
    ValidityResult = create_model(
        "ValidityResult",
        __base__=Result,
        __doc__="Last valid days (inclusive), and first days of early renewal; null says that there is none.",
        **{name: (DayOrNone, may_be_left_out(OUTPUTS[name].meaning.en)) for name in VALIDITY_OUTPUTS},
    )
    StatusResult = create_model(
        "StatusResult",
        __base__=Result,
        __doc__="The states on one day, and causes in the system's own words where it gives them.",
        **{item: (Literal[STATES[item]], may_be_left_out(f"state of the {item}")) for item in ITEMS},
        causes=(dict[str, str], may_be_left_out("why an item is not valid, by the item's name")),
    )


class Description(Result):
    """The result of `describe`, with which a session starts: who answers, and what it can be asked."""

    protocol: Annotated[Literal[1], BeforeValidator(_whole)]
    name: str
    version: str
    capabilities: list[str]
    edition: str | None = None
    readings: dict[str, str] = Field(default={})


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

    number: str = Field(default="", description="a My Number", json_schema_extra=without_default)
    resident_record_code: str = Field(default="", json_schema_extra=without_default)

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
        default="", description="a command APDU (ISO/IEC 7816-4)", json_schema_extra=without_default
    )
    power: Literal["on", "off", "reset"] = Field(
        default="on", description="`reset` keeps the power", json_schema_extra=without_default
    )

    @model_validator(mode="after")
    def _one_request(self) -> "CardParams":
        if len(self.model_fields_set) != 1:
            raise ValueError("exactly one of apdu, power is needed")
        return self


class CardResult(Result):
    """What the card said: the response to a command, the answer to reset, or nothing (power off)."""

    response: Octets | None = may_be_left_out("the response APDU, which ends with SW1 and SW2")
    atr: Octets | None = may_be_left_out("the answer to reset, for power `on` and `reset`")


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
        name: (choices.get(name, Day) | None, may_be_left_out(f"for {', '.join(_kinds_with(name))}"))
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
        person=(str, Field(default="", description="whom it is about", json_schema_extra=without_default)),
        **_event_fields(),
    )


class LifecycleResident(Parameters):
    """Somebody in the register on a session's first day; a card was delivered on the day on which it was made."""

    person: str
    birth: Day
    residence: Literal["citizen", "permanent", "limited", "landing", "transitional"] | None = may_be_left_out(
        "citizen, if not stated"
    )
    stay_expires: Day | None = may_be_left_out("last day of the stay")
    nationality_lost: Day | None = may_be_left_out("day on which the nationality was lost")
    card_requested: Day | None = may_be_left_out("day of the application; that of making, if not stated")
    card_made: Day | None = may_be_left_out("day on which the card was made")
    authentication_issued: Day | None = may_be_left_out("day of issue")
    signature_issued: Day | None = may_be_left_out("day of issue")


class LifecycleParams(Parameters):
    """Begin a session on a day with these residents, let an event happen, or end it: exactly one of the three."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [name]} for name in ("start", "event", "close")]}
    )

    session: str = Field(description="a name; sessions know nothing of one another")
    start: Day | None = may_be_left_out("the first day")
    residents: list[LifecycleResident] | None = may_be_left_out("with `start`: who is in the register")
    event: LifecycleEvent | None = may_be_left_out("what happens next")
    close: bool | None = may_be_left_out("true: the session is over")

    @model_validator(mode="after")
    def _one_request(self) -> "LifecycleParams":
        if len(self.model_fields_set - {"session", "residents"}) != 1:
            raise ValueError("exactly one of start, event, close is needed")
        return self


_CARD_STATES = Literal["not_yet", "valid", "suspended", "expired", "lapsed"]
_CERTIFICATE_STATES = Literal["not_yet", "valid", "suspended", "expired", "revoked"]


class LifecycleResult(Result):
    """After an event: was it accepted, and what holds on that day of the card and certificates got last."""

    accepted: bool = may_be_left_out("false: an office refuses it, or it cannot happen")
    clause: str | None = may_be_left_out("by what it was refused, in the system's own words")
    card: _CARD_STATES = may_be_left_out("state of the card")
    signature: _CERTIFICATE_STATES = may_be_left_out("state of the signature certificate")
    authentication: _CERTIFICATE_STATES = may_be_left_out("state of the user-authentication certificate")
    signature_pin: Literal["open", "locked"] = may_be_left_out("whether wrong entries locked it")
    authentication_pin: Literal["open", "locked"] = may_be_left_out("whether wrong entries locked it")


class Method(NamedTuple):
    """What is asked and answered for one capability."""

    params: type[Parameters]
    result: type[Result]


METHODS: dict[str, Method] = {
    "validity": Method(ValidityParams, ValidityResult),
    "status": Method(StatusParams, StatusResult),
    "number": Method(NumberParams, NumberResult),
    "lifecycle": Method(LifecycleParams, LifecycleResult),
    "services": Method(ServicesParams, ServicesResult),
    "card": Method(CardParams, CardResult),
    "authority": Method(AuthorityParams, AuthorityResult),
    "verifier": Method(VerifierParams, VerifierResult),
    **{role: Method(*messages) for role, messages in ISSUE_METHODS.items()},
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
