"""`cryptography`'s X.509 verifier: path, validity and extensions of a certificate that answers a challenge.

The library has neither messages nor revocation in its verifier: messages are not judged, and statuses are taken from
lists and answers with its parsers, by the code below.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import cryptography
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, Hash
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)
from line_protocol import CannotJudge, Judged, accepted, rejected, serve

POLICY = "1.2.392.200149.8.5.1.3.30"


def has_policy(_: object, __: object, policies: x509.CertificatePolicies | None) -> None:
    if policies is None or POLICY not in {each.policy_identifier.dotted_string for each in policies}:
        raise ValueError("another policy")


def judge(asked: dict[str, Any]) -> Judged:
    if asked["task"] == "signature":
        raise CannotJudge("the library does not verify CMS messages")
    at = datetime.strptime(asked["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    try:
        certificate = x509.load_der_x509_certificate(bytes.fromhex(asked["certificate"]))
        anchors = [x509.load_der_x509_certificate(bytes.fromhex(each)) for each in asked["anchors"]]
        certificate.extensions  # noqa: B018 - reads them
    except (ValueError, x509.DuplicateExtension) as error:
        return rejected("malformed", str(error))
    if not anchors:
        return rejected("issuer", "no authority is trusted")
    holders = ExtensionPolicy.permit_all().require_present(
        x509.CertificatePolicies, Criticality.AGNOSTIC, has_policy
    )
    builder = PolicyBuilder().store(Store(anchors)).time(at.replace(tzinfo=None))
    authorities = ExtensionPolicy.permit_all().require_present(
        x509.BasicConstraints, Criticality.AGNOSTIC, None
    )
    builder = builder.extension_policies(ca_policy=authorities, ee_policy=holders)
    try:
        path = builder.build_client_verifier().verify(certificate, []).chain
    except VerificationError as error:
        if "not valid at validation time" in str(error):  # it does not say which
            return rejected(
                "expired" if at > certificate.not_valid_after_utc else "not-yet-valid", str(error)
            )
        return rejected(reason_in(str(error)), str(error))
    except ValueError as error:  # a key that is none
        return rejected("algorithm", str(error))
    try:
        key, signature, content = (
            certificate.public_key(),
            bytes.fromhex(asked["signature"]),
            bytes.fromhex(asked["signed_content"]),
        )
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, content, ECDSA(SHA384()))
        else:
            key.verify(signature, content, PKCS1v15(), SHA256())  # type: ignore[union-attr, call-arg, arg-type]
    except InvalidSignature:
        return rejected("content", "the signature does not verify")
    except (ValueError, UnsupportedAlgorithm) as error:
        return rejected("algorithm", str(error))
    return status(asked, certificate, path[1], at)


def reason_in(text: str) -> str:
    for reason, words in (
        ("purpose", "2.5.29.32"),
        ("extension", "critical extension"),
        ("purpose", "policy"),
        ("algorithm", "algorithm"),
        ("algorithm", "key"),
        ("path", "CA"),
    ):
        if words in text:
            return reason
    return "issuer"


def status(
    asked: dict[str, Any], certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> Judged:
    """By the library's parsers; that a list or an answer is signed and fresh is checked here, as everybody has to."""
    confirmed = False
    for octets in asked["revocation_lists"]:
        try:
            listed = x509.load_der_x509_crl(bytes.fromhex(octets))
            signed = listed.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
        except ValueError:
            continue
        ends = listed.next_update_utc
        if not signed or ends is None or not listed.last_update_utc <= at <= ends:
            continue
        found = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if found is not None:
            reasons = (
                found.extensions.get_extension_for_class(x509.CRLReason).value
                if len(found.extensions)
                else None
            )
            return revoked(reasons.reason if reasons else None)
        confirmed = True
    for octets in asked["status_answers"]:
        single = answer_on(bytes.fromhex(octets), certificate, issuer, at)
        if single is None:
            continue
        if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            return revoked(single.revocation_reason)
        confirmed = confirmed or single.certificate_status is ocsp.OCSPCertStatus.GOOD
    return accepted() if confirmed else rejected("status", "nothing confirms its status")


def revoked(reason: x509.ReasonFlags | None) -> Judged:
    return rejected("held" if reason is x509.ReasonFlags.certificate_hold else "revoked", str(reason))


def answer_on(
    octets: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> ocsp.OCSPSingleResponse | None:
    """What a signed and fresh answer says of the certificate."""
    try:
        answer = ocsp.load_der_ocsp_response(octets)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        signer = answer.certificates[0] if answer.certificates else issuer
        if answer.certificates:
            signer.verify_directly_issued_by(issuer)
            usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            if ExtendedKeyUsageOID.OCSP_SIGNING not in usage:
                return None
            if not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
                return None
        key, parts = signer.public_key(), (answer.signature, answer.tbs_response_bytes)
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(*parts, ECDSA(SHA384()))
        else:
            key.verify(*parts, PKCS1v15(), SHA256())  # type: ignore[union-attr, call-arg, arg-type]
        for single in answer.responses:
            name = Hash(single.hash_algorithm)
            name.update(issuer.subject.public_bytes())
            ends = single.next_update_utc
            if (
                single.serial_number != certificate.serial_number
                or single.issuer_name_hash != name.finalize()
            ):
                continue
            return single if ends is not None and single.this_update_utc <= at <= ends else None
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return None
    return None


if __name__ == "__main__":
    serve("cryptography", cryptography.__version__, judge)
