"""Verifier cases that are to be accepted: the edges of what is valid."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from jpki_model.pki import der
from jpki_model.pki.keys import sign
from jpki_model.pki.revocation_list import Reason, Revocation
from jpki_model.pki.signed_document import signed_attributes, signed_data
from jpki_model.pki.signing import SHA256_IDENTIFIER, SHA256_RSA
from jpki_model.pki.status_answer import GOOD, CertificateStatus

from jpki_oracle.pki.alter import SERIAL, setting, with_criticality, with_extension, without_extension
from jpki_oracle.pki.vector_file import NO_READINGS, VerifierCase
from jpki_oracle.pki.vector_kit import (
    AT,
    CONTENT,
    DAY,
    ENDS,
    ISSUED,
    LIST_BEGINS,
    LIST_ENDS,
    MINUTE,
    Kit,
    certificate_id,
    encoded,
    family,
    rsa_key,
    valid,
)

STRICTER = {
    "no-issuer-alternative-name": {"issuer_alternative_name=present": "malformed", "optional_extensions=must": "malformed"},
    "no-status-address": {"ocsp_address=present": "malformed", "optional_extensions=must": "malformed"},
    "long-serial": {"serial_octets=4": "malformed"},
}  # fmt: skip
"""Forms that another answer to an open question would not leave open: then they are no certificate of the profile."""


@family
def ordinary(kit: Kit) -> Iterator[VerifierCase]:
    """Nothing special: what the invalid cases are based on."""
    yield valid(
        kit, "valid/answer", kit.question(), "its status is told by an answer", "状態はOCSP応答で確認できる"
    )
    yield valid(
        kit,
        "valid/list",
        kit.question(lists=[kit.list()]),
        "its status is told by a list",
        "状態は失効リストで確認できる",
    )
    both = kit.question(lists=[kit.list()], answers=[kit.answer()])
    yield valid(
        kit, "valid/list-and-answer", both, "both tell its status", "失効リストとOCSP応答の両方がある"
    )


@family
def times(kit: Kit) -> Iterator[VerifierCase]:
    """The first and last instants at which something holds."""
    first, last = kit.question(at=ISSUED), kit.question(at=ENDS)
    yield valid(
        kit, "valid/first-second", first, "judged in the first second of its validity", "有効期間の最初の秒"
    )
    yield valid(
        kit, "valid/last-second", last, "judged in the last second of its validity", "有効期間の最後の秒"
    )
    began = kit.question(answers=[kit.answer(since=AT)])
    yield valid(
        kit, "valid/answer-begins", began, "the answer begins to hold in that second", "OCSP応答の開始の秒"
    )
    ended = kit.question(answers=[kit.answer(until=AT)])
    yield valid(kit, "valid/answer-ends", ended, "the answer holds to that second", "OCSP応答の終了の秒")
    for id, at, en, ja in (
        ("list-begins", LIST_BEGINS, "the list begins to hold in that second", "失効リストの開始の秒"),
        ("list-ends", LIST_ENDS, "the list holds to that second", "失効リストの終了の秒"),
    ):
        yield valid(kit, f"valid/{id}", kit.question(at=at, lists=[kit.list()]), en, ja)


@family
def contents(kit: Kit) -> Iterator[VerifierCase]:
    """What is signed is of any length."""
    for id, content, en, ja in (
        ("empty", b"", "the content is empty", "内容が空"),
        ("one-octet", b"\x00", "the content is a single octet", "内容が1バイト"),
        ("long", b"jpki-sim " * 1200, "the content is long", "内容が長い"),
    ):
        yield valid(kit, f"valid/content-{id}", kit.question(content=content), en, ja)


@family
def generations(kit: Kit) -> Iterator[VerifierCase]:
    """Two generations of the authority, with one name and two keys, are in force at once."""
    former = kit.authority(generation=" of before")
    anchors = (encoded(former.certificate), *kit.anchors)
    old = kit.issued(former)
    by_old = kit.question(certificate=old, anchors=anchors, answers=[], lists=[kit.list(authority=former)])
    yield valid(
        kit,
        "valid/former-generation",
        by_old,
        "issued by the former of two generations",
        "二世代のうち旧世代が発行",
    )
    by_new = kit.question(anchors=anchors)
    yield valid(
        kit,
        "valid/latter-generation",
        by_new,
        "issued by the latter of two generations",
        "二世代のうち新世代が発行",
    )


@family
def statuses(kit: Kit) -> Iterator[VerifierCase]:
    """Lists and answers that say nothing bad."""
    serial = int.from_bytes(der.decode(kit.certificate).at(0, SERIAL).content, "big")
    other = kit.question(lists=[kit.list([Revocation(serial + 1, ISSUED, Reason.KEY_COMPROMISE)])])
    yield valid(
        kit,
        "valid/list-other-serial",
        other,
        "the list names the next serial number",
        "隣の番号だけが失効している",
    )
    authority = kit.authority()
    direct = kit.answer(key=rsa_key(authority), shown=())
    yield valid(
        kit,
        "valid/answer-by-authority",
        kit.question(answers=[direct]),
        "the authority itself answered",
        "認証局自身の応答",
    )
    sha256 = kit.answer_for([(certificate_id(kit.certificate, authority, SHA256_IDENTIFIER), GOOD)])
    yield valid(
        kit,
        "valid/answer-by-sha256",
        kit.question(answers=[sha256]),
        "the answer names it by SHA-256",
        "応答がSHA-256で証明書を示す",
    )
    elsewhere = kit.issued(key=kit.responder_key)
    revoked = CertificateStatus("revoked", ISSUED + DAY, Reason.SUPERSEDED)
    two = [
        (certificate_id(elsewhere, authority), revoked),
        (certificate_id(kit.certificate, authority), GOOD),
    ]
    yield valid(
        kit,
        "valid/answer-for-two",
        kit.question(answers=[kit.answer_for(two)]),
        "the answer is on two certificates",
        "二つの証明書への応答",
    )
    stale = kit.answer(since=AT - DAY, until=AT - MINUTE)
    yield valid(
        kit,
        "valid/stale-and-fresh",
        kit.question(answers=[stale, kit.answer()]),
        "a stale answer stands beside a fresh one",
        "古い応答と新しい応答がある",
    )
    whole = kit.question(lists=[kit.list(where=None)])
    yield valid(
        kit, "valid/list-whole", whole, "the list is one for all municipalities", "全市区町村の失効リスト"
    )


@family
def certificates(kit: Kit) -> Iterator[VerifierCase]:
    """Certificates of all forms that the profile leaves open."""
    for id, change, en, ja in (
        ("policies-not-critical", with_criticality("2.5.29.32", critical=False), "certificatePolicies is not critical", "certificatePoliciesがクリティカルでない"),
        ("no-issuer-alternative-name", without_extension("2.5.29.18"), "it has no issuerAltName", "issuerAltNameがない"),
        ("no-status-address", without_extension("1.3.6.1.5.5.7.1.1"), "it names no responder", "authorityInfoAccessがない"),
        ("long-serial", setting(SERIAL, to=der.integer((1 << 158) + 7)), "its serial number has twenty octets", "シリアル番号が20オクテット"),
        ("unknown-extension", with_extension("1.3.6.1.4.1.55555.1", der.null()), "it has an unknown extension that is not critical", "クリティカルでない未知の拡張がある"),
    ):  # fmt: skip
        made = kit.question(certificate=kit.changed(change))
        yield valid(kit, f"valid/{id}", made, en, ja, under=STRICTER.get(id, NO_READINGS))


@family
def messages(kit: Kit) -> Iterator[VerifierCase]:
    """Forms of the message around a signature."""
    if kit.task != "signature":
        return
    content = CONTENT[kit.task]
    with_root = kit.question(more=(kit.root,))
    yield valid(
        kit,
        "valid/authority-shown",
        with_root,
        "the message shows the authority's certificate too",
        "認証局の証明書も同梱",
    )
    attributes = signed_attributes(hashlib.sha256(content).digest())
    signature = sign(kit.holder_key, attributes.encoded())
    no_time = kit.question(signed_data=signed_data(kit.certificate, attributes, signature))
    yield valid(
        kit, "valid/no-signing-time", no_time, "it does not say when it was signed", "署名日時の属性がない"
    )
    bare = kit.question(signed_data=signed_data(kit.certificate, None, sign(kit.holder_key, content)))
    yield valid(
        kit, "valid/no-attributes", bare, "the content is signed without attributes", "属性を介さず内容に署名"
    )
    named = kit.question(
        signed_data=signed_data(kit.certificate, attributes, signature, algorithm=SHA256_RSA)
    )
    yield valid(
        kit,
        "valid/algorithm-named-whole",
        named,
        "the signature algorithm is named with its hash",
        "署名アルゴリズムがハッシュ込みで示される",
    )
    long = kit.issued(address="見" * 200, address_substituted="0" * 200)
    yield valid(
        kit,
        "valid/long-address",
        kit.question(certificate=long),
        "the address has two hundred characters",
        "住所が200文字",
    )


@family
def challenges(kit: Kit) -> Iterator[VerifierCase]:
    """Answers to challenges."""
    if kit.task == "authentication":
        spent = replace(kit.question(), spent=(hashlib.sha256(b"another").digest(),))
        yield valid(
            kit,
            "valid/another-spent",
            spent,
            "another challenge was answered before",
            "別のチャレンジが使用済み",
        )
