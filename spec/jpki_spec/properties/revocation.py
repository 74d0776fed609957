"""What ends a certificate, and what does not."""

import z3

from jpki_spec.laws import Law
from jpki_spec.properties.registry import LAWS_IN_FORCE, Claim, holds
from jpki_spec.properties.vocabulary import (
    is_in_state,
    nothing_else_happened,
    outcome,
)
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, ON, Date, Life


@holds(
    "death-ends-both-certificates",
    "nobody's certificate is valid on or after the day of death, once the issuing body has recorded it",
    "死亡が記録された後、いずれの電子証明書も有効でない",
)
def _(law: Law) -> Claim:
    recorded = z3.Or(z3.Not(LIFE.revocation_recorded.exists), LIFE.revocation_recorded <= ON)
    dead = z3.And(LIFE.died.exists, LIFE.died <= ON, recorded)
    alive = z3.Or(is_in_state(law, "signature", "valid"), is_in_state(law, "authentication", "valid"))
    return Claim(dead, z3.Not(alive))


@holds(
    "address-ends-only-signature",
    "a change of the address inside a municipality ends the signature certificate and leaves the other alone",
    "市町村内の住所の変更では署名用電子証明書のみが失効する",
)
def _(law: Law) -> Claim:
    others = (
        *("died", "left_japan", "record_deleted", "card_returned", "reissue_requested", "moveout_notified"),
        *("signature_revocation_requested", "authentication_revocation_requested", "revocation_recorded"),
    )
    moved = z3.And(
        LIFE.correction.is_("address"),
        LIFE.record_corrected.exists,
        LIFE.signature_issued < LIFE.record_corrected,
        LIFE.record_corrected <= outcome(law, "signature_expires"),
        LIFE.authentication_issued.exists,
        *(z3.Not(getattr(LIFE, name).exists) for name in others),
    )
    only = z3.And(
        outcome(law, "signature_revoked") == LIFE.record_corrected,
        z3.Not(outcome(law, "authentication_revoked").exists),
        z3.Not(outcome(law, "card_lapses").exists),
    )
    return Claim(moved, only)


@holds(
    "minor-correction-ends-nothing",
    "a slight correction of the record ends nothing",
    "軽微な修正では何も失効しない",
)
def _(law: Law) -> Claim:
    minor = z3.And(LIFE.correction.is_("minor"), LIFE.record_corrected.exists, LIFE.signature_issued.exists)
    ends = [outcome(law, name).term for name in ("card_ends", "signature_ends", "authentication_ends")]
    never = Date(z3.Const("never", LIFE.birth.term.sort()))
    same = [end == z3.substitute(end, (LIFE.record_corrected.term, never.term)) for end in ends]
    return Claim(minor, z3.And(*same))


@holds(
    "corrections-never-end-authentication",
    "no correction of the record ever ends the user-authentication certificate",
    "記載の修正で利用者証明用電子証明書が失効することはない",
)
def _(law: Law) -> Claim:
    end = outcome(law, "authentication_ends").term
    other = Life.symbolic("_other")
    changed = z3.substitute(
        end,
        (LIFE.record_corrected.term, other.record_corrected.term),
        (LIFE.correction.term, other.correction.term),
    )
    return Claim(z3.And(LIFE.record_corrected.exists, LIFE.authentication_issued.exists), end == changed)


@holds(
    "move-ends-signature-before-authentication",
    "in a move inside Japan the signature certificate ends no later than the user-authentication certificate by it",
    "国内の引越しで、署名用電子証明書は利用者証明用電子証明書より後に失効しない",
    LAWS_IN_FORCE,
)
def _(law: Law) -> Claim:
    causes = rulebook(law).causes
    signature, authentication = (
        Date(causes["signature"]["moved"]),
        Date(causes["authentication"]["move_not_notified"]),
    )
    issued = z3.And(LIFE.signature_issued < LIFE.moveout_notified, LIFE.moveout_planned.exists)
    return Claim(z3.And(issued, authentication.exists), signature <= authentication)


