"""Verifier cases with a certificate that is not to be relied on: validity, issuer, algorithms."""

from collections.abc import Iterator
from datetime import date

from cryptography.hazmat.primitives.hashes import MD5, SHA1, SHA256
from jpki_model.pki import der
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.der import Value
from jpki_model.pki.japan_time import last_second, office_hour
from jpki_model.pki.revocation_list import time
from jpki_model.pki.seeded_keys import seeded_key
from jpki_model.pki.signing import SHA256_RSA

from jpki_oracle.pki import alter
from jpki_oracle.pki.alter import (
    altered,
    setting,
    signed,
)
from jpki_oracle.pki.vector_file import VerifierCase
from jpki_oracle.pki.vector_kit import (
    DAY,
    ENDS,
    ISSUED,
    SECOND,
    Kit,
    encoded,
    family,
    invalid,
    rsa_key,
)

KEY_USAGE, POLICIES, CONSTRAINTS, EXTENDED = "2.5.29.15", "2.5.29.32", "2.5.29.19", "2.5.29.37"
SHA1_RSA, MD5_RSA = "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.4"


@family
def validity(kit: Kit) -> Iterator[VerifierCase]:
    """Outside the certificate's validity."""
    for id, at, reason, en, ja in (
        ("expired-by-a-second", ENDS + SECOND, "expired", "judged one second after its end", "終了の1秒後"),
        ("expired-by-a-day", ENDS + DAY, "expired", "judged one day after its end", "終了の1日後"),
        ("not-yet-by-a-second", ISSUED - SECOND, "not-yet-valid", "judged one second before its beginning", "開始の1秒前"),
        ("not-yet-by-a-day", ISSUED - DAY, "not-yet-valid", "judged one day before its beginning", "開始の1日前"),
    ):  # fmt: skip
        yield invalid(kit, f"validity/{id}", kit.question(at=at), reason, en, ja)
    for id, begins, ends, reason, en, ja in (
        ("ended-yesterday-in-japan", ISSUED, last_second(date(2026, 3, 31)), "expired", "its last valid day was yesterday in Japan", "日本時間の昨日で終了"),
        ("begins-tomorrow-in-japan", office_hour(date(2026, 4, 2)), ENDS, "not-yet-valid", "it begins tomorrow in Japan", "日本時間の明日から"),
    ):  # fmt: skip
        change = setting(alter.VALIDITY, to=der.sequence(time(begins), time(ends)))
        yield invalid(kit, f"validity/{id}", kit.question(certificate=kit.changed(change)), reason, en, ja)


@family
def issuers(kit: Kit) -> Iterator[VerifierCase]:
    """Not issued by an authority that is trusted."""
    stranger = kit.authority(generation=" of nobody")
    same_name = kit.question(certificate=kit.issued(stranger))
    yield invalid(
        kit,
        "issuer/same-name-other-key",
        same_name,
        "issuer",
        "issued by an authority with the right name and another key",
        "名称は正しいが鍵の違う認証局が発行",
    )
    pretended = altered(kit.certificate, lambda tbs: tbs, rsa_key(stranger))
    yield invalid(
        kit,
        "issuer/key-pretended",
        kit.question(certificate=pretended),
        "issuer",
        "names the right key and is signed with another",
        "正しい鍵を示しつつ別の鍵で署名",
    )
    former = kit.authority(generation=" of before")
    dropped = kit.question(certificate=kit.issued(former))
    yield invalid(
        kit,
        "issuer/generation-not-trusted",
        dropped,
        "issuer",
        "issued by a generation that is not trusted",
        "信頼していない世代が発行",
    )
    only_other = kit.question(anchors=kit.anchors[1:])
    yield invalid(
        kit,
        "issuer/only-the-other-authority-trusted",
        only_other,
        "issuer",
        "only the authority for the other purpose is trusted",
        "もう一方の認証局だけを信頼",
    )
    yield invalid(
        kit,
        "issuer/nobody-trusted",
        kit.question(anchors=()),
        "issuer",
        "no authority is trusted",
        "信頼する認証局がない",
    )
    renamed = kit.changed(setting(alter.ISSUER, 1, 0, 1, to=Value(der.UTF8_STRING, b"JPKI-SIN")))
    yield invalid(
        kit,
        "issuer/other-name",
        kit.question(certificate=renamed),
        "issuer",
        "names an issuer that differs in one letter",
        "発行者名が1文字違う",
    )
    own = CertificateAuthority.new(kit.task, date(2025, 4, 1), date(2030, 2, 28), kit.holder_key)
    yield invalid(
        kit,
        "issuer/signed-by-itself",
        kit.question(certificate=altered(kit.certificate, lambda tbs: tbs, rsa_key(own))),
        "issuer",
        "signed with the holder's own key",
        "本人の鍵で自己署名",
    )
    yield invalid(
        kit,
        "issuer/authority-of-its-own-shown",
        kit.question(certificate=kit.issued(own), more=(encoded(own.certificate),)),
        "issuer",
        "the holder made an authority of the right name",
        "本人が同名の認証局を作った",
    )
    for id, place, en, ja in (
        ("signature-first-octet", -256, "the first octet of the authority's signature is another", "認証局の署名の先頭が1ビット違う"),
        ("signature-last-octet", -1, "the last octet of the authority's signature is another", "認証局の署名の末尾が1ビット違う"),
    ):  # fmt: skip
        octets = bytearray(kit.certificate)
        octets[place] ^= 1
        yield invalid(kit, f"issuer/{id}", kit.question(certificate=bytes(octets)), "issuer", en, ja)
    whole = der.decode(kit.certificate)
    longer = whole.with_at((0, alter.VALIDITY, 1), time(ENDS + 365 * DAY)).encoded()
    yield invalid(
        kit,
        "issuer/prolonged",
        kit.question(certificate=longer),
        "issuer",
        "its end was moved by a year after it was signed",
        "署名後に終了日を1年延ばした",
    )


@family
def algorithms(kit: Kit) -> Iterator[VerifierCase]:
    """Algorithms and keys that are too weak, or do not go together."""
    key = rsa_key(kit.authority())
    tbs = der.decode(kit.certificate).at(0)
    for id, digest, oid, en, ja in (
        ("sha1", SHA1(), SHA1_RSA, "the authority signed with SHA-1", "認証局がSHA-1で署名"),
        ("md5", MD5(), MD5_RSA, "the authority signed with MD5", "認証局がMD5で署名"),
    ):  # fmt: skip
        named = der.sequence(der.object_identifier(oid), der.null())
        made = signed(tbs.with_at((alter.ALGORITHM,), named), named, key, digest)
        yield invalid(
            kit,
            f"algorithm/certificate-{id}",
            kit.question(certificate=made),
            "algorithm",
            en,
            ja,
            also=("issuer",),
        )
    right = der.sequence(der.object_identifier(SHA256_RSA), der.null())
    weak = der.sequence(der.object_identifier(SHA1_RSA), der.null())
    two = signed(tbs.with_at((alter.ALGORITHM,), weak), right, key, SHA256())
    yield invalid(
        kit,
        "algorithm/two-in-one-certificate",
        kit.question(certificate=two),
        "algorithm",
        "the certificate names two different algorithms",
        "証明書内の二つのアルゴリズムが違う",
        also=("malformed", "issuer"),
    )
    short = seeded_key(f"short {kit.task}", 1024)
    made = kit.issued(key=short)
    yield invalid(
        kit,
        "algorithm/short-key",
        kit.question(certificate=made, key=short),
        "algorithm",
        "the holder's key has 1024 bits",
        "本人の鍵が1024ビット",
    )
