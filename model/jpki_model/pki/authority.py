"""A test authority: two roots in the form of JPKI's, which issue certificates to cards directly.

authority = CertificateAuthority.new("signature", date(2024, 1, 1), date(2033, 12, 31))
certificate = authority.issue(holder, card_key.public_key(), date(2024, 6, 1), date(2029, 3, 14))
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from jpki_model.pki import der
from jpki_model.pki.holder import Holder
from jpki_model.pki.japan_time import JAPAN, last_second, office_hour
from jpki_model.pki.keys import AnyPrivateKey, AnyPublicKey, digest_for, new_key
from jpki_model.pki.profile import (
    AS_SEEN,
    CERTIFICATION_PRACTICE,
    HOLDER_ATTRIBUTES,
    OCSP_ADDRESS,
    POLICY,
    CertificateProfile,
    Purpose,
    authority_name,
    country,
    japanese_authority_name,
    revocation_list_name,
    text,
)
from jpki_model.pki.signing import SHA1_IDENTIFIER, SHA256_IDENTIFIER
from jpki_model.pki.status_answer import AskedCertificate


@dataclass(frozen=True)
class CertificateAuthority:
    """The root for one purpose: its key and its self-signed certificate."""

    purpose: Purpose
    key: AnyPrivateKey
    certificate: x509.Certificate
    profile: CertificateProfile = AS_SEEN

    @classmethod
    def new(
        cls,
        purpose: Purpose,
        first_day: date,
        last_day: date,
        key: AnyPrivateKey | None = None,
        profile: CertificateProfile = AS_SEEN,
    ) -> "CertificateAuthority":
        """A root that is valid from its first to its last valid day."""
        key = key or new_key()
        name, public = authority_name(purpose), key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(public)
            .serial_number(serial_number(public, 4))
            .not_valid_before(office_hour(first_day))
            .not_valid_after(last_second(last_day))
            .add_extension(_key_usage("key_cert_sign", "crl_sign"), critical=True)
            .add_extension(x509.SubjectAlternativeName([japanese_authority_name(purpose)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_distribution_point(x509.DirectoryName(name)), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )
        return cls(purpose, key, signed_certificate(builder, key), profile)

    def issue(
        self,
        holder: Holder,
        key: AnyPublicKey,
        issued: date | datetime,
        expires: date,
        *,
        serial: int | None = None,
    ) -> x509.Certificate:
        """A certificate for a holder's key, issued on a day or at an instant, valid to the end of the day `expires` in
        Japan; without a serial number one that hangs on the key alone."""
        begins = issued if isinstance(issued, datetime) else office_hour(issued)
        builder = (
            x509.CertificateBuilder()
            .subject_name(self._subject(holder, key, begins))
            .issuer_name(self.certificate.subject)
            .public_key(key)
            .serial_number(serial or serial_number(key, int(self.profile.serial_octets)))
            .not_valid_before(begins)
            .not_valid_after(last_second(expires))
        )
        for extension, critical in self._extensions(holder, key):
            builder = builder.add_extension(extension, critical)
        return signed_certificate(builder, self.key)

    @cached_property
    def key_identifier(self) -> bytes:
        """SHA-1 of the key's bits, by which certificates, lists and status requests name it."""
        return x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()).digest

    def identifier_extension(self) -> x509.AuthorityKeyIdentifier:
        """The authorityKeyIdentifier of what it issues."""
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())

    def is_named_by(self, asked: AskedCertificate) -> bool:
        """A status request speaks of this authority, by the hashes of its name and key."""
        algorithms = {SHA1_IDENTIFIER: hashlib.sha1, SHA256_IDENTIFIER: hashlib.sha256}
        algorithm = algorithms.get(asked.digest)
        if algorithm is None:
            return False
        name = algorithm(self.certificate.subject.public_bytes()).digest()
        key = algorithm(self._key_bits).digest()
        return (name, key) == (asked.issuer_name_hash, asked.issuer_key_hash)

    @cached_property
    def _key_bits(self) -> bytes:
        encoded = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return der.decode(encoded).at(1).content[1:]

    def _subject(self, holder: Holder, key: AnyPublicKey, begins: datetime) -> x509.Name:
        """Names no person: place and number of the request for signatures, an opaque number otherwise."""
        digest = key_digest(key)
        if self.purpose == "authentication":
            opaque = f"{int(digest[:6], 16) % 10**6:06}{digest[6:12].upper()}{holder.municipality_code}001A"
            return x509.Name([country(), text(NameOID.COMMON_NAME, opaque)])
        requested = begins.astimezone(JAPAN)
        number = f"{requested:%Y%m%d%H%M%S}{int(digest[:8], 16) % 10**5:05}{holder.municipality_code}0001"
        return x509.Name(
            [
                country(),
                text(NameOID.LOCALITY_NAME, holder.prefecture),
                text(NameOID.LOCALITY_NAME, holder.municipality),
                text(NameOID.COMMON_NAME, number),
            ]
        )

    def _extensions(self, holder: Holder, key: AnyPublicKey) -> list[tuple[x509.ExtensionType, bool]]:
        extensions: list[tuple[x509.ExtensionType, bool]] = []
        if self.purpose == "signature":
            extensions.append((_key_usage("digital_signature", "content_commitment"), True))
            extensions.append((_holder_attributes(holder), False))
        else:
            extensions.append((_key_usage("digital_signature"), True))
            if self.profile.authentication_key_purpose == "client":
                extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False))
        policy = x509.PolicyInformation(POLICY[self.purpose], [CERTIFICATION_PRACTICE])
        extensions.append((x509.CertificatePolicies([policy]), self.profile.policies_critical == "yes"))
        if self.profile.issuer_alternative_name == "present":
            extensions.append((x509.IssuerAlternativeName([japanese_authority_name(self.purpose)]), False))
        point = revocation_list_name(self.purpose, holder.prefecture, holder.municipality)
        extensions.append((_distribution_point(point), False))
        if self.profile.ocsp_address == "present":
            responder = x509.UniformResourceIdentifier(OCSP_ADDRESS[self.purpose])
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, responder)
            extensions.append((x509.AuthorityInformationAccess([access]), False))
        extensions.append((self.identifier_extension(), False))
        extensions.append((x509.SubjectKeyIdentifier.from_public_key(key), False))
        return extensions


