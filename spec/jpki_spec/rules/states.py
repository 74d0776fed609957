"""What holds on a day: the last day of use of each item, and its state."""

import z3

from jpki_spec.laws import Law
from jpki_spec.rules.moves import card_lapses
from jpki_spec.rules.registry import rule
from jpki_spec.rules.revocation import authentication_revoked, signature_expires, signature_revoked
from jpki_spec.rules.validity import authentication_expires, card_expires
from jpki_spec.terms import STATE_VALUES, Date, Life, Term, first


@rule("states.card-ends", ja="カードを使える最後の日", clauses=["act-card-validity", "period-last-day"])
def card_ends(life: Life, law: Law) -> Date:
    """Last day on which the card can be used."""
    return _last_usable(card_expires(life, law), card_lapses(life, law))


@rule(
    "states.signature-ends",
    ja="署名用電子証明書を使える最後の日",
    clauses=["jpki-revocation-instant", "period-last-day"],
)
def signature_ends(life: Life, law: Law) -> Date:
    """Last day on which the signature certificate can be used."""
    return _last_usable(signature_expires(life, law), signature_revoked(life, law))


@rule(
    "states.authentication-ends",
    ja="利用者証明用電子証明書を使える最後の日",
    clauses=["jpki-revocation-instant", "period-last-day"],
)
def authentication_ends(life: Life, law: Law) -> Date:
    """Last day on which the user-authentication certificate can be used."""
    return _last_usable(authentication_expires(life, law), authentication_revoked(life, law))


@rule("states.card", ja="カードの状態", clauses=["act-card-validity", "period-last-day"])
def card_state(life: Life, law: Law, on: Date) -> Term:
    """State of the card on a day."""
    return _state(life.card_issued, card_expires(life, law), card_lapses(life, law), "lapsed", on)


@rule("states.signature", ja="署名用電子証明書の状態", clauses=["jpki-revocation-instant", "period-last-day"])
def signature_state(life: Life, law: Law, on: Date) -> Term:
    """State of the signature certificate on a day."""
    return _state(
        life.signature_issued, signature_expires(life, law), signature_revoked(life, law), "revoked", on
    )


@rule(
    "states.authentication",
    ja="利用者証明用電子証明書の状態",
    clauses=["jpki-revocation-instant", "period-last-day"],
)
def authentication_state(life: Life, law: Law, on: Date) -> Term:
    """State of the user-authentication certificate on a day."""
    expires, revoked = authentication_expires(life, law), authentication_revoked(life, law)
    return _state(life.authentication_issued, expires, revoked, "revoked", on)


def _last_usable(expires: Date, ended: Date) -> Date:
    return first(expires, ended.plus_days(-1))


def _state(issued: Date, expires: Date, ended: Date, ended_by_event: str, on: Date) -> Term:
    after_expiry = z3.If(expires < on, STATE_VALUES["expired"], STATE_VALUES["valid"])
    issued_state = z3.If(ended <= on, STATE_VALUES[ended_by_event], after_expiry)
    return z3.If(on < issued, STATE_VALUES["not_yet"], issued_state)
