"""What revokes a certificate before its end, and the signature certificate's own end, which another can cap.

Each cause gives the first day on which the certificate is not valid any more, or `never`.
"""

import z3

from jpki_spec.calendar import day_after_lapse_of, on_or_after
from jpki_spec.laws import Law
from jpki_spec.rules.moves import card_lapses, concerned_by_move, continued_abroad, first_movein_notice
from jpki_spec.rules.registry import rule
from jpki_spec.rules.validity import (
    authentication_expires,
    card_expires,
    certificate_birthday,
    renewable_from,
)
from jpki_spec.terms import Boolean, Date, Life, choose, first, last, literal, never


@rule(
    "revocation.authentication", ja="利用者証明用電子証明書が失効する日", clauses=["jpki-revocation-instant"]
)
def authentication_revoked(life: Life, law: Law) -> Date:
    """First day on which the user-authentication certificate is revoked; none after its expiry."""
    event = first(*(cause(life, law) for cause in AUTHENTICATION_CAUSES.values()))
    return _before_expiry(_recorded(event, life, law), authentication_expires(life, law))


@rule(
    "revocation.authentication-deletion",
    ja="住民票の消除（死亡・国外転出・職権）による利用者証明用電子証明書の失効",
    clauses=["certificate-revocation-deletion", "jpki-authentication-revocation-record"],
)
def authentication_deletion(life: Life, law: Law) -> Date:
    """The user-authentication certificate is revoked as the resident record is deleted."""
    issued = life.authentication_issued
    left = choose(continued_abroad(life, law), never, on_or_after(life.left_japan, issued, never))
    return first(on_or_after(life.died, issued, never), on_or_after(life.record_deleted, issued, never), left)


@rule(
    "revocation.authentication-move",
    ja="転出予定日から30日の経過による利用者証明用電子証明書の失効",
    clauses=["jpki-authentication-revocation-record"],
)
def authentication_move(life: Life, law: Law) -> Date:
    """The user-authentication certificate is revoked thirty days after the planned move without a notice."""
    if not law.speaks_of("authentication_days_after_planned"):
        return never
    overdue = day_after_lapse_of(life.moveout_planned, law.number("authentication_days_after_planned"), law)
    begun = concerned_by_move(life.authentication_issued, overdue, life, law)
    late = z3.And(begun, overdue <= first_movein_notice(life, law))
    return choose(late, last(overdue, life.moveout_notified), never)


@rule(
    "revocation.authentication-request",
    ja="利用者証明用電子証明書の失効申請",
    clauses=["jpki-revocation-request"],
)
def authentication_request(life: Life, law: Law) -> Date:
    """The holder asked for the user-authentication certificate to be revoked."""
    requested = life.authentication_revocation_requested
    return (
        on_or_after(requested, life.authentication_issued, never)
        if law.speaks_of("revocation_on_request")
        else never
    )


def _authentication_with_card(life: Life, law: Law) -> Date:
    return _with_card(life, life.authentication_issued, law)


AUTHENTICATION_CAUSES = {
    "record_deleted": authentication_deletion,
    "move_not_notified": authentication_move,
    "requested": authentication_request,
    "card_lapsed": _authentication_with_card,
}
"""What can revoke the user-authentication certificate, by the name under which reports speak of it."""


@rule("revocation.signature", ja="署名用電子証明書が失効する日", clauses=["jpki-revocation-instant"])
def signature_revoked(life: Life, law: Law) -> Date:
    """First day on which the signature certificate is revoked; none after its expiry."""
    event = first(*(cause(life, law) for cause in SIGNATURE_CAUSES.values()))
    return _before_expiry(_recorded(event, life, law), signature_expires(life, law))


@rule(
    "revocation.signature-deletion",
    ja="住民票の消除（死亡・国外転出・職権）による署名用電子証明書の失効",
    clauses=["certificate-revocation-deletion", "jpki-signature-revocation-record"],
)
def signature_deletion(life: Life, law: Law) -> Date:
    """The signature certificate is revoked as the resident record is deleted."""
    issued = life.signature_issued
    left = choose(_issued_for_abroad(life, law), never, on_or_after(life.left_japan, issued, never))
    return first(on_or_after(life.died, issued, never), on_or_after(life.record_deleted, issued, never), left)


@rule(
    "revocation.signature-attributes",
    ja="４情報の異動による署名用電子証明書の失効",
    clauses=[
        "certificate-revocation-attributes",
        "jpki-signature-revocation-record",
        "jpki-signature-minor-corrections",
    ],
)
def signature_attributes(life: Life, law: Law) -> Date:
    """The signature certificate is revoked as name, address, birth or sex on the record changes."""
    same_day = law.reads("correction-on-issue-day", "after-issue")
    issued, corrected = life.signature_issued, life.record_corrected
    after = issued <= corrected if same_day else issued < corrected
    return choose(z3.And(z3.Not(life.correction.is_("minor")), after), corrected, never)


