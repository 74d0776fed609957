"""The certification service: issue, renewal, revocation by what happens, lists by day, status answers by the second.

Lists and answers are read back by `cryptography`, which did not write them.
"""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.ocsp import OCSPCertStatus, OCSPResponseStatus
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import new_elliptic_key, new_key
from jpki_model.pki.revocation_list import ListFrame, Reason, Revocation, revocation_list
from jpki_model.pki.service import CertificationService, NotIssued

KEYS = {
    name: new_key()
    for name in ("signature_authority", "signature_responder", "authentication_authority", "first", "second")
}
KEYS["authentication_responder"] = KEYS["signature_responder"]
HOLDER = Holder(date(1992, 2, 29))
ISSUED = datetime(2025, 4, 1, 0, 30, tzinfo=UTC)
MOVED = datetime(2025, 6, 10, 3, 0, tzinfo=UTC)  # noon in Japan
SECOND = timedelta(seconds=1)


@pytest.fixture
def service() -> CertificationService:
    return CertificationService.new(date(2023, 7, 16), date(2033, 7, 15), keys=KEYS)


def both(
    service: CertificationService, person: str = "one", key: str = "first"
) -> dict[str, x509.Certificate]:
    return {
        purpose: service.issue(purpose, person, HOLDER, KEYS[key].public_key(), ISSUED, date(2030, 2, 28))
        for purpose in ("signature", "authentication")
    }


def answered(
    service: CertificationService,
    certificate: x509.Certificate,
    at: datetime,
    *,
    nonce: bytes = b"",
    digest=SHA1,
) -> ocsp.OCSPResponse:  # type: ignore[no-untyped-def]
    purpose = "signature" if "signature" in certificate.issuer.rfc4514_string() else "authentication"
    root = service.authorities[purpose].certificate
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, root, digest())
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    request = builder.build().public_bytes(Encoding.DER)
    return ocsp.load_der_ocsp_response(service.answer(purpose, request, at))


def listed(service: CertificationService, purpose: str, day: date, **where) -> set[int]:  # type: ignore[no-untyped-def]
    loaded = x509.load_der_x509_crl(service.revocation_list(purpose, day, **where))
    assert loaded.is_signature_valid(service.authorities[purpose].key.public_key())
    return {entry.serial_number for entry in loaded}


def test_each_certificate_has_a_fresh_serial_that_comes_out_the_same_again(
    service: CertificationService,
) -> None:
    again = CertificationService.new(date(2023, 7, 16), date(2033, 7, 15), keys=KEYS)
    serials = []
    for number in range(30):
        person = f"person {number}"
        first, second = (
            each.issue(
                "signature", person, HOLDER, new_elliptic_key().public_key(), ISSUED, date(2030, 2, 28)
            )
            for each in (service, again)
        )
        assert first.serial_number == second.serial_number
        serials.append(first.serial_number)
    assert len(set(serials)) == 30
    assert all(0 < serial < 1 << 31 for serial in serials)


def test_a_change_of_an_attribute_revokes_the_signature_certificate_alone(
    service: CertificationService,
) -> None:
    certificates = both(service)
    service.happened("attributes-changed", "one", MOVED)

    before, after = (answered(service, certificates["signature"], at) for at in (MOVED - SECOND, MOVED))
    assert before.certificate_status is OCSPCertStatus.GOOD
    assert after.certificate_status is OCSPCertStatus.REVOKED
    assert after.revocation_reason is x509.ReasonFlags.affiliation_changed
    assert after.revocation_time_utc == MOVED
    other = answered(service, certificates["authentication"], MOVED + timedelta(days=900))
    assert other.certificate_status is OCSPCertStatus.GOOD


