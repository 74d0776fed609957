"""What certificates say beside their holder: names, identifiers, and the points that public sources leave open.

The forms are those of JPKI certificates as published and as seen on test cards; every name carries `O=JPKI-SIM`, so
that nothing made here passes for a certificate of the real service (`O=JPKI`) or of its test service.
"""

from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

ORGANISATION = "JPKI-SIM"
AGENCY = "Japan Agency for Local Authority Information Systems"

Purpose = Literal["signature", "authentication"]
"""Which of the two certificates: 署名用 or 利用者証明用."""

ORGANISATIONAL_UNIT: dict[Purpose, str] = {
    "signature": "JPKI for digital signature",
    "authentication": "JPKI for user authentication",
}
JAPANESE_UNIT: dict[Purpose, str] = {
    "signature": "模擬認証サービス署名用",
    "authentication": "模擬認証サービス利用者証明用",
}
JAPANESE_ORGANISATION = "模擬認証サービス"
JAPANESE_AGENCY = "模擬機構"

POLICY: dict[Purpose, ObjectIdentifier] = {
    "signature": ObjectIdentifier("1.2.392.200149.8.5.1.1.20"),
    "authentication": ObjectIdentifier("1.2.392.200149.8.5.1.3.30"),
}
CERTIFICATION_PRACTICE = "http://jpki-sim.invalid/cps.html"
OCSP_ADDRESS: dict[Purpose, str] = {
    "signature": "http://ocsp-signature.jpki-sim.invalid/",
    "authentication": "http://ocsp-authentication.jpki-sim.invalid/",
}

_ATTRIBUTE = "1.2.392.200149.8.5.5"
HOLDER_ATTRIBUTES: dict[str, ObjectIdentifier] = {
    "name": ObjectIdentifier(f"{_ATTRIBUTE}.1"),
    "birth": ObjectIdentifier(f"{_ATTRIBUTE}.4"),
    "sex": ObjectIdentifier(f"{_ATTRIBUTE}.3"),
    "address": ObjectIdentifier(f"{_ATTRIBUTE}.5"),
    "substituted_name": ObjectIdentifier(f"{_ATTRIBUTE}.2"),
    "substituted_address": ObjectIdentifier(f"{_ATTRIBUTE}.6"),
}
"""The other-names of a signature certificate, in the order in which they stand in it."""


@dataclass(frozen=True)
class CertificateProfile:
    """The points of the certificates that public sources leave open, the default first."""

    policies_critical: Literal["yes", "no"] = "yes"
    """Whether certificatePolicies is critical: sources differ by generation."""
    serial_octets: Literal["4", "16"] = "4"
    """Length of the serial number; seen are four octets."""
    authentication_key_purpose: Literal["client", "none"] = "client"
    """Whether the authentication certificate has extendedKeyUsage clientAuth."""
    issuer_alternative_name: Literal["present", "absent"] = "present"
    """Whether issuerAltName repeats the authority's Japanese name."""
    ocsp_address: Literal["present", "absent"] = "present"
    """Whether authorityInfoAccess names an OCSP responder."""


AS_SEEN = CertificateProfile()
"""Each open point as most sources have it."""


def authority_name(purpose: Purpose) -> x509.Name:
    """The authority's distinguished name; its generations all have the same."""
    return x509.Name(
        [
            country(),
            text(NameOID.ORGANIZATION_NAME, ORGANISATION),
            text(NameOID.ORGANIZATIONAL_UNIT_NAME, ORGANISATIONAL_UNIT[purpose]),
            text(NameOID.ORGANIZATIONAL_UNIT_NAME, AGENCY),
        ]
    )


def japanese_authority_name(purpose: Purpose) -> x509.DirectoryName:
    """The authority's name in Japanese, as its subjectAltName."""
    return x509.DirectoryName(
        x509.Name(
            [
                country(),
                text(NameOID.ORGANIZATION_NAME, JAPANESE_ORGANISATION),
                text(NameOID.ORGANIZATIONAL_UNIT_NAME, JAPANESE_UNIT[purpose]),
                text(NameOID.ORGANIZATIONAL_UNIT_NAME, JAPANESE_AGENCY),
            ]
        )
    )


def revocation_list_name(purpose: Purpose, prefecture: str, municipality: str) -> x509.DirectoryName:
    """The distribution point of one municipality's part of the revocation list: a directory name, no URL."""
    return x509.DirectoryName(
        x509.Name(
            [
                country(),
                text(NameOID.ORGANIZATION_NAME, ORGANISATION),
                text(NameOID.ORGANIZATIONAL_UNIT_NAME, ORGANISATIONAL_UNIT[purpose]),
                text(NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
                text(NameOID.ORGANIZATIONAL_UNIT_NAME, prefecture),
                text(NameOID.COMMON_NAME, f"{municipality} CRLDP"),
            ]
        )
    )


def country() -> x509.NameAttribute[str]:
    """C=JP; a country is a PrintableString."""
    return x509.NameAttribute(NameOID.COUNTRY_NAME, "JP")


def text(identifier: ObjectIdentifier, value: str) -> x509.NameAttribute[str]:
    """One attribute of a name; UTF8String for all but a country."""
    return x509.NameAttribute(identifier, value)