@rule(
    "revocation.signature-move",
    ja="市町村をまたぐ引越しによる署名用電子証明書の失効",
    clauses=[
        "certificate-revocation-attributes",
        "jpki-signature-revocation-record",
        "register-record-deleted",
    ],
)
def signature_move(life: Life, law: Law) -> Date:
    """The signature certificate is revoked as the old municipality deletes the record of somebody who moves.

    That is done on the planned day, or sooner by a notice of moving in; until then it is issued on the old record.
    """
    notified, moved_in, issued = life.moveout_notified, first_movein_notice(life, law), life.signature_issued
    planned = choose(life.moveout_planned.exists, life.moveout_planned, notified)
    deleted = last(notified, first(planned, moved_in))
    ends = deleted
    if law.reads("signature-ends-on-moveout", "filing"):
        ends = choose(issued <= notified, notified, deleted)
    return choose(z3.And(deleted.exists, issued <= deleted, issued < moved_in), ends, never)


@rule("revocation.signature-request", ja="署名用電子証明書の失効申請", clauses=["jpki-revocation-request"])
def signature_request(life: Life, law: Law) -> Date:
    """The holder asked for the signature certificate to be revoked."""
    requested = life.signature_revocation_requested
    return (
        on_or_after(requested, life.signature_issued, never)
        if law.speaks_of("revocation_on_request")
        else never
    )


def _signature_with_card(life: Life, law: Law) -> Date:
    return _with_card(life, life.signature_issued, law)


def _signature_with_authentication(life: Life, law: Law) -> Date:
    if law.reads("authentication-revocation-and-signature", "independent"):
        return never
    return on_or_after(authentication_revoked(life, law), life.signature_issued, never)


SIGNATURE_CAUSES = {
    "record_deleted": signature_deletion,
    "attributes_changed": signature_attributes,
    "moved": signature_move,
    "requested": signature_request,
    "card_lapsed": _signature_with_card,
    "authentication_revoked": _signature_with_authentication,
}
"""What can revoke the signature certificate, by the name under which reports speak of it."""


@rule(
    "validity.signature",
    ja="署名用電子証明書の有効期間が満了する日",
    clauses=["jpki-signature-validity", "jpki-cap-by-card"],
)
def signature_expires(life: Life, law: Law) -> Date:
    """Last day on which the signature certificate is valid."""
    expires = certificate_birthday(life, life.signature_issued, life.signature_renewal, law)
    if law.speaks_of("certificate_capped_by_card"):
        expires = first(expires, card_expires(life, law))
    if law.speaks_of("signature_capped_by_authentication"):
        cap = choose(holds_authentication(life, law), authentication_expires(life, law), never)
        expires = first(expires, cap)
    return choose(life.signature_issued.exists, expires, never)


@rule(
    "validity.holds-authentication",
    ja="署名用の発行の日に利用者証明用電子証明書を有しているか",
    clauses=["jpki-cap-by-authentication"],
)
def holds_authentication(life: Life, law: Law) -> Boolean:
    """A valid user-authentication certificate is held when the signature certificate is issued."""
    day = life.signature_issued
    return z3.And(
        life.authentication_issued <= day,
        day <= authentication_expires(life, law),
        day < authentication_revoked(life, law),
    )


@rule(
    "validity.signature-renewable",
    ja="署名用電子証明書の更新を申請できる最初の日",
    clauses=["jpki-signature-validity", "practice-renewal-opening-day"],
)
def signature_renewable_from(life: Life, law: Law) -> Date:
    """First day on which the signature certificate can be renewed early."""
    return renewable_from(signature_expires(life, law), law)


def _issued_for_abroad(life: Life, law: Law) -> Boolean:
    """Issued after the notice of moving abroad, for use there (Act, article 12 (ii), in brackets)."""
    if not law.speaks_of("continued_use_abroad_from"):
        return z3.BoolVal(False)
    since, issued = law.day("continued_use_abroad_from"), life.signature_issued
    return z3.And(
        literal(since.year, since.month, since.day) <= life.left_japan,
        life.card_presented_abroad <= issued,
        issued <= life.left_japan,
    )


def _with_card(life: Life, issued: Date, law: Law) -> Date:
    if law.reads("card-lapse-and-certificates", "independent"):
        return never
    return on_or_after(card_lapses(life, law), issued, never)


def _recorded(event: Date, life: Life, law: Law) -> Date:
    """The day on which the issuing body recorded the event, where that is known and later."""
    if not law.speaks_of("revocation_when_recorded") or law.reads("revocation-instant", "event"):
        return event
    recorded = life.revocation_recorded
    later = z3.And(event.exists, recorded.exists, event < recorded)
    return choose(later, recorded, event)


def _before_expiry(event: Date, expires: Date) -> Date:
    return choose(event <= expires, event, never)
