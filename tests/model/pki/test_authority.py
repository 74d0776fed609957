"""The test authority: certificates in the form of JPKI's, read back by OpenSSL's parser and by bytes."""

from datetime import UTC, date, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import new_key
from jpki_model.pki.profile import AS_SEEN, CertificateProfile, Purpose

HOLDER = Holder(birth=date(1992, 2, 29))
CARD_KEY = new_key()
ROOT_KEY = new_key()


def authority(purpose: Purpose, profile: CertificateProfile = AS_SEEN) -> CertificateAuthority:
    return CertificateAuthority.new(purpose, date(2023, 7, 16), date(2033, 7, 15), ROOT_KEY, profile)


def issued(purpose: Purpose, profile: CertificateProfile = AS_SEEN) -> x509.Certificate:
    expires = date(2030, 2, 28)
    return authority(purpose, profile).issue(HOLDER, CARD_KEY.public_key(), date(2025, 4, 1), expires)


def extension(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> tuple[object, bool]:
    found = certificate.extensions.get_extension_for_oid(oid)
    return found.value, found.critical


@pytest.mark.parametrize(
    ("purpose", "unit"),
    [("signature", "JPKI for digital signature"), ("authentication", "JPKI for user authentication")],
)
def test_the_root_is_named_like_the_services_but_for_its_organisation(purpose: Purpose, unit: str) -> None:
    root = authority(purpose).certificate

    assert root.subject == root.issuer
    assert [attribute.rfc4514_string() for attribute in root.subject] == [
        "C=JP",
        "O=JPKI-SIM",
        f"OU={unit}",
        "OU=Japan Agency for Local Authority Information Systems",
    ]
    assert b"\x13\x02JP" in root.public_bytes(Encoding.DER), "the country is a PrintableString"


def test_the_root_ends_with_the_last_second_of_a_day_in_japan() -> None:
    assert authority("signature").certificate.not_valid_after_utc == datetime(
        2033, 7, 15, 14, 59, 59, tzinfo=UTC
    )


def test_the_extensions_of_the_root_in_order() -> None:
    root = authority("signature").certificate

    assert [(e.oid.dotted_string, e.critical) for e in root.extensions] == [
        ("2.5.29.15", True),  # keyUsage
        ("2.5.29.17", False),  # subjectAltName
        ("2.5.29.19", True),  # basicConstraints
        ("2.5.29.31", False),  # cRLDistributionPoints
        ("2.5.29.14", False),  # subjectKeyIdentifier
    ]
    encoded = root.public_bytes(Encoding.DER)
    assert bytes.fromhex("0603551d0f0101ff040403020106") in encoded, "keyCertSign and cRLSign"


def test_key_usages_of_the_holders_certificates() -> None:
    signature, authentication = (
        issued(p).public_bytes(Encoding.DER) for p in ("signature", "authentication")
    )

    assert bytes.fromhex("0603551d0f0101ff0404030206c0") in signature, "digitalSignature, nonRepudiation"
    assert bytes.fromhex("0603551d0f0101ff040403020780") in authentication, "digitalSignature"


def test_the_signature_certificate_names_places_and_no_person() -> None:
    subject = issued("signature").subject

    assert [a.value for a in subject.get_attributes_for_oid(NameOID.LOCALITY_NAME)] == [
        "Mihon-ken",
        "Mihon-shi",
    ]
    (name,) = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert str(name.value).startswith("20250401093000")
    assert str(name.value).isdigit()


def test_the_authentication_certificate_names_neither() -> None:
    certificate = issued("authentication")

    assert len(list(certificate.subject)) == 2
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)


