"""Verifier cases on paths, purposes and critical extensions."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jpki_model.pki import der
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.der import Value
from jpki_model.pki.revocation_list import time
from jpki_model.pki.seeded_keys import seeded_key
from jpki_model.pki.verifier import Question

from jpki_oracle.pki import alter
from jpki_oracle.pki.alter import (
    Change,
    altered,
    changing_extension,
    setting,
    setting_extension,
    with_extension,
    without_extension,
)
from jpki_oracle.pki.vector_file import VerifierCase
from jpki_oracle.pki.vector_kit import (
    AT,
    DAY,
    OTHER,
    Kit,
    family,
    invalid,
    rsa_key,
    valid,
)

KEY_USAGE, POLICIES, CONSTRAINTS, EXTENDED = "2.5.29.15", "2.5.29.32", "2.5.29.19", "2.5.29.37"
SHA1_RSA, MD5_RSA = "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.4"


@family
def paths(kit: Kit) -> Iterator[VerifierCase]:
    """Issued by somebody whom an authority certified, but not for that."""
    if kit.task != "signature":
        return  # a bare signature shows no certificates between
    middle_key = seeded_key("middle")
    plain = kit.issued(key=middle_key)
    for id, change, en, ja in (
        ("holder-as-authority", None, "issued by another holder", "別の利用者が発行"),
        ("not-an-authority", _authority_of(ca=False, usage=0x06), "the issuer's basicConstraints deny that it is an authority", "発行者のbasicConstraintsが認証局でないとする"),
        ("no-constraints", _usage(0x06, 1), "the issuer has no basicConstraints", "発行者にbasicConstraintsがない"),
        ("key-not-for-certificates", _authority_of(ca=True, usage=0x02), "the issuer's key is for lists alone", "発行者の鍵が失効リスト専用"),
    ):  # fmt: skip
        middle = altered(plain, change, rsa_key(kit.authority())) if change else plain
        made = _issued_below(kit, middle, middle_key)
        yield invalid(
            kit,
            f"path/{id}",
            _below(kit, made, middle),
            "path",
            en,
            ja,
            also=("issuer",),
            based_on="path/below-another",
        )
    good = altered(plain, _authority_of(ca=True, usage=0x06), rsa_key(kit.authority()))
    made = _issued_below(kit, good, middle_key)
    limited, lower_key = _with_length(good, 0, rsa_key(kit.authority())), seeded_key("stranger")
    lower = _issued_below(
        kit,
        limited,
        middle_key,
        altered(kit.issued(key=lower_key), _authority_of(ca=True, usage=0x06), middle_key),
    )
    deep = _below(kit, _issued_below(kit, lower, lower_key), lower, lower_key, limited)
    yield invalid(
        kit,
        "path/too-long",
        deep,
        "path",
        "the authority between allows none below it, and there is one",
        "中間認証局が許さない下位の認証局がある",
        also=("issuer",),
        based_on="path/two-below",
    )
    free = _with_length(good, 1, rsa_key(kit.authority()))
    yield valid(
        kit,
        "path/two-below",
        _below(kit, _issued_below(kit, lower, lower_key), lower, lower_key, free),
        "two authorities stand between, as the upper one allows",
        "中間認証局が二段あり、上位が許す",
    )
    late = altered(good, setting(alter.VALIDITY, 1, to=time(AT - DAY)), rsa_key(kit.authority()))
    expired = _below(kit, _issued_below(kit, late, middle_key), late)
    yield invalid(
        kit,
        "path/middle-expired",
        expired,
        "expired",
        "the authority between ended yesterday",
        "中間認証局の証明書が昨日で終了",
        also=("issuer",),
        based_on="path/below-another",
    )
    unknown = altered(
        good, with_extension("1.3.6.1.4.1.55555.2", der.null(), critical=True), rsa_key(kit.authority())
    )
    strange = _below(kit, _issued_below(kit, unknown, middle_key), unknown)
    yield invalid(
        kit,
        "path/middle-unknown-critical",
        strange,
        "extension",
        "the authority between has an unknown critical extension",
        "中間認証局に未知のクリティカル拡張",
        also=("issuer",),
        based_on="path/below-another",
    )
    yield valid(
        kit,
        "path/below-another",
        _below(kit, made, good),
        "issued by an authority that the trusted one certified",
        "信頼する認証局が証明した中間認証局が発行",
    )


def _usage(bits: int, unused: int) -> Change:
    return setting_extension(KEY_USAGE, der.bit_string(bytes([bits]), unused))


def _authority_of(*, ca: bool, usage: int) -> Change:
    """Makes a holder's certificate that of an authority, or one that only nearly is."""
    constraints = der.sequence(Value(der.BOOLEAN, b"\xff")) if ca else der.sequence()

    def change(tbs: Value) -> Value:
        return with_extension(CONSTRAINTS, constraints, critical=True)(_usage(usage, 1)(tbs))

    return change


def _with_length(certificate: bytes, length: int, key: RSAPrivateKey) -> bytes:
    """An authority's certificate with a length of path."""
    constraints = der.sequence(Value(der.BOOLEAN, b"\xff"), der.integer(length))
    return altered(certificate, setting_extension(CONSTRAINTS, constraints), key)


