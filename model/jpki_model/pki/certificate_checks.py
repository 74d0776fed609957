"""What both the path and the status of a certificate are checked by: signatures, issuers, validity, key usage."""

from datetime import UTC, datetime
from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_der_public_key

from jpki_model.pki import der
from jpki_model.pki.certificate_view import AUTHORITY_KEY, KEY_USAGE, SUBJECT_KEY, CertificateView
from jpki_model.pki.der import Value
from jpki_model.pki.signing import ALGORITHMS, P_384, SignatureAlgorithm

Reason = Literal[
    "malformed", "algorithm", "issuer", "path", "extension", "purpose", "not-yet-valid", "expired", "content",
    "revoked", "held", "status", "replay",
]  # fmt: skip


class Rejected(Exception):
    """It is not to be relied on: the class of the reason, and what exactly, for people."""

    def __init__(self, reason: Reason, why: str) -> None:
        super().__init__(why)
        self.reason: Reason = reason


def issued(certificate: CertificateView, issuer: CertificateView) -> bool:
    """The certificate names the issuer, and its signature verifies with the issuer's key."""
    named = certificate.key_identifier(AUTHORITY_KEY)
    own = issuer.key_identifier(SUBJECT_KEY)
    if certificate.issuer != issuer.subject or (named and own and named != own):
        return False
    octets, algorithm = certificate.tbs.encoded(), certificate.inner_algorithm
    return signature_verifies(issuer, octets, certificate.signature, algorithm)


def signature_verifies(
    signer: CertificateView, octets: bytes, signature: bytes, named: Value | None = None
) -> bool:
    """The signature is one by the certificate's key: PKCS #1 version 1.5 and SHA-256 for RSA, ECDSA and SHA-384 for a
    key on P-384; there are no others. `named`, the algorithm that stands beside it, has to be one of such keys."""
    if any(named == each.identifier and not fits_key(each, signer) for each in ALGORITHMS.values()):
        return False
    try:
        key = load_der_public_key(signer.key.encoded())
        if isinstance(key, RSAPublicKey):
            key.verify(signature, octets, PKCS1v15(), SHA256())
        elif isinstance(key, EllipticCurvePublicKey) and signer.key.at(0) == P_384.key:
            key.verify(signature, octets, ECDSA(SHA384()))
        else:
            return False
    except (ValueError, UnsupportedAlgorithm, InvalidSignature):
        return False
    return True


def fits_key(algorithm: SignatureAlgorithm, signer: CertificateView) -> bool:
    """Signatures of the algorithm are such as the certificate's key makes."""
    return signer.key.at(0, 0) == algorithm.key.at(0)


def usage(certificate: CertificateView) -> int:
    """The first octet of keyUsage; without the extension 0."""
    value = certificate.extension(KEY_USAGE)
    return value.content[1] if value is not None and len(value.content) > 1 else 0


def check_validity(certificate: CertificateView, at: datetime) -> None:
    """Raises `Rejected` unless the instant lies within the certificate's validity, first and last second included."""
    try:
        begins, ends = instant(certificate.begins), instant(certificate.ends)
    except ValueError:
        raise Rejected("malformed", "a validity of another form") from None
    if at < begins:
        raise Rejected("not-yet-valid", f"a certificate is valid from {begins:%Y-%m-%dT%H:%M:%SZ} on")
    if at > ends:
        raise Rejected("expired", f"a certificate was valid through {ends:%Y-%m-%dT%H:%M:%SZ}")


def instant(value: Value) -> datetime:
    """A UTCTime or GeneralizedTime with seconds, in UTC. Raises ValueError for any other form."""
    form = {der.UTC_TIME: "%y%m%d%H%M%SZ", der.GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}.get(value.tag)
    text = value.content.decode("ascii")
    if form is None or len(text) != (13 if value.tag == der.UTC_TIME else 15):
        raise ValueError("a time of another form")
    if value.tag == der.UTC_TIME:
        text, form = ("20" if text[:2] < "50" else "19") + text, "%Y%m%d%H%M%SZ"
    return datetime.strptime(text, form).replace(tzinfo=UTC)