def signed_certificate(builder: x509.CertificateBuilder, key: AnyPrivateKey) -> x509.Certificate:
    """The certificate signed with the hash of its issuer's key; the same comes out again."""
    elliptic = isinstance(key, EllipticCurvePrivateKey) or None
    return builder.sign(key, digest_for(key), ecdsa_deterministic=elliptic)


def serial_number(key: AnyPublicKey, octets: int) -> int:
    """A positive serial number of exactly so many octets, the same for the same key."""
    drawn = bytearray.fromhex(key_digest(key))[:octets]
    drawn[0] = drawn[0] & 0x7F | 0x01
    return int.from_bytes(drawn, "big")


def key_digest(key: AnyPublicKey) -> str:
    """SHA-256 of the public key in DER, in hexadecimal."""
    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def _key_usage(*usages: str) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in usages for name in names})


def _distribution_point(name: x509.DirectoryName) -> x509.CRLDistributionPoints:
    point = x509.DistributionPoint(full_name=[name], relative_name=None, reasons=None, crl_issuer=None)
    return x509.CRLDistributionPoints([point])


def _holder_attributes(holder: Holder) -> x509.SubjectAlternativeName:
    values = {
        "name": holder.name,
        "birth": holder.birth_with_era(),
        "sex": holder.sex,
        "address": holder.address,
        "substituted_name": holder.name_substituted,
        "substituted_address": holder.address_substituted,
    }
    return x509.SubjectAlternativeName(
        [x509.OtherName(oid, _utf8_string(values[name])) for name, oid in HOLDER_ATTRIBUTES.items()]
    )


def _utf8_string(value: str) -> bytes:
    """A DER UTF8String."""
    content = value.encode()
    length = len(content)
    size = (
        bytes([length])
        if length < 128
        else bytes([0x81 if length < 256 else 0x82]) + length.to_bytes(1 if length < 256 else 2, "big")
    )
    return b"\x0c" + size + content
