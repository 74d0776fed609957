"""How cards and certificates are issued, and which information flows between the parts of the service."""

import z3

from jpki_spec.rules import usage_matrix as matrix
from jpki_spec.rules.registry import use_rule
from jpki_spec.terms import Boolean, Term
from jpki_spec.usage import Use
from jpki_spec.usage_readings import KEY_PAIR, UsageLaw

MADE_SO = {
    "chip": ("made-in-chip", "public-key-to-agency", "certificate-from-agency"),
    "municipality": ("issued-by-mayor", "public-key-to-agency", "certificate-from-agency"),
    "authority": ("made-by-agency", "sent-by-agency", "certificate-from-agency"),
}
"""What happens to the key pair, by who makes it."""


@use_rule("procedure.card", ja="カードを交付できる", clauses=["card-issue-on-application"])
def card_may_be_issued(use: Use, law: UsageLaw) -> Boolean:
    """The mayor issues a card to a person who has applied, after checking the identity strictly."""
    return z3.And(use.applied.is_("yes"), use.identity.is_("strictly-checked"), use.issued_by.is_("mayor"))


@use_rule("procedure.card-work", ja="カードの事務を行う者", clauses=matrix.clauses("card-work"))
def body_for(use: Use, law: UsageLaw) -> Term:
    """Who does the work on cards."""
    return matrix.value("card-work", "body", use, law)


@use_rule(
    "procedure.card-standard", ja="電子証明書は標準でカードに載る", clauses=["certificate-standard-on-card"]
)
def is_standard(use: Use, law: UsageLaw) -> Boolean:
    """Since the My Number system began, the card carries the certificates as standard."""
    return use.number_system.is_("since")


@use_rule("procedure.identity-check", ja="申請者の確認は足りている", clauses=["flow-identity-check-premise"])
def is_checked(use: Use, law: UsageLaw) -> Boolean:
    """The applicant for a certificate has been checked as required."""
    return z3.And(has_record(use, law), is_face_to_face(use, law), is_proven(use, law))


@use_rule("procedure.identity-record", ja="住民票を基礎とする", clauses=["certificate-issue-basis"])
def has_record(use: Use, law: UsageLaw) -> Boolean:
    """The municipality has a resident record of the applicant."""
    return use.resident_record.is_("yes")


@use_rule(
    "procedure.identity-face",
    ja="市町村の窓口で対面により確認する",
    clauses=["certificate-issue-face-to-face"],
)
def is_face_to_face(use: Use, law: UsageLaw) -> Boolean:
    """The check is made face to face at the municipality."""
    return use.setting.is_("face-to-face")


@use_rule(
    "procedure.identity-documents", ja="示された書類が住民票と一致する", clauses=["issue-identity-documents"]
)
def is_proven(use: Use, law: UsageLaw) -> Boolean:
    """A document with a photograph, or the reply to a letter of inquiry, agrees with the resident record."""
    return z3.And(use.proof.is_("photo-document", "inquiry-reply"), use.agreement.is_("yes"))


@use_rule("procedure.issue-step", ja="電子証明書の発行の手順", clauses=matrix.clauses("issue-step"))
def is_next_step(use: Use, law: UsageLaw) -> Boolean:
    """The six steps of the issue follow each other, each taken by its own party."""
    return matrix.holds("issue-step", use, law)


@use_rule(
    "procedure.key-pair",
    ja="鍵ペアの生成と受渡し",
    clauses=[
        "key-pair-by-municipality",
        "key-pair-by-authority",
        "signature-application-key-sent",
        "signature-application-certified",
        "key-pair-stays",
    ],
)
def key_pair_is(use: Use, law: UsageLaw) -> Boolean:
    """What happens to the key pair follows from who makes it."""
    return use.key_event.is_(*MADE_SO[law.law.reading(KEY_PAIR)])


@use_rule("procedure.flow", ja="サービスの情報の流れ", clauses=matrix.clauses("flow"))
def is_flow(use: Use, law: UsageLaw) -> Boolean:
    """Which information flows from whom to whom."""
    return matrix.holds("flow", use, law)