@pytest.mark.parametrize(
    ("event", "revoked", "reason"),
    [
        ("record-deleted", {"signature", "authentication"}, "cessation_of_operation"),
        ("minor-correction", set(), ""),
        ("signature-revocation-requested", {"signature"}, "cessation_of_operation"),
        ("authentication-revocation-requested", {"authentication"}, "cessation_of_operation"),
        ("key-trouble", {"signature", "authentication"}, "key_compromise"),
        ("card-lost", {"signature", "authentication"}, "certificate_hold"),
    ],
)
def test_what_happens_revokes_these_certificates_of_that_person_and_no_other(
    service: CertificationService, event: str, revoked: set[str], reason: str
) -> None:
    certificates, others = both(service), both(service, "two", "second")
    service.happened(event, "one", MOVED)

    for purpose, certificate in certificates.items():
        found = answered(service, certificate, MOVED)
        assert (found.certificate_status is OCSPCertStatus.REVOKED) == (purpose in revoked)
        assert purpose not in revoked or found.revocation_reason is x509.ReasonFlags[reason]
    assert all(
        answered(service, each, MOVED).certificate_status is OCSPCertStatus.GOOD for each in others.values()
    )


def test_renewal_supersedes_the_former_certificate(service: CertificationService) -> None:
    former = both(service)["signature"]
    renewed = service.issue("signature", "one", HOLDER, KEYS["second"].public_key(), MOVED, date(2031, 2, 28))

    assert answered(service, former, MOVED).revocation_reason is x509.ReasonFlags.superseded
    assert answered(service, renewed, MOVED).certificate_status is OCSPCertStatus.GOOD
    assert renewed.serial_number != former.serial_number


def test_the_list_of_a_day_has_what_was_revoked_before_that_day_began_in_japan(
    service: CertificationService,
) -> None:
    serial = both(service)["signature"].serial_number
    midnight = datetime(2025, 6, 10, 15, 0, tzinfo=UTC)  # 00:00 of 11 June in Japan
    service.happened("attributes-changed", "one", midnight - SECOND)

    assert listed(service, "signature", date(2025, 6, 10)) == set()
    assert listed(service, "signature", date(2025, 6, 11)) == {serial}
    assert listed(service, "authentication", date(2025, 6, 11)) == set()

    other = both(service, "two", "second")["signature"].serial_number
    service.happened("attributes-changed", "two", midnight)
    assert listed(service, "signature", date(2025, 6, 11)) == {serial}
    assert listed(service, "signature", date(2025, 6, 12)) == {serial, other}


def test_a_list_says_its_number_its_authority_and_its_municipality(service: CertificationService) -> None:
    both(service)
    service.happened("card-lost", "one", MOVED)
    where = ("Mihon-ken", "Mihon-shi")
    loaded = x509.load_der_x509_crl(
        service.revocation_list("signature", date(2025, 6, 11), municipality=where)
    )

    names = {extension.oid.dotted_string: extension.critical for extension in loaded.extensions}
    assert names == {"2.5.29.35": False, "2.5.29.20": False, "2.5.29.28": True}
    point = loaded.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    assert point.full_name is not None
    assert "CN=Mihon-shi CRLDP" in point.full_name[0].value.rfc4514_string()
    assert loaded.next_update_utc == datetime(2025, 6, 12, 14, 59, 59, tzinfo=UTC)
    (entry,) = loaded
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is (
        x509.ReasonFlags.certificate_hold
    )
    assert listed(service, "signature", date(2025, 6, 11), municipality=("Other-ken", "Other-shi")) == set()


def test_a_serial_that_was_not_issued_is_unknown_and_so_is_one_of_another_authority(
    service: CertificationService,
) -> None:
    certificate = both(service)["signature"]
    stranger = CertificationService.new(
        date(2023, 7, 16), date(2033, 7, 15), keys={**KEYS, "signature_authority": KEYS["second"]}
    )
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        certificate, stranger.authorities["signature"].certificate, SHA256()
    )
    wrong = service.answer("signature", builder.build().public_bytes(Encoding.DER), MOVED)

    assert answered(stranger, certificate, MOVED).certificate_status is OCSPCertStatus.UNKNOWN
    assert ocsp.load_der_ocsp_response(wrong).certificate_status is OCSPCertStatus.UNKNOWN
    assert answered(service, certificate, ISSUED - SECOND).certificate_status is OCSPCertStatus.UNKNOWN