def _issued_below(kit: Kit, middle: bytes, key: RSAPrivateKey, certificate: bytes | None = None) -> bytes:
    """The holder's certificate (or another), issued by the owner of a certificate."""
    issuer = x509.load_der_x509_certificate(middle)
    identifier = x509.SubjectKeyIdentifier.from_public_key(issuer.public_key()).digest

    def change(tbs: Value) -> Value:
        named = setting(alter.ISSUER, to=der.decode(issuer.subject.public_bytes()))(tbs)
        return setting_extension("2.5.29.35", der.sequence(Value(0x80, identifier)))(named)

    return altered(certificate or kit.certificate, change, key)


def _below(
    kit: Kit, certificate: bytes, middle: bytes, key: RSAPrivateKey | None = None, *upper: bytes
) -> Question:
    """A question on a certificate below others, with the lists of all of them."""
    issuer = CertificateAuthority(
        kit.task, key or seeded_key("middle"), x509.load_der_x509_certificate(middle)
    )
    lists = [kit.list(authority=issuer), kit.list(where=None)]
    for each in upper:
        above = CertificateAuthority(kit.task, seeded_key("middle"), x509.load_der_x509_certificate(each))
        lists.append(kit.list(authority=above, where=None))
    return kit.question(certificate=certificate, more=(middle, *upper), lists=lists)


@family
def purposes(kit: Kit) -> Iterator[VerifierCase]:
    """A certificate that is for something else."""
    other = Kit(OTHER[kit.task])
    taken = kit.question(certificate=other.certificate, key=other.holder_key, answers=[other.answer()])
    yield invalid(
        kit,
        "purpose/of-the-other-kind",
        taken,
        "purpose",
        "made with the certificate of the other kind",
        "もう一方の種類の証明書で作られた",
    )
    usage = (
        ((0x80, 7), (0x20, 5), (0x10, 4)) if kit.task == "signature" else ((0x40, 6), (0x20, 5), (0x10, 4))
    )
    names = {
        0x80: "digital-signature",
        0x40: "non-repudiation",
        0x20: "key-encipherment",
        0x10: "data-encipherment",
    }
    for bits, unused in usage:
        en, ja = f"keyUsage says only {names[bits]}", f"keyUsageが {names[bits]} だけ"
        made = kit.changed(_usage(bits, unused))
        yield invalid(kit, f"purpose/usage-{names[bits]}", kit.question(certificate=made), "purpose", en, ja)
    yield invalid(
        kit,
        "purpose/no-usage",
        kit.question(certificate=kit.changed(without_extension(KEY_USAGE))),
        "purpose",
        "it has no keyUsage",
        "keyUsageがない",
    )
    for id, policy, en, ja in (
        ("of-tests", "1.2.392.200149.8.5.1.0.20", "its policy is that of test certificates", "ポリシーがテスト用"),
        ("of-phones", "1.2.392.200149.8.5.1.1.40", "its policy is that of telephones", "ポリシーがスマートフォン用"),
        ("of-nobody", "1.3.6.1.4.1.55555.3", "its policy is one that nobody knows", "未知のポリシー"),
    ):  # fmt: skip
        change = changing_extension(POLICIES, setting(0, 0, to=der.object_identifier(policy)))
        yield invalid(
            kit, f"purpose/policy-{id}", kit.question(certificate=kit.changed(change)), "purpose", en, ja
        )
    bare = kit.changed(without_extension(POLICIES))
    yield invalid(
        kit,
        "purpose/no-policy",
        kit.question(certificate=bare),
        "purpose",
        "it has no policy",
        "ポリシーがない",
    )
    if kit.task == "authentication":
        server = setting_extension(EXTENDED, der.sequence(der.object_identifier("1.3.6.1.5.5.7.3.1")))
        yield invalid(
            kit,
            "purpose/for-servers",
            kit.question(certificate=kit.changed(server)),
            "purpose",
            "its extendedKeyUsage is for servers",
            "extendedKeyUsageがサーバ用",
        )
    responder = kit.question(certificate=kit.responder(), key=kit.responder_key)
    yield invalid(
        kit,
        "purpose/responder-as-holder",
        responder,
        "purpose",
        "made with the responder's certificate",
        "レスポンダの証明書で作られた",
    )


@family
def extensions(kit: Kit) -> Iterator[VerifierCase]:
    """Extensions that a verifier must not pass over."""
    unknown = kit.changed(with_extension("1.3.6.1.4.1.55555.1", der.null(), critical=True))
    yield invalid(
        kit,
        "extension/unknown-critical",
        kit.question(certificate=unknown),
        "extension",
        "it has an unknown critical extension",
        "未知のクリティカル拡張がある",
    )
    twice = kit.changed(
        lambda tbs: tbs.with_inserted((alter.EXTENSIONS, 0, 0), tbs.at(alter.EXTENSIONS, 0, 0))
    )
    yield invalid(
        kit,
        "extension/twice",
        kit.question(certificate=twice),
        "malformed",
        "its keyUsage stands twice",
        "keyUsageが二つある",
        also=("extension", "issuer"),
    )
