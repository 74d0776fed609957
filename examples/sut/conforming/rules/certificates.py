"""The two certificates: their terms (JPKI rules 13, 49) and their revocation (JPKI Act 12, 15, 31, 34)."""

from datetime import date

from .card import CONTINUED_USE_FROM, continues_abroad
from .days import after, days_after, earliest, nth_birthday_after, on_or_after
from .life import Life
from .term import Term


def authentication_term(life: Life, card: Term) -> Term:
    """The user-authentication certificate's term (JPKI rules 49): birthdays, and no longer than the card."""
    issued = life.authentication_issued
    if issued is None:
        return Term()
    expires = earliest(birthday_limit(life, issued, life.authentication_renewal), card.expires)
    return Term.of(issued, expires, recorded(life, authentication_trigger(life, issued)))


def signature_term(life: Life, card: Term, authentication: Term) -> Term:
    """The signature certificate's term (JPKI rules 13): no longer than the other one, if that is held."""
    issued = life.signature_issued
    if issued is None:
        return Term()
    held = authentication.state(issued, "revoked") == "valid"
    expires = earliest(
        birthday_limit(life, issued, life.signature_renewal),
        authentication.expires if held else None,
        card.expires,
    )
    return Term.of(issued, expires, recorded(life, signature_trigger(life, issued)))


def birthday_limit(life: Life, issued: date, renewal: str) -> date:
    """The fifth birthday after the issue, or the sixth after a renewal in the window (13 (i), 49 (i))."""
    return nth_birthday_after(life.born, issued, 6 if renewal == "window" else 5)


def recorded(life: Life, trigger: date | None) -> date | None:
    """The day of revocation: that of the issuing body's record, where it is later (JPKI Act 15(1), 34(1))."""
    if trigger is None or life.revocation_recorded is None:
        return trigger
    return max(trigger, life.revocation_recorded)


def signature_trigger(life: Life, issued: date) -> date | None:
    """The earliest event that revokes the signature certificate (JPKI Act 9 and 12).

    A certificate issued on the day of a correction already carries it.
    """
    return earliest(
        after(life.record_corrected, issued) if life.correction != "minor" else None,
        deletion_by_move(life, issued),
        None if issued_for_use_abroad(life, issued) else on_or_after(life.left_japan, issued),
        on_or_after(life.died, issued),
        on_or_after(life.record_deleted, issued),
        on_or_after(life.signature_revocation_requested, issued),
    )


def deletion_by_move(life: Life, issued: date) -> date | None:
    """The day on which a move inside Japan deletes the register entry on which the certificate was issued.

    As planned, or notified later, or as soon as the new municipality reports the notice of moving in. What is
    issued from that notice on rests on the new entry.
    """
    if life.moveout_notified is None:
        return None
    noticed = on_or_after(life.movein_notified, life.moveout_notified)
    if noticed is not None and issued >= noticed:
        return None
    planned = earliest(life.moveout_planned or life.moveout_notified, noticed)
    deleted = max(life.moveout_notified, planned or life.moveout_notified)
    return on_or_after(deleted, issued)


def issued_for_use_abroad(life: Life, issued: date) -> bool:
    """Issued between the notice of moving abroad and the move (JPKI Act 12 (ii), in brackets)."""
    left, presented = life.left_japan, life.card_presented_abroad
    if left is None or presented is None:
        return False
    return left >= CONTINUED_USE_FROM and presented <= issued <= left


def authentication_trigger(life: Life, issued: date) -> date | None:
    """The earliest event that revokes the user-authentication certificate (JPKI Act 28 and 31).

    A correction does not touch it, and of a move only the 30 days do.
    """
    return earliest(
        unfinished_move(life, issued),
        None if continues_abroad(life) else on_or_after(life.left_japan, issued),
        on_or_after(life.died, issued),
        on_or_after(life.record_deleted, issued),
        on_or_after(life.authentication_revocation_requested, issued),
    )


def unfinished_move(life: Life, issued: date) -> date | None:
    """30 days have passed since the planned move without a notice of moving in (JPKI Act 31 (ii))."""
    too_late = days_after(life.moveout_planned, 31)
    began = on_or_after(life.moveout_notified, issued)
    if too_late is None or began is None:
        return None
    notified = on_or_after(life.movein_notified, began)
    return None if notified is not None and notified < too_late else max(too_late, began)
