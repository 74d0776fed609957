"""Who may use what for which purpose: certificates, the number, the face, added entries, the seal, the free area."""

import z3

from jpki_spec.rules import usage_matrix as matrix
from jpki_spec.rules.registry import use_rule
from jpki_spec.terms import Boolean, Term
from jpki_spec.usage import Use, use_constant
from jpki_spec.usage_readings import UsageLaw

NAMED = ("administrative", "employer", "named-otherwise")
LAWFUL = ("social-security", "tax", "disaster-response", "ordinance")


@use_rule("usage.certificate", ja="サービスに使う電子証明書の種類", clauses=matrix.clauses("certificate"))
def certificate_for(use: Use, law: UsageLaw) -> Term:
    """Which certificate a service takes."""
    return matrix.value("certificate", "certificate", use, law)


@use_rule("usage.service", ja="サービスは成立する", clauses=["trust-inference", "trust-presentation"])
def service_goes_ahead(use: Use, law: UsageLaw) -> Boolean:
    """A service goes ahead for whoever presents the certificate that it takes."""
    return z3.And(is_held(use, law), may_rely(use, law), is_confirmed(use, law))


@use_rule(
    "usage.held",
    ja="サービスに使う電子証明書がカードにある",
    clauses=["signature-certificate-uses", "authentication-certificate-uses"],
)
def is_held(use: Use, law: UsageLaw) -> Boolean:
    """The card has the certificate that the service takes."""
    takes_signature = certificate_for(use, law) == use_constant("certificate", "signature")
    return z3.If(takes_signature, use.holds_signature.is_("yes"), use.holds_authentication.is_("yes"))


@use_rule("usage.reliance", ja="電子証明書を利用できる者である", clauses=[])
def may_rely(use: Use, law: UsageLaw) -> Boolean:
    """The party may rely on the certificates."""
    return z3.Or(is_public(use, law), z3.And(is_open_to_private(use, law), is_approved(use, law)))


@use_rule("usage.reliance-public", ja="行政機関等である", clauses=["certificate-users-public"])
def is_public(use: Use, law: UsageLaw) -> Boolean:
    """It is an administrative body."""
    return use.relying_party.is_("administrative")


@use_rule(
    "usage.reliance-private",
    ja="総務大臣が認めた民間事業者である",
    clauses=["certificate-users-private", "verifier-private"],
)
def is_approved(use: Use, law: UsageLaw) -> Boolean:
    """It is a private business with the Minister's approval."""
    if law.reads("approval-of-businesses", "any"):
        return use.relying_party.is_("accredited", "approved-otherwise")
    return use.relying_party.is_("accredited")


@use_rule("usage.reliance-opened", ja="民間にも開放された後である", clauses=["service-open-to-private"])
def is_open_to_private(use: Use, law: UsageLaw) -> Boolean:
    """The service is open to private bodies."""
    return use.number_system.is_("since")


@use_rule(
    "usage.confirmed",
    ja="機構が電子証明書の有効性を確認した",
    clauses=["application-needs-status", "flow-status-checked", "verifier-confirms-status"],
)
def is_confirmed(use: Use, law: UsageLaw) -> Boolean:
    """J-LIS has confirmed that the certificate is valid."""
    return use.confirmation.is_("valid")


@use_rule("usage.protection", ja="電子証明書が防ぐ脅威", clauses=matrix.clauses("protection"))
def guards(use: Use, law: UsageLaw) -> Boolean:
    """Which threat a certificate guards against."""
    return matrix.holds("protection", use, law)


@use_rule("usage.number", ja="個人番号を扱える", clauses=[])
def number_allowed(use: Use, law: UsageLaw) -> Boolean:
    """A My Number may be handled so."""
    if law.reads("number-collected-for", "any-affairs"):
        collected = is_named_to_collect(use, law)
        used = z3.And(is_named_to_use(use, law), is_lawful(use, law))
        return z3.If(use.number_act.is_("use"), used, collected)
    party = z3.If(use.number_act.is_("use"), is_named_to_use(use, law), is_named_to_collect(use, law))
    return z3.And(party, is_lawful(use, law))