@pytest.mark.parametrize("digest", [SHA1, SHA256])
def test_an_answer_repeats_the_nonce_and_is_signed_by_the_responder(
    service: CertificationService, digest: type[SHA1 | SHA256]
) -> None:
    found = answered(service, both(service)["signature"], MOVED, nonce=b"0123456789abcdef", digest=digest)

    assert found.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"0123456789abcdef"
    assert (
        found.responder_key_hash
        == x509.SubjectKeyIdentifier.from_public_key(KEYS["signature_responder"].public_key()).digest
    )
    (shown,) = found.certificates
    shown.verify_directly_issued_by(service.authorities["signature"].certificate)
    usages = shown.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [usage.dotted_string for usage in usages] == ["1.3.6.1.5.5.7.3.9"]


@pytest.mark.parametrize(
    "octets", [b"", b"\x30\x00", b"<html>", b"\x30\x80\x00\x00", b"\x05\x00", b"\x30\x03\x30\x01\x02"]
)
def test_what_is_no_request_is_answered_with_malformed(service: CertificationService, octets: bytes) -> None:
    found = ocsp.load_der_ocsp_response(service.answer("signature", octets, MOVED))
    assert found.response_status is OCSPResponseStatus.MALFORMED_REQUEST


def test_a_key_that_another_person_has_is_not_certified_nor_are_dates_in_the_wrong_order(
    service: CertificationService,
) -> None:
    both(service)
    with pytest.raises(NotIssued, match="another person"):
        service.issue("signature", "two", HOLDER, KEYS["first"].public_key(), MOVED, date(2030, 2, 28))
    with pytest.raises(NotIssued, match="cannot begin"):
        service.issue("signature", "one", HOLDER, KEYS["first"].public_key(), MOVED, date(2025, 6, 9))


def test_an_authority_of_the_next_card_signs_with_p384_and_sha384() -> None:
    root = CertificateAuthority.new("signature", date(2028, 1, 1), date(2038, 12, 31), new_elliptic_key())
    certificate = root.issue(HOLDER, new_elliptic_key().public_key(), date(2028, 4, 1), date(2038, 2, 28))

    certificate.verify_directly_issued_by(root.certificate)
    assert certificate.signature_hash_algorithm is not None
    assert certificate.signature_hash_algorithm.name == "sha384"


def test_a_long_list_is_built_read_and_searched() -> None:
    root = CertificateAuthority.new(
        "signature", date(2023, 7, 16), date(2033, 7, 15), KEYS["signature_authority"]
    )
    frame = ListFrame(
        root.certificate.subject.public_bytes(), root.key_identifier, MOVED, MOVED + timedelta(days=1)
    )
    reasons = list(Reason)[1:]
    count = 100_000
    entries = (Revocation(0x01000000 + n, ISSUED, reasons[n % 6]) for n in range(count))
    written = revocation_list(frame, entries, root.key)

    assert len(written) < 45 * count
    loaded = x509.load_der_x509_crl(written)
    assert len(loaded) == count
    found = loaded.get_revoked_certificate_by_serial_number(0x01000000 + 77_777)
    assert found is not None
    assert loaded.get_revoked_certificate_by_serial_number(0x01000000 + count) is None


def test_status_answers_are_a_matter_of_a_millisecond(service: CertificationService) -> None:
    certificate = both(service)["signature"]
    root = service.authorities["signature"].certificate
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate, root, SHA1())
        .build()
        .public_bytes(Encoding.DER)
    )
    service.answer("signature", request, MOVED)
    start = time.process_time()
    for _ in range(100):
        service.answer("signature", request, MOVED)

    assert (time.process_time() - start) / 100 < 0.005, "1 ms on an idle machine, with room for a busy one"
