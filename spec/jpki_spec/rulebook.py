"""All rules of one law, applied to the symbolic life: what every interpreter and every question starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jpki_spec.fields import ITEMS
from jpki_spec.laws import Law
from jpki_spec.rules import issuance, moves, number, revocation, states, validity
from jpki_spec.rules.registry import Trace, tracing
from jpki_spec.terms import LIFE, ON, Term


@dataclass(frozen=True)
class Rulebook:
    """The terms of a law.

    `outputs`: the term of each output; `states`: the term of each item's state, over the constant `on`;
    `causes`: for each item, the terms of the events that can end it; `predicates`: further Boolean terms;
    `numbers`: whether a number's check digit is right, over the constants d1, d2, …;
    `trace`: which rule a sub-term is, by the sub-term's id.
    """

    law: Law
    outputs: Mapping[str, Term]
    states: Mapping[str, Term]
    causes: Mapping[str, Mapping[str, Term]]
    predicates: Mapping[str, Term]
    numbers: Mapping[str, Term]
    trace: Trace


ENDED_BY_EVENT = {
    "card": "card_lapses",
    "signature": "signature_revoked",
    "authentication": "authentication_revoked",
}
"""The output that says from when an event has ended an item."""


@cache
def rulebook(law: Law) -> Rulebook:
    """The terms of a law, built once."""
    dates = {
        "card_expires": validity.card_expires,
        "signature_expires": revocation.signature_expires,
        "authentication_expires": validity.authentication_expires,
        "card_renewable_from": validity.card_renewable_from,
        "signature_renewable_from": revocation.signature_renewable_from,
        "authentication_renewable_from": validity.authentication_renewable_from,
        "card_lapses": moves.card_lapses,
        "signature_revoked": revocation.signature_revoked,
        "authentication_revoked": revocation.authentication_revoked,
        "card_ends": states.card_ends,
        "signature_ends": states.signature_ends,
        "authentication_ends": states.authentication_ends,
    }
    on = {
        "card": states.card_state,
        "signature": states.signature_state,
        "authentication": states.authentication_state,
    }
    causes = {
        "card": moves.CARD_CAUSES,
        "signature": revocation.SIGNATURE_CAUSES,
        "authentication": revocation.AUTHENTICATION_CAUSES,
    }
    forms = number.NUMBER_FORMS
    with tracing() as trace:
        return Rulebook(
            law,
            outputs={name: rule(LIFE, law).term for name, rule in dates.items()}
            | {"age": validity.age_on_issue(LIFE, law)},
            states={item: on[item](LIFE, law, ON) for item in ITEMS},
            causes={item: {n: cause(LIFE, law).term for n, cause in causes[item].items()} for item in ITEMS},
            predicates={"signature_issuable": issuance.signature_issuable(LIFE, law)},
            numbers={
                "my_number": number.my_number_valid(number.digit_constants(forms["my_number"]), law),
                "resident_record_code": number.resident_record_code_valid(
                    number.digit_constants(forms["resident_record_code"]), law
                ),
            },
            trace=trace,
        )