@use_rule("usage.number-users", ja="法令が定める者だけが個人番号を利用できる", clauses=["number-users"])
def is_named_to_use(use: Use, law: UsageLaw) -> Boolean:
    """Only a party that laws and orders name may use it."""
    return use.requester.is_(*NAMED)


@use_rule(
    "usage.number-collection",
    ja="法令に定めのない者は個人番号を収集・保管できない",
    clauses=["number-collection", "number-on-back"],
)
def is_named_to_collect(use: Use, law: UsageLaw) -> Boolean:
    """No party but one that laws and orders name may collect or keep it, in whichever way."""
    return z3.Not(use.requester.is_("not-named"))


@use_rule("usage.number-purpose", ja="個人番号を利用できる事務である", clauses=["number-purpose"])
def is_lawful(use: Use, law: UsageLaw) -> Boolean:
    """The affairs are laid down by law in the three fields, or by an ordinance."""
    return use.affairs.is_(*LAWFUL)


@use_rule("usage.identity", ja="身分を証する書類として用いられる", clauses=["card-identity-document"])
def serves_as_identity(use: Use, law: UsageLaw) -> Boolean:
    """The face of the card serves as an identity document."""
    parts = [use.side.is_("face", "both"), z3.Not(takes_the_number(use, law))]
    if law.reads("ended-card-as-identity", "no"):
        parts.append(is_in_force(use, law))
    return z3.And(*parts)


@use_rule(
    "usage.identity-back",
    ja="裏面の複写は個人番号の収集に当たる",
    clauses=["number-on-back", "number-collection"],
)
def takes_the_number(use: Use, law: UsageLaw) -> Boolean:
    """The back is copied by a party that may not have the number."""
    copied = z3.And(use.side.is_("back", "both"), use.handling.is_("copied"))
    return z3.And(copied, z3.Not(use.requester.is_(*NAMED)))


@use_rule("usage.identity-in-force", ja="カードが有効である", clauses=["card-identity-document"])
def is_in_force(use: Use, law: UsageLaw) -> Boolean:
    """The card is in force."""
    return use.card_force.is_("in-force")


@use_rule("usage.entries", ja="変わった記載は追記欄に書き加える", clauses=["card-additional-entries"])
def recorded_in(use: Use, law: UsageLaw) -> Term:
    """A changed entry is added in the field for additional entries."""
    field, card = (use_constant("recorded_in", value) for value in ("additional-entries", "new-card"))
    added = z3.BoolVal(True)
    if law.reads("full-entries-field", "new-card"):
        added = has_room(use, law)
    if law.reads("entries-meant", "address-and-name"):
        added = z3.And(added, use.entry_changed.is_("address", "name"))
    return z3.If(added, field, card)


@use_rule("usage.entries-room", ja="追記欄に余白がある", clauses=["ordinance-card-renewal"])
def has_room(use: Use, law: UsageLaw) -> Boolean:
    """The field has room; with none left the holder may ask for a new card."""
    return use.room.is_("yes")


@use_rule("usage.counterpart", ja="印鑑と電子署名の対応", clauses=matrix.clauses("counterpart"))
def counterpart(use: Use, law: UsageLaw) -> Term:
    """What a part of the registered seal corresponds to."""
    return matrix.value("counterpart", "counterpart", use, law)


@use_rule("usage.provision", ja="真正の推定の根拠", clauses=matrix.clauses("provision"))
def provision(use: Use, law: UsageLaw) -> Term:
    """By which provision a document is presumed to be authentic."""
    return matrix.value("provision", "provision", use, law, otherwise="none")


@use_rule("usage.presumption", ja="文書は真正に成立したものと推定される", clauses=[])
def is_presumed(use: Use, law: UsageLaw) -> Boolean:
    """A document is presumed to be authentic."""
    return provision(use, law) != use_constant("provision", "none")


@use_rule("usage.free-area", ja="空き領域を使える者と根拠", clauses=matrix.clauses("free-area"))
def may_use_free_area(use: Use, law: UsageLaw) -> Boolean:
    """Who may use the free area, and on which basis."""
    return matrix.holds("free-area", use, law)
