"""What both the path and the status of a certificate are checked by: signatures, issuers, validity, key usage."""

from datetime import UTC, datetime
from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from jpki_model.pki import der
from jpki_model.pki.certificate_view import AUTHORITY_KEY, KEY_USAGE, SUBJECT_KEY, CertificateView
from jpki_model.pki.der import Value

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
    return signature_verifies(issuer, certificate.tbs.encoded(), certificate.signature)


def signature_verifies(signer: CertificateView, octets: bytes, signature: bytes) -> bool:
    """The signature is one by the certificate's RSA key with PKCS #1 version 1.5 and SHA-256."""
    try:
        key = load_der_public_key(signer.key.encoded())
    except (ValueError, UnsupportedAlgorithm):
        return False
    if not isinstance(key, RSAPublicKey):
        return False
    try:
        key.verify(signature, octets, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


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
