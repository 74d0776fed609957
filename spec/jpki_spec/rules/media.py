"""How certificates are used: ways of use and what they need, what is sent, what becomes of the private key."""

import z3

from jpki_spec.rules import usage_matrix as matrix
from jpki_spec.rules.registry import use_rule
from jpki_spec.rules.usage import is_confirmed
from jpki_spec.terms import Boolean, Term
from jpki_spec.usage import Use, use_constant
from jpki_spec.usage_readings import UsageLaw


@use_rule("media.possible", ja="この利用方法は可能である", clauses=[])
def is_possible(use: Use, law: UsageLaw) -> Boolean:
    """The certificate can be used in this way."""
    return z3.And(has_needed(use, law), phone_can(use, law), can_do(use, law), is_entered(use, law))


@use_rule("media.needed", ja="利用方法ごとに準備するもの", clauses=matrix.clauses("needed"))
def has_needed(use: Use, law: UsageLaw) -> Boolean:
    """What the way of use needs is at hand."""
    return matrix.holds("needed", use, law)


@use_rule("media.phones", ja="スマートフォンの機種ごとの対応", clauses=matrix.clauses("phones"))
def phone_can(use: Use, law: UsageLaw) -> Boolean:
    """The smartphone can do it on that day."""
    return matrix.holds("phones", use, law)


@use_rule("media.uses", ja="利用方法ごとの用途", clauses=matrix.clauses("uses"))
def can_do(use: Use, law: UsageLaw) -> Boolean:
    """The way of use allows for the operation."""
    return matrix.holds("uses", use, law)


@use_rule("media.entry", ja="名義人が暗証番号を入力する", clauses=["media-pin-entry"])
def is_entered(use: Use, law: UsageLaw) -> Boolean:
    """The holder enters the PIN, or what takes its place."""
    return z3.Or(use.entry.is_("pin"), z3.And(use.entry.is_("face-or-finger"), by_face_or_finger(use, law)))


@use_rule(
    "media.face-or-finger",
    ja="顔又は指の認証がPINに代わる",
    clauses=matrix.clauses("face-or-finger"),
)
def by_face_or_finger(use: Use, law: UsageLaw) -> Boolean:
    """Face or finger takes the place of the PIN."""
    return matrix.holds("face-or-finger", use, law)


@use_rule(
    "media.accepted",
    ja="サービス提供者は受け入れられる",
    clauses=["trust-inference"],
)
def is_accepted(use: Use, law: UsageLaw) -> Boolean:
    """The provider of the service can accept what it received."""
    return z3.And(is_complete(use, law), is_pair(use, law), is_confirmed(use, law))


@use_rule("media.complete", ja="必要なものがすべて届いている", clauses=[])
def is_complete(use: Use, law: UsageLaw) -> Boolean:
    """All that belongs to the operation was received."""
    return z3.If(use.operation.is_("sign"), is_signed(use, law), is_answered(use, law))


@use_rule(
    "media.signature-sends",
    ja="電子署名で届くもの",
    clauses=["media-signature-sends", "signature-use-signed", "signature-use-sent"],
)
def is_signed(use: Use, law: UsageLaw) -> Boolean:
    """For a signature: the document, its encrypted form, and the signature certificate."""
    parts = (use.document, use.encrypted_document, use.signature_certificate)
    return z3.And(*(part.is_("yes") for part in parts))


@use_rule("media.authentication-sends", ja="電子利用者証明で届くもの", clauses=["media-authentication-sends"])
def is_answered(use: Use, law: UsageLaw) -> Boolean:
    """For user authentication: the encrypted random number, and the user-authentication certificate."""
    return z3.And(use.encrypted_random.is_("yes"), use.authentication_certificate.is_("yes"))


@use_rule(
    "media.pair", ja="公開鍵で復号して鍵の対を確かめた", clauses=["verifier-decrypts", "public-key-system"]
)
def is_pair(use: Use, law: UsageLaw) -> Boolean:
    """Decryption with the public key shows that the keys are a pair."""
    return use.decryption.is_("matches")


@use_rule(
    "media.key-stays",
    ja="秘密鍵はICチップの中でだけ使われる",
    clauses=["key-pair-stays", "media-private-key-never-output", "media-encrypt-in-chip"],
)
def key_may(use: Use, law: UsageLaw) -> Boolean:
    """The private key is used inside the chip and is never output."""
    return use.key_act.is_("used-in-chip")


@use_rule("media.chip", ja="無理に読み出そうとするとICチップは壊れる", clauses=["chip-tamper-response"])
def chip_after(use: Use, law: UsageLaw) -> Term:
    """An attempt to read the private key by force destroys the chip."""
    works, destroyed = (use_constant("chip", value) for value in ("works", "destroyed"))
    return z3.If(use.key_act.is_("read-by-force"), destroyed, works)