def test_the_signature_certificate_has_six_attributes_of_the_holder_in_their_order() -> None:
    names, critical = extension(issued("signature"), ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    assert isinstance(names, x509.SubjectAlternativeName)

    texts = [(n.type_id.dotted_string.rsplit(".", 1)[1], n.value[2:].decode()) for n in names]
    assert texts == [
        ("1", "見本　花子"),
        ("4", "419920229"),
        ("3", "2"),
        ("5", "見本県見本市見本町１丁目２番３号"),
        ("2", "00000"),
        ("6", "0000000000000000"),
    ]
    assert not critical


def test_a_long_address_is_still_a_utf8_string() -> None:
    holder = Holder(birth=date(1992, 2, 29), address="見" * 100)
    certificate = authority("signature").issue(
        holder, CARD_KEY.public_key(), date(2025, 4, 1), date(2030, 2, 28)
    )

    assert b"\x0c\x82\x01\x2c" + ("見" * 100).encode() in certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize(("purpose", "policy"), [("signature", "1.1.20"), ("authentication", "1.3.30")])
def test_the_policy_says_which_certificate_it_is(purpose: Purpose, policy: str) -> None:
    policies, critical = extension(issued(purpose), ExtensionOID.CERTIFICATE_POLICIES)
    assert isinstance(policies, x509.CertificatePolicies)

    assert [p.policy_identifier.dotted_string for p in policies] == [f"1.2.392.200149.8.5.{policy}"]
    assert critical


def test_the_revocation_list_is_the_municipalitys_and_no_address() -> None:
    points, _ = extension(issued("signature"), ExtensionOID.CRL_DISTRIBUTION_POINTS)
    assert isinstance(points, x509.CRLDistributionPoints)
    ((name,),) = (point.full_name for point in points)

    assert name.value.rfc4514_string() == (
        "CN=Mihon-shi CRLDP,OU=Mihon-ken,OU=CRL Distribution Points,OU=JPKI for digital signature,O=JPKI-SIM,C=JP"
    )


def test_issuer_and_holder_are_linked_by_their_keys() -> None:
    root, certificate = authority("signature").certificate, issued("signature")
    certificate.verify_directly_issued_by(root)

    identifier, _ = extension(certificate, ExtensionOID.AUTHORITY_KEY_IDENTIFIER)
    own, _ = extension(root, ExtensionOID.SUBJECT_KEY_IDENTIFIER)
    assert isinstance(identifier, x509.AuthorityKeyIdentifier)
    assert isinstance(own, x509.SubjectKeyIdentifier)
    assert identifier.key_identifier == own.digest


def test_what_sources_leave_open_can_be_otherwise() -> None:
    other = CertificateProfile("no", "16", "none", "absent", "absent")
    default, changed = issued("authentication"), issued("authentication", other)

    assert extension(default, ExtensionOID.CERTIFICATE_POLICIES)[1]
    assert not extension(changed, ExtensionOID.CERTIFICATE_POLICIES)[1]
    assert (default.serial_number.bit_length() + 7) // 8 == 4
    assert (changed.serial_number.bit_length() + 7) // 8 == 16
    purposes, _ = extension(default, ExtensionOID.EXTENDED_KEY_USAGE)
    assert list(purposes) == [ExtendedKeyUsageOID.CLIENT_AUTH]  # type: ignore[call-overload]
    left_out = {e.oid for e in default.extensions} - {e.oid for e in changed.extensions}
    assert left_out == {
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.ISSUER_ALTERNATIVE_NAME,
        ExtensionOID.AUTHORITY_INFORMATION_ACCESS,
    }


@pytest.mark.parametrize(
    ("birth", "with_era", "in_era"),
    [
        (date(2019, 5, 1), "520190501", "010501"),
        (date(2019, 4, 30), "420190430", "310430"),
        (date(1989, 1, 8), "419890108", "010108"),
        (date(1989, 1, 7), "319890107", "640107"),
        (date(1926, 12, 25), "319261225", "011225"),
        (date(1926, 12, 24), "219261224", "151224"),
        (date(1912, 7, 30), "219120730", "010730"),
        (date(1912, 7, 29), "119120729", "450729"),
    ],
)
def test_a_birth_date_by_eras(birth: date, with_era: str, in_era: str) -> None:
    holder = Holder(birth)

    assert (holder.birth_with_era(), holder.birth_in_era()) == (with_era, in_era)