@holds(
    "move-spares-what-follows-its-notice",
    "a move does not revoke a signature certificate issued on the day of its notice of moving in or later",
    "引越しの転入届の日以後に発行された署名用電子証明書は、その引越しでは失効しない",
)
def _(law: Law) -> Claim:
    moved = Date(rulebook(law).causes["signature"]["moved"])
    noticed = z3.And(LIFE.movein_notified.exists, LIFE.moveout_notified <= LIFE.movein_notified)
    issued = z3.And(LIFE.signature_issued.exists, LIFE.movein_notified <= LIFE.signature_issued)
    return Claim(z3.And(noticed, issued), z3.Not(moved.exists))


@holds(
    "move-ends-what-rests-on-the-old-record",
    "no signature certificate issued before a move's notice of moving in is valid after the planned day",
    "転入届の前に発行された署名用電子証明書は、転出届の後、転出予定日が過ぎれば有効でない",
    LAWS_IN_FORCE,
)
def _(law: Law) -> Claim:
    moved_out = z3.And(LIFE.moveout_planned.exists, LIFE.moveout_notified <= ON, LIFE.moveout_planned <= ON)
    on_old_record = z3.And(
        LIFE.signature_issued <= LIFE.moveout_notified,
        z3.Or(z3.Not(LIFE.movein_notified.exists), LIFE.moveout_notified < LIFE.movein_notified),
    )
    recorded = z3.Not(LIFE.revocation_recorded.exists)
    return Claim(z3.And(moved_out, on_old_record, recorded), z3.Not(is_in_state(law, "signature", "valid")))


@holds(
    "fourteen-days-spare-authentication",
    "missing the fourteen days after moving in lapses the card but not the user-authentication certificate",
    "転入から14日を過ぎるとカードは失効するが、利用者証明用電子証明書は失効しない",
    LAWS_IN_FORCE,
    (("deadline-on-holiday", "weekends"), ("card-lapse-and-certificates", "revoked-together")),
)
def _(law: Law) -> Claim:
    missed = z3.And(
        LIFE.card_issued <= LIFE.moveout_notified,
        LIFE.authentication_issued <= LIFE.moveout_notified,
        LIFE.moveout_notified <= LIFE.moved_in,
        LIFE.moveout_planned == LIFE.moved_in,
        LIFE.moved_in.exists,
        LIFE.movein_notified == LIFE.moved_in.plus_days(20),
        LIFE.movein_notified <= outcome(law, "card_expires"),
        z3.Not(LIFE.authentication_revocation_requested.exists),
        nothing_else_happened(),
    )
    lapsed = outcome(law, "card_lapses") == LIFE.moved_in.plus_days(15)
    return Claim(missed, z3.And(lapsed, z3.Not(outcome(law, "authentication_revoked").exists)))


@holds(
    "requests-end-one",
    "a request to revoke the signature certificate leaves the user-authentication certificate alone",
    "署名用電子証明書の失効申請は利用者証明用電子証明書に影響しない",
)
def _(law: Law) -> Claim:
    end = outcome(law, "authentication_ends").term
    other = Life.symbolic("_other").signature_revocation_requested
    changed = z3.substitute(end, (LIFE.signature_revocation_requested.term, other.term))
    return Claim(
        z3.And(LIFE.signature_revocation_requested.exists, LIFE.authentication_issued.exists), end == changed
    )


@holds("revoked-after-issue", "no certificate is revoked before its issue", "電子証明書は発行前に失効しない")
def _(law: Law) -> Claim:
    signature, authentication = outcome(law, "signature_revoked"), outcome(law, "authentication_revoked")
    after = z3.And(
        z3.Implies(signature.exists, LIFE.signature_issued <= signature),
        z3.Implies(authentication.exists, LIFE.authentication_issued <= authentication),
    )
    return Claim(z3.Or(signature.exists, authentication.exists), after)
